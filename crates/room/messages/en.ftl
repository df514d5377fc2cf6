# The words of the operations room. A message is one line, or lines that are indented.
# { $n } is a number, { $what } what the message before it named.

skip = Skip to the content
nav-label = Parts of the room
nav-home = Board
nav-incidents = Incidents
nav-people = People
nav-rights = Rights
nobody = Not signed in
login = Sign in
logout = Sign out
back-home = Back to the board
footer-record = Record
footer-size = { $n ->
    [one] 1 entry
   *[other] { $n } entries
}
footer-root = root
footer-never = The machine proposes, people find. Where nothing watched, nothing is called kept.

title-home = Board

title-login = Sign in
login-name = Login name
login-password = Password
login-help = An administrator opens accounts. Who has forgotten a password asks for a new account.
login-wrong = This name and this password don't belong together, or the account is closed. Try again.
login-elsewhere = Sign in with { $host }
title-elsewhere-done = You are signed in
title-elsewhere-refused = You are not signed in
elsewhere-on = Go on
elsewhere-again = Back to signing in
elsewhere-refused = What came back can't be believed, or came too late. Begin again; if it stays so, tell an administrator when it was.
elsewhere-unknown = No account of this room is bound to you.
elsewhere-tell = An administrator can bind one. Give them this:

title-account = Your account
account-password = Change the password
account-old = Password so far
account-new = New password
account-old-wrong = That is not your password so far.
account-new-short = A password has at least { $n } characters: take a few words.
account-password-help = Any characters; length is what counts. All your sessions end, and you sign in again.
account-sessions = Your sessions
account-sessions-count = { $n ->
    [one] You are signed in in one place: here.
   *[other] You are signed in in { $n } places.
}
account-end-all = End all my sessions

title-people = People
people-accounts = Accounts
people-none = There is no account.
people-roles = Roles
people-party = Party
people-state = State
people-closed = closed
people-you = you
people-close = Close
people-change = Change the roles
people-change-help = Whoever is signed in with it must sign in again.
people-add = Open an account
people-open = Open the account
people-opened = The account is open
people-once = Note the password now and hand it over in person: it is not shown again.
people-name-help = Small letters, digits and . - _; it is never given to anybody else.
people-party-help = Only for a liaison, who speaks for it and has no other role.
people-elsewhere = Sign-in with { $host }
people-subject = What the provider calls them (sub)
people-subject-help = The provider only says who somebody is; what they may do is decided here. Whoever signs in there and is bound to no account is shown this. Empty takes it away. Their sessions end.
people-bind = Bind the account
account-fault-subject = What a provider calls somebody has 1 to 255 bytes, without blanks.
account-fault-subject-taken = There is or was another account for that person elsewhere.
account-fault-name = A login name has up to 64 small letters, digits and . - _, and begins with a letter or digit.
account-fault-taken = There is or was an account of that name. A name is never given twice: choose another.
account-fault-full = This room has as many accounts as it can hold.
account-fault-roles = An account has at least one role: tick one.
account-fault-no-party = A liaison speaks for a party: choose which.
account-fault-party = Only a liaison speaks for a party: choose none, or make it a liaison.
account-fault-party-id = That is no party of this agreement.
account-fault-liaison-alone = Who speaks for a party has no other role.
account-fault-password = A password has at least 12 characters and at most 256 bytes.
account-fault-last-administrator = It is the last administrator: make somebody else one first.
account-fault-unknown = There is no open account of that name.

title-rights = Rights
rights-lead = Who may do what: one table, and the program knows no other.
rights-caption = A cell is the narrowest class of what the role may do it with; wider ones are included. From the widest to the narrowest: public, parties, guarantors, mission, sealed.
rights-action = May
rights-none = not at all
rights-beside = Beside the table: a liaison replies in its own party's cases only; who concurs is another person than who acted, and must have the right to that act too; that sealed material was read is itself entered.

role-public = public
role-observer = observer
role-verifier = verifier
role-legal = legal officer
role-reporter = reporting officer
role-liaison = liaison of a party
role-guarantor = guarantor
role-auditor = auditor
role-administrator = administrator

action-see-board = see the board
action-see-queue = see the queue
action-see-case = see a case
action-report = report
action-take = take a case
action-check = check and verify
action-attribute = attribute
action-find = find
action-concur = concur as the second person
action-ask-reply = ask for a reply
action-reply = reply for a party
action-cure = enter a cure
action-publish = publish
action-open-sealed = read what is sealed
action-disclose = disclose what is sealed
action-export = export
action-administer = keep accounts

class-public = public
class-parties = parties
class-guarantors = guarantors
class-mission = mission
class-sealed = sealed

title-fault = This did not work
fault-code = Status { $n }
fault-bad-request = The request makes no sense here
fault-bad-request-do = Go back, look at what you entered or at the address, and try again.
fault-query = What is asked for makes no sense: { $what }
fault-query-do = Change the address. The guide for programs, and /openapi.json, say what can be asked.
fault-not-found = Nothing is here
fault-not-found-do = Look at the address, or begin at the board. What you may not see is not here either.
fault-sign-in = This is for people who are signed in
fault-sign-in-do = Sign in, and try again. A session ends after an hour without use, and after twelve hours.
fault-not-yours = Your roles don't allow this: { $what }
fault-not-yours-do = The page of rights says which role does. Ask somebody who has it, or an administrator.
fault-foreign-form = This form is not of your present session
fault-foreign-form-do = Go back, copy what you wrote, load the page anew, and send it again. Nothing was changed.
fault-foreign-site = This was sent from another site
fault-foreign-site-do = Open the page in this room and send it from there. Programs must send the Origin header. Nothing was changed.
fault-unknown-host = The room does not answer to this name
fault-unknown-host-do = Use the address that the room printed when it was opened, or have its operator name this one.
fault-wrong-method = This address takes no such request
fault-wrong-method-do = Use the room's own pages and forms.
fault-too-large = This is more than the room takes at once
fault-too-large-do = Send less, or in parts. A form takes 256 KiB, a form with files 64 MiB.
fault-wrong-type = The room takes no such content here
fault-wrong-type-do = Send it with the room's own form. Programs send the content type that the address takes.
fault-too-slow = This came too slowly
fault-too-slow-do = Try again with a better connection. Nothing was changed.
fault-too-often = This was tried too often
fault-too-often-do = { $seconds ->
    [one] Wait a second, and try again.
   *[other] Wait { $seconds } seconds, and try again.
}
fault-inside = Something is wrong inside the room
fault-inside-do = Tell its operator, who is told what it is. Nothing of it was your mistake.
fault-account = The account can't be changed like this
fault-account-do = { $what }
fault-elsewhere = The provider of accounts can't be reached
fault-elsewhere-do = Try again in a minute. If it stays so, tell an administrator.
fault-no-passwords = This room takes no passwords
fault-no-passwords-do = Sign in with the provider that the login page names.
fault-own-account = You can't close your own account, or change what it may do
fault-own-account-do = Another administrator can.

nav-queue = Queue
nav-findings = Findings
nav-report = Report

board-at = What the record supports at
board-clocks = Clocks run on; the page is worked out anew each minute.
board-queue = What waits for people

title-queue = Queue
queue-search = Search incident, place or what was seen
queue-mine = only what I hold
queue-show = Show
queue-stages = Stages
queue-all = All
queue-empty = No case is here. That nothing waits doesn't say that nothing happened.
queue-caption = { $n ->
    [one] 1 case, the most urgent first.
   *[other] { $n } cases, the most urgent first.
}
queue-more = { $n } more: narrow the search.
queue-machine = The machine groups what was observed and proposes; nothing here is a finding until two people have made it.
report-new = New report

stage-new = new
stage-in-progress = in progress
stage-help-wanted = help wanted
stage-for-review = for a second person
stage-verified = verified
stage-reply-awaited = reply awaited
stage-found = found
stage-closed = closed

title-case = Case
case-stage = Stage
case-case = Case
case-when = When
case-where = Where
case-no-place = no place stated
case-sources = Sources
case-observations = { $n ->
    [one] 1 observation
   *[other] { $n } observations
}
case-concerns = May break
case-concerns-none = nothing that the agreement forbids
case-holder = Held by
case-verified = Did it happen?
case-attributed = By whom?
case-not-yet = not said yet
case-grade = Grade
case-cure = Cure
case-class = Who may see it
case-id = Incident
case-published = Published with
holder-nobody = nobody
holder-you = you
holder-somebody = another person

waits-title = Waits for a second person
waits-by = Proposed by: { $role }
waits-own = You proposed it: another person must agree.
waits-others = Somebody who may find and is not who proposed it must agree.
found-title = Found
found-by-two = by two people
found-by-one = by one person

reply-title = Right of reply
reply-none = No party was asked yet. A party that is named is asked before anything is published.
reply-nobody-named = No party is named.
reply-given = replied
reply-until = has until
reply-over = did not reply until
reply-over-none = did not reply in the time that it had
reply-for = The reply of { $party }
reply-public = The reply becomes part of the record, word for word, and stands beside the finding.

seen-title = What was reported
seen-by-hand = noted by a person
seen-count = How many
seen-sides = Sides
seen-entry = Entry

alike-title = May be the same event
alike-lead = Proposed by nearness in time and place. Whether it is one event, a person decides; it can be undone.
alike-none = Nothing near in time and place, or all of it was told apart.
alike-score = { $n } of 100: a number to sort by, not a probability.
like-time = Their times share an instant.
like-time-apart = { $n } minutes lie between them.
like-place = Their places overlap.
like-place-apart = { $n } m lie between them, uncertainty taken off.
like-place-unknown = Their places can't be compared.
like-kind = The same was observed.
like-other-kind = Something else was observed.
like-source = Different sources.

checks-title = Checklist
checks-item = Point
checks-result = Result
checks-say = Enter
item-source = Source: who says it, and could they know?
item-place = Place: was it there?
item-time = Time: was it then?
item-duplicate = Duplicate: is it reported already?
item-corroboration = Corroboration: does another origin say so?
item-coverage = Coverage: was it watched there and then?
check-holds = holds
check-doubtful = doubtful
check-fails = doesn't hold
check-not-possible = can't be checked

grade-source = How reliable is the source?
grade-information = How likely is the information?
grade-A = A completely reliable
grade-B = B usually reliable
grade-C = C fairly reliable
grade-D = D not usually reliable
grade-E = E unreliable
grade-F = F can't be judged
grade-1 = 1 confirmed by others
grade-2 = 2 probably true
grade-3 = 3 possibly true
grade-4 = 4 doubtful
grade-5 = 5 improbable
grade-6 = 6 can't be judged

verify-question = Did it happen?
verified-confirmed = confirmed
verified-partly = partly confirmed
verified-refuted = refuted
verified-could-not = could not be verified
attribute-question = By whom?
attributed-to = attributed
attributed-probably = probably
attributed-contested = contested
attributed-to-nobody = not attributed
find-question = Does it break the provision?
outcome-violation = Violation
outcome-no-violation = No violation
outcome-undetermined = Undetermined
outcome-not-observable = Not observable
cure-open = open
cure-mitigated = mitigated
cure-removed = removed
propose-title = Propose
propose-lead = An attribution or a finding waits for a second person before it stands.

form-reason = Reason
form-reason-optional = Reason, if it needs saying
form-to = To whom
assign-wrong = nobody else of that name may take this case on.
form-standard = Standard of proof
form-standard-usual = reasonable grounds
form-party = Party
form-party-named = A party is named where it is attributed, and only there.
form-choose = choose
form-nobody = nobody is named
form-provision = Provision
form-severity = How grave, in the agreement's own word (if it has one)
form-days = Days: 1 to 365
form-days-to-reply = Days to reply
form-reply = The reply, of at most 60,000 characters

do-take = Take it on
do-assign = Give it to somebody
do-release = Give it back
do-help = Ask for help
do-check = Enter
do-grade = Grade
do-verify = Verify
do-attribute = Attribute
do-find = Find
do-propose = Propose
do-agree = I agree
do-decline = Decline
do-merge = One event: merge
do-distinct = Not the same
do-decide-alike = Decide
do-split = Take it out of this case
do-ask = Ask a party to reply
do-reply = Enter the reply
do-cure = Enter how far it is cured
do-publish = Publish
do-report = Enter the report
do-open = Open it

done-title = What was done
done-none = Nothing yet.
did-taken = taken on
did-assigned = assigned
did-assigned-you = assigned to you
did-released = given back
did-help = asked for help
did-checked = { $item } { $result }
did-graded = graded { $grade }
did-distinct = told apart from another incident
did-proposed = proposed: { $what }
did-agreed = agreed
did-declined = declined
did-asked = { $party } asked to reply until { $until } UTC
did-cure = cure: { $state }
did-published = published
did-found = finding: { $outcome }, { $provision }, { $party }
did-found-retracted = finding, retracted: { $outcome }, { $provision }, { $party }
did-replied = { $party } replied
did-merged = merged with another incident
did-split = taken out of another incident
did-review-confirmed = reviewed: confirmed
did-review-amended = reviewed: amended
did-review-rejected = reviewed: rejected

fault-early = This can't be done yet: { $what }
fault-early-do = Go back to the case and do first what is missing.
early-held = somebody has taken the case on, and must give it back first.
early-not-held = nobody has taken the case on.
early-not-verified = nobody has verified that it happened.
early-not-attributed = it wasn't attributed to this party.
early-no-proposal = no such proposal waits for a second person.
early-same-person = who proposed can't agree; another person must.
early-nothing-found = nothing was found on the case yet.
early-reply-runs = a party that is named must be asked to reply first, and answer or let its time run out.
early-already-published = it was published already.
fault-asked = This can't be entered: { $what }
fault-asked-do = Go back, change what is wrong, and try again. Nothing was entered.
fault-missing = Something is missing: { $what }
fault-missing-do = Go back and fill it in. Nothing was entered.
fault-no-keys = This room can only be read.
fault-no-keys-do = The keys that sign entries are not here, or others could read them. Ask whoever runs the room.

title-report = New report
report-lead = What somebody saw, heard or was told. It becomes an observation in the record, and a case in the queue.
report-what-legend = What
report-source = Source in the agreement
report-what = What was observed
report-description = In words
report-withhold = the words are for the mission alone
report-means = By what means
report-count = How many
report-unit = of what
report-when-legend = When
report-clock = Clock of the agreement: { $zone }. Between the earliest and the latest time at which it can have happened.
report-from = Earliest
report-to = Latest
report-where-legend = Where
report-where-help = A point with its uncertainty, or a zone, or nothing where it isn't known.
report-lat = Latitude, degrees north
report-lon = Longitude, degrees east
report-radius = Uncertainty, metres
report-zone = Zone
report-no-zone = no zone
report-who-legend = Who observed
report-observer = Observer
report-observer-help = It is withheld from everybody but those who may open it, and each opening is entered in the record.
report-wrong-from = The earliest time is no time: write it as 2030-01-31T14:05.
report-wrong-to = The latest time is no time: write it as 2030-01-31T14:10.
report-wrong-order = The latest time must be after the earliest.
report-wrong-what = Say what was observed.
report-wrong-point = Latitude and longitude must be degrees, such as 50.1 and -12.25.
report-wrong-radius = The uncertainty must be a whole number of metres.
report-wrong-place = A point or a zone, not both.
report-wrong-count = How many must be a whole number.

report-pictures-legend = Pictures
report-pictures = Pictures
report-pictures-help = Up to { $n }, in JPEG, PNG or WebP. They are withheld from everybody but those who may open them, one by one, and each opening is entered in the record. What a camera writes beside the pixels, such as the place, goes with the file as it came and is in no copy that is shown.
report-content = What will one see? This is not withheld.
content-dead = dead people
content-injured = injured people
content-distress = people in fear or pain
content-faces = faces that can be recognised
content-destruction = destruction
content-weapons = weapons or munitions
content-nothing = nothing of these
picture-wrong = Picture { $n } is not taken: { $why } Nothing was entered; choose the pictures again.
picture-wrong-many = a report has at most five.
picture-wrong-content = Say what one will see in the pictures: tick what applies, or that it is nothing of these. Choose the pictures again.
picture-wrong-kind = it is no picture in JPEG, PNG or WebP.
picture-wrong-name = its name must end as its format does: .jpg, .jpeg, .png or .webp.
picture-wrong-cut-off = the file ends before the picture does. Copy it again from where it comes.
picture-wrong-goes-on = the file goes on behind the picture. Some telephones put a film or a second picture there: save it anew as a plain picture.
picture-wrong-hides = it can be opened as something else too, such as an archive, a page or a script.
picture-wrong-too-large = it has more than 40 million pixels, or a side of more than 30,000. Make it smaller.
picture-wrong-moves = it moves. Send a picture that stands still.
picture-wrong-damaged = it is damaged: nothing can be made of it.

title-picture = Picture
picture-of = Picture { $n } of { $of }
picture-content = What one will see:
picture-clear = Show it clearly
picture-grey = Without colours
picture-alt = The picture. It is blurred until you choose to see it clearly.
picture-copy = A copy of the pixels, made for you just now and for a moment; what else the file holds is not in it. Its colours and details may differ a little from those of the file.
picture-original = The file as it came
picture-original-help = It may name who took it, when and where. The reason and a pseudonym of yours are entered in the record before you get it; where it goes then, you answer for.
picture-open-help = The reason and a pseudonym of yours are entered in the record before it is shown, blurred at first.
do-show = Show
do-show-picture = Show the picture
do-original = Take the file
fault-no-picture = Nothing can be shown of this file
fault-no-picture-do = It is no picture that the room knows. Who examines files can take it as it came.
fault-erased = This was erased, or its custodian is elsewhere
fault-erased-do = The page of the entry tells of an order, where there was one.

title-findings = Findings
findings-lead = What the mission has found and published, with the replies of the parties. Each finding was proposed by one person and agreed to by another, and each line leads to its proof.
findings-none = Nothing is published. That nothing was found doesn't say that nothing happened.
findings-on = published
findings-role = Found by

title-provision = Provision
provision-binds = Binds
provision-gravest = The gravest of its states so far:
provision-open = Data of that time may still come.
provision-asked = As of
provision-lines = Over time
provision-why = Why
provision-why-lead = From the answer down to the entries that it rests on. Each entry's page has the proof that it is in the record.
provision-why-none = The engine answers nothing about this provision: it is a political matter, or text alone.
provision-moves = What would change this
provision-moves-none = Nothing that the engine knows of.
provision-moves-dates = Dates to come
provision-moves-entries = It would stand otherwise without these entries:
provision-story = How it came about
provision-story-caption = Each change of its state, the latest first. Times are UTC.
provision-story-none = Its state has not changed yet.
provision-story-earlier = Earlier changes
provision-story-more = { $n ->
    [one] One still earlier change is not shown here; servanda export has it.
   *[other] { $n } still earlier changes are not shown here; servanda export has them.
}
provision-turns = Entry by entry
provision-turns-caption = Each entry that changed whether it { $asked }, the latest first.
provision-when = When
provision-whose = For
provision-change = Change
provision-because = Because
provision-entry = Entry
provision-possible = Possible violations
provision-excepted = What exceptions take out
provision-clocks = Dates
provision-clock = What runs
provision-state = State
provision-due = Until
provision-ics = The dates, for a calendar
provision-cases = Cases that may break it
provision-cases-more = More of them are in the queue.
provision-became = became

duty-undetermined = No person has found whether it was done.
duty-alleged = By the record it is late, missed or too much. No person has found it so.

tree-now = Now:
tree-so-far = Since it binds, at the gravest:
tree-named-in = { $named }:
tree-life = Whether it { $asked }: { $is }
tree-nobody = what is attributed to nobody
tree-line = { $party } in { $zone }
tree-reading = { $line }, read as { $reading }
tree-named = { $named } and { $n } more
tree-since = since { $from } UTC
tree-open = open
tree-spans = { $n ->
    [one] once
   *[other] in { $n } spans
}
tree-incident = incident: { $what }
tree-case = The case
tree-absent = none is in the record: { $what }, { $from } to { $to } ({ $n } looked at)
tree-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}

leaf-other = an entry
leaf-observed = { $what }, { $source }
leaf-watched = { $source } watched: { $how }
leaf-claim = claim
leaf-claimed = { $by } says: { $what }
leaf-claimed-against = { $by } says of { $against }: { $what }
leaf-finding = finding
leaf-found = { $what }, by { $role }
leaf-act = { $by }: { $what }
leaf-act-amount = { $by }: { $what }, { $amount }
leaf-correction = correction
leaf-agreement = text of the agreement
watch-complete = completely
watch-partial = in part
watch-blind = blind

turn-span = { $from } to { $to }
moves-begins = it begins to bind
moves-ends = it no longer binds
moves-due = it is due: { $what }
moves-waits = It waits for: { $what }.
provision-positions = Who said what on it
moves-not-yet = If nothing breaks it, it is complete on { $due } UTC.
moves-not-running = It does not run now: what would break it, or has not begun, comes first.
moves-sources = It would stand otherwise if nothing were there from one of: { $named }.
moves-reading = With { $provision } read as { $reading } it would be { $other } instead of { $first }, from { $from } to { $to }.

title-entry = Entry
entry-title = Entry
entry-case = Case
entry-kind = Kind
entry-by = Signed by
entry-at = Received
entry-says = What it says
entry-withheld = What it withholds
entry-withheld-what = { $fields } sealed fields (some may be empty, so that none can count them) and { $files } sealed files, for: { $class }.
entry-opened = That you read this is now in the record.
entry-open-help = The reason and a pseudonym of yours are entered in the record before anything is shown.
entry-proof = Proof
entry-proof-help = These hashes lead from this entry to the record's root, which others have signed too. Anybody with a copy can check them.
entry-leaf = Leaf
entry-size = Entries
entry-path = The way to the root

live-new = Entries since this page was made:
live-reload = show them
live-lost = No connection to the room: what stands here may be old. It is tried again.

keys = Keys
keys-search = search
keys-next = next row
keys-previous = previous row
keys-open = open the row
keys-list = list the keys
keys-close = Close
keys-on = Keys of one sign do this

title-upload = Add a file
upload-lead = What the readers make of a file is shown first. Nothing is kept before you say so, and no row is dropped without a reason.
upload-file = File
upload-source = Source or register that it belongs to
upload-recognise = find out by the file
upload-none = No file was sent, or it is empty.
upload-rows = { $accepted } new rows, { $duplicate } in the record already, { $rejected } rejected.
upload-format = Read as
upload-bytes = Bytes
upload-corrected = Rows that take the place of earlier ones
upload-first = The first rows, as they were read
upload-line = Line
upload-rejected = Rejected, with the reason
upload-sealed-help = The file is not read. Only its ciphertext goes into the record, and what opens it is the mission's.
do-read = Show what it says
do-keep = Take it into the record
do-keep-sealed = Keep it as a sealed file
report-file = Add a file instead
fault-upload-gone = This file isn't here any more.
fault-upload-gone-do = It waited too long, or was kept already. Add it again.

nav-agreement = Agreement
title-agreement = Agreement
agreement-id = Identifier
agreement-version = Version
agreement-clock = Clock
agreement-parties = Parties
agreement-text = The text
agreement-terms = Terms:
agreement-check = What a check of the text says
agreement-check-none = Nothing: no remark on the text.
agreement-check-lead = { $n ->
    [one] 1 remark. It is about the text, and not about anybody's conduct.
   *[other] { $n } remarks. They are about the text, and not about anybody's conduct.
}
agreement-zones = Zones
agreement-zones-none = The text names no zone.
agreement-zones-lead = They come from the agreement's own files and imply no opinion on the status of any territory.
agreement-name = Name
agreement-basis = Where it comes from
agreement-versions = Texts in the record
agreement-compare = Compare two texts

title-positions = Positions and pledges
agreement-positions = Who said what, what contradicts what, and what was pledged and delivered
agreement-positions-see = See the positions and pledges
positions-lead = { $texts ->
    [one] One published text
   *[other] { $texts } published texts
} of { $origins ->
    [one] one independent origin
   *[other] { $origins } independent origins
}; { $clashes ->
    [0] nothing that was compared clashes.
    [one] they contradict each other in one matter.
   *[other] they contradict each other in { $clashes } matters.
}
positions-warn = Reported is not true.
positions-warn-more = What stands here is what published texts say that somebody said. None of it is a finding, and nothing here says who is right.
positions-points = Who said what
positions-points-lead = On each point, the words of each party, the latest first. Copies of one text count as one origin.
positions-points-none = No position is in the record. The stands of parties come into it as acts (servanda act … position), or with the agreement's text; what they say in public with published texts (servanda add … --as article).
positions-topic = a topic of reports
positions-has-changed = changed
positions-by-text = by
positions-others = { $n ->
    [one] One other statement
   *[other] { $n } other statements
}
positions-origins = { $n ->
    [one] one origin
   *[other] { $n } origins
}
positions-more = { $n ->
    [one] One more is not shown here; servanda positions has it.
   *[other] { $n } more are not shown here; servanda positions has them.
}
positions-nobody = somebody whom nobody can tell
positions-outlet = the outlet itself
positions-via = by the word of
positions-said = said
positions-published = published
positions-entered = entered
positions-review = by a reviewer
positions-clashes = What can't all be so
positions-clashes-none = Nothing that was compared clashes. That is no proof that all reports agree.
positions-no-texts = No published text has been read into the record: there is nothing to compare. Texts come into it with servanda add … --as article; of each the record keeps short quotations and their places.
positions-divergences = Speakers differ; each report can be so
positions-words = Whose words, and which
positions-rule = By the rule
positions-own-words = In a text's own words
positions-their-words = As the words of { $who }
positions-attribution = attribution
positions-drift = quoted in more than one way
positions-pledges = Pledges
positions-pledges-lead = What was promised, and what is reported as given. That something is reported is no finding that it was.
positions-pledges-none = The agreement has no pledge. One stands in its text as [pledge.NAME]; what is given is entered as an act (servanda act … performance).
positions-pledge = Pledge
positions-by-whom = By whom
positions-to-whom = to
positions-amount = How much
positions-no-amount = the text doesn't say
positions-given = Given, as reported

title-versions = Texts of the agreement
versions-caption = Each text that was entered, the latest first. The latest is the one that answers rest on.
versions-one = The record holds one text of this agreement. When another is entered, the two stand here side by side. Drafts that are not in the record are compared with servanda diff.
versions-from = From
versions-to = to
versions-compare = Compare
versions-changed = What changed
versions-lead = What each text says of a matter. What only the old text says is struck out, what only the new one says is underlined. Tightened: it binds harder or binds more. Loosened: it binds less.
versions-errors = One of these texts has errors, so what it means can't be compared. Its entry has the text as it was entered.
versions-matter = Matter
versions-old = Old
versions-new = New
versions-reading = reading
versions-nothing = nothing
versions-only-old = only the old text:
versions-only-new = only the new text:
versions-unknown = Unknown, not removed
versions-unknown-lead = A text that is known in part doesn't give these. Nobody can say from it whether they were added or removed.
versions-check = What a check of the texts says
versions-check-same = Of both texts it says the same.
versions-appears = Appears:
versions-vanishes = Vanishes:
versions-limits = Not looked at
entry-proof-soon = This entry was made just now: load the page again for its proof.

title-incidents = Incidents
incidents-lead = { $n ->
    [0] Nothing that you may see answers this question.
    [one] 1 incident answers this question.
   *[other] { $n } incidents answer this question.
}
incidents-none = No source told of such a thing. Where nothing watched, that says nothing.
incidents-nowhere = { $n ->
    [one] Not on the map: 1, which states no point.
   *[other] Not on the map: { $n }, which state no point.
}
incidents-nowhere-list = Show these
incidents-past = As the record stood at { $n } entries, the last of them received
incidents-past-now = Show it as it is now
incidents-search = Search in what was seen, sources, zones and numbers
incidents-from = From (UTC)
incidents-to = To (UTC)
incidents-last = Or the last
incidents-last-none = –
incidents-span = Time
incidents-window = from and to
incidents-cumulative = from when the agreement bound first
incidents-as-of = As of the entry number
incidents-as-of-help = The record has { $n } entries. An earlier number shows what the room knew then.
incidents-show = Show
incidents-all = Ask anew
incidents-asked = Asked for
incidents-without = without
incidents-facets = Narrow it down
incidents-facet-more = { $n } more
incidents-bbox = part of the map
incidents-placed = on the map
incidents-filter = filter
incidents-list = List
incidents-caption = { $first } to { $last } of { $n }, the latest first.
incidents-before = Later ones
incidents-after = Earlier ones
incidents-map = Map
incidents-times = Timeline
incidents-times-lead = What lasts longer counts in each part of time that it touches.
incidents-times-table = The numbers, with each part as a link
incidents-number = incidents
incidents-same = The same question as
incidents-table = a table (CSV)
incidents-geojson = GeoJSON
incidents-feed = a feed (Atom)
incidents-print = a page to print
incidents-page = the page with the form
facet-what = What
facet-concerns = Provision
facet-verified = Verified
facet-attributed = Attributed
facet-party = Party it is attributed to
fault-working = That point of the record is being worked out.
fault-working-do = It is ready in about { $seconds } seconds: ask again then.

map-title = Map. The arrow keys move it, plus and minus change its scale, Enter opens what lies in the middle.
map-zoom-in = Larger
map-zoom-out = Smaller
map-close = Close
map-two-fingers = Move the map with two fingers
map-control = Hold Ctrl to change the scale
map-shown = In this part of the map: { $n }
map-failed = What lies here could not be loaded; the map shows what it had.
map-again = Try again
map-within = The place is known to within { $far }.
map-legend = What the signs mean
map-plain = Nothing done
map-open = Waits for people
map-verified = Verified
map-found = Found
map-closed = Closed
map-halo = How far it is uncertain
map-hollow = Hollow: uncertain by 5 km or more
map-cell = Several, and how many
map-zone = Zone of the agreement
map-zone-disputed = Zone on which readings of the agreement differ
map-water = Water
map-list = The same as a list
map-sources = Where the zones come from
map-disclaimer = No border is drawn but those of the agreement's own zones. They, and all names, imply no opinion on the status of any territory.
map-attribution = Land and water: Natural Earth. Towns: GeoNames, CC BY 4.0.

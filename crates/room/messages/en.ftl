# The words of the operations room. A message is one line, or lines that are indented.
# { $n } is a number, { $what } what the message before it named.

skip = Skip to the content
nav-label = Parts of the room
nav-home = Board
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
home-lead = The record is open. What is watched, what waits and what was found will stand here.
home-entries = Entries

title-login = Sign in
login-name = Login name
login-password = Password
login-help = An administrator opens accounts. Who has forgotten a password asks for a new account.
login-wrong = This name and this password don't belong together, or the account is closed. Try again.

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
people-add = Open an account
people-open = Open the account
people-opened = The account is open
people-once = Note the password now and hand it over in person: it is not shown again.
people-name-help = Small letters, digits and . - _; it is never given to anybody else.
people-party-help = Only for a liaison, who speaks for it and has no other role.
account-fault-name = A login name has up to 64 small letters, digits and . - _, and begins with a letter or digit.
account-fault-taken = There is or was an account of that name. A name is never given twice: choose another.
account-fault-full = This room has as many accounts as it can hold.
account-fault-roles = An account has at least one role: tick one.
account-fault-no-party = A liaison speaks for a party: choose which.
account-fault-party = Only a liaison speaks for a party: choose none, or make it a liaison.
account-fault-party-id = That is no party of this agreement.
account-fault-liaison-alone = Who speaks for a party has no other role.
account-fault-password = A password has at least 12 characters and at most 256 bytes.
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
fault-own-account = You can't close your own account
fault-own-account-do = Another administrator can.

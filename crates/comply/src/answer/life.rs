//! The parts of an answer that are about the life of the agreement: clocks, consents, guarantees.

use super::Reason;
use serde::{Deserialize, Serialize};

impl Reason {
    /// A reason in words, resting on nothing that can be cited.
    #[must_use]
    pub fn new(code: &'static str, text: String) -> Reason {
        Reason { code, text, cites: Vec::new(), count: 0 }
    }
}

/// A clock: something that runs, or will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The provision; `agreement` for the agreement as a whole.
    pub provision: String,
    /// The reading under which it runs so; absent: under every reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// What runs: `due`, `stage …`, `60 days without a break`, `term`, ….
    pub what: String,
    /// What kind of clock it is.
    pub kind: ClockKind,
    /// Where it stands.
    pub state: ClockState,
    /// Since when it runs.
    pub from: Option<String>,
    /// When it runs out, or is complete if nothing happens; absent while that isn't known.
    pub due: Option<String>,
    /// When it was done, or complete.
    pub done: Option<String>,
    /// The earliest instant at which it can be complete, or begin, if all that it takes is done
    /// at once; absent where it is known, or can't be.
    pub earliest: Option<String>,
    /// Why it can never be, where it can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never: Option<String>,
    /// What it waits for.
    pub waits_for: Vec<String>,
    /// Why it stands where it stands.
    pub why: Vec<Reason>,
}

/// What kind of clock it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockKind {
    /// Something is to be done by then.
    Deadline,
    /// A state must hold without a break.
    Window,
    /// Something is to be done again and again.
    Recurring,
    /// It binds from then till then.
    Term,
    /// Something can be declared until then.
    Notice,
    /// A step of a guarantee's response.
    Response,
}

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockState {
    /// It has not begun.
    Waiting,
    /// It runs.
    Running,
    /// A finding of violation breaks it now.
    Broken,
    /// Done in time, or complete, as the record reports it.
    Met,
    /// Done, and not in time.
    Late,
    /// Its time is over, and no entry shows it done. That is no finding.
    Overdue,
    /// It is over.
    Ended,
    /// It can't be told.
    Undetermined,
}

impl ClockState {
    /// The stable word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ClockState::Waiting => "waiting",
            ClockState::Running => "running",
            ClockState::Broken => "broken",
            ClockState::Met => "met",
            ClockState::Late => "late",
            ClockState::Overdue => "overdue",
            ClockState::Ended => "ended",
            ClockState::Undetermined => "undetermined",
        }
    }
}

/// How far the agreement has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Life {
    /// `draft`, `agreed`, `signed`, `in-force`, `partly-in-force`, `suspended`, `ended`.
    pub stage: &'static str,
    /// The points of a draft; absent where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Those whose signature it takes, and when each signed.
    pub signatures: Vec<Signature>,
    /// Who has given notice to withdraw.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withdrawals: Vec<Withdrawal>,
    /// The consents that it takes.
    pub consents: Vec<Consent>,
    /// Its entry into force.
    pub force: Turning,
    /// Its end.
    pub end: Turning,
    /// Each provision: whether it binds, and what it waits for.
    pub provisions: Vec<Turning>,
    /// Provisions that wait for each other: each circle once.
    pub circles: Vec<Vec<String>>,
}

/// A party's withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// The party.
    pub party: String,
    /// When it gave notice.
    pub notified: Option<String>,
    /// When it is out; none: the text gives no right to withdraw, and nothing else is changed.
    pub out: Option<String>,
    /// Whether the text gives the right to withdraw.
    pub has_right: bool,
    /// The act.
    pub cites: Vec<String>,
}

/// The points of a draft, counted by a stated rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Points {
    /// How many the draft has.
    pub total: u64,
    /// Agreed by all whose acceptance it takes.
    pub agreed: u64,
    /// Open.
    pub open: u64,
    /// No source gives them.
    pub unknown: u64,
    /// Agreed, in percent of all, if none of the unknown are: one decimal.
    pub percent_low: String,
    /// Agreed, in percent of all, if all of the unknown are.
    pub percent_high: String,
    /// The rule by which they were counted.
    pub rule: String,
    /// Each point that the text has.
    pub list: Vec<PointAnswer>,
}

/// A point and each party's stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointAnswer {
    /// The provision.
    pub provision: String,
    /// Its number in the draft; empty where that isn't known.
    pub number: String,
    /// Its article.
    pub article: String,
    /// `agreed`, `open` or `unknown`.
    pub status: &'static str,
    /// The stands, the latest of each party.
    pub positions: Vec<Stand>,
    /// What published texts in the record report of each party: claims, which count for nothing
    /// in `status`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<Reported>,
}

/// Where a party stands on a point by its latest words in published texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// The party.
    pub party: String,
    /// Who speaks for it.
    pub speaker: String,
    /// What the words do: `want`, `offer`, `reject` and others.
    pub act: String,
    /// The words, as far as the record quotes them.
    pub words: String,
    /// The day on which they were said, or else published.
    pub on: Option<String>,
    /// Where that day comes from: `said`, `published`, `unknown`.
    pub basis: String,
    /// How many independent origins report this position.
    pub origins: u64,
    /// Whether it differs from the position before.
    pub has_changed: bool,
    /// The statement.
    pub cites: Vec<String>,
}

/// A party's stand on a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stand {
    /// The party.
    pub party: String,
    /// `proposes`, `accepts`, `rejects`, `reserves`.
    pub stance: String,
    /// What it wants.
    pub wants: String,
    /// Since when.
    pub on: Option<String>,
    /// Where it is reported, or the entry.
    pub source: String,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The party.
    pub party: String,
    /// When it signed.
    pub at: Option<String>,
    /// The entries.
    pub cites: Vec<String>,
}

/// A body's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Consent {
    /// The provision.
    pub provision: String,
    /// The state.
    pub state: String,
    /// The body.
    pub body: String,
    /// The votes that it takes, in words.
    pub threshold: String,
    /// When the vote was, and how it came out.
    pub vote: Option<String>,
    /// Votes for and against.
    pub votes: Option<(u64, u64)>,
    /// Whether the votes reach the threshold: `yes`, `no`, or `not determinable`.
    pub reached: &'static str,
    /// With whom it is deposited; empty: the vote completes it.
    pub deposit: String,
    /// When it was deposited.
    pub deposited: Option<String>,
    /// When consent was complete.
    pub at: Option<String>,
    /// What must be said of it.
    pub notes: Vec<String>,
    /// The entries.
    pub cites: Vec<String>,
}

/// When something begins to bind, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turning {
    /// The provision; `agreement` for the agreement as a whole.
    pub provision: String,
    /// The reading, where another reading gives something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// When; absent while that isn't known.
    pub at: Option<String>,
    /// The earliest instant, if all that it takes is done at once.
    pub earliest: Option<String>,
    /// Why it can never be, where it can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never: Option<String>,
    /// What it waits for, and which act would move it.
    pub waits_for: Vec<String>,
    /// What it waits for that only people can judge: requirements in words.
    pub in_words: Vec<String>,
    /// The entries that brought it about.
    pub cites: Vec<String>,
}

/// A guarantee's worksheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worksheet {
    /// The provision.
    pub provision: String,
    /// The guarantors.
    pub by: Vec<String>,
    /// For whom.
    pub to: Vec<String>,
    /// `not-in-force`, `in-force`, `ended`.
    pub state: &'static str,
    /// Since when it binds.
    pub from: Option<String>,
    /// When its term ends.
    pub until: Option<String>,
    /// Whose option an extension is, in words; absent: none is stated.
    pub extension: Option<String>,
    /// The tests of the trigger.
    pub tests: Vec<TestAnswer>,
    /// All tests together: `met`, `not met`, `undetermined`, `not determinable`.
    pub trigger: &'static str,
    /// Who decides; empty: the text doesn't say.
    pub decider: String,
    /// What the decider found, and when; absent: nothing yet.
    pub decided: Option<String>,
    /// The entries of that.
    pub decided_cites: Vec<String>,
    /// What makes it void, for each side.
    pub void_if: Vec<TestAnswer>,
}

/// A test and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestAnswer {
    /// The word of the text, or what makes it void.
    pub word: String,
    /// Whose act it is about.
    pub who: Vec<String>,
    /// How it is measured; empty: the text doesn't say.
    pub measure: String,
    /// `met`, `not met`, `undetermined`, `not determinable`.
    pub result: &'static str,
    /// In words.
    pub text: String,
    /// The findings or acts it rests on.
    pub cites: Vec<String>,
}

/// Why a provision stands where it stands, and what would move it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// What is asked: `is fulfilled`, `binds`, `is reported as done`, ….
    pub asked: &'static str,
    /// `yes`, `no` or `unknown`.
    pub is: &'static str,
    /// The reasons, down to entries.
    pub tree: Ground,
    /// For a window that isn't complete: since when it runs, when it is complete if nothing
    /// happens, and what broke it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_yet: Option<NotYet>,
    /// How the answer came about: each entry that changed it, in the order of the record.
    pub changed: Vec<Changed>,
    /// How many changes there are, since the list may be cut.
    pub changed_total: u64,
    /// The smallest set of entries without which the answer would be another; empty: none of up
    /// to three.
    pub flips: Vec<String>,
    /// Whether every smaller set was tried.
    pub flips_complete: bool,
    /// Those (sources, offices, parties) without all of whose entries the answer would be another.
    pub flips_sources: Vec<String>,
    /// Where another reading of a disputed term gives another answer.
    pub readings_differ: Vec<Differs>,
}

/// A node of a tree of reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ground {
    /// What it says, in words.
    pub says: String,
    /// `yes`, `no`, `unknown`, a phase, or an instant.
    pub is: String,
    /// The entries that it rests on.
    pub cites: Vec<String>,
    /// What was looked for and is not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<Absent>,
    /// What it follows from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Ground>,
}

/// That nothing else of a kind is in the record, within an interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Absent {
    /// What was looked for.
    pub what: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
    /// How many entries were examined.
    pub examined: u64,
    /// A number for the list of them, 16 hexadecimal digits.
    pub digest: String,
}

/// A window that isn't complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotYet {
    /// Since when it runs; absent: it doesn't.
    pub since: Option<String>,
    /// When it is complete if nothing happens.
    pub due: Option<String>,
    /// How long that still is, in seconds.
    pub remaining_s: Option<i64>,
    /// The entry that broke it last.
    pub last_reset_by: Option<String>,
}

/// An entry that changed an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The entry that came, was retracted or was restored.
    pub by: String,
    /// From when on, in the world, the answer became another.
    pub from: String,
    /// Until when.
    pub to: String,
    /// What it was.
    pub was: String,
    /// What it is.
    pub is: String,
}

/// Where two readings differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// The provision that is read in two ways.
    pub provision: String,
    /// The other reading of it.
    pub reading: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub to: String,
    /// The answer under the first reading.
    pub first: String,
    /// The answer under the other.
    pub other: String,
}

//! What only one kind of provision has.
//!
//! The kinds are the field's own; beside each stands the code of the data sets that have one
//! (PA-X, PAM, ETH/PRIO), where we could check it.

use crate::moment::When;
use servanda_time::Amount;

/// What a provision has beyond the core, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Details {
    /// The core says it all: `prohibit`, `protect`.
    #[default]
    Core,
    /// `oblige`.
    Oblige(Oblige),
    /// `limit`.
    Limit(Limit),
    /// `withdraw`.
    Withdraw(Withdraw),
    /// `permit`.
    Permit(Permit),
    /// `transfer`.
    Transfer(Transfer),
    /// `condition`.
    Condition(Condition),
    /// `ratify`.
    Ratify(Ratify),
    /// `guarantee`.
    Guarantee(Guarantee),
    /// `pledge`.
    Pledge(Pledge),
    /// `relief`.
    Relief(Relief),
    /// `body`.
    Body(Joint),
    /// `point`.
    Point(Point),
}

/// This act or state by then, once or again and again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Oblige {
    /// What is to be done.
    pub what: String,
    /// To whom: party ids.
    pub to: Vec<String>,
    /// By when.
    pub due: When,
    /// Again in each such span.
    pub every: Option<Amount>,
    /// What shows that it was done, in words.
    pub evidence: String,
    /// Its parts.
    pub stages: Vec<Stage>,
}

/// A part of a duty, with its own date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stage {
    /// Its name, by which acts refer to it.
    pub name: String,
    /// What is to be done.
    pub what: String,
    /// By when.
    pub due: When,
    /// How much, where the stage is a part of a number.
    pub amount: Option<u64>,
    /// Provisions that must be fulfilled first.
    pub requires: Vec<String>,
}

/// No more than so much.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limit {
    /// What is measured.
    pub measure: String,
    /// The most that is allowed.
    pub at_most: Option<u64>,
    /// Of what: `person`, `tank`, ….
    pub unit: String,
    /// Who and what counts, in words.
    pub counting: String,
    /// The list or register that it is counted against, in words.
    pub inventory: String,
    /// By when it must be reached.
    pub due: When,
}

/// This class of object beyond this distance of this party's line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Withdraw {
    /// The lines: (party, line); a party of none is each party.
    pub lines: Vec<(Option<String>, String)>,
    /// Class and distance.
    pub classes: Vec<WeaponClass>,
    /// Storage sites: a register.
    pub storage: Option<String>,
    /// The lists of what each side holds, in words.
    pub inventory: String,
    /// When it begins.
    pub begins: When,
    /// By when it is done.
    pub due: When,
    /// Its parts.
    pub stages: Vec<Stage>,
}

/// A class of weapon or unit, and how far it goes back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeaponClass {
    /// The class, such as `artillery of 100 mm and more`.
    pub class: String,
    /// How far from the line, in metres.
    pub distance_m: u32,
    /// The kinds of observation that show one.
    pub acts: Vec<String>,
}

/// A right, such as monitors' movement; its denial is a breach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permit {
    /// Whose right it is, in words or by a party id.
    pub holder: String,
    /// What is allowed.
    pub what: String,
}

/// Exchanges of prisoners, remains, funds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transfer {
    /// What is handed over.
    pub what: String,
    /// To whom: party ids.
    pub to: Vec<String>,
    /// What is counted.
    pub unit: String,
    /// How many; none: not stated, or all.
    pub amount: Option<u64>,
    /// How many for how many, such as `1:1` or `all for all`.
    pub ratio: String,
    /// By when.
    pub due: When,
    /// Its parts.
    pub stages: Vec<Stage>,
}

/// A state that others wait for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// Provisions that must be free of violations.
    pub holds: Vec<String>,
    /// For so long without a break.
    pub length: Option<Amount>,
    /// Only violations of this severity break it; empty: every violation.
    pub broken_by: Vec<String>,
    /// How much watching it takes for silence to count.
    pub watched: Watched,
    /// Events that must have happened.
    pub act: Vec<When>,
    /// All of these must be fulfilled.
    pub all: Vec<String>,
    /// One of these must be fulfilled.
    pub any: Vec<String>,
    /// None of these may be fulfilled.
    pub not: Vec<String>,
    /// It must be fulfilled before then.
    pub before: When,
}

/// How much watching it takes before silence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Watched {
    /// Some source able to show a breach watched.
    #[default]
    Partly,
    /// Some source declares complete coverage.
    Completely,
    /// The text counts verified violations only, watched or not.
    NotNeeded,
}

/// A body's consent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ratify {
    /// The state: a party id.
    pub state: String,
    /// The body that consents: a chamber, the voters.
    pub body: String,
    /// How many votes it takes.
    pub threshold: Threshold,
    /// The instrument.
    pub instrument: String,
    /// With whom it is deposited; empty: the vote alone completes it.
    pub deposit: String,
    /// The question that is put, for a referendum.
    pub question: String,
    /// By when.
    pub due: When,
}

/// How many votes consent takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Threshold {
    /// The text doesn't say.
    #[default]
    Unstated,
    /// In words that only people can apply.
    Words(String),
    /// More than half of the votes cast.
    Majority,
    /// At least this share of the votes cast: (2, 3).
    Share(u32, u32),
}

/// Who answers for it, for how long, on what trigger, how fast.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guarantee {
    /// The guarantors: party ids.
    pub by: Vec<String>,
    /// For whom: party ids.
    pub to: Vec<String>,
    /// What is guaranteed: provision ids; empty: the agreement.
    pub guards: Vec<String>,
    /// How long.
    pub term: Option<Amount>,
    /// How it can go on after that.
    pub extension: Option<Extension>,
    /// What sets it off.
    pub trigger: Option<Trigger>,
    /// What follows, step by step.
    pub response: Vec<Response>,
    /// What makes it void.
    pub void_if: Vec<VoidIf>,
}

/// An option to go on after the term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Whose option it is.
    pub by: ExtendedBy,
    /// For how long each time; none: not stated.
    pub length: Option<Amount>,
    /// How long before the end it must be said.
    pub notice: Option<Amount>,
    /// How many times; none: without limit, or not stated.
    pub times_max: Option<u32>,
}

/// Whose option an extension is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExtendedBy {
    /// It goes on by itself, unless somebody gives notice.
    Automatic,
    /// All parties of the guarantee must say so.
    Mutual,
    /// Each of these alone can.
    Party(Vec<String>),
}

/// What sets a guarantee off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trigger {
    /// Each adjective with its test.
    pub tests: Vec<Test>,
    /// Who decides, in words or by a party id.
    pub decider: String,
    /// Whom the decider consults first.
    pub consults: Vec<String>,
}

/// A word of the text and how it is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Test {
    /// The word, such as `significant`.
    pub word: String,
    /// What it means, in words; empty: not said.
    pub means: String,
    /// The provisions whose violations are counted.
    pub counts: Vec<String>,
    /// At least so many findings.
    pub at_least: Option<u64>,
    /// Within such a span; none: at any time.
    pub per: Option<Amount>,
}

/// A step of the response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// Its name, by which acts refer to it.
    pub step: String,
    /// Who takes it: party ids.
    pub by: Vec<String>,
    /// How long they have.
    pub within: Option<Amount>,
    /// From which moment the time runs.
    pub after: When,
}

/// What makes a guarantee void.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoidIf {
    /// Whose act: party ids.
    pub who: Vec<String>,
    /// What, in the words of the text.
    pub what: String,
    /// Its test.
    pub test: Test,
}

/// A contribution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pledge {
    /// Who gives: party ids.
    pub by: Vec<String>,
    /// To whom: party ids.
    pub to: Vec<String>,
    /// What.
    pub what: String,
    /// How much.
    pub amount: Option<u64>,
    /// Of what.
    pub unit: String,
    /// By when all of it.
    pub due: When,
    /// Its parts.
    pub stages: Vec<Stage>,
}

/// Sanctions or assets released in steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relief {
    /// Who releases: party ids.
    pub by: Vec<String>,
    /// To whom: party ids.
    pub to: Vec<String>,
    /// What.
    pub what: String,
    /// The steps; each opens when what it requires is fulfilled.
    pub tranches: Vec<Stage>,
    /// What brings it back.
    pub snapback: Option<Snapback>,
}

/// What takes relief back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapback {
    /// On violations of these provisions.
    pub on: Vec<String>,
    /// Who says so.
    pub decided_by: String,
    /// Within so long.
    pub within: Option<Amount>,
}

/// A joint or monitoring commission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Joint {
    /// Seats by party.
    pub seats: Vec<(String, u64)>,
    /// How many must be there.
    pub quorum: Option<u64>,
    /// How it decides, in words.
    pub decides_by: String,
    /// What happens when it can't decide, in words.
    pub deadlock: String,
    /// By when it is set up.
    pub due: When,
}

/// A matter still open or political: positions only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Point {
    /// How far it has come, as the draft's sources give it.
    pub status: PointStatus,
    /// Each party's stand.
    pub positions: Vec<Position>,
}

/// How far a point has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PointStatus {
    /// It is open.
    #[default]
    Open,
    /// The sources give it as agreed.
    Agreed,
    /// No source gives it: what it says isn't known.
    Unknown,
}

/// A party's stand on a point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// The party.
    pub party: String,
    /// Its stand.
    pub stance: Stance,
    /// What it wants, in our own words.
    pub wants: String,
    /// Since when, as the source gives it.
    pub on: When,
    /// Where it is reported.
    pub source: String,
}

/// A stand on a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Stance {
    /// It proposes this.
    #[default]
    Proposes,
    /// It accepts the point as drafted.
    Accepts,
    /// It rejects it.
    Rejects,
    /// It reserves its position.
    Reserves,
}

impl Stance {
    /// The word for it, as the text writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stance::Proposes => "proposes",
            Stance::Accepts => "accepts",
            Stance::Rejects => "rejects",
            Stance::Reserves => "reserves",
        }
    }
}

impl Details {
    /// By when the whole of it is due, for the kinds that have a date; [`When::Unstated`] where the
    /// text gives none.
    #[must_use]
    pub fn due(&self) -> Option<&When> {
        match self {
            Details::Oblige(details) => Some(&details.due),
            Details::Limit(details) => Some(&details.due),
            Details::Withdraw(details) => Some(&details.due),
            Details::Transfer(details) => Some(&details.due),
            Details::Pledge(details) => Some(&details.due),
            Details::Ratify(details) => Some(&details.due),
            Details::Body(details) => Some(&details.due),
            _ => None,
        }
    }

    /// Its parts, each with its own date: stages, a schedule, tranches. Empty where the kind has
    /// none.
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        match self {
            Details::Oblige(details) => &details.stages,
            Details::Withdraw(details) => &details.stages,
            Details::Transfer(details) => &details.stages,
            Details::Pledge(details) => &details.stages,
            Details::Relief(details) => &details.tranches,
            _ => &[],
        }
    }
}

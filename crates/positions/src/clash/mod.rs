//! What can't all be so: statements side by side that fill one slot of one object differently.

mod attribution;
mod drift;
mod facts;
mod numbers;
mod proposals;
mod talks;

pub use attribution::Attribution;
pub use drift::Drift;

use crate::dates::{Stated, is_near};
use crate::events::Events;
use crate::matrix::day;
use crate::names::{Named, Names};
use crate::register::{Register, Told};
use crate::shown::Shown;
use crate::values::{Range, is_compatible};
use crate::words::{Token, is_filler, stem, tokens};
use serde::Serialize;
use servanda_entry::OUTLET;
use std::collections::{BTreeMap, BTreeSet};

/// What clashes, what only diverges, and which quotations drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contradictions {
    /// The form's name and version.
    pub form: &'static str,
    /// Statements of one fact, or of one speaker's words, that can't all be so.
    pub contradictions: Vec<Contradiction>,
    /// Different speakers on one value or status: they differ, and no report contradicts another.
    pub divergences: Vec<Contradiction>,
    /// One speaker's words, given between quotation marks in more than one way.
    pub drifts: Vec<Drift>,
    /// What one text says in its own voice and another gives as a speaker's words: no report
    /// contradicts the other, and the claim may be the speaker's alone.
    pub attributions: Vec<Attribution>,
}

/// Two or more sides of one slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contradiction {
    /// What is filled differently.
    pub slot: Slot,
    /// The rule that found it.
    pub rule: &'static str,
    /// Of what.
    pub about: String,
    /// Whether it is a contradiction or a divergence.
    pub basis: Basis,
    /// The sides, by what they say; none is named right.
    pub sides: Vec<Side>,
    /// Texts that stand on two sides that clash: they contradict themselves.
    pub within: Vec<String>,
}

/// Whether reports clash or speakers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The reports can't all be so.
    Contradiction,
    /// The speakers differ; each report can be so.
    Divergence,
}

/// What is filled differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The date of an event.
    EventDate,
    /// Which of two events was first.
    EventOrder,
    /// Whether a person holds an office or held it.
    Role,
    /// Who proposed it.
    Proposer,
    /// Where it is or would be.
    Place,
    /// Since when the war has lasted.
    WarStart,
    /// How far it has come.
    Status,
    /// How much or how long.
    Value,
    /// Whose words it is: an outlet's own, or a speaker's.
    Attribution,
}

/// One side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// What it says, normalised.
    pub value: String,
    /// The texts by name.
    pub texts: Vec<String>,
    /// Their outlets, or texts where the outlet isn't known.
    pub outlets: Vec<String>,
    /// Whose words they are; `OUTLET` for the outlets' own.
    pub speakers: Vec<String>,
    /// How many independent origins.
    pub origins: usize,
    /// The statements.
    pub statements: Vec<Shown>,
}

/// All contradictions.
#[must_use]
pub fn contradictions(register: &Register, names: impl Into<Names>) -> Contradictions {
    let names = names.into().with_speakers(register);
    let read: Vec<Read> = register.told.iter().map(|told| Read::of(told, &names)).collect();
    let events = Events::of(register, &names);
    let mut claims = Vec::new();
    talks::find(&events, &mut claims);
    facts::find(register, &read, &mut claims);
    proposals::find(register, &names, &read, &mut claims);
    numbers::find(register, &names, &read, &mut claims);
    let all = settle(register, claims);
    let (contradictions, divergences) =
        all.into_iter().partition(|one| one.basis == Basis::Contradiction);
    Contradictions {
        form: "servanda/contradictions/v1",
        contradictions,
        divergences,
        drifts: drift::find(register),
        attributions: attribution::find(register, &names),
    }
}

/// A statement's words, read once.
struct Read {
    words: Vec<Token>,
    named: Vec<Named>,
}

impl Read {
    fn of(told: &Told, names: &Names) -> Read {
        let words = tokens(&told.statement.quote);
        let named = names.find(&words);
        Read { words, named }
    }

    fn low(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |token| token.low.as_str())
    }

    /// Pairs of telling words that stand side by side in tokens `from..to`, without names and
    /// numbers: "economic zone". With the place of the first.
    fn pairs(&self, from: usize, to: usize) -> BTreeSet<String> {
        let is_telling = |at: usize| {
            self.words.get(at).is_some_and(|token| {
                token.is_word
                    && !is_filler(&token.low)
                    && !token.low.starts_with(|c: char| c.is_ascii_digit())
                    && !self.named.iter().any(|one| one.from <= at && at < one.to)
            })
        };
        let is_pair = |at: &usize| is_telling(*at) && is_telling(*at + 1);
        let ends = to.min(self.words.len());
        (from..ends.saturating_sub(1))
            .filter(is_pair)
            .map(|at| format!("{} {}", stem(self.low(at)), stem(self.low(at + 1))))
            .collect()
    }
}

/// What one statement puts in a slot.
struct Claim {
    slot: Slot,
    rule: &'static str,
    /// Claims are compared within one key.
    key: String,
    about: String,
    value: Value,
    /// Index of the statement in the register.
    told: usize,
    /// The reports must be of one week.
    is_of_a_week: bool,
    basis: Basis,
    /// A claim of this kind alone makes no contradiction: each speaks for himself.
    is_own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Date(Stated),
    Word(String),
    /// Months from year 0.
    Months(i64, i64, String),
    Ranges(Vec<Range>),
}

impl Value {
    fn agrees(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Date(a), Value::Date(b)) => a.agrees(*b),
            (Value::Months(a, b, _), Value::Months(c, d, _)) => a <= d && c <= b,
            (Value::Ranges(a), Value::Ranges(b)) => is_compatible(a, b),
            (a, b) => a == b,
        }
    }

    fn print(&self) -> String {
        match self {
            Value::Date(date) => date.print(),
            Value::Word(word) | Value::Months(_, _, word) => word.clone(),
            Value::Ranges(ranges) => {
                let ranges: Vec<String> = ranges.iter().map(|range| range.print()).collect();
                ranges.join(", ")
            }
        }
    }

    /// The most exact first, so that the vaguer find the side that they belong to.
    fn rank(&self) -> usize {
        match self {
            Value::Date(date) => 3 - date.parts(),
            _ => 0,
        }
    }
}

/// Claims on one slot as sides; those whose sides clash.
fn settle(register: &Register, claims: Vec<Claim>) -> Vec<Contradiction> {
    let mut by_key: BTreeMap<(Slot, Basis, String), Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        by_key.entry((claim.slot, claim.basis, claim.key.clone())).or_default().push(claim);
    }
    let mut found: Vec<Contradiction> = Vec::new();
    let mut seen: BTreeSet<(Slot, Vec<Vec<String>>)> = BTreeSet::new();
    for ((slot, basis, _), mut claims) in by_key {
        claims.sort_by(|a, b| {
            (a.value.rank(), &a.value, a.told).cmp(&(b.value.rank(), &b.value, b.told))
        });
        let mut sides: Vec<Vec<&Claim>> = Vec::new();
        let mut values: Vec<BTreeSet<&Value>> = Vec::new();
        for claim in &claims {
            let fits = |side: &BTreeSet<&Value>| side.iter().all(|o| o.agrees(&claim.value));
            let at = values.iter().position(fits).unwrap_or(sides.len());
            if at == sides.len() {
                sides.push(Vec::new());
                values.push(BTreeSet::new());
            }
            sides[at].push(claim);
            values[at].insert(&claim.value);
        }
        if sides.len() < 2 {
            continue;
        }
        // Claims that are alike in all that counts are compared once.
        let voices: Vec<BTreeSet<Voice>> = sides
            .iter()
            .map(|side| side.iter().map(|claim| Voice::of(register, claim)).collect())
            .collect();
        let clashes =
            |a: usize, b: usize| voices[a].iter().any(|a| voices[b].iter().any(|b| a.clashes(b)));
        let is_in = |at: usize| (0..sides.len()).any(|o| o != at && clashes(at, o));
        let kept: Vec<usize> = (0..sides.len()).filter(|at| is_in(*at)).collect();
        let Some(first) = kept.first().and_then(|at| sides[*at].first()) else { continue };
        let mut within = BTreeSet::new();
        if basis == Basis::Contradiction {
            let mut by_text: BTreeMap<usize, BTreeSet<Voice>> = BTreeMap::new();
            for claim in kept.iter().flat_map(|at| &sides[*at]) {
                let text = register.told[claim.told].text;
                by_text.entry(text).or_default().insert(Voice::of(register, claim));
            }
            for (text, voices) in by_text {
                if voices.iter().any(|a| voices.iter().any(|b| a.clashes(b))) {
                    within.insert(register.texts[text].name.clone());
                }
            }
        }
        let sides: Vec<Side> = kept.iter().map(|at| side(register, &sides[*at])).collect();
        let ids = |side: &Side| side.statements.iter().map(|shown| shown.cite.clone()).collect();
        if !seen.insert((slot, sides.iter().map(ids).collect())) {
            continue;
        }
        let within = within.into_iter().collect();
        let (rule, about) = (first.rule, first.about.clone());
        found.push(Contradiction { slot, rule, about, basis, sides, within });
    }
    found
}

/// What counts of a claim when it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Voice<'a> {
    value: &'a Value,
    /// The day, where the reports must be of one week.
    on: Option<String>,
    is_own: bool,
    /// For whom it is said, where only different voices diverge: the party, or else the speaker.
    of: Option<String>,
}

impl<'a> Voice<'a> {
    fn of(register: &Register, claim: &'a Claim) -> Voice<'a> {
        let told = &register.told[claim.told];
        let row = &told.statement;
        let on = day(register, told).0.map(Stated::print).filter(|_| claim.is_of_a_week);
        let of = row.party.clone().unwrap_or_else(|| row.speaker.clone());
        let of = Some(of).filter(|_| claim.basis == Basis::Divergence);
        Voice { value: &claim.value, on, is_own: claim.is_own, of }
    }

    /// Whether both can't be so.
    fn clashes(&self, other: &Voice) -> bool {
        let is_one_voice = self.of.is_some() && self.of == other.of;
        let both_own = self.is_own && other.is_own;
        if is_one_voice || both_own || self.value.agrees(other.value) {
            return false;
        }
        is_near(self.on.as_deref(), other.on.as_deref())
    }
}

fn side(register: &Register, claims: &[&Claim]) -> Side {
    let told: BTreeSet<usize> = claims.iter().map(|claim| claim.told).collect();
    let told: Vec<&Told> = told.into_iter().filter_map(|at| register.told.get(at)).collect();
    let set = |of: &dyn Fn(&Told) -> String| -> Vec<String> {
        let all: BTreeSet<String> = told.iter().map(|one| of(one)).collect();
        all.into_iter().collect()
    };
    let value = claims.first().map(|claim| claim.value.print()).unwrap_or_default();
    Side {
        value,
        texts: set(&|one| register.text_of(one).name.clone()),
        outlets: set(&|one| register.text_of(one).outlet_name().to_owned()),
        speakers: set(&|one| match one.statement.speaker.as_str() {
            "" => "?".to_owned(),
            OUTLET => OUTLET.to_owned(),
            speaker => speaker.to_owned(),
        }),
        origins: register.count_origins(told.iter().copied()),
        statements: Shown::all(register, told),
    }
}

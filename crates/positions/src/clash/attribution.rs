//! Claims without their speaker: what one text says in its own voice, and another gives as
//! somebody's words.

use super::Slot;
use super::numbers::matters;
use crate::dates::{Stated, is_near};
use crate::matrix::day;
use crate::names::Names;
use crate::register::{Register, Told};
use crate::shown::Shown;
use crate::words::{is_filler, name_words, stem};
use serde::Serialize;
use servanda_entry::{OUTLET, SpeechKind};
use std::collections::{BTreeMap, BTreeSet};

/// A claim in an outlet's own voice, and the same as somebody's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// Always [`Slot::Attribution`].
    pub slot: Slot,
    /// The rule that found it.
    pub rule: &'static str,
    /// The point or topic that both are about.
    pub about: String,
    /// Who says it, by the other texts.
    pub speakers: Vec<String>,
    /// How many percent of the shorter one's telling words both have, where it is least.
    pub shared_percent: usize,
    /// The outlet's own words.
    pub own: Shown,
    /// The same as a speaker's words, in other texts.
    pub attributed: Vec<Shown>,
}

/// So many percent of the shorter one's telling words are in both.
const SHARED_PERCENT_MIN: usize = 70;
/// A claim with fewer telling words may be alike by chance.
const WORDS_MIN: usize = 7;
/// Two words side by side that more statements share are no sign of one claim.
const SHARED_BY_MAX: usize = 50;

/// A statement's telling words.
struct Claim<'r> {
    told: &'r Told,
    words: BTreeSet<String>,
    /// Two side by side.
    pairs: BTreeSet<(String, String)>,
}

impl<'r> Claim<'r> {
    fn of(told: &'r Told) -> Option<Claim<'r>> {
        let all: Vec<String> = name_words(&told.statement.quote)
            .iter()
            .filter(|word| !is_filler(word) || word.starts_with(|c: char| c.is_ascii_digit()))
            .map(|word| stem(word))
            .collect();
        let pairs = all.windows(2).filter_map(|two| match two {
            [one, other] => Some((one.clone(), other.clone())),
            _ => None,
        });
        let pairs = pairs.collect();
        let words: BTreeSet<String> = all.into_iter().collect();
        (words.len() >= WORDS_MIN).then_some(Claim { told, words, pairs })
    }

    /// How many percent of the shorter one's words both have.
    fn shared_percent(&self, other: &Claim) -> usize {
        let shared = self.words.intersection(&other.words).count();
        shared * 100 / self.words.len().min(other.words.len()).max(1)
    }

    /// Numbers that the shorter one has must be in both: they are what is claimed.
    fn has_other_numbers(&self, other: &Claim) -> bool {
        let numbers = |claim: &Claim| -> BTreeSet<String> {
            let is_number = |word: &&String| word.starts_with(|c: char| c.is_ascii_digit());
            claim.words.iter().filter(is_number).cloned().collect()
        };
        let (a, b) = (numbers(self), numbers(other));
        !a.is_subset(&b) && !b.is_subset(&a)
    }
}

pub(super) fn find(register: &Register, names: &Names) -> Vec<Attribution> {
    let is_own = |told: &&Told| told.statement.kind == SpeechKind::Assertion;
    let is_said = |told: &&Told| {
        let row = &told.statement;
        row.kind != SpeechKind::Assertion && row.speaker != OUTLET && !row.speaker.is_empty()
    };
    let own: Vec<Claim> = register.told.iter().filter(is_own).filter_map(Claim::of).collect();
    let said: Vec<Claim> = register.told.iter().filter(is_said).filter_map(Claim::of).collect();
    let mut holders: BTreeMap<&(String, String), Vec<usize>> = BTreeMap::new();
    for (at, claim) in said.iter().enumerate() {
        for pair in &claim.pairs {
            holders.entry(pair).or_default().push(at);
        }
    }
    let mut found = Vec::new();
    for claim in &own {
        let near: BTreeSet<usize> = claim
            .pairs
            .iter()
            .filter_map(|pair| holders.get(pair))
            .filter(|holders| holders.len() <= SHARED_BY_MAX)
            .flatten()
            .copied()
            .collect();
        let others: Vec<&Claim> = near
            .into_iter()
            .filter_map(|at| said.get(at))
            .filter(|other| is_one_claim(register, claim, other))
            .collect();
        let matter = matters(names, claim.told)
            .into_iter()
            .find(|matter| others.iter().any(|other| matters(names, other.told).contains(matter)));
        let Some(about) = matter else { continue };
        let others: Vec<&Claim> = others
            .into_iter()
            .filter(|other| matters(names, other.told).contains(&about))
            .collect();
        let speakers: BTreeSet<String> =
            others.iter().map(|other| other.told.statement.speaker.clone()).collect();
        let least = others.iter().map(|other| claim.shared_percent(other)).min();
        found.push(Attribution {
            slot: Slot::Attribution,
            rule: "attribution",
            about,
            speakers: speakers.into_iter().collect(),
            shared_percent: least.unwrap_or(0),
            own: Shown::of(register, claim.told),
            attributed: Shown::all(register, others.iter().map(|other| other.told)),
        });
    }
    found
}

/// Whether two texts of different origins and outlets say the same, within a week.
fn is_one_claim(register: &Register, own: &Claim, said: &Claim) -> bool {
    let (one, other) = (register.text_of(own.told), register.text_of(said.told));
    let on = |told| day(register, told).0.map(Stated::print);
    own.told.text != said.told.text
        && one.origin != other.origin
        && (one.outlet.is_none() || one.outlet != other.outlet)
        && is_near(on(own.told).as_deref(), on(said.told).as_deref())
        && own.shared_percent(said) >= SHARED_PERCENT_MIN
        && !own.has_other_numbers(said)
}

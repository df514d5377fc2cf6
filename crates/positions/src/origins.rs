//! Which texts go back to one text or one agency, so that copies count once.

use crate::dates::is_near;
use crate::register::Told;
use crate::words::name_words;
use servanda_entry::{OUTLET, Sample, SpeechKind};
use std::collections::BTreeMap;

/// Copies share at least so many percent of the smaller sample.
const SHARED_PERCENT_MIN: usize = 50;
/// A text with fewer sequences is not compared: a sentence may be alike by chance.
const HASHES_MIN: usize = 12;

/// Things that are joined into groups. Which are in one group does not depend on the order.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    pub(crate) fn new(len: usize) -> Groups {
        Groups { parent: (0..len).collect() }
    }

    pub(crate) fn top(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.top(a), self.top(b));
        self.parent[a.max(b)] = a.min(b);
    }

    /// The number of each one's group, from 0 in the order of the things.
    pub(crate) fn numbers(mut self) -> Vec<usize> {
        let mut numbers = BTreeMap::new();
        let count = self.parent.len();
        (0..count)
            .map(|at| {
                let next = numbers.len();
                *numbers.entry(self.top(at)).or_insert(next)
            })
            .collect()
    }
}

/// The hashes of a sample in order, and the highest that it would hold.
struct Hashes {
    all: Vec<u64>,
    limit: u64,
}

impl Hashes {
    fn of(sample: Option<&Sample>) -> Hashes {
        let hex = |text: &String| u64::from_str_radix(text, 16).ok();
        let mut all: Vec<u64> =
            sample.iter().flat_map(|sample| &sample.hashes).filter_map(hex).collect();
        all.sort_unstable();
        all.dedup();
        let limit = sample.and_then(|sample| hex(&sample.limit)).unwrap_or(u64::MAX);
        Hashes { all, limit }
    }

    /// How many the smaller has of the part of all hashes that both would hold.
    fn smaller(&self, other: &Hashes) -> usize {
        let limit = self.limit.min(other.limit);
        let kept = |hashes: &Hashes| hashes.all.partition_point(|hash| *hash <= limit);
        kept(self).min(kept(other))
    }
}

/// The origin of each text: texts that are copies, or that credit one agency, have one.
pub(crate) fn origins(texts: &[(Option<&Sample>, &[String])]) -> Vec<usize> {
    let mut groups = Groups::new(texts.len());
    let mut credited: BTreeMap<String, usize> = BTreeMap::new();
    for (at, (_, credits)) in texts.iter().enumerate() {
        for credit in *credits {
            let first = *credited.entry(credit.trim().to_lowercase()).or_insert(at);
            groups.join(first, at);
        }
    }
    let hashes: Vec<Hashes> = texts.iter().map(|(sample, _)| Hashes::of(*sample)).collect();
    let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, one) in hashes.iter().enumerate() {
        for hash in &one.all {
            holders.entry(*hash).or_default().push(at);
        }
    }
    // Only texts that share a hash are compared; a text has few, so this stays small.
    for (at, one) in hashes.iter().enumerate() {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        let others = one.all.iter().filter_map(|hash| holders.get(hash));
        for other in others.flat_map(|texts| texts.iter().take_while(|other| **other < at)) {
            *shared.entry(*other).or_default() += 1;
        }
        for (other, count) in shared {
            let smaller = one.smaller(&hashes[other]);
            if smaller >= HASHES_MIN && count * 100 >= smaller * SHARED_PERCENT_MIN {
                groups.join(at, other);
            }
        }
    }
    groups.numbers()
}

/// The one institution on whose word all rests that a text reports of speakers; none: it reports
/// of more, of a person, or of nobody.
pub(crate) fn relayed<'a>(told: impl IntoIterator<Item = &'a Told>) -> Option<String> {
    let mut only: Option<String> = None;
    for one in told {
        let row = &one.statement;
        if row.kind == SpeechKind::Assertion || row.speaker == OUTLET {
            continue;
        }
        let speaker = row.speaker.trim().to_lowercase();
        let is_other = only.as_ref().is_some_and(|known| *known != speaker);
        if is_other || !row.co_speakers.is_empty() || !is_institution(&row.speaker) {
            return None;
        }
        only = Some(speaker);
    }
    only
}

/// Joins texts that pass on one institution's word, each with the day of publication, within a week
/// of one another.
pub(crate) fn join_relays<'a>(
    groups: &mut Groups,
    relays: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>,
) {
    let mut by_relay: BTreeMap<&str, Vec<(Option<&str>, usize)>> = BTreeMap::new();
    for (at, (relay, published)) in relays.enumerate() {
        if let Some(relay) = relay {
            by_relay.entry(relay).or_default().push((published, at));
        }
    }
    for texts in by_relay.values_mut() {
        texts.sort_unstable();
        for two in texts.windows(2) {
            if let [(a, one), (b, other)] = two
                && is_near(*a, *b)
            {
                groups.join(*one, *other);
            }
        }
    }
}

/// Whether a speaker is an office that announces, and nobody whom one can meet and ask.
fn is_institution(speaker: &str) -> bool {
    name_words(speaker).iter().any(|word| {
        matches!(
            word.as_str(),
            "ministry"
                | "department"
                | "secretariat"
                | "directorate"
                | "bureau"
                | "service"
                | "agency"
                | "embassy"
                | "chancellery"
                | "presidency"
                | "office"
                | "command"
                | "headquarters"
                | "staff"
        )
    })
}

//! Origins: which articles go back to one text or one newsroom, so that copies count once.
//!
//! Two articles are copies if at least half of the shorter one's shingles (sequences of five
//! words) stand in the other too. Words inside quotation marks don't count: two reporters who quote
//! one speech wrote two texts. Articles that credit one agency have one origin too, and so have
//! those that share any other key that the caller gives, such as the one ministry that both quote.
//!
//! The relation goes on: a copy of a copy has the origin of the first. Where a text takes over two
//! wires, both become one origin; rather one too few than one too many.

use crate::article::{Article, Role};
use crate::limits::SHINGLES_MAX;
use std::collections::{BTreeMap, BTreeSet};

/// Words of a shingle.
pub const SHINGLE_WORDS: usize = 5;
/// Copies share at least so many percent of the shorter one's shingles.
pub const SHARED_PERCENT_MIN: usize = 50;
/// A text with fewer shingles is not compared: a sentence may be alike by chance.
pub const SHINGLES_MIN: usize = 12;

/// The shingles of a text, as hashes: all of them, or of a long text the smallest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shingles {
    /// In order, each once.
    hashes: Vec<u64>,
    /// Hashes above this one were not kept.
    limit: u64,
}

impl Shingles {
    /// The shingles of an article's own words: paragraphs, without headline, dateline and what
    /// stands in quotation marks.
    #[must_use]
    pub fn of(article: &Article) -> Shingles {
        let mut maker = Maker::default();
        for paragraph in &article.paragraphs {
            if matches!(paragraph.role, Role::Headline | Role::Subhead | Role::Quote) {
                continue;
            }
            let start = paragraph.dateline.as_ref().map_or(0, |dateline| dateline.end);
            maker.add(paragraph.text.get(start..).unwrap_or_default());
        }
        maker.finish()
    }

    /// The shingles of a plain text.
    #[must_use]
    pub fn of_text(text: &str) -> Shingles {
        let mut maker = Maker::default();
        maker.add(text);
        maker.finish()
    }

    /// The smallest of them, at most so many, and the hash above which none was kept: a fair
    /// sample, by which copies can be told without the text.
    #[must_use]
    pub fn sample(&self, most: usize) -> (&[u64], u64) {
        match self.hashes.get(..most) {
            Some(sample) if most < self.hashes.len() => {
                (sample, sample.last().copied().unwrap_or(0))
            }
            _ => (&self.hashes, self.limit),
        }
    }

    /// How many shingles are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none: the text has fewer than five words of its own.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// How many shingles the shorter has; where one is a sample, of the part of all hashes that
    /// both keep.
    fn shorter(&self, other: &Shingles) -> usize {
        let limit = self.limit.min(other.limit);
        let kept = |shingles: &Shingles| shingles.hashes.partition_point(|hash| *hash <= limit);
        kept(self).min(kept(other))
    }

    /// Whether one is a copy of the other, or of a part of it.
    #[must_use]
    pub fn is_copy_of(&self, other: &Shingles) -> bool {
        let shared = |hash: &&u64| other.hashes.binary_search(hash).is_ok();
        is_copy(self.hashes.iter().filter(shared).count(), self.shorter(other))
    }
}

#[derive(Default)]
struct Maker {
    hashes: BTreeSet<u64>,
    limit: Option<u64>,
    window: Vec<u64>,
}

impl Maker {
    fn add(&mut self, text: &str) {
        self.window.clear();
        let mut quoted = false;
        let mut word = Fnv::default();
        let mut in_word = false;
        let chars = text.chars().chain([' ']);
        for c in chars {
            match c {
                '“' | '«' | '„' => quoted = true,
                '”' | '»' => quoted = false,
                '"' => quoted = !quoted,
                _ => {}
            }
            if c.is_alphanumeric() {
                for lower in c.to_lowercase() {
                    word.add(lower as u64);
                }
                in_word = true;
            } else if in_word && !matches!(c, '\'' | '’') {
                let hash = std::mem::take(&mut word).0;
                in_word = false;
                if quoted {
                    self.window.clear();
                } else {
                    self.push(hash);
                }
            }
        }
    }

    fn push(&mut self, word: u64) {
        if self.window.len() == SHINGLE_WORDS {
            self.window.remove(0);
        }
        self.window.push(word);
        if self.window.len() < SHINGLE_WORDS {
            return;
        }
        let mut shingle = Fnv::default();
        for word in &self.window {
            shingle.add(*word);
        }
        // The last step mixes all bits, so that the smallest are a fair sample.
        let hash = mix(shingle.0);
        if self.limit.is_some_and(|limit| hash > limit) {
            return;
        }
        self.hashes.insert(hash);
        if self.hashes.len() > SHINGLES_MAX {
            self.hashes.pop_last();
            self.limit = self.hashes.last().copied();
        }
    }

    fn finish(self) -> Shingles {
        let limit = self.limit.unwrap_or(u64::MAX);
        Shingles { hashes: self.hashes.into_iter().collect(), limit }
    }
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xCBF2_9CE4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, value: u64) {
        for byte in value.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
}

fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

/// What tells the origin of one article.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// Its shingles.
    pub shingles: Shingles,
    /// Whatever means one origin where two articles share it, such as an agency's name.
    pub keys: BTreeSet<String>,
}

impl Trace {
    /// The trace of an article: its shingles, and a key for each credit (the caller's name of the
    /// agency, else the name as written, in lower case).
    #[must_use]
    pub fn of(article: &Article) -> Trace {
        let key = |credit: &crate::Credit| {
            let name = credit.agency.as_deref().unwrap_or(&credit.text);
            format!("credit: {}", name.to_lowercase())
        };
        Trace { shingles: Shingles::of(article), keys: article.credits.iter().map(key).collect() }
    }
}

/// The origins of articles: for each trace the number of its group, from 0 in the order of the
/// traces. Which traces are in one group does not depend on their order.
#[must_use]
pub fn origins(traces: &[Trace]) -> Vec<usize> {
    let mut groups = Groups { parent: (0..traces.len()).collect() };
    let mut by_key: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, trace) in traces.iter().enumerate() {
        for key in &trace.keys {
            let first = *by_key.entry(key).or_insert(at);
            groups.join(first, at);
        }
    }
    join_copies(traces, &mut groups);
    let mut numbers = BTreeMap::new();
    (0..traces.len())
        .map(|at| {
            let next = numbers.len();
            *numbers.entry(groups.top(at)).or_insert(next)
        })
        .collect()
}

/// Joins the copies. What it costs grows with the shingles and with how many texts share each.
fn join_copies(traces: &[Trace], groups: &mut Groups) {
    let mut all: Vec<(u64, u32)> = Vec::new();
    for (at, trace) in traces.iter().enumerate() {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        all.extend(trace.shingles.hashes.iter().map(|hash| (*hash, at)));
    }
    all.sort_unstable();
    // For each text the texts that share a shingle with it, once for each shingle.
    let mut sharing: Vec<Vec<&[(u64, u32)]>> = vec![Vec::new(); traces.len()];
    for texts in all.chunk_by(|a, b| a.0 == b.0).filter(|texts| texts.len() > 1) {
        for (_, at) in texts {
            if let Some(shared) = sharing.get_mut(*at as usize) {
                shared.push(texts);
            }
        }
    }
    let mut counts = vec![0_usize; traces.len()];
    for (at, (shared, trace)) in sharing.iter().zip(traces).enumerate() {
        let before = |other: &&(u64, u32)| (other.1 as usize) < at;
        let mut near = Vec::new();
        for (_, other) in shared.iter().flat_map(|texts| texts.iter().take_while(before)) {
            if let Some(count) = counts.get_mut(*other as usize) {
                if *count == 0 {
                    near.push(*other as usize);
                }
                *count += 1;
            }
        }
        for other in near {
            let Some(count) = counts.get_mut(other) else { continue };
            let both = std::mem::take(count);
            if let Some(found) = traces.get(other)
                && is_copy(both, trace.shingles.shorter(&found.shingles))
            {
                groups.join(other, at);
            }
        }
    }
}

/// Whether texts that share so many shingles, of so many that the shorter has, are copies.
fn is_copy(both: usize, shorter: usize) -> bool {
    shorter >= SHINGLES_MIN && both * 100 >= shorter * SHARED_PERCENT_MIN
}

struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    fn top(&mut self, mut at: usize) -> usize {
        while let Some(parent) = self.parent.get(at).copied() {
            if parent == at {
                break;
            }
            let above = self.parent.get(parent).copied().unwrap_or(parent);
            if let Some(place) = self.parent.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.top(a), self.top(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(place) = self.parent.get_mut(high) {
            *place = low;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIRE: &str = "The council of the valley met in the port on Monday morning to speak of ships \
        and tolls for the first time since the truce was signed by both of the sides in the hall. \
        Observers from the west counted nine lorries on the bridge before noon and none at all after.";
    const OTHER: &str = "Prisoners came home by bus from the southern camp while their families waited \
        at a gate where the clerk read out a list of names that nobody had been shown before that day \
        and where a doctor asked for blankets because the heating of the hall had failed at night.";

    fn traces(texts: &[&str]) -> Vec<Trace> {
        let trace = |text: &&str| Trace { shingles: Shingles::of_text(text), ..Trace::default() };
        texts.iter().map(trace).collect()
    }

    #[test]
    fn two_copies_of_a_wire_count_once_and_a_third_text_makes_two() {
        let copy = WIRE.replace("nine lorries", "9 lorries").replace("morning ", "");
        let longer = format!("{OTHER} {WIRE} Then it rained.");
        assert_eq!(origins(&traces(&[WIRE, &copy, OTHER])), [0, 0, 1]);
        assert_eq!(origins(&traces(&[OTHER, WIRE, OTHER, &copy])), [0, 1, 0, 1]);
        assert_eq!(origins(&traces(&[WIRE, OTHER, &longer])), [0, 0, 0], "it took over both");
        assert_eq!(origins(&[]), [0; 0]);
    }

    #[test]
    fn a_credit_joins_and_a_shared_quotation_does_not() {
        let mut both = traces(&[WIRE, OTHER]);
        for trace in &mut both {
            trace.keys.insert("credit: north news".into());
        }
        assert_eq!(origins(&both), [0, 0]);
        let quoting = |own: &str| format!("{own} “{WIRE}” {own}");
        let one =
            quoting("A clerk of the port spoke to us for an hour and then said this of it all.");
        let two =
            quoting("Nobody had expected a word from the hall when the door was opened at last.");
        assert_eq!(origins(&traces(&[&one, &two])), [0, 1]);
    }

    #[test]
    fn long_texts_are_compared_by_a_sample() {
        let long: String = (0..30_000).map(|at| format!("w{} ", at * 7 % 9973 + at)).collect();
        let half: String = long.split_inclusive(' ').take(12_000).collect();
        let (long, half) = (Shingles::of_text(&long), Shingles::of_text(&half));
        assert_eq!(long.len(), SHINGLES_MAX);
        assert!(half.is_copy_of(&long) && long.is_copy_of(&half));
        assert!(!Shingles::of_text(WIRE).is_copy_of(&long));
    }

    #[test]
    fn a_short_text_is_no_copy_by_chance() {
        assert_eq!(
            origins(&traces(&["The talks go on, he said.", "The talks go on, he said."])),
            [0, 1]
        );
    }
}

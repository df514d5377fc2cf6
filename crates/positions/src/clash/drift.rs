//! Quotations that drift: one speaker's words, given between quotation marks in more than one way.

use crate::dates::{Stated, is_near};
use crate::matrix::day;
use crate::register::Register;
use crate::shown::Shown;
use crate::words::name_words;
use serde::Serialize;
use servanda_entry::SpeechKind;
use std::collections::{BTreeMap, BTreeSet};

/// Two versions of one quotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The rule that found it.
    pub rule: &'static str,
    /// Who is quoted.
    pub speaker: String,
    /// Words that only one of the two has, in their order.
    pub differing: Vec<String>,
    /// The two quotations.
    pub statements: Vec<Shown>,
}

/// Versions share so many percent of the shorter one's words, in their order.
const SHARED_PERCENT_MIN: usize = 60;
/// Shorter quotations may be alike by chance.
const WORDS_MIN: usize = 5;
/// A sequence of words that more quotations share than this is no sign of one quotation.
const SHARED_BY_MAX: usize = 50;

pub(super) fn find(register: &Register) -> Vec<Drift> {
    let mut by_words: BTreeMap<(&str, Vec<String>), Vec<usize>> = BTreeMap::new();
    let mut quotes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, told) in register.told.iter().enumerate() {
        let row = &told.statement;
        if row.kind != SpeechKind::Direct || row.speaker.is_empty() {
            continue;
        }
        let words = name_words(&row.quote);
        if words.len() < WORDS_MIN {
            continue;
        }
        for three in words.windows(3) {
            let holders = by_words.entry((&row.speaker, three.to_vec())).or_default();
            if holders.last() != Some(&at) {
                holders.push(at);
            }
        }
        quotes.insert(at, words);
    }
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for holders in by_words.values().filter(|holders| holders.len() <= SHARED_BY_MAX) {
        for (n, a) in holders.iter().enumerate() {
            pairs.extend(holders.iter().skip(n + 1).map(|b| (*a, *b)));
        }
    }
    let mut found = Vec::new();
    let mut seen: BTreeSet<(&[String], &[String])> = BTreeSet::new();
    for (a, b) in pairs {
        let (one, other) = (&register.told[a], &register.told[b]);
        let on = |told| day(register, told).0.map(Stated::print);
        if one.text == other.text || !is_near(on(one).as_deref(), on(other).as_deref()) {
            continue;
        }
        let (Some(x), Some(y)) = (quotes.get(&a), quotes.get(&b)) else { continue };
        let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
        let is_part = long.windows(short.len()).any(|part| part == short.as_slice());
        let kept = common(short, long);
        let shared = kept.len();
        if is_part || shared * 100 < short.len() * SHARED_PERCENT_MIN {
            continue;
        }
        if seen.insert((short, long)) {
            let extra = |words: &[String], rest: &mut Vec<String>| {
                let mut kept = kept.iter().peekable();
                for word in words {
                    if kept.peek() == Some(&word) {
                        kept.next();
                    } else {
                        rest.push(word.clone());
                    }
                }
            };
            let mut differing = Vec::new();
            extra(short, &mut differing);
            extra(long, &mut differing);
            found.push(Drift {
                rule: "quotation-drift",
                speaker: one.statement.speaker.clone(),
                differing,
                statements: Shown::all(register, [one, other]),
            });
        }
    }
    found
}

/// The longest sequence of words that both have, in order. Quotations are short.
fn common(a: &[String], b: &[String]) -> Vec<String> {
    let mut best = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i][j] = if a[i] == b[j] {
                best[i + 1][j + 1] + 1
            } else {
                best[i + 1][j].max(best[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            kept.push(a[i].clone());
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}

//! How a provision came to stand where it stands: each change of its states, the latest first.

use super::tree::Grower;
use crate::leaf::Leaf;
use servanda_comply::State;
use servanda_comply::answer::{Run, StateLine};
use servanda_report::{Badge, When, badge, in_words, when};
use std::collections::BTreeMap;

/// Changes that a page shows at once, and those that it has folded.
const LATEST_MAX: usize = 8;
const CHANGES_MAX: usize = 60;
/// Entries that are shown with one change.
const LEAVES_MAX: usize = 2;

/// A change of state.
pub(super) struct Change {
    pub(super) at: When,
    pub(super) whose: String,
    pub(super) was: Option<Badge>,
    pub(super) is: Badge,
    pub(super) why: String,
    pub(super) leaves: Vec<Leaf>,
}

/// The changes that are shown, and how many there are.
pub(super) struct Story {
    pub(super) latest: Vec<Change>,
    pub(super) earlier: Vec<Change>,
    pub(super) more: u64,
}

/// What changes alike at one instant: when, what it was, what it is, why.
type Alike<'a> = (&'a str, Option<State>, State, &'a str);

impl Grower<'_, '_> {
    /// The changes up to the instant asked about, the latest first; lines alike are one.
    pub(super) fn story(&self) -> Story {
        let mut all: BTreeMap<Alike<'_>, (Vec<&StateLine>, &Run)> = BTreeMap::new();
        for line in self.answer.into_iter().flat_map(|answer| &answer.lines) {
            let mut was = None;
            for run in &line.runs {
                let from = run.from.as_deref().filter(|from| *from <= self.at);
                // A state goes on where only its reasons change.
                if let Some(from) = from.filter(|_| was != Some(run.state)) {
                    let why = run.reasons.first().map_or("", |reason| reason.text.as_str());
                    let key = (from, was, run.state, why);
                    all.entry(key).or_insert_with(|| (vec![], run)).0.push(line);
                }
                was = Some(run.state);
            }
        }
        let more = all.len().saturating_sub(CHANGES_MAX) as u64;
        let latest = all.into_iter().rev().take(CHANGES_MAX);
        let changes = latest.map(|((from, was, is, why), (lines, run))| Change {
            at: when(from),
            whose: self.named(lines.iter().map(|line| self.line(line)).collect()),
            was: was.map(badge),
            is: badge(is),
            why: in_words(why),
            leaves: run
                .reasons
                .iter()
                .take(1)
                .flat_map(|reason| &reason.cites)
                .flat_map(|cite| self.entries_of(cite))
                .filter_map(|cite| Leaf::of(self.view, self.frame, cite))
                .take(LEAVES_MAX)
                .collect(),
        });
        let mut latest: Vec<Change> = changes.collect();
        let earlier = latest.split_off(latest.len().min(LATEST_MAX));
        Story { latest, earlier, more }
    }
}

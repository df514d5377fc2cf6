//! Why observations were joined, and why others were not.

use super::fusion::Fusion;
use super::scorer::{Cluster, Scorer, Terms};
use servanda_tlog::Hash;
use std::collections::BTreeMap;

/// How far below nothing a pair may score, in millionths of a nat, to be looked at as a runner-up.
const LOOK_BELOW: i32 = -30_000_000;
/// How many other incidents are looked at.
const OTHERS_MAX: usize = 64;

/// An incident made by score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fused {
    /// The least content id among its members.
    pub id: Hash,
    /// The content ids of its members, in their order.
    pub members: Vec<Hash>,
    /// What a merge had to score more than, in millionths of a nat: 0, or more where too many
    /// observations hung together.
    pub threshold: i32,
    /// Too many lie in one cell of place and time, and none of them was scored.
    pub crowded: bool,
}

/// Why an incident is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The incident.
    pub incident: Fused,
    /// The merges that made it, in their order.
    pub merges: Vec<Merge>,
    /// The incident that it came nearest to being one with.
    pub runner_up: Option<RunnerUp>,
    /// The ids that it took the place of.
    pub supersedes: Vec<Hash>,
}

/// Two groups that became one; each is named by its least content id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The one with the lesser id.
    pub into: Hash,
    /// The other.
    pub other: Hash,
    /// The score, in millionths of a nat: above the threshold.
    pub score: i64,
    /// Its parts.
    pub terms: Terms,
}

/// Another incident that was not joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerUp {
    /// The incident.
    pub id: Hash,
    /// The score of the two as one, in millionths of a nat.
    pub score: i64,
    /// Its parts.
    pub terms: Terms,
    /// Why it lost.
    pub lost: Lost,
}

/// Why two incidents were not made one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Two events explain them as well or better.
    Score,
    /// Both hold a row of a source that lists each event once.
    ListedTwice,
    /// They lie further apart than the gate lets through.
    Gate,
    /// No pair of their observations scores above the threshold, though together they would.
    NoPair,
}

impl Fusion {
    /// The incidents as of the last settling, in the order of their ids.
    #[must_use]
    pub fn incidents(&self) -> Vec<Fused> {
        let mut all: Vec<Fused> =
            self.ledger.all().filter_map(|stood| self.fused(*stood.members.first()?)).collect();
        all.sort_unstable_by_key(|incident| incident.id);
        all
    }

    /// The incident that an observation is of.
    #[must_use]
    pub fn incident_of(&self, observation: Hash) -> Option<Fused> {
        self.fused(self.slot_of(observation)?)
    }

    fn fused(&self, slot: u32) -> Option<Fused> {
        let stood = self.ledger.of(slot)?;
        Some(Fused {
            id: stood.id,
            members: stood.members.iter().map(|&slot| self.ids[slot as usize]).collect(),
            threshold: stood.threshold,
            crowded: self.is_crowded(slot),
        })
    }

    /// Why the incident that an observation is of is as it is, worked out now.
    pub fn evidence(&mut self, observation: Hash) -> Option<Evidence> {
        let slot = self.slot_of(observation)?;
        let incident = self.fused(slot)?;
        let stood = self.ledger.of(slot)?.clone();
        let ids: Vec<Hash> = incident.members.clone();
        let mut merges = Vec::new();
        let mine = self.cluster_of(&stood.members, stood.threshold, |clusters, a, b, score| {
            merges.push(Merge {
                into: ids[a as usize],
                other: ids[b as usize],
                score: i64::from(score),
                terms: Scorer::terms(&clusters[a as usize], &clusters[b as usize]),
            });
        })?;
        let supersedes = self.ledger.supersedes(incident.id).collect();
        let runner_up = if incident.crowded {
            None
        } else {
            self.runner_up(&stood.members, stood.threshold, &mine)
        };
        Some(Evidence { incident, merges, runner_up, supersedes })
    }

    /// The statistics of an incident. What was merged with others around was merged in the same
    /// order by itself: no merge of others touches it.
    fn cluster_of(
        &mut self,
        members: &[u32],
        threshold: i32,
        merged: impl FnMut(&[Cluster], u32, u32, i32),
    ) -> Option<Cluster> {
        let at = self.component_of(*members.first()?);
        let (_, clusters) = self.join(at, members, threshold, merged);
        clusters.into_iter().next()
    }

    fn runner_up(&mut self, members: &[u32], threshold: i32, mine: &Cluster) -> Option<RunnerUp> {
        let own = self.ledger.of(*members.first()?)?.id;
        // By incident, its best pair with one of the members.
        let mut best: BTreeMap<Hash, (i32, u32)> = BTreeMap::new();
        for &slot in members {
            let seen = self.seen[slot as usize];
            self.index.near(&self.scorer, &seen, LOOK_BELOW, |other| {
                let Some(stood) = self.ledger.of(other).filter(|stood| stood.id != own) else {
                    return;
                };
                let score = self.scorer.pair(&seen, &self.seen[other as usize]);
                let score = score.unwrap_or(i32::MIN);
                let known = best.entry(stood.id).or_insert((score, other));
                known.0 = known.0.max(score);
            });
        }
        let mut near: Vec<(i32, Hash, u32)> =
            best.into_iter().map(|(id, (score, slot))| (score, id, slot)).collect();
        near.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        near.truncate(OTHERS_MAX);
        let mut found: Option<RunnerUp> = None;
        for (pair, id, slot) in near {
            let stood = self.ledger.of(slot)?.clone();
            let theirs = self.cluster_of(&stood.members, stood.threshold, |_, _, _, _| {})?;
            let terms = Scorer::terms(mine, &theirs);
            let between = self.scorer.between(mine, &theirs);
            let lost = match between {
                _ if mine.lists_with(&theirs) => Lost::ListedTwice,
                None => Lost::Gate,
                Some(score) if score <= threshold.max(stood.threshold) => Lost::Score,
                Some(_) if pair <= threshold.max(stood.threshold) => Lost::NoPair,
                Some(_) => Lost::Score,
            };
            let score = between.map_or(terms.total(), i64::from);
            if found.as_ref().is_none_or(|best| score > best.score) {
                found = Some(RunnerUp { id, score, terms, lost });
            }
        }
        found
    }
}

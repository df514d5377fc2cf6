//! What the clocks of an answer rest on, kept apart from the many observations, so that reasons can
//! be asked for later and at once.

use crate::DeskError;
use crate::ask::Desk;
use servanda_comply::History;
use servanda_comply::answer::Why;
use servanda_entry::{Body, Entry, content};
use servanda_store::Record;
use servanda_terms::Agreement;
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the clocks of a record read, as a [`Desk`] sees it: acts, findings, coverage and what
/// corrects them, and of all these nothing that the desk leaves out.
pub struct Grounds {
    agreement: Arc<Agreement>,
    record: Arc<Record>,
    history: History,
    entries: Arc<Vec<u64>>,
    hidden: Arc<BTreeSet<Hash>>,
}

impl Desk {
    /// What its clocks read.
    #[must_use]
    pub fn grounds(&self) -> Grounds {
        Grounds {
            agreement: Arc::clone(&self.agreement),
            record: Arc::clone(&self.record),
            // No clock reads observations, and most of a record is observations.
            history: History { observations: Arc::default(), ..self.history.clone() },
            entries: Arc::clone(&self.read_by_clocks),
            hidden: Arc::clone(&self.hidden),
        }
    }
}

impl Grounds {
    /// Whether a clock may read such an entry.
    pub(crate) fn reads(body: &Body) -> bool {
        matches!(body, Body::Act(_) | Body::Finding(_) | Body::Coverage(_) | Body::Correction(_))
    }

    /// Why a provision stands where it stands at an instant.
    ///
    /// # Errors
    /// When the record can't be read.
    pub fn why(&self, at: Instant, id: &str) -> Result<Option<Why>, DeskError> {
        let entries = self.entries()?;
        Ok(servanda_comply::why(&self.agreement, &self.history, &entries, at, id))
    }

    fn entries(&self) -> Result<Vec<(u64, Entry)>, DeskError> {
        let by_hand = self.history.coverage.iter().filter(|held| held.value.line == 0);
        let noted: BTreeSet<u64> = by_hand.map(|held| held.cite.entry).collect();
        let (mut kept, mut told) = (BTreeSet::new(), Vec::new());
        for &index in &*self.entries {
            let entry = self.record.entry(index)?;
            if self.hidden.is_empty() || self.is_told(&entry.body, &kept, noted.contains(&index)) {
                kept.insert(index);
                told.push((index, entry));
            }
        }
        Ok(told)
    }

    /// Whether an entry may be told of. A correction is told of with what it corrects. A person's
    /// note of what was watched has an entry of its own, which the history lacks where the note is
    /// left out.
    fn is_told(&self, body: &Body, kept: &BTreeSet<u64>, is_noted: bool) -> bool {
        match body {
            Body::Correction(correction) => kept.contains(&correction.of.entry),
            Body::Coverage(coverage) => is_noted || coverage.rows.iter().all(|row| row.line != 0),
            body => !self.hidden.contains(&content::body_id(body)),
        }
    }
}

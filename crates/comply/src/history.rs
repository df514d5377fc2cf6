//! What a prefix of the record holds, with its corrections applied.

use crate::answer::CiteBy;
use servanda_entry::{
    Act, AgreementText, Assessment, Body, Claim, Correction, CoverageRow, Document, Entry, Finding,
    Kind, Observation, Ref, Replacement, Reply, Site, content,
};
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where something stands in the record, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cite {
    /// Index of the entry.
    pub entry: u64,
    /// Row in it, from 0; none: the entry itself.
    pub row: Option<u32>,
    /// Content id.
    pub id: Hash,
}

impl Cite {
    /// As it is printed.
    #[must_use]
    pub fn print(&self, by: CiteBy) -> String {
        match (by, self.row) {
            (CiteBy::Entry, Some(row)) => format!("e{}.{row}", self.entry),
            (CiteBy::Entry, None) => format!("e{}", self.entry),
            (CiteBy::Content, _) => print_id(&self.id),
        }
    }

    /// As another entry refers to it.
    #[must_use]
    pub fn to_ref(&self) -> Ref {
        Ref { entry: self.entry, row: self.row, id: self.id }
    }
}

/// A content id as it is printed: the first 16 hexadecimal digits.
#[must_use]
pub fn print_id(id: &Hash) -> String {
    id.to_hex().chars().take(16).collect()
}

/// Something in the record, and where.
#[derive(Debug, Clone)]
pub struct Held<T> {
    /// Where.
    pub cite: Cite,
    /// The source or register that it belongs to; empty where there is none. One text for all
    /// rows of an entry.
    pub source: Arc<str>,
    /// What.
    pub value: T,
}

impl<T> Held<T> {
    /// Whether it belongs to that source or register.
    #[must_use]
    pub fn of(&self, source: &str) -> bool {
        *self.source == *source
    }
}

/// What a prefix of the record holds.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The newest agreement text.
    pub agreement: Option<AgreementText>,
    /// Files that were added.
    pub documents: Vec<Held<Document>>,
    /// Observations that stand.
    pub observations: Vec<Held<Observation>>,
    /// Coverage that stands.
    pub coverage: Vec<Held<CoverageRow>>,
    /// Claims that stand.
    pub claims: Vec<Held<Claim>>,
    /// Sites that stand, by register.
    pub sites: BTreeMap<String, Vec<Held<Site>>>,
    /// Acts that stand.
    pub acts: Vec<Held<Act>>,
    /// Assessments that stand, in the order of the record.
    pub assessments: Vec<Held<Assessment>>,
    /// Findings, in the order of the record, and whether each stands.
    pub findings: Vec<(Held<Finding>, bool)>,
    /// Replies that stand.
    pub replies: Vec<Held<Reply>>,
    /// Corrections that stand.
    pub corrections: Vec<Held<Correction>>,
    /// Time of receipt of the last entry.
    pub received: Option<Instant>,
}

impl History {
    /// Reads entries in the order of the record, from the first on.
    #[must_use]
    pub fn gather(entries: impl IntoIterator<Item = (u64, Entry)>) -> History {
        let mut history = History::default();
        let mut corrections = Vec::new();
        let mut received = None;
        let mut rest = Vec::new();
        for (index, entry) in entries {
            received = Some(entry.at);
            match entry.body {
                Body::Correction(correction) => corrections.push((index, correction)),
                body => rest.push((index, body)),
            }
        }
        history.received = received;
        let dead = dead(&corrections);
        for (index, body) in rest {
            history.take(index, body, &dead);
        }
        for (index, correction) in corrections {
            if !dead.contains(&(index, None)) {
                history.take_correction(index, correction);
            }
        }
        history
    }

    fn take(&mut self, index: u64, body: Body, dead: &BTreeSet<(u64, Option<u32>)>) {
        if dead.contains(&(index, None)) && body.kind() != Kind::Finding {
            return;
        }
        let stands = |row: u32| !dead.contains(&(index, Some(row)));
        let whole = |id: Hash| Cite { entry: index, row: None, id };
        let id = match &body {
            Body::Act(_) | Body::Assessment(_) | Body::Finding(_) | Body::Reply(_) => {
                content::body_id(&body)
            }
            Body::Document(document) => document.file.sha256,
            _ => servanda_tlog::sha256(b""),
        };
        let none = || Arc::<str>::from("");
        match body {
            Body::Agreement(text) => self.agreement = Some(text),
            Body::Document(value) => {
                let source = value.source.as_str().into();
                self.documents.push(Held { cite: whole(id), source, value });
            }
            Body::Register(body) => {
                let rows = held(index, Kind::Register, &body.register, body.rows, stands);
                self.sites.entry(body.register).or_default().extend(rows);
            }
            Body::Observation(body) => {
                let rows = held(index, Kind::Observation, &body.source, body.rows, stands);
                self.observations.extend(rows);
            }
            Body::Coverage(body) => {
                let rows = held(index, Kind::Coverage, &body.source, body.rows, stands);
                self.coverage.extend(rows);
            }
            Body::Claim(body) => {
                let rows = held(index, Kind::Claim, &body.source, body.rows, stands);
                self.claims.extend(rows);
            }
            Body::Act(value) => {
                self.acts.push(Held { cite: whole(id), source: none(), value });
            }
            Body::Assessment(value) => {
                self.assessments.push(Held { cite: whole(id), source: none(), value });
            }
            Body::Finding(value) => {
                let stands = !dead.contains(&(index, None));
                self.findings.push((Held { cite: whole(id), source: none(), value }, stands));
            }
            Body::Reply(value) => {
                self.replies.push(Held { cite: whole(id), source: none(), value });
            }
            Body::Constitution(_) | Body::Statement(_) | Body::Correction(_) => {}
        }
    }

    fn take_correction(&mut self, index: u64, value: Correction) {
        let id = content::body_id(&Body::Correction(value.clone()));
        let cite = Cite { entry: index, row: None, id };
        if let Some((source, row)) = value.by.clone() {
            // The new row stands where the correction stands.
            fn standing<T: serde::Serialize>(
                entry: u64,
                kind: Kind,
                source: String,
                value: T,
            ) -> Held<T> {
                let id = content::row_id(kind, &source, &value);
                Held { cite: Cite { entry, row: None, id }, source: source.into(), value }
            }
            match row {
                Replacement::Observation(row) => {
                    self.observations.push(standing(index, Kind::Observation, source, row));
                }
                Replacement::Claim(row) => {
                    self.claims.push(standing(index, Kind::Claim, source, row));
                }
                Replacement::Site(row) => {
                    let register = source.clone();
                    let site = standing(index, Kind::Register, source, row);
                    self.sites.entry(register).or_default().push(site);
                }
                Replacement::Coverage(row) => {
                    self.coverage.push(standing(index, Kind::Coverage, source, row));
                }
            }
        }
        self.corrections.push(Held { cite, source: "".into(), value });
    }
}

/// What standing corrections take out. A correction of a correction gives back what it took.
fn dead(corrections: &[(u64, Correction)]) -> BTreeSet<(u64, Option<u32>)> {
    let mut dead = BTreeSet::new();
    // A correction can only be about what came before it, so from the last to the first each
    // one's own fate is known when it is reached.
    for (index, correction) in corrections.iter().rev() {
        if !dead.contains(&(*index, None)) && correction.of.entry < *index {
            dead.insert((correction.of.entry, correction.of.row));
        }
    }
    dead
}

fn held<T: serde::Serialize + Send>(
    index: u64,
    kind: Kind,
    source: &str,
    rows: Vec<T>,
    stands: impl Fn(u32) -> bool,
) -> Vec<Held<T>> {
    let shared: Arc<str> = source.into();
    rows.into_iter()
        .zip(0_u32..)
        .filter(|(_, row)| stands(*row))
        .map(|(value, row)| {
            let id = content::row_id(kind, source, &value);
            Held {
                cite: Cite { entry: index, row: Some(row), id },
                source: Arc::clone(&shared),
                value,
            }
        })
        .collect()
}

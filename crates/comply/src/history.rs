//! What a prefix of the record holds, with its corrections applied.

use crate::answer::CiteBy;
use crate::observed::{Observed, Seen};
use crate::sieve::Tally;
use servanda_entry::{
    Act, AgreementText, Assessment, Body, Claim, Correction, CoverageRow, Document, Entry, Finding,
    Handling, Judgement, Kind, Observation, Ref, Replacement, Reply, Site, TakenOut, content,
    taken_out,
};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
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
    fn new(cite: Cite, source: &str, value: T) -> Held<T> {
        Held { cite, source: source.into(), value }
    }

    /// Of no source.
    fn alone(cite: Cite, value: T) -> Held<T> {
        Held::new(cite, "", value)
    }

    /// Whether it belongs to that source or register.
    #[must_use]
    pub fn of(&self, source: &str) -> bool {
        *self.source == *source
    }
}

/// What a prefix of the record holds.
///
/// What there may be millions of is shared between copies: see [`History::continued`].
#[derive(Debug, Clone, Default)]
pub struct History {
    /// The newest agreement text.
    pub agreement: Option<AgreementText>,
    /// Files that were added.
    pub documents: Vec<Held<Document>>,
    /// Observations that stand.
    pub observations: Arc<Observed>,
    /// What an answer says of observations that are not among them: see
    /// [`sieve`](crate::sieve()). Nothing where all are.
    pub counted: Arc<Tally>,
    /// Coverage that stands.
    pub coverage: Arc<Vec<Held<CoverageRow>>>,
    /// Claims that stand.
    pub claims: Vec<Held<Claim>>,
    /// Sites that stand, by register.
    pub sites: Arc<BTreeMap<String, Vec<Held<Site>>>>,
    /// Acts that stand.
    pub acts: Vec<Held<Act>>,
    /// Assessments that stand, in the order of the record.
    pub assessments: Vec<Held<Assessment>>,
    /// Findings, in the order of the record, and whether each stands.
    pub findings: Vec<(Held<Finding>, bool)>,
    /// Replies that stand.
    pub replies: Vec<Held<Reply>>,
    /// What was done at the desk and stands, in the order of the record. No answer asks it.
    pub handlings: Vec<Held<Handling>>,
    /// Corrections that stand.
    pub corrections: Vec<Held<Correction>>,
    /// What was superseded or retracted: where it is, so that it stays readable.
    pub gone: Arc<Vec<Held<()>>>,
    /// Time of receipt of the last entry.
    pub received: Option<Instant>,
}

impl History {
    /// Reads entries in the order of the record, from the first on.
    #[must_use]
    pub fn gather(entries: impl IntoIterator<Item = (u64, Entry)>) -> History {
        match History::gather_beside(std::iter::empty::<Result<_, Infallible>>(), entries) {
            Ok(history) => history,
            Err(never) => match never {},
        }
    }

    /// As [`History::gather`], where the observations of some entries come in columns, in the order
    /// of the record, and not as entries. All of them are of earlier entries than those that come
    /// as entries of their own.
    ///
    /// # Errors
    /// When columns can't be had.
    pub fn gather_beside<E>(
        columns: impl IntoIterator<Item = Result<Observed, E>>,
        entries: impl IntoIterator<Item = (u64, Entry)>,
    ) -> Result<History, E> {
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
        let dead = taken_out(&corrections);
        for part in columns {
            history.take_columns(part?, &dead);
        }
        for (index, body) in rest {
            history.take(index, body, &dead);
        }
        for (index, correction) in corrections {
            let stands = !dead.contains(&(index, None));
            history.take_correction(index, correction, stands);
        }
        Ok(history)
    }

    fn take_columns(&mut self, columns: Observed, dead: &TakenOut) {
        if dead.is_empty() && self.observations.is_empty() {
            self.observations = Arc::new(columns);
            return;
        }
        let stands = |seen: Seen<'_>| {
            let Cite { entry, row, .. } = seen.cite();
            !dead.contains(&(entry, None)) && !dead.contains(&(entry, row))
        };
        Arc::make_mut(&mut self.observations).append(&columns, stands);
        if !dead.is_empty() {
            let gone = columns.iter().filter(|seen| !stands(*seen));
            let gone = gone.map(|seen| Held::new(seen.cite(), seen.source(), ()));
            Arc::make_mut(&mut self.gone).extend(gone);
        }
    }

    /// The same with one more entry, which shares with it what there may be millions of. None where
    /// the entry changes what was seen or watched, what stands, or which observations are one
    /// event: then everything is gathered anew.
    #[must_use]
    pub fn continued(&self, index: u64, entry: &Entry) -> Option<History> {
        let regroups = |judgement: &Judgement| {
            matches!(judgement, Judgement::Merge | Judgement::Split | Judgement::Review { .. })
        };
        match &entry.body {
            Body::Assessment(judged) if regroups(&judged.outcome) => return None,
            Body::Handling(_)
            | Body::Assessment(_)
            | Body::Finding(_)
            | Body::Reply(_)
            | Body::Disclosure(_) => {}
            _ => return None,
        }
        let mut next = self.clone();
        next.received = Some(entry.at);
        next.take(index, entry.body.clone(), &TakenOut::default());
        Some(next)
    }

    /// The same without what has these content ids: observations with what they show to have been
    /// watched, judgements, findings and replies. What is left is what others may be told.
    #[must_use]
    pub fn without(&self, hidden: &BTreeSet<Hash>) -> History {
        let mut rest = self.clone();
        let is_hidden = |cite: &Cite| hidden.contains(&cite.id);
        let gone: BTreeSet<(&str, Interval)> = (self.observations.iter())
            .filter(|seen| is_hidden(&seen.cite()))
            .map(|seen| (seen.source(), seen.interval()))
            .collect();
        rest.observations = Arc::new(self.observations.filtered(|seen| !is_hidden(&seen.cite())));
        Arc::make_mut(&mut rest.coverage).retain(|watched| {
            let row = &watched.value;
            row.line != 0 || !gone.contains(&(&*watched.source, row.interval()))
        });
        rest.assessments.retain(|held| !is_hidden(&held.cite));
        rest.findings.retain(|(held, _)| !is_hidden(&held.cite));
        rest.replies.retain(|held| !is_hidden(&held.cite));
        rest
    }

    fn take(&mut self, index: u64, body: Body, dead: &TakenOut) {
        let whole = !dead.contains(&(index, None));
        let stands = |row: u32| whole && !dead.contains(&(index, Some(row)));
        let cite = |id: Hash| Cite { entry: index, row: None, id };
        let gone = Arc::make_mut(&mut self.gone);
        match body {
            Body::Agreement(text) => self.agreement = Some(text),
            Body::Document(value) => {
                let source = value.source.as_str().into();
                let cite = cite(value.file.sha256);
                keep(&mut self.documents, gone, Held { cite, source, value }, whole);
            }
            Body::Register(body) => {
                let rows = held(index, Kind::Register, &body.register, body.rows);
                let sites = Arc::make_mut(&mut self.sites).entry(body.register).or_default();
                rows.for_each(|(row, held)| keep(sites, gone, held, stands(row)));
            }
            Body::Observation(body) => {
                let seen = Arc::make_mut(&mut self.observations);
                for (n, row) in held(index, Kind::Observation, &body.source, body.rows) {
                    observe(seen, gone, row, stands(n));
                }
            }
            Body::Coverage(body) => {
                let rows = held(index, Kind::Coverage, &body.source, body.rows);
                let watched = Arc::make_mut(&mut self.coverage);
                rows.for_each(|(n, row)| keep(watched, gone, row, stands(n)));
            }
            Body::Claim(body) => {
                let rows = held(index, Kind::Claim, &body.source, body.rows);
                rows.for_each(|(n, row)| keep(&mut self.claims, gone, row, stands(n)));
            }
            Body::Act(ref act) => {
                let held = Held::alone(cite(content::body_id(&body)), act.clone());
                keep(&mut self.acts, gone, held, whole);
            }
            Body::Assessment(ref assessment) => {
                let held = Held::alone(cite(content::body_id(&body)), assessment.clone());
                keep(&mut self.assessments, gone, held, whole);
            }
            Body::Finding(ref finding) => {
                let held = Held::alone(cite(content::body_id(&body)), finding.clone());
                self.findings.push((held, whole));
            }
            Body::Reply(ref reply) => {
                let held = Held::alone(cite(content::body_id(&body)), reply.clone());
                keep(&mut self.replies, gone, held, whole);
            }
            Body::Handling(ref handling) => {
                let held = Held::alone(cite(content::body_id(&body)), handling.clone());
                keep(&mut self.handlings, gone, held, whole);
            }
            // What is done with what is sealed changes no answer: answers rest on what is public.
            // Nor does how the record is kept.
            Body::Constitution(_)
            | Body::Statement(_)
            | Body::Correction(_)
            | Body::KeyAct(_)
            | Body::Disclosure(_)
            | Body::Hold(_)
            | Body::Erasure(_)
            | Body::Destruction(_)
            | Body::RefusedOrder(_)
            | Body::ForcedStart(_)
            | Body::Anchor(_) => {}
        }
    }

    fn take_correction(&mut self, index: u64, value: Correction, stands: bool) {
        let gone = Arc::make_mut(&mut self.gone);
        // The new row stands where the correction stands.
        if let Some((source, row)) = &value.by {
            let place = |id: Hash| Cite { entry: index, row: None, id };
            match row {
                Replacement::Observation(row) => {
                    let id = content::row_id(Kind::Observation, source, row);
                    let held = Held::new(place(id), source, row.clone());
                    observe(Arc::make_mut(&mut self.observations), gone, held, stands);
                }
                Replacement::Claim(row) => {
                    let id = content::row_id(Kind::Claim, source, row);
                    let held = Held::new(place(id), source, row.clone());
                    keep(&mut self.claims, gone, held, stands);
                }
                Replacement::Site(row) => {
                    let id = content::row_id(Kind::Register, source, row);
                    let held = Held::new(place(id), source, row.clone());
                    let sites = Arc::make_mut(&mut self.sites).entry(source.clone()).or_default();
                    keep(sites, gone, held, stands);
                }
                Replacement::Coverage(row) => {
                    let id = content::row_id(Kind::Coverage, source, row);
                    let held = Held::new(place(id), source, row.clone());
                    keep(Arc::make_mut(&mut self.coverage), gone, held, stands);
                }
            }
        }
        let id = content::body_id(&Body::Correction(value.clone()));
        let held = Held::alone(Cite { entry: index, row: None, id }, value);
        keep(&mut self.corrections, gone, held, stands);
    }
}

/// The rows of an entry, each with its number.
fn held<T: serde::Serialize>(
    index: u64,
    kind: Kind,
    source: &str,
    rows: Vec<T>,
) -> impl Iterator<Item = (u32, Held<T>)> + use<T> {
    let shared: Arc<str> = source.into();
    rows.into_iter().zip(0_u32..).map(move |(value, row)| {
        let id = content::row_id(kind, &shared, &value);
        let cite = Cite { entry: index, row: Some(row), id };
        (row, Held { cite, source: Arc::clone(&shared), value })
    })
}

/// As [`keep`], for observations.
fn observe(seen: &mut Observed, gone: &mut Vec<Held<()>>, held: Held<Observation>, stands: bool) {
    if stands {
        seen.push(held.cite, &held.source, &held.value);
    } else {
        gone.push(Held { cite: held.cite, source: held.source, value: () });
    }
}

/// Puts what stands on its list, and of the rest keeps where it is.
fn keep<T>(list: &mut Vec<Held<T>>, gone: &mut Vec<Held<()>>, held: Held<T>, stands: bool) {
    if stands {
        list.push(held);
    } else {
        gone.push(Held { cite: held.cite, source: held.source, value: () });
    }
}

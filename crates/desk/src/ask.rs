use crate::DeskError;
use crate::files::AgreementFiles;
use crate::grounds::Grounds;
use crate::index::Index;
use servanda_comply::answer::{CiteBy, Points, RecordPoint, Reported};
use servanda_comply::{Answer, Ask, Evaluation, History, Observed, evaluate, word};
use servanda_entry::{Body, Entry, Statements};
use servanda_positions::{Cell, Filter, Register, positions};
use servanda_store::{Record, StoreError};
use servanda_terms::Agreement;
use servanda_time::Instant;
use servanda_tlog::Hash;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// How much of a record to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The first so many entries.
    Size(u64),
    /// What had been received at that time.
    Time(Instant),
}

/// A question to the engine.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The instant of the world asked about; none: when the last entry was received.
    pub at: Option<Instant>,
    /// How entries are cited.
    pub cite: CiteBy,
    /// Exceptions to leave out of account.
    pub without: Vec<String>,
    /// Whether nothing but the answer is wanted.
    pub bare: bool,
    /// Whether a map or a timeline of the answer will be drawn.
    pub drawn: bool,
}

/// A record, opened at a size, with its agreement and history.
pub struct Desk {
    /// The record.
    pub record: Arc<Record>,
    /// How many of its entries are looked at.
    pub size: u64,
    /// The agreement's files, as the record holds them.
    pub files: Arc<AgreementFiles>,
    /// The agreement.
    pub agreement: Arc<Agreement>,
    /// What the entries say.
    pub history: History,
    /// Which entries are about published texts; none where there is no text.
    texts: Arc<Vec<u64>>,
    /// Which entries the clocks read, and which are texts of agreements.
    pub(crate) read_by_clocks: Arc<Vec<u64>>,
    agreements: Arc<Vec<u64>>,
    /// What is left out, by content id: see [`Desk::without`].
    pub(crate) hidden: Arc<BTreeSet<Hash>>,
    register: Arc<OnceLock<Register>>,
}

impl Desk {
    /// Opens a record at a point; none: as it is now.
    ///
    /// # Errors
    /// When the record can't be read, holds no agreement at that point, or is not that long.
    pub fn open(dir: &Path, as_of: Option<AsOf>) -> Result<Desk, DeskError> {
        Desk::of(Record::open(dir)?, as_of)
    }

    /// Looks at a record that is open.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn of(record: Record, as_of: Option<AsOf>) -> Result<Desk, DeskError> {
        let size = size_of(&record, as_of)?;
        Desk::whole(Arc::new(record), size)
    }

    /// With all that the first so many entries hold.
    pub(crate) fn whole(record: Arc<Record>, size: u64) -> Result<Desk, DeskError> {
        let mut index = Index::of(&record, size)?;
        let entries = index.entries()?;
        let gathered = Gathered::of(&record, size, index.columns(), entries)?;
        Desk::at(record, size, gathered)
    }

    /// With what was gathered of them.
    pub(crate) fn at(
        record: Arc<Record>,
        size: u64,
        gathered: Gathered,
    ) -> Result<Desk, DeskError> {
        let Gathered { history, texts, read_by_clocks, agreements } = gathered;
        let Some(text) = &history.agreement else {
            return Err(DeskError::Asked(format!(
                "the first {size} entries of the record hold no agreement: ask about a later point"
            )));
        };
        let files = Arc::new(AgreementFiles::from_record(&record, text)?);
        let agreement = Arc::new(files.agreement()?);
        Ok(Desk {
            record,
            size,
            files,
            agreement,
            history,
            texts: Arc::new(texts),
            read_by_clocks: Arc::new(read_by_clocks),
            agreements: Arc::new(agreements),
            hidden: Arc::default(),
            register: Arc::default(),
        })
    }

    /// The same with one more entry that its record doesn't hold yet, and shares the rest with it.
    /// None where everything must be looked at anew: see [`History::continued`].
    #[must_use]
    pub fn continued(&self, index: u64, entry: &Entry) -> Option<Desk> {
        Some(self.with(index + 1, self.history.continued(index, entry)?))
    }

    /// The same without what has these content ids: see [`History::without`].
    #[must_use]
    pub fn without(&self, hidden: &BTreeSet<Hash>) -> Desk {
        let mut rest = self.with(self.size, self.history.without(hidden));
        rest.hidden = Arc::new(self.hidden.union(hidden).copied().collect());
        rest
    }

    fn with(&self, size: u64, history: History) -> Desk {
        Desk {
            record: Arc::clone(&self.record),
            size,
            files: Arc::clone(&self.files),
            agreement: Arc::clone(&self.agreement),
            history,
            texts: Arc::clone(&self.texts),
            read_by_clocks: Arc::clone(&self.read_by_clocks),
            agreements: Arc::clone(&self.agreements),
            hidden: Arc::clone(&self.hidden),
            // No entry that a desk goes on with, or leaves out, is about a text.
            register: Arc::clone(&self.register),
        }
    }

    /// The entries that hold a text of the agreement, in the order of the record.
    #[must_use]
    pub fn agreements(&self) -> &[u64] {
        &self.agreements
    }

    /// The record, for whoever goes on to write to it.
    ///
    /// # Errors
    /// When somebody else still looks at it.
    pub fn into_record(self) -> Result<Record, DeskError> {
        let busy = || DeskError::Asked("the record is still looked at: open it anew".into());
        Arc::into_inner(self.record).ok_or_else(busy)
    }

    /// The statements of published texts that stand, with their reviews and origins.
    #[must_use]
    pub fn register(&self) -> &Register {
        self.register.get_or_init(|| Register::gather(self.told()))
    }

    /// The entries about published texts. All could be read when the record was opened; no other is
    /// read again.
    pub(crate) fn told(&self) -> impl Iterator<Item = (u64, Entry)> {
        self.texts.iter().filter_map(|&index| Some((index, self.record.entry(index).ok()?)))
    }

    /// Asks the engine.
    ///
    /// # Errors
    /// When the question names an exception that the agreement doesn't have, or the record's
    /// root can't be had.
    pub fn ask(&self, question: &Question) -> Result<Evaluation, DeskError> {
        if let Some(unknown) =
            question.without.iter().find(|id| self.agreement.exception(id).is_none())
        {
            let known: Vec<&str> =
                self.agreement.exceptions.iter().map(|except| except.id.as_str()).collect();
            return Err(DeskError::Asked(format!(
                "the agreement has no exception {unknown:?}; it has: {}",
                if known.is_empty() { "none".to_string() } else { known.join(", ") }
            )));
        }
        let mut evaluation = evaluate(&self.agreement, &self.history, &self.to_ask(question)?);
        let points = evaluation.answer.life.as_mut().and_then(|life| life.points.as_mut());
        if let Some(points) = points
            && !self.texts.is_empty()
        {
            self.draw_on_reports(points, question);
        }
        Ok(evaluation)
    }

    /// Lays beside the stands on a draft's points what published texts report.
    fn draw_on_reports(&self, points: &mut Points, question: &Question) {
        // What was received later is not known here. Of what is, asked about an earlier instant,
        // only the days until then.
        let earlier = question.at.filter(|at| self.history.received.is_some_and(|last| *at < last));
        let zone = &self.agreement.timezone;
        let until = earlier.map(|at| at.next_day(zone).date(zone));
        let filter = Filter { until, ..Filter::default() };
        let positions = positions(self.register(), &*self.agreement, &filter);
        for point in &mut points.list {
            let row = positions.rows.iter().find(|row| row.id == point.provision);
            let cells = row.map_or(&[][..], |row| row.parties.as_slice());
            point.reported = cells.iter().map(|cell| reported(cell, question.cite)).collect();
        }
    }

    /// The question as the engine takes it, with the record and the text that it is asked of.
    pub(crate) fn to_ask(&self, question: &Question) -> Result<Ask, DeskError> {
        let text = self.history.agreement.as_ref().and_then(|text| text.files.first());
        Ok(Ask {
            at: question.at,
            cite: question.cite,
            without: question.without.clone(),
            bare: question.bare,
            drawn: question.drawn,
            record: Some(self.point()?),
            text: text.map(|blob| blob.sha256.to_hex()).unwrap_or_default(),
        })
    }

    /// The record at the size looked at.
    ///
    /// # Errors
    /// When the record's root can't be had.
    pub fn point(&self) -> Result<RecordPoint, DeskError> {
        Ok(RecordPoint {
            origin: self.record.origin().to_string(),
            size: self.size,
            root: self.record.root_at(self.size)?.to_base64(),
            received: self.history.received.map(|at| at.to_string()).unwrap_or_default(),
        })
    }
}

/// What the first entries of a record say, and which of them are about what.
pub(crate) struct Gathered {
    pub(crate) history: History,
    texts: Vec<u64>,
    read_by_clocks: Vec<u64>,
    agreements: Vec<u64>,
}

impl Gathered {
    /// From the observations in columns, and the entries that are something else.
    pub(crate) fn of(
        record: &Record,
        size: u64,
        columns: impl IntoIterator<Item = Result<Observed, StoreError>>,
        mut entries: Vec<(u64, Entry)>,
    ) -> Result<Gathered, DeskError> {
        let mut has_texts = false;
        let (mut texts, mut read_by_clocks, mut agreements) = (vec![], vec![], vec![]);
        for (index, entry) in &mut entries {
            let index = *index;
            if Register::reads(&entry.body) {
                texts.push(index);
            }
            match &mut entry.body {
                // The engine asks nothing of statements; those of many texts would fill the memory.
                Body::Statement(body) => {
                    *body = Statements::default();
                    has_texts = true;
                }
                Body::Agreement(_) => agreements.push(index),
                body if Grounds::reads(body) => read_by_clocks.push(index),
                _ => {}
            }
        }
        if !has_texts {
            texts.clear();
        }
        let mut history = History::gather_beside(columns, entries)?;
        if let Some(last) = size.checked_sub(1) {
            history.received = Some(record.entry(last)?.at);
        }
        Ok(Gathered { history, texts, read_by_clocks, agreements })
    }
}

/// How many entries of a record a point is.
fn size_of(record: &Record, as_of: Option<AsOf>) -> Result<u64, DeskError> {
    match as_of {
        None => Ok(record.size()),
        Some(AsOf::Size(size)) if size <= record.size() => Ok(size),
        Some(AsOf::Size(size)) => Err(DeskError::Asked(format!(
            "the record has {} entries, not {size}: give a size up to that",
            record.size()
        ))),
        Some(AsOf::Time(time)) => size_at(record, time),
    }
}

/// What can be said of an agreement that has no record yet: its dates, and what waits for what.
#[must_use]
pub fn draft(agreement: &Agreement, files: &AgreementFiles, at: Instant) -> Answer {
    let text = servanda_tlog::sha256(files.source.text().as_bytes()).to_hex();
    let ask = Ask { at: Some(at), text, ..Ask::default() };
    evaluate(agreement, &History::default(), &ask).answer
}

fn reported(cell: &Cell, by: CiteBy) -> Reported {
    let latest = &cell.latest;
    Reported {
        party: cell.party.clone(),
        speaker: latest.speaker.clone(),
        act: latest.act.word().into(),
        words: latest.quote.clone(),
        on: cell.on.clone(),
        basis: word(&cell.basis),
        origins: cell.origins as u64,
        has_changed: cell.has_changed,
        cites: vec![match by {
            CiteBy::Entry => latest.cite.clone(),
            CiteBy::Content => latest.id.clone(),
        }],
    }
}

/// How many entries had been received at that time.
fn size_at(record: &Record, time: Instant) -> Result<u64, DeskError> {
    let mut size = 0;
    for entry in record.entries(0..record.size()) {
        let (index, entry) = entry?;
        if entry.at > time {
            break;
        }
        size = index + 1;
    }
    if size == 0 {
        return Err(DeskError::Asked(format!("the record held nothing at {time}")));
    }
    Ok(size)
}

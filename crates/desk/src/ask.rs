use crate::DeskError;
use crate::files::AgreementFiles;
use servanda_comply::answer::{CiteBy, RecordPoint};
use servanda_comply::{Answer, Ask, Evaluation, History, evaluate};
use servanda_store::Record;
use servanda_terms::Agreement;
use servanda_time::Instant;
use std::path::Path;

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
}

/// A record, opened at a size, with its agreement and history.
pub struct Desk {
    /// The record.
    pub record: Record,
    /// How many of its entries are looked at.
    pub size: u64,
    /// The agreement's files, as the record holds them.
    pub files: AgreementFiles,
    /// The agreement.
    pub agreement: Agreement,
    /// What the entries say.
    pub history: History,
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
        let size = match as_of {
            None => record.size(),
            Some(AsOf::Size(size)) if size <= record.size() => size,
            Some(AsOf::Size(size)) => {
                return Err(DeskError::Asked(format!(
                    "the record has {} entries, not {size}: give a size up to that",
                    record.size()
                )));
            }
            Some(AsOf::Time(time)) => size_at(&record, time)?,
        };
        let mut entries = Vec::new();
        for entry in record.entries(0..size) {
            entries.push(entry?);
        }
        let history = History::gather(entries);
        let Some(text) = &history.agreement else {
            return Err(DeskError::Asked(format!(
                "the first {size} entries of the record hold no agreement: ask about a later point"
            )));
        };
        let files = AgreementFiles::from_record(&record, text)?;
        let agreement = files.agreement()?;
        Ok(Desk { record, size, files, agreement, history })
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
        Ok(evaluate(&self.agreement, &self.history, &self.to_ask(question)?))
    }

    /// The question as the engine takes it, with the record and the text that it is asked of.
    pub(crate) fn to_ask(&self, question: &Question) -> Result<Ask, DeskError> {
        let text = self.history.agreement.as_ref().and_then(|text| text.files.first());
        Ok(Ask {
            at: question.at,
            cite: question.cite,
            without: question.without.clone(),
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

/// What can be said of an agreement that has no record yet: its dates, and what waits for what.
#[must_use]
pub fn draft(agreement: &Agreement, files: &AgreementFiles, at: Instant) -> Answer {
    let text = servanda_tlog::sha256(files.source.text().as_bytes()).to_hex();
    let ask = Ask { at: Some(at), text, ..Ask::default() };
    evaluate(agreement, &History::default(), &ask).answer
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

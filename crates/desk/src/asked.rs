use crate::DeskError;
use crate::ask::{AsOf, Desk, Gathered, Question};
use crate::index::Index;
use crate::sieved::Sieved;
use servanda_comply::Answer;
use servanda_entry::{Body, Entry};
use servanda_store::{Record, Storage, StoreError};
use servanda_terms::Agreement;
use std::sync::Arc;

/// A record at a point, for its answer alone.
///
/// Where only an answer is wanted, not every observation has to be at hand: those that can't matter
/// to the text are counted, and lie so beside the record after the first such question. The answer
/// is that of [`Desk::ask`], to the byte.
pub struct Asked(Desk);

impl Asked {
    /// Opens a record at a point; none: as it is now.
    ///
    /// # Errors
    /// As [`Desk::of`].
    pub fn open(storage: Arc<dyn Storage>, as_of: Option<AsOf>) -> Result<Asked, DeskError> {
        let Some(AsOf::Size(size)) = as_of.filter(|_| storage.is_near()) else {
            return Ok(Asked(Desk::of(Record::open_in(storage)?, as_of)?));
        };
        let record = match Sieved::beside(storage.place(), size) {
            None => Record::open_in(storage)?,
            Some(sieved) => {
                let Sieved { head, .. } = &sieved;
                let record = Record::open_by_tiles(storage, &head.others, head.to)?;
                if let Some(gathered) = Asked::gather(&record, sieved, size)? {
                    return Ok(Asked(Desk::at(Arc::new(record), size, gathered)?));
                }
                record
            }
        };
        let desk = Desk::of(record, as_of)?;
        if let Some(text) = &desk.history.agreement {
            let index = Index::of(&desk.record, desk.record.size())?;
            if index.spans().last().is_some_and(|(_, to, _)| size <= to) {
                Sieved::make(&desk.record, index, text, &desk.agreement)?;
            }
        }
        Ok(Asked(desk))
    }

    /// None where it must be done without what lies beside the record.
    fn gather(record: &Record, sieved: Sieved, size: u64) -> Result<Option<Gathered>, DeskError> {
        if !sieved.is_of(record) || size == 0 {
            return Ok(None);
        }
        let others = sieved.head.others.iter().copied().take_while(|other| *other < size);
        let entries = others.map(|other| Ok((other, record.entry(other)?)));
        let entries: Vec<(u64, Entry)> = entries.collect::<Result<_, StoreError>>()?;
        let text = entries.iter().rev().find_map(|(_, entry)| match &entry.body {
            Body::Agreement(text) => Some(text),
            _ => None,
        });
        let sieved = text.and_then(|text| sieved.of_text(record, text, size));
        let Some((columns, counted)) = sieved.and_then(|sieved| sieved.read(record, size)) else {
            return Ok(None);
        };
        let mut gathered = Gathered::of(record, size, [Ok(columns)], entries)?;
        gathered.history.counted = Arc::new(counted);
        Ok(Some(gathered))
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.0.record
    }

    /// How many of its entries are looked at.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// The agreement.
    #[must_use]
    pub fn agreement(&self) -> &Agreement {
        &self.0.agreement
    }

    /// Asks the engine.
    ///
    /// # Errors
    /// As [`Desk::ask`].
    pub fn answer(&self, question: &Question) -> Result<Answer, DeskError> {
        let question = Question { bare: true, ..question.clone() };
        let evaluation = self.0.ask(&question)?;
        if evaluation.is_enough {
            return Ok(evaluation.answer);
        }
        // Asked about an instant that some of what was counted comes after.
        let whole = Desk::whole(Arc::clone(&self.0.record), self.0.size)?;
        Ok(whole.ask(&question)?.answer)
    }
}

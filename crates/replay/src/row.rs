use serde::{Deserialize, Serialize};
use servanda_entry::{Kind, Observation, content};
use servanda_tlog::Hash;

/// An observation that stands, and where it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Index of its entry.
    pub entry: u64,
    /// Its row there, from 0; none: it is the new row of a correction.
    pub row: Option<u32>,
    /// Its content id.
    pub id: Hash,
    /// Its source.
    pub source: String,
    /// What was seen.
    pub value: Observation,
}

/// The place of an observation among all that stand: those of observation entries in the order of
/// the record, then those of corrections. It is the order in which answers cite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Order(u8, u64, u32);

impl Order {
    /// As an answer cites it by its entry.
    #[must_use]
    pub fn print(&self) -> String {
        match self {
            Order(0, entry, row) => format!("e{entry}.{row}"),
            Order(_, entry, _) => format!("e{entry}"),
        }
    }
}

impl Row {
    /// A row of a source, with its content id.
    #[must_use]
    pub fn new(entry: u64, row: Option<u32>, source: &str, value: Observation) -> Row {
        let id = content::row_id(Kind::Observation, source, &value);
        Row { entry, row, id, source: source.into(), value }
    }

    /// Its place among all.
    #[must_use]
    pub fn order(&self) -> Order {
        Order(u8::from(self.row.is_none()), self.entry, self.row.unwrap_or(0))
    }
}

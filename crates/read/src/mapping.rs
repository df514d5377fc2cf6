//! Mapping files: what the columns of a table mean.
//!
//! A mapping is a TOML file beside the agreement. `spec/mapping.md` describes it in full. Two
//! forms stand for what a row says: `"name"` is the column of that name, `{ text = "…" }` is the
//! same in each row.

mod build;

use crate::limits::MAPPING_BYTES_MAX;
use crate::toml::{Errors, Fields};
use build::Builder;
use servanda_entry::Watch;
use servanda_time::{Amount, Precision, Zone};
use std::collections::BTreeMap;
use std::fmt;
use toml_edit::Document;

/// What is wrong with a mapping, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError {
    /// What is wrong and what to do.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// What the columns of a table mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Name of the mapping's file.
    pub name: String,
    /// What a row is.
    pub kind: MappingKind,
    /// Civil time zone of times without one; absent: that of the source.
    pub timezone: Option<Zone>,
    /// Licence of the table, in words.
    pub licence: String,
    /// What a reader should know of the table.
    pub note: String,
    pub(crate) columns: Vec<String>,
    pub(crate) time: Option<TimeRule>,
    pub(crate) precision: Option<Precision>,
    pub(crate) place: Option<PlaceRule>,
    pub(crate) counts: Vec<CountRule>,
    pub(crate) attributes: Vec<(String, Cell)>,
    pub(crate) key: Vec<ColumnId>,
    pub(crate) label: Option<Cell>,
    pub(crate) origins: Vec<Cell>,
    pub(crate) sides: Vec<ColumnId>,
    pub(crate) claim: Option<ClaimRule>,
    pub(crate) watch: Option<Cell>,
    pub(crate) coverage: Option<CoverageRule>,
}

/// What a row of a mapped table is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingKind {
    /// An observation of this kind, such as `alarm`.
    Observation(String),
    /// A claim of a party.
    Claim,
    /// A site of the register of this id.
    Site(String),
    /// A span of watching.
    Coverage,
}

/// Index of a column in [`Mapping::columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnId(pub(crate) usize);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Column(ColumnId),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimeRule {
    FromTo(ColumnId, ColumnId),
    At(ColumnId, Option<Amount>),
    Until(ColumnId, Option<Amount>),
    Day(ColumnId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PlaceRule {
    Disc { lat: ColumnId, lon: ColumnId, radius: Radius },
    ZoneColumn { column: ColumnId, zones: BTreeMap<String, String> },
    Zone(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Radius {
    Millimetres(u64),
    Metres(ColumnId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountRule {
    pub(crate) unit: String,
    pub(crate) best: Option<ColumnId>,
    pub(crate) low: Option<ColumnId>,
    pub(crate) high: Option<ColumnId>,
    pub(crate) zone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimRule {
    pub(crate) by: Cell,
    pub(crate) against: Option<Cell>,
    pub(crate) what: Cell,
    pub(crate) address: Option<Cell>,
    pub(crate) quality: Option<Cell>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CoverageRule {
    pub(crate) extent: CoverageExtent,
    pub(crate) watch: Watch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CoverageExtent {
    /// Each zone that has a row was watched as long as the file goes.
    RegionsWithRows,
    /// Each row's own time was watched.
    Rows,
}

impl Mapping {
    /// Reads a mapping. `name` is that of its file.
    ///
    /// # Errors
    /// All that is wrong, in the order of the text; unknown keys among it.
    pub fn parse(name: &str, text: &str) -> Result<Mapping, Vec<MappingError>> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut errors = Errors::of(text);
        if text.len() > MAPPING_BYTES_MAX {
            errors.add(
                None,
                format!("{} bytes; a mapping has at most {MAPPING_BYTES_MAX}", text.len()),
            );
            return Err(errors.into_list());
        }
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(error) => {
                errors.add(error.span(), error.message());
                return Err(errors.into_list());
            }
        };
        let top = Fields::top(document.as_table());
        let mut builder = Builder::new(errors);
        let mapping = builder.mapping(name, top);
        mapping.ok_or_else(|| builder.errors.into_list())
    }

    /// The columns that the mapping names: a table must have them all.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The register whose sites the rows are, for the kind `site`.
    #[must_use]
    pub fn register(&self) -> Option<&str> {
        match &self.kind {
            MappingKind::Site(register) => Some(register),
            _ => None,
        }
    }

    /// The zones that the mapping names, so that the agreement can check that it has them.
    #[must_use]
    pub fn zones(&self) -> Vec<&str> {
        let of_place = match &self.place {
            Some(PlaceRule::Zone(zone)) => vec![zone.as_str()],
            Some(PlaceRule::ZoneColumn { zones, .. }) => {
                zones.values().map(String::as_str).collect()
            }
            _ => Vec::new(),
        };
        let of_counts = self.counts.iter().filter_map(|rule| rule.zone.as_deref());
        let mut all: Vec<&str> = of_place.into_iter().chain(of_counts).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

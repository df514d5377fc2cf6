//! An answer as a page, as tables, and as the daily report.
//!
//! [`page`] gives one HTML file that needs nothing else: no script, no font, no picture from
//! elsewhere. It can be read with a screen reader, on a phone and on paper. [`export_csv`] gives
//! the same figures as tables; [`daily`] and [`daily_text`] give a mission's daily report;
//! [`difference`] gives two texts side by side.
//!
//! Every text from data goes through one escaper that also writes out hidden characters. Figures
//! and tables are made from the same numbers. What is cut says of how many it is cut.
//!
//! Nothing here reads a clock, a file or the environment, and no input makes it panic.

mod calendar;
mod clocks;
mod csv;
mod cut;
mod daily;
mod difference;
mod escape;
mod export;
mod figures;
mod guarantee;
mod life;
mod marks;
mod page;
mod provision;
mod rate;
mod reader;
mod sources;
mod tables;
mod talks;
mod when;
mod words;

pub use calendar::calendar;
pub use csv::CsvFile;
pub use daily::{
    AnnexRow, Count, Credit, Daily, PreviousCount, RegionCount, Restriction, Section, daily,
    daily_text,
};
pub use difference::{
    ComparedItem, ComparedRow, change_in_words, compared, difference, difference_in_words,
    item_in_words,
};
pub use escape::Shown;
pub use export::export_csv;
pub use marks::{Piece, marks};
pub use page::{PALETTE, Sections, page};
pub use provision::ProvisionParts;
pub use talks::{Talks, contradictions_csv, percent_csv, positions_csv, talks_page, timeline_csv};
pub use when::{When, in_words, pair, when};
pub use words::{Badge, STATES, badge, binds, gist, meaning};

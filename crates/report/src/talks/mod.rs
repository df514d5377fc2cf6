//! What published reports say: as tables, and as a page.

mod page;
mod tables;

pub use page::{Talks, talks_page};
pub use tables::{contradictions_csv, percent_csv, positions_csv, timeline_csv};

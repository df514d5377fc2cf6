//! Recorded statements + the agreement → who stands where, what contradicts what, when talks were,
//! and how much is called agreed.
//!
//! Pure, and it can't fail: whatever the record holds gives a view. Claims are shown as claims; no
//! view says who is right. One rule for all sides. Names of people, parties and points come from
//! the agreement and from the statements' own words; only English grammar stands here.
//!
//! [`Register`] gathers the statements that stand, with their reviews and the origins of their
//! texts. [`Names`] are those of the agreement. From both come [`positions`], [`contradictions`],
//! [`timeline`] and [`percent_agreed`], each as a struct that is written as JSON
//! (`spec/positions.md`).

mod clash;
mod dates;
mod events;
mod matrix;
mod names;
mod origins;
mod percent;
mod register;
mod shown;
mod timeline;
mod values;
mod words;

pub use clash::{
    Attribution, Basis, Contradiction, Contradictions, Drift, Side, Slot, contradictions,
};
pub use dates::date_in_words;
pub use events::EventKind;
pub use matrix::{Cell, DayBasis, Filter, OutletCell, Positions, Row, Stand, positions};
pub use names::Names;
pub use percent::{PercentAgreed, StatedShare, percent_agreed};
pub use register::{Cite, Register, ReviewMark, Text, Told, source_of};
pub use servanda_entry::OUTLET;
pub use shown::{Sentence, Sentences, Shown};
pub use timeline::{ReportedDate, TalksEvent, Timeline, timeline};

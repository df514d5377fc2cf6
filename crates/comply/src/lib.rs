//! The engine: terms × history, as of a point → an answer with its reasons.
//!
//! Pure: the same agreement, history and question give the same bytes on any machine. The engine
//! proposes possible violations; a violation is only ever a person's finding (see
//! [`State`](answer::State) for the words).

pub mod answer;
mod ask;
mod comparison;
mod day;
mod evaluate;
mod exposure;
pub mod history;
mod incidents;
mod life;
pub mod observed;
mod paint;
mod phases;
pub mod picture;
mod possible;
mod publish;
mod scene;
mod scored;
mod sieve;
mod speak;
mod states;
mod timeline;
mod tolerance;
pub mod what_if;
mod words;

pub use answer::{Answer, CiteBy, State};
pub use ask::{Ask, ENGINE_VERSION};
pub use day::{DayCount, day};
pub use evaluate::{Evaluation, Weighed, evaluate};
pub use history::{Cite, Held, History, print_id};
pub use incidents::Incidents;
pub use life::why;
pub use observed::{Known, Observed, Seen};
pub use picture::Picture;
pub use publish::place as place_words;
pub use publish::word;
pub use scored::{JoinedBy, joined};
pub use sieve::{Figures, Sifted, Tally, Told, sieve};
pub use tolerance::counted as counted_tolerance;
pub use words::length as length_words;

//! Maps, timelines and strips of an answer, as accessible SVG for an HTML page.
//!
//! Each drawing carries its own title, description and legend, tells phases and states apart by
//! shape as well as by colour, and takes its colours from the page through the classes that
//! [`STYLE`] defines. What a drawing leaves out it says in [`Figure::notes`]. The numbers behind a
//! drawing come from the same functions that draw it: [`tally`] for the map.
//!
//! No border is drawn: a map shows the zones of the agreement's files, sites and observations, on
//! land and water of the base map ([`BaseLayer`]), which has none either.

mod axis;
mod base;
mod events;
mod extent;
mod ground;
mod lanes;
mod legend;
mod map;
mod marks;
mod projection;
mod strip;
mod svg;
mod tally;
mod timeline;

pub use base::{BASE_UNITS_PER_DEGREE, BaseLayer, BaseShape};
pub use events::{Event, Standing, event_map, histogram};
pub use ground::GROUND_VERTICES_MAX;
pub use map::{MARKS_DRAWN_MAX, SITES_LABELLED_MAX, ZONES_LABELLED_MAX, map};
pub use strip::{STRIP_COLUMNS, icon, strip};
pub use tally::{Tally, tally};
pub use timeline::{LANE_COLUMNS, LANES_MAX, WINDOWS_MAX, timeline};

/// The rules that the drawings' classes need; put it once into the page.
pub const STYLE: &str = include_str!("figure.css");

/// A drawing and what must be said with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// An `svg` element, well formed on its own.
    pub svg: String,
    /// What the drawing leaves out or gathers, a sentence each; also in its description.
    pub notes: Vec<String>,
}

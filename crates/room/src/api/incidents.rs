//! The one question of map, timeline and list: the address is the whole view, and the same question
//! with another suffix is a table, GeoJSON, a feed or a page to print.

mod cells;
mod forms;
mod question;
mod selection;

pub(crate) use cells::{Spot, spots};
pub(super) use forms::{feed, geojson, table};
pub(crate) use question::{Facet, LAST, Question};
pub(crate) use selection::Selection;

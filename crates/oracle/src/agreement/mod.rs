//! The life of an agreement, worked out slowly from the definitions: the second opinion on what
//! `servanda-comply` says of clocks, consents, duties and what is in force.
//!
//! It shares the language (`servanda-terms`), the entries and the words of answers, and no code:
//! there is no plan here. What comes is worked out in rounds ([`Story`]), what holds is looked at
//! instant by instant, and each clock and duty is read off by its own definition.

mod case;
mod clocks;
mod doubt;
mod duties;
mod facts;
mod holds;
mod judge;
mod story;
mod write;

pub use case::LifeCase;
pub use clocks::Clock;
pub use doubt::{Coming, Sure};
pub use duties::Duty;
pub use facts::Facts;
pub use judge::{Depth, LifeFigures, judge, smaller};
pub use story::{Story, Turn};

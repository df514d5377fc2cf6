//! The slow second engine: what each node of a plan says, straight from the definitions.
//!
//! It shares nothing with `servanda-steps` but the data: plans, entries and the values that nodes
//! give. Where the engine keeps sums up to date, this looks at every entry; where the engine
//! repairs an interval, this starts anew. Random plans and random histories
//! ([`Case`]) are given to both after every single entry, and [`compare`] says where they differ.
//!
//! `cargo run --release -p servanda-oracle -- SEED CASES` tries many; the same seed gives the same
//! case on any machine. [`agreement`] does the same for the life of agreements, with `life` before
//! SEED.

pub mod agreement;
mod compare;
mod generate;
mod oracle;

pub use compare::{Difference, Figures, compare, live_after, shrink};
pub use generate::{Case, Random};
pub use oracle::{Oracle, Sums};

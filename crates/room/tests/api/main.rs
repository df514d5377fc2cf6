//! What programs ask: the collections, feeds and tables, over real HTTP; each cell of the table of
//! rights; and that nothing withheld leaves by any way.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod cells;
mod clients;
mod hooks;
mod incidents;
#[path = "../kit/mod.rs"]
mod kit;
mod leaks;
mod ogc;
mod positions;
mod reasons;
mod valley;
mod versions;

//! What `spec/`, `docs/reference/` and the agreements' pages say is what the program does.
//!
//! The schemas are held against the real output of the program, the vectors against the crates
//! that read and write them, the figures in each agreement's page against its demonstration.
//! `UPDATE_EXPECT=1` writes the generated pages and the vectors anew.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

#[path = "spec/entries.rs"]
mod entries;
#[path = "spec/figures.rs"]
mod figures;
#[path = "spec/outputs.rs"]
mod outputs;
#[path = "spec/program.rs"]
mod program;
#[path = "spec/reference.rs"]
mod reference;
#[path = "spec/sarif.rs"]
mod sarif;
#[path = "spec/schemas.rs"]
mod schemas;
#[path = "spec/vector_record.rs"]
mod vector_record;
#[path = "spec/vectors.rs"]
mod vectors;

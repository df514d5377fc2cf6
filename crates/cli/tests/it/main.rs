//! The whole of `servanda` from the outside: the real binary, in folders of its own, with fixed
//! times of receipt.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod anchor;
mod archives;
mod bucket;
mod cases;
mod coverage;
mod demo;
mod diff;
mod drill;
mod editor;
mod figures;
mod finality;
mod form;
mod hostile_data;
mod hostile_text;
mod index;
mod intake;
mod laws;
mod manners;
mod model;
#[path = "../../../objects/tests/kit/mod.rs"]
mod objects;
mod order;
mod other_process;
mod receipt;
mod recompute;
mod replay;
mod room;
mod scored;
mod sealed;
#[path = "../../../net/tests/stand_in/mod.rs"]
mod stand_in;
mod start;
mod syscalls;
mod talks;
mod tamper;
mod texts;
// Which certificates are trusted is told by a variable only there.
#[cfg(target_os = "linux")]
mod tls;
mod truce;
mod what_if;
mod witness;
mod world;

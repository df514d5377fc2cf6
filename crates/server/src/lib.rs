//! Services that a party or a guarantor runs on its own machine.
//!
//! A [`Witness`] states of a record's checkpoints that each continues all that it saw before: then
//! the operator can't show it one history and somebody else another. The bytes of a request and of
//! its answer are those of C2SP tlog-witness, over HTTP ([`serve`]) and in files, for those who are
//! cut off. It reads no clock: the time is an argument.

mod http;
mod witness;

pub use http::{Listening, Service, serve};
pub use witness::{Failure, Witness};

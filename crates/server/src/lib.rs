//! Services that a party or a guarantor runs on its own machine.
//!
//! A [`Witness`] states of a record's checkpoints that each continues all that it saw before: then
//! the operator can't show it one history and somebody else another. The bytes of a request and of
//! its answer are those of C2SP tlog-witness, over HTTP ([`serve`]) and in files, for those who are
//! cut off. A [`Mirror`] holds whole copies, each checked to the last byte before it is cosigned;
//! its letterbox takes what an operator ignores.
//! No clock is read here: the time is an argument.

mod cosigners;
mod follow;
mod http;
mod letterbox;
mod mirror;
mod push;
mod witness;

pub use cosigners::Failure;
pub use http::{Listening, Service, serve};
pub use letterbox::{
    LETTER_BYTES_MAX, LETTERS_A_MINUTE_MAX, LetterFailure, LetterRefusal, RECEIPT_BYTES_MAX,
    Receipt,
};
pub use mirror::{Mirror, Pulled};
pub use push::{PUSHED_FILE_BYTES_MAX, Uploaded};
pub use witness::Witness;

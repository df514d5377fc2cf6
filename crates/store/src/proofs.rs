//! Proof bundles: what a record proves, in one file that anyone can check offline.
//!
//! A bundle is a ZIP archive in one form only (`spec/bundle.md`): members stored, in a fixed
//! order, with fixed times, and not a byte besides. [`make`] writes it from a record,
//! [`check_bundle`] judges it: it reads no clock and no network, holds one pack of entries at a
//! time, and says the same on every machine.

mod acts;
mod archive;
mod check;
mod code;
mod contents;
mod envelope;
mod make;
mod range;
mod sealed;
mod unpack;

pub use check::{CheckOptions, check_bundle};
pub use code::{Code, Refusal};
pub use contents::{Found, README, Verdict};
pub(crate) use envelope::{digests, documents};
pub use make::{Asked, Bundle, Shown, make};
pub use unpack::unpack;

//! What an entry withholds, and what becomes of it.
//!
//! The leaf of an entry is public, whatever its class. What is not for everybody stands in it as
//! *commitments*: salted hashes. Without the salt nobody can tell what one is to, and nobody can
//! show anything else for it later. An [`Opening`] holds the salts and the values. It lies with a
//! custodian, never in the record. A [`Disclosed`] part shows one value to whoever checks it
//! against the leaf. An order of erasure has the openings and ciphertexts destroyed; [`Slots`] says
//! of each part whether it is there, held or erased.
//!
//! The crate is pure: salts and keys are arguments. A value that is to be withheld travels as
//! [`Withheld`], which shows itself in no message and can't be serialised, until [`Sealing`] has
//! made a commitment of it.

mod commit;
mod disclosed;
mod opening;
mod order;
mod sealing;
mod slots;
mod withheld;

pub use commit::{PATH_BYTES_MAX, SALT_BYTES, Salt, field_digest, file_commit, seal_id};
pub use disclosed::{DISCLOSURE_BYTES_MAX, DISCLOSURE_FORM, Disclosed, DisclosedFile};
pub use opening::{OPENING_BYTES_MAX, OPENING_FORM, OpenField, OpenFile, Opening};
pub use order::{Approvals, Approvers, ORDER_FORM, Order, OrderAct, approve, approve_ed25519};
pub use sealing::{SealedFile, Sealing};
pub use slots::{SlotFault, Slots, may_concern};
pub use withheld::Withheld;

/// Why something that is shown or ordered does not stand. A code never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SealCode {
    /// It has not the form.
    Form,
    /// There is no such entry, or nothing is sealed in it.
    Entry,
    /// The entry has no commitment to this salt, path and value.
    Field,
    /// The entry has no commitment to this file.
    File,
    /// A ciphertext opens to something else than its author committed to.
    TwoWays,
    /// It was erased.
    Erased,
    /// A sealed file is named by another entry too.
    Named,
    /// Too few of those who may order it have signed.
    Threshold,
    /// A hold forbids it.
    Held,
}

impl SealCode {
    /// The code as it is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SealCode::Form => "seal-form",
            SealCode::Entry => "seal-entry",
            SealCode::Field => "seal-field",
            SealCode::File => "seal-file",
            SealCode::TwoWays => "seal-two-ways",
            SealCode::Erased => "seal-erased",
            SealCode::Named => "seal-named",
            SealCode::Threshold => "order-threshold",
            SealCode::Held => "order-held",
        }
    }
}

/// What is wrong with something sealed: a code, and words for people. It never holds a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {what}", code.word())]
pub struct SealFault {
    /// Why.
    pub code: SealCode,
    /// In words, with what to do.
    pub what: String,
}

impl SealFault {
    pub(crate) fn new(code: SealCode, what: impl Into<String>) -> SealFault {
        SealFault { code, what: what.into() }
    }
}

//! What people at a desk do with a record: found one, take in files, ask, assess, explain.
//!
//! The doors (the command line, later the room) call this; it calls the readers, the store and
//! the engine. It reads no clock: the time of receipt is always an argument.

mod acts;
mod archive;
mod ask;
mod asked;
mod cores;
mod daily;
mod explain;
mod export;
mod files;
mod grounds;
mod handle;
mod ids;
mod index;
mod intake;
pub mod replay;
mod ro_crate;
mod sealed;
mod second;
mod shelf;
mod sieved;
mod texts;
mod what_if;

pub use acts::{Note, act, assessment, finding, observation, reply, retraction};
pub use archive::{ARCHIVE, ArchiveIntake, take_in_archive};
pub use ask::{AsOf, Desk, Question, draft};
pub use asked::Asked;
pub use daily::daily;
pub use explain::{explain, why};
pub use export::{Exported, export};
pub use files::{AgreementFiles, found, named_beside};
pub use grounds::Grounds;
pub use handle::{Bench, Hand};
pub use ids::{Named, name};
pub use intake::{Intake, Options, take_in};
pub use ro_crate::{entries_jsonl, ro_crate};
pub use sealed::{
    Chosen, ChosenFiles, Confidential, Draw, Opened, Ordered, carry_out, disclose, enter_order,
    erased_whole, hold, open_sealed, order, seal_decider, seal_document, seal_note,
    seal_note_with_files, seal_reply, sealed_entry, sealed_list,
};
pub use second::{Ask, ModelRead};
pub use shelf::Shelf;
pub use texts::{
    Amended, ArticleRead, TextIntake, TextOptions, TextReader, review, statements_jsonl,
};
pub use what_if::what_if;

use std::path::PathBuf;

/// Why something at the desk could not be done.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The record.
    #[error(transparent)]
    Store(#[from] servanda_store::StoreError),
    /// A custodian's store, or what is sealed.
    #[error(transparent)]
    Custody(#[from] servanda_custody::CustodyError),
    /// What is sealed is not what it must be.
    #[error(transparent)]
    Seal(#[from] servanda_seal::SealFault),
    /// A file or folder.
    #[error("{path}: {what}")]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong and what to do.
        what: String,
    },
    /// A replay in parts.
    #[error(transparent)]
    Replay(#[from] servanda_replay::ReplayError),
    /// The agreement has errors.
    #[error("the agreement {name} has {errors} error(s); run `servanda check` on it")]
    Agreement {
        /// Its file.
        name: String,
        /// How many.
        errors: usize,
    },
    /// A step can't follow on what was done with the case so far.
    #[error("{0}")]
    Early(servanda_casework::Refused),
    /// What was asked for can't be done.
    #[error("{0}")]
    Asked(String),
}

//! What can go wrong in the room, in words for its operator.

use crate::people::{NAME_BYTES_MAX, PEOPLE_MAX};
use crate::secret::{PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN};
use servanda_desk::DeskError;
use servanda_store::StoreError;
use std::path::PathBuf;
use thiserror::Error;

/// Why the room can't do something. What of it a visitor is told, [`crate::http`] decides.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RoomError {
    /// A folder or file of the room can't be had.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The record can't be opened, or holds no agreement.
    #[error(transparent)]
    Desk(#[from] Box<DeskError>),
    /// A file of the room is not what it should be.
    #[error("{}: {what}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        what: String,
    },
    /// What was asked of an account can't be.
    #[error(transparent)]
    Account(#[from] AccountFault),
    /// The system gives no randomness.
    #[error("the system gives no randomness, and nothing secret can be made without")]
    NoRandomness,
}

/// Why an account can't be as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AccountFault {
    /// The name.
    #[error(
        "a login name has up to {NAME_BYTES_MAX} small letters, digits and . - _, from a letter or \
         digit on"
    )]
    Name,
    /// A closed account keeps its name too: entries of the record may be told apart by it.
    #[error("there is or was an account of that name, and a name is never given twice")]
    Taken,
    /// There are too many.
    #[error("a room has at most {PEOPLE_MAX} accounts")]
    Full,
    /// It has no role, or that of the public.
    #[error("an account has at least one role, and public is none")]
    Roles,
    /// A liaison without a party.
    #[error("a liaison speaks for a party: say which")]
    NoParty,
    /// A party, and no liaison.
    #[error("only a liaison speaks for a party")]
    Party,
    /// Something that is no id of a party.
    #[error("that is no party's id")]
    PartyId,
    /// Who speaks for a party would judge it.
    #[error("a liaison has no other role")]
    LiaisonAlone,
    /// Too short or too long.
    #[error(
        "a password has at least {PASSWORD_CHARACTERS_MIN} characters and at most \
         {PASSWORD_BYTES_MAX} bytes: take a few words"
    )]
    Password,
    /// Nobody could keep the accounts any more.
    #[error("it is the last administrator: make somebody else one first")]
    LastAdministrator,
    /// Something that no provider calls anybody.
    #[error("what a provider calls somebody has 1 to 255 bytes, and nothing hidden")]
    Subject,
    /// Two accounts for one person elsewhere.
    #[error("there is or was another account for that person elsewhere")]
    SubjectTaken,
    /// There is no such account, or it is closed.
    #[error("there is no open account of that name")]
    Unknown,
}

impl AccountFault {
    /// The message that says it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            AccountFault::Name => "account-fault-name",
            AccountFault::Taken => "account-fault-taken",
            AccountFault::Full => "account-fault-full",
            AccountFault::Roles => "account-fault-roles",
            AccountFault::NoParty => "account-fault-no-party",
            AccountFault::Party => "account-fault-party",
            AccountFault::PartyId => "account-fault-party-id",
            AccountFault::LiaisonAlone => "account-fault-liaison-alone",
            AccountFault::Password => "account-fault-password",
            AccountFault::LastAdministrator => "account-fault-last-administrator",
            AccountFault::Subject => "account-fault-subject",
            AccountFault::SubjectTaken => "account-fault-subject-taken",
            AccountFault::Unknown => "account-fault-unknown",
        }
    }
}

impl From<DeskError> for RoomError {
    fn from(error: DeskError) -> RoomError {
        RoomError::Desk(Box::new(error))
    }
}

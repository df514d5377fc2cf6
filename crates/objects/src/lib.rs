//! A record in a store of objects that speaks S3.
//!
//! ```text
//! <prefix>/checkpoint, tile/…, blob/…        as in a folder
//! <prefix>/lock                              who writes, and which journal holds
//! <prefix>/journal/<epoch>-<place>           a frame of the journal, or its seal; 20 digits each
//! ```
//!
//! The store must be consistent (what was written is read and listed at once) and honour
//! `If-None-Match: *` and `If-Match` when it puts. What it has acknowledged outlasts a crash.
//!
//! # Why two writers can't both be told that they have written
//!
//! `lock` holds two numbers, an *epoch* and a *journal*. It is only ever changed by a conditional
//! put on what was read, and each change makes it a pair that it never was before:
//!
//! - *take over* (epoch + 1, journal): whoever begins to write;
//! - *open* (epoch, epoch): the owner of the epoch, before its first frame, when journal is 0;
//! - *close* (epoch, 0), or (epoch + 1, 0) when the journal was its own: the owner, when all of
//!   the journal is published.
//!
//! So an epoch has one owner, and a journal one writer, who opened it. Its frames stand at places
//! 0, 1, 2, …, each put only where nothing is, after the one before was acknowledged.
//!
//! Whoever takes over an open journal *seals* it: it puts a seal at the first place that has no
//! frame. Where a frame came first, it goes on to the next. From then on
//!
//! 1. the old writer can put no frame: its next place is taken, and so it gets
//!    [`StoreError::Stale`]. Nor can a second checkpoint of one size, signed for such a frame, come
//!    to lie in the store;
//! 2. each frame that the old writer was told of lies before the seal, and the new one reads them
//!    all after it has put the seal. None is removed before: only a closed journal's frames are,
//!    and only the owner of the newest epoch can close.
//!
//! Who was overtaken between taking over and opening gets `Stale` when it opens, so before its
//! first frame: what it has read is whole and the newest if the lock has not changed. `checkpoint`
//! is replaced only if it is what it was after the lock was taken. It never goes back: a writer
//! publishes what frames say or its predecessor published, and who read less can't replace more.
//! Whatever else is written follows from committed frames, or is named by its hash: it is the same
//! bytes, whoever writes them. Frames of a closed journal are passed over by all. A seal is never
//! removed. There is one for each journal that its writer did not close; so few.
//!
//! # What remains
//!
//! No store offers to remove a file only while a lock is held. The lock is looked at before each
//! removal; one that was sent then and arrives after another writer took over *and* committed the
//! same file anew, takes that file away. Only files of an append that never came to its end are
//! removed so, and those that an order erased. A writer that was overtaken may likewise leave a
//! file behind that no entry names. `verify` lists both.
//!
//! A second writer does not wait: it takes over, and the first is told so with its next frame.

#[cfg(test)]
mod interleaved;
mod lock;
mod objects;
mod pen;
mod service;

pub use objects::Objects;
pub use service::{Bucket, Secret};

#[cfg(doc)]
use servanda_store::StoreError;

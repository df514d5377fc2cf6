//! Before a record is written to: what an interrupted program left is put in its place, and those
//! who hold copies are asked whether this one is the newest.

use super::verify_bundle::read_policy;
use super::{key_dir, standing};
use crate::args::{ForcedArgs, WriteArgs};
use crate::clock;
use crate::out::Out;
use crate::place::{self, open_desk};
use anyhow::{bail, ensure};
use servanda_desk::Desk;
use servanda_entry::{Body, ForcedStart};
use servanda_store::{Keys, Record, StoreError};
use servanda_text::escape;
use servanda_time::Instant;
use servanda_tlog::Standing;
use std::path::Path;

/// The file beside the keys that says whom to ask: a policy whose witness lines have addresses.
pub(crate) const MIRRORS: &str = "mirrors";

/// Who is about to write. Nobody has one who has not asked first.
pub(crate) struct Hand {
    pub(crate) keys: Keys,
    /// The time of receipt.
    pub(crate) now: Instant,
}

/// Takes up a record that is about to be written to.
pub(crate) fn take_up(dir: &Path, write: &WriteArgs, out: &mut Out) -> anyhow::Result<Hand> {
    let storage = place::storage(dir)?;
    let is_interrupted = Record::is_interrupted_in(storage.as_ref());
    if !is_interrupted && !Record::is_in(storage.as_ref()) {
        return Err(StoreError::NoRecord { path: dir.to_owned() }.into());
    }
    let home = key_dir(dir, write.hand.key_dir.as_ref())?;
    let keys = Keys::read(&home)?;
    let hand = Hand { keys, now: clock::now(write.hand.now.as_deref())? };
    if is_interrupted {
        // These entries were signed and committed before: that adds no second history.
        Record::recover_in(storage, &hand.keys)?;
    }
    if asks(&home, &write.forced)? {
        ask_first(dir, &home.join(MIRRORS), &write.forced, &hand, out)?;
    }
    Ok(hand)
}

/// Before the room is open, which writes as long as it is. It may have no keys, and only be read.
pub(crate) fn open_room(
    dir: &Path,
    home: &Path,
    forced: &ForcedArgs,
    out: &mut Out,
) -> anyhow::Result<()> {
    if asks(home, forced)? {
        let hand = Hand { keys: Keys::read(home)?, now: clock::now(None)? };
        ask_first(dir, &home.join(MIRRORS), forced, &hand, out)?;
    }
    Ok(())
}

/// Whether there is anybody to ask.
fn asks(home: &Path, forced: &ForcedArgs) -> anyhow::Result<bool> {
    let mirrors = home.join(MIRRORS);
    let asks = mirrors.symlink_metadata().is_ok();
    ensure!(
        asks || forced.without_mirrors.is_none(),
        "--without-mirrors: there is no {}, so nobody is asked; leave it out",
        mirrors.display()
    );
    Ok(asks)
}

/// Opens a record that is about to be written to.
pub(crate) fn open_to_write(
    dir: &Path,
    write: &WriteArgs,
    out: &mut Out,
) -> anyhow::Result<(Desk, Hand)> {
    let hand = take_up(dir, write, out)?;
    Ok((open_desk(dir, None)?, hand))
}

/// Asks those whom a file names. Whoever shows that the log has signed more, or otherwise, stops
/// the writer; that too few answer the operator can pass over, and the record says so.
fn ask_first(
    dir: &Path,
    mirrors: &Path,
    forced: &ForcedArgs,
    hand: &Hand,
    out: &mut Out,
) -> anyhow::Result<()> {
    let policy = read_policy(mirrors)?;
    ensure!(
        policy.addresses().next().is_some(),
        "{}: no line has an address; write it behind the key: witness NAME KEY https://…",
        mirrors.display()
    );
    let mut record = place::open(dir)?;
    let found = standing::ask(&record, &policy, &[], Vec::new(), out);
    let told = || format!("{}: {}", dir.display(), standing::describe(&found, record.size()));
    match (&found, forced.without_mirrors.as_deref()) {
        (Standing::Current, _) => Ok(()),
        (Standing::Unsure { absent }, Some(reason)) => {
            let start = ForcedStart { absent: absent.clone(), reason: reason.to_owned() };
            let body = Body::ForcedStart(start);
            let entry = record.append(&hand.keys, hand.now, vec![body], vec![])?.start;
            out.say(&format!(
                "e{entry}: the record says that too few were heard: {}",
                escape(reason)
            ));
            Ok(())
        }
        (Standing::Unsure { .. }, None) => bail!(
            "{}\nTry again when more of them answer. To go on without them, and have the record \
             say so: --without-mirrors REASON",
            told()
        ),
        (Standing::Behind { .. } | Standing::Forked { .. }, _) => bail!("{}", told()),
    }
}

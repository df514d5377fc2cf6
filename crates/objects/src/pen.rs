//! The one who writes to a store of objects.

use object_store::{Error, ObjectStoreExt as _, PutPayload};
use servanda_store::{Pen, StoreError};

use crate::lock::Lock;
use crate::objects::{HELP_WRITE, JOURNAL, LOCK, Objects, Put, SEAL, frame_path};

const CHECKPOINT: &str = "checkpoint";
/// How often the lock is taken anew when others take it at the same time.
const TRIES_MAX: usize = 16;

#[derive(Debug)]
pub(crate) struct ObjectsPen {
    objects: Objects,
    lock: Lock,
    lock_e_tag: String,
    /// The ETag of `checkpoint`, after the lock was taken or as we put it; None: it was not there.
    checkpoint: Option<String>,
    /// Where the next frame goes in our own journal.
    next: u64,
}

impl ObjectsPen {
    /// Takes the lock, and seals the journal of whoever had it.
    pub(crate) fn take_over(objects: Objects) -> Result<ObjectsPen, StoreError> {
        for _ in 0..TRIES_MAX {
            let (was, e_tag) = match objects.lock()? {
                Some((lock, e_tag)) => (lock, Some(e_tag)),
                None => (Lock::default(), None),
            };
            let lock = was.taken_over().ok_or_else(|| objects.stale())?;
            let Put::Done(new) = objects.put_if(LOCK, &lock.to_bytes(), e_tag.as_deref())? else {
                continue;
            };
            let lock_e_tag = known(&objects, LOCK, new)?;
            if lock.journal > 0 {
                seal(&objects, lock.journal)?;
            }
            let found = objects.find(CHECKPOINT)?;
            let checkpoint = match found {
                None => None,
                Some(found) => Some(known(&objects, CHECKPOINT, found.e_tag)?),
            };
            return Ok(ObjectsPen { objects, lock, lock_e_tag, checkpoint, next: 0 });
        }
        Err(StoreError::Busy { path: servanda_store::Storage::place(&objects).to_owned() })
    }

    /// Changes the lock, if it is still ours.
    fn turn(&mut self, to: Lock) -> Result<(), StoreError> {
        match self.objects.put_if(LOCK, &to.to_bytes(), Some(&self.lock_e_tag))? {
            Put::Refused => Err(self.objects.stale()),
            Put::Done(e_tag) => {
                self.lock_e_tag = known(&self.objects, LOCK, e_tag)?;
                self.lock = to;
                Ok(())
            }
        }
    }

    fn delete(&self, path: &str) -> Result<(), StoreError> {
        let objects = &self.objects;
        match objects.wait(objects.store.delete(&objects.key(path))) {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(objects.failed("remove", path, HELP_WRITE, &error)),
        }
    }
}

/// Puts the seal at the first place without a frame.
fn seal(objects: &Objects, journal: u64) -> Result<(), StoreError> {
    let mut place = objects.frames_of(journal)?.len() as u64;
    loop {
        let path = frame_path(journal, place);
        match objects.put_if(&path, SEAL, None)? {
            Put::Done(_) => return Ok(()),
            Put::Refused => match objects.find(&path)? {
                Some(found) if found.size > SEAL.len() as u64 => place += 1,
                Some(_) => return Ok(()),
                // Who took over from us has closed this journal.
                None => return Err(objects.stale()),
            },
        }
    }
}

fn known(objects: &Objects, path: &str, e_tag: Option<String>) -> Result<String, StoreError> {
    e_tag.ok_or_else(|| objects.damaged(path, "has no ETag; take another kind of store"))
}

impl Pen for ObjectsPen {
    fn put(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let objects = &self.objects;
        let payload = PutPayload::from(bytes.to_vec());
        match objects.wait(objects.store.put(&objects.key(path), payload)) {
            Ok(_) => Ok(()),
            Err(error) => Err(objects.failed("write", path, HELP_WRITE, &error)),
        }
    }

    fn remove(&mut self, path: &str) -> Result<(), StoreError> {
        // What we hold for left over may be what another writer has put since.
        if self.objects.lock()?.map(|(lock, _)| lock) != Some(self.lock) {
            return Err(self.objects.stale());
        }
        self.delete(path)
    }

    /// What the store has acknowledged outlasts a crash.
    fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if path != CHECKPOINT {
            return self.put(path, bytes);
        }
        match self.objects.put_if(path, bytes, self.checkpoint.as_deref())? {
            Put::Refused => {
                // Our own, of which we were not told; or the same by another writer.
                let there = self.objects.get(path, bytes.len() as u64);
                match there {
                    Ok(Some((there, e_tag))) if there == bytes => {
                        self.checkpoint = Some(known(&self.objects, path, e_tag)?);
                        Ok(())
                    }
                    Ok(_) | Err(StoreError::Damaged { .. }) => Err(self.objects.stale()),
                    Err(error) => Err(error),
                }
            }
            Put::Done(e_tag) => {
                self.checkpoint = Some(known(&self.objects, path, e_tag)?);
                Ok(())
            }
        }
    }

    fn push_frame(&mut self, _base: u64, frame: &[u8]) -> Result<(), StoreError> {
        if self.lock.journal != self.lock.epoch {
            let before = self.lock.journal;
            if before > 0 && !self.objects.frames_of(before)?.is_empty() {
                if self.objects.lock()?.map(|(lock, _)| lock) != Some(self.lock) {
                    return Err(self.objects.stale());
                }
                // What it says is not published, and would be passed over from now on.
                return Err(self.objects.damaged(JOURNAL, "of another writer is not closed"));
            }
            self.turn(self.lock.opened())?;
            self.next = 0;
        }
        let path = frame_path(self.lock.journal, self.next);
        if let Put::Refused = self.objects.put_if(&path, frame, None)? {
            // Nobody else puts frames there: it is ours, and we were not told; or it is a seal.
            let there = self.objects.get(&path, frame.len() as u64);
            match there {
                Ok(Some((there, _))) if there == frame => {}
                Ok(_) | Err(StoreError::Damaged { .. }) => return Err(self.objects.stale()),
                Err(error) => return Err(error),
            }
        }
        self.next += 1;
        Ok(())
    }

    /// They are there as they are read.
    fn keep_frames(&mut self, _frames: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }

    fn drop_frames(&mut self) -> Result<(), StoreError> {
        let closed = self.lock.journal;
        if closed == 0 {
            return Ok(());
        }
        let to = self.lock.closed().ok_or_else(|| self.objects.stale())?;
        self.turn(to)?;
        let frames = self.objects.frames_of(closed)?;
        // From the last: what is left by a crash between is a beginning, not a rest.
        frames.iter().rev().try_for_each(|(path, _)| self.delete(path))
    }
}

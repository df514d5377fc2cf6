//! A mirror: whole copies of records, each checked to the last byte before it is cosigned.

use crate::cosigners::{Cosigners, Failure, broken, digest_of, log_keys, log_path};
use crate::follow::{leads_from, written};
use crate::letterbox::{LetterFailure, LetterRefusal, Letterbox, Receipt};
use crate::push::Pending;
use servanda_store::{Folder, Record, StoreError, copy_record, is_record_path, verify};
use servanda_tlog::{Checkpoint, CosignerKey, Letter, LogKeys, Note, Refusal, SEED_BYTES};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A mirror.
///
/// A witness sees hashes only; a mirror holds the entries and files themselves, so that nothing can
/// be dropped or swapped under hashes that stay. Its folder holds its two secret keys and, for each
/// record below `log/<SHA-256 of the origin>/`, the log's keys and a copy of the record.
pub struct Mirror {
    own: Cosigners,
    letterbox: Mutex<Option<Letterbox>>,
    /// What is being pushed, by origin; also held while a copy changes places.
    pending: Mutex<BTreeMap<String, Pending>>,
}

/// What a pull brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The record.
    pub origin: String,
    /// Entries that the mirror had of it.
    pub had: u64,
    /// Entries that it has now.
    pub has: u64,
    /// Its cosignatures, as lines for the operator.
    pub lines: String,
}

/// Names below a record's folder: the copy, the next one while it is checked, and the last one
/// while the two change places.
const COPY: &str = "record";
const COMING: &str = "coming";
const BEFORE: &str = "before";

impl Mirror {
    /// Makes a mirror in an empty folder, with keys of both kinds from two seeds.
    ///
    /// # Errors
    /// As [`Witness::make`](crate::Witness::make).
    pub fn make(root: &Path, name: &str, seeds: [[u8; SEED_BYTES]; 2]) -> Result<Mirror, Failure> {
        let own = Cosigners::make(root, name, seeds)?;
        Ok(Mirror { own, letterbox: Mutex::new(None), pending: Mutex::default() })
    }

    /// Opens a mirror. What an interrupted pull left is put in order.
    ///
    /// # Errors
    /// [`Failure`] when a key is missing or a folder can't be put in order.
    pub fn open(root: &Path) -> Result<Mirror, Failure> {
        let own = Cosigners::open(root)?;
        let letterbox = Mutex::new(Letterbox::open(&own.folder)?);
        let mirror = Mirror { own, letterbox, pending: Mutex::default() };
        for keys in mirror.own.logs()? {
            let at = mirror.log_folder(keys.ed25519().name());
            if !at.join(COPY).exists() && at.join(BEFORE).exists() {
                rename(&at.join(BEFORE), &at.join(COPY))?;
            }
            for left in [COMING, BEFORE] {
                remove(&at.join(left))?;
            }
        }
        Ok(mirror)
    }

    /// Its public keys, to give to operators and readers.
    pub fn keys(&self) -> impl Iterator<Item = &CosignerKey> {
        self.own.public()
    }

    /// The records that it mirrors, and how many entries it has of each.
    ///
    /// # Errors
    /// When a copy can't be read.
    pub fn mirrored(&self) -> Result<Vec<(String, u64)>, Failure> {
        let logs = self.own.logs()?;
        let mut mirrored = Vec::new();
        for keys in logs {
            let origin = keys.ed25519().name();
            let size = self.copy_of(origin)?.map_or(0, |record| record.size());
            mirrored.push((origin.to_owned(), size));
        }
        Ok(mirrored)
    }

    /// Mirrors a record from now on, by its log's verifier keys.
    ///
    /// # Errors
    /// As [`Witness::watch`](crate::Witness::watch).
    pub fn watch<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Result<String, Failure> {
        let keys = log_keys(keys).map_err(Failure::Broken)?;
        let origin = keys.ed25519().name().to_owned();
        self.own.learn(&keys, self.keys_of(&origin)?.as_ref())?;
        Ok(origin)
    }

    /// Brings its copy of a record up to what lies in a folder: copies it, checks all of it, and
    /// that it continues the copy that it has; then cosigns. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the record is not mirrored, goes back, or is another history (the
    /// checkpoint is kept as proof); [`Failure::Broken`] with the first fault of a damaged one. The
    /// mirror's copy is then what it was.
    pub fn pull(&self, from: &Path, now: u64) -> Result<Pulled, Failure> {
        let offered = Record::open(from)?;
        let origin = offered.origin().to_owned();
        let unknown = || Refusal::UnknownLog { origin: origin.clone() };
        let keys = self.keys_of(&origin)?.ok_or_else(unknown)?;
        if !leads_from(&offered, &keys) {
            let what = "it names other keys of the log, and does not lead there from those known";
            return Err(Refusal::NotSigned(what.into()).into());
        }
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.copy_of(&origin)?;
        let had = held.as_ref().map_or(0, Record::size);
        if let Some(held) = &held {
            self.check_continues(held, &offered)?;
        }
        drop(offered);
        let at = self.log_folder(&origin);
        let coming = self.make_coming(&origin)?;
        copy_record(from, &coming, held.is_some().then(|| at.join(COPY)).as_deref())?;
        let key = keys.ed25519().to_string();
        let report = verify(&coming, [key.as_str()]);
        if let Some(fault) = report.faults.first() {
            let entry = fault.entry.map(|n| format!(", entry {n}")).unwrap_or_default();
            return Err(broken(format!("{}{entry}: {}", fault.path, fault.what)));
        }
        // What was read and what was copied may be two things: a writer may have come between.
        let mut copy = Record::open(&coming)?;
        if let Some(held) = &held {
            self.check_continues(held, &copy)?;
        }
        let lines = self.cosign(&mut copy, now)?;
        let has = copy.size();
        rename_over(&at, held.is_some())?;
        if *copy.log_keys() != keys {
            let path = format!("{}/keys", log_path(&origin));
            self.own.folder.put(&path, written(copy.log_keys()).as_bytes())?;
        }
        // What was being pushed is read again, beside the new copy.
        pending.remove(&origin);
        Ok(Pulled { origin, had, has, lines })
    }

    /// Gives the mirror a letterbox, with keys of its own from two seeds.
    ///
    /// # Errors
    /// When it has one already, or can't write.
    pub fn make_letterbox(&self, seeds: [[u8; SEED_BYTES]; 2]) -> Result<(), Failure> {
        let mut letterbox = self.letterbox.lock().unwrap_or_else(PoisonError::into_inner);
        if letterbox.is_some() {
            return Err(broken("this mirror has a letterbox already"));
        }
        let name = self.own.public().next().map(CosignerKey::name).unwrap_or_default();
        *letterbox = Some(Letterbox::make(&self.own.folder, name, seeds)?);
        Ok(())
    }

    /// Takes what was handed in for a record that is mirrored here. The receipt is given when all
    /// of it is on the disk. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`LetterFailure::Refused`] with what the one who hands it in is told.
    pub fn submit(&self, bytes: &[u8], now: u64) -> Result<Receipt, LetterFailure> {
        let mut letterbox = self.letterbox.lock().unwrap_or_else(PoisonError::into_inner);
        let letterbox = letterbox.as_mut().ok_or(LetterRefusal::None)?;
        let logs = self.own.logs()?;
        let is_mirrored = |origin: &str| logs.iter().any(|keys| keys.ed25519().name() == origin);
        letterbox.submit(&self.own.folder, is_mirrored, bytes, now)
    }

    /// What was handed in, in the order in which it came.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let letterbox = self.letterbox.lock().unwrap_or_else(PoisonError::into_inner);
        letterbox.as_ref().map(|own| own.letters().to_vec()).unwrap_or_default()
    }

    /// The keys of the letterbox's log, to give to those who may hand something in.
    ///
    /// # Errors
    /// None for a letterbox that could be opened.
    pub fn letterbox_keys(&self) -> Result<Option<LogKeys>, Failure> {
        let letterbox = self.letterbox.lock().unwrap_or_else(PoisonError::into_inner);
        letterbox.as_ref().map(Letterbox::keys).transpose()
    }

    /// A file of the letterbox's log (C2SP tlog-tiles). What was handed in is not given out.
    #[must_use]
    pub fn letterbox_file(&self, path: &str) -> Option<Vec<u8>> {
        let file = self.own.folder.path().join("letterbox/log").join(path);
        let is_of_log = is_record_path(path) && !path.starts_with("blob/");
        is_of_log.then(|| fs::read(file).ok()).flatten()
    }

    /// A file of a copy, by the SHA-256 of the origin and the path in the record.
    #[must_use]
    pub fn file(&self, digest: &str, path: &str) -> Option<Vec<u8>> {
        let logs = self.own.logs().ok()?;
        let keys = logs.iter().find(|keys| digest_of(keys.ed25519().name()) == digest)?;
        let file = self.log_folder(keys.ed25519().name()).join(COPY).join(path);
        is_record_path(path).then(|| fs::read(file).ok()).flatten()
    }

    /// That a record has all that the copy has. What doesn't is kept: signed by the log, it is
    /// proof against its operator.
    pub(crate) fn check_continues(&self, held: &Record, offered: &Record) -> Result<(), Failure> {
        let size = held.size();
        if offered.size() < size {
            return Err(Refusal::OldIsLarger { old: size, new: offered.size() }.into());
        }
        if offered.root_at(size)? == held.root() {
            return Ok(());
        }
        let proof = offered.checkpoint();
        let name = servanda_tlog::sha256(proof).to_hex();
        let path = format!("{}/proof/{name}", log_path(held.origin()));
        self.own.folder.put(&path, proof)?;
        let why = format!("its first {size} entries are others; the checkpoint is kept as {path}");
        Err(Refusal::Inconsistent { size, why }.into())
    }

    pub(crate) fn cosign(&self, copy: &mut Record, now: u64) -> Result<String, Failure> {
        let note = Note::parse(copy.checkpoint(), servanda_tlog::CHECKPOINT_BYTES_MAX);
        let checkpoint: Checkpoint = note.map_err(broken)?.text().parse().map_err(broken)?;
        let mut lines = String::new();
        for key in &self.own.keys {
            lines += &format!("{}\n", key.cosign(&checkpoint, now).map_err(broken)?);
        }
        let own: Vec<CosignerKey> = self.own.public().cloned().collect();
        copy.add_cosignatures(&own, &lines)?;
        Ok(lines)
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.own.folder
    }

    pub(crate) fn logs(&self) -> Result<Vec<LogKeys>, Failure> {
        self.own.logs()
    }

    /// An empty folder for the next copy.
    pub(crate) fn make_coming(&self, origin: &str) -> Result<PathBuf, Failure> {
        let coming = self.log_folder(origin).join(COMING);
        remove(&coming)?;
        make(&coming)?;
        Ok(coming)
    }

    /// Works on what is being pushed of a record, one at a time.
    pub(crate) fn with_pending<T>(
        &self,
        origin: &str,
        work: impl FnOnce(&Mirror, &LogKeys, &mut Pending) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let unknown = || Refusal::UnknownLog { origin: origin.to_owned() };
        let keys = self.keys_of(origin)?.ok_or_else(unknown)?;
        let mut all = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let mut pending = match all.remove(origin) {
            Some(pending) => pending,
            None => self.load(origin, &keys)?,
        };
        let done = work(self, &keys, &mut pending);
        // After a failed write the disk says what there is.
        if !matches!(done, Err(Failure::Store(_) | Failure::Broken(_))) {
            all.insert(origin.to_owned(), pending);
        }
        done
    }

    fn keys_of(&self, origin: &str) -> Result<Option<LogKeys>, Failure> {
        Ok(self.own.logs()?.into_iter().find(|keys| keys.ed25519().name() == origin))
    }

    pub(crate) fn copy_of(&self, origin: &str) -> Result<Option<Record>, Failure> {
        let at = self.log_folder(origin).join(COPY);
        Ok(if at.exists() { Some(Record::open(at)?) } else { None })
    }

    pub(crate) fn log_folder(&self, origin: &str) -> PathBuf {
        self.own.folder.path().join(log_path(origin))
    }
}

fn io<'p>(what: &'static str, path: &'p Path) -> impl FnOnce(std::io::Error) -> Failure + 'p {
    move |source| {
        let help = "check that there is room and that you may write there";
        StoreError::Io { what, path: path.to_owned(), help, source }.into()
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir(folder).map_err(io("make", folder))
}

/// The copy that was checked takes the place of the last.
pub(crate) fn rename_over(at: &Path, is_held: bool) -> Result<(), Failure> {
    if is_held {
        rename(&at.join(COPY), &at.join(BEFORE))?;
    }
    rename(&at.join(COMING), &at.join(COPY))?;
    remove(&at.join(BEFORE))
}

/// Gives a folder another name, and waits until that is on the disk.
fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::rename(from, to).map_err(io("rename", from))?;
    let parent = to.parent().unwrap_or(to);
    let synced = fs::File::open(parent).and_then(|folder| folder.sync_all());
    synced.map_err(io("write to the disk", parent))
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io("remove", folder)(error))
        }
        _ => Ok(()),
    }
}

//! A witness: the logs that it watches, and what it cosigned of each last.

use crate::cosigners::{Cosigners, Failure, broken, digest_of, log_keys, log_path};
use servanda_tlog::{
    AddCheckpoint, CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, LogKeys, Note, Refusal,
    SEED_BYTES, Signature,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A witness.
///
/// Its folder holds its two secret keys and, for each log below `log/<SHA-256 of the origin>/`,
/// the log's keys and the checkpoint that it cosigned last. That file is the witness's memory:
/// whoever puts back an older one makes it cosign a second history.
pub struct Witness {
    pub(crate) own: Cosigners,
    pub(crate) logs: Mutex<BTreeMap<String, Watched>>,
}

/// A log that a witness watches.
pub(crate) struct Watched {
    pub(crate) keys: LogKeys,
    /// What was cosigned last, and the note with the log's signatures and the witness's own.
    pub(crate) seen: Option<(Checkpoint, Vec<u8>)>,
}

impl Witness {
    /// Makes a witness in an empty folder, with keys of both kinds from two seeds, each 32 bytes
    /// from a good source of randomness.
    ///
    /// # Errors
    /// [`Failure`] when the folder isn't empty, the name is no key's, or the seeds are equal.
    pub fn make(root: &Path, name: &str, seeds: [[u8; SEED_BYTES]; 2]) -> Result<Witness, Failure> {
        Ok(Witness { own: Cosigners::make(root, name, seeds)?, logs: Mutex::default() })
    }

    /// Opens a witness.
    ///
    /// # Errors
    /// [`Failure`] when a key is missing, or what was cosigned last isn't signed by the log and by
    /// the witness itself.
    pub fn open(root: &Path) -> Result<Witness, Failure> {
        let own = Cosigners::open(root)?;
        let mut logs = BTreeMap::new();
        for keys in own.logs()? {
            let origin = keys.ed25519().name().to_owned();
            let path = format!("{}/checkpoint", log_path(&origin));
            let seen = match own.folder.get(&path, CHECKPOINT_BYTES_MAX as u64)? {
                None => None,
                Some(bytes) => {
                    let wrong = |what: String| broken(format!("{path}: {what}"));
                    // Until it cosigns again, what it followed from has signed its memory.
                    let opened = match Witness::keys_before(&own, &origin)? {
                        Some(before) => {
                            keys.open(&bytes, &origin).or_else(|_| before.open(&bytes, &origin))
                        }
                        None => keys.open(&bytes, &origin),
                    };
                    let (checkpoint, note) = opened.map_err(|error| wrong(error.to_string()))?;
                    for key in own.public() {
                        if !matches!(key.find(&checkpoint, &note), Ok(Some(_))) {
                            return Err(wrong("what was cosigned last isn't signed by us".into()));
                        }
                    }
                    Some((checkpoint, bytes))
                }
            };
            logs.insert(origin, Watched { keys, seen });
        }
        Ok(Witness { own, logs: Mutex::new(logs) })
    }

    /// Its public keys, to give to operators and readers.
    pub fn keys(&self) -> impl Iterator<Item = &CosignerKey> {
        self.own.public()
    }

    /// The logs that it watches, with the size that it cosigned last.
    #[must_use]
    pub fn watched(&self) -> Vec<(String, u64)> {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let size = |log: &Watched| log.seen.as_ref().map_or(0, |(checkpoint, _)| checkpoint.size());
        logs.iter().map(|(origin, log)| (origin.clone(), size(log))).collect()
    }

    /// Watches a log from now on, by its verifier keys: Ed25519, and ML-DSA-44 where it has one.
    ///
    /// # Errors
    /// [`Failure::Broken`] when the keys are no log's, or the log is watched with other ones.
    pub fn watch<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Result<String, Failure> {
        let keys = log_keys(keys).map_err(Failure::Broken)?;
        let origin = keys.ed25519().name().to_owned();
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        self.own.learn(&keys, logs.get(&origin).map(|log| &log.keys))?;
        logs.entry(origin.clone()).or_insert(Watched { keys, seen: None });
        Ok(origin)
    }

    /// Answers a request to cosign (C2SP tlog-witness, `add-checkpoint`): the signature lines. The
    /// checkpoint is on the disk before they are given out. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`Failure::Refused`] with what the asker is to be told; [`Failure::Store`] when nothing
    /// could be written, and then nothing was signed that anybody saw.
    pub fn add_checkpoint(&self, bytes: &[u8], now: u64) -> Result<String, Failure> {
        let request = AddCheckpoint::parse(bytes)?;
        // One at a time: what is compared and what is written must not be two things.
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = request.origin().unwrap_or_default();
        let unknown = || Refusal::UnknownLog { origin: origin.to_owned() };
        let log = logs.get_mut(origin).ok_or_else(unknown)?;
        let seen = log.seen.as_ref().map(|(checkpoint, _)| checkpoint);
        let (checkpoint, note) = request.judge(&log.keys, seen)?;
        let mut signed = own_signatures(&note, &log.keys)?;
        let mut lines = String::new();
        for key in &self.own.keys {
            let own = key.cosign(&checkpoint, now).map_err(broken)?;
            lines += &format!("{own}\n");
            signed.add_signature(own).map_err(broken)?;
        }
        let bytes = signed.to_bytes().map_err(broken)?;
        self.own.folder.put(&format!("{}/checkpoint", log_path(origin)), &bytes)?;
        log.seen = Some((checkpoint, bytes));
        Ok(lines)
    }

    /// What it cosigned last of the log whose origin has this SHA-256, in hexadecimal digits.
    #[must_use]
    pub fn checkpoint(&self, digest: &str) -> Option<Vec<u8>> {
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let log = logs.iter().find(|(origin, _)| digest_of(origin) == digest);
        log.and_then(|(_, log)| log.seen.as_ref()).map(|(_, bytes)| bytes.clone())
    }
}

/// A checkpoint with the signatures of its log alone.
pub(crate) fn own_signatures(note: &Note, keys: &LogKeys) -> Result<Note, Failure> {
    let mut signed = Note::new(note.text()).map_err(broken)?;
    let ids = [Some(keys.ed25519().id()), keys.mldsa44().map(CosignerKey::id)];
    let is_logs =
        |one: &&Signature| one.name() == keys.ed25519().name() && ids.contains(&Some(one.id()));
    for one in note.signatures().iter().filter(is_logs) {
        signed.add_signature(one.clone()).map_err(broken)?;
    }
    Ok(signed)
}

//! A witness: its keys, the logs that it watches, and what it cosigned of each last.

use servanda_store::{Folder, StoreError};
use servanda_tlog::{
    AddCheckpoint, CHECKPOINT_BYTES_MAX, Checkpoint, Cosigner, CosignerKey, CosignerKind, KeyError,
    LogKeys, Note, Refusal, SEED_BYTES, Signature, VerifierKey, sha256,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use thiserror::Error;

/// Largest key file in bytes.
const KEY_BYTES_MAX: u64 = 16_384;
const KEY_FILES: [(&str, CosignerKind); 2] =
    [("ed25519.key", CosignerKind::Ed25519), ("mldsa44.key", CosignerKind::MlDsa44)];

/// Why a witness did not do what it was asked.
#[derive(Debug, Error)]
pub enum Failure {
    /// It refuses: the one who asks is told why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its folder can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its own files contradict each other, or can't be.
    #[error("{0}")]
    Broken(String),
}

/// A witness.
///
/// Its folder holds its two secret keys and, for each log below `log/<SHA-256 of the origin>/`,
/// the log's keys and the checkpoint that it cosigned last. That file is the witness's memory:
/// whoever puts back an older one makes it cosign a second history.
pub struct Witness {
    folder: Folder,
    cosigners: Vec<Cosigner>,
    logs: Mutex<BTreeMap<String, Watched>>,
}

/// A log that a witness watches.
struct Watched {
    keys: LogKeys,
    /// What was cosigned last, and the note with the log's signatures and the witness's own.
    seen: Option<(Checkpoint, Vec<u8>)>,
}

impl Witness {
    /// Makes a witness in an empty folder, with keys of both kinds from two seeds, each 32 bytes
    /// from a good source of randomness.
    ///
    /// # Errors
    /// [`Failure`] when the folder isn't empty, the name is no key's, or the seeds are equal.
    pub fn make(root: &Path, name: &str, seeds: [[u8; SEED_BYTES]; 2]) -> Result<Witness, Failure> {
        if seeds[0] == seeds[1] {
            return Err(Failure::Broken("the two seeds must differ; draw them anew".into()));
        }
        let broken = |error: KeyError| Failure::Broken(error.to_string());
        let mut cosigners = Vec::new();
        for ((_, kind), seed) in KEY_FILES.into_iter().zip(seeds) {
            cosigners.push(Cosigner::from_seed(name, kind, seed).map_err(broken)?);
        }
        let folder = Folder::make(root)?;
        for ((file, _), cosigner) in KEY_FILES.iter().zip(&cosigners) {
            folder.put_secret(file, &format!("{}\n", cosigner.to_signer_key()))?;
        }
        Ok(Witness { folder, cosigners, logs: Mutex::default() })
    }

    /// Opens a witness.
    ///
    /// # Errors
    /// [`Failure`] when a key is missing, or what was cosigned last isn't signed by the log and by
    /// the witness itself.
    pub fn open(root: &Path) -> Result<Witness, Failure> {
        let folder = Folder::open(root)?;
        let mut cosigners = Vec::new();
        for (file, _) in KEY_FILES {
            let text = folder.get_secret(file, KEY_BYTES_MAX)?;
            let key = Cosigner::from_signer_key(text.trim_end_matches('\n'));
            cosigners.push(key.map_err(|error| Failure::Broken(format!("{file}: {error}")))?);
        }
        let mut logs = BTreeMap::new();
        for digest in folder.names(LOGS) {
            let broken = |what: String| Failure::Broken(format!("{LOGS}/{digest}: {what}"));
            let keys = folder.get(&format!("{LOGS}/{digest}/keys"), KEY_BYTES_MAX)?;
            let keys = String::from_utf8(keys.unwrap_or_default())
                .map_err(|error| broken(error.to_string()))?;
            let keys = log_keys(keys.lines()).map_err(broken)?;
            let max = CHECKPOINT_BYTES_MAX as u64;
            let seen = match folder.get(&format!("{LOGS}/{digest}/checkpoint"), max)? {
                None => None,
                Some(bytes) => {
                    let origin = keys.ed25519().name();
                    let (checkpoint, note) =
                        keys.open(&bytes, origin).map_err(|error| broken(error.to_string()))?;
                    for cosigner in &cosigners {
                        let own = cosigner.key().find(&checkpoint, &note);
                        if !matches!(own, Ok(Some(_))) {
                            return Err(broken("what was cosigned last isn't signed by us".into()));
                        }
                    }
                    Some((checkpoint, bytes))
                }
            };
            let origin = keys.ed25519().name().to_owned();
            if digest_of(&origin) != digest {
                return Err(broken(format!("holds the keys of {origin:?}")));
            }
            logs.insert(origin, Watched { keys, seen });
        }
        Ok(Witness { folder, cosigners, logs: Mutex::new(logs) })
    }

    /// Its public keys, to give to operators and readers.
    pub fn keys(&self) -> impl Iterator<Item = &CosignerKey> {
        self.cosigners.iter().map(Cosigner::key)
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
        if let Some(known) = logs.get(&origin) {
            if known.keys == keys {
                return Ok(origin);
            }
            return Err(Failure::Broken(format!(
                "{origin} is watched with other keys; a log that changes its keys is another log"
            )));
        }
        let mut text = format!("{}\n", keys.ed25519());
        if let Some(key) = keys.mldsa44() {
            text += &format!("{key}\n");
        }
        self.folder.put(&format!("{LOGS}/{}/keys", digest_of(&origin)), text.as_bytes())?;
        logs.insert(origin.clone(), Watched { keys, seen: None });
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
        let broken = |error: &dyn std::fmt::Display| Failure::Broken(error.to_string());
        let mut signed = Note::new(note.text()).map_err(|error| broken(&error))?;
        let names = [Some(log.keys.ed25519().id()), log.keys.mldsa44().map(CosignerKey::id)];
        let is_logs =
            |one: &&Signature| one.name() == checkpoint.origin() && names.contains(&Some(one.id()));
        for one in note.signatures().iter().filter(is_logs) {
            signed.add_signature(one.clone()).map_err(|error| broken(&error))?;
        }
        let mut lines = String::new();
        for cosigner in &self.cosigners {
            let own = cosigner.cosign(&checkpoint, now).map_err(|error| broken(&error))?;
            lines += &format!("{own}\n");
            signed.add_signature(own).map_err(|error| broken(&error))?;
        }
        let bytes = signed.to_bytes().map_err(|error| broken(&error))?;
        self.folder.put(&format!("{LOGS}/{}/checkpoint", digest_of(origin)), &bytes)?;
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

/// The folder of the logs.
const LOGS: &str = "log";

fn digest_of(origin: &str) -> String {
    sha256(origin.as_bytes()).to_hex()
}

/// The keys of a log from one or two lines.
fn log_keys<'k>(lines: impl IntoIterator<Item = &'k str>) -> Result<LogKeys, String> {
    let lines: Vec<&str> = lines.into_iter().collect();
    let ([ed25519] | [ed25519, _]) = lines.as_slice() else {
        return Err("a log has one or two keys: Ed25519, and ML-DSA-44".into());
    };
    let ed25519: VerifierKey = ed25519.parse().map_err(|error: KeyError| error.to_string())?;
    let mldsa44 = lines.get(1).map(|line| line.parse::<CosignerKey>()).transpose();
    let mldsa44 = mldsa44.map_err(|error| error.to_string())?;
    LogKeys::new(ed25519, mldsa44).map_err(|error| error.to_string())
}

//! What a witness and a mirror have in common: a folder with two keys, and the logs that they know.

use servanda_store::{Folder, StoreError};
use servanda_tlog::{
    Cosigner, CosignerKey, CosignerKind, KeyError, LogKeys, Refusal, SEED_BYTES, VerifierKey,
    sha256,
};
use std::path::Path;
use thiserror::Error;

/// Largest key file in bytes.
pub(crate) const KEY_BYTES_MAX: u64 = 16_384;
const KEY_FILES: [(&str, CosignerKind); 2] =
    [("ed25519.key", CosignerKind::Ed25519), ("mldsa44.key", CosignerKind::MlDsa44)];
/// The folder of the logs.
const LOGS: &str = "log";

/// Why a witness or a mirror did not do what it was asked.
#[derive(Debug, Error)]
pub enum Failure {
    /// It refuses: the one who asks is told why.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its folder can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its own files, or those that it was given, can't be.
    #[error("{0}")]
    Broken(String),
}

pub(crate) fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::Broken(error.to_string())
}

/// The folder, open, and its secret keys.
pub(crate) struct Cosigners {
    pub(crate) folder: Folder,
    pub(crate) keys: Vec<Cosigner>,
}

impl Cosigners {
    /// Makes the folder, with keys of both kinds from two seeds.
    pub(crate) fn make(
        root: &Path,
        name: &str,
        seeds: [[u8; SEED_BYTES]; 2],
    ) -> Result<Cosigners, Failure> {
        if seeds[0] == seeds[1] {
            return Err(Failure::Broken("the two seeds must differ; draw them anew".into()));
        }
        let mut keys = Vec::new();
        for ((_, kind), seed) in KEY_FILES.into_iter().zip(seeds) {
            keys.push(Cosigner::from_seed(name, kind, seed).map_err(broken)?);
        }
        let folder = Folder::make(root)?;
        for ((file, _), key) in KEY_FILES.iter().zip(&keys) {
            folder.put_secret(file, &format!("{}\n", key.to_signer_key()))?;
        }
        Ok(Cosigners { folder, keys })
    }

    pub(crate) fn open(root: &Path) -> Result<Cosigners, Failure> {
        let folder = Folder::open(root)?;
        let mut keys = Vec::new();
        for (file, _) in KEY_FILES {
            let text = folder.get_secret(file, KEY_BYTES_MAX)?;
            let key = Cosigner::from_signer_key(text.trim_end_matches('\n'));
            keys.push(key.map_err(|error| broken(format!("{file}: {error}")))?);
        }
        Ok(Cosigners { folder, keys })
    }

    pub(crate) fn public(&self) -> impl Iterator<Item = &CosignerKey> {
        self.keys.iter().map(Cosigner::key)
    }

    /// The logs that it knows, each by its keys.
    pub(crate) fn logs(&self) -> Result<Vec<LogKeys>, Failure> {
        let mut logs = Vec::new();
        for digest in self.folder.names(LOGS) {
            let wrong = |what: String| broken(format!("{LOGS}/{digest}: {what}"));
            let keys = self.folder.get(&format!("{LOGS}/{digest}/keys"), KEY_BYTES_MAX)?;
            let keys = String::from_utf8(keys.unwrap_or_default())
                .map_err(|error| wrong(error.to_string()))?;
            let keys = log_keys(keys.lines()).map_err(wrong)?;
            let origin = keys.ed25519().name();
            if digest_of(origin) != digest {
                return Err(wrong(format!("holds the keys of {origin:?}")));
            }
            logs.push(keys);
        }
        Ok(logs)
    }

    /// Takes note of a log. One that is known must have the keys that it had.
    pub(crate) fn learn(&self, keys: &LogKeys, known: Option<&LogKeys>) -> Result<(), Failure> {
        let origin = keys.ed25519().name();
        match known {
            Some(known) if known == keys => Ok(()),
            Some(_) => Err(broken(format!(
                "{origin} is known with other keys; where the record itself proves the change, \
                 take them from a copy of it: watch --of"
            ))),
            None => {
                let mut text = format!("{}\n", keys.ed25519());
                if let Some(key) = keys.mldsa44() {
                    text += &format!("{key}\n");
                }
                Ok(self.folder.put(&format!("{}/keys", log_path(origin)), text.as_bytes())?)
            }
        }
    }
}

/// Where a log's files lie.
pub(crate) fn log_path(origin: &str) -> String {
    format!("{LOGS}/{}", digest_of(origin))
}

/// How a log is named in an address (C2SP tlog-witness).
pub(crate) fn digest_of(origin: &str) -> String {
    sha256(origin.as_bytes()).to_hex()
}

/// The keys of a log from one or two lines.
pub(crate) fn log_keys<'k>(lines: impl IntoIterator<Item = &'k str>) -> Result<LogKeys, String> {
    let lines: Vec<&str> = lines.into_iter().collect();
    let ([ed25519] | [ed25519, _]) = lines.as_slice() else {
        return Err("a log has one or two keys: Ed25519, and ML-DSA-44".into());
    };
    let ed25519: VerifierKey = ed25519.parse().map_err(|error: KeyError| error.to_string())?;
    let mldsa44 = lines.get(1).map(|line| line.parse::<CosignerKey>()).transpose();
    let mldsa44 = mldsa44.map_err(|error| error.to_string())?;
    LogKeys::new(ed25519, mldsa44).map_err(|error| error.to_string())
}

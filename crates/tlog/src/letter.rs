//! What was handed in for a record, and the operator's promise to take it in.
//!
//! A [`Letter`] says what came and when: a mirror's letterbox logs it, and an operator who promises
//! to take it in signs it, with the time that this may take ([`Promise`]). A promise is a signed
//! note of five lines whose second is no number, so nobody can take it for a checkpoint or an
//! entry.
//!
//! ```
//! use servanda_tlog::{Kept, Letter, Promise, Signer, sha256};
//!
//! let log = Signer::from_seed("example.com/record", [1; 32])?;
//! let digest = sha256(b"the bridge is closed");
//! let letter = Letter { origin: "example.com/record".into(), digest, received: 1_775_000_000 };
//! let signed = Promise { letter, within: 3_600 }.sign(&log)?;
//!
//! let keys = [log.verifier_key().clone()];
//! let promise = Promise::open(&signed, "example.com/record", &keys)?;
//! assert_eq!(promise.judge(None, 1_775_000_060), Kept::Open);
//! assert_eq!(promise.judge(Some(1_775_003_601), 1_775_010_000), Kept::Late { by: 1 });
//! assert_eq!(promise.judge(None, 1_775_010_000), Kept::Broken);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use thiserror::Error;

use crate::hash::Hash;
use crate::key::{Signer, VerifierKey};
use crate::note::{Note, NoteError, open, sign};

/// Longest promise in bytes.
pub const PROMISE_BYTES_MAX: usize = 16_384;
/// How long an operator takes who says nothing else, in seconds.
pub const PROMISE_WITHIN_S: u64 = 3_600;

const PROMISE: &str = "servanda/receipt/v1";
/// Times and spans are whole numbers that any program can hold.
const SECONDS_MAX: u64 = (1 << 53) - 1;

/// One thing that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The record that it is meant for.
    pub origin: String,
    /// SHA-256 of its bytes.
    pub digest: Hash,
    /// When, by the clock of who took it, in seconds since 1970.
    pub received: u64,
}

impl Letter {
    /// Four lines, the first of which names the form that they are written in.
    #[must_use]
    pub fn lines(&self, form: &str) -> String {
        let (origin, digest) = (&self.origin, self.digest.to_hex());
        format!("{form}\n{origin}\n{digest}\n{}\n", self.received)
    }

    /// Reads exactly what is written.
    #[must_use]
    pub fn parse(form: &str, text: &str) -> Option<Letter> {
        let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
        let [_, origin, digest, received] = lines.as_slice() else { return None };
        let letter = Letter {
            origin: (*origin).to_owned(),
            digest: Hash::from_hex(digest).ok()?,
            received: received.parse().ok()?,
        };
        (letter.lines(form) == text).then_some(letter)
    }
}

/// An operator's word that what was handed in is in the record within a time: the grade R0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// What was handed in.
    pub letter: Letter,
    /// Within how many seconds it is in the record.
    pub within: u64,
}

/// Why a promise was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PromiseError {
    /// Not the five lines.
    #[error("this is no receipt of the form {PROMISE}; take it as its operator gave it")]
    Form,
    /// Of another record.
    #[error("it is of the record {0:?}; check it against that one")]
    Other(String),
    /// No note, or not signed by the log.
    #[error(transparent)]
    Note(#[from] NoteError),
}

/// What became of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is in the record, and came in time.
    InTime,
    /// It is in the record, and came too late.
    Late {
        /// By how many seconds.
        by: u64,
    },
    /// It is not in the record, and there is time left.
    Open,
    /// It is not in the record, and the time has passed.
    Broken,
}

impl Promise {
    /// The last second in which it may come, since 1970.
    #[must_use]
    pub fn until(&self) -> u64 {
        self.letter.received.saturating_add(self.within)
    }

    fn text(&self) -> String {
        format!("{}{}\n", self.letter.lines(PROMISE), self.within)
    }

    /// The promise, signed with the log's Ed25519 key.
    ///
    /// # Errors
    /// [`PromiseError::Other`] when the key is another log's; [`PromiseError::Form`] when a time is
    /// beyond 2^53 − 1 seconds.
    pub fn sign(&self, log: &Signer) -> Result<Vec<u8>, PromiseError> {
        if log.name() != self.letter.origin {
            return Err(PromiseError::Other(self.letter.origin.clone()));
        }
        if self.until() > SECONDS_MAX {
            return Err(PromiseError::Form);
        }
        Ok(sign(&self.text(), &[log])?)
    }

    /// Reads a promise that one of these keys of the log `origin` has signed.
    ///
    /// # Errors
    /// [`PromiseError`].
    pub fn open(bytes: &[u8], origin: &str, keys: &[VerifierKey]) -> Result<Promise, PromiseError> {
        let promise = Promise::claimed(bytes)?;
        if promise.letter.origin != origin {
            return Err(PromiseError::Other(promise.letter.origin));
        }
        let of_log: Vec<VerifierKey> =
            keys.iter().filter(|key| key.name() == origin).cloned().collect();
        open(bytes, &of_log, PROMISE_BYTES_MAX)?;
        Ok(promise)
    }

    /// What a promise says, whoever signed it.
    fn claimed(bytes: &[u8]) -> Result<Promise, PromiseError> {
        let note = Note::parse(bytes, PROMISE_BYTES_MAX)?;
        let text = note.text();
        let (lines, within) = (text.strip_suffix('\n'))
            .and_then(|text| text.rsplit_once('\n'))
            .ok_or(PromiseError::Form)?;
        let letter = Letter::parse(PROMISE, &format!("{lines}\n")).ok_or(PromiseError::Form)?;
        let promise = Promise { letter, within: within.parse().map_err(|_| PromiseError::Form)? };
        match promise.text() == text && promise.until() <= SECONDS_MAX {
            true => Ok(promise),
            false => Err(PromiseError::Form),
        }
    }

    /// What became of it by `now`, when what was handed in came into the record at `entered`, all
    /// in seconds since 1970. It is judged by a copy of the record: of one that is older than the
    /// promise's end, *broken* says nothing yet.
    #[must_use]
    pub fn judge(&self, entered: Option<u64>, now: u64) -> Kept {
        match entered.map(|at| at.saturating_sub(self.until())) {
            Some(0) => Kept::InTime,
            Some(by) => Kept::Late { by },
            None if now <= self.until() => Kept::Open,
            None => Kept::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::hash::sha256;

    const ORIGIN: &str = "example.com/log";

    fn log(n: u8) -> Signer {
        Signer::from_seed(ORIGIN, [n; 32]).unwrap()
    }

    fn promise() -> Promise {
        let letter = Letter { origin: ORIGIN.into(), digest: sha256(b"note"), received: 100 };
        Promise { letter, within: 60 }
    }

    fn read(bytes: &[u8]) -> Result<Promise, PromiseError> {
        Promise::open(bytes, ORIGIN, &[log(1).verifier_key().clone()])
    }

    #[test]
    fn a_promise_counts_by_the_logs_own_signature_alone() {
        assert_eq!(read(&promise().sign(&log(1)).unwrap()), Ok(promise()));
        let forged = promise().sign(&log(2)).unwrap();
        assert_eq!(read(&forged), Err(NoteError::NoKnownSignature.into()));
        let office = Signer::from_seed(&format!("{ORIGIN}/office"), [3; 32]).unwrap();
        assert!(matches!(promise().sign(&office), Err(PromiseError::Other(_))));
        let by_office = sign(&promise().text(), &[&office]).unwrap();
        let keys = [office.verifier_key().clone()];
        assert!(Promise::open(&by_office, ORIGIN, &keys).is_err());
        let elsewhere = Promise::open(&forged, "example.com/other", &[]);
        assert_eq!(elsewhere, Err(PromiseError::Other(ORIGIN.into())));
    }

    #[test]
    fn nothing_else_that_the_log_signs_is_a_promise_nor_the_other_way_round() {
        let signed = promise().sign(&log(1)).unwrap();
        assert!(Checkpoint::open(&signed, ORIGIN, log(1).verifier_key()).is_err());
        let checkpoint = Checkpoint::new(ORIGIN, 1, sha256(b"root")).unwrap();
        assert_eq!(read(&checkpoint.sign(&log(1)).unwrap()), Err(PromiseError::Form));
        let text = promise().text();
        for other in [
            text.replace("receipt/v1", "receipt/v2"),
            text.replace("\n60\n", "\n060\n"),
            text.replace("\n60\n", "\n60\n\n"),
            text.replace("\n60\n", "\n+60\n"),
            text.replace("\n60\n", "\n18446744073709551615\n"),
            text.replace("\n60\n", "\n"),
            text.replace("\n100\n", "\n-1\n"),
            text.to_uppercase(),
        ] {
            let signed = sign(&other, &[&log(1)]).unwrap();
            assert_eq!(read(&signed), Err(PromiseError::Form), "{other}");
        }
    }

    #[test]
    fn the_last_second_is_in_time() {
        let judge = |entered, now| promise().judge(entered, now);
        assert_eq!(judge(None, 160), Kept::Open);
        assert_eq!(judge(None, 161), Kept::Broken);
        assert_eq!(judge(Some(160), 999), Kept::InTime);
        assert_eq!(judge(Some(90), 999), Kept::InTime, "it was there already");
        assert_eq!(judge(Some(161), 999), Kept::Late { by: 1 });
    }
}

//! A letterbox: what an operator refuses or ignores can be handed in at a mirror.
//!
//! The mirror logs only the SHA-256 of what was handed in, in a small log of its own: the same
//! tiles and checkpoints as a record's, signed by keys that serve nothing else. Who hands something
//! in gets a receipt: the entry of that log, and the proof that it is there. Whatever the operator
//! says later, it then is proved that the submission existed, and at which mirror it lay.

use crate::cosigners::{Failure, broken};
use servanda_store::{BUNDLE_BYTES_MAX, Folder};
use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, Cosigner, CosignerKind, Hash, Letter, LogKeys, Note,
    PROOF_BYTES_MAX, ProofFile, SEED_BYTES, Signer, TILE_WIDTH, TileWriter, bundles_between,
    decode_bundle, encode_bundle, leaf_hash, prove_inclusion, sha256, verify_inclusion,
};
use std::collections::BTreeMap;
use thiserror::Error;

/// Largest submission in bytes: the largest entry of a record.
pub const LETTER_BYTES_MAX: usize = 61_440;
/// Submissions that are taken within a minute, from all who write together.
pub const LETTERS_A_MINUTE_MAX: usize = 60;
/// Submissions that one letterbox holds.
const LETTERS_MAX: usize = 65_536;
/// Longest receipt: the entry, an empty line and the proof.
pub const RECEIPT_BYTES_MAX: usize = PROOF_BYTES_MAX + 1_024;

const FORM: &str = "servanda/letterbox/v1";
const KEYS: [&str; 2] = ["letterbox/log.key", "letterbox/log-mldsa44.key"];
const KEY_BYTES_MAX: u64 = 16_384;
const CHECKPOINT: &str = "letterbox/log/checkpoint";

/// Why a submission was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LetterRefusal {
    /// This mirror has no letterbox.
    #[error("this mirror has no letterbox; hand it in at another")]
    None,
    /// More bytes than an entry may have.
    #[error(
        "a submission has at most {LETTER_BYTES_MAX} bytes; hand in the part that names the rest"
    )]
    TooLong,
    /// No signed note.
    #[error("a submission is a signed note whose second line names the record: {0}")]
    NoNote(String),
    /// A record that is not mirrored here.
    #[error("{0:?} is not mirrored here; hand it in at one of its mirrors")]
    UnknownRecord(String),
    /// Too many at once.
    #[error("too many submissions in this minute; hand it in again later")]
    TooMany,
    /// No room left.
    #[error("this letterbox is full; hand it in at another mirror")]
    Full,
}

impl LetterRefusal {
    /// The status of HTTP.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            LetterRefusal::NoNote(_) => 400,
            LetterRefusal::None | LetterRefusal::UnknownRecord(_) => 404,
            LetterRefusal::TooLong => 413,
            LetterRefusal::TooMany => 429,
            LetterRefusal::Full => 507,
        }
    }
}

/// The entry of a letterbox's log.
fn entry_of(letter: &Letter) -> Vec<u8> {
    letter.lines(FORM).into_bytes()
}

fn logged(entry: &[u8]) -> Option<Letter> {
    Letter::parse(FORM, str::from_utf8(entry).ok()?)
}

/// A letter with the proof that it is in a letterbox's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What was handed in, and when.
    pub letter: Letter,
    /// The proof, with the letterbox's checkpoint.
    pub proof: ProofFile,
}

impl Receipt {
    /// Reads a receipt. Nothing but its form is checked: see [`Receipt::verify`].
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Receipt> {
        if bytes.len() > RECEIPT_BYTES_MAX {
            return None;
        }
        let end = bytes.windows(2).position(|two| two == b"\n\n")?;
        let letter = logged(bytes.get(..=end)?)?;
        let proof = ProofFile::parse(bytes.get(end + 2..)?).ok()?;
        Some(Receipt { letter, proof })
    }

    /// The bytes: the letterbox's entry, an empty line, and a proof of C2SP tlog-proof.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [entry_of(&self.letter), b"\n".to_vec(), self.proof.to_bytes()].concat()
    }

    /// Whether the letterbox with these keys has logged it.
    #[must_use]
    pub fn verify(&self, keys: &LogKeys) -> bool {
        let opened = keys.open(&self.proof.checkpoint, keys.ed25519().name());
        let Ok((head, _)) = opened else { return false };
        let (index, leaf) = (self.proof.index, leaf_hash(&entry_of(&self.letter)));
        verify_inclusion(&self.proof.hashes, index, head.size(), leaf, head.root()).is_ok()
    }
}

/// The letterbox of a mirror.
#[derive(Debug)]
pub(crate) struct Letterbox {
    log: Signer,
    mldsa44: Cosigner,
    letters: Vec<Letter>,
    leaves: Vec<Hash>,
    places: BTreeMap<Hash, usize>,
    tiles: TileWriter,
    checkpoint: Vec<u8>,
}

impl Letterbox {
    /// Makes a letterbox in a mirror's folder.
    pub(crate) fn make(
        folder: &Folder,
        name: &str,
        seeds: [[u8; SEED_BYTES]; 2],
    ) -> Result<Letterbox, Failure> {
        let origin = format!("{name}/letterbox");
        let log = Signer::from_seed(&origin, seeds[0]).map_err(broken)?;
        let mldsa44 = Cosigner::from_seed(&origin, CosignerKind::MlDsa44, seeds[1]);
        let mldsa44 = mldsa44.map_err(broken)?;
        folder.put_secret(KEYS[0], &format!("{}\n", log.to_signer_key()))?;
        folder.put_secret(KEYS[1], &format!("{}\n", mldsa44.to_signer_key()))?;
        Ok(Letterbox::empty(log, mldsa44))
    }

    fn empty(log: Signer, mldsa44: Cosigner) -> Letterbox {
        Letterbox {
            log,
            mldsa44,
            letters: Vec::new(),
            leaves: Vec::new(),
            places: BTreeMap::new(),
            tiles: TileWriter::new(),
            checkpoint: Vec::new(),
        }
    }

    /// Opens the letterbox of a mirror's folder, when it has one.
    pub(crate) fn open(folder: &Folder) -> Result<Option<Letterbox>, Failure> {
        if folder.get(KEYS[0], KEY_BYTES_MAX)?.is_none() {
            return Ok(None);
        }
        let key = |name| folder.get_secret(name, KEY_BYTES_MAX);
        let log = Signer::from_signer_key(key(KEYS[0])?.trim_end()).map_err(broken)?;
        let mldsa44 = Cosigner::from_signer_key(key(KEYS[1])?.trim_end()).map_err(broken)?;
        let mut own = Letterbox::empty(log, mldsa44);
        let Some(bytes) = folder.get(CHECKPOINT, CHECKPOINT_BYTES_MAX as u64)? else {
            return Ok(Some(own));
        };
        let wrong = |what: &str| broken(format!("{CHECKPOINT}: {what}; restore the letterbox"));
        let (head, _) = own.keys()?.open(&bytes, own.log.name()).map_err(broken)?;
        for id in bundles_between(0, head.size()) {
            let held = folder.get(&format!("letterbox/log/{id}"), BUNDLE_BYTES_MAX)?;
            let held = held.ok_or_else(|| wrong("entries are missing"))?;
            for entry in decode_bundle(&held, usize::from(id.width())).map_err(broken)? {
                own.add(logged(entry).ok_or_else(|| wrong("an entry is no letter"))?);
            }
        }
        own.tiles.append(&own.leaves);
        if own.tiles.root() != head.root() || own.tiles.size() != head.size() {
            return Err(wrong("the entries are not those that were signed"));
        }
        own.checkpoint = bytes;
        Ok(Some(own))
    }

    fn add(&mut self, letter: Letter) {
        self.leaves.push(leaf_hash(&entry_of(&letter)));
        self.places.entry(letter.digest).or_insert(self.letters.len());
        self.letters.push(letter);
    }

    /// The keys of its log.
    pub(crate) fn keys(&self) -> Result<LogKeys, Failure> {
        let ed25519 = self.log.verifier_key().clone();
        LogKeys::new(ed25519, Some(self.mldsa44.key().clone())).map_err(broken)
    }

    pub(crate) fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// Takes a submission, and gives the receipt. The same bytes have one place: handed in again,
    /// they get a receipt for it.
    pub(crate) fn submit(
        &mut self,
        folder: &Folder,
        is_mirrored: impl FnOnce(&str) -> bool,
        bytes: &[u8],
        now: u64,
    ) -> Result<Receipt, LetterFailure> {
        let letter = read(bytes, now)?;
        if !is_mirrored(&letter.origin) {
            return Err(LetterRefusal::UnknownRecord(letter.origin).into());
        }
        if let Some(place) = self.places.get(&letter.digest) {
            return Ok(self.receipt(*place)?);
        }
        let recent = |letter: &&Letter| now.saturating_sub(letter.received) < 60;
        let last = self.letters.iter().rev().take(LETTERS_A_MINUTE_MAX);
        if last.filter(recent).count() >= LETTERS_A_MINUTE_MAX {
            return Err(LetterRefusal::TooMany.into());
        }
        if self.letters.len() >= LETTERS_MAX {
            return Err(LetterRefusal::Full.into());
        }
        // Nothing counts before the checkpoint is in its place; until then all of it is tried on
        // copies, so that a failed write leaves what is held as it was.
        let put = |path: &str, bytes: &[u8]| folder.put(path, bytes).map_err(Failure::from);
        put(&format!("letterbox/kept/{}", letter.digest.to_hex()), bytes)?;
        let old = self.leaves.len();
        let mut tiles = self.tiles.clone();
        for tile in tiles.append(&[leaf_hash(&entry_of(&letter))]) {
            put(&format!("letterbox/log/{}", tile.id), &tile.bytes)?;
        }
        let from = old - old % usize::from(TILE_WIDTH);
        let held = self.letters.get(from..).unwrap_or_default().iter().chain([&letter]);
        let pack: Vec<Vec<u8>> = held.map(entry_of).collect();
        let pack = encode_bundle(&pack).map_err(broken)?;
        for id in bundles_between(old as u64, old as u64 + 1) {
            put(&format!("letterbox/log/{id}"), &pack)?;
        }
        let head = Checkpoint::new(self.log.name(), tiles.size(), tiles.root()).map_err(broken)?;
        let signed = head.sign_twice(&self.log, &self.mldsa44).map_err(broken)?;
        put(CHECKPOINT, &signed)?;
        (self.tiles, self.checkpoint) = (tiles, signed);
        self.add(letter);
        Ok(self.receipt(old)?)
    }

    fn receipt(&self, place: usize) -> Result<Receipt, Failure> {
        let letter = self.letters.get(place).cloned();
        let letter = letter.ok_or_else(|| broken("there is no such letter"))?;
        let (index, size) = (place as u64, self.leaves.len() as u64);
        let hashes = prove_inclusion(self.leaves.as_slice(), index, size).map_err(broken)?;
        let proof = ProofFile { index, hashes, checkpoint: self.checkpoint.clone() };
        Ok(Receipt { letter, proof })
    }
}

/// Why a submission got no receipt.
#[derive(Debug, Error)]
pub enum LetterFailure {
    /// It was refused: the one who hands it in is told why.
    #[error(transparent)]
    Refused(#[from] LetterRefusal),
    /// The mirror's folder can't be read or written.
    #[error(transparent)]
    Broken(#[from] Failure),
}

/// A submission: nothing of it is believed but that it is a note for that record.
fn read(bytes: &[u8], received: u64) -> Result<Letter, LetterRefusal> {
    if bytes.len() > LETTER_BYTES_MAX {
        return Err(LetterRefusal::TooLong);
    }
    let none = |what: String| LetterRefusal::NoNote(what);
    let note = Note::parse(bytes, LETTER_BYTES_MAX).map_err(|error| none(error.to_string()))?;
    let origin = note.text().split('\n').nth(1).unwrap_or_default();
    // It stands in a line of the letterbox's log, and is printed.
    let is_plain = !origin.is_empty() && origin.len() <= 255;
    if !is_plain {
        return Err(none("its second line is not the name of a record".into()));
    }
    Ok(Letter { origin: origin.to_owned(), digest: sha256(bytes), received })
}

//! The full check, which needs nothing but the directory.

mod blobs;
mod entries;
mod files;
mod hashes;
mod journal;
mod keys;

use std::path::Path;

use servanda_tlog::{
    CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, Hash, KeyError, KeyId, LogKeys, Note,
    TILE_WIDTH, VerifierKey, empty_root,
};

use crate::bundle::first_entry;
use crate::constitution::Founding;
use crate::layout::{BUNDLE_BYTES_MAX, CHECKPOINT, JOURNAL, Place, Standing};
use crate::pending::Pending;
use crate::record::{READ_AGAIN_MAX, read_head};
use crate::register::Register;
use crate::storage::{Listing, Local, Storage};
use entries::Entries;
use keys::Log;

/// Most faults that a report lists.
pub const FAULTS_MAX: usize = 1_000;

/// Something that makes a record untrustworthy or incomplete.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, below the record's directory.
    pub path: String,
    /// The entry, when one is to blame.
    pub entry: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    /// Entries whose signature, form, chain and citation hold.
    pub entries: u64,
    /// Bundles that were read; those of earlier sizes are checked too, but not counted.
    pub bundles: u64,
    /// Hash tiles that are what the entries give; those of earlier sizes are not counted.
    pub tiles: u64,
    /// Files named by entries that are there with the right bytes.
    pub blobs: u64,
    /// Bytes of all those entries and blobs.
    pub bytes: u64,
}

/// What a full check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Name of the record as its checkpoint states it; empty when that can't be read.
    pub origin: String,
    /// Entries as the checkpoint states; 0 when it can't be read.
    pub size: u64,
    /// Root as the checkpoint states; that of the empty tree when it can't be read.
    pub root: Hash,
    /// The key that the checkpoint was checked with; none when there was none.
    pub key_id: Option<KeyId>,
    /// That key, written out, for comparing with what its operator published.
    pub key: Option<String>,
    /// The log's ML-DSA-44 key, which has signed the checkpoint too; none of an older record.
    pub key_mldsa44: Option<String>,
    /// The checkpoint is signed by the key that the caller expected. Without it the report says
    /// that the record holds together, not whose it is.
    pub key_confirmed: bool,
    /// Which keys hold, and what was signed by several hands; none when entries can't be read.
    pub register: Option<Register>,
    /// How much was checked.
    pub checked: Checked,
    /// What is wrong; at most [`FAULTS_MAX`].
    pub faults: Vec<Fault>,
    /// What is worth knowing and no fault: what an interrupted append left, signatures of others.
    pub notices: Vec<String>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.faults.is_empty()
    }

    fn new() -> Report {
        Report {
            origin: String::new(),
            size: 0,
            root: empty_root(),
            key_id: None,
            key: None,
            key_mldsa44: None,
            key_confirmed: false,
            register: None,
            checked: Checked::default(),
            faults: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn fault(&mut self, path: impl ToString, entry: Option<u64>, what: impl ToString) {
        if self.faults.len() < FAULTS_MAX {
            let (path, what) = (path.to_string(), what.to_string());
            self.faults.push(Fault { path, entry, what });
        } else if self.faults.len() == FAULTS_MAX && !self.full() {
            self.notices.push(format!(
                "there are more than {FAULTS_MAX} faults; the others are not listed"
            ));
        }
    }

    fn notice(&mut self, text: String) {
        if self.notices.len() < FAULTS_MAX {
            self.notices.push(text);
        }
    }

    /// Whether faults were left out.
    fn full(&self) -> bool {
        self.faults.len() >= FAULTS_MAX
            && (self.notices.last()).is_some_and(|last| last.starts_with("there are more than"))
    }
}

/// Checks all of a record: the checkpoint and its signature, every tile, every entry (signature,
/// form, its author's chain, what it cites, its time), every blob, and that nothing else is there.
///
/// `expected_key` is the log's verifier key as the caller has it from elsewhere; without it the
/// key that entry 0 names is used, and [`Report::key_confirmed`] stays false.
///
/// Partial tiles and bundles of earlier sizes must be the beginning of what the entries give. Of
/// which sizes the log signed checkpoints the directory does not say, so any narrower one with the
/// right bytes is accepted and a missing one is no fault. One that stands beside its full tile is
/// a notice.
///
/// Nothing is written, and memory stays bounded: one bundle, 32 bytes or so for each entry and
/// each file. A writer may commit meanwhile; then the check begins again.
#[must_use]
pub fn verify<'k>(
    dir: impl AsRef<Path>,
    expected_keys: impl IntoIterator<Item = &'k str>,
) -> Report {
    verify_in(&Local::new(dir.as_ref()), expected_keys)
}

/// Checks a record wherever it lies; otherwise as [`verify`].
#[must_use]
pub fn verify_in<'k>(
    storage: &dyn Storage,
    expected_keys: impl IntoIterator<Item = &'k str>,
) -> Report {
    let expected_keys: Vec<&str> = expected_keys.into_iter().collect();
    let mut tries = 0;
    loop {
        let head = read_head(storage).ok();
        let mut report = check(storage, &expected_keys);
        tries += 1;
        if report.ok() || read_head(storage).ok() == head {
            return report;
        }
        if tries > READ_AGAIN_MAX {
            let text = "the record was written to during each check; check it again, or a copy";
            report.notice(text.into());
            return report;
        }
    }
}

fn check(storage: &dyn Storage, expected_keys: &[&str]) -> Report {
    let mut report = Report::new();
    let listing = storage.list("");
    for (path, why) in &listing.strange {
        report.fault(path, None, why);
    }
    let expected = match Expected::read(expected_keys) {
        Ok(expected) => expected,
        Err(error) => {
            report.fault(CHECKPOINT, None, format!("the key to check it with: {error}"));
            return report;
        }
    };
    let Some(head) = Head::read(storage, &mut report) else {
        return report;
    };
    report.origin = head.checkpoint.origin().to_owned();
    report.size = head.checkpoint.size();
    report.root = head.checkpoint.root();
    let founding = read_founding(storage, &listing, &mut report);
    let log = founding.as_ref().map(|founding| keys::find_log(storage, &head, founding));
    if !check_head(&head, founding.as_ref(), log.as_ref(), &expected, &mut report) {
        // A head that nobody vouches for says nothing about the rest.
        return report;
    }
    let mut entries = Entries::new(head.checkpoint.origin(), founding.as_ref());
    let pending = Pending::read(storage)
        .map_err(|error| report.fault(JOURNAL, None, error.reason()))
        .unwrap_or_default();
    files::list_beyond(&listing, &pending, &mut report);
    let leaves = files::check_bundles(storage, &mut entries, &mut report);
    let whole = leaves.is_some();
    if let Some(mut leaves) = leaves {
        let root_holds = hashes::check(storage, &listing, &leaves, &mut report);
        if root_holds {
            let leaves = &mut leaves.of_entries;
            keys::check(storage, &entries, log.as_ref(), &expected, &mut report);
            journal::check(&pending, leaves, &mut entries, &mut report);
            entries.check_cites(leaves, &mut report);
        }
    }
    let orphans = pending.orphans(pending.size(report.size));
    blobs::check(storage, &listing, &entries, orphans, whole, &mut report);
    report
}

/// The checkpoint file, its signature not checked yet.
struct Head {
    bytes: Vec<u8>,
    note: Note,
    checkpoint: Checkpoint,
}

impl Head {
    fn read(storage: &dyn Storage, report: &mut Report) -> Option<Head> {
        Head::of(storage).map_err(|what| report.fault(CHECKPOINT, None, what)).ok()
    }

    fn of(storage: &dyn Storage) -> Result<Head, String> {
        let bytes = read_head(storage).map_err(|error| error.reason())?;
        let note = Note::parse(&bytes, CHECKPOINT_BYTES_MAX).map_err(|error| error.to_string())?;
        let checkpoint: Checkpoint = (note.text().parse())
            .map_err(|error: servanda_tlog::CheckpointError| error.to_string())?;
        if checkpoint.size() == 0 {
            return Err("the record has no entries, not even its constitution".to_owned());
        }
        Ok(Head { bytes, note, checkpoint })
    }
}

/// Entry 0, from whatever first bundle there is: the checkpoint's size may be what is wrong.
fn read_founding(
    storage: &dyn Storage,
    listing: &Listing,
    report: &mut Report,
) -> Option<Founding> {
    let first_bundles = listing.places().filter_map(|(path, place)| match place {
        Place::Bundle(bundle) if bundle.index() == 0 => Some((bundle, path)),
        _ => None,
    });
    let rank = |bundle| match Standing::of_bundle(bundle, report.size) {
        Standing::Current => 2,
        Standing::Earlier | Standing::Replaced => 1,
        Standing::Beyond => 0,
    };
    let best = first_bundles.max_by_key(|(bundle, _)| (rank(*bundle), bundle.width()));
    let Some((_, path)) = best else {
        let width = report.size.min(u64::from(TILE_WIDTH)) as u16;
        let path = servanda_tlog::BundleId::new(0, width).map(|bundle| bundle.to_string());
        report.fault(path.unwrap_or_default(), Some(0), "is missing");
        return None;
    };
    let founding =
        storage.read(path, BUNDLE_BYTES_MAX).map_err(|error| error.reason()).and_then(|bytes| {
            match first_entry(&bytes) {
                Some(entry) => Founding::read(entry),
                None => Err("the bundle ends inside its first entry".into()),
            }
        });
    founding.map_err(|what| report.fault(path, Some(0), what)).ok()
}

/// The log's keys that the caller knows from elsewhere.
struct Expected {
    /// As they are written.
    written: Vec<String>,
    ed25519: Option<VerifierKey>,
    mldsa44: Option<CosignerKey>,
}

impl Expected {
    fn read(keys: &[&str]) -> Result<Expected, KeyError> {
        let mut read = Expected { written: Vec::new(), ed25519: None, mldsa44: None };
        for key in keys {
            match key.parse::<VerifierKey>() {
                Ok(key) => read.ed25519 = Some(key),
                Err(KeyError::Type { .. }) => read.mldsa44 = Some(key.parse()?),
                Err(error) => return Err(error),
            }
            read.written.push((*key).to_owned());
        }
        Ok(read)
    }

    /// What to check a checkpoint with when entry 0 can't tell.
    fn keys(&self) -> Option<LogKeys> {
        LogKeys::new(self.ed25519.clone()?, self.mldsa44.clone()).ok()
    }
}

/// Whether the checkpoint is signed by a key that is known.
fn check_head(
    head: &Head,
    founding: Option<&Founding>,
    log: Option<&Log>,
    expected: &Expected,
    report: &mut Report,
) -> bool {
    let named = log.map(|log| log.now.clone());
    if let Some(named) = &named {
        let is_known = |key: &&String| log.is_some_and(|log| log.is_ever(key));
        for other in expected.written.iter().filter(|key| !is_known(key)) {
            let what = format!(
                "the record names {} as its log's key, but {other} is expected: this is another \
                 record, or a forged one",
                named.ed25519()
            );
            report.fault(CHECKPOINT, None, what);
        }
    }
    let Some(keys) = named.or_else(|| expected.keys()) else {
        // Entry 0 is a fault by now; the checkpoint itself may be sound.
        report.notice(format!(
            "{CHECKPOINT}: no key is known to check it with, as entry 0 can't be used; nothing \
             else was checked"
        ));
        return false;
    };
    let mldsa44 = keys.mldsa44();
    report.key_id = Some(keys.ed25519().id());
    report.key = Some(keys.ed25519().to_string());
    report.key_mldsa44 = mldsa44.map(ToString::to_string);
    let origin = founding.map_or(head.checkpoint.origin(), |founding| &founding.origin);
    if let Err(error) = keys.open(&head.bytes, origin) {
        report.fault(CHECKPOINT, None, error);
        return false;
    }
    // A key from before leads here by the handover that it signed: checked with the entries.
    let is_known = |key: &String| keys.contains(key) || log.is_some_and(|log| log.is_ever(key));
    report.key_confirmed = !expected.written.is_empty() && expected.written.iter().all(is_known);
    for other in head.note.signatures() {
        let id = other.id();
        let is_log = id == keys.ed25519().id() || mldsa44.is_some_and(|key| id == key.id());
        if other.name() != keys.ed25519().name() || !is_log {
            report.notice(format!(
                "{CHECKPOINT}: the signature of {} ({}) was not checked",
                other.name(),
                other.id()
            ));
        }
    }
    true
}

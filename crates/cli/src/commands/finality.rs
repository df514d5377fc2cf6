//! How final entries are: with a policy, beside what a command prints.

use super::verify_bundle::{read_policy, seconds, time};
use crate::args::GradeArgs;
use crate::clock;
use crate::place;
use anyhow::Context;
use serde_json::{Value, json};
use servanda_desk::named_beside;
use servanda_store::Record;
use servanda_text::escape;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Checkpoint, Finality, Grade, Kept, Note, Promise};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Cosigned checkpoints that are read, the newest ones.
const KEPT_MAX: usize = 256;

/// The grades, when a policy was given.
pub(crate) fn of(record: &Record, args: &GradeArgs) -> anyhow::Result<Option<Finality>> {
    let Some(policy) = &args.policy else { return Ok(None) };
    let policy = read_policy(policy)?;
    let at = match &args.grades_at {
        Some(text) => seconds(text)?,
        None => clock::seconds(),
    };
    let mut finality = record.finality(&policy, &kept(record)?, at)?;
    if let Some(size) = super::anchor::stamped_twice(record, &args.shown.anchored, at)? {
        finality.anchor(size);
    }
    finality.promised = super::receipt::not_logged(record, &args.shown.receipt)?;
    Ok(Some(finality))
}

/// Where cosigned checkpoints are kept; none where nothing can lie beside the record.
fn folder(record: &Record) -> Option<PathBuf> {
    (!place::is_remote(record.dir())).then(|| named_beside(record.dir(), ".cosigned"))
}

/// Keeps the record's checkpoint with its cosignatures, beside the record: the next append puts
/// another one in its place.
pub(crate) fn keep(record: &Record) -> anyhow::Result<()> {
    let Some(folder) = folder(record) else { return Ok(()) };
    let note = Note::parse(record.checkpoint(), CHECKPOINT_BYTES_MAX)?;
    let checkpoint: Checkpoint = note.text().parse()?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{}: can't be made", folder.display()))?;
    let text = String::from_utf8(record.checkpoint().to_vec())?;
    super::write_file(&folder.join(checkpoint.size().to_string()), &text)
}

/// The cosigned checkpoints that were kept, the newest first.
fn kept(record: &Record) -> anyhow::Result<Vec<Vec<u8>>> {
    let Some(folder) = folder(record) else { return Ok(Vec::new()) };
    let Ok(files) = std::fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let mut sizes: Vec<u64> = names.filter_map(|name| name.parse().ok()).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    // An earlier copy of a record has fewer entries than what was kept beside the whole one.
    let sizes = sizes.into_iter().filter(|size| *size <= record.size()).take(KEPT_MAX);
    sizes.map(|size| read(&folder.join(size.to_string()))).collect()
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("{}: can't be read", path.display());
    let found = std::fs::metadata(path).with_context(context)?;
    let fits = found.is_file() && found.len() <= CHECKPOINT_BYTES_MAX as u64;
    anyhow::ensure!(fits, "{}: is no checkpoint; take it away", path.display());
    std::fs::read(path).with_context(context)
}

/// For people.
pub(crate) fn described(finality: &Finality) -> String {
    let mut text = String::new();
    for span in &finality.spans {
        let entries = match span.end - span.start {
            1 => format!("entry {}", span.start),
            _ => format!("entries {} to {}", span.start, span.end - 1),
        };
        // Writing to a string can't fail.
        let _ = writeln!(text, "{}     {entries}: {}", span.grade, span.grade.story());
    }
    for promise in &finality.promised {
        let (digest, until) = (promise.letter.digest.to_hex(), time(promise.until()));
        let held = match promise.judge(None, finality.at) {
            Kept::Open => format!("by {until}"),
            _ => format!("by {until}, and not kept"),
        };
        let (grade, story) = (Grade::Promised, Grade::Promised.story());
        let _ = writeln!(text, "{grade}     {digest}: {story}, {held}");
    }
    for one in finality.absent() {
        let since = match one.cosigned_at {
            Some(at) => format!("since {}, with {} entries", time(at), one.size),
            None if one.size > 0 => format!("after {} entries, and states no time", one.size),
            None => "it has never cosigned".to_owned(),
        };
        let _ = writeln!(text, "absent {}: {since}", escape(&one.name));
    }
    if finality.is_stale() == Some(true) {
        let at = time(finality.at);
        let _ = writeln!(text, "stale  the newest cosignature is more than a day older than {at}");
    }
    text.truncate(text.trim_end().len());
    text
}

/// For programs (spec/finality.schema.json).
pub(crate) fn as_json(finality: &Finality) -> Value {
    let spans = finality
        .spans
        .iter()
        .map(|span| json!({ "start": span.start, "end": span.end, "grade": span.grade.word() }));
    let cosigners = finality.cosigners.iter().map(|one| {
        json!({
            "name": one.name,
            "size": one.size,
            "cosigned_at": one.cosigned_at,
            "absent": one.size < finality.size,
        })
    });
    json!({
        "at": finality.at,
        "stale": finality.is_stale(),
        "latest": finality.latest(),
        "promised": finality.promised.iter().map(promised).collect::<Vec<_>>(),
        "spans": spans.collect::<Vec<_>>(),
        "cosigners": cosigners.collect::<Vec<_>>(),
    })
}

fn promised(promise: &Promise) -> Value {
    json!({
        "sha256": promise.letter.digest.to_hex(),
        "received": promise.letter.received,
        "until": promise.until(),
    })
}

/// The entry that a citation names: `e12`, or a row of it.
pub(crate) fn entry_of(cite: &str) -> Option<u64> {
    cite.strip_prefix('e')?.split('.').next()?.parse().ok()
}

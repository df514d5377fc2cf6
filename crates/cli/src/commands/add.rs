//! `servanda add`.

use super::key_dir;
use crate::Ended;
use crate::args::{AddArgs, Format};
use crate::clock;
use crate::out::Out;
use anyhow::Context;
use serde_json::json;
use servanda_desk::{Desk, Intake, Options, take_in};
use servanda_store::Keys;
use std::path::Path;

/// Rejected rows that are shown; all are in the quarantine.
const SHOWN_MAX: usize = 10;

pub(crate) fn run(args: &AddArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let keys = Keys::read(&key_dir(&args.dir, args.write.key_dir.as_ref()))?;
    let now = clock::now(args.write.now.as_deref())?;
    let options = Options {
        format: args.format_of_files.clone(),
        source: args.source.clone(),
        mapping: args.mapping.clone(),
    };
    let mut rejected = 0;
    let mut summaries = Vec::new();
    let mut desk = Desk::open(&args.dir, None)?;
    for (n, path) in args.files.iter().enumerate() {
        out.progress(&format!("reading {} ({} of {})", path.display(), n + 1, args.files.len()));
        let bytes = read(path)?;
        let mut intake = take_in(&desk, &path.to_string_lossy(), bytes, &options)?;
        let bodies = std::mem::take(&mut intake.bodies);
        let blobs = std::mem::take(&mut intake.blobs);
        let entries = bodies.len();
        out.progress(&format!("writing {entries} entries of {}", path.display()));
        let mut record = desk.record;
        record.append(&keys, now, bodies, blobs)?;
        out.progress_done();
        rejected += intake.rows.rejected;
        if args.format == Format::Text {
            out.answer(&summary(&intake))?;
        }
        summaries.push(json!({
            "file": intake.name,
            "format": intake.format.name(),
            "source": intake.source,
            "accepted": intake.rows.accepted,
            "duplicate": intake.rows.duplicate,
            "rejected": intake.rows.rejected,
            "corrected": intake.corrected,
            "coverage": intake.coverage,
            "entries": entries,
            "quarantine": intake.rejected,
        }));
        // Another file may repeat or correct what this one brought.
        desk = match n + 1 < args.files.len() {
            true => Desk::open(&args.dir, None)?,
            false => break,
        };
    }
    if args.format == Format::Json {
        let all = json!({ "form": "servanda/add/v1", "files": summaries });
        out.answer(&serde_json::to_string_pretty(&all)?)?;
    }
    Ok(if args.strict && rejected > 0 { Ended::Failed } else { Ended::Done })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let meta =
        std::fs::metadata(path).with_context(|| format!("{}: can't be read", path.display()))?;
    let max = servanda_read::limits::FILE_BYTES_MAX as u64;
    anyhow::ensure!(
        meta.len() <= max,
        "{}: has {} bytes; at most {max} are read: split it by time",
        path.display(),
        meta.len()
    );
    std::fs::read(path).with_context(|| format!("{}: can't be read", path.display()))
}

/// What became of a file, in words.
pub(crate) fn summary(intake: &Intake) -> String {
    let rows = intake.rows;
    let mut text = format!(
        "{}: {} as {}: {} accepted, {} duplicate, {} rejected, of {} rows",
        intake.name,
        intake.format.name(),
        intake.source,
        rows.accepted,
        rows.duplicate,
        rows.rejected,
        rows.accepted + rows.duplicate + rows.rejected
    );
    if intake.corrected > 0 {
        text += &format!("; {} supersede an earlier row", intake.corrected);
    }
    if intake.coverage > 0 {
        text += &format!("; {} spans of watching worked out", intake.coverage);
    }
    for row in intake.rejected.iter().take(SHOWN_MAX) {
        let column = row.column.as_ref().map(|name| format!(", column {name}")).unwrap_or_default();
        text += &format!("\n  {}:{}{column}: {}", intake.name, row.line, row.reason);
    }
    if intake.rejected.len() > SHOWN_MAX {
        text += &format!("\n  and {} more, in the quarantine", intake.rejected.len() - SHOWN_MAX);
    }
    text
}

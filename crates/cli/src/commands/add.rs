//! `servanda add`.

use super::texts::{self, ReadFrom, Texts};
use super::{open_to_write, sealed, take_up};
use crate::Ended;
use crate::args::{AddArgs, Format};
use crate::out::Out;
use crate::place::open_desk;
use anyhow::Context;
use serde_json::{Value, json};
use servanda_desk::{ARCHIVE, Desk, Intake, Options, seal_document, take_in, take_in_archive};
use servanda_entry::Body;
use std::path::Path;

/// Rejected rows that are shown; all are in the quarantine.
const SHOWN_MAX: usize = 10;

/// A file that was read: what it brings, and what is said of it.
pub(super) struct Taken {
    pub(super) bodies: Vec<Body>,
    pub(super) blobs: Vec<Vec<u8>>,
    pub(super) rejected: u64,
    pub(super) text: String,
    pub(super) json: Value,
}

pub(crate) fn run(args: &AddArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if args.seal.class.is_some() {
        return sealed_files(args, out);
    }
    let mut rejected = 0;
    let mut summaries = Vec::new();
    let mut queue = texts::queue(args)?;
    let mut texts = Texts::new(args)?;
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
    let mut desk = Some(desk);
    let mut pending = Vec::new();
    let mut done = 0;
    while let Some(from) = queue.pop_front() {
        done += 1;
        out.progress(&format!("reading {from} ({done} of {})", done + queue.len()));
        let is_article = from.is_article(args);
        let at = match desk.take() {
            // Somebody else may have written meanwhile.
            Some(desk) if desk.record.is_current() => desk,
            _ => open_desk(&args.dir, None)?,
        };
        let taken = match &from {
            ReadFrom::File(path) if args.format_of_files.as_deref() == Some(ARCHIVE) => {
                archive(&at, args, path)
            }
            ReadFrom::File(path) if !is_article => rows(&at, args, path),
            _ => texts.take_in(&at, args, &from, &mut queue),
        };
        let mut taken = match taken {
            Ok(taken) => taken,
            Err(error) => {
                // What was read before is kept.
                let mut record = at.into_record()?;
                if !pending.is_empty() {
                    record.append(&hand.keys, hand.now, pending, Vec::new())?;
                }
                return Err(error);
            }
        };
        taken.json["entries"] = taken.bodies.len().into();
        rejected += taken.rejected;
        pending.append(&mut taken.bodies);
        // Rows may repeat or correct what an earlier file brought; articles stand for themselves,
        // and are written many at a time.
        let follows = queue.front().is_some_and(|next| next.is_article(args));
        if is_article && follows && pending.len() < PENDING_MAX {
            desk = Some(at);
        } else {
            out.progress(&format!("writing {} entries", pending.len()));
            let mut record = at.into_record()?;
            record.append(&hand.keys, hand.now, std::mem::take(&mut pending), taken.blobs)?;
            if !queue.is_empty() {
                desk = Some(Desk::of(record, None)?);
            }
        }
        out.progress_done();
        if args.format == Format::Text {
            out.answer(&taken.text)?;
        }
        summaries.push(taken.json);
    }
    if args.format == Format::Json {
        let mut all = json!({ "form": "servanda/add/v1", "files": summaries });
        if let Some(model) = texts.model_json() {
            all["model"] = model;
        }
        out.answer(&serde_json::to_string_pretty(&all)?)?;
    }
    texts.say_model(args.format, out)?;
    Ok(if args.strict && rejected > 0 { Ended::Failed } else { Ended::Done })
}

/// Files of which only the ciphertexts are in the record. They are not read.
fn sealed_files(args: &AddArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let audience = sealed::audience(&args.seal)?;
    let Some(source) = &args.source else {
        anyhow::bail!("--class: name the source with --source; a sealed file is not read for it");
    };
    let mut summaries = Vec::new();
    let hand = take_up(&args.dir, &args.write, out)?;
    for path in &args.files {
        let desk = open_desk(&args.dir, None)?;
        let bytes = read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draw = &mut sealed::draw;
        let file = seal_document(&desk, (&name, &bytes), source, audience, draw)?;
        let entry = sealed::enter(desk, &hand, &args.seal, file, out)?;
        if args.format == Format::Text {
            out.answer(&format!("sealed for {audience} as e{entry}"))?;
        }
        summaries.push(json!({ "entry": entry, "class": audience.word() }));
    }
    if args.format == Format::Json {
        let all = json!({ "form": "servanda/add/v1", "files": [], "sealed": summaries });
        out.answer(&serde_json::to_string_pretty(&all)?)?;
    }
    Ok(Ended::Done)
}

/// Entries of articles that are written at once.
const PENDING_MAX: usize = 256;

/// An archive that another program made: kept as it came.
fn archive(desk: &Desk, args: &AddArgs, path: &Path) -> anyhow::Result<Taken> {
    let bytes = read(path)?;
    let name = path.to_string_lossy();
    let intake = take_in_archive(desk, &name, &bytes, args.source.as_deref())?;
    let size = bytes.len();
    let text = match &intake.body {
        Some(_) => format!("{name}: kept as it came, {size} bytes, SHA-256 {}", intake.sha256),
        None => format!("{name}: the record has these bytes, SHA-256 {}", intake.sha256),
    };
    let blobs = if intake.body.is_some() { vec![bytes] } else { Vec::new() };
    Ok(Taken {
        bodies: intake.body.into_iter().collect(),
        blobs,
        rejected: 0,
        text,
        json: json!({
            "file": name.rsplit('/').next(),
            "format": ARCHIVE,
            "source": intake.source,
            "sha256": intake.sha256,
            "bytes": size,
        }),
    })
}

/// A file of rows.
fn rows(desk: &Desk, args: &AddArgs, path: &Path) -> anyhow::Result<Taken> {
    let bytes = read(path)?;
    let options = Options {
        format: args.format_of_files.clone(),
        source: args.source.clone(),
        mapping: args.mapping.clone(),
    };
    let mut intake = take_in(desk, &path.to_string_lossy(), bytes, &options)?;
    Ok(Taken {
        bodies: std::mem::take(&mut intake.bodies),
        blobs: std::mem::take(&mut intake.blobs),
        rejected: intake.rows.rejected,
        text: summary(&intake),
        json: json!({
            "file": intake.name,
            "format": intake.format.name(),
            "source": intake.source,
            "accepted": intake.rows.accepted,
            "duplicate": intake.rows.duplicate,
            "rejected": intake.rows.rejected,
            "corrected": intake.corrected,
            "coverage": intake.coverage,
            "quarantine": intake.rejected,
        }),
    })
}

pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
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

//! `servanda add`.

use super::{key_dir, shelf};
use crate::Ended;
use crate::args::{AddArgs, Format};
use crate::clock;
use crate::out::Out;
use crate::tables::count;
use anyhow::Context;
use serde_json::{Value, json};
use servanda_desk::{ArticleRead, Desk, Intake, Options, TextOptions, TextReader, take_in};
use servanda_entry::Body;
use servanda_store::Keys;
use servanda_time::Date;
use std::path::Path;

/// Rejected rows that are shown; all are in the quarantine.
const SHOWN_MAX: usize = 10;

/// A file that was read: what it brings, and what is said of it.
struct Taken {
    bodies: Vec<Body>,
    blobs: Vec<Vec<u8>>,
    rejected: u64,
    text: String,
    json: Value,
}

pub(crate) fn run(args: &AddArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let keys = Keys::read(&key_dir(&args.dir, args.write.key_dir.as_ref()))?;
    let now = clock::now(args.write.now.as_deref())?;
    let mut rejected = 0;
    let mut summaries = Vec::new();
    let mut desk = Some(Desk::open(&args.dir, None)?);
    let mut texts: Option<TextReader> = None;
    let mut pending = Vec::new();
    for (n, path) in args.files.iter().enumerate() {
        out.progress(&format!("reading {} ({} of {})", path.display(), n + 1, args.files.len()));
        let is_article = is_article(args, path);
        let at = match desk.take() {
            Some(desk) => desk,
            None => Desk::open(&args.dir, None)?,
        };
        let taken = match is_article {
            true => article(&at, &mut texts, args, path),
            false => rows(&at, args, path),
        };
        let mut taken = match taken {
            Ok(taken) => taken,
            Err(error) => {
                // What was read before is kept.
                let mut record = at.record;
                if !pending.is_empty() {
                    record.append(&keys, now, pending, Vec::new())?;
                }
                return Err(error);
            }
        };
        taken.json["entries"] = taken.bodies.len().into();
        rejected += taken.rejected;
        pending.append(&mut taken.bodies);
        // Rows may repeat or correct what an earlier file brought; articles stand for themselves,
        // and are written many at a time.
        let follows = args.files.get(n + 1).is_some_and(|next| self::is_article(args, next));
        if is_article && follows && pending.len() < PENDING_MAX {
            desk = Some(at);
        } else {
            out.progress(&format!("writing {} entries", pending.len()));
            let mut record = at.record;
            record.append(&keys, now, std::mem::take(&mut pending), taken.blobs)?;
        }
        out.progress_done();
        if args.format == Format::Text {
            out.answer(&taken.text)?;
        }
        summaries.push(taken.json);
    }
    if args.format == Format::Json {
        let all = json!({ "form": "servanda/add/v1", "files": summaries });
        out.answer(&serde_json::to_string_pretty(&all)?)?;
    }
    Ok(if args.strict && rejected > 0 { Ended::Failed } else { Ended::Done })
}

/// Entries of articles that are written at once.
const PENDING_MAX: usize = 256;

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

/// What published texts are told by.
const ARTICLE: &str = "article";
const ARTICLE_ENDINGS: [&str; 7] = ["txt", "html", "htm", "xhtml", "xml", "rss", "atom"];

fn is_article(args: &AddArgs, path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match &args.format_of_files {
        Some(format) => format == ARTICLE,
        None => ARTICLE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)),
    }
}

/// A published text: statements, and never the text itself.
fn article(
    desk: &Desk,
    texts: &mut Option<TextReader>,
    args: &AddArgs,
    path: &Path,
) -> anyhow::Result<Taken> {
    let bytes = read(path)?;
    let texts = match texts {
        Some(texts) => texts,
        None => texts.insert(TextReader::new(desk)),
    };
    let published = args.published.as_deref().map(|text| {
        Date::parse(text).with_context(|| format!("--published {text}: not a day as 2026-04-11"))
    });
    let options = TextOptions { published: published.transpose()?, outlet: args.outlet.clone() };
    let mut intake = texts.take_in(&path.to_string_lossy(), &bytes, &options)?;
    if !args.no_copy {
        shelf(&args.dir, args.texts.as_ref()).keep(&bytes)?;
    }
    let mut text = String::new();
    for article in &intake.articles {
        if !text.is_empty() {
            text.push('\n');
        }
        text += &told(&intake.name, intake.is_known, article);
    }
    let json = json!({
        "file": intake.name,
        "format": ARTICLE,
        "known": intake.is_known,
        "articles": intake.articles.iter().map(|article| json!({
            "outlet": article.outlet,
            "published": article.published.map(|day| day.to_string()),
            "unread_language": article.unread_language,
            "statements": article.statements,
            "unknown_speakers": article.unknown_speakers,
            "paragraphs": article.paragraphs,
            "left_out": article.left_out,
            "notes": article.notes,
        })).collect::<Vec<_>>(),
    });
    let bodies = std::mem::take(&mut intake.bodies);
    Ok(Taken { bodies, blobs: Vec::new(), rejected: 0, text, json })
}

/// What was read in an article, in a line; and what to watch out for, a line each.
fn told(name: &str, is_known: bool, article: &ArticleRead) -> String {
    let of = article.outlet.as_ref().map(|outlet| format!(" of {outlet}")).unwrap_or_default();
    let on = match article.published {
        Some(day) => format!(", published {day}"),
        None => ", without a date: weekdays in it can't be told (--published)".into(),
    };
    if let Some(language) = &article.unread_language {
        return format!("{name}: an article{of} in a language that isn't read ({language}); kept");
    }
    let unknown = match article.unknown_speakers {
        0 => String::new(),
        n => format!(", {n} of them by a speaker that nobody can tell"),
    };
    let known = if is_known { "; the record has them already" } else { "" };
    let mut text = format!(
        "{name}: an article{of}{on}: {}{unknown}, in {}; left out \
         beside the article: {}{known}",
        count(article.statements, "statement", "statements"),
        count(article.paragraphs, "paragraph", "paragraphs"),
        article.left_out
    );
    for note in &article.notes {
        text += &format!("\n  {note}");
    }
    text
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

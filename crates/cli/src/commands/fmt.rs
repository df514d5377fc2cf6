//! `servanda fmt`.

use super::write_file;
use crate::Ended;
use crate::args::FmtArgs;
use crate::out::Out;
use anyhow::{Context, bail};
use servanda_terms::{Formatted, SourceText, Span, format, limits};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Lines of one block that `--check` shows as they are, and as they should be.
const SHOWN_MAX: usize = 5;

pub(crate) fn run(args: &FmtArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let mut ended = Ended::Done;
    for path in &args.paths {
        let is_input = path == Path::new("-");
        let file = if path.is_dir() { &path.join("agreement.md") } else { path };
        let text = if is_input { text_of(std::io::stdin()) } else { open(file) };
        let text = text.with_context(|| file.display().to_string())?;
        let source = SourceText::new(file.display().to_string(), text);
        let formatted = format(&source);
        if !say_unread(&source, &formatted, out) || (args.check && !formatted.blocks.is_empty()) {
            ended = Ended::Failed;
        }
        if args.check {
            for (span, form) in &formatted.blocks {
                out.answer(&difference(&source, *span, form))?;
            }
        } else if is_input {
            out.exactly(&formatted.apply(&source))?;
        } else if !formatted.blocks.is_empty() {
            // A link stays a link: the file that it leads to is written.
            write_file(&file.canonicalize()?, &formatted.apply(&source))?;
            out.say(&format!("{}: now in form", file.display()));
        }
    }
    Ok(ended)
}

fn open(path: &Path) -> anyhow::Result<String> {
    text_of(File::open(path).context("can't be read")?)
}

/// The text, if an agreement can be as large.
fn text_of(from: impl Read) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let limit = limits::FILE_BYTES_MAX as u64 + 1;
    from.take(limit).read_to_end(&mut bytes).context("can't be read")?;
    if bytes.len() > limits::FILE_BYTES_MAX {
        bail!("larger than {} bytes, so it is no agreement", limits::FILE_BYTES_MAX);
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow::anyhow!("not UTF-8 at byte {at}; save it as UTF-8")
    })
}

/// Says what can't be read; true: nothing.
fn say_unread(source: &SourceText, formatted: &Formatted, out: &mut Out) -> bool {
    for span in &formatted.unread {
        let (line, _) = source.line_col(span.start);
        let name = servanda_text::escape(source.name());
        out.say(&format!(
            "{name}:{line}: can't be read and stays as it is; servanda check tells why"
        ));
    }
    formatted.unread.is_empty()
}

/// What would change in a block: its lines from the first to the last that differ.
fn difference(source: &SourceText, span: Span, form: &str) -> String {
    let old: Vec<&str> = source.slice(span).split('\n').collect();
    let new: Vec<&str> = form.split('\n').collect();
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = |lines: &'_ [&str]| -> Vec<String> {
        lines.iter().skip(same).map(|line| servanda_text::escape(line).into_owned()).collect()
    };
    let (mut old, mut new) = (rest(&old), rest(&new));
    while old.last().is_some_and(|last| new.last() == Some(last)) {
        old.pop();
        new.pop();
    }
    let (line, _) = source.line_col(span.start);
    let line = line as usize + same;
    let name = servanda_text::escape(source.name()).into_owned();
    let mut text = format!("{name}:{line}: not in form\n");
    for (mark, lines) in [("-", &old), ("+", &new)] {
        for line in lines.iter().take(SHOWN_MAX) {
            text += &format!("{mark} {line}\n");
        }
        if lines.len() > SHOWN_MAX {
            text += &format!("{mark} … and {} more lines\n", lines.len() - SHOWN_MAX);
        }
    }
    text
}

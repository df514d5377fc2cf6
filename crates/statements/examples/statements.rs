//! Prints the statements of plain texts as JSON lines: `statements AGREEMENT [--published DATE]
//! TEXT...`. Offsets are in characters from the beginning of the file.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use servanda_statements::{Cast, Statement, Text, Value, read, split};
use servanda_terms::{SourceText, load};
use servanda_time::Date;
use std::collections::BTreeMap;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let agreement =
        arguments.next().ok_or("usage: statements AGREEMENT [--published DATE] TEXT...")?;
    let text = std::fs::read_to_string(&agreement).map_err(|e| format!("{agreement}: {e}"))?;
    let (loaded, found) = load(&SourceText::new(&agreement, &text), &BTreeMap::new());
    let loaded = loaded.ok_or_else(|| format!("{agreement}: {found:?}"))?;
    let cast = Cast::of(&loaded);
    let mut published = None;
    while let Some(argument) = arguments.next() {
        if argument == "--published" {
            let date = arguments.next().unwrap_or_default();
            published = Some(Date::parse(&date).map_err(|e| e.to_string())?);
            continue;
        }
        let text = std::fs::read_to_string(&argument).map_err(|e| format!("{argument}: {e}"))?;
        let doc = argument.rsplit('/').next().unwrap_or("");
        let pieces = split(&text);
        let paragraphs: Vec<_> = pieces.iter().map(|piece| piece.paragraph).collect();
        let reading = read(&Text { paragraphs: &paragraphs, published, outlet: None }, &cast);
        let characters = |at: usize| text.get(..at).map_or(0, |before| before.chars().count());
        for statement in &reading.statements {
            let from = pieces.get(statement.span.paragraph).map_or(0, |piece| piece.from);
            let (start, end) = (from + statement.span.start, from + statement.span.end);
            let mut line = line(statement, &paragraphs);
            line["doc"] = doc.into();
            line["start"] = characters(start).into();
            line["end"] = characters(end).into();
            println!("{line}");
        }
    }
    Ok(())
}

fn line(one: &Statement, paragraphs: &[servanda_statements::Paragraph]) -> serde_json::Value {
    let text = |span: Option<servanda_statements::Span>| span.map(|s| s.of(paragraphs).to_owned());
    serde_json::json!({
        "kind": one.kind.word(),
        "speaker": one.speaker.is_known().then_some(&one.speaker.name),
        "party": one.speaker.party,
        "speaker_text": text(one.written),
        "co_speakers": one.co_speakers.iter().map(|s| &s.name).collect::<Vec<_>>(),
        "via": one.via.as_ref().map(|via| &via.name),
        "cue": text(one.cue),
        "topics": one.topics,
        "values": one.values.iter().map(value).collect::<Vec<_>>(),
        "act": one.act.word(),
        "status": one.status.map(|status| status.word()),
        "said_on": one.said_on.map(|date| date.to_string()),
        "said_text": text(one.said_text),
        "medium": text(one.medium),
        "audience": text(one.audience),
        "text": one.span.of(paragraphs),
        "rule": one.rule,
    })
}

fn value(value: &Value) -> serde_json::Value {
    if let Some(date) = value.date {
        return serde_json::json!({ "unit": "date", "date": date.to_string() });
    }
    let number = |milli: Option<u64>| {
        milli.map(|milli| match milli % 1000 {
            0 => serde_json::json!(milli / 1000),
            _ => serde_json::json!(milli as f64 / 1000.0),
        })
    };
    let (min, max) = (number(value.min_milli), number(value.max_milli));
    serde_json::json!({ "unit": value.unit, "min": min, "max": max })
}

//! Each file in `cases/` holds a text, what a model answers about it, and what of that counts.
//!
//! `agreement.md` beside it is the agreement of all. Of the text, each line is a paragraph.
//! `UPDATE_EXPECT=1 cargo test -p servanda-model --test cases` writes what comes of it now.

use servanda_model::{Prompt, SecondReader};
use servanda_statements::{Cast, Paragraph, Part, Text, read};
use servanda_terms::{SourceText, load};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

fn block<'a>(text: &'a str, fence: &str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\n{fence}{name}\n"))?;
    rest.split_once(&format!("\n{fence}")).map(|(block, _)| block)
}

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let beside = path.parent().ok_or("no folder")?.join("agreement.md");
    let agreement = SourceText::new("agreement.md", &std::fs::read_to_string(beside)?);
    let (agreement, found) = load(&agreement, &BTreeMap::new());
    let agreement = agreement.ok_or_else(|| format!("{found:?}"))?;
    let body = block(&text, "```", "text").ok_or("no block ```text")?;
    let answer = block(&text, "```", "answer").or_else(|| block(&text, "~~~", "answer"));
    let answer = answer.ok_or("no block ```answer")?;
    let (head, expected) = text.split_once("\n```expect\n").ok_or("no block ```expect")?;
    let paragraphs: Vec<_> =
        body.lines().map(|text| Paragraph { text, part: Part::Body }).collect();
    let read_on = Text { paragraphs: &paragraphs, published: None, outlet: None };
    let cast = Cast::of(&agreement);
    let prompt = Prompt::of(&agreement, &cast);
    let rules = read(&read_on, &cast).statements;
    let mut reader = SecondReader::of(&read_on, &cast, &prompt, &rules);
    let question = reader.questions().into_iter().next().ok_or("nothing to ask")?;
    let mut said = String::new();
    if reader.hear(&question, answer).is_err() {
        writeln!(said, "no answer")?;
    }
    let heard = reader.heard();
    for one in &heard.statements {
        writeln!(
            said,
            "{} p{} {} {} {}: {}",
            one.rule,
            one.span.paragraph,
            one.kind.word(),
            one.act.word(),
            one.speaker.name,
            one.span.of(&paragraphs),
        )?;
        let party = one.speaker.party.as_deref();
        let status = one.status.map(|status| status.word());
        for (what, told) in [("party", party), ("status", status)] {
            if let Some(told) = told {
                writeln!(said, "  {what} {told}")?;
            }
        }
        if !one.topics.is_empty() {
            writeln!(said, "  about {}", one.topics.join(", "))?;
        }
    }
    if heard.agreed > 0 {
        writeln!(said, "as the rules: {}", heard.agreed)?;
    }
    for (reason, times) in &heard.refused {
        writeln!(said, "refused {}: {times}", reason.word())?;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{head}\n```expect\n{said}```\n"))?;
    } else if format!("{said}```\n") != expected {
        return Err(format!("expected\n{expected}\nfound\n{said}").into());
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "cases", pattern = r"case_.*\.md$" },
}

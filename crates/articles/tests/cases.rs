//! Each file in `cases/` holds documents and what is read in them.
//!
//! A case is a block with the info string `html`, `text`, `feed` (their `escaped` forms know `\xE9`
//! for a byte), perhaps with a block `agencies` before it (`Name = alias, alias`), and then a block
//! `expect`: what is known of the article, and in the order of the document its paragraphs with
//! their places, and after a dash what is left out. `UPDATE_EXPECT=1 cargo test -p
//! servanda-articles --test cases` writes what is read now.

use servanda_articles::{Agency, Article, Options, Place, Span, Stated, open};
use std::fmt::Write;
use std::path::Path;

mod law;

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let mut written = String::new();
    let mut agencies = Vec::new();
    let mut given: Option<(String, Vec<u8>)> = None;
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("\n```") {
        let (info, after) = after.split_once('\n').ok_or("a block without end")?;
        let (block, after) = match after.strip_prefix("```\n") {
            Some(after) => ("", after),
            None => {
                let (block, after) = after.split_once("\n```\n").ok_or("a block without end")?;
                (block, after)
            }
        };
        let mut kept = block.to_owned();
        match info {
            "agencies" => agencies = block.lines().map(agency).collect(),
            "expect" => {
                let (form, bytes) = given.take().ok_or("no document before expect")?;
                kept = read(&bytes, &form, &agencies).trim_end().to_owned();
                agencies.clear();
            }
            _ => {
                let (form, escaped) = match info.split_once(' ') {
                    Some((form, "escaped")) => (form, true),
                    _ => (info, false),
                };
                let bytes = if escaped { unescape(block) } else { block.as_bytes().to_vec() };
                given = Some((form.to_owned(), bytes));
            }
        }
        write!(written, "{before}\n```{info}\n{kept}\n```\n")?;
        // The line that ends a block begins nothing: put its break back for the next split.
        rest = after;
        if rest.starts_with("```") {
            return Err("two blocks without a line between".into());
        }
    }
    if given.is_some() {
        return Err("a document without expect".into());
    }
    written.push_str(rest);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, written)?;
    } else if written != text {
        return Err(similar(&text, &written).into());
    }
    Ok(())
}

/// The first lines that differ.
fn similar(expected: &str, found: &str) -> String {
    let (mut left, mut right) = (expected.lines(), found.lines());
    let mut at = 0;
    loop {
        at += 1;
        match (left.next(), right.next()) {
            (None, None) => return "the ends differ".to_owned(),
            (a, b) if a != b => {
                let (a, b) = (a.unwrap_or("(end)"), b.unwrap_or("(end)"));
                return format!("line {at}\nexpected: {a}\nfound:    {b}");
            }
            _ => {}
        }
    }
}

fn agency(line: &str) -> Agency {
    let (name, aliases) = line.split_once('=').unwrap_or((line, ""));
    let aliases = aliases.split(',').map(|alias| alias.trim().to_owned()).collect();
    Agency { name: name.trim().to_owned(), aliases }
}

fn unescape(block: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = block;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend(before.as_bytes());
        let (digits, after) = after.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two digits after \\x"));
        rest = after;
    }
    bytes.extend(rest.as_bytes());
    bytes
}

fn read(bytes: &[u8], form: &str, agencies: &[Agency]) -> String {
    let options = Options { agencies, ..Options::default() };
    let articles = match open(bytes, &format!("case.{form}"), &options) {
        Ok(articles) => articles,
        Err(fault) => return format!("fault: {fault}"),
    };
    let utf8 = std::str::from_utf8(bytes).is_ok();
    let mut shown = String::new();
    for article in &articles {
        if utf8 {
            law::check(bytes, article, encoding_rs::UTF_8);
        }
        write!(shown, "{}{}", if shown.is_empty() { "" } else { "\n" }, show(article, bytes))
            .expect("a string takes all");
    }
    shown
}

fn show(article: &Article, bytes: &[u8]) -> String {
    let range = |span: Span| format!("{}..{}", span.start, span.end);
    let mut lines = vec![format!("article: {} {}", article.form.name(), range(article.span))];
    let mut state = |what: &str, stated: &Option<Stated>| {
        if let Some(Stated { text, span, place }) = stated {
            lines.push(format!("{what}: {text} ({} {})", place.name(), range(*span)));
        }
    };
    state("title", &article.title);
    state("byline", &article.byline);
    state("outlet", &article.outlet);
    state("address", &article.address);
    for (what, dated) in [("published", &article.published), ("modified", &article.modified)] {
        if let Some(dated) = dated {
            let at = dated.instant.map(|at| format!(", {at}")).unwrap_or_default();
            let Stated { text, span, place } = &dated.stated;
            let quoted = if *place == Place::Shown { format!(" {text:?}") } else { String::new() };
            let place = place.name();
            lines.push(format!("{what}: {}{at} ({place}{quoted} {})", dated.day, range(*span)));
        }
    }
    for credit in &article.credits {
        let agency = credit.agency.as_ref().map(|a| format!(" = {a}")).unwrap_or_default();
        let (form, place) = (credit.form.name(), range(credit.span));
        lines.push(format!("credit: {}{agency} ({form} {place})", credit.text));
    }
    if !article.language.read {
        let found = article.language.found.unwrap_or("unknown");
        lines.push(format!("language: {found}, unread"));
    }
    lines.extend(article.notes.iter().map(|note| format!("note: {note}")));
    let mut parts: Vec<(u32, String)> = Vec::new();
    for paragraph in &article.paragraphs {
        let (span, role) = (paragraph.span(), paragraph.role.name());
        let text = paragraph.text.replace('\n', "\\n").replace('\u{A0}', "\\u{A0}");
        parts.push((span.start, format!("{role} {}: {text}", range(span))));
    }
    for out in &article.left_out {
        let raw = String::from_utf8_lossy(&bytes[out.span.range()]).into_owned();
        let raw = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = raw.chars().take(60).collect();
        let more = if short.len() < raw.len() { " ..." } else { "" };
        let (span, reason) = (range(out.span), out.reason.name());
        parts.push((out.span.start, format!("- {reason} {span}: {short}{more}")));
    }
    parts.sort();
    lines.extend(parts.into_iter().map(|(_, line)| line));
    lines.join("\n") + "\n"
}

datatest_stable::harness! {
    { test = case, root = "cases", pattern = r"^(?!README).*\.md$" },
}

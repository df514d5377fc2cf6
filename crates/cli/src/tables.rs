//! Answers for the terminal: words first, then the tables behind them.

use serde_json::Value;
use servanda_comply::answer::{Answer, Phase, ProvisionAnswer, StateLine};
use servanda_comply::length_words;
use servanda_terms::Article;
use servanda_time::{Instant, Zone};
use std::fmt::Write;

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";
const WIDTH: usize = 96;
/// The widest lead under which the text goes on.
const INDENT_MAX: usize = 24;
const RUNS_SHOWN: usize = 60;

/// `servanda status`.
pub(crate) fn status(answer: &Answer, zone: &Zone) -> String {
    let mut text = head(answer);
    for sentence in &answer.headline {
        wrapped(&mut text, "", sentence);
    }
    crate::life::life(&mut text, answer, zone);
    states(&mut text, answer);
    exposure(&mut text, answer);
    comparison(&mut text, answer);
    claims(&mut text, answer);
    heading(&mut text, "What must be said beside it");
    for note in &answer.notes {
        wrapped(&mut text, "- ", note);
    }
    for provision in &answer.provisions {
        if !provision.would_change.is_empty() {
            heading(&mut text, &format!("What would change {}", provision.id));
            for change in &provision.would_change {
                wrapped(&mut text, "- ", change);
            }
        }
    }
    heading(&mut text, "Sources");
    for source in &answer.sources {
        let line = format!(
            "{}: {}; {} rows; licence: {}. {}",
            source.id,
            source.name,
            source.rows,
            if source.licence.is_empty() { "not stated" } else { &source.licence },
            source.attribution
        );
        wrapped(&mut text, "- ", &line);
    }
    text
}

/// `servanda clocks`.
pub(crate) fn clocks(answer: &Answer, zone: &Zone) -> String {
    let mut text = head(answer);
    if answer.life.is_none() && answer.clocks.is_empty() {
        wrapped(&mut text, "", "Nothing runs: the agreement has no deadline, term or condition.");
    }
    crate::life::life(&mut text, answer, zone);
    text
}

/// What was asked, and of what.
fn head(answer: &Answer) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{BOLD}{}{PLAIN}", shown(&answer.title));
    if let Some(record) = &answer.asked.record {
        let _ = writeln!(
            text,
            "record {}, {} entries, root {}",
            shown(&record.origin),
            record.size,
            record.root
        );
    }
    let _ = writeln!(
        text,
        "asked about {}; rules {}, time zone data {}\n",
        answer.asked.at, answer.asked.engine, answer.asked.tzdb
    );
    text
}

pub(crate) fn heading(text: &mut String, title: &str) {
    let _ = writeln!(text, "\n{BOLD}{title}{PLAIN}");
}

fn states(text: &mut String, answer: &Answer) {
    if answer.provisions.is_empty() {
        return;
    }
    heading(text, "States");
    let mut rows = vec![
        ["provision", "reading", "party", "zone", "state", "how long"].map(str::to_string).to_vec(),
    ];
    for provision in &answer.provisions {
        // One row for all zones in which a party's state is the same.
        let mut groups: Vec<(Vec<&StateLine>, String)> = Vec::new();
        for line in &provision.lines {
            let key = format!("{:?}", (&line.reading, &line.party, line.state, &line.seconds));
            match groups.iter_mut().find(|(_, known)| *known == key) {
                Some((lines, _)) => lines.push(line),
                None => groups.push((vec![line], key)),
            }
        }
        for (lines, _) in groups {
            let line = lines[0];
            let long: Vec<String> = line
                .seconds
                .iter()
                .map(|(state, seconds)| {
                    format!("{} {}", state.word(), length_words(*seconds * 1000))
                })
                .collect();
            let zone = match lines.len() {
                1 => line.zone.clone().unwrap_or_else(|| "no place named".into()),
                n => format!("{n} zones"),
            };
            rows.push(vec![
                provision.id.clone(),
                line.reading.clone(),
                line.party.clone().unwrap_or_else(|| "nobody named".into()),
                zone,
                line.state.word().to_string(),
                long.join(", "),
            ]);
        }
    }
    table(text, &rows, &[]);
}

fn exposure(text: &mut String, answer: &Answer) {
    if answer.exposure.is_empty() {
        return;
    }
    heading(text, "Detections, each beside the passes that could have seen them");
    let header = [
        "phase",
        "light",
        "passes",
        "in zone",
        "certain",
        "straddling",
        "outside, straddling",
        "control sites",
        "in zone",
        "a pass",
    ];
    let mut rows = vec![header.map(str::to_string).to_vec()];
    for row in &answer.exposure {
        rows.push(vec![
            phase(row.phase).into(),
            row.light.clone(),
            row.passes.to_string(),
            row.detections.to_string(),
            row.certain.to_string(),
            row.straddling.to_string(),
            row.straddling_outside.to_string(),
            row.industrial.to_string(),
            row.industrial_in_zone.to_string(),
            row.per_pass.clone().unwrap_or_else(|| "no pass".into()),
        ]);
    }
    table(text, &rows, &[2, 3, 4, 5, 6, 7, 8, 9]);
}

fn comparison(text: &mut String, answer: &Answer) {
    if answer.comparison.is_empty() {
        return;
    }
    heading(text, "Counts, each beside the days that it covers");
    let header = [
        "source",
        "reading",
        "group",
        "phase",
        "days",
        "observed",
        "rows",
        "straddling",
        "unit",
        "best",
        "low",
        "high",
        "a day",
    ];
    let mut rows = vec![header.map(str::to_string).to_vec()];
    for row in &answer.comparison {
        rows.push(vec![
            row.source.clone(),
            row.reading.clone(),
            row.group.clone(),
            phase(row.phase).into(),
            row.days.clone(),
            row.observed_days.clone(),
            row.rows.to_string(),
            row.straddling.to_string(),
            row.unit.clone(),
            row.best.to_string(),
            row.low.to_string(),
            row.high.map_or("not bounded".into(), |high| high.to_string()),
            row.per_day.clone().unwrap_or_else(|| "not observed".into()),
        ]);
    }
    table(text, &rows, &[4, 5, 6, 7, 9, 10, 11, 12]);
    for left in &answer.left_out {
        let line =
            format!("left out of {}: {} rows, since each {}", left.source, left.rows, left.reason);
        wrapped(text, "", &line);
        for example in left.examples.iter().take(5) {
            wrapped(text, "    ", example);
        }
    }
}

fn claims(text: &mut String, answer: &Answer) {
    heading(text, "Claims (claims stay claims)");
    if answer.claims.is_empty() {
        let _ = writeln!(text, "No claims are in the record.");
        return;
    }
    let mut rows =
        vec![["by", "against", "what", "count", "up to", "verified"].map(str::to_string).to_vec()];
    for claim in &answer.claims {
        rows.push(vec![
            claim.by.clone(),
            claim.against.clone().unwrap_or_else(|| "nobody".into()),
            claim.what.clone(),
            claim.count.map_or("no number".into(), |n| n.to_string()),
            claim.to.clone().unwrap_or_default(),
            claim.verified.clone(),
        ]);
    }
    table(text, &rows, &[3]);
}

/// `servanda findings`.
pub(crate) fn findings(answer: &Answer) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{BOLD}Findings{PLAIN}");
    if answer.findings.is_empty() {
        let _ = writeln!(text, "No person has made a finding.");
    } else {
        let header =
            ["entry", "stands", "provision", "party", "outcome", "from", "to", "role", "replies"];
        let mut rows = vec![header.map(str::to_string).to_vec()];
        for finding in &answer.findings {
            rows.push(vec![
                finding.cite.clone(),
                if finding.stands { "yes".into() } else { "retracted".into() },
                finding.provision.clone(),
                finding.party.clone().unwrap_or_else(|| "nobody named".into()),
                finding.outcome.clone(),
                finding.from.clone(),
                finding.to.clone(),
                finding.role.clone(),
                finding
                    .replies
                    .iter()
                    .map(|(party, _)| party.clone())
                    .collect::<Vec<_>>()
                    .join(", "),
            ]);
        }
        table(&mut text, &rows, &[]);
    }
    for provision in &answer.provisions {
        heading(&mut text, &format!("Possible violations of {}", provision.id));
        if provision.possible.is_empty() {
            let _ = writeln!(text, "None proposed.");
            continue;
        }
        let _ = writeln!(
            text,
            "{} in all, {} listed. The machine proposes; no person has made a finding on these.",
            provision.possible_total,
            provision.possible.len()
        );
        let header = ["incident", "what", "from", "to", "place", "named", "assessed"];
        let mut rows = vec![header.map(str::to_string).to_vec()];
        for possible in &provision.possible {
            rows.push(vec![
                possible.incident.clone(),
                possible.what.clone(),
                possible.from.clone(),
                possible.to.clone(),
                possible.place.clone(),
                if possible.parties.is_empty() {
                    "nobody".into()
                } else {
                    possible.parties.join(", ")
                },
                possible.assessed.join("; "),
            ]);
        }
        table(&mut text, &rows, &[]);
    }
    text
}

/// `servanda explain` of a provision: its text, its states in order of time, and their reasons.
pub(crate) fn article(id: &str, article: Option<&Article>) -> String {
    let mut text = String::new();
    let heading = article.map(|article| article.heading.as_str()).unwrap_or_default();
    let words = article.map(|article| article.text.as_str()).unwrap_or_default();
    let _ = writeln!(text, "{BOLD}{id}{PLAIN}  {}", shown(heading));
    for paragraph in words.split("\n\n").filter(|p| !p.trim().is_empty()) {
        wrapped(&mut text, "    ", paragraph);
    }
    text
}

/// The states of a provision, with their reasons.
pub(crate) fn provision(text: &mut String, provision: &ProvisionAnswer) {
    let _ = writeln!(
        text,
        "{} over the time asked about, {} at the instant asked about; {}",
        provision.state.word(),
        provision.state_at.word(),
        if provision.settled { "settled" } else { "data may still come in" }
    );
    for line in &provision.lines {
        let party = line.party.as_deref().unwrap_or("nobody named");
        let zone = line.zone.as_deref().unwrap_or("no place named");
        heading(text, &format!("{party}, {zone}, {}: {}", line.reading, line.state.word()));
        for run in line.runs.iter().take(RUNS_SHOWN) {
            let end = |at: &Option<String>| at.clone().unwrap_or_else(|| "…".into());
            let open = if run.settled { "" } else { " (data may still come in)" };
            let _ = writeln!(
                text,
                "{} to {}  {BOLD}{}{PLAIN}{open}",
                end(&run.from),
                end(&run.to),
                run.state.word()
            );
            for reason in &run.reasons {
                let cites = match reason.cites.as_slice() {
                    [] => String::new(),
                    cites => format!(" [{}]", cites.join(", ")),
                };
                wrapped(text, "      ", &format!("{}{cites}", reason.text));
            }
        }
        if line.runs.len() > RUNS_SHOWN {
            let more = line.runs.len() - RUNS_SHOWN;
            let _ = writeln!(text, "and {more} more; --format json lists them");
        }
    }
    if !provision.would_change.is_empty() {
        heading(text, "What would change it");
        for change in &provision.would_change {
            wrapped(text, "- ", change);
        }
    }
}

/// `servanda explain`: a value as an indented tree.
pub(crate) fn tree(value: &Value) -> String {
    let mut text = String::new();
    branch(&mut text, value, 0);
    text
}

fn branch(text: &mut String, value: &Value, depth: usize) {
    let pad = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let shown_name = shown(name);
                match measured(name, field).or_else(|| leaf(field)) {
                    Some(leaf) => {
                        let _ = writeln!(text, "{pad}{shown_name}: {leaf}");
                    }
                    None => {
                        let _ = writeln!(text, "{pad}{BOLD}{shown_name}{PLAIN}");
                        branch(text, field, depth + 1);
                    }
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match leaf(item) {
                    Some(leaf) => {
                        let _ = writeln!(text, "{pad}- {leaf}");
                    }
                    None => {
                        let _ = writeln!(text, "{pad}-");
                        branch(text, item, depth + 1);
                    }
                }
            }
        }
        other => {
            let _ = writeln!(text, "{pad}{}", leaf(other).unwrap_or_default());
        }
    }
}

/// A number in the unit that its name says, as people write it.
fn measured(name: &str, value: &Value) -> Option<String> {
    let number = value.as_i64()?;
    if name.ends_with("_ms") {
        return Instant::from_ms(number).ok().map(|at| at.to_string());
    }
    if name.ends_with("_e7") {
        let sign = if number < 0 { "-" } else { "" };
        let degrees = number.unsigned_abs();
        return Some(format!("{sign}{}.{:07}°", degrees / 10_000_000, degrees % 10_000_000));
    }
    name.ends_with("_mm").then(|| format!("{}.{:03} m", number / 1000, number % 1000))
}

fn leaf(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("not stated".into()),
        Value::Bool(yes) => Some(if *yes { "yes".into() } else { "no".into() }),
        Value::Number(number) => Some(number.to_string()),
        Value::String(words) => Some(shown(words)),
        Value::Array(items) if items.is_empty() => Some("none".into()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "before",
        Phase::During => "during",
        Phase::After => "after",
    }
}

/// Text from files, with whatever could trick a terminal written out.
pub(crate) fn shown(text: &str) -> String {
    servanda_text::escape(text).into_owned()
}

/// Columns as wide as their cells; the numbers in `right` are set to the right.
pub(crate) fn table(text: &mut String, rows: &[Vec<String>], right: &[usize]) {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|n| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or(0))
        .collect();
    for (at, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (n, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[n] - cell.chars().count());
            let (before, after) =
                if right.contains(&n) { (gap, String::new()) } else { (String::new(), gap) };
            let _ = write!(line, "{before}{cell}{after}  ");
        }
        let line = line.trim_end();
        let _ = match at {
            0 => writeln!(text, "\x1b[2m{line}{PLAIN}"),
            _ => writeln!(text, "{line}"),
        };
    }
}

/// So many of something, in words.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A paragraph, wrapped.
pub(crate) fn wrapped(text: &mut String, lead: &str, paragraph: &str) {
    let mut line = String::from(lead);
    // A long lead would push the text against the edge.
    let hang = lead.chars().count();
    let indent = " ".repeat(if hang > INDENT_MAX { 4 } else { hang });
    for word in shown(paragraph).split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH && line.trim() != lead.trim() {
            let _ = writeln!(text, "{}", line.trim_end());
            line = indent.clone();
        }
        if !line.ends_with(' ') && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

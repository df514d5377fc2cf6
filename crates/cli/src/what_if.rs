//! A record under another text, for people: a table side by side.

use crate::columns::{Row, columns, wrap};
use servanda_comply::State;
use servanda_comply::what_if::{ClockShift, FindingShift, ProvisionShift, Shift, WhatIf};
use std::fmt::Write;

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// `servanda what-if`.
pub(crate) fn text(what_if: &WhatIf, title: &str, width: usize) -> String {
    let mut text = String::new();
    let asked = &what_if.asked;
    paragraph(&mut text, "", &format!("{title} (version {})", asked.version), width);
    let draft = &what_if.draft;
    let line = format!("replayed under: {} (version {})", draft.title, draft.version);
    paragraph(&mut text, "", &line, width);
    if let Some(record) = &asked.record {
        let line = format!("record {}, {} entries", record.origin, record.size);
        paragraph(&mut text, "", &line, width);
    }
    paragraph(&mut text, "", &format!("asked about {}; nothing was written", asked.at), width);
    // Writing into a String cannot fail.
    let _ = writeln!(text);
    for sentence in &what_if.headline {
        paragraph(&mut text, "- ", sentence, width);
    }
    let mut rows = Vec::new();
    for shift in &what_if.provisions {
        provision(&mut rows, shift);
    }
    if !rows.is_empty() {
        let _ = writeln!(text, "\n{BOLD}Provisions{PLAIN}");
        columns(&mut text, ["matter", "own agreement", "draft"], &rows, width);
    }
    let rows: Vec<Row> = what_if.clocks.iter().flat_map(clock).collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "\n{BOLD}Clocks that move{PLAIN}");
        columns(&mut text, ["matter", "own agreement", "draft"], &rows, width);
    }
    let rows: Vec<Row> = what_if.findings.iter().flat_map(finding).collect();
    if !rows.is_empty() {
        let _ = writeln!(text, "\n{BOLD}Findings that stand{PLAIN}");
        columns(&mut text, ["matter", "own agreement", "draft"], &rows, width);
    }
    text
}

/// Several texts, provision by provision: what each would have made of it.
pub(crate) fn side_by_side(answers: &[WhatIf], width: usize) -> String {
    let mut text = String::new();
    let line = format!("{} texts side by side; nothing was written", answers.len());
    paragraph(&mut text, "", &line, width);
    let mut named: Vec<&str> = Vec::new();
    for name in answers.iter().flat_map(|answer| &answer.provisions).map(name) {
        if !named.contains(&name) {
            named.push(name);
        }
    }
    let mut rows = Vec::new();
    for named in named {
        rows.push(Row::Head(named.to_owned()));
        let shifts: Vec<Option<&ProvisionShift>> = answers
            .iter()
            .map(|answer| answer.provisions.iter().find(|shift| name(shift) == named))
            .collect();
        // The own agreement is the same beside each draft.
        if let Some(own) = shifts.iter().flatten().find(|shift| shift.old.is_some()) {
            let possible = own.possible.both + own.possible.only_old;
            let cells = ["own agreement".to_owned(), word(own.state.old), possible.to_string()];
            rows.push(Row::Cells(cells));
        }
        for (n, (answer, shift)) in answers.iter().zip(shifts).enumerate() {
            let draft = format!("{}. {} ({})", n + 1, answer.draft.title, answer.draft.version);
            let [state, possible] = match shift {
                Some(shift) => {
                    let possible = shift.possible.both + shift.possible.only_new;
                    let renamed = shift.new.as_deref().filter(|new| *new != named);
                    let renamed = renamed.map(|new| format!(" (as {new})")).unwrap_or_default();
                    [word(shift.state.new) + &renamed, possible.to_string()]
                }
                None => [word(None), "–".to_owned()],
            };
            rows.push(Row::Cells([draft, state, possible]));
        }
    }
    let titles = ["text", "state over its time", "observations in possible violations"];
    let _ = writeln!(text);
    columns(&mut text, titles, &rows, width);
    text
}

/// A state in a word; a dash where there is none.
fn word(state: Option<State>) -> String {
    state.map_or("–", State::word).to_owned()
}

/// A provision by its own name, or the draft's where only that has it.
fn name(shift: &ProvisionShift) -> &str {
    shift.old.as_deref().or(shift.new.as_deref()).unwrap_or_default()
}

fn paragraph(text: &mut String, lead: &str, words: &str, width: usize) {
    let indent = " ".repeat(lead.chars().count());
    for (n, line) in wrap(words, width - indent.len()).into_iter().enumerate() {
        let _ = writeln!(text, "{}{line}", if n == 0 { lead } else { &indent });
    }
}

fn provision(rows: &mut Vec<Row>, shift: &ProvisionShift) {
    rows.push(Row::Head(match (&shift.old, &shift.new) {
        (Some(old), Some(new)) if old != new => format!("{new} (was {old})"),
        (Some(old), None) => format!("{old} (the draft has none)"),
        (None, Some(new)) => format!("{new} (only in the draft)"),
        _ => shift.new.clone().unwrap_or_default(),
    }));
    let state = |state: &Shift<State>| [word(state.old), word(state.new)];
    let [old, new] = state(&shift.state);
    rows.push(Row::Cells(["state over its time".to_owned(), old, new]));
    for line in &shift.lines {
        let party = line.party.as_deref().unwrap_or("nobody named");
        let [old, new] = state(&line.state);
        let with_time = |word: String, from: &Option<String>, until: &Option<String>| match word {
            word if word == "–" => word,
            word => {
                let from = from.as_deref().unwrap_or("…");
                format!("{word}, {from} to {}", until.as_deref().unwrap_or("…"))
            }
        };
        rows.push(Row::Cells([
            format!("{party}, {}", line.reading),
            with_time(old, &line.from.old, &line.until.old),
            with_time(new, &line.from.new, &line.until.new),
        ]));
    }
    let possible = &shift.possible;
    let cited = |only: u64, cites: &[String]| match cites {
        [] => format!("{only} only here"),
        cites => format!("{only} only here: {}", cites.join(", ")),
    };
    rows.push(Row::Cells([
        format!("observations in possible violations; {} under both", possible.both),
        cited(possible.only_old, &possible.cites_old),
        cited(possible.only_new, &possible.cites_new),
    ]));
    for except in &shift.exceptions {
        let taken =
            |n: Option<u64>| n.map_or("no such exception".into(), |n| format!("{n} taken out"));
        rows.push(Row::Cells([
            format!("exception {}: incidents", except.except),
            taken(except.incidents.old),
            taken(except.incidents.new),
        ]));
    }
}

fn clock(clock: &ClockShift) -> Vec<Row> {
    let reading = clock.reading.as_ref().map(|reading| format!(" [{reading}]"));
    let head = format!("{}: {}{}", clock.provision, clock.what, reading.unwrap_or_default());
    let side = |state: Option<servanda_comply::answer::ClockState>,
                from: &Option<String>,
                due: &Option<String>,
                never: &Option<String>| {
        let Some(state) = state else { return "no such clock".to_owned() };
        let span = match (never, from, due) {
            (Some(_), _, _) => ", never as the text stands".to_owned(),
            (None, Some(from), Some(due)) => format!(", {from} to {due}"),
            (None, None, Some(due)) => format!(", not before {due}"),
            (None, Some(from), None) => format!(", from {from}"),
            (None, None, None) => String::new(),
        };
        format!("{}{span}", state.word())
    };
    let old = side(clock.state.old, &clock.from.old, &clock.due.old, &clock.never.old);
    let new = side(clock.state.new, &clock.from.new, &clock.due.new, &clock.never.new);
    vec![Row::Head(head), Row::Cells(["state and time".to_owned(), old, new])]
}

fn finding(finding: &FindingShift) -> Vec<Row> {
    let met =
        |n: Option<u64>| n.map_or("–".into(), |n| format!("{n} observations meet its terms"));
    let head = format!(
        "{} {} of {}: its basis {}",
        finding.cite, finding.outcome, finding.provision, finding.basis
    );
    let cells = Row::Cells([
        "rests on".to_owned(),
        met(finding.observations.old),
        met(finding.observations.new),
    ]);
    let reasons = finding.reasons.iter().map(|reason| Row::Note(reason.clone()));
    [Row::Head(head), cells].into_iter().chain(reasons).collect()
}

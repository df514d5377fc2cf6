//! The life of an agreement for the terminal: how far it has come, what runs, what waits.

use crate::tables::{heading, shown, table, wrapped};
use servanda_comply::answer::{
    Answer, Clock, ClockState, Ground, Life, Points, TestAnswer, Turning, Why, Worksheet,
};
use servanda_report::gist;
use servanda_time::{Instant, Zone};
use std::fmt::Write;

/// The life of the agreement and its clocks, times in the agreement's zone.
pub(crate) fn life(text: &mut String, answer: &Answer, zone: &Zone) {
    if let Some(life) = &answer.life {
        stages(text, life, zone);
        if let Some(list) = &life.points {
            points(text, list, zone);
        }
        consents(text, life, zone);
        waiting(text, life, zone);
    }
    clocks(text, answer, zone);
    for sheet in &answer.guarantees {
        worksheet(text, sheet, zone);
    }
}

/// Levels of a tree of reasons that are shown, and changes.
const LEVELS_SHOWN: usize = 8;
const CHANGES_SHOWN: usize = 40;

/// Why a provision stands where it stands: the tree, why not yet, why it changed, what would flip
/// it, where readings differ.
pub(crate) fn why(text: &mut String, why: &Why, zone: &Zone) {
    heading(text, &format!("Why ({} {}: {})", why.provision, why.asked, why.is));
    ground(text, &why.tree, 0);
    if let Some(not_yet) = &why.not_yet {
        heading(text, "Why not yet");
        let reset = match &not_yet.last_reset_by {
            Some(entry) => format!("; last reset by {entry}"),
            None => String::new(),
        };
        let words = match (&not_yet.since, &not_yet.due) {
            (Some(_), Some(_)) => format!(
                "complete on {} if nothing happens: it runs since {}{reset}",
                civil(not_yet.due.as_ref(), zone),
                civil(not_yet.since.as_ref(), zone)
            ),
            _ => format!("it doesn't run at the instant asked about{reset}"),
        };
        wrapped(text, "", &words);
    }
    if !why.changed.is_empty() {
        heading(text, "How the answer came about, entry by entry");
        for change in why.changed.iter().take(CHANGES_SHOWN) {
            let _ = writeln!(
                text,
                "{}: {} to {}  {} → {}",
                change.by,
                civil(Some(&change.from), zone),
                civil(Some(&change.to), zone),
                change.was,
                change.is
            );
        }
        let more = why.changed_total.saturating_sub(CHANGES_SHOWN as u64);
        if more > 0 {
            let _ = writeln!(text, "and {more} more; --format json lists them");
        }
    }
    heading(text, "What would flip it");
    let words = match (why.flips.as_slice(), why.flips_complete) {
        ([], true) => "no set of up to three entries, if they were not there".to_string(),
        ([], false) => "no set of entries was found; the search was cut short".to_string(),
        (entries, _) => {
            format!("it would be another if these were not there: {}", entries.join(", "))
        }
    };
    wrapped(text, "", &words);
    if !why.flips_sources.is_empty() {
        let words =
            format!("or if nothing were there from one of: {}", why.flips_sources.join("; "));
        wrapped(text, "", &words);
    }
    if !why.readings_differ.is_empty() {
        heading(text, "Where readings differ");
        for differs in &why.readings_differ {
            let words = format!(
                "{} to {}: {}; with {} read as {:?}: {}",
                civil(Some(&differs.from), zone),
                civil(Some(&differs.to), zone),
                differs.first,
                differs.provision,
                differs.reading,
                differs.other
            );
            wrapped(text, "- ", &words);
        }
    }
}

fn ground(text: &mut String, node: &Ground, level: usize) {
    if level > LEVELS_SHOWN {
        return;
    }
    let lead = "  ".repeat(level);
    wrapped(
        text,
        &format!("{lead}- "),
        &format!("{}: {}{}", node.says, node.is, cited(&node.cites)),
    );
    for absent in &node.absent {
        let words = format!(
            "no {} from {} to {} ({} examined, {})",
            absent.what, absent.from, absent.to, absent.examined, absent.digest
        );
        wrapped(text, &format!("{lead}    "), &words);
    }
    for part in &node.parts {
        ground(text, part, level + 1);
    }
}

/// What runs.
pub(crate) fn clocks(text: &mut String, answer: &Answer, zone: &Zone) {
    if answer.clocks.is_empty() {
        return;
    }
    heading(text, &format!("Clocks (times in {})", zone.name()));
    list_clocks(text, answer.clocks.iter().collect(), zone);
}

/// These clocks as a table, and why each stands where it stands.
pub(crate) fn list_clocks(text: &mut String, clocks: Vec<&Clock>, zone: &Zone) {
    let header = ["provision", "what", "state", "from", "due", "done"];
    let mut rows = vec![header.map(str::to_string).to_vec()];
    for clock in &clocks {
        let reading = clock.reading.as_ref().map(|reading| format!(" [{reading}]"));
        rows.push(vec![
            clock.provision.clone(),
            format!("{}{}", clock.what, reading.unwrap_or_default()),
            clock.state.word().to_string(),
            civil(clock.from.as_ref(), zone),
            due(clock, zone),
            civil(clock.done.as_ref(), zone),
        ]);
    }
    table(text, &rows, &[]);
    for clock in clocks {
        because(text, clock, zone);
    }
}

/// When it is due; while that isn't known, the earliest that it can be.
fn due(clock: &Clock, zone: &Zone) -> String {
    match (&clock.due, &clock.earliest, &clock.never) {
        (Some(_), _, _) => civil(clock.due.as_ref(), zone),
        (None, _, Some(_)) => "never".into(),
        (None, Some(earliest), None) if clock.done.is_none() => {
            format!("not before {}", civil(Some(earliest), zone))
        }
        _ => String::new(),
    }
}

/// Why a clock stands where it stands, where there is more to say than the table does.
fn because(text: &mut String, clock: &Clock, zone: &Zone) {
    let is_plain = matches!(clock.state, ClockState::Met | ClockState::Ended);
    let mut said = Vec::new();
    if let Some(never) = &clock.never {
        said.push(format!("never as the text stands: {never}"));
        said.extend(beyond(&clock.waits_for));
    } else if !is_plain && !clock.waits_for.is_empty() {
        let earliest = clock.earliest.as_ref();
        let earliest = earliest.map(|at| format!(" (not before {})", civil(Some(at), zone)));
        said.push(format!(
            "waits for {}{}",
            clock.waits_for.join(", "),
            earliest.unwrap_or_default()
        ));
    }
    for why in &clock.why {
        let cites = if why.cites.is_empty() {
            String::new()
        } else {
            format!(" [{}]", why.cites.join(", "))
        };
        said.push(format!("{}{cites}", why.text));
    }
    if !said.is_empty() {
        let lead = format!("- {} ({}): ", clock.provision, clock.what);
        wrapped(text, &lead, &said.join("; "));
    }
}

fn stages(text: &mut String, life: &Life, zone: &Zone) {
    heading(text, "How far the agreement has come");
    let _ = writeln!(text, "stage: {}", life.stage);
    for signature in &life.signatures {
        let at = match &signature.at {
            Some(_) => format!("signed {}", civil(signature.at.as_ref(), zone)),
            None => "has not signed".to_string(),
        };
        let _ = writeln!(text, "{}: {at}{}", shown(&signature.party), cited(&signature.cites));
    }
    for withdrawal in &life.withdrawals {
        let notified = civil(withdrawal.notified.as_ref(), zone);
        let out = match (&withdrawal.out, withdrawal.has_right) {
            (Some(_), _) => format!("out {}", civil(withdrawal.out.as_ref(), zone)),
            (None, false) => "the text gives no right to withdraw, so it stays bound".to_string(),
            (None, true) => "the date leaves the calendar".to_string(),
        };
        let words = format!("withdrew by notice {notified}; {out}");
        let _ = writeln!(text, "{}: {words}{}", shown(&withdrawal.party), cited(&withdrawal.cites));
    }
    turning(text, "entry into force", &life.force, zone);
    if life.end.at.is_some() {
        turning(text, "end", &life.end, zone);
    }
    for circle in &life.circles {
        let mut around = circle.clone();
        around.extend(circle.first().cloned());
        wrapped(text, "waits for itself: ", &around.join(" → "));
    }
}

fn turning(text: &mut String, what: &str, turning: &Turning, zone: &Zone) {
    let lead = format!("{what}: ");
    let words = match (&turning.at, &turning.never, &turning.earliest) {
        (Some(_), _, _) => {
            format!("{}{}", civil(turning.at.as_ref(), zone), cited(&turning.cites))
        }
        (None, Some(never), _) => {
            let said = [format!("never as the text stands: {never}")];
            let said = said.into_iter().chain(beyond(&turning.waits_for));
            said.collect::<Vec<_>>().join("; ")
        }
        (None, None, Some(earliest)) => format!(
            "not before {}, if all that it takes is done at once; waits for {}",
            civil(Some(earliest), zone),
            list(&turning.waits_for)
        ),
        _ => "not known".into(),
    };
    wrapped(text, &lead, &words);
}

fn points(text: &mut String, points: &Points, zone: &Zone) {
    heading(text, "Points of the draft");
    let percent = if points.percent_low == points.percent_high {
        format!("{} %", points.percent_low)
    } else {
        format!("between {} and {} %", points.percent_low, points.percent_high)
    };
    let line = format!(
        "{} points: {} agreed, {} open, {} unknown: {percent} agreed.",
        points.total, points.agreed, points.open, points.unknown
    );
    wrapped(text, "", &line);
    wrapped(text, "", &format!("The rule: {}", points.rule));
    let mut rows =
        vec![["point", "status", "party", "stand", "since"].map(str::to_string).to_vec()];
    for point in &points.list {
        let number =
            if point.number.is_empty() { String::new() } else { format!("{}. ", point.number) };
        let name = format!("{number}{}", point.provision);
        let stands = point.positions.iter().map(|stand| {
            let wants = match stand.wants.is_empty() {
                true => stand.stance.clone(),
                false => format!("{}: {}", stand.stance, stand.wants),
            };
            [stand.party.clone(), wants, civil(stand.on.as_ref(), zone)]
        });
        let mut told: Vec<[String; 3]> = stands.collect();
        if told.is_empty() {
            told.push(Default::default());
        }
        let mut lead = [name, point.status.to_string()];
        for cells in told {
            rows.push(std::mem::take(&mut lead).into_iter().chain(cells).collect());
        }
    }
    table(text, &rows, &[]);
    reported(text, points);
}

/// What published texts report of each point: beside the stands, and never among them.
fn reported(text: &mut String, points: &Points) {
    if points.list.iter().all(|point| point.reported.is_empty()) {
        return;
    }
    heading(text, "The points in published reports");
    wrapped(text, "", REPORTED);
    for point in points.list.iter().filter(|point| !point.reported.is_empty()) {
        wrapped(text, "", &point.provision);
        for one in &point.reported {
            let by = crate::tables::count(one.origins as usize, "origin", "origins");
            let on = one.on.as_deref().unwrap_or("without a date");
            let changed = if one.has_changed { "; changed" } else { "" };
            let words = format!(
                "{} \u{201c}{}\u{201d}, {on} [{}; {by}{changed}]",
                one.act,
                gist(&one.words),
                one.cites.join(", ")
            );
            wrapped(text, &format!("  {}: ", one.party), &words);
        }
    }
}

const REPORTED: &str = "What published texts say that somebody said: claims, which count for \
                        nothing in the status above. More: servanda positions.";

fn consents(text: &mut String, life: &Life, zone: &Zone) {
    if life.consents.is_empty() {
        return;
    }
    heading(text, "Consents");
    let header =
        ["consent", "state", "body", "votes needed", "vote", "reached", "deposited", "complete"];
    let mut rows = vec![header.map(str::to_string).to_vec()];
    for consent in &life.consents {
        let votes = consent.votes.map(|(yes, no)| format!(", {yes}:{no}")).unwrap_or_default();
        rows.push(vec![
            consent.provision.clone(),
            consent.state.clone(),
            consent.body.clone(),
            if consent.threshold.is_empty() {
                "not stated".into()
            } else {
                consent.threshold.clone()
            },
            consent.vote.as_ref().map_or("none yet".into(), |vote| format!("{vote}{votes}")),
            consent.reached.to_string(),
            match (consent.deposit.is_empty(), &consent.deposited) {
                (true, _) => "not needed".into(),
                (false, None) => format!("not yet ({})", consent.deposit),
                (false, at) => civil(at.as_ref(), zone),
            },
            civil(consent.at.as_ref(), zone),
        ]);
    }
    table(text, &rows, &[]);
    for consent in &life.consents {
        for note in &consent.notes {
            wrapped(text, &format!("- {}: ", consent.provision), note);
        }
    }
}

fn waiting(text: &mut String, life: &Life, zone: &Zone) {
    let still: Vec<&Turning> = life
        .provisions
        .iter()
        .filter(|turning| {
            !turning.in_words.is_empty()
                || turning.at.is_none() && turning.never.is_some()
                || !turning.waits_for.is_empty()
        })
        .collect();
    if still.is_empty() {
        return;
    }
    heading(text, "What waits for what");
    for waits in still {
        let reading = waits.reading.as_ref().map(|reading| format!(" [{reading}]"));
        let lead = format!("- {}{}: ", waits.provision, reading.unwrap_or_default());
        let mut said = Vec::new();
        match (&waits.never, &waits.earliest) {
            (Some(never), _) => {
                said.push(format!("never as the text stands: {never}"));
                said.extend(beyond(&waits.waits_for));
            }
            (None, Some(at)) => {
                said.push(format!("not before {}", civil(Some(at), zone)));
                said.push(format!("waits for {}", list(&waits.waits_for)));
            }
            _ => {}
        }
        if !waits.in_words.is_empty() {
            said.push(format!("and for what nobody can compute: {}", waits.in_words.join(", ")));
        }
        wrapped(text, &lead, &said.join("; "));
    }
}

fn worksheet(text: &mut String, sheet: &Worksheet, zone: &Zone) {
    heading(text, &format!("Guarantee: {}", sheet.provision));
    let span = match (&sheet.from, &sheet.until) {
        (Some(_), Some(_)) => format!(
            ", {} to {}",
            civil(sheet.from.as_ref(), zone),
            civil(sheet.until.as_ref(), zone)
        ),
        _ => String::new(),
    };
    let line = format!(
        "by {} for {}: {}{span}",
        list(&sheet.by),
        list(&sheet.to),
        sheet.state.replace('-', " ")
    );
    wrapped(text, "", &line);
    if let Some(extension) = &sheet.extension {
        wrapped(text, "extension: ", extension);
    }
    let mut rows =
        vec![["test", "how it is measured", "result", "why"].map(str::to_string).to_vec()];
    let row = |test: &TestAnswer, of: &str| {
        let who =
            if test.who.is_empty() { String::new() } else { format!(" ({})", list(&test.who)) };
        vec![
            format!("{of}{}{who}", test.word),
            if test.measure.is_empty() { "not stated".into() } else { test.measure.clone() },
            test.result.to_string(),
            format!("{}{}", test.text, cited(&test.cites)),
        ]
    };
    rows.extend(sheet.tests.iter().map(|test| row(test, "")));
    rows.extend(sheet.void_if.iter().map(|test| row(test, "void if ")));
    table(text, &rows, &[]);
    let decider = match sheet.decider.as_str() {
        "" => "the text names no decider",
        decider => decider,
    };
    let decided = match &sheet.decided {
        Some(decided) => format!("{decided}{}", cited(&sheet.decided_cites)),
        None => "nothing decided".into(),
    };
    wrapped(
        text,
        "",
        &format!("trigger as a whole: {}; decider: {decider}; {decided}", sheet.trigger),
    );
}

/// The acts beyond the text that would move what it leaves waiting.
fn beyond(acts: &[String]) -> Option<String> {
    (!acts.is_empty()).then(|| format!("what would move it, beyond the text: {}", acts.join(", ")))
}

fn cited(cites: &[String]) -> String {
    if cites.is_empty() { String::new() } else { format!(" [{}]", cites.join(", ")) }
}

fn list(words: &[String]) -> String {
    if words.is_empty() { "nobody named".into() } else { words.join(", ") }
}

/// A time in the agreement's zone; empty where there is none.
fn civil(at: Option<&String>, zone: &Zone) -> String {
    let Some(at) = at else { return String::new() };
    Instant::parse(at, None).map_or_else(|_| at.clone(), |instant| instant.civil(zone))
}

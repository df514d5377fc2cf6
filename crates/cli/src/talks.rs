//! The views of published reports for the terminal.

use crate::tables::{count, heading, shown, wrapped};
use servanda_positions::{
    Contradiction, Contradictions, PercentAgreed, Positions, Shown, Stand, Timeline, date_in_words,
};

const CLAIMS: &str = "What stands here is what published texts say that somebody said. None of it \
                      is a finding, and nothing here says who is right.";
/// Statements of one cell that are listed.
const LISTED_MAX: usize = 3;

/// `servanda positions`.
pub(crate) fn positions(positions: &Positions) -> String {
    let mut text = String::new();
    wrapped(&mut text, "", CLAIMS);
    let texts = count(positions.texts, "text", "texts");
    let origins = count(positions.origins, "origin", "origins");
    wrapped(&mut text, "", &format!("Read: {texts} of {origins}; copies of one text count once."));
    if positions.rows.is_empty() {
        wrapped(&mut text, "", "No statement is about a point or topic of the agreement.");
    }
    let told = |row: &&servanda_positions::Row| !row.parties.is_empty() || row.origins > 0;
    for row in positions.rows.iter().filter(told) {
        let kind = if row.is_point { "" } else { ", a topic of reports" };
        heading(&mut text, &format!("{} ({}{kind})", shown(&row.title), shown(&row.id)));
        for cell in &row.parties {
            let on = cell.on.as_deref().unwrap_or("without a date");
            let changed = match &cell.before {
                Some(before) if cell.has_changed => {
                    format!("; before: {} [{}]", short(before), before.cite)
                }
                _ => String::new(),
            };
            let lead = format!("{}: ", cell.party);
            let by = count(cell.origins, "origin", "origins");
            let of = cell.statements.len();
            let more = if of > 1 { format!("; {of} statements") } else { String::new() };
            let words = format!(
                "{on}, {} [{}; by {by}{more}]{changed}",
                short(&cell.latest),
                cell.latest.cite
            );
            wrapped(&mut text, &lead, &words);
        }
        let by = |stand: Stand| -> Vec<&str> {
            let cells = row.outlets.iter().filter(|cell| cell.stand == stand);
            cells.map(|cell| cell.outlet.as_str()).collect()
        };
        let mut outlets = Vec::new();
        for (stand, words) in [
            (Stand::Differs, "against each other"),
            (Stand::Agrees, "without clash"),
            (Stand::SingleSource, "alone"),
            (Stand::Silent, "silent"),
        ] {
            let names = by(stand);
            if !names.is_empty() {
                outlets.push(format!("{words}: {}", names.join(", ")));
            }
        }
        wrapped(&mut text, "reported ", &outlets.join("; "));
    }
    let rest = [
        (&positions.without_party, "by speakers of no party"),
        (&positions.without_point, "about no point or topic"),
        (&positions.rejected, "rejected by a reviewer, counted nowhere"),
    ];
    heading(&mut text, "Beside these");
    for (statements, words) in rest {
        let n = count(statements.len(), "statement", "statements");
        wrapped(&mut text, "- ", &format!("{n} {words}"));
    }
    if !positions.proposed.is_empty() {
        let n = count(positions.proposed.len(), "statement", "statements");
        let words = "proposed by a model, counted nowhere until a person confirms them";
        wrapped(&mut text, "- ", &format!("{n} {words}"));
    }
    text
}

/// `servanda contradictions`.
pub(crate) fn contradictions(found: &Contradictions) -> String {
    let mut text = String::new();
    wrapped(&mut text, "", CLAIMS);
    heading(&mut text, "Can't all be so");
    if found.contradictions.is_empty() {
        wrapped(&mut text, "", "Nothing that was compared clashes.");
    }
    for (n, one) in found.contradictions.iter().enumerate() {
        contradiction(&mut text, n + 1, one);
    }
    if !found.divergences.is_empty() {
        heading(&mut text, "Speakers differ; each report can be so");
        for (n, one) in found.divergences.iter().enumerate() {
            contradiction(&mut text, n + 1, one);
        }
    }
    if !found.drifts.is_empty() {
        heading(&mut text, "Quoted in more than one way");
        for drift in &found.drifts {
            let words = format!("{}: {}", drift.speaker, drift.differing.join(" / "));
            wrapped(&mut text, "- ", &words);
            for statement in &drift.statements {
                wrapped(&mut text, "    ", &format!("{} [{}]", short(statement), statement.cite));
            }
        }
    }
    if !found.attributions.is_empty() {
        heading(&mut text, "In one text's own voice, and by others a speaker's words");
        for one in &found.attributions {
            let words = format!("{}: {}", one.about, one.speakers.join(", "));
            wrapped(&mut text, "- ", &words);
            for statement in std::iter::once(&one.own).chain(&one.attributed) {
                wrapped(&mut text, "    ", &format!("{} [{}]", short(statement), statement.cite));
            }
        }
    }
    text
}

fn contradiction(text: &mut String, n: usize, one: &Contradiction) {
    wrapped(text, &format!("{n}. "), &format!("{}: {}", word(&one.slot), one.about));
    for side in &one.sides {
        let by = count(side.origins, "origin", "origins");
        wrapped(
            text,
            "   - ",
            &format!("{} ({by}: {})", date_in_words(&side.value), side.outlets.join(", ")),
        );
        for statement in side.statements.iter().take(LISTED_MAX) {
            wrapped(text, "     ", &format!("{} [{}]", short(statement), statement.cite));
        }
    }
    if !one.within.is_empty() {
        wrapped(text, "   ", &format!("clashes within itself: {}", one.within.join(", ")));
    }
}

/// `servanda timeline`.
pub(crate) fn timeline(timeline: &Timeline) -> String {
    let mut text = String::new();
    wrapped(&mut text, "", CLAIMS);
    heading(&mut text, "Meetings and calls");
    if timeline.events.is_empty() {
        wrapped(&mut text, "", "No statement tells of a meeting or call.");
    }
    for (n, event) in timeline.events.iter().enumerate() {
        let planned = if event.is_planned { ", to come" } else { "" };
        let places = if event.places.is_empty() {
            String::new()
        } else {
            format!(", {}", event.places.join(" or "))
        };
        let by = count(event.origins, "origin", "origins");
        let who = event.participants.join(", ");
        let words = format!("{}{planned}: {who}{places} [{by}]", word(&event.kind));
        wrapped(&mut text, &format!("{}. ", n + 1), &words);
        let dispute = if event.is_disputed { " (not all of these can be so)" } else { "" };
        for date in &event.dates {
            let words = format!(
                "{}{dispute}: {} [{}]",
                date_in_words(&date.date),
                date.outlets.join(", "),
                date.cites.join(", ")
            );
            wrapped(&mut text, "   - ", &words);
        }
        if event.dates.is_empty() {
            wrapped(&mut text, "   - ", "no date is reported");
        }
    }
    text
}

/// `servanda percent-agreed`.
pub(crate) fn percent(shares: &PercentAgreed, counted: Option<&str>) -> String {
    let mut text = String::new();
    wrapped(&mut text, "", CLAIMS);
    heading(&mut text, "Counted by the agreement's points");
    wrapped(&mut text, "", counted.unwrap_or("The agreement has no points to count."));
    heading(&mut text, "Stated in reports");
    wrapped(&mut text, "", shares.rule);
    if shares.stated.is_empty() {
        wrapped(&mut text, "", "No report states a share.");
    }
    for share in &shares.stated {
        let of = match share.object.as_str() {
            "" => "of what is not said".to_string(),
            object => format!("of {object}"),
        };
        let on = share.on.as_deref().unwrap_or("without a date");
        let by = count(share.origins, "origin", "origins");
        let words = format!("{} percent {of}, by {}, {on} [{by}]", share.percent, share.speaker);
        wrapped(&mut text, "- ", &words);
        for statement in share.statements.iter().take(LISTED_MAX) {
            wrapped(&mut text, "    ", &format!("{} [{}]", short(statement), statement.cite));
        }
    }
    if !shares.left_out.is_empty() {
        let n = count(shares.left_out.len(), "percentage is", "percentages are");
        wrapped(&mut text, "- ", &format!("{n} of something else, or nobody can tell of what"));
    }
    text
}

/// A statement in a line: who does what with which words.
fn short(statement: &Shown) -> String {
    let speaker = match statement.speaker.as_str() {
        "" => "somebody",
        servanda_positions::OUTLET => statement.outlet.as_deref().unwrap_or(&statement.text),
        name => name,
    };
    format!("{speaker} ({}): \u{201c}{}\u{201d}", statement.act.word(), statement.quote)
}

/// The stable word, with blanks.
fn word(of: &impl serde::Serialize) -> String {
    servanda_comply::word(of).replace('-', " ")
}

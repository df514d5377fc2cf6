//! The views of published reports as tables: who stands where, what contradicts what, when talks
//! were, how much is called agreed.

use crate::csv::{CsvFile, Table};
use servanda_comply::word;
use servanda_positions::{Contradictions, PercentAgreed, Positions, Shown, Timeline};

const NOTE: &str = "Claims are what reports say; none is a finding.";

/// Who stands where: a row for each statement behind a cell.
#[must_use]
pub fn positions_csv(positions: &Positions) -> CsvFile {
    let heading = [
        "point",
        "title",
        "party",
        "is_latest",
        "day",
        "act",
        "status",
        "origins",
        "speaker",
        "outlet",
        "text",
        "quote",
        "entry",
        "note",
    ];
    let mut table = Table::new("positions.csv", &heading);
    for row in &positions.rows {
        for cell in &row.parties {
            for statement in &cell.statements {
                let is_latest = statement.cite == cell.latest.cite;
                put(
                    &mut table,
                    [
                        row.id.clone(),
                        row.title.clone(),
                        cell.party.clone(),
                        if is_latest { "yes" } else { "no" }.into(),
                        day(statement),
                        statement.act.word().into(),
                        statement
                            .status
                            .map(|status| status.word().to_string())
                            .unwrap_or_default(),
                        if is_latest { cell.origins.to_string() } else { String::new() },
                        statement.speaker.clone(),
                    ],
                    statement,
                );
            }
        }
    }
    table.file()
}

/// What contradicts what: a row for each statement on a side.
#[must_use]
pub fn contradictions_csv(found: &Contradictions) -> CsvFile {
    let heading = [
        "number", "kind", "slot", "about", "rule", "side", "origins", "speaker", "outlet", "text",
        "quote", "entry", "note",
    ];
    let mut table = Table::new("contradictions.csv", &heading);
    let kinds = [("contradiction", &found.contradictions), ("divergence", &found.divergences)];
    for (kind, all) in kinds {
        for (n, one) in all.iter().enumerate() {
            for side in &one.sides {
                for statement in &side.statements {
                    put(
                        &mut table,
                        [
                            (n + 1).to_string(),
                            kind.into(),
                            word(&one.slot),
                            one.about.clone(),
                            one.rule.into(),
                            side.value.clone(),
                            side.origins.to_string(),
                            statement.speaker.clone(),
                        ],
                        statement,
                    );
                }
            }
        }
    }
    table.file()
}

/// When talks were: a row for each date that is reported.
#[must_use]
pub fn timeline_csv(timeline: &Timeline) -> CsvFile {
    let heading = [
        "number",
        "kind",
        "planned",
        "participants",
        "places",
        "disputed",
        "date",
        "origins",
        "outlets",
        "entries",
    ];
    let mut table = Table::new("timeline.csv", &heading);
    for (n, event) in timeline.events.iter().enumerate() {
        let yes = |is: bool| if is { "yes" } else { "no" }.to_string();
        let mut row = |date: String, origins: usize, outlets: String, cites: String| {
            table.row(&[
                (n + 1).to_string(),
                word(&event.kind),
                yes(event.is_planned),
                event.participants.join("; "),
                event.places.join("; "),
                yes(event.is_disputed),
                date,
                origins.to_string(),
                outlets,
                cites,
            ]);
        };
        for date in &event.dates {
            row(date.date.clone(), date.origins, date.outlets.join("; "), date.cites.join(" "));
        }
        if event.dates.is_empty() {
            let cites: Vec<&str> = event.statements.iter().map(|one| one.cite.as_str()).collect();
            row(String::new(), event.origins, String::new(), cites.join(" "));
        }
    }
    table.file()
}

/// How much is called agreed: a row for each statement of a share.
#[must_use]
pub fn percent_csv(shares: &PercentAgreed) -> CsvFile {
    let heading = [
        "percent", "of", "speaker", "party", "status", "day", "origins", "outlet", "text", "quote",
        "entry", "note",
    ];
    let mut table = Table::new("percent-agreed.csv", &heading);
    for share in &shares.stated {
        for statement in &share.statements {
            put(
                &mut table,
                [
                    share.percent.clone(),
                    share.object.clone(),
                    share.speaker.clone(),
                    share.party.clone().unwrap_or_default(),
                    share.status.map(|status| status.word().to_string()).unwrap_or_default(),
                    day(statement),
                    share.origins.to_string(),
                ],
                statement,
            );
        }
    }
    table.file()
}

/// A row that ends with where its statement stands, and what it is.
fn put<const N: usize>(table: &mut Table, cells: [String; N], statement: &Shown) {
    let Shown { text, quote, cite, .. } = statement;
    let outlet = statement.outlet.clone().unwrap_or_default();
    let end = [outlet, text.clone(), quote.clone(), cite.clone(), NOTE.into()];
    table.row(&cells.into_iter().chain(end).collect::<Vec<String>>());
}

/// The day on which it was said, else published.
fn day(statement: &Shown) -> String {
    statement.said_on.clone().or_else(|| statement.published.clone()).unwrap_or_default()
}

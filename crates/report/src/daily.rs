//! A monitoring mission's daily report, in the order in which such reports are known to readers.

use crate::cut::{Cut, cut};
use crate::page::{STYLE, failed};
use crate::rate::rate;
use crate::sources::{ClaimView, claims};
use crate::tables::NOT_OBSERVED;
use crate::words::{POSSIBLE, duration, number};
use askama::Template;
use servanda_comply::answer::{ClaimAnswer, RecordPoint};

/// Everything that a daily report says. Times are texts in the report's own zone, made by whoever
/// fills it in; [`Daily::zone`] names it once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Daily {
    /// Who issues it, such as the name of the agreement or the mission.
    pub title: String,
    /// Its number, such as `95/2026`.
    pub number: String,
    /// The date of issue.
    pub date: String,
    /// Time of receipt of the last entry that it takes into account.
    pub as_of: String,
    /// The zone of all its times.
    pub zone: String,
    /// Start and end of the period reported on.
    pub period: (String, String),
    /// Start and end of the period that it is compared with.
    pub previous: Option<(String, String)>,
    /// Sentences, most important first.
    pub summary: Vec<String>,
    /// Counts by region and unit.
    pub counts: Vec<RegionCount>,
    /// The sections, in order; one without a paragraph is printed as empty.
    pub sections: Vec<Section>,
    /// What the parties claim for the period: kept apart from what was observed.
    pub claims: Vec<ClaimAnswer>,
    /// Where and when the monitors could not watch.
    pub restrictions: Vec<Restriction>,
    /// Late reports, outages and other remarks.
    pub footnotes: Vec<String>,
    /// One row for each observation; may be cut.
    pub annex: Vec<AnnexRow>,
    /// How many observations there are.
    pub annex_total: u64,
    /// Sources with what must be shown.
    pub sources: Vec<Credit>,
    /// The record that it was made from.
    pub record: Option<RecordPoint>,
}

/// A count with its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// At least.
    pub low: u64,
    /// At most; absent when nothing bounds it.
    pub high: Option<u64>,
}

/// How much was counted in a region, and how long it was watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegionCount {
    /// The region or zone.
    pub region: String,
    /// What is counted: `explosion`, `detection`, ….
    pub unit: String,
    /// The count.
    pub count: Count,
    /// Seconds watched in the period; 0: not observed.
    pub watched_seconds: u64,
    /// Passes, for a source that watches in passes.
    pub passes: Option<u64>,
    /// The same for the period before; absent when there is none.
    pub previous: Option<PreviousCount>,
}

/// The period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PreviousCount {
    /// The count.
    pub count: Count,
    /// Seconds watched.
    pub watched_seconds: u64,
    /// Passes, for a source that watches in passes.
    pub passes: Option<u64>,
}

/// A section of the report, such as `Civilian casualties`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// A time in which a place could not be watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restriction {
    /// Start.
    pub from: String,
    /// End.
    pub to: String,
    /// Where.
    pub place: String,
    /// The source that could not watch.
    pub source: String,
    /// What kind: `denied`, `conditional`, `delayed`, `jammed`, `blind`, ….
    pub kind: String,
    /// What happened.
    pub what: String,
    /// The entry.
    pub cite: String,
}

/// An observation in the annex.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnnexRow {
    /// Where the observer or sensor was.
    pub position: String,
    /// Where the event was.
    pub place: String,
    /// How it was observed: `saw`, `heard`, `recorded`, `was told`, ….
    pub means: String,
    /// How many, as stated.
    pub number: String,
    /// What was observed.
    pub what: String,
    /// Date and time.
    pub when: String,
    /// The observation, cited.
    pub cite: String,
}

/// What must be shown with a source's figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credit {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Attribution and acknowledgement.
    pub attribution: String,
}

/// What stands under a section without a paragraph.
const SECTION_EMPTY: &str = "No entry in the record for this period. That is not a report of none.";
/// Rows of the annex in one report.
const ANNEX_MAX: usize = 1_000;

struct CountRow {
    region: String,
    unit: String,
    count: String,
    watched: String,
    rate: String,
    previous: String,
    previous_watched: String,
    previous_rate: String,
    /// Whether the two rates may be compared.
    comparable: &'static str,
}

impl CountRow {
    fn of(row: &RegionCount) -> CountRow {
        let seen = Seen { count: row.count, seconds: row.watched_seconds, passes: row.passes };
        let before = row.previous.map(|p| Seen {
            count: p.count,
            seconds: p.watched_seconds,
            passes: p.passes,
        });
        let comparable = match before {
            None => "no previous period",
            Some(before) if !seen.watched() && !before.watched() => "neither period was observed",
            Some(_) if !seen.watched() => "this period was not observed",
            Some(before) if !before.watched() => "the previous period was not observed",
            Some(before) if seen.passes.is_some() != before.passes.is_some() => {
                "watched in different ways"
            }
            Some(_) => "by rate",
        };
        CountRow {
            region: row.region.clone(),
            unit: row.unit.clone(),
            count: seen.count_text(),
            watched: seen.watched_text(),
            rate: seen.rate_text(),
            previous: before.map_or("–".to_owned(), |b| b.count_text()),
            previous_watched: before.map_or("–".to_owned(), |b| b.watched_text()),
            previous_rate: before.map_or("–".to_owned(), |b| b.rate_text()),
            comparable,
        }
    }
}

/// A count beside what it was watched with.
#[derive(Clone, Copy)]
struct Seen {
    count: Count,
    seconds: u64,
    passes: Option<u64>,
}

impl Seen {
    fn watched(&self) -> bool {
        self.passes.map_or(self.seconds > 0, |passes| passes > 0)
    }

    fn count_text(&self) -> String {
        let Count { low, high } = self.count;
        // Without a watch a zero says nothing; a reported event still counts.
        if !self.watched() && low == 0 {
            return NOT_OBSERVED.to_owned();
        }
        match high {
            Some(high) if high == low => number(low),
            Some(high) => format!("{} to {}", number(low), number(high)),
            None => format!("at least {}", number(low)),
        }
    }

    fn watched_text(&self) -> String {
        match self.passes {
            None if self.seconds == 0 => "nothing".to_owned(),
            Some(1) => "1 pass".to_owned(),
            Some(passes) => format!("{} passes", number(passes)),
            None => duration(i64::try_from(self.seconds).unwrap_or(i64::MAX)),
        }
    }

    fn rate_text(&self) -> String {
        let (of, unit, name) = match self.passes {
            Some(passes) => (passes, 1, "a pass"),
            None => (self.seconds, 3600, "an hour"),
        };
        let Some(low) = rate(self.count.low, of, unit) else {
            return NOT_OBSERVED.to_owned();
        };
        match self.count.high.map(|high| rate(high, of, unit)) {
            Some(Some(high)) if high == low => format!("{low} {name}"),
            Some(Some(high)) => format!("{low} to {high} {name}"),
            _ => format!("at least {low} {name}"),
        }
    }
}

#[derive(Template)]
#[template(path = "daily.html")]
struct DailyPage<'a> {
    style: &'static str,
    possible: &'static str,
    empty: &'static str,
    daily: &'a Daily,
    counts: Vec<CountRow>,
    claims: Cut<ClaimView>,
    annex: Cut<&'a AnnexRow>,
    size: String,
}

/// The daily report as one HTML file that needs nothing else, made to be read and printed.
///
/// Two periods are compared by what was counted for each hour watched or each pass, never by the
/// counts alone. A region that nothing watched is "not observed", not zero.
#[must_use]
pub fn daily(daily: &Daily) -> String {
    let page = DailyPage {
        style: STYLE,
        possible: POSSIBLE,
        empty: SECTION_EMPTY,
        daily,
        counts: daily.counts.iter().map(CountRow::of).collect(),
        claims: claims(&daily.claims),
        annex: cut(daily.annex.iter(), annex_total(daily), ANNEX_MAX),
        size: daily.record.as_ref().map_or(String::new(), |record| number(record.size)),
    };
    page.render().unwrap_or_else(|error| failed(&error.to_string()))
}

fn annex_total(daily: &Daily) -> u64 {
    daily.annex_total.max(daily.annex.len() as u64)
}

/// The daily report as plain text with the same content in the same order; hidden characters are
/// written out.
#[must_use]
pub fn daily_text(daily: &Daily) -> String {
    let mut text = Text(String::new());
    text.line(&format!("{}: daily report {}, {}", daily.title, daily.number, daily.date));
    text.line(&format!(
        "Based on information as of {}; all times {}. Period: {} to {}.",
        daily.as_of, daily.zone, daily.period.0, daily.period.1
    ));
    text.heading("Summary");
    text.list(&daily.summary, "No summary was written.");
    text.heading("Counts by region");
    for row in daily.counts.iter().map(CountRow::of) {
        text.item(&format!(
            "{}, {}: {}; watched {}, {}. Previous period: {}; watched {}, {}. Comparison: {}.",
            row.region,
            row.unit,
            row.count,
            row.watched,
            row.rate,
            row.previous,
            row.previous_watched,
            row.previous_rate,
            row.comparable
        ));
    }
    if daily.counts.is_empty() {
        text.line("Nothing was counted. That is not a count of zero.");
    }
    for section in &daily.sections {
        text.heading(&section.heading);
        text.list(&section.paragraphs, SECTION_EMPTY);
    }
    text.heading("Claims of the parties");
    for claim in &daily.claims {
        let against = claim.against.as_ref().map_or(String::new(), |name| format!(" of {name}"));
        let count = claim.count.map_or(String::new(), |n| format!(": {}", number(n)));
        text.item(&format!(
            "{} claims{against}: {}{count}. Verified: {}. [{}]",
            claim.by, claim.what, claim.verified, claim.cite
        ));
    }
    if daily.claims.is_empty() {
        text.line("No claims are in the record.");
    }
    text.heading("Restrictions");
    for r in &daily.restrictions {
        text.item(&format!(
            "{} to {}, {} ({}): {}. {} [{}]",
            r.from, r.to, r.place, r.source, r.kind, r.what, r.cite
        ));
    }
    if daily.restrictions.is_empty() {
        text.line("No restriction is in the record.");
    }
    if !daily.footnotes.is_empty() {
        text.heading("Remarks");
        text.list(&daily.footnotes, "");
    }
    text.heading("Annex: observations");
    let annex = cut(daily.annex.iter(), annex_total(daily), ANNEX_MAX);
    text.line("Position | Place | Means | No. | What | When | Cited");
    for row in &annex.rows {
        let cells =
            [&row.position, &row.place, &row.means, &row.number, &row.what, &row.when, &row.cite];
        text.line(&cells.map(String::as_str).join(" | "));
    }
    if annex.rows.is_empty() {
        text.line("No observation is in the record for this period.");
    }
    if !annex.note.is_empty() {
        text.line(&annex.note);
    }
    text.heading("Sources and acknowledgements");
    for source in &daily.sources {
        text.item(&format!("{}: {}. {}", source.name, source.licence, source.attribution));
    }
    text.heading("Check it");
    match &daily.record {
        Some(record) => text.line(&format!(
            "Record {}, {} entries, root {}, last received {}.",
            record.origin,
            number(record.size),
            record.root,
            record.received
        )),
        None => text.line("No checkpoint: entries are cited by their content."),
    }
    text.line(POSSIBLE);
    text.0
}

/// Plain text; a line of data can't start a new line.
struct Text(String);

impl Text {
    fn line(&mut self, line: &str) {
        let line = line.replace('\n', " ");
        self.0.push_str(&servanda_text::escape(&line));
        self.0.push('\n');
    }

    fn heading(&mut self, heading: &str) {
        self.0.push('\n');
        self.line(&heading.to_uppercase());
    }

    fn item(&mut self, item: &str) {
        self.line(&format!("- {item}"));
    }

    fn list(&mut self, items: &[String], empty: &str) {
        for item in items {
            self.item(item);
        }
        if items.is_empty() {
            self.line(empty);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(low: u64, high: Option<u64>, seconds: u64, passes: Option<u64>) -> RegionCount {
        RegionCount {
            count: Count { low, high },
            watched_seconds: seconds,
            passes,
            ..RegionCount::default()
        }
    }

    #[test]
    fn nothing_watched_is_not_zero() {
        let shown = CountRow::of(&row(0, Some(0), 0, None));
        assert_eq!((shown.count.as_str(), shown.rate.as_str()), ("not observed", "not observed"));
        let told = CountRow::of(&row(3, None, 0, None));
        assert_eq!((told.count.as_str(), told.rate.as_str()), ("at least 3", "not observed"));
        let seen = CountRow::of(&row(0, Some(0), 7200, None));
        assert_eq!((seen.count.as_str(), seen.rate.as_str()), ("0", "0.0 an hour"));
    }

    #[test]
    fn periods_are_compared_only_by_what_was_watched() {
        let mut counted = row(10, Some(20), 36_000, None);
        assert_eq!(CountRow::of(&counted).comparable, "no previous period");
        counted.previous = Some(PreviousCount {
            count: Count { low: 5, high: None },
            watched_seconds: 0,
            passes: None,
        });
        assert_eq!(CountRow::of(&counted).comparable, "the previous period was not observed");
        counted.previous = Some(PreviousCount {
            count: Count { low: 5, high: None },
            watched_seconds: 9,
            passes: Some(4),
        });
        assert_eq!(CountRow::of(&counted).comparable, "watched in different ways");
        counted.previous = Some(PreviousCount {
            count: Count { low: 5, high: None },
            watched_seconds: 3600,
            passes: None,
        });
        let shown = CountRow::of(&counted);
        assert_eq!(
            (shown.comparable, shown.rate.as_str(), shown.previous_rate.as_str()),
            ("by rate", "1.0 to 2.0 an hour", "at least 5.0 an hour")
        );
    }

    #[test]
    fn a_line_of_data_stays_one_line() {
        let text =
            daily_text(&Daily { title: "a\nCHECK IT\n\u{202E}b".to_owned(), ..Daily::default() });
        assert!(text.starts_with("a CHECK IT \\u{202E}b: daily report"));
        assert!(text.contains("Nothing was counted. That is not a count of zero."));
    }
}

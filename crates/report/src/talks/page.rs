//! What published reports say, as one page: each cell opens the words that support it.

use crate::cut::{Cut, cut_of};
use crate::page::{STYLE, failed};
use crate::words::{counted, gist};
use askama::Template;
use servanda_comply::answer::RecordPoint;
use servanda_comply::word;
use servanda_positions::{
    Attribution, Cell, Contradiction, Contradictions, Drift, OUTLET, OutletCell, PercentAgreed,
    Positions, Row, Sentences, Shown, Stand, StatedShare, TalksEvent, Timeline, date_in_words,
};
use std::collections::BTreeMap;

/// Statements that one cell opens.
const CELL_MAX: usize = 12;
/// Statements on one side of a contradiction.
const SIDE_MAX: usize = 6;
/// Outlets with a column of their own: of more, no page is wide enough.
const OUTLETS_MAX: usize = 12;

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct Talks<'a> {
    /// The agreement, by its title.
    pub title: &'a str,
    /// The record.
    pub record: &'a RecordPoint,
    /// Who stands where.
    pub positions: &'a Positions,
    /// What can't all be so.
    pub contradictions: &'a Contradictions,
    /// When talks were.
    pub timeline: &'a Timeline,
    /// How much is called agreed.
    pub shares: &'a PercentAgreed,
    /// How many of the agreement's own points are agreed, in words.
    pub counted: Option<&'a str>,
    /// All statements, by where they stand.
    pub statements: &'a BTreeMap<String, Shown>,
    /// The words in their sentences, as far as the texts are at hand.
    pub sentences: &'a Sentences,
}

/// What published reports say, as one HTML file that needs nothing else, to be read without
/// scripts and printed: points × parties, points × outlets, contradictions side by side, the
/// timeline of talks, the shares that are called agreed. Each cell opens the words behind it, in
/// their sentence where the text is at hand.
#[must_use]
pub fn talks_page(talks: &Talks) -> String {
    let positions = talks.positions;
    let view = Views { sentences: talks.sentences };
    let rows: Vec<&Row> =
        positions.rows.iter().filter(|row| !row.parties.is_empty() || row.origins > 0).collect();
    let parties = parties(&rows);
    let outlets: Vec<&str> =
        positions.outlets.iter().take(OUTLETS_MAX).map(String::as_str).collect();
    let page = TalksPage {
        style: STYLE,
        title: talks.title,
        record: talks.record,
        lead: lead(talks),
        filter: filter(positions),
        has_sentences: !talks.sentences.is_empty(),
        matrix: cut_of(
            rows.iter().map(|row| view.row(row, &parties)),
            rows.len() as u64,
            ROWS_MAX,
            "servanda positions",
        ),
        coverage: cut_of(
            rows.iter().map(|row| view.coverage(row, &outlets, talks.statements)),
            rows.len() as u64,
            ROWS_MAX,
            "servanda positions",
        ),
        more_outlets: positions.outlets.len().saturating_sub(OUTLETS_MAX),
        outlets,
        parties,
        contradictions: view.contradictions(&talks.contradictions.contradictions),
        divergences: view.contradictions(&talks.contradictions.divergences),
        attributions: view.attributions(&talks.contradictions.attributions),
        drifts: talks.contradictions.drifts.iter().map(|drift| view.drift(drift)).collect(),
        events: talks.timeline.events.iter().map(|event| view.event(event)).collect(),
        counted: talks.counted,
        rule: talks.shares.rule,
        shares: talks.shares.stated.iter().map(|share| view.share(share)).collect(),
        rest: [
            ("by speakers of no party", &positions.without_party),
            ("about no point or topic", &positions.without_point),
            ("rejected by a reviewer, counted nowhere", &positions.rejected),
        ]
        .into_iter()
        .filter(|(_, statements)| !statements.is_empty())
        .map(|(words, statements)| RestView {
            title: format!("{} {words}", many(statements.len(), "statement", "statements")),
            statements: view.statements(statements, ROWS_MAX),
        })
        .collect(),
    };
    page.render().unwrap_or_else(|error| failed(&error.to_string()))
}

/// Points and topics in a table.
const ROWS_MAX: usize = 200;

fn many(n: usize, one: &str, many: &str) -> String {
    counted(n as u64, one, many)
}

/// The page in a sentence.
fn lead(talks: &Talks) -> String {
    let (positions, found) = (talks.positions, talks.contradictions);
    if positions.texts == 0 {
        return "No published text has been read into the record yet.".to_owned();
    }
    let points = positions.rows.iter().filter(|row| row.is_point && row.origins > 0).count();
    let clashes = match found.contradictions.len() {
        0 => "nothing that was compared clashes".to_owned(),
        n => format!("they contradict each other in {}", many(n, "matter", "matters")),
    };
    format!(
        "{} of {} speak of {}; {clashes}.",
        many(positions.texts, "published text", "published texts"),
        many(positions.origins, "independent origin", "independent origins"),
        many(points, "point of the agreement", "points of the agreement"),
    )
}

/// What was left out, in words; empty: nothing.
fn filter(positions: &Positions) -> String {
    let filter = &positions.filter;
    let lists =
        [("points", &filter.points), ("parties", &filter.parties), ("outlets", &filter.outlets)];
    let mut parts: Vec<String> = lists
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(what, list)| format!("only the {what} {}", list.join(", ")))
        .collect();
    parts.extend(filter.from.iter().map(|day| format!("only from {day} on")));
    parts.extend(filter.until.iter().map(|day| format!("only before {day}")));
    parts.join("; ")
}

/// The parties that say anything, in the order in which the rows name them.
fn parties(rows: &[&Row]) -> Vec<String> {
    let mut parties: Vec<String> = Vec::new();
    for cell in rows.iter().flat_map(|row| &row.parties) {
        if !parties.contains(&cell.party) {
            parties.push(cell.party.clone());
        }
    }
    parties
}

struct Views<'a> {
    sentences: &'a Sentences,
}

impl Views<'_> {
    fn statement(&self, one: &Shown) -> StatementView {
        let sentence = self.sentences.get(&one.cite);
        let speaker = match one.speaker.as_str() {
            "" => "somebody whom nobody can tell".to_owned(),
            OUTLET => format!("{}, in its own words", outlet(one)),
            name => std::iter::once(name)
                .chain(one.co_speakers.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let parted = |text: Option<&String>| text.cloned().unwrap_or_default();
        StatementView {
            speaker,
            act: word(&one.act),
            via: parted(one.via.as_ref()),
            status: one.status.map(|status| status.word().to_owned()).unwrap_or_default(),
            before: sentence.map(|found| found.before.clone()).unwrap_or_default(),
            words: sentence.map_or_else(|| one.quote.clone(), |found| found.words.clone()),
            after: sentence.map(|found| found.after.clone()).unwrap_or_default(),
            outlet: Some(outlet(one)).filter(|_| one.speaker != OUTLET).unwrap_or_default().into(),
            text: one.text.clone(),
            said_on: one.said_on.as_deref().map(date_in_words).unwrap_or_default(),
            published: parted(one.published.as_ref()),
            place: format!("bytes {} to {}", one.start, one.end),
            cite: one.cite.clone(),
            rule: one.rule.clone(),
            review: one.review.map(|mark| word(&mark.result)).unwrap_or_default(),
        }
    }

    fn statements(&self, all: &[Shown], max: usize) -> Cut<StatementView> {
        let views = all.iter().map(|one| self.statement(one));
        cut_of(views, all.len() as u64, max, "servanda positions --format json")
    }

    fn row(&self, row: &Row, parties: &[String]) -> RowView {
        let of = |party: &String| row.parties.iter().find(|cell| cell.party == *party);
        RowView {
            id: row.id.clone(),
            title: row.title.clone(),
            is_point: row.is_point,
            origins: many(row.origins, "origin", "origins"),
            is_single_source: row.is_single_source,
            cells: parties.iter().map(|party| of(party).map(|cell| self.cell(cell))).collect(),
        }
    }

    fn cell(&self, cell: &Cell) -> CellView {
        let others: Vec<&Shown> =
            cell.statements.iter().filter(|one| one.cite != cell.latest.cite).collect();
        CellView {
            party: cell.party.clone(),
            act: word(&cell.latest.act),
            gist: gist(&cell.latest.quote).into_owned(),
            on: cell.on.clone().unwrap_or_default(),
            basis: word(&cell.basis),
            origins: many(cell.origins, "origin", "origins"),
            latest: self.statement(&cell.latest),
            before: cell.before.as_ref().map(|before| self.statement(before)),
            others: cut_of(
                others.iter().take(CELL_MAX).map(|one| self.statement(one)),
                others.len() as u64,
                CELL_MAX,
                "servanda positions --format json",
            ),
        }
    }

    fn coverage(
        &self,
        row: &Row,
        outlets: &[&str],
        statements: &BTreeMap<String, Shown>,
    ) -> CoverageView {
        let of = |outlet: &&str| row.outlets.iter().find(|cell| cell.outlet == **outlet);
        let view = |cell: &OutletCell| {
            let shown = |cite: &String| statements.get(cite);
            let own = cell.cites.iter().filter_map(shown).map(|one| self.statement(one));
            let against = cell.against.iter().filter_map(shown).map(|one| self.statement(one));
            OutletView {
                outlet: cell.outlet.clone(),
                word: match cell.stand {
                    Stand::Silent => "silent",
                    Stand::SingleSource => "alone",
                    Stand::Agrees => "no clash",
                    Stand::Differs => "clashes",
                },
                class: match cell.stand {
                    Stand::Silent => "unknown",
                    Stand::SingleSource => "open",
                    Stand::Agrees => "kept",
                    Stand::Differs => "alleged",
                },
                own: cut_of(
                    own,
                    cell.cites.len() as u64,
                    CELL_MAX,
                    "servanda positions --format json",
                ),
                against: against.take(SIDE_MAX).collect(),
            }
        };
        CoverageView {
            id: row.id.clone(),
            title: row.title.clone(),
            cells: outlets.iter().filter_map(of).map(view).collect(),
        }
    }

    fn contradictions(&self, all: &[Contradiction]) -> Cut<ClashView> {
        let views = all.iter().map(|one| ClashView {
            slot: word(&one.slot).replace('-', " "),
            about: one.about.clone(),
            rule: one.rule,
            within: one.within.join(", "),
            sides: one
                .sides
                .iter()
                .map(|side| SideView {
                    value: date_in_words(&side.value),
                    origins: many(side.origins, "origin", "origins"),
                    outlets: side.outlets.join(", "),
                    statements: self.statements(&side.statements, SIDE_MAX),
                })
                .collect(),
        });
        cut_of(views, all.len() as u64, ROWS_MAX, "servanda contradictions")
    }

    fn attributions(&self, all: &[Attribution]) -> Cut<AttributionView> {
        let views = all.iter().map(|one| AttributionView {
            about: one.about.clone(),
            speakers: one.speakers.join(", "),
            shared_percent: one.shared_percent,
            rule: one.rule,
            own: self.statement(&one.own),
            attributed: self.statements(&one.attributed, SIDE_MAX),
        });
        cut_of(views, all.len() as u64, ROWS_MAX, "servanda contradictions")
    }

    fn drift(&self, drift: &Drift) -> DriftView {
        DriftView {
            speaker: drift.speaker.clone(),
            differing: drift.differing.join(" / "),
            statements: drift.statements.iter().map(|one| self.statement(one)).collect(),
        }
    }

    fn event(&self, event: &TalksEvent) -> EventView {
        EventView {
            kind: word(&event.kind),
            is_planned: event.is_planned,
            is_disputed: event.is_disputed,
            participants: event.participants.join(", "),
            places: event.places.join(" or "),
            origins: many(event.origins, "origin", "origins"),
            dates: event
                .dates
                .iter()
                .map(|date| {
                    (date_in_words(&date.date), date.outlets.join(", "), date.cites.join(", "))
                })
                .collect(),
            statements: self.statements(&event.statements, SIDE_MAX),
        }
    }

    fn share(&self, share: &StatedShare) -> ShareView {
        let speaker = match share.speaker.as_str() {
            OUTLET => share.statements.first().map_or("", outlet),
            name => name,
        };
        ShareView {
            percent: share.percent.clone(),
            object: share.object.clone(),
            speaker: speaker.to_owned(),
            status: share.status.map(|status| status.word().to_owned()).unwrap_or_default(),
            on: share.on.clone().unwrap_or_default(),
            origins: many(share.origins, "origin", "origins"),
            statements: self.statements(&share.statements, SIDE_MAX),
        }
    }
}

/// Who published it, or else the name of the text.
fn outlet(one: &Shown) -> &str {
    one.outlet.as_deref().unwrap_or(&one.text)
}

struct StatementView {
    speaker: String,
    act: String,
    via: String,
    status: String,
    before: String,
    words: String,
    after: String,
    outlet: String,
    text: String,
    said_on: String,
    published: String,
    place: String,
    cite: String,
    rule: String,
    review: String,
}

struct RowView {
    id: String,
    title: String,
    is_point: bool,
    origins: String,
    is_single_source: bool,
    cells: Vec<Option<CellView>>,
}

struct CellView {
    party: String,
    act: String,
    gist: String,
    on: String,
    basis: String,
    origins: String,
    latest: StatementView,
    before: Option<StatementView>,
    others: Cut<StatementView>,
}

struct CoverageView {
    id: String,
    title: String,
    cells: Vec<OutletView>,
}

struct OutletView {
    outlet: String,
    word: &'static str,
    class: &'static str,
    own: Cut<StatementView>,
    against: Vec<StatementView>,
}

struct ClashView {
    slot: String,
    about: String,
    rule: &'static str,
    within: String,
    sides: Vec<SideView>,
}

struct SideView {
    value: String,
    origins: String,
    outlets: String,
    statements: Cut<StatementView>,
}

struct AttributionView {
    about: String,
    speakers: String,
    shared_percent: usize,
    rule: &'static str,
    own: StatementView,
    attributed: Cut<StatementView>,
}

struct DriftView {
    speaker: String,
    differing: String,
    statements: Vec<StatementView>,
}

struct EventView {
    kind: String,
    is_planned: bool,
    is_disputed: bool,
    participants: String,
    places: String,
    origins: String,
    /// The date, the outlets that give it, and where.
    dates: Vec<(String, String, String)>,
    statements: Cut<StatementView>,
}

struct ShareView {
    percent: String,
    object: String,
    speaker: String,
    status: String,
    on: String,
    origins: String,
    statements: Cut<StatementView>,
}

struct RestView {
    title: String,
    statements: Cut<StatementView>,
}

#[derive(Template)]
#[template(path = "talks.html")]
struct TalksPage<'a> {
    style: &'static str,
    title: &'a str,
    record: &'a RecordPoint,
    lead: String,
    filter: String,
    has_sentences: bool,
    parties: Vec<String>,
    matrix: Cut<RowView>,
    outlets: Vec<&'a str>,
    more_outlets: usize,
    coverage: Cut<CoverageView>,
    contradictions: Cut<ClashView>,
    divergences: Cut<ClashView>,
    attributions: Cut<AttributionView>,
    drifts: Vec<DriftView>,
    events: Vec<EventView>,
    counted: Option<&'a str>,
    rule: &'static str,
    shares: Vec<ShareView>,
    rest: Vec<RestView>,
}

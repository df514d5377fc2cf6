use crate::csv::{CsvFile, Table};
use crate::words::{POSSIBLE, phase_word, word};
use servanda_comply::answer::{Answer, SourceAnswer};

/// The last columns of every table: what it is an answer to, and from which record.
const PROVENANCE: [&str; 7] = [
    "agreement",
    "agreement_version",
    "asked_at_utc",
    "record_origin",
    "record_size",
    "record_root",
    "engine",
];
/// The columns before those in every table of one source's figures.
const CREDIT: [&str; 2] = ["licence", "attribution"];

/// The figures of an answer as tables, one file for each kind of row, in a fixed order: `states`,
/// `possible`, `excepted`, `exposure`, `comparison`, `left_out`, `incidents`, `claims`, `findings`,
/// `sources`, `notes`.
///
/// Every row carries the agreement, the instant asked about and the record's checkpoint; rows of
/// one source carry its licence and attribution. Lists are written as far as the answer holds them:
/// `possible_total` in `states.csv` tells where possible violations were cut. Times are RFC 3339 in
/// UTC, intervals half-open.
#[must_use]
pub fn export_csv(answer: &Answer) -> Vec<CsvFile> {
    let tables = Tables { answer, provenance: provenance(answer) };
    vec![
        tables.states(),
        tables.possible(),
        tables.excepted(),
        tables.exposure(),
        tables.comparison(),
        tables.left_out(),
        tables.incidents(),
        tables.claims(),
        tables.findings(),
        tables.sources(),
        tables.notes(),
    ]
}

fn provenance(answer: &Answer) -> Vec<String> {
    let asked = &answer.asked;
    let (origin, size, root) = match &asked.record {
        Some(record) => (record.origin.clone(), record.size.to_string(), record.root.clone()),
        None => Default::default(),
    };
    vec![
        asked.agreement.clone(),
        asked.version.clone(),
        asked.at.clone(),
        origin,
        size,
        root,
        asked.engine.clone(),
    ]
}

struct Tables<'a> {
    answer: &'a Answer,
    provenance: Vec<String>,
}

impl Tables<'_> {
    fn table(
        &self,
        name: &'static str,
        own: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> CsvFile {
        let heading: Vec<&str> = own.iter().copied().chain(PROVENANCE).collect();
        let mut table = Table::new(name, &heading);
        for mut row in rows {
            row.extend(self.provenance.iter().cloned());
            table.row(&row);
        }
        table.file()
    }

    /// A table of sources' figures; each row is its source's id and its cells.
    fn credited(
        &self,
        name: &'static str,
        own: &[&str],
        rows: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> CsvFile {
        let own: Vec<&str> = own.iter().copied().chain(CREDIT).collect();
        let rows = rows.into_iter().map(|(source, mut cells)| {
            let known: Option<&SourceAnswer> = self.answer.sources.iter().find(|s| s.id == source);
            cells.push(known.map_or(String::new(), |s| s.licence.clone()));
            cells.push(known.map_or(String::new(), |s| s.attribution.clone()));
            cells
        });
        self.table(name, &own, rows)
    }

    fn states(&self) -> CsvFile {
        let heading = [
            "provision",
            "article",
            "reading",
            "party",
            "zone",
            "binds_from",
            "binds_until",
            "line_state",
            "run_from",
            "run_to",
            "run_state",
            "settled",
            "reasons",
            "possible_total",
        ];
        let mut rows = Vec::new();
        for provision in &self.answer.provisions {
            for line in &provision.lines {
                for run in &line.runs {
                    let reasons: Vec<&str> =
                        run.reasons.iter().map(|reason| reason.text.as_str()).collect();
                    rows.push(vec![
                        provision.id.clone(),
                        provision.article.clone(),
                        line.reading.clone(),
                        line.party.clone().unwrap_or_default(),
                        line.zone.clone().unwrap_or_default(),
                        line.from.clone().unwrap_or_default(),
                        line.until.clone().unwrap_or_default(),
                        word(line.state).to_owned(),
                        run.from.clone().unwrap_or_default(),
                        run.to.clone().unwrap_or_default(),
                        word(run.state).to_owned(),
                        run.settled.to_string(),
                        reasons.join("; "),
                        provision.possible_total.to_string(),
                    ]);
                }
            }
        }
        self.table("states.csv", &heading, rows)
    }

    fn possible(&self) -> CsvFile {
        let heading = [
            "provision",
            "reading",
            "incident",
            "what",
            "from",
            "to",
            "place",
            "names",
            "assessed",
            "cites",
            "note",
        ];
        let rows = self.answer.provisions.iter().flat_map(|provision| {
            provision.possible.iter().map(|p| {
                vec![
                    provision.id.clone(),
                    p.reading.clone(),
                    p.incident.clone(),
                    p.what.clone(),
                    p.from.clone(),
                    p.to.clone(),
                    p.place.clone(),
                    p.parties.join("; "),
                    p.assessed.join("; "),
                    p.cites.join(" "),
                    POSSIBLE.to_owned(),
                ]
            })
        });
        self.table("possible.csv", &heading, rows)
    }

    fn excepted(&self) -> CsvFile {
        let heading = [
            "provision",
            "exception",
            "name",
            "incidents",
            "state_without",
            "possible_without",
            "cites",
        ];
        let rows = self.answer.provisions.iter().flat_map(|provision| {
            provision.excepted.iter().map(|e| {
                vec![
                    provision.id.clone(),
                    e.except.clone(),
                    e.name.clone(),
                    e.incidents.to_string(),
                    word(e.state_without).to_owned(),
                    e.possible_without.to_string(),
                    e.cites.join(" "),
                ]
            })
        });
        self.table("excepted.csv", &heading, rows)
    }

    fn exposure(&self) -> CsvFile {
        let heading = [
            "source",
            "light",
            "phase",
            "from",
            "to",
            "passes",
            "detections",
            "per_pass",
            "certain",
            "straddling",
            "straddling_outside",
            "industrial",
            "industrial_in_zone",
        ];
        let rows = self.answer.exposure.iter().map(|row| {
            // Without a pass there is no count: an empty cell, not a zero.
            let looked = row.passes > 0;
            let count = |n: u64| if looked || n > 0 { n.to_string() } else { String::new() };
            let cells = vec![
                row.source.clone(),
                row.light.clone(),
                phase_word(row.phase).to_owned(),
                row.from.clone(),
                row.to.clone(),
                row.passes.to_string(),
                count(row.detections),
                row.per_pass.clone().unwrap_or_default(),
                count(row.certain),
                count(row.straddling),
                count(row.straddling_outside),
                count(row.industrial),
                count(row.industrial_in_zone),
            ];
            (row.source.clone(), cells)
        });
        self.credited("exposure.csv", &heading, rows)
    }

    fn comparison(&self) -> CsvFile {
        let heading = [
            "provision",
            "reading",
            "source",
            "unit",
            "group",
            "excepted",
            "phase",
            "from",
            "to",
            "days",
            "observed_days",
            "rows",
            "straddling",
            "best",
            "low",
            "high",
            "per_day",
            "per_day_low",
            "per_day_high",
        ];
        let rows = self.answer.comparison.iter().map(|row| {
            let cells = vec![
                row.provision.clone(),
                row.reading.clone(),
                row.source.clone(),
                row.unit.clone(),
                row.group.clone(),
                row.excepted.to_string(),
                phase_word(row.phase).to_owned(),
                row.from.clone(),
                row.to.clone(),
                row.days.clone(),
                row.observed_days.clone(),
                row.rows.to_string(),
                row.straddling.to_string(),
                row.best.to_string(),
                row.low.to_string(),
                row.high.map_or(String::new(), |n| n.to_string()),
                row.per_day.clone().unwrap_or_default(),
                row.per_day_low.clone().unwrap_or_default(),
                row.per_day_high.clone().unwrap_or_default(),
            ];
            (row.source.clone(), cells)
        });
        self.credited("comparison.csv", &heading, rows)
    }

    fn left_out(&self) -> CsvFile {
        let rows = self.answer.left_out.iter().map(|row| {
            let cells = vec![
                row.source.clone(),
                row.reason.clone(),
                row.rows.to_string(),
                row.examples.join("; "),
                row.cites.join(" "),
            ];
            (row.source.clone(), cells)
        });
        self.credited("left_out.csv", &["source", "reason", "rows", "examples", "cites"], rows)
    }

    fn incidents(&self) -> CsvFile {
        let rows = self.answer.incidents.iter().map(|row| {
            vec![
                row.what.clone(),
                row.incidents.to_string(),
                row.observations.to_string(),
                row.independent.to_string(),
            ]
        });
        self.table("incidents.csv", &["what", "incidents", "observations", "independent"], rows)
    }

    fn claims(&self) -> CsvFile {
        let heading = [
            "by",
            "party",
            "against",
            "against_party",
            "what",
            "count",
            "parts",
            "from",
            "to",
            "verified",
            "read_at",
            "quality",
            "cite",
        ];
        let rows = self.answer.claims.iter().map(|c| {
            let parts: Vec<String> =
                c.parts.iter().map(|(name, n)| format!("{name} {n}")).collect();
            vec![
                c.by.clone(),
                c.party.clone().unwrap_or_default(),
                c.against.clone().unwrap_or_default(),
                c.against_party.clone().unwrap_or_default(),
                c.what.clone(),
                c.count.map_or(String::new(), |n| n.to_string()),
                parts.join("; "),
                c.from.clone().unwrap_or_default(),
                c.to.clone().unwrap_or_default(),
                c.verified.clone(),
                c.address.clone().unwrap_or_default(),
                c.quality.clone().unwrap_or_default(),
                c.cite.clone(),
            ]
        });
        self.table("claims.csv", &heading, rows)
    }

    fn findings(&self) -> CsvFile {
        let heading = [
            "provision",
            "reading",
            "party",
            "from",
            "to",
            "outcome",
            "role",
            "standard",
            "reason",
            "stands",
            "of",
            "replies",
            "cite",
        ];
        let rows = self.answer.findings.iter().map(|f| {
            let replies: Vec<String> =
                f.replies.iter().map(|(party, sha)| format!("{party} {sha}")).collect();
            vec![
                f.provision.clone(),
                f.reading.clone().unwrap_or_default(),
                f.party.clone().unwrap_or_default(),
                f.from.clone(),
                f.to.clone(),
                f.outcome.clone(),
                f.role.clone(),
                f.standard.clone(),
                f.reason.clone(),
                f.stands.to_string(),
                f.of.join(" "),
                replies.join("; "),
                f.cite.clone(),
            ]
        });
        self.table("findings.csv", &heading, rows)
    }

    fn sources(&self) -> CsvFile {
        let heading = [
            "source",
            "name",
            "shows",
            "limits",
            "rows",
            "rows_without_place",
            "first",
            "last",
            "watched",
        ];
        let rows = self.answer.sources.iter().map(|s| {
            let watched: Vec<String> = s
                .watched
                .iter()
                .map(|w| {
                    let zone = w.zone.as_deref().unwrap_or("anywhere");
                    format!("{} {zone}: {} s in {} spans", w.watch, w.seconds, w.spans)
                })
                .collect();
            let cells = vec![
                s.id.clone(),
                s.name.clone(),
                s.shows.join("; "),
                s.limits.join("; "),
                s.rows.to_string(),
                s.rows_without_place.to_string(),
                s.first.clone().unwrap_or_default(),
                s.last.clone().unwrap_or_default(),
                watched.join("; "),
            ];
            (s.id.clone(), cells)
        });
        self.credited("sources.csv", &heading, rows)
    }

    fn notes(&self) -> CsvFile {
        let rows =
            self.answer.headline.iter().map(|text| vec!["headline".to_owned(), text.clone()]);
        let rows =
            rows.chain(self.answer.notes.iter().map(|text| vec!["note".to_owned(), text.clone()]));
        self.table("notes.csv", &["kind", "text"], rows)
    }
}

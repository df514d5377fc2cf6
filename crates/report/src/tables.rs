//! The tables of counts: by pass, by day, left out, incidents.

use crate::cut::{Cut, cites, cut};
use crate::when::{When, when};
use crate::words::{counted, number, phase_word};
use servanda_comply::answer::{Answer, Comparison, Exposure, Phase};

/// What stands where nothing watched.
pub(crate) const NOT_OBSERVED: &str = "not observed";

/// Rows of the first table of figures; the tables below it have all.
const KEY_ROWS_MAX: usize = 8;

/// One line of the key figures: what was counted, and its rate in each phase.
pub(crate) struct KeyRow {
    pub(crate) what: String,
    pub(crate) whose: String,
    pub(crate) before: KeyCell,
    pub(crate) during: KeyCell,
    pub(crate) after: KeyCell,
}

/// A rate, and what it was made from; both empty where nothing was to be counted.
#[derive(Default)]
pub(crate) struct KeyCell {
    pub(crate) rate: String,
    pub(crate) of: String,
}

impl KeyRow {
    fn new(what: String, whose: String) -> KeyRow {
        KeyRow {
            what,
            whose,
            before: KeyCell::default(),
            during: KeyCell::default(),
            after: KeyCell::default(),
        }
    }

    fn cell(&mut self, phase: Phase) -> &mut KeyCell {
        match phase {
            Phase::Before => &mut self.before,
            Phase::During => &mut self.during,
            Phase::After => &mut self.after,
        }
    }
}

/// The figures that a reader wants first: rates by phase, one row for each source and stratum,
/// and for each source, unit and group that no exception takes out.
pub(crate) fn key_figures(answer: &Answer) -> Cut<KeyRow> {
    let mut rows: Vec<KeyRow> = Vec::new();
    for row in &answer.exposure {
        let cell = match &row.per_pass {
            Some(rate) => KeyCell {
                rate: format!("{rate} a pass"),
                of: format!(
                    "{} in {}",
                    number(row.detections),
                    counted(row.passes, "pass", "passes")
                ),
            },
            None => KeyCell { rate: NOT_OBSERVED.to_owned(), of: "no pass".to_owned() },
        };
        put(&mut rows, format!("Detections, {}", row.light), row.source.clone(), row.phase, cell);
    }
    for row in answer.comparison.iter().filter(|row| !row.excepted) {
        let reading =
            if row.reading == "as written" { String::new() } else { format!(", {}", row.reading) };
        let whose = format!("{}, {}, {}{reading}", row.source, row.group, row.provision);
        let cell = match &row.per_day {
            Some(rate) => KeyCell {
                rate: match (&row.per_day_low, &row.per_day_high) {
                    (Some(low), Some(high)) if low == rate && high == rate => {
                        format!("{rate} a day")
                    }
                    (Some(low), Some(high)) => format!("{rate} a day ({low} to {high})"),
                    (Some(low), None) => format!("{rate} a day (at least {low})"),
                    (None, _) => format!("{rate} a day"),
                },
                of: format!("{} in {} days watched", number(row.best), row.observed_days),
            },
            None if row.observed_days == "0.00" => KeyCell {
                rate: NOT_OBSERVED.to_owned(),
                of: format!("{} reported, no day watched", number(row.best)),
            },
            None => KeyCell {
                rate: "no rate".to_owned(),
                of: format!(
                    "{} in {} of {} days watched: too little",
                    number(row.best),
                    row.observed_days,
                    row.days
                ),
            },
        };
        put(&mut rows, row.unit.clone(), whose, row.phase, cell);
    }
    let total = rows.len() as u64;
    let mut key = cut(rows, total, KEY_ROWS_MAX);
    if !key.note.is_empty() {
        key.note = format!("First {KEY_ROWS_MAX} of {}; all of them below.", number(total));
    }
    key
}

fn put(rows: &mut Vec<KeyRow>, what: String, whose: String, phase: Phase, cell: KeyCell) {
    match rows.iter_mut().find(|row| row.what == what && row.whose == whose) {
        Some(row) => *row.cell(phase) = cell,
        None => {
            let mut row = KeyRow::new(what, whose);
            *row.cell(phase) = cell;
            rows.push(row);
        }
    }
}

/// Detections for each pass of one source.
pub(crate) struct ExposureTable {
    pub(crate) source: String,
    pub(crate) phases: Vec<PhaseRow>,
    pub(crate) rows: Vec<ExposureRow>,
    pub(crate) control: bool,
}

/// When a phase was.
pub(crate) struct PhaseRow {
    pub(crate) phase: &'static str,
    pub(crate) from: When,
    pub(crate) to: When,
}

pub(crate) struct ExposureRow {
    pub(crate) light: String,
    /// The first row of its stratum carries the heading of all.
    pub(crate) rowspan: usize,
    pub(crate) phase: &'static str,
    pub(crate) during: bool,
    pub(crate) passes: String,
    pub(crate) detections: String,
    pub(crate) per_pass: String,
    pub(crate) certain: String,
    pub(crate) straddling: String,
    pub(crate) straddling_outside: String,
    pub(crate) industrial: String,
    pub(crate) industrial_in_zone: String,
}

pub(crate) fn exposure(answer: &Answer) -> Vec<ExposureTable> {
    let mut sources: Vec<&str> = Vec::new();
    for row in &answer.exposure {
        if !sources.contains(&row.source.as_str()) {
            sources.push(&row.source);
        }
    }
    sources.into_iter().map(|source| exposure_of(answer, source)).collect()
}

fn exposure_of(answer: &Answer, source: &str) -> ExposureTable {
    let of: Vec<&Exposure> = answer.exposure.iter().filter(|row| row.source == source).collect();
    let mut lights: Vec<&str> = Vec::new();
    let mut phases: Vec<PhaseRow> = Vec::new();
    let mut seen: Vec<(Phase, &str, &str)> = Vec::new();
    for row in &of {
        if !lights.contains(&row.light.as_str()) {
            lights.push(&row.light);
        }
        let key = (row.phase, row.from.as_str(), row.to.as_str());
        if !seen.contains(&key) {
            seen.push(key);
            phases.push(PhaseRow {
                phase: phase_word(row.phase),
                from: when(&row.from),
                to: when(&row.to),
            });
        }
    }
    let mut rows = Vec::new();
    for light in lights {
        let of_light: Vec<&&Exposure> = of.iter().filter(|row| row.light == light).collect();
        for (place, row) in of_light.iter().enumerate() {
            // Without a pass there is no count: a zero would say that something looked.
            let looked = row.passes > 0;
            let count = |n: u64| if looked || n > 0 { number(n) } else { "–".to_owned() };
            rows.push(ExposureRow {
                light: row.light.clone(),
                rowspan: if place == 0 { of_light.len() } else { 0 },
                phase: phase_word(row.phase),
                during: row.phase == Phase::During,
                passes: number(row.passes),
                detections: count(row.detections),
                per_pass: row.per_pass.clone().unwrap_or_else(|| NOT_OBSERVED.to_owned()),
                certain: count(row.certain),
                straddling: count(row.straddling),
                straddling_outside: count(row.straddling_outside),
                industrial: count(row.industrial),
                industrial_in_zone: count(row.industrial_in_zone),
            });
        }
    }
    let control = of.iter().any(|row| row.industrial > 0 || row.industrial_in_zone > 0);
    ExposureTable { source: source.to_owned(), phases, rows, control }
}

/// Counts by day of one source, unit, provision and reading.
pub(crate) struct ComparisonTable {
    pub(crate) provision: String,
    pub(crate) reading: String,
    pub(crate) source: String,
    pub(crate) unit: String,
    pub(crate) rows: Vec<ComparisonRow>,
}

pub(crate) struct ComparisonRow {
    pub(crate) group: String,
    pub(crate) excepted: bool,
    pub(crate) rowspan: usize,
    pub(crate) phase: &'static str,
    pub(crate) during: bool,
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) days: String,
    pub(crate) observed_days: String,
    pub(crate) rows: String,
    pub(crate) best: String,
    pub(crate) bounds: String,
    pub(crate) per_day: String,
    pub(crate) per_day_bounds: String,
    pub(crate) straddling: String,
}

pub(crate) fn comparison(answer: &Answer) -> Vec<ComparisonTable> {
    fn key(row: &Comparison) -> (&str, &str, &str, &str) {
        (&row.provision, &row.reading, &row.source, &row.unit)
    }
    let mut keys: Vec<(&str, &str, &str, &str)> = Vec::new();
    for row in &answer.comparison {
        if !keys.contains(&key(row)) {
            keys.push(key(row));
        }
    }
    keys.into_iter()
        .map(|wanted| {
            let of: Vec<&Comparison> =
                answer.comparison.iter().filter(|row| key(row) == wanted).collect();
            ComparisonTable {
                provision: wanted.0.to_owned(),
                reading: wanted.1.to_owned(),
                source: wanted.2.to_owned(),
                unit: wanted.3.to_owned(),
                rows: comparison_rows(&of),
            }
        })
        .collect()
}

fn comparison_rows(of: &[&Comparison]) -> Vec<ComparisonRow> {
    let mut groups: Vec<&str> = Vec::new();
    for row in of {
        if !groups.contains(&row.group.as_str()) {
            groups.push(&row.group);
        }
    }
    let mut rows = Vec::new();
    for group in groups {
        let of_group: Vec<&&Comparison> = of.iter().filter(|row| row.group == group).collect();
        for (place, row) in of_group.iter().enumerate() {
            let per_day_bounds = match (&row.per_day_low, &row.per_day_high) {
                (Some(low), Some(high)) => bounds(low, high),
                (Some(low), None) => format!("at least {low}"),
                (None, _) => "–".to_owned(),
            };
            // A zero of a time that nothing watched is no count.
            let nothing = row.per_day.is_none() && row.best == 0 && row.rows == 0;
            let best = if nothing { NOT_OBSERVED.to_owned() } else { number(row.best) };
            rows.push(ComparisonRow {
                group: row.group.clone(),
                excepted: row.excepted,
                rowspan: if place == 0 { of_group.len() } else { 0 },
                phase: phase_word(row.phase),
                during: row.phase == Phase::During,
                from: when(&row.from),
                to: when(&row.to),
                days: row.days.clone(),
                observed_days: row.observed_days.clone(),
                rows: number(row.rows),
                best,
                bounds: match row.high {
                    _ if nothing => "–".to_owned(),
                    Some(high) => bounds(&number(row.low), &number(high)),
                    None => format!("at least {}", number(row.low)),
                },
                per_day: row.per_day.clone().unwrap_or_else(|| NOT_OBSERVED.to_owned()),
                per_day_bounds,
                straddling: number(row.straddling),
            });
        }
    }
    rows
}

fn bounds(low: &str, high: &str) -> String {
    if low == high { "exact".to_owned() } else { format!("{low} to {high}") }
}

pub(crate) struct LeftOutRow {
    pub(crate) source: String,
    pub(crate) reason: String,
    pub(crate) rows: String,
    pub(crate) examples: Vec<String>,
    pub(crate) cites: String,
}

pub(crate) fn left_out(answer: &Answer) -> Vec<LeftOutRow> {
    let view = |row: &servanda_comply::answer::LeftOut| LeftOutRow {
        source: row.source.clone(),
        reason: row.reason.clone(),
        rows: number(row.rows),
        examples: row.examples.iter().take(3).cloned().collect(),
        cites: cites(&row.cites, row.rows),
    };
    answer.left_out.iter().map(view).collect()
}

pub(crate) struct IncidentRow {
    pub(crate) what: String,
    pub(crate) incidents: String,
    pub(crate) observations: String,
    pub(crate) independent: String,
}

pub(crate) fn incidents(answer: &Answer) -> Vec<IncidentRow> {
    let view = |row: &servanda_comply::answer::IncidentCount| IncidentRow {
        what: row.what.clone(),
        incidents: number(row.incidents),
        observations: number(row.observations),
        independent: number(row.independent),
    };
    answer.incidents.iter().map(view).collect()
}

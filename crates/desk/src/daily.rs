//! The daily report of a mission, filled in from the record.

use crate::DeskError;
use crate::ask::{Desk, Question};
use servanda_comply::answer::FindingAnswer;
use servanda_comply::{DayCount, Evaluation, day, place_words};
use servanda_entry::{Observation, Watch};
use servanda_report::{
    AnnexRow, Count, Credit, Daily, PreviousCount, RegionCount, Restriction, Section,
};
use servanda_time::{Instant, Interval, Zone};

/// The report of one day in the agreement's time zone, compared with the day before. Without a
/// cut-off it is the civil day; with one, such as `19:30`, the 24 hours of the clock up to it.
///
/// # Errors
/// When the date or the cut-off is none, or the record can't be read.
pub fn daily(
    desk: &Desk,
    evaluation: &Evaluation,
    date: &str,
    cutoff: Option<&str>,
) -> Result<Daily, DeskError> {
    let zone = &desk.agreement.timezone;
    let start = Instant::parse(date, Some(zone)).map_err(|e| DeskError::Asked(e.to_string()))?;
    if start != start.day_start(zone) {
        return Err(DeskError::Asked(format!("{date:?} is not a date; write it as 2026-04-12")));
    }
    let day_before = start.plus_ms(-1).day_start(zone);
    let end_of = |day: Instant| match cutoff {
        None => Ok(day.next_day(zone)),
        Some(cutoff) => Instant::parse(&format!("{}T{cutoff}", day.date(zone)), Some(zone))
            .map_err(|error| DeskError::Asked(error.to_string())),
    };
    let two_days_before = day_before.plus_ms(-1).day_start(zone);
    let (end, end_before) = (end_of(start)?, end_of(day_before)?);
    let period = Interval { from: end_before, to: end };
    let before = Interval { from: end_of(two_days_before)?, to: end_before };
    let ask = desk.to_ask(&Question::default())?;
    let (counts, seen) = day(&desk.agreement, &desk.history, &ask, period);
    let (previous, _) = day(&desk.agreement, &desk.history, &ask, before);
    let counts: Vec<RegionCount> =
        counts.iter().map(|count| region_count(desk, count, &previous)).collect();
    let answer = &evaluation.answer;
    let received = desk.history.received;
    Ok(Daily {
        title: answer.title.clone(),
        number: format!("of {date}"),
        date: received.map(|at| at.date(zone)).unwrap_or_default(),
        as_of: received.map(|at| at.civil(zone)).unwrap_or_default(),
        zone: zone.name().to_string(),
        period: (period.from.civil(zone), period.to.civil(zone)),
        previous: Some((before.from.civil(zone), before.to.civil(zone))),
        summary: summary(&counts, answer.findings.as_slice(), period),
        sections: sections(evaluation, &answer.findings, period, zone),
        claims: answer
            .claims
            .iter()
            .filter(|claim| {
                let from = claim.from.as_deref().and_then(parse).unwrap_or(Instant::MIN);
                let to = claim.to.as_deref().and_then(parse).unwrap_or(Instant::MAX);
                from < period.to && to > period.from
            })
            .cloned()
            .collect(),
        restrictions: restrictions(desk, evaluation, period),
        footnotes: answer.notes.clone(),
        annex: seen.iter().map(|&n| annex_row(desk, evaluation, n)).collect(),
        annex_total: seen.len() as u64,
        counts,
        sources: answer
            .sources
            .iter()
            .map(|source| Credit {
                name: source.name.clone(),
                licence: source.licence.clone(),
                attribution: source.attribution.clone(),
            })
            .collect(),
        record: answer.asked.record.clone(),
    })
}

fn parse(text: &str) -> Option<Instant> {
    Instant::parse(text, None).ok()
}

fn region_count(desk: &Desk, count: &DayCount, previous: &[DayCount]) -> RegionCount {
    let seconds = |ms: i64| u64::try_from(ms / 1000).unwrap_or(0);
    let same = previous.iter().find(|before| {
        (&before.source, &before.zone) == (&count.source, &count.zone) && before.unit == count.unit
    });
    // A unit that the day before lacks was watched for all the same, and counted none.
    let watched = previous
        .iter()
        .find(|before| (&before.source, &before.zone) == (&count.source, &count.zone));
    let place = match &count.zone {
        None => "everywhere".to_string(),
        Some(id) => desk.agreement.zone(id).map_or(id.clone(), |zone| zone.name.clone()),
    };
    let source = desk.agreement.source(&count.source).map_or("", |source| source.name.as_str());
    RegionCount {
        region: format!("{place} ({source})"),
        unit: count.unit.clone(),
        count: Count { low: count.low, high: count.high },
        watched_seconds: seconds(count.watched_ms),
        passes: count.passes,
        previous: same.or(watched).map(|before| PreviousCount {
            count: match same {
                Some(before) => Count { low: before.low, high: before.high },
                None => Count { low: 0, high: Some(0) },
            },
            watched_seconds: seconds(before.watched_ms),
            passes: before.passes,
        }),
    }
}

fn summary(counts: &[RegionCount], findings: &[FindingAnswer], period: Interval) -> Vec<String> {
    let mut said = Vec::new();
    let dark = counts.iter().filter(|row| row.watched_seconds == 0 && row.passes.is_none()).count();
    let some = counts.iter().filter(|row| row.count.low > 0).count();
    said.push(format!(
        "{some} of {} counts are above zero for sure; {dark} were not observed at all.",
        counts.len()
    ));
    let standing = findings
        .iter()
        .filter(|finding| finding.stands)
        .filter(|finding| covers(&finding.from, &finding.to, period))
        .count();
    said.push(match standing {
        0 => "No person has made a finding on this day.".to_string(),
        1 => "One finding stands for this day.".to_string(),
        n => format!("{n} findings stand for this day."),
    });
    said
}

/// Whether a span given as text shares an instant with the period.
fn covers(from: &str, to: &str, period: Interval) -> bool {
    match (parse(from), parse(to)) {
        (Some(from), Some(to)) => from < period.to && to > period.from,
        _ => false,
    }
}

fn sections(
    evaluation: &Evaluation,
    findings: &[FindingAnswer],
    period: Interval,
    zone: &Zone,
) -> Vec<Section> {
    let mut possible = Vec::new();
    for provision in &evaluation.answer.provisions {
        let today: Vec<Interval> = evaluation
            .possible
            .iter()
            .filter(|(id, when)| *id == provision.id && when.overlaps(&period))
            .map(|(_, when)| *when)
            .collect();
        let from = today.iter().map(|when| when.from).min();
        let to = today.iter().map(|when| when.to).max();
        if let (Some(from), Some(to)) = (from, to) {
            possible.push(format!(
                "{}: {} possible violation(s), between {} and {}; no person has made a finding.",
                provision.id,
                today.len(),
                from.civil(zone),
                to.civil(zone)
            ));
        }
    }
    let found = findings.iter().filter(|finding| covers(&finding.from, &finding.to, period));
    let found = found.map(|finding| {
        format!(
            "{}: {} on {}{}, by {}, standard: {}; {}{}",
            finding.cite,
            finding.outcome,
            finding.provision,
            finding.party.as_ref().map(|party| format!(", {party}")).unwrap_or_default(),
            finding.role,
            finding.standard,
            finding.reason,
            if finding.stands { "" } else { " (retracted)" }
        )
    });
    let replied = findings.iter().filter(|finding| covers(&finding.from, &finding.to, period));
    let replies = replied.flat_map(|finding| {
        finding
            .replies
            .iter()
            .map(|(party, text)| format!("{party} replied to {}: text {text}", finding.cite))
    });
    vec![
        Section { heading: "Possible violations".into(), paragraphs: possible },
        Section { heading: "Findings".into(), paragraphs: found.collect() },
        Section { heading: "Replies of the parties".into(), paragraphs: replies.collect() },
    ]
}

fn restrictions(desk: &Desk, evaluation: &Evaluation, period: Interval) -> Vec<Restriction> {
    let zone = &desk.agreement.timezone;
    let blind =
        desk.history.coverage.iter().filter(|held| {
            held.value.watch == Watch::Blind && held.value.interval().overlaps(&period)
        });
    blind
        .map(|held| {
            let row = &held.value;
            let place = row.zone.as_deref().and_then(|id| desk.agreement.zone(id));
            let attr = |name: &str| row.attrs.get(name).cloned().unwrap_or_default();
            Restriction {
                from: row.interval().from.civil(zone),
                to: row.interval().to.civil(zone),
                place: place.map_or("everywhere".into(), |zone| zone.name.clone()),
                source: held.source.to_string(),
                kind: row.attrs.get("kind").cloned().unwrap_or_else(|| "blind".into()),
                what: attr("what"),
                cite: held.cite.print(evaluation.answer.asked.cite),
            }
        })
        .collect()
}

fn annex_row(desk: &Desk, evaluation: &Evaluation, n: usize) -> AnnexRow {
    let seen = desk.history.observations.at(n);
    let row = seen.value();
    let attr = |name: &str| row.attrs.get(name).cloned();
    let source = desk.agreement.source(seen.source()).map(|source| source.name.clone());
    let zone = &desk.agreement.timezone;
    AnnexRow {
        position: attr("position").unwrap_or_else(|| "not stated".into()),
        place: place_words(&desk.agreement, row.at.as_ref()),
        means: attr("means").or(source).unwrap_or_default(),
        number: number(&row),
        what: match attr("description") {
            Some(description) => format!("{}, {description}", row.kind),
            None => row.kind.clone(),
        },
        when: row.interval().civil(zone),
        cite: seen.cite().print(evaluation.answer.asked.cite),
    }
}

fn number(row: &Observation) -> String {
    match &row.count {
        None => "1".into(),
        Some(count) => match (count.best, count.high) {
            (Some(best), Some(high)) if best == count.low && best == high => best.to_string(),
            (_, Some(high)) => format!("{} to {high}", count.low),
            (_, None) => format!("at least {}", count.low),
        },
    }
}

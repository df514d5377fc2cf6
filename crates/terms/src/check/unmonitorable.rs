//! What nobody can see, or not there, or not then.

use super::{Duty, listed};
use crate::codes;
use crate::findings::Findings;
use crate::model::{Agreement, Reading};
use servanda_time::Interval;
use std::collections::BTreeSet;

const DAY_MS: i64 = 86_400_000;

pub(crate) fn no_source(duty: &Duty, findings: &mut Findings) {
    if duty.mark.has("shown_by") {
        return;
    }
    findings.push(
        codes::NO_SOURCE
            .warning(format!("no source can show whether `{}` is kept", duty.provision.id))
            .primary(duty.mark.at("shown_by"), "no `shown_by`")
            .reason("Its answer will always be \"not observable\". Silence is not compliance.")
            .help("add shown_by = [\"...\"], the sources that can show a breach"),
    );
}

/// Lines that only words describe.
pub(crate) fn lines_not_drawn(agreement: &Agreement, findings: &mut Findings) {
    for line in agreement.lines.iter().filter(|line| !line.is_drawn()) {
        findings.push(
            codes::NOT_DRAWN
                .warning(format!("`line.{}` is not drawn", line.id))
                .primary(line.span, "in words only")
                .reason("No distance from it can be told, and each side will draw its own.")
                .help("give its `points`, or `file` and `id` of a map that both sides accept"),
        );
    }
}

pub(crate) fn not_shown_directly(duty: &Duty, findings: &mut Findings) {
    let provision = duty.provision;
    if provision.shown_by.is_empty() {
        return;
    }
    let sources = provision.shown_by.iter().filter_map(|id| duty.index.sources.get(id.as_str()));
    let shown: BTreeSet<&str> = sources.flat_map(|(s, _)| &s.shows).map(String::as_str).collect();
    let mut hidden: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for act in provision.readings.iter().flat_map(|reading| &reading.acts) {
        if !shown.contains(act.as_str()) && seen.insert(act.as_str()) {
            hidden.push(act);
        }
    }
    if hidden.is_empty() {
        return;
    }
    let shown = if shown.is_empty() {
        "its sources don't say what they show".to_owned()
    } else {
        format!("its sources show {}", listed(shown))
    };
    findings.push(
        codes::NOT_SHOWN
            .warning(format!("no source of `{}` shows directly: {}", provision.id, listed(hidden)))
            .primary(duty.mark.at("acts"), "these acts")
            .secondary(duty.mark.at("shown_by"), shown)
            .reason(
                "A source that shows only a trace of an act can raise a question and cannot \
                 answer it.",
            )
            .help("name a source that shows the act itself, or expect \"undetermined\""),
    );
}

pub(crate) fn lumped_actor(duty: &Duty, findings: &mut Findings) {
    let agreement = duty.agreement;
    for id in &duty.provision.shown_by {
        let Some((source, mark)) = duty.index.sources.get(id.as_str()) else {
            continue;
        };
        for lump in &source.lumps {
            let excluded: Vec<&str> = lump
                .may_include
                .iter()
                .filter(|id| duty.provision.except.contains(*id))
                .map(|id| agreement.exception(id).map_or(id.as_str(), |e| e.name.as_str()))
                .collect();
            if excluded.is_empty() {
                continue;
            }
            findings.push(
                codes::LUMPED
                    .warning(format!(
                        "`{}` writes \"{}\", which may be {}",
                        source.id,
                        crate::findings::shortened(&lump.name),
                        listed(excluded)
                    ))
                    .primary(duty.mark.at("except"), "excluded here")
                    .secondary(mark.at("lumps"), "one name for several actors")
                    .reason(
                        "Its rows about that name can neither be counted nor left out with \
                         certainty.",
                    )
                    .help("name a source that tells the actors apart"),
            );
        }
    }
}

/// One diagnostic for each zone, or group of zones, and each reading that it doesn't fit.
pub(crate) fn zone_of_another_time(duty: &Duty, findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for written in duty.written() {
        for id in &written.reading.places {
            let Some((zone, mark)) = duty.index.zones.get(id.as_str()) else {
                continue;
            };
            let Some(how) = zone.valid.and_then(|valid| apart(valid, written.reading)) else {
                continue;
            };
            let valid_at = mark.at("valid");
            let from_at = written.at(if written.has("from") { "from" } else { "where" });
            if !told.insert((valid_at, from_at)) {
                continue;
            }
            let name = zone.group.as_ref().unwrap_or(&zone.id);
            findings.push(
                codes::ZONE_AGE
                    .warning(format!("the zone `{name}` was drawn for another time: {how}"))
                    .primary(from_at, format!("when `{}` begins", duty.provision.id))
                    .secondary(valid_at, "when the zone is valid")
                    .reason("Lines move; incidents will be put on the wrong side of this one.")
                    .help("use a zone of that time, or say in `notes` that there is none"),
            );
        }
    }
}

/// A tolerance counted in something that no source of the term measures.
pub(crate) fn unit_not_measured(duty: &Duty, findings: &mut Findings) {
    let provision = duty.provision;
    let Some(tolerance) = &provision.tolerance_count else { return };
    let unit = tolerance.unit.trim();
    if unit.is_empty() || provision.shown_by.is_empty() {
        return;
    }
    let sources = provision.shown_by.iter().filter_map(|id| duty.index.sources.get(id.as_str()));
    let measured = sources.flat_map(|(source, _)| source.shows.iter().chain([&source.measure]));
    let acts = provision.readings.iter().flat_map(|reading| &reading.acts);
    let mut counted: BTreeSet<&str> = measured.chain(acts).map(String::as_str).collect();
    // Every source gives rows, which are grouped into incidents.
    counted.insert("incident");
    // `explosions` and `explosion-day` are counted where explosions are.
    if counted.iter().any(|known| is_counted_in(unit, known)) {
        return;
    }
    findings.push(
        codes::UNIT_NOT_MEASURED
            .warning(format!(
                "no source of `{}` counts in \"{}\"",
                provision.id,
                crate::findings::shortened(unit)
            ))
            .primary(
                duty.mark.inner("tolerance").first().map_or(duty.mark.head, |at| at.at("unit")),
                format!("they count in {}", listed(counted)),
            )
            .reason("Whether the tolerance is used up can never be told.")
            .help("count in what a source measures, or name a source that measures this"),
    );
}

fn is_counted_in(unit: &str, known: &str) -> bool {
    unit.strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest == "s" || rest.starts_with(['-', ' ']))
        || known.strip_prefix(unit) == Some("s")
}

/// How the validity of a zone misses the time of a reading; none: it doesn't.
fn apart(valid: Interval, reading: &Reading) -> Option<String> {
    let (from, until) = (reading.from, reading.until);
    if let Some(from) = from
        && valid.to <= from
    {
        let gap = length(from.ms() - valid.to.ms());
        return Some(format!("it ends {gap} before the term begins"));
    }
    if let Some(until) = until
        && until <= valid.from
    {
        let gap = length(valid.from.ms() - until.ms());
        return Some(format!("it begins {gap} after the term ends"));
    }
    let begins_late = from.is_none_or(|from| from < valid.from);
    let ends_early = until.is_none_or(|until| valid.to < until);
    match (begins_late, ends_early) {
        (false, false) => None,
        (true, false) => Some("it is not yet valid when the term begins".to_owned()),
        (false, true) => Some("it is no longer valid when the term ends".to_owned()),
        (true, true) => Some("it is valid for a part of the term only".to_owned()),
    }
}

/// A length in days, or in hours where it is less than two days.
fn length(ms: i64) -> String {
    match ms / DAY_MS {
        0 | 1 => match ms / (DAY_MS / 24) {
            0 => "less than an hour".to_owned(),
            1 => "1 hour".to_owned(),
            hours => format!("{hours} hours"),
        },
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn a_gap_is_named_in_days_or_hours() {
        assert_eq!(length(0), "less than an hour");
        assert_eq!(length(3_600_000), "1 hour");
        assert_eq!(length(47 * 3_600_000), "47 hours");
        assert_eq!(length(345 * super::DAY_MS + 1), "345 days");
    }
}

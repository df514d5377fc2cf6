//! The answer in words. Every number in a sentence stands in a table of the same answer.

use crate::answer::{Answer, Comparison, Exposure, Phase, ProvisionAnswer, State, StateLine};
use crate::scene::Scene;
use crate::words::{count, length};
use servanda_terms::{Provision, Reading};
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// The answer in words, most important first.
pub(crate) fn headline(scene: &Scene<'_>, answer: &Answer) -> Vec<String> {
    let mut said = vec![standing(answer)];
    for (provision, shown) in provisions(scene, answer) {
        said.push(provision_words(scene, provision, shown));
        said.extend(unwatched(shown));
    }
    said.extend(exposure_words(answer));
    said.extend(comparison_words(answer));
    said
}

/// The provisions that are watched, each with its answer.
fn provisions<'a>(
    scene: &Scene<'a>,
    answer: &'a Answer,
) -> impl Iterator<Item = (&'a Provision, &'a ProvisionAnswer)> {
    let agreement = scene.agreement;
    let shown = answer.provisions.iter();
    let both = shown.filter_map(|shown| Some((agreement.provision(&shown.id)?, shown)));
    both.filter(|(provision, _)| provision.kind.is_observed())
}

fn standing(answer: &Answer) -> String {
    let standing = answer.findings.iter().filter(|finding| finding.stands).count() as u64;
    match standing {
        0 => "No person has made a finding: nothing here is a violation, and nothing is kept."
            .to_string(),
        n => format!("{} by people.", count(n, "finding stands", "findings stand")),
    }
}

fn provision_words(scene: &Scene<'_>, provision: &Provision, shown: &ProvisionAnswer) -> String {
    let mut by_reading: Vec<(&str, String)> = Vec::new();
    for reading in &provision.readings {
        let mut by_party: Vec<String> = Vec::new();
        let mut parties: Vec<Option<&str>> = reading.who.iter().map(|id| Some(&**id)).collect();
        parties.push(None);
        for party in parties {
            let lines = shown
                .lines
                .iter()
                .filter(|line| line.reading == reading.id && line.party.as_deref() == party);
            let Some(state) = crate::words::gravest(lines.map(|line| line.state)) else { continue };
            let name = match party {
                Some(id) => scene.agreement.party(id).map_or(id, |party| &party.name),
                None => "attributed to nobody",
            };
            by_party.push(format!("{name}: {}", state.word()));
        }
        by_reading.push((&reading.id, by_party.join(", ")));
    }
    let alike = by_reading.iter().all(|(_, parties)| *parties == by_reading[0].1);
    let parties = match by_reading.as_slice() {
        [] => String::new(),
        [(_, parties)] => parties.clone(),
        [(_, parties), ..] if alike => {
            format!("under each of {} readings; {parties}", by_reading.len())
        }
        many => {
            let each = many.iter().map(|(id, parties)| format!("read as \"{id}\": {parties}"));
            each.collect::<Vec<_>>().join("; ")
        }
    };
    let possible = match shown.possible_total {
        0 => String::new(),
        n => format!(
            "; {}, no person has made a finding",
            count(n, "possible violation", "possible violations")
        ),
    };
    format!("{} is {} ({parties}){possible}.", shown.id, shown.state.word())
}

/// How much of the time nothing watched, and in which zones nothing watched at all.
fn unwatched(shown: &ProvisionAnswer) -> Vec<String> {
    let all = |line: &StateLine| line.seconds.iter().map(|(_, seconds)| seconds).sum::<i64>();
    let zones: BTreeSet<&Option<String>> = shown.lines.iter().map(|line| &line.zone).collect();
    let seen = |line: &StateLine| not_observed(line) < all(line);
    let lit: BTreeSet<_> = shown.lines.iter().filter(|l| seen(l)).map(|l| &l.zone).collect();
    let dark: Vec<&str> = zones.difference(&lit).filter_map(|zone| zone.as_deref()).collect();
    let mut said = Vec::new();
    if zones.len() > 1 && !dark.is_empty() {
        let named = zones.iter().filter(|zone| zone.is_some()).count();
        said.push(format!(
            "In {} of {named} zones nothing able to show a breach of {} watched at all: {}.",
            dark.len(),
            shown.id,
            dark.join(", ")
        ));
    }
    let rest = shown.lines.iter().filter(|line| zones.len() == 1 || seen(line));
    let darkest = rest.max_by_key(|line| not_observed(line));
    if let Some(line) = darkest.filter(|line| not_observed(line) > 0) {
        said.push(format!(
            "Nothing able to show a breach of {} watched for {} of {}: that time is not-observed, \
             not calm.",
            shown.id,
            length(not_observed(line) * 1000),
            length(all(line) * 1000)
        ));
    }
    said
}

fn not_observed(line: &StateLine) -> i64 {
    line.seconds.iter().filter(|(state, _)| *state == State::NotObserved).map(|(_, s)| *s).sum()
}

fn exposure_words(answer: &Answer) -> Vec<String> {
    let whose = |row: &Exposure| (row.source.clone(), row.provision.clone(), row.reading.clone());
    let keys: BTreeSet<_> = answer.exposure.iter().map(whose).collect();
    let mut said = Vec::new();
    for key in &keys {
        let rows = answer.exposure.iter().filter(|row| whose(row) == *key).collect();
        let named = if keys.len() > 1 {
            format!(" ({}, {}, {})", key.0, key.1, key.2)
        } else {
            String::new()
        };
        said.extend(exposure_of(rows, &named));
    }
    said
}

/// The exposure of one source under one reading; `named` tells which, where there are several.
fn exposure_of(rows: Vec<&Exposure>, named: &str) -> Vec<String> {
    let mut said = Vec::new();
    let strata: BTreeSet<&str> = rows.iter().map(|row| row.light.as_str()).collect();
    let mut falls = Vec::new();
    for stratum in &strata {
        let of = |phase| rows.iter().find(|row| row.light == *stratum && row.phase == phase);
        let (Some(before), Some(during)) = (of(Phase::Before), of(Phase::During)) else { continue };
        let at = |row: &Exposure| match &row.per_pass {
            Some(rate) => format!(
                "{rate} a pass ({} in {})",
                row.detections,
                count(row.passes, "pass", "passes")
            ),
            None => "no pass".to_string(),
        };
        let after = of(Phase::After).map(|row| format!(", {} after", at(row))).unwrap_or_default();
        let by = if stratum.is_empty() { String::new() } else { format!(" by {stratum}") };
        said.push(format!(
            "Detections in the zone{by}{named}: {} before, {} during{after}.",
            at(before),
            at(during)
        ));
        if before.passes > 0 && during.passes > 0 {
            // Compare the rates without dividing.
            falls.push(
                (during.detections * before.passes).cmp(&(before.detections * during.passes)),
            );
        }
        let control = |row: &Exposure| row.industrial_in_zone * 1_000 / row.passes.max(1);
        if before.industrial_in_zone > 0 && control(during) * 2 < control(before) {
            said.push(format!(
                "The control sites in the zone, which burn every day, were seen {} in {} during \
                 the term{by}, and {} in {} before: the view may have been closed, so a fall in \
                 detections need not be a fall in fire.",
                count(during.industrial_in_zone, "time", "times"),
                count(during.passes, "pass", "passes"),
                count(before.industrial_in_zone, "time", "times"),
                count(before.passes, "pass", "passes"),
            ));
        }
    }
    let strata: Vec<&str> = strata.into_iter().collect();
    if falls.len() > 1 && falls.iter().any(|fall| *fall != falls[0]) {
        said.push(format!(
            "{} disagree: the figure falls in one and not in the other.",
            capital(&strata.join(" and "))
        ));
    }
    if !rows.is_empty() {
        said.push(
            "Cloud is unknown, and a pass that saw nothing at all leaves no trace: the number of \
             passes is a lower bound."
                .to_string(),
        );
    }
    said
}

fn comparison_words(answer: &Answer) -> Vec<String> {
    let mut said = Vec::new();
    let mut done = BTreeSet::new();
    for row in &answer.comparison {
        let key = (&row.source, &row.reading, &row.group, &row.unit);
        if !done.insert(key) {
            continue;
        }
        let of = |phase| {
            answer.comparison.iter().find(|other| {
                (&other.source, &other.reading, &other.group, &other.unit) == key
                    && other.phase == phase
            })
        };
        let at = |row: &Comparison| {
            let (Some(rate), Some(low)) = (&row.per_day, &row.per_day_low) else {
                let noted = match row.rows + row.straddling {
                    0 => String::new(),
                    n => format!("{} noted, ", count(n, "row", "rows")),
                };
                return match row.observed_days.as_str() {
                    "0.00" => format!("{noted}not observed"),
                    some => format!(
                        "{noted}observed on {some} of {} days, too little for a rate,",
                        row.days
                    ),
                };
            };
            let bounds = match &row.per_day_high {
                Some(high) if row.low != row.best || row.high != Some(row.best) => {
                    format!(" ({low} to {high})")
                }
                None => format!(" (at least {low})"),
                Some(_) => String::new(),
            };
            let observed = if row.observed_days == row.days {
                String::new()
            } else {
                format!(" on {} of {} days observed", row.observed_days, row.days)
            };
            format!("{rate}{bounds}{observed}")
        };
        let phases =
            [(Phase::Before, "before"), (Phase::During, "during"), (Phase::After, "after")];
        let rates: Vec<String> = phases
            .into_iter()
            .filter_map(|(phase, word)| of(phase).map(|row| format!("{} {word}", at(row))))
            .collect();
        let reading = if row.reading == AS_WRITTEN {
            String::new()
        } else {
            format!(", read as \"{}\"", row.reading)
        };
        let group = if row.group == "all" { String::new() } else { format!(", {}", row.group) };
        said.push(format!(
            "{}s a day ({}{group}{reading}): {}.",
            capital(&row.unit),
            row.source,
            rates.join(", ")
        ));
    }
    said
}

/// The name of the one reading of a text that is not disputed.
const AS_WRITTEN: &str = "as written";

/// What must be said beside the figures.
pub(crate) fn notes(scene: &Scene<'_>, answer: &Answer) -> Vec<String> {
    let mut notes = scene.agreement.notes.clone();
    for (provision, shown) in provisions(scene, answer) {
        for reading in &provision.readings {
            notes.extend(stale_zones(scene, provision, reading));
        }
        for except in &shown.excepted {
            notes.push(format!(
                "{} takes {} out of {}; without it the state is {} with {}.",
                except.name,
                count(except.incidents, "incident", "incidents"),
                shown.id,
                except.state_without.word(),
                count(except.possible_without, "possible violation", "possible violations")
            ));
        }
        let silent: Vec<&String> = provision
            .acts
            .iter()
            .filter(|act| {
                !provision.shown_by.iter().any(|id| {
                    scene.agreement.source(id).is_some_and(|source| source.shows.contains(act))
                })
            })
            .collect();
        if !silent.is_empty() && !provision.acts.is_empty() {
            let acts: Vec<&str> = silent.into_iter().map(String::as_str).collect();
            notes.push(format!("No source of {} shows {} as such.", shown.id, acts.join(", ")));
        }
    }
    notes.extend(bases(scene));
    for source in &scene.agreement.sources {
        notes.extend(source.limits.iter().map(|limit| format!("{}: {limit}", source.name)));
        for lump in &source.lumps {
            let names: Vec<&str> = lump
                .may_include
                .iter()
                .map(|id| scene.agreement.exception(id).map_or(id.as_str(), |e| e.name.as_str()))
                .collect();
            notes.push(format!(
                "{} doesn't tell {} from the others that it calls \"{}\": the figure bounds \
                 neither side's conduct.",
                source.name,
                names.join(" or "),
                lump.name
            ));
        }
    }
    let mut seen = BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    notes
}

/// What the zones were made of, and by whose leave: one note for all of one origin.
fn bases(scene: &Scene<'_>) -> Vec<String> {
    let mut by_basis: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for zone in scene.agreement.zones.iter().filter(|zone| !zone.basis.is_empty()) {
        by_basis.entry(&zone.basis).or_default().push(&zone.name);
    }
    by_basis
        .into_iter()
        .map(|(basis, zones)| match zones.as_slice() {
            [one] => format!("The zone \"{one}\": {basis}."),
            many => format!("{} zones: {basis}.", many.len()),
        })
        .collect()
}

fn stale_zones(scene: &Scene<'_>, provision: &Provision, reading: &Reading) -> Vec<String> {
    let window = Interval {
        from: reading.from.unwrap_or(servanda_time::Instant::MIN),
        to: reading.until.unwrap_or(scene.at).max(reading.from.unwrap_or(scene.at)),
    };
    let zones = reading.places.iter().filter_map(|id| scene.agreement.zone(id));
    zones
        .filter_map(|zone| {
            let valid = zone.valid.filter(|valid| !valid.covers(&window))?;
            let apart = if valid.to <= window.from {
                format!(
                    "{} before {} begins",
                    length(window.from.ms() - valid.to.ms()),
                    provision.id
                )
            } else {
                format!("it doesn't cover all of {}", provision.id)
            };
            Some(format!(
                "The zone \"{}\" is valid from {} ({apart}).",
                zone.name,
                valid.civil(&scene.agreement.timezone)
            ))
        })
        .collect()
}

/// What would change the answer.
pub(crate) fn would_change(
    scene: &Scene<'_>,
    provision: &Provision,
    shown: &ProvisionAnswer,
) -> Vec<String> {
    let mut changes = Vec::new();
    let standing: Vec<_> = scene
        .history
        .findings
        .iter()
        .filter(|(held, stands)| *stands && held.value.provision == provision.id)
        .collect();
    for (held, _) in &standing {
        changes.push(format!("Retracting the finding {}.", scene.print(&held.cite)));
    }
    if shown.possible_total > 0 {
        changes.push(format!(
            "A person's finding on {}.",
            count(shown.possible_total, "possible violation", "possible violations")
        ));
    } else if standing.is_empty() {
        changes.push("A person's finding of a violation, or of none over a span.".to_string());
    }
    let dark = shown.lines.iter().map(not_observed).max().unwrap_or(0);
    if dark > 0 {
        changes.push(format!(
            "A source able to show a breach that watched in the {} that nobody watched.",
            length(dark * 1000)
        ));
    }
    let complete = provision.shown_by.iter().any(|id| !scene.watched(id, None).complete.is_empty());
    if !complete {
        changes.push(
            "A source that declares complete coverage: without one the answer is never kept."
                .to_string(),
        );
    }
    if provision.acts.iter().any(|act| shown_directly(scene, provision, act)) {
        return changes;
    }
    let kinds: BTreeSet<&str> = provision
        .shown_by
        .iter()
        .filter_map(|id| scene.agreement.source(id))
        .flat_map(|source| source.shows.iter().map(String::as_str))
        .collect();
    if !kinds.is_empty() {
        changes.push(format!(
            "A source that shows an act itself: {} shows none.",
            kinds.into_iter().collect::<Vec<_>>().join(", ")
        ));
    }
    changes
}

fn shown_directly(scene: &Scene<'_>, provision: &Provision, act: &String) -> bool {
    provision
        .shown_by
        .iter()
        .filter_map(|id| scene.agreement.source(id))
        .any(|source| source.shows.contains(act))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

//! Puts an answer together.

use crate::answer::{
    Answer, Asked, CiteBy, ClaimAnswer, FindingAnswer, IncidentCount, LeftOut, ProvisionAnswer,
    SourceAnswer, State, StateLine, Watched,
};
use crate::ask::{Ask, ENGINE_VERSION};
use crate::comparison::comparison;
use crate::exposure::exposure;
use crate::history::History;
use crate::incidents::Incidents;
use crate::life::{Lived, live};
use crate::picture::Picture;
use crate::possible::{self, Sorted};
use crate::scene::Scene;
use crate::states::{self, Ground};
use crate::words::gravest;
use servanda_steps::EntryId;
use servanda_terms::{Agreement, Provision, Source};
use servanda_time::{Instant, Interval, tzdb_version};
use std::collections::{BTreeMap, BTreeSet};

const INTERVALS_MAX: usize = 500;

/// An answer, and what its figures are drawn from.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The answer.
    pub answer: Answer,
    /// Whether the history had all that the answer needs: see [`sieve`](crate::sieve()). Always,
    /// where it had all observations.
    pub is_enough: bool,
    /// For the map and the timeline; empty where it was not [asked for](Ask::drawn).
    pub picture: Picture,
    /// Each possible incident with its observations, for explanations.
    pub incidents: Incidents,
    /// When each possible violation of a provision is, all of them: (provision, span).
    pub possible: Vec<(String, Interval)>,
    /// What each provision made of the observations, under each reading.
    pub weighed: Vec<Weighed>,
}

/// What a provision made of the observations under one reading: indexes into the history's
/// observations.
#[derive(Debug, Clone)]
pub struct Weighed {
    /// The provision.
    pub provision: String,
    /// The reading.
    pub reading: String,
    /// Surely of the acts, in the place and in the time, and not excepted, whatever people said
    /// of them.
    pub met: Vec<usize>,
    /// Those of them that possible violations rest on.
    pub possible: Vec<usize>,
}

/// Evaluates an agreement over a history.
#[must_use]
pub fn evaluate(agreement: &Agreement, history: &History, ask: &Ask) -> Evaluation {
    let at = ask.at.or(history.received).unwrap_or(Instant::EPOCH);
    let printed = printed(history, ask.cite);
    let print = |id: EntryId| printed.get(&id).cloned().unwrap_or_default();
    let Lived { dated, life, clocks, guarantees, duties } = live(agreement, history, at, &print);
    let agreement = dated.as_ref();
    let is_enough = history.counted.holds(agreement, at);
    let scene = Scene::new(agreement, history, ask);
    let (mut possible, mut weighed) = (Vec::new(), Vec::new());
    let provisions: Vec<ProvisionAnswer> = agreement
        .provisions
        .iter()
        .enumerate()
        .filter_map(|(n, provision)| {
            if provision.kind.is_observed() {
                return Some(answer_provision(&scene, provision, &mut possible, &mut weighed));
            }
            let lines: Vec<_> = duties.iter().filter(|(of, ..)| *of == n).collect();
            (!lines.is_empty()).then(|| answer_duty(agreement, provision, &lines))
        })
        .collect();
    let (exposure, comparison, left_out) = figures(&scene);
    let mut answer = Answer {
        form: "servanda/answer/v1",
        asked: Asked {
            agreement: agreement.id.clone(),
            version: agreement.version.clone(),
            text: ask.text.clone(),
            at: scene.at.to_string(),
            record: match ask.cite {
                CiteBy::Entry => ask.record.clone(),
                CiteBy::Content => None,
            },
            cite: scene.cite_by(),
            without: ask.without.clone(),
            engine: ENGINE_VERSION.into(),
            tzdb: tzdb_version().into(),
        },
        title: agreement.title.clone(),
        headline: vec![],
        provisions,
        life,
        clocks,
        guarantees,
        exposure,
        comparison,
        left_out,
        claims: claims(&scene),
        sources: agreement.sources.iter().map(|source| answer_source(&scene, source)).collect(),
        incidents: incidents(&scene),
        findings: findings(&scene),
        notes: vec![],
    };
    answer.headline = crate::speak::headline(&scene, &answer);
    answer.notes = crate::speak::notes(&scene, &answer);
    Evaluation {
        is_enough,
        possible,
        weighed,
        picture: match ask.drawn {
            true => crate::paint::picture(&scene),
            false => Picture::default(),
        },
        incidents: match ask.bare {
            true => Incidents::default(),
            false => Incidents::new(
                scene.incidents.iter().map(|incident| (incident.id, incident.members.as_slice())),
            ),
        },
        answer,
    }
}

/// The entries that clocks cite, as they are printed.
fn printed(history: &History, by: CiteBy) -> BTreeMap<EntryId, String> {
    let acts = history.acts.iter().map(|held| held.cite);
    let findings = history.findings.iter().map(|(held, _)| held.cite);
    let id = |cite: &crate::Cite| EntryId { entry: cite.entry, row: cite.row.unwrap_or(0) };
    acts.chain(findings).map(|cite| (id(&cite), cite.print(by))).collect()
}

fn answer_provision<'a>(
    scene: &Scene<'a>,
    provision: &'a Provision,
    spans: &mut Vec<(String, Interval)>,
    weighed: &mut Vec<Weighed>,
) -> ProvisionAnswer {
    let struck: BTreeSet<&str> = scene.ask.without.iter().map(String::as_str).collect();
    let sorted = sort_all(scene, provision, &struck);
    let (lines, now) = all_lines(scene, provision, &sorted);
    let state = overall(&lines);
    let possible_total = sorted.iter().map(|sorted| sorted.possible.len() as u64).sum();
    let candidates = sorted.iter().flat_map(|sorted| &sorted.possible);
    if !scene.ask.bare {
        spans.extend(candidates.map(|candidate| (provision.id.clone(), candidate.when)));
        weighed.extend(provision.readings.iter().zip(&sorted).map(|(reading, sorted)| Weighed {
            provision: provision.id.clone(),
            reading: reading.id.clone(),
            met: sorted.met.clone(),
            possible: sorted.possible.iter().flat_map(|one| &one.seen).copied().collect(),
        }));
    }
    let possible = provision
        .readings
        .iter()
        .zip(&sorted)
        .flat_map(|(reading, sorted)| possible::publish(scene, reading, sorted))
        .collect();
    let standing: Vec<_> = scene
        .exceptions(provision)
        .into_iter()
        .filter(|except| !struck.contains(except.id.as_str()))
        .collect();
    let excepted = possible::excepted(scene, &standing, &sorted, |id| {
        let mut struck = struck.clone();
        struck.insert(id);
        let sorted = sort_all(scene, provision, &struck);
        let state = overall(&all_lines(scene, provision, &sorted).0);
        (state, sorted.iter().map(|sorted| sorted.possible.len() as u64).sum())
    });
    let article = provision.article.and_then(|n| scene.agreement.articles.get(n));
    let mut answer = ProvisionAnswer {
        id: provision.id.clone(),
        article: article.map(|article| article.heading.clone()).unwrap_or_default(),
        state,
        state_at: now,
        settled: lines.iter().flat_map(|line| &line.runs).all(|run| run.settled),
        lines,
        possible,
        possible_total,
        refuted: sorted.iter().map(|sorted| sorted.refuted).sum(),
        excepted,
        would_change: vec![],
    };
    answer.would_change = crate::speak::would_change(scene, provision, &answer);
    answer
}

fn answer_duty(
    agreement: &Agreement,
    provision: &Provision,
    lines: &[&(usize, StateLine, State)],
) -> ProvisionAnswer {
    let article = provision.article.and_then(|n| agreement.articles.get(n));
    let (now, lines): (Vec<State>, Vec<StateLine>) =
        lines.iter().map(|(_, line, now)| (*now, line.clone())).unzip();
    ProvisionAnswer {
        id: provision.id.clone(),
        article: article.map(|article| article.heading.clone()).unwrap_or_default(),
        state: overall(&lines),
        state_at: gravest(now).unwrap_or(State::NotInForce),
        settled: true,
        lines,
        possible: vec![],
        possible_total: 0,
        refuted: 0,
        excepted: vec![],
        would_change: vec![],
    }
}

fn sort_all<'a>(
    scene: &Scene<'a>,
    provision: &'a Provision,
    struck: &BTreeSet<&str>,
) -> Vec<Sorted<'a>> {
    let readings = provision.readings.iter();
    readings.map(|reading| possible::sort(scene, provision, reading, struck)).collect()
}

/// The lines of a provision, and its gravest state at the instant asked about.
fn all_lines<'a>(
    scene: &Scene<'a>,
    provision: &'a Provision,
    sorted: &'a [Sorted<'a>],
) -> (Vec<StateLine>, State) {
    let mut lines = Vec::new();
    let mut now = Vec::new();
    // A violation that is attributed to nobody still is one: it has a line of its own.
    let unattributed = scene.history.findings.iter().any(|(held, stands)| {
        *stands
            && held.value.provision == provision.id
            && held.value.party.is_none()
            && held.value.outcome == servanda_entry::Outcome::Violation
    });
    for (reading, sorted) in provision.readings.iter().zip(sorted) {
        let mut zones: Vec<Option<&str>> =
            reading.places.iter().map(|zone| Some(zone.as_str())).collect();
        // A claim that names no place is about none of several zones in particular: it has a line
        // of its own, as has everything where the text names no zone at all.
        if zones.is_empty() || (zones.len() > 1 && !scene.history.claims.is_empty()) {
            zones.push(None);
        }
        for zone in zones {
            let ground = Ground::new(scene, provision, reading, zone, sorted);
            let parties = reading.who.iter().map(|id| Some(id.as_str()));
            let nobody = unattributed.then_some(None);
            for party in parties.chain(nobody) {
                let (line, state) = states::line(scene, &ground, party);
                lines.push(line);
                now.push(state);
            }
        }
    }
    (lines, gravest(now).unwrap_or(State::NotInForce))
}

fn overall(lines: &[StateLine]) -> State {
    gravest(lines.iter().map(|line| line.state)).unwrap_or(State::NotInForce)
}

type Figures = (Vec<crate::answer::Exposure>, Vec<crate::answer::Comparison>, Vec<LeftOut>);

/// Exposure and comparison for each source, under each reading of the first provision that the
/// source is to show.
fn figures(scene: &Scene<'_>) -> Figures {
    let (mut exposures, mut comparisons, mut left) = (vec![], vec![], vec![]);
    for source in &scene.agreement.sources {
        let shown = |provision: &&Provision| provision.shown_by.contains(&source.id);
        let Some(provision) = scene.agreement.provisions.iter().find(shown) else { continue };
        for reading in &provision.readings {
            match &source.passes {
                Some(rule) => {
                    exposures.extend(exposure(scene, provision, reading, source, rule));
                }
                None => {
                    let (rows, out) = comparison(scene, provision, reading, source);
                    comparisons.extend(rows);
                    for row in out {
                        if !left.contains(&row) {
                            left.push(row);
                        }
                    }
                }
            }
        }
    }
    (exposures, comparisons, left)
}

fn claims(scene: &Scene<'_>) -> Vec<ClaimAnswer> {
    let time = |ms: Option<i64>| ms.and_then(|ms| Instant::from_ms(ms).ok());
    let mut held: Vec<_> = scene.history.claims.iter().collect();
    held.sort_by_key(|held| (held.value.to_ms, held.cite.id));
    held.into_iter()
        .map(|held| {
            let claim = &held.value;
            let party = |name: &str| scene.agreement.resolve_party(name).map(|p| p.id.clone());
            ClaimAnswer {
                by: claim.by.clone(),
                party: party(&claim.by),
                against: claim.against.clone(),
                against_party: claim.against.as_deref().and_then(party),
                what: claim.what.clone(),
                count: claim.count.as_ref().and_then(|count| count.best),
                parts: claim.parts.iter().map(|(name, n)| (name.clone(), *n)).collect(),
                from: time(claim.from_ms).map(|at| at.to_string()),
                to: time(claim.to_ms).map(|at| at.to_string()),
                address: claim.address.clone(),
                quality: claim.quality.clone(),
                verified: verified(scene, &held.cite.id),
                cite: scene.print(&held.cite),
            }
        })
        .collect()
}

fn verified(scene: &Scene<'_>, id: &servanda_tlog::Hash) -> String {
    let said: Vec<String> = scene
        .history
        .assessments
        .iter()
        .filter(|held| held.value.of.iter().any(|of| of.id == *id))
        .map(|held| format!("{} by {}", crate::publish::word(&held.value.outcome), held.value.role))
        .collect();
    if said.is_empty() { "nothing".into() } else { said.join("; ") }
}

fn answer_source(scene: &Scene<'_>, source: &Source) -> SourceAnswer {
    let seen = || scene.history.observations.iter().filter(|seen| seen.of(&source.id));
    let span = scene.data_span(&source.id);
    let counted = scene.history.counted.sources.get(&source.id);
    SourceAnswer {
        id: source.id.clone(),
        name: source.name.clone(),
        shows: source.shows.clone(),
        limits: source.limits.clone(),
        rows: seen().count() as u64
            + counted.map_or(0, |counted| counted.rows)
            + scene.history.claims.iter().filter(|held| held.of(&source.id)).count() as u64,
        rows_without_place: seen().filter(|seen| !seen.has_place()).count() as u64
            + counted.map_or(0, |counted| counted.without_place),
        first: span.map(|span| span.from.to_string()),
        last: span.map(|span| span.to.to_string()),
        watched: watched(scene, source),
        licence: source.licence.clone(),
        attribution: source.attribution.clone(),
    }
}

fn watched(scene: &Scene<'_>, source: &Source) -> Vec<Watched> {
    let mut spans: BTreeMap<(Option<String>, &'static str), Vec<Interval>> = BTreeMap::new();
    for held in scene.history.coverage.iter().filter(|held| held.of(&source.id)) {
        let watch = match held.value.watch {
            servanda_entry::Watch::Complete => "complete",
            servanda_entry::Watch::Partial => "partial",
            servanda_entry::Watch::Blind => "blind",
        };
        let key = (held.value.zone.clone(), watch);
        spans.entry(key).or_default().push(held.value.interval());
    }
    if let Some(rule) = &source.passes {
        let passes = crate::exposure::passes_of(scene, source, rule);
        // Passes are counted by instrument; two that cross at one time stay two.
        let partial: Vec<Interval> = passes.iter().map(|pass| pass.when).collect();
        if !partial.is_empty() {
            spans.insert((None, "partial"), partial);
        }
    }
    spans
        .into_iter()
        .map(|((zone, watch), spans)| {
            let spans =
                if source.passes.is_some() { spans } else { servanda_time::merge(spans, 0) };
            Watched {
                zone,
                watch,
                spans: spans.len() as u64,
                seconds: spans.iter().map(Interval::ms).sum::<i64>() / 1000,
                intervals: spans
                    .iter()
                    .take(INTERVALS_MAX)
                    .map(|span| (span.from.to_string(), span.to.to_string()))
                    .collect(),
            }
        })
        .collect()
}

fn incidents(scene: &Scene<'_>) -> Vec<IncidentCount> {
    let mut counts: BTreeMap<&str, IncidentCount> = BTreeMap::new();
    let none = |what: &&str| IncidentCount {
        what: what.to_string(),
        incidents: 0,
        observations: 0,
        independent: 0,
    };
    for incident in &scene.incidents {
        let what = scene.history.observations.at(incident.members[0]).kind();
        let row = counts.entry(what).or_insert_with_key(none);
        row.incidents += 1;
        row.observations += incident.members.len() as u64;
        row.independent += u64::from(incident.origins > 1);
    }
    for (what, counted) in &scene.history.counted.kinds {
        let row = counts.entry(what).or_insert_with_key(none);
        row.incidents = row.incidents.saturating_add_signed(counted.incidents);
        row.observations += counted.observations;
        row.independent = row.independent.saturating_add_signed(counted.independent);
    }
    counts.into_values().collect()
}

fn findings(scene: &Scene<'_>) -> Vec<FindingAnswer> {
    scene
        .history
        .findings
        .iter()
        .map(|(held, stands)| {
            let finding = &held.value;
            let replies =
                scene.history.replies.iter().filter(|reply| reply.value.to.id == held.cite.id);
            FindingAnswer {
                cite: scene.print(&held.cite),
                provision: finding.provision.clone(),
                reading: finding.reading.clone(),
                party: finding.party.clone(),
                from: finding.interval().from.to_string(),
                to: finding.interval().to.to_string(),
                outcome: crate::publish::word(&finding.outcome),
                role: finding.role.clone(),
                standard: finding.standard.clone(),
                reason: finding.reason.clone(),
                stands: *stands,
                of: finding
                    .of
                    .iter()
                    .map(|of| scene.print(&crate::Cite { entry: of.entry, row: of.row, id: of.id }))
                    .collect(),
                replies: replies
                    .map(|reply| (reply.value.party.clone(), reply.value.text.sha256.to_hex()))
                    .collect(),
            }
        })
        .collect()
}

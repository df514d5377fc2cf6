//! Possible violations: what the machine proposes, and nothing more.
//!
//! An incident is a possible violation of a provision when a source named in `shown_by` observed
//! one of the acts, surely inside the place and surely inside the time, and no exception takes it
//! out. What may lie on either side is *straddling*, and decides nothing. An observation of
//! another kind (heat, an alarm) is at most an *indication*: it shows that something was there.

use crate::answer::{Excepted, Possible, State};
use crate::scene::{Lies, Scene, Taken};
use crate::timeline::Timeline;
use servanda_entry::{ActKind, Attribution, Finding, Judgement, Outcome, Ref, Verification};
use servanda_terms::{Exception, Provision, ProvisionKind, Reading};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many are listed; the total is always given.
const LISTED_MAX: usize = 200;
const CITES_MAX: usize = 8;

/// What one provision under one reading makes of the incidents.
#[derive(Default)]
pub(crate) struct Sorted<'a> {
    /// Possible violations: incident, when, and the parties it may concern.
    pub(crate) possible: Vec<Candidate<'a>>,
    /// Observations that may or may not lie inside.
    pub(crate) straddling: Timeline<usize>,
    /// Observations of another kind than the acts, inside.
    pub(crate) indications: Timeline<usize>,
    /// Incidents that an exception takes out, by exception id.
    pub(crate) excepted: BTreeMap<&'a str, BTreeSet<usize>>,
    /// Incidents that a person refuted.
    pub(crate) refuted: u64,
    /// Observations that are surely of the acts, in the place and in the time, and not excepted,
    /// whatever people said of them.
    pub(crate) met: Vec<usize>,
}

/// A possible violation.
pub(crate) struct Candidate<'a> {
    pub(crate) incident: usize,
    pub(crate) when: Interval,
    /// Zones of the reading that it surely lies in; empty when the reading names none.
    pub(crate) zones: Vec<&'a str>,
    /// Parties bound that it names or was attributed to; empty: nobody, so it may be any.
    pub(crate) parties: Vec<&'a str>,
    /// Its observations that are surely of the acts, in the place and in the time.
    pub(crate) seen: Vec<usize>,
    /// Standing findings that rest on it.
    decided: Vec<&'a Finding>,
}

impl Candidate<'_> {
    /// Whether a standing finding decided on it for that party and zone: on the party itself, on
    /// nobody in particular, or by finding that another party did it.
    pub(crate) fn is_decided(&self, party: Option<&str>, zone: Option<&str>) -> bool {
        self.decided.iter().any(|finding| {
            let whose = match (&finding.party, party) {
                (Some(found), Some(party)) => {
                    found == party || finding.outcome == Outcome::Violation
                }
                _ => true,
            };
            let where_ = match (&finding.zone, zone) {
                (Some(found), Some(zone)) => found == zone,
                // Decided in one of its zones; elsewhere it stays possible.
                (Some(_), None) => self.zones.len() <= 1,
                (None, _) => true,
            };
            whose && where_
        })
    }
}

/// When a provision binds under a reading: by its dates, or from the act that brings it into
/// force. Without either it never does.
struct Binding {
    from: Option<Instant>,
    until: Instant,
}

impl Binding {
    fn of(scene: &Scene<'_>, provision: &Provision, reading: &Reading) -> Binding {
        let acts = scene.acts_on(provision).map(|held| &held.value);
        let by_act = acts
            .filter(|act| act.act == ActKind::EntryIntoForce)
            .filter_map(|act| Instant::from_ms(act.from_ms).ok())
            .min();
        // What comes after the instant asked about is not asked about.
        let until = reading.until.map_or(scene.at, |until| until.min(scene.at));
        Binding { from: reading.from.or(by_act), until }
    }

    fn possibly(&self, when: Interval) -> bool {
        self.from.is_some_and(|from| when.to > from) && when.from < self.until
    }

    fn surely(&self, when: Interval) -> bool {
        self.from.is_some_and(|from| when.from >= from) && when.to <= self.until
    }
}

/// Sorts the incidents for one reading, as if the exceptions in `struck` did not stand.
pub(crate) fn sort<'a>(
    scene: &Scene<'a>,
    provision: &'a Provision,
    reading: &'a Reading,
    struck: &BTreeSet<&str>,
) -> Sorted<'a> {
    let mut sorted = Sorted::default();
    let lifted = lifted(scene, provision);
    let window = Binding::of(scene, provision, reading);
    let (gone, exceptions): (Vec<&Exception>, Vec<&Exception>) =
        scene.exceptions(provision).into_iter().partition(|e| struck.contains(e.id.as_str()));
    if provision.kind == ProvisionKind::Point {
        return sorted;
    }
    let (mut straddling, mut indications) = (Vec::new(), Vec::new());
    // By incident, which candidate it is.
    let mut candidate_of: Vec<Option<u32>> = vec![None; scene.incidents.len()];
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    for (n, seen) in scene.history.observations.iter().enumerate() {
        // A count of none shows that somebody looked, and nothing else.
        if seen.counts_none() || !provision.shown_by.iter().any(|id| seen.of(id)) {
            continue;
        }
        let when = seen.interval();
        if !window.possibly(when) || lifted.iter().any(|act| act.covers(&when)) {
            continue;
        }
        let lies = lies(scene, n, reading);
        if !lies.possible() || !concerns(scene, n, reading, &[&gone, &exceptions]) {
            continue;
        }
        let incident = scene.incident_of[n];
        let taken = |how: Taken| exceptions.iter().find(|e| scene.taken_by(n, e) == how);
        if let Some(except) = taken(Taken::Surely) {
            sorted.excepted.entry(&except.id).or_default().insert(incident);
            continue;
        }
        // What an exception or an act may cover decides nothing, against nobody.
        let doubtful = taken(Taken::Perhaps).is_some() || lifted.iter().any(|a| a.overlaps(&when));
        let sure = lies == Lies::Inside && window.surely(when) && !doubtful;
        if !sure {
            straddling.push((when, n));
        } else if !reading.acts.iter().any(|act| act == seen.kind()) {
            indications.push((when, n));
        } else {
            let zones = reading
                .places
                .iter()
                .filter(|zone| scene.lies(n, std::slice::from_ref(zone)) == Lies::Inside)
                .map(String::as_str);
            let number = *candidate_of[incident].get_or_insert(candidates.len() as u32) as usize;
            if number == candidates.len() {
                candidates.push(Candidate {
                    incident,
                    when,
                    zones: Vec::new(),
                    parties: Vec::new(),
                    seen: Vec::new(),
                    decided: Vec::new(),
                });
            }
            let candidate = &mut candidates[number];
            sorted.met.push(n);
            candidate.seen.push(n);
            for zone in zones {
                if !candidate.zones.contains(&zone) {
                    candidate.zones.push(zone);
                }
            }
            candidate.when.from = candidate.when.from.min(when.from);
            candidate.when.to = candidate.when.to.max(when.to);
            let named = scene.named_parties(n).into_iter().flatten();
            candidate.parties.extend(named.filter(|id| reading.who.iter().any(|who| who == id)));
        }
    }
    sorted.straddling = straddling.into_iter().collect();
    sorted.indications = indications.into_iter().collect();
    for mut candidate in candidates {
        if scene.verification(candidate.incident) == Some(Verification::Refuted) {
            sorted.refuted += 1;
            continue;
        }
        if let Some((Attribution::Attributed | Attribution::Probable, Some(party))) =
            scene.attribution(candidate.incident)
        {
            // Attributed to somebody who is not bound, it breaks nothing here.
            if !reading.who.iter().any(|who| who == party) {
                continue;
            }
            candidate.parties = vec![party];
        }
        // Who was out of the agreement by then breaks nothing either.
        let is_in =
            |party: &&str| scene.withdrawn(party).is_none_or(|out| candidate.when.from < out);
        let bound: Vec<&str> = match candidate.parties.as_slice() {
            [] => reading.who.iter().map(String::as_str).filter(is_in).collect(),
            named => named.iter().copied().filter(is_in).collect(),
        };
        if bound.is_empty() && !reading.who.is_empty() {
            continue;
        }
        candidate.decided = decisions(scene, provision, reading, candidate.incident);
        let open = |party: &&str| !candidate.is_decided(Some(party), None);
        if !bound.is_empty() && !bound.iter().any(open) {
            continue;
        }
        if !candidate.parties.is_empty() {
            candidate.parties = bound;
        }
        candidate.parties.sort_unstable();
        candidate.parties.dedup();
        sorted.possible.push(candidate);
    }
    sorted.possible.sort_unstable_by_key(|candidate| {
        let incident = &scene.incidents[candidate.incident];
        (candidate.when, incident.id, incident.members.first().copied())
    });
    sorted
}

/// The standing findings on this provision and reading that rest on the incident.
fn decisions<'a>(
    scene: &Scene<'a>,
    provision: &Provision,
    reading: &Reading,
    incident: usize,
) -> Vec<&'a Finding> {
    let members = &scene.incidents[incident].members;
    let rests =
        |of: &Ref| members.iter().any(|&n| scene.history.observations.at(n).cite().id == of.id);
    let standing = scene.history.findings.iter().filter(|(_, stands)| *stands);
    standing
        .map(|(held, _)| &held.value)
        .filter(|finding| finding.provision == provision.id)
        .filter(|finding| finding.reading.as_ref().is_none_or(|id| *id == reading.id))
        .filter(|finding| finding.of.iter().any(rests))
        .collect()
}

/// When an act suspends or ends the provision: what happens then breaks nothing.
fn lifted(scene: &Scene<'_>, provision: &Provision) -> Vec<Interval> {
    let acts = scene.acts_on(provision).map(|held| &held.value);
    acts.filter(|act| matches!(act.act, ActKind::Suspension | ActKind::Termination))
        .filter_map(|act| {
            let from = Instant::from_ms(act.from_ms).ok()?;
            let to = act.to_ms.map_or(Some(Instant::MAX), |ms| Instant::from_ms(ms).ok())?;
            Interval::new(from, to)
        })
        .collect()
}

/// Where an observation lies, seen from the reading's zones and protected sites.
pub(crate) fn lies(scene: &Scene<'_>, n: usize, reading: &Reading) -> Lies {
    let lies = scene.lies(n, &reading.places);
    let Some(sites) = &reading.sites else { return lies };
    let Some(disc) = scene.history.observations.at(n).disc() else {
        return if lies == Lies::Outside { lies } else { Lies::Nowhere };
    };
    if !lies.possible() {
        return lies;
    }
    // The perimeter is a disc, so the uncertainty widens or narrows it.
    let radius_m = u32::try_from(disc.radius_mm.div_ceil(1000)).unwrap_or(u32::MAX);
    let surely = sites.within_m.checked_sub(radius_m);
    if surely.is_some_and(|within_m| scene.near_site(n, &sites.register, &sites.only, within_m)) {
        lies
    } else if scene.near_site(
        n,
        &sites.register,
        &sites.only,
        sites.within_m.saturating_add(radius_m),
    ) {
        match scene.near_site(n, &sites.register, &sites.only, sites.within_m) {
            true => Lies::StraddlingIn,
            false => Lies::StraddlingOut,
        }
    } else {
        Lies::Outside
    }
}

/// Whether an observation concerns this provision: it names no side, or parties that are bound
/// stand on every side that it names, or an actor that an exception names (also one that is
/// struck out, so that striking it shows what it hid).
fn concerns(scene: &Scene<'_>, n: usize, reading: &Reading, excepts: &[&[&Exception]]) -> bool {
    let seen = scene.history.observations.at(n);
    // Nobody is named, so it may be anybody.
    if seen.sides().is_empty() {
        return true;
    }
    let bound = |side: &BTreeSet<&str>| side.iter().any(|id| reading.who.iter().any(|w| w == id));
    if scene.named_parties(n).iter().all(bound) {
        return true;
    }
    let mut excepts = excepts.iter().copied().flatten();
    excepts.any(|except| seen.sides().iter().flatten().any(|actor| except.actors.contains(actor)))
}

/// The list of possible violations, as it is published.
pub(crate) fn publish(scene: &Scene<'_>, reading: &Reading, sorted: &Sorted<'_>) -> Vec<Possible> {
    sorted
        .possible
        .iter()
        .take(LISTED_MAX)
        .map(|candidate| {
            let members = &scene.incidents[candidate.incident].members;
            let seen = scene.history.observations.at(members[0]);
            Possible {
                incident: scene.print_incident(candidate.incident),
                reading: reading.id.clone(),
                what: seen.kind().to_string(),
                from: candidate.when.from.to_string(),
                to: candidate.when.to.to_string(),
                place: crate::publish::place(scene.agreement, seen.place().as_ref()),
                parties: candidate.parties.iter().map(ToString::to_string).collect(),
                assessed: assessed(scene, candidate.incident),
                cites: scene.cites_of(candidate.incident).into_iter().take(CITES_MAX).collect(),
            }
        })
        .collect()
}

/// What people said of an incident, in words.
pub(crate) fn assessed(scene: &Scene<'_>, incident: usize) -> Vec<String> {
    scene
        .assessments(incident)
        .iter()
        .map(|held| {
            let assessment = &held.value;
            let what = match &assessment.outcome {
                Judgement::Verification { result } => {
                    format!("verification: {}", crate::publish::word(result))
                }
                Judgement::Attribution { result, party } => {
                    let to =
                        party.as_deref().map(|party| format!(" ({party})")).unwrap_or_default();
                    format!("attribution: {}{to}", crate::publish::word(result))
                }
                Judgement::Merge => "merged".to_string(),
                Judgement::Split => "split".to_string(),
                Judgement::Review { result, .. } => {
                    format!("review: {}", crate::publish::word(result))
                }
            };
            format!(
                "{what}, by {}, standard: {}; {} [{}]",
                assessment.role,
                assessment.standard,
                assessment.reason,
                scene.print(&held.cite)
            )
        })
        .collect()
}

/// What each exception takes out of a provision, over all its readings.
pub(crate) fn excepted(
    scene: &Scene<'_>,
    exceptions: &[&Exception],
    sorted: &[Sorted<'_>],
    without: impl Fn(&str) -> (State, u64),
) -> Vec<Excepted> {
    exceptions
        .iter()
        .map(|except| {
            let taken: BTreeSet<usize> = sorted
                .iter()
                .filter_map(|sorted| sorted.excepted.get(except.id.as_str()))
                .flatten()
                .copied()
                .collect();
            let (state_without, possible_without) = without(&except.id);
            let mut first: Vec<usize> = taken.iter().copied().collect();
            first.sort_unstable_by_key(|&n| (scene.incidents[n].when, scene.incidents[n].id));
            first.truncate(CITES_MAX);
            Excepted {
                except: except.id.clone(),
                name: except.name.clone(),
                incidents: taken.len() as u64,
                cites: first.into_iter().flat_map(|n| scene.cites_of(n)).take(CITES_MAX).collect(),
                state_without,
                possible_without,
            }
        })
        .collect()
}

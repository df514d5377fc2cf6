//! The state of a provision over time: a step function for each reading, party and zone.
//!
//! The tests come in a fixed order (see [`Line::test`]); the first that holds gives the state.
//! They are applied between the instants at which anything changes, so a state holds from its
//! first to its last instant, and never between samples.

use crate::answer::{Reason, Run, State, StateLine};
use crate::possible::Sorted;
use crate::scene::{Scene, Watches};
use crate::timeline::Timeline;
use crate::words::{count, gravest};
use servanda_entry::{Act, ActKind, Finding, Outcome};
use servanda_terms::{Provision, Reading};
use servanda_time::{Instant, Interval, merge};
use std::collections::BTreeSet;

/// At most so many runs are listed for one line.
const RUNS_MAX: usize = 5_000;
const CITES_MAX: usize = 5;
/// Claims that stand at one time and are told one by one.
const CLAIMS_MAX: usize = 5;

/// What the lines of one reading and zone share.
pub(crate) struct Ground<'a> {
    pub(crate) provision: &'a Provision,
    pub(crate) reading: &'a Reading,
    pub(crate) zone: Option<&'a str>,
    /// Whether this is where claims belong that name no place: the only place there is, or the
    /// line for "somewhere in its zones".
    pub(crate) takes_claims: bool,
    pub(crate) sorted: &'a Sorted<'a>,
    /// By source able to show it.
    watches: Vec<(&'a str, Watches)>,
    /// Until when data may still come in, for a segment that ends then: added lag; none: unknown.
    lag_ms: Option<i64>,
}

impl<'a> Ground<'a> {
    pub(crate) fn new(
        scene: &Scene<'a>,
        provision: &'a Provision,
        reading: &'a Reading,
        zone: Option<&'a str>,
        sorted: &'a Sorted<'a>,
    ) -> Ground<'a> {
        let takes_claims = zone.is_none() || reading.places.len() <= 1;
        let sources: Vec<_> =
            provision.shown_by.iter().filter_map(|id| scene.agreement.source(id)).collect();
        let lags: Option<Vec<i64>> =
            sources.iter().map(|source| source.lag.and_then(|lag| lag.elapsed_ms())).collect();
        Ground {
            provision,
            reading,
            zone,
            takes_claims,
            sorted,
            watches: sources
                .iter()
                .map(|source| (source.id.as_str(), scene.watched(&source.id, zone)))
                .collect(),
            lag_ms: lags.and_then(|lags| lags.into_iter().max()),
        }
    }
}

/// One line: a reading, a party, a zone.
struct Line<'a, 'b> {
    scene: &'b Scene<'a>,
    ground: &'b Ground<'a>,
    party: Option<&'a str>,
    acts: Vec<(Interval, &'a Act, String)>,
    findings: Vec<(Interval, &'a Finding, String)>,
    /// In the order of their words and content.
    claims: Vec<(Interval, String, String)>,
    possible: Timeline<usize>,
    /// Possible violations that the term's tolerance bears.
    borne: Timeline<usize>,
}

/// The states of one reading for one party in one zone, and the one at the instant asked about.
pub(crate) fn line<'a>(
    scene: &Scene<'a>,
    ground: &Ground<'a>,
    party: Option<&'a str>,
) -> (StateLine, State) {
    let reading = ground.reading;
    let line = Line::new(scene, ground, party);
    let mut runs: Vec<(Interval, State, bool, Vec<Reason>)> = Vec::new();
    for segment in line.segments() {
        let (state, reasons) = line.test(segment);
        let settled = line.settled(segment);
        match runs.last_mut() {
            Some(last) if last.1 == state && last.2 == settled && last.3 == reasons => {
                last.0.to = segment.to;
            }
            _ => runs.push((segment, state, settled, reasons)),
        }
    }
    let mut seconds = Vec::new();
    for state in State::ALL {
        let ms: i64 = runs.iter().filter(|run| run.1 == state).map(|run| run.0.ms()).sum();
        if ms > 0 {
            seconds.push((state, ms / 1000));
        }
    }
    let outside = |from: Option<Instant>, to: Option<Instant>, state: State| Run {
        from: from.map(|at| at.to_string()),
        to: to.map(|at| at.to_string()),
        state,
        settled: true,
        reasons: vec![Reason {
            code: "dates",
            text: state.meaning().to_string(),
            cites: vec![],
            count: 0,
        }],
    };
    let gravest = gravest(runs.iter().map(|run| run.1));
    let mut listed: Vec<Run> = Vec::new();
    let start = line.start();
    if let Some(start) = start {
        listed.push(outside(None, Some(start), State::NotInForce));
    }
    listed.extend(runs.into_iter().take(RUNS_MAX).map(|(when, state, settled, reasons)| Run {
        from: Some(when.from.to_string()),
        to: Some(when.to.to_string()),
        state,
        settled,
        reasons,
    }));
    let until = line.until().filter(|&until| until <= scene.at);
    if let Some(until) = until {
        listed.push(outside(Some(until), None, State::Ended));
    }
    let now = line.now();
    let listed = StateLine {
        reading: reading.id.clone(),
        party: party.map(Into::into),
        zone: ground.zone.map(Into::into),
        from: start.map(|at| at.to_string()),
        until: line.until().map(|at| at.to_string()),
        state: gravest.unwrap_or(match until {
            Some(_) => State::Ended,
            None => State::NotInForce,
        }),
        seconds,
        runs: listed,
    };
    (listed, now)
}

impl<'a, 'b> Line<'a, 'b> {
    fn new(scene: &'b Scene<'a>, ground: &'b Ground<'a>, party: Option<&'a str>) -> Line<'a, 'b> {
        let history = scene.history;
        let id = &ground.provision.id;
        let acts = scene.acts_on(ground.provision).filter_map(|held| {
            let from = Instant::from_ms(held.value.from_ms).ok()?;
            let to = held.value.to_ms.and_then(|ms| Instant::from_ms(ms).ok());
            let when = Interval::new(from, to.unwrap_or(Instant::MAX))?;
            Some((when, &held.value, scene.print(&held.cite)))
        });
        let findings = history.findings.iter().filter(|(held, stands)| {
            let finding = &held.value;
            let party_meant = match (&finding.party, party) {
                (Some(found), Some(party)) => found == party,
                // A finding that names nobody is on everybody. A violation by nobody named has a
                // line of its own besides; on a party's line it keeps the state from being kept.
                (None, _) => true,
                (Some(_), None) => false,
            };
            *stands
                && finding.provision == *id
                && finding.reading.as_ref().is_none_or(|reading| *reading == ground.reading.id)
                && match finding.zone.as_deref() {
                    Some(zone) => Some(zone) == ground.zone,
                    // Without a zone it is on wherever what it rests on may have been.
                    None => rests_here(scene, finding, ground.zone),
                }
                && party_meant
        });
        let findings =
            findings.map(|(held, _)| (held.value.interval(), &held.value, scene.print(&held.cite)));
        let claims = history.claims.iter().filter_map(|held| {
            let against = held.value.against.as_deref()?;
            let accused = scene.agreement.resolve_party(against)?;
            // A claim that counts nothing alleges nothing; one without a number alleges.
            let alleges = held.value.count.as_ref().is_none_or(|count| count.high != Some(0));
            if !ground.takes_claims || party != Some(accused.id.as_str()) || !alleges {
                return None;
            }
            let time = |ms: Option<i64>| ms.and_then(|ms| Instant::from_ms(ms).ok());
            let to = time(held.value.to_ms).unwrap_or(Instant::MAX);
            let from = time(held.value.from_ms).unwrap_or(Instant::MIN).min(to);
            let text = crate::publish::claim_words(&held.value);
            Some((held.cite.id, (Interval { from, to }, text, scene.print(&held.cite))))
        });
        // By words, then content: the order of the record leaves no trace.
        let mut claims: Vec<_> = claims.collect();
        claims.sort_by(|(a, (_, a_says, _)), (b, (_, b_says, _))| (a_says, a).cmp(&(b_says, b)));
        let possible = ground.sorted.possible.iter().enumerate().filter(|(_, candidate)| {
            let here = ground.zone.is_none_or(|zone| candidate.zones.contains(&zone));
            let open = !candidate.is_decided(party, ground.zone);
            let concerned = match party {
                Some(party) => candidate.parties.is_empty() || candidate.parties.contains(&party),
                None => false,
            };
            here && concerned && open
        });
        let possible: Vec<(Interval, usize)> =
            possible.map(|(n, candidate)| (candidate.when, n)).collect();
        let borne = crate::tolerance::borne(ground.provision, &possible, &scene.agreement.timezone);
        let (borne, possible): (Vec<_>, Vec<_>) =
            possible.into_iter().partition(|(_, n)| borne.contains(n));
        Line {
            scene,
            ground,
            party,
            acts: acts.collect(),
            findings: findings.collect(),
            claims: claims.into_iter().map(|(_, claim)| claim).collect(),
            possible: possible.into_iter().collect(),
            borne: borne.into_iter().collect(),
        }
    }

    /// When it begins to bind: by its date, or by an act that brings it into force.
    fn start(&self) -> Option<Instant> {
        let by_act = self.acts.iter().filter(|(_, act, _)| act.act == ActKind::EntryIntoForce);
        let start = self.ground.reading.from;
        let start = start.or_else(|| by_act.map(|(when, _, _)| when.from).min());
        // A start that is counted from what hasn't come is none yet.
        start.filter(|start| *start < Instant::MAX)
    }

    /// When it ceases to: at its end, or when the party is out of the agreement.
    fn until(&self) -> Option<Instant> {
        let withdrawn = self.party.and_then(|party| self.scene.withdrawn(party));
        self.ground.reading.until.into_iter().chain(withdrawn).min()
    }

    /// The state at the instant asked about.
    fn now(&self) -> State {
        let at = self.scene.at;
        if self.start().is_none_or(|start| at < start) {
            return State::NotInForce;
        }
        if self.until().is_some_and(|until| at >= until) {
            return State::Ended;
        }
        self.test(Interval { from: at, to: at.plus_ms(1) }).0
    }

    /// The time in force up to the instant asked about, cut wherever anything changes.
    fn segments(&self) -> Vec<Interval> {
        let Some(start) = self.start() else { return Vec::new() };
        let end = self.until().map_or(self.scene.at, |until| until.min(self.scene.at));
        let Some(all) = Interval::new(start, end).filter(|all| all.ms() > 0) else {
            return Vec::new();
        };
        let mut cuts: BTreeSet<Instant> = [all.from, all.to].into();
        let mut cut = |interval: &Interval| {
            cuts.extend([interval.from, interval.to].into_iter().filter(|&at| all.contains(at)));
        };
        for (_, watches) in &self.ground.watches {
            watches.any.iter().for_each(&mut cut);
            watches.complete.iter().for_each(&mut cut);
        }
        self.acts.iter().for_each(|(when, _, _)| cut(when));
        self.findings.iter().for_each(|(when, _, _)| cut(when));
        self.claims.iter().for_each(|(when, _, _)| cut(when));
        // Runs of possible violations that touch need no cut between them.
        merge(self.possible.intervals().collect(), 0).iter().for_each(&mut cut);
        merge(self.borne.intervals().collect(), 0).iter().for_each(cut);
        if let Some(lag_ms) = self.ground.lag_ms
            && let Some(received) = self.scene.history.received
        {
            let settles = received.plus_ms(-lag_ms);
            if all.contains(settles) {
                cuts.insert(settles);
            }
        }
        let cuts: Vec<Instant> = cuts.into_iter().collect();
        cuts.windows(2).map(|pair| Interval { from: pair[0], to: pair[1] }).collect()
    }

    /// The tests, in their order, on a segment in which nothing changes.
    fn test(&self, segment: Interval) -> (State, Vec<Reason>) {
        let touches = |when: &Interval| when.overlaps(&segment);
        let act = |kind: ActKind| {
            self.acts.iter().find(move |(when, act, _)| act.act == kind && touches(when))
        };
        for (kind, state) in
            [(ActKind::Termination, State::Ended), (ActKind::Suspension, State::Suspended)]
        {
            if let Some((_, act, cite)) = act(kind) {
                let text =
                    format!("{} by {}: {}", crate::publish::word(&kind), act.by, act.reference);
                return (state, vec![reason("act", text, vec![cite.clone()], 1)]);
            }
        }
        let found = |outcome: Outcome| {
            self.findings.iter().filter(move |(when, f, _)| f.outcome == outcome && touches(when))
        };
        let violations: Vec<Reason> = found(Outcome::Violation)
            .filter(|(_, finding, _)| finding.party.is_some() || self.party.is_none())
            .map(|(_, finding, cite)| finding_reason(finding, cite))
            .collect();
        if !violations.is_empty() {
            return (State::Violated, violations);
        }
        let watching: Vec<&str> = self
            .ground
            .watches
            .iter()
            .filter(|(_, watches)| hits(&watches.any, segment))
            .map(|(source, _)| *source)
            .collect();
        let mut alleged = self.claim_reasons(segment);
        if watching.is_empty() {
            let mut reasons = vec![self.no_watch()];
            reasons.append(&mut alleged);
            return (State::NotObserved, reasons);
        }
        alleged.extend(self.possible_reason(segment));
        let watch = reason(
            "watch",
            format!("watched by {}", watching.join(", ")),
            vec![],
            watching.len() as u64,
        );
        if !alleged.is_empty() {
            alleged.push(watch);
            return (State::Alleged, alleged);
        }
        let touching = self.findings.iter().filter(|(when, _, _)| touches(when));
        let agreed = touching.clone().all(|(_, f, _)| f.outcome == Outcome::NoViolation);
        let clean = touching.clone().next().filter(|_| agreed);
        let complete = self
            .ground
            .watches
            .iter()
            .any(|(_, watches)| watches.complete.iter().any(|when| when.covers(&segment)));
        if let (Some((_, finding, cite)), true) = (clean, complete) {
            return (State::Kept, vec![finding_reason(finding, cite), watch]);
        }
        let mut reasons: Vec<Reason> = self
            .findings
            .iter()
            .filter(|(when, _, _)| touches(when))
            .map(|(_, finding, cite)| finding_reason(finding, cite))
            .collect();
        if clean.is_some() {
            let text = "no violation was found, but no source declares complete coverage";
            reasons.push(reason("incomplete-coverage", text.into(), vec![], 0));
        }
        reasons.extend(self.borne_reason(segment));
        reasons.extend(self.undecided(segment));
        reasons.push(watch);
        (State::Undetermined, reasons)
    }

    fn no_watch(&self) -> Reason {
        let text = match self.ground.watches.as_slice() {
            [] => "the agreement names no source able to show a breach".to_string(),
            watches => format!(
                "nothing able to show a breach watched ({})",
                watches.iter().map(|(source, _)| *source).collect::<Vec<_>>().join(", ")
            ),
        };
        reason("no-watch", text, vec![], 0)
    }

    fn claim_reasons(&self, segment: Interval) -> Vec<Reason> {
        let here = || self.claims.iter().filter(|(when, _, _)| when.overlaps(&segment));
        let total = here().count();
        let mut reasons: Vec<Reason> = here()
            .take(CLAIMS_MAX)
            .map(|(_, text, cite)| {
                reason("claim", format!("claimed: {text}"), vec![cite.clone()], 1)
            })
            .collect();
        if total > CLAIMS_MAX {
            let more = total - CLAIMS_MAX;
            let text =
                format!("{} that stand then", count(more as u64, "more claim", "more claims"));
            reasons.push(reason("claim", text, vec![], more as u64));
        }
        reasons
    }

    fn possible_reason(&self, segment: Interval) -> Option<Reason> {
        let here: Vec<usize> = self.possible.overlapping(segment).copied().collect();
        if here.is_empty() {
            return None;
        }
        let named = self.party.is_some_and(|party| {
            here.iter().all(|&n| self.ground.sorted.possible[n].parties.contains(&party))
        });
        let by = if named { "" } else { "; by whom is not determined" };
        let text = format!(
            "{}: proposed by the machine, no person has made a finding{by}",
            count(here.len() as u64, "possible violation", "possible violations")
        );
        let cites = here
            .iter()
            .take(CITES_MAX)
            .map(|&n| self.scene.print_incident(self.ground.sorted.possible[n].incident));
        Some(reason("possible-violation", text, cites.collect(), here.len() as u64))
    }

    /// Possible violations within the tolerance.
    fn borne_reason(&self, segment: Interval) -> Option<Reason> {
        let here: Vec<usize> = self.borne.overlapping(segment).copied().collect();
        if here.is_empty() {
            return None;
        }
        let text = format!(
            "{}, borne by the tolerance: {}",
            count(here.len() as u64, "possible violation", "possible violations"),
            self.ground.provision.tolerance
        );
        let cites = here
            .iter()
            .take(CITES_MAX)
            .map(|&n| self.scene.print_incident(self.ground.sorted.possible[n].incident));
        Some(reason("within-tolerance", text, cites.collect(), here.len() as u64))
    }

    /// What was seen without deciding anything.
    fn undecided(&self, segment: Interval) -> Vec<Reason> {
        let sorted = self.ground.sorted;
        let places: Vec<String> = self.ground.zone.iter().map(ToString::to_string).collect();
        let lists = [
            (
                &sorted.straddling,
                "straddling",
                ["observation that may lie", "observations that may lie"],
                "inside or outside the place or the time",
            ),
            (
                &sorted.indications,
                "indication",
                ["observation", "observations"],
                "of a kind that shows no act by itself",
            ),
        ];
        let mut reasons = Vec::new();
        for (list, code, [one, many], words) in lists {
            let here: Vec<usize> = list
                .overlapping(segment)
                .copied()
                .filter(|&n| self.scene.lies(n, &places).possible())
                .collect();
            if here.is_empty() {
                continue;
            }
            let text = format!("{} {words}", count(here.len() as u64, one, many));
            let mut cites: Vec<_> =
                here.iter().map(|&n| self.scene.history.observations.at(n).cite()).collect();
            cites.sort_unstable_by_key(|cite| cite.id);
            let cites = cites.iter().take(CITES_MAX).map(|cite| self.scene.print(cite)).collect();
            reasons.push(reason(code, text, cites, here.len() as u64));
        }
        reasons
    }

    fn settled(&self, segment: Interval) -> bool {
        match (self.ground.lag_ms, self.scene.history.received) {
            (Some(lag_ms), Some(received)) => segment.to.plus_ms(lag_ms) <= received,
            _ => false,
        }
    }
}

fn reason(code: &'static str, text: String, cites: Vec<String>, count: u64) -> Reason {
    Reason { code, text, cites, count }
}

/// A person's finding as a reason.
pub(crate) fn finding_reason(finding: &Finding, cite: &str) -> Reason {
    let text = format!(
        "{} found by {}, standard: {}; {}",
        crate::publish::word(&finding.outcome),
        finding.role,
        finding.standard,
        finding.reason
    );
    reason("finding", text, vec![cite.to_string()], 1)
}

/// Whether a finding without a zone is on this one: what it rests on may have been there, or it
/// rests on nothing that has a place.
fn rests_here(scene: &Scene<'_>, finding: &Finding, zone: Option<&str>) -> bool {
    let Some(zone) = zone else { return true };
    let places = [zone.to_string()];
    let observations = &scene.history.observations;
    let seen = finding.of.iter().filter_map(|of| observations.find(&of.id));
    let mut placed = seen.filter(|&n| observations.at(n).has_place()).peekable();
    placed.peek().is_none() || placed.any(|n| scene.lies(n, &places).possible())
}

/// Whether any of the intervals, in order and apart, shares an instant with the segment.
fn hits(intervals: &[Interval], segment: Interval) -> bool {
    let at = intervals.partition_point(|interval| interval.to <= segment.from);
    intervals.get(at).is_some_and(|interval| interval.overlaps(&segment))
}

//! The agreement laid over the history: each observation with its incident, and where it lies.

use crate::answer::CiteBy;
use crate::ask::Ask;
use crate::history::{Cite, Held, History};
use crate::observed::Seen;
use crate::sieve::Rows;
use servanda_entry::{
    Act, ActKind, Assessment, Attribution, Attrs, Judgement, Place, Verification,
};
use servanda_incidents::{Decision, Incident, Report, Spot, group, group_loosely, group_scored};
use servanda_place::{DiscLayer, Point, Side, SiteIndex, Whereabouts};
use servanda_terms::{Agreement, Exception, NamedZone, Provision, Reading};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// The longest an observation may be in doubt about its time and still show that its source was
/// watching then: an hour.
const SEEN_MS_MAX: i64 = 3_600_000;

/// Everything that the parts of an answer are computed from.
pub(crate) struct Scene<'a> {
    pub(crate) agreement: &'a Agreement,
    pub(crate) history: &'a History,
    pub(crate) ask: &'a Ask,
    /// The instant of the world asked about.
    pub(crate) at: Instant,
    /// Incidents, in order of time unless the answer alone is wanted.
    pub(crate) incidents: Vec<Incident>,
    /// The incident of each observation.
    pub(crate) incident_of: Vec<usize>,
    /// What people said of incidents: (incident, assessment).
    assessed: BTreeMap<usize, Vec<&'a Held<Assessment>>>,
    /// By zone id, where each observation lies.
    pub(crate) sides: BTreeMap<&'a str, Vec<Lies>>,
    /// By register and selection, the sites.
    sites: BTreeMap<(&'a str, &'a [Selected]), SiteIndex>,
    /// From when on a party is out of the agreement.
    withdrawn: BTreeMap<&'a str, Instant>,
}

/// Where an observation lies, seen from a zone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Lies {
    /// Wholly inside.
    Inside,
    /// On both sides; the centre inside.
    StraddlingIn,
    /// On both sides; the centre outside, or no centre known.
    StraddlingOut,
    /// Outside.
    Outside,
    /// The source doesn't say where it was.
    Nowhere,
}

/// Whether an exception takes something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Taken {
    /// It doesn't.
    No,
    /// It may: the place or the time lies on both sides of its bounds.
    Perhaps,
    /// It does.
    Surely,
}

impl Lies {
    fn of(whereabouts: Whereabouts) -> Lies {
        match (whereabouts.side(), whereabouts.centre_inside) {
            (Side::Inside, _) => Lies::Inside,
            (Side::Outside, _) => Lies::Outside,
            (Side::Straddling, true) => Lies::StraddlingIn,
            (Side::Straddling, false) => Lies::StraddlingOut,
        }
    }

    pub(crate) fn centre_inside(self) -> bool {
        matches!(self, Lies::Inside | Lies::StraddlingIn)
    }

    /// Whether it may be inside at all.
    pub(crate) fn possible(self) -> bool {
        !matches!(self, Lies::Outside | Lies::Nowhere)
    }
}

impl<'a> Scene<'a> {
    pub(crate) fn new(agreement: &'a Agreement, history: &'a History, ask: &'a Ask) -> Scene<'a> {
        let mut scene = Scene::laid(agreement, history, ask);
        scene.group();
        scene.lay_assessments();
        scene
    }

    /// Without incidents.
    pub(crate) fn laid(agreement: &'a Agreement, history: &'a History, ask: &'a Ask) -> Scene<'a> {
        let mut scene = Scene {
            agreement,
            history,
            ask,
            at: ask.at.or(history.received).unwrap_or(Instant::EPOCH),
            incidents: Vec::new(),
            incident_of: Vec::new(),
            assessed: BTreeMap::new(),
            sides: sides(agreement, history),
            sites: BTreeMap::new(),
            withdrawn: withdrawn(agreement, history),
        };
        scene.lay_sites();
        scene
    }

    fn group(&mut self) {
        let Scene { agreement, history, ask, .. } = *self;
        let reports = reports(agreement, history);
        let decisions: Vec<Decision> =
            history.assessments.iter().filter_map(|held| decision(&held.value)).collect();
        let incidents = match crate::scored::model(agreement) {
            Some(model) => group_scored(&reports, &decisions, &model).ok(),
            None => None,
        };
        // An answer alone needs them in no order.
        let group = if ask.bare { group_loosely } else { group };
        let incidents = incidents.unwrap_or_else(|| group(&reports, &decisions));
        let mut incident_of = vec![0; reports.len()];
        for (n, incident) in incidents.iter().enumerate() {
            incident.members.iter().for_each(|&member| incident_of[member] = n);
        }
        (self.incidents, self.incident_of) = (incidents, incident_of);
    }

    /// The acts that are on a provision; one that names no provision is on them all.
    pub(crate) fn acts_on(&self, provision: &Provision) -> impl Iterator<Item = &'a Held<Act>> {
        let on =
            move |act: &Act| act.provisions.is_empty() || act.provisions.contains(&provision.id);
        self.history.acts.iter().filter(move |held| on(&held.value))
    }

    /// From when on a party is no longer bound, whatever binds the others.
    pub(crate) fn withdrawn(&self, party: &str) -> Option<Instant> {
        self.withdrawn.get(party).copied()
    }

    fn lay_sites(&mut self) {
        let protected = self
            .agreement
            .provisions
            .iter()
            .flat_map(|provision| &provision.readings)
            .filter_map(|reading| reading.sites.as_ref())
            .map(|sites| (sites.register.as_str(), sites.only.as_slice()));
        let controls = self.agreement.sources.iter().filter_map(|source| source.control.as_ref());
        let controls = controls.map(|control| (control.register.as_str(), [].as_slice()));
        for (register, only) in protected.chain(controls) {
            let index = SiteIndex::new(&self.sites_of(register, only));
            self.sites.insert((register, only), index);
        }
    }

    /// The points of a register's sites that have one of the values wanted for each attribute.
    pub(crate) fn sites_of(&self, register: &str, only: &[Selected]) -> Vec<Point> {
        let sites = self.history.sites.get(register).map_or(&[][..], Vec::as_slice);
        let wanted = |site: &&Held<servanda_entry::Site>| matches(&site.value.attrs, only);
        sites
            .iter()
            .filter(wanted)
            .filter_map(|site| match &site.value.at {
                Place::Disc(disc) => Some(Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 }),
                Place::Zone(_) => None,
            })
            .collect()
    }

    fn lay_assessments(&mut self) {
        for held in &self.history.assessments {
            let named = held.value.of.iter();
            let named = named.filter_map(|of| self.history.observations.find(&of.id));
            let incidents: BTreeSet<usize> = named.map(|n| self.incident_of[n]).collect();
            for incident in incidents {
                self.assessed.entry(incident).or_default().push(held);
            }
        }
    }

    /// Where an observation lies, seen from the zones of a reading: the surest answer of all.
    pub(crate) fn lies(&self, observation: usize, places: &[String]) -> Lies {
        if places.is_empty() {
            return Lies::Inside;
        }
        places
            .iter()
            .filter_map(|id| self.sides.get(id.as_str()))
            .map(|sides| sides[observation])
            .min()
            .unwrap_or(Lies::Nowhere)
    }

    /// Whether an observation lies within so many metres of a selected site of the register.
    pub(crate) fn near_site(
        &self,
        observation: usize,
        register: &str,
        only: &[Selected],
        within_m: u32,
    ) -> bool {
        let Some(disc) = self.history.observations.at(observation).disc() else {
            return false;
        };
        let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
        self.sites
            .get(&(register, only))
            .is_some_and(|index| index.nearest_within(point, f64::from(within_m)).is_some())
    }

    /// The exceptions of a provision, struck or not.
    pub(crate) fn exceptions(&self, provision: &Provision) -> Vec<&'a Exception> {
        provision.except.iter().filter_map(|id| self.agreement.exception(id)).collect()
    }

    /// Whether an exception takes an observation out. What may lie inside its place or time, or
    /// outside, it takes out *perhaps*.
    pub(crate) fn taken_by(&self, observation: usize, except: &Exception) -> Taken {
        let seen = self.history.observations.at(observation);
        let is = |holds: bool| if holds { Taken::Surely } else { Taken::No };
        let actors = except.actors.is_empty()
            || seen.sides().iter().flatten().any(|actor| except.actors.contains(actor));
        let place = match except.places.as_slice() {
            [] => Taken::Surely,
            places => match self.lies(observation, places) {
                Lies::Inside => Taken::Surely,
                Lies::StraddlingIn | Lies::StraddlingOut | Lies::Nowhere => Taken::Perhaps,
                Lies::Outside => Taken::No,
            },
        };
        let time = match except.window {
            None => Taken::Surely,
            Some(window) if window.covers(&seen.interval()) => Taken::Surely,
            Some(window) if window.overlaps(&seen.interval()) => Taken::Perhaps,
            Some(_) => Taken::No,
        };
        let act = except.acts.is_empty() || except.acts.iter().any(|act| act == seen.kind());
        let only = matches(seen.attrs(), &except.only);
        is(actors).min(place).min(time).min(is(act)).min(is(only))
    }

    /// Whether an exception surely takes an observation out.
    pub(crate) fn excepted_by(&self, observation: usize, except: &Exception) -> bool {
        self.taken_by(observation, except) == Taken::Surely
    }

    /// The parties that an observation names on each side: an empty list for a side that is no
    /// party. Nothing when the observation names no sides.
    pub(crate) fn named_parties(&self, observation: usize) -> Vec<BTreeSet<&'a str>> {
        let seen = self.history.observations.at(observation);
        seen.sides()
            .iter()
            .map(|side| {
                side.iter()
                    .filter_map(|actor| self.agreement.resolve_party(actor))
                    .map(|party| party.id.as_str())
                    .collect()
            })
            .collect()
    }

    /// What people verified of an incident; the last word stands.
    pub(crate) fn verification(&self, incident: usize) -> Option<Verification> {
        self.judgements(incident).rev().find_map(|judgement| match judgement {
            Judgement::Verification { result } => Some(*result),
            _ => None,
        })
    }

    /// To whom people attributed an incident; the last word stands.
    pub(crate) fn attribution(&self, incident: usize) -> Option<(Attribution, Option<&'a str>)> {
        self.judgements(incident).rev().find_map(|judgement| match judgement {
            Judgement::Attribution { result, party } => Some((*result, party.as_deref())),
            _ => None,
        })
    }

    /// What people said of an incident, in the order of the record.
    pub(crate) fn assessments(&self, incident: usize) -> &[&'a Held<Assessment>] {
        self.assessed.get(&incident).map_or(&[], Vec::as_slice)
    }

    fn judgements(&self, incident: usize) -> impl DoubleEndedIterator<Item = &'a Judgement> {
        self.assessments(incident).iter().map(|held| &held.value.outcome)
    }

    /// As an entry is printed in this answer.
    pub(crate) fn print(&self, cite: &Cite) -> String {
        cite.print(self.ask.cite)
    }

    /// As an incident is printed: by its id, which holds whatever the order.
    pub(crate) fn print_incident(&self, incident: usize) -> String {
        format!("i-{}", crate::history::print_id(&self.incidents[incident].id))
    }

    /// The observations of an incident, cited, in order of time.
    pub(crate) fn cites_of(&self, incident: usize) -> Vec<String> {
        let members = &self.incidents[incident].members;
        members.iter().map(|&n| self.print(&self.history.observations.at(n).cite())).collect()
    }

    /// When a source watched a zone (or anywhere): all of it, and the complete part of it.
    pub(crate) fn watched(&self, source: &str, zone: Option<&str>) -> Watches {
        let mut any = Vec::new();
        let mut complete = Vec::new();
        let mut blind = Vec::new();
        for held in self.history.coverage.iter().filter(|held| held.of(source)) {
            let row = &held.value;
            let here = match (zone, row.zone.as_deref()) {
                (None, _) | (_, None) => true,
                (Some(zone), Some(watched)) => zone == watched || self.meet(zone, watched),
            };
            if !here {
                continue;
            }
            // A watch of one zone is no watch of everywhere.
            let whole = row.zone.is_none() || (zone.is_some() && row.zone.as_deref() == zone);
            match row.watch {
                servanda_entry::Watch::Complete if whole => {
                    complete.push(row.interval());
                    any.push(row.interval());
                }
                servanda_entry::Watch::Blind if whole => blind.push(row.interval()),
                servanda_entry::Watch::Blind => {}
                _ => any.push(row.interval()),
            }
        }
        // What was seen then was watched, at that moment, also on the edge of the place; a row that
        // can have happened at any hour of a day shows no such thing.
        for (n, seen) in self.history.observations.iter().enumerate() {
            let here = |zone: &str| self.sides.get(zone).is_some_and(|s| s[n].possible());
            let when = seen.interval();
            if seen.of(source) && when.ms() <= SEEN_MS_MAX && zone.is_none_or(here) {
                any.push(when);
            }
        }
        let blind = servanda_time::merge(blind, 0);
        let minus_blind = |list| servanda_time::subtract(&servanda_time::merge(list, 0), &blind);
        Watches { any: minus_blind(any), complete: minus_blind(complete) }
    }

    /// Whether two zones share ground.
    pub(crate) fn meet(&self, a: &str, b: &str) -> bool {
        meet(self.agreement, a, b)
    }

    /// From the first to the last that a source saw or watched.
    pub(crate) fn data_span(&self, source: &str) -> Option<Interval> {
        let seen = self.history.observations.iter().filter(|seen| seen.of(source));
        let watched = self.history.coverage.iter().filter(|held| held.of(source));
        let counted = self.history.counted.sources.get(source).and_then(Rows::span);
        seen.map(|seen| seen.interval())
            .chain(counted)
            .chain(watched.map(|held| held.value.interval()))
            .reduce(Interval::hull)
    }

    /// How the answer cites.
    pub(crate) fn cite_by(&self) -> CiteBy {
        self.ask.cite
    }
}

/// By the id of each zone that a term or an exception names, where each observation lies.
pub(crate) fn sides<'a>(
    agreement: &'a Agreement,
    history: &History,
) -> BTreeMap<&'a str, Vec<Lies>> {
    let named: BTreeSet<&str> = agreement
        .provisions
        .iter()
        .flat_map(|provision| &provision.readings)
        .flat_map(|reading| &reading.places)
        .chain(agreement.exceptions.iter().flat_map(|except| &except.places))
        .map(String::as_str)
        .collect();
    let zones: Vec<_> = named.iter().filter_map(|id| agreement.zone(id)).collect();
    let mut sides: Vec<Vec<Lies>> =
        zones.iter().map(|zone| outside(agreement, history, zone)).collect();
    let (mut numbers, mut discs) = (Vec::new(), Vec::new());
    for (number, seen) in history.observations.iter().enumerate() {
        if let Some(disc) = seen.disc().filter(|_| seen.known().is_none()) {
            numbers.push(number);
            discs.push((Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 }, disc.radius_mm));
        }
    }
    let areas: Vec<_> = zones.iter().map(|zone| &zone.area).collect();
    DiscLayer::new(&areas, discs.len()).locate_all(&discs, |disc, located| {
        for (zone, whereabouts) in located {
            sides[*zone as usize][numbers[disc]] = Lies::of(*whereabouts);
        }
    });
    zones.iter().map(|zone| zone.id.as_str()).zip(sides).collect()
}

/// Where the observations lie of which that is known before they are looked for on the ground: all
/// we know is "somewhere in a zone", or not even that, or they were looked for before. All others
/// lie outside.
fn outside(agreement: &Agreement, history: &History, zone: &NamedZone) -> Vec<Lies> {
    // Whether another zone meets this one.
    let mut meets: BTreeMap<&str, bool> = BTreeMap::new();
    let known = |seen: Seen<'_>| {
        let mut sides = seen.known()?.sides.iter();
        sides.find(|(id, _)| *id == zone.id).map(|(_, lies)| *lies)
    };
    let sides = history.observations.iter().map(|seen| match seen.zone() {
        _ if seen.known().is_some() => known(seen).unwrap_or(Lies::Outside),
        None if seen.has_place() => Lies::Outside,
        None => Lies::Nowhere,
        Some(at) if at == zone.id => Lies::Inside,
        Some(at) => {
            let meets = *meets.entry(at).or_insert_with(|| meet(agreement, at, &zone.id));
            if meets { Lies::StraddlingOut } else { Lies::Outside }
        }
    });
    sides.collect()
}

/// Whether two zones share ground.
fn meet(agreement: &Agreement, a: &str, b: &str) -> bool {
    match (agreement.zone(a), agreement.zone(b)) {
        (Some(a), Some(b)) => a.area.overlaps(&b.area),
        _ => false,
    }
}

/// When a source watched.
pub(crate) struct Watches {
    /// At all.
    pub(crate) any: Vec<Interval>,
    /// Completely: what happened would have been seen.
    pub(crate) complete: Vec<Interval>,
}

/// The window of a reading, as far as it is closed.
pub(crate) fn window(reading: &Reading) -> Option<Interval> {
    Interval::new(reading.from?, reading.until?)
}

/// An attribute, and the values that are wanted of it.
pub(crate) type Selected = (String, Vec<String>);

/// Whether there is one of the values wanted for each attribute.
pub(crate) fn matches(attrs: &Attrs, wanted: &[Selected]) -> bool {
    wanted.iter().all(|(name, values)| attrs.get(name).is_some_and(|v| values.contains(v)))
}

/// The observations as they are grouped.
pub(crate) fn reports<'a>(agreement: &Agreement, history: &'a History) -> Vec<Report<'a>> {
    let report = |seen: Seen<'a>| Report {
        id: seen.id(),
        kind: seen.kind(),
        when: seen.interval(),
        // What hangs together with no other needs no place to be kept apart by.
        at: spot(seen).filter(|_| !seen.known().is_some_and(|known| known.alone)),
        source: seen.source(),
        lists_events: agreement.source(seen.source()).is_some_and(|source| source.rows_are_events),
        origins: seen.origins(),
    };
    history.observations.iter().map(report).collect()
}

fn spot(seen: Seen<'_>) -> Option<Spot<'_>> {
    match seen.disc() {
        Some(disc) => {
            let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
            Some(Spot::Disc(point, disc.radius_mm))
        }
        None => seen.zone().map(Spot::Zone),
    }
}

fn decision(assessment: &Assessment) -> Option<Decision> {
    let ids = || assessment.of.iter().map(|of| of.id).collect();
    match assessment.outcome {
        Judgement::Merge => Some(Decision::Merge(ids())),
        Judgement::Split => Some(Decision::Split(ids())),
        Judgement::Verification { .. }
        | Judgement::Attribution { .. }
        | Judgement::Review { .. } => None,
    }
}

/// From when on each party is out that has withdrawn, where the text gives the right to.
fn withdrawn<'a>(agreement: &'a Agreement, history: &History) -> BTreeMap<&'a str, Instant> {
    let mut withdrawn = BTreeMap::new();
    let Some(notice) = agreement.force.withdrawal else { return withdrawn };
    for held in &history.acts {
        let act = &held.value;
        if act.act != ActKind::Withdrawal || !act.provisions.is_empty() {
            continue;
        }
        let notified = Instant::from_ms(act.from_ms).ok();
        let out = notified.and_then(|at| at.plus(notice, &agreement.timezone).ok());
        if let (Some(party), Some(out)) = (agreement.resolve_party(&act.by), out) {
            let known = withdrawn.entry(party.id.as_str()).or_insert(out);
            *known = out.min(*known);
        }
    }
    withdrawn
}

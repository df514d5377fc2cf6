//! Observations that an answer only counts, told apart from those that can change it one by one.
//!
//! A record may hold millions of observations from places and sources that no term looks at. Of
//! them an answer says how many there are, from when to when, and how many incidents they make.
//! What can matter is kept with everything that it could be one event with, since grouping never
//! looks past such a component: the answer is the same, to the byte.

use crate::ask::Ask;
use crate::comparison::{Figure, outlying};
use crate::history::{Cite, History};
use crate::observed::{Known, Observed, Seen};
use crate::scene::{Lies, Scene, reports};
use serde::{Deserialize, Serialize};
use servanda_entry::{Body, Correction, Kind, Replacement, content};
use servanda_incidents::{Added, added, components};
use servanda_terms::Agreement;
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// A component of more is kept whole: what each of it adds would take too long to work out.
const COMPONENT_MAX: usize = 16;

/// Of observations that are not at hand, what an answer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By source.
    pub(crate) sources: BTreeMap<String, Rows>,
    /// By what was observed.
    pub(crate) kinds: BTreeMap<String, Incidents>,
    /// How many come to the same in the figures, by the number of what that is.
    classes: BTreeMap<u16, u64>,
    /// When the last of these has ended, in milliseconds.
    until_ms: Option<i64>,
    #[serde(skip)]
    figures: Arc<Figures>,
}

/// What observations come to in the figures of an answer, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// By number, from 1.
    classes: Vec<Vec<Figure>>,
    /// The windows by which observations were found to lie outside.
    windows: Vec<Window>,
}

/// When a reading binds, by the text itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Window {
    provision: String,
    reading: String,
    from_ms: i64,
    until_ms: Option<i64>,
}

impl Figures {
    /// None yet, under a text. What begins with an event has no window before that has come, and
    /// nothing lies outside of it.
    fn of(agreement: &Agreement) -> Figures {
        let readings = agreement.provisions.iter().flat_map(|provision| {
            provision.readings.iter().map(move |reading| (provision, reading))
        });
        let windows = readings.filter_map(|(provision, reading)| {
            Some(Window {
                provision: provision.id.clone(),
                reading: reading.id.clone(),
                from_ms: reading.from?.ms(),
                until_ms: reading.until.map(Instant::ms),
            })
        });
        Figures { classes: Vec::new(), windows: windows.collect() }
    }

    /// Whether what lies outside of the windows of the text does so too as the record dates them:
    /// an event may have ended one earlier.
    fn hold(&self, dated: &Agreement) -> bool {
        let reading = |window: &Window| {
            let mut provisions = dated.provisions.iter();
            let provision = provisions.find(|provision| provision.id == window.provision)?;
            provision.readings.iter().find(|reading| reading.id == window.reading)
        };
        self.windows.iter().all(|window| {
            let Some(reading) = reading(window) else { return false };
            let (from, until) = (reading.from.map(Instant::ms), reading.until.map(Instant::ms));
            from == Some(window.from_ms)
                && match (until, window.until_ms) {
                    (None, None) => true,
                    (Some(until), None) => window.from_ms <= until,
                    (Some(until), Some(text)) => {
                        until == text || (window.from_ms..text).contains(&until)
                    }
                    (None, Some(_)) => false,
                }
        })
    }
}

/// What an observation is to an answer that doesn't need it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// What it adds to the incidents of those before it.
    pub added: Added,
    /// The number of what it comes to in the figures; 0: nothing.
    pub class: u16,
}

/// The observations of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) rows: u64,
    pub(crate) without_place: u64,
    from_ms: i64,
    to_ms: i64,
}

impl Rows {
    fn of(rows: u64, without_place: u64, span: Interval) -> Rows {
        Rows { rows, without_place, from_ms: span.from.ms(), to_ms: span.to.ms() }
    }

    /// From the first to the last.
    pub(crate) fn span(&self) -> Option<Interval> {
        Interval::new(Instant::from_ms(self.from_ms).ok()?, Instant::from_ms(self.to_ms).ok()?)
    }

    fn join(&mut self, more: &Rows) {
        self.rows += more.rows;
        self.without_place += more.without_place;
        self.from_ms = self.from_ms.min(more.from_ms);
        self.to_ms = self.to_ms.max(more.to_ms);
    }
}

/// The incidents of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incidents {
    pub(crate) incidents: i64,
    pub(crate) observations: u64,
    pub(crate) independent: i64,
}

impl Incidents {
    fn join(&mut self, more: &Incidents) {
        self.incidents += more.incidents;
        self.observations += more.observations;
        self.independent += more.independent;
    }
}

impl Tally {
    /// Nothing yet, of observations that come to these figures.
    #[must_use]
    pub fn of(figures: Arc<Figures>) -> Tally {
        Tally { figures, ..Tally::default() }
    }

    /// Counts one more.
    pub fn count(&mut self, seen: Seen<'_>, told: Told) {
        let Told { added, class } = told;
        if class > 0 {
            *self.classes.entry(class).or_default() += 1;
            self.until_ms = self.until_ms.max(Some(seen.interval().to.ms()));
        }
        let one = Rows::of(1, u64::from(!seen.has_place()), seen.interval());
        put(&mut self.sources, seen.source(), &one, Rows::join);
        let one = Incidents {
            incidents: added.incidents.into(),
            observations: 1,
            independent: added.independent.into(),
        };
        put(&mut self.kinds, seen.kind(), &one, Incidents::join);
    }

    /// Counts what another has counted.
    pub fn join(&mut self, other: &Tally) {
        for (source, more) in &other.sources {
            put(&mut self.sources, source, more, Rows::join);
        }
        for (kind, more) in &other.kinds {
            put(&mut self.kinds, kind, more, Incidents::join);
        }
        for (class, more) in &other.classes {
            *self.classes.entry(*class).or_default() += more;
        }
        self.until_ms = self.until_ms.max(other.until_ms);
    }

    /// What is to be added to the figures, and how often.
    pub(crate) fn figures(&self) -> impl Iterator<Item = (&Figure, u64)> {
        self.classes.iter().flat_map(|(class, times)| {
            let figures = usize::from(*class).checked_sub(1);
            let figures = figures.and_then(|class| self.figures.classes.get(class));
            figures.into_iter().flatten().map(|figure| (figure, *times))
        })
    }

    /// Whether it holds for the instant asked about, and for the windows as the record dates them.
    pub(crate) fn holds(&self, dated: &Agreement, at: Instant) -> bool {
        self.until_ms.is_none_or(|until| until <= at.ms() && self.figures.hold(dated))
    }
}

fn put<T: Copy>(all: &mut BTreeMap<String, T>, name: &str, more: &T, join: impl Fn(&mut T, &T)) {
    match all.get_mut(name) {
        Some(of) => join(of, more),
        None => {
            all.insert(name.into(), *more);
        }
    }
}

/// What a record's first entries hold, told apart for a text.
pub struct Sifted {
    /// The observations, and after them those that corrections put in the place of others.
    pub observed: Arc<Observed>,
    /// Of each of those that were given, what it comes to; none: it is needed itself.
    pub told: Vec<Option<Told>>,
    /// What they come to in the figures.
    pub figures: Arc<Figures>,
    /// Whether it hangs together with no other.
    alone: Vec<bool>,
    /// By zone, how each lies to it.
    sides: Vec<(String, Vec<Lies>)>,
}

impl Sifted {
    /// Those of a span that are needed, with what is known of them under the text.
    #[must_use]
    pub fn needed(&self, span: Range<usize>) -> Observed {
        let needed: Vec<usize> = span.filter(|&n| self.told[n].is_none()).collect();
        let mut some = self.observed.picked(needed.iter().copied());
        for (place, n) in needed.into_iter().enumerate() {
            let sides = self.sides.iter().map(|(zone, lies)| (zone.clone(), lies[n])).collect();
            some.know(place, Known { alone: self.alone[n], sides });
        }
        some
    }
}

/// Tells apart what an answer by this text needs and what it only counts.
///
/// `observed` is what the observation entries among a record's first entries hold, in their order,
/// corrected or not; `others` are the other entries. What comes of the record's first so many
/// entries, up to there, is then told by those of them that are needed and what the others add.
/// Figures hold for instants after what they count: what lasts longer than `asked_from` says of its
/// entry, about which instant it is asked about at the earliest, is needed itself. None where every
/// observation bears on every other: incidents by score.
#[must_use]
pub fn sieve(
    agreement: &Agreement,
    mut observed: Observed,
    others: &[(u64, Body)],
    asked_from: impl Fn(u64) -> Instant,
) -> Option<Sifted> {
    if agreement.scoring.is_some() {
        return None;
    }
    let count = observed.len();
    let mut named = Named::default();
    others.iter().for_each(|(index, body)| named.take(*index, body, &mut observed));
    let observed = Arc::new(observed);
    let history = History { observations: Arc::clone(&observed), ..History::default() };
    let ask = Ask::default();
    let scene = Scene::laid(agreement, &history, &ask);
    let (class, figures) = classes(&scene);
    let needs = |n: usize| {
        let seen = observed.at(n);
        let lasts = || seen.interval().to > asked_from(seen.cite().entry);
        class[n].is_none_or(|class| class > 0 && lasts()) || named.has(seen)
    };
    let reports = reports(agreement, &history);
    let component = components(&reports);
    let mut size = vec![0_usize; reports.len()];
    component.iter().for_each(|&first| size[first] += 1);
    let mut told = vec![None; reports.len()];
    let tell = |n: usize, added: Added| Some(Told { added, class: class[n]? });
    let mut several: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, &first) in component.iter().enumerate() {
        match size[first] {
            1 if needs(n) => {}
            1 => told[n] = added(&reports, &[n]).first().and_then(|added| tell(n, *added)),
            2..=COMPONENT_MAX => several.entry(first).or_default().push(n),
            _ => {}
        }
    }
    for members in several.values().filter(|members| !members.iter().any(|&n| needs(n))) {
        for (&n, added) in members.iter().zip(added(&reports, members)) {
            told[n] = tell(n, added);
        }
    }
    told.truncate(count);
    let alone = component.iter().map(|&first| size[first] == 1).collect();
    let sides = scene.sides.into_iter().map(|(zone, sides)| (zone.to_owned(), sides)).collect();
    Some(Sifted { observed, told, figures: Arc::new(figures), alone, sides })
}

/// The observations that corrections and people's words are about.
#[derive(Default)]
struct Named {
    ids: BTreeSet<Hash>,
    places: BTreeSet<(u64, Option<u32>)>,
}

impl Named {
    /// Looks at an entry. What a correction puts in the place of an observation stands in an entry
    /// of its own, and comes after those that were given.
    fn take(&mut self, index: u64, body: &Body, observed: &mut Observed) {
        match body {
            Body::Correction(Correction { of, by, .. }) => {
                self.places.extend([(of.entry, of.row), (index, None)]);
                if let Some((source, Replacement::Observation(row))) = by {
                    let id = content::row_id(Kind::Observation, source, row);
                    observed.push(Cite { entry: index, row: None, id }, source, row);
                }
            }
            Body::Assessment(said) => self.ids.extend(said.of.iter().map(|of| of.id)),
            Body::Finding(said) => self.ids.extend(said.of.iter().map(|of| of.id)),
            Body::Reply(said) => self.ids.extend([said.to.id]),
            _ => {}
        }
    }

    fn has(&self, seen: Seen<'_>) -> bool {
        let cite = seen.cite();
        self.ids.contains(&cite.id)
            || self.places.contains(&(cite.entry, None))
            || self.places.contains(&(cite.entry, cite.row))
    }
}

/// The number of what each observation comes to in the figures, by itself; none where it can bear
/// on more that an answer says.
fn classes(scene: &Scene<'_>) -> (Vec<Option<u16>>, Figures) {
    let (can_matter, mut figures) = (can_matter(scene), Figures::of(scene.agreement));
    let mut numbers: HashMap<Vec<Figure>, u16> = HashMap::new();
    let mut class = |n: usize| {
        if !can_matter[n] {
            return Some(0);
        }
        let found = outlying(scene, n)?;
        if found.is_empty() {
            return Some(0);
        }
        if let Some(number) = numbers.get(&found) {
            return Some(*number);
        }
        let number = u16::try_from(figures.classes.len() + 1).ok()?;
        figures.classes.push(found.clone());
        numbers.insert(found, number);
        Some(number)
    };
    let classes = (0..can_matter.len()).map(&mut class).collect();
    (classes, figures)
}

/// Whether each observation can bear on what an answer says of a term, by itself.
fn can_matter(scene: &Scene<'_>) -> Vec<bool> {
    let Scene { agreement, history, sides, .. } = scene;
    // By source, the places that terms look at; none: anywhere.
    let mut looks: BTreeMap<&str, Option<BTreeSet<&str>>> = BTreeMap::new();
    for provision in &agreement.provisions {
        for source in &provision.shown_by {
            let passes = agreement.source(source).is_some_and(|source| source.passes.is_some());
            for reading in &provision.readings {
                let places = looks.entry(source).or_insert_with(|| Some(BTreeSet::new()));
                // Passes are told by all that an instrument saw. Where a text names several
                // places, what was watched is also told of all ground.
                match places {
                    Some(places) if !passes && reading.places.len() == 1 => {
                        places.extend(reading.places.iter().map(String::as_str));
                    }
                    _ => *places = None,
                }
            }
        }
    }
    let all = history.observations.iter().enumerate();
    let matters = all.map(|(n, seen)| match looks.get(seen.source()) {
        None => false,
        Some(None) => true,
        Some(Some(places)) => {
            let mut places = places.iter().filter_map(|place| sides.get(place));
            places.any(|sides| sides[n] != Lies::Outside)
        }
    });
    matters.collect()
}

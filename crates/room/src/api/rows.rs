//! The collections, and their features: what of the record has a time or a place, as far as it may
//! leave to whoever asks.

use super::cql::Asked;
use super::field::{Field, Kind, Property};
use super::ground::Shape;
use crate::http::Who;
use crate::released::{Thing, Way, class};
use crate::rights::Action;
use crate::shown::{kinds, sources};
use crate::view::View;
use servanda_casework::{Case, Found};
use servanda_comply::{CiteBy, Seen};
use servanda_entry::Place;
use servanda_place::Point;
use servanda_time::{Instant, Interval};

/// What is read as features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Incidents,
    Observations,
    Zones,
    Findings,
}

const fn property(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { name, kind, about }
}

const STARTS: Property = property("starts", Kind::Time, "The earliest at which it can be.");
const ENDS: Property = property("ends", Kind::Time, "The end of its time, excluded.");
const RADIUS: Property =
    property("radius_m", Kind::Number, "How far from the point it may be, in metres; 0: not said.");
const ZONE: Property =
    property("zone", Kind::Text, "The agreement's zone in which it is, where no point is known.");

const INCIDENTS: [Property; 19] = [
    property("what", Kind::Text, "What was observed, each word once."),
    property("sources", Kind::Text, "The sources that observed it, each once."),
    property("observations", Kind::Number, "How many observations are held to be this one event."),
    STARTS,
    ENDS,
    RADIUS,
    ZONE,
    property("class", Kind::Text, "For whom it is: public, parties, guarantors or mission."),
    property("stage", Kind::Text, "Where the case stands; null where there is none for you."),
    property("concerns", Kind::Text, "The provisions that it may break."),
    property("verified", Kind::Text, "Whether it happened, as people judged last."),
    property("attributed", Kind::Text, "By whom it was: how sure people are."),
    property("party", Kind::Text, "The party that it is attributed to."),
    property("grade", Kind::Text, "Source and information on the Admiralty scale, such as B2."),
    property("findings", Kind::Number, "How many findings of people stand on it."),
    property("asked", Kind::Text, "The parties that were asked to reply."),
    property("replied", Kind::Text, "The parties that have replied."),
    property("cure", Kind::Text, "How far it is mended: open, mitigated or removed."),
    property("published", Kind::Bool, "Whether the mission has published the case."),
];

const OBSERVATIONS: [Property; 18] = [
    property("content", Kind::Text, "The content id: SHA-256 in hexadecimal."),
    property("entry", Kind::Number, "The entry of the record that holds it."),
    property("incident", Kind::Text, "The incident, where it may be seen."),
    property("source", Kind::Text, "The source in the agreement."),
    property("what", Kind::Text, "What was observed."),
    STARTS,
    ENDS,
    RADIUS,
    ZONE,
    property("unit", Kind::Text, "What was counted."),
    property("best", Kind::Number, "The source's best estimate of how many."),
    property("low", Kind::Number, "At least so many."),
    property("high", Kind::Number, "At most so many."),
    property("sides", Kind::Text, "Actors, as the source writes them."),
    property("origins", Kind::Text, "Where the source itself has it from."),
    property("key", Kind::Text, "The source's own number."),
    property("attributes", Kind::Text, "Whatever else the source says and doesn't withhold."),
    property("by_hand", Kind::Bool, "Whether a person noted it; else it was read from a file."),
];

const ZONES: [Property; 8] = [
    property("name", Kind::Text, "What people call it."),
    property("group", Kind::Text, "The group that it belongs to."),
    STARTS,
    ENDS,
    property("source", Kind::Text, "What it was made of: the agreement's own words."),
    property("disputed", Kind::Bool, "Whether readings of a provision differ on it."),
    property("agreement", Kind::Text, "The agreement that declares it."),
    property("version", Kind::Text, "The agreement's version."),
];

const FINDINGS: [Property; 18] = [
    property("outcome", Kind::Text, "violation, no-violation, undetermined or not-observable."),
    property("provision", Kind::Text, "The provision."),
    property("party", Kind::Text, "The party, where one is named."),
    property("reading", Kind::Text, "The reading; null: all."),
    ZONE,
    property("severity", Kind::Text, "How grave it is, in the agreement's own word."),
    property("standard", Kind::Text, "The standard of proof that was applied."),
    property("role", Kind::Text, "The role of who made it."),
    property("reason", Kind::Text, "Why."),
    STARTS,
    ENDS,
    RADIUS,
    property("by_two", Kind::Bool, "Whether a second person agreed."),
    property("incident", Kind::Text, "The incident."),
    property("asked", Kind::Text, "The parties that were asked to reply."),
    property("replied", Kind::Text, "The parties that have replied."),
    property("cure", Kind::Text, "How far it is mended: open, mitigated or removed."),
    property("published", Kind::Time, "When the mission published it."),
];

impl Collection {
    pub(super) const ALL: [Collection; 4] =
        [Collection::Incidents, Collection::Observations, Collection::Zones, Collection::Findings];

    pub(super) fn id(self) -> &'static str {
        match self {
            Collection::Incidents => "incidents",
            Collection::Observations => "observations",
            Collection::Zones => "zones",
            Collection::Findings => "findings",
        }
    }

    pub(super) fn of_id(id: &str) -> Option<Collection> {
        Collection::ALL.into_iter().find(|one| one.id() == id)
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Collection::Incidents => "Incidents",
            Collection::Observations => "Observations",
            Collection::Zones => "Zones",
            Collection::Findings => "Findings",
        }
    }

    pub(super) fn about(self) -> &'static str {
        match self {
            Collection::Incidents => {
                "Observations that are held to be one event. What people did about it stands \
                 beside it for those who may see the case. None is a finding. The public sees \
                 incidents of \
                 which files tell, and published cases."
            }
            Collection::Observations => {
                "What sources saw, heard, measured or said. None is a finding. What a person noted \
                 is the mission's, until its case is published; what is withheld is nowhere here."
            }
            Collection::Zones => {
                "The areas that the agreement itself declares, with what each was made of and the \
                 time for which it was drawn. No other boundary is drawn."
            }
            Collection::Findings => "What people found and the mission published.",
        }
    }

    pub(super) fn properties(self) -> &'static [Property] {
        match self {
            Collection::Incidents => &INCIDENTS,
            Collection::Observations => &OBSERVATIONS,
            Collection::Zones => &ZONES,
            Collection::Findings => &FINDINGS,
        }
    }

    /// Shows each feature that may leave to whoever asks, in an order that is the record's own.
    /// `seen` tells whether more are wanted.
    pub(super) fn each<'v>(
        self,
        view: &'v View,
        who: &Who,
        mut seen: impl FnMut(&Row<'v>) -> bool,
    ) {
        let way = Way::of(who, Action::Export);
        match self {
            Collection::Zones => {
                if way.lets(Thing::Board) {
                    for zone in &view.desk.agreement.zones {
                        let what = What::Zone { id: &zone.id, zone };
                        if !seen(&Row { view, what, collection: self }) {
                            return;
                        }
                    }
                }
            }
            Collection::Findings => findings(view, way, &mut seen),
            Collection::Incidents => incidents(view, way, &mut seen),
            Collection::Observations => observations(view, way, &mut seen),
        }
    }
}

/// A feature.
pub(super) struct Row<'v> {
    view: &'v View,
    what: What<'v>,
    collection: Collection,
}

enum What<'v> {
    Incident { id: &'v str, members: &'v [usize], thing: Thing<'v>, case: Option<&'v Case> },
    Observation { held: Seen<'v>, incident: Option<&'v str> },
    Zone { id: &'v str, zone: &'v servanda_terms::NamedZone },
    Finding { case: &'v Case, found: &'v Found, published: Option<Instant> },
}

/// Of each observation the number of its incident.
fn incident_of(view: &View) -> Vec<Option<usize>> {
    let mut incident_of = vec![None; view.desk.history.observations.len()];
    for (number, (_, members)) in view.evaluation().incidents.iter().enumerate() {
        for &n in members {
            if let Some(of) = incident_of.get_mut(n) {
                *of = Some(number);
            }
        }
    }
    incident_of
}

/// An incident by its number, where it may leave.
pub(super) fn incident<'v>(view: &'v View, way: Way<'_>, number: usize) -> Option<Row<'v>> {
    let (id, members) = view.evaluation().incidents.get(number)?;
    let case = view.cases.of_incident(number);
    let by_hand = view.columns.lines.get(number).is_none_or(|line| line.by_hand);
    let thing = Thing::Incident { by_hand, case };
    if !way.lets(thing) {
        return None;
    }
    let case = case.filter(|case| way.lets(Thing::Case(case)));
    let what = What::Incident { id, members, thing, case };
    Some(Row { view, what, collection: Collection::Incidents })
}

fn incidents<'v>(view: &'v View, way: Way<'_>, seen: &mut dyn FnMut(&Row<'v>) -> bool) {
    let numbers = 0..view.evaluation().incidents.len();
    for row in numbers.filter_map(|number| incident(view, way, number)) {
        if !seen(&row) {
            return;
        }
    }
}

fn observations<'v>(view: &'v View, way: Way<'_>, seen: &mut dyn FnMut(&Row<'v>) -> bool) {
    let incidents = &view.evaluation().incidents;
    let incident_of = incident_of(view);
    for (n, held) in view.desk.history.observations.iter().enumerate() {
        let number = incident_of.get(n).copied().flatten();
        let case = number.and_then(|number| view.cases.of_incident(number));
        if !way.lets(Thing::observation(view, n, case)) {
            continue;
        }
        let number = number.filter(|number| incident(view, way, *number).is_some());
        let incident = number.and_then(|number| incidents.get(number)).map(|(id, _)| id);
        let what = What::Observation { held, incident };
        if !seen(&Row { view, what, collection: Collection::Observations }) {
            return;
        }
    }
}

fn findings<'v>(view: &'v View, way: Way<'_>, seen: &mut dyn FnMut(&Row<'v>) -> bool) {
    let mut rows: Vec<(&Case, &Found)> = view
        .cases
        .iter()
        .filter(|case| case.published.is_some())
        .filter(|case| way.lets(Thing::Case(case)))
        .flat_map(|case| case.findings.iter().map(move |found| (case, found)))
        .collect();
    rows.sort_by_key(|(_, found)| found.cite.entry);
    for (case, found) in rows {
        let published = case.published.and_then(|cite| view.received(cite.entry));
        let what = What::Finding { case, found, published };
        if !seen(&Row { view, what, collection: Collection::Findings }) {
            return;
        }
    }
}

impl<'v> Row<'v> {
    pub(super) fn id(&self) -> String {
        match &self.what {
            What::Incident { id, .. } | What::Zone { id, .. } => (*id).to_owned(),
            What::Observation { held, .. } => held.print(CiteBy::Entry),
            What::Finding { found, .. } => found.cite.print(CiteBy::Entry),
        }
    }

    pub(super) fn properties(&self) -> impl Iterator<Item = (&'static Property, Field<'v>)> {
        let all = self.collection.properties().iter();
        all.map(|property| (property, self.value(property.name)))
    }

    /// From when and until when; none: open.
    pub(super) fn span(&self) -> (Option<Instant>, Option<Instant>) {
        match &self.what {
            What::Incident { members, case, .. } => {
                let when = case.map_or_else(|| self.when(members), |case| Some(case.when));
                (when.map(|when| when.from), when.map(|when| when.to))
            }
            What::Observation { held, .. } => {
                let when = held.interval();
                (Some(when.from), Some(when.to))
            }
            What::Zone { zone, .. } => {
                (zone.valid.map(|when| when.from), zone.valid.map(|when| when.to))
            }
            What::Finding { found, .. } => {
                let when = found.finding.interval();
                (Some(when.from), Some(when.to))
            }
        }
    }

    /// The case, where it may be seen.
    pub(super) fn case(&self) -> Option<&'v Case> {
        match self.what {
            What::Incident { case, .. } => case,
            What::Finding { case, .. } => Some(case),
            _ => None,
        }
    }

    fn when(&self, members: &[usize]) -> Option<Interval> {
        let all = members.iter().filter_map(|&n| self.view.desk.history.observations.get(n));
        all.map(|seen| seen.interval()).reduce(Interval::hull)
    }

    /// The first place that an observation states; a point before a zone.
    fn place(&self) -> Option<Place> {
        let of = |members: &'v [usize]| {
            let all = members.iter().filter_map(|&n| self.view.desk.history.observations.get(n));
            let all: Vec<Seen<'v>> = all.filter(Seen::has_place).collect();
            let disc = all.iter().find(|seen| seen.disc().is_some());
            disc.or(all.first()).and_then(Seen::place)
        };
        match &self.what {
            What::Incident { members, .. } => of(members),
            What::Finding { case, .. } => of(&case.members),
            What::Observation { held, .. } => held.place(),
            What::Zone { .. } => None,
        }
    }

    fn value(&self, name: &str) -> Field<'v> {
        match name {
            "starts" => self.span().0.map_or(Field::Null, Field::Time),
            "ends" => self.span().1.map_or(Field::Null, Field::Time),
            "radius_m" => match self.place() {
                Some(Place::Disc(disc)) => Field::Number(i128::from(disc.radius_mm) * 1_000_000),
                _ => Field::Null,
            },
            _ => match &self.what {
                What::Incident { members, thing, case, .. } => {
                    self.of_incident(name, members, *thing, *case)
                }
                What::Observation { held, incident } => self.of_observation(name, *held, *incident),
                What::Zone { zone, .. } => self.of_zone(name, zone),
                What::Finding { case, found, published } => {
                    finding_value(name, case, found, *published)
                }
            },
        }
    }

    fn of_incident(
        &self,
        name: &str,
        members: &[usize],
        thing: Thing<'v>,
        case: Option<&'v Case>,
    ) -> Field<'v> {
        match (name, case) {
            ("what", _) => Field::text(kinds(self.view, members)),
            ("sources", _) => Field::text(sources(self.view, members)),
            ("observations", _) => Field::count(members.len()),
            ("zone", _) => self.zone_of(),
            ("class", _) => Field::text(class(thing).word()),
            (_, None) => Field::Null,
            ("stage", Some(case)) => Field::text(case.stage(self.view.at).word()),
            ("concerns", Some(case)) => Field::text(case.concerns.join(", ")),
            ("verified", Some(case)) => {
                case.verification.map_or(Field::Null, |(result, _)| Field::word(&result))
            }
            ("attributed", Some(case)) => match &case.attribution {
                Some((result, ..)) => Field::word(result),
                None => Field::Null,
            },
            ("party", Some(case)) => match &case.attribution {
                Some((_, party, _)) => Field::maybe(party.as_deref()),
                None => Field::Null,
            },
            ("grade", Some(case)) => case.grade.map_or(Field::Null, |grade| {
                Field::text(format!("{:?}{}", grade.source, grade.information))
            }),
            ("findings", Some(case)) => Field::count(case.findings.len()),
            ("published", Some(case)) => Field::Bool(case.published.is_some()),
            (name, Some(case)) => heard(name, case),
        }
    }

    fn of_observation(&self, name: &str, held: Seen<'v>, incident: Option<&'v str>) -> Field<'v> {
        let row = held;
        let count = |n: Option<u64>| n.map_or(Field::Null, Field::whole);
        match name {
            "content" => Field::text(held.id().to_hex()),
            "entry" => Field::whole(held.cite().entry),
            "incident" => Field::maybe(incident),
            "source" => Field::text(held.source()),
            "what" => Field::text(row.kind()),
            "zone" => self.zone_of(),
            "unit" => Field::maybe(row.count().map(|count| count.unit.as_str())),
            "best" => count(row.count().and_then(|count| count.best)),
            "low" => count(row.count().map(|count| count.low)),
            "high" => count(row.count().and_then(|count| count.high)),
            "sides" => {
                let sides: Vec<String> = row.sides().iter().map(|side| side.join(", ")).collect();
                Field::text(sides.join(" | "))
            }
            "origins" => Field::text(row.origins().join(", ")),
            "key" => Field::maybe(row.key()),
            "attributes" => {
                let one = |(name, value): (&String, &String)| format!("{name}={value}");
                let all: Vec<String> = row.attrs().iter().map(one).collect();
                Field::text(all.join("; "))
            }
            "by_hand" => Field::Bool(row.line() == 0),
            _ => Field::Null,
        }
    }

    fn of_zone(&self, name: &str, zone: &'v servanda_terms::NamedZone) -> Field<'v> {
        match name {
            "name" => Field::text(zone.name.as_str()),
            "group" => Field::maybe(zone.group.as_deref()),
            "source" => Field::text(zone.basis.as_str()),
            "disputed" => Field::Bool(self.is_disputed(&zone.id)),
            "agreement" => Field::text(self.view.desk.agreement.id.as_str()),
            "version" => Field::text(self.view.desk.agreement.version.as_str()),
            _ => Field::Null,
        }
    }

    /// Whether a provision means a zone in some of its readings and not in others.
    fn is_disputed(&self, id: &str) -> bool {
        self.view.desk.agreement.provisions.iter().any(|provision| {
            let means =
                |reading: &&servanda_terms::Reading| reading.places.iter().any(|place| place == id);
            let meaning = provision.readings.iter().filter(means).count();
            (1..provision.readings.len()).contains(&meaning)
        })
    }

    fn zone_of(&self) -> Field<'v> {
        match self.place() {
            Some(Place::Zone(at)) => Field::text(at.zone),
            _ => Field::Null,
        }
    }
}

fn finding_value<'v>(
    name: &str,
    case: &'v Case,
    found: &'v Found,
    published: Option<Instant>,
) -> Field<'v> {
    let finding = &found.finding;
    match name {
        "outcome" => Field::word(&finding.outcome),
        "provision" => Field::text(finding.provision.as_str()),
        "party" => Field::maybe(finding.party.as_deref()),
        "reading" => Field::maybe(finding.reading.as_deref()),
        "zone" => Field::maybe(finding.zone.as_deref()),
        "severity" => Field::maybe(finding.severity.as_deref()),
        "standard" => Field::text(finding.standard.as_str()),
        "role" => Field::text(finding.role.as_str()),
        "reason" => Field::text(finding.reason.as_str()),
        "by_two" => Field::Bool(found.by_two),
        "incident" => Field::text(case.id.as_str()),
        "published" => published.map_or(Field::Null, Field::Time),
        name => heard(name, case),
    }
}

/// Whom the mission asked, who replied, and what was mended.
fn heard(name: &str, case: &Case) -> Field<'static> {
    let parties = |replied: bool| {
        let all = case.asked.iter().filter(|asked| !replied || asked.reply.is_some());
        let mut all: Vec<&str> = all.map(|asked| asked.party.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        Field::text(all.join(", "))
    };
    match name {
        "asked" => parties(false),
        "replied" => parties(true),
        "cure" => case.cure.map_or(Field::Null, |(state, _)| Field::word(&state)),
        _ => Field::Null,
    }
}

impl Asked for Row<'_> {
    fn field(&self, property: usize) -> Field<'_> {
        let property = self.collection.properties().get(property);
        property.map_or(Field::Null, |property| self.value(property.name))
    }

    fn shape(&self) -> Shape<'_> {
        match (&self.what, self.place()) {
            (What::Zone { zone, .. }, _) => Shape::Area(&zone.area),
            (_, Some(Place::Disc(disc))) => {
                Shape::Point(Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 })
            }
            _ => Shape::Nowhere,
        }
    }
}

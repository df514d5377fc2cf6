//! What was seen and done, as pages show it.

use crate::http::Who;
use crate::page::Frame;
use crate::pictured::{CONTENT, Pictured, pictured};
use crate::room::Room;
use crate::view::View;
use servanda_casework::{Case, Doing, Likeness};
use servanda_comply::CiteBy;
use servanda_entry::{Handling, Place, Step};
use servanda_place::Point;
use servanda_report::{When, when};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;

/// From and to, as they are shown.
pub(crate) struct Span {
    pub(crate) from: When,
    pub(crate) to: When,
}

impl Span {
    pub(crate) fn of(span: Interval) -> Span {
        let (from, to) = servanda_report::pair(moment(span.from), moment(span.to));
        Span { from, to }
    }
}

/// An instant, as it is shown.
pub(crate) fn moment(at: Instant) -> When {
    when(&at.to_string())
}

/// A place in words: a zone by its name, a disc by its middle and radius.
pub(crate) fn place(view: &View, at: Option<&Place>) -> String {
    match at {
        None => String::new(),
        Some(Place::Zone(at)) => {
            let zone = view.desk.agreement.zone(&at.zone);
            zone.map_or_else(|| at.zone.clone(), |zone| zone.name.clone())
        }
        Some(Place::Disc(disc)) => {
            let point = Point { lat_e7: disc.lat_e7, lon_e7: disc.lon_e7 };
            let metres = disc.radius_mm / 1000;
            let middle = degrees(point, metres);
            match metres {
                0 => middle,
                m if m % 1000 == 0 => format!("{middle} ±\u{a0}{}\u{a0}km", m / 1000),
                m => format!("{middle} ±\u{a0}{m}\u{a0}m"),
            }
        }
    }
}

/// A point, with no more digits than its uncertainty leaves a meaning; the entry has them all.
fn degrees(point: Point, uncertain_m: u64) -> String {
    let digits = match uncertain_m {
        10_000.. => 2,
        1_000.. => 3,
        100.. => 4,
        10.. => 5,
        _ => 7,
    };
    let one = |e7: i64, plus: char, minus: char| {
        let (unit, whole) = (10_u64.pow(7 - digits), 10_u64.pow(digits));
        let rounded = (e7.unsigned_abs() + unit / 2) / unit;
        let width = digits as usize;
        let text = format!("{}.{:0width$}", rounded / whole, rounded % whole);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        format!("{text}\u{a0}{}", if e7 < 0 { minus } else { plus })
    };
    let (north, east) = (i64::from(point.lat_e7), i64::from(point.lon_e7));
    format!("{}, {}", one(north, 'N', 'S'), one(east, 'E', 'W'))
}

/// An observation of a case.
pub(crate) struct Seen {
    /// `e12.3`
    pub(crate) id: String,
    pub(crate) entry: u64,
    pub(crate) source: String,
    pub(crate) what: String,
    pub(crate) when: Span,
    pub(crate) place: String,
    pub(crate) count: String,
    pub(crate) sides: String,
    pub(crate) attrs: Vec<(String, String)>,
    /// Whether a person noted it.
    pub(crate) by_hand: bool,
    /// Its pictures, for who may open them.
    pub(crate) pictures: Option<Pictured>,
}

pub(crate) fn seen(view: &View, who: &Who, member: usize) -> Option<Seen> {
    let row = view.desk.history.observations.get(member)?;
    let source = view.desk.agreement.source(row.source());
    let sides: Vec<String> = row.sides().iter().map(|side| side.join(", ")).collect();
    Some(Seen {
        id: row.print(CiteBy::Entry),
        entry: row.cite().entry,
        source: source.map_or_else(|| row.source().to_string(), |source| source.name.clone()),
        what: row.kind().to_string(),
        when: Span::of(row.interval()),
        place: place(view, row.place().as_ref()),
        count: row.count().map_or_else(String::new, |count| {
            let high = count.high.map(|high| high.to_string()).unwrap_or_default();
            match (count.best, count.high) {
                (_, Some(high)) if high == count.low => format!("{high} {}", count.unit),
                (Some(best), _) => format!("{best} ({}–{high}) {}", count.low, count.unit),
                (None, _) => format!("{}–{high} {}", count.low, count.unit),
            }
        }),
        sides: sides.join(" – "),
        attrs: row
            .attrs()
            .iter()
            .filter(|(name, _)| *name != CONTENT)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        by_hand: row.line() == 0,
        pictures: (row.line() == 0).then(|| pictured(view, who, row.cite().entry)).flatten(),
    })
}

/// What was observed in a case, each word once.
pub(crate) fn kinds(view: &View, members: &[usize]) -> String {
    words(members.iter().map(|&n| view.desk.history.observations.at(n).kind()))
}

/// The sources of a case, each once.
pub(crate) fn sources(view: &View, members: &[usize]) -> String {
    words(members.iter().map(|&n| view.desk.history.observations.at(n).source()))
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    let each: std::collections::BTreeSet<&str> = all.collect();
    each.into_iter().collect::<Vec<_>>().join(", ")
}

/// Where a case was seen: the place of the first observation that has one.
pub(crate) fn place_of(view: &View, members: &[usize]) -> String {
    let mut places = members.iter().map(|&n| view.desk.history.observations.at(n).place());
    place(view, places.find_map(|at| at).as_ref())
}

/// Who did something, seen from who asks: `you`, or nothing more than that it was somebody.
pub(crate) fn is_own(room: &Room, name: &str, context: Hash, person: Option<Hash>) -> bool {
    !name.is_empty() && person.is_some_and(|person| room.pseudonym(context, name) == person)
}

/// Who holds a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Nobody,
    You,
    Somebody,
}

impl Holder {
    pub(crate) fn of(room: &Room, case: &Case, name: &str) -> Holder {
        let Some((person, cite)) = case.holder else { return Holder::Nobody };
        match case.step(cite).map(Handling::context) {
            Some(context) if is_own(room, name, context, Some(person)) => Holder::You,
            _ => Holder::Somebody,
        }
    }

    pub(crate) fn key(self) -> &'static str {
        match self {
            Holder::Nobody => "holder-nobody",
            Holder::You => "holder-you",
            Holder::Somebody => "holder-somebody",
        }
    }
}

/// A line of what was done about a case.
pub(crate) struct Did {
    pub(crate) entry: u64,
    pub(crate) at: When,
    /// What, in words.
    pub(crate) what: String,
    pub(crate) role: String,
    pub(crate) reason: String,
    pub(crate) own: bool,
}

pub(crate) fn done(room: &Room, view: &View, case: &Case, frame: &Frame<'_>) -> Vec<Did> {
    case.lines
        .iter()
        .map(|line| {
            let entry = line.cite.entry;
            let at = view.received(entry).unwrap_or(Instant::EPOCH);
            let (what, role, reason, own) = match &line.doing {
                Doing::Step(step) => {
                    let own = is_own(room, frame.who().name(), context(case, step), step.person);
                    let reason = step.reason.clone().unwrap_or_default();
                    let what = match &step.step {
                        Step::Assigned { to }
                            if is_own(room, frame.who().name(), step.context(), Some(*to)) =>
                        {
                            frame.say("did-assigned-you")
                        }
                        step => in_words(frame, step),
                    };
                    (what, step.role.clone(), reason, own)
                }
                Doing::Judged(judged) => {
                    let what = crate::judged::judgement(frame, &judged.outcome);
                    (what, judged.role.clone(), judged.reason.clone(), false)
                }
                Doing::Found(found, stands) => {
                    let key = if *stands { "did-found" } else { "did-found-retracted" };
                    let named = |id: &str| frame.party(id);
                    let party = found.party.as_deref().map_or_else(|| "–".to_owned(), named);
                    let what = frame.say_with(
                        key,
                        &[
                            ("outcome", frame.say(&crate::judged::outcome(found.outcome)).into()),
                            ("provision", found.provision.as_str().into()),
                            ("party", party.into()),
                        ],
                    );
                    (what, found.role.clone(), found.reason.clone(), false)
                }
                Doing::Replied(reply) => {
                    let open = [("party", frame.party(&reply.party).into())];
                    (frame.say_with("did-replied", &open), String::new(), String::new(), false)
                }
            };
            Did { entry, at: moment(at), what, role: frame.office(&role), reason, own }
        })
        .collect()
}

/// The context of a step's pseudonym: an answer's is that of its proposal.
fn context(case: &Case, step: &Handling) -> Hash {
    let answered = |of: Hash| case.proposals.iter().find(|proposal| proposal.cite.id == of);
    match &step.step {
        Step::Agreed | Step::Declined => {
            let proposal = step.of.first().and_then(|of| answered(of.id));
            proposal.map_or_else(|| step.context(), |proposal| proposal.context)
        }
        _ => step.context(),
    }
}

fn in_words(frame: &Frame<'_>, step: &Step) -> String {
    match step {
        Step::Taken => frame.say("did-taken"),
        Step::Assigned { .. } => frame.say("did-assigned"),
        Step::Released => frame.say("did-released"),
        Step::HelpWanted => frame.say("did-help"),
        Step::Checked { item, result } => frame.say_with(
            "did-checked",
            &[
                ("item", frame.say(crate::judged::item(*item)).into()),
                ("result", frame.say(crate::judged::result(*result)).into()),
            ],
        ),
        Step::Graded { information, source } => {
            frame.say_with("did-graded", &[("grade", format!("{source:?}{information}").into())])
        }
        Step::Distinct => frame.say("did-distinct"),
        Step::ProposedAttribution { assessment } => frame.say_with(
            "did-proposed",
            &[("what", crate::judged::judgement(frame, &assessment.outcome).into())],
        ),
        Step::ProposedFinding { finding } => {
            let what = frame.say(&crate::judged::outcome(finding.outcome));
            let what = format!("{what}, {}", finding.provision);
            frame.say_with("did-proposed", &[("what", what.into())])
        }
        Step::Agreed => frame.say("did-agreed"),
        Step::Declined => frame.say("did-declined"),
        Step::Asked { party, until_ms } => {
            let until = Instant::from_ms(*until_ms).unwrap_or(Instant::EPOCH);
            let open =
                [("party", frame.party(party).into()), ("until", moment(until).shown.into())];
            frame.say_with("did-asked", &open)
        }
        Step::Cure { state } => {
            frame.say_with("did-cure", &[("state", frame.say(crate::judged::cure(*state)).into())])
        }
        Step::Published => frame.say("did-published"),
    }
}

/// Why two incidents may be one event, or not, in words.
pub(crate) fn likeness(frame: &Frame<'_>, reason: Likeness) -> String {
    let minutes = |ms: i64| ms / 60_000;
    match reason {
        Likeness::SameTime => frame.say("like-time"),
        Likeness::TimeApart(ms) => frame.say_with("like-time-apart", &[("n", minutes(ms).into())]),
        Likeness::SamePlace => frame.say("like-place"),
        Likeness::PlaceApart(m) => frame
            .say_with("like-place-apart", &[("n", i64::try_from(m).unwrap_or(i64::MAX).into())]),
        Likeness::PlaceUnknown => frame.say("like-place-unknown"),
        Likeness::SameKind => frame.say("like-kind"),
        Likeness::OtherKind => frame.say("like-other-kind"),
        Likeness::OtherSource => frame.say("like-source"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_has_the_digits_that_its_uncertainty_leaves() {
        let point = Point::parse("-37.1608644", "36.2888800").unwrap();
        for (metres, shown) in [
            (0, "36.28888 N, 37.1608644 W"),
            (99, "36.28888 N, 37.16086 W"),
            (500, "36.2889 N, 37.1609 W"),
            (1_000, "36.289 N, 37.161 W"),
            (150_000, "36.29 N, 37.16 W"),
        ] {
            assert_eq!(degrees(point, metres).replace('\u{a0}', " "), shown);
        }
        let round = Point::parse("9.9999999", "-50").unwrap();
        assert_eq!(degrees(round, 100).replace('\u{a0}', " "), "50 S, 10 E");
    }
}

use crate::case::Case;
use servanda_comply::{Evaluation, History};
use servanda_entry::Place;
use servanda_place::{Point, great_circle_m};
use servanda_time::Interval;
use servanda_tlog::Hash;

/// Another incident that may be the same event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The incident, as it is printed.
    pub id: String,
    /// Its observations: indexes in the history.
    pub members: Vec<usize>,
    /// Its time.
    pub when: Interval,
    /// Of 100: how much speaks for it. A number to sort by, not a probability.
    pub score: u32,
    /// What speaks for it, and against.
    pub reasons: Vec<Likeness>,
}

/// In what two incidents are alike or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Their times share an instant.
    SameTime,
    /// Between their times lie so many milliseconds.
    TimeApart(i64),
    /// Their places overlap.
    SamePlace,
    /// Between their places lie so many metres, uncertainty taken off.
    PlaceApart(u64),
    /// One of them has no place, or places that can't be compared.
    PlaceUnknown,
    /// What was observed has the same name.
    SameKind,
    /// It has another.
    OtherKind,
    /// Their observations come from different sources.
    OtherSource,
}

/// Beyond so long, two reports are not compared: 6 hours.
const TIME_APART_MAX_MS: i64 = 6 * 3_600_000;
/// Beyond so far, neither: 25 km.
const PLACE_APART_MAX_M: f64 = 25_000.0;
/// Fewer points than this are not shown.
const SCORE_MIN: u32 = 40;
/// Most that are shown.
const CANDIDATES_MAX: usize = 5;

/// The incidents that may be the same event as a case, the likeliest first: near in time, near in
/// place, and never told apart from it by somebody.
///
/// Each pair of incidents is judged by the same rule: nearness in time gives up to 45 points,
/// nearness in place up to 40 (15 where a place is unknown), the same kind 10, another source 5.
#[must_use]
pub fn candidates(case: &Case, history: &History, evaluation: &Evaluation) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = evaluation
        .incidents
        .iter()
        .filter(|(id, members)| *id != case.id && !told_apart(case, members, history))
        .filter_map(|(id, members)| compare(case, id, members, history))
        .collect();
    found.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    found.truncate(CANDIDATES_MAX);
    found
}

fn told_apart(case: &Case, members: &[usize], history: &History) -> bool {
    let id = |&n: &usize| -> Hash { history.observations.at(n).id() };
    !case.distinct.is_empty() && members.iter().any(|n| case.distinct.contains(&id(n)))
}

fn compare(case: &Case, id: &str, members: &[usize], history: &History) -> Option<Candidate> {
    let when = span(members, history)?;
    let apart_ms = if when.overlaps(&case.when) {
        0
    } else {
        (when.from.ms() - case.when.to.ms()).max(case.when.from.ms() - when.to.ms()).max(0)
    };
    if apart_ms > TIME_APART_MAX_MS {
        return None;
    }
    let mut reasons = Vec::new();
    let mut score = points(45, apart_ms as f64, TIME_APART_MAX_MS as f64);
    reasons.push(match apart_ms {
        0 => Likeness::SameTime,
        ms => Likeness::TimeApart(ms),
    });
    match apart_m(&case.members, members, history) {
        Some(m) if m > PLACE_APART_MAX_M => return None,
        Some(m) => {
            score += points(40, m, PLACE_APART_MAX_M);
            reasons.push(if m > 0.0 {
                Likeness::PlaceApart(m as u64)
            } else {
                Likeness::SamePlace
            });
        }
        None => {
            score += 15;
            reasons.push(Likeness::PlaceUnknown);
        }
    }
    let seen = |n: &usize| history.observations.at(*n);
    let alike =
        case.members.iter().any(|a| members.iter().any(|b| seen(a).kind() == seen(b).kind()));
    score += if alike { 10 } else { 0 };
    reasons.push(if alike { Likeness::SameKind } else { Likeness::OtherKind });
    let other =
        !members.iter().any(|b| case.members.iter().any(|a| seen(a).source() == seen(b).source()));
    if other {
        score += 5;
        reasons.push(Likeness::OtherSource);
    }
    (score >= SCORE_MIN).then(|| Candidate {
        id: id.into(),
        members: members.to_vec(),
        when,
        score,
        reasons,
    })
}

/// All of the points at no distance, none at the most.
fn points(of: u32, distance: f64, most: f64) -> u32 {
    (f64::from(of) * (1.0 - distance / most)) as u32
}

/// From the earliest start to the latest end of observations; none of none.
pub(crate) fn span(members: &[usize], history: &History) -> Option<Interval> {
    let spans = members.iter().map(|&n| history.observations.at(n).interval());
    spans.reduce(Interval::hull)
}

/// The least distance between the places of two incidents, uncertainty taken off; none where there
/// are no two that can be compared.
fn apart_m(a: &[usize], b: &[usize], history: &History) -> Option<f64> {
    let places = |members: &[usize]| {
        let places = members.iter().filter_map(|&n| history.observations.at(n).place());
        places.collect::<Vec<Place>>()
    };
    let (a, b) = (places(a), places(b));
    let pairs = a.iter().flat_map(|p| b.iter().map(move |q| (p, q)));
    pairs.filter_map(|(p, q)| gap_m(p, q)).min_by(f64::total_cmp)
}

fn gap_m(a: &Place, b: &Place) -> Option<f64> {
    match (a, b) {
        (Place::Disc(p), Place::Disc(q)) => {
            let at = |lon_e7, lat_e7| Point { lon_e7, lat_e7 };
            let between = great_circle_m(at(p.lon_e7, p.lat_e7), at(q.lon_e7, q.lat_e7));
            Some((between - (p.radius_mm + q.radius_mm) as f64 / 1000.0).max(0.0))
        }
        (Place::Zone(a), Place::Zone(b)) if a == b => Some(0.0),
        _ => None,
    }
}

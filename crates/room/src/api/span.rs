//! Intervals of time as queries write them, and how two stand to each other.

use servanda_time::Instant;

/// A day, less the last millisecond: a date means all of it.
const DAY_MS: i64 = 86_400_000 - 1;

/// From and to, both included; the ends of the integers are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

/// An instant of a query, as an interval: a date is a day, a time an instant.
pub(super) fn instant(text: &str) -> Result<Range, String> {
    let is_date = text.len() == 10 && text.as_bytes().get(4) == Some(&b'-');
    let full = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
    // A plus sign in an address is a blank, and an offset is never told by one.
    let full = match full.split_once('T') {
        Some((day, clock)) => format!("{day}T{}", clock.replace(' ', "+")),
        None => full,
    };
    let at = Instant::parse(&full, None).map_err(|error| error.to_string())?.ms();
    Ok(Range { from_ms: at, to_ms: if is_date { at + DAY_MS } else { at } })
}

/// The parameter `datetime`: an instant, or an interval of which an end may be open.
pub(super) fn datetime(text: &str) -> Result<Range, String> {
    let Some((from, to)) = text.split_once('/') else { return instant(text) };
    let is_open = |text: &str| text.is_empty() || text == "..";
    let from_ms = if is_open(from) { i64::MIN } else { instant(from)?.from_ms };
    let to_ms = if is_open(to) { i64::MAX } else { instant(to)?.to_ms };
    if from_ms > to_ms {
        return Err(format!("the interval {text:?} ends before it begins"));
    }
    Ok(Range { from_ms, to_ms })
}

impl Range {
    /// Whether a feature's time, its end excluded, shares an instant with this; an end that is none
    /// is open.
    pub(super) fn meets(&self, starts: Option<Instant>, ends: Option<Instant>) -> bool {
        let from = starts.map_or(i64::MIN, Instant::ms);
        let to = ends.map_or(i64::MAX, Instant::ms);
        from <= self.to_ms && (self.from_ms < to || (from == to && self.from_ms <= from))
    }
}

/// How one interval stands to another, by the names of CQL2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl Relation {
    pub(super) const ALL: [(&'static str, Relation); 15] = [
        ("T_AFTER", Relation::After),
        ("T_BEFORE", Relation::Before),
        ("T_CONTAINS", Relation::Contains),
        ("T_DISJOINT", Relation::Disjoint),
        ("T_DURING", Relation::During),
        ("T_EQUALS", Relation::Equals),
        ("T_FINISHEDBY", Relation::FinishedBy),
        ("T_FINISHES", Relation::Finishes),
        ("T_INTERSECTS", Relation::Intersects),
        ("T_MEETS", Relation::Meets),
        ("T_METBY", Relation::MetBy),
        ("T_OVERLAPPEDBY", Relation::OverlappedBy),
        ("T_OVERLAPS", Relation::Overlaps),
        ("T_STARTEDBY", Relation::StartedBy),
        ("T_STARTS", Relation::Starts),
    ];

    /// Whether it holds of two intervals with both ends included.
    pub(super) fn holds(self, a: Range, b: Range) -> bool {
        let (from, to) = (a.from_ms.cmp(&b.from_ms), a.to_ms.cmp(&b.to_ms));
        let meets = a.from_ms <= b.to_ms && a.to_ms >= b.from_ms;
        match self {
            Relation::After => a.from_ms > b.to_ms,
            Relation::Before => a.to_ms < b.from_ms,
            Relation::Contains => from.is_lt() && to.is_gt(),
            Relation::Disjoint => !meets,
            Relation::During => from.is_gt() && to.is_lt(),
            Relation::Equals => from.is_eq() && to.is_eq(),
            Relation::FinishedBy => from.is_lt() && to.is_eq(),
            Relation::Finishes => from.is_gt() && to.is_eq(),
            Relation::Intersects => meets,
            Relation::Meets => a.to_ms == b.from_ms,
            Relation::MetBy => a.from_ms == b.to_ms,
            Relation::OverlappedBy => from.is_gt() && a.from_ms < b.to_ms && to.is_gt(),
            Relation::Overlaps => from.is_lt() && a.to_ms > b.from_ms && to.is_lt(),
            Relation::StartedBy => from.is_eq() && to.is_gt(),
            Relation::Starts => from.is_eq() && to.is_lt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_relation_has_its_pair() {
        let range = |from_ms, to_ms| Range { from_ms, to_ms };
        let b = range(10, 20);
        let holding = |a: Range| -> Vec<&str> {
            Relation::ALL.iter().filter(|(_, one)| one.holds(a, b)).map(|(name, _)| *name).collect()
        };
        let meets = "T_INTERSECTS";
        assert_eq!(holding(range(21, 30)), ["T_AFTER", "T_DISJOINT"]);
        assert_eq!(holding(range(0, 9)), ["T_BEFORE", "T_DISJOINT"]);
        assert_eq!(holding(range(0, 30)), ["T_CONTAINS", meets]);
        assert_eq!(holding(range(12, 15)), ["T_DURING", meets]);
        assert_eq!(holding(range(10, 20)), ["T_EQUALS", meets]);
        assert_eq!(holding(range(0, 20)), ["T_FINISHEDBY", meets]);
        assert_eq!(holding(range(15, 20)), ["T_FINISHES", meets]);
        assert_eq!(holding(range(0, 10)), [meets, "T_MEETS"]);
        assert_eq!(holding(range(20, 30)), [meets, "T_METBY"]);
        assert_eq!(holding(range(15, 30)), [meets, "T_OVERLAPPEDBY"]);
        assert_eq!(holding(range(0, 15)), [meets, "T_OVERLAPS"]);
        assert_eq!(holding(range(10, 30)), [meets, "T_STARTEDBY"]);
        assert_eq!(holding(range(10, 15)), [meets, "T_STARTS"]);
    }

    #[test]
    fn the_end_of_a_feature_is_no_part_of_it() {
        let at = |ms| Instant::from_ms(ms).ok();
        let range = Range { from_ms: 10, to_ms: 20 };
        assert!(range.meets(at(5), at(11)) && range.meets(at(20), at(30)));
        assert!(!range.meets(at(5), at(10)) && !range.meets(at(21), at(30)));
        assert!(range.meets(at(10), at(10)) && !range.meets(at(9), at(9)));
        assert!(range.meets(None, at(11)) && range.meets(at(0), None) && range.meets(None, None));
    }

    #[test]
    fn times_of_queries() {
        let day = datetime("2030-01-05").unwrap();
        assert_eq!(day.to_ms - day.from_ms, DAY_MS);
        let at = datetime("2030-01-05T10:00:00Z").unwrap();
        assert_eq!(at.from_ms, at.to_ms);
        assert_eq!(datetime("2030-01-05T12:00:00 02:00").unwrap(), at);
        assert_eq!(datetime("../2030-01-05").unwrap().from_ms, i64::MIN);
        assert_eq!(datetime("2030-01-05/").unwrap().to_ms, i64::MAX);
        for bad in ["", "now", "2030-13-01", "2030-01-06/2030-01-05", "a/b", "1/2/3"] {
            assert!(datetime(bad).is_err(), "{bad}");
        }
    }
}

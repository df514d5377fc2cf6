//! The incidents in columns: what questions look at, worked out once for each answer of the engine.

use servanda_comply::{History, Incidents};
use servanda_place::Point;
use servanda_time::Interval;
use std::collections::{BTreeMap, BTreeSet};

/// The incidents of an answer, in its order.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) lines: Vec<Line>,
    /// The texts that lines name by number. Number 0 is the empty one.
    texts: Vec<String>,
}

/// An incident.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// From the earliest start to the latest end of its observations, in milliseconds.
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    /// The first point that an observation states.
    pub(crate) at: Option<Point>,
    pub(crate) radius_mm: u64,
    /// What was observed, each word once; a number of a text.
    pub(crate) what: u32,
    /// Who observed it, each once; a number of a text.
    pub(crate) sources: u32,
    /// The zone that stands for its place where it has no point; a number of a text.
    pub(crate) zone: u32,
    /// Whether a person noted one of its observations.
    pub(crate) by_hand: bool,
}

/// What stands between the words of a text.
pub(crate) const BETWEEN: &str = ", ";

impl Columns {
    pub(crate) fn of(history: &History, incidents: &Incidents) -> Columns {
        let mut columns = Columns { lines: Vec::with_capacity(incidents.len()), texts: vec![] };
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        columns.number("", &mut numbers);
        for (_, members) in incidents.iter() {
            let seen = members.iter().filter_map(|&n| history.observations.get(n));
            let when = seen.clone().map(|seen| seen.interval()).reduce(Interval::hull);
            let (from_ms, to_ms) = when.map_or((0, 0), |when| (when.from.ms(), when.to.ms()));
            let disc = seen.clone().find_map(|seen| seen.disc());
            let zone = seen.clone().find_map(|seen| seen.zone()).filter(|_| disc.is_none());
            let line = Line {
                from_ms,
                to_ms,
                at: disc.map(|disc| Point { lat_e7: disc.lat_e7, lon_e7: disc.lon_e7 }),
                radius_mm: disc.map_or(0, |disc| disc.radius_mm),
                what: columns.words(seen.clone().map(|seen| seen.kind()), &mut numbers),
                sources: columns.words(seen.clone().map(|seen| seen.source()), &mut numbers),
                zone: columns.number(zone.unwrap_or_default(), &mut numbers),
                by_hand: seen.clone().any(|seen| seen.line() == 0),
            };
            columns.lines.push(line);
        }
        columns
    }

    /// A text by its number.
    pub(crate) fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", String::as_str)
    }

    /// Of each text whether something holds of it.
    pub(crate) fn each_text(&self, holds: impl Fn(&str) -> bool) -> Vec<bool> {
        self.texts.iter().map(|text| holds(text)).collect()
    }

    /// The number of the text that has each of these words once.
    fn words<'a>(
        &mut self,
        words: impl Iterator<Item = &'a str> + Clone,
        numbers: &mut BTreeMap<String, u32>,
    ) -> u32 {
        let first = words.clone().next().unwrap_or_default();
        // Nearly always it is one, and needs no list.
        if words.clone().all(|word| word == first) {
            return self.number(first, numbers);
        }
        let each: BTreeSet<&str> = words.collect();
        self.number(&each.into_iter().collect::<Vec<_>>().join(BETWEEN), numbers)
    }

    fn number(&mut self, text: &str, numbers: &mut BTreeMap<String, u32>) -> u32 {
        if let Some(known) = numbers.get(text) {
            return *known;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(0);
        self.texts.push(text.to_owned());
        numbers.insert(text.to_owned(), number);
        number
    }
}

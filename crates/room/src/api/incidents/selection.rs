//! What answers a question, in one pass over the incidents.

use super::super::ground::Shape;
use super::super::rows::{Row, incident};
use super::question::{Facet, Question};
use crate::columns::{Columns, Line};
use crate::released::{Thing, Way};
use crate::view::View;
use servanda_casework::{Case, Stage};
use servanda_figure::Standing;
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;

/// Parts of time that a histogram has.
const PARTS: i64 = 60;
/// Parts are as long as one of these, in milliseconds: so they begin and end at round times.
const PART_MS: [i64; 14] = [
    60_000,
    300_000,
    900_000,
    1_800_000,
    3_600_000,
    3 * 3_600_000,
    6 * 3_600_000,
    12 * 3_600_000,
    86_400_000,
    7 * 86_400_000,
    14 * 86_400_000,
    28 * 86_400_000,
    91 * 86_400_000,
    364 * 86_400_000,
];

/// The answer to a question, as far as whoever asks may know it.
pub(crate) struct Selection<'v> {
    view: &'v View,
    way: Way<'v>,
    /// The incidents, by their numbers in the engine's answer, in the order of time.
    pub(crate) hits: Vec<u32>,
    /// How many of them have no point.
    pub(crate) nowhere: u64,
    /// Each facet with its values that occur and how often, were it not asked for itself.
    pub(crate) facets: BTreeMap<Facet, BTreeMap<&'v str, u64>>,
    /// How many there are over time, were no time asked for; none: there is nothing.
    pub(crate) times: Option<Times>,
}

/// Counts over time.
pub(crate) struct Times {
    pub(crate) span: Interval,
    pub(crate) part_ms: i64,
    pub(crate) counts: Vec<u64>,
}

impl<'v> Selection<'v> {
    /// The hits alone.
    pub(crate) fn of(view: &'v View, way: Way<'v>, question: &Question) -> Selection<'v> {
        Selection::select(view, way, question, false)
    }

    /// The hits, and what is counted over them: facets and times.
    pub(crate) fn counted(view: &'v View, way: Way<'v>, question: &Question) -> Selection<'v> {
        Selection::select(view, way, question, true)
    }

    fn select(
        view: &'v View,
        way: Way<'v>,
        question: &Question,
        is_counted: bool,
    ) -> Selection<'v> {
        let columns = &*view.columns;
        let incidents = &view.evaluation().incidents;
        let range = question.range(view.at, began(view));
        let is_word = columns.each_text(|text| text.to_lowercase().contains(&question.words));
        let mut selection = Selection {
            view,
            way,
            hits: Vec::new(),
            nowhere: 0,
            facets: BTreeMap::new(),
            times: None,
        };
        let mut times: Vec<(i64, i64)> = Vec::new();
        for (n, line) in columns.lines.iter().enumerate() {
            let case = view.cases.of_incident(n);
            if !way.lets(Thing::Incident { by_hand: line.by_hand, case }) {
                continue;
            }
            let of_text = |number: u32| is_word.get(number as usize) == Some(&true);
            let has_words = question.words.is_empty()
                || [line.what, line.sources, line.zone].into_iter().any(of_text)
                || incidents.get(n).is_some_and(|(id, _)| id.contains(&question.words));
            // What has no place passes each box.
            let shape = line.at.map_or(Shape::Nowhere, Shape::Point);
            let is_here = question.bounds().is_none_or(|boxes| shape.meets(boxes) != Some(false));
            let is_placed = question.is_placed.is_none_or(|placed| line.at.is_some() == placed);
            if !(has_words && is_here && is_placed) {
                continue;
            }
            if question.has_rest {
                let row = incident(view, way, n);
                if !row.is_some_and(|row| question.rest.matches(&row)) {
                    continue;
                }
            }
            let case = case.filter(|case| way.lets(Thing::Case(case)));
            let is_then = range.is_none_or(|range| {
                let at = |ms| Instant::from_ms(ms).ok();
                range.meets(at(line.from_ms), at(line.to_ms))
            });
            let mut failing = question.facets.iter().filter(|(facet, value)| {
                let mut has = false;
                facet.each(columns, line, case, view.at, |own| has |= own == value);
                !has
            });
            let (first, second) = (failing.next().map(|(facet, _)| *facet), failing.next());
            if second.is_some() {
                continue;
            }
            if is_counted && first.is_none() {
                times.push((line.from_ms, line.to_ms));
            }
            if !is_then {
                continue;
            }
            let counting = Facet::ALL.into_iter().filter(|_| is_counted);
            for facet in counting.filter(|own| first.is_none_or(|one| one == *own)) {
                let counts = selection.facets.entry(facet).or_default();
                facet.each(columns, line, case, view.at, |value| {
                    *counts.entry(value).or_default() += 1;
                });
            }
            if first.is_none() {
                selection.hits.push(u32::try_from(n).unwrap_or(u32::MAX));
                selection.nowhere += u64::from(line.at.is_none());
            }
        }
        selection.times = Times::of(&times);
        selection
    }

    /// A hit, as the interface for programs has it.
    pub(in crate::api) fn row(&self, hit: u32) -> Option<Row<'v>> {
        incident(self.view, self.way, hit as usize)
    }

    pub(crate) fn id(&self, hit: u32) -> &'v str {
        self.view.evaluation().incidents.get(hit as usize).map_or("", |(id, _)| id)
    }

    pub(crate) fn members(&self, hit: u32) -> &'v [usize] {
        let found = self.view.evaluation().incidents.get(hit as usize);
        found.map_or(&[], |(_, members)| members)
    }

    pub(crate) fn columns(&self) -> &'v Columns {
        &self.view.columns
    }

    pub(crate) fn line(&self, hit: u32) -> Option<&'v Line> {
        self.columns().lines.get(hit as usize)
    }

    /// Its case, where it may be seen.
    pub(crate) fn case(&self, hit: u32) -> Option<&'v Case> {
        let case = self.view.cases.of_incident(hit as usize);
        case.filter(|case| self.way.lets(Thing::Case(case)))
    }

    /// Where a hit is shown whole.
    pub(crate) fn address(&self, hit: u32) -> String {
        if let Some(case) = self.case(hit) {
            return format!("/cases/{}", case.id);
        }
        let first = self.members(hit).first();
        let seen = first.and_then(|&n| self.view.desk.history.observations.get(n));
        seen.map_or_else(String::new, |seen| format!("/entries/{}", seen.cite().entry))
    }

    pub(crate) fn standing(&self, hit: u32) -> Standing {
        match self.case(hit).map(|case| case.stage(self.view.at)) {
            None => Standing::Plain,
            Some(Stage::New | Stage::InProgress | Stage::HelpWanted | Stage::ForReview) => {
                Standing::Open
            }
            Some(Stage::Verified) => Standing::Verified,
            Some(Stage::ReplyAwaited | Stage::Found) => Standing::Found,
            Some(Stage::Closed) => Standing::Closed,
        }
    }
}

/// When the agreement bound first.
pub(super) fn began(view: &View) -> Option<Instant> {
    view.evaluation().picture.windows.iter().filter_map(|window| window.from).min()
}

impl Times {
    fn of(times: &[(i64, i64)]) -> Option<Times> {
        let from_ms = times.iter().map(|(from, _)| *from).min()?;
        let to_ms = times.iter().map(|(_, to)| *to).max()?.max(from_ms + 1);
        let needed = (to_ms - from_ms) / PARTS + 1;
        let longest = PART_MS[PART_MS.len() - 1];
        let round = PART_MS.into_iter().find(|part| *part >= needed);
        let part_ms = round.unwrap_or_else(|| longest * (needed / longest + 1));
        let first = from_ms.div_euclid(part_ms);
        let last = (to_ms - 1).div_euclid(part_ms);
        let mut counts = vec![0; usize::try_from(last - first + 1).unwrap_or(1)];
        for (from, to) in times {
            let part = |ms: i64| usize::try_from(ms.div_euclid(part_ms) - first).unwrap_or(0);
            // An event that has no length is at its instant.
            let touched = part(*from)..=part((to - 1).max(*from));
            counts.get_mut(touched).unwrap_or_default().iter_mut().for_each(|count| *count += 1);
        }
        let at = |part: i64| Instant::from_ms(part.saturating_mul(part_ms)).ok();
        let span = Interval::new(at(first)?, at(last + 1)?)?;
        Some(Times { span, part_ms, counts })
    }

    /// Each part with its count.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Interval, u64)> {
        self.counts.iter().enumerate().map(|(n, count)| {
            let from = self.span.from.plus_ms(i64::try_from(n).unwrap_or(0) * self.part_ms);
            (Interval { from, to: from.plus_ms(self.part_ms) }, *count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lasts_counts_in_each_part_that_it_touches() {
        const HOUR: i64 = 3_600_000;
        let times = Times::of(&[(0, 1), (0, HOUR), (HOUR / 2, 48 * HOUR), (5 * HOUR, 5 * HOUR)]);
        let times = times.unwrap();
        assert_eq!(times.part_ms, HOUR);
        assert_eq!(times.counts.len(), 48);
        assert_eq!(times.counts[..6], [3, 1, 1, 1, 1, 2]);
        assert_eq!(times.parts().map(|(_, count)| count).sum::<u64>(), 51);
        assert!(Times::of(&[]).is_none());
        // From the first year to the last that can be written, in parts that are not too many.
        let long = Times::of(&[(-62_135_596_800_000, 0), (0, 253_402_300_799_999)]);
        assert!(long.is_none_or(|long| long.counts.len() <= 62));
    }
}

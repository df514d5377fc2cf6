//! What is asked of the incidents.

use super::super::cql::corners;
use super::super::query::{Form, Query};
use super::super::rows::Collection;
use super::super::span::{Range, datetime, instant};
use super::selection::began;
use crate::columns::{BETWEEN, Columns, Line};
use crate::judged;
use crate::view::View;
use servanda_casework::Case;
use servanda_place::Bounds;
use servanda_time::Instant;

/// Lengths of time before now that can be asked for by name.
pub(crate) const LAST: [(&str, i64); 5] =
    [("1h", 1), ("6h", 6), ("24h", 24), ("7d", 7 * 24), ("30d", 30 * 24)];
const HOUR_MS: i64 = 3_600_000;
/// Less the last millisecond: a minute means all of it.
const MINUTE_MS: i64 = 60_000 - 1;
/// Most cells across a map.
const CELLS_MAX: u64 = 128;
/// Longest text that is searched for, in bytes.
const WORDS_MAX: usize = 200;

/// A property by which incidents are told apart, with the number of each of its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Facet {
    Stage,
    What,
    Sources,
    Zone,
    Concerns,
    Verified,
    Attributed,
    Party,
    Cure,
}

impl Facet {
    pub(crate) const ALL: [Facet; 9] = [
        Facet::Stage,
        Facet::What,
        Facet::Sources,
        Facet::Zone,
        Facet::Concerns,
        Facet::Verified,
        Facet::Attributed,
        Facet::Party,
        Facet::Cure,
    ];

    /// The property of the collection of incidents, and the parameter.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Facet::Stage => "stage",
            Facet::What => "what",
            Facet::Sources => "sources",
            Facet::Zone => "zone",
            Facet::Concerns => "concerns",
            Facet::Verified => "verified",
            Facet::Attributed => "attributed",
            Facet::Party => "party",
            Facet::Cure => "cure",
        }
    }

    /// Shows each value that an incident has. `case` is its case as far as it may be seen.
    pub(super) fn each<'a>(
        self,
        columns: &'a Columns,
        line: &Line,
        case: Option<&'a Case>,
        at: Instant,
        mut seen: impl FnMut(&'a str),
    ) {
        let mut words = |text: &'a str| {
            text.split(BETWEEN).filter(|word| !word.is_empty()).for_each(&mut seen);
        };
        match (self, case) {
            (Facet::What, _) => words(columns.text(line.what)),
            (Facet::Sources, _) => words(columns.text(line.sources)),
            (Facet::Zone, _) => Some(columns.text(line.zone))
                .filter(|zone| !zone.is_empty())
                .into_iter()
                .for_each(seen),
            (_, None) => (),
            (Facet::Stage, Some(case)) => seen(case.stage(at).word()),
            (Facet::Concerns, Some(case)) => case.concerns.iter().for_each(|id| seen(id)),
            (Facet::Verified, Some(case)) => {
                let key = case.verification.map(|(result, _)| judged::verification(result));
                seen_word(&judged::VERIFICATIONS, key, seen);
            }
            (Facet::Attributed, Some(case)) => {
                let key =
                    case.attribution.as_ref().map(|(result, ..)| judged::attribution(*result));
                seen_word(&judged::ATTRIBUTIONS, key, seen);
            }
            (Facet::Party, Some(case)) => {
                let party = case.attribution.as_ref().and_then(|(_, party, _)| party.as_deref());
                party.into_iter().for_each(seen);
            }
            (Facet::Cure, Some(case)) => {
                let key = case.cure.map(|(state, _)| judged::cure(state));
                seen_word(&judged::CURES, key, seen);
            }
        }
    }
}

/// Shows the record's word of a judgement, by the message that says it.
fn seen_word<'a>(words: &[(&'a str, &str)], key: Option<&str>, seen: impl FnOnce(&'a str)) {
    let found = words.iter().find(|(_, own)| Some(*own) == key);
    if let Some((word, _)) = found {
        seen(word);
    }
}

/// A question. Parameters that are given empty, as forms do, are as if they weren't given.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The parameters as they were given.
    pairs: Vec<(String, String)>,
    /// What is searched for, in small letters.
    pub(crate) words: String,
    pub(crate) facets: Vec<(Facet, String)>,
    from: Option<Range>,
    to: Option<Range>,
    last_ms: Option<i64>,
    /// From when the agreement bound first, to the end of the window.
    pub(crate) is_cumulative: bool,
    /// Only what is on the map, or only what is not.
    pub(super) is_placed: Option<bool>,
    boxes: Option<Vec<Bounds>>,
    /// As the record was at that size.
    pub(crate) as_of: Option<u64>,
    /// How many cells a map has across; none: it is no map that asks.
    pub(super) cells: Option<u64>,
    /// What else the interface for programs takes.
    pub(super) rest: Query,
    pub(super) has_rest: bool,
    /// Whether the address says how many.
    pub(super) has_limit: bool,
}

impl Question {
    /// Reads the parameters of an address.
    pub(crate) fn read(text: &str) -> Result<Question, String> {
        let given = form_urlencoded::parse(text.as_bytes()).into_owned();
        let pairs: Vec<(String, String)> = given.filter(|(_, value)| !value.is_empty()).collect();
        for (n, (name, _)) in pairs.iter().enumerate() {
            if pairs[..n].iter().any(|(own, _)| own == name) {
                let name = servanda_text::escape(name);
                return Err(format!("the parameter {name} stands twice"));
            }
        }
        let mut question = Question {
            pairs: pairs.clone(),
            words: String::new(),
            facets: Vec::new(),
            from: None,
            to: None,
            last_ms: None,
            is_cumulative: false,
            is_placed: None,
            boxes: None,
            as_of: None,
            cells: None,
            rest: Query::read("", Collection::Incidents)?,
            has_rest: false,
            has_limit: false,
        };
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &pairs {
            let is_own = question.take(name, value).map_err(|why| {
                let name = servanda_text::escape(name);
                format!("the parameter {name}: {why}")
            })?;
            if !is_own {
                rest.append_pair(name, value);
                question.has_rest |= !matches!(&**name, "limit" | "offset");
                question.has_limit |= name == "limit";
            }
        }
        question.rest = Query::read(&rest.finish(), Collection::Incidents)?;
        if let (Some(from), Some(to)) = (question.from, question.to)
            && from.from_ms > to.to_ms
        {
            return Err("the parameter to: it lies before from".into());
        }
        if question.rest.form != Form::Json {
            return Err("the parameter f: the form is told by the suffix of the address".into());
        }
        Ok(question)
    }

    /// Takes a parameter; false where it is none of those here.
    fn take(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "q" if value.len() > WORDS_MAX => return Err(format!("at most {WORDS_MAX} bytes")),
            "q" => self.words = value.trim().to_lowercase(),
            "from" => self.from = Some(time(value)?),
            "to" => self.to = Some(time(value)?),
            "datetime" => {
                let range = datetime(value)?;
                (self.from, self.to) = (Some(range), Some(range));
            }
            "last" => {
                let found = LAST.iter().find(|(word, _)| *word == value);
                let words = LAST.map(|(word, _)| word).join(", ");
                let (_, hours) = found.ok_or_else(|| format!("one of {words}"))?;
                self.last_ms = Some(hours * HOUR_MS);
            }
            "span" => {
                self.is_cumulative = match value {
                    "window" => false,
                    "cumulative" => true,
                    _ => return Err("window or cumulative".into()),
                }
            }
            "placed" => {
                self.is_placed = Some(match value {
                    "yes" => true,
                    "no" => false,
                    _ => return Err("yes or no".into()),
                });
            }
            "bbox" => self.boxes = Some(corners(&value.split(',').collect::<Vec<_>>())?),
            "as-of" => self.as_of = Some(value.parse().map_err(|_| "a size of the record")?),
            "cells" => {
                let cells: u64 = value.parse().map_err(|_| "a whole number")?;
                self.cells = Some(cells.clamp(1, CELLS_MAX));
            }
            name => {
                let found = Facet::ALL.into_iter().find(|facet| facet.name() == name);
                let Some(facet) = found else { return Ok(false) };
                self.facets.push((facet, value.to_owned()));
            }
        }
        Ok(true)
    }

    /// The value of a parameter, as it was given.
    pub(crate) fn given(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }

    /// The time that is asked for, when the view is of that instant. `began` is when the agreement
    /// bound first.
    pub(super) fn range(&self, at: Instant, began: Option<Instant>) -> Option<Range> {
        let (mut from_ms, mut to_ms) = (i64::MIN, i64::MAX);
        if let Some(last_ms) = self.last_ms {
            (from_ms, to_ms) = (at.ms().saturating_sub(last_ms), at.ms());
        } else {
            from_ms = self.from.map_or(from_ms, |from| from.from_ms);
            to_ms = self.to.map_or(to_ms, |to| to.to_ms);
        }
        if self.is_cumulative {
            from_ms = began.map_or(i64::MIN, Instant::ms);
        }
        let is_all = from_ms == i64::MIN && to_ms == i64::MAX;
        (!is_all).then_some(Range { from_ms, to_ms })
    }

    /// The time that is asked for of a view, from and to in milliseconds.
    pub(crate) fn window(&self, view: &View) -> Option<(i64, i64)> {
        self.range(view.at, began(view)).map(|range| (range.from_ms, range.to_ms))
    }

    /// The part of the world that is asked for.
    pub(crate) fn bounds(&self) -> Option<&[Bounds]> {
        self.boxes.as_deref()
    }

    /// How many are listed, and after how many: `usual` where the address doesn't say.
    pub(crate) fn page(&self, usual: u64) -> (u64, u64) {
        (if self.has_limit { self.rest.limit } else { usual }, self.rest.offset)
    }

    /// The address of the same question in another form and with some parameters changed: none
    /// leaves one out. A changed question begins at its first page.
    pub(crate) fn address(&self, suffix: &str, changes: &[(&str, Option<&str>)]) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        let is_changed = |name: &str| changes.iter().any(|(own, _)| *own == name);
        for (name, value) in &self.pairs {
            if !is_changed(name) && !matches!(&**name, "offset" | "cells") {
                text.append_pair(name, value);
            }
        }
        for (name, value) in changes {
            if let Some(value) = value {
                text.append_pair(name, value);
            }
        }
        let text = text.finish();
        let mark = if text.is_empty() { "" } else { "?" };
        format!("/incidents{suffix}{mark}{text}")
    }

    /// The parameters that a form of some fields keeps beside them.
    pub(crate) fn beside<'q>(
        &'q self,
        fields: &'q [&str],
    ) -> impl Iterator<Item = &'q (String, String)> {
        let own = |name: &str| fields.contains(&name) || matches!(name, "offset" | "cells");
        self.pairs.iter().filter(move |(name, _)| !own(name))
    }
}

/// A time as people and programs give it: a day, an instant, or what a field for date and time
/// says, which is a minute in UTC.
fn time(text: &str) -> Result<Range, String> {
    let bytes = text.as_bytes();
    if bytes.len() == 16 && bytes.get(10) == Some(&b'T') {
        let from_ms = instant(&format!("{text}:00Z"))?.from_ms;
        return Ok(Range { from_ms, to_ms: from_ms + MINUTE_MS });
    }
    instant(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_whole_question() {
        let asked =
            "q=Flash&from=2030-01-01&to=2030-01-02T10:00&stage=new&what=&offset=100&limit=5";
        let question = Question::read(asked).unwrap();
        assert_eq!(question.words, "flash");
        assert_eq!(question.facets, [(Facet::Stage, "new".to_owned())]);
        assert_eq!(question.page(7), (5, 100));
        let at = Instant::parse("2030-02-01T00:00:00Z", None).unwrap();
        let range = question.range(at, None).unwrap();
        let ms = |text| Instant::parse(text, None).unwrap().ms();
        assert_eq!(range.from_ms, ms("2030-01-01T00:00:00Z"));
        assert_eq!(range.to_ms, ms("2030-01-02T10:00:59.999Z"));
        let other = question.address(".csv", &[("stage", None), ("zone", Some("a b"))]);
        let kept = "q=Flash&from=2030-01-01&to=2030-01-02T10%3A00&limit=5&zone=a+b";
        assert_eq!(other, format!("/incidents.csv?{kept}"));
        let began = Instant::parse("2029-06-01T00:00:00Z", None).ok();
        let all = Question::read("span=cumulative&to=2030-01-02").unwrap();
        assert_eq!(all.range(at, began).unwrap().from_ms, began.unwrap().ms());
        assert_eq!(Question::read("").unwrap().range(at, began), None);
        let last = Question::read("last=24h").unwrap().range(at, None).unwrap();
        assert_eq!(last.to_ms - last.from_ms, 24 * HOUR_MS);
    }

    #[test]
    fn a_wrong_question_says_what_is_wrong() {
        for (asked, why) in [
            ("from=yesterday", "the parameter from: "),
            ("from=2030-01-02&to=2030-01-01", "the parameter to: it lies before from"),
            ("last=2h", "the parameter last: one of 1h, 6h, 24h, 7d, 30d"),
            ("span=all", "the parameter span: window or cumulative"),
            ("bbox=1,2,3", "the parameter bbox: a box is four numbers"),
            ("as-of=x", "the parameter as-of: a size of the record"),
            ("stage=new&stage=found", "the parameter stage stands twice"),
            ("nothing=1", "the parameter nothing: there is none of that name here"),
            ("f=csv", "the parameter f: the form is told by the suffix"),
        ] {
            let told = Question::read(asked).unwrap_err();
            assert!(told.starts_with(why), "{asked}: {told}");
        }
    }
}

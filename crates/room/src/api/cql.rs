//! CQL2 as text (OGC 21-065): comparisons, LIKE, BETWEEN, IN, IS NULL, AND, OR, NOT, S_INTERSECTS
//! with a point or a box, and the relations of times. Read once, checked against the collection's
//! properties, and asked of each feature; what is unknown makes no feature match.

mod words;

use super::field::{Field, Kind, Property, number};
use super::ground::{Shape, boxes};
use super::span::{Range, Relation, instant};
use servanda_place::Bounds;
use servanda_time::Instant;
use std::cmp::Ordering;
use words::{Is, Word, cut};

/// Deepest nesting of a filter.
const DEPTH_MAX: usize = 32;
/// The name of the features' geometry in filters.
pub(super) const GEOMETRY: &str = "geometry";

/// What a filter asks of a feature.
pub(super) trait Asked {
    /// A property, by its number.
    fn field(&self, property: usize) -> Field<'_>;
    /// Where it is.
    fn shape(&self) -> Shape<'_>;
}

/// A filter that was read.
#[derive(Debug, Clone)]
pub(super) struct Filter(Test);

#[derive(Debug, Clone)]
enum Test {
    Always(bool),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare(Value, Compared, Value),
    IsNull(Value),
    IsNowhere,
    Like(Value, Vec<Piece>),
    Meets(Vec<Bounds>),
    Times(Relation, Time, Time),
}

#[derive(Debug, Clone, Copy)]
enum Compared {
    Equal,
    Unequal,
    Less,
    Greater,
    AtMost,
    AtLeast,
}

#[derive(Debug, Clone)]
enum Value {
    Property(usize, Kind),
    Known(Field<'static>),
}

#[derive(Debug, Clone, Copy)]
enum Time {
    Known(Range),
    Between(End, End),
}

#[derive(Debug, Clone, Copy)]
enum End {
    At(i64),
    Property(usize),
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(char),
    One,
    Many,
}

impl Filter {
    /// Reads a filter on a collection's properties.
    pub(super) fn read(text: &str, properties: &[Property]) -> Result<Filter, String> {
        let words = cut(text)?;
        let mut reader = Reader { words: &words, next: 0, end: text.len(), properties };
        let test = reader.any(0)?;
        match reader.peek() {
            None => Ok(Filter(test)),
            Some(word) => Err(format!(
                "after a whole filter something follows at byte {}: join parts by AND or OR",
                word.at
            )),
        }
    }

    /// Whether a feature matches.
    pub(super) fn holds(&self, feature: &impl Asked) -> bool {
        self.0.holds(feature) == Some(true)
    }
}

impl Test {
    /// None: unknown.
    fn holds(&self, feature: &impl Asked) -> Option<bool> {
        match self {
            Test::Always(yes) => Some(*yes),
            Test::All(tests) => each(tests, feature, false),
            Test::Any(tests) => each(tests, feature, true),
            Test::Not(test) => test.holds(feature).map(|yes| !yes),
            Test::Compare(a, how, b) => {
                let order = order(&a.of(feature), &b.of(feature))?;
                Some(match how {
                    Compared::Equal => order.is_eq(),
                    Compared::Unequal => order.is_ne(),
                    Compared::Less => order.is_lt(),
                    Compared::Greater => order.is_gt(),
                    Compared::AtMost => order.is_le(),
                    Compared::AtLeast => order.is_ge(),
                })
            }
            Test::IsNull(value) => Some(value.of(feature) == Field::Null),
            Test::IsNowhere => Some(matches!(feature.shape(), Shape::Nowhere)),
            Test::Like(value, pattern) => match value.of(feature) {
                Field::Text(text) => Some(is_like(&text, pattern)),
                _ => None,
            },
            Test::Meets(boxes) => feature.shape().meets(boxes),
            Test::Times(relation, a, b) => Some(relation.holds(a.of(feature)?, b.of(feature)?)),
        }
    }
}

/// AND, where `decisive` is false, and OR, where it is true, of three values.
fn each(tests: &[Test], feature: &impl Asked, decisive: bool) -> Option<bool> {
    let mut result = Some(!decisive);
    for test in tests {
        match test.holds(feature) {
            Some(yes) if yes == decisive => return Some(decisive),
            Some(_) => (),
            None => result = None,
        }
    }
    result
}

fn order(a: &Field<'_>, b: &Field<'_>) -> Option<Ordering> {
    match (a, b) {
        (Field::Text(a), Field::Text(b)) => Some(a.cmp(b)),
        (Field::Number(a), Field::Number(b)) => Some(a.cmp(b)),
        (Field::Time(a), Field::Time(b)) => Some(a.cmp(b)),
        (Field::Bool(a), Field::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether a text fits a pattern: each `Many` takes as little as it can, and more when it must.
fn is_like(text: &str, pattern: &[Piece]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut piece) = (0, 0);
    let mut again: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(piece) {
            Some(Piece::Plain(c)) if *c == text[at] => (at, piece) = (at + 1, piece + 1),
            Some(Piece::One) => (at, piece) = (at + 1, piece + 1),
            Some(Piece::Many) => {
                again = Some((at, piece));
                piece += 1;
            }
            _ => {
                let Some((from, many)) = again else { return false };
                again = Some((from + 1, many));
                (at, piece) = (from + 1, many + 1);
            }
        }
    }
    pattern[piece..].iter().all(|piece| *piece == Piece::Many)
}

impl Value {
    fn of<'f>(&self, feature: &'f impl Asked) -> Field<'f> {
        match self {
            Value::Property(n, _) => feature.field(*n),
            Value::Known(field) => field.clone(),
        }
    }

    fn kind(&self) -> Option<Kind> {
        match self {
            Value::Property(_, kind) => Some(*kind),
            Value::Known(Field::Text(_)) => Some(Kind::Text),
            Value::Known(Field::Number(_)) => Some(Kind::Number),
            Value::Known(Field::Time(_)) => Some(Kind::Time),
            Value::Known(Field::Bool(_)) => Some(Kind::Bool),
            Value::Known(Field::Null) => None,
        }
    }
}

impl Time {
    fn of(self, feature: &impl Asked) -> Option<Range> {
        match self {
            Time::Known(range) => Some(range),
            Time::Between(from, to) => {
                Some(Range { from_ms: from.of(feature)?, to_ms: to.of(feature)? })
            }
        }
    }
}

impl End {
    fn of(self, feature: &impl Asked) -> Option<i64> {
        match self {
            End::At(ms) => Some(ms),
            End::Property(n) => match feature.field(n) {
                Field::Time(at) => Some(at.ms()),
                _ => None,
            },
        }
    }
}

struct Reader<'w> {
    words: &'w [Word],
    next: usize,
    end: usize,
    properties: &'w [Property],
}

impl<'w> Reader<'w> {
    fn peek(&self) -> Option<&'w Word> {
        self.words.get(self.next)
    }

    fn take(&mut self) -> Option<&'w Word> {
        let word = self.words.get(self.next);
        self.next += 1;
        word
    }

    /// Takes a keyword, if it is next.
    fn word(&mut self, keyword: &str) -> bool {
        let is = matches!(self.peek().map(|word| &word.is),
            Some(Is::Name(name)) if name.eq_ignore_ascii_case(keyword));
        self.next += usize::from(is);
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek().map(|word| &word.is), Some(Is::Sign(own)) if *own == sign);
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(self.wrong(&format!("\"{sign}\" is missing"))) }
    }

    fn wrong(&self, what: &str) -> String {
        let at = self.peek().map_or(self.end, |word| word.at);
        format!("{what}, at byte {at} of the filter")
    }

    fn any(&mut self, depth: usize) -> Result<Test, String> {
        if depth > DEPTH_MAX {
            return Err(format!("a filter nests at most {DEPTH_MAX} deep"));
        }
        let mut tests = vec![self.all(depth)?];
        while self.word("OR") {
            tests.push(self.all(depth)?);
        }
        Ok(if tests.len() == 1 { tests.remove(0) } else { Test::Any(tests) })
    }

    fn all(&mut self, depth: usize) -> Result<Test, String> {
        let mut tests = vec![self.not(depth)?];
        while self.word("AND") {
            tests.push(self.not(depth)?);
        }
        Ok(if tests.len() == 1 { tests.remove(0) } else { Test::All(tests) })
    }

    fn not(&mut self, depth: usize) -> Result<Test, String> {
        if self.word("NOT") {
            return Ok(Test::Not(Box::new(self.one(depth)?)));
        }
        self.one(depth)
    }

    fn one(&mut self, depth: usize) -> Result<Test, String> {
        if self.sign("(") {
            let test = self.any(depth + 1)?;
            self.expect(")")?;
            return Ok(test);
        }
        if let Some(Is::Name(name)) = self.peek().map(|word| &word.is) {
            let upper = name.to_ascii_uppercase();
            let is_call =
                matches!(self.words.get(self.next + 1).map(|word| &word.is), Some(Is::Sign("(")));
            if is_call && upper.starts_with("S_") {
                return self.meets(&upper);
            }
            if let Some((_, relation)) =
                Relation::ALL.iter().find(|(own, _)| is_call && *own == upper)
            {
                self.next += 2;
                let a = self.time()?;
                self.expect(",")?;
                let b = self.time()?;
                self.expect(")")?;
                return Ok(Test::Times(*relation, a, b));
            }
        }
        if matches!(self.peek().map(|word| &word.is),
            Some(Is::Name(name) | Is::Quoted(name)) if name == GEOMETRY)
        {
            self.next += 1;
            return match self.is_null()? {
                Some(is_null) => Ok(negated(!is_null, Test::IsNowhere)),
                None => Err(self.wrong("of the geometry, ask S_INTERSECTS or IS NULL")),
            };
        }
        let value = self.value()?;
        self.after(value)
    }

    /// What follows on a value.
    fn after(&mut self, value: Value) -> Result<Test, String> {
        let signs = [
            ("=", Compared::Equal),
            ("<>", Compared::Unequal),
            ("<=", Compared::AtMost),
            (">=", Compared::AtLeast),
            ("<", Compared::Less),
            (">", Compared::Greater),
        ];
        for (sign, how) in signs {
            if self.sign(sign) {
                let other = self.value()?;
                return self.compare(value, how, other);
            }
        }
        if let Some(is_null) = self.is_null()? {
            return Ok(negated(!is_null, Test::IsNull(value)));
        }
        let is_not = self.word("NOT");
        if self.word("LIKE") {
            if value.kind() != Some(Kind::Text) {
                return Err(self.wrong("LIKE asks about texts"));
            }
            let Some(Is::Text(pattern)) = self.take().map(|word| &word.is) else {
                return Err(self.wrong("LIKE needs a text in single quotes"));
            };
            return Ok(negated(is_not, Test::Like(value, pieces(pattern))));
        }
        if self.word("BETWEEN") {
            let low = self.value()?;
            if !self.word("AND") {
                return Err(self.wrong("BETWEEN needs two values with AND between them"));
            }
            let high = self.value()?;
            let low = self.compare(value.clone(), Compared::AtLeast, low)?;
            let high = self.compare(value, Compared::AtMost, high)?;
            return Ok(negated(is_not, Test::All(vec![low, high])));
        }
        if self.word("IN") {
            self.expect("(")?;
            let mut tests = Vec::new();
            loop {
                let other = self.value()?;
                tests.push(self.compare(value.clone(), Compared::Equal, other)?);
                if !self.sign(",") {
                    break;
                }
            }
            self.expect(")")?;
            return Ok(negated(is_not, Test::Any(tests)));
        }
        match value {
            Value::Known(Field::Bool(yes)) if !is_not => Ok(Test::Always(yes)),
            Value::Property(_, Kind::Bool) if !is_not => {
                Ok(Test::Compare(value, Compared::Equal, Value::Known(Field::Bool(true))))
            }
            _ => Err(self.wrong("a comparison is missing")),
        }
    }

    /// `IS NULL`: true; `IS NOT NULL`: false; none: it is not next.
    fn is_null(&mut self) -> Result<Option<bool>, String> {
        if !self.word("IS") {
            return Ok(None);
        }
        let is_not = self.word("NOT");
        if self.word("NULL") {
            Ok(Some(!is_not))
        } else {
            Err(self.wrong("NULL is missing after IS"))
        }
    }

    fn compare(&self, a: Value, how: Compared, b: Value) -> Result<Test, String> {
        let (Some(of_a), Some(of_b)) = (a.kind(), b.kind()) else {
            return Err(self.wrong("nothing is compared with NULL: write IS NULL"));
        };
        // A time in quotes is a time where it is compared with one.
        let (a, b) = match (of_a, of_b) {
            _ if of_a == of_b => (a, b),
            (Kind::Time, Kind::Text) => (a, self.as_time(b)?),
            (Kind::Text, Kind::Time) => (self.as_time(a)?, b),
            _ => {
                let (a, b) = (of_a.word(), of_b.word());
                return Err(self.wrong(&format!("{a} is compared with {b}")));
            }
        };
        Ok(Test::Compare(a, how, b))
    }

    fn as_time(&self, value: Value) -> Result<Value, String> {
        match value {
            Value::Known(Field::Text(text)) => {
                let at = instant(&text).map_err(|why| self.wrong(&why))?.from_ms;
                let at = Instant::from_ms(at).map_err(|why| self.wrong(&why.to_string()))?;
                Ok(Value::Known(Field::Time(at)))
            }
            _ => Err(self.wrong("a text is compared with a time")),
        }
    }

    fn property(&self, name: &str) -> Result<Value, String> {
        let found = self.properties.iter().position(|own| own.name == name);
        let n = found.ok_or_else(|| {
            let all: Vec<&str> = self.properties.iter().map(|own| own.name).collect();
            let name = servanda_text::escape(name);
            self.wrong(&format!("there is no property {name:?} here; there are {}", all.join(", ")))
        })?;
        Ok(Value::Property(n, self.properties[n].kind))
    }

    fn value(&mut self) -> Result<Value, String> {
        let Some(word) = self.take() else { return Err(self.wrong("the filter ends too early")) };
        match &word.is {
            Is::Text(text) => Ok(Value::Known(Field::Text(text.clone().into()))),
            Is::Number(text) => match number(text) {
                Some(nano) => Ok(Value::Known(Field::Number(nano))),
                None => Err(format!("{text:?} is no number of up to 18 digits and 9 decimals")),
            },
            Is::Quoted(name) => self.property(name),
            Is::Name(name) => match name.to_ascii_uppercase().as_str() {
                "TRUE" => Ok(Value::Known(Field::Bool(true))),
                "FALSE" => Ok(Value::Known(Field::Bool(false))),
                "DATE" | "TIMESTAMP" if self.sign("(") => {
                    let range = self.quoted_instant()?;
                    let at = Instant::from_ms(range.from_ms);
                    let at = at.map_err(|why| self.wrong(&why.to_string()))?;
                    Ok(Value::Known(Field::Time(at)))
                }
                _ => self.property(name),
            },
            Is::Sign(sign) => {
                Err(format!("\"{sign}\" at byte {} of the filter is no value", word.at))
            }
        }
    }

    /// An instant in quotes and the bracket that closes it.
    fn quoted_instant(&mut self) -> Result<Range, String> {
        let Some(Is::Text(text)) = self.take().map(|word| &word.is) else {
            return Err(self.wrong("a time in single quotes is missing"));
        };
        let range = instant(text).map_err(|why| self.wrong(&why))?;
        self.expect(")")?;
        Ok(range)
    }

    fn time(&mut self) -> Result<Time, String> {
        let keyword = match self.peek().map(|word| &word.is) {
            Some(Is::Name(name)) => name.to_ascii_uppercase(),
            _ => String::new(),
        };
        match keyword.as_str() {
            "DATE" | "TIMESTAMP" => {
                self.next += 1;
                self.expect("(")?;
                Ok(Time::Known(self.quoted_instant()?))
            }
            "INTERVAL" => {
                self.next += 1;
                self.expect("(")?;
                let from = self.time_end(i64::MIN, |range| range.from_ms)?;
                self.expect(",")?;
                let to = self.time_end(i64::MAX, |range| range.to_ms)?;
                self.expect(")")?;
                match (from, to) {
                    (End::At(from_ms), End::At(to_ms)) if from_ms > to_ms => {
                        Err(self.wrong("the interval ends before it begins"))
                    }
                    (End::At(from_ms), End::At(to_ms)) => Ok(Time::Known(Range { from_ms, to_ms })),
                    _ => Ok(Time::Between(from, to)),
                }
            }
            _ => match self.value()? {
                Value::Property(n, Kind::Time) => {
                    Ok(Time::Between(End::Property(n), End::Property(n)))
                }
                _ => Err(self.wrong("a time is missing: DATE, TIMESTAMP, INTERVAL or a property")),
            },
        }
    }

    fn time_end(&mut self, open: i64, end: impl Fn(Range) -> i64) -> Result<End, String> {
        match self.peek().map(|word| &word.is) {
            Some(Is::Text(text)) => {
                self.next += 1;
                if text == ".." {
                    return Ok(End::At(open));
                }
                Ok(End::At(end(instant(text).map_err(|why| self.wrong(&why))?)))
            }
            _ => match self.time()? {
                Time::Known(range) => Ok(End::At(end(range))),
                Time::Between(End::Property(n), _) => Ok(End::Property(n)),
                Time::Between(..) => Err(self.wrong("an interval's end is an instant")),
            },
        }
    }

    fn meets(&mut self, name: &str) -> Result<Test, String> {
        if name != "S_INTERSECTS" {
            return Err(self.wrong("of the relations in space, there is S_INTERSECTS alone"));
        }
        self.next += 1;
        self.expect("(")?;
        let first = self.ground()?;
        self.expect(",")?;
        let second = self.ground()?;
        self.expect(")")?;
        match (first, second) {
            (None, Some(boxes)) | (Some(boxes), None) => Ok(Test::Meets(boxes)),
            _ => Err(self.wrong("S_INTERSECTS needs the property geometry, and a POINT or a BBOX")),
        }
    }

    /// A box or a point; none: the features' own geometry.
    fn ground(&mut self) -> Result<Option<Vec<Bounds>>, String> {
        let (name, is_quoted) = match self.take().map(|word| &word.is) {
            Some(Is::Name(name)) => (name, false),
            Some(Is::Quoted(name)) => (name, true),
            _ => return Err(self.wrong("a POINT, a BBOX or the property geometry is missing")),
        };
        if name == GEOMETRY {
            return Ok(None);
        }
        let upper = name.to_ascii_uppercase();
        let is_flat = !self.word("Z");
        match upper.as_str() {
            "POINT" if !is_quoted => {
                self.expect("(")?;
                let (lon, lat) = (self.number()?, self.number()?);
                if !is_flat {
                    self.number()?;
                }
                self.expect(")")?;
                Ok(Some(boxes(&lon, &lat, &lon, &lat).map_err(|why| self.wrong(&why))?))
            }
            "BBOX" | "ENVELOPE" if !is_quoted => {
                self.expect("(")?;
                let mut numbers = vec![self.number()?];
                while self.sign(",") {
                    numbers.push(self.number()?);
                }
                self.expect(")")?;
                let found = corners(&numbers).map_err(|why| self.wrong(&why))?;
                Ok(Some(found))
            }
            _ => Err(self.wrong("of geometries, there are POINT, BBOX and the property geometry")),
        }
    }

    fn number(&mut self) -> Result<String, String> {
        match self.take().map(|word| &word.is) {
            Some(Is::Number(text)) => Ok(text.clone()),
            _ => Err(self.wrong("a number is missing")),
        }
    }
}

/// The boxes of four numbers, or of six of which the third and sixth are heights.
pub(super) fn corners(numbers: &[impl AsRef<str>]) -> Result<Vec<Bounds>, String> {
    let all: Vec<&str> = numbers.iter().map(AsRef::as_ref).collect();
    match all[..] {
        [w, s, e, n] => boxes(w, s, e, n),
        [w, s, low, e, n, high] if number(low).is_some() && number(high).is_some() => {
            boxes(w, s, e, n)
        }
        _ => Err("a box is four numbers: west, south, east, north".into()),
    }
}

fn negated(is_not: bool, test: Test) -> Test {
    if is_not { Test::Not(Box::new(test)) } else { test }
}

/// A pattern: `%` is any text, `_` any one character, and what follows `\` is itself.
fn pieces(pattern: &str) -> Vec<Piece> {
    let mut chars = pattern.chars();
    let mut pieces = Vec::new();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '%' => Piece::Many,
            '_' => Piece::One,
            '\\' => Piece::Plain(chars.next().unwrap_or('\\')),
            c => Piece::Plain(c),
        });
    }
    pieces
}

#[cfg(test)]
mod tests;

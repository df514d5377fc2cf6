//! A text taken apart: things, and what each says, parameter by parameter.

use super::{Class, parts, provisions};
use crate::kinds::ProvisionKind;
use crate::model::Agreement;
use crate::moment::When;
use servanda_place::{Point, Zone};
use servanda_time::Amount;

/// All things of one text.
pub(super) struct Text<'a> {
    pub(super) subjects: Vec<Subject<'a>>,
    pub(super) in_part: bool,
}

impl<'a> Text<'a> {
    pub(super) fn of(agreement: &'a Agreement) -> Text<'a> {
        let mut subjects = parts::subjects(agreement);
        subjects.extend(provisions::subjects(agreement));
        let in_part = agreement.draft.as_ref().is_some_and(|draft| draft.in_part);
        Text { subjects, in_part }
    }
}

/// One thing that a text names.
pub(super) struct Subject<'a> {
    pub(super) class: Class,
    pub(super) id: String,
    /// Of a provision.
    pub(super) kind: Option<ProvisionKind>,
    /// What else it is known by: a provision's number, a party's name; empty: nothing.
    pub(super) mark: String,
    /// The heading above a provision.
    pub(super) heading: &'a str,
    pub(super) facts: Vec<Fact<'a>>,
    /// The readings of a provision.
    pub(super) readings: Vec<ReadingFacts<'a>>,
    /// It is named, and its content is unknown: a point that no source gives.
    pub(super) unknown: bool,
}

/// What a provision says under one reading.
pub(super) struct ReadingFacts<'a> {
    pub(super) id: &'a str,
    pub(super) facts: Vec<Fact<'a>>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(class: Class, id: &str, facts: Facts<'a>) -> Subject<'a> {
        Subject {
            class,
            id: id.to_owned(),
            kind: None,
            mark: String::new(),
            heading: "",
            facts: facts.list,
            readings: Vec::new(),
            unknown: false,
        }
    }

    /// All that it says, in all its readings.
    pub(super) fn every_fact(&self) -> impl Iterator<Item = &Fact<'a>> {
        let readings = self.readings.iter().flat_map(|reading| &reading.facts);
        readings.chain(&self.facts)
    }
}

/// One parameter that is stated.
#[derive(Clone)]
pub(super) struct Fact<'a> {
    /// The named part that it belongs to, such as a stage: (`stages`, its name).
    pub(super) part: Option<(&'static str, &'a str)>,
    /// The key, as the language writes it; below a part, the key within it.
    pub(super) key: &'static str,
    pub(super) value: Value<'a>,
}

impl Fact<'_> {
    /// The parameter as people find it in the text.
    pub(super) fn matter(&self) -> String {
        match &self.part {
            Some((list, name)) if self.key.is_empty() => format!("{list}.{name}"),
            Some((list, name)) => format!("{list}.{name}.{}", self.key),
            None => self.key.to_owned(),
        }
    }
}

/// What is stated.
#[derive(Clone, PartialEq)]
pub(super) enum Value<'a> {
    Words(&'a str),
    /// Paragraphs, however their lines are broken.
    Prose(Vec<String>),
    /// Words in any order.
    List(&'a [String]),
    /// Things that the text names elsewhere, in any order.
    Names(Class, &'a [String]),
    Number(u64),
    Span(Amount),
    Moment(&'a When),
    At(servanda_time::Instant),
    /// A word with its place in an order.
    Rank(u64, String),
    Area(&'a Zone),
    Points(&'a [Point]),
}

impl Value<'_> {
    /// As it is shown.
    pub(super) fn print(&self) -> String {
        match self {
            Value::Words(words) => (*words).to_owned(),
            Value::Prose(paragraphs) => paragraphs.join("\n"),
            // Sentences need no mark between them.
            Value::List(words) if words.iter().all(|words| words.ends_with('.')) => words.join(" "),
            Value::List(words) | Value::Names(_, words) => words.join(", "),
            Value::Number(number) => number.to_string(),
            Value::Span(amount) => amount.to_string(),
            Value::Moment(when) => when.to_string(),
            Value::At(at) => at.to_string(),
            Value::Rank(_, word) => word.clone(),
            Value::Area(zone) => super::space::area_words(zone),
            Value::Points(points) => {
                let ends = [points.first(), points.last()];
                let ends: Vec<String> = ends.into_iter().flatten().map(|p| p.to_string()).collect();
                format!("{} points, {}", points.len(), ends.join(" to "))
            }
        }
    }
}

/// Facts as they are gathered: what isn't stated is left out.
#[derive(Default)]
pub(super) struct Facts<'a> {
    pub(super) list: Vec<Fact<'a>>,
    part: Option<(&'static str, &'a str)>,
}

impl<'a> Facts<'a> {
    pub(super) fn add(&mut self, key: &'static str, value: Value<'a>) {
        self.list.push(Fact { part: self.part, key, value });
    }

    pub(super) fn words(&mut self, key: &'static str, words: &'a str) {
        if !words.is_empty() {
            self.add(key, Value::Words(words));
        }
    }

    pub(super) fn prose(&mut self, key: &'static str, text: &str) {
        let paragraphs = text.split("\n\n");
        let paragraphs = paragraphs.map(|p| p.split_whitespace().collect::<Vec<_>>().join(" "));
        let paragraphs: Vec<String> = paragraphs.filter(|p| !p.is_empty()).collect();
        if !paragraphs.is_empty() {
            self.add(key, Value::Prose(paragraphs));
        }
    }

    pub(super) fn list(&mut self, key: &'static str, words: &'a [String]) {
        if !words.is_empty() {
            self.add(key, Value::List(words));
        }
    }

    pub(super) fn names(&mut self, key: &'static str, class: Class, names: &'a [String]) {
        if !names.is_empty() {
            self.add(key, Value::Names(class, names));
        }
    }

    pub(super) fn number(&mut self, key: &'static str, number: Option<u64>) {
        if let Some(number) = number {
            self.add(key, Value::Number(number));
        }
    }

    pub(super) fn span(&mut self, key: &'static str, amount: Option<Amount>) {
        if let Some(amount) = amount {
            self.add(key, Value::Span(amount));
        }
    }

    pub(super) fn moment(&mut self, key: &'static str, when: &'a When) {
        if when.is_stated() {
            self.add(key, Value::Moment(when));
        }
    }

    pub(super) fn rank(&mut self, key: &'static str, order: u64, word: impl Into<String>) {
        self.add(key, Value::Rank(order, word.into()));
    }

    /// The facts of one named part of a list, such as a stage. A part without facts is a fact.
    pub(super) fn part(
        &mut self,
        list: &'static str,
        name: &'a str,
        fill: impl FnOnce(&mut Facts<'a>),
    ) {
        let before = self.list.len();
        self.part = Some((list, name));
        fill(self);
        if self.list.len() == before {
            self.add("", Value::Words(name));
        }
        self.part = None;
    }
}

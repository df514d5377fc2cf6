//! Compares the facts of two things that are the same in both texts.

use super::facts::{Fact, ReadingFacts, Subject, Text, Value};
use super::pair::Names;
use super::rules::{self, Step};
use super::space::Space;
use super::{Change, Class, Direction, Fate, Item, order};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// A thing that only one text has; `other_in_part`: the text that lacks it is known in part.
pub(super) fn alone(subject: &Subject<'_>, fate: Fate, other_in_part: bool) -> Item {
    let unknown = subject.unknown || (other_in_part && !subject.class.is_ours());
    let comes = fate == Fate::Added;
    let (direction, _) = rules::of_subject(subject, comes);
    let id = Some(subject.id.clone());
    Item {
        class: subject.class,
        old: id.clone().filter(|_| !comes),
        new: id.filter(|_| comes),
        fate: if unknown { Fate::Unknown } else { fate },
        direction: if unknown { Direction::Unknown } else { direction },
        content: content(subject),
        used_by: Vec::new(),
        changes: Vec::new(),
    }
}

/// What a thing says, parameter by parameter.
fn content(subject: &Subject<'_>) -> Vec<(String, String)> {
    let several = subject.readings.len() > 1;
    let mut said = Vec::new();
    for reading in &subject.readings {
        said.extend(reading.facts.iter().map(|fact| {
            let matter = fact.matter();
            let matter = if several { format!("{matter} ({})", reading.id) } else { matter };
            (matter, fact.value.print())
        }));
    }
    said.extend(subject.facts.iter().map(|fact| (fact.matter(), fact.value.print())));
    said
}

fn summary(facts: &[Fact<'_>]) -> String {
    let facts = facts.iter().map(|fact| format!("{} {}", fact.matter(), fact.value.print()));
    facts.collect::<Vec<_>>().join("; ")
}

/// A thing that both texts have; none: it is the same.
pub(super) fn both(
    texts: (&Text<'_>, &Text<'_>),
    (old, new): (&Subject<'_>, &Subject<'_>),
    names: &Names,
    space: &mut Space<'_>,
) -> Option<Item> {
    let mut item = Item {
        class: new.class,
        old: Some(old.id.clone()),
        new: Some(new.id.clone()),
        fate: if old.id == new.id { Fate::Changed } else { Fate::Renamed },
        direction: Direction::Changed,
        content: Vec::new(),
        used_by: Vec::new(),
        changes: Vec::new(),
    };
    if old.unknown != new.unknown {
        // One text only names it: what the other says was neither added nor removed.
        item.content = content(if old.unknown { new } else { old });
        item.fate = Fate::Unknown;
        item.direction = Direction::Unknown;
        return Some(item);
    }
    let is_ours = new.class.is_ours();
    let mut context = Context {
        in_part: (texts.0.in_part && !is_ours, texts.1.in_part && !is_ours),
        old,
        new,
        names,
        space,
    };
    if old.kind != new.kind {
        let word = |subject: &Subject<'_>| subject.kind.map(|kind| kind.word().to_owned());
        item.changes.push(Change {
            matter: "kind".to_owned(),
            reading: None,
            old: word(old),
            new: word(new),
            direction: Direction::Changed,
            why: "",
            area: None,
        });
    }
    item.changes.extend(context.readings());
    item.changes.extend(context.facts(&old.facts, &new.facts));
    (item.fate == Fate::Renamed || !item.changes.is_empty()).then_some(item)
}

/// Two things that are compared.
struct Context<'c, 'a, 's> {
    /// Whether each text is known in part.
    in_part: (bool, bool),
    old: &'c Subject<'a>,
    new: &'c Subject<'a>,
    names: &'c Names,
    space: &'c mut Space<'s>,
}

/// A named part, such as a stage: its list and its name.
type Part = (&'static str, String);

/// Where a fact stands.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    part: Option<Part>,
    key: &'static str,
    /// The first, second, … of that key.
    number: usize,
}

/// What each part says, fact by fact.
fn parts<'p>(places: &'p [Place], facts: &[Fact<'_>]) -> BTreeMap<&'p Part, Vec<String>> {
    let mut parts: BTreeMap<&Part, Vec<String>> = BTreeMap::new();
    for (place, fact) in places.iter().zip(facts) {
        if let Some(part) = &place.part {
            let value = fact.value.print();
            let said = if fact.key.is_empty() { value } else { format!("{} {value}", fact.key) };
            parts.entry(part).or_default().push(said);
        }
    }
    parts
}

impl Context<'_, '_, '_> {
    /// The changes of the readings; what changes alike in all of them is said once.
    fn readings(&mut self) -> Vec<Change> {
        let (old, new) = (&self.old.readings, &self.new.readings);
        let (joined, gone, come) = pair_readings(old, new);
        let mut changes = Vec::new();
        let mut whole = Vec::new();
        for (from, to) in &joined {
            let one = self.facts(&old[*from].facts, &new[*to].facts);
            if old[*from].id != new[*to].id {
                changes.push(reading(Some(old[*from].id), Some(new[*to].id), Direction::Changed));
            }
            whole.push((new[*to].id, one));
        }
        let mut times: BTreeMap<(String, Option<String>, Option<String>), usize> = BTreeMap::new();
        let key = |change: &Change| (change.matter.clone(), change.old.clone(), change.new.clone());
        for change in whole.iter().flat_map(|(_, list)| list) {
            *times.entry(key(change)).or_default() += 1;
        }
        for (place, (id, list)) in whole.iter().enumerate() {
            for change in list {
                let alike = times.get(&key(change)) == Some(&whole.len());
                if !alike {
                    let reading = Some((*id).to_owned());
                    changes.push(Change { reading, ..change.clone() });
                } else if place == 0 {
                    changes.push(change.clone());
                }
            }
        }
        let direction = |other_in_part: bool| match other_in_part {
            true => Direction::Unknown,
            false => Direction::Changed,
        };
        for from in gone {
            let said = format!("{}: {}", old[from].id, summary(&old[from].facts));
            changes.push(reading(Some(&said), None, direction(self.in_part.1)));
        }
        for to in come {
            let said = format!("{}: {}", new[to].id, summary(&new[to].facts));
            changes.push(reading(None, Some(&said), direction(self.in_part.0)));
        }
        changes
    }

    /// The changes from one list of facts to the other: in the order of the new one, then what
    /// only the old one has.
    fn facts(&mut self, old: &[Fact<'_>], new: &[Fact<'_>]) -> Vec<Change> {
        let (old_order, news_order) = (self.places(old, true), self.places(new, false));
        let olds: BTreeMap<&Place, &Fact<'_>> = old_order.iter().zip(old).collect();
        let news: BTreeMap<&Place, &Fact<'_>> = news_order.iter().zip(new).collect();
        let (old_parts, new_parts) = (parts(&old_order, old), parts(&news_order, new));
        let mut changes = Vec::new();
        let mut told = BTreeSet::new();
        let gone = old_order.iter().filter(|place| !news.contains_key(place));
        for place in news_order.iter().chain(gone) {
            let Some(part) = &place.part else {
                changes.extend(self.fact(olds.get(place).copied(), news.get(place).copied()));
                continue;
            };
            if old_parts.contains_key(part) && new_parts.contains_key(part) {
                changes.extend(self.fact(olds.get(place).copied(), news.get(place).copied()));
            } else if told.insert(part) {
                // A part that comes or goes is one change, not one for each thing that it says.
                let said = |parts: &BTreeMap<&Part, Vec<String>>| Some(parts.get(part)?.join("; "));
                changes.push(self.whole_part(part, said(&old_parts), said(&new_parts)));
            }
        }
        shifted(&mut changes, old, new);
        changes
    }

    /// Where each fact stands; parts that are named after parties go by the new name.
    fn places(&self, facts: &[Fact<'_>], is_old: bool) -> Vec<Place> {
        let mut times: BTreeMap<(Option<Part>, &'static str), usize> = BTreeMap::new();
        let place = |fact: &Fact<'_>| {
            let part = fact.part.map(|(list, name)| {
                let by_party = is_old && matches!(list, "positions" | "seats" | "line");
                let name = if by_party { self.names.new_id(Class::Party, name) } else { name };
                (list, name.to_owned())
            });
            let number = times.entry((part.clone(), fact.key)).or_default();
            *number += 1;
            Place { part, key: fact.key, number: *number }
        };
        facts.iter().map(place).collect()
    }

    fn fact(&mut self, old: Option<&Fact<'_>>, new: Option<&Fact<'_>>) -> Option<Change> {
        if let (Some(old), Some(new)) = (old, new)
            && order::same(&old.value, &new.value, self.names)
        {
            return None;
        }
        let fact = new.or(old)?;
        let key = match &fact.part {
            Some((list, _)) if fact.key.is_empty() => (*list).to_owned(),
            Some((list, _)) => format!("{list}.{}", fact.key),
            None => fact.key.to_owned(),
        };
        let worked = match (old.map(|f| &f.value), new.map(|f| &f.value)) {
            (Some(Value::Area(old)), Some(Value::Area(new))) => self.space.between(old, new),
            (Some(Value::Names(Class::Zone, old)), Some(Value::Names(_, new))) => {
                self.space.among(old, new)
            }
            _ => None,
        };
        let by_value = match (old, new) {
            (Some(old), Some(new)) => order::order(&old.value, &new.value, self.names),
            _ => None,
        };
        let order = by_value.or(worked.as_ref().and_then(super::space::Worked::order));
        let step =
            Step { key: &key, old: old.map(|f| &f.value), new: new.map(|f| &f.value), order };
        let (direction, why) = self.direction(&step);
        Some(Change {
            matter: fact.matter(),
            reading: None,
            old: old.map(|fact| fact.value.print()),
            new: new.map(|fact| fact.value.print()),
            direction,
            why,
            area: worked.map(|worked| worked.moved()),
        })
    }

    /// A part that only one text has, such as a stage.
    fn whole_part(&self, (list, name): &Part, old: Option<String>, new: Option<String>) -> Change {
        let (from, to) = (old.as_deref().map(Value::Words), new.as_deref().map(Value::Words));
        let step = Step { key: list, old: from.as_ref(), new: to.as_ref(), order: None };
        let (direction, why) = self.direction(&step);
        Change {
            matter: format!("{list}.{name}"),
            reading: None,
            old,
            new,
            direction,
            why,
            area: None,
        }
    }

    fn direction(&self, step: &Step<'_, '_>) -> (Direction, &'static str) {
        let is_missing = (step.old.is_none(), step.new.is_none());
        let of_the_draft = step.key.starts_with("draft.");
        if !of_the_draft && ((is_missing.0 && self.in_part.0) || (is_missing.1 && self.in_part.1)) {
            return (Direction::Unknown, "a draft known in part doesn't give it");
        }
        if self.old.kind != self.new.kind {
            return (Direction::Changed, "");
        }
        rules::of_parameter(self.new, step)
    }
}

fn reading(old: Option<&str>, new: Option<&str>, direction: Direction) -> Change {
    Change {
        matter: "reading".to_owned(),
        reading: None,
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        direction,
        why: "",
        area: None,
    }
}

type PairedReadings = (Vec<(usize, usize)>, Vec<usize>, Vec<usize>);

/// Readings by their names; what is left, if it is one on each side, by that.
fn pair_readings(old: &[ReadingFacts<'_>], new: &[ReadingFacts<'_>]) -> PairedReadings {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (to, reading) in new.iter().enumerate() {
        if let Some(from) = old.iter().position(|other| other.id == reading.id) {
            joined.push((from, to));
        }
    }
    let mut gone: Vec<usize> =
        (0..old.len()).filter(|from| joined.iter().all(|(known, _)| known != from)).collect();
    let mut come: Vec<usize> =
        (0..new.len()).filter(|to| joined.iter().all(|(_, known)| known != to)).collect();
    if let ([from], [to]) = (gone.as_slice(), come.as_slice()) {
        joined.push((*from, *to));
        gone.clear();
        come.clear();
    }
    joined.sort_by_key(|(_, to)| *to);
    (joined, gone, come)
}

/// A window whose two ends both move the same way is neither longer nor shorter for that: it has
/// moved in time.
fn shifted(changes: &mut [Change], old: &[Fact<'_>], new: &[Fact<'_>]) {
    let at = |facts: &[Fact<'_>], key: &str| {
        let fact = facts.iter().find(|fact| fact.part.is_none() && fact.key == key);
        fact.and_then(|fact| match &fact.value {
            Value::Moment(when) => when.instant(),
            Value::At(at) => Some(*at),
            _ => None,
        })
    };
    for (start, end) in [("from", "until"), ("valid.from", "valid.to")] {
        let ends = (at(old, start), at(new, start), at(old, end), at(new, end));
        let (Some(old_start), Some(new_start), Some(old_end), Some(new_end)) = ends else {
            continue;
        };
        let ways = (old_start.cmp(&new_start), old_end.cmp(&new_end));
        if ways.0 != ways.1 || ways.0 == Ordering::Equal {
            continue;
        }
        for change in changes.iter_mut().filter(|c| c.matter == start || c.matter == end) {
            change.direction = Direction::MovedInTime;
            change.why = "both ends move the same way";
        }
    }
}

//! What changed from one text to another: by provision and parameter, not by line.
//!
//! Each text is taken apart into *facts*: one for each parameter of each provision, party, zone
//! and so on ([`facts`]). What the two texts share is paired ([`pair`]), and the facts of a pair
//! are compared ([`compare`]). Whether a change binds harder or less is looked up in one table
//! ([`rules`]).
//!
//! Turned round, a difference says the opposite: added is removed, tightened is loosened.

mod bodies;
mod checks;
mod compare;
mod details;
mod facts;
mod order;
mod pair;
mod parts;
mod provisions;
mod rules;
mod space;

pub use checks::{Check, Checks, checks};
pub use space::Moved;
pub(crate) use space::area_km2;

use crate::model::Agreement;
use facts::{Subject, Text};
use pair::Pairs;
use std::collections::BTreeMap;

/// What changed from one text to another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The old text.
    pub old: Version,
    /// The new text.
    pub new: Version,
    /// What changed: the agreement as a whole, its provisions and exceptions, its articles, what
    /// it names; within each in the order of the new text, what was removed where it had stood.
    pub items: Vec<Item>,
    /// What stands in one text and isn't known of the other, since that one is known in part. It
    /// was neither added nor removed, as far as anybody knows.
    pub unknown: Vec<Item>,
    /// The provisions that are the same in both texts, by their ids in the old and the new.
    pub provisions: Vec<(String, String)>,
    /// What was not looked at, and why.
    pub limits: Vec<String>,
}

/// Which text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// The agreement's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Whether it is a draft known in part.
    pub in_part: bool,
}

/// One thing that the texts name, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What kind of thing.
    pub class: Class,
    /// Its id in the old text; none: it isn't there.
    pub old: Option<String>,
    /// Its id in the new text; none: it isn't there.
    pub new: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// What its coming or going does; of a thing that stays, see its changes.
    pub direction: Direction,
    /// What it says, where it came, went or is unknown: (parameter, value).
    pub content: Vec<(String, String)>,
    /// Provisions of the new text that a changed zone matters to; of the old text, if it went.
    pub used_by: Vec<String>,
    /// Its changed parameters.
    pub changes: Vec<Change>,
}

/// A changed parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The parameter as the language writes it, such as `until` or `stages.tanks.due`.
    pub matter: String,
    /// The reading, where not all readings change alike.
    pub reading: Option<String>,
    /// What the old text says; none: nothing.
    pub old: Option<String>,
    /// What the new text says; none: nothing.
    pub new: Option<String>,
    /// Which way it goes.
    pub direction: Direction,
    /// Why it goes that way; empty where nothing decides it.
    pub why: &'static str,
    /// The area gained and lost, for places.
    pub area: Option<Moved>,
}

/// What a text can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The agreement as a whole.
    Agreement,
    /// A provision.
    Provision,
    /// An exception.
    Exception,
    /// An article.
    Article,
    /// A party.
    Party,
    /// An event that terms count from.
    Event,
    /// A word with a definition.
    Definition,
    /// A line.
    Line,
    /// A zone, or all zones of a group.
    Zone,
    /// A register of sites.
    Register,
    /// A source.
    Source,
}

impl Class {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::Agreement => "agreement",
            Class::Party => "party",
            Class::Event => "event",
            Class::Definition => "definition",
            Class::Line => "line",
            Class::Zone => "zone",
            Class::Register => "sites",
            Class::Source => "source",
            Class::Article => "article",
            Class::Exception => "exception",
            Class::Provision => "provision",
        }
    }

    /// Whether it is how things are watched, which no draft says: never unknown.
    fn is_ours(self) -> bool {
        matches!(self, Class::Register | Class::Source)
    }
}

/// What became of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Only the new text has it.
    Added,
    /// Only the old text has it.
    Removed,
    /// It has another name; it may have changed too.
    Renamed,
    /// Parameters changed.
    Changed,
    /// A text known in part doesn't give it.
    Unknown,
}

impl Fate {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Fate::Added => "added",
            Fate::Removed => "removed",
            Fate::Renamed => "renamed",
            Fate::Changed => "changed",
            Fate::Unknown => "unknown",
        }
    }
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// It binds harder, or binds more.
    Tightened,
    /// It binds less.
    Loosened,
    /// It lasts longer; for whom that is better nobody says.
    Longer,
    /// It lasts shorter.
    Shorter,
    /// It lies at another time.
    MovedInTime,
    /// It lies at another place.
    MovedInSpace,
    /// Neither of these, or nothing decides it.
    Changed,
    /// A text known in part doesn't give it.
    Unknown,
}

impl Direction {
    /// Every direction, in the order of the reference.
    pub const ALL: [Direction; 8] = [
        Direction::Tightened,
        Direction::Loosened,
        Direction::Longer,
        Direction::Shorter,
        Direction::MovedInTime,
        Direction::MovedInSpace,
        Direction::Changed,
        Direction::Unknown,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Tightened => "tightened",
            Direction::Loosened => "loosened",
            Direction::Longer => "longer",
            Direction::Shorter => "shorter",
            Direction::MovedInTime => "moved-in-time",
            Direction::MovedInSpace => "moved-in-space",
            Direction::Changed => "changed",
            Direction::Unknown => "unknown",
        }
    }
}

impl Item {
    /// Its name in the new text, or else in the old.
    #[must_use]
    pub fn id(&self) -> &str {
        self.new.as_deref().or(self.old.as_deref()).unwrap_or_default()
    }

    /// The directions of itself, if it came or went, and of its changes.
    pub fn directions(&self) -> impl Iterator<Item = Direction> + '_ {
        let own = matches!(self.fate, Fate::Added | Fate::Removed).then_some(self.direction);
        own.into_iter().chain(self.changes.iter().map(|change| change.direction))
    }
}

impl Difference {
    /// Whether the texts say the same, as far as they are known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.unknown.is_empty()
    }
}

/// Compares two texts.
///
/// Takes time in proportion to the texts, but for what is bounded: near provisions are looked for
/// among at most [`NEAR_MAX`](pair::NEAR_MAX) pairs of a kind, and areas are computed from at most
/// [`VERTICES_MAX`](space::VERTICES_MAX) vertices. What was not looked at stands in
/// [`Difference::limits`].
#[must_use]
pub fn diff(old: &Agreement, new: &Agreement) -> Difference {
    let (old_text, new_text) = (Text::of(old), Text::of(new));
    let mut limits = Vec::new();
    let pairs = Pairs::of(&old_text, &new_text, &mut limits);
    let names = pairs.names(&old_text, &new_text);
    let mut space = space::Space::new(old, new);
    let mut difference = Difference {
        old: version(old, &old_text),
        new: version(new, &new_text),
        provisions: pairs.provisions(&old_text, &new_text),
        ..Difference::default()
    };
    let users = (users(&old_text), users(&new_text));
    for (from, to) in pairs.in_order(&old_text, &new_text) {
        let item = match (from, to) {
            (Some(from), Some(to)) => {
                let parts = (&old_text, &new_text);
                compare::both(parts, (from, to), &names, &mut space)
            }
            (None, Some(to)) => Some(compare::alone(to, Fate::Added, old_text.in_part)),
            (Some(from), None) => Some(compare::alone(from, Fate::Removed, new_text.in_part)),
            (None, None) => None,
        };
        let Some(mut item) = item else { continue };
        if item.class == Class::Zone {
            let users = if item.new.is_some() { &users.1 } else { &users.0 };
            item.used_by = users.get(item.id()).cloned().unwrap_or_default();
        }
        match item.fate {
            Fate::Unknown => difference.unknown.push(item),
            _ => difference.items.push(item),
        }
    }
    join_groups(&mut difference.items);
    join_groups(&mut difference.unknown);
    limits.extend(space.limit());
    difference.limits = limits;
    difference
}

/// Zones of one group that come or go together are said once, as `GROUP.*`.
fn join_groups(items: &mut Vec<Item>) {
    let key = |item: &Item| {
        let is_zone = item.class == Class::Zone && item.old.is_some() != item.new.is_some();
        let (group, _) = item.id().split_once('.')?;
        is_zone.then(|| (group.to_owned(), item.old.is_some()))
    };
    let mut members: BTreeMap<(String, bool), usize> = BTreeMap::new();
    for group in items.iter().filter_map(key) {
        *members.entry(group).or_default() += 1;
    }
    members.retain(|_, count| *count > 1);
    let mut told: BTreeMap<(String, bool), usize> = BTreeMap::new();
    let mut kept: Vec<Item> = Vec::new();
    for mut item in std::mem::take(items) {
        let group = key(&item).filter(|group| members.contains_key(group));
        let Some(group) = group else {
            kept.push(item);
            continue;
        };
        if let Some(&place) = told.get(&group) {
            let first: &mut Item = &mut kept[place];
            let (_, zones) = &mut first.content[0];
            zones.push_str(", ");
            zones.push_str(item.id());
            for user in item.used_by {
                if !first.used_by.contains(&user) {
                    first.used_by.push(user);
                }
            }
            continue;
        }
        let count = members.get(&group).copied().unwrap_or_default();
        item.content = vec![(format!("{count} zones"), item.id().to_owned())];
        let all = format!("{}.*", group.0);
        item.old = item.old.map(|_| all.clone());
        item.new = item.new.map(|_| all);
        told.insert(group, kept.len());
        kept.push(item);
    }
    *items = kept;
}

fn version(agreement: &Agreement, text: &Text<'_>) -> Version {
    Version {
        id: agreement.id.clone(),
        title: agreement.title.clone(),
        version: agreement.version.clone(),
        in_part: text.in_part,
    }
}

/// The provisions that name each zone.
fn users(text: &Text<'_>) -> BTreeMap<String, Vec<String>> {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let provisions = text.subjects.iter().filter(|subject| subject.class == Class::Provision);
    for subject in provisions {
        for zone in places(subject) {
            let list = users.entry(zone.clone()).or_default();
            if list.last() != Some(&subject.id) {
                list.push(subject.id.clone());
            }
        }
    }
    users
}

/// The zones of all readings.
fn places<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a String> {
    let facts = subject.readings.iter().flat_map(|reading| &reading.facts);
    facts.filter(|fact| fact.key == "where").flat_map(|fact| match &fact.value {
        facts::Value::Names(_, names) => *names,
        _ => &[],
    })
}

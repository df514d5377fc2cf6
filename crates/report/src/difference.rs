//! Two texts of an agreement side by side, as one page, and the words for it.

use crate::marks::{Piece, marks};
use crate::page::{STYLE, failed};
use crate::words::counted;
use askama::Template;
use servanda_terms::diff::{Change, Check, Checks, Difference, Direction, Fate, Item, Version};
use std::collections::BTreeMap;

/// A difference in one sentence: how many changes, and which ways they go.
#[must_use]
pub fn difference_in_words(difference: &Difference) -> String {
    if difference.is_empty() {
        return "The two texts say the same.".to_owned();
    }
    let mut fates: BTreeMap<Fate, u64> = BTreeMap::new();
    let mut ways: BTreeMap<Direction, u64> = BTreeMap::new();
    for item in &difference.items {
        *fates.entry(item.fate).or_default() += 1;
        for direction in item.directions() {
            *ways.entry(direction).or_default() += 1;
        }
    }
    let list = |words: Vec<String>| words.join(", ");
    let fates = fates.iter().map(|(fate, n)| counted(*n, fate.word(), fate.word())).collect();
    let total = counted(ways.values().sum(), "change", "changes");
    let ways = ways.iter().map(|(way, n)| counted(*n, &spaced(way.word()), &spaced(way.word())));
    let ways = list(ways.collect());
    let mut words = match (difference.items.is_empty(), ways.is_empty()) {
        (true, _) => "Nothing that both texts are known to say has changed".to_owned(),
        (false, true) => "No parameter changed".to_owned(),
        (false, false) => format!("{total}: {ways}"),
    };
    let things = list(fates);
    if !things.is_empty() {
        words += &format!(" (of what they name: {things})");
    }
    if !difference.unknown.is_empty() {
        let unknown = counted(difference.unknown.len() as u64, "thing", "things");
        words += &format!("; {unknown} unknown, not removed");
    }
    words + "."
}

/// What a thing is and what became of it.
#[must_use]
pub fn item_in_words(item: &Item) -> String {
    let class = match item.class {
        servanda_terms::diff::Class::Provision => String::new(),
        servanda_terms::diff::Class::Agreement => return "The agreement as a whole".to_owned(),
        class => format!("{} ", class.word()),
    };
    match (&item.old, &item.new, item.fate) {
        (Some(old), Some(new), _) if old != new => format!("{class}{new}: renamed, was {old}"),
        (Some(_), None, Fate::Unknown) => {
            format!("{class}{}: not known to be removed", item.id())
        }
        (None, Some(_), Fate::Unknown) => format!("{class}{}: not known to be new", item.id()),
        (_, _, fate @ (Fate::Added | Fate::Removed)) if item.direction != Direction::Changed => {
            format!("{class}{}: {} ({})", item.id(), fate.word(), item.direction.word())
        }
        _ => format!("{class}{}: {}", item.id(), item.fate.word()),
    }
}

/// The matter of a change, and which way it goes.
#[must_use]
pub fn change_in_words(change: &Change) -> String {
    let reading = change.reading.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    let mut words = format!("{}{reading}\n{}", change.matter, spaced(change.direction.word()));
    if !change.why.is_empty() {
        words += &format!(": {}", change.why);
    }
    if let Some(area) = &change.area {
        words += &format!("; {} km² gained, {} km² lost", area.gained_km2, area.lost_km2);
    }
    words
}

fn spaced(word: &str) -> String {
    word.replace('-', " ")
}

/// Two texts side by side as one HTML file that needs nothing else, made to be read and printed:
/// what was added, removed, renamed or changed, with the way in which each change goes; what is
/// unknown apart; and what `check` says more and no longer.
#[must_use]
pub fn difference(difference: &Difference, checks: &Checks) -> String {
    let page = DifferencePage {
        style: STYLE,
        old: &difference.old,
        new: &difference.new,
        lead: difference_in_words(difference),
        items: compared(&difference.items),
        unknown: compared(&difference.unknown),
        said: said(checks),
        stay: counted(checks.stay.len() as u64, "stays", "stay"),
        limits: &difference.limits,
    };
    page.render().unwrap_or_else(|error| failed(&error.to_string()))
}

/// One thing that two texts name, and what became of it, as pages show it.
#[derive(Debug, Clone)]
pub struct ComparedItem {
    /// What it is, and what became of it.
    pub title: String,
    /// The provision that it is in the new text, or else in the old; none: it is no provision.
    pub provision: Option<String>,
    /// Each of its parameters that differ.
    pub rows: Vec<ComparedRow>,
}

/// One parameter of two texts.
#[derive(Debug, Clone)]
pub struct ComparedRow {
    /// The parameter, as the language writes it.
    pub matter: String,
    /// The reading, where not all change alike.
    pub reading: String,
    /// Which way it goes, in a word.
    pub way: String,
    /// The class of that word in the style of pages.
    pub class: &'static str,
    /// Why it goes that way.
    pub why: String,
    /// What the old text says, with what the new lacks marked; none: nothing.
    pub old: Option<Vec<Piece>>,
    /// What the new text says, likewise.
    pub new: Option<Vec<Piece>>,
}

/// Things of a difference as pages show them.
#[must_use]
pub fn compared(items: &[Item]) -> Vec<ComparedItem> {
    items.iter().map(ComparedItem::of).collect()
}

impl ComparedItem {
    fn of(item: &Item) -> ComparedItem {
        let mut rows: Vec<ComparedRow> = item.changes.iter().map(ComparedRow::of).collect();
        let is_gone = item.new.is_none();
        let cell = match item.fate {
            Fate::Unknown => Piece::plain,
            _ => Piece::all,
        };
        rows.extend(item.content.iter().map(|(matter, value)| ComparedRow {
            matter: matter.clone(),
            reading: String::new(),
            way: String::new(),
            class: "",
            why: String::new(),
            // What is unknown was not struck out.
            old: Some(cell(value)).filter(|_| is_gone),
            new: Some(cell(value)).filter(|_| !is_gone),
        }));
        if rows.is_empty() {
            rows.push(ComparedRow {
                matter: "name".to_owned(),
                reading: String::new(),
                way: Fate::Renamed.word().to_owned(),
                class: class(Direction::Changed),
                why: String::new(),
                old: item.old.as_deref().map(Piece::all),
                new: item.new.as_deref().map(Piece::all),
            });
        }
        let mut title = item_in_words(item);
        if !item.used_by.is_empty() {
            title += &format!(" (named by {})", item.used_by.join(", "));
        }
        let is_provision = item.class == servanda_terms::diff::Class::Provision;
        let provision = is_provision.then(|| item.id().to_owned());
        ComparedItem { title, provision, rows }
    }
}

impl ComparedRow {
    fn of(change: &Change) -> ComparedRow {
        let mut why = change.why.to_owned();
        if let Some(area) = &change.area {
            let moved = format!("{} km² gained, {} km² lost", area.gained_km2, area.lost_km2);
            why = if why.is_empty() { moved } else { format!("{why}; {moved}") };
        }
        let is_known = change.direction != Direction::Unknown;
        let alone = if is_known { Piece::all } else { Piece::plain };
        let (old, new) = match (change.old.as_deref(), change.new.as_deref()) {
            (Some(old), Some(new)) => {
                let (old, new) = marks(old, new);
                (Some(old), Some(new))
            }
            (old, new) => (old.map(alone), new.map(alone)),
        };
        ComparedRow {
            matter: change.matter.clone(),
            reading: change.reading.clone().unwrap_or_default(),
            way: spaced(change.direction.word()),
            class: class(change.direction),
            why,
            old,
            new,
        }
    }
}

/// The colours that states have: what binds less stands out as what is alleged does.
fn class(direction: Direction) -> &'static str {
    match direction {
        Direction::Loosened => "alleged",
        Direction::Tightened => "kept",
        Direction::Unknown => "not-observed",
        _ => "undetermined",
    }
}

struct SaidView<'a> {
    what: &'static str,
    check: &'a Check,
    about: &'a str,
}

fn said(checks: &Checks) -> Vec<SaidView<'_>> {
    let appear = checks.appear.iter().map(|check| ("appears", check));
    let vanish = checks.vanish.iter().map(|check| ("vanishes", check));
    let all = appear.chain(vanish);
    all.map(|(what, check)| SaidView {
        what,
        check,
        about: check.about.as_deref().unwrap_or("the text"),
    })
    .collect()
}

#[derive(Template)]
#[template(path = "difference.html")]
struct DifferencePage<'a> {
    style: &'static str,
    old: &'a Version,
    new: &'a Version,
    lead: String,
    items: Vec<ComparedItem>,
    unknown: Vec<ComparedItem>,
    said: Vec<SaidView<'a>>,
    stay: String,
    limits: &'a [String],
}

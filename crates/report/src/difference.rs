//! Two texts of an agreement side by side, as one page, and the words for it.

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
        items: difference.items.iter().map(ItemView::of).collect(),
        unknown: difference.unknown.iter().map(ItemView::of).collect(),
        said: said(checks),
        stay: counted(checks.stay.len() as u64, "stays", "stay"),
        limits: &difference.limits,
    };
    page.render().unwrap_or_else(|error| failed(&error.to_string()))
}

struct ItemView<'a> {
    title: String,
    rows: Vec<RowView<'a>>,
}

/// One row of the table.
struct RowView<'a> {
    matter: &'a str,
    reading: &'a str,
    way: String,
    class: &'static str,
    why: String,
    /// Each side; none: that text doesn't say.
    old: Option<Cell<'a>>,
    new: Option<Cell<'a>>,
}

/// What one text says, with what the other doesn't say marked.
#[derive(Debug, PartialEq, Eq)]
struct Cell<'a> {
    before: &'a str,
    marked: &'a str,
    after: &'a str,
}

impl<'a> Cell<'a> {
    fn plain(text: &'a str) -> Cell<'a> {
        Cell { before: text, marked: "", after: "" }
    }

    fn all(text: &'a str) -> Cell<'a> {
        Cell { before: "", marked: text, after: "" }
    }
}

/// Marks what differs between two texts: all but the words that both begin and end with.
fn marked<'a>(old: &'a str, new: &'a str) -> (Cell<'a>, Cell<'a>) {
    let words = |text: &'a str| text.split_inclusive(' ');
    let same = words(old).zip(words(new)).take_while(|(a, b)| a == b);
    let start: usize = same.map(|(word, _)| word.len()).sum();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let backwards = |text: &'a str| text.rsplit(' ');
    let same = backwards(old_rest).zip(backwards(new_rest)).take_while(|(a, b)| a == b);
    // The blank before each word is common too, unless nothing stands before it.
    let end: usize = same.map(|(word, _)| word.len() + 1).sum();
    let cell = |text: &'a str, rest: &'a str| {
        let from = rest.len().saturating_sub(end);
        Cell { before: &text[..start], marked: &rest[..from], after: &rest[from..] }
    };
    (cell(old, old_rest), cell(new, new_rest))
}

impl<'a> ItemView<'a> {
    fn of(item: &'a Item) -> ItemView<'a> {
        let mut rows: Vec<RowView> = item.changes.iter().map(RowView::of).collect();
        let is_gone = item.new.is_none();
        let cell = match item.fate {
            Fate::Unknown => Cell::plain,
            _ => Cell::all,
        };
        rows.extend(item.content.iter().map(|(matter, value)| RowView {
            matter,
            reading: "",
            way: String::new(),
            class: "",
            why: String::new(),
            // What is unknown was not struck out.
            old: Some(cell(value)).filter(|_| is_gone),
            new: Some(cell(value)).filter(|_| !is_gone),
        }));
        if rows.is_empty() {
            rows.push(RowView {
                matter: "name",
                reading: "",
                way: Fate::Renamed.word().to_owned(),
                class: class(Direction::Changed),
                why: String::new(),
                old: item.old.as_deref().map(Cell::all),
                new: item.new.as_deref().map(Cell::all),
            });
        }
        let mut title = item_in_words(item);
        if !item.used_by.is_empty() {
            title += &format!(" (named by {})", item.used_by.join(", "));
        }
        ItemView { title, rows }
    }
}

impl<'a> RowView<'a> {
    fn of(change: &'a Change) -> RowView<'a> {
        let mut why = change.why.to_owned();
        if let Some(area) = &change.area {
            let moved = format!("{} km² gained, {} km² lost", area.gained_km2, area.lost_km2);
            why = if why.is_empty() { moved } else { format!("{why}; {moved}") };
        }
        let is_known = change.direction != Direction::Unknown;
        let alone = if is_known { Cell::all } else { Cell::plain };
        let (old, new) = match (change.old.as_deref(), change.new.as_deref()) {
            (Some(old), Some(new)) => {
                let (old, new) = marked(old, new);
                (Some(old), Some(new))
            }
            (old, new) => (old.map(alone), new.map(alone)),
        };
        RowView {
            matter: &change.matter,
            reading: change.reading.as_deref().unwrap_or_default(),
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
    items: Vec<ItemView<'a>>,
    unknown: Vec<ItemView<'a>>,
    said: Vec<SaidView<'a>>,
    stay: String,
    limits: &'a [String],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_marked() {
        let parts = |old: &'static str, new: &'static str| {
            let (old, new) = marked(old, new);
            assert_eq!(old.before, new.before);
            assert_eq!(old.after, new.after);
            (old.before, old.marked, new.marked, old.after)
        };
        assert_eq!(parts("a, b, c", "a, x, y, c"), ("a, ", "b,", "x, y,", " c"));
        assert_eq!(parts("7 days", "9 days"), ("", "7", "9", " days"));
        assert_eq!(parts("a b", "a b c"), ("a ", "b", "b c", ""));
        assert_eq!(parts("é x", "é y"), ("é ", "x", "y", ""));
        assert_eq!(parts("one", "two"), ("", "one", "two", ""));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost_by_marking(old in "[ aéb]{0,9}", new in "[ aéb]{0,9}") {
            let whole = |cell: Cell| format!("{}{}{}", cell.before, cell.marked, cell.after);
            let (a, b) = marked(&old, &new);
            proptest::prop_assert_eq!((whole(a), whole(b)), (old.clone(), new.clone()));
        }
    }
}

//! Each file in `cases-diff/` is two agreements and what changed from the first to the second.
//!
//! The old one comes first; after a line `=== new ===` the new one; last a block with the info
//! string `expect`: a line for each thing that changed and, indented, one for each of its
//! parameters; then
//! what `check` says more (`+`) and no longer (`-`). Turned round, the case must say the opposite.
//! `UPDATE_EXPECT=1 cargo test -p servanda-terms --test diff_cases` writes what is said now.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_terms::diff::{Difference, Direction, Fate, Item, checks};
use servanda_terms::{Agreement, Diagnostic, SourceText, diff, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const NEW: &str = "\n=== new ===\n";
const EXPECT: &str = "\n```expect\n";

fn case(path: &Path, text: String) -> datatest_stable::Result<()> {
    let (given, expected) = match text.split_once(EXPECT) {
        Some((given, expected)) => (given, expected.trim_end().trim_end_matches('`')),
        None => (text.as_str(), ""),
    };
    let (old, new) = given.split_once(NEW).ok_or("no line `=== new ===`")?;
    let (old, new) = (read("old", old)?, read("new", new)?);
    let said = said(&old, &new);
    assert!(diff(&old.0, &old.0).is_empty() && diff(&new.0, &new.0).is_empty());
    assert_eq!(turned(&diff(&old.0, &new.0)), plain(&diff(&new.0, &old.0)));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, format!("{}\n{EXPECT}{said}```\n", given.trim_end()))?;
    } else if said.trim_end() != expected.trim_end() {
        return Err(format!("expected\n{expected}\nfound\n{said}").into());
    }
    Ok(())
}

fn read(name: &str, text: &str) -> Result<(Agreement, Vec<Diagnostic>), String> {
    let source = SourceText::new(name, format!("{text}\n"));
    let (agreement, diagnostics) = load(&source, &BTreeMap::new());
    let shown = || servanda_diag::render_terminal(&diagnostics, &source, false);
    Ok((agreement.ok_or_else(shown)?, diagnostics))
}

/// A difference as lines of text.
fn said(old: &(Agreement, Vec<Diagnostic>), new: &(Agreement, Vec<Diagnostic>)) -> String {
    let difference = diff(&old.0, &new.0);
    let mut said = String::new();
    for item in difference.items.iter().chain(&difference.unknown) {
        let name = match (&item.old, &item.new) {
            (Some(old), Some(new)) if old != new => format!("{old} -> {new}"),
            _ => item.id().to_owned(),
        };
        let way = match item.fate {
            Fate::Added | Fate::Removed => format!(" ({})", item.direction.word()),
            _ => String::new(),
        };
        said += &format!("{} {name}: {}{way}\n", item.class.word(), item.fate.word());
        for (matter, value) in &item.content {
            said += &format!("    {matter} = {value}\n");
        }
        if !item.used_by.is_empty() {
            said += &format!("    used by {}\n", item.used_by.join(", "));
        }
        for change in &item.changes {
            let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            let reading = change.reading.as_ref().map(|r| format!(" [{r}]")).unwrap_or_default();
            let area = change.area.as_ref();
            let area = area.map(|a| format!(", +{} -{} km²", a.gained_km2, a.lost_km2));
            let why = if change.why.is_empty() { "" } else { ": " };
            said += &format!(
                "    {}{reading}: {} -> {} ({}{why}{}{})\n",
                change.matter,
                or(&change.old),
                or(&change.new),
                change.direction.word(),
                change.why,
                area.unwrap_or_default()
            );
        }
    }
    said.extend(difference.limits.iter().map(|limit| format!("not looked at: {limit}\n")));
    let checks = checks(&difference, (&old.0, &old.1), (&new.0, &new.1));
    for (sign, list) in [("+", &checks.appear), ("-", &checks.vanish)] {
        for check in list {
            let about = check.about.as_deref().unwrap_or("the text");
            said += &format!("{sign} {} {about}: {}\n", check.code, check.title);
        }
    }
    said
}

/// What is compared of an item: its names, its fate, and each change with its way.
type Plain = BTreeSet<(String, Option<String>, Option<String>, &'static str, Vec<String>)>;

fn plain(difference: &Difference) -> Plain {
    rows(difference, Item::clone, |direction| direction, false)
}

/// The difference turned round.
fn turned(difference: &Difference) -> Plain {
    let fate = |item: &Item| Item {
        old: item.new.clone(),
        new: item.old.clone(),
        fate: match item.fate {
            Fate::Added => Fate::Removed,
            Fate::Removed => Fate::Added,
            other => other,
        },
        ..item.clone()
    };
    let way = |direction| match direction {
        Direction::Tightened => Direction::Loosened,
        Direction::Loosened => Direction::Tightened,
        Direction::Longer => Direction::Shorter,
        Direction::Shorter => Direction::Longer,
        other => other,
    };
    rows(difference, fate, way, true)
}

fn rows(
    difference: &Difference,
    fate: impl Fn(&Item) -> Item,
    way: impl Fn(Direction) -> Direction,
    is_turned: bool,
) -> Plain {
    let items = difference.items.iter().chain(&difference.unknown);
    items
        .map(|item| {
            let item = fate(item);
            let mut changes: Vec<String> = item
                .changes
                .iter()
                .map(|change| {
                    let (old, new) = match is_turned {
                        true => (&change.new, &change.old),
                        false => (&change.old, &change.new),
                    };
                    format!("{} {old:?} {new:?} {}", change.matter, way(change.direction).word())
                })
                .collect();
            changes.sort_unstable();
            changes.push(way(item.direction).word().to_owned());
            let class = item.class.word().to_owned();
            (class, item.old.clone(), item.new.clone(), item.fate.word(), changes)
        })
        .collect()
}

datatest_stable::harness! {
    { test = case, root = "cases-diff", pattern = r"\.md$" },
}

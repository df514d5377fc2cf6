//! The page of two texts: what stands on it, and that it keeps its promises.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

mod markup;

use markup::{check, table};
use servanda_report::{difference, difference_in_words};
use servanda_terms::diff::checks;
use servanda_terms::{Agreement, Diagnostic, SourceText, diff, load};
use std::collections::BTreeMap;

const OLD: &str = r#"+++
id = "pause"
title = "A <b>pause</b>"
version = "1"
timezone = "UTC"
[party.NORTH]
name = "Northland"
[party.SOUTH]
name = "Southland"
[zone.valley]
circle = { lon = 10.0, lat = 20.0, radius_m = 10000 }
[source.patrol]
shows = ["shot"]
+++
## 1. Fire
```toml term
[prohibit.fire]
who = ["NORTH", "SOUTH"]
acts = ["shot"]
where = "valley"
from = "2030-01-01"
until = "2030-02-01"
shown_by = "patrol"
[point.river]
topics = ["the river"]
```
"#;

fn read(text: &str) -> (Agreement, Vec<Diagnostic>) {
    let (agreement, diagnostics) = load(&SourceText::new("a.md", text), &BTreeMap::new());
    (agreement.unwrap(), diagnostics)
}

fn page(old: &str, new: &str) -> String {
    let (old, new) = (read(old), read(new));
    let found = diff(&old.0, &new.0);
    difference(&found, &checks(&found, (&old.0, &old.1), (&new.0, &new.1)))
}

#[test]
fn the_page_holds_together() {
    let new =
        OLD.replace("radius_m = 10000", "radius_m = 12000").replace("2030-02-01", "2030-03-01");
    let new = new.replace("[point.river]\ntopics = [\"the river\"]\n", "");
    let html = page(OLD, &new);
    check(&html);
    let rows = table(&html, "What each text says");
    assert_eq!(
        rows,
        [
            "Matter | Old | New",
            "prohibit.fire: changed",
            "untiltightenedit ends later | 2030-02-01T00:00:00Z | 2030-03-01T00:00:00Z",
            "point.river: removed",
            "status | open | nothing",
            "topics | the river | nothing",
            "zone valley: changed (named by prohibit.fire)",
            "areamoved in space138.17 km² gained, 0.00 km² lost | 314.03 km², 128 vertices | \
             452.21 km², 128 vertices",
        ]
    );
    assert!(html.contains("A &lt;b&gt;pause"));
}

#[test]
fn what_is_unknown_stands_apart() {
    let new = OLD.replace("[party.NORTH]", "[draft]\nknown = \"in part\"\n[party.NORTH]");
    let new = new.replace("[point.river]\ntopics = [\"the river\"]\n", "");
    let html = page(OLD, &new);
    check(&html);
    let rows = table(&html, "What the one text says");
    assert_eq!(rows[1], "point.river: not known to be removed");
    assert!(html.contains("known in part"));
    assert!(
        html.contains("<ins>in part</ins>") && !html.contains("<del"),
        "nothing was struck out"
    );
}

#[test]
fn the_same_text_has_no_rows() {
    let html = page(OLD, OLD);
    check(&html);
    assert!(html.contains("The two texts say the same."));
    assert!(!html.contains("<del") && !html.contains("<ins"));
}

#[test]
fn a_difference_is_counted_in_words() {
    let said = |new: &str| difference_in_words(&diff(&read(OLD).0, &read(new).0));
    assert_eq!(
        said(
            &OLD.replace("[\"NORTH\", \"SOUTH\"]", "\"NORTH\"")
                .replace("version = \"1\"", "version = \"2\"")
        ),
        "2 changes: 1 loosened, 1 changed (of what they name: 2 changed)."
    );
    assert_eq!(
        said(&OLD.replace("[prohibit.fire]", "[prohibit.shots]")),
        "No parameter changed (of what they name: 1 renamed)."
    );
}

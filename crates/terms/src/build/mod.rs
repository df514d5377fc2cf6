//! From tables to the agreement: names resolved, times as instants, zones as geometry.
//!
//! Building goes on after an error with what is left, so that one mistake doesn't hide the next;
//! an agreement with an error is never given out.

mod consents;
mod duties;
mod exceptions;
mod files;
mod front;
mod groups;
mod guarantees;
mod lines;
mod moments;
pub(crate) mod names;
mod people;
mod points;
mod provisions;
mod readings;
mod scoring;
mod shapes;
mod sources;
mod times;
mod zones;

pub(crate) use files::{is_safe_path, referenced};

use crate::Files;
use crate::codes;
use crate::findings::Findings;
use crate::limits::{NAMES_MAX, ZONE_VERTICES_MAX};
use crate::model::Agreement;
use crate::parse::layout::Layout;
use crate::parse::nearest::nearest;
use crate::parse::tree::{Table, Value};
use names::Names;
use servanda_text::{SourceText, Span};
use servanda_time::Zone;
use std::cell::Cell;

/// Where the keys of one table stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mark {
    /// The table itself.
    pub(crate) head: Span,
    keys: Vec<MarkedKey>,
}

#[derive(Debug, Clone)]
struct MarkedKey {
    key: String,
    /// The place of its value.
    span: Span,
    /// An empty list or a blank text: written, and saying nothing.
    is_empty: bool,
    /// The tables below it: itself, or those of its list.
    inner: Vec<Mark>,
}

impl Mark {
    pub(crate) fn of(table: &Table, head: Span) -> Mark {
        let keys = table.entries.iter().map(|entry| MarkedKey {
            key: entry.key.text.clone(),
            span: entry.node.span,
            is_empty: match &entry.node.value {
                Value::List(list) => list.is_empty(),
                Value::Text(text) => text.trim().is_empty(),
                _ => false,
            },
            inner: match &entry.node.value {
                Value::Table(table) => vec![Mark::of(table, entry.node.span)],
                Value::List(list) => {
                    let tables = list.iter().filter_map(|node| match &node.value {
                        Value::Table(table) => Some(Mark::of(table, node.span)),
                        _ => None,
                    });
                    tables.collect()
                }
                _ => Vec::new(),
            },
        });
        Mark { head, keys: keys.collect() }
    }

    fn get(&self, key: &str) -> Option<&MarkedKey> {
        self.keys.iter().find(|known| known.key == key)
    }

    /// Whether something is written under the key, right or wrong.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|known| !known.is_empty)
    }

    /// Whether a key stands there that may be this one, misspelt.
    pub(crate) fn has_like(&self, key: &str) -> bool {
        self.keys.iter().any(|known| nearest(&known.key, [key]).is_some())
    }

    /// The table below a key, or those of the list below it.
    pub(crate) fn inner(&self, key: &str) -> &[Mark] {
        self.get(key).map_or(&[], |known| &known.inner)
    }

    /// The place of a key's value, or else of the table.
    pub(crate) fn at(&self, key: &str) -> Span {
        self.get(key).map_or(self.head, |known| known.span)
    }
}

/// Where things stand, in the order of the agreement's own lists.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) parties: Vec<Mark>,
    pub(crate) people: Vec<Mark>,
    pub(crate) zones: Vec<Mark>,
    pub(crate) sources: Vec<Mark>,
    pub(crate) events: Vec<Mark>,
    /// Of [force]; empty where it isn't written.
    pub(crate) force: Mark,
    pub(crate) exceptions: Vec<Mark>,
    pub(crate) provisions: Vec<Mark>,
    /// For each provision, its disputed readings; none where it isn't disputed.
    pub(crate) readings: Vec<Vec<Mark>>,
}

/// An agreement and where its parts stand.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) agreement: Agreement,
    pub(crate) marks: Marks,
    /// Exceptions that a provision names, declared or not.
    pub(crate) exceptions_named: Vec<String>,
}

/// How much of something may still be used. What is over is reported once.
pub(crate) struct Allowance {
    left: Cell<Option<usize>>,
    what: &'static str,
}

impl Allowance {
    fn new(limit: usize, what: &'static str) -> Allowance {
        Allowance { left: Cell::new(Some(limit)), what }
    }

    /// Uses so much of it; false when that is more than is left.
    pub(crate) fn spend(&self, count: usize, findings: &mut Findings) -> bool {
        let Some(left) = self.left.get() else {
            return false;
        };
        self.left.set(left.checked_sub(count));
        if count > left {
            findings.push(
                codes::TOO_MUCH
                    .error(self.what)
                    .reason("All of it is held in memory and compared with each observation.")
                    .help("use fewer or simpler zones, and name only what each term needs"),
            );
        }
        count <= left
    }
}

/// What building needs to know everywhere.
pub(crate) struct Context<'a> {
    pub(crate) source: &'a SourceText,
    pub(crate) layout: &'a Layout,
    pub(crate) names: Names,
    pub(crate) timezone: Zone,
    pub(crate) groups: groups::Groups,
    pub(crate) names_left: Allowance,
    pub(crate) vertices_left: Allowance,
}

/// A block of terms, read.
pub(crate) struct TermBlock {
    pub(crate) table: Table,
    pub(crate) section: usize,
}

/// Builds what can be built.
pub(crate) fn build(
    source: &SourceText,
    layout: &Layout,
    front: &Table,
    blocks: &[TermBlock],
    files: &dyn Files,
    findings: &mut Findings,
) -> Built {
    let mut context = Context {
        source,
        layout,
        names: Names::of_front(front),
        timezone: Zone::utc(),
        groups: groups::Groups::default(),
        names_left: Allowance::new(NAMES_MAX, "the terms name too much"),
        vertices_left: Allowance::new(ZONE_VERTICES_MAX, "the zones have too many vertices"),
    };
    let terms = provisions::collect(blocks, &mut context.names, findings);
    let mut built = front::build(front, &mut context, files, findings);
    provisions::build(&terms, &context, &mut built, findings);
    built
}

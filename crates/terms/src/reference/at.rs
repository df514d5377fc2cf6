//! The key at a place of the text: what an editor asks.

use super::{ALLOW, KeyDoc, Place, TableDoc, Takes, table};
use crate::findings::Findings;
use crate::parse::tree::{Node, Table, Value};
use crate::parse::{layout, tree};
use servanda_text::{SourceText, Span};

/// The key that stands at a byte of an agreement, and where; the byte after its last still belongs
/// to it. None where no key stands, or none that the language knows.
#[must_use]
pub fn key_at(source: &SourceText, offset: u32) -> Option<(&'static KeyDoc, Span)> {
    let layout = layout::split(source, &mut Findings::default())?;
    let holds = |span: &Span| span.start <= offset && offset <= span.end;
    let read = |span| tree::read(source, span, &mut Findings::default());
    if holds(&layout.front) {
        return within(&read(layout.front)?, &[table("")?], offset);
    }
    let block = layout.blocks.iter().map(|block| block.content).find(holds)?;
    let block = read(block)?;
    block.entries.iter().find_map(|entry| {
        let doc = table(&entry.key.text).filter(|doc| doc.place == Place::Term)?;
        named(&entry.node, doc, offset)
    })
}

/// In a table whose keys are those of the tables of the reference, the first before the others.
fn within(
    table: &Table,
    docs: &[&'static TableDoc],
    offset: u32,
) -> Option<(&'static KeyDoc, Span)> {
    table.entries.iter().find_map(|entry| {
        let doc = docs.iter().find_map(|doc| doc.key(&entry.key.text));
        let span = entry.key.span;
        if span.start <= offset && offset <= span.end {
            let allow = (entry.key.text == ALLOW.key).then_some(&ALLOW);
            return doc.or(allow).map(|doc| (doc, span));
        }
        below(&entry.node, doc?.takes, docs, offset)
    })
}

/// In what stands under a key.
fn below(
    node: &Node,
    takes: Takes,
    docs: &[&'static TableDoc],
    offset: u32,
) -> Option<(&'static KeyDoc, Span)> {
    match takes {
        Takes::Named(name) => named(node, table(name)?, offset),
        Takes::Table(name) | Takes::Tables(name) | Takes::TextOr(name) => {
            let mut inner = vec![table(name)?];
            // A reading has the keys of its term, too.
            if name == "disputed" {
                inner.extend(docs);
            }
            match &node.value {
                Value::Table(table) => within(table, &inner, offset),
                Value::List(list) => list.iter().find_map(|node| match &node.value {
                    Value::Table(table) => within(table, &inner, offset),
                    _ => None,
                }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// In the named tables under a key.
fn named(node: &Node, doc: &'static TableDoc, offset: u32) -> Option<(&'static KeyDoc, Span)> {
    let Value::Table(names) = &node.value else { return None };
    names.entries.iter().find_map(|entry| match &entry.node.value {
        Value::Table(table) => within(table, &[doc], offset),
        _ => None,
    })
}

//! The items of a block as text: aligned, with one empty line between tables.

use super::items::Item;
use super::value::Writer;

/// A run keeps the column in which its `=` stand up to here; further out it was no intention.
const COLUMN_MAX: usize = 24;

/// The text of a block.
pub(super) fn write(items: &[Item], line_end: &'static str) -> String {
    let mut writer = Writer { out: String::new(), line_end };
    let mut column = 0;
    let mut before = Before::Nothing;
    for (at, item) in items.iter().enumerate() {
        if matches!(item, Item::Blank) {
            if before == Before::Line {
                before = Before::Blank;
            }
            continue;
        }
        let apart = match before {
            Before::Nothing => false,
            Before::Blank => true,
            Before::Header | Before::Line => begins_table(items, at),
        };
        if apart {
            writer.out += line_end;
        }
        if apart || before == Before::Nothing || before == Before::Header {
            column = column_of(items, at);
        }
        before = Before::Line;
        let comment = match item {
            Item::Blank => None,
            Item::Comment(text) => {
                writer.out += text;
                None
            }
            Item::Header { text, comment } => {
                writer.out += text;
                before = Before::Header;
                *comment
            }
            Item::Pair { key, value, comment, .. } => {
                writer.out += key;
                writer.out += &" ".repeat(column.saturating_sub(key.chars().count()));
                writer.out += " = ";
                writer.value(value, 0, false);
                *comment
            }
        };
        if let Some(comment) = comment {
            writer.out.push(' ');
            writer.out += comment;
        }
        writer.out += line_end;
    }
    writer.out
}

/// What stands before an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It is the first.
    Nothing,
    Header,
    Line,
    /// A line, and then an empty one.
    Blank,
}

/// Whether a table begins here: its header, or the first of the comments directly above it.
fn begins_table(items: &[Item], at: usize) -> bool {
    let last = at.checked_sub(1).and_then(|last| items.get(last));
    if matches!(last, Some(Item::Comment(_))) {
        return false;
    }
    let mut rest = items.iter().skip(at);
    matches!(rest.find(|item| !matches!(item, Item::Comment(_))), Some(Item::Header { .. }))
}

/// The blanks and letters before the `=` of the run of pairs that begins here. A run whose `=`
/// stand in one column keeps it, so that tables beside each other can have one too; any other
/// gets that of its longest key.
fn column_of(items: &[Item], at: usize) -> usize {
    let run = items.iter().skip(at).skip_while(|item| matches!(item, Item::Header { .. }));
    let run = run.take_while(|item| matches!(item, Item::Pair { .. } | Item::Comment(_)));
    let (mut longest, mut columns) = (0, Vec::new());
    for item in run {
        if let Item::Pair { key, column, .. } = item {
            longest = longest.max(key.chars().count());
            columns.push(*column);
        }
    }
    // The `=` has one blank before it, which is not counted.
    let own = columns.first().copied().flatten().map(|column| column.saturating_sub(1));
    let is_one = columns.windows(2).all(|pair| pair.first() == pair.last());
    match own {
        Some(own) if is_one && own >= longest && own <= COLUMN_MAX => own,
        _ => longest,
    }
}

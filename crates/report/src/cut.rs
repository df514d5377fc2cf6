//! Lists that are cut, and say so.

use crate::words::number;

/// Rows of a table behind a figure, of possible violations, of claims, of findings.
pub(crate) const ROWS_MAX: usize = 200;
/// Runs listed for one line.
pub(crate) const RUNS_MAX: usize = 60;
/// Lines of one provision that are drawn, the gravest first.
pub(crate) const LINES_MAX: usize = 24;
/// Reasons listed for one provision.
pub(crate) const REASONS_MAX: usize = 6;
/// Citations written after one sentence.
pub(crate) const CITES_MAX: usize = 6;

/// The first rows of a list and what is said of the others.
#[derive(Debug, Clone)]
pub(crate) struct Cut<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) total: u64,
    /// Empty when nothing is left off.
    pub(crate) note: String,
}

/// Cuts a list; `total` is larger than the list when that was cut before.
pub(crate) fn cut<T>(rows: impl IntoIterator<Item = T>, total: u64, max: usize) -> Cut<T> {
    cut_of(rows, total, max, "servanda export")
}

/// Cuts a list about the life of the agreement.
pub(crate) fn cut_life<T>(rows: Vec<T>) -> Cut<T> {
    let total = rows.len() as u64;
    cut_of(rows, total, ROWS_MAX, "servanda clocks")
}

/// Cuts a list; the command gives all of it.
pub(crate) fn cut_of<T>(
    rows: impl IntoIterator<Item = T>,
    total: u64,
    max: usize,
    command: &str,
) -> Cut<T> {
    let rows: Vec<T> = rows.into_iter().take(max).collect();
    let note = if (rows.len() as u64) < total {
        format!("First {} of {}; the rest: {command}.", number(rows.len() as u64), number(total))
    } else {
        String::new()
    };
    Cut { rows, total, note }
}

/// The first citations, and how many more there are.
pub(crate) fn cites(list: &[String], total: u64) -> String {
    let shown: Vec<&str> = list.iter().take(CITES_MAX).map(String::as_str).collect();
    let total = total.max(list.len() as u64);
    let more = total - shown.len() as u64;
    match (shown.is_empty(), more) {
        (true, 0) => String::new(),
        (true, more) => format!("{} cited", number(more)),
        (false, 0) => shown.join(", "),
        (false, more) => format!("{} and {} more", shown.join(", "), number(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_off_is_said() {
        assert_eq!(cut(0..5, 5, 5).note, "");
        assert_eq!(cut(0..5, 5, 2).note, "First 2 of 5; the rest: servanda export.");
        assert_eq!(cut(0..5, 9_000, 5).note, "First 5 of 9,000; the rest: servanda export.");
    }

    #[test]
    fn citations_are_few() {
        let list: Vec<String> = (1..=9).map(|n| format!("e{n}")).collect();
        assert_eq!(cites(&list[..2], 2), "e1, e2");
        assert_eq!(cites(&list, 9), "e1, e2, e3, e4, e5, e6 and 3 more");
        assert_eq!(cites(&list[..1], 40), "e1 and 39 more");
        assert_eq!(cites(&[], 0), "");
        assert_eq!(cites(&[], 3), "3 cited");
    }
}

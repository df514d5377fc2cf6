use crate::svg::{Px, Safe};
use servanda_comply::answer::{Run, State};
use servanda_time::{Instant, Interval};

/// Columns of a strip; each shows the gravest state that holds within it.
pub const STRIP_COLUMNS: usize = 720;

const HEIGHT: f64 = 30.0;

/// The states of one line over a span as a strip of steps: the graver the state, the higher the
/// step, so that it can be read without colour; what nothing watched is an empty outline.
///
/// The strip has no text of its own: `label` is read out, and the durations stand beside it.
#[must_use]
pub fn strip(runs: &[Run], span: &Interval, label: &str) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fig strip\" role=\"img\" \
         viewBox=\"0 0 {STRIP_COLUMNS} {h}\" preserveAspectRatio=\"none\" aria-label=\"{}\">\
         <rect class=\"ground\" x=\"0\" y=\"0\" width=\"{STRIP_COLUMNS}\" height=\"{h}\"/>",
        Safe(label),
        h = Px(HEIGHT)
    );
    let columns = gravest_by_column(runs, span);
    let mut start = 0;
    while let Some(state) = columns.get(start) {
        let same = columns[start..].iter().take_while(|other| *other == state).count();
        if let Some(state) = state {
            svg.push_str(&step(*state, start, same));
        }
        start += same;
    }
    svg.push_str("</svg>");
    svg
}

fn gravest_by_column(runs: &[Run], span: &Interval) -> Vec<Option<State>> {
    let mut columns = vec![None; STRIP_COLUMNS];
    if span.ms() <= 0 {
        return columns;
    }
    let read = |text: &Option<String>, open: Instant| match text {
        Some(text) => Instant::parse(text, None).ok(),
        None => Some(open),
    };
    for run in runs {
        let (Some(from), Some(to)) = (read(&run.from, span.from), read(&run.to, span.to)) else {
            continue;
        };
        let (from, to) = (from.max(span.from), to.min(span.to));
        if from >= to {
            continue;
        }
        let column = |ms: i64| {
            let place =
                i128::from(ms - span.from.ms()) * STRIP_COLUMNS as i128 / i128::from(span.ms());
            usize::try_from(place).unwrap_or(0).min(STRIP_COLUMNS - 1)
        };
        // The end is not part of the run.
        let run_columns = column(from.ms())..=column(to.ms() - 1);
        for column in columns.get_mut(run_columns).unwrap_or_default() {
            *column = (*column).max(Some(run.state));
        }
    }
    columns
}

fn step(state: State, start: usize, columns: usize) -> String {
    let (class, height) = match state {
        State::Violated => ("s-violated", 1.0),
        State::Alleged => ("s-alleged", 0.78),
        State::Undetermined => ("s-undetermined", 0.5),
        State::NotObserved => ("s-not-observed", 1.0),
        State::Kept => ("s-kept", 0.25),
        State::Suspended | State::Ended | State::NotInForce => ("s-none", 0.06),
    };
    let height = height * HEIGHT;
    if state == State::NotObserved {
        // Empty, under a dashed lid: nothing stands here, and it is not calm either.
        return format!(
            "<path class=\"{class}\" d=\"M{start} 1h{columns}M{start} {}h{columns}\"/>",
            Px(HEIGHT - 1.0)
        );
    }
    format!(
        "<rect class=\"{class}\" x=\"{start}\" y=\"{}\" width=\"{columns}\" height=\"{}\"/>",
        Px(HEIGHT - height),
        Px(height)
    )
}

/// The sign of a state, 16 by 16 units, to stand before its word; nothing is read out for it.
#[must_use]
pub fn icon(state: State) -> String {
    let sign = match state {
        State::Violated => {
            "<path class=\"solid\" d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\"/>\
             <path class=\"on\" d=\"M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4\"/>"
        }
        State::Alleged => {
            "<path class=\"line\" d=\"M8 1.6 15 14H1z\"/>\
             <path class=\"line\" d=\"M8 6v4M8 11.6v.9\"/>"
        }
        State::Undetermined => {
            "<circle class=\"line\" cx=\"8\" cy=\"8\" r=\"6.6\"/>\
             <path class=\"solid\" d=\"M8 1.4a6.6 6.6 0 0 1 0 13.2z\"/>"
        }
        State::NotObserved => {
            "<circle class=\"line dashed\" cx=\"8\" cy=\"8\" r=\"6.6\"/>\
             <path class=\"line\" d=\"M3.4 12.6l9.2-9.2\"/>"
        }
        State::Kept => {
            "<circle class=\"solid\" cx=\"8\" cy=\"8\" r=\"7\"/>\
             <path class=\"on\" d=\"M4.6 8.4l2.4 2.4 4.6-5.2\"/>"
        }
        State::Suspended => "<path class=\"line\" d=\"M5.5 3v10M10.5 3v10\"/>",
        State::Ended => "<rect class=\"solid\" x=\"4\" y=\"4\" width=\"8\" height=\"8\"/>",
        State::NotInForce => "<rect class=\"line\" x=\"3.5\" y=\"3.5\" width=\"9\" height=\"9\"/>",
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"icon\" viewBox=\"0 0 16 16\" \
         width=\"16\" height=\"16\" aria-hidden=\"true\">{sign}</svg>"
    )
}

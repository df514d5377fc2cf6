//! Exceptions: what a provision doesn't cover.

use super::provisions::Term;
use super::{Context, groups::places, times};
use crate::codes;
use crate::findings::Findings;
use crate::model::Exception;
use crate::parse::fields::Fields;
use servanda_text::Span;
use servanda_time::{Instant, Interval};

pub(super) fn build(term: &Term, context: &Context, findings: &mut Findings) -> Exception {
    let mut fields = Fields::new(term.table, term.label(), term.span, findings);
    let name = fields.text("name").map(|word| word.text);
    let actors = fields.plain_texts("actors");
    let whereabouts = fields.texts("where");
    let (from, until) = (fields.time("from"), fields.time("until"));
    let acts = fields.plain_texts("acts");
    let only = fields.only("only");
    let notice = fields.plain("notice");
    let findings = fields.findings();
    let places = places(&whereabouts, context, findings);
    let from = times::placed(from, &context.timezone, findings);
    let until = times::placed(until, &context.timezone, findings);
    let window = window(from, until, findings);
    if actors.is_empty()
        && whereabouts.is_empty()
        && from.is_none()
        && until.is_none()
        && acts.is_empty()
        && only.is_empty()
    {
        findings.push(
            codes::MISSING_KEY
                .error(format!("`{}` doesn't say what it excepts", term.id))
                .primary(term.span, "in this table")
                .reason("An exception without limits would except everything.")
                .help("give `actors`, `where`, `from` and `until`, `acts` or `only`"),
        );
    }
    fields.finish();
    Exception {
        id: term.name.text.clone(),
        name: name.unwrap_or_else(|| term.name.text.clone()),
        actors,
        places: places.into_iter().map(|(id, _)| id).collect(),
        window,
        acts,
        only,
        notice,
        span: term.span,
    }
}

/// From the one to the other; an end that is not written is the end of time.
fn window(
    from: Option<(Instant, Span)>,
    until: Option<(Instant, Span)>,
    findings: &mut Findings,
) -> Option<Interval> {
    let (_, span) = until.or(from)?;
    let start = from.map_or_else(earliest, |(at, _)| at);
    let end = until.map_or_else(latest, |(at, _)| at);
    if end <= start {
        findings.push(times::empty_window(span));
        return None;
    }
    Interval::new(start, end)
}

/// The beginning of time: one day after the first of the calendar, so that it has a date in
/// every zone.
fn earliest() -> Instant {
    Instant::EPOCH.plus_ms(-62_135_510_400_000) // 0001-01-02T00:00:00Z
}

/// The end of time: one day before the last of the calendar, so that it has a date in every zone.
fn latest() -> Instant {
    Instant::EPOCH.plus_ms(253_402_128_000_000) // 9999-12-30T00:00:00Z
}

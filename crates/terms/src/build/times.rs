//! Times of the text as instants.

use crate::codes;
use crate::findings::Findings;
use crate::parse::tree::Word;
use servanda_text::Span;
use servanda_time::{Instant, Interval, Precision, TimeError, Zone};

/// A civil time zone by name.
pub(crate) fn timezone(word: &Word, findings: &mut Findings) -> Option<Zone> {
    match Zone::named(&word.text) {
        Ok(zone) => Some(zone),
        Err(error) => {
            bad(error, word.span, findings);
            None
        }
    }
}

/// An instant. A date is read in the agreement's zone; so is a local time, with a warning.
pub(crate) fn instant(word: &Word, zone: &Zone, findings: &mut Findings) -> Option<Instant> {
    if let Ok(instant) = Instant::parse(&word.text, None) {
        return Some(instant);
    }
    match Instant::parse_stating(&word.text, Some(zone)) {
        Ok((instant, precision)) => {
            if precision != Precision::Day {
                let name = zone.name();
                findings.push(
                    codes::LOCAL_TIME
                        .warning(format!("a local time without its zone, taken as {name}"))
                        .primary(word.span, "on which clock?")
                        .reason("Sides on two clocks read one hour as two instants.")
                        .help(format!("write {}[{name}]", word.text)),
                );
            }
            Some(instant)
        }
        Err(error) => {
            bad(error, word.span, findings);
            None
        }
    }
}

/// An instant with the place where it is written, if it is written.
pub(crate) fn placed(
    word: Option<Word>,
    zone: &Zone,
    findings: &mut Findings,
) -> Option<(Instant, Span)> {
    let word = word?;
    let instant = instant(&word, zone, findings)?;
    Some((instant, word.span))
}

/// A span of validity, `FROM/TO`, the end excluded.
pub(crate) fn validity(word: &Word, zone: &Zone, findings: &mut Findings) -> Option<Interval> {
    let Some((from, to)) = halves(word) else {
        findings.push(
            codes::BAD_TIME
                .error("`valid` is not FROM/TO")
                .primary(word.span, "not understood")
                .reason("It says from when and until when the zone is right.")
                .help("write valid = \"2026-03-15/2026-05-01\", the end excluded"),
        );
        return None;
    };
    let start = instant(&from, zone, findings);
    let end = instant(&to, zone, findings);
    let (start, end) = (start?, end?);
    if end <= start {
        findings.push(empty_window(word.span));
        return None;
    }
    Interval::new(start, end)
}

/// What says that a window is empty.
pub(crate) fn empty_window(span: Span) -> servanda_diag::Diagnostic {
    codes::EMPTY_WINDOW
        .error("it ends before it begins")
        .primary(span, "not after the start")
        .reason("It would never apply. The end itself is excluded.")
        .help("correct the start or the end")
}

/// The two halves of `FROM/TO`; a slash inside `[Area/City]` parts nothing.
fn halves(word: &Word) -> Option<(Word, Word)> {
    let mut in_brackets = false;
    let slash = word.text.find(|c| {
        in_brackets = match c {
            '[' => true,
            ']' => false,
            _ => in_brackets,
        };
        c == '/' && !in_brackets
    })?;
    let half = |text: &str| Word { text: text.trim().to_owned(), span: word.span };
    Some((half(word.text.get(..slash)?), half(word.text.get(slash + 1..)?)))
}

fn bad(error: TimeError, span: Span, findings: &mut Findings) {
    findings.push(
        codes::BAD_TIME
            .error(error.what)
            .primary(span, "not understood")
            .reason("Every duty has its hours; one that cannot be read cannot be checked.")
            .help(error.help),
    );
}

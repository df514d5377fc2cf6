//! What one entry says, in a line that leads to it and to its proof.

use crate::page::Frame;
use crate::shown::{self, Span};
use crate::view::View;
use servanda_comply::word;
use servanda_entry::{Act, Body, Claim, CoverageRow, Finding, Observation, Replacement, Watch};
use servanda_time::{Instant, Interval};

/// A line that leads to an entry.
pub(crate) struct Leaf {
    /// `e12.3`
    pub(crate) id: String,
    pub(crate) entry: u64,
    /// What it is, where that isn't plain: a claim is shown as one.
    pub(crate) tag: String,
    pub(crate) what: String,
    pub(crate) when: Option<Span>,
    pub(crate) place: String,
}

/// The entry and the row that a citation names.
pub(crate) fn place_of(cite: &str) -> Option<(u64, Option<usize>)> {
    let numbers = cite.strip_prefix('e')?;
    match numbers.split_once('.') {
        Some((entry, row)) => Some((entry.parse().ok()?, Some(row.parse().ok()?))),
        None => Some((numbers.parse().ok()?, None)),
    }
}

impl Leaf {
    /// What a citation of an answer leads to; none where it names no entry.
    pub(crate) fn of(view: &View, frame: &Frame<'_>, cite: &str) -> Option<Leaf> {
        let (index, row) = place_of(cite)?;
        let entry = view.entry(index)?;
        let row = row.unwrap_or(0);
        let mut leaf = Leaf {
            id: cite.to_owned(),
            entry: index,
            tag: String::new(),
            what: frame.say("leaf-other"),
            when: None,
            place: String::new(),
        };
        match &entry.body {
            Body::Observation(body) => {
                if let Some(one) = body.rows.get(row) {
                    leaf.observed(view, frame, &body.source, one);
                }
            }
            Body::Coverage(body) => {
                if let Some(one) = body.rows.get(row) {
                    leaf.watched(view, frame, &body.source, one);
                }
            }
            Body::Claim(body) => {
                if let Some(one) = body.rows.get(row) {
                    leaf.claimed(frame, one);
                }
            }
            Body::Finding(one) => leaf.found(frame, one),
            Body::Act(one) => leaf.done(frame, one),
            Body::Correction(one) => match &one.by {
                Some((source, Replacement::Observation(row))) => {
                    leaf.observed(view, frame, source, row);
                }
                Some((source, Replacement::Coverage(row))) => {
                    leaf.watched(view, frame, source, row);
                }
                Some((_, Replacement::Claim(row))) => leaf.claimed(frame, row),
                _ => {
                    leaf.tag = frame.say("leaf-correction");
                    leaf.what.clone_from(&one.reason);
                }
            },
            Body::Agreement(text) => {
                leaf.tag = frame.say("leaf-agreement");
                leaf.what.clone_from(&text.version);
            }
            _ => {}
        }
        Some(leaf)
    }

    fn observed(&mut self, view: &View, frame: &Frame<'_>, source: &str, one: &Observation) {
        let open = [("what", one.kind.as_str().into()), ("source", name_of(view, source).into())];
        self.what = frame.say_with("leaf-observed", &open);
        self.when = Some(Span::of(one.interval()));
        self.place = shown::place(view, one.at.as_ref());
    }

    fn watched(&mut self, view: &View, frame: &Frame<'_>, source: &str, one: &CoverageRow) {
        let how = match one.watch {
            Watch::Complete => frame.say("watch-complete"),
            Watch::Partial => frame.say("watch-partial"),
            Watch::Blind => frame.say("watch-blind"),
        };
        let open = [("source", name_of(view, source).into()), ("how", how.into())];
        self.what = frame.say_with("leaf-watched", &open);
        self.when = Some(Span::of(one.interval()));
        self.place = one.zone.clone().unwrap_or_default();
    }

    fn claimed(&mut self, frame: &Frame<'_>, one: &Claim) {
        self.tag = frame.say("leaf-claim");
        let number = one.count.as_ref().and_then(|count| count.best);
        let number = number.map_or_else(String::new, |n| format!(" ({n})"));
        let (by, what) = (frame.party(&one.by), format!("{}{number}", one.what));
        let mut open = vec![("by", by.into()), ("what", what.into())];
        self.what = match &one.against {
            Some(against) => {
                open.push(("against", frame.party(against).into()));
                frame.say_with("leaf-claimed-against", &open)
            }
            None => frame.say_with("leaf-claimed", &open),
        };
        self.when = one.from_ms.and_then(|from| span(from, one.to_ms));
    }

    fn found(&mut self, frame: &Frame<'_>, one: &Finding) {
        self.tag = frame.say("leaf-finding");
        let outcome = frame.say(&crate::judged::outcome(one.outcome));
        let party = one.party.as_deref().map(|party| frame.party(party));
        let what = party.map_or(outcome.clone(), |party| format!("{outcome}, {party}"));
        let open = [("what", what.into()), ("role", frame.office(&one.role).into())];
        self.what = frame.say_with("leaf-found", &open);
        self.when = Some(Span::of(one.interval()));
    }

    fn done(&mut self, frame: &Frame<'_>, one: &Act) {
        let what = word(&one.act).replace('-', " ");
        let mut open = vec![("by", frame.party(&one.by).into()), ("what", what.into())];
        self.what = match &one.amount {
            Some(amount) => {
                let most = amount.best.unwrap_or(amount.low);
                open.push(("amount", format!("{most} {}", amount.unit).into()));
                frame.say_with("leaf-act-amount", &open)
            }
            None => frame.say_with("leaf-act", &open),
        };
        self.when = span(one.from_ms, one.to_ms);
    }
}

/// From and to of what may have no end.
fn span(from_ms: i64, to_ms: Option<i64>) -> Option<Span> {
    let from = Instant::from_ms(from_ms).ok()?;
    let to = to_ms.and_then(|ms| Instant::from_ms(ms).ok()).unwrap_or(from);
    Interval::new(from, to).map(Span::of)
}

/// What people call a source.
fn name_of(view: &View, source: &str) -> String {
    let known = view.desk.agreement.source(source);
    known.map_or_else(|| source.to_owned(), |known| known.name.clone())
}

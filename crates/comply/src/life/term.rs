//! Terms that can be extended, stretch by stretch.

use super::compile::Compiled;
use super::select::Selection;
use servanda_steps::{Engine, NodeId, Rule, Truth};
use servanda_terms::{ExtendedBy, Extension};
use servanda_time::Amount;

/// Extensions that are looked for at first, one after the other.
pub(crate) const STRETCHES: u32 = 16;
/// Where the last of them was made too the agreement is compiled again with more, up to so many.
pub(crate) const STRETCHES_MAX: u32 = 1024;

impl Compiled<'_> {
    /// Whether a term may have been extended more often than was looked for.
    pub(crate) fn wants_more(&self, engine: &Engine) -> bool {
        let at = self.plan.until().plus_ms(-1);
        let may_be = |node: &NodeId| engine.truth(*node, at) != Some(Truth::No);
        self.stretches < STRETCHES_MAX && self.open_ends.iter().any(may_be)
    }

    /// The end of a term that can be extended: the end of the first stretch in which it isn't. A
    /// stretch goes from the end before it to its own, an extension later; an extension counts when
    /// it is declared in that time, and not later than the notice asks for. An end that hasn't come
    /// is the one that stands at the instant asked about.
    pub(super) fn term(
        &mut self,
        start: NodeId,
        term: Amount,
        extension: Option<&Extension>,
        parties: &[String],
        of: Option<&str>,
    ) -> NodeId {
        let first = self.plus(start, term);
        let Some((extension, length)) = extension.and_then(|e| Some((e, e.length?))) else {
            return first;
        };
        let allowed = extension.times_max.unwrap_or(u32::MAX);
        let times = allowed.min(self.stretches);
        let now = self.push(Rule::At(self.plan.until().plus_ms(-1)));
        let now = self.push(Rule::Since(now));
        let mut ends = Vec::new();
        let mut after = start;
        let mut made = Vec::new();
        for k in 0..=times {
            // Each extension lasts from the end that it moves: months may drift, as the text says.
            let end = match k {
                0 => first,
                _ => self.plus(after, length),
            };
            if k == times {
                // Behind the last that is looked for, nobody can tell.
                let is_last = k == allowed;
                ends.push(if is_last { end } else { self.perhaps_at(end) });
                if !is_last {
                    let all = self.push(Rule::All(made));
                    self.open_ends.push(all);
                }
                break;
            }
            let last = match extension.notice {
                Some(notice) => self.minus(end, notice),
                None => end,
            };
            let extended = self.extended(extension, parties, of, (after, last));
            made.push(extended);
            let not_extended = self.push(Rule::Not(extended));
            let over = self.push(Rule::Since(end));
            let ended = self.push(Rule::All(vec![over, not_extended]));
            ends.push(self.push(Rule::First(ended)));
            let stands = self.push(Rule::All(vec![now, not_extended]));
            let stands = self.push(Rule::First(stands));
            ends.push(self.push(Rule::Latest(vec![end, stands])));
            after = end;
        }
        self.push(Rule::Earliest(ends))
    }

    /// What may come at a moment or at any time since.
    fn perhaps_at(&mut self, end: NodeId) -> NodeId {
        let over = self.push(Rule::Since(end));
        let perhaps = self.spans(Vec::new(), Truth::Yes, Truth::Unknown);
        let perhaps = self.push(Rule::All(vec![over, perhaps]));
        self.push(Rule::First(perhaps))
    }

    /// Whether a stretch is extended: by acts from one moment until another, or by itself when the
    /// time for a notice is over and none was given.
    fn extended(
        &mut self,
        extension: &Extension,
        parties: &[String],
        of: Option<&str>,
        (after, last): (NodeId, NodeId),
    ) -> NodeId {
        let of = of.map(String::from);
        let open = self.push(Rule::Between(after, last));
        let mut declared = |selection: Selection| {
            let act = self.there(selection);
            let in_time = self.push(Rule::All(vec![open, act]));
            let first = self.push(Rule::First(in_time));
            self.push(Rule::Since(first))
        };
        match &extension.by {
            ExtendedBy::Automatic => {
                let ended = declared(Selection::Notice(of));
                let ended = self.push(Rule::Not(ended));
                let over = self.push(Rule::Since(last));
                self.push(Rule::All(vec![over, ended]))
            }
            // All of nobody would be an extension that nobody declared.
            ExtendedBy::Mutual if parties.is_empty() => self.nothing(),
            ExtendedBy::Mutual => {
                let acts =
                    parties.iter().map(|by| Selection::Extension(of.clone(), Some(by.clone())));
                let all = acts.map(declared).collect();
                self.push(Rule::All(all))
            }
            ExtendedBy::Party(by) => {
                let acts = by.iter().map(|by| Selection::Extension(of.clone(), Some(by.clone())));
                let any = acts.map(declared).collect();
                self.push(Rule::Any(any))
            }
        }
    }
}

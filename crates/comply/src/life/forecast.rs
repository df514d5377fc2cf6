//! When something can be there at the earliest, and what it waits for.
//!
//! The forecast is the best case: whoever must act does so at the instant asked about, nothing is
//! found to be broken from then on, and somebody watches. Nothing can come earlier without an act
//! that is dated back.

use super::compile::Compiled;
use super::select::Selection;
use servanda_steps::{Engine, NodeId, Rule, Truth};
use servanda_time::{Amount, Instant, Interval, Zone};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// The earliest time, and the acts that it takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Forecast {
    /// None: it can't come, whatever anybody does.
    pub(crate) at: Option<Instant>,
    /// The acts that are missing.
    pub(crate) needs: BTreeSet<Selection>,
    /// Windows that still run: the length, and from when it is counted.
    pub(crate) windows: BTreeSet<(Instant, String)>,
}

impl Forecast {
    fn at(at: Instant) -> Forecast {
        Forecast { at: Some(at), ..Forecast::default() }
    }

    fn joined(mut self, other: Forecast) -> Forecast {
        self.needs.extend(other.needs);
        self.windows.extend(other.windows);
        self
    }

    fn map(mut self, change: impl FnOnce(Instant) -> Option<Instant>) -> Forecast {
        self.at = self.at.and_then(change);
        self
    }
}

/// Looks ahead from an instant.
pub(crate) struct Outlook<'e> {
    engine: &'e Engine,
    compiled: &'e Compiled<'e>,
    at: Instant,
    /// Only what the text provides for; else also acts that bring into force what the text leaves
    /// waiting.
    by_text: bool,
    /// What was worked out before: a moment, or a truth that is wanted or not. Rules that share
    /// what they come from would else be followed as often as there are ways to them.
    known: Known,
    /// What is being worked out: what waits for itself alone can't come by that.
    open: RefCell<BTreeSet<Key>>,
    /// What of it was asked for meanwhile: forecasts made since then hold only inside it.
    asked: RefCell<BTreeSet<Key>>,
    /// Forecasts that may still be made again for that reason.
    again: Cell<u32>,
}

/// How often forecasts are made again inside circles, before the first is taken.
const AGAIN_MAX: u32 = 20_000;

/// A node, and for a truth whether it is wanted.
type Key = (NodeId, Option<bool>);

/// Forecasts by node and by what is asked of it.
type Known = RefCell<BTreeMap<Key, Forecast>>;

impl<'e> Outlook<'e> {
    pub(crate) fn new(
        engine: &'e Engine,
        compiled: &'e Compiled<'e>,
        at: Instant,
        by_text: bool,
    ) -> Outlook<'e> {
        Outlook {
            engine,
            compiled,
            at,
            by_text,
            known: Known::default(),
            open: RefCell::default(),
            asked: RefCell::default(),
            again: Cell::new(AGAIN_MAX),
        }
    }

    /// The instant from which it looks ahead.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    fn zone(&self) -> &Zone {
        self.engine.plan().zone()
    }

    fn plus(&self, at: Instant, amount: Amount) -> Option<Instant> {
        at.plus(amount, self.zone()).ok()
    }

    /// When a moment comes at the earliest.
    pub(crate) fn moment(&self, node: NodeId) -> Forecast {
        self.once((node, None), || self.moment_anew(node))
    }

    fn once(&self, key: Key, ask: impl FnOnce() -> Forecast) -> Forecast {
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        if !self.open.borrow_mut().insert(key) {
            self.asked.borrow_mut().insert(key);
            return Forecast::default();
        }
        let found = ask();
        self.open.borrow_mut().remove(&key);
        self.asked.borrow_mut().remove(&key);
        let left = self.again.get();
        if left > 0 && !self.asked.borrow().is_empty() {
            self.again.set(left - 1);
            return found;
        }
        self.known.borrow_mut().insert(key, found.clone());
        found
    }

    fn moment_anew(&self, node: NodeId) -> Forecast {
        if let Some(at) = self.engine.moment(node).and_then(servanda_steps::Moment::surely) {
            return Forecast::at(at);
        }
        if let Some(turn) = self.compiled.cut(node) {
            return self.moment(turn);
        }
        let Some(rule) = self.engine.plan().rule(node) else { return Forecast::default() };
        match rule {
            Rule::At(at) => Forecast::at(*at),
            Rule::First(of) => self.truth(*of, true),
            Rule::Plus { of, amount } => self.moment(*of).map(|at| self.plus(at, *amount)),
            Rule::Minus { of, amount } => {
                self.moment(*of).map(|at| at.minus(*amount, self.zone()).ok())
            }
            Rule::Latest(of) => all(of.iter().map(|of| self.moment(*of))),
            Rule::Earliest(of) => any(of.iter().map(|of| self.moment(*of))),
            _ => Forecast::default(),
        }
    }

    /// When a truth is wanted, or no longer, at the earliest: from the instant asked about on.
    pub(crate) fn truth(&self, node: NodeId, wanted: bool) -> Forecast {
        self.once((node, Some(wanted)), || self.truth_anew(node, wanted))
    }

    fn truth_anew(&self, node: NodeId, wanted: bool) -> Forecast {
        let now = self.engine.truth(node, self.at);
        if now == Some(Truth::of(wanted)) {
            return Forecast::at(self.at);
        }
        if let Some(turn) = self.compiled.cut(node) {
            return self.truth(turn, wanted);
        }
        let Some(rule) = self.engine.plan().rule(node) else { return Forecast::default() };
        match rule {
            Rule::Covered { by, inside, .. } => {
                let covers = (*inside == Truth::Yes) == wanted;
                let mut forecast = Forecast::at(self.at);
                if covers {
                    let later = self.engine.live(*by).find(|entered| entered.from >= self.at);
                    match (later, self.compiled.selections.of(*by)) {
                        (Some(entered), _) => forecast.at = Some(entered.from),
                        (None, Some(Selection::EntryIntoForce(_, true))) if self.by_text => {
                            return Forecast::default();
                        }
                        (None, Some(Selection::Assumed(_))) => return Forecast::default(),
                        (None, Some(selection)) if selection.is_act() => {
                            forecast.needs.insert(selection.clone());
                        }
                        _ => {}
                    }
                } else {
                    let now = Interval { from: self.at, to: self.at.plus_ms(1) };
                    let covering = self.engine.live(*by);
                    let until = covering
                        .filter(|e| Interval { from: e.from, to: e.to }.overlaps(&now))
                        .map(|entered| entered.to)
                        .max();
                    forecast.at = Some(until.unwrap_or(self.at));
                }
                forecast
            }
            Rule::Not(of) => self.truth(*of, !wanted),
            Rule::All(of) if wanted => all(of.iter().map(|of| self.truth(*of, true))),
            Rule::All(of) => any(of.iter().map(|of| self.truth(*of, false))),
            Rule::Any(of) if wanted => any(of.iter().map(|of| self.truth(*of, true))),
            Rule::Any(of) => all(of.iter().map(|of| self.truth(*of, false))),
            Rule::Held { of, length } if wanted => {
                let child = self.truth(*of, true);
                let since = match self.engine.truth(*of, self.at) {
                    Some(Truth::Yes) => self.run_start(*of),
                    _ => child.at,
                };
                let mut forecast = child;
                forecast.at = since.and_then(|since| self.plus(since, *length));
                if let Some(since) = since {
                    forecast.windows.insert((since, length.to_string()));
                }
                forecast.map(|at| Some(at.max(self.at)))
            }
            Rule::Since(of) if wanted => self.moment(*of).map(|at| Some(at.max(self.at))),
            Rule::Between(from, to) if wanted => {
                let over = self.engine.moment(*to).and_then(servanda_steps::Moment::surely);
                let start = self.moment(*from).map(|at| Some(at.max(self.at)));
                start.map(|at| Some(at).filter(|at| over.is_none_or(|over| *at < over)))
            }
            Rule::Since(_) => Forecast::default(),
            _ => Forecast::at(self.at),
        }
    }

    /// From when on a truth has held without a break.
    pub(crate) fn run_start(&self, node: NodeId) -> Option<Instant> {
        let now = Interval { from: self.at, to: self.at.plus_ms(1) };
        let steps = self.engine.steps(node)?;
        let mut start = None;
        for (run, value) in steps.runs() {
            if run.from > now.from {
                break;
            }
            start = (value == Truth::Yes).then_some(run.from);
        }
        start
    }
}

/// All are needed: the latest of their times.
fn all(forecasts: impl Iterator<Item = Forecast>) -> Forecast {
    let mut whole = Forecast::at(Instant::MIN);
    for forecast in forecasts {
        whole.at = whole.at.zip(forecast.at).map(|(a, b)| a.max(b));
        whole = whole.joined(forecast);
    }
    whole
}

/// One is enough: the earliest of their times, and what that one needs.
fn any(forecasts: impl Iterator<Item = Forecast>) -> Forecast {
    let mut best = Forecast::default();
    for forecast in forecasts {
        let better = match (forecast.at, best.at) {
            (Some(a), Some(b)) => (a, forecast.needs.len()) < (b, best.needs.len()),
            (Some(_), None) => true,
            _ => false,
        };
        if better {
            best = forecast;
        }
    }
    best
}

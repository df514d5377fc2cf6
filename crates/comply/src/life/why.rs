//! Why a provision stands where it stands: built when somebody asks.

use super::compile::Compiled;
use super::select::Selection;
use super::turn::Turn;
use crate::answer::{Absent, Changed, ClockState, Differs, Ground, NotYet, Why};
use crate::history::History;
use servanda_entry::{Body, Entry};
use servanda_steps::{
    Engine, EntryId, Moment, NodeId, Reason, Rule, Steps, Truth, Value, differences,
};
use servanda_terms::{Agreement, Provision, ProvisionKind};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes of one tree of reasons, and changes of one answer, that are listed.
const LISTED_MAX: usize = 500;

/// Why a provision stands where it stands at an instant; none: the agreement has no such
/// provision.
///
/// `entries` is the record up to the point asked about, in its order: acts, findings, coverage and
/// corrections; others change nothing here. What came, what was taken back and what was given back
/// tell how the answer came about.
#[must_use]
pub fn why(
    agreement: &Agreement,
    history: &History,
    entries: &[(u64, Entry)],
    at: Instant,
    id: &str,
) -> Option<Why> {
    let provision = agreement.provision(id)?;
    let (compiled, node) = compiled(agreement, None, history, provision, at);
    let reading = compiled.reading(provision)?;
    let engine = fed(&compiled, history, entries);
    let printed = printed(entries);
    let print = |id: EntryId| printed.get(&id).cloned().unwrap_or_else(|| format!("e{}", id.entry));
    let teller = Teller { compiled: &compiled, print: &print };
    let mut left = LISTED_MAX;
    let tree = teller.ground(&engine.why(node, at)?, &mut left);
    let (sources, names) = sources(entries);
    let flips = engine.flips(node, at, &sources)?;
    let changed: Vec<Changed> = engine
        .history(node)
        .map(|change| Changed {
            by: print(change.by),
            from: instant(change.when.from),
            to: instant(change.when.to),
            was: value(change.was),
            is: value(change.is),
        })
        .collect();
    let steps = engine.steps(node)?;
    Some(Why {
        provision: id.into(),
        reading: reading.id.clone(),
        asked: asked(provision.kind),
        is: truth(engine.truth(node, at)?),
        tree,
        not_yet: not_yet(&compiled, &engine, node, at, &print),
        changed_total: changed.len() as u64,
        changed: changed.into_iter().take(LISTED_MAX).collect(),
        flips: flips.entries.iter().map(|id| print(*id)).collect(),
        flips_complete: flips.complete,
        flips_sources: flips
            .sources
            .iter()
            .filter_map(|n| names.get(*n as usize).cloned())
            .collect(),
        readings_differ: readings(agreement, history, entries, at, provision, steps),
    })
}

/// The question that is asked of each kind.
fn asked(kind: ProvisionKind) -> &'static str {
    use ProvisionKind as Kind;
    match kind {
        Kind::Condition => "is fulfilled",
        Kind::Point => "is agreed",
        Kind::Ratify => "consent is given",
        Kind::Prohibit | Kind::Protect | Kind::Permit | Kind::Guarantee => "binds",
        _ => "is reported as done",
    }
}

/// An agreement under one choice of readings, with the node that answers the question.
fn compiled<'a>(
    agreement: &'a Agreement,
    chosen: Option<(&'a str, usize)>,
    history: &History,
    provision: &Provision,
    at: Instant,
) -> (Compiled<'a>, NodeId) {
    use ProvisionKind as Kind;
    let asked = |compiled: &mut Compiled<'a>| {
        let id = provision.id.clone();
        match provision.kind {
            Kind::Condition | Kind::Point => compiled.turn(Turn::Holds(id)),
            Kind::Prohibit | Kind::Protect | Kind::Permit | Kind::Guarantee => {
                let start = compiled.turn(Turn::Start(id.clone()));
                let stop = compiled.turn(Turn::Stop(id));
                compiled.push(Rule::Between(start, stop))
            }
            _ => {
                let done = compiled.turn(Turn::Done(id));
                compiled.push(Rule::Since(done))
            }
        }
    };
    let (compiled, node, _) = super::settled(agreement, chosen, history, at, asked);
    (compiled, node)
}

/// The plan with the entries of the record, one after the other.
fn fed(compiled: &Compiled<'_>, history: &History, entries: &[(u64, Entry)]) -> Engine {
    let agreement = compiled.agreement;
    let mut engine = Engine::new(compiled.plan.clone());
    // A party's stands on a point end with its next: they are entered as they stand now. So is
    // what was found of turns that wait for themselves.
    let stands = |selection: &Selection| {
        matches!(selection, Selection::Acceptance(..) | Selection::Assumed(_))
    };
    for (channel, selection) in compiled.selections.numbered() {
        if stands(selection) {
            for entered in selection.entries(agreement, history) {
                engine.enter(channel, entered);
            }
        }
    }
    // What each correction took back, to give it back when it is taken back itself.
    let mut took: BTreeMap<EntryId, (EntryId, bool)> = BTreeMap::new();
    for (index, entry) in entries {
        if let Body::Correction(correction) = &entry.body {
            let of = EntryId { entry: correction.of.entry, row: correction.of.row.unwrap_or(0) };
            let own = EntryId { entry: *index, row: 0 };
            match took.get(&of) {
                Some((first, true)) => drop(engine.restore(*first)),
                Some((first, false)) => drop(engine.retract(*first)),
                None => drop(engine.retract(of)),
            }
            let retracts = !matches!(took.get(&of), Some((_, true)));
            let first = took.get(&of).map_or(of, |(first, _)| *first);
            took.insert(own, (first, retracts));
            continue;
        }
        let one = History::gather([(*index, entry.clone())]);
        for (channel, selection) in compiled.selections.numbered() {
            if !stands(selection) {
                for entered in selection.entries(agreement, &one) {
                    engine.enter(channel, entered);
                }
            }
        }
    }
    engine
}

/// Every entry and row as it is printed.
fn printed(entries: &[(u64, Entry)]) -> BTreeMap<EntryId, String> {
    let mut printed = BTreeMap::new();
    for (index, entry) in entries {
        let rows = match &entry.body {
            Body::Coverage(coverage) => coverage.rows.len(),
            _ => 0,
        };
        if rows == 0 {
            let id = EntryId { entry: *index, row: 0 };
            printed.insert(id, format!("e{index}"));
        }
        for row in 0..u32::try_from(rows).unwrap_or(u32::MAX) {
            printed.insert(EntryId { entry: *index, row }, format!("e{index}.{row}"));
        }
    }
    printed
}

/// Whose each entry is: the source that watched, the office that found, whoever acted.
fn sources(entries: &[(u64, Entry)]) -> (BTreeMap<EntryId, u32>, Vec<String>) {
    let mut names: Vec<String> = Vec::new();
    let mut of = BTreeMap::new();
    for (index, entry) in entries {
        let (name, rows) = match &entry.body {
            Body::Coverage(coverage) => (&coverage.source, coverage.rows.len()),
            Body::Finding(finding) => (&finding.role, 1),
            Body::Act(act) => (&act.by, 1),
            _ => continue,
        };
        let n = names.iter().position(|known| known == name).unwrap_or_else(|| {
            names.push(name.clone());
            names.len() - 1
        });
        for row in 0..u32::try_from(rows).unwrap_or(u32::MAX) {
            of.insert(EntryId { entry: *index, row }, u32::try_from(n).unwrap_or(u32::MAX));
        }
    }
    (of, names)
}

/// For a window: when it is complete if nothing happens.
fn not_yet(
    compiled: &Compiled<'_>,
    engine: &Engine,
    node: NodeId,
    at: Instant,
    print: &dyn Fn(EntryId) -> String,
) -> Option<NotYet> {
    if engine.truth(node, at) == Some(Truth::Yes) {
        return None;
    }
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let rule = compiled.plan.rule(node)?;
        if let Rule::Held { .. } = rule {
            let progress = engine.why_not_yet(node, at)?;
            return Some(NotYet {
                since: progress.since.filter(|at| *at > Instant::MIN).map(instant),
                due: progress.due.map(instant),
                remaining_s: progress.remaining_ms.map(|ms| ms / 1000),
                last_reset_by: progress.last_reset_by.map(print),
            });
        }
        if let Rule::All(of) = rule {
            open.extend(of.iter().rev());
        }
    }
    None
}

/// Where other readings of disputed terms give another answer.
fn readings(
    agreement: &Agreement,
    history: &History,
    entries: &[(u64, Entry)],
    at: Instant,
    provision: &Provision,
    first: &Steps<Truth>,
) -> Vec<Differs> {
    let mut found = Vec::new();
    for disputed in &agreement.provisions {
        for (nth, reading) in disputed.readings.iter().enumerate().skip(1) {
            let chosen = Some((disputed.id.as_str(), nth));
            let (compiled, node) = compiled(agreement, chosen, history, provision, at);
            let engine = fed(&compiled, history, entries);
            let Some(other) = engine.steps(node) else { continue };
            for (when, a, b) in differences(first, other) {
                if found.len() < LISTED_MAX {
                    found.push(Differs {
                        provision: disputed.id.clone(),
                        reading: reading.id.clone(),
                        from: instant(when.from),
                        to: instant(when.to),
                        first: truth(a).into(),
                        other: truth(b).into(),
                    });
                }
            }
        }
    }
    found
}

/// Puts reasons into words.
struct Teller<'t> {
    compiled: &'t Compiled<'t>,
    print: &'t dyn Fn(EntryId) -> String,
}

impl Teller<'_> {
    fn ground(&self, reason: &Reason, left: &mut usize) -> Ground {
        *left = left.saturating_sub(1);
        let agreement = self.compiled.agreement;
        let words = |channel: u32| {
            let selection = self.compiled.selections.of(channel);
            selection.map(|selection| selection.words(agreement)).unwrap_or_default()
        };
        let absent = reason.absences.iter().map(|absence| Absent {
            what: words(absence.channel),
            from: instant(absence.within.from),
            to: instant(absence.within.to),
            examined: absence.examined,
            digest: format!("{:016x}", absence.digest),
        });
        let mut parts = Vec::new();
        // That an end has not come yet needs no telling how it could have.
        let turn = self.turn_of(reason.node);
        let is_end = turn.is_some_and(Turn::is_end);
        let not_come = match reason.is {
            Value::Moment(moment) => {
                moment.surely().is_none_or(|at| at >= self.compiled.plan.until())
            }
            _ => false,
        };
        for part in reason.parts.iter().filter(|_| !(is_end && not_come)) {
            if *left == 0 {
                break;
            }
            parts.push(self.ground(part, left));
        }
        Ground {
            says: self.says(reason.node, reason.when),
            is: value(reason.is),
            cites: reason.cites.iter().map(|id| (self.print)(*id)).collect(),
            absent: absent.collect(),
            parts,
        }
    }

    /// What a node stands for in the life of the agreement, where it stands for something.
    fn turn_of(&self, node: NodeId) -> Option<&Turn> {
        self.compiled.turns_in(&BTreeSet::from([node])).next()
    }

    /// What a node is about, in words.
    fn says(&self, node: NodeId, when: Interval) -> String {
        let span = match when.ms() {
            1 => String::new(),
            _ if when.from == Instant::MIN && when.to == Instant::MAX => String::new(),
            _ if when.to >= self.compiled.plan.until() => {
                format!(", {} up to the instant asked about", instant(when.from))
            }
            _ => format!(", {} to {}", instant(when.from), instant(when.to)),
        };
        let turn = self.turn_of(node).map(Turn::words);
        let agreement = self.compiled.agreement;
        let words = |channel: &u32| {
            let selection = self.compiled.selections.of(*channel);
            selection.map(|selection| selection.words(agreement)).unwrap_or_default()
        };
        let rule = match self.compiled.plan.rule(node) {
            Some(Rule::Covered { by, .. }) => words(by),
            Some(Rule::Not(_)) => "it is not so".into(),
            Some(Rule::All(_)) => "all of these".into(),
            Some(Rule::Any(_)) => "one of these".into(),
            Some(Rule::Held { length, .. }) => format!("held for {length} without a break"),
            Some(Rule::Since(_)) => "it has come".into(),
            Some(Rule::Between(..)) => "from the one until the other".into(),
            Some(Rule::At(at)) => format!("the text says {}", instant(*at)),
            Some(Rule::First(_)) => "the first time".into(),
            Some(Rule::Plus { amount, .. }) if amount.count == 0 => "its date".into(),
            Some(Rule::Plus { amount, .. }) => format!("{amount} after"),
            Some(Rule::Minus { amount, .. }) => format!("{amount} before"),
            Some(Rule::Earliest(_)) => "the first of these".into(),
            Some(Rule::Latest(_)) => "the last of these".into(),
            Some(Rule::Served { every, .. }) => format!("done in every period of {every}"),
            _ => "counted".into(),
        };
        match turn {
            Some(turn) => format!("{turn}: {rule}{span}"),
            None => format!("{rule}{span}"),
        }
    }
}

fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::No => "no",
        Truth::Unknown => "unknown",
        Truth::Yes => "yes",
    }
}

fn value(value: Value) -> String {
    match value {
        Value::Truth(is) => truth(is).into(),
        Value::Moment(moment) => moment_words(moment),
        Value::Phase(phase) => ClockState::from(phase).word().into(),
    }
}

fn moment_words(moment: Moment) -> String {
    match (moment.surely(), moment.at_earliest()) {
        (Some(surely), Some(earliest)) if surely != earliest => {
            format!("between {} and {}", instant(earliest), instant(surely))
        }
        (Some(surely), _) => instant(surely),
        (None, Some(earliest)) => format!("not before {}", instant(earliest)),
        (None, None) => "not yet".into(),
    }
}

/// An instant; the ends of time in words.
fn instant(at: Instant) -> String {
    if at <= Instant::MIN {
        "ever".into()
    } else if at >= Instant::MAX {
        "for ever".into()
    } else {
        at.to_string()
    }
}

//! What waits for what: parts that wait for each other, for words, for open points, for nothing.
//!
//! Whatever needs nothing can come; so can what needs only that; and so on. What is left after
//! that waits for itself in a circle, or for something that does. This follows the way in which
//! a history is evaluated, but for one thing: a duty counts as done only after what the text
//! itself says it waits for, as before that nobody is bound to do it.

use super::links::{moments, stages};
use super::{Duty, PLACES_MAX, Whole, listed};
use crate::codes;
use crate::details::{Details, PointStatus};
use crate::findings::{Findings, shortened};
use crate::kinds::ProvisionKind;
use crate::moment::{Event, Milestone, When};
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Something that can come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn<'a> {
    Signature,
    Force,
    End,
    Named(&'a str),
    Of(&'a str, Milestone),
    /// One reading of a provision begins.
    Reading(&'a str, usize),
}

impl<'a> Turn<'a> {
    fn of(event: &'a Event) -> Turn<'a> {
        match event {
            Event::Signature => Turn::Signature,
            Event::EntryIntoForce => Turn::Force,
            Event::End => Turn::End,
            Event::Named(name) => Turn::Named(name),
            Event::Of(id, milestone) => Turn::Of(id, *milestone),
        }
    }

    /// Its name in a chain: the provision, whatever of it is meant.
    fn name(self) -> &'a str {
        match self {
            Turn::Signature => "signature",
            Turn::Force => "entry into force",
            Turn::End => "end",
            Turn::Named(name) | Turn::Of(name, _) | Turn::Reading(name, _) => name,
        }
    }
}

/// What one thing needs: any one of these.
struct Need<'a> {
    any: Vec<Turn<'a>>,
    /// Where the text says so; none: the language does.
    at: Option<Span>,
}

/// What each thing needs, by its number.
#[derive(Default)]
struct Graph<'a> {
    turns: Vec<Turn<'a>>,
    numbers: BTreeMap<Turn<'a>, usize>,
    /// The needs of each; each alternative by its number.
    needs: Vec<Vec<(Vec<usize>, Option<Span>)>>,
}

impl<'a> Graph<'a> {
    fn number(&mut self, turn: Turn<'a>) -> usize {
        if let Some(number) = self.numbers.get(&turn) {
            return *number;
        }
        let number = self.turns.len();
        self.turns.push(turn);
        self.needs.push(Vec::new());
        self.numbers.insert(turn, number);
        number
    }

    fn add(&mut self, turn: Turn<'a>, needs: Vec<Need<'a>>) {
        let number = self.number(turn);
        for Need { any, at } in needs {
            let any = any.into_iter().map(|turn| self.number(turn)).collect();
            if let Some(own) = self.needs.get_mut(number) {
                own.push((any, at));
            }
        }
    }

    /// For each, whether it can come.
    fn can_come(&self) -> Vec<bool> {
        let mut waits_for: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.turns.len()];
        let mut open: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        let mut met: Vec<Vec<bool>> =
            self.needs.iter().map(|needs| vec![false; needs.len()]).collect();
        for (number, needs) in self.needs.iter().enumerate() {
            for (nth, (any, _)) in needs.iter().enumerate() {
                for of in any {
                    waits_for[*of].push((number, nth));
                }
            }
        }
        let mut can_come: Vec<bool> = open.iter().map(|open| *open == 0).collect();
        let mut queue: Vec<usize> = (0..can_come.len()).filter(|nth| can_come[*nth]).collect();
        while let Some(number) = queue.pop() {
            for (waiting, nth) in std::mem::take(&mut waits_for[number]) {
                if std::mem::replace(&mut met[waiting][nth], true) {
                    continue;
                }
                open[waiting] -= 1;
                if open[waiting] == 0 {
                    can_come[waiting] = true;
                    queue.push(waiting);
                }
            }
        }
        can_come
    }
}

/// The whole agreement as needs.
fn graph<'a>(whole: &Whole<'a>) -> Graph<'a> {
    let mut graph = Graph::default();
    let mark = &whole.marks.force;
    let force = &whole.agreement.force;
    let mut needs: Vec<Need> = moment(&force.from, mark.at("from")).into_iter().collect();
    needs.extend(force.requires.iter().map(|id| done(id, mark.at("requires"))));
    graph.add(Turn::Force, needs);
    graph.add(Turn::End, moment(&force.until, mark.at("until")).into_iter().collect());
    for duty in whole.duties {
        add_duty(whole, duty, &mut graph);
    }
    graph
}

fn add_duty<'a>(whole: &Whole<'a>, duty: &Duty<'a>, graph: &mut Graph<'a>) {
    use ProvisionKind::{Condition, Point, Ratify};
    let provision = duty.provision;
    let id = provision.id.as_str();
    let required = || {
        let known = provision.requires.iter().filter(|id| whole.duty(id).is_some());
        known.map(|id| done(id, duty.mark.at("requires"))).collect::<Vec<_>>()
    };
    let begins_with_all = whole.agreement.force.span.is_some()
        && !matches!(provision.kind, Ratify | Condition | Point);
    let readings: Vec<Turn> =
        (0..provision.readings.len()).map(|nth| Turn::Reading(id, nth)).collect();
    let (mut is_done, mut ends) = (required(), Vec::new());
    for (nth, written) in duty.written().enumerate() {
        let reading = written.reading;
        let from = moment(&reading.starts, written.at("from"));
        let with_all = || Need { any: vec![Turn::Force], at: None };
        let begins = match from {
            None if !reading.starts.is_stated() && begins_with_all => Some(with_all()),
            from => from,
        };
        graph.add(Turn::Reading(id, nth), begins.into_iter().collect());
        if provision.readings.len() == 1 {
            ends.extend(moment(&reading.ends, written.at("until")));
            let own_start = matches!(
                reading.details,
                Details::Core | Details::Permit(_) | Details::Guarantee(_)
            );
            if own_start {
                let start = Turn::Of(id, Milestone::Start);
                is_done.push(Need { any: vec![start], at: None });
            } else {
                is_done.extend(moment(&reading.starts, written.at("from")));
            }
            is_done.extend(asked_for(&written));
        }
    }
    let mut begins = required();
    begins.push(Need { any: readings, at: None });
    graph.add(Turn::Of(id, Milestone::Start), begins);
    graph.add(Turn::Of(id, Milestone::Done), is_done);
    graph.add(Turn::Of(id, Milestone::End), ends);
    let start = Turn::Of(id, Milestone::Start);
    let trigger = vec![Need { any: vec![start], at: None }];
    graph.add(Turn::Of(id, Milestone::Trigger), trigger);
}

/// What a reading asks for before it is fulfilled, beside its start.
fn asked_for<'a>(written: &super::Written<'a>) -> Vec<Need<'a>> {
    let mut needs = Vec::new();
    if let Details::Condition(condition) = &written.reading.details {
        let start = |id: &'a String| Turn::Of(id, Milestone::Start);
        for id in &condition.holds {
            needs.push(Need { any: vec![start(id)], at: Some(written.at("holds")) });
        }
        needs.extend(condition.act.iter().filter_map(|when| moment(when, written.at("act"))));
        needs.extend(condition.all.iter().map(|id| done(id, written.at("all"))));
        if !condition.any.is_empty() {
            let any = condition.any.iter().map(|id| Turn::Of(id, Milestone::Done)).collect();
            needs.push(Need { any, at: Some(written.at("any")) });
        }
    }
    if let Some((key, stages)) = stages(&written.reading.details) {
        for (nth, stage) in stages.iter().enumerate() {
            let at = written.within(key, nth, "requires");
            needs.extend(stage.requires.iter().map(|id| done(id, at)));
        }
    }
    needs
}

fn done(id: &str, at: Span) -> Need<'_> {
    Need { any: vec![Turn::Of(id, Milestone::Done)], at: Some(at) }
}

fn moment(when: &When, at: Span) -> Option<Need<'_>> {
    when.event().map(|event| Need { any: vec![Turn::of(event)], at: Some(at) })
}

/// Circles, and what waits for a circle.
pub(crate) fn on_each_other(whole: &Whole, findings: &mut Findings) {
    let graph = graph(whole);
    let can_come = graph.can_come();
    if can_come.iter().all(|can| *can) {
        return;
    }
    // From what can't come to what it waits for in vain, and where the text says so.
    let vain: Vec<Vec<(usize, Option<Span>)>> = (0..graph.turns.len())
        .map(|number| {
            let needs = graph.needs.get(number).into_iter().flatten();
            let unmet = needs.filter(|(any, _)| !any.iter().any(|of| can_come[*of]));
            unmet.flat_map(|(any, at)| any.iter().map(|of| (*of, *at))).collect()
        })
        .collect();
    let mut in_circle: BTreeSet<&str> = BTreeSet::new();
    for members in knots(&vain) {
        let names = members.iter().filter_map(|number| graph.turns.get(*number));
        in_circle.extend(names.map(|turn| turn.name()));
        if let Some(found) = circle(&graph, &vain, &members) {
            findings.push(found);
        }
    }
    let mut told: BTreeSet<&str> = in_circle;
    for (turn, waits) in graph.turns.iter().zip(&vain) {
        let Some((of, Some(at))) = waits.iter().find(|(_, at)| at.is_some()) else { continue };
        let Some(of) = graph.turns.get(*of) else { continue };
        if of.name() == turn.name() || !told.insert(turn.name()) {
            continue;
        }
        findings.push(
            codes::NEVER
                .warning(match turn {
                    Turn::Force => "the agreement can never come into force".to_owned(),
                    _ => format!("`{}` can never come", turn.name()),
                })
                .primary(*at, format!("waits for `{}`, which can't come", of.name()))
                .reason("What it waits for waits for itself, so neither will ever be there.")
                .help("break the circle that it waits for, or let it wait for something else"),
        );
    }
}

/// The parts of a graph in which each leads to each other, where they are more than one or lead
/// to themselves; by the least number in each. (R. Tarjan, Depth-first search and linear graph
/// algorithms, 1972; without recursion.)
fn knots(next: &[Vec<(usize, Option<Span>)>]) -> Vec<Vec<usize>> {
    let count = next.len();
    let (mut order, mut low) = (vec![usize::MAX; count], vec![0; count]);
    let (mut on_stack, mut stack) = (vec![false; count], Vec::new());
    let (mut knots, mut clock) = (Vec::new(), 0);
    for root in 0..count {
        if order[root] != usize::MAX {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((at, nth)) = path.pop() {
            if nth == 0 {
                order[at] = clock;
                low[at] = clock;
                clock += 1;
                stack.push(at);
                on_stack[at] = true;
            }
            if let Some((to, _)) = next[at].get(nth) {
                path.push((at, nth + 1));
                if order[*to] == usize::MAX {
                    path.push((*to, 0));
                } else if on_stack[*to] {
                    low[at] = low[at].min(order[*to]);
                }
                continue;
            }
            if let Some((before, _)) = path.last() {
                low[*before] = low[*before].min(low[at]);
            }
            if low[at] == order[at] {
                let mut knot = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    knot.push(member);
                    if member == at {
                        break;
                    }
                }
                let leads_to_itself = next[at].iter().any(|(to, _)| *to == at);
                if knot.len() > 1 || leads_to_itself {
                    knot.sort_unstable();
                    knots.push(knot);
                }
            }
        }
    }
    knots.sort_unstable();
    knots
}

/// The shortest circle through the first member of a knot, spelled out.
fn circle(
    graph: &Graph,
    vain: &[Vec<(usize, Option<Span>)>],
    knot: &[usize],
) -> Option<servanda_diag::Diagnostic> {
    let first = *knot.first()?;
    let members: BTreeSet<usize> = knot.iter().copied().collect();
    let mut reached: BTreeMap<usize, (usize, Option<Span>)> = BTreeMap::new();
    let mut queue = VecDeque::from([first]);
    while let Some(at) = queue.pop_front() {
        for (to, span) in vain.get(at).into_iter().flatten() {
            if members.contains(to) && !reached.contains_key(to) {
                reached.insert(*to, (at, *span));
                queue.push_back(*to);
            }
        }
        if reached.contains_key(&first) {
            break;
        }
    }
    // Back from the first to the first: (what waits, for what, where the text says so).
    let mut links = Vec::new();
    let mut at = first;
    while let Some((before, span)) = reached.get(&at) {
        links.push((graph.turns[*before].name(), graph.turns[at].name(), *span));
        at = *before;
        if at == first {
            break;
        }
    }
    links.reverse();
    let mut names: Vec<&str> = links.iter().map(|(name, _, _)| *name).collect();
    names.dedup();
    if names.len() > 1 && names.first() == names.last() {
        names.pop();
    }
    let (shown, more) = (names.iter().take(PLACES_MAX), names.len().saturating_sub(PLACES_MAX));
    let mut chain: Vec<String> = shown.map(|name| shortened(name)).collect();
    if more > 0 {
        chain.push(format!("{more} more"));
    }
    chain.push(names.first().map(|name| shortened(name)).unwrap_or_default());
    let title = match names.len() {
        1 => format!("`{}` waits for itself", chain.first()?),
        _ => format!("these wait for each other: {}", chain.join(" → ")),
    };
    let mut found = codes::CIRCLE
        .warning(title)
        .reason("Each begins only after the next, so that none of them ever begins.")
        .help("let one of them begin by a date, or by something outside of the circle");
    let written = links.iter().filter_map(|(name, of, span)| Some((name, of, (*span)?)));
    for (nth, (name, of, span)) in written.take(PLACES_MAX).enumerate() {
        let text = format!("`{}` waits for `{}`", shortened(name), shortened(of));
        found = if nth == 0 { found.primary(span, text) } else { found.secondary(span, text) };
    }
    Some(found)
}

/// What waits for words.
pub(crate) fn on_words(whole: &Whole, findings: &mut Findings) {
    for duty in whole.duties {
        let words = duty.provision.requires.iter().filter(|id| whole.duty(id).is_none());
        let words: Vec<String> = words.map(|word| format!("\"{}\"", shortened(word))).collect();
        if words.is_empty() {
            continue;
        }
        findings.push(
            codes::WAITS_FOR_WORDS
                .note(format!(
                    "`{}` waits for what only people can tell: {}",
                    duty.provision.id,
                    listed(words.iter().map(String::as_str))
                ))
                .primary(duty.mark.at("requires"), "in words")
                .reason("Whether it has come is not computed, and one side may say that it hasn't.")
                .help("make an obligation or a condition of it, and name that"),
        );
    }
}

/// What waits for a point that nobody has agreed on.
pub(crate) fn on_open_points(whole: &Whole, findings: &mut Findings) {
    let is_open = |id: &str| {
        let details = |duty: &Duty| {
            duty.provision.readings.iter().any(|reading| {
                matches!(&reading.details, Details::Point(point)
                    if point.status != PointStatus::Agreed)
            })
        };
        whole.duty(id).is_some_and(details)
    };
    let mut report = |what: String, ids: &[String], at: Span| {
        let open: Vec<&str> = ids.iter().map(String::as_str).filter(|id| is_open(id)).collect();
        let Some(first) = open.first() else { return };
        let point = whole.duty(first).map_or(at, |duty| duty.mark.head);
        findings.push(
            codes::WAITS_FOR_POINT
                .note(format!("{what} waits for an open point: {}", listed(open)))
                .primary(at, "named here")
                .secondary(point, "not agreed")
                .reason("Until the parties agree on the point, this can't come either.")
                .help("agree on the point, or do without it here"),
        );
    };
    let force = &whole.agreement.force;
    report("the agreement".to_owned(), &force.requires, whole.marks.force.at("requires"));
    for duty in whole.duties {
        let what = || format!("`{}`", duty.provision.id);
        report(what(), &duty.provision.requires, duty.mark.at("requires"));
        for written in duty.written() {
            if let Details::Condition(condition) = &written.reading.details {
                report(what(), &condition.all, written.at("all"));
                if condition.any.iter().all(|id| is_open(id)) {
                    report(what(), &condition.any, written.at("any"));
                }
            }
            if let Some((key, stages)) = stages(&written.reading.details) {
                for (nth, stage) in stages.iter().enumerate() {
                    let at = written.within(key, nth, "requires");
                    report(what(), &stage.requires, at);
                }
            }
        }
    }
}

/// Events that no term counts from.
pub(crate) fn unused_events(whole: &Whole, findings: &mut Findings) {
    let agreement = whole.agreement;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let force = [&agreement.force.from, &agreement.force.until];
    let presented = agreement.draft.iter().map(|draft| &draft.presented);
    let in_terms = whole.duties.iter().flat_map(Duty::written);
    let in_terms = in_terms.flat_map(|written| moments(&written)).map(|(when, _)| when);
    for when in force.into_iter().chain(presented).chain(in_terms) {
        if let Some(Event::Named(name)) = when.event() {
            used.insert(name);
        }
    }
    for (event, mark) in agreement.events.iter().zip(&whole.marks.events) {
        if !used.contains(event.id.as_str()) {
            findings.push(
                codes::UNUSED_EVENT
                    .warning(format!("nothing counts from the event `{}`", event.id))
                    .primary(mark.head, "moves nothing")
                    .reason("When it happens, no term will begin, end or fall due.")
                    .help(format!("write \"14 days after event.{}\" where it is meant", event.id)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knots_are_what_leads_back() {
        let next = |to: &[usize]| to.iter().map(|to| (*to, None)).collect::<Vec<_>>();
        let graph = [next(&[1]), next(&[2]), next(&[0, 3]), next(&[]), next(&[4]), next(&[3])];
        assert_eq!(knots(&graph), [vec![0, 1, 2], vec![4]]);
    }

    #[test]
    fn one_of_several_is_enough() {
        let mut graph = Graph::default();
        let turn = |name| Turn::Named(name);
        let need = |any: &[&'static str]| Need {
            any: any.iter().map(|name| turn(name)).collect(),
            at: None,
        };
        graph.add(turn("a"), vec![need(&["a", "b"])]);
        graph.add(turn("c"), vec![need(&["c"]), need(&["b"])]);
        let can_come = graph.can_come();
        let can = |name| can_come[graph.numbers[&turn(name)]];
        assert!(can("a") && can("b") && !can("c"));
    }
}

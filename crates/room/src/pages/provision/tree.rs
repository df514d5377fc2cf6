//! The reasons of a provision's state as a tree: from the answer down to entries.
//!
//! All of it comes from the answer that whoever asks is told; what it cites is read entry by entry,
//! and never more than a page shows.

use crate::leaf::{Leaf, place_of};
use crate::page::Frame;
use crate::view::View;
use askama::Template;
use servanda_comply::State;
use servanda_comply::answer::{Ground, ProvisionAnswer, Reason, Run, StateLine, Why};
use servanda_report::{Badge, STATES, badge, binds, in_words};
use std::collections::BTreeMap;

/// Reasons of one state, and lines with the same reasons, that a page shows.
const REASONS_MAX: usize = 8;
/// Lines that are named where several stand alike.
const NAMED_MAX: usize = 3;
/// Nodes that are shown of the reasons of a clock.
const GROUNDS_MAX: usize = 120;

/// A node of the tree.
pub(super) struct Branch {
    badge: Option<Badge>,
    says: String,
    note: String,
    /// Where more is said of it.
    href: String,
    parts: Vec<Branch>,
    leaves: Vec<Leaf>,
    /// What it rests on beside what is shown.
    more: u64,
    is_open: bool,
}

impl Branch {
    fn of(says: String) -> Branch {
        Branch {
            badge: None,
            says,
            note: String::new(),
            href: String::new(),
            parts: Vec::new(),
            leaves: Vec::new(),
            more: 0,
            is_open: true,
        }
    }

    fn in_state(state: State, says: String) -> Branch {
        Branch { badge: Some(badge(state)), ..Branch::of(says) }
    }

    /// The branch as an item of a list.
    pub(super) fn render(&self, frame: &Frame<'_>) -> String {
        let parts = self.parts.iter().map(|part| part.render(frame)).collect();
        BranchPart { frame, branch: self, parts }.render().unwrap_or_default()
    }

    fn is_bare(&self) -> bool {
        self.parts.is_empty() && self.leaves.is_empty() && self.more == 0
    }
}

#[derive(Template)]
#[template(path = "branch.html")]
struct BranchPart<'b, 'r> {
    frame: &'b Frame<'r>,
    branch: &'b Branch,
    parts: Vec<String>,
}

/// What a tree is made with.
pub(super) struct Grower<'a, 'r> {
    pub(super) view: &'a View,
    pub(super) frame: &'a Frame<'r>,
    /// None for what has no states: a condition, a point, a consent.
    pub(super) answer: Option<&'a ProvisionAnswer>,
    /// The instant asked about, as the answer writes it.
    pub(super) at: &'a str,
    /// Whether whoever asks works with cases.
    pub(super) see_queue: bool,
}

impl Grower<'_, '_> {
    /// Why it stands where it stands: now, and over all the time that it binds.
    pub(super) fn states(&self) -> Vec<Branch> {
        let now = self.answer.map(|answer| self.now(answer));
        now.into_iter().chain(self.answer.and_then(|answer| self.so_far(answer))).collect()
    }

    fn now(&self, answer: &ProvisionAnswer) -> Branch {
        let mut alike: Vec<(&Run, Vec<&StateLine>)> = Vec::new();
        for line in &answer.lines {
            let Some(run) = current(line, self.at) else { continue };
            let same = |one: &&mut (&Run, Vec<&StateLine>)| {
                one.0.state == run.state && one.0.reasons == run.reasons
            };
            match alike.iter_mut().find(same) {
                Some((_, lines)) => lines.push(line),
                None => alike.push((run, vec![line])),
            }
        }
        alike.sort_by_key(|(run, _)| std::cmp::Reverse(run.state));
        let more = alike.len().saturating_sub(REASONS_MAX) as u64;
        let parts = alike.iter().take(REASONS_MAX).map(|(run, lines)| {
            let names = lines.iter().map(|line| self.line(line)).collect();
            Branch {
                note: self.since(run),
                parts: self.reasons(&run.reasons),
                ..Branch::in_state(run.state, {
                    let named = self.named(names);
                    self.frame.say_with("tree-named-in", &[("named", named.into())])
                })
            }
        });
        Branch {
            parts: parts.collect(),
            more,
            ..Branch::in_state(answer.state_at, self.frame.say("tree-now"))
        }
    }

    /// What each state rests on over the time that the provision binds, the gravest first.
    fn so_far(&self, answer: &ProvisionAnswer) -> Option<Branch> {
        let mut parts = Vec::new();
        for state in STATES.into_iter().filter(|state| binds(*state)) {
            let found = self.found(answer, state);
            if found.is_empty() {
                continue;
            }
            let more = found.len().saturating_sub(REASONS_MAX) as u64;
            let reasons = found.into_iter().take(REASONS_MAX).map(|one| {
                let spans = [("n", one.runs.into())];
                let mut branch = self.reason(one.reason);
                branch.note = format!(
                    "{}; {}",
                    self.named(one.lines),
                    match one.first {
                        Some(first) if one.runs == 1 => self.span(first),
                        _ => self.frame.say_with("tree-spans", &spans),
                    }
                );
                branch
            });
            parts.push(Branch {
                parts: reasons.collect(),
                more,
                is_open: parts.is_empty(),
                ..Branch::in_state(state, String::new())
            });
        }
        if parts.is_empty() {
            return None;
        }
        let says = self.frame.say("tree-so-far");
        Some(Branch { parts, ..Branch::in_state(answer.state, says) })
    }

    /// The reasons that runs of a state have, each once.
    fn found<'f>(&self, answer: &'f ProvisionAnswer, state: State) -> Vec<Found<'f>> {
        let mut found: Vec<Found<'f>> = Vec::new();
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for line in &answer.lines {
            for run in line.runs.iter().filter(|run| run.state == state) {
                for reason in &run.reasons {
                    let place = *places.entry((reason.code, &reason.text)).or_insert(found.len());
                    if place == found.len() {
                        found.push(Found { reason, lines: vec![], runs: 0, first: Some(run) });
                    }
                    let Some(one) = found.get_mut(place) else { continue };
                    one.runs += 1;
                    if one.lines.len() <= NAMED_MAX + 1 {
                        let name = self.line(line);
                        if !one.lines.contains(&name) {
                            one.lines.push(name);
                        }
                    }
                }
            }
        }
        found
    }

    fn reasons(&self, reasons: &[Reason]) -> Vec<Branch> {
        reasons.iter().map(|reason| self.reason(reason)).collect()
    }

    fn reason(&self, reason: &Reason) -> Branch {
        let mut branch = Branch::of(in_words(&reason.text));
        for cite in &reason.cites {
            match place_of(cite) {
                Some(_) => branch.leaves.extend(Leaf::of(self.view, self.frame, cite)),
                None => branch.parts.push(self.incident(cite)),
            }
        }
        let shown = branch.leaves.len() + branch.parts.len();
        // What watched is named, and has no entry of its own in the answer.
        let rests = if reason.cites.is_empty() { 0 } else { reason.count };
        branch.more = rests.saturating_sub(shown as u64);
        branch
    }

    /// The entries that a citation names: itself, or those of an incident, as far as the answer
    /// lists it.
    pub(super) fn entries_of<'c>(&'c self, cite: &'c String) -> &'c [String] {
        if place_of(cite).is_some() {
            return std::slice::from_ref(cite);
        }
        let mut all = self.answer.into_iter().flat_map(|answer| &answer.possible);
        let listed = all.find(|possible| possible.incident == *cite);
        listed.map(|possible| possible.cites.as_slice()).unwrap_or_default()
    }

    /// An incident with its observations, as far as the answer lists it.
    fn incident(&self, id: &str) -> Branch {
        let mut all = self.answer.into_iter().flat_map(|answer| &answer.possible);
        let listed = all.find(|possible| possible.incident == id);
        let says = listed.map_or_else(|| id.to_owned(), |possible| possible.what.clone());
        let cites = listed.map(|possible| possible.cites.as_slice()).unwrap_or_default();
        Branch {
            note: listed.map(|possible| possible.assessed.join("; ")).unwrap_or_default(),
            href: if self.see_queue { format!("/cases/{id}") } else { String::new() },
            leaves: cites.iter().filter_map(|cite| Leaf::of(self.view, self.frame, cite)).collect(),
            ..Branch::of(self.frame.say_with("tree-incident", &[("what", says.into())]))
        }
    }

    /// What is asked of its clock, and the answer.
    pub(super) fn asked(&self, why: &Why) -> String {
        let open = [("asked", why.asked.into()), ("is", why.is.into())];
        self.frame.say_with("tree-life", &open)
    }

    /// Why a clock, a duty or a turn of the agreement's life stands where it stands.
    pub(super) fn why(&self, why: &Why) -> Branch {
        let mut left = GROUNDS_MAX;
        let tree = self.ground(&why.tree, &mut left);
        Branch { parts: vec![tree], ..Branch::of(self.asked(why)) }
    }

    fn ground(&self, ground: &Ground, left: &mut usize) -> Branch {
        *left = left.saturating_sub(1);
        let leaf = |cite: &String| Leaf::of(self.view, self.frame, cite);
        let (says, is) = (in_words(&ground.says), in_words(&ground.is));
        // A date that the text gives is told once.
        let mut branch = Branch::of(match says.ends_with(&is) {
            true => says,
            false => format!("{says}: {is}"),
        });
        branch.leaves = ground.cites.iter().take(REASONS_MAX).filter_map(leaf).collect();
        branch.more = ground.cites.len().saturating_sub(branch.leaves.len()) as u64;
        for absent in &ground.absent {
            let open = [
                ("what", absent.what.as_str().into()),
                ("from", in_words(&absent.from).into()),
                ("to", in_words(&absent.to).into()),
                ("n", absent.examined.into()),
            ];
            branch.parts.push(Branch::of(self.frame.say_with("tree-absent", &open)));
        }
        for part in &ground.parts {
            if *left == 0 {
                branch.more += 1;
                continue;
            }
            branch.parts.push(self.ground(part, left));
        }
        branch
    }

    /// Whom and where a line is about.
    pub(super) fn line(&self, line: &StateLine) -> String {
        let nobody = || self.frame.say("tree-nobody");
        let party = line.party.as_deref().map_or_else(nobody, |id| self.frame.party(id));
        let mut open = vec![("party", party.clone().into())];
        let name = match &line.zone {
            Some(zone) => {
                open.push(("zone", zone.as_str().into()));
                self.frame.say_with("tree-line", &open)
            }
            None => party,
        };
        match line.reading.as_str() {
            "as written" => name,
            reading => {
                let open = [("line", name.into()), ("reading", reading.into())];
                self.frame.say_with("tree-reading", &open)
            }
        }
    }

    /// The first names, and how many more there are.
    pub(super) fn named(&self, mut names: Vec<String>) -> String {
        let more = names.len().saturating_sub(NAMED_MAX);
        names.truncate(NAMED_MAX);
        let named = names.join(", ");
        match more {
            0 => named,
            n => self.frame.say_with("tree-named", &[("named", named.into()), ("n", n.into())]),
        }
    }

    fn since(&self, run: &Run) -> String {
        match &run.from {
            Some(from) => {
                let from = servanda_report::when(from).shown;
                self.frame.say_with("tree-since", &[("from", from.into())])
            }
            None => String::new(),
        }
    }

    fn span(&self, run: &Run) -> String {
        let end = |at: &Option<String>| match at {
            Some(at) => servanda_report::when(at),
            None => servanda_report::when(&self.frame.say("tree-open")),
        };
        let (from, to) = servanda_report::pair(end(&run.from), end(&run.to));
        format!("{}–{} UTC", from.shown, to.shown)
    }
}

struct Found<'a> {
    reason: &'a Reason,
    lines: Vec<String>,
    runs: u64,
    first: Option<&'a Run>,
}

/// The run of a line at an instant, or else the last before it.
fn current<'l>(line: &'l StateLine, at: &str) -> Option<&'l Run> {
    // Times of one form are in the order of their letters.
    let begun = |run: &&Run| run.from.as_deref().is_none_or(|from| from <= at);
    line.runs.iter().rev().find(begun).or_else(|| line.runs.first())
}

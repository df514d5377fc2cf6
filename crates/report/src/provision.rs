//! One provision with its lines, reasons, possible violations and exceptions.

use crate::cut::{self, Cut, cites, cut};
use crate::page::shown;
use crate::reader::Links;
use crate::when::{When, end, pair, when};
use crate::words::{Badge, STATES, badge, binds, counted, duration, word};
use askama::Template;
use servanda_comply::answer::{Answer, ProvisionAnswer, State, StateLine};
use servanda_figure::strip;
use servanda_time::{Instant, Interval};
use std::collections::BTreeMap;

/// Reasons written beside one run.
const WHY_MAX: usize = 3;

pub(crate) struct ProvisionView {
    pub(crate) anchor: String,
    pub(crate) href: String,
    pub(crate) id: String,
    pub(crate) article: String,
    pub(crate) state: Badge,
    pub(crate) state_at: Badge,
    pub(crate) settled: bool,
    /// How long nothing watched, of how long it bound: `30 h 12 min of 32 h`.
    pub(crate) unobserved: String,
    pub(crate) lines: Cut<LineView>,
    pub(crate) span: Option<(When, When)>,
    pub(crate) reasons: Cut<ReasonView>,
    pub(crate) possible: Cut<PossibleView>,
    pub(crate) excepted: Vec<ExceptedView>,
    pub(crate) would_change: Vec<String>,
}

/// Parts of a page about one provision.
#[derive(Debug, Clone)]
pub struct ProvisionParts {
    /// Its states over time, a strip for each line.
    pub lines: String,
    /// The possible violations as a table.
    pub possible: String,
    /// What exceptions take out; empty where there is nothing.
    pub excepted: String,
}

#[derive(Template)]
#[template(
    source = r#"{%- import "macros.html" as m -%}{% include "provision_lines.html" %}"#,
    ext = "html"
)]
struct Lines<'a> {
    p: &'a ProvisionView,
}

#[derive(Template)]
#[template(
    source = r#"{%- import "macros.html" as m -%}{% include "provision_possible.html" %}"#,
    ext = "html"
)]
struct Proposed<'a> {
    p: &'a ProvisionView,
    possible: &'static str,
}

#[derive(Template)]
#[template(
    source = r#"{%- import "macros.html" as m -%}{% include "provision_excepted.html" %}"#,
    ext = "html"
)]
struct Excepts<'a> {
    p: &'a ProvisionView,
}

impl ProvisionParts {
    pub(crate) fn of(p: &ProvisionView, possible: &'static str) -> ProvisionParts {
        ProvisionParts {
            lines: shown(Lines { p }.render()),
            possible: shown(Proposed { p, possible }.render()),
            excepted: match p.excepted.is_empty() {
                true => String::new(),
                false => shown(Excepts { p }.render()),
            },
        }
    }
}

/// One line, or several that differ in nothing but the zone.
pub(crate) struct LineView {
    pub(crate) party: Option<String>,
    pub(crate) zones: Vec<String>,
    /// The first zones, and how many more; empty without a zone.
    pub(crate) where_short: String,
    pub(crate) reading: String,
    pub(crate) from: When,
    pub(crate) until: When,
    pub(crate) state: Badge,
    pub(crate) strip: String,
    pub(crate) durations: Vec<DurationView>,
    pub(crate) bound: String,
    pub(crate) runs: Cut<RunView>,
}

pub(crate) struct DurationView {
    pub(crate) badge: Badge,
    pub(crate) lasted: String,
}

pub(crate) struct RunView {
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) state: Badge,
    pub(crate) settled: bool,
    pub(crate) why: Vec<String>,
}

pub(crate) struct ReasonView {
    pub(crate) state: Badge,
    pub(crate) text: String,
    pub(crate) cites: String,
}

pub(crate) struct PossibleView {
    pub(crate) incident: String,
    /// Where more is said of it.
    pub(crate) href: Option<String>,
    pub(crate) what: String,
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) place: String,
    pub(crate) parties: Vec<String>,
    pub(crate) reading: String,
    pub(crate) assessed: Vec<String>,
    pub(crate) cites: String,
}

pub(crate) struct ExceptedView {
    pub(crate) name: String,
    pub(crate) except: String,
    pub(crate) incidents: String,
    pub(crate) cites: String,
    pub(crate) state_without: Badge,
    pub(crate) possible_without: String,
}

pub(crate) fn view(
    answer: &Answer,
    provision: &ProvisionAnswer,
    place: usize,
    links: Links,
) -> ProvisionView {
    let span = span(provision, &answer.asked.at);
    let mut lines: Vec<&StateLine> = provision.lines.iter().collect();
    // A stable sort: lines of one state stay in the answer's order.
    lines.sort_by_key(|line| std::cmp::Reverse(line.state));
    ProvisionView {
        anchor: format!("provision-{}", place + 1),
        href: links.provision(&provision.id, place),
        id: provision.id.clone(),
        article: provision.article.clone(),
        state: badge(provision.state),
        state_at: badge(provision.state_at),
        settled: provision.settled,
        unobserved: unobserved(provision),
        lines: lines_of(&lines, span.as_ref()),
        span: span.map(|s| (when(&s.from.to_string()), when(&s.to.to_string()))),
        reasons: reasons(provision),
        possible: possible(provision, links),
        excepted: provision.excepted.iter().map(excepted).collect(),
        would_change: provision.would_change.clone(),
    }
}

/// Lines that differ in nothing but the zone are drawn as one, so that a reader sees the
/// difference between zones and not their number.
fn lines_of(lines: &[&StateLine], span: Option<&Interval>) -> Cut<LineView> {
    let mut groups: Vec<Vec<&StateLine>> = Vec::new();
    for line in lines {
        let same = |group: &&mut Vec<&StateLine>| {
            group.first().is_some_and(|first| {
                let zoned = first.zone.is_some() == line.zone.is_some();
                zoned && same_but_for_zone(first, line)
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
    }
    let total = groups.len() as u64;
    let views = groups.iter().filter_map(|group| {
        let zones = group.iter().filter_map(|line| line.zone.clone()).collect();
        group.first().map(|first| line(first, group, zones, span))
    });
    cut(views, total, cut::LINES_MAX)
}

fn same_but_for_zone(a: &StateLine, b: &StateLine) -> bool {
    (&a.party, &a.reading, &a.from, &a.until, a.state)
        == (&b.party, &b.reading, &b.from, &b.until, b.state)
        && a.seconds == b.seconds
        && a.runs.len() == b.runs.len()
        && a.runs.iter().zip(&b.runs).all(|(a, b)| {
            (&a.from, &a.to, a.state, a.settled) == (&b.from, &b.to, b.state, b.settled)
        })
}

/// Why a run of a group has its state: the reasons, where all zones have the same, or else the
/// first reason of the first zones.
fn why(group: &[&StateLine], place: usize) -> Vec<String> {
    let reasons = |line: &StateLine| -> Vec<String> {
        let run = line.runs.get(place);
        run.map_or_else(Vec::new, |run| run.reasons.iter().map(|r| r.text.clone()).collect())
    };
    let Some(first) = group.first().map(|line| reasons(line)) else {
        return Vec::new();
    };
    if group.iter().all(|line| reasons(line) == first) {
        return first.into_iter().take(WHY_MAX).collect();
    }
    let mut texts: Vec<String> = group
        .iter()
        .take(WHY_MAX)
        .map(|line| {
            let zone = line.zone.as_deref().unwrap_or("no zone");
            format!("{zone}: {}", reasons(line).first().map_or("no reason", String::as_str))
        })
        .collect();
    if group.len() > WHY_MAX {
        let others = counted((group.len() - WHY_MAX) as u64, "other zone", "other zones");
        texts.push(format!("{others}, each with numbers of its own: servanda export"));
    }
    texts
}

fn line(
    line: &StateLine,
    group: &[&StateLine],
    zones: Vec<String>,
    span: Option<&Interval>,
) -> LineView {
    let bound = bound_seconds(line);
    let where_short = match zones.as_slice() {
        [] => String::new(),
        [a] => a.clone(),
        [a, b] => format!("{a} and {b}"),
        [a, b, more @ ..] => {
            format!("{a}, {b} and {}", counted(more.len() as u64, "other zone", "other zones"))
        }
    };
    let label = format!(
        "States of {} in {}, {}: {}",
        line.party.as_deref().unwrap_or("what is attributed to nobody"),
        if zones.is_empty() { "no zone" } else { &where_short },
        line.reading,
        spoken(line)
    );
    LineView {
        party: line.party.clone(),
        zones,
        where_short,
        reading: line.reading.clone(),
        from: end(line.from.as_ref()),
        until: end(line.until.as_ref()),
        state: badge(line.state),
        strip: span.map_or(String::new(), |span| strip(&line.runs, span, &label)),
        durations: durations(line),
        bound: duration(bound),
        runs: cut(
            line.runs.iter().enumerate().map(|(place, run)| {
                let (from, to) = pair(end(run.from.as_ref()), end(run.to.as_ref()));
                RunView {
                    from,
                    to,
                    state: badge(run.state),
                    settled: run.settled,
                    why: why(group, place),
                }
            }),
            line.runs.len() as u64,
            cut::RUNS_MAX,
        ),
    }
}

fn spoken(line: &StateLine) -> String {
    let parts = line.seconds.iter().filter(|(_, seconds)| *seconds > 0);
    let parts: Vec<String> =
        parts.map(|(state, s)| format!("{} {}", word(*state), duration(*s))).collect();
    if parts.is_empty() { "no time yet".to_owned() } else { parts.join(", ") }
}

fn durations(line: &StateLine) -> Vec<DurationView> {
    let of = |state: State| {
        line.seconds.iter().filter(|(s, _)| *s == state).map(|(_, n)| *n).sum::<i64>()
    };
    let lasted =
        STATES.into_iter().map(|state| (state, of(state))).filter(|(_, seconds)| *seconds > 0);
    lasted
        .map(|(state, seconds)| DurationView { badge: badge(state), lasted: duration(seconds) })
        .collect()
}

fn bound_seconds(line: &StateLine) -> i64 {
    line.seconds.iter().filter(|(state, _)| binds(*state)).map(|(_, seconds)| *seconds).sum()
}

/// The least and the most that any line says, since lines overlap and can't be added up.
fn unobserved(provision: &ProvisionAnswer) -> String {
    let of_line = |line: &StateLine| -> (i64, i64) {
        let unseen =
            line.seconds.iter().filter(|(s, _)| *s == State::NotObserved).map(|(_, n)| *n).sum();
        (unseen, bound_seconds(line))
    };
    let all: Vec<(i64, i64)> =
        provision.lines.iter().map(of_line).filter(|(_, bound)| *bound > 0).collect();
    let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) else {
        return "has not bound yet".to_owned();
    };
    if most.0 == 0 {
        format!("none of {}", duration(most.1))
    } else if least == most {
        format!("{} of {}", duration(most.0), duration(most.1))
    } else {
        format!("{} to {}, by line", duration(least.0), duration(most.0))
    }
}

/// What the strips of one provision span: its windows, as far as they are closed.
fn span(provision: &ProvisionAnswer, at: &str) -> Option<Interval> {
    let read = |text: &Option<String>| text.as_ref().and_then(|t| Instant::parse(t, None).ok());
    let runs = || provision.lines.iter().flat_map(|line| &line.runs);
    let asked = Instant::parse(at, None).ok();
    let from = provision.lines.iter().filter_map(|line| read(&line.from)).min();
    let from = from
        .or_else(|| runs().filter_map(|run| read(&run.from).or(read(&run.to))).min())
        .or(asked)?;
    let ends = provision.lines.iter().map(|line| read(&line.until));
    // One open end leaves the strip to what is known: the runs and the instant asked about.
    let until = ends.collect::<Option<Vec<Instant>>>().and_then(|ends| ends.into_iter().max());
    let known = runs().filter_map(|run| read(&run.to).or(read(&run.from))).max();
    let until = until.or_else(|| known.max(asked))?;
    Interval::new(from, until).filter(|span| span.ms() > 0)
}

fn reasons(provision: &ProvisionAnswer) -> Cut<ReasonView> {
    struct Found<'a> {
        state: State,
        text: &'a str,
        cites: &'a [String],
        count: u64,
    }
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let runs = provision.lines.iter().flat_map(|line| &line.runs);
    for run in runs.filter(|run| binds(run.state)) {
        for reason in &run.reasons {
            let place = *places.entry((reason.code, &reason.text)).or_insert(found.len());
            match found.get_mut(place) {
                Some(same) => {
                    same.state = same.state.max(run.state);
                    // The same reason holds in several runs: its things are not added up.
                    if reason.count > same.count {
                        (same.count, same.cites) = (reason.count, &reason.cites);
                    }
                }
                None => found.push(Found {
                    state: run.state,
                    text: &reason.text,
                    cites: &reason.cites,
                    count: reason.count,
                }),
            }
        }
    }
    found.sort_by_key(|f| std::cmp::Reverse(f.state));
    let total = found.len() as u64;
    let views = found.into_iter().map(|f| ReasonView {
        state: badge(f.state),
        text: f.text.to_owned(),
        cites: cites(f.cites, f.count),
    });
    cut(views, total, cut::REASONS_MAX)
}

fn possible(provision: &ProvisionAnswer, links: Links) -> Cut<PossibleView> {
    let views = provision.possible.iter().map(|p| {
        let (from, to) = pair(when(&p.from), when(&p.to));
        PossibleView {
            incident: p.incident.clone(),
            href: links.incident(&p.incident),
            what: p.what.clone(),
            from,
            to,
            place: p.place.clone(),
            parties: p.parties.clone(),
            reading: p.reading.clone(),
            assessed: p.assessed.clone(),
            cites: cites(&p.cites, p.cites.len() as u64),
        }
    });
    cut(views, provision.possible_total.max(provision.possible.len() as u64), cut::ROWS_MAX)
}

fn excepted(excepted: &servanda_comply::answer::Excepted) -> ExceptedView {
    ExceptedView {
        name: excepted.name.clone(),
        except: excepted.except.clone(),
        incidents: counted(excepted.incidents, "incident", "incidents"),
        cites: cites(&excepted.cites, excepted.incidents),
        state_without: badge(excepted.state_without),
        possible_without: counted(
            excepted.possible_without,
            "possible violation",
            "possible violations",
        ),
    }
}

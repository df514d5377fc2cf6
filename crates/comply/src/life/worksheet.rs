//! Guarantees as worksheets: each word of the trigger a test, with its findings.

use super::clocks::{View, dated};
use super::select::{Selection, entry_id};
use super::turn::Turn;
use crate::answer::{TestAnswer, Worksheet};
use crate::history::Held;
use servanda_entry::{Act, ActKind, ActResult, Outcome};
use servanda_terms::{Agreement, Details, ExtendedBy, Guarantee, Test};
use servanda_time::Instant;

const CITES_MAX: usize = 5;

/// The worksheets of all guarantees.
pub(crate) fn worksheets(view: &View<'_>) -> Vec<Worksheet> {
    let agreement = view.compiled.agreement;
    let mut sheets = Vec::new();
    for provision in &agreement.provisions {
        let Some(reading) = view.compiled.reading(provision) else { continue };
        if let Details::Guarantee(guarantee) = &reading.details {
            sheets.push(worksheet(view, &provision.id, guarantee));
        }
    }
    sheets
}

fn worksheet(view: &View<'_>, id: &str, guarantee: &Guarantee) -> Worksheet {
    let start = view.moment(view.compiled.known(&Turn::Start(id.into())));
    let stop = view.moment(view.compiled.known(&Turn::Stop(id.into())));
    let state = match (start, stop) {
        (_, Some(stop)) if stop <= view.at => "ended",
        (Some(start), _) if start <= view.at => "in-force",
        _ => "not-in-force",
    };
    let trigger = guarantee.trigger.clone().unwrap_or_default();
    let tests: Vec<TestAnswer> =
        trigger.tests.iter().map(|test| answer(view, id, test, test.word.clone(), &[])).collect();
    let decided = determination(view, id, None);
    let void_if = guarantee
        .void_if
        .iter()
        .map(|void| answer(view, id, &void.test, void.what.clone(), &void.who))
        .collect();
    Worksheet {
        provision: id.into(),
        by: guarantee.by.clone(),
        to: guarantee.to.clone(),
        state,
        from: dated(start),
        until: stop.map(|at| at.to_string()),
        extension: guarantee.extension.as_ref().map(|extension| {
            let by = match &extension.by {
                ExtendedBy::Automatic => "automatic, unless notice is given".to_string(),
                ExtendedBy::Mutual => "by all of them together".to_string(),
                ExtendedBy::Party(by) => format!("by {}", by.join(" or ")),
            };
            let length = match extension.length {
                Some(length) => format!("for {length}"),
                None => "for how long is not stated".to_string(),
            };
            let notice = match extension.notice {
                Some(notice) => format!("declared {notice} before the end"),
                None => "when it must be declared is not stated".to_string(),
            };
            format!("{by}; {length}; {notice}")
        }),
        trigger: together(&tests),
        tests,
        decider: trigger.decider,
        decided: decided.map(|held| {
            let act = &held.value;
            let met = if act.result == Some(ActResult::Met) { "met" } else { "not met" };
            let at = Instant::from_ms(act.from_ms).unwrap_or(Instant::EPOCH);
            format!("{met}, by {} at {at}: {}", act.by, act.reference)
        }),
        decided_cites: decided.map(|held| (view.print)(entry_id(&held.cite))).into_iter().collect(),
        void_if,
    }
}

/// All tests must be met. A test that is missing keeps all of it from being determined.
fn together(tests: &[TestAnswer]) -> &'static str {
    let any = |result: &str| tests.iter().any(|test| test.result == result);
    if tests.is_empty() || any("not determinable") {
        "not determinable"
    } else if any("not met") {
        "not met"
    } else if any("undetermined") {
        "undetermined"
    } else {
        "met"
    }
}

/// One test: by a determination in the record, by counting findings, or not at all.
fn answer(view: &View<'_>, id: &str, test: &Test, word: String, who: &[String]) -> TestAnswer {
    let agreement = view.compiled.agreement;
    let mut answer = TestAnswer {
        word,
        who: who.to_vec(),
        measure: measure(test),
        result: "not determinable",
        text: String::new(),
        cites: Vec::new(),
    };
    if let Some(held) = determination(view, id, Some(&answer.word)) {
        let met = held.value.result == Some(ActResult::Met);
        answer.result = if met { "met" } else { "not met" };
        answer.text = format!("determined by {}: {}", held.value.by, held.value.reference);
        answer.cites = vec![(view.print)(entry_id(&held.cite))];
        return answer;
    }
    match (test.counts.is_empty(), test.at_least) {
        (false, Some(at_least)) => counted(view, test, who, at_least, &mut answer),
        (true, _) if test.means.is_empty() => {
            answer.text = "the text gives no test for this word".into();
        }
        _ => {
            answer.result = "undetermined";
            answer.text = if test.means.is_empty() {
                "the text doesn't say how many".into()
            } else {
                "people have to judge it; no determination is in the record".into()
            };
        }
    }
    let unwatched = unwatched(agreement, view, test);
    if answer.result == "not met" && !unwatched.is_empty() {
        answer.result = "undetermined";
        answer.text += &format!("; nothing has watched {}", unwatched.join(" and "));
    }
    answer
}

/// The latest determination on a guarantee's trigger, or on one of its tests.
fn determination<'v>(view: &View<'v>, id: &str, test: Option<&str>) -> Option<&'v Held<Act>> {
    let on = view.history.acts.iter().filter(|held| {
        let act = &held.value;
        act.act == ActKind::Determination
            && act.provisions.iter().any(|on| on == id)
            && act.stage.as_deref() == test
            && act.from_ms <= view.at.ms()
    });
    on.max_by_key(|held| (held.value.from_ms, held.cite.id))
}

/// The provisions that a test counts and that nothing has ever watched in all their places.
fn unwatched(agreement: &Agreement, view: &View<'_>, test: &Test) -> Vec<String> {
    let watched = |id: &&String| {
        let watching = Selection::Watching((*id).clone(), false);
        view.history.coverage.iter().any(|held| watching.watches(agreement, held))
    };
    test.counts.iter().filter(|id| !watched(id)).cloned().collect()
}

fn counted(view: &View<'_>, test: &Test, who: &[String], at_least: u64, answer: &mut TestAnswer) {
    let mut found: Vec<(Instant, String)> = view
        .history
        .findings
        .iter()
        .filter(|(held, stands)| {
            let finding = &held.value;
            let by = finding.party.as_ref();
            *stands
                && finding.outcome == Outcome::Violation
                && test.counts.contains(&finding.provision)
                && (who.is_empty() || by.is_some_and(|by| who.contains(by)))
                && finding.interval().from <= view.at
        })
        .map(|(held, _)| (held.value.interval().from, (view.print)(entry_id(&held.cite))))
        .collect();
    found.sort();
    let zone = view.engine.plan().zone();
    // The most that start within one span of that length.
    let most = (0..found.len())
        .map(|first| {
            let from = found[first].0;
            let end = test.per.and_then(|per| from.plus(per, zone).ok());
            let here = found[first..].iter().take_while(|(at, _)| end.is_none_or(|end| *at < end));
            (here.count(), std::cmp::Reverse(first))
        })
        .max();
    let (most, first) = most.map_or((0, 0), |(n, first)| (n, first.0));
    let enough = most as u64 >= at_least;
    answer.result = if enough { "met" } else { "not met" };
    let within = test.per.map(|per| format!(" within {per}")).unwrap_or_default();
    answer.text = format!("{most} found{within}, {at_least} needed");
    answer.cites =
        found[first..].iter().take(most.min(CITES_MAX)).map(|(_, cite)| cite.clone()).collect();
}

fn measure(test: &Test) -> String {
    let mut parts = Vec::new();
    if !test.means.is_empty() {
        parts.push(test.means.clone());
    }
    if !test.counts.is_empty() {
        let least = test.at_least.map(|n| format!("{n} or more ")).unwrap_or_default();
        let within = test.per.map(|per| format!(" within {per}")).unwrap_or_default();
        parts.push(format!("{least}findings of violation of {}{within}", test.counts.join(", ")));
    }
    parts.join("; ")
}

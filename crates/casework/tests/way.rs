//! A case's way, from a report to the public page, over an invented truce.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests stand outside of test functions"
)]

use servanda_casework::{Case, Cases, Likeness, Refused, Stage, candidates, follows};
use servanda_comply::{Ask, Evaluation, History, evaluate};
use servanda_entry::{
    Assessment, Attribution, Attrs, Blob, Body, CheckItem, CheckResult, Cite, Class, CureState,
    Disc, Entry, Finding, Handling, Judgement, Observation, Observations, Outcome, Place, Ref,
    Reply, SourceGrade, Step, Verification,
};
use servanda_terms::{SourceText, load};
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;

const TEXT: &str = r#"+++
id       = "silence"
title    = "Silence"
version  = "1"
timezone = "UTC"
[party.north]
name = "Northland"
[party.south]
name = "Southland"
[zone.valley]
circle = { lon = 10.0, lat = 50.0, radius_m = 10000 }
[source.patrol]
shows = ["explosion"]
lag = "1 hour"
[source.post]
shows = ["alarm"]
lag = "1 hour"
+++
## 1. Silence
```toml term
[prohibit.fire]
who      = ["north", "south"]
acts     = ["explosion"]
where    = "valley"
from     = "2030-01-01T00:00Z"
until    = "2030-01-09T00:00Z"
shown_by = ["patrol"]
```
"#;

const MINUTE: i64 = 60_000;

/// Minutes of 2030-01-02.
fn at(minute: i64) -> Instant {
    Instant::parse("2030-01-02T00:00:00Z", None).unwrap().plus_ms(minute * MINUTE)
}

/// A record that grows.
#[derive(Default)]
struct Told {
    entries: Vec<(u64, Entry)>,
}

impl Told {
    fn add(&mut self, body: Body) -> Ref {
        let index = self.entries.len() as u64;
        let id = servanda_entry::content::body_id(&body);
        let (id, row) = match &body {
            Body::Observation(seen) => {
                let kind = servanda_entry::Kind::Observation;
                let id = servanda_entry::content::row_id(kind, &seen.source, &seen.rows[0]);
                (id, Some(0))
            }
            _ => (id, None),
        };
        self.entries.push((
            index,
            Entry {
                agreement: "silence".into(),
                by: "office".into(),
                seq: index,
                prev: None,
                cite: Cite { size: 0, root: sha256(b"") },
                at: at(600 + i64::try_from(index).unwrap()),
                class: Class::Public,
                body,
            },
        ));
        Ref { entry: index, id, row }
    }

    fn see(&mut self, source: &str, kind: &str, minute: i64, east_m: i32, line: u32) -> Ref {
        self.add(Body::Observation(Observations {
            source: source.into(),
            document: None,
            rows: vec![Observation {
                at: Some(Place::Disc(Disc {
                    lat_e7: 500_000_000,
                    lon_e7: 100_000_000 + east_m * 140,
                    radius_mm: 100_000,
                })),
                attrs: Attrs::new(),
                count: None,
                from_ms: at(minute).ms(),
                key: None,
                kind: kind.into(),
                line,
                origins: vec![],
                sides: vec![],
                to_ms: at(minute + 2).ms(),
            }],
        }))
    }

    fn step(&mut self, of: &[Ref], person: &str, step: Step) -> Ref {
        self.add(Body::Handling(Handling {
            of: of.to_vec(),
            person: Some(name(person)),
            reason: Some("as the file shows".into()),
            role: "verifier".into(),
            step,
        }))
    }

    fn judge(&mut self, of: &[Ref], outcome: Judgement) -> Ref {
        self.add(Body::Assessment(judged(of, outcome)))
    }

    /// What is gathered anew, and what an earlier history is continued to, are the same.
    fn check_continued(&self) {
        let mut told = History::default();
        for (n, (index, entry)) in self.entries.iter().enumerate() {
            let gathered = History::gather(self.entries[..=n].to_vec());
            if let Some(next) = told.continued(*index, entry) {
                assert_eq!(format!("{next:?}"), format!("{gathered:?}"), "entry {index}");
                let shown = |cases: &Cases| format!("{:?}", cases.iter().collect::<Vec<_>>());
                let evaluation = evaluated(&told);
                let before = Cases::gather(&told, &evaluation);
                let after = Cases::gather(&gathered, &evaluation);
                let continued = before.continued(&next, *index, &entry.body);
                assert_eq!(shown(&continued), shown(&after), "entry {index}");
                assert_eq!(continued.len(), after.len());
            }
            told = gathered;
        }
    }

    fn ask(&self) -> (History, Evaluation, Cases) {
        let history = History::gather(self.entries.clone());
        let evaluation = evaluated(&history);
        let cases = Cases::gather(&history, &evaluation);
        (history, evaluation, cases)
    }

    fn only(&self) -> Case {
        let (_, _, cases) = self.ask();
        let all: Vec<&Case> = cases.iter().collect();
        assert_eq!(all.len(), 1, "{:?}", all.iter().map(|case| &case.id).collect::<Vec<_>>());
        all[0].clone()
    }
}

fn evaluated(history: &History) -> Evaluation {
    let source = SourceText::new("agreement.md", TEXT);
    let (agreement, diagnostics) = load(&source, &BTreeMap::new());
    let agreement = agreement.unwrap_or_else(|| panic!("{diagnostics:?}"));
    evaluate(&agreement, history, &Ask::default())
}

fn name(person: &str) -> Hash {
    sha256(person.as_bytes())
}

fn judged(of: &[Ref], outcome: Judgement) -> Assessment {
    Assessment {
        of: of.to_vec(),
        outcome,
        reason: "as the file shows".into(),
        role: "verifier".into(),
        standard: "balance of probabilities".into(),
    }
}

fn violation(of: &[Ref], party: &str) -> Finding {
    Finding {
        from_ms: at(10).ms(),
        of: of.to_vec(),
        outcome: Outcome::Violation,
        party: Some(party.into()),
        provision: "prohibit.fire".into(),
        reading: None,
        reason: "fired".into(),
        role: "legal".into(),
        severity: None,
        standard: "balance of probabilities".into(),
        to_ms: at(12).ms(),
        zone: None,
    }
}

fn confirmed() -> Judgement {
    Judgement::Verification { result: Verification::Confirmed }
}

fn by(party: &str) -> Judgement {
    Judgement::Attribution { result: Attribution::Attributed, party: Some(party.into()) }
}

#[test]
fn a_case_goes_its_way_from_a_report_to_the_public_page() {
    let mut told = Told::default();
    let alarm = told.see("post", "alarm", 9, 0, 7);
    let (_, _, cases) = told.ask();
    assert!(cases.is_empty(), "a line of a file that breaks nothing is no case");

    let report = told.see("patrol", "explosion", 10, 300, 0);
    let (history, evaluation, cases) = told.ask();
    let case = cases.iter().next().unwrap();
    assert_eq!(case.concerns, ["prohibit.fire"]);
    assert_eq!(case.stage(at(0)), Stage::New);
    let likely = candidates(case, &history, &evaluation);
    assert_eq!(likely.len(), 1);
    let reasons = &likely[0].reasons;
    assert!(reasons.contains(&Likeness::SameTime), "{reasons:?}");
    assert!(reasons.contains(&Likeness::OtherKind), "{reasons:?}");

    told.step(std::slice::from_ref(&report), "ana", Step::Taken);
    assert_eq!(told.only().stage(at(0)), Stage::InProgress);
    told.judge(&[alarm.clone(), report.clone()], Judgement::Merge);
    let merged = told.only();
    assert_eq!(merged.members.len(), 2);
    assert_eq!(merged.holder.map(|(who, _)| who), Some(name("ana")), "the work goes along");

    let of = [alarm, report];
    let (item, result) = (CheckItem::Place, CheckResult::Holds);
    told.step(&of, "ana", Step::Checked { item, result });
    told.step(&of, "ana", Step::Graded { source: SourceGrade::B, information: 2 });
    told.judge(&of, confirmed());
    let case = told.only();
    assert_eq!(case.stage(at(0)), Stage::Verified);
    assert_eq!(case.checks[&CheckItem::Place].result, CheckResult::Holds);
    assert_eq!(case.grade.unwrap().source, SourceGrade::B);

    let assessment = judged(&[], by("north"));
    let proposal = told.step(&of, "ana", Step::ProposedAttribution { assessment });
    assert_eq!(told.only().stage(at(0)), Stage::ForReview);
    told.step(std::slice::from_ref(&proposal), "ben", Step::Agreed);
    told.judge(&[of[0].clone(), of[1].clone(), proposal], by("north"));
    assert_eq!(told.only().stage(at(0)), Stage::Verified);

    let finding = Finding { of: vec![], ..violation(&[], "north") };
    let proposal = told.step(&of, "ana", Step::ProposedFinding { finding });
    told.step(std::slice::from_ref(&proposal), "ben", Step::Agreed);
    let found = [of[0].clone(), of[1].clone(), proposal];
    let found = told.add(Body::Finding(violation(&found, "north")));
    let case = told.only();
    assert!(case.findings[0].by_two);
    assert_eq!(follows(&case, &Step::Published, None, None, at(0)), Err(Refused::ReplyRuns));

    let asked = Step::Asked { party: "north".into(), until_ms: at(1_000).ms() };
    told.step(std::slice::from_ref(&found), "ana", asked);
    let case = told.only();
    assert_eq!(case.stage(at(999)), Stage::ReplyAwaited);
    assert_eq!(case.stage(at(1_000)), Stage::Found);
    assert_eq!(follows(&case, &Step::Published, None, None, at(999)), Err(Refused::ReplyRuns));
    assert_eq!(follows(&case, &Step::Published, None, None, at(1_000)), Ok(()));
    let text = Blob { bytes: 1, name: "reply.txt".into(), sha256: sha256(b"x") };
    told.add(Body::Reply(Reply { party: "north".into(), text, to: found.clone() }));
    let case = told.only();
    assert!(case.asked[0].reply.is_some());
    assert_eq!(follows(&case, &Step::Published, None, None, at(0)), Ok(()));
    told.step(std::slice::from_ref(&found), "ana", Step::Cure { state: CureState::Mitigated });
    told.step(&[found], "ana", Step::Published);
    let case = told.only();
    assert_eq!(case.cure.unwrap().0, CureState::Mitigated);
    assert!(case.published.is_some());
    told.check_continued();
    let again = follows(&case, &Step::Published, None, None, at(0));
    assert_eq!(again, Err(Refused::AlreadyPublished));
}

#[test]
fn nobody_is_their_own_second_person() {
    let mut told = Told::default();
    let report = told.see("patrol", "explosion", 10, 0, 0);
    let of = [report];
    let finding = violation(&[], "north");
    let step = Step::ProposedFinding { finding };
    let case = told.only();
    assert_eq!(follows(&case, &step, None, None, at(0)), Err(Refused::NotVerified));
    told.judge(&of, confirmed());
    assert_eq!(follows(&told.only(), &step, None, None, at(0)), Err(Refused::NotAttributed));
    told.judge(&of, by("south"));
    assert_eq!(follows(&told.only(), &step, None, None, at(0)), Err(Refused::NotAttributed));
    told.judge(&of, by("north"));
    assert_eq!(follows(&told.only(), &step, None, None, at(0)), Ok(()));
    let proposal = told.step(&of, "ana", step);
    let case = told.only();
    let answered = |person: Option<&str>| {
        follows(&case, &Step::Agreed, person.map(name), Some(proposal.id), at(0))
    };
    assert_eq!(answered(Some("ana")), Err(Refused::SamePerson));
    assert_eq!(answered(None), Err(Refused::SamePerson));
    assert_eq!(answered(Some("ben")), Ok(()));
    let other = follows(&case, &Step::Agreed, Some(name("ben")), Some(of[0].id), at(0));
    assert_eq!(other, Err(Refused::NoProposal));

    // Written all the same, by whatever program: it stays readable and answers nothing.
    told.step(std::slice::from_ref(&proposal), "ana", Step::Agreed);
    let case = told.only();
    assert_eq!(case.stage(at(0)), Stage::ForReview);
    told.add(Body::Finding(violation(&[of[0].clone(), proposal.clone()], "north")));
    assert!(!told.only().findings[0].by_two);
    told.step(std::slice::from_ref(&proposal), "ben", Step::Declined);
    let case = told.only();
    assert_eq!(case.waiting().count(), 0);
    assert!(!case.proposals[0].answer.unwrap().0);
    let late = follows(&case, &Step::Agreed, Some(name("cai")), Some(proposal.id), at(0));
    assert_eq!(late, Err(Refused::NoProposal));
}

#[test]
fn what_was_told_apart_is_not_proposed_again_and_a_split_takes_its_work_along() {
    let mut told = Told::default();
    let first = told.see("patrol", "explosion", 10, 0, 0);
    let second = told.see("patrol", "explosion", 20, 3_000, 0);
    let (history, evaluation, cases) = told.ask();
    let case = cases.holding(first.id).unwrap();
    let likely = candidates(case, &history, &evaluation);
    assert!(matches!(likely[0].reasons[0], Likeness::TimeApart(ms) if ms == 8 * MINUTE));
    assert!(matches!(likely[0].reasons[1], Likeness::PlaceApart(m) if (2_500..2_900).contains(&m)));

    told.step(&[first.clone(), second.clone()], "ana", Step::Distinct);
    let (history, evaluation, cases) = told.ask();
    for of in [&first, &second] {
        let case = cases.holding(of.id).unwrap();
        assert!(candidates(case, &history, &evaluation).is_empty());
    }

    told.judge(&[first.clone(), second.clone()], Judgement::Merge);
    told.step(std::slice::from_ref(&second), "ana", Step::HelpWanted);
    assert_eq!(told.only().stage(at(0)), Stage::HelpWanted);
    told.judge(std::slice::from_ref(&first), Judgement::Split);
    let (_, _, cases) = told.ask();
    assert_eq!(cases.len(), 2);
    assert_eq!(cases.holding(first.id).unwrap().stage(at(0)), Stage::New);
    assert_eq!(cases.holding(second.id).unwrap().stage(at(0)), Stage::HelpWanted);
}

#[test]
fn what_is_retracted_never_was_and_what_is_refuted_is_closed() {
    let mut told = Told::default();
    let report = told.see("patrol", "explosion", 10, 0, 0);
    let taken = told.step(std::slice::from_ref(&report), "ana", Step::Taken);
    assert_eq!(
        follows(&told.only(), &Step::Taken, Some(name("ben")), None, at(0)),
        Err(Refused::Held)
    );
    told.add(Body::Correction(servanda_entry::Correction {
        by: None,
        of: taken,
        reason: "by mistake".into(),
        role: "verifier".into(),
    }));
    assert_eq!(told.only().stage(at(0)), Stage::New);
    let released = follows(&told.only(), &Step::Released, Some(name("ana")), None, at(0));
    assert_eq!(released, Err(Refused::NotHeld));
    told.judge(&[report], Judgement::Verification { result: Verification::Refuted });
    assert_eq!(told.only().stage(at(0)), Stage::Closed);
}

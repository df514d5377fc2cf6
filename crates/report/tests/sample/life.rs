//! The life of an agreement that never was: a draft with points, consents, clocks and a guarantee.

use super::{answer, reason, s};
use servanda_comply::answer::*;

pub(crate) const CIRCLE: [&str; 3] = ["entry into force", "ratify.vote", "condition.quiet"];

fn turning(provision: &str, at: Option<&str>) -> Turning {
    Turning {
        provision: s(provision),
        reading: None,
        at: at.map(s),
        earliest: None,
        never: None,
        waits_for: Vec::new(),
        in_words: Vec::new(),
        cites: Vec::new(),
    }
}

fn stand(party: &str, stance: &str, wants: &str) -> Stand {
    Stand {
        party: s(party),
        stance: s(stance),
        wants: s(wants),
        on: Some(s("2031-01-04T23:00:00Z")),
        source: s("https://news.example/points/1"),
    }
}

fn point(provision: &str, status: &'static str, positions: Vec<Stand>) -> PointAnswer {
    PointAnswer {
        provision: s(provision),
        number: s("7"),
        article: s("The ferry"),
        status,
        positions,
        reported: Vec::new(),
    }
}

fn consent(deposit: &str, at: Option<&str>) -> Consent {
    Consent {
        provision: s("ratify.vote"),
        state: s("SOU"),
        body: s("the voters"),
        threshold: s("more than half of the votes cast"),
        vote: at.map(|at| s(&format!("adopted at {at}"))),
        votes: at.map(|_| (6_100, 3_900)),
        reached: if at.is_some() { "yes" } else { "not determinable" },
        deposit: s(deposit),
        deposited: None,
        at: at.map(s),
        notes: vec![s("a vote on 4 March came too early")],
        cites: vec![s("e10")],
    }
}

pub(crate) fn clock(provision: &str, what: &str, kind: ClockKind, state: ClockState) -> Clock {
    Clock {
        provision: s(provision),
        reading: None,
        what: s(what),
        kind,
        state,
        from: Some(s("2031-04-11T13:00:00Z")),
        due: Some(s("2031-04-25T13:00:00Z")),
        done: None,
        earliest: None,
        never: None,
        waits_for: vec![s("performance of oblige.lists by SOU")],
        why: vec![reason("overdue", "no entry in the record shows it done", &["e7"], 1)],
    }
}

fn test(word: &str, who: &[&str], result: &'static str) -> TestAnswer {
    TestAnswer {
        word: s(word),
        who: who.iter().map(|who| s(who)).collect(),
        measure: if result == "not determinable" { String::new() } else { s("2 findings or more") },
        result,
        text: s("0 found, 2 needed"),
        cites: vec![s("e7")],
    }
}

/// The answer of the sample, with a life.
pub(crate) fn on_its_way() -> Answer {
    let never = |provision: &str, text: &str| Turning {
        never: Some(s(text)),
        waits_for: vec![s("act that brings the agreement into force")],
        ..turning(provision, None)
    };
    let circle = format!("it waits for itself: {} → {}", CIRCLE.join(" → "), CIRCLE[0]);
    let mut read = clock("oblige.lists", "due", ClockKind::Deadline, ClockState::Overdue);
    read.reading = Some(s("from signature"));
    let mut other = read.clone();
    (other.reading, other.state) = (Some(s("from entry into force")), ClockState::Waiting);
    (other.from, other.due, other.earliest) = (None, None, Some(s("2031-05-01T00:00:00Z")));
    let mut met = clock("condition.quiet", "60 days", ClockKind::Window, ClockState::Met);
    met.done = met.due.clone();
    let mut hopeless = clock("prohibit.strike", "term", ClockKind::Term, ClockState::Waiting);
    (hopeless.from, hopeless.due, hopeless.never) = (None, None, Some(s(&circle)));
    Answer {
        life: Some(Life {
            stage: "draft",
            points: Some(Points {
                total: 3,
                agreed: 1,
                open: 1,
                unknown: 1,
                percent_low: s("33.3"),
                percent_high: s("66.7"),
                rule: s("A point is agreed when both accept it."),
                list: vec![
                    point("point.ferry", "agreed", vec![stand("NOR", "accepts", "")]),
                    point(
                        "point.bridge",
                        "open",
                        vec![stand("SOU", "rejects", "a bridge"), stand("NOR", "proposes", "two")],
                    ),
                ],
            }),
            withdrawals: vec![Withdrawal {
                party: s("NOR"),
                notified: Some(s("2030-03-01T00:00:00Z")),
                out: None,
                has_right: false,
                cites: vec![s("e7")],
            }],
            signatures: vec![
                Signature {
                    party: s("NOR"),
                    at: Some(s("2031-04-10T10:00:00Z")),
                    cites: vec![s("e2")],
                },
                Signature { party: s("SOU"), at: None, cites: Vec::new() },
            ],
            consents: vec![
                consent("the depositary", None),
                consent("", Some("2031-04-01T00:00:00Z")),
            ],
            force: never("agreement", &circle),
            end: turning("agreement", Some("2046-04-10T10:00:00Z")),
            provisions: vec![
                turning("prohibit.combat", Some("2031-04-11T13:00:00Z")),
                never("prohibit.strike", &circle),
                Turning {
                    earliest: Some(s("2031-05-01T00:00:00Z")),
                    waits_for: vec![s("vote on ratify.vote")],
                    in_words: vec![s("good faith")],
                    reading: Some(s("as written by NOR")),
                    ..turning("transfer.prisoners", None)
                },
            ],
            circles: vec![CIRCLE.map(str::to_owned).to_vec()],
        }),
        clocks: vec![
            met,
            clock("transfer.prisoners", "due", ClockKind::Deadline, ClockState::Overdue),
            read,
            other,
            hopeless,
            clock("guarantee.west", "response: consult", ClockKind::Response, ClockState::Running),
        ],
        guarantees: vec![Worksheet {
            provision: s("guarantee.west"),
            by: vec![s("WES")],
            to: vec![s("NOR"), s("SOU")],
            state: "in-force",
            from: Some(s("2031-04-10T10:00:00Z")),
            until: Some(s("2046-04-10T10:00:00Z")),
            extension: Some(s("by all of them together; for 5 years")),
            tests: vec![test("repeated", &[], "not met"), test("grave", &[], "not determinable")],
            trigger: "not determinable",
            decider: s("WESTLAND"),
            decided: Some(s("met, by WESTLAND at 2031-04-12T10:00:00Z: note 9")),
            decided_cites: vec![s("e12")],
            void_if: vec![test("the North attacks", &["NOR"], "undetermined")],
        }],
        ..answer()
    }
}

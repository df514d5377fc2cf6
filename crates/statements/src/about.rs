//! What a statement is about: topics, act, status, and whether an outlet's sentence asserts
//! something of the talks.

use crate::Act;
use crate::cast::Cast;
use crate::tokens::Tokens;
use crate::{Status, values, when};

/// Topics of a text, the surest first: named most often, then earliest.
pub(crate) fn topics(cast: &Cast, text: &str) -> Vec<usize> {
    let found = cast.topics_in(text);
    let mut ranked: Vec<(usize, (usize, usize))> = found.into_iter().collect();
    ranked.sort_by_key(|(topic, (count, first))| (std::cmp::Reverse(*count), *first, *topic));
    ranked.into_iter().map(|(topic, _)| topic).collect()
}

/// The act by a noun with which the content begins: "a desire for", "its rejection of".
pub(crate) fn act_of_noun(tokens: &Tokens, from: usize, to: usize) -> Option<Act> {
    (from..to.min(from + 4)).find_map(|at| {
        Some(match tokens.low(at) {
            "desire" | "wish" | "hope" | "hopes" | "preference" | "vision" => Act::Want,
            "need" | "necessity" | "demand" | "demands" | "importance" => Act::Demand,
            "rejection" | "opposition" | "refusal" => Act::Reject,
            "optimism" | "confidence" | "expectation" | "expectations" => Act::Expect,
            "readiness" | "willingness" | "openness" => Act::Offer,
            "fear" | "fears" | "alarm" => Act::Warn,
            "support" | "agreement" | "backing" => Act::Accept,
            "gratitude" | "thanks" => Act::Welcome,
            _ => return None,
        })
    })
}

/// The act by the words of the content, where the verb only says that something was said.
pub(crate) fn act(tokens: &Tokens, from: usize, to: usize, by_verb: Act) -> Act {
    if by_verb != Act::State {
        return by_verb;
    }
    for at in from..to {
        let (low, next) = (tokens.low(at), tokens.low(at + 1));
        match (low, next) {
            ("must", _) | ("should", "be") | ("need" | "needs", "to") => return Act::Demand,
            ("has" | "have", "to") => return Act::Demand,
            ("essential" | "crucial" | "necessary", "to" | "for" | "that") => return Act::Demand,
            ("would" | "really", "like") => return Act::Want,
            ("want" | "wants" | "wanted", _) if at <= from + 2 => return Act::Want,
            ("his" | "her" | "my" | "our", "preference") => return Act::Want,
            ("expected", "to") => return Act::Expect,
            ("not" | "never", "accept") | ("unacceptable", _) => return Act::Reject,
            ("willing" | "ready", "to") if at > from && tokens.low(at - 1) != "the" => {
                return Act::Offer;
            }
            _ => {}
        }
    }
    by_verb
}

/// How far the matter has come, by the words of the content.
pub(crate) fn status(tokens: &Tokens, from: usize, to: usize) -> Option<Status> {
    let mut best = None;
    for at in from..to {
        let before = at.checked_sub(1).map_or("", |before| tokens.low(before));
        if matches!(before, "not" | "be" | "never" | "to" | "will" | "if" | "once" | "until") {
            continue;
        }
        let status = match tokens.low(at) {
            "ratified" => Status::Ratified,
            "signed" => Status::Signed,
            "secured" | "secures" | "granted" => Status::Secured,
            "confirmed" | "agreed" | "finalized" | "finalised" => Status::Confirmed,
            "drafted" | "draft" | "documents" => Status::Drafted,
            "offered" | "proposed" | "offers" | "proposes" => Status::Offered,
            "discussed" | "negotiated" | "discussions" | "negotiating" => Status::Discussed,
            _ => continue,
        };
        best = best.max(Some(status));
    }
    best
}

/// Whether a sentence without a frame asserts something of the talks: it has a topic, and tells
/// of a state, a meeting with a date, or a number.
pub(crate) fn is_assertion(cast: &Cast, tokens: &Tokens, from: usize, to: usize) -> bool {
    let text = tokens.slice(from, to);
    if to - from < 6 || tokens.raw(to - 1) == "?" || tokens.quote(from).is_some() {
        return false;
    }
    if tells_when(tokens, from, to) {
        return true;
    }
    if cast.topics_in(text).is_empty() {
        return false;
    }
    let has_state = (from..to).any(|at| {
        matches!(
            tokens.low(at),
            "secured"
                | "secures"
                | "secure"
                | "unresolved"
                | "agreed"
                | "finalized"
                | "finalised"
                | "resolved"
                | "obstacle"
                | "sticking"
                | "stalled"
                | "deadlocked"
                | "willingness"
                | "consensus"
                | "scheduled"
                | "addressed"
                | "signed"
                | "ratified"
                | "condensed"
                | "controls"
                | "launched"
                | "briefed"
                | "comment"
                | "disputed"
                | "remain"
                | "remains"
                | "collapsed"
                | "resumed"
                | "postponed"
                | "adopted"
                | "violated"
        )
    });
    has_state || !values::values(tokens, from, to).is_empty()
}

/// Whether words tell of a meeting or call with its date.
pub(crate) fn tells_when(tokens: &Tokens, from: usize, to: usize) -> bool {
    let is_event = |at: usize| {
        matches!(
            tokens.low(at),
            "talks" | "meeting" | "summit" | "call" | "conversation" | "negotiations"
        )
    };
    (from..to).any(is_event) && (from..to).any(|at| when::date(tokens, at, to).is_some())
}

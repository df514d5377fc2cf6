//! The messages of judgements, and what people choose them from.

use crate::page::Frame;
use servanda_casework::{Refused, Stage};
use servanda_entry::{
    Attribution, CheckItem, CheckResult, CureState, Judgement, Outcome, Review, Verification,
};

/// Words that people choose from: the record's word, and the message that says it.
pub(crate) const VERIFICATIONS: [(&str, &str); 4] = [
    ("confirmed", "verified-confirmed"),
    ("partly", "verified-partly"),
    ("refuted", "verified-refuted"),
    ("could-not-verify", "verified-could-not"),
];
pub(crate) const ATTRIBUTIONS: [(&str, &str); 4] = [
    ("attributed", "attributed-to"),
    ("probable", "attributed-probably"),
    ("contested", "attributed-contested"),
    ("not-attributed", "attributed-to-nobody"),
];
pub(crate) const OUTCOMES: [(&str, &str); 4] = [
    ("violation", "outcome-violation"),
    ("no-violation", "outcome-no-violation"),
    ("undetermined", "outcome-undetermined"),
    ("not-observable", "outcome-not-observable"),
];
pub(crate) const RESULTS: [(&str, &str); 4] = [
    ("holds", "check-holds"),
    ("doubtful", "check-doubtful"),
    ("fails", "check-fails"),
    ("not-possible", "check-not-possible"),
];
/// How reliable a source is, and how likely an information: the Admiralty scale.
pub(crate) const SOURCE_GRADES: [(&str, &str); 6] = [
    ("A", "grade-A"),
    ("B", "grade-B"),
    ("C", "grade-C"),
    ("D", "grade-D"),
    ("E", "grade-E"),
    ("F", "grade-F"),
];
pub(crate) const INFORMATION_GRADES: [(&str, &str); 6] = [
    ("1", "grade-1"),
    ("2", "grade-2"),
    ("3", "grade-3"),
    ("4", "grade-4"),
    ("5", "grade-5"),
    ("6", "grade-6"),
];
pub(crate) const CURES: [(&str, &str); 3] =
    [("open", "cure-open"), ("mitigated", "cure-mitigated"), ("removed", "cure-removed")];

pub(crate) fn item(item: CheckItem) -> &'static str {
    match item {
        CheckItem::Source => "item-source",
        CheckItem::Place => "item-place",
        CheckItem::Time => "item-time",
        CheckItem::Duplicate => "item-duplicate",
        CheckItem::Corroboration => "item-corroboration",
        CheckItem::Coverage => "item-coverage",
    }
}

pub(crate) fn result(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Holds => "check-holds",
        CheckResult::Doubtful => "check-doubtful",
        CheckResult::Fails => "check-fails",
        CheckResult::NotPossible => "check-not-possible",
    }
}

pub(crate) fn cure(state: CureState) -> &'static str {
    match state {
        CureState::Open => "cure-open",
        CureState::Mitigated => "cure-mitigated",
        CureState::Removed => "cure-removed",
    }
}

pub(crate) fn verification(result: Verification) -> &'static str {
    match result {
        Verification::Confirmed => "verified-confirmed",
        Verification::Partly => "verified-partly",
        Verification::Refuted => "verified-refuted",
        Verification::CouldNotVerify => "verified-could-not",
    }
}

pub(crate) fn attribution(result: Attribution) -> &'static str {
    match result {
        Attribution::Attributed => "attributed-to",
        Attribution::Probable => "attributed-probably",
        Attribution::Contested => "attributed-contested",
        Attribution::NotAttributed => "attributed-to-nobody",
    }
}

pub(crate) fn outcome(outcome: Outcome) -> String {
    let word = match outcome {
        Outcome::Violation => "violation",
        Outcome::NoViolation => "no-violation",
        Outcome::Undetermined => "undetermined",
        Outcome::NotObservable => "not-observable",
    };
    format!("outcome-{word}")
}

pub(crate) fn judgement(frame: &Frame<'_>, judgement: &Judgement) -> String {
    match judgement {
        Judgement::Verification { result } => frame.say(verification(*result)),
        Judgement::Attribution { result, party } => match party {
            Some(party) => {
                format!("{}: {}", frame.say(attribution(*result)), frame.party(party))
            }
            None => frame.say(attribution(*result)),
        },
        Judgement::Merge => frame.say("did-merged"),
        Judgement::Split => frame.say("did-split"),
        Judgement::Review { result, .. } => frame.say(match result {
            Review::Confirmed => "did-review-confirmed",
            Review::Amended => "did-review-amended",
            Review::Rejected => "did-review-rejected",
        }),
    }
}

/// The message that says why a step can't follow.
pub(crate) fn refused(refused: Refused) -> &'static str {
    match refused {
        Refused::Held => "early-held",
        Refused::NotHeld => "early-not-held",
        Refused::NotVerified => "early-not-verified",
        Refused::NotAttributed => "early-not-attributed",
        Refused::NoProposal => "early-no-proposal",
        Refused::SamePerson => "early-same-person",
        Refused::NothingFound => "early-nothing-found",
        Refused::ReplyRuns => "early-reply-runs",
        Refused::AlreadyPublished => "early-already-published",
    }
}

/// The message of a stage.
pub(crate) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::New => "stage-new",
        Stage::InProgress => "stage-in-progress",
        Stage::HelpWanted => "stage-help-wanted",
        Stage::ForReview => "stage-for-review",
        Stage::Verified => "stage-verified",
        Stage::ReplyAwaited => "stage-reply-awaited",
        Stage::Found => "stage-found",
        Stage::Closed => "stage-closed",
    }
}

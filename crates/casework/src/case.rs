use servanda_comply::Cite;
use servanda_entry::{
    Assessment, Attribution, CheckItem, CheckResult, CureState, Finding, Handling, Reply,
    SourceGrade, Verification,
};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::BTreeMap;

/// An incident at the desk.
#[derive(Debug, Clone)]
pub struct Case {
    /// The incident, as it is printed.
    pub id: String,
    /// Its observations: indexes in the history, in order of time.
    pub members: Vec<usize>,
    /// From the earliest start to the latest end of them.
    pub when: Interval,
    /// Ids of the provisions that it may break.
    pub concerns: Vec<String>,
    /// What was done, in the order of the record.
    pub lines: Vec<Line>,
    /// Who holds it, and by which step; none: nobody.
    pub holder: Option<(Hash, Cite)>,
    /// Whether whoever holds it asked for help.
    pub help_wanted: bool,
    /// The checklist, as far as it was gone through.
    pub checks: BTreeMap<CheckItem, Check>,
    /// Source and information, graded last.
    pub grade: Option<Grade>,
    /// Whether it happened, as judged last.
    pub verification: Option<(Verification, Cite)>,
    /// By whom it was, as judged last: the answer and the party.
    pub attribution: Option<(Attribution, Option<String>, Cite)>,
    /// What was proposed, in the order of the record.
    pub proposals: Vec<Proposal>,
    /// What was found on it, and stands.
    pub findings: Vec<Found>,
    /// The parties that were asked to reply, in the order of the record.
    pub asked: Vec<Asked>,
    /// How far it is mended, as said last.
    pub cure: Option<(CureState, Cite)>,
    /// By which step it was put on the public page.
    pub published: Option<Cite>,
    /// Observations of other incidents that somebody compared with it and told apart, by content
    /// id.
    pub distinct: Vec<Hash>,
}

/// One thing that was done about a case.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it stands.
    pub cite: Cite,
    /// What it is.
    pub doing: Doing,
}

/// What was done.
#[derive(Debug, Clone)]
pub enum Doing {
    /// A step.
    Step(Handling),
    /// A judgement.
    Judged(Assessment),
    /// A finding, and whether it stands.
    Found(Finding, bool),
    /// A party's reply.
    Replied(Reply),
}

/// A point of the checklist that was looked at.
#[derive(Debug, Clone)]
pub struct Check {
    /// What came out.
    pub result: CheckResult,
    /// What was said of it.
    pub reason: Option<String>,
    /// Where it stands.
    pub cite: Cite,
}

/// A grade on the Admiralty scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grade {
    /// Of the source.
    pub source: SourceGrade,
    /// Of the information, 1 to 6.
    pub information: u8,
    /// Where it stands.
    pub cite: Cite,
}

/// What was proposed to a second person.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Where it stands.
    pub cite: Cite,
    /// Who proposed it.
    pub person: Option<Hash>,
    /// In what role.
    pub role: String,
    /// The context of the first person's pseudonym, for the second's.
    pub context: Hash,
    /// What it is.
    pub what: Proposed,
    /// The answer: whether it was agreed to, and where that stands. None: it waits.
    pub answer: Option<(bool, Cite)>,
}

/// What waits for a second person.
#[derive(Debug, Clone)]
pub enum Proposed {
    /// An attribution.
    Attribution(Assessment),
    /// A finding.
    Finding(Finding),
}

/// A finding that stands.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where it stands.
    pub cite: Cite,
    /// It.
    pub finding: Finding,
    /// Whether one person proposed it and another agreed, by the record.
    pub by_two: bool,
}

/// A party that was asked to reply.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Which.
    pub party: String,
    /// The end of its time.
    pub until: Instant,
    /// Where the question stands.
    pub cite: Cite,
    /// Its reply; none: it hasn't.
    pub reply: Option<Cite>,
}

/// Where a case stands in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Nobody has taken it on.
    New,
    /// Somebody works on it.
    InProgress,
    /// Somebody works on it and wants help.
    HelpWanted,
    /// A proposal waits for a second person.
    ForReview,
    /// It was verified, and nothing is found yet.
    Verified,
    /// Something is found, and a party's time to reply runs.
    ReplyAwaited,
    /// Something is found, and nobody's time runs.
    Found,
    /// It didn't happen, or nobody could tell.
    Closed,
}

impl Stage {
    /// All, in the order of a case's way.
    pub const ALL: [Stage; 8] = [
        Stage::New,
        Stage::InProgress,
        Stage::HelpWanted,
        Stage::ForReview,
        Stage::Verified,
        Stage::ReplyAwaited,
        Stage::Found,
        Stage::Closed,
    ];

    /// Its word, in addresses and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stage::New => "new",
            Stage::InProgress => "in-progress",
            Stage::HelpWanted => "help-wanted",
            Stage::ForReview => "for-review",
            Stage::Verified => "verified",
            Stage::ReplyAwaited => "reply-awaited",
            Stage::Found => "found",
            Stage::Closed => "closed",
        }
    }
}

impl Case {
    /// A case of an incident that nothing was done about.
    pub(crate) fn new(id: &str, members: &[usize], when: Interval) -> Case {
        Case {
            id: id.into(),
            members: members.to_vec(),
            when,
            concerns: vec![],
            lines: vec![],
            holder: None,
            help_wanted: false,
            checks: BTreeMap::new(),
            grade: None,
            verification: None,
            attribution: None,
            proposals: vec![],
            findings: vec![],
            asked: vec![],
            cure: None,
            published: None,
            distinct: vec![],
        }
    }

    /// Where it stands at an instant.
    #[must_use]
    pub fn stage(&self, at: Instant) -> Stage {
        if self.waiting().next().is_some() {
            return Stage::ForReview;
        }
        if !self.findings.is_empty() {
            let runs = |asked: &Asked| asked.reply.is_none() && at < asked.until;
            return if self.asked.iter().any(runs) { Stage::ReplyAwaited } else { Stage::Found };
        }
        match &self.verification {
            Some((Verification::Refuted | Verification::CouldNotVerify, _)) => Stage::Closed,
            Some(_) => Stage::Verified,
            None if self.help_wanted => Stage::HelpWanted,
            None if self.holder.is_some() => Stage::InProgress,
            None => Stage::New,
        }
    }

    /// The proposals that wait for a second person.
    pub fn waiting(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(|proposal| proposal.answer.is_none())
    }

    /// The step that stands there, among what was done.
    #[must_use]
    pub fn step(&self, cite: Cite) -> Option<&Handling> {
        self.lines.iter().find(|line| line.cite.entry == cite.entry).and_then(|line| {
            match &line.doing {
                Doing::Step(step) => Some(step),
                _ => None,
            }
        })
    }

    /// The last time that a party was asked to reply.
    #[must_use]
    pub fn asked_last(&self, party: &str) -> Option<&Asked> {
        self.asked.iter().rev().find(|asked| asked.party == party)
    }
}

use crate::case::{Asked, Case, Check, Doing, Found, Grade, Line, Proposal, Proposed};
use servanda_comply::history::{Cite, Held};
use servanda_comply::{Evaluation, History};
use servanda_entry::{Assessment, Finding, Handling, Judgement, Ref, Reply, Step};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// The cases at a point of the record.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    /// In order of time.
    list: Vec<Case>,
    /// The case of an incident, by its number in the evaluation.
    by_incident: BTreeMap<usize, usize>,
}

impl Cases {
    /// The cases: incidents that may break a provision, that a person noted, or about which anything
    /// was done.
    #[must_use]
    pub fn gather(history: &History, evaluation: &Evaluation) -> Cases {
        let mut gathering = Gathering::new(history, evaluation);
        gathering.concern(evaluation);
        for (n, seen) in history.observations.iter().enumerate() {
            // What came by hand is somebody's word, and somebody has to look at it.
            if seen.value.line == 0 {
                gathering.case_of_observation(n);
            }
        }
        gathering.lines();
        let Gathering { mut list, by_incident, .. } = gathering;
        for case in &mut list {
            case.concerns.sort();
            case.concerns.dedup();
        }
        Cases { list, by_incident }
    }

    /// All, in the order in which their incidents happened.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        self.by_incident.values().filter_map(|&n| self.list.get(n))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The case of the incident that is printed so.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Case> {
        self.list.iter().find(|case| case.id == id)
    }

    /// The case that holds a row or an entry of that content: an observation, a step, a finding.
    #[must_use]
    pub fn holding(&self, history: &History, id: Hash) -> Option<&Case> {
        self.list.iter().find(|case| {
            case.lines.iter().any(|line| line.cite.id == id)
                || case.members.iter().any(|&n| history.observations[n].cite.id == id)
        })
    }
}

struct Gathering<'a> {
    history: &'a History,
    incidents: &'a [(String, Vec<usize>)],
    /// The incident of an observation.
    of_observation: Vec<usize>,
    /// The observation of a content id: filled for what is referred to, since most never is.
    observations: BTreeMap<Hash, usize>,
    list: Vec<Case>,
    by_incident: BTreeMap<usize, usize>,
    /// The cases that an entry is about, by its content id.
    of_entry: BTreeMap<Hash, Vec<usize>>,
}

/// An entry that is about cases.
enum About<'a> {
    Step(&'a Held<Handling>),
    Judged(&'a Held<Assessment>),
    Found(&'a Held<Finding>, bool),
    Replied(&'a Held<Reply>),
}

impl About<'_> {
    fn cite(&self) -> Cite {
        match self {
            About::Step(held) => held.cite,
            About::Judged(held) => held.cite,
            About::Found(held, _) => held.cite,
            About::Replied(held) => held.cite,
        }
    }

    fn of(&self) -> &[Ref] {
        match self {
            About::Step(held) => &held.value.of,
            About::Judged(held) => &held.value.of,
            About::Found(held, _) => &held.value.of,
            About::Replied(held) => std::slice::from_ref(&held.value.to),
        }
    }
}

impl<'a> Gathering<'a> {
    fn new(history: &'a History, evaluation: &'a Evaluation) -> Gathering<'a> {
        let mut of_observation = vec![0; history.observations.len()];
        for (incident, (_, members)) in evaluation.incidents.iter().enumerate() {
            members.iter().for_each(|&n| of_observation[n] = incident);
        }
        let referred: BTreeSet<Hash> =
            about(history).iter().flat_map(|about| about.of()).map(|of| of.id).collect();
        let observations = history.observations.iter().enumerate();
        Gathering {
            history,
            incidents: &evaluation.incidents,
            of_observation,
            observations: observations
                .filter(|(_, seen)| referred.contains(&seen.cite.id))
                .map(|(n, seen)| (seen.cite.id, n))
                .collect(),
            list: vec![],
            by_incident: BTreeMap::new(),
            of_entry: BTreeMap::new(),
        }
    }

    fn case_of_observation(&mut self, observation: usize) -> usize {
        let incident = self.of_observation[observation];
        if let Some(&case) = self.by_incident.get(&incident) {
            return case;
        }
        let (id, members) = &self.incidents[incident];
        let spans = members.iter().map(|&n| self.history.observations[n].value.interval());
        let when = spans.reduce(|a, b| Interval { from: a.from.min(b.from), to: a.to.max(b.to) });
        let when = when.unwrap_or(Interval { from: Instant::EPOCH, to: Instant::EPOCH });
        self.list.push(Case::new(id, members, when));
        self.by_incident.insert(incident, self.list.len() - 1);
        self.list.len() - 1
    }

    fn concern(&mut self, evaluation: &Evaluation) {
        for weighed in &evaluation.weighed {
            for &observation in &weighed.possible {
                let case = self.case_of_observation(observation);
                let concerns = &mut self.list[case].concerns;
                if concerns.last() != Some(&weighed.provision) {
                    concerns.push(weighed.provision.clone());
                }
            }
        }
    }

    fn lines(&mut self) {
        for about in about(self.history) {
            let mut cases: BTreeSet<usize> = BTreeSet::new();
            for of in about.of() {
                if let Some(&observation) = self.observations.get(&of.id) {
                    cases.insert(self.case_of_observation(observation));
                } else if let Some(known) = self.of_entry.get(&of.id) {
                    cases.extend(known);
                }
            }
            for &case in &cases {
                self.take(case, &about);
            }
            self.of_entry.entry(about.cite().id).or_default().extend(cases);
        }
    }

    fn take(&mut self, case: usize, about: &About<'_>) {
        let cite = about.cite();
        let case = &mut self.list[case];
        let doing = match about {
            About::Step(held) => {
                step(case, cite, &held.value, self.history, &self.observations);
                Doing::Step(held.value.clone())
            }
            About::Judged(held) => {
                match &held.value.outcome {
                    Judgement::Verification { result } => case.verification = Some((*result, cite)),
                    Judgement::Attribution { result, party } => {
                        case.attribution = Some((*result, party.clone(), cite));
                    }
                    Judgement::Merge | Judgement::Split | Judgement::Review { .. } => {}
                }
                Doing::Judged(held.value.clone())
            }
            About::Found(held, stands) => {
                if *stands {
                    let by_two = case.proposals.iter().any(|proposal| {
                        matches!(proposal.answer, Some((true, _)))
                            && held.value.of.iter().any(|of| of.id == proposal.cite.id)
                    });
                    case.findings.push(Found {
                        cite,
                        outcome: held.value.outcome,
                        provision: held.value.provision.clone(),
                        party: held.value.party.clone(),
                        by_two,
                    });
                }
                Doing::Found(held.value.clone(), *stands)
            }
            About::Replied(held) => {
                let party = &held.value.party;
                let asked = case.asked.iter_mut().rev().find(|asked| asked.party == *party);
                if let Some(asked) = asked {
                    asked.reply = Some(cite);
                }
                Doing::Replied(held.value.clone())
            }
        };
        case.lines.push(Line { cite, doing });
    }
}

/// What is about cases, in the order of the record.
fn about(history: &History) -> Vec<About<'_>> {
    let steps = history.handlings.iter().map(About::Step);
    let judged = history.assessments.iter().map(About::Judged);
    let found = history.findings.iter().map(|(held, stands)| About::Found(held, *stands));
    let replied = history.replies.iter().map(About::Replied);
    let mut all: Vec<About<'_>> = steps.chain(judged).chain(found).chain(replied).collect();
    all.sort_by_key(|about| about.cite().entry);
    all
}

/// What a step makes of a case.
fn step(
    case: &mut Case,
    cite: Cite,
    handling: &Handling,
    history: &History,
    observations: &BTreeMap<Hash, usize>,
) {
    match &handling.step {
        Step::Taken => {
            case.holder = handling.person.map(|person| (person, cite));
            case.help_wanted = false;
        }
        Step::Assigned { to } => {
            case.holder = Some((*to, cite));
            case.help_wanted = false;
        }
        Step::Released => {
            case.holder = None;
            case.help_wanted = false;
        }
        Step::HelpWanted => case.help_wanted = true,
        Step::Checked { item, result } => {
            let check = Check { result: *result, reason: handling.reason.clone(), cite };
            case.checks.insert(*item, check);
        }
        Step::Graded { information, source } => {
            case.grade = Some(Grade { source: *source, information: *information, cite });
        }
        Step::Distinct => {
            let own =
                |id: &Hash| case.members.iter().any(|&n| history.observations[n].cite.id == *id);
            let others =
                handling.of.iter().map(|of| of.id).filter(|id| observations.contains_key(id));
            let others: Vec<Hash> = others.filter(|id| !own(id)).collect();
            case.distinct.extend(others);
        }
        Step::ProposedAttribution { assessment } => {
            propose(case, cite, handling, Proposed::Attribution(assessment.clone()));
        }
        Step::ProposedFinding { finding } => {
            propose(case, cite, handling, Proposed::Finding(finding.clone()));
        }
        Step::Agreed => answer(case, cite, handling, true),
        Step::Declined => answer(case, cite, handling, false),
        Step::Asked { party, until_ms } => {
            let until = Instant::from_ms(*until_ms).unwrap_or(Instant::EPOCH);
            case.asked.push(Asked { party: party.clone(), until, cite, reply: None });
        }
        Step::Cure { state } => case.cure = Some((*state, cite)),
        Step::Published => case.published = Some(cite),
    }
}

fn propose(case: &mut Case, cite: Cite, handling: &Handling, what: Proposed) {
    case.proposals.push(Proposal {
        cite,
        person: handling.person,
        role: handling.role.clone(),
        context: handling.context(),
        what,
        answer: None,
    });
}

/// The first answer counts, and nobody agrees with themselves: such a step stays readable and changes
/// nothing.
fn answer(case: &mut Case, cite: Cite, handling: &Handling, agreed: bool) {
    let open = |proposal: &&mut Proposal| {
        proposal.answer.is_none() && handling.of.iter().any(|of| of.id == proposal.cite.id)
    };
    if let Some(proposal) = case.proposals.iter_mut().find(open) {
        let two = handling.person.is_some()
            && proposal.person.is_some()
            && handling.person != proposal.person;
        if two || !agreed {
            proposal.answer = Some((agreed, cite));
        }
    }
}

use crate::case::{Asked, Case, Check, Doing, Found, Grade, Line, Proposal, Proposed};
use crate::duplicates::span;
use servanda_comply::history::{Cite, Held};
use servanda_comply::{Evaluation, History, Incidents, Observed};
use servanda_entry::{Assessment, Body, Finding, Handling, Judgement, Ref, Reply, Step, content};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The cases at a point of the record.
///
/// Copies share what they have in common: one more step with a case costs a copy of that case.
#[derive(Debug, Clone, Default)]
pub struct Cases {
    list: Vec<Arc<Case>>,
    /// The case of each incident of the evaluation; [`NONE`]: it is none.
    of_incident: Arc<Vec<u32>>,
    /// The cases that an entry is about, by its content id.
    of_entry: Arc<BTreeMap<Hash, Vec<u32>>>,
    grouped: Arc<Grouped>,
}

/// How observations were grouped into incidents.
#[derive(Debug, Default)]
struct Grouped {
    incidents: Incidents,
    /// The incident of each observation of the history.
    of_observation: Vec<u32>,
    observed: Arc<Observed>,
}

/// No case.
const NONE: u32 = u32::MAX;

impl Cases {
    /// The cases: incidents that may break a provision, that a person noted, or about which
    /// anything was done.
    #[must_use]
    pub fn gather(history: &History, evaluation: &Evaluation) -> Cases {
        let mut cases = Cases {
            of_incident: Arc::new(vec![NONE; evaluation.incidents.len()]),
            grouped: Arc::new(Grouped::of(history, evaluation)),
            ..Cases::default()
        };
        for weighed in &evaluation.weighed {
            for &observation in &weighed.possible {
                let Some(case) = cases.of_observation(history, observation) else { continue };
                let concerns = &mut cases.change(case).concerns;
                if !concerns.contains(&weighed.provision) {
                    concerns.push(weighed.provision.clone());
                    concerns.sort();
                }
            }
        }
        for (n, seen) in history.observations.iter().enumerate() {
            // What came by hand is somebody's word, and somebody has to look at it.
            if seen.line() == 0 {
                cases.of_observation(history, n);
            }
        }
        for about in about(history) {
            cases.take(history, &about);
        }
        cases
    }

    /// The same with one more entry, of a history that was [continued](History::continued) by it:
    /// incidents are those of before.
    #[must_use]
    pub fn continued(&self, history: &History, index: u64, body: &Body) -> Cases {
        let mut next = self.clone();
        let cite = Cite { entry: index, row: None, id: content::body_id(body) };
        let about = match body {
            Body::Handling(value) => About::Step(cite, value),
            Body::Assessment(value) => About::Judged(cite, value),
            Body::Finding(value) => About::Found(cite, value, true),
            Body::Reply(value) => About::Replied(cite, value),
            _ => return next,
        };
        next.take(history, &about);
        next
    }

    /// All, in the order in which their incidents happened.
    pub fn iter(&self) -> impl Iterator<Item = &Case> {
        let cases = self.of_incident.iter().filter(|case| **case != NONE);
        cases.filter_map(|&case| self.list.get(case as usize).map(|case| &**case))
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
        self.list.iter().find(|case| case.id == id).map(|case| &**case)
    }

    /// The case of an incident of the evaluation, by its number there.
    #[must_use]
    pub fn of_incident(&self, incident: usize) -> Option<&Case> {
        let case = *self.of_incident.get(incident)?;
        self.list.get(case as usize).map(|case| &**case)
    }

    /// The case that holds a row or an entry of that content: an observation, a step, a finding.
    #[must_use]
    pub fn holding(&self, id: Hash) -> Option<&Case> {
        let case = match self.grouped.observed.find(&id) {
            Some(observation) => {
                let incident = *self.grouped.of_observation.get(observation)?;
                *self.of_incident.get(incident as usize)?
            }
            None => *self.of_entry.get(&id)?.first()?,
        };
        self.list.get(case as usize).map(|case| &**case)
    }

    /// The case of an observation; it becomes one when it was none.
    fn of_observation(&mut self, history: &History, observation: usize) -> Option<u32> {
        let incident = *self.grouped.of_observation.get(observation)? as usize;
        let known = *self.of_incident.get(incident)?;
        if known != NONE {
            return Some(known);
        }
        let (id, members) = self.grouped.incidents.get(incident)?;
        let when =
            span(members, history).unwrap_or(Interval { from: Instant::EPOCH, to: Instant::EPOCH });
        let case = u32::try_from(self.list.len()).ok()?;
        self.list.push(Arc::new(Case::new(id, members, when)));
        *Arc::make_mut(&mut self.of_incident).get_mut(incident)? = case;
        Some(case)
    }

    fn change(&mut self, case: u32) -> &mut Case {
        Arc::make_mut(&mut self.list[case as usize])
    }

    fn take(&mut self, history: &History, about: &About<'_>) {
        let mut cases: BTreeSet<u32> = BTreeSet::new();
        for of in about.of() {
            if let Some(observation) = self.grouped.observed.find(&of.id) {
                cases.extend(self.of_observation(history, observation));
            } else if let Some(known) = self.of_entry.get(&of.id) {
                cases.extend(known);
            }
        }
        let grouped = Arc::clone(&self.grouped);
        for &case in &cases {
            happen(self.change(case), history, &grouped, about);
        }
        let of_entry = Arc::make_mut(&mut self.of_entry);
        of_entry.entry(about.cite().id).or_default().extend(cases);
    }
}

impl Grouped {
    fn of(history: &History, evaluation: &Evaluation) -> Grouped {
        // More than four thousand million observations are in no record that a machine can hold.
        let small = |n: usize| u32::try_from(n).unwrap_or(NONE);
        let mut of_observation = vec![NONE; history.observations.len()];
        for (incident, (_, members)) in evaluation.incidents.iter().enumerate() {
            members.iter().for_each(|&n| of_observation[n] = small(incident));
        }
        Grouped {
            incidents: evaluation.incidents.clone(),
            of_observation,
            observed: Arc::clone(&history.observations),
        }
    }
}

/// An entry that is about cases.
enum About<'a> {
    Step(Cite, &'a Handling),
    Judged(Cite, &'a Assessment),
    Found(Cite, &'a Finding, bool),
    Replied(Cite, &'a Reply),
}

impl About<'_> {
    fn cite(&self) -> Cite {
        match self {
            About::Step(cite, _)
            | About::Judged(cite, _)
            | About::Found(cite, ..)
            | About::Replied(cite, _) => *cite,
        }
    }

    fn of(&self) -> &[Ref] {
        match self {
            About::Step(_, value) => &value.of,
            About::Judged(_, value) => &value.of,
            About::Found(_, value, _) => &value.of,
            About::Replied(_, value) => std::slice::from_ref(&value.to),
        }
    }
}

/// What is about cases, in the order of the record.
fn about(history: &History) -> Vec<About<'_>> {
    fn of<'a, T>(
        all: &'a [Held<T>],
        make: impl Fn(Cite, &'a T) -> About<'a>,
    ) -> impl Iterator<Item = About<'a>> {
        all.iter().map(move |held| make(held.cite, &held.value))
    }
    let found = history.findings.iter();
    let found = found.map(|(held, stands)| About::Found(held.cite, &held.value, *stands));
    let mut all: Vec<About<'_>> = of(&history.handlings, About::Step)
        .chain(of(&history.assessments, About::Judged))
        .chain(of(&history.replies, About::Replied))
        .chain(found)
        .collect();
    all.sort_by_key(|about| about.cite().entry);
    all
}

/// What an entry makes of a case.
fn happen(case: &mut Case, history: &History, grouped: &Grouped, about: &About<'_>) {
    let cite = about.cite();
    let doing = match *about {
        About::Step(_, value) => {
            step(case, cite, value, history, grouped);
            Doing::Step(value.clone())
        }
        About::Judged(_, value) => {
            match &value.outcome {
                Judgement::Verification { result } => case.verification = Some((*result, cite)),
                Judgement::Attribution { result, party } => {
                    case.attribution = Some((*result, party.clone(), cite));
                }
                Judgement::Merge | Judgement::Split | Judgement::Review { .. } => {}
            }
            Doing::Judged(value.clone())
        }
        About::Found(_, value, stands) => {
            if stands {
                let by_two = case.proposals.iter().any(|proposal| {
                    matches!(proposal.answer, Some((true, _)))
                        && value.of.iter().any(|of| of.id == proposal.cite.id)
                });
                case.findings.push(Found { cite, finding: value.clone(), by_two });
            }
            Doing::Found(value.clone(), stands)
        }
        About::Replied(_, value) => {
            let asked = case.asked.iter_mut().rev().find(|asked| asked.party == value.party);
            if let Some(asked) = asked {
                asked.reply = Some(cite);
            }
            Doing::Replied(value.clone())
        }
    };
    case.lines.push(Line { cite, doing });
}

/// What a step makes of a case.
fn step(case: &mut Case, cite: Cite, handling: &Handling, history: &History, grouped: &Grouped) {
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
                |id: &Hash| case.members.iter().any(|&n| history.observations.at(n).id() == *id);
            let others = handling.of.iter().map(|of| of.id);
            let others = others.filter(|id| grouped.observed.find(id).is_some() && !own(id));
            let others: Vec<Hash> = others.collect();
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

/// The first answer counts, and nobody agrees with themselves: such a step stays readable and
/// changes nothing.
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

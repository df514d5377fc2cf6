//! Incidents by score, where the agreement states a model.

use crate::answer::CiteBy;
use crate::history::History;
use crate::scene::reports;
use serde::Serialize;
use servanda_incidents::{Class, Fusion, Lost, Rate, Scoring, Terms};
use servanda_terms::Agreement;
use servanda_tlog::Hash;
use std::collections::{BTreeMap, BTreeSet};

/// Of a hundred to of a million.
const PERCENT_PPM: u32 = 10_000;

/// The model that an agreement states.
pub(crate) fn model(agreement: &Agreement) -> Option<Scoring> {
    let stated = agreement.scoring.as_ref()?;
    let kinds: BTreeMap<&str, usize> = stated.kinds.iter().map(String::as_str).zip(0..).collect();
    let family = |names: &Vec<String>| {
        names.iter().filter_map(|name| kinds.get(name.as_str()).copied()).collect()
    };
    let families: Vec<Vec<usize>> = stated.alike.iter().map(family).collect();
    let class = |class: &servanda_terms::SourceClass| {
        let shares = [class.right, class.near].map(|percent| u32::from(percent) * PERCENT_PPM);
        let (name, sources) = (class.name.clone(), class.sources.clone());
        Class::by_families(name, sources, (shares[0], shares[1]), kinds.len(), &families)
    };
    let classes = stated.classes.iter().map(class).collect();
    let rate = Rate { elsewhere: stated.rate, ..Rate::default() };
    let model = Scoring::new(stated.version.clone(), stated.kinds.clone(), classes, rate);
    model.check().is_ok().then_some(model)
}

/// Why observations are one incident by the agreement's model, before what people decided. Scores
/// are in nats, with two decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JoinedBy {
    /// The observations, in the order of their content ids.
    pub observations: Vec<String>,
    /// The version of the model.
    pub model: String,
    /// What a merge had to score more than: 0.00, or more where too many observations hung
    /// together.
    pub threshold: String,
    /// More observations than the model allows lie in one cell of place and time: none is scored.
    pub crowded: bool,
    /// The merges that made it, in their order.
    pub merges: Vec<Scored>,
    /// The incident that it came nearest to being one with.
    pub runner_up: Option<RunnerUp>,
}

/// A score with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scored {
    /// Of the one group, the observation with the least content id.
    pub one: String,
    /// Of the other.
    pub other: String,
    /// The score: how much better one event explains them than two.
    pub score: String,
    /// What nearness in place gives.
    pub place: String,
    /// What nearness in time gives.
    pub time: String,
    /// What the kinds give.
    pub kind: String,
    /// What is taken off because so much is reported there anyway.
    pub rate: String,
}

/// An incident that was not joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunnerUp {
    /// Its observations.
    pub observations: Vec<String>,
    /// The score of both as one.
    #[serde(flatten)]
    pub scored: Scored,
    /// Why it lost.
    pub lost: &'static str,
}

/// Why the observations of an incident (indexes into the history's) are together: an item for each
/// group that the model made and that they are of. Nothing where no model is stated.
#[must_use]
pub fn joined(
    agreement: &Agreement,
    history: &History,
    members: &[usize],
    cite: CiteBy,
) -> Option<Vec<JoinedBy>> {
    let model = model(agreement)?;
    let mut fusion = Fusion::new(&model).ok()?;
    for report in &reports(agreement, history) {
        fusion.insert(report);
    }
    fusion.settle();
    let printed: BTreeMap<Hash, String> =
        history.observations.iter().map(|seen| (seen.id(), seen.cite().print(cite))).collect();
    let print = |id: &Hash| printed.get(id).cloned().unwrap_or_default();
    let ids = members.iter().filter_map(|&n| history.observations.get(n));
    let groups: BTreeSet<Hash> =
        ids.filter_map(|seen| fusion.incident_of(seen.id())).map(|group| group.id).collect();
    let mut told = Vec::new();
    for group in groups {
        let Some(evidence) = fusion.evidence(group) else { continue };
        let runner_up = evidence.runner_up.and_then(|other| {
            let members = fusion.incident_of(other.id)?.members;
            Some(RunnerUp {
                observations: members.iter().map(print).collect(),
                scored: scored(print(&group), print(&other.id), other.score, &other.terms),
                lost: lost(other.lost),
            })
        });
        let merge = |merge: &servanda_incidents::Merge| {
            scored(print(&merge.into), print(&merge.other), merge.score, &merge.terms)
        };
        told.push(JoinedBy {
            observations: evidence.incident.members.iter().map(print).collect(),
            model: model.version.clone(),
            threshold: nats(evidence.incident.threshold.into()),
            crowded: evidence.incident.crowded,
            merges: evidence.merges.iter().map(merge).collect(),
            runner_up,
        });
    }
    Some(told)
}

fn scored(one: String, other: String, score: i64, terms: &Terms) -> Scored {
    let Terms { place, time, kind, rate } = *terms;
    let [score, place, time, kind, rate] = [score, place, time, kind, rate].map(nats);
    Scored { one, other, score, place, time, kind, rate }
}

fn lost(lost: Lost) -> &'static str {
    match lost {
        Lost::Score => "two events explain them as well or better",
        Lost::ListedTwice => "both hold a row of a source that lists each event once",
        Lost::Gate => "they lie further apart than what is stated of them allows",
        Lost::NoPair => "no observation of one goes with one of the other by itself",
    }
}

/// Millionths of a nat as nats with two decimals.
fn nats(unats: i64) -> String {
    let hundredths = (unats.unsigned_abs() + 5_000) / 10_000;
    let sign = if unats < 0 && hundredths > 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

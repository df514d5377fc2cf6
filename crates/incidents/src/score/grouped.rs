use super::fusion::{Arrival, Fusion};
use super::scoring::{Flaw, Scoring};
use crate::group::{Decision, Incident, Members, Report, by_kind, finish, in_order};
use servanda_tlog::Hash;
use std::collections::BTreeMap;

/// Groups observations into incidents by score, ordered by time and id; what the model doesn't
/// score is grouped as [`group`](crate::group) does. People's decisions come after.
///
/// # Errors
/// When the model can't be used.
pub fn group_scored(
    reports: &[Report<'_>],
    decisions: &[Decision],
    scoring: &Scoring,
) -> Result<Vec<Incident>, Flaw> {
    let mut fusion = Fusion::new(scoring)?;
    let mut rest = Vec::new();
    let mut scored: BTreeMap<Hash, Vec<usize>> = BTreeMap::new();
    for (n, report) in reports.iter().enumerate() {
        match fusion.insert(report) {
            Arrival::Taken | Arrival::Known => scored.entry(report.id).or_default().push(n),
            Arrival::NotScored | Arrival::Late => rest.push(n),
        }
    }
    fusion.settle();
    let of_ids = |ids: Vec<Hash>| {
        let rows = ids.iter().filter_map(|id| scored.get(id)).flatten();
        rows.copied().collect::<Members>()
    };
    let mut groups: Vec<Members> =
        fusion.incidents().into_iter().map(|incident| of_ids(incident.members)).collect();
    groups.extend(by_kind(reports, rest.iter().copied()));
    Ok(in_order(finish(reports, groups, decisions)))
}

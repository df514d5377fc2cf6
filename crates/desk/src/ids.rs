use crate::DeskError;
use crate::ask::Desk;
use servanda_comply::history::Cite;
use servanda_comply::{Evaluation, print_id};

/// What an id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An incident: its id, and indexes of its observations in the history.
    Incident(String, Vec<usize>),
    /// A row of an entry, or an entry.
    Entry(Cite),
    /// A provision, by its id.
    Provision(String),
}

/// Finds what an id names: `i-0123456789abcdef` an incident, `e12` or `12` an entry, `e12.3` or
/// `12.3` a row of it, 16 hexadecimal digits a row by its content, `prohibit.combat` a provision.
///
/// # Errors
/// When nothing has that id; the error lists what there is.
pub fn name(desk: &Desk, evaluation: &Evaluation, id: &str) -> Result<Named, DeskError> {
    let unknown = |why: &str| DeskError::Asked(format!("{id:?} names nothing here: {why}"));
    if desk.agreement.provision(id).is_some() {
        return Ok(Named::Provision(id.to_string()));
    }
    if id.starts_with("i-") {
        let found = evaluation.incidents.find(id);
        let members = found.ok_or_else(|| {
            unknown(
                "there is no such incident at this point of the record; `servanda findings` and \
                 `servanda status` list incidents",
            )
        })?;
        return Ok(Named::Incident(id.to_string(), members.to_vec()));
    }
    if id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return cites(desk)
            .find(|cite| print_id(&cite.id) == id)
            .map(Named::Entry)
            .ok_or_else(|| unknown("no row has that content"));
    }
    let numbers = id.strip_prefix('e').unwrap_or(id);
    let (entry, row) = match numbers.split_once('.') {
        Some((entry, row)) => (entry, Some(row)),
        None => (numbers, None),
    };
    let forms = "give an entry (e12), a row (e12.3), an incident (i-…), a content id (16 \
                 hexadecimal digits) or a provision";
    let entry: u64 = entry.parse().map_err(|_| unknown(forms))?;
    let row: Option<u32> = row.map(str::parse).transpose().map_err(|_| unknown(forms))?;
    if entry >= desk.size {
        return Err(unknown(&format!("the record has {} entries", desk.size)));
    }
    let held = cites(desk).find(|cite| cite.entry == entry && (cite.row == row));
    match (held, row) {
        (Some(cite), _) => Ok(Named::Entry(cite)),
        (None, None) => Ok(Named::Entry(Cite { entry, row: None, id: desk.record.leaf(entry)? })),
        (None, Some(row)) => Err(unknown(&format!("entry {entry} has no row {row}"))),
    }
}

/// Everything in the history that can be cited.
fn cites(desk: &Desk) -> impl Iterator<Item = Cite> {
    let h = &desk.history;
    let rows = h.observations.iter().map(|seen| seen.cite());
    let coverage = h.coverage.iter().map(|held| held.cite);
    let claims = h.claims.iter().map(|held| held.cite);
    let sites = h.sites.values().flatten().map(|held| held.cite);
    let acts = h.acts.iter().map(|held| held.cite);
    let assessments = h.assessments.iter().map(|held| held.cite);
    let findings = h.findings.iter().map(|(held, _)| held.cite);
    let replies = h.replies.iter().map(|held| held.cite);
    let handlings = h.handlings.iter().map(|held| held.cite);
    let corrections = h.corrections.iter().map(|held| held.cite);
    let told = desk.register().all().map(|told| Cite {
        entry: told.cite.entry,
        row: Some(told.cite.row),
        id: told.cite.id,
    });
    // What no longer stands stays readable.
    let gone = h.gone.iter().map(|held| held.cite);
    rows.chain(coverage)
        .chain(claims)
        .chain(sites)
        .chain(acts)
        .chain(assessments)
        .chain(findings)
        .chain(replies)
        .chain(handlings)
        .chain(corrections)
        .chain(told)
        .chain(gone)
}

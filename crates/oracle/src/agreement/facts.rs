use servanda_entry::{Act, Body, Correction, CoverageRow, Entry, Finding, Replacement};

/// What a record says that moves an agreement, in the order of the record.
///
/// A *retraction* is a correction that puts nothing in the place of what it names. A correction is
/// *in effect* when no retraction that is itself in effect names it; one that names what doesn't
/// come before it never is. An entry or a row *stands* when no correction in effect names it, or
/// the entry that it is in. What a correction puts in place stands where the correction does.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Acts that stand, each with the index of its entry.
    pub acts: Vec<(u64, Act)>,
    /// Findings that stand.
    pub findings: Vec<Finding>,
    /// Coverage that stands, each row with its source.
    pub coverage: Vec<(String, CoverageRow)>,
}

impl Facts {
    /// What the entries of a record say.
    #[must_use]
    pub fn of(entries: &[(u64, Entry)]) -> Facts {
        let mut facts = Facts::default();
        for (index, entry) in entries {
            let stands = |row: Option<u32>| {
                corrections(entries).all(|(at, correction)| {
                    let of = &correction.of;
                    let names = of.entry == *index && (of.row.is_none() || of.row == row);
                    !names || !in_effect(entries, at, correction)
                })
            };
            match &entry.body {
                Body::Act(act) if stands(None) => facts.acts.push((*index, act.clone())),
                Body::Finding(finding) if stands(None) => facts.findings.push(finding.clone()),
                Body::Coverage(coverage) => {
                    let rows = (0..).zip(&coverage.rows).filter(|(n, _)| stands(Some(*n)));
                    let rows = rows.map(|(_, row)| (coverage.source.clone(), row.clone()));
                    facts.coverage.extend(rows);
                }
                Body::Correction(Correction {
                    by: Some((source, Replacement::Coverage(row))),
                    ..
                }) if stands(None) => facts.coverage.push((source.clone(), row.clone())),
                _ => {}
            }
        }
        facts
    }
}

fn corrections(entries: &[(u64, Entry)]) -> impl Iterator<Item = (u64, &Correction)> {
    entries.iter().filter_map(|(index, entry)| match &entry.body {
        Body::Correction(correction) => Some((*index, correction)),
        _ => None,
    })
}

fn in_effect(entries: &[(u64, Entry)], index: u64, correction: &Correction) -> bool {
    let taken_back = corrections(entries).any(|(at, other)| {
        at > index
            && other.by.is_none()
            && (other.of.entry, other.of.row) == (index, None)
            && in_effect(entries, at, other)
    });
    correction.of.entry < index && !taken_back
}

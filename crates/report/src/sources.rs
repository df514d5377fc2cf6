//! Sources, claims and findings as they are shown.

use crate::cut::{self, Cut, cites, cut};
use crate::when::{When, end, when};
use crate::words::{counted, duration, number};
use servanda_comply::answer::{Answer, ClaimAnswer, FindingAnswer, SourceAnswer};

pub(crate) struct SourceView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) shows: String,
    pub(crate) limits: Vec<String>,
    pub(crate) rows: String,
    pub(crate) rows_without_place: u64,
    pub(crate) without_place: String,
    pub(crate) first: Option<When>,
    pub(crate) last: Option<When>,
    pub(crate) watched: Vec<WatchedView>,
    pub(crate) licence: String,
    pub(crate) attribution: String,
}

pub(crate) struct WatchedView {
    pub(crate) zone: Option<String>,
    pub(crate) watch: &'static str,
    pub(crate) lasted: String,
    pub(crate) spans: String,
}

pub(crate) fn sources(answer: &Answer) -> Vec<SourceView> {
    answer.sources.iter().map(source).collect()
}

fn source(source: &SourceAnswer) -> SourceView {
    let watched = source.watched.iter().map(|watched| WatchedView {
        zone: watched.zone.clone(),
        watch: watched.watch,
        lasted: duration(watched.seconds),
        spans: counted(watched.spans, "span", "spans"),
    });
    SourceView {
        id: source.id.clone(),
        name: source.name.clone(),
        shows: source.shows.join(", "),
        limits: source.limits.clone(),
        rows: counted(source.rows, "row", "rows"),
        rows_without_place: source.rows_without_place,
        without_place: number(source.rows_without_place),
        first: source.first.as_ref().map(|text| when(text)),
        last: source.last.as_ref().map(|text| when(text)),
        watched: watched.collect(),
        licence: source.licence.clone(),
        attribution: source.attribution.clone(),
    }
}

pub(crate) struct ClaimView {
    pub(crate) by: String,
    pub(crate) party: Option<String>,
    pub(crate) against: Option<String>,
    pub(crate) against_party: Option<String>,
    pub(crate) what: String,
    pub(crate) count: Option<String>,
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) from: Option<When>,
    pub(crate) to: Option<When>,
    pub(crate) address: Option<String>,
    /// Whether the address is one that a reader can open.
    pub(crate) link: bool,
    pub(crate) quality: Option<String>,
    pub(crate) verified: String,
    pub(crate) cite: String,
}

pub(crate) fn claims(list: &[ClaimAnswer]) -> Cut<ClaimView> {
    cut(list.iter().map(claim), list.len() as u64, cut::ROWS_MAX)
}

fn claim(claim: &ClaimAnswer) -> ClaimView {
    // Only a name that adds something is shown beside the name as written.
    let other = |party: &Option<String>, written: Option<&String>| {
        party.clone().filter(|party| Some(party) != written)
    };
    let address = claim.address.as_deref().unwrap_or_default();
    ClaimView {
        by: claim.by.clone(),
        party: other(&claim.party, Some(&claim.by)),
        against: claim.against.clone(),
        against_party: other(&claim.against_party, claim.against.as_ref()),
        what: claim.what.clone(),
        count: claim.count.map(number),
        parts: claim.parts.iter().map(|(name, n)| (name.clone(), number(*n))).collect(),
        from: claim.from.as_ref().map(|text| when(text)),
        to: claim.to.as_ref().map(|text| when(text)),
        address: claim.address.clone(),
        link: address.starts_with("https://") || address.starts_with("http://"),
        quality: claim.quality.clone(),
        verified: claim.verified.clone(),
        cite: claim.cite.clone(),
    }
}

pub(crate) struct FindingView {
    pub(crate) provision: String,
    pub(crate) reading: Option<String>,
    pub(crate) party: Option<String>,
    pub(crate) from: When,
    pub(crate) to: When,
    pub(crate) outcome: String,
    pub(crate) role: String,
    pub(crate) standard: String,
    pub(crate) reason: String,
    pub(crate) stands: bool,
    pub(crate) of: String,
    pub(crate) replies: Vec<(String, String)>,
    pub(crate) cite: String,
}

pub(crate) fn findings(answer: &Answer) -> Cut<FindingView> {
    cut(answer.findings.iter().map(finding), answer.findings.len() as u64, cut::ROWS_MAX)
}

fn finding(finding: &FindingAnswer) -> FindingView {
    FindingView {
        provision: finding.provision.clone(),
        reading: finding.reading.clone(),
        party: finding.party.clone(),
        from: end(Some(&finding.from)),
        to: end(Some(&finding.to)),
        outcome: finding.outcome.replace('-', " "),
        role: finding.role.clone(),
        standard: finding.standard.clone(),
        reason: finding.reason.clone(),
        stands: finding.stands,
        of: cites(&finding.of, finding.of.len() as u64),
        replies: finding.replies.clone(),
        cite: finding.cite.clone(),
    }
}

/// Which standards of proof the findings applied, each once, in order of the record.
pub(crate) fn standards(answer: &Answer) -> Vec<String> {
    let mut standards: Vec<String> = Vec::new();
    for finding in &answer.findings {
        if !finding.standard.is_empty() && !standards.contains(&finding.standard) {
            standards.push(finding.standard.clone());
        }
    }
    standards
}

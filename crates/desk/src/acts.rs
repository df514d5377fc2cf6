//! What people add by hand: notes, assessments, findings, replies, retractions.

use crate::DeskError;
use crate::ask::Desk;
use crate::files::blob;
use crate::ids::{Named, name};
use servanda_comply::Evaluation;
use servanda_entry::{
    Act, ActKind, ActResult, Assessment, Attrs, Basis, Body, Correction, Count, Coverage,
    CoverageRow, Finding, Judgement, Observation, Observations, Place, Ref, Reply, Watch,
};
use servanda_terms::{Provision, ProvisionKind};
use servanda_time::Interval;
use std::collections::BTreeSet;

/// A patrol report or complaint, as a person notes it.
#[derive(Debug, Clone)]
pub struct Note {
    /// The source in the agreement, such as `patrol`.
    pub source: String,
    /// What was observed, such as `explosion`.
    pub what: String,
    /// When it happened: from the earliest to the latest.
    pub when: Interval,
    /// Where it happened.
    pub place: Option<Place>,
    /// How many.
    pub count: Option<Count>,
    /// The sides, when the observer names them.
    pub sides: Vec<Vec<String>>,
    /// Whatever else is noted: means, observer's position, description.
    pub attrs: Attrs,
}

/// The entries of a note: the observation, and that the source was watching then.
///
/// # Errors
/// When the agreement has no such source or zone.
pub fn observation(desk: &Desk, note: Note) -> Result<Vec<Body>, DeskError> {
    let ids = |list: Vec<&str>| if list.is_empty() { "none".into() } else { list.join(", ") };
    let agreement = &desk.agreement;
    if agreement.source(&note.source).is_none() {
        let known: Vec<&str> = agreement.sources.iter().map(|s| s.id.as_str()).collect();
        return Err(DeskError::Asked(format!(
            "the agreement has no source {:?}; it has: {}",
            note.source,
            ids(known)
        )));
    }
    if let Some(Place::Zone(at)) = &note.place
        && agreement.zone(&at.zone).is_none()
    {
        let known: Vec<&str> = agreement.zones.iter().map(|zone| zone.id.as_str()).collect();
        return Err(DeskError::Asked(format!(
            "the agreement has no zone {:?}; it has: {}",
            at.zone,
            ids(known)
        )));
    }
    let zone = match &note.place {
        Some(Place::Zone(at)) => Some(at.zone.clone()),
        _ => None,
    };
    let (from_ms, to_ms) = (note.when.from.ms(), note.when.to.ms());
    let row = Observation {
        kind: note.what,
        from_ms,
        to_ms,
        at: note.place,
        count: note.count,
        origins: vec![],
        sides: note.sides,
        key: None,
        attrs: note.attrs,
        line: 0,
    };
    let mut bodies = vec![Body::Observation(Observations {
        source: note.source.clone(),
        document: None,
        rows: vec![row],
    })];
    if let Some(zone) = zone {
        // A point says nothing of how far the observer saw; a zone is what was watched.
        bodies.push(Body::Coverage(Coverage {
            source: note.source,
            document: None,
            basis: Basis::Derived,
            rows: vec![CoverageRow {
                from_ms,
                to_ms,
                zone: Some(zone),
                watch: Watch::Partial,
                attrs: Attrs::new(),
                line: 0,
            }],
        }));
    }
    Ok(bodies)
}

/// An assessment of what the ids name.
///
/// # Errors
/// When an id names nothing that can be assessed.
pub fn assessment(
    desk: &Desk,
    evaluation: &Evaluation,
    ids: &[String],
    outcome: Judgement,
    (role, standard, reason): (&str, &str, &str),
) -> Result<Body, DeskError> {
    if let Judgement::Attribution { party: Some(party), .. } = &outcome {
        known_party(desk, party)?;
    }
    let of = refs(desk, evaluation, ids)?;
    let seen = |of: &Ref| desk.history.observations.find(&of.id).is_some();
    if matches!(outcome, Judgement::Merge | Judgement::Split) && !of.iter().all(seen) {
        return Err(DeskError::Asked(
            "only observations that stand can be merged or split: name incidents or rows of \
             observations"
                .into(),
        ));
    }
    if matches!(outcome, Judgement::Merge) && of.len() < 2 {
        return Err(DeskError::Asked("a merge needs two or more observations".into()));
    }
    Ok(Body::Assessment(Assessment {
        of,
        outcome,
        role: role.into(),
        standard: standard.into(),
        reason: reason.into(),
    }))
}

/// A finding; what it rests on is named by ids. Without a span it covers what the ids name.
///
/// # Errors
/// When an id, the provision, its reading, zone or the party is unknown, or no span is given or
/// can be taken from what the ids name.
pub fn finding(
    desk: &Desk,
    evaluation: &Evaluation,
    ids: &[String],
    mut finding: Finding,
    span: Option<Interval>,
) -> Result<Body, DeskError> {
    let provision = known_provision(desk, &finding.provision)?;
    if let Some(party) = &finding.party {
        known_party(desk, party)?;
        if !provision.readings.iter().any(|reading| reading.who.contains(party)) {
            return Err(DeskError::Asked(format!(
                "{} does not bind {party}; it binds: {}",
                provision.id,
                provision.who.join(", ")
            )));
        }
    }
    if let Some(zone) = &finding.zone
        && !provision.readings.iter().any(|reading| reading.places.contains(zone))
    {
        let known: BTreeSet<&str> =
            provision.readings.iter().flat_map(|r| &r.places).map(String::as_str).collect();
        return Err(DeskError::Asked(format!(
            "{} has no zone {zone:?}; it has: {}",
            provision.id,
            if known.is_empty() { "none".into() } else { Vec::from_iter(known).join(", ") }
        )));
    }
    if let Some(reading) = &finding.reading
        && !provision.readings.iter().any(|known| known.id == *reading)
    {
        let known: Vec<&str> = provision.readings.iter().map(|r| r.id.as_str()).collect();
        return Err(DeskError::Asked(format!(
            "{} has no reading {reading:?}; it has: {}",
            provision.id,
            known.join(", ")
        )));
    }
    finding.of = refs(desk, evaluation, ids)?;
    let span = span.or_else(|| span_of(desk, &finding.of)).ok_or_else(|| {
        DeskError::Asked(
            "the finding has no span: give --from and --to, or name the observations it rests on"
                .into(),
        )
    })?;
    let meets = provision.readings.iter().any(|reading| {
        reading.from.is_none_or(|from| span.to > from)
            && reading.until.is_none_or(|until| span.from < until)
    });
    if !meets {
        return Err(DeskError::Asked(format!(
            "the span {span} lies outside the time in which {} binds",
            provision.id
        )));
    }
    (finding.from_ms, finding.to_ms) = (span.from.ms(), span.to.ms());
    Ok(Body::Finding(finding))
}

/// An act, checked against the agreement: what it is on must be there.
///
/// # Errors
/// When the act names a provision, stage, event or party that the agreement doesn't have, or
/// lacks what an act of its kind must say.
pub fn act(desk: &Desk, act: Act) -> Result<Body, DeskError> {
    use ActKind as Kind;
    let agreement = &desk.agreement;
    let asked = |text: String| Err(DeskError::Asked(text));
    let provisions: Vec<&Provision> =
        act.provisions.iter().map(|id| known_provision(desk, id)).collect::<Result<_, _>>()?;
    let wanted: &[ProvisionKind] = match act.act {
        Kind::Vote | Kind::Deposit => &[ProvisionKind::Ratify],
        Kind::Position => &[ProvisionKind::Point],
        Kind::Declaration => &[ProvisionKind::Limit],
        Kind::Determination => &[ProvisionKind::Guarantee],
        _ => &[],
    };
    let named = servanda_comply::word(&act.act);
    if let [kind] = wanted {
        if provisions.is_empty() {
            return asked(format!(
                "the act {named} is on a {0}: name it, --provision {0}.NAME",
                kind.word()
            ));
        }
        if let Some(other) = provisions.iter().find(|provision| provision.kind != *kind) {
            return asked(format!("{} is no {}: {named} can't be on it", other.id, kind.word()));
        }
    }
    let results: &[ActResult] = match act.act {
        Kind::Vote => &[ActResult::Adopted, ActResult::NotAdopted],
        Kind::Determination => &[ActResult::Met, ActResult::NotMet],
        Kind::Position => {
            &[ActResult::Accepts, ActResult::Rejects, ActResult::Reserves, ActResult::Proposes]
        }
        _ => &[],
    };
    match &act.result {
        Some(result) if !results.contains(result) => {
            return asked(format!("{named} can't come out as {}", servanda_comply::word(result)));
        }
        None if !results.is_empty() => {
            let words: Vec<String> = results.iter().map(servanda_comply::word).collect();
            return asked(format!("say how it came out: --result {}", words.join(" or ")));
        }
        _ => {}
    }
    if matches!(act.act, Kind::Signature | Kind::Position | Kind::Withdrawal)
        && agreement.resolve_party(&act.by).is_none()
    {
        return known_party(desk, &act.by).map(|()| Body::Act(act));
    }
    match (&act.event, act.act) {
        (None, Kind::Event) => return asked("name the event: --event NAME".into()),
        (Some(_), kind) if kind != Kind::Event => {
            return asked(format!("{named} is no event of the agreement: leave --event out"));
        }
        (Some(event), _) if !agreement.events.iter().any(|known| known.id == *event) => {
            let known: Vec<&str> = agreement.events.iter().map(|event| &*event.id).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            return asked(format!("the agreement has no event {event:?}; it has: {known}"));
        }
        _ => {}
    }
    if let Some(stage) = &act.stage {
        for provision in &provisions {
            let known = provision.stage_names();
            if !known.iter().any(|name| name == stage) {
                let known = if known.is_empty() { "none".into() } else { known.join(", ") };
                return asked(format!("{} has no stage {stage:?}; it has: {known}", provision.id));
            }
        }
    }
    if act.act == Kind::Declaration && act.amount.is_none() {
        return asked("say how much was declared: --amount \"NUMBER UNIT\"".into());
    }
    Ok(Body::Act(act))
}

/// A retraction of what an id names. The old entry stays readable.
///
/// # Errors
/// When the id names nothing that can be retracted.
pub fn retraction(
    desk: &Desk,
    evaluation: &Evaluation,
    id: &str,
    role: &str,
    reason: &str,
) -> Result<Body, DeskError> {
    let Named::Entry(cite) = name(desk, evaluation, id)? else {
        return Err(DeskError::Asked(format!(
            "{id:?} is not an entry or a row: retract the finding, assessment or observation itself"
        )));
    };
    if cite.entry == 0 || desk.history.agreement.is_some() && is_founding(desk, cite.entry)? {
        return Err(DeskError::Asked(
            "the constitution and the agreement can't be retracted: append a new agreement".into(),
        ));
    }
    Ok(Body::Correction(Correction {
        of: cite.to_ref(),
        by: None,
        role: role.into(),
        reason: reason.into(),
    }))
}

/// A party's reply to an entry, and the file of its words.
///
/// # Errors
/// When the id names no entry or the party is unknown.
pub fn reply(
    desk: &Desk,
    evaluation: &Evaluation,
    id: &str,
    party: &str,
    (file, bytes): (&str, Vec<u8>),
) -> Result<(Body, Vec<u8>), DeskError> {
    known_party(desk, party)?;
    let Named::Entry(cite) = name(desk, evaluation, id)? else {
        return Err(DeskError::Asked(format!("{id:?} is not an entry: reply to a finding")));
    };
    let body =
        Body::Reply(Reply { to: cite.to_ref(), party: party.into(), text: blob(file, &bytes) });
    Ok((body, bytes))
}

fn is_founding(desk: &Desk, entry: u64) -> Result<bool, DeskError> {
    Ok(matches!(desk.record.entry(entry)?.body, Body::Agreement(_) | Body::Constitution(_)))
}

fn known_provision<'d>(desk: &'d Desk, id: &str) -> Result<&'d Provision, DeskError> {
    desk.agreement.provision(id).ok_or_else(|| {
        let known: Vec<&str> = desk.agreement.provisions.iter().map(|p| p.id.as_str()).collect();
        let known = known.join(", ");
        DeskError::Asked(format!("the agreement has no provision {id:?}; it has: {known}"))
    })
}

fn known_party(desk: &Desk, party: &str) -> Result<(), DeskError> {
    if desk.agreement.party(party).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = desk.agreement.parties.iter().map(|party| party.id.as_str()).collect();
    Err(DeskError::Asked(format!(
        "the agreement has no party {party:?}; it has: {}",
        known.join(", ")
    )))
}

/// The references of what ids name, each once.
pub(crate) fn refs(
    desk: &Desk,
    evaluation: &Evaluation,
    ids: &[String],
) -> Result<Vec<Ref>, DeskError> {
    let mut refs = Vec::new();
    for id in ids {
        match name(desk, evaluation, id)? {
            Named::Incident(_, members) => {
                refs.extend(
                    members.iter().map(|&n| desk.history.observations.at(n).cite().to_ref()),
                );
            }
            Named::Entry(cite) => refs.push(cite.to_ref()),
            Named::Provision(id) => {
                return Err(DeskError::Asked(format!(
                    "{id} is a provision: name incidents, entries or rows"
                )));
            }
        }
    }
    refs.sort();
    refs.dedup();
    Ok(refs)
}

/// The span of the observations referred to.
fn span_of(desk: &Desk, of: &[Ref]) -> Option<Interval> {
    let observations = &desk.history.observations;
    let seen = of.iter().filter_map(|of| observations.find(&of.id));
    seen.map(|n| observations.at(n).interval()).reduce(Interval::hull)
}

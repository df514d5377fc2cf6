use crate::DeskError;
use crate::ask::Desk;
use crate::ids::Named;
use serde_json::{Value, json};
use servanda_comply::answer::Why;
use servanda_comply::history::Cite;
use servanda_comply::{Evaluation, joined};
use servanda_entry::{Body, Entry};
use servanda_time::Instant;

const BY_OVERLAP: &str = "every pair of these can be one event: same kind, times that share an \
                          instant, places that overlap, and not two rows of a source that lists \
                          events";
const BY_SCORE: &str = "by the agreement's model one event explains these better than several; \
                        each merge scored above the threshold, in nats";

/// Explains what an id names, down to entries and the proof that each is in the record.
///
/// # Errors
/// When the record can't be read.
pub fn explain(desk: &Desk, evaluation: &Evaluation, named: &Named) -> Result<Value, DeskError> {
    match named {
        Named::Provision(id) => {
            let answer = evaluation.answer.provisions.iter().find(|p| p.id == *id);
            let provision = desk.agreement.provision(id);
            let article =
                provision.and_then(|p| p.article).and_then(|n| desk.agreement.articles.get(n));
            let clocks = evaluation.answer.clocks.iter().filter(|clock| clock.provision == *id);
            Ok(json!({
                "provision": id,
                "article": article.map(|a| json!({ "heading": a.heading, "text": a.text })),
                "answer": answer,
                "clocks": clocks.collect::<Vec<_>>(),
                "why": why(desk, evaluation, id)?,
            }))
        }
        Named::Incident(id, members) => {
            let mut rows = Vec::new();
            for &member in members {
                let seen = desk.history.observations.at(member);
                rows.push(json!({
                    "cite": seen.cite().print(evaluation.answer.asked.cite),
                    "content": seen.id().to_hex(),
                    "source": seen.source(),
                    "observation": seen.value(),
                    "file": document(desk, seen.cite().entry)?,
                    "proof": proof(desk, seen.cite().entry)?,
                }));
            }
            let assessed: Vec<&String> = evaluation
                .answer
                .provisions
                .iter()
                .flat_map(|provision| &provision.possible)
                .filter(|possible| possible.incident == *id)
                .flat_map(|possible| &possible.assessed)
                .collect();
            let concerns: Vec<Value> = evaluation
                .answer
                .provisions
                .iter()
                .flat_map(|provision| {
                    provision.possible.iter().filter(|p| p.incident == *id).map(|possible| {
                        json!({ "provision": provision.id, "reading": possible.reading })
                    })
                })
                .collect();
            let cite = evaluation.answer.asked.cite;
            let scores = joined(&desk.agreement, &desk.history, members, cite);
            let is_scored = scores.as_ref().is_some_and(|scores| !scores.is_empty());
            let mut told = json!({
                "incident": id,
                "observations": rows,
                "why": if is_scored { BY_SCORE } else { BY_OVERLAP },
                "possible_violation_of": concerns,
                "assessed": assessed,
            });
            if let Some(scores) = scores {
                told["scores"] = json!(scores);
            }
            Ok(told)
        }
        Named::Entry(cite) => entry(desk, cite),
    }
}

/// Why a provision stands where it stands.
///
/// # Errors
/// When the record can't be read.
pub fn why(desk: &Desk, evaluation: &Evaluation, id: &str) -> Result<Option<Why>, DeskError> {
    let at = Instant::parse(&evaluation.answer.asked.at, None).unwrap_or(Instant::EPOCH);
    desk.grounds().why(at, id)
}

fn entry(desk: &Desk, cite: &Cite) -> Result<Value, DeskError> {
    let entry = desk.record.entry(cite.entry)?;
    let row = cite.row.and_then(|row| row_of(&entry, row as usize));
    let mut later = Vec::new();
    for held in &desk.history.corrections {
        if held.value.of.entry == cite.entry
            && (held.value.of.row == cite.row || held.value.of.row.is_none())
        {
            later.push(json!({
                "entry": held.cite.entry,
                "retracted": held.value.by.is_none(),
                "by": held.value.by,
                "role": held.value.role,
                "reason": held.value.reason,
            }));
        }
    }
    let mut told = json!({
        "entry": cite.entry,
        "row": cite.row,
        "content": cite.id.to_hex(),
        "kind": entry.body.kind(),
        "by": entry.by,
        "seq": entry.seq,
        "received": entry.at.to_string(),
        "cites": { "size": entry.cite.size, "root": entry.cite.root.to_base64() },
        "says": row.unwrap_or_else(|| entry.body.to_value()),
        "file": document(desk, cite.entry)?,
        "corrected_by": later,
        "proof": proof(desk, cite.entry)?,
    });
    if let Some(sealed) = entry.class.sealed() {
        told["withheld"] = json!({
            "class": sealed.audience().word(),
            "fields": sealed.fields().len(),
            "files": sealed.attachments().len(),
        });
    }
    Ok(told)
}

fn row_of(entry: &Entry, row: usize) -> Option<Value> {
    entry.body.to_value().get("rows")?.get(row).cloned()
}

/// The file that an entry's rows came from.
fn document(desk: &Desk, entry: u64) -> Result<Option<Value>, DeskError> {
    let digest = match desk.record.entry(entry)?.body {
        Body::Observation(body) => body.document,
        Body::Coverage(body) => body.document,
        Body::Claim(body) => body.document,
        Body::Statement(body) => body.document,
        Body::Register(body) => Some(body.document),
        _ => None,
    };
    let named = digest.and_then(|digest| {
        desk.history.documents.iter().find(|held| held.value.file.sha256 == digest)
    });
    Ok(named.map(|held| {
        json!({
            "name": held.value.file.name,
            "sha256": held.value.file.sha256.to_hex(),
            "format": held.value.format,
        })
    }))
}

/// That the entry is in the record: its leaf, and the hashes that lead from it to the root.
fn proof(desk: &Desk, entry: u64) -> Result<Value, DeskError> {
    let path = desk.record.inclusion_proof(entry, desk.size)?;
    Ok(json!({
        "index": entry,
        "leaf": desk.record.leaf(entry)?.to_base64(),
        "size": desk.size,
        "root": desk.record.root_at(desk.size)?.to_base64(),
        "path": path.iter().map(|hash| hash.to_base64()).collect::<Vec<_>>(),
    }))
}

//! A record for those who keep research data: an RO-Crate 1.1 beside a copy of it, and its entries
//! as JSON Lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use servanda_entry::Body;
use servanda_store::put_file;
use servanda_tlog::{Note, sha256};

use crate::DeskError;
use crate::ask::Desk;

/// The file that makes a folder a crate.
const METADATA: &str = "ro-crate-metadata.json";
/// Where the copy of the record lies in it: nothing else may lie in that folder.
const RECORD: &str = "record";

/// Writes a crate into an empty or new folder: a copy of the record, and what it is, by RO-Crate
/// 1.1. Gives the number of files that it describes.
///
/// # Errors
/// [`DeskError::File`] when the folder isn't empty or can't be written, [`DeskError::Store`].
pub fn ro_crate(desk: &Desk, to: &Path) -> Result<usize, DeskError> {
    let failed = |what: String| DeskError::File { path: to.to_owned(), what };
    let record = to.join(RECORD);
    fs::create_dir_all(to).map_err(|error| failed(error.to_string()))?;
    let mut held = fs::read_dir(to).map_err(|error| failed(error.to_string()))?;
    if held.next().is_some() {
        return Err(failed("is not empty; give a folder that is empty or does not exist".into()));
    }
    fs::create_dir(&record).map_err(|error| failed(error.to_string()))?;
    desk.record.copy_to(&record)?;
    let mut files = Vec::new();
    list(&record, RECORD, &mut files).map_err(|error| failed(error.to_string()))?;
    files.sort();
    let text = serde_json::to_string_pretty(&metadata(desk, &record, &files)?)
        .map_err(|error| failed(error.to_string()))?;
    put_file(to, METADATA, format!("{text}\n").as_bytes())?;
    Ok(files.len())
}

/// Files below a folder, by their paths in the crate.
fn list(folder: &Path, at: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{at}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn metadata(desk: &Desk, record: &Path, files: &[String]) -> Result<Value, DeskError> {
    let (agreement, held) = (&desk.agreement, &desk.record);
    let last = held.size().saturating_sub(1);
    let published = held.entry(last)?.at.to_string();
    let names = file_names(desk)?;
    let id = |id: &str| json!({ "@id": id });
    let mut graph = vec![
        json!({
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": { "@id": "https://w3id.org/ro/crate/1.1" },
            "about": { "@id": "./" },
        }),
        json!({
            "@id": "./",
            "@type": "Dataset",
            "name": format!("Record of {}", agreement.title),
            "description": "A signed append-only record of a peace agreement: what was agreed, \
                what was seen, and what people found. Observations and claims are what sources \
                saw or said; none is a finding. Check it with `servanda verify record`.",
            "datePublished": published,
            "identifier": held.origin(),
            "license": id("#licences"),
            "hasPart": files.iter().map(|file| id(file)).collect::<Vec<_>>(),
            "size": held.size(),
        }),
        json!({
            "@id": "#licences",
            "@type": "CreativeWork",
            "name": "Licences of the sources",
            "description": "Each source has its own licence: see the sources. What no source \
                gave may be used as the keeper of the record says.",
            "hasPart": agreement.sources.iter()
                .map(|source| id(&format!("#source-{}", source.id)))
                .collect::<Vec<_>>(),
        }),
    ];
    for source in &agreement.sources {
        graph.push(json!({
            "@id": format!("#source-{}", source.id),
            "@type": "CreativeWork",
            "name": source.name,
            "license": source.licence,
            "creditText": source.attribution,
        }));
    }
    for file in files {
        let path = record.join(file.trim_start_matches("record/"));
        let bytes = fs::read(&path)
            .map_err(|error| DeskError::File { path: path.clone(), what: error.to_string() })?;
        let digest = sha256(&bytes).to_hex();
        let name = names.get(&digest).map_or(file.as_str(), String::as_str);
        let form = match file.as_str() {
            "record/checkpoint" => "text/plain",
            _ => "application/octet-stream",
        };
        graph.push(json!({
            "@id": file,
            "@type": "File",
            "name": name,
            "contentSize": bytes.len().to_string(),
            "encodingFormat": form,
            "sha256": digest,
        }));
    }
    Ok(json!({ "@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph }))
}

/// The names that entries give to files, by their hashes.
fn file_names(desk: &Desk) -> Result<BTreeMap<String, String>, DeskError> {
    let mut names = BTreeMap::new();
    for item in desk.record.entries(0..desk.record.size()) {
        let (_, entry) = item?;
        let files = match &entry.body {
            Body::Agreement(agreement) => agreement.files.iter().collect(),
            Body::Document(document) => vec![&document.file],
            _ => Vec::new(),
        };
        for file in files {
            names.entry(file.sha256.to_hex()).or_insert_with(|| file.name.clone());
        }
    }
    Ok(names)
}

/// Every entry of the record on a line: its index, its leaf hash, what it says as it was signed,
/// and the signatures.
///
/// # Errors
/// [`DeskError::Store`] when an entry can't be read.
pub fn entries_jsonl(desk: &Desk) -> Result<String, DeskError> {
    let mut text = String::new();
    for index in 0..desk.record.size() {
        let bytes = desk.record.note_bytes(index)?;
        let note = Note::parse(&bytes, bytes.len())
            .map_err(|error| DeskError::Asked(format!("entry {index}: {error}")))?;
        // The canonical bytes that were signed stand in the line as they are.
        let said = note.text().split('\n').nth(2).unwrap_or("null");
        let signatures: Vec<String> = note.signatures().iter().map(ToString::to_string).collect();
        let leaf = desk.record.leaf(index)?.to_hex();
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{{\"index\":{index},\"leaf\":\"{leaf}\",\"entry\":{said},\"signatures\":{}}}",
            json!(signatures)
        );
    }
    Ok(text)
}

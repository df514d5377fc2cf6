//! Feeds and files beside the collections: published findings, the queue, whether the room is up.

use super::field::{Field, cell};
use super::items::record_line;
use super::query::no_parameters;
use super::rows::Collection;
use super::{CSV, JSON, answer, base, record};
use crate::http::{Fault, Site, Who, require};
use crate::released::{Thing, class_of, is_released};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::{kinds, place_of, sources};
use crate::view::View;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::json;
use servanda_casework::{Case, Stage};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::fmt::Write as _;
use std::sync::Arc;

pub(super) const ATOM: &str = "application/atom+xml; charset=utf-8";

/// That the room is up, how much it has read, and how old what it shows is. Nothing that anybody
/// may not know.
pub(super) async fn health(
    State(room): State<Arc<Room>>,
    text: RawQuery,
) -> Result<Response, Fault> {
    no_parameters(&text.0.unwrap_or_default()).map_err(Fault::query)?;
    let view = room.view();
    let age_ms = (room.now().ms() - view.at.ms()).max(0);
    let page = json!({ "live": true, "record": record(&view), "age_ms": age_ms });
    Ok(answer(&view, JSON, page.to_string()))
}

/// The queue as a table, for who may see it and take it out.
pub(super) async fn queue_table(
    State(room): State<Arc<Room>>,
    who: Who,
    RawQuery(text): RawQuery,
) -> Result<Response, Fault> {
    require(&who, Action::SeeQueue, Class::Mission)?;
    require(&who, Action::Export, Class::Mission)?;
    let mut chosen = None;
    for (name, value) in form_urlencoded::parse(text.unwrap_or_default().as_bytes()) {
        if name != "stage" || chosen.is_some() {
            return Err(Fault::query("the queue takes the parameter stage, once"));
        }
        let found = Stage::ALL.into_iter().find(|stage| stage.word() == value);
        chosen = Some(found.ok_or_else(|| Fault::query("there is no stage of that name"))?);
    }
    let view = room.view();
    let now = room.now();
    let mut table = format!("# record {}\r\n", record_line(&view));
    table.push_str("id,stage,what,starts,ends,place,sources,observations,concerns,class\r\n");
    for case in view.cases.iter() {
        let stage = case.stage(now);
        let may = is_released(&who, Action::Export, Thing::Work(case));
        if !may || chosen.is_some_and(|chosen| chosen != stage) {
            continue;
        }
        let cells = [
            case.id.clone(),
            stage.word().to_owned(),
            kinds(&view, &case.members),
            case.when.from.to_string(),
            case.when.to.to_string(),
            place_of(&view, &case.members),
            sources(&view, &case.members),
            case.members.len().to_string(),
            case.concerns.join(", "),
            class_of(case).word().to_owned(),
        ];
        table.push_str(&cells.map(|text| cell(&text)).join(","));
        table.push_str("\r\n");
    }
    Ok(answer(&view, CSV, table))
}

/// What the mission has published, as a feed (RFC 4287): an entry a finding.
pub(super) async fn findings(
    State(room): State<Arc<Room>>,
    Extension(site): Extension<Arc<Site>>,
    who: Who,
    text: RawQuery,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    no_parameters(&text.0.unwrap_or_default()).map_err(Fault::query)?;
    let view = room.view();
    let base = base(&headers, &site);
    let mut entries: Vec<(Instant, String)> = Vec::new();
    // The same features as the collection has, so the same may leave.
    Collection::Findings.each(&view, &who, |row| {
        let fields: Vec<(&str, Field<'_>)> =
            row.properties().map(|(property, value)| (property.name, value)).collect();
        let of = |name: &str| {
            let found = fields.iter().find(|(own, _)| *own == name);
            found.map_or_else(String::new, |(_, value)| match value {
                Field::Text(text) => text.clone().into_owned(),
                other => other.cell(),
            })
        };
        let case = row.case();
        let published = at(&view, case.and_then(|case| case.published).map(|cite| cite.entry));
        let updated = case.map_or(published, |case| updated(&view, case)).max(published);
        let party = of("party");
        let party = if party.is_empty() { party } else { format!(", {party}") };
        let title = format!("{}: {}{party}", of("outcome"), of("provision"));
        let told = ["reason", "standard", "asked", "replied", "cure", "starts", "ends", "incident"]
            .map(|name| (name, of(name)))
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}: {text}"));
        let told = told.collect::<Vec<_>>().join("\n");
        let mut text = String::new();
        let here = format!("{base}/ogc/collections/findings/items/{}", row.id());
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "<entry><id>{}</id><title>{}</title><published>{published}</published>\
             <updated>{updated}</updated><link rel=\"alternate\" type=\"application/geo+json\" \
             href=\"{}\"/><content type=\"text\">{}</content></entry>",
            stable_id(&view, &row.id()),
            xml(&title),
            xml(&here),
            xml(&told),
        );
        entries.push((updated, text));
        true
    });
    entries.sort_by_key(|(updated, _)| std::cmp::Reverse(*updated));
    let first = at(&view, Some(0));
    let updated = entries.first().map_or(first, |(updated, _)| *updated);
    let title = xml(&view.desk.agreement.title);
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\
         <id>{}</id><title>Findings: {title}</title><updated>{updated}</updated>\
         <author><name>{}</name></author><generator>servanda</generator>\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n{}</feed>\n",
        stable_id(&view, "findings"),
        xml(view.desk.record.origin()),
        xml(&format!("{base}/findings.atom")),
        xml(&format!("{base}/findings")),
        entries.into_iter().map(|(_, text)| text).collect::<String>(),
    );
    Ok(answer(&view, ATOM, text))
}

/// When an entry was received.
fn at(view: &View, entry: Option<u64>) -> Instant {
    entry.and_then(|entry| view.received(entry)).unwrap_or(Instant::EPOCH)
}

/// When something that a published case shows was entered last.
fn updated(view: &View, case: &Case) -> Instant {
    let asked = case.asked.iter().flat_map(|asked| [Some(asked.cite), asked.reply]);
    let found = case.findings.iter().map(|found| Some(found.cite));
    let others = [case.published, case.cure.map(|(_, cite)| cite)];
    let all = asked.chain(found).chain(others).flatten();
    all.map(|cite| at(view, Some(cite.entry))).max().unwrap_or(Instant::EPOCH)
}

/// An id that is the same wherever the room stands: a UUID of version 8 (RFC 9562) from the
/// record's origin and what is meant in it.
pub(super) fn stable_id(view: &View, what: &str) -> String {
    let named = format!("{}\n{what}", view.desk.record.origin());
    let mut hex = sha256(named.as_bytes()).to_hex();
    hex.truncate(32);
    hex.replace_range(12..13, "8");
    hex.replace_range(16..17, "8");
    let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..16]);
    format!("urn:uuid:{a}-{b}-{c}-{}-{}", &hex[16..20], &hex[20..])
}

/// A text as XML has it; what XML can't hold is left out.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if (c as u32) < 0x20 || matches!(c, '\u{fffe}' | '\u{ffff}') => (),
            c => out.push(c),
        }
    }
    out
}

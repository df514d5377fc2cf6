//! Claims of the parties, as JSON.
//!
//! ```json
//! {"truces": [{"id": "…", "start": "2026-04-11T13:00:00Z", "claims": [
//!   {"claimed_by": "…", "against": "…", "as_of": "2026-04-12", "what": "…", "count": 500,
//!    "source": "https://…", "source_quality": "…", "parts": {"shelling": 387}}]}]}
//! ```
//!
//! Each element of `claims` is a row; other keys of the file are left alone. A count by a party is
//! a claim and stays one.
//!
//! - Time: up to `as_of` (a date: to the end of that day in the source's time zone), since `from`
//!   where the claim has one, otherwise from the truce's `start` where that is earlier; otherwise
//!   the claim doesn't say since when.
//! - `against` of `nobody` or null: against no one.
//! - `count` null: no number is claimed. The file doesn't name a unit, so the unit is
//!   `as claimed`, and `what` says what it is.

use crate::ReadContext;
use crate::calendar::Calendar;
use crate::json::{Lines, strict, unreadable, words};
use crate::number::whole;
use crate::open::whole_text;
use crate::row::{Fault, Output, Unreadable};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use servanda_entry::{Claim, Count, Draft};
use std::collections::BTreeMap;

const UNIT: &str = "as claimed";
const NOBODY: &str = "nobody";

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    truces: Vec<Truce<'a>>,
}

#[derive(Deserialize)]
struct Truce<'a> {
    #[serde(borrow, default)]
    start: Option<&'a RawValue>,
    #[serde(borrow, default)]
    claims: Vec<&'a RawValue>,
}

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let text = whole_text(bytes, &context.limits)?;
    let file: File<'_> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    let mut lines = Lines::of(text);
    let mut calendar = Calendar::new(context.timezone.clone());
    for truce in &file.truces {
        for raw in &truce.claims {
            let line = lines.of_part(raw);
            let made = if raw.get().len() > context.limits.record_bytes {
                Err(Fault::row(format!(
                    "the claim has {} bytes; at most {} are read",
                    raw.get().len(),
                    context.limits.record_bytes
                )))
            } else {
                claim(raw, truce.start, line, &mut calendar)
            };
            output.put(line, raw.get().as_bytes(), made)?;
        }
    }
    Ok(())
}

fn claim(
    raw: &RawValue,
    start: Option<&RawValue>,
    line: u32,
    calendar: &mut Calendar,
) -> Result<Draft, Fault> {
    let value = strict(raw.get()).map_err(|error| Fault::row(words(&error)))?;
    let Value::Object(fields) = value else {
        return Err(Fault::row("a claim must be an object with claimed_by, as_of and what"));
    };
    let as_of = stated(&fields, "as_of")?;
    let to = calendar.end(&as_of).map_err(|reason| Fault::at("as_of", reason))?;
    let own = text(&fields, "from")?
        .map(|from| calendar.stated(&from, None).map_err(|reason| Fault::at("from", reason)))
        .transpose()?;
    let from = match start
        .filter(|_| own.is_none())
        .map(|raw| serde_json::from_str::<Option<String>>(raw.get()))
    {
        None | Some(Ok(None)) => own.map(|own| own.from),
        Some(Ok(Some(text))) => {
            let start = calendar
                .stated(&text, None)
                .map_err(|reason| Fault::at("start", format!("of the truce: {reason}")))?;
            Some(start.from).filter(|from| *from < to)
        }
        Some(Err(_)) => return Err(Fault::at("start", "the truce's start is not a text")),
    };
    if from.is_some_and(|from| from > to) {
        return Err(Fault::at("from", "the claim's time begins after it ends"));
    }
    Ok(Draft::Claim(Claim {
        by: stated(&fields, "claimed_by")?,
        against: text(&fields, "against")?.filter(|name| name != NOBODY),
        what: stated(&fields, "what")?,
        from_ms: from.map(|instant| instant.ms()),
        to_ms: Some(to.ms()),
        count: match fields.get("count") {
            None | Some(Value::Null) => None,
            Some(number) => Some(Count::exactly(count("count", number)?, UNIT)),
        },
        parts: parts(fields.get("parts"))?,
        address: text(&fields, "source")?,
        quality: text(&fields, "source_quality")?,
        line,
    }))
}

fn parts(value: Option<&Value>) -> Result<BTreeMap<String, u64>, Fault> {
    match value {
        None | Some(Value::Null) => Ok(BTreeMap::new()),
        Some(Value::Object(parts)) => {
            parts.iter().map(|(name, number)| Ok((name.clone(), count("parts", number)?))).collect()
        }
        Some(_) => Err(Fault::at("parts", "it must be an object of whole numbers")),
    }
}

fn count(field: &str, value: &Value) -> Result<u64, Fault> {
    match value {
        Value::Number(number) => whole(field, &number.to_string()),
        _ => Err(Fault::at(field, "it must be a whole number")),
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_string()).filter(|t| !t.is_empty())),
        Some(_) => Err(Fault::at(name, "it must be a text")),
    }
}

fn stated(fields: &Map<String, Value>, name: &str) -> Result<String, Fault> {
    text(fields, name)?.ok_or_else(|| Fault::at(name, "it must be stated"))
}

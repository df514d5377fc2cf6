//! What the types of a [`Body`] don't rule out.

use crate::body::{Body, CoverageRow, Observation, Place, interval};
use crate::limits::{ATTRIBUTES_MAX, FIELD_BYTES_MAX, INTEGER_MAX, SIGNATURES_MAX};
use crate::sealed::{SEALED_FIELDS_MAX, SEALED_FILES_MAX, is_media_type};
use crate::{Attrs, MODEL_DIFFERS_RULE, MODEL_RULE, QUOTE_CHARS_MAX, SAMPLE_MAX, Statements};
use serde_json::Value;
use servanda_tlog::Hash;

/// Most that a forced start can name: as many witnesses as a policy may have.
const ABSENT_MAX: usize = servanda_tlog::POLICY_ITEMS_MAX;

/// Why a body can't be an entry, beyond what its types rule out already.
pub(crate) type Fault = String;

impl Body {
    /// Checks what the types don't: times without meaning, places that are none on earth, texts
    /// and numbers too large.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        match self {
            Body::Observation(body) => {
                text(&body.source)?;
                body.rows.iter().try_for_each(check_observation)
            }
            Body::Coverage(body) => {
                text(&body.source)?;
                body.rows.iter().try_for_each(check_coverage)
            }
            Body::Statement(body) => {
                check_statements(body)?;
                check_fields(&self.to_value())
            }
            Body::Disclosure(body) => {
                said("recipient", &body.recipient)?;
                said("ground", &body.ground)?;
                parts(&body.what)?;
                check_fields(&self.to_value())
            }
            Body::Hold(body) => {
                ordered(&body.authority, &body.ground, &body.approvals)?;
                if !body.approvals.is_empty() && !body.lifts {
                    return Err("a hold needs approvals only where it ends".into());
                }
                check_fields(&self.to_value())
            }
            Body::Erasure(body) => {
                ordered(&body.authority, &body.ground, &body.approvals)?;
                parts(&body.what)?;
                check_fields(&self.to_value())
            }
            Body::Destruction(body) => {
                said("custodian", &body.custodian)?;
                check_fields(&self.to_value())
            }
            Body::RefusedOrder(body) => {
                ordered(&body.authority, &body.ground, &[])?;
                said("code", &body.code)?;
                check_fields(&self.to_value())
            }
            Body::Handling(body) => {
                body.check()?;
                check_fields(&self.to_value())
            }
            Body::ForcedStart(body) => {
                if !(1..=ABSENT_MAX).contains(&body.absent.len()) {
                    return Err(format!("name 1 to {ABSENT_MAX} that were not reached"));
                }
                check_fields(&self.to_value())
            }
            Body::Anchor(body) => {
                said("authority", &body.authority)?;
                if !is_media_type(&body.media) {
                    return Err("an anchor has no media type: give one".into());
                }
                check_fields(&self.to_value())
            }
            // The others are few: checked field by field on their JSON.
            _ => check_fields(&self.to_value()),
        }
    }
}

fn check_observation(row: &Observation) -> Result<(), Fault> {
    some_time(row.from_ms, row.to_ms)?;
    said("kind", &row.kind)?;
    if let Some(place) = &row.at {
        check_place(place)?;
    }
    if let Some(count) = &row.count {
        text(&count.unit)?;
        said("unit", &count.unit)?;
        bounds(count.low, count.high)?;
        [Some(count.low), count.best, count.high].into_iter().flatten().try_for_each(number)?;
    }
    text(&row.kind)?;
    row.origins
        .iter()
        .chain(row.sides.iter().flatten())
        .chain(&row.key)
        .try_for_each(|t| text(t))?;
    check_attrs(&row.attrs)
}

fn check_coverage(row: &CoverageRow) -> Result<(), Fault> {
    some_time(row.from_ms, row.to_ms)?;
    row.zone.iter().try_for_each(|zone| text(zone))?;
    check_attrs(&row.attrs)
}

/// No entry holds a text of others: a short quotation of each statement, and too few hashes to tell
/// its words.
fn check_statements(body: &Statements) -> Result<(), Fault> {
    if body.sample.as_ref().is_some_and(|sample| sample.hashes.len() > SAMPLE_MAX) {
        return Err(format!("a sample has more than {SAMPLE_MAX} hashes"));
    }
    if body.article == Some(0) {
        return Err("articles of a document are counted from 1".into());
    }
    for row in &body.rows {
        let is_of_model = [MODEL_RULE, MODEL_DIFFERS_RULE].contains(&row.rule.as_str());
        if body.model.is_some() && !is_of_model {
            return Err(format!(
                "what a model read is found by the rule {MODEL_RULE} or {MODEL_DIFFERS_RULE}, not \
                 by {:?}",
                row.rule
            ));
        }
        if row.end < row.start || row.end_char < row.start_char {
            return Err("the words end before they start".into());
        }
        if row.quote.chars().count() > QUOTE_CHARS_MAX {
            return Err(format!(
                "a quotation has more than {QUOTE_CHARS_MAX} characters: keep a short one"
            ));
        }
    }
    Ok(())
}

fn check_place(place: &Place) -> Result<(), Fault> {
    match place {
        Place::Zone(at) => text(&at.zone),
        Place::Disc(disc) => {
            number(disc.radius_mm)?;
            point(i64::from(disc.lat_e7), i64::from(disc.lon_e7))
        }
    }
}

fn check_attrs(attrs: &Attrs) -> Result<(), Fault> {
    if attrs.len() > ATTRIBUTES_MAX {
        return Err(format!("{} attributes; at most {ATTRIBUTES_MAX} are allowed", attrs.len()));
    }
    attrs.iter().try_for_each(|(name, value)| text(name).and_then(|()| text(value)))
}

fn text(text: &str) -> Result<(), Fault> {
    if text.len() > FIELD_BYTES_MAX {
        return Err(format!(
            "a text field is {} bytes; at most {FIELD_BYTES_MAX} are allowed: keep long texts in a \
             file",
            text.len()
        ));
    }
    Ok(())
}

/// What a person must say, or an entry says nothing.
const SAID: [&str; 6] = ["by", "reason", "reference", "role", "standard", "what"];

fn said(name: &str, text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(format!("{name} is empty: say it"));
    }
    Ok(())
}

/// Who orders what, and why.
fn ordered(authority: &str, ground: &str, approvals: &[String]) -> Result<(), Fault> {
    said("authority", authority)?;
    said("ground", ground)?;
    if approvals.len() > SIGNATURES_MAX {
        return Err(format!("{} approvals; at most {SIGNATURES_MAX} count", approvals.len()));
    }
    Ok(())
}

/// Sealed parts that are named: some, sorted, each once.
fn parts(what: &[Hash]) -> Result<(), Fault> {
    let max = SEALED_FIELDS_MAX + SEALED_FILES_MAX;
    if what.is_empty() || what.len() > max || !what.is_sorted_by(|a, b| a < b) {
        return Err(format!("name 1 to {max} sealed parts, sorted, each once"));
    }
    Ok(())
}

/// A time of no length shares no instant with any other, so it could hide from every question.
fn some_time(from_ms: i64, to_ms: i64) -> Result<(), Fault> {
    times(from_ms, to_ms)?;
    if from_ms == to_ms {
        return Err(format!(
            "the time from {from_ms} to {to_ms} ms has no length: give its end, at least a \
             millisecond later"
        ));
    }
    Ok(())
}

fn times(from_ms: i64, to_ms: i64) -> Result<(), Fault> {
    interval(from_ms, to_ms).map(|_| ()).ok_or_else(|| {
        format!(
            "the time from {from_ms} to {to_ms} ms ends before it starts or lies outside the years \
             0001 to 9999"
        )
    })
}

fn point(lat_e7: i64, lon_e7: i64) -> Result<(), Fault> {
    if lat_e7.abs() > 900_000_000 || lon_e7.abs() > 1_800_000_000 {
        return Err(format!("no place on earth: {lat_e7}, {lon_e7} (× 10^-7 °)"));
    }
    Ok(())
}

fn bounds(low: u64, high: Option<u64>) -> Result<(), Fault> {
    match high {
        Some(high) if high < low => Err(format!("the count's bounds are swapped: {low} to {high}")),
        _ => Ok(()),
    }
}

fn number(n: u64) -> Result<(), Fault> {
    if n > INTEGER_MAX.unsigned_abs() {
        return Err(format!("the number {n} is beyond 2^53 − 1"));
    }
    Ok(())
}

/// Checks the fields of a body that is given as JSON: texts, numbers, times and places by their
/// names.
fn check_fields(value: &Value) -> Result<(), String> {
    match value {
        Value::String(words) => text(words),
        Value::Array(items) => items.iter().try_for_each(check_fields),
        Value::Object(fields) => {
            let number = |name: &str| fields.get(name).and_then(Value::as_i64);
            let (from, to) = (number("from_ms"), number("to_ms"));
            if let Some(one) = from.or(to) {
                times(from.unwrap_or(one), to.unwrap_or(one))?;
            }
            if let (Some(low), Some(high)) = (number("low"), number("high")) {
                bounds(low.unsigned_abs(), Some(high.unsigned_abs()))?;
            }
            if let (Some(lat), Some(lon)) = (number("lat_e7"), number("lon_e7")) {
                point(lat, lon)?;
            }
            for name in SAID {
                if let Some(words) = fields.get(name).and_then(Value::as_str) {
                    said(name, words)?;
                }
            }
            fields.values().try_for_each(check_fields)
        }
        _ => crate::canonical::check(value, 0).map_err(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(change: &str, to: &str) -> Result<(), Fault> {
        let row = r#"{"act":"want","end":9,"end_char":9,"kind":"indirect","line":1,"quote":"peace",
            "rule":"by-hand","speaker":"the envoy","start":4,"start_char":4}"#;
        let body = format!(r#"{{"rows":[{}]}}"#, row.replace(change, to));
        let body: Statements = serde_json::from_str(&body).unwrap();
        Body::Statement(body).check()
    }

    #[test]
    fn a_statement_holds_a_short_quotation_of_words_that_end_after_they_start() {
        assert_eq!(checked("peace", &"é".repeat(QUOTE_CHARS_MAX)), Ok(()));
        let long = checked("peace", &"é".repeat(QUOTE_CHARS_MAX + 1)).unwrap_err();
        assert!(long.contains("at most") || long.contains("more than 240"), "{long}");
        for change in ["\"end\":9", "\"end_char\":9"] {
            let fault = checked(change, &change.replace('9', "3")).unwrap_err();
            assert!(fault.contains("end before they start"), "{fault}");
        }
    }

    #[test]
    fn what_a_model_read_is_marked_by_entry_and_row() {
        let marked = |rule: &str, article: u32| {
            let body = format!(
                r#"{{"article":{article},"model":{{"name":"m","prompt":"{}"}},"rows":[{{"act":"want",
                "end":9,"end_char":9,"kind":"indirect","line":0,"quote":"peace","rule":"{rule}",
                "speaker":"the envoy","start":4,"start_char":4}}]}}"#,
                "0".repeat(64)
            );
            Body::Statement(serde_json::from_str(&body).unwrap()).check()
        };
        assert_eq!(marked("model", 1), Ok(()));
        assert_eq!(marked("model-differs", 1), Ok(()));
        assert!(marked("said-that", 1).unwrap_err().contains("found by the rule model"));
        assert!(marked("model", 0).unwrap_err().contains("from 1"));
    }

    #[test]
    fn a_sample_of_a_text_is_too_small_to_tell_its_words() {
        let hashes = vec!["0000000000000000".to_string(); SAMPLE_MAX + 1];
        let limit = "ffffffffffffffff".to_string();
        let mut body =
            Statements { sample: Some(crate::Sample { hashes, limit }), ..Statements::default() };
        assert!(Body::Statement(body.clone()).check().is_err());
        body.sample.iter_mut().for_each(|sample| drop(sample.hashes.pop()));
        assert_eq!(Body::Statement(body).check(), Ok(()));
    }
}

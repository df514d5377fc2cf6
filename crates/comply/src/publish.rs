//! Small things as they are published.

use servanda_entry::{Claim, Place};
use servanda_place::Point;
use servanda_terms::Agreement;

/// A place in words: a point with its uncertainty, or a zone of the agreement by its name.
#[must_use]
pub fn place(agreement: &Agreement, at: Option<&Place>) -> String {
    match at {
        None => "not stated".to_string(),
        Some(Place::Zone(at)) => {
            agreement.zone(&at.zone).map_or(at.zone.clone(), |zone| zone.name.clone())
        }
        Some(Place::Disc(disc)) => {
            let point = Point { lon_e7: disc.lon_e7, lat_e7: disc.lat_e7 };
            let within = match disc.radius_mm {
                0 => String::new(),
                mm if mm < 10_000_000 => format!(" ± {} m", mm.div_ceil(1000)),
                mm => format!(" ± {} km", mm.div_ceil(1_000_000)),
            };
            format!("{} N, {} E{within}", point.lat_text(), point.lon_text())
        }
    }
}

/// The stable word of an enumeration's value.
#[must_use]
pub fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A claim in one sentence.
pub(crate) fn claim_words(claim: &Claim) -> String {
    let number = claim.count.as_ref().and_then(|count| count.best);
    let number = number.map(|n| format!(": {n}")).unwrap_or_default();
    let quality = claim.quality.as_ref().map(|q| format!(" ({q})")).unwrap_or_default();
    format!("{} says {}{number}{quality}", claim.by, claim.what)
}

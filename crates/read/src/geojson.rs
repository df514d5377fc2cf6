//! Observations as a GeoJSON feature collection (RFC 7946) of points.
//!
//! Each feature is a row. The geometry is a point, or null where the source doesn't say where.
//! These properties are read:
//!
//! | property | what it is |
//! | --- | --- |
//! | `kind` | what was observed, such as `explosion`; must be there |
//! | `from`, `to` | the interval; or |
//! | `time` | a time, as long as it is exact: a minute, a day |
//! | `radius_m` | uncertainty of the point in metres; absent: none is stated |
//! | `zone` | id of a zone of the agreement, for a feature without geometry |
//! | `count`, `count_low`, `count_high`, `unit` | how many, of what |
//! | `key` | the source's own number; absent: the feature's `id` |
//! | `origins` | where the source has it from: a text, or a list of texts |
//!
//! All other properties that are texts, numbers or truth values become attributes; null is left
//! out. Coordinates are read as decimals, exactly; a third one, the height, is left out.

use crate::ReadContext;
use crate::calendar::Calendar;
use crate::json::{Lines, strict, unreadable, words};
use crate::number::{disc, scaled, whole};
use crate::open::whole_text;
use crate::row::{Fault, Output, Unreadable, quoted};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use servanda_entry::{Attrs, Count, Draft, InZone, Observation, Place};
use servanda_place::Point;
use servanda_time::Interval;

#[derive(Deserialize)]
struct File<'a> {
    r#type: String,
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
}

/// The parts of a feature whose text matters.
#[derive(Deserialize)]
struct Geometry<'a> {
    r#type: String,
    #[serde(borrow)]
    coordinates: &'a RawValue,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow, default)]
    geometry: Option<&'a RawValue>,
}

pub(crate) fn read(
    bytes: &[u8],
    context: &ReadContext<'_>,
    output: &mut Output<'_>,
) -> Result<(), Unreadable> {
    let text = whole_text(bytes, &context.limits)?;
    let file: File<'_> = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    if file.r#type != "FeatureCollection" {
        return Err(Unreadable::Json {
            line: 1,
            column: 1,
            message: format!("the type is {}; give a \"FeatureCollection\"", quoted(&file.r#type)),
        });
    }
    let mut lines = Lines::of(text);
    let mut calendar = Calendar::new(context.timezone.clone());
    for raw in &file.features {
        let line = lines.of_part(raw);
        let made = if raw.get().len() > context.limits.record_bytes {
            Err(Fault::row(format!(
                "the feature has {} bytes; at most {} are read",
                raw.get().len(),
                context.limits.record_bytes
            )))
        } else {
            observation(raw, line, &mut calendar)
        };
        output.put(line, raw.get().as_bytes(), made)?;
    }
    Ok(())
}

fn observation(raw: &RawValue, line: u32, calendar: &mut Calendar) -> Result<Draft, Fault> {
    let whole_row = |error: serde_json::Error| Fault::row(words(&error));
    let value = strict(raw.get()).map_err(whole_row)?;
    let properties = match value.get("properties") {
        Some(Value::Object(properties)) => Properties { fields: properties.clone() },
        _ => return Err(Fault::at("properties", "a feature needs properties with kind and time")),
    };
    let mut properties = properties;
    let feature: Feature<'_> = serde_json::from_str(raw.get()).map_err(whole_row)?;
    let interval = properties.interval(calendar)?;
    let kind = properties
        .text("kind")?
        .ok_or_else(|| Fault::at("kind", "it must be stated, such as \"explosion\""))?;
    let at = properties.place(feature.geometry)?;
    let count = properties.count()?;
    let origins = properties.origins()?;
    let key = match properties.text("key")? {
        Some(key) => Some(key),
        None => value.get("id").map(|id| plain("id", id)).transpose()?.flatten(),
    };
    Ok(Draft::Observation(Observation {
        kind,
        from_ms: interval.from.ms(),
        to_ms: interval.to.ms(),
        at,
        count,
        origins,
        sides: Vec::new(),
        key,
        attrs: properties.rest()?,
        line,
    }))
}

/// The properties that are not read yet.
struct Properties {
    fields: Map<String, Value>,
}

impl Properties {
    fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.fields.remove(name) {
            None => Ok(None),
            Some(value) => plain(name, &value),
        }
    }

    fn interval(&mut self, calendar: &mut Calendar) -> Result<Interval, Fault> {
        let (from, to) = (self.text("from")?, self.text("to")?);
        match (from, to, self.text("time")?) {
            (None, None, Some(time)) => {
                calendar.stated(&time, None).map_err(|reason| Fault::at("time", reason))
            }
            (Some(from), Some(to), None) => {
                let start =
                    calendar.stated(&from, None).map_err(|reason| Fault::at("from", reason))?.from;
                let end = calendar.end(&to).map_err(|reason| Fault::at("to", reason))?;
                Interval::new(start, end).ok_or_else(|| Fault::at("to", "it ends before it starts"))
            }
            _ => Err(Fault::at("time", "state either time, or both from and to")),
        }
    }

    fn place(&mut self, geometry: Option<&RawValue>) -> Result<Option<Place>, Fault> {
        let radius_mm = match self.text("radius_m")? {
            None => 0,
            Some(text) => scaled(&text, 3).ok_or_else(|| {
                Fault::at("radius_m", format!("{} is not a length in metres", quoted(&text)))
            })?,
        };
        let zone = self.text("zone")?;
        let Some(geometry) = geometry.filter(|raw| raw.get() != "null") else {
            return Ok(zone.map(|zone| Place::Zone(InZone { zone })));
        };
        if zone.is_some() {
            return Err(Fault::at("zone", "a feature has a geometry or a zone, not both"));
        }
        let wrong = |error: serde_json::Error| Fault::at("geometry", words(&error));
        let geometry: Geometry<'_> = serde_json::from_str(geometry.get()).map_err(wrong)?;
        if geometry.r#type != "Point" {
            return Err(Fault::at(
                "geometry",
                format!("{} is not read; give a \"Point\"", quoted(&geometry.r#type)),
            ));
        }
        let numbers: Vec<&RawValue> =
            serde_json::from_str(geometry.coordinates.get()).map_err(wrong)?;
        let (lon, lat) = match numbers.as_slice() {
            [lon, lat] | [lon, lat, _] => (lon.get(), lat.get()),
            _ => return Err(Fault::at("geometry", "a point is [longitude, latitude]")),
        };
        let point =
            Point::parse(lon, lat).map_err(|error| Fault::at("geometry", error.to_string()))?;
        Ok(Some(disc(point, radius_mm)))
    }

    fn count(&mut self) -> Result<Option<Count>, Fault> {
        let mut number = |name: &str| match self.text(name)? {
            None => Ok(None),
            Some(text) => whole(name, &text).map(Some),
        };
        let (best, low, high) = (number("count")?, number("count_low")?, number("count_high")?);
        let unit = self.text("unit")?;
        if best.is_none() && low.is_none() && high.is_none() {
            return Ok(None);
        }
        let unit = unit.ok_or_else(|| Fault::at("unit", "a count needs its unit"))?;
        Ok(Some(count_of(unit, best, low, high)))
    }

    fn origins(&mut self) -> Result<Vec<String>, Fault> {
        match self.fields.remove("origins") {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| match item {
                    Value::String(text) => Ok(text.clone()),
                    _ => Err(Fault::at("origins", "give a text, or a list of texts")),
                })
                .collect(),
            Some(other) => Ok(plain("origins", &other)?.into_iter().collect()),
        }
    }

    fn rest(self) -> Result<Attrs, Fault> {
        self.fields
            .iter()
            .filter_map(|(name, value)| match plain(name, value) {
                Ok(None) => None,
                Ok(Some(text)) => Some(Ok((name.clone(), text))),
                Err(fault) => Some(Err(fault)),
            })
            .collect()
    }
}

/// A count of which some of the figures are stated. One figure alone is exact; with one bound
/// only, the other is open.
pub(crate) fn count_of(
    unit: String,
    best: Option<u64>,
    low: Option<u64>,
    high: Option<u64>,
) -> Count {
    let exact = low.is_none() && high.is_none();
    Count {
        unit,
        best,
        low: if exact { best.unwrap_or(0) } else { low.unwrap_or(0) },
        high: if exact { best } else { high },
    }
}

/// A text, number or truth value as text; nothing for null and for the empty text.
fn plain(name: &str, value: &Value) -> Result<Option<String>, Fault> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Array(_) | Value::Object(_) => {
            return Err(Fault::at(name, "a list or an object is not read here"));
        }
    };
    Ok(Some(text).filter(|text| !text.is_empty()))
}

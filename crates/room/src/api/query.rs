//! What is asked of a collection: the address is the whole question.

use super::cql::{Asked as _, Filter, corners};
use super::field::{Field, Kind, Property, number};
use super::rows::{Collection, Row};
use super::span::{Range, datetime, instant};
use servanda_place::Bounds;
use servanda_time::Instant;

/// Features of an answer, where the address doesn't say how many.
pub(super) const LIMIT: u64 = 100;
/// Most features of an answer; whoever asks for more gets so many.
pub(super) const LIMIT_MAX: u64 = 10_000;
/// The name of the reference system of all coordinates: longitude, latitude on WGS 84.
pub(super) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const FILTER_LANG: &str = "cql2-text";

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Csv,
}

/// A question.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(super) limit: u64,
    pub(super) offset: u64,
    pub(super) form: Form,
    boxes: Option<Vec<Bounds>>,
    range: Option<Range>,
    filter: Option<Filter>,
    equal: Vec<(usize, Field<'static>)>,
    /// The parameters as they were given, but for where a page begins and the form.
    rest: Vec<(String, String)>,
}

impl Query {
    /// Reads the parameters of an address.
    pub(super) fn read(text: &str, collection: Collection) -> Result<Query, String> {
        let properties = collection.properties();
        let mut query = Query {
            limit: LIMIT,
            offset: 0,
            form: Form::Json,
            boxes: None,
            range: None,
            filter: None,
            equal: Vec::new(),
            rest: Vec::new(),
        };
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if seen.iter().any(|own| *own == *name) {
                return Err(format!("the parameter {name:?} stands twice"));
            }
            seen.push(name.clone().into_owned());
            query.take(&name, &value, properties).map_err(|why| {
                let name = servanda_text::escape(&name);
                format!("the parameter {name}: {why}")
            })?;
            if !matches!(&*name, "offset" | "f") {
                query.rest.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str, properties: &[Property]) -> Result<(), String> {
        match name {
            "limit" => {
                let limit = whole(value)?;
                if limit == 0 {
                    return Err("at least 1".into());
                }
                self.limit = limit.min(LIMIT_MAX);
            }
            "offset" => self.offset = whole(value)?,
            "f" => self.form = form(value, true)?,
            "bbox" => self.boxes = Some(corners(&value.split(',').collect::<Vec<_>>())?),
            "datetime" => self.range = Some(datetime(value)?),
            "filter" => self.filter = Some(Filter::read(value, properties)?),
            "filter-lang" if value != FILTER_LANG => {
                return Err(format!("filters are written in {FILTER_LANG}"));
            }
            "filter-crs" if value != CRS84 => {
                return Err(format!("coordinates are those of {CRS84}"));
            }
            "filter-lang" | "filter-crs" => (),
            _ => {
                let found = properties.iter().enumerate().find(|(_, own)| own.name == name);
                let (n, property) = found.ok_or("there is none of that name here")?;
                self.equal.push((n, value_of(value, property.kind)?));
            }
        }
        Ok(())
    }

    /// Whether a feature is asked for. What has no place passes each box, and what has no time each
    /// interval: so the standard has it, and so nothing is lost by looking at a map.
    pub(super) fn matches(&self, row: &Row<'_>) -> bool {
        if let Some(range) = &self.range {
            let (starts, ends) = row.span();
            if !range.meets(starts, ends) {
                return false;
            }
        }
        if let Some(boxes) = &self.boxes
            && row.shape().meets(boxes) == Some(false)
        {
            return false;
        }
        self.equal.iter().all(|(n, value)| row.field(*n) == *value)
            && self.filter.as_ref().is_none_or(|filter| filter.holds(row))
    }

    /// The same question from another feature on, as the parameters of an address.
    pub(super) fn from(&self, offset: u64, form: Form) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.rest);
        if offset > 0 {
            text.append_pair("offset", &offset.to_string());
        }
        if form == Form::Csv {
            text.append_pair("f", "csv");
        }
        let text = text.finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }
}

/// That an address has no parameters but the form.
pub(super) fn no_parameters(text: &str) -> Result<(), String> {
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        if name != "f" {
            let name = servanda_text::escape(&name);
            return Err(format!("there is no parameter {name} here"));
        }
        form(&value, false)?;
    }
    Ok(())
}

fn form(value: &str, has_table: bool) -> Result<Form, String> {
    match value {
        "json" | "geojson" => Ok(Form::Json),
        "csv" if has_table => Ok(Form::Csv),
        _ if has_table => Err("the forms are json and csv".into()),
        _ => Err("the form is json".into()),
    }
}

fn whole(text: &str) -> Result<u64, String> {
    let is_plain = !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).ok_or_else(|| "a whole number of up to 15 digits".into())
}

fn value_of(text: &str, kind: Kind) -> Result<Field<'static>, String> {
    let wrong = || format!("{} is needed", kind.word());
    Ok(match kind {
        Kind::Text => Field::Text(text.to_owned().into()),
        Kind::Number => Field::Number(number(text).ok_or_else(wrong)?),
        Kind::Time => {
            let at = instant(text)?.from_ms;
            Field::Time(Instant::from_ms(at).map_err(|_| wrong())?)
        }
        Kind::Bool => Field::Bool(text.parse().map_err(|_| wrong())?),
    })
}

//! The last check of a draft: that it can become a row of an entry.
//!
//! What the record would refuse later is refused here, where the line and the column are known.

use crate::row::{EMPTY, Fault};
use servanda_entry::limits::{ATTRIBUTES_MAX, FIELD_BYTES_MAX, INTEGER_MAX, ROWS_BYTES_MAX};
use servanda_entry::{
    Act, Attrs, Claim, Count, CoverageRow, Draft, Observation, Place, QUOTE_CHARS_MAX, Site,
    Statement,
};
use servanda_place::Point;
use servanda_time::{Instant, Interval};

/// What a row's field names, numbers and punctuation may take beside its texts, in bytes of JSON.
const FRAME_BYTES: usize = 1024;

/// The draft, if an entry can hold it.
pub(crate) fn admit(draft: Draft) -> Result<Draft, Fault> {
    let mut check = Check { bytes: FRAME_BYTES };
    match &draft {
        Draft::Observation(row) => check.observation(row),
        Draft::Coverage(row) => check.coverage(row),
        Draft::Claim(row) => check.claim(row),
        Draft::Site(row) => check.site(row),
        Draft::Statement(row) => check.statement(row),
        Draft::Act(row) => check.act(row),
    }?;
    Ok(draft)
}

/// Adds up what the texts take while it looks at them.
struct Check {
    bytes: usize,
}

impl Check {
    fn observation(&mut self, row: &Observation) -> Result<(), Fault> {
        self.word("kind", &row.kind)?;
        some_time(row.from_ms, row.to_ms)?;
        self.place(row.at.as_ref())?;
        self.count(row.count.as_ref())?;
        self.texts("origins", &row.origins)?;
        for side in &row.sides {
            self.texts("sides", side)?;
        }
        self.text("key", row.key.as_deref().unwrap_or(""))?;
        self.attributes("attrs", &row.attrs)
    }

    fn coverage(&mut self, row: &CoverageRow) -> Result<(), Fault> {
        some_time(row.from_ms, row.to_ms)?;
        self.text("zone", row.zone.as_deref().unwrap_or(""))?;
        self.attributes("attrs", &row.attrs)
    }

    fn claim(&mut self, row: &Claim) -> Result<(), Fault> {
        self.word("by", &row.by)?;
        self.word("what", &row.what)?;
        for ms in [row.from_ms, row.to_ms].into_iter().flatten() {
            times(ms, ms)?;
        }
        if let (Some(from), Some(to)) = (row.from_ms, row.to_ms) {
            times(from, to)?;
        }
        self.count(row.count.as_ref())?;
        if row.parts.len() > ATTRIBUTES_MAX {
            return Err(too_many("parts", row.parts.len()));
        }
        for (name, n) in &row.parts {
            self.text("parts", name)?;
            integer("parts", *n)?;
        }
        for (field, text) in
            [("against", &row.against), ("address", &row.address), ("quality", &row.quality)]
        {
            self.text(field, text.as_deref().unwrap_or(""))?;
        }
        Ok(())
    }

    fn site(&mut self, row: &Site) -> Result<(), Fault> {
        self.text("key", row.key.as_deref().unwrap_or(""))?;
        self.text("name", row.name.as_deref().unwrap_or(""))?;
        self.place(Some(&row.at))?;
        self.attributes("attrs", &row.attrs)
    }

    fn statement(&mut self, row: &Statement) -> Result<(), Fault> {
        self.text("speaker", &row.speaker)?;
        self.word("rule", &row.rule)?;
        for (field, n) in [
            ("start", row.start),
            ("end", row.end),
            ("start_char", row.start_char),
            ("end_char", row.end_char),
        ] {
            integer(field, n)?;
        }
        if row.start > row.end || row.start_char > row.end_char {
            return Err(Fault::at("end", "the words end before they start"));
        }
        if row.quote.chars().count() > QUOTE_CHARS_MAX {
            let text = format!("more than {QUOTE_CHARS_MAX} characters: keep a short quotation");
            return Err(Fault::at("quote", text));
        }
        self.text("quote", &row.quote)?;
        self.texts("topics", &row.topics)?;
        self.texts("co_speakers", &row.co_speakers)?;
        for (field, text) in [
            ("audience", &row.audience),
            ("medium", &row.medium),
            ("party", &row.party),
            ("said_on", &row.said_on),
            ("speaker_text", &row.speaker_text),
            ("via", &row.via),
        ] {
            self.text(field, text.as_deref().unwrap_or(""))?;
        }
        for value in &row.values {
            self.text("values", &value.text)?;
            self.word("values", &value.unit)?;
            for n in [value.min_milli, value.max_milli].into_iter().flatten() {
                integer("values", n)?;
            }
        }
        Ok(())
    }

    fn act(&mut self, row: &Act) -> Result<(), Fault> {
        self.word("by", &row.by)?;
        times(row.from_ms, row.to_ms.unwrap_or(row.from_ms))?;
        self.texts("provisions", &row.provisions)?;
        self.text("reference", &row.reference)
    }

    fn place(&mut self, place: Option<&Place>) -> Result<(), Fault> {
        match place {
            None => Ok(()),
            Some(Place::Zone(zone)) => self.word("zone", &zone.zone),
            Some(Place::Disc(disc)) => {
                Point::new(disc.lon_e7, disc.lat_e7)
                    .map_err(|error| Fault::at("at", error.to_string()))?;
                integer("radius_mm", disc.radius_mm)
            }
        }
    }

    fn count(&mut self, count: Option<&Count>) -> Result<(), Fault> {
        let Some(count) = count else { return Ok(()) };
        self.word("unit", &count.unit)?;
        for n in [Some(count.low), count.best, count.high].into_iter().flatten() {
            integer("count", n)?;
        }
        match count.high {
            Some(high) if count.low > high => Err(Fault::at(
                "low",
                format!("the low bound {} lies above the high bound {high}", count.low),
            )),
            _ => Ok(()),
        }
    }

    fn attributes(&mut self, field: &str, attrs: &Attrs) -> Result<(), Fault> {
        if attrs.len() > ATTRIBUTES_MAX {
            return Err(too_many(field, attrs.len()));
        }
        for (name, text) in attrs.iter() {
            self.text(field, name)?;
            self.text(name, text)?;
        }
        Ok(())
    }

    fn texts(&mut self, field: &str, texts: &[String]) -> Result<(), Fault> {
        texts.iter().try_for_each(|text| self.text(field, text))
    }

    /// A text that must say something.
    fn word(&mut self, field: &str, text: &str) -> Result<(), Fault> {
        if text.is_empty() {
            return Err(Fault::at(field, EMPTY));
        }
        self.text(field, text)
    }

    fn text(&mut self, field: &str, text: &str) -> Result<(), Fault> {
        if text.len() > FIELD_BYTES_MAX {
            return Err(Fault::at(
                field,
                format!(
                    "{} bytes; an entry holds at most {FIELD_BYTES_MAX} in one field",
                    text.len()
                ),
            ));
        }
        // Quotes, the comma and the like; a control character is written with six characters.
        let escaped = text.bytes().filter(|b| *b < 0x20 || matches!(b, b'"' | b'\\')).count();
        self.bytes += text.len() + 5 * escaped + 4;
        if self.bytes > ROWS_BYTES_MAX {
            return Err(Fault::row(format!(
                "the row takes more than the {ROWS_BYTES_MAX} bytes that an entry can hold"
            )));
        }
        Ok(())
    }
}

/// A time of no length shares no instant with any other: it could be asked about by nobody.
fn some_time(from_ms: i64, to_ms: i64) -> Result<(), Fault> {
    times(from_ms, to_ms)?;
    if from_ms == to_ms {
        return Err(Fault::row(
            "its time has no length; give its end, a millisecond later or more",
        ));
    }
    Ok(())
}

fn times(from_ms: i64, to_ms: i64) -> Result<(), Fault> {
    let instant =
        |field, ms| Instant::from_ms(ms).map_err(|error| Fault::at(field, error.to_string()));
    let (from, to) = (instant("from_ms", from_ms)?, instant("to_ms", to_ms)?);
    match Interval::new(from, to) {
        Some(_) => Ok(()),
        None => Err(Fault::row(format!("it ends at {to}, before it starts at {from}"))),
    }
}

fn integer(field: &str, n: u64) -> Result<(), Fault> {
    if n > INTEGER_MAX.unsigned_abs() {
        return Err(Fault::at(
            field,
            format!("{n} is above {INTEGER_MAX}, the largest integer that JSON keeps exact"),
        ));
    }
    Ok(())
}

fn too_many(field: &str, found: usize) -> Fault {
    Fault::at(
        field,
        format!("{found} of them; an entry holds at most {ATTRIBUTES_MAX} for one row"),
    )
}

use crate::body::{Body, Kind};
use crate::canonical::{self, NotCanonical};
use crate::limits::TEXT_BYTES_MAX;
use crate::sealed::{Attachment, Audience, Class, Sealed};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use servanda_time::Instant;
use servanda_tlog::Hash;

/// First line of every entry: the form's name and version. It is never a decimal number in the
/// second line, so an entry can never be taken for a checkpoint.
pub const FORM: &str = "peace-record/entry/v1";

/// The newest checkpoint that the author held: what the entry was written after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// Root hash then.
    #[serde(with = "crate::body::hex_hash")]
    pub root: Hash,
    /// Entries in the log then.
    pub size: u64,
}

/// What an entry is to say, and what of it is withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// Who may read it, and the commitments to what not everybody may.
    pub class: Class,
    /// What everybody may read.
    pub body: Body,
}

impl From<Body> for Writing {
    fn from(body: Body) -> Writing {
        Writing { class: Class::Public, body }
    }
}

/// An entry before it is signed, or after it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identifier of the agreement.
    pub agreement: String,
    /// Name of the author's key.
    pub by: String,
    /// How many entries the author wrote before this one.
    pub seq: u64,
    /// Leaf hash of the author's previous entry; none for the first.
    pub prev: Option<Hash>,
    /// The newest checkpoint that the author held.
    pub cite: Cite,
    /// Time of receipt.
    pub at: Instant,
    /// Who may read it, and the commitments to what not everybody may.
    pub class: Class,
    /// What it says to everybody.
    pub body: Body,
}

/// Why bytes are no entry, or an entry can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not three lines, or another form.
    #[error("not an entry of the form {FORM}: {0}")]
    Form(String),
    /// Written for another record.
    #[error("written for the record {found:?}, not for {expected:?}")]
    Origin {
        /// The record that it names.
        found: String,
        /// The record at hand.
        expected: String,
    },
    /// The JSON is not in its one spelling.
    #[error("the entry's JSON is {0}")]
    Json(#[from] NotCanonical),
    /// A field is missing, unknown or of the wrong type.
    #[error("the entry's fields are wrong: {0}")]
    Fields(String),
    /// A class that there is not.
    #[error("there is no class {0:?}; there are: public, parties, guarantors, mission, sealed")]
    Class(String),
    /// Something is sealed that can't be, or not as it must be.
    #[error("what it withholds is not as it must be: {0}")]
    Sealed(String),
    /// Too large.
    #[error("{what} is {found} bytes; at most {max} are allowed: split it")]
    Size {
        /// What is too large.
        what: &'static str,
        /// Its size.
        found: usize,
        /// The limit.
        max: usize,
    },
}

#[derive(Serialize)]
struct Fields<'a, B> {
    agreement: &'a str,
    at_ms: i64,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    att: &'a [Attachment],
    body: B,
    by: &'a str,
    cite: Cite,
    class: &'a str,
    kind: Kind,
    #[serde(with = "crate::body::hex_hash_option")]
    prev: Option<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sd: Vec<String>,
    seq: u64,
}

/// `prev` is present even when it is null, which the shared helper can't read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a> {
    agreement: String,
    at_ms: i64,
    #[serde(default)]
    att: Option<Vec<Attachment>>,
    #[serde(borrow)]
    body: &'a RawValue,
    by: String,
    cite: Cite,
    class: String,
    kind: Kind,
    prev: Option<String>,
    #[serde(default)]
    sd: Option<Vec<String>>,
    seq: u64,
}

impl Entry {
    /// The three lines that are signed.
    ///
    /// # Errors
    /// When the entry is too large or holds what canonical JSON can't.
    pub fn text(&self, origin: &str) -> Result<String, Refusal> {
        self.body.check().map_err(Refusal::Fields)?;
        check_sealed(&self.class, &self.body)?;
        let json = match &self.body {
            // The kinds that come by the million are in canonical order already.
            Body::Observation(body) => canonical::sorted_to_bytes(&self.fields(body)),
            Body::Coverage(body) => canonical::sorted_to_bytes(&self.fields(body)),
            body => canonical::to_bytes(&self.fields(body.to_value())),
        }?;
        let json = String::from_utf8(json).map_err(|error| Refusal::Form(error.to_string()))?;
        let text = format!("{FORM}\n{origin}\n{json}\n");
        within("the text of the entry", text.len(), TEXT_BYTES_MAX)?;
        Ok(text)
    }

    fn fields<B>(&self, body: B) -> Fields<'_, B> {
        Fields {
            agreement: &self.agreement,
            at_ms: self.at.ms(),
            att: self.class.attachments(),
            body,
            by: &self.by,
            cite: self.cite,
            class: self.class.word(),
            kind: self.body.kind(),
            prev: self.prev,
            sd: (self.class.sealed())
                .map(|sealed| sealed.fields().iter().map(|hash| hash.to_hex()).collect())
                .unwrap_or_default(),
            seq: self.seq,
        }
    }

    /// Opens the three lines, refusing whatever is not in its one spelling.
    ///
    /// # Errors
    /// As [`Refusal`] tells.
    pub fn from_text(text: &str, origin: &str) -> Result<Entry, Refusal> {
        let json = json_line(text, origin)?;
        let value = canonical::parse(json.as_bytes())?;
        let entry = Entry::from_json(json)?;
        // A body with an unknown or default field spelled out would read as another's equal.
        let again = entry.body.to_value();
        if value.get("body") != Some(&again) {
            return Err(Refusal::Fields("the body spells out what its form leaves out".into()));
        }
        // An object can be read from a list of its members too, and a missing list from null.
        let is_list = |name| value.get(name).is_none_or(Value::is_array);
        let mut files = value.get("att").and_then(Value::as_array).into_iter().flatten();
        let is_object = value.get("cite").is_some_and(Value::is_object);
        if !is_object || !is_list("att") || !is_list("sd") || !files.all(Value::is_object) {
            let what = "cite is an object, att a list of such, sd a list, where they are";
            return Err(Refusal::Fields(what.into()));
        }
        entry.body.check().map_err(Refusal::Fields)?;
        check_sealed(&entry.class, &entry.body)?;
        Ok(entry)
    }

    /// Opens the three lines of an entry that was admitted and whose bytes are known to be those
    /// of the log. Faster than [`Entry::from_text`]: the spelling is not checked again.
    ///
    /// # Errors
    /// As [`Refusal`] tells.
    pub fn from_admitted_text(text: &str, origin: &str) -> Result<Entry, Refusal> {
        Entry::from_json(json_line(text, origin)?)
    }

    fn from_json(json: &str) -> Result<Entry, Refusal> {
        let wrong = |error: serde_json::Error| Refusal::Fields(error.to_string());
        let read: Read<'_> = serde_json::from_str(json).map_err(wrong)?;
        let class = Class::read(&read.class, read.sd, read.att)?;
        let prev = match read.prev {
            None => None,
            Some(hex) => Some(
                Hash::from_hex(&hex).map_err(|_| Refusal::Fields("prev is no SHA-256".into()))?,
            ),
        };
        Ok(Entry {
            agreement: read.agreement,
            by: read.by,
            seq: read.seq,
            prev,
            cite: read.cite,
            at: Instant::from_ms(read.at_ms).map_err(|e| Refusal::Fields(e.to_string()))?,
            class,
            body: Body::from_str(read.kind, read.body.get()).map_err(wrong)?,
        })
    }
}

impl Class {
    /// The class of an entry with what it lists as sealed; what it does not list is absent, not
    /// empty.
    ///
    /// # Errors
    /// [`Refusal::Class`], [`Refusal::Sealed`].
    pub fn read(
        word: &str,
        fields: Option<Vec<String>>,
        files: Option<Vec<Attachment>>,
    ) -> Result<Class, Refusal> {
        let sealed = |what: &str| Refusal::Sealed(what.into());
        if word == Class::Public.word() {
            let what = "a public entry withholds nothing, and lists no commitments";
            let is_listed = fields.is_some() || files.is_some();
            return if is_listed { Err(sealed(what)) } else { Ok(Class::Public) };
        }
        let audience = Audience::of_word(word)
            .ok_or_else(|| Refusal::Class(word.chars().take(40).collect()))?;
        if fields.as_ref().is_some_and(Vec::is_empty) || files.as_ref().is_some_and(Vec::is_empty) {
            return Err(sealed("a list of commitments is empty: leave it out"));
        }
        let fields: Result<Vec<Hash>, _> =
            fields.unwrap_or_default().iter().map(|hex| Hash::from_hex(hex)).collect();
        let fields = fields.map_err(|_| sealed("a commitment in sd is no SHA-256"))?;
        let all = Sealed::in_order(audience, fields, files.unwrap_or_default());
        all.map(Class::Restricted).map_err(Refusal::Sealed)
    }
}

fn check_sealed(class: &Class, body: &Body) -> Result<(), Refusal> {
    class.sealed().map_or(Ok(()), |sealed| sealed.check(body)).map_err(Refusal::Sealed)
}

fn json_line<'a>(text: &'a str, origin: &str) -> Result<&'a str, Refusal> {
    json_line_of(FORM, text, origin)
}

/// The third line of a text of three: a form, the record's origin, JSON.
pub(crate) fn json_line_of<'a>(
    first: &str,
    text: &'a str,
    origin: &str,
) -> Result<&'a str, Refusal> {
    let form = |why: &str| Refusal::Form(why.to_string());
    within("the text", text.len(), TEXT_BYTES_MAX)?;
    let mut lines = text.split('\n');
    if lines.next() != Some(first) {
        return Err(form("the first line is another"));
    }
    let found = lines.next().ok_or_else(|| form("it has one line only"))?;
    if found != origin {
        return Err(Refusal::Origin {
            found: found.chars().take(200).collect(),
            expected: origin.into(),
        });
    }
    let json = lines.next().ok_or_else(|| form("it has two lines only"))?;
    if lines.next() != Some("") || lines.next().is_some() {
        return Err(form("it must be three lines, each with its line feed"));
    }
    Ok(json)
}

/// Refuses what is larger than its limit.
pub(crate) fn within(what: &'static str, found: usize, max: usize) -> Result<(), Refusal> {
    if found > max { Err(Refusal::Size { what, found, max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Finding, Observation, Observations, Outcome};
    use servanda_tlog::sha256;

    const ORIGIN: &str = "example.org/truce";

    fn entry(body: Body) -> Entry {
        Entry {
            agreement: "truce".into(),
            by: "example.org/mission".into(),
            seq: 3,
            prev: Some(sha256(b"before")),
            cite: Cite { size: 7, root: sha256(b"root") },
            at: Instant::parse("2026-04-20T12:00:00Z", None).unwrap(),
            class: Class::Public,
            body,
        }
    }

    fn observation() -> Body {
        let row = Observation {
            kind: "explosion".into(),
            from_ms: 1_000,
            to_ms: 2_000,
            at: None,
            count: None,
            origins: vec![],
            sides: vec![],
            key: None,
            attrs: [("means".to_string(), "heard".to_string())].into(),
            line: 4,
        };
        Body::Observation(Observations { source: "patrol".into(), document: None, rows: vec![row] })
    }

    #[test]
    fn an_entry_is_three_lines_and_is_read_back() {
        let entry = entry(observation());
        let text = entry.text(ORIGIN).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert_eq!(text.lines().nth(1), Some(ORIGIN));
        assert_eq!(Entry::from_text(&text, ORIGIN), Ok(entry.clone()));
        assert_eq!(Entry::from_admitted_text(&text, ORIGIN), Ok(entry));
    }

    #[test]
    fn the_first_entry_of_an_author_has_no_previous_one() {
        let mut first = entry(observation());
        first.prev = None;
        let text = first.text(ORIGIN).unwrap();
        assert!(text.contains(r#""prev":null"#), "{text}");
        assert_eq!(Entry::from_text(&text, ORIGIN), Ok(first));
    }

    #[test]
    fn another_record_class_form_or_spelling_is_refused() {
        let text = entry(observation()).text(ORIGIN).unwrap();
        let refused = |text: &str| Entry::from_text(text, ORIGIN).unwrap_err().to_string();
        assert!(Entry::from_text(&text, "example.org/other").is_err());
        assert!(refused(&text.replace("entry/v1", "entry/v2")).contains("form"));
        assert!(refused(&text.replace("\"public\"", "\"secret\"")).contains("there is no class"));
        assert!(refused(&text.replace("\"public\"", "\"sealed\"")).contains("nothing is sealed"));
        assert!(refused(&text.replace("\"seq\":3", "\"seq\":3.0")).contains("integer"));
        assert!(refused(&text.replace("\"seq\":3", "\"seq\": 3")).contains("canonical"));
        assert!(refused(&format!("{text}x\n")).contains("three lines"));
        assert!(
            refused(&text.replace("\"kind\":\"observation\"", "\"kind\":\"rumour\""))
                .contains("fields")
        );
        let place = text.find("\"cite\":").unwrap()..text.find(",\"class\"").unwrap();
        let listed = text[place.clone()].replace("{\"root\":", "[").replace("\"size\":", "");
        let mut listing = text.clone();
        listing.replace_range(place, &listed.replace('}', "]"));
        assert!(refused(&listing).contains("cite is an object"), "{}", refused(&listing));
        let null = text.replace("\"seq\":3", "\"sd\":null,\"seq\":3");
        assert!(refused(&null).contains("sd a list"), "{}", refused(&null));
        let spelled = text.replace("\"line\":4", "\"line\":4,\"origins\":[]");
        assert!(refused(&spelled).contains("spells out"), "{}", refused(&spelled));
        assert!(
            refused(&text.replace("\"from_ms\":1000", "\"from_ms\":3000"))
                .contains("before it starts")
        );
    }

    #[test]
    fn a_text_or_field_too_long_is_refused() {
        let mut long = observation();
        if let Body::Observation(o) = &mut long {
            o.rows[0].kind = "x".repeat(crate::limits::FIELD_BYTES_MAX + 1);
        }
        assert!(entry(long).text(ORIGIN).unwrap_err().to_string().contains("at most 4096"));
        let mut many = observation();
        if let Body::Observation(o) = &mut many {
            o.rows = vec![o.rows[0].clone(); 500];
        }
        assert!(matches!(entry(many).text(ORIGIN), Err(Refusal::Size { .. })));
    }

    #[test]
    fn content_ids_leave_out_where_a_thing_stands() {
        use crate::body::{Kind, Ref};
        use crate::content::{body_id, row_id};
        let Body::Observation(o) = observation() else { unreachable!() };
        let mut moved = o.rows[0].clone();
        moved.line = 99;
        assert_eq!(
            row_id(Kind::Observation, "patrol", &o.rows[0]),
            row_id(Kind::Observation, "patrol", &moved)
        );
        moved.to_ms += 1;
        assert_ne!(
            row_id(Kind::Observation, "patrol", &o.rows[0]),
            row_id(Kind::Observation, "patrol", &moved)
        );
        let finding = |entry| {
            body_id(&Body::Finding(Finding {
                provision: "prohibit.combat".into(),
                reading: None,
                party: None,
                zone: None,
                from_ms: 0,
                to_ms: 1,
                severity: None,
                outcome: Outcome::Undetermined,
                role: "head of verification".into(),
                standard: "reasonable grounds".into(),
                reason: "one source".into(),
                of: vec![Ref { entry, row: Some(0), id: sha256(b"seen") }],
            }))
        };
        assert_eq!(finding(4), finding(40));
    }
}

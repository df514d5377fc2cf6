//! An entry without what its body says: the part that every reader judges alike.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use servanda_entry::limits::{ENTRY_BYTES_MAX, TEXT_BYTES_MAX};
use servanda_entry::{
    Attachment, Cite, Class, Constitution, Erasure, FORM, Hold, INSTRUMENT_FORM, canonical,
};
use servanda_seal::Order;
use servanda_time::Instant;
use servanda_tlog::{Hash, Note, VerifierKey};

use super::code::Code;
use crate::constitution::Founding;

/// What an entry says beside its body.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) note: Note,
    pub(super) agreement: String,
    pub(super) at_ms: i64,
    pub(super) by: String,
    pub(super) cite_size: u64,
    pub(super) cite_root: Hash,
    pub(super) is_constitution: bool,
    pub(super) is_act: bool,
    pub(super) is_key_act: bool,
    pub(super) prev: Option<Hash>,
    pub(super) seq: u64,
    pub(super) class: Class,
    is_erasure: bool,
    is_hold: bool,
    body: Value,
}

const FIELDS: [&str; 9] =
    ["agreement", "at_ms", "body", "by", "cite", "class", "kind", "prev", "seq"];
/// What entries list that withhold something.
const SEALED_FIELDS: [&str; 2] = ["att", "sd"];

impl Envelope {
    /// Reads an entry of the record `origin`; signatures are not checked.
    pub(super) fn open(bytes: &[u8], origin: &str) -> Result<Envelope, Code> {
        let note = Note::parse(bytes, ENTRY_BYTES_MAX).map_err(|_| Code::EntryForm)?;
        let lines: Vec<&str> = note.text().split('\n').collect();
        if note.text().len() > TEXT_BYTES_MAX || lines.first() != Some(&FORM) {
            return Err(Code::EntryForm);
        }
        if lines.get(1) != Some(&origin) {
            return Err(Code::EntryOrigin);
        }
        let [_, _, json, ""] = lines.as_slice() else {
            return Err(Code::EntryForm);
        };
        let value = canonical::parse(json.as_bytes()).map_err(|_| Code::EntryForm)?;
        Envelope::of(value, note.clone()).ok_or(Code::EntryForm)
    }

    fn of(value: Value, note: Note) -> Option<Envelope> {
        let Value::Object(mut fields) = value else { return None };
        let mut listed = SEALED_FIELDS.map(|name| fields.remove(name)).into_iter();
        let (att, sd) = (listed.next().flatten(), listed.next().flatten());
        if !fields.keys().map(String::as_str).eq(FIELDS) {
            return None;
        }
        let files: Option<Vec<Attachment>> = att.map(read_exactly).transpose().ok()?;
        let digests: Option<Vec<String>> = sd.map(read_exactly).transpose().ok()?;
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let text = |value: Value| value.as_str().map(str::to_owned);
        let cite = take("cite");
        let cite = cite.as_object().filter(|cite| cite.len() == 2)?;
        let class = Class::read(take("class").as_str()?, digests, files).ok()?;
        let hash = |value: &Value| Hash::from_hex(value.as_str()?).ok();
        let at_ms = take("at_ms").as_i64()?;
        Instant::from_ms(at_ms).ok()?;
        let prev = match take("prev") {
            Value::Null => None,
            other => Some(hash(&other)?),
        };
        let kind = text(take("kind"))?;
        Some(Envelope {
            note,
            agreement: text(take("agreement"))?,
            at_ms,
            by: text(take("by"))?,
            cite_size: cite.get("size")?.as_u64()?,
            cite_root: hash(cite.get("root")?)?,
            is_constitution: kind == "constitution",
            is_act: kind == "act",
            is_key_act: kind == "key-act",
            is_erasure: kind == "erasure",
            is_hold: kind == "hold",
            class,
            prev,
            seq: take("seq").as_u64()?,
            body: Some(take("body")).filter(Value::is_object)?,
        })
    }

    /// Whether its author, one of the offices, has signed it, and no office's signature is bad.
    pub(super) fn is_signed(&self, offices: &[VerifierKey]) -> bool {
        let signers = self.note.verify(offices).unwrap_or_default();
        signers.iter().any(|signer| signer.name() == self.by)
    }

    /// The state that the signatories of an act saw.
    pub(super) fn act_seen(&self) -> Result<Option<Cite>, Code> {
        let seen = self.body.get("seen").cloned().map(read_exactly);
        seen.transpose().map_err(|_| Code::EntryForm)
    }

    /// What the signatories of an act have signed.
    pub(super) fn instrument(&self, origin: &str) -> Result<String, Code> {
        let fields = json!({ "agreement": self.agreement, "body": self.body, "kind": "act" });
        let json = canonical::to_bytes(&fields).ok().and_then(|json| String::from_utf8(json).ok());
        let json = json.ok_or(Code::EntryForm)?;
        Ok(format!("{INSTRUMENT_FORM}\n{origin}\n{json}\n"))
    }

    /// The order that it is, and the signatures in its body; none of an entry that orders nothing.
    pub(super) fn order(&self) -> Result<Option<(Order, Vec<String>)>, Code> {
        let malformed = |_| Code::EntryForm;
        if self.is_erasure {
            let body: Erasure = read_exactly(self.body.clone()).map_err(malformed)?;
            return Ok(Some((Order::from(&body), body.approvals)));
        }
        if self.is_hold && self.body.get("lifts") == Some(&Value::Bool(true)) {
            let body: Hold = read_exactly(self.body.clone()).map_err(malformed)?;
            return Ok(Some((Order::from(&body), body.approvals)));
        }
        Ok(None)
    }

    /// What it erases, when it is an order of erasure.
    pub(super) fn erases(&self) -> impl Iterator<Item = Hash> {
        let what = self.body.get("what").filter(|_| self.is_erasure).and_then(Value::as_array);
        what.into_iter().flatten().filter_map(|part| Hash::from_hex(part.as_str()?).ok())
    }

    /// What entry 0 lays down.
    pub(super) fn founding(&self, origin: &str) -> Result<Founding, Code> {
        let body: Constitution = read_exactly(self.body.clone()).map_err(|_| Code::Constitution)?;
        Founding::of(&self.agreement, &body, origin).map_err(|_| Code::Constitution)
    }
}

/// Reads a value that is spelt as it would be written: no object as a list, nothing empty or null
/// that is left out when it says nothing.
fn read_exactly<T: Serialize + DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    let read: T = serde_json::from_value(value.clone())?;
    if serde_json::to_value(&read)? != value {
        return Err(serde::de::Error::custom("it is spelt otherwise than it is written"));
    }
    Ok(read)
}

/// The digests that an entry names as files, wherever in it they stand. Inside a text the quotes
/// would be escaped, so only members called `sha256` or `ct` are found.
pub(crate) fn digests(entry: &[u8]) -> impl Iterator<Item = Hash> {
    hashes(entry, &[b"\"sha256\":\"", b"\"ct\":\""])
}

/// The documents that its rows were read from, of which the record need not have the bytes.
pub(crate) fn documents(entry: &[u8]) -> impl Iterator<Item = Hash> {
    hashes(entry, &[b"\"document\":\""])
}

fn hashes<'e>(
    entry: &'e [u8],
    members: &'static [&'static [u8]],
) -> impl Iterator<Item = Hash> + 'e {
    members.iter().flat_map(move |member| {
        let places = entry.windows(member.len()).enumerate();
        let places = places.filter(move |(_, window)| window == member);
        places.filter_map(move |(at, _)| {
            let digits = entry.get(at + member.len()..at + member.len() + 64)?;
            Hash::from_hex(str::from_utf8(digits).ok()?).ok()
        })
    })
}

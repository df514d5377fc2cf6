//! Instruments: what several hands sign of an act, whatever entry it is entered in.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::body::{Body, Kind};
use crate::canonical;
use crate::envelope::{Cite, Refusal, json_line_of, within};
use crate::limits::TEXT_BYTES_MAX;

/// First line of every instrument.
pub const INSTRUMENT_FORM: &str = "peace-record/act/v1";

/// An act as several hands sign it: what it says, and of which record and agreement.
///
/// Where it comes to stand in the record is no part of it, so it can be signed over weeks, in
/// different hands, while others write. An entry of the same body carries the signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Identifier of the agreement.
    pub agreement: String,
    /// A key act, or a legal act.
    pub body: Body,
}

#[derive(Serialize)]
struct Fields<'a> {
    agreement: &'a str,
    body: serde_json::Value,
    kind: Kind,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read<'a> {
    agreement: String,
    #[serde(borrow)]
    body: &'a RawValue,
    kind: Kind,
}

impl Body {
    /// The state of the record that the signatories of an act saw; none of another body, and of an
    /// act that one office entered alone.
    #[must_use]
    pub fn seen(&self) -> Option<Cite> {
        match self {
            Body::KeyAct(act) => Some(act.seen),
            Body::Act(act) => act.seen.as_deref().copied(),
            _ => None,
        }
    }
}

impl Instrument {
    /// Whether acts of this kind are signed by several hands.
    #[must_use]
    pub fn is_kind(kind: Kind) -> bool {
        matches!(kind, Kind::Act | Kind::KeyAct)
    }

    /// The three lines that are signed.
    ///
    /// # Errors
    /// [`Refusal`] when it is too large or of a kind that one hand signs.
    pub fn text(&self, origin: &str) -> Result<String, Refusal> {
        let kind = self.body.kind();
        if !Instrument::is_kind(kind) {
            let what = "only acts and key acts are signed by several hands";
            return Err(Refusal::Fields(what.into()));
        }
        self.body.check().map_err(Refusal::Fields)?;
        let fields = Fields { agreement: &self.agreement, body: self.body.to_value(), kind };
        let json = String::from_utf8(canonical::to_bytes(&fields)?)
            .map_err(|error| Refusal::Form(error.to_string()))?;
        let text = format!("{INSTRUMENT_FORM}\n{origin}\n{json}\n");
        within("the text of the act", text.len(), TEXT_BYTES_MAX)?;
        Ok(text)
    }

    /// Reads the three lines, refusing whatever is not in its one spelling.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn from_text(text: &str, origin: &str) -> Result<Instrument, Refusal> {
        let json = json_line_of(INSTRUMENT_FORM, text, origin)?;
        canonical::parse(json.as_bytes())?;
        let wrong = |error: serde_json::Error| Refusal::Fields(error.to_string());
        let read: Read<'_> = serde_json::from_str(json).map_err(wrong)?;
        let body = Body::from_str(read.kind, read.body.get()).map_err(wrong)?;
        let instrument = Instrument { agreement: read.agreement, body };
        if instrument.text(origin)? != text {
            return Err(Refusal::Fields("it is not written as it would be".into()));
        }
        Ok(instrument)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, ActKind, Cite, KeyAct, KeyChange};
    use servanda_time::Instant;
    use servanda_tlog::sha256;

    const ORIGIN: &str = "example.org/truce";

    fn act() -> Instrument {
        let change = KeyChange::Revoke { compromised_since_ms: 7, key: "k".into() };
        let seen = Cite { size: 3, root: sha256(b"root") };
        let act = KeyAct { change, number: 1, reason: "stolen".into(), seen };
        Instrument { agreement: "truce".into(), body: Body::KeyAct(act) }
    }

    #[test]
    fn what_is_signed_is_read_back() {
        let text = act().text(ORIGIN).unwrap();
        assert_eq!(text.lines().count(), 3);
        assert_eq!(Instrument::from_text(&text, ORIGIN), Ok(act()));
        let legal = Act::new(ActKind::Signature, "Northland", Instant::EPOCH, "the instrument");
        let legal = Instrument { agreement: "truce".into(), body: Body::Act(legal) };
        let text = legal.text(ORIGIN).unwrap();
        assert_eq!(Instrument::from_text(&text, ORIGIN), Ok(legal));
    }

    #[test]
    fn other_records_forms_and_spellings_are_refused() {
        let text = act().text(ORIGIN).unwrap();
        let refused = |text: &str| Instrument::from_text(text, ORIGIN).unwrap_err().to_string();
        assert!(Instrument::from_text(&text, "example.org/other").is_err());
        assert!(refused(&text.replace("act/v1", "act/v2")).contains("form"));
        assert!(refused(&text.replace("\"number\":1", "\"number\": 1")).contains("canonical"));
        assert!(refused(&text.replace("\"seen\"", "\"s\":1,\"seen\"")).contains("fields"));
        assert!(refused(&text.replace("key-act", "finding")).contains("fields"));
        assert!(refused(&text.replace("stolen", " ")).contains("reason"));
    }
}

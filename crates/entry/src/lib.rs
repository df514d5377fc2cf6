//! What the record holds: entries, their canonical bytes and their content ids.
//!
//! An entry is a signed note of three lines: the form's name and version, the record's origin,
//! and one line of canonical JSON (RFC 8785, no floats, integers up to 2^53 − 1). The signature
//! is over the stored bytes; nothing is ever written anew to check it. An entry is read only when
//! its JSON is byte for byte the canonical form of itself, so that one meaning has one spelling.
//!
//! Several rows of one source and file travel in one entry ([`Body::Observation`] and its like).
//! Each row has a [content id](content::row_id), the same whatever file, batch or order it came
//! in, by which answers can cite it.

mod attrs;
pub mod body;
pub mod canonical;
mod check;
pub mod content;
mod draft;
mod envelope;
mod instrument;
pub mod limits;
mod sealed;
mod statement;
mod taken_out;

pub use attrs::Attrs;
pub use body::{
    Act, ActKind, ActResult, AgreementText, Anchor, Assessment, Attribution, Basis, Blob, Body,
    CheckItem, CheckResult, Claim, Claims, Constitution, Correction, Count, Coverage, CoverageRow,
    CureState, Destruction, Disc, Disclosure, Document, Erasers, Erasure, Finding, ForcedStart,
    Handling, Hold, InZone, Judgement, KeyAct, KeyChange, Kind, NewLog, Observation, Observations,
    Office, OperatorRule, Outcome, Place, Ref, RefusedOrder, Replacement, Reply, Review, RowCount,
    Signatory, Site, Sites, Slot, SourceGrade, Step, Verification, Votes, Watch,
};
pub use draft::Draft;
pub use envelope::{Cite, Entry, FORM, Refusal, Writing};
pub use instrument::{INSTRUMENT_FORM, Instrument};
pub use sealed::{
    Attachment, Audience, Class, SEALED_FIELDS_MAX, SEALED_FILES_MAX, SEALED_KINDS, SEALED_NAME,
    Sealed,
};
pub use statement::{
    MODEL_DIFFERS_RULE, MODEL_RULE, ModelMark, OUTLET, QUOTE_CHARS_MAX, SAMPLE_MAX, Sample,
    SpeechAct, SpeechKind, SpeechStatus, StatedValue, Statement, Statements,
};
pub use taken_out::{TakenOut, taken_out};

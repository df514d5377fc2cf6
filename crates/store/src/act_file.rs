//! An act as a file that goes from hand to hand: three lines, and the signatures so far.

use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{INSTRUMENT_FORM, Instrument};
use servanda_tlog::{ActSigner, Note, Signature};

use crate::error::StoreError;

/// An act with the signatures that were collected for it: a signed note, or, before the first, its
/// text and the blank line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActFile {
    origin: String,
    text: String,
    instrument: Instrument,
    signatures: Vec<Signature>,
}

impl ActFile {
    /// An act that nobody has signed yet.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is too large, or of a kind that one hand signs.
    pub fn new(instrument: Instrument, origin: &str) -> Result<ActFile, StoreError> {
        let text = instrument.text(origin).map_err(refused)?;
        Ok(ActFile { origin: origin.to_owned(), text, instrument, signatures: Vec::new() })
    }

    /// Reads what [`ActFile::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`StoreError::Refused`].
    pub fn parse(bytes: &[u8]) -> Result<ActFile, StoreError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(refused(format!("it has more than {ENTRY_BYTES_MAX} bytes")));
        }
        let whole = str::from_utf8(bytes).map_err(refused)?;
        let (text, signatures) = match whole.strip_suffix("\n\n") {
            Some(text) => (format!("{text}\n"), Vec::new()),
            None => {
                let note = Note::parse(bytes, ENTRY_BYTES_MAX).map_err(refused)?;
                (note.text().to_owned(), note.signatures().to_vec())
            }
        };
        let origin = text.lines().nth(1).unwrap_or_default().to_owned();
        if !text.starts_with(&format!("{INSTRUMENT_FORM}\n")) {
            return Err(refused(format!("it does not begin with {INSTRUMENT_FORM}")));
        }
        let instrument = Instrument::from_text(&text, &origin).map_err(refused)?;
        Ok(ActFile { origin, text, instrument, signatures })
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let lines: String = self.signatures.iter().map(|one| format!("{one}\n")).collect();
        format!("{}\n{lines}", self.text).into_bytes()
    }

    /// Name of the record.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The signatures so far, unchecked.
    #[must_use]
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Signs it. An earlier signature of the key is replaced.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has as many signatures as an entry may have.
    pub fn sign(&mut self, signer: &ActSigner) -> Result<(), StoreError> {
        self.add(signer.sign(self.text.as_bytes()).map_err(refused)?)
    }

    /// Adds the signatures of another file of the same act.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it is another act, or they would be too many.
    pub fn merge(&mut self, other: &ActFile) -> Result<(), StoreError> {
        if other.text != self.text {
            return Err(refused("the files are of two acts: sign copies of one file"));
        }
        other.signatures.iter().try_for_each(|one| self.add(one.clone()))
    }

    fn add(&mut self, signature: Signature) -> Result<(), StoreError> {
        let mut note = Note::new(&self.text).map_err(refused)?;
        for one in self.signatures.iter().chain([&signature]) {
            note.add_signature(one.clone()).map_err(refused)?;
        }
        self.signatures = note.signatures().to_vec();
        Ok(())
    }
}

fn refused(why: impl ToString) -> StoreError {
    StoreError::Refused { what: "the act".into(), why: why.to_string() }
}

//! Archives of others: taken in as they came, to the last byte.

use servanda_entry::{Blob, Body, Document, RowCount};
use servanda_tlog::sha256;

use crate::DeskError;
use crate::ask::Desk;

/// The format that such a document has.
pub const ARCHIVE: &str = "archive";

/// What became of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveIntake {
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Who it is from: a source or register of the agreement, or nobody named.
    pub source: String,
    /// The entry to be made; none when the record has these bytes.
    pub body: Option<Body>,
}

/// Takes in an archive, such as a ZIP, WACZ or CSV that another program made. Nothing in it is
/// unpacked, read or believed: the record names it by its hash, and keeps its bytes.
///
/// # Errors
/// [`DeskError::Asked`] when the agreement has no such source, or there are no bytes.
pub fn take_in_archive(
    desk: &Desk,
    name: &str,
    bytes: &[u8],
    source: Option<&str>,
) -> Result<ArchiveIntake, DeskError> {
    if bytes.is_empty() {
        return Err(DeskError::Asked(format!("{name}: is empty; nothing is kept of it")));
    }
    let agreement = &desk.agreement;
    let is_known = |id: &str| {
        agreement.sources.iter().any(|source| source.id == id)
            || agreement.registers.iter().any(|register| register.id == id)
    };
    if let Some(id) = source.filter(|id| !is_known(id)) {
        let what = format!("the agreement has no source or register {id:?}; leave it out");
        return Err(DeskError::Asked(what));
    }
    let digest = sha256(bytes);
    let source = source.unwrap_or(ARCHIVE).to_owned();
    let has = desk.history.documents.iter().any(|held| held.value.file.sha256 == digest);
    // Where a file lay on somebody's machine is nobody's business.
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let file = Blob { name, sha256: digest, bytes: bytes.len() as u64 };
    let document = Document {
        file,
        format: ARCHIVE.into(),
        quarantine: None,
        rows: RowCount::default(),
        source: source.clone(),
    };
    let body = (!has).then_some(Body::Document(document));
    Ok(ArchiveIntake { sha256: digest.to_hex(), source, body })
}

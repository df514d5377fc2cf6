use crate::DeskError;
use servanda_entry::{AgreementText, Blob, Body};
use servanda_store::Record;
use servanda_terms::{Agreement, Diagnostic, Severity, SourceText, load, referenced_files};
use servanda_tlog::sha256;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A file beside an agreement that is larger is refused.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The text of an agreement and the files that it names.
#[derive(Debug, Clone)]
pub struct AgreementFiles {
    /// The text.
    pub source: SourceText,
    /// Zones and mappings, by their names in the text.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Data files that the text names and that are there, in the order of their names.
    pub data: Vec<String>,
}

impl AgreementFiles {
    /// From files in memory, such as those inside the binary: the text is `agreement.md`.
    ///
    /// # Errors
    /// When there is no text, or it is not UTF-8.
    pub fn from_files(
        name: &str,
        get: impl Fn(&str) -> Option<Vec<u8>>,
    ) -> Result<AgreementFiles, DeskError> {
        let file = |what: String| DeskError::File { path: name.into(), what };
        let text = get(name).ok_or_else(|| file("there is no such file".into()))?;
        let text = String::from_utf8(text).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            file(format!("not UTF-8 at byte {at}; save it as UTF-8"))
        })?;
        let source = SourceText::new(name, text);
        let named = referenced_files(&source);
        let files: BTreeMap<String, Vec<u8>> =
            named.structural.into_iter().filter_map(|n| get(&n).map(|bytes| (n, bytes))).collect();
        let data = named.data.into_iter().filter(|name| get(name).is_some()).collect();
        Ok(AgreementFiles { source, files, data })
    }

    /// From the file on disk; the others are looked for beside it.
    ///
    /// # Errors
    /// When the text can't be read.
    pub fn read(path: &Path) -> Result<AgreementFiles, DeskError> {
        let path = if path.is_dir() { &path.join("agreement.md") } else { path };
        let folder = path.parent().unwrap_or(Path::new("."));
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let file = |what: String| DeskError::File { path: path.into(), what };
        let text = read_file(path).map_err(file)?;
        AgreementFiles::from_files(&name, |wanted| {
            if wanted == name {
                return Some(text.clone());
            }
            read_file(&folder.join(wanted)).ok()
        })
        .map_err(|error| match error {
            DeskError::File { what, .. } => DeskError::File { path: path.into(), what },
            other => other,
        })
    }

    /// From the record.
    ///
    /// # Errors
    /// When a blob is missing or broken.
    pub fn from_record(record: &Record, text: &AgreementText) -> Result<AgreementFiles, DeskError> {
        let mut blobs = BTreeMap::new();
        for blob in &text.files {
            blobs.insert(blob.name.clone(), record.blob(&blob.sha256)?);
        }
        let main = text.files.first().map(|blob| blob.name.clone()).unwrap_or_default();
        AgreementFiles::from_files(&main, |name| blobs.get(name).cloned())
    }

    /// The agreement, and what `check` says of it.
    #[must_use]
    pub fn load(&self) -> (Option<Agreement>, Vec<Diagnostic>) {
        load(&self.source, &self.files)
    }

    /// The agreement.
    ///
    /// # Errors
    /// [`DeskError::Agreement`] when it has errors.
    pub fn agreement(&self) -> Result<Agreement, DeskError> {
        let (agreement, diagnostics) = self.load();
        agreement.ok_or_else(|| DeskError::Agreement {
            name: self.source.name().to_string(),
            errors: diagnostics.iter().filter(|d| d.severity == Severity::Error).count(),
        })
    }
}

/// The entry by which an agreement enters a record, and the files that it names.
#[must_use]
pub fn found(files: &AgreementFiles, agreement: &Agreement) -> (Body, Vec<Vec<u8>>) {
    let text = files.source.text().as_bytes().to_vec();
    let mut named = vec![(files.source.name().to_string(), text)];
    named.extend(files.files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())));
    let blobs = named.iter().map(|(name, bytes)| blob(name, bytes)).collect();
    let body = Body::Agreement(AgreementText {
        id: agreement.id.clone(),
        title: agreement.title.clone(),
        version: agreement.version.clone(),
        files: blobs,
    });
    (body, named.into_iter().map(|(_, bytes)| bytes).collect())
}

/// A file as an entry names it.
pub(crate) fn blob(name: &str, bytes: &[u8]) -> Blob {
    Blob { name: name.into(), sha256: sha256(bytes), bytes: bytes.len() as u64 }
}

/// Reads a file that a person named, within the limit.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let meta = fs::metadata(path).map_err(|error| format!("can't be read: {error}"))?;
    if !meta.is_file() {
        return Err("not a file".into());
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(format!(
            "has {} bytes; at most {FILE_BYTES_MAX} are read: split it by time",
            meta.len()
        ));
    }
    fs::read(path).map_err(|error| format!("can't be read: {error}"))
}

/// The name of a folder with an ending, in the folder that it lies in.
#[must_use]
pub fn named_beside(folder: &Path, ending: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    folder.with_file_name(name)
}

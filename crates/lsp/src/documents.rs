//! The texts that are open in the editor, and the files beside them.

use crate::position::{Encoding, Lines};
use crate::uri::path_of;
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use servanda_terms::{SourceText, referenced_files};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files beside one agreement are read up to so many bytes together; what is over is as good
/// as missing.
const BESIDE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// The language that our own extension gives to agreements.
const LANGUAGE: &str = "servanda-agreement";
/// What agreements are called.
const FILE_NAME: &str = "agreement.md";

/// A text as the editor has it.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: Uri,
    language: String,
    pub(crate) version: i32,
    pub(crate) text: String,
}

/// The open texts by their addresses.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<String, Document>,
    pub(crate) encoding: Encoding,
}

impl Documents {
    pub(crate) fn open(&mut self, uri: Uri, language: String, version: i32, text: String) {
        let address = uri.as_str().to_owned();
        self.open.insert(address, Document { uri, language, version, text });
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        self.open.remove(uri.as_str());
    }

    pub(crate) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(uri.as_str())
    }

    /// Changes a text: each change applies to what the one before left.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some(document) = self.open.get_mut(uri.as_str()) else { return };
        document.version = version;
        for change in changes {
            let Some(range) = change.range else {
                document.text = change.text;
                continue;
            };
            let lines = Lines::new(&document.text, self.encoding);
            let (start, end) = (lines.offset(range.start), lines.offset(range.end));
            document.text.replace_range(start.min(end)..start.max(end), &change.text);
        }
    }

    /// The addresses of the open agreements: the texts of our language, those called
    /// `agreement.md`, and those that begin as agreements do.
    pub(crate) fn agreements(&self) -> Vec<Uri> {
        let is_agreement = |document: &&Document| {
            let name = document.uri.path().as_str().rsplit('/').next();
            document.language == LANGUAGE
                || name == Some(FILE_NAME)
                || document.text.trim_start_matches('\u{FEFF}').starts_with("+++")
        };
        let agreements = self.open.values().filter(is_agreement);
        agreements.map(|document| document.uri.clone()).collect()
    }

    /// The zones and mappings that an agreement names, by their names: as they are open in the
    /// editor, or else on disk.
    pub(crate) fn beside(&self, uri: &Uri, source: &SourceText) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let Some(path) = path_of(uri) else { return files };
        let folder = path.parent().unwrap_or(Path::new(""));
        let mut left = BESIDE_BYTES_MAX;
        for name in referenced_files(source).structural {
            let path = folder.join(&name);
            let bytes = self.unsaved(&path).or_else(|| read(&path, left));
            if let Some(bytes) = bytes {
                left = left.saturating_sub(bytes.len() as u64);
                files.insert(name, bytes);
            }
        }
        files
    }

    fn unsaved(&self, path: &Path) -> Option<Vec<u8>> {
        let is_it = |document: &&Document| path_of(&document.uri).is_some_and(|own| own == path);
        let document = self.open.values().find(is_it)?;
        Some(document.text.as_bytes().to_vec())
    }
}

/// A plain file of at most so many bytes.
fn read(path: &Path, bytes_max: u64) -> Option<Vec<u8>> {
    let meta = fs::metadata(path).ok()?;
    (meta.is_file() && meta.len() <= bytes_max).then(|| fs::read(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use proptest::prelude::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1));
        let text = text.to_owned();
        TextDocumentContentChangeEvent { range: Some(range), range_length: None, text }
    }

    #[test]
    fn changes_apply_one_after_the_other_in_units_of_utf_16() {
        let mut documents = Documents::default();
        let at = uri("file:///a.md");
        documents.open(at.clone(), String::new(), 1, "a😀b\nc".into());
        let changes = vec![change((0, 3), (1, 0), "-"), change((0, 4), (0, 5), "😀\n")];
        documents.change(&at, 2, changes);
        let document = documents.get(&at).unwrap();
        assert_eq!((document.text.as_str(), document.version), ("a😀-😀\n", 2));
        let whole =
            TextDocumentContentChangeEvent { range: None, range_length: None, text: "new".into() };
        documents.change(&at, 3, vec![whole]);
        assert_eq!(documents.get(&at).unwrap().text, "new");
        documents.close(&at);
        documents.change(&at, 4, vec![change((0, 0), (0, 0), "x")]);
        assert!(documents.get(&at).is_none());
    }

    #[test]
    fn agreements_are_told_from_other_texts() {
        let mut documents = Documents::default();
        for (address, language, text) in [
            ("file:///a/agreement.md", "markdown", ""),
            ("untitled:1", LANGUAGE, ""),
            ("file:///b.md", "markdown", "+++\n"),
            ("file:///README.md", "markdown", "# Read me\n"),
            ("file:///x.toml", "toml", "a = 1\n"),
        ] {
            documents.open(uri(address), language.into(), 1, text.into());
        }
        let agreements: Vec<_> =
            documents.agreements().iter().map(|uri| uri.as_str().to_owned()).collect();
        assert_eq!(agreements, ["file:///a/agreement.md", "file:///b.md", "untitled:1"]);
    }

    #[test]
    fn what_is_not_saved_wins_and_only_safe_paths_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a");
        fs::create_dir(&below).unwrap();
        fs::write(folder.path().join("secret.geojson"), "secret").unwrap();
        fs::write(below.join("zones.geojson"), "disk").unwrap();
        fs::write(below.join("other.geojson"), "disk").unwrap();
        let text = "+++\n[zone.a]\nfile = \"zones.geojson\"\n[zone.b]\nfile = \"other.geojson\"\n\
                    [zone.c]\nfile = \"../secret.geojson\"\n[zone.d]\nfile = \"none.geojson\"\n+++\n";
        let address = |name: &str| uri(&format!("file://{}/{name}", below.display()));
        let mut documents = Documents::default();
        documents.open(address("zones.geojson"), String::new(), 1, "unsaved".into());
        let source = SourceText::new("agreement.md", text);
        let files = documents.beside(&address("agreement.md"), &source);
        let of = |name: &str| files.get(name).map(|b| String::from_utf8_lossy(b).into_owned());
        assert_eq!(of("zones.geojson").as_deref(), Some("unsaved"));
        assert_eq!(of("other.geojson").as_deref(), Some("disk"));
        assert_eq!(files.len(), 2);
        assert!(documents.beside(&uri("untitled:1"), &source).is_empty());
        assert_eq!(read(&below.join("other.geojson"), 3), None, "larger than allowed");
    }

    proptest! {
        #[test]
        fn any_change_leaves_a_text(
            text in "[aє😀\r\n]{0,20}",
            from in (0_u32..6, 0_u32..9),
            to in (0_u32..6, 0_u32..9),
            put in "[є\n]{0,3}",
        ) {
            let mut documents = Documents::default();
            let at = uri("file:///a.md");
            documents.open(at.clone(), String::new(), 1, text);
            documents.change(&at, 2, vec![change(from, to, &put)]);
            prop_assert!(documents.get(&at).unwrap().text.contains(&put));
        }
    }
}

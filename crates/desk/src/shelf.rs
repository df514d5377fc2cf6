//! Published texts as received, in a private folder beside a record: the record keeps none.

use crate::DeskError;
use servanda_articles::Article;
use servanda_positions::{Register, Sentence, Sentences, Told};
use servanda_text::{first_words, last_words};
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Only the owner reads the texts of others.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// A larger file is no text that was read.
const TEXT_BYTES_MAX: u64 = 256 << 20;
/// Characters of a sentence that are shown on each side of the words.
const SIDE_CHARS_MAX: usize = 400;

/// A folder of texts, each under the SHA-256 of its bytes. Whoever has it can open the words of a
/// statement in their sentence. It is no part of the record, and nothing in it is trusted: a text
/// counts only if it has the hash that the record names.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf at a folder, which may not be there yet.
    #[must_use]
    pub fn at(folder: &Path) -> Shelf {
        Shelf { folder: folder.to_owned() }
    }

    /// Keeps a text.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn keep(&self, bytes: &[u8]) -> Result<(), DeskError> {
        let digest = sha256(bytes);
        let target = self.path(&digest);
        let failed = |error: io::Error| DeskError::File {
            path: target.clone(),
            what: format!(
                "the copy of a text can't be written: {error}; make room, or name another folder"
            ),
        };
        if self.text(&digest).is_some() {
            return Ok(());
        }
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&self.folder).map_err(failed)?;
        // A name of its own until it is whole; whoever takes in the same text writes the same.
        let unfinished = target.with_extension(format!("{}.unfinished", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(FILE_MODE);
        let mut file = options.open(&unfinished).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        fs::rename(&unfinished, &target).map_err(failed)
    }

    /// A text, if it is there as it was received.
    #[must_use]
    pub fn text(&self, document: &Hash) -> Option<Vec<u8>> {
        let file = fs::File::open(self.path(document)).ok()?;
        let mut bytes = Vec::new();
        file.take(TEXT_BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
        (sha256(&bytes) == *document).then_some(bytes)
    }

    fn path(&self, document: &Hash) -> PathBuf {
        self.folder.join(document.to_hex())
    }

    /// The sentences of statements of a register, by where each stands (`e12.3`). Those of texts
    /// that the shelf doesn't have are missing.
    #[must_use]
    pub fn sentences<'a>(
        &self,
        register: &Register,
        told: impl IntoIterator<Item = &'a Told>,
    ) -> Sentences {
        let mut by_text: BTreeMap<Hash, (&str, Vec<&Told>)> = BTreeMap::new();
        for told in told {
            let text = register.text_of(told);
            if let Some(document) = text.document {
                by_text.entry(document).or_insert((&text.file, Vec::new())).1.push(told);
            }
        }
        let mut sentences = Sentences::new();
        for (document, (name, told)) in by_text {
            let Some(bytes) = self.text(&document) else { continue };
            let articles = servanda_articles::open(&bytes, name, &Default::default());
            let articles = articles.unwrap_or_default();
            for told in told {
                if let Some(sentence) = sentence(&articles, told) {
                    sentences.insert(told.cite.place(), sentence);
                }
            }
        }
        sentences
    }
}

fn sentence(articles: &[Article], told: &Told) -> Option<Sentence> {
    let row = &told.statement;
    let place =
        servanda_articles::Span::new(u32::try_from(row.start).ok()?, u32::try_from(row.end).ok()?);
    let paragraphs = articles.iter().flat_map(|article| &article.paragraphs);
    let found = paragraphs.filter_map(|one| Some((one.text.as_str(), one.range_of(place)?)));
    let (text, words) = found.into_iter().next()?;
    let around = servanda_statements::sentence_around(text, &words);
    let before = text.get(around.start..words.start)?;
    let after = text.get(words.end..around.end)?;
    Some(Sentence {
        before: last_words(before, SIDE_CHARS_MAX).into_owned(),
        words: text.get(words)?.to_string(),
        after: first_words(after, SIDE_CHARS_MAX).into_owned(),
    })
}

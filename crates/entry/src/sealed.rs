//! What an entry withholds: commitments that show nothing, and that it is withheld.

use crate::body::{Blob, Body, KeyChange, Kind};
use serde::{Deserialize, Serialize};
use servanda_tlog::Hash;
use std::fmt;

/// Sealed fields of one entry, decoys among them.
pub const SEALED_FIELDS_MAX: usize = 64;
/// Sealed files of one entry.
pub const SEALED_FILES_MAX: usize = 16;
/// What a body calls a file whose bytes are sealed: its own name could tell what is in it.
pub const SEALED_NAME: &str = "sealed";
/// Longest media type of a sealed file, in bytes.
const MEDIA_BYTES_MAX: usize = 100;

/// Who may read what an entry withholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The parties, and who is named in the other classes.
    Parties,
    /// The guarantors and the mission.
    Guarantors,
    /// The mission.
    Mission,
    /// Whoever the custodian opens it to, one by one.
    Sealed,
}

impl Audience {
    /// All of them.
    pub const ALL: [Audience; 4] =
        [Audience::Parties, Audience::Guarantors, Audience::Mission, Audience::Sealed];

    /// As an entry writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Audience::Parties => "parties",
            Audience::Guarantors => "guarantors",
            Audience::Mission => "mission",
            Audience::Sealed => "sealed",
        }
    }

    /// By its word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|one| one.word() == word)
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The class of an entry. The leaf of every entry is public, whatever its class: what is not for
/// everybody is not in it, only [`Sealed`] commitments are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Class {
    /// All of it is in the entry, for everybody.
    #[default]
    Public,
    /// Some of it is withheld.
    Restricted(Sealed),
}

impl Class {
    /// As an entry writes it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Class::Public => "public",
            Class::Restricted(sealed) => sealed.audience.word(),
        }
    }

    /// What is withheld; none of a public entry.
    #[must_use]
    pub fn sealed(&self) -> Option<&Sealed> {
        match self {
            Class::Public => None,
            Class::Restricted(sealed) => Some(sealed),
        }
    }

    /// The sealed files.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        self.sealed().map(Sealed::attachments).unwrap_or_default()
    }
}

/// A sealed file: its ciphertext lies beside the tree, as other files do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Bytes of the ciphertext.
    pub bytes: u64,
    /// HMAC-SHA-256 of the plaintext's SHA-256, under a random salt.
    #[serde(with = "crate::body::hex_hash")]
    pub commit: Hash,
    /// SHA-256 of the ciphertext.
    #[serde(with = "crate::body::hex_hash")]
    pub ct: Hash,
    /// Its media type, as far as that may be known: else `application/octet-stream`.
    pub media: String,
}

/// The commitments of an entry. There is no way to make one that holds a value: it takes hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    audience: Audience,
    fields: Vec<Hash>,
    files: Vec<Attachment>,
}

impl Sealed {
    /// Commitments to fields and files, in any order.
    ///
    /// # Errors
    /// In words, when there are none or too many, or two are the same.
    pub fn new(
        audience: Audience,
        mut fields: Vec<Hash>,
        mut files: Vec<Attachment>,
    ) -> Result<Sealed, String> {
        fields.sort_unstable();
        files.sort_unstable_by_key(|file| file.ct);
        Sealed::in_order(audience, fields, files)
    }

    /// Commitments as an entry lists them: each list sorted.
    pub(crate) fn in_order(
        audience: Audience,
        fields: Vec<Hash>,
        files: Vec<Attachment>,
    ) -> Result<Sealed, String> {
        if fields.is_empty() && files.is_empty() {
            return Err(format!("class {audience} withholds something, and nothing is sealed"));
        }
        for (what, count, max) in
            [("fields", fields.len(), SEALED_FIELDS_MAX), ("files", files.len(), SEALED_FILES_MAX)]
        {
            if count > max {
                return Err(format!("{count} sealed {what}; at most {max} are allowed: split it"));
            }
        }
        if !fields.is_sorted_by(|a, b| a < b) || !files.is_sorted_by(|a, b| a.ct < b.ct) {
            return Err("its commitments are not sorted, or two are the same".into());
        }
        for file in &files {
            let is_type = is_media_type(&file.media);
            if !is_type || file.bytes > crate::limits::INTEGER_MAX.unsigned_abs() {
                return Err("a sealed file has no media type, or no size that can be".into());
            }
        }
        Ok(Sealed { audience, fields, files })
    }

    /// Who may read it.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// The digests of sealed fields and decoys, sorted: which is which nobody can tell.
    #[must_use]
    pub fn fields(&self) -> &[Hash] {
        &self.fields
    }

    /// The sealed files, in the order of their ciphertexts' hashes.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        &self.files
    }

    /// All that can be erased: digests of fields, and hashes of ciphertexts.
    pub fn digests(&self) -> impl Iterator<Item = Hash> {
        self.fields.iter().copied().chain(self.files.iter().map(|file| file.ct))
    }

    /// Whether a body may have sealed parts, and names no file but sealed ones.
    pub(crate) fn check(&self, body: &Body) -> Result<(), String> {
        let kind = body.kind();
        if !SEALED_KINDS.contains(&kind) {
            return Err(format!(
                "an entry of the kind {:?} is public: nothing of it can be sealed",
                body.to_kind_word()
            ));
        }
        for blob in body.files() {
            let is_sealed =
                (self.files.iter()).any(|file| file.ct == blob.sha256 && file.bytes == blob.bytes);
            if !is_sealed || blob.name != SEALED_NAME {
                return Err(format!(
                    "class {} names a file in clear; in such an entry a file is called \
                     {SEALED_NAME:?} and is one of those sealed",
                    self.audience
                ));
            }
        }
        Ok(())
    }
}

/// The kinds of entry that can have sealed parts.
pub const SEALED_KINDS: [Kind; 5] =
    [Kind::Observation, Kind::Document, Kind::Assessment, Kind::Finding, Kind::Reply];

/// Whether a text can be a media type.
pub(crate) fn is_media_type(text: &str) -> bool {
    !text.is_empty() && text.len() <= MEDIA_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic())
}

impl Body {
    /// The files that it names.
    #[must_use]
    pub fn files(&self) -> Vec<&Blob> {
        match self {
            Body::Agreement(agreement) => agreement.files.iter().collect(),
            Body::Document(document) => {
                let mut blobs = vec![&document.file];
                blobs.extend(&document.quarantine);
                blobs
            }
            Body::Reply(reply) => vec![&reply.text],
            Body::Anchor(anchor) => vec![&anchor.proof],
            Body::KeyAct(act) => match &act.change {
                KeyChange::Renewal { manifest, .. } => vec![manifest],
                _ => Vec::new(),
            },
            Body::Constitution(_)
            | Body::Register(_)
            | Body::Observation(_)
            | Body::Coverage(_)
            | Body::Claim(_)
            | Body::Statement(_)
            | Body::Act(_)
            | Body::Assessment(_)
            | Body::Finding(_)
            | Body::Correction(_)
            | Body::Disclosure(_)
            | Body::Hold(_)
            | Body::Erasure(_)
            | Body::Destruction(_)
            | Body::RefusedOrder(_)
            | Body::Handling(_)
            | Body::ForcedStart(_) => Vec::new(),
        }
    }

    /// The word of its kind.
    fn to_kind_word(&self) -> String {
        let word = serde_json::to_value(self.kind()).unwrap_or_default();
        word.as_str().unwrap_or_default().to_owned()
    }
}

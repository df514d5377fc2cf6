use std::fmt;

/// Why a bundle was refused. A code never changes its meaning; `spec/bundle.md` tells each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is told in spec/bundle.md, which a test compares")]
pub enum Code {
    ZipForm,
    ZipCompressed,
    ZipName,
    ZipDuplicate,
    ZipCrc,
    ZipMismatch,
    ZipSymlink,
    ZipComment,
    ZipTrailing,
    Member,
    TooLarge,
    Readme,
    CheckpointForm,
    CheckpointSignature,
    PolicyForm,
    Constitution,
    Keys,
    KeyOther,
    LogNotInPolicy,
    EntryForm,
    EntryOrigin,
    EntryKind,
    EntryAgreement,
    EntryCite,
    EntrySignature,
    EntryChain,
    EntryTime,
    ProofForm,
    ProofIndex,
    ProofInclusion,
    SinceForm,
    SinceSignature,
    SinceConsistency,
    RangeForm,
    RangeEntries,
    RangeRoot,
    AnswerRange,
    BlobHash,
    BlobUnnamed,
    BlobErased,
    DisclosureForm,
    DisclosureEntry,
    DisclosureField,
    DisclosureFile,
    DisclosureErased,
    Cosignature,
    Quorum,
    KeyActForm,
    KeyActOrder,
    KeyActSignature,
    KeyActHandover,
    KeyActMissing,
    ActSignature,
    OrderThreshold,
}

impl Code {
    /// All codes: in the order in which they are found, then those about changes of keys, acts and
    /// orders.
    pub const ALL: [Code; 54] = [
        Code::ZipForm,
        Code::ZipCompressed,
        Code::ZipName,
        Code::ZipDuplicate,
        Code::ZipCrc,
        Code::ZipMismatch,
        Code::ZipSymlink,
        Code::ZipComment,
        Code::ZipTrailing,
        Code::Member,
        Code::TooLarge,
        Code::Readme,
        Code::CheckpointForm,
        Code::CheckpointSignature,
        Code::PolicyForm,
        Code::Constitution,
        Code::Keys,
        Code::KeyOther,
        Code::LogNotInPolicy,
        Code::EntryForm,
        Code::EntryOrigin,
        Code::EntryKind,
        Code::EntryAgreement,
        Code::EntryCite,
        Code::EntrySignature,
        Code::EntryChain,
        Code::EntryTime,
        Code::ProofForm,
        Code::ProofIndex,
        Code::ProofInclusion,
        Code::SinceForm,
        Code::SinceSignature,
        Code::SinceConsistency,
        Code::RangeForm,
        Code::RangeEntries,
        Code::RangeRoot,
        Code::AnswerRange,
        Code::BlobHash,
        Code::BlobUnnamed,
        Code::BlobErased,
        Code::DisclosureForm,
        Code::DisclosureEntry,
        Code::DisclosureField,
        Code::DisclosureFile,
        Code::DisclosureErased,
        Code::Cosignature,
        Code::Quorum,
        Code::KeyActForm,
        Code::KeyActOrder,
        Code::KeyActSignature,
        Code::KeyActHandover,
        Code::KeyActMissing,
        Code::ActSignature,
        Code::OrderThreshold,
    ];

    /// The code as it is printed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Code::ZipForm => "zip-form",
            Code::ZipCompressed => "zip-compressed",
            Code::ZipName => "zip-name",
            Code::ZipDuplicate => "zip-duplicate",
            Code::ZipCrc => "zip-crc",
            Code::ZipMismatch => "zip-mismatch",
            Code::ZipSymlink => "zip-symlink",
            Code::ZipComment => "zip-comment",
            Code::ZipTrailing => "zip-trailing",
            Code::Member => "member",
            Code::TooLarge => "too-large",
            Code::Readme => "readme",
            Code::CheckpointForm => "checkpoint-form",
            Code::CheckpointSignature => "checkpoint-signature",
            Code::PolicyForm => "policy-form",
            Code::Constitution => "constitution",
            Code::Keys => "keys",
            Code::KeyOther => "key-other",
            Code::LogNotInPolicy => "log-not-in-policy",
            Code::EntryForm => "entry-form",
            Code::EntryOrigin => "entry-origin",
            Code::EntryKind => "entry-kind",
            Code::EntryAgreement => "entry-agreement",
            Code::EntryCite => "entry-cite",
            Code::EntrySignature => "entry-signature",
            Code::EntryChain => "entry-chain",
            Code::EntryTime => "entry-time",
            Code::ProofForm => "proof-form",
            Code::ProofIndex => "proof-index",
            Code::ProofInclusion => "proof-inclusion",
            Code::SinceForm => "since-form",
            Code::SinceSignature => "since-signature",
            Code::SinceConsistency => "since-consistency",
            Code::RangeForm => "range-form",
            Code::RangeEntries => "range-entries",
            Code::RangeRoot => "range-root",
            Code::AnswerRange => "answer-range",
            Code::BlobHash => "blob-hash",
            Code::BlobUnnamed => "blob-unnamed",
            Code::BlobErased => "blob-erased",
            Code::DisclosureForm => "disclosure-form",
            Code::DisclosureEntry => "disclosure-entry",
            Code::DisclosureField => "disclosure-field",
            Code::DisclosureFile => "disclosure-file",
            Code::DisclosureErased => "disclosure-erased",
            Code::Cosignature => "cosignature",
            Code::Quorum => "quorum",
            Code::KeyActForm => "key-act-form",
            Code::KeyActOrder => "key-act-order",
            Code::KeyActSignature => "key-act-signature",
            Code::KeyActHandover => "key-act-handover",
            Code::KeyActMissing => "key-act-missing",
            Code::ActSignature => "act-signature",
            Code::OrderThreshold => "order-threshold",
        }
    }

    /// What it says, for people.
    #[must_use]
    pub fn story(self) -> &'static str {
        match self {
            Code::ZipForm => "the file is not a bundle: another form of ZIP, or none, or cut off",
            Code::ZipCompressed => "a member is compressed; members of a bundle are stored",
            Code::ZipName => "a member's name could lead out of the bundle, or is no plain path",
            Code::ZipDuplicate => "two members have one name",
            Code::ZipCrc => "a member's bytes are not those of its checksum",
            Code::ZipMismatch => "the directory at the end does not say what the members say",
            Code::ZipSymlink => "a member is a symbolic link",
            Code::ZipComment => "the archive has a comment, where anything could hide",
            Code::ZipTrailing => "bytes follow the end of the archive",
            Code::Member => "a member is missing, or one stands where none of that name may",
            Code::TooLarge => "a member is larger than its kind may be",
            Code::Readme => "README.txt is not the text that every bundle carries",
            Code::CheckpointForm => "the checkpoint is none",
            Code::CheckpointSignature => "a key of the log has not signed the checkpoint",
            Code::PolicyForm => "the enclosed policy can't be read",
            Code::Constitution => "entry 0 names keys that can't be used",
            Code::Keys => "keys/ does not hold the keys that entry 0 names",
            Code::KeyOther => {
                "the key you named is not this record's: another record, or a forged one"
            }
            Code::LogNotInPolicy => "the policy you gave does not name this log",
            Code::EntryForm => "an entry has not the form of entries",
            Code::EntryOrigin => "an entry was written for another record",
            Code::EntryKind => "entry 0 must be the constitution, and no other entry may",
            Code::EntryAgreement => "an entry is of another agreement",
            Code::EntryCite => "an entry cites a state that the record never had",
            Code::EntrySignature => "an entry's author has not signed it",
            Code::EntryChain => "an author's entries are not in one chain: one is missing or added",
            Code::EntryTime => "a time of receipt goes back",
            Code::ProofForm => "a proof has not the form of proofs",
            Code::ProofIndex => "a proof is of another entry",
            Code::ProofInclusion => "an entry is not in the record where its proof says",
            Code::SinceForm => "the earlier checkpoint or its proof has not the form",
            Code::SinceSignature => "a key of the log has not signed the earlier checkpoint",
            Code::SinceConsistency => {
                "the record does not continue what the earlier checkpoint says"
            }
            Code::RangeForm => "the proof of the range has not the form",
            Code::RangeEntries => "the entries of the range are not as many, or cut off",
            Code::RangeRoot => {
                "the range is not what the record holds there: missing, added or altered"
            }
            Code::AnswerRange => {
                "an answer is enclosed, but not all of the record that it rests on"
            }
            Code::BlobHash => "an enclosed file is not the one that its name says",
            Code::BlobUnnamed => "no enclosed entry names an enclosed file",
            Code::BlobErased => "an enclosed file is one that an enclosed order has erased",
            Code::DisclosureForm => "a disclosure has not the form",
            Code::DisclosureEntry => {
                "a disclosure is of an entry that is not proved here, or withholds nothing"
            }
            Code::DisclosureField => "the entry has no commitment to this salt, path and value",
            Code::DisclosureFile => "the entry has no commitment to this salt and file",
            Code::DisclosureErased => "what is disclosed is what an enclosed order has erased",
            Code::Cosignature => "a signature in a witness's name is not its own",
            Code::Quorum => "too few of the policy's witnesses have cosigned",
            Code::KeyActForm => "a change of keys can't be used, or nobody may make it",
            Code::KeyActOrder => {
                "a change of keys does not follow the last one: replayed or left out"
            }
            Code::KeyActSignature => "a change of keys is not signed by those who must",
            Code::KeyActHandover => "the record does not continue what the log's old keys signed",
            Code::KeyActMissing => "a change of keys is in the range and not in keys/",
            Code::ActSignature => "a signature of an act in a party's name is not its own",
            Code::OrderThreshold => "an enclosed order is not signed by those who may give it",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a bundle was refused, and where: the first that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// The member, where one with a name that can be shown is to blame.
    pub place: Option<String>,
    /// The entry, when one is to blame.
    pub entry: Option<u64>,
}

impl Refusal {
    pub(super) fn of(code: Code) -> Refusal {
        Refusal { code, place: None, entry: None }
    }

    pub(super) fn at(code: Code, place: &str) -> Refusal {
        Refusal { code, place: Some(place.to_owned()), entry: None }
    }

    pub(super) fn entry(code: Code, place: &str, entry: u64) -> Refusal {
        Refusal { code, place: Some(place.to_owned()), entry: Some(entry) }
    }
}

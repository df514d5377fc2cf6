//! What is done with what is withheld: disclosed, held, erased; and what was refused.

use serde::{Deserialize, Serialize};
use servanda_tlog::Hash;

/// The place of an entry in the record, and the entry that stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Index of the entry.
    pub entry: u64,
    /// Its leaf hash.
    #[serde(with = "crate::body::hex_hash")]
    pub leaf: Hash,
}

/// A sealed part was given to somebody. The value itself is not said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosure {
    /// On what ground.
    pub ground: String,
    /// The entry.
    pub of: Slot,
    /// To whom.
    pub recipient: String,
    /// Which parts: digests of fields, hashes of ciphertexts; sorted.
    #[serde(with = "hex_hashes")]
    pub what: Vec<Hash>,
}

/// What is sealed in an entry must be kept, whatever is ordered: it may be evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Signatures of those who may lift it; absent where it is not lifted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<String>,
    /// Who asks for it: a court, an inquiry.
    pub authority: String,
    /// On what ground.
    pub ground: String,
    /// It ends; absent: it begins.
    #[serde(default, skip_serializing_if = "is_false")]
    pub lifts: bool,
    /// The entry that is held; where a hold ends, the entry at which it began.
    pub of: Slot,
}

/// An order that sealed parts be erased: keys, salts and ciphertexts. The entry stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Signatures of those who may order it.
    pub approvals: Vec<String>,
    /// Who orders it.
    pub authority: String,
    /// On what ground.
    pub ground: String,
    /// The entry.
    pub of: Slot,
    /// Which parts: digests of fields, hashes of ciphertexts; sorted.
    #[serde(with = "hex_hashes")]
    pub what: Vec<Hash>,
}

/// A custodian's word that what an order names is destroyed where the custodian kept it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destruction {
    /// Whose store.
    pub custodian: String,
    /// The order.
    pub of: Slot,
}

/// An order that was given and not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedOrder {
    /// Who gave it.
    pub authority: String,
    /// Why it was refused: a code.
    pub code: String,
    /// On what ground it was given.
    pub ground: String,
    /// The entry that it was about.
    pub of: Slot,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this signature")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// Hashes, each as 64 hexadecimal digits.
mod hex_hashes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use servanda_tlog::Hash;

    pub(super) fn serialize<S: Serializer>(hashes: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(hashes.iter().map(|hash| hash.to_hex()))
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<std::borrow::Cow<'_, str>>::deserialize(from)?;
        let hash = |text: &std::borrow::Cow<'_, str>| {
            Hash::from_hex(text).map_err(|error| D::Error::custom(error.to_string()))
        };
        texts.iter().map(hash).collect()
    }
}

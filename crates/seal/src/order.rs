//! Orders about what is sealed, and who must have signed them.
//!
//! Each signs with an act key, Ed25519 and ML-DSA-44 in one line, and the lines stand under the
//! entry like those of an act. Records from before named Ed25519 keys, whose signatures stand in
//! the body; their orders stay what they were.

use serde::{Deserialize, Serialize};
use servanda_entry::{Erasers, Erasure, Hold, Slot, canonical};
use servanda_tlog::{
    ActKey, ActKeyKind, ActSigner, Hash, KeyError, Note, NoteError, SIGNATURES_MAX, Signature,
    Signer, VerifierKey, hands_under, sign,
};
use std::collections::BTreeSet;

use crate::{SealCode, SealFault};

/// First line of an order.
pub const ORDER_FORM: &str = "peace-record/order/v1";
/// Largest order with its signatures, in bytes.
const ORDER_BYTES_MAX: usize = 64 * 1024;
/// Most signatures of act keys that an order can need: so many fit under the largest entry,
/// whatever the keys are called.
const THRESHOLD_MAX: usize = 8;

/// What is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderAct {
    /// Parts are erased.
    Erase,
    /// A hold ends.
    Lift,
}

/// An order, as those who may give it sign it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What is ordered.
    pub act: OrderAct,
    /// Who orders it.
    pub authority: String,
    /// On what ground.
    pub ground: String,
    /// The entry that it is about: one that withholds something, or a hold.
    pub of: Slot,
    /// The parts, sorted; none where a hold is lifted.
    #[serde(with = "hex_list")]
    pub what: Vec<Hash>,
}

impl From<&Erasure> for Order {
    fn from(body: &Erasure) -> Order {
        Order {
            act: OrderAct::Erase,
            authority: body.authority.clone(),
            ground: body.ground.clone(),
            of: body.of,
            what: body.what.clone(),
        }
    }
}

impl From<&Hold> for Order {
    fn from(body: &Hold) -> Order {
        Order {
            act: OrderAct::Lift,
            authority: body.authority.clone(),
            ground: body.ground.clone(),
            of: body.of,
            what: Vec::new(),
        }
    }
}

impl Order {
    /// The three lines that are signed. The record's name keeps an order from being used elsewhere.
    ///
    /// # Errors
    /// When it can't be canonical JSON.
    pub fn text(&self, origin: &str) -> Result<String, SealFault> {
        let json = canonical::to_bytes(self)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| SealFault::new(SealCode::Form, "the order can't be written"))?;
        Ok(format!("{ORDER_FORM}\n{origin}\n{json}\n"))
    }

    /// Reads an order of this record, as it goes from hand to hand, with the signatures that it
    /// has so far.
    ///
    /// # Errors
    /// [`SealCode::Form`].
    pub fn parse(bytes: &[u8], origin: &str) -> Result<(Order, Vec<String>), SealFault> {
        let wrong = |what: &str| SealFault::new(SealCode::Form, what);
        let text = (str::from_utf8(bytes).ok())
            .filter(|text| text.len() <= ORDER_BYTES_MAX)
            .ok_or_else(|| wrong("this is no order"))?;
        let mut lines = text.lines();
        if lines.next() != Some(ORDER_FORM) {
            return Err(wrong("this is no order"));
        }
        if lines.next() != Some(origin) {
            return Err(wrong("this order is about another record"));
        }
        let json = lines.next().unwrap_or_default();
        canonical::parse(json.as_bytes()).map_err(|_| wrong("this is no order"))?;
        let order = serde_json::from_str(json).map_err(|_| wrong("this is no order"))?;
        let approvals = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        Ok((order, approvals))
    }
}

mod hex_list {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use servanda_tlog::Hash;

    pub(super) fn serialize<S: Serializer>(hashes: &[Hash], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(hashes.iter().map(|hash| hash.to_hex()))
    }

    pub(super) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<Hash>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let hash = |text: &String| {
            Hash::from_hex(text).map_err(|error| D::Error::custom(error.to_string()))
        };
        texts.iter().map(hash).collect()
    }
}

/// One signature under an order, by an act key: Ed25519 and ML-DSA-44 in one line.
///
/// # Errors
/// When the order can't be signed.
pub fn approve(order: &Order, origin: &str, signer: &ActSigner) -> Result<Signature, SealFault> {
    signer.sign(order.text(origin)?.as_bytes()).map_err(unsigned)
}

/// One signature under an order of a record whose erasers have Ed25519 alone, as a line of a signed
/// note. No such record is founded any more.
///
/// # Errors
/// When the order can't be signed.
pub fn approve_ed25519(order: &Order, origin: &str, signer: &Signer) -> Result<String, SealFault> {
    let note = sign(&order.text(origin)?, &[signer]).map_err(unsigned)?;
    let text = String::from_utf8(note).unwrap_or_default();
    Ok(text.lines().last().unwrap_or_default().to_owned())
}

fn unsigned(_: NoteError) -> SealFault {
    SealFault::new(SealCode::Form, "the order can't be signed")
}

/// The signatures of an order, as an entry holds them.
#[derive(Debug, Clone, Copy)]
pub struct Approvals<'a> {
    /// In the body: of erasers that have Ed25519 alone.
    pub lines: &'a [String],
    /// Beside the author's, under the entry: of act keys.
    pub signatures: &'a [Signature],
}

/// Those of whom so many must sign an order.
#[derive(Debug, Clone)]
pub struct Approvers {
    keys: Keys,
    threshold: usize,
}

/// All of one kind, so that nobody signs with less than the others.
#[derive(Debug, Clone)]
enum Keys {
    /// As constitutions named them before there were act keys for them.
    Ed25519(Vec<VerifierKey>),
    /// Ed25519 and ML-DSA-44.
    Both(Vec<ActKey>),
}

impl Keys {
    fn read(named: &[String]) -> Result<Keys, SealFault> {
        let wrong = |what: String| SealFault::new(SealCode::Form, what);
        let unusable = |key: &String, error: KeyError| wrong(format!("the key {key:?}: {error}"));
        let read = |key: &String| key.parse::<VerifierKey>().map_err(|error| unusable(key, error));
        if named.iter().all(|key| read(key).is_ok()) {
            return Ok(Keys::Ed25519(named.iter().map(read).collect::<Result<_, _>>()?));
        }
        let read = |key: &String| key.parse::<ActKey>().map_err(|error| unusable(key, error));
        let keys = named.iter().map(read).collect::<Result<Vec<ActKey>, _>>()?;
        if let Some(key) = keys.iter().find(|key| key.kind() != ActKeyKind::Both) {
            return Err(wrong(format!("the key {key} signs with Ed25519 alone")));
        }
        let prints: BTreeSet<Hash> = keys.iter().map(ActKey::fingerprint).collect();
        match prints.len() == keys.len() {
            true => Ok(Keys::Both(keys)),
            false => Err(wrong("one key is named twice: each is in one hand".into())),
        }
    }

    fn names(&self) -> Vec<&str> {
        match self {
            Keys::Ed25519(keys) => keys.iter().map(VerifierKey::name).collect(),
            Keys::Both(keys) => keys.iter().map(ActKey::name).collect(),
        }
    }
}

impl Approvers {
    /// As the constitution names them.
    ///
    /// # Errors
    /// When a key can't be used, two have one name, or the threshold can't be met.
    pub fn read(named: &Erasers) -> Result<Approvers, SealFault> {
        let wrong = |what: String| SealFault::new(SealCode::Form, what);
        if named.keys.len() > SIGNATURES_MAX {
            return Err(wrong(format!("at most {SIGNATURES_MAX} keys can order an erasure")));
        }
        let keys = Keys::read(&named.keys)?;
        let count = named.keys.len();
        let names = keys.names().into_iter().collect::<BTreeSet<_>>().len();
        let threshold = named.threshold as usize;
        if names != count || threshold == 0 || threshold > count {
            return Err(wrong(format!(
                "{threshold} of {count} keys with {names} names: name each once, and ask for some"
            )));
        }
        if matches!(keys, Keys::Both(_)) && threshold > THRESHOLD_MAX {
            return Err(wrong(format!(
                "{threshold} must sign, but an entry has room for {THRESHOLD_MAX} such signatures"
            )));
        }
        Ok(Approvers { keys, threshold })
    }

    /// Whether each signs with Ed25519 and ML-DSA-44.
    #[must_use]
    pub fn sign_twice(&self) -> bool {
        matches!(self.keys, Keys::Both(_))
    }

    /// How many must sign.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// The names of those who may sign.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.names().into_iter()
    }

    /// Where the signature lines of an order go when it is entered: into the body, or under the
    /// entry.
    ///
    /// # Errors
    /// [`SealCode::Threshold`] when one is no signature line.
    pub fn place(&self, lines: Vec<String>) -> Result<(Vec<String>, Vec<Signature>), SealFault> {
        if !self.sign_twice() {
            return Ok((lines, Vec::new()));
        }
        let read = |line: &String| {
            Signature::parse(line).ok_or_else(|| {
                SealFault::new(SealCode::Threshold, "a line under the order is no signature")
            })
        };
        let signatures: Result<Vec<Signature>, SealFault> = lines.iter().map(read).collect();
        Ok((Vec::new(), signatures?))
    }

    /// Whose approvals of the order hold.
    ///
    /// # Errors
    /// [`SealCode::Threshold`] when one is in a known name and not of its key.
    pub fn signers(
        &self,
        order: &Order,
        origin: &str,
        approvals: Approvals<'_>,
    ) -> Result<BTreeSet<&str>, SealFault> {
        let wrong = |what: String| SealFault::new(SealCode::Threshold, what);
        let text = order.text(origin)?;
        let keys = match &self.keys {
            Keys::Ed25519(keys) => return ed25519_signers(keys, &text, approvals.lines),
            Keys::Both(keys) => keys,
        };
        if !approvals.lines.is_empty() {
            let what = "signatures by act keys stand under the entry, and none in what it says";
            return Err(wrong(what.into()));
        }
        let signed = hands_under(&text, approvals.signatures, keys)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(keys.iter().filter(|key| signed.contains(key)).map(ActKey::name).collect())
    }

    /// That enough have signed the order.
    ///
    /// # Errors
    /// [`SealCode::Threshold`], naming who has and who may.
    pub fn check(
        &self,
        order: &Order,
        origin: &str,
        approvals: Approvals<'_>,
    ) -> Result<(), SealFault> {
        let signed = self.signers(order, origin, approvals)?;
        if signed.len() >= self.threshold {
            return Ok(());
        }
        let list =
            |names: Vec<&str>| if names.is_empty() { "nobody".into() } else { names.join(", ") };
        Err(SealFault::new(
            SealCode::Threshold,
            format!(
                "signed by {}; it needs {} of: {}",
                list(signed.into_iter().collect()),
                self.threshold,
                list(self.names().collect())
            ),
        ))
    }
}

fn ed25519_signers<'k>(
    keys: &'k [VerifierKey],
    text: &str,
    approvals: &[String],
) -> Result<BTreeSet<&'k str>, SealFault> {
    if approvals.is_empty() {
        return Ok(BTreeSet::new());
    }
    let wrong = |what: String| SealFault::new(SealCode::Threshold, what);
    let lines: String = approvals.iter().map(|line| format!("{line}\n")).collect();
    let note = Note::parse(format!("{text}\n{lines}").as_bytes(), ORDER_BYTES_MAX)
        .map_err(|error| wrong(format!("the approvals are none: {error}")))?;
    if note.text() != text {
        return Err(wrong("the approvals are none: they continue the order".into()));
    }
    let known = |name: &str| keys.iter().any(|key| key.name() == name);
    if !note.signatures().iter().any(|signature| known(signature.name())) {
        return Ok(BTreeSet::new());
    }
    let signed = note
        .verify(keys)
        .map_err(|error| wrong(format!("an approval is not of its key: {error}")))?;
    Ok(signed.into_iter().map(VerifierKey::name).collect())
}

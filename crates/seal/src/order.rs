//! Orders about what is sealed, and who must have signed them.

use serde::{Deserialize, Serialize};
use servanda_entry::{Erasers, Erasure, Hold, Slot, canonical};
use servanda_tlog::{Hash, Note, SIGNATURES_MAX, Signer, VerifierKey, sign};
use std::collections::BTreeSet;

use crate::{SealCode, SealFault};

/// First line of an order.
pub const ORDER_FORM: &str = "peace-record/order/v1";
/// Largest order with its signatures, in bytes.
const ORDER_BYTES_MAX: usize = 64 * 1024;

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

/// One signature under an order, as a line of a signed note.
///
/// # Errors
/// When the order can't be signed.
pub fn approve(order: &Order, origin: &str, signer: &Signer) -> Result<String, SealFault> {
    let wrong = |_| SealFault::new(SealCode::Form, "the order can't be signed");
    let note = sign(&order.text(origin)?, &[signer]).map_err(wrong)?;
    let text = String::from_utf8(note).unwrap_or_default();
    Ok(text.lines().last().unwrap_or_default().to_owned())
}

/// Those of whom so many must sign an order.
#[derive(Debug, Clone)]
pub struct Approvers {
    keys: Vec<VerifierKey>,
    threshold: usize,
}

impl Approvers {
    /// As the constitution names them.
    ///
    /// # Errors
    /// When a key can't be used, two have one name, or the threshold can't be met.
    pub fn read(named: &Erasers) -> Result<Approvers, SealFault> {
        let wrong = |what: String| SealFault::new(SealCode::Form, what);
        let keys: Result<Vec<VerifierKey>, SealFault> = (named.keys.iter())
            .map(|key| key.parse().map_err(|error| wrong(format!("the key {key:?}: {error}"))))
            .collect();
        let keys = keys?;
        let names: BTreeSet<&str> = keys.iter().map(VerifierKey::name).collect();
        let threshold = named.threshold as usize;
        if names.len() != keys.len() || threshold == 0 || threshold > keys.len() {
            return Err(wrong(format!(
                "{threshold} of {} keys with {} names: name each once, and ask for some",
                keys.len(),
                names.len()
            )));
        }
        if keys.len() > SIGNATURES_MAX {
            return Err(wrong(format!("at most {SIGNATURES_MAX} keys can order an erasure")));
        }
        Ok(Approvers { keys, threshold })
    }

    /// How many must sign.
    #[must_use]
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// The names of those who may sign.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(VerifierKey::name)
    }

    /// Whose approvals of the order hold.
    ///
    /// # Errors
    /// [`SealCode::Threshold`] when one is in a known name and not of its key.
    pub fn signers(
        &self,
        order: &Order,
        origin: &str,
        approvals: &[String],
    ) -> Result<BTreeSet<&str>, SealFault> {
        if approvals.is_empty() {
            return Ok(BTreeSet::new());
        }
        let wrong = |what: String| SealFault::new(SealCode::Threshold, what);
        let lines: String = approvals.iter().map(|line| format!("{line}\n")).collect();
        let bytes = format!("{}\n{lines}", order.text(origin)?);
        let note = Note::parse(bytes.as_bytes(), ORDER_BYTES_MAX)
            .map_err(|error| wrong(format!("the approvals are none: {error}")))?;
        let known = |name: &str| self.keys.iter().any(|key| key.name() == name);
        if !note.signatures().iter().any(|signature| known(signature.name())) {
            return Ok(BTreeSet::new());
        }
        let signed = note
            .verify(&self.keys)
            .map_err(|error| wrong(format!("an approval is not of its key: {error}")))?;
        Ok(signed.into_iter().map(VerifierKey::name).collect())
    }

    /// That enough have signed the order.
    ///
    /// # Errors
    /// [`SealCode::Threshold`], naming who has and who may.
    pub fn check(
        &self,
        order: &Order,
        origin: &str,
        approvals: &[String],
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

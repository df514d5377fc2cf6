//! What a bundle shows of what entries withhold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use servanda_entry::{Class, Sealed};
use servanda_seal::{Approvals, DISCLOSURE_BYTES_MAX, Disclosed, SealCode};
use servanda_tlog::{Hash, leaf_hash};

use super::archive::Stop;
use super::check::Members;
use super::code::{Code, Refusal};
use super::contents::{disclosed_file_name, disclosure_name};
use super::envelope::Envelope;
use crate::constitution::Founding;
use crate::layout::BLOB_BYTES_MAX;

/// That an order is signed by those who may give it. Whether the parts are there, and none of them
/// is held, only the whole record can tell.
pub(super) fn check_order(entry: &Envelope, founding: &Founding) -> Result<(), Code> {
    let Some((order, lines)) = entry.order()? else { return Ok(()) };
    let approvals = Approvals { lines: &lines, signatures: entry.note.signatures() };
    let approvers = founding.erasers.as_ref().ok_or(Code::OrderThreshold)?;
    let checked = approvers.check(&order, &founding.origin, approvals);
    checked.map_err(|_| Code::OrderThreshold)
}

/// What of the enclosed entries concerns what is sealed.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    /// The entries that are proved one by one and withhold something: their leaf and commitments.
    entries: BTreeMap<u64, (Hash, Sealed)>,
    /// What enclosed orders have erased.
    erased: BTreeSet<Hash>,
}

impl Withheld {
    /// Takes an entry in that is proved on its own.
    pub(super) fn take(&mut self, index: u64, bytes: &[u8], entry: &Envelope) {
        self.take_order(entry);
        if let Class::Restricted(sealed) = &entry.class {
            self.entries.insert(index, (leaf_hash(bytes), sealed.clone()));
        }
    }

    /// Takes an order in, wherever in the bundle it stands.
    pub(super) fn take_order(&mut self, entry: &Envelope) {
        self.erased.extend(entry.erases());
    }

    /// Whether an enclosed order has erased it.
    pub(super) fn is_erased(&self, part: Hash) -> bool {
        self.erased.contains(&part)
    }

    /// The disclosures, in the order of their entries: each part is what its entry commits to.
    pub(super) fn check<R: Read + Seek>(
        &self,
        members: &mut Members<'_, R>,
        origin: &str,
    ) -> Result<Vec<Disclosed>, Stop> {
        let mut all: Vec<Disclosed> = Vec::new();
        while let Some(name) = members.peek().filter(|name| name.starts_with("disclosure/")) {
            let name = name.to_owned();
            let refuse = |code| Refusal::at(code, &name);
            let index: Option<u64> = name.strip_prefix("disclosure/").and_then(|n| n.parse().ok());
            let last = all.last().map(|last| last.of.entry);
            let index = index
                .filter(|index| disclosure_name(*index) == name && last < Some(*index))
                .ok_or_else(|| refuse(Code::Member))?;
            let bytes = members.take(&name, DISCLOSURE_BYTES_MAX)?;
            let form = |_| refuse(Code::DisclosureForm);
            let disclosed = Disclosed::parse(&bytes, origin).map_err(form)?;
            let parts = disclosed.parts().map_err(form)?;
            let (_, sealed) = (self.entries.get(&index))
                .filter(|(leaf, _)| (disclosed.of.entry, disclosed.of.leaf) == (index, *leaf))
                .ok_or_else(|| Refusal::entry(Code::DisclosureEntry, &name, index))?;
            if parts.iter().any(|part| self.is_erased(*part)) {
                return Err(Refusal::entry(Code::DisclosureErased, &name, index).into());
            }
            for field in &disclosed.fields {
                field.check(sealed).map_err(|fault| {
                    let code = match fault.code {
                        SealCode::Field => Code::DisclosureField,
                        _ => Code::DisclosureForm,
                    };
                    Refusal::entry(code, &name, index)
                })?;
            }
            for file in &disclosed.files {
                let name = disclosed_file_name(index, file.ct);
                let plaintext = members
                    .hash_if(&name, BLOB_BYTES_MAX)?
                    .ok_or_else(|| Refusal::at(Code::Member, &name))?;
                file.check(sealed, plaintext)
                    .map_err(|_| Refusal::entry(Code::DisclosureFile, &name, index))?;
            }
            all.push(disclosed);
        }
        Ok(all)
    }
}

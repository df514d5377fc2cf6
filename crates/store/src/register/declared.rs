//! What the constitution lays down of parties, with its keys read.

use std::collections::BTreeSet;

use servanda_entry::{Constitution, Signatory};
use servanda_tlog::{ActKey, Hash};

/// Most parties and guarantors of one record.
pub(crate) const SIGNATORIES_MAX: usize = 32;
/// Most keys of one of them.
pub(crate) const KEYS_MAX: usize = 16;

/// The parties and guarantors, and who of them may change the operator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) parties: Vec<DeclaredParty>,
    pub(crate) rule: Option<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredParty {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) threshold: u32,
    pub(crate) keys: Vec<ActKey>,
}

/// Who together may change the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) of: Vec<String>,
    pub(crate) threshold: u32,
}

impl Declared {
    pub(crate) fn read(constitution: &Constitution) -> Result<Declared, String> {
        if constitution.signatories.len() > SIGNATORIES_MAX {
            return Err(format!("there are more than {SIGNATORIES_MAX} parties and guarantors"));
        }
        let mut declared = Declared::default();
        let mut seen = BTreeSet::new();
        for Signatory { id, keys, role, threshold } in &constitution.signatories {
            if id.trim().is_empty() || declared.parties.iter().any(|other| other.id == *id) {
                return Err(format!("two parties have the identifier {id:?}, or it is empty"));
            }
            let keys = read_keys(id, keys, *threshold)?;
            if let Some(key) = keys.iter().find(|key| !seen.insert(key.fingerprint())) {
                return Err(format!("the key {key} is named twice: each is in one hand"));
            }
            let (id, role, threshold) = (id.clone(), role.clone(), *threshold);
            declared.parties.push(DeclaredParty { id, role, threshold, keys });
        }
        if let Some(rule) = &constitution.operator_by {
            let named: BTreeSet<&String> = rule.of.iter().collect();
            if named.len() != rule.of.len() {
                return Err("who may change the operator is named twice".into());
            }
            let known = |id: &&String| declared.parties.iter().any(|party| party.id == **id);
            if let Some(id) = named.iter().find(|id| !known(id)) {
                return Err(format!("{id:?} may change the operator, but is no party of it"));
            }
            check_threshold("of those who may change the operator", rule.threshold, named.len())?;
            declared.rule = Some(Rule { of: rule.of.clone(), threshold: rule.threshold });
        }
        Ok(declared)
    }
}

/// Reads the keys of a party, each of which must be of another hand.
pub(crate) fn read_keys(id: &str, keys: &[String], threshold: u32) -> Result<Vec<ActKey>, String> {
    if keys.len() > KEYS_MAX {
        return Err(format!("{id} has more than {KEYS_MAX} keys"));
    }
    check_threshold(&format!("of the keys of {id}"), threshold, keys.len())?;
    let mut read: Vec<ActKey> = Vec::new();
    let mut seen: BTreeSet<Hash> = BTreeSet::new();
    for written in keys {
        let key: ActKey = written.parse().map_err(|e| format!("a key of {id}: {e}"))?;
        let is_named = |other: &ActKey| (other.name(), other.id()) == (key.name(), key.id());
        if !seen.insert(key.fingerprint()) || read.iter().any(is_named) {
            return Err(format!("{id} has the key {key} twice: each must be in another hand"));
        }
        read.push(key);
    }
    Ok(read)
}

fn check_threshold(what: &str, threshold: u32, of: usize) -> Result<(), String> {
    if threshold == 0 || threshold as usize > of {
        return Err(format!("{threshold} {what} must sign, but there are {of}"));
    }
    Ok(())
}

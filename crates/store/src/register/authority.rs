//! Who must sign which change of keys, and what it does.

use std::collections::BTreeSet;

use servanda_entry::{KeyAct, KeyChange, NewLog, Office};
use servanda_tlog::{
    ActKey, Checkpoint, CosignerKey, LogKeys, Note, Signature, VerifierKey, hands_under,
};

use super::declared::read_keys;
use super::{Held, Holder, Key, KeyFault, Party, RENEWAL_ALGORITHM, Register, Revocation};

/// The keys whose signatures of a text are there and hold.
type Signed = BTreeSet<ActKey>;

/// The keys among the candidates that have signed.
pub(super) fn signed_by(
    text: &str,
    signatures: &[Signature],
    candidates: &[ActKey],
) -> Result<Signed, KeyFault> {
    hands_under(text, signatures, candidates)
        .map_err(|error| KeyFault::Signature(error.to_string()))
}

impl Register {
    /// The keys that can have signed an act: those held now, and those that it brings.
    pub(super) fn candidates(&self, new: &[ActKey]) -> Vec<ActKey> {
        let now = self.held.iter().filter(|held| held.until.is_none());
        let mut keys: Vec<ActKey> = now.filter_map(|held| held.key.act_key()).collect();
        keys.extend(new.iter().filter(|key| !keys.contains(key)).cloned().collect::<Vec<_>>());
        keys
    }

    /// Whether enough of a party's keys have signed, some left aside.
    pub(super) fn is_met(&self, party: &Party, signed: &Signed, aside: &BTreeSet<ActKey>) -> bool {
        let own = Holder::Party(party.id.clone());
        let count = self.held.iter().filter(|held| match &held.key {
            Key::Party(key) => {
                let is_now = held.holder == own && held.until.is_none();
                is_now && signed.contains(key) && !aside.contains(key)
            }
            _ => false,
        });
        count.count() >= party.threshold as usize
    }

    /// Checks a key act against those who must have signed it, and carries it out. Gives who has
    /// signed, and the parties in whose names enough have.
    pub(super) fn change(
        &mut self,
        index: u64,
        at_ms: i64,
        act: &KeyAct,
        text: &str,
        signatures: &[Signature],
    ) -> Result<(Signed, Vec<String>), KeyFault> {
        let holder = self.holder_of(&act.change)?;
        let next = self.next_number(&holder);
        if act.number != next {
            return Err(KeyFault::Order(format!(
                "it is number {} about {holder}, but {next} must follow: it was entered before, or \
                 drafted before another; draft it again",
                act.number
            )));
        }
        let planned = self.plan(index, at_ms, act)?;
        let signed = signed_by(text, signatures, &self.candidates(&planned.brings))?;
        let aside: BTreeSet<ActKey> = planned.aside.iter().cloned().collect();
        let mut parties = Vec::new();
        for party in &self.parties {
            if self.is_met(party, &signed, &aside) {
                parties.push(party.id.clone());
            }
        }
        let met = |need: &Need| need.is_met(&signed, &parties);
        if let Some(lacking) = planned.needs.iter().find(|need| !met(need)) {
            return Err(KeyFault::Signature(lacking.to_string()));
        }
        for place in &planned.ends {
            if let Some(held) = self.held.get_mut(*place) {
                held.until = held.until.or(Some(index));
            }
        }
        if let Some((place, revocation)) = planned.revokes
            && let Some(held) = self.held.get_mut(place)
        {
            held.revoked = Some(revocation);
        }
        for (holder, key) in planned.adds {
            self.held.push(Held { holder, key, since: index, until: None, revoked: None });
        }
        if let Some((id, threshold)) = planned.threshold
            && let Some(party) = self.parties.iter_mut().find(|party| party.id == id)
        {
            party.threshold = threshold;
        }
        self.numbers.insert(holder, next);
        Ok((signed, parties))
    }

    /// What a change needs and does.
    fn plan(&self, index: u64, at_ms: i64, act: &KeyAct) -> Result<Plan, KeyFault> {
        match &act.change {
            KeyChange::RotateParty { keys, party, threshold } => {
                self.plan_party(party, keys, *threshold)
            }
            KeyChange::RotateOffice { key } => self.plan_office(key),
            KeyChange::RotateLog { log } => {
                let mut plan = self.plan_log(log, act)?;
                let old = self.now(&Holder::Log);
                let old = old.filter_map(|(_, held)| held.key.act_key()).collect();
                plan.needs.push(Need::Keys { of: old, threshold: 1, who: "the log's old keys" });
                Ok(plan)
            }
            KeyChange::Operator { log, offices } => {
                let mut plan = self.plan_log(log, act)?;
                self.plan_offices(offices, &mut plan)?;
                Ok(plan)
            }
            KeyChange::Revoke { compromised_since_ms, key } => {
                self.plan_revocation(index, at_ms, key, *compromised_since_ms)
            }
            KeyChange::Renewal { algorithm, .. } => self.plan_renewal(algorithm, act),
        }
    }

    fn plan_party(&self, id: &str, keys: &[String], threshold: u32) -> Result<Plan, KeyFault> {
        if !self.parties.iter().any(|party| party.id == id) {
            let what = format!("the constitution names no party or guarantor {id:?}");
            return Err(KeyFault::Undeclared(what));
        }
        let own = Holder::Party(id.to_owned());
        let new = read_keys(id, keys, threshold).map_err(KeyFault::Form)?;
        let mut plan = Plan::default();
        for (place, held) in self.held.iter().enumerate() {
            let Some(key) = held.key.act_key() else { continue };
            let again = new.iter().find(|new| new.fingerprint() == key.fingerprint());
            let is_now = held.holder == own && held.until.is_none();
            match again {
                Some(_) if !is_now => {
                    let what = "is or was in other hands, or was given up; make a new one";
                    return Err(KeyFault::Form(format!("the key {key} {what}")));
                }
                Some(new) if *new != key => {
                    return Err(KeyFault::Form(format!("the key {key} must keep its name")));
                }
                None if is_now => plan.ends.push(place),
                _ => {}
            }
        }
        let kept =
            |key: &&ActKey| self.now(&own).any(|(_, held)| held.key == Key::Party((*key).clone()));
        for key in new.iter().filter(|key| !kept(key)) {
            plan.adds.push((own.clone(), Key::Party(key.clone())));
        }
        plan.needs.push(Need::Parties { of: vec![id.to_owned()], threshold: 1, old: true });
        plan.needs.push(Need::Keys { of: new.clone(), threshold, who: "the new keys" });
        plan.threshold = Some((id.to_owned(), threshold));
        plan.brings = new;
        Ok(plan)
    }

    fn plan_office(&self, key: &str) -> Result<Plan, KeyFault> {
        let key = self.unused_key(key)?;
        let own = Holder::Office(key.name().to_owned());
        let old: Vec<_> = self.now(&own).map(|(place, held)| (place, held.clone())).collect();
        let [(place, held)] = old.as_slice() else {
            let name = key.name();
            return Err(KeyFault::Form(format!("no office of the record is named {name:?}")));
        };
        let brings: Vec<ActKey> = Key::Office(key.clone()).act_key().into_iter().collect();
        let old = held.key.act_key().into_iter().collect();
        Ok(Plan {
            needs: vec![
                Need::Keys { of: old, threshold: 1, who: "the office's old key" },
                Need::Keys { of: brings.clone(), threshold: 1, who: "the office's new key" },
            ],
            ends: vec![*place],
            adds: vec![(own, Key::Office(key))],
            brings,
            ..Plan::default()
        })
    }

    /// Another log key: by those whom the constitution names, and the new keys themselves.
    fn plan_log(&self, new: &NewLog, act: &KeyAct) -> Result<Plan, KeyFault> {
        let Some(rule) = &self.rule else {
            let what = "the constitution does not say who may change the log's keys or operator";
            return Err(KeyFault::Undeclared(what.into()));
        };
        let ed25519 = self.unused_key(&new.key)?;
        if ed25519.name() != self.origin {
            return Err(KeyFault::Form("the log's new key is not named as the record is".into()));
        }
        let mldsa44 = new.key_mldsa44.as_deref().map(str::parse::<CosignerKey>).transpose();
        let keys = mldsa44.and_then(|mldsa44| LogKeys::new(ed25519, mldsa44));
        let keys = keys.map_err(|error| KeyFault::Form(error.to_string()))?;
        let old: Vec<_> = self.now(&Holder::Log).collect();
        let [(place, Held { key: Key::Log(old), .. })] = old.as_slice() else {
            return Err(KeyFault::Form("the record has no log".into()));
        };
        if old.mldsa44().is_some() && keys.mldsa44().is_none() {
            let what = "the log had an ML-DSA-44 key and must have one again";
            return Err(KeyFault::Form(what.into()));
        }
        if keys.mldsa44().is_some()
            && self.held.iter().any(
                |held| matches!(&held.key, Key::Log(other) if other.mldsa44() == keys.mldsa44()),
            )
        {
            return Err(KeyFault::Form("the log's ML-DSA-44 key was used before".into()));
        }
        self.check_handover(old, &new.handover, act)?;
        let brings: Vec<ActKey> = Key::Log(keys.clone()).act_key().into_iter().collect();
        let (of, threshold) = (rule.of.clone(), rule.threshold);
        Ok(Plan {
            needs: vec![
                Need::Parties { of, threshold, old: false },
                Need::Keys { of: brings.clone(), threshold: 1, who: "the log's new keys" },
            ],
            ends: vec![*place],
            adds: vec![(Holder::Log, Key::Log(keys))],
            brings,
            ..Plan::default()
        })
    }

    /// The old log's last checkpoint, signed by it: what leads from its keys to the new ones.
    fn check_handover(
        &self,
        old: &LogKeys,
        lines: &[String],
        act: &KeyAct,
    ) -> Result<(), KeyFault> {
        let refused = |what: String| KeyFault::Form(format!("the handover: {what}"));
        let checkpoint = Checkpoint::new(&self.origin, act.seen.size, act.seen.root);
        let checkpoint = checkpoint.map_err(|error| refused(error.to_string()))?;
        let mut note =
            Note::new(&checkpoint.to_string()).map_err(|error| refused(error.to_string()))?;
        for line in lines {
            let signature = Signature::parse(line);
            let signature = signature.ok_or_else(|| refused("a line is no signature".into()))?;
            note.add_signature(signature).map_err(|error| refused(error.to_string()))?;
        }
        let bytes = note.to_bytes().map_err(|error| refused(error.to_string()))?;
        let signed = old.open(&bytes, &self.origin);
        signed.map(drop).map_err(|error| refused(error.to_string()))
    }

    fn plan_offices(&self, offices: &[Office], plan: &mut Plan) -> Result<(), KeyFault> {
        if offices.is_empty() {
            return Err(KeyFault::Form("it names no office, so nobody could write".into()));
        }
        let mut names = BTreeSet::new();
        for office in offices {
            let key: VerifierKey = office
                .key
                .parse()
                .map_err(|error| KeyFault::Form(format!("an office: {error}")))?;
            if !names.insert(key.name().to_owned()) {
                return Err(KeyFault::Form(format!("two offices have the name {:?}", key.name())));
            }
            let own = Holder::Office(key.name().to_owned());
            let kept = self.now(&own).any(|(_, held)| held.key == Key::Office(key.clone()));
            if !kept {
                let key = self.unused_key(&office.key)?;
                plan.adds.push((own, Key::Office(key)));
            }
        }
        let written: BTreeSet<&String> = offices.iter().map(|office| &office.key).collect();
        for (place, held) in self.held.iter().enumerate() {
            let is_office = matches!(held.holder, Holder::Office(_)) && held.until.is_none();
            if is_office && !written.contains(&held.key.written()) {
                plan.ends.push(place);
            }
        }
        Ok(())
    }

    fn plan_revocation(
        &self,
        index: u64,
        at_ms: i64,
        written: &str,
        compromised_since_ms: i64,
    ) -> Result<Plan, KeyFault> {
        let form = |what: &str| KeyFault::Form(what.to_owned());
        let found = self.held.iter().enumerate().find(|(_, held)| held.key.is_written(written));
        let (place, held) = found.ok_or_else(|| form("nobody holds or held this key"))?;
        if held.revoked.is_some() {
            return Err(KeyFault::Order("the key is revoked already".into()));
        }
        if compromised_since_ms > at_ms {
            return Err(form("it says that the key will be known to others: give a time that was"));
        }
        let is_now = held.until.is_none();
        let mut plan = Plan {
            revokes: Some((place, Revocation { entry: index, compromised_since_ms })),
            aside: held.key.act_key().into_iter().collect(),
            ends: vec![place],
            ..Plan::default()
        };
        let by_rule = self.rule.as_ref().map(|rule| Need::Parties {
            of: rule.of.clone(),
            threshold: rule.threshold,
            old: false,
        });
        let own = match &held.holder {
            Holder::Party(id) => {
                Some(Need::Parties { of: vec![id.clone()], threshold: 1, old: false })
            }
            Holder::Log | Holder::Office(_) if is_now => {
                return Err(form(
                    "the record is written with this key: first put another in its place (rotate, \
                     or operator), then revoke the old one",
                ));
            }
            Holder::Office(_) => {
                let now = self.now(&held.holder).filter_map(|(_, held)| held.key.act_key());
                let of: Vec<ActKey> = now.collect();
                let who = "the office's present key";
                (!of.is_empty()).then_some(Need::Keys { of, threshold: 1, who })
            }
            Holder::Log => None,
        };
        match (own, by_rule) {
            (None, None) => {
                let what = "nobody is left whom the constitution lets revoke this key";
                return Err(KeyFault::Undeclared(what.into()));
            }
            (own, by_rule) => {
                plan.needs.push(Need::Either(own.into_iter().chain(by_rule).collect()))
            }
        }
        Ok(plan)
    }

    fn plan_renewal(&self, algorithm: &str, act: &KeyAct) -> Result<Plan, KeyFault> {
        if algorithm != RENEWAL_ALGORITHM {
            let what = format!("{algorithm:?} is no algorithm known here: {RENEWAL_ALGORITHM}");
            return Err(KeyFault::Form(what));
        }
        let last = self.renewals().last().map_or(0, |(_, last)| last.seen.size);
        if act.seen.size <= last {
            return Err(KeyFault::Order(format!("{last} entries are renewed already")));
        }
        let of = self.now(&Holder::Log).filter_map(|(_, held)| held.key.act_key()).collect();
        let needs = vec![Need::Keys { of, threshold: 1, who: "the log's keys" }];
        Ok(Plan { needs, ..Plan::default() })
    }

    /// What a holder holds now, with its place.
    fn now<'r>(&'r self, holder: &'r Holder) -> impl Iterator<Item = (usize, &'r Held)> {
        let held = self.held.iter().enumerate();
        held.filter(move |(_, held)| held.holder == *holder && held.until.is_none())
    }

    /// A sound key for notes that was never used in this record.
    fn unused_key(&self, written: &str) -> Result<VerifierKey, KeyFault> {
        let key: VerifierKey = written.parse().map_err(|error: servanda_tlog::KeyError| {
            KeyFault::Form(format!("a new key can't be used: {error}"))
        })?;
        let is_used = self.held.iter().any(|held| match &held.key {
            Key::Log(keys) => keys.ed25519().public_key() == key.public_key(),
            Key::Office(other) => other.public_key() == key.public_key(),
            Key::Party(_) => false,
        });
        if is_used {
            return Err(KeyFault::Form(format!("the key {key} was used before; make a new one")));
        }
        Ok(key)
    }
}

/// What a change of keys needs and does.
#[derive(Default)]
struct Plan {
    needs: Vec<Need>,
    /// Act keys that are no one's yet.
    brings: Vec<ActKey>,
    /// Keys that don't count for this act.
    aside: Vec<ActKey>,
    ends: Vec<usize>,
    adds: Vec<(Holder, Key)>,
    revokes: Option<(usize, Revocation)>,
    threshold: Option<(String, u32)>,
}

/// Who must have signed.
enum Need {
    Keys { of: Vec<ActKey>, threshold: u32, who: &'static str },
    Parties { of: Vec<String>, threshold: u32, old: bool },
    Either(Vec<Need>),
}

impl Need {
    fn is_met(&self, signed: &Signed, parties: &[String]) -> bool {
        match self {
            Need::Keys { of, threshold, .. } => {
                of.iter().filter(|key| signed.contains(key)).count() >= *threshold as usize
            }
            Need::Parties { of, threshold, .. } => {
                of.iter().filter(|id| parties.contains(id)).count() >= *threshold as usize
            }
            Need::Either(needs) => needs.iter().any(|need| need.is_met(signed, parties)),
        }
    }
}

impl std::fmt::Display for Need {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Need::Keys { of, threshold, who } => {
                let names: Vec<String> =
                    of.iter().map(|key| format!("{} ({})", key.name(), key.id())).collect();
                write!(f, "{threshold} of {who} must sign: {}", names.join(", "))
            }
            Need::Parties { of, old: true, .. } => {
                write!(f, "enough of the keys that {} has until now must sign", of.join(", "))
            }
            Need::Parties { of, threshold, .. } => write!(
                f,
                "{threshold} of {} must sign, each with as many keys as it has laid down",
                of.join(", ")
            ),
            Need::Either(needs) => {
                let needs: Vec<String> = needs.iter().map(ToString::to_string).collect();
                f.write_str(&needs.join("; or "))
            }
        }
    }
}

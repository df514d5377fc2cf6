//! What is sealed, held and erased, against a plain list of what happened.

#![allow(clippy::unwrap_used, reason = "a test that stops has failed")]

use proptest::prelude::*;
use servanda_entry::{
    Attachment, Audience, Blob, Body, Cite, Class, Constitution, Destruction, Disclosure, Document,
    Entry, Erasers, Erasure, Hold, RowCount, SEALED_NAME, Sealed, Slot,
};
use servanda_seal::{Order, OrderAct, SealCode, Slots, approve, approve_ed25519, may_concern};
use servanda_time::Instant;
use servanda_tlog::{ActSigner, Hash, Signature, Signer, leaf_hash, sha256};
use std::collections::BTreeSet;

const ORIGIN: &str = "example.org/truce";

fn eraser(n: u8) -> ActSigner {
    ActSigner::from_seeds(&format!("e{n}.example"), [90 + n; 32], Some([150 + n; 32])).unwrap()
}

/// As records from before named them.
fn old_eraser(n: u8) -> Signer {
    Signer::from_seed(&format!("e{n}.example"), [90 + n; 32]).unwrap()
}

/// Approvals of an order by these, in the body and under the entry.
fn approved(order: &Order, by: &[u8], is_old: bool) -> (Vec<String>, Vec<Signature>) {
    let line = |n: &u8| approve_ed25519(order, ORIGIN, &old_eraser(*n)).unwrap();
    let signature = |n: &u8| approve(order, ORIGIN, &eraser(*n)).unwrap();
    match is_old {
        true => (by.iter().map(line).collect(), vec![]),
        false => (vec![], by.iter().map(signature).collect()),
    }
}

/// What would be entered: with the signatures under it, and the code with which it should be
/// refused.
type Tried = (Class, Body, Vec<Signature>, Option<SealCode>);

/// What somebody tries; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    Seal { fields: u8, file: bool },
    Clear { of: usize },
    Disclose { of: usize, part: usize },
    Hold { of: usize },
    Lift { of: usize, signers: u8 },
    Erase { of: usize, first: usize, count: usize, signers: u8 },
    Destroyed { of: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let of = 0..12_usize;
    prop::collection::vec(
        prop_oneof![
            3 => (1..4_u8, any::<bool>()).prop_map(|(fields, file)| Step::Seal { fields, file }),
            1 => of.clone().prop_map(|of| Step::Clear { of }),
            2 => (of.clone(), 0..4_usize).prop_map(|(of, part)| Step::Disclose { of, part }),
            2 => of.clone().prop_map(|of| Step::Hold { of }),
            2 => (of.clone(), 0..8_u8).prop_map(|(of, signers)| Step::Lift { of, signers }),
            4 => (of.clone(), 0..3_usize, 1..4_usize, 0..8_u8).prop_map(
                |(of, first, count, signers)| Step::Erase { of, first, count, signers }
            ),
            1 => of.prop_map(|of| Step::Destroyed { of }),
        ],
        1..24,
    )
}

/// All that happened, and nothing worked out in advance.
#[derive(Default)]
struct Told {
    /// Of each entry: its leaf, what it withholds, and whether it stood.
    entries: Vec<(Hash, Vec<Hash>, Body, bool)>,
}

impl Told {
    fn sealed(&self) -> Vec<u64> {
        let sealed = self.entries.iter().zip(0..).filter(|((_, parts, ..), _)| !parts.is_empty());
        sealed.map(|(_, index)| index).collect()
    }

    fn slot(&self, entry: u64) -> Slot {
        Slot { entry, leaf: self.entries[entry as usize].0 }
    }

    fn stood(&self) -> impl Iterator<Item = (u64, &Body)> {
        let stood = self.entries.iter().zip(0..).filter(|((.., stood), _)| *stood);
        stood.map(|((_, _, body, _), index)| (index, body))
    }

    fn erased(&self, part: Hash) -> Option<u64> {
        self.stood().find_map(|(index, body)| match body {
            Body::Erasure(order) if order.what.contains(&part) => Some(index),
            _ => None,
        })
    }

    fn holds(&self, entry: u64) -> Vec<u64> {
        let lifted = |hold: u64| {
            self.stood()
                .any(|(_, body)| matches!(body, Body::Hold(h) if h.lifts && h.of.entry == hold))
        };
        let on = |body: &Body| matches!(body, Body::Hold(h) if !h.lifts && h.of.entry == entry);
        self.stood().filter(|(index, body)| on(body) && !lifted(*index)).map(|(i, _)| i).collect()
    }
}

fn signers(bits: u8) -> Vec<u8> {
    (0..3).filter(|n| bits & (1 << n) != 0).map(|n| n + 1).collect()
}

fn document(ct: Hash) -> Body {
    Body::Document(Document {
        file: Blob { bytes: 9, name: SEALED_NAME.into(), sha256: ct },
        format: SEALED_NAME.into(),
        quarantine: None,
        rows: RowCount::default(),
        source: "patrol".into(),
    })
}

fn finding() -> Body {
    Body::Finding(servanda_entry::Finding {
        from_ms: 0,
        of: vec![],
        outcome: servanda_entry::Outcome::Undetermined,
        party: None,
        provision: "prohibit.fire".into(),
        reading: None,
        reason: "too far".into(),
        role: "head of verification".into(),
        severity: None,
        standard: "reasonable grounds".into(),
        to_ms: 1,
        zone: None,
    })
}

fn tried(told: &Told, step: &Step, is_old: bool) -> Option<Tried> {
    let none = Vec::new;
    let sealed = told.sealed();
    let chosen = |of: usize| (!sealed.is_empty()).then(|| sealed[of % sealed.len()]);
    let index = told.entries.len();
    let (authority, ground) = ("an office".to_owned(), "a reason".to_owned());
    let unerased = |parts: &[Hash]| parts.iter().all(|part| told.erased(*part).is_none());
    let enough = |by: &[u8]| by.len() >= 2;
    Some(match step {
        Step::Seal { fields, file } => {
            let digest = |n: u8| sha256(&[index as u8, n]);
            let ct = digest(99);
            let file = file.then_some(Attachment {
                bytes: 9,
                commit: digest(98),
                ct,
                media: "text/plain".into(),
            });
            let body = if file.is_some() { document(ct) } else { finding() };
            let fields = (0..*fields).map(digest).collect();
            let all = Sealed::new(Audience::Mission, fields, file.into_iter().collect()).unwrap();
            (Class::Restricted(all), body, none(), None)
        }
        Step::Clear { of } => {
            let entry = chosen(*of)?;
            let Body::Document(body) = &told.entries[entry as usize].2 else { return None };
            let code = match told.erased(body.file.sha256) {
                Some(_) => SealCode::Erased,
                None => SealCode::Named,
            };
            (Class::Public, document(body.file.sha256), none(), Some(code))
        }
        Step::Disclose { of, part } => {
            let entry = chosen(*of)?;
            let parts = &told.entries[entry as usize].1;
            let what = vec![parts[part % parts.len()]];
            let code = (!unerased(&what)).then_some(SealCode::Erased);
            let recipient = "a court".into();
            let body = Disclosure { ground, of: told.slot(entry), recipient, what };
            (Class::Public, Body::Disclosure(body), none(), code)
        }
        Step::Hold { of } => {
            let of = told.slot(chosen(*of)?);
            let hold = Hold { approvals: vec![], authority, ground, lifts: false, of };
            (Class::Public, Body::Hold(hold), none(), None)
        }
        Step::Lift { of, signers: bits } => {
            let holds: Vec<u64> = told
                .stood()
                .filter(|(_, body)| matches!(body, Body::Hold(hold) if !hold.lifts))
                .map(|(index, _)| index)
                .collect();
            let of = told.slot(*holds.get(of % holds.len().max(1))?);
            let order = Order { act: OrderAct::Lift, authority, ground, of, what: Vec::new() };
            let by = signers(*bits);
            let (approvals, signatures) = approved(&order, &by, is_old);
            let Order { authority, ground, .. } = order;
            let code = (!enough(&by)).then_some(SealCode::Threshold);
            let hold = Hold { approvals, authority, ground, lifts: true, of };
            (Class::Public, Body::Hold(hold), signatures, code)
        }
        Step::Erase { of, first, count, signers: bits } => {
            let entry = chosen(*of)?;
            let parts = &told.entries[entry as usize].1;
            let first = first % parts.len();
            let what = parts[first..(first + count).min(parts.len())].to_vec();
            let of = told.slot(entry);
            let order = Order { act: OrderAct::Erase, authority, ground, of, what: what.clone() };
            let by = signers(*bits);
            let (approvals, signatures) = approved(&order, &by, is_old);
            let Order { authority, ground, .. } = order;
            let code = if !unerased(&what) {
                Some(SealCode::Erased)
            } else if !enough(&by) {
                Some(SealCode::Threshold)
            } else if !told.holds(entry).is_empty() {
                Some(SealCode::Held)
            } else {
                None
            };
            let body = Body::Erasure(Erasure { approvals, authority, ground, of, what });
            (Class::Public, body, signatures, code)
        }
        Step::Destroyed { of } => {
            let of = told.slot((of % told.entries.len()) as u64);
            let is_order =
                told.stood().any(|(i, body)| i == of.entry && matches!(body, Body::Erasure(_)));
            let body = Body::Destruction(Destruction { custodian: "a registry".into(), of });
            (Class::Public, body, none(), (!is_order).then_some(SealCode::Entry))
        }
    })
}

fn entry(class: Class, body: Body, index: usize) -> Entry {
    Entry {
        agreement: "truce".into(),
        by: "example.org/truce/office".into(),
        seq: index as u64,
        prev: None,
        cite: Cite { size: 0, root: sha256(b"") },
        at: Instant::from_ms(index as i64).unwrap(),
        class,
        body,
    }
}

proptest! {
    #[test]
    fn slots_say_what_a_plain_list_says(steps in steps(), is_old in prop::bool::weighted(0.3)) {
        let keys = [1, 2, 3].map(|n| match is_old {
            true => old_eraser(n).verifier_key().to_string(),
            false => eraser(n).key().to_string(),
        });
        let keys = keys.to_vec();
        let constitution = Body::Constitution(Constitution {
            operator_by: None,
            signatories: vec![],
            erasers: Some(Erasers { keys, threshold: 2 }),
            log: String::new(),
            log_mldsa44: None,
            offices: vec![],
        });
        let (mut slots, mut told) = (Slots::new(), Told::default());
        let first = entry(Class::Public, constitution.clone(), 0);
        slots.take(0, sha256(b"0"), &first, &[], ORIGIN).unwrap();
        told.entries.push((sha256(b"0"), vec![], constitution, true));
        let mut stood: Vec<(u64, Hash, Entry, Vec<Signature>)> =
            vec![(0, sha256(b"0"), first, vec![])];
        for step in &steps {
            let Some((class, body, by, expected)) = tried(&told, step, is_old) else { continue };
            let index = told.entries.len();
            let mut parts: Vec<Hash> =
                class.sealed().map(|sealed| sealed.digests().collect()).unwrap_or_default();
            parts.sort_unstable();
            let entry = entry(class, body.clone(), index);
            let text = entry.text(ORIGIN).unwrap();
            let leaf = leaf_hash(text.as_bytes());
            let code = slots.take(index as u64, leaf, &entry, &by, ORIGIN);
            let code = code.map_err(|fault| fault.code);
            prop_assert_eq!(code.err(), expected, "{:?}", step);
            if expected.is_none() {
                if may_concern(index as u64, text.as_bytes()) {
                    stood.push((index as u64, leaf, entry, by));
                }
                told.entries.push((leaf, parts, body, true));
            } else {
                told.entries.push((leaf, vec![], body, false));
            }
            for (at, (_, parts, ..)) in told.entries.iter().enumerate() {
                for part in parts {
                    prop_assert_eq!(slots.erased_by(*part), told.erased(*part));
                }
                if !parts.is_empty() {
                    let held = slots.held_by(at as u64);
                    prop_assert_eq!(held, told.holds(at as u64).first().copied());
                }
            }
        }
        // What may be passed over says nothing of it.
        let mut again = Slots::new();
        for (index, leaf, entry, by) in &stood {
            again.take(*index, *leaf, entry, by, ORIGIN).unwrap();
        }
        let erased = |slots: &Slots| slots.erased().collect::<BTreeSet<_>>();
        prop_assert_eq!(erased(&again), erased(&slots));
    }
}

//! What a leaf shows of what it withholds: nothing.

#![allow(clippy::unwrap_used, reason = "a test that stops has failed")]

use proptest::prelude::*;
use serde_json::{Value, json};
use servanda_entry::{
    Attrs, Audience, Body, Class, Entry, InZone, Observation, Observations, Place,
    SEALED_FIELDS_MAX, Sealed,
};
use servanda_seal::{Disclosed, Opening, Order, Salt, SealCode, Sealing, Withheld, field_digest};
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeSet;

const ORIGIN: &str = "example.org/truce";

fn body(attrs: &[(&str, &str)]) -> Body {
    let attrs: Attrs = attrs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let row = Observation {
        at: Some(Place::Zone(InZone { zone: "front".into() })),
        attrs,
        count: None,
        from_ms: 1_775_000_000_000,
        key: None,
        kind: "explosion".into(),
        line: 0,
        origins: vec![],
        sides: vec![],
        to_ms: 1_775_000_060_000,
    };
    Body::Observation(Observations { document: None, rows: vec![row], source: "patrol".into() })
}

fn sealing(value: Value) -> Sealing {
    let mut sealing = Sealing::new(Audience::Mission, ORIGIN);
    sealing.field("/rows/0/at", Withheld::new(value), Salt([9; 32]));
    sealing
}

fn entry(class: Class, body: Body) -> Entry {
    Entry {
        agreement: "truce".into(),
        by: "example.org/truce/office".into(),
        seq: 0,
        prev: None,
        cite: servanda_entry::Cite { size: 0, root: sha256(b"") },
        at: Instant::from_ms(0).unwrap(),
        class,
        body,
    }
}

#[test]
fn an_entry_of_a_class_is_read_back_and_shows_nothing() {
    let place = json!({ "lat_e7": 480_123_456, "lon_e7": 377_654_321, "radius_mm": 0 });
    let mut sealing = sealing(place);
    sealing.decoy([4; 32]);
    assert!(!format!("{sealing:?}").contains("480123456"));
    let (writing, opening) = sealing.finish(body(&[])).unwrap();
    assert!(!format!("{writing:?}{opening:?}").contains("480123456"));
    let entry = entry(writing.class, writing.body);
    let text = entry.text(ORIGIN).unwrap();
    assert!(text.contains(r#""class":"mission""#) && text.contains(r#""sd":["#), "{text}");
    assert!(!text.contains("480123456") && !text.contains("\"att\""), "{text}");
    assert_eq!(Entry::from_text(&text, ORIGIN), Ok(entry));
    let bytes = opening.to_bytes().unwrap();
    assert!(Opening::parse(&bytes, ORIGIN).unwrap() == opening);
    assert!(Opening::parse(&bytes, "example.org/other").is_err());
    assert!(Opening::parse(&bytes[1..], ORIGIN).is_err());
}

#[test]
fn what_is_withheld_may_not_stand_in_clear_beside_it() {
    let text = |value: &str, attrs: &[(&str, &str)]| {
        let mut sealing = Sealing::new(Audience::Mission, ORIGIN);
        let value = Withheld::new(json!(value));
        sealing.field("/rows/0/attrs/observer", value, Salt([9; 32]));
        sealing.finish(body(attrs)).map(drop).map_err(|fault| fault.code)
    };
    assert_eq!(text("Team Four", &[("means", "heard")]), Ok(()));
    assert_eq!(text("Team Four", &[("means", "heard by team four")]), Err(SealCode::Form));
    assert_eq!(text("four", &[("means", "four")]), Err(SealCode::Form));
    // Three letters stand in many a word; alone they tell.
    assert_eq!(text("ear", &[("means", "heard")]), Ok(()));
    assert_eq!(text("ear", &[("means", "ear")]), Err(SealCode::Form));
    let at = |attrs: &[(&str, &str)]| {
        let place = json!({ "lat_e7": 480_123_456, "lon_e7": -377_654_321, "radius_mm": 0 });
        sealing(place).finish(body(attrs)).map(drop).map_err(|fault| fault.code)
    };
    assert_eq!(at(&[("means", "heard from 48.5")]), Ok(()));
    assert_eq!(at(&[("means", "heard at 48.0123 north")]), Err(SealCode::Form));
    assert_eq!(at(&[("means", "heard at -37.765")]), Err(SealCode::Form));
    let times = sealing(json!(1_775_000_000_000_i64)).finish(body(&[]));
    assert!(times.is_err());
}

#[test]
fn commitments_have_bounds_and_one_order() {
    let digests = |n: u32| (0..n).map(|k| sha256(&k.to_le_bytes())).collect::<Vec<Hash>>();
    let of = |fields| Sealed::new(Audience::Sealed, fields, vec![]);
    assert!(of(digests(0)).is_err());
    assert!(of(digests(SEALED_FIELDS_MAX as u32)).is_ok());
    assert!(of(digests(SEALED_FIELDS_MAX as u32 + 1)).is_err());
    assert!(of([digests(1), digests(1)].concat()).is_err());
    let sealed = of(digests(9)).unwrap();
    assert!(sealed.fields().is_sorted());
    // Not all kinds can withhold.
    let act = Body::Correction(servanda_entry::Correction {
        by: None,
        of: servanda_entry::Ref { entry: 1, id: sha256(b"x"), row: None },
        reason: "a mistake".into(),
        role: "editor".into(),
    });
    let text = entry(Class::Restricted(sealed), act).text(ORIGIN).unwrap_err().to_string();
    assert!(text.contains("correction"), "{text}");
}

/// Somebody knows everything but the salt: the path, and a million values of which one is true.
/// They try it without salt, with salts that were disclosed, and with salts of their own.
#[test]
fn a_value_that_could_be_guessed_is_not_found() {
    guess(20_000);
}

#[test]
#[ignore = "a minute; `make long` runs it"]
fn a_million_guesses_find_nothing() {
    guess(1_000_000);
}

fn guess(guesses: u32) {
    let path = "/rows/0/attrs/team";
    let truth = guesses / 3;
    let salt = Salt(sha256(b"drawn at random").0);
    let disclosed = Salt(sha256(b"of another field").0);
    let mut sealing = Sealing::new(Audience::Mission, ORIGIN);
    sealing.field(path, Withheld::new(json!(truth)), salt.clone());
    sealing.field("/rows/0/attrs/post", Withheld::new(json!("tower")), disclosed.clone());
    let (writing, _) = sealing.finish(body(&[])).unwrap();
    let leaf: BTreeSet<Hash> = writing.class.sealed().unwrap().fields().iter().copied().collect();
    let mut found = 0;
    for guess in 0..guesses {
        let value = json!(guess);
        let own = Salt(sha256(&guess.to_le_bytes()).0);
        for salt in [&Salt([0; 32]), &disclosed, &own] {
            found += u32::from(leaf.contains(&field_digest(salt, path, &value).unwrap()));
        }
        let bare = servanda_entry::canonical::to_bytes(&value).unwrap();
        found += u32::from(leaf.contains(&sha256(&bare)));
    }
    assert_eq!(found, 0);
    // The search would find it: with the salt it does.
    assert!(leaf.contains(&field_digest(&salt, path, &json!(truth)).unwrap()));
}

proptest! {
    /// Whatever the bytes, there is an answer.
    #[test]
    fn what_reads_openings_disclosures_and_orders_never_panics(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let (_, opening) = sealing(json!("the water tower")).finish(body(&[])).unwrap();
        let mut near = opening.to_bytes().unwrap();
        let place = at.index(near.len());
        near[place] = byte;
        let order = format!("peace-record/order/v1\n{ORIGIN}\n");
        let order = [order.as_bytes(), &bytes].concat();
        for bytes in [bytes, near, order] {
            let _ = Opening::parse(&bytes, ORIGIN);
            let _ = Disclosed::parse(&bytes, ORIGIN);
            let _ = Order::parse(&bytes, ORIGIN);
        }
    }
}

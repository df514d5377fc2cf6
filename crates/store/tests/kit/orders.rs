//! Orders of those who may have something erased, and what could be passed off as one.

use super::attacks::{Attack, Forge, first};
use super::sealed::{eraser, erasers, erasing, to_erase};
use super::*;
use servanda_entry::{Body, Erasers, Hold, Slot};
use servanda_seal::{Order, OrderAct, approve, approve_ed25519};
use servanda_tlog::{ActSigner, Signature, Signer, sign};

/// As records from before named them: Ed25519 alone.
pub(crate) fn old_eraser(n: u8) -> Signer {
    Signer::from_seed(&format!("e{n}.example"), [90 + n; 32]).unwrap()
}

fn old_erasers() -> Erasers {
    let keys = [1, 2, 3].map(|n| old_eraser(n).verifier_key().to_string()).to_vec();
    Erasers { keys, threshold: 2 }
}

fn founded(erasers: Option<Erasers>) -> Forge {
    first(|constitution| constitution.erasers = erasers)
}

/// The entry that an order can be about.
fn of() -> Slot {
    Slot { entry: 1, leaf: founded(Some(erasers())).leaf(1) }
}

fn order() -> Order {
    to_erase(of(), vec![sha256(b"a part")])
}

fn lifting() -> Order {
    Order { act: OrderAct::Lift, what: vec![], ..order() }
}

/// The entry that an order to lift a hold is.
fn lifted(order: Order, approvals: Vec<String>) -> Body {
    let Order { authority, ground, of, .. } = order;
    Body::Hold(Hold { approvals, authority, ground, lifts: true, of })
}

fn by(order: &Order, n: u8) -> Signature {
    approve(order, ORIGIN, &eraser(n)).unwrap()
}

fn by_old(order: &Order, n: u8) -> String {
    approve_ed25519(order, ORIGIN, &old_eraser(n)).unwrap()
}

/// A line of the same key with other bytes.
fn respelt(line: &Signature, bytes: &[u8]) -> String {
    Signature::new(line.name(), line.id(), bytes).unwrap().to_string()
}

/// An order to erase, with these lines under the entry.
fn under(lines: &[String]) -> Forge {
    founded(Some(erasers())).saying(erasing(order(), vec![]), lines)
}

fn old(approvals: Vec<String>, lines: &[String]) -> Forge {
    founded(Some(old_erasers())).saying(erasing(order(), approvals), lines)
}

fn both(forge: &Forge) -> [Vec<u8>; 2] {
    [forge.last(), forge.all()]
}

/// Orders that enough have signed, of today and of before.
pub(crate) fn honest() -> Vec<Vec<u8>> {
    let sound = [1, 3].map(|n| by(&order(), n).to_string());
    let stranger = sign(&order().text(ORIGIN).unwrap(), &[&old_eraser(9)]).unwrap();
    let stranger = String::from_utf8(stranger).unwrap().lines().last().unwrap().to_owned();
    let lift = [1, 2].map(|n| by(&lifting(), n).to_string());
    let old_lift = [1, 2].map(|n| by_old(&lifting(), n)).to_vec();
    [
        under(&sound),
        under(&[sound.to_vec(), vec![stranger.clone()]].concat()),
        founded(Some(erasers())).saying(lifted(lifting(), vec![]), &lift),
        old(vec![by_old(&order(), 1), stranger, by_old(&order(), 3)], &[]),
        founded(Some(old_erasers())).saying(lifted(lifting(), old_lift), &[]),
    ]
    .iter()
    .flat_map(both)
    .collect()
}

/// Orders that do not stand.
pub(crate) fn attacks() -> Vec<Attack> {
    let (one, two) = (by(&order(), 1), by(&order(), 2));
    let other = by(&to_erase(of(), vec![sha256(b"another part")]), 1);
    let (ed25519, mldsa44) = (32..96, 96 + 1_312..);
    let flipped = |at: usize| {
        let mut bytes = one.bytes().to_vec();
        bytes[at] ^= 1;
        respelt(&one, &bytes)
    };
    // One half is sound, the other of another order: what is left when one algorithm falls.
    let mixed = |first: &Signature, second: &Signature| {
        let mut bytes = second.bytes().to_vec();
        bytes[ed25519.clone()].copy_from_slice(&first.bytes()[ed25519.clone()]);
        respelt(&one, &bytes)
    };
    let without = |range: std::ops::Range<usize>| {
        let mut bytes = one.bytes().to_vec();
        bytes.drain(range);
        respelt(&one, &bytes)
    };
    let text = order().text(ORIGIN).unwrap();
    let alone = ActSigner::from_seeds("e1.example", [91; 32], None).unwrap();
    let alone = alone.sign(text.as_bytes()).unwrap();
    let ed25519_line = Signature::parse(&by_old(&order(), 1)).unwrap();
    let with_two = |line: String| under(&[line, two.to_string()]);
    let elsewhere = approve(&order(), "example.org/other", &eraser(1)).unwrap();
    // Another ML-DSA-44 key beside the same Ed25519 key, under another name.
    let twin = ActSigner::from_seeds("e4.example", [91; 32], Some([7; 32])).unwrap();
    let twins = || {
        let keys = vec![eraser(1).key().to_string(), twin.key().to_string()];
        let by_twin = twin.sign(text.as_bytes()).unwrap().to_string();
        founded(Some(Erasers { keys, threshold: 2 }))
            .saying(erasing(order(), vec![]), &[one.to_string(), by_twin])
    };
    let continued = {
        let more = sign(&format!("{text}\nand all else\n"), &[&old_eraser(1)]).unwrap();
        let line = String::from_utf8(more).unwrap().lines().last().unwrap().to_owned();
        vec![format!("and all else\n\n{line}")]
    };
    let spelt = |from: &str, to: &str| {
        let text = String::from_utf8(under(&[]).last_note().to_vec()).unwrap();
        let text = text.split_once("\n\n").unwrap().0.replacen(from, to, 1) + "\n";
        founded(Some(erasers())).saying_text(&text)
    };
    let rows: Vec<(&str, &str, Forge)> = vec![
        ("an order that nobody signed", "order-threshold", under(&[])),
        ("one that too few signed", "order-threshold", under(&[one.to_string()])),
        ("one that one has signed twice", "order-threshold", {
            under(&[one.to_string(), one.to_string()])
        }),
        ("one beside enough that one has signed twice", "order-threshold", {
            under(&[one.to_string(), two.to_string(), one.to_string()])
        }),
        ("with a forged Ed25519 half", "order-threshold", with_two(flipped(40))),
        ("with a forged ML-DSA-44 half", "order-threshold", {
            with_two(flipped(one.bytes().len() - 1))
        }),
        ("with the Ed25519 half alone sound", "order-threshold", with_two(mixed(&one, &other))),
        ("with the ML-DSA-44 half alone sound", "order-threshold", with_two(mixed(&other, &one))),
        ("without the ML-DSA-44 half", "order-threshold", {
            with_two(without(mldsa44.start..one.bytes().len()))
        }),
        ("without the ML-DSA-44 half and its key", "order-threshold", {
            with_two(without(96..one.bytes().len()))
        }),
        ("without the Ed25519 half", "order-threshold", with_two(without(ed25519.clone()))),
        ("with an Ed25519 signature under an act key's name", "order-threshold", {
            with_two(respelt(&one, ed25519_line.bytes()))
        }),
        ("with an Ed25519 line under an act key's name", "order-threshold", {
            with_two(ed25519_line.to_string())
        }),
        ("with an act key of Ed25519 alone of that name", "order-threshold", {
            with_two(alone.to_string())
        }),
        ("with bytes after the signatures", "order-threshold", {
            with_two(respelt(&one, &[one.bytes(), b"x"].concat()))
        }),
        ("with Ed25519 lines in the body, as before", "order-threshold", {
            let approvals = vec![by_old(&order(), 1), by_old(&order(), 2)];
            founded(Some(erasers())).saying(erasing(order(), approvals), &[])
        }),
        ("with such lines beside sound ones", "order-threshold", {
            let lines = [one.to_string(), two.to_string()];
            founded(Some(erasers())).saying(erasing(order(), vec![by_old(&order(), 1)]), &lines)
        }),
        ("with the signature of another order", "order-threshold", with_two(other.to_string())),
        ("with that of another record", "order-threshold", with_two(elsewhere.to_string())),
        ("an order to erase with signatures to lift", "order-threshold", {
            under(&[1, 2].map(|n| by(&lifting(), n).to_string()))
        }),
        ("two keys of one hand", "order-threshold", twins()),
        ("an order where nobody may give one", "order-threshold", {
            founded(None).saying(erasing(order(), vec![]), &[one.to_string(), two.to_string()])
        }),
        ("a hold that one lifts", "order-threshold", {
            let line = by(&lifting(), 1).to_string();
            founded(Some(erasers())).saying(lifted(lifting(), vec![]), &[line])
        }),
        ("a hold that the order to erase lifts", "order-threshold", {
            let lines = [one.to_string(), two.to_string()];
            founded(Some(erasers())).saying(lifted(lifting(), vec![]), &lines)
        }),
        ("an order of before that too few signed", "order-threshold", {
            old(vec![by_old(&order(), 1)], &[])
        }),
        ("one of before that one signed twice", "order-threshold", {
            old(vec![by_old(&order(), 1), by_old(&order(), 1)], &[])
        }),
        ("one of before with a forged signature", "order-threshold", {
            let forged = by_old(&lifting(), 2);
            old(vec![by_old(&order(), 1), forged, by_old(&order(), 3)], &[])
        }),
        ("one of before with the signatures under the entry", "order-threshold", {
            old(vec![], &[by_old(&order(), 1), by_old(&order(), 2)])
        }),
        ("one of before with act keys' signatures", "order-threshold", {
            old(vec![], &[one.to_string(), two.to_string()])
        }),
        ("one of before that its signatures continue", "order-threshold", old(continued, &[])),
        (
            "an order of no part that is a hash",
            "entry-form",
            spelt("\"what\":[\"", "\"what\":[\"x"),
        ),
        ("an order without a ground", "entry-form", spelt("\"ground\":\"", "\"grounds\":\"")),
        ("an order with more in it", "entry-form", spelt("\"what\":", "\"wha\":1,\"what\":")),
        ("an order without a list of signatures", "entry-form", spelt("\"approvals\":[],", "")),
    ];
    let rows = rows.into_iter().flat_map(|(what, code, forge)| {
        let [last, all] = both(&forge);
        [(what.to_owned(), code, last), (format!("{what}, in a range"), code, all)]
    });
    rows.collect()
}

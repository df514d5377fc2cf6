use super::*;
use crate::cosigner::{Cosigner, LogKeys};
use crate::hash::leaf_hash;
use crate::key::Signer;
use proptest::prelude::*;

const ORIGIN: &str = "example.com/log";

fn log() -> Signer {
    Signer::from_seed(ORIGIN, [200; 32]).unwrap()
}

/// Cosigners of both kinds, in turn.
fn cosigner(n: u8) -> Cosigner {
    let kind = if n.is_multiple_of(2) { CosignerKind::Ed25519 } else { CosignerKind::MlDsa44 };
    Cosigner::from_seed(&format!("w{n}.example"), kind, [n; 32]).unwrap()
}

fn vkey(n: u8) -> String {
    cosigner(n).key().to_string()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, 9, leaf_hash(b"root")).unwrap()
}

/// The checkpoint, signed by the log and cosigned by these at these times.
fn cosigned(by: &[(u8, u64)]) -> Note {
    let mut note = Note::parse(&checkpoint().sign(&log()).unwrap(), 100_000).unwrap();
    for (n, time) in by {
        note.add_signature(cosigner(*n).cosign(&checkpoint(), *time).unwrap()).unwrap();
    }
    note
}

fn parse(text: &str) -> Result<Policy, PolicyFault> {
    Policy::parse(text.as_bytes()).map_err(|error| error.what)
}

/// The shape of the example in the specification: two of three, and one of three.
fn two_levels() -> Policy {
    let witness = |name: &str, n| format!("witness {name} {}\n", vkey(n));
    let text = [
        format!("# who we trust\n\nlog {}\n", log().verifier_key()),
        witness("X1", 1) + &witness("X2", 2) + &witness("X3", 3),
        "group X-witnesses 2 X1 X2 X3\n".into(),
        witness("Y1", 4) + &witness("Y2", 5) + &witness("Y3", 6),
        " \tgroup  Y-witnesses any\tY1 Y2 Y3 \n".into(),
        "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n".into(),
    ]
    .concat();
    parse(&text).unwrap()
}

fn is_met(policy: &Policy, by: &[u8]) -> bool {
    let by: Vec<_> = by.iter().map(|n| (*n, 100)).collect();
    policy.evaluate(&checkpoint(), &cosigned(&by), None).unwrap().is_met
}

#[test]
fn groups_count_as_the_specification_says() {
    let policy = two_levels();
    assert!(is_met(&policy, &[1, 2, 4]));
    assert!(is_met(&policy, &[3, 1, 6]));
    assert!(is_met(&policy, &[1, 2, 3, 4, 5, 6]));
    assert!(!is_met(&policy, &[1, 4, 5, 6]));
    assert!(!is_met(&policy, &[1, 2, 3]));
    assert!(!is_met(&policy, &[]));
    // A stranger's cosignature counts for nothing.
    assert!(!is_met(&policy, &[1, 7, 4]));
}

#[test]
fn who_is_absent_is_named() {
    let quorum =
        two_levels().evaluate(&checkpoint(), &cosigned(&[(1, 70), (2, 90), (4, 80)]), None);
    let quorum = quorum.unwrap();
    assert_eq!((quorum.is_met, quorum.name.as_str()), (true, "X-and-Y"));
    assert_eq!(quorum.absent().collect::<Vec<_>>(), ["X3", "Y2", "Y3"]);
    assert_eq!(quorum.latest(), Some(90));
}

#[test]
fn what_is_cosigned_later_does_not_count_before() {
    let policy = two_levels();
    let note = cosigned(&[(1, 70), (2, 90), (4, 80)]);
    let at = |time| policy.evaluate(&checkpoint(), &note, Some(time)).unwrap();
    assert!(at(90).is_met);
    assert!(!at(89).is_met);
    assert_eq!(at(89).absent().collect::<Vec<_>>(), ["X2", "X3", "Y2", "Y3"]);
}

#[test]
fn a_bad_cosignature_of_a_witness_refuses_the_note() {
    let mut note = cosigned(&[(1, 100), (2, 100), (4, 100)]);
    let good = cosigner(5).cosign(&checkpoint(), 100).unwrap();
    let other = Checkpoint::new(ORIGIN, 8, leaf_hash(b"other")).unwrap();
    let of_other = cosigner(5).cosign(&other, 100).unwrap();
    assert_eq!(good.id(), of_other.id());
    note.add_signature(of_other).unwrap();
    let refused = two_levels().evaluate(&checkpoint(), &note, None);
    assert!(matches!(refused, Err(NoteError::BadSignature { .. })), "{refused:?}");
}

#[test]
fn only_the_logs_that_are_named_are_accepted() {
    let keys = |signer: &Signer| LogKeys::from(signer.verifier_key().clone());
    let stranger = Signer::from_seed(ORIGIN, [201; 32]).unwrap();
    let policy = two_levels();
    assert!(policy.names_logs());
    assert!(policy.accepts_log(&keys(&log())));
    assert!(!policy.accepts_log(&keys(&stranger)));
    let any = parse("quorum none\n").unwrap();
    assert!(any.accepts_log(&keys(&stranger)) && !any.names_logs());
    assert!(is_met(&any, &[]));
    // By its ML-DSA-44 key alone.
    let pq = Cosigner::from_seed(ORIGIN, CosignerKind::MlDsa44, [9; 32]).unwrap();
    let policy = parse(&format!("log {} https://log.example/\nquorum none\n", pq.key())).unwrap();
    let both = LogKeys::new(log().verifier_key().clone(), Some(pq.key().clone())).unwrap();
    assert!(policy.accepts_log(&both));
    assert!(!policy.accepts_log(&keys(&log())));
}

#[test]
fn where_witnesses_are_asked_is_told_once() {
    let (one, two, three) = (vkey(1), vkey(2), vkey(3));
    let policy = parse(&format!(
        "witness A {one} https://b.example\nwitness B {two}\nwitness C {three} \
         https://b.example\nquorum A\n"
    ));
    assert_eq!(policy.unwrap().addresses().collect::<Vec<_>>(), ["https://b.example"]);
}

#[test]
fn policies_have_one_meaning_or_none() {
    let (one, two) = (vkey(1), vkey(2));
    let w1 = format!("witness A {one}\n");
    let w2 = format!("witness B {two}\n");
    let log_key = log().verifier_key().to_string();
    let renamed = Cosigner::from_seed("other.example", CosignerKind::MlDsa44, [1; 32]).unwrap();
    let pq_log = format!("log {one}\n");
    use PolicyFault as F;
    for (text, fault) in [
        (String::new(), F::Quorum),
        ("\n\n".into(), F::Quorum),
        (w1.clone(), F::Quorum),
        ("quorum none\nquorum none\n".into(), F::Quorum),
        ("quorum none".into(), F::End),
        ("quorum none\n# no end".into(), F::End),
        ("quorum none\r\n".into(), F::Byte(b'\r')),
        ("quorum none\n#\u{7f}\n".into(), F::Byte(0x7f)),
        ("quorum\n".into(), F::Items),
        ("quorum none none\n".into(), F::Items),
        ("Quorum none\n".into(), F::Keyword),
        ("quorum\u{a0}none\n".into(), F::Keyword),
        (format!("{w1}quorum B\n"), F::Unknown("B".into())),
        (format!("quorum A\n{w1}"), F::Unknown("A".into())),
        (format!("{w1}{w1}quorum A\n"), F::SameName),
        (format!("witness none {one}\nquorum none\n"), F::SameName),
        (format!("{w1}group A any A\nquorum A\n"), F::SameName),
        (format!("{w1}witness B {one}\nquorum A\n"), F::SameKey),
        (format!("{w1}witness B {}\nquorum A\n", renamed.key()), F::SameKey),
        (format!("{w1}{pq_log}quorum A\n"), F::SameKey),
        (format!("{pq_log}{w1}quorum A\n"), F::SameKey),
        (format!("log {log_key}\nlog {log_key}\nquorum none\n"), F::SameKey),
        (format!("log {two}\nquorum none\n"), F::Key(KeyError::Type { found: 4 })),
        (format!("witness A {log_key}\nquorum A\n"), F::Key(KeyError::Type { found: 1 })),
        (format!("witness A {}\nquorum A\n", &one[1..]), F::Key(KeyError::VerifierFormat)),
        ("log\nquorum none\n".into(), F::Items),
        (format!("witness A {one} u v\nquorum A\n"), F::Items),
        (format!("{w1}group g all\nquorum g\n"), F::Items),
        (format!("{w1}group g 0 A\nquorum g\n"), F::Threshold),
        (format!("{w1}group g 2 A\nquorum g\n"), F::Threshold),
        (format!("{w1}group g 01 A\nquorum g\n"), F::Threshold),
        (format!("{w1}group g +1 A\nquorum g\n"), F::Threshold),
        (format!("{w1}group g most A\nquorum g\n"), F::Threshold),
        (format!("{w1}group g any A A\nquorum g\n"), F::Member("A".into())),
        (format!("{w1}group g any A\ngroup h any A\nquorum g\n"), F::Member("A".into())),
        (format!("{w1}group g any g\nquorum g\n"), F::Unknown("g".into())),
        (format!("{w1}group g any none\nquorum g\n"), F::Unknown("none".into())),
        (format!("group g any A\n{w1}quorum g\n"), F::Unknown("A".into())),
    ] {
        let found = parse(&text).unwrap_err();
        let found = match found {
            // Without its first letter the key has another name, so another identifier.
            F::Key(KeyError::IdMismatch { .. }) => F::Key(KeyError::VerifierFormat),
            found => found,
        };
        assert_eq!(found, fault, "{text:?}");
    }
    let sound = format!("{w1}{w2}group g 2 A B\nquorum g\n# and no more\n");
    assert!(parse(&sound).is_ok());
    assert!(Policy::parse(b"quorum none\n#\xff\n").is_err());
    assert!(Policy::parse(&vec![b'\n'; POLICY_BYTES_MAX + 1]).is_err());
}

#[test]
fn a_policy_has_a_limit_beyond_what_the_specification_asks_for() {
    let witnesses = |count: u8| {
        let lines = (0..count).map(|n| {
            let seed = [n + 10; 32];
            let cosigner = Cosigner::from_seed("w", CosignerKind::Ed25519, seed).unwrap();
            format!("witness w{n} {}\n", cosigner.key())
        });
        lines.collect::<String>() + "quorum w0\n"
    };
    assert!(parse(&witnesses(32)).is_ok());
    assert!(parse(&witnesses(POLICY_ITEMS_MAX as u8)).is_ok());
    assert_eq!(parse(&witnesses(POLICY_ITEMS_MAX as u8 + 1)), Err(PolicyFault::TooMany));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = Policy::parse(&bytes);
    }

    #[test]
    fn any_words_are_read_or_refused(
        words in prop::collection::vec("(log|witness|group|quorum|none|all|any|[0-3]|[ab#]|\n| )", 0..40),
    ) {
        let _ = Policy::parse(words.join(" ").as_bytes());
    }
}

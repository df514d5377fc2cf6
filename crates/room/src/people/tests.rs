use super::*;
use std::os::unix::fs::PermissionsExt as _;

const PASSWORD: &str = "a few plain words";

fn people() -> (tempfile::TempDir, People) {
    let folder = tempfile::tempdir().unwrap();
    let people = People::open(&folder.path().join("record.room")).unwrap();
    (folder, people)
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn an_account_gets_other_roles_and_the_last_administrator_stays_one() {
    let (_folder, people) = people();
    people.add("adam", &[Role::Administrator], None, PASSWORD).unwrap();
    people.add("ann", &[Role::Observer], None, PASSWORD).unwrap();
    people.set_roles("ann", &[Role::Verifier, Role::Legal], None).unwrap();
    let ann = people.find("ann").unwrap().unwrap();
    assert_eq!(ann.roles, [Role::Verifier, Role::Legal].into());
    people.set_roles("ann", &[Role::Liaison], Some("N")).unwrap();
    assert_eq!(people.find("ann").unwrap().unwrap().party.as_deref(), Some("N"));
    for (roles, party) in [
        (&[][..], None),
        (&[Role::Public][..], None),
        (&[Role::Liaison][..], None),
        (&[Role::Verifier][..], Some("N")),
        (&[Role::Liaison, Role::Verifier][..], Some("N")),
    ] {
        assert!(people.set_roles("ann", roles, party).is_err(), "{roles:?}");
    }
    assert!(people.set_roles("nobody", &[Role::Observer], None).is_err());
    for taken in [people.set_roles("adam", &[Role::Observer], None), people.close("adam")] {
        let fault = taken.unwrap_err();
        assert!(matches!(fault, RoomError::Account(AccountFault::LastAdministrator)), "{fault}");
    }
    people.set_roles("ann", &[Role::Administrator], None).unwrap();
    people.set_roles("adam", &[Role::Observer], None).unwrap();
    assert!(people.close("ann").is_err());
}

#[test]
fn an_account_is_opened_used_and_closed() {
    let (_folder, people) = people();
    people.add("ann", &[Role::Verifier, Role::Legal], None, PASSWORD).unwrap();
    let ann = people.log_in("ann", PASSWORD).unwrap().unwrap();
    assert_eq!(ann.roles, BTreeSet::from([Role::Verifier, Role::Legal]));
    assert!(people.log_in("ann", "a few other words").unwrap().is_none());
    assert!(people.log_in("ben", PASSWORD).unwrap().is_none());
    people.close("ann").unwrap();
    assert!(people.log_in("ann", PASSWORD).unwrap().is_none());
    assert!(people.find("ann").unwrap().is_none());
    assert_eq!(people.list().unwrap().len(), 1, "a closed account stays listed");
    let again = people.add("ann", &[Role::Auditor], None, PASSWORD).unwrap_err();
    assert!(again.to_string().contains("never given twice"), "{again}");
    assert!(people.close("ann").is_err(), "closed once is closed");
}

#[test]
fn what_another_program_changes_holds_at_once() {
    let (_folder, people) = people();
    people.add("ann", &[Role::Verifier], None, PASSWORD).unwrap();
    let other = People::open(&people.folder).unwrap();
    assert!(other.log_in("ann", PASSWORD).unwrap().is_some());
    people.set_password("ann", "words that are new").unwrap();
    assert!(other.log_in("ann", PASSWORD).unwrap().is_none());
    assert!(other.log_in("ann", "words that are new").unwrap().is_some());
    other.close("ann").unwrap();
    assert!(people.find("ann").unwrap().is_none());
}

#[test]
fn nobody_else_may_read_it_and_it_lies_in_no_record() {
    let (folder, people) = people();
    people.add("ann", &[Role::Verifier], None, PASSWORD).unwrap();
    assert_eq!(mode(&people.folder), 0o700);
    for file in [PEOPLE_FILE, SECRET_FILE] {
        let path = people.folder.join(file);
        assert_eq!(mode(&path), 0o600, "{file}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = People::open(&people.folder).unwrap_err().to_string();
        assert!(refused.contains("others may read it"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::set_permissions(&people.folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(People::open(&people.folder).is_err());
    let record = folder.path().join("record");
    fs::create_dir_all(record.join("tile")).unwrap();
    fs::write(record.join("checkpoint"), "").unwrap();
    let refused = People::open(&record.join("room")).unwrap_err().to_string();
    assert!(refused.contains("lies in the record"), "{refused}");
}

#[test]
fn a_password_is_nowhere_in_the_folder() {
    let (_folder, people) = people();
    people.add("ann", &[Role::Verifier], None, PASSWORD).unwrap();
    for file in fs::read_dir(&people.folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(PASSWORD));
    }
}

#[test]
fn names_roles_and_parties_that_cannot_be_are_refused() {
    let (_folder, people) = people();
    use AccountFault as F;
    let long = "x".repeat(NAME_BYTES_MAX + 1);
    let legal = &[Role::Legal][..];
    let liaison = &[Role::Liaison][..];
    for (name, roles, party, fault) in [
        ("", legal, None, F::Name),
        ("Ann", legal, None, F::Name),
        (".ann", legal, None, F::Name),
        ("ann\u{202E}", legal, None, F::Name),
        ("an n", legal, None, F::Name),
        (long.as_str(), legal, None, F::Name),
        ("ann", &[][..], None, F::Roles),
        ("ann", &[Role::Public][..], None, F::Roles),
        ("ann", liaison, None, F::NoParty),
        ("ann", legal, Some("north"), F::Party),
        ("ann", liaison, Some(""), F::PartyId),
        ("ann", liaison, Some("a b"), F::PartyId),
        ("ann", liaison, Some("a\u{200B}"), F::PartyId),
        ("ann", &[Role::Liaison, Role::Legal][..], Some("north"), F::LiaisonAlone),
    ] {
        match people.add(name, roles, party, PASSWORD) {
            Err(RoomError::Account(found)) => assert_eq!(found, fault, "{name:?} {roles:?}"),
            other => panic!("{name:?} {roles:?} {party:?}: {other:?}"),
        }
    }
    assert!(people.list().unwrap().is_empty());
    people.add("ann", liaison, Some("north"), PASSWORD).unwrap();
}

#[test]
fn a_hostile_file_is_refused_with_its_reason() {
    let (_folder, people) = people();
    people.add("ann", &[Role::Verifier], None, PASSWORD).unwrap();
    people.add("ben", &[Role::Liaison], Some("north"), PASSWORD).unwrap();
    let good = fs::read_to_string(people.folder.join(PEOPLE_FILE)).unwrap();
    assert_eq!(written(&parse(&good).unwrap()), good);
    let deep = "[".repeat(100_000);
    let with = |from: &str, to: &str| {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        bad
    };
    for (bad, reason) in [
        (String::new(), "EOF"),
        (deep, "invalid type"),
        (with("people/v1", "people/v2"), "form"),
        (with("\"form\"", "\"forms\""), "unknown field"),
        (with("\"active\": true", "\"active\": true, \"admin\": true"), "unknown field"),
        (with("\"active\": true", "\"active\": true, \"active\": false"), "duplicate field"),
        (with("\"active\": true", "\"active\": 1"), "invalid type"),
        (with("\"verifier\"", "\"god\""), "no role \"god\""),
        (with("\"verifier\"", "\"public\""), "public is none"),
        (with("\"verifier\"", "\"verifier\", \"verifier\""), "twice"),
        (with("\"verifier\"", ""), "at least one role"),
        (with("\"ann\"", "\"ben\""), "stands twice"),
        (with("\"ann\"", "\"Ann\""), "login name"),
        (with("\"north\"", "\"\""), "party's id"),
        (with("m=19456", "m=4194304"), "more work"),
        (with("$argon2id$", "$argon2d$"), "none of Argon2id"),
        (good.clone() + "x", "trailing"),
    ] {
        let found = parse(&bad).unwrap_err();
        assert!(found.contains(reason), "{found:?} should say {reason:?}");
    }
}

#[test]
fn a_file_that_breaks_while_the_room_is_open_lets_nobody_in() {
    let (_folder, people) = people();
    people.add("ann", &[Role::Verifier], None, PASSWORD).unwrap();
    let path = people.folder.join(PEOPLE_FILE);
    fs::write(&path, "{}").unwrap();
    assert!(people.log_in("ann", PASSWORD).is_err());
    assert!(people.find("ann").is_err());
    assert!(people.add("ben", &[Role::Legal], None, PASSWORD).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}", "what can't be read is not overwritten");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    assert!(people.find("ann").unwrap_err().to_string().contains("no regular file"));
    fs::remove_file(&path).unwrap();
    fs::write(&path, vec![b' '; FILE_BYTES_MAX as usize + 1]).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(people.find("ann").unwrap_err().to_string().contains("more than"));
}

#[test]
fn a_pseudonym_tells_persons_apart_within_a_case_alone() {
    let (_folder, people) = people();
    let own = people.pseudonym("case-1", "ann");
    assert_eq!(own.len(), 64);
    assert_eq!(own, People::open(&people.folder).unwrap().pseudonym("case-1", "ann"));
    assert_ne!(own, people.pseudonym("case-1", "ben"));
    assert_ne!(own, people.pseudonym("case-2", "ann"));
    // Where the case ends is fixed.
    assert_ne!(people.pseudonym("case-1a", "nn"), people.pseudonym("case-1", "ann"));
    let (_other_folder, other) = self::people();
    assert_ne!(own, other.pseudonym("case-1", "ann"), "each room has a secret of its own");
}

#[test]
fn a_damaged_secret_is_never_drawn_anew() {
    let (_folder, people) = people();
    let path = people.folder.join(SECRET_FILE);
    for bad in ["", "00", "zz\n"] {
        fs::write(&path, bad).unwrap();
        let refused = People::open(&people.folder).unwrap_err().to_string();
        assert!(refused.contains("no secret of a room"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", at in 0usize..600, byte: u8) {
        let _ = parse(&text);
        let hash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
                    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let mut good = format!(
            "{{\"form\":{FORM:?},\"people\":[{{\"name\":\"ann\",\"roles\":[\"legal\"],\
             \"active\":true,\"hash\":\"{hash}\"}}]}}"
        ).into_bytes();
        assert!(parse(std::str::from_utf8(&good).unwrap()).is_ok());
        let at = at % good.len();
        good[at] = byte;
        if let Ok(text) = std::str::from_utf8(&good) && let Ok(people) = parse(text) {
            for person in people.values() {
                assert!(check(person).is_ok() && check_hash(&person.hash).is_ok());
            }
        }
    }
}

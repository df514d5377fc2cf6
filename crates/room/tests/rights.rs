//! The table, cell by cell: the page of the reference says what the program does.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_room::rights::{Action, Class, Role, allows, reach, reference};
use std::path::Path;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rights.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_page_is_the_table() {
    assert_eq!(page(), reference(), "UPDATE_EXPECT=1 writes it anew; read it before you keep it");
}

#[test]
fn every_cell_holds() {
    let page = page();
    let mut rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<Vec<&str>> = rows
        .by_ref()
        .filter(|row| !row.starts_with("---"))
        .map(|row| row.split(" | ").collect())
        .collect();
    // The heading begins with an empty cell.
    let heading = page.lines().find_map(|line| line.strip_prefix("| | ")).unwrap();
    let heading: Vec<&str> = heading.trim_end_matches(" |").split(" | ").collect();
    let mut cells = 0;
    for row in rows.iter().filter(|row| Action::of_word(row[0]).is_some()) {
        let action = Action::of_word(row[0]).unwrap();
        for (word, cell) in heading.iter().zip(&row[1..]) {
            let role = Role::of_word(word).unwrap();
            for class in Class::ALL {
                let expected = Class::of_word(cell).is_some_and(|reach| class <= reach);
                assert_eq!(allows(role, action, class), expected, "{role} {action} {class}");
                cells += 1;
            }
        }
    }
    assert_eq!(cells, Role::ALL.len() * Action::ALL.len() * Class::ALL.len());
}

#[test]
fn what_the_table_must_never_say() {
    use Action as A;
    for class in Class::ALL {
        for action in Action::ALL {
            let sees = [A::SeeBoard, A::SeeCase, A::Export].contains(&action);
            // The public sees what is public, and does nothing.
            let public = sees && class == Class::Public;
            assert_eq!(allows(Role::Public, action, class), public, "{action} {class}");
            // Who keeps the accounts gains nothing by it, and nobody else keeps them.
            let administrator = public || (action == A::Administer && class == Class::Public);
            assert_eq!(allows(Role::Administrator, action, class), administrator);
            if action == A::Administer {
                let others = Role::ALL.into_iter().filter(|role| *role != Role::Administrator);
                assert!(others.into_iter().all(|role| !allows(role, action, class)));
            }
            // Auditors and guarantors decide nothing.
            let decides = [A::Take, A::Check, A::Attribute, A::Find, A::Concur, A::Cure];
            if decides.contains(&action) || action == A::Publish {
                for role in [Role::Auditor, Role::Guarantor, Role::Liaison, Role::Observer] {
                    assert!(!allows(role, action, class), "{role} {action}");
                }
            }
        }
    }
    for action in Action::ALL {
        // No side sees what the mission keeps to itself; nobody publishes what is restricted.
        assert!(reach(Role::Liaison, action) <= Some(Class::Parties));
        assert!(reach(Role::Guarantor, action) <= Some(Class::Guarantors));
        // What is sealed is read by opening it, which is entered, or by entering it.
        let seals = [A::OpenSealed, A::Disclose, A::Report].contains(&action);
        for role in Role::ALL {
            assert!(seals || !allows(role, action, Class::Sealed), "{role} {action}");
        }
    }
    for role in Role::ALL {
        assert!(reach(role, A::Publish) <= Some(Class::Public));
        assert!(!allows(role, A::Reply, Class::Public) || role == Role::Liaison);
    }
}

#[test]
fn the_classes_are_those_of_entries() {
    use servanda_entry::Audience;
    let words: Vec<&str> = std::iter::once(servanda_entry::Class::Public.word())
        .chain(Audience::ALL.map(Audience::word))
        .collect();
    assert_eq!(words, Class::ALL.map(Class::word));
}

//! Small things at the desk, over real HTTP: a case is given to somebody, an account gets other
//! roles.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::{How, Open, PASSWORD, Person, VALLEY, between};
use servanda_room::rights::Role;

fn open() -> Open {
    let people = &[
        ("vito", Role::Verifier, None),
        ("lena", Role::Legal, None),
        ("rosa", Role::Reporter, None),
        ("omar", Role::Observer, None),
    ];
    Open::how(How { agreement: VALLEY, people, ..How::default() })
}

#[test]
fn a_case_is_given_to_somebody_who_may_take_it() {
    let open = open();
    let [vera, vito, omar] = ["vera", "vito", "omar"].map(|name| Person::of(&open, name));
    let report = [("source", "patrol"), ("what", "explosion"), ("from", "2030-01-05T10:01")];
    let case = vera.does("/report", &report);
    let page = vera.get(&case).body;
    let list = between(&page, "<select id=\"assign-to\"", "</select>");
    assert!(list.contains("vito (verifier)") && list.contains("lena (legal officer)"), "{list}");
    for other in ["vera", "omar", "rosa", "adam", "lior"] {
        assert!(!list.contains(other), "{other}: {list}");
    }
    assert!(!omar.get(&case).body.contains("assign-to"), "who may not give it sees no names");
    let assign = format!("{case}/assign");
    for to in ["vera", "omar", "adam", "nobody", ""] {
        let refused = vera.post(&assign, &[("to", to)]);
        assert_eq!(refused.status, 422, "{to}");
        assert!(refused.body.contains("nobody else of that name"), "{}", refused.body);
    }
    assert_eq!(omar.post(&assign, &[("to", "vito")]).status, 403);

    vera.does(&assign, &[("to", "vito"), ("reason", "knows the ground")]);
    let page = vito.get(&case).body;
    assert!(page.contains("assigned to you") && page.contains("knows the ground"), "{page}");
    assert!(page.contains(">in progress<"), "{page}");
    let id = case.strip_prefix("/cases/").unwrap();
    assert!(vito.get("/queue?mine=1").body.contains(id));
    assert!(!vera.get("/queue?mine=1").body.contains(id));
    let page = vera.get(&case).body;
    assert!(page.contains("another person") && !page.contains("assigned to you"), "{page}");
    // The record tells who has it by a pseudonym alone.
    let step = between(&page, "href=\"/entries/", "\"").parse::<u64>().unwrap() + 1;
    let entry = vera.get(&format!("/entries/{step}")).body;
    assert!(entry.contains("assigned") && !entry.contains("vito"), "{entry}");
    vito.does(&format!("{case}/release"), &[]);
    // Who closed the account is in no list, and is given nothing.
    Person::of(&open, "adam").does("/people/close", &[("name", "vito")]);
    assert!(!vera.get(&case).body.contains("vito"));
    assert_eq!(vera.post(&assign, &[("to", "vito")]).status, 422);
}

#[test]
fn an_administrator_changes_what_an_account_may_do() {
    let open = open();
    let [adam, omar] = ["adam", "omar"].map(|name| Person::of(&open, name));
    let change = |name: &str, fields: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> =
            std::iter::once(("name", name)).chain(fields.iter().copied()).collect();
        adam.post("/people/roles", &all)
    };
    assert_eq!(omar.get("/account").status, 200);
    let done = change("omar", &[("role", "verifier"), ("role", "legal")]);
    assert_eq!((done.status, done.header("location")), (303, "/people"), "{}", done.body);
    assert_eq!(omar.get("/account").status, 303, "its sessions have ended");
    let file = std::fs::read_to_string(open.room_dir().join("people.json")).unwrap();
    let own = between(&file, "\"name\": \"omar\"", "\"active\"");
    assert!(
        own.contains("verifier") && own.contains("legal") && !own.contains("observer"),
        "{own}"
    );
    let omar = Person::of(&open, "omar");
    assert!(omar.get("/account").body.contains("verifier"), "the password is the same");

    for (name, fields, status, said) in [
        ("omar", vec![], 422, "at least one role"),
        ("omar", vec![("role", "public")], 422, "at least one role"),
        ("omar", vec![("role", "liaison")], 422, "choose which"),
        ("omar", vec![("role", "liaison"), ("role", "legal"), ("party", "N")], 422, "no other"),
        ("omar", vec![("role", "king")], 400, ""),
        ("omar", vec![("role", "liaison"), ("party", "X")], 400, ""),
        ("nobody", vec![("role", "legal")], 422, "no open account"),
        ("adam", vec![("role", "legal")], 422, "your own account"),
    ] {
        let refused = change(name, &fields);
        assert_eq!(refused.status, status, "{name} {fields:?}\n{}", refused.body);
        assert!(refused.body.contains(said), "{said}\n{}", refused.body);
    }
    assert_eq!(omar.get("/account").status, 200, "what was refused ends no session");
    for name in ["vera", "omar"] {
        let refused = Person::of(&open, name).post("/people/roles", &[("name", "rosa")]);
        assert_eq!(refused.status, 403, "{name}");
    }
    assert_eq!(open.get("/people").status, 303);

    // One administrator makes another, who takes the first away; the last stays.
    assert_eq!(change("omar", &[("role", "administrator")]).status, 303);
    let omar = Person::of(&open, "omar");
    omar.does("/people/roles", &[("name", "adam"), ("role", "observer")]);
    assert_eq!(adam.get("/people").status, 303, "signed out");
    assert_eq!(open.log_in("adam", PASSWORD).status, 303);
    assert_eq!(omar.post("/people/close", &[("name", "omar")]).status, 422);
    assert!(open.room.people().close("omar").is_err(), "nor by the command line");
}

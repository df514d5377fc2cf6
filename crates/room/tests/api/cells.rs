//! Each cell of the table of rights that anything in the room can be done in: role × action ×
//! class, by a real request on a real thing of that class, allowed or refused as the table says.

use crate::kit::Answer;
use crate::valley::{GROUNDS, Person, Valley};
use servanda_custody::Custody;
use servanda_desk::{Desk, DeskError, Note, observation, seal_note};
use servanda_entry::{Attrs, Audience};
use servanda_room::rights::{Action, Class, Role, allows};
use servanda_store::{Keys, Record};
use servanda_time::{Instant, Interval};
use std::collections::{BTreeMap, BTreeSet};

/// How a cell is tried.
enum Probe {
    Get(String),
    Post(String, Vec<(&'static str, String)>),
    /// Nothing of that class can be met there; why.
    Nothing(&'static str),
}

const ONE_CLASS: &str = "the room has this of one class alone, which is tried";
const WITHHELD: &str = "cases have no such class; what is withheld is opened, which is tried";

/// Enters an observation of which each audience's part is withheld. Gives the entries.
fn withheld(valley: &Valley) -> BTreeMap<Class, u64> {
    let room = &valley.open.room;
    let mut record = Record::open(room.dir()).unwrap();
    let keys = Keys::read(room.keys_dir()).unwrap();
    let name = format!("{}.custody", room.dir().file_name().unwrap().to_str().unwrap());
    let custody = Custody::at(&room.dir().with_file_name(name));
    let mut entries = BTreeMap::new();
    let mut drawn = 0_u8;
    for (n, audience) in Audience::ALL.into_iter().enumerate() {
        let desk = Desk::of(Record::open(room.dir()).unwrap(), None).unwrap();
        let from = Instant::parse("2030-06-01T00:00:00Z", None).unwrap();
        let from = from.plus_ms(n as i64 * 86_400_000);
        let attrs: Attrs =
            [("observer".to_owned(), "the third post".to_owned())].into_iter().collect();
        let note = Note {
            source: "patrol".into(),
            what: "explosion".into(),
            when: Interval::new(from, from.plus_ms(60_000)).unwrap(),
            place: None,
            count: None,
            sides: vec![],
            attrs,
        };
        let bodies = observation(&desk, note).unwrap();
        let mut draw = || {
            drawn += 1;
            Ok::<_, DeskError>([drawn; 32])
        };
        let names = ["observer".to_owned()];
        let sealed = seal_note(&desk, bodies, &names, None, audience, &mut draw).unwrap();
        let entry = sealed.enter(&mut record, &custody, &keys, room.now()).unwrap();
        entries.insert(Class::of_word(audience.word()).unwrap(), entry);
    }
    // The room reads what others wrote when it writes itself.
    crate::valley::report(&valley.person(Role::Verifier), "2030-07-01T10:00", "50.03");
    entries
}

fn probe(valley: &Valley, sealed: &BTreeMap<Class, u64>, action: Action, class: Class) -> Probe {
    let get = |path: &str| Probe::Get(path.to_owned());
    let case = match class {
        Class::Public => Some(&valley.published),
        Class::Parties => Some(&valley.asked),
        Class::Mission => Some(&valley.fresh),
        Class::Guarantors | Class::Sealed => None,
    };
    let deed = |deed: &str, fields: &[(&'static str, &str)]| match case {
        Some(case) => {
            let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Probe::Post(format!("{case}/{deed}"), fields.collect())
        }
        None => Probe::Nothing(WITHHELD),
    };
    let reason = ("reason", "so it seems");
    match (action, class) {
        (Action::SeeBoard, Class::Public) => get("/"),
        (Action::SeeQueue, Class::Mission) => get("/queue"),
        (Action::Report, Class::Parties) => get("/report"),
        (Action::Administer, Class::Public) => get("/people"),
        (Action::Publish, Class::Public) => deed("publish", &[]),
        (
            Action::SeeBoard
            | Action::SeeQueue
            | Action::Report
            | Action::Administer
            | Action::Publish,
            _,
        ) => Probe::Nothing(ONE_CLASS),
        (Action::SeeCase, _) => case.map_or(Probe::Nothing(WITHHELD), |case| get(case)),
        (Action::Export, _) => case.map_or(Probe::Nothing(WITHHELD), |case| {
            let id = case.strip_prefix("/cases/").unwrap();
            get(&format!("/ogc/collections/incidents/items/{id}"))
        }),
        (Action::Take, _) => deed("take", &[]),
        (Action::Check, _) => deed("check", &[("item", "time"), ("result", "holds"), reason]),
        (Action::Attribute, _) => {
            deed("attribute", &[("result", "attributed"), ("party", "S"), GROUNDS, reason])
        }
        (Action::Find, _) => deed(
            "find",
            &[("outcome", "undetermined"), ("provision", "prohibit.fire"), GROUNDS, reason],
        ),
        (Action::Concur, _) => deed("agree", &[("proposal", "0")]),
        (Action::AskReply, _) => deed("ask", &[("party", "S"), ("days", "1")]),
        (Action::Reply, _) => deed("reply", &[("party", "S"), ("text", "It was not us.")]),
        (Action::Cure, _) => deed("cure", &[("state", "open"), reason]),
        (Action::OpenSealed, class) => match sealed.get(&class) {
            Some(entry) => Probe::Post(
                format!("/entries/{entry}/open"),
                vec![("reason", "to call the post".to_owned())],
            ),
            None => Probe::Nothing("what is public is not withheld"),
        },
        (Action::Disclose, _) => {
            Probe::Nothing("the room has no way to do it: `servanda disclose`")
        }
    }
}

/// Whether an answer let somebody in: what is refused for other reasons was allowed.
fn is_allowed(answer: &Answer) -> bool {
    let to_login = answer.status == 303 && answer.header("location").starts_with("/login");
    assert!(answer.status < 500, "{answer:?}");
    !(to_login || matches!(answer.status, 401 | 403 | 404))
}

fn try_it(person: &Person<'_>, probe: &Probe) -> Option<Answer> {
    match probe {
        Probe::Get(path) => Some(person.get(path)),
        Probe::Post(path, fields) => {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            Some(person.post(path, &fields))
        }
        Probe::Nothing(_) => None,
    }
}

#[test]
fn every_cell_that_can_be_met_is_as_the_table_says() {
    let valley = Valley::open();
    let sealed = withheld(&valley);
    let people: Vec<(Role, Person<'_>)> =
        Role::ALL.into_iter().map(|role| (role, valley.person(role))).collect();
    let (mut tried, mut nothing, mut allowed) = (0, 0, 0);
    let mut why = BTreeSet::new();
    for action in Action::ALL {
        for class in Class::ALL {
            let probe = probe(&valley, &sealed, action, class);
            if let Probe::Nothing(reason) = probe {
                why.insert(reason);
            }
            for (role, person) in &people {
                // Each session may ask so often a minute.
                if tried % 100 == 99 {
                    valley.open.pass(1);
                }
                let Some(answer) = try_it(person, &probe) else {
                    nothing += 1;
                    continue;
                };
                tried += 1;
                let says = allows(*role, action, class);
                allowed += usize::from(says);
                assert_eq!(is_allowed(&answer), says, "{role} {action} {class}: {answer:?}");
            }
        }
    }
    println!("cells: {tried} tried over HTTP ({allowed} allowed), {nothing} of nothing: {why:?}");
    assert_eq!(tried + nothing, Role::ALL.len() * Action::ALL.len() * Class::ALL.len());
    assert_eq!(tried, 39 * Role::ALL.len());
}

/// The other addresses at which one of these things is done.
#[test]
fn every_way_of_doing_a_thing_asks_the_same_cell() {
    let valley = Valley::open();
    let vera = valley.person(Role::Verifier);
    let photo = crate::kit::pictures::jpeg("the third post");
    let sent = vera.send(
        "/report",
        &[
            ("source", "patrol"),
            ("what", "explosion"),
            ("from", "2030-08-01T10:00"),
            ("content-note", "nothing"),
        ],
        &[("picture", "a.jpg", &photo)],
    );
    let case = vera.get(sent.header("location")).body;
    let entry = crate::kit::between(&case, "action=\"/entries/", "/pictures/1\"");
    let picture = format!("/entries/{entry}/pictures/1");
    let why = vec![("reason", "to see it".to_owned())];
    let ways = [
        (Action::OpenSealed, Class::Mission, Probe::Post(picture.clone(), why.clone())),
        (Action::OpenSealed, Class::Mission, Probe::Post(format!("{picture}/original"), why)),
        (
            Action::Take,
            Class::Mission,
            Probe::Post(format!("{}/assign", valley.fresh), vec![("to", "vito".to_owned())]),
        ),
        (
            Action::Administer,
            Class::Public,
            Probe::Post(
                "/people/roles".to_owned(),
                vec![("name", "vito".to_owned()), ("role", "verifier".to_owned())],
            ),
        ),
    ];
    for (action, class, probe) in &ways {
        for role in Role::ALL {
            let answer = try_it(&valley.person(role), probe).unwrap();
            let says = allows(role, *action, *class);
            assert_eq!(is_allowed(&answer), says, "{role} {action} {class}: {answer:?}");
        }
    }
}

#[test]
fn beside_the_table_a_party_sees_its_own_cases_and_no_working_notes() {
    let valley = Valley::open();
    let size = valley.open.room.standing().size;
    let sami = valley.person(Role::Liaison);
    let lior = Person::of(&valley.open, Some("lior"));
    let public = Person::of(&valley.open, None);
    let incident = |case: &str| format!("/ogc/collections/incidents/items/{}", &case[7..]);
    assert_eq!(sami.get(&valley.asked).status, 200);
    assert_eq!(sami.ask(&incident(&valley.asked)).status, 200);
    assert_eq!(lior.get(&valley.asked).status, 404, "it is asked nothing");
    assert_eq!(lior.ask(&incident(&valley.asked)).status, 404);
    assert_eq!(sami.get(&valley.fresh).status, 403);
    let notes = "two bearings meet";
    let vera = valley.person(Role::Verifier);
    let mut shown = 0;
    for entry in 0..size {
        let path = format!("/entries/{entry}");
        shown += usize::from(vera.get(&path).body.contains(notes));
        for (who, person) in [("S", &sami), ("N", &lior), ("public", &public)] {
            let answer = person.get(&path);
            assert!(!answer.body.contains(notes), "{who} reads the notes of {path}");
        }
        // What concerns one party alone, the other doesn't read.
        let (own, other) = (sami.get(&path).status, lior.get(&path).status);
        assert!(own <= other, "{path}: {own} {other}");
    }
    assert_eq!(shown, 2, "the mission reads them");
    let queue = |person: &Person<'_>| person.ask("/queue.csv").status;
    assert_eq!((queue(&vera), queue(&sami), queue(&public)), (200, 403, 401));
    assert_eq!(queue(&valley.person(Role::Observer)), 403, "it sees the queue, and takes no copy");
}

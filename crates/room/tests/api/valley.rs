//! A room with cases of each class: one that is published, one of which a party was asked, one that
//! is the mission's alone; and observations that were read from a file.

pub(crate) use crate::kit::Person;
use crate::kit::{How, Open, VALLEY};
use servanda_entry::{
    Blob, Body, Disc, Document, InZone, Observation, Observations, Place, RowCount,
};
use servanda_room::rights::Role;
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use servanda_tlog::sha256;

/// Accounts: one of each role, a second of those that must be two, and the liaisons of both
/// parties.
pub(crate) const PEOPLE: &[(&str, Role, Option<&str>)] = &[
    ("vito", Role::Verifier, None),
    ("lena", Role::Legal, None),
    ("luis", Role::Legal, None),
    ("rosa", Role::Reporter, None),
    ("omar", Role::Observer, None),
    ("gwen", Role::Guarantor, None),
    ("audi", Role::Auditor, None),
    ("sami", Role::Liaison, Some("S")),
];

/// The account of a role; none of the public. The liaison is the one whom the cases concern.
pub(crate) fn account(role: Role) -> Option<&'static str> {
    Some(match role {
        Role::Public => return None,
        Role::Observer => "omar",
        Role::Verifier => "vera",
        Role::Legal => "lena",
        Role::Reporter => "rosa",
        Role::Liaison => "sami",
        Role::Guarantor => "gwen",
        Role::Auditor => "audi",
        Role::Administrator => "adam",
    })
}

/// The room with its cases.
pub(crate) struct Valley {
    pub(crate) open: Open,
    /// The published case, as a path.
    pub(crate) published: String,
    /// The case of which Southmark was asked.
    pub(crate) asked: String,
    /// The mission's case.
    pub(crate) fresh: String,
}

pub(crate) const GROUNDS: (&str, &str) = ("standard", "reasonable grounds");

impl Valley {
    pub(crate) fn open() -> Valley {
        Valley::of(VALLEY)
    }

    /// The same on another text of the agreement.
    pub(crate) fn of(agreement: &'static str) -> Valley {
        let open = Open::how(How { agreement, people: PEOPLE, ..How::default() });
        read_a_file(&open);
        let vera = Person::of(&open, Some("vera"));
        let published = report(&vera, "2030-01-05T10:00", "50.0");
        let asked = report(&vera, "2030-01-06T10:00", "50.01");
        let fresh = report(&vera, "2030-01-07T10:00", "50.02");
        find(&open, &vera, &published, "a shell of the southern battery");
        find(&open, &vera, &asked, "a shell of the eastern battery");
        let rosa = Person::of(&open, Some("rosa"));
        let sami = Person::of(&open, Some("sami"));
        sami.does(
            &format!("{published}/reply"),
            &[("party", "S"), ("text", "An old mine, & no <shell>.")],
        );
        rosa.does(&format!("{published}/publish"), &[]);
        Valley { open, published, asked, fresh }
    }

    pub(crate) fn person(&self, role: Role) -> Person<'_> {
        Person::of(&self.open, account(role))
    }
}

/// Three rows of a file: two with a point, one in a zone.
fn read_a_file(open: &Open) {
    let text = b"what,time\nalarm,1\nalarm,2\nalarm,3\n".to_vec();
    let file = Blob { bytes: text.len() as u64, name: "alarms.csv".into(), sha256: sha256(&text) };
    let row = |line: u32, day: &str, at: Place| {
        let from_ms = Instant::parse(&format!("{day}T09:00:00Z"), None).unwrap().ms();
        Observation {
            at: Some(at),
            attrs: [("remark".to_owned(), format!("=alarm, number \"{line}\""))]
                .into_iter()
                .collect(),
            count: None,
            from_ms,
            key: Some(format!("a-{line}")),
            kind: "alarm".into(),
            line,
            origins: vec![],
            sides: vec![],
            to_ms: from_ms + 60_000,
        }
    };
    let disc = |lat_e7, lon_e7| Place::Disc(Disc { lat_e7, lon_e7, radius_mm: 150_500 });
    let rows = vec![
        row(1, "2030-01-05", disc(500_000_001, 100_000_003)),
        row(2, "2030-03-05", disc(-123_456_789, -701_234_567)),
        row(3, "2030-03-06", Place::Zone(InZone { zone: "valley".into() })),
    ];
    let sha = file.sha256;
    let bodies = vec![
        Body::Document(Document {
            file,
            format: "table".into(),
            quarantine: None,
            rows: RowCount { accepted: 3, duplicate: 0, rejected: 0 },
            source: "post".into(),
        }),
        Body::Observation(Observations { document: Some(sha), rows, source: "post".into() }),
    ];
    enter(open, bodies, text);
}

/// Enters what another program read from a file.
pub(crate) fn enter(open: &Open, bodies: Vec<Body>, text: Vec<u8>) {
    let mut record = Record::open(open.room.dir()).unwrap();
    let keys = Keys::read(open.room.keys_dir()).unwrap();
    record.append(&keys, open.room.now(), bodies, vec![text]).unwrap();
}

/// Reports an explosion; gives the case.
pub(crate) fn report(by: &Person<'_>, from: &str, lat: &str) -> String {
    let to = format!("{}:02", from.split_once(':').unwrap().0);
    by.does(
        "/report",
        &[
            ("source", "patrol"),
            ("what", "explosion"),
            ("from", from),
            ("to", &to),
            ("lat", lat),
            ("lon", "10.0"),
            ("radius", "200"),
        ],
    )
}

/// Takes a case to a finding of two people, and asks the party.
pub(crate) fn find(open: &Open, vera: &Person<'_>, case: &str, reason: &str) {
    let act = |person: &Person<'_>, deed: &str, fields: &[(&str, &str)]| {
        person.does(&format!("{case}/{deed}"), fields)
    };
    let waiting = |person: &Person<'_>| {
        let page = person.get(case).body;
        page.split_once("id=\"waits-").unwrap().1.split_once('"').unwrap().0.to_owned()
    };
    act(vera, "take", &[]);
    let check = [("item", "place"), ("result", "holds"), ("reason", "two bearings meet")];
    act(vera, "check", &check);
    act(vera, "verify", &[("result", "confirmed"), GROUNDS, ("reason", "crater seen")]);
    let blame = [("result", "attributed"), ("party", "S"), GROUNDS, ("reason", "the fuse")];
    act(vera, "attribute", &blame);
    let vito = Person::of(open, Some("vito"));
    act(&vito, "agree", &[("proposal", &waiting(&vito))]);
    let lena = Person::of(open, Some("lena"));
    let finding = [
        ("outcome", "violation"),
        ("provision", "prohibit.fire"),
        ("party", "S"),
        GROUNDS,
        ("reason", reason),
    ];
    act(&lena, "find", &finding);
    let luis = Person::of(open, Some("luis"));
    act(&luis, "agree", &[("proposal", &waiting(&luis))]);
    let rosa = Person::of(open, Some("rosa"));
    act(&rosa, "ask", &[("party", "S"), ("days", "7")]);
}

//! A thousand secrets are withheld: observers, descriptions, places, the contents of files, what
//! stands beside the pixels of pictures, and in them. All
//! that the room says, to everybody whose role it knows, in pages, collections, tables, feeds,
//! errors and what its operator is told, is searched for them, in the forms that a program might
//! write them in.

use crate::kit::between;
use crate::kit::pictures::{holds, jpeg, png};
use crate::valley::{Person, Valley};
use servanda_custody::Custody;
use servanda_desk::{Desk, DeskError, Note, observation, seal_document, seal_note};
use servanda_entry::{Attrs, Audience, Disc, Place};
use servanda_room::rights::Role;
use servanda_store::{Keys, Record};
use servanda_time::{Instant, Interval};
use servanda_tlog::sha256;
use std::collections::BTreeSet;

const NOTES: usize = 300;
const FILES: usize = 80;
/// Reports with two pictures each.
const PICTURED: usize = 10;
/// What each secret text begins with, so that one search finds any of them.
const MARK: &str = "Zq7KxW";

/// What was withheld, and the entries that withhold it.
struct Withheld {
    texts: usize,
    /// Latitudes as the record writes them.
    places: Vec<i32>,
    first: u64,
}

fn secret(kind: &str, n: usize) -> String {
    format!("{MARK}{}", &sha256(format!("{kind} {n}").as_bytes()).to_hex()[..12])
}

fn withhold(valley: &Valley) -> Withheld {
    let room = &valley.open.room;
    let mut record = Record::open(room.dir()).unwrap();
    let first = record.size();
    let keys = Keys::read(room.keys_dir()).unwrap();
    let name = format!("{}.custody", room.dir().file_name().unwrap().to_str().unwrap());
    let custody = Custody::at(&room.dir().with_file_name(name));
    let desk = Desk::of(Record::open(room.dir()).unwrap(), None).unwrap();
    let mut drawn = 0_u64;
    let mut draw = || {
        drawn += 1;
        Ok::<_, DeskError>(*sha256(format!("salt {drawn}").as_bytes()).as_bytes())
    };
    let audiences = Audience::ALL.iter().copied().cycle();
    let mut places = Vec::new();
    for (n, audience) in (0..NOTES).zip(audiences.clone()) {
        let from = Instant::parse("2030-06-01T00:00:00Z", None).unwrap();
        let from = from.plus_ms(n as i64 * 86_400_000);
        let lat_e7 = 497_000_000 + i32::try_from(n * 9_973).unwrap();
        places.push(lat_e7);
        let attrs: Attrs = [
            ("observer".to_owned(), secret("observer", n)),
            ("description".to_owned(), format!("a flash, says {}", secret("description", n))),
        ]
        .into_iter()
        .collect();
        let note = Note {
            source: "patrol".into(),
            what: "explosion".into(),
            when: Interval::new(from, from.plus_ms(60_000)).unwrap(),
            place: Some(Place::Disc(Disc { lat_e7, lon_e7: 100_000_000, radius_mm: 1 })),
            count: None,
            sides: vec![],
            attrs,
        };
        let bodies = observation(&desk, note).unwrap();
        let names = ["observer", "description", "place"].map(str::to_owned);
        let sealed = seal_note(&desk, bodies, &names, None, audience, &mut draw).unwrap();
        sealed.enter(&mut record, &custody, &keys, room.now()).unwrap();
    }
    for (n, audience) in (0..FILES).zip(audiences) {
        let bytes = format!("{}\n", secret("file", n)).into_bytes();
        let file = (secret("name", n), bytes);
        let file = (file.0.as_str(), file.1.as_slice());
        let sealed = seal_document(&desk, file, "patrol", audience, &mut draw).unwrap();
        sealed.enter(&mut record, &custody, &keys, room.now()).unwrap();
    }
    Withheld { texts: 2 * NOTES + FILES, places, first }
}

/// Reports with a picture that names somebody beside its pixels, and one that does so in them.
/// Gives the entry of the last.
fn send_pictures(by: &Person<'_>) -> u64 {
    let mut last = String::new();
    for n in 0..PICTURED {
        let (photo, chart) = (jpeg(&secret("exif", n)), png(&secret("pixels", n)));
        let (name, other) = (format!("{}.jpg", secret("name", n)), "b.png");
        let sent = by.send(
            "/report",
            &[
                ("source", "patrol"),
                ("what", "explosion"),
                ("from", &format!("2031-02-{:02}T10:00", n + 1)),
                ("content-note", "destruction"),
            ],
            &[("picture", name.as_str(), &photo), ("picture", other, &chart)],
        );
        assert_eq!(sent.status, 303, "{}", sent.body);
        last = sent.header("location").to_owned();
    }
    between(&by.get(&last).body, "href=\"/entries/", "\"").parse().unwrap()
}

/// Writes bytes in base64 with both alphabets being alike for the mark.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks_exact(3) {
        let all = three.iter().fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            text.push(char::from(DIGITS[all >> shift & 63]));
        }
    }
    text
}

/// The forms in which any of the secret texts would show.
fn marks() -> BTreeSet<String> {
    let mark = MARK.as_bytes();
    let hex: String = mark.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = mark.iter().map(|byte| format!("%{byte:02X}")).collect();
    let entities: String = mark.iter().map(|byte| format!("&#{byte};")).collect();
    let escapes: String = mark.iter().map(|byte| format!("\\u{byte:04x}")).collect();
    let list: Vec<String> = mark.iter().map(ToString::to_string).collect();
    let mut all = BTreeSet::from([
        MARK.to_owned(),
        MARK.to_uppercase(),
        MARK.to_lowercase(),
        MARK.chars().rev().collect(),
        hex.to_uppercase(),
        percent.to_lowercase(),
        hex,
        percent,
        entities,
        escapes,
        list.join(","),
        list.join(", "),
    ]);
    // In base64 it depends on where it begins; what its neighbours decide is left out.
    all.extend([base64(mark), base64(&mark[1..4]), base64(&mark[2..5])]);
    all
}

/// What is searched, and what was found.
struct Search {
    marks: BTreeSet<String>,
    places: BTreeSet<String>,
    answers: usize,
    bytes: usize,
    found: Vec<String>,
}

impl Search {
    fn of(withheld: &Withheld) -> Search {
        let forms = |lat: &i32| {
            let (whole, rest) = (lat / 10_000_000, lat % 10_000_000);
            [lat.to_string(), format!("{whole}.{rest:07}").trim_end_matches('0').to_owned()]
        };
        let places = withheld.places.iter().flat_map(forms).collect();
        Search { marks: marks(), places, answers: 0, bytes: 0, found: Vec::new() }
    }

    fn look(&mut self, at: &str, text: &str) {
        self.answers += 1;
        self.bytes += text.len();
        let marks = self.marks.iter().filter(|mark| text.contains(*mark));
        self.found.extend(marks.map(|mark| format!("{at}: {mark}")));
        // Numbers, cut out of the text, are compared with the places.
        let numbers = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
        for number in numbers.filter(|number| number.len() >= 5) {
            if self.places.contains(number) {
                self.found.push(format!("{at}: {number}"));
            }
        }
    }
}

const PAGES: [&str; 42] = [
    "/pictures/0123",
    "/login/oidc",
    "/login/oidc/callback?code=Zq&state=Zq",
    "/agreement",
    "/agreement/versions",
    "/agreement/positions",
    "/upload",
    "/",
    "/queue",
    "/queue?q=Zq",
    "/findings",
    "/rights",
    "/account",
    "/people",
    "/report",
    "/login",
    "/provisions/prohibit.fire",
    "/provisions/prohibit.fire.ics",
    "/ogc",
    "/ogc/api",
    "/ogc/collections",
    "/ogc/collections/incidents",
    "/ogc/collections/incidents/items?limit=10000",
    "/ogc/collections/incidents/items?f=csv&limit=10000",
    "/ogc/collections/observations/queryables",
    "/ogc/collections/observations/items?limit=10000",
    "/ogc/collections/observations/items?f=csv&limit=10000",
    "/ogc/collections/observations/items?filter=attributes%20LIKE%20%27%25observer%25%27",
    "/ogc/collections/findings/items",
    "/ogc/collections/zones/items",
    "/incidents.csv",
    "/incidents",
    "/incidents?q=Zq&from=2030-01-01&limit=1000",
    "/incidents?as-of=900",
    "/incidents.print",
    "/incidents.geojson",
    "/incidents.geojson?cells=48",
    "/incidents.atom",
    "/queue.csv",
    "/findings.atom",
    "/health",
    "/openapi.json",
];

#[test]
fn of_a_thousand_secrets_none_leaves() {
    let valley = Valley::open();
    let withheld = withhold(&valley);
    let vera = valley.person(Role::Verifier);
    let pictured = send_pictures(&vera);
    let count = withheld.texts + withheld.places.len() + 2 * PICTURED;
    assert_eq!(count, 1_000);
    // What others wrote is read when the room writes itself.
    let planted = format!("{MARK} stands here in the open");
    let plant = |description: &str| {
        vera.does(
            "/report",
            &[
                ("source", "patrol"),
                ("what", "explosion"),
                ("from", "2031-06-01T10:00"),
                ("description", description),
                ("observer", "the third post"),
            ],
        )
    };
    plant("nothing of note");
    let size = valley.open.room.standing().size;
    assert!(size > withheld.first + (NOTES + FILES) as u64);
    let mut search = Search::of(&withheld);
    let queue = vera.ask("/queue.csv").body;
    let cases: Vec<String> = queue
        .lines()
        .filter_map(|line| line.split(',').next().filter(|id| id.starts_with("i-")))
        .map(|id| format!("/cases/{id}"))
        .collect();
    assert!(cases.len() >= NOTES, "{}", cases.len());
    for role in Role::ALL {
        let person = valley.person(role);
        // Who may see all is shown all; of others what they are refused is shown.
        let some = |n: &usize| role == Role::Verifier || n.is_multiple_of(25);
        let cases = cases.iter().enumerate().filter(|(n, _)| some(n)).map(|(_, path)| path.clone());
        let entries = (0..size).filter(|n| some(&(*n as usize))).map(|n| format!("/entries/{n}"));
        let pages = PAGES.into_iter().map(str::to_owned);
        for (n, path) in pages.chain(cases).chain(entries).enumerate() {
            // A session may ask so often a minute.
            if n % 1_000 == 999 {
                valley.open.pass(61);
            }
            let answer = person.get(&path);
            let headers: Vec<String> =
                answer.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            search.look(&format!("{role} {path}"), &headers.join("\n"));
            search.look(&format!("{role} {path}"), &answer.body);
        }
        for path in [
            "/nothing",
            "/entries/99999999",
            "/ogc/collections/roads/items",
            "/ogc/collections/observations/items?filter=observer%3D1",
            "/ogc/collections/observations/items/e0.0",
            "/queue.csv?stage=x",
        ] {
            search.look(&format!("{role} {path}"), &person.ask(path).body);
        }
        if role != Role::Verifier && role != Role::Legal {
            for entry in (withheld.first..size).step_by(40) {
                let answer = person.post(&format!("/entries/{entry}/open"), &[("reason", "why")]);
                assert!(matches!(answer.status, 401 | 403), "{role}: {answer:?}");
                search.look(&format!("{role} opens {entry}"), &answer.body);
            }
        }
        let opened = format!("/entries/{pictured}/pictures/1");
        for path in [&opened, &format!("{opened}/original")] {
            if role != Role::Verifier && role != Role::Legal {
                let answer = person.post(path, &[("reason", "why")]);
                assert!(matches!(answer.status, 401 | 403), "{role}: {answer:?}");
                search.look(&format!("{role} opens {path}"), &answer.body);
            }
        }
        let bad = person.post("/report", &[("source", "rumour"), ("what", "x"), ("from", "x")]);
        search.look(&format!("{role} reports nonsense"), &bad.body);
    }
    for accept in ["text/plain", "application/openmetrics-text"] {
        let figures = valley.open.figures(accept);
        assert_eq!(figures.status, 200);
        assert!(figures.body.contains("route=\"/cases/{id}\""), "{}", figures.body);
        assert!(!cases.iter().any(|case| figures.body.contains(case.as_str())));
        search.look("the figures", &figures.body);
    }
    let told = valley.open.told.lock().unwrap().join("\n");
    search.look("what the operator is told", &told);
    println!(
        "{count} secrets in {} forms; {} answers, {} bytes: {} found",
        search.marks.len(),
        search.answers,
        search.bytes,
        search.found.len()
    );
    assert!(search.found.is_empty(), "{:#?}", search.found);

    // Who may is shown the copies of pictures, which say nothing; the files as they came do.
    for n in 1..=2 {
        let path = format!("/entries/{pictured}/pictures/{n}");
        let page = vera.post(&path, &[("reason", "to see it")]);
        let copy = vera.get(between(&page.body, "<img src=\"", "\""));
        assert_eq!((page.status, copy.status), (200, 200), "{}", page.body);
        let mut seen = Search::of(&withheld);
        seen.look("the page of a picture", &page.body);
        seen.look("a copy", &String::from_utf8_lossy(&copy.bytes));
        assert!(seen.found.is_empty(), "{:?}", seen.found);
        let original = vera.post(&format!("{path}/original"), &[("reason", "to examine it")]);
        assert!(holds(&original.bytes, MARK.as_bytes()), "{n}: the test itself hides nothing");
    }
    // Who may opens one: there it is, and nowhere else.
    let path = format!("/entries/{}/open", withheld.first);
    let opened = vera.post(&path, &[("reason", "to call the post")]);
    let mut seen = Search::of(&withheld);
    seen.look("the verifier opens one", &opened.body);
    assert!(seen.found.len() >= 2, "{opened:?}");
    // What is planted in the open is found, by whom it may be read, and by nobody else.
    let case = plant(&planted);
    let pages = [
        case.as_str(),
        "/ogc/collections/observations/items?limit=10000",
        "/ogc/collections/observations/items?f=csv&limit=10000",
    ];
    let public = Person::of(&valley.open, None);
    for path in pages {
        let mut seen = Search::of(&withheld);
        seen.look(path, &vera.get(path).body);
        assert!(!seen.found.is_empty(), "what stands in the open is not found in {path}");
        let mut seen = Search::of(&withheld);
        seen.look(path, &public.get(path).body);
        assert!(seen.found.is_empty(), "{:?}", seen.found);
    }
}

#[test]
fn each_form_is_found() {
    let mut text = MARK.to_owned();
    for _ in 0..3 {
        let mut search = Search {
            marks: marks(),
            places: BTreeSet::new(),
            answers: 0,
            bytes: 0,
            found: Vec::new(),
        };
        text.insert(0, 'x');
        let padded = format!("{text}   ");
        search.look("base64", &base64(padded.as_bytes()));
        assert!(!search.found.is_empty(), "{text}");
    }
    assert_eq!(marks().len(), 15);
}

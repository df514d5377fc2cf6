//! Pictures of reports, over real HTTP: refused where they are anything else, sealed, shown one by
//! one to who may, and then a copy of their pixels alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::pictures::{bomb, holds, jpeg, png, remark, webp};
use kit::{Answer, How, Open, Person, VALLEY, between};
use servanda_room::UPLOAD_BYTES_MAX;
use servanda_room::rights::Role;
use servanda_tlog::sha256;
use std::path::{Path, PathBuf};

const ARTIST: &str = "walker nine of the second patrol";

fn open() -> Open {
    let people = &[
        ("vito", Role::Verifier, None),
        ("lena", Role::Legal, None),
        ("rosa", Role::Reporter, None),
        ("omar", Role::Observer, None),
        ("audi", Role::Auditor, None),
    ];
    Open::how(How { agreement: VALLEY, people, ..How::default() })
}

const REPORT: [(&str, &str); 6] = [
    ("source", "patrol"),
    ("what", "explosion"),
    ("from", "2030-01-05T10:01"),
    ("to", "2030-01-05T10:03"),
    ("description", "a crater behind the mill"),
    ("withhold", "1"),
];

fn with<'f>(more: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    REPORT.iter().copied().chain(more.iter().copied()).collect()
}

fn size(open: &Open) -> u64 {
    open.room.standing().size
}

/// All files below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else { return vec![] };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn custody(open: &Open) -> PathBuf {
    open.record_dir().with_file_name("record.custody")
}

/// The entry that a case's page leads to.
fn entry_of(case: &Answer) -> u64 {
    between(&case.body, "href=\"/entries/", "\"").parse().unwrap()
}

#[test]
fn a_picture_is_shown_when_asked_for_and_then_its_pixels_alone() {
    let open = open();
    let [omar, vera, rosa] = ["omar", "vera", "rosa"].map(|name| Person::of(&open, name));
    let (photo, other, third) = (jpeg(ARTIST), png(ARTIST), webp(ARTIST));
    let sent = omar.send(
        "/report",
        &with(&[("content-note", "injured"), ("content-note", "faces"), ("observer", ARTIST)]),
        &[
            ("picture", "DSC 1.JPG", &photo),
            ("picture", "b.png", &other),
            ("picture", "c.webp", &third),
            ("picture", "", b""),
        ],
    );
    assert_eq!(sent.status, 303, "{}", sent.body);
    let case = sent.header("location").to_owned();

    // Nothing of them is in the record, but that there are three, and what one will see.
    for file in files(&open.record_dir()) {
        let bytes = std::fs::read(&file).unwrap();
        for part in [ARTIST.as_bytes(), &photo[photo.len() - 64..], &third[20..60], b"DSC"] {
            assert!(!holds(&bytes, part), "{}", file.display());
        }
    }

    // Whose it isn't sees no box; nobody's page has a picture in it, or asks for one.
    let shown = vera.get(&case);
    let entry = entry_of(&shown);
    let page = format!("/entries/{entry}");
    for (who, path, boxes) in [
        (&vera, &case, 3),
        (&vera, &page, 3),
        (&omar, &case, 0),
        (&omar, &page, 0),
        (&rosa, &case, 0),
        (&vera, &"/queue".to_owned(), 0),
    ] {
        let body = who.get(path).body;
        assert_eq!(body.matches("class=\"picture-box\"").count(), boxes, "{path}\n{body}");
        assert!(!body.contains("<img") && !body.contains("/pictures/\""), "{path}\n{body}");
        assert_eq!(body.contains("injured people, faces that"), boxes > 0, "{path}\n{body}");
        assert!(!body.contains(ARTIST), "{path}");
    }

    // Opening one is entered, with the reason; without one, and for others, nothing is.
    let before = size(&open);
    let places = [1, 2, 3].map(|n| format!("{page}/pictures/{n}"));
    let why = [("reason", "to see the crater")];
    assert_eq!(vera.post(&places[0], &[]).status, 422);
    assert_eq!(vera.post(&places[0], &[("reason", " ")]).status, 422);
    assert_eq!(vera.get(&places[0]).status, 405);
    let public = Person::of(&open, None);
    for person in [&omar, &rosa, &Person::of(&open, "lior"), &Person::of(&open, "audi"), &public] {
        for path in
            [places[0].clone(), format!("{page}/pictures/9"), "/entries/0/pictures/1".into()]
        {
            let refused = person.post(&path, &why);
            assert!(matches!(refused.status, 401 | 403), "{path}: {refused:?}");
            let refused = person.post(&format!("{path}/original"), &why);
            assert!(matches!(refused.status, 401 | 403), "{path}: {refused:?}");
        }
    }
    for n in ["0", "4", "99999999999", "-1", "x"] {
        let answer = vera.post(&format!("{page}/pictures/{n}"), &why);
        assert!(matches!(answer.status, 400 | 404), "{n}: {}", answer.status);
    }
    assert_eq!(vera.post("/entries/0/pictures/1", &why).status, 404);
    assert_eq!(size(&open), before, "nothing was opened, and nothing is entered");

    let mut originals = Vec::new();
    for (n, place) in places.iter().enumerate() {
        let opened = vera.post(place, &why);
        assert_eq!(opened.status, 200, "{}", opened.body);
        let logged = vera.get(&format!("/entries/{}", before + n as u64)).body;
        assert!(logged.contains("disclosure") && logged.contains("to see the crater"), "{logged}");
        assert!(!opened.body.contains(ARTIST));
        assert_eq!(opened.body.matches("<img").count(), 1, "only this one is loaded");
        originals.push(between(&opened.body, "class=\"hash\">", "<").to_owned());
        let at = between(&opened.body, "<img src=\"", "\"").to_owned();
        let copy = vera.get(&at);
        assert_eq!(copy.status, 200);
        for (name, value) in [
            ("content-type", "image/jpeg"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-disposition", "inline; filename=\"picture.jpg\""),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(copy.header(name), value);
        }
        assert!(copy.header("content-security-policy").contains("default-src 'none'; sandbox;"));
        assert!(copy.bytes.starts_with(b"\xff\xd8\xff"));
        for mark in [ARTIST.as_bytes(), b"Exif", b"walker"] {
            assert!(!holds(&copy.bytes, mark), "{n}: {mark:?}");
        }
        // It is this session's, for a moment.
        for person in [&rosa, &public, &Person::of(&open, "vito"), &Person::of(&open, "vera")] {
            assert!(matches!(person.get(&at).status, 404), "{at}");
        }
        open.pass(119);
        assert_eq!(vera.get(&at).status, 200);
        open.pass(1);
        assert_eq!(vera.get(&at).status, 404);
    }
    assert_eq!(size(&open), before + 3);
    let mut expected = [&photo, &other, &third].map(|bytes| sha256(bytes).to_hex());
    expected.sort();
    originals.sort();
    assert_eq!(originals, expected, "the hashes of the files as they came");

    // The file as it came is a step of its own.
    let place = format!("{}/original", places[1]);
    assert_eq!(vera.post(&place, &[]).status, 422);
    let given = vera.post(&place, &[("reason", "for the laboratory")]);
    assert_eq!(given.status, 200);
    assert!([&photo, &other, &third].contains(&&given.bytes), "it is one of them, to the byte");
    assert_eq!(given.header("content-type"), "application/octet-stream");
    assert_eq!(given.header("x-content-type-options"), "nosniff");
    assert!(given.header("content-disposition").starts_with("attachment; filename=\"e"));
    assert!(given.header("content-security-policy").contains("sandbox"));
    assert_eq!(given.header("cache-control"), "no-store");
    let logged = vera.get(&format!("/entries/{}", before + 3)).body;
    assert!(logged.contains("the file as it came: for the laboratory"), "{logged}");

    // What the words of the report are opened with opens no picture.
    let words = vera.post(&format!("{page}/open"), &why).body;
    assert!(words.contains(ARTIST) && words.contains("a crater behind the mill"), "{words}");
    assert!(!words.contains("<img"), "{words}");

    // What its custodian has no more is told so.
    std::fs::remove_dir_all(custody(&open).join("opening")).unwrap();
    assert_eq!(vera.post(&places[0], &why).status, 410);
    assert_eq!(vera.post(&format!("{page}/open"), &why).status, 410);
}

#[test]
fn what_is_no_plain_picture_is_refused_and_nothing_of_it_is_kept() {
    let open = open();
    let omar = Person::of(&open, "omar");
    let good = jpeg(ARTIST);
    let zip_end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &[0; 10]].concat();
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let before = (size(&open), files(&open.record_dir()).len(), files(&custody(&open)).len());
    for (name, bytes, said) in [
        ("a.svg", script.to_vec(), "no picture in JPEG"),
        ("a.jpg", script.to_vec(), "no picture in JPEG"),
        ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "no picture in JPEG"),
        ("a.jpg", vec![], "no picture in JPEG"),
        ("a.png", good.clone(), "name must end"),
        ("a", good.clone(), "name must end"),
        ("a.jpg.html", good.clone(), "name must end"),
        ("a.jpg", good[..good.len() / 2].to_vec(), "ends before the picture"),
        ("a.jpg", good[..good.len() - 1].to_vec(), "ends before the picture"),
        ("a.jpg", [&good[..], b"\n"].concat(), "goes on behind"),
        ("a.jpg", [&good[..], b"PK\x03\x04", &zip_end].concat(), "goes on behind"),
        ("a.png", [&png(ARTIST)[..], script].concat(), "goes on behind"),
        ("a.jpg", remark(&good, 0xfe, &zip_end), "something else too"),
        ("a.jpg", remark(&good, 0xfe, b"<html><script>alert(1)</script>"), "something else too"),
        ("a.png", bomb(), "40 million pixels"),
        ("a.jpg", b"\xff\xd8\xff\xd9".to_vec(), "damaged"),
    ] {
        let all = [("picture", "fine.jpg", good.as_slice()), ("picture", name, bytes.as_slice())];
        let answer = omar.send("/report", &with(&[("content-note", "nothing")]), &all);
        let page = &answer.body;
        assert_eq!(answer.status, 422, "{name} {said}\n{page}");
        assert!(page.contains("Picture 2 is not taken") && page.contains(said), "{said}\n{page}");
        assert!(page.contains("a crater behind the mill"), "what was written stays\n{page}");
        assert!(page.contains("value=\"nothing\" checked"), "what was ticked stays\n{page}");
        assert!(!page.contains("alert(1)"), "{page}");
    }
    let photo = ("picture", "a.jpg", good.as_slice());
    for (ticked, photos, said) in [
        (&["nothing"][..], 6, "at most five"),
        (&[][..], 1, "tick what applies"),
        (&["gore"][..], 1, "tick what applies"),
        (&["nothing", "dead"][..], 1, "tick what applies"),
    ] {
        let notes: Vec<(&str, &str)> = ticked.iter().map(|word| ("content-note", *word)).collect();
        let answer = omar.send("/report", &with(&notes), &vec![photo; photos]);
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.body.contains(said), "{said}\n{}", answer.body);
    }
    // The bounds are those of all forms with files.
    let large = vec![b'a'; UPLOAD_BYTES_MAX + 1];
    assert_eq!(omar.send("/report", &REPORT, &[("picture", "a.jpg", &large)]).status, 413);
    let long = "a".repeat(300 * 1024);
    assert_eq!(omar.send("/report", &with(&[("note", &long)]), &[photo]).status, 413);
    let after = (size(&open), files(&open.record_dir()).len(), files(&custody(&open)).len());
    assert_eq!(after, before, "nothing was kept");

    // Five are taken, and words that came in the same form are withheld as ever.
    let answer = omar.send("/report", &with(&[("content-note", "nothing")]), &vec![photo; 5]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert_eq!(size(&open), before.0 + 1);
    // A form without pictures says nothing of what one will see.
    let answer = omar.send("/report", &with(&[("content-note", "dead")]), &[("picture", "", b"")]);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let vera = Person::of(&open, "vera");
    let page = vera.get(answer.header("location")).body;
    assert!(!page.contains("picture-box") && !page.contains("content-note"), "{page}");
    assert!(open.told.lock().unwrap().is_empty(), "{:?}", open.told.lock());
}

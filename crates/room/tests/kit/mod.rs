//! A room on a small record, open on a port of its own, and a client that sends what it likes.

#![allow(dead_code, reason = "each test takes what it needs")]

pub(crate) mod pictures;

use servanda_desk::{AgreementFiles, found};
use servanda_room::rights::Role;
use servanda_room::{Listening, MapLibrary, Oidc, Places, Room, Site, serve};
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "a few plain words";
const ORIGIN: &str = "example.org/ferry";
const AGREEMENT: &str = "+++\nid = \"ferry\"\ntitle = \"Talks on the ferry\"\nversion = \"1\"\n\
    timezone = \"UTC\"\n\n[party.N]\nname = \"Northland\"\n[party.S]\nname = \"Southmark\"\n\n\
    [draft]\nagreed_by = [\"N\", \"S\"]\nknown = \"in part\"\n+++\n\n# Talks on the ferry\n\n\
    ## 1. The guarantee\n\n```toml term\n[point.term]\n```\n";

/// An invented agreement with something to break, two zones and two sources.
pub(crate) const VALLEY: &str = r#"+++
id       = "silence"
title    = "Silence in the valley"
version  = "1"
timezone = "UTC"
[party.N]
name = "Northland"
[party.S]
name = "Southmark"
[zone.valley]
circle = { lon = 10.0, lat = 50.0, radius_m = 10000 }
[zone.ridge]
circle = { lon = 11.0, lat = 50.0, radius_m = 1000 }
valid = "2030-01-01/2030-02-01"
basis = "drawn by hand on the mission's map"
[source.patrol]
name = "Patrols"
shows = ["explosion"]
lag = "1 hour"
[source.post]
name = "Alarm posts"
shows = ["alarm"]
lag = "1 hour"
+++

# Silence in the valley

## 1. Silence

Nobody fires in the valley.

```toml term
[prohibit.fire]
who      = ["N", "S"]
acts     = ["explosion"]
where    = "valley"
from     = "2030-01-01T00:00Z"
until    = "2031-01-01T00:00Z"
shown_by = ["patrol"]
```
"#;

/// A room that is open until the test's process ends.
pub(crate) struct Open {
    folder: TempDir,
    pub(crate) at: SocketAddr,
    /// Where the figures for the operator are.
    pub(crate) figures: SocketAddr,
    pub(crate) room: Arc<Room>,
    clock: Arc<AtomicI64>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

/// How the room is opened.
pub(crate) struct How {
    pub(crate) patience: Duration,
    pub(crate) site: Option<Site>,
    /// Milliseconds that pass each time that the clock is read.
    pub(crate) tick_ms: i64,
    /// The folder of the map library.
    pub(crate) library: Option<PathBuf>,
    /// The agreement's text.
    pub(crate) agreement: &'static str,
    /// Accounts beside those that every room here has: name, role, party.
    pub(crate) people: &'static [(&'static str, Role, Option<&'static str>)],
    /// The provider of accounts elsewhere.
    pub(crate) oidc: Option<Oidc>,
}

impl Default for How {
    fn default() -> How {
        let patience = Duration::from_secs(15);
        How {
            patience,
            site: None,
            tick_ms: 0,
            library: None,
            agreement: AGREEMENT,
            people: &[],
            oidc: None,
        }
    }
}

impl Open {
    pub(crate) fn new() -> Open {
        Open::how(How::default())
    }

    pub(crate) fn how(how: How) -> Open {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("record");
        found_record(&dir, folder.path(), how.agreement);
        let clock = Arc::new(AtomicI64::new(1_900_000_000_000));
        let told = Arc::new(Mutex::new(Vec::new()));
        let (own, tells) = (Arc::clone(&clock), Arc::clone(&told));
        let tick_ms = how.tick_ms;
        let beside = |name: &str| folder.path().join(name);
        let places = Places {
            record: dir,
            room: beside("record.room"),
            keys: beside("record.keys"),
            custody: beside("record.custody"),
        };
        let room = Room::open(places, move || {
            Instant::from_ms(own.fetch_add(tick_ms, Ordering::SeqCst)).unwrap()
        });
        let room = room.unwrap().telling(move |what| tells.lock().unwrap().push(what.to_owned()));
        let library = how.library.map(|folder| MapLibrary::read(&folder).unwrap().unwrap());
        let room = room.with_map_library(library);
        let room = match how.oidc {
            Some(oidc) => room.with_oidc(oidc),
            None => room,
        };
        let people = room.people();
        people.add("vera", &[Role::Verifier], None, PASSWORD).unwrap();
        people.add("lior", &[Role::Liaison], Some("N"), PASSWORD).unwrap();
        people.add("adam", &[Role::Administrator], None, PASSWORD).unwrap();
        for (name, role, party) in how.people {
            people.add(name, &[*role], *party, PASSWORD).unwrap();
        }
        let room = Arc::new(room);
        let (sender, receiver) = mpsc::channel();
        let mut listening = Listening::at("127.0.0.1:0".parse().unwrap());
        listening.patience = how.patience;
        listening.site = how.site;
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let figures = door.local_addr().unwrap();
        listening.figures = Some(Arc::new(door));
        let served = Arc::clone(&room);
        std::thread::spawn(move || serve(served, &listening, |at| sender.send(at).unwrap()));
        let at = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        Open { folder, at, figures, room, clock, told }
    }

    pub(crate) fn record_dir(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    pub(crate) fn room_dir(&self) -> PathBuf {
        self.folder.path().join("record.room")
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// A request with the headers of a browser that is at home here.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Asking<'_> {
        let mut headers = BTreeMap::from([
            ("Host".to_owned(), self.at.to_string()),
            ("Accept".to_owned(), "text/html,*/*;q=0.8".to_owned()),
            ("Connection".to_owned(), "close".to_owned()),
        ]);
        if method != "GET" {
            headers.insert("Origin".to_owned(), format!("http://{}", self.at));
            headers.insert("Sec-Fetch-Site".to_owned(), "same-origin".to_owned());
        }
        let line = format!("{method} {path} HTTP/1.1");
        Asking { open: self, line, headers, body: Vec::new() }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// Signs in, and gives the cookie and the token of the session.
    pub(crate) fn sign_in(&self, name: &str) -> (String, String) {
        let answer = self.log_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{answer:?}");
        let line = answer.header("set-cookie");
        let cookie = line.split(';').next().unwrap().to_owned();
        let page = self.ask("GET", "/account").header("Cookie", &cookie).send();
        assert_eq!(page.status, 200, "{page:?}");
        let csrf = page.body.split("name=\"csrf\" value=\"").nth(1).unwrap();
        (cookie, csrf.split('"').next().unwrap().to_owned())
    }

    pub(crate) fn log_in(&self, name: &str, password: &str) -> Answer {
        self.ask("POST", "/login").form(&[("name", name), ("password", password)]).send()
    }

    /// The figures for the operator.
    pub(crate) fn figures(&self, accept: &str) -> Answer {
        let head = format!("GET /metrics HTTP/1.1\r\nHost: {}\r\nAccept: {accept}", self.figures);
        let request = format!("{head}\r\nConnection: close\r\n\r\n");
        Answer::read(&raw_at(self.figures, request.as_bytes()))
    }

    /// Sends bytes as they are, and gives what comes back until the connection ends.
    pub(crate) fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        raw_at(self.at, bytes)
    }
}

/// The same at any address.
pub(crate) fn raw_at(at: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // Whoever is refused early may see the connection end while it sends.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// A request that is being made.
pub(crate) struct Asking<'o> {
    open: &'o Open,
    line: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Asking<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body("application/x-www-form-urlencoded", form.finish())
    }

    pub(crate) fn body(mut self, kind: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self.headers.insert("Content-Type".to_owned(), kind.to_owned());
        self.headers.insert("Content-Length".to_owned(), self.body.len().to_string());
        self
    }

    pub(crate) fn send(self) -> Answer {
        let mut request = format!("{}\r\n", self.line);
        for (name, value) in &self.headers {
            request += &format!("{name}: {value}\r\n");
        }
        let mut bytes = (request + "\r\n").into_bytes();
        bytes.extend(self.body);
        Answer::read(&self.open.raw(&bytes))
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Answer {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        };
        let headers = lines.map(header).collect();
        let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
        Answer { status, headers, body: body.to_owned(), bytes: bytes[head + 4..].to_vec() }
    }

    /// A header that is there; empty when it isn't.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value)
    }
}

fn found_record(dir: &Path, beside: &Path, text: &str) {
    let agreement = beside.join("agreement.md");
    std::fs::write(&agreement, text).unwrap();
    let files = AgreementFiles::read(&agreement).unwrap();
    let own = files.agreement().unwrap();
    let (body, blobs) = found(&files, &own);
    let mut keys = Keys::generate(ORIGIN, [1; 32], [3; 32], [2; 32]).unwrap();
    let now = Instant::from_ms(1_899_999_000_000).unwrap();
    keys.write(&beside.join("record.keys")).unwrap();
    Record::init(dir, ORIGIN, &keys, now, &own.id, vec![body], blobs).unwrap();
}

/// Somebody who asks: signed in, or the public.
pub(crate) struct Person<'o> {
    open: &'o Open,
    session: Option<(String, String)>,
}

impl<'o> Person<'o> {
    /// Signed in by a name; `None`: the public.
    pub(crate) fn of<'n>(open: &'o Open, name: impl Into<Option<&'n str>>) -> Person<'o> {
        Person { open, session: name.into().map(|name| open.sign_in(name)) }
    }

    /// Asks as a browser does.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.asking("GET", path).send()
    }

    /// Asks as a program does.
    pub(crate) fn ask(&self, path: &str) -> Answer {
        self.asking("GET", path).header("Accept", "*/*").send()
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.session.as_ref().map_or("", |(_, csrf)| csrf);
        let mut all = vec![("csrf", csrf)];
        all.extend(fields);
        self.asking("POST", path).form(&all).send()
    }

    /// Sends a form with files: each the field's name, the file's and its bytes.
    pub(crate) fn send(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let csrf = self.session.as_ref().map_or("", |(_, csrf)| csrf);
        let part = |head: &str, bytes: &[u8]| {
            let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            [head.as_bytes(), bytes, b"\r\n"].concat()
        };
        let mut body = part("name=\"csrf\"", csrf.as_bytes());
        for (name, value) in fields {
            body.extend(part(&format!("name=\"{name}\""), value.as_bytes()));
        }
        for (name, file, bytes) in files {
            let head = format!("name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: text/html");
            body.extend(part(&head, bytes));
        }
        body.extend(b"--edge--\r\n");
        self.asking("POST", path).body("multipart/form-data; boundary=edge", body).send()
    }

    /// Does it, and gives where it leads.
    pub(crate) fn does(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.post(path, fields);
        assert_eq!(answer.status, 303, "{path} {fields:?}\n{}", answer.body);
        answer.header("location").to_owned()
    }

    fn asking(&self, method: &str, path: &str) -> Asking<'o> {
        let asking = self.open.ask(method, path);
        match &self.session {
            Some((cookie, _)) => asking.header("Cookie", cookie),
            None => asking,
        }
    }
}

/// What stands between two marks of a text.
pub(crate) fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before:?} in\n{text}"));
    rest.split_once(after).unwrap().0
}

//! News for other programs, to a real receiver on this machine that fails, is away, and comes back,
//! while the room is killed in the middle.

use crate::kit::{How, Open, Person, VALLEY};
use crate::valley::{PEOPLE, find, report};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use servanda_room::{Hooks, Listening, Places, Room, serve};
use servanda_time::Instant;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Where the folder of the child's room stands, in its environment.
const FOLDER: &str = "SERVANDA_TEST_ROOM";
const NOW_MS: i64 = 1_900_000_000_000;

/// What came, and what was answered.
#[derive(Debug, Clone)]
struct Got {
    id: String,
    body: String,
    status: u16,
}

/// A receiver: checks each signature, and answers with what it is told to, else 204.
struct Receiver {
    at: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    answers: Arc<Mutex<Vec<u16>>>,
    is_over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Receiver {
    fn open(key: &[u8]) -> Receiver {
        let got = Arc::default();
        Receiver::again("127.0.0.1:0".parse().unwrap(), key, &got)
    }

    fn again(at: SocketAddr, key: &[u8], got: &Arc<Mutex<Vec<Got>>>) -> Receiver {
        let listener = TcpListener::bind(at).unwrap();
        listener.set_nonblocking(true).unwrap();
        let at = listener.local_addr().unwrap();
        let (got, key) = (Arc::clone(got), key.to_owned());
        let answers: Arc<Mutex<Vec<u16>>> = Arc::default();
        let is_over: Arc<AtomicBool> = Arc::default();
        let own = (Arc::clone(&got), Arc::clone(&answers), Arc::clone(&is_over));
        let thread = std::thread::spawn(move || {
            let (got, answers, is_over) = own;
            while !is_over.load(Ordering::SeqCst) {
                let Ok((mut stream, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(10));
                    continue;
                };
                stream.set_nonblocking(false).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                let Some((headers, body)) = request(&stream) else { continue };
                check(&headers, &body, &key);
                let next = answers.lock().unwrap().pop();
                let status = next.unwrap_or(204);
                let id = headers["webhook-id"].clone();
                got.lock().unwrap().push(Got { id, body, status });
                let head = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n");
                let _ = write!(stream, "{head}Connection: close\r\n\r\n");
            }
        });
        Receiver { at, got, answers, is_over, thread: Some(thread) }
    }

    fn close(mut self) -> Arc<Mutex<Vec<Got>>> {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap();
        Arc::clone(&self.got)
    }

    fn all(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The kinds of what was taken, each id once, in the order in which it was.
    fn taken(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let taken = self.all().into_iter().filter(|got| got.status == 204);
        let first = taken.filter(|got| seen.insert(got.id.clone()));
        first.map(|got| kind(&got.body)).collect()
    }

    fn wait(&self, what: &str, is_there: impl Fn(&[Got]) -> bool) {
        for _ in 0..600 {
            if is_there(&self.all()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{what}: {:#?}", self.all());
    }
}

fn kind(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["type"].as_str().unwrap().to_owned()
}

fn request(stream: &std::net::TcpStream) -> Option<(BTreeMap<String, String>, String)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    assert_eq!(line, "POST /news HTTP/1.1\r\n");
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some((headers, String::from_utf8(body).unwrap()))
}

/// As any receiver checks it, from the specification alone.
fn check(headers: &BTreeMap<String, String>, body: &str, key: &[u8]) {
    assert_eq!(headers["content-type"], "application/json");
    let (id, time) = (&headers["webhook-id"], &headers["webhook-timestamp"]);
    assert!(id.starts_with("msg_") && !id.contains('.'));
    let seconds: i64 = time.parse().unwrap();
    assert!((seconds - NOW_MS / 1_000).abs() < 300, "{time}");
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(format!("{id}.{time}.{body}").as_bytes());
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(headers["webhook-signature"], expected);
}

const KEY: [u8; 32] = *b"thirty-two bytes, known to both.";

fn write_hooks(folder: &Path, at: SocketAddr) -> std::path::PathBuf {
    let path = folder.join("hooks.toml");
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path).unwrap();
    let key = STANDARD.encode(KEY);
    write!(
        file,
        "[webhook.press]\nurl = \"http://{at}/news\"\nkey = \"whsec_{key}\"\n\
         events = [\"finding.published\", \"provision.changed\", \"case.asked\", \"case.replied\"]\n"
    )
    .unwrap();
    path
}

/// Not a test: the room that is killed, in a process of its own.
#[test]
#[ignore = "it is the room that another test kills"]
fn a_room_of_its_own() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let places = Places {
        record: folder.join("record"),
        room: folder.join("record.room"),
        keys: folder.join("record.keys"),
        custody: folder.join("record.custody"),
    };
    let room = Room::open(places, || Instant::from_ms(NOW_MS).unwrap()).unwrap();
    let room = Arc::new(room.telling(|what| eprintln!("told: {what}")));
    let hooks = Hooks::read(&folder.join("hooks.toml")).unwrap();
    servanda_room::send_news(&room, hooks).unwrap();
    let listening = Listening::at("127.0.0.1:0".parse().unwrap());
    serve(room, &listening, |at| println!("\nopen at {at}.")).unwrap();
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It is killed, not asked to end.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn child(folder: &Path) -> (Killed, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["hooks::a_room_of_its_own", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let at = lines.find_map(|line| {
        let line = line.unwrap();
        Some(line.strip_prefix("open at ")?.strip_suffix('.')?.parse().unwrap())
    });
    // What it says later has somewhere to go.
    std::thread::spawn(move || lines.for_each(drop));
    (Killed(child), at.unwrap())
}

/// Takes a case to the public page; the party replies.
fn publish(open: &Open, day: u32, reason: &str) {
    let vera = Person::of(open, Some("vera"));
    let case = report(&vera, &format!("2030-01-{day:02}T10:00"), &format!("50.0{day}"));
    find(open, &vera, &case, reason);
    let sami = Person::of(open, Some("sami"));
    sami.does(&format!("{case}/reply"), &[("party", "S"), ("text", "An old mine.")]);
    Person::of(open, Some("rosa")).does(&format!("{case}/publish"), &[]);
}

#[test]
fn news_come_once_taken_and_never_get_lost() {
    let mut open = Open::how(How { agreement: VALLEY, people: PEOPLE, ..How::default() });
    let folder = open.record_dir().parent().unwrap().to_owned();
    let receiver = Receiver::open(&KEY);
    write_hooks(&folder, receiver.at);
    *receiver.answers.lock().unwrap() = vec![500, 500];

    // It answers 500 twice; the same message is sent again, byte for byte.
    let (room, at) = child(&folder);
    open.at = at;
    publish(&open, 5, "the first reason");
    let is_taken = |kind_: &'static str, many: usize| {
        move |got: &[Got]| {
            let all = got.iter().filter(|one| one.status == 204 && kind(&one.body) == kind_);
            all.count() >= many
        }
    };
    receiver.wait("the first is published", is_taken("finding.published", 1));
    receiver.wait("and that it replied", is_taken("case.replied", 1));
    let got = receiver.all();
    assert_eq!([got[0].status, got[1].status, got[2].status], [500, 500, 204]);
    assert!(got[..3].iter().all(|one| one.id == got[0].id && one.body == got[0].body));

    // It is away. The room goes on as if nothing were.
    let (at, all) = (receiver.at, receiver.close());
    publish(&open, 6, "the second reason");
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(open.get("/findings").status, 200);
    drop(room);

    // Another room is killed at once after it published a third.
    let (room, child_at) = child(&folder);
    open.at = child_at;
    publish(&open, 7, "the third reason");
    drop(room);

    // A room that is opened now sends what was not taken, although it published none of it.
    let receiver = Receiver::again(at, &KEY, &all);
    let (room, child_at) = child(&folder);
    open.at = child_at;
    receiver.wait("all are published", is_taken("finding.published", 3));
    receiver.wait("and that each replied", is_taken("case.replied", 3));
    std::thread::sleep(Duration::from_millis(500));
    drop(room);
    let before = receiver.all();

    // And what was taken is not sent again.
    let (_room, _) = child(&folder);
    std::thread::sleep(Duration::from_secs(3));
    let got = receiver.all();
    assert_eq!(got.len(), before.len(), "{got:#?}");
    let taken = receiver.taken();
    for (kind, many) in [("finding.published", 3), ("case.asked", 3), ("case.replied", 3)] {
        assert_eq!(taken.iter().filter(|own| *own == kind).count(), many, "{kind}: {taken:?}");
    }
    assert!(taken.iter().any(|kind| kind == "provision.changed"), "{taken:?}");
    // Once taken, an id never came again, and each id has one body.
    for one in &got {
        let same: Vec<&Got> = got.iter().filter(|other| other.id == one.id).collect();
        assert!(same.iter().all(|other| other.body == one.body));
        assert_eq!(same.iter().filter(|other| other.status == 204).count(), 1, "{same:#?}");
    }
    // What is said is what everybody may read, word for word.
    let public = open_findings(&folder);
    for got in got.iter().filter(|got| kind(&got.body) == "finding.published") {
        let body: Value = serde_json::from_str(&got.body).unwrap();
        let finding = &body["data"]["finding"];
        let id = finding["id"].as_str().unwrap();
        let other = public.iter().find(|other| other["id"] == id).unwrap();
        assert_eq!(finding["properties"]["reason"], other["properties"]["reason"]);
        assert_eq!(finding["geometry"], other["geometry"]);
        assert!(body["data"]["record"]["root"].is_string());
    }
    drop(receiver.close());
}

/// The findings as the public reads them, from a room of this process.
fn open_findings(folder: &Path) -> Vec<Value> {
    let (_room, at) = child_reading(folder);
    let request = format!(
        "GET /ogc/collections/findings/items HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n"
    );
    let answer = crate::kit::Answer::read(&crate::kit::raw_at(at, request.as_bytes()));
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    body["features"].as_array().unwrap().clone()
}

/// A room that sends nothing, in this process.
fn child_reading(folder: &Path) -> (Arc<Room>, SocketAddr) {
    let places = Places {
        record: folder.join("record"),
        room: folder.join("record.room"),
        keys: folder.join("record.keys"),
        custody: folder.join("record.custody"),
    };
    let room = Arc::new(Room::open(places, || Instant::from_ms(NOW_MS).unwrap()).unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    let own = Arc::clone(&room);
    std::thread::spawn(move || {
        let listening = Listening::at("127.0.0.1:0".parse().unwrap());
        serve(own, &listening, |at| sender.send(at).unwrap())
    });
    (room, receiver.recv_timeout(Duration::from_secs(20)).unwrap())
}

#[test]
fn of_what_is_not_published_nothing_is_sent() {
    let open = Open::how(How { agreement: VALLEY, people: PEOPLE, ..How::default() });
    let receiver = Receiver::open(&KEY);
    let path = write_hooks(open.record_dir().parent().unwrap(), receiver.at);
    servanda_room::send_news(&open.room, Hooks::read(&path).unwrap()).unwrap();
    // A second room on the record would send everything twice.
    let twice = servanda_room::send_news(&open.room, Hooks::read(&path).unwrap());
    assert!(twice.is_err());
    let vera = Person::of(&open, Some("vera"));
    let case = report(&vera, "2030-01-05T10:00", "50.0");
    find(&open, &vera, &case, "a reason that is the mission's");
    std::thread::sleep(Duration::from_secs(3));
    assert!(receiver.all().iter().all(|got| kind(&got.body) == "provision.changed"));
    let sent: String = receiver.all().into_iter().map(|got| got.body).collect();
    let id = case.rsplit('/').next().unwrap();
    assert!(!sent.contains("the mission's") && !sent.contains(id), "{sent}");
    let sami = Person::of(&open, Some("sami"));
    sami.does(&format!("{case}/reply"), &[("party", "S"), ("text", "An old mine.")]);
    std::thread::sleep(Duration::from_secs(2));
    let is_state = |got: &Got| kind(&got.body) == "provision.changed";
    assert!(receiver.all().iter().all(is_state), "{:#?}", receiver.all());
    Person::of(&open, Some("rosa")).does(&format!("{case}/publish"), &[]);
    receiver.wait("it is published", |got| {
        got.iter().any(|one| kind(&one.body) == "finding.published" && one.body.contains(id))
    });
    let figures = open.figures("text/plain").body;
    assert!(figures.contains("servanda_webhook_attempts_total{outcome=\"taken\"}"), "{figures}");
    assert!(!figures.contains("press"));
}

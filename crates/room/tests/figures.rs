//! The figures for the operator: each line as the format has it, and each figure goes up by what
//! was done.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::{How, Open, PASSWORD, Person, VALLEY, raw_at};
use servanda_room::LOGINS_OF_A_NAME_MAX;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

const PLAIN: &str = "text/plain;version=0.0.4";
const OPEN_METRICS: &str = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5";

/// The figures: name and labels, as they are written, and the value.
type Figures = BTreeMap<String, f64>;

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    !name.is_empty() && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The labels of a line: names and values.
fn labels(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{text}"));
        assert!(is_name(name) && !name.starts_with("__"), "{text}");
        let end = after.find('"').unwrap();
        let value = &after[..end];
        assert!(!value.contains(['\\', '\n']), "no value of ours needs an escape: {text}");
        all.push((name.to_owned(), value.to_owned()));
        rest = &after[end + 1..];
        rest = match rest.strip_prefix(',') {
            Some(more) => {
                assert!(!more.is_empty(), "{text}");
                more
            }
            None => {
                assert!(rest.is_empty(), "{text}");
                rest
            }
        };
    }
    let names: BTreeSet<&String> = all.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), all.len(), "{text}");
    all
}

/// Reads text format 0.0.4, and stops at anything that isn't of it.
fn read(text: &str) -> Figures {
    assert!(text.ends_with('\n'));
    let mut figures = Figures::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    let mut now: Option<(String, String)> = None;
    let mut helped = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, about) = help.split_once(' ').unwrap();
            assert!(is_name(name) && !about.is_empty() && done.insert(name.to_owned()), "{line}");
            helped = name.to_owned();
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert_eq!(name, helped, "{line}");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            now = Some((name.to_owned(), kind.to_owned()));
        } else {
            let (what, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?}"));
            let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line:?}"));
            let (name, labels) = match what.split_once('{') {
                None => (what, vec![]),
                Some((name, rest)) => (name, labels(rest.strip_suffix('}').unwrap())),
            };
            let (family, kind) = now.as_ref().unwrap();
            match kind.as_str() {
                "histogram" => {
                    let part = name.strip_prefix(family.as_str()).unwrap();
                    assert!(["_bucket", "_sum", "_count"].contains(&part), "{line}");
                    let is_bounded = labels.iter().any(|(name, _)| name == "le");
                    assert_eq!(is_bounded, part == "_bucket", "{line}");
                }
                _ => assert_eq!(name, family, "{line}"),
            }
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(value >= 0.0 && value.is_finite(), "{line}");
            for (label, value) in labels {
                match label.as_str() {
                    "status" => assert!(["2xx", "3xx", "4xx", "5xx"].contains(&value.as_str())),
                    "route" => assert!(!value.contains(|c: char| c.is_ascii_digit()), "{line}"),
                    "limit" | "le" | "outcome" => (),
                    _ => panic!("a label that nobody thought of: {line}"),
                }
            }
            assert!(figures.insert(what.to_owned(), value).is_none(), "{line} stands twice");
        }
    }
    check_histograms(&figures);
    figures
}

/// Buckets hold what those before them hold, and the last one all.
fn check_histograms(figures: &Figures) {
    let mut buckets: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (name, value) in figures {
        let Some((family, rest)) = name.split_once("_bucket{") else { continue };
        let mut of: Vec<(String, String)> = labels(rest.trim_end_matches('}'));
        let le = of.iter().position(|(name, _)| name == "le").unwrap();
        let (_, bound) = of.remove(le);
        let of: Vec<String> =
            of.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let of = if of.is_empty() { String::new() } else { format!("{{{}}}", of.join(",")) };
        let one = buckets.entry(format!("{family}_count{of}")).or_default();
        one.push((bound.parse().unwrap(), *value));
    }
    assert_eq!(buckets.len(), figures.keys().filter(|name| name.contains("_count")).count());
    for (count, mut buckets) in buckets {
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(buckets.len() > 5, "{count}");
        assert!(buckets.windows(2).all(|two| two[0].1 <= two[1].1), "{count}");
        let (bound, last) = *buckets.last().unwrap();
        assert!(bound.is_infinite() && last == figures[&count], "{count}");
    }
}

fn figures(open: &Open) -> Figures {
    let answer = open.figures(PLAIN);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    read(&answer.body)
}

fn of(figures: &Figures, name: &str) -> f64 {
    figures.get(&format!("servanda_{name}")).copied().unwrap_or(0.0)
}

#[test]
fn each_figure_goes_up_by_what_was_done() {
    let open = Open::how(How { agreement: VALLEY, ..How::default() });
    let before = figures(&open);
    assert_eq!(of(&before, "record_entries"), open.room.standing().size as f64);
    let vera = Person::of(&open, Some("vera"));
    let case = vera.does(
        "/report",
        &[("source", "patrol"), ("what", "explosion"), ("from", "2030-01-05T10:00")],
    );
    let id = case.rsplit('/').next().unwrap();
    for _ in 0..3 {
        assert_eq!(vera.get(&case).status, 200);
    }
    assert_eq!(open.get("/nothing/at/all").status, 404);
    assert_eq!(open.get("/people?name=secret").status, 303);
    for _ in 0..LOGINS_OF_A_NAME_MAX {
        assert_eq!(open.log_in("lior", "other plain words").status, 403);
    }
    assert_eq!(open.log_in("lior", PASSWORD).status, 429);
    open.pass(7);
    let after = figures(&open);
    let grew = |name: &str| of(&after, name) - of(&before, name);
    let requests = |route: &str, status: &str| {
        grew(&format!("http_requests_total{{route=\"{route}\",status=\"{status}\"}}"))
    };
    assert_eq!(requests("/cases/{id}", "2xx"), 3.0);
    assert_eq!(requests("/report", "3xx"), 1.0);
    assert_eq!(requests("other", "4xx"), 1.0);
    assert_eq!(requests("/people", "3xx"), 1.0);
    assert_eq!(requests("/login", "3xx"), 1.0);
    assert_eq!(requests("/login", "4xx"), f64::from(LOGINS_OF_A_NAME_MAX) + 1.0);
    let took = "http_request_duration_seconds_count{route=\"/cases/{id}\"}";
    assert_eq!(grew(took), 3.0);
    assert_eq!(grew("logins_failed_total"), f64::from(LOGINS_OF_A_NAME_MAX));
    assert_eq!(grew("refused_by_limit_total{limit=\"logins-of-a-name\"}"), 1.0);
    assert_eq!(grew("refused_by_limit_total{limit=\"requests-of-a-session\"}"), 0.0);
    assert!(
        after.contains_key("servanda_refused_by_limit_total{limit=\"requests-of-an-address\"}")
    );
    let entered = grew("record_entries");
    assert!(entered > 0.0 && grew("entries_appended_total") == entered);
    assert_eq!(of(&after, "sessions"), 1.0);
    assert_eq!(of(&after, "view_age_seconds"), 7.0);
    assert!(grew("view_duration_seconds_count") >= 1.0);
    assert!(after["process_resident_memory_bytes"] > 1e6);
    // What was asked is not in it, nor who asked.
    let text = open.figures(PLAIN).body + &open.figures(OPEN_METRICS).body;
    for word in [id, "vera", "lior", "nothing", "secret", "127.0.0.1", "explosion", "patrol"] {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn who_follows_is_counted_while_they_do() {
    let open = Open::new();
    let mut follower = TcpStream::connect(open.at).unwrap();
    write!(follower, "GET /events HTTP/1.1\r\nHost: {}\r\n\r\n", open.at).unwrap();
    let mut some = [0; 64];
    assert!(follower.read(&mut some).unwrap() > 0);
    let followers = || of(&figures(&open), "event_followers");
    let wait_for = |many: f64| {
        let mut tries = 0;
        while followers() != many {
            tries += 1;
            assert!(tries < 400, "{} follow", followers());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait_for(1.0);
    drop(follower);
    wait_for(0.0);
}

#[test]
fn a_file_that_waits_is_counted() {
    let open = Open::how(How { agreement: VALLEY, ..How::default() });
    let (cookie, csrf) = open.sign_in("vera");
    let part = |name: &str, more: &str, text: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{text}\r\n")
    };
    let body = part("csrf", "", &csrf) + &part("source", "", "patrol");
    let body = body + &part("file", "; filename=\"a.csv\"", "a,b\n1,2\n") + "--x--\r\n";
    let asking = open.ask("POST", "/upload").header("Cookie", &cookie);
    let answer = asking.body("multipart/form-data; boundary=x", body).send();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(of(&figures(&open), "uploads_waiting"), 1.0);
    open.pass(15 * 60);
    assert_eq!(of(&figures(&open), "uploads_waiting"), 0.0);
}

#[test]
fn they_are_nowhere_but_at_their_own_address() {
    let open = Open::new();
    for name in [None, Some("adam")] {
        assert_eq!(Person::of(&open, name).get("/metrics").status, 404);
    }
    let ask = |request: &str| kit::Answer::read(&raw_at(open.figures, request.as_bytes()));
    let head = format!("Host: {}\r\nConnection: close\r\n\r\n", open.figures);
    assert_eq!(ask(&format!("GET /metrics HTTP/1.1\r\n{head}")).status, 200);
    assert_eq!(ask(&format!("POST /metrics HTTP/1.1\r\n{head}")).status, 405);
    assert_eq!(ask(&format!("GET / HTTP/1.1\r\n{head}")).status, 404);
    // A page elsewhere whose name leads here reads nothing.
    let foreign = head.replace(&open.figures.to_string(), "evil.example");
    assert_eq!(ask(&format!("GET /metrics HTTP/1.1\r\n{foreign}")).status, 400);
}

#[test]
fn open_metrics_is_given_to_who_likes_it_better() {
    let open = Open::new();
    open.get("/");
    let answer = open.figures(OPEN_METRICS);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(answer.header("content-type"), kind);
    assert!(answer.body.ends_with("# EOF\n"));
    assert!(answer.body.contains("# TYPE servanda_http_requests counter\n"), "{}", answer.body);
    assert!(answer.body.contains("# UNIT servanda_view_age_seconds seconds\n"));
}

#[test]
fn promtool_has_nothing_to_say() {
    let open = Open::new();
    open.get("/");
    open.log_in("vera", PASSWORD);
    let mut promtool = Command::new("promtool");
    let promtool = promtool.args(["check", "metrics"]).stdin(Stdio::piped());
    let started = promtool.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = started else {
        println!("skipped: no promtool here (Debian's package `prometheus` has it)");
        return;
    };
    let text = open.figures(PLAIN).body;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.status.success() && words.is_empty(), "{words}\n{text}");
}

//! Files over real HTTP: shown before anything is kept, and hostile ones refused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::{Answer, How, Open, between};
use servanda_room::UPLOAD_BYTES_MAX;

const AGREEMENT: &str = r#"+++
id       = "fires"
title    = "No fires"
version  = "1"
timezone = "UTC"
[party.N]
name = "Northland"
[zone.valley]
circle = { lon = 10.0, lat = 50.0, radius_m = 10000 }
[source.heat]
name = "Heat seen from above"
format = "firms"
shows = ["fire"]
lag = "1 hour"
+++

# No fires

## 1. None

```toml term
[prohibit.fire]
who      = ["N"]
acts     = ["fire"]
where    = "valley"
from     = "2030-01-01T00:00Z"
until    = "2031-01-01T00:00Z"
shown_by = ["heat"]
```
"#;

const CSV: &str = "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,confidence,\
    version,bright_ti5,frp,daynight,instrument\n\
    50.0,10.0,309.5,0.51,0.41,2030-01-05,00:09:00,N,nominal,2.0NRT,267.83,1.37,N,VIIRS\n\
    50.01,10.0,309.5,0.51,0.41,2030-01-05,00:09:00,N,nominal,2.0NRT,267.83,1.37,N,VIIRS\n\
    91.5,10.0,309.5,0.51,0.41,2030-01-05,00:09:00,N,nominal,2.0NRT,267.83,1.37,N,VIIRS\n";

struct Sender<'o> {
    open: &'o Open,
    cookie: String,
    csrf: String,
}

impl<'o> Sender<'o> {
    fn of(open: &'o Open, name: &str) -> Sender<'o> {
        let (cookie, csrf) = open.sign_in(name);
        Sender { open, cookie, csrf }
    }

    fn send(&self, name: &str, bytes: &[u8]) -> Answer {
        let part = |head: &str, bytes: &[u8]| {
            let head = format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            [head.as_bytes(), bytes, b"\r\n"].concat()
        };
        let file = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/html");
        let body = [
            part("name=\"csrf\"", self.csrf.as_bytes()),
            part("name=\"source\"", b""),
            part(&file, bytes),
            b"--edge--\r\n".to_vec(),
        ];
        let asking = self.open.ask("POST", "/upload").header("Cookie", &self.cookie);
        asking.body("multipart/form-data; boundary=edge", body.concat()).send()
    }

    fn keep(&self, token: &str, how: &str) -> Answer {
        let fields = [("csrf", &*self.csrf), ("token", token), ("how", how), ("source", "heat")];
        self.open.ask("POST", "/upload/keep").header("Cookie", &self.cookie).form(&fields).send()
    }

    fn get(&self, path: &str) -> Answer {
        self.open.ask("GET", path).header("Cookie", &self.cookie).send()
    }
}

fn size(open: &Open) -> String {
    between(&open.get("/").body, "data-size=\"", "\"").to_owned()
}

fn token(answer: &Answer) -> &str {
    assert_eq!(answer.status, 200, "{}", answer.body);
    between(&answer.body, "name=\"token\" value=\"", "\"")
}

#[test]
fn what_a_file_says_is_shown_before_it_is_kept() {
    let open = Open::how(How { agreement: AGREEMENT, ..How::default() });
    let vera = Sender::of(&open, "vera");
    let before = size(&open);
    let shown = vera.send("../../heat.csv", CSV.as_bytes());
    let page = &shown.body;
    assert!(page.contains("2 new rows, 0 in the record already, 1 rejected."), "{page}");
    assert!(page.contains("<bdi>heat.csv</bdi>") && page.contains("firms"), "{page}");
    assert!(page.contains("Line 4: "), "{page}");
    assert_eq!(size(&open), before, "nothing is written yet");

    let lior = Sender::of(&open, "lior");
    assert_eq!(lior.keep(token(&shown), "read").status, 403);
    let kept = vera.keep(token(&shown), "read");
    assert_eq!(kept.status, 303, "{}", kept.body);
    assert_ne!(size(&open), before);
    assert_eq!(vera.keep(token(&shown), "read").status, 410, "it is kept once");
    assert!(vera.get("/queue").body.contains("fire"), "what may break the agreement is a case");

    let again = vera.send("heat.csv", CSV.as_bytes());
    assert!(again.body.contains("0 new rows, 2 in the record already"), "{}", again.body);
}

#[test]
fn hostile_files_are_refused_or_kept_sealed_and_never_run() {
    let open = Open::how(How { agreement: AGREEMENT, ..How::default() });
    let vera = Sender::of(&open, "vera");
    let before = size(&open);
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let polyglot = [&b"GIF89a/*"[..], &script[..], b"*/=1;"].concat();
    let bomb = [&b"PK\x03\x04"[..], &[0; 4096][..]].concat();
    for (name, bytes) in [
        ("picture.svg", &script[..]),
        ("x.gif", &polyglot),
        ("bomb.zip", &bomb),
        ("\u{202E}vsc.exe", b"MZ"),
        ("<img src=x onerror=alert(1)>.csv", b"a,b\n1,2\n"),
        ("deep.json", "[".repeat(100_000).as_bytes()),
        ("not-utf8.csv", b"latitude,longitude\n\xff\xfe\n"),
    ] {
        let shown = vera.send(name, bytes);
        let page = &shown.body;
        assert_eq!(shown.status, 200, "{name}\n{page}");
        assert!(page.contains("role=\"alert\""), "{name}: no reason\n{page}");
        for run in ["<script>", "<svg xmlns='http", "<img src=x", "\u{202E}"] {
            assert!(!page.contains(run), "{name}: {run:?}\n{page}");
        }
        assert_eq!(vera.keep(token(&shown), "read").status, 422, "{name} {:?}", open.told.lock());
    }
    for name in ["", "..", "a/..", "\u{7}"] {
        assert!(matches!(vera.send(name, b"a,b\n").status, 400 | 422), "{name:?}");
    }
    assert_eq!(vera.send("empty.csv", b"").status, 422);
    assert_eq!(size(&open), before);
    let large = vera.send("large.csv", &vec![b'a'; UPLOAD_BYTES_MAX + 1]);
    assert_eq!(large.status, 413, "{}", large.body);

    // A file that nobody reads is kept as ciphertext: its bytes are in no file of the record.
    let shown = vera.send("picture.svg", script);
    let kept = vera.keep(token(&shown), "sealed");
    assert_eq!(kept.status, 303, "{}", kept.body);
    let page = open.get(kept.header("location")).body;
    assert!(page.contains("1 sealed files") && !page.contains("picture.svg"), "{page}");
    for file in files(&open.record_dir()) {
        let bytes = std::fs::read(&file).unwrap();
        let has = bytes.windows(8).any(|window| window == b"alert(1)");
        assert!(!has, "{}", file.display());
    }
    assert_eq!(open.get("/").status, 200, "the room stays up");
}

fn files(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

//! The frame of all pages, over real HTTP.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod kit;

use kit::{Answer, How, Open, PASSWORD};
use servanda_room::{
    BODY_BYTES_MAX, FORM_BYTES_MAX, LIBRARY_FILE_BYTES_MAX, LOGINS_OF_A_NAME_MAX,
    LOGINS_OF_AN_ADDRESS_MAX, MapLibrary, People, REQUESTS_OF_A_SESSION_MAX, SESSION_IDLE_MS_MAX,
    Site,
};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What every answer carries.
fn check_headers(answer: &Answer) {
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'",
        "{answer:?}"
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert!(!answer.header("cache-control").is_empty());
}

#[test]
fn every_answer_has_its_headers() {
    let open = Open::new();
    let (cookie, _) = open.sign_in("vera");
    for path in ["/", "/login", "/rights", "/people", "/nothing", "/static/x/room.css", "/logout"] {
        let public = open.get(path);
        check_headers(&public);
        let signed_in = open.ask("GET", path).header("Cookie", &cookie).send();
        check_headers(&signed_in);
        assert_eq!(signed_in.header("cache-control"), "no-store", "{path}");
    }
    check_headers(&open.ask("GET", "/").header("Host", "evil.example").send());
    check_headers(&open.ask("DELETE", "/").send());
}

#[test]
fn a_password_opens_a_session_and_a_wrong_one_does_not() {
    let open = Open::new();
    let answer = open.log_in("vera", PASSWORD);
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    let cookie = answer.header("set-cookie");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.starts_with("__Host-"), "{cookie}");
    for (name, password) in [("vera", "other plain words"), ("nobody", PASSWORD), ("", "")] {
        let answer = open.log_in(name, password);
        assert_eq!(answer.status, 403, "{name}");
        assert!(answer.header("set-cookie").is_empty());
        assert!(answer.body.contains("belong together"), "{}", answer.body);
        assert!(!answer.body.contains(PASSWORD));
    }
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(token.len() == 64 && !answer.body.contains(token));
}

#[test]
fn signing_in_goes_on_to_the_page_that_was_asked_for() {
    let open = Open::new();
    let answer = open.get("/people?a=1&b=2");
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), "/login?next=%2Fpeople%3Fa%3D1%26b%3D2");
    let page = open.get(answer.header("location"));
    assert!(page.body.contains("value=\"/people?a=1&amp;b=2\""), "{}", page.body);
    let fields = [("name", "adam"), ("password", PASSWORD), ("next", "/people?a=1&b=2")];
    let answer = open.ask("POST", "/login").form(&fields).send();
    assert_eq!(answer.header("location"), "/people?a=1&b=2");
    let fields = [("name", "adam"), ("password", PASSWORD), ("next", "//evil.example")];
    assert_eq!(open.ask("POST", "/login").form(&fields).send().header("location"), "/");
}

#[test]
fn who_tries_too_often_waits() {
    let open = Open::new();
    for _ in 0..LOGINS_OF_A_NAME_MAX {
        assert_eq!(open.log_in("vera", "other plain words").status, 403);
    }
    let answer = open.log_in("vera", PASSWORD);
    assert_eq!(answer.status, 429, "even the right one now");
    let seconds: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=901).contains(&seconds));
    assert_eq!(open.log_in("lior", PASSWORD).status, 303, "others come in");
    open.pass(seconds);
    assert_eq!(open.log_in("vera", PASSWORD).status, 303);
    // From one address, whatever the names.
    for n in 0..LOGINS_OF_AN_ADDRESS_MAX {
        let status = open.log_in(&format!("guess{n}"), "x").status;
        assert!(status == 403 || status == 429);
    }
    assert_eq!(open.log_in("lior", PASSWORD).status, 429);
}

#[test]
fn a_form_without_its_sessions_token_changes_nothing() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let (other_cookie, foreign) = open.sign_in("lior");
    let log_out = |fields: &[(&str, &str)]| {
        open.ask("POST", "/logout").header("Cookie", &cookie).form(fields).send()
    };
    let half = &csrf[..32];
    for fields in [&[][..], &[("csrf", "")], &[("csrf", &foreign)], &[("csrf", half)]] {
        let answer = log_out(fields);
        assert_eq!(answer.status, 403, "{fields:?}");
        assert!(answer.body.contains("not of your present session"));
    }
    // Nor does a token without its session.
    let alone = open.ask("POST", "/logout").form(&[("csrf", &csrf)]).send();
    assert_eq!(alone.status, 403);
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 200);
    assert_eq!(log_out(&[("csrf", &csrf)]).status, 303);
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 303);
    let header = open.ask("POST", "/logout").header("Cookie", &other_cookie);
    assert_eq!(header.header("X-CSRF-Token", &foreign).form(&[]).send().status, 303);
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let ask = || open.ask("POST", "/logout").header("Cookie", &cookie).form(&[("csrf", &csrf)]);
    let own = format!("http://{}", open.at);
    for answer in [
        ask().header("Origin", "http://evil.example").send(),
        ask().header("Origin", "null").send(),
        ask().header("Origin", &own.replace("http:", "https:")).send(),
        ask().header("Sec-Fetch-Site", "cross-site").send(),
        ask().header("Sec-Fetch-Site", "same-site").send(),
        ask().header("Sec-Fetch-Site", "none").send(),
        ask().without("Origin").without("Sec-Fetch-Site").send(),
    ] {
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(answer.body.contains("another site"));
    }
    // Nor does it sign anybody in as somebody else.
    let login = open.ask("POST", "/login").header("Origin", "http://evil.example");
    let answer = login.form(&[("name", "vera"), ("password", PASSWORD)]).send();
    assert_eq!((answer.status, answer.header("set-cookie")), (403, ""));
    assert_eq!(ask().without("Sec-Fetch-Site").send().status, 303);
}

#[test]
fn a_form_with_files_shows_its_token_first() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let send = |first: &str| {
        let body = format!("--b\r\nContent-Disposition: form-data; {first}\r\n--b--\r\n");
        let ask = open.ask("POST", "/logout").header("Cookie", &cookie);
        ask.body("multipart/form-data; boundary=b", body).send().status
    };
    assert_eq!(send("name=\"file\"\r\n\r\nx"), 403);
    assert_eq!(send(&format!("name=\"csrf\"\r\n\r\n{}", "0".repeat(64))), 403);
    assert_eq!(send(&format!("name=\"file\"\r\n\r\n{csrf}")), 403);
    assert_eq!(send(&format!("name=\"csrf\"\r\n\r\n{csrf}")), 303);
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 303);
}

#[test]
fn the_room_answers_to_its_own_names_alone() {
    let open = Open::new();
    let port = open.at.port();
    assert_eq!(open.get("/").status, 200);
    let local = format!("localhost:{port}");
    assert_eq!(open.ask("GET", "/").header("Host", &local).send().status, 200);
    for host in ["evil.example", "evil.example:80", "127.0.0.1", "localhost", ""] {
        let answer = open.ask("GET", "/").header("Host", host).send();
        assert_eq!(answer.status, 400, "{host}");
    }
    assert_eq!(open.ask("GET", "/").without("Host").send().status, 400);
    let two = format!(
        "GET / HTTP/1.1\r\nHost: {local}\r\nHost: evil.example\r\n\
                       Connection: close\r\n\r\n"
    );
    assert_eq!(Answer::read(&open.raw(two.as_bytes())).status, 400);
    assert_eq!(open.ask("GET", "http://evil.example/").send().status, 400);
}

#[test]
fn behind_tls_the_cookie_is_bound_to_the_host() {
    let site = Some(Site::of_origin("https://room.example.org").unwrap());
    let open = Open::how(How { site, ..How::default() });
    assert_eq!(open.get("/").status, 400, "its address is not its name");
    let at_home = |method, path| {
        let ask = open.ask(method, path).header("Host", "room.example.org");
        ask.header("Origin", "https://room.example.org")
    };
    let fields = [("name", "vera"), ("password", PASSWORD)];
    let answer = at_home("POST", "/login").form(&fields).send();
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-servanda-") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(!answer.header("strict-transport-security").is_empty());
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(at_home("GET", "/account").header("Cookie", cookie).send().status, 200);
    let plain = cookie.strip_prefix("__Host-").unwrap();
    assert_eq!(at_home("GET", "/account").header("Cookie", plain).send().status, 303);
}

#[test]
fn what_no_page_takes_is_refused_in_words() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let answer = open.get("/logout");
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
    assert!(answer.body.contains("takes no such request"), "{}", answer.body);
    assert_eq!(open.ask("TRACE", "/").send().status, 405);
    assert_eq!(open.get("/nothing").status, 404);
    let send = |kind: &str, bytes: Vec<u8>| {
        let ask = open.ask("POST", "/logout").header("Cookie", &cookie);
        ask.header("X-CSRF-Token", &csrf).body(kind, bytes).send()
    };
    for kind in ["text/plain", "application/xml", "text/html; charset=utf-8", ""] {
        let answer = send(kind, b"csrf=x".to_vec());
        assert_eq!(answer.status, 415, "{kind}");
        assert!(answer.body.contains("no such content"));
    }
    let form = "application/x-www-form-urlencoded";
    assert_eq!(send(form, vec![b'a'; FORM_BYTES_MAX + 1]).status, 413);
    assert_eq!(send(form, b"a=1&".repeat(1_001)).status, 413);
    assert_eq!(send("application/json", vec![b' '; BODY_BYTES_MAX + 1]).status, 413);
    // A body that doesn't say how long it is.
    let chunk = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let chunks = format!("{}0\r\n\r\n", chunk.repeat(5));
    let endless = format!(
        "POST /logout HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}\r\nContent-Type: {form}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}",
        open.at, open.at
    );
    assert_eq!(Answer::read(&open.raw(endless.as_bytes())).status, 413);
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 200);
}

#[test]
fn programs_are_refused_in_json() {
    let open = Open::new();
    let answer = open.ask("GET", "/people").header("Accept", "application/json").send();
    assert_eq!(answer.status, 401);
    assert!(!answer.header("www-authenticate").is_empty());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], 401);
    assert!(problem["title"].as_str().unwrap().contains("signed in"));
}

#[test]
fn rights_are_asked_of_every_page() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let (admin, token) = open.sign_in("adam");
    for (path, fields) in [
        ("/people", &[("name", "eve"), ("role", "administrator")][..]),
        ("/people/close", &[("name", "adam")]),
    ] {
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        let answer = open.ask("POST", path).header("Cookie", &cookie).form(&fields).send();
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains("keep accounts"), "{}", answer.body);
    }
    assert_eq!(open.ask("GET", "/people").header("Cookie", &cookie).send().status, 403);
    assert!(!open.get("/").body.contains("href=\"/people\""));
    let page = open.ask("GET", "/people").header("Cookie", &admin).send();
    assert!(page.status == 200 && page.body.contains("href=\"/people\" aria-current"));
    // The administrator opens an account; its password is shown once, and opens it.
    let fields = [("csrf", token.as_str()), ("name", "eve"), ("role", "auditor")];
    let page = open.ask("POST", "/people").header("Cookie", &admin).form(&fields).send();
    assert_eq!(page.status, 200, "{}", page.body);
    let password = page.body.split("<code>").nth(2).unwrap().split('<').next().unwrap();
    assert_eq!(open.log_in("eve", password).status, 303);
    let page = open.ask("POST", "/people").header("Cookie", &admin).form(&fields).send();
    assert_eq!(page.status, 422);
    assert!(page.body.contains("never given twice") && page.body.contains("value=\"eve\""));
    let fields = [("csrf", token.as_str()), ("name", "adam")];
    let own = open.ask("POST", "/people/close").header("Cookie", &admin).form(&fields).send();
    assert_eq!(own.status, 422);
    assert_eq!(open.ask("GET", "/people").header("Cookie", &admin).send().status, 200);
}

#[test]
fn a_closed_account_is_out_at_once() {
    let open = Open::new();
    let (cookie, _) = open.sign_in("vera");
    // As the command line does, in a process of its own.
    People::open(&open.room_dir()).unwrap().close("vera").unwrap();
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 303);
    assert_eq!(open.log_in("vera", PASSWORD).status, 403);
}

#[test]
fn sessions_end_by_time_by_another_login_and_all_together() {
    let open = Open::new();
    let is_in =
        |cookie: &str| open.ask("GET", "/account").header("Cookie", cookie).send().status == 200;
    let (first, _) = open.sign_in("vera");
    let (second, csrf) = open.sign_in("vera");
    assert!(is_in(&first) && is_in(&second));
    // Whoever signs in again in one browser leaves no session behind.
    let fields = [("name", "vera"), ("password", PASSWORD), ("csrf", csrf.as_str())];
    let again = open.ask("POST", "/login").header("Cookie", &second).form(&fields).send();
    assert_eq!(again.status, 303);
    assert!(!is_in(&second));
    let (third, csrf) = open.sign_in("vera");
    let ask = open.ask("POST", "/account/sessions").header("Cookie", &third);
    assert_eq!(ask.form(&[("csrf", &csrf)]).send().status, 303);
    assert!(!is_in(&first) && !is_in(&third));
    let (fourth, _) = open.sign_in("vera");
    open.pass(SESSION_IDLE_MS_MAX / 1_000 - 1);
    assert!(is_in(&fourth));
    open.pass(SESSION_IDLE_MS_MAX / 1_000);
    assert!(!is_in(&fourth));
}

#[test]
fn a_new_password_ends_all_sessions() {
    let open = Open::new();
    let (cookie, csrf) = open.sign_in("vera");
    let change = |old: &str, new: &str| {
        let ask = open.ask("POST", "/account/password").header("Cookie", &cookie);
        ask.form(&[("csrf", &csrf), ("old", old), ("new", new)]).send()
    };
    let answer = change("other plain words", "words that are new");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("aria-describedby=\"wrong-old\""), "{}", answer.body);
    let answer = change(PASSWORD, "too short");
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("aria-describedby=\"wrong-new\""));
    assert_eq!(change(PASSWORD, "words that are new").status, 303);
    assert_eq!(open.ask("GET", "/account").header("Cookie", &cookie).send().status, 303);
    assert_eq!(open.log_in("vera", PASSWORD).status, 403);
    assert_eq!(open.log_in("vera", "words that are new").status, 303);
}

#[test]
fn one_session_does_not_keep_the_room_busy() {
    let open = Open::new();
    let (cookie, _) = open.sign_in("vera");
    let mut stream = TcpStream::connect(open.at).unwrap();
    let request = format!("HEAD /login HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", open.at);
    // Too slow for a minute's worth one by one: they are sent together.
    let many = request.repeat(REQUESTS_OF_A_SESSION_MAX as usize);
    let mut reading = stream.try_clone().unwrap();
    let writing = std::thread::spawn(move || stream.write_all(many.as_bytes()));
    let mut text = String::new();
    let mut piece = [0; 65_536];
    while !text.contains(" 429 ") {
        let n = reading.read(&mut piece).unwrap();
        assert!(n > 0, "the connection ended");
        text += &String::from_utf8_lossy(&piece[..n]);
    }
    drop(reading);
    let _ = writing.join();
    let limited = open.ask("GET", "/").header("Cookie", &cookie).send();
    assert_eq!(limited.status, 429);
    check_headers(&limited);
    assert_eq!(open.get("/").status, 200, "others are answered");
    open.pass(60);
    assert_eq!(open.ask("GET", "/").header("Cookie", &cookie).send().status, 200);
}

#[test]
fn slow_clients_are_cut_off_and_hold_up_nobody() {
    let open = Open::how(How { patience: Duration::from_millis(400), ..How::default() });
    // Headers that never end, sent bit by bit.
    let mut slow = TcpStream::connect(open.at).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    // Somebody who says nothing at all.
    let mut silent = TcpStream::connect(open.at).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
    // A body that doesn't go on.
    let half = format!(
        "POST /login HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}\r\nContent-Length: 100\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nname=",
        open.at, open.at
    );
    let mut body = TcpStream::connect(open.at).unwrap();
    body.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
    body.write_all(half.as_bytes()).unwrap();
    assert_eq!(open.get("/").status, 200);
    for (what, stream) in [("slow", &mut slow), ("silent", &mut silent)] {
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        assert!(ended.is_ok(), "{what}: {ended:?}");
    }
    let mut answer = [0; 12];
    body.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[test]
fn a_broken_file_of_people_is_told_to_the_operator_alone() {
    let open = Open::new();
    let (cookie, _) = open.sign_in("vera");
    std::fs::write(open.room_dir().join("people.json"), "{\"secret\": 1}").unwrap();
    let answer = open.ask("GET", "/").header("Cookie", &cookie).send();
    assert_eq!(answer.status, 500);
    check_headers(&answer);
    assert!(!answer.body.contains("secret") && !answer.body.contains("people.json"));
    let told = open.told.lock().unwrap().join("\n");
    assert!(told.contains("people.json"), "{told}");
    assert_eq!(open.get("/").status, 200, "the public sees what it saw");
}

#[test]
fn what_comes_from_people_is_shown_and_not_run() {
    let open = Open::new();
    let nasty = "\"><script>alert(1)</script>\u{202E}";
    let answer = open.log_in(nasty, "x");
    assert_eq!(answer.status, 403);
    assert!(!answer.body.contains("<script>") && !answer.body.contains('\u{202E}'));
    assert!(answer.body.contains("\\u{202E}"), "{}", answer.body);
    let next = "/login?next=/%22%3E%3Cscript%3E";
    assert!(!open.get(next).body.contains("<script>"));
    assert!(!open.get("/%3Cscript%3E").body.contains("<script>"));
}

#[test]
fn styles_are_kept_by_browsers_and_change_their_address() {
    let open = Open::new();
    let page = open.get("/").body;
    let path = page.split("href=\"").find(|part| part.contains("room.css")).unwrap();
    let path = path.split('"').next().unwrap();
    let style = open.get(path);
    assert_eq!(style.status, 200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
    let old = open.get("/static/0000000000000000/room.css");
    assert_eq!((old.status, old.header("cache-control")), (200, "no-store"));
    assert_eq!(open.get("/static/x/..%2f..%2fCargo.toml").status, 404);
    // The frame asks for nothing from elsewhere, and runs and styles nothing in the page itself.
    for page in ["/", "/login", "/rights"] {
        let body = open.get(page).body;
        for foreign in ["http://", "https://", "<script>", "<style", " style=", " onclick="] {
            assert!(!body.contains(foreign), "{page} has {foreign}");
        }
        let own = body.matches("<script type=\"module\" src=\"/static/").count();
        assert!(own > 0 && body.matches("<script").count() == own, "{page}");
    }
}

/// What the map in the browser needs beside the incidents lies in the program, but for the library.
#[test]
fn the_base_map_and_the_map_library_are_given_from_here() {
    let open = Open::new();
    let page = open.get("/incidents").body;
    let path = page.split("href=\"").find(|part| part.contains("map.css")).unwrap();
    let folder = path.split('"').next().unwrap().trim_end_matches("map.css").to_owned();
    for layer in ["land", "lakes", "rivers", "towns"] {
        let answer = open.get(&format!("{folder}{layer}.geojson"));
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/geo+json"));
        assert!(answer.header("cache-control").contains("immutable"));
        assert!(answer.body.starts_with("{\"type\":\"FeatureCollection\""), "{layer}");
    }
    for other in ["countries.geojson", "land.txt", "maplibre-gl.mjs", ".geojson"] {
        assert_eq!(open.get(&format!("{folder}{other}")).status, 404, "{other}");
    }
    assert!(page.contains("<event-map") && !page.contains("map.js"), "there is no library");

    let library = tempfile::tempdir().unwrap();
    assert!(MapLibrary::read(library.path()).unwrap().is_none());
    let names = ["maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"];
    std::fs::write(library.path().join(names[0]), "export {};").unwrap();
    let error = MapLibrary::read(library.path()).unwrap_err().to_string();
    assert!(error.contains(names[1]) && error.contains("make web"), "{error}");
    for name in names {
        std::fs::write(library.path().join(name), format!("/* {name} */")).unwrap();
    }
    let open = Open::how(How { library: Some(library.path().to_owned()), ..How::default() });
    let page = open.get("/incidents").body;
    for (name, kind) in names.into_iter().zip(["javascript", "javascript", "css"]) {
        let path = page.split('"').find(|part| part.ends_with(name)).unwrap();
        let answer = open.get(path);
        assert_eq!((answer.status, &*answer.body), (200, &*format!("/* {name} */")));
        assert!(answer.header("content-type").contains(kind));
        assert!(answer.header("cache-control").contains("immutable"));
        assert_eq!(open.get(&format!("/static/0000000000000000/{name}")).status, 404);
    }
    let big = vec![b' '; usize::try_from(LIBRARY_FILE_BYTES_MAX).unwrap() + 1];
    std::fs::write(library.path().join(names[2]), big).unwrap();
    assert!(MapLibrary::read(library.path()).unwrap_err().to_string().contains("more than"));
}

//! Pages are got from a real server on this machine, which behaves well and badly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

mod stand_in;

use servanda_net::{Address, Bounds, Fault, Fetcher, Page};
use stand_in::{Reply, StandIn};
use std::io::Write;
use std::time::Duration;

const BOUNDS: Bounds = Bounds { bytes: 4096, seconds: 2, redirects: 5 };
const PAGE: &str = "<p>The port is open, the harbour master of Northport said.</p>";

fn get(address: &str) -> Result<Page, Fault> {
    let address = Address::parse(address)?;
    Fetcher::of(&address, BOUNDS).get(&address)
}

fn fault(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Fault {
    let server = StandIn::new(move |_| reply());
    let fault = get(&server.at("/talks")).unwrap_err();
    // Each says where.
    assert!(fault.to_string().contains(&server.at("/talks")), "{fault}");
    fault
}

#[test]
fn a_page_comes_with_its_bytes_its_type_and_our_name_is_given() {
    let server = StandIn::new(|_| Reply::page(PAGE));
    let page = get(&server.at("/talks?day=3#top")).unwrap();
    assert_eq!(page.bytes, PAGE.as_bytes());
    assert_eq!(page.content_type, "text/html; charset=utf-8");
    assert_eq!(page.address.to_string(), server.at("/talks?day=3"));
    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/talks?day=3"));
    assert!(asked.header("user-agent").unwrap().starts_with("servanda/"));
    assert_eq!((asked.header("authorization"), asked.header("cookie")), (None, None));
}

#[test]
fn a_page_that_is_sent_compressed_is_kept_as_it_is_meant() {
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let packed = move |bytes: &[u8]| {
        let body = gzip(bytes);
        let mut raw = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        )
        .into_bytes();
        raw.extend(body);
        Reply::Raw(raw)
    };
    let good = packed;
    let server = StandIn::new(move |_| good(PAGE.as_bytes()));
    assert_eq!(get(&server.at("/")).unwrap().bytes, PAGE.as_bytes());
    assert!(server.asked()[0].header("accept-encoding").unwrap().contains("gzip"));

    // A few bytes that become many are measured by what they become.
    let bomb = packed;
    let found = fault(move || bomb(&vec![b' '; 1_000_000]));
    assert!(matches!(found, Fault::TooLarge { max: 4096, .. }), "{found}");

    let broken = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!";
    let found = fault(move || Reply::Raw(broken.to_vec()));
    assert!(found.to_string().contains("decompressed"), "{found}");
}

#[test]
fn redirects_are_followed_five_times_and_the_last_address_is_kept() {
    let server = StandIn::new(|asked| match asked.path.as_str() {
        "/5" => Reply::to("4"),
        "/4" => Reply::to("/3"),
        "/3" => Reply::to("/2?x=1"),
        "/2?x=1" => Reply::to("/1"),
        "/6" => Reply::to("/5"),
        "/loop" => Reply::to("/loop"),
        "/1" => Reply::to("/0"),
        _ => Reply::page(PAGE),
    });
    let page = get(&server.at("/5")).unwrap();
    assert_eq!(
        (page.bytes.as_slice(), page.address.to_string()),
        (PAGE.as_bytes(), server.at("/0"))
    );
    for path in ["/6", "/loop"] {
        let found = get(&server.at(path)).unwrap_err();
        assert!(matches!(found, Fault::Redirect { .. }), "{found}");
        assert!(found.to_string().contains("more than five times"), "{found}");
    }
}

#[test]
fn a_redirect_leads_to_no_other_scheme() {
    let found = fault(|| Reply::to("ftp://northland.example/a"));
    assert!(found.to_string().contains("no http or https address"), "{found}");
    // What the library takes for a path is asked of the same server, and of nothing else.
    for to in ["file:///etc/hostname", "javascript:alert(1)", "//", ""] {
        let found = fault(move || Reply::to(to));
        let is_refused = matches!(found, Fault::Redirect { .. } | Fault::Connection { .. });
        assert!(is_refused, "{to}: {found}");
    }
}

#[test]
fn a_body_without_end_ends_at_the_bound() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n",
    ] {
        let found = fault(move || Reply::Endless(head.into(), vec![b'a'; 1024]));
        assert!(matches!(found, Fault::TooLarge { max: 4096, .. }), "{found}");
    }
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let found = fault(|| Reply::Endless(chunks.to_vec(), b"4\r\naaaa\r\n".to_vec()));
    assert!(matches!(found, Fault::TooLarge { max: 4096, .. }), "{found}");
    // A head without end too.
    let found = fault(|| Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"A: b\r\n".to_vec()));
    assert!(matches!(found, Fault::Connection { .. }), "{found}");
}

#[test]
fn a_page_of_just_the_bound_is_read() {
    let body = vec![b'a'; 4096];
    let server = StandIn::new(move |_| Reply::of("200 OK", "text/plain", &body));
    assert_eq!(get(&server.at("/")).unwrap().bytes.len(), 4096);
    let body = vec![b'a'; 4097];
    let found = fault(move || Reply::of("200 OK", "text/plain", &body));
    assert!(matches!(found, Fault::TooLarge { .. }), "{found}");
}

#[test]
fn a_slow_server_is_left() {
    for slow in [0, 1] {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec();
        let found = fault(move || match slow {
            0 => Reply::Silence(Duration::from_secs(30)),
            _ => Reply::Slow([head.clone(), vec![b'a'; 999]].concat(), Duration::from_millis(30)),
        });
        assert!(matches!(found, Fault::Late { seconds: 2, .. }), "{found}");
    }
}

#[test]
fn what_is_no_page_is_refused_by_its_type() {
    let found = fault(|| Reply::of("200 OK", "application/pdf", b"%PDF-1.7"));
    assert!(found.to_string().contains("is application/pdf, neither a page nor a feed"), "{found}");
    let found = fault(|| Reply::of("200 OK", "image/\u{1b}[31mpng", b"x"));
    assert!(!found.to_string().contains('\u{1b}'), "{found:?}");
}

#[test]
fn other_answers_than_the_page_are_faults() {
    for (status, words) in [
        ("404 Not Found", "answers 404 (not there)"),
        ("403 Forbidden", "answers 403 (not for everybody)"),
        ("429 Too Many Requests", "answers 429"),
        ("500 Oops", "answers 500 (a fault of its own)"),
    ] {
        let found = fault(move || Reply::of(status, "text/html", b"SECRET"));
        assert!(found.to_string().contains(words), "{found}");
        assert!(!found.to_string().contains("SECRET"), "{found}");
    }
}

#[test]
fn a_body_that_is_cut_short_is_not_kept() {
    let cut =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999\r\n\r\n<p>The port";
    let found = fault(move || Reply::Raw(cut.into()));
    assert!(matches!(found, Fault::CutShort { .. }), "{found:?}");
    let cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>Th\r\n";
    let found = fault(move || Reply::Raw(cut.into()));
    assert!(matches!(found, Fault::CutShort { .. }), "{found:?}");
}

#[test]
fn what_is_no_server_is_a_fault_too() {
    for raw in
        ["", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK\r\nContent-Length: a\r\n\r\n", "\0\0\0\0\r\n\r\n"]
    {
        let found = fault(move || Reply::Raw(raw.into()));
        let words = found.to_string();
        assert!(words.contains("HTTP") || words.contains("ended before"), "{raw:?}: {words}");
    }
    // Nobody listens there.
    let gone = StandIn::new(|_| Reply::page(PAGE)).at("/");
    assert!(matches!(get(&gone), Err(Fault::Connection { .. })));
}

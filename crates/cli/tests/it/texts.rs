//! `add` of published texts: from addresses, and feeds whose articles are texts of their own.

use crate::stand_in::{Reply, StandIn};
use crate::world::{World, list, tree};
use serde_json::Value;

const AGREEMENT: &str = r#"+++
id       = "valley-talks"
title    = "Talks on the valley"
version  = "1"
timezone = "UTC"

[party.NORTH]
name       = "Northland"
adjectives = ["Northern"]

[party.SOUTH]
name       = "Southmark"
adjectives = ["Southern"]

[topic.prisoners]
name  = "Return of prisoners"
words = ["prisoner*"]
about = ["point.prisoners"]

[topic.guarantee]
name  = "How long the guarantee lasts"
words = ["guarantee*"]
about = ["point.guarantee"]
+++

# Talks on the valley

## Prisoners

```toml term
[point.prisoners]
topics = ["return of prisoners"]
```

## Guarantee

```toml term
[point.guarantee]
topics = ["how long the guarantee lasts"]
```
"#;

pub(crate) const NOW: [&str; 2] = ["--now", "2030-05-05T12:00:00Z"];

/// A record of the talks on the valley.
pub(crate) fn valley() -> World {
    let world = World::new();
    world.write("valley/agreement.md", AGREEMENT);
    world.ok(&[&["init", "record", "--agreement", "valley"][..], &NOW].concat());
    world
}

/// Adds with a summary for programs.
pub(crate) fn add(world: &World, what: &[&str]) -> Value {
    world.json(&[&["add", "record", "--format", "json"][..], what, &NOW].concat())
}

pub(crate) fn positions(world: &World, more: &[&str]) -> Value {
    world.json(&[&["positions", "record", "--format", "json"][..], more].concat())
}

fn row<'a>(positions: &'a Value, id: &str) -> &'a Value {
    list(positions, "rows").iter().find(|row| row["id"] == id).unwrap()
}

/// A page with a statement of its own.
fn page(day: u32, years: u32) -> String {
    format!(
        "<html><head><meta property=\"article:published_time\" content=\"2030-05-0{day}\">\
         <meta property=\"og:site_name\" content=\"Northern Post\"></head><body><article>\
         <h1>Talks on the valley go on</h1><p>The foreign minister of Northland said on Monday \
         that the guarantee must last for {years} years.</p><p>The delegations met for three \
         hours in the old town hall and will meet again.</p></article></body></html>"
    )
}

fn feed(server: &str) -> String {
    let item = |n: u32, words: &str| {
        format!(
            "<item><title>Report {n} from the valley</title><link>{server}/page/{n}</link>\
             <pubDate>0{n} May 2030 10:00:00 GMT</pubDate><description>{words}</description></item>"
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Valley Wire</title>{}{}{}{}\
         </channel></rss>",
        item(1, "The envoy of Southmark said that all prisoners must return home before winter."),
        item(
            2,
            "The envoy of Southmark said that half of the prisoners must return before spring."
        ),
        item(3, "The foreign minister of Northland rejected a guarantee that lasts for ten years."),
        "<item><title>Elsewhere</title><link>ftp://valley.example/x</link><description>The weather \
         was fine in all of the valley on that day.</description></item>"
    )
}

fn valley_wire() -> StandIn {
    StandIn::new(move |asked| {
        let host = format!("http://{}", asked.header("host").unwrap_or_default());
        match asked.path.as_str() {
            "/feed" => Reply::of("200 OK", "application/rss+xml", feed(&host).as_bytes()),
            "/page/1" => Reply::page(&page(1, 11)),
            "/page/2" => Reply::of("404 Not Found", "text/html", b"<p>gone</p>"),
            "/page/3" => Reply::to("/talks?day=3"),
            "/talks?day=3" => Reply::page(&page(3, 20)),
            _ => Reply::of("404 Not Found", "text/html", b""),
        }
    })
}

#[test]
fn an_article_is_read_from_its_address() {
    let (world, server) = (valley(), valley_wire());
    let summary = add(&world, &[&server.at("/page/3")]);
    let file = &list(&summary, "files")[0];
    let end = server.at("/talks?day=3");
    assert_eq!(file["address"], *end);
    assert_eq!(file["content_type"], "text/html; charset=utf-8");
    assert_eq!(file["articles"][0]["outlet"], "Northern Post");
    assert!(file["articles"][0]["statements"].as_u64().unwrap() >= 1, "{file}");
    // The record tells from where.
    let files = tree(&world.path("record"));
    let held: String = files.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    assert!(held.contains(&format!("\"read_from\":\"{end}\"")), "{held}");
    assert!(!held.contains("delegations met"), "the text itself is not kept");
    let kept = tree(&world.path("record.texts"));
    assert_eq!(kept.into_values().collect::<Vec<_>>(), [page(3, 20).into_bytes()]);
    let found = positions(&world, &[]);
    assert_eq!(row(&found, "point.guarantee")["parties"][0]["latest"]["text"], end[7..]);
    world.ok(&["verify", "record"]);
    // The same again is known.
    let again = add(&world, &[&server.at("/talks?day=3")]);
    assert_eq!(
        (&again["files"][0]["known"], &again["files"][0]["entries"]),
        (&true.into(), &0.into())
    );
}

#[test]
fn each_article_of_a_feed_is_a_text_and_no_link_is_followed_unasked() {
    let (world, server) = (valley(), valley_wire());
    let summary = add(&world, &[&server.at("/feed")]);
    assert_eq!(list(&summary["files"][0], "articles").len(), 4);
    let asked: Vec<String> = server.asked().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(asked, ["/feed"]);
    let found = positions(&world, &[]);
    assert_eq!(found["texts"], 4);
    let south = &row(&found, "point.prisoners")["parties"][0];
    let name = server.at("/feed")[7..].to_string();
    assert_eq!(south["latest"]["text"], format!("{name}#2"));
    assert_eq!(
        (&south["latest"]["published"], &south["latest"]["outlet"]),
        (&"2030-05-02".into(), &"Valley Wire".into())
    );
    assert_eq!(list(south, "statements").len(), 2);
    // Two of one outlet are one origin.
    assert_eq!(row(&found, "point.prisoners")["origins"], 1);
    // An export names the file, in which the places are.
    let lines = world.ok(&["export", "record", "--as", "statements-jsonl"]).out;
    let bytes = feed(&server.at(""));
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["doc"], *name);
        let place = |key: &str| usize::try_from(line[key].as_u64().unwrap()).unwrap();
        let words: String =
            bytes.chars().skip(place("start")).take(place("end") - place("start")).collect();
        assert_eq!(line["text"], *words);
    }
    assert!(lines.lines().count() >= 3, "{lines}");
}

#[test]
fn a_feed_that_comes_again_brings_only_what_is_new() {
    let world = valley();
    let item = |n: u32| {
        format!(
            "<item><title>Report {n}</title><link>https://valley.example/{n}</link><description>\
             The envoy of Southmark said that {n} prisoners must return before spring.\
             </description></item>"
        )
    };
    let feed = |items: &[u32]| {
        let items: String = items.iter().map(|n| item(*n)).collect();
        format!("<rss version=\"2.0\"><channel><title>Wire</title>{items}</channel></rss>")
    };
    world.write("a.xml", feed(&[11, 12]));
    world.write("b.xml", feed(&[12, 13, 14]));
    add(&world, &["a.xml"]);
    let summary = add(&world, &["b.xml"]);
    let known: Vec<&Value> =
        list(&summary["files"][0], "articles").iter().map(|a| &a["known"]).collect();
    assert_eq!(known, [true, false, false]);
    assert_eq!(summary["files"][0]["entries"], 2);
    assert_eq!(positions(&world, &[])["texts"], 4);
}

#[test]
fn links_of_a_feed_are_followed_once_and_what_fails_is_listed() {
    let (world, server) = (valley(), valley_wire());
    let address = server.at("/feed");
    let summary = add(&world, &[&address, "--follow"]);
    let files = list(&summary, "files");
    assert_eq!(files.len(), 4, "{summary}");
    assert_eq!(list(&files[0], "articles").len(), 4);
    assert!(files[0]["not_followed"][0]["reason"].as_str().unwrap().contains("only http"));
    assert_eq!(files[1]["address"], *server.at("/page/1"));
    assert!(files[2]["failed"].as_str().unwrap().contains("404"), "{summary}");
    assert_eq!(files[3]["address"], *server.at("/talks?day=3"));
    let asked: Vec<String> = server.asked().iter().map(|asked| asked.path.clone()).collect();
    assert_eq!(asked, ["/feed", "/page/1", "/page/2", "/page/3", "/talks?day=3"]);
    assert_eq!(positions(&world, &[])["texts"], 6);
    // What the record has is not fetched again.
    add(&world, &[&address, "--follow"]);
    let again = server.asked().iter().skip(5).filter(|asked| asked.path == "/page/1").count();
    assert_eq!(again, 0);
    // Who wants that to count as a failure says so.
    let strict = [&["add", "record", &address, "--follow", "--strict"][..], &NOW].concat();
    assert_eq!(world.run(&strict).code, Some(1));
}

#[test]
fn what_can_not_be_fetched_is_refused_with_a_reason_and_what_came_before_is_kept() {
    let (world, server) = (valley(), valley_wire());
    world.write("a.html", page(1, 12));
    let refused = |what: &[&str]| world.refused(&[&["add", "record"][..], what, &NOW].concat());
    let gone = server.at("/gone");
    assert!(refused(&["a.html", &gone]).contains("answers 404"));
    assert_eq!(positions(&world, &[])["texts"], 1);
    // These are seen before anything is read.
    world.write("b.html", page(2, 13));
    for (what, word) in [
        (vec!["b.html", "ftp://valley.example/a"], "only http"),
        (vec!["b.html", "https://envoy:word@valley.example/a"], "password"),
        (vec!["b.html", &gone, "--as", "csv"], "only published texts"),
        (vec!["b.html", "--follow"], "none is given"),
    ] {
        let said = refused(&what);
        assert!(said.contains(word), "{what:?}: {said}");
        assert!(!said.contains("envoy:word"), "{said}");
    }
    assert_eq!(positions(&world, &[])["texts"], 1);
}

#[test]
fn a_page_of_fifty_megabytes_is_refused_at_once_wherever_it_comes_from() {
    let world = valley();
    world.write("a.html", page(1, 12));
    world.write("large.html", "<p>The envoy said that</p>".repeat(50 * 1024 * 1024 / 26 + 1));
    let add = |what: &str| world.run_bounded(&[&["add", "record", what][..], &NOW].concat());
    let refused = add("large.html");
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("save the article by itself"), "{}", refused.err);
    let endless = StandIn::new(|_| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>".to_vec();
        Reply::Endless(head, "The envoy said that ".repeat(4096).into_bytes())
    });
    let refused = add(&endless.at("/"));
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("sends more than 52428800 bytes"), "{}", refused.err);
    assert_eq!(add("a.html").code, Some(0));
}

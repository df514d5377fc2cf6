//! Makes articles in varied HTML from templates of its own, reads them on one core and prints how
//! long that took, whether each came out as it was made, and how many origins there are.
//!
//! `cargo run --release -p servanda-articles --example thousand [COUNT [FOLDER]]`; with FOLDER the
//! pages are written there too.

#![expect(clippy::print_stdout, reason = "it prints what it measured")]

use servanda_articles::{Agency, Article, Options, Role, Trace, open, origins};
use std::fmt::Write;
use std::time::Instant as Clock;

/// Chance that can be had again (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const OFFICES: [&str; 8] = [
    "the foreign minister of Northland",
    "the president of Southland",
    "the clerk of Northport",
    "a spokesperson for the ministry of defence of Westland",
    "the council of the valley",
    "the chief negotiator of Southland",
    "the envoy of Eastland",
    "the harbour master of Northport",
];
const SAID: [&str; 6] = ["said", "told reporters", "added", "warned", "insisted", "repeated"];
const POINTS: [&str; 10] = [
    "the line in the valley",
    "the port",
    "the return of prisoners",
    "a truce of sixty days",
    "guarantees for fifteen years",
    "a vote of the people",
    "the plant by the river",
    "observers from Westland",
    "the free zone",
    "the bridge over the river",
];
const STATES: [&str; 10] = [
    "is still open",
    "has been settled in part",
    "must come first",
    "will take several weeks",
    "can be agreed by the end of the month",
    "is no matter for outsiders",
    "needs a written text",
    "was never on the table",
    "could be put to both councils",
    "depends on the next meeting",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const OUTLETS: [&str; 6] = [
    "The Northland Courier",
    "Valley Post",
    "Port Times",
    "The Southern Herald",
    "Daily Bridge",
    "Eastland Review",
];

const KINDS: [&str; 20] = [
    "old",
    "new",
    "narrow",
    "eastern",
    "quiet",
    "second",
    "wooden",
    "northern",
    "unfinished",
    "open",
    "long",
    "disputed",
    "small",
    "common",
    "early",
    "frozen",
    "former",
    "steep",
    "shared",
    "lower",
];
const THINGS: [&str; 24] = [
    "road", "hall", "gate", "dam", "market", "school", "hill", "ferry", "mill", "quay", "station",
    "tunnel", "field", "archive", "depot", "spring", "tower", "court", "barn", "ridge", "canal",
    "clinic", "pass", "ford",
];

/// An article as it is to come out.
struct Made {
    headline: String,
    paragraphs: Vec<String>,
}

fn sentence(chance: &mut Chance) -> String {
    let (office, said, point, state, day) = (
        chance.of(&OFFICES),
        chance.of(&SAID),
        chance.of(&POINTS),
        chance.of(&STATES),
        chance.of(&DAYS),
    );
    let number = chance.below(90) + 3;
    let (a, b) = (chance.of(&KINDS), chance.of(&THINGS));
    let (c, d) = (chance.of(&KINDS), chance.of(&THINGS));
    let office = format!("{office} at the {a} {b}");
    let point = format!("{point} by the {c} {d}");
    let text = match chance.below(5) {
        0 => format!("“{point} {state},” {office} {said} on {day}."),
        1 => format!("{office} {said} on {day} that {point} {state}."),
        2 => format!("About {number} percent of the text is agreed, {office} {said}."),
        3 => format!(
            "On {day}, {office} met {} and spoke of {point} for {number} minutes.",
            chance.of(&OFFICES)
        ),
        _ => format!("It isn’t clear whether {point} {state}, and {office} gave no date."),
    };
    let mut chars = text.chars();
    let mut first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    // The first letter may stand behind a quotation mark.
    if first == "“" {
        first.extend(chars.next().map(|c| c.to_uppercase().collect::<String>()));
    }
    first + chars.as_str()
}

fn make(chance: &mut Chance, at: usize) -> Made {
    let headline = format!(
        "{} {} talks of {}: round {at}",
        chance.of(&["Northland", "Southland"]),
        chance.of(&["enters", "leaves", "resumes"]),
        chance.of(&POINTS)
    );
    let paragraphs = (0..8 + chance.below(20))
        .map(|at| {
            let sentences: Vec<String> =
                (0..1 + chance.below(4)).map(|_| sentence(chance)).collect();
            format!("{} It was point {at} of the day.", sentences.join(" "))
        })
        .collect();
    Made { headline, paragraphs }
}

fn escape(chance: &mut Chance, text: &str) -> String {
    match chance.below(3) {
        0 => text.replace('’', "&rsquo;").replace('“', "&ldquo;").replace('”', "&rdquo;"),
        1 => text.replace('’', "&#8217;").replace('“', "&#8220;").replace('”', "&#x201D;"),
        _ => text.to_owned(),
    }
}

fn add(html: &mut String, text: std::fmt::Arguments<'_>) {
    html.write_fmt(text).expect("a string takes all");
}

fn page(chance: &mut Chance, made: &Made, at: usize) -> String {
    let outlet = OUTLETS[at % OUTLETS.len()];
    let style = chance.below(5);
    let (headline, day) = (&made.headline, 1 + at % 28);
    let mut html =
        String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    add(&mut html, format_args!("<title>{headline} | {outlet}</title>\n"));
    add(&mut html, format_args!("<meta property=\"og:title\" content=\"{headline}\">"));
    add(&mut html, format_args!("<meta property=\"og:site_name\" content=\"{outlet}\">\n"));
    html += "<meta property=\"article:published_time\" ";
    add(&mut html, format_args!("content=\"2026-03-{day:02}T10:00:00Z\">\n<style>"));
    html += &".a > .b { margin: 0 auto; color: #123456 }\n".repeat(50 + chance.below(200));
    html += "</style><script>";
    html += &"var x = {a: '<p>', b: [1, 2, 3]}; push(x);\n".repeat(100 + chance.below(800));
    let class = chance.of(&["page", "has-sidebar", "comments-open post", "no-js"]);
    add(&mut html, format_args!("</script></head>\n<body class=\"{class}\">"));
    html += "<header class=\"site-header\"><nav><ul>";
    for at in 0..20 + chance.below(40) {
        let link = format_args!("<a href=\"/s/{at}\">Section {at}</a>");
        add(&mut html, format_args!("<li class=\"menu-item menu-{at}\">{link}</li>"));
    }
    html += "</ul></nav></header>\n";
    let (open, body, close) = match style {
        0 => ("<main><article>", "<div class=\"article-body\">", "</div></article></main>"),
        1 => ("<div id=\"wrap\"><div class=\"c1\">", "<div class=\"story\">", "</div></div></div>"),
        2 => ("<section role=\"main\">", "<div itemprop=\"articleBody\">", "</div></section>"),
        3 => ("<table><tr><td>", "<div>", "</div></td></tr></table>"),
        _ => ("<article class=\"post\">", "<div class=\"entry-content\">", "</div></article>"),
    };
    add(&mut html, format_args!("{open}\n<h1>{headline}</h1>\n"));
    add(&mut html, format_args!("<div class=\"byline\">By Desk {at}</div>\n"));
    html += "<div class=\"share-buttons\"><a href=\"#\">Share</a><a href=\"#\">Print</a></div>\n";
    html += "<figure><img src=\"a.jpg\"><figcaption>The port of Northport, where both sides met.";
    add(&mut html, format_args!("</figcaption></figure>\n{body}\n"));
    for (number, paragraph) in made.paragraphs.iter().enumerate() {
        let text = escape(chance, paragraph);
        let text = text.replacen("the port", "<a href=\"/t/port\">the port</a>", 1);
        match chance.below(4) {
            0 => writeln!(html, "<p class=\"p{number}\">{text}</p>"),
            1 => writeln!(html, "<p>\n  {}\n</p>", text.replace(". ", ".\n  ")),
            2 => writeln!(html, "<p><span data-id=\"{number}\">{text}</span>"),
            _ => writeln!(html, "<div><p>{text}</p></div>"),
        }
        .expect("a string takes all");
        if number % 5 == 3 {
            html += chance.of(&[
                "<div class=\"ad-slot\"><p>Advertisement</p></div>\n",
                "<p><a href=\"/r\">Read more: how the talks began</a></p>\n",
                "<aside class=\"newsletter\"><p>Sign up for our daily letter.</p></aside>\n",
                "<div class=\"related\"><h3>Related</h3><ul><li><a href=\"/1\">A bridge opens\
                 </a></ul></div>\n",
            ]);
        }
    }
    html += close;
    html += "\n<div class=\"sidebar\">";
    for at in 0..10 + chance.below(30) {
        let teaser = sentence(chance);
        let link = format_args!("<a href=\"/c/{at}\">Another story {at}</a>");
        add(&mut html, format_args!("<div class=\"card\"><h3>{link}</h3><p>{teaser}</p></div>\n"));
    }
    html += "</div>\n<footer><p>© 2026 The publishers. All rights reserved.</p></footer>";
    html + "</body></html>\n"
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(1000);
    let folder = arguments.next();
    let mut chance = Chance(2026);
    let mut pages = Vec::new();
    let mut stories = 0;
    let mut last: Option<Made> = None;
    for at in 0..count {
        // Each fourth article is a copy of the one before by another outlet.
        let made = match last.take() {
            Some(made) if at % 4 == 3 => made,
            _ => {
                stories += 1;
                make(&mut chance, at)
            }
        };
        let html = page(&mut chance, &made, at);
        if let Some(folder) = &folder {
            let path = std::path::Path::new(folder).join(format!("{at:04}.html"));
            std::fs::write(path, &html).expect("the folder can be written to");
        }
        pages.push((html, made.headline.clone(), made.paragraphs.clone()));
        last = Some(made);
    }
    let bytes: usize = pages.iter().map(|(html, _, _)| html.len()).sum();
    let agencies = [Agency { name: "North News Agency".into(), aliases: vec!["NNA".into()] }];
    let options = Options { agencies: &agencies, ..Options::default() };
    #[expect(clippy::disallowed_methods, reason = "it measures time")]
    let start = Clock::now();
    let mut read = Vec::new();
    for (at, (html, _, _)) in pages.iter().enumerate() {
        let articles = open(html.as_bytes(), &format!("{at}.html"), &options);
        read.extend(articles.expect("a page that was made can be read"));
    }
    let reading = start.elapsed();
    let is_right = |article: &Article, headline: &str, paragraphs: &[String]| {
        let found: Vec<&String> =
            article.paragraphs.iter().filter(|p| p.role == Role::Body).map(|p| &p.text).collect();
        let title = article.title.as_ref().is_some_and(|title| title.text == headline);
        title && found.into_iter().eq(paragraphs) && article.published.is_some()
    };
    let whole = read.iter().zip(&pages).filter(|(a, (_, h, p))| is_right(a, h, p)).count();
    #[expect(clippy::disallowed_methods, reason = "it measures time")]
    let start = Clock::now();
    let traces: Vec<Trace> = read.iter().map(Trace::of).collect();
    let groups = origins(&traces).into_iter().max().map_or(0, |last| last + 1);
    let telling = start.elapsed();
    let each_ms = reading.as_secs_f64() * 1000.0 / f64::from(count.max(1) as u32);
    let megabytes = bytes / 1_000_000;
    println!("{count} articles, {megabytes} MB of HTML, {whole} as they were made");
    println!("read in {:.3} s, {each_ms:.2} ms each", reading.as_secs_f64());
    println!("{stories} stories, {groups} origins found in {:.3} s", telling.as_secs_f64());
}

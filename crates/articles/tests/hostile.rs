//! Documents made to break a reader: each has a clear outcome, in bounded time.

#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

use servanda_articles::{Article, Fault, Limits, Note, Options, Role, open};
use std::fmt::Write;
use std::time::{Duration, Instant as Clock};

mod law;

const SENTENCE: &str =
    "The council of Northland met on Monday, and spoke of the port for two hours.";

/// Generous, for a debug build on a busy machine: what is quadratic takes minutes.
const TIME_MAX: Duration = Duration::from_secs(30);

fn read(bytes: &[u8], name: &str) -> Result<Vec<Article>, Fault> {
    #[expect(clippy::disallowed_methods, reason = "the time that it takes is what is tested")]
    let start = Clock::now();
    let read = open(bytes, name, &Options::default());
    assert!(start.elapsed() < TIME_MAX, "{name} took {:?}", start.elapsed());
    read
}

fn page(html: &str) -> Article {
    let articles = read(html.as_bytes(), "a.html").unwrap();
    law::check(html.as_bytes(), &articles[0], encoding_rs::UTF_8);
    articles.into_iter().next().unwrap()
}

fn says(article: &Article, text: &str) -> bool {
    article.paragraphs.iter().any(|paragraph| paragraph.text == text)
}

#[test]
fn nested_a_hundred_thousand_deep() {
    for tag in ["div", "b", "table", "p", "blockquote", "ul", "x", "a", "svg"] {
        let deep = format!("<{tag}>").repeat(100_000);
        let end = format!("</{tag}>").repeat(100_000);
        let article = read(
            format!(
                "<body><p>{SENTENCE}</p>{deep}<p>Deep inside there is one sentence.</p>{end}</body>"
            )
            .as_bytes(),
            "a.html",
        );
        let article = article.unwrap().remove(0);
        assert!(says(&article, SENTENCE), "{tag}: {:?}", article.paragraphs);
        let flat = matches!(tag, "p" | "b" | "x" | "a" | "svg");
        let noted = article.notes.contains(&Note::TooDeep { max: 512 });
        assert!(flat || noted, "{tag}: {:?}", article.notes);
    }
}

#[test]
fn too_large_a_document_is_refused_before_it_is_read() {
    let large = vec![b'a'; 50 * 1024 * 1024];
    let fault = read(&large, "large.html").unwrap_err();
    assert_eq!(
        fault.to_string(),
        "large.html: the document has 52428800 bytes, and at most 16777216 are read in its \
         encoding; save the article by itself, in UTF-8"
    );
    // All that is allowed, in forms that cost most.
    let options = Options {
        limits: Limits { document_bytes: 100, ..Limits::default() },
        ..Options::default()
    };
    assert!(matches!(open(&large[..101], "a", &options), Err(Fault::TooLarge { max: 100, .. })));
}

#[test]
fn a_million_tiny_tags() {
    for tag in ["<i>", "<p>", "</p>", "<br>", "<li>", "</x>", "<b></b>", "<div>"] {
        let count = if tag == "<p>" { 1_000_000 } else { 100_000 };
        let html = format!("<p>{SENTENCE}</p>{}", tag.repeat(count));
        assert!(says(&page(&html), SENTENCE), "{tag}");
    }
    let html = "<p>Some words here".repeat(200_000);
    let articles = read(html.as_bytes(), "a.html").unwrap();
    let note = Note::TooMany { what: "pieces of text", max: 50_000 };
    assert_eq!(articles[0].notes, [note]);
}

#[test]
fn a_script_or_a_style_that_never_ends() {
    for html in [
        format!("<p>{SENTENCE}</p><script>{}", "var a = '<p>';".repeat(300_000)),
        format!("<p>{SENTENCE}</p><style>{}", "p { color: red }".repeat(300_000)),
        format!("<p>{SENTENCE}</p><!--{}", "never - closed -- ".repeat(300_000)),
        format!("<p>{SENTENCE}</p><textarea>{}", "&amp;<p>".repeat(300_000)),
        format!("<p>{SENTENCE}</p><svg>{}", "<![CDATA[<p>]]>".repeat(200_000)),
        format!("<p>{SENTENCE}</p><script>{}", "<!--<script>".repeat(300_000)),
        format!("<p>{SENTENCE}</p><title>{}", "t".repeat(1_000_000)),
    ] {
        let article = page(&html);
        assert!(says(&article, SENTENCE));
        assert_eq!(article.paragraphs.len(), 1);
    }
}

#[test]
fn quotes_tags_and_attributes_without_end() {
    for html in [
        format!("<p>{SENTENCE}</p><a href=\"{}", "x>y ".repeat(200_000)),
        format!("<p>{SENTENCE}</p><a {}", "b=c ".repeat(200_000)),
        format!("<p>{SENTENCE}</p><div class=\"{}\">", "share ".repeat(200_000)),
        format!("<p>{SENTENCE}</p><{}", "a".repeat(1_000_000)),
        format!("<p>{SENTENCE}</p>{}", "<".repeat(300_000)),
        format!("<p>{SENTENCE}</p>{}", "&".repeat(300_000)),
        format!("<p>{SENTENCE}</p>{}", "&#".repeat(300_000)),
        format!("<p>{SENTENCE}</p>&#{}", "9".repeat(1_000_000)),
        format!("<p>{SENTENCE}</p>&{}", "n".repeat(1_000_000)),
        format!("<p>{SENTENCE}</p><meta content=\"{}\">", "c".repeat(1_000_000)),
        format!("<p>{SENTENCE}</p>{}", "<meta name=a content=b>".repeat(200_000)),
        format!("<p>{SENTENCE}</p>{}", "<time datetime=2026-01-01>".repeat(100_000)),
        format!("<p>{SENTENCE}</p>{}", "\0".repeat(300_000)),
    ] {
        let article = read(html.as_bytes(), "a.html");
        // Zero bytes among the first thousands make it no text.
        assert!(
            article.is_ok_and(|a| says(&a[0], SENTENCE)) || html.contains('\0'),
            "{}",
            &html[..120]
        );
    }
}

#[test]
fn data_that_nests_or_never_ends() {
    for data in [
        format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)),
        format!("{{\"@graph\":{}1{}}}", "[".repeat(100), "]".repeat(100)),
        format!("[{}1]", "{},".repeat(300_000)),
        "{\"@type\":\"Article\",\"headline\":\"".to_owned() + &"h".repeat(200_000),
        "{\"@type\":\"Article\",\"datePublished\":\"9999-99-99T99:99:99\"}".to_owned(),
    ] {
        let html = format!(
            "<script type=\"application/ld+json\">{data}</script><article><p>{SENTENCE}</p>"
        );
        let article = page(&html);
        assert!(says(&article, SENTENCE) && article.published.is_none());
    }
}

#[test]
fn text_without_breaks_and_text_of_breaks_alone() {
    let long = "word ".repeat(300_000);
    assert_eq!(read(long.as_bytes(), "a.txt").unwrap()[0].paragraphs.len(), 1);
    assert!(matches!(read("\n".repeat(1_000_000).as_bytes(), "a.txt"), Err(Fault::Empty { .. })));
    let lines = "A line is here.\n".repeat(200_000);
    let article = read(lines.as_bytes(), "a.txt").unwrap().remove(0);
    assert_eq!(article.notes, [Note::TooMany { what: "lines", max: 50_000 }]);
    let mut broken = String::new();
    for line in 0..100_000 {
        writeln!(broken, "the line of number {line} goes on and on until the next of them")
            .unwrap();
    }
    assert_eq!(read(broken.as_bytes(), "a.txt").unwrap()[0].paragraphs.len(), 1);
}

#[test]
fn end_tags_without_a_name_show_nothing() {
    let broken = SENTENCE.replace("Northland ", "Northland </>");
    let sign = "Nobody in the hall of the council asked what the sign &lt;/> on its door means.";
    let article = page(&format!("<article><p>{broken}</></p><p>{sign}</p></article>"));
    assert!(says(&article, SENTENCE));
    assert!(says(&article, &sign.replace("&lt;", "<")));
    let article = page(&format!(")</>p>\u{2019}<p>{SENTENCE}</p>"));
    assert!(says(&article, SENTENCE));
}

#[test]
fn the_same_paragraph_again_and_again() {
    let html = format!("<article>{}</article>", format!("<p>{SENTENCE}</p>").repeat(40_000));
    let article = page(&html);
    assert_eq!(article.paragraphs.len(), 1);
    assert_eq!(article.left_out.len(), 1, "one range for all");
    let mut unlike = String::from("<article>");
    for at in 0..20_000 {
        write!(unlike, "<p>{SENTENCE} It was meeting number {at}.</p>").unwrap();
    }
    assert_eq!(page(&unlike).paragraphs.len(), 20_000);
}

#[test]
fn bad_encodings() {
    let bad = |label: &str, bytes: &[u8]| {
        let mut page = format!("<meta charset=\"{label}\"><p>{SENTENCE}</p><p>").into_bytes();
        page.extend(bytes);
        let article = read(&page, "a.html").unwrap().remove(0);
        assert!(says(&article, SENTENCE), "{label}");
        article.notes
    };
    let noise: Vec<u8> = (0..=255_u8).cycle().skip(1).take(200_000).filter(|b| *b != 0).collect();
    for label in ["utf-8", "shift_jis", "gb18030", "big5", "euc-kr", "windows-1251", "utf-16"] {
        bad(label, &noise);
    }
    let notes = bad("utf-8", b"\xFF\xFE\xC0\xAF\xED\xA0\x80 said the clerk.");
    assert!(matches!(notes[0], Note::Undecodable { count: 7, .. }), "{notes:?}");
    let notes = bad("iso-2022-jp", b"\x1B$B said the clerk \xFF.");
    assert!(matches!(notes[0], Note::EncodingContradicted { .. }), "{notes:?}");
    let halves = b"\xFF\xFE<\0p\0>\0a\0\x00\xD8\x00\xD8b\0.";
    let article = read(halves, "a.html").unwrap().remove(0);
    assert!(matches!(article.notes[0], Note::Undecodable { count: 3, .. }), "{:?}", article.notes);
}

#[test]
fn feeds_that_nest_explode_or_break_off() {
    let entities: String = (1..50).fold("<!ENTITY e0 \"ha\">".to_owned(), |mut all, at| {
        let before = format!("&e{};", at - 1).repeat(10);
        write!(all, "<!ENTITY e{at} \"{before}\">").unwrap();
        all
    });
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [{entities}]><rss><channel><item><title>&e49;</title>\
         <description>{SENTENCE} &e49;</description></item></channel></rss>"
    );
    let article = read(bomb.as_bytes(), "a.xml").unwrap().remove(0);
    assert_eq!(article.title.unwrap().text, "&e49;");
    let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
    let fault = read(deep.as_bytes(), "a.xml").unwrap_err();
    assert!(fault.to_string().contains("nest deeper than 256"), "{fault}");
    let deep = format!("<rss><channel><item><title>{}", "<item>".repeat(100_000));
    assert!(read(deep.as_bytes(), "a.xml").is_err());
    let many = "<item><title>A title</title></item>".repeat(50_000);
    let articles = read(format!("<rss><channel>{many}").as_bytes(), "a.xml").unwrap();
    assert_eq!(articles.len(), 10_000);
    assert!(articles[9_999].notes.contains(&Note::TooMany { what: "items", max: 10_000 }));
    let nested = format!(
        "<rss><channel><item><title>T</title><description><![CDATA[{}<p>{SENTENCE}]]></description>\
         </item></channel></rss>",
        "<div>".repeat(100_000)
    );
    let article = read(nested.as_bytes(), "a.xml").unwrap().remove(0);
    assert!(article.notes.contains(&Note::TooDeep { max: 512 }));
    for broken in ["<rss", "<rss><channel><item", "<rss><![CDATA[", "<feed><entry a='", "<rss><!--"]
    {
        assert!(matches!(read(broken.as_bytes(), "a.xml"), Err(Fault::Feed { .. })), "{broken}");
    }
}

#[test]
fn a_feed_names_no_file_and_no_address() {
    let feed = "<?xml version=\"1.0\"?><!DOCTYPE feed SYSTEM \"file:///etc/passwd\" [<!ENTITY x SYSTEM \
                \"http://example.org/x\">]><feed><entry><title>&x;</title><summary>The text of the \
                entry says &x; only, and no more.</summary></entry></feed>";
    let article = read(feed.as_bytes(), "a.xml").unwrap().remove(0);
    assert_eq!(article.paragraphs[0].role, Role::Headline);
    assert!(says(&article, "The text of the entry says &x; only, and no more."));
}

/// All that a document may hold, in the forms that cost most. `cargo test -- --ignored`.
#[test]
#[ignore = "sixteen megabytes a form"]
fn the_largest_documents() {
    let max = Limits::default().document_bytes;
    for part in [
        "<div>",
        "<p>a",
        "<b>",
        "</div>",
        "&amp;",
        "a &rsquo; b ",
        "<a href=x>y</a>",
        "<li>a. ",
        "<table><td>",
        "<p>The council met on Monday, and spoke of it at length for two hours.</p>",
        "<div><p>The council met on Monday, and spoke of it at length for hours.</p></div>",
        "<!--->",
        "<div class='share related ad'>x</div>",
        "\u{43f} ",
        "x\n",
        "By A\n",
        "<rss><item>",
        "<h1>a b c</h1>",
    ] {
        let text = part.repeat(max / part.len());
        for start in ["<html>", "", "<rss><channel><item><description>"] {
            let text = format!("{start}{}", text.get(start.len()..).unwrap_or_default());
            let _ = read(text.as_bytes(), part);
        }
    }
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode("\u{43f} ");
    let mut page = b"<meta charset=windows-1251><p>".to_vec();
    let other = servanda_articles::limits::OTHER_ENCODING_BYTES_MAX;
    page.extend(cyrillic.repeat((other - page.len()) / 2));
    assert_eq!(read(&page, "a.html").unwrap().len(), 1);
    page.extend(*b"\xE0 ");
    assert!(matches!(read(&page, "a.html"), Err(Fault::TooLarge { .. })));
}

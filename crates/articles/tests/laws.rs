//! What holds of every document, whatever its bytes.

use proptest::prelude::*;
use servanda_articles::{Agency, Options, Shingles, Trace, open, origins};

mod law;

const NORTH: &str = "Наш порт у долині відкрито знову";

/// What pages are made of, whole and broken.
const PARTS: [&str; 74] = [
    "The council of Northland met on Monday, and spoke of the port. ",
    "The minister said that “nothing is agreed” until all is. ",
    "word",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\u{A0}",
    "é",
    "\u{2019}",
    "\u{1F600}",
    "&",
    "&amp;",
    "&rsquo;",
    "&#8217;",
    "&#x2019",
    "&nbsp;",
    "&nbspx",
    "&notit;",
    "&#0;",
    "&#150;",
    "&unheard;",
    "<",
    ">",
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<div class=\"share related ad\">",
    "<article>",
    "</article>",
    "<h1>",
    "</h1>",
    "<h2>",
    "</h2>",
    "<a href=x>",
    "</a>",
    "<b>",
    "</b>",
    "<br>",
    "<br/>",
    "<ul>",
    "<li>",
    "</ul>",
    "<blockquote>",
    "</blockquote>",
    "<nav>",
    "</nav>",
    "<figure><figcaption>",
    "</figcaption></figure>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<!--",
    "-->",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<time datetime=2026-03-03>",
    "</time>",
    "<svg><![CDATA[",
    "]]></svg>",
    "<p hidden>",
    "<table><tr><td>",
    "</table>",
    "<noscript>",
    "</noscript>",
    "<meta property=og:title content=T>",
    "<x a='",
    "<pre>",
    "Advertisement",
    "By A Clerk",
];

fn page() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => prop::sample::select(&PARTS[..]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

fn check(bytes: &[u8], name: &str, encoding: &'static encoding_rs::Encoding) -> usize {
    let agencies = [Agency { name: "North News".into(), aliases: vec!["NNA".into()] }];
    let options = Options { agencies: &agencies, ..Options::default() };
    let Ok(articles) = open(bytes, name, &options) else { return 0 };
    for article in &articles {
        law::check(bytes, article, encoding);
    }
    assert_eq!(open(bytes, name, &options), Ok(articles.clone()), "read twice alike");
    articles.len()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

proptest! {
    #[test]
    fn any_bytes_give_articles_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["a.html", "a.txt", "a.xml"] {
            let _ = open(&bytes, name, &Options::default());
        }
    }

    #[test]
    fn places_in_pages_are_right(page in page()) {
        check(page.as_bytes(), "a.html", encoding_rs::UTF_8);
        check(format!("<!doctype html>{page}").as_bytes(), "a", encoding_rs::UTF_8);
    }

    #[test]
    fn places_in_texts_are_right(page in page()) {
        check(format!("A line.\n{page}\nAnother line.").as_bytes(), "a.txt", encoding_rs::UTF_8);
    }

    #[test]
    fn places_in_feeds_are_right(page in page(), title in page()) {
        let cdata = page.replace("]]>", "]]&gt;");
        let (title, content) = (escaped(&title), escaped(&page));
        for feed in [
            format!("<rss><channel><item><title>{title}</title><description>{content}</description>"),
            format!("<rss><channel><item><title>{title}</title><content:encoded><![CDATA[{cdata}]]>\
                     </content:encoded>"),
            format!("<feed><entry><title>{title}</title><content type='html'>{content}</content>"),
            format!("<feed><entry><title>{title}</title><content type='xhtml'>{page}</content>"),
        ] {
            let end = if feed.starts_with("<rss") { "</item></channel></rss>" } else { "</entry></feed>" };
            check(format!("{feed}{end}").as_bytes(), "a.xml", encoding_rs::UTF_8);
        }
    }

    #[test]
    fn places_in_other_encodings_are_right(page in page()) {
        let page = format!("<html><meta charset=windows-1251><p>{NORTH}. {page}");
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(&page);
        check(&bytes, "a.html", encoding_rs::WINDOWS_1251);
        let page = format!("<html><meta charset=gbk><p>\u{6e2f}\u{53e3} {page}");
        let (bytes, _, _) = encoding_rs::GBK.encode(&page);
        check(&bytes, "a.html", encoding_rs::GBK);
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(page.encode_utf16().flat_map(u16::to_le_bytes));
        check(&wide, "a.html", encoding_rs::UTF_16LE);
        let mut marked = b"\xEF\xBB\xBF".to_vec();
        marked.extend(page.as_bytes());
        check(&marked, "a.html", encoding_rs::UTF_8);
    }

    #[test]
    fn origins_do_not_depend_on_order(
        texts in prop::collection::vec(prop::collection::vec(0_usize..4, 1..6), 0..12),
        keys in prop::collection::vec(prop::option::of(0_u8..3), 12),
        turn in any::<prop::sample::Index>(),
    ) {
        const STORIES: [&str; 4] = [
            "The council of the valley met in the port on Monday morning to speak of ships and tolls \
             for the first time since the truce was signed by both of the sides in the old town hall.",
            "A bridge that was closed for ten years has been opened to lorries although the ministry \
             of roads had asked for another test of all its pillars before the end of the winter.",
            "Prisoners came home by bus from the southern camp while their families waited at a gate \
             where the clerk read out a list of names that nobody had been shown before that day.",
            "Grain stores burned near the river after a storm and the mayor of a small town asked for \
             tents and water from every district that had some left after the long dry summer months.",
        ];
        let trace = |at: usize| {
            let text: Vec<&str> = texts[at].iter().map(|story| STORIES[*story]).collect();
            let key = keys[at].map(|key| format!("credit: {key}"));
            Trace { shingles: Shingles::of_text(&text.join(" ")), keys: key.into_iter().collect() }
        };
        let traces: Vec<Trace> = (0..texts.len()).map(trace).collect();
        let groups = origins(&traces);
        if !traces.is_empty() {
            let by = turn.index(traces.len());
            let mut turned = traces.clone();
            turned.rotate_left(by);
            turned.reverse();
            let again = origins(&turned);
            for a in 0..traces.len() {
                for b in 0..traces.len() {
                    let place = |at: usize| (2 * traces.len() - 1 - at + by) % traces.len();
                    prop_assert_eq!(groups[a] == groups[b], again[place(a)] == again[place(b)]);
                }
            }
        }
    }
}

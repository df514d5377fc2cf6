//! Lines that pages carry beside their articles, told by their words.
//!
//! The lists are of English pages. A rule asks for the whole line, or for a beginning that no
//! sentence of an article has; and a line that is as long as a paragraph is none of these.

use crate::article::Reason;
use crate::date;

/// Longer lines are paragraphs, but for legal notices.
const LINE_BYTES_MAX: usize = 220;
/// Legal notices are longer.
const NOTICE_BYTES_MAX: usize = 700;

/// Whole lines, in lower case and without a final colon or stop.
const WHOLE: &[(Reason, &[&str])] = &[
    (
        Reason::Advertisement,
        &[
            "advertisement",
            "advertisements",
            "ad",
            "ads",
            "advertising",
            "sponsored",
            "sponsored content",
            "paid content",
            "promoted",
            "story continues below",
            "article continues below",
            "story continues below advertisement",
            "article continues after ad",
            "article continues below advertisement",
            "scroll to continue",
            "scroll to continue with content",
            "continue reading below",
            "remove ads",
            "ad feedback",
            "this is an ad",
        ],
    ),
    (
        Reason::Share,
        &[
            "share",
            "share this",
            "share this article",
            "share this story",
            "share article",
            "share on",
            "tweet",
            "email",
            "e-mail",
            "print",
            "print this article",
            "copy link",
            "link copied",
            "copy",
            "save",
            "save article",
            "bookmark",
            "facebook",
            "twitter",
            "x",
            "linkedin",
            "whatsapp",
            "telegram",
            "reddit",
            "pinterest",
            "messenger",
            "flipboard",
            "instagram",
            "youtube",
            "tiktok",
            "threads",
            "bluesky",
            "like this",
            "shares",
            "send",
            "gift this article",
            "share via",
            "share options",
            "add to favourites",
        ],
    ),
    (
        Reason::Subscribe,
        &[
            "subscribe",
            "subscribe now",
            "sign up",
            "sign in",
            "log in",
            "login",
            "register",
            "donate",
            "newsletter",
            "newsletters",
            "become a member",
            "my account",
            "join us",
            "join",
            "get the app",
            "follow",
            "follow us",
            "support us",
            "contribute",
        ],
    ),
    (
        Reason::Related,
        &[
            "related",
            "related articles",
            "related stories",
            "related news",
            "related topics",
            "related posts",
            "related content",
            "related coverage",
            "related links",
            "read more",
            "read also",
            "also read",
            "read next",
            "see also",
            "more on this",
            "more news",
            "more on this story",
            "more stories",
            "you may also like",
            "you might also like",
            "you may like",
            "you might like",
            "recommended",
            "recommended stories",
            "recommended for you",
            "recommended reading",
            "editors' picks",
            "editor's picks",
            "editors’ picks",
            "editor’s picks",
            "most read",
            "most popular",
            "most viewed",
            "trending",
            "trending now",
            "popular",
            "top stories",
            "latest news",
            "latest",
            "latest stories",
            "what to read next",
            "keep reading",
            "continue reading",
            "up next",
            "don't miss",
            "don’t miss",
            "must read",
            "must reads",
            "in this story",
            "in this article",
            "next article",
            "previous article",
            "next post",
            "previous post",
            "next story",
            "previous story",
            "next",
            "previous",
            "more",
            "show more",
            "load more",
            "view all",
            "see more",
            "see all",
            "more from this section",
            "from our partners",
            "more like this",
            "around the web",
            "from the web",
            "hot topics",
            "live updates",
        ],
    ),
    (
        Reason::Audio,
        &[
            "listen",
            "listen to this article",
            "listen to article",
            "listen to this story",
            "listen to the article",
            "listen now",
            "play",
            "pause",
            "play audio",
            "audio",
            "play video",
            "watch",
            "watch now",
            "watch video",
            "watch live",
            "video",
            "live",
            "0:00",
            "00:00",
            "mute",
            "unmute",
            "your browser does not support the audio element",
            "your browser does not support the video tag",
            "this audio is generated",
            "this is an ai-generated voice",
            "text to speech",
            "hear this story",
            "podcast",
        ],
    ),
    (
        Reason::Comments,
        &[
            "leave a reply",
            "leave a comment",
            "leave a response",
            "post a comment",
            "post comment",
            "comments",
            "comment",
            "add a comment",
            "add comment",
            "view comments",
            "show comments",
            "join the conversation",
            "join the discussion",
            "your email address will not be published",
            "cancel reply",
            "no comments",
            "reply",
            "no comments yet",
            "be the first to comment",
            "comments are closed",
            "load comments",
            "required fields are marked *",
            "write a comment",
            "have your say",
        ],
    ),
    (
        Reason::Navigation,
        &[
            "home",
            "menu",
            "search",
            "skip to content",
            "skip to main content",
            "close",
            "navigation",
            "main menu",
            "back to top",
            "back",
            "top",
            "site map",
            "sitemap",
            "skip to navigation",
            "skip navigation",
            "open menu",
            "close menu",
            "toggle menu",
            "accept",
            "accept all",
            "accept cookies",
            "manage cookies",
            "cookie settings",
            "breadcrumbs",
            "you are here",
            "toggle navigation",
            "edition",
            "sections",
        ],
    ),
    (
        Reason::Foot,
        &[
            "about us",
            "contact us",
            "contact",
            "privacy policy",
            "privacy",
            "terms of use",
            "terms of service",
            "terms and conditions",
            "terms & conditions",
            "legal notice",
            "imprint",
            "cookie policy",
            "careers",
            "all rights reserved",
            "advertise",
            "advertise with us",
            "disclaimer",
            "about",
            "help",
            "faq",
            "accessibility",
            "about the author",
            "report an error",
            "send a correction",
            "our standards",
        ],
    ),
];

/// Beginnings of lines, in lower case.
const BEGINNINGS: &[(Reason, &[&str])] = &[
    (
        Reason::Caption,
        &[
            "image for ",
            "image:",
            "image source:",
            "image source,",
            "image credit",
            "image caption",
            "image by ",
            "photo:",
            "photo credit",
            "photo by ",
            "photo courtesy",
            "photograph:",
            "file photo",
            "picture:",
            "picture credit",
            "caption:",
            "photos:",
            "illustration:",
            "featured image",
            "screenshot:",
            "graphic:",
            "source image:",
            "(photo",
            "[photo",
            "(image",
            "(file photo",
            "© photo",
        ],
    ),
    (
        Reason::Audio,
        &[
            "audio by ",
            "listen to this ",
            "listen to article",
            "your browser does not support",
            "audio:",
            "video:",
            "watch:",
            "listen:",
            "narrated by ",
        ],
    ),
    (
        Reason::Subscribe,
        &[
            "subscribe to ",
            "sign up for ",
            "sign up to ",
            "sign up here",
            "get our ",
            "get the latest",
            "get all the ",
            "join our ",
            "follow us ",
            "download our ",
            "download the app",
            "support our journalism",
            "support independent ",
            "already a subscriber",
            "already a member",
            "to continue reading",
            "to read the full",
            "this article is for subscribers",
            "stay informed",
            "stay up to date",
            "never miss ",
            "for the latest news",
            "click here to ",
            "join us on ",
            "find us on ",
            "become a subscriber",
            "become a member",
            "enter your email",
            "start your free",
            "make a donation",
            "like us on ",
            "for more news",
            "don't miss out",
            "thank you for reading",
            "thanks for reading",
            "log in to ",
            "sign in to ",
            "follow our ",
        ],
    ),
    (
        Reason::Related,
        &[
            "read more:",
            "read more ",
            "read also:",
            "also read:",
            "read next:",
            "see also:",
            "related:",
            "related article:",
            "more on ",
            "more from ",
            "previous post ",
            "next post ",
            "previous article:",
            "next article:",
            "recommended:",
            "continue reading",
            "up next:",
            "don't miss:",
            "read the full story",
            "read full ",
            "next story:",
            "previous story:",
            "further reading",
            "you may also ",
            "you might also ",
            "trending:",
            "view this post ",
        ],
    ),
    (
        Reason::Share,
        &[
            "share on ",
            "share via ",
            "share this ",
            "tweet this",
            "click to share",
            "send by email",
            "copy link",
            "opens in new window",
        ],
    ),
    (
        Reason::Comments,
        &[
            "your email address will not be published",
            "required fields are marked",
            "you must be logged in",
            "please log in to comment",
            "save my name, email",
            "leave a reply",
            "leave a comment",
            "this site uses akismet",
            "notify me of ",
            "view comments",
            "post a comment",
            "comments (",
            "be the first to ",
        ],
    ),
    (
        Reason::Advertisement,
        &["advertisement ", "advertisement:", "sponsored by ", "paid for by ", "story continues "],
    ),
    (
        Reason::Credit,
        &[
            "(with inputs",
            "(this story has",
            "this story has been published from",
            "this story has not been edited",
            "source: ",
            "sources: ",
            "source : ",
            "via: ",
            "this article was originally published",
            "this article originally appeared",
            "this article first appeared",
            "this article was first published",
            "this story was originally published",
            "this story was first published",
            "originally published by ",
            "originally published on ",
            "originally published in ",
            "first published by ",
            "this story originally appeared",
            "(with agencies",
        ],
    ),
    (
        Reason::Label,
        &[
            "tags:",
            "tag:",
            "topics:",
            "topic:",
            "filed under",
            "category:",
            "categories:",
            "posted in",
            "keywords:",
            "labels:",
        ],
    ),
    (
        Reason::Navigation,
        &[
            "skip to ",
            "we use cookies",
            "this website uses cookies",
            "this site uses cookies",
            "by continuing to use",
            "you are here:",
            "please enable javascript",
            "javascript is ",
            "you need to enable javascript",
        ],
    ),
    (
        Reason::Foot,
        &[
            "about the author",
            "report a typo",
            "found a mistake",
            "send us a ",
            "got a tip",
            "contact the author",
            "our standards:",
            "what do you think",
        ],
    ),
];

/// Beginnings and parts of legal notices.
const NOTICES: &[&str] = &[
    "©",
    "(c) 20",
    "copyright ©",
    "copyright 20",
    "copyright (c)",
    "copyright©",
    "all rights reserved",
    "this material may not be ",
    "no part of this publication",
    "no part of this article",
    "no part of this site",
    "reproduction without ",
    "the views expressed ",
    "views expressed ",
    "opinions expressed ",
    "the opinions expressed ",
    "terms of use",
    "by using this site",
    "unauthorized reproduction",
];

/// Why a line is no part of an article, judged by its words alone.
pub(crate) fn reason(text: &str) -> Option<Reason> {
    let text = text.trim();
    if text.len() > NOTICE_BYTES_MAX {
        return None;
    }
    let lower = text.to_lowercase();
    if NOTICES.iter().any(|notice| lower.starts_with(notice))
        || (text.len() <= LINE_BYTES_MAX && lower.ends_with("all rights reserved."))
    {
        return Some(Reason::Foot);
    }
    if text.len() > LINE_BYTES_MAX {
        // What says who wrote and edited a text may name a dozen people.
        let credit = (lower.starts_with("reporting by ") || lower.starts_with("(reporting by "))
            && lower.contains("editing by");
        return credit.then_some(Reason::Credit);
    }
    let bare = lower.trim_end_matches(['.', ':', '!', '»', '›', '>', '→', ' ', '*', '…']);
    let bare =
        bare.trim_start_matches(['«', '»', '›', '‹', '<', '←', '•', '|', '-', '–', '+', '▶', ' ']);
    if bare.is_empty() {
        return Some(Reason::Label);
    }
    let whole = WHOLE.iter().find(|(_, lines)| lines.contains(&bare));
    let beginning = || {
        BEGINNINGS.iter().find(|(_, starts)| starts.iter().any(|start| lower.starts_with(start)))
    };
    if let Some((reason, _)) = whole.or_else(beginning) {
        return Some(*reason);
    }
    if byline(text).is_some() {
        return Some(Reason::Byline);
    }
    if date::line(text).is_some() {
        return Some(Reason::Date);
    }
    if contributed(&lower) || credits(text, &lower) {
        return Some(Reason::Credit);
    }
    if label(text, bare) {
        return Some(Reason::Label);
    }
    if ticker(text) {
        return Some(Reason::Navigation);
    }
    if counted(bare) {
        return Some(Reason::Share);
    }
    None
}

/// Whether what follows this line, to the end, is no article any more.
pub(crate) fn ends_article(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_end_matches(['.', ':', '!', ' ']);
    matches!(
        bare,
        "leave a reply"
            | "leave a comment"
            | "post a comment"
            | "leave a response"
            | "join the conversation"
            | "your email address will not be published"
            | "add a comment"
            | "cancel reply"
    )
}

/// The writers named by a line "By First Last and Other Name", without the "By".
pub(crate) fn byline(text: &str) -> Option<&str> {
    let lower = text.get(..text.len().min(16)).unwrap_or("").to_ascii_lowercase();
    let prefix = ["by ", "by\u{A0}", "by: ", "written by ", "story by ", "author: ", "authors: "]
        .into_iter()
        .find(|prefix| lower.starts_with(prefix))?;
    let names = text.get(prefix.len()..)?.trim();
    (names.len() <= 120 && !ends_sentence(names) && is_names(names)).then_some(names)
}

/// Whether these are names and what joins them.
pub(crate) fn is_names(text: &str) -> bool {
    let mut names = 0;
    for word in text.split([' ', '\u{A0}', ',', '|', '/', '(', ')']).filter(|word| !word.is_empty())
    {
        let joins = [
            "and", "&", "de", "der", "den", "van", "von", "al", "el", "bin", "la", "du", "of",
            "in", "for", "the", "di", "with", "–", "-",
        ];
        let first = word.chars().next().unwrap_or(' ');
        if first.is_uppercase() || (first.is_ascii_digit() && word.len() < 3) {
            names += 1;
        } else if !joins.contains(&word) && !word.contains('@') {
            return false;
        }
    }
    (1..=14).contains(&names)
}

/// "A, B and C contributed to this report."
fn contributed(lower: &str) -> bool {
    let bare = lower.trim_end_matches(['.', ')', ' ']);
    [
        "contributed to this report",
        "contributed to this story",
        "contributed to this article",
        "contributed reporting",
        "contributed reporting from",
    ]
    .iter()
    .any(|end| bare.ends_with(end))
        || lower.contains(" contributed reporting from ")
}

/// "Reporting by A; editing by B", "Additional reporting by A in Northport".
fn credits(text: &str, lower: &str) -> bool {
    const TASKS: [&str; 12] = [
        "reporting by ",
        "additional reporting by ",
        "editing by ",
        "writing by ",
        "edited by ",
        "with files from ",
        "with reporting by ",
        "with inputs from ",
        "with input from ",
        "translated by ",
        "compiled by ",
        "produced by ",
    ];
    let start = text.len() - text.trim_start_matches(['(', '—', '-', ' ']).len();
    let Some(lower) = lower.get(start..) else { return false };
    let Some(task) = TASKS.iter().find(|task| lower.starts_with(**task)) else { return false };
    let first = text.get(start + task.len()..).unwrap_or_default();
    let first = first.split(';').next().unwrap_or_default();
    is_names(first.trim_end_matches(['.', ')', ' ']))
}

/// A slug, an address, hashtags, a handle.
fn label(text: &str, bare: &str) -> bool {
    if text.contains(' ') {
        return text.split(' ').all(|word| word.starts_with('#') && word.len() > 1);
    }
    let parts = text.split(['-', '_']);
    let slug = text.split(['-', '_']).count() >= 3
        && parts.clone().all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
    slug || bare.starts_with("http://")
        || bare.starts_with("https://")
        || bare.starts_with("www.")
        || text.starts_with(['#', '@'])
}

/// Short parts between bars, dots or arrows: a breadcrumb, a ticker, a menu.
fn ticker(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['|', '•', '·', '›', '»', '>', '→']).collect();
    let slashes = text.split(" / ").count();
    let parts = if parts.len() >= 3 { parts } else { text.split(" / ").collect() };
    (parts.len() >= 3 || slashes >= 3)
        && parts.iter().all(|part| part.trim().len() <= 60 && !ends_sentence(part.trim()))
}

/// "12 shares", "3 comments", "1.2k views".
fn counted(bare: &str) -> bool {
    let Some((count, what)) = bare.split_once(' ') else { return false };
    let number = count.trim_end_matches(['k', 'm']);
    !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit() || b".,".contains(&b))
        && ["shares", "share", "comments", "comment", "views", "view", "likes", "retweets"]
            .contains(&what)
}

/// Whether a text ends as sentences do, closing marks aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']')
    });
    text.ends_with(['.', '!', '?', '…'])
}

/// Whether a text is cut as previews are.
pub(crate) fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    ["[…]", "[...]", "[ … ]", "[…", "… more", "... more", "(more...)"]
        .iter()
        .any(|end| text.ends_with(end))
        || ["…", "..."].iter().any(|end| text.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furniture_is_told_by_its_words() {
        for (text, expected) in [
            ("Advertisement", Reason::Advertisement),
            ("READ MORE:", Reason::Related),
            ("» Read more", Reason::Related),
            ("Related: Northland opens a second port", Reason::Related),
            ("Share on Facebook", Reason::Share),
            ("12 shares", Reason::Share),
            ("Image for Northland opens a port", Reason::Caption),
            ("Audio By Voicemaker", Reason::Audio),
            ("Sign up for our daily letter.", Reason::Subscribe),
            ("By The Northland Courier Staff", Reason::Byline),
            ("Monday, December 29, 2025 10:30 AM", Reason::Date),
            ("northland-port-talks", Reason::Label),
            ("https://example.org/a", Reason::Label),
            ("Home > World > North", Reason::Navigation),
            ("The clerk of Northport contributed to this report.", Reason::Credit),
            ("© 2025 The Northland Courier", Reason::Foot),
            ("Leave a Reply", Reason::Comments),
        ] {
            assert_eq!(reason(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn sentences_of_articles_are_kept() {
        for text in [
            "Shares in Northport fell by 3 percent on Monday.",
            "By Monday the ministers had agreed on the port.",
            "Listening posts were moved, the ministry said.",
            "The next post is to be opened in March.",
            "Print runs were cut, and the Courier said so.",
            "Commenting on the talks, the foreign minister of Northland spoke of progress.",
            "A ratio of 3 / 4 was kept.",
            "Key Issues Remain",
            "On 3 March 2026 the ministers of Northland and Southland met.",
        ] {
            assert_eq!(reason(text), None, "{text}");
        }
    }
}

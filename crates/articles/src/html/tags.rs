//! What elements and their classes tell of a piece of a page.

use crate::article::Reason;

/// The elements that matter here. All others are inline and only seen through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    A,
    Article,
    Aside,
    Blockquote,
    Body,
    Box,
    Br,
    Cell,
    Figcaption,
    Figure,
    Footer,
    Form,
    Header,
    Heading(u8),
    Item,
    Link,
    List,
    Main,
    Meta,
    Nav,
    P,
    Pre,
    Script,
    /// What a reader doesn't see, or sees as no text.
    Skipped,
    Time,
    Title,
    /// An element that has no end tag.
    Void,
    Inline,
}

impl Tag {
    pub(super) fn of(name: &[u8]) -> Tag {
        match name {
            b"a" => Tag::A,
            b"article" => Tag::Article,
            b"aside" => Tag::Aside,
            b"blockquote" => Tag::Blockquote,
            b"body" => Tag::Body,
            b"div" | b"section" | b"center" | b"details" | b"summary" | b"fieldset" | b"table"
            | b"tbody" | b"thead" | b"tfoot" | b"tr" | b"dl" | b"address" | b"dialog" | b"html"
            | b"hgroup" | b"search" | b"caption" => Tag::Box,
            b"br" => Tag::Br,
            b"td" | b"th" => Tag::Cell,
            b"figcaption" => Tag::Figcaption,
            b"figure" | b"picture" => Tag::Figure,
            b"footer" => Tag::Footer,
            b"form" => Tag::Form,
            b"header" => Tag::Header,
            b"h1" => Tag::Heading(1),
            b"h2" => Tag::Heading(2),
            b"h3" => Tag::Heading(3),
            b"h4" => Tag::Heading(4),
            b"h5" => Tag::Heading(5),
            b"h6" => Tag::Heading(6),
            b"li" | b"dt" | b"dd" => Tag::Item,
            b"link" => Tag::Link,
            b"ul" | b"ol" | b"menu" => Tag::List,
            b"main" => Tag::Main,
            b"meta" => Tag::Meta,
            b"nav" => Tag::Nav,
            b"p" => Tag::P,
            b"pre" | b"listing" => Tag::Pre,
            b"script" => Tag::Script,
            b"style" | b"template" | b"noscript" | b"iframe" | b"svg" | b"math" | b"object"
            | b"canvas" | b"select" | b"textarea" | b"audio" | b"video" | b"noembed"
            | b"noframes" | b"xmp" | b"datalist" | b"map" | b"button" | b"rt" | b"rp" => {
                Tag::Skipped
            }
            b"time" => Tag::Time,
            b"title" => Tag::Title,
            b"img" | b"input" | b"hr" | b"wbr" | b"source" | b"track" | b"area" | b"base"
            | b"col" | b"embed" | b"param" | b"frame" | b"keygen" | b"bgsound" => Tag::Void,
            _ => Tag::Inline,
        }
    }

    /// Whether it begins on a line of its own.
    pub(super) fn is_box(self) -> bool {
        matches!(
            self,
            Tag::Article
                | Tag::Aside
                | Tag::Blockquote
                | Tag::Body
                | Tag::Box
                | Tag::Cell
                | Tag::Figcaption
                | Tag::Figure
                | Tag::Footer
                | Tag::Form
                | Tag::Header
                | Tag::Heading(_)
                | Tag::Item
                | Tag::List
                | Tag::Main
                | Tag::Nav
                | Tag::P
                | Tag::Pre
        )
    }

    /// Whether it has an end tag to wait for.
    pub(super) fn is_open(self) -> bool {
        !matches!(self, Tag::Br | Tag::Void | Tag::Meta | Tag::Link)
    }
}

/// What a box is by its element or its class, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks(pub(super) u32);

impl Marks {
    pub(super) const NAVIGATION: Marks = Marks(1);
    pub(super) const RELATED: Marks = Marks(1 << 1);
    pub(super) const SHARE: Marks = Marks(1 << 2);
    pub(super) const SUBSCRIBE: Marks = Marks(1 << 3);
    pub(super) const ADVERTISEMENT: Marks = Marks(1 << 4);
    pub(super) const COMMENTS: Marks = Marks(1 << 5);
    pub(super) const CAPTION: Marks = Marks(1 << 6);
    pub(super) const AUDIO: Marks = Marks(1 << 7);
    pub(super) const BYLINE: Marks = Marks(1 << 8);
    pub(super) const FOOT: Marks = Marks(1 << 9);
    pub(super) const BESIDE: Marks = Marks(1 << 10);
    pub(super) const LABEL: Marks = Marks(1 << 11);
    pub(super) const DATE: Marks = Marks(1 << 12);
    /// The lead of the article: no reason to leave it out.
    pub(super) const LEAD: Marks = Marks(1 << 13);
    /// Said to be the article's body.
    pub(super) const ARTICLE_BODY: Marks = Marks(1 << 14);
    /// The element says so, not a class.
    pub(super) const CERTAIN: Marks = Marks(1 << 15);

    pub(super) fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    pub(super) fn has(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }

    /// Without what sets a box apart.
    pub(super) fn unapart(self) -> Marks {
        Marks(self.0 & (Marks::LEAD.0 | Marks::ARTICLE_BODY.0))
    }

    /// Why a box with these marks is no part of the article.
    pub(super) fn reason(self) -> Option<Reason> {
        const REASONS: [(Marks, Reason); 13] = [
            (Marks::COMMENTS, Reason::Comments),
            (Marks::ADVERTISEMENT, Reason::Advertisement),
            (Marks::CAPTION, Reason::Caption),
            (Marks::AUDIO, Reason::Audio),
            (Marks::SHARE, Reason::Share),
            (Marks::SUBSCRIBE, Reason::Subscribe),
            (Marks::RELATED, Reason::Related),
            (Marks::BYLINE, Reason::Byline),
            (Marks::DATE, Reason::Date),
            (Marks::LABEL, Reason::Label),
            (Marks::NAVIGATION, Reason::Navigation),
            (Marks::FOOT, Reason::Foot),
            (Marks::BESIDE, Reason::Beside),
        ];
        REASONS.iter().find(|(mark, _)| self.has(*mark)).map(|(_, reason)| *reason)
    }

    /// What the element itself says.
    pub(super) fn of_tag(tag: Tag) -> Marks {
        match tag {
            Tag::Nav => Marks::NAVIGATION.with(Marks::CERTAIN),
            Tag::Aside => Marks::BESIDE,
            Tag::Footer => Marks::FOOT,
            Tag::Form => Marks::BESIDE,
            Tag::Figcaption => Marks::CAPTION.with(Marks::CERTAIN),
            Tag::Figure => Marks::CAPTION,
            _ => Marks::default(),
        }
    }

    /// What the words of a class, id, role or property say.
    pub(super) fn of_words(value: &str) -> Marks {
        let mut marks = Marks::default();
        let mut previous = String::new();
        let mut word = String::new();
        let mut capital = false;
        for c in value.chars().chain([' ']) {
            // A new word begins at a sign, and where capitals begin: articleBody.
            if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && !capital) {
                if !word.is_empty() {
                    marks = marks.with(of_word(&word)).with(of_pair(&previous, &word));
                    previous = std::mem::take(&mut word);
                }
                if c.is_ascii_whitespace() {
                    previous.clear();
                }
            }
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase());
            }
            capital = c.is_ascii_uppercase();
        }
        marks
    }
}

fn of_word(word: &str) -> Marks {
    match word {
        "nav" | "navbar" | "menu" | "breadcrumb" | "breadcrumbs" | "pagination" | "pager"
        | "navigation" | "toc" | "ticker" | "tabs" | "submenu" | "topbar" | "masthead"
        | "cookie" | "cookies" | "consent" | "gdpr" | "popup" | "modal" | "overlay" | "skip"
        | "search" | "sitemap" => Marks::NAVIGATION,
        "related" | "recommended" | "recommendation" | "recommendations" | "trending"
        | "popular" | "mostread" | "promo" | "teaser" | "teasers" | "carousel" | "readmore"
        | "outbrain" | "taboola" | "latest" | "headlines" | "relatedposts" | "morefrom"
        | "upnext" | "seealso" | "readnext" | "alsoread" => Marks::RELATED,
        "share" | "sharing" | "social" | "addthis" | "sharedaddy" | "sharebar" | "sharebuttons"
        | "socials" | "reactions" => Marks::SHARE,
        "newsletter" | "newsletters" | "subscribe" | "subscription" | "signup" | "paywall"
        | "donate" | "donation" | "membership" | "cta" | "followus" | "registerwall" => {
            Marks::SUBSCRIBE
        }
        "ad" | "ads" | "advert" | "adverts" | "advertisement" | "advertising" | "sponsor"
        | "sponsored" | "dfp" | "adslot" | "adunit" | "adsbygoogle" | "advertorial" | "banner"
        | "commercial" => Marks::ADVERTISEMENT,
        "comments" | "comment" | "disqus" | "respond" | "replies" | "commentlist" | "livefyre" => {
            Marks::COMMENTS
        }
        "caption" | "captions" | "figcaption" | "gallery" | "slideshow" | "photocredit" => {
            Marks::CAPTION
        }
        "audio" | "player" | "podcast" | "listen" | "tts" | "videoplayer" => Marks::AUDIO,
        "byline" | "author" | "authors" | "writer" | "contributor" | "contributors" | "bio" => {
            Marks::BYLINE
        }
        "timestamp" | "pubdate" | "datetime" | "datepublished" | "datemodified" | "postdate" => {
            Marks::DATE
        }
        "tags" | "tag" | "kicker" | "eyebrow" | "category" | "categories" | "taglist"
        | "topics" | "hashtags" | "keywords" => Marks::LABEL,
        "footer" | "copyright" | "colophon" | "legal" | "disclaimer" => Marks::FOOT,
        "sidebar" | "widget" | "widgets" | "complementary" | "rail" | "pullquote" => Marks::BESIDE,
        "standfirst" | "subtitle" | "deck" | "dek" | "lede" | "lead" | "subheadline"
        | "subheading" | "intro" | "excerpt" | "strapline" | "leadtext" => Marks::LEAD,
        "articlebody" | "articlecontent" | "storybody" | "articletext" => Marks::ARTICLE_BODY,
        "contentinfo" => Marks::FOOT,
        _ => Marks::default(),
    }
}

fn of_pair(previous: &str, word: &str) -> Marks {
    match (previous, word) {
        ("article" | "story" | "post" | "entry" | "news", "body" | "content" | "text") => {
            Marks::ARTICLE_BODY
        }
        ("read", "more" | "next" | "also") | ("most", "read" | "popular" | "viewed") => {
            Marks::RELATED
        }
        ("more", "from" | "on" | "news" | "stories" | "articles") | ("also", "read" | "like") => {
            Marks::RELATED
        }
        ("pull", "quote") => Marks::BESIDE,
        ("sign", "up") | ("follow", "us") => Marks::SUBSCRIBE,
        ("date", "published" | "modified" | "line")
        | ("publish" | "published" | "post", "date") => Marks::DATE,
        ("article" | "story" | "entry" | "post", "date" | "time" | "meta") => Marks::DATE,
        ("photo" | "image" | "picture" | "media", "credit" | "source" | "caption") => {
            Marks::CAPTION
        }
        ("article" | "story" | "post", "summary") => Marks::LEAD,
        ("back", "to") => Marks::NAVIGATION,
        _ => Marks::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_by_their_words() {
        for (value, mark) in [
            ("c-article__body", Marks::ARTICLE_BODY),
            ("articleBody", Marks::ARTICLE_BODY),
            ("share-buttons top", Marks::SHARE),
            ("RelatedPosts", Marks::RELATED),
            ("module read-more", Marks::RELATED),
            ("pull_quote", Marks::BESIDE),
            ("standfirst", Marks::LEAD),
        ] {
            assert!(Marks::of_words(value).has(mark), "{value}");
        }
        for value in ["loaded header", "shadow", "entry wide", "upload", "read more-or-less"] {
            assert_eq!(Marks::of_words(value).reason(), None, "{value}");
        }
    }
}

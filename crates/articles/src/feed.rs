//! RSS and Atom feeds. The XML is taken apart item by item, with the place of each text; the
//! content of an item is HTML inside XML, so its places go through both.
//!
//! A reference to an entity that is no character stays as it is written: nothing is expanded, and
//! nothing is fetched.

use crate::article::{Article, Form, Place, Role, Stated};
use crate::date;
use crate::entity;
use crate::fault::{Fault, Note};
use crate::fold::folded;
use crate::limits::{FEED_DEPTH_MAX, Limits};
use crate::map::Mapped;
use crate::{Options, article::Paragraph, html, read};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use servanda_text::Span;
use std::ops::Range;

/// An element of the feed or of an item, by its name without prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Link,
    Published,
    Modified,
    Author,
    /// The text itself.
    Content,
    /// What may be the text, or a preview.
    Summary,
    Identity,
    Language,
}

impl Field {
    fn of(prefix: &str, name: &str) -> Option<Field> {
        Some(match (prefix, name) {
            ("media" | "itunes" | "image" | "thr", _) => return None,
            (_, "title") => Field::Title,
            (_, "link") => Field::Link,
            (_, "pubDate" | "published" | "date" | "issued" | "created") => Field::Published,
            (_, "updated" | "modified" | "lastBuildDate") => Field::Modified,
            // Atom has the name inside the author.
            (_, "creator" | "author" | "name") => Field::Author,
            (_, "encoded" | "content") => Field::Content,
            (_, "description" | "summary") => Field::Summary,
            (_, "guid") => Field::Identity,
            (_, "language") => Field::Language,
            _ => return None,
        })
    }
}

/// The texts that an item, or the feed around the items, has.
#[derive(Default)]
struct Fields {
    title: Option<Text>,
    link: Option<Stated>,
    published: Option<Text>,
    modified: Option<Text>,
    authors: Vec<Text>,
    content: Option<Text>,
    summary: Option<Text>,
    identity: Option<Text>,
    language: Option<Text>,
}

/// The text of an element.
#[derive(Clone)]
struct Text {
    mapped: Mapped<'static>,
    /// It is HTML once the XML is decoded.
    is_html: bool,
}

impl Text {
    /// What it shows: of markup, the first piece.
    fn shown(&self) -> Mapped<'static> {
        let text = &self.mapped.text;
        if self.is_html && text.contains('<') && text.contains('>') {
            let read = html::read_fragment(&self.mapped, &Limits::default());
            return read.pieces.into_iter().next().map(|piece| piece.text).unwrap_or_default();
        }
        folded(&self.mapped, 0..text.len(), self.is_html)
    }

    fn stated(&self) -> Option<Stated> {
        let text = self.shown();
        let span = text.span(0..text.text.len());
        (!text.text.trim().is_empty()).then(|| Stated {
            text: text.text.into_owned(),
            span,
            place: Place::Feed,
        })
    }
}

/// Whether the text of a document begins as a feed does, and which.
pub(crate) fn recognise(text: &str) -> Option<Form> {
    const HEAD_BYTES: usize = 4096;
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = text.get(..end)?.trim_start();
    loop {
        let skipped = match rest.get(..4)? {
            "<?xm" => rest.split_once("?>")?.1,
            "<!--" => rest.split_once("-->")?.1,
            "<!DO" if rest.get(..13)?.eq_ignore_ascii_case("<!doctype rss") => skip_doctype(rest)?,
            start if start.starts_with("<?") => rest.split_once("?>")?.1,
            _ => break,
        };
        rest = skipped.trim_start();
    }
    // An entity bomb stands in a declaration of any name.
    if rest.starts_with("<!DOCTYPE") && !rest.get(..20)?.to_ascii_lowercase().contains("html") {
        rest = skip_doctype(rest)?.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let name = name.split([' ', '>', '\t', '\r', '\n', '/']).next()?;
    match name.rsplit(':').next()? {
        "rss" | "RDF" => Some(Form::Rss),
        "feed" => Some(Form::Atom),
        _ => None,
    }
}

fn skip_doctype(text: &str) -> Option<&str> {
    let open = text.find('[');
    let close = text.find('>')?;
    match open {
        Some(open) if open < close => text.split_once("]>").map(|(_, rest)| rest),
        _ => text.get(close + 1..),
    }
}

/// Reads a feed: an article for each item.
pub(crate) fn articles(
    document: &Mapped<'_>,
    form: Form,
    name: &str,
    notes: &[Note],
    options: &Options<'_>,
) -> Result<Vec<Article>, Fault> {
    let mut scan = Scan::new(document, &options.limits);
    let broken = scan.run(|fields, span, feed| article(fields, span, feed, form, notes, options));
    let mut articles = scan.articles;
    if let Some((offset, message)) = broken {
        let offset = document.span(offset..offset).start;
        if articles.is_empty() {
            let name = servanda_text::escape(name).into_owned();
            return Err(Fault::Feed { name, offset, message });
        }
        if let Some(last) = articles.last_mut() {
            last.notes.push(Note::BrokenOff { offset, message });
        }
    }
    if articles.is_empty() {
        let (name, message) = (servanda_text::escape(name).into_owned(), "it has no items");
        return Err(Fault::Feed { name, offset: 0, message: message.to_owned() });
    }
    Ok(articles)
}

struct Scan<'a> {
    document: &'a Mapped<'a>,
    limits: &'a Limits,
    articles: Vec<Article>,
    feed: Fields,
    item: Option<(Fields, usize)>,
    /// Names of the open elements that were no field.
    depth: usize,
    /// The field that is read, the depth at which it began, and its text so far.
    open: Option<(Field, usize, Text)>,
    /// In Atom, text of type xhtml: where its markup began.
    markup: Option<usize>,
    /// Inside `image`, `source` and the like, whose titles and links are not ours.
    foreign: Option<usize>,
}

impl<'a> Scan<'a> {
    fn new(document: &'a Mapped<'a>, limits: &'a Limits) -> Scan<'a> {
        Scan {
            document,
            limits,
            articles: Vec::new(),
            feed: Fields::default(),
            item: None,
            depth: 0,
            open: None,
            markup: None,
            foreign: None,
        }
    }

    /// Goes through the XML; gives where and why it stopped early, if it did.
    fn run(&mut self, make: impl Fn(Fields, Span, &Fields) -> Article) -> Option<(usize, String)> {
        let document = self.document;
        let mut reader = Reader::from_str(&document.text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        config.expand_empty_elements = false;
        loop {
            let start = position(&reader);
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => return Some((start, error.to_string())),
            };
            let place = start..position(&reader);
            match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > FEED_DEPTH_MAX {
                        let message = format!("elements nest deeper than {FEED_DEPTH_MAX}");
                        return Some((start, message));
                    }
                    self.start(&tag, place);
                }
                Event::Empty(tag) => self.empty(&tag, place),
                Event::End(_) => {
                    if let Some((fields, from)) = self.end(place.clone()) {
                        let span = document.span(from..place.end);
                        self.articles.push(make(fields, span, &self.feed));
                        if self.articles.len() >= self.limits.articles {
                            let max = self.limits.articles;
                            let note = Note::TooMany { what: "items", max };
                            if let Some(last) = self.articles.last_mut() {
                                last.notes.push(note);
                            }
                            return None;
                        }
                    }
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                    let cdata = matches!(event, Event::CData(_));
                    self.text(place, cdata);
                }
                Event::Eof => {
                    let message = "an item is not closed".to_owned();
                    return self.item.as_ref().map(|(_, from)| (*from, message));
                }
                _ => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, place: Range<usize>) {
        if self.open.as_ref().is_some_and(|(field, _, _)| *field == Field::Author) {
            self.open = None;
        }
        if self.open.is_some() {
            // Markup inside: only Atom's xhtml shows it.
            self.markup.get_or_insert(place.start);
            return;
        }
        let name = tag.name();
        let local = name.local_name();
        let prefix = name.prefix();
        let local = local.as_ref();
        let prefix = prefix.as_ref().map_or("", |prefix| prefix.as_ref());
        if local == "item" || local == "entry" {
            if self.item.is_none() {
                self.item = Some((Fields::default(), place.start));
                self.foreign = None;
                self.depth = 1;
            }
            return;
        }
        if self.foreign.is_some() {
            return;
        }
        if matches!(local, "image" | "source" | "textInput" | "group" | "textinput" | "contributor")
        {
            self.foreign = Some(self.depth);
            return;
        }
        if let Some(field) = Field::of(prefix, local) {
            if field == Field::Link && self.atom_link(tag, place) {
                return;
            }
            let kind = attribute(tag, "type");
            let is_html = match kind.as_deref() {
                Some("text" | "text/plain") => false,
                Some(_) => true,
                // Atom's default is text, RSS's is HTML.
                None => matches!(field, Field::Content | Field::Summary | Field::Title),
            };
            self.open = Some((field, self.depth, Text { mapped: Mapped::default(), is_html }));
        }
    }

    fn empty(&mut self, tag: &BytesStart<'_>, place: Range<usize>) {
        if self.open.is_some() {
            self.markup.get_or_insert(place.start);
        } else if self.foreign.is_none() && tag.name().local_name().as_ref() == "link" {
            self.atom_link(tag, place);
        }
    }

    /// A link whose address is an attribute; whether it is one.
    fn atom_link(&mut self, tag: &BytesStart<'_>, place: Range<usize>) -> bool {
        let Some(href) = attribute(tag, "href") else { return false };
        let rel = attribute(tag, "rel").unwrap_or_else(|| "alternate".to_owned());
        if rel == "alternate" {
            let span = self.document.span(place);
            let stated = Stated { text: href, span, place: Place::Feed };
            self.fields().link.get_or_insert(stated);
        }
        true
    }

    fn fields(&mut self) -> &mut Fields {
        match &mut self.item {
            Some((fields, _)) => fields,
            None => &mut self.feed,
        }
    }

    fn text(&mut self, place: Range<usize>, cdata: bool) {
        if self.markup.is_some() {
            return;
        }
        let document = self.document;
        let Some((_, _, text)) = &mut self.open else { return };
        if cdata {
            let inside = place.start + "<![CDATA[".len()..place.end.saturating_sub("]]>".len());
            text.mapped.push_from(document, inside);
            return;
        }
        let mut at = place.start;
        while at < place.end {
            let rest = document.get(at..place.end);
            let plain = rest.find('&').unwrap_or(rest.len());
            text.mapped.push_from(document, at..at + plain);
            at += plain;
            if at >= place.end {
                break;
            }
            match entity::reference(document.get(at..place.end)) {
                Some((shown, len)) => {
                    text.mapped.push_shown(&shown, document, at..at + len);
                    at += len;
                }
                None => {
                    text.mapped.push_from(document, at..at + 1);
                    at += 1;
                }
            }
        }
    }

    /// An element ends; gives the item if it was one.
    fn end(&mut self, place: Range<usize>) -> Option<(Fields, usize)> {
        let depth = self.depth;
        self.depth = self.depth.saturating_sub(1);
        let name = end_name(self.document.get(place.clone()));
        if let Some((field, at, _)) = &self.open {
            if *at < depth {
                return None;
            }
            let field = *field;
            if let Some((_, _, mut text)) = self.open.take() {
                if let Some(from) = self.markup.take() {
                    // As a browser would show it: the markup as it stands.
                    text.mapped.push_from(self.document, from..place.start);
                    text.is_html = true;
                }
                self.keep(field, text);
            }
            return None;
        }
        if self.foreign.is_some_and(|at| at >= depth) {
            self.foreign = None;
            return None;
        }
        if name == "item" || name == "entry" { self.item.take() } else { None }
    }

    fn keep(&mut self, field: Field, text: Text) {
        let document_place = |text: &Text| text.stated();
        let fields = self.fields();
        match field {
            Field::Title => drop(fields.title.get_or_insert(text)),
            Field::Link => {
                if fields.link.is_none() {
                    fields.link = document_place(&text);
                }
            }
            Field::Published => drop(fields.published.get_or_insert(text)),
            Field::Modified => drop(fields.modified.get_or_insert(text)),
            Field::Author => {
                if fields.authors.len() < 20 {
                    fields.authors.push(text);
                }
            }
            Field::Content => {
                // The longest is the text: some feeds have a picture's content too.
                let longer = fields
                    .content
                    .as_ref()
                    .is_none_or(|old| old.mapped.text.len() < text.mapped.text.len());
                if longer {
                    fields.content = Some(text);
                }
            }
            Field::Summary => drop(fields.summary.get_or_insert(text)),
            Field::Identity => drop(fields.identity.get_or_insert(text)),
            Field::Language => drop(fields.language.get_or_insert(text)),
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The name in an end tag, without prefix.
fn end_name(tag: &str) -> &str {
    let name = tag.trim_start_matches("</").trim_end_matches('>').trim();
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    attributes.with_checks(false);
    for attribute in attributes.take(32).flatten() {
        if attribute.key.as_ref() == name {
            let value: &str = attribute.value.as_ref();
            let mapped = Mapped { text: value.into(), map: crate::map::Map::same(0, value.len()) };
            return Some(folded(&mapped, 0..value.len(), true).text.into_owned());
        }
    }
    None
}

fn article(
    fields: Fields,
    span: Span,
    feed: &Fields,
    form: Form,
    notes: &[Note],
    options: &Options<'_>,
) -> Article {
    let headline = fields.title.as_ref().map(Text::shown);
    let title = fields.title.as_ref().and_then(Text::stated);
    let content = fields.content.as_ref().filter(|text| !text.mapped.text.trim().is_empty());
    let is_summary = content.is_none();
    let text = content.or(fields.summary.as_ref());
    let mut article = read::blank(form, span);
    article.notes.extend(notes.iter().cloned());
    let names: Vec<Stated> = fields.authors.iter().filter_map(Text::stated).collect();
    article.byline = names.first().map(|first| Stated {
        text: names.iter().map(|name| author(&name.text)).collect::<Vec<_>>().join(", "),
        ..first.clone()
    });
    article.outlet = feed.title.as_ref().and_then(Text::stated);
    let is_address = |stated: &Stated| stated.text.starts_with("http");
    article.address = fields
        .link
        .clone()
        .or_else(|| fields.identity.as_ref().and_then(Text::stated).filter(is_address));
    let dated = |text: &Option<Text>| text.as_ref().and_then(Text::stated).and_then(date::dated);
    article.published = dated(&fields.published).or_else(|| dated(&fields.modified));
    article.modified = dated(&fields.modified);
    article.language.declared =
        feed.language.as_ref().and_then(Text::stated).map(|stated| stated.text);
    article.title = title;
    if let Some(text) = text {
        let pieces = if text.is_html {
            let read = html::read_fragment(&text.mapped, &options.limits);
            article.notes.extend(read.notes);
            read.pieces
        } else {
            crate::plain::pieces(&text.mapped, &options.limits).0
        };
        read::fill(&mut article, pieces, false, options);
        let cut = is_summary && article.notes.contains(&Note::CutShort);
        if is_summary && article.paragraphs.is_empty() && !cut {
            article.notes.push(Note::LinkOnly);
        }
    } else {
        article.notes.push(Note::LinkOnly);
    }
    // The headline of an item stands in its title, not in its content.
    if let Some(headline) = headline.filter(|headline| !headline.text.trim().is_empty())
        && article.paragraphs.iter().all(|paragraph| paragraph.role != Role::Headline)
    {
        article.paragraphs.insert(0, Paragraph::new(Role::Headline, headline));
    }
    read::tell_language(&mut article);
    article
}

/// "a@example.org (A. Clerk)" is the RSS form of a name.
fn author(text: &str) -> &str {
    match text.split_once('(') {
        Some((address, name)) if address.contains('@') => name.trim_end_matches([')', ' ']),
        _ => text,
    }
}

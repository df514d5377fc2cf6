//! A page as boxes and the pieces of text in them.

use super::tags::{Marks, Tag};
use crate::entity;
use crate::fault::Note;
use crate::fold::Folder;
use crate::limits::{ATTRIBUTE_BYTES_MAX, DATA_BYTES_MAX, FACTS_MAX, Limits};
use crate::map::Mapped;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::ops::Range;

/// A box: an element on lines of its own.
#[derive(Debug, Clone)]
pub(super) struct PageBox {
    pub(super) parent: usize,
    pub(super) tag: Tag,
    pub(super) marks: Marks,
}

/// A piece of text between two breaks.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) text: Mapped<'static>,
    /// The box that it stands in.
    pub(super) inside: usize,
    /// Bytes of it inside links.
    pub(super) linked: usize,
    /// Bytes of it in `time` elements.
    pub(super) timed: usize,
}

/// An element without text that says something of the page.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    /// Where the tag stands in the document's text.
    pub(super) place: Range<usize>,
    pub(super) attributes: Attributes,
    /// The text inside, for `time`, `title` and scripts, as a range of the document's text.
    pub(super) content: Range<usize>,
}

/// The attributes that matter, decoded; empty when absent.
#[derive(Debug, Default, Clone)]
pub(super) struct Attributes {
    pub(super) words: String,
    pub(super) name: String,
    pub(super) content: String,
    pub(super) rel: String,
    pub(super) href: String,
    pub(super) datetime: String,
    pub(super) kind: String,
    pub(super) itemprop: String,
    pub(super) lang: String,
    pub(super) is_hidden: bool,
}

/// What was found in a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The first is the page itself.
    pub(super) boxes: Vec<PageBox>,
    pub(super) blocks: Vec<Block>,
    pub(super) metas: Vec<Tagged>,
    pub(super) links: Vec<Tagged>,
    pub(super) times: Vec<Tagged>,
    pub(super) data: Vec<Tagged>,
    pub(super) title: Option<Tagged>,
    pub(super) language: Option<String>,
    pub(super) notes: Vec<Note>,
}

/// An element whose end tag is to come.
#[derive(Debug, Clone, Copy)]
struct Open {
    tag: Tag,
    /// Tells inline elements apart.
    name: u32,
    /// The box around it.
    outside: usize,
    skips: bool,
    links: bool,
}

struct Builder<'a> {
    document: &'a Mapped<'a>,
    limits: &'a Limits,
    page: Page,
    open: Vec<Open>,
    /// Elements beyond the depth that is followed.
    beyond: usize,
    inside: usize,
    skipping: usize,
    linking: usize,
    in_time: bool,
    folder: Folder,
    linked: usize,
    timed: usize,
    breaks: usize,
    tag: Tag,
    name: u32,
    start: usize,
    attribute: Attribute,
    attributes: Attributes,
    is_full: bool,
}

/// The attribute whose value is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Words,
    Name,
    Content,
    Rel,
    Href,
    Datetime,
    Kind,
    Itemprop,
    Lang,
    Hidden,
    Style,
    Other,
}

/// Reads a page. It always ends with what there is.
pub(super) fn tokenize(document: &Mapped<'_>, limits: &Limits) -> Page {
    let mut builder = Builder {
        document,
        limits,
        page: Page::default(),
        open: Vec::new(),
        beyond: 0,
        inside: 0,
        skipping: 0,
        linking: 0,
        in_time: false,
        folder: Folder::default(),
        linked: 0,
        timed: 0,
        breaks: 0,
        tag: Tag::Inline,
        name: 0,
        start: 0,
        attribute: Attribute::Other,
        attributes: Attributes::default(),
        is_full: false,
    };
    let body = PageBox { parent: 0, tag: Tag::Body, marks: Marks::default() };
    builder.page.boxes.push(body);
    let builder_ref = &mut builder;
    let callback = move |event: CallbackEvent<'_>, span: Span<usize>| -> Option<()> {
        builder_ref.take(event, span.start..span.end);
        builder_ref.is_full.then_some(())
    };
    let mut emitter: CallbackEmitter<_, (), usize> = CallbackEmitter::new(callback);
    emitter.naively_switch_states(true);
    let text: &str = &document.text;
    // A token is only handed on when the page is full.
    let _full = Tokenizer::new_with_emitter(text, emitter).next();
    builder.close_block();
    let mut page = builder.page;
    if builder.is_full {
        page.notes.push(Note::TooMany { what: "pieces of text", max: limits.blocks });
    }
    page
}

/// An end tag without a name.
const EMPTY_TAG: &str = "</>";

impl Builder<'_> {
    fn take(&mut self, event: CallbackEvent<'_>, place: Range<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag::of(name);
                self.name = hash(name);
                self.start = place.start;
                self.attribute = Attribute::Other;
                self.attributes = Attributes::default();
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = Attribute::of(name);
                if self.attribute == Attribute::Hidden && name == b"hidden" {
                    self.attributes.is_hidden = true;
                }
            }
            CallbackEvent::AttributeValue { value } => self.attribute(value),
            CallbackEvent::CloseStartTag { self_closing } => {
                self.start_tag(self.start..place.end, self_closing);
            }
            CallbackEvent::EndTag { name } => self.end_tag(name, place),
            CallbackEvent::String { value } => {
                for place in self.without_empty_tags(value, place) {
                    self.text(place);
                }
            }
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::Error(_) => {}
        }
    }

    /// The parts of a place of text, without the end tags that have no name (`</>`): the tokenizer
    /// drops them within a text.
    fn without_empty_tags(&self, value: &[u8], place: Range<usize>) -> Vec<Range<usize>> {
        let raw = self.document.get(place.clone());
        if !raw.contains(EMPTY_TAG) || self.agrees(value, place.clone()) {
            debug_assert!(self.agrees(value, place.clone()), "{place:?} is not {value:?}");
            return vec![place];
        }
        let mut parts = Vec::new();
        let mut from = place.start;
        for (at, tag) in raw.match_indices(EMPTY_TAG) {
            parts.push(from..place.start + at);
            from = place.start + at + tag.len();
        }
        parts.push(from..place.end);
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Whether the tokenizer and the references read here show the same for a place.
    fn agrees(&self, value: &[u8], place: Range<usize>) -> bool {
        let raw = self.document.get(place);
        let in_script =
            self.open.last().is_some_and(|open| matches!(open.tag, Tag::Script | Tag::Skipped));
        let (mut shown, mut rest) = (String::new(), raw);
        while let Some(at) = rest.find('&').filter(|_| !in_script) {
            let (plain, from) = rest.split_at(at);
            let (c, len) = entity::reference(from).unwrap_or(("&".into(), 1));
            shown.push_str(plain);
            shown.push_str(&c);
            rest = from.get(len..).unwrap_or_default();
        }
        shown.push_str(rest);
        let squeezed = |text: &str| text.split(['\r', '\n', '\0', '\u{FFFD}']).collect::<String>();
        in_script || squeezed(&shown) == squeezed(&String::from_utf8_lossy(value))
    }

    fn attribute(&mut self, value: &[u8]) {
        let value = value.get(..ATTRIBUTE_BYTES_MAX).unwrap_or(value);
        let value = String::from_utf8_lossy(value);
        let attributes = &mut self.attributes;
        let place = match self.attribute {
            Attribute::Words => {
                attributes.words.push(' ');
                &mut attributes.words
            }
            Attribute::Name => &mut attributes.name,
            Attribute::Content => &mut attributes.content,
            Attribute::Rel => &mut attributes.rel,
            Attribute::Href => &mut attributes.href,
            Attribute::Datetime => &mut attributes.datetime,
            Attribute::Kind => &mut attributes.kind,
            Attribute::Itemprop => &mut attributes.itemprop,
            Attribute::Lang => &mut attributes.lang,
            Attribute::Hidden => {
                attributes.is_hidden |= value.as_ref() == "true";
                return;
            }
            Attribute::Style => {
                let style: String =
                    value.chars().filter(|c| !c.is_ascii_whitespace()).take(400).collect();
                let style = style.to_ascii_lowercase();
                attributes.is_hidden |=
                    style.contains("display:none") || style.contains("visibility:hidden");
                return;
            }
            Attribute::Other => return,
        };
        if place.len() < ATTRIBUTE_BYTES_MAX {
            place.push_str(&value);
        }
    }

    fn start_tag(&mut self, place: Range<usize>, self_closing: bool) {
        let tag = self.tag;
        if self.skipping > 0 && !matches!(tag, Tag::Skipped | Tag::Script) {
            // Elements of the same name inside what is skipped are counted.
            self.open_element(tag, true);
            return;
        }
        match tag {
            Tag::Br => self.line_break(place),
            Tag::Meta => self.fact(place, |page| &mut page.metas),
            Tag::Link => self.fact(place, |page| &mut page.links),
            // Without an end tag in XHTML; otherwise HTML ignores the stroke.
            Tag::Script if self_closing => {}
            Tag::Script => {
                if self.attributes.kind.trim().eq_ignore_ascii_case("application/ld+json") {
                    self.fact(place, |page| &mut page.data);
                }
                self.open_element(tag, true);
            }
            Tag::Title => {
                if self.page.title.is_none() && self.skipping == 0 {
                    let content = place.end..place.end;
                    self.page.title = Some(Tagged { place, content, ..Tagged::default() });
                }
                self.open_element(tag, true);
            }
            Tag::Time => {
                self.fact(place, |page| &mut page.times);
                self.in_time = true;
                self.open_element(tag, false);
            }
            Tag::Void => {}
            Tag::Skipped => {
                if !self_closing {
                    self.open_element(tag, true);
                }
            }
            _ => {
                if self.page.language.is_none() && !self.attributes.lang.is_empty() {
                    self.page.language = Some(std::mem::take(&mut self.attributes.lang));
                }
                let hidden = self.attributes.is_hidden && !self.covers_page();
                self.open_element(tag, hidden);
            }
        }
    }

    /// A hidden `html` or `body` is shown by a script once it is loaded.
    fn covers_page(&self) -> bool {
        matches!(self.tag, Tag::Body) || self.open.is_empty()
    }

    /// Notes an element that says something of the page.
    fn fact(&mut self, place: Range<usize>, list: fn(&mut Page) -> &mut Vec<Tagged>) {
        let list = list(&mut self.page);
        if list.len() < FACTS_MAX {
            let attributes = std::mem::take(&mut self.attributes);
            let content = place.end..place.end;
            list.push(Tagged { place, attributes, content });
        }
    }

    fn open_element(&mut self, tag: Tag, skips: bool) {
        if !tag.is_open() {
            return;
        }
        if tag.is_box() {
            self.close_block();
            if tag == Tag::P || matches!(tag, Tag::Heading(_)) {
                self.close_implied(|open| open == Tag::P, |open| open.is_box() && open != Tag::P);
            } else {
                self.close_implied(|open| open == Tag::P, |open| open.is_box() && open != Tag::P);
                if tag == Tag::Item || tag == Tag::Cell {
                    let ends = |open: Tag| matches!(open, Tag::List | Tag::Box | Tag::Body);
                    self.close_implied(|open| open == tag, ends);
                }
            }
        }
        if self.open.len() >= self.limits.depth {
            if self.beyond == 0 && tag.is_box() {
                let max = self.limits.depth;
                if !self.page.notes.contains(&Note::TooDeep { max }) {
                    self.page.notes.push(Note::TooDeep { max });
                }
            }
            self.beyond += 1;
            return;
        }
        let links = tag == Tag::A;
        self.open.push(Open { tag, name: self.name, outside: self.inside, skips, links });
        self.skipping += usize::from(skips);
        self.linking += usize::from(links);
        if tag.is_box() && !skips {
            if self.page.boxes.len() < self.limits.boxes {
                let attributes = &self.attributes;
                let marks = Marks::of_tag(tag)
                    .with(Marks::of_words(&attributes.words))
                    .with(Marks::of_words(&attributes.itemprop));
                let marks = if tag == Tag::Body { Marks::default() } else { marks };
                self.page.boxes.push(PageBox { parent: self.inside, tag, marks });
                self.inside = self.page.boxes.len() - 1;
            } else if self.page.boxes.len() == self.limits.boxes {
                let note = Note::TooMany { what: "boxes", max: self.limits.boxes };
                if !self.page.notes.contains(&note) {
                    self.page.notes.push(note);
                }
            }
        }
    }

    /// Closes the nearest such element, unless one that bounds the search comes first.
    fn close_implied(&mut self, closes: impl Fn(Tag) -> bool, bounds: impl Fn(Tag) -> bool) {
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, open)| !bounds(open.tag) || closes(open.tag))
            .find(|(_, open)| closes(open.tag))
            .map(|(at, _)| at);
        if let Some(at) = found {
            self.close_down_to(at);
        }
    }

    fn close_down_to(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(open) = self.open.pop() else { break };
            self.skipping -= usize::from(open.skips);
            self.linking -= usize::from(open.links);
            self.inside = open.outside;
            if open.tag == Tag::Time {
                self.in_time = false;
            }
        }
    }

    fn end_tag(&mut self, name: &[u8], place: Range<usize>) {
        let tag = Tag::of(name);
        if tag == Tag::Br {
            return self.line_break(place);
        }
        if self.beyond > 0 {
            // What was not followed in is not followed out.
            self.beyond -= 1;
            if tag.is_box() {
                self.close_block();
            }
            return;
        }
        if tag.is_box() && self.skipping == 0 {
            self.close_block();
        }
        let name = hash(name);
        // An inline element is not looked for outside of the box that it would end in.
        let found = self
            .open
            .iter()
            .enumerate()
            .rev()
            .take_while(|(_, open)| {
                open.name == name || tag.is_box() || !open.tag.is_box() || open.skips
            })
            .find(|(_, open)| open.name == name)
            .map(|(at, _)| at);
        if let Some(at) = found {
            self.close_down_to(at);
        }
    }

    fn text(&mut self, place: Range<usize>) {
        match self.open.last().map(|open| open.tag) {
            Some(Tag::Script) => {
                if let Some(data) = self.page.data.last_mut()
                    && data.content.end == place.start
                    && place.len() <= DATA_BYTES_MAX
                {
                    data.content.end = place.end;
                }
                return;
            }
            Some(Tag::Title) => {
                if let Some(title) = &mut self.page.title
                    && title.content.end == place.start
                {
                    title.content.end = place.end;
                }
                return;
            }
            _ => {}
        }
        if self.skipping > 0 {
            return;
        }
        if self.in_time
            && let Some(time) = self.page.times.last_mut()
            && time.content.end == place.start
        {
            time.content.end = place.end;
        }
        let before = self.folder.len();
        self.folder.push(self.document, place, true);
        let added = self.folder.len() - before;
        if added > 0 {
            self.breaks = 0;
        }
        if self.linking > 0 {
            self.linked += added;
        }
        if self.in_time {
            self.timed += added;
        }
    }

    /// Two breaks in a row part paragraphs.
    fn line_break(&mut self, place: Range<usize>) {
        if self.skipping > 0 {
            return;
        }
        self.breaks += 1;
        if self.breaks > 1 {
            self.close_block();
        } else {
            self.folder.line_break(self.document, place);
        }
    }

    fn close_block(&mut self) {
        let text = self.folder.take();
        let (linked, timed) = (self.linked, self.timed);
        self.linked = 0;
        self.timed = 0;
        self.breaks = 0;
        // A paragraph of a no-break space alone makes room and says nothing.
        if text.text.trim().is_empty() {
            return;
        }
        if self.page.blocks.len() >= self.limits.blocks {
            self.is_full = true;
            return;
        }
        let inside = self.inside;
        self.page.blocks.push(Block { text, inside, linked, timed });
    }
}

impl Attribute {
    fn of(name: &[u8]) -> Attribute {
        match name {
            b"class" | b"id" | b"role" => Attribute::Words,
            b"property" | b"name" => Attribute::Name,
            b"content" => Attribute::Content,
            b"rel" => Attribute::Rel,
            b"href" => Attribute::Href,
            b"datetime" => Attribute::Datetime,
            b"type" => Attribute::Kind,
            b"itemprop" => Attribute::Itemprop,
            b"lang" | b"xml:lang" => Attribute::Lang,
            b"hidden" | b"aria-hidden" => Attribute::Hidden,
            b"style" => Attribute::Style,
            _ => Attribute::Other,
        }
    }
}

/// FNV-1a: names of elements are only told apart.
fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

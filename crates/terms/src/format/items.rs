//! A block of TOML as what stands in it line by line: pairs, headers, comments, empty lines.

use super::value::{Group, Member, Value};
use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// One line of a block, or several where a value goes over several.
pub(super) enum Item<'t> {
    /// One or more empty lines.
    Blank,
    Comment(&'t str),
    Header {
        /// With its brackets.
        text: String,
        comment: Option<&'t str>,
    },
    Pair {
        key: String,
        /// The column in which its `=` stands, counted from the key's first; none where a tab
        /// makes that uncertain.
        column: Option<usize>,
        value: Value<'t>,
        comment: Option<&'t str>,
    },
}

/// The items of a block that is known to be TOML.
pub(super) fn read(text: &str) -> Vec<Item<'_>> {
    let tokens = Source::new(text).lex().into_vec();
    let mut events: Vec<Event> = Vec::new();
    parse_document(&tokens, &mut events, &mut ());
    Reader { text, events: &events, at: 0 }.items()
}

struct Reader<'t, 'e> {
    text: &'t str,
    events: &'e [Event],
    at: usize,
}

impl<'t> Reader<'t, '_> {
    fn kind(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    /// The text of the next event, which is then behind us.
    fn take(&mut self) -> &'t str {
        let span = self.events.get(self.at).map(Event::span);
        self.at += 1;
        span.and_then(|span| self.text.get(span.start()..span.end())).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        while self.kind() == Some(EventKind::Whitespace) {
            self.at += 1;
        }
    }

    fn items(mut self) -> Vec<Item<'t>> {
        let mut items = Vec::new();
        let mut line_is_empty = true;
        while let Some(kind) = self.kind() {
            match kind {
                EventKind::Newline => {
                    self.at += 1;
                    if line_is_empty && !matches!(items.last(), Some(Item::Blank)) {
                        items.push(Item::Blank);
                    }
                    line_is_empty = true;
                    continue;
                }
                EventKind::Comment => items.push(Item::Comment(self.comment())),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => items.push(self.header()),
                EventKind::SimpleKey => items.push(self.pair()),
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            line_is_empty = false;
        }
        items
    }

    fn comment(&mut self) -> &'t str {
        self.take().trim_end()
    }

    /// The comment that ends the line.
    fn comment_after(&mut self) -> Option<&'t str> {
        self.skip_blanks();
        (self.kind() == Some(EventKind::Comment)).then(|| self.comment())
    }

    fn header(&mut self) -> Item<'t> {
        let mut text = String::new();
        loop {
            let kind = self.kind();
            let word = self.take();
            match kind {
                Some(EventKind::Whitespace) => {}
                Some(EventKind::StdTableClose | EventKind::ArrayTableClose) | None => {
                    text += word;
                    break;
                }
                Some(_) => text += word,
            }
        }
        Item::Header { text, comment: self.comment_after() }
    }

    /// A key with the blanks before its `=`, which is then behind us.
    fn key(&mut self) -> (String, Option<usize>) {
        let mut key = String::new();
        let mut blanks = "";
        loop {
            let kind = self.kind();
            let word = self.take();
            match kind {
                Some(EventKind::Whitespace) => blanks = word,
                Some(EventKind::KeyValSep) | None => break,
                Some(_) => {
                    key += word;
                    blanks = "";
                }
            }
        }
        let only_spaces = blanks.chars().all(|blank| blank == ' ');
        let column = only_spaces.then(|| key.chars().count() + blanks.len());
        (key, column)
    }

    fn pair(&mut self) -> Item<'t> {
        let (key, column) = self.key();
        let value = self.value();
        Item::Pair { key, column, value, comment: self.comment_after() }
    }

    fn value(&mut self) -> Value<'t> {
        self.skip_blanks();
        match self.kind() {
            Some(EventKind::ArrayOpen) => Value::Group(self.group(true)),
            Some(EventKind::InlineTableOpen) => Value::Group(self.group(false)),
            _ => Value::Scalar(self.take()),
        }
    }

    /// A list or an inline table, from its opening to its close.
    fn group(&mut self, is_list: bool) -> Group<'t> {
        self.at += 1;
        let mut group = Group { is_list, members: Vec::new(), after: Vec::new(), is_broken: false };
        // Comments that wait for the member that they stand before.
        let mut before: Vec<&'t str> = Vec::new();
        // Whether the last member, if any, is on the line that is being read.
        let mut on_line = false;
        while let Some(kind) = self.kind() {
            match kind {
                EventKind::ArrayClose | EventKind::InlineTableClose => {
                    self.at += 1;
                    break;
                }
                EventKind::Newline => {
                    self.at += 1;
                    group.is_broken = true;
                    on_line = false;
                }
                EventKind::Comment => {
                    let comment = self.comment();
                    match group.members.last_mut().filter(|_| on_line) {
                        Some(member) => member.comment = Some(comment),
                        None => before.push(comment),
                    }
                }
                EventKind::SimpleKey | EventKind::Scalar => {
                    let key = (kind == EventKind::SimpleKey).then(|| self.key().0);
                    let value = self.value();
                    let before = std::mem::take(&mut before);
                    group.members.push(Member { before, key, value, comment: None });
                    on_line = true;
                }
                EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                    let value = self.value();
                    let before = std::mem::take(&mut before);
                    group.members.push(Member { before, key: None, value, comment: None });
                    on_line = true;
                }
                _ => self.at += 1,
            }
        }
        group.after = before;
        group
    }
}

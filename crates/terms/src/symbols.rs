//! Which names an agreement declares, where it uses them, and what its tables can hold: what an
//! editor asks.
//!
//! Nothing here depends on the kinds of provision. A table two levels deep declares a name, and a
//! text is a use when it equals a declared name of the class that its key takes, or when one of
//! its words is the full name of a declared term, such as `prohibit.fire`. What can't be read is
//! passed over, so that the rest of a text that somebody is writing is still known.

use crate::findings::Findings;
use crate::parse::tree::{Node, Table, Value, Word};
use crate::parse::{layout, tree};
use crate::{codes, kinds, load};
use servanda_text::{SourceText, Span};
use std::collections::BTreeMap;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// A party.
    Party,
    /// Somebody whose words reports give.
    Person,
    /// A matter of which reports speak.
    Topic,
    /// A line on the ground.
    Line,
    /// A zone.
    Zone,
    /// A group of zones.
    Group,
    /// A register of sites.
    Register,
    /// A source of observations.
    Source,
    /// A word that the text defines.
    Definition,
    /// Something that happens, and that terms count from.
    Event,
    /// What a provision doesn't apply to.
    Exception,
    /// A provision of any kind.
    Provision,
}

impl SymbolKind {
    /// The tables of the front matter that declare names.
    const FRONT: [(&str, SymbolKind); 10] = [
        ("party", SymbolKind::Party),
        ("person", SymbolKind::Person),
        ("topic", SymbolKind::Topic),
        ("line", SymbolKind::Line),
        ("zone", SymbolKind::Zone),
        ("zones", SymbolKind::Group),
        ("sites", SymbolKind::Register),
        ("source", SymbolKind::Source),
        ("define", SymbolKind::Definition),
        ("event", SymbolKind::Event),
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SymbolKind::Party => "party",
            SymbolKind::Person => "person",
            SymbolKind::Topic => "topic",
            SymbolKind::Line => "line",
            SymbolKind::Zone => "zone",
            SymbolKind::Group => "group of zones",
            SymbolKind::Register => "register of sites",
            SymbolKind::Source => "source",
            SymbolKind::Definition => "definition",
            SymbolKind::Event => "event",
            SymbolKind::Exception => "exception",
            SymbolKind::Provision => "provision",
        }
    }

    /// What a key takes, in the front matter and in terms; empty: no names.
    #[must_use]
    pub fn taken_by(key: &str) -> &'static [SymbolKind] {
        use SymbolKind::{
            Definition, Event, Exception, Group, Line, Party, Provision, Register, Source, Zone,
        };
        match key {
            "who" | "by" | "to" | "of" | "party" | "holder" | "held_by" | "state" | "signed_by"
            | "agreed_by" | "decider" | "consults" | "decided_by" | "verified_by" => &[Party],
            "where" | "union" | "intersect" | "minus" | "theatre" => &[Zone, Group],
            "line" | "lines" => &[Line],
            "sites" | "register" | "storage" => &[Register],
            "shown_by" => &[Source],
            "except" | "may_include" => &[Exception],
            "requires" | "holds" | "guards" | "void_if" | "about" => &[Provision],
            "broken_by" => &[Definition, Provision],
            "from" | "until" | "due" => &[Provision, Event],
            _ => &[],
        }
    }
}

/// A declared name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// What it stands for.
    pub kind: SymbolKind,
    /// The name as the terms write it: `NORTH`; `prohibit.fire`; `event.signature`.
    pub name: String,
    /// Where the name stands in its declaration.
    pub span: Span,
    /// All of the table that declares it.
    pub extent: Span,
}

/// A place where a declared name is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Its place in [`Symbols::declared`].
    pub symbol: usize,
    /// The name as it is written there; for a group, with the member: `province.*`.
    pub name: String,
    /// Where it stands, without quotes.
    pub span: Span,
}

/// A heading and what stands below it, up to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's words.
    pub heading: String,
    /// Where the heading stands.
    pub span: Span,
    /// From the heading to the next, or to the end.
    pub extent: Span,
}

/// The names of an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Symbols {
    /// The declared names, in the order of the text.
    pub declared: Vec<Symbol>,
    /// Where they are used, in the order of the text.
    pub uses: Vec<Use>,
    /// The headings with what stands below them.
    pub sections: Vec<Section>,
    /// The front matter.
    pub front: Span,
    /// The blocks of terms.
    pub blocks: Vec<Span>,
}

impl Symbols {
    /// The name at a byte: its place in [`Symbols::declared`], as it is written there, and where.
    /// The byte after the last still belongs to it, as a cursor may stand there.
    #[must_use]
    pub fn at(&self, offset: u32) -> Option<(usize, &str, Span)> {
        let holds = |span: Span| span.start <= offset && offset <= span.end;
        let declared = self.declared.iter().position(|symbol| holds(symbol.span));
        if let Some((index, symbol)) = declared.and_then(|i| Some((i, self.declared.get(i)?))) {
            return Some((index, &symbol.name, symbol.span));
        }
        let used = self.uses.iter().find(|used| holds(used.span))?;
        Some((used.symbol, &used.name, used.span))
    }
}

/// The names of an agreement, as far as it can be read.
#[must_use]
pub fn symbols(source: &SourceText) -> Symbols {
    let mut symbols = Symbols::default();
    let Some(layout) = layout::split(source, &mut Findings::default()) else {
        return symbols;
    };
    let read = |span| tree::read(source, span, &mut Findings::default());
    let front = read(layout.front);
    let blocks: Vec<Table> = layout.blocks.iter().filter_map(|b| read(b.content)).collect();
    symbols.front = layout.front;
    symbols.blocks = layout.blocks.iter().map(|block| block.content).collect();
    symbols.sections = sections(&layout, source.text().len());

    for entry in front.iter().flat_map(|front| &front.entries) {
        let kind = SymbolKind::FRONT.into_iter().find(|(table, _)| *table == entry.key.text);
        let Some((table, kind)) = kind else { continue };
        symbols.declare(&entry.node, |name| match kind {
            SymbolKind::Event => (kind, format!("{table}.{name}")),
            _ => (kind, name.to_owned()),
        });
    }
    for entry in blocks.iter().flat_map(|block| &block.entries) {
        let table = entry.key.text.as_str();
        symbols.declare(&entry.node, |name| match table {
            "except" => (SymbolKind::Exception, name.to_owned()),
            _ => (SymbolKind::Provision, format!("{table}.{name}")),
        });
    }
    symbols.declared.sort_by_key(|symbol| symbol.span);

    let mut names = BTreeMap::new();
    for (index, symbol) in symbols.declared.iter().enumerate() {
        // Where a name stands twice, the first is meant, as the reader of terms has it.
        names.entry((symbol.kind, symbol.name.clone())).or_insert(index);
    }
    let mut finder = Finder { source, names, uses: Vec::new() };
    for table in front.iter().chain(&blocks) {
        for entry in &table.entries {
            match &entry.node.value {
                // The names below are declared there, and are no keys.
                Value::Table(named) => named.entries.iter().for_each(|named| {
                    finder.node(&named.node, SymbolKind::taken_by(&named.key.text));
                }),
                _ => finder.node(&entry.node, SymbolKind::taken_by(&entry.key.text)),
            }
        }
    }
    symbols.uses = finder.uses;
    symbols.uses.sort_by_key(|used| used.span);
    symbols
}

impl Symbols {
    /// The named tables below a key.
    fn declare(&mut self, node: &Node, named: impl Fn(&str) -> (SymbolKind, String)) {
        let Value::Table(table) = &node.value else { return };
        for entry in &table.entries {
            if matches!(entry.node.value, Value::Table(_)) {
                let (kind, name) = named(&entry.key.text);
                let start = entry.node.span.start.min(entry.key.span.start);
                let extent = Span::new(start, end(&entry.node).max(entry.key.span.end));
                self.declared.push(Symbol { kind, name, span: entry.key.span, extent });
            }
        }
    }
}

/// Where a value ends, with all that is below it.
fn end(node: &Node) -> u32 {
    let own = node.span.end;
    match &node.value {
        Value::Table(table) => table.entries.iter().map(|e| end(&e.node)).fold(own, u32::max),
        _ => own,
    }
}

fn sections(layout: &layout::Layout, length: usize) -> Vec<Section> {
    let headings = layout.sections.iter().filter_map(|section| section.heading.as_ref());
    let headings: Vec<_> = headings.collect();
    let ends = headings.iter().skip(1).map(|(_, next)| next.start);
    let ends = ends.chain([Span::of(length..length).start]);
    let with_ends = headings.iter().zip(ends);
    let section = |((heading, span), end): (&&(String, Span), u32)| Section {
        heading: heading.clone(),
        span: *span,
        extent: Span::new(span.start, end),
    };
    with_ends.map(section).collect()
}

/// Looks for declared names in the values.
struct Finder<'s> {
    source: &'s SourceText,
    names: BTreeMap<(SymbolKind, String), usize>,
    uses: Vec<Use>,
}

impl Finder<'_> {
    fn node(&mut self, node: &Node, taken: &[SymbolKind]) {
        match &node.value {
            Value::Text(text) => self.text(text, node.span, taken),
            Value::List(list) => list.iter().for_each(|node| self.node(node, taken)),
            Value::Table(table) => {
                for entry in &table.entries {
                    let own = SymbolKind::taken_by(&entry.key.text);
                    // A party can be a key, as in `lines = { NORTH = "river" }`.
                    let is_party = own.is_empty() && self.key(&entry.key);
                    self.node(&entry.node, if is_party { taken } else { own });
                }
            }
            Value::Number(_) | Value::Time(_) | Value::Bool => {}
        }
    }

    fn key(&mut self, key: &Word) -> bool {
        let symbol = self.names.get(&(SymbolKind::Party, key.text.clone())).copied();
        let used = symbol.map(|symbol| Use { symbol, name: key.text.clone(), span: key.span });
        self.uses.extend(used);
        symbol.is_some()
    }

    fn text(&mut self, text: &str, span: Span, taken: &[SymbolKind]) {
        for kind in taken {
            let name = match kind {
                SymbolKind::Group => text.split('.').next().unwrap_or(""),
                _ => text,
            };
            if let Some(symbol) = self.names.get(&(*kind, name.to_owned())).copied() {
                let (name, span) = (text.to_owned(), self.without_quotes(span));
                self.uses.push(Use { symbol, name, span });
                return;
            }
        }
        self.words(span);
    }

    fn without_quotes(&self, span: Span) -> Span {
        let quoted = self.source.slice(span);
        let quotes = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") { 3 } else { 1 };
        match span.len() >= 2 * quotes {
            true => Span::new(span.start + quotes, span.end - quotes),
            false => span,
        }
    }

    /// The full names of terms and events among the words of a text as it is written.
    fn words(&mut self, span: Span) {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let mut at = span.start;
        for word in self.source.slice(span).split_inclusive(|c| !is_part(c)) {
            let start = at;
            at += Span::of(0..word.len()).end;
            let name = word.trim_end_matches(|c| !is_part(c)).trim_end_matches('.');
            if !name.contains('.') {
                continue;
            }
            for kind in [SymbolKind::Provision, SymbolKind::Event] {
                if let Some(symbol) = self.names.get(&(kind, name.to_owned())).copied() {
                    let span = Span::new(start, start + Span::of(0..name.len()).end);
                    self.uses.push(Use { symbol, name: name.to_owned(), span });
                }
            }
        }
    }
}

/// The keys that a table can have: one of the front matter by its first word, such as `party`; a
/// term by its kind; the front matter itself for an empty text. Empty: there is no such table.
///
/// The reader itself is asked, with an agreement that has a key which nobody knows, so the answer
/// is never out of date.
#[must_use]
pub fn keys_of(table: &str) -> Vec<String> {
    /// As far from every key as can be, or the reader would guess one.
    const ODD: &str = "zzzzzzzzzzzzzzzz";
    const LIST: &str = "the keys here are: ";
    let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_word(table) {
        return Vec::new();
    }
    let is_term = kinds::all().any(|kind| kind == table);
    let tables = match (table, is_term) {
        ("", _) => format!("{ODD} = 1\n+++\n"),
        (_, true) => format!("+++\n\n```toml term\n[{table}.a]\n{ODD} = 1\n```\n"),
        (_, false) => format!("[{table}.a]\n{ODD} = 1\n[{table}]\n{ODD} = 1\n+++\n"),
    };
    let source = SourceText::new("", format!("+++\n{tables}"));
    let (_, found) = load(&source, &BTreeMap::new());
    let unknown = found.iter().filter(|found| found.code == codes::UNKNOWN_KEY.code);
    let odd = unknown.filter(|found| {
        found.position().is_some_and(|span| source.slice(span) == ODD)
            && (table.is_empty() || !found.title.contains("front matter"))
    });
    let mut lists = odd.filter_map(|found| found.help.as_deref()?.strip_prefix(LIST));
    let list = lists.next().unwrap_or("");
    list.split(", ").filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

/// The tables that a block of terms can have: the kinds of provision, and exceptions.
pub fn term_tables() -> impl Iterator<Item = &'static str> {
    kinds::all()
}

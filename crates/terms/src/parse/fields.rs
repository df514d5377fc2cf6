//! Typed reading of one table. A key that nobody asked for is unknown; so the keys of a table are
//! listed in one place, the code that reads them.

use crate::allow;
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::limits::ID_CHARS_MAX;
use crate::parse::nearest::nearest;
use crate::parse::tree::{Entry, Node, Table, Value, Word};
use servanda_text::Span;
use servanda_time::Amount;

/// Attribute values that choose rows: (attribute, values).
pub(crate) type Only = Vec<(String, Vec<String>)>;

/// One table being read.
pub(crate) struct Fields<'t, 'f> {
    table: &'t Table,
    /// What the table is, as it stands in messages.
    what: String,
    /// Where it is.
    span: Span,
    asked: Vec<&'static str>,
    findings: &'f mut Findings,
}

fn missing_title(what: &str, key: &str) -> String {
    format!("{what} has no `{key}`")
}

impl<'t, 'f> Fields<'t, 'f> {
    pub(crate) fn new(
        table: &'t Table,
        what: impl Into<String>,
        span: Span,
        findings: &'f mut Findings,
    ) -> Self {
        Fields { table, what: what.into(), span, asked: Vec::new(), findings }
    }

    /// The diagnostics, for what else there is to say while reading.
    pub(crate) fn findings(&mut self) -> &mut Findings {
        self.findings
    }

    /// The keys that were asked for.
    pub(crate) fn asked(self) -> Vec<&'static str> {
        self.asked
    }

    /// Keys that are read elsewhere.
    pub(crate) fn know(&mut self, keys: Vec<&'static str>) {
        self.asked.extend(keys);
    }

    /// Whether a table stands under the key.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|entry| matches!(entry.node.value, Value::Table(_)))
    }

    /// Whether anything stands under the key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Reads what the table allows, which any table may, and reports the keys that nobody asked
    /// for.
    pub(crate) fn finish(mut self) {
        if let Some((allowed, _)) = self.table("allow") {
            let within = allow::extent(self.table, self.span);
            allow::read(allowed, Some(&within), self.findings);
        }
        for entry in &self.table.entries {
            let key = &entry.key;
            if self.asked.contains(&key.text.as_str()) {
                continue;
            }
            let found = codes::UNKNOWN_KEY
                .error(format!("{} has no key `{}`", self.what, shortened(&key.text)))
                .primary(key.span, "unknown key")
                .reason("A key that is not understood would be a term that is not checked.");
            let found = match nearest(&key.text, self.asked.iter().copied()) {
                Some(near) => {
                    // The key isn't missing but misspelt: one mistake, one error.
                    let title = missing_title(&self.what, near);
                    self.findings.take_back(codes::MISSING_KEY.code, self.span, &title);
                    found.help(format!("did you mean `{near}`?"))
                }
                None => found.help(format!("the keys here are: {}", self.asked.join(", "))),
            };
            self.findings.push(found);
        }
    }

    /// The entry of a key, which counts as known from now on.
    pub(crate) fn entry(&mut self, key: &'static str) -> Option<&'t Entry> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// A text.
    pub(crate) fn text(&mut self, key: &'static str) -> Option<Word> {
        let node = &self.entry(key)?.node;
        self.as_text(key, node)
    }

    /// A text, or nothing, where it doesn't matter where it stands.
    pub(crate) fn plain(&mut self, key: &'static str) -> String {
        self.text(key).map(|word| word.text).unwrap_or_default()
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, key: &'static str) -> Option<Word> {
        if self.table.get(key).is_none() {
            self.missing(key);
        }
        let word = self.text(key)?;
        if word.text.trim().is_empty() {
            self.findings.push(
                codes::MISSING_KEY
                    .error(format!("`{key}` of {} is empty", self.what))
                    .primary(word.span, "nothing here")
                    .reason("It is needed to name the thing in every answer.")
                    .help(format!("write {key} = \"...\"")),
            );
            return None;
        }
        Some(word)
    }

    /// Says that a key is missing.
    pub(crate) fn missing(&mut self, key: &str) {
        self.findings.push(
            codes::MISSING_KEY
                .error(missing_title(&self.what, key))
                .primary(self.span, "in this table")
                .reason("Without it the table says nothing that can be used.")
                .help(format!("add {key} = ...")),
        );
    }

    /// A time as text: in quotes, or as TOML writes it.
    pub(crate) fn time(&mut self, key: &'static str) -> Option<Word> {
        let node = &self.entry(key)?.node;
        match &node.value {
            Value::Time(text) => Some(Word { text: text.clone(), span: node.span }),
            _ => self.as_text(key, node),
        }
    }

    /// A list of texts, or one text alone. Each stands once; a second time is a warning.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<Word> {
        match self.entry(key) {
            Some(entry) => self.as_texts(key, &entry.node),
            None => Vec::new(),
        }
    }

    /// A list of texts, or one text alone, where the places don't matter.
    pub(crate) fn plain_texts(&mut self, key: &'static str) -> Vec<String> {
        self.texts(key).into_iter().map(|word| word.text).collect()
    }

    /// A calendar span, such as "30 minutes".
    pub(crate) fn amount(&mut self, key: &'static str) -> Option<Amount> {
        let word = self.text(key)?;
        match word.text.parse::<Amount>() {
            Ok(amount) => Some(amount),
            Err(error) => {
                self.findings.push(
                    codes::BAD_TIME
                        .error(format!("`{key}` is not a span of time"))
                        .primary(word.span, "not understood")
                        .reason("A span is a whole number and a unit.")
                        .help(error.help),
                );
                None
            }
        }
    }

    /// Whole metres, from 1 on.
    pub(crate) fn metres(&mut self, key: &'static str) -> Option<u32> {
        let Some(entry) = self.entry(key) else {
            self.missing(key);
            return None;
        };
        let digits = match &entry.node.value {
            Value::Number(text) => text.replace('_', ""),
            _ => String::new(),
        };
        match digits.parse::<u32>() {
            Ok(metres) if metres > 0 => Some(metres),
            _ => {
                self.wrong(key, &entry.node, "a whole number of metres, 1 or more");
                None
            }
        }
    }

    /// A whole number, 0 or more.
    pub(crate) fn whole(&mut self, key: &'static str) -> Option<u64> {
        let node = &self.entry(key)?.node;
        self.as_whole(key, node)
    }

    /// A whole number, 0 or more.
    pub(crate) fn as_whole(&mut self, key: &str, node: &Node) -> Option<u64> {
        let digits = match &node.value {
            Value::Number(text) => text.replace('_', ""),
            _ => String::new(),
        };
        let number = digits.parse::<u64>().ok();
        if number.is_none() {
            self.wrong(key, node, "a whole number, 0 or more");
        }
        number
    }

    /// A number as it is written, without underscores.
    pub(crate) fn number(&mut self, key: &'static str) -> Option<Word> {
        let Some(entry) = self.entry(key) else {
            self.missing(key);
            return None;
        };
        self.as_number(key, &entry.node)
    }

    /// A number as it is written, without underscores.
    pub(crate) fn as_number(&mut self, key: &str, node: &Node) -> Option<Word> {
        match &node.value {
            Value::Number(text) => Some(Word { text: text.replace('_', ""), span: node.span }),
            _ => {
                self.wrong(key, node, "a number");
                None
            }
        }
    }

    /// A table inside this one.
    pub(crate) fn table(&mut self, key: &'static str) -> Option<(&'t Table, Span)> {
        let entry = self.entry(key)?;
        match &entry.node.value {
            Value::Table(table) => Some((table, entry.node.span)),
            _ => {
                self.wrong(key, &entry.node, "a table");
                None
            }
        }
    }

    /// A list of tables.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<(&'t Table, Span)> {
        let Some(entry) = self.entry(key) else {
            return Vec::new();
        };
        let Value::List(list) = &entry.node.value else {
            self.wrong(key, &entry.node, "a list of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for node in list {
            match &node.value {
                Value::Table(table) => tables.push((table, node.span)),
                _ => self.wrong(key, node, "a table"),
            }
        }
        tables
    }

    /// The named tables below a key, such as each party below `party`.
    pub(crate) fn named(&mut self, key: &'static str) -> Vec<(Word, &'t Table, Span)> {
        let Some((table, _)) = self.table(key) else {
            return Vec::new();
        };
        let mut named = Vec::new();
        for entry in &table.entries {
            let Value::Table(inner) = &entry.node.value else {
                let what = format!("a table: [{key}.{}]", shortened(&entry.key.text));
                self.wrong(&entry.key.text, &entry.node, &what);
                continue;
            };
            if check_id(&entry.key, self.findings) {
                named.push((entry.key.clone(), inner, entry.node.span));
            }
        }
        named
    }

    /// Attributes with the values that count.
    pub(crate) fn only(&mut self, key: &'static str) -> Only {
        let Some((table, _)) = self.table(key) else {
            return Vec::new();
        };
        let mut only = Vec::new();
        for entry in &table.entries {
            let values = self.as_texts(&entry.key.text, &entry.node);
            if matches!(&entry.node.value, Value::List(list) if list.is_empty()) {
                self.wrong(&entry.key.text, &entry.node, "at least one value");
            }
            let values = values.into_iter().map(|word| word.text).collect();
            only.push((entry.key.text.clone(), values));
        }
        only
    }

    /// Says that a value is not what is needed.
    pub(crate) fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        self.findings.push(
            codes::WRONG_VALUE
                .error(format!("`{}` of {} must be {wanted}", shortened(key), self.what))
                .primary(node.span, format!("this is {}", node.value.kind()))
                .reason("A value of another kind cannot be understood.")
                .help(match node.value {
                    Value::Number(_) | Value::Time(_) if wanted.contains("text") => {
                        "put it in quotes".to_owned()
                    }
                    _ => format!("write {wanted}"),
                }),
        );
    }

    fn as_text(&mut self, key: &str, node: &Node) -> Option<Word> {
        match &node.value {
            Value::Text(text) => Some(Word { text: text.clone(), span: node.span }),
            _ => {
                self.wrong(key, node, "text");
                None
            }
        }
    }

    fn as_texts(&mut self, key: &str, node: &Node) -> Vec<Word> {
        let list = match &node.value {
            Value::List(list) => list,
            Value::Text(_) => std::slice::from_ref(node),
            _ => {
                self.wrong(key, node, "text or a list of texts");
                return Vec::new();
            }
        };
        let mut words: Vec<Word> = Vec::with_capacity(list.len());
        let mut seen = std::collections::BTreeMap::new();
        for node in list {
            let Some(word) = self.as_text(key, node) else {
                continue;
            };
            match seen.insert(word.text.clone(), word.span) {
                None => words.push(word),
                Some(first) => self.findings.push(
                    codes::LISTED_TWICE
                        .warning(format!("`{}` is listed twice", shortened(&word.text)))
                        .primary(word.span, "again here")
                        .secondary(first, "first here")
                        .reason("The second says nothing; perhaps another name was meant.")
                        .help("delete one, or correct it"),
                ),
            }
        }
        words
    }
}

/// Whether a name can be an identifier: letters and digits of any script, `-` and `_`.
pub(crate) fn check_id(id: &Word, findings: &mut Findings) -> bool {
    let fits = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let length = id.text.chars().count();
    if (1..=ID_CHARS_MAX).contains(&length) && id.text.chars().all(fits) {
        return true;
    }
    findings.push(
        codes::BAD_ID
            .error("this name cannot be an identifier")
            .primary(id.span, "this name")
            .reason("Identifiers stand in addresses, file names and lists.")
            .help(format!(
                "use letters, digits, - and _, at most {ID_CHARS_MAX} of them; the full name goes \
                 into `name`"
            )),
    );
    false
}

//! Which names the file declares, and the resolving of those that it uses.

use super::front::KEYS;
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::parse::nearest::nearest;
use crate::parse::tree::{Table, Value, Word};
use servanda_text::Span;
use std::collections::BTreeMap;

/// What a name can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Party,
    Line,
    Zone,
    Group,
    Register,
    Source,
    Exception,
    Provision,
    Event,
}

impl Class {
    const FRONT: [Class; 7] = [
        Class::Party,
        Class::Line,
        Class::Zone,
        Class::Group,
        Class::Register,
        Class::Source,
        Class::Event,
    ];

    /// The word for it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Class::Party => "party",
            Class::Line => "line",
            Class::Zone => "zone",
            Class::Group => "group of zones",
            Class::Register => "register of sites",
            Class::Source => "source",
            Class::Exception => "exception",
            Class::Provision => "provision",
            Class::Event => "event",
        }
    }

    /// The table that declares it.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Class::Party => "party",
            Class::Line => "line",
            Class::Zone => "zone",
            Class::Group => "zones",
            Class::Register => "sites",
            Class::Source => "source",
            Class::Exception => "except",
            Class::Provision => "prohibit",
            Class::Event => "event",
        }
    }
}

/// The declared names with their places.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: BTreeMap<(Class, String), Span>,
}

impl Names {
    /// What the front matter declares. What stands under a misspelt word counts as declared, as
    /// that is one mistake, and not one for each place at which the name is used.
    pub(crate) fn of_front(front: &Table) -> Names {
        let mut names = Names::default();
        for entry in &front.entries {
            let key = entry.key.text.as_str();
            let meant = if KEYS.contains(&key) { Some(key) } else { nearest(key, KEYS) };
            let class = Class::FRONT.into_iter().find(|class| meant == Some(class.table()));
            if let (Some(class), Value::Table(table)) = (class, &entry.node.value) {
                names.declare_all(class, "", table);
            }
        }
        names
    }

    /// Declares the names of all tables of a table, each after a prefix.
    pub(crate) fn declare_all(&mut self, class: Class, prefix: &str, table: &Table) {
        for entry in &table.entries {
            self.declare(class, &format!("{prefix}{}", entry.key.text), entry.key.span);
        }
    }

    /// Declares a name; gives the place of an earlier declaration.
    pub(crate) fn declare(&mut self, class: Class, name: &str, span: Span) -> Option<Span> {
        let key = (class, name.to_owned());
        match self.names.get(&key) {
            Some(first) => Some(*first),
            None => {
                self.names.insert(key, span);
                None
            }
        }
    }

    pub(crate) fn has(&self, class: Class, name: &str) -> bool {
        self.names.contains_key(&(class, name.to_owned()))
    }

    /// The names of a class, in the order of the alphabet.
    pub(crate) fn of(&self, class: Class) -> impl Iterator<Item = &str> {
        self.names
            .range((class, String::new())..)
            .take_while(move |((of, _), _)| *of == class)
            .map(|((_, name), _)| name.as_str())
    }

    /// The name, if it is declared; or else a diagnostic with the nearest one.
    pub(crate) fn resolve(
        &self,
        class: Class,
        word: &Word,
        findings: &mut Findings,
    ) -> Option<String> {
        if self.has(class, &word.text) {
            return Some(word.text.clone());
        }
        findings.push(self.unresolved(class, word, findings.is_long()));
        None
    }

    /// Those of the names that are declared; the others are reported.
    pub(crate) fn resolve_all(
        &self,
        class: Class,
        words: &[Word],
        findings: &mut Findings,
    ) -> Vec<String> {
        words.iter().filter_map(|word| self.resolve(class, word, findings)).collect()
    }

    pub(crate) fn unresolved(
        &self,
        class: Class,
        word: &Word,
        in_short: bool,
    ) -> servanda_diag::Diagnostic {
        let (noun, table) = (class.noun(), class.table());
        let found = codes::UNRESOLVED
            .error(format!("no {noun} is called `{}`", shortened(&word.text)))
            .primary(word.span, "not declared")
            .reason("A term does what it says only when all its names are declared.");
        let near = if in_short { None } else { nearest(&word.text, self.of(class)) };
        match near {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None if class == Class::Exception => {
                found.help("declare it in a block of terms: [except.NAME]")
            }
            None if class == Class::Provision => {
                found.help("write the term, such as [condition.NAME], or correct the name")
            }
            None => found.help(format!("declare it in the front matter: [{table}.NAME]")),
        }
    }
}

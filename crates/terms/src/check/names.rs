//! Names that are mistaken for each other, and names that nothing uses.

use crate::build::{Built, Mark, Marks};
use crate::codes;
use crate::findings::{Findings, shortened};
use crate::model::{Agreement, Party};
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// All that a party is called.
fn called(party: &Party) -> impl Iterator<Item = &str> {
    let own = [party.id.as_str(), party.name.as_str()];
    own.into_iter().chain(party.aliases.iter().map(String::as_str))
}

/// One that has names: its names with their places, and what it is.
type Named<'a> = (Vec<(&'a str, Span)>, &'static str);

pub(crate) fn shared(agreement: &Agreement, marks: &Marks, findings: &mut Findings) {
    let place = |mark: &Mark, aliases: &[String], name: &str| {
        mark.at(if aliases.iter().any(|alias| alias == name) { "aliases" } else { "name" })
    };
    let parties = agreement.parties.iter().zip(&marks.parties).map(|(party, mark)| -> Named {
        (called(party).map(|name| (name, place(mark, &party.aliases, name))).collect(), "party")
    });
    let people = agreement.people.iter().zip(&marks.people).map(|(person, mark)| -> Named {
        let names = std::iter::once(&person.name).chain(&person.aliases);
        let placed = |name| (str::as_ref(name), place(mark, &person.aliases, name));
        (names.map(|name: &String| placed(name.as_str())).collect(), "person")
    });
    let mut owners: BTreeMap<&str, (usize, Span, &str)> = BTreeMap::new();
    for (nth, (names, what)) in parties.chain(people).enumerate() {
        for (name, at) in names {
            let (owner, first, other) = *owners.entry(name).or_insert((nth, at, what));
            if owner != nth {
                let two = match (other, what) {
                    ("party", "party") => "two parties are",
                    ("person", "person") => "two people are",
                    _ => "a party and a person are both",
                };
                findings.push(
                    codes::SAME_NAME
                        .error(format!("{two} called \"{}\"", shortened(name)))
                        .primary(at, format!("this {what}"))
                        .secondary(first, "and this one")
                        .reason("A report that uses the name could be laid at either door.")
                        .help("an alias belongs to one party: delete one of the two"),
                );
            }
        }
    }
}

pub(crate) fn look_alikes(agreement: &Agreement, marks: &Marks, findings: &mut Findings) {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for party in &agreement.parties {
        for name in called(party).collect::<BTreeSet<_>>() {
            *owners.entry(name).or_default() += 1;
        }
    }
    let mut parties = Seen::default();
    for (nth, (party, mark)) in agreement.parties.iter().zip(&marks.parties).enumerate() {
        // What two parties share letter by letter was reported.
        for name in called(party).filter(|name| owners.get(name) == Some(&1)) {
            parties.add(nth, name, mark.head, findings);
        }
    }
    let mut zones = Seen::default();
    for (nth, (zone, mark)) in agreement.zones.iter().zip(&marks.zones).enumerate() {
        if zone.group.is_none() {
            zones.add(nth, &zone.id, mark.head, findings);
        }
    }
    let mut sources = Seen::default();
    for (nth, (source, mark)) in agreement.sources.iter().zip(&marks.sources).enumerate() {
        sources.add(nth, &source.id, mark.head, findings);
    }
    let mut provisions = Seen::default();
    for (nth, (p, mark)) in agreement.provisions.iter().zip(&marks.provisions).enumerate() {
        provisions.add(nth, &p.id, mark.head, findings);
    }
}

/// Names by what they look like.
#[derive(Default)]
struct Seen(BTreeMap<String, (usize, String, Span)>);

impl Seen {
    /// Adds a name of the thing with that number; a different name of another thing that looks
    /// the same is reported.
    fn add(&mut self, owner: usize, name: &str, span: Span, findings: &mut Findings) {
        let look: String = unicode_security::skeleton(name).flat_map(char::to_lowercase).collect();
        match self.0.get(&look) {
            Some((other, known, first)) if *other != owner && known != name => findings.push(
                codes::LOOK_ALIKE
                    .warning(format!("\"{}\" looks like \"{}\"", shortened(name), shortened(known)))
                    .primary(span, "this one")
                    .secondary(*first, "and this one")
                    .reason("They differ by letters of another script, or by case only.")
                    .help("rename one of them"),
            ),
            Some(_) => {}
            None => {
                self.0.insert(look, (owner, name.to_owned(), span));
            }
        }
    }
}

pub(crate) fn unused_exceptions(built: &Built, findings: &mut Findings) {
    let named: BTreeSet<&str> = built.exceptions_named.iter().map(String::as_str).collect();
    let exceptions = built.agreement.exceptions.iter();
    for (exception, mark) in exceptions.zip(&built.marks.exceptions) {
        if !named.contains(exception.id.as_str()) {
            findings.push(
                codes::UNUSED
                    .warning(format!("no provision names the exception `{}`", exception.id))
                    .primary(mark.head, "excepts nothing")
                    .reason("An exception holds only for the provisions that name it.")
                    .help(format!("add except = [\"{}\"] to them", exception.id)),
            );
        }
    }
}

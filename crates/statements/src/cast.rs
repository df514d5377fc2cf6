//! The cast: people, parties and topics of an agreement, compiled so that a text is searched once.

use crate::words::{self, Grammar};
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Input, MatchKind};
use servanda_terms::{Agreement, HeldRole, Person};
use servanda_time::{Date, Instant, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// Who can speak, and of what.
///
/// ```
/// # use servanda_statements::{Cast, Paragraph, Part, Text, read};
/// # use servanda_terms::{SourceText, load};
/// # use std::collections::BTreeMap;
/// let agreement = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n\
///     [party.N]\nname = 'Northland'\n[topic.guns]\nwords = ['gun*']\n+++\n";
/// let (agreement, _) = load(&SourceText::new("x.md", agreement), &BTreeMap::new());
/// let cast = Cast::of(&agreement.unwrap());
/// let text = "Northland said that its guns are silent.";
/// let paragraphs = [Paragraph { text, part: Part::Body }];
/// let reading = read(&Text { paragraphs: &paragraphs, published: None, outlet: None }, &cast);
/// let statement = &reading.statements[0];
/// assert_eq!(statement.speaker.name, "Northland");
/// assert_eq!(statement.span.of(&paragraphs), "its guns are silent");
/// assert_eq!(statement.topics, ["guns"]);
/// ```
#[derive(Debug)]
pub struct Cast {
    pub(crate) grammar: Grammar,
    pub(crate) people: Vec<Member>,
    pub(crate) parties: Vec<Member>,
    pub(crate) topics: Vec<TopicWords>,
    /// The nouns of all offices, in lower case: "emir", "bureau".
    offices: BTreeSet<String>,
    actors: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
    topic_search: Option<AhoCorasick>,
    topic_patterns: Vec<TopicPattern>,
}

/// A person or a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) name: String,
    /// The place of the person's party.
    pub(crate) party: Option<usize>,
    pub(crate) titles: Vec<Title>,
}

/// An office with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    /// In lower case.
    pub(crate) title: String,
    from: Option<Date>,
    until: Option<Date>,
}

impl Title {
    /// Whether it was held then; unknown times don't exclude.
    pub(crate) fn held(&self, on: Option<Date>) -> bool {
        let Some(on) = on else { return self.until.is_none() };
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on < until)
    }
}

/// A topic.
#[derive(Debug, Clone)]
pub(crate) struct TopicWords {
    pub(crate) id: String,
}

/// Who a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Person(usize),
    Party(usize),
}

#[derive(Debug)]
struct Pattern {
    /// In lower case.
    text: String,
    meant: Vec<Meaning>,
}

#[derive(Debug)]
struct Meaning {
    who: Who,
    /// As the agreement writes it.
    spelling: String,
    /// An office, which counts only in its time.
    title: Option<Title>,
    /// What stands before offices, as in "the Northern minister", names nobody alone.
    adjective: bool,
}

#[derive(Debug)]
struct TopicPattern {
    topic: usize,
    /// It may go on within the word.
    open: bool,
}

/// A name found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) who: Who,
    pub(crate) is_role: bool,
    pub(crate) is_adjective: bool,
}

#[derive(Default)]
struct Compiler {
    by_text: BTreeMap<String, Vec<Meaning>>,
}

impl Compiler {
    fn add(&mut self, text: &str, who: Who, title: Option<&Title>, adjective: bool) {
        let text = text.trim();
        if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return;
        }
        let meanings = self.by_text.entry(text.to_lowercase()).or_default();
        let is_known =
            |known: &Meaning| known.who == who && known.title.is_none() && known.spelling == text;
        if !meanings.iter().any(is_known) {
            let (title, spelling) = (title.cloned(), text.to_owned());
            meanings.push(Meaning { who, spelling, title, adjective });
        }
    }
}

impl Cast {
    /// Compiles the people, parties and topics of an agreement.
    #[must_use]
    pub fn of(agreement: &Agreement) -> Cast {
        let party_of = |id: &str| agreement.parties.iter().position(|party| party.id == id);
        let zone = &agreement.timezone;
        let titles = |person: &Person| -> Vec<Title> {
            person.roles.iter().map(|role| title(role, zone)).collect()
        };
        let member = |person: &Person| Member {
            key: person.id.clone(),
            name: person.name.clone(),
            party: person.party.as_deref().and_then(party_of),
            titles: titles(person),
        };
        let people: Vec<Member> = agreement.people.iter().map(member).collect();
        let parties = agreement.parties.iter().enumerate().map(|(at, party)| Member {
            key: party.id.clone(),
            name: party.name.clone(),
            party: Some(at),
            titles: Vec::new(),
        });
        let parties: Vec<Member> = parties.collect();

        let mut compiler = Compiler::default();
        for (at, party) in agreement.parties.iter().enumerate() {
            for name in std::iter::once(&party.name).chain(&party.aliases) {
                compiler.add(without_article(name), Who::Party(at), None, false);
            }
            for adjective in &party.adjectives {
                compiler.add(adjective, Who::Party(at), None, true);
            }
        }
        let surnames = surnames(agreement);
        for (at, person) in agreement.people.iter().enumerate() {
            let who = Who::Person(at);
            for name in std::iter::once(&person.name).chain(&person.aliases) {
                compiler.add(without_article(name), who, None, false);
            }
            if let Some(surname) = surnames.get(&at) {
                compiler.add(surname, who, None, false);
            }
            for role in &person.roles {
                let held = title(role, zone);
                for phrase in role_phrases(role, agreement) {
                    compiler.add(&phrase, who, Some(&held), false);
                }
            }
        }
        let patterns: Vec<Pattern> =
            compiler.by_text.into_iter().map(|(text, meant)| Pattern { text, meant }).collect();
        let texts = patterns.iter().map(|pattern| pattern.text.as_str());
        let actors = search(MatchKind::LeftmostLongest, texts);
        let (topics, words) = topics(agreement);
        let texts = words.iter().map(|(word, _)| word.as_str());
        let topic_search = search(MatchKind::Standard, texts);
        let titles = people.iter().flat_map(|person| &person.titles);
        let offices = titles.map(|title| office_noun(&title.title).to_owned()).collect();
        Cast {
            offices,
            grammar: Grammar::new(),
            people,
            parties,
            topics,
            actors,
            patterns,
            topic_search,
            topic_patterns: words.into_iter().map(|(_, pattern)| pattern).collect(),
        }
    }

    /// Whether somebody of the agreement holds an office with that noun, in lower case.
    pub(crate) fn is_office(&self, low: &str) -> bool {
        self.offices.contains(low)
    }

    pub(crate) fn member(&self, who: Who) -> Option<&Member> {
        match who {
            Who::Person(at) => self.people.get(at),
            Who::Party(at) => self.parties.get(at),
        }
    }

    /// The names in a text, from the left, the longest first, none over another.
    pub(crate) fn find(&self, text: &str, on: Option<Date>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let Some(actors) = &self.actors else { return hits };
        let (mut at, mut limit) = (0, text.len());
        while at < text.len() {
            let Some(found) = actors.find(Input::new(text).range(at..limit)) else {
                (at, limit) = (limit, text.len());
                continue;
            };
            let (start, end) = (found.start(), found.end());
            let written = text.get(start..end).unwrap_or("");
            if !is_whole(text, start, end) {
                // "the Northern presidents": where "Northern president" ends inside a word, the
                // shorter name stands.
                (at, limit) = match written.rfind(' ') {
                    Some(space) => (start, start + space),
                    None => (end, text.len()),
                };
                continue;
            }
            (at, limit) = (end, text.len());
            let Some(pattern) = self.patterns.get(found.pattern().as_usize()) else { continue };
            let holds = |m: &&Meaning| {
                m.title.as_ref().is_none_or(|title| title.held(on))
                    && is_written_so(&m.spelling, written)
            };
            let mut meant = pattern.meant.iter().filter(holds);
            let Some(meaning) = meant.next() else { continue };
            // What can stand for two stands for none.
            if meant.any(|other| other.who != meaning.who) {
                continue;
            }
            hits.push(Hit {
                start,
                end,
                who: meaning.who,
                is_role: meaning.title.is_some(),
                is_adjective: meaning.adjective,
            });
        }
        hits
    }

    /// The topics in a text: how often each is named, and where first.
    pub(crate) fn topics_in(&self, text: &str) -> BTreeMap<usize, (usize, usize)> {
        let mut found = BTreeMap::new();
        let Some(search) = &self.topic_search else { return found };
        for hit in search.find_overlapping_iter(text) {
            let Some(pattern) = self.topic_patterns.get(hit.pattern().as_usize()) else { continue };
            let begins = is_whole(text, hit.start(), text.len());
            if begins && (pattern.open || ends_word(text, hit.end())) {
                found.entry(pattern.topic).or_insert((0, hit.start())).0 += 1;
            }
        }
        found
    }
}

fn title(role: &HeldRole, zone: &Zone) -> Title {
    let day = |at: Option<Instant>| at.and_then(|at| Date::parse(&at.date(zone)).ok());
    Title { title: role.title.to_lowercase(), from: day(role.from), until: day(role.until) }
}

fn without_article(name: &str) -> &str {
    let rest = name.strip_prefix("the ").or_else(|| name.strip_prefix("The "));
    rest.unwrap_or(name)
}

/// The last word of a name of two or more, where no other name has it.
fn surnames(agreement: &Agreement) -> BTreeMap<usize, String> {
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for person in &agreement.people {
        let last = person.name.rsplit(' ').next().unwrap_or("");
        *taken.entry(last).or_default() += 1;
    }
    let names = agreement.parties.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.aliases));
    let parties: BTreeSet<&str> = names.map(|name| without_article(name)).collect();
    let people = agreement.people.iter().enumerate();
    let surnames = people.filter_map(|(at, person)| {
        let (first, last) = person.name.rsplit_once(' ')?;
        let is_name = [first, last].iter().all(|w| w.starts_with(char::is_uppercase));
        let free = taken.get(last) == Some(&1) && !parties.contains(last);
        (is_name && free && last.chars().count() > 2).then(|| (at, last.to_owned()))
    });
    surnames.collect()
}

/// The ways in which an office is written: "Northern foreign minister", "foreign minister of
/// Northland", "Northland's foreign minister".
fn role_phrases(role: &HeldRole, agreement: &Agreement) -> Vec<String> {
    let title = &role.title;
    let mut phrases = Vec::new();
    let party = role.of.as_deref().and_then(|of| agreement.party(of));
    if let Some(party) = party {
        phrases.extend(party.adjectives.iter().map(|adjective| format!("{adjective} {title}")));
        for name in std::iter::once(&party.name).chain(&party.aliases) {
            let bare = without_article(name);
            phrases.push(format!("{title} of {name}"));
            phrases.push(format!("{title} of the {bare}"));
            phrases.push(format!("{bare}’s {title}"));
            phrases.push(format!("{bare}'s {title}"));
            phrases.push(format!("{bare} {title}"));
        }
    }
    if !role.body.is_empty() {
        let bare = without_article(&role.body);
        phrases.push(format!("{bare} {title}"));
        phrases.push(format!("{title} of the {bare}"));
        phrases.push(format!("{title} of {bare}"));
        phrases.push(format!("{bare}’s {title}"));
        phrases.push(format!("{bare}'s {title}"));
    }
    phrases
}

/// The topics and their words. A point that no topic is about is a topic by its own words.
fn topics(agreement: &Agreement) -> (Vec<TopicWords>, Vec<(String, TopicPattern)>) {
    let mut topics = Vec::new();
    let mut words: Vec<(String, TopicPattern)> = Vec::new();
    let mut add = |word: &str, topic: usize| {
        let open = word.ends_with('*');
        let word = word.trim_end_matches('*').trim();
        if !word.is_empty() {
            words.push((word.to_ascii_lowercase(), TopicPattern { topic, open }));
        }
    };
    for topic in &agreement.topics {
        topic.words.iter().for_each(|word| add(word, topics.len()));
        topics.push(TopicWords { id: topic.id.clone() });
    }
    for provision in agreement.provisions.iter().filter(|p| !p.topics.is_empty()) {
        let told = |topic: &servanda_terms::Topic| topic.about.contains(&provision.id);
        if !agreement.topics.iter().any(told) {
            provision.topics.iter().for_each(|word| add(word, topics.len()));
            topics.push(TopicWords { id: provision.id.clone() });
        }
    }
    (topics, words)
}

fn search<'a>(kind: MatchKind, patterns: impl Iterator<Item = &'a str>) -> Option<AhoCorasick> {
    let mut builder = AhoCorasickBuilder::new();
    builder.match_kind(kind).ascii_case_insensitive(true);
    // A cast too large to compile knows nobody; the language's limits lie far below that.
    builder.build(patterns).ok()
}

/// The noun of an office: "grand vizier", "secretary of the league".
fn office_noun(title: &str) -> &str {
    let links = [" of ", " to ", " for ", " in ", " at "];
    let head = links.iter().filter_map(|link| title.find(link)).min();
    title.get(..head.unwrap_or(title.len())).unwrap_or("").rsplit(' ').next().unwrap_or("")
}

/// Whether no letter or digit touches the bytes on either side.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    !before.is_some_and(char::is_alphanumeric) && ends_word(text, end)
}

fn ends_word(text: &str, end: usize) -> bool {
    let after = text.get(end..).and_then(|after| after.chars().next());
    !after.is_some_and(char::is_alphanumeric)
}

/// Whether capitals stand where the name has them: "US" is not "us". Words in lower case, as of
/// an office, may be capitals in the text.
fn is_written_so(pattern: &str, written: &str) -> bool {
    let is_short = pattern.len() <= 4 && !pattern.chars().any(char::is_lowercase);
    if is_short {
        return pattern == written;
    }
    let starts = |text: &str| -> Vec<bool> {
        text.split(' ').map(|word| word.chars().next().is_some_and(char::is_uppercase)).collect()
    };
    let (wanted, found) = (starts(pattern), starts(written));
    wanted.iter().zip(&found).all(|(wanted, found)| !wanted || *found)
}

/// Whether a word, in lower case, is an office that somebody can be called by alone.
pub(crate) fn is_office(low: &str) -> bool {
    words::is_title(low) || words::is_speaker_noun(low)
}

//! The names that the views need: parties, people, points, topics. All come from the agreement and
//! from the statements' own words.

use crate::register::Register;
use crate::words::{Token, is_office, name_words};
use servanda_entry::{OUTLET, Statement};
use servanda_terms::{Agreement, ProvisionKind};
use std::collections::BTreeMap;

/// Names, and what they stand for.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// (id, name), in the order of the agreement.
    pub(crate) parties: Vec<(String, String)>,
    /// (id, title), in the order of the agreement.
    pub(crate) points: Vec<(String, String)>,
    /// Words for points, in lower case: topics, and ids with and without their kind.
    point_words: BTreeMap<String, Vec<usize>>,
    /// First word of each name → the names that begin with it, the longest first.
    actors: BTreeMap<String, Vec<(Vec<String>, Actor)>>,
    /// What topics are called that belong to no point.
    topic_names: BTreeMap<String, String>,
}

/// Somebody who can take part in something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Actor {
    /// The party, or the party for which the person speaks.
    pub(crate) party: Option<String>,
    /// The person; none: the party itself.
    pub(crate) person: Option<String>,
}

impl Actor {
    /// Whether both can be one: the same person, or a person and the own party.
    pub(crate) fn agrees(&self, other: &Actor) -> bool {
        match (&self.person, &other.person) {
            (Some(a), Some(b)) => a == b,
            _ => self.party.is_some() && self.party == other.party,
        }
    }

    pub(crate) fn name(&self) -> String {
        self.person.clone().or_else(|| self.party.clone()).unwrap_or_default()
    }

    /// The party, or else the person.
    pub(crate) fn side(&self) -> String {
        self.party.clone().or_else(|| self.person.clone()).unwrap_or_default()
    }
}

/// An actor named at tokens `from..to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) actor: Actor,
}

impl From<&Agreement> for Names {
    fn from(agreement: &Agreement) -> Names {
        Names::of(agreement)
    }
}

impl Names {
    /// The names of an agreement.
    #[must_use]
    pub fn of(agreement: &Agreement) -> Names {
        let mut names = Names::default();
        for party in &agreement.parties {
            names.parties.push((party.id.clone(), party.name.clone()));
            let all = [&party.id, &party.name].into_iter().chain(&party.aliases);
            all.for_each(|name| names.add_party_word(&party.id, name));
        }
        for provision in &agreement.provisions {
            if provision.kind != ProvisionKind::Point {
                continue;
            }
            let heading = provision.article.and_then(|at| agreement.articles.get(at));
            let title = match (provision.topics.as_slice(), heading) {
                ([], Some(article)) => article.heading.clone(),
                (topics, _) => topics.join("; "),
            };
            let at = names.points.len();
            names.points.push((provision.id.clone(), title));
            let short = provision.id.split_once('.').map_or("", |(_, short)| short);
            let words = [provision.id.as_str(), short].into_iter();
            for word in words.chain(provision.topics.iter().map(String::as_str)) {
                names.add_point_word(word, at);
            }
        }
        for party in &agreement.parties {
            for word in &party.adjectives {
                names.add_party_word(&party.id, word);
            }
        }
        for person in &agreement.people {
            names.add_person(&person.name, &person.aliases, person.party.as_deref());
        }
        for topic in &agreement.topics {
            names.add_topic(&topic.id, &topic.name, &topic.about);
        }
        names
    }

    /// Adds another word for a party, such as the adjective before its offices.
    pub fn add_party_word(&mut self, party: &str, word: &str) {
        self.add_actor(word, Actor { party: Some(party.to_owned()), person: None });
    }

    /// Adds a person: the name in full, other spellings, and for whom the person speaks.
    pub fn add_person(&mut self, name: &str, spellings: &[String], party: Option<&str>) {
        let actor = Actor { party: party.map(ToOwned::to_owned), person: Some(name.to_owned()) };
        for spelling in [name].into_iter().chain(spellings.iter().map(String::as_str)) {
            self.add_actor(spelling, actor.clone());
        }
    }

    /// Adds a topic of the agreement's lexicon: its id, what people call it, and the provisions
    /// that it is about.
    pub fn add_topic(&mut self, id: &str, name: &str, about: &[String]) {
        let at = |id: &String| self.points.iter().position(|(point, _)| point == id);
        let points: Vec<usize> = about.iter().filter_map(at).collect();
        self.topic_names.insert(id.to_lowercase(), name.to_owned());
        points.into_iter().for_each(|point| self.add_point_word(id, point));
    }

    fn add_point_word(&mut self, word: &str, point: usize) {
        let points = self.point_words.entry(word.to_lowercase()).or_default();
        if !word.is_empty() && !points.contains(&point) {
            points.push(point);
        }
    }

    fn add_actor(&mut self, name: &str, actor: Actor) {
        let mut words = name_words(name);
        if words.first().is_some_and(|first| first == "the") {
            words.remove(0);
        }
        let Some(first) = words.first().cloned() else { return };
        let names = self.actors.entry(first).or_default();
        if names.iter().any(|(known, _)| *known == words) {
            return;
        }
        names.push((words, actor));
        names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    }

    /// Takes the speakers of a register in: a speaker with a party is somebody who can be named.
    pub(crate) fn with_speakers(&self, register: &Register) -> Names {
        let mut names = self.clone();
        for told in &register.told {
            let row = &told.statement;
            let Some(party) = &row.party else { continue };
            let is_party =
                names.parties.iter().any(|(id, name)| *id == row.speaker || *name == row.speaker);
            if is_party || row.speaker.is_empty() || row.speaker == OUTLET {
                continue;
            }
            let own = name_words(&row.speaker);
            let spellings: Vec<String> =
                row.speaker_text.iter().filter_map(|text| spelling(text, &own)).collect();
            names.add_person(&row.speaker, &spellings, Some(party));
        }
        names
    }

    /// The points that a statement belongs to.
    pub(crate) fn points_of(&self, statement: &Statement) -> Vec<usize> {
        let found =
            statement.topics.iter().filter_map(|topic| self.point_words.get(&topic.to_lowercase()));
        let mut points: Vec<usize> = found.flatten().copied().collect();
        points.sort_unstable();
        points.dedup();
        points
    }

    /// Whether a point is what the surest topic of a statement that has any points is about.
    pub(crate) fn is_mainly_about(&self, statement: &Statement, point: usize) -> bool {
        let mut found =
            statement.topics.iter().filter_map(|topic| self.point_words.get(&topic.to_lowercase()));
        found.next().is_some_and(|points| points.contains(&point))
    }

    pub(crate) fn topic_name(&self, topic: &str) -> String {
        self.topic_names.get(&topic.to_lowercase()).cloned().unwrap_or_else(|| topic.to_owned())
    }

    /// Who speaks.
    pub(crate) fn speaker(&self, statement: &Statement) -> Option<Actor> {
        if statement.speaker.is_empty() || statement.speaker == OUTLET {
            return None;
        }
        let by_id = self
            .parties
            .iter()
            .find(|(id, name)| *id == statement.speaker || *name == statement.speaker);
        let actor = match by_id {
            Some((id, _)) => Actor { party: Some(id.clone()), person: None },
            None => {
                Actor { party: statement.party.clone(), person: Some(statement.speaker.clone()) }
            }
        };
        Some(actor)
    }

    /// Who is named in a text, the longest names first where several begin at one word.
    pub(crate) fn find(&self, tokens: &[Token]) -> Vec<Named> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let name = self.actors.get(&token.low).and_then(|names| {
                names.iter().find(|(words, _)| {
                    let mut rest = tokens.get(at..).unwrap_or_default().iter();
                    let fits = words.iter().all(|w| rest.next().is_some_and(|t| t.low == *w));
                    fits && (token.is_capital() || words.len() > 1)
                })
            });
            match name {
                Some((words, actor)) => {
                    found.push(Named { from: at, to: at + words.len(), actor: actor.clone() });
                    at += words.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

/// The part of a speaker as written that is a spelling of the name: "he" and "the minister" hold
/// none, and an office before the name is no part of it.
fn spelling(written: &str, own: &[String]) -> Option<String> {
    let words = name_words(written);
    let first = words.iter().position(|word| own.iter().any(|name| is_alike(word, name)))?;
    let words = words.get(first..)?;
    let is_name = match words {
        [only] => !is_office(only),
        _ => words.last().is_some_and(|last| own.iter().any(|name| is_alike(last, name))),
    };
    is_name.then(|| words.join(" "))
}

/// Two spellings of one word: equal, or with the same beginning but for the last letters.
fn is_alike(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longer = a.chars().count().max(b.chars().count());
    a == b || (shared >= 5 && longer - shared <= 2)
}

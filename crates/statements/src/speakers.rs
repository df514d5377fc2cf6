//! Who a subject is: a name, an office, or a pronoun by what the frames before said. What the
//! rules can't tell stays unknown.

use crate::Speaker;
use crate::cast::{Cast, Who, is_office};
use crate::ground::{Ground, Head, Phrase};
use crate::people::{People, is_short_form};
use crate::tokens::Kind;
use crate::words;
use servanda_time::Date;
use std::collections::BTreeMap;

/// So many tokens can stand between a subject's comma and the next.
const APPOSITION_TOKENS_MAX: usize = 30;

/// So many people are remembered for "he" and "she".
const RECENT_MAX: usize = 8;

/// Somebody found as a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) speaker: Speaker,
    pub(crate) who: Option<Who>,
    /// It can be "he" or "she".
    pub(crate) is_person: bool,
    /// It can be "they".
    pub(crate) is_plural: bool,
    pub(crate) also: Vec<Speaker>,
}

impl Found {
    pub(crate) fn unknown() -> Found {
        let speaker = Speaker::unknown();
        Found { speaker, who: None, is_person: false, is_plural: false, also: Vec::new() }
    }
}

/// What the text has said of speakers so far.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The last person who was a subject.
    person: Option<Found>,
    /// The last who are many.
    plural: Option<Found>,
    /// The last that is an "it".
    thing: Option<Found>,
    /// The last of all.
    latest: Option<Found>,
    /// Who spoke last, if it was in writing.
    pub(crate) document: Option<Found>,
    /// Who was last called by an office: "the minister".
    offices: BTreeMap<String, Found>,
    /// Names outside the cast, in full, by their last word.
    names: BTreeMap<String, (String, Option<usize>)>,
    /// The people who were a subject, the last at the end.
    recent: Vec<Found>,
    /// Who of them is "he", and who "she".
    people: People,
    /// The people named in the paragraphs before and in this one.
    named: [Vec<usize>; 5],
}

impl Memory {
    /// A memory that knows which people the text is about.
    pub(crate) fn of(people: People) -> Memory {
        let names = people.names.iter().map(|(last, full)| (last.clone(), (full.clone(), None)));
        Memory { names: names.collect(), people, ..Memory::default() }
    }

    /// The last person who was a subject and can be called so.
    fn who_is(&self, pronoun: &str) -> Option<&Found> {
        let is_she = matches!(pronoun, "she" | "her");
        let can_be = |found: &&Found| self.people.may_be(&found.speaker.name, is_she);
        // A name of one word that spoke last may be a person's, and nobody else's was told since.
        let is_name = |found: &&Found| {
            let name = &found.speaker.name;
            found.who.is_none()
                && found.speaker.party.is_none()
                && !found.is_person
                && !found.is_plural
                && !name.contains([' ', '.'])
                && name.starts_with(char::is_uppercase)
                && !is_short_form(name)
        };
        let latest = self.latest.as_ref().filter(is_name).filter(can_be);
        latest.or_else(|| self.recent.iter().rev().find(can_be))
    }

    pub(crate) fn begin_paragraph(&mut self) {
        self.named.rotate_right(1);
        if let Some(now) = self.named.first_mut() {
            now.clear();
        }
    }

    /// Notes the people named in a sentence.
    pub(crate) fn name_people(
        &mut self,
        resolver: &Resolver,
        ground: &Ground,
        from: usize,
        to: usize,
    ) {
        let Some(now) = self.named.first_mut() else { return };
        for (_, mention) in ground.mentions_in(from, to) {
            // "the envoy of X" lets "the envoy" be that one.
            if matches!(mention.who, Who::Person(_)) {
                let mut words = (mention.from..mention.to).map(|at| ground.tokens.low(at));
                if let Some(office) = words.find(|low| words::is_speaker_noun(low)) {
                    self.offices.insert(office.to_owned(), resolver.who(mention.who));
                }
            }
            if let Who::Person(person) = mention.who
                && !now.contains(&person)
            {
                now.push(person);
            }
        }
    }

    /// The two who are the only people named lately.
    fn pair(&self) -> Option<(usize, usize)> {
        let mut all: Vec<usize> = Vec::new();
        for list in &self.named {
            for person in list {
                if !all.contains(person) {
                    all.push(*person);
                }
            }
            if all.len() >= 2 {
                break;
            }
        }
        match all.as_slice() {
            [one, two] => Some((*one, *two)),
            _ => None,
        }
    }

    /// Takes note of a subject.
    pub(crate) fn note(&mut self, found: &Found) {
        if !found.speaker.is_known() {
            return;
        }
        self.latest = Some(found.clone());
        if found.is_plural {
            self.plural = Some(found.clone());
        } else if found.is_person {
            self.person = Some(found.clone());
            self.recent.retain(|known| known.speaker != found.speaker);
            self.recent.push(found.clone());
            if self.recent.len() > RECENT_MAX {
                self.recent.remove(0);
            }
        } else {
            self.thing = Some(found.clone());
        }
    }

    /// The last person who spoke.
    /// Takes note of the party that a sentence names first, where it has no other subject.
    pub(crate) fn note_named(&mut self, resolver: &Resolver, ground: &Ground, at: (usize, usize)) {
        let mut named = ground.mentions_in(at.0, at.1).filter(|(_, m)| !m.is_part);
        let party = named.find(|(_, mention)| matches!(mention.who, Who::Party(_)));
        if let Some((_, mention)) = party {
            self.thing = Some(resolver.who(mention.who));
        }
    }

    /// Takes note of a party with which a sentence begins: "its minister" is that party's.
    pub(crate) fn note_thing(&mut self, found: &Found) {
        if !found.is_person && !found.is_plural && found.speaker.is_known() {
            self.thing = Some(found.clone());
        }
    }

    pub(crate) fn person(&self) -> Option<Found> {
        self.person.clone()
    }
}

/// Resolves subjects.
pub(crate) struct Resolver<'c> {
    pub(crate) cast: &'c Cast,
    pub(crate) on: Option<Date>,
}

impl Resolver<'_> {
    fn party_key(&self, party: Option<usize>) -> Option<String> {
        party.and_then(|at| self.cast.parties.get(at)).map(|party| party.key.clone())
    }

    pub(crate) fn who(&self, who: Who) -> Found {
        let member = self.cast.member(who);
        let name = member.map(|member| member.name.clone()).unwrap_or_default();
        let is_person = matches!(who, Who::Person(_));
        let person = member.filter(|_| is_person).map(|member| member.key.clone());
        let party = self.party_key(member.and_then(|member| member.party));
        let speaker = Speaker { name, person, party };
        Found { speaker, who: Some(who), is_person, is_plural: false, also: Vec::new() }
    }

    /// A party by its key.
    pub(crate) fn party(&self, key: &str) -> Option<Found> {
        let at = self.cast.parties.iter().position(|member| member.key == key)?;
        Some(self.who(Who::Party(at)))
    }

    fn named(&self, name: String, party: Option<usize>, is_person: bool, is_plural: bool) -> Found {
        // One name, however its apostrophe is written.
        let name = name.replace('’', "'").replace(crate::tokens::is_invisible, "");
        let speaker = Speaker { name, person: None, party: self.party_key(party) };
        Found { speaker, who: None, is_person, is_plural, also: Vec::new() }
    }

    /// Who a phrase stands for.
    pub(crate) fn phrase(&self, ground: &Ground, phrase: &Phrase, memory: &mut Memory) -> Found {
        let mut found = self.head(ground, phrase, memory);
        let joined: Vec<Found> =
            phrase.also.iter().map(|also| self.phrase(ground, also, memory)).collect();
        let is_each = matches!(phrase.head, Head::Noun(_)) && !found.also.is_empty();
        for other in joined.into_iter().filter(|_| !is_each) {
            if !found.speaker.is_known() {
                found = other;
                continue;
            }
            found.also.push(other.speaker.clone());
            found.also.extend(other.also);
            found.is_plural = true;
        }
        found
    }

    fn head(&self, ground: &Ground, phrase: &Phrase, memory: &mut Memory) -> Found {
        match phrase.head {
            Head::Pronoun => {
                let low = ground.tokens.low(phrase.to - 1);
                let both = low == "they" && ground.tokens.low(phrase.to) == "both";
                let pair = both.then(|| self.pair_before(ground, phrase.from)).flatten();
                pair.unwrap_or_else(|| self.pronoun(low, memory))
            }
            Head::Mention(number) => {
                let Some(mention) = ground.mentions.get(number) else { return Found::unknown() };
                let mut found = self.who(mention.who);
                // "the Front's bureau" is an "it".
                let last = ground.tokens.low(mention.to - 1);
                if mention.is_role && words::is_body(last) {
                    found.is_person = false;
                }
                self.remember_office(ground, phrase, &found, memory);
                found
            }
            Head::Name(from, to) => self.name(ground, phrase, from, to, memory),
            Head::Noun(noun) => {
                let found = match self.behind_office(ground, phrase, noun) {
                    Some(from) => self.name(ground, phrase, from, phrase.to, memory),
                    None => self.noun(ground, phrase, noun, memory),
                };
                let low = ground.tokens.low(noun);
                if found.speaker.is_known() && !matches!(low, "statement" | "report") {
                    memory.offices.insert(low.to_owned(), found.clone());
                }
                found
            }
        }
    }

    /// "X spoke with Y, and they both": the two people whom the words before name.
    fn pair_before(&self, ground: &Ground, to: usize) -> Option<Found> {
        let sentence = ground.tokens.sentences().into_iter().rev().find(|(from, _)| *from < to)?;
        let mut people: Vec<usize> = Vec::new();
        for (_, mention) in ground.mentions_in(sentence.0, to) {
            if let Who::Person(person) = mention.who
                && !people.contains(&person)
            {
                people.push(person);
            }
        }
        match people.as_slice() {
            [one, two] => Some(self.two(*one, *two)),
            _ => None,
        }
    }

    /// Two people as one speaker.
    fn two(&self, one: usize, two: usize) -> Found {
        let mut found = self.who(Who::Person(one));
        found.also.push(self.who(Who::Person(two)).speaker);
        found.is_plural = true;
        found
    }

    /// "both the Northern and Southern presidents": each party's own.
    fn each_party(&self, ground: &Ground, phrase: &Phrase, noun: usize) -> Option<Found> {
        let tokens = &ground.tokens;
        let title = tokens.slice(noun, noun + 1).trim_end_matches('s');
        // "Southern presidents" may be taken for the office itself.
        let mentions = ground.mentions.iter().filter(|m| (phrase.from..=noun).contains(&m.from));
        let mut parties: Vec<usize> = mentions.filter_map(|m| self.party_of(m.who)).collect();
        parties.dedup();
        let [one, two] = parties.as_slice() else { return None };
        let whole = (phrase.from..noun).any(|at| tokens.low(at) == "and");
        let holder = |party: &usize| self.office(&self.party_key(Some(*party))?, title)?.who;
        match (holder(one)?, holder(two)?) {
            (Who::Person(one), Who::Person(two)) if whole => Some(self.two(one, two)),
            _ => None,
        }
    }

    fn pronoun(&self, low: &str, memory: &Memory) -> Found {
        let found = match low {
            "he" | "she" => memory.who_is(low).cloned(),
            // A delegation, where nobody was many.
            "they" => {
                let is_body = |found: &Found| {
                    let last = found.speaker.name.rsplit(' ').next().unwrap_or("");
                    words::is_body(&last.to_lowercase())
                };
                let thing = memory.latest.clone().filter(|found| !found.is_person);
                let body = thing.clone().filter(|found| found.who.is_none() && is_body(found));
                body.or_else(|| memory.plural.clone()).or(thing)
            }
            // A message says what its author does.
            "it" => memory.document.clone().or_else(|| memory.thing.clone()),
            _ => None,
        };
        found.unwrap_or_else(Found::unknown)
    }

    /// "Foreign Minister X" lets "the foreign minister" and "the minister" be X.
    fn remember_office(
        &self,
        ground: &Ground,
        phrase: &Phrase,
        found: &Found,
        memory: &mut Memory,
    ) {
        if !found.is_person {
            return;
        }
        // "the Northern prime minister" and "the prime minister" for "Northern Prime Minister X".
        let name = match phrase.head {
            Head::Name(from, _) => from,
            Head::Mention(number) => ground.mentions.get(number).map_or(0, |m| m.from),
            _ => phrase.from,
        };
        for from in phrase.from..name.saturating_sub(1) {
            let whole = ground.tokens.slice(from, name).to_lowercase();
            memory.offices.insert(whole, found.clone());
        }
        for at in phrase.from..phrase.to {
            let low = ground.tokens.low(at);
            if is_office(low) && !matches!(low, "former" | "special" | "prime" | "foreign") {
                memory.offices.insert(low.to_owned(), found.clone());
                if at > phrase.from {
                    let both = format!("{} {low}", ground.tokens.low(at - 1));
                    memory.offices.insert(both, found.clone());
                }
            }
        }
        let titles = match found.who {
            Some(who) => self.cast.member(who).map(|m| m.titles.as_slice()).unwrap_or(&[]),
            None => &[],
        };
        for title in titles.iter().filter(|title| title.held(self.on)) {
            let last = title.title.rsplit(' ').next().unwrap_or("");
            memory.offices.insert(last.to_owned(), found.clone());
            memory.offices.insert(title.title.clone(), found.clone());
        }
    }

    fn name(
        &self,
        ground: &Ground,
        phrase: &Phrase,
        from: usize,
        to: usize,
        memory: &mut Memory,
    ) -> Found {
        let tokens = &ground.tokens;
        if matches!(tokens.low(from), "one" | "another" | "others" | "some") && to == from + 1 {
            return memory.plural.clone().unwrap_or_else(Found::unknown);
        }
        let written = tokens.slice(from, to).trim_end_matches("’s").trim_end_matches("'s");
        let last = written.rsplit(' ').next().unwrap_or("");
        let mut inside = ground.mentions_in(phrase.from, phrase.to);
        let party = inside.find_map(|(_, mention)| self.party_of(mention.who));
        let is_titled = (phrase.from..from).any(|at| words::is_title(tokens.low(at)));
        if to - from > 1 {
            memory.names.insert(last.to_owned(), (written.to_owned(), party));
        }
        let known = memory.names.get(last).filter(|_| to - from == 1).cloned();
        // "the Valley Herald" is no person, and "the envoy X Y" is.
        let is_body = tokens.low(phrase.from) == "the" && from == phrase.from + 1;
        let is_full = to - from > 1 || known.is_some() && !is_short_form(written);
        let is_person = is_full && !is_body || is_titled;
        let (name, party) = known.unwrap_or((written.to_owned(), party));
        let found = self.named(name, party, is_person, false);
        self.remember_office(ground, phrase, &found, memory);
        found
    }

    /// Where a name begins behind an office of several words: "Director of Inland Waters X Y".
    fn behind_office(&self, ground: &Ground, phrase: &Phrase, noun: usize) -> Option<usize> {
        let tokens = &ground.tokens;
        // What follows "of" is a word of the office at least, and two of the name.
        let is_long = tokens.low(noun + 1) == "of" && phrase.to >= noun + 5;
        let from = phrase.to.checked_sub(2).filter(|_| is_long && !ground.is_title_case)?;
        let is_name = (from - 1..phrase.to).all(|at| {
            tokens.is_capital(at) && ground.mention_at(at).is_none() && !ground.is_speaker(at)
        });
        is_name.then_some(from)
    }

    fn party_of(&self, who: Who) -> Option<usize> {
        self.cast.member(who).and_then(|member| member.party)
    }

    /// "the minister", "officials of X", "a spokesman for the army".
    fn noun(&self, ground: &Ground, phrase: &Phrase, noun: usize, memory: &Memory) -> Found {
        let tokens = &ground.tokens;
        let low = tokens.low(noun);
        let is_plural = words::is_plural_noun(low);
        let first = tokens.low(phrase.from);
        let words = phrase.to - phrase.from;
        let joint = is_plural
            && matches!(low, "leaders" | "presidents" | "ministers" | "premiers")
            && ground.mentions_in(phrase.from, phrase.to).next().is_none()
            && (matches!(first, "both") && words == 2
                || first == "the" && (words == 2 || words == 3 && tokens.low(noun - 1) == "two"));
        // Two who spoke together.
        let together = memory.plural.clone().filter(|many| !many.also.is_empty());
        if let Some(many) = together.filter(|_| joint && memory.pair().is_none()) {
            return many;
        }
        if joint && let Some((one, two)) = memory.pair() {
            return self.two(one, two);
        }
        if matches!(low, "presidents" | "ministers" | "premiers" | "chancellors")
            && noun + 1 == phrase.to
            && let Some(found) = self.each_party(ground, phrase, noun)
        {
            return found;
        }
        // "its foreign minister": the one of the party last named; "her minister": of her party.
        let owner = match first {
            "its" | "their" => memory.thing.as_ref().or(memory.plural.as_ref()),
            "his" | "her" => memory.who_is(first),
            _ => None,
        };
        let owner = owner.and_then(|owner| owner.speaker.party.clone());
        // "X, whose spokesman": X's.
        let whose = || {
            let before = phrase.from.checked_sub(1).filter(|_| first == "whose")?;
            let before =
                if tokens.is(before, Kind::Comma) { before.checked_sub(1)? } else { before };
            let (_, mention) = ground.mention_at(before)?;
            self.party_key(self.party_of(mention.who))
        };
        if let Some(key) = owner.or_else(whose)
            && noun + 1 == phrase.to
        {
            if let Some(found) = self.office(&key, tokens.slice(phrase.from + 1, phrase.to)) {
                return found;
            }
            let is_all = matches!(low, "government" | "administration" | "authorities");
            if let Some(party) = self.party(&key).filter(|_| is_all) {
                return party;
            }
        }
        if first == "the" && words > 2 && !is_plural {
            let whole = tokens.slice(phrase.from + 1, phrase.to).to_lowercase();
            if let Some(found) = memory.offices.get(&whole) {
                return found.clone();
            }
        }
        // "the president of the embattled nation": who was last called president.
        let is_vague = first == "the"
            && noun == phrase.from + 1
            && tokens.low(noun + 1) == "of"
            && noun + 1 < phrase.to
            && !is_plural
            && (noun + 1..phrase.to - 1).any(|at| words::is_determiner(tokens.low(at)))
            && matches!(tokens.low(phrase.to - 1), "nation" | "country" | "state" | "republic");
        // "the foreign leader": a word for a leader who was named.
        let is_leader = first == "the" && low == "leader" && words == 3;
        // Whoever holds that office and was named last is meant.
        let holds = |found: &&Found| {
            let member = found.who.and_then(|who| self.cast.member(who));
            let titles = member.map_or(&[][..], |member| member.titles.as_slice());
            titles.iter().any(|title| title.held(self.on) && title.title == low)
        };
        if let Some(found) = memory.person.as_ref().filter(|_| is_vague).filter(holds) {
            return found.clone();
        }
        let is_alone = ground.mentions_in(phrase.from, phrase.to).next().is_none();
        if (is_vague || is_leader && is_alone)
            && let Some(found) = memory.offices.get(low)
        {
            return found.clone();
        }
        let mut inside = ground.mentions_in(phrase.from, phrase.to);
        let party = inside.find_map(|(_, mention)| self.party_of(mention.who));
        // "Northland's spokesman", however it is parted: the one who holds that office.
        let owner = ground.mentions_in(phrase.from, phrase.to).next();
        if let Some((_, mention)) = owner.filter(|(_, m)| m.is_attribute && m.to < phrase.to)
            && let Who::Party(at) = mention.who
            && noun + 1 == phrase.to
            && !is_plural
            && !matches!(first, "a" | "an" | "another" | "one")
            && let Some(key) = self.party_key(Some(at))
            && let Some(found) = self.office(&key, tokens.slice(mention.to, phrase.to))
        {
            return found;
        }
        // "Palace officials": the house speaks, where it is another name of the party.
        if low == "officials"
            && noun + 1 == phrase.to
            && noun == phrase.from + 1
            && let Some((_, mention)) = ground.mention_at(noun.saturating_sub(1))
            && let Who::Party(party) = mention.who
            && !mention.is_attribute
            && tokens.slice(mention.from, mention.to).contains(char::is_lowercase)
        {
            return self.who(Who::Party(party));
        }
        // "the minister" alone is whoever was last called so.
        // So is "Minister" in a headline.
        let is_one = words == 1 && tokens.is_capital(noun);
        let is_bare =
            (first == "the" || is_one) && words <= 3 && noun + 1 == phrase.to && party.is_none();
        if is_bare && !is_plural && (is_office(low) || ground.is_speaker(noun)) {
            // "the finance minister" is no other minister.
            let office = match words {
                3 => format!("{} {low}", tokens.low(noun - 1)),
                _ => low.to_owned(),
            };
            if let Some(found) = memory.offices.get(&office) {
                return found.clone();
            }
            // "the government" is the party's of which was spoken.
            let is_all = matches!(low, "government" | "administration" | "authorities");
            let party = memory.thing.clone().filter(|f| matches!(f.who, Some(Who::Party(_))));
            if let Some(party) = party.filter(|_| is_all && words == 2) {
                return party;
            }
            // The agreement knows one who is called so.
            let from = phrase.from + usize::from(first == "the");
            let office = tokens.slice(from, noun + 1).to_lowercase();
            if let Some(found) = self.only(&office) {
                return found;
            }
            // A statement is its author's, who spoke last.
            if matches!(low, "statement" | "communique" | "communiqué") {
                return memory.latest.clone().unwrap_or_else(Found::unknown);
            }
        }
        if matches!(low, "statement" | "report" | "reports" | "figures" | "data" | "estimates") {
            // A statement is its author's.
            let mut inside = ground.mentions_in(phrase.from, phrase.to);
            if let Some((_, mention)) = inside.next() {
                return self.who(mention.who);
            }
            if is_bare {
                return Found::unknown();
            }
        }
        let from = match first {
            "the" | "a" | "an" => phrase.from + 1,
            _ => phrase.from,
        };
        // `the leaders of the "many"`: what follows the mark is no part of it.
        let mut to = phrase.to;
        while to > from + 1 && matches!(tokens.low(to - 1), "of" | "the" | "for" | "a" | "from") {
            to -= 1;
        }
        // "the Ledger newspaper"
        if matches!(tokens.low(to - 1), "newspaper" | "magazine" | "website")
            && to > from + 1
            && tokens.is_capital(to - 2)
        {
            to -= 1;
        }
        let name = tokens.slice(from, to);
        // "the Northern government": the party itself speaks.
        let own = matches!(low, "government" | "administration" | "side" | "authorities");
        if own
            && noun + 1 == phrase.to
            && let Some(party) = party
        {
            let is_alone = tokens.bytes(from, noun).is_none_or(|(start, end)| {
                let at = tokens.all.iter().skip(from).take(noun - from);
                let covered = at.filter(|t| t.start >= start && t.end <= end).count();
                covered <= 2
            });
            if is_alone && low != "side" {
                return self.who(Who::Party(party));
            }
        }
        // "a senior Northern official" and "two Northern officials" are nobody in particular.
        let owner = ground.mentions_in(phrase.from, phrase.to).next();
        if let Some((_, mention)) = owner
            && matches!(low, "official" | "officials")
            && mention.to == noun
            && noun + 1 == phrase.to
            && (mention.is_attribute || is_short_form(tokens.raw(mention.from)))
        {
            let whose = tokens.slice(mention.from, mention.to);
            let whose = whose.trim_end_matches("’s").trim_end_matches("'s");
            return self.named(format!("{whose} officials"), party, !is_plural, is_plural);
        }
        self.named(name.to_owned(), party, !is_plural && is_person_noun(low), is_plural)
    }

    /// The one person of all who holds an office by that title.
    fn only(&self, title: &str) -> Option<Found> {
        let holds = |member: &crate::cast::Member| {
            let mut titles = member.titles.iter().filter(|held| held.held(self.on));
            titles.any(|held| held.title == title)
        };
        let mut people = self.cast.people.iter().enumerate().filter(|(_, person)| holds(person));
        let (only, none) = (people.next()?, people.next());
        none.is_none().then(|| self.who(Who::Person(only.0)))
    }

    /// "The prime minister of X, Y, did": Y, or whoever the first phrase names.
    fn appositive(
        &self,
        ground: &Ground,
        start: usize,
        comma: usize,
        to: usize,
        memory: &mut Memory,
    ) -> Option<Found> {
        let tokens = &ground.tokens;
        let phrase = ground.phrase(comma, start).filter(|p| p.from == start)?;
        let next = (comma + 1..to.min(comma + APPOSITION_TOKENS_MAX))
            .find(|at| tokens.is(*at, Kind::Comma))?;
        let name = ground.phrase(next, comma + 1).filter(|name| {
            name.from == comma + 1 && matches!(name.head, Head::Mention(_) | Head::Name(..))
        });
        let is_noun = matches!(phrase.head, Head::Noun(_));
        let chosen = name.filter(|_| is_noun).unwrap_or(phrase);
        Some(self.phrase(ground, &chosen, memory))
    }

    /// The one person of a party who holds an office.
    fn office(&self, party: &str, title: &str) -> Option<Found> {
        let title = title.to_lowercase();
        let at = self.cast.parties.iter().position(|member| member.key == party)?;
        let holds = |member: &crate::cast::Member| {
            let mut titles = member.titles.iter().filter(|held| held.held(self.on));
            member.party == Some(at) && titles.any(|held| held.title == title)
        };
        let mut people = self.cast.people.iter().enumerate().filter(|(_, person)| holds(person));
        let (only, none) = (people.next()?, people.next());
        none.is_none().then(|| self.who(Who::Person(only.0)))
    }

    /// The subject with which a sentence begins, if it is a name or a pronoun.
    pub(crate) fn first(
        &self,
        ground: &Ground,
        from: usize,
        to: usize,
        memory: &mut Memory,
    ) -> Option<Found> {
        let tokens = &ground.tokens;
        let limit = to.min(from + 12);
        // After an introduction: "After the talks, X met Y".
        let low = tokens.low(from);
        let mut start = from;
        let is_asked = matches!(low, "asked" | "pressed" | "questioned");
        if is_asked
            || words::is_preposition(low)
            || words::is_conjunction(low)
            || low.ends_with("ing")
        {
            let comma = (from..to.min(from + 30)).find(|at| tokens.is(*at, Kind::Comma));
            start = comma? + 1;
        }
        // "Privately, diplomats are …"
        if start == from && tokens.is(from + 1, Kind::Comma) && ground.mention_at(from).is_none() {
            start = from + 2;
        }
        // "Dr. X"
        if tokens.is(start + 1, Kind::Stop) && words::is_abbreviation(tokens.raw(start)) {
            start += 2;
        }
        let limit = limit.max(start + 8).min(to);
        for at in start..limit {
            if !tokens.is(at, Kind::Word) {
                return self.appositive(ground, start, at, to, memory);
            }
            let low = tokens.low(at);
            if let Some((_, mention)) = ground.mention_at(at) {
                if mention.is_part {
                    return None;
                }
                // "X's reply came": X is about to speak.
                if mention.is_attribute
                    && tokens.is_possessive(mention.to - 1)
                    && is_speech_noun(tokens.low(mention.to))
                {
                    return Some(self.who(mention.who));
                }
                let phrase = ground.phrase(mention.to, start);
                let follows = tokens.low(mention.to);
                let is_end = tokens.is(mention.to, Kind::Word)
                    && !matches!(follows, "and" | "of")
                    && ground.mention_at(mention.to).is_none()
                    && !(tokens.is_capital(mention.to) && words::is_title(follows));
                match phrase.filter(|_| is_end) {
                    // "the States Valley Command": more of its name follows.
                    Some(_)
                        if tokens.is_capital(mention.to)
                            && matches!(mention.who, Who::Party(_))
                            && !mention.is_role
                            && !ground.is_title_case =>
                    {
                        continue;
                    }
                    Some(phrase) => return Some(self.phrase(ground, &phrase, memory)),
                    None if tokens.is(mention.to, Kind::Comma) => {
                        return self.appositive(ground, start, mention.to, to, memory);
                    }
                    None if tokens.is(mention.to, Kind::Word) => continue,
                    None => return None,
                }
            }
            if at == start && matches!(low, "he" | "she") {
                return Some(self.pronoun(low, memory));
            }
            // "X's peace envoy"
            let leads = at > start && tokens.is_possessive(at - 1) && ground.is_speaker(at + 1);
            let goes_on = leads
                || words::is_title(low)
                || words::is_determiner(low)
                || ground.is_speaker(at)
                || tokens.is_capital(at);
            if matches!(low, "of" | "for" | "from") && at > start {
                continue;
            }
            if !goes_on {
                let phrase = ground.phrase(at, start).filter(|p| p.from == start)?;
                let is_short = matches!(phrase.head, Head::Name(a, b) if b - a < 2);
                let acts = low.ends_with("ed") || crate::complement::is_finite(low);
                let is_known = memory.names.contains_key(tokens.raw(at - 1));
                return (!is_short || acts || is_known)
                    .then(|| self.phrase(ground, &phrase, memory));
            }
        }
        None
    }
}

/// Nouns for somebody's words.
fn is_speech_noun(low: &str) -> bool {
    matches!(
        low,
        "reply"
            | "answer"
            | "response"
            | "comments"
            | "remarks"
            | "statement"
            | "words"
            | "message"
            | "speech"
            | "reaction"
            | "post"
            | "letter"
            | "verdict"
            | "tone"
    )
}

/// Nouns for one person.
fn is_person_noun(low: &str) -> bool {
    words::is_speaker_noun(low) && !words::is_body(low)
}

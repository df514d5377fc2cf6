//! Meetings and calls in the words of statements: which of them are one event comes first, before
//! any of their dates can clash.

use crate::dates::{Stated, days_between, is_near};
use crate::matrix::day;
use crate::names::{Actor, Named, Names};
use crate::origins::Groups;
use crate::register::{Register, Told};
use crate::values;
use crate::words::{Token, is_month, is_weekday, tokens};
use serde::Serialize;
use servanda_entry::SpeechAct;
use std::collections::{BTreeMap, BTreeSet};

/// What kind of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// People meet.
    Meeting,
    /// They speak at a distance.
    Call,
}

/// One mention of an event in a statement.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    /// Index of the statement in the register.
    pub(crate) told: usize,
    pub(crate) kind: EventKind,
    pub(crate) actors: BTreeSet<Actor>,
    pub(crate) places: BTreeSet<String>,
    pub(crate) date: Option<Stated>,
    /// It is to come, by these words.
    pub(crate) is_planned: bool,
    /// The chunk of the sentence, to tell which mentions stand in an order.
    chunk: usize,
}

/// One event, and the indexes of its mentions.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) is_planned: bool,
    pub(crate) actors: BTreeSet<Actor>,
    pub(crate) places: BTreeSet<String>,
    pub(crate) mentions: Vec<usize>,
}

/// The first of two mentions comes after the second, by the words of one statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) later: usize,
    pub(crate) earlier: usize,
}

/// All events of a register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Events {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) orders: Vec<Order>,
    pub(crate) events: Vec<Event>,
}

impl Events {
    pub(crate) fn of(register: &Register, names: &Names) -> Events {
        let mut found = Events::default();
        for at in 0..register.told.len() {
            found.read(register, names, at);
        }
        found.group(register);
        found
    }

    /// The event of a mention.
    pub(crate) fn event_of(&self) -> BTreeMap<usize, usize> {
        let pairs = self.events.iter().enumerate();
        pairs.flat_map(|(at, event)| event.mentions.iter().map(move |m| (*m, at))).collect()
    }

    fn read(&mut self, register: &Register, names: &Names, at: usize) {
        let Some(told) = register.told.get(at) else { return };
        let words = tokens(&told.statement.quote);
        let named = names.find(&words);
        let chunks = chunks(&words);
        let first = self.mentions.len();
        for (number, chunk) in chunks.iter().enumerate() {
            for (kind, cue) in cues(&words, &named, chunk) {
                let place = Place { words: &words, named: &named, chunks: &chunks, number };
                let mention = place.mention(register, names, told, at, kind, cue);
                self.mentions.push(mention);
            }
        }
        let own = first..self.mentions.len();
        for at in own.clone() {
            let chunk = &chunks[self.mentions[at].chunk];
            let Some(link) = chunk.link else { continue };
            // Only the first mention of a chunk is what its first word is about.
            if own.start < at && self.mentions[at - 1].chunk == self.mentions[at].chunk {
                continue;
            }
            let before = (own.start..at).rev().find(|b| {
                let other = &chunks[self.mentions[*b].chunk];
                other.sentence == chunk.sentence && other.from != chunk.from
            });
            let after = || {
                (at + 1..own.end).find(|b| {
                    let other = &chunks[self.mentions[*b].chunk];
                    other.sentence == chunk.sentence && other.from != chunk.from
                })
            };
            let Some(other) = before.or_else(after) else { continue };
            let is_past = !self.mentions[at].is_planned && !self.mentions[other].is_planned;
            if is_past {
                self.orders.push(match link {
                    Link::After => Order { later: other, earlier: at },
                    Link::Before => Order { later: at, earlier: other },
                });
            }
        }
    }

    fn group(&mut self, register: &Register) {
        // First what one text says of one event, then what texts say.
        let mut within: BTreeMap<(usize, EventKind, bool), Vec<usize>> = BTreeMap::new();
        for (at, mention) in self.mentions.iter().enumerate() {
            if mention.actors.is_empty() && mention.places.is_empty() && mention.date.is_none() {
                continue;
            }
            let text = register.told[mention.told].text;
            within.entry((text, mention.kind, mention.is_planned)).or_default().push(at);
        }
        let mut parts: Vec<(usize, Event)> = Vec::new();
        for ((text, kind, is_planned), mentions) in within {
            // Those that say most come first, so that the others find what they belong to.
            let mut mentions = mentions;
            mentions.sort_by_key(|at| {
                let mention = &self.mentions[*at];
                (std::cmp::Reverse(mention.actors.len() + mention.places.len()), *at)
            });
            let first = parts.len();
            for at in mentions {
                let mention = &self.mentions[at];
                let fits =
                    parts[first..].iter_mut().find(|(_, event)| self.fits_in_text(event, mention));
                if let Some((_, event)) = fits {
                    event.actors.extend(mention.actors.iter().cloned());
                    event.places.extend(mention.places.iter().cloned());
                    event.mentions.push(at);
                } else {
                    let event = Event {
                        kind,
                        is_planned,
                        actors: mention.actors.clone(),
                        places: mention.places.clone(),
                        mentions: vec![at],
                    };
                    parts.push((text, event));
                }
            }
        }
        // What many texts say alike is compared once.
        let mut alike: BTreeMap<AlikeKey, usize> = BTreeMap::new();
        let mut classes: Vec<(Vec<usize>, Event)> = Vec::new();
        for (text, part) in parts {
            let key = (
                part.kind,
                part.is_planned,
                part.actors.clone(),
                part.places.clone(),
                self.dates(&part),
                register.texts[text].published.clone(),
            );
            let at = *alike.entry(key).or_insert(classes.len());
            if let Some((texts, event)) = classes.get_mut(at) {
                texts.push(text);
                event.mentions.extend(part.mentions);
            } else {
                classes.push((vec![text], part));
            }
        }
        let parts = classes;
        let mut by_text: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, (texts, _)) in parts.iter().enumerate() {
            texts.iter().for_each(|text| by_text.entry(*text).or_default().push(at));
        }
        let dates: Vec<Vec<Stated>> = parts.iter().map(|(_, part)| self.dates(part)).collect();
        let known = Known { register, parts: &parts, dates: &dates, by_text: &by_text };
        let mut groups = Groups::new(parts.len());
        for b in 0..parts.len() {
            for a in 0..b {
                if known.is_one(a, b) {
                    groups.join(a, b);
                }
            }
        }
        self.join_vague(&parts, &mut groups);
        let numbers = groups.numbers();
        let mut events: BTreeMap<usize, Event> = BTreeMap::new();
        for ((_, part), number) in parts.into_iter().zip(numbers) {
            if let Some(event) = events.get_mut(&number) {
                event.actors.extend(part.actors);
                event.places.extend(part.places);
                event.mentions.extend(part.mentions);
            } else {
                events.insert(number, part);
            }
        }
        self.events = events.into_values().collect();
        for event in &mut self.events {
            event.mentions.sort_unstable();
        }
    }

    /// "Following their meeting, X …" names one of those who met, and neither day nor place. It is
    /// the one meeting of X that the register knows; where it knows two, nobody can tell.
    fn join_vague(&self, parts: &[(Vec<usize>, Event)], groups: &mut Groups) {
        let is_vague = |event: &Event| {
            !event.is_planned
                && event.actors.len() == 1
                && event.places.is_empty()
                && self.dates(event).is_empty()
        };
        for (at, (_, vague)) in parts.iter().enumerate().filter(|(_, (_, e))| is_vague(e)) {
            let mut known = BTreeSet::new();
            for (other, (_, event)) in parts.iter().enumerate() {
                let is_same = event.kind == vague.kind && !event.is_planned && !is_vague(event);
                let names = |actor: &Actor| event.actors.iter().any(|known| known.agrees(actor));
                if is_same && vague.actors.iter().all(names) {
                    known.insert(groups.top(other));
                }
            }
            if let (1, Some(only)) = (known.len(), known.first()) {
                groups.join(at, *only);
            }
        }
    }

    /// Whether a mention can be of the event of the same text: all that it names is named there,
    /// and the dates agree, or are one day of two years at one place. A text that tells of two
    /// days tells of two events.
    fn fits_in_text(&self, event: &Event, mention: &Mention) -> bool {
        let is_known = |actor: &Actor| event.actors.iter().any(|known| known.agrees(actor));
        let same_place = !event.places.is_disjoint(&mention.places);
        let fits = |a: Stated, b: Stated| {
            let same_day = a.day.is_some() && (a.month, a.day) == (b.month, b.day);
            a.agrees(b) || (same_place && same_day)
        };
        let mut dates = event.mentions.iter().filter_map(|at| self.mentions[*at].date);
        dates.all(|a| mention.date.is_none_or(|b| fits(a, b)))
            && mention.actors.iter().all(is_known)
            && (!mention.actors.is_empty() || same_place || mention.places.is_empty())
    }

    fn dates(&self, event: &Event) -> Vec<Stated> {
        let dates = event.mentions.iter().filter_map(|at| self.mentions[*at].date);
        let dates: BTreeSet<Stated> = dates.collect();
        dates.into_iter().collect()
    }
}

/// What texts that say the same of an event say of it.
type AlikeKey = (EventKind, bool, BTreeSet<Actor>, BTreeSet<String>, Vec<Stated>, Option<String>);

/// The events of texts, each with the texts that say the same of it.
struct Known<'a> {
    register: &'a Register,
    parts: &'a [(Vec<usize>, Event)],
    dates: &'a [Vec<Stated>],
    by_text: &'a BTreeMap<usize, Vec<usize>>,
}

impl Known<'_> {
    /// Whether texts speak of one event: the same kind, shared people, and a time or a place by
    /// which it is one.
    fn is_one(&self, at_a: usize, at_b: usize) -> bool {
        let ((texts_a, a), (texts_b, b)) = (&self.parts[at_a], &self.parts[at_b]);
        if a.kind != b.kind || a.is_planned != b.is_planned {
            return false;
        }
        let shared = a.actors.iter().filter(|one| b.actors.iter().any(|o| o.agrees(one))).count();
        let smaller = a.actors.len().min(b.actors.len());
        let same_place = !a.places.is_disjoint(&b.places);
        if shared < smaller || shared == 0 || (shared < 2 && !same_place) {
            return false;
        }
        let published = |texts: &[usize]| {
            texts.first().and_then(|text| self.register.texts[*text].published.as_deref())
        };
        let (pub_a, pub_b) = (published(texts_a), published(texts_b));
        let (dates_a, dates_b) = (&self.dates[at_a], &self.dates[at_b]);
        if dates_a.iter().all(|a| dates_b.iter().all(|b| a.agrees(*b))) {
            let is_dated = !dates_a.is_empty() && !dates_b.is_empty();
            return is_dated || same_place || is_near(pub_a, pub_b);
        }
        if !same_place || a.is_planned {
            return false;
        }
        // Dates that differ: one event only if it is at one place, and unless each text tells of
        // the days before it, weeks apart.
        let is_fresh = |dates: &[Stated], published: Option<&str>| {
            dates.iter().all(|date| {
                days_between(Some(&date.print()), published).is_some_and(|days| days <= 7)
            })
        };
        let both_fresh = is_fresh(dates_a, pub_a) && is_fresh(dates_b, pub_b);
        // A text that tells of both days tells of two events.
        let tells = |texts: &[usize], dates: &[Stated]| {
            let all = texts.iter().filter_map(|text| self.by_text.get(text)).flatten();
            let mut own = all.filter(|at| self.parts[**at].1.kind == a.kind);
            own.any(|at| {
                let own = &self.dates[*at];
                let agree = own.iter().all(|one| dates.iter().all(|date| one.agrees(*date)));
                !own.is_empty() && agree
            })
        };
        let are_two = tells(texts_a, dates_b) || tells(texts_b, dates_a);
        !are_two && (!both_fresh || is_near(pub_a, pub_b))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    After,
    Before,
}

/// A part of a sentence: tokens `from..to`, and the word of order that it begins with.
#[derive(Debug, Clone)]
struct Chunk {
    from: usize,
    to: usize,
    sentence: usize,
    link: Option<Link>,
}

fn link(words: &[Token], at: usize) -> Option<(Link, usize)> {
    let low = |at: usize| words.get(at).map_or("", |token| token.low.as_str());
    Some(match (low(at), low(at + 1)) {
        ("after" | "following", _) => (Link::After, 1),
        ("before", _) => (Link::Before, 1),
        ("prior", "to") => (Link::Before, 2),
        ("ahead", "of") => (Link::Before, 2),
        _ => return None,
    })
}

fn chunks(words: &[Token]) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut sentence = 0;
    let mut from = 0;
    let mut open: Option<Link> = None;
    let mut at = 0;
    let push = |chunks: &mut Vec<Chunk>, from: usize, to: usize, sentence, link| {
        if from < to {
            chunks.push(Chunk { from, to, sentence, link });
        }
    };
    while let Some(token) = words.get(at) {
        let next = words.get(at + 1);
        if !token.is_word {
            // "prior to my meeting, at one today, with the president": the phrase goes on.
            // "with plans for another" begins a thing of its own.
            let in_capitals = words.get(at + 2).is_some_and(Token::is_capital);
            let goes_on = token.low == ","
                && next.is_some_and(|n| match n.low.as_str() {
                    "with" => in_capitals || words.get(at + 2).is_some_and(|t| t.low == "the"),
                    "at" | "in" | "on" => true,
                    _ => false,
                });
            let is_inner = matches!(token.low.as_str(), "\"" | "“" | "”" | "'" | "‘" | "’" | "%")
                || (token.low == "." && at > 0 && words[at - 1].low.len() < 4);
            // "December 17, 2023": a year belongs to its day.
            let is_date = token.low == ","
                && next.is_some_and(|n| n.low.len() == 4 && n.low.parse::<u16>().is_ok());
            if !goes_on && !is_inner && !is_date {
                push(&mut chunks, from, at, sentence, open);
                (from, open) = (at + 1, None);
                if matches!(token.low.as_str(), "." | "?" | "!" | ";") {
                    sentence += 1;
                }
            }
        } else if let Some((found, skip)) = link(words, at) {
            push(&mut chunks, from, at, sentence, open);
            (from, open) = (at, Some(found));
            at += skip;
            continue;
        } else if is_joint(words, at) {
            push(&mut chunks, from, at, sentence, open);
            (from, open) = (at + 1, None);
        }
        at += 1;
    }
    push(&mut chunks, from, words.len(), sentence, open);
    chunks
}

/// A word behind which another clause begins: "and planned", "while", "although".
fn is_joint(words: &[Token], at: usize) -> bool {
    let next = words.get(at + 1);
    let is_clause = next.is_some_and(|next| {
        next.is_word && !next.is_capital() && !matches!(next.low.as_str(), "the" | "his" | "her")
    });
    match words[at].low.as_str() {
        "and" => is_clause,
        "while" | "although" | "but" | "though" | "which" => true,
        _ => false,
    }
}

/// The words by which a chunk speaks of a contact, each kind once.
fn cues(words: &[Token], named: &[Named], chunk: &Chunk) -> Vec<(EventKind, usize)> {
    let low = |at: usize| words.get(at).map_or("", |token| token.low.as_str());
    let mut found: BTreeMap<EventKind, usize> = BTreeMap::new();
    let part = words.get(chunk.from..chunk.to).unwrap_or_default();
    let is_verb = |at: usize| {
        let before = at.checked_sub(1).map_or("", low);
        matches!(before, "to" | "will" | "would" | "could" | "should" | "can")
    };
    let is_denied = |at: usize| {
        let from = at.saturating_sub(5).max(chunk.from);
        (from..at).any(|at| matches!(low(at), "no" | "not" | "never" | "without"))
    };
    // Two who speak, speak with each other.
    let are_two = named.iter().filter(|o| chunk.from <= o.from && o.to <= chunk.to).count() > 1;
    let by_wire = part.iter().any(|t| matches!(t.low.as_str(), "phone" | "telephone" | "video"));
    for at in chunk.from..chunk.to {
        let kind = match low(at) {
            "call" | "calls" | "called" => {
                let is_appeal = matches!(low(at + 1), "for" | "on" | "it" | "upon")
                    || (low(at + 1) == "the" && !is_verb(at));
                if is_appeal || (low(at) == "called" && low(at + 1) != "each") {
                    continue;
                }
                EventKind::Call
            }
            "spoke" | "spoken" | "speak" | "telephoned" | "phoned" => {
                if !are_two && !matches!(low(at + 1), "with" | "again" | "by" | "over") {
                    continue;
                }
                EventKind::Call
            }
            "conversation" | "conversations" | "talks" | "talk" if by_wire => EventKind::Call,
            "meeting" | "meetings" | "summit" | "met" | "meets" | "convene" | "convenes"
            | "convened" | "welcomed" | "hosted" => EventKind::Meeting,
            "meet" if low(at + 1) != "the" => EventKind::Meeting,
            "talks" if matches!(low(at + 1), "with" | "in" | "at" | "on" | "between") => {
                EventKind::Meeting
            }
            _ => continue,
        };
        // What was not, or is not planned, is no event.
        if !is_denied(at) {
            found.entry(kind).or_insert(at);
        }
    }
    // "phone talks" are no meeting besides.
    if by_wire && found.contains_key(&EventKind::Call) {
        found.retain(|kind, at| *kind == EventKind::Call || low(*at) != "talks");
    }
    found.into_iter().collect()
}

struct Place<'a> {
    words: &'a [Token],
    named: &'a [Named],
    chunks: &'a [Chunk],
    number: usize,
}

impl Place<'_> {
    fn mention(
        &self,
        register: &Register,
        names: &Names,
        told: &Told,
        at: usize,
        kind: EventKind,
        cue: usize,
    ) -> Mention {
        let chunk = &self.chunks[self.number];
        let (mut actors, has_own) = self.actors(names, told);
        if !has_own {
            // Nobody is named: whoever the sentence is about.
            actors.clear();
        }
        let date = self.date(register, told, cue);
        let later = date.is_some_and(|date| {
            let said = day(register, told).0.and_then(Stated::day_number);
            date.day_number().zip(said).is_some_and(|(date, said)| date > said)
        });
        let is_planned = later || self.is_to_come(told, cue);
        Mention {
            told: at,
            kind,
            actors,
            places: places(self.words, self.named, chunk.from, chunk.to),
            date,
            is_planned,
            chunk: self.number,
        }
    }

    fn named_in(&self, from: usize, to: usize) -> impl Iterator<Item = &Named> {
        self.named.iter().filter(move |one| from <= one.from && one.to <= to)
    }

    /// Who takes part: people before parties, and where only one is named, the sentence's subject.
    fn actors(&self, names: &Names, told: &Told) -> (BTreeSet<Actor>, bool) {
        let chunk = &self.chunks[self.number];
        let mut actors: BTreeSet<Actor> =
            self.named_in(chunk.from, chunk.to).map(|one| one.actor.clone()).collect();
        let words = self.words.get(chunk.from..chunk.to).unwrap_or_default();
        let speaks_of_self =
            words.iter().any(|t| matches!(t.low.as_str(), "i" | "my" | "me" | "we" | "our" | "us"));
        let by_pronoun = words
            .iter()
            .any(|t| matches!(t.low.as_str(), "his" | "her" | "their" | "he" | "she" | "they"));
        let speaker = names.speaker(&told.statement);
        if speaks_of_self {
            actors.extend(speaker.clone());
        }
        keep_people(&mut actors);
        let has_own = !actors.is_empty() || by_pronoun;
        if actors.len() < 2 {
            actors.extend(self.subject(speaker.as_ref()).or(speaker));
            keep_people(&mut actors);
        }
        (actors, has_own)
    }

    /// Who the sentence is about: "he" in reported words is who speaks; else whoever is named first
    /// in the chunks that no word of order begins, then in the others.
    fn subject(&self, speaker: Option<&Actor>) -> Option<Actor> {
        let own = &self.chunks[self.number];
        let is_pronoun = |at: usize| {
            let low = self.words.get(at).map_or("", |token| token.low.as_str());
            matches!(low, "he" | "she" | "i" | "we")
        };
        if let (true, Some(speaker)) = ((own.from..own.to).any(is_pronoun), speaker) {
            return Some(speaker.clone());
        }
        let others = || {
            let all = self.chunks.iter().enumerate();
            all.filter(|(at, c)| *at != self.number && c.sentence == own.sentence).map(|(_, c)| c)
        };
        let main = others().filter(|chunk| chunk.link.is_none());
        let rest = others().filter(|chunk| chunk.link.is_some());
        main.chain(rest).find_map(|chunk| {
            let named: Vec<&Named> = self.named_in(chunk.from, chunk.to).collect();
            let pronoun = (chunk.from..chunk.to).find(|at| is_pronoun(*at));
            let first = named.first().map(|one| one.from);
            match (pronoun, speaker) {
                (Some(at), Some(speaker)) if first.is_none_or(|first| at < first) => {
                    Some(speaker.clone())
                }
                // "the Northern president": the state is part of the office.
                _ => named
                    .iter()
                    .find(|one| one.actor.person.is_some())
                    .or(named.first())
                    .map(|one| one.actor.clone()),
            }
        })
    }

    /// The date nearest to the cue: one of the statement's own that stands in the chunk.
    fn date(&self, register: &Register, told: &Told, cue: usize) -> Option<Stated> {
        let chunk = &self.chunks[self.number];
        let dates = told.statement.values.iter().filter_map(|value| {
            let date = value.date.as_deref().and_then(Stated::parse)?;
            let (from, to) = values::place(self.words, value)?;
            let is_inside = chunk.from <= from && to <= chunk.to;
            is_inside.then_some((from.abs_diff(cue), date))
        });
        let stated = dates.min().map(|(_, date)| date);
        stated.or_else(|| self.relative(register, told))
    }

    /// "a day after meeting": counted from the day on which it was said.
    fn relative(&self, register: &Register, told: &Told) -> Option<Stated> {
        let chunk = &self.chunks[self.number];
        let low = |back: usize| {
            let at = chunk.from.checked_sub(back);
            at.and_then(|at| self.words.get(at)).map_or("", |token| token.low.as_str())
        };
        let is_day_after = chunk.link == Some(Link::After)
            && low(1) == "day"
            && matches!(low(2), "a" | "one" | "the");
        let words = self.words.get(chunk.from..chunk.to).unwrap_or_default();
        let is_yesterday = words.iter().any(|token| token.low == "yesterday");
        if !is_day_after && !is_yesterday {
            return None;
        }
        day(register, told).0?.days_before(1)
    }

    fn is_to_come(&self, told: &Told, cue: usize) -> bool {
        let chunk = &self.chunks[self.number];
        let low = |at: usize| self.words.get(at).map_or("", |token| token.low.as_str());
        let is_infinitive = cue > 0
            && matches!(
                low(cue - 1),
                "to" | "will" | "would" | "could" | "only" | "can" | "should"
            )
            && matches!(low(cue), "meet" | "call" | "speak" | "convene");
        let planned = (chunk.from..chunk.to).any(|at| {
            matches!(
                low(at),
                "will"
                    | "would"
                    | "another"
                    | "again"
                    | "next"
                    | "soon"
                    | "upcoming"
                    | "planned"
                    | "plans"
                    | "plan"
                    | "expected"
                    | "expects"
                    | "scheduled"
                    | "future"
                    | "forthcoming"
                    | "tomorrow"
                    | "proposed"
                    | "possible"
                    | "hopes"
            )
        });
        // What is wanted or expected is to come, but for what it comes after.
        let by_act = matches!(
            told.statement.act,
            SpeechAct::Expect | SpeechAct::Want | SpeechAct::Propose | SpeechAct::Demand
        );
        let is_past = chunk.link.is_some() || matches!(low(cue), "met" | "spoke" | "welcomed");
        is_infinitive || (planned && chunk.link.is_none()) || (by_act && !is_past)
    }
}

/// A person stands for the own party too: the party alone says less.
fn keep_people(actors: &mut BTreeSet<Actor>) {
    let people: BTreeSet<Option<String>> = actors
        .iter()
        .filter(|actor| actor.person.is_some())
        .map(|actor| actor.party.clone())
        .collect();
    actors.retain(|actor| actor.person.is_some() || !people.contains(&actor.party));
}

/// Names of places in tokens `from..to`: in capitals, behind a word of place, and nobody's name.
pub(crate) fn places(words: &[Token], named: &[Named], from: usize, to: usize) -> BTreeSet<String> {
    let is_actor = |at: usize| named.iter().any(|one| one.from <= at && at < one.to);
    let mut found = BTreeSet::new();
    let mut at = from;
    while at < to {
        let is_place = |at: usize| {
            words.get(at).is_some_and(|token| {
                let is_time = is_month(&token.low) || is_weekday(&token.low);
                // "P.M." is no place, nor is one letter.
                let is_short = token.raw.contains('.') || token.low.len() < 2;
                token.is_capital() && !is_actor(at) && !is_time && !is_short
            })
        };
        let end = (at..to).find(|at| !is_place(*at)).unwrap_or(to);
        if end == at {
            at += 1;
            continue;
        }
        let back = at.saturating_sub(4).max(from)..at;
        let is_behind = words.get(back).unwrap_or_default().iter().any(|token| {
            matches!(token.low.as_str(), "at" | "in" | "to" | "near" | "outside" | "turning")
        });
        let follows_place = at > from && words[at - 1].low == "," && !found.is_empty();
        if is_behind || follows_place {
            let name = words.get(at..end).unwrap_or_default();
            let name: Vec<&str> = name.iter().map(|token| token.raw.as_str()).collect();
            found.insert(name.join(" "));
        }
        at = end;
    }
    found
}

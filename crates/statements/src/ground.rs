//! A paragraph with the names found in it, and the noun phrases that can be a subject.

use crate::cast::{Cast, Who};
use crate::tokens::{Kind, Tokens};
use crate::words;
use servanda_time::Date;

/// So many tokens back a subject is looked for: longer ones are not read as subjects.
const SUBJECT_TOKENS_MAX: usize = 30;

/// A name by its tokens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention {
    /// Tokens `from..to`.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) who: Who,
    pub(crate) is_role: bool,
    /// It says whose something is: "Northland's", "the Northern".
    pub(crate) is_attribute: bool,
    /// It is a part of a compound, as in "Northland-led".
    pub(crate) is_part: bool,
}

/// A paragraph as far as it is known before any frame is.
#[derive(Debug)]
pub(crate) struct Ground<'t> {
    pub(crate) tokens: Tokens<'t>,
    pub(crate) mentions: Vec<Mention>,
    at: Vec<Option<usize>>,
    /// Whether each token can speak: the noun of an office.
    speakers: Vec<bool>,
    /// Most words have capitals, as in headlines: then they tell nothing of names.
    pub(crate) is_title_case: bool,
}

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// A name of the cast.
    Mention(usize),
    Pronoun,
    /// A noun that can speak, by its token.
    Noun(usize),
    /// A name that the cast doesn't have: tokens `from..to`.
    Name(usize, usize),
}

/// A noun phrase that can be a subject: tokens `from..to`.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) head: Head,
    /// Others that are joined to it by "and".
    pub(crate) also: Vec<Phrase>,
}

impl<'t> Ground<'t> {
    pub(crate) fn of(text: &'t str, cast: &Cast, on: Option<Date>) -> Ground<'t> {
        let tokens = Tokens::of(text);
        let (at, is_title_case) = (vec![None; tokens.len()], is_title_case(&tokens));
        let is_noun = |low: &str| words::is_speaker_noun(low) || cast.is_office(low);
        let speakers = (0..tokens.len()).map(|at| is_noun(tokens.low(at))).collect();
        let mut ground = Ground { at, speakers, is_title_case, tokens, mentions: Vec::new() };
        let mut next = 0;
        for hit in cast.find(text, on) {
            while ground.tokens.all.get(next).is_some_and(|token| token.end <= hit.start) {
                next += 1;
            }
            let mut to = next;
            while ground.tokens.all.get(to).is_some_and(|token| token.start < hit.end) {
                to += 1;
            }
            let (Some(first), Some(last)) = (
                ground.tokens.all.get(next),
                to.checked_sub(1).and_then(|l| ground.tokens.all.get(l)),
            ) else {
                continue;
            };
            let tail = text.get(hit.end..last.end.max(hit.end)).unwrap_or("");
            let is_possessive = matches!(tail, "’s" | "'s" | "’" | "'");
            let is_part = first.start < hit.start || !(tail.is_empty() || is_possessive);
            let number = ground.mentions.len();
            if ground.at.get(next).is_some_and(Option::is_some) {
                continue;
            }
            let is_last_name = matches!(hit.who, Who::Person(_)) && !hit.is_role && to == next + 1;
            if is_last_name && !is_title_case && ground.follows_first_name(next) {
                continue;
            }
            let mut who = hit.who;
            if hit.is_role && ground.is_one_of_many(next) {
                // "a Northern spokesman": the party speaks, and nobody is named.
                match cast.member(who).and_then(|member| member.party) {
                    Some(party) => who = Who::Party(party),
                    None => continue,
                }
            }
            for slot in ground.at.iter_mut().take(to).skip(next) {
                *slot = Some(number);
            }
            ground.mentions.push(Mention {
                from: next,
                to,
                who,
                is_role: hit.is_role,
                is_attribute: is_possessive || hit.is_adjective,
                is_part,
            });
        }
        ground
    }

    /// "Ann X" is nobody of whom the agreement knows as "Tom X".
    fn follows_first_name(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|at| self.tokens.is_capital(*at)) else {
            return false;
        };
        let low = self.tokens.low(before);
        let is_first = before == 0 || !self.tokens.is(before - 1, Kind::Word);
        let is_word = words::is_title(low)
            || self.is_speaker(before)
            || is_grammar(low)
            || low.ends_with("ing")
            || low.ends_with("ed")
            || self.tokens.is_possessive(before)
            || low.contains(['.', '-'])
            || self.tokens.raw(before).chars().all(char::is_uppercase)
            || self.at.get(before).copied().flatten().is_some();
        !is_word && !is_first
    }

    /// Whether "a" or the like stands before token `at`.
    fn is_one_of_many(&self, at: usize) -> bool {
        let back = |n: usize| at.checked_sub(n).map_or("", |at| self.tokens.low(at));
        let is_rank = matches!(back(1), "senior" | "top" | "high-ranking" | "former");
        let before = if is_rank { back(2) } else { back(1) };
        matches!(before, "a" | "an" | "one" | "another" | "some") || back(1) == "former"
    }

    /// Whether a token is a noun that can speak.
    pub(crate) fn is_speaker(&self, at: usize) -> bool {
        self.speakers.get(at).copied().unwrap_or(false)
    }

    pub(crate) fn mention_at(&self, token: usize) -> Option<(usize, Mention)> {
        let number = self.at.get(token).copied().flatten()?;
        Some((number, *self.mentions.get(number)?))
    }

    /// The mentions among tokens `from..to`.
    pub(crate) fn mentions_in(
        &self,
        from: usize,
        to: usize,
    ) -> impl Iterator<Item = (usize, Mention)> {
        let start = self.mentions.partition_point(|mention| mention.from < from);
        let rest = self.mentions.iter().copied().enumerate().skip(start);
        rest.take_while(move |(_, mention)| mention.to <= to)
    }

    fn is_plain_word(&self, at: usize, floor: usize, quote: Option<usize>) -> bool {
        at >= floor && self.tokens.is(at, Kind::Word) && self.tokens.quote(at) == quote
    }

    /// The noun phrase that ends before token `end` and begins at `floor` or later.
    pub(crate) fn phrase(&self, end: usize, floor: usize) -> Option<Phrase> {
        self.phrase_within(end, floor.max(end.saturating_sub(SUBJECT_TOKENS_MAX)), 3)
    }

    fn phrase_within(&self, end: usize, floor: usize, depth: usize) -> Option<Phrase> {
        let last = end.checked_sub(1)?;
        let quote = self.tokens.quote(last);
        if !self.is_plain_word(last, floor, quote) {
            return None;
        }
        let low = self.tokens.low(last);
        if words::is_pronoun(low) {
            if low == "i" || low == "we" {
                return None;
            }
            let phrase = Phrase { from: last, to: end, head: Head::Pronoun, also: Vec::new() };
            return Some(phrase);
        }
        // "one said", of those last named.
        let stands_alone = last == floor || !self.tokens.is(last - 1, Kind::Word);
        if stands_alone && matches!(low, "one" | "another" | "others" | "some") {
            let head = Head::Name(last, end);
            return Some(Phrase { from: last, to: end, head, also: Vec::new() });
        }
        if low == "them" {
            return self.of_them(last, floor, quote);
        }
        let mut phrase = match self.mention_at(last) {
            Some((_, mention)) if mention.is_part || mention.to != end => return None,
            Some((number, mention)) => {
                let the = mention.from.checked_sub(1).map(|at| self.tokens.low(at));
                if mention.is_attribute && (self.tokens.is_possessive(last) || the != Some("the")) {
                    return None;
                }
                let from = self.modifiers(mention.from, floor, quote);
                Phrase { from, to: end, head: Head::Mention(number), also: Vec::new() }
            }
            None => self.unknown(last, floor, quote)?,
        };
        self.owner(&mut phrase, floor, quote);
        if depth > 0 {
            self.joined(&mut phrase, floor, depth);
        }
        Some(phrase)
    }

    /// "one of them"
    fn of_them(&self, last: usize, floor: usize, quote: Option<usize>) -> Option<Phrase> {
        let from = last.checked_sub(2)?;
        let is_some = self.is_plain_word(from, floor, quote)
            && self.tokens.low(from + 1) == "of"
            && (words::is_determiner(self.tokens.low(from))
                || matches!(self.tokens.low(from), "none" | "neither" | "either"));
        let head = Head::Name(from, last + 1);
        is_some.then_some(Phrase { from, to: last + 1, head, also: Vec::new() })
    }

    /// A phrase whose last word is no name of the cast.
    fn unknown(&self, last: usize, floor: usize, quote: Option<usize>) -> Option<Phrase> {
        let to = last + 1;
        let is_event = matches!(self.tokens.low(last), "meeting" | "summit" | "talks" | "session");
        if self.tokens.is_possessive(last) {
            return None;
        }
        if self.is_speaker(last) {
            let from = self.modifiers(last, floor, quote);
            // "Foreign Minister" alone is an office; "State Duma" a name.
            return Some(Phrase { from, to, head: Head::Noun(last), also: Vec::new() });
        }
        if self.tokens.is_capital(last) && self.is_name_word(last, floor) && !is_event {
            let mut from = last;
            while from > floor && self.is_plain_word(from - 1, floor, quote) {
                let before = from - 1;
                let particle = matches!(
                    self.tokens.low(before),
                    "von" | "der" | "de" | "van" | "al" | "bin" | "el" | "la" | "del" | "di" | "da"
                );
                let capital = self.tokens.is_capital(before)
                    && !self.tokens.is_possessive(before)
                    && self.is_name_word(before, floor)
                    && !words::is_title(self.tokens.low(before))
                    && self.mention_at(before).is_none();
                if !particle && !capital {
                    // "Institute for the Study of X"
                    let the = usize::from(self.tokens.low(before) == "the");
                    let link = before.checked_sub(the).filter(|link| *link > floor);
                    let joins = link.is_some_and(|link| {
                        matches!(self.tokens.low(link), "of" | "for")
                            && self.tokens.is_capital(link - 1)
                            && words::is_body_noun(self.tokens.low(link - 1))
                            && self.mention_at(link - 1).is_none()
                            && !words::is_speaker_noun(self.tokens.low(link - 1))
                    });
                    match link.filter(|_| joins) {
                        Some(link) => {
                            from = link - 1;
                            continue;
                        }
                        None => break,
                    }
                }
                from = before;
            }
            if self.tokens.is_possessive(from) && from == last {
                return None;
            }
            let start = self.modifiers(from, floor, quote);
            let head = Head::Name(from, to);
            return Some(Phrase { from: start, to, head, also: Vec::new() });
        }
        // "officials in the capital": the noun that speaks stands before a preposition.
        let mut at = last;
        for _ in 0..6 {
            let before = at.checked_sub(1)?;
            if !self.is_plain_word(before, floor, quote) {
                return None;
            }
            let low = self.tokens.low(before);
            if is_link(low) {
                return self.noun_before(before, to, floor, quote);
            }
            if words::is_conjunction(low) || words::is_preposition(low) || words::is_chain(low) {
                return None;
            }
            at = before;
        }
        None
    }

    /// Whether a capital word can be a part of a name.
    fn is_name_word(&self, at: usize, floor: usize) -> bool {
        let low = self.tokens.low(at);
        let is_grammar = is_grammar(low)
            || low.ends_with("ly") && at == floor && !self.tokens.is_capital(at + 1);
        !is_grammar && !low.starts_with(|c: char| c.is_ascii_digit())
    }

    /// The noun that speaks before a linking preposition at `link`.
    fn noun_before(
        &self,
        link: usize,
        to: usize,
        floor: usize,
        quote: Option<usize>,
    ) -> Option<Phrase> {
        let mut noun = link.checked_sub(1)?;
        // "diplomats familiar with the talks"
        if matches!(
            self.tokens.low(noun),
            "familiar"
                | "close"
                | "involved"
                | "briefed"
                | "present"
                | "aware"
                | "based"
                | "loyal"
                | "working"
                | "speaking"
                | "aligned"
                | "quoted"
        ) {
            noun = noun.checked_sub(1)?;
        }
        let is_noun = self.is_plain_word(noun, floor, quote)
            && self.is_speaker(noun)
            && self.mention_at(noun).is_none();
        if !is_noun {
            return None;
        }
        let from = self.modifiers(noun, floor, quote);
        Some(Phrase { from, to, head: Head::Noun(noun), also: Vec::new() })
    }

    /// "a spokesman for the ministry": the first noun is the head.
    fn owner(&self, phrase: &mut Phrase, floor: usize, quote: Option<usize>) {
        for _ in 0..2 {
            let Some(link) = phrase.from.checked_sub(1) else { return };
            if !self.is_plain_word(link, floor, quote) || !is_link(self.tokens.low(link)) {
                return;
            }
            let Some(owner) = self.noun_before(link, phrase.to, floor, quote) else { return };
            // "Secretary of State X" is X.
            let is_title = self.tokens.low(link) == "of"
                && matches!(self.tokens.low(link - 1), "secretary" | "minister")
                && !words::is_determiner(self.tokens.low(phrase.from))
                && match phrase.head {
                    Head::Name(from, _) => from > phrase.from,
                    Head::Mention(number) => {
                        self.mentions.get(number).is_some_and(|m| m.from > phrase.from)
                    }
                    _ => false,
                };
            if is_title {
                phrase.from = owner.from;
                return;
            }
            *phrase = owner;
        }
    }

    /// "X and Y", "X, Y and Z", where the first begins a clause.
    fn joined(&self, phrase: &mut Phrase, floor: usize, depth: usize) {
        let Some(and) = phrase.from.checked_sub(1) else { return };
        if and < floor || self.tokens.low(and) != "and" {
            return;
        }
        let end = if and > 0 && self.tokens.is(and - 1, Kind::Comma) { and - 1 } else { and };
        let Some(left) = self.phrase_within(end, floor, depth - 1) else { return };
        let begins = left.from == floor
            || left.from.checked_sub(1).is_none_or(|at| {
                let low = self.tokens.low(at);
                !self.tokens.is(at, Kind::Word)
                    || words::is_contrast(low)
                    || matches!(low, "that" | "said" | "says" | "added" | "both")
            });
        if begins && left.head != Head::Pronoun && self.tokens.low(left.from) != "between" {
            phrase.from = left.from;
            phrase.also.push(left);
        }
    }

    /// Where the words before a name or noun begin that belong to it.
    fn modifiers(&self, head: usize, floor: usize, quote: Option<usize>) -> usize {
        let mut from = head;
        for _ in 0..12 {
            let Some(before) = from.checked_sub(1) else { break };
            // "Northern Hill Front (NHF) commander X"
            let open = before.checked_sub(2).filter(|open| *open > floor);
            if self.tokens.raw(before) == ")"
                && let Some(open) = open.filter(|open| self.tokens.raw(*open) == "(")
                && self.tokens.is_capital(open - 1)
            {
                from = open;
                continue;
            }
            if !self.is_plain_word(before, floor, quote) {
                break;
            }
            let low = self.tokens.low(before);
            // "said that X": no determiner, unless the sentence begins so.
            if words::is_determiner(low) && (low != "that" || before == floor) {
                from = before;
                continue;
            }
            // Nothing stands before "the".
            if from < head && words::is_determiner(self.tokens.low(from)) {
                break;
            }
            let is_end = words::is_conjunction(low)
                || words::is_preposition(low)
                || (words::is_chain(low) && low != "long")
                || words::is_weekday(low)
                || words::is_pronoun(low)
                || is_verb_like(low);
            if is_end && !self.tokens.is_possessive(before) {
                break;
            }
            from = before;
        }
        from
    }
}

fn is_title_case(tokens: &Tokens) -> bool {
    let words = (0..tokens.len()).filter(|at| tokens.is(*at, Kind::Word)).count();
    let capitals = (0..tokens.len()).filter(|at| tokens.is_capital(*at)).count();
    capitals * 2 > words
}

/// Words that are no part of a name.
fn is_grammar(low: &str) -> bool {
    words::is_conjunction(low)
        || words::is_preposition(low)
        || words::is_determiner(low)
        || words::is_chain(low)
        || words::is_weekday(low)
        || (words::is_month(low) && low != "may")
        || words::is_pronoun(low)
}

/// Prepositions that tie a noun to what it belongs to.
fn is_link(low: &str) -> bool {
    matches!(low, "of" | "for" | "from" | "in" | "at" | "with" | "on" | "to" | "by")
}

/// Past forms that end a noun phrase when looking back from its noun. Participles that describe
/// end so too, and then the phrase is only shorter.
fn is_verb_like(low: &str) -> bool {
    matches!(low, "said" | "told" | "says" | "added" | "met" | "made" | "took" | "gave" | "left")
}

//! The subject of a verb: directly before it, before an apposition, or before "who".

use super::{Finder, Shape};
use crate::complement::is_finite;
use crate::ground::{Head, Phrase};
use crate::tokens::{Kind, Tokens};
use crate::words::{self, Class, Form};

/// So many tokens can stand in ", a minister of the government,".
const APPOSITION_TOKENS_MAX: usize = 25;

/// So many tokens can stand between a name and its verb, in appositions.
const OPENER_TOKENS_MAX: usize = 45;

impl Finder<'_, '_> {
    /// The subject that ends before token `end`: directly, with an apposition, or before "who".
    pub(super) fn subject(&self, end: usize) -> Option<Phrase> {
        let tokens = &self.ground.tokens;
        let last = end.checked_sub(1).filter(|at| *at >= self.from)?;
        if tokens.is(last, Kind::Comma) || tokens.is(last, Kind::Dash) {
            let phrase = self.before_apposition(last);
            let is_name =
                |phrase: &Phrase| matches!(phrase.head, Head::Mention(_) | Head::Name(..));
            if phrase.as_ref().is_some_and(is_name) {
                return phrase;
            }
            return self.opener(last).or(phrase);
        }
        let comma = last.checked_sub(1).filter(|at| tokens.is(*at, Kind::Comma));
        if tokens.low(last) == "who" || tokens.low(last) == "which" && comma.is_some() {
            return self.ground.phrase(comma.unwrap_or(last), self.from);
        }
        if let Some(phrase) = self.before_relative(last).or_else(|| self.before_occasion(last)) {
            return Some(phrase);
        }
        let mut phrase = self.ground.phrase(end, self.from)?;
        if self.is_object(&phrase) {
            return None;
        }
        // "X, minister of Y said": X.
        if let Some(comma) = comma_before(tokens, phrase.from)
            && matches!(phrase.head, Head::Noun(_))
            && !words::is_determiner(tokens.low(phrase.from))
            && let Some(name) = self.ground.phrase(comma, self.from)
            && name.from == self.from
            && matches!(name.head, Head::Mention(_) | Head::Name(..))
        {
            phrase.head = name.head;
            phrase.from = name.from;
        }
        // "it" behind a verb is what was done something to.
        let is_object = matches!(tokens.low(last), "it")
            && phrase.head == Head::Pronoun
            && last > self.from
            && {
                let before = tokens.low(last - 1);
                words::is_preposition(before) && !matches!(before, "while" | "when" | "as")
                    || before.ends_with("ed") && self.cast.grammar.verb(before).is_none()
                    || matches!(before, "seen" | "saw" | "read" | "made" | "took" | "given")
            };
        (!is_object).then_some(phrase)
    }

    /// "the army's return to X shows": what a preposition leads in is no subject, unless words
    /// stand between: "after talks in X Y said".
    fn is_object(&self, phrase: &Phrase) -> bool {
        let tokens = &self.ground.tokens;
        let Some(before) = phrase.from.checked_sub(1).filter(|at| *at >= self.from) else {
            return false;
        };
        let head = match phrase.head {
            Head::Mention(number) => self.ground.mentions.get(number).map_or(0, |m| m.from),
            Head::Name(from, _) => from,
            Head::Noun(noun) => noun,
            Head::Pronoun => return false,
        };
        let is_compact = phrase.from == head || words::is_determiner(tokens.low(phrase.from));
        is_compact && before > self.from && words::takes_object(tokens.low(before))
    }

    /// "X in a radio appearance said": the name before the occasion, if it begins the clause.
    fn before_occasion(&self, last: usize) -> Option<Phrase> {
        let tokens = &self.ground.tokens;
        let is_occasion = matches!(
            tokens.low(last),
            "appearance"
                | "interview"
                | "statement"
                | "speech"
                | "post"
                | "briefing"
                | "conference"
                | "address"
                | "letter"
                | "message"
        );
        let floor = self.from.max(last.saturating_sub(8));
        let mut before = (floor..last).rev().take_while(|at| tokens.is(*at, Kind::Word));
        let leads = |at: &usize| matches!(tokens.low(*at), "in" | "during" | "at" | "on");
        let at = before.find(|at| is_occasion && leads(at))?;
        let phrase = self.ground.phrase(at, self.from)?;
        let begins = phrase.from == self.from || !tokens.is(phrase.from - 1, Kind::Word);
        let is_name = matches!(phrase.head, Head::Mention(_) | Head::Name(..));
        (is_name && begins).then_some(phrase)
    }

    /// "two people who saw it said": the noun before "who", if it begins the sentence.
    fn before_relative(&self, last: usize) -> Option<Phrase> {
        let tokens = &self.ground.tokens;
        let floor = self.from.max(last.saturating_sub(10));
        let mut words = (floor..=last).rev().take_while(|at| tokens.is(*at, Kind::Word));
        let who = words.find(|at| tokens.low(*at) == "who")?;
        let phrase = self.ground.phrase(who, self.from)?;
        (phrase.from == self.from && phrase.head != Head::Pronoun).then_some(phrase)
    }

    /// "X, the head of Y, a house that Z, said": the name with which the sentence begins.
    fn opener(&self, last: usize) -> Option<Phrase> {
        let tokens = &self.ground.tokens;
        let is_far = last > self.from + OPENER_TOKENS_MAX;
        let comma = (self.from..last).find(|at| !tokens.is(*at, Kind::Word))?;
        let begins = tokens.low(comma + 1);
        let leads = words::is_determiner(begins) || words::is_title(begins);
        if is_far || !tokens.is(comma, Kind::Comma) || !leads {
            return None;
        }
        let phrase = self.ground.phrase(comma, self.from).filter(|p| p.from == self.from)?;
        let is_relative = |at: usize| matches!(tokens.low(at), "that" | "who" | "which" | "whose");
        let acts = |at: usize| {
            let says = self.cast.grammar.verb(tokens.low(at)).is_some_and(|(verb, form)| {
                verb.class == Class::Say && matches!(form, Form::Past | Form::Third)
            });
            (says || is_finite(tokens.low(at))) && !(at.saturating_sub(4)..at).any(is_relative)
        };
        let is_plain = (comma..last).all(|at| tokens.quote(at).is_none() && !acts(at));
        let is_name = matches!(phrase.head, Head::Mention(_) | Head::Name(..));
        (is_name && is_plain).then_some(phrase)
    }

    /// "X, the minister of Y, said": the subject before the apposition that ends at `comma`.
    fn before_apposition(&self, comma: usize) -> Option<Phrase> {
        let tokens = &self.ground.tokens;
        let floor = self.from.max(comma.saturating_sub(APPOSITION_TOKENS_MAX));
        let mut first = None;
        // What one dash closes another opened.
        let by_dash = tokens.is(comma, Kind::Dash);
        let mut brackets = 0_usize;
        for at in (floor..comma).rev() {
            if tokens.quote(at).is_some() {
                break;
            }
            match tokens.raw(at) {
                ")" => brackets += 1,
                "(" => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            if brackets > 0 {
                continue;
            }
            // "on March 3, 2030, said": the comma of a date.
            let is_year = tokens.low(at + 1).len() == 4
                && tokens.low(at + 1).bytes().all(|b| b.is_ascii_digit());
            let is_mark = !by_dash && tokens.is(at, Kind::Comma) && !is_year;
            if is_mark || tokens.is(at, Kind::Dash) {
                let is_subject = self.ground.phrase(at, self.from).is_some();
                // "leaders, including A, B and C, said": the leaders.
                if tokens.low(at + 1) == "including" && is_subject {
                    first = Some(at);
                    break;
                }
                if is_relative_word(tokens.low(at + 1)) && is_subject {
                    // ", who took part in A, B and C,": it begins further back.
                    first = Some(at);
                    break;
                }
                first = first.or(Some(at));
            }
            let low = tokens.low(at);
            let says = self.cast.grammar.verb(low).is_some_and(|(v, f)| {
                v.class == Class::Say && matches!(f, Form::Past | Form::Third)
            });
            // ", he said," between a subject and its verb.
            let is_inserted = self.found.last().is_some_and(|f| f.shape == Shape::Inserted);
            let is_relative = at > floor && is_relative_word(tokens.low(at - 1));
            let is_cue = says
                && !tokens.is_capital(at)
                && !is_relative
                && self.ground.mention_at(at).is_none();
            if is_cue && !is_inserted {
                break;
            }
        }
        let first = first?;
        let begins = tokens.low(first + 1);
        let is_apposition = words::is_determiner(begins)
            || words::is_title(begins)
            || words::is_speaker_noun(begins)
            || is_relative_word(begins)
            || matches!(begins, "speaking" | "in" | "he" | "she" | "for")
            || words::is_linking_adverb(begins)
            || begins.ends_with("ing")
            || tokens.is_capital(first + 1);
        let is_aside = (first + 1..comma).all(|at| !is_finite(self.low(at)));
        if !is_apposition && !is_aside {
            return None;
        }
        let phrase = self.ground.phrase(first, self.from);
        // "the minister, X, said": the name counts.
        let name = self.ground.phrase(comma, first + 1).filter(|name| {
            matches!(name.head, Head::Mention(_) | Head::Name(..)) && name.from == first + 1
        });
        match (phrase, name) {
            (Some(mut phrase), Some(name)) if matches!(phrase.head, Head::Noun(_)) => {
                phrase.head = name.head;
                Some(phrase)
            }
            // "Its chief monitor, X, said": the noun is none that speaks, and the name does.
            (None, Some(name)) if first > self.from => {
                let floor = self.from.max(first.saturating_sub(7));
                let begins =
                    |at: &usize| words::is_determiner(tokens.low(*at)) || tokens.is_possessive(*at);
                let has_owner = (floor..first).any(|at| begins(&at));
                let is_plain = tokens.is(first - 1, Kind::Word)
                    && (floor..first).all(|at| tokens.is(at, Kind::Word));
                (has_owner && is_plain && first - floor <= 6).then_some(name)
            }
            (phrase, _) => phrase,
        }
    }
}

/// The comma that stands before token `at`.
pub(super) fn comma_before(tokens: &Tokens, at: usize) -> Option<usize> {
    at.checked_sub(1).filter(|comma| tokens.is(*comma, Kind::Comma))
}

fn is_relative_word(low: &str) -> bool {
    matches!(low, "who" | "whose" | "which")
}

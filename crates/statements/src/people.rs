//! Who a text is about, found before it is read: full names outside the cast, and who is "he" and
//! who "she" by the pronouns and offices that stand beside a name.

use crate::cast::{Cast, Who};
use crate::ground::{Ground, Head, Phrase};
use crate::tokens::Kind;
use crate::words::{self, Class, Form};
use std::collections::{BTreeMap, BTreeSet};

/// An office that tells weighs so many pronouns.
const OFFICE_VOTES: i32 = 3;

/// The people of a text.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Names outside the cast, in full, by their last word.
    pub(crate) names: BTreeMap<String, String>,
    /// The same by their first word, where it is not another's last.
    given: BTreeMap<String, String>,
    /// By name: above zero "she", below zero "he".
    votes: BTreeMap<String, i32>,
    /// Last names that speak alone: whoever has one of them in full is meant.
    alone: BTreeSet<String>,
}

impl People {
    pub(crate) fn of<'g>(
        grounds: impl Iterator<Item = &'g Ground<'g>> + Clone,
        cast: &Cast,
    ) -> People {
        let mut people = People::default();
        for ground in grounds.clone() {
            people.speak_alone(ground, cast);
        }
        for ground in grounds.clone() {
            for (from, to) in ground.tokens.sentences() {
                people.name(ground, (from, to), cast);
            }
        }
        // Some peoples put the family first, and some are called by what is given.
        for (first, full) in std::mem::take(&mut people.given) {
            people.names.entry(first).or_insert(full);
        }
        let mut before: Vec<String> = Vec::new();
        for ground in grounds {
            for (from, to) in ground.tokens.sentences() {
                before = people.count(ground, (from, to), &before, cast);
            }
        }
        people
    }

    /// Whether somebody can be called "she", or "he": nothing speaks against it.
    pub(crate) fn may_be(&self, name: &str, is_she: bool) -> bool {
        let votes = self.votes.get(name).copied().unwrap_or(0);
        if is_she { votes >= 0 } else { votes <= 0 }
    }

    /// Notes the names of one word before a verb of speech: "Y said".
    fn speak_alone(&mut self, ground: &Ground, cast: &Cast) {
        let tokens = &ground.tokens;
        for at in 1..tokens.len() {
            let speaks = cast.grammar.verb(tokens.low(at)).is_some_and(|(verb, form)| {
                verb.class == Class::Say && matches!(form, Form::Past | Form::Third)
            });
            let low = tokens.low(at - 1);
            let is_run = tokens.is_capital(at) || at > 1 && tokens.is_capital(at - 2);
            let is_other = ground.mention_at(at - 1).is_some()
                || ground.is_speaker(at - 1)
                || words::is_pronoun(low)
                || words::is_chain(low)
                || is_short_form(tokens.raw(at - 1));
            let is_name = tokens.is_capital(at - 1) && !is_run && !is_other;
            if speaks && is_name {
                self.alone.insert(tokens.raw(at - 1).to_owned());
            }
        }
    }

    /// Notes the full names in a sentence that an office leads in or follows, or that speak: "the
    /// envoy X Y", "X Y, a farmer", "X Y said"; and short forms: "the Institute for Rivers (IFR)".
    fn name(&mut self, ground: &Ground, (from, to): (usize, usize), cast: &Cast) {
        let tokens = &ground.tokens;
        let mut at = from;
        while at < to {
            if tokens.raw(at) == "("
                && tokens.raw(at + 2) == ")"
                && is_short_form(tokens.raw(at + 1))
            {
                let body = ground.phrase(at, from);
                if let Some(Phrase { head: Head::Name(start, end), .. }) = body
                    && end > start + 1
                {
                    let full = tokens.slice(start, end).to_owned();
                    self.names.entry(tokens.raw(at + 1).to_owned()).or_insert(full);
                }
            }
            let start = at;
            let is_part = |at: usize| {
                let low = tokens.low(at);
                tokens.is_capital(at)
                    && !words::is_title(low)
                    && !words::is_preposition(low)
                    && !words::is_determiner(low)
                    && !words::is_weekday(low)
                    && !words::is_month(low)
                    && ground.mention_at(at).is_none()
            };
            while at < to && (is_part(at) || at > start && is_particle(tokens.low(at))) {
                at += 1;
            }
            let count = at - start;
            let before = start.checked_sub(1).filter(|before| *before >= from);
            let before = before.map_or("", |before| tokens.low(before));
            let led = words::is_title(before) || words::is_speaker_noun(before);
            let follows = tokens.is(at, Kind::Comma)
                && (words::is_determiner(tokens.low(at + 1))
                    || words::is_title(tokens.low(at + 1)));
            // "the envoy of the states, X Y, came"
            let is_between = tokens.is(at, Kind::Comma)
                && before == ","
                && (start.saturating_sub(8).max(from)..start).any(|at| ground.is_speaker(at));
            // "X Y said"
            let speaks = cast.grammar.verb(tokens.low(at)).is_some_and(|(verb, form)| {
                verb.class == Class::Say && matches!(form, Form::Past | Form::Third)
            });
            let is_named = led || follows || is_between || speaks && before != "the";
            let written = tokens.slice(start, at);
            let bare = written.trim_end_matches("’s").trim_end_matches("'s");
            // "X Y's comments", where "Y said" comes later.
            let begins = tokens.low(start);
            let is_meant = (2..=3).contains(&count)
                && !ground.is_title_case
                && bare.rsplit(' ').next().is_some_and(|last| self.alone.contains(last))
                && before != "the"
                && !begins.ends_with("ly")
                && !words::is_conjunction(begins)
                && !words::is_linking_adverb(begins);
            let is_named = is_named && !tokens.is_possessive(at.saturating_sub(1)) || is_meant;
            if (2..=5).contains(&count) && is_named {
                let written = bare;
                let last = written.rsplit(' ').next().unwrap_or("");
                self.names.entry(last.to_owned()).or_insert(written.to_owned());
                if let Some(bare) = last.strip_prefix("Al-").or_else(|| last.strip_prefix("al-")) {
                    for last in [bare.to_owned(), format!("Al-{bare}"), format!("al-{bare}")] {
                        self.names.entry(last).or_insert(written.to_owned());
                    }
                }
                let first = written.split(' ').next().unwrap_or("");
                self.given.entry(first.to_owned()).or_insert(written.to_owned());
            }
            at = at.max(start + 1);
        }
    }

    /// Counts what a sentence tells of the one person whom it names, outside quotations. Gives the
    /// people named in it.
    fn count(
        &mut self,
        ground: &Ground,
        (from, to): (usize, usize),
        before: &[String],
        cast: &Cast,
    ) -> Vec<String> {
        let tokens = &ground.tokens;
        let mut named: Vec<String> = Vec::new();
        let (mut she, mut he) = (0, 0);
        for at in (from..to).filter(|at| tokens.quote(*at).is_none()) {
            match tokens.low(at) {
                "she" | "her" | "hers" | "herself" => she += 1,
                "he" | "him" | "his" | "himself" => he += 1,
                _ => {}
            }
            let Some(name) = self.name_at(ground, at, cast) else { continue };
            let around = at.saturating_sub(3).max(from)..to.min(at + 6);
            let is_beside = |low: &str| around.clone().any(|at| tokens.low(at) == low);
            if words::WOMEN.iter().any(|word| is_beside(word)) {
                *self.votes.entry(name.clone()).or_default() += OFFICE_VOTES;
            }
            if words::MEN.iter().any(|word| is_beside(word)) {
                *self.votes.entry(name.clone()).or_default() -= OFFICE_VOTES;
            }
            if !named.contains(&name) {
                named.push(name);
            }
        }
        // "X … her", and "She …" after a sentence that named one.
        let begins = matches!(tokens.low(from), "she" | "he");
        let one = match (named.as_slice(), before) {
            ([one], _) if !begins => Some(one.clone()),
            ([], [one]) if begins => Some(one.clone()),
            _ => None,
        };
        if let Some(one) = one.filter(|_| (she > 0) != (he > 0)) {
            *self.votes.entry(one).or_default() += if she > 0 { 1 } else { -1 };
        }
        named
    }

    /// The name of the person whose name ends at a token.
    fn name_at(&self, ground: &Ground, at: usize, cast: &Cast) -> Option<String> {
        if let Some((_, mention)) = ground.mention_at(at) {
            let is_end = mention.to == at + 1 && matches!(mention.who, Who::Person(_));
            let member = cast.member(mention.who).filter(|_| is_end);
            return member.map(|member| member.name.clone());
        }
        let raw = ground.tokens.raw(at);
        let bare = raw.trim_end_matches("’s").trim_end_matches("'s");
        let full = self.names.get(bare).filter(|_| !is_short_form(bare))?;
        Some(full.replace('’', "'"))
    }
}

/// Whether a word is short for a name: "IFR".
pub(crate) fn is_short_form(raw: &str) -> bool {
    (2..=6).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_uppercase() || b == b'.')
}

/// Small words inside a name.
fn is_particle(low: &str) -> bool {
    matches!(low, "von" | "der" | "de" | "van" | "al" | "bin" | "el" | "la" | "del" | "di" | "da")
}

//! Frames whose subject stands further back: ", adding that", "said X and warned Y"; and where an
//! outlet's comment ends what was reported.

use super::{Chain, Finder, Frame, Shape, Subject};
use crate::Act;
use crate::complement::{Complement, complement, is_medium};
use crate::tokens::Kind;
use crate::words::{self, Class, Form, Verb};

impl Finder<'_, '_> {
    /// ", adding that": true if the gerund is one that reports.
    pub(super) fn gerund(&mut self, cue: usize, verb: &Verb) -> bool {
        let tokens = &self.ground.tokens;
        let mut before = cue;
        while before > self.from
            && (tokens.low(before - 1).ends_with("ly")
                || matches!(tokens.low(before - 1), "also" | "again"))
        {
            before -= 1;
        }
        let Some(comma) = before.checked_sub(1).filter(|at| *at > self.from) else { return false };
        if tokens.low(comma) == "as"
            && let Some(phrase) = self.quoted(comma)
            && let Some(complement) = complement(self.ground, cue, self.to, verb)
            && complement.content.is_some()
        {
            let from = phrase.from;
            self.found.push(Frame {
                shape: Shape::Forward,
                subject: Subject::Here(phrase),
                from,
                cue,
                to: cue + 1,
                class: verb.class,
                act: verb.act,
                complement,
                is_sibling: !self.is_inside(from),
                is_negated: false,
                is_speech: true,
                form: None,
                rule: "quoted-as",
            });
            return true;
        }
        // "said A, while calling B C"
        let while_names = tokens.low(comma) == "while"
            && self.found.iter().any(|f| f.class == Class::Say)
            && (words::is_naming(verb.base) || words::is_also_done(verb.base));
        let while_also = matches!(tokens.low(comma), "while" | "before" | "by" | "and");
        // "issued a statement saying"
        let is_written = verb.class == Class::Say && is_medium(tokens.low(comma));
        if !tokens.is_comma(comma) && !while_also && !is_written {
            return false;
        }
        // ", saying A and ruling out B"
        let goes_on = tokens.low(comma) == "and"
            && self.found.last().is_some_and(|last| last.rule == "gerund");
        if while_also && !goes_on && !while_names && self.low(cue + 1) != "that" {
            return false;
        }
        let Some(complement) = complement(self.ground, cue, self.to, verb) else { return true };
        // ", writing on X, said": through what, and the verb comes.
        let writes = matches!(verb.base, "write" | "post" | "tweet" | "speak" | "go" | "continue");
        let is_quoted = complement.content.is_some_and(|at| tokens.is(at, Kind::Open));
        if writes && !complement.is_led_in && !is_quoted {
            return true;
        }
        if complement.content.is_some() {
            self.found.push(Frame {
                shape: Shape::Forward,
                subject: Subject::Carried,
                from: comma,
                cue,
                to: cue + 1,
                class: verb.class,
                act: verb.act,
                complement,
                is_sibling: true,
                is_negated: false,
                is_speech: true,
                form: None,
                rule: "gerund",
            });
        }
        true
    }

    /// ", reflecting a view": what was reported ends.
    pub(super) fn cut(&mut self, at: usize) {
        let Some(comma) = at.checked_sub(1).filter(|before| *before > self.from) else { return };
        if !self.ground.tokens.is_comma(comma) {
            return;
        }
        let adjunct = (at, at);
        self.found.push(Frame {
            shape: Shape::Cut,
            subject: Subject::Carried,
            from: comma,
            cue: at,
            to: at,
            class: Class::Say,
            act: Act::State,
            complement: Complement { content: None, adjunct, audience: None, is_led_in: false },
            is_sibling: true,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "comment",
        });
    }

    /// "X said that Y has done A and has offered B": Y has.
    fn is_of_inner(&self, from: usize, conj: usize) -> bool {
        let has = |at: usize| matches!(self.low(at), "has" | "have");
        let outer = self.found.iter().find(|f| f.is_sibling && f.shape == Shape::Forward);
        has(from)
            && outer.is_some_and(|outer| {
                outer.cue > 0
                    && !has(outer.cue - 1)
                    && outer.complement.content.is_some_and(|start| (start..conj).any(has))
            })
    }

    /// "said A, referring to B, and suggested": a comment stands between.
    fn has_comment(&self, conj: usize) -> bool {
        conj > 0
            && self.ground.tokens.is_comma(conj - 1)
            && self.found.last().is_some_and(|last| last.shape == Shape::Cut)
    }

    /// "said X and added Y": the subject is the one before.
    pub(super) fn carried(&mut self, cue: usize, verb: Verb, form: Form, chain: Chain) {
        let tokens = &self.ground.tokens;
        let fits = match form {
            Form::Past | Form::Third => true,
            Form::Base => chain.has_do || (chain.has_to && chain.from + 1 < cue),
            Form::Ing => chain.has_be,
        };
        let Some(conj) = chain.from.checked_sub(1).filter(|at| *at > self.from) else { return };
        // "X says A, adds B", as headlines have it.
        let is_list = form == Form::Third
            && tokens.is(conj, Kind::Comma)
            && chain.from == cue
            && self.found.last().is_some_and(|last| last.form == Some(Form::Third))
            && !tokens.is(cue + 1, Kind::Comma);
        if !fits
            || !is_list && !matches!(tokens.low(conj), "and" | "but" | "then" | "yet" | "while")
        {
            return;
        }
        let Some(complement) = complement(self.ground, cue, self.to, &verb) else { return };
        let Some(content) = complement.content else { return };
        if self.is_of_inner(chain.from, conj) {
            return;
        }
        let last = self.found.iter().rev().find(|f| !matches!(f.shape, Shape::Cut | Shape::Noun));
        let follows = last.is_none_or(|last| match last.shape {
            Shape::Forward => last.complement.content.is_some_and(|from| from < conj),
            _ => false,
        });
        // "said … and adds" is no pair; "demands" behind "said" is a noun.
        let before = last.and_then(|last| last.form);
        let fits = |before: Form| before == form || matches!(before, Form::Ing | Form::Base);
        let sibling = self.found.iter().rev().find(|f| f.is_sibling && f.form.is_some());
        let sibling = sibling.and_then(|f| f.form).filter(|_| self.has_comment(conj));
        if before.is_some_and(|before| !fits(before)) && sibling != Some(form) {
            return;
        }
        let has_comma = tokens.is(conj - 1, Kind::Comma);
        let is_speech = verb.class != Class::Stance
            || matches!(verb.base, "urge" | "call" | "threaten" | "demand" | "appeal" | "propose")
            || matches!(verb.base, "rule" | "refuse" | "decline");
        let is_clause = complement.is_led_in
            || is_speech
            || tokens.is(content, Kind::Open)
            || tokens.low(conj) == "but"
            || has_comma
            || self.found.last().is_some_and(|last| last.class == Class::Stance)
            || self.found.is_empty() && conj > self.from + 1;
        if !follows || !is_clause {
            return;
        }
        self.found.push(Frame {
            shape: Shape::Forward,
            subject: Subject::Carried,
            from: if has_comma { conj - 1 } else { conj },
            cue,
            to: cue + 1,
            class: verb.class,
            act: if chain.is_negated { Act::Decline } else { verb.act },
            complement,
            is_sibling: true,
            is_negated: chain.is_negated,
            is_speech: true,
            form: None,
            rule: "carried-subject",
        });
    }
}

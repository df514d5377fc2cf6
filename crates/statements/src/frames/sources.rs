//! Frames without a verb of their own, or with one that stands elsewhere: "according to X", "by X's
//! count", "as X put it", "X's demand for", "X is ready to", "X was quoted as saying".

use super::{Chain, Finder, Frame, Shape, Subject};
use crate::Act;
use crate::cast::Who;
use crate::complement::Complement;
use crate::ground::{Head, Phrase};
use crate::tokens::Kind;
use crate::words::{self, Class};

impl Finder<'_, '_> {
    /// "By X's count, …".
    pub(super) fn by_count(&mut self, at: usize) -> bool {
        let noun = (at + 2..self.to.min(at + 7)).find(|at| {
            matches!(
                self.low(*at),
                "estimates" | "estimate" | "count" | "account" | "figures" | "tally"
            )
        });
        let Some(noun) = noun else { return false };
        let stands = at == self.from || self.ground.tokens.is_comma(at - 1);
        let mut owners = self.ground.mentions_in(at + 1, noun).filter(|(_, m)| !m.is_part);
        let Some((number, mention)) = owners.next().filter(|_| stands) else { return false };
        let end = self.phrase_end(noun);
        let is_first = at == self.from;
        let content = Some(end + 1).filter(|_| is_first && self.ground.tokens.is(end, Kind::Comma));
        if is_first && content.is_none() {
            return false;
        }
        let head = Head::Mention(number);
        let phrase = Phrase { from: mention.from, to: mention.to, head, also: Vec::new() };
        self.found.push(Frame {
            shape: if is_first { Shape::Forward } else { Shape::According },
            subject: Subject::Here(phrase),
            from: if is_first { at } else { at - 1 },
            cue: noun,
            to: end,
            class: Class::Say,
            act: Act::State,
            complement: Complement {
                content,
                adjunct: (at + 1, end),
                audience: None,
                is_led_in: true,
            },
            is_sibling: true,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "by-count",
        });
        true
    }

    /// "X makes A conditional on B".
    pub(super) fn condition(&mut self, at: usize) -> bool {
        if !matches!(self.low(at + 1), "on" | "upon") {
            return false;
        }
        let floor = self.from.max(at.saturating_sub(8));
        let make = (floor..at)
            .rev()
            .find(|at| matches!(self.low(*at), "make" | "makes" | "made" | "making"));
        let Some(make) = make else { return false };
        let Some(phrase) = self.subject(self.chain(make).from) else { return false };
        let (from, is_sibling) = self.begins(phrase.from, Class::Stance);
        let is_sibling = is_sibling || !self.is_inside(phrase.from);
        self.found.push(Frame {
            shape: Shape::Forward,
            subject: Subject::Here(phrase),
            from,
            cue: make,
            to: make + 1,
            class: Class::Stance,
            act: Act::Demand,
            complement: Complement {
                content: Some(make + 1),
                adjunct: (make + 1, make + 1),
                audience: None,
                is_led_in: false,
            },
            is_sibling,
            is_negated: false,
            is_speech: false,
            form: None,
            rule: "condition",
        });
        true
    }

    /// "…, as X put it", "… was how X put it".
    pub(super) fn put(&mut self, at: usize) -> bool {
        if self.low(at + 1) != "it" || self.ground.tokens.is(at + 2, Kind::Word) {
            return false;
        }
        let Some(phrase) = self.subject(self.chain(at).from) else { return false };
        let mut from = phrase.from;
        while from > self.from && matches!(self.low(from - 1), "as" | "how" | "is" | "was") {
            from -= 1;
        }
        if from == phrase.from || from == self.from {
            return false;
        }
        let adjunct = (at + 2, at + 2);
        self.found.push(Frame {
            shape: Shape::Trailing,
            subject: Subject::Here(phrase),
            from,
            cue: at,
            to: at + 2,
            class: Class::Say,
            act: Act::State,
            complement: Complement { content: None, adjunct, audience: None, is_led_in: false },
            is_sibling: true,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "put-it",
        });
        true
    }

    /// ", as reported by X".
    pub(super) fn as_told(&mut self, at: usize) -> bool {
        let tokens = &self.ground.tokens;
        let told = matches!(
            self.low(at + 1),
            "reported" | "stated" | "documented" | "noted" | "cited" | "quoted" | "described"
        );
        let by = matches!(self.low(at + 2), "by" | "on" | "in");
        if !told || !by || at == self.from || !tokens.is_comma(at - 1) {
            return false;
        }
        let known = self.found.len();
        self.source(at, at + 3);
        self.found.len() > known
    }

    /// "according to X", before or after its content.
    pub(super) fn according(&mut self, at: usize) {
        self.source(at, at + 2);
    }

    fn source(&mut self, at: usize, start: usize) {
        let tokens = &self.ground.tokens;
        let end = self.phrase_end(start);
        let phrase = (start + 1..=end).rev().find_map(|to| {
            let phrase = self.ground.phrase(to, start)?;
            // "a post by X": X; and "the office of X": the office.
            let by = phrase.from > start && matches!(tokens.low(phrase.from - 1), "by" | "from");
            (phrase.from == start || by).then_some(phrase)
        });
        let possessive = || {
            let found = self.ground.mentions_in(start, end).find(|(_, m)| !m.is_part);
            let (number, mention) = found?;
            (mention.is_attribute && mention.from <= start + 1).then_some(Phrase {
                from: mention.from,
                to: mention.to,
                head: Head::Mention(number),
                also: Vec::new(),
            })
        };
        // "X's page": X, if the cast doesn't have it.
        let named = || {
            let mut words = (start..end).take_while(|at| tokens.is_capital(*at));
            let name = words.find(|at| tokens.is_possessive(*at))?;
            Some(Phrase {
                from: start,
                to: name + 1,
                head: Head::Name(start, name + 1),
                also: Vec::new(),
            })
        };
        // "according to the Herald's X Y": X Y.
        let is_person = phrase.as_ref().is_some_and(|phrase| match phrase.head {
            Head::Name(from, to) => {
                to > from + 1 && phrase.to == end && self.ground.tokens.is_possessive(from - 1)
            }
            _ => false,
        });
        let whose = possessive().or_else(named).filter(|_| !is_person);
        let Some(phrase) = whose.or(phrase) else { return };
        let is_first = at == self.from;
        // "According to A, the B, and C, it is so": all of them.
        let end = self.list_end(end).filter(|_| is_first).unwrap_or(end);
        // "According to the head of X, Y, it is so": Y.
        let next = (end + 1..self.to.min(end + 8)).find(|at| tokens.is(*at, Kind::Comma));
        let name = next.and_then(|next| self.ground.phrase(next, end + 1)).filter(|name| {
            let is_name = match name.head {
                Head::Name(from, to) => to > from + 1,
                Head::Mention(number) => {
                    let mention = self.ground.mentions.get(number);
                    mention.is_some_and(|m| matches!(m.who, Who::Person(_)))
                }
                _ => false,
            };
            is_name && name.from == end + 1 && is_first && tokens.is(end, Kind::Comma)
        });
        let (phrase, end) = match (name, next) {
            (Some(name), Some(next)) => (name, next),
            _ => (phrase, end),
        };
        let (content, from) = match is_first {
            true => (Some(end + 1).filter(|_| tokens.is(end, Kind::Comma)), at),
            false => {
                let comma = tokens.is(at - 1, Kind::Comma);
                (None, if comma { at - 1 } else { at })
            }
        };
        if is_first && content.is_none() {
            return;
        }
        let shape = match is_first {
            true => Shape::Forward,
            false if self.ground.tokens.is_comma(at - 1) && self.goes_on(end) => Shape::Inserted,
            false => Shape::According,
        };
        self.found.push(Frame {
            shape,
            subject: Subject::Here(phrase),
            from,
            cue: at,
            to: end,
            class: Class::Say,
            act: Act::State,
            complement: Complement {
                content,
                adjunct: (start, end),
                audience: None,
                is_led_in: true,
            },
            is_sibling: true,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "according-to",
        });
    }

    /// "A, the B, and C,": the comma behind the list whose first comma is `comma`.
    fn list_end(&self, comma: usize) -> Option<usize> {
        let tokens = &self.ground.tokens;
        let limit = self.to.min(comma + 14);
        let is_name = |at: usize| {
            tokens.is_capital(at) || tokens.is_comma(at) || matches!(self.low(at), "the" | "and")
        };
        let and = (comma..limit).find(|at| self.low(*at) == "and")?;
        let close = (and + 1..limit).find(|at| !tokens.is(*at, Kind::Word))?;
        let is_list = tokens.is_comma(and - 1) && tokens.is_comma(close);
        (is_list && (comma..close).all(is_name)).then_some(close)
    }

    /// "X's demand for Y".
    pub(super) fn noun(&mut self, at: usize) -> bool {
        let Some(act) = words::noun_act(self.low(at)) else { return false };
        let Some(owner) = at.checked_sub(1) else { return false };
        let Some((number, mention)) = self.ground.mention_at(owner) else { return false };
        let is_owner = mention.is_attribute
            && !mention.is_part
            && self.ground.tokens.is_possessive(owner)
            && mention.from >= self.from;
        let particle = self.low(at + 1);
        if !is_owner || !matches!(particle, "for" | "that" | "to" | "on" | "of") {
            return false;
        }
        let phrase =
            Phrase { from: mention.from, to: at, head: Head::Mention(number), also: Vec::new() };
        self.found.push(Frame {
            shape: Shape::Noun,
            subject: Subject::Here(phrase),
            from: mention.from,
            cue: at,
            to: at + 1,
            class: Class::Stance,
            act,
            complement: Complement {
                content: Some(at + 2),
                adjunct: (at + 1, at + 2),
                audience: None,
                is_led_in: particle == "that",
            },
            is_sibling: false,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "noun",
        });
        true
    }

    /// "X is ready to Y".
    pub(super) fn stance(&mut self, at: usize) -> bool {
        let Some((act, particles)) = words::stance(self.low(at)) else { return false };
        if !particles.is_empty() && !particles.contains(&self.low(at + 1)) {
            return false;
        }
        // "a plan that X is open to": what is meant stands before.
        let next = at + 1 + usize::from(!particles.is_empty());
        if !matches!(self.ground.tokens.kind(next), Some(Kind::Word | Kind::Open)) {
            return false;
        }
        let mut chain = self.chain(at);
        if let Some(before) = chain.from.checked_sub(1)
            && matches!(self.low(before), "remain" | "remains" | "remained")
        {
            chain = Chain { has_be: true, from: self.chain(before).from, ..chain };
        }
        if !chain.has_be || chain.has_modal {
            return false;
        }
        let Some(phrase) = self.subject(chain.from) else { return false };
        let by_name = match phrase.head {
            Head::Mention(number) => {
                let mention = self.ground.mentions.get(number);
                mention.is_some_and(|m| matches!(m.who, Who::Person(_) | Who::Party(_)))
            }
            Head::Pronoun => true,
            Head::Noun(_) => true,
            Head::Name(..) => false,
        };
        if !by_name {
            return false;
        }
        let (from, is_sibling) = self.begins(phrase.from, Class::Stance);
        let is_sibling = is_sibling || !self.is_inside(phrase.from);
        self.found.push(Frame {
            shape: Shape::Forward,
            subject: Subject::Here(phrase),
            from,
            cue: at,
            to: at + 1,
            class: Class::Stance,
            act: if chain.is_negated { Act::Decline } else { act },
            complement: Complement {
                content: Some(at + 1 + usize::from(!particles.is_empty())),
                adjunct: (at + 1, at + 1),
                audience: None,
                is_led_in: false,
            },
            is_sibling,
            is_negated: chain.is_negated,
            is_speech: true,
            form: None,
            rule: "stance-adjective",
        });
        true
    }

    /// "quoted X as saying", "X was quoted by Y as saying": X.
    pub(super) fn quoted(&self, as_at: usize) -> Option<Phrase> {
        let floor = self.from.max(as_at.saturating_sub(14));
        let quoted = (floor..as_at).rev().find(|at| {
            matches!(self.low(*at), "quoted" | "quotes" | "cited" | "quoting" | "citing")
        })?;
        let before = quoted.checked_sub(1).map_or("", |at| self.low(at));
        match before {
            "was" | "were" | "is" | "been" => self.subject(self.chain(quoted).from),
            _ => self.ground.phrase(as_at, quoted + 1),
        }
    }
}

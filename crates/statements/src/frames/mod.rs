//! Frames: a subject with a verb that reports, and what follows it.

mod carried;
mod sources;
mod subjects;

use subjects::comma_before;

use crate::Act;
use crate::cast::{Cast, Who};
use crate::complement::{Complement, complement, is_finite};
use crate::ground::{Ground, Head, Phrase};
use crate::tokens::{Kind, Tokens};
use crate::words::{self, Class, Form, Verb};

/// So many tokens can stand between a subject and its verb.
const CHAIN_TOKENS_MAX: usize = 9;

/// So many tokens can stand in brackets between a subject and its verb.
const ASIDE_TOKENS_MAX: usize = 8;

/// Where the frame's subject comes from.
#[derive(Debug, Clone)]
pub(crate) enum Subject {
    /// It stands in the frame.
    Here(Phrase),
    /// It is that of the frame before, or of the sentence: "said X and added Y", ", adding Y".
    Carried,
}

/// What sort of frame it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The content follows.
    Forward,
    /// The content stands before, and the frame ends it.
    Trailing,
    /// The frame stands inside its content.
    Inserted,
    /// "according to X".
    According,
    /// "X's demand for".
    Noun,
    /// No frame: an outlet's comment begins here, and ends what was reported.
    Cut,
}

/// A frame of a sentence.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) shape: Shape,
    pub(crate) subject: Subject,
    /// The first token that belongs to the frame, its conjunction included.
    pub(crate) from: usize,
    /// The verb, or the noun that reports.
    pub(crate) cue: usize,
    /// The token after the frame, if the content stands before.
    pub(crate) to: usize,
    pub(crate) class: Class,
    pub(crate) act: Act,
    pub(crate) complement: Complement,
    /// It stands beside the frame before, and not inside its content.
    pub(crate) is_sibling: bool,
    pub(crate) is_negated: bool,
    /// Its verb is one of speech, and not of what somebody did by speaking.
    pub(crate) is_speech: bool,
    /// The form of the verb, where it has a subject of its own.
    pub(crate) form: Option<Form>,
    pub(crate) rule: &'static str,
}

/// The frames of the sentence of tokens `from..to`, in order.
pub(crate) fn frames(ground: &Ground, cast: &Cast, from: usize, to: usize) -> Vec<Frame> {
    let mut finder = Finder { ground, cast, from, to, found: Vec::new() };
    let mut at = from;
    while at < to {
        let known = finder.found.len();
        if ground.tokens.quote(at).is_none() && ground.tokens.is(at, Kind::Word) {
            finder.at(at);
        }
        // What the frame's own words hold is no frame again.
        let last = finder.found.get(known..).and_then(|new| new.last());
        at = last.map_or(at, |frame| frame.cue.max(at)) + 1;
    }
    finder.found
}

struct Finder<'g, 't> {
    ground: &'g Ground<'t>,
    cast: &'g Cast,
    from: usize,
    to: usize,
    found: Vec<Frame>,
}

/// What stands between a subject and its verb.
#[derive(Debug, Default, Clone, Copy)]
struct Chain {
    from: usize,
    /// "is", "was": with a past form it is a passive.
    has_be: bool,
    has_modal: bool,
    has_do: bool,
    has_to: bool,
    is_negated: bool,
}

impl Finder<'_, '_> {
    fn low(&self, at: usize) -> &str {
        self.ground.tokens.low(at)
    }

    fn at(&mut self, at: usize) {
        if self.low(at) == "according" && self.low(at + 1) == "to" {
            self.according(at);
            return;
        }
        if self.low(at) == "as" && self.as_told(at) || self.low(at) == "by" && self.by_count(at) {
            return;
        }
        if self.noun(at)
            || self.stance(at)
            || self.low(at) == "put" && self.put(at)
            || self.low(at) == "conditional" && self.condition(at)
        {
            return;
        }
        let is_name = self.ground.mention_at(at).is_some_and(|(_, m)| !m.is_role);
        // "the League of Small States"
        let is_part = self.ground.tokens.is_capital(at)
            && at > self.from
            && self.ground.tokens.is(at - 1, Kind::Word)
            && !self.ground.is_title_case;
        if is_name || is_part {
            return;
        }
        let Some((verb, form)) = self.cast.grammar.verb(self.low(at)) else {
            if words::is_comment_gerund(self.low(at)) {
                self.cut(at);
            }
            return;
        };
        // "the claims", "their demands": nouns.
        let is_noun = matches!(form, Form::Third | Form::Base)
            && at > self.from
            && (words::is_article(self.low(at - 1))
                || self.ground.tokens.is_possessive(at - 1)
                || self.low(at + 1) == "by");
        if is_noun {
            return;
        }
        // "repeating its demand that"
        let explains = (at + 1..at + 6)
            .any(|noun| words::takes_clause(self.low(noun)) && self.low(noun + 1) == "that");
        let is_with = form == Form::Ing && self.is_with_subject(at);
        if words::is_comment_gerund(self.low(at))
            && self.low(at + 1) != "that"
            && !explains
            && !is_with
        {
            self.cut(at);
            return;
        }
        // "ruled out by X", "agreed to by X"
        let has_particle = verb.particles.contains(&self.low(at + 1))
            || matches!(self.low(at + 1), "to" | "on" | "upon" | "for");
        let after = at + 1 + usize::from(has_particle);
        if form == Form::Past && verb.class != Class::Say && self.low(after) == "by" {
            return;
        }
        if self.inverted(at, &verb, form) {
            return;
        }
        let chain = self.chain(at);
        let ing = form == Form::Ing;
        let is_passive = form == Form::Past && chain.has_be;
        if chain.has_modal || is_passive || (ing && !chain.has_be && self.gerund(at, &verb)) {
            return;
        }
        let explicit = self.subject(chain.from);
        let explicit = explicit.map(|phrase| self.listed(phrase, form));
        let explicit = explicit.filter(|phrase| {
            let fits = match form {
                Form::Base => {
                    chain.has_do || chain.has_to || !chain.has_be && self.is_plural(phrase)
                }
                Form::Third => !chain.has_do && !self.is_plural(phrase),
                Form::Past => !chain.has_to || chain.from + 2 < at,
                Form::Ing => chain.has_be || self.with(phrase).is_some(),
            };
            fits && phrase.from >= self.from
        });
        match explicit {
            Some(phrase) => self.forward(at, (verb, form), chain, phrase),
            None if !ing => self.carried(at, verb, form, chain),
            None => {}
        }
    }

    /// Goes back from a verb over auxiliaries, adverbs and days.
    fn chain(&self, cue: usize) -> Chain {
        let tokens = &self.ground.tokens;
        let mut chain = Chain { from: cue, ..Chain::default() };
        for _ in 0..CHAIN_TOKENS_MAX {
            let Some(before) = chain.from.checked_sub(1).filter(|at| *at >= self.from) else {
                break;
            };
            if tokens.quote(before).is_some() {
                break;
            }
            let low = tokens.low(before);
            let is_short =
                before > 0 && words::is_abbreviation(tokens.raw(before.saturating_sub(1)));
            if tokens.is(before, Kind::Stop) && is_short {
                chain.from = before;
                continue;
            }
            // "X (Y) said"
            if tokens.raw(before) == ")" {
                let floor = self.from.max(before.saturating_sub(ASIDE_TOKENS_MAX));
                match (floor..before).rev().find(|at| tokens.raw(*at) == "(") {
                    Some(open) => chain.from = open,
                    None => break,
                }
                continue;
            }
            // "she has, however, said"
            if tokens.is(before, Kind::Comma)
                && before >= self.from + 2
                && words::is_linking_adverb(tokens.low(before - 1))
                && tokens.is(before - 2, Kind::Comma)
            {
                chain.from = before - 2;
                continue;
            }
            if !tokens.is(before, Kind::Word) {
                break;
            }
            let is_date = words::is_weekday(low)
                || words::is_month(low)
                || matches!(low, "morning" | "afternoon" | "evening" | "night" | "late" | "early")
                || low.starts_with(|c: char| c.is_ascii_digit()) && low.len() <= 4;
            let is_adverb = low.ends_with("ly") && !tokens.is_capital(before);
            if !words::is_chain(low) && !is_date && !is_adverb {
                break;
            }
            chain.has_be |= matches!(low, "is" | "are" | "was" | "were" | "be" | "been" | "being");
            chain.has_modal |= matches!(low, "would" | "will" | "could" | "can" | "may" | "might");
            chain.has_do |= matches!(low, "do" | "does" | "did")
                || low.starts_with("did")
                || low.starts_with("does");
            chain.has_to |= low == "to";
            chain.is_negated |=
                matches!(low, "not" | "never") || low.ends_with("n’t") || low.ends_with("n't");
            chain.from = before;
        }
        // "in March", "2,000": a date that no word leads in belongs to what is before.
        chain
    }

    fn is_plural(&self, phrase: &Phrase) -> bool {
        let tokens = &self.ground.tokens;
        !phrase.also.is_empty()
            || match phrase.head {
                Head::Noun(noun) => words::is_plural_noun(tokens.low(noun)),
                Head::Pronoun => matches!(tokens.low(phrase.to - 1), "they" | "we" | "who"),
                _ => false,
            }
    }

    /// "with X stressing that": the place of "with".
    fn with(&self, phrase: &Phrase) -> Option<usize> {
        let with = phrase.from.checked_sub(1).filter(|at| *at >= self.from)?;
        let goes_on = self.low(with) == "and"
            && self.found.last().is_some_and(|last| {
                last.form == Some(Form::Ing) && self.low(last.from.max(1)) == "with"
                    || last.form == Some(Form::Ing) && self.low(last.from + 1) == "with"
            });
        (self.low(with) == "with" || goes_on).then_some(with)
    }

    /// "X, Y say A", as headlines have it: both.
    fn listed(&self, mut phrase: Phrase, form: Form) -> Phrase {
        let is_named = |phrase: &Phrase| matches!(phrase.head, Head::Mention(_));
        if form == Form::Base
            && !self.is_plural(&phrase)
            && is_named(&phrase)
            && let Some(comma) = comma_before(&self.ground.tokens, phrase.from)
            && let Some(left) = self.ground.phrase(comma, self.from)
            && left.from == self.from
            && is_named(&left)
        {
            phrase.from = left.from;
            phrase.also.push(left);
        }
        phrase
    }

    /// "with X refusing A, and Y repeating B": whether a gerund has its own subject there.
    fn is_with_subject(&self, cue: usize) -> bool {
        let subject = self.subject(self.chain(cue).from);
        subject.is_some_and(|phrase| self.with(&phrase).is_some())
    }

    /// Where the frame begins whose subject begins at `from`, and whether it stands beside the
    /// frame before.
    fn begins(&self, from: usize, class: Class) -> (usize, bool) {
        let tokens = &self.ground.tokens;
        let mut at = from;
        while at > self.from && words::is_linking_adverb(tokens.low(at - 1)) {
            at -= 1;
        }
        if at > self.from
            && tokens.is(at - 1, Kind::Comma)
            && at > from.saturating_sub(3)
            && at < from
        {
            at -= 1;
        }
        let Some(before) = at.checked_sub(1).filter(|before| *before >= self.from) else {
            return (from, true);
        };
        let comma = |at: usize| at > self.from && tokens.is(at - 1, Kind::Comma);
        let low = tokens.low(before);
        // "X wants A: the minister has named B" are two; "X said: Y wants A" is one.
        let leads_in = self.found.iter().any(|frame| frame.complement.content == Some(before + 1));
        let is_colon = tokens.is(before, Kind::Colon) && !leads_in;
        if is_colon || matches!(tokens.kind(before), Some(Kind::Semicolon | Kind::Dash)) {
            return (before, true);
        }
        if words::is_contrast(low) || (low == "as" && class == Class::Say && comma(before)) {
            let start =
                if tokens.low(before.saturating_sub(1)) == "even" { before - 1 } else { before };
            return (if comma(start) { start - 1 } else { start }, true);
        }
        if low == "and" && (comma(before) || class == Class::Say) {
            return (if comma(before) { before - 1 } else { before }, true);
        }
        (from, false)
    }

    /// Whether the frame at `from` stands inside the content of one before it.
    fn is_inside(&self, from: usize) -> bool {
        self.found.iter().any(|frame| {
            frame.shape == Shape::Forward
                && frame.complement.content.is_some_and(|content| content <= from)
        })
    }

    fn forward(&mut self, cue: usize, (verb, form): (Verb, Form), chain: Chain, phrase: Phrase) {
        let tokens = &self.ground.tokens;
        let Some(mut complement) = complement(self.ground, cue, self.to, &verb) else { return };
        let (mut from, mut is_sibling) = self.begins(phrase.from, verb.class);
        if let Some(with) = self.with(&phrase) {
            from =
                if with > self.from && tokens.is(with - 1, Kind::Comma) { with - 1 } else { with };
            is_sibling = true;
        }
        let after = phrase.from.checked_sub(1).filter(|at| *at >= self.from);
        let is_after = after.is_some_and(|at| {
            matches!(tokens.kind(at), Some(Kind::Comma | Kind::Close | Kind::Dash | Kind::Stop))
        });
        let is_after_quote = after.is_some_and(|at| {
            tokens.is(at, Kind::Close)
                || tokens.is(at, Kind::Comma) && at > 0 && tokens.is(at - 1, Kind::Close)
        });
        let is_last = complement.content.is_none();
        let is_after = is_after
            && (is_after_quote
                || is_last
                || !self.is_introduction(self.from, phrase.from.saturating_sub(1)));
        let (shape, to) = self.shape(cue, &verb, &complement, is_after, is_after_quote);
        let act = match verb.act {
            _ if chain.is_negated && verb.act == Act::Reject => Act::Accept,
            _ if chain.is_negated => Act::Decline,
            // "insists on X", "calls X a Y"
            _ if verb.base == "insist" && tokens.low(cue + 1) == "on" => Act::Demand,
            _ if verb.base == "call" && !matches!(tokens.low(cue + 1), "for" | "on" | "upon") => {
                Act::State
            }
            act => act,
        };
        let rule = match (shape, verb.class) {
            (Shape::Trailing, _) => "trailing",
            (Shape::Inserted, _) => "inserted",
            (_, Class::Stance) => "stance-verb",
            _ if complement.is_led_in => "said-that",
            _ => "said",
        };
        if shape == Shape::Forward && complement.content.is_none() {
            return;
        }
        // What follows a frame that stood behind its content tells of the occasion.
        let relative = chain.from.checked_sub(1).map_or("", |at| tokens.low(at));
        let is_relative = matches!(relative, "who" | "which");
        let is_occasion =
            !is_sibling && !is_relative && self.found.iter().any(|f| f.shape == Shape::Trailing);
        if is_occasion {
            return;
        }
        let back = |n: usize| {
            phrase.from.checked_sub(n).filter(|at| *at >= self.from).map_or("", |at| tokens.low(at))
        };
        let before = back(1);
        // "if X refuses", "whether X wants"; "as X seeks to end the war" tells why something is.
        let is_background = before == "as" && verb.class == Class::Stance;
        // "leaders who have supported X"
        let is_restrictive = is_relative
            && verb.class == Class::Stance
            && phrase.from > self.from
            && chain.from.checked_sub(2).is_some_and(|at| !tokens.is_comma(at));
        // "guarantees that X seeks": what is sought stands before.
        let is_object = before == "that"
            && verb.class == Class::Stance
            && !back(2).is_empty()
            && !words::takes_clause(back(2))
            && !matches!(back(2), "," | "and" | "but" | "or")
            && self.cast.grammar.verb(back(2)).is_none()
            && !self.found.iter().any(|f| f.complement.content == Some(phrase.from));
        if words::is_hypothetical(before) || is_background || is_restrictive || is_object {
            return;
        }
        if tells_nothing(tokens, &verb, complement.content.unwrap_or(cue + 1)) {
            return;
        }
        // "did not say what would follow": nothing was said.
        let begins = complement.content.map_or("", |at| tokens.low(at));
        let is_open = matches!(begins, "what" | "how" | "when" | "why" | "where" | "who");
        if chain.is_negated && verb.class != Class::Stance && is_open {
            return;
        }
        // "the wars he claims to have ended": they stand before.
        let is_of_noun = phrase.head == Head::Pronoun
            && phrase.from > self.from
            && tokens.is(phrase.from - 1, Kind::Word)
            && !self.found.iter().any(|f| f.complement.content == Some(phrase.from))
            && !words::is_conjunction(before)
            && !words::is_preposition(before)
            && !words::is_linking_adverb(before);
        let ended = complement.content.unwrap_or(cue + 1);
        if is_of_noun && begins == "to" && matches!(tokens.low(ended + 1), "have" | "be") {
            return;
        }
        // "what X said was", "which X rejects": the content is what stands before. "a speech in
        // which X accused Y" has its content behind.
        let relates = matches!(before, "which" | "who" | "whom")
            && phrase.from > self.from
            && !words::takes_object(back(2));
        // A verb without a subject: the relative word is its subject.
        let is_clause = complement.content.is_some_and(|at| {
            let low = tokens.low(at);
            let begins = words::is_determiner(low) || words::is_pronoun(low);
            tokens.is(at, Kind::Word) && !begins && !tokens.is_capital(at)
        });
        let is_modal_clause = complement.content.is_some_and(|at| {
            matches!(tokens.low(at), "would" | "will" | "could" | "may" | "might" | "is" | "are")
        });
        // "a hill, which X says is theirs": the words in question stand before.
        let is_state = complement.content.is_some_and(|at| {
            matches!(tokens.low(at), "is" | "are" | "was" | "were" | "has" | "have" | "had")
        });
        let is_judged = words::is_naming(verb.base)
            && complement.content.is_some_and(|at| {
                tokens.is(at, Kind::Open) || words::is_determiner(tokens.low(at))
            });
        if relates && verb.class == Class::Say && is_clause && !is_state {
            // "a vote, which X said could be held": what X said goes on behind the frame.
            from = phrase.from.saturating_sub(2).max(self.from);
            is_sibling = true;
        } else if before == "what" && verb.class == Class::Say && is_modal_clause {
            // "what X said would be a long road"
            complement.content = complement.content.map(|at| at + 1);
        } else if is_judged && before == "which" {
            // ", which X called a tale": what X called it.
            from = phrase.from.saturating_sub(2).max(self.from);
            is_sibling = true;
        } else if (before == "what" || relates) && phrase.from > self.from {
            return;
        }
        // "said X, who also promised Y"
        is_sibling |= is_relative;
        let stands_alone = shape != Shape::Forward || !self.is_inside(phrase.from);
        is_sibling |= stands_alone;
        // "X offers A, Y says B", as headlines have it.
        let comma = comma_before(tokens, phrase.from);
        let is_next = form == Form::Third
            && shape == Shape::Forward
            && self.found.last().is_some_and(|last| last.form == Some(Form::Third))
            && phrase.head != Head::Pronoun;
        if let Some(comma) = comma.filter(|_| is_next) {
            from = comma;
            is_sibling = true;
        }
        // "X welcomed Y to Z": people are met, and no words are given.
        let content = complement.content.unwrap_or(cue);
        let meets = matches!(verb.base, "welcome" | "hail" | "accept" | "support" | "press")
            && self
                .ground
                .mention_at(content)
                .is_some_and(|(_, m)| matches!(m.who, Who::Person(_)) && !m.is_attribute);
        if meets {
            return;
        }
        self.found.push(Frame {
            shape,
            subject: Subject::Here(phrase),
            from,
            cue,
            to,
            class: verb.class,
            act,
            complement,
            is_sibling,
            is_negated: chain.is_negated,
            is_speech: !matches!(
                verb.base,
                "agree" | "expect" | "hope" | "believe" | "think" | "fear" | "doubt"
            ),
            form: Some(form),
            rule,
        });
    }

    /// Whether the content follows, or stands before.
    fn shape(
        &self,
        cue: usize,
        verb: &Verb,
        complement: &Complement,
        is_after: bool,
        is_after_quote: bool,
    ) -> (Shape, usize) {
        let tokens = &self.ground.tokens;
        let may_trail = may_trail(verb);
        let is_introduced = self
            .found
            .first()
            .is_some_and(|first| first.rule == "according-to" && first.shape == Shape::Forward);
        if !may_trail || !is_after || is_introduced {
            return (Shape::Forward, cue + 1);
        }
        let quotes = complement.content.is_some_and(|at| tokens.is(at, Kind::Open));
        let end = match complement.content {
            None => complement.adjunct.1,
            // `"A," he said, "B."`
            Some(content) if quotes && is_after_quote => content,
            // `It is, he said, "a long road"`
            Some(content)
                if quotes
                    && !matches!(self.low(self.from), "asked" | "pressed" | "questioned")
                    && tokens.is(content - 1, Kind::Comma)
                    && (self.from..cue).any(|at| is_finite(self.low(at)) && at + 2 < cue) =>
            {
                return (Shape::Inserted, content - 1);
            }
            Some(_) if complement.is_led_in || quotes => return (Shape::Forward, cue + 1),
            Some(content) => {
                let low = tokens.low(content);
                let leads = words::is_preposition(low)
                    || low.ends_with("ing") && self.cast.grammar.verb(low).is_none();
                if !(is_after_quote || leads && self.runs_out(content)) {
                    return (Shape::Forward, cue + 1);
                }
                self.phrase_end(content)
            }
        };
        let goes_on = self.goes_on(end);
        (if goes_on { Shape::Inserted } else { Shape::Trailing }, end)
    }

    /// Whether what was said goes on behind a frame that ends at `end`.
    fn goes_on(&self, end: usize) -> bool {
        let tokens = &self.ground.tokens;
        let rest =
            (end..self.to).find(|at| tokens.is(*at, Kind::Word) || tokens.is(*at, Kind::Open));
        rest.is_some_and(|rest| {
            let low = tokens.low(rest);
            // ", after a meeting", ", who", ", two days before X": no part of what was said.
            let tells_when = (rest..self.to.min(rest + 4))
                .any(|at| matches!(self.low(at), "after" | "before" | "later" | "ago"));
            let is_aside = low.ends_with("ing")
                || tells_when
                || words::is_pronoun(low)
                || matches!(
                    low,
                    "according"
                        | "as"
                        | "after"
                        | "when"
                        | "whom"
                        | "which"
                        | "whose"
                        | "amid"
                        | "following"
                        | "in"
                        | "during"
                        | "before"
                        | "at"
                        | "on"
                        | "despite"
                        | "without"
                        | "with"
                        | "while"
                        | "even"
                        | "though"
                        | "although"
                        | "a"
                        | "an"
                );
            let is_quoted = tokens.is(rest, Kind::Open);
            tokens.is(end, Kind::Comma) && (is_quoted && rest == end + 1 || !is_quoted && !is_aside)
                || is_quoted && rest == end
        })
    }

    /// Whether a phrase goes to the end of the sentence, or to a comma, without a verb that would
    /// make it content.
    fn runs_out(&self, from: usize) -> bool {
        let end = self.phrase_end(from);
        if self.low(from) == "on" && self.low(from + 1) == "condition" {
            return true;
        }
        let tells_when = matches!(self.low(from), "as" | "when" | "while" | "after" | "before");
        (from..end).all(|at| {
            let low = self.low(at);
            tells_when || !is_finite(low) && (at == from || !words::is_pronoun(low))
        })
    }

    /// Whether tokens `from..to` only introduce a clause: "Asked about the talks".
    fn is_introduction(&self, from: usize, to: usize) -> bool {
        let low = self.low(from);
        // "Asked whether A was B": whatever was asked.
        if matches!(low, "asked" | "pressed" | "questioned") {
            return true;
        }
        let leads = words::is_preposition(low)
            || low.ends_with("ing")
            || matches!(low, "despite" | "given");
        leads
            && (from..to).all(|at| {
                let low = self.low(at);
                !is_finite(low) && !words::is_pronoun(low)
            })
    }

    fn phrase_end(&self, from: usize) -> usize {
        let tokens = &self.ground.tokens;
        let is_end = |at: &usize| {
            matches!(
                tokens.kind(*at),
                Some(Kind::Comma | Kind::Open | Kind::Semicolon | Kind::Colon | Kind::Dash)
            ) || tokens.is(*at, Kind::Stop) && *at + 1 >= self.to
        };
        (from..self.to).find(is_end).unwrap_or(self.to)
    }

    /// `"…," said the minister.`
    fn inverted(&mut self, cue: usize, verb: &Verb, form: Form) -> bool {
        let tokens = &self.ground.tokens;
        let Some(before) = cue.checked_sub(1).filter(|at| *at >= self.from) else { return false };
        let says = may_trail(verb) && matches!(form, Form::Past | Form::Third);
        let is_after = tokens.is(before, Kind::Close)
            || tokens.is(before, Kind::Comma)
            || (tokens.is(before, Kind::Stop) && tokens.is(before.saturating_sub(1), Kind::Close));
        // "X, whose men hold the hill, warned Y": the subject stands before.
        let has_subject = tokens.is(before, Kind::Comma) && self.subject(cue).is_some();
        if !says || !is_after || has_subject || verb.base == "tell" {
            return false;
        }
        let is_day = |at: usize| {
            words::is_weekday(self.low(at)) || matches!(self.low(at), "today" | "yesterday")
        };
        let start = cue + 1 + usize::from(is_day(cue + 1));
        let mut end = start;
        let limit = self.to.min(cue + 16);
        while end < limit && tokens.is(end, Kind::Word) && tokens.quote(end).is_none() {
            end += 1;
        }
        let mut subject = None;
        for to in (start + 1..=end).rev() {
            let follows = tokens.low(to);
            let is_quote = tokens.is(to, Kind::Open) && tokens.is(before, Kind::Comma);
            let ends = !tokens.is(to, Kind::Word) && !is_quote
                || to >= self.to
                || words::is_preposition(follows)
                || words::is_weekday(follows)
                || matches!(follows, "and" | "but" | "who");
            if !ends {
                continue;
            }
            subject = self.ground.phrase(to, start).filter(|p| p.from == start);
            if subject.is_some() {
                break;
            }
        }
        let Some(phrase) = subject.filter(|p| p.head != Head::Pronoun) else { return false };
        let to = self.phrase_end(phrase.to);
        let shape = if self.goes_on(to) { Shape::Inserted } else { Shape::Trailing };
        let adjunct = (phrase.to, to);
        self.found.push(Frame {
            shape,
            subject: Subject::Here(phrase),
            from: cue,
            cue,
            to,
            class: verb.class,
            act: verb.act,
            complement: Complement { content: None, adjunct, audience: None, is_led_in: false },
            is_sibling: true,
            is_negated: false,
            is_speech: true,
            form: None,
            rule: "trailing-inverted",
        });
        true
    }
}

/// "revealed few details", "announced no date": nothing was said.
fn tells_nothing(tokens: &Tokens, verb: &Verb, content: usize) -> bool {
    let is_detail = |from: usize| {
        (from..from + 4).any(|at| {
            matches!(
                tokens.low(at),
                "details" | "detail" | "information" | "specifics" | "date" | "timeline"
            )
        })
    };
    if verb.base == "offer" && is_detail(content) {
        return true;
    }
    // "posted a video", "posted to X with details": nothing is quoted.
    if matches!(verb.base, "post" | "tweet") {
        let low = tokens.low(content);
        return low == "to"
            || words::is_article(low) && !tokens.is(content, Kind::Open) && {
                (content..content + 4).any(|at| {
                    matches!(
                        tokens.low(at),
                        "video"
                            | "photo"
                            | "photos"
                            | "picture"
                            | "pictures"
                            | "footage"
                            | "message"
                    )
                })
            };
    }
    // "declined to comment", "offered comment on condition of anonymity"
    if verb.class == Class::Stance {
        let to = usize::from(tokens.low(content) == "to");
        let what = content + to;
        let is_on = matches!(tokens.low(what + 1), "on" | "about");
        return matches!(tokens.low(what), "comment" | "elaborate") && !is_on;
    }
    verb.class == Class::Express
        && matches!(tokens.low(content), "few" | "no" | "little" | "any" | "further" | "more")
        && is_detail(content + 1)
}

/// Verbs that can stand behind what was said.
fn may_trail(verb: &Verb) -> bool {
    verb.class == Class::Say
        || matches!(verb.base, "announce" | "report" | "note" | "confirm" | "acknowledge")
        || matches!(
            verb.base,
            "repeat" | "reveal" | "disclose" | "stress" | "reiterate" | "emphasize"
        )
}

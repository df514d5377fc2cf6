//! From frames to statements: where the content ends, who speaks, and what else is told of it.

mod quotes;

use crate::Act;
use crate::cast::{Cast, Who};
use crate::complement::{is_finite, medium};
use crate::content::{
    apposition, clause_end, contrast, dateline, main_clause, occasion, parallel, trim, without_noun,
};
use crate::frames::{Frame, Shape, Subject, frames};
use crate::ground::{Ground, Head};
use crate::people::People;
use crate::speakers::{Found, Memory, Resolver};
use crate::tokens::{Kind as Mark, Quote, Tokens};
use crate::unread::unread;
use crate::words::{self, Class};
use crate::{Kind, Part, Reading, Span, Speaker, Statement, Text, about, values, when};
use std::collections::BTreeSet;

/// Longer sentences are passed over. A quotation of several sentences counts as one.
const SENTENCE_TOKENS_MAX: usize = 600;

/// So many words a quotation needs to be one by itself, where no frame leads in or out.
const QUOTE_WORDS_MIN: usize = 3;

/// Reads a text.
pub(crate) fn read(text: &Text, cast: &Cast) -> Reading {
    let mut out = Reading::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut grounds: Vec<Option<Ground>> = Vec::new();
    for (number, paragraph) in text.paragraphs.iter().enumerate() {
        let why = unread(paragraph.text, paragraph.part, &mut seen);
        grounds.push(match why {
            Some(_) => None,
            None => Some(Ground::of(paragraph.text, cast, text.published)),
        });
        out.unread.extend(why.map(|why| (number, why)));
    }
    let people = People::of(grounds.iter().flatten(), cast);
    let mut reader = Reader {
        text,
        cast,
        resolver: Resolver { cast, on: text.published },
        memory: Memory::of(people),
        out,
        quoting: None,
        announced: None,
        last: None,
        topics: Vec::new(),
    };
    for (number, ground) in grounds.iter().enumerate() {
        if let Some(ground) = ground {
            reader.paragraph(number, ground);
        }
    }
    reader.out.statements.sort_by_key(|s| (s.span, s.kind));
    reader.out
}

struct Reader<'a, 'c> {
    text: &'a Text<'a>,
    cast: &'c Cast,
    resolver: Resolver<'c>,
    memory: Memory,
    out: Reading,
    /// Who is quoted in a quotation that the paragraph before left open.
    quoting: Option<Found>,
    /// Who speaks in the paragraph after "said in a statement:".
    announced: Option<Found>,
    /// The last speaker of a frame, and the paragraph in which it stood.
    last: Option<(Found, usize)>,
    /// The topics of the statement before.
    topics: Vec<usize>,
}

/// A statement before its details are known: tokens `from..to`.
struct Draft {
    from: usize,
    to: usize,
    kind: Kind,
    found: Found,
    via: Option<Speaker>,
    act: Act,
    /// The frame's tokens: where a date, medium and audience are looked for.
    around: (usize, usize),
    written: Option<(usize, usize)>,
    audience: Option<(usize, usize)>,
    cue: Option<usize>,
    rule: &'static str,
    /// What introduces the sentence: "In a letter on Friday".
    lead: (usize, usize),
}

/// A frame whose content stands before it: tokens `from..end`.
struct Over {
    from: usize,
    end: usize,
    speaker: Speaker,
    /// It only tells by whose word another's statement is known.
    only_tells: bool,
}

/// A frame with its subject resolved, and its content.
struct Resolved {
    frame: Frame,
    found: Found,
    written: Option<(usize, usize)>,
    content: (usize, usize),
}

impl Reader<'_, '_> {
    fn paragraph(&mut self, number: usize, ground: &Ground) {
        let Some(paragraph) = self.text.paragraphs.get(number) else { return };
        self.memory.begin_paragraph();
        if paragraph.part == Part::Headline && self.headline(number, ground) {
            return;
        }
        let begins_open = ground.tokens.is(0, Mark::Open);
        if !begins_open {
            self.quoting = None;
        }
        if let Some(found) = self.announced.take() {
            if begins_open {
                self.quoting = Some(found);
            } else if self.block_quote(number, ground, found) {
                return;
            }
        }
        let dateline = dateline(ground);
        for (from, to) in ground.tokens.sentences() {
            let mut from = from.max(dateline);
            if paragraph.part == Part::Headline {
                while let Some(colon) = (from..to).find(|at| ground.tokens.is(*at, Mark::Colon)) {
                    self.sentence(number, ground, from, colon);
                    from = colon + 1;
                }
            }
            if from < to {
                self.sentence(number, ground, from, to);
            }
        }
        let open = ground.tokens.quotes.last().filter(|quote| !quote.is_closed);
        self.quoting = open.and(self.last.clone()).map(|(found, _)| found);
    }

    /// "X: it is so" and "It is so: X".
    fn headline(&mut self, number: usize, ground: &Ground) -> bool {
        let tokens = &ground.tokens;
        let is_colon = |at: &usize| tokens.is(*at, Mark::Colon) && tokens.quote(*at).is_none();
        let Some(colon) = (0..tokens.len()).find(is_colon) else { return false };
        // "… | News | the Herald": the site's own.
        let bar = (colon + 1..tokens.len()).find(|at| tokens.raw(*at) == "|");
        let last = bar.unwrap_or(tokens.len());
        let sides = [(0, colon, colon + 1, last), (colon + 1, last, 0, colon)];
        for (from, to, start, end) in sides {
            let phrase = ground.phrase(to, from).filter(|phrase| phrase.from == from);
            let Some(phrase) = phrase.filter(|_| to - from <= 6 && end - start >= 3) else {
                continue;
            };
            let found = self.resolver.phrase(ground, &phrase, &mut self.memory);
            // A name that the text names again, and no "Update:".
            let name = &found.speaker.name;
            let is_again = self.text.paragraphs.iter().skip(number + 1).any(|p| {
                p.part != Part::Other
                    && matches!(phrase.head, Head::Name(..))
                    && p.text.contains(name)
            });
            let is_person = found.is_person && !matches!(phrase.head, Head::Name(..));
            let is_cast = found.who.is_some() || is_person || found.is_plural || is_again;
            if !is_cast || !found.speaker.is_known() {
                continue;
            }
            let quoted = tokens.is(start, Mark::Open) && tokens.is(end - 1, Mark::Close);
            self.memory.note(&found);
            self.push(
                number,
                ground,
                Draft {
                    from: start,
                    to: end,
                    kind: if quoted { Kind::Direct } else { Kind::Indirect },
                    found,
                    via: None,
                    act: Act::State,
                    around: (from, to),
                    written: Some((phrase.from, phrase.to)),
                    audience: None,
                    cue: None,
                    rule: "headline-colon",
                    lead: (0, 0),
                },
            );
            return true;
        }
        false
    }

    fn sentence(&mut self, number: usize, ground: &Ground, from: usize, to: usize) {
        // No sentence of a report is so long; the work on each stays small.
        if to - from > SENTENCE_TOKENS_MAX {
            return;
        }
        let tokens = &ground.tokens;
        let known = self.out.statements.len();
        let first = self.resolver.first(ground, from, to, &mut self.memory);
        if let Some(found) = &first {
            let party = found.speaker.party.as_deref().filter(|_| !found.is_person);
            if matches!(found.who, Some(Who::Person(_))) {
                self.memory.note_thing(found);
            } else if let Some(party) = party.and_then(|party| self.resolver.party(party)) {
                self.memory.note_thing(&party);
            }
        }
        let resolved = self.resolve(ground, from, to, first.as_ref());
        let quotes: Vec<Quote> =
            tokens.quotes.iter().filter(|q| q.open >= from && q.close < to).copied().collect();
        let mut drafts: Vec<Draft> = Vec::new();
        let before = resolved.iter().position(|r| {
            matches!(r.frame.shape, Shape::Trailing | Shape::Inserted | Shape::According)
        });
        if let Some(at) = before {
            self.stands_before(ground, from, to, &resolved, at, &quotes, &mut drafts);
        }
        let over = before.and_then(|at| {
            let frame = resolved.get(at)?;
            let end = if frame.frame.shape == Shape::Inserted { to } else { frame.frame.from };
            let speaker = frame.found.speaker.clone();
            Some(Over { from, end, speaker, only_tells: passes_on(tokens, &resolved, at, from) })
        });
        let is_headline =
            self.text.paragraphs.get(number).is_some_and(|p| p.part == Part::Headline);
        self.stands_after(ground, (to, is_headline), &resolved, over.as_ref(), &mut drafts);
        self.bare_quotes(number, ground, (from, to), &quotes, first.as_ref(), &mut drafts);
        self.memory.name_people(&self.resolver, ground, from, to);
        let mut spoke = None;
        let has_other =
            resolved.iter().any(|r| !matches!(r.frame.shape, Shape::According | Shape::Noun));
        let speaks = |r: &&Resolved| match r.frame.shape {
            Shape::Noun | Shape::Cut => false,
            // "he said, according to X": he is quoted.
            Shape::According => !has_other,
            _ => true,
        };
        for frame in resolved.iter().filter(speaks) {
            let is_nested = over.as_ref().is_some_and(|over| {
                (over.from..over.end).contains(&frame.frame.cue)
                    && frame.frame.shape == Shape::Forward
                    && !over.only_tells
            });
            let is_told = !is_relative(ground, &frame.frame) || resolved.len() == 1;
            if frame.found.speaker.is_known() && !is_nested && is_told {
                spoke = Some(frame.found.clone());
                if frame.frame.is_sibling || before.is_some() {
                    self.memory.note(&frame.found);
                }
            }
        }
        let announces = resolved
            .last()
            .filter(|last| last.frame.complement.is_led_in && last.content.0 >= to)
            .filter(|last| tokens.is(to - 1, Mark::Colon) && last.found.speaker.is_known())
            .filter(|_| to == tokens.len());
        // "X shared these words:"
        let is_subject = to == tokens.len()
            && tokens.is(to - 1, Mark::Colon)
            && resolved.iter().all(|r| tokens.is(r.content.1, Mark::Comma))
            && (from..to).any(|at| is_written(tokens.low(at)));
        self.announced = announces
            .map(|last| last.found.clone())
            .or_else(|| first.clone().filter(|_| is_subject));
        if let Some(found) = &spoke {
            let frame_end = resolved.iter().map(|r| r.frame.complement.adjunct.1).max();
            let wrote = (from..frame_end.unwrap_or(from))
                .any(|at| is_written(tokens.low(at)) && tokens.quote(at).is_none());
            self.memory.document = wrote.then(|| found.clone());
        }
        if spoke.is_none() && first.is_none() {
            self.memory.note_named(&self.resolver, ground, (from, to));
        }
        match (&spoke, first) {
            (Some(found), _) => self.last = Some((found.clone(), number)),
            (None, Some(found))
                if drafts.is_empty()
                    && (found.is_person || found.is_plural || self.memory.person().is_none()) =>
            {
                self.memory.note(&found);
            }
            _ => {}
        }
        let leads = resolved.first().filter(|first| first.frame.shape == Shape::Forward);
        let lead = leads.map_or((from, from), |first| (from, first.frame.from.max(from)));
        // "During talks with X on that day, Y said": that they talked then is the outlet's word.
        if !drafts.is_empty() && about::tells_when(tokens, lead.0, lead.1) {
            // With the speaker, who took part in them.
            let cue = leads.map_or(lead.1, |first| first.frame.cue);
            self.assertion(number, ground, lead.0, cue);
        }
        for mut draft in drafts {
            draft.lead = lead;
            self.push(number, ground, draft);
        }
        let is_read = self.out.statements.len() > known;
        if !is_read
            && resolved.iter().all(|r| r.frame.shape == Shape::Noun)
            && about::is_assertion(self.cast, tokens, from, to)
        {
            self.assertion(number, ground, from, to);
        }
    }

    /// Resolves the subjects in order, and tells where each content ends.
    fn resolve(
        &mut self,
        ground: &Ground,
        from: usize,
        to: usize,
        first: Option<&Found>,
    ) -> Vec<Resolved> {
        let found = frames(ground, self.cast, from, to);
        let mut resolved: Vec<Resolved> = Vec::new();
        for (at, frame) in found.iter().enumerate() {
            // "While X insists A, Y rejects B, noting C": Y's clause is none of X's words.
            let mut frame = frame.clone();
            frame.is_sibling |= resolved.iter().any(|r: &Resolved| {
                r.frame.shape == Shape::Forward
                    && r.content.1 + 1 == frame.from
                    && ground.tokens.is_comma(r.content.1)
            });
            let frame = &frame;
            let written = match &frame.subject {
                Subject::Here(phrase) => Some((phrase.from, phrase.to)),
                Subject::Carried => None,
            };
            let speaker = match &frame.subject {
                // "X, in a letter in which she said": the one with whom the sentence begins.
                Subject::Here(phrase)
                    if frame.shape == Shape::Forward
                        && resolved.is_empty()
                        && phrase.from > from
                        && matches!(ground.tokens.low(phrase.from), "he" | "she")
                        && first.is_some_and(|first| first.is_person) =>
                {
                    first.cloned().unwrap_or_else(Found::unknown)
                }
                Subject::Here(phrase) => {
                    // "X said A, but he did B": a pronoun beside the frame is its subject.
                    self.resolver.phrase(ground, phrase, &mut self.memory)
                }
                Subject::Carried => {
                    let known = resolved.iter().rev().find(|r| {
                        r.frame.is_sibling
                            && !matches!(r.frame.shape, Shape::Cut | Shape::Noun | Shape::According)
                    });
                    let known = known.map(|r| r.found.clone()).or_else(|| first.cloned());
                    known.unwrap_or_else(Found::unknown)
                }
            };
            let is_noted = frame.is_sibling && frame.shape != Shape::Noun;
            if is_noted && !is_relative(ground, frame) {
                self.memory.note(&speaker);
            }
            let content = frame.complement.content.unwrap_or(frame.to);
            let mut end = to;
            for later in found.iter().skip(at + 1) {
                let closes = later.is_sibling || later.shape == Shape::Cut;
                let inside = matches!(later.shape, Shape::Inserted);
                if closes && !inside && later.from > content {
                    end = later.from;
                    break;
                }
            }
            if frame.shape == Shape::Noun
                || (frame.is_negated && ground.tokens.low(content) == "whether")
            {
                let is_noun = frame.shape == Shape::Noun;
                let closes = |at: &usize| {
                    ground.tokens.is(*at, Mark::Comma)
                        || is_noun && *at > content + 1 && is_finite(ground.tokens.low(*at))
                };
                end = (content..end).find(closes).unwrap_or(end);
            }
            // ", who said A, said B": the clause between the commas.
            let cue = frame.cue;
            let is_between = cue >= 2
                && matches!(ground.tokens.low(cue - 1), "who" | "which")
                && ground.tokens.is(cue - 2, Mark::Comma);
            if is_between && let Some(comma) = clause_end(ground, self.cast, content, end) {
                end = comma;
            }
            if let Some(comma) = main_clause(ground, from, (frame.cue, content), end) {
                end = comma;
            }
            if frame.rule == "gerund" {
                end = parallel(ground, content, end);
            }
            let takes_noun = frame.class == Class::Express && !frame.complement.is_led_in;
            if frame.class == Class::Stance || takes_noun {
                end = contrast(ground, content, end);
            }
            if frame.class != Class::Say && !frame.complement.is_led_in {
                end = occasion(ground, content, end);
            }
            end = apposition(ground, content, end);
            let content = (content, end.max(content));
            resolved.push(Resolved { frame: frame.clone(), found: speaker, written, content });
        }
        resolved
    }

    /// Content that stands before its frame, or round it.
    #[allow(clippy::too_many_arguments)]
    fn stands_before(
        &mut self,
        ground: &Ground,
        from: usize,
        to: usize,
        resolved: &[Resolved],
        at: usize,
        quotes: &[Quote],
        drafts: &mut Vec<Draft>,
    ) {
        let Some(one) = resolved.get(at) else { return };
        let tokens = &ground.tokens;
        let frame = &one.frame;
        let draft = |from: usize, to: usize, kind: Kind, rule: &'static str| Draft {
            from,
            to,
            kind,
            found: one.found.clone(),
            via: None,
            act: frame.act,
            around: (frame.from, frame.to.max(frame.complement.adjunct.1)),
            written: one.written,
            audience: frame.complement.audience,
            cue: Some(frame.cue),
            rule,
            lead: (0, 0),
        };
        // "X said A, according to Y", "X rejected A, the Herald reported": X's word or stand.
        if passes_on(tokens, resolved, at, from) {
            return;
        }
        let mut end = frame.from;
        while end > from && !tokens.is(end - 1, Mark::Word) && !tokens.is(end - 1, Mark::Close) {
            end -= 1;
        }
        if end <= from {
            return;
        }
        let inside: Vec<&Quote> =
            quotes.iter().filter(|quote| quote.open >= from && quote.close < end).collect();
        // `"A," Lt. Gen. X said`: what stands between is the speaker's rank.
        if let Some(quote) = inside.last() {
            let is_rank = |at: usize| {
                let low = tokens.low(at);
                tokens.is(at, Mark::Stop)
                    || tokens.is_capital(at)
                    || words::is_title(low)
                    || low == "retired"
            };
            if quote.close + 1 < end && (quote.close + 1..end).all(is_rank) {
                end = quote.close + 1;
            }
        }
        let is_quoted = inside.first().is_some_and(|quote| quote.open == from)
            && inside.last().is_some_and(|quote| quote.close + 1 == end)
            && inside.windows(2).all(|pair| match pair {
                [one, two] => !(one.close + 1..two.open).any(|at| tokens.is(at, Mark::Word)),
                _ => true,
            });
        if is_quoted {
            for quote in &inside {
                drafts.push(draft(quote.open + 1, quote.close, Kind::Direct, frame.rule));
            }
            if frame.shape == Shape::Inserted {
                let rest = quotes.iter().find(|quote| quote.open >= frame.to);
                // `he said on "Morning Round"`: what a programme is called.
                let is_title = |quote: &&Quote| {
                    quote.close <= quote.open + 4
                        && matches!(tokens.low(quote.open - 1), "on" | "in" | "to")
                };
                // `"A," X said while Y felt "B"`: the second is not X's.
                let is_others = |quote: &&Quote| {
                    resolved.iter().any(|r| {
                        r.frame.shape == Shape::Forward
                            && (frame.cue + 1..quote.open).contains(&r.frame.cue)
                    })
                };
                if let Some(rest) = rest.filter(|rest| !is_title(rest) && !is_others(rest)) {
                    drafts.push(draft(rest.open + 1, rest.close, Kind::Direct, "inserted"));
                }
            }
            return;
        }
        match frame.shape {
            Shape::Inserted => {
                // The frame stands inside: the whole sentence is the content.
                let next = resolved.iter().skip(at + 1).find(|r| {
                    r.frame.is_sibling
                        && r.frame.shape == Shape::Forward
                        && r.frame.from > frame.to
                        && matches!(&r.frame.subject, Subject::Here(phrase)
                            if phrase.head != Head::Pronoun)
                });
                let end = next.map_or(to, |next| next.frame.from);
                drafts.push(draft(from, end, Kind::Indirect, "inserted"));
            }
            _ => drafts.push(draft(from, end, Kind::Indirect, frame.rule)),
        }
    }

    /// Content that follows its frame.
    fn stands_after(
        &mut self,
        ground: &Ground,
        (to, is_headline): (usize, bool),
        resolved: &[Resolved],
        over: Option<&Over>,
        drafts: &mut Vec<Draft>,
    ) {
        let tokens = &ground.tokens;
        for (at, one) in resolved.iter().enumerate() {
            let frame = &one.frame;
            if !matches!(frame.shape, Shape::Forward | Shape::Noun) {
                continue;
            }
            let (start, mut end) = one.content;
            let mut via = None;
            let mut is_passed_on = false;
            if let Some(over) = over
                && (over.from..over.end).contains(&frame.cue)
            {
                via = Some(over.speaker.clone());
                end = end.min(over.end);
                is_passed_on = over.only_tells && frame.is_sibling;
            }
            let outer = resolved.iter().take(at).rev().find(|outer| {
                outer.frame.shape == Shape::Forward
                    && outer.content.0 <= frame.cue
                    && frame.cue < outer.content.1
            });
            if via.is_none()
                && let Some(outer) = outer
            {
                via = Some(outer.found.speaker.clone());
                end = end.min(outer.content.1);
            }
            let is_nested = via.is_some() && !is_passed_on;
            if is_nested && (is_headline || !may_nest(frame, one)) {
                continue;
            }
            let by_noun = match frame.class {
                Class::Express => about::act_of_noun(tokens, start, end),
                _ => None,
            };
            let start = match frame.class {
                Class::Express if !frame.complement.is_led_in => without_noun(ground, start, end),
                _ => start,
            };
            let start = match frame.class {
                Class::Stance if matches!(tokens.low(start), "to" | "for") => start + 1,
                _ => start,
            };
            let lead = start;
            let (start, end) = trim(ground, start, end.min(to));
            if start >= end || (end - start < 2 && frame.class != Class::Stance) {
                continue;
            }
            // "a plan X said it was open to": what is meant stands before.
            if matches!(tokens.low(end - 1), "to" | "of" | "for" | "with" | "against") {
                continue;
            }
            // "said on Monday" and nothing else.
            let mut draft = Draft {
                from: start,
                to: end,
                kind: Kind::Indirect,
                found: one.found.clone(),
                via,
                act: by_noun.unwrap_or(frame.act),
                around: (frame.from, start),
                written: one.written,
                audience: frame.complement.audience,
                cue: Some(frame.cue),
                rule: frame.rule,
                lead: (0, 0),
            };
            let quote = tokens.quote(lead).and_then(|quote| tokens.quotes.get(quote));
            if let Some(quote) = quote
                && quote.open == lead
                && quote.close + 1 >= end
            {
                let before = lead.saturating_sub(1);
                let is_led = tokens.is(before, Mark::Colon);
                let has_mark =
                    is_led || tokens.is(before, Mark::Comma) || tokens.is_capital(lead + 1);
                let is_said = match frame.class {
                    Class::Say => has_mark,
                    Class::Express => tokens.is(before, Mark::Comma),
                    Class::Stance => false,
                };
                let is_direct = is_led || is_said;
                let close = quote.close + 1 - usize::from(quote.is_closed);
                if is_direct && (is_led || close > lead + QUOTE_WORDS_MIN) {
                    draft.kind = Kind::Direct;
                    draft.from = lead + 1;
                    draft.to = close;
                }
            }
            // "voiced hope in a letter: “…”"
            let colon = (start..end).find(|at| {
                tokens.is(*at, Mark::Colon)
                    && tokens.is(*at + 1, Mark::Open)
                    && tokens.quote(*at).is_none()
            });
            let led = colon.and_then(|colon| tokens.quotes.get(tokens.quote(colon + 1)?));
            if let Some(quote) = led.filter(|quote| quote.close + 2 >= end) {
                draft.kind = Kind::Direct;
                draft.from = quote.open + 1;
                draft.to = quote.close + 1 - usize::from(quote.is_closed);
            }
            drafts.push(draft);
        }
    }

    fn assertion(&mut self, number: usize, ground: &Ground, from: usize, to: usize) {
        let found = Found {
            speaker: Speaker::outlet(),
            who: None,
            is_person: false,
            is_plural: false,
            also: Vec::new(),
        };
        self.push(
            number,
            ground,
            Draft {
                from,
                to,
                kind: Kind::Assertion,
                found,
                via: None,
                act: Act::State,
                around: (from, from),
                written: None,
                audience: None,
                cue: None,
                rule: "outlet",
                lead: (0, 0),
            },
        );
    }

    /// Fills in the details and takes the statement up.
    fn push(&mut self, number: usize, ground: &Ground, draft: Draft) {
        let tokens = &ground.tokens;
        let (from, to) = trim(ground, draft.from, draft.to);
        let Some((start, end)) = tokens.bytes(from, to) else { return };
        let span = Span { paragraph: number, start, end };
        let place = |range: (usize, usize)| {
            let (start, end) = tokens.bytes(range.0, range.1)?;
            Some(Span { paragraph: number, start, end })
        };
        let mut topics = about::topics(self.cast, tokens.slice(from, to));
        if topics.is_empty() {
            topics = self.topics.clone();
        } else {
            self.topics.clone_from(&topics);
        }
        let ids = topics.iter().filter_map(|topic| self.cast.topics.get(*topic));
        let (a, b) = draft.around;
        // The date stands in the frame, not in its content.
        let (lead, end) = draft.lead;
        let said = when::said_on(tokens, a, b, self.text.published)
            .or_else(|| when::said_on(tokens, lead, end, self.text.published));
        let medium = medium(ground, a, b).or_else(|| medium(ground, lead, end));
        let medium = medium.filter(|_| draft.cue.is_some());
        self.out.statements.push(Statement {
            span,
            kind: draft.kind,
            speaker: draft.found.speaker.clone(),
            written: draft.written.and_then(place),
            co_speakers: draft.found.also.clone(),
            via: draft.via,
            cue: draft.cue.and_then(|cue| place((cue, cue + 1))),
            topics: ids.map(|topic| topic.id.clone()).collect(),
            values: values::values(tokens, from, to),
            act: about::act(tokens, from, to, draft.act),
            status: about::status(tokens, from, to),
            said_on: said.map(|(date, _)| date),
            said_text: said.and_then(|(_, range)| place(range)),
            medium: medium.and_then(place),
            audience: draft.audience.and_then(place),
            rule: draft.rule,
        });
    }
}

/// Whether the frame at `at`, behind what it reports, only tells by whose word another's statement
/// is known: "X said A, according to Y", "X rejected A, the Herald reported".
fn passes_on(tokens: &Tokens, resolved: &[Resolved], at: usize, from: usize) -> bool {
    let Some(one) = resolved.get(at) else { return false };
    // A party's news agency tells what others said, as every outlet does.
    let is_press = one.written.is_some_and(|(from, to)| {
        (from..to)
            .any(|at| matches!(tokens.low(at), "agency" | "news" | "newspaper" | "broadcaster"))
    });
    let by_outlet = !one.found.is_person
        && !one.found.is_plural
        && (is_press || one.found.speaker.party.is_none());
    let is_according = one.frame.shape == Shape::According;
    resolved.iter().take(at).any(|r| {
        let is_said = r.frame.class != Class::Stance || by_outlet;
        // Behind an introduction: "As A does B, X said C, the Herald reported".
        let is_first = r.frame.from == from
            || by_outlet && matches!(r.frame.subject, Subject::Carried)
            || by_outlet && r.frame.from > from && tokens.is_comma(r.frame.from - 1);
        let leads = r.frame.shape == Shape::Forward && r.frame.is_sibling && is_first;
        let is_known = r.found.speaker.is_known() && (is_according || by_outlet);
        leads && is_said && is_known
            || is_according && matches!(r.frame.shape, Shape::Trailing | Shape::Inserted)
    })
}

/// "…, which X says": X is named by the way, and "he" after it is somebody else.
fn is_relative(ground: &Ground, frame: &Frame) -> bool {
    let Subject::Here(phrase) = &frame.subject else { return false };
    let before = phrase.from.checked_sub(1).map_or("", |at| ground.tokens.low(at));
    matches!(before, "which" | "whom")
}

/// Nouns for what somebody wrote.
fn is_written(low: &str) -> bool {
    matches!(
        low,
        "message" | "letter" | "statement" | "report" | "communique" | "memorandum" | "post"
    )
}

/// Whether a frame inside another's content is a statement of its own: speech by somebody named.
fn may_nest(frame: &Frame, one: &Resolved) -> bool {
    let Subject::Here(phrase) = &frame.subject else { return false };
    let speaks = frame.class != Class::Stance || frame.act == Act::Offer;
    phrase.head != Head::Pronoun
        && frame.is_speech
        && frame.rule != "stance-adjective"
        && speaks
        && frame.shape == Shape::Forward
        && one.found.speaker.is_known()
        && !frame.is_negated
}

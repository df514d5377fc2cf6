//! What follows a verb that reports: its particle, to whom, when and through what, and where the
//! content begins.

use crate::ground::Ground;
use crate::tokens::Kind;
use crate::words::{self, Verb};

/// So many tokens of "in a message to reporters on Monday" are passed over before the content.
const ADJUNCT_TOKENS_MAX: usize = 18;

/// What follows a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Complement {
    /// The token at which the content begins, if there is any.
    pub(crate) content: Option<usize>,
    /// The tokens between the verb and its content, or its end: to whom, when, through what.
    pub(crate) adjunct: (usize, usize),
    /// To whom.
    pub(crate) audience: Option<(usize, usize)>,
    /// "that" or a colon leads in the content.
    pub(crate) is_led_in: bool,
}

/// Reads on after the verb at `cue`, up to token `end`. None: a particle that must be there is not.
pub(crate) fn complement(
    ground: &Ground,
    cue: usize,
    end: usize,
    verb: &Verb,
) -> Option<Complement> {
    let tokens = &ground.tokens;
    let mut at = cue + 1;
    if !verb.particles.is_empty() {
        while at < end && tokens.low(at).ends_with("ly") || tokens.low(at) == "again" {
            at += 1;
        }
        let particle = tokens.low(at);
        if !verb.particles.contains(&particle) {
            // "he answered.", `he answered: "A."`: what is quoted needs no "that".
            let is_quoted = tokens.is(at, Kind::Open)
                || tokens.is(at, Kind::Colon)
                || tokens.is(at, Kind::Comma) && tokens.is(at + 1, Kind::Open);
            let is_end = at >= end || tokens.is(at, Kind::Stop) || tokens.is(at, Kind::Comma);
            if !verb.particles.contains(&"that") || !is_quoted && !is_end {
                return None;
            }
        }
        if matches!(particle, "for" | "on" | "upon" | "out" | "of" | "with") {
            at += 1;
        }
        if verb.base == "point" && particle == "to" {
            at += 1;
        }
    }
    // "pushed back on Monday against X", "doubled down on X"
    if matches!(verb.base, "push" | "double") && matches!(tokens.low(cue + 1), "back" | "down") {
        at = cue + 2;
        at = day(ground, at, end).unwrap_or(at);
        if !matches!(tokens.low(at), "against" | "on") {
            return None;
        }
        at += 1;
        let that = (at..end.min(at + 4)).any(|at| tokens.low(at) == "that");
        if verb.base == "double" && !that {
            return None;
        }
    }
    // "renewed its calls for X"
    let calls = || (cue + 1..cue + 5).any(|at| words::noun_act(tokens.low(at)).is_some());
    if verb.base == "renew" && !calls() {
        return None;
    }
    // "labelled them slow", and no label on a box.
    let is_named = || {
        let names = |at: usize| tokens.is(at, Kind::Open) || tokens.low(at) == "as";
        (at..end.min(at + 14)).any(names) || judges(ground, at, end)
    };
    if matches!(verb.base, "label" | "labell" | "brand" | "dub" | "tout") && !is_named() {
        return None;
    }
    // "he went on, ..." and "he went on: ...", and not "went on to say", "continued to hope".
    if matches!(verb.base, "go" | "continue") && tokens.is(at, Kind::Word) {
        return None;
    }
    if verb.base == "ask" {
        // "asked for X", "asked Y to do Z"; a question is no statement.
        let is_for = tokens.low(at) == "for";
        let asks = (at..end.min(at + 8)).any(|ahead| tokens.low(ahead) == "to");
        // "asked not to be named"
        let is_own = matches!(tokens.low(at), "not" | "to" | "that" | "about");
        if is_own || !is_for && !asks {
            return None;
        }
        at += usize::from(is_for);
    }
    if verb.base == "call" {
        // "called late on Wednesday for X"
        at = day(ground, at, end).filter(|to| tokens.low(*to) == "for").unwrap_or(at);
        // "called for X"; "called X 'a Y'" or "called X useful", which is no telephone call.
        let is_for = matches!(tokens.low(at), "for" | "on" | "upon");
        let names = tokens.low(at) == "it"
            || (at..end.min(at + 14)).any(|ahead| tokens.is(ahead, Kind::Open))
            || judges(ground, at, end);
        if !is_for && !names {
            return None;
        }
        at += usize::from(is_for);
    }
    if verb.base == "insist" && tokens.low(at) == "on" && !words::is_weekday(tokens.low(at + 1)) {
        at += 1;
    }
    let from = at;
    let mut audience = None;
    if matches!(verb.base, "tell" | "remind" | "inform" | "assure" | "notify") {
        let mut to = told(ground, at, end);
        to += usize::from(verb.base == "assure" && tokens.low(to) == "of");
        if to > at {
            audience = Some((at, to));
        }
        at = to;
    }
    let stop = |at, audience| Complement {
        content: None,
        adjunct: (from, at),
        audience,
        is_led_in: false,
    };
    for _ in 0..ADJUNCT_TOKENS_MAX {
        if at >= end {
            return Some(stop(end, audience));
        }
        let found = |at, is_led_in| {
            let adjunct = (from, at);
            Some(Complement { content: Some(at), adjunct, audience, is_led_in })
        };
        match tokens.kind(at) {
            Some(Kind::Stop | Kind::Close | Kind::Semicolon | Kind::Dash) => {
                return Some(stop(at, audience));
            }
            Some(Kind::Comma)
                if tokens.is(at + 2, Kind::Comma)
                    && (words::is_linking_adverb(tokens.low(at + 1))
                        || matches!(tokens.low(at + 1), "though" | "too" | "in"))
                    && tokens.low(at + 3) == "that" =>
            {
                return found(at + 4, true);
            }
            // "said, in a letter on Monday, that"
            Some(Kind::Comma) if words::is_preposition(tokens.low(at + 1)) => {
                let is_plain =
                    |at: &usize| tokens.is(*at, Kind::Word) && !is_finite(tokens.low(*at));
                let aside = (at + 1..end.min(at + ADJUNCT_TOKENS_MAX)).find(|at| !is_plain(at));
                let that = aside.filter(|aside| {
                    tokens.is(*aside, Kind::Comma) && tokens.low(*aside + 1) == "that"
                });
                match that {
                    Some(aside) => return found(aside + 2, true),
                    None => return Some(stop(at, audience)),
                }
            }
            Some(Kind::Comma) => {
                let quoted = tokens.is(at + 1, Kind::Open);
                return if quoted { found(at + 1, true) } else { Some(stop(at, audience)) };
            }
            Some(Kind::Colon) => return found(at + 1, true),
            // "wrote on Monday (Tuesday on the islands) that"
            Some(Kind::Other) if tokens.raw(at) == "(" && at > cue + 1 => {
                let limit = end.min(at + ADJUNCT_TOKENS_MAX);
                match (at..limit).find(|at| tokens.raw(*at) == ")") {
                    Some(close) => {
                        at = close + 1;
                        continue;
                    }
                    None => return found(at, false),
                }
            }
            Some(Kind::Open | Kind::Other) | None => return found(at, false),
            Some(Kind::Word) => {}
        }
        let low = tokens.low(at);
        if low == "that" {
            // "said that, without aid, X": the content begins after the word.
            let next = if tokens.is(at + 1, Kind::Comma) { at + 2 } else { at + 1 };
            return found(next, true);
        }
        if matches!(low, "whether" | "if" | "how" | "what" | "why") {
            return found(at, true);
        }
        match adjunct(ground, at, end, verb) {
            Some(Adjunct::Skip(to)) if to > at => at = to,
            Some(Adjunct::Audience(to)) if to > at => {
                audience = Some((at + 1, to));
                at = to;
            }
            _ => return found(at, false),
        }
    }
    Some(stop(at, audience))
}

/// "the talks productive": a noun phrase, and an adjective that ends the clause.
fn judges(ground: &Ground, from: usize, end: usize) -> bool {
    let tokens = &ground.tokens;
    let is_end = |at: &usize| !tokens.is(*at, Kind::Word) || *at >= end;
    let Some(to) = (from..end.min(from + 8) + 1).find(is_end) else { return false };
    let ends = ["ive", "ful", "able", "ible", "ous", "less", "ical", "ary", "ant", "ent"];
    let last = tokens.low(to.saturating_sub(1));
    // "the claim a complete tale": a second noun phrase, and no word that joins them.
    let second = (from + 2..to).find(|at| matches!(tokens.low(*at), "a" | "an"));
    let is_second = second.is_some_and(|at| {
        (from..at).all(|at| !words::is_preposition(tokens.low(at)) && tokens.low(at) != "and")
    });
    if words::is_determiner(tokens.low(from)) && is_second {
        return true;
    }
    to > from + 2
        && words::is_determiner(tokens.low(from))
        && ends.iter().any(|ending| last.ends_with(ending))
        && !words::is_speaker_noun(last)
        && (from..to).all(|at| !words::is_preposition(tokens.low(at)))
}

enum Adjunct {
    Skip(usize),
    Audience(usize),
}

/// The phrase at `at`, if it tells when, to whom or through what something was said.
fn adjunct(ground: &Ground, at: usize, end: usize, verb: &Verb) -> Option<Adjunct> {
    let tokens = &ground.tokens;
    let low = tokens.low(at);
    let is_span = matches!(tokens.low(at + 1), "week" | "month" | "year" | "night");
    if matches!(low, "last" | "this") && is_span {
        return Some(Adjunct::Skip(at + 2));
    }
    if let Some(to) = day(ground, at, end) {
        return Some(Adjunct::Skip(to));
    }
    if matches!(low, "today" | "yesterday" | "again" | "later" | "earlier" | "also" | "afterwards")
        || (low.ends_with("ly") && !tokens.is_capital(at))
    {
        let next = tokens.low(at + 1);
        if low == "only" && next == "that" {
            return Some(Adjunct::Skip(at + 1));
        }
        // "only", "nearly", "largely": parts of the content.
        let is_manner = !matches!(low, "only" | "nearly" | "early" | "roughly" | "likely")
            && !next.starts_with(|c: char| c.is_ascii_digit());
        return is_manner.then_some(Adjunct::Skip(at + 1));
    }
    if low == "to" && is_audience(tokens.low(at + 1)) {
        return Some(Adjunct::Audience(at + 2));
    }
    if !words::is_preposition(low) || !verb.particles.is_empty() {
        return None;
    }
    // "wrote on X there was": a platform.
    if matches!(low, "on" | "via")
        && tokens.is_capital(at + 1)
        && ground.mention_at(at + 1).is_none()
        && !words::is_month(tokens.low(at + 1))
    {
        let mut to = at + 2;
        while to < end && to < at + 4 && tokens.is_capital(to) && ground.mention_at(to).is_none() {
            to += 1;
        }
        return Some(Adjunct::Skip(to));
    }
    // `said of X with a smile, "A"`
    if verb.class == words::Class::Say {
        let is_plain = |at: &usize| tokens.is(*at, Kind::Word) && !is_finite(tokens.low(*at));
        let comma = (at..end.min(at + ADJUNCT_TOKENS_MAX)).find(|at| !is_plain(at));
        let quoted =
            comma.filter(|at| tokens.is(*at, Kind::Comma) && tokens.is(*at + 1, Kind::Open));
        if let Some(comma) = quoted {
            return Some(Adjunct::Skip(comma));
        }
    }
    // A phrase that "that" closes, with no comma and no other clause before it.
    let limit = end.min(at + ADJUNCT_TOKENS_MAX);
    // "sought to end a war that": what is wanted.
    let is_occasion = matches!(
        low,
        "in" | "on" | "at" | "during" | "after" | "before" | "via" | "through" | "following"
    );
    let may_pass = match verb.class {
        words::Class::Say => true,
        words::Class::Express => is_occasion,
        words::Class::Stance => false,
    };
    let passes = if may_pass { limit } else { at };
    for ahead in at..passes {
        match tokens.kind(ahead) {
            Some(Kind::Word) if ahead > at + 1 && tokens.low(ahead) == "that" => {
                return Some(Adjunct::Skip(ahead));
            }
            Some(Kind::Word) if is_finite(tokens.low(ahead)) => break,
            Some(Kind::Word | Kind::Stop) => {}
            _ => break,
        }
    }
    if matches!(low, "in" | "on" | "at" | "during" | "after" | "via" | "through" | "following") {
        for ahead in at + 1..limit.min(at + 8) {
            if !tokens.is(ahead, Kind::Word) {
                break;
            }
            // "after meeting X" is no medium.
            let is_gerund = ahead == at + 1 && tokens.low(ahead) == "meeting";
            if is_medium(tokens.low(ahead)) && !is_gerund {
                let mut to = ahead + 1;
                // "at a press conference"
                to += usize::from(matches!(tokens.low(to), "conference" | "briefing" | "release"));
                // "on X", "to a newspaper": up to two words with capitals.
                if matches!(tokens.low(to), "on" | "to" | "with") && tokens.is_capital(to + 1) {
                    to += 2;
                    while to < end && tokens.is_capital(to) && ground.mention_at(to).is_none() {
                        to += 1;
                    }
                }
                return Some(Adjunct::Skip(to));
            }
        }
    }
    None
}

/// A day named after a verb: "Monday", "on Dec. 28", "on Sunday evening".
pub(crate) fn day(ground: &Ground, at: usize, end: usize) -> Option<usize> {
    let tokens = &ground.tokens;
    let mut to = at;
    while to < end && matches!(tokens.low(to), "late" | "early" | "on" | "last" | "this") {
        to += 1;
    }
    let is_number = |at| tokens.low(at).starts_with(|c: char| c.is_ascii_digit());
    let low = tokens.low(to);
    if words::is_weekday(low) {
        to += 1;
    } else if words::is_month(low)
        && (is_number(to + 1) || tokens.is(to + 1, Kind::Stop) && is_number(to + 2))
        || is_number(to)
    {
        let month = if is_number(to) { to + 1 } else { to };
        if !words::is_month(tokens.low(month)) {
            return None;
        }
        to += 1;
        if tokens.is(to, Kind::Stop) && is_number(to + 1) {
            to += 1;
        }
        to += 1;
        if tokens.is(to, Kind::Comma) && is_number(to + 1) && tokens.low(to + 1).len() == 4 {
            to += 2;
        }
    } else {
        return None;
    }
    if matches!(tokens.low(to), "morning" | "afternoon" | "evening" | "night") {
        to += 1;
    }
    Some(to)
}

/// After "told": the token after those who were told.
fn told(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let limit = end.min(from + 10);
    let low = tokens.low(from);
    if matches!(low, "him" | "her" | "them" | "us" | "me" | "it") {
        return from + 1;
    }
    for at in from..limit {
        let low = tokens.low(at);
        if low == "sides" || low == "parties" {
            return at + 1;
        }
        if let Some((_, mention)) = ground.mention_at(at)
            && mention.to <= limit
            && !mention.is_attribute
        {
            return mention.to;
        }
        if is_audience(low) || is_medium(low) || words::is_speaker_noun(low) {
            let mut to = at + 1;
            while to < limit && tokens.is_capital(to) && ground.mention_at(to).is_none() {
                to += 1;
            }
            return to;
        }
        if !tokens.is(at, Kind::Word) || low == "that" {
            return at;
        }
        if at > from && tokens.is_capital(at - 1) && !tokens.is_capital(at) {
            // "told his Lakeland colleague X that"
            let is_plain = |at: &usize| tokens.is(*at, Kind::Word) && !is_finite(tokens.low(*at));
            let that = (at..limit).take_while(is_plain).find(|at| tokens.low(*at) == "that");
            return that.unwrap_or(at);
        }
    }
    from
}

fn is_audience(low: &str) -> bool {
    matches!(
        low,
        "reporters"
            | "journalists"
            | "media"
            | "press"
            | "lawmakers"
            | "parliament"
            | "deputies"
            | "audience"
            | "crowd"
            | "delegates"
            | "supporters"
            | "viewers"
            | "agency"
            | "assembly"
            | "council"
            | "newspaper"
            | "broadcaster"
            | "television"
            | "radio"
            | "nation"
            | "diplomats"
            | "ministers"
            | "villagers"
            | "correspondents"
            | "members"
    )
}

/// Nouns through which something is said.
pub(crate) fn is_medium(low: &str) -> bool {
    matches!(
        low,
        "statement"
            | "post"
            | "posts"
            | "message"
            | "messages"
            | "interview"
            | "speech"
            | "address"
            | "briefing"
            | "letter"
            | "report"
            | "video"
            | "call"
            | "tweet"
            | "remarks"
            | "comments"
            | "conference"
            | "press"
            | "telephone"
            | "broadcast"
            | "communique"
            | "communiqué"
            | "meeting"
            | "talks"
            | "session"
            | "hearing"
            | "debate"
            | "visit"
            | "summit"
            | "note"
            | "event"
            | "ceremony"
            | "television"
            | "radio"
            | "channel"
            | "paper"
            | "memorandum"
    )
}

/// Verb forms that show a clause, so that what stands before them is no mere phrase.
pub(crate) fn is_finite(low: &str) -> bool {
    matches!(
        low,
        "is" | "are"
            | "was"
            | "were"
            | "has"
            | "have"
            | "had"
            | "will"
            | "would"
            | "could"
            | "can"
            | "may"
            | "might"
            | "must"
            | "should"
            | "does"
            | "did"
            | "do"
    )
}

/// Through what something was said, in tokens `from..to`: a platform by its name, or a noun with
/// the word before it, such as "radio address".
pub(crate) fn medium(ground: &Ground, from: usize, to: usize) -> Option<(usize, usize)> {
    let tokens = &ground.tokens;
    let is_name = |at: usize| {
        let low = tokens.low(at);
        tokens.is_capital(at)
            && ground.mention_at(at).is_none()
            && !words::is_weekday(low)
            && !words::is_month(low)
            && !words::is_determiner(low)
            && !words::is_preposition(low)
            && !words::is_title(low)
    };
    for at in from..to {
        let low = tokens.low(at);
        let is_platform = match low {
            "via" => is_name(at + 1),
            "on" => is_name(at + 1) && at > from && !tokens.is(at - 1, Kind::Comma),
            _ => false,
        };
        if is_platform {
            let mut end = at + 2;
            while end < to && is_name(end) {
                end += 1;
            }
            return Some((at + 1, end));
        }
        let is_noun = is_medium(low)
            && !matches!(
                low,
                "meeting"
                    | "talks"
                    | "call"
                    | "visit"
                    | "summit"
                    | "session"
                    | "event"
                    | "press"
                    | "ceremony"
                    | "note"
                    | "debate"
                    | "telephone"
            );
        if !is_noun || at == from || is_medium(tokens.low(at + 1)) {
            continue;
        }
        // "in a message shared via X" names the platform further on.
        let further = (at + 1..to.min(at + 4)).any(|next| tokens.low(next) == "via");
        if further {
            continue;
        }
        let mut start = at;
        while start > from && is_name(start - 1) {
            start -= 1;
        }
        if start < at {
            return Some((start, at));
        }
        let before = tokens.low(at - 1);
        let describes = tokens.is(at - 1, Kind::Word)
            && !words::is_determiner(before)
            && !words::is_preposition(before)
            && !tokens.is_possessive(at - 1);
        return Some((at - usize::from(describes), at + 1));
    }
    None
}

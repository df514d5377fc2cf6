//! Where the content of a statement begins and ends.

use crate::cast::Cast;
use crate::complement::is_finite;
use crate::ground::Ground;
use crate::tokens::Kind as Mark;
use crate::words::{self, Form};

/// `a "long road," a phrase that`: what follows a quotation that a comma closes is the outlet's.
pub(crate) fn apposition(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let closes = (from..end).find(|at| {
        tokens.is(*at, Mark::Close)
            && tokens.is_comma(*at)
            && matches!(tokens.low(at + 1), "a" | "an" | "the" | "which" | "who")
            && !words::is_pronoun(tokens.low(at + 2))
    });
    let end = closes.map_or(end, |close| close + 1);
    let ends = (from + 1..end).find(|at| {
        tokens.quote(*at).is_none()
            && (tokens.is(*at, Mark::Semicolon)
                || (tokens.is_comma(*at) || tokens.is(*at, Mark::Dash))
                    && matches!(tokens.low(at + 1), "a" | "an" | "the" | "another")
                    && (at + 2..at + 5).any(|at| is_comment_noun(tokens.low(at)))
                || tokens.is_comma(*at) && is_aside(ground, at + 1))
    });
    let end = ends.unwrap_or(end);
    // ", though it is unclear": the outlet's.
    let doubts = (from + 1..end).find(|at| {
        matches!(tokens.low(*at), "though" | "although" | "but")
            && tokens.is_comma(*at - 1)
            && tokens.low(*at + 1) == "it"
            && (*at + 2..*at + 5).any(|at| matches!(tokens.low(at), "unclear" | "clear" | "known"))
    });
    let end = doubts.unwrap_or(end);
    // "confirmed the meeting but would not comment": another thing that the speaker did.
    let acts = |at: usize| {
        tokens.low(at).ends_with("ed") && at > from && tokens.is_capital(at - 1)
            || is_finite(tokens.low(at))
    };
    let has_clause = |to: usize| (from..to).any(acts);
    let did = (from + 1..end).find(|at| {
        tokens.low(*at) == "but"
            && !has_clause(*at)
            && tokens.quote(*at).is_none()
            && (is_finite(tokens.low(at + 1)) || matches!(tokens.low(at + 1), "remained" | "gave"))
            && !tokens.low(*at - 1).ends_with("ly")
    });
    let end = did.unwrap_or(end);
    let end = outlets_own(ground, from, end);
    // ", while Y": the outlet sets something beside it.
    let beside = (from + 1..end).find(|at| {
        let low = tokens.low(*at);
        let sets = low == "while" || low == "even" && tokens.low(at + 1) == "as";
        sets && tokens.is_comma(at - 1) && tokens.quote(*at).is_none()
    });
    beside.unwrap_or(end)
}

/// Where a clause begins that tells of the occasion or weighs what was said: ", despite X", " in
/// another statement", " while calling", " after a meeting with X", ", with the vote raising".
fn outlets_own(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let ing = |at: usize| {
        let low = tokens.low(at);
        let is_word = low.ends_with("ing") && low.len() > 5;
        is_word && !matches!(low, "following" | "including" | "during" | "meeting" | "regarding")
    };
    let begins = |at: usize| {
        let (low, next) = (tokens.low(at), tokens.low(at + 1));
        let comma = tokens.is_comma(at - 1);
        let has_verb = |to: usize| (at..to).any(|at| is_finite(tokens.low(at)));
        match low {
            "despite" => comma,
            "while" | "when" => ing(at + 1),
            "in" if matches!(next, "a" | "an" | "another" | "separate") => {
                let noun = if is_message(tokens.low(at + 2)) { at + 2 } else { at + 3 };
                is_message(tokens.low(noun)) && !has_verb(end)
            }
            "after" if matches!(next, "a" | "his" | "her" | "their" | "talks" | "meeting") => {
                let meets =
                    |at: usize| matches!(tokens.low(at), "meeting" | "talks" | "call" | "summit");
                let with = (at..end.min(at + 8)).any(|at| tokens.low(at) == "with");
                !comma && with && (at + 1..at + 4).any(meets)
            }
            "with" if comma => {
                let close = (at..end).find(|at| tokens.is(*at, Mark::Comma)).unwrap_or(end);
                (at + 2..close.min(at + 18)).find(|at| ing(*at)).is_some_and(|to| !has_verb(to))
            }
            _ => false,
        }
    };
    let is_outside = |at: &usize| tokens.quote(*at).is_none() && tokens.is(*at, Mark::Word);
    (from + 1..end).filter(is_outside).find(|at| begins(*at)).unwrap_or(end)
}

/// ", confirming A and crediting B": the second is not what was confirmed.
pub(crate) fn parallel(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let begins = |at: &usize| {
        let next = tokens.low(*at + 1);
        tokens.low(*at) == "and"
            && tokens.quote(*at).is_none()
            && next.ends_with("ing")
            && next.len() > 5
            && !(from..*at).any(|at| tokens.low(at).ends_with("ing"))
            && (from..*at).any(|at| is_finite(tokens.low(at)))
    };
    (from + 1..end).find(begins).unwrap_or(end)
}

/// Nouns for what a speaker gives out.
fn is_message(low: &str) -> bool {
    matches!(
        low,
        "statement" | "interview" | "post" | "letter" | "message" | "address" | "speech" | "tweet"
    )
}

/// "…, land that nobody holds": a noun that says what was meant.
fn is_aside(ground: &Ground, at: usize) -> bool {
    let tokens = &ground.tokens;
    let low = tokens.low(at);
    tokens.is(at, Mark::Word)
        && !tokens.is_capital(at)
        && matches!(tokens.low(at + 1), "that" | "which" | "where")
        && tokens.quote(at).is_none()
        && !low.ends_with("ing")
        && !low.ends_with("ed")
        && !low.ends_with("ly")
        && !matches!(low, "given" | "except" | "provided" | "now" | "said" | "told" | "says")
        && !words::is_preposition(low)
        && !words::is_conjunction(low)
        && !words::is_chain(low)
}

/// "…, a position that": nouns by which the outlet comments on what was said.
fn is_comment_noun(low: &str) -> bool {
    matches!(
        low,
        "position"
            | "move"
            | "claim"
            | "stance"
            | "allegation"
            | "accusation"
            | "phrase"
            | "charge"
            | "assertion"
            | "demand"
            | "remark"
            | "issue"
            | "reference"
            | "sign"
            | "signal"
            | "term"
            | "condition"
            | "proposal"
            | "step"
            | "decision"
            | "idea"
            | "prospect"
            | "nod"
            | "figure"
            | "number"
            | "line"
    )
}

/// Where a clause begins behind a noun that only says how it is said: "optimism that", "the need
/// for".
pub(crate) fn without_noun(ground: &Ground, from: usize, to: usize) -> usize {
    let tokens = &ground.tokens;
    for at in from + 1..to.min(from + 5) {
        let noun = tokens.low(at - 1);
        match tokens.low(at) {
            "that" if words::takes_clause(noun) => return at + 1,
            "for" if matches!(noun, "need" | "desire" | "necessity" | "hope" | "wish") => {
                return at + 1;
            }
            low if words::is_preposition(low) || words::is_conjunction(low) => break,
            _ if !tokens.is(at, Mark::Word) => break,
            _ => {}
        }
    }
    from
}

/// "CITY, March 3 - It …": the token after the dash of a dateline.
pub(crate) fn dateline(ground: &Ground) -> usize {
    let tokens = &ground.tokens;
    let first = tokens.raw(0);
    let dash = (1..tokens.len().min(14)).find(|at| tokens.is(*at, Mark::Dash));
    let has_lower = |word: &str| word.chars().any(char::is_lowercase);
    let is_long = first.chars().count() >= 3 || tokens.raw(1).chars().count() >= 3;
    let is_upper = is_long && !has_lower(first) && (first.len() > 2 || !has_lower(tokens.raw(1)));
    let is_place = dash.is_some_and(|dash| {
        dash <= 4 && (0..dash).all(|at| tokens.is_capital(at) || tokens.is(at, Mark::Comma))
    });
    if !tokens.is(0, Mark::Word) || !is_upper && !is_place {
        return 0;
    }
    // "X -- who has been there -- said" begins with a name.
    let begins =
        |at: &usize| !matches!(tokens.low(at + 1), "who" | "whose" | "which" | "a" | "the");
    dash.filter(|at| at + 1 < tokens.len() && (is_upper || begins(at))).map_or(0, |at| at + 1)
}

/// Content without the marks at its ends: a full stop, a comma, quotation marks that are not
/// both inside.
pub(crate) fn trim(ground: &Ground, mut from: usize, mut to: usize) -> (usize, usize) {
    let tokens = &ground.tokens;
    while from < to && matches!(tokens.kind(from), Some(Mark::Comma | Mark::Dash | Mark::Colon)) {
        from += 1;
    }
    while let Some(last) = to.checked_sub(1).filter(|last| *last >= from) {
        let is_mark = matches!(
            tokens.kind(last),
            Some(Mark::Comma | Mark::Stop | Mark::Dash | Mark::Semicolon | Mark::Colon)
        );
        let closes = tokens.is(last, Mark::Close);
        let conj = matches!(tokens.low(last), "and" | "but" | "while" | "although" | "though");
        if !is_mark && !closes && !conj {
            break;
        }
        to = last;
    }
    // A quotation that is all of the content loses its opening mark as well.
    while from < to && tokens.is(from, Mark::Open) {
        let close = tokens.quote(from).and_then(|quote| tokens.quotes.get(quote));
        if close.is_some_and(|quote| quote.close < to) {
            break;
        }
        from += 1;
    }
    (from, to)
}

/// "While X says A, B is so": the comma at which the main clause begins.
pub(crate) fn main_clause(
    ground: &Ground,
    from: usize,
    (cue, content): (usize, usize),
    end: usize,
) -> Option<usize> {
    let tokens = &ground.tokens;
    let leads = (from..from + 2).any(|at| {
        matches!(
            tokens.low(at),
            "while" | "although" | "though" | "whereas" | "since" | "after" | "before" | "when"
        )
    });
    let is_outside = |at: &usize| tokens.is(*at, Mark::Comma) && tokens.quote(*at).is_none();
    if !leads || (from..cue).any(|at| is_outside(&at)) {
        return None;
    }
    let comma = (content + 1..end).find(is_outside)?;
    (tokens.is(comma + 1, Mark::Open) || begins_clause(ground, comma + 1)).then_some(comma)
}

/// "offered A, but B has not moved": where something is set against what was wanted.
pub(crate) fn contrast(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let goes_on = |at: usize| {
        let low = tokens.low(at);
        matches!(low, "only" | "also" | "not" | "if" | "when" | "to" | "rather")
            || words::is_preposition(low)
            || is_finite(low)
    };
    // "described it as useful but the vote remains open"
    let is_clause = |at: usize| {
        words::is_determiner(tokens.low(at))
            && (at..end.min(at + 8)).any(|at| matches!(tokens.low(at), "remain" | "remains"))
    };
    let sets = |at: &usize| {
        matches!(tokens.low(*at), "but" | "yet" | "although" | "though")
            && (tokens.is_comma(*at - 1) || is_clause(*at + 1))
            && tokens.quote(*at).is_none()
            && !goes_on(*at + 1)
    };
    (from + 1..end).find(sets).unwrap_or(end)
}

/// Whether a subject can begin there.
fn begins_clause(ground: &Ground, at: usize) -> bool {
    let tokens = &ground.tokens;
    let low = tokens.low(at);
    words::is_determiner(low) || words::is_pronoun(low) || low == "there" || tokens.is_capital(at)
}

/// The comma that closes a clause between commas: a verb of the main clause follows.
pub(crate) fn clause_end(ground: &Ground, cast: &Cast, from: usize, end: usize) -> Option<usize> {
    let tokens = &ground.tokens;
    (from + 1..end).find(|at| {
        let next = tokens.low(*at + 1);
        let is_verb = is_finite(next)
            || next.ends_with("ed")
            || cast.grammar.verb(next).is_some_and(|(_, f)| matches!(f, Form::Past | Form::Third));
        tokens.is(*at, Mark::Comma) && tokens.quote(*at).is_none() && is_verb
    })
}

/// "promised help ahead of the talks": before what something was promised is not promised.
pub(crate) fn occasion(ground: &Ground, from: usize, end: usize) -> usize {
    let tokens = &ground.tokens;
    let is_ahead = |at: &usize| {
        tokens.low(*at) == "ahead" && tokens.low(*at + 1) == "of" && tokens.quote(*at).is_none()
    };
    (from + 2..end).find(is_ahead).unwrap_or(end)
}

//! The words of a quotation: only what any English sentence has.

/// A word or a mark of punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// In lower case, without the ending of a possessive.
    pub(crate) low: String,
    /// As written, likewise.
    pub(crate) raw: String,
    pub(crate) is_word: bool,
    pub(crate) is_possessive: bool,
}

impl Token {
    pub(crate) fn is_capital(&self) -> bool {
        self.is_word && self.raw.chars().next().is_some_and(char::is_uppercase)
    }
}

/// Tokens of a text; a quotation of an entry is short, so there are few.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let is_inner = |at: usize| {
        let inside = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        let around = at > 0 && inside(chars.get(at - 1)) && inside(chars.get(at + 1));
        match chars.get(at) {
            Some('-' | '–' | '\'' | '’' | '\u{2011}') => around,
            // "U.S", "2.5", "1,500"
            Some('.') => around,
            Some(',') => {
                let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
                around && digit(chars.get(at - 1)) && digit(chars.get(at + 1))
            }
            _ => false,
        }
    };
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let start = at;
        if c.is_alphanumeric() {
            while chars.get(at).is_some_and(|c| c.is_alphanumeric()) || is_inner(at) {
                at += 1;
            }
            found.push(word(chars.get(start..at).unwrap_or_default()));
        } else {
            at += 1;
            let raw = c.to_string();
            let token = Token { low: raw.clone(), raw, is_word: false, is_possessive: false };
            found.push(token);
        }
    }
    found
}

fn word(chars: &[char]) -> Token {
    let raw: String = chars.iter().collect();
    let bare = ["'s", "’s", "'S", "’S"].iter().find_map(|ending| raw.strip_suffix(ending));
    let is_possessive = bare.is_some();
    let raw = bare.unwrap_or(&raw).to_owned();
    Token { low: raw.to_lowercase().replace('’', "'"), raw, is_word: true, is_possessive }
}

/// The words of a name, in lower case.
pub(crate) fn name_words(name: &str) -> Vec<String> {
    tokens(name).into_iter().filter(|token| token.is_word).map(|token| token.low).collect()
}

/// Words that say little by themselves.
pub(crate) fn is_filler(low: &str) -> bool {
    low.len() < 3
        || matches!(
            low,
            "the"
                | "and"
                | "for"
                | "that"
                | "this"
                | "with"
                | "from"
                | "into"
                | "which"
                | "are"
                | "was"
                | "were"
                | "has"
                | "have"
                | "had"
                | "been"
                | "being"
                | "its"
                | "his"
                | "her"
                | "their"
                | "our"
                | "will"
                | "would"
                | "could"
                | "should"
                | "may"
                | "might"
                | "can"
                | "not"
                | "any"
                | "all"
                | "about"
                | "some"
                | "such"
                | "than"
                | "then"
                | "there"
                | "these"
                | "those"
                | "who"
                | "whom"
                | "what"
                | "when"
                | "after"
                | "before"
                | "over"
                | "under"
                | "also"
                | "but"
                | "must"
                | "more"
                | "one"
                | "two"
                | "other"
                | "another"
                | "only"
                | "very"
                | "still"
                | "said"
                | "says"
                | "they"
                | "them"
                | "she"
                | "him"
                | "you"
                | "your"
        )
}

/// The words of a text that say something, plurals as one.
pub(crate) fn telling_words(text: &str) -> std::collections::BTreeSet<String> {
    let words = tokens(text).into_iter().filter(|token| token.is_word && !is_filler(&token.low));
    words.map(|token| stem(&token.low)).collect()
}

/// A plural as its singular, as far as an ending tells.
pub(crate) fn stem(low: &str) -> String {
    match low.strip_suffix('s') {
        Some(bare) if bare.len() > 3 && !bare.ends_with(['s', 'u', 'i']) => bare.to_owned(),
        _ => low.to_owned(),
    }
}

pub(crate) fn is_month(low: &str) -> bool {
    matches!(
        low,
        "january"
            | "february"
            | "march"
            | "april"
            | "may"
            | "june"
            | "july"
            | "august"
            | "september"
            | "october"
            | "november"
            | "december"
            | "jan"
            | "feb"
            | "mar"
            | "apr"
            | "jun"
            | "jul"
            | "aug"
            | "sept"
            | "sep"
            | "oct"
            | "nov"
            | "dec"
    )
}

pub(crate) fn is_weekday(low: &str) -> bool {
    matches!(
        low,
        "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday"
    )
}

/// The noun of an office.
pub(crate) fn is_office(low: &str) -> bool {
    matches!(
        low,
        "president"
            | "minister"
            | "chancellor"
            | "premier"
            | "king"
            | "queen"
            | "secretary"
            | "general"
            | "ambassador"
            | "envoy"
            | "commander"
            | "chairman"
            | "chairwoman"
            | "spokesman"
            | "spokeswoman"
            | "spokesperson"
            | "leader"
            | "governor"
            | "speaker"
            | "mediator"
            | "commissioner"
            | "chief"
    )
}

//! The kinds of provision that the language has.

/// Kinds that this version evaluates.
pub(crate) const KNOWN: [&str; 4] = ["prohibit", "protect", "point", "except"];

/// Kinds that the language has and this version cannot evaluate.
pub(crate) const NOT_YET: [&str; 11] = [
    "oblige",
    "limit",
    "withdraw",
    "permit",
    "transfer",
    "condition",
    "ratify",
    "guarantee",
    "pledge",
    "relief",
    "body",
];

/// Whether the word is a kind of the language.
pub(crate) fn is_kind(word: &str) -> bool {
    KNOWN.contains(&word) || NOT_YET.contains(&word)
}

/// Every kind of the language.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().chain(NOT_YET)
}

//! The diagnostics of the agreement language: each code once, with its story.

use servanda_diag::Diagnostic;

/// A kind of diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its stable code, such as `SV010`.
    pub code: &'static str,
    /// What it is about, in one line.
    pub title: &'static str,
    /// Why it matters and what to do, in plain words.
    pub explanation: &'static str,
}

impl Code {
    pub(crate) fn error(&self, title: impl Into<String>) -> Diagnostic {
        Diagnostic::error(self.code, title)
    }

    pub(crate) fn warning(&self, title: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(self.code, title)
    }

    pub(crate) fn note(&self, title: impl Into<String>) -> Diagnostic {
        Diagnostic::note(self.code, title)
    }
}

/// The kind with that code, such as `SV010`; case doesn't matter.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Code> {
    ALL.iter().find(|known| known.code.eq_ignore_ascii_case(code))
}

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $explanation:literal;)*) => {
        $(
            pub(crate) const $name: Code = Code {
                code: $code,
                title: $title,
                explanation: $explanation,
            };
        )*
        /// Every kind, in the order of its code.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    TOO_MUCH = "SV001", "more than can be read",
        "An agreement is a text of pages, not of megabytes. The file, its lines, the nesting of \
         its tables and the number of its parts have limits, so that a mistake or an attack is \
         refused at once. Data such as observations or lists of sites belong in files of their \
         own, named in the front matter.";
    NO_FRONT = "SV002", "no front matter",
        "The file begins with a line `+++`, then TOML that names the agreement, its parties, \
         zones and sources, then another line `+++`. The text of the agreement follows as \
         Markdown. Without the front matter nothing in the terms can be resolved.";
    NOT_TOML = "SV003", "not TOML",
        "The front matter and the blocks of terms are TOML. One mistake makes the rest of its \
         block unreadable, so only the first in each block is reported; mend it and check again.";
    UNCLOSED = "SV004", "a block of terms isn't closed",
        "A fenced block that is never closed swallows the rest of the file: the articles that \
         follow would be read as terms, and their own terms not at all.";
    UNREAD = "SV005", "a block that looks like terms is not read",
        "Only fenced blocks at the left margin with the exact words `toml term` hold terms. A \
         misspelt word, or a block inside a list, a quotation or HTML, would look like a term to \
         people and be none to the machine. What is not read would seem to be kept; so this is an \
         error.";
    HIDDEN = "SV006", "characters that are not seen",
        "Some characters show nothing, or turn the reading direction of their neighbours round. \
         With them a name can look like another, or a number read backwards: people would agree \
         to one text and the machine would run another. Control characters are errors. Direction \
         marks are warnings, as some scripts need them.";
    UNKNOWN_KEY = "SV010", "unknown key",
        "A key that the language doesn't have is most often a misspelt one. If it were passed \
         over, a limit or an exception that the drafters wrote would silently not apply.";
    UNKNOWN_KIND = "SV011", "unknown kind of provision",
        "Terms are tables such as [prohibit.NAME]. The word before the dot is the kind, and the \
         kinds are fixed, so that each has one meaning in every agreement.";
    MISSING_KEY = "SV013", "something needed is missing",
        "Some keys are needed before anything else makes sense: the agreement's id, title, \
         version and time zone, a zone's shape, a protected site's perimeter.";
    WRONG_VALUE = "SV014", "a value of another kind",
        "A list stands where one text is needed, a number where a date is needed, or the like. \
         Texts stand in quotes, lists in brackets.";
    TWICE = "SV015", "declared twice",
        "Two declarations with one name: which of them binds? Agreements with annexes often \
         declare a thing in two places, and the two drift apart. Declare it once.";
    BAD_ID = "SV016", "not an identifier",
        "Identifiers stand in addresses and lists, so they are short and made of letters and \
         digits of any script, - and _. The full name of the thing goes into `name`.";
    UNRESOLVED = "SV017", "a name that nothing declares",
        "A party, zone, source or exception is used that the file doesn't declare. Either it is \
         misspelt or its declaration is missing; in both cases the term would not do what it says.";
    SAME_NAME = "SV018", "two parties with one name",
        "If two parties share a name or an alias, a report that uses it could be laid at either \
         door. An alias belongs to one party.";
    LOOK_ALIKE = "SV019", "names that look alike",
        "Two different names look the same, or nearly so, to the eye: letters of two scripts, a \
         digit for a letter, or a difference of case only. (The comparison follows Unicode \
         Technical Standard 39.) People will take one for the other.";
    BAD_TIME = "SV020", "not a time, span or time zone",
        "Times are written 2026-04-11T16:00[Area/City], with an offset, or in UTC with Z; \
         dates 2026-04-11; spans \"60 days\"; zones by their IANA name. A local time that the \
         clocks skip or repeat on that night is refused too: add its offset.";
    LOCAL_TIME = "SV021", "a local time without its zone",
        "Sides on two clocks read one hour as two instants. Truces have begun with an hour of \
         fire for this reason alone. The zone of the agreement is taken, and the zone should \
         stand with the time.";
    EMPTY_WINDOW = "SV022", "ends before it begins",
        "The end is not after the start, so the term would never apply. Remember that the end is \
         excluded: a term that holds to the end of the 12th ends at 00:00 on the 13th.";
    BAD_PATH = "SV023", "a file name that is not safe",
        "Files are named relative to the agreement's folder and stay inside it: no leading /, no \
         .., no backslash. So an agreement from elsewhere cannot read other files of whoever \
         checks it, and the folder can be moved.";
    NO_FILE = "SV024", "a file that is not there",
        "A zone or mapping is in a file that is not beside the agreement. Without it the terms \
         that use it cannot be evaluated.";
    BAD_SHAPE = "SV025", "a shape that is none",
        "A zone's outline must be closed, must not cross itself, and must enclose something. \
         Where it does not, \"inside\" has no meaning, and two programs will disagree about what \
         lies in it.";
    ZONE_CIRCLE = "SV026", "zones made of each other",
        "A zone is built from zones that are built from it. None of them has a shape of its own \
         to begin with.";
    BAD_MOMENT = "SV027", "not a moment",
        "A moment is a time, or is counted from something that happens: \"14 days after \
         signature\", \"end of guarantee.NAME\", \"condition.NAME\", \"event.NAME\" with \
         [event.NAME] in the front matter. A deadline that is tied to nothing that can happen \
         never runs out.";
    NO_WHO = "SV030", "nobody is bound",
        "The term doesn't say whom it binds. \"Hostilities shall cease\" is an aim; a breach of it \
         can be seen, and nobody has broken it.";
    NO_ACTS = "SV031", "no act is named",
        "The term names no act that would break it, so nothing ever could. It would look as if \
         it were kept for ever; so this is an error.";
    NO_WHERE = "SV032", "no place is named",
        "The term applies anywhere on earth. Observations far from the matter will count against \
         it.";
    NO_FROM = "SV033", "no start",
        "The term has no first instant, so what happened before it was agreed counts against it \
         too.";
    NO_UNTIL = "SV034", "no end",
        "The term has no end. That may be meant. Then no part of it is ever complete, and what is \
         compared must be limited by the spans of the baseline.";
    NO_PROCEDURE = "SV035", "what happens then is not said",
        "The term doesn't say how much is borne before it counts as broken, who verifies, who \
         decides and by which standard, or what follows. Observers of many truces counted \
         violations for years because nothing in the text said at which number, or on whose word, \
         anything would happen.";
    NO_SOURCE = "SV040", "no source can show it",
        "The term names no source that could show a breach, so its answer is always \"not \
         observable\". Silence about it is not compliance.";
    NOT_SHOWN = "SV041", "acts that no source shows directly",
        "Some acts are seen only through their traces: a heat sensor sees fire, not the shot that \
         lit it. Such a source can raise a question and cannot answer it. Name a source that \
         shows the act itself, or accept that the findings stay undetermined.";
    LUMPED = "SV042", "an excluded actor that a source cannot tell apart",
        "The text leaves an actor out, and the source writes one name for that actor and for \
         others. Each of its rows may concern the excluded actor: none can be counted with \
         certainty, and none can be left out.";
    ZONE_AGE = "SV045", "a zone drawn for another time",
        "The zone was drawn for a time that doesn't cover the term. Lines move; incidents will be \
         put on the wrong side of this one. Use a zone of the time of the term, or say in `notes` \
         that there is none.";
    NOT_DRAWN = "SV049", "a line that is not drawn",
        "The text names a line and no map has it. Distances from it can't be told, so whether \
         something was withdrawn behind it can't either, and each side will draw its own. Annex a \
         map, or list the points through which it runs.";
    DISPUTED = "SV050", "read in two ways",
        "The parties read the term differently. Both readings are computed and shown side by \
         side, and neither is called the right one.";
    ONE_SIDED = "SV051", "a duty without its mirror",
        "The term binds some of the parties and not the others. That may be meant; it is named so \
         that nobody overlooks it.";
    VAGUE = "SV052", "a word without a test",
        "The article uses a word that each reader measures differently, and the text doesn't \
         define it. Such words let a text be signed, and are the first thing the sides quarrel \
         about afterwards. Define it with [define.WORD], or put a number or a list in its place.";
    UNUSED = "SV053", "an exception that nothing uses",
        "The exception is declared and no provision names it, so it excepts nothing. Name it in \
         `except` of the provisions that it belongs to.";
    LISTED_TWICE = "SV054", "listed twice",
        "A list names the same thing twice. Often another name was meant.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_explained() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} {}", pair[0].code, pair[1].code);
        }
        for code in ALL {
            assert!(code.code.len() == 5 && code.code.starts_with("SV"));
            assert!(code.explanation.len() > 60, "{}", code.code);
            assert!(!code.title.ends_with('.'), "{}", code.code);
        }
        assert_eq!(explain("sv010"), Some(&UNKNOWN_KEY));
        assert_eq!(explain("SV999"), None);
    }
}

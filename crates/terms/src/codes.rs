//! The diagnostics of the agreement language: each code once, with its class and its page.

use servanda_diag::Diagnostic;
use std::fmt;

/// What sort of fault a code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The way in which the file is written, whatever it is about.
    Form,
    /// A word stands for nothing, or not surely for one thing.
    Unresolved,
    /// Something is left open: who, what, where, when, or what happens then.
    Incomplete,
    /// Parts that wait for each other, or can never apply.
    Circular,
    /// Two parts that cannot both hold.
    Contradictory,
    /// Nobody can see whether it is kept.
    Unmonitorable,
    /// Words that each reader measures differently.
    Vague,
    /// A duty without its mirror.
    OneSided,
    /// Lines and zones that don't fit the ground, each other, or the time.
    Geometry,
}

impl Class {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Class; 9] = [
        Class::Form,
        Class::Unresolved,
        Class::Incomplete,
        Class::Circular,
        Class::Contradictory,
        Class::Unmonitorable,
        Class::Vague,
        Class::OneSided,
        Class::Geometry,
    ];

    /// The word for it, in small letters.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Class::Form => "form",
            Class::Unresolved => "unresolved",
            Class::Incomplete => "incomplete",
            Class::Circular => "circular",
            Class::Contradictory => "contradictory",
            Class::Unmonitorable => "unmonitorable",
            Class::Vague => "vague",
            Class::OneSided => "one-sided",
            Class::Geometry => "geometry",
        }
    }

    /// What it means, in one line without a full stop.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Class::Form => "the way in which the file is written",
            Class::Unresolved => "a word stands for nothing, or not surely for one thing",
            Class::Incomplete => {
                "something is left open: who, what, where, when, or what happens then"
            }
            Class::Circular => "parts that wait for each other, or can never apply",
            Class::Contradictory => "two parts that cannot both hold",
            Class::Unmonitorable => "nobody can see whether it is kept",
            Class::Vague => "words that each reader measures differently",
            Class::OneSided => "a duty without its mirror",
            Class::Geometry => "lines and zones that don't fit the ground, or the time",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A kind of diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its stable code, such as `SV010`.
    pub code: &'static str,
    /// What sort of fault it is.
    pub class: Class,
    /// What it is about, in one line.
    pub title: &'static str,
    /// Its page in Markdown: the title, the story, an agreement that has the fault, and the same
    /// mended. `crates/terms/codes/README.md` says how a page is written.
    pub page: &'static str,
}

impl Code {
    /// Why it matters and what to do, in plain words: paragraphs in Markdown, the page without
    /// its title and examples.
    #[must_use]
    pub fn story(&self) -> &'static str {
        let below = self.page.split_once('\n').map_or("", |(_, below)| below);
        below.split("\n## ").next().unwrap_or("").trim()
    }

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
    ($($name:ident = $code:literal, $class:ident, $title:literal;)*) => {
        $(
            pub(crate) const $name: Code = Code {
                code: $code,
                class: Class::$class,
                title: $title,
                page: include_str!(concat!("../codes/", $code, ".md")),
            };
        )*
        /// Every kind, in the order of its code.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    TOO_MUCH = "SV001", Form, "more than can be read";
    NO_FRONT = "SV002", Form, "no front matter";
    NOT_TOML = "SV003", Form, "not TOML";
    UNCLOSED = "SV004", Form, "a block of terms isn't closed";
    UNREAD = "SV005", Form, "a block that looks like terms is not read";
    HIDDEN = "SV006", Form, "characters that are not seen";
    NOT_ALLOWED = "SV007", Form, "an allowance that can't be";
    IDLE_ALLOWANCE = "SV008", Form, "an allowance that nothing needs";
    UNKNOWN_KEY = "SV010", Unresolved, "unknown key";
    UNKNOWN_KIND = "SV011", Unresolved, "unknown kind of provision";
    MISSING_KEY = "SV013", Incomplete, "something needed is missing";
    WRONG_VALUE = "SV014", Form, "a value of another kind";
    TWICE = "SV015", Contradictory, "declared twice";
    BAD_ID = "SV016", Form, "not an identifier";
    UNRESOLVED = "SV017", Unresolved, "a name that nothing declares";
    SAME_NAME = "SV018", Contradictory, "two parties with one name";
    LOOK_ALIKE = "SV019", Unresolved, "names that look alike";
    BAD_TIME = "SV020", Form, "not a time, span or time zone";
    LOCAL_TIME = "SV021", Incomplete, "a local time without its zone";
    EMPTY_WINDOW = "SV022", Circular, "ends before it begins";
    BAD_PATH = "SV023", Form, "a file name that is not safe";
    NO_FILE = "SV024", Unresolved, "a file that is not there";
    BAD_SHAPE = "SV025", Geometry, "a shape that is none";
    ZONE_CIRCLE = "SV026", Circular, "zones made of each other";
    BAD_MOMENT = "SV027", Incomplete, "not a moment";
    NO_RESPONSE = "SV028", Incomplete, "what follows is open";
    OPEN_RELIEF = "SV029", Incomplete, "relief that nothing opens or brings back";
    NO_WHO = "SV030", Incomplete, "nobody is bound";
    NO_ACTS = "SV031", Incomplete, "no act is named";
    NO_WHERE = "SV032", Incomplete, "no place is named";
    NO_FROM = "SV033", Incomplete, "no start";
    NO_UNTIL = "SV034", Incomplete, "no end";
    NO_PROCEDURE = "SV035", Incomplete, "what happens then is not said";
    NO_DATE = "SV036", Incomplete, "a duty without a date";
    NO_EVIDENCE = "SV037", Incomplete, "nothing shows that it was done";
    NO_UNIT = "SV038", Incomplete, "a number without its unit";
    NO_QUANTITY = "SV039", Incomplete, "how much is not said";
    NO_SOURCE = "SV040", Unmonitorable, "no source can show it";
    NOT_SHOWN = "SV041", Unmonitorable, "acts that no source shows directly";
    LUMPED = "SV042", Unmonitorable, "an excluded actor that a source cannot tell apart";
    NO_LIST = "SV043", Unmonitorable, "nothing to count against";
    OPEN_EXTENSION = "SV044", Incomplete, "an extension without its rules";
    ZONE_AGE = "SV045", Geometry, "a zone drawn for another time";
    NO_TRIGGER = "SV046", Incomplete, "nothing sets a guarantee off";
    OPEN_BODY = "SV047", Incomplete, "a body without its rules";
    OPEN_CONSENT = "SV048", Incomplete, "a consent without its threshold or instrument";
    OPEN_FORCE = "SV049", Incomplete, "when the agreement begins or ends is open";
    DISPUTED = "SV050", Contradictory, "read in two ways";
    ONE_SIDED = "SV051", OneSided, "a duty without its mirror";
    VAGUE = "SV052", Vague, "a word without a test";
    UNUSED = "SV053", Circular, "an exception that nothing uses";
    LISTED_TWICE = "SV054", Form, "listed twice";
    FAST_CLOCK = "SV055", Unmonitorable, "a clock that is faster than the sources";
    UNIT_NOT_MEASURED = "SV056", Unmonitorable, "a unit that no source counts in";
    NEVER_CLEAN = "SV057", Unmonitorable, "silence where no source listens";
    NO_TEST = "SV058", Vague, "a trigger without a test";
    UNKNOWN_DECIDER = "SV059", Vague, "a decider whom nobody declares";
    CIRCLE = "SV060", Circular, "terms that wait for each other";
    NO_ROOM = "SV061", Circular, "a time that doesn't fit";
    NEVER = "SV062", Circular, "what can never come";
    WAITS_FOR_WORDS = "SV063", Circular, "waits for words";
    WAITS_FOR_POINT = "SV064", Circular, "waits for an open point";
    UNUSED_EVENT = "SV065", Circular, "an event that nothing counts from";
    SWALLOWED = "SV066", Circular, "an exception that leaves nothing";
    BESIDE = "SV067", Circular, "an exception beside its term";
    IDLE_TOLERANCE = "SV068", Circular, "a tolerance longer than its term";
    DOUBLE_BIND = "SV070", Contradictory, "a right to what is forbidden";
    TWO_LIMITS = "SV071", Contradictory, "two limits for one thing";
    TWO_LINES = "SV072", Contradictory, "two lines for one term";
    TWO_TOLERANCES = "SV073", Contradictory, "two tolerances on one ground";
    GUARANTEE_ENDS = "SV074", Contradictory, "a guarantee that ends too early";
    LATE_NOTICE = "SV075", Contradictory, "notice that can't be in time";
    STAGES = "SV076", Contradictory, "parts out of order";
    PARTS = "SV077", Contradictory, "parts that don't make the whole";
    QUORUM = "SV078", Contradictory, "a quorum that can't be meant";
    RIGHT_OF_ONE = "SV079", OneSided, "a right of one side";
    STRIP = "SV080", Geometry, "a strip between neighbours";
    OUTSIDE = "SV081", Geometry, "a zone outside the theatre";
    HELD_TWICE = "SV082", Contradictory, "one party with two readings";
    SAME_READING = "SV083", Contradictory, "readings that don't differ";
    OWN_CAUSE = "SV084", OneSided, "a judge in its own cause";
    NOT_DRAWN = "SV085", Geometry, "a line that is not drawn";
    POINT_OPEN = "SV086", Incomplete, "a point is open";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_has_its_page() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} {}", pair[0].code, pair[1].code);
        }
        for code in ALL {
            assert!(code.code.len() == 5 && code.code.starts_with("SV"));
            assert!(!code.title.ends_with('.'), "{}", code.code);
            let heading = format!("# {}: {}\n\n", code.code, code.title);
            assert!(code.page.starts_with(&heading), "{}: its page begins otherwise", code.code);
            assert!(code.story().len() > 60 && !code.story().contains('#'), "{}", code.code);
        }
        assert_eq!(explain("sv010"), Some(&UNKNOWN_KEY));
        assert_eq!(explain("SV999"), None);
    }

    #[test]
    fn no_class_is_empty_and_each_has_its_own_word() {
        for class in Class::ALL {
            assert!(ALL.iter().any(|code| code.class == class), "{class}");
            assert!(!class.about().is_empty() && !class.about().ends_with('.'), "{class}");
        }
        let words: std::collections::BTreeSet<_> = Class::ALL.map(Class::word).into();
        assert_eq!(words.len(), Class::ALL.len());
    }
}

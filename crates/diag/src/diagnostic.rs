use servanda_text::Span;
use std::cmp::Ordering;
use std::fmt;

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The text cannot be used as it stands.
    Error,
    /// The text can be used, and something in it will go wrong or cannot be shown.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it, in small letters.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A place in the text and what it has to do with the diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What it is, in a few words; may be empty.
    pub text: String,
    /// Whether it is the place itself, and not one that explains it.
    pub primary: bool,
}

/// Something that a person should know about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code, such as `SV001`; stable, and explained elsewhere.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: String,
    /// Where; the first primary label gives its position.
    pub labels: Vec<Label>,
    /// Why it matters, in plain words; may be empty.
    pub reason: String,
    /// What to do.
    pub help: Option<String>,
    /// The reason why it is meant, where the text itself allows it. Such a diagnostic is kept and
    /// counted, and not shown as one that asks for something.
    pub allowed: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without labels, reason and help.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, title: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity,
            title: title.into(),
            labels: Vec::new(),
            reason: String::new(),
            help: None,
            allowed: None,
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: &'static str, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, title)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Warning, title)
    }

    /// A note.
    #[must_use]
    pub fn note(code: &'static str, title: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Severity::Note, title)
    }

    /// With the place where it is.
    #[must_use]
    pub fn primary(self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.label(span, text, true)
    }

    /// With a place that explains it.
    #[must_use]
    pub fn secondary(self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.label(span, text, false)
    }

    fn label(mut self, span: Span, text: impl Into<String>, primary: bool) -> Diagnostic {
        self.labels.push(Label { span, text: text.into(), primary });
        self
    }

    /// With the reason why it matters.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Diagnostic {
        self.reason = reason.into();
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Where it is: its first primary label, or else its first label.
    #[must_use]
    pub fn position(&self) -> Option<Span> {
        let primary = self.labels.iter().find(|label| label.primary);
        primary.or(self.labels.first()).map(|label| label.span)
    }
}

/// Brings diagnostics into their canonical order, by position, then code, then title, and drops
/// those that say the same twice. Those without a position come first: they concern all of the
/// text.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    fn order(a: &Diagnostic, b: &Diagnostic) -> Ordering {
        let key = |d: &Diagnostic| (d.position(), d.code, d.severity);
        key(a).cmp(&key(b)).then_with(|| a.title.cmp(&b.title))
    }
    diagnostics.sort_by(order);
    diagnostics.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_by_position_then_code() {
        let at = |code, start| Diagnostic::error(code, "x").primary(Span::new(start, 9), "");
        let mut list = vec![
            at("SV002", 5),
            at("SV001", 5),
            at("SV009", 1),
            at("SV002", 5),
            Diagnostic::note("SV050", "all of it"),
        ];
        sort(&mut list);
        let codes: Vec<_> = list.iter().map(|d| d.code).collect();
        assert_eq!(codes, ["SV050", "SV009", "SV001", "SV002"]);
    }

    #[test]
    fn the_primary_label_gives_the_position() {
        let found = Diagnostic::warning("SV001", "x")
            .secondary(Span::new(1, 2), "here it began")
            .primary(Span::new(7, 8), "here it broke");
        assert_eq!(found.position(), Some(Span::new(7, 8)));
        assert_eq!(Diagnostic::note("SV001", "x").position(), None);
    }
}

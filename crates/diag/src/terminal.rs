use crate::{Diagnostic, Label, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use servanda_text::{SourceText, Span, escape};

/// Labels that are at most so many lines apart are shown in one excerpt.
const LINES_TOGETHER: u32 = 4;
/// A label is drawn over at most so many lines.
const LINES_DRAWN: u32 = 12;
/// Longer lines are not quoted; their place is named.
const LINE_BYTES_MAX: usize = 2_000;
/// More labels than this are not drawn.
const LABELS_MAX: usize = 12;

/// Diagnostics for a terminal, in the order given, each followed by an empty line; with colour
/// codes if asked. Those that the text allows are left out. Hidden characters are written out
/// everywhere.
#[must_use]
pub fn render_terminal(diagnostics: &[Diagnostic], source: &SourceText, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut shown = String::new();
    for diagnostic in diagnostics.iter().filter(|found| found.allowed.is_none()) {
        shown.push_str(&renderer.render(&[group(diagnostic, source)]));
        shown.push_str("\n\n");
    }
    shown
}

fn group<'a>(diagnostic: &Diagnostic, source: &SourceText) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(escape(&diagnostic.title).into_owned()).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let clusters = clusters(diagnostic, source);
    if clusters.is_empty() {
        group = group.element(Origin::path(escape(source.name()).into_owned()));
    }
    for cluster in clusters {
        group = match excerpt(&cluster, source) {
            Some(snippet) => group.element(snippet),
            None => group.element(origin(&cluster, source)),
        };
    }
    if !diagnostic.reason.is_empty() {
        group = group.element(Level::NOTE.message(escape(&diagnostic.reason).into_owned()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(escape(help).into_owned()));
    }
    group
}

/// Labels close enough to be read together, with the lines that they cover.
struct Cluster<'d> {
    labels: Vec<&'d Label>,
    first: u32,
    last: u32,
}

/// The labels by place; the group that holds the position of the diagnostic comes first.
fn clusters<'d>(diagnostic: &'d Diagnostic, source: &SourceText) -> Vec<Cluster<'d>> {
    let mut labels: Vec<&Label> = diagnostic.labels.iter().take(LABELS_MAX).collect();
    labels.sort_by_key(|label| label.span);
    let mut clusters: Vec<Cluster> = Vec::new();
    for label in labels {
        let (first, _) = source.line_col(label.span.start);
        let (last, _) = source.line_col(label.span.end);
        let last = last.min(first.saturating_add(LINES_DRAWN));
        match clusters.last_mut() {
            Some(cluster) if first <= cluster.last.saturating_add(LINES_TOGETHER) => {
                cluster.labels.push(label);
                cluster.last = cluster.last.max(last);
            }
            _ => clusters.push(Cluster { labels: vec![label], first, last }),
        }
    }
    let holds_position = |cluster: &Cluster| {
        let here = |label: &&Label| Some(label.span) == diagnostic.position();
        cluster.labels.iter().any(here)
    };
    clusters.sort_by_key(|cluster| !holds_position(cluster));
    clusters
}

/// The quoted lines with their labels; none where a line is too long to be quoted.
fn excerpt<'a>(
    cluster: &Cluster,
    source: &SourceText,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut lines = Lines::default();
    for number in cluster.first..=cluster.last {
        let range = source.line_range(number);
        if range.len() > LINE_BYTES_MAX {
            return None;
        }
        lines.push(source, Span::of(range));
    }
    let annotations = cluster.labels.iter().map(|label| {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (start, end) = (lines.at(label.span.start), lines.at(label.span.end));
        let annotation = kind.span(start..end.max(start));
        if label.text.is_empty() {
            annotation
        } else {
            annotation.label(escape(&label.text).into_owned())
        }
    });
    let annotations: Vec<_> = annotations.collect();
    Some(
        Snippet::source(lines.shown)
            .line_start(cluster.first as usize)
            .path(escape(source.name()).into_owned())
            .fold(false)
            .annotations(annotations),
    )
}

fn origin<'a>(cluster: &Cluster, source: &SourceText) -> Origin<'a> {
    let start = cluster.labels.first().map_or(0, |label| label.span.start);
    let (line, column) = source.line_col(start);
    Origin::path(escape(source.name()).into_owned())
        .line(line as usize)
        .char_column(column as usize)
}

/// Lines as they are shown, and where each piece of them came from.
#[derive(Default)]
struct Lines {
    shown: String,
    /// (first byte in the source, first byte in `shown`) of each line and of each place after
    /// which the two run at a different distance.
    steps: Vec<(u32, usize)>,
}

impl Lines {
    fn push(&mut self, source: &SourceText, span: Span) {
        if !self.steps.is_empty() {
            self.shown.push('\n');
        }
        self.steps.push((span.start, self.shown.len()));
        for (at, c) in source.slice(span).char_indices() {
            let mut buffer = [0; 4];
            self.shown.push_str(&escape(c.encode_utf8(&mut buffer)));
            if servanda_text::is_hidden(c) {
                let next = Span::of(at..at + c.len_utf8()).shifted(span.start).end;
                self.steps.push((next, self.shown.len()));
            }
        }
    }

    /// Where a byte of the source is shown.
    fn at(&self, offset: u32) -> usize {
        let index = self.steps.partition_point(|(from, _)| *from <= offset);
        let (from, shown) = match index.checked_sub(1).and_then(|i| self.steps.get(i)) {
            Some(step) => *step,
            None => return 0,
        };
        // Not past the place where the next piece begins: line ends are not all one byte long.
        let limit = self.steps.get(index).map_or(self.shown.len(), |next| next.1);
        let at = shown.saturating_add((offset - from) as usize).min(limit);
        self.shown.floor_char_boundary(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn show(text: &str, diagnostic: Diagnostic) -> String {
        render_terminal(&[diagnostic], &SourceText::new("a.md", text), false)
    }

    #[test]
    fn a_diagnostic_shows_place_reason_and_help() {
        let shown = show(
            "one\ntwo three\n",
            Diagnostic::error("SV010", "no such party")
                .primary(Span::new(8, 13), "not declared")
                .reason("A duty binds only declared parties.")
                .help("declare it"),
        );
        let expected = "\
error[SV010]: no such party
 --> a.md:2:5
  |
2 | two three
  |     ^^^^^ not declared
  |
  = note: A duty binds only declared parties.
  = help: declare it

";
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_allowed_is_not_shown() {
        let mut found = Diagnostic::note("SV034", "no end");
        found.allowed = Some("it is to last".to_owned());
        assert_eq!(show("one\n", found), "");
    }

    #[test]
    fn far_places_are_shown_apart_the_primary_first() {
        let text = "first\n".to_owned() + &"\n".repeat(40) + "last\n";
        let at = u32::try_from(text.len() - 5).unwrap();
        let shown = show(
            &text,
            Diagnostic::warning("SV040", "the zone is older than the truce")
                .primary(Span::new(at, at + 4), "begins here")
                .secondary(Span::new(0, 5), "ends here"),
        );
        let (first, second) = (shown.find("begins here"), shown.find("ends here"));
        assert!(first.is_some() && first < second, "{shown}");
        assert!(shown.contains("a.md:42:1"), "{shown}");
        assert!(shown.lines().count() < 14, "{shown}");
    }

    #[test]
    fn hidden_characters_cannot_steer_the_terminal() {
        let shown = show(
            "a\u{202E}b\u{1b}[2Jcd\n",
            Diagnostic::note("SV001", "title \u{1b}[31m\u{2066}")
                .primary(Span::new(9, 10), "\u{202E}here")
                .help("\u{7}"),
        );
        assert!(!shown.chars().any(servanda_text::is_hidden), "{shown:?}");
        assert!(shown.contains("a\\u{202E}b\\u{001B}[2Jcd"), "{shown}");
        let line = shown.lines().find(|line| line.contains("here")).unwrap();
        let quoted = shown.lines().find(|line| line.contains("[2J")).unwrap();
        assert_eq!(line.find('^'), quoted.find("cd"), "{shown}");
    }

    #[test]
    fn an_endless_line_is_named_and_not_quoted() {
        let shown = show(
            &"x".repeat(1_000_000),
            Diagnostic::error("SV001", "too long").primary(Span::new(10, 12), "here"),
        );
        assert!(shown.contains("a.md:1:11"), "{shown}");
        assert!(shown.len() < 200, "{}", shown.len());
    }

    #[test]
    fn colour_is_added_only_where_asked() {
        let source = SourceText::new("a.md", "one");
        let found = [Diagnostic::error("SV001", "wrong").primary(Span::new(0, 1), "")];
        assert!(render_terminal(&found, &source, true).contains("\u{1b}["));
        assert!(!render_terminal(&found, &source, false).contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn no_text_and_no_label_makes_it_panic(
            text in "[a-я\t\n\r\u{202E}\u{0}]{0,60}",
            labels in prop::collection::vec((0_u32..150, 0_u32..150, any::<bool>()), 0..5),
        ) {
            let mut found = Diagnostic::warning("SV001", text.clone()).reason(text.clone());
            for (start, end, primary) in labels {
                found = found.label_for_test(Span::new(start, end), primary);
            }
            let shown = show(&text, found);
            prop_assert!(!shown.chars().any(servanda_text::is_hidden));
        }
    }

    impl Diagnostic {
        fn label_for_test(self, span: Span, primary: bool) -> Diagnostic {
            if primary { self.primary(span, "p") } else { self.secondary(span, "") }
        }
    }
}

//! What stands where in an agreement file: the front matter, the sections with their headings,
//! and the blocks of terms.

use crate::codes;
use crate::findings::Findings;
use crate::limits::{FILE_BYTES_MAX, LINE_BYTES_MAX};
use crate::parse::nearest::edit_distance;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use servanda_text::{SourceText, Span};
use std::ops::Range;

/// The line that opens and closes the front matter.
const FENCE: &str = "+++";

/// The parts of the file.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// What stands between the two `+++` lines.
    pub(crate) front: Span,
    /// The sections in order; the first may be text without a heading.
    pub(crate) sections: Vec<Section>,
    /// The blocks of terms in order.
    pub(crate) blocks: Vec<Block>,
}

/// A heading and the text below it, up to the next heading.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// The heading's words and its place; none for what stands before the first.
    pub(crate) heading: Option<(String, Span)>,
    /// The stretches of text, code blocks left out.
    pub(crate) prose: Vec<Span>,
}

/// A fenced block with the info string `toml term`.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands between the fences.
    pub(crate) content: Span,
    /// The index of its section.
    pub(crate) section: usize,
}

/// Finds the parts. None when there is no front matter to find, or too much of anything.
pub(crate) fn split(source: &SourceText, findings: &mut Findings) -> Option<Layout> {
    if !within_limits(source, findings) {
        return None;
    }
    let (front, body) = front_matter(source, findings)?;
    let mut layout = Layout { front, sections: vec![Section::default()], blocks: Vec::new() };
    let code = Body {
        source,
        text: source.text().get(body..).unwrap_or(""),
        base: body,
        layout: &mut layout,
        findings,
    }
    .read();
    unread_blocks(source, body, &code, findings);
    Some(layout)
}

fn within_limits(source: &SourceText, findings: &mut Findings) -> bool {
    let text = source.text();
    if text.len() > FILE_BYTES_MAX {
        findings.push(
            codes::TOO_MUCH
                .error(format!("the file is larger than {FILE_BYTES_MAX} bytes"))
                .reason("An agreement is read by people too; data belong in files beside it.")
                .help("move data into files and name them in the front matter"),
        );
        return false;
    }
    let mut start = 0;
    for line in text.split('\n') {
        if line.len() > LINE_BYTES_MAX {
            findings.push(
                codes::TOO_MUCH
                    .error(format!("a line is longer than {LINE_BYTES_MAX} bytes"))
                    .primary(Span::of(start..start), "it begins here")
                    .reason("Nobody can read such a line, and no tool can show it.")
                    .help("break the line"),
            );
            return false;
        }
        start += line.len() + 1;
    }
    true
}

/// The span of the front matter, and where the body begins.
fn front_matter(source: &SourceText, findings: &mut Findings) -> Option<(Span, usize)> {
    let text = source.text();
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    let mut at = start;
    let mut content = None;
    for line in text.get(start..)?.split_inclusive('\n') {
        let is_fence = line.trim_end() == FENCE;
        match content {
            None if is_fence => content = Some(at + line.len()),
            None => break,
            Some(from) if is_fence => return Some((Span::of(from..at), at + line.len())),
            Some(_) => {}
        }
        at += line.len();
    }
    let found = match content {
        None => codes::NO_FRONT
            .error("the file doesn't begin with a line `+++`")
            .primary(Span::of(start..start), "expected here"),
        Some(from) => codes::NO_FRONT
            .error("the front matter isn't closed by a line `+++`")
            .primary(Span::of(start..from), "opened here"),
    };
    findings.push(
        found
            .reason("The front matter names the agreement, its parties, zones and sources.")
            .help("write `+++`, then the TOML, then a line `+++`, then the text"),
    );
    None
}

struct Body<'a> {
    source: &'a SourceText,
    text: &'a str,
    base: usize,
    layout: &'a mut Layout,
    findings: &'a mut Findings,
}

impl Body<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::of(range.start + self.base..range.end + self.base)
    }

    /// Walks through the Markdown; gives the places of all code blocks.
    fn read(mut self) -> Vec<Range<usize>> {
        let mut code = Vec::new();
        let mut depth = 0_usize;
        let mut heading: Option<(Range<usize>, String)> = None;
        let mut prose_from = 0;
        for (event, range) in Parser::new(self.text).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) if depth == 0 => {
                    self.prose(prose_from..range.start);
                    heading = Some((range, String::new()));
                    depth += 1;
                }
                Event::End(TagEnd::Heading(_)) => {
                    depth = depth.saturating_sub(1);
                    if let Some((place, words)) = heading.take_if(|_| depth == 0) {
                        prose_from = place.end;
                        let span = self.span(place);
                        let trimmed = self.source.slice(span).trim_end().len();
                        let span = Span::of(span.range().start..span.range().start + trimmed);
                        self.layout
                            .sections
                            .push(Section { heading: Some((words, span)), prose: Vec::new() });
                    }
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    if let CodeBlockKind::Fenced(info) = &kind {
                        self.block(info, range.clone(), depth);
                    }
                    if depth == 0 {
                        self.prose(prose_from..range.start);
                        prose_from = range.end;
                    }
                    code.push(range.start + self.base..range.end + self.base);
                    depth += 1;
                }
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Text(words) | Event::Code(words) => {
                    if let Some((_, heading)) = &mut heading {
                        heading.push_str(&words);
                    }
                }
                Event::SoftBreak | Event::HardBreak => {
                    if let Some((_, heading)) = &mut heading {
                        heading.push(' ');
                    }
                }
                _ => {}
            }
        }
        self.prose(prose_from..self.text.len());
        code
    }

    fn prose(&mut self, range: Range<usize>) {
        if self.text.get(range.clone()).is_some_and(|text| !text.trim().is_empty()) {
            let span = self.span(range);
            if let Some(section) = self.layout.sections.last_mut() {
                section.prose.push(span);
            }
        }
    }

    fn block(&mut self, info: &str, range: Range<usize>, depth: usize) {
        let text = self.text.get(range.clone()).unwrap_or("");
        let opening = text.split_inclusive('\n').next().unwrap_or("");
        let fence = self.span(range.start..range.start + opening.trim_end().len());
        let words: Vec<&str> = info.split_whitespace().collect();
        match reading(&words, text) {
            Reading::Other => return,
            Reading::Nearly => {
                self.findings.push(
                    codes::UNREAD
                        .error("this block looks like terms and is not read as such")
                        .primary(fence, "the words after the fence")
                        .reason("A term that is not read would be kept or broken unseen.")
                        .help("write ```toml term"),
                );
                return;
            }
            Reading::Terms => {}
        }
        if depth > 0 {
            self.findings.push(unread(fence));
            return;
        }
        let last = text.trim_end_matches(['\n', '\r']).rfind('\n').map_or(0, |at| at + 1);
        let closing = text.get(last..).unwrap_or("");
        if last == 0 || !closes(opening, closing) {
            self.findings.push(
                codes::UNCLOSED
                    .error("a block of terms isn't closed")
                    .primary(fence, "opened here")
                    .reason("Everything after it, to the end of the file, would be read as terms.")
                    .help("close it with a line ```"),
            );
            return;
        }
        let content = self.span(range.start + opening.len()..range.start + last);
        self.layout
            .blocks
            .push(Block { content, section: self.layout.sections.len().saturating_sub(1) });
    }
}

enum Reading {
    Terms,
    Nearly,
    Other,
}

/// Whether the words after a fence, and what is in it, make it a block of terms.
fn reading(words: &[&str], text: &str) -> Reading {
    let close = |word: &str, to: &str| {
        let word: Vec<char> = word.to_lowercase().chars().take(12).collect();
        edit_distance(&word, &to.chars().collect::<Vec<_>>()) <= 1
    };
    match words {
        ["toml", "term"] => Reading::Terms,
        [first, second, ..] if close(first, "toml") && close(second, "term") => Reading::Nearly,
        [only] if close(only, "toml") || close(only, "term") || close(only, "tomlterm") => {
            let opens_term = |line: &str| {
                let kind = line.trim_start().strip_prefix('[').and_then(|l| l.split('.').next());
                kind.is_some_and(|kind| crate::kinds::is_kind(kind.trim()))
            };
            if text.lines().any(opens_term) { Reading::Nearly } else { Reading::Other }
        }
        _ => Reading::Other,
    }
}

/// Whether the last line of a block is a fence of the same kind, at least as long as the first.
fn closes(opening: &str, closing: &str) -> bool {
    let opening = opening.trim_start_matches(' ');
    let Some(mark @ ('`' | '~')) = opening.chars().next() else {
        return false;
    };
    let length = opening.chars().take_while(|c| *c == mark).count();
    let closing = closing.trim();
    closing.chars().count() >= length && closing.chars().all(|c| c == mark)
}

fn unread(fence: Span) -> servanda_diag::Diagnostic {
    codes::UNREAD
        .error("a block of terms stands inside something else")
        .primary(fence, "not read here")
        .reason("Inside a list, a quotation or HTML it is not clear which lines belong to it.")
        .help("begin the fence at the left margin, with an empty line before it")
}

/// Lines that open a block of terms for a human eye but not for Markdown, such as inside HTML.
fn unread_blocks(source: &SourceText, body: usize, code: &[Range<usize>], findings: &mut Findings) {
    let mut start = body;
    for line in source.text().get(body..).unwrap_or("").split_inclusive('\n') {
        let trimmed = line.trim_start();
        let at = start + (line.len() - trimmed.len());
        let range = start..start + line.len();
        start = range.end;
        let rest = trimmed.trim_start_matches(['`', '~']);
        let fence = trimmed.len() - rest.len() >= 3;
        if fence && rest.split_whitespace().eq(["toml", "term"]) {
            let next = code.partition_point(|block| block.end <= at);
            let inside = code.get(next).is_some_and(|block| block.start <= at);
            if !inside {
                findings.push(unread(Span::of(at..at + trimmed.trim_end().len())));
            }
        }
    }
}

//! What of a document's pieces is the article: headline, lead, paragraphs; and what stands beside
//! it, with the reason.
//!
//! The pieces come from a page's elements or from the lines of a text. A piece is judged by where
//! it stands in the page, by its links, by its words ([`crate::lines`]), by whether it was there
//! before, and by its neighbours.

use crate::article::{
    Agency, Credit, CreditForm, Dated, LeftOut, Paragraph, Place, Reason, Role, Stated,
};
use crate::map::Mapped;
use crate::{credit, date, lines};
use servanda_text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Up to so many pieces are searched for one inside the other.
const CONTAINED_PIECES_MAX: usize = 300;
/// The shortest piece that counts as said again inside another, in bytes.
const CONTAINED_BYTES_MIN: usize = 50;
/// A piece of a page that is a link for so many percent is no paragraph.
const LINKED_PERCENT_MAX: usize = 60;
/// Longer words are not those under a picture, in bytes.
const CAPTION_BYTES_MAX: usize = 700;
/// A longer line is no heading, in bytes.
const HEADING_BYTES_MAX: usize = 200;
/// A longer paragraph is no lead, in bytes.
const LEAD_BYTES_MAX: usize = 500;

/// So many words a line under a headline has that is its lead without a full stop.
const STANDFIRST_WORDS: std::ops::RangeInclusive<usize> = 9..=45;

/// What a piece is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Heading(u8),
    Paragraph,
    Quote,
    Item,
    Cell,
}

/// A piece of a document: what stands between two breaks.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) text: Mapped<'static>,
    pub(crate) kind: Kind,
    /// Bytes of its text inside links.
    pub(crate) linked: usize,
    /// Why the page itself sets it apart, if it does.
    pub(crate) apart: Option<Reason>,
    /// Whether the page marks it as the lead.
    pub(crate) lead: bool,
}

impl Piece {
    fn words(&self) -> usize {
        self.text.text.split_whitespace().count()
    }

    fn is_sentence(&self) -> bool {
        let text = &self.text.text;
        let introduces = text.ends_with(':') && (self.words() >= 8 || leads_in(text));
        !matches!(self.kind, Kind::Heading(_))
            && (lines::ends_sentence(text) || introduces || text.len() > HEADING_BYTES_MAX)
    }

    fn is_link(&self) -> bool {
        self.linked * 100 > self.text.text.len() * LINKED_PERCENT_MAX
    }

    fn span(&self) -> Span {
        self.text.span(0..self.text.text.len())
    }

    fn stated(&self, range: std::ops::Range<usize>) -> Stated {
        let text = self.text.get(range.clone()).to_owned();
        Stated { text, span: self.text.span(range), place: Place::Shown }
    }
}

/// What comes of the pieces.
#[derive(Debug, Default)]
pub(crate) struct Sifted {
    pub(crate) paragraphs: Vec<Paragraph>,
    pub(crate) left_out: Vec<LeftOut>,
    pub(crate) title: Option<Stated>,
    pub(crate) byline: Option<Stated>,
    pub(crate) outlet: Option<Stated>,
    pub(crate) credits: Vec<Credit>,
    pub(crate) published: Option<Dated>,
    pub(crate) modified: Option<Dated>,
    pub(crate) is_cut: bool,
}

/// What is known before: the titles that the page's head gives, best first; who wrote it; the
/// agencies of the caller; and whether the pieces are lines of plain text.
pub(crate) struct Known<'a> {
    pub(crate) titles: Vec<&'a str>,
    pub(crate) byline: Option<&'a str>,
    pub(crate) agencies: &'a [Agency],
    pub(crate) plain: bool,
}

/// Sifts the pieces, which stand in the order of the document.
pub(crate) fn sift(pieces: Vec<Piece>, known: &Known<'_>) -> Sifted {
    let folded: Vec<String> = pieces.iter().map(|piece| fold(&piece.text.text)).collect();
    let mut sieve = Sieve { pieces: &pieces, folded, reasons: Vec::new(), headline: None, known };
    sieve.reasons = pieces.iter().map(|piece| sieve.alone(piece)).collect();
    sieve.find_headline();
    sieve.leave_out_repeats();
    sieve.leave_out_what_follows();
    sieve.leave_out_runs();
    sieve.leave_out_labels();
    let (roles, reasons, headline) = (sieve.roles(), sieve.reasons, sieve.headline);
    collect(pieces, &roles, &reasons, headline, known)
}

struct Sieve<'a> {
    pieces: &'a [Piece],
    folded: Vec<String>,
    reasons: Vec<Option<Reason>>,
    headline: Option<usize>,
    known: &'a Known<'a>,
}

impl Sieve<'_> {
    /// The reason that a piece gives by itself.
    fn alone(&self, piece: &Piece) -> Option<Reason> {
        let text = &piece.text.text;
        let caption = || is_credited(text).then_some(Reason::Caption);
        piece.apart.or_else(|| lines::reason(text)).or_else(caption).or_else(|| {
            let agency = text.trim_matches(['(', ')', '-', '–', '—', ' ', '.', '/']);
            let short = matches!(piece.kind, Kind::Item | Kind::Heading(_)) || text.len() < 200;
            if credit::known(agency, self.known.agencies).is_some() {
                Some(Reason::Credit)
            } else if self.known.byline.is_some_and(|known| fold(known) == fold(text)) {
                Some(Reason::Byline)
            } else {
                (piece.is_link() && short).then_some(Reason::Related)
            }
        })
    }

    fn kept(&self, at: usize) -> bool {
        self.reasons.get(at).is_some_and(Option::is_none)
    }

    fn set(&mut self, at: usize, reason: Reason) {
        if let Some(place) = self.reasons.get_mut(at) {
            place.get_or_insert(reason);
        }
    }

    /// The first kept piece that is a sentence and not only the lead.
    fn first_sentence(&self) -> Option<usize> {
        (0..self.pieces.len())
            .find(|at| self.kept(*at) && self.pieces.get(*at).is_some_and(Piece::is_sentence))
    }

    fn find_headline(&mut self) {
        let by_title = |at: usize, level: u8| {
            let heading = self.pieces.get(at).map(|piece| piece.kind);
            matches!(heading, Some(Kind::Heading(found)) if found <= level)
                && self.known.titles.iter().any(|title| {
                    let (title, text) = (fold(title), self.folded.get(at));
                    text.is_some_and(|text| {
                        *text == title || (words(text) >= 3 && title.contains(text.as_str()))
                    })
                })
        };
        let all = 0..self.pieces.len();
        let first_of = |at: &usize| {
            self.kept(*at) && self.pieces.get(*at).is_some_and(|p| p.kind == Kind::Heading(1))
        };
        self.headline = all
            .clone()
            .find(|at| by_title(*at, 1))
            .or_else(|| all.clone().find(|at| by_title(*at, 2)))
            .or_else(|| all.clone().find(first_of));
        if self.headline.is_none() && self.known.plain {
            self.headline = self.headline_of_lines();
        }
        if let Some(at) = self.headline
            && let Some(reason) = self.reasons.get_mut(at)
        {
            *reason = None;
        }
    }

    /// In plain text: of the lines before the first sentence the one that is said again, else the
    /// first that has the length of a headline.
    fn headline_of_lines(&self) -> Option<usize> {
        let end = self
            .pieces
            .iter()
            .enumerate()
            .position(|(at, piece)| {
                self.kept(at) && piece.is_sentence() && !lines::is_cut(&piece.text.text)
            })
            .unwrap_or(self.pieces.len());
        let fits = |at: &usize| {
            self.kept(*at)
                && self
                    .pieces
                    .get(*at)
                    .is_some_and(|piece| !piece.is_sentence() && (3..=30).contains(&piece.words()))
        };
        let candidates: Vec<usize> = (0..end).filter(fits).collect();
        let again = candidates.iter().rev().find(|at| {
            let Some(text) = self.folded.get(**at) else { return false };
            words(text) >= 4
                && self.folded.iter().take(end).enumerate().any(|(other, found)| {
                    other != **at && (found == text || found.contains(text.as_str()))
                })
        });
        // Short lines in a row before it are a menu: the last of the long ones is the headline.
        let long = candidates
            .iter()
            .find(|at| self.pieces.get(**at).is_some_and(|piece| piece.words() >= 5));
        again.or(long).or(candidates.last()).copied()
    }

    fn leave_out_repeats(&mut self) {
        let headline = self.headline.and_then(|at| self.folded.get(at)).cloned();
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut repeats = BTreeSet::new();
        for (at, piece) in self.pieces.iter().enumerate() {
            let Some(text) = self.folded.get(at).filter(|text| !text.is_empty()) else { continue };
            if Some(at) == self.headline || !self.kept(at) {
                continue;
            }
            let of_headline = headline.as_ref().is_some_and(|headline| {
                text == headline
                    || (words(headline) >= 3
                        && words(text) <= words(headline) + 6
                        && (text.ends_with(headline.as_str())
                            || text.starts_with(headline.as_str())))
            });
            let again =
                (text.len() >= 12 || piece.is_sentence()) && seen.contains_key(text.as_str());
            if of_headline || again {
                repeats.insert(at);
            } else {
                seen.insert(text, at);
            }
        }
        for at in repeats {
            self.set(at, Reason::Repeat);
        }
        self.leave_out_contained();
    }

    /// Teasers, cut or not, and pull quotes: what another paragraph says too.
    fn leave_out_contained(&mut self) {
        let kept: Vec<usize> = (0..self.pieces.len()).filter(|at| self.kept(*at)).collect();
        if kept.len() > CONTAINED_PIECES_MAX {
            return;
        }
        // One search for each piece in all of them, with a break between.
        let mut all = String::new();
        for at in &kept {
            all.push_str(self.folded.get(*at).map_or("", String::as_str));
            all.push('\n');
        }
        let mut contained = Vec::new();
        for at in kept {
            let (Some(piece), Some(text)) = (self.pieces.get(at), self.folded.get(at)) else {
                continue;
            };
            if Some(at) == self.headline {
                continue;
            }
            let mut needle = text.as_str();
            if lines::is_cut(&piece.text.text) {
                let from = needle.len().saturating_sub(80);
                let from = (from..needle.len()).find(|at| needle.is_char_boundary(*at));
                needle = needle.get(from.unwrap_or(0)..).unwrap_or(needle);
            }
            if needle.len() < CONTAINED_BYTES_MIN {
                continue;
            }
            let found = memchr::memmem::find_iter(all.as_bytes(), needle.as_bytes());
            if found.take(2).count() > 1 {
                contained.push(at);
            }
        }
        for at in contained {
            self.set(at, Reason::Repeat);
        }
    }

    /// After the place for comments nothing is article; after a heading such as "Related" come
    /// links until the next sentence.
    fn leave_out_what_follows(&mut self) {
        let Some(first) = self.first_sentence() else { return };
        self.leave_out_teasers(first);
        let mut after: Option<Reason> = None;
        let mut ended = false;
        for (at, piece) in self.pieces.iter().enumerate().skip(first) {
            let text = &piece.text.text;
            if ended {
                self.set(at, Reason::Comments);
                continue;
            }
            ended = piece.apart.is_none() && lines::ends_article(text);
            if is_shouted(text) && Some(at) != self.headline {
                self.set(at, Reason::Related);
                continue;
            }
            let reason = self.reasons.get(at).copied().flatten();
            if reason.is_none() && piece.is_sentence() {
                after = None;
            } else if let Some(reason) = after {
                self.set(at, reason);
            }
            if reason == Some(Reason::Related) && !piece.is_sentence() && piece.words() <= 6 {
                after = Some(Reason::Related);
            }
        }
    }

    /// After a heading such as "Related" titles and teasers may take turns to the end.
    fn leave_out_teasers(&mut self, first: usize) {
        let label = (first..self.pieces.len()).find(|at| {
            self.reasons.get(*at).copied().flatten() == Some(Reason::Related)
                && self.pieces.get(*at).is_some_and(|p| !p.is_sentence() && p.words() <= 6)
        });
        let Some(label) = label else { return };
        let rest = (label + 1..self.pieces.len()).filter(|at| self.kept(*at));
        let rest: Vec<(usize, bool)> = rest
            .filter_map(|at| self.pieces.get(at).map(|piece| (at, piece.is_sentence())))
            .collect();
        let takes_turns = rest.len() >= 3
            && rest.iter().enumerate().all(|(n, (_, is_sentence))| {
                let is_last = n + 1 == rest.len();
                *is_sentence == (n % 2 == 1) || is_last
            });
        for (at, _) in rest.into_iter().filter(|_| takes_turns) {
            self.set(at, Reason::Related);
        }
    }

    /// Several short lines in a row are links, not headings; so are those after the last sentence.
    fn leave_out_runs(&mut self) {
        let last = (0..self.pieces.len())
            .rev()
            .find(|at| self.kept(*at) && self.pieces.get(*at).is_some_and(Piece::is_sentence));
        let first = self.first_sentence();
        let mut run = Vec::new();
        let mut introduced = false;
        for at in 0..=self.pieces.len() {
            let short = self.pieces.get(at).is_some_and(|piece| {
                !piece.is_sentence()
                    && Some(at) != self.headline
                    && (self.known.plain || matches!(piece.kind, Kind::Heading(2..)))
                    && !matches!(piece.kind, Kind::Item | Kind::Cell)
            });
            if short && self.kept(at) {
                run.push(at);
                continue;
            }
            if self.kept(at) || at == self.pieces.len() {
                let after = last.is_some_and(|last| run.first().is_some_and(|from| *from > last));
                let before = first.is_none_or(|first| run.last().is_some_and(|to| *to < first));
                let list = run.len() >= 3 && !introduced;
                let reason = match (after, before) {
                    (true, _) if run.len() > 1 => Some(Reason::Related),
                    (true, _) => Some(Reason::Label),
                    (_, true) => list.then_some(Reason::Navigation),
                    _ => list.then_some(Reason::Related),
                };
                if let Some(reason) = reason.filter(|_| last.is_some()) {
                    for at in run.drain(..) {
                        self.set(at, reason);
                    }
                }
                run.clear();
                introduced = self.pieces.get(at).is_some_and(|p| p.text.text.ends_with(':'));
            }
        }
    }

    /// Before the first sentence, what is neither headline nor heading is a label.
    fn leave_out_labels(&mut self) {
        let Some(first) = self.first_sentence() else { return };
        for at in 0..first {
            let Some(piece) = self.pieces.get(at) else { continue };
            let heading = matches!(piece.kind, Kind::Heading(_)) && !self.known.plain;
            let before = self.headline.is_some_and(|headline| at < headline);
            let short = piece.words() <= if self.known.plain { 3 } else { 6 };
            let fits = if before { true } else { short && !heading && !piece.lead };
            if Some(at) == self.headline || piece.is_sentence() {
                continue;
            }
            if piece.text.text.starts_with("By ") && piece.words() <= 12 {
                self.set(at, Reason::Byline);
            } else if fits {
                self.set(at, Reason::Label);
            }
        }
    }

    fn roles(&self) -> Vec<Role> {
        let kept: Vec<usize> = (0..self.pieces.len()).filter(|at| self.kept(*at)).collect();
        let lead = self.lead(&kept);
        let role = |(at, piece): (usize, &Piece)| {
            if Some(at) == self.headline {
                Role::Headline
            } else if Some(at) == lead {
                Role::Lead
            } else {
                match piece.kind {
                    Kind::Heading(_) => Role::Subhead,
                    Kind::Quote => Role::Quote,
                    Kind::Item => Role::Item,
                    Kind::Cell => Role::Cell,
                    Kind::Paragraph if self.known.plain && !piece.is_sentence() => Role::Subhead,
                    Kind::Paragraph => Role::Body,
                }
            }
        };
        self.pieces.iter().enumerate().map(role).collect()
    }

    /// The piece right after the headline, if the page marks it or if lines that are no text part
    /// it from the next paragraph.
    fn lead(&self, kept: &[usize]) -> Option<usize> {
        let marked = kept.iter().find(|at| self.pieces.get(**at).is_some_and(|p| p.lead));
        let headline = kept.iter().position(|at| Some(*at) == self.headline)?;
        let next = *kept.get(headline + 1)?;
        if let Some(marked) = marked {
            return (*marked == next || headline > 0).then_some(*marked);
        }
        let second = *kept.get(headline + 2)?;
        let piece = self.pieces.get(next)?;
        // A line of text that says more under its headline, without a full stop as that.
        let follows = self.pieces.get(second).is_some_and(Piece::is_sentence);
        let is_line = self.known.plain && follows && !piece.is_sentence();
        if is_line && STANDFIRST_WORDS.contains(&piece.words()) {
            return Some(next);
        }
        let parted = self.reasons.get(next + 1..second)?.iter().any(|reason| {
            matches!(reason, Some(Reason::Byline | Reason::Date | Reason::Label | Reason::Caption))
        });
        let fits = piece.kind == Kind::Paragraph && piece.text.text.len() <= LEAD_BYTES_MAX;
        (parted && fits && piece.is_sentence() && next == self.headline? + 1).then_some(next)
    }
}

fn collect(
    pieces: Vec<Piece>,
    roles: &[Role],
    reasons: &[Option<Reason>],
    headline: Option<usize>,
    known: &Known<'_>,
) -> Sifted {
    let mut sifted = Sifted::default();
    let mut bodies = 0;
    let mut last: Option<(Span, Reason)> = None;
    let title = headline.and_then(|at| pieces.get(at)).map(|piece| fold(&piece.text.text));
    for (at, piece) in pieces.into_iter().enumerate() {
        let Some(reason) = reasons.get(at).copied().flatten() else {
            sifted.left_out.extend(last.take().map(|(span, reason)| LeftOut { span, reason }));
            let role = roles.get(at).copied().unwrap_or(Role::Body);
            if role == Role::Headline {
                sifted.title = Some(piece.stated(0..piece.text.text.len()));
            }
            sifted.is_cut = lines::is_cut(&piece.text.text);
            let mut paragraph = Paragraph::new(role, piece.text);
            let text_role = matches!(role, Role::Body | Role::Quote | Role::Lead);
            if text_role && bodies < 3 {
                bodies += 1;
                take_dateline(&mut paragraph, known, &mut sifted);
            }
            sifted.paragraphs.push(paragraph);
            continue;
        };
        tell(&piece, reason, title.as_deref(), bodies > 0, known, &mut sifted);
        let span = piece.span();
        last = match last.take() {
            Some((open, same)) if same == reason && span.start >= open.start => {
                Some((Span::new(open.start, span.end.max(open.end)), same))
            }
            other => {
                sifted.left_out.extend(other.map(|(span, reason)| LeftOut { span, reason }));
                Some((span, reason))
            }
        };
    }
    sifted.left_out.extend(last.map(|(span, reason)| LeftOut { span, reason }));
    sifted
}

fn take_dateline(paragraph: &mut Paragraph, known: &Known<'_>, sifted: &mut Sifted) {
    let Some(found) = credit::dateline(&paragraph.text) else { return };
    if let Some(name) = found.credit {
        let text = paragraph.text.get(name.clone()).unwrap_or_default().trim().to_owned();
        let agency = credit::known(&text, known.agencies).map(|agency| agency.name.clone());
        let span = paragraph.span_of(name);
        sifted.credits.push(Credit { text, agency, span, form: CreditForm::Dateline });
    }
    paragraph.dateline = Some(0..found.end);
}

/// What a line says of the article that it is no part of.
fn tell(
    piece: &Piece,
    reason: Reason,
    title: Option<&str>,
    below: bool,
    known: &Known<'_>,
    sifted: &mut Sifted,
) {
    let text = &*piece.text.text;
    match reason {
        Reason::Byline => {
            let bare = text.trim();
            let names = lines::byline(bare).or_else(|| {
                let short = bare.len() <= 80 && lines::is_names(bare) && date::read(bare).is_none();
                short.then_some(bare)
            });
            if let (None, Some(names)) = (&sifted.byline, names) {
                let start = text.find(names).unwrap_or(0);
                let stated = piece.stated(start..start + names.len());
                sifted.credits.extend(in_byline(&stated, known, |range| {
                    piece.stated(start + range.start..start + range.end).span
                }));
                sifted.byline = Some(stated);
            }
            tell_date(piece, text, sifted);
        }
        Reason::Date => tell_date(piece, text, sifted),
        Reason::Credit => {
            let found = credit::foot(text).or_else(|| {
                let bare = text.trim_matches(['(', ')', '-', '–', '—', ' ', '.', '/']);
                credit::known(bare, known.agencies)?;
                let start = text.find(bare)?;
                Some(start..start + bare.len())
            });
            if let Some(range) = found {
                let Stated { text, span, .. } = piece.stated(range);
                let agency = credit::known(&text, known.agencies).map(|a| a.name.clone());
                let form = if below { CreditForm::Foot } else { CreditForm::Byline };
                sifted.credits.push(Credit { text, agency, span, form });
            }
        }
        Reason::Repeat if sifted.outlet.is_none() => {
            // "The Courier: Ministers meet in Northport".
            if let (Some(title), Some(colon)) = (title, text.find(": "))
                && fold(text.get(colon + 2..).unwrap_or_default()) == title
            {
                sifted.outlet = Some(piece.stated(0..colon));
            }
        }
        _ => {}
    }
}

/// The agencies among the names of a line of writers.
pub(crate) fn in_byline(
    stated: &Stated,
    known: &Known<'_>,
    place: impl Fn(std::ops::Range<usize>) -> Span,
) -> Option<Credit> {
    let (range, agency) = credit::in_names(&stated.text, known.agencies)?;
    let text = stated.text.get(range.clone())?.to_owned();
    let agency = Some(agency.name.clone());
    Some(Credit { text, agency, span: place(range), form: CreditForm::Byline })
}

fn tell_date(piece: &Piece, text: &str, sifted: &mut Sifted) {
    let Some((start, changed)) = date::line(text) else { return };
    let place = if changed { &mut sifted.modified } else { &mut sifted.published };
    if place.is_none() {
        *place = date::dated(piece.stated(start..text.len()));
    }
}

/// Whether a text ends with who took a picture: it is the words under one.
fn is_credited(text: &str) -> bool {
    const SHOWN_BY: [&str; 8] = [
        "getty images",
        "photo by ",
        "photo/",
        "photo:",
        "photograph:",
        "picture:",
        "handout",
        "[file:",
    ];
    if text.len() > CAPTION_BYTES_MAX {
        return false;
    }
    let text = text.trim_end();
    let open = match text.chars().next_back() {
        Some(')') => text.rfind('('),
        Some(']') => text.rfind('['),
        // "The hall. Photograph: A B/C"
        _ => text.rfind(". ").filter(|stop| text.get(*stop..).is_some_and(|end| end.contains('/'))),
    };
    let credit = open.and_then(|open| text.get(open..)).unwrap_or_default().to_lowercase();
    credit.len() <= HEADING_BYTES_MAX && SHOWN_BY.iter().any(|by| credit.contains(by))
}

/// "The minister added:" leads in what follows, however short it is.
fn leads_in(text: &str) -> bool {
    let bare = text.trim_end_matches([':', ' ']).to_lowercase();
    let last = bare.rsplit(' ').next().unwrap_or("");
    let says =
        ["said", "says", "added", "adds", "warned", "wrote", "stated", "continued", "statement"];
    bare.contains(' ') && says.contains(&last)
}

/// Whether a line is all capitals: between paragraphs such a line links to another article.
fn is_shouted(text: &str) -> bool {
    text.len() <= HEADING_BYTES_MAX
        && text.split_whitespace().count() >= 4
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 15
        && !text.chars().any(char::is_lowercase)
}

/// Lower case, words only, one blank between: what is the same to a reader.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.bytes().map(|b| char::from(b.to_ascii_lowercase())));
        } else {
            folded.push_str(&word.to_lowercase());
        }
    }
    folded
}

fn words(folded: &str) -> usize {
    folded.split(' ').count()
}

//! Which box of a page holds the article, and what stands apart from it.

use super::page::{Block, Page, PageBox};
use super::tags::{Marks, Tag};
use crate::article::Reason;
use crate::lines;
use crate::sift::{Kind, Piece};

/// A shorter piece is no paragraph that tells where the article is, in bytes.
const PARAGRAPH_BYTES_MIN: usize = 60;
/// A box that its class sets apart is believed unless it holds so many percent of the paragraphs.
const APART_PERCENT_MAX: usize = 50;
/// A box that is said to be the article is believed if it holds so many percent of them.
const SAID_PERCENT_MIN: usize = 35;
/// Without one it is the smallest box that holds so many percent.
const HOLDS_PERCENT_MIN: usize = 75;
/// A nested `article` with fewer percent of the whole is the teaser of another.
const TEASER_PERCENT_MAX: usize = 25;

/// What is known of each box, by its number.
struct Weighed {
    marks: Vec<Marks>,
    /// Weight of the paragraphs inside.
    mass: Vec<usize>,
}

/// The pieces of a page, those outside of the article marked so.
pub(super) fn pieces(page: Page) -> Vec<Piece> {
    let weighed = weigh(&page);
    let root = root(&page, &weighed);
    let within = within(&page.boxes, root);
    let mut pieces = Vec::with_capacity(page.blocks.len());
    for block in page.blocks {
        let marks = weighed.marks.get(block.inside).copied().unwrap_or_default();
        let inside = within.get(block.inside).copied().unwrap_or(false);
        let kind = kind(&page.boxes, &block, root);
        let apart = marks.reason().or_else(|| match kind {
            _ if inside => None,
            // A headline and a lead stand above the article's body as often as inside.
            Kind::Heading(1) => None,
            _ if marks.has(Marks::LEAD) => None,
            _ => Some(Reason::Beside),
        });
        let apart = if block.timed * 10 > block.text.text.len() * 6 && apart != Some(Reason::Byline)
        {
            Some(Reason::Date)
        } else {
            apart
        };
        pieces.push(piece(block, kind, apart, marks.has(Marks::LEAD)));
    }
    pieces
}

/// The pieces of a fragment: all of it is the article, but for what its classes set apart.
pub(super) fn all_pieces(page: Page) -> Vec<Piece> {
    let weighed = weigh(&page);
    let piece_of = |block: Block| {
        let marks = weighed.marks.get(block.inside).copied().unwrap_or_default();
        let kind = kind(&page.boxes, &block, 0);
        piece(block, kind, marks.reason(), false)
    };
    page.blocks.into_iter().map(piece_of).collect()
}

fn piece(block: Block, kind: Kind, apart: Option<Reason>, lead: bool) -> Piece {
    Piece { text: block.text, kind, linked: block.linked, apart, lead }
}

fn kind(boxes: &[PageBox], block: &Block, root: usize) -> Kind {
    let mut at = block.inside;
    // A paragraph is what the box around it is: a quotation's, an item's. A cell or item that
    // holds the whole article is neither.
    for _ in 0..4 {
        let Some(found) = boxes.get(at) else { break };
        match found.tag {
            // A heading that was never closed has the text in it.
            Tag::Heading(_) if at != block.inside && lines::ends_sentence(&block.text.text) => {
                break;
            }
            Tag::Heading(level) => return Kind::Heading(level),
            Tag::Blockquote => return Kind::Quote,
            _ if at == root => break,
            Tag::Item => return Kind::Item,
            Tag::Cell => return Kind::Cell,
            Tag::P | Tag::Pre | Tag::Box => at = found.parent,
            _ => break,
        }
    }
    Kind::Paragraph
}

fn is_paragraph(boxes: &[PageBox], block: &Block) -> bool {
    let text = &block.text.text;
    let heading = boxes.get(block.inside).is_some_and(|b| matches!(b.tag, Tag::Heading(_)));
    text.len() >= PARAGRAPH_BYTES_MIN
        && !heading
        && block.linked * 3 < text.len()
        && (lines::ends_sentence(text) || text.contains(". "))
}

/// The box that a paragraph's neighbours stand in too.
fn holder(boxes: &[PageBox], inside: usize) -> usize {
    match boxes.get(inside) {
        Some(found) if matches!(found.tag, Tag::P | Tag::Blockquote | Tag::Item | Tag::Pre) => {
            found.parent
        }
        _ => inside,
    }
}

/// Weighs the paragraphs and settles the marks of the boxes: first without those that their marks
/// set apart, if these don't hold most of what there is.
fn weigh(page: &Page) -> Weighed {
    let boxes = &page.boxes;
    // How many paragraphs stand side by side. Teasers stand alone, each in its own box.
    let mut together = vec![0_u32; boxes.len()];
    for block in page.blocks.iter().filter(|block| is_paragraph(boxes, block)) {
        if let Some(count) = together.get_mut(holder(boxes, block.inside)) {
            *count += 1;
        }
    }
    let weight = |block: &Block| {
        let beside = together.get(holder(boxes, block.inside)).copied().unwrap_or_default();
        let len = block.text.text.len();
        match beside {
            3.. => len * 4,
            2 => len * 2,
            _ if len >= 240 => len * 2,
            _ => len,
        }
    };
    let mut mass = vec![0_usize; boxes.len()];
    for block in page.blocks.iter().filter(|block| is_paragraph(boxes, block)) {
        if let Some(of_box) = mass.get_mut(block.inside) {
            *of_box += weight(block);
        }
    }
    let all = sum_up(boxes, &mut mass);
    let mut marks: Vec<Marks> = Vec::with_capacity(boxes.len());
    for (at, found) in boxes.iter().enumerate() {
        let above = marks.get(found.parent).copied().unwrap_or_default();
        let held = mass.get(at).copied().unwrap_or_default();
        let mut own = found.marks;
        // A form around a whole page, a body of class "has-comments".
        if held * 100 >= all.max(1) * APART_PERCENT_MAX && !own.has(Marks::CERTAIN) {
            own = own.unapart();
        }
        if found.tag == Tag::Article && held * 100 < all * TEASER_PERCENT_MAX && held > 0 {
            own = own.with(Marks::RELATED);
        }
        // Paragraphs of the lead's box are the lead; of the body's box they are not.
        let above = Marks(above.0 & !Marks::ARTICLE_BODY.0);
        let above = if matches!(found.tag, Tag::Article | Tag::Main) {
            Marks(above.0 & !Marks::LEAD.0)
        } else {
            above
        };
        if held * 100 >= all.max(1) * APART_PERCENT_MAX {
            own = Marks(own.0 & !Marks::LEAD.0);
        }
        marks.push(above.with(own));
    }
    // What is set apart weighs nothing any more.
    let mut settled = vec![0_usize; boxes.len()];
    for block in page.blocks.iter().filter(|block| is_paragraph(boxes, block)) {
        let apart = marks.get(block.inside).is_some_and(|marks| marks.reason().is_some());
        if let (false, Some(of_box)) = (apart, settled.get_mut(block.inside)) {
            *of_box += weight(block);
        }
    }
    sum_up(boxes, &mut settled);
    Weighed { marks, mass: settled }
}

/// Adds to each box what the boxes in it hold; children come after their parents.
fn sum_up(boxes: &[PageBox], mass: &mut [usize]) -> usize {
    for at in (1..boxes.len()).rev() {
        let held = mass.get(at).copied().unwrap_or_default();
        let parent = boxes.get(at).map_or(0, |found| found.parent);
        if let Some(of_parent) = mass.get_mut(parent) {
            *of_parent += held;
        }
    }
    mass.first().copied().unwrap_or_default()
}

fn root(page: &Page, weighed: &Weighed) -> usize {
    let all = weighed.mass.first().copied().unwrap_or_default();
    let held = |at: usize| weighed.mass.get(at).copied().unwrap_or_default();
    if all == 0 {
        return said(page, |found| found.tag == Tag::Article, &held)
            .or_else(|| said(page, |found| found.tag == Tag::Main, &held))
            .unwrap_or(0);
    }
    let believed = |at: &usize| held(*at) * 100 >= all * SAID_PERCENT_MIN;
    said(page, |found| found.marks.has(Marks::ARTICLE_BODY), &held)
        .filter(believed)
        .or_else(|| said(page, |found| found.tag == Tag::Article, &held).filter(believed))
        .or_else(|| said(page, |found| found.tag == Tag::Main, &held).filter(believed))
        .unwrap_or_else(|| smallest(page, all, &held))
}

/// Of the boxes that say so, the one that holds most; of nested ones the inner, if it holds as
/// much.
fn said(
    page: &Page,
    says: impl Fn(&PageBox) -> bool,
    held: &impl Fn(usize) -> usize,
) -> Option<usize> {
    let candidates = page.boxes.iter().enumerate().filter(|(_, found)| says(found));
    let best = candidates.clone().map(|(at, _)| held(at)).max()?;
    candidates.filter(|(at, _)| held(*at) * 10 >= best * 9).map(|(at, _)| at).next_back()
}

/// The smallest box that holds most of the paragraphs.
fn smallest(page: &Page, all: usize, held: &impl Fn(usize) -> usize) -> usize {
    (0..page.boxes.len())
        .rev()
        .filter(|at| {
            page.boxes.get(*at).is_some_and(|b| !matches!(b.tag, Tag::P | Tag::Heading(_)))
        })
        .filter(|at| held(*at) * 100 >= all * HOLDS_PERCENT_MIN)
        .min_by_key(|at| held(*at))
        .unwrap_or(0)
}

/// For each box whether it is the root or inside it.
fn within(boxes: &[PageBox], root: usize) -> Vec<bool> {
    let mut within: Vec<bool> = Vec::with_capacity(boxes.len());
    for (at, found) in boxes.iter().enumerate() {
        let inside = within.get(found.parent).copied().unwrap_or(false);
        within.push(at == root || (inside && at != 0));
    }
    within
}

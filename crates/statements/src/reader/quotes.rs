//! Quotations that no frame leads in or out, and paragraphs that are one without its marks.

use super::{Draft, QUOTE_WORDS_MIN, Reader};
use crate::ground::Ground;
use crate::speakers::Found;
use crate::tokens::{Kind as Mark, Quote};
use crate::{Act, Kind};

/// So many words a paragraph needs to be a quotation that the one before leads in.
const BLOCK_WORDS_MIN: usize = 6;

impl Reader<'_, '_> {
    /// "X said in a statement:", and the next paragraph is the statement, without quotation marks.
    pub(super) fn block_quote(&mut self, number: usize, ground: &Ground, found: Found) -> bool {
        let tokens = &ground.tokens;
        let to = tokens.len();
        let words = (0..to).filter(|at| tokens.is(*at, Mark::Word)).count();
        if words < BLOCK_WORDS_MIN || !tokens.quotes.is_empty() || !tokens.is(to - 1, Mark::Stop) {
            return false;
        }
        self.last = Some((found.clone(), number));
        self.push(
            number,
            ground,
            Draft {
                from: 0,
                to,
                kind: Kind::Direct,
                found,
                via: None,
                act: Act::State,
                around: (0, 0),
                written: None,
                audience: None,
                cue: None,
                rule: "block-quote",
                lead: (0, 0),
            },
        );
        true
    }

    /// Quotations in a sentence that no frame leads in or out.
    pub(super) fn bare_quotes(
        &mut self,
        number: usize,
        ground: &Ground,
        (from, to): (usize, usize),
        quotes: &[Quote],
        first: Option<&Found>,
        drafts: &mut Vec<Draft>,
    ) {
        let tokens = &ground.tokens;
        let led_in = quotes.iter().find(|quote| {
            quote.open > from + 1 && tokens.is(quote.open - 1, Mark::Colon) && drafts.is_empty()
        });
        if let (Some(quote), Some(found)) = (led_in, first.filter(|f| f.speaker.is_known())) {
            self.last = Some((found.clone(), number));
            self.memory.note(found);
            drafts.push(Draft {
                from: quote.open + 1,
                to: quote.close + 1 - usize::from(quote.is_closed),
                kind: Kind::Direct,
                found: found.clone(),
                via: None,
                act: Act::State,
                around: (from, quote.open),
                written: None,
                audience: None,
                cue: None,
                rule: "quote-after-colon",
                lead: (0, 0),
            });
            return;
        }
        let Some(quote) = quotes.first().filter(|quote| quote.open == from) else { return };
        if !drafts.is_empty() || (quote.close + 1..to).any(|at| tokens.is(at, Mark::Word)) {
            return;
        }
        let words = (quote.open..quote.close).filter(|at| tokens.is(*at, Mark::Word)).count();
        if words < QUOTE_WORDS_MIN {
            return;
        }
        let carried = self.quoting.clone().or_else(|| {
            let (found, at) = self.last.clone()?;
            (at + 1 >= number).then_some(found)
        });
        let found = carried.or_else(|| self.memory.person());
        let Some(found) = found else { return };
        let rule = if self.quoting.is_some() { "quote-goes-on" } else { "quote-carried" };
        self.last = Some((found.clone(), number));
        let closing = usize::from(quote.is_closed);
        drafts.push(Draft {
            from: quote.open + 1,
            to: quote.close + 1 - closing,
            kind: Kind::Direct,
            found,
            via: None,
            act: Act::State,
            around: (from, from),
            written: None,
            audience: None,
            cue: None,
            rule,
            lead: (0, 0),
        });
    }
}

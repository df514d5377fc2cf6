//! The shares that are said to be agreed: of what, by whom, when.

use crate::dates::Stated;
use crate::matrix::day;
use crate::names::Names;
use crate::register::{Register, Told};
use crate::shown::Shown;
use crate::values;
use crate::words::{Token, tokens};
use serde::Serialize;
use servanda_entry::OUTLET;
use servanda_entry::SpeechStatus;
use std::collections::BTreeMap;

/// The shares that are stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PercentAgreed {
    /// The form's name and version.
    pub form: &'static str,
    /// By which rule a statement is here.
    pub rule: &'static str,
    /// The shares, the latest first.
    pub stated: Vec<StatedShare>,
    /// Percentages that are of something else, or of which the words don't tell of what.
    pub left_out: Vec<Shown>,
}

/// A share that somebody states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatedShare {
    /// Who states it; `OUTLET` for the outlet itself.
    pub speaker: String,
    /// For whom the speaker speaks.
    pub party: Option<String>,
    /// Of what, in the statement's own word; empty where it doesn't say.
    pub object: String,
    /// The percentage: `90`, `90..95`, `90..`, `..95`; about a rounding word twentieths are added
    /// on each side only where shares are compared, not here.
    pub percent: String,
    /// How far the matter has come, by the statement.
    pub status: Option<SpeechStatus>,
    /// The day said, or else published; of the latest report.
    pub on: Option<String>,
    /// How many independent origins report it.
    pub origins: usize,
    /// The statements, the latest first.
    pub statements: Vec<Shown>,
}

const RULE: &str = "A percentage counts as stated agreement where its own statement says that so \
                    much of something is agreed, settled, ready or done. It is a claim of its \
                    speaker. Shares of different things (a plan, documents, guarantees, an area) \
                    are never put together, nor compared.";

/// The shares that are stated as agreed.
#[must_use]
pub fn percent_agreed(register: &Register, names: impl Into<Names>) -> PercentAgreed {
    let names = names.into();
    let mut found: BTreeMap<(String, String, String, Option<SpeechStatus>), Vec<&Told>> =
        BTreeMap::new();
    let mut left_out = Vec::new();
    for told in &register.told {
        let row = &told.statement;
        let percents: Vec<_> = row.values.iter().filter(|v| v.unit == "percent").collect();
        if percents.is_empty() {
            continue;
        }
        let words = tokens(&row.quote);
        let mut is_in = false;
        for value in percents {
            let Some(at) = values::place(&words, value).filter(|at| is_agreed(&words, *at)) else {
                continue;
            };
            let object = values::object(&words, value, at);
            let speaker = match names.speaker(row) {
                Some(actor) => actor.name(),
                None => row.speaker.clone(),
            };
            let range = values::Range { min: value.min_milli, max: value.max_milli };
            found.entry((speaker, object, range.print(), row.status)).or_default().push(told);
            is_in = true;
        }
        if !is_in {
            left_out.push(told);
        }
    }
    let on = |told: &Told| day(register, told).0;
    let mut stated: Vec<(Option<Stated>, StatedShare)> = Vec::new();
    for ((speaker, object, percent, status), mut told) in found {
        told.sort_by_key(|one| (std::cmp::Reverse(on(one)), one.cite.id));
        told.dedup_by_key(|one| one.cite);
        let latest = told.first().and_then(|one| on(one));
        let party = told.iter().find_map(|one| one.statement.party.clone());
        stated.push((
            latest,
            StatedShare {
                party: party.filter(|_| speaker != OUTLET),
                speaker,
                object,
                percent,
                status,
                on: latest.map(Stated::print),
                origins: register.count_origins(told.iter().copied()),
                statements: Shown::all(register, told),
            },
        ));
    }
    stated.sort_by(|(a, _), (b, _)| b.cmp(a));
    let stated = stated.into_iter().map(|(_, share)| share).collect();
    let left_out = Shown::all(register, left_out);
    PercentAgreed { form: "servanda/percent-agreed/v1", rule: RULE, stated, left_out }
}

/// Whether the clause of a percentage says that so much is agreed.
fn is_agreed(words: &[Token], (from, to): (usize, usize)) -> bool {
    let goes_on = |token: &&Token| {
        let is_end = matches!(token.low.as_str(), "where" | "which" | "while" | "but" | "and");
        (token.is_word && !is_end) || matches!(token.low.as_str(), "%" | "\"" | "“" | "”" | "’")
    };
    let says = |token: &Token| {
        values::is_settled(&token.low) || matches!(token.low.as_str(), "agreement" | "consensus")
    };
    let behind = words.get(to..).unwrap_or_default().iter().take_while(goes_on).take(CLAUSE);
    let before =
        words.get(..from).unwrap_or_default().iter().rev().take_while(goes_on).take(CLAUSE);
    behind.chain(before).any(says)
}

/// So many words round a percentage are of its clause.
const CLAUSE: usize = 10;

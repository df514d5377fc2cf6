//! A record replayed under other texts. It is read and never written.

use crate::cores::side_by_side;
use crate::files::AgreementFiles;
use crate::{Desk, DeskError, Question};
use servanda_comply::what_if::{Side, WhatIf, compare, renamed};
use servanda_comply::{Ask, Evaluation, evaluate};
use servanda_terms::Agreement;
use servanda_terms::diff::diff;
use servanda_tlog::sha256;

/// What the record of a desk would show under each of these texts, which stand beside what they
/// say, in their order. Exceptions that the question leaves out are left out under the record's own
/// text only.
///
/// Texts are replayed side by side, as many at a time as the machine has cores, and share the
/// history. What comes of one is the same however many there are.
///
/// # Errors
/// As [`Desk::ask`].
pub fn what_if(
    desk: &Desk,
    drafts: &[(AgreementFiles, Agreement)],
    question: &Question,
) -> Result<Vec<WhatIf>, DeskError> {
    let old = desk.ask(question)?;
    let replayed = side_by_side(drafts.len(), |n| replay(desk, &old, &drafts[n], question));
    replayed.into_iter().collect()
}

fn replay(
    desk: &Desk,
    old: &Evaluation,
    (files, draft): &(AgreementFiles, Agreement),
    question: &Question,
) -> Result<WhatIf, DeskError> {
    let pairs = diff(&desk.agreement, draft).provisions;
    let history = renamed(&desk.history, &pairs);
    let ask = Ask {
        text: sha256(files.source.text().as_bytes()).to_hex(),
        without: Vec::new(),
        ..desk.to_ask(question)?
    };
    let new = evaluate(draft, &history, &ask);
    let sides = (
        Side { agreement: &desk.agreement, evaluation: old },
        Side { agreement: draft, evaluation: &new },
    );
    Ok(compare(sides.0, sides.1, &pairs, &desk.history))
}

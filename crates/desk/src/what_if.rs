//! A record replayed under another text. It is read and never written.

use crate::files::AgreementFiles;
use crate::{Desk, DeskError, Question};
use servanda_comply::what_if::{Side, WhatIf, compare, renamed};
use servanda_comply::{Ask, evaluate};
use servanda_terms::diff::diff;
use servanda_tlog::sha256;

/// What the record of a desk would show under the text of these files. Exceptions that the
/// question leaves out are left out under the record's own text only.
///
/// # Errors
/// When the text has errors, or as [`Desk::ask`].
pub fn what_if(
    desk: &Desk,
    files: &AgreementFiles,
    question: &Question,
) -> Result<WhatIf, DeskError> {
    let draft = files.agreement()?;
    let pairs = diff(&desk.agreement, &draft).provisions;
    let old = desk.ask(question)?;
    let history = renamed(&desk.history, &pairs);
    let ask = Ask {
        text: sha256(files.source.text().as_bytes()).to_hex(),
        without: Vec::new(),
        ..desk.to_ask(question)?
    };
    let new = evaluate(&draft, &history, &ask);
    let sides = (
        Side { agreement: &desk.agreement, evaluation: &old },
        Side { agreement: &draft, evaluation: &new },
    );
    Ok(compare(sides.0, sides.1, &pairs, &desk.history))
}

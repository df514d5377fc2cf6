//! A record replayed under other texts. It is read and never written.

use crate::files::AgreementFiles;
use crate::{Desk, DeskError, Question};
use servanda_comply::what_if::{Side, WhatIf, compare, renamed};
use servanda_comply::{Ask, Evaluation, evaluate};
use servanda_terms::Agreement;
use servanda_terms::diff::diff;
use servanda_tlog::sha256;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

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
    let (next, ready) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(draft) = drafts.get(n) else { return };
            let replayed = replay(desk, &old, draft, question);
            ready.lock().unwrap_or_else(PoisonError::into_inner).push((n, replayed));
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        // This thread works too.
        for _ in 1..cores.min(drafts.len()) {
            scope.spawn(work);
        }
        work();
    });
    let mut ready = ready.into_inner().unwrap_or_else(PoisonError::into_inner);
    ready.sort_unstable_by_key(|(n, _)| *n);
    ready.into_iter().map(|(_, replayed)| replayed).collect()
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

//! Where diagnostics are gathered while an agreement is read.

use crate::allow::{self, Allowance};
use crate::codes;
use crate::limits::{ALLOWANCES_MAX, DIAGNOSTICS_MAX};
use servanda_diag::{Diagnostic, Severity, sort};
use servanda_text::Span;

/// The diagnostics so far. It holds a limited number of them, so that a hostile file cannot
/// make us write for ever, and never forgets that there was an error.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    left_out: usize,
    has_error: bool,
    /// What is of this code is passed over for now.
    passed_over: Option<&'static str>,
    allowances: Vec<Allowance>,
}

impl Findings {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.passed_over == Some(diagnostic.code) {
            return;
        }
        let error = diagnostic.severity == Severity::Error;
        self.has_error |= error;
        if self.list.len() < DIAGNOSTICS_MAX {
            self.list.push(diagnostic);
        } else {
            self.left_out += 1;
        }
    }

    /// Takes one back, for another error that says it better. That there was an error stays.
    pub(crate) fn take_back(&mut self, code: &str, at: Span, title: &str) {
        self.list.retain(|known| {
            known.code != code || known.title != title || known.position() != Some(at)
        });
    }

    /// Passes over what is of a code, until told otherwise.
    pub(crate) fn pass_over(&mut self, code: Option<&'static str>) {
        self.passed_over = code;
    }

    pub(crate) fn has_error(&self) -> bool {
        self.has_error
    }

    /// Whether there are so many already that looking for near names is not worth its time.
    pub(crate) fn is_long(&self) -> bool {
        const SUGGESTIONS_MAX: usize = 100;
        self.list.len() >= SUGGESTIONS_MAX
    }

    /// Notes what a table of the text allows.
    pub(crate) fn note_allowance(&mut self, allowance: Allowance) {
        if self.allowances.len() == ALLOWANCES_MAX {
            self.push(
                codes::TOO_MUCH
                    .error(format!("more than {ALLOWANCES_MAX} allowances"))
                    .primary(allowance.span, "this one and those after it")
                    .reason("Nobody can weigh so many reasons.")
                    .help("mend what can be mended, or allow a code once for the file"),
            );
        }
        if self.allowances.len() <= ALLOWANCES_MAX {
            self.allowances.push(allowance);
        }
    }

    /// Marks what the text allows, and says which allowances are wrong or idle. For when all has
    /// been looked at.
    pub(crate) fn allow(&mut self) {
        // What was left out, or not looked at because of an error, might need an allowance.
        let all_is_known = self.left_out == 0 && !self.has_error;
        let allowances = std::mem::take(&mut self.allowances);
        for found in allow::apply(allowances, &mut self.list, all_is_known) {
            self.push(found);
        }
    }

    /// All of them in canonical order.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            let severity = if self.has_error { Severity::Error } else { Severity::Note };
            let title = format!("{} more are not shown", self.left_out);
            self.list.push(
                Diagnostic::new(codes::TOO_MUCH.code, severity, title)
                    .reason(format!("At most {DIAGNOSTICS_MAX} are listed at once."))
                    .help("mend these and check again"),
            );
        }
        sort(&mut self.list);
        self.list
    }
}

/// A hostile name must not fill the page.
pub(crate) fn shortened(name: &str) -> String {
    const CHARS: usize = 60;
    if name.chars().count() <= CHARS {
        return name.to_owned();
    }
    name.chars().take(CHARS).chain(['…']).collect()
}

//! A diagnostic as data: what is wrong, where, why, and what to do about it.
//!
//! One value, several renderers. Nothing here decides what is wrong; that is for those who make
//! the diagnostics. Whatever is quoted from a file is shown with its hidden characters written
//! out, so that a file cannot forge a line of our output.
//!
//! ```
//! use servanda_diag::{Diagnostic, render_terminal};
//! use servanda_text::{SourceText, Span};
//! let source = SourceText::new("truce.md", "who = [\"NORTHLAND\"]\n");
//! let found = Diagnostic::error("SV010", "no party is called \"NORTHLAND\"")
//!     .primary(Span::new(7, 18), "not declared")
//!     .reason("A duty binds only the parties that the text declares.")
//!     .help("declare it: [party.NORTHLAND]");
//! let shown = render_terminal(&[found], &source, false);
//! assert!(shown.contains("truce.md:1:8"));
//! ```

mod diagnostic;
mod json;
mod sarif;
mod terminal;

pub use diagnostic::{Diagnostic, Label, Severity, sort};
pub use json::to_json;
pub use sarif::{Rule, Tool, to_sarif};
pub use terminal::render_terminal;

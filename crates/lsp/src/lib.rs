//! The language server: an agreement in an editor. What `servanda check` says stands beside the
//! text while it is written; names lead to their declarations; `fmt` formats.
//!
//! It speaks the Language Server Protocol (version 3.17) over the standard input and output, with
//! one request at a time. What an editor has not saved wins over what is on disk. The agreement
//! is read as `servanda check` reads it, by `servanda-terms`; nothing here knows what a term
//! means.

mod analysis;
mod complete;
mod diagnostics;
mod documents;
mod hover;
mod navigate;
mod position;
mod server;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
mod uri;

pub use server::{Served, ServerError, run};

//! How a record and its answers are checked.

use super::Format;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RecomputeArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// An answer, as `status --format json` printed it.
    pub(crate) answer: PathBuf,
    /// How many entries it was computed from, for an answer that cites by content and names no
    /// record; by default all.
    #[arg(long, value_name = "SIZE")]
    pub(crate) as_of: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The log's key, as you know it from elsewhere; without it the key is not confirmed. Give it
    /// twice to name the log's ML-DSA-44 key too.
    #[arg(long)]
    pub(crate) key: Vec<String>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

//! What agreements as texts are asked.

use super::Format;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The agreement: its file, or the folder that holds agreement.md.
    #[arg(required_unless_present = "explain")]
    pub(crate) agreement: Option<PathBuf>,
    /// Tell the story of a code, such as SV030; without a code, list them all.
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "")]
    pub(crate) explain: Option<String>,
    /// How the diagnostics are printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CheckFormat,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For people.
    #[default]
    Text,
    /// For programs; the fields are described in spec/.
    Json,
    /// For editors, forges and dashboards: SARIF 2.1.0.
    Sarif,
}

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// The agreements: files, or folders that hold agreement.md; - is the standard input, written
    /// to the standard output.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing; list what is not in form, and end with 1 if anything is.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ParseArgs {
    /// The agreement: its file, or the folder that holds agreement.md. It must have no error.
    pub(crate) agreement: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The old text: its file, or the folder that holds agreement.md.
    pub(crate) old: PathBuf,
    /// The new text.
    pub(crate) new: PathBuf,
    /// How the difference is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: DiffFormat,
    /// File to write; by default the standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// End with 1 when something is one of these: added, removed, renamed, tightened, loosened,
    /// longer, shorter, moved-in-time, moved-in-space, changed, unknown.
    #[arg(long, value_name = "WORD,...", value_delimiter = ',')]
    pub(crate) fail_on: Vec<String>,
}

/// How a difference is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people, side by side.
    #[default]
    Text,
    /// For programs; the fields are described in spec/.
    Json,
    /// One page that needs nothing else.
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The other text: its file, or the folder that holds agreement.md. Given several times, the
    /// texts are replayed side by side.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) agreement: Vec<PathBuf>,
    /// The instant of the world asked about; by default when the last entry was received.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// What the record held: a number of entries, or a time of receipt.
    #[arg(long, value_name = "SIZE|TIME")]
    pub(crate) as_of: Option<String>,
    /// How the answer is printed. As JSON, several texts give a line each.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

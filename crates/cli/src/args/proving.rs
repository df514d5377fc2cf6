//! How a record and its answers are checked.

use super::{Format, ShownArgs};
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
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct ProveArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// This entry; may be given several times.
    #[arg(long, value_name = "N", group = "what")]
    pub(crate) entry: Vec<u64>,
    /// The entries from I to before J, and that none of them is missing.
    #[arg(long, value_name = "I..J", group = "what")]
    pub(crate) range: Option<String>,
    /// The finding at entry N, with all that was in the record when it was made.
    #[arg(long, value_name = "N", group = "what")]
    pub(crate) finding: Option<u64>,
    /// An answer, as `status --format json` printed it, with all that it was computed from.
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) answer: Option<PathBuf>,
    /// All of the record.
    #[arg(long, group = "what")]
    pub(crate) all: bool,
    /// The bundle to write.
    #[arg(long, value_name = "FILE.zip")]
    pub(crate) out: PathBuf,
    /// A checkpoint of the record, with the cosignatures that were collected for it; by default
    /// the record's own.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// An earlier checkpoint: prove too that the record continues it.
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    /// The policy that you go by: whose cosignatures are enough. Readers may use another.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Leave out the texts on how it is built and the second checker, which most readers have.
    #[arg(long)]
    pub(crate) no_spec: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// The record: a folder, or s3://BUCKET/PREFIX.
    pub(crate) from: PathBuf,
    /// Where the copy goes, a place that is empty: a folder, or s3://BUCKET/PREFIX.
    pub(crate) to: PathBuf,
    /// The log's key, as you know it from elsewhere.
    #[arg(long)]
    pub(crate) key: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The record; or a proof bundle, as `prove` wrote it.
    #[arg(value_name = "DIR|FILE.zip")]
    pub(crate) path: PathBuf,
    /// The log's key, as you know it from elsewhere; without it the key is not confirmed. Give it
    /// twice to name the log's ML-DSA-44 key too.
    #[arg(long)]
    pub(crate) key: Vec<String>,
    /// Of a folder: rely on neither SHA-256 nor Ed25519. What counts is the newest renewal that a
    /// key named with --key has signed with ML-DSA-44, and what it covers.
    #[arg(long, requires = "key")]
    pub(crate) renewed: bool,
    /// Whose cosignatures are enough for you: of a record, each entry's grade is told and who is
    /// absent; of a bundle, by default its own policy.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The time asked about, such as 2031-05-01T00:00:00Z. What was cosigned later doesn't count.
    /// Of a bundle no clock is read; of a record it is by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
    /// Of a full export: put the record back in place here, when all holds.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) unpack: Option<PathBuf>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

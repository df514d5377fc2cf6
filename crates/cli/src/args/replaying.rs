//! What is asked of a replay in parts.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    #[command(subcommand)]
    pub(crate) step: ReplayStep,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReplayStep {
    /// Write the observations of a record out in parts, as GeoParquet.
    Export(ReplayExportArgs),
    /// Write down which texts are to be replayed, and print the name of the job.
    Plan(ReplayPlanArgs),
    /// Work out parts of a job, and put what comes of each beside it.
    Map(ReplayMapArgs),
    /// Put together what came of all parts, and print the answer as JSON.
    Reduce(ReplayReduceArgs),
    /// Plan, map and reduce on this machine alone, and print the same answer.
    Run(ReplayPlanArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ReplayExportArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// Where the parts go: a folder, or s3://BUCKET/PREFIX.
    #[arg(value_name = "PLACE")]
    pub(crate) to: PathBuf,
    /// How many parts, at most; several for each machine let a quick one do more of them.
    #[arg(long, value_name = "N", default_value_t = 16,
          value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) parts: u16,
    /// What the record held: a number of entries, or a time of receipt.
    #[arg(long, value_name = "SIZE|TIME")]
    pub(crate) as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayPlanArgs {
    /// Where the parts are.
    #[arg(value_name = "PLACE")]
    pub(crate) at: PathBuf,
    /// Another text: its file, or the folder that holds agreement.md; as often as there are texts.
    #[arg(long, value_name = "FILE", required = true)]
    pub(crate) agreement: Vec<PathBuf>,
    /// The instant of the world asked about; by default when the last entry was received.
    #[arg(long = "at", value_name = "TIME", id = "instant")]
    pub(crate) instant: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayMapArgs {
    /// Where the parts are.
    #[arg(value_name = "PLACE")]
    pub(crate) at: PathBuf,
    /// The job.
    #[arg(long, value_name = "JOB")]
    pub(crate) job: String,
    /// Parts by their numbers, from 0.
    #[arg(long, value_name = "N,...", value_delimiter = ',', required = true)]
    pub(crate) part: Vec<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayReduceArgs {
    /// Where the parts are.
    #[arg(value_name = "PLACE")]
    pub(crate) at: PathBuf,
    /// The job.
    #[arg(long, value_name = "JOB")]
    pub(crate) job: String,
}

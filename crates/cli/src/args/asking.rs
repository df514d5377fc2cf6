//! What a record is asked.

use super::{AskArgs, Format};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct FindingsArgs {
    #[command(flatten)]
    pub(crate) status: StatusArgs,
    #[command(flatten)]
    pub(crate) grade: GradeArgs,
}

/// By whose word the grades of entries are told.
#[derive(Debug, Args)]
pub(crate) struct GradeArgs {
    /// Say how final entries are, by this policy: logged, witnessed by its quorum, held by its
    /// mirrors; and name who is absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Grades as of this time, such as 2031-05-01T00:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME", requires = "policy")]
    pub(crate) grades_at: Option<String>,
    #[command(flatten)]
    pub(crate) shown: ShownArgs,
}

/// What the reader has in hand beside a policy.
#[derive(Debug, Args, Clone)]
pub(crate) struct ShownArgs {
    /// A receipt of the operator's: what it promises and is not logged yet is told too. Can be
    /// given more than once.
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub(crate) receipt: Vec<PathBuf>,
    /// An anchor, such as e12, whose authority's signature you have checked (`servanda anchor
    /// list` tells how): two of different authorities make R4 of what the mirrors hold.
    #[arg(long, value_name = "ENTRY", requires = "policy")]
    pub(crate) anchored: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ClocksArgs {
    /// The record; or an agreement that has none yet: its file, or its folder.
    pub(crate) path: PathBuf,
    /// Write them as a calendar too.
    #[arg(long, value_name = "FILE")]
    pub(crate) ics: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// How they are printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct TalksArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// Only the first so many entries, or what had been received by then.
    #[arg(long, value_name = "SIZE|TIME")]
    pub(crate) as_of: Option<String>,
    /// Count what a model found too, though nobody has confirmed it; but not what it gives to
    /// another speaker than the rules do.
    #[arg(long)]
    pub(crate) with_model: bool,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TableFormat,
    /// File to write; by default the standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// With html: the folder of the texts as received, so that words open in their sentence; by
    /// default the record's name with `.texts`, beside it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) texts: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PositionsArgs {
    #[command(flatten)]
    pub(crate) talks: TalksArgs,
    /// Only these points or topics.
    #[arg(long, value_name = "ID")]
    pub(crate) point: Vec<String>,
    /// Only these parties.
    #[arg(long, value_name = "ID")]
    pub(crate) party: Vec<String>,
    /// Only these outlets, or files where the outlet isn't known.
    #[arg(long, value_name = "NAME")]
    pub(crate) outlet: Vec<String>,
    /// Only what was said on this day or later.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Only what was said before this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// For a spreadsheet.
    Csv,
    /// For programs; the fields are described in spec/.
    Json,
    /// One page of all four views, to read and print: each cell opens its words.
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// A provision, an incident (i-…), an entry (e12), a row (e12.3) or a content id.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    #[command(flatten)]
    pub(crate) grade: GradeArgs,
    /// How the explanation is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The form.
    #[arg(long = "as", value_enum)]
    pub(crate) form: ExportForm,
    /// File to write; by default the standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// With statements-jsonl: what a model proposed too, each with the model's name.
    #[arg(long)]
    pub(crate) with_model: bool,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    Csv,
    Geojson,
    Jsonl,
    /// Who said what: a statement a line, places in characters of the text.
    StatementsJsonl,
    /// Every entry of the record on a line, as it was signed.
    EntriesJsonl,
    /// An RO-Crate 1.1: a folder with a copy of the record and what it is; --out names the folder.
    RoCrate,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// HTML file to write.
    #[arg(long, value_name = "FILE.html", required_unless_present = "day")]
    pub(crate) out: Option<PathBuf>,
    /// The daily report of this day, such as 2026-04-12; printed, or written with --out.
    #[arg(long, value_name = "DATE")]
    pub(crate) day: Option<String>,
    /// The time of day at which a day's report closes, such as 19:30; by default midnight.
    #[arg(long, value_name = "HH:MM", requires = "day")]
    pub(crate) cutoff: Option<String>,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
}

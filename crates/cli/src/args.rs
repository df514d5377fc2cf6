//! The arguments: each is defined once, for the parser, its help and the manual.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Keeps the record of a peace agreement: what was agreed, what was seen, and which terms are
/// being kept, each answer with evidence that anyone can check.
///
/// Exit codes: 0 the command did its work, whatever the answer says; 1 `check` found an error,
/// `fmt` met what can't be read or (with --check) is not in form, `verify` or `recompute` failed,
/// `--strict` met a rejected row, or what --fail-on names is there; 2 wrong usage, or input that
/// can't be read.
#[derive(Debug, Parser)]
#[command(name = "servanda", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// Say nothing but the answer and errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Colour: on a terminal, always, or never.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs; the fields are described in spec/.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check an agreement: what is unresolved, incomplete, contradictory or can't be monitored.
    Check(CheckArgs),
    /// Write the TOML of agreements in the one form: its front matter and its blocks of terms.
    Fmt(FmtArgs),
    /// Print an agreement as JSON, all names resolved: for programs of others.
    Parse(ParseArgs),
    /// Compare two texts of an agreement: what was added, removed, tightened, loosened or moved.
    Diff(DiffArgs),
    /// Replay a record under another text: what would be found, and what could not be. Writes
    /// nothing.
    WhatIf(WhatIfArgs),
    /// Found a record for an agreement.
    Init(InitArgs),
    /// Add files of observations, claims or sites.
    Add(AddArgs),
    /// Note one patrol report or complaint.
    Note(NoteArgs),
    /// Enter a person's verification, attribution, finding, merge, split or retraction.
    Assess(AssessArgs),
    /// Enter an act: signature, vote, deposit, position, performance, entry into force, ….
    Act(ActArgs),
    /// Enter a party's reply.
    Reply(ReplyArgs),
    /// Answer: the state of each provision, with the evidence.
    Status(StatusArgs),
    /// List the clocks: deadlines, windows, terms, notices; what waits for what.
    Clocks(ClocksArgs),
    /// List findings and possible violations.
    Findings(StatusArgs),
    /// Who stands where on each point, by published reports.
    Positions(PositionsArgs),
    /// What published reports contradict each other in, side by side.
    Contradictions(TalksArgs),
    /// Meetings and calls, with every date that is reported for them.
    Timeline(TalksArgs),
    /// How much is agreed: by the agreement's points, and as reports state it.
    PercentAgreed(TalksArgs),
    /// Explain a provision, an incident, an entry or a row, down to the proof.
    Explain(ExplainArgs),
    /// Write the observations out.
    Export(ExportArgs),
    /// Write the page, or the daily report.
    Report(ReportArgs),
    /// Compute an answer anew from the record and compare the bytes.
    Recompute(RecomputeArgs),
    /// Check a whole record: every byte, signature and hash.
    Verify(VerifyArgs),
    /// Show a real truce: make its record, answer, and write the page. Works offline.
    Demo(DemoArgs),
    /// Serve an editor: the language server, on the standard input and output.
    Lsp,
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Manual,
}

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
    /// The other text: its file, or the folder that holds agreement.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) agreement: PathBuf,
    /// The instant of the world asked about; by default when the last entry was received.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// What the record held: a number of entries, or a time of receipt.
    #[arg(long, value_name = "SIZE|TIME")]
    pub(crate) as_of: Option<String>,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What every command that writes needs.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    /// Folder of the signing keys; by default the record's name with `.keys`, beside it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) key_dir: Option<PathBuf>,
    /// Time of receipt, such as 2026-04-20T12:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The record's folder; it must not exist or be empty.
    pub(crate) dir: PathBuf,
    /// The agreement: its file, or the folder that holds agreement.md.
    #[arg(long, value_name = "FILE")]
    pub(crate) agreement: PathBuf,
    /// The record's name in the world, such as mission.example/truce.
    #[arg(long)]
    pub(crate) origin: Option<String>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The files.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The format: firms, ucdp, viina, csv, geojson, claims, jsonl; article for published texts
    /// (plain text, HTML, RSS, Atom). By default recognised, articles by the ending of their name.
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) format_of_files: Option<String>,
    /// The day on which an article was published that doesn't say so itself.
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// Who published an article that doesn't say so itself.
    #[arg(long, value_name = "NAME")]
    pub(crate) outlet: Option<String>,
    /// The source or register in the agreement; by default the one that fits.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// The mapping beside the agreement that reads a generic table.
    #[arg(long)]
    pub(crate) mapping: Option<String>,
    /// End with 1 when any row goes to quarantine.
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
    /// How the summary is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct NoteArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The source in the agreement, such as patrol. What is left out is asked for on a terminal.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// What was observed, such as explosion.
    #[arg(long)]
    pub(crate) what: Option<String>,
    /// Earliest time at which it happened.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Latest time, excluded; by default a minute after the earliest.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// Latitude in degrees north.
    #[arg(long, requires = "lon", allow_hyphen_values = true)]
    pub(crate) lat: Option<String>,
    /// Longitude in degrees east.
    #[arg(long, requires = "lat", allow_hyphen_values = true)]
    pub(crate) lon: Option<String>,
    /// How far from there it may have been, in metres.
    #[arg(long, value_name = "METRES", default_value_t = 0)]
    pub(crate) radius: u64,
    /// A zone of the agreement instead of a point.
    #[arg(long, conflicts_with = "lat")]
    pub(crate) zone: Option<String>,
    /// How many: a number, or bounds such as 3-5 or 3- for "at least 3".
    #[arg(long)]
    pub(crate) count: Option<String>,
    /// Unit of the count; by default what was observed.
    #[arg(long, requires = "count")]
    pub(crate) unit: Option<String>,
    /// A side, as the observer names it; give it twice for two sides.
    #[arg(long)]
    pub(crate) side: Vec<String>,
    /// Anything else, such as means=heard.
    #[arg(long = "attr", value_name = "NAME=VALUE")]
    pub(crate) attrs: Vec<String>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) what: AssessWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AssessWhat {
    /// Did it happen? confirmed, partly, refuted, could-not-verify.
    Verify(JudgeArgs),
    /// By whom? attributed, probable, contested, not-attributed.
    Attribute(JudgeArgs),
    /// Was it said, by whom it is given? confirmed, amended, rejected.
    Review(ReviewArgs),
    /// Does it break the provision? violation, no-violation, undetermined, not-observable.
    Find(FindArgs),
    /// These are one event.
    Merge(GroupArgs),
    /// These are not one event.
    Split(GroupArgs),
    /// Take back a finding, an assessment, an observation or any other entry or row.
    Retract(RetractArgs),
}

/// Who judged, by what, and why.
#[derive(Debug, Args)]
pub(crate) struct Grounds {
    /// Role of who judged, such as "head of verification"; never a name.
    #[arg(long)]
    pub(crate) role: String,
    /// Standard of proof, such as "reasonable grounds to believe".
    #[arg(long)]
    pub(crate) standard: String,
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct JudgeArgs {
    /// Incidents, entries or rows.
    #[arg(required = true)]
    pub(crate) ids: Vec<String>,
    /// The outcome.
    #[arg(long)]
    pub(crate) outcome: String,
    /// The party, for an attribution.
    #[arg(long)]
    pub(crate) party: Option<String>,
    #[command(flatten)]
    pub(crate) grounds: Grounds,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// The statement: its row, such as e12.3, or its content id.
    pub(crate) id: String,
    /// The outcome.
    #[arg(long)]
    pub(crate) outcome: String,
    /// Who speaks, where that is amended.
    #[arg(long)]
    pub(crate) speaker: Option<String>,
    /// The party that speaks, where that is amended.
    #[arg(long)]
    pub(crate) party: Option<String>,
    /// The topics, where they are amended.
    #[arg(long)]
    pub(crate) topic: Vec<String>,
    #[command(flatten)]
    pub(crate) grounds: Grounds,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FindArgs {
    /// What it rests on: incidents, entries or rows; may be none when --from and --to are given.
    pub(crate) ids: Vec<String>,
    /// The provision.
    #[arg(long)]
    pub(crate) provision: String,
    /// The outcome.
    #[arg(long)]
    pub(crate) outcome: String,
    /// The party; left out: nobody is named.
    #[arg(long)]
    pub(crate) party: Option<String>,
    /// The reading; left out: every reading.
    #[arg(long)]
    pub(crate) reading: Option<String>,
    /// The zone; left out: all of the provision's.
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// How grave it is, in the agreement's own word.
    #[arg(long, value_name = "WORD")]
    pub(crate) severity: Option<String>,
    /// Start of the span; by default that of what it rests on.
    #[arg(long, requires = "to", value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// End of the span, excluded.
    #[arg(long, requires = "from", value_name = "TIME")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) grounds: Grounds,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct GroupArgs {
    /// Incidents or rows.
    #[arg(required = true)]
    pub(crate) ids: Vec<String>,
    #[command(flatten)]
    pub(crate) grounds: Grounds,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RetractArgs {
    /// The entry or row.
    pub(crate) id: String,
    /// Role of who retracts.
    #[arg(long)]
    pub(crate) role: String,
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ActArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// signature, vote, deposit, position, performance, declaration, determination, extension,
    /// withdrawal, event, entry-into-force, suspension, termination, notice.
    pub(crate) act: String,
    /// Who acted.
    #[arg(long)]
    pub(crate) by: String,
    /// The provisions; left out: all of the agreement.
    #[arg(long = "provision")]
    pub(crate) provisions: Vec<String>,
    /// The stage of an obligation, the step of a response, or the test of a trigger.
    #[arg(long, value_name = "NAME")]
    pub(crate) stage: Option<String>,
    /// The event of the agreement, for the act `event`.
    #[arg(long, value_name = "NAME")]
    pub(crate) event: Option<String>,
    /// How it came out: adopted, not-adopted (vote); met, not-met (determination); accepts,
    /// rejects, reserves, proposes (position).
    #[arg(long)]
    pub(crate) result: Option<String>,
    /// Votes for and against, such as 226:41.
    #[arg(long, value_name = "FOR:AGAINST")]
    pub(crate) votes: Option<String>,
    /// How much, with its unit, such as "12 radar".
    #[arg(long, value_name = "NUMBER UNIT")]
    pub(crate) amount: Option<String>,
    /// When it takes effect.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: String,
    /// When its effect ends.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
    /// The instrument.
    #[arg(long)]
    pub(crate) reference: String,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReplyArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The finding (or other entry) that is answered.
    pub(crate) id: String,
    /// The party.
    #[arg(long)]
    pub(crate) party: String,
    /// File with the party's words.
    #[arg(long, value_name = "FILE")]
    pub(crate) text: PathBuf,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// What is asked, and of which point of the record.
#[derive(Debug, Args)]
pub(crate) struct AskArgs {
    /// The instant of the world asked about; by default when the last entry was received.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// What the record held: a number of entries, or a time of receipt.
    #[arg(long, value_name = "SIZE|TIME")]
    pub(crate) as_of: Option<String>,
    /// Leave an exception out of account.
    #[arg(long, value_name = "EXCEPTION")]
    pub(crate) without: Vec<String>,
    /// Cite entries by index, or rows by their content.
    #[arg(long, value_enum, default_value_t = Cite::Entry)]
    pub(crate) cite: Cite,
    /// End with 1 when a provision has one of these states.
    #[arg(long, value_name = "STATE,...", value_delimiter = ',')]
    pub(crate) fail_on: Vec<String>,
}

/// How entries are cited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cite {
    /// e12.3
    Entry,
    /// By content hash; the record's size, root and times of receipt are left out.
    Content,
}

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
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TableFormat,
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
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// A provision, an incident (i-…), an entry (e12), a row (e12.3) or a content id.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
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
    /// The log's key, as you know it from elsewhere; without it the key is not confirmed.
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// How the result is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The agreement; by default easter-truce-2026.
    pub(crate) name: Option<String>,
    /// List the agreements inside the program.
    #[arg(long)]
    pub(crate) list: bool,
    /// How the answer is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

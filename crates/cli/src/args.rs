//! The arguments: each is defined once, for the parser, its help and the manual.

mod asking;
mod drafts;
mod entering;
mod keys;
mod proving;
mod replaying;
mod rooming;
mod sealing;
mod witnessing;

pub(crate) use asking::*;
pub(crate) use drafts::*;
pub(crate) use entering::*;
pub(crate) use keys::*;
pub(crate) use proving::*;
pub(crate) use replaying::*;
pub(crate) use rooming::*;
pub(crate) use sealing::*;
pub(crate) use witnessing::*;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Keeps the record of a peace agreement: what was agreed, what was seen, and which terms are
/// being kept, each answer with evidence that anyone can check.
///
/// Exit codes: 0 the command did its work, whatever the answer says; 1 `check` found an error,
/// `fmt` met what can't be read or (with --check) is not in form, `verify` or `recompute` failed,
/// `--strict` met a rejected row, a witness refused, or what --fail-on names is there; 2 wrong
/// usage, or input that can't be read.
///
/// A record is a folder, or lies in a store of objects that speaks S3: s3://BUCKET/PREFIX, with
/// AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.
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
    /// Replay a large record under several texts in parts, which many machines can share.
    Replay(ReplayArgs),
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
    /// Read what is sealed, with the custodian's store; or list what is sealed.
    OpenSealed(OpenSealedArgs),
    /// Give somebody a sealed part, as a proof that anyone can check; enter to whom and why.
    Disclose(DiscloseArgs),
    /// Enter that what an entry withholds must be kept, as it may be evidence.
    Hold(HoldArgs),
    /// Have sealed parts erased: order, signatures, entry, and what each custodian destroys.
    Erase(EraseArgs),
    /// Answer: the state of each provision, with the evidence.
    Status(StatusArgs),
    /// List the clocks: deadlines, windows, terms, notices; what waits for what.
    Clocks(ClocksArgs),
    /// List findings and possible violations.
    Findings(FindingsArgs),
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
    /// Write what a record proves into one file, to be checked offline: an entry, a range, all.
    Prove(ProveArgs),
    /// Copy a record to another place, a folder or a store of objects, and check it there.
    Copy(CopyArgs),
    /// Check a whole record, or a proof bundle: every byte, signature and hash.
    Verify(VerifyArgs),
    /// Run a witness: it states that each checkpoint continues all that it saw before.
    Witness(WitnessArgs),
    /// Run a mirror: whole copies of records, each checked to the last byte before it is cosigned.
    Mirror(MirrorArgs),
    /// Hand in at a mirror what an operator refuses or ignores, and see what is withheld.
    Letterbox(LetterboxArgs),
    /// Have outside authorities stamp the time of a state of the record, and keep their replies in
    /// it.
    Anchor(AnchorArgs),
    /// Promise in writing to take something in, or see whether such promises were kept.
    Receipt(ReceiptArgs),
    /// Ask witnesses and mirrors whether this record was put back to an earlier state: before
    /// anything is written after a backup was restored.
    Standing(StandingArgs),
    /// Have witnesses cosign a record's checkpoint, over HTTP or by file.
    Cosign(CosignArgs),
    /// Keys: make, change, revoke and list them; acts that several hands sign, as files.
    Key(KeyArgs),
    /// Open the operations room on a record: the web application for a mission's people.
    Serve(RoomServeArgs),
    /// The operations room: who may come in.
    Room(RoomArgs),
    /// Show a real truce: make its record, answer, and write the page. Works offline.
    Demo(DemoArgs),
    /// Serve an editor: the language server, on the standard input and output.
    Lsp,
    /// Print completions for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page.
    Manual,
}

/// What every command that writes to a record needs.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    #[command(flatten)]
    pub(crate) hand: HandArgs,
    #[command(flatten)]
    pub(crate) forced: ForcedArgs,
}

/// What is asked before a record is written to.
#[derive(Debug, Args)]
pub(crate) struct ForcedArgs {
    /// Go on although too few of those whom the file `mirrors` beside the keys names are reached:
    /// the record will say so, with this reason. Whoever knows of a newer record stops it still.
    #[arg(long, value_name = "REASON")]
    pub(crate) without_mirrors: Option<String>,
}

/// Who writes, and when.
#[derive(Debug, Args)]
pub(crate) struct HandArgs {
    /// Folder of the signing keys; by default the record's name with `.keys`, beside it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) key_dir: Option<PathBuf>,
    /// Time of receipt, such as 2026-04-20T12:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
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
pub(crate) struct DemoArgs {
    /// The agreement; by default easter-truce-2026.
    pub(crate) name: Option<String>,
    /// List the agreements inside the program.
    #[arg(long)]
    pub(crate) list: bool,
    /// Open the operations room on it, with an account of each role and one published password;
    /// only this machine can connect.
    #[arg(long, conflicts_with_all = ["list", "format"])]
    pub(crate) room: bool,
    /// Address and port of the room; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", requires = "room")]
    pub(crate) address: SocketAddr,
    /// End the room by itself after so many seconds.
    #[arg(long, value_name = "SECONDS", requires = "room")]
    pub(crate) stop_after: Option<u64>,
    #[command(flatten)]
    pub(crate) web: WebArgs,
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

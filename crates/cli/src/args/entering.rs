//! What goes into a record.

use super::{Format, HandArgs, SealArgs, WriteArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    /// The parties and guarantors with their root keys, and who of them may change the operator:
    /// a TOML file. What is not laid down now can't be done later.
    #[arg(long, value_name = "FILE")]
    pub(crate) parties: Option<PathBuf>,
    /// A verifier key of somebody who may order that sealed parts be erased; give each.
    #[arg(long = "eraser", value_name = "KEY")]
    pub(crate) erasers: Vec<String>,
    /// How many of them must sign an order; by default all.
    #[arg(long, value_name = "COUNT", requires = "erasers")]
    pub(crate) erase_threshold: Option<u32>,
    #[command(flatten)]
    pub(crate) hand: HandArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The files; or the addresses (https://…) of articles and feeds, which are fetched.
    #[arg(required = true, value_name = "FILE|ADDRESS")]
    pub(crate) files: Vec<PathBuf>,
    /// The format: firms, ucdp, viina, csv, geojson, claims, jsonl; article for published texts
    /// (plain text, HTML, RSS, Atom); archive for what another program packed, which is kept as it
    /// came and not read. By default recognised, articles by the ending of their name.
    #[arg(long = "as", value_name = "FORMAT")]
    pub(crate) format_of_files: Option<String>,
    /// The day on which an article was published that doesn't say so itself.
    #[arg(long, value_name = "DATE")]
    pub(crate) published: Option<String>,
    /// Who published an article that doesn't say so itself.
    #[arg(long, value_name = "NAME")]
    pub(crate) outlet: Option<String>,
    /// The private folder in which articles are kept as received; by default the record's name
    /// with `.texts`, beside it. No part of the record.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) texts: Option<PathBuf>,
    /// Keep no copy of articles.
    #[arg(long, conflicts_with = "texts")]
    pub(crate) no_copy: bool,
    /// Fetch each page that a feed leads to, one by one, and read it too. The feed is given by its
    /// address.
    #[arg(long)]
    pub(crate) follow: bool,
    /// Have a model read the texts after the rules: its name at the endpoint. The paragraphs are
    /// sent there. What it finds is marked, and counts nowhere until a person confirms it. Its key,
    /// if it needs one, is taken from the variable SERVANDA_MODEL_KEY alone.
    #[arg(long, value_name = "NAME", requires = "model_url")]
    pub(crate) model: Option<String>,
    /// Where the model is asked, such as http://localhost:8080/v1: `/chat/completions` below it.
    #[arg(long, value_name = "URL", requires = "model")]
    pub(crate) model_url: Option<String>,
    /// How long the model may take for one answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "model",
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) model_seconds: u64,
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
    pub(crate) seal: SealArgs,
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
    /// A zone of the agreement instead of a point; or beside a point that is sealed.
    #[arg(long)]
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
    /// More of these from a file, one a line; `-` for the standard input. What stands on a command
    /// line others on the machine can see, and a shell keeps.
    #[arg(long = "attrs", value_name = "FILE")]
    pub(crate) attrs_file: Option<PathBuf>,
    /// Withhold this: place, count, side, or the name of an attribute, such as observer. The entry
    /// holds a commitment to it.
    #[arg(long = "seal", value_name = "FIELD,...", value_delimiter = ',')]
    pub(crate) sealed: Vec<String>,
    #[command(flatten)]
    pub(crate) seal: SealArgs,
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

impl AssessWhat {
    /// How it is written.
    pub(crate) fn write(&self) -> &WriteArgs {
        match self {
            AssessWhat::Verify(args) | AssessWhat::Attribute(args) => &args.write,
            AssessWhat::Review(args) => &args.write,
            AssessWhat::Find(args) => &args.write,
            AssessWhat::Merge(args) | AssessWhat::Split(args) => &args.write,
            AssessWhat::Retract(args) => &args.write,
        }
    }
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
    /// Who decided, by name: sealed.
    #[arg(long, value_name = "NAME")]
    pub(crate) decided_by: Option<String>,
    #[command(flatten)]
    pub(crate) seal: SealArgs,
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
    /// Enter nothing: write the act into a file, to be signed by several hands (`servanda key
    /// sign`) and entered then (`servanda key enter`).
    #[arg(long, value_name = "FILE")]
    pub(crate) draft: Option<PathBuf>,
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
    pub(crate) seal: SealArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

//! How witnesses are run and asked.

use super::{HandArgs, WriteArgs};
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct WitnessArgs {
    #[command(subcommand)]
    pub(crate) what: WitnessWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WitnessWhat {
    /// Make a witness: its folder, with two new keys.
    Make(MakeArgs),
    /// Watch a record from now on, by the log's keys.
    Watch(WatchArgs),
    /// Print the witness's keys, and the records that it watches.
    Show(ShowArgs),
    /// Answer a request that came as a file.
    Answer(WitnessAnswerArgs),
    /// Answer over HTTP (C2SP tlog-witness), until it is interrupted.
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct MirrorArgs {
    #[command(subcommand)]
    pub(crate) what: MirrorWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MirrorWhat {
    /// Make a mirror: its folder, with two new keys.
    Make(MakeArgs),
    /// Mirror a record from now on, by the log's keys.
    Watch(WatchArgs),
    /// Print the mirror's keys, and the records that it holds.
    Show(ShowArgs),
    /// Copy a record, check all of it, and cosign it if it continues the copy that is held.
    Pull(PullArgs),
    /// Serve the copies over HTTP (C2SP tlog-tiles), take what is pushed (C2SP tlog-mirror) and
    /// what is handed in at the letterbox, until it is interrupted.
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    /// The folder of the mirror.
    pub(crate) dir: PathBuf,
    /// The record: its folder, or a copy on a stick.
    pub(crate) from: PathBuf,
    /// File for the cosignatures, to give to the operator.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The time to state, such as 2026-04-20T12:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The folder of the witness or mirror.
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct MakeArgs {
    /// The folder of the witness or mirror; it must not exist or be empty.
    pub(crate) dir: PathBuf,
    /// Its name in the world, such as delegation.example/witness.
    #[arg(long)]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// The folder of the witness or mirror.
    pub(crate) dir: PathBuf,
    /// The log's keys, as its operator published them: Ed25519, and ML-DSA-44 where it has one.
    #[arg(required_unless_present = "of", num_args = 1..=2)]
    pub(crate) keys: Vec<String>,
    /// Take the keys from a copy of the record. Compare them with what its operator published.
    #[arg(long, value_name = "DIR", conflicts_with = "keys")]
    pub(crate) of: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WitnessAnswerArgs {
    /// The folder of the witness or mirror.
    pub(crate) dir: PathBuf,
    /// The request, as `servanda cosign --request` wrote it.
    pub(crate) request: PathBuf,
    /// File for the answer; by default the standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// The time to state, such as 2026-04-20T12:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The folder of the witness or mirror.
    pub(crate) dir: PathBuf,
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// End by itself after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) stop_after: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct CosignArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The policy that names the witnesses and their keys (C2SP tlog-policy).
    #[arg(long, value_name = "FILE", required_unless_present = "request")]
    pub(crate) policy: Option<PathBuf>,
    /// Ask the witness at this address, such as https://delegation.example; can be given more than
    /// once.
    #[arg(long, value_name = "URL")]
    pub(crate) witness: Vec<String>,
    /// Push the record to the mirror at this address (C2SP tlog-mirror), and take its
    /// cosignatures; can be given more than once.
    #[arg(long, value_name = "URL")]
    pub(crate) mirror: Vec<String>,
    /// Take in a witness's answer from a file; can be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: Vec<PathBuf>,
    /// Write a request for a witness that has cosigned so many entries last; 0 for none.
    #[arg(long, value_name = "SIZE", conflicts_with_all = ["witness", "mirror", "answer"])]
    pub(crate) request: Option<u64>,
    /// File for the request; by default the standard output.
    #[arg(long, value_name = "FILE", requires = "request")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LetterboxArgs {
    #[command(subcommand)]
    pub(crate) what: LetterboxWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LetterboxWhat {
    /// Hand in a note over HTTP, and keep the receipt.
    Send(SendArgs),
    /// Take a note that came as a file, and write the receipt.
    Put(PutArgs),
    /// Print the letterbox's keys, and what was handed in.
    Show(ShowArgs),
    /// Say what was handed in for a record and is not in it. Ends with 1 when there is anything.
    Check(LettersArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// The mirror, such as https://delegation.example.
    pub(crate) to: String,
    /// The signed note; its second line names the record.
    pub(crate) note: PathBuf,
    /// File for the receipt.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct PutArgs {
    /// The folder of the mirror.
    pub(crate) mirror: PathBuf,
    /// The signed note; its second line names the record.
    pub(crate) note: PathBuf,
    /// File for the receipt.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// The time of receipt, such as 2026-04-20T12:00:00Z; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct LettersArgs {
    /// The record, or a copy of it.
    pub(crate) dir: PathBuf,
    /// The folder of a mirror: all that lies in its letterbox.
    #[arg(long, value_name = "MIRROR", required_unless_present = "receipt")]
    pub(crate) of: Option<PathBuf>,
    /// A receipt; can be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Vec<PathBuf>,
    /// A key of the letterbox that gave the receipts: Ed25519 first, then ML-DSA-44.
    #[arg(long, num_args = 1, requires = "receipt")]
    pub(crate) key: Vec<String>,
    /// The time to which the delay is counted; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AnchorArgs {
    #[command(subcommand)]
    pub(crate) what: AnchorWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AnchorWhat {
    /// Write a request to a time-stamping authority (RFC 3161) for a state of the record.
    Request(StampRequestArgs),
    /// Enter an authority's reply, as it came.
    Add(AnchorAddArgs),
    /// List the anchors: what each says, and how to check who signed it.
    List(AnchorListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct StampRequestArgs {
    /// The record, or a copy of it.
    pub(crate) dir: PathBuf,
    /// File for the request; it is sent as application/timestamp-query.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Of the record's first entries, so many; by default all.
    #[arg(long, value_name = "SIZE")]
    pub(crate) size: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct AnchorAddArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The authority's reply.
    pub(crate) reply: PathBuf,
    /// Who the authority is, in words.
    #[arg(long, value_name = "WORDS")]
    pub(crate) authority: String,
    /// Another proof than a reply of RFC 3161: what it is, as a media type. It is kept, not read,
    /// and counts for no grade.
    #[arg(long, value_name = "TYPE")]
    pub(crate) media: Option<String>,
    /// Of such a proof: of how many entries it is; by default of all.
    #[arg(long, value_name = "SIZE", requires = "media")]
    pub(crate) size: Option<u64>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AnchorListArgs {
    /// The record, or a copy of it.
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ReceiptArgs {
    #[command(subcommand)]
    pub(crate) what: ReceiptWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptWhat {
    /// Promise, signed with the log's key, that a file which was handed in will be in the record.
    Give(GiveArgs),
    /// Say of each receipt whether it was kept, is open, or is broken. Ends with 1 when one is
    /// broken.
    Check(HeldToArgs),
}

#[derive(Debug, Args)]
pub(crate) struct GiveArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// What was handed in, as it came.
    pub(crate) file: PathBuf,
    /// File for the receipt.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Within how many seconds it will be there.
    #[arg(long, value_name = "SECONDS", default_value_t = servanda_tlog::PROMISE_WITHIN_S)]
    pub(crate) within: u64,
    #[command(flatten)]
    pub(crate) hand: HandArgs,
}

#[derive(Debug, Args)]
pub(crate) struct HeldToArgs {
    /// The record, or a copy of it.
    pub(crate) dir: PathBuf,
    /// The receipts, as the operator gave them.
    #[arg(required = true)]
    pub(crate) receipts: Vec<PathBuf>,
    /// The time to which is counted; by default the clock's.
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StandingArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The policy that names the witnesses and mirrors: its quorum must have been asked.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: PathBuf,
    /// Ask the witness or mirror at this address; can be given more than once.
    #[arg(long, value_name = "URL")]
    pub(crate) ask: Vec<String>,
    /// A checkpoint that a witness or mirror holds, as a file; can be given more than once.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Vec<PathBuf>,
}

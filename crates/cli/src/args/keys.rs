//! Keys, and acts that several hands sign.

use super::{Format, WriteArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    pub(crate) what: KeyWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyWhat {
    /// Make new keys: of one hand of a party, or those of an operator.
    New(KeyNewArgs),
    /// Draft a change of keys, to be signed by several hands. Writes nothing into the record.
    Propose(ProposeArgs),
    /// Sign the file of an act. It says what is signed.
    Sign(KeySignArgs),
    /// Say what the file of an act says and who has signed it.
    Show(KeyShowArgs),
    /// Enter an act that several hands have signed, from one file or several copies of it.
    Enter(KeyEnterArgs),
    /// List the keys: which hold, since which entry, which are revoked, and what that flags.
    List(KeyListArgs),
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub(crate) struct KeyNewArgs {
    /// The file of a root key, or the folder of an operator's keys; it must not exist.
    pub(crate) path: PathBuf,
    /// A root key, in one hand, by its name, such as delegation.example/root-1.
    #[arg(long, group = "whose")]
    pub(crate) name: Option<String>,
    /// All keys of a new operator of the record of this name.
    #[arg(long, value_name = "ORIGIN", group = "whose")]
    pub(crate) operator: Option<String>,
    /// A new key for the office; the log's keys are taken from this folder.
    #[arg(long, value_name = "FOLDER", group = "whose")]
    pub(crate) office_beside: Option<PathBuf>,
    /// New keys for the log; the office's is taken from this folder.
    #[arg(long, value_name = "FOLDER", group = "whose")]
    pub(crate) log_beside: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeArgs {
    /// The record, or a copy of it.
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) change: ProposeWhat,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeCommon {
    /// Why.
    #[arg(long)]
    pub(crate) reason: String,
    /// The file of the act; by default the standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProposeWhat {
    /// Another key for the office. Signed with the old and the new.
    RotateOffice(ProposeKeysArgs),
    /// Other keys for the log, its operator staying. Signed with the old and the new, and by those
    /// who may change the operator.
    RotateLog(ProposeKeysArgs),
    /// Another operator: new keys for log and office. Signed by those who may change the operator,
    /// and with the log's new keys. The old operator is not needed.
    Operator(ProposeKeysArgs),
    /// Other root keys for a party or guarantor. Signed by its old threshold and its new.
    RotateParty(ProposePartyArgs),
    /// A key is known to others since a time.
    Revoke(ProposeRevokeArgs),
    /// All entries and files so far, hashed again with SHA3-256. Signed with the log's keys.
    Renewal(ProposeCommon),
}

#[derive(Debug, Args)]
pub(crate) struct ProposeKeysArgs {
    /// The folder of the new keys, as `servanda key new` made it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) new_keys: PathBuf,
    #[command(flatten)]
    pub(crate) common: ProposeCommon,
}

#[derive(Debug, Args)]
pub(crate) struct ProposePartyArgs {
    /// Its identifier in the record.
    pub(crate) party: String,
    /// All its root keys from now on, new and kept, as `servanda key new` printed them.
    #[arg(long = "root", value_name = "KEY", required = true)]
    pub(crate) roots: Vec<String>,
    /// How many of them must sign.
    #[arg(long, value_name = "N")]
    pub(crate) threshold: u32,
    #[command(flatten)]
    pub(crate) common: ProposeCommon,
}

#[derive(Debug, Args)]
pub(crate) struct ProposeRevokeArgs {
    /// The key, as `servanda key list` prints it.
    pub(crate) key: String,
    /// Since when others may have had it.
    #[arg(long, value_name = "TIME")]
    pub(crate) since: String,
    #[command(flatten)]
    pub(crate) common: ProposeCommon,
}

/// With which keys of a folder an act is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignAs {
    /// Those of the log.
    Log,
    /// That of the office.
    Office,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("hand").required(true))]
pub(crate) struct KeySignArgs {
    /// The file of the act. The signature is added to it.
    pub(crate) act: PathBuf,
    /// The file of a root key.
    #[arg(long, value_name = "FILE", group = "hand")]
    pub(crate) key: Option<PathBuf>,
    /// A folder of an operator's keys.
    #[arg(long, value_name = "FOLDER", group = "hand", requires = "sign_as")]
    pub(crate) key_dir: Option<PathBuf>,
    /// Which of these keys.
    #[arg(long = "as", value_enum, requires = "key_dir")]
    pub(crate) sign_as: Option<SignAs>,
}

#[derive(Debug, Args)]
pub(crate) struct KeyShowArgs {
    /// The file of the act.
    pub(crate) act: PathBuf,
    /// A copy of the record: say too whether enough have signed.
    #[arg(long, value_name = "DIR")]
    pub(crate) of: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct KeyEnterArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The file of the act; copies of it that others signed may follow.
    #[arg(required = true)]
    pub(crate) acts: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct KeyListArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// Whose cosignatures tell what was seen before a key was known to others.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// A checkpoint of the record with cosignatures, kept from before; can be given more than once.
    /// The record's own counts too.
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub(crate) witnessed: Vec<PathBuf>,
    /// How the list is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

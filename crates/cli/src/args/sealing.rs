//! What is not for everybody: sealed, opened, disclosed, held, erased.

use super::{Format, WriteArgs};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Who may read what an entry withholds, and who keeps what opens it.
#[derive(Debug, Default, Args)]
pub(crate) struct SealArgs {
    /// Who may read what is sealed: parties, guarantors, mission, sealed (whoever the custodian
    /// opens it to, one by one).
    #[arg(long, value_name = "CLASS")]
    pub(crate) class: Option<String>,
    #[command(flatten)]
    pub(crate) custody: CustodyArgs,
}

#[derive(Debug, Default, Args)]
pub(crate) struct CustodyArgs {
    /// The custodian's store: keys, salts and values of what is sealed; by default the record's
    /// name with `.custody`, beside it. No part of the record.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) custody: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct OpenSealedArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The entry, such as e12; left out: what is sealed in the record is listed.
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) custody: CustodyArgs,
    /// An opening that a custodian encrypted to you, instead of the custodian's store.
    #[arg(long, value_name = "FILE.age", requires = "identity", conflicts_with = "custody")]
    pub(crate) opening: Option<PathBuf>,
    /// Your age identity file, as age-keygen writes it.
    #[arg(long, value_name = "FILE", requires = "opening")]
    pub(crate) identity: Option<PathBuf>,
    /// Write the files that open into this folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct DiscloseArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The entry, such as e12.
    pub(crate) id: String,
    /// A sealed field, such as place or observer; may be given several times.
    #[arg(long = "field", value_name = "FIELD")]
    pub(crate) fields: Vec<String>,
    /// The sealed file.
    #[arg(long)]
    pub(crate) file: bool,
    /// To whom.
    #[arg(long, value_name = "WHOM")]
    pub(crate) to: String,
    /// On what ground.
    #[arg(long, value_name = "WHY")]
    pub(crate) ground: String,
    /// The proof bundle to write: `verify` checks it. Whoever has it can read what is disclosed.
    #[arg(long, value_name = "FILE.zip")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) custody: CustodyArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

/// Who orders something, and why.
#[derive(Debug, Args)]
pub(crate) struct OrderArgs {
    /// Who orders it, such as "the court of appeal".
    #[arg(long)]
    pub(crate) authority: String,
    /// On what ground.
    #[arg(long)]
    pub(crate) ground: String,
}

#[derive(Debug, Args)]
pub(crate) struct HoldArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The entry, such as e12.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    #[command(subcommand)]
    pub(crate) what: EraseWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EraseWhat {
    /// Make a key of somebody who may order erasures, which signs with Ed25519 and ML-DSA-44;
    /// `init --eraser` takes what it prints.
    Key(EraseKeyArgs),
    /// Write an order, to be signed by those who may give it.
    Order(EraseOrderArgs),
    /// Sign an order.
    Sign(EraseSignArgs),
    /// Enter an order that enough have signed; one that does not stand is refused, and the
    /// attempt is entered.
    Enter(EraseEnterArgs),
    /// Destroy what an order names in a custodian's store, and enter that it is done.
    CarryOut(CarryOutArgs),
}

#[derive(Debug, Args)]
pub(crate) struct EraseKeyArgs {
    /// The secret key's file.
    pub(crate) file: PathBuf,
    /// The key's name, such as north.example/justice.
    #[arg(long)]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct EraseOrderArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The entry, such as e12.
    pub(crate) id: String,
    /// End a hold instead: the entry is the hold's.
    #[arg(long)]
    pub(crate) lift_hold: bool,
    /// The order to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) order: OrderArgs,
}

#[derive(Debug, Args)]
pub(crate) struct EraseSignArgs {
    /// The order; the signature is added to it.
    pub(crate) file: PathBuf,
    /// The file of the secret key.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct EraseEnterArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The order.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CarryOutArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The entry of the order, such as e12.
    pub(crate) id: String,
    /// Whose store it is.
    #[arg(long)]
    pub(crate) custodian: String,
    #[command(flatten)]
    pub(crate) custody: CustodyArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

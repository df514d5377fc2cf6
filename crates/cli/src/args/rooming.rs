//! The operations room: serving it, and who may come in.

use super::ForcedArgs;
use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RoomServeArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// Address and port; port 0 takes a free one. Another address than one of this machine alone
    /// needs --expose.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) address: SocketAddr,
    /// Listen where other machines can connect. TLS belongs in front: give --origin too.
    #[arg(long)]
    pub(crate) expose: bool,
    /// The origin by which people reach the room through a proxy, such as
    /// https://room.example.org; no other name is answered then.
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) origin: Option<String>,
    /// Give figures for the operator, as Prometheus reads them, at http://ADDRESS:PORT/metrics; a
    /// port alone is one of this machine alone. By default they are given nowhere.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = own_address)]
    pub(crate) metrics: Option<SocketAddr>,
    /// Send news of what everybody may read, signed, to the addresses in this file (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) webhooks: Option<PathBuf>,
    /// Let people in by an account that they have elsewhere: OpenID Connect, as this file has it
    /// (TOML).
    #[arg(long, value_name = "FILE")]
    pub(crate) oidc: Option<PathBuf>,
    /// End by itself after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) stop_after: Option<u64>,
    /// Folder of the signing keys; by default the record's name with `.keys`, beside it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) key_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) web: WebArgs,
    #[command(flatten)]
    pub(crate) forced: ForcedArgs,
    #[command(flatten)]
    pub(crate) room: RoomDirArgs,
}

/// An address and port; a port alone is on this machine alone.
fn own_address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse() {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    text.parse().map_err(|_| "give a port, or an address and a port: 127.0.0.1:9464".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct WebArgs {
    /// Folder of the map library, which `make web` fills; maps can be moved with it. Without, the
    /// room draws each map itself.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) web: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RoomDirArgs {
    /// Folder of the room's accounts; by default the record's name with `.room`, beside it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) room_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RoomArgs {
    #[command(subcommand)]
    pub(crate) what: RoomWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoomWhat {
    /// The accounts: who may come in, and as what.
    Person(PersonArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PersonArgs {
    #[command(subcommand)]
    pub(crate) what: PersonWhat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PersonWhat {
    /// Open an account. Its password is drawn and printed once, or read with --password-stdin.
    Add(PersonAddArgs),
    /// List the accounts.
    List(PersonListArgs),
    /// Close an account: its sessions end at once, and its name is never given again.
    Close(PersonCloseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PersonAddArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The login name.
    pub(crate) name: String,
    /// What the person is: observer, verifier, legal, reporter, liaison, guarantor, auditor or
    /// administrator; can be given more than once.
    #[arg(long, value_name = "ROLE", required = true)]
    pub(crate) role: Vec<String>,
    /// The party that a liaison speaks for, by its id in the agreement.
    #[arg(long, value_name = "ID")]
    pub(crate) party: Option<String>,
    /// What the provider of accounts elsewhere calls the person (its `sub`).
    #[arg(long, value_name = "SUB")]
    pub(crate) oidc_subject: Option<String>,
    /// Read the password from the standard input: its first line.
    #[arg(long)]
    pub(crate) password_stdin: bool,
    #[command(flatten)]
    pub(crate) room: RoomDirArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PersonListArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    #[command(flatten)]
    pub(crate) room: RoomDirArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PersonCloseArgs {
    /// The record.
    pub(crate) dir: PathBuf,
    /// The login name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) room: RoomDirArgs,
}

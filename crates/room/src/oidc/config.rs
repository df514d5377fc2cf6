//! The operator's file: which provider, and as whom the room asks it.

use crate::RoomError;
use crate::operator_file::{self, FILE_BYTES_MAX};
use crate::people::{broken, read_private};
use serde::Deserialize;
use servanda_net::Address;
use std::fmt;
use std::path::{Path, PathBuf};

/// A provider, and as whom the room asks it.
#[derive(Debug)]
pub struct Oidc {
    pub(super) issuer: String,
    pub(super) issuer_address: Address,
    pub(super) client_id: String,
    pub(super) secret: Secret,
    pub(super) local_login: bool,
}

/// What the provider knows the room by; never printed.
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    issuer: String,
    client_id: String,
    secret_file: PathBuf,
    #[serde(default = "yes")]
    local_login: bool,
}

fn yes() -> bool {
    true
}

impl Oidc {
    /// Reads the operator's file (TOML), and the file of the secret that it names.
    ///
    /// # Errors
    /// [`RoomError::Broken`] with what is wrong and what to do.
    pub fn read(path: &Path) -> Result<Oidc, RoomError> {
        let wrong = |what: &str| broken(path, what);
        let file: File = operator_file::read(path)?;
        let issuer_address = Address::parse(&file.issuer).map_err(|e| wrong(&e.to_string()))?;
        if !issuer_address.is_secure() && !issuer_address.is_loopback() {
            return Err(wrong("its issuer is no https address, nor one of this machine"));
        }
        if file.issuer.contains(['?', '#']) || issuer_address.to_string() != file.issuer {
            return Err(wrong("its issuer is no address as the provider itself writes it"));
        }
        if file.client_id.is_empty() {
            return Err(wrong("its client_id is empty"));
        }
        let at = path.parent().unwrap_or(Path::new(".")).join(&file.secret_file);
        let secret = read_private(&at, FILE_BYTES_MAX)?;
        let secret = secret.ok_or_else(|| broken(&at, "is not there"))?.trim().to_owned();
        if secret.is_empty() {
            return Err(broken(&at, "holds no secret"));
        }
        Ok(Oidc {
            issuer: file.issuer,
            issuer_address,
            client_id: file.client_id,
            secret: Secret(secret),
            local_login: file.local_login,
        })
    }
}

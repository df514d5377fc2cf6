//! What a provider says about itself: where to go, and its keys.

use super::config::Oidc;
use super::token::Key;
use serde::Deserialize;
use servanda_net::Address;
use servanda_time::Instant;

/// It is asked again when what it said is older.
const AGE_MS_MAX: i64 = 60 * 60_000;
/// It is asked for a key that is missing no more often than this.
const AGAIN_MS_MIN: i64 = 60_000;

/// What a provider said.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) authorization: String,
    pub(super) token: Address,
    pub(super) keys: Vec<Key>,
    /// Whether its token's address takes name and secret as HTTP's own (`client_secret_basic`).
    pub(super) takes_basic: bool,
    /// Whether its answers say whose they are (RFC 9207).
    pub(super) says_issuer: bool,
    at: Instant,
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

impl Known {
    pub(super) fn is_good(&self, now: Instant, is_missing: bool) -> bool {
        let most = if is_missing { AGAIN_MS_MIN } else { AGE_MS_MAX };
        (0..most).contains(&(now.ms() - self.at.ms()))
    }

    /// Asks it.
    pub(super) fn ask(
        config: &Oidc,
        now: Instant,
        get: impl Fn(&Address) -> Result<Vec<u8>, String>,
    ) -> Result<Known, String> {
        let is_here = config.issuer_address.is_loopback();
        let safe = |text: &str| -> Result<Address, String> {
            let address = Address::parse(text).map_err(|fault| fault.to_string())?;
            // Nothing leads from https to http, nor from elsewhere to this machine.
            let is_safe = if address.is_secure() {
                is_here || !address.is_loopback()
            } else {
                is_here && address.is_loopback()
            };
            if is_safe { Ok(address) } else { Err(format!("{address}: is no https address")) }
        };
        let base = config.issuer.trim_end_matches('/');
        let about = safe(&format!("{base}/.well-known/openid-configuration"))?;
        let said: Metadata = serde_json::from_slice(&get(&about)?)
            .map_err(|_| format!("{about}: is no description of a provider"))?;
        if said.issuer != config.issuer {
            return Err(format!("{about}: describes another provider"));
        }
        let authorization = safe(&said.authorization_endpoint)?.to_string();
        let (token, keys) = (safe(&said.token_endpoint)?, safe(&said.jwks_uri)?);
        let set: KeySet = serde_json::from_slice(&get(&keys)?)
            .map_err(|_| format!("{keys}: is no set of keys"))?;
        let methods = said.token_endpoint_auth_methods_supported;
        Ok(Known {
            authorization,
            token,
            // Keys of other kinds are for others.
            keys: set.keys.iter().filter_map(Key::of).collect(),
            takes_basic: methods.is_none_or(|all| all.iter().any(|m| m == "client_secret_basic")),
            says_issuer: said.authorization_response_iss_parameter_supported,
            at: now,
        })
    }
}

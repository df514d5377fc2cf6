//! Signing in with an account elsewhere (OpenID Connect): authorization code flow with PKCE.
//!
//! The provider only says who somebody is, by its `sub`. Which account that is, and what it may
//! do, an administrator says here: who is bound to none doesn't come in.

mod config;
mod flow;
mod provider;
mod token;

pub use config::Oidc;

pub(crate) use flow::{FLOW_MS_MAX, Flow};

use crate::RoomError;
use crate::secret::draw_hex;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flow::Flows;
use provider::Known;
use servanda_net::{Address, form_request, get};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::sync::{Mutex, PoisonError};
use token::Expected;

/// Longest code or state that comes back, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

/// The provider, as the room uses it.
#[derive(Debug)]
pub(crate) struct Elsewhere {
    config: Oidc,
    flows: Flows,
    known: Mutex<Option<Known>>,
}

/// Why somebody did not come in, for the operator; visitors are told only that they didn't.
#[derive(Debug, thiserror::Error)]
#[error("signing in elsewhere: {0}")]
pub(crate) struct Refused(pub(crate) String);

impl Refused {
    fn because(what: impl Into<String>) -> Refused {
        Refused(what.into())
    }
}

/// Where a browser is sent, and what it carries so that it is known when it comes back.
#[derive(Debug)]
pub(crate) struct Leave {
    pub(crate) to: String,
    pub(crate) token: String,
}

impl Elsewhere {
    pub(crate) fn of(config: Oidc) -> Elsewhere {
        Elsewhere { config, flows: Flows::default(), known: Mutex::default() }
    }

    /// The provider's host, by which people know it.
    pub(crate) fn host(&self) -> &str {
        self.config.issuer_address.host()
    }

    /// Whether names and passwords of the room itself are taken too.
    pub(crate) fn is_local_too(&self) -> bool {
        self.config.local_login
    }

    /// Sends somebody to the provider. It may ask the provider where, so it can take a while.
    pub(crate) fn leave(&self, back: &str, next: &str, now: Instant) -> Result<Leave, Refused> {
        let known = self.known(now, false)?;
        let draw = || draw_hex().map_err(|error: RoomError| Refused::because(error.to_string()));
        let (token, state, nonce, verifier) = (draw()?, draw()?, draw()?, draw()?);
        let challenge = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()).as_bytes());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("response_type", "code");
        query.append_pair("scope", "openid");
        query.append_pair("client_id", &self.config.client_id);
        query.append_pair("redirect_uri", back);
        query.append_pair("state", &state);
        query.append_pair("nonce", &nonce);
        query.append_pair("code_challenge", &challenge);
        query.append_pair("code_challenge_method", "S256");
        let mark = if known.authorization.contains('?') { '&' } else { '?' };
        let to = format!("{}{mark}{}", known.authorization, query.finish());
        let (back, next) = (back.to_owned(), next.to_owned());
        self.flows.begin(&token, Flow { state, nonce, verifier, back, next, since: now });
        Ok(Leave { to, token })
    }

    /// Who came back, by the provider's word: its `sub`; and where they wanted to go. Each flow
    /// ends with its first answer, whatever it says.
    pub(crate) fn come_back(
        &self,
        token: &str,
        answer: &[(String, String)],
        now: Instant,
    ) -> Result<(String, String), Refused> {
        let flow = self.flows.take(token, now);
        let flow =
            flow.ok_or_else(|| Refused::because("nobody left like this, or too long ago"))?;
        let one = |name: &str| -> Result<Option<&str>, Refused> {
            let mut all = answer.iter().filter(|(own, _)| own == name).map(|(_, value)| value);
            let first = all.next().map(String::as_str);
            if all.next().is_some() || first.is_some_and(|value| value.len() > ANSWER_BYTES_MAX) {
                return Err(Refused::because(format!("{name} stands twice or is too long")));
            }
            Ok(first)
        };
        if !flow.is_state(one("state")?.unwrap_or_default()) {
            return Err(Refused::because("the state is another one"));
        }
        let known = self.known(now, false)?;
        match one("iss")? {
            Some(issuer) if issuer != self.config.issuer => {
                return Err(Refused::because("another provider answers"));
            }
            None if known.says_issuer => {
                return Err(Refused::because("the provider does not say that it answers"));
            }
            _ => (),
        }
        if one("error")?.is_some() {
            return Err(Refused::because("the provider says no"));
        }
        let code = one("code")?.ok_or_else(|| Refused::because("no code came back"))?;
        let id_token = self.exchange(&known, code, &flow)?;
        let expected = Expected {
            issuer: &self.config.issuer,
            client: &self.config.client_id,
            nonce: &flow.nonce,
            now_seconds: now.ms().div_euclid(1_000),
        };
        let subject = match token::check(&id_token, &known.keys, &expected) {
            // A key that came after ours were asked for.
            Err(token::Fault::NoKey) => {
                token::check(&id_token, &self.known(now, true)?.keys, &expected)
            }
            done => done,
        };
        let subject = subject.map_err(|fault| Refused::because(fault.to_string()))?;
        Ok((subject, flow.next))
    }

    /// Gives the code for the provider's token.
    fn exchange(&self, known: &Known, code: &str, flow: &Flow) -> Result<String, Refused> {
        let (client, secret) = (&self.config.client_id, &self.config.secret);
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &flow.back),
            ("code_verifier", &flow.verifier),
        ];
        let login = if known.takes_basic {
            let encoded = |text: &str| -> String {
                form_urlencoded::byte_serialize(text.as_bytes()).collect()
            };
            let pair = format!("{}:{}", encoded(client), encoded(&secret.0));
            Some(format!("Basic {}", STANDARD.encode(pair)))
        } else {
            form.extend([("client_id", client.as_str()), ("client_secret", &secret.0)]);
            None
        };
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let answer = form_request(&known.token, &body.finish(), login.as_deref())
            .map_err(|fault| Refused::because(fault.to_string()))?;
        if answer.status != 200 {
            let what = format!("the provider gives no token (HTTP {})", answer.status);
            return Err(Refused::because(what));
        }
        let said: serde_json::Value = serde_json::from_slice(&answer.body)
            .map_err(|_| Refused::because("what the provider gives is no JSON"))?;
        let token = said.get("id_token").and_then(serde_json::Value::as_str);
        Ok(token.ok_or_else(|| Refused::because("the provider gives no id_token"))?.to_owned())
    }

    /// What the provider says about itself; asked again when it is old, or a key is missing.
    fn known(&self, now: Instant, is_missing: bool) -> Result<Known, Refused> {
        let mut held = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held.as_ref()
            && known.is_good(now, is_missing)
        {
            return Ok(known.clone());
        }
        let fresh = Known::ask(&self.config, now, |address: &Address| {
            let answer = get(address).map_err(|fault| fault.to_string())?;
            if answer.status == 200 {
                Ok(answer.body)
            } else {
                Err(format!("{address}: no answer"))
            }
        })
        .map_err(Refused::because)?;
        *held = Some(fresh.clone());
        Ok(fresh)
    }
}

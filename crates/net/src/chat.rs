//! A model's endpoint is asked: `POST {base}/chat/completions`, as many servers speak it.

use crate::{Address, Fault, to_none_other};
use serde_json::{Value, json};
use std::fmt;
use std::io::Read;
use std::time::Duration;
use ureq::Agent;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};

/// Bytes of an answer.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// Seconds that a server may ask us to wait before the one time that it is asked again.
const WAIT_SECONDS_MAX: u64 = 10;

/// A key, which is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key as the user has it.
    #[must_use]
    pub fn of(key: &str) -> Key {
        Key(key.trim().into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Why a question has no answer. The words are for people; nothing that a server sent is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unread {
    /// No connection, or one that broke.
    #[error("no connection to the model")]
    NoConnection,
    /// It took too long.
    #[error("no answer in time")]
    Late,
    /// HTTP 401 or 403.
    #[error("the key is refused")]
    Refused,
    /// HTTP 429.
    #[error("asked too often (HTTP 429)")]
    TooOften,
    /// HTTP 5xx.
    #[error("a fault of the model's server (HTTP 5xx)")]
    ServerFault,
    /// Any other status.
    #[error("the model's server refuses the question (HTTP {0})")]
    Status(u16),
    /// An answer without end, or one that was cut.
    #[error("the answer is too long or was cut short")]
    CutShort,
    /// An answer that is none by the protocol.
    #[error("what came is no answer")]
    NoAnswer,
}

/// A model at an endpoint.
#[derive(Debug)]
pub struct Chat {
    agent: Agent,
    address: Address,
    model: String,
    key: Option<Key>,
    /// The server refused the options that not all know.
    is_plain: bool,
}

impl Chat {
    /// The model of that name at `{base}/chat/completions`.
    ///
    /// # Errors
    /// When the base is no http or https address, or a key would travel unencrypted.
    pub fn of(base: &str, model: &str, key: Option<Key>, seconds: u64) -> Result<Chat, Fault> {
        let base = base.split(['#', '?']).next().unwrap_or_default().trim_end_matches('/');
        let address = Address::parse(&format!("{base}/chat/completions"))?;
        let key = key.filter(|key| !key.0.is_empty());
        if key.is_some() && !address.is_secure() && !address.is_loopback() {
            return Err(Fault::Address {
                address: address.to_string(),
                what: "a key is sent over https only, or to this machine: give an https address"
                    .into(),
            });
        }
        if key.as_ref().is_some_and(|key| !key.0.chars().all(|c| c.is_ascii_graphic())) {
            return Err(Fault::Address {
                address: address.to_string(),
                what: "the key holds blanks or letters that no key has: check the variable".into(),
            });
        }
        let agent = to_none_other(&address, seconds);
        Ok(Chat { agent, address, model: model.into(), key, is_plain: false })
    }

    /// The name of the model.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Where the questions go.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Asks; what comes back is what the model wrote.
    ///
    /// # Errors
    /// When there is no answer, by the reason.
    pub fn ask(&mut self, system: &str, user: &str) -> Result<String, Unread> {
        let mut waited = false;
        loop {
            match self.post(system, user) {
                Posted::Text(text) => return answer(&text),
                Posted::Failed(unread) => return Err(unread),
                // Some servers know neither option.
                Posted::Status(400 | 422, _) if !self.is_plain => self.is_plain = true,
                Posted::Status(429 | 503, Some(seconds))
                    if !waited && seconds <= WAIT_SECONDS_MAX =>
                {
                    waited = true;
                    std::thread::sleep(Duration::from_secs(seconds));
                }
                Posted::Status(code, _) => {
                    return Err(match code {
                        401 | 403 => Unread::Refused,
                        429 => Unread::TooOften,
                        500..=599 => Unread::ServerFault,
                        code => Unread::Status(code),
                    });
                }
            }
        }
    }

    fn post(&self, system: &str, user: &str) -> Posted {
        let mut body = json!({
            "model": self.model,
            "messages": [
                { "role": "system", "content": system },
                { "role": "user", "content": user },
            ],
            "stream": false,
        });
        if !self.is_plain {
            body["temperature"] = 0.into();
            body["response_format"] = json!({ "type": "json_object" });
        }
        let mut request =
            self.agent.post(self.address.to_string()).header(CONTENT_TYPE, "application/json");
        if let Some(Key(key)) = &self.key {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        let response = match request.send(body.to_string()) {
            Ok(response) => response,
            Err(error) => return Posted::Failed(unread(error)),
        };
        let code = response.status().as_u16();
        if code != 200 {
            let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            return Posted::Status(code, after.and_then(|after| after.trim().parse().ok()));
        }
        let mut bytes = Vec::new();
        let body = response.into_body().into_reader();
        if let Err(error) = body.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut bytes) {
            return Posted::Failed(unread(error.into()));
        }
        if bytes.len() as u64 > ANSWER_BYTES_MAX {
            return Posted::Failed(Unread::CutShort);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Posted::Text(text),
            Err(_) => Posted::Failed(Unread::NoAnswer),
        }
    }
}

enum Posted {
    Text(String),
    Status(u16, Option<u64>),
    Failed(Unread),
}

fn unread(error: ureq::Error) -> Unread {
    match Fault::of(error, "", 0, 0) {
        Fault::Late { .. } => Unread::Late,
        Fault::CutShort { .. } | Fault::TooLarge { .. } => Unread::CutShort,
        _ => Unread::NoConnection,
    }
}

/// What the model wrote, out of the answer of its server.
fn answer(text: &str) -> Result<String, Unread> {
    let value: Value = serde_json::from_str(text).map_err(|_| Unread::NoAnswer)?;
    let choice = value.pointer("/choices/0").ok_or(Unread::NoAnswer)?;
    if choice.get("finish_reason").and_then(Value::as_str) == Some("length") {
        return Err(Unread::CutShort);
    }
    let content = choice.pointer("/message/content").and_then(Value::as_str);
    content.map(str::to_string).ok_or(Unread::NoAnswer)
}

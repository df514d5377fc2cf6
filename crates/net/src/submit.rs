//! Something is handed to a service that the user names.

use crate::{Address, Fault, to_none_other};
use std::io::Read;
use ureq::http::Response;
use ureq::{Agent, Body};

/// Bytes of an answer that are read.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;
const SECONDS: u64 = 60;

/// What a service answers, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// What it says.
    pub body: Vec<u8>,
}

/// Posts bytes to an address, and to no other: redirects are not followed.
///
/// # Errors
/// When there is no answer, or one that is too large.
pub fn submit(address: &Address, bytes: &[u8]) -> Result<Answer, Fault> {
    answered(address, |agent| agent.post(address.to_string()).send(bytes))
}

/// Posts bytes with headers of ours to an address, and to no other, and gives the status. What is
/// answered beside it is not read.
///
/// # Errors
/// When there is no answer in time.
pub fn tell(
    address: &Address,
    headers: &[(&str, &str)],
    bytes: &[u8],
    seconds: u64,
) -> Result<u16, Fault> {
    let fault = |error| Fault::of(error, &address.to_string(), seconds, ANSWER_BYTES_MAX);
    let mut request = to_none_other(address, seconds).post(address.to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(request.send(bytes).map_err(fault)?.status().as_u16())
}

/// Posts a form to an address, and to no other, with what is to stand as `authorization`.
///
/// # Errors
/// When there is no answer, or one that is too large.
pub fn form_request(address: &Address, form: &str, login: Option<&str>) -> Result<Answer, Fault> {
    answered(address, |agent| {
        let mut request = agent
            .post(address.to_string())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json");
        if let Some(login) = login {
            request = request.header("authorization", login);
        }
        request.send(form)
    })
}

/// Gets a small file from an address, and from no other.
///
/// # Errors
/// When there is no answer, or one that is too large.
pub fn get(address: &Address) -> Result<Answer, Fault> {
    answered(address, |agent| agent.get(address.to_string()).call())
}

fn answered(
    address: &Address,
    ask: impl FnOnce(Agent) -> Result<Response<Body>, ureq::Error>,
) -> Result<Answer, Fault> {
    let fault = |error| Fault::of(error, &address.to_string(), SECONDS, ANSWER_BYTES_MAX);
    let response = ask(to_none_other(address, SECONDS)).map_err(fault)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let reader = response.into_body().into_reader();
    reader
        .take(ANSWER_BYTES_MAX + 1)
        .read_to_end(&mut body)
        .map_err(|error| fault(error.into()))?;
    if body.len() as u64 > ANSWER_BYTES_MAX {
        let address = address.to_string();
        return Err(Fault::TooLarge { address, max: ANSWER_BYTES_MAX });
    }
    Ok(Answer { status, body })
}

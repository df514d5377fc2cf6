//! Requests that somebody else wrote and signed are carried.

use crate::{Address, Fault, to_none_other};
use std::io::Read;
use ureq::Agent;
use ureq::http::{Request, Response};

/// Carries requests to a server that the user named, and to no other. What stands in them, their
/// signatures for one, is their writer's.
#[derive(Debug)]
pub struct Courier {
    agent: Agent,
    address: Address,
    seconds: u64,
}

impl Courier {
    /// To the server of this address, so many seconds for each request.
    #[must_use]
    pub fn to(address: &Address, seconds: u64) -> Courier {
        let agent = to_none_other(address, seconds);
        Courier { agent, address: address.clone(), seconds }
    }

    /// Carries a request there, and the answer back, whatever its status, of at most `max` bytes.
    ///
    /// # Errors
    /// When there is no answer, one that is too large, or the request is to another server.
    pub fn carry(&self, request: Request<Vec<u8>>, max: u64) -> Result<Response<Vec<u8>>, Fault> {
        let address = self.address.to_string();
        let meant = Address::parse(&request.uri().to_string())?;
        if (meant.host(), meant.is_secure()) != (self.address.host(), self.address.is_secure()) {
            let what = "is where nothing is sent to; only the server that was named is".into();
            return Err(Fault::Address { address: meant.to_string(), what });
        }
        let fault = |error| Fault::of(error, &address, self.seconds, max);
        let response = match request.body().is_empty() {
            true => self.agent.run(request.map(|_| ())),
            false => self.agent.run(request),
        };
        let (head, body) = response.map_err(fault)?.into_parts();
        let mut bytes = Vec::new();
        let reader = body.into_reader().take(max.saturating_add(1));
        { reader }.read_to_end(&mut bytes).map_err(|error| fault(error.into()))?;
        if bytes.len() as u64 > max {
            return Err(Fault::TooLarge { address, max });
        }
        Ok(Response::from_parts(head, bytes))
    }
}

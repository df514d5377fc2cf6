//! Where a store is, and how requests get there.

use std::fmt;

use async_trait::async_trait;
use http_body_util::BodyExt as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use servanda_net::{Address, Courier, Fault};

/// Seconds for one request: a file of 1 GiB is put by one.
const SECONDS: u64 = 600;
/// Most bytes of one answer. Files are read in pieces that are smaller.
pub(crate) const ANSWER_BYTES_MAX: u64 = 16 << 20;

/// A secret, which is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(crate) String);

impl Secret {
    /// A secret as the user has it.
    #[must_use]
    pub fn of(secret: &str) -> Secret {
        Secret(secret.trim().into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Which bucket of which store, and by whose leave.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// The store's address: https, or http on this machine.
    pub endpoint: String,
    /// Its region, as signatures name it.
    pub region: String,
    /// The name of the bucket.
    pub name: String,
    /// Below which the record lies; may be empty.
    pub prefix: String,
    /// Which key signs the requests.
    pub access_key: Secret,
    /// That key.
    pub secret_key: Secret,
    /// A token that goes with keys that are lent for a time.
    pub session_token: Option<Secret>,
}

/// Hands requests to [`Courier`]. They block: there is one thread, and nothing else to do on it.
#[derive(Debug, Clone)]
pub(crate) struct ByCourier(pub(crate) Address);

#[derive(Debug)]
struct Service(Courier);

impl HttpConnector for ByCourier {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(Courier::to(&self.0, SECONDS))))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let bytes = body.collect().await?.to_bytes().to_vec();
        let request = servanda_net::http::Request::from_parts(head, bytes);
        let answer = self.0.carry(request, ANSWER_BYTES_MAX).map_err(|fault| {
            let kind = match fault {
                Fault::Late { .. } => HttpErrorKind::Timeout,
                Fault::CutShort { .. } => HttpErrorKind::Interrupted,
                Fault::TooLarge { .. } | Fault::Address { .. } => HttpErrorKind::Unknown,
                _ => HttpErrorKind::Request,
            };
            HttpError::new(kind, fault)
        })?;
        Ok(answer.map(Into::into))
    }
}

//! HTTP to addresses that the user names, and to no others.
//!
//! [`Fetcher`] gets a page or a feed; [`Chat`] asks a model's endpoint, [`submit`] and
//! [`held_checkpoint`] a witness or mirror; [`Courier`] carries what others have written to
//! a store of objects; [`tell`] hands news to who wants them; [`get`] and [`form_request`] ask a
//! provider who somebody is. All have bounds on size, time and redirects, and every failure says
//! what happened, where, and what to do. Nothing here knows what an article is. The only crate
//! that names an HTTP library.
//!
//! ```
//! use servanda_net::Address;
//! let address = Address::parse("https://news.northland.example/talks?day=3#top")?;
//! assert_eq!(address.to_string(), "https://news.northland.example/talks?day=3");
//! assert_eq!(address.name(), "news.northland.example/talks?day=3");
//! assert!(Address::parse("ftp://news.northland.example/talks").is_err());
//! # Ok::<(), servanda_net::Fault>(())
//! ```

mod address;
mod chat;
mod courier;
mod fault;
mod fetch;
mod guard;
mod held;
mod submit;

pub use address::Address;
pub use chat::{Chat, Key, Unread};
pub use courier::Courier;
pub use fault::Fault;
pub use fetch::{Bounds, Fetcher, Page};
pub use held::held_checkpoint;
pub use submit::{Answer, form_request, get, submit, tell};
pub use ureq::http;

use std::time::Duration;
use ureq::Agent;
use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};

/// How we name ourselves to servers.
const USER_AGENT: &str = concat!("servanda/", env!("CARGO_PKG_VERSION"));

/// An agent that sends to the address that the user named, and to no other: redirects are not
/// followed, and every status is an answer.
fn to_none_other(address: &Address, seconds: u64) -> Agent {
    let mut config = Config::builder()
        .user_agent(USER_AGENT)
        .tls_config(tls())
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(seconds)));
    if address.is_loopback() {
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// Certificates are checked by what this machine trusts.
fn tls() -> TlsConfig {
    // It fails only where another provider was chosen before: then that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build()
}

//! A page or a feed is got.

use crate::guard::Guard;
use crate::{Address, Fault, USER_AGENT, tls};
use std::io::Read;
use std::time::Duration;
use ureq::config::Config;
use ureq::http::header::CONTENT_TYPE;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, ResponseExt};

/// How much is read, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes of one page, once decompressed.
    pub bytes: u64,
    /// Seconds for one page, redirects and body together.
    pub seconds: u64,
    /// How often an address may send on to another.
    pub redirects: u32,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { bytes: 50 * 1024 * 1024, seconds: 60, redirects: 5 }
    }
}

/// What was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was in the end, after redirects.
    pub address: Address,
    /// What it is by its server's word, such as `text/html; charset=utf-8`; empty where none says.
    pub content_type: String,
    /// Its bytes, decompressed.
    pub bytes: Vec<u8>,
}

impl Page {
    /// The encoding that its server gives, if it gives one.
    #[must_use]
    pub fn charset(&self) -> Option<String> {
        let parts = self.content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
        let mut charsets = parts.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
        charsets.next().map(|(_, value)| value.trim().trim_matches('"').to_string())
    }
}

/// Gets what a user named, and, where asked to, what that leads to.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    bounds: Bounds,
}

/// What is asked for.
const ACCEPT: &str = "text/html, application/xhtml+xml, application/rss+xml, \
                      application/atom+xml, application/xml;q=0.9, text/*;q=0.8";

impl Fetcher {
    /// For an address that the user names, and what it leads to.
    #[must_use]
    pub fn of(named: &Address, bounds: Bounds) -> Fetcher {
        let mut config = Config::builder()
            .user_agent(USER_AGENT)
            .accept(ACCEPT)
            .tls_config(tls())
            .https_only(named.is_secure())
            .max_redirects(bounds.redirects)
            .max_redirects_will_error(true)
            .http_status_as_error(true)
            .timeout_global(Some(Duration::from_secs(bounds.seconds)));
        if named.is_loopback() {
            config = config.proxy(None);
        }
        let guard = Guard::of(named.host());
        let agent = Agent::with_parts(config.build(), DefaultConnector::new(), guard);
        Fetcher { agent, bounds }
    }

    /// Gets a page: the one that was named, or one that it leads to.
    ///
    /// # Errors
    /// When it can't be had whole, is too large, takes too long, or is no text.
    pub fn get(&self, address: &Address) -> Result<Page, Fault> {
        let Bounds { bytes: max, seconds, .. } = self.bounds;
        let fault = |error| Fault::of(error, &address.to_string(), seconds, max);
        let response = self.agent.get(address.to_string()).call().map_err(fault)?;
        // One that can't stand in a record is not named: then where it was asked for.
        let at = Address::parse(&response.get_uri().to_string());
        let at = at.unwrap_or_else(|_| address.clone());
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type.map(|value| String::from_utf8_lossy(value.as_bytes()));
        let content_type = content_type.unwrap_or_default().trim().to_string();
        if !is_text(&content_type) {
            let form: String = content_type.chars().take(80).collect();
            let form = servanda_text::escape(&form).into_owned();
            return Err(Fault::Form { address: address.to_string(), form });
        }
        let too_large = || Fault::TooLarge { address: address.to_string(), max };
        if response.body().content_length().is_some_and(|length| length > max) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let body = response.into_body().into_reader();
        body.take(max.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| fault(error.into()))?;
        if bytes.len() as u64 > max {
            return Err(too_large());
        }
        Ok(Page { address: at, content_type, bytes })
    }
}

/// Whether a content type can be that of an article or a feed. Where none is given, the bytes tell.
fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kinds = ["", "text/html", "text/plain", "text/xml", "application/xml"];
    kinds.contains(&kind.as_str()) || kind.ends_with("+xml") && kind != "image/svg+xml"
}

#[cfg(test)]
mod tests {
    use super::{Page, is_text};
    use crate::Address;

    #[test]
    fn the_encoding_is_what_the_server_says() {
        let charset = |content_type: &str| {
            let address = Address::parse("https://northland.example/").unwrap();
            Page { address, content_type: content_type.into(), bytes: vec![] }.charset()
        };
        assert_eq!(charset("text/html; Charset=\"windows-1251\"").unwrap(), "windows-1251");
        assert_eq!(charset("text/html;a=b; charset=utf-8").unwrap(), "utf-8");
        assert_eq!(charset("text/html"), None);
    }

    #[test]
    fn pages_and_feeds_are_read_and_nothing_else() {
        for good in [
            "",
            "text/html",
            "Text/HTML; charset=utf-8",
            "application/rss+xml",
            "application/xhtml+xml;q=1",
            "text/plain",
            "application/rdf+xml",
        ] {
            assert!(is_text(good), "{good}");
        }
        for bad in [
            "application/pdf",
            "image/png",
            "image/svg+xml",
            "application/json",
            "application/octet-stream",
            "video/mp4",
            "nonsense",
        ] {
            assert!(!is_text(bad), "{bad}");
        }
    }
}

//! Under which names the room may be reached.

use std::collections::BTreeSet;
use std::net::SocketAddr;

/// The authorities (host and port) that requests may name, and whether TLS is in front.
///
/// A name that isn't listed is refused: else a page elsewhere could have its own name lead to this
/// machine, and read what a browser here may read (DNS rebinding).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    authorities: BTreeSet<String>,
    is_tls: bool,
}

impl Site {
    /// A site on this machine: its address, and `localhost`.
    #[must_use]
    pub fn at(address: SocketAddr) -> Site {
        let port = address.port();
        let mut authorities = BTreeSet::from([address.to_string()]);
        if address.ip().is_loopback() {
            authorities.insert(format!("localhost:{port}"));
        }
        if port == 80 {
            let bare: Vec<String> = authorities
                .iter()
                .filter_map(|one| one.strip_suffix(":80").map(ToOwned::to_owned))
                .collect();
            authorities.extend(bare);
        }
        Site { authorities, is_tls: false }
    }

    /// A site that people reach by an origin such as `https://room.example.org`, behind a proxy
    /// that keeps the Host header.
    ///
    /// # Errors
    /// With what is wrong about the origin.
    pub fn of_origin(origin: &str) -> Result<Site, String> {
        let (is_tls, rest) = match (origin.strip_prefix("https://"), origin.strip_prefix("http://"))
        {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(format!("{origin:?}: an origin begins with https://")),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if rest.is_empty() || rest.len() > 260 || !rest.chars().all(plain) {
            return Err(format!("{origin:?}: an origin is https:// and a host, and no path"));
        }
        let default = if is_tls { ":443" } else { ":80" };
        let bare = rest.strip_suffix(default).unwrap_or(rest).to_ascii_lowercase();
        let authorities = BTreeSet::from([format!("{bare}{default}"), bare]);
        Ok(Site { authorities, is_tls })
    }

    /// Whether TLS is in front.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Whether a Host header names this site.
    pub(crate) fn is_host(&self, host: &str) -> bool {
        self.authorities.contains(&host.to_ascii_lowercase())
    }

    /// Whether an Origin header is this site's.
    pub(crate) fn is_origin(&self, origin: &str) -> bool {
        let scheme = if self.is_tls { "https://" } else { "http://" };
        origin.strip_prefix(scheme).is_some_and(|host| self.is_host(host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_names_are_this_site() {
        let site = Site::at("127.0.0.1:8080".parse().unwrap());
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080"] {
            assert!(site.is_host(host) && site.is_origin(&format!("http://{host}")), "{host}");
        }
        for host in ["127.0.0.1", "127.0.0.1:80", "example.org", "localhost.example:8080", ""] {
            assert!(!site.is_host(host), "{host}");
        }
        assert!(!site.is_origin("https://127.0.0.1:8080"));
        assert!(!site.is_origin("null"));
        assert!(Site::at("127.0.0.1:80".parse().unwrap()).is_host("127.0.0.1"));
        assert!(Site::at("[::1]:8080".parse().unwrap()).is_host("[::1]:8080"));
        assert!(!Site::at("192.0.2.1:8080".parse().unwrap()).is_host("localhost:8080"));
    }

    #[test]
    fn an_origin_names_the_site_with_and_without_its_port() {
        let site = Site::of_origin("https://Room.example.org").unwrap();
        assert!(site.is_tls());
        assert!(site.is_host("room.example.org") && site.is_host("room.example.org:443"));
        assert!(site.is_origin("https://room.example.org"));
        assert!(!site.is_origin("http://room.example.org"));
        assert!(!site.is_host("room.example.org:80"));
        assert!(
            Site::of_origin("https://room.example.org:8443")
                .unwrap()
                .is_host("room.example.org:8443")
        );
        for bad in ["room.example.org", "https://", "https://a/b", "https://a b", "ftp://a"] {
            assert!(Site::of_origin(bad).is_err(), "{bad}");
        }
    }
}

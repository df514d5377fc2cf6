//! What a page leads to is not what a user names: it never leads inward.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// An address was refused, as it lies inside.
#[derive(Debug, thiserror::Error)]
#[error("leads inward")]
pub(crate) struct Inward;

/// Looks hosts up. A host that the user named may lie anywhere; another one, that a redirect or a
/// feed leads to, may lie on this machine or its network only if the named one does.
#[derive(Debug)]
pub(crate) struct Guard {
    named: String,
    is_named_inside: Arc<AtomicBool>,
    inner: DefaultResolver,
}

impl Guard {
    pub(crate) fn of(named: &str) -> Guard {
        Guard {
            named: named.into(),
            is_named_inside: Arc::default(),
            inner: DefaultResolver::default(),
        }
    }
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let is_named = uri.host().is_some_and(|host| host.eq_ignore_ascii_case(&self.named));
        let inside = |socket: &SocketAddr| is_inside(socket.ip());
        if is_named {
            if found.iter().any(inside) {
                self.is_named_inside.store(true, Ordering::Relaxed);
            }
            return Ok(found);
        }
        if self.is_named_inside.load(Ordering::Relaxed) {
            return Ok(found);
        }
        let mut outside = self.empty();
        for socket in found.iter().filter(|socket| !inside(socket)) {
            outside.push(*socket);
        }
        if outside.is_empty() { Err(Error::Other(Box::new(Inward))) } else { Ok(outside) }
    }
}

/// Whether an address is of this machine or of a network of its own.
fn is_inside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_inside_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_inside_v4(ip),
            None => {
                let first = ip.segments().first().copied().unwrap_or_default();
                ip.is_loopback()
                    || ip.is_unspecified()
                    || first & 0xfe00 == 0xfc00
                    || first & 0xffc0 == 0xfe80
            }
        },
    }
}

fn is_inside_v4(ip: Ipv4Addr) -> bool {
    let [a, b, ..] = ip.octets();
    ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || a == 0
        // Shared by the customers of a provider.
        || a == 100 && b & 0xc0 == 64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(named: &str, is_named_inside: bool, to: &str) -> Result<usize, Error> {
        let guard = Guard::of(named);
        guard.is_named_inside.store(is_named_inside, Ordering::Relaxed);
        let timeout = NextTimeout {
            after: ureq::unversioned::transport::time::Duration::NotHappening,
            reason: ureq::Timeout::Resolve,
            ..NextTimeout::default()
        };
        let uri: Uri = to.parse().unwrap();
        guard.resolve(&uri, &Config::default(), timeout).map(|found| found.len())
    }

    #[test]
    fn nothing_outside_leads_inward() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "[::1]",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:10.0.0.1]",
        ] {
            let to = format!("http://{inside}:80/");
            let led_there = led("northland.example", false, &to);
            assert!(matches!(led_there, Err(Error::Other(_))), "{inside}: {led_there:?}");
            assert!(led("northland.example", true, &to).is_ok(), "{inside}");
            assert!(led(inside, false, &to).is_ok(), "the user named it: {inside}");
        }
        for outside in ["192.0.2.1", "100.128.0.1", "172.32.0.1", "[2001:db8::1]"] {
            assert!(led("northland.example", false, &format!("http://{outside}:80/")).is_ok());
        }
    }
}

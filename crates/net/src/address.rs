//! Addresses that a user names.

use crate::Fault;
use std::fmt;
use ureq::http::Uri;

/// Bytes of an address: it stands in the record beside what was read there.
const ADDRESS_BYTES_MAX: usize = 500;

/// An http or https address with a host, without a password and without a fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    text: String,
    host: String,
    is_secure: bool,
}

impl Address {
    /// Whether a text is meant as an address rather than as a file: it begins with a scheme.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        })
    }

    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, not of http or https, too long, or holds a password.
    pub fn parse(text: &str) -> Result<Address, Fault> {
        let shown: String = text.chars().take(120).collect();
        let fault = |what: &str| Fault::Address {
            address: servanda_text::escape(&shown).into_owned(),
            what: what.into(),
        };
        let text = encoded(text.split('#').next().unwrap_or_default());
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(fault("the address has more than 500 bytes: give a shorter one"));
        }
        let uri: Uri = text.parse().map_err(|_| {
            fault(
                "is no address: write it as https://host/path, blanks as %20 and the host in plain \
                 letters (xn--…)",
            )
        })?;
        let is_secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(fault("only http and https addresses are read: save it as a file")),
        };
        let authority = uri.authority().map(ureq::http::uri::Authority::as_str).unwrap_or_default();
        if authority.contains('@') {
            // It would stand in the record, for ever and for all.
            return Err(Fault::Address {
                address: "the address".into(),
                what: "holds a name or password before the host, which the record would publish: \
                       save the page and add the file"
                    .into(),
            });
        }
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        if host.is_empty() {
            return Err(fault("has no host: write it as https://host/path"));
        }
        Ok(Address { text, host, is_secure })
    }

    /// The host, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// What stands for the name of a file: the address without its scheme.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text
            .split_once("://")
            .map_or(self.text.as_str(), |(_, rest)| rest)
            .trim_end_matches('/')
    }

    /// Whether the host is this machine by its own words.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
    }
}

/// Letters beyond ASCII in a path or query, as servers expect them: %D0%9A. Not in the host.
fn encoded(text: &str) -> String {
    let path = text.find("://").and_then(|at| Some(at + 3 + text.get(at + 3..)?.find(['/', '?'])?));
    let mut encoded = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c.is_ascii() || path.is_none_or(|path| at < path) {
            encoded.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                encoded.push(digit.to_ascii_uppercase());
            }
        }
    }
    encoded
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_not_be_read_is_refused_with_what_to_do() {
        for (text, word) in [
            ("ftp://northland.example/a", "only http"),
            ("file:///a.html", "no address"),
            ("https://", "no address"),
            ("https://north land.example/", "%20"),
            ("https://envoy:secret@northland.example/", "password"),
            ("https://n\u{f6}rdland.example/", "xn--"),
            (&format!("https://northland.example/{}", "a".repeat(500)), "shorter"),
            (&format!("https://northland.example/{}", "\u{44f}".repeat(100)), "shorter"),
        ] {
            let fault = Address::parse(text).unwrap_err().to_string();
            assert!(fault.contains(word), "{text}: {fault}");
            assert!(!fault.contains("secret"), "{fault}");
        }
    }

    #[test]
    fn a_file_is_not_taken_for_an_address() {
        for file in ["a.html", "/tmp/a.html", "http", "folder://", "1://x"] {
            assert_eq!(Address::is_meant(file), file == "folder://", "{file}");
        }
        assert!(Address::is_meant("https://northland.example"));
        assert!(Address::is_meant("HTTP://northland.example"));
    }

    #[test]
    fn letters_of_every_script_may_stand_in_a_path() {
        let address = Address::parse("https://northland.example/\u{41a}?q=\u{e9}#\u{e9}").unwrap();
        assert_eq!(address.to_string(), "https://northland.example/%D0%9A?q=%C3%A9");
    }

    #[test]
    fn the_host_tells_whether_it_is_this_machine() {
        for (text, here) in [
            ("http://127.0.0.1:8080/", true),
            ("http://[::1]/a", true),
            ("http://LOCALHOST/a", true),
            ("http://localhost.northland.example/", false),
            ("https://northland.example/127.0.0.1", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_loopback(), here, "{text}");
        }
    }
}

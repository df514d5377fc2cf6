//! Why an address could not be read.

/// Why an address could not be read: what, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is no address that can be read.
    #[error("{address}: {what}")]
    Address {
        /// As it was given.
        address: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// The server answered, and not with the page.
    #[error(
        "{address}: the server answers {code}{}: look at the address in a browser",
        said(*code)
    )]
    Status {
        /// Which.
        address: String,
        /// The number of the status.
        code: u16,
    },
    /// Neither text nor a feed.
    #[error(
        "{address}: is {form}, neither a page nor a feed: give the address of a page (HTML, text) \
         or of a feed (RSS, Atom)"
    )]
    Form {
        /// Which.
        address: String,
        /// The content type.
        form: String,
    },
    /// More bytes than are read.
    #[error(
        "{address}: sends more than {max} bytes; no more are read: save it, and add a part of it"
    )]
    TooLarge {
        /// Which.
        address: String,
        /// How many are read at most.
        max: u64,
    },
    /// It took too long.
    #[error("{address}: not read within {seconds} s: try later, or save the page and add the file")]
    Late {
        /// Which.
        address: String,
        /// How long was waited.
        seconds: u64,
    },
    /// It ended before its end.
    #[error("{address}: ended before its end: nothing of it is kept; try again")]
    CutShort {
        /// Which.
        address: String,
    },
    /// It sends on and on, or to where nobody may be sent.
    #[error("{address}: {what}")]
    Redirect {
        /// Which.
        address: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// No connection, or one that broke.
    #[error("{address}: {what}")]
    Connection {
        /// Which.
        address: String,
        /// What is wrong and what to do.
        what: String,
    },
}

fn said(code: u16) -> &'static str {
    match code {
        401 | 403 => " (not for everybody)",
        404 | 410 => " (not there)",
        429 => " (too often asked)",
        500..=599 => " (a fault of its own)",
        _ => "",
    }
}

const UNTRUSTED: &str = "the server's certificate or encryption is not accepted: nothing was read";
const PACKED: &str = "what it sends can't be decompressed: save the page and add the file";

impl Fault {
    /// What the library says, in our words; what a server sent is never repeated.
    pub(crate) fn of(error: ureq::Error, address: &str, seconds: u64, max: u64) -> Fault {
        let address = address.to_string();
        let redirect = |what: &str| Fault::Redirect { address: address.clone(), what: what.into() };
        let connection =
            |what: &str| Fault::Connection { address: address.clone(), what: what.into() };
        match error {
            ureq::Error::StatusCode(code) => Fault::Status { address, code },
            ureq::Error::Timeout(_) | ureq::Error::BodyStalled => Fault::Late { address, seconds },
            ureq::Error::BodyExceedsLimit(_) => Fault::TooLarge { address, max },
            ureq::Error::TooManyRedirects => {
                redirect("sends on more than five times: give the address that it ends at")
            }
            ureq::Error::RequireHttpsOnly(_) => redirect(
                "sends from https on to http, which anybody on the way can change: give the http \
                 address yourself if you mean it",
            ),
            // What was asked for was checked: only what it sends on to can be none.
            ureq::Error::BadUri(_) | ureq::Error::Http(_) | ureq::Error::RedirectFailed => {
                redirect(
                    "sends on to what is no http or https address: give the address of the page \
                     itself",
                )
            }
            ureq::Error::Other(inside) if inside.is::<crate::guard::Inward>() => redirect(
                "leads to an address of this machine or its own network, which only you may name: \
                 give that address yourself if you mean it",
            ),
            ureq::Error::HostNotFound => {
                connection("no such host: check the address, and whether this machine is connected")
            }
            ureq::Error::Io(error)
                if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) =>
            {
                connection(UNTRUSTED)
            }
            ureq::Error::Io(error) => match error.kind() {
                std::io::ErrorKind::UnexpectedEof => Fault::CutShort { address },
                std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                    Fault::Late { address, seconds }
                }
                std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
                    connection(PACKED)
                }
                kind => connection(&format!(
                    "no connection ({kind}): check the address, and whether this machine is \
                     connected"
                )),
            },
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) => connection(UNTRUSTED),
            ureq::Error::Decompress(..) => connection(PACKED),
            _ => connection("the server doesn't speak HTTP as it should: nothing was read"),
        }
    }
}

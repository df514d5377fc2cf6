//! What a cosigner holds of a log is asked.

use crate::{Address, Answer, Fault, submit};
use servanda_tlog::sha256;

/// The checkpoint that a witness or mirror serves of a log: of a witness the last that it cosigned,
/// of a mirror that of its copy. None when it knows no such log. What comes is not checked:
/// [`servanda_tlog::stand`] judges it by its signatures.
///
/// Who can change what comes over the wire can show an older one, and so hide a newer: use https.
///
/// # Errors
/// When there is no answer, one that is too large, or another than the protocol has.
pub fn held_checkpoint(base: &str, origin: &str) -> Result<Option<Vec<u8>>, Fault> {
    let digest = sha256(origin.as_bytes()).to_hex();
    let address = Address::parse(&format!("{}/{digest}/checkpoint", base.trim_end_matches('/')))?;
    match submit::get(&address)? {
        Answer { status: 200, body } => Ok(Some(body)),
        Answer { status: 404, .. } => Ok(None),
        Answer { status, .. } => Err(Fault::Status { address: address.to_string(), code: status }),
    }
}

//! Checks the files beside the tree: each that is named is there, and no other.

use servanda_tlog::Hash;

use super::Report;
use super::entries::Entries;
use crate::blob::measure;
use crate::layout::{Place, blob_path};
use crate::storage::{Listing, Storage};

/// `whole`: all bundles were read to their end. `orphans`: what an interrupted append wrote.
pub(super) fn check(
    storage: &dyn Storage,
    listing: &Listing,
    entries: &Entries<'_>,
    orphans: &[Hash],
    whole: bool,
    report: &mut Report,
) {
    for (hash, named) in &entries.blobs {
        let path = blob_path(*hash);
        match measure(storage, *hash) {
            Err(error) => report.fault(path, Some(named.by), error.reason()),
            Ok((found, _)) if found != *hash => {
                let what = "its bytes are not those of the hash that it is named by";
                report.fault(path, Some(named.by), what);
            }
            Ok((_, bytes)) if bytes != named.bytes => {
                let what = format!("has {bytes} bytes, but the entry says {}", named.bytes);
                report.fault(path, Some(named.by), what);
            }
            Ok((_, bytes)) => {
                report.checked.blobs += 1;
                report.checked.bytes += bytes;
            }
        }
    }
    for (path, place) in listing.places() {
        let Place::Blob(hash) = place else { continue };
        if entries.blobs.contains_key(&hash) {
            continue;
        }
        if orphans.contains(&hash) {
            report.notice(format!(
                "{path}: leftover of an interrupted append; the next append removes it"
            ));
        } else if !storage.has(path) {
            // A writer has just removed what an interrupted append had left.
        } else if whole && !entries.incomplete {
            report.fault(path, None, "is not part of the record: no entry names it");
        } else {
            let why = "whether an entry names it can't be told, as not all can be read";
            report.notice(format!("{path}: {why}"));
        }
    }
}

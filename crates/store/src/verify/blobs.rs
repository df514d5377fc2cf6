//! Checks the files beside the tree: each that is named is there, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use servanda_tlog::Hash;

use super::Report;
use super::entries::Entries;
use crate::append::blobs_of_leftover;
use crate::blob::measure;
use crate::layout::{Listing, Place, Standing, blob_path};

/// `whole`: all bundles were read to their end.
pub(super) fn check(
    dir: &Path,
    listing: &Listing,
    entries: &Entries<'_>,
    whole: bool,
    report: &mut Report,
) {
    for (hash, named) in &entries.blobs {
        let path = blob_path(*hash);
        if let Some(order) = entries.slots.erased_by(*hash) {
            if dir.join(&path).symlink_metadata().is_ok() {
                let what = format!("was erased by entry {order}, and is there all the same");
                report.fault(path, Some(named.by), what);
            } else {
                report.notice(format!("{path}: of entry {}, erased by entry {order}", named.by));
            }
            continue;
        }
        match measure(dir, *hash) {
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
    let leftover = named_beyond(dir, listing, report);
    for (path, (place, _)) in &listing.files {
        let Place::Blob(hash) = place else { continue };
        if entries.blobs.contains_key(hash) {
            continue;
        }
        if leftover.contains(hash) {
            report.notice(format!(
                "{path}: leftover beyond the checkpoint, of an interrupted append; the next \
                 append removes it"
            ));
        } else if dir.join(path).symlink_metadata().is_err() {
            // A writer has just removed what an interrupted append had left.
        } else if whole && !entries.incomplete {
            report.fault(path, None, "is not part of the record: no entry names it");
        } else {
            let why = "whether an entry names it can't be told, as not all can be read";
            report.notice(format!("{path}: {why}"));
        }
    }
}

/// What the entries of an interrupted append name.
fn named_beyond(dir: &Path, listing: &Listing, report: &Report) -> BTreeSet<Hash> {
    let mut named = BTreeSet::new();
    for (path, (place, _)) in &listing.files {
        if let Place::Bundle(bundle) = place
            && Standing::of_bundle(*bundle, report.size) == Standing::Beyond
        {
            let width = usize::from(bundle.width());
            named.extend(blobs_of_leftover(dir, path, width, &report.origin));
        }
    }
    named
}

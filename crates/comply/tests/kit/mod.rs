//! What several of these tests need.

use servanda_comply::History;
use servanda_entry::{Body, Cite, Class, Entry};
use servanda_time::Instant;
use servanda_tlog::sha256;

/// What entries with these bodies hold, numbered from 1.
pub(crate) fn history<'b>(agreement: &str, bodies: impl IntoIterator<Item = &'b Body>) -> History {
    History::gather(entries(agreement, bodies))
}

/// Entries with these bodies, numbered from 1.
pub(crate) fn entries<'b>(
    agreement: &str,
    bodies: impl IntoIterator<Item = &'b Body>,
) -> Vec<(u64, Entry)> {
    let entries = (1_u64..).zip(bodies).map(|(n, body)| {
        let entry = Entry {
            agreement: agreement.into(),
            by: "example.org/office".into(),
            seq: n,
            prev: None,
            cite: Cite { root: sha256(b""), size: 0 },
            at: Instant::EPOCH,
            class: Class::Public,
            body: body.clone(),
        };
        (n, entry)
    });
    entries.collect()
}

//! The bytes of a record's entries: in memory where they must be, else read when they are asked
//! for.

use servanda_tlog::{BundleId, Hash, TILE_WIDTH, bundles_between, leaf_hash};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bundle::{Bundle, LENGTH_BYTES};
use crate::error::StoreError;
use crate::layout::BUNDLE_BYTES_MAX;
use crate::storage::Storage;

/// Bundles that were read last and are kept.
const KEPT: usize = 4;

/// A record's bundles, one after the other.
///
/// A full one never changes, so where reading costs little it is read again when it is needed.
/// Whoever does so compares the entry with the leaf that was found when the record was opened.
#[derive(Debug, Default)]
pub(crate) struct Bundles {
    list: Vec<Option<Bundle>>,
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    kept: VecDeque<(usize, Arc<Bundle>)>,
    /// The bundle that one entry was taken out of last; whoever asks for another of it is given
    /// time to read all.
    picked: Option<usize>,
}

impl Bundles {
    /// Adds a bundle that lies in the storage; it stays in memory unless it can be read again.
    pub(crate) fn add(&mut self, storage: &dyn Storage, bundle: Bundle) {
        let is_full = bundle.len() == usize::from(TILE_WIDTH);
        self.list.push(Some(bundle).filter(|_| !is_full || !storage.is_near()));
    }

    /// The bundles of a record whose entries have these hashes; the last is read if it is not full.
    /// None where it holds others.
    pub(crate) fn lying(storage: &dyn Storage, leaves: &[Hash]) -> Option<Bundles> {
        let mut bundles = Bundles::default();
        let width = usize::from(TILE_WIDTH);
        bundles.list.resize_with(leaves.len() / width, || None);
        let rest = &leaves[leaves.len() / width * width..];
        if let Some(id) =
            bundles_between(0, leaves.len() as u64).last().filter(|id| id.is_partial())
        {
            let last = Bundle::read(storage, id).ok()?;
            let is_theirs = last.entries().map(leaf_hash).eq(rest.iter().copied());
            bundles.list.push(Some(is_theirs.then_some(last)?));
        }
        Some(bundles)
    }

    /// Adds an entry; false when it is too long.
    pub(crate) fn push(&mut self, note: &[u8]) -> bool {
        let room = |bundle: &Option<Bundle>| {
            bundle.as_ref().is_some_and(|bundle| bundle.len() < usize::from(TILE_WIDTH))
        };
        if !self.list.last().is_some_and(room) {
            self.list.push(Some(Bundle::default()));
        }
        self.list.last_mut().and_then(Option::as_mut).is_some_and(|last| last.push(note))
    }

    /// Lets go of what lies in the storage now and can be read again.
    pub(crate) fn let_go(&mut self, storage: &dyn Storage) {
        for (number, held) in self.list.iter_mut().enumerate() {
            let is_full =
                held.as_ref().is_some_and(|bundle| bundle.len() == usize::from(TILE_WIDTH));
            let lies = || full(number).is_some_and(|id| storage.has(&id.to_string()));
            if is_full && storage.is_near() && lies() {
                *held = None;
            }
        }
    }

    /// The bytes of an entry; none when there are not so many.
    pub(crate) fn get(
        &self,
        storage: &dyn Storage,
        index: u64,
    ) -> Result<Option<Cow<'_, [u8]>>, StoreError> {
        let width = u64::from(TILE_WIDTH);
        let place = (index % width) as usize;
        let Some(number) = usize::try_from(index / width).ok() else { return Ok(None) };
        match self.list.get(number) {
            None => Ok(None),
            Some(Some(bundle)) => Ok(bundle.get(place).map(Cow::Borrowed)),
            Some(None) => {
                let bytes = match self.read(storage, number)? {
                    Some(bundle) => bundle.get(place).map(<[u8]>::to_vec),
                    None => pick(storage, number, place)?,
                };
                Ok(bytes.map(Cow::Owned))
            }
        }
    }

    /// A whole bundle; none when one entry of it is asked for the first time in a while.
    fn read(
        &self,
        storage: &dyn Storage,
        number: usize,
    ) -> Result<Option<Arc<Bundle>>, StoreError> {
        let held = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bundle)) = held().kept.iter().find(|(of, _)| *of == number) {
            return Ok(Some(Arc::clone(bundle)));
        }
        if held().picked.replace(number) != Some(number) {
            return Ok(None);
        }
        let Some(id) = full(number) else { return Ok(None) };
        let bundle = Arc::new(Bundle::read(storage, id)?);
        let kept = &mut held().kept;
        kept.truncate(KEPT - 1);
        kept.push_front((number, Arc::clone(&bundle)));
        Ok(Some(bundle))
    }
}

/// One entry of a full bundle, without keeping the others in memory; none when it has fewer.
fn pick(storage: &dyn Storage, number: usize, place: usize) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(id) = full(number) else { return Ok(None) };
    let (mut before, mut length, mut left) = (place, Vec::with_capacity(LENGTH_BYTES), 0);
    let (mut entry, mut is_whole) = (Vec::new(), false);
    storage.scan(&id.to_string(), BUNDLE_BYTES_MAX, &mut |mut bytes| {
        while !bytes.is_empty() && !is_whole {
            if length.len() < LENGTH_BYTES {
                length.push(bytes[0]);
                bytes = &bytes[1..];
                left = length.iter().fold(0, |all, byte| all << 8 | usize::from(*byte));
            } else {
                let (some, rest) = bytes.split_at(left.min(bytes.len()));
                if before == 0 {
                    entry.extend(some);
                }
                left -= some.len();
                bytes = rest;
            }
            if length.len() == LENGTH_BYTES && left == 0 {
                is_whole = before == 0;
                before = before.saturating_sub(1);
                length.clear();
            }
        }
    })?;
    Ok(is_whole.then_some(entry))
}

/// A full bundle.
fn full(number: usize) -> Option<BundleId> {
    BundleId::new(number as u64, TILE_WIDTH).ok()
}

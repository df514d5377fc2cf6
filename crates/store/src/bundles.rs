//! The bytes of a record's entries: in memory where they must be, else read when they are asked
//! for.

use servanda_tlog::{BundleId, TILE_WIDTH};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::bundle::Bundle;
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
    read: Mutex<VecDeque<(usize, Arc<Bundle>)>>,
}

impl Bundles {
    /// Adds a bundle that lies in the storage; it stays in memory unless it can be read again.
    pub(crate) fn add(&mut self, storage: &dyn Storage, bundle: Bundle) {
        let is_full = bundle.len() == usize::from(TILE_WIDTH);
        self.list.push(Some(bundle).filter(|_| !is_full || !storage.is_near()));
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
            if is_full && storage.is_near() && full(number).is_some_and(|path| storage.has(&path)) {
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
                let bundle = self.read(storage, number)?;
                Ok(bundle.get(place).map(|bytes| Cow::Owned(bytes.to_vec())))
            }
        }
    }

    fn read(&self, storage: &dyn Storage, number: usize) -> Result<Arc<Bundle>, StoreError> {
        let kept = || self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bundle)) = kept().iter().find(|(of, _)| *of == number) {
            return Ok(Arc::clone(bundle));
        }
        let path = full(number).unwrap_or_default();
        let bytes = storage.read(&path, BUNDLE_BYTES_MAX)?;
        let bundle = Bundle::from_bytes(bytes, usize::from(TILE_WIDTH))
            .map_err(|error| StoreError::damaged(storage.place().join(&path), None, error))?;
        let bundle = Arc::new(bundle);
        let mut kept = kept();
        kept.truncate(KEPT - 1);
        kept.push_front((number, Arc::clone(&bundle)));
        Ok(bundle)
    }
}

/// The path of a full bundle.
fn full(number: usize) -> Option<String> {
    BundleId::new(number as u64, TILE_WIDTH).ok().map(|id| id.to_string())
}

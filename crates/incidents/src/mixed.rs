//! Tables by numbers that are quick to hash.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes cells and numbers. Of cells there are at most 2^31, so that even chosen ones collide by
/// the thousand at most; nothing is ever read in this order.
#[derive(Default, Clone, Copy)]
pub(crate) struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for eight in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..eight.len()].copy_from_slice(eight);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }

    #[inline]
    fn write_i64(&mut self, word: i64) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

pub(crate) type Mixed<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

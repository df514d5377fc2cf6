//! Where a log's own copy stands beside what its cosigners hold: nobody should sign anew who has
//! been put back to an earlier state.
//!
//! A restored backup is the commonest way to an honest second history. So a writer asks first. What
//! it is shown counts by the log's own signature: whoever shows a larger state that the log signed
//! proves that this copy is behind.

use crate::checkpoint::Checkpoint;
use crate::cosigner::LogKeys;
use crate::hash::Hash;
use crate::policy::{Policy, Seen};

/// How a copy of a log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Enough cosigners were asked, and none knows more.
    Current,
    /// None of those who were reached knows more, and they are too few to go by.
    Unsure {
        /// Those of the policy of whom nothing was had.
        absent: Vec<String>,
    },
    /// The log has signed a larger state: this copy was put back.
    Behind {
        /// Entries of the largest state that the log signed.
        size: u64,
    },
    /// The log has signed a state that this copy never had: it is another history.
    Forked {
        /// Entries of the smallest such state.
        size: u64,
    },
}

/// Judges a copy of `size` entries by checkpoints that cosigners hold, wherever they were had from.
/// What the log's keys have not all signed counts for nothing; `root_at` gives the copy's root of a
/// size that it has.
pub fn stand<'b>(
    policy: &Policy,
    keys: &LogKeys,
    size: u64,
    root_at: impl Fn(u64) -> Option<Hash>,
    held: impl IntoIterator<Item = &'b [u8]>,
) -> Standing {
    let origin = keys.ed25519().name();
    let opened = held.into_iter().filter_map(|bytes| keys.open(bytes, origin).ok());
    let states: Vec<_> = opened.collect();
    let differs = |state: &Checkpoint| {
        state.size() <= size && state.size() > 0 && root_at(state.size()) != Some(state.root())
    };
    let sizes = || states.iter().map(|(state, _)| state);
    if let Some(fork) = sizes().filter(|state| differs(state)).map(Checkpoint::size).min() {
        return Standing::Forked { size: fork };
    }
    if let Some(more) = sizes().map(Checkpoint::size).filter(|more| *more > size).max() {
        return Standing::Behind { size: more };
    }
    let seen = policy.named_witnesses().map(|(name, key)| {
        let times = states.iter().filter_map(|(state, note)| key.find(state, note).ok().flatten());
        Seen { name: name.to_owned(), key: key.clone(), cosigned_at: times.max() }
    });
    let quorum = policy.judge(seen.collect());
    if quorum.is_met {
        return Standing::Current;
    }
    Standing::Unsure { absent: quorum.absent().map(str::to_owned).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosigner::{Cosigner, CosignerKind};
    use crate::hash::leaf_hash;
    use crate::key::Signer;
    use crate::note::Note;
    use crate::tree::root_of;

    const ORIGIN: &str = "example.com/log";

    fn cosigner(n: u8) -> Cosigner {
        Cosigner::from_seed(&format!("w{n}.example"), CosignerKind::Ed25519, [9 + n; 32]).unwrap()
    }

    fn leaves(branch: u8) -> Vec<Hash> {
        (0..9).map(|n| leaf_hash(&[if n < 4 { 0 } else { branch }, n])).collect()
    }

    fn held(branch: u8, size: usize, log: u8, by: &[u8]) -> Vec<u8> {
        let log = Signer::from_seed(ORIGIN, [log; 32]).unwrap();
        let root = root_of(&leaves(branch)[..size]);
        let checkpoint = Checkpoint::new(ORIGIN, size as u64, root).unwrap();
        let mut note = Note::parse(&checkpoint.sign(&log).unwrap(), 131_072).unwrap();
        for n in by {
            note.add_signature(cosigner(*n).cosign(&checkpoint, 7).unwrap()).unwrap();
        }
        note.to_bytes().unwrap()
    }

    /// Of a copy with six entries, by two of three.
    fn judge(held: &[Vec<u8>]) -> Standing {
        let lines: String =
            (0..3).map(|n| format!("witness W{n} {}\n", cosigner(n).key())).collect();
        let policy = Policy::parse((lines + "group g 2 W0 W1 W2\nquorum g\n").as_bytes()).unwrap();
        let log = Signer::from_seed(ORIGIN, [1; 32]).unwrap();
        let keys = LogKeys::from(log.verifier_key().clone());
        let all = leaves(0);
        let root_at = |size: u64| all.get(..size as usize).map(root_of);
        stand(&policy, &keys, 6, root_at, held.iter().map(Vec::as_slice))
    }

    #[test]
    fn a_copy_that_was_put_back_is_told_so_by_any_one_who_holds_more() {
        assert_eq!(judge(&[held(0, 6, 1, &[0]), held(0, 4, 1, &[2])]), Standing::Current);
        let absent = ["W1", "W2"].map(str::to_owned).to_vec();
        assert_eq!(judge(&[held(0, 6, 1, &[0])]), Standing::Unsure { absent });
        let behind = [held(0, 6, 1, &[0, 1]), held(0, 8, 1, &[]), held(0, 7, 1, &[2])];
        assert_eq!(judge(&behind), Standing::Behind { size: 8 });
        assert!(matches!(judge(&[]), Standing::Unsure { absent } if absent.len() == 3));
    }

    #[test]
    fn another_history_is_told_before_all_else_and_forged_states_count_for_nothing() {
        let forked = [held(0, 8, 1, &[0, 1]), held(1, 6, 1, &[2]), held(1, 5, 1, &[])];
        assert_eq!(judge(&forked), Standing::Forked { size: 5 });
        // The branches part after four entries.
        let before = [held(1, 4, 1, &[0, 1])];
        assert_eq!(judge(&before), Standing::Current);
        let forged = [held(0, 8, 2, &[0, 1]), held(1, 6, 2, &[0, 1]), b"nothing".to_vec()];
        assert!(matches!(judge(&forged), Standing::Unsure { absent } if absent.len() == 3));
    }
}

//! Finality: how many others stand for an entry, as of a time asked about.
//!
//! An entry is final in grades, and nobody has a veto: it is published when it is logged, and gains
//! when others cosign. Which cosigners are enough says the reader's policy: its quorum for
//! [`Grade::Witnessed`], and its group (or witness) of the name `mirrors` for [`Grade::Mirrored`].
//!
//! ```
//! use servanda_tlog::{
//!     Checkpoint, Cosigner, CosignerKind, Grade, Note, Policy, Signer, assess, leaf_hash,
//! };
//!
//! let log = Signer::from_seed("example.com/record", [1; 32])?;
//! let mirror = Cosigner::from_seed("north.example", CosignerKind::Ed25519, [2; 32])?;
//! let policy =
//!     format!("witness North {}\ngroup mirrors any North\nquorum mirrors\n", mirror.key());
//! let policy = Policy::parse(policy.as_bytes())?;
//!
//! // The mirror cosigned when the record had two entries; now it has three.
//! let checkpoint = Checkpoint::new("example.com/record", 2, leaf_hash(b"root"))?;
//! let mut note = Note::parse(&checkpoint.sign(&log)?, 100_000)?;
//! note.add_signature(mirror.cosign(&checkpoint, 1_775_000_000)?)?;
//! let finality = assess(&policy, 3, &[(checkpoint, note)], 1_775_000_060)?;
//! assert_eq!(finality.of(0), Some(Grade::Mirrored));
//! assert_eq!(finality.of(2), Some(Grade::Logged));
//! assert_eq!(finality.is_stale(), Some(false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use crate::checkpoint::Checkpoint;
use crate::cosigner::CosignerKey;
use crate::letter::Promise;
use crate::note::{Note, NoteError};
use crate::policy::{Policy, Seen};

/// A record whose newest cosignature is older than this, in seconds, is stale.
pub const STALE_AFTER_S: u64 = 86_400;

/// How final an entry is. Later ones say more.
///
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// R0: not in the log; its operator has signed that it will be.
    Promised,
    /// R1: in the log, by the word of its operator alone.
    Logged,
    /// R2: the policy's quorum has cosigned a state of the record that holds it.
    Witnessed,
    /// R3: the policy's mirrors have, too: they hold its bytes.
    Mirrored,
    /// R4: and two outside authorities have stamped a state of the record that holds it.
    Anchored,
}

impl Grade {
    /// The stable word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Grade::Promised => "R0",
            Grade::Logged => "R1",
            Grade::Witnessed => "R2",
            Grade::Mirrored => "R3",
            Grade::Anchored => "R4",
        }
    }

    /// What it says, in words.
    #[must_use]
    pub fn story(self) -> &'static str {
        match self {
            Grade::Promised => "promised, and not logged",
            Grade::Logged => "logged, by the operator's word alone",
            Grade::Witnessed => "witnessed by a quorum",
            Grade::Mirrored => "held by the mirrors",
            Grade::Anchored => "held by the mirrors, and stamped by authorities that you checked",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Entries of one grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first entry.
    pub start: u64,
    /// The entry after the last.
    pub end: u64,
    /// Their grade.
    pub grade: Grade,
}

/// A cosigner of the policy, and what it cosigned last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// Its name in the policy.
    pub name: String,
    /// Its key.
    pub key: CosignerKey,
    /// The largest size that it cosigned by the time asked about; 0 when none.
    pub size: u64,
    /// The latest time that it states; none when it never cosigned, or states no time.
    pub cosigned_at: Option<u64>,
}

/// How final the entries of a record are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finality {
    /// Entries of the record.
    pub size: u64,
    /// The time asked about, in seconds since 1970.
    pub at: u64,
    /// All entries in their order, each span as long as its grade lasts.
    pub spans: Vec<Span>,
    /// Every cosigner of the policy, in its order.
    pub cosigners: Vec<Attested>,
    /// What was promised and is no entry: the caller knows of it.
    pub promised: Vec<Promise>,
}

impl Finality {
    /// The grade of an entry.
    #[must_use]
    pub fn of(&self, index: u64) -> Option<Grade> {
        self.spans.iter().find(|span| (span.start..span.end).contains(&index)).map(|one| one.grade)
    }

    /// The lowest grade of the entries before this one: what rests on all of them is no better.
    #[must_use]
    pub fn least_before(&self, end: u64) -> Option<Grade> {
        self.spans.iter().filter(|span| span.start < end).map(|span| span.grade).min()
    }

    /// Takes into account that two authorities have stamped a state of this size: what the mirrors
    /// hold of it is anchored. Whether they have is for the caller to know.
    pub fn anchor(&mut self, size: u64) {
        let mut spans = Vec::with_capacity(self.spans.len() + 1);
        for span in self.spans.drain(..) {
            let middle = size.clamp(span.start, span.end);
            if span.grade != Grade::Mirrored || middle == span.start {
                spans.push(span);
                continue;
            }
            spans.push(Span { end: middle, grade: Grade::Anchored, ..span });
            if middle < span.end {
                spans.push(Span { start: middle, ..span });
            }
        }
        self.spans = spans;
    }

    /// Those who have not cosigned the newest entry.
    pub fn absent(&self) -> impl Iterator<Item = &Attested> {
        self.cosigners.iter().filter(|one| one.size < self.size)
    }

    /// The latest time that a cosigner states.
    #[must_use]
    pub fn latest(&self) -> Option<u64> {
        self.cosigners.iter().filter_map(|one| one.cosigned_at).max()
    }

    /// Whether the newest cosignature is more than a day older than the time asked about: what is
    /// shown may be an old state. None when nobody stated a time.
    #[must_use]
    pub fn is_stale(&self) -> Option<bool> {
        self.latest().map(|latest| self.at.saturating_sub(latest) > STALE_AFTER_S)
    }
}

/// The grades of a record of `size` entries as of `at`, in seconds since 1970, from checkpoints
/// that carry cosignatures. The caller has checked that each is signed by the log and is a state of
/// this record: then who cosigned a larger state stands for the smaller ones too.
///
/// # Errors
/// [`NoteError::BadSignature`] if a signature under the name and identifier of a witness is not its
/// own.
pub fn assess(
    policy: &Policy,
    size: u64,
    states: &[(Checkpoint, Note)],
    at: u64,
) -> Result<Finality, NoteError> {
    let mut cosigners = Vec::new();
    for (name, key) in policy.named_witnesses() {
        let mut one = Attested { name: name.into(), key: key.clone(), size: 0, cosigned_at: None };
        for (checkpoint, note) in states.iter().filter(|(state, _)| state.size() <= size) {
            if let Some(time) = key.find(checkpoint, note)?.filter(|time| *time <= at) {
                one.size = one.size.max(checkpoint.size());
                one.cosigned_at = one.cosigned_at.max(Some(time).filter(|time| *time > 0));
            }
        }
        cosigners.push(one);
    }
    let mut ends: Vec<u64> = cosigners.iter().map(|one| one.size).chain([size]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut spans: Vec<Span> = Vec::new();
    let mut start = 0;
    for end in ends.into_iter().filter(|end| *end > 0) {
        let seen = |one: &Attested| Seen {
            name: one.name.clone(),
            key: one.key.clone(),
            cosigned_at: (one.size >= end).then(|| one.cosigned_at.unwrap_or(0)),
        };
        let grade = policy.judge(cosigners.iter().map(seen).collect()).grade;
        match spans.last_mut() {
            Some(last) if last.grade == grade => last.end = end,
            _ => spans.push(Span { start, end, grade }),
        }
        start = end;
    }
    Ok(Finality { size, at, spans, cosigners, promised: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cosigner::{Cosigner, CosignerKind};
    use crate::hash::leaf_hash;
    use crate::key::Signer;
    use proptest::prelude::*;

    const DAY: u64 = STALE_AFTER_S;

    fn cosigner(n: u8) -> Cosigner {
        Cosigner::from_seed(&format!("w{n}.example"), CosignerKind::Ed25519, [9 + n; 32]).unwrap()
    }

    /// Witnesses 0 to 2, of whom two are enough, and mirrors 3 to 5, of whom two are enough.
    fn policy() -> Policy {
        let lines: String =
            (0..6).map(|n| format!("witness W{n} {}\n", cosigner(n).key())).collect();
        let groups = "group seen 2 W0 W1 W2\ngroup mirrors 2 W3 W4 W5\nquorum seen\n";
        Policy::parse((lines + groups).as_bytes()).unwrap()
    }

    fn state(size: u64, by: &[(u8, u64)]) -> (Checkpoint, Note) {
        let log = Signer::from_seed("example.com/log", [1; 32]).unwrap();
        let checkpoint = Checkpoint::new("example.com/log", size, leaf_hash(b"root")).unwrap();
        let mut note = Note::parse(&checkpoint.sign(&log).unwrap(), 131_072).unwrap();
        for (n, time) in by {
            note.add_signature(cosigner(*n).cosign(&checkpoint, *time).unwrap()).unwrap();
        }
        (checkpoint, note)
    }

    fn spans(finality: &Finality) -> Vec<(u64, u64, &'static str)> {
        finality.spans.iter().map(|span| (span.start, span.end, span.grade.word())).collect()
    }

    #[test]
    fn each_entry_has_the_grade_of_those_who_saw_it() {
        let states = [
            state(4, &[(0, 100), (1, 100), (3, 100), (4, 101)]),
            state(7, &[(1, 200), (2, 201), (3, 202)]),
        ];
        let finality = assess(&policy(), 9, &states, 300).unwrap();
        assert_eq!(spans(&finality), [(0, 4, "R3"), (4, 7, "R2"), (7, 9, "R1")]);
        assert_eq!(finality.least_before(4), Some(Grade::Mirrored));
        assert_eq!(finality.least_before(5), Some(Grade::Witnessed));
        assert_eq!(finality.least_before(0), None);
        assert_eq!((finality.of(8), finality.of(9)), (Some(Grade::Logged), None));
        let absent: Vec<_> = finality.absent().map(|one| (&*one.name, one.cosigned_at)).collect();
        assert_eq!(absent[0], ("W0", Some(100)));
        assert_eq!(absent[5], ("W5", None));
        assert_eq!(finality.latest(), Some(202));
    }

    #[test]
    fn who_saw_more_stands_for_less() {
        // Nobody cosigned the same state, and yet two have seen the first three entries.
        let states = [state(3, &[(0, 100)]), state(5, &[(1, 101)])];
        let finality = assess(&policy(), 5, &states, 200).unwrap();
        assert_eq!(spans(&finality), [(0, 3, "R2"), (3, 5, "R1")]);
    }

    #[test]
    fn an_anchor_raises_what_the_mirrors_hold_and_nothing_else() {
        let states =
            [state(4, &[(0, 1), (1, 1), (3, 1), (4, 1)]), state(7, &[(1, 2), (2, 2), (3, 2)])];
        let at = |size| {
            let mut finality = assess(&policy(), 9, &states, 300).unwrap();
            finality.anchor(size);
            spans(&finality)
        };
        assert_eq!(at(0), [(0, 4, "R3"), (4, 7, "R2"), (7, 9, "R1")]);
        assert_eq!(at(3), [(0, 3, "R4"), (3, 4, "R3"), (4, 7, "R2"), (7, 9, "R1")]);
        assert_eq!(at(4), [(0, 4, "R4"), (4, 7, "R2"), (7, 9, "R1")]);
        assert_eq!(at(9), at(4));
    }

    #[test]
    fn mirrors_without_the_quorum_are_not_enough() {
        let finality = assess(&policy(), 2, &[state(2, &[(3, 1), (4, 1)])], 2).unwrap();
        assert_eq!(spans(&finality), [(0, 2, "R1")]);
        let nobody = Policy::parse(b"quorum none\n").unwrap();
        let finality = assess(&nobody, 2, &[state(2, &[])], 2).unwrap();
        assert_eq!(spans(&finality), [(0, 2, "R1")]);
        assert_eq!(finality.is_stale(), None);
    }

    #[test]
    fn what_was_cosigned_later_does_not_count_and_a_day_makes_stale() {
        let states = [state(2, &[(0, 1_000), (1, 1_000)])];
        let graded = |at| assess(&policy(), 2, &states, at).unwrap();
        assert_eq!(spans(&graded(999)), [(0, 2, "R1")]);
        assert_eq!(spans(&graded(1_000)), [(0, 2, "R2")]);
        assert_eq!(graded(1_000 + DAY).is_stale(), Some(false));
        assert_eq!(graded(1_001 + DAY).is_stale(), Some(true));
    }

    #[test]
    fn states_beyond_the_record_count_for_nothing_and_forged_ones_refuse() {
        let finality = assess(&policy(), 2, &[state(3, &[(0, 1), (1, 1)])], 9).unwrap();
        assert_eq!(spans(&finality), [(0, 2, "R1")]);
        let (checkpoint, mut note) = state(2, &[]);
        let (other, _) = state(1, &[]);
        note.add_signature(cosigner(0).cosign(&other, 5).unwrap()).unwrap();
        assert!(assess(&policy(), 2, &[(checkpoint, note)], 9).is_err());
    }

    proptest! {
        #[test]
        fn spans_cover_all_entries_once_and_never_rise(
            size in 1_u64..9,
            cosigned in prop::collection::vec((1_u64..9, 0_u8..6, 1_u64..9), 0..9),
        ) {
            let states: Vec<_> =
                cosigned.iter().map(|(size, n, time)| state(*size, &[(*n, *time)])).collect();
            let finality = assess(&policy(), size, &states, 5).unwrap();
            let mut next = 0;
            let mut last = Grade::Mirrored;
            for span in &finality.spans {
                prop_assert!(span.start == next && span.end > next && span.grade <= last);
                (next, last) = (span.end, span.grade);
            }
            prop_assert_eq!(next, size);
            // Slowly: who saw entry 0, by the time asked about.
            let counts = |(s, _, time): &&(u64, u8, u64)| *s <= size && *time <= 5;
            let saw = |n: u8| cosigned.iter().filter(counts).any(|(_, m, _)| *m == n);
            let enough = |of: [u8; 3]| of.into_iter().filter(|n| saw(*n)).count() >= 2;
            let grade = match (enough([0, 1, 2]), enough([3, 4, 5])) {
                (true, true) => Grade::Mirrored,
                (true, false) => Grade::Witnessed,
                _ => Grade::Logged,
            };
            prop_assert_eq!(finality.of(0), Some(grade));
        }
    }
}

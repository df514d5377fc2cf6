//! Policies: which logs and which cosigners make a checkpoint worth believing (C2SP tlog-policy).
//!
//! ```
//! use servanda_tlog::{Checkpoint, Cosigner, CosignerKind, Note, Policy, Signer, leaf_hash};
//!
//! let log = Signer::from_seed("example.com/record", [1; 32])?;
//! let one = Cosigner::from_seed("north.example", CosignerKind::Ed25519, [2; 32])?;
//! let two = Cosigner::from_seed("south.example", CosignerKind::MlDsa44, [3; 32])?;
//! let policy = Policy::parse(
//!     format!(
//!         "log {}\nwitness North {}\nwitness South {}\ngroup both all North South\nquorum both\n",
//!         log.verifier_key(), one.key(), two.key(),
//!     )
//!     .as_bytes(),
//! )?;
//!
//! let checkpoint = Checkpoint::new("example.com/record", 1, leaf_hash(b"entry"))?;
//! let mut note = Note::parse(&checkpoint.sign(&log)?, 100_000)?;
//! note.add_signature(one.cosign(&checkpoint, 1_775_000_000)?)?;
//! let quorum = policy.evaluate(&checkpoint, &note, None)?;
//! assert!(!quorum.is_met);
//! assert_eq!(quorum.absent().collect::<Vec<_>>(), ["South"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeSet;

use thiserror::Error;

use crate::checkpoint::Checkpoint;
use crate::cosigner::{CosignerKey, CosignerKind};
use crate::grade::Grade;
use crate::key::{KeyError, VerifierKey};
use crate::note::{Note, NoteError};

/// Longest policy that is read, in bytes.
pub const POLICY_BYTES_MAX: usize = 262_144;
/// Most logs, most witnesses and most groups of a policy.
pub const POLICY_ITEMS_MAX: usize = 64;

/// Names this quorum needs no cosignature.
const NONE: &str = "none";
/// The group (or witness) of this name says which mirrors are enough.
const MIRRORS: &str = "mirrors";

/// Why a policy was refused. Lines are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line} of the policy: {what}")]
pub struct PolicyError {
    /// The line, or that after the last.
    pub line: usize,
    /// What is wrong with it.
    pub what: PolicyFault,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyFault {
    /// Too long.
    #[error("a policy has at most {POLICY_BYTES_MAX} bytes")]
    TooLong,
    /// A byte that has no place in a policy.
    #[error("the byte {0:#04x} can't stand in a policy; use no control character but tab")]
    Byte(u8),
    /// The last line has no line feed.
    #[error("the last line must end with a line feed")]
    End,
    /// Text that isn't UTF-8, which the format would allow.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// Not `log`, `witness`, `group` or `quorum`.
    #[error("it begins neither with log, witness, group nor quorum")]
    Keyword,
    /// Too few or too many items.
    #[error("it has too few or too many items")]
    Items,
    /// More logs, witnesses or groups than are read.
    #[error("at most {POLICY_ITEMS_MAX} logs, witnesses and groups each are read")]
    TooMany,
    /// A key that can't be used.
    #[error("its key can't be used: {0}")]
    Key(#[from] KeyError),
    /// A key that stands in the policy already.
    #[error("its key stands in an earlier line")]
    SameKey,
    /// A name that stands in the policy already, or `none`.
    #[error("its name is taken")]
    SameName,
    /// A name that no earlier line defines.
    #[error("no earlier line defines the name {0:?}")]
    Unknown(String),
    /// A name that is a member already.
    #[error("{0:?} is a member of a group already")]
    Member(String),
    /// A threshold that isn't a number from 1 to the number of members.
    #[error("the threshold must be all, any, or a number from 1 to the number of members")]
    Threshold,
    /// No quorum, or a second one.
    #[error("a policy has exactly one quorum line")]
    Quorum,
}

/// Which logs and which cosigners make a checkpoint worth believing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<LogKey>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Member,
    quorum_name: String,
}

/// A key that a log signs its checkpoints with.
#[derive(Clone, Debug, PartialEq, Eq)]
enum LogKey {
    Note(VerifierKey),
    Cosigner(CosignerKey),
}

impl LogKey {
    fn public_key(&self) -> Vec<u8> {
        match self {
            LogKey::Note(key) => key.public_key().to_vec(),
            LogKey::Cosigner(key) => key.public_key(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Witness {
    name: String,
    key: CosignerKey,
    address: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    name: String,
    threshold: usize,
    members: Vec<Member>,
}

/// What a group or the quorum counts; by place among the witnesses or the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Nobody,
    Witness(usize),
    Group(usize),
}

/// A witness of a policy, and whether it has cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name in the policy.
    pub name: String,
    /// Its key.
    pub key: CosignerKey,
    /// When, in seconds since 1970, as it states; none when it has not, or after the time asked
    /// about. 0 of an ML-DSA-44 cosigner that states no time.
    pub cosigned_at: Option<u64>,
}

/// What a policy makes of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quorum {
    /// Whether those who cosigned are enough.
    pub is_met: bool,
    /// The name of the group or witness that must have cosigned; `none` when nobody must.
    pub name: String,
    /// Every witness of the policy, in its order.
    pub witnesses: Vec<Seen>,
    /// How final that makes what the checkpoint covers.
    pub grade: Grade,
}

impl Quorum {
    /// The names of those who have not cosigned.
    pub fn absent(&self) -> impl Iterator<Item = &str> {
        let absent = self.witnesses.iter().filter(|seen| seen.cosigned_at.is_none());
        absent.map(|seen| seen.name.as_str())
    }

    /// The latest time that a cosigner states.
    pub fn latest(&self) -> Option<u64> {
        self.witnesses.iter().filter_map(|seen| seen.cosigned_at).filter(|at| *at > 0).max()
    }
}

impl Policy {
    /// Reads a policy of at most [`POLICY_BYTES_MAX`].
    ///
    /// # Errors
    /// [`PolicyError`], naming the line.
    pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
        let at = |line, what| PolicyError { line, what };
        if bytes.len() > POLICY_BYTES_MAX {
            return Err(at(1, PolicyFault::TooLong));
        }
        let mut lines = bytes.split(|byte| *byte == b'\n').enumerate().peekable();
        let mut reader = Reader::default();
        while let Some((place, line)) = lines.next() {
            let line_number = place + 1;
            if lines.peek().is_none() {
                // What follows the last line feed is no line.
                if !line.is_empty() {
                    return Err(at(line_number, PolicyFault::End));
                }
                return reader.finish().map_err(|what| at(line_number, what));
            }
            reader.line(line).map_err(|what| at(line_number, what))?;
        }
        Err(at(1, PolicyFault::Quorum))
    }

    /// Whether a log with these keys is among those of the policy; true as well when it names
    /// none, since then the log is known from elsewhere.
    pub fn accepts_log(&self, keys: &crate::LogKeys) -> bool {
        let named = |log: &LogKey| match log {
            LogKey::Note(key) => key == keys.ed25519(),
            LogKey::Cosigner(key) => Some(key) == keys.mldsa44(),
        };
        self.logs.is_empty() || self.logs.iter().any(named)
    }

    /// The keys of its witnesses.
    pub fn witnesses(&self) -> impl Iterator<Item = &CosignerKey> {
        self.witnesses.iter().map(|witness| &witness.key)
    }

    /// Where its witnesses can be asked, as far as it says so: each address once. They are not
    /// checked.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let addresses: BTreeSet<&str> =
            self.witnesses.iter().filter_map(|witness| witness.address.as_deref()).collect();
        addresses.into_iter()
    }

    /// Whether the policy names any log.
    pub fn names_logs(&self) -> bool {
        !self.logs.is_empty()
    }

    /// What the policy makes of the cosignatures of a checkpoint, as of a time in seconds since
    /// 1970: those that state a later one don't count. The log's own signatures are not looked at.
    ///
    /// # Errors
    /// [`NoteError::BadSignature`] if a signature under the name and identifier of a witness is not
    /// its own.
    pub fn evaluate(
        &self,
        checkpoint: &Checkpoint,
        note: &Note,
        at: Option<u64>,
    ) -> Result<Quorum, NoteError> {
        let mut witnesses = Vec::with_capacity(self.witnesses.len());
        for witness in &self.witnesses {
            let found = witness.key.find(checkpoint, note)?;
            witnesses.push(Seen {
                name: witness.name.clone(),
                key: witness.key.clone(),
                cosigned_at: found.filter(|time| at.is_none_or(|at| *time <= at)),
            });
        }
        Ok(self.judge(witnesses))
    }

    /// The witnesses by their names in the policy, in its order.
    pub(crate) fn named_witnesses(&self) -> impl Iterator<Item = (&str, &CosignerKey)> {
        self.witnesses.iter().map(|witness| (witness.name.as_str(), &witness.key))
    }

    /// Whether those who cosigned are enough: every witness of the policy, in its order.
    pub(crate) fn judge(&self, witnesses: Vec<Seen>) -> Quorum {
        // Groups name earlier lines only, so each is known when it is asked for.
        let mut met: Vec<bool> = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let count = group.members.iter().filter(|member| holds(**member, &witnesses, &met));
            met.push(count.count() >= group.threshold);
        }
        let is_met = holds(self.quorum, &witnesses, &met);
        let group = self.groups.iter().position(|group| group.name == MIRRORS);
        let witness = self.witnesses.iter().position(|witness| witness.name == MIRRORS);
        let mirrors = group.map(Member::Group).or(witness.map(Member::Witness));
        let mirrored = mirrors.is_some_and(|member| holds(member, &witnesses, &met));
        let grade = match is_met && self.quorum != Member::Nobody {
            false => Grade::Logged,
            true if mirrored => Grade::Mirrored,
            true => Grade::Witnessed,
        };
        Quorum { is_met, name: self.quorum_name.clone(), witnesses, grade }
    }
}

fn holds(member: Member, witnesses: &[Seen], groups: &[bool]) -> bool {
    match member {
        Member::Nobody => true,
        Member::Witness(place) => {
            witnesses.get(place).is_some_and(|seen| seen.cosigned_at.is_some())
        }
        Member::Group(place) => groups.get(place).copied().unwrap_or(false),
    }
}

/// A policy of which some lines were read.
#[derive(Default)]
struct Reader {
    logs: Vec<LogKey>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<(Member, String)>,
    grouped: BTreeSet<String>,
    keys: BTreeSet<Vec<u8>>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), PolicyFault> {
        let is_strange = |byte: &&u8| **byte != b'\t' && (**byte < b' ' || **byte == 0x7f);
        if let Some(byte) = line.iter().find(is_strange) {
            return Err(PolicyFault::Byte(*byte));
        }
        let line = str::from_utf8(line).map_err(|_| PolicyFault::NotUtf8)?;
        // Only these two are blanks: a name may hold any other character.
        let items: Vec<&str> = line.split([' ', '\t']).filter(|item| !item.is_empty()).collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, address] => self.witness(name, key, Some(address)),
            ["group", name, threshold, members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            ["quorum", name] => self.quorum(name),
            ["log" | "witness" | "group" | "quorum", ..] => Err(PolicyFault::Items),
            _ => Err(PolicyFault::Keyword),
        }
    }

    fn log(&mut self, written: &str) -> Result<(), PolicyFault> {
        let key = match written.parse::<VerifierKey>() {
            Ok(key) => LogKey::Note(key),
            Err(KeyError::Type { .. }) => {
                let key: CosignerKey = written.parse()?;
                if key.kind() != CosignerKind::MlDsa44 {
                    return Err(KeyError::Type { found: 0x04 }.into());
                }
                LogKey::Cosigner(key)
            }
            Err(error) => return Err(error.into()),
        };
        self.new_key(key.public_key())?;
        self.logs.push(key);
        few(self.logs.len())
    }

    fn witness(
        &mut self,
        name: &str,
        written: &str,
        address: Option<&str>,
    ) -> Result<(), PolicyFault> {
        self.free(name)?;
        let key: CosignerKey = written.parse()?;
        self.new_key(key.public_key())?;
        self.witnesses.push(Witness {
            name: name.to_owned(),
            key,
            address: address.map(str::to_owned),
        });
        few(self.witnesses.len())
    }

    fn group(&mut self, name: &str, threshold: &str, names: &[&str]) -> Result<(), PolicyFault> {
        self.free(name)?;
        let mut members = Vec::with_capacity(names.len());
        for member in names {
            members.push(self.find(member)?);
            if !self.grouped.insert((*member).to_owned()) {
                return Err(PolicyFault::Member((*member).to_owned()));
            }
        }
        let threshold = match threshold {
            "all" => members.len(),
            "any" => 1,
            // Written as a number is written, and in no other way.
            number => (number.parse::<usize>().ok())
                .filter(|k| k.to_string() == number && (1..=members.len()).contains(k))
                .ok_or(PolicyFault::Threshold)?,
        };
        self.groups.push(Group { name: name.to_owned(), threshold, members });
        few(self.groups.len())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::Quorum);
        }
        let member = if name == NONE { Member::Nobody } else { self.find(name)? };
        self.quorum = Some((member, name.to_owned()));
        Ok(())
    }

    /// A key serves one log or one witness: a log must not be its own witness.
    fn new_key(&mut self, public_key: Vec<u8>) -> Result<(), PolicyFault> {
        if self.keys.insert(public_key) { Ok(()) } else { Err(PolicyFault::SameKey) }
    }

    fn free(&self, name: &str) -> Result<(), PolicyFault> {
        if name == NONE || self.find(name).is_ok() {
            return Err(PolicyFault::SameName);
        }
        Ok(())
    }

    fn find(&self, name: &str) -> Result<Member, PolicyFault> {
        let witness = self.witnesses.iter().position(|witness| witness.name == name);
        let group = self.groups.iter().position(|group| group.name == name);
        witness
            .map(Member::Witness)
            .or(group.map(Member::Group))
            .ok_or_else(|| PolicyFault::Unknown(name.to_owned()))
    }

    fn finish(self) -> Result<Policy, PolicyFault> {
        let (quorum, quorum_name) = self.quorum.ok_or(PolicyFault::Quorum)?;
        let Reader { logs, witnesses, groups, .. } = self;
        Ok(Policy { logs, witnesses, groups, quorum, quorum_name })
    }
}

fn few(count: usize) -> Result<(), PolicyFault> {
    if count > POLICY_ITEMS_MAX { Err(PolicyFault::TooMany) } else { Ok(()) }
}

#[cfg(test)]
mod tests;

//! The incidents of an evaluation. There may be millions, most of one observation each.

use servanda_tlog::Hash;
use std::sync::Arc;

/// Possible incidents with their observations, in order of time. Copies share them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incidents(Arc<Held>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Held {
    names: Vec<Name>,
    /// Of each incident, where its observations end in `members`.
    ends: Vec<usize>,
    members: Vec<usize>,
}

/// An incident's id as it is printed: `i-` and 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name([u8; 18]);

impl Name {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Incidents {
    /// From each one's id and observations, indexes into the history's.
    pub(crate) fn new<'a>(all: impl Iterator<Item = (Hash, &'a [usize])>) -> Incidents {
        let mut held = Held::default();
        for (id, members) in all {
            held.names.push(name(&id));
            held.members.extend(members);
            held.ends.push(held.members.len());
        }
        Incidents(Arc::new(held))
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.names.is_empty()
    }

    /// One of them: its id as printed, and indexes into the history's observations.
    #[must_use]
    pub fn get(&self, n: usize) -> Option<(&str, &[usize])> {
        let start = n.checked_sub(1).and_then(|before| self.0.ends.get(before));
        let members = self.0.members.get(*start.unwrap_or(&0)..*self.0.ends.get(n)?)?;
        Some((self.0.names.get(n)?.as_str(), members))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[usize])> {
        (0..self.len()).filter_map(|n| self.get(n))
    }

    /// The observations of the one with that id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&[usize]> {
        let n = self.0.names.iter().position(|name| name.as_str() == id)?;
        self.get(n).map(|(_, members)| members)
    }
}

/// As [`print_id`](crate::print_id) prints it, without a text of its own.
fn name(id: &Hash) -> Name {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut name = *b"i-0000000000000000";
    for (pair, byte) in name[2..].chunks_exact_mut(2).zip(id.0) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
    Name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_name_and_its_own_members() {
        let ids = [0x0a_u8, 0xff, 0x10].map(|byte| Hash([byte; 32]));
        let members: [&[usize]; 3] = [&[4], &[], &[2, 0, 7]];
        let all = Incidents::new(ids.iter().copied().zip(members));
        let told: Vec<_> = all.iter().collect();
        let printed = ids.map(|id| format!("i-{}", crate::print_id(&id)));
        let wanted: Vec<_> = printed.iter().map(String::as_str).zip(members).collect();
        assert_eq!(told, wanted);
        assert_eq!(all.find(&printed[2]), Some(members[2]));
        assert_eq!((all.len(), all.get(3), all.find("i-0")), (3, None, None));
        assert!(Incidents::default().is_empty() && Incidents::default().get(0).is_none());
    }
}

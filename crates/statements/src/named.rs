//! What the cast tells of a name that somebody else found.

use crate::Speaker;
use crate::cast::{Cast, Who};
use servanda_time::Date;

impl Cast {
    /// Whom a name stands for, if all of it is a spelling of the agreement: of a person, of a
    /// party, or of an office that was held then.
    #[must_use]
    pub fn speaker(&self, name: &str, on: Option<Date>) -> Option<Speaker> {
        let bare = name.trim();
        let bare = bare.strip_prefix("the ").or(bare.strip_prefix("The ")).unwrap_or(bare);
        let hit = self.find(bare, on).into_iter().find(|hit| !hit.is_adjective)?;
        if (hit.start, hit.end) != (0, bare.len()) {
            return None;
        }
        let member = self.member(hit.who)?;
        let party = match hit.who {
            Who::Person(_) => member.party.and_then(|at| self.parties.get(at)),
            Who::Party(_) => Some(member),
        };
        let person = matches!(hit.who, Who::Person(_)).then(|| member.key.clone());
        let party = party.map(|party| party.key.clone());
        Some(Speaker { name: member.name.clone(), person, party })
    }

    /// The ids of the topics that texts are read for.
    pub fn topic_ids(&self) -> impl Iterator<Item = &str> {
        self.topics.iter().map(|topic| topic.id.as_str())
    }
}

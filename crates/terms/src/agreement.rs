//! Looking things up in an agreement.

use crate::details::Details;
use crate::model::{
    Agreement, Definition, Exception, Line, NamedZone, Party, Provision, Register, Source,
};

impl Agreement {
    /// The party with that id.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// The line with that id.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.id == id)
    }

    /// The zone with that id.
    #[must_use]
    pub fn zone(&self, id: &str) -> Option<&NamedZone> {
        self.zones.iter().find(|zone| zone.id == id)
    }

    /// The register of sites with that id.
    #[must_use]
    pub fn register(&self, id: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.id == id)
    }

    /// The source with that id.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// The exception with that id.
    #[must_use]
    pub fn exception(&self, id: &str) -> Option<&Exception> {
        self.exceptions.iter().find(|exception| exception.id == id)
    }

    /// The provision with that id, such as `prohibit.combat`.
    #[must_use]
    pub fn provision(&self, id: &str) -> Option<&Provision> {
        self.provisions.iter().find(|provision| provision.id == id)
    }

    /// The definition of that word.
    #[must_use]
    pub fn definition(&self, id: &str) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.id == id)
    }

    /// The party that a source means by a name: one whose id, name or alias it is, letter by
    /// letter; or else the one with the longest id, name or alias that the name begins with, if
    /// what follows is no letter and no digit, such as "NORTH (General Staff)" for "NORTH".
    ///
    /// ```
    /// # use servanda_terms::{load, SourceText};
    /// # use std::collections::BTreeMap;
    /// let text = "+++\nid = 'x'\ntitle = 'X'\nversion = '1'\ntimezone = 'UTC'\n\
    ///             [party.N]\nname = 'Northland'\naliases = ['North']\n+++\n";
    /// let source = SourceText::new("agreement.md", text);
    /// let (agreement, _) = load(&source, &BTreeMap::new());
    /// let agreement = agreement.unwrap();
    /// let id = |name| agreement.resolve_party(name).map(|party| party.id.as_str());
    /// assert_eq!(id("Northland (General Staff)"), Some("N"));
    /// assert_eq!(id("Northern Army"), None);
    /// ```
    #[must_use]
    pub fn resolve_party(&self, name: &str) -> Option<&Party> {
        let names = |party: &'_ Party| -> Vec<String> {
            let own = [party.id.clone(), party.name.clone()];
            own.into_iter().chain(party.aliases.iter().cloned()).collect()
        };
        if let Some(party) = self.parties.iter().find(|p| names(p).iter().any(|n| n == name)) {
            return Some(party);
        }
        let begins = |of: &String| {
            let rest = name.strip_prefix(of.as_str());
            let next = rest.and_then(|rest| rest.chars().next());
            !of.is_empty() && next.is_some_and(|next| !next.is_alphanumeric())
        };
        let mut longest: Option<(usize, &Party)> = None;
        for party in &self.parties {
            for of in names(party) {
                if begins(&of) && longest.is_none_or(|(length, _)| of.len() > length) {
                    longest = Some((of.len(), party));
                }
            }
        }
        longest.map(|(_, party)| party)
    }
}

impl Provision {
    /// The names by which acts refer to its parts: stages, tranches, steps of a response, and the
    /// words of a trigger's tests, each once.
    #[must_use]
    pub fn stage_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for reading in &self.readings {
            for name in part_names(&reading.details) {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
        names
    }
}

fn part_names(details: &Details) -> Vec<&str> {
    if let Details::Guarantee(guarantee) = details {
        let tests = guarantee.trigger.iter().flat_map(|trigger| &trigger.tests);
        let steps = guarantee.response.iter().map(|step| step.step.as_str());
        return steps.chain(tests.map(|test| test.word.as_str())).collect();
    }
    details.stages().iter().map(|stage| stage.name.as_str()).collect()
}

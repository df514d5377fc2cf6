//! The kinds of provision that the language has.

/// Defines the kinds, each with its word.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $word:literal,)*) => {
        /// The kind of a provision.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ProvisionKind {
            $($(#[$doc])* $kind,)*
        }

        impl ProvisionKind {
            /// Every kind, in the order of the reference.
            pub const ALL: &[ProvisionKind] = &[$(ProvisionKind::$kind),*];

            /// The word for it: the table that declares one.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(ProvisionKind::$kind => $word,)* }
            }
        }
    };
}

kinds! {
    /// These acts by these parties, there, then, are forbidden.
    Prohibit = "prohibit",
    /// A register of sites, with perimeters.
    Protect = "protect",
    /// This act or state by then, once or again and again.
    Oblige = "oblige",
    /// No more than so much.
    Limit = "limit",
    /// This class of object beyond this distance of this party's line.
    Withdraw = "withdraw",
    /// A right; its denial is a breach.
    Permit = "permit",
    /// Exchanges of prisoners, remains, funds.
    Transfer = "transfer",
    /// A state that others wait for.
    Condition = "condition",
    /// A body's consent.
    Ratify = "ratify",
    /// Who answers for it, for how long, on what trigger, how fast.
    Guarantee = "guarantee",
    /// A contribution.
    Pledge = "pledge",
    /// Sanctions or assets released in steps.
    Relief = "relief",
    /// A joint or monitoring commission.
    Body = "body",
    /// A matter still open or political: positions only.
    Point = "point",
}

impl ProvisionKind {
    /// The kind with that word.
    #[must_use]
    pub fn of(word: &str) -> Option<ProvisionKind> {
        ProvisionKind::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether what breaks it is seen: acts at a place.
    #[must_use]
    pub fn is_observed(self) -> bool {
        use ProvisionKind::{Permit, Prohibit, Protect};
        matches!(self, Prohibit | Protect | Permit)
    }
}

/// The table of exceptions, which are no provisions.
pub(crate) const EXCEPT: &str = "except";

/// Whether the word is a kind of provision.
pub(crate) fn is_kind(word: &str) -> bool {
    ProvisionKind::of(word).is_some()
}

/// Every table of a block of terms.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    ProvisionKind::ALL.iter().map(|kind| kind.word()).chain([EXCEPT])
}

//! Who may do what: one table, role × action × class, and nothing beside it.
//!
//! A cell says up to which class a role may do it. Classes are nested, as those of entries are:
//! who may read what the guarantors read may read what the parties read. What the table can't say
//! is asked beside it, never instead of it: a liaison replies in its own party's cases only, and
//! who concurs is another person than who acted, and has the right to that act too.

use std::fmt;

/// Makes an enumeration whose members have each one word, which is also its name in messages.
macro_rules! worded {
    (
        $(#[$about:meta])* $name:ident, $prefix:literal {
            $($(#[$doc:meta])* $member:ident = $word:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $member,)* }

        impl $name {
            /// All of them, in their order.
            pub const ALL: [$name; [$($name::$member),*].len()] = [$($name::$member),*];

            /// Its one word.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $($name::$member => $word,)* }
            }

            /// The message that names it.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $($name::$member => concat!($prefix, "-", $word),)* }
            }

            /// By its word.
            #[must_use]
            pub fn of_word(word: &str) -> Option<$name> {
                $name::ALL.into_iter().find(|one| one.word() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

worded! {
    /// What a person is in the room. Everybody has the rights of [`Role::Public`] too.
    Role, "role" {
        /// Anybody, without an account.
        Public = "public",
        /// Reports what it sees.
        Observer = "observer",
        /// Establishes what happened.
        Verifier = "verifier",
        /// Finds whether a term was broken.
        Legal = "legal",
        /// Writes and publishes the mission's reports.
        Reporter = "reporter",
        /// Speaks for one party.
        Liaison = "liaison",
        /// Belongs to a guarantor.
        Guarantor = "guarantor",
        /// Checks how the mission works; changes nothing.
        Auditor = "auditor",
        /// Keeps the accounts; sees no more than the public.
        Administrator = "administrator",
    }
}

worded! {
    /// What can be done in the room.
    Action, "action" {
        /// See the board: provisions, clocks, coverage.
        SeeBoard = "see-board",
        /// See the queue of what waits for people.
        SeeQueue = "see-queue",
        /// See a case.
        SeeCase = "see-case",
        /// Report: enter an observation or a complaint, upload a file.
        Report = "report",
        /// Take a case from the queue, or give it to somebody.
        Take = "take",
        /// Work on a case: checklist, grade, duplicates, merge, split, verify.
        Check = "check",
        /// Say who did it.
        Attribute = "attribute",
        /// Find whether a provision was broken.
        Find = "find",
        /// Concur with another person's attribution or finding.
        Concur = "concur",
        /// Ask a party for its reply.
        AskReply = "ask-reply",
        /// Reply for a party, in its own cases.
        Reply = "reply",
        /// Enter how a breach was cured.
        Cure = "cure",
        /// Publish.
        Publish = "publish",
        /// Read what is sealed; that it was read is itself entered.
        OpenSealed = "open-sealed",
        /// Give somebody what is sealed.
        Disclose = "disclose",
        /// Take data out: files, feeds, the API.
        Export = "export",
        /// Keep accounts and sessions.
        Administer = "administer",
    }
}

worded! {
    /// The class of what is acted on; those of entries (`servanda_entry::Class`), from the widest
    /// to the narrowest.
    Class, "class" {
        /// For everybody.
        Public = "public",
        /// For the parties, and who is named in the others.
        Parties = "parties",
        /// For the guarantors and the mission.
        Guarantors = "guarantors",
        /// For the mission.
        Mission = "mission",
        /// For those to whom it is opened, one by one.
        Sealed = "sealed",
    }
}

impl From<&servanda_entry::Class> for Class {
    fn from(class: &servanda_entry::Class) -> Class {
        // A class that this room doesn't know is the narrowest.
        Class::of_word(class.word()).unwrap_or(Class::Sealed)
    }
}

/// Up to which class; `_` is not at all.
type Reach = Option<Class>;

const _N: Reach = None;
const PU: Reach = Some(Class::Public);
const PA: Reach = Some(Class::Parties);
const GU: Reach = Some(Class::Guarantors);
const MI: Reach = Some(Class::Mission);
const SE: Reach = Some(Class::Sealed);

/// The table. Columns are the roles, in their order.
#[rustfmt::skip]
const TABLE: [(Action, [Reach; Role::ALL.len()]); Action::ALL.len()] = [
    //                    public obser verif legal repor liais guara audit admin
    (Action::SeeBoard,   [PU,    MI,   MI,   MI,   MI,   PA,   GU,   MI,   PU]),
    (Action::SeeQueue,   [_N,    MI,   MI,   MI,   MI,   _N,   _N,   MI,   _N]),
    (Action::SeeCase,    [PU,    MI,   MI,   MI,   MI,   PA,   GU,   MI,   PU]),
    (Action::Report,     [_N,    SE,   SE,   MI,   MI,   PA,   GU,   _N,   _N]),
    (Action::Take,       [_N,    _N,   MI,   MI,   _N,   _N,   _N,   _N,   _N]),
    (Action::Check,      [_N,    _N,   MI,   _N,   _N,   _N,   _N,   _N,   _N]),
    (Action::Attribute,  [_N,    _N,   MI,   MI,   _N,   _N,   _N,   _N,   _N]),
    (Action::Find,       [_N,    _N,   _N,   MI,   _N,   _N,   _N,   _N,   _N]),
    (Action::Concur,     [_N,    _N,   MI,   MI,   _N,   _N,   _N,   _N,   _N]),
    (Action::AskReply,   [_N,    _N,   _N,   MI,   MI,   _N,   _N,   _N,   _N]),
    (Action::Reply,      [_N,    _N,   _N,   _N,   _N,   PA,   _N,   _N,   _N]),
    (Action::Cure,       [_N,    _N,   MI,   MI,   _N,   _N,   _N,   _N,   _N]),
    (Action::Publish,    [_N,    _N,   _N,   _N,   PU,   _N,   _N,   _N,   _N]),
    (Action::OpenSealed, [_N,    _N,   SE,   SE,   _N,   _N,   _N,   _N,   _N]),
    (Action::Disclose,   [_N,    _N,   _N,   SE,   _N,   _N,   _N,   _N,   _N]),
    (Action::Export,     [PU,    PU,   MI,   MI,   MI,   PA,   GU,   MI,   PU]),
    (Action::Administer, [_N,    _N,   _N,   _N,   _N,   _N,   _N,   _N,   PU]),
];

/// Up to which class a role may do something; none: not at all.
#[must_use]
pub fn reach(role: Role, action: Action) -> Option<Class> {
    let (_, row) = TABLE.iter().find(|(one, _)| *one == action)?;
    let column = Role::ALL.iter().position(|one| *one == role)?;
    row.get(column).copied().flatten()
}

/// Whether a role may do something with what is of a class.
#[must_use]
pub fn allows(role: Role, action: Action, class: Class) -> bool {
    reach(role, action).is_some_and(|reach| class <= reach)
}

/// The table as a page of the reference (Markdown).
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Rights\n\n\
         Who may do what in the operations room: a table, role × action × class. A cell is the \
         narrowest class\nof what the role may do it with; wider ones are included. *–* is not \
         at all. The classes, from the\nwidest to the narrowest: ",
    );
    page += &Class::ALL.map(Class::word).join(", ");
    page += ".\n\nBeside the table: a liaison replies in its own party's cases only; who concurs \
             is another person than\nwho acted, and must have the right to that act too; that \
             sealed material was read is itself entered.\nThis page is made from the program's \
             own table, and a test compares each cell.\n\n| |";
    for role in Role::ALL {
        page += &format!(" {role} |");
    }
    page += "\n| --- |";
    page += &" --- |".repeat(Role::ALL.len());
    page.push('\n');
    for action in Action::ALL {
        page += &format!("| {action} |");
        for role in Role::ALL {
            page += &format!(" {} |", reach(role, action).map_or("–", Class::word));
        }
        page.push('\n');
    }
    page
}

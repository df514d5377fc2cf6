//! The one way out: what of the record may leave, to whom.
//!
//! Every page and every answer of the interfaces asks here before it shows something of a case, an
//! observation or an entry. What a thing's class is, is worked out in [`class`] and nowhere else;
//! whether that class is for whoever asks, the table in [`crate::rights`] says.
//!
//! What an entry withholds is not here at all: the record holds salted commitments to it, and its
//! values and files are opened in one place, [`crate::opened`], which enters that they were.

use crate::http::{Fault, Who, require};
use crate::rights::{Action, Class};
use crate::view::View;
use servanda_casework::{Case, Cases, Doing};
use servanda_comply::History;
use servanda_entry::{Body, Step};
use servanda_tlog::Hash;
use std::collections::BTreeSet;

/// Something of the record that may leave the room.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Thing<'v> {
    /// The answer, the agreement and its zones: what the board is made of.
    Board,
    /// A case: what was seen, and what came of it.
    Case(&'v Case),
    /// The steps of the mission's people with a case, and the proposals that wait.
    Work(&'v Case),
    /// An observation, and the case that holds it.
    Observation {
        /// Whether a person noted it; else it was read from a file, as anybody can.
        by_hand: bool,
        /// The case.
        case: Option<&'v Case>,
    },
    /// An incident: whether a person noted one of its observations, and the case that it is.
    Incident {
        /// Whether one of its observations is somebody's word.
        by_hand: bool,
        /// The case.
        case: Option<&'v Case>,
    },
}

impl<'v> Thing<'v> {
    /// An observation of the history.
    pub(crate) fn observation(view: &View, n: usize, case: Option<&'v Case>) -> Thing<'v> {
        let by_hand = view.desk.history.observations.get(n).is_none_or(|seen| seen.line() == 0);
        Thing::Observation { by_hand, case }
    }

    /// An entry, and the case that it belongs to.
    pub(crate) fn entry(body: &Body, case: Option<&'v Case>) -> Thing<'v> {
        match (body, case) {
            (_, None) => Thing::Board,
            (Body::Handling(step), Some(case)) => match step.step {
                // What a party is asked, what is mended and what is published is the case's.
                Step::Asked { .. } | Step::Cure { .. } | Step::Published => Thing::Case(case),
                _ => Thing::Work(case),
            },
            (_, Some(case)) => Thing::Case(case),
        }
    }

    fn case(self) -> Option<&'v Case> {
        match self {
            Thing::Board => None,
            Thing::Case(case) | Thing::Work(case) => Some(case),
            Thing::Observation { case, .. } | Thing::Incident { case, .. } => case,
        }
    }
}

/// The class of a thing.
pub(crate) fn class(thing: Thing<'_>) -> Class {
    match thing {
        Thing::Board => Class::Public,
        Thing::Case(case) => class_of(case),
        // No party reads the mission's working notes, whatever comes of the case.
        Thing::Work(_) => Class::Mission,
        // What a file says, the file's readers know; what a person noted is the mission's, until
        // the case is somebody else's too.
        Thing::Observation { by_hand, case } | Thing::Incident { by_hand, case } => {
            if by_hand {
                case.map_or(Class::Mission, class_of)
            } else {
                Class::Public
            }
        }
    }
}

/// The class of a case: the mission's until a party is asked, and everybody's when it is published.
pub(crate) fn class_of(case: &Case) -> Class {
    if case.published.is_some() {
        Class::Public
    } else if case.asked.is_empty() {
        Class::Mission
    } else {
        Class::Parties
    }
}

/// Whether a case concerns a party: it was asked to reply.
pub(crate) fn concerns(case: &Case, party: &str) -> bool {
    case.asked.iter().any(|asked| asked.party == party)
}

/// Whether a thing may leave to whoever asks, by an action of the table. Gives its class.
///
/// # Errors
/// [`Fault`]: who isn't signed in is asked to sign in, who has no right is told so, and to a party
/// that a case doesn't concern it isn't there.
pub(crate) fn released(who: &Who, action: Action, thing: Thing<'_>) -> Result<Class, Fault> {
    let class = class(thing);
    require(who, action, class)?;
    if Way::of(who, action).lets(thing) { Ok(class) } else { Err(Fault::not_found()) }
}

/// Whether a thing may leave to whoever asks.
pub(crate) fn is_released(who: &Who, action: Action, thing: Thing<'_>) -> bool {
    Way::of(who, action).lets(thing)
}

/// The way out for whoever asks, by one action: the table is asked once for many things.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'w> {
    reach: Option<Class>,
    party: Option<&'w str>,
}

impl<'w> Way<'w> {
    pub(crate) fn of(who: &'w Who, action: Action) -> Way<'w> {
        Way { reach: who.reach(action), party: who.party() }
    }

    /// Whether a thing may leave.
    pub(crate) fn lets(&self, thing: Thing<'_>) -> bool {
        let class = class(thing);
        let is_theirs = |party: &str| thing.case().is_some_and(|case| concerns(case, party));
        self.reach.is_some_and(|reach| class <= reach)
            && (class == Class::Public || self.party.is_none_or(is_theirs))
    }
}

/// What nobody outside the mission may be told, by content id: what people noted, judged and found
/// in cases that are not everybody's, and what parties replied there.
pub(crate) fn hidden(history: &History, cases: &Cases) -> BTreeSet<Hash> {
    let mut hidden = BTreeSet::new();
    for case in cases.iter().filter(|case| class_of(case) != Class::Public) {
        let seen = case.members.iter().filter_map(|&n| history.observations.get(n));
        hidden.extend(seen.filter(|seen| seen.line() == 0).map(|seen| seen.id()));
        let said = case.lines.iter().filter(|line| !matches!(line.doing, Doing::Step(_)));
        hidden.extend(said.map(|line| line.cite.id));
    }
    hidden
}

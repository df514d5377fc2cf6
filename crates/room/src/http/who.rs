//! Who asks.

use super::Fault;
use crate::people::Person;
use crate::rights::{Action, Class, Role, allows};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use servanda_tlog::Hash;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

/// Who asks: a person who is signed in, or the public. Handlers take it as an argument.
#[derive(Debug, Clone, Default)]
pub struct Who {
    signed_in: Option<Arc<SignedIn>>,
}

#[derive(Debug)]
struct SignedIn {
    person: Arc<Person>,
    csrf: String,
    session: Hash,
}

impl Who {
    pub(crate) fn signed_in(person: Arc<Person>, csrf: String, session: Hash) -> Who {
        Who { signed_in: Some(Arc::new(SignedIn { person, csrf, session })) }
    }

    /// The person; none of the public.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        self.signed_in.as_deref().map(|own| &*own.person)
    }

    /// The login name; empty of the public.
    #[must_use]
    pub fn name(&self) -> &str {
        self.person().map_or("", |person| &person.name)
    }

    /// What the person is; [`Role::Public`] always among it.
    #[must_use]
    pub fn roles(&self) -> BTreeSet<Role> {
        let own = self.person().map(|person| person.roles.clone());
        own.into_iter().flatten().chain([Role::Public]).collect()
    }

    /// The party that a liaison speaks for.
    #[must_use]
    pub fn party(&self) -> Option<&str> {
        self.person().and_then(|person| person.party.as_deref())
    }

    /// The role in which something is done: the first of theirs that may; none of the public.
    #[must_use]
    pub fn role_for(&self, action: Action, class: Class) -> Option<Role> {
        let own = self.person().into_iter().flat_map(|person| person.roles.iter().copied());
        own.into_iter().find(|role| allows(*role, action, class))
    }

    /// What each form of this session carries in its field `csrf`; empty of the public.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.signed_in.as_deref().map_or("", |own| &own.csrf)
    }

    /// Whether one of the roles may do something with what is of a class.
    #[must_use]
    pub fn may(&self, action: Action, class: Class) -> bool {
        self.roles().into_iter().any(|role| allows(role, action, class))
    }

    /// Up to which class one of the roles may do something.
    #[must_use]
    pub fn reach(&self, action: Action) -> Option<Class> {
        self.roles().into_iter().filter_map(|role| crate::rights::reach(role, action)).max()
    }

    pub(crate) fn session(&self) -> Option<Hash> {
        self.signed_in.as_deref().map(|own| own.session)
    }
}

/// The one gate: what comes after it is done only by who may.
///
/// # Errors
/// [`Fault`]: who isn't signed in is asked to sign in; who is, is told that it isn't theirs to do.
pub fn require(who: &Who, action: Action, class: Class) -> Result<(), Fault> {
    match (who.may(action, class), who.person()) {
        (true, _) => Ok(()),
        (false, None) => Err(Fault::sign_in()),
        (false, Some(_)) => Err(Fault::not_yours(action)),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Infallible> {
        // Where the guard put nobody, it is the public that asks.
        Ok(parts.extensions.get::<Who>().cloned().unwrap_or_default())
    }
}

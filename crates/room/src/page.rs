//! What all pages have: a frame around their own part.

use crate::assets;
use crate::http::{Dressed, Fault, Who};
use crate::rights::{Action, Class, Role};
use crate::room::{Room, Standing};
use crate::words::Value;
use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// The parts of the room, in the order of the navigation: message, address, and what one must have
/// a right to, with what is public, to see it there.
const PARTS: [(&str, &str, Action, Class); 8] = [
    ("nav-home", "/", Action::SeeBoard, Class::Public),
    ("nav-incidents", "/incidents", Action::SeeBoard, Class::Public),
    ("nav-queue", "/queue", Action::SeeQueue, Class::Mission),
    ("nav-report", "/report", Action::Report, Class::Parties),
    ("nav-findings", "/findings", Action::SeeBoard, Class::Public),
    ("nav-agreement", "/agreement", Action::SeeBoard, Class::Public),
    ("nav-people", "/people", Action::Administer, Class::Public),
    ("nav-rights", "/rights", Action::SeeBoard, Class::Public),
];

/// The frame of a page. Templates that extend `layout.html` have it as their field `frame`.
pub struct Frame<'r> {
    room: &'r Room,
    who: &'r Who,
    title: String,
    here: &'static str,
    standing: Standing,
}

/// A line of the navigation.
pub struct NavItem {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub path: &'static str,
    /// Whether it is the part that is shown.
    pub is_here: bool,
}

impl<'r> Frame<'r> {
    /// The frame of a page with a title's message, in the part at `here`.
    #[must_use]
    pub fn of(room: &'r Room, who: &'r Who, title: &str, here: &'static str) -> Frame<'r> {
        let title = room.words().say(title, &[]);
        Frame { room, who, title, here, standing: room.standing() }
    }

    /// The same, with a title that is no message, such as a case's.
    #[must_use]
    pub fn titled(self, title: String) -> Frame<'r> {
        Frame { title, ..self }
    }

    /// The page's title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// A message that leaves nothing open.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.room.words().say(key, &[])
    }

    /// A message, with what it leaves open.
    #[must_use]
    pub fn say_with(&self, key: &str, open: &[(&str, Value<'_>)]) -> String {
        self.room.words().say(key, open)
    }

    /// The words' language.
    #[must_use]
    pub fn language(&self) -> &str {
        self.room.words().language()
    }

    /// The navigation, as far as the rights go.
    #[must_use]
    pub fn nav(&self) -> Vec<NavItem> {
        let seen = PARTS.iter().filter(|(_, _, action, class)| self.who.may(*action, *class));
        let item = |&(key, path, ..): &(&str, &'static str, Action, Class)| NavItem {
            text: self.say(key),
            path,
            is_here: path == self.here,
        };
        seen.map(item).collect()
    }

    /// Who asks.
    #[must_use]
    pub fn who(&self) -> &Who {
        self.who
    }

    /// The name of who is signed in.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.who.person().map(|person| person.name.as_str())
    }

    /// What the person is, in words.
    #[must_use]
    pub fn roles(&self) -> String {
        let own = self.who.roles().into_iter().filter(|role| *role != Role::Public);
        own.map(|role| self.role(&role)).collect::<Vec<_>>().join(", ")
    }

    /// A party's name, by its id; the id where the agreement has no such party.
    #[must_use]
    pub fn party(&self, id: &str) -> String {
        let found = self.room.parties().iter().find(|(own, _)| own == id);
        found.map_or_else(|| id.to_owned(), |(_, name)| name.clone())
    }

    /// What an entry says that somebody was, in words where it is a role of the room.
    #[must_use]
    pub fn office(&self, word: &str) -> String {
        Role::of_word(word).map_or_else(|| word.to_owned(), |role| self.role(&role))
    }

    /// A role in words.
    #[must_use]
    pub fn role(&self, role: &Role) -> String {
        self.say(role.key())
    }

    /// An action in words.
    #[must_use]
    pub fn action(&self, action: &Action) -> String {
        self.say(action.key())
    }

    /// A class in words.
    #[must_use]
    pub fn class(&self, class: &Class) -> String {
        self.say(class.key())
    }

    /// The token for the hidden field `csrf` of each form.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.who.csrf()
    }

    /// The address of a file of the interface.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::path(name)
    }

    /// The address of a file of the map library; none where the room has no library.
    #[must_use]
    pub fn map_library(&self, name: &str) -> Option<String> {
        self.room.map_library().map(|library| library.path(name))
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Standing {
        &self.standing
    }
}

#[derive(Template)]
#[template(path = "error.html")]
pub(crate) struct ErrorPage<'r> {
    pub(crate) frame: Frame<'r>,
    pub(crate) status: u16,
    pub(crate) what: String,
    pub(crate) to_do: String,
}

/// A page. One with a status of the 400s is shown as it is, as a form with its errors must be.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    html(status, template)
}

pub(crate) fn html(status: StatusCode, template: &impl Template) -> Response {
    let Ok(text) = template.render() else { return Fault::inside().into_response() };
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = (status, [(CONTENT_TYPE, kind)], text).into_response();
    response.extensions_mut().insert(Dressed);
    response
}

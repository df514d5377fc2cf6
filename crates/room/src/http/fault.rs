//! Answers that say no: what is wrong, and what to do.

use crate::RoomError;
use crate::rights::Action;
use crate::words::{Value, Words};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// An answer that says no. The guard makes a page of it, or `application/problem+json`.
///
/// A fault names messages, not words: `fault-KEY` says what is wrong and `fault-KEY-do` what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub(crate) status: StatusCode,
    /// The part of the messages' keys after `fault-`.
    pub(crate) key: &'static str,
    /// What the messages leave open as `what`.
    pub(crate) what: String,
    /// The message that stands for `what`, if there is one.
    message: Option<&'static str>,
    /// Seconds after which it may be tried again.
    pub(crate) again_after: Option<u64>,
}

impl Fault {
    /// A fault with messages of its own.
    #[must_use]
    pub fn new(status: StatusCode, key: &'static str) -> Fault {
        Fault { status, key, what: String::new(), message: None, again_after: None }
    }

    /// The same, with what its messages leave open as `{ $what }`.
    #[must_use]
    pub fn with(self, what: impl Into<String>) -> Fault {
        Fault { what: what.into(), ..self }
    }

    /// What was sent makes no sense (400).
    #[must_use]
    pub fn bad_request() -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, "bad-request")
    }

    /// Nothing is there, or nothing that may be known of (404).
    #[must_use]
    pub fn not_found() -> Fault {
        Fault::new(StatusCode::NOT_FOUND, "not-found")
    }

    /// It is for people who are signed in (401; a browser is led to the form).
    #[must_use]
    pub fn sign_in() -> Fault {
        Fault::new(StatusCode::UNAUTHORIZED, "sign-in")
    }

    /// No role of theirs may do it (403).
    #[must_use]
    pub fn not_yours(action: Action) -> Fault {
        Fault::new(StatusCode::FORBIDDEN, "not-yours").with_message(action.key())
    }

    /// The form's token is missing or another session's (403).
    #[must_use]
    pub fn foreign_form() -> Fault {
        Fault::new(StatusCode::FORBIDDEN, "foreign-form")
    }

    /// The request was sent by a page of another site (403).
    #[must_use]
    pub fn foreign_site() -> Fault {
        Fault::new(StatusCode::FORBIDDEN, "foreign-site")
    }

    /// The room isn't reached by that name (400).
    #[must_use]
    pub fn unknown_host() -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, "unknown-host")
    }

    /// More was sent than is taken (413).
    #[must_use]
    pub fn too_large() -> Fault {
        Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    }

    /// Something else was sent than is taken (415).
    #[must_use]
    pub fn wrong_type() -> Fault {
        Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong-type")
    }

    /// Too often (429).
    #[must_use]
    pub fn too_often(again_after: u64) -> Fault {
        let again_after = Some(again_after);
        Fault { again_after, ..Fault::new(StatusCode::TOO_MANY_REQUESTS, "too-often") }
    }

    /// It is being worked out (503).
    #[must_use]
    pub fn working(again_after: u64) -> Fault {
        let again_after = Some(again_after);
        Fault { again_after, ..Fault::new(StatusCode::SERVICE_UNAVAILABLE, "working") }
    }

    /// What is asked can't be (400).
    #[must_use]
    pub fn query(why: impl Into<String>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, "query").with(why)
    }

    /// It came too slowly (408).
    #[must_use]
    pub fn too_slow() -> Fault {
        Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow")
    }

    /// Something is wrong inside (500); what, is for the operator alone.
    #[must_use]
    pub fn inside() -> Fault {
        Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "inside")
    }

    /// The same, with a message for what its messages leave open as `{ $what }`.
    #[must_use]
    pub fn with_message(self, key: &'static str) -> Fault {
        Fault { message: Some(key), ..self }
    }

    /// What stands for an answer that has a status and no words.
    pub(crate) fn of_status(status: StatusCode) -> Fault {
        match status {
            StatusCode::NOT_FOUND => Fault::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => Fault::new(status, "wrong-method"),
            StatusCode::PAYLOAD_TOO_LARGE => Fault::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::wrong_type(),
            StatusCode::REQUEST_TIMEOUT => Fault::too_slow(),
            StatusCode::UNAUTHORIZED => Fault::sign_in(),
            status if status.is_server_error() => Fault::inside(),
            status => Fault { status, ..Fault::bad_request() },
        }
    }

    /// What is wrong, in words.
    pub(crate) fn what(&self, words: &Words) -> String {
        words.say(&format!("fault-{}", self.key), &self.open(words))
    }

    /// What to do, in words.
    pub(crate) fn to_do(&self, words: &Words) -> String {
        words.say(&format!("fault-{}-do", self.key), &self.open(words))
    }

    fn open(&self, words: &Words) -> [(&'static str, Value<'_>); 2] {
        let what = self.message.map_or_else(|| self.what.clone(), |key| words.say(key, &[]));
        let seconds = i64::try_from(self.again_after.unwrap_or(0)).unwrap_or(i64::MAX);
        [("what", Value::from(what)), ("seconds", Value::from(seconds))]
    }
}

impl From<RoomError> for Fault {
    fn from(error: RoomError) -> Fault {
        match error {
            RoomError::Account(fault) => {
                Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "account").with_message(fault.key())
            }
            _ => Fault::inside().with(error.to_string()),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        // The guard knows the words, and in which form to give them.
        response.extensions_mut().insert(self);
        response
    }
}

//! The fields of a form that was sent.

use super::Fault;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::sync::Arc;

/// Largest form without files, in bytes.
pub const FORM_BYTES_MAX: usize = 256 * 1024;
/// Most fields of a form.
pub const FIELDS_MAX: usize = 1_000;

/// The fields of a form (`application/x-www-form-urlencoded`), whose token the guard has checked.
#[derive(Debug, Clone, Default)]
pub struct Fields(Arc<Vec<(String, String)>>);

impl Fields {
    /// The fields of a body.
    pub(crate) fn parse(body: &[u8]) -> Result<Fields, Fault> {
        let mut fields = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() == FIELDS_MAX {
                return Err(Fault::too_large());
            }
            fields.push((name.into_owned(), value.into_owned()));
        }
        Ok(Fields(Arc::new(fields)))
    }

    /// Fields that were read elsewhere.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Fields {
        Fields(Arc::new(fields))
    }

    /// The first field of a name, without white space around it; empty when there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The first field of a name, as it was sent.
    #[must_use]
    pub fn exact(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All fields of a name, in their order.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Fields, Fault> {
        parts.extensions.get::<Fields>().cloned().ok_or_else(Fault::wrong_type)
    }
}

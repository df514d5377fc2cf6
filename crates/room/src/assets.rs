//! The interface's own files, inside the program.

use crate::http::Unchanging;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use servanda_report::Sections;
use servanda_tlog::sha256;
use std::sync::OnceLock;

/// A file: its name, its media type, its bytes.
type Asset = (&'static str, &'static str, &'static [u8]);

/// The files. Scripts may name each other by `./NAME`.
const ASSETS: [Asset; 8] = [
    ("agreement.css", "text/css; charset=utf-8", include_bytes!("../web/agreement.css")),
    ("report.css", "text/css; charset=utf-8", Sections::styles()[0].as_bytes()),
    ("figure.css", "text/css; charset=utf-8", Sections::styles()[1].as_bytes()),
    ("brush.js", "text/javascript; charset=utf-8", include_bytes!("../web/brush.js")),
    ("desk.css", "text/css; charset=utf-8", include_bytes!("../web/desk.css")),
    ("keys.js", "text/javascript; charset=utf-8", include_bytes!("../web/keys.js")),
    ("live.js", "text/javascript; charset=utf-8", include_bytes!("../web/live.js")),
    ("room.css", "text/css; charset=utf-8", include_bytes!("../web/room.css")),
];

/// One version for all, so that files which name each other stay together.
fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let hashes = ASSETS.iter().map(|(name, _, bytes)| format!("{name} {}", sha256(bytes)));
        let all = hashes.collect::<Vec<_>>().join("\n");
        sha256(all.as_bytes()).to_hex()[..16].to_owned()
    })
}

/// The address of a file. It changes whenever a file does.
pub(crate) fn path(name: &str) -> String {
    format!("/static/{}/{name}", version())
}

/// Gives a file.
pub(crate) async fn give(Path((of, name)): Path<(String, String)>) -> Response {
    let found = ASSETS.iter().find(|(own, _, _)| *own == name);
    let Some((_, kind, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = ([(CONTENT_TYPE, HeaderValue::from_static(kind))], *bytes).into_response();
    // A page from before the program was renewed gets the new file, and must ask again.
    if of == version() {
        response.extensions_mut().insert(Unchanging);
    }
    response
}

//! The interface's own files, inside the program, and those of the map library beside them.

use crate::http::Unchanging;
use crate::room::Room;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use servanda_figure::BaseLayer;
use servanda_report::Sections;
use servanda_tlog::sha256;
use std::sync::{Arc, OnceLock};

/// A file: its name, its media type, its bytes.
type Asset = (&'static str, &'static str, &'static [u8]);

pub(crate) const STYLE: &str = "text/css; charset=utf-8";
pub(crate) const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The files. Scripts may name each other, and the layers of the base map, by `./NAME`.
const ASSETS: [Asset; 11] = [
    ("agreement.css", STYLE, include_bytes!("../web/agreement.css")),
    ("report.css", STYLE, Sections::styles()[0].as_bytes()),
    ("figure.css", STYLE, Sections::styles()[1].as_bytes()),
    ("brush.js", JAVASCRIPT, include_bytes!("../web/brush.js")),
    ("desk.css", STYLE, include_bytes!("../web/desk.css")),
    ("keys.js", JAVASCRIPT, include_bytes!("../web/keys.js")),
    ("live.js", JAVASCRIPT, include_bytes!("../web/live.js")),
    ("map-layers.js", JAVASCRIPT, include_bytes!("../web/map-layers.js")),
    ("map.css", STYLE, include_bytes!("../web/map.css")),
    ("map.js", JAVASCRIPT, include_bytes!("../web/map.js")),
    ("room.css", STYLE, include_bytes!("../web/room.css")),
];

/// One version for all, so that files which name each other stay together.
fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let hashes = ASSETS.iter().map(|(name, _, bytes)| format!("{name} {}", sha256(bytes)));
        let layers = BaseLayer::ALL
            .into_iter()
            .map(|layer| format!("{}.geojson {}", layer.word(), sha256(layer.text().as_bytes())));
        let all = hashes.chain(layers).collect::<Vec<_>>().join("\n");
        sha256(all.as_bytes()).to_hex()[..16].to_owned()
    })
}

/// The address of a file. It changes whenever a file does.
pub(crate) fn path(name: &str) -> String {
    format!("/static/{}/{name}", version())
}

/// A layer of the base map, by its file's name.
fn layer(name: &str) -> Option<&'static [u8]> {
    static LAYERS: [OnceLock<String>; BaseLayer::ALL.len()] =
        [const { OnceLock::new() }; BaseLayer::ALL.len()];
    let word = name.strip_suffix(".geojson")?;
    let mut all = BaseLayer::ALL.into_iter().zip(&LAYERS);
    let (layer, made) = all.find(|(layer, _)| layer.word() == word)?;
    Some(made.get_or_init(|| layer.geojson()).as_bytes())
}

/// Gives a file.
pub(crate) async fn give(
    State(room): State<Arc<Room>>,
    Path((of, name)): Path<(String, String)>,
) -> Response {
    let unchanging = |kind: &'static str, bytes: Vec<u8>| {
        let kind = HeaderValue::from_static(kind);
        let mut response = ([(CONTENT_TYPE, kind)], bytes).into_response();
        response.extensions_mut().insert(Unchanging);
        response
    };
    if let Some((kind, bytes)) = room.map_library().and_then(|library| library.find(&of, &name)) {
        return unchanging(kind, bytes.to_vec());
    }
    let found = ASSETS.iter().find(|(own, _, _)| *own == name);
    let found = found.map(|(_, kind, bytes)| (*kind, *bytes));
    let found = found.or_else(|| layer(&name).map(|bytes| ("application/geo+json", bytes)));
    let Some((kind, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
    // A page from before the program was renewed gets the new file, and must ask again.
    if of == version() {
        return unchanging(kind, bytes.to_vec());
    }
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response()
}

//! The map library, MapLibre GL: from a folder that `make web` fills. A room without it shows the
//! maps that it draws itself.

use crate::RoomError;
use crate::assets::{JAVASCRIPT, STYLE};
use servanda_tlog::sha256;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Its files: the library, what runs beside the page, and how its controls look.
pub(crate) const FILES: [(&str, &str); 3] = [
    ("maplibre-gl.mjs", JAVASCRIPT),
    ("maplibre-gl-worker.mjs", JAVASCRIPT),
    ("maplibre-gl.css", STYLE),
];
/// Most bytes of one of them; the largest has about 1.1 million.
pub const LIBRARY_FILE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The library as it is served. It is read once, when the room opens: what is put into the folder
/// later is not served.
#[derive(Debug, Clone)]
pub struct MapLibrary {
    files: Vec<Vec<u8>>,
    version: String,
}

impl MapLibrary {
    /// Reads it; none where the folder has none of its files.
    ///
    /// # Errors
    /// When a file is missing beside the others, can't be read, or is too large.
    pub fn read(folder: &Path) -> Result<Option<MapLibrary>, RoomError> {
        let broken = |name: &str, what: String| RoomError::Broken { path: folder.join(name), what };
        let is_there = |(name, _): &(&str, &str)| folder.join(name).is_file();
        if !FILES.iter().any(is_there) {
            return Ok(None);
        }
        let mut files = Vec::new();
        let mut all = String::new();
        for (name, _) in FILES {
            let again = "`make web` puts the map library there anew";
            let file = File::open(folder.join(name));
            let file = file.map_err(|error| broken(name, format!("{error}; {again}")))?;
            let mut bytes = Vec::new();
            let read = file.take(LIBRARY_FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
            read.map_err(|error| broken(name, format!("{error}; {again}")))?;
            if bytes.len() as u64 > LIBRARY_FILE_BYTES_MAX {
                let what = format!("more than {LIBRARY_FILE_BYTES_MAX} bytes; {again}");
                return Err(broken(name, what));
            }
            all += &format!("{name} {}\n", sha256(&bytes));
            files.push(bytes);
        }
        let version = sha256(all.as_bytes()).to_hex()[..16].to_owned();
        Ok(Some(MapLibrary { files, version }))
    }

    /// The address of one of its files.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("/static/{}/{name}", self.version)
    }

    /// One of its files, by an address of it.
    pub(crate) fn find(&self, version: &str, name: &str) -> Option<(&'static str, &[u8])> {
        let place = FILES.iter().position(|(own, _)| *own == name)?;
        let (_, kind) = FILES.get(place)?;
        let bytes = self.files.get(place).filter(|_| version == self.version)?;
        Some((kind, bytes))
    }
}

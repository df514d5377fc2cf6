//! Limits on what is read. What is beyond them is refused with a reason, never cut short in
//! silence.

/// A file, in bytes: 256 MiB.
pub const FILE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// A row with the line breaks inside its quotes, in bytes: 1 MiB.
pub const RECORD_BYTES_MAX: usize = 1024 * 1024;
/// A field of a row, in bytes: 64 KiB.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Columns of a table.
pub const COLUMNS_MAX: usize = 512;
/// Rows of a file.
pub const ROWS_MAX: u64 = 5_000_000;
/// Characters of a rejected row that are kept with its reason.
pub const RAW_CHARS_MAX: usize = 500;
/// How deep the JSON of one row may nest.
pub const JSON_DEPTH_MAX: usize = 16;
/// A mapping file, in bytes: 256 KiB.
pub const MAPPING_BYTES_MAX: usize = 256 * 1024;
/// Errors of one mapping file that are listed.
pub const MAPPING_ERRORS_MAX: usize = 50;
/// A footprint's side, in millimetres: 100 km. No imager that reports fires has pixels so large.
pub const FOOTPRINT_MM_MAX: u64 = 100_000_000;
/// A stated uncertainty, in millimetres: 20,038 km, half the equator. Nothing is further away.
pub const RADIUS_MM_MAX: u64 = 20_038_000_000;

/// The limits of one reading. [`Limits::default`] is the constants of this module; smaller ones
/// suit tests and places with little memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`FILE_BYTES_MAX`].
    pub file_bytes: usize,
    /// See [`RECORD_BYTES_MAX`].
    pub record_bytes: usize,
    /// See [`FIELD_BYTES_MAX`].
    pub field_bytes: usize,
    /// See [`COLUMNS_MAX`].
    pub columns: usize,
    /// See [`ROWS_MAX`].
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: FILE_BYTES_MAX,
            record_bytes: RECORD_BYTES_MAX,
            field_bytes: FIELD_BYTES_MAX,
            columns: COLUMNS_MAX,
            rows: ROWS_MAX,
        }
    }
}

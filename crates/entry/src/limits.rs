//! Limits of an entry. A reader refuses what is beyond them; a writer splits before it gets there.

/// The three lines of an entry, in bytes.
pub const TEXT_BYTES_MAX: usize = 16 * 1024;
/// A whole entry with its signatures, in bytes; the log's own limit is 65,535.
pub const ENTRY_BYTES_MAX: usize = 60 * 1024;
/// Signatures of one entry.
pub const SIGNATURES_MAX: usize = 16;
/// How deep the JSON may nest.
pub const DEPTH_MAX: usize = 16;
/// The largest integer that every JSON reader keeps exact: 2^53 − 1.
pub const INTEGER_MAX: i64 = 9_007_199_254_740_991;
/// What the rows of one entry may take, in bytes of JSON; leaves room for the other fields.
pub const ROWS_BYTES_MAX: usize = 14 * 1024;
/// One text field of a row or body, in bytes.
pub const FIELD_BYTES_MAX: usize = 4 * 1024;
/// Attributes of one row.
pub const ATTRIBUTES_MAX: usize = 32;

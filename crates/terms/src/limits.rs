//! How much of anything is read. An agreement is a text that people read; what is larger than
//! this is a mistake or an attack, and is refused with a reason before it costs time or memory.

/// Bytes of the agreement file: 4 MiB.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of one line.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// Tables and lists inside one another.
pub const NESTING_MAX: usize = 12;
/// Entries of one table or list.
pub const ENTRIES_MAX: usize = 5_000;
/// Provisions and exceptions of one agreement.
pub const PROVISIONS_MAX: usize = 10_000;
/// Zones of one agreement, the members of groups counted.
pub const ZONES_MAX: usize = 5_000;
/// Zones built on zones that are built on zones, and so on.
pub const ZONE_DEPTH_MAX: usize = 32;
/// Steps by which zones are computed (buffers, circles, and each part of a union or the like).
pub const ZONE_STEPS_MAX: usize = 500;
/// Vertices of all zones together, and of all that they are computed from.
pub const ZONE_VERTICES_MAX: usize = 4_000_000;
/// Readings of one provision.
pub const READINGS_MAX: usize = 16;
/// Names of parties, acts and zones in all provisions and readings together, after groups were
/// written out and readings took over what they don't override.
pub const NAMES_MAX: usize = 500_000;
/// Characters of an identifier.
pub const ID_CHARS_MAX: usize = 100;
/// Codes that the tables of one agreement allow, each counted in each table.
pub const ALLOWANCES_MAX: usize = 1_000;
/// Diagnostics that are given; then one more says that there are more.
pub const DIAGNOSTICS_MAX: usize = 500;

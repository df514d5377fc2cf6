//! From text to tables with places: the file's layout, TOML as a tree, and typed reading of it.

pub(crate) mod fields;
pub(crate) mod hidden;
pub(crate) mod layout;
pub(crate) mod nearest;
pub(crate) mod tree;

//! The project's chores, above all tidy: the rules of the house that a program can check.
//!
//! [`tidy`] looks at the text of the whole project and lists what breaks a rule, with the place
//! and what to do. Each rule is a function of its own over [`Project`], which is nothing but paths
//! and texts, so that a test can plant a fault and see that it is found.
//!
//! The rules: which crate may use which ([`layers`]), what source files look like ([`source`]),
//! that no party or place is named in code ([`names`]), that links lead somewhere ([`links`]), and
//! that the things which a newcomer looks for are there ([`house`]).
//!
//! Beside the rules stands [`smoke`]: the parsers tried with damaged texts, for `make long`.

pub mod house;
pub mod layers;
pub mod links;
pub mod names;
mod project;
pub mod smoke;
pub mod source;
mod views;

pub use project::{Project, ProjectError};

use std::fmt;

/// A rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file or folder, from the root of the project.
    pub path: String,
    /// The line, from 1; absent when the whole file is meant.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Fault {
    pub(crate) fn of(path: &str, what: impl Into<String>) -> Fault {
        Fault { path: path.to_string(), line: None, what: what.into() }
    }

    pub(crate) fn at(path: &str, line: usize, what: impl Into<String>) -> Fault {
        Fault { path: path.to_string(), line: Some(line), what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.what),
            None => write!(f, "{}: {}", self.path, self.what),
        }
    }
}

/// Applies every rule; the faults are in the order of their paths.
#[must_use]
pub fn tidy(project: &Project) -> Vec<Fault> {
    let mut faults = layers::check(project);
    faults.extend(source::check(project));
    faults.extend(names::check(project));
    faults.extend(links::check(project));
    faults.extend(house::check(project));
    faults.sort();
    faults
}

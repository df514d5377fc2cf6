//! The project keeps its own rules.

use std::path::Path;
use xtask::{Project, tidy};

fn project() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Project::read(&root).expect("the project can be read")
}

#[test]
fn the_project_is_tidy() {
    let faults: Vec<String> = tidy(&project()).iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} faults:\n{}\n", faults.len(), faults.join("\n"));
}

#[test]
fn the_rules_see_the_project() {
    // Were the folders not found, every rule would hold of nothing.
    let project = project();
    assert!(project.folders("crates").len() > 10);
    assert!(project.texts.contains_key("crates/xtask/src/lib.rs"));
    assert!(xtask::names::names(&project).len() > 10);
}

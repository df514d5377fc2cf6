//! Runs the program, and finds the project's own files.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The time of receipt of everything that these tests enter.
pub(crate) const NOW: &str = "2030-01-10T12:00:00Z";

/// A folder or file of the project, by its path from the root.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

pub(crate) fn read(path: &str) -> String {
    let path = project(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether generated files are to be written rather than compared.
pub(crate) fn updating() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

/// Runs the program in a folder. It has no terminal, so its width is that of its own default.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_servanda"))
        .args(args)
        .current_dir(folder)
        .env_remove("COLUMNS")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The standard output of a run that ended with one of these codes.
pub(crate) fn output_of(folder: &Path, args: &[&str], codes: &[i32]) -> String {
    let output = run_in(folder, args);
    let code = output.status.code().unwrap_or(-1);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(codes.contains(&code), "servanda {args:?} ended with {code}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn json_of(folder: &Path, args: &[&str], codes: &[i32]) -> Value {
    let text = output_of(folder, args, codes);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("servanda {args:?}: {error}"))
}

/// The agreements inside the program.
pub(crate) fn agreements() -> Vec<String> {
    let names = output_of(Path::new("."), &["demo", "--list"], &[0]);
    let names: Vec<String> = names.lines().map(str::to_string).collect();
    assert!(names.len() >= 7, "{names:?}");
    names
}

/// The demonstration of an agreement: the folder that it was made in, and its answer.
pub(crate) fn demo(name: &str) -> (TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let answer = json_of(folder.path(), &["demo", name, "--format", "json", "--quiet"], &[0]);
    (folder, answer)
}

/// A small record of an invented truce, with one of everything that people enter by hand.
pub(crate) struct Mission {
    folder: TempDir,
}

impl Mission {
    pub(crate) fn new() -> Mission {
        let mission = Mission { folder: tempfile::tempdir().unwrap() };
        mission.write("agreement.md", &read("spec/vectors/agreement.md"));
        mission.run(&[
            "init",
            "record",
            "--agreement",
            "agreement.md",
            "--origin",
            "test.example/a",
        ]);
        mission
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Runs a command that writes.
    pub(crate) fn run(&self, args: &[&str]) -> String {
        output_of(self.path(), &[args, &["--now", NOW]].concat(), &[0])
    }

    pub(crate) fn json(&self, args: &[&str]) -> Value {
        json_of(self.path(), &[args, &["--format", "json"]].concat(), &[0])
    }
}

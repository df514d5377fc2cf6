//! A folder of its own, and the program run in it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// What the program's address space may take while it reads hostile input: 512 MiB. Memory in use
/// is never more than that.
const ADDRESS_SPACE_KIB_MAX: u64 = 512 * 1024;

/// A folder that nobody else uses; it goes when the test ends.
pub(crate) struct World {
    folder: TempDir,
    /// Variables of the environment, beside those that are always there.
    env: Vec<(String, String)>,
}

/// How a run ended.
pub(crate) struct Run {
    /// The exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    pub(crate) fn new() -> World {
        World { folder: tempfile::tempdir().unwrap(), env: Vec::new() }
    }

    /// Sets a variable for all that is run from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.into()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file below the folder, with the folders above it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Writes a file of the invented talks, as `cases/articles.md` has it.
    pub(crate) fn write_talks(&self, name: &str) {
        let cases = include_str!("../../cases/articles.md");
        let (before, text) = cases.split_once(&format!("`file {name}\n")).unwrap();
        let fence = before.len() - before.trim_end_matches('`').len() + 1;
        let (text, _) = text.split_once(&format!("\n{}", "`".repeat(fence))).unwrap();
        self.write(name, text);
    }

    /// Copies a folder whole, as a person would.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        for (name, bytes) in tree(&self.path(from)) {
            self.write(&format!("{to}/{name}"), bytes);
        }
    }

    /// Copies a folder of another world, with who may read its files.
    pub(crate) fn copy_of(&self, other: &World, name: &str) {
        let mut copy = Command::new("cp");
        copy.arg("-rp").arg(other.path(name)).arg(self.path(name));
        assert!(copy.status().unwrap().success());
    }

    /// Runs the program, and checks what holds of every run: it ends by itself, with an exit code
    /// that is documented, and never by a panic.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.end(args, self.program(args).output().unwrap())
    }

    /// Runs it with a variable of the environment.
    pub(crate) fn run_with(&self, (name, value): (&str, &str), args: &[&str]) -> Run {
        self.end(args, self.program(args).env(name, value).output().unwrap())
    }

    /// Runs it with the memory that hostile input may take.
    pub(crate) fn run_bounded(&self, args: &[&str]) -> Run {
        if !cfg!(target_os = "linux") {
            return self.run(args);
        }
        let limit = format!("ulimit -v {ADDRESS_SPACE_KIB_MAX} && exec \"$0\" \"$@\"");
        let mut command = self.clean(Command::new("sh"));
        command.args(["-c", &limit, env!("CARGO_BIN_EXE_servanda")]).args(args);
        self.end(args, command.output().unwrap())
    }

    /// The program, to be run otherwise than here.
    pub(crate) fn program(&self, args: &[&str]) -> Command {
        let mut command = self.clean(Command::new(env!("CARGO_BIN_EXE_servanda")));
        command.args(args);
        command
    }

    /// Here, without a terminal, and without settings of whoever runs the tests.
    fn clean(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TZ", "LANG"] {
            command.env_remove(name);
        }
        command.env_remove("SERVANDA_MODEL_KEY");
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    fn end(&self, args: &[&str], output: Output) -> Run {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
        let run =
            Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!run.err.contains("panicked"), "{args:?}\n{}", run.err);
        assert!(
            matches!(run.code, Some(0..=2)),
            "{args:?} ended with {:?}\n{}",
            output.status,
            run.err
        );
        run
    }

    /// Runs it; it must do its work.
    pub(crate) fn ok(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(0), "{args:?}\n{}{}", run.out, run.err);
        run
    }

    /// Runs it; it must answer no, with 1.
    pub(crate) fn no(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, Some(1), "{args:?}\n{}{}", run.out, run.err);
        run
    }

    /// Runs it; it must refuse with 2, and say why.
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!(run.code, Some(2), "{args:?}\n{}{}", run.out, run.err);
        assert!(run.err.contains("error:"), "{args:?}: no reason was given\n{}", run.err);
        run.err
    }

    /// Runs it; its standard output must be JSON and nothing else.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let run = self.ok(args);
        serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }
}

/// All files below a folder, by their paths from there.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_string();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The folder of a real agreement of the project.
pub(crate) fn agreement(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements").join(name)
}

/// The list under a key.
#[track_caller]
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key:?} in {value}"))
}

/// The text under a key.
#[track_caller]
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key:?} in {value}"))
}

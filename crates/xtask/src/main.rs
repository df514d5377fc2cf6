//! The project's own chores, run by hand or by `make`: see the usage below.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xtask::{Project, smoke, tidy};

const USAGE: &str = "usage: cargo run -p xtask -- tidy | smoke PART";

/// Inputs of one part of the smoke test, each tried with every parser.
const PART_INPUTS: u64 = 500_000;

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let done = match asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => run_tidy(),
        ["smoke", part] => match part.parse() {
            Ok(part) => run_smoke(part),
            Err(_) => Err(format!("{part:?} is no number of a part; {USAGE}")),
        },
        _ => Err(USAGE.to_string()),
    };
    match done {
        Ok(code) => code,
        Err(message) => {
            // When even this can't be written there is nobody to tell.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn project() -> Result<Project, String> {
    Project::read(&root()).map_err(|error| error.to_string())
}

fn run_smoke(part: u64) -> Result<ExitCode, String> {
    let seeds = smoke::seeds(&project()?);
    match smoke::try_part(&smoke::TARGETS, &seeds, part, PART_INPUTS) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(panicked) => {
            let folder = root().join("target/long");
            let file = folder.join(format!("smoke-{part}.input"));
            std::fs::create_dir_all(&folder)
                .and_then(|()| std::fs::write(&file, &panicked.input))
                .map_err(|error| format!("can't write {}: {error}", file.display()))?;
            let (target, file) = (panicked.target, file.display());
            Err(format!("the parser of {target} panicked; the input is in {file}"))
        }
    }
}

fn run_tidy() -> Result<ExitCode, String> {
    let faults = tidy(&project()?);
    let mut out = io::stdout().lock();
    for fault in &faults {
        writeln!(out, "{fault}").map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

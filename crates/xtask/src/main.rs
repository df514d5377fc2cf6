//! The project's own chores: `cargo run -p xtask -- tidy`.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use xtask::{Project, tidy};

const USAGE: &str = "usage: cargo run -p xtask -- tidy";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let done = match asked.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => run_tidy(),
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

fn run_tidy() -> Result<ExitCode, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let faults = tidy(&Project::read(&root).map_err(|error| error.to_string())?);
    let mut out = io::stdout().lock();
    for fault in &faults {
        writeln!(out, "{fault}").map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

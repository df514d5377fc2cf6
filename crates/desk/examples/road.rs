//! The road from a record to an answer, stage by stage: seconds, and the memory at its end.
//!
//! `cargo run --release -p servanda-desk --example road -- RECORD [SIZE]`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it measures, and says what it measured"
)]

use servanda_desk::{AsOf, Desk, Question};
use servanda_store::Record;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().ok_or("name a record")?;
    let size = args.next().map(|size| size.parse()).transpose()?;
    let mut clock = Instant::now();
    let mut stage = |name: &str| {
        let (seconds, memory) = (clock.elapsed().as_secs_f64(), resident_mib());
        println!("{name:<12} {seconds:>9.3} s {memory:>7} MiB");
        clock = Instant::now();
    };
    let record = Record::open(Path::new(&dir))?;
    stage("record");
    let entries = record.entries(0..size.unwrap_or(record.size()));
    let count = entries.filter(Result::is_ok).count();
    stage("entries");
    let desk = Desk::of(record, size.map(AsOf::Size))?;
    stage("history");
    let evaluation = desk.ask(&Question::default())?;
    stage("answer");
    let text = serde_json::to_string(&evaluation.answer)?;
    stage("text");
    let observations = desk.history.observations.len();
    println!("{count} entries, {observations} observations, {} bytes", text.len());
    Ok(())
}

/// What the process holds in memory; 0 where the system doesn't say.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

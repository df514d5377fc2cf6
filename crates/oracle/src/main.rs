//! Tries random cases: `servanda-oracle SEED CASES`. Case *n* has the seed SEED + *n*, so a run
//! that was stopped goes on with the seed that it had come to.

use servanda_oracle::{Case, Figures, compare, shrink};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: cargo run --release -p servanda-oracle -- SEED CASES";
/// Cases between two lines of progress.
const PART: u64 = 50_000;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            // When even this can't be written there is nobody to tell.
            let _ = writeln!(io::stderr(), "{message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let [seed, cases] = asked.as_slice() else { return Err(USAGE.to_string()) };
    let number = |text: &String| text.parse::<u64>().map_err(|_| USAGE.to_string());
    let (seed, cases) = (number(seed)?, number(cases)?);
    let mut out = io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut all = Figures::default();
    let mut from = seed;
    while from < seed.saturating_add(cases) {
        let to = from.saturating_add(PART).min(seed.saturating_add(cases));
        let parts: Vec<Result<Figures, u64>> = thread::scope(|scope| {
            let each = |n| scope.spawn(move || try_seeds((from + n..to).step_by(threads as usize)));
            let running: Vec<_> = (0..threads).map(each).collect();
            running.into_iter().map(|part| part.join().unwrap_or(Err(from))).collect()
        });
        for part in parts {
            match part {
                Ok(figures) => all.add(&figures),
                Err(seed) => {
                    say(failure(seed))?;
                    return Ok(ExitCode::FAILURE);
                }
            }
        }
        say(format!(
            "seeds {seed} to {}: {} cases, {} prefixes, {} values, {} changes; no difference",
            to - 1,
            all.cases,
            all.prefixes,
            all.values,
            all.changes
        ))?;
        from = to;
    }
    Ok(ExitCode::SUCCESS)
}

/// The figures of these seeds, or the first that fails.
fn try_seeds(seeds: impl Iterator<Item = u64>) -> Result<Figures, u64> {
    let mut all = Figures::default();
    for seed in seeds {
        all.add(&tried(&Case::of(seed), seed).map_err(|_| seed)?);
    }
    Ok(all)
}

/// Compares a case; a panic is a difference too.
fn tried(case: &Case, seed: u64) -> Result<Figures, String> {
    match catch_unwind(AssertUnwindSafe(|| compare(case, seed))) {
        Ok(done) => done.map_err(|difference| difference.to_string()),
        Err(_) => Err("a panic".to_string()),
    }
}

fn failure(seed: u64) -> String {
    let small = shrink(Case::of(seed), |case| tried(case, seed).is_err());
    let difference = tried(&small, seed).err().unwrap_or_default();
    let mut text = format!("seed {seed}: {difference}\nuntil {}", small.plan.until());
    text += &format!(" in {}\n", small.plan.zone().name());
    for (n, rule) in small.plan.rules().iter().enumerate() {
        text += &format!("  {n}: {rule:?}\n");
    }
    for event in &small.events {
        text += &format!("  {event:?}\n");
    }
    text
}

//! Tries random cases: `servanda-oracle SEED CASES` plans of `servanda-steps`,
//! `servanda-oracle life SEED CASES` agreements of `servanda-comply` after every entry of their
//! histories, and `servanda-oracle lives SEED CASES` more of them after two entries each. Case *n*
//! has the seed SEED + *n*, so a run that was stopped goes on with the seed that it had come to.

use servanda_oracle::agreement::{Depth, LifeCase, LifeFigures, judge, smaller};
use servanda_oracle::{Case, Figures, compare, shrink};
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: cargo run --release -p servanda-oracle -- [life|lives] SEED CASES";

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
    let number = |text: &String| text.parse::<u64>().map_err(|_| USAGE.to_string());
    match asked.as_slice() {
        [seed, cases] => tried::<Figures>(number(seed)?, number(cases)?),
        [mode, seed, cases] if mode == "life" => {
            tried::<Lives<true>>(number(seed)?, number(cases)?)
        }
        [mode, seed, cases] if mode == "lives" => {
            tried::<Lives<false>>(number(seed)?, number(cases)?)
        }
        _ => Err(USAGE.to_string()),
    }
}

/// What is counted while cases are tried, and how one is.
trait Trial: Default + Send {
    /// Cases between two lines of progress.
    const PART: u64;

    /// Tries the case of a seed.
    fn of(seed: u64) -> Result<Self, String>;
    /// A smaller case that fails too, in words.
    fn failure(seed: u64) -> String;
    fn add(&mut self, other: &Self);
    fn words(&self) -> String;
}

fn tried<T: Trial>(seed: u64, cases: u64) -> Result<ExitCode, String> {
    let mut out = io::stdout().lock();
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    let threads = thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut all = T::default();
    let mut from = seed;
    while from < seed.saturating_add(cases) {
        let to = from.saturating_add(T::PART).min(seed.saturating_add(cases));
        let parts: Vec<Result<T, u64>> = thread::scope(|scope| {
            let each = |n| scope.spawn(move || try_seeds((from + n..to).step_by(threads as usize)));
            let running: Vec<_> = (0..threads).map(each).collect();
            running.into_iter().map(|part| part.join().unwrap_or(Err(from))).collect()
        });
        for part in parts {
            match part {
                Ok(figures) => all.add(&figures),
                Err(seed) => {
                    say(T::failure(seed))?;
                    return Ok(ExitCode::FAILURE);
                }
            }
        }
        say(format!("seeds {seed} to {}: {}; no difference", to - 1, all.words()))?;
        from = to;
    }
    Ok(ExitCode::SUCCESS)
}

/// The figures of these seeds, or the first that fails.
fn try_seeds<T: Trial>(seeds: impl Iterator<Item = u64>) -> Result<T, u64> {
    let mut all = T::default();
    for seed in seeds {
        all.add(&whole(|| T::of(seed)).map_err(|_| seed)?);
    }
    Ok(all)
}

/// What a trial gives; a panic is a difference too.
fn whole<T>(trial: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(trial)).unwrap_or_else(|_| Err("a panic".to_string()))
}

impl Trial for Figures {
    const PART: u64 = 50_000;

    fn of(seed: u64) -> Result<Figures, String> {
        compare(&Case::of(seed), seed).map_err(|difference| difference.to_string())
    }

    fn failure(seed: u64) -> String {
        let trial = |case: &Case| {
            whole(|| compare(case, seed).map_err(|difference| difference.to_string()))
        };
        let small = shrink(Case::of(seed), |case| trial(case).is_err());
        let difference = trial(&small).err().unwrap_or_default();
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

    fn add(&mut self, other: &Self) {
        Figures::add(self, other);
    }

    fn words(&self) -> String {
        format!(
            "{} cases, {} prefixes, {} values, {} changes",
            self.cases, self.prefixes, self.values, self.changes
        )
    }
}

/// Agreements, each looked at after every entry, or after two.
#[derive(Default)]
struct Lives<const EVERY_ENTRY: bool>(LifeFigures);

impl<const EVERY_ENTRY: bool> Lives<EVERY_ENTRY> {
    const DEPTH: Depth = if EVERY_ENTRY { Depth::EveryEntry } else { Depth::TwoEntries };
}

impl<const EVERY_ENTRY: bool> Trial for Lives<EVERY_ENTRY> {
    const PART: u64 = if EVERY_ENTRY { 2_000 } else { 20_000 };

    fn of(seed: u64) -> Result<Self, String> {
        judge(&LifeCase::of(seed), seed, Self::DEPTH).map(Lives)
    }

    fn failure(seed: u64) -> String {
        let trial = |case: &LifeCase| whole(|| judge(case, seed, Self::DEPTH));
        let small = smaller(LifeCase::of(seed), |case| trial(case).is_err());
        let difference = trial(&small).err().unwrap_or_default();
        let mut text = format!("seed {seed}: {difference}\n{}", small.text());
        for (n, body) in small.bodies.iter().enumerate() {
            text += &format!("  {}: {body:?}\n", n + 1);
        }
        text
    }

    fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }

    fn words(&self) -> String {
        let all = &self.0;
        format!(
            "{} cases, {} answers, {} clocks, {} lines; {} answers with a circle, {} with doubt, \
             {} without an answer",
            all.cases, all.answers, all.clocks, all.lines, all.circles, all.doubts, all.without
        )
    }
}

//! `servanda standing`: whether a record was put back to an earlier state.

use super::verify_bundle::read_policy;
use crate::Ended;
use crate::args::StandingArgs;
use crate::out::Out;
use crate::place;
use servanda_net::{Fault, held_checkpoint};
use servanda_store::Record;
use servanda_text::escape;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Policy, Standing, stand};
use std::collections::BTreeSet;
use std::thread::ScopedJoinHandle;

/// A checkpoint that is held; none when nothing is held of the record.
type Answer = Result<Option<Vec<u8>>, Fault>;

pub(crate) fn run(args: &StandingArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let policy = read_policy(&args.policy)?;
    let mut held = Vec::new();
    for path in &args.checkpoint {
        held.push(super::witness::read(path, CHECKPOINT_BYTES_MAX)?);
    }
    let standing = ask(&record, &policy, &args.ask, held, out);
    out.answer(&describe(&standing, record.size()))?;
    Ok(if standing == Standing::Current { Ended::Done } else { Ended::Failed })
}

/// What each of these says, asked all at once: one that doesn't answer takes a minute.
fn ask_all<'a>(origin: &str, addresses: BTreeSet<&'a str>) -> Vec<(&'a str, Answer)> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = addresses
            .into_iter()
            .map(|base| (base, scope.spawn(move || held_checkpoint(base, origin))))
            .collect();
        let answer = |asked: ScopedJoinHandle<'_, Answer>| {
            asked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        asked.into_iter().map(|(base, asked)| (base, answer(asked))).collect()
    })
}

/// Asks those at these addresses, and those of the policy, what they hold of a record, and judges
/// the record by that.
pub(crate) fn ask(
    record: &Record,
    policy: &Policy,
    addresses: &[String],
    mut held: Vec<Vec<u8>>,
    out: &mut Out,
) -> Standing {
    let addresses = policy.addresses().chain(addresses.iter().map(String::as_str));
    for (base, answer) in ask_all(record.origin(), addresses.collect()) {
        match answer {
            Ok(Some(bytes)) => {
                if record.log_keys().open(&bytes, record.origin()).is_err() {
                    out.say(&format!(
                        "{}: holds a checkpoint that the log's keys of here have not signed; if \
                         they were changed since, this copy is old",
                        escape(base)
                    ));
                }
                held.push(bytes);
            }
            Ok(None) => out.say(&format!("{}: holds nothing of this record", escape(base))),
            // Whoever can't be reached is absent: that is judged by the policy.
            Err(error) => out.say(&error.to_string()),
        }
    }
    let root_at = |size| record.root_at(size).ok();
    let held = held.iter().map(Vec::as_slice);
    stand(policy, record.log_keys(), record.size(), root_at, held)
}

pub(crate) fn describe(standing: &Standing, size: u64) -> String {
    match standing {
        Standing::Current => format!("{size} entries, and nobody of a quorum knows more"),
        Standing::Unsure { absent } => {
            let absent = absent.iter().map(|name| escape(name).into_owned()).collect::<Vec<_>>();
            format!(
                "{size} entries; too few were reached to say that this is all: write nothing yet\n\
                 absent: {}",
                absent.join(", ")
            )
        }
        Standing::Behind { size: more } => format!(
            "{size} entries, and its log has signed {more}: this copy was put back. Write nothing; \
             get the rest from a mirror"
        ),
        Standing::Forked { size: fork } => format!(
            "another history: its log has signed other {fork} entries than the first {fork} here. \
             Write nothing; keep both"
        ),
    }
}

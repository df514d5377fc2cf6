//! `servanda standing`: whether a record was put back to an earlier state.

use super::verify_bundle::read_policy;
use crate::Ended;
use crate::args::StandingArgs;
use crate::out::Out;
use servanda_net::held_checkpoint;
use servanda_store::Record;
use servanda_text::escape;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Policy, Standing, stand};

pub(crate) fn run(args: &StandingArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = Record::open(&args.dir)?;
    let policy = read_policy(&args.policy)?;
    let mut held = Vec::new();
    for path in &args.checkpoint {
        held.push(super::witness::read(path, CHECKPOINT_BYTES_MAX)?);
    }
    let standing = ask(&record, &policy, &args.ask, held, out);
    out.answer(&describe(&standing, record.size()))?;
    Ok(if standing == Standing::Current { Ended::Done } else { Ended::Failed })
}

/// Asks those at these addresses what they hold of a record, and judges the record by that.
pub(crate) fn ask(
    record: &Record,
    policy: &Policy,
    addresses: &[String],
    mut held: Vec<Vec<u8>>,
    out: &mut Out,
) -> Standing {
    for base in addresses {
        match held_checkpoint(base, record.origin()) {
            Ok(Some(bytes)) => held.push(bytes),
            Ok(None) => out.say(&format!("{base}: holds nothing of this record")),
            // Whoever can't be reached is absent: that is judged by the policy.
            Err(error) => out.say(&error.to_string()),
        }
    }
    let root_at = |size| record.root_at(size).ok();
    let held = held.iter().map(Vec::as_slice);
    stand(policy, record.log_keys(), record.size(), root_at, held)
}

fn describe(standing: &Standing, size: u64) -> String {
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

//! `servanda init`.

use super::key_dir;
use crate::Ended;
use crate::args::InitArgs;
use crate::clock;
use crate::out::Out;
use crate::place;
use anyhow::{Context, bail};
use servanda_desk::{AgreementFiles, found};
use servanda_entry::Erasers;
use servanda_store::{Keys, Record};

pub(crate) fn run(args: &InitArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let files = AgreementFiles::read(&args.agreement)?;
    let agreement = files.agreement()?;
    let origin = args.origin.clone().unwrap_or_else(|| format!("record.local/{}", agreement.id));
    let now = clock::now(args.hand.now.as_deref())?;
    let parties = args.parties.as_deref().map(super::key::read_parties).transpose()?;
    let mut keys = Keys::generate(&origin, seed()?, seed()?, seed()?)?;
    let (body, blobs) = found(&files, &agreement);
    let (storage, is_remote) = (place::storage(&args.dir)?, place::is_remote(&args.dir));
    let is_used = match is_remote {
        true => Record::is_in(storage.as_ref()),
        false => args.dir.exists() && std::fs::read_dir(&args.dir)?.next().is_some(),
    };
    if is_used {
        bail!("{}: not empty; give a new folder", args.dir.display());
    }
    let keys_in = key_dir(&args.dir, args.hand.key_dir.as_ref())?;
    if !is_remote && std::path::absolute(&keys_in)?.starts_with(std::path::absolute(&args.dir)?) {
        bail!(
            "{}: lies in the record, which everybody may copy; give another --key-dir",
            keys_in.display()
        );
    }
    // The keys first: a record without its keys could never be written again.
    keys.write(&keys_in)?;
    let mut parties = parties.unwrap_or_default();
    parties.erasers = (!args.erasers.is_empty()).then(|| Erasers {
        keys: args.erasers.clone(),
        threshold: args.erase_threshold.unwrap_or(args.erasers.len() as u32),
    });
    let (id, first) = (&agreement.id, vec![body]);
    let record = Record::init_with_in(storage, &origin, &keys, parties, now, id, first, blobs)?;
    out.say(&format!(
        "founded {} for {:?}\nlog key: {}\nkeys in {}: keep them apart from the record, and secret",
        record.origin(),
        agreement.title,
        record.log_key(),
        keys_in.display()
    ));
    for data in &files.data {
        out.say(&format!("the agreement names {data}: add it with `servanda add`"));
    }
    Ok(Ended::Done)
}

pub(crate) fn seed() -> anyhow::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("the system gives no randomness for keys")?;
    Ok(seed)
}

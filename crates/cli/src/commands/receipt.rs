//! `servanda receipt`: the operator promises to take something in, and others see whether it did.

use super::letterbox::{delay, entered};
use super::verify_bundle::time;
use super::witness::read;
use super::{key_dir, write_file};
use crate::Ended;
use crate::args::{GiveArgs, HeldToArgs, ReceiptArgs, ReceiptWhat};
use crate::clock;
use crate::out::Out;
use crate::place;
use anyhow::Context;
use servanda_store::{Keys, Record};
use servanda_text::escape;
use servanda_tlog::{Kept, Letter, PROMISE_BYTES_MAX, Promise, VerifierKey, sha256};
use std::path::PathBuf;

/// `servanda receipt`.
pub(crate) fn run(args: &ReceiptArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        ReceiptWhat::Give(args) => give(args, out),
        ReceiptWhat::Check(args) => check(args, out),
    }
}

fn give(args: &GiveArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let keys = Keys::read(&key_dir(&args.dir, args.hand.key_dir.as_ref())?)?;
    anyhow::ensure!(
        record.log_keys().ed25519() == keys.log.verifier_key(),
        "these keys are not those of {}",
        args.dir.display()
    );
    let bytes = super::add::read(&args.file)?;
    let letter = Letter {
        origin: record.origin().to_owned(),
        digest: sha256(&bytes),
        received: clock::now_seconds(args.hand.now.as_deref())?,
    };
    let promise = Promise { letter, within: args.within };
    write_file(&args.out, &String::from_utf8(promise.sign(&keys.log)?)?)?;
    out.answer(&format!(
        "promised: {} in {} by {}; the receipt is in {}",
        promise.letter.digest.to_hex(),
        escape(record.origin()),
        time(promise.until()),
        args.out.display()
    ))?;
    Ok(Ended::Done)
}

/// Receipts that the log of this record has signed.
fn promises(record: &Record, paths: &[PathBuf]) -> anyhow::Result<Vec<Promise>> {
    let keys: Vec<VerifierKey> =
        record.register().logs().map(|log| log.ed25519().clone()).collect();
    let promise = |path: &PathBuf| {
        Promise::open(&read(path, PROMISE_BYTES_MAX)?, record.origin(), &keys)
            .with_context(|| format!("{}", path.display()))
    };
    paths.iter().map(promise).collect()
}

/// Those whose promise is not in the record: of grade R0.
pub(crate) fn not_logged(record: &Record, paths: &[PathBuf]) -> anyhow::Result<Vec<Promise>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let mut promises = promises(record, paths)?;
    let taken = record.taken_in();
    promises.retain(|promise| !taken.contains_key(&promise.letter.digest));
    Ok(promises)
}

fn check(args: &HeldToArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let now = clock::now_seconds(args.now.as_deref())?;
    let taken = record.taken_in();
    let promises = promises(&record, &args.receipts)?;
    let last = entered(&record, record.size() - 1)?;
    let mut broken = 0;
    let mut text = String::new();
    for promise in &promises {
        let (digest, until) = (promise.letter.digest.to_hex(), promise.until());
        let entry = taken.get(&promise.letter.digest).copied();
        let at = entry.map(|entry| entered(&record, entry)).transpose()?;
        let place = entry.map(|entry| format!("entry {entry}")).unwrap_or_default();
        text += &match promise.judge(at, now) {
            Kept::InTime => format!("kept: {place}: {digest}\n"),
            Kept::Open => format!("open until {}: {digest}\n", time(until)),
            Kept::Late { by } => {
                broken += 1;
                format!("broken: {place}, late by {}: {digest}\n", delay(by)?)
            }
            Kept::Broken => {
                broken += 1;
                let since = time(until);
                let delay = delay(now.saturating_sub(until))?;
                let copy = match last <= until {
                    true => ", or this copy is older than the promise's end: get a newer one",
                    false => "",
                };
                format!("broken since {since} ({delay}){copy}: {digest}\n")
            }
        };
    }
    text += &format!(
        "{} promised by {}, {broken} of them broken by this copy of {} entries, the last of {}",
        promises.len(),
        escape(record.origin()),
        record.size(),
        time(last)
    );
    out.answer(&text)?;
    Ok(if broken == 0 { Ended::Done } else { Ended::Failed })
}

//! `servanda letterbox`: what an operator refuses or ignores is handed in at a mirror.

use super::push::refused;
use super::verify_bundle::time;
use super::witness::read;
use super::write_file;
use crate::Ended;
use crate::args::{LetterboxArgs, LetterboxWhat, LettersArgs};
use crate::clock;
use crate::out::Out;
use crate::place;
use crate::tables::count;
use anyhow::{Context, bail};
use servanda_net::{Address, submit};
use servanda_server::{LETTER_BYTES_MAX, LetterFailure, Mirror, RECEIPT_BYTES_MAX, Receipt};
use servanda_store::Record;
use servanda_text::escape;
use servanda_tlog::{Letter, LogKeys, sha256};
use std::path::Path;

/// `servanda letterbox`.
pub(crate) fn run(args: &LetterboxArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        LetterboxWhat::Show(args) => show(&Mirror::open(&args.dir)?, out)?,
        LetterboxWhat::Put(args) => {
            let mirror = Mirror::open(&args.mirror)?;
            let note = read(&args.note, LETTER_BYTES_MAX)?;
            let now = clock::now_seconds(args.now.as_deref())?;
            match mirror.submit(&note, now) {
                Ok(receipt) => give(&receipt, &args.out, out)?,
                Err(LetterFailure::Refused(refusal)) => {
                    out.say(&format!("refused: {refusal}"));
                    return Ok(Ended::Failed);
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        LetterboxWhat::Send(args) => {
            let note = read(&args.note, LETTER_BYTES_MAX)?;
            let base = args.to.trim_end_matches('/');
            let answer = submit(&Address::parse(&format!("{base}/letterbox"))?, &note)?;
            if answer.status != 200 {
                out.say(&refused(&answer).to_string());
                return Ok(Ended::Failed);
            }
            let receipt = Receipt::parse(&answer.body)
                .filter(|receipt| receipt.letter.digest == sha256(&note))
                .with_context(|| format!("{base} gave no receipt for this"))?;
            give(&receipt, &args.out, out)?;
        }
        LetterboxWhat::Check(args) => return check(args, out),
    }
    Ok(Ended::Done)
}

fn show(mirror: &Mirror, out: &mut Out) -> anyhow::Result<()> {
    let Some(keys) = mirror.letterbox_keys()? else { bail!("this mirror has no letterbox") };
    let mut text = format!("key {}\n", keys.ed25519());
    if let Some(key) = keys.mldsa44() {
        text += &format!("key {key}\n");
    }
    for letter in mirror.letters() {
        let (origin, digest) = (escape(&letter.origin), letter.digest.to_hex());
        text += &format!("{} {digest} for {origin}\n", time(letter.received));
    }
    out.answer(text.trim_end())
}

fn give(receipt: &Receipt, path: &Path, out: &mut Out) -> anyhow::Result<()> {
    let text = String::from_utf8(receipt.to_bytes())?;
    write_file(path, &text)?;
    let letter = &receipt.letter;
    out.answer(&format!(
        "handed in for {} at {}; the receipt is in {}",
        escape(&letter.origin),
        time(letter.received),
        path.display()
    ))
}

/// What was handed in and is not in the record.
fn check(args: &LettersArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let now = clock::now_seconds(args.now.as_deref())?;
    let mut letters: Vec<Letter> = match &args.of {
        Some(mirror) => Mirror::open(mirror)?.letters(),
        None => Vec::new(),
    };
    for path in &args.receipt {
        letters.push(receipted(path, &args.key, out)?);
    }
    letters.retain(|letter| letter.origin == record.origin());
    let taken = record.taken_in();
    let mut withheld = 0;
    let mut text = String::new();
    for letter in &letters {
        let digest = letter.digest.to_hex();
        let received = time(letter.received);
        match taken.get(&letter.digest) {
            Some(entry) => text += &format!("in the record, entry {entry}: {digest}\n"),
            None => {
                withheld += 1;
                let delay = delay(now.saturating_sub(letter.received))?;
                text += &format!("withheld since {received} ({delay}): {digest}\n");
            }
        }
    }
    text += &format!(
        "{} handed in for {}, {withheld} not in its {}",
        letters.len(),
        escape(record.origin()),
        count(usize::try_from(record.size())?, "entry", "entries")
    );
    out.answer(&text)?;
    Ok(if withheld == 0 { Ended::Done } else { Ended::Failed })
}

/// A span in days and hours.
pub(super) fn delay(seconds: u64) -> anyhow::Result<String> {
    let hours = usize::try_from(seconds / 3600)?;
    let (days, hours) = (hours / 24, hours % 24);
    Ok(format!("{}, {}", count(days, "day", "days"), count(hours, "hour", "hours")))
}

/// When an entry was received, by its operator's clock, in seconds since 1970.
pub(super) fn entered(record: &Record, index: u64) -> anyhow::Result<u64> {
    // A part of a second counts for the operator.
    Ok(u64::try_from(record.entry(index)?.at.ms().div_euclid(1000)).unwrap_or(0))
}

fn receipted(path: &Path, keys: &[String], out: &mut Out) -> anyhow::Result<Letter> {
    let shown = path.display();
    let receipt = Receipt::parse(&read(path, RECEIPT_BYTES_MAX)?)
        .with_context(|| format!("{shown}: no receipt of a letterbox"))?;
    match log_keys(keys)? {
        Some(keys) if receipt.verify(&keys) => {}
        Some(_) => bail!("{shown}: the letterbox with these keys has not logged it"),
        None => out.say(&format!(
            "{shown}: not checked, for want of the letterbox's keys: name them with --key"
        )),
    }
    Ok(receipt.letter)
}

fn log_keys(keys: &[String]) -> anyhow::Result<Option<LogKeys>> {
    let [ed25519, more @ ..] = keys else { return Ok(None) };
    let mldsa44 = more.first().map(|key| key.parse()).transpose()?;
    Ok(Some(LogKeys::new(ed25519.parse()?, mldsa44)?))
}

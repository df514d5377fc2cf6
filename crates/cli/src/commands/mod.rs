//! One file a command.

pub(crate) mod act;
pub(crate) mod add;
pub(crate) mod anchor;
pub(crate) mod assess;
pub(crate) mod check;
pub(crate) mod clocks;
pub(crate) mod copy;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod export;
mod finality;
pub(crate) mod findings;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod key;
pub(crate) mod letterbox;
pub(crate) mod lsp;
pub(crate) mod manual;
pub(crate) mod note;
mod page;
pub(crate) mod parse;
pub(crate) mod prove;
mod push;
pub(crate) mod receipt;
pub(crate) mod recompute;
pub(crate) mod replay;
pub(crate) mod reply;
pub(crate) mod report;
pub(crate) mod room;
pub(crate) mod sealed;
pub(crate) mod standing;
mod start;
pub(crate) mod status;
pub(crate) mod talks;
mod texts;
pub(crate) mod verify;
mod verify_bundle;
pub(crate) mod what_if;
pub(crate) mod witness;

use crate::args::{AskArgs, Cite};
use crate::clock;
use crate::out::Out;
use crate::place::{beside, open_desk, storage};
use anyhow::bail;
use servanda_comply::{Answer, CiteBy, Evaluation, State};
use servanda_desk::{AsOf, Asked, Desk, Question, Shelf};
use servanda_entry::Body;
use servanda_store::{Record, Witnessed};
use servanda_terms::Agreement;
use start::{Hand, open_to_write, take_up};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The folder of a record's keys.
pub(crate) fn key_dir(dir: &Path, given: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    given.cloned().map_or_else(|| beside(dir, ".keys", "--key-dir"), Ok)
}

/// The published texts as received: in a private folder, by default beside the record.
pub(crate) fn shelf(dir: &Path, given: Option<&PathBuf>) -> anyhow::Result<Shelf> {
    let folder = given.cloned().map_or_else(|| beside(dir, ".texts", "--texts"), Ok);
    Ok(Shelf::at(&folder?))
}

/// Says which entries a revoked key signed: they count as before, with this beside them.
pub(crate) fn say_flagged(record: &Record, size: u64, out: &mut Out) -> anyhow::Result<()> {
    let flagged = record.register().flagged(&Witnessed::default()).into_iter();
    for flagged in flagged.filter(|flagged| flagged.revocation.entry < size) {
        let entries = record.flagged_entries(&flagged)?;
        let shown: Vec<String> =
            entries.iter().take(FLAGGED_MAX).map(|entry| format!("e{entry}")).collect();
        let more = entries.len().saturating_sub(FLAGGED_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !shown.is_empty() {
            out.say(&format!(
                "e{} revokes a key that signed {}{more}: `servanda key list` tells since when, and \
                 what was witnessed before",
                flagged.revocation.entry,
                shown.join(", ")
            ));
        }
    }
    Ok(())
}

/// Most flagged entries that a remark names.
const FLAGGED_MAX: usize = 20;

/// Opens a record at the point asked about.
pub(crate) fn open(dir: &Path, ask: &AskArgs) -> anyhow::Result<Desk> {
    open_as_of(dir, ask.as_of.as_deref())
}

/// Opens a record at the point asked about, for its answer alone.
pub(crate) fn asked(dir: &Path, ask: &AskArgs) -> anyhow::Result<Asked> {
    let as_of = ask.as_of.as_deref().map(to_as_of).transpose()?;
    Ok(Asked::open(storage(dir)?, as_of)?)
}

/// What the arguments ask, answered.
pub(crate) fn answer(asked: &Asked, ask: &AskArgs) -> anyhow::Result<Answer> {
    Ok(asked.answer(&question(asked.agreement(), ask)?)?)
}

/// Opens a record at a size, or at a time of receipt.
pub(crate) fn open_as_of(dir: &Path, as_of: Option<&str>) -> anyhow::Result<Desk> {
    open_desk(dir, as_of.map(to_as_of).transpose()?)
}

/// A size, or a time of receipt.
fn to_as_of(text: &str) -> anyhow::Result<AsOf> {
    Ok(match text.parse::<u64>() {
        Ok(size) => AsOf::Size(size),
        Err(_) => AsOf::Time(clock::instant(text, None)?),
    })
}

/// Asks the engine what the arguments ask.
pub(crate) fn ask(desk: &Desk, ask: &AskArgs) -> anyhow::Result<Evaluation> {
    Ok(desk.ask(&question(&desk.agreement, ask)?)?)
}

/// As [`ask`], for an answer that a map and a timeline will be drawn of.
pub(crate) fn ask_drawn(desk: &Desk, ask: &AskArgs) -> anyhow::Result<Evaluation> {
    Ok(desk.ask(&Question { drawn: true, ..question(&desk.agreement, ask)? })?)
}

fn question(agreement: &Agreement, ask: &AskArgs) -> anyhow::Result<Question> {
    let zone = &agreement.timezone;
    let at = ask.at.as_deref().map(|text| clock::instant(text, Some(zone))).transpose()?;
    let cite = match ask.cite {
        Cite::Entry => CiteBy::Entry,
        Cite::Content => CiteBy::Content,
    };
    Ok(Question { at, cite, without: ask.without.clone(), ..Question::default() })
}

/// Whether a provision has one of the states that were named.
pub(crate) fn fails(answer: &Answer, named: &[String]) -> anyhow::Result<bool> {
    let mut states = Vec::new();
    for name in named {
        let state = State::ALL.into_iter().find(|state| state.word() == name);
        let Some(state) = state else {
            let known: Vec<&str> = State::ALL.iter().map(|state| state.word()).collect();
            bail!("there is no state {name:?}; there are: {}", known.join(", "));
        };
        states.push(state);
    }
    Ok(answer.provisions.iter().any(|provision| states.contains(&provision.state)))
}

/// Appends entries to the record of a desk.
pub(crate) fn append(
    desk: Desk,
    hand: &Hand,
    bodies: Vec<Body>,
    blobs: Vec<Vec<u8>>,
) -> anyhow::Result<Range<u64>> {
    let mut record = desk.into_record()?;
    Ok(record.append(&hand.keys, hand.now, bodies, blobs)?)
}

/// The value of an enumeration, by the word that the record uses for it.
pub(crate) fn word<T: for<'a> serde::Deserialize<'a>>(
    what: &str,
    word: &str,
    known: &[&str],
) -> anyhow::Result<T> {
    serde_json::from_value(serde_json::Value::String(word.into()))
        .map_err(|_| anyhow::anyhow!("{word:?} is no {what}; there are: {}", known.join(", ")))
}

/// Writes a file whole or not at all: another of that name stays until the new one is complete,
/// and hands on who may read it.
pub(crate) fn write_file(path: &Path, text: &str) -> anyhow::Result<()> {
    use anyhow::Context;
    let mut partial = path.file_name().unwrap_or_default().to_os_string();
    partial.push(".partial");
    let partial = path.with_file_name(partial);
    let allow = || match std::fs::metadata(path) {
        Ok(old) => std::fs::set_permissions(&partial, old.permissions()),
        Err(_) => Ok(()),
    };
    std::fs::write(&partial, text)
        .and_then(|()| allow())
        .and_then(|()| std::fs::rename(&partial, path))
        .with_context(|| format!("{}: can't be written", path.display()))
}

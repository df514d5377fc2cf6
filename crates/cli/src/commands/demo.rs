//! `servanda demo`: a real truce from the data inside the program, offline.

use super::status::answer_json;
use super::{key_dir, room, write_file};
use crate::Ended;
use crate::args::{DemoArgs, Format};
use crate::demo_data;
use crate::out::Out;
use crate::tables;
use anyhow::{Context, bail};
use servanda_desk::{AgreementFiles, Desk, Options, Question, found, named_beside, take_in};
use servanda_room::rights::Role;
use servanda_room::{Listening, People};
use servanda_store::{Keys, Record};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FIRST: &str = "easter-truce-2026";

/// The demonstration's keys are made from these published words: anyone can sign with them.
const WORTHLESS_LOG: &[u8] = b"servanda demo log key: published, worthless, for nobody";
const WORTHLESS_LOG_MLDSA44: &[u8] =
    b"servanda demo log key, ML-DSA-44: published, worthless, for nobody";
const WORTHLESS_OFFICE: &[u8] = b"servanda demo office key: published, worthless, for nobody";

/// The demonstration's time of receipt, so that its root is the same on every machine.
const NOW: &str = "2026-11-01T00:00:00Z";

/// What a folder holds that a demonstration made, so that only such a folder is ever rebuilt.
const MARK: &str = "made-by-servanda-demo";

pub(crate) fn run(args: &DemoArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if args.list {
        out.answer(&demo_data::names().join("\n"))?;
        return Ok(Ended::Done);
    }
    let name = args.name.as_deref().unwrap_or(FIRST);
    let names = demo_data::names();
    if !names.iter().any(|known| known == name) {
        bail!("there is no demonstration {name:?}; there are: {}", names.join(", "));
    }
    if args.room && !args.address.ip().is_loopback() {
        bail!("{}: the demonstration's password is published; open it at 127.0.0.1", args.address);
    }
    let folder = PathBuf::from("servanda-demo").join(name);
    clear(&folder)?;
    let dir = folder.join("record");
    let mut keys = keys(name)?;
    let desk = build(name, &dir, &keys, out)?;
    if args.room {
        keys.write(&key_dir(&dir, None)?)?;
        return open_room(&desk, &dir, args, out);
    }
    // A truce without an end is asked about where the watch ends, not years later.
    let at = desk.history.coverage.iter().map(|held| held.value.interval().to).max();
    let evaluation = desk.ask(&Question { at, drawn: true, ..Question::default() })?;
    let page = folder.join("report.html");
    write_file(
        &page,
        &servanda_report::page(&evaluation.answer, &evaluation.picture, &desk.agreement.timezone),
    )?;
    match args.format {
        Format::Json => out.answer(&answer_json(&evaluation.answer)?)?,
        Format::Text => {
            out.answer(&tables::status(&evaluation.answer, &desk.agreement.timezone))?;
            out.answer(&format!(
                "record: {}\npage:   {}\nask it: servanda status {0}; servanda explain {0} ID; \
                 servanda verify {0}",
                dir.display(),
                page.display()
            ))?;
        }
    }
    Ok(Ended::Done)
}

/// Removes what an earlier demonstration made there, and nothing else.
fn clear(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    if folder.exists() {
        if !folder.join(MARK).is_file() {
            bail!("{shown}: there, but not made by a demonstration; move it away first");
        }
        // Beside the record lies what a room and the index make of it.
        let record = folder.join("record");
        let endings = ["", ".keys", ".room", ".custody", ".index"];
        let beside = endings.map(|ending| named_beside(&record, ending));
        for made in beside.iter().filter(|made| made.is_dir()) {
            std::fs::remove_dir_all(made).with_context(|| format!("{shown}: can't be cleared"))?;
        }
        for file in ["report.html", MARK] {
            let path = folder.join(file);
            if path.is_file() {
                std::fs::remove_file(&path)
                    .with_context(|| format!("{shown}: can't be cleared"))?;
            }
        }
    }
    std::fs::create_dir_all(folder).with_context(|| format!("{shown}: can't be made"))?;
    std::fs::write(
        folder.join(MARK),
        "A demonstration of Servanda made this folder and may \
         rebuild it. Its keys are published and worthless.\n",
    )
    .with_context(|| format!("{shown}: can't be written"))
}

fn keys(name: &str) -> anyhow::Result<Keys> {
    let origin = format!("demo.servanda.example/{name}");
    let seed = |words: &[u8]| *sha256(words).as_bytes();
    Ok(Keys::generate(
        &origin,
        seed(WORTHLESS_LOG),
        seed(WORTHLESS_LOG_MLDSA44),
        seed(WORTHLESS_OFFICE),
    )?)
}

fn build(name: &str, dir: &Path, keys: &Keys, out: &mut Out) -> anyhow::Result<Desk> {
    let now = Instant::parse(NOW, None)?;
    let files = AgreementFiles::from_files("agreement.md", |file| demo_data::file(name, file))?;
    let agreement = files.agreement()?;
    let (body, blobs) = found(&files, &agreement);
    let mut record = Record::init(dir, keys.origin(), keys, now, &agreement.id, vec![body], blobs)?;
    for data in &files.data {
        out.progress(&format!("reading {data}"));
        let bytes = demo_data::file(name, data).unwrap_or_default();
        let desk = Desk::of(record, None)?;
        let intake = take_in(&desk, data, bytes, &Options::default())?;
        out.progress_done();
        out.say(&super::add::summary(&intake));
        record = desk.into_record()?;
        record.append(keys, now, intake.bodies, intake.blobs)?;
    }
    Ok(Desk::of(record, None)?)
}

/// The password of all accounts of the demonstration. Whoever reads this knows it: the room is open
/// to this machine alone, and its keys are worthless.
const PASSWORD: &str = "only a demonstration";

/// Opens the room, with an account of each role: two where a second person has to agree.
fn open_room(desk: &Desk, dir: &Path, args: &DemoArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let room_dir = room::room_dir(dir, None)?;
    let people = People::open(&room_dir)?;
    let mut names = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Public) {
        let parties = desk.agreement.parties.iter().map(|party| Some(party.id.as_str()));
        let of: Vec<Option<&str>> = match role {
            Role::Liaison => parties.take(LIAISONS_MAX).collect(),
            Role::Verifier | Role::Legal => vec![None, None],
            _ => vec![None],
        };
        for (n, party) in of.iter().enumerate() {
            let number = if of.len() > 1 { format!("-{}", n + 1) } else { String::new() };
            let name = format!("{role}{number}");
            people.add(&name, &[role], *party, PASSWORD)?;
            names.push(name);
        }
    }
    out.answer(&format!("record:   {}", dir.display()))?;
    out.answer(&format!("accounts: {}", names.join(", ")))?;
    out.answer(&format!("password: {PASSWORD} (published, the same for all)"))?;
    let mut listening = Listening::at(args.address);
    listening.stop_after = args.stop_after.map(Duration::from_secs);
    let beside = room::Beside { web: &args.web, hooks: None, oidc: None };
    room::open(dir, &room_dir, &key_dir(dir, None)?, &listening, beside, out)
}

/// Most parties that get a liaison in the demonstration.
const LIAISONS_MAX: usize = 8;

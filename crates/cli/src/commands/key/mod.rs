//! `servanda key`.

mod list;
mod parties;
mod words;

use super::init::seed;
use super::start::MIRRORS;
use super::{take_up, write_file};
use crate::Ended;
use crate::args::{
    KeyArgs, KeyEnterArgs, KeyNewArgs, KeyShowArgs, KeySignArgs, KeyWhat, ProposeArgs,
    ProposeCommon, ProposeWhat, SignAs,
};
use crate::clock;
use crate::out::Out;
use crate::place;
use anyhow::{Context, bail};
use servanda_entry::limits::ENTRY_BYTES_MAX;
use servanda_entry::{Body, Instrument, KeyChange, NewLog, Office};
use servanda_store::{ActFile, Keys, Record, read_root_key, write_root_key};
use servanda_tlog::{ActSigner, Signer};
use std::path::Path;

pub(crate) use parties::read_parties;

pub(crate) fn run(args: &KeyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        KeyWhat::New(args) => new(args, out)?,
        KeyWhat::Propose(args) => propose(args, out)?,
        KeyWhat::Sign(args) => sign(args, out)?,
        KeyWhat::Show(args) => return show(args, out),
        KeyWhat::Enter(args) => enter(args, out)?,
        KeyWhat::List(args) => list::run(args, out)?,
    }
    Ok(Ended::Done)
}

fn new(args: &KeyNewArgs, out: &mut Out) -> anyhow::Result<()> {
    if let Some(name) = &args.name {
        let key = ActSigner::from_seeds(name, seed()?, Some(seed()?))?;
        write_root_key(&args.path, &key)?;
        out.say(&format!(
            "{}: the secret: keep it where only you can read it, and a second copy elsewhere",
            args.path.display()
        ));
        return out.answer(&key.key().to_string());
    }
    let mut keys = if let Some(origin) = &args.operator {
        Keys::generate(origin, seed()?, seed()?, seed()?)?
    } else if let Some(beside) = &args.office_beside {
        let old = Keys::read(beside)?;
        let office = Signer::from_seed(old.office.name(), seed()?)?;
        Keys { office, ..old }
    } else if let Some(beside) = &args.log_beside {
        let old = Keys::read(beside)?;
        let new = Keys::generate(old.origin(), seed()?, seed()?, seed()?)?;
        Keys { office: old.office, ..new }
    } else {
        bail!("say whose keys: --name, --operator, --office-beside or --log-beside");
    };
    keys.write(&args.path)?;
    // Whom to ask before anything is written stays as it is.
    if let Some(beside) = args.office_beside.as_ref().or(args.log_beside.as_ref())
        && beside.join(MIRRORS).is_file()
    {
        std::fs::copy(beside.join(MIRRORS), args.path.join(MIRRORS))?;
    }
    let mldsa44 = keys.log_mldsa44.as_ref().map(|key| format!("\n{}", key.key()));
    out.answer(&format!(
        "{}{}\n{}",
        keys.log.verifier_key(),
        mldsa44.unwrap_or_default(),
        keys.office.verifier_key()
    ))
}

fn propose(args: &ProposeArgs, out: &mut Out) -> anyhow::Result<()> {
    let record = place::open(&args.dir)?;
    let (change, common): (KeyChange, &ProposeCommon) = match &args.change {
        ProposeWhat::RotateOffice(args) => {
            let key = Keys::read(&args.new_keys)?.office.verifier_key().to_string();
            (KeyChange::RotateOffice { key }, &args.common)
        }
        ProposeWhat::RotateLog(args) => {
            let log = new_log(&Keys::read(&args.new_keys)?);
            (KeyChange::RotateLog { log }, &args.common)
        }
        ProposeWhat::Operator(args) => {
            let keys = Keys::read(&args.new_keys)?;
            let key = keys.office.verifier_key().to_string();
            let offices = vec![Office { key, role: "keeps the record".into() }];
            (KeyChange::Operator { log: new_log(&keys), offices }, &args.common)
        }
        ProposeWhat::RotateParty(args) => {
            let (keys, party) = (args.roots.clone(), args.party.clone());
            let threshold = args.threshold;
            (KeyChange::RotateParty { keys, party, threshold }, &args.common)
        }
        ProposeWhat::Revoke(args) => {
            let since = clock::instant(&args.since, None)?.ms();
            let key = args.key.clone();
            (KeyChange::Revoke { compromised_since_ms: since, key }, &args.common)
        }
        ProposeWhat::Renewal(common) => (record.renewal()?.0, common),
    };
    let act = record.draft_key_act(change, &common.reason)?;
    let file = ActFile::new(act, record.origin())?;
    out.say(&words::describe(&file.instrument().body));
    match &common.out {
        Some(path) => hand_over(&file, path, out),
        None => out.exactly(&String::from_utf8(file.to_bytes())?),
    }
}

fn new_log(keys: &Keys) -> NewLog {
    NewLog {
        handover: Vec::new(),
        key: keys.log.verifier_key().to_string(),
        key_mldsa44: keys.log_mldsa44.as_ref().map(|key| key.key().to_string()),
    }
}

/// A legal act as a file: what it says, and the state of the record that its signatories see.
pub(crate) fn draft_of(record: &Record, body: Body) -> anyhow::Result<ActFile> {
    let Body::Act(mut act) = body else { bail!("only an act can be signed by several hands") };
    act.seen = Some(Box::new(record.state()));
    let agreement = record.agreement().to_owned();
    Ok(ActFile::new(Instrument { agreement, body: Body::Act(act) }, record.origin())?)
}

/// Writes the file of an act, to go from hand to hand.
pub(crate) fn hand_over(file: &ActFile, path: &Path, out: &mut Out) -> anyhow::Result<()> {
    anyhow::ensure!(!path.exists(), "{}: is there already; give another name", path.display());
    write_file(path, &String::from_utf8(file.to_bytes())?)?;
    out.say(&format!("written to {0}: sign it with `servanda key sign {0}`", path.display()));
    Ok(())
}

fn sign(args: &KeySignArgs, out: &mut Out) -> anyhow::Result<()> {
    let mut file = read(&args.act)?;
    let signer = match (&args.key, &args.key_dir, args.sign_as) {
        (Some(path), _, _) => read_root_key(path)?,
        (None, Some(folder), Some(role)) => {
            let keys = Keys::read(folder)?;
            anyhow::ensure!(
                keys.origin() == file.origin(),
                "these are the keys of {}, and the act is of {}",
                keys.origin(),
                servanda_text::escape(file.origin())
            );
            match role {
                SignAs::Log => ActSigner::of(&keys.log, keys.log_mldsa44.as_ref())?,
                SignAs::Office => ActSigner::of(&keys.office, None)?,
            }
        }
        _ => bail!("name a key: --key FILE, or --key-dir FOLDER --as log or office"),
    };
    file.sign(&signer)?;
    write_file(&args.act, &String::from_utf8(file.to_bytes())?)?;
    out.say(&words::describe(&file.instrument().body));
    out.answer(&format!(
        "signed by {} ({}), {} in all",
        signer.key().name(),
        signer.key().id(),
        file.signatures().len()
    ))
}

fn show(args: &KeyShowArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let file = read(&args.act)?;
    let mut text = format!("of {}\n", servanda_text::escape(file.origin()));
    text += &words::describe(&file.instrument().body);
    for one in file.signatures() {
        text += &format!("\nsigned: {} ({})", servanda_text::escape(one.name()), one.id());
    }
    if file.signatures().is_empty() {
        text += "\nnobody has signed it";
    }
    let Some(dir) = &args.of else {
        text += "\nwhether these hold is told beside a copy of the record: --of";
        out.answer(&text)?;
        return Ok(Ended::Done);
    };
    let record = place::open(dir)?;
    anyhow::ensure!(record.origin() == file.origin(), "{}: is another record", dir.display());
    let now = record.entry(record.size() - 1)?.at;
    match record.would_enter(now, &file.instrument().body, file.signatures()) {
        Ok(parties) => {
            if !parties.is_empty() {
                text += &format!("\nenough have signed for {}", parties.join(", "));
            }
            out.answer(&format!("{text}\nit can be entered"))?;
            Ok(Ended::Done)
        }
        Err(error) => {
            out.answer(&format!("{text}\nit can't be entered yet: {error}"))?;
            Ok(Ended::Failed)
        }
    }
}

fn enter(args: &KeyEnterArgs, out: &mut Out) -> anyhow::Result<()> {
    let mut files = args.acts.iter().map(|path| read(path));
    let mut file = files.next().context("name the file of an act")??;
    for other in files {
        file.merge(&other?)?;
    }
    let hand = take_up(&args.dir, &args.write, out)?;
    let mut record = place::open(&args.dir)?;
    let (dir, other) = (args.dir.display(), servanda_text::escape(file.origin()));
    anyhow::ensure!(record.origin() == file.origin(), "{dir}: the act is of {other}");
    let body = file.instrument().body.clone();
    let index = record.append_act(&hand.keys, hand.now, body, file.signatures(), vec![])?;
    out.say(&words::describe(&file.instrument().body));
    if let Some(act) = record.register().acts().iter().find(|act| act.entry == index)
        && !act.parties.is_empty()
    {
        out.say(&format!("signed for {}", act.parties.join(", ")));
    }
    out.answer(&format!("entered as e{index}"))
}

/// Reads the file of an act.
fn read(path: &Path) -> anyhow::Result<ActFile> {
    use std::io::Read as _;
    let context = || format!("{}: can't be read", path.display());
    let file = std::fs::File::open(path).with_context(context)?;
    let mut bytes = Vec::new();
    file.take(ENTRY_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).with_context(context)?;
    ActFile::parse(&bytes).with_context(|| format!("{}: is no act", path.display()))
}

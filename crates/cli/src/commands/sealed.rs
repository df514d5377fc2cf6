//! `servanda open-sealed`, `disclose`, `hold`, `erase`.

use super::{Hand, append, open_to_write, prove, take_up};
use crate::Ended;
use crate::args::{
    CarryOutArgs, CustodyArgs, DiscloseArgs, EraseArgs, EraseEnterArgs, EraseKeyArgs,
    EraseOrderArgs, EraseSignArgs, EraseWhat, Format, HoldArgs, OpenSealedArgs, SealArgs,
};
use crate::out::Out;
use crate::place;
use anyhow::{Context, bail};
use serde_json::json;
use servanda_custody::{Custody, Reader, unwrap};
use servanda_desk::{
    Chosen, ChosenFiles, Confidential, Desk, DeskError, Opened, Ordered, carry_out,
    disclose as show, enter_order, erased_whole, hold as held, open_sealed, order, sealed_entry,
    sealed_list,
};
use servanda_entry::Audience;
use servanda_seal::{OPENING_BYTES_MAX, Opening, Order, OrderAct, approve, approve_ed25519};
use servanda_store::Record;
use servanda_store::proofs::{Asked, Bundle, Shown};
use servanda_text::escape;
use servanda_tlog::{ActSigner, Signer};
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Only its owner reads a secret.
const SECRET_MODE: u32 = 0o600;
/// Largest order or key file, in bytes.
const SMALL_BYTES_MAX: u64 = 64 * 1024;

/// The custodian's store, by default beside the record.
pub(crate) fn custody(dir: &Path, given: &CustodyArgs) -> anyhow::Result<Custody> {
    let folder = given.custody.clone();
    let folder = folder.map_or_else(|| place::beside(dir, ".custody", "--custody"), Ok);
    Ok(Custody::at(&folder?))
}

/// The class that was named; `sealed` where something is sealed and none is.
pub(crate) fn audience(args: &SealArgs) -> anyhow::Result<Audience> {
    let word = args.class.as_deref().unwrap_or("sealed");
    let known = Audience::ALL.map(Audience::word).join(", ");
    Audience::of_word(word).with_context(|| {
        format!("{word:?} is no class in which anything is sealed; there are: {known}")
    })
}

/// Random bits for salts and keys.
pub(crate) fn draw() -> Result<[u8; 32], DeskError> {
    super::init::seed().map_err(|error| DeskError::Asked(error.to_string()))
}

/// Enters what withholds something, and says where what opens it is.
pub(crate) fn enter(
    desk: Desk,
    hand: &Hand,
    seal: &SealArgs,
    confidential: Confidential,
    out: &mut Out,
) -> anyhow::Result<u64> {
    let mut record = desk.into_record()?;
    let custody = custody(record.dir(), &seal.custody)?;
    let entry = confidential.enter(&mut record, &custody, &hand.keys, hand.now)?;
    out.say(&format!(
        "what opens it is in {}: keep it apart from the record, and secret",
        custody.path().display()
    ));
    Ok(entry)
}

/// The index of an entry that is named `e12` or `12`.
fn index(id: &str) -> anyhow::Result<u64> {
    let digits = id.strip_prefix('e').unwrap_or(id);
    digits.parse().with_context(|| format!("{id:?} is no entry; write it as e12"))
}

pub(crate) fn open(args: &OpenSealedArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let Some(id) = &args.id else { return list(&record, args.format, out) };
    let entry = index(id)?;
    let (_, sealed) = sealed_entry(&record, entry)?;
    erased_whole(&record.slots()?, &sealed)?;
    let opening = match (&args.opening, &args.identity) {
        (Some(opening), Some(identity)) => {
            let identity = String::from_utf8(small(identity, SMALL_BYTES_MAX)?)
                .context("the identity file is no text")?;
            let bytes = unwrap(&Reader::parse(&identity)?, &small(opening, OPENING_BYTES_MAX)?)?;
            Opening::parse(&bytes, record.origin())?
        }
        _ => custody(&args.dir, &args.custody)?.opening(&sealed, record.origin())?,
    };
    let opened = open_sealed(&record, entry, &opening)?;
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{}: can't be made", folder.display()))?;
        for (_, ct, bytes) in &opened.files {
            // By its hash: a name from a sealed file could lead anywhere.
            secret(&folder.join(ct.to_hex()), bytes)?;
        }
    }
    match args.format {
        Format::Json => out.answer(&serde_json::to_string_pretty(&opened_json(entry, &opened))?)?,
        Format::Text => out.answer(&opened_text(entry, &opened))?,
    }
    Ok(Ended::Done)
}

fn list(record: &Record, format: Format, out: &mut Out) -> anyhow::Result<Ended> {
    let list = sealed_list(record)?;
    if format == Format::Json {
        let all = json!({ "form": "servanda/open-sealed/v1", "sealed": list });
        out.answer(&serde_json::to_string_pretty(&all)?)?;
        return Ok(Ended::Done);
    }
    let mut text = String::new();
    for one in &list {
        let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        write!(text, "e{} {} for {}:", one["entry"], word("kind"), word("class"))?;
        write!(text, " {} digests, {} files", one["fields"], one["files"])?;
        if let Some(by) = one["held_by"].as_u64() {
            write!(text, "; held by e{by}")?;
        }
        for by in one["erased_by"].as_array().into_iter().flatten() {
            write!(text, "; erased by e{by}")?;
        }
        text.push('\n');
    }
    out.answer(if list.is_empty() { "nothing is sealed in this record" } else { &text })?;
    Ok(Ended::Done)
}

fn opened_json(entry: u64, opened: &Opened) -> serde_json::Value {
    let fields = opened.fields.iter();
    let fields: Vec<_> =
        fields.map(|field| json!({ "path": field.path, "value": field.value })).collect();
    let files = opened
        .files
        .iter()
        .map(|(name, ct, bytes)| json!({ "name": name, "ct": ct.to_hex(), "bytes": bytes.len() }));
    let erased = opened.erased.iter();
    let erased: Vec<_> =
        erased.map(|(part, by)| json!({ "part": part.to_hex(), "by": by })).collect();
    json!({
        "form": "servanda/open-sealed/v1",
        "entry": entry,
        "class": opened.audience.word(),
        "fields": fields,
        "files": files.collect::<Vec<_>>(),
        "erased": erased,
    })
}

fn opened_text(entry: u64, opened: &Opened) -> String {
    let mut text = format!("e{entry}, for {}: each part is what it commits to\n", opened.audience);
    for field in &opened.fields {
        let value = match &field.value {
            serde_json::Value::String(words) => words.clone(),
            other => other.to_string(),
        };
        text += &format!("{} {}\n", escape(&field.path), escape(&value));
    }
    for (name, ct, bytes) in &opened.files {
        text += &format!("file {} ({} bytes) {}\n", escape(name), bytes.len(), ct.to_hex());
    }
    text
}

pub(crate) fn disclose(args: &DiscloseArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let hand = take_up(&args.dir, &args.write, out)?;
    let mut record = place::open(&args.dir)?;
    let entry = index(&args.id)?;
    let (_, sealed) = sealed_entry(&record, entry)?;
    let opening = custody(&args.dir, &args.custody)?.opening(&sealed, record.origin())?;
    let files = if args.file { ChosenFiles::All } else { ChosenFiles::None };
    let chosen = Chosen { fields: args.fields.clone(), files };
    let (body, disclosed, files) =
        show(&record, entry, &opening, &chosen, (&args.to, &args.ground))?;
    // Said in the record before it is said to anybody else.
    let logged = record.append(&hand.keys, hand.now, vec![body], vec![])?.start;
    let bundle = Bundle {
        asked: Asked::Entries([entry, logged].into()),
        checkpoint: None,
        since: None,
        policy: None,
        answer: None,
        shown: vec![Shown { disclosed, files }],
        spec: prove::spec(),
    };
    prove::write_bundle(&record, &bundle, &args.out)?;
    out.say(&format!(
        "written: {0}\ncheck it: servanda verify {0} --key {1}",
        args.out.display(),
        record.log_key()
    ));
    out.answer(&format!("entered as e{logged}"))?;
    Ok(Ended::Done)
}

pub(crate) fn hold(args: &HoldArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
    let why = (args.order.authority.as_str(), args.order.ground.as_str());
    let body = held(&desk.record, index(&args.id)?, why)?;
    let range = append(desk, &hand, vec![body], vec![])?;
    out.answer(&format!("entered as e{}", range.start))?;
    Ok(Ended::Done)
}

pub(crate) fn erase(args: &EraseArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        EraseWhat::Key(args) => key(args, out),
        EraseWhat::Order(args) => write_order(args, out),
        EraseWhat::Sign(args) => sign(args, out),
        EraseWhat::Enter(args) => enter_signed(args, out),
        EraseWhat::CarryOut(args) => destroy(args, out),
    }
}

fn key(args: &EraseKeyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (seed, second) = (super::init::seed()?, super::init::seed()?);
    let signer = ActSigner::from_seeds(&args.name, seed, Some(second))?;
    secret(&args.file, format!("{}\n", signer.to_signer_key()).as_bytes())?;
    out.answer(&signer.key().to_string())?;
    Ok(Ended::Done)
}

fn write_order(args: &EraseOrderArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let act = if args.lift_hold { OrderAct::Lift } else { OrderAct::Erase };
    let why = (args.order.authority.as_str(), args.order.ground.as_str());
    let order = order(&record, index(&args.id)?, act, why)?;
    let text = format!("{}\n", order.text(record.origin())?);
    super::write_file(&args.out, &text)?;
    let slots = record.slots()?;
    match slots.approvers() {
        Some(approvers) => {
            let names: Vec<&str> = approvers.names().collect();
            out.say(&format!(
                "to be signed by {} of: {}",
                approvers.threshold(),
                escape(&names.join(", "))
            ));
        }
        None => out.say("this record names nobody who may order it: it will be refused"),
    }
    Ok(Ended::Done)
}

fn sign(args: &EraseSignArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let text = String::from_utf8(small(&args.file, SMALL_BYTES_MAX)?)
        .with_context(|| format!("{}: this is no order", args.file.display()))?;
    // The order names its record; who signs reads it, and what it is about.
    let origin = text.lines().nth(1).unwrap_or_default().to_owned();
    let (order, _) = Order::parse(text.as_bytes(), &origin)?;
    let key = String::from_utf8(small(&args.key, SMALL_BYTES_MAX)?).unwrap_or_default();
    let unread = || format!("{}: no secret key", args.key.display());
    let (name, line) = match Signer::from_signer_key(key.trim_end()) {
        // A key of a record from before, whose erasers have Ed25519 alone.
        Ok(signer) => (signer.name().to_owned(), approve_ed25519(&order, &origin, &signer)?),
        Err(_) => {
            let signer = ActSigner::from_signer_key(key.trim_end()).with_context(unread)?;
            (signer.key().name().to_owned(), approve(&order, &origin, &signer)?.to_string())
        }
    };
    // Who signs again has signed once.
    if !text.lines().any(|there| there == line) {
        super::write_file(&args.file, &format!("{text}{line}\n"))?;
    }
    let act = match order.act {
        OrderAct::Erase => format!("erase {} parts of", order.what.len()),
        OrderAct::Lift => "lift the hold".into(),
    };
    out.answer(&format!(
        "signed as {}: {act} e{} of {}",
        escape(&name),
        order.of.entry,
        escape(&origin)
    ))?;
    Ok(Ended::Done)
}

fn enter_signed(args: &EraseEnterArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let hand = take_up(&args.dir, &args.write, out)?;
    let mut record = place::open(&args.dir)?;
    let (order, approvals) = Order::parse(&small(&args.file, SMALL_BYTES_MAX)?, record.origin())
        .with_context(|| format!("{}", args.file.display()))?;
    let act = order.act;
    match enter_order(&mut record, &hand.keys, hand.now, order, approvals)? {
        Ordered::Entered(entry) => {
            out.answer(&format!("entered as e{entry}"))?;
            if act == OrderAct::Erase {
                record.carry_out_erasures()?;
                out.say(&format!(
                    "each custodian now runs: servanda erase carry-out {} e{entry} --custodian WHO",
                    args.dir.display()
                ));
            }
            Ok(Ended::Done)
        }
        Ordered::Refused(entry, fault) => {
            out.answer(&format!("refused: {fault}\nthe attempt is entered as e{entry}"))?;
            Ok(Ended::Failed)
        }
    }
}

fn destroy(args: &CarryOutArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
    let store = custody(&args.dir, &args.custody)?;
    let body = carry_out(&desk.record, index(&args.id)?, &store, &args.custodian)?;
    let range = append(desk, &hand, vec![body], vec![])?;
    out.answer(&format!("destroyed; entered as e{}", range.start))?;
    Ok(Ended::Done)
}

/// A file of at most so many bytes.
fn small(path: &Path, max: u64) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let found = std::fs::metadata(path).with_context(|| format!("{shown}: can't be read"))?;
    if !found.is_file() || found.len() > max {
        bail!("{shown}: no file, or larger than {max} bytes");
    }
    std::fs::read(path).with_context(|| format!("{shown}: can't be read"))
}

/// Writes a new file that only its owner reads.
fn secret(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let shown = path.display();
    let mut options = std::fs::OpenOptions::new();
    let mut file = (options.write(true).create_new(true).mode(SECRET_MODE).open(path))
        .with_context(|| format!("{shown}: can't be made; a file of that name stays as it is"))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{shown}: can't be written"))
}

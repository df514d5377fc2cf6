//! `servanda witness`, `servanda mirror` and `servanda cosign`.

use super::init::seed;
use super::write_file;
use crate::Ended;
use crate::args::{
    CosignArgs, MirrorArgs, MirrorWhat, ServeArgs, WatchArgs, WitnessAnswerArgs, WitnessArgs,
    WitnessWhat,
};
use crate::clock;
use crate::out::Out;
use crate::place;
use crate::tables::count;
use anyhow::{Context, bail};
use servanda_net::{Address, submit};
use servanda_server::{Failure, Listening, Mirror, Service, Witness, serve};
use servanda_store::{Cosigned, Record};
use servanda_tlog::{
    ADD_CHECKPOINT_BYTES_MAX, CHECKPOINT_BYTES_MAX, Checkpoint, CosignerKey, Note,
    POLICY_BYTES_MAX, Policy, Refusal,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn run(args: &WitnessArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        WitnessWhat::Make(args) => {
            let witness = Witness::make(&args.dir, &args.name, [seed()?, seed()?])?;
            show(&witness, out)?;
        }
        WitnessWhat::Watch(args) => watch(args, out)?,
        WitnessWhat::Show(args) => show(&Witness::open(&args.dir)?, out)?,
        WitnessWhat::Answer(args) => return answer(args, out),
        WitnessWhat::Serve(args) => listen(args, out)?,
    }
    Ok(Ended::Done)
}

/// `servanda mirror`.
pub(crate) fn mirror(args: &MirrorArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.what {
        MirrorWhat::Make(args) => {
            let mirror = Mirror::make(&args.dir, &args.name, [seed()?, seed()?])?;
            mirror.make_letterbox([seed()?, seed()?])?;
            listed(mirror.keys(), mirror.mirrored()?, "mirrors", out)?;
        }
        MirrorWhat::Watch(args) => {
            let mirror = Mirror::open(&args.dir)?;
            known(&mirror.watch(keys(args)?.iter().map(String::as_str))?, args, "mirrors", out)?;
        }
        MirrorWhat::Show(args) => {
            let mirror = Mirror::open(&args.dir)?;
            listed(mirror.keys(), mirror.mirrored()?, "mirrors", out)?;
        }
        MirrorWhat::Pull(args) => {
            let mirror = Mirror::open(&args.dir)?;
            let now = clock::now_seconds(args.now.as_deref())?;
            let pulled = match mirror.pull(&args.from, now) {
                Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, out)),
                pulled => pulled?,
            };
            if let Some(path) = &args.out {
                give(&pulled.lines, Some(path), out)?;
            }
            let (had, has) = (pulled.had, pulled.has);
            out.answer(&format!("{}: checked and cosigned, {had} → {has} entries", pulled.origin))?;
        }
        MirrorWhat::Serve(args) => {
            let service = Service::Mirror(Arc::new(Mirror::open(&args.dir)?), clock::seconds);
            serving(service, args, "the mirror's copies", out)?;
        }
    }
    Ok(Ended::Done)
}

fn refused(refusal: &Refusal, out: &mut Out) -> Ended {
    out.say(&format!("refused ({}): {refusal}", refusal.code()));
    Ended::Failed
}

fn show(witness: &Witness, out: &mut Out) -> anyhow::Result<()> {
    listed(witness.keys(), witness.watched(), "watches", out)
}

/// The keys, as a policy names them, and the records.
fn listed<'k>(
    keys: impl Iterator<Item = &'k CosignerKey>,
    records: Vec<(String, u64)>,
    what: &str,
    out: &mut Out,
) -> anyhow::Result<()> {
    let mut text = String::new();
    for key in keys {
        let kind = format!("{:?}", key.kind()).to_lowercase();
        text += &format!("witness {}/{kind} {key}\n", key.name());
    }
    for (origin, size) in records {
        let entries = count(usize::try_from(size)?, "entry", "entries");
        text += &format!("# {what} {origin}: {entries} cosigned\n");
    }
    out.answer(&text)
}

fn watch(args: &WatchArgs, out: &mut Out) -> anyhow::Result<()> {
    let witness = Witness::open(&args.dir)?;
    let origin = match &args.of {
        Some(record) => witness.watch_record(&place::open(record)?)?,
        None => witness.watch(keys(args)?.iter().map(String::as_str))?,
    };
    known(&origin, args, "watches", out)
}

/// The keys of a log: those given, or those that a copy of the record names.
fn keys(args: &WatchArgs) -> anyhow::Result<Vec<String>> {
    let Some(record) = &args.of else { return Ok(args.keys.clone()) };
    let record = place::open(record)?;
    let keys = record.log_keys();
    let mldsa44 = keys.mldsa44().map(ToString::to_string);
    Ok(std::iter::once(keys.ed25519().to_string()).chain(mldsa44).collect())
}

fn known(origin: &str, args: &WatchArgs, what: &str, out: &mut Out) -> anyhow::Result<()> {
    out.say(&format!("{what} {origin} from now on"));
    if args.of.is_some()
        && let Some(key) = keys(args)?.first()
    {
        out.say(&format!(
            "by the keys of that copy: compare {key} with what its operator published"
        ));
    }
    Ok(())
}

fn answer(args: &WitnessAnswerArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let witness = Witness::open(&args.dir)?;
    let request = read(&args.request, ADD_CHECKPOINT_BYTES_MAX)?;
    let now = clock::now_seconds(args.now.as_deref())?;
    match witness.add_checkpoint(&request, now) {
        Ok(lines) => give(&lines, args.out.as_deref(), out)?,
        Err(Failure::Refused(refusal)) => return Ok(refused(&refusal, out)),
        Err(failure) => return Err(failure.into()),
    }
    Ok(Ended::Done)
}

fn listen(args: &ServeArgs, out: &mut Out) -> anyhow::Result<()> {
    let service = Service::Witness(Arc::new(Witness::open(&args.dir)?), clock::seconds);
    serving(service, args, "the witness answers", out)
}

/// Serves until it is interrupted, and says where.
fn serving(service: Service, args: &ServeArgs, what: &str, out: &mut Out) -> anyhow::Result<()> {
    let stop_after = args.stop_after.map(Duration::from_secs);
    let listening = Listening { at: args.listen, stop_after };
    let mut said = Ok(());
    serve(service, &listening, |at| {
        said = out.answer(&format!("{what} at http://{at}"));
    })
    .with_context(|| format!("can't listen at {}; give another --listen", args.listen))?;
    said
}

/// `servanda cosign`.
pub(crate) fn cosign(args: &CosignArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let mut record = place::open(&args.dir)?;
    if let Some(old) = args.request {
        let request = String::from_utf8(record.ask_to_cosign(old)?.to_bytes())?;
        give(&request, args.out.as_deref(), out)?;
        return Ok(Ended::Done);
    }
    let Some(policy) = &args.policy else { bail!("--policy is missing: it names the witnesses") };
    let policy = Policy::parse(&read(policy, POLICY_BYTES_MAX)?)
        .with_context(|| format!("{} is no policy", policy.display()))?;
    let keys: Vec<CosignerKey> = policy.witnesses().cloned().collect();
    for path in &args.answer {
        let lines = String::from_utf8(read(path, CHECKPOINT_BYTES_MAX)?)
            .with_context(|| format!("{}: no answer of a witness", path.display()))?;
        let cosigned = record.add_cosignatures(&keys, &lines)?;
        out.say(&format!("{}: {}", path.display(), taken(&cosigned)));
    }
    for base in &args.witness {
        match ask(&record, base) {
            Ok(lines) => {
                let cosigned = record.add_cosignatures(&keys, &lines)?;
                out.say(&format!("{base}: {}", taken(&cosigned)));
            }
            // Publication never waits for a witness: the others are asked all the same.
            Err(error) => out.say(&format!("{base}: {error:#}")),
        }
    }
    for base in &args.mirror {
        match super::push::push(&record, base) {
            Ok(lines) => {
                let cosigned = record.add_cosignatures(&keys, &lines)?;
                out.say(&format!("{base}: {}", taken(&cosigned)));
            }
            Err(error) => out.say(&format!("{base}: {error:#}")),
        }
    }
    if !(args.answer.is_empty() && args.witness.is_empty() && args.mirror.is_empty()) {
        super::finality::keep(&record)?;
    }
    quorum(&record, &policy, out)?;
    Ok(Ended::Done)
}

/// Asks a witness over HTTP; one that has cosigned another size last is asked again from there.
fn ask(record: &Record, base: &str) -> anyhow::Result<String> {
    let address = Address::parse(&format!("{}/add-checkpoint", base.trim_end_matches('/')))?;
    let mut old = 0;
    for _ in 0..ASKED_MAX {
        let request = record.ask_to_cosign(old).with_context(|| {
            format!("this witness has cosigned {old} entries: it knows a longer record than this")
        })?;
        let answer = submit(&address, &request.to_bytes())?;
        let body = String::from_utf8_lossy(&answer.body);
        match answer.status {
            200 => return Ok(body.into_owned()),
            409 => {
                let size = body.trim_end().parse();
                old = size.map_err(|_| anyhow::anyhow!("it says 409, and not which size"))?;
            }
            _ => return Err(super::push::refused(&answer)),
        }
    }
    bail!("it cosigns faster than it can be asked; try again")
}

/// How often one witness is asked: once for the size, once more, and again if another came between.
const ASKED_MAX: u32 = 4;

/// Whether enough have cosigned, and who has not. That nobody has is no fault: publication never
/// waits for a witness.
fn quorum(record: &Record, policy: &Policy, out: &mut Out) -> anyhow::Result<()> {
    let note = Note::parse(record.checkpoint(), CHECKPOINT_BYTES_MAX)?;
    let checkpoint: Checkpoint = note.text().parse()?;
    let quorum = policy.evaluate(&checkpoint, &note, None)?;
    let has = quorum.witnesses.iter().filter(|seen| seen.cosigned_at.is_some()).count();
    let absent: Vec<&str> = quorum.absent().collect();
    let mut text = format!(
        "{} entries: {} cosigned by {has} of {}, quorum {} {}",
        checkpoint.size(),
        checkpoint.origin(),
        quorum.witnesses.len(),
        quorum.name,
        if quorum.is_met { "met" } else { "not met" },
    );
    if !absent.is_empty() {
        text += &format!("\nabsent: {}", absent.join(", "));
    }
    out.answer(&text)
}

fn taken(cosigned: &Cosigned) -> String {
    let added = match cosigned.added.as_slice() {
        [] => "no cosignature of a witness in the policy".into(),
        added => format!("cosigned by {}", added.join(", ")),
    };
    match cosigned.unknown {
        0 => added,
        n => format!("{added}; left out: {} of nobody in the policy", count(n, "line", "lines")),
    }
}

fn give(text: &str, path: Option<&Path>, out: &mut Out) -> anyhow::Result<()> {
    match path {
        None => out.exactly(text),
        Some(path) => {
            write_file(path, text)?;
            out.say(&format!("written to {}", path.display()));
            Ok(())
        }
    }
}

/// A file of at most so many bytes.
pub(super) fn read(path: &Path, max: usize) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let context = || format!("{}: can't be read", path.display());
    let file = std::fs::File::open(path).with_context(context)?;
    let mut bytes = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut bytes).with_context(context)?;
    anyhow::ensure!(bytes.len() <= max, "{}: has more than {max} bytes", path.display());
    Ok(bytes)
}

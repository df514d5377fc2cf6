//! `servanda verify` of a proof bundle.

use crate::Ended;
use crate::args::{Format, VerifyArgs};
use crate::clock;
use crate::out::Out;
use anyhow::{Context, bail};
use servanda_store::proofs::{CheckOptions, Found, Refusal, check_bundle, unpack};
use servanda_text::escape;
use servanda_tlog::{POLICY_BYTES_MAX, Policy};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

pub(crate) fn run(args: &VerifyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let shown = args.path.display();
    let options = CheckOptions {
        keys: args.key.clone(),
        policy: args.policy.as_deref().map(read_policy).transpose()?,
        at: args.at.as_deref().map(seconds).transpose()?,
    };
    let mut file = File::open(&args.path).with_context(|| format!("{shown}: can't be read"))?;
    let verdict =
        check_bundle(&mut file, &options).with_context(|| format!("{shown}: can't be read"))?;
    match args.format {
        Format::Json => out.exactly(&verdict.to_json())?,
        Format::Text => {
            if let Some(found) = &verdict.found {
                out.answer(&describe(found))?;
            }
            out.answer(&match &verdict.refusal {
                Some(refusal) => describe_refusal(refusal),
                None if verdict.found.as_ref().is_some_and(|found| found.key_confirmed) => {
                    "proved, for the log that you named".into()
                }
                None => "consistent, but the key is not confirmed: name it with --key, as you \
                         know it from elsewhere"
                    .into(),
            })?;
        }
    }
    if !verdict.ok() {
        return Ok(Ended::Failed);
    }
    if let Some(dir) = &args.unpack {
        let answer = unpack(&mut file, dir)?;
        out.say(&format!("the record is in {}", dir.display()));
        if let Some(answer) = answer {
            let mut name = dir.file_name().unwrap_or_default().to_os_string();
            name.push(".answer.json");
            let path = dir.with_file_name(name);
            std::fs::write(&path, answer)
                .with_context(|| format!("{}: can't be written", path.display()))?;
            out.say(&format!(
                "compute the answer again: servanda recompute {} {}",
                dir.display(),
                path.display()
            ));
        }
    }
    Ok(Ended::Done)
}

pub(super) fn read_policy(path: &Path) -> anyhow::Result<Policy> {
    let shown = path.display();
    let found = std::fs::metadata(path).with_context(|| format!("{shown}: can't be read"))?;
    if found.len() > POLICY_BYTES_MAX as u64 {
        bail!("{shown}: a policy has at most {POLICY_BYTES_MAX} bytes");
    }
    let bytes = std::fs::read(path).with_context(|| format!("{shown}: can't be read"))?;
    Policy::parse(&bytes).with_context(|| format!("{shown}: can't be used"))
}

/// A time asked about, in whole seconds since 1970.
pub(super) fn seconds(text: &str) -> anyhow::Result<u64> {
    let instant = clock::instant(text, None)?;
    u64::try_from(instant.ms().div_euclid(1000))
        .with_context(|| format!("--at {text}: a time before 1970 makes no sense here"))
}

fn describe_refusal(refusal: &Refusal) -> String {
    let mut text = format!("FAILED: {}: {}", refusal.code, refusal.code.story());
    let entry = refusal.entry.map(|entry| format!("entry {entry}"));
    let places: Vec<_> = entry.into_iter().chain(refusal.place.clone()).collect();
    if !places.is_empty() {
        let _ = write!(text, " ({})", places.join(", "));
    }
    text
}

fn describe(found: &Found) -> String {
    let mut text = format!(
        "origin    {}\nagreement {}\nsize      {}\nroot      {}\nkey       {}\n",
        escape(&found.origin),
        escape(&found.agreement),
        found.size,
        found.root,
        escape(&found.keys.ed25519().to_string())
    );
    // Writing to a string can't fail.
    let mut line = |what: &str, value: String| {
        let _ = writeln!(text, "{what:<9} {value}");
    };
    if found.keys.mldsa44().is_some() {
        line("signed", "with Ed25519 and with ML-DSA-44".into());
    } else {
        line("signed", "with Ed25519 alone".into());
    }
    let entries: Vec<_> = found.entries.iter().map(u64::to_string).collect();
    line("entries", entries.join(", "));
    if let Some((start, end)) = found.range {
        let all = if start == 0 && end == found.size { ": all of the record" } else { "" };
        line("range", format!("{start} to {}, none missing{all}", end - 1));
    }
    if !found.key_acts.is_empty() {
        let acts: Vec<_> = found.key_acts.iter().map(u64::to_string).collect();
        line("keys", format!("changed by the entries {}", acts.join(", ")));
    }
    if !found.flagged.is_empty() {
        let entries: Vec<_> = found.flagged.iter().map(u64::to_string).collect();
        line(
            "FLAGGED",
            format!(
                "signed with a revoked key, and not shown to be from before: {}",
                entries.join(", ")
            ),
        );
    }
    if let Some((size, root)) = found.since {
        line("continues", format!("the checkpoint of {size} entries with the root {root}"));
    }
    if let Some(answer) = found.answer {
        let hash = answer.to_hex();
        line("answer", format!("SHA-256 {hash}; not computed again here: see --unpack"));
    }
    if found.blobs_held + found.blobs_missing > 0 {
        let (held, missing) = (found.blobs_held, found.blobs_missing);
        line("files", format!("{held} enclosed, {missing} named and not enclosed"));
    }
    match &found.quorum {
        None => line("witnesses", "no policy, so none were asked for".into()),
        Some(quorum) => {
            let met = if quorum.is_met { "is met" } else { "is NOT met" };
            line(
                "quorum",
                format!("{} of the {} policy {met}", escape(&quorum.name), found.policy),
            );
            for seen in &quorum.witnesses {
                let when = match seen.cosigned_at {
                    None => "ABSENT".to_owned(),
                    Some(0) => "cosigned, and states no time".to_owned(),
                    Some(at) => format!("cosigned at {}", time(at)),
                };
                line("", format!("{}: {when}", escape(&seen.name)));
            }
            if found.policy == "enclosed" {
                line("", "the policy is the sender's own: name yours with --policy".into());
            }
        }
    }
    let grade = found.grade();
    line("grade", format!("{grade}: {}", grade.story()));
    if found.is_stale() == Some(true) {
        line("stale", "last cosigned more than a day before the time asked about".into());
    }
    text
}

pub(super) fn time(seconds: u64) -> String {
    let ms = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000);
    servanda_time::Instant::from_ms(ms).map_or_else(|_| format!("{seconds} s"), |at| at.to_string())
}

//! `servanda verify`.

use super::finality;
use crate::Ended;
use crate::args::{Format, GradeArgs, VerifyArgs};
use crate::out::Out;
use crate::place;
use serde_json::json;
use servanda_store::{verify_in, verify_renewed_in};
use servanda_text::escape;

pub(crate) fn run(args: &VerifyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if !place::is_remote(&args.path) && args.path.is_file() {
        let is_shown = args.shown.receipt.is_empty() && args.shown.anchored.is_empty();
        anyhow::ensure!(is_shown, "--receipt and --anchored are for folders");
        anyhow::ensure!(!args.renewed, "--renewed is for folders: unpack a full export first");
        return super::verify_bundle::run(args, out);
    }
    let shown = args.path.display();
    let is_there = place::is_remote(&args.path) || args.path.is_dir();
    anyhow::ensure!(is_there, "{shown}: there is no such folder or file");
    anyhow::ensure!(
        args.unpack.is_none(),
        "{shown}: --unpack is for bundles, and this is a folder"
    );
    anyhow::ensure!(
        args.at.is_none() || args.policy.is_some(),
        "{shown}: this is a folder, and --at goes with --policy"
    );
    if args.renewed {
        return renewed(args, out);
    }
    let storage = place::storage(&args.path)?;
    let report = verify_in(storage.as_ref(), args.key.iter().map(String::as_str));
    let finality = if report.ok() && args.policy.is_some() {
        let grade = GradeArgs {
            policy: args.policy.clone(),
            grades_at: args.at.clone(),
            shown: args.shown.clone(),
        };
        finality::of(&place::open(&args.path)?, &grade)?
    } else {
        None
    };
    match args.format {
        Format::Json => {
            let faults: Vec<_> = report
                .faults
                .iter()
                .map(
                    |fault| json!({ "path": fault.path, "entry": fault.entry, "what": fault.what }),
                )
                .collect();
            let mut all = json!({
                "form": "servanda/verify/v1",
                "ok": report.ok(),
                "origin": report.origin,
                "size": report.size,
                "root": report.root.to_base64(),
                "key": report.key,
                "key_mldsa44": report.key_mldsa44,
                "key_confirmed": report.key_confirmed,
                "faults": faults,
                "notices": report.notices,
            });
            if let Some(finality) = &finality {
                all["finality"] = finality::as_json(finality);
            }
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            for fault in &report.faults {
                let entry = fault.entry.map(|n| format!(" (entry {n})")).unwrap_or_default();
                out.answer(&format!("{}{entry}: {}", fault.path, fault.what))?;
            }
            for notice in &report.notices {
                out.say(&format!("notice: {}", escape(notice)));
            }
            out.answer(&format!(
                "origin {}\nsize   {}\nroot   {}\nkey    {}",
                report.origin,
                report.size,
                report.root.to_base64(),
                report.key.as_deref().unwrap_or("unknown"),
            ))?;
            if let Some(finality) = &finality {
                out.answer(&finality::described(finality))?;
            }
            out.answer(match (report.ok(), report.key_confirmed) {
                (false, _) => "FAILED: this record is not what was signed",
                (true, true) => "consistent, and signed by the key you named",
                (true, false) => {
                    "consistent, but the key is not confirmed: name it with --key, as you know it \
                     from elsewhere"
                }
            })?;
        }
    }
    Ok(if report.ok() { Ended::Done } else { Ended::Failed })
}

/// Without SHA-256 and Ed25519: by the newest renewal.
fn renewed(args: &VerifyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let storage = place::storage(&args.path)?;
    let renewed = verify_renewed_in(storage.as_ref(), args.key.iter().map(String::as_str));
    let is_ok = renewed.faults.is_empty();
    let later = renewed.size - renewed.covered;
    match args.format {
        Format::Json => {
            let faults: Vec<_> = renewed
                .faults
                .iter()
                .map(
                    |fault| json!({ "path": fault.path, "entry": fault.entry, "what": fault.what }),
                )
                .collect();
            let all = json!({
                "form": "servanda/verify-renewed/v1",
                "ok": is_ok,
                "origin": renewed.origin,
                "size": renewed.size,
                "entry": renewed.entry,
                "covered": renewed.covered,
                "later": later,
                "files": renewed.files,
                "missing": renewed.missing,
                "faults": faults,
            });
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            for fault in &renewed.faults {
                let entry = fault.entry.map(|n| format!(" (entry {n})")).unwrap_or_default();
                out.answer(&format!("{}{entry}: {}", fault.path, fault.what))?;
            }
            if let (true, Some(entry)) = (is_ok, renewed.entry) {
                let (covered, files, missing) = (renewed.covered, renewed.files, renewed.missing);
                out.answer(&format!(
                    "{covered} entries and {files} files are proved without SHA-256 and Ed25519, \
                     by the renewal e{entry}\n{later} entries came later and wait for the next, \
                     {missing} files are not here"
                ))?;
            } else {
                out.answer("FAILED: without SHA-256 and Ed25519 nothing is proved")?;
            }
        }
    }
    Ok(if is_ok { Ended::Done } else { Ended::Failed })
}

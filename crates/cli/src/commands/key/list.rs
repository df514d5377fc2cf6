//! `servanda key list`.

use super::words::{kind, time};
use crate::args::{Format, KeyListArgs};
use crate::commands::witness::read;
use crate::out::Out;
use crate::place;
use anyhow::{Context, bail};
use serde_json::{Value, json};
use servanda_store::{Held, Holder, Key, Record, Register, Witnessed};
use servanda_text::escape;
use servanda_tlog::{CHECKPOINT_BYTES_MAX, Checkpoint, Note, POLICY_BYTES_MAX, Policy};
use std::fmt::Write as _;

const FORM: &str = "servanda/keys/v1";

pub(super) fn run(args: &KeyListArgs, out: &mut Out) -> anyhow::Result<()> {
    let record = place::open(&args.dir)?;
    let witnessed = witnessed(&record, args)?;
    let mut flagged = Vec::new();
    for one in record.register().flagged(&witnessed) {
        let entries = record.flagged_entries(&one)?;
        flagged.push(json!({
            "key": one.key,
            "holder": holder(&one.holder),
            "entry": one.revocation.entry,
            "compromised_since": time(one.revocation.compromised_since_ms),
            "by": one.by,
            "stands": one.stands,
            "entries": entries,
        }));
    }
    let register = record.register();
    let value = json!({
        "form": FORM,
        "origin": record.origin(),
        "size": record.size(),
        "root": record.root().to_base64(),
        "operator_by": register.operator_by().map(|(threshold, of)| {
            json!({ "threshold": threshold, "of": of })
        }),
        "parties": register.parties().iter().map(|party| {
            json!({ "id": party.id, "role": party.role, "threshold": party.threshold })
        }).collect::<Vec<_>>(),
        "keys": register.keys().iter().map(key).collect::<Vec<_>>(),
        "acts": acts(register),
        "flagged": flagged,
    });
    match args.format {
        Format::Json => out.answer(&serde_json::to_string_pretty(&value)?),
        Format::Text => out.answer(&told(&record, &flagged)),
    }
}

fn holder(holder: &Holder) -> Value {
    match holder {
        Holder::Log => json!({ "kind": "log", "name": null }),
        Holder::Office(name) => json!({ "kind": "office", "name": name }),
        Holder::Party(id) => json!({ "kind": "party", "name": id }),
    }
}

fn key(held: &Held) -> Value {
    let mldsa44 = match &held.key {
        Key::Log(keys) => keys.mldsa44().map(ToString::to_string),
        _ => None,
    };
    json!({
        "holder": holder(&held.holder),
        "key": held.key.written(),
        "key_mldsa44": mldsa44,
        "since": held.since,
        "until": held.until,
        "revoked": held.revoked.map(|revoked| json!({
            "entry": revoked.entry,
            "compromised_since": time(revoked.compromised_since_ms),
        })),
    })
}

fn acts(register: &Register) -> Vec<Value> {
    let acts = register.acts().iter();
    acts.map(|act| {
        let key_act = act.key_act.as_ref();
        let change = key_act.and_then(|act| serde_json::to_value(&act.change).ok());
        json!({
            "entry": act.entry,
            "change": change.and_then(|change| change.get("type").cloned()),
            "reason": key_act.map(|act| &act.reason),
            "keys": act.keys,
            "parties": act.parties,
        })
    })
    .collect()
}

fn told(record: &Record, flagged: &[Value]) -> String {
    let register = record.register();
    let mut text = String::new();
    // Writing to a string can't fail.
    let mut line = |words: String| {
        let _ = writeln!(text, "{words}");
    };
    line(format!("{}, {} entries", escape(record.origin()), record.size()));
    line(match register.operator_by() {
        Some((threshold, of)) => format!(
            "{threshold} of {} may change the operator and the log's keys",
            escape(&of.join(", "))
        ),
        None => "nobody may change the operator or the log's keys".into(),
    });
    for held in register.keys() {
        let who = match &held.holder {
            Holder::Party(id) => {
                let party = register.parties().iter().find(|party| party.id == *id);
                let rule =
                    party.map(|party| format!("{}, {} must sign", party.role, party.threshold));
                format!("{} ({})", escape(id), escape(&rule.unwrap_or_default()))
            }
            other => escape(&other.to_string()).into_owned(),
        };
        let span = match held.until {
            None => format!("holds since e{}", held.since),
            Some(until) => format!("held from e{} to e{until}", held.since),
        };
        line(format!("\n{who}: {span}"));
        line(format!("  {}", escape(&held.key.written())));
        if let Key::Log(keys) = &held.key
            && let Some(second) = keys.mldsa44()
        {
            line(format!("  and with ML-DSA-44 ({})", second.id()));
        }
        if let Some(revoked) = held.revoked {
            let since = time(revoked.compromised_since_ms);
            line(format!("  REVOKED by e{}: known to others since {since}", revoked.entry));
        }
    }
    if !register.acts().is_empty() {
        line("\nsigned by several hands".into());
    }
    for act in register.acts() {
        let what = act.key_act.as_ref().map_or("a legal act", |act| kind(&act.change));
        let by = match act.parties.as_slice() {
            [] => String::new(),
            parties => format!("; for {}", escape(&parties.join(", "))),
        };
        let keys = act.keys.len();
        line(format!("  e{}: {what}; {keys} signatures{by}", act.entry));
    }
    for one in flagged {
        let (stands, entry) = (&one["stands"], &one["entry"]);
        let entries: Vec<String> = (one["entries"].as_array().into_iter().flatten())
            .map(|entry| format!("e{entry}"))
            .collect();
        let list = if entries.is_empty() { "nothing".into() } else { entries.join(", ") };
        line(format!(
            "\nflagged by e{entry}: {list}\n  signed with {}\n  what stands before e{stands} was \
             witnessed before that time; what is flagged is still evidence, and who revoked is \
             told above",
            escape(one["key"].as_str().unwrap_or_default()),
        ));
    }
    text
}

/// What witnesses saw of this record, and when.
fn witnessed(record: &Record, args: &KeyListArgs) -> anyhow::Result<Witnessed> {
    let mut witnessed = Witnessed::default();
    let Some(policy) = &args.policy else { return Ok(witnessed) };
    let policy = Policy::parse(&read(policy, POLICY_BYTES_MAX)?)
        .with_context(|| format!("{}: is no policy", policy.display()))?;
    let own = record.checkpoint().to_vec();
    let mut signed = vec![("the record's own checkpoint".to_owned(), own)];
    for path in &args.witnessed {
        signed.push((path.display().to_string(), read(path, CHECKPOINT_BYTES_MAX)?));
    }
    for (shown, bytes) in signed {
        let read = || format!("{shown}: is no checkpoint");
        let note = Note::parse(&bytes, CHECKPOINT_BYTES_MAX).with_context(read)?;
        let checkpoint: Checkpoint = note.text().parse().with_context(read)?;
        let size = checkpoint.size();
        let is_own = checkpoint.origin() == record.origin()
            && record.root_at(size).is_ok_and(|root| root == checkpoint.root());
        if !is_own {
            bail!("{shown}: is of another record, or of another history of this one");
        }
        witnessed.add(&policy, &checkpoint, &note);
    }
    Ok(witnessed)
}

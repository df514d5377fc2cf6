//! What an act says, in words: whoever signs must know what.

use servanda_entry::{Body, KeyAct, KeyChange, NewLog};
use servanda_text::escape;
use servanda_time::Instant;

/// What an act says, a line for each thing.
pub(super) fn describe(body: &Body) -> String {
    let mut lines = match body {
        Body::KeyAct(act) => of_keys(act),
        Body::Act(act) => {
            let mut value = body.to_value();
            if let Some(fields) = value.as_object_mut() {
                fields.remove("seen");
            }
            let mut lines = vec![format!("act: {}", escape(&value.to_string()))];
            lines.extend(
                act.seen
                    .as_ref()
                    .map(|seen| format!("seen by its signatories: {} entries", seen.size)),
            );
            lines
        }
        _ => Vec::new(),
    };
    lines.iter_mut().for_each(|line| *line = line.trim_end().to_owned());
    lines.join("\n")
}

fn of_keys(act: &KeyAct) -> Vec<String> {
    let mut lines = vec![kind(&act.change).to_owned()];
    match &act.change {
        KeyChange::RotateParty { keys, party, threshold } => {
            lines.push(format!("{}: {threshold} of these must sign", escape(party)));
            lines.extend(keys.iter().map(|key| format!("  {}", escape(key))));
        }
        KeyChange::RotateOffice { key } => lines.push(format!("  {}", escape(key))),
        KeyChange::RotateLog { log } => lines.extend(of_log(log)),
        KeyChange::Operator { log, offices } => {
            lines.extend(of_log(log));
            for office in offices {
                lines.push(format!("office: {}", escape(&office.role)));
                lines.push(format!("  {}", escape(&office.key)));
            }
        }
        KeyChange::Revoke { compromised_since_ms, key } => {
            let since = time(*compromised_since_ms);
            lines.push(format!("known to others since {since}:"));
            lines.push(format!("  {}", escape(key)));
        }
        KeyChange::Renewal { algorithm, root, .. } => {
            let (entries, root) = (act.seen.size, root.to_hex());
            lines.push(format!("{entries} entries, {}: {root}", escape(algorithm)));
        }
    }
    lines.push(format!("because: {}", escape(&act.reason)));
    lines.push(format!("number {}, drafted on {} entries", act.number, act.seen.size));
    lines
}

fn of_log(log: &NewLog) -> Vec<String> {
    let second = log.key_mldsa44.iter();
    let keys = std::iter::once(&log.key).chain(second);
    let mut lines = vec!["log:".to_owned()];
    lines.extend(keys.map(|key| format!("  {}", escape(key))));
    lines
}

/// What is changed, in words.
pub(super) fn kind(change: &KeyChange) -> &'static str {
    match change {
        KeyChange::RotateParty { .. } => "other root keys for a party",
        KeyChange::RotateOffice { .. } => "another key for the office",
        KeyChange::RotateLog { .. } => "other keys for the log, its operator staying",
        KeyChange::Operator { .. } => {
            "ANOTHER OPERATOR: the record is written with these keys only"
        }
        KeyChange::Revoke { .. } => "a key is revoked",
        KeyChange::Renewal { .. } => "renewal of all entries and files so far",
    }
}

/// A time of the record; the number itself where it is none.
pub(super) fn time(ms: i64) -> String {
    Instant::from_ms(ms).map_or_else(|_| format!("{ms} ms"), |at| at.to_string())
}

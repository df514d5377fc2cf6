//! The operator's file: to whom news are sent.

use super::sign::Key;
use crate::RoomError;
use crate::api::news::NEWS;
use crate::operator_file::{self, FILE_BYTES_MAX};
use crate::people::{broken, read_private};
use serde::Deserialize;
use servanda_net::Address;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Most addresses.
const HOOKS_MAX: usize = 32;
/// Longest name, in bytes: it is the name of a file too.
const NAME_BYTES_MAX: usize = 64;

/// To whom news are sent.
#[derive(Debug)]
pub struct Hooks {
    pub(super) all: Vec<Hook>,
}

/// One who gets news.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) name: String,
    pub(super) address: Address,
    pub(super) key: Key,
    pub(super) kinds: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    webhook: BTreeMap<String, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    url: String,
    key: Option<String>,
    key_file: Option<PathBuf>,
    events: Vec<String>,
}

impl Hooks {
    /// Reads the operator's file (TOML), which nobody else may read.
    ///
    /// # Errors
    /// [`RoomError::Broken`] with what is wrong and what to do.
    pub fn read(path: &Path) -> Result<Hooks, RoomError> {
        let file: File = operator_file::read(path)?;
        if file.webhook.is_empty() || file.webhook.len() > HOOKS_MAX {
            let what = format!("names none, or more than {HOOKS_MAX}: write [webhook.NAME]");
            return Err(broken(path, &what));
        }
        let mut all = Vec::new();
        for (name, row) in file.webhook {
            let hook = hook(path, &name, row);
            all.push(hook.map_err(|what| broken(path, &format!("webhook.{name}: {what}")))?);
        }
        Ok(Hooks { all })
    }
}

fn hook(path: &Path, name: &str, row: Row) -> Result<Hook, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(plain) {
        return Err(format!("its name has up to {NAME_BYTES_MAX} letters, digits, - and _"));
    }
    let address = Address::parse(&row.url).map_err(|fault| fault.to_string())?;
    if !address.is_secure() && !address.is_loopback() {
        return Err("its url is no https address, nor one of this machine".into());
    }
    let text = match (row.key, row.key_file) {
        (Some(key), None) => key,
        (None, Some(file)) => {
            let beside = path.parent().unwrap_or(Path::new(".")).join(file);
            let text = read_private(&beside, FILE_BYTES_MAX).map_err(|error| error.to_string())?;
            text.ok_or_else(|| format!("there is no file {}", beside.display()))?
        }
        _ => return Err("give either key or key_file".into()),
    };
    let key = Key::parse(text.trim())?;
    let kinds: BTreeSet<String> = row.events.into_iter().collect();
    if kinds.is_empty() {
        return Err(format!("events names none; there are: {}", NEWS.join(", ")));
    }
    if let Some(unknown) = kinds.iter().find(|kind| !NEWS.contains(&kind.as_str())) {
        return Err(format!("there are no events {unknown:?}; there are: {}", NEWS.join(", ")));
    }
    Ok(Hook { name: name.to_owned(), address, key, kinds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn read(text: &str, mode: u32) -> Result<Hooks, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hooks.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        Hooks::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_wrong_is_said_and_no_key_is() {
        let row = |url: &str, key: &str, events: &str| {
            format!("[webhook.press]\nurl = \"{url}\"\n{key}\nevents = [{events}]\n")
        };
        let url = "https://press.example/hook";
        let key = format!("key = \"{KEY}\"");
        let events = "\"finding.published\"";
        let good = row(url, &key, events);
        assert_eq!(read(&good, 0o600).unwrap().all.len(), 1);
        assert!(read(&row("http://127.0.0.1:8080/x", &key, events), 0o600).is_ok());
        for (text, mode, what) in [
            (good.as_str(), 0o640, "chmod 600"),
            (&row("http://press.example/", &key, events), 0o600, "no https"),
            (&row("ftp://press.example/", &key, events), 0o600, "only http"),
            (&row(url, "", events), 0o600, "either key or key_file"),
            (&row(url, "key_file = \"no.key\"", events), 0o600, "no file"),
            (&row(url, "key = \"whsec_AAAA\"", events), 0o600, "24 to 64 bytes"),
            (&row(url, "key = \"secret\"", events), 0o600, "whsec_"),
            (&row(url, &key, ""), 0o600, "names none"),
            (&row(url, &key, "\"case.opened\""), 0o600, "no events \"case.opened\""),
            (&good.replace("webhook.press", "webhook.\"../press\""), 0o600, "its name"),
            (&(good.clone() + "more = 1\n"), 0o600, "unknown field"),
            (&good.replace(&key, &format!("key = {KEY}")), 0o600, "line 3: "),
            ("", 0o600, "missing field"),
            ("webhook = 1", 0o600, "invalid type"),
        ] {
            let said = read(text, mode).unwrap_err();
            assert!(said.contains(what) && !said.contains(KEY), "{text}: {said}");
        }
    }
}

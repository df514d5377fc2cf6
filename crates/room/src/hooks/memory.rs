//! What was sent, and what waits: a private file for each who gets news.

use crate::RoomError;
use crate::api::news::News;
use crate::people::{broken, read_private};
use serde::{Deserialize, Serialize};
use serde_json::json;
use servanda_store::Folder;
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const FORM: &str = "servanda/webhook/v1";
/// Largest file, in bytes.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// News that wait. When so many do, what comes meanwhile is found later: it stands in the record.
pub(super) const WAITING_MAX: usize = 1_000;

/// What is remembered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    form: String,
    /// How many news were made.
    made: u64,
    /// What was said of what, by kind and key.
    known: BTreeMap<String, String>,
    /// What waits, the oldest first.
    pub(super) waiting: VecDeque<Message>,
}

/// News as they are sent, now or later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) body: String,
}

impl Memory {
    /// What is remembered; none: nothing was ever sent.
    pub(super) fn read(folder: &Folder, name: &str) -> Result<Option<Memory>, RoomError> {
        let path = folder.path().join(file(name));
        let Some(text) = read_private(&path, FILE_BYTES_MAX)? else { return Ok(None) };
        let memory: Memory =
            serde_json::from_str(&text).map_err(|error| broken(&path, &error.to_string()))?;
        if memory.form != FORM {
            let what = format!("its form is {:?}, not {FORM:?}", memory.form);
            return Err(broken(&path, &what));
        }
        Ok(Some(memory))
    }

    /// Of who gets news from now on: what stands already is none.
    pub(super) fn beginning(all: &[News]) -> Memory {
        let known = all.iter().map(|news| (key(news), news.value.clone())).collect();
        Memory { form: FORM.to_owned(), made: 0, known, waiting: VecDeque::new() }
    }

    pub(super) fn write(&self, folder: &Folder, name: &str) -> Result<(), RoomError> {
        let text = serde_json::to_string(self).unwrap_or_default() + "\n";
        Ok(folder.put_secret(&file(name), &text)?)
    }

    /// Notes what is news; tells whether something was.
    pub(super) fn note(
        &mut self,
        all: &[News],
        kinds: &BTreeSet<String>,
        record: &serde_json::Value,
        origin: &str,
        now: Instant,
    ) -> bool {
        let mut changed = false;
        for news in all {
            if self.waiting.len() >= WAITING_MAX {
                break;
            }
            let before = self.known.get(&key(news));
            if before == Some(&news.value) {
                continue;
            }
            changed = true;
            self.known.insert(key(news), news.value.clone());
            if !kinds.contains(news.kind) {
                continue;
            }
            self.made += 1;
            let named = format!("{origin}\n{}\n{}\n{}", self.made, key(news), news.value);
            let mut data = news.data.clone();
            data["record"] = record.clone();
            let body = json!({ "type": news.kind, "timestamp": now.to_string(), "data": data });
            let id = format!("msg_{}", &sha256(named.as_bytes()).to_hex()[..32]);
            self.waiting.push_back(Message { id, body: body.to_string() });
        }
        changed
    }
}

fn file(name: &str) -> String {
    format!("{name}.json")
}

fn key(news: &News) -> String {
    format!("{} {}", news.kind, news.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(key: &str, value: &str) -> News {
        let data = json!({ "provision": key });
        News { kind: "provision.changed", key: key.into(), value: value.into(), data }
    }

    #[test]
    fn only_what_changed_is_news_and_each_has_an_id_of_its_own() {
        let kinds = BTreeSet::from(["provision.changed".to_owned()]);
        let record = json!({ "size": 1 });
        let mut memory = Memory::beginning(&[state("a", "kept")]);
        let mut note = |all: &[News]| memory.note(all, &kinds, &record, "o", Instant::EPOCH);
        assert!(!note(&[state("a", "kept")]));
        for value in ["alleged", "kept", "alleged"] {
            assert!(note(&[state("a", value)]));
            assert!(!note(&[state("a", value)]));
        }
        assert_eq!(memory.waiting.len(), 3);
        let ids: BTreeSet<&String> = memory.waiting.iter().map(|message| &message.id).collect();
        assert_eq!(ids.len(), 3);
        // What nobody asked for is known, and not sent when they ask for it later.
        let mut memory = Memory::beginning(&[]);
        let all = [state("a", "kept")];
        assert!(memory.note(&all, &BTreeSet::new(), &record, "o", Instant::EPOCH));
        assert!(memory.waiting.is_empty());
        assert!(!memory.note(&all, &kinds, &record, "o", Instant::EPOCH));
    }

    #[test]
    fn when_too_many_wait_the_rest_is_found_later() {
        let kinds = BTreeSet::from(["provision.changed".to_owned()]);
        let all: Vec<News> = (0..WAITING_MAX + 5).map(|n| state(&n.to_string(), "kept")).collect();
        let mut memory = Memory::beginning(&[]);
        memory.note(&all, &kinds, &json!({}), "o", Instant::EPOCH);
        assert_eq!(memory.waiting.len(), WAITING_MAX);
        memory.waiting.clear();
        memory.note(&all, &kinds, &json!({}), "o", Instant::EPOCH);
        assert_eq!(memory.waiting.len(), 5);
    }
}

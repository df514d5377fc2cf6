//! What everybody may read, as news for other programs: the same that the feed of findings and the
//! board show to who isn't signed in.

use super::items;
use super::rows::Collection;
use crate::http::Who;
use crate::released::{Thing, Way};
use crate::rights::Action;
use crate::view::View;
use serde_json::{Value, json};

/// Something that everybody may read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct News {
    /// What it is news of; among [`NEWS`].
    pub(crate) kind: &'static str,
    /// What it is about, for ever the same.
    pub(crate) key: String,
    /// What is said of it; where this changes, it is news again.
    pub(crate) value: String,
    /// What is sent.
    pub(crate) data: Value,
}

/// The kinds of news.
pub const NEWS: [&str; 4] = [PUBLISHED, CHANGED, ASKED, REPLIED];
const PUBLISHED: &str = "finding.published";
const CHANGED: &str = "provision.changed";
const ASKED: &str = "case.asked";
const REPLIED: &str = "case.replied";

/// All that everybody may read now.
pub(crate) fn news(view: &View) -> Vec<News> {
    let mut all = Vec::new();
    let public = Who::default();
    let way = Way::of(&public, Action::Export);
    Collection::Findings.each(view, &public, |row| {
        let mut text = String::new();
        items::write(row, None, &mut text);
        let finding: Value = serde_json::from_str(&text).unwrap_or_default();
        all.push(News {
            kind: PUBLISHED,
            key: row.id(),
            value: String::new(),
            data: json!({ "finding": finding }),
        });
        true
    });
    for case in view.cases.iter() {
        // Of a case that isn't published nobody outside may know that a party was asked.
        if case.published.is_none() || !way.lets(Thing::Case(case)) {
            continue;
        }
        for asked in &case.asked {
            let news = |kind, entry: u64, data| News {
                kind,
                key: format!("e{entry} {}", asked.party),
                value: String::new(),
                data,
            };
            let data = json!({
                "incident": case.id,
                "party": asked.party,
                "until": asked.until.to_string(),
            });
            all.push(news(ASKED, asked.cite.entry, data));
            if let Some(reply) = asked.reply {
                let data = json!({ "incident": case.id, "party": asked.party });
                all.push(news(REPLIED, reply.entry, data));
            }
        }
    }
    if way.lets(Thing::Board) {
        for provision in &view.told(false).evaluation.answer.provisions {
            let word = |state| serde_json::to_value(state).unwrap_or_default();
            let (state, state_at) = (word(provision.state), word(provision.state_at));
            all.push(News {
                kind: CHANGED,
                key: provision.id.clone(),
                value: format!("{state} {state_at}"),
                data: json!({
                    "provision": provision.id,
                    "state": state,
                    "state_now": state_at,
                    "at": view.at.to_string(),
                }),
            });
        }
    }
    all
}

/// The record that news are of.
pub(crate) fn record(view: &View) -> Value {
    super::record(view)
}

//! What a page says about its article: in its head, in data for machines, in `time` elements.

use super::page::{Page, Tagged};
use crate::article::{Dated, Place, Stated};
use crate::date;
use crate::fold::folded;
use crate::map::Mapped;
use crate::sift::fold;
use serde_json::Value;
use std::ops::Range;

/// Objects of one script that are looked at.
const OBJECTS_MAX: usize = 2000;
/// A longer statement is none, in bytes.
const STATED_BYTES_MAX: usize = 1000;

/// What a page says about its article. Of several places the one comes first that is meant for it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Its titles, best first.
    pub(crate) titles: Vec<Stated>,
    pub(crate) byline: Option<Stated>,
    pub(crate) outlet: Option<Stated>,
    pub(crate) published: Option<Dated>,
    pub(crate) modified: Option<Dated>,
    pub(crate) address: Option<Stated>,
    pub(crate) language: Option<String>,
}

pub(super) fn gather(document: &Mapped<'_>, page: &Page) -> Facts {
    let mut facts = Facts { language: page.language.clone(), ..Facts::default() };
    for script in &page.data {
        of_data(document, script, &mut facts);
    }
    of_metas(document, page, &mut facts);
    for link in &page.links {
        let canonical = link.attributes.rel.split_ascii_whitespace().any(|rel| rel == "canonical");
        if canonical && facts.address.is_none() {
            let place = link.place.clone();
            facts.address = stated(document, &link.attributes.href, place, Place::Head);
        }
    }
    of_times(document, page, &mut facts);
    if let Some(title) = &page.title {
        let text = folded(document, title.content.clone(), true).text;
        let text = stated(document, &text, title.content.clone(), Place::Title);
        if let Some(title) = text {
            let shorter = without_outlet(&title, &mut facts);
            facts.titles.extend(shorter);
            facts.titles.push(title);
        }
    }
    facts
}

fn stated(document: &Mapped<'_>, text: &str, range: Range<usize>, place: Place) -> Option<Stated> {
    if text.len() > STATED_BYTES_MAX {
        return None;
    }
    let text = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then(|| Stated { text, span: document.span(range), place })
}

/// The title without the outlet at its end; tells the outlet if the page does nowhere else.
fn without_outlet(title: &Stated, facts: &mut Facts) -> Option<Stated> {
    let (at, sign) = [" | ", " – ", " — ", " - ", " :: ", " » "]
        .iter()
        .filter_map(|sign| Some((title.text.rfind(sign)?, sign)))
        .max()?;
    let (head, tail) = (title.text.get(..at)?.trim(), title.text.get(at + sign.len()..)?.trim());
    let named = facts.outlet.as_ref().is_some_and(|outlet| fold(&outlet.text) == fold(tail));
    let confirmed = facts.titles.iter().any(|known| fold(&known.text) == fold(head));
    if !named && !confirmed && tail.split(' ').count() > 4 {
        return None;
    }
    if facts.outlet.is_none() && confirmed && !tail.is_empty() {
        facts.outlet = Some(Stated { text: tail.to_owned(), ..title.clone() });
    }
    Some(Stated { text: head.to_owned(), ..title.clone() })
}

fn of_metas(document: &Mapped<'_>, page: &Page, facts: &mut Facts) {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| {
            let meta = page.metas.iter().find(|meta| {
                let attributes = &meta.attributes;
                let is = |value: &str| value.eq_ignore_ascii_case(name);
                (is(&attributes.name) || is(&attributes.itemprop))
                    && !attributes.content.trim().is_empty()
            })?;
            stated(document, &meta.attributes.content, meta.place.clone(), Place::Head)
        })
    };
    facts.titles.extend(find(&["og:title"]));
    facts.titles.extend(find(&["twitter:title", "headline", "dc.title", "parsely-title"]));
    let byline = find(&[
        "author",
        "article:author",
        "parsely-author",
        "dc.creator",
        "sailthru.author",
        "byl",
        "cxenseparse:author",
    ])
    .filter(|author| !author.text.starts_with("http"));
    facts.byline = facts.byline.take().or(byline);
    let outlet = find(&["og:site_name", "application-name", "dc.publisher", "publisher"]);
    facts.outlet = outlet.or(facts.outlet.take());
    let published = || {
        find(&[
            "article:published_time",
            "datepublished",
            "og:published_time",
            "parsely-pub-date",
            "pubdate",
            "publishdate",
            "publish-date",
            "publish_date",
            "publication_date",
            "dc.date.issued",
            "dcterms.created",
            "sailthru.date",
            "cxenseparse:recs:publishtime",
            "article.published",
            "date",
            "dc.date",
        ])
    };
    if facts.published.is_none() {
        facts.published = published().and_then(date::dated);
    }
    if facts.modified.is_none() {
        let names = [
            "article:modified_time",
            "datemodified",
            "og:updated_time",
            "lastmod",
            "last-modified",
            "article.updated",
        ];
        facts.modified = find(&names).and_then(date::dated);
    }
    facts.address = facts.address.take().or_else(|| find(&["og:url"]));
    facts.language = facts.language.take().or_else(|| {
        find(&["content-language", "og:locale"]).map(|language| language.text.replace('_', "-"))
    });
}

fn of_times(document: &Mapped<'_>, page: &Page, facts: &mut Facts) {
    let read = |time: &Tagged| {
        let attributes = &time.attributes;
        let place = time.place.start..time.content.end;
        if attributes.datetime.trim().is_empty() {
            let shown = folded(document, time.content.clone(), true).text;
            date::dated(stated(document, &shown, place, Place::TimeElement)?)
        } else {
            date::dated(stated(document, &attributes.datetime, place, Place::TimeElement)?)
        }
    };
    let says = |time: &&Tagged, words: &[&str]| {
        let attributes = &time.attributes;
        let all = format!("{} {}", attributes.words, attributes.itemprop).to_ascii_lowercase();
        words.iter().any(|word| all.contains(word))
    };
    const CHANGED: [&str; 3] = ["modified", "updated", "update"];
    if facts.modified.is_none() {
        let changed = page.times.iter().find(|time| says(time, &CHANGED));
        facts.modified = changed.and_then(read);
    }
    if facts.published.is_none() {
        let mut times = page.times.iter().filter(|time| !says(time, &CHANGED));
        let first =
            page.times.iter().find(|time| says(time, &["publish", "pubdate", "entry-date"]));
        // Of several without a word the first is the article's: teasers stand below it.
        facts.published = first.or_else(|| times.next()).and_then(read);
    }
}

/// JSON-LD: the object that is an article.
fn of_data(document: &Mapped<'_>, script: &Tagged, facts: &mut Facts) {
    let text = document.get(script.content.clone()).trim();
    let text = text.strip_prefix("<!--").unwrap_or(text);
    let text = text.strip_suffix("-->").unwrap_or(text);
    let text = text.trim().strip_prefix("//<![CDATA[").unwrap_or(text).trim();
    let text = text.strip_suffix("//]]>").unwrap_or(text);
    // The parser goes no deeper than 128.
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let mut waiting = vec![&value];
    let mut seen = 0;
    while let Some(value) = waiting.pop() {
        seen += 1;
        if seen > OBJECTS_MAX {
            return;
        }
        match value {
            Value::Array(values) => waiting.extend(values.iter().rev()),
            Value::Object(object) => {
                if object.get("@type").is_some_and(is_article) {
                    let place = script.content.clone();
                    of_object(object, facts, |text| {
                        stated(document, text, place.clone(), Place::Data)
                    });
                    return;
                }
                if let Some(graph) = object.get("@graph") {
                    waiting.push(graph);
                }
                if let Some(main) = object.get("mainEntity") {
                    waiting.push(main);
                }
            }
            _ => {}
        }
    }
}

fn is_article(kind: &Value) -> bool {
    let one = |kind: &Value| {
        kind.as_str().is_some_and(|kind| {
            kind.ends_with("Article")
                || kind.ends_with("Posting")
                || kind == "Report"
                || kind == "LiveBlogPosting"
        })
    };
    match kind {
        Value::Array(kinds) => kinds.iter().any(one),
        kind => one(kind),
    }
}

fn of_object(
    object: &serde_json::Map<String, Value>,
    facts: &mut Facts,
    state: impl Fn(&str) -> Option<Stated>,
) {
    let text = |key: &str| object.get(key).and_then(Value::as_str).and_then(&state);
    facts.titles.extend(text("headline").or_else(|| text("name")));
    if facts.published.is_none() {
        facts.published =
            text("datePublished").or_else(|| text("dateCreated")).and_then(date::dated);
    }
    if facts.modified.is_none() {
        facts.modified = text("dateModified").and_then(date::dated);
    }
    if facts.byline.is_none() {
        let names = object.get("author").map(names).unwrap_or_default();
        facts.byline = state(&names.join(", "));
    }
    if facts.outlet.is_none() {
        let names = object.get("publisher").map(names).unwrap_or_default();
        facts.outlet = state(&names.join(", "));
    }
    if facts.address.is_none() {
        facts.address = text("url").or_else(|| {
            let main = object.get("mainEntityOfPage")?;
            main.as_str().or_else(|| main.get("@id")?.as_str()).and_then(&state)
        });
    }
    if let Some(language) = object.get("inLanguage").and_then(Value::as_str) {
        facts.language.get_or_insert_with(|| language.chars().take(35).collect());
    }
}

/// The names of persons or bodies: a text, an object with a name, or several.
fn names(value: &Value) -> Vec<String> {
    let one = |value: &Value| {
        let name = value.as_str().or_else(|| value.get("name")?.as_str())?.trim();
        (!name.is_empty() && !name.starts_with("http")).then(|| name.to_owned())
    };
    match value {
        Value::Array(values) => values.iter().take(20).filter_map(one).collect(),
        value => one(value).into_iter().collect(),
    }
}

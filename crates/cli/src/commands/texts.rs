//! Published texts for `servanda add`: from files, from addresses, and with a model as their second
//! reader.

use super::add::{Taken, read};
use super::shelf;
use crate::args::{AddArgs, Format};
use crate::out::Out;
use crate::tables::count;
use anyhow::{Context, bail};
use serde_json::{Value, json};
use servanda_desk::{ArticleRead, Ask, Desk, ModelRead, TextIntake, TextOptions, TextReader};
use servanda_net::{Address, Bounds, Chat, Fetcher, Key, Page};
use servanda_time::Date;
use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

/// Where something is read from.
pub(super) enum ReadFrom {
    /// A file.
    File(PathBuf),
    /// An address that the user named.
    Address(Address),
    /// An address that a feed leads to.
    Link(Address, Rc<Fetcher>),
}

impl fmt::Display for ReadFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadFrom::File(path) => path.display().fmt(f),
            ReadFrom::Address(address) | ReadFrom::Link(address, _) => address.fmt(f),
        }
    }
}

/// What published texts are told by.
const ARTICLE: &str = "article";
const ARTICLE_ENDINGS: [&str; 7] = ["txt", "html", "htm", "xhtml", "xml", "rss", "atom"];

impl ReadFrom {
    /// Whether it is a published text, and no file of rows.
    pub(super) fn is_article(&self, args: &AddArgs) -> bool {
        let ReadFrom::File(path) = self else { return true };
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match &args.format_of_files {
            Some(format) => format == ARTICLE,
            None => ARTICLE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)),
        }
    }
}

/// What is to be read, in order. Addresses are looked at before anything is written or fetched.
pub(super) fn queue(args: &AddArgs) -> anyhow::Result<VecDeque<ReadFrom>> {
    let mut queue = VecDeque::new();
    for given in &args.files {
        queue.push_back(match given.to_str().filter(|text| Address::is_meant(text)) {
            Some(text) => ReadFrom::Address(Address::parse(text)?),
            None => ReadFrom::File(given.clone()),
        });
    }
    let is_address = |from: &ReadFrom| matches!(from, ReadFrom::Address(_));
    if let Some(format) = args.format_of_files.as_ref().filter(|format| *format != ARTICLE)
        && let Some(address) = queue.iter().find(|from| is_address(from))
    {
        bail!("{address}: only published texts are read from addresses, not {format}: save it");
    }
    if args.follow && !queue.iter().any(is_address) {
        bail!("--follow: follows the links of a feed that is read from an address; none is given");
    }
    Ok(queue)
}

/// The variable of the model's key: it stands in no argument, where others could see it.
const KEY_VARIABLE: &str = "SERVANDA_MODEL_KEY";
/// Bytes of a model's name.
const MODEL_NAME_BYTES_MAX: usize = 120;
/// Between two links of a feed.
const PAUSE: Duration = Duration::from_millis(500);

/// Carries questions to a model.
struct Carrier(Chat);

impl Ask for Carrier {
    fn ask(&mut self, system: &str, user: &str) -> Result<String, String> {
        self.0.ask(system, user).map_err(|unread| unread.to_string())
    }
}

/// Reads the published texts of one run.
pub(super) struct Texts {
    /// Made when the first text comes.
    reader: Option<TextReader>,
    chat: Option<Chat>,
    model: Option<(String, ModelRead)>,
    has_followed: bool,
}

impl Texts {
    pub(super) fn new(args: &AddArgs) -> anyhow::Result<Texts> {
        let mut texts = Texts { reader: None, chat: None, model: None, has_followed: false };
        if let (Some(model), Some(url)) = (&args.model, &args.model_url) {
            if model.trim().is_empty() || model.len() > MODEL_NAME_BYTES_MAX {
                bail!("--model: give the name that the endpoint knows the model by");
            }
            #[expect(clippy::disallowed_methods, reason = "a key stands in no argument")]
            let key = std::env::var(KEY_VARIABLE).ok().map(|key| Key::of(&key));
            let chat = Chat::of(url, model, key, args.model_seconds);
            texts.chat = Some(chat.context("--model-url")?);
            texts.model = Some((model.clone(), ModelRead::default()));
        }
        Ok(texts)
    }

    /// A published text: statements, and never the text itself.
    pub(super) fn take_in(
        &mut self,
        desk: &Desk,
        args: &AddArgs,
        from: &ReadFrom,
        queue: &mut VecDeque<ReadFrom>,
    ) -> anyhow::Result<Taken> {
        let published = args.published.as_deref().map(|text| {
            Date::parse(text)
                .with_context(|| format!("--published {text}: not a day as 2026-04-11"))
        });
        let options = TextOptions {
            published: published.transpose()?,
            outlet: args.outlet.clone(),
            ..TextOptions::default()
        };
        match from {
            ReadFrom::File(path) => {
                let bytes = read(path)?;
                let name = path.to_string_lossy();
                let intake = self.read(desk, args, &name, &bytes, &options)?;
                Ok(self.told(intake, json!({})))
            }
            ReadFrom::Address(address) => {
                let fetcher = Rc::new(Fetcher::of(address, Bounds::default()));
                let page = fetcher.get(address)?;
                let intake = self.got(desk, args, &page, &options)?;
                let links = if args.follow { intake.links.clone() } else { Vec::new() };
                let mut taken = self.told(intake, of_page(&page));
                let mut next = Vec::new();
                for link in links {
                    match Address::parse(&link) {
                        Ok(link) if self.has_read(&link) => {}
                        Ok(link) => next.push(ReadFrom::Link(link, fetcher.clone())),
                        Err(fault) => failed(&mut taken, &link, &fault.to_string()),
                    }
                }
                if args.follow && next.is_empty() {
                    taken.text += "\n  no link that is to be followed";
                }
                next.into_iter().rev().for_each(|link| queue.push_front(link));
                Ok(taken)
            }
            ReadFrom::Link(address, fetcher) => {
                if self.has_followed {
                    std::thread::sleep(PAUSE);
                }
                self.has_followed = true;
                let page = fetcher.get(address).map_err(anyhow::Error::from);
                let intake =
                    page.and_then(|page| Ok((self.got(desk, args, &page, &options)?, page)));
                Ok(match intake {
                    Ok((intake, page)) => self.told(intake, of_page(&page)),
                    // A link is what others wrote: that it leads nowhere loses nothing else.
                    Err(error) => lost(address, &format!("{error:#}")),
                })
            }
        }
    }

    fn has_read(&self, address: &Address) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.has_read(&address.to_string()))
    }

    fn got(
        &mut self,
        desk: &Desk,
        args: &AddArgs,
        page: &Page,
        options: &TextOptions,
    ) -> anyhow::Result<TextIntake> {
        let options = TextOptions {
            read_from: Some(page.address.to_string()),
            charset: page.charset(),
            ..options.clone()
        };
        self.read(desk, args, page.address.name(), &page.bytes, &options)
    }

    fn read(
        &mut self,
        desk: &Desk,
        args: &AddArgs,
        name: &str,
        bytes: &[u8],
        options: &TextOptions,
    ) -> anyhow::Result<TextIntake> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => {
                let name = self.model.as_ref().map(|(name, _)| name.as_str());
                let carrier = self.chat.take().map(|chat| Box::new(Carrier(chat)) as Box<dyn Ask>);
                self.reader.insert(TextReader::new(desk, name.zip(carrier)))
            }
        };
        let intake = reader.take_in(name, bytes, options)?;
        if !args.no_copy {
            shelf(&args.dir, args.texts.as_ref())?.keep(bytes)?;
        }
        Ok(intake)
    }

    fn told(&mut self, mut intake: TextIntake, more: Value) -> Taken {
        if let (Some((_, all)), Some(model)) = (&mut self.model, &intake.model) {
            all.add(model);
        }
        let mut text = String::new();
        for article in &intake.articles {
            if !text.is_empty() {
                text.push('\n');
            }
            text += &told(&intake.name, article);
        }
        let mut json = json!({
            "file": intake.name,
            "format": ARTICLE,
            "known": intake.is_known,
            "articles": intake.articles.iter().map(|article| json!({
                "known": article.is_known,
                "outlet": article.outlet,
                "published": article.published.map(|day| day.to_string()),
                "unread_language": article.unread_language,
                "statements": article.statements,
                "unknown_speakers": article.unknown_speakers,
                "paragraphs": article.paragraphs,
                "left_out": article.left_out,
                "notes": article.notes,
            })).collect::<Vec<_>>(),
        });
        if let (Some(json), Value::Object(more)) = (json.as_object_mut(), more) {
            json.extend(more);
        }
        let bodies = std::mem::take(&mut intake.bodies);
        Taken { bodies, blobs: Vec::new(), rejected: 0, text, json }
    }

    /// What the model made of the texts, for programs.
    pub(super) fn model_json(&self) -> Option<Value> {
        let (name, read) = self.model.as_ref()?;
        Some(json!({
            "name": name,
            "paragraphs": read.paragraphs,
            "unread": read.unread,
            "proposed": read.proposed,
            "differing": read.differing,
            "agreed": read.agreed,
            "refused": read.refused,
        }))
    }

    /// What the model made of the texts, for people; what it did not read is said in any case.
    pub(super) fn say_model(&self, format: Format, out: &mut Out) -> anyhow::Result<()> {
        let Some((name, read)) = &self.model else { return Ok(()) };
        let listed = |all: Vec<String>| all.join(", ");
        if format == Format::Text {
            let refused: u64 = read.refused.values().sum();
            let mut text = format!(
                "model {}: read {}; {} proposed, {} of them by another speaker than the rules \
                 give; {} as the rules; {refused} refused",
                servanda_text::escape(name),
                count(usize_of(read.paragraphs), "paragraph", "paragraphs"),
                count(usize_of(read.proposed), "statement", "statements"),
                read.differing,
                read.agreed,
            );
            if refused > 0 {
                let all = read.refused.iter().map(|(reason, n)| format!("{n} {reason}"));
                text += &format!(" ({})", listed(all.collect()));
            }
            out.answer(&text)?;
        }
        if read.unread_total() > 0 {
            let all = read.unread.iter().map(|(reason, n)| format!("{n}: {reason}"));
            out.say(&format!(
                "the model did not read {}; what the rules read is kept ({})",
                count(usize_of(read.unread_total()), "paragraph", "paragraphs"),
                listed(all.collect()),
            ));
        }
        Ok(())
    }
}

fn usize_of(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// What is said of a page beside what was read in it.
fn of_page(page: &Page) -> Value {
    json!({ "address": page.address.to_string(), "content_type": page.content_type })
}

/// A link of a feed that could not be read.
fn lost(address: &Address, reason: &str) -> Taken {
    let json = json!({
        "file": address.name(),
        "format": ARTICLE,
        "known": false,
        "articles": [],
        "address": address.to_string(),
        "failed": reason,
    });
    let text = format!("not read: {}", servanda_text::escape(reason));
    Taken { bodies: Vec::new(), blobs: Vec::new(), rejected: 1, text, json }
}

/// A link of a feed that is no address.
fn failed(taken: &mut Taken, link: &str, reason: &str) {
    taken.rejected += 1;
    taken.text += &format!("\n  not followed: {}", servanda_text::escape(reason));
    let shown: String = link.chars().take(120).collect();
    let fault = json!({ "link": shown, "reason": reason });
    match taken.json.get_mut("not_followed").and_then(Value::as_array_mut) {
        Some(all) => all.push(fault),
        None => taken.json["not_followed"] = json!([fault]),
    }
}

/// What was read in an article, in a line; and what to watch out for, a line each.
fn told(name: &str, article: &ArticleRead) -> String {
    let of = article.outlet.as_ref().map(|outlet| format!(" of {outlet}")).unwrap_or_default();
    let on = match article.published {
        Some(day) => format!(", published {day}"),
        None => ", without a date: weekdays in it can't be told (--published)".into(),
    };
    if let Some(language) = &article.unread_language {
        return format!("{name}: an article{of} in a language that isn't read ({language}); kept");
    }
    let unknown = match article.unknown_speakers {
        0 => String::new(),
        n => format!(", {n} of them by a speaker that nobody can tell"),
    };
    let known = if article.is_known { "; the record has them already" } else { "" };
    let mut text = format!(
        "{name}: an article{of}{on}: {}{unknown}, in {}; left out \
         beside the article: {}{known}",
        count(article.statements, "statement", "statements"),
        count(article.paragraphs, "paragraph", "paragraphs"),
        article.left_out
    );
    for note in &article.notes {
        text += &format!("\n  {note}");
    }
    text
}

//! From a document to its articles.

use crate::article::{Article, Form, Language, Role};
use crate::fault::{Fault, Note};
use crate::html::{self, Facts};
use crate::limits::LANGUAGE_BYTES_MAX;
use crate::map::Mapped;
use crate::sift::{self, Known, Piece};
use crate::{Options, decode, feed, plain};
use servanda_text::Span;

/// Reads a document: the articles in it, in the order of the document.
pub(crate) fn open(bytes: &[u8], name: &str, options: &Options<'_>) -> Result<Vec<Article>, Fault> {
    let (document, notes) = decode::decode(bytes, name, options)?;
    let whole = Span::of(0..bytes.len());
    match recognise(&document.text, name)? {
        Form::Text => {
            let mut article = blank(Form::Text, whole);
            article.notes = notes;
            let (pieces, notes) = plain::pieces(&document, &options.limits);
            article.notes.extend(notes);
            fill(&mut article, pieces, true, options);
            tell_language(&mut article);
            shown(article, name)
        }
        Form::Html => shown(page(&document, whole, notes, options), name),
        form => feed::articles(&document, form, name, &notes, options),
    }
}

fn shown(article: Article, name: &str) -> Result<Vec<Article>, Fault> {
    if article.paragraphs.is_empty() && article.left_out.is_empty() {
        return Err(Fault::NothingShown { name: servanda_text::escape(name).into_owned() });
    }
    Ok(vec![article])
}

/// The form of a document, by what it holds; the name only decides where that leaves a doubt.
fn recognise(text: &str, name: &str) -> Result<Form, Fault> {
    const HEAD_BYTES: usize = 4096;
    let start = text.trim_start();
    let mut end = start.len().min(HEAD_BYTES);
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let head = start.get(..end).unwrap_or_default().to_ascii_lowercase();
    if let Some(form) = feed::recognise(start) {
        return Ok(form);
    }
    if head.starts_with('{') && head.contains("jsonfeed.org/version") {
        return Err(Fault::Form {
            name: servanda_text::escape(name).into_owned(),
            form: "a JSON feed",
            help: "give the RSS or Atom feed of the same source",
        });
    }
    const TAGS: [&str; 10] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<article",
        "<main",
        "</p>",
        "</div>",
        "<meta ",
        "<br",
    ];
    let tag = head.strip_prefix('<').and_then(|rest| rest.chars().next());
    let begins = tag.is_some_and(|c| c == '!' || c == '?' || c.is_ascii_alphabetic());
    let lower = name.to_ascii_lowercase();
    let named = [".html", ".htm", ".xhtml"].iter().any(|end| lower.ends_with(end));
    let has_tag = TAGS.iter().any(|tag| head.contains(tag));
    let is_html = has_tag || (begins && head.contains('>')) || (named && head.contains('<'));
    Ok(if is_html { Form::Html } else { Form::Text })
}

fn page(document: &Mapped<'_>, span: Span, notes: Vec<Note>, options: &Options<'_>) -> Article {
    let html::Read { pieces, facts, notes: more } = html::read(document, &options.limits);
    let mut article = blank(Form::Html, span);
    article.notes = notes;
    article.notes.extend(more);
    let Facts { titles, byline, outlet, published, modified, address, language } = facts;
    article.title = titles.into_iter().next();
    article.byline = byline;
    article.outlet = outlet;
    article.published = published;
    article.modified = modified;
    article.address = address;
    article.language.declared = language;
    fill(&mut article, pieces, false, options);
    tell_language(&mut article);
    article
}

pub(crate) fn blank(form: Form, span: Span) -> Article {
    Article {
        form,
        span,
        title: None,
        byline: None,
        outlet: None,
        credits: Vec::new(),
        published: None,
        modified: None,
        address: None,
        language: Language::default(),
        paragraphs: Vec::new(),
        left_out: Vec::new(),
        notes: Vec::new(),
    }
}

/// Sifts the pieces into the article. What its head says goes before what its lines say, but for
/// the title: the headline is what readers saw.
pub(crate) fn fill(article: &mut Article, pieces: Vec<Piece>, plain: bool, options: &Options<'_>) {
    let byline = article.byline.as_ref().map(|byline| byline.text.clone());
    let title = article.title.as_ref().map(|title| title.text.clone());
    let known = Known {
        titles: title.as_deref().into_iter().collect(),
        byline: byline.as_deref(),
        agencies: options.agencies,
        plain,
    };
    let sifted = sift::sift(pieces, &known);
    article.credits = sifted.credits;
    if let Some(stated) = &article.byline
        && article.credits.iter().all(|credit| credit.form != crate::CreditForm::Byline)
    {
        let span = stated.span;
        article.credits.extend(sift::in_byline(stated, &known, |_| span));
    }
    article.paragraphs = sifted.paragraphs;
    article.left_out = sifted.left_out;
    if sifted.title.is_some() && !(article.form != Form::Html && article.title.is_some()) {
        article.title = sifted.title;
    }
    article.byline = article.byline.take().or(sifted.byline);
    article.outlet = article.outlet.take().or(sifted.outlet);
    article.published = article.published.take().or(sifted.published);
    article.modified = article.modified.take().or(sifted.modified);
    if sifted.is_cut && !article.notes.contains(&Note::CutShort) {
        article.notes.push(Note::CutShort);
    }
}

/// Tells the language by the text, and by what the page declares where the text is too short.
pub(crate) fn tell_language(article: &mut Article) {
    const ENGLISH: &str = "eng";
    const BYTES_MIN: usize = 60;
    let mut sample = String::new();
    for paragraph in article.paragraphs.iter().filter(|p| p.role != Role::Headline) {
        sample.push_str(&paragraph.text);
        sample.push('\n');
        if sample.len() >= LANGUAGE_BYTES_MAX {
            break;
        }
    }
    if sample.len() < BYTES_MIN
        && let Some(headline) = article.paragraphs.iter().find(|p| p.role == Role::Headline)
    {
        sample.push_str(&headline.text);
    }
    let mut end = sample.len().min(LANGUAGE_BYTES_MAX);
    while !sample.is_char_boundary(end) {
        end -= 1;
    }
    let found = whatlang::detect(sample.get(..end).unwrap_or_default());
    let sure = found.as_ref().filter(|found| found.is_reliable() || sample.len() >= 4 * BYTES_MIN);
    let declared = article.language.declared.as_deref().map(str::to_ascii_lowercase);
    let declares_english = declared.as_ref().map(|declared| declared.starts_with("en"));
    article.language.found = sure.map(|found| found.lang().code());
    article.language.read = match (article.language.found, declares_english) {
        (Some(found), _) => found == ENGLISH,
        (None, Some(english)) => english,
        // Too short to tell: read, if the letters are those of English.
        (None, None) => found.is_none_or(|found| found.script() == whatlang::Script::Latin),
    };
}

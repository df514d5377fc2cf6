//! What a name is, and what a key means, in a few lines.

use crate::analysis::Analysis;
use crate::position::Lines;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};
use servanda_comply::{Ask, History, evaluate};
use servanda_terms::reference::key_at;
use servanda_terms::symbols::{Symbol, SymbolKind};
use servanda_terms::{Agreement, Provision};
use servanda_text::{Span, escape};
use servanda_time::{Instant, Zone};

/// Lines of a declaration that are shown when the agreement can't be read.
const LINES_MAX: usize = 20;
/// Members of a list that are named.
const NAMED_MAX: usize = 12;

/// What the name at a place is, or what the key there means. It is plain text: what a file says
/// can't become a link.
pub(crate) fn hover(analysis: &Analysis, lines: &Lines, at: Position) -> Option<Hover> {
    let offset = Span::of(0..lines.offset(at)).end;
    let (value, span) = match analysis.symbols.at(offset) {
        Some((index, name, span)) => (name_told(analysis, index, name)?, span),
        None => {
            let (key, span) = key_at(&analysis.source, offset)?;
            (key.to_string(), span)
        }
    };
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::PlainText, value });
    Some(Hover { contents, range: Some(lines.range(span)) })
}

/// What a name is, line by line.
fn name_told(analysis: &Analysis, index: usize, name: &str) -> Option<String> {
    let symbol = analysis.symbols.declared.get(index)?;
    let known = analysis.agreement.as_ref().and_then(|agreement| told(symbol, name, agreement));
    let told = known.unwrap_or_else(|| as_written(symbol, analysis));
    let value = format!("{name}: {}\n{told}", symbol.kind.word());
    Some(value.lines().map(escape).collect::<Vec<_>>().join("\n"))
}

/// The declaration as it stands in the text, for what can't be told better.
fn as_written(symbol: &Symbol, analysis: &Analysis) -> String {
    let text = analysis.source.slice(symbol.extent);
    let mut shown: Vec<&str> = text.lines().take(LINES_MAX).collect();
    if text.lines().count() > LINES_MAX {
        shown.push("…");
    }
    shown.join("\n")
}

fn told(symbol: &Symbol, name: &str, agreement: &Agreement) -> Option<String> {
    let timezone = &agreement.timezone;
    Some(match symbol.kind {
        SymbolKind::Party => {
            let party = agreement.party(&symbol.name)?;
            format!("{}{}", party.name, listed("\nalso", &party.aliases))
        }
        SymbolKind::Person => {
            let person = agreement.people.iter().find(|person| person.id == symbol.name)?;
            format!("{}{}", person.name, listed("\nalso", &person.aliases))
        }
        SymbolKind::Topic => {
            let topic = agreement.topics.iter().find(|topic| topic.id == symbol.name)?;
            format!("{}{}", topic.name, listed("\nin the words", &topic.words))
        }
        SymbolKind::Line => format!("{} points", agreement.line(&symbol.name)?.points.len()),
        SymbolKind::Zone => zone(name, agreement)?,
        SymbolKind::Group => match zone(name, agreement) {
            Some(zone) => zone,
            None => {
                let members = agreement
                    .zones
                    .iter()
                    .filter(|zone| zone.group.as_deref() == Some(&symbol.name));
                let names: Vec<String> = members.map(|zone| zone.name.clone()).collect();
                format!("{} zones{}", names.len(), listed("", &names))
            }
        },
        SymbolKind::Register => {
            let register = agreement.register(&symbol.name)?;
            format!("{}{}", register.name, listed("\nfrom", &register.files))
        }
        SymbolKind::Source => {
            let source = agreement.source(&symbol.name)?;
            let limits = source.limits.iter().map(|limit| format!("\n{limit}"));
            let shows = listed("\nshows", &source.shows);
            format!("{}{shows}{}", source.name, limits.collect::<String>())
        }
        SymbolKind::Definition => agreement.definition(&symbol.name)?.text.clone(),
        // What happened, and when, is for the record to say.
        SymbolKind::Event => return None,
        SymbolKind::Exception => {
            let exception = agreement.exception(&symbol.name)?;
            let window = exception.window.map(|w| format!("\n{}", span(w.from, w.to, timezone)));
            let parts = [
                listed("\nactors", &exception.actors),
                listed("\nwhere", &exception.places),
                listed("\nacts", &exception.acts),
                window.unwrap_or_default(),
            ];
            exception.name.clone() + &parts.concat()
        }
        SymbolKind::Provision => provision(agreement.provision(&symbol.name)?, agreement),
    })
}

fn zone(name: &str, agreement: &Agreement) -> Option<String> {
    let zone = agreement.zone(name)?;
    let area = zone.area.area_km2();
    let area = if area < 100.0 { format!("{area:.2}") } else { format!("{area:.0}") };
    let valid = zone.valid.map(|v| format!("\nvalid {}", span(v.from, v.to, &agreement.timezone)));
    let basis = listed("\n", std::slice::from_ref(&zone.basis));
    Some(format!("{}\n{area} km²{}{basis}", zone.name, valid.unwrap_or_default()))
}

/// Who, what, where and when, for each reading.
fn provision(provision: &Provision, agreement: &Agreement) -> String {
    let article = provision.article.and_then(|index| agreement.articles.get(index));
    let mut told = article.map(|article| article.heading.clone()).unwrap_or_default();
    let several = provision.readings.len() > 1;
    for reading in &provision.readings {
        if several {
            told += &format!("\nreading: {}{}", reading.id, listed(", held by", &reading.held_by));
        }
        told += &listed("\nwho", &reading.who);
        told += &listed("\nacts", &reading.acts);
        told += &listed("\nwhere", &reading.places);
        let moment = |word: &str, at: Option<Instant>| {
            at.map(|at| format!("\n{word} {}", both_clocks(at, &agreement.timezone)))
        };
        told.extend(moment("from", reading.from));
        told.extend(moment("until", reading.until));
    }
    told + &clocks(provision, agreement)
}

/// What runs, with the dates that the text alone fixes; for the others, what they wait for. The
/// same at any time: what the record would add is not asked.
pub(crate) fn clocks(provision: &Provision, agreement: &Agreement) -> String {
    let ask = Ask { at: Some(Instant::MIN.plus_ms(1)), ..Ask::default() };
    let answer = evaluate(agreement, &History::default(), &ask).answer;
    let zone = &agreement.timezone;
    let date = |text: &Option<String>| {
        let at = text.as_ref().and_then(|text| Instant::parse(text, None).ok());
        at.map(|at| both_clocks(at, zone))
    };
    let mut told = String::new();
    for clock in answer.clocks.iter().filter(|clock| clock.provision == provision.id) {
        let reading = clock.reading.as_ref().map(|reading| format!(" [{reading}]"));
        told += &format!("\n{}{}: ", clock.what, reading.unwrap_or_default());
        told += &match (&clock.never, date(&clock.from), date(&clock.due)) {
            (Some(never), _, _) => format!("never as the text stands: {never}"),
            (None, Some(from), Some(due)) => format!("{from} to {due}"),
            (None, None, Some(due)) => due,
            (None, Some(from), None) => format!("from {from}"),
            (None, None, None) if clock.waits_for.is_empty() => "not dated".to_owned(),
            (None, None, None) => format!("waits for {}", clock.waits_for.join(", ")),
        };
    }
    told
}

/// A list in words, after a word for it; nothing for an empty list.
fn listed(word: &str, list: &[String]) -> String {
    if list.iter().all(String::is_empty) {
        return String::new();
    }
    let named: Vec<&str> = list.iter().take(NAMED_MAX).map(String::as_str).collect();
    let more = match list.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let apart = if word.is_empty() {
        ": "
    } else if word == "\n" {
        ""
    } else {
        " "
    };
    format!("{word}{apart}{}{more}", named.join(", "))
}

fn span(from: Instant, to: Instant, zone: &Zone) -> String {
    format!("from {}\nuntil {}", both_clocks(from, zone), both_clocks(to, zone))
}

/// On the agreement's clock, and in UTC.
fn both_clocks(at: Instant, zone: &Zone) -> String {
    format!("{} [{}] = {at}", at.civil(zone), zone.name())
}

//! `servanda explain`.

use super::{ask, fails, finality, open, shelf};
use crate::Ended;
use crate::args::{ExplainArgs, Format};
use crate::out::Out;
use crate::tables;
use servanda_comply::Evaluation;
use servanda_desk::{Desk, Named, explain, name, why};
use servanda_tlog::Finality;

pub(crate) fn run(args: &ExplainArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    super::say_flagged(&desk.record, desk.size, out)?;
    let evaluation = ask(&desk, &args.ask)?;
    let named = name(&desk, &evaluation, &args.id)?;
    match (args.format, &named) {
        (Format::Text, Named::Provision(id)) => {
            out.answer(&told(&desk, &evaluation, id)?)?;
        }
        (format, _) => {
            let explained = explain(&desk, &evaluation, &named)?;
            match format {
                Format::Json => out.answer(&serde_json::to_string_pretty(&explained)?)?,
                Format::Text => {
                    let sentence = sentence(&desk, args, &named).unwrap_or_default();
                    let hands = hands(&desk, &named).unwrap_or_default();
                    out.answer(&(tables::tree(&explained) + &sentence + &hands))?;
                }
            }
        }
    }
    if let (Format::Text, Some(finality)) = (args.format, finality::of(&desk.record, &args.grade)?)
    {
        out.answer(&graded(&named, &finality))?;
    }
    Ok(if fails(&evaluation.answer, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

/// How final an entry is; of anything else, which may rest on any entry, how final all are.
fn graded(named: &Named, finality: &Finality) -> String {
    let mut text = String::new();
    tables::heading(&mut text, "How final that is");
    let index = match named {
        Named::Entry(cite) => Some(cite.entry),
        _ => None,
    };
    match index.and_then(|index| finality.of(index)) {
        Some(grade) => text + &format!("{grade}: {}", grade.story()),
        None => text + &finality::described(finality),
    }
}

/// The words of a statement in their sentence, where its text is at hand.
fn sentence(desk: &Desk, args: &ExplainArgs, named: &Named) -> Option<String> {
    let Named::Entry(cite) = named else { return None };
    let register = desk.register();
    let told =
        register.all().find(|told| told.cite.id == cite.id && Some(told.cite.row) == cite.row)?;
    let sentence = shelf(&args.dir, None).ok()?.sentences(register, [told]).into_values().next()?;
    let mut text = String::new();
    tables::heading(&mut text, "In its sentence");
    let words = format!("{}[{}]{}", sentence.before, sentence.words, sentence.after);
    tables::wrapped(&mut text, "", &words);
    Some(text)
}

/// Who signed an act together.
fn hands(desk: &Desk, named: &Named) -> Option<String> {
    let Named::Entry(cite) = named else { return None };
    let acts = desk.record.register().acts();
    let act = acts.iter().find(|act| act.entry == cite.entry)?;
    let mut text = String::new();
    tables::heading(&mut text, "Signed by several hands");
    for key in &act.keys {
        tables::wrapped(&mut text, "", key);
    }
    if !act.parties.is_empty() {
        let parties = servanda_text::escape(&act.parties.join(", ")).into_owned();
        tables::wrapped(&mut text, "", &format!("enough for {parties}"));
    }
    Some(text)
}

/// A provision: its states with their reasons, its clocks, and why it stands where it stands.
fn told(desk: &Desk, evaluation: &Evaluation, id: &str) -> anyhow::Result<String> {
    let answer = &evaluation.answer;
    let zone = &desk.agreement.timezone;
    let provision = desk.agreement.provision(id);
    let article = provision.and_then(|p| p.article).and_then(|n| desk.agreement.articles.get(n));
    let mut text = tables::article(id, article);
    if let Some(provision) = answer.provisions.iter().find(|p| p.id == id) {
        tables::provision(&mut text, provision);
    }
    let clocks: Vec<_> = answer.clocks.iter().filter(|clock| clock.provision == id).collect();
    if !clocks.is_empty() {
        tables::heading(&mut text, &format!("Clocks (times in {})", zone.name()));
        crate::life::list_clocks(&mut text, clocks, zone);
    }
    if let Some(why) = why(desk, evaluation, id)? {
        crate::life::why(&mut text, &why, zone);
    }
    Ok(text)
}

//! `servanda clocks`.

use super::{ask, open, write_file};
use crate::Ended;
use crate::args::{ClocksArgs, Format};
use crate::clock;
use crate::out::Out;
use crate::place;
use serde_json::json;
use servanda_comply::Answer;
use servanda_desk::{AgreementFiles, draft};
use servanda_terms::Agreement;

pub(crate) fn run(args: &ClocksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (agreement, answer) = answer(args)?;
    if let Some(path) = &args.ics {
        write_file(path, &servanda_report::calendar(&answer))?;
        out.say(&format!("{}: written", path.display()));
    }
    match args.format {
        Format::Json => {
            let all = json!({
                "form": "servanda/clocks/v1",
                "asked": answer.asked,
                "life": answer.life,
                "clocks": answer.clocks,
                "guarantees": answer.guarantees,
            });
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            out.answer(&crate::tables::clocks(&answer, &agreement.timezone))?;
        }
    }
    Ok(Ended::Done)
}

/// Of a record, or of an agreement that has none yet: a draft.
fn answer(args: &ClocksArgs) -> anyhow::Result<(Agreement, Answer)> {
    if place::is_remote(&args.path) || args.path.join("checkpoint").exists() {
        let desk = open(&args.path, &args.ask)?;
        let answer = ask(&desk, &args.ask)?.answer;
        return Ok((Agreement::clone(&desk.agreement), answer));
    }
    let files = AgreementFiles::read(&args.path)?;
    let agreement = files.agreement()?;
    let zone = &agreement.timezone;
    let at = match &args.ask.at {
        Some(text) => clock::instant(text, Some(zone))?,
        None => clock::now(None)?,
    };
    let answer = draft(&agreement, &files, at);
    Ok((agreement, answer))
}

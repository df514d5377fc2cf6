//! `servanda status`.

use super::{answer, asked, fails};
use crate::Ended;
use crate::args::{Format, StatusArgs};
use crate::out::Out;
use crate::tables;
use servanda_comply::Answer;

pub(crate) fn run(args: &StatusArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let asked = asked(&args.dir, &args.ask)?;
    super::say_flagged(asked.record(), asked.size(), out)?;
    let answer = answer(&asked, &args.ask)?;
    match args.format {
        Format::Json => out.answer(&answer_json(&answer)?)?,
        Format::Text => out.answer(&tables::status(&answer, &asked.agreement().timezone))?,
    }
    Ok(if fails(&answer, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

/// An answer as it is published: the bytes that `recompute` compares.
pub(crate) fn answer_json(answer: &Answer) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(answer)? + "\n")
}

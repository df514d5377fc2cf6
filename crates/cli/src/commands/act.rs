//! `servanda act`.

use super::{append, open_as_of, open_to_write, word};
use crate::Ended;
use crate::args::ActArgs;
use crate::clock;
use crate::out::Out;
use anyhow::{Context, bail};
use servanda_desk::Desk;
use servanda_entry::{Act, Body, Count, Votes};

const ACTS: [&str; 14] = [
    "signature",
    "vote",
    "deposit",
    "position",
    "performance",
    "declaration",
    "determination",
    "extension",
    "withdrawal",
    "event",
    "entry-into-force",
    "suspension",
    "termination",
    "notice",
];

const RESULTS: [&str; 8] =
    ["adopted", "not-adopted", "met", "not-met", "accepts", "rejects", "reserves", "proposes"];

pub(crate) fn run(args: &ActArgs, out: &mut Out) -> anyhow::Result<Ended> {
    if let Some(path) = &args.draft {
        // Nothing is written to the record.
        let desk = open_as_of(&args.dir, None)?;
        let file = super::key::draft_of(&desk.record, body_of(&desk, args)?)?;
        return super::key::hand_over(&file, path, out).map(|()| Ended::Done);
    }
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
    let body = body_of(&desk, args)?;
    let range = append(desk, &hand, vec![body], vec![])?;
    out.answer(&format!("entered as e{}", range.start))?;
    Ok(Ended::Done)
}

fn body_of(desk: &Desk, args: &ActArgs) -> anyhow::Result<Body> {
    let zone = desk.agreement.timezone.clone();
    let from = clock::instant(&args.from, Some(&zone))?;
    let to = args.to.as_deref().map(|to| clock::instant(to, Some(&zone))).transpose()?;
    if to.is_some_and(|to| to <= from) {
        bail!("the effect ends before it starts");
    }
    let result = args.result.as_deref();
    let act = Act {
        amount: args.amount.as_deref().map(amount).transpose()?,
        event: args.event.clone(),
        provisions: args.provisions.clone(),
        result: result.map(|text| word("result of an act", text, &RESULTS)).transpose()?,
        stage: args.stage.clone(),
        to_ms: to.map(servanda_time::Instant::ms),
        votes: args.votes.as_deref().map(votes).transpose()?,
        ..Act::new(word("act", &args.act, &ACTS)?, &args.by, from, &args.reference)
    };
    Ok(servanda_desk::act(desk, act)?)
}

/// Votes for and against: `226:41`.
fn votes(text: &str) -> anyhow::Result<Votes> {
    let (count_for, against) =
        text.split_once(':').context("write the votes as FOR:AGAINST, such as 226:41")?;
    let number = |text: &str| text.trim().parse::<u64>().context("a vote is a whole number");
    Ok(Votes { r#for: number(count_for)?, against: number(against)? })
}

/// A number and its unit: `12 radar`.
fn amount(text: &str) -> anyhow::Result<Count> {
    let (number, unit) =
        text.trim().split_once(' ').context("write the amount as NUMBER UNIT, such as 12 radar")?;
    let number = number.replace('_', "").parse::<u64>().context("the amount is a whole number")?;
    Ok(Count::exactly(number, unit.trim()))
}

//! `servanda positions`, `contradictions`, `timeline`, `percent-agreed`: what published texts say.

use super::open_as_of;
use crate::Ended;
use crate::args::{PositionsArgs, TableFormat, TalksArgs};
use crate::out::Out;
use crate::talks;
use serde::Serialize;
use servanda_desk::{Desk, Question, register};
use servanda_positions as views;
use servanda_report::{CsvFile, contradictions_csv, percent_csv, positions_csv, timeline_csv};

pub(crate) fn positions(args: &PositionsArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = opened(&args.talks)?;
    let filter = views::Filter {
        outlets: args.outlet.clone(),
        parties: args.party.clone(),
        points: args.point.clone(),
        from: args.from.clone(),
        until: args.until.clone(),
    };
    let found = views::positions(&register(&desk)?, &desk.agreement, &filter);
    print(&args.talks, out, &found, talks::positions, positions_csv)
}

pub(crate) fn contradictions(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = opened(args)?;
    let found = views::contradictions(&register(&desk)?, &desk.agreement);
    print(args, out, &found, talks::contradictions, contradictions_csv)
}

pub(crate) fn timeline(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = opened(args)?;
    let found = views::timeline(&register(&desk)?, &desk.agreement);
    print(args, out, &found, talks::timeline, timeline_csv)
}

pub(crate) fn percent_agreed(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = opened(args)?;
    let found = views::percent_agreed(&register(&desk)?, &desk.agreement);
    let counted = counted(&desk)?;
    print(args, out, &found, |found| talks::percent(found, counted.as_deref()), percent_csv)
}

fn opened(args: &TalksArgs) -> anyhow::Result<Desk> {
    open_as_of(&args.dir, args.as_of.as_deref())
}

fn print<T: Serialize>(
    args: &TalksArgs,
    out: &mut Out,
    found: &T,
    text: impl Fn(&T) -> String,
    csv: impl Fn(&T) -> CsvFile,
) -> anyhow::Result<Ended> {
    match args.format {
        TableFormat::Text => out.answer(&text(found))?,
        TableFormat::Csv => out.answer(csv(found).text.trim_end_matches("\r\n"))?,
        TableFormat::Json => out.answer(&serde_json::to_string_pretty(found)?)?,
    }
    Ok(Ended::Done)
}

/// How many of the agreement's points are agreed, by its own rule.
fn counted(desk: &Desk) -> anyhow::Result<Option<String>> {
    let evaluation = desk.ask(&Question::default())?;
    let points = evaluation.answer.life.and_then(|life| life.points);
    Ok(points.map(|points| {
        format!(
            "{} to {} percent: {} of {} agreed, {} open, {} that no source gives. {}",
            points.percent_low,
            points.percent_high,
            points.agreed,
            points.total,
            points.open,
            points.unknown,
            points.rule
        )
    }))
}

//! `servanda positions`, `contradictions`, `timeline`, `percent-agreed`: what published texts say.

use super::{open_as_of, shelf, write_file};
use crate::Ended;
use crate::args::{PositionsArgs, TableFormat, TalksArgs};
use crate::out::Out;
use crate::talks;
use serde::Serialize;
use servanda_desk::{Desk, Question};
use servanda_positions::{self as views, Positions, Register, Shown};
use servanda_report::{
    CsvFile, Talks, contradictions_csv, percent_csv, positions_csv, talks_page, timeline_csv,
};

pub(crate) fn positions(args: &PositionsArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let filter = views::Filter {
        outlets: args.outlet.clone(),
        parties: args.party.clone(),
        points: args.point.clone(),
        from: args.from.clone(),
        until: args.until.clone(),
    };
    let view = View::open(&args.talks, filter)?;
    let found = view.positions();
    view.print(out, &found, talks::positions, positions_csv)
}

pub(crate) fn contradictions(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let view = View::open(args, views::Filter::default())?;
    let found = views::contradictions(view.register(), &*view.desk.agreement);
    view.print(out, &found, talks::contradictions, contradictions_csv)
}

pub(crate) fn timeline(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let view = View::open(args, views::Filter::default())?;
    let found = views::timeline(view.register(), &*view.desk.agreement);
    view.print(out, &found, talks::timeline, timeline_csv)
}

pub(crate) fn percent_agreed(args: &TalksArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let view = View::open(args, views::Filter::default())?;
    let found = views::percent_agreed(view.register(), &*view.desk.agreement);
    let counted = counted(&view.desk)?;
    view.print(out, &found, |found| talks::percent(found, counted.as_deref()), percent_csv)
}

/// What a view is asked of.
struct View<'a> {
    args: &'a TalksArgs,
    desk: Desk,
    /// Where what a model proposed counts too.
    with_model: Option<Register>,
    filter: views::Filter,
}

impl View<'_> {
    fn open(args: &TalksArgs, filter: views::Filter) -> anyhow::Result<View<'_>> {
        let desk = open_as_of(&args.dir, args.as_of.as_deref())?;
        let with_model = args.with_model.then(|| desk.register().clone().with_model());
        Ok(View { args, desk, with_model, filter })
    }

    /// The statements that count.
    fn register(&self) -> &Register {
        self.with_model.as_ref().unwrap_or_else(|| self.desk.register())
    }

    fn positions(&self) -> Positions {
        views::positions(self.register(), &*self.desk.agreement, &self.filter)
    }

    fn print<T: Serialize>(
        &self,
        out: &mut Out,
        found: &T,
        text: impl Fn(&T) -> String,
        csv: impl Fn(&T) -> CsvFile,
    ) -> anyhow::Result<Ended> {
        let printed = match self.args.format {
            TableFormat::Text => text(found),
            TableFormat::Csv => csv(found).text,
            TableFormat::Json => serde_json::to_string_pretty(found)?,
            TableFormat::Html => self.page()?,
        };
        match &self.args.out {
            None => out.answer(printed.trim_end_matches("\r\n"))?,
            Some(path) => {
                write_file(path, &printed)?;
                out.say(&format!("written to {}", path.display()));
            }
        }
        Ok(Ended::Done)
    }

    /// All four views on one page.
    fn page(&self) -> anyhow::Result<String> {
        let (agreement, register) = (&*self.desk.agreement, self.register());
        let shelf = shelf(&self.args.dir, self.args.texts.as_ref())?;
        Ok(talks_page(&Talks {
            title: &agreement.title,
            record: &self.desk.point()?,
            positions: &self.positions(),
            contradictions: &views::contradictions(register, agreement),
            timeline: &views::timeline(register, agreement),
            shares: &views::percent_agreed(register, agreement),
            counted: counted(&self.desk)?.as_deref(),
            statements: &Shown::by_place(register),
            sentences: &shelf.sentences(register, register.all()),
        }))
    }
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

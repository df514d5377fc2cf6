//! `servanda report`.

use super::{ask_drawn, fails, open, write_file};
use crate::Ended;
use crate::args::ReportArgs;
use crate::out::Out;
use servanda_desk::daily;

pub(crate) fn run(args: &ReportArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    let evaluation = ask_drawn(&desk, &args.ask)?;
    let text = match &args.day {
        None => {
            servanda_report::page(&evaluation.answer, &evaluation.picture, &desk.agreement.timezone)
        }
        Some(date) => {
            let daily = daily(&desk, &evaluation, date, args.cutoff.as_deref())?;
            match &args.out {
                Some(_) => servanda_report::daily(&daily),
                None => servanda_report::daily_text(&daily),
            }
        }
    };
    match &args.out {
        None => out.answer(&text)?,
        Some(path) => {
            write_file(path, &text)?;
            out.say(&format!("written to {}", path.display()));
        }
    }
    Ok(if fails(&evaluation.answer, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

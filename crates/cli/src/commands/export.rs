//! `servanda export`.

use super::{ask, fails, open, write_file};
use crate::Ended;
use crate::args::{ExportArgs, ExportForm};
use crate::out::Out;
use servanda_desk::{Exported, export, statements_jsonl};

pub(crate) fn run(args: &ExportArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    if args.form == ExportForm::StatementsJsonl {
        let text = statements_jsonl(&desk)?;
        match &args.out {
            None => out.answer(&text)?,
            Some(path) => {
                write_file(path, &text)?;
                let n = text.lines().count();
                out.say(&format!("{n} statements written to {}", path.display()));
            }
        }
        return Ok(Ended::Done);
    }
    let evaluation = ask(&desk, &args.ask)?;
    let form = match args.form {
        ExportForm::Csv => Exported::Csv,
        ExportForm::Geojson => Exported::GeoJson,
        ExportForm::Jsonl | ExportForm::StatementsJsonl => Exported::JsonLines,
    };
    let text = export(&desk, &evaluation, form);
    match &args.out {
        None => out.answer(&text)?,
        Some(path) => {
            write_file(path, &text)?;
            out.say(&format!(
                "{} observations written to {}",
                desk.history.observations.len(),
                path.display()
            ));
        }
    }
    Ok(if fails(&evaluation, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

//! `servanda export`.

use super::{ask, fails, open, write_file};
use crate::Ended;
use crate::args::{ExportArgs, ExportForm};
use crate::out::Out;
use anyhow::bail;
use servanda_desk::{Exported, entries_jsonl, export, ro_crate, statements_jsonl};

pub(crate) fn run(args: &ExportArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    let form = match args.form {
        ExportForm::Csv => Exported::Csv,
        ExportForm::Geojson => Exported::GeoJson,
        ExportForm::Jsonl => Exported::JsonLines,
        ExportForm::EntriesJsonl => {
            let entries = format!("{} entries", desk.record.size());
            write(args, out, &entries_jsonl(&desk)?, &entries)?;
            return Ok(Ended::Done);
        }
        ExportForm::RoCrate => {
            let Some(folder) = &args.out else { bail!("--as ro-crate: --out names its folder") };
            let files = ro_crate(&desk, folder)?;
            out.say(&format!("a crate of {files} files written to {}", folder.display()));
            return Ok(Ended::Done);
        }
        ExportForm::StatementsJsonl => {
            let text = statements_jsonl(&desk, args.with_model);
            let n = text.lines().count();
            write(args, out, &text, &format!("{n} statements"))?;
            return Ok(Ended::Done);
        }
    };
    let evaluation = ask(&desk, &args.ask)?;
    let n = desk.history.observations.len();
    write(args, out, &export(&desk, &evaluation, form), &format!("{n} observations"))?;
    Ok(if fails(&evaluation.answer, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

/// To the file that was named, or to the standard output.
fn write(args: &ExportArgs, out: &mut Out, text: &str, what: &str) -> anyhow::Result<()> {
    match &args.out {
        None => out.answer(text)?,
        Some(path) => {
            write_file(path, text)?;
            out.say(&format!("{what} written to {}", path.display()));
        }
    }
    Ok(())
}

//! `servanda report`.

use super::{ask, fails, open, write_file};
use crate::Ended;
use crate::args::ReportArgs;
use crate::out::Out;
use anyhow::bail;

pub(crate) fn run(args: &ReportArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    let evaluation = ask(&desk, &args.ask)?;
    let Some(path) = &args.out else { bail!("name the file to write with --out") };
    write_file(path, &servanda_report::page(&evaluation.answer, &evaluation.picture))?;
    out.say(&format!("written to {}", path.display()));
    Ok(if fails(&evaluation, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

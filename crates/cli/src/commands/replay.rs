//! `servanda replay`: the steps of a replay in parts. The record is read and never written.

use super::to_as_of;
use super::what_if::read;
use crate::Ended;
use crate::args::{ReplayArgs, ReplayExportArgs, ReplayPlanArgs, ReplayStep};
use crate::clock;
use crate::depot::depot;
use crate::out::Out;
use crate::place;
use anyhow::bail;
use servanda_desk::replay::{Depot, Replay, export, plan};

pub(crate) fn run(args: &ReplayArgs, out: &mut Out) -> anyhow::Result<Ended> {
    match &args.step {
        ReplayStep::Export(args) => write_out(args, out)?,
        ReplayStep::Plan(args) => out.answer(&planned(args, depot(&args.at)?.as_ref())?)?,
        ReplayStep::Map(args) => {
            let depot = depot(&args.at)?;
            let replay = Replay::open(depot.as_ref(), &args.job)?;
            for part in &args.part {
                replay.map(*part)?;
            }
        }
        ReplayStep::Reduce(args) => {
            let depot = depot(&args.at)?;
            print(&Replay::open(depot.as_ref(), &args.job)?.reduce()?.to_bytes()?, out)?;
        }
        ReplayStep::Run(args) => {
            let depot = depot(&args.at)?;
            let job = planned(args, depot.as_ref())?;
            print(&Replay::open(depot.as_ref(), &job)?.run()?.to_bytes()?, out)?;
        }
    }
    Ok(Ended::Done)
}

fn write_out(args: &ReplayExportArgs, out: &mut Out) -> anyhow::Result<()> {
    let record = place::open(&args.dir)?;
    let as_of = args.as_of.as_deref().map(to_as_of).transpose()?;
    let to = depot(&args.to)?;
    let done = export(&record, as_of, args.parts.into(), to.as_ref())?;
    let (parts, place) = (done.parts.len(), args.to.display());
    let size = done.record.size;
    out.answer(&format!(
        "{} observations of {size} entries in {parts} parts at {place}",
        done.rows
    ))?;
    Ok(())
}

fn planned(args: &ReplayPlanArgs, depot: &dyn Depot) -> anyhow::Result<String> {
    let drafts =
        args.agreement.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let at = args.instant.as_deref().map(|text| clock::instant(text, None)).transpose()?;
    Ok(plan(depot, &drafts, at)?)
}

fn print(answer: &[u8], out: &mut Out) -> anyhow::Result<()> {
    let Ok(text) = std::str::from_utf8(answer) else { bail!("the answer is not UTF-8") };
    out.answer(text)
}

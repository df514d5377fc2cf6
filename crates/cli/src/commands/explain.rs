//! `servanda explain`.

use super::{ask, fails, open};
use crate::Ended;
use crate::args::{ExplainArgs, Format};
use crate::out::Out;
use crate::tables;
use servanda_desk::{explain, name};

pub(crate) fn run(args: &ExplainArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    let evaluation = ask(&desk, &args.ask)?;
    let named = name(&desk, &evaluation, &args.id)?;
    let explained = explain(&desk, &evaluation, &named)?;
    match args.format {
        Format::Json => out.answer(&serde_json::to_string_pretty(&explained)?)?,
        Format::Text => out.answer(&tables::tree(&explained))?,
    }
    Ok(if fails(&evaluation, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

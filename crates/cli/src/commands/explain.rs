//! `servanda explain`.

use super::{ask, fails, open};
use crate::Ended;
use crate::args::{ExplainArgs, Format};
use crate::out::Out;
use crate::tables;
use servanda_desk::{Named, explain, name};

pub(crate) fn run(args: &ExplainArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    let evaluation = ask(&desk, &args.ask)?;
    let named = name(&desk, &evaluation, &args.id)?;
    let explained = explain(&desk, &evaluation, &named)?;
    let provision = match &named {
        Named::Provision(id) => evaluation.answer.provisions.iter().find(|p| p.id == *id),
        _ => None,
    };
    match (args.format, provision) {
        (Format::Json, _) => out.answer(&serde_json::to_string_pretty(&explained)?)?,
        (Format::Text, Some(provision)) => {
            let article = explained.get("article").unwrap_or(&serde_json::Value::Null);
            out.answer(&tables::provision(provision, article))?;
        }
        (Format::Text, None) => out.answer(&tables::tree(&explained))?,
    }
    Ok(if fails(&evaluation, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

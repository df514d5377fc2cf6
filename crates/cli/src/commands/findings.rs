//! `servanda findings`.

use super::{ask, fails, open};
use crate::Ended;
use crate::args::{Format, StatusArgs};
use crate::out::Out;
use crate::tables;
use serde_json::json;

pub(crate) fn run(args: &StatusArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open(&args.dir, &args.ask)?;
    super::say_flagged(&desk, out)?;
    let evaluation = ask(&desk, &args.ask)?;
    let answer = &evaluation.answer;
    match args.format {
        Format::Json => {
            let possible: Vec<_> = answer
                .provisions
                .iter()
                .map(|provision| {
                    json!({
                        "provision": provision.id,
                        "total": provision.possible_total,
                        "listed": provision.possible,
                    })
                })
                .collect();
            let all = json!({
                "form": "servanda/findings/v1",
                "asked": answer.asked,
                "findings": answer.findings,
                "possible": possible,
            });
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => out.answer(&tables::findings(answer))?,
    }
    Ok(if fails(&evaluation, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

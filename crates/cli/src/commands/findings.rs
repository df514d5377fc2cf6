//! `servanda findings`.

use super::{ask, fails, finality, open};
use crate::Ended;
use crate::args::{FindingsArgs, Format};
use crate::out::Out;
use crate::tables;
use serde_json::json;
use servanda_comply::Answer;
use servanda_tlog::{Finality, Grade};

pub(crate) fn run(args: &FindingsArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (args, grade) = (&args.status, &args.grade);
    let desk = open(&args.dir, &args.ask)?;
    super::say_flagged(&desk.record, desk.size, out)?;
    let finality = finality::of(&desk.record, grade)?;
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
            let mut all = json!({
                "form": "servanda/findings/v1",
                "asked": answer.asked,
                "findings": answer.findings,
                "possible": possible,
            });
            if let Some(finality) = &finality {
                let grades = graded(answer, finality).map(|(finding, grade, inputs)| {
                    json!({ "finding": finding, "grade": grade.word(), "inputs": inputs.word() })
                });
                all["grades"] = grades.collect();
                all["finality"] = finality::as_json(finality);
            }
            out.answer(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Text => {
            let mut text = tables::findings(answer);
            if let Some(finality) = &finality {
                tables::heading(&mut text, "How final that is");
                for (finding, grade, inputs) in graded(answer, finality) {
                    text += &format!("{finding} is {grade}; what it rests on is {inputs}\n");
                }
                text += &finality::described(finality);
            }
            out.answer(&text)?;
        }
    }
    Ok(if fails(&evaluation.answer, &args.ask.fail_on)? { Ended::Failed } else { Ended::Done })
}

/// Each finding with its grade, and the lowest of all that was in the record when it was made.
fn graded<'a>(
    answer: &'a Answer,
    finality: &Finality,
) -> impl Iterator<Item = (&'a str, Grade, Grade)> {
    answer.findings.iter().filter_map(|finding| {
        let index = finality::entry_of(&finding.cite)?;
        Some((finding.cite.as_str(), finality.of(index)?, finality.least_before(index + 1)?))
    })
}

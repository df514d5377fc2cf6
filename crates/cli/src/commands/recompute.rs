//! `servanda recompute`.

use super::status::answer_json;
use crate::Ended;
use crate::args::RecomputeArgs;
use crate::clock;
use crate::out::Out;
use crate::place::open_desk;
use anyhow::{Context, bail};
use servanda_comply::ENGINE_VERSION;
use servanda_comply::answer::{Asked, CiteBy};
use servanda_desk::{AsOf, Question};

pub(crate) fn run(args: &RecomputeArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let path = args.answer.display();
    let given =
        std::fs::read_to_string(&args.answer).with_context(|| format!("{path}: can't be read"))?;
    let value: serde_json::Value =
        serde_json::from_str(&given).with_context(|| format!("{path}: not JSON"))?;
    let asked = value.get("asked").cloned().unwrap_or_default();
    let asked: Asked = serde_json::from_value(asked)
        .with_context(|| format!("{path}: not an answer: its \"asked\" is missing or wrong"))?;
    if asked.engine != ENGINE_VERSION || asked.tzdb != servanda_time::tzdb_version() {
        bail!(
            "{path}: made by rules {} with time zone data {}; this program has rules \
             {ENGINE_VERSION} with {}: use the program that made it",
            asked.engine,
            asked.tzdb,
            servanda_time::tzdb_version()
        );
    }
    let size = match (&asked.record, asked.cite) {
        (Some(record), _) => Some(AsOf::Size(record.size)),
        (None, CiteBy::Content) => args.as_of.map(AsOf::Size),
        (None, CiteBy::Entry) => bail!("{path}: it names no record"),
    };
    let desk = open_desk(&args.dir, size)?;
    if let Some(record) = &asked.record {
        let here = desk.point()?;
        if here != *record {
            out.answer(&format!(
                "differs: the answer names the record {} size {} root {}; this one is {} size {} \
                 root {}",
                record.origin, record.size, record.root, here.origin, here.size, here.root
            ))?;
            return Ok(Ended::Failed);
        }
    }
    let question = Question {
        at: Some(clock::instant(&asked.at, None)?),
        cite: asked.cite,
        without: asked.without,
        ..Question::default()
    };
    let again = answer_json(&desk.ask(&question)?.answer)?;
    if again == given {
        out.answer("the same, byte for byte")?;
        return Ok(Ended::Done);
    }
    let line = again.lines().zip(given.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or_else(|| again.lines().count().min(given.lines().count()));
    out.answer(&format!(
        "differs from line {}:\n  given:    {}\n  computed: {}",
        line + 1,
        given.lines().nth(line).unwrap_or("(nothing)").trim(),
        again.lines().nth(line).unwrap_or("(nothing)").trim()
    ))?;
    Ok(Ended::Failed)
}

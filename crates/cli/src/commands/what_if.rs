//! `servanda what-if`: the record is read and never written.

use super::open_as_of;
use crate::Ended;
use crate::args::{Format, WhatIfArgs};
use crate::clock;
use crate::columns::terminal_width;
use crate::out::Out;
use crate::what_if::{side_by_side, text};
use anyhow::Context;
use servanda_desk::{AgreementFiles, Question, what_if};
use std::path::Path;

pub(crate) fn run(args: &WhatIfArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open_as_of(&args.dir, args.as_of.as_deref())?;
    let zone = &desk.agreement.timezone;
    let at = args.at.as_deref().map(|text| clock::instant(text, Some(zone))).transpose()?;
    let texts = args.agreement.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let texts_named = if texts.len() == 1 { "another text" } else { "several texts" };
    out.progress(&format!("replaying the record under {texts_named}"));
    let answers = what_if(&desk, &texts, &Question { at, ..Question::default() })?;
    out.progress_done();
    match (args.format, answers.as_slice()) {
        (Format::Json, [answer]) => out.answer(&serde_json::to_string_pretty(answer)?)?,
        (Format::Json, answers) => {
            for answer in answers {
                out.answer(&serde_json::to_string(answer)?)?;
            }
        }
        (Format::Text, answers) => {
            let (title, width) = (&desk.agreement.title, terminal_width());
            if answers.len() > 1 {
                out.answer(&side_by_side(answers, width))?;
            }
            for answer in answers {
                let gap = if answers.len() > 1 { "\n" } else { "" };
                out.answer(&format!("{gap}{}", text(answer, title, width)))?;
            }
        }
    }
    Ok(Ended::Done)
}

/// A text that can be replayed; of several, an error says which can't.
fn read(path: &Path) -> anyhow::Result<AgreementFiles> {
    let files = AgreementFiles::read(path)?;
    files.agreement().with_context(|| path.display().to_string())?;
    Ok(files)
}

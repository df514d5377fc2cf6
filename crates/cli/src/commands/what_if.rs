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
use servanda_terms::Agreement;
use std::path::Path;

pub(crate) fn run(args: &WhatIfArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open_as_of(&args.dir, args.as_of.as_deref())?;
    let zone = &desk.agreement.timezone;
    let at = args.at.as_deref().map(|text| clock::instant(text, Some(zone))).transpose()?;
    let drafts =
        args.agreement.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let named = if drafts.len() == 1 { "another text" } else { "several texts" };
    out.progress(&format!("replaying the record under {named}"));
    let answers = what_if(&desk, &drafts, &Question { at, ..Question::default() })?;
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

/// A text that can be replayed, and what it says; of several, an error says which can't.
pub(crate) fn read(path: &Path) -> anyhow::Result<(AgreementFiles, Agreement)> {
    let files = AgreementFiles::read(path)?;
    let draft = files.agreement().with_context(|| path.display().to_string())?;
    Ok((files, draft))
}

//! `servanda what-if`: the record is read and never written.

use super::open_as_of;
use crate::Ended;
use crate::args::{Format, WhatIfArgs};
use crate::clock;
use crate::columns::terminal_width;
use crate::out::Out;
use crate::what_if::text;
use servanda_desk::{AgreementFiles, Question, what_if};

pub(crate) fn run(args: &WhatIfArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = open_as_of(&args.dir, args.as_of.as_deref())?;
    let zone = &desk.agreement.timezone;
    let at = args.at.as_deref().map(|text| clock::instant(text, Some(zone))).transpose()?;
    let files = AgreementFiles::read(&args.agreement)?;
    let answer = what_if(&desk, &files, &Question { at, ..Question::default() })?;
    match args.format {
        Format::Json => out.answer(&serde_json::to_string_pretty(&answer)?)?,
        Format::Text => out.answer(&text(&answer, &desk.agreement.title, terminal_width()))?,
    }
    Ok(Ended::Done)
}

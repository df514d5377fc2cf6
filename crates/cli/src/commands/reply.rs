//! `servanda reply`.

use super::{append, open_to_write, sealed};
use crate::Ended;
use crate::args::ReplyArgs;
use crate::out::Out;
use anyhow::Context;
use servanda_desk::{Question, reply, seal_reply};

pub(crate) fn run(args: &ReplyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let (desk, hand) = open_to_write(&args.dir, &args.write, out)?;
    let evaluation = desk.ask(&Question::default())?;
    let bytes = std::fs::read(&args.text)
        .with_context(|| format!("{}: can't be read", args.text.display()))?;
    anyhow::ensure!(!bytes.is_empty(), "{}: empty; nothing was answered", args.text.display());
    let name = args.text.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (body, blob) = reply(&desk, &evaluation, &args.id, &args.party, (&name, bytes))?;
    if args.seal.class.is_some() {
        let audience = sealed::audience(&args.seal)?;
        let draw = &mut sealed::draw;
        let reply = seal_reply(&desk, body, (&name, &blob), audience, draw)?;
        let entry = sealed::enter(desk, &hand, &args.seal, reply, out)?;
        out.answer(&format!("entered as e{entry}; its words are withheld"))?;
        return Ok(Ended::Done);
    }
    let range = append(desk, &hand, vec![body], vec![blob])?;
    out.answer(&format!("entered as e{}", range.start))?;
    Ok(Ended::Done)
}

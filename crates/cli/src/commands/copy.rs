//! `servanda copy`.

use crate::Ended;
use crate::args::CopyArgs;
use crate::out::Out;
use crate::place;
use servanda_store::{copy_in, verify_in};

pub(crate) fn run(args: &CopyArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let to = place::storage(&args.to)?;
    copy_in(&place::storage(&args.from)?, to.as_ref())?;
    let report = verify_in(to.as_ref(), args.key.iter().map(String::as_str));
    for fault in &report.faults {
        out.answer(&format!("{}: {}", fault.path, fault.what))?;
    }
    let (to, size) = (args.to.display(), report.size);
    if !report.ok() {
        out.answer(&format!("FAILED: {to} is not what was signed; remove it"))?;
        return Ok(Ended::Failed);
    }
    out.answer(&format!("{size} entries copied to {to}, and each checked there"))?;
    Ok(Ended::Done)
}

//! `servanda parse`.

use crate::Ended;
use crate::args::ParseArgs;
use crate::out::Out;
use servanda_desk::AgreementFiles;
use servanda_terms::parsed::to_json;

pub(crate) fn run(args: &ParseArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let agreement = AgreementFiles::read(&args.agreement)?.agreement()?;
    out.answer(&(serde_json::to_string_pretty(&to_json(&agreement))? + "\n"))?;
    Ok(Ended::Done)
}

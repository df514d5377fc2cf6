//! `servanda act`.

use super::{append, word};
use crate::Ended;
use crate::args::ActArgs;
use crate::clock;
use crate::out::Out;
use anyhow::bail;
use servanda_desk::Desk;
use servanda_entry::{Act, Body};

const ACTS: [&str; 4] = ["entry-into-force", "suspension", "termination", "notice"];

pub(crate) fn run(args: ActArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let desk = Desk::open(&args.dir, None)?;
    if let Some(unknown) = args.provisions.iter().find(|id| desk.agreement.provision(id).is_none())
    {
        let known: Vec<&str> = desk.agreement.provisions.iter().map(|p| p.id.as_str()).collect();
        bail!("the agreement has no provision {unknown:?}; it has: {}", known.join(", "));
    }
    let zone = desk.agreement.timezone.clone();
    let from = clock::instant(&args.from, Some(&zone))?;
    let to = args.to.as_deref().map(|to| clock::instant(to, Some(&zone))).transpose()?;
    if to.is_some_and(|to| to <= from) {
        bail!("the effect ends before it starts");
    }
    let body = Body::Act(Act {
        act: word("act", &args.act, &ACTS)?,
        by: args.by,
        provisions: args.provisions,
        from_ms: from.ms(),
        to_ms: to.map(servanda_time::Instant::ms),
        reference: args.reference,
    });
    let range = append(desk, &args.write, vec![body], vec![])?;
    out.answer(&format!("entered as e{}", range.start))?;
    Ok(Ended::Done)
}

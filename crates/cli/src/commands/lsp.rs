//! `servanda lsp`.

use crate::Ended;
use servanda_lsp::Served;

pub(crate) fn run() -> anyhow::Result<Ended> {
    Ok(match servanda_lsp::run()? {
        Served::Whole => Ended::Done,
        Served::CutShort => Ended::Failed,
    })
}

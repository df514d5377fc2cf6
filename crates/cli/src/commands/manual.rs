//! `servanda completions` and `servanda manual`.

use crate::Ended;
use crate::args::{Cli, CompletionsArgs};
use crate::out::Out;
use clap::CommandFactory;

pub(crate) fn completions(args: &CompletionsArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "servanda", &mut text);
    out.answer(&String::from_utf8_lossy(&text))?;
    Ok(Ended::Done)
}

/// The manual page, in roff, with every command's own section.
pub(crate) fn manual(out: &mut Out) -> anyhow::Result<Ended> {
    let mut text = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        clap_mangen::Man::new(sub.clone()).render(&mut text)?;
    }
    out.answer(&String::from_utf8_lossy(&text))?;
    Ok(Ended::Done)
}

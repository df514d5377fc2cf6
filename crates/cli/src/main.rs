//! `servanda`, the command line: thin. It reads arguments, files and the clock, calls the desk,
//! and prints.

mod args;
mod clock;
mod columns;
mod commands;
mod demo_data;
mod depot;
mod difference;
mod life;
mod out;
mod place;
mod tables;
mod talks;
mod what_if;

use args::{Cli, Command};
use clap::Parser;
use out::Out;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It did its work.
    Done,
    /// It did its work, and the answer is one that was asked to fail on.
    Failed,
}

fn main() -> ExitCode {
    // clap itself ends the process with 2 on wrong usage.
    let cli = Cli::parse();
    let mut out = Out::new(&cli);
    match run(cli.command, &mut out) {
        Ok(Ended::Done) => ExitCode::SUCCESS,
        Ok(Ended::Failed) => ExitCode::from(1),
        // Whoever reads us has had enough: that is no error of ours.
        Err(error) if broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out.error(&error);
            ExitCode::from(2)
        }
    }
}

fn broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}

fn run(command: Command, out: &mut Out) -> anyhow::Result<Ended> {
    match command {
        Command::Check(args) => commands::check::run(&args, out),
        Command::Fmt(args) => commands::fmt::run(&args, out),
        Command::Parse(args) => commands::parse::run(&args, out),
        Command::Diff(args) => commands::diff::run(&args, out),
        Command::WhatIf(args) => commands::what_if::run(&args, out),
        Command::Replay(args) => commands::replay::run(&args, out),
        Command::Init(args) => commands::init::run(&args, out),
        Command::Add(args) => commands::add::run(&args, out),
        Command::Note(args) => commands::note::run(args, out),
        Command::Assess(args) => commands::assess::run(args, out),
        Command::Act(args) => commands::act::run(&args, out),
        Command::Reply(args) => commands::reply::run(&args, out),
        Command::OpenSealed(args) => commands::sealed::open(&args, out),
        Command::Disclose(args) => commands::sealed::disclose(&args, out),
        Command::Hold(args) => commands::sealed::hold(&args, out),
        Command::Erase(args) => commands::sealed::erase(&args, out),
        Command::Status(args) => commands::status::run(&args, out),
        Command::Clocks(args) => commands::clocks::run(&args, out),
        Command::Positions(args) => commands::talks::positions(&args, out),
        Command::Contradictions(args) => commands::talks::contradictions(&args, out),
        Command::Timeline(args) => commands::talks::timeline(&args, out),
        Command::PercentAgreed(args) => commands::talks::percent_agreed(&args, out),
        Command::Findings(args) => commands::findings::run(&args, out),
        Command::Explain(args) => commands::explain::run(&args, out),
        Command::Export(args) => commands::export::run(&args, out),
        Command::Report(args) => commands::report::run(&args, out),
        Command::Recompute(args) => commands::recompute::run(&args, out),
        Command::Prove(args) => commands::prove::run(&args, out),
        Command::Copy(args) => commands::copy::run(&args, out),
        Command::Verify(args) => commands::verify::run(&args, out),
        Command::Witness(args) => commands::witness::run(&args, out),
        Command::Mirror(args) => commands::witness::mirror(&args, out),
        Command::Letterbox(args) => commands::letterbox::run(&args, out),
        Command::Anchor(args) => commands::anchor::run(&args, out),
        Command::Receipt(args) => commands::receipt::run(&args, out),
        Command::Standing(args) => commands::standing::run(&args, out),
        Command::Cosign(args) => commands::witness::cosign(&args, out),
        Command::Key(args) => commands::key::run(&args, out),
        Command::Serve(args) => commands::room::serve(&args, out),
        Command::Room(args) => commands::room::run(&args, out),
        Command::Demo(args) => commands::demo::run(&args, out),
        Command::Lsp => commands::lsp::run(),
        Command::Completions(args) => commands::manual::completions(&args, out),
        Command::Manual => commands::manual::manual(out),
    }
}

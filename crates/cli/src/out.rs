//! What is printed: answers on the standard output, everything else on the standard error.

use crate::args::{Cli, Colour};
use anstream::AutoStream;
use std::io::{IsTerminal, Write};

/// Where the command prints.
pub(crate) struct Out {
    quiet: bool,
    choice: anstream::ColorChoice,
    progress: bool,
}

impl Out {
    pub(crate) fn new(cli: &Cli) -> Out {
        let choice = match cli.color {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        };
        Out { quiet: cli.quiet, choice, progress: std::io::stderr().is_terminal() }
    }

    /// The answer: standard output. Style codes are stripped where they don't belong.
    pub(crate) fn answer(&mut self, text: &str) -> anyhow::Result<()> {
        let mut stream = AutoStream::new(std::io::stdout().lock(), self.choice);
        stream.write_all(text.as_bytes())?;
        if !text.ends_with('\n') {
            stream.write_all(b"\n")?;
        }
        stream.flush()?;
        Ok(())
    }

    /// A text on the standard output, byte for byte.
    pub(crate) fn exactly(&mut self, text: &str) -> anyhow::Result<()> {
        let mut stream = std::io::stdout().lock();
        stream.write_all(text.as_bytes())?;
        stream.flush()?;
        Ok(())
    }

    /// A remark: standard error, unless --quiet.
    pub(crate) fn say(&mut self, text: &str) {
        if !self.quiet {
            let mut stream = AutoStream::new(std::io::stderr().lock(), self.choice);
            // A remark that can't be written must not stop the work.
            let _ = writeln!(stream, "{text}");
        }
    }

    /// How far long work is, on a terminal: each overwrites the last.
    pub(crate) fn progress(&mut self, text: &str) {
        if self.progress && !self.quiet {
            let mut stream = AutoStream::new(std::io::stderr().lock(), self.choice);
            let _ = write!(stream, "\r\x1b[2K{text}");
            let _ = stream.flush();
        }
    }

    /// Clears the line that progress stood on.
    pub(crate) fn progress_done(&mut self) {
        self.progress("");
    }

    /// Whether diagnostics should carry colour.
    pub(crate) fn colour(&self) -> bool {
        match self.choice {
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => true,
            anstream::ColorChoice::Never => false,
            anstream::ColorChoice::Auto => std::io::stdout().is_terminal(),
        }
    }

    /// An error, with its causes.
    pub(crate) fn error(&mut self, error: &anyhow::Error) {
        let mut stream = AutoStream::new(std::io::stderr().lock(), self.choice);
        // Names of files and texts of others may hold what would trick a terminal.
        let text = format!("{error:#}");
        let lines: Vec<_> = text.lines().map(servanda_text::escape).collect();
        let _ = writeln!(stream, "\x1b[1;31merror:\x1b[0m {}", lines.join("\n"));
    }
}

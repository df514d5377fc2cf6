//! `servanda prove`.

use crate::Ended;
use crate::args::ProveArgs;
use crate::out::Out;
use crate::place;
use anyhow::{Context, bail};
use servanda_entry::Kind;
use servanda_store::Record;
use servanda_store::proofs::{Asked, Bundle, make};
use std::io::{BufWriter, Write};
use std::path::Path;

/// What goes with each bundle to be read: the formats, and the second checker in its two files.
const SPEC: [(&str, &str); 6] = [
    ("bundle.md", include_str!("../../../../spec/bundle.md")),
    ("entry.md", include_str!("../../../../spec/entry.md")),
    ("record.md", include_str!("../../../../spec/record.md")),
    ("verify.py", include_str!("../../../../spec/verify.py")),
    ("verify_keys.py", include_str!("../../../../spec/verify_keys.py")),
    ("verify_parts.py", include_str!("../../../../spec/verify_parts.py")),
];
/// Largest file that is taken into a bundle from outside the record.
const FILE_BYTES_MAX: u64 = 256 << 20;

pub(crate) fn run(args: &ProveArgs, out: &mut Out) -> anyhow::Result<Ended> {
    let record = place::open(&args.dir)?;
    let mut answer = None;
    let asked = if let Some(range) = &args.range {
        let bounds = range.split_once("..").and_then(|(start, end)| {
            Some((start.parse().ok()?, end.parse().ok()?)).filter(|(start, end)| start < end)
        });
        let Some((start, end)) = bounds else {
            bail!("--range {range}: write it as I..J, such as 3..9 for the entries 3 to 8");
        };
        Asked::Range(start, end)
    } else if let Some(index) = args.finding {
        let kind = record.entry(index)?.body.kind();
        if kind != Kind::Finding {
            bail!("entry {index} is no finding; prove it with --entry {index}");
        }
        Asked::Range(0, index + 1)
    } else if let Some(path) = &args.answer {
        let bytes = read(path)?;
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .with_context(|| format!("{}: not JSON", path.display()))?;
        if value.get("asked").is_none() {
            bail!("{}: not an answer, as `status --format json` prints it", path.display());
        }
        answer = Some(bytes);
        Asked::All
    } else if args.all {
        Asked::All
    } else {
        Asked::Entries(args.entry.iter().copied().collect())
    };
    let optional = |path: Option<&std::path::PathBuf>| path.map(|path| read(path)).transpose();
    let bundle = Bundle {
        asked,
        checkpoint: optional(args.checkpoint.as_ref())?,
        since: optional(args.since.as_ref())?,
        policy: optional(args.policy.as_ref())?,
        answer,
        shown: vec![],
        spec: if args.no_spec { [].into() } else { spec() },
    };
    write_bundle(&record, &bundle, &args.out)?;
    out.say(&format!(
        "written: {0}\ncheck it: servanda verify {0} --key {1}",
        args.out.display(),
        record.log_key()
    ));
    Ok(Ended::Done)
}

/// What goes with each bundle to be read.
pub(super) fn spec() -> Vec<(String, Vec<u8>)> {
    SPEC.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).to_vec()
}

/// Writes a bundle, whole or not at all.
pub(super) fn write_bundle(record: &Record, bundle: &Bundle, to: &Path) -> anyhow::Result<()> {
    write(to, |to| Ok(make(record, bundle, to).map(drop)?))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let shown = path.display();
    let found = std::fs::metadata(path).with_context(|| format!("{shown}: can't be read"))?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        bail!("{shown}: no file, or larger than {FILE_BYTES_MAX} bytes");
    }
    std::fs::read(path).with_context(|| format!("{shown}: can't be read"))
}

/// Writes a file whole or not at all.
fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<std::fs::File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut partial = path.file_name().unwrap_or_default().to_os_string();
    partial.push(".partial");
    let partial = path.with_file_name(partial);
    let cant = || format!("{}: can't be written", path.display());
    let mut to = BufWriter::new(std::fs::File::create(&partial).with_context(cant)?);
    let filled = fill(&mut to).and_then(|()| to.flush().with_context(cant));
    drop(to);
    if let Err(error) = filled {
        // What is half written is of no use to anybody.
        let _ = std::fs::remove_file(&partial);
        return Err(error);
    }
    std::fs::rename(&partial, path).with_context(cant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_checker_goes_along_with_every_file_that_it_takes_in() {
        let mut named = 0;
        for (_, text) in SPEC.iter().filter(|(name, _)| name.ends_with(".py")) {
            let lines = text.lines().filter_map(|line| line.strip_prefix("from verify_"));
            for file in lines.filter_map(|rest| rest.split(' ').next()) {
                let file = format!("verify_{file}.py");
                assert!(SPEC.iter().any(|(name, _)| *name == file), "{file} is missing");
                named += 1;
            }
        }
        assert!(named > 2, "{named}");
    }
}

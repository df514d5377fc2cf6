//! The files of the agreements in this project: all of their rows are read.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that stops has failed")]

use servanda_entry::{Draft, Observation};
use servanda_incidents::passes_of;
use servanda_read::{Format, Mapping, ReadContext, Recognised, Row, read, recognise};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements")
}

fn observations(path: &str, format: Format) -> Vec<Observation> {
    let bytes = std::fs::read(folder().join(path)).unwrap();
    assert_eq!(recognise(path, &bytes, &[]), Recognised::Format(format), "{path}");
    let mut rows = Vec::new();
    let summary = read(format, &bytes, &ReadContext::default(), &mut |row| match row {
        Row::Draft { draft: Draft::Observation(row), .. } => rows.push(row),
        Row::Draft { .. } => {}
        Row::Rejected(bad) => panic!("{path}: {bad:?}"),
    })
    .unwrap();
    assert_eq!(summary.rejected, 0);
    rows
}

#[test]
fn each_row_of_the_known_formats_is_read() {
    for (path, format, rows) in [
        ("easter-truce-2026/data/viirs.csv", Format::Firms, 509),
        ("donbas-2020-07/data/fires_daily.csv", Format::Firms, 0),
        ("christmas-truce-2023/data/fires_daily.csv", Format::Firms, 0),
        ("donbas-2020-07/data/ucdp.csv", Format::Ucdp, 0),
        ("christmas-truce-2023/data/ucdp.csv", Format::Ucdp, 0),
        ("syria-cessation-2016-02/data/ucdp.csv", Format::Ucdp, 0),
        ("easter-truce-2025/data/viina.csv", Format::Viina, 0),
        ("energy-moratorium-2025/data/viina.csv", Format::Viina, 0),
    ] {
        let bytes = std::fs::read(folder().join(path)).unwrap();
        // These files have no line breaks inside their fields.
        let lines = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count();
        let read = observations(path, format).len();
        assert_eq!(read, lines - 1, "{path}");
        assert!(rows == 0 || read == rows, "{path}");
    }
}

#[test]
fn the_passes_of_the_truce_are_those_of_the_second_count() {
    let rows = observations("easter-truce-2026/data/viirs.csv", Format::Firms);
    let seen = || rows.iter().map(|row| (row.interval(), &row.attrs));
    let passes = passes_of(seen(), "satellite", Some("light"), 30 * 60_000);
    let truce = 1_775_912_400_000..1_776_027_600_000_i64;
    let night = passes
        .iter()
        .filter(|pass| pass.attrs.get("light").unwrap() == "night" && truce.contains(&pass.from_ms))
        .count();
    assert_eq!(night, 6);
}

#[test]
fn each_mapping_and_each_file_of_claims_is_read() {
    let mut mappings = 0;
    let mut claims = 0;
    for agreement in std::fs::read_dir(folder()).unwrap() {
        let agreement = agreement.unwrap().path();
        let Ok(files) = std::fs::read_dir(&agreement) else { continue };
        for path in files.map(|file| file.unwrap().path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".map.toml") {
                let text = std::fs::read_to_string(&path).unwrap();
                if let Err(errors) = Mapping::parse(&name, &text) {
                    panic!("{}: {}", path.display(), errors[0]);
                }
                mappings += 1;
            }
        }
        if let Ok(bytes) = std::fs::read(agreement.join("data/claims.json")) {
            let summary =
                read(Format::Claims, &bytes, &ReadContext::default(), &mut |_| {}).unwrap();
            assert_eq!(summary.rejected, 0, "{}", agreement.display());
            claims += summary.drafts;
        }
    }
    assert!(mappings > 0 && claims > 0);
}

//! Files that are damaged, cut off, wrongly encoded, or made to do harm.

#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

use servanda_incidents::passes_of;
use servanda_read::{
    Format, Limits, Mapping, ReadContext, Recognised, Rejected, Row, Summary, Unreadable, read,
    recognise,
};
use std::fmt::Write;

type Outcome = Result<(Summary, Vec<Rejected>), Unreadable>;

fn outcome(format: Format, bytes: &[u8]) -> Outcome {
    outcome_with(format, bytes, &ReadContext::default())
}

fn outcome_with(format: Format, bytes: &[u8], context: &ReadContext<'_>) -> Outcome {
    let mut rejected = Vec::new();
    let summary = read(format, bytes, context, &mut |row| {
        if let Row::Rejected(row) = row {
            rejected.push(row);
        }
    })?;
    assert_eq!(summary.rows, summary.drafts + summary.rejected);
    assert_eq!(summary.rejected, rejected.len() as u64);
    Ok((summary, rejected))
}

const HEADER: &str = "latitude,longitude,acq_date\n";
const ROW: &str = "48.1,37.2,2026-04-11\n";

fn firms(rows: &str) -> (Summary, Vec<Rejected>) {
    outcome(Format::Firms, format!("{HEADER}{rows}").as_bytes()).unwrap()
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_header() {
    let file = format!("\u{FEFF}{HEADER}{ROW}");
    assert_eq!(outcome(Format::Firms, file.as_bytes()).unwrap().0.drafts, 1);
    let file = "\u{FEFF}{\"truces\": []}";
    assert_eq!(outcome(Format::Claims, file.as_bytes()).unwrap().0.rows, 0);
}

#[test]
fn line_ends_of_windows_are_line_ends() {
    let file = format!("{HEADER}{ROW}{ROW}").replace('\n', "\r\n");
    assert_eq!(outcome(Format::Firms, file.as_bytes()).unwrap().0.drafts, 2);
    let quoted = "\"latitude\",\"longitude\",\"acq_date\"\r\n\"48.1\",\"37.2\",\"2026-04-11\"\r\n";
    assert_eq!(outcome(Format::Firms, quoted.as_bytes()).unwrap().0.drafts, 1);
    let half = "\"latitude\",\"longitude\",acq_date\r\n\"48.1\",\"37.2\",2026-04-11\r\n";
    assert_eq!(outcome(Format::Firms, half.as_bytes()).unwrap().0.drafts, 1);
}

#[test]
fn a_file_without_a_last_line_feed_is_whole() {
    assert_eq!(firms(ROW.trim_end()).0.drafts, 1);
}

#[test]
fn wrong_encodings_are_named() {
    let utf16: Vec<u8> = "latitude".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE], utf16.as_slice()].concat();
    for bytes in [utf16, marked] {
        let error = outcome(Format::Firms, &bytes).unwrap_err().to_string();
        assert!(error.contains("UTF-16"), "{error}");
    }
    for (bytes, word) in [(&b"PK\x03\x04rest"[..], "ZIP"), (b"\x1F\x8B\x08", "gzip")] {
        for format in Format::ALL {
            if format != Format::Csv {
                let error = outcome(format, bytes).unwrap_err().to_string();
                assert!(error.contains(word), "{error}");
            }
        }
    }
    let error = outcome(Format::Claims, b"{\"a\": \"\xE9\"}").unwrap_err();
    assert!(matches!(error, Unreadable::NotUtf8 { offset: 7, .. }), "{error:?}");
}

#[test]
fn a_row_that_is_no_text_is_rejected_alone() {
    let mut file = format!("{HEADER}{ROW}").into_bytes();
    file.extend(b"48.1,37.2\xE9,2026-04-11\n48.1,37.2,2026\x0004-11\n\"48.1\",\"\xFF\",x\n");
    file.extend(ROW.as_bytes());
    let (summary, rejected) = outcome(Format::Firms, &file).unwrap();
    assert_eq!((summary.drafts, summary.rejected), (2, 3));
    let lines: Vec<_> = rejected.iter().map(|r| (r.line, r.column.as_deref())).collect();
    assert_eq!(lines, [(3, Some("longitude")), (4, Some("acq_date")), (5, Some("longitude"))]);
    assert_eq!(rejected[0].raw, "48.1,37.2\\xE9,2026-04-11");
    assert!(rejected[1].reason.contains("NUL"), "{}", rejected[1].reason);

    let lines = b"\xE9\n{\"kind\":\x00}\n";
    assert_eq!(outcome(Format::JsonLines, lines).unwrap().0.rejected, 2);
}

#[test]
fn each_cut_of_a_file_keeps_the_count() {
    let file = format!("{HEADER}{ROW}\"48.1\",\"37.2\",\"2026-04-11\"\n{ROW}");
    let json = "{\"truces\":[{\"claims\":[{\"claimed_by\":\"A\",\"as_of\":\"2025-04-20\",\"what\":\"x\"}]}]}";
    let line = "{\"kind\":\"claim\",\"row\":{\"by\":\"A\",\"what\":\"x\"}}";
    for (format, text) in
        [(Format::Firms, file.as_str()), (Format::Claims, json), (Format::JsonLines, line)]
    {
        for end in 0..text.len() {
            let _ = outcome(format, &text.as_bytes()[..end]);
        }
    }
}

#[test]
fn a_quote_that_never_closes_takes_one_line() {
    let (summary, rejected) = firms(&format!("{ROW}48.1,\"37.2,2026-04-11\n{ROW}{ROW}"));
    assert_eq!((summary.drafts, summary.rejected), (3, 1));
    assert_eq!((rejected[0].line, rejected[0].column.as_deref()), (3, Some("longitude")));
    assert!(rejected[0].reason.contains("never closes"), "{}", rejected[0].reason);
    assert_eq!(rejected[0].raw, "48.1,\"37.2,2026-04-11");
}

#[test]
fn a_line_of_100_megabytes_is_one_rejected_row() {
    let mut file = format!("{HEADER}{ROW}");
    file.push_str(&"7".repeat(100_000_000));
    file.push('\n');
    file.push_str(ROW);
    let (summary, rejected) = outcome(Format::Firms, file.as_bytes()).unwrap();
    assert_eq!((summary.drafts, summary.rejected), (2, 1));
    assert_eq!(rejected[0].raw.len(), 500);
    // The same inside quotes, which go on over line breaks.
    let file = format!("{HEADER}\"{}\n{ROW}", "7\n".repeat(700_000));
    let (summary, _) = outcome(Format::Firms, file.as_bytes()).unwrap();
    assert_eq!((summary.drafts, summary.rejected), (1, 700_000));
}

#[test]
fn a_million_commas_are_one_rejected_row() {
    let (summary, rejected) = firms(&format!("{}\n{ROW}", ",".repeat(1_000_000)));
    assert_eq!((summary.drafts, summary.rejected), (1, 1));
    assert!(rejected[0].reason.contains("512"), "{}", rejected[0].reason);
    let quoted = format!("{}\n{ROW}", "\"\",".repeat(300_000));
    assert_eq!(firms(&quoted).0.rejected, 1);
    let header = outcome(Format::Firms, ",".repeat(1_000_000).as_bytes());
    assert!(matches!(header, Err(Unreadable::Header { .. })), "{header:?}");
}

#[test]
fn quotes_made_to_be_read_again_and_again_are_read_in_linear_time() {
    // Each line leaves a quote open where the line before closes one.
    for line in ["x,\"\n", "\"\n", "\",\"\n", "a,\",\"\",\"\n", "\"\"\"\n"] {
        let rows = line.repeat(40_000);
        let context = ReadContext::default();
        let file = format!("{HEADER}{rows}");
        let (summary, _) = outcome_with(Format::Firms, file.as_bytes(), &context).unwrap();
        assert!(summary.rejected > 0);
    }
}

#[test]
fn json_that_nests_deep_or_repeats_keys_is_refused() {
    let deep = "[".repeat(1_000_000);
    for format in [Format::Claims, Format::GeoJson] {
        assert!(outcome(format, deep.as_bytes()).is_err());
    }
    assert_eq!(outcome(Format::JsonLines, &deep.as_bytes()[..5_000]).unwrap().0.rejected, 1);
    let deep_claim = format!("{{\"truces\":[{{\"claims\":[{deep}]}}]}}");
    assert!(outcome(Format::Claims, deep_claim.as_bytes()).is_err());
    let twice = b"{\"type\":\"FeatureCollection\",\"type\":\"x\",\"features\":[]}";
    assert!(outcome(Format::GeoJson, twice).is_err());
}

#[test]
fn dates_outside_the_years_1_to_9999_are_rejected() {
    let (summary, _) = firms(
        "48.1,37.2,0000-01-01\n48.1,37.2,10000-01-01\n48.1,37.2,-001-01-01\n48.1,37.2,2026-00-10\n",
    );
    assert_eq!(summary.rejected, 4);
    assert_eq!(firms("48.1,37.2,0001-01-01\n").0.drafts, 1);
}

#[test]
fn limits_are_kept() {
    let limits = Limits { file_bytes: 100, rows: 2, record_bytes: 40, field_bytes: 10, columns: 3 };
    let context = ReadContext { limits, ..ReadContext::default() };
    let firms =
        |rows: &str| outcome_with(Format::Firms, format!("{HEADER}{rows}").as_bytes(), &context);
    assert_eq!(firms(&ROW.repeat(2)).unwrap().0.drafts, 2);
    assert!(matches!(firms(&ROW.repeat(3)), Err(Unreadable::TooManyRows { max: 2 })));
    assert!(matches!(firms(&ROW.repeat(9)), Err(Unreadable::TooLarge { .. })));
    assert_eq!(firms("12345678901,37.2,2026-04-11\n").unwrap().0.rejected, 1);
    assert_eq!(firms("1,2,3,4\n").unwrap().0.rejected, 1);
}

#[test]
fn a_field_that_no_entry_can_hold_is_rejected() {
    let header = "latitude,longitude,acq_date,satellite\n";
    let long = "N".repeat(5_000);
    let file = format!("{header}48.1,37.2,2026-04-11,{long}\n48.1,37.2,2026-04-11,N\n");
    let (summary, rejected) = outcome(Format::Firms, file.as_bytes()).unwrap();
    assert_eq!((summary.drafts, summary.rejected), (1, 1));
    assert_eq!(rejected[0].column.as_deref(), Some("satellite"));
}

#[test]
fn what_is_rejected_counts_as_not_watched() {
    let mapping = "kind = \"observation\"\nobservation = \"alarm\"\n[time]\nday = \"day\"\n\
                   [place]\nzone = { id = \"north\" }\n[attributes]\nnote = \"note\"\n\
                   [coverage]\nrows = \"span\"\n";
    let mapping = Mapping::parse("m", mapping).unwrap();
    let context = ReadContext { mapping: Some(&mapping), ..ReadContext::default() };
    let file = format!("day,note\n2026-04-11,{}\n2026-04-13,short\n", "x".repeat(5_000));
    let (summary, _) = outcome_with(Format::Csv, file.as_bytes(), &context).unwrap();
    assert_eq!((summary.rejected, summary.coverage.len()), (1, 1));
    assert_eq!(summary.coverage[0].from_ms, 1_776_038_400_000);
}

#[test]
fn hidden_characters_are_written_out_in_what_people_read() {
    let (_, rejected) = firms("48.1,\u{202E}37,2026-04-11\n");
    assert!(!rejected[0].reason.contains('\u{202E}'), "{}", rejected[0].reason);
    assert!(!rejected[0].raw.contains('\u{202E}'), "{}", rejected[0].raw);
}

#[test]
fn formats_are_recognised_or_the_reason_is_told() {
    let alarms =
        "kind = \"observation\"\nobservation = \"alarm\"\n[time]\nfrom = \"a\"\nto = \"b\"\n";
    let alarms = Mapping::parse("alarms", alarms).unwrap();
    let days = "kind = \"observation\"\nobservation = \"alarm\"\n[time]\nday = \"a\"\n";
    let days = Mapping::parse("days", days).unwrap();
    let both = [("alarms", &alarms), ("days", &days)];
    let firms = Recognised::Format(Format::Firms);
    assert_eq!(recognise("x.csv", HEADER.as_bytes(), &both), firms);
    assert_eq!(recognise("x.csv", b"a,b,c\n", &both[..1]), Recognised::Mapped(0));
    assert_eq!(recognise("x.csv", b"c,a\n", &both), Recognised::Mapped(1));
    for (head, words) in [
        (&b"a,b\n"[..], "alarms, days"),
        (b"x,y\n", "the mapping days needs \"a\""),
        (b"PK\x03\x04", "ZIP"),
        (b"{\"x\": 1}", "--as"),
        (b"", "empty"),
    ] {
        match recognise("x", head, &both) {
            Recognised::Unknown(reason) => assert!(reason.contains(words), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
    for (name, head, format) in [
        ("x.jsonl", "", Format::JsonLines),
        ("x", "{\"kind\": \"act\", \"row\": {}}\n", Format::JsonLines),
        ("x", "\n{\"type\": \"FeatureCollection\"", Format::GeoJson),
        ("x", "{\"note\": \"n\", \"truces\": [", Format::Claims),
        ("x", "datetime,latitude,longitude,event_type\n", Format::Viina),
        (
            "x",
            "id,side_a,side_b,where_prec,latitude,longitude,date_start,date_end,low,high\n",
            Format::Ucdp,
        ),
    ] {
        assert_eq!(recognise(name, head.as_bytes(), &[]), Recognised::Format(format), "{head}");
    }
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
    }
    assert_eq!(Format::named("excel"), None);
}

#[test]
fn passes_come_of_what_was_read() {
    let mut file = String::from("latitude,longitude,acq_date,acq_time,satellite,daynight\n");
    for (satellite, time) in [("N", "0100"), ("N", "0101"), ("N20", "0101"), ("N", "0300")] {
        writeln!(file, "48.1,37.2,2026-04-11,{time},{satellite},N").unwrap();
    }
    let mut rows = Vec::new();
    read(Format::Firms, file.as_bytes(), &ReadContext::default(), &mut |row| {
        if let Row::Draft { draft: servanda_entry::Draft::Observation(row), .. } = row {
            rows.push(row);
        }
    })
    .unwrap();
    let seen = || rows.iter().map(|row| (row.interval(), &row.attrs));
    let passes = passes_of(seen(), "satellite", Some("light"), 30 * 60_000);
    assert_eq!(passes.len(), 3);
    assert_eq!(passes[0].to_ms - passes[0].from_ms, 120_000);
    assert_eq!(passes[0].attrs.get("light").unwrap(), "night");
    assert!(passes_of(seen(), "instrument", None, 30 * 60_000).is_empty());
}

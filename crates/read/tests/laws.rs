//! What holds of any input.

#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

use proptest::prelude::*;
use servanda_entry::Draft;
use servanda_read::{Format, Mapping, ReadContext, Row, read, read_any};

const MAPPING: &str = r#"
kind = "observation"
observation = "alarm"
unit = "alarm"
[time]
from = "from"
to = "to"
[place]
zone = "zone"
[place.zones]
north = "n"
south = "s"
[[counts]]
column = "a"
[[counts]]
column = "b"
[coverage]
rows = "span"
"#;

/// What stands in cells: good, odd and bad.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "48.1", "37.2", "181", "NaN", "-0", "1e2", "", "2026-04-11", "2026-04-12", "0000-01-01",
            "10000-01-01", "2026-04-11T13:00Z", "1304", "north", "south", "east", "0", "5", "-3",
            "\"a,b\"", "\"a\"\"b\"", "\"", "a\"b", "\"two\nlines\"", "\r", "D", "N", "\u{202E}", "ї",
        ]).prop_map(str::to_string),
        1 => "[ -~]{0,8}",
    ]
}

fn table(header: &'static str) -> impl Strategy<Value = String> {
    let width = header.split(',').count();
    let row = prop::collection::vec(cell(), width.saturating_sub(1)..width + 2);
    prop::collection::vec(row, 0..12).prop_map(move |rows| {
        let rows: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        format!("{header}\n{}", rows.join("\n"))
    })
}

fn any_table() -> impl Strategy<Value = String> {
    prop_oneof![
        table("latitude,longitude,acq_date"),
        table("latitude,longitude,scan,track,acq_date,acq_time,satellite,daynight"),
        table("id,side_a,side_b,where_prec,latitude,longitude,date_start,date_end,best,low,high"),
        table("datetime,latitude,longitude,event_type,headline"),
        table("from,to,zone,a,b"),
    ]
}

fn drafts(format: Format, bytes: &[u8], mapping: &Mapping) -> Vec<Draft> {
    let context = ReadContext { mapping: Some(mapping), ..ReadContext::default() };
    let mut drafts = Vec::new();
    let mut rejected = 0;
    let result = read(format, bytes, &context, &mut |row| match row {
        Row::Draft { draft, .. } => drafts.push(draft),
        Row::Rejected(_) => rejected += 1,
    });
    if let Ok(summary) = result {
        assert_eq!(summary.drafts, drafts.len() as u64);
        assert_eq!(summary.rejected, rejected);
        assert_eq!(summary.rows, summary.drafts + summary.rejected);
    }
    drafts
}

fn without_line(draft: Draft) -> String {
    let mut value = serde_json::to_value(draft).unwrap();
    value["row"].as_object_mut().unwrap().remove("line");
    value.to_string()
}

proptest! {
    #[test]
    fn nothing_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_any(&bytes);
    }

    #[test]
    fn nothing_panics_on_any_text(text in "\\PC{0,200}") {
        let _ = read_any(text.as_bytes());
    }

    #[test]
    fn nothing_panics_on_tables_that_nearly_fit(text in any_table(), cut in 0_usize..400) {
        let _ = read_any(text.as_bytes());
        let _ = read_any(&text.as_bytes()[..cut.min(text.len())]);
        let _ = read_any(format!("{MAPPING}\n---\n{text}").as_bytes());
    }

    #[test]
    fn nothing_panics_on_a_mapping_with_a_hole(
        at in 0_usize..300,
        n in 0_usize..40,
        with in "\\PC{0,6}",
    ) {
        let chars: Vec<char> = MAPPING.chars().collect();
        let (at, end) = (at.min(chars.len()), (at + n).min(chars.len()));
        let (before, after) = (chars[..at].iter().copied(), chars[end..].iter().copied());
        let text: String = before.chain(with.chars()).chain(after).collect();
        if let Err(errors) = Mapping::parse("m", &text) {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|e| e.line > 0 && e.column > 0));
        }
    }

    #[test]
    fn each_row_is_drafted_or_rejected(text in any_table()) {
        let mapping = Mapping::parse("m", MAPPING).unwrap();
        for format in Format::ALL {
            drafts(format, text.as_bytes(), &mapping);
        }
    }

    #[test]
    fn what_is_read_is_an_entry_and_reads_back_as_json_lines(text in any_table()) {
        let mapping = Mapping::parse("m", MAPPING).unwrap();
        for format in [Format::Firms, Format::Ucdp, Format::Viina, Format::Csv] {
            let made = drafts(format, text.as_bytes(), &mapping);
            let lines: String =
                made.iter().map(|d| serde_json::to_string(d).unwrap() + "\n").collect();
            let back = drafts(Format::JsonLines, lines.as_bytes(), &mapping);
            let strip = |list: Vec<Draft>| list.into_iter().map(without_line).collect::<Vec<_>>();
            prop_assert_eq!(strip(made), strip(back));
        }
    }

    #[test]
    fn the_order_of_rows_is_nothing(
        rows in prop::collection::vec((0..90_i32, 0..200_i32, 1..32_u8, 0..1500_u16), 1..30),
        seed in any::<u64>(),
    ) {
        let mapping = Mapping::parse("m", MAPPING).unwrap();
        let lines: Vec<String> = rows
            .iter()
            .map(|(lat, lon, day, time)| format!("{lat}.5,{lon},0.4,0.5,2026-04-{day:02},{time}"))
            .collect();
        let mut shuffled = lines.clone();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        let read = |lines: &[String]| {
            let file = format!(
                "latitude,longitude,scan,track,acq_date,acq_time\n{}\n", lines.join("\n"));
            let mut all: Vec<String> = drafts(Format::Firms, file.as_bytes(), &mapping)
                .into_iter().map(without_line).collect();
            all.sort();
            all
        };
        prop_assert_eq!(read(&lines), read(&shuffled));
    }
}

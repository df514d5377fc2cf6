//! Files that are damaged, cut off, wrongly encoded or made to do harm, through `add`.

use crate::truce::{DETECTIONS, EVENTS, WRITE, founded};
use crate::world::{World, tree};
use std::io::{BufWriter, Write as _};

/// What must become of a file.
enum Fate {
    /// It is refused as a whole, and nothing is written.
    Refused,
    /// So many rows are put aside, and no more than so many taken.
    Rejected { rejected: u64, accepted: u64 },
}

use Fate::{Refused, Rejected};

/// Adds a file that lies there, in little memory; it has the fate that it must have, and the
/// record is whole.
#[track_caller]
fn meets(world: &World, name: &str, more: &[&str], fate: &Fate) {
    let before = tree(&world.path("record"));
    let add = [&["add", "record", name, "--format", "json"][..], more, &WRITE].concat();
    let run = world.run_bounded(&add);
    assert!(run.out.len() + run.err.len() < 2_000_000, "{name}: it says too much");
    match *fate {
        Refused => {
            assert_eq!(run.code, Some(2), "{name}: {}", run.out);
            assert!(run.err.contains(name), "{name} is not named: {}", run.err);
            assert_eq!(before, tree(&world.path("record")), "{name} left something behind");
        }
        Rejected { rejected, accepted } => {
            assert_eq!(run.code, Some(0), "{name}: {}", run.err);
            let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
            let file = &summary["files"][0];
            let count = |key: &str| file[key].as_u64().unwrap();
            assert_eq!((count("rejected"), count("accepted")), (rejected, accepted), "{name}");
        }
    }
    world.ok(&["verify", "record"]);
}

/// A file with these bytes, in a record of its own.
#[track_caller]
fn file(name: &str, bytes: impl AsRef<[u8]>, more: &[&str], fate: &Fate) {
    let world = founded();
    world.write(name, bytes);
    meets(&world, name, more, fate);
}

const HEAT: [&str; 2] = ["--source", "satellite"];
const CAMERA: [&str; 4] = ["--source", "camera", "--as", "geojson"];
const ROW: &str = "45.01,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n";

fn heat(rows: &str) -> String {
    format!("{DETECTIONS}{rows}")
}

const ONE: Fate = Rejected { rejected: 1, accepted: 0 };
const ONE_BESIDE_ONE: Fate = Rejected { rejected: 1, accepted: 1 };

#[test]
fn what_is_no_text_is_refused() {
    let utf16: Vec<u8> = heat(ROW).encode_utf16().flat_map(u16::to_le_bytes).collect();
    file("utf16.csv", [&[0xff, 0xfe][..], &utf16].concat(), &HEAT, &Refused);
    file("utf16-bare.csv", &utf16, &HEAT, &Refused);
    file("zip.csv", b"PK\x03\x04\x14\0\0\0\x08\0rest", &HEAT, &Refused);
    file("gzip.csv", b"\x1f\x8b\x08\0\0\0\0\0", &HEAT, &Refused);
    file("empty.csv", "", &HEAT, &Refused);
    file("program.csv", b"\x7fELF\x02\x01\x01\0\0\0\0", &HEAT, &Refused);
    let mut latin = heat(ROW).into_bytes();
    latin.extend(b"45.01,10.01,0.4,0.4,2026-06-02,0110,S\xe9,n,N\n");
    file("latin.csv", latin, &HEAT, &ONE_BESIDE_ONE);
    file(
        "nul.csv",
        heat(&format!("{ROW}45.01,10.01,0.4,0.4,2026\0-06-02,0110,A,n,N\n")),
        &HEAT,
        &ONE_BESIDE_ONE,
    );
}

#[test]
fn a_file_that_was_cut_off_loses_its_last_row_alone() {
    let whole = heat(ROW);
    for cut in [1, 5, 20] {
        let bytes = format!("{whole}{}", &ROW[..ROW.len() - cut]);
        let world = founded();
        world.write("cut.csv", &bytes);
        let run = world.run_bounded(&[&["add", "record", "cut.csv"][..], &HEAT, &WRITE].concat());
        assert_eq!(run.code, Some(0), "{}", run.err);
        world.ok(&["verify", "record"]);
    }
    file("cut.json", r#"{"truces": [{"claims": [{"claimed_by": "N","#, &[], &Refused);
    file(
        "cut.geojson",
        r#"{"type": "FeatureCollection", "features": ["#,
        &["--source", "patrol"],
        &Refused,
    );
}

#[test]
fn impossible_values_are_put_aside_one_by_one() {
    let bad = [
        "45.01,181,0.4,0.4,2026-06-02,0110,A,n,N\n",
        "-90.5,10,0.4,0.4,2026-06-02,0110,A,n,N\n",
        "NaN,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n",
        "inf,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n",
        "1e400,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n",
        "45.01,10.01,0.4,0.4,0000-06-02,0110,A,n,N\n",
        "45.01,10.01,0.4,0.4,10000-06-02,0110,A,n,N\n",
        "45.01,10.01,0.4,0.4,2026-02-30,0110,A,n,N\n",
        "45.01,10.01,0.4,0.4,2026-06-02,2561,A,n,N\n",
        "45.01,10.01,99999999999999999999,0.4,2026-06-02,0110,A,n,N\n",
        "45.01,10.01\n",
        "45.01,10.01,0.4,0.4,2026-06-02,0110,A,n,N,extra\n",
        "=1+1,10.01,0.4,0.4,2026-06-02,0110,A,n,N\n",
    ];
    for (n, row) in bad.iter().enumerate() {
        file(&format!("bad-{n}.csv"), heat(&format!("{ROW}{row}")), &HEAT, &ONE_BESIDE_ONE);
    }
    let events = [
        "1,N,S,1,45,10,2026-06-02,2026-06-02,-1,-1,-1\n",
        "1,N,S,1,45,10,2026-06-02,2026-06-02,1,1,99999999999999999999999\n",
        "1,N,S,1,45,10,2026-06-02,2026-06-01,1,1,1\n",
        "1,N,S,1,45,10,2026-06-02,2026-06-02,1.5,1,2\n",
        "1,N,S,1,45,10,2026-06-02,2026-06-02,1,3,2\n",
    ];
    for (n, row) in events.iter().enumerate() {
        file(&format!("event-{n}.csv"), format!("{EVENTS}{row}"), &[], &ONE);
    }
}

#[test]
fn a_table_without_a_column_it_needs_is_refused() {
    file("short.csv", "latitude,longitude\n45,10\n", &HEAT, &Refused);
    file(
        "twice.csv",
        "latitude,latitude,longitude,acq_date\n45,45,10,2026-06-02\n",
        &HEAT,
        &Refused,
    );
    file("unknown.csv", "a,b,c\n1,2,3\n", &[], &Refused);
    file("semicolons.csv", heat(ROW).replace(',', ";"), &HEAT, &Refused);
}

#[test]
fn long_lines_and_many_commas_are_one_row_each() {
    file("commas.csv", heat(&format!("{ROW}{}\n", ",".repeat(1_000_000))), &HEAT, &ONE_BESIDE_ONE);
    file("commas-first.csv", ",".repeat(1_000_000), &HEAT, &Refused);
    let long = format!("{ROW}{}\n", "7".repeat(100_000_000));
    file("long.csv", heat(&long), &HEAT, &ONE_BESIDE_ONE);
    let quote = format!("{ROW}\"{}", "x".repeat(3_000_000));
    file("quote.csv", heat(&quote), &HEAT, &ONE_BESIDE_ONE);
}

#[test]
fn broken_json_is_refused_and_a_bad_member_put_aside() {
    let deep = format!(r#"{{"type": "FeatureCollection", "features": {}"#, "[".repeat(1_000_000));
    file("deep.geojson", deep, &CAMERA, &Refused);
    file("twice.json", r#"{"truces": [], "truces": []}"#, &[], &Refused);
    file("none.json", r#"{"hello": "world"}"#, &[], &Refused);
    let claims = |member: &str| {
        format!(
            r#"{{"truces": [{{"claims": [{{"claimed_by": "NORTHLAND", "as_of": "2026-06-03", "what": "x", {member}}}]}}]}}"#
        )
    };
    for (n, member) in [
        r#""count": 1, "count": 2"#,
        r#""count": -5"#,
        r#""count": 1e309"#,
        r#""count": 123456789012345678901234567890"#,
    ]
    .iter()
    .enumerate()
    {
        file(&format!("claim-{n}.json"), claims(member), &[], &ONE);
    }
    let polygon = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[1,1],[2,1],[2,2],[1,1]]]},
         "properties": {"kind": "shot", "time": "2026-06-02T09:00Z"}}]}"#;
    file("polygon.geojson", polygon, &CAMERA, &ONE);
}

/// A polygon with so many positions, written as it goes: it is never in memory here.
fn polygon_of(world: &World, name: &str, positions: u32) {
    let mut out = BufWriter::new(std::fs::File::create(world.path(name)).unwrap());
    out.write_all(
        br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"shot","time":"2026-06-02T09:00Z"},"geometry":{"type":"Polygon","coordinates":[["#,
    )
    .unwrap();
    for n in 0..positions {
        write!(out, "[{}.{:07},45.1234567],", n % 90, n % 10_000_000).unwrap();
    }
    out.write_all(b"[0.0000000,45.1234567]]]}}]}").unwrap();
    out.flush().unwrap();
}

#[test]
fn a_polygon_of_two_million_vertices_is_not_taken() {
    let world = founded();
    polygon_of(&world, "polygon.geojson", 2_000_001);
    meets(&world, "polygon.geojson", &CAMERA, &ONE);
}

#[test]
#[ignore = "long: run with make long"]
fn a_polygon_of_twenty_million_vertices_is_refused() {
    let world = founded();
    polygon_of(&world, "polygon.geojson", 20_000_000);
    meets(&world, "polygon.geojson", &CAMERA, &Refused);
}

#[test]
fn what_is_no_file_is_refused() {
    let world = founded();
    std::fs::create_dir(world.path("folder.csv")).unwrap();
    meets(&world, "folder.csv", &HEAT, &Refused);
    meets(&world, "nowhere.csv", &HEAT, &Refused);
    std::os::unix::fs::symlink("loop.csv", world.path("loop.csv")).unwrap();
    meets(&world, "loop.csv", &HEAT, &Refused);
}

#[test]
fn what_never_ends_is_refused() {
    let world = founded();
    std::os::unix::fs::symlink("/dev/zero", world.path("zero.csv")).unwrap();
    meets(&world, "zero.csv", &HEAT, &Refused);
}

#[test]
fn a_reply_or_an_answer_that_never_ends_is_refused() {
    let world = founded();
    world.note_explosion("2026-06-02T09:12Z");
    let before = tree(&world.path("record"));
    let reply = ["reply", "record", "e2", "--party", "S", "--text", "/dev/zero"];
    assert_eq!(world.run_bounded(&[&reply[..], &WRITE].concat()).code, Some(2));
    assert_eq!(world.run_bounded(&["recompute", "record", "/dev/zero"]).code, Some(2));
    assert_eq!(before, tree(&world.path("record")));
}

#[test]
fn one_bad_file_among_several_leaves_the_record_whole() {
    let world = founded();
    world.write("good.csv", heat(ROW));
    world.write("bad.csv", "");
    let add = ["add", "record", "good.csv", "bad.csv"];
    let why = world.refused(&[&add[..], &HEAT, &WRITE].concat());
    assert!(why.contains("bad.csv"), "{why}");
    world.ok(&["verify", "record"]);
    // Again, without the bad one: what came in before is not counted twice.
    let again = world.add_with("good.csv", heat(ROW), &HEAT);
    assert_eq!(again["accepted"].as_u64().unwrap() + again["duplicate"].as_u64().unwrap(), 1);
}

#[test]
fn two_hundred_thousand_bad_rows_are_put_aside_and_few_are_shown() {
    let world = founded();
    world.write("bad.csv", heat(&"x,y\n".repeat(200_000)));
    let run = world.run_bounded(&[&["add", "record", "bad.csv"][..], &HEAT, &WRITE].concat());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.out.contains("200000 rejected") && run.out.lines().count() < 20, "{}", run.out);
    world.ok(&["verify", "record"]);
}

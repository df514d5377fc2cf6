//! Agreements that are broken, or made to do harm, through `check` and `init`.

use crate::truce::WRITE;
use crate::world::{Run, World};

const FRONT: &str = r#"+++
id       = "trap"
title    = "A trap"
version  = "1"
timezone = "UTC"

[party.N]
name = "NORTHLAND"

[source.patrol]
shows = ["shot"]
"#;

const TERM: &str = r#"
+++

# A trap

## 1. Fire

```toml term
[prohibit.fire]
who      = ["N"]
acts     = ["shot"]
from     = "2026-06-01T00:00Z"
until    = "2026-06-08T00:00Z"
shown_by = ["patrol"]
```
"#;

fn with(more: &str) -> Vec<u8> {
    format!("{FRONT}{more}{TERM}").into_bytes()
}

/// `check` ends with 1 or 2 and `init` with 2, quickly and in little memory, and no folder is left.
#[track_caller]
fn is_refused(world: &World, bytes: &[u8]) -> Run {
    world.write("trap/agreement.md", bytes);
    let check = world.run_bounded(&["check", "trap"]);
    assert!(matches!(check.code, Some(1 | 2)), "check: {:?}\n{}", check.code, check.out);
    assert!(check.out.len() + check.err.len() < 1_000_000, "it says too much");
    let init = [&["init", "record", "--agreement", "trap"][..], &WRITE].concat();
    let init = world.run_bounded(&init);
    assert_eq!(init.code, Some(2), "{}", init.err);
    assert!(init.err.contains("agreement.md"), "{}", init.err);
    for left in ["record", "keys"] {
        assert!(!world.path(left).exists(), "{left} was left behind");
    }
    check
}

#[test]
fn the_trap_itself_is_sound() {
    let world = World::new();
    world.write("trap/agreement.md", with(""));
    world.ok(&["check", "trap"]);
    world.ok(&[&["init", "record", "--agreement", "trap"][..], &WRITE].concat());
}

#[test]
fn a_path_out_of_the_folder_is_not_followed() {
    for path in [
        "../../etc/passwd",
        "/etc/passwd",
        "../outside.geojson",
        "a/../../outside.geojson",
        "..\\\\outside.geojson",
        concat!("C", ":\\\\outside.geojson"),
        "",
        ".",
    ] {
        let world = World::new();
        world.write("outside.geojson", "{\"secret\": true}");
        let zone = format!("[zone.z]\nfile = \"{path}\"\nid = \"z\"\n");
        let check = is_refused(&world, &with(&zone));
        assert!(!check.out.contains("secret") && !check.out.contains("root:"), "{}", check.out);
        let mapped = format!("[source.s]\nshows = [\"shot\"]\nmapping = \"{path}\"\n");
        is_refused(&World::new(), &with(&mapped));
    }
}

#[test]
fn a_link_beside_the_agreement_to_what_never_ends_is_not_read() {
    let world = World::new();
    world.write("trap/agreement.md", "");
    std::os::unix::fs::symlink("/dev/zero", world.path("trap/zones.geojson")).unwrap();
    let zone = "[zone.z]\nfile = \"zones.geojson\"\nid = \"z\"\n";
    is_refused(&world, &with(zone));
    std::fs::remove_file(world.path("trap/zones.geojson")).unwrap();
    std::os::unix::fs::symlink("zones.geojson", world.path("trap/zones.geojson")).unwrap();
    is_refused(&world, &with(zone));
}

#[test]
fn five_megabytes_of_lists_in_lists_are_refused() {
    let world = World::new();
    is_refused(&world, &with(&format!("x = {}\n", "[".repeat(5_000_000))));
    let deep = format!("x = {}{}\n", "[".repeat(30_000), "]".repeat(30_000));
    is_refused(&world, &with(&deep));
    let lines = "x = [\n".repeat(600_000);
    is_refused(&world, &with(&lines));
    let tables = (0..60_000).map(|n| format!("[party.P{n}]\nname = \"x\"\n"));
    is_refused(&world, &with(&tables.collect::<String>()));
}

#[test]
fn zones_that_wait_for_each_other_are_refused() {
    let world = World::new();
    let zones =
        "[zone.a]\nunion = [\"b\"]\n[zone.b]\nminus = [\"c\", \"a\"]\n[zone.c]\nunion = [\"a\"]\n";
    let check = is_refused(&world, &with(zones));
    assert!(check.out.contains('a') && check.out.contains('b'), "{}", check.out);
    is_refused(&world, &with("[zone.a]\nunion = [\"a\"]\n"));
    // A chain that doubles with each link would be computed for ever.
    let double = |n: u32| format!("[zone.z{}]\nunion = [\"z{n}\", \"z{n}\"]\n", n + 1);
    let chain: String = (0..60).map(double).collect();
    let start = "[zone.z0]\ncircle = { lon = 10.0, lat = 45.0, radius_m = 1000 }\n";
    is_refused(&world, &with(&format!("{start}{chain}")));
}

#[test]
fn names_that_look_like_others_are_refused() {
    let world = World::new();
    for id in ["N\u{202e}", "\u{2066}N", "N\u{200b}", "N\n", "N N"] {
        let party = format!("[party.\"{}\"]\nname = \"x\"\n", id.replace('\n', "\\n"));
        let check = is_refused(&world, &with(&party));
        for bad in ["\u{202e}", "\u{2066}", "\u{200b}"] {
            assert!(!check.out.contains(bad), "{id:?} is printed as it came");
        }
    }
    // A Greek letter that looks like the party's own is named.
    world.write("trap/agreement.md", with("[party.\"\u{39d}\"]\nname = \"x\"\n"));
    let check = world.ok(&["check", "trap"]);
    assert!(check.out.contains("looks like"), "{}", check.out);
}

#[test]
fn the_same_key_twice_is_refused() {
    let world = World::new();
    is_refused(&world, &with("[party.N]\nname = \"SOUTHLAND\"\n"));
    is_refused(&world, &with("[party.S]\nname = \"x\"\nname = \"y\"\n"));
    let twice = String::from_utf8(with("")).unwrap();
    let twice = twice.replace("who      =", "who = [\"N\"]\nwho      =");
    is_refused(&world, twice.as_bytes());
}

#[test]
fn what_never_closes_is_refused() {
    let world = World::new();
    let whole = String::from_utf8(with("")).unwrap();
    let fence = whole.trim_end().strip_suffix("```").unwrap();
    is_refused(&world, fence.as_bytes());
    is_refused(&world, FRONT.as_bytes());
    is_refused(&world, b"");
    is_refused(&world, b"# No front matter\n");
}

#[test]
fn what_is_no_text_is_refused() {
    let world = World::new();
    let whole = String::from_utf8(with("")).unwrap();
    let utf16: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    is_refused(&world, &utf16);
    is_refused(&world, whole.replace("A trap", "\u{e9}").replace('\u{e9}', "\0").as_bytes());
    let mut latin = whole.clone().into_bytes();
    let at = whole.find("A trap").unwrap();
    latin[at] = 0xe9;
    is_refused(&world, &latin);
    is_refused(&world, b"\x7fELF\x02\x01\x01\0\0\0\0");
}

#[test]
fn zones_that_are_no_shapes_are_refused() {
    let zone = "[zone.z]\nfile = \"zones.geojson\"\nid = \"z\"\n";
    let ring = |points: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"z","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{points}]]}}}}]}}"#
        )
    };
    let nested = format!(r#"{{"type":"FeatureCollection","features":{}"#, "[".repeat(1_000_000));
    for bytes in [
        String::new(),
        "null".into(),
        "{".into(),
        nested,
        ring(""),
        ring("[1,1],[2,1],[1,1]"),
        ring("[181,1],[182,1],[182,2],[181,1]"),
        ring("[1,1e999],[2,1],[2,2],[1,1]"),
        ring("[0,0],[2,2],[2,0],[0,2],[0,0]"),
        ring("[\"1\",1],[2,1],[2,2],[1,1]"),
    ] {
        let world = World::new();
        world.write("trap/zones.geojson", &bytes);
        let check = is_refused(&world, &with(zone));
        assert!(!check.out.is_empty() || !check.err.is_empty());
    }
}

#[test]
fn a_zone_of_more_vertices_than_any_line_has_is_refused() {
    let world = World::new();
    let mut zones = String::from(
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","id":"z","properties":{},"geometry":{"type":"Polygon","coordinates":[["#,
    );
    zones.push_str(&"[1,1],".repeat(4_000_001));
    zones.push_str("[1,1]]]}}]}");
    world.write("trap/zones.geojson", zones);
    is_refused(&world, &with("[zone.z]\nfile = \"zones.geojson\"\nid = \"z\"\n"));
}

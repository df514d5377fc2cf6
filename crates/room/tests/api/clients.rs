//! A client that the project didn't write: GDAL's, where it is installed.

use crate::valley::Valley;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Asks GDAL; none: it isn't here.
fn ogrinfo(arguments: &[&str], cookie: Option<&str>) -> Option<String> {
    let mut command = Command::new("ogrinfo");
    command.args(["-ro", "--config", "GDAL_HTTP_TIMEOUT", "20"]);
    if let Some(cookie) = cookie {
        command.args(["--config", "GDAL_HTTP_COOKIE", cookie]);
    }
    let output = command.args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{text}\n{said}");
    assert!(!said.contains("ERROR"), "{arguments:?}\n{said}");
    Some(text)
}

fn count(text: &str) -> usize {
    let line = text.lines().find_map(|line| line.strip_prefix("Feature Count: "));
    line.unwrap_or_else(|| panic!("no count in\n{text}")).parse().unwrap()
}

#[test]
fn gdal_reads_every_collection() {
    let valley = Valley::open();
    let at = format!("OAPIF:http://{}/ogc", valley.open.at);
    let Some(list) = ogrinfo(&[&at], None) else {
        assert!(std::env::var_os("GDAL").is_none(), "GDAL=must, and ogrinfo is not here");
        println!("SKIPPED: ogrinfo (Debian's gdal-bin) is not here");
        return;
    };
    let (cookie, _) = valley.open.sign_in("vera");
    for (id, public, mission) in
        [("incidents", 4, 6), ("observations", 4, 6), ("zones", 2, 2), ("findings", 1, 1)]
    {
        assert!(list.contains(id), "{list}");
        for (cookie, expected) in [(None, public), (Some(cookie.as_str()), mission)] {
            // A page has one feature: all are read by the links to the next.
            let paged = ogrinfo(&["-al", "-oo", "PAGE_SIZE=1", &at, id], cookie).unwrap();
            let features = paged.matches("OGRFeature(").count();
            assert_eq!((count(&paged), features), (expected, expected), "{id}\n{paged}");
        }
    }
    let asked = |arguments: &[&str]| {
        let all: Vec<&str> = ["-al"].iter().chain(arguments).copied().collect();
        let text = ogrinfo(&all, Some(&cookie)).unwrap();
        assert_eq!(count(&text), text.matches("OGRFeature(").count(), "{text}");
        count(&text)
    };
    // GDAL itself drops what is nowhere from what is in a box.
    assert_eq!(asked(&["-spat", "9", "49", "11", "51", &at, "observations"]), 4);
    assert_eq!(asked(&["-spat", "10.99", "49.99", "11.01", "50.01", &at, "zones"]), 1);
    assert_eq!(asked(&["-where", "what = 'alarm'", &at, "observations"]), 3);
    assert_eq!(asked(&["-where", "what = 'alarm' AND key <> 'a-1'", &at, "observations"]), 2);
    assert_eq!(asked(&["-where", "radius_m < 160", &at, "observations"]), 2);
    let since = "starts >= '2030/03/05 00:00:00'";
    assert_eq!(asked(&["-where", since, &at, "observations"]), 2);
    assert_eq!(asked(&["-where", "stage = 'new'", &at, "incidents"]), 1);
    assert_eq!(asked(&["-where", "outcome = 'violation'", &at, "findings"]), 1);
    let text = ogrinfo(&["-al", "-where", "key = 'a-1'", &at, "observations"], None).unwrap();
    assert!(text.contains("POINT (10.0000003 50.0000001)"), "{text}");
    assert!(text.contains("starts (DateTime)"), "{text}");
}

/// Schemathesis makes questions of the definition, good ones and bad ones: none may be too much for
/// the room. `SCHEMATHESIS=N` asks for N examples of each operation; without, or where it isn't
/// installed (PyPI), it is passed over.
#[test]
fn no_question_of_schemathesis_is_too_much() {
    let Some(examples) = std::env::var_os("SCHEMATHESIS") else {
        println!("SKIPPED: SCHEMATHESIS says not how many examples to try");
        return;
    };
    let valley = Valley::open();
    let (cookie, _) = valley.open.sign_in("vera");
    let base = format!("http://{}", valley.open.at);
    let over = AtomicBool::new(false);
    let outputs: Vec<Option<Output>> = std::thread::scope(|scope| {
        // Else the room's clock stands still, and whoever asks has asked too often.
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                valley.open.pass(2);
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let run = |header: Option<String>| {
            let mut command = Command::new("schemathesis");
            command.args(["--no-color", "run", "--checks"]);
            command.arg(
                "not_a_server_error,status_code_conformance,content_type_conformance,\
                 response_schema_conformance",
            );
            command.args(["--mode", "all", "--phases", "examples,coverage,fuzzing"]);
            command.args(["--generation-deterministic", "--max-examples"]).arg(&examples);
            command.args(header.iter().flat_map(|header| ["-H", header]));
            command.args(["--url", &base]).arg(format!("{base}/openapi.json"));
            command.output().ok()
        };
        let outputs = [None, Some(format!("Cookie: {cookie}"))].map(run).into();
        over.store(true, Ordering::SeqCst);
        outputs
    });
    for output in outputs {
        let Some(output) = output else {
            println!("SKIPPED: schemathesis (PyPI) is not here");
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        println!("{text}");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// QGIS's own client, where `QGIS` names a Python that has PyQGIS (Debian's python3-qgis, 930 MB).
#[test]
fn qgis_reads_every_collection() {
    let Some(python) = std::env::var_os("QGIS") else {
        println!("SKIPPED: QGIS names no Python that has PyQGIS");
        return;
    };
    let valley = Valley::open();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/read_with_qgis.py");
    let address = format!("http://{}/ogc", valley.open.at);
    let output = Command::new(python).args([script, &address]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

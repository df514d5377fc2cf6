//! The base map has land, lakes, rivers and towns, and nothing that a state claims.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail loudly")]

use servanda_figure::{BaseLayer, BaseShape};
use servanda_tlog::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Most bytes of all layers together.
const BYTES_MAX: usize = 1_200_000;

type Point = (i32, i32);

type Edge = (Point, Point);

/// Two lakes may meet in a strait; what is longer, or has more edges than one, is a border.
const STRAIT_MAX: i32 = 100;
/// No lake is wider or higher than this, and most states are.
const LAKE_SPAN_MAX: i32 = 9_000;

fn edges(ring: &[Point]) -> impl Iterator<Item = Edge> {
    ring.iter().zip(ring.iter().skip(1).chain(ring.first())).map(|(a, b)| (*a, *b))
}

/// What makes shapes a map of states: two polygons that share a border, or one over another.
fn borders(shapes: &[BaseShape<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut owners: BTreeMap<Edge, usize> = BTreeMap::new();
    let mut shared: BTreeMap<(usize, usize), Vec<Edge>> = BTreeMap::new();
    for (n, shape) in shapes.iter().enumerate() {
        for (a, b) in shape.parts.iter().flat_map(|ring| edges(ring)) {
            let edge = (a.min(b), a.max(b));
            if let Some(m) = owners.insert(edge, n) {
                shared.entry((m, n)).or_default().push(edge);
            }
        }
    }
    for ((m, n), edges) in shared {
        let is_long = |(a, b): &Edge| (a.0 - b.0).abs().max((a.1 - b.1).abs()) > STRAIT_MAX;
        if m == n || edges.len() > 1 || edges.iter().any(is_long) {
            found.push(format!("polygons {m} and {n} share a border: {:?}", edges[0]));
        }
    }
    let areas: Vec<Area> = shapes.iter().map(Area::of).collect();
    for (n, area) in areas.iter().enumerate() {
        for (m, other) in areas.iter().enumerate().filter(|(m, _)| *m != n) {
            let inner = |edge: &&Edge| other.holds(edge.0);
            let all = area.edges.iter().flatten();
            if let Some((at, _)) = all.filter(|_| area.meets(other)).find(inner) {
                found.push(format!("polygon {n} lies over polygon {m} at {at:?}"));
            }
        }
    }
    found
}

/// A polygon whose edges are found by their latitude.
struct Area {
    low: Point,
    high: Point,
    /// The edges that reach into each band of latitude.
    edges: Vec<Vec<Edge>>,
}

/// Height of a band.
const BAND: i32 = 500;

impl Area {
    fn of(shape: &BaseShape<'_>) -> Area {
        let points = || shape.parts.iter().flatten();
        let (lons, lats) = (points().map(|at| at.0), points().map(|at| at.1));
        let low = (lons.clone().min().unwrap(), lats.clone().min().unwrap());
        let high = (lons.max().unwrap(), lats.max().unwrap());
        let band = |lat: i32| ((lat - low.1) / BAND) as usize;
        let mut bands = vec![Vec::new(); band(high.1) + 1];
        for (a, b) in shape.parts.iter().flat_map(|ring| edges(ring)) {
            for one in &mut bands[band(a.1.min(b.1))..=band(a.1.max(b.1))] {
                one.push((a, b));
            }
        }
        Area { low, high, edges: bands }
    }

    fn meets(&self, other: &Area) -> bool {
        let over = |a: &Area, b: &Area| a.low.0 <= b.high.0 && a.low.1 <= b.high.1;
        over(self, other) && over(other, self)
    }

    /// Whether a point lies in it; on its edge it does not.
    fn holds(&self, at: Point) -> bool {
        if at.0 < self.low.0 || at.0 > self.high.0 || at.1 < self.low.1 || at.1 > self.high.1 {
            return false;
        }
        let mut is_in = false;
        for (a, b) in &self.edges[((at.1 - self.low.1) / BAND) as usize] {
            let (low, high) = if a.1 < b.1 { (a, b) } else { (b, a) };
            let wide = |n: i32, m: i32| i64::from(n - m);
            let turn =
                wide(high.0, low.0) * wide(at.1, low.1) - wide(at.0, low.0) * wide(high.1, low.1);
            let is_beside = (low.1..=high.1).contains(&at.1);
            if turn == 0 && is_beside && (a.0.min(b.0)..=a.0.max(b.0)).contains(&at.0) {
                return false;
            }
            is_in ^= low.1 <= at.1 && at.1 < high.1 && turn > 0;
        }
        is_in
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data")
}

#[test]
fn there_are_four_layers_and_every_line_is_a_shape() {
    let names = fs::read_dir(folder().join("base")).unwrap();
    let names: BTreeSet<_> =
        names.map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    let own = BaseLayer::ALL.map(|layer| format!("{}.txt", layer.word()));
    assert_eq!(names, BTreeSet::from(own), "a layer that no map draws");
    for (layer, least) in BaseLayer::ALL.into_iter().zip([1_400, 400, 450, 15_000]) {
        let word = layer.word();
        assert!(layer.text().lines().count() >= least, "{word}");
        for line in layer.text().lines() {
            // A line has no room for anything but a zoom, points and a town's name.
            assert!(layer.shape(line).is_some(), "{word}: {line:.60} is no shape of it");
            assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "{word}: {line:.60}");
        }
    }
    let bytes: usize = BaseLayer::ALL.map(|layer| layer.text().len()).iter().sum();
    assert!(bytes <= BYTES_MAX, "{bytes} bytes");
}

#[test]
fn no_country_is_in_the_base_map() {
    for layer in [BaseLayer::Land, BaseLayer::Lakes] {
        let found = borders(&layer.shapes().collect::<Vec<_>>());
        assert_eq!(found, Vec::<String>::new(), "{}", layer.word());
    }
    for (n, lake) in BaseLayer::Lakes.shapes().map(|lake| Area::of(&lake)).enumerate() {
        let span = (lake.high.0 - lake.low.0).max(lake.high.1 - lake.low.1);
        assert!(span <= LAKE_SPAN_MAX, "lake {n} spans {span} thousandths of a degree");
    }
}

#[test]
fn countries_would_be_found() {
    let area = |line| BaseLayer::Land.shape(line).unwrap();
    let continent = area("0\t0 0 9000 0 0 9000 -9000 0");
    let island = area("0\t20000 0 900 0 0 900 -900 0");
    assert_eq!(borders(&[continent.clone(), island.clone()]), Vec::<String>::new());
    let (west, east) =
        (area("0\t0 0 4000 0 0 9000 -4000 0"), area("0\t4000 0 5000 0 0 9000 -5000 0"));
    assert_eq!(borders(&[west, east.clone()]).len(), 1, "two states side by side");
    assert!(!borders(&[continent.clone(), east]).is_empty(), "a state with the continent's coast");
    let inland = area("0\t2000 2000 4000 0 0 4000 -4000 0");
    assert!(!borders(&[continent, island, inland]).is_empty(), "a state without a coast");
}

/// A border among the rivers would be a line like others: so the files are those that `base.py`
/// makes of the origins which PROVENANCE.md names, and no others.
#[test]
fn the_files_are_those_that_the_provenance_names() {
    let said = fs::read_to_string(folder().join("PROVENANCE.md")).unwrap();
    for layer in BaseLayer::ALL {
        let line =
            format!("| base/{}.txt | {} |", layer.word(), sha256(layer.text().as_bytes()).to_hex());
        assert!(said.contains(&line), "PROVENANCE.md has no row that begins {line}");
    }
}

#[test]
fn a_layer_is_geojson_of_its_shapes() {
    for layer in BaseLayer::ALL {
        let text = layer.geojson();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        let features = read["features"].as_array().unwrap();
        assert_eq!(features.len(), layer.text().lines().count());
        let own: &[&str] = if layer == BaseLayer::Towns { &["name", "zoom"] } else { &["zoom"] };
        for feature in features {
            let said: Vec<_> = feature["properties"].as_object().unwrap().keys().collect();
            assert_eq!(said, own);
        }
    }
}

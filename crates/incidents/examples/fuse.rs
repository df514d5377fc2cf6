//! Fuses a generated set and says how well and how fast: `fuse FOLDER SET [orders] [once]
//! [KEY=VALUE ...]`.
//!
//! A set is columns of raw little-endian numbers, `obs_SET.{lon,lat,t,r,dt,kind,src,truth}`
//! (`bench/incidents/sets.py`). The model's rates are counted on the set `tune` and scaled to the
//! number of rows; nothing is learned from the set itself. Speeds are of CPU seconds.

use servanda_incidents::{Class, Fusion, Rate, Report, Scoring, Spot};
use servanda_place::Point;
use servanda_time::{Instant, Interval};
use servanda_tlog::{Hash, sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How often each of the five classes names the right kind, in parts per million: what the
/// generator's notes state.
const RIGHT_PPM: [u32; 5] = [800_000, 700_000, 950_000, 850_000, 750_000];
const KINDS: usize = 8;
const SOURCES: usize = 20;
const DAYS: u64 = 30;
/// The side of a cell of the map of rates: a tenth of a degree.
const CELL_E7: u32 = 1_000_000;

struct Set {
    at: Vec<(f64, f64)>,
    t_s: Vec<i64>,
    radius_m: Vec<f32>,
    half_s: Vec<f32>,
    kind: Vec<u8>,
    source: Vec<u8>,
    truth: Vec<i32>,
    ids: Vec<Hash>,
}

impl Set {
    fn load(folder: &str, name: &str) -> Outcome<Set> {
        let bytes = |column: &str| std::fs::read(format!("{folder}/obs_{name}.{column}"));
        let f64s = |column| -> Outcome<Vec<f64>> {
            Ok(bytes(column)?.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
        };
        let f32s = |column| -> Outcome<Vec<f32>> {
            Ok(bytes(column)?.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect())
        };
        let t_s: Vec<i64> =
            bytes("t")?.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b)).collect();
        let truth = bytes("truth")?.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b)).collect();
        Ok(Set {
            at: f64s("lon")?.into_iter().zip(f64s("lat")?).collect(),
            radius_m: f32s("r")?,
            half_s: f32s("dt")?,
            kind: bytes("kind")?,
            source: bytes("src")?,
            truth,
            ids: (0..t_s.len()).map(|n| sha256(&(n as u64).to_le_bytes())).collect(),
            t_s,
        })
    }

    fn reports<'a>(&self, names: &'a Names) -> Outcome<Vec<Report<'a>>> {
        let report = |n: usize| -> Outcome<Report<'a>> {
            let (lon, lat) = self.at[n];
            let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
            let (middle, half) = (self.t_s[n] * 1000, (f64::from(self.half_s[n]) * 1000.0) as i64);
            Ok(Report {
                id: self.ids[n],
                kind: &names.kinds[usize::from(self.kind[n])],
                when: Interval {
                    from: Instant::from_ms(middle - half)?,
                    to: Instant::from_ms(middle + half)?,
                },
                at: Some(Spot::Disc(
                    Point { lon_e7: e7(lon), lat_e7: e7(lat) },
                    (f64::from(self.radius_m[n]) * 1000.0) as u64,
                )),
                source: &names.sources[usize::from(self.source[n])],
                lists_events: false,
                origins: &[],
            })
        };
        (0..self.t_s.len()).map(report).collect()
    }
}

struct Names {
    kinds: Vec<String>,
    sources: Vec<String>,
}

/// The model: rates as counted on one set, for so many rows of it on a thousand.
fn model(names: &Names, tune: &Set, rows: usize) -> Scoring {
    let mut counts: BTreeMap<(i32, i32), u64> = BTreeMap::new();
    for &(lon, lat) in &tune.at {
        let cell = |degrees: f64| (degrees * 1e7 / f64::from(CELL_E7)).floor() as i32;
        *counts.entry((cell(lat), cell(lon))).or_default() += 1;
    }
    let near = |row: i32, column: i32| -> u64 {
        let around = (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c)));
        around.filter_map(|cell| counts.get(&cell)).sum()
    };
    // Three by three cells, and a third of a report in each, for what may come where nothing came.
    let rate = |count: u64, row: i32| {
        let lat = (f64::from(row) + 0.5) * f64::from(CELL_E7) * 1e-7;
        let side_km = f64::from(CELL_E7) * 1e-7 * 111.195;
        let sin = libm::sin(lat.to_radians());
        let km2 = 9.0 * side_km * side_km * (1.0 - sin * sin).sqrt();
        let scale = rows as f64 / tune.t_s.len() as f64;
        let rate = (count as f64 * scale + 3.0) / km2 / DAYS as f64 * 1e6;
        (rate as u64).max(1)
    };
    let mut cells = BTreeMap::new();
    for &(row, column) in counts.keys() {
        for cell in (-1..=1).flat_map(|r| (-1..=1).map(move |c| (row + r, column + c))) {
            cells.entry(cell).or_insert_with(|| rate(near(cell.0, cell.1), cell.0));
        }
    }
    let families: Vec<Vec<usize>> = (0..KINDS / 2).map(|n| vec![2 * n, 2 * n + 1]).collect();
    let class = |(n, &right): (usize, &u32)| {
        let sources = names.sources[4 * n..4 * n + 4].to_vec();
        let near = (1_000_000 - right) / 10 * 7;
        Class::by_families(n.to_string(), sources, (right, near), KINDS, &families)
    };
    let classes = RIGHT_PPM.iter().enumerate().map(class).collect();
    let rate = Rate { elsewhere: rate(0, 485), cell_e7: CELL_E7, cells };
    let mut model = Scoring::new("bench".into(), names.kinds.clone(), classes, rate);
    // A few of the stated uncertainties are wrong: all are taken a tenth wider.
    model.radius_sigmas_milli = 2_225;
    model.time_sigmas_milli = 1_782;
    model
}

/// Nanoseconds that this process has had on a processor.
fn cpu_ns() -> Outcome<u64> {
    let told = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(told.split_whitespace().next().ok_or("no figure")?.parse()?)
}

/// For each row, the row whose id its incident has.
fn labels(fusion: &Fusion, row_of: &BTreeMap<Hash, u32>) -> Outcome<Vec<u32>> {
    let mut labels = vec![u32::MAX; row_of.len()];
    for incident in fusion.incidents() {
        let label = row_of[&incident.id];
        incident.members.iter().for_each(|id| labels[row_of[id] as usize] = label);
    }
    match labels.contains(&u32::MAX) {
        true => Err("a row is in no incident".into()),
        false => Ok(labels),
    }
}

/// Pair precision, recall and F1, and the F of B-cubed.
fn score(labels: &[u32], truth: &[i32]) -> [f64; 4] {
    let mut both: BTreeMap<(u32, i32), f64> = BTreeMap::new();
    let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    for (&label, &event) in labels.iter().zip(truth) {
        *both.entry((label, event)).or_default() += 1.0;
        *ours.entry(label).or_insert(0.0) += 1.0;
        *theirs.entry(event).or_insert(0.0) += 1.0;
    }
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let found: f64 = both.values().copied().map(pairs).sum();
    let said: f64 = ours.values().copied().map(pairs).sum();
    let there: f64 = theirs.values().copied().map(pairs).sum();
    let (p, r) = (found / said.max(1.0), found / there.max(1.0));
    let rows = labels.len() as f64;
    let cubed_p = both.iter().map(|(k, n)| n * n / ours[&k.0]).sum::<f64>() / rows;
    let cubed_r = both.iter().map(|(k, n)| n * n / theirs[&k.1]).sum::<f64>() / rows;
    [p, r, 2.0 * p * r / (p + r), 2.0 * cubed_p * cubed_r / (cubed_p + cubed_r)]
}

/// Puts rows in, in that order, and settles after so many: CPU seconds, and the longest settling in
/// milliseconds. Instructions are counted in here.
#[inline(never)]
fn run(
    model: &Scoring,
    reports: &[Report<'_>],
    order: &[u32],
    every: usize,
) -> Outcome<(Fusion, f64, f64)> {
    let begun = cpu_ns()?;
    let mut worst = 0;
    let mut fusion = Fusion::new(model)?;
    for (n, &row) in order.iter().enumerate() {
        fusion.insert(&reports[row as usize]);
        if (n + 1) % every == 0 || n + 1 == order.len() {
            // Asking for the time costs more than settling one.
            let from = if every > 1 { cpu_ns()? } else { 0 };
            fusion.settle();
            worst = worst.max(if every > 1 { cpu_ns()? - from } else { 0 });
        }
    }
    Ok((fusion, (cpu_ns()? - begun) as f64 * 1e-9, worst as f64 * 1e-6))
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, name, rest @ ..] = arguments.as_slice() else {
        return Err("fuse FOLDER SET [orders]".into());
    };
    let mut out = std::io::stdout().lock();
    let names = Names {
        kinds: (0..KINDS).map(|n| format!("kind-{n}")).collect(),
        sources: (0..SOURCES).map(|n| format!("source-{n}")).collect(),
    };
    let tune = Set::load(folder, "tune")?;
    let set = Set::load(folder, name)?;
    let reports = set.reports(&names)?;
    let mut model = model(&names, &tune, reports.len());
    for (key, value) in rest.iter().filter_map(|word| word.split_once('=')) {
        let value: u32 = value.parse()?;
        match key {
            "gate" => model.gate_milli = value,
            "radius" => model.radius_sigmas_milli = value,
            "time" => model.time_sigmas_milli = value,
            _ => return Err(format!("{key} is no number of the model").into()),
        }
    }
    let rows = reports.len() as u32;
    let row_of: BTreeMap<Hash, u32> = set.ids.iter().copied().zip(0..).collect();
    let given: Vec<u32> = (0..rows).collect();
    let mut fastest = f64::INFINITY;
    let mut batch = None;
    let rounds = if rest.iter().any(|word| word == "once") { 1 } else { 3 };
    for _ in 0..rounds {
        let (fusion, seconds, _) = run(&model, &reports, &given, reports.len())?;
        fastest = fastest.min(seconds);
        batch = Some(fusion);
    }
    let batch = labels(&batch.ok_or("nothing was run")?, &row_of)?;
    let [p, r, f1, cubed] = score(&batch, &set.truth);
    let speed = |seconds: f64| f64::from(rows) / seconds / 1e6;
    writeln!(
        out,
        "ours, batch\t{name}\t{rows}\t{:.4}\t{p:.4}\t{r:.4}\t{f1:.4}\t{cubed:.4}",
        speed(fastest)
    )?;
    if !rest.iter().any(|word| word == "orders") {
        return Ok(());
    }
    let mut shuffled = given.clone();
    let mut state = 9_u64;
    for n in (1..shuffled.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        shuffled.swap(n, (state >> 33) as usize % (n + 1));
    }
    for (told, order, every) in [
        ("given order, settled every 1", &given, 1),
        ("given order, settled every 100", &given, 100),
        ("given order, settled every 1000", &given, 1000),
        ("shuffled, settled every 1", &shuffled, 1),
        ("shuffled, settled every 100", &shuffled, 100),
        ("shuffled, settled every 1000", &shuffled, 1000),
    ] {
        let (fusion, seconds, worst_ms) = run(&model, &reports, order, every)?;
        let same = if labels(&fusion, &row_of)? == batch { "same labels" } else { "OTHER LABELS" };
        writeln!(
            out,
            "ours, {told}\t{name}\t{rows}\t{:.4}\t{same}; worst settling {worst_ms:.1} ms",
            speed(seconds)
        )?;
    }
    Ok(())
}

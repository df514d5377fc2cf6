//! DBSCAN of two crates on a generated set: `incident-peers FOLDER SET KILOMETRES SECONDS OUT`.
//!
//! Places and times are scaled so that the radius is 1; kinds of another family lie far away. Labels
//! go to `OUT.NAME` as raw `i64`, noise as -1; the CPU seconds are printed.

use linfa::traits::Transformer;
use petal_clustering::Fit;
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Nanoseconds that all threads have had on a processor: one of the crates starts some.
fn cpu_ns() -> Outcome<u64> {
    let mut sum = 0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let told = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        sum += told.split_whitespace().next().ok_or("no figure")?.parse::<u64>()?;
    }
    Ok(sum)
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, folder, set, kilometres, seconds, out] = arguments.as_slice() else {
        return Err("incident-peers FOLDER SET KILOMETRES SECONDS OUT".into());
    };
    let (kilometres, seconds): (f64, f64) = (kilometres.parse()?, seconds.parse()?);
    let bytes = |column: &str| std::fs::read(format!("{folder}/obs_{set}.{column}"));
    let f64s = |column| -> Outcome<Vec<f64>> {
        Ok(bytes(column)?.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())
    };
    let (lon, lat, kind) = (f64s("lon")?, f64s("lat")?, bytes("kind")?);
    let t = bytes("t")?;
    let t = t.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b) as f64);
    let shrunk = 48.5_f64.to_radians().cos();
    let rows: Vec<f64> = t
        .enumerate()
        .flat_map(|(n, t)| {
            [
                (lon[n] - 31.5) * 111.32 * shrunk / kilometres,
                (lat[n] - 48.5) * 111.32 / kilometres,
                t / seconds,
                f64::from(kind[n] / 2) * 10.0,
            ]
        })
        .collect();
    let told = |name: &str, begun: u64, labels: Vec<i64>| -> Outcome<()> {
        let spent = (cpu_ns()? - begun) as f64 * 1e-9;
        let bytes: Vec<u8> = labels.iter().flat_map(|label| label.to_le_bytes()).collect();
        std::fs::write(format!("{out}.{name}"), bytes)?;
        println!("{name}\t{spent}");
        Ok(())
    };

    let points = ndarray_linfa::Array2::from_shape_vec((lon.len(), 4), rows.clone())?;
    let begun = cpu_ns()?;
    let tree = linfa_nn::CommonNearestNeighbour::KdTree;
    let found = linfa_clustering::Dbscan::params_with(2, linfa_nn::distance::L2Dist, tree)
        .tolerance(1.0)
        .transform(&points)?;
    let labels = found.iter().map(|label| label.map_or(-1, |n| n as i64)).collect();
    told("linfa-clustering", begun, labels)?;

    let points = ndarray_petal::Array2::from_shape_vec((lon.len(), 4), rows)?;
    let begun = cpu_ns()?;
    let metric = petal_neighbors::distance::Euclidean::default();
    let (clusters, _) = petal_clustering::Dbscan::new(1.0, 2, metric).fit(&points, None);
    let mut labels = vec![-1; lon.len()];
    for (n, members) in clusters {
        members.into_iter().for_each(|row| labels[row] = n as i64);
    }
    told("petal-clustering", begun, labels)
}

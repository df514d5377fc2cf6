//! The rolling job on DBSP: `rules-on-dbsp rolling|corrected TABLE BATCH CAP`. Prints the breaches
//! that are left at the end and the sum of their numbers.

use dbsp::operator::time_series::{RelOffset, RelRange};
use dbsp::typed_batch::IndexedZSetReader;
use dbsp::{Runtime, utils::Tup2};
use std::collections::HashMap;

const BEFORE_S: u64 = 86_399;

struct Row {
    weight: i64,
    seq: u64,
    ts: u64,
    zone: u64,
}

fn rows(job: &str, table: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(table).expect("a table");
    let parse = |line: &str| {
        let numbers: Vec<i64> =
            line.split(',').map(|number| number.parse().expect("a whole number")).collect();
        let (weight, [seq, ts, zone]) = match job {
            "corrected" => (numbers[0], [numbers[1], numbers[2], numbers[3]]),
            _ => (1, [numbers[0], numbers[1], numbers[2]]),
        };
        Row { weight, seq: seq as u64, ts: ts as u64, zone: zone as u64 }
    };
    text.lines().skip(1).map(parse).collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [job, table, batch, cap] = &arguments[..] else {
        panic!("usage: rules-on-dbsp rolling|corrected TABLE BATCH CAP");
    };
    let batch: usize = batch.parse().expect("a batch");
    let cap: i64 = cap.parse().expect("a cap");
    let rows = rows(job, table);
    // Seconds are distinct in this table, so a second names its event.
    let seq_at: HashMap<u64, u64> = rows.iter().map(|row| (row.ts, row.seq)).collect();

    let (mut circuit, (input, output)) = Runtime::init_circuit(1, move |circuit| {
        let (events, input) = circuit.add_input_indexed_zset::<u64, Tup2<u64, i64>>();
        let counted = events.partitioned_rolling_aggregate_linear(
            |Tup2(zone, one): &Tup2<u64, i64>| (*zone, *one),
            |one: &i64| *one,
            |count: i64| count,
            RelRange::new(RelOffset::Before(BEFORE_S), RelOffset::Before(0)),
        );
        let over = counted
            .map_index(|(zone, Tup2(ts, count))| (*zone, Tup2(*ts, count.unwrap_or(0))))
            .filter(move |(_, Tup2(_, count))| *count > cap)
            .map_index(|(zone, Tup2(ts, _))| (*zone, *ts));
        Ok((input, over.accumulate_output()))
    })
    .expect("a circuit");

    let mut breaches: HashMap<(u64, u64), i64> = HashMap::new();
    for part in rows.chunks(batch) {
        let mut tuples: Vec<_> =
            part.iter().map(|row| Tup2(row.ts, Tup2(Tup2(row.zone, 1), row.weight))).collect();
        input.append(&mut tuples);
        circuit.transaction().expect("a step");
        for changed in output.take_from_all() {
            for (zone, ts, weight) in changed.iter() {
                *breaches.entry((zone, ts)).or_default() += weight;
            }
        }
    }
    let left: Vec<u64> =
        breaches.iter().filter(|(_, weight)| **weight != 0).map(|((_, ts), _)| seq_at[ts]).collect();
    println!("breaches={} sum={}", left.len(), left.iter().sum::<u64>());
}

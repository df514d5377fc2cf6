//! Zones at scale: makes the workload of `bench/zones`, and times this crate on it.
//!
//!     zones make FOLDER SCALE COUNT ...    150 zones, their vertices times SCALE, and points
//!     zones tiles FROM FOLDER              only the zones of the first kind, with the same points
//!     zones points FOLDER COUNT            in which zones points are
//!     zones discs FOLDER COUNT             on which side of which borders uncertain places are
//!     zones dated FOLDER COUNT             those that always hold and one version, in layers
//!     zones threads FOLDER COUNT           `points` by two threads
//!     zones copy FOLDER COUNT              reading points and writing numbers, and nothing else
//!     zones check FOLDER COUNT             against a count in 128 bits, and discs zone by zone
//!     zones kernels                        a little of all, for counting instructions
//!
//! Each figure is a line of JSON. Times are of this thread's processor.

#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, reason = "run by hand")]

mod files;
mod make;
mod time;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["make", folder, scale, ref counts @ ..] => make::all(folder, scale, counts),
        ["tiles", from, folder] => make::tiles_only(from, folder),
        ["points", folder, count] => time::points(folder, count),
        ["discs", folder, count] => time::discs(folder, count),
        ["dated", folder, count] => time::dated(folder, count),
        ["threads", folder, count] => time::threads(folder, count),
        ["copy", folder, count] => time::copy(folder, count),
        ["check", folder, count] => time::check(folder, count),
        ["kernels"] => time::kernels(),
        _ => panic!("see the head of examples/zones/main.rs"),
    }
}

//! What one observation weighs, and how well two are explained by one event.

use super::scoring::{Flaw, Scoring};
use crate::group::{Report, Spot};
use std::collections::BTreeMap;

/// Metres in 10⁻⁷ degrees of latitude, on the sphere of `place`.
pub(super) const UNIT_M: f64 = 0.011_119_508_023_353_29;
pub(super) const EARTH_M: f64 = 6_371_008.8;
const TURN_E7: i64 = 3_600_000_000;
/// A square kilometre in square metres, and a day in milliseconds: what rates and terms are told
/// in.
const KM2: f64 = 1e6;
const DAY_MS: f64 = 86_400_000.0;
const TAU: f64 = core::f64::consts::TAU;

/// Classes of stated radii, in metres, and of halves of stated times, in milliseconds. Beyond the
/// last, nothing can be scored: "somewhere in the country" joins everything.
pub(super) const RADII_M: [f64; 5] = [300.0, 1_200.0, 5_000.0, 20_000.0, 80_000.0];
pub(super) const HALVES_MS: [f64; 5] = [60e3, 1_800e3, 21_600e3, 129_600e3, 1_209_600e3];

/// An observation, ready to be scored. Pure function of the observation and the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub(super) lon_e7: i32,
    pub(super) lat_e7: i32,
    /// The shrinking of longitudes here.
    pub(super) cos: f64,
    pub(super) at_ms: f64,
    /// Variance of the place, for each axis, in square metres; of the time, in square milliseconds.
    pub(super) place_var: f64,
    pub(super) time_var: f64,
    /// The logarithm of the background rate, in events per square metre and millisecond.
    pub(super) log_rate: f64,
    /// The class and the kind: an index of the tables.
    pub(super) code: u16,
    pub(super) radius_class: u8,
    pub(super) time_class: u8,
    /// The number of a source that lists events, so that no two rows of it are one; else 0.
    pub(super) lister: u32,
}

/// The parts of a score, in millionths of a nat. Their sum is the logarithm of how much better one
/// event explains two than two events do, but for the rounding of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How near the places are for what is stated of them: a density for a square kilometre.
    pub place: i64,
    /// The same of the times, for a day.
    pub time: i64,
    /// How well the kinds agree, by what the classes of sources confuse.
    pub kind: i64,
    /// What is taken off because so much is reported here anyway, in a square kilometre and day.
    pub rate: i64,
}

impl Terms {
    /// The sum.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.place + self.time + self.kind + self.rate
    }
}

/// A model made ready: tables instead of names.
#[derive(Debug, Clone)]
pub(super) struct Scorer {
    pub(super) kinds: usize,
    pub(super) gate: f64,
    kind_of: BTreeMap<String, usize>,
    class_of: BTreeMap<String, usize>,
    /// By code, how likely each kind is the true one.
    posterior: Vec<f64>,
    /// By two codes, how much likelier than by chance they name one kind; with the constant of the
    /// normal distribution.
    alike: Vec<f64>,
    alike_max: Vec<f64>,
    codes: usize,
    radius_sigmas: f64,
    time_sigmas: f64,
    place_floor: f64,
    time_floor: f64,
    log_elsewhere: f64,
    cell_e7: i32,
    log_rates: BTreeMap<(i32, i32), f64>,
}

/// Nats as millionths, to the nearest.
pub(super) fn unats(nats: f64) -> i64 {
    libm::rint(nats * 1e6) as i64
}

impl Scorer {
    pub(super) fn new(scoring: &Scoring) -> Result<Scorer, Flaw> {
        scoring.check()?;
        let kinds = scoring.kinds.len();
        let mut posterior = Vec::new();
        for class in &scoring.classes {
            for reported in 0..kinds {
                let column = class.reports_ppm.iter().map(|row| f64::from(row[reported]));
                let sum: f64 = column.clone().sum();
                // What a class never reports says nothing of the kind.
                let even = 1.0 / kinds as f64;
                posterior.extend(column.map(|share| if sum > 0.0 { share / sum } else { even }));
            }
        }
        let codes = scoring.classes.len() * kinds;
        let constant = kinds as f64 / (TAU * TAU.sqrt());
        let mut alike = vec![0.0; codes * codes];
        let mut alike_max = vec![0.0; codes];
        for a in 0..codes {
            for b in 0..codes {
                let pairs = (0..kinds).map(|k| posterior[a * kinds + k] * posterior[b * kinds + k]);
                alike[a * codes + b] = pairs.sum::<f64>() * constant;
                alike_max[a] = f64::max(alike_max[a], alike[a * codes + b]);
            }
        }
        let log_rate = |rate: u64| libm::log(rate as f64 / (1e6 * KM2 * DAY_MS));
        let milli = |number: u32| f64::from(number) / 1000.0;
        let classes = scoring.classes.iter().enumerate();
        Ok(Scorer {
            kinds,
            gate: milli(scoring.gate_milli),
            kind_of: scoring.kinds.iter().cloned().zip(0..).collect(),
            class_of: classes
                .flat_map(|(n, class)| class.sources.iter().map(move |id| (id.clone(), n)))
                .collect(),
            posterior,
            alike,
            alike_max,
            codes,
            radius_sigmas: milli(scoring.radius_sigmas_milli),
            time_sigmas: milli(scoring.time_sigmas_milli),
            place_floor: milli(scoring.place_floor_mm),
            time_floor: f64::from(scoring.time_floor_ms),
            log_elsewhere: log_rate(scoring.rate.elsewhere),
            cell_e7: i32::try_from(scoring.rate.cell_e7).unwrap_or(i32::MAX),
            log_rates: scoring.rate.cells.iter().map(|(&at, &rate)| (at, log_rate(rate))).collect(),
        })
    }

    /// What an observation weighs; nothing where the model doesn't name its kind or source, or
    /// where it can have been nearly anywhere or at any time.
    pub(super) fn weigh(&self, report: &Report<'_>, lister: u32) -> Option<Weighed> {
        let Some(Spot::Disc(point, radius_mm)) = report.at else { return None };
        let class = *self.class_of.get(report.source)?;
        let kind = *self.kind_of.get(report.kind)?;
        let radius_m = radius_mm as f64 / 1000.0;
        let half_ms = (report.when.to.ms() - report.when.from.ms()) as f64 / 2.0;
        let radius_class = RADII_M.iter().position(|&most| radius_m <= most)? as u8;
        let time_class = HALVES_MS.iter().position(|&most| half_ms <= most)? as u8;
        let log_rate = match self.cell_e7 {
            0 => self.log_elsewhere,
            side => {
                let cell = (point.lat_e7.div_euclid(side), point.lon_e7.div_euclid(side));
                self.log_rates.get(&cell).copied().unwrap_or(self.log_elsewhere)
            }
        };
        Some(Weighed {
            lon_e7: point.lon_e7,
            lat_e7: point.lat_e7,
            cos: libm::cos(f64::from(point.lat_e7) * UNIT_M / EARTH_M),
            at_ms: (report.when.from.ms() + report.when.to.ms()) as f64 / 2.0,
            place_var: self.place_var(radius_m),
            time_var: self.time_var(half_ms),
            log_rate,
            code: (class * self.kinds + kind) as u16,
            radius_class,
            time_class,
            lister,
        })
    }

    pub(super) fn place_var(&self, radius_m: f64) -> f64 {
        let sigma = radius_m / self.radius_sigmas;
        sigma * sigma + self.place_floor * self.place_floor
    }

    pub(super) fn time_var(&self, half_ms: f64) -> f64 {
        let sigma = half_ms / self.time_sigmas;
        sigma * sigma + self.time_floor * self.time_floor
    }

    pub(super) fn posterior(&self, code: u16) -> &[f64] {
        let from = usize::from(code) * self.kinds;
        &self.posterior[from..from + self.kinds]
    }

    /// How likely one event explains both, in millionths of a nat; nothing beyond the gate, and for
    /// two rows of a list of events. The same whichever comes first, to the bit.
    #[inline]
    pub(super) fn pair(&self, a: &Weighed, b: &Weighed) -> Option<i32> {
        let (place, time) = (a.place_var + b.place_var, a.time_var + b.time_var);
        let apart = squared_m(a, b) / place + squared_ms(a.at_ms, b.at_ms) / time;
        if apart > self.gate || (a.lister != 0 && a.lister == b.lister) {
            return None;
        }
        let alike = self.alike[usize::from(a.code) * self.codes + usize::from(b.code)];
        Some(score(alike / (place * time.sqrt()), apart, a.log_rate.max(b.log_rate)))
    }

    /// The most squared standard deviations at which an observation can still score more than the
    /// threshold with another of these variances or larger ones. Not above zero: it never can.
    pub(super) fn reach(&self, a: &Weighed, place: f64, time: f64, threshold: i32) -> f64 {
        let place = a.place_var + place;
        let time = a.time_var + time;
        let best = self.alike_max[usize::from(a.code)] / (place * time.sqrt());
        let left = libm::log(best) - a.log_rate - f64::from(threshold) * 1e-6;
        // A little more: rounding must not lose a pair.
        (2.0 * left + 1e-5).min(self.gate)
    }
}

/// The score from its parts, held within what an `i32` takes.
#[inline]
fn score(alike: f64, apart: f64, log_rate: f64) -> i32 {
    libm::rint((libm::log(alike) - 0.5 * apart - log_rate) * 1e6) as i32
}

/// From one longitude to another the short way, in 10⁻⁷ degrees.
#[inline]
pub(super) fn eastward_e7(from: i32, to: i32) -> f64 {
    let apart = i64::from(to) - i64::from(from);
    let short = match apart {
        ..-1_800_000_000 => apart + TURN_E7,
        1_800_000_001.. => apart - TURN_E7,
        _ => apart,
    };
    short as f64
}

#[inline]
fn squared_m(a: &Weighed, b: &Weighed) -> f64 {
    let east = eastward_e7(a.lon_e7, b.lon_e7) * (0.5 * UNIT_M) * (a.cos + b.cos);
    let north = (i64::from(b.lat_e7) - i64::from(a.lat_e7)) as f64 * UNIT_M;
    east * east + north * north
}

#[inline]
fn squared_ms(a: f64, b: f64) -> f64 {
    (a - b) * (a - b)
}

/// What several observations say together: the sufficient statistics of an event.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    lon_e7: f64,
    lat_e7: f64,
    cos: f64,
    at_ms: f64,
    place_var: f64,
    time_var: f64,
    log_rate: f64,
    /// How likely each kind is the true one.
    kinds: Vec<f64>,
    /// The sources in it that list events.
    listers: Vec<u32>,
}

impl Scorer {
    pub(super) fn cluster(&self, seen: &Weighed) -> Cluster {
        Cluster {
            lon_e7: f64::from(seen.lon_e7),
            lat_e7: f64::from(seen.lat_e7),
            cos: seen.cos,
            at_ms: seen.at_ms,
            place_var: seen.place_var,
            time_var: seen.time_var,
            log_rate: seen.log_rate,
            kinds: self.posterior(seen.code).to_vec(),
            listers: (seen.lister != 0).then_some(seen.lister).into_iter().collect(),
        }
    }

    /// How likely one event explains two clusters.
    pub(super) fn between(&self, a: &Cluster, b: &Cluster) -> Option<i32> {
        if a.lists_with(b) {
            return None;
        }
        let (place, time) = (a.place_var + b.place_var, a.time_var + b.time_var);
        let apart = a.squared_m(b) / place + squared_ms(a.at_ms, b.at_ms) / time;
        if apart > self.gate * 1.5 {
            return None;
        }
        let alike = a.alike(b) / (TAU * TAU.sqrt());
        Some(score(alike / (place * time.sqrt()), apart, a.log_rate.max(b.log_rate)))
    }

    /// The same part by part, without a gate.
    pub(super) fn terms(a: &Cluster, b: &Cluster) -> Terms {
        let (place, time) = (a.place_var + b.place_var, a.time_var + b.time_var);
        let log_place = libm::log(KM2 / (TAU * place)) - 0.5 * a.squared_m(b) / place;
        let apart_ms = squared_ms(a.at_ms, b.at_ms);
        let log_time = libm::log(DAY_MS / (TAU * time).sqrt()) - 0.5 * apart_ms / time;
        Terms {
            place: unats(log_place),
            time: unats(log_time),
            kind: unats(libm::log(a.alike(b).max(1e-300))),
            rate: unats(-(a.log_rate.max(b.log_rate) + libm::log(KM2 * DAY_MS))),
        }
    }
}

impl Cluster {
    fn squared_m(&self, other: &Cluster) -> f64 {
        let east = self.eastward_e7(other) * (0.5 * UNIT_M) * (self.cos + other.cos);
        let north = (other.lat_e7 - self.lat_e7) * UNIT_M;
        east * east + north * north
    }

    fn eastward_e7(&self, other: &Cluster) -> f64 {
        let apart = other.lon_e7 - self.lon_e7;
        let turn = TURN_E7 as f64;
        if apart > 0.5 * turn {
            apart - turn
        } else if apart < -0.5 * turn {
            apart + turn
        } else {
            apart
        }
    }

    /// Whether both hold a row of one source that lists events.
    pub(super) fn lists_with(&self, other: &Cluster) -> bool {
        self.listers.iter().any(|lister| other.listers.contains(lister))
    }

    /// How much likelier than by chance both are of one kind.
    fn alike(&self, other: &Cluster) -> f64 {
        let both = self.kinds.iter().zip(&other.kinds).map(|(a, b)| a * b);
        both.sum::<f64>() * self.kinds.len() as f64
    }

    /// Takes in another. The order matters in the last bit: the one with the lesser id takes in.
    pub(super) fn take_in(&mut self, other: &Cluster) {
        let of_place = self.place_var / (self.place_var + other.place_var);
        let of_time = self.time_var / (self.time_var + other.time_var);
        self.lon_e7 += self.eastward_e7(other) * of_place;
        self.lat_e7 += (other.lat_e7 - self.lat_e7) * of_place;
        self.cos += (other.cos - self.cos) * of_place;
        self.at_ms += (other.at_ms - self.at_ms) * of_time;
        self.place_var = other.place_var * of_place;
        self.time_var = other.time_var * of_time;
        self.log_rate = self.log_rate.max(other.log_rate);
        self.kinds.iter_mut().zip(&other.kinds).for_each(|(a, b)| *a *= b);
        let sum: f64 = self.kinds.iter().sum();
        if sum > 0.0 {
            self.kinds.iter_mut().for_each(|kind| *kind /= sum);
        }
        self.listers.extend(&other.listers);
    }
}

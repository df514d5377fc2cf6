use std::collections::BTreeMap;

/// Whole, in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;
/// Kinds that a model may name.
pub const KINDS_MAX: usize = 32;
/// Classes of sources that a model may name.
pub const CLASSES_MAX: usize = 64;

/// What pairs are scored by: a value with a version, in integers, so that an answer can name it.
///
/// Observations of kinds or sources that it doesn't name are not scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoring {
    /// The version, as whoever keeps the model writes it.
    pub version: String,
    /// What can be observed.
    pub kinds: Vec<String>,
    /// Sources that err alike.
    pub classes: Vec<Class>,
    /// How many events are reported anyway.
    pub rate: Rate,
    /// How many standard deviations a stated radius is, in thousandths: 2,448 where it holds 95 %
    /// of a normal distribution on the plane.
    pub radius_sigmas_milli: u32,
    /// How many standard deviations half of a stated time is, in thousandths: 1,960 for 95 %.
    pub time_sigmas_milli: u32,
    /// No place is surer than this standard deviation, in millimetres.
    pub place_floor_mm: u32,
    /// No time is surer than this standard deviation, in milliseconds.
    pub time_floor_ms: u32,
    /// Two that lie further apart than so many squared standard deviations (in thousandths) are
    /// never one.
    pub gate_milli: u32,
    /// More observations than this that hang together have their threshold raised.
    pub component_max: u32,
    /// By how much it is raised each time, in millionths of a nat.
    pub raise_unats: u32,
    /// More observations than this in one cell of place and time are not scored at all.
    pub crowd_max: u32,
}

/// Sources that name kinds alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// What people call it.
    pub name: String,
    /// The sources.
    pub sources: Vec<String>,
    /// How often, in parts per million, it reports a kind (second index) when another was the true
    /// one (first index). Each row is whole.
    pub reports_ppm: Vec<Vec<u32>>,
}

/// How many events of all kinds are reported in a million square kilometres and a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rate {
    /// Where no cell says otherwise. 1 or more.
    pub elsewhere: u64,
    /// The side of a cell, in 10⁻⁷ degrees; 0 where there are no cells.
    pub cell_e7: u32,
    /// By the cell's row (latitude) and column (longitude), each counted from 0°: floor of the
    /// coordinate over the side. 1 or more.
    pub cells: BTreeMap<(i32, i32), u64>,
}

/// Why a model can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There are no kinds, or too many, or one twice.
    Kinds,
    /// There are no classes or too many.
    Classes,
    /// A source is in two classes.
    Source(String),
    /// The rows of a class are not those of the kinds, or one is not whole.
    Reports(String),
    /// A rate is nothing, or there are cells without a side.
    Rate,
    /// A number that must be 1 or more, by its name.
    Nothing(&'static str),
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Flaw::Kinds => write!(f, "a model names 1 to {KINDS_MAX} kinds, each once"),
            Flaw::Classes => write!(f, "a model has 1 to {CLASSES_MAX} classes of sources"),
            Flaw::Source(id) => write!(f, "the source {id:?} is in two classes"),
            Flaw::Reports(class) => {
                write!(f, "each row of the class {class:?} must have a share for each kind, whole")
            }
            Flaw::Rate => write!(f, "each rate must be 1 or more, and cells need a side"),
            Flaw::Nothing(name) => write!(f, "{name} must be 1 or more"),
        }
    }
}

impl std::error::Error for Flaw {}

impl Scoring {
    /// A model with the usual numbers: radii and times hold 95 %, no place is surer than 50 m and
    /// no time than 5 s, nothing is joined over 4 standard deviations, 2,000 hang together at most.
    #[must_use]
    pub fn new(version: String, kinds: Vec<String>, classes: Vec<Class>, rate: Rate) -> Scoring {
        Scoring {
            version,
            kinds,
            classes,
            rate,
            radius_sigmas_milli: 2_448,
            time_sigmas_milli: 1_960,
            place_floor_mm: 50_000,
            time_floor_ms: 5_000,
            gate_milli: 16_000,
            component_max: 2_000,
            raise_unats: 500_000,
            crowd_max: 1_000,
        }
    }

    /// Whether it can be used.
    ///
    /// # Errors
    /// The first flaw.
    pub fn check(&self) -> Result<(), Flaw> {
        let unique = |names: &mut Vec<&str>| {
            names.sort_unstable();
            names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned())
        };
        let mut kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
        if !(1..=KINDS_MAX).contains(&kinds.len()) || unique(&mut kinds).is_some() {
            return Err(Flaw::Kinds);
        }
        if !(1..=CLASSES_MAX).contains(&self.classes.len()) {
            return Err(Flaw::Classes);
        }
        let sources = self.classes.iter().flat_map(|class| &class.sources);
        if let Some(twice) = unique(&mut sources.map(String::as_str).collect()) {
            return Err(Flaw::Source(twice));
        }
        let whole = |row: &Vec<u32>| {
            row.len() == self.kinds.len()
                && row.iter().map(|&share| u64::from(share)).sum::<u64>() == u64::from(WHOLE_PPM)
        };
        for class in &self.classes {
            let rows = &class.reports_ppm;
            if rows.len() != self.kinds.len() || !rows.iter().all(whole) {
                return Err(Flaw::Reports(class.name.clone()));
            }
        }
        let rate = &self.rate;
        let sided = rate.cells.is_empty() || rate.cell_e7 > 0;
        if rate.elsewhere == 0 || !sided || rate.cells.values().any(|&rate| rate == 0) {
            return Err(Flaw::Rate);
        }
        let numbers = [
            ("radius_sigmas", self.radius_sigmas_milli),
            ("time_sigmas", self.time_sigmas_milli),
            ("place_floor", self.place_floor_mm),
            ("time_floor", self.time_floor_ms),
            ("gate", self.gate_milli),
            ("component_max", self.component_max),
            ("raise", self.raise_unats),
            ("crowd_max", self.crowd_max),
        ];
        match numbers.into_iter().find(|(_, number)| *number == 0) {
            Some((name, _)) => Err(Flaw::Nothing(name)),
            None => Ok(()),
        }
    }
}

impl Class {
    /// A class that names the right kind so often, and otherwise one of the same family (of kinds
    /// that are easily taken for one another) so often; what is left falls on the others alike.
    /// Families are lists of indexes of kinds; a kind in none is a family of its own.
    #[must_use]
    pub fn by_families(
        name: String,
        sources: Vec<String>,
        (right_ppm, near_ppm): (u32, u32),
        kinds: usize,
        families: &[Vec<usize>],
    ) -> Class {
        let kin = |a: usize, b: usize| {
            a != b && families.iter().any(|family| family.contains(&a) && family.contains(&b))
        };
        let row = |truth: usize| {
            let near = (0..kinds).filter(|&other| kin(truth, other)).count() as u32;
            let far = (kinds as u32).saturating_sub(near + 1);
            let right = right_ppm.min(WHOLE_PPM);
            let wrong = WHOLE_PPM - right;
            let to_near = match (near, far) {
                (0, _) => 0,
                (_, 0) => wrong,
                _ => near_ppm.min(wrong),
            };
            let each = |share: u32, among: u32| share.checked_div(among).unwrap_or(0);
            let (one_near, one_far) = (each(to_near, near), each(wrong - to_near, far));
            let mut row: Vec<u32> = (0..kinds)
                .map(|other| if kin(truth, other) { one_near } else { one_far })
                .collect();
            // What integers leave over, too, is right.
            row[truth] = WHOLE_PPM - one_near * near - one_far * far;
            row
        };
        Class { name, sources, reports_ppm: (0..kinds).map(row).collect() }
    }
}

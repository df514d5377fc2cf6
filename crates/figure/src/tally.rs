use servanda_comply::answer::Phase;
use servanda_comply::picture::{Picture, Standing};

/// How many observations of one standing there are in each phase: the table behind the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// What became of them in the count.
    pub standing: Standing,
    /// Before the term binds.
    pub before: u64,
    /// While it binds.
    pub during: u64,
    /// After it no longer binds.
    pub after: u64,
    /// In two phases or in none.
    pub no_phase: u64,
}

impl Tally {
    /// In all phases.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.before + self.during + self.after + self.no_phase
    }
}

/// All observations with a place, drawn or not, by standing and phase: always five rows.
#[must_use]
pub fn tally(picture: &Picture) -> Vec<Tally> {
    [
        Standing::Inside,
        Standing::Straddling,
        Standing::Outside,
        Standing::Control,
        Standing::Excepted,
    ]
    .map(|standing| {
        let count = |phase: Option<Phase>| {
            let of_both = picture
                .marks
                .iter()
                .filter(|mark| mark.standing == standing && mark.phase == phase);
            of_both.count() as u64
        };
        Tally {
            standing,
            before: count(Some(Phase::Before)),
            during: count(Some(Phase::During)),
            after: count(Some(Phase::After)),
            no_phase: count(None),
        }
    })
    .to_vec()
}

use super::write::{EVENTS, PARTIES, SEVERITIES, SOURCES, Text, write};
use crate::Random;
use servanda_entry::{
    Act, ActKind, ActResult, Attrs, Basis, Body, Cite, Class, Correction, Coverage, CoverageRow,
    Entry, Finding, Outcome, Ref, Replacement, Votes, Watch, content,
};
use servanda_terms::{Agreement, Details, ProvisionKind, Severity, SourceText, load};
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::collections::BTreeMap;

const ENTRIES_MAX: u64 = 14;
/// Texts that are tried for a seed before it gives up: one may well be refused.
const TRIES_MAX: u64 = 50;

/// A random agreement with a random history.
#[derive(Debug, Clone)]
pub struct LifeCase {
    /// The front matter.
    pub front: String,
    /// The terms, a block each.
    pub terms: Vec<String>,
    /// What the entries say, in the order of the record; the first is entry 1.
    pub bodies: Vec<Body>,
    /// Instants at which things happen.
    pub instants: Vec<Instant>,
}

impl LifeCase {
    /// The case of a seed.
    #[must_use]
    pub fn of(seed: u64) -> LifeCase {
        for attempt in 0..TRIES_MAX {
            let mut random =
                Random::new(seed.wrapping_mul(TRIES_MAX).wrapping_add(attempt) ^ 0x11fe);
            let Text { front, terms, instants } = write(&mut random);
            let mut case = LifeCase { front, terms, bodies: Vec::new(), instants };
            if let Some(agreement) = case.agreement() {
                let mut maker = Maker { random, agreement: &agreement, case: &mut case };
                maker.bodies();
                return case;
            }
        }
        LifeCase { front: String::new(), terms: vec![], bodies: vec![], instants: vec![] }
    }

    /// The agreement's text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("+++\n{}+++\n## 1. All\n```toml term\n{}```\n", self.front, self.terms.join("\n"))
    }

    /// The agreement; none where the text is refused.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        load(&SourceText::new("agreement.md", self.text()), &BTreeMap::new()).0
    }

    /// Why the text is refused.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        let found = load(&SourceText::new("agreement.md", self.text()), &BTreeMap::new()).1;
        let errors = found.into_iter().filter(|found| found.severity == Severity::Error);
        errors.map(|found| found.title).collect()
    }

    /// The entries, each with its index.
    #[must_use]
    pub fn entries(&self) -> Vec<(u64, Entry)> {
        entries_of(&self.bodies)
    }
}

/// Bodies as entries, from index 1.
pub(super) fn entries_of(bodies: &[Body]) -> Vec<(u64, Entry)> {
    let entry = |(n, body): (u64, &Body)| {
        let entry = Entry {
            agreement: "quiet".into(),
            by: "example.org/office".into(),
            seq: n,
            prev: None,
            cite: Cite { root: sha256(b""), size: 0 },
            at: Instant::EPOCH,
            class: Class::Public,
            body: body.clone(),
        };
        (n, entry)
    };
    (1..).zip(bodies).map(entry).collect()
}

struct Maker<'m> {
    random: Random,
    agreement: &'m Agreement,
    case: &'m mut LifeCase,
}

impl Maker<'_> {
    fn bodies(&mut self) {
        let count = self.random.below(ENTRIES_MAX + 1);
        for _ in 0..count {
            let body = match self.random.below(20) {
                0..=3 => Body::Finding(self.finding()),
                4..=6 => Body::Coverage(self.coverage()),
                7..=9 if !self.case.bodies.is_empty() => Body::Correction(self.correction()),
                10 if !self.case.bodies.is_empty() => {
                    let n = self.random.below(self.case.bodies.len() as u64) as usize;
                    self.case.bodies[n].clone()
                }
                _ => Body::Act(self.act()),
            };
            self.case.bodies.push(body);
        }
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        self.random.pick(of).unwrap_or_default()
    }

    fn instant(&mut self) -> Instant {
        let at = self.random.pick(&self.case.instants).unwrap_or(Instant::EPOCH);
        match self.random.below(5) {
            0 => at.plus_ms(self.random.below(3) as i64 - 1),
            1 => at.plus_ms(86_400_000 * (self.random.below(70) as i64 - 10)),
            _ => at,
        }
    }

    /// Two instants, the second later.
    fn span(&mut self) -> (i64, i64) {
        let (a, b) = (self.instant().ms(), self.instant().ms());
        match self.random.below(4) {
            0 => (a, a + 1),
            1 => (a, a + 86_400_000 * (1 + self.random.below(40) as i64)),
            _ => (a.min(b), a.max(b) + i64::from(a == b)),
        }
    }

    fn provision(&mut self) -> usize {
        self.random.below(self.agreement.provisions.len() as u64) as usize
    }

    fn finding(&mut self) -> Finding {
        let held: Vec<usize> = (0..self.agreement.provisions.len())
            .filter(|n| self.agreement.provisions[*n].kind.is_observed())
            .collect();
        let n = match self.random.pick(&held) {
            Some(n) if self.random.chance(70) => n,
            _ => self.provision(),
        };
        let provision = &self.agreement.provisions[n];
        let reading = self.random.below(provision.readings.len() as u64) as usize;
        let reading = provision.readings[reading].id.clone();
        let (from_ms, to_ms) = self.span();
        let outcomes = [
            Outcome::Violation,
            Outcome::Violation,
            Outcome::Violation,
            Outcome::NoViolation,
            Outcome::Undetermined,
        ];
        Finding {
            from_ms,
            of: vec![],
            outcome: self.random.pick(&outcomes).unwrap_or(Outcome::Violation),
            party: self.random.chance(60).then(|| self.pick(&PARTIES).to_string()),
            provision: provision.id.clone(),
            reading: self.random.chance(20).then_some(reading),
            reason: "seen".into(),
            role: "head of verification".into(),
            severity: self.random.chance(60).then(|| self.pick(&SEVERITIES).to_string()),
            standard: "reasonable grounds".into(),
            to_ms,
            zone: None,
        }
    }

    fn coverage(&mut self) -> Coverage {
        let rows = 1 + self.random.below(2);
        let source = if self.random.chance(85) { SOURCES[0] } else { SOURCES[1] };
        let rows = (0..rows).map(|_| self.row()).collect();
        Coverage { basis: Basis::Stated, document: None, rows, source: source.into() }
    }

    fn row(&mut self) -> CoverageRow {
        let (mut from_ms, mut to_ms) = self.span();
        if self.random.chance(50) {
            // Long enough for windows.
            (from_ms, to_ms) = (from_ms - 8_640_000_000, to_ms + 8_640_000_000);
        }
        let watches = [Watch::Complete, Watch::Partial, Watch::Partial, Watch::Blind];
        let watch = self.random.pick(&watches).unwrap_or(Watch::Partial);
        CoverageRow { attrs: Attrs::new(), from_ms, line: 0, to_ms, watch, zone: None }
    }

    fn correction(&mut self) -> Correction {
        // Retractions of retractions are worth more than chance would give.
        let earlier = 1..=self.case.bodies.len() as u64;
        let corrections: Vec<u64> = earlier
            .clone()
            .filter(|n| matches!(self.case.bodies[*n as usize - 1], Body::Correction(_)))
            .collect();
        let findings: Vec<u64> = earlier
            .filter(|n| matches!(self.case.bodies[*n as usize - 1], Body::Finding(_)))
            .collect();
        let any = 1 + self.random.below(self.case.bodies.len() as u64);
        let entry = match self.random.below(3) {
            0 => self.random.pick(&corrections),
            1 => self.random.pick(&findings),
            _ => None,
        };
        let entry = entry.unwrap_or(any);
        let of = &self.case.bodies[entry as usize - 1];
        let id = content::body_id(of);
        let mut of = Ref { entry, id, row: None };
        let mut by = None;
        if let Body::Coverage(coverage) = &self.case.bodies[entry as usize - 1] {
            let row = self.random.below(coverage.rows.len() as u64) as u32;
            of.row = self.random.chance(60).then_some(row);
            let source = coverage.source.clone();
            if of.row.is_some() && self.random.chance(50) {
                by = Some((source, Replacement::Coverage(self.row())));
            }
        }
        Correction { by, of, reason: "a mistake".into(), role: "head of verification".into() }
    }

    fn act(&mut self) -> Act {
        let from = self.instant();
        let n = self.provision();
        let id = self.agreement.provisions[n].id.clone();
        let by = match self.random.below(8) {
            0 => "Observers",
            1 => "Northland",
            _ => self.pick(&PARTIES),
        };
        let mut act = Act::new(ActKind::Signature, by, from, "letter");
        let on = vec![id];
        match self.random.below(24) {
            0..=3 => {}
            4 => act.act = ActKind::EntryIntoForce,
            5 | 6 => (act.act, act.provisions) = (ActKind::EntryIntoForce, on),
            7 => act.act = ActKind::Termination,
            8 => (act.act, act.provisions) = (ActKind::Termination, on),
            9 => {
                act.act = ActKind::Suspension;
                act.provisions = if self.random.chance(70) { on } else { vec![] };
                let days = 1 + self.random.below(30) as i64;
                act.to_ms = self.random.chance(80).then(|| from.ms() + 86_400_000 * days);
            }
            10 => {
                act.act = ActKind::Event;
                act.event = Some(self.pick(&EVENTS).into());
            }
            11 => {
                act.act = ActKind::Extension;
                act.provisions = self.of_kind(ProvisionKind::Guarantee, 60);
            }
            13 => act.act = ActKind::Withdrawal,
            12 => {
                act.act = ActKind::Notice;
                act.provisions = self.of_kind(ProvisionKind::Guarantee, 60);
            }
            _ => self.of_provision(&mut act, n, on),
        }
        act
    }

    fn of_kind(&mut self, kind: ProvisionKind, percent: u64) -> Vec<String> {
        let some = self.agreement.provisions.iter().find(|provision| provision.kind == kind);
        let some = some.filter(|_| self.random.chance(percent));
        some.map(|provision| provision.id.clone()).into_iter().collect()
    }

    /// What a provision of that kind waits for.
    fn of_provision(&mut self, act: &mut Act, n: usize, on: Vec<String>) {
        act.provisions = on;
        let details = &self.agreement.provisions[n].readings[0].details;
        let stages: Vec<String> = match details {
            Details::Oblige(duty) => duty.stages.iter().map(|s| s.name.clone()).collect(),
            Details::Withdraw(duty) => duty.stages.iter().map(|s| s.name.clone()).collect(),
            Details::Transfer(duty) => duty.stages.iter().map(|s| s.name.clone()).collect(),
            Details::Pledge(duty) => duty.stages.iter().map(|s| s.name.clone()).collect(),
            Details::Relief(duty) => duty.tranches.iter().map(|s| s.name.clone()).collect(),
            Details::Guarantee(g) => g.response.iter().map(|step| step.step.clone()).collect(),
            _ => vec![],
        };
        match details {
            Details::Ratify(_) if self.random.chance(65) => {
                act.act = ActKind::Vote;
                let result = [ActResult::Adopted, ActResult::Adopted, ActResult::NotAdopted];
                act.result = self.random.pick(&result);
                let votes = Votes { r#for: self.random.below(10), against: self.random.below(5) };
                act.votes = self.random.chance(50).then_some(votes);
            }
            Details::Ratify(_) => act.act = ActKind::Deposit,
            Details::Guarantee(_) if self.random.chance(50) => {
                act.act = ActKind::Determination;
                act.result = self.random.pick(&[ActResult::Met, ActResult::Met, ActResult::NotMet]);
            }
            Details::Point(_) => {
                act.act = ActKind::Position;
                let results = [ActResult::Accepts, ActResult::Accepts, ActResult::Rejects];
                act.result = self.random.pick(&results);
            }
            _ => {
                act.act = ActKind::Performance;
                let stage = self.random.below(stages.len() as u64) as usize;
                act.stage = stages.get(stage).filter(|_| self.random.chance(75)).cloned();
            }
        }
    }
}

use super::doubt::{Coming, Sure};
use super::story::{Story, Turn};
use servanda_entry::{Act, ActKind, ActResult, Body, Outcome, Watch, content};
use servanda_terms::{
    Condition, Details, Point, PointStatus, ProvisionKind, Role, Stance, Watched, When,
};
use servanda_time::{Amount, Instant};
use std::collections::BTreeSet;

/// What holds at an instant.
impl<'a> Story<'a> {
    /// Instants at which a truth can change: what is written in the text or in an entry, what comes
    /// and the first instant of all.
    pub(super) fn all_cuts(&self) -> Vec<Instant> {
        let mut cuts = BTreeSet::from([Instant::MIN]);
        let findings = self.facts.findings.iter().flat_map(|f| [f.from_ms, f.to_ms]);
        let coverage = self.facts.coverage.iter().flat_map(|(_, row)| [row.from_ms, row.to_ms]);
        let acts = self.facts.acts.iter();
        let acts = acts.flat_map(|(_, act)| [Some(act.from_ms), act.to_ms]).flatten();
        let entries = findings.chain(coverage).chain(acts);
        cuts.extend(entries.filter_map(|ms| Instant::from_ms(ms).ok()));
        cuts.extend(self.known.values().flat_map(|c| [c.surely, c.earliest]).flatten());
        for n in 0..self.agreement.provisions.len() {
            let moments: Vec<&When> = match &self.reading(n).details {
                Details::Condition(condition) => condition.act.iter().collect(),
                Details::Point(point) => point.positions.iter().map(|p| &p.on).collect(),
                _ => continue,
            };
            let moments = moments.into_iter().filter_map(|when| self.moment(when));
            cuts.extend(moments.flat_map(|c| [c.surely, c.earliest]).flatten());
        }
        let presented = self.agreement.draft.as_ref().map(|draft| &draft.presented);
        cuts.extend(presented.and_then(|when| self.moment(when)).and_then(|c| c.surely));
        cuts.retain(|at| *at <= self.at);
        cuts.into_iter().collect()
    }

    /// The first instant known by now at which something surely is so, and the first at which it
    /// may be.
    pub(super) fn first_instant(&self, is: impl Fn(Instant) -> Sure) -> Coming {
        let mut coming = Coming::NEVER;
        for at in self.fine_cuts() {
            match is(at) {
                Sure::No => {}
                Sure::Perhaps => coming.earliest = coming.earliest.or(Some(at)),
                Sure::Yes => {
                    coming.earliest = coming.earliest.or(Some(at));
                    coming.surely = Some(at);
                    break;
                }
            }
        }
        coming
    }

    /// The instants at which a truth can change, with those at which a window is complete.
    fn fine_cuts(&self) -> BTreeSet<Instant> {
        let mut cuts: BTreeSet<Instant> = self.cuts.iter().copied().collect();
        for length in self.lengths() {
            let later = self.cuts.iter().filter_map(|at| self.plus(*at, length));
            cuts.extend(later.filter(|at| *at <= self.at));
        }
        cuts
    }

    fn lengths(&self) -> impl Iterator<Item = Amount> {
        (0..self.agreement.provisions.len()).filter_map(|n| match &self.reading(n).details {
            Details::Condition(condition) => condition.length,
            _ => None,
        })
    }

    /// Whether what a provision asks for is there at an instant: of a condition and a point, while
    /// it is so; of the others, since it was done.
    pub(super) fn is_there(&self, n: usize, at: Instant) -> Sure {
        match self.provision(n).kind {
            ProvisionKind::Condition | ProvisionKind::Point => self.holds(n, at),
            _ => self.when(Turn::Done(n)).by(at),
        }
    }

    /// Whether a condition is fulfilled, or a point agreed, at an instant.
    pub(super) fn holds(&self, n: usize, at: Instant) -> Sure {
        self.holds_along(n, at, &mut Vec::new())
    }

    /// A condition that asks for itself at the same instant is not there by that.
    fn holds_along(&self, n: usize, at: Instant, asked: &mut Vec<(usize, bool)>) -> Sure {
        let condition = match &self.reading(n).details {
            Details::Condition(condition) => condition,
            Details::Point(point) => return self.agreed(n, point, at),
            _ => return self.when(Turn::Done(n)).by(at),
        };
        if let Some(first) = asked.iter().position(|(of, _)| *of == n) {
            if asked[first..].iter().any(|(_, is_opposite)| *is_opposite) {
                self.is_open.set(true);
            }
            return Sure::No;
        }
        asked.push((n, false));
        let mut parts = Vec::new();
        if !condition.holds.is_empty() {
            parts.push(match condition.length {
                Some(length) => self.unbroken(condition, length, at),
                None => self.quiet(condition, at),
            });
        }
        let moments = condition.act.iter().filter_map(|when| self.moment(when));
        parts.extend(moments.map(|moment| moment.by(at)));
        let mut each = |ids: &[String]| -> Vec<Sure> {
            let of = self.places(ids).into_iter();
            of.map(|of| self.is_there_along(of, at, asked)).collect()
        };
        parts.extend(each(&condition.all));
        if !condition.any.is_empty() {
            parts.push(each(&condition.any).into_iter().max().unwrap_or(Sure::No));
        }
        asked.pop();
        asked.push((n, true));
        let not = self.places(&condition.not).into_iter();
        parts.extend(not.map(|of| self.is_there_along(of, at, asked).opposite()));
        asked.pop();
        parts.into_iter().min().unwrap_or(Sure::Yes)
    }

    fn is_there_along(&self, n: usize, at: Instant, asked: &mut Vec<(usize, bool)>) -> Sure {
        match self.provision(n).kind {
            ProvisionKind::Condition => self.holds_along(n, at, asked),
            _ => self.is_there(n, at),
        }
    }

    /// Whether an act suspends a provision, or all of the agreement, at an instant.
    pub(super) fn is_suspended(&self, n: usize, at: Instant) -> bool {
        let id = &self.provision(n).id;
        self.acts(|act| act.act == ActKind::Suspension).any(|(from, act)| {
            let on_it = act.provisions.is_empty() || act.provisions.contains(id);
            on_it && from <= at && act.to_ms.is_none_or(|to| at.ms() < to)
        })
    }

    /// Whether all that must be free of violations is so at an instant: each binds and isn't
    /// suspended, no finding of a violation
    /// covers the instant, and as much is watched as the text asks for. Whether a
    /// violation whose severity nobody stated counts can't be told, where only some do; nor whether
    /// what nobody watches is quiet.
    pub(super) fn quiet(&self, condition: &Condition, at: Instant) -> Sure {
        let one = |n: usize| {
            let (provision, reading) = (self.provision(n), self.reading(n));
            let starts = self.when(Turn::Start(n)).by(at);
            let binds = starts.min(self.when(Turn::Stop(n)).by(at).opposite());
            let binds = if self.is_suspended(n, at) { Sure::No } else { binds };
            let severities = &condition.broken_by;
            let violations = self.facts.findings.iter().filter(|finding| {
                finding.provision == provision.id
                    && finding.reading.as_ref().is_none_or(|on| *on == reading.id)
                    && finding.outcome == Outcome::Violation
                    && finding.interval().contains(at)
            });
            let free = violations.map(|finding| match &finding.severity {
                _ if severities.is_empty() => Sure::No,
                None => Sure::Perhaps,
                Some(severity) => Sure::of(!severities.contains(severity)),
            });
            let watched = condition.watched == Watched::NotNeeded
                || self.facts.coverage.iter().any(|(source, row)| {
                    let enough = match row.watch {
                        Watch::Complete => true,
                        Watch::Partial => condition.watched == Watched::Partly,
                        Watch::Blind => false,
                    };
                    enough && provision.shown_by.contains(source) && row.interval().contains(at)
                });
            let watched = if watched { Sure::Yes } else { Sure::Perhaps };
            free.min().unwrap_or(Sure::Yes).min(binds).min(watched)
        };
        self.places(&condition.holds).into_iter().map(one).min().unwrap_or(Sure::Yes)
    }

    /// From when on, without a break, something has been at least so sure.
    pub(super) fn since(&self, at: Instant, is: impl Fn(Instant) -> bool) -> Option<Instant> {
        let cuts = self.cuts.iter().rev().filter(|cut| **cut <= at);
        cuts.take_while(|cut| is(**cut)).last().copied()
    }

    /// Whether it has been quiet for so long.
    pub(super) fn unbroken(&self, condition: &Condition, length: Amount, at: Instant) -> Sure {
        let long_enough = |least: Sure| {
            let since = self.since(at, |cut| self.quiet(condition, cut) >= least);
            since.and_then(|from| self.plus(from, length)).is_some_and(|end| end <= at)
        };
        match (long_enough(Sure::Yes), long_enough(Sure::Perhaps)) {
            (true, _) => Sure::Yes,
            (_, true) => Sure::Perhaps,
            _ => Sure::No,
        }
    }

    /// From when on a condition that holds now has held.
    pub(super) fn since_holds(&self, n: usize) -> Option<Instant> {
        let cuts = self.fine_cuts().into_iter().rev();
        cuts.take_while(|cut| self.holds(n, *cut) == Sure::Yes).last()
    }

    /// A point is agreed while the latest stand of each whose acceptance it takes is that it
    /// accepts; or, where the draft's sources give it as agreed, since the draft was presented.
    fn agreed(&self, n: usize, point: &Point, at: Instant) -> Sure {
        if point.status == PointStatus::Agreed {
            let presented = self.agreement.draft.as_ref().map(|draft| &draft.presented);
            let presented = presented.and_then(|when| self.moment(when));
            return presented.map_or(Sure::Yes, |coming| coming.by(at));
        }
        let parties = self.acceptances();
        let accepts = |party: &&str| self.stand(n, point, party, at) == Some("accepts");
        Sure::of(!parties.is_empty() && parties.iter().all(accepts))
    }

    /// The parties whose acceptance makes a point agreed: those that the draft names, else those
    /// that sign, else all sides.
    fn acceptances(&self) -> Vec<&'a str> {
        let agreement = self.agreement;
        let drafted = agreement.draft.as_ref().map_or(&[][..], |draft| &draft.agreed_by);
        for named in [drafted, &agreement.force.signed_by] {
            if !named.is_empty() {
                return named.iter().map(String::as_str).collect();
            }
        }
        let sides = agreement.parties.iter().filter(|party| party.role == Role::Side);
        sides.map(|party| party.id.as_str()).collect()
    }

    /// A party's latest stand on a point at an instant, of those that the text gives and of its
    /// acts; at one instant the later in the text, and an act rather than the text. What the text
    /// gives without a date came before all that has one.
    pub(super) fn stand(
        &self,
        n: usize,
        point: &Point,
        party: &str,
        at: Instant,
    ) -> Option<&'static str> {
        let mut latest: Option<(Instant, &'static str)> = None;
        let mut put = |on: Instant, stance: &'static str| {
            if on <= at && latest.is_none_or(|(known, _)| known <= on) {
                latest = Some((on, stance));
            }
        };
        for position in point.positions.iter().filter(|position| position.party == party) {
            let on = match self.moment(&position.on) {
                None => Some(Instant::MIN),
                Some(coming) => coming.surely,
            };
            let stance = match position.stance {
                Stance::Proposes => "proposes",
                Stance::Accepts => "accepts",
                Stance::Rejects => "rejects",
                Stance::Reserves => "reserves",
            };
            on.into_iter().for_each(|on| put(on, stance));
        }
        let id = &self.provision(n).id;
        let acts = self.acts(|act| {
            act.act == ActKind::Position && act.provisions.contains(id) && self.is_by(act, party)
        });
        let mut acts: Vec<(Instant, &Act)> = acts.collect();
        // Of two acts at one instant nobody can say which is the later: any rule will do that
        // doesn't ask for the order of the record.
        acts.sort_by_key(|(on, act)| (*on, content::body_id(&Body::Act((*act).clone()))));
        for (on, act) in acts {
            put(
                on,
                match act.result {
                    Some(ActResult::Accepts) => "accepts",
                    Some(ActResult::Rejects) => "rejects",
                    Some(ActResult::Reserves) => "reserves",
                    Some(ActResult::Proposes) => "proposes",
                    _ => "",
                },
            );
        }
        latest.map(|(_, stance)| stance)
    }
}

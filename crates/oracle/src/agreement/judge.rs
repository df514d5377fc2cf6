use super::case::{LifeCase, entries_of};
use super::clocks::Clock;
use super::doubt::Sure;
use super::{Duty, Facts, Story, Turn};
use crate::Random;
use servanda_comply::answer::{self, Answer, ClockState, StateLine};
use servanda_comply::{Ask, CiteBy, History, State, evaluate};
use servanda_entry::{ActKind, Body, Entry};
use servanda_terms::{Agreement, Details, ProvisionKind};
use servanda_time::Instant;
use std::collections::BTreeSet;

/// How closely a case is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// After every entry, at five instants each.
    EveryEntry,
    /// After one entry, chosen at random, and after the last, at two instants each: more
    /// agreements in the same time.
    TwoEntries,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LifeFigures {
    /// Agreements with their histories.
    pub cases: u64,
    /// Answers: a prefix of a history at an instant.
    pub answers: u64,
    /// Clocks, each under each reading.
    pub clocks: u64,
    /// Lines of duties.
    pub lines: u64,
    /// Answers in which something waits for itself.
    pub circles: u64,
    /// Answers in which somebody can't tell when something comes.
    pub doubts: u64,
    /// Answers that were left out, since the definitions give none: see [`Story::is_settled`].
    pub without: u64,
}

impl LifeFigures {
    /// Adds the figures of others.
    pub fn add(&mut self, other: &LifeFigures) {
        self.cases += other.cases;
        self.answers += other.answers;
        self.clocks += other.clocks;
        self.lines += other.lines;
        self.circles += other.circles;
        self.doubts += other.doubts;
        self.without += other.without;
    }
}

/// Compares what `servanda-comply` says with the definitions, after entries of a case and at
/// several instants; and at the end the ways to one history.
///
/// # Errors
/// The first difference, in words.
pub fn judge(case: &LifeCase, seed: u64, depth: Depth) -> Result<LifeFigures, String> {
    let mut figures = LifeFigures { cases: 1, ..LifeFigures::default() };
    let Some(agreement) = case.agreement() else {
        return Err(format!("the text is refused: {:?}", case.errors()));
    };
    let mut random = Random::new(seed ^ 0x0b5e);
    let entries = case.entries();
    let (sizes, instants_max) = match depth {
        Depth::EveryEntry => ((0..=entries.len()).collect(), 5),
        Depth::TwoEntries => {
            let one = random.below(entries.len().max(1) as u64) as usize;
            (BTreeSet::from([one, entries.len()]), 2)
        }
    };
    for size in sizes {
        let prefix = &entries[..size];
        let facts = Facts::of(prefix);
        let history = History::gather(prefix.iter().cloned());
        for at in instants(case, &agreement, &facts, &mut random, instants_max) {
            let asked = Ask { at: Some(at), ..Ask::default() };
            let answer = evaluate(&agreement, &history, &asked).answer;
            let compared = compare(&agreement, &facts, at, &answer, &mut figures);
            compared.map_err(|why| format!("after {size} entries, at {at}: {why}"))?;
        }
    }
    shuffled(case, &agreement, &mut random)?;
    Ok(figures)
}

/// Instants to ask about: some at which things happen, a millisecond before and after.
fn instants(
    case: &LifeCase,
    agreement: &Agreement,
    facts: &Facts,
    random: &mut Random,
    instants_max: usize,
) -> Vec<Instant> {
    let mut pool = case.instants.clone();
    let last = pool.iter().copied().max().unwrap_or(Instant::EPOCH);
    let story = Story::of(agreement, facts, last, None);
    let clocks = story.clocks().into_iter().flat_map(|clock| [clock.from, clock.due, clock.done]);
    pool.extend(clocks.flatten());
    pool.extend(facts.acts.iter().filter_map(|(_, act)| Instant::from_ms(act.from_ms).ok()));
    let findings = facts.findings.iter().flat_map(|f| [f.from_ms, f.to_ms]);
    pool.extend(findings.filter_map(|ms| Instant::from_ms(ms).ok()));
    let mut instants = BTreeSet::new();
    for _ in 0..instants_max {
        let at = random.pick(&pool).unwrap_or(Instant::EPOCH);
        instants.insert(match random.below(6) {
            0 => at.plus_ms(-1),
            1 => at.plus_ms(1),
            2 => at.plus_ms(86_400_000 * random.below(400) as i64),
            _ => at,
        });
    }
    // Near the ends of the calendar there is nothing to ask about.
    instants.retain(|at| *at > Instant::MIN.plus_ms(2) && *at < Instant::MAX.plus_ms(-2));
    instants.into_iter().collect()
}

fn compare(
    agreement: &Agreement,
    facts: &Facts,
    at: Instant,
    answer: &Answer,
    figures: &mut LifeFigures,
) -> Result<(), String> {
    let base = Story::of(agreement, facts, at, None);
    if !base.is_settled() {
        figures.without += 1;
        return Ok(());
    }
    figures.answers += 1;
    figures.doubts += u64::from(base.has_doubt());
    figures.circles += u64::from(answer.life.as_ref().is_some_and(|l| !l.circles.is_empty()));
    life(&base, answer)?;
    let mut now: Vec<Vec<State>> = vec![Vec::new(); agreement.provisions.len()];
    branch(&base, None, answer, figures, &mut now)?;
    for (n, provision) in agreement.provisions.iter().enumerate() {
        for nth in 1..provision.readings.len() {
            let story = Story::of(agreement, facts, at, Some((n, nth)));
            match story.is_settled() {
                true => branch(&story, Some((n, nth)), answer, figures, &mut now)?,
                // Its lines can't be told, so neither can what they come to.
                false => now[n].clear(),
            }
        }
    }
    for (provision, states) in agreement.provisions.iter().zip(now) {
        let found = answer.provisions.iter().find(|found| found.id == provision.id);
        if states.is_empty() || provision.kind.is_observed() {
            continue;
        }
        let found = found.map(|found| found.state_at);
        same("state of a duty now", &provision.id, found, gravest(&states))?;
    }
    Ok(())
}

/// The gravest of the states in which something binds; else of the others.
fn gravest(states: &[State]) -> Option<State> {
    use State::{Ended, NotInForce, Suspended};
    let free = |state: &State| matches!(state, NotInForce | Ended | Suspended);
    let bound = states.iter().filter(|state| !free(state)).max();
    bound.or_else(|| states.iter().max()).copied()
}

fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    of: &str,
    found: T,
    right: T,
) -> Result<(), String> {
    match found == right {
        true => Ok(()),
        false => Err(format!("{what} of {of}: {found:?}, and by definition {right:?}")),
    }
}

fn text(at: Option<Instant>) -> Option<String> {
    at.filter(|at| *at > Instant::MIN).map(|at| at.to_string())
}

/// What is told of the agreement as a whole, under the first readings.
fn life(story: &Story<'_>, answer: &Answer) -> Result<(), String> {
    let Some(life) = &answer.life else { return Ok(()) };
    let known = |turn: Turn| text(story.when(turn).surely);
    same("entry into force", "agreement", life.force.at.clone(), known(Turn::Force))?;
    same("end", "agreement", life.end.at.clone(), known(Turn::End))?;
    let signed: Vec<Option<String>> = life.signatures.iter().map(|s| s.at.clone()).collect();
    let right = story.signatures().into_iter().map(text).collect();
    same("signatures", "agreement", signed, right)?;
    same("stage", "agreement", life.stage, stage(story))?;
    for consent in &life.consents {
        let Some(n) = story.place(&consent.provision) else { continue };
        let done = story.when(Turn::Done(n)).surely.filter(|at| *at <= story.at);
        same("consent", &consent.provision, consent.at.clone(), text(done))?;
        let deposited = text(story.deposited(n));
        same("deposit", &consent.provision, consent.deposited.clone(), deposited)?;
    }
    for found in life.points.iter().flat_map(|points| &points.list) {
        let Some(n) = story.place(&found.provision) else { continue };
        let Details::Point(point) = &story.reading(n).details else { continue };
        let agreed = story.holds(n, story.at) == Sure::Yes;
        same("agreed", &found.provision, found.status == "agreed", agreed)?;
        for party in &story.agreement.parties {
            let stand = found.positions.iter().find(|stand| stand.party == party.id);
            let right = story.stand(n, point, &party.id, story.at);
            same("stand", &found.provision, stand.map(|s| s.stance.as_str()), right)?;
        }
    }
    Ok(())
}

/// How far the agreement has come.
fn stage(story: &Story<'_>) -> &'static str {
    let agreement = story.agreement;
    let come = |turn: Turn| story.when(turn).by(story.at) == Sure::Yes;
    let suspended = story.acts(|act| act.act == ActKind::Suspension && act.provisions.is_empty());
    let suspended =
        suspended.into_iter().any(|(_, act)| act.to_ms.is_none_or(|to| story.at.ms() < to));
    let binds = (0..agreement.provisions.len()).any(|n| {
        use ProvisionKind::{Condition, Point, Ratify};
        let kind = agreement.provisions[n].kind;
        let start = story.when(Turn::Start(n)).surely;
        !matches!(kind, Condition | Point | Ratify)
            && start.is_some_and(|at| Instant::MIN < at && at <= story.at)
    });
    let points = (0..agreement.provisions.len())
        .filter(|n| agreement.provisions[*n].kind == ProvisionKind::Point);
    let open = points.filter(|n| story.holds(*n, story.at) != Sure::Yes).count();
    let numbered = agreement.draft.as_ref().and_then(|draft| draft.points).unwrap_or(0);
    if come(Turn::End) {
        "ended"
    } else if suspended {
        "suspended"
    } else if come(Turn::Force) {
        "in-force"
    } else if binds {
        "partly-in-force"
    } else if come(Turn::Signature) {
        "signed"
    } else if open > 0 || numbered > 0 {
        "draft"
    } else if agreement.draft.is_some() {
        "agreed"
    } else {
        "text"
    }
}

/// The clocks, the duties and the starts under one choice of readings.
fn branch(
    story: &Story<'_>,
    chosen: Option<(usize, usize)>,
    answer: &Answer,
    figures: &mut LifeFigures,
    now: &mut [Vec<State>],
) -> Result<(), String> {
    let label = chosen.map(|(n, nth)| story.agreement.provisions[n].readings[nth].id.as_str());
    let name = label.unwrap_or("the first readings");
    for right in story.clocks() {
        figures.clocks += 1;
        let of = format!("{} of {} under {name}", right.what, right.provision);
        let mine = answer
            .clocks
            .iter()
            .filter(|clock| clock.provision == right.provision && clock.what == right.what);
        let found = pick(mine, label, |clock| clock.reading.as_deref());
        same("clock", &of, found.map(plain), Some(shown(&right)))?;
    }
    for (n, provision) in story.agreement.provisions.iter().enumerate() {
        use ProvisionKind::{Condition, Point, Ratify};
        let turn = match provision.kind {
            Ratify | Condition => Turn::Done(n),
            Point => continue,
            _ => Turn::Start(n),
        };
        if let Some(life) = &answer.life {
            let mine = life.provisions.iter().filter(|turning| turning.provision == provision.id);
            let found = pick(mine, label, |turning| turning.reading.as_deref());
            let of = format!("{} under {name}", provision.id);
            let right = text(story.when(turn).surely);
            same("turn", &of, found.map(|turning| turning.at.clone()), Some(right))?;
        }
        if chosen.is_some_and(|(of, _)| of != n) {
            continue;
        }
        for duty in story.duties(n) {
            figures.lines += 1;
            line(story, duty, answer)?;
            now[n].push(story.state_now(duty));
        }
    }
    Ok(())
}

/// What is told under a reading: what has its label, else what has none or that of a first one.
fn pick<'a, T>(
    of: impl Iterator<Item = &'a T>,
    label: Option<&str>,
    reading: impl Fn(&T) -> Option<&str>,
) -> Option<&'a T> {
    let all: Vec<&T> = of.collect();
    let labelled = all.iter().find(|one| label.is_some() && reading(one) == label);
    labelled.or(all.first()).copied()
}

type Shown = (ClockState, Option<String>, Option<String>, Option<String>);

fn plain(clock: &answer::Clock) -> Shown {
    (clock.state, clock.from.clone(), clock.due.clone(), clock.done.clone())
}

fn shown(clock: &Clock) -> Shown {
    let shown = |at: Option<Instant>| at.map(|at| at.to_string());
    (clock.state, shown(clock.from), shown(clock.due), shown(clock.done))
}

fn line(story: &Story<'_>, duty: Duty<'_>, answer: &Answer) -> Result<(), String> {
    let provision = &story.agreement.provisions[duty.provision];
    let reading = &story.reading(duty.provision).id;
    let of = format!("{} of {:?} under {reading}", provision.id, duty.party);
    let found = answer.provisions.iter().find(|found| found.id == provision.id);
    let lines = found.map_or(&[][..], |found| &found.lines);
    let mine = |line: &&StateLine| line.reading == *reading && line.party.as_deref() == duty.party;
    let Some(line) = lines.iter().find(mine) else { return Err(format!("no line of {of}")) };
    let (start, stop) = story.binds(duty);
    let open = |at: Option<Instant>| text(at.filter(|at| *at < Instant::MAX));
    same("start of the line", &of, line.from.clone(), open(start))?;
    same("end of the line", &of, line.until.clone(), open(stop))?;
    let parse = |at: &Option<String>| at.as_ref().and_then(|at| Instant::parse(at, None).ok());
    for run in &line.runs {
        let from = parse(&run.from).unwrap_or(Instant::MIN);
        let to = parse(&run.to).unwrap_or(Instant::MAX);
        for at in [from, from.plus_ms(1), to.plus_ms(-1)] {
            if from <= at && at < to {
                same(&format!("state at {at}"), &of, run.state, story.state(duty, at))?;
            }
        }
    }
    Ok(())
}

/// The order in which entries arrive leaves no trace in what is cited by content; the same question
/// gives the same bytes. Corrections stay behind what they are about, so they keep their places.
fn shuffled(case: &LifeCase, agreement: &Agreement, random: &mut Random) -> Result<(), String> {
    if case.bodies.iter().any(|body| matches!(body, Body::Correction(_))) {
        return Ok(());
    }
    let at = random.pick(&case.instants);
    let bytes = |entries: Vec<(u64, Entry)>| {
        let history = History::gather(entries);
        let asked = Ask { at, cite: CiteBy::Content, ..Ask::default() };
        let answer = evaluate(agreement, &history, &asked).answer;
        format!("{:?} {:?} {:?}", answer.life, answer.clocks, answer.guarantees)
    };
    let mut bodies = case.bodies.clone();
    let first = bytes(entries_of(&bodies));
    same("asked again", "the answer", bytes(entries_of(&bodies)), first.clone())?;
    random.shuffle(&mut bodies);
    same("another order of arrival", "the answer", bytes(entries_of(&bodies)), first)
}

/// A smaller case that still fails: entries and terms are left out one by one.
#[must_use]
pub fn smaller(mut small: LifeCase, fails: impl Fn(&LifeCase) -> bool) -> LifeCase {
    let mut shrunk = true;
    while shrunk {
        shrunk = false;
        for n in (0..small.bodies.len()).rev() {
            let mut fewer = small.clone();
            fewer.bodies.remove(n);
            // What refers to an entry by its place would refer to another one.
            if !later_corrections(&small.bodies, n) && fails(&fewer) {
                (small, shrunk) = (fewer, true);
            }
        }
        for n in (0..small.terms.len()).rev() {
            let mut fewer = small.clone();
            fewer.terms.remove(n);
            if fewer.agreement().is_some() && fails(&fewer) {
                (small, shrunk) = (fewer, true);
            }
        }
        let lines = |text: &str| text.lines().map(String::from).collect::<Vec<_>>();
        for part in 0..=small.terms.len() {
            let text = small.terms.get(part).unwrap_or(&small.front).clone();
            for n in (0..lines(&text).len()).rev() {
                let mut left = lines(small.terms.get(part).unwrap_or(&small.front));
                if n >= left.len() {
                    continue;
                }
                left.remove(n);
                let mut fewer = small.clone();
                *fewer.terms.get_mut(part).unwrap_or(&mut fewer.front) = left.join("\n") + "\n";
                if fewer.agreement().is_some() && fails(&fewer) {
                    (small, shrunk) = (fewer, true);
                }
            }
        }
    }
    small
}

fn later_corrections(bodies: &[Body], n: usize) -> bool {
    bodies[n + 1..].iter().any(|body| matches!(body, Body::Correction(_)))
}

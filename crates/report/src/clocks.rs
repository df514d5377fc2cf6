//! What runs, and until when.

use crate::cut::{Cut, cites, cut_life};
use crate::reader::{Earliest, Named, Never, Reader};
use crate::when::{Both, in_words};
use crate::words::counted;
use servanda_comply::answer::{Clock, ClockKind, ClockState, Reason};

/// The states of clocks, what is most pressing first.
const STATES: [ClockState; 8] = [
    ClockState::Broken,
    ClockState::Overdue,
    ClockState::Late,
    ClockState::Running,
    ClockState::Undetermined,
    ClockState::Waiting,
    ClockState::Met,
    ClockState::Ended,
];

pub(crate) struct ClocksView {
    /// `2 overdue, 5 running, 1 disputed (overdue or running)`.
    pub(crate) summary: String,
    /// The clocks that every reading has.
    pub(crate) plain: Cut<ClockView>,
    /// Those of a disputed term, its readings side by side.
    pub(crate) disputed: Cut<DisputedView>,
    /// What the words mean, for the states that are there.
    pub(crate) meanings: Vec<(&'static str, &'static str, &'static str)>,
}

pub(crate) struct ClockView {
    pub(crate) provision: Named,
    pub(crate) reading: String,
    pub(crate) what: String,
    pub(crate) word: &'static str,
    pub(crate) class: &'static str,
    pub(crate) from: Option<Both>,
    pub(crate) due: Option<Both>,
    /// The earliest that it can be, where nothing else is known.
    pub(crate) earliest: Option<Earliest>,
    pub(crate) never: Option<Never>,
    pub(crate) done: Option<Both>,
    pub(crate) waits_for: Vec<String>,
    pub(crate) why: Vec<(String, String)>,
}

pub(crate) struct DisputedView {
    pub(crate) provision: Named,
    pub(crate) what: String,
    pub(crate) readings: Vec<ClockView>,
}

/// All clocks but the steps of a guarantee's response, which stand in its worksheet.
pub(crate) fn clocks(clocks: &[Clock], reader: &Reader) -> Option<ClocksView> {
    let of_guarantee = |clock: &&Clock| clock.kind == ClockKind::Response;
    let mut shown: Vec<&Clock> = clocks.iter().filter(|clock| !of_guarantee(clock)).collect();
    if shown.is_empty() {
        return None;
    }
    // What is most pressing first, then by date; a stable sort keeps the order of the text.
    let place = |clock: &Clock| STATES.iter().position(|state| *state == clock.state);
    shown.sort_by_key(|clock| (place(clock), clock.due.is_none(), clock.due.clone()));
    let mut disputed: Vec<DisputedView> = Vec::new();
    let mut plain = Vec::new();
    // Readings stand in the order of the text, whatever their states are.
    for clock in clocks.iter().filter(|clock| !of_guarantee(clock) && clock.reading.is_some()) {
        let same =
            |one: &&mut DisputedView| one.provision.id == clock.provision && one.what == clock.what;
        let view = view(clock, reader);
        match disputed.iter_mut().find(same) {
            Some(one) => one.readings.push(view),
            None => disputed.push(DisputedView {
                provision: reader.named(&clock.provision),
                what: clock.what.clone(),
                readings: vec![view],
            }),
        }
    }
    for clock in shown.iter().filter(|clock| clock.reading.is_none()) {
        plain.push(view(clock, reader));
    }
    let summary = summary(&plain, &disputed);
    Some(ClocksView {
        summary,
        plain: cut_life(plain),
        disputed: cut_life(disputed),
        meanings: STATES
            .into_iter()
            .filter(|state| shown.iter().any(|clock| clock.state == *state))
            .map(|state| (state.word(), class(state), meaning(state)))
            .collect(),
    })
}

/// The steps of a guarantee's response, in the order of the text.
pub(crate) fn responses(clocks: &[Clock], id: &str, reader: &Reader) -> Vec<ClockView> {
    let of = |clock: &&Clock| clock.kind == ClockKind::Response && clock.provision == id;
    clocks.iter().filter(of).map(|clock| view(clock, reader)).collect()
}

fn view(clock: &Clock, reader: &Reader) -> ClockView {
    let open = clock.due.is_none() && clock.done.is_none();
    let never = clock.never.as_ref().filter(|_| open);
    let earliest = clock.earliest.as_ref().filter(|_| open && never.is_none());
    let over = matches!(clock.state, ClockState::Met | ClockState::Ended);
    ClockView {
        provision: reader.named(&clock.provision),
        reading: clock.reading.clone().unwrap_or_default(),
        what: clock.what.clone(),
        word: clock.state.word(),
        class: class(clock.state),
        from: reader.time(clock.from.as_ref()),
        due: reader.time(clock.due.as_ref()),
        earliest: earliest.map(|text| reader.earliest(text)),
        never: never.map(|text| reader.never(text)),
        done: reader.time(clock.done.as_ref()),
        waits_for: if over { Vec::new() } else { clock.waits_for.clone() },
        why: clock.why.iter().map(reason).collect(),
    }
}

fn reason(reason: &Reason) -> (String, String) {
    (in_words(&reason.text), cites(&reason.cites, reason.count))
}

/// How many stand where; of those in dispute, where their readings stand.
fn summary(plain: &[ClockView], disputed: &[DisputedView]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for state in STATES {
        let word = state.word();
        match plain.iter().filter(|clock| clock.word == word).count() as u64 {
            0 => {}
            n => parts.push(counted(n, word, word)),
        }
    }
    let stand = disputed.iter().map(|one| {
        let mut words: Vec<&str> = Vec::new();
        for reading in &one.readings {
            if !words.contains(&reading.word) {
                words.push(reading.word);
            }
        }
        words.join(" or ")
    });
    let stand: Vec<String> = stand.collect();
    if !stand.is_empty() {
        let count = counted(stand.len() as u64, "disputed", "disputed");
        parts.push(format!("{count} ({})", stand.join("; ")));
    }
    parts.join(", ")
}

fn class(state: ClockState) -> &'static str {
    match state {
        ClockState::Broken => "violated",
        ClockState::Overdue => "alleged",
        ClockState::Late | ClockState::Undetermined => "undetermined",
        ClockState::Met => "kept",
        ClockState::Running => "runs",
        ClockState::Waiting | ClockState::Ended => "none",
    }
}

fn meaning(state: ClockState) -> &'static str {
    match state {
        ClockState::Broken => "a finding of violation breaks it now",
        ClockState::Overdue => {
            "its date is over, and no entry shows it done; that is no finding of anybody"
        }
        ClockState::Late => "done after its date",
        ClockState::Running => "it runs",
        ClockState::Undetermined => "it can't be told",
        ClockState::Waiting => "it has not begun",
        ClockState::Met => "done in time, or complete, as the record reports it",
        ClockState::Ended => "its time is over",
    }
}

//! How far the agreement has come: stage, signatures, points, consents, what waits for what.

use crate::cut::{Cut, cites, cut_life};
use crate::reader::{Earliest, Named, Never, Reader};
use crate::when::{Both, in_words};
use crate::words::{counted, gist, number};
use servanda_comply::answer::{Consent, Life, PointAnswer, Points, Reported, Stand, Turning};

/// The stages in their order. An agreement partly in force, or suspended, stands where one in
/// force does.
const STAGES: [&str; 5] = ["draft", "agreed", "signed", "in-force", "ended"];

/// Parties with a column of their own in the table of points; of more, no page is wide enough.
const PARTIES_MAX: usize = 8;

pub(crate) struct LifeView {
    pub(crate) stages: Vec<StageView>,
    /// Whether it is still on its way: then this stands before the states.
    pub(crate) is_young: bool,
    pub(crate) signatures: Vec<SignatureView>,
    pub(crate) withdrawals: Vec<WithdrawalView>,
    pub(crate) force: TurningView,
    pub(crate) end: Option<TurningView>,
    pub(crate) circles: Vec<CircleView>,
    pub(crate) points: Option<PointsView>,
    pub(crate) consents: Cut<ConsentView>,
    pub(crate) waiting: Cut<TurningView>,
}

pub(crate) struct StageView {
    pub(crate) word: String,
    pub(crate) is_now: bool,
}

pub(crate) struct SignatureView {
    pub(crate) party: String,
    pub(crate) at: Option<Both>,
    pub(crate) cites: String,
}

pub(crate) struct WithdrawalView {
    pub(crate) party: String,
    pub(crate) notified: Option<Both>,
    pub(crate) out: Option<Both>,
    pub(crate) has_right: bool,
    pub(crate) cites: String,
}

/// Provisions that wait for each other; the first stands at the end again.
pub(crate) struct CircleView {
    pub(crate) anchor: String,
    pub(crate) around: Vec<Named>,
}

pub(crate) struct TurningView {
    pub(crate) provision: Named,
    pub(crate) reading: Option<String>,
    pub(crate) at: Option<Both>,
    pub(crate) earliest: Option<Earliest>,
    pub(crate) never: Option<Never>,
    pub(crate) waits_for: Vec<String>,
    pub(crate) in_words: Vec<String>,
    pub(crate) cites: String,
}

pub(crate) struct PointsView {
    pub(crate) total: String,
    pub(crate) agreed: String,
    pub(crate) open: String,
    pub(crate) unknown: String,
    /// The parts of the bar, as they stand in the answer.
    pub(crate) parts: [u64; 3],
    /// `33.3 %`, or `33.3 to 100.0 %`.
    pub(crate) percent: String,
    pub(crate) rule: String,
    pub(crate) parties: Vec<String>,
    pub(crate) has_reports: bool,
    pub(crate) list: Cut<PointView>,
}

pub(crate) struct PointView {
    pub(crate) provision: String,
    pub(crate) number: String,
    pub(crate) article: String,
    pub(crate) status: &'static str,
    /// Each party that has a column.
    pub(crate) stands: Vec<PartyView>,
    /// The stands of those that have none.
    pub(crate) others: Vec<StandView>,
}

/// A party on a point.
pub(crate) struct PartyView {
    /// Its stand; none: no stand is known.
    pub(crate) stand: Option<StandView>,
    /// What published texts report of it.
    pub(crate) reported: Option<ReportedView>,
}

pub(crate) struct ReportedView {
    pub(crate) act: String,
    pub(crate) gist: String,
    pub(crate) on: String,
    pub(crate) origins: String,
    pub(crate) has_changed: bool,
    pub(crate) cites: String,
}

pub(crate) struct StandView {
    pub(crate) party: String,
    pub(crate) stance: String,
    pub(crate) wants: String,
    /// Since when: the exact time, and the day on the agreement's clock.
    pub(crate) on: Option<(String, String)>,
    pub(crate) source: String,
    /// Whether the source is an address that a reader can open.
    pub(crate) link: bool,
}

pub(crate) struct ConsentView {
    pub(crate) provision: Named,
    pub(crate) state: String,
    pub(crate) body: String,
    pub(crate) threshold: String,
    pub(crate) vote: Option<String>,
    pub(crate) votes: String,
    pub(crate) reached: &'static str,
    pub(crate) deposit: String,
    pub(crate) deposited: Option<Both>,
    pub(crate) at: Option<Both>,
    pub(crate) notes: Vec<String>,
    pub(crate) cites: String,
}

pub(crate) fn life(life: &Life, reader: &Reader) -> LifeView {
    let waiting = life.provisions.iter().filter(|one| waits(one)).map(|one| turning(one, reader));
    LifeView {
        stages: stages(life.stage),
        is_young: matches!(life.stage, "draft" | "agreed" | "signed"),
        signatures: life
            .signatures
            .iter()
            .map(|signature| SignatureView {
                party: signature.party.clone(),
                at: reader.time(signature.at.as_ref()),
                cites: cites(&signature.cites, 0),
            })
            .collect(),
        withdrawals: life
            .withdrawals
            .iter()
            .map(|withdrawal| WithdrawalView {
                party: withdrawal.party.clone(),
                notified: reader.time(withdrawal.notified.as_ref()),
                out: reader.time(withdrawal.out.as_ref()),
                has_right: withdrawal.has_right,
                cites: cites(&withdrawal.cites, 0),
            })
            .collect(),
        force: turning(&life.force, reader),
        end: life.end.at.is_some().then(|| turning(&life.end, reader)),
        circles: life
            .circles
            .iter()
            .enumerate()
            .map(|(place, circle)| CircleView {
                anchor: Reader::circle_anchor(place),
                around: circle.iter().chain(circle.first()).map(|id| reader.named(id)).collect(),
            })
            .collect(),
        points: life.points.as_ref().map(|list| points(list, reader)),
        consents: cut_life(life.consents.iter().map(|one| consent(one, reader)).collect()),
        waiting: cut_life(waiting.collect()),
    }
}

fn stages(now: &str) -> Vec<StageView> {
    let place = match now {
        "partly-in-force" | "suspended" => "in-force",
        other => other,
    };
    let stages = STAGES.iter().map(|stage| StageView {
        word: (if *stage == place { now } else { *stage }).replace('-', " "),
        is_now: *stage == place,
    });
    stages.collect()
}

impl LifeView {
    /// Whether there is more to tell than the stage.
    pub(crate) fn has_steps(&self) -> bool {
        let has_lists = !self.consents.rows.is_empty() || !self.waiting.rows.is_empty();
        self.points.is_some() || has_lists
    }
}

/// Whether there is anything that it still waits for.
fn waits(turning: &Turning) -> bool {
    let never = turning.at.is_none() && turning.never.is_some();
    never || !turning.waits_for.is_empty() || !turning.in_words.is_empty()
}

fn turning(turning: &Turning, reader: &Reader) -> TurningView {
    TurningView {
        provision: reader.named(&turning.provision),
        reading: turning.reading.clone(),
        at: reader.time(turning.at.as_ref()),
        earliest: turning.earliest.as_ref().map(|text| reader.earliest(text)),
        never: turning.never.as_ref().map(|text| reader.never(text)),
        waits_for: turning.waits_for.clone(),
        in_words: turning.in_words.clone(),
        cites: cites(&turning.cites, 0),
    }
}

fn points(points: &Points, reader: &Reader) -> PointsView {
    let mut parties: Vec<String> = Vec::new();
    let stands = points.list.iter().flat_map(|point| &point.positions).map(|one| &one.party);
    let reported = points.list.iter().flat_map(|point| &point.reported).map(|one| &one.party);
    for party in stands.chain(reported) {
        if parties.len() < PARTIES_MAX && !parties.contains(party) {
            parties.push(party.clone());
        }
    }
    let percent = match points.percent_low == points.percent_high {
        true => format!("{} %", points.percent_low),
        false => format!("{} to {} %", points.percent_low, points.percent_high),
    };
    let list = points.list.iter().map(|one| point(one, &parties, reader));
    PointsView {
        total: number(points.total),
        agreed: number(points.agreed),
        open: number(points.open),
        unknown: number(points.unknown),
        parts: [points.agreed, points.open, points.unknown],
        percent,
        rule: points.rule.clone(),
        has_reports: points.list.iter().any(|point| !point.reported.is_empty()),
        list: cut_life(list.collect()),
        parties,
    }
}

fn point(point: &PointAnswer, parties: &[String], reader: &Reader) -> PointView {
    let of = |party: &String| point.positions.iter().find(|stand| stand.party == *party);
    let said = |party: &String| point.reported.iter().find(|one| one.party == *party);
    let others = point.positions.iter().filter(|stand| !parties.contains(&stand.party));
    PointView {
        provision: point.provision.clone(),
        number: point.number.clone(),
        article: point.article.clone(),
        status: point.status,
        stands: parties
            .iter()
            .map(|party| PartyView {
                stand: of(party).map(|one| stand(one, reader)),
                reported: said(party).map(reported),
            })
            .collect(),
        others: others.map(|one| stand(one, reader)).collect(),
    }
}

fn reported(reported: &Reported) -> ReportedView {
    ReportedView {
        act: reported.act.clone(),
        gist: gist(&reported.words).into_owned(),
        on: reported.on.clone().unwrap_or_default(),
        origins: counted(reported.origins, "origin", "origins"),
        has_changed: reported.has_changed,
        cites: cites(&reported.cites, 0),
    }
}

fn stand(stand: &Stand, reader: &Reader) -> StandView {
    StandView {
        party: stand.party.clone(),
        stance: stand.stance.clone(),
        wants: stand.wants.clone(),
        on: reader.time(stand.on.as_ref()).map(|at| (at.utc.iso.clone(), at.day().to_owned())),
        source: stand.source.clone(),
        link: stand.source.starts_with("https://") || stand.source.starts_with("http://"),
    }
}

fn consent(consent: &Consent, reader: &Reader) -> ConsentView {
    let votes = consent.votes.map(|(yes, no)| format!("{} to {}", number(yes), number(no)));
    ConsentView {
        provision: reader.named(&consent.provision),
        state: consent.state.clone(),
        body: consent.body.clone(),
        threshold: consent.threshold.clone(),
        vote: consent.vote.as_deref().map(in_words),
        votes: votes.unwrap_or_default(),
        reached: consent.reached,
        deposit: consent.deposit.clone(),
        deposited: reader.time(consent.deposited.as_ref()),
        at: reader.time(consent.at.as_ref()),
        notes: consent.notes.clone(),
        cites: cites(&consent.cites, 0),
    }
}

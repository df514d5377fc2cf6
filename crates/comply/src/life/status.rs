//! How far the agreement has come: points, signatures, consents, and what waits for what.

use super::clocks::{View, dated};
use super::select::entry_id;
use super::turn::Turn;
use crate::answer::{Consent, Life, PointAnswer, Points, Signature, Stand, Turning, Withdrawal};
use crate::history::Held;
use crate::publish::word;
use servanda_entry::{Act, ActKind, ActResult};
use servanda_steps::{NodeId, Truth};
use servanda_terms::{
    Agreement, Details, PointStatus, Position, Provision, ProvisionKind, Ratify, Reading, Role,
    Threshold,
};
use servanda_time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// The parties whose acceptance makes a point agreed: those that the draft names, else those that
/// sign, else all sides.
pub(crate) fn acceptances(agreement: &Agreement) -> Vec<&str> {
    let drafted = agreement.draft.as_ref().map_or(&[][..], |draft| &draft.agreed_by);
    let named = if drafted.is_empty() { &agreement.force.signed_by[..] } else { drafted };
    if !named.is_empty() {
        return named.iter().map(String::as_str).collect();
    }
    let sides = agreement.parties.iter().filter(|party| party.role == Role::Side);
    sides.map(|party| party.id.as_str()).collect()
}

/// The stands of a party on a point that the text gives, in the order of time: those without a date
/// before the others.
pub(crate) fn in_text<'a>(reading: &'a Reading, party: &str) -> Vec<&'a Position> {
    let Details::Point(point) = &reading.details else { return Vec::new() };
    let mine = point.positions.iter().filter(|position| position.party == party);
    let mut mine: Vec<&Position> = mine.collect();
    mine.sort_by_key(|position| position.on.instant());
    mine
}

/// How far the agreement has come.
pub(crate) fn life(view: &View<'_>, turns: &Turns) -> Life {
    let agreement = view.compiled.agreement;
    let force = view.turning("agreement", turns.force);
    let end = view.turning("agreement", turns.end);
    let provisions: Vec<Turning> = agreement
        .provisions
        .iter()
        .zip(&turns.provisions)
        .filter(|(provision, _)| provision.kind != ProvisionKind::Point)
        .map(|(provision, node)| view.of_provision(provision, *node))
        .collect();
    let words = |circle: &Vec<Turn>| circle.iter().map(Turn::words).collect();
    let circles = view.circles.iter().map(words).collect();
    let points = points(view);
    let stage = view.stage(turns, points.as_ref());
    Life {
        stage,
        points,
        signatures: signatures(view),
        withdrawals: withdrawals(view),
        consents: consents(view),
        force,
        end,
        provisions,
        circles,
    }
}

/// The nodes of what is told about an agreement.
pub(crate) struct Turns {
    pub(crate) force: NodeId,
    pub(crate) end: NodeId,
    pub(crate) signature: NodeId,
    /// The start of each provision, or for a consent or a condition when it is done.
    pub(crate) provisions: Vec<NodeId>,
}

impl Turns {
    pub(crate) fn of(compiled: &mut super::compile::Compiled<'_>) -> Turns {
        let agreement = compiled.agreement;
        Turns {
            force: compiled.turn(Turn::Force),
            end: compiled.turn(Turn::End),
            signature: compiled.turn(Turn::Signature),
            provisions: agreement
                .provisions
                .iter()
                .map(|provision| {
                    use ProvisionKind::{Condition, Point, Ratify};
                    let id = provision.id.clone();
                    compiled.turn(match provision.kind {
                        Ratify | Condition | Point => Turn::Done(id),
                        _ => Turn::Start(id),
                    })
                })
                .collect(),
        }
    }
}

impl View<'_> {
    /// A moment, and what it waits for while it hasn't come.
    fn turning(&self, id: &str, node: NodeId) -> Turning {
        let at = self.moment(node);
        let mut turning = Turning {
            provision: id.into(),
            reading: None,
            at: dated(at),
            earliest: None,
            never: None,
            waits_for: Vec::new(),
            in_words: Vec::new(),
            cites: at.map(|at| self.acts_at(node, at)).unwrap_or_default(),
        };
        if at.is_none() {
            let forecast = self.outlook.moment(node);
            turning.earliest = forecast.at.map(|at| at.to_string());
            (turning.waits_for, turning.never) = self.waits(id, node, &forecast);
        }
        turning
    }

    fn of_provision(&self, provision: &Provision, node: NodeId) -> Turning {
        let mut turning = self.turning(&provision.id, node);
        let is_words = |id: &&String| self.compiled.agreement.provision(id).is_none();
        turning.in_words = provision.requires.iter().filter(is_words).cloned().collect();
        turning
    }

    fn stage(&self, turns: &Turns, points: Option<&Points>) -> &'static str {
        let agreement = self.compiled.agreement;
        let whole = |kind: ActKind| {
            self.history.acts.iter().any(|held| {
                let act = &held.value;
                let to = act.to_ms.and_then(|ms| Instant::from_ms(ms).ok());
                act.act == kind
                    && act.provisions.is_empty()
                    && act.from_ms <= self.at.ms()
                    && to.is_none_or(|to| self.at < to)
            })
        };
        if self.came(turns.end).is_some() {
            return "ended";
        }
        if whole(ActKind::Suspension) {
            return "suspended";
        }
        if self.came(turns.force).is_some() {
            return "in-force";
        }
        let binding =
            agreement.provisions.iter().zip(&turns.provisions).any(|(provision, node)| {
                !matches!(
                    provision.kind,
                    ProvisionKind::Ratify | ProvisionKind::Condition | ProvisionKind::Point
                ) && self.came(*node).is_some_and(|at| at > Instant::MIN)
            });
        if binding {
            return "partly-in-force";
        }
        if self.came(turns.signature).is_some() {
            return "signed";
        }
        match points {
            Some(points) if points.agreed < points.total => "draft",
            _ if agreement.draft.is_some() => "agreed",
            _ => "text",
        }
    }
}

fn signatures(view: &View<'_>) -> Vec<Signature> {
    let agreement = view.compiled.agreement;
    agreement
        .force
        .signed_by
        .iter()
        .map(|id| {
            let mine = acts(view, ActKind::Signature).filter(|held| {
                agreement.resolve_party(&held.value.by).is_some_and(|party| party.id == *id)
            });
            let first = mine.min_by_key(|held| (held.value.from_ms, held.cite.id));
            Signature {
                party: id.clone(),
                at: first.and_then(at).map(|at| at.to_string()),
                cites: first.map(|held| cite(view, held)).into_iter().collect(),
            }
        })
        .collect()
}

/// Who has given notice to withdraw, in the order of the text.
fn withdrawals(view: &View<'_>) -> Vec<Withdrawal> {
    let agreement = view.compiled.agreement;
    let mut withdrawals = Vec::new();
    for party in &agreement.parties {
        let mine = acts(view, ActKind::Withdrawal).filter(|held| {
            let act = &held.value;
            let by = agreement.resolve_party(&act.by);
            act.provisions.is_empty() && by.is_some_and(|by| by.id == party.id)
        });
        let Some(first) = mine.min_by_key(|held| (held.value.from_ms, held.cite.id)) else {
            continue;
        };
        let out = view.compiled.known(&Turn::Withdrawn(party.id.clone()));
        withdrawals.push(Withdrawal {
            party: party.id.clone(),
            notified: at(first).map(|at| at.to_string()),
            out: dated(view.moment(out)),
            has_right: agreement.force.withdrawal.is_some(),
            cites: vec![cite(view, first)],
        });
    }
    withdrawals
}

fn acts<'v>(view: &View<'v>, kind: ActKind) -> impl Iterator<Item = &'v Held<Act>> + use<'v> {
    let now = view.at.ms();
    let acts = view.history.acts.iter();
    acts.filter(move |held| held.value.act == kind && held.value.from_ms <= now)
}

fn at(held: &Held<Act>) -> Option<Instant> {
    Instant::from_ms(held.value.from_ms).ok()
}

fn cite(view: &View<'_>, held: &Held<Act>) -> String {
    (view.print)(entry_id(&held.cite))
}

fn consents(view: &View<'_>) -> Vec<Consent> {
    let agreement = view.compiled.agreement;
    let mut consents = Vec::new();
    for provision in &agreement.provisions {
        let Some(reading) = view.compiled.reading(provision) else { continue };
        if let Details::Ratify(ratify) = &reading.details {
            consents.push(consent(view, provision, ratify));
        }
    }
    consents
}

fn consent(view: &View<'_>, provision: &Provision, ratify: &Ratify) -> Consent {
    let id = &provision.id;
    let on = |held: &&Held<Act>| held.value.provisions.contains(id);
    let vote =
        acts(view, ActKind::Vote).filter(on).max_by_key(|held| (held.value.from_ms, held.cite.id));
    let deposit = acts(view, ActKind::Deposit)
        .filter(on)
        .min_by_key(|held| (held.value.from_ms, held.cite.id));
    let votes = vote.and_then(|held| held.value.votes);
    let reached = match (&ratify.threshold, votes) {
        (Threshold::Majority, Some(votes)) => yes_no(votes.r#for > votes.against),
        (Threshold::Share(part, whole), Some(votes)) => {
            let cast = u128::from(votes.r#for) + u128::from(votes.against);
            let enough = u128::from(votes.r#for) * u128::from(*whole) >= cast * u128::from(*part);
            yes_no(cast > 0 && enough)
        }
        _ => "not determinable",
    };
    let done = view.came(view.compiled.known(&Turn::Done(id.clone())));
    let mut notes = Vec::new();
    let adopted = vote.and_then(|held| held.value.result) == Some(ActResult::Adopted);
    if adopted && reached == "no" {
        notes.push(
            "the record gives it as adopted, and the votes don't reach the threshold".to_string(),
        );
    }
    if adopted && done.is_none() && (ratify.deposit.is_empty() || deposit.is_some()) {
        notes.push(format!(
            "the vote was held while what it waits for was not there: {}",
            provision.requires.join(", ")
        ));
    }
    Consent {
        provision: id.clone(),
        state: ratify.state.clone(),
        body: ratify.body.clone(),
        threshold: match &ratify.threshold {
            Threshold::Unstated => String::new(),
            Threshold::Words(words) => words.clone(),
            Threshold::Majority => "more than half of the votes cast".into(),
            Threshold::Share(part, whole) => format!("{part}/{whole} of the votes cast"),
        },
        vote: vote.and_then(|held| {
            let result = held.value.result.as_ref().map(word).unwrap_or_default();
            Some(format!("{result} at {}", at(held)?))
        }),
        votes: votes.map(|votes| (votes.r#for, votes.against)),
        reached,
        deposit: ratify.deposit.clone(),
        deposited: deposit.and_then(at).map(|at| at.to_string()),
        at: dated(done),
        notes,
        cites: vote.into_iter().chain(deposit).map(|held| cite(view, held)).collect(),
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The points, each with its status and stands.
fn points(view: &View<'_>) -> Option<Points> {
    let agreement = view.compiled.agreement;
    let mut list = Vec::new();
    for provision in &agreement.provisions {
        let Some(reading) = view.compiled.reading(provision) else { continue };
        let Details::Point(point) = &reading.details else { continue };
        let holds = view.compiled.known(&Turn::Holds(provision.id.clone()));
        let agreed = view.engine.truth(holds, view.at) == Some(Truth::Yes);
        let article = provision.article.and_then(|n| agreement.articles.get(n));
        list.push(PointAnswer {
            provision: provision.id.clone(),
            number: provision.number.clone(),
            article: article.map(|article| article.heading.clone()).unwrap_or_default(),
            status: match (agreed, point.status) {
                (true, _) => "agreed",
                (false, PointStatus::Unknown) => "unknown",
                (false, _) => "open",
            },
            positions: stands(view, provision, reading),
            reported: Vec::new(),
        });
    }
    if list.is_empty() && agreement.draft.is_none() {
        return None;
    }
    let stated = agreement.draft.as_ref().and_then(|draft| draft.points);
    // Other provisions that carry a number of the draft are points that somebody has drafted.
    let drafted: BTreeSet<&str> = agreement
        .provisions
        .iter()
        .filter(|p| p.kind != ProvisionKind::Point && !p.number.is_empty())
        .map(|p| p.number.as_str())
        .collect();
    let counted = |status: &str| list.iter().filter(|point| point.status == status).count() as u64;
    let (agreed, open) = (counted("agreed"), counted("open"));
    let named = (list.len() + drafted.len()) as u64;
    let total = stated.unwrap_or(named).max(agreed + open);
    let unknown = total - agreed - open;
    let percent = |n: u64| crate::words::ratio(i128::from(n) * 100, i128::from(total), 1);
    let needed = acceptances(agreement).join(", ");
    Some(Points {
        total,
        agreed,
        open,
        unknown,
        percent_low: percent(agreed).unwrap_or_default(),
        percent_high: percent(agreed + unknown).unwrap_or_default(),
        rule: format!(
            "A point is agreed when the latest stand of each of {needed} is that it accepts it, or \
             where the draft's sources give it as agreed; open when it is neither; every other \
             point of the draft is unknown, and in the high bound alone."
        ),
        list,
    })
}

/// The latest stand of each party: what the text reports, or a later act in the record.
fn stands(view: &View<'_>, provision: &Provision, reading: &Reading) -> Vec<Stand> {
    let agreement = view.compiled.agreement;
    let mut stands: BTreeMap<usize, (Option<Instant>, Stand)> = BTreeMap::new();
    for (n, party) in agreement.parties.iter().enumerate() {
        let known = in_text(reading, &party.id).into_iter().rev();
        let mut known = known.filter(|p| p.on.instant().is_none_or(|on| on <= view.at));
        if let Some(position) = known.next() {
            let on = position.on.instant();
            let stance = position.stance.word();
            let stand = Stand {
                party: party.id.clone(),
                stance: stance.into(),
                wants: position.wants.clone(),
                on: on.map(|at| at.to_string()),
                source: position.source.clone(),
            };
            stands.insert(n, (on, stand));
        }
    }
    let mut by_acts: Vec<&Held<Act>> = acts(view, ActKind::Position).collect();
    by_acts.sort_by_key(|held| (held.value.from_ms, held.cite.id));
    for held in by_acts {
        let act = &held.value;
        let party = agreement.resolve_party(&act.by);
        let n = party.and_then(|party| agreement.parties.iter().position(|p| p.id == party.id));
        let (Some(n), Some(party)) = (n, party) else { continue };
        let on = at(held);
        let is_later = stands.get(&n).is_none_or(|(known, _)| *known <= on);
        if !act.provisions.contains(&provision.id) || !is_later {
            continue;
        }
        let stand = Stand {
            party: party.id.clone(),
            stance: act.result.as_ref().map(word).unwrap_or_default(),
            wants: String::new(),
            on: on.map(|at| at.to_string()),
            source: format!("{}, {}", cite(view, held), act.reference),
        };
        stands.insert(n, (on, stand));
    }
    stands.into_values().map(|(_, stand)| stand).collect()
}

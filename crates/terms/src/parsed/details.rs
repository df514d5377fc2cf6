//! What only one kind of provision has, under the word of its kind.

use super::{list, moment, span};
use crate::details::{
    Condition, Details, ExtendedBy, Extension, Guarantee, Limit, Pledge, Point, PointStatus,
    Ratify, Relief, Stage, Stance, Test, Threshold, Trigger, Watched, Withdraw,
};
use serde_json::{Value, json};

/// Null where the core says it all.
pub(super) fn details(details: &Details) -> Value {
    match details {
        Details::Core => Value::Null,
        Details::Oblige(oblige) => json!({ "oblige": {
            "what": oblige.what,
            "to": oblige.to,
            "due": moment(&oblige.due),
            "every": span(oblige.every),
            "evidence": oblige.evidence,
            "stages": list(&oblige.stages, stage),
        }}),
        Details::Limit(details) => json!({ "limit": limit(details) }),
        Details::Withdraw(details) => json!({ "withdraw": withdraw(details) }),
        Details::Permit(permit) => {
            json!({ "permit": { "holder": permit.holder, "what": permit.what } })
        }
        Details::Transfer(transfer) => json!({ "transfer": {
            "what": transfer.what,
            "to": transfer.to,
            "unit": transfer.unit,
            "amount": transfer.amount,
            "ratio": transfer.ratio,
            "due": moment(&transfer.due),
            "stages": list(&transfer.stages, stage),
        }}),
        Details::Condition(details) => json!({ "condition": condition(details) }),
        Details::Ratify(details) => json!({ "ratify": ratify(details) }),
        Details::Guarantee(details) => json!({ "guarantee": guarantee(details) }),
        Details::Pledge(details) => json!({ "pledge": pledge(details) }),
        Details::Relief(details) => json!({ "relief": relief(details) }),
        Details::Body(body) => json!({ "body": {
            "seats": list(&body.seats, |(party, n)| json!({ "party": party, "seats": n })),
            "quorum": body.quorum,
            "decides_by": body.decides_by,
            "deadlock": body.deadlock,
            "due": moment(&body.due),
        }}),
        Details::Point(details) => json!({ "point": point(details) }),
    }
}

fn stage(stage: &Stage) -> Value {
    json!({
        "name": stage.name,
        "what": stage.what,
        "due": moment(&stage.due),
        "amount": stage.amount,
        "requires": stage.requires,
    })
}

fn limit(limit: &Limit) -> Value {
    json!({
        "measure": limit.measure,
        "at_most": limit.at_most,
        "unit": limit.unit,
        "counting": limit.counting,
        "inventory": limit.inventory,
        "due": moment(&limit.due),
    })
}

fn withdraw(withdraw: &Withdraw) -> Value {
    json!({
        "lines": list(&withdraw.lines, |(party, line)| json!({ "party": party, "line": line })),
        "classes": list(&withdraw.classes, |one| json!({
            "class": one.class,
            "distance_m": one.distance_m,
            "acts": one.acts,
        })),
        "storage": withdraw.storage,
        "inventory": withdraw.inventory,
        "begins": moment(&withdraw.begins),
        "due": moment(&withdraw.due),
        "stages": list(&withdraw.stages, stage),
    })
}

fn condition(condition: &Condition) -> Value {
    json!({
        "holds": condition.holds,
        "for": span(condition.length),
        "broken_by": condition.broken_by,
        "watched": match condition.watched {
            Watched::Partly => "partly",
            Watched::Completely => "completely",
            Watched::NotNeeded => "not needed",
        },
        "act": list(&condition.act, moment),
        "all": condition.all,
        "any": condition.any,
        "not": condition.not,
        "before": moment(&condition.before),
    })
}

fn ratify(ratify: &Ratify) -> Value {
    json!({
        "state": ratify.state,
        "body": ratify.body,
        "threshold": match &ratify.threshold {
            Threshold::Unstated => Value::Null,
            Threshold::Words(words) => json!({ "words": words }),
            Threshold::Majority => json!({ "majority": true }),
            Threshold::Share(part, whole) => json!({ "share": [part, whole] }),
        },
        "instrument": ratify.instrument,
        "deposit": ratify.deposit,
        "question": ratify.question,
        "due": moment(&ratify.due),
    })
}

fn guarantee(guarantee: &Guarantee) -> Value {
    json!({
        "by": guarantee.by,
        "to": guarantee.to,
        "guards": guarantee.guards,
        "term": span(guarantee.term),
        "extension": guarantee.extension.as_ref().map(extension),
        "trigger": guarantee.trigger.as_ref().map(trigger),
        "response": list(&guarantee.response, |step| json!({
            "step": step.step,
            "by": step.by,
            "within": span(step.within),
            "after": moment(&step.after),
        })),
        "void_if": list(&guarantee.void_if, |void| json!({
            "who": void.who,
            "what": void.what,
            "test": test(&void.test),
        })),
    })
}

pub(super) fn extension(extension: &Extension) -> Value {
    let parties: &[String] = match &extension.by {
        ExtendedBy::Party(parties) => parties,
        _ => &[],
    };
    json!({
        "option": match extension.by {
            ExtendedBy::Automatic => "automatic",
            ExtendedBy::Mutual => "mutual",
            ExtendedBy::Party(_) => "each",
        },
        "by": parties,
        "for": span(extension.length),
        "notice": span(extension.notice),
        "times": extension.times_max,
    })
}

fn trigger(trigger: &Trigger) -> Value {
    json!({
        "tests": list(&trigger.tests, |one| json!({ "word": one.word, "test": test(one) })),
        "decider": trigger.decider,
        "consults": trigger.consults,
    })
}

fn test(test: &Test) -> Value {
    json!({
        "means": test.means,
        "counts": test.counts,
        "at_least": test.at_least,
        "per": span(test.per),
    })
}

fn pledge(pledge: &Pledge) -> Value {
    json!({
        "by": pledge.by,
        "to": pledge.to,
        "what": pledge.what,
        "amount": pledge.amount,
        "unit": pledge.unit,
        "due": moment(&pledge.due),
        "schedule": list(&pledge.stages, stage),
    })
}

fn relief(relief: &Relief) -> Value {
    json!({
        "by": relief.by,
        "to": relief.to,
        "what": relief.what,
        "tranches": list(&relief.tranches, stage),
        "snapback": relief.snapback.as_ref().map(|snapback| json!({
            "on": snapback.on,
            "decided_by": snapback.decided_by,
            "within": span(snapback.within),
        })),
    })
}

fn point(point: &Point) -> Value {
    json!({
        "status": match point.status {
            PointStatus::Open => "open",
            PointStatus::Agreed => "agreed",
            PointStatus::Unknown => "unknown",
        },
        "positions": list(&point.positions, |position| json!({
            "party": position.party,
            "stance": match position.stance {
                Stance::Proposes => "proposes",
                Stance::Accepts => "accepts",
                Stance::Rejects => "rejects",
                Stance::Reserves => "reserves",
            },
            "wants": position.wants,
            "on": moment(&position.on),
            "source": position.source,
        })),
    })
}

//! The facts of what only one kind of provision has.

use super::Class;
use super::bodies;
use super::facts::{Facts, Value};
use crate::details::{
    Condition, Details, Guarantee, Joint, Limit, Oblige, Pledge, Point, PointStatus, Ratify,
    Relief, Stage, Test, Threshold, Transfer, Watched, Withdraw,
};

pub(super) fn add<'a>(facts: &mut Facts<'a>, details: &'a Details) {
    match details {
        Details::Core => {}
        Details::Oblige(details) => oblige(facts, details),
        Details::Limit(details) => limit(facts, details),
        Details::Withdraw(details) => withdraw(facts, details),
        Details::Permit(details) => {
            facts.words("holder", &details.holder);
            facts.words("what", &details.what);
        }
        Details::Transfer(details) => transfer(facts, details),
        Details::Condition(details) => condition(facts, details),
        Details::Ratify(details) => ratify(facts, details),
        Details::Guarantee(details) => guarantee(facts, details),
        Details::Pledge(details) => pledge(facts, details),
        Details::Relief(details) => relief(facts, details),
        Details::Body(details) => body(facts, details),
        Details::Point(details) => point(facts, details),
    }
}

fn stages<'a>(facts: &mut Facts<'a>, list: &'static str, stages: &'a [Stage]) {
    for stage in stages {
        facts.part(list, &stage.name, |facts| {
            facts.words("what", &stage.what);
            facts.moment("due", &stage.due);
            facts.number("amount", stage.amount);
            facts.names("requires", Class::Provision, &stage.requires);
        });
    }
}

fn oblige<'a>(facts: &mut Facts<'a>, details: &'a Oblige) {
    facts.words("what", &details.what);
    facts.names("to", Class::Party, &details.to);
    facts.moment("due", &details.due);
    facts.span("every", details.every);
    facts.words("evidence", &details.evidence);
    stages(facts, "stages", &details.stages);
}

fn limit<'a>(facts: &mut Facts<'a>, details: &'a Limit) {
    facts.words("measure", &details.measure);
    facts.number("at_most", details.at_most);
    facts.words("unit", &details.unit);
    facts.words("counting", &details.counting);
    facts.words("inventory", &details.inventory);
    facts.moment("due", &details.due);
}

fn withdraw<'a>(facts: &mut Facts<'a>, details: &'a Withdraw) {
    for (party, line) in &details.lines {
        let party = party.as_deref().unwrap_or("each party");
        let line = std::slice::from_ref(line);
        facts.part("line", party, |facts| facts.names("", Class::Line, line));
    }
    for class in &details.classes {
        facts.part("classes", &class.class, |facts| {
            facts.number("distance_m", Some(class.distance_m.into()));
            facts.list("acts", &class.acts);
        });
    }
    facts.names("storage", Class::Register, details.storage.as_slice());
    facts.words("inventory", &details.inventory);
    facts.moment("begins", &details.begins);
    facts.moment("due", &details.due);
    stages(facts, "stages", &details.stages);
}

fn transfer<'a>(facts: &mut Facts<'a>, details: &'a Transfer) {
    facts.words("what", &details.what);
    facts.names("to", Class::Party, &details.to);
    facts.words("unit", &details.unit);
    facts.number("amount", details.amount);
    facts.words("ratio", &details.ratio);
    facts.moment("due", &details.due);
    stages(facts, "stages", &details.stages);
}

fn condition<'a>(facts: &mut Facts<'a>, details: &'a Condition) {
    facts.names("holds", Class::Provision, &details.holds);
    facts.span("for", details.length);
    facts.list("broken_by", &details.broken_by);
    let (order, word) = match details.watched {
        Watched::NotNeeded => (0, "not needed"),
        Watched::Partly => (1, "partly"),
        Watched::Completely => (2, "completely"),
    };
    facts.rank("watched", order, word);
    // In an order of their own, as the text may name them in any.
    let mut acts: Vec<_> = details.act.iter().collect();
    acts.sort_by_cached_key(|when| when.to_string());
    for when in acts {
        facts.add("act", Value::Moment(when));
    }
    facts.names("all", Class::Provision, &details.all);
    facts.names("any", Class::Provision, &details.any);
    facts.names("not", Class::Provision, &details.not);
    facts.moment("before", &details.before);
}

fn ratify<'a>(facts: &mut Facts<'a>, details: &'a Ratify) {
    facts.names("state", Class::Party, std::slice::from_ref(&details.state));
    facts.words("body", &details.body);
    match &details.threshold {
        Threshold::Unstated => {}
        Threshold::Words(words) => facts.words("threshold", words),
        Threshold::Majority => facts.rank("threshold", share(1, 2) + 1, "majority"),
        Threshold::Share(of, all) => {
            facts.rank("threshold", share(*of, *all), format!("{of}/{all}"));
        }
    }
    facts.words("instrument", &details.instrument);
    facts.words("deposit", &details.deposit);
    facts.words("question", &details.question);
    facts.moment("due", &details.due);
}

/// A share in billionths, so that shares can be put in order.
fn share(of: u32, all: u32) -> u64 {
    u64::from(of) * 1_000_000_000 / u64::from(all.max(1))
}

fn guarantee<'a>(facts: &mut Facts<'a>, details: &'a Guarantee) {
    facts.names("by", Class::Party, &details.by);
    facts.names("to", Class::Party, &details.to);
    facts.names("guards", Class::Provision, &details.guards);
    facts.span("term", details.term);
    if let Some(extension) = &details.extension {
        bodies::extension(facts, extension, &bodies::OF_GUARANTEE);
    }
    if let Some(trigger) = &details.trigger {
        facts.words("trigger.decider", &trigger.decider);
        facts.list("trigger.consults", &trigger.consults);
        for test in &trigger.tests {
            facts.part("trigger.tests", &test.word, |facts| measured(facts, test));
        }
    }
    for response in &details.response {
        facts.part("response", &response.step, |facts| {
            facts.names("by", Class::Party, &response.by);
            facts.span("within", response.within);
            facts.moment("after", &response.after);
        });
    }
    for void in &details.void_if {
        facts.part("void_if", &void.what, |facts| {
            facts.names("who", Class::Party, &void.who);
            measured(facts, &void.test);
        });
    }
}

fn measured<'a>(facts: &mut Facts<'a>, test: &'a Test) {
    facts.words("means", &test.means);
    facts.names("counts", Class::Provision, &test.counts);
    facts.number("at_least", test.at_least);
    facts.span("per", test.per);
}

fn pledge<'a>(facts: &mut Facts<'a>, details: &'a Pledge) {
    facts.names("by", Class::Party, &details.by);
    facts.names("to", Class::Party, &details.to);
    facts.words("what", &details.what);
    facts.number("amount", details.amount);
    facts.words("unit", &details.unit);
    facts.moment("due", &details.due);
    stages(facts, "schedule", &details.stages);
}

fn relief<'a>(facts: &mut Facts<'a>, details: &'a Relief) {
    facts.names("by", Class::Party, &details.by);
    facts.names("to", Class::Party, &details.to);
    facts.words("what", &details.what);
    stages(facts, "tranches", &details.tranches);
    if let Some(snapback) = &details.snapback {
        facts.names("snapback.on", Class::Provision, &snapback.on);
        facts.words("snapback.decided_by", &snapback.decided_by);
        facts.span("snapback.within", snapback.within);
    }
}

fn body<'a>(facts: &mut Facts<'a>, details: &'a Joint) {
    for (party, seats) in &details.seats {
        facts.part("seats", party, |facts| facts.number("", Some(*seats)));
    }
    facts.number("quorum", details.quorum);
    facts.words("decides_by", &details.decides_by);
    facts.words("deadlock", &details.deadlock);
    facts.moment("due", &details.due);
}

fn point<'a>(facts: &mut Facts<'a>, details: &'a Point) {
    let status = match details.status {
        PointStatus::Open => "open",
        PointStatus::Agreed => "agreed",
        PointStatus::Unknown => "unknown",
    };
    facts.words("status", status);
    for position in &details.positions {
        let stance = position.stance.word();
        facts.part("positions", &position.party, |facts| {
            facts.words("stance", stance);
            facts.words("wants", &position.wants);
            facts.moment("on", &position.on);
            facts.words("source", &position.source);
        });
    }
}

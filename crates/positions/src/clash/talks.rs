//! The dates of one event, and which of two events was first.

use super::{Basis, Claim, Slot, Value};
use crate::events::{Event, EventKind, Events};

pub(super) fn find(events: &Events, claims: &mut Vec<Claim>) {
    for (at, event) in events.events.iter().enumerate() {
        for mention in event.mentions.iter().map(|m| &events.mentions[*m]) {
            let Some(date) = mention.date else { continue };
            claims.push(Claim {
                slot: Slot::EventDate,
                rule: "event-date",
                key: format!("{at:08}"),
                about: about(event),
                value: Value::Date(date),
                told: mention.told,
                is_of_a_week: false,
                basis: Basis::Contradiction,
                is_own: false,
            });
        }
    }
    let event_of = events.event_of();
    for order in &events.orders {
        let of = |mention: usize| event_of.get(&mention).copied();
        let Some((later, earlier)) = of(order.later).zip(of(order.earlier)) else { continue };
        if later == earlier {
            continue;
        }
        let (a, b) = (later.min(earlier), later.max(earlier));
        let name = |at: usize| events.events.get(at).map(about).unwrap_or_default();
        claims.push(Claim {
            slot: Slot::EventOrder,
            rule: "event-order",
            key: format!("{a:08} {b:08}"),
            about: format!("{}; {}", name(a), name(b)),
            value: Value::Word(format!("{} before {}", name(earlier), name(later))),
            told: events.mentions[order.later].told,
            is_of_a_week: false,
            basis: Basis::Contradiction,
            is_own: false,
        });
    }
}

fn about(event: &Event) -> String {
    let kind = match event.kind {
        EventKind::Meeting => "meeting",
        EventKind::Call => "call",
    };
    let actors: Vec<String> = event.actors.iter().map(crate::names::Actor::name).collect();
    if actors.is_empty() { kind.to_owned() } else { format!("{kind} of {}", actors.join(" and ")) }
}

//! Does a reason hold? [`check`] accepts or rejects it against the plan and the live entries.
//!
//! It knows the definitions of [`Rule`] and none of the engine's code: whoever doubts an answer
//! reads this instead of that. Every claim of a reason must follow from the claims below it, and
//! every leaf must agree with the entries. Nothing is worked out that the reason doesn't claim, so
//! a reason that leaves out what matters is refused, even if what it says is true.

mod claims;
mod leaves;

use claims::Claims;
use servanda_steps::{ALWAYS, Channel, Entered, Kind, NodeId, Plan, Reason, Rule, Value};
use std::collections::BTreeMap;

/// Why a reason is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// At which node's claim.
    pub node: NodeId,
    /// What is wrong with it.
    pub what: &'static str,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "node {}: {}", self.node.index(), self.what)
    }
}

impl std::error::Error for Refusal {}

/// The plan and the live entries that reasons are held against.
struct Ground<'a> {
    plan: &'a Plan,
    live: BTreeMap<Channel, Vec<Entered>>,
}

/// Whether a reason holds, with every reason below it. `live` are the live entries, in any order.
///
/// # Errors
/// The first claim that doesn't follow.
pub fn check(plan: &Plan, live: &[(Channel, Entered)], reason: &Reason) -> Result<(), Refusal> {
    let mut ground = Ground { plan, live: BTreeMap::new() };
    for (channel, entered) in live {
        ground.live.entry(*channel).or_default().push(*entered);
    }
    ground.check(reason)
}

impl Ground<'_> {
    fn check(&self, reason: &Reason) -> Result<(), Refusal> {
        let refuse = |what| Refusal { node: reason.node, what };
        let rule = self.plan.rule(reason.node).ok_or(refuse("the plan has no such node"))?;
        let (kind, known) = match reason.is {
            Value::Truth(_) => (Kind::Truth, reason.when.to <= self.plan.until()),
            Value::Phase(_) => (Kind::Phase, reason.when.to <= self.plan.until()),
            Value::Moment(_) => (Kind::Moment, reason.when == ALWAYS),
        };
        if rule.kind() != kind {
            return Err(refuse("it says what such a node can't say"));
        }
        if !known || reason.when.from >= reason.when.to {
            return Err(refuse("nothing can be said of that interval"));
        }
        let children = rule.children();
        for part in &reason.parts {
            if !children.contains(&part.node) {
                return Err(refuse("it stands on a node that its rule doesn't name"));
            }
            self.check(part)?;
        }
        let follows = match rule {
            Rule::Covered { .. }
            | Rule::MoreThan { .. }
            | Rule::Level { .. }
            | Rule::Answered { .. } => self.leaf(rule, reason),
            Rule::Served { first, .. } => match Claims(reason).moment(*first) {
                Some(first) => self.served(rule, first, reason),
                None => Err("what it is counted from is not shown"),
            },
            _ if !reason.cites.is_empty() || !reason.absences.is_empty() => {
                Err("such a node stands on no entries of its own")
            }
            _ => Claims(reason).follow(self.plan, rule),
        };
        follows.map_err(refuse)
    }
}

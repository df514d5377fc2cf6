//! Step functions over time, and the few rules that make one from another; kept up to date entry
//! by entry.
//!
//! A [`Plan`] says how each node comes from entries and from earlier nodes. An [`Engine`] holds
//! the value of every node at every instant, and after each entry changes only what the entry can
//! reach: entries may come late, twice, be retracted and be restored, and what stands in the end
//! does not depend on their order. [`Rule`] defines what each node says; nothing else does.
//!
//! ```
//! use servanda_steps::{Engine, Entered, EntryId, Plan, Rule, Truth};
//! use servanda_time::{Instant, Zone};
//! let mut plan = Plan::new(Zone::named("Europe/Vienna")?, Instant::MAX);
//! let breach = plan.push(Rule::Covered { by: 1, inside: Truth::Yes, outside: Truth::No })?;
//! let quiet = plan.push(Rule::Not(breach))?;
//! let ready = plan.push(Rule::Held { of: quiet, length: "60 days".parse()? })?;
//! let mut engine = Engine::new(plan);
//! let from = Instant::parse("2026-01-10T08:00Z", None)?;
//! let id = EntryId { entry: 7, row: 0 };
//! engine.enter(1, Entered { id, from, to: from.plus_ms(60_000), key: 0, amount: 0 });
//! let at = Instant::parse("2026-02-01T00:00Z", None)?;
//! assert_eq!(engine.truth(ready, at), Some(Truth::No));
//! engine.retract(id);
//! assert_eq!(engine.truth(ready, at), Some(Truth::Yes));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answers;
mod engine;
mod entries;
mod evaluate;
mod flips;
mod plan;
mod reason;
mod sorted;
mod steps;
mod sums;
mod value;

pub use engine::{Change, Engine, Event};
pub use entries::{Channel, Entered, EntryId};
pub use flips::{FLIP_SIZE_MAX, FLIP_TRIES_MAX, Flips};
pub use plan::{Kind, NodeId, PERIODS_MAX, Plan, PlanError, Rule};
pub use reason::{Absence, Progress, Reason, digest};
pub use steps::{ALWAYS, Steps, differences};
pub use value::{Moment, Phase, Truth, Value};

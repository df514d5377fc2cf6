use crate::compare::live_after;
use servanda_steps::{Channel, Entered, EntryId, Event, Kind, NodeId, Plan, Rule, Truth};
use servanda_time::{Amount, Instant, Unit, Zone};

/// Most nodes that are asked for; a rule may bring a node or two that it needs with it.
const NODES_MAX: u64 = 8;
const EVENTS_MAX: usize = 12;
const CHANNELS: u64 = 3;

/// Zones, each with instants at which its clocks or its calendar do something awkward.
pub(crate) const AWKWARD: [(&str, &[&str]); 6] = [
    ("UTC", &["2024-02-29T00:00Z", "2026-01-31T00:00Z", "2025-12-31T23:59:59.999Z"]),
    ("Europe/Vienna", &["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2024-02-28T23:00Z"]),
    ("EST5EDT", &["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2024-03-01T05:00Z"]),
    ("Asia/Kathmandu", &["1985-12-31T18:30Z", "2024-01-30T18:15Z"]),
    // Half an hour is moved here.
    ("Australia/Lord_Howe", &["2026-04-04T15:00Z", "2026-10-03T15:30Z"]),
    // 30 December 2011 did not exist here.
    ("Pacific/Apia", &["2011-12-30T10:00Z", "2011-11-30T10:00Z"]),
];

const AMOUNTS: [(u32, Unit); 19] = [
    (1, Unit::Second),
    (90, Unit::Minute),
    (1, Unit::Hour),
    (2, Unit::Hour),
    (24, Unit::Hour),
    (48, Unit::Hour),
    (1, Unit::Day),
    (1, Unit::Day),
    (2, Unit::Day),
    (30, Unit::Day),
    (60, Unit::Day),
    (1, Unit::Week),
    (2, Unit::Week),
    (1, Unit::Month),
    (1, Unit::Month),
    (2, Unit::Month),
    (1, Unit::Year),
    (15, Unit::Year),
    // Beyond the calendar.
    (9_000, Unit::Year),
];

/// Periods long enough that few of them fit before the end of a plan.
const PERIODS: [(u32, Unit); 5] =
    [(10, Unit::Day), (5, Unit::Week), (1, Unit::Month), (2, Unit::Month), (1, Unit::Year)];

/// Numbers that look random and are the same for the same seed: splitmix64 (Steele, Lea and Flood
/// 2014, "Fast splittable pseudorandom number generators").
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below another; 0 below 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next_u64() % end.max(1)
    }

    /// Whether a thing of that chance in a hundred happens.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of some things; none of none.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len() as u64) as usize).copied()
    }

    /// Puts things into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.below(n as u64 + 1) as usize);
        }
    }
}

/// A plan and what happens to it.
#[derive(Debug, Clone)]
pub struct Case {
    /// The plan.
    pub plan: Plan,
    /// What happens, in the order of arrival.
    pub events: Vec<Event>,
    /// Instants at which things happen, for those who look for more to ask about.
    pub instants: Vec<Instant>,
}

impl Case {
    /// The case of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Case {
        let mut maker = Maker::new(Random::new(seed));
        let wanted = 2 + maker.random.below(NODES_MAX - 1) as usize;
        while maker.plan.rules().len() < wanted {
            maker.rule();
        }
        let events = maker.events();
        Case { plan: maker.plan, events, instants: maker.instants }
    }

    /// The entries that are live after all events.
    #[must_use]
    pub fn live(&self) -> Vec<(Channel, Entered)> {
        live_after(&self.events)
    }
}

struct Maker {
    random: Random,
    plan: Plan,
    instants: Vec<Instant>,
}

impl Maker {
    fn new(mut random: Random) -> Maker {
        let (zone, awkward) = random.pick(&AWKWARD).unwrap_or(AWKWARD[0]);
        let zone = Zone::named(zone).unwrap_or_else(|_| Zone::utc());
        let base = random.pick(awkward).and_then(|text| Instant::parse(text, None).ok());
        let base = base.unwrap_or(Instant::EPOCH);
        let mut instants = vec![base];
        for _ in 0..3 {
            let ms = match random.below(4) {
                0 => random.below(3) as i64 - 1,
                1 => 1_800_000 * (random.below(9) as i64 - 4),
                2 => 86_400_000 * (random.below(9) as i64 - 4),
                _ => random.below(5_000_000_000) as i64 - 2_500_000_000,
            };
            instants.push(base.plus_ms(ms));
        }
        let until = match random.below(3) {
            0 => Instant::MAX,
            1 => base.plus_ms(86_400_000 * (1 + random.below(80) as i64)),
            _ => base.plus_ms(86_400_000 * 400),
        };
        Maker { random, plan: Plan::new(zone, until), instants }
    }

    /// Adds a rule, and what it needs.
    fn rule(&mut self) {
        let channel = self.random.below(CHANNELS) as Channel;
        let rule = match self.random.below(26) {
            0..=2 => self.leaf(),
            3 => Rule::Not(self.truth()),
            4 | 5 => Rule::All(self.truths()),
            6 | 7 => Rule::Any(self.truths()),
            8..=11 => Rule::Held { of: self.truth(), length: self.amount() },
            12 => Rule::Since(self.moment()),
            13 => Rule::Between(self.moment(), self.moment()),
            14 | 15 => Rule::Answered {
                trigger: channel,
                answer: self.random.below(CHANNELS) as Channel,
                within: self.amount(),
            },
            16 | 17 => {
                // Periods from the first instant of the calendar on would be too many to look at.
                let start = self.push(Rule::At(self.instants[0]));
                let other = self.moment();
                let first = self.push(Rule::Latest(vec![start, other]));
                let (count, unit) = self.random.pick(&PERIODS).unwrap_or(PERIODS[0]);
                let until = self.plan.until();
                if until == Instant::MAX {
                    Rule::Since(first)
                } else {
                    Rule::Served { done: channel, first, every: Amount { count, unit } }
                }
            }
            18 => Rule::At(self.instant()),
            19 | 20 => Rule::First(self.truth()),
            21 => Rule::Plus { of: self.moment(), amount: self.amount() },
            22 => Rule::Minus { of: self.moment(), amount: self.amount() },
            23 => Rule::Earliest(vec![self.moment(), self.moment()]),
            24 => Rule::Latest(vec![self.moment(), self.moment()]),
            _ => Rule::Clock { start: self.moment(), due: self.moment(), done: self.moment() },
        };
        self.push(rule);
    }

    fn leaf(&mut self) -> Rule {
        let of = self.random.below(CHANNELS) as Channel;
        match self.random.below(4) {
            0 => Rule::MoreThan { of, n: self.random.below(3) as u32, per: self.amount() },
            1 => Rule::Level { of, more_than: self.random.below(5) as i64 - 1 },
            _ => {
                let inside = self.random.pick(&[Truth::Yes, Truth::Unknown, Truth::No]);
                let inside = inside.unwrap_or(Truth::Yes);
                let others: Vec<Truth> = [Truth::No, Truth::Yes, Truth::Unknown]
                    .into_iter()
                    .filter(|v| *v != inside)
                    .collect();
                let outside = self.random.pick(&others).unwrap_or(Truth::No);
                Rule::Covered { by: of, inside, outside }
            }
        }
    }

    /// Adds a rule that is known to be right, and falls back on the first instant otherwise.
    fn push(&mut self, rule: Rule) -> NodeId {
        match self.plan.push(rule) {
            Ok(node) => node,
            Err(_) => self.push(Rule::At(self.instants[0])),
        }
    }

    fn existing(&mut self, kind: Kind) -> Option<NodeId> {
        let fits = |node: &NodeId| self.plan.rule(*node).is_some_and(|r| r.kind() == kind);
        let nodes: Vec<NodeId> = self.plan.nodes().filter(fits).collect();
        // The later ones stand on more.
        let first = if self.random.chance(60) { nodes.len().saturating_sub(2) } else { 0 };
        self.random.pick(&nodes[first..])
    }

    fn truth(&mut self) -> NodeId {
        match self.existing(Kind::Truth) {
            Some(node) => node,
            None => {
                let leaf = self.leaf();
                self.push(leaf)
            }
        }
    }

    fn truths(&mut self) -> Vec<NodeId> {
        let count = match self.random.below(12) {
            0 => 0,
            n => 1 + n % 3,
        };
        (0..count).map(|_| self.truth()).collect()
    }

    fn moment(&mut self) -> NodeId {
        match self.existing(Kind::Moment) {
            Some(node) => node,
            None if self.random.chance(50) => {
                let of = self.truth();
                self.push(Rule::First(of))
            }
            None => {
                let at = self.instant();
                self.push(Rule::At(at))
            }
        }
    }

    /// A span; where it leads to from the instants so far, something may happen too.
    fn amount(&mut self) -> Amount {
        let (count, unit) = self.random.pick(&AMOUNTS).unwrap_or(AMOUNTS[0]);
        let amount = Amount { count, unit };
        let from = self.instant();
        let later = from.plus(amount, self.plan.zone());
        let near = later.unwrap_or(from).plus_ms(self.random.below(3) as i64 - 1);
        self.instants.push(near);
        amount
    }

    fn instant(&mut self) -> Instant {
        self.random.pick(&self.instants).unwrap_or(Instant::EPOCH)
    }

    fn events(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let read: Vec<Channel> = self.plan.rules().iter().flat_map(Rule::channels).collect();
        for number in 0..1 + self.random.below(8) {
            let id = EntryId { entry: number / 2, row: (number % 2) as u32 };
            let from = self.instant();
            let other = self.instant();
            let to = match self.random.below(8) {
                0 => Instant::MAX,
                _ if other > from => other,
                1 => from,
                n => from.plus_ms(1 + 3_600_000 * (n as i64 - 2)),
            };
            let key = self.random.below(3);
            let amount = match self.random.below(30) {
                0 => i64::MAX,
                1 => i64::MIN,
                n => n as i64 % 7 - 2,
            };
            // Entries that no rule reads would make nothing happen.
            let any = self.random.below(CHANNELS) as Channel;
            let channel = self.random.pick(&read).filter(|_| any > 0).unwrap_or(any);
            let entered = Entered { id, from, to, key, amount };
            events.push(Event::Enter(channel, entered));
            if self.random.chance(10) {
                events.push(Event::Enter(channel, entered));
            }
            if self.random.chance(10) {
                events.push(Event::Enter((channel + 1) % CHANNELS as Channel, entered));
            }
            if self.random.chance(30) {
                events.push(Event::Retract(id));
                if self.random.chance(50) {
                    events.push(Event::Restore(id));
                }
                if self.random.chance(20) {
                    events.push(Event::Retract(id));
                }
            }
        }
        if self.random.chance(5) {
            events.push(Event::Retract(EntryId { entry: 99, row: 0 }));
        }
        if self.random.chance(70) {
            self.random.shuffle(&mut events);
        }
        events.truncate(EVENTS_MAX);
        events
    }
}

use crate::Random;
use crate::generate::AWKWARD;
use servanda_time::{Amount, Instant, Zone};
use std::fmt::Write as _;

/// The parties; the last is bound by nothing but what names it.
pub(super) const PARTIES: [&str; 3] = ["NORTH", "SOUTH", "EAST"];
/// The names of events of the front matter.
pub(super) const EVENTS: [&str; 2] = ["opening", "exchange"];
/// The sources, of which the second shows nothing that any term asks for.
pub(super) const SOURCES: [&str; 2] = ["patrol", "press"];
/// The words for how grave a violation is.
pub(super) const SEVERITIES: [&str; 2] = ["grave", "slight"];
const PROVISIONS_MAX: u64 = 6;

const KINDS: [&str; 22] = [
    "prohibit",
    "prohibit",
    "prohibit",
    "protect",
    "permit",
    "oblige",
    "oblige",
    "oblige",
    "limit",
    "withdraw",
    "transfer",
    "condition",
    "condition",
    "condition",
    "condition",
    "ratify",
    "ratify",
    "guarantee",
    "guarantee",
    "pledge",
    "relief",
    "body",
];

const SPANS: [&str; 18] = [
    "1 second",
    "90 minutes",
    "1 hour",
    "24 hours",
    "72 hours",
    "1 day",
    "1 day",
    "2 days",
    "10 days",
    "30 days",
    "60 days",
    "1 week",
    "1 month",
    "1 month",
    "2 months",
    "1 year",
    "4 years",
    "15 years",
];

/// The text of a random agreement, in parts that can be left out one by one, and instants at which
/// something may happen.
pub(super) struct Text {
    pub(super) front: String,
    pub(super) terms: Vec<String>,
    pub(super) instants: Vec<Instant>,
}

/// Writes an agreement.
pub(super) fn write(random: &mut Random) -> Text {
    let (zone_name, awkward) = random.pick(&AWKWARD).unwrap_or(AWKWARD[0]);
    let zone = Zone::named(zone_name).unwrap_or_else(|_| Zone::utc());
    let base = random.pick(awkward).and_then(|text| Instant::parse(text, None).ok());
    let base = base.unwrap_or(Instant::EPOCH);
    let mut instants = vec![base];
    for _ in 0..4 {
        let hours = random.below(24 * 80) as i64 - 24 * 20;
        let ms = 3_600_000 * hours + random.below(3) as i64 - 1;
        instants.push(base.plus_ms(if random.chance(30) { 86_400_000 * (hours / 24) } else { ms }));
    }
    let count = 1 + random.below(PROVISIONS_MAX);
    let mut ids: Vec<String> = Vec::new();
    for n in 0..count {
        let kind = if random.chance(6) { "point" } else { random.pick(&KINDS).unwrap_or("oblige") };
        ids.push(format!("{kind}.p{n}"));
    }
    let mut writer = Writer { random, zone, instants, ids };
    let front = writer.front(zone_name);
    let ids = writer.ids.clone();
    let terms = ids.iter().map(|id| writer.term(id)).collect();
    Text { front, terms, instants: writer.instants }
}

struct Writer<'r> {
    random: &'r mut Random,
    zone: Zone,
    instants: Vec<Instant>,
    ids: Vec<String>,
}

impl Writer<'_> {
    fn chance(&mut self, percent: u64) -> bool {
        self.random.chance(percent)
    }

    fn front(&mut self, zone: &str) -> String {
        let mut text =
            format!("id = \"quiet\"\ntitle = \"Quiet\"\nversion = \"1\"\ntimezone = \"{zone}\"\n");
        for (party, name, role) in [
            ("NORTH", "Northland", "side"),
            ("SOUTH", "Southland", "side"),
            ("EAST", "Eastland", "guarantor"),
        ] {
            text += &format!("[party.{party}]\nname = \"{name}\"\nrole = \"{role}\"\n");
        }
        for event in EVENTS {
            text += &format!("[event.{event}]\ntext = \"the {event}\"\n");
        }
        for source in SOURCES {
            text += &format!("[source.{source}]\nshows = [\"shot\"]\n");
        }
        text += "[sites.plants]\nname = \"plants\"\nfile = \"plants.csv\"\n";
        if self.chance(75) {
            text += "[force]\n";
            if self.chance(60) {
                let parties = self.parties();
                text += &format!("signed_by = {parties}\n");
            }
            if self.chance(40) {
                let required = self.some_ids();
                text += &format!("requires = {required}\n");
            }
            if self.chance(30) {
                let from = self.moment();
                text += &format!("from = \"{from}\"\n");
            }
            if self.chance(30) {
                let notice = self.span();
                text += &format!("withdrawal = \"{notice}\"\n");
            }
            match self.random.below(4) {
                0 => {
                    let until = self.moment();
                    text += &format!("until = \"{until}\"\n");
                }
                1 | 2 => {
                    let term = self.span();
                    text += &format!("term = \"{term}\"\n");
                    if self.chance(50) {
                        text += &self.extension();
                    }
                }
                _ => {}
            }
        }
        if self.chance(20) {
            text += "[draft]\nknown = \"in part\"\n";
            if self.chance(50) {
                let at = self.instant();
                text += &format!("presented = \"{at}\"\n");
            }
            if self.chance(50) {
                let parties = self.parties();
                text += &format!("agreed_by = {parties}\n");
            }
        }
        text
    }

    fn extension(&mut self) -> String {
        let by = match self.random.below(3) {
            0 => "\"automatic\"".to_string(),
            1 => "\"mutual\"".to_string(),
            _ => self.parties(),
        };
        let length = self.span();
        let mut text = format!("extension = {{ by = {by}, for = \"{length}\"");
        if self.chance(60) {
            let notice = self.span();
            text += &format!(", notice = \"{notice}\"");
        }
        if self.chance(80) {
            let times = 1 + self.random.below(3);
            text += &format!(", times = {times}");
        }
        text + " }\n"
    }

    fn term(&mut self, id: &str) -> String {
        let kind = id.split('.').next().unwrap_or_default();
        let mut keys = self.own_keys(kind);
        if kind != "point" {
            // What recurs from ever has more periods than are worth looking at.
            if keys.contains("every = ") || self.chance(35) {
                let from = self.moment();
                keys += &format!("from = \"{from}\"\n");
            }
            if self.chance(25) {
                let until = self.moment();
                keys += &format!("until = \"{until}\"\n");
            }
            if self.chance(30) {
                let required = self.some_ids();
                keys += &format!("requires = {required}\n");
            }
        }
        if matches!(kind, "prohibit" | "protect" | "permit") {
            keys += "acts = [\"shot\"]\nshown_by = \"patrol\"\n";
        }
        let named = matches!(kind, "guarantee" | "pledge" | "relief" | "ratify" | "body" | "point");
        if !named && self.chance(85) {
            let parties = self.parties();
            keys += &format!("who = {parties}\n");
        }
        if kind != "point" && self.chance(20) {
            let readings = 1 + self.random.below(2);
            let name = id.replace('.', " ");
            let mut tables = Vec::new();
            for n in 0..readings {
                let key = if self.chance(60) { "from" } else { "until" };
                let moment = self.moment();
                tables.push(format!("{{ reading = \"{name} {n}\", {key} = \"{moment}\" }}"));
            }
            keys += &format!("disputed = [{}]\n", tables.join(", "));
        }
        format!("[{id}]\n{keys}")
    }

    fn own_keys(&mut self, kind: &str) -> String {
        let mut text = String::new();
        match kind {
            "protect" => text += "sites = { register = \"plants\", within_m = 100 }\n",
            "permit" => text += "holder = \"patrols\"\n",
            "oblige" | "transfer" => {
                text += "what = \"lists\"\n";
                self.due(&mut text, 60);
                if kind == "oblige" && self.chance(30) {
                    let every = self.random.pick(&["10 days", "1 month", "2 months", "5 weeks"]);
                    let _ = writeln!(text, "every = \"{}\"", every.unwrap_or("1 month"));
                }
                self.stages("stages", &mut text);
            }
            "limit" => {
                text += "measure = \"guns\"\nat_most = 3\n";
                self.due(&mut text, 70);
            }
            "withdraw" => {
                self.due(&mut text, 70);
                self.stages("stages", &mut text);
            }
            "condition" => self.condition(&mut text),
            "ratify" => {
                let state = self.party();
                let _ = writeln!(text, "state = \"{state}\"\nbody = \"chamber\"");
                if self.chance(40) {
                    text += "deposit = \"the bank\"\n";
                }
                if self.chance(50) {
                    text += "threshold = \"2/3\"\n";
                }
                self.due(&mut text, 40);
            }
            "guarantee" => self.guarantee(&mut text),
            "pledge" => {
                let by = self.parties();
                let _ = writeln!(text, "by = {by}\nwhat = \"bread\"");
                self.due(&mut text, 60);
                self.stages("schedule", &mut text);
            }
            "relief" => {
                let by = self.parties();
                let _ = writeln!(text, "by = {by}\nwhat = \"assets\"");
                self.stages("tranches", &mut text);
            }
            "body" => {
                text += "seats = { NORTH = 2, SOUTH = 2 }\n";
                self.due(&mut text, 70);
            }
            "point" => {
                let status = self.random.pick(&["open", "open", "agreed", "unknown"]);
                let _ = writeln!(text, "status = \"{}\"", status.unwrap_or("open"));
                let count = self.random.below(4);
                let mut positions = Vec::new();
                for _ in 0..count {
                    let party = self.party();
                    let stances = ["accepts", "accepts", "rejects", "reserves", "proposes"];
                    let stance = self.random.pick(&stances).unwrap_or("accepts");
                    let on = match self.chance(70) {
                        true => format!(", on = \"{}\"", self.instant()),
                        false => String::new(),
                    };
                    positions.push(format!("{{ party = \"{party}\", stance = \"{stance}\"{on} }}"));
                }
                let _ = writeln!(text, "positions = [{}]", positions.join(", "));
            }
            _ => {}
        }
        text
    }

    fn condition(&mut self, text: &mut String) {
        let observed: Vec<String> = self
            .ids
            .iter()
            .filter(|id| id.starts_with("pro") || id.starts_with("per"))
            .cloned()
            .collect();
        let mut any = false;
        if self.chance(75) && !observed.is_empty() {
            let of = self.random.below(observed.len() as u64) as usize;
            let _ = writeln!(text, "holds = [\"{}\"]", observed[of]);
            if self.chance(85) {
                let length = self.span();
                let _ = writeln!(text, "for = \"{length}\"");
            }
            if self.chance(35) {
                text.push_str("broken_by = [\"grave\"]\n");
            }
            let watched = self.random.pick(&["partly", "completely", "not needed", "not needed"]);
            let _ = writeln!(text, "watched = \"{}\"", watched.unwrap_or("partly"));
            any = true;
        }
        for (key, percent) in [("all", 25), ("any", 15), ("not", 10)] {
            if self.chance(percent) {
                let ids = self.some_ids();
                let _ = writeln!(text, "{key} = {ids}");
                any = true;
            }
        }
        if !any || self.chance(20) {
            let act = self.moment();
            let _ = writeln!(text, "act = [\"{act}\"]");
        }
        if self.chance(30) {
            let before = self.moment();
            let _ = writeln!(text, "before = \"{before}\"");
        }
    }

    fn guarantee(&mut self, text: &mut String) {
        let by = self.parties();
        let _ = writeln!(text, "by = {by}\nto = [\"SOUTH\"]");
        if self.chance(70) {
            let term = self.span();
            let _ = writeln!(text, "term = \"{term}\"");
            if self.chance(60) {
                let extension = self.extension();
                text.push_str(&extension);
            }
        }
        let steps = self.random.below(3);
        let mut response = Vec::new();
        for n in 0..steps {
            let by =
                if self.chance(60) { format!(", by = {}", self.parties()) } else { String::new() };
            let within = if self.chance(80) {
                format!(", within = \"{}\"", self.span())
            } else {
                String::new()
            };
            let after = if self.chance(30) {
                format!(", after = \"{}\"", self.moment())
            } else {
                String::new()
            };
            response.push(format!("{{ step = \"step{n}\"{by}{within}{after} }}"));
        }
        let _ = writeln!(text, "response = [{}]", response.join(", "));
    }

    fn due(&mut self, text: &mut String, percent: u64) {
        if self.chance(percent) {
            let due = self.moment();
            let _ = writeln!(text, "due = \"{due}\"");
        }
    }

    fn stages(&mut self, key: &str, text: &mut String) {
        let count = if self.chance(60) { self.random.below(3) } else { 0 };
        let mut stages = Vec::new();
        for n in 0..count {
            let due = if self.chance(70) {
                format!(", due = \"{}\"", self.moment())
            } else {
                String::new()
            };
            let requires = if self.chance(30) {
                format!(", requires = {}", self.some_ids())
            } else {
                String::new()
            };
            stages.push(format!("{{ name = \"stage{n}\"{due}{requires} }}"));
        }
        if !stages.is_empty() {
            let _ = writeln!(text, "{key} = [{}]", stages.join(", "));
        }
    }

    fn party(&mut self) -> &'static str {
        self.random.pick(&PARTIES).unwrap_or("NORTH")
    }

    fn parties(&mut self) -> String {
        match self.random.below(4) {
            0 => format!("[\"{}\"]", self.party()),
            1 => "[\"NORTH\", \"SOUTH\", \"EAST\"]".into(),
            _ => "[\"NORTH\", \"SOUTH\"]".into(),
        }
    }

    fn id(&mut self) -> String {
        let n = self.random.below(self.ids.len() as u64) as usize;
        self.ids[n].clone()
    }

    fn some_ids(&mut self) -> String {
        let mut ids = vec![self.id()];
        if self.chance(30) {
            ids.push(self.id());
        }
        ids.dedup();
        format!("[{}]", ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", "))
    }

    fn instant(&mut self) -> Instant {
        self.random.pick(&self.instants).unwrap_or(Instant::EPOCH)
    }

    /// A span; where it leads to from the instants so far, something may happen too.
    fn span(&mut self) -> &'static str {
        let span = self.random.pick(&SPANS).unwrap_or("1 day");
        if let Ok(amount) = span.parse::<Amount>() {
            let from = self.instant();
            let near = self.random.below(3) as i64 - 1;
            if let Ok(later) = from.plus(amount, &self.zone) {
                self.instants.push(later.plus_ms(near));
            }
        }
        span
    }

    fn moment(&mut self) -> String {
        match self.random.below(10) {
            0 | 1 => self.instant().to_string(),
            2 => self.instant().date(&self.zone),
            3..=5 => self.event(),
            n => {
                let span = self.span();
                let word = if n == 6 { "before" } else { "after" };
                format!("{span} {word} {}", self.event())
            }
        }
    }

    fn event(&mut self) -> String {
        match self.random.below(12) {
            0 | 1 => "signature".into(),
            2 | 3 => "entry into force".into(),
            4 => "end".into(),
            5 | 6 => format!("event.{}", self.random.pick(&EVENTS).unwrap_or(EVENTS[0])),
            7 => format!("start of {}", self.id()),
            8 => format!("end of {}", self.id()),
            9 => match self.ids.iter().find(|id| id.starts_with("guarantee")) {
                Some(id) => format!("trigger of {id}"),
                None => self.id(),
            },
            _ => self.id(),
        }
    }
}

//! Faults planted one by one in sound agreements: each must be found, with the right code, where
//! it was planted.
//!
//! The mutators stand in the tables below. Each is tried on every term that it fits, in every
//! sound agreement; the seed chooses among those of one mutator where there are many.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used)]

use servanda_terms::{CODES, Class, Diagnostic, Severity, SourceText, load};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

const SOUND: [(&str, &str); 3] = [
    ("sound", include_str!("../cases/sound.md")),
    ("kinds", include_str!("../cases/good_kinds.md")),
    ("everything", include_str!("../cases/good_everything.md")),
];

/// Chooses among the targets of a mutator.
const SEED: u64 = 0x5e_57_a1_da;

/// Targets of one mutator in one agreement, at most.
const TARGETS_MAX: usize = 6;

/// A key is taken out of terms of these kinds.
const DROPPED: &[(&str, &str, &str)] = &[
    ("prohibit protect permit oblige limit withdraw transfer", "who", "SV030"),
    ("prohibit permit protect", "acts", "SV031"),
    ("prohibit", "where", "SV032"),
    ("prohibit protect permit", "from", "SV033"),
    ("prohibit protect permit", "until", "SV034"),
    ("prohibit protect permit", "tolerance", "SV035"),
    ("prohibit protect permit", "verified_by", "SV035"),
    ("prohibit protect permit", "decided_by", "SV035"),
    ("prohibit protect permit", "standard", "SV035"),
    ("prohibit protect permit", "remedy", "SV035"),
    ("prohibit protect permit", "shown_by", "SV040"),
    ("protect", "sites", "SV013"),
    ("oblige", "what", "SV013"),
    ("oblige limit transfer body ratify withdraw", "due", "SV036"),
    ("oblige", "evidence", "SV037"),
    ("limit withdraw transfer pledge", "verified_by", "SV037"),
    ("limit transfer pledge", "unit", "SV038"),
    ("limit", "at_most", "SV039"),
    ("withdraw", "line", "SV039"),
    ("withdraw", "classes", "SV039"),
    ("limit withdraw", "inventory", "SV043"),
    ("limit", "counting", "SV043"),
    ("limit", "measure", "SV013"),
    ("ratify", "threshold", "SV048"),
    ("ratify", "instrument", "SV048"),
    ("ratify", "question", "SV048"),
    ("ratify", "state", "SV013"),
    ("ratify", "body", "SV013"),
    ("guarantee", "by", "SV013"),
    ("guarantee", "trigger", "SV046"),
    ("guarantee", "response", "SV028"),
    ("pledge relief", "what", "SV013"),
    ("body", "seats", "SV047"),
    ("body", "quorum", "SV047"),
    ("body", "decides_by", "SV047"),
    ("body", "deadlock", "SV047"),
    ("condition", "holds", "SV013"),
    ("force", "term", "SV049"),
    ("force", "signed_by", "SV049"),
    ("party", "name", "SV013"),
    ("event define", "text", "SV013"),
];

/// The value of a key becomes another.
const CHANGED: &[(&str, &str, &str, &str)] = &[
    ("prohibit protect permit", "from", "\"2030-13-01\"", "SV020"),
    ("prohibit protect permit", "from", "\"2030-01-02T12:00\"", "SV021"),
    ("prohibit protect permit", "until", "\"2029-01-01\"", "SV022"),
    ("prohibit protect permit oblige", "from", "\"start of SELF\"", "SV060"),
    ("oblige limit transfer withdraw", "due", "\"14 days after a while\"", "SV027"),
    ("oblige limit transfer withdraw", "due", "\"some days after signature\"", "SV027"),
    ("oblige", "due", "\"1 hour after signature\"", "SV061"),
    ("withdraw", "due", "\"1 day after signature\"", "SV061"),
    ("oblige", "every", "\"9 years\"", "SV061"),
    ("condition", "for", "\"9000 days\"", "SV061"),
    ("condition", "for", "\"sixty days\"", "SV020"),
    ("condition", "for", "\"1 hour\"", "SV055"),
    ("condition", "holds", "[\"prohibit.unknown\"]", "SV017"),
    ("condition", "watched", "\"mostly\"", "SV014"),
    ("body", "quorum", "0", "SV078"),
    ("body", "quorum", "60", "SV078"),
    ("pledge", "amount", "3", "SV077"),
    ("pledge", "amount", "\"many\"", "SV014"),
    ("guarantee", "term", "\"1 day\"", "SV074"),
    ("guarantee", "extension", "{ by = \"mutual\" }", "SV044"),
    (
        "guarantee",
        "extension",
        "{ by = \"mutual\", for = \"1 year\", notice = \"90 years\" }",
        "SV075",
    ),
    ("force", "extension", "{ by = \"mutual\", for = \"1 year\" }", "SV044"),
    ("force", "extension", "{ by = \"NORTH\", for = \"1 year\", notice = \"1 month\" }", "SV079"),
    ("force", "withdrawal", "\"100 years\"", "SV075"),
    ("relief", "tranches", "[{ name = \"first\", amount = 1 }]", "SV029"),
    ("relief", "snapback", "{ on = \"prohibit.fire\" }", "SV029"),
    ("guarantee", "response", "[{ step = \"act\", by = \"WEST\" }]", "SV028"),
    ("guarantee", "trigger", "{ decider = \"WEST\" }", "SV046"),
    ("guarantee", "trigger", "{ decider = \"WEST\", tests = [{ word = \"grave\" }] }", "SV058"),
    (
        "guarantee",
        "trigger",
        "{ decider = \"the wise\", tests = [{ word = \"grave\", means = \"x\" }] }",
        "SV059",
    ),
    (
        "guarantee",
        "void_if",
        "[{ who = \"NORTH\", what = \"it attacks\", counts = \"prohibit.fire\" }]",
        "SV079",
    ),
    ("prohibit permit protect", "tolerance", "{ at_most = 3, per = \"1 day\" }", "SV038"),
    ("prohibit", "tolerance", "{ at_most = 3, unit = \"volley\", per = \"1 day\" }", "SV056"),
    ("prohibit", "tolerance", "{ at_most = 3, unit = \"incident\", per = \"90 years\" }", "SV068"),
    ("prohibit", "acts", "[\"whistle\"]", "SV041"),
    ("prohibit protect permit", "decided_by", "\"NORTH\"", "SV084"),
    ("prohibit permit", "where", "\"nowhere\"", "SV017"),
    ("oblige limit withdraw transfer", "who", "[\"NORTH\"]", "SV051"),
    ("withdraw", "line", "{ NORTH = \"contact\", SOUTH = \"agreed\" }", "SV072"),
    ("withdraw", "classes", "[{ class = \"guns\" }]", "SV013"),
    ("zone", "circle", "{ lon = 400, lat = 20, radius_m = 500 }", "SV025"),
    ("zone", "circle", "{ lon = 10.05, lat = 65.0, radius_m = 3000 }", "SV081"),
    ("zone", "valid", "\"2019-02-01/2019-01-01\"", "SV022"),
    ("zone", "union", "[\"SELF-NAME\", \"town\"]", "SV026"),
    ("zones", "file", "\"../zones.geojson\"", "SV023"),
    ("zones", "file", "\"other.geojson\"", "SV024"),
    ("source", "lag", "\"2 fortnights\"", "SV020"),
    ("party", "aliases", "[\"North\", \"North\"]", "SV054"),
    ("point", "status", "\"perhaps\"", "SV014"),
];

/// A line is added to terms of these kinds.
const ADDED: &[(&str, &str, &str)] = &[
    ("prohibit protect permit oblige limit", "foo = \"bar\"", "SV010"),
    ("guarantee relief body pledge", "foo = \"bar\"", "SV010"),
    ("permit limit withdraw transfer", "requires = \"the maps were read\"", "SV063"),
    ("permit limit withdraw transfer", "requires = \"point.plant\"", "SV064"),
    ("permit limit withdraw transfer", "requires = \"SELF\"", "SV060"),
    ("permit", "disputed = [{ reading = \"a\" }, { reading = \"a\" }]", "SV015"),
    ("permit", "disputed = [{ reading = \"a\" }, { reading = \"b\" }]", "SV050"),
    ("limit", "disputed = [{ reading = \"a\" }, { reading = \"b\" }]", "SV083"),
    (
        "permit",
        "disputed = [{ reading = \"a\", held_by = \"NORTH\" }, { reading = \"b\", held_by = \"NORTH\", until = \"2031-01-01\" }]",
        "SV082",
    ),
    ("oblige", "allow = { SV030 = \"so\" }", "SV008"),
    ("oblige", "allow = { SV030 = \"\" }", "SV007"),
    ("condition", "not = [\"condition.SELF\"]\nall = [\"condition.SELF\"]", "SV060"),
    ("condition", "not = [\"oblige.lists\"]\nall = [\"oblige.lists\"]", "SV062"),
];

/// Wherever these words stand, the first become the second.
const REPLACED: &[(&str, &str, &str)] = &[
    ("[\"NORTH\", \"SOUTH\"]", "[\"NORTH\", \"SOUHT\"]", "SV017"),
    ("[\"NORTH\", \"SOUTH\"]", "[\"NORTH\", \"NORTH\", \"SOUTH\"]", "SV054"),
    ("[prohibit.", "[prohibits.", "SV011"),
    ("[oblige.", "[oblge.", "SV011"),
    ("[guarantee.", "[garantee.", "SV011"),
    ("who  ", "whom ", "SV010"),
    ("decides_by", "decided_of", "SV010"),
    ("```toml term", "```toml terms", "SV005"),
    ("name = \"Southland\"", "name = \"Northland\"", "SV018"),
    ("name    = \"Southland\"", "name    = \"Northland\"", "SV018"),
    ("[party.SOUTH]", "[party.south party]", "SV003"),
    ("Europe/Vienna", "Europe/Vien", "SV020"),
    ("prohibit.fire\"]", "prohibit.fires\"]", "SV017"),
    ("[\"patrol\"]", "[\"patrols\"]", "SV017"),
    ("by        = \"WEST\"", "by        = \"WETS\"", "SV017"),
    (", by = \"WEST\"", ", by = \"WETS\"", "SV017"),
    ("to       = \"WEST\"", "to       = \"WETS\"", "SV017"),
    ("due  ", "deu  ", "SV010"),
    ("14 days after signature", "14 days after signatures", "SV027"),
    (", within = \"24 hours\"", "", "SV028"),
    (", within = \"72 hours\"", "", "SV028"),
    (", notice = \"90 days\"", "", "SV044"),
    ("decider = \"WEST\", ", "", "SV046"),
    ("counts = \"prohibit.fire\", at_least = 10", "at_least = 10", "SV058"),
    ("means = \"ordered by a commander\"", "means = \"\"", "SV058"),
    ("60 days after event.lists", "190 days after event.lists", "SV076"),
    ("180 days after event.lists", "900 days after event.lists", "SV076"),
    ("name = \"second\", amount = 8", "name = \"second\", amount = 80", "SV077"),
    (", requires = \"condition.quiet\" }]", " }]", "SV029"),
    ("[[9.9,19.9],[10.0,19.9],[10.0,20.2],", "[[9.9,19.9],[9.9997,19.9],[9.9997,20.2],", "SV080"),
    ("[10.2,19.9],[10.2,20.2]", "[10.2,20.2],[10.2,19.9]", "SV025"),
    ("No shot is fired", "No grave shot is fired", "SV052"),
    ("No shot is fired", "No shot is fi\u{202e}red", "SV006"),
    ("distance_m = 25_000", "distance_m = -25", "SV014"),
    ("threshold  = \"2/3\"", "threshold  = 2", "SV014"),
    ("id       = \"", "id       = \"not an id ", "SV016"),
];

/// Pieces of text put before a place: (at, piece, code). The place of the fault is the piece.
const PUT: &[(&str, &str, &str)] = &[
    ("[define.significant]", "[event.unheard]\ntext = \"nobody counts from it\"\n", "SV065"),
    ("[define.significant]", "[party.\"NORTН\"]\nname = \"Another\"\n", "SV019"),
    (
        "[define.significant]",
        "[zone.a]\nunion = [\"b\", \"c\"]\n[zone.b]\nunion = [\"a\", \"c\"]\n[zone.c]\n\
         circle = { lon = 10.05, lat = 20, radius_m = 50 }\n",
        "SV026",
    ),
    (
        "[define.significant]",
        "[zone.far]\ncircle = { lon = 100, lat = 2, radius_m = 50 }\n",
        "SV081",
    ),
    ("[define.significant]", "stray = \n", "SV003"),
    ("[oblige.lists]", "[except.idle]\nactors = [\"Nobody\"]\n\n", "SV053"),
    (
        "[oblige.lists]",
        "[limit.again]\nwho = [\"SOUTH\"]\nmeasure = \"tanks near the line\"\nat_most = 90\n\
         unit = \"tank\"\ncounting = \"all in service, in store or in repair\"\ninventory = \"x\"\n\
         due = \"90 days after event.lists\"\nverified_by = \"x\"\n\n",
        "SV071",
    ),
    (
        "[oblige.lists]",
        "[prohibit.again]\nwho = \"SOUTH\"\nacts = [\"shot\"]\nwhere = \"held\"\nfrom = \"2030-01-01\"\n\
         until = \"2040-01-01\"\nshown_by = \"patrol\"\nverified_by = \"x\"\ndecided_by = \"x\"\n\
         standard = \"x\"\nremedy = \"x\"\n\
         tolerance = { at_most = 9, unit = \"incident\", per = \"24 hours\" }\n\n",
        "SV073",
    ),
    (
        "[oblige.lists]",
        "[permit.flights]\nwho = [\"NORTH\", \"SOUTH\"]\nholder = \"NORTH\"\nwhat = \"flight\"\n\
         acts = [\"denial\"]\nwhere = \"bank.bank-east\"\nfrom = \"3 days after signature\"\n\
         until = \"9 days after signature\"\nshown_by = \"patrol\"\ntolerance = \"none\"\n\
         verified_by = \"x\"\ndecided_by = \"x\"\nstandard = \"x\"\nremedy = \"x\"\n\n",
        "SV070",
    ),
    (
        "[oblige.lists]",
        "[oblige.one]\nwho = [\"NORTH\", \"SOUTH\"]\nwhat = \"x\"\ndue = \"2031-01-01\"\n\
         evidence = \"x\"\nrequires = \"oblige.two\"\n\n[oblige.two]\nwho = [\"NORTH\", \"SOUTH\"]\n\
         what = \"x\"\ndue = \"2031-01-01\"\nevidence = \"x\"\nrequires = \"oblige.one\"\n\n",
        "SV060",
    ),
    (
        "[oblige.lists]",
        "[prohibit.march]\nwho = [\"NORTH\", \"SOUTH\"]\nacts = [\"march\"]\nfrom = \"2030-01-01\"\n\
         [condition.still]\nholds = \"prohibit.march\"\nfor = \"3 days\"\n\n",
        "SV057",
    ),
    ("[oblige.lists]", "[point.plant]\ntopics = [\"again\"]\n\n", "SV015"),
];

/// Replacements in the first agreement that show elsewhere than where they stand, or that are
/// several: the code, and a text at the place.
type Elsewhere = (&'static [(&'static str, &'static str)], &'static str, &'static str);
const ELSEWHERE: &[Elsewhere] = &[
    (&[("except      = [\"repair\"]\n", "")], "SV053", "[except.repair]"),
    (
        &[
            (
                "actors = [\"Repair team\"]\nwhere  = \"town\"\n",
                "acts   = [\"explosion\", \"shot\"]\n",
            ),
            ("from   = \"2030-02-01\"\nuntil  = \"2030-03-01\"\n", ""),
        ],
        "SV066",
        "acts   = [\"explosion\", \"shot\"]\n",
    ),
    (
        &[("\"2030-02-01\"\nuntil  = \"2030-03-01\"", "\"2050-02-01\"\nuntil  = \"2050-03-01\"")],
        "SV067",
        "\"2050-03-01\"",
    ),
    (
        &[
            ("where  = \"town\"", "where  = \"hill\""),
            (
                "[zone.held]",
                "[zone.hill]\ncircle = { lon = 10.4, lat = 20.5, radius_m = 300 }\n[zone.held]",
            ),
        ],
        "SV067",
        "where  = \"hill\"",
    ),
    (
        &[("lag   = \"2 days\"", "lumps = [{ name = \"gunmen\", may_include = [\"repair\"] }]")],
        "SV042",
        "except      =",
    ),
    (&[("lag   = \"2 days\"", "lag   = \"90 days\"")], "SV055", "for     = \"60 days\""),
    (
        &[("[\"explosion\", \"shot\", \"denial\"]", "[\"explosion\", \"denial\"]")],
        "SV041",
        "acts        = [\"explosion\", \"shot\"]",
    ),
    (
        &[("2029-12-01/2041-01-01", "2019-12-01/2021-01-01")],
        "SV045",
        "from        = \"2030-01-01\"",
    ),
    (
        &[
            ("signed_by  =", "requires   = [\"ratify.north\"]\nsigned_by  ="),
            ("from        = \"2030-01-01\"", "from        = \"entry into force\""),
        ],
        "SV060",
        "requires   = [\"ratify.north\"]",
    ),
    (
        &[
            ("signed_by  =", "requires   = [\"ratify.south\"]\nsigned_by  ="),
            ("from     = \"1 day after signature\"", "from     = \"entry into force\""),
        ],
        "SV060",
        "requires   = [\"ratify.south\"]",
    ),
    (
        &[
            ("signed_by  =", "requires   = [\"ratify.north\"]\nsigned_by  ="),
            ("from        = \"2030-01-01\"", "from        = \"entry into force\""),
        ],
        "SV062",
        "all = [\"condition.quiet\", \"oblige.lists\"]",
    ),
];

/// A sound agreement, parted from its files.
struct Base {
    name: &'static str,
    text: String,
    files: BTreeMap<String, Vec<u8>>,
}

impl Base {
    fn of(name: &'static str, case: &str) -> Base {
        let case = case.split("\n```expect\n").next().unwrap();
        let mut parts = case.split("\n```file ");
        let text = parts.next().unwrap().to_owned() + "\n";
        let mut files = BTreeMap::new();
        for part in parts {
            let (name, rest) = part.split_once('\n').unwrap();
            let content = rest.split("\n```").next().unwrap();
            files.insert(name.to_owned(), content.as_bytes().to_vec());
        }
        Base { name, text, files }
    }

    fn check(&self, text: &str) -> Vec<Diagnostic> {
        load(&SourceText::new("a.md", text), &self.files).1
    }

    /// The tables of the text: kind, name, and their lines from 1.
    fn tables(&self) -> Vec<(&str, &str, RangeInclusive<usize>)> {
        let mut tables: Vec<(&str, &str, RangeInclusive<usize>)> = Vec::new();
        let mut open = false;
        for (number, line) in (1..).zip(self.text.lines()) {
            let header = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
            if let Some(header) = header.filter(|header| !header.contains(['"', '{'])) {
                let (kind, name) = header.split_once('.').unwrap_or((header, ""));
                tables.push((kind, name, number..=number));
                open = true;
            } else if line.starts_with("+++") || line.starts_with("```") || line.is_empty() {
                open = false;
            } else if open && let Some((_, _, lines)) = tables.last_mut() {
                *lines = *lines.start()..=number;
            }
        }
        tables
    }

    /// The lines of a key's value in those lines.
    fn key(&self, lines: &RangeInclusive<usize>, key: &str) -> Option<RangeInclusive<usize>> {
        let all: Vec<&str> = self.text.lines().collect();
        let start = lines.clone().find(|number| {
            all[number - 1].strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        })?;
        let mut depth = 0_i32;
        for number in start..=*lines.end() {
            let line = all[number - 1];
            depth += line.matches(['[', '{']).count() as i32;
            depth -= line.matches([']', '}']).count() as i32;
            if depth <= 0 {
                return Some(start..=number);
            }
        }
        None
    }

    /// The text with other lines in place of those.
    fn with(&self, lines: &RangeInclusive<usize>, put: &str) -> String {
        let mut text = String::new();
        for (number, line) in (1..).zip(self.text.lines()) {
            if number == *lines.start() {
                text += put;
            }
            if !lines.contains(&number) {
                text += line;
                text.push('\n');
            }
        }
        text
    }
}

/// A planted fault.
struct Planted {
    what: String,
    code: &'static str,
    text: String,
    files: Option<BTreeMap<String, Vec<u8>>>,
    /// The lines at which it may be reported; none: anywhere.
    place: Option<RangeInclusive<usize>>,
}

/// Each mutator on each of its targets.
fn plant(base: &Base) -> Vec<Planted> {
    let mut all: Vec<Vec<Planted>> = Vec::new();
    let tables = base.tables();
    let fits = |kinds: &str, kind: &str| kinds.split(' ').any(|word| word == kind);
    let self_named = |put: &str, kind: &str, name: &str| {
        put.replace("SELF-NAME", name)
            .replace(&format!("{kind}.SELF"), &format!("{kind}.{name}"))
            .replace("SELF", &format!("{kind}.{name}"))
    };
    let in_table = |what: String, code, lines: &RangeInclusive<usize>, text: String| {
        let end = lines.end() + text.lines().count() - base.text.lines().count();
        Planted { what, code, text, files: None, place: Some(*lines.start()..=end) }
    };
    for (kinds, key, code) in DROPPED {
        let mut found = Vec::new();
        for (kind, name, lines) in tables.iter().filter(|(kind, _, _)| fits(kinds, kind)) {
            let Some(at) = base.key(lines, key) else { continue };
            // What has dates in its parts needs none of its own.
            let in_parts = *key == "due" && base.key(lines, "stages").is_some();
            if in_parts || base.key(lines, "disputed").is_some() {
                continue;
            }
            let what = format!("{kind}.{name} without {key}");
            found.push(in_table(what, code, lines, base.with(&at, "")));
        }
        all.push(found);
    }
    for (kinds, key, value, code) in CHANGED {
        let mut found = Vec::new();
        for (kind, name, lines) in tables.iter().filter(|(kind, _, _)| fits(kinds, kind)) {
            let Some(at) = base.key(lines, key) else { continue };
            let line = base.text.lines().nth(at.start() - 1).unwrap();
            let value = self_named(value, kind, name);
            let table: Vec<&str> = base.text.lines().collect();
            let table = table[lines.start() - 1..*lines.end()].join("\n");
            if !is_apt(code, key, line, &table, base) {
                continue;
            }
            let what = format!("{kind}.{name} with {key} = {value}");
            let text = base.with(&at, &format!("{key} = {value}\n"));
            found.push(in_table(what, code, lines, text));
        }
        all.push(found);
    }
    for (kinds, line, code) in ADDED {
        let mut found = Vec::new();
        for (kind, name, lines) in tables.iter().filter(|(kind, _, _)| fits(kinds, kind)) {
            let line = self_named(line, kind, name);
            let key = line.split(' ').next().unwrap();
            let names = ["point.plant", "oblige.lists"];
            let unknown = |id: &&str| line.contains(*id) && !base.text.contains(&format!("[{id}]"));
            if base.key(lines, key).is_some()
                || line.contains("all =") && base.key(lines, "all").is_some()
                || names.iter().any(unknown)
            {
                continue;
            }
            let (start, end) = (*lines.start(), *lines.end() + line.lines().count());
            let text = base.with(&(start + 1..=start), &format!("{line}\n"));
            let what = format!("{kind}.{name} and {line}");
            found.push(Planted { what, code, text, files: None, place: Some(start..=end) });
        }
        all.push(found);
    }
    for (from, to, code) in REPLACED {
        let mut found = Vec::new();
        for (at, _) in base.text.match_indices(from) {
            let line = base.text[..at].matches('\n').count() + 1;
            let text = format!("{}{to}{}", &base.text[..at], &base.text[at + from.len()..]);
            let own = tables.iter().find(|(_, _, lines)| lines.contains(&line));
            let place = own.map_or(line..=line, |(_, _, lines)| lines.clone());
            let what = format!("line {line}: {from} → {to}");
            // Two of a name are told where the second stands; what a broken line does, anywhere.
            let place = (!matches!(*code, "SV003" | "SV016")).then_some(place);
            found.push(Planted { what, code, text, files: None, place });
        }
        for (name, content) in &base.files {
            let content = String::from_utf8_lossy(content);
            for (at, _) in content.match_indices(from) {
                let new = format!("{}{to}{}", &content[..at], &content[at + from.len()..]);
                let mut files = base.files.clone();
                files.insert(name.clone(), new.into_bytes());
                let (what, text) = (format!("{name}: {from} → {to}"), base.text.clone());
                let zones = tables.iter().find(|(kind, _, _)| *kind == "zones").unwrap();
                let place = Some(zones.2.clone());
                found.push(Planted { what, code, text, files: Some(files), place });
            }
        }
        all.push(found);
    }
    for (before, piece, code) in PUT {
        let mut found = Vec::new();
        let needs_all = base.name != "sound" && matches!(*code, "SV070" | "SV071" | "SV073");
        let no_point = *code == "SV015" && !base.text.contains("[point.plant]");
        let no_theatre = *code == "SV081" && !base.text.contains("theatre");
        if let Some(at) = base.text.find(before).filter(|_| !needs_all && !no_point && !no_theatre)
        {
            let line = base.text[..at].lines().count() + 1;
            let text = format!("{}{piece}{}", &base.text[..at], &base.text[at..]);
            let end = line + piece.lines().count() - 1;
            let what = format!("put before {before}: {piece}");
            // Of two that clash, the second in the text is the place.
            let place = (!matches!(*code, "SV071" | "SV015" | "SV003")).then_some(line..=end);
            found.push(Planted { what, code, text, files: None, place });
        }
        all.push(found);
    }
    for (changes, code, place) in ELSEWHERE {
        if base.name == "sound" {
            let change = |text: String, (from, to): &(&str, &str)| {
                assert!(text.contains(from), "{from}");
                text.replacen(from, to, 1)
            };
            let text = changes.iter().fold(base.text.clone(), change);
            let line = text[..text.find(place).unwrap()].matches('\n').count() + 1;
            let what = format!("{changes:?}");
            all.push(vec![Planted { what, code, text, files: None, place: Some(line..=line) }]);
        }
    }
    all.into_iter().flat_map(chosen).collect()
}

/// Whether a change makes a fault of what stands there: most do anywhere, and some only beside
/// what the first agreement says.
fn is_apt(code: &str, key: &str, line: &str, whole_table: &str, base: &Base) -> bool {
    match (code, key) {
        ("SV074", _) => base.name == "sound" && !whole_table.contains("extension"),
        ("SV061", "due") => base.name == "sound" && line.contains("14 days"),
        ("SV081", _) => base.text.contains("theatre") && line.contains("lon = 10.4"),
        ("SV022" | "SV026" | "SV051" | "SV055" | "SV061" | "SV068" | "SV072" | "SV079", _) => {
            base.name == "sound" && !(code == "SV022" && line.contains("after"))
        }
        _ => true,
    }
}

/// A few of the targets of one mutator, always the same.
fn chosen(mut found: Vec<Planted>) -> Vec<Planted> {
    let mut state = SEED;
    while found.len() > TARGETS_MAX {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let at = (state >> 33) as usize % found.len();
        found.remove(at);
    }
    found
}

/// How often each code is given.
fn counts(found: &[Diagnostic], code: &str) -> usize {
    found.iter().filter(|found| found.code == code).count()
}

#[test]
fn sound_agreements_have_no_error_and_no_warning_that_is_not_listed() {
    for (name, case) in SOUND {
        let base = Base::of(name, case);
        let found = base.check(&base.text);
        let bad: Vec<_> = found
            .iter()
            .filter(|f| f.severity == Severity::Error)
            .chain(found.iter().filter(|f| f.severity == Severity::Warning && f.allowed.is_none()))
            .collect();
        assert!(bad.is_empty(), "{name}: {bad:#?}");
    }
}

#[test]
fn planted_faults_are_found_where_they_are() {
    let (mut planted, mut found, mut misses) = (0, 0, Vec::new());
    let mut classes: BTreeSet<Class> = BTreeSet::new();
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    let mut found_once: BTreeSet<&str> = BTreeSet::new();
    for (name, case) in SOUND {
        let base = Base::of(name, case);
        let before = base.check(&base.text);
        for fault in plant(&base) {
            planted += 1;
            codes.insert(fault.code);
            classes.insert(CODES.iter().find(|code| code.code == fault.code).unwrap().class);
            let files = fault.files.as_ref().unwrap_or(&base.files);
            let source = SourceText::new("a.md", fault.text.as_str());
            let after = load(&source, files).1;
            let is_new = counts(&after, fault.code) > counts(&before, fault.code);
            let at = |found: &&Diagnostic| {
                let line = found.position().map(|span| source.line_col(span.start).0 as usize);
                match (&fault.place, line) {
                    (Some(place), Some(line)) => place.contains(&line),
                    (place, _) => place.is_none(),
                }
            };
            if is_new && after.iter().filter(|found| found.code == fault.code).any(|f| at(&f)) {
                found += 1;
                found_once.insert(fault.code);
                continue;
            }
            let said: Vec<String> = after
                .iter()
                .map(|found| {
                    let line = found.position().map(|span| source.line_col(span.start).0);
                    format!("{} at {line:?}", found.code)
                })
                .collect();
            let place = &fault.place;
            misses.push(format!("{name}: {} {place:?} {}: {said:?}", fault.code, fault.what));
        }
    }
    let never_found: Vec<_> = codes.difference(&found_once).collect();
    println!(
        "{found} of {planted} planted faults found, {} codes, {} classes; missed:\n{}",
        codes.len(),
        classes.len(),
        misses.join("\n")
    );
    assert!(planted >= 120 && classes.len() == Class::ALL.len(), "{planted} {classes:?}");
    assert!(never_found.is_empty(), "never found: {never_found:?}");
    assert!(misses.is_empty(), "{found} of {planted}:\n{}", misses.join("\n"));
}

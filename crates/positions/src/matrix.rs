//! Points × parties: where each stands by its latest words. Points × outlets: who reports what.

use crate::dates::{Stated, is_near};
use crate::names::Names;
use crate::register::{Register, Told};
use crate::shown::Shown;
use crate::values;
use crate::words::telling_words;
use serde::Serialize;
use servanda_entry::OUTLET;
use servanda_entry::{SpeechAct, SpeechKind, SpeechStatus, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// Which statements are looked at. What is empty leaves nothing out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Only these outlets, or texts by name where the outlet isn't known.
    pub outlets: Vec<String>,
    /// Only these parties.
    pub parties: Vec<String>,
    /// Only these points, by id or by what follows their kind.
    pub points: Vec<String>,
    /// Only what was said on this day or later.
    pub from: Option<String>,
    /// Only what was said before this day.
    pub until: Option<String>,
}

/// Points × parties and points × outlets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Positions {
    /// The form's name and version.
    pub form: &'static str,
    /// What was left out.
    pub filter: Filter,
    /// The outlets, or texts where the outlet isn't known.
    pub outlets: Vec<String>,
    /// How many texts there are.
    pub texts: usize,
    /// How many origins they have.
    pub origins: usize,
    /// A row for each point of the agreement, then one for each topic that belongs to none.
    pub rows: Vec<Row>,
    /// Statements of speakers without a party.
    pub without_party: Vec<Shown>,
    /// Statements without a point or topic.
    pub without_point: Vec<Shown>,
    /// Statements that a reviewer rejected; they count nowhere.
    pub rejected: Vec<Shown>,
    /// Statements that a model proposes and nobody has confirmed; they count nowhere.
    pub proposed: Vec<Shown>,
}

/// One point or topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// Whether it is a point of the agreement; else a topic of reports.
    pub is_point: bool,
    /// Where each party stands that says anything, in the order of the agreement.
    pub parties: Vec<Cell>,
    /// What each outlet does, in the order of [`Positions::outlets`].
    pub outlets: Vec<OutletCell>,
    /// How many independent origins report on it.
    pub origins: usize,
    /// Whether all that reports on it goes back to one origin.
    pub is_single_source: bool,
}

/// Where a party stands, by its latest words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// The party.
    pub party: String,
    /// The latest position.
    pub latest: Shown,
    /// Its day: said on, or else published.
    pub on: Option<String>,
    /// Where that day comes from.
    pub basis: DayBasis,
    /// How many independent origins report this position.
    pub origins: usize,
    /// Whether it differs from the position before.
    pub has_changed: bool,
    /// The latest earlier position that differs.
    pub before: Option<Shown>,
    /// All of its statements on the point: those that are about it from the latest to the first,
    /// then those that touch it.
    pub statements: Vec<Shown>,
}

/// Where a day comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayBasis {
    /// The text says when it was said.
    Said,
    /// When the text was published.
    Published,
    /// Nothing tells.
    Unknown,
}

/// What an outlet does with a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletCell {
    /// The outlet.
    pub outlet: String,
    /// In a word.
    pub stand: Stand,
    /// Its statements on the point.
    pub cites: Vec<String>,
    /// The statements of others that can't be so if its own are.
    pub against: Vec<String>,
}

/// What an outlet does with a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// It says nothing of it.
    Silent,
    /// It alone reports on it.
    SingleSource,
    /// Others report on it too, and nothing clashes.
    Agrees,
    /// What it reports of a speaker clashes with what another one reports of the same.
    Differs,
}

/// When a statement counts: the day said, or else the day published.
pub(crate) fn day(register: &Register, told: &Told) -> (Option<Stated>, DayBasis) {
    let published = register.text_of(told).published.as_deref().and_then(Stated::parse);
    let said = told.statement.said_on.as_deref().and_then(Stated::parse);
    match (said, published) {
        (Some(said), published) => {
            let year = said.year.or_else(|| published.and_then(|published| published.year));
            (Some(Stated { year, ..said }), DayBasis::Said)
        }
        (None, Some(published)) => (Some(published), DayBasis::Published),
        (None, None) => (None, DayBasis::Unknown),
    }
}

/// What a speaker does to a matter; what only says how things are takes no stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stance {
    Says,
    Seeks,
    Gives,
    Refuses,
}

pub(crate) fn stance(act: SpeechAct) -> Stance {
    match act {
        SpeechAct::Want | SpeechAct::Demand | SpeechAct::Propose => Stance::Seeks,
        SpeechAct::Offer | SpeechAct::Accept => Stance::Gives,
        SpeechAct::Reject | SpeechAct::Decline => Stance::Refuses,
        SpeechAct::State
        | SpeechAct::Warn
        | SpeechAct::Expect
        | SpeechAct::Deny
        | SpeechAct::Accuse
        | SpeechAct::Welcome => Stance::Says,
    }
}

/// Whether two statements can't be one position.
fn differs(a: &Statement, b: &Statement) -> bool {
    let (one, other) = (stance(a.act), stance(b.act));
    let takes_both = one != Stance::Says && other != Stance::Says;
    (takes_both && one != other)
        || a.status.zip(b.status).is_some_and(|(a, b)| a != b)
        || (one == other && values::clash(a, b))
}

/// Whether two statements report one position: nothing differs, and numbers or words are shared.
pub(crate) fn is_same(a: &Statement, b: &Statement) -> bool {
    if differs(a, b) || stance(a.act) != stance(b.act) {
        return false;
    }
    if values::share(a, b) {
        return true;
    }
    let (a, b) = (telling_words(&a.quote), telling_words(&b.quote));
    let shared = a.intersection(&b).count();
    shared > 0 && shared * 100 >= a.len().min(b.len()) * SAME_WORDS_PERCENT
}

/// Two reports of one position share so many percent of the shorter one's telling words.
const SAME_WORDS_PERCENT: usize = 40;

/// The matrix of points, parties and outlets.
#[must_use]
pub fn positions(register: &Register, names: impl Into<Names>, filter: &Filter) -> Positions {
    let names = names.into();
    let speakers: Speakers = register
        .told
        .iter()
        .filter_map(|told| {
            Some((told.statement.speaker.as_str(), told.statement.party.as_deref()?))
        })
        .collect();
    let mut by_row: BTreeMap<RowKey, Vec<&Told>> = BTreeMap::new();
    let (mut without_party, mut without_point) = (Vec::new(), Vec::new());
    for told in register.told.iter().filter(|told| is_in(register, told, filter)) {
        let keys = row_keys(&names, &told.statement);
        if !keys.iter().any(|key| is_asked(&names, key, filter)) && !filter.points.is_empty() {
            continue;
        }
        let row = &told.statement;
        if parties_of(&names, &speakers, told).is_empty() && row.kind != SpeechKind::Assertion {
            without_party.push(told);
        }
        if keys.is_empty() {
            without_point.push(told);
        }
        for key in keys.into_iter().filter(|key| is_asked(&names, key, filter)) {
            by_row.entry(key).or_default().push(told);
        }
    }
    for at in 0..names.points.len() {
        let key = RowKey::Point(at);
        if is_asked(&names, &key, filter) {
            by_row.entry(key).or_default();
        }
    }
    let outlets = outlets(register, filter);
    let rows = by_row
        .iter()
        .map(|(key, told)| row((register, &names, &speakers), key, told, &outlets, filter));
    let rows = rows.collect();
    let seen: BTreeSet<usize> = register
        .texts
        .iter()
        .filter(|text| is_outlet_in(text.outlet_name(), filter))
        .map(|text| text.origin)
        .collect();
    let texts = register.texts.iter().filter(|text| is_outlet_in(text.outlet_name(), filter));
    Positions {
        form: "servanda/positions/v1",
        filter: filter.clone(),
        texts: texts.count(),
        outlets,
        origins: seen.len(),
        rows,
        without_party: Shown::all(register, without_party),
        without_point: Shown::all(register, without_point),
        rejected: Shown::all(register, &register.rejected),
        proposed: Shown::all(register, &register.proposed),
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum RowKey {
    Point(usize),
    Topic(String),
}

fn row_keys(names: &Names, statement: &Statement) -> Vec<RowKey> {
    let points = names.points_of(statement);
    if !points.is_empty() {
        return points.into_iter().map(RowKey::Point).collect();
    }
    let topics: BTreeSet<&String> = statement.topics.iter().collect();
    topics.into_iter().map(|topic| RowKey::Topic(topic.clone())).collect()
}

fn row_id(names: &Names, key: &RowKey) -> String {
    match key {
        RowKey::Point(at) => names.points[*at].0.clone(),
        RowKey::Topic(topic) => topic.clone(),
    }
}

fn is_asked(names: &Names, key: &RowKey, filter: &Filter) -> bool {
    let id = row_id(names, key);
    let short = id.split_once('.').map_or(id.as_str(), |(_, short)| short);
    filter.points.is_empty() || filter.points.iter().any(|point| *point == id || point == short)
}

fn is_outlet_in(outlet: &str, filter: &Filter) -> bool {
    filter.outlets.is_empty() || filter.outlets.iter().any(|one| one == outlet)
}

fn is_in(register: &Register, told: &Told, filter: &Filter) -> bool {
    let bound = |text: &Option<String>| text.as_deref().and_then(Stated::parse);
    let (on, _) = day(register, told);
    is_outlet_in(register.text_of(told).outlet_name(), filter)
        && bound(&filter.from).is_none_or(|from| on.is_some_and(|on| on >= from))
        && bound(&filter.until).is_none_or(|until| on.is_some_and(|on| on < until))
}

fn outlets(register: &Register, filter: &Filter) -> Vec<String> {
    let all = register.texts.iter().map(|text| text.outlet_name().to_owned());
    let all: BTreeSet<String> = all.filter(|name| is_outlet_in(name, filter)).collect();
    all.into_iter().collect()
}

/// For whom each speaker speaks, by what the register says of them anywhere.
type Speakers<'a> = BTreeMap<&'a str, &'a str>;

/// The parties for which a statement speaks.
fn parties_of(names: &Names, speakers: &Speakers, told: &Told) -> BTreeSet<String> {
    let row = &told.statement;
    let mut parties = BTreeSet::new();
    if row.kind == SpeechKind::Assertion || row.speaker == OUTLET {
        return parties;
    }
    parties.extend(row.party.clone());
    parties.extend(names.speaker(row).and_then(|actor| actor.party));
    // Who speaks along may be known by what the same register says of them elsewhere.
    for co_speaker in &row.co_speakers {
        let of_party =
            names.parties.iter().find(|(id, name)| id == co_speaker || name == co_speaker);
        parties.extend(of_party.map(|(id, _)| id.clone()));
        parties.extend(speakers.get(co_speaker.as_str()).map(|party| (*party).to_owned()));
    }
    parties
}

fn row(
    (register, names, speakers): (&Register, &Names, &Speakers),
    key: &RowKey,
    told: &[&Told],
    outlets: &[String],
    filter: &Filter,
) -> Row {
    let mut by_party: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    for one in told {
        for party in parties_of(names, speakers, one) {
            by_party.entry(party).or_default().push(one);
        }
    }
    let order = |party: &String| {
        let at = names.parties.iter().position(|(id, _)| id == party);
        (at.unwrap_or(usize::MAX), party.clone())
    };
    let mut parties: Vec<(&String, &Vec<&Told>)> = by_party.iter().collect();
    parties.sort_by_key(|(party, _)| order(party));
    let asked = |party: &String| filter.parties.is_empty() || filter.parties.contains(party);
    let origins = register.count_origins(told.iter().copied());
    let clashes = clashes(register, told);
    let mut by_outlet: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for one in told {
        by_outlet.entry(register.text_of(one).outlet_name()).or_default().push(one.cite.place());
    }
    Row {
        id: row_id(names, key),
        title: match key {
            RowKey::Point(at) => names.points[*at].1.clone(),
            RowKey::Topic(topic) => names.topic_name(topic),
        },
        is_point: matches!(key, RowKey::Point(_)),
        parties: parties
            .into_iter()
            .filter(|(party, _)| asked(party))
            .filter_map(|(party, told)| cell((register, names), key, party, told))
            .collect(),
        outlets: outlets
            .iter()
            .map(|outlet| {
                let cites = by_outlet.get(outlet.as_str()).map_or(&[][..], Vec::as_slice);
                outlet_cell(outlet, cites, told.len(), &clashes)
            })
            .collect(),
        origins,
        is_single_source: origins == 1,
    }
}

fn cell(
    (register, names): (&Register, &Names),
    key: &RowKey,
    party: &str,
    told: &[&Told],
) -> Option<Cell> {
    let mut told = told.to_vec();
    let is_main = |one: &Told| match key {
        RowKey::Point(point) => names.is_mainly_about(&one.statement, *point),
        RowKey::Topic(topic) => one.statement.topics.first() == Some(topic),
    };
    // What only touches the point comes after what is about it. Then the latest first; on one day
    // first what takes a stand, gives numbers, and is quoted.
    told.sort_by_cached_key(|one| {
        let row = &one.statement;
        let rank = (
            stance(row.act) == Stance::Says,
            values::measures(row).is_empty(),
            row.kind,
            row.start,
            one.cite.id,
        );
        (!is_main(one), std::cmp::Reverse(day(register, one).0), rank)
    });
    let latest = *told.first()?;
    let (on, basis) = day(register, latest);
    let same = told.iter().copied().filter(|one| is_same(&latest.statement, &one.statement));
    let origins = register.count_origins(same.chain([latest]));
    let before = told
        .iter()
        .filter(|one| is_main(one) == is_main(latest))
        .find(|one| day(register, one).0 < on && differs(&latest.statement, &one.statement));
    Some(Cell {
        party: party.to_owned(),
        latest: Shown::of(register, latest),
        on: on.map(Stated::print),
        basis,
        origins,
        has_changed: before.is_some(),
        before: before.map(|before| Shown::of(register, before)),
        statements: Shown::all(register, told),
    })
}

/// What counts of numbers when reports of one speaker are compared.
type Numbers<'a> = (
    &'a str,
    Stance,
    Option<SpeechStatus>,
    Option<String>,
    BTreeMap<values::Measure, Vec<values::Range>>,
);

/// For each outlet the statements of others that can't be so if its own are.
fn clashes(register: &Register, told: &[&Told]) -> BTreeMap<String, BTreeSet<String>> {
    // Statements that are alike in all that counts are compared once.
    let mut alike: BTreeMap<Numbers, BTreeMap<&str, BTreeSet<String>>> = BTreeMap::new();
    for one in told {
        let row = &one.statement;
        let measures = values::measures(row);
        if measures.is_empty() || row.speaker.is_empty() {
            continue;
        }
        let on = day(register, one).0.map(Stated::print);
        let key = (row.speaker.as_str(), stance(row.act), row.status, on, measures);
        let outlets = alike.entry(key).or_default();
        outlets.entry(register.text_of(one).outlet_name()).or_default().insert(one.cite.place());
    }
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (a, outlets) in &alike {
        for (_, others) in alike.iter().filter(|(b, _)| is_clash(a, b)) {
            for outlet in outlets.keys() {
                let others = others.iter().filter(|(other, _)| *other != outlet);
                let cites = others.flat_map(|(_, cites)| cites.iter().cloned());
                found.entry((*outlet).to_owned()).or_default().extend(cites);
            }
        }
    }
    found
}

/// Whether two reports of one speaker's words, of one time, give numbers that can't both be so.
fn is_clash(a: &Numbers, b: &Numbers) -> bool {
    a.0 == b.0
        && a.1 == b.1
        && a.2.zip(b.2).is_none_or(|(a, b)| a == b)
        && is_near(a.3.as_deref(), b.3.as_deref())
        && values::is_clash(&a.4, &b.4)
}

fn outlet_cell(
    outlet: &str,
    cites: &[String],
    all: usize,
    clashes: &BTreeMap<String, BTreeSet<String>>,
) -> OutletCell {
    let against: Vec<String> = clashes.get(outlet).into_iter().flatten().cloned().collect();
    let stand = if cites.is_empty() {
        Stand::Silent
    } else if cites.len() == all {
        Stand::SingleSource
    } else if against.is_empty() {
        Stand::Agrees
    } else {
        Stand::Differs
    };
    OutletCell { outlet: outlet.to_owned(), stand, cites: cites.to_vec(), against }
}

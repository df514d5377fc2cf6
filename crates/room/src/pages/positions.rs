//! Who said what on which provision, what can't all be so, and what was pledged and delivered.
//!
//! It rests on entries that are public: what published texts report, and acts. The texts themselves
//! lie beside the record, for its owner alone, and nothing here opens them.

use crate::http::{Fault, Who, require};
use crate::leaf::{Leaf, place_of};
use crate::page::{Frame, page};
use crate::rights::{Action, Class};
use crate::room::Room;
use crate::shown::moment;
use crate::view::{Told, View};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use servanda_comply::answer::{PointAnswer, StateLine};
use servanda_comply::word;
use servanda_positions::{
    Cell, Contradiction, Contradictions, Filter, OUTLET, Positions, Shown, contradictions,
    date_in_words, positions,
};
use servanda_report::{Badge, When, badge, in_words, when};
use servanda_terms::{Details, Provision, ProvisionKind};
use servanda_time::Instant;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a page shows: points, statements of a party that stand open and folded, clashes, statements
/// on a side.
const POINTS_MAX: usize = 60;
const OPEN_MAX: usize = 2;
const FOLDED_MAX: usize = 12;
const CLASHES_MAX: usize = 60;
const SIDE_MAX: usize = 4;

/// What published texts say, worked out once for all who ask.
pub(crate) struct Talks {
    positions: Positions,
    clashes: Contradictions,
    /// The addresses of texts, by where a statement of theirs stands.
    addresses: BTreeMap<String, String>,
}

impl Talks {
    /// What the register of a record says.
    pub(crate) fn of(view: &View) -> Talks {
        let (register, agreement) = (view.desk.register(), &*view.desk.agreement);
        let address = |told: &servanda_positions::Told| {
            let address = register.text_of(told).address.clone()?;
            // Nothing but what a browser fetches: no script, no file.
            let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
            is_web.then(|| (told.cite.place(), address))
        };
        Talks {
            positions: positions(register, agreement, &Filter::default()),
            clashes: contradictions(register, agreement),
            addresses: register.told.iter().filter_map(address).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "positions.html")]
struct PositionsPage<'r> {
    frame: Frame<'r>,
    texts: usize,
    origins: usize,
    points: Vec<PointRow>,
    more_points: usize,
    clashes: Vec<Clash>,
    divergences: Vec<Clash>,
    others: Vec<Clash>,
    more_clashes: usize,
    pledges: Vec<PledgeRow>,
}

/// A point, or a topic of reports, with what was said on it.
struct PointRow {
    id: String,
    title: String,
    /// Whether it is a provision, with a page of its own.
    is_provision: bool,
    status: String,
    parties: Vec<PartyRow>,
}

struct PartyRow {
    party: String,
    /// What the agreement or an act gives as its stand.
    stand: Option<StandRow>,
    has_changed: bool,
    origins: usize,
    latest: Vec<Said>,
    earlier: Vec<Said>,
    more: usize,
}

struct StandRow {
    stance: String,
    wants: String,
    on: String,
    source: String,
    entry: Option<u64>,
}

/// A statement.
struct Said {
    speaker: String,
    act: String,
    quote: String,
    on: String,
    outlet: String,
    published: String,
    /// The address of the text; empty: none is known.
    address: String,
    cite: String,
    entry: u64,
    received: When,
    via: String,
    review: String,
}

/// Two or more sides that can't all be so, or that differ.
struct Clash {
    what: String,
    about: String,
    rule: String,
    sides: Vec<Side>,
}

struct Side {
    value: String,
    outlets: String,
    origins: usize,
    said: Vec<Said>,
    more: usize,
}

struct PledgeRow {
    id: String,
    by: String,
    to: String,
    what: String,
    amount: String,
    state: Option<Badge>,
    due: When,
    /// What is reported as given, for each who pledged.
    given: Vec<Given>,
}

struct Given {
    party: String,
    text: String,
    leaves: Vec<Leaf>,
}

pub(super) async fn show(State(room): State<Arc<Room>>, who: Who) -> Result<Response, Fault> {
    require(&who, Action::SeeBoard, Class::Public)?;
    let view = room.view();
    let own = Arc::clone(&view);
    let talks = tokio::task::spawn_blocking(move || own.talks()).await;
    let talks = talks.map_err(|_| Fault::inside())?;
    let frame = Frame::of(&room, &who, "title-positions", "/agreement");
    let told = view.told(who.may(Action::SeeBoard, Class::Mission));
    let teller = Teller { view: &view, frame: &frame, talks: &talks };
    let (points, more_points) = teller.points(told);
    let clashes = &talks.clashes;
    let shown = |all: &[Contradiction]| -> Vec<Clash> {
        all.iter().take(CLASHES_MAX).map(|one| teller.clash(one)).collect()
    };
    let left = |all: &[Contradiction]| all.len().saturating_sub(CLASHES_MAX);
    let (contradicting, diverging) = (shown(&clashes.contradictions), shown(&clashes.divergences));
    let page_of = PositionsPage {
        texts: talks.positions.texts,
        origins: talks.positions.origins,
        points,
        more_points,
        clashes: contradicting,
        divergences: diverging,
        others: teller.others(),
        more_clashes: left(&clashes.contradictions) + left(&clashes.divergences),
        pledges: teller.pledges(told),
        frame: Frame::of(&room, &who, "title-positions", "/agreement"),
    };
    Ok(page(StatusCode::OK, &page_of))
}

struct Teller<'a, 'r> {
    view: &'a View,
    frame: &'a Frame<'r>,
    talks: &'a Talks,
}

impl Teller<'_, '_> {
    /// The points on which anybody says anything, and how many of them are not shown.
    fn points(&self, told: &Told) -> (Vec<PointRow>, usize) {
        let life = told.evaluation.answer.life.as_ref();
        let formal = life.and_then(|life| life.points.as_ref());
        let formal: BTreeMap<&str, &PointAnswer> = formal
            .into_iter()
            .flat_map(|points| &points.list)
            .map(|point| (point.provision.as_str(), point))
            .collect();
        let rows = self.talks.positions.rows.iter().filter(|row| {
            let stands = formal.get(row.id.as_str()).is_some_and(|p| !p.positions.is_empty());
            !row.parties.is_empty() || stands
        });
        let all: Vec<_> = rows.collect();
        let more = all.len().saturating_sub(POINTS_MAX);
        let row = |row: &&servanda_positions::Row| {
            let formal = formal.get(row.id.as_str());
            let mut parties: Vec<PartyRow> =
                row.parties.iter().map(|cell| self.party(cell)).collect();
            for stand in formal.into_iter().flat_map(|point| &point.positions) {
                let party = self.frame.party(&stand.party);
                let own = StandRow {
                    stance: stand.stance.clone(),
                    wants: stand.wants.clone(),
                    on: stand.on.as_deref().map(|on| self.day(on)).unwrap_or_default(),
                    source: stand.source.clone(),
                    entry: place_of(&stand.source).map(|(entry, _)| entry),
                };
                match parties.iter_mut().find(|one| one.party == party) {
                    Some(one) => one.stand = Some(own),
                    None => parties.push(PartyRow::standing(party, own)),
                }
            }
            PointRow {
                id: row.id.clone(),
                title: row.title.clone(),
                is_provision: self.view.desk.agreement.provision(&row.id).is_some(),
                status: formal.map(|point| point.status.to_owned()).unwrap_or_default(),
                parties,
            }
        };
        (all.iter().take(POINTS_MAX).map(row).collect(), more)
    }

    /// The day of a time, on the agreement's clock.
    fn day(&self, at: &str) -> String {
        let zone = &self.view.desk.agreement.timezone;
        Instant::parse(at, None).map_or_else(|_| at.to_owned(), |at| at.date(zone))
    }

    fn party(&self, cell: &Cell) -> PartyRow {
        let all = &cell.statements;
        let mut latest: Vec<Said> =
            all.iter().take(OPEN_MAX + FOLDED_MAX).map(|one| self.said(one)).collect();
        let more = all.len() - latest.len();
        let earlier = latest.split_off(latest.len().min(OPEN_MAX));
        PartyRow {
            party: self.frame.party(&cell.party),
            stand: None,
            has_changed: cell.has_changed,
            origins: cell.origins,
            latest,
            earlier,
            more,
        }
    }

    fn said(&self, one: &Shown) -> Said {
        let entry = place_of(&one.cite).map_or(0, |(entry, _)| entry);
        let outlet = one.outlet.clone().unwrap_or_else(|| one.text.clone());
        let speaker = match one.speaker.as_str() {
            "" => self.frame.say("positions-nobody"),
            OUTLET => self.frame.say("positions-outlet"),
            name => {
                let all = std::iter::once(name).chain(one.co_speakers.iter().map(String::as_str));
                all.collect::<Vec<_>>().join(", ")
            }
        };
        Said {
            speaker,
            act: word(&one.act),
            quote: one.quote.clone(),
            on: one.said_on.as_deref().map(date_in_words).unwrap_or_default(),
            outlet,
            published: one.published.as_deref().map(date_in_words).unwrap_or_default(),
            address: self.talks.addresses.get(&one.cite).cloned().unwrap_or_default(),
            cite: one.cite.clone(),
            entry,
            received: self.view.received(entry).map_or_else(|| when("–"), moment),
            via: one.via.clone().unwrap_or_default(),
            review: one.review.map(|mark| word(&mark.result)).unwrap_or_default(),
        }
    }

    fn side(&self, value: String, origins: usize, outlets: &[String], all: &[Shown]) -> Side {
        Side {
            value,
            origins,
            outlets: outlets.join(", "),
            said: all.iter().take(SIDE_MAX).map(|one| self.said(one)).collect(),
            more: all.len().saturating_sub(SIDE_MAX),
        }
    }

    fn clash(&self, one: &Contradiction) -> Clash {
        let sides = one.sides.iter().map(|side| {
            let value = date_in_words(&side.value);
            self.side(value, side.origins, &side.outlets, &side.statements)
        });
        Clash {
            what: word(&one.slot).replace('-', " "),
            about: one.about.clone(),
            rule: one.rule.to_owned(),
            sides: sides.collect(),
        }
    }

    /// What one text says itself and another as somebody's words; words quoted in two ways.
    fn others(&self) -> Vec<Clash> {
        let Contradictions { attributions, drifts, .. } = &self.talks.clashes;
        let attributed = attributions.iter().map(|one| {
            let own = self.frame.say("positions-own-words");
            let theirs = one.speakers.join(", ");
            let open = [("who", theirs.into())];
            let theirs = self.frame.say_with("positions-their-words", &open);
            Clash {
                what: self.frame.say("positions-attribution"),
                about: one.about.clone(),
                rule: one.rule.to_owned(),
                sides: vec![
                    self.side(own, 1, &[], std::slice::from_ref(&one.own)),
                    self.side(theirs, 1, &[], &one.attributed),
                ],
            }
        });
        let drifted = drifts.iter().map(|one| Clash {
            what: self.frame.say("positions-drift"),
            about: one.speaker.clone(),
            rule: one.differing.join(" / "),
            sides: one
                .statements
                .iter()
                .map(|one| self.side(String::new(), 1, &[], std::slice::from_ref(one)))
                .collect(),
        });
        attributed.chain(drifted).take(CLASHES_MAX).collect()
    }

    /// What the agreement's pledges promise, and what the engine says was given.
    fn pledges(&self, told: &Told) -> Vec<PledgeRow> {
        let pledges = self.view.desk.agreement.provisions.iter();
        let pledges = pledges.filter(|provision| provision.kind == ProvisionKind::Pledge);
        pledges.filter_map(|provision| self.pledge(told, provision)).collect()
    }

    fn pledge(&self, told: &Told, provision: &Provision) -> Option<PledgeRow> {
        let Details::Pledge(pledge) = &provision.readings.first()?.details else { return None };
        let answer = &told.evaluation.answer;
        let own = answer.provisions.iter().find(|own| own.id == provision.id);
        let clocks = answer.clocks.iter().filter(|clock| clock.provision == provision.id);
        let due = clocks.filter_map(|clock| clock.due.as_deref()).max();
        let named = |ids: &[String]| {
            let names = ids.iter().map(|id| self.frame.party(id));
            names.collect::<Vec<_>>().join(", ")
        };
        Some(PledgeRow {
            id: provision.id.clone(),
            by: named(&pledge.by),
            to: named(&pledge.to),
            what: pledge.what.clone(),
            amount: pledge.amount.map_or_else(String::new, |n| format!("{n} {}", pledge.unit)),
            state: own.map(|own| badge(own.state_at)),
            due: when(due.unwrap_or("–")),
            given: own
                .into_iter()
                .flat_map(|own| &own.lines)
                .filter_map(|line| self.given(line, &answer.asked.at))
                .collect(),
        })
    }

    fn given(&self, line: &StateLine, at: &str) -> Option<Given> {
        let begun = |from: &Option<String>| from.as_deref().is_none_or(|from| from <= at);
        let run = line.runs.iter().rev().find(|run| begun(&run.from))?;
        let reasons = || run.reasons.iter();
        let reason = reasons().find(|reason| reason.code == "amount").or(reasons().next())?;
        let nobody = || self.frame.say("tree-nobody");
        let cites = reason.cites.iter();
        Some(Given {
            party: line.party.as_deref().map_or_else(nobody, |id| self.frame.party(id)),
            text: in_words(&reason.text),
            leaves: cites.filter_map(|cite| Leaf::of(self.view, self.frame, cite)).collect(),
        })
    }
}

impl PartyRow {
    fn standing(party: String, stand: StandRow) -> PartyRow {
        PartyRow {
            party,
            stand: Some(stand),
            has_changed: false,
            origins: 0,
            latest: Vec::new(),
            earlier: Vec::new(),
            more: 0,
        }
    }
}

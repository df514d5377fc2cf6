//! One reading of a provision: who, what, where and when, and what only its kind has.

use super::groups::places;
use super::names::Class;
use super::{Context, consents, duties, guarantees, moments, points, times};
use crate::details::Details;
use crate::kinds::ProvisionKind;
use crate::model::{ProtectedSites, Reading};
use crate::parse::fields::Fields;

/// The name of the one reading of a text that is not disputed.
const AS_WRITTEN: &str = "as written";

/// Reads a whole term, but for the keys that all kinds share.
pub(super) fn read(fields: &mut Fields, kind: ProvisionKind, context: &Context) -> Reading {
    use ProvisionKind as Kind;
    let mut reading = match kind {
        Kind::Point => empty(),
        _ => scope(fields, kind, context),
    };
    if kind == Kind::Protect {
        reading.sites = sites(fields, context);
    }
    reading.details = match kind {
        Kind::Prohibit | Kind::Protect => Details::Core,
        Kind::Oblige => duties::oblige(fields, context),
        Kind::Limit => duties::limit(fields, context),
        Kind::Withdraw => duties::withdraw(fields, context),
        Kind::Permit => duties::permit(fields),
        Kind::Transfer => duties::transfer(fields, context),
        Kind::Condition => consents::condition(fields, context),
        Kind::Ratify => consents::ratify(fields, context),
        Kind::Body => consents::body(fields, context),
        Kind::Guarantee => guarantees::guarantee(fields, context),
        Kind::Pledge => guarantees::pledge(fields, context),
        Kind::Relief => guarantees::relief(fields, context),
        Kind::Point => points::point(fields, context),
    };
    // Where the kind has a word of its own for who is bound, that is who is bound.
    match &reading.details {
        Details::Guarantee(details) => reading.who.clone_from(&details.by),
        Details::Pledge(details) => reading.who.clone_from(&details.by),
        Details::Relief(details) => reading.who.clone_from(&details.by),
        Details::Ratify(details) if !details.state.is_empty() => {
            reading.who = vec![details.state.clone()];
        }
        Details::Body(details) => {
            reading.who = details.seats.iter().map(|(party, _)| party.clone()).collect();
        }
        _ => {}
    }
    reading
}

fn empty() -> Reading {
    Reading {
        id: AS_WRITTEN.to_owned(),
        held_by: Vec::new(),
        starts: Default::default(),
        ends: Default::default(),
        from: None,
        until: None,
        who: Vec::new(),
        acts: Vec::new(),
        places: Vec::new(),
        sites: None,
        details: Details::Core,
    }
}

/// Who, what, where and when.
fn scope(fields: &mut Fields, kind: ProvisionKind, context: &Context) -> Reading {
    use ProvisionKind as Kind;
    // Guarantors, donors, chambers and commissions are named by their own keys.
    let who = match kind {
        Kind::Guarantee | Kind::Pledge | Kind::Relief | Kind::Ratify | Kind::Body => Vec::new(),
        _ => fields.texts("who"),
    };
    let acts = if kind.is_observed() { fields.plain_texts("acts") } else { Vec::new() };
    let whereabouts = match kind {
        Kind::Ratify | Kind::Body | Kind::Pledge | Kind::Relief => Vec::new(),
        _ => fields.texts("where"),
    };
    let (starts, start_span) = moments::read(fields, "from", context);
    let (ends, end_span) = moments::read(fields, "until", context);
    let findings = fields.findings();
    let places = places(&whereabouts, context, findings);
    let mut reading = Reading {
        from: starts.instant(),
        until: ends.instant(),
        starts,
        ends,
        who: context.names.resolve_all(Class::Party, &who, findings),
        acts,
        places: places.into_iter().map(|(id, _)| id).collect(),
        ..empty()
    };
    let length = reading.who.len() + reading.acts.len() + reading.places.len();
    if !context.names_left.spend(length, findings) {
        reading.places.clear();
    }
    if let (Some(start), Some(end)) = (reading.from, reading.until)
        && end <= start
        && let Some(span) = end_span.or(start_span)
    {
        findings.push(times::empty_window(span));
    }
    reading
}

fn sites(fields: &mut Fields, context: &Context) -> Option<ProtectedSites> {
    let (table, span) = fields.table("sites")?;
    let mut fields = Fields::new(table, "`sites`", span, fields.findings());
    let register = fields.required("register");
    let within_m = fields.metres("within_m");
    let only = fields.only("only");
    let findings = fields.findings();
    let register = register.and_then(|w| context.names.resolve(Class::Register, &w, findings));
    fields.finish();
    Some(ProtectedSites { register: register?, within_m: within_m?, only })
}

//! People whose words reports give, and the words by which reports speak of a matter.

use super::names::Class;
use super::{Context, Mark, Marks, duties, times};
use crate::model::{HeldRole, Person, Topic};
use crate::parse::fields::Fields;

/// The people.
pub(super) fn people(fields: &mut Fields, context: &Context, marks: &mut Marks) -> Vec<Person> {
    let mut people = Vec::new();
    for (id, table, span) in fields.named("person") {
        let what = format!("`person.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let name = fields.required("name").map(|word| word.text);
        let aliases = fields.plain_texts("aliases");
        let party = party(&mut fields, "party", context);
        let roles = roles(&mut fields, context);
        fields.finish();
        let name = name.unwrap_or_else(|| id.text.clone());
        people.push(Person { id: id.text, name, aliases, party, roles });
        marks.people.push(Mark::of(table, span));
    }
    people
}

fn party(fields: &mut Fields, key: &'static str, context: &Context) -> Option<String> {
    let word = fields.text(key)?;
    context.names.resolve(Class::Party, &word, fields.findings())
}

fn roles(fields: &mut Fields, context: &Context) -> Vec<HeldRole> {
    let mut roles = Vec::new();
    for (table, span) in fields.tables("roles") {
        let mut fields = Fields::new(table, "`roles`", span, fields.findings());
        let title = fields.required("title");
        let of = party(&mut fields, "of", context);
        let body = fields.plain("body");
        let zone = &context.timezone;
        let from = fields.time("from");
        let from = times::placed(from, zone, fields.findings());
        let until = fields.time("until");
        let until = times::placed(until, zone, fields.findings());
        if let (Some((from, _)), Some((until, at))) = (from, until)
            && until <= from
        {
            fields.findings().push(times::empty_window(at));
        }
        fields.finish();
        if let Some(title) = title {
            let (from, until) = (from.map(|(at, _)| at), until.map(|(at, _)| at));
            roles.push(HeldRole { title: title.text, of, body, from, until });
        }
    }
    roles
}

/// The topics.
pub(super) fn topics(fields: &mut Fields, context: &Context) -> Vec<Topic> {
    let mut topics = Vec::new();
    for (id, table, span) in fields.named("topic") {
        let what = format!("`topic.{}`", id.text);
        let mut fields = Fields::new(table, what, span, fields.findings());
        let name = fields.plain("name");
        if !fields.has("words") {
            fields.missing("words");
        }
        let words = fields.plain_texts("words");
        let about = duties::provisions(&mut fields, "about", context);
        fields.finish();
        let name = if name.is_empty() { id.text.clone() } else { name };
        topics.push(Topic { id: id.text, name, words, about });
    }
    topics
}

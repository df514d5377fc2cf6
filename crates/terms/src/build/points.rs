//! Points: matters still open, with each party's position.

use super::names::Class;
use super::{Context, moments};
use crate::codes;
use crate::details::{Details, Point, PointStatus, Position, Stance};
use crate::parse::fields::Fields;
use crate::parse::tree::Word;

/// A matter that is open.
pub(super) fn point(fields: &mut Fields, context: &Context) -> Details {
    let status = fields.text("status");
    let status = chosen(
        fields,
        status,
        "status",
        &[
            ("open", PointStatus::Open),
            ("agreed", PointStatus::Agreed),
            ("unknown", PointStatus::Unknown),
        ],
    );
    let mut positions = Vec::new();
    for (table, span) in fields.tables("positions") {
        let mut fields = Fields::new(table, "`positions`", span, fields.findings());
        let party = fields.required("party");
        let party =
            party.and_then(|word| context.names.resolve(Class::Party, &word, fields.findings()));
        let stance = fields.text("stance");
        let position = Position {
            party: party.clone().unwrap_or_default(),
            stance: chosen(
                &mut fields,
                stance,
                "stance",
                &[
                    ("proposes", Stance::Proposes),
                    ("accepts", Stance::Accepts),
                    ("rejects", Stance::Rejects),
                    ("reserves", Stance::Reserves),
                ],
            ),
            wants: fields.plain("wants"),
            on: moments::read(&mut fields, "on", context).0,
            source: fields.plain("source"),
        };
        fields.finish();
        if party.is_some() {
            positions.push(position);
        }
    }
    Details::Point(Point { status, positions })
}

/// One of a few words; absent: the first of them.
pub(super) fn chosen<T: Copy + Default>(
    fields: &mut Fields,
    word: Option<Word>,
    key: &str,
    known: &[(&str, T)],
) -> T {
    let Some(word) = word else { return T::default() };
    if let Some((_, value)) = known.iter().find(|(name, _)| *name == word.text) {
        return *value;
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    fields.findings().push(
        codes::WRONG_VALUE
            .error(format!("`{key}` must be one of: {}", names.join(", ")))
            .primary(word.span, "not one of them")
            .reason("Each of these words has one meaning in every agreement.")
            .help(format!("write {key} = \"{}\", or leave it out", names[0])),
    );
    T::default()
}

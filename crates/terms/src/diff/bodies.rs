//! The facts of sources and of extensions.

use super::Class;
use super::facts::{Facts, Subject};
use crate::details::{ExtendedBy, Extension};
use crate::model::Source;

pub(super) fn source(source: &Source) -> Subject<'_> {
    let mut facts = Facts::default();
    facts.words("name", &source.name);
    facts.list("shows", &source.shows);
    facts.words("format", source.format.as_deref().unwrap_or_default());
    facts.words("mapping", source.mapping.as_deref().unwrap_or_default());
    facts.list("files", &source.files);
    facts.words("timezone", source.timezone.name());
    if let Some(passes) = &source.passes {
        facts.words("passes.by", &passes.by);
        facts.span("passes.gap", Some(passes.gap));
    }
    facts.words("strata", source.strata.as_deref().unwrap_or_default());
    if let Some(control) = &source.control {
        let register = std::slice::from_ref(&control.register);
        facts.names("control.sites", Class::Register, register);
        facts.number("control.within_m", Some(control.within_m.into()));
    }
    facts.words("rows", if source.rows_are_events { "events" } else { "reports" });
    facts.words("measure", &source.measure);
    facts.span("lag", source.lag);
    facts.list("limits", &source.limits);
    for lump in &source.lumps {
        facts.part("lumps", &lump.name, |facts| {
            facts.names("may_include", Class::Exception, &lump.may_include);
        });
    }
    facts.span("longest", source.longest);
    for (attribute, values) in &source.compare_only {
        facts.part("compare_only", attribute, |facts| facts.list("", values));
    }
    facts.words("licence", &source.licence);
    facts.words("attribution", &source.attribution);
    Subject::new(Class::Source, &source.id, facts)
}

/// What the keys of an extension are called.
pub(super) struct ExtensionKeys {
    by: &'static str,
    length: &'static str,
    notice: &'static str,
    times: &'static str,
}

/// Of the agreement as a whole.
pub(super) const OF_FORCE: ExtensionKeys = ExtensionKeys {
    by: "force.extension.by",
    length: "force.extension.for",
    notice: "force.extension.notice",
    times: "force.extension.times",
};

/// Of a guarantee.
pub(super) const OF_GUARANTEE: ExtensionKeys = ExtensionKeys {
    by: "extension.by",
    length: "extension.for",
    notice: "extension.notice",
    times: "extension.times",
};

pub(super) fn extension<'a>(facts: &mut Facts<'a>, extension: &'a Extension, keys: &ExtensionKeys) {
    match &extension.by {
        ExtendedBy::Automatic => facts.words(keys.by, "automatic"),
        ExtendedBy::Mutual => facts.words(keys.by, "mutual"),
        ExtendedBy::Party(parties) => facts.names(keys.by, Class::Party, parties),
    }
    facts.span(keys.length, extension.length);
    facts.span(keys.notice, extension.notice);
    facts.number(keys.times, extension.times_max.map(u64::from));
}

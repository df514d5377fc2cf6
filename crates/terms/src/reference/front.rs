//! The tables of the front matter.

use super::{KeyDoc, Place, TableDoc, Takes, inside, key};

const fn front(
    name: &'static str,
    says: &'static str,
    keys: &'static [&'static [KeyDoc]],
) -> TableDoc {
    TableDoc { name, place: Place::Front, says, keys }
}

const NAME: KeyDoc = key("name", Takes::Text, "What people call it").absent("its key");
const VALID: KeyDoc =
    key("valid", Takes::One("`FROM/TO`"), "When it is right, the end excluded").absent("always");
const BASIS: KeyDoc = key("basis", Takes::Text, "What it was made of, in words");
const FILES: [KeyDoc; 3] = [
    key("file", Takes::One("file"), "Its data file"),
    key("files", Takes::Many("files"), "Its data files"),
    key("mapping", Takes::One("file"), "The mapping that reads its tables"),
];

pub(super) const TABLES: &[TableDoc] = &[
    front(
        "",
        "The front matter itself",
        &[&[
            key("id", Takes::One("name"), "The short name, part of the record's origin").needed(),
            key("title", Takes::Text, "The title in the drafters' words").needed(),
            key("version", Takes::Text, "The version of the text").needed(),
            key(
                "timezone",
                Takes::One("IANA name"),
                "In which times and dates without a zone are read",
            )
            .needed(),
            key("notes", Takes::Texts, "What must be said beside every answer"),
            key("theatre", Takes::One("zone"), "In which all other zones should lie"),
            key("party", Takes::Named("party"), "The sides, and others that the text names"),
            key("person", Takes::Named("person"), "People whose words reports give"),
            key("topic", Takes::Named("topic"), "Words by which reports speak of a matter"),
            key("line", Takes::Named("line"), "Lines on the ground"),
            key("zone", Takes::Named("zone"), "Zones"),
            key("zones", Takes::Named("zones"), "Groups of zones"),
            key("sites", Takes::Named("sites"), "Registers of sites"),
            key("source", Takes::Named("source"), "Where observations come from"),
            key("scoring", Takes::Table("scoring"), "By what observations are joined to incidents")
                .absent("all that can be one event is"),
            key("baseline", Takes::Table("baseline"), "The spans that are compared")
                .absent("all that the data hold"),
            key("define", Takes::Named("define"), "Words that the text defines"),
            key("event", Takes::Named("event"), "What happens, and terms count from"),
            key("force", Takes::Table("force"), "How the whole comes into force and ends"),
            key("draft", Takes::Table("draft"), "What is known of a draft")
                .absent("the text is whole"),
        ]],
    ),
    front(
        "party",
        "One side, or another actor that the text names",
        &[&[
            key("name", Takes::Text, "Its name in full").needed(),
            key("aliases", Takes::Texts, "Other names, as sources write them"),
            key(
                "adjectives",
                Takes::Texts,
                "What stands before its offices and bodies, as in \"the Northern minister\"",
            ),
            key(
                "role",
                Takes::Word(&["side", "guarantor", "mediator", "other"]),
                "What it is to the agreement",
            )
            .absent("`side`"),
        ]],
    ),
    front(
        "person",
        "Somebody whose words reports give",
        &[&[
            key("name", Takes::Text, "The name in full").needed(),
            key("aliases", Takes::Texts, "Other names and spellings, as sources write them"),
            key("party", Takes::One("party"), "For whom the person speaks").absent("nobody"),
            key("roles", Takes::Tables("person.roles"), "The offices held, with their times"),
        ]],
    ),
    inside(
        "person.roles",
        "An office that a person holds or has held",
        &[&[
            key("title", Takes::Text, "What it is called: `president`, `foreign minister`")
                .needed(),
            key("of", Takes::One("party"), "The party whose office it is"),
            key("body", Takes::Text, "The body whose office it is, where that is no party"),
            key("from", Takes::Time, "Since when").absent("always"),
            key("until", Takes::Time, "Until when, which is excluded").absent("still"),
        ]],
    ),
    front(
        "topic",
        "A matter of which reports speak, and the words by which they do",
        &[&[
            key("name", Takes::Text, "What people call it").absent("its key"),
            key(
                "words",
                Takes::Texts,
                "Words and phrases; one that ends in `*` is the beginning of a word",
            )
            .needed(),
            key("about", Takes::Many("provisions"), "The terms that it is about"),
        ]],
    ),
    front(
        "line",
        "A line on the ground: `file` and `id`, or `points`; beside them or alone `text`",
        &[&[
            key("file", Takes::One("file"), "The GeoJSON file that has it"),
            key("id", Takes::Text, "The feature of the file, a LineString"),
            key(
                "points",
                Takes::Other("list of two or more `[lon, lat]`"),
                "Its points in order, in degrees of WGS 84",
            ),
            key("text", Takes::Text, "Where it runs, in words; alone, it is not drawn"),
        ]],
    ),
    front(
        "zone",
        "An area, with exactly one shape: `file` and `id`, `buffer`, `circle`, `union`, \
         `intersect` or `minus`",
        &[
            &[NAME, VALID, BASIS],
            &[
                key("file", Takes::One("file"), "The GeoJSON file that has it"),
                key("id", Takes::Text, "The feature of the file, a Polygon or MultiPolygon"),
                key("buffer", Takes::Table("zone.buffer"), "The ground along a line"),
                key("circle", Takes::Table("zone.circle"), "The ground round a point"),
                key("union", Takes::Many("zones"), "All that lies in one of these"),
                key("intersect", Takes::Many("zones"), "What lies in each of these"),
                key("minus", Takes::Many("zones"), "The first without the others"),
            ],
        ],
    ),
    inside(
        "zone.buffer",
        "The ground along a line",
        &[&[
            key("line", Takes::One("line"), "The line").needed(),
            key(
                "side",
                Takes::Word(&["left", "right", "both"]),
                "On which side, seen along its points",
            )
            .needed(),
            key("distance_m", Takes::Metres, "How far from it").needed(),
        ]],
    ),
    inside(
        "zone.circle",
        "The ground round a point",
        &[&[
            key("lon", Takes::Number, "Longitude in degrees east").needed(),
            key("lat", Takes::Number, "Latitude in degrees north").needed(),
            key("radius_m", Takes::Metres, "How far from it").needed(),
        ]],
    ),
    front(
        "zones",
        "A group: a zone `GROUP.ID` for each area in a file; `GROUP.*` means all of them",
        &[&[
            key("file", Takes::One("file"), "The GeoJSON file").needed(),
            key("prefix", Takes::Text, "Only areas whose id starts so").absent("all"),
            VALID,
            BASIS,
        ]],
    ),
    front("sites", "A register of sites; its rows are in the record", &[&[NAME], &FILES]),
    front(
        "source",
        "Where observations come from, and what it can show",
        &[
            &[
                NAME,
                key("shows", Takes::Texts, "The kinds of observation that it gives"),
                key(
                    "format",
                    Takes::One("reader"),
                    "Its reader: `firms`, `ucdp`, `viina`, `csv`, `geojson`, `claims`, `jsonl`",
                )
                .absent("recognised"),
            ],
            &FILES,
            &[
                key("timezone", Takes::One("IANA name"), "Of its times without a zone")
                    .absent("the agreement's"),
                key("passes", Takes::Table("source.passes"), "It watches in passes"),
                key("strata", Takes::Text, "The attribute by which its figures are split"),
                key(
                    "control",
                    Takes::Table("source.control"),
                    "Sites that are always active: seeing them shows an open view",
                ),
                key(
                    "rows",
                    Takes::Word(&["events", "reports"]),
                    "`events`: two of its rows are never one event",
                )
                .absent("`reports`"),
                key(
                    "measure",
                    Takes::Text,
                    "What is compared: `start`, `end`, or the unit of a count",
                )
                .absent("`incident`: a row each"),
                key("lag", Takes::Span, "How late its data may come")
                    .absent("nothing of it is ever settled"),
                key("limits", Takes::Texts, "What it can't show, in words"),
                key(
                    "lumps",
                    Takes::Tables("source.lumps"),
                    "Collective names behind which it can't tell an actor apart",
                ),
                key("longest", Takes::Span, "Longer rows are listed and not compared")
                    .absent("all are compared"),
                key(
                    "compare_only",
                    Takes::Pairs("`{ ATTRIBUTE = list }`"),
                    "Only rows with one of these values are compared",
                )
                .absent("all are compared"),
                key("licence", Takes::Text, "The licence of its data"),
                key("attribution", Takes::Text, "What must stand beside its figures"),
            ],
        ],
    ),
    inside(
        "source.passes",
        "Overflights or patrols, derived from the observations",
        &[&[
            key("by", Takes::Text, "The attribute that names the instrument").needed(),
            key("gap", Takes::Span, "Observations less than this apart are one pass").needed(),
        ]],
    ),
    inside(
        "source.control",
        "Sites that show an open view",
        &[&[
            key("sites", Takes::One("register"), "Their register").needed(),
            key("within_m", Takes::Metres, "How near counts as the site's own").needed(),
        ]],
    ),
    inside(
        "source.lumps",
        "A name that a source writes for several actors",
        &[&[
            key("name", Takes::Text, "The collective name").needed(),
            key("may_include", Takes::Many("exceptions"), "Whose actors it may hide"),
        ]],
    ),
    front(
        "scoring",
        "A model that scores how likely observations are of one event; what it doesn't name is \
         joined as without it",
        &[&[
            key("version", Takes::Text, "Its version").needed(),
            key("kinds", Takes::Texts, "The kinds of observation that it scores").needed(),
            key("rate", Takes::Whole, "Events reported in a million km² and a day").needed(),
            key("classes", Takes::Tables("scoring.classes"), "Sources that err alike").needed(),
            key("alike", Takes::Tables("scoring.alike"), "Kinds taken for one another"),
        ]],
    ),
    inside(
        "scoring.classes",
        "Sources that err alike",
        &[&[
            key("name", Takes::Text, "What people call them").needed(),
            key("sources", Takes::Many("sources"), "Which they are").needed(),
            key("right", Takes::Whole, "How often they name the right kind, in percents").needed(),
            key("near", Takes::Whole, "How often one that is alike, in percents").absent("0"),
        ]],
    ),
    inside(
        "scoring.alike",
        "Kinds that are easily taken for one another",
        &[&[key("kinds", Takes::Texts, "Two or more of the model's kinds").needed()]],
    ),
    front(
        "baseline",
        "The spans that are compared",
        &[&[
            key("before", Takes::Span, "So much before the start").absent("all"),
            key("during", Takes::Span, "Only so much from the start").absent("all"),
            key("after", Takes::Span, "So much after the end").absent("all"),
        ]],
    ),
    front(
        "define",
        "A word that the text defines",
        &[&[key("text", Takes::Text, "What it means here").needed()]],
    ),
    front(
        "event",
        "Something that happens, and that terms count from",
        &[&[key("text", Takes::Text, "What it is, in words").needed()]],
    ),
    front(
        "force",
        "How the agreement as a whole comes into force and ends",
        &[&[
            key("signed_by", Takes::Many("parties"), "Whose signature it takes"),
            key("requires", Takes::Many("provisions"), "What must be fulfilled first"),
            key("from", Takes::Moment, "When it comes into force")
                .absent("when all that is required is there"),
            key("term", Takes::Span, "How long it lasts").absent("without end"),
            key("until", Takes::Moment, "When it ends, where the text names a moment"),
            key("extension", Takes::Table("extension"), "How it can go on"),
            key(
                "withdrawal",
                Takes::Span,
                "How long before it takes effect a withdrawal must be notified",
            )
            .absent("no right to withdraw is stated"),
        ]],
    ),
    inside(
        "extension",
        "An option to go on after a term, of `force` or of a `guarantee`",
        &[&[
            key(
                "by",
                Takes::Many("`automatic`, `mutual`, or parties"),
                "Whose option it is: nobody has to say so, all do, or each of these alone can",
            )
            .needed(),
            key("for", Takes::Span, "For how long each time").absent("not stated"),
            key("notice", Takes::Span, "How long before the end it must be said")
                .absent("not stated"),
            key("times", Takes::Whole, "How often at most").absent("without limit, or not stated"),
        ]],
    ),
    front(
        "draft",
        "A draft, as far as it is known",
        &[&[
            key(
                "known",
                Takes::Word(&["whole", "in part"]),
                "`in part`: what its sources don't give is unknown, not removed",
            )
            .absent("`whole`"),
            key("points", Takes::Whole, "How many points it has").absent("those that are written"),
            key("presented", Takes::Moment, "When it became known"),
            key("by", Takes::Text, "By whom, in words"),
            key("agreed_by", Takes::Many("parties"), "Whose acceptance makes a point agreed")
                .absent("those in `signed_by`, or else the sides"),
            key("sources", Takes::Texts, "Where it is reported"),
        ]],
    ),
];

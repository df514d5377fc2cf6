//! The tables of blocks of terms: each kind of provision, and exceptions.

use super::{KeyDoc, Place, TableDoc, Takes, inside, key};

const fn term(
    name: &'static str,
    says: &'static str,
    keys: &'static [&'static [KeyDoc]],
) -> TableDoc {
    TableDoc { name, place: Place::Term, says, keys }
}

const WHO: KeyDoc = key("who", Takes::Many("parties"), "Who is bound").absent("nobody is named");
const WHERE: KeyDoc = key("where", Takes::Many("zones"), "Where it holds").absent("anywhere");
const ACTS: KeyDoc =
    key("acts", Takes::Texts, "The kinds of observation that break it").absent("an error, `SV031`");
const TO: KeyDoc = key("to", Takes::Many("parties"), "To whom, or for whom");
const DUE: KeyDoc = key("due", Takes::Moment, "By when");
const WHAT: KeyDoc = key("what", Takes::Text, "What, in the words of the text").needed();
const UNIT: KeyDoc = key("unit", Takes::Text, "What is counted, such as `person`");
const AMOUNT: KeyDoc = key("amount", Takes::Whole, "How many").absent("not stated, or all");
const STAGES: KeyDoc = key("stages", Takes::Tables("stage"), "Its parts, each with its own date");
const INVENTORY: KeyDoc =
    key("inventory", Takes::Text, "The list that it is counted against, in words");
const TIMES: [KeyDoc; 2] = [
    key("from", Takes::Moment, "When it begins to bind")
        .absent("with the agreement's entry into force, or from ever"),
    key("until", Takes::Moment, "When it ceases to bind, that instant excluded")
        .absent("without end, or with the agreement"),
];
const TEST: [KeyDoc; 4] = [
    key("means", Takes::Text, "What it means, in words").absent("not said"),
    key("counts", Takes::Many("provisions"), "Whose findings of violation are counted"),
    key("at_least", Takes::Whole, "So many findings"),
    key("per", Takes::Span, "Within such a span").absent("at any time"),
];

/// What every kind has.
pub(super) const EVERY: [KeyDoc; 12] = [
    key(
        "requires",
        Takes::Many("provisions, or words"),
        "What must be fulfilled before it binds; words are for people to judge",
    ),
    key("except", Takes::Many("exceptions"), "What it doesn't cover"),
    key("shown_by", Takes::Many("sources"), "Who can show a breach")
        .absent("it is never anything but not observed"),
    key("tolerance", Takes::TextOr("tolerance"), "How much is borne before it counts as a breach"),
    key("severity", Takes::Text, "How grave a breach is, in words"),
    key("verified_by", Takes::Text, "Who verifies"),
    key("decided_by", Takes::Text, "Who decides"),
    key("standard", Takes::Text, "The standard of proof"),
    key("remedy", Takes::Text, "What follows a breach"),
    key("number", Takes::Text, "Its number in the agreement or draft"),
    key("note", Takes::Text, "The drafters' note"),
    key("disputed", Takes::Tables("disputed"), "The ways in which the parties read it")
        .absent("one reading, `as written`"),
];

pub(super) const TABLES: &[TableDoc] = &[
    term(
        "prohibit",
        "These acts by these parties, there, then, are forbidden",
        &[&[WHO, ACTS, WHERE], &TIMES, &EVERY],
    ),
    term(
        "protect",
        "The same, near the sites of a register",
        &[
            &[
                WHO,
                ACTS,
                key("sites", Takes::Table("protect.sites"), "Near which sites").needed(),
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    inside(
        "protect.sites",
        "Sites of a register, with a perimeter",
        &[&[
            key("register", Takes::One("register"), "The register").needed(),
            key("within_m", Takes::Metres, "The perimeter round each").needed(),
            key("only", Takes::Pairs("`{ ATTRIBUTE = list }`"), "Only sites with these values")
                .absent("all"),
        ]],
    ),
    term(
        "oblige",
        "This act or state by then, once or again and again",
        &[
            &[
                WHO,
                WHAT,
                TO,
                key("due", Takes::Moment, "By when; with `every`, the first time"),
                key("every", Takes::Span, "Again in each such span").absent("once"),
                key("evidence", Takes::Text, "What shows that it was done, in words"),
                STAGES,
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    inside(
        "stage",
        "A part of a duty: of `stages`, of a pledge's `schedule`, of relief's `tranches`",
        &[&[
            key("name", Takes::Text, "By which acts in the record refer to it").needed(),
            key("what", Takes::Text, "What is to be done"),
            DUE,
            key("amount", Takes::Whole, "How much, where it is a part of a number"),
            key("requires", Takes::Many("provisions"), "What must be fulfilled first"),
        ]],
    ),
    term(
        "limit",
        "No more than so much",
        &[
            &[
                WHO,
                key("measure", Takes::Text, "What is measured").needed(),
                key("at_most", Takes::Whole, "The most that is allowed"),
                UNIT,
                key("counting", Takes::Text, "Who and what counts, in words"),
                INVENTORY,
                DUE,
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "withdraw",
        "This class of object beyond this distance of this party's line",
        &[
            &[
                WHO,
                key(
                    "line",
                    Takes::Other("line, or `{ PARTY = line }`"),
                    "From which line; one for all, or one for each party",
                ),
                key("classes", Takes::Tables("withdraw.classes"), "What goes back how far"),
                key("storage", Takes::One("register"), "The storage sites"),
                INVENTORY,
                key("begins", Takes::Moment, "When it begins"),
                DUE,
                STAGES,
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    inside(
        "withdraw.classes",
        "A class of weapon or unit, and how far it goes back",
        &[&[
            key("class", Takes::Text, "The class").needed(),
            key("distance_m", Takes::Metres, "How far from the line").needed(),
            key("acts", Takes::Texts, "The kinds of observation that show one"),
        ]],
    ),
    term(
        "permit",
        "A right, such as monitors' movement; its denial is a breach",
        &[
            &[
                WHO,
                key("holder", Takes::Text, "Whose right it is").needed(),
                key("what", Takes::Text, "What is allowed"),
                key("acts", Takes::Texts, "The kinds of observation that show a denial"),
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "transfer",
        "Exchanges of prisoners, remains, funds",
        &[
            &[
                WHO,
                WHAT,
                TO,
                UNIT,
                AMOUNT,
                key("ratio", Takes::Text, "How many for how many, such as `1:1`"),
                DUE,
                STAGES,
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "condition",
        "A state that others wait for; one of `holds`, `act`, `all`, `any` and `not` is needed",
        &[
            &[
                key("holds", Takes::Many("provisions"), "What must be free of violations").needed(),
                key("for", Takes::Span, "For so long without a break"),
                key("broken_by", Takes::Texts, "Only violations of these severities break it")
                    .absent("every violation does"),
                key(
                    "watched",
                    Takes::Word(&["partly", "completely", "not needed"]),
                    "How much watching it takes for silence to count",
                )
                .absent("`partly`"),
                key("act", Takes::Many("moments"), "What must have come"),
                key("all", Takes::Many("provisions"), "All of these must be fulfilled"),
                key("any", Takes::Many("provisions"), "One of these must be fulfilled"),
                key("not", Takes::Many("provisions"), "None of these may be fulfilled"),
                key("before", Takes::Moment, "It must be fulfilled before then"),
                WHO,
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "ratify",
        "A body's consent: a chamber, the voters",
        &[
            &[
                key("state", Takes::One("party"), "The state").needed(),
                key("body", Takes::Text, "The body that consents").needed(),
                key(
                    "threshold",
                    Takes::One("`majority`, a share such as `2/3`, or words"),
                    "How many of the votes cast it takes",
                )
                .absent("not stated"),
                key("instrument", Takes::Text, "The instrument"),
                key("deposit", Takes::Text, "With whom it is deposited")
                    .absent("the vote completes it"),
                key("question", Takes::Text, "The question that is put"),
                DUE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "guarantee",
        "Who answers for it, for how long, on what trigger, how fast",
        &[
            &[
                key("by", Takes::Many("parties"), "The guarantors").needed(),
                TO,
                key("guards", Takes::Many("provisions"), "What is guaranteed")
                    .absent("the agreement"),
                key("term", Takes::Span, "How long").absent("without end"),
                key("extension", Takes::Table("extension"), "How it can go on after that"),
                key("trigger", Takes::Table("guarantee.trigger"), "What sets it off"),
                key("response", Takes::Tables("guarantee.response"), "What follows, step by step"),
                key("void_if", Takes::Tables("guarantee.void_if"), "What makes it void"),
                WHERE,
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    inside(
        "guarantee.trigger",
        "What sets a guarantee off",
        &[&[
            key("decider", Takes::Text, "Who decides").absent("the text names nobody"),
            key("consults", Takes::Texts, "Whom the decider consults first"),
            key("tests", Takes::Tables("guarantee.trigger.tests"), "Each word, with its test"),
        ]],
    ),
    inside(
        "guarantee.trigger.tests",
        "A word of the trigger and how it is measured",
        &[&[key("word", Takes::Text, "The word, such as `significant`").needed()], &TEST],
    ),
    inside(
        "guarantee.response",
        "A step of the response",
        &[&[
            key("step", Takes::Text, "By which acts in the record refer to it").needed(),
            key("by", Takes::Many("parties"), "Who takes it"),
            key("within", Takes::Span, "How long they have"),
            key("after", Takes::Moment, "From which moment the time runs"),
        ]],
    ),
    inside(
        "guarantee.void_if",
        "What makes a guarantee void, with its test",
        &[
            &[
                key("who", Takes::Many("parties"), "Whose act").absent("anybody's"),
                key("what", Takes::Text, "What, in the words of the text").needed(),
            ],
            &TEST,
        ],
    ),
    term(
        "pledge",
        "A contribution",
        &[
            &[
                key("by", Takes::Many("parties"), "Who gives").needed(),
                TO,
                WHAT,
                AMOUNT,
                UNIT,
                DUE,
                key("schedule", Takes::Tables("stage"), "Its parts, each with its own date"),
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "relief",
        "Sanctions or assets released in steps",
        &[
            &[
                key("by", Takes::Many("parties"), "Who releases"),
                TO,
                WHAT,
                key(
                    "tranches",
                    Takes::Tables("stage"),
                    "The steps; each opens when what it requires is fulfilled",
                ),
                key("snapback", Takes::Table("relief.snapback"), "What brings it back"),
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    inside(
        "relief.snapback",
        "What takes relief back",
        &[&[
            key("on", Takes::Many("provisions"), "On violations of these"),
            key("decided_by", Takes::Text, "Who says so"),
            key("within", Takes::Span, "Within so long"),
        ]],
    ),
    term(
        "body",
        "A joint or monitoring commission",
        &[
            &[
                key("seats", Takes::Pairs("`{ PARTY = number }`"), "Seats by party"),
                key("quorum", Takes::Whole, "How many must be there"),
                key("decides_by", Takes::Text, "How it decides, in words"),
                key("deadlock", Takes::Text, "What happens when it can't decide, in words"),
                key("due", Takes::Moment, "By when it is set up"),
            ],
            &TIMES,
            &EVERY,
        ],
    ),
    term(
        "point",
        "A matter that is open: positions only; it has no state",
        &[
            &[
                key("topics", Takes::Texts, "The matters that are open"),
                key("options", Takes::Texts, "What was proposed"),
                key(
                    "status",
                    Takes::Word(&["open", "agreed", "unknown"]),
                    "How far it has come; `unknown`: no source gives it",
                )
                .absent("`open`"),
                key("positions", Takes::Tables("point.positions"), "Each party's stand"),
            ],
            &EVERY,
        ],
    ),
    inside(
        "point.positions",
        "A party's stand on a point",
        &[&[
            key("party", Takes::One("party"), "The party").needed(),
            key(
                "stance",
                Takes::Word(&["proposes", "accepts", "rejects", "reserves"]),
                "Its stand",
            )
            .absent("`proposes`"),
            key("wants", Takes::Text, "What it wants"),
            key("on", Takes::Moment, "Since when"),
            key("source", Takes::Text, "Where it is reported"),
        ]],
    ),
    inside(
        "tolerance",
        "How much is borne: a count in a rolling window",
        &[&[
            key("at_most", Takes::Whole, "The most that is borne").needed(),
            key("unit", Takes::Text, "Of what, such as `incident`"),
            key("per", Takes::Span, "In any span of that length").absent("in all"),
        ]],
    ),
    inside(
        "disputed",
        "One reading of a term; beside these keys, those of the term that it reads otherwise",
        &[&[
            key("reading", Takes::Text, "Its name, by which answers are given").needed(),
            key("held_by", Takes::Many("parties"), "Who reads it so"),
        ]],
    ),
    term(
        "except",
        "What a provision doesn't cover; one of `actors`, `where`, `from`, `until`, `acts` and \
         `only` is needed",
        &[&[
            key("name", Takes::Text, "What people call it").absent("its key"),
            key("actors", Takes::Texts, "Excluded actors, as sources write them"),
            key("where", Takes::Many("zones"), "Excluded areas"),
            key("from", Takes::Time, "Excluded from then").absent("from ever"),
            key("until", Takes::Time, "Excluded until then").absent("without end"),
            key("acts", Takes::Texts, "Excluded kinds of observation").absent("every kind"),
            key(
                "only",
                Takes::Pairs("`{ ATTRIBUTE = list }`"),
                "Only what has these values is excluded",
            ),
            key("notice", Takes::Text, "How it must be notified, in words")
                .absent("without notice"),
        ]],
    ),
];

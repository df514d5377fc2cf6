//! The English words that frames are made of. Grammar only: names come from the agreement.

use std::collections::BTreeMap;

/// What a verb reports, and so which content it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Speech: takes a clause, with or without "that", or a quotation.
    Say,
    /// Speech that takes a noun phrase as well: "expressed hope", "noted concerns".
    Express,
    /// A stance towards something: takes a noun phrase or an infinitive.
    Stance,
}

/// A verb that can report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verb {
    /// Its form in the infinitive.
    pub(crate) base: &'static str,
    pub(crate) class: Class,
    pub(crate) act: Act,
    /// The words of which one must follow; empty: none must.
    pub(crate) particles: &'static [&'static str],
}

/// The form in which a verb stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Base,
    /// "says"
    Third,
    /// "said"
    Past,
    /// "saying"
    Ing,
}

const fn verb(
    base: &'static str,
    class: Class,
    act: Act,
    particles: &'static [&'static str],
) -> Verb {
    Verb { base, class, act, particles }
}

use crate::Act::{self, *};
use Class::*;

/// The verbs. Where one has several uses, the particle decides.
const VERBS: &[Verb] = &[
    verb("say", Say, State, &[]),
    verb("tell", Say, State, &[]),
    verb("state", Say, State, &[]),
    verb("add", Say, State, &[]),
    verb("announce", Express, State, &[]),
    verb("note", Express, State, &[]),
    verb("write", Say, State, &[]),
    verb("acknowledge", Express, State, &[]),
    verb("admit", Say, State, &[]),
    verb("concede", Say, State, &[]),
    verb("confirm", Express, State, &[]),
    verb("stress", Express, State, &[]),
    verb("emphasize", Express, State, &[]),
    verb("emphasise", Express, State, &[]),
    verb("underline", Express, State, &[]),
    verb("underscore", Express, State, &[]),
    verb("highlight", Express, State, &[]),
    verb("indicate", Express, State, &[]),
    verb("suggest", Say, State, &[]),
    verb("hint", Say, State, &[]),
    verb("imply", Say, State, &["that"]),
    verb("signal", Express, State, &[]),
    verb("signalle", Express, State, &[]),
    verb("reiterate", Express, State, &[]),
    verb("repeat", Express, State, &[]),
    verb("reaffirm", Express, State, &[]),
    verb("affirm", Say, State, &[]),
    verb("claim", Say, State, &[]),
    verb("argue", Say, State, &[]),
    verb("contend", Say, State, &[]),
    verb("warn", Say, Warn, &[]),
    verb("caution", Say, Warn, &[]),
    verb("threaten", Stance, Warn, &[]),
    verb("dispute", Express, Deny, &[]),
    verb("thank", Express, Welcome, &[]),
    verb("counter", Say, State, &["that"]),
    verb("doubt", Say, State, &[]),
    verb("remind", Say, State, &[]),
    verb("inform", Say, State, &[]),
    verb("assure", Say, State, &[]),
    verb("notify", Say, State, &[]),
    verb("go", Say, State, &["on"]),
    verb("continue", Say, State, &[]),
    verb("speak", Express, State, &["of"]),
    verb("retort", Say, State, &[]),
    verb("joke", Say, State, &[]),
    verb("quip", Say, State, &[]),
    verb("lament", Say, Accuse, &[]),
    verb("testify", Say, State, &[]),
    verb("recount", Say, State, &[]),
    verb("elaborate", Say, State, &["that"]),
    verb("explain", Say, State, &[]),
    verb("insist", Say, State, &[]),
    verb("declare", Say, State, &[]),
    verb("proclaim", Say, State, &[]),
    verb("assert", Say, State, &[]),
    verb("maintain", Say, State, &["that"]),
    verb("report", Express, State, &[]),
    verb("reveal", Express, State, &[]),
    verb("disclose", Express, State, &[]),
    verb("estimate", Say, State, &[]),
    verb("predict", Express, Expect, &[]),
    verb("forecast", Express, Expect, &[]),
    verb("remark", Say, State, &[]),
    verb("comment", Say, State, &["that"]),
    verb("recall", Say, State, &["that"]),
    verb("observe", Say, State, &["that"]),
    verb("tweet", Say, State, &[]),
    verb("post", Say, State, &[]),
    verb("conclude", Say, State, &["that"]),
    verb("deny", Express, Deny, &[]),
    verb("allege", Say, Accuse, &[]),
    verb("vow", Say, Offer, &[]),
    verb("pledge", Express, Offer, &[]),
    verb("promise", Express, Offer, &[]),
    verb("reply", Say, State, &[]),
    verb("respond", Say, State, &["that"]),
    verb("answer", Say, State, &["that"]),
    verb("agree", Express, Accept, &[]),
    verb("believe", Say, State, &[]),
    verb("think", Say, State, &[]),
    verb("hope", Express, Want, &[]),
    verb("expect", Express, Expect, &[]),
    verb("fear", Express, Warn, &["that"]),
    verb("complain", Say, Accuse, &[]),
    verb("ask", Stance, Demand, &[]),
    verb("clarify", Express, State, &[]),
    verb("point", Say, State, &["out", "to"]),
    verb("urge", Stance, Demand, &[]),
    verb("mention", Express, State, &[]),
    verb("outline", Express, State, &[]),
    verb("articulate", Express, State, &[]),
    verb("detail", Express, State, &["that", "how", "what"]),
    verb("express", Express, State, &[]),
    verb("voice", Express, State, &[]),
    verb("convey", Express, State, &[]),
    verb("describe", Express, State, &[]),
    verb("characterize", Express, State, &[]),
    verb("characterise", Express, State, &[]),
    verb("regard", Express, State, &[]),
    verb("view", Express, State, &[]),
    verb("praise", Express, Welcome, &[]),
    verb("hail", Express, Welcome, &[]),
    verb("welcome", Express, Welcome, &[]),
    verb("condemn", Express, Accuse, &[]),
    verb("denounce", Express, Accuse, &[]),
    verb("criticize", Express, Accuse, &[]),
    verb("criticise", Express, Accuse, &[]),
    verb("accuse", Express, Accuse, &[]),
    verb("blame", Express, Accuse, &[]),
    verb("dismiss", Express, Reject, &[]),
    verb("slam", Express, Accuse, &[]),
    verb("decry", Express, Accuse, &[]),
    verb("deplore", Express, Accuse, &[]),
    verb("applaud", Express, Welcome, &[]),
    verb("restate", Express, State, &[]),
    verb("label", Express, State, &[]),
    verb("labell", Express, State, &[]),
    verb("brand", Express, State, &[]),
    verb("dub", Express, State, &[]),
    verb("tout", Express, Welcome, &[]),
    verb("question", Say, Accuse, &["whether"]),
    verb("renew", Express, Demand, &[]),
    verb("double", Express, State, &["down"]),
    verb("boast", Say, State, &["that"]),
    verb("concur", Say, Accept, &["that"]),
    verb("object", Stance, Reject, &["to"]),
    verb("want", Stance, Want, &[]),
    verb("seek", Stance, Want, &[]),
    verb("demand", Stance, Demand, &[]),
    verb("call", Stance, Demand, &[]),
    verb("push", Stance, Demand, &["for", "back"]),
    verb("press", Stance, Demand, &["for"]),
    verb("appeal", Stance, Demand, &["for", "to"]),
    verb("plead", Stance, Demand, &["for", "with"]),
    verb("advocate", Stance, Want, &[]),
    verb("propose", Stance, Propose, &[]),
    verb("float", Stance, Propose, &[]),
    verb("offer", Stance, Offer, &[]),
    verb("reject", Stance, Reject, &[]),
    verb("oppose", Stance, Reject, &[]),
    verb("rule", Stance, Reject, &["out"]),
    verb("refuse", Stance, Decline, &[]),
    verb("decline", Stance, Decline, &[]),
    verb("accept", Stance, Accept, &[]),
    verb("endorse", Stance, Accept, &[]),
    verb("favour", Stance, Want, &[]),
    verb("favor", Stance, Want, &[]),
    verb("prefer", Stance, Want, &[]),
    verb("support", Stance, Accept, &[]),
    verb("approve", Stance, Accept, &["of"]),
    verb("request", Stance, Demand, &[]),
    verb("recommend", Stance, Propose, &[]),
];

/// Verbs whose past is not in "-ed".
const IRREGULAR: &[(&str, &[&str])] = &[
    ("say", &["said"]),
    ("tell", &["told"]),
    ("go", &["went", "gone"]),
    ("speak", &["spoke", "spoken"]),
    ("write", &["wrote", "written"]),
    ("think", &["thought"]),
    ("seek", &["sought"]),
    ("forecast", &["forecast", "forecasted"]),
];

/// All forms of the verbs, and what can stand between a subject and its verb.
#[derive(Debug)]
pub(crate) struct Grammar {
    forms: BTreeMap<String, (Verb, Form)>,
}

impl Grammar {
    pub(crate) fn new() -> Grammar {
        let mut forms = BTreeMap::new();
        for &verb in VERBS {
            let base = verb.base;
            let stem = base.strip_suffix('e').unwrap_or(base);
            let y = base.strip_suffix('y').filter(|s| !s.ends_with(['a', 'e', 'o', 'u']));
            let third = match y {
                Some(y) => format!("{y}ies"),
                None if base == "go" => "goes".to_owned(),
                None if base.ends_with("ss") || base.ends_with("sh") => format!("{base}es"),
                None => format!("{base}s"),
            };
            forms.insert(third, (verb, Form::Third));
            forms.insert(base.to_owned(), (verb, Form::Base));
            let irregular = IRREGULAR.iter().find(|(of, _)| *of == base);
            match (irregular, y) {
                (Some((_, pasts)), _) => {
                    for past in *pasts {
                        forms.insert((*past).to_owned(), (verb, Form::Past));
                    }
                }
                (None, Some(y)) => {
                    forms.insert(format!("{y}ied"), (verb, Form::Past));
                }
                (None, None) => {
                    forms.insert(format!("{stem}ed"), (verb, Form::Past));
                }
            }
            let ing = if base == "agree" { "agreeing".to_owned() } else { format!("{stem}ing") };
            // "regarding" is a preposition.
            if base != "regard" {
                forms.insert(ing, (verb, Form::Ing));
            }
            // The last letter is doubled.
            if let Some(last) =
                base.chars().last().filter(|_| ["prefer", "slam", "dub"].contains(&base))
            {
                forms.insert(format!("{base}{last}ed"), (verb, Form::Past));
                forms.insert(format!("{base}{last}ing"), (verb, Form::Ing));
            }
        }
        Grammar { forms }
    }

    /// The verb of which a word, in lower case, is a form.
    pub(crate) fn verb(&self, low: &str) -> Option<(Verb, Form)> {
        self.forms.get(low).copied()
    }
}

macro_rules! table {
    ($(#[$doc:meta])* $name:ident: $($word:literal)*) => {
        $(#[$doc])*
        pub(crate) fn $name(low: &str) -> bool {
            matches!(low, $($word)|*)
        }
    };
}

table! {
    /// Stands between a subject and its verb: auxiliaries, adverbs, and what goes on.
    is_chain:
    "has" "have" "had" "is" "are" "was" "were" "be" "been" "being" "do" "does" "did" "also" "then"
    "later" "earlier" "again" "now" "still" "already" "ever" "never" "not" "even" "further"
    "both" "all" "each" "himself" "herself" "itself" "themselves" "once" "yet" "just" "only"
    "continue" "continues" "continued" "continuing" "to" "went" "goes" "go" "on" "today"
    "yesterday" "meanwhile" "however" "long" "too" "quickly" "soon" "since" "cannot"
    "didn’t" "didn't" "hasn’t" "hasn't" "doesn’t" "doesn't" "haven’t" "haven't" "don’t" "don't"
    "would" "will" "could" "can" "may" "might" "nevertheless" "nonetheless" "instead" "therefore"
    "thus" "often" "always"
}

table! {
    /// Adverbs that don't end in "-ly" before a clause's subject, after a conjunction.
    is_linking_adverb:
    "also" "then" "later" "meanwhile" "however" "instead" "yet" "still" "now" "similarly"
}

table! {
    /// Verbs that tell what else a speaker did by speaking: "said A, while urging B".
    is_also_done: "urge" "warn" "insist" "stress" "accuse" "demand" "reject" "caution" "reiterate"
}

table! {
    /// Verbs that give something a name: "called it a tale".
    is_naming: "call" "label" "labell" "brand" "dub" "describe"
}

/// Words beside a name for somebody who is "she".
pub(crate) const WOMEN: &[&str] = &[
    "spokeswoman",
    "chairwoman",
    "congresswoman",
    "woman",
    "queen",
    "princess",
    "mrs",
    "ms",
    "madam",
    "mother",
    "widow",
];

/// Words beside a name for somebody who is "he".
pub(crate) const MEN: &[&str] = &[
    "spokesman",
    "chairman",
    "congressman",
    "man",
    "king",
    "prince",
    "mr",
    "sir",
    "father",
    "son-in-law",
    "pope",
    "patriarch",
    "emir",
    "sheikh",
];

table! {
    is_weekday: "monday" "tuesday" "wednesday" "thursday" "friday" "saturday" "sunday"
}

table! {
    is_pronoun: "he" "she" "they" "it" "who" "we" "i"
}

table! {
    is_preposition:
    "on" "in" "at" "to" "after" "during" "before" "following" "via" "through" "from" "with" "by"
    "over" "under" "about" "of" "for" "against" "between" "among" "into" "within" "without"
    "late" "early" "earlier" "later" "ahead" "hours" "days" "weeks" "minutes" "shortly" "near"
    "as" "when" "while" "amid" "upon" "since" "until" "near-simultaneously" "alongside" "outside"
}

table! {
    is_conjunction:
    "but" "while" "although" "though" "whereas" "and" "yet" "however" "or" "because" "if" "unless"
    "as" "that" "than" "when" "whether" "since" "after" "before" "nor" "so" "what" "which" "where"
}

table! {
    /// Parts a clause from the one before, when a subject and its verb follow.
    is_contrast: "but" "while" "although" "though" "whereas" "yet" "even"
}

table! {
    is_determiner:
    "the" "a" "an" "its" "his" "her" "their" "this" "that" "these" "those" "some" "many" "several"
    "whose" "one" "two" "three" "four" "other" "another" "most" "both" "all" "no" "our" "each"
    "every"
}

table! {
    /// A noun follows, and no verb.
    is_article:
    "the" "a" "an" "its" "his" "her" "their" "our" "my" "your" "any" "such" "these" "those"
}

table! {
    /// Nouns that can speak.
    is_speaker_noun:
    "official" "officials" "spokesman" "spokeswoman" "spokesperson" "spokespeople" "minister"
    "ministers" "ministry" "president" "presidents" "premier" "chancellor" "leader" "leaders"
    "government" "governments" "administration" "officer" "officers" "general" "commander"
    "commanders" "army" "military" "forces" "police" "authorities" "authority" "parliament"
    "lawmakers" "lawmaker" "senator" "senators" "ambassador" "ambassadors" "diplomat" "diplomats"
    "envoy" "envoys" "negotiator" "negotiators" "mediator" "mediators" "delegation" "delegations"
    "delegates" "representative" "representatives" "source" "sources" "analyst" "analysts"
    "expert" "experts" "observer" "observers" "monitors" "mission" "statement" "communique"
    "communiqué" "report"
    "reports" "office" "agency" "agencies" "council" "commission" "committee" "party" "parties"
    "side" "sides" "team" "teams" "aide" "aides" "adviser" "advisers" "advisor" "advisors"
    "secretary" "secretary-general" "chief" "head" "chair" "chairman" "chairwoman" "chairperson"
    "governor" "mayor" "speaker" "group" "groups" "faction" "movement" "rebels" "insurgents"
    "bank" "embassy" "foundation" "organization" "organisation" "union" "alliance" "bloc"
    "deputy" "director" "radio" "television" "channel" "broadcaster" "newspaper" "outlet" "media"
    "website" "presidency"
    "allies" "partners" "guarantors" "countries" "states" "foreigners" "residents" "witnesses"
    "king" "queen" "prince" "pope" "patriarch" "bishop" "colonel" "major" "captain" "admiral"
    "cabinet" "opposition" "coalition" "command" "staff" "headquarters" "judge" "court" "tribunal"
    "marshal" "person" "people" "man" "woman" "historian" "professor" "researcher" "researchers"
    "economist" "economists" "scholar" "lawyer" "farmer" "villager" "villagers" "soldier"
    "neighbours" "neighbors" "farmers" "civilians" "activists" "critics" "supporters" "relatives"
    "families" "voters" "refugees" "campaigners" "campaigner" "activist" "investigators"
    "prosecutors" "prosecutor" "donors" "generals" "soldiers" "fighters" "commentators" "columnist"
    "scientists" "doctors" "workers" "medics" "mayors" "guard" "service" "estimates" "figures"
    "data" "counterpart"
    "premiers" "co-chair" "co-chairs" "convenor" "federation" "republic" "regime" "junta"
    "member" "members" "capital" "capitals" "monitor" "inspector" "inspectors" "medic" "resident"
    "intermediary" "intermediaries" "facilitator" "facilitators" "pm" "fm" "guerrillas" "militants"
    "force" "bureau" "department"
}

table! {
    /// Nouns for a body that speaks as an "it".
    is_body:
    "ministry" "government" "administration" "army" "military" "forces" "police" "authorities"
    "authority" "parliament" "delegation" "mission" "office" "agency" "council" "commission"
    "committee" "party" "side" "team" "group" "faction" "movement" "bank" "embassy" "foundation"
    "court" "organization" "organisation" "union" "alliance" "bloc" "broadcaster" "newspaper"
    "outlet" "media" "website" "presidency" "cabinet" "opposition" "coalition" "command" "staff"
    "headquarters" "tribunal" "regime" "junta" "republic" "federation" "statement" "report"
    "bureau" "department" "service" "force" "secretariat" "directorate"
}

table! {
    /// Nouns with which the name of a body goes on: "Institute for".
    is_body_noun:
    "institute" "center" "centre" "university" "association" "society" "academy" "study" "fund"
    "programme" "program" "league" "organization" "organisation" "department" "house" "school"
    "front" "party" "congress" "assembly" "court" "office" "union" "bank" "board" "chamber"
}

table! {
    /// Nouns for many: they speak as "they".
    is_plural_noun:
    "officials" "spokespeople" "ministers" "presidents" "leaders" "governments" "forces"
    "authorities" "lawmakers" "senators" "ambassadors" "diplomats" "envoys" "negotiators"
    "mediators" "delegations" "delegates" "representatives" "sources" "analysts" "experts"
    "observers" "monitors" "agencies" "parties" "sides" "teams" "aides" "advisers" "advisors"
    "groups" "rebels" "insurgents" "allies" "partners" "guarantors" "countries" "states"
    "commanders" "officers" "residents" "witnesses" "villagers" "media" "people" "farmers"
    "civilians" "activists" "critics" "supporters" "relatives" "families" "voters" "refugees"
    "campaigners" "investigators" "prosecutors" "donors" "generals" "soldiers" "fighters"
    "commentators" "scientists" "doctors" "workers" "medics" "mayors" "economists"
    "researchers" "estimates" "figures" "reports" "members" "capitals" "inspectors" "guerrillas"
    "militants" "intermediaries" "facilitators"
}

table! {
    /// Words before a name that say what its bearer is.
    is_title:
    "president" "prime" "minister" "foreign" "chancellor" "premier" "general" "secretary"
    "secretary-general" "senator" "governor" "mayor" "king" "queen" "prince" "pope" "spokesman"
    "spokeswoman" "spokesperson" "ambassador" "envoy" "special" "deputy" "chief" "former"
    "defence" "defense" "interior" "finance" "leader" "commander" "colonel" "major" "captain"
    "mr" "mrs" "ms" "dr" "sir" "adviser" "advisor" "aide" "negotiator" "lawmaker" "analyst"
    "head" "chairman" "chair" "speaker" "director" "professor" "admiral" "lieutenant" "marshal"
    "vice" "state" "representative" "congressman" "congresswoman" "mediator" "official" "pm" "fm"
    "press" "affairs"
}

table! {
    /// A gerund after a comma that is the outlet's comment, and no statement.
    is_comment_gerund:
    "indicating" "reflecting" "underscoring" "highlighting" "marking" "raising" "showing"
    "restating" "echoing" "mirroring" "signaling" "signalling" "suggesting" "leaving" "prompting"
    "making" "drawing" "setting" "deepening" "fuelling" "fueling" "complicating" "contradicting"
    "bringing" "pushing" "ending" "capping" "referring" "alluding" "confirming" "repeating" "using"
    "casting" "illustrating" "underlining"
}

table! {
    /// Prepositions after which a name is what something is done to or belongs to, and no subject.
    takes_object:
    "to" "of" "in" "from" "by" "at" "for" "about" "against" "between" "among" "into" "over" "under"
    "on" "including" "despite" "without" "like" "toward" "towards" "across" "inside"
    "involving" "regarding" "around"
}

table! {
    /// Leads in what may be or might have been: nobody says it.
    is_hypothetical: "if" "whether" "unless" "until" "once"
}

table! {
    /// Nouns that a clause with "that" explains: "the hope that", "its view that".
    takes_clause:
    "hope" "hopes" "optimism" "confidence" "concern" "concerns" "fear" "fears" "doubt" "doubts"
    "belief" "view" "conviction" "expectation" "expectations" "regret" "alarm" "certainty" "wish"
    "desire" "suspicion" "suspicions" "claim" "claims" "fact" "warning" "warnings" "accusation"
    "accusations" "allegation" "allegations" "possibility" "idea" "impression" "position" "demand"
    "demands" "insistence" "promise" "assurance" "assurances" "news" "report" "reports" "notion"
    "suggestion" "suggestions" "assertion" "assertions" "need" "condition" "understanding"
    "message" "commitment" "pledge" "readiness" "satisfaction" "gratitude" "frustration"
    "disappointment" "surprise" "opinion" "caveat" "point" "call" "calls" "principle"
}

table! {
    is_month:
    "january" "february" "march" "april" "may" "june" "july" "august" "september" "october"
    "november" "december" "jan" "feb" "mar" "apr" "jun" "jul" "aug" "sep" "sept" "oct" "nov" "dec"
}

/// Whether a full stop after the word belongs to it.
pub(crate) fn is_abbreviation(raw: &str) -> bool {
    let mut chars = raw.chars();
    let one = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    one && raw != "I"
        || matches!(
            raw,
            "Mr" | "Mrs"
                | "Ms"
                | "Dr"
                | "Gen"
                | "Sen"
                | "Sec"
                | "Ret"
                | "Brig"
                | "Amb"
                | "Gov"
                | "Rep"
                | "Lt"
                | "Col"
                | "Maj"
                | "Sgt"
                | "Capt"
                | "St"
                | "No"
                | "Jan"
                | "Feb"
                | "Mar"
                | "Apr"
                | "Jun"
                | "Jul"
                | "Aug"
                | "Sep"
                | "Sept"
                | "Oct"
                | "Nov"
                | "Dec"
                | "vs"
                | "etc"
                | "Prof"
                | "Hon"
                | "Art"
                | "art"
                | "Rev"
                | "approx"
                | "Adm"
                | "Cmdr"
                | "Jr"
                | "Sr"
                | "p.m"
                | "a.m"
        )
}

/// Nouns with which somebody's words can be named: "its demand for", "the view that".
pub(crate) fn noun_act(low: &str) -> Option<Act> {
    Some(match low {
        "demand" | "demands" | "call" | "calls" | "insistence" | "ultimatum" | "appeal" => Demand,
        "proposal" => Propose,
        "claim" | "claims" | "statement" | "assertion" | "view" | "remark" => State,
        "warning" => Warn,
        "offer" | "promise" | "pledge" => Offer,
        "rejection" | "refusal" => Reject,
        "hope" | "wish" | "desire" => Want,
        "accusation" => Accuse,
        "denial" => Deny,
        _ => return None,
    })
}

/// Adjectives after "is" or "remains" that tell a stance, with the word that follows them.
pub(crate) fn stance(low: &str) -> Option<(Act, &'static [&'static str])> {
    Some(match low {
        "ready" | "willing" | "prepared" | "open" => (Offer, &["to", "for"]),
        "unwilling" | "reluctant" => (Decline, &["to"]),
        "opposed" => (Reject, &["to"]),
        "against" => (Reject, &[]),
        _ => return None,
    })
}

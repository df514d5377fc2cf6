//! Whatever a model answers, nothing is believed that doesn't stand in the text.

#![allow(clippy::unwrap_used, reason = "a test that stops has failed")]

use proptest::prelude::*;
use servanda_model::{Prompt, SecondReader};
use servanda_statements::{Cast, Kind, OUTLET, Paragraph, Part, Text, read};
use servanda_terms::{SourceText, load};
use std::collections::BTreeMap;

const AGREEMENT: &str = include_str!("../cases/agreement.md");
const WORDS: [&str; 14] = [
    "the envoy of Northland",
    "Southmark",
    "said that",
    "\u{201c}",
    "\u{201d}",
    "\"",
    "five years",
    "are\u{a0}enough",
    "isn\u{2019}t",
    ".",
    "prisoners",
    "he",
    "\u{1F54A}\u{e9}",
    "OUTLET",
];

fn some_words() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..12)
        .prop_map(|words| words.join(" "))
}

fn statement() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec!["direct", "indirect", "assertion", "other"]);
    (0..4_u8, some_words(), some_words(), kind).prop_map(|(n, content, speaker, kind)| {
        serde_json::json!({
            "paragraph": n, "content": content, "speaker": speaker, "kind": kind, "act": "state",
        })
        .to_string()
    })
}

proptest! {
    #[test]
    fn what_counts_stands_in_the_text(
        text in prop::collection::vec(some_words(), 1..4),
        statements in prop::collection::vec(statement(), 0..6),
        noise in ".{0,40}",
        cut in 0..400_usize,
    ) {
        let (agreement, _) = load(&SourceText::new("a.md", AGREEMENT), &BTreeMap::new());
        let agreement = agreement.unwrap();
        let cast = Cast::of(&agreement);
        let prompt = Prompt::of(&agreement, &cast);
        let paragraphs: Vec<_> =
            text.iter().map(|text| Paragraph { text, part: Part::Body }).collect();
        let text = Text { paragraphs: &paragraphs, published: None, outlet: None };
        let rules = read(&text, &cast).statements;
        let mut reader = SecondReader::of(&text, &cast, &prompt, &rules);
        let answer = format!("{{\"statements\": [{}]}}", statements.join(","));
        let broken: String = answer.chars().take(cut).chain(noise.chars()).collect();
        let mut looked_at = 0;
        for question in reader.questions() {
            let _ = reader.hear(&question, &broken);
            reader.hear(&question, &answer).unwrap();
            looked_at += 1;
        }
        let all: String = paragraphs.iter().map(|one| one.text).collect::<Vec<_>>().join("\n");
        for one in &reader.heard().statements {
            let words = one.span.of(&paragraphs);
            prop_assert!(!words.is_empty() && all.contains(words));
            prop_assert_eq!(one.speaker.name == OUTLET, one.kind == Kind::Assertion);
            let stands = one.written.is_some_and(|span| !span.of(&paragraphs).is_empty());
            prop_assert!(
                stands || one.speaker.party.is_some() || one.kind == Kind::Assertion,
                "{}", one.speaker.name
            );
            for rule in rules.iter().filter(|rule| rule.span == one.span) {
                prop_assert!(rule.speaker.name != one.speaker.name && one.rule == "model-differs");
            }
        }
        let heard = reader.heard();
        let counted = heard.statements.len() as u64 + heard.agreed
            + heard.refused.values().sum::<u64>();
        prop_assert!(looked_at == 0 || counted >= statements.len() as u64);
    }
}

//! A guarantee as a worksheet: what each side can hold against it, word by word.

use crate::clocks::{ClockView, responses};
use crate::cut::cites;
use crate::reader::Reader;
use crate::when::{Both, in_words};
use servanda_comply::answer::{Answer, TestAnswer, Worksheet};

pub(crate) struct GuaranteeView {
    pub(crate) anchor: String,
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) class: &'static str,
    pub(crate) by: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) from: Option<Both>,
    pub(crate) until: Option<Both>,
    pub(crate) extension: Option<String>,
    pub(crate) tests: Vec<TestView>,
    pub(crate) trigger: ResultView,
    pub(crate) decider: String,
    pub(crate) decided: Option<String>,
    pub(crate) decided_cites: String,
    pub(crate) responses: Vec<ClockView>,
    /// What makes it void, by whose act it is.
    pub(crate) void_if: Vec<VoidView>,
}

pub(crate) struct TestView {
    pub(crate) word: String,
    pub(crate) measure: String,
    pub(crate) result: ResultView,
    pub(crate) text: String,
    pub(crate) cites: String,
}

pub(crate) struct ResultView {
    pub(crate) word: &'static str,
    pub(crate) class: &'static str,
}

/// The tests that are about one side's acts; none: the text states nothing for it.
pub(crate) struct VoidView {
    pub(crate) who: String,
    pub(crate) tests: Vec<TestView>,
}

pub(crate) fn guarantees(answer: &Answer, reader: &Reader) -> Vec<GuaranteeView> {
    let sheets = answer.guarantees.iter().enumerate();
    sheets.map(|(place, sheet)| guarantee(answer, sheet, place, reader)).collect()
}

fn guarantee(answer: &Answer, sheet: &Worksheet, place: usize, reader: &Reader) -> GuaranteeView {
    GuaranteeView {
        anchor: Reader::guarantee_anchor(place),
        id: sheet.provision.clone(),
        state: sheet.state.replace('-', " "),
        class: if sheet.state == "in-force" { "runs" } else { "none" },
        by: sheet.by.clone(),
        to: sheet.to.clone(),
        from: reader.time(sheet.from.as_ref()),
        until: reader.time(sheet.until.as_ref()),
        extension: sheet.extension.clone(),
        tests: sheet.tests.iter().map(test).collect(),
        trigger: result(sheet.trigger),
        decider: sheet.decider.clone(),
        decided: sheet.decided.as_deref().map(in_words),
        decided_cites: cites(&sheet.decided_cites, 0),
        responses: responses(&answer.clocks, &sheet.provision, reader),
        void_if: void_if(sheet),
    }
}

/// By whose act: each of those that are protected has its place, also where the text states
/// nothing for it, so that a reader sees a condition that only one side has.
fn void_if(sheet: &Worksheet) -> Vec<VoidView> {
    if sheet.void_if.is_empty() {
        return Vec::new();
    }
    let mut sides: Vec<VoidView> = Vec::new();
    let names = |who: &[String]| {
        if who.is_empty() { "anybody".to_owned() } else { who.join(", ") }
    };
    for void in &sheet.void_if {
        let who = names(&void.who);
        match sides.iter_mut().find(|side| side.who == who) {
            Some(side) => side.tests.push(test(void)),
            None => sides.push(VoidView { who, tests: vec![test(void)] }),
        }
    }
    for party in &sheet.to {
        let told = sheet.void_if.iter().any(|void| void.who.is_empty() || void.who.contains(party));
        if !told {
            sides.push(VoidView { who: party.clone(), tests: Vec::new() });
        }
    }
    sides
}

fn test(test: &TestAnswer) -> TestView {
    TestView {
        word: test.word.clone(),
        measure: test.measure.clone(),
        result: result(test.result),
        text: in_words(&test.text),
        cites: cites(&test.cites, 0),
    }
}

fn result(word: &'static str) -> ResultView {
    let class = match word {
        "met" => "alleged",
        "not met" => "none",
        _ => "undetermined",
    };
    ResultView { word, class }
}

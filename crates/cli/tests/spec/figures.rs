//! The figures that stand in each agreement's page are those of its demonstration.

use crate::program::{agreements, demo, project, read};
use serde_json::Value;

const FIGURES_MIN: usize = 4;

/// The lines of the block `figures`: a JSON pointer into the answer, and the value there.
fn figures(page: &str) -> Vec<(String, Value)> {
    let (_, rest) = page.split_once("```figures\n").expect("a block `figures`");
    let (block, _) = rest.split_once("\n```").expect("the end of the block");
    let figure = |line: &str| {
        let (pointer, value) = line.split_once(' ').expect("a pointer and a value");
        (pointer.to_string(), serde_json::from_str(value).expect("a value in JSON"))
    };
    block.lines().map(figure).collect()
}

#[test]
fn the_figures_of_each_page_are_those_of_the_demonstration() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for name in agreements() {
        if !project("agreements").join(&name).join("data").is_dir() {
            continue; // Its page is about the text.
        }
        compared += 1;
        let figures = figures(&read(&format!("agreements/{name}/README.md")));
        assert!(figures.len() >= FIGURES_MIN, "{name} quotes too little");
        let (_folder, answer) = demo(&name);
        for (pointer, said) in figures {
            match answer.pointer(&pointer) {
                Some(found) if *found == said => {}
                found => wrong.push(format!("{name} {pointer}: says {said}, but is {found:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared >= 7, "{compared}");
}

#[test]
fn each_page_says_that_nothing_in_it_is_a_finding_and_where_the_data_come_from() {
    for name in agreements() {
        let page = read(&format!("agreements/{name}/README.md"));
        assert!(page.contains("Nothing here is a finding"), "{name}");
        assert!(page.contains("(../../data/PROVENANCE.md)"), "{name}");
    }
}

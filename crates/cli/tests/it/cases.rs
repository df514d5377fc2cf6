//! Runs the text cases in `cases/`: prose, files and console blocks.
//!
//! A block with the info string `file NAME` is written to the case's own folder. In a `console`
//! block a line `$ servanda …` is run (a `\` at its end continues it); the lines after it are what
//! must be printed, standard output before standard error, and `? 1` the exit code when it is not
//! 0. In what is expected `[..]` stands for anything in a line, and a line `...` for any lines.
//! With UPDATE_EXPECT=1 what is not as expected is written anew.

use crate::world::World;
use std::fmt::Write;
use std::path::Path;

/// Words of a command line: apart at blanks, together in double quotes.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "a quote never closes: {line}");
    words.extend(word);
    words
}

/// Whether a line is as expected; `[..]` stands for anything.
fn same_line(expected: &str, line: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == line,
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|line| {
            line.char_indices()
                .map(|(at, _)| at)
                .chain([line.len()])
                .any(|at| same_line(rest, &line[at..]))
        }),
    }
}

/// Whether the lines are as expected; a line `...` stands for any number of them.
fn same(expected: &[&str], lines: &[&str]) -> bool {
    match (expected, lines) {
        ([], []) => true,
        (["...", rest @ ..], _) => (0..=lines.len()).any(|at| same(rest, &lines[at..])),
        ([first, expected @ ..], [line, lines @ ..]) => {
            same_line(first, line) && same(expected, lines)
        }
        _ => false,
    }
}

/// What is printed, with whatever differs from run to run left open.
fn left_open(printed: &str) -> String {
    let open = |word: &str| {
        let root = word.len() == 44 && word.ends_with('=');
        let key = word.matches('+').count() >= 2 && word.len() > 50;
        if root || key { "[..]".to_string() } else { word.to_string() }
    };
    let line = |line: &str| line.split(' ').map(open).collect::<Vec<_>>().join(" ");
    printed.lines().map(|text| line(text) + "\n").collect()
}

/// Runs one command; gives what is printed, and the line of the exit code, empty when it is 0.
fn outcome(world: &World, command: &str) -> (String, String) {
    let words = words(&command.replace("\\\n", " "));
    let mut words = words.iter().map(String::as_str);
    assert_eq!(words.next(), Some("servanda"), "only servanda is run: {command}");
    let run = world.run(&words.collect::<Vec<_>>());
    let code = run.code.filter(|&code| code > 0).map(|code| format!("? {code}\n"));
    (format!("{}{}", run.out, run.err), code.unwrap_or_default())
}

/// Runs a console block; gives it back as it should be, and the faults.
fn console(world: &World, block: &str, faults: &mut String) -> String {
    let mut fresh = String::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let mut command = line.strip_prefix("$ ").expect("a command first").to_string();
        while command.ends_with('\\') {
            write!(command, "\n{}", lines.next().expect("the rest of the command")).unwrap();
        }
        let mut expected = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            expected.push(line);
        }
        let wanted = expected.pop_if(|line| line.starts_with("? ")).unwrap_or_default();
        let (printed, code) = outcome(world, &command);
        writeln!(fresh, "$ {command}").unwrap();
        let is_same = same(&expected, &printed.lines().collect::<Vec<_>>());
        if is_same {
            expected.iter().for_each(|line| writeln!(fresh, "{line}").unwrap());
        } else {
            fresh.push_str(&left_open(&printed));
        }
        fresh.push_str(&code);
        if !is_same || wanted != code.trim_end() {
            let expected = expected.join("\n");
            write!(faults, "$ {command}\nexpected:\n{expected}\n{wanted}\n").unwrap();
            write!(faults, "printed:\n{printed}{code}\n").unwrap();
        }
    }
    fresh
}

/// Runs a case; gives it back as it should be, and the faults.
fn case(text: &str) -> (String, String) {
    let world = World::new();
    let (mut fresh, mut faults) = (String::new(), String::new());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        let ticks = line.len() - line.trim_start_matches('`').len();
        if ticks < 3 {
            continue;
        }
        let fence = format!("{}\n", "`".repeat(ticks));
        let info = line[ticks..].trim();
        let block: String = lines.by_ref().take_while(|line| *line != fence).collect();
        if let Some(name) = info.strip_prefix("file ") {
            world.write(name, &block);
        }
        let block = if info == "console" { console(&world, &block, &mut faults) } else { block };
        write!(fresh, "{block}{fence}").unwrap();
    }
    (fresh, faults)
}

#[test]
fn the_text_cases_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut cases = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(path).unwrap();
        let (fresh, faults) = case(&text);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(path, fresh).unwrap();
        } else {
            assert!(faults.is_empty(), "{}\n{faults}", path.display());
            assert_eq!(text, fresh, "{}", path.display());
        }
        cases += text.matches("\n$ servanda ").count();
    }
    assert!(cases >= 50, "only {cases} commands were run");
}

#[test]
fn the_runner_sees_what_is_wrong() {
    assert!(same(&["a [..] c", "...", "e"], &["a b c", "d", "d", "e"]));
    assert!(!same(&["a [..] c", "..."], &["a b d"]));
    assert!(!same(&["a"], &["a", "b"]) && !same(&["a", "b"], &["a"]));
    let wrong = "```console\n$ servanda --version\nservanda 0.0\n```\n";
    assert!(!case(wrong).1.is_empty());
    assert!(!case("```console\n$ servanda nonsense\n...\n```\n").1.is_empty(), "the exit code");
    assert!(case("```console\n$ servanda nonsense\n...\n? 2\n```\n").1.is_empty());
}

//! The generated pages of `docs/reference/`: `UPDATE_EXPECT=1` writes them.

use crate::program::{output_of, project, updating};
use servanda_terms::reference::{ALLOW, KeyDoc, Place, TableDoc, of_every_provision, tables};
use servanda_terms::{CODES, Class};
use std::fmt::Write;
use std::path::Path;

/// Compares a generated page with the file, or writes it.
fn assert_page(path: &str, page: &str) {
    let file = project(path);
    if updating() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, page).unwrap();
    }
    let held = std::fs::read_to_string(&file).unwrap_or_default();
    let hint = "UPDATE_EXPECT=1 cargo test -p servanda-cli --test spec writes it";
    assert!(held == page, "{path} is not up to date: {hint}");
}

#[test]
fn the_page_of_codes_is_up_to_date() {
    let mut page = String::from(
        "# Codes of diagnostics\n\nWhat `servanda check` says of an agreement, by class. Each code \
         has a page with its story and two\nexamples, which `servanda check --explain SV030` prints \
         too. A code is never used twice. Generated from\n`crates/terms/src/codes.rs`.\n",
    );
    for class in Class::ALL {
        let capital = |text: &str| format!("{}{}", text[..1].to_uppercase(), &text[1..]);
        let (word, about) = (capital(class.word()), capital(class.about()));
        write!(page, "\n## {word}\n\n{about}.\n\n| code | |\n| --- | --- |\n").unwrap();
        for code in CODES.iter().filter(|code| code.class == class) {
            let link = format!("../../crates/terms/codes/{}.md", code.code);
            writeln!(page, "| [{}]({link}) | {} |", code.code, code.title).unwrap();
        }
    }
    assert_page("docs/reference/codes.md", &page);
}

#[test]
fn the_page_of_the_language_is_up_to_date() {
    let mut page = String::from(
        "# Keys of the language\n\nEach table of an agreement, each key, and what it takes. \
         [The language](../../spec/agreement.md) is the text\nto read; this is for looking \
         up. An editor shows the same beside a key. Generated from\n\
         `crates/terms/src/reference/`.\n\n*Moments*, *times* and *spans* are those of \
         [the language](../../spec/agreement.md#times). Classes (*party*, *zone*, …)\nare names \
         that the agreement declares. Every table can have one key more:\n\n",
    );
    keys(&mut page, &[&ALLOW]);
    let parts = [
        (Place::Front, "In the front matter"),
        (Place::Term, "Terms"),
        (Place::Inside, "Tables inside others"),
    ];
    for (place, heading) in parts {
        write!(page, "\n## {heading}\n").unwrap();
        if place == Place::Term {
            page.push_str("\n### Keys of every provision\n\n");
            keys(&mut page, &of_every_provision().iter().collect::<Vec<_>>());
        }
        for table in tables().filter(|table| table.place == place) {
            write!(page, "\n### {}\n\n{}.\n\n", title(table), table.says).unwrap();
            let own = table.each_key().filter(|key| !of_every_provision().contains(key));
            keys(&mut page, &own.collect::<Vec<_>>());
            if table.key(of_every_provision()[0].key) == Some(&of_every_provision()[0]) {
                page.push_str("\nAnd the [keys of every provision](#keys-of-every-provision).\n");
            }
        }
    }
    assert_page("docs/reference/language.md", &page);
}

fn title(table: &TableDoc) -> String {
    match (table.place, table.name) {
        (_, "") => "The front matter".into(),
        (Place::Inside, name) => format!("`{name}`"),
        (_, name) if ["baseline", "force", "draft", "scoring"].contains(&name) => {
            format!("`[{name}]`")
        }
        (_, name) => format!("`[{name}.NAME]`"),
    }
}

fn keys(page: &mut String, keys: &[&KeyDoc]) {
    writeln!(page, "| key | takes | needed | means | absent |\n| --- | --- | --- | --- | --- |")
        .unwrap();
    for key in keys {
        let KeyDoc { key, takes, is_needed, absent, text } = key;
        let needed = if *is_needed { "yes" } else { "" };
        writeln!(page, "| `{key}` | {takes} | {needed} | {text} | {absent} |").unwrap();
    }
}

#[test]
fn the_page_of_commands_is_up_to_date() {
    let mut page = String::from(
        "# Commands\n\nThe program's own help, of each command. Generated from \
         `crates/cli/src/args.rs`. What\n`--format json` prints is described in \
         [spec/](../../spec/README.md).\n",
    );
    command(&mut page, &[]);
    assert_page("docs/reference/cli.md", &page);
}

/// Adds the help of a command and of those below it.
fn command(page: &mut String, path: &[&str]) {
    let help = output_of(Path::new("."), &[path, &["--help"]].concat(), &[0]);
    let level = "#".repeat(path.len().clamp(1, 2) + 1);
    let name = [&["servanda"], path].concat().join(" ");
    writeln!(page, "\n{level} {name}\n\n```text\n{}\n```", trimmed(&help)).unwrap();
    for below in commands_in(&help) {
        command(page, &[path, &[below]].concat());
    }
}

/// The help without blanks at the ends of its lines.
fn trimmed(help: &str) -> String {
    help.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The names under the heading `Commands:`.
fn commands_in(help: &str) -> Vec<&str> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let named = |line: &'_ str| line.starts_with("  ") && !line.starts_with("   ");
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| named(line))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect()
}

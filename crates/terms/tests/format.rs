//! The form of agreements: what changes, what never does, and that it is reached at once.

// Helpers of tests fail the test that calls them.
#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use servanda_terms::{SourceText, Span, format};
use std::path::Path;
use toml_edit::{Document, Item, TableLike, Value};

/// The text in form.
fn formed(text: &str) -> String {
    let source = SourceText::new("a.md", text);
    format(&source).apply(&source)
}

/// The front matter in form.
fn front(toml: &str) -> String {
    let text = formed(&format!("+++\n{toml}+++\n"));
    text.strip_prefix("+++\n").unwrap().strip_suffix("+++\n").unwrap().to_owned()
}

#[track_caller]
fn check(toml: &str, expected: &str) {
    assert_eq!(front(toml), expected);
    assert_eq!(front(expected), expected, "twice is once");
}

#[test]
fn keys_of_a_run_are_aligned() {
    check(
        "id='x'\n title  =  \"X\"  \n\n[party.N]\nname=\"N\"\n# why\naliases\t= []#so\n",
        "id    = 'x'\ntitle = \"X\"\n\n[party.N]\nname    = \"N\"\n# why\naliases = [] #so\n",
    );
    check("a = 1\n\nlonger = 2\n", "a = 1\n\nlonger = 2\n");
    check("\"ключ\" = 1\na . b = 2\n", "\"ключ\" = 1\na.b    = 2\n");
}

#[test]
fn a_run_in_one_column_keeps_it() {
    check("[party.N]\nname    = \"N\"\n", "[party.N]\nname    = \"N\"\n");
    check("name    = 1\nfile    = 2\n", "name    = 1\nfile    = 2\n");
    check("name    = 1\nfile   = 2\n", "name = 1\nfile = 2\n");
    check("name    = 1\nlonger_key = 2\n", "name       = 1\nlonger_key = 2\n");
    let far = format!("name{} = 1\n", " ".repeat(60));
    check(&far, "name = 1\n");
}

#[test]
fn one_empty_line_parts_tables_and_none_stands_at_the_ends() {
    check("\n\n[a]\n\n\nb = 1\n\n\n\nc = 1\n[ d . e ]\n\n", "[a]\nb = 1\n\nc = 1\n\n[d.e]\n");
    check("[[a]]\n[[a]]\n", "[[a]]\n\n[[a]]\n");
    check("\n \n", "");
    check("", "");
}

#[test]
fn a_comment_above_a_header_belongs_to_it() {
    check("a = 1\n# of b\n  # too \n[b]# here\n", "a = 1\n\n# of b\n# too\n[b] # here\n");
    check("[a]\n# of b\n[b]\n", "[a]\n\n# of b\n[b]\n");
    check("[a]\n\n# of c\nc = 1\n# of a\n\n[b]\n", "[a]\n# of c\nc = 1\n# of a\n\n[b]\n");
    check("# of all\n\n# of a\n[a]\n", "# of all\n\n# of a\n[a]\n");
}

#[test]
fn lists_and_inline_tables_have_their_blanks() {
    check("a=[ 1,2 , 3, ]\n", "a = [1, 2, 3]\n");
    check("a={b=1,c . d = { } }\n", "a = { b = 1, c.d = {} }\n");
    check("a = [\n]\n", "a = []\n");
    check("a = [[10.0, 2e1],[-1 , +2]]\n", "a = [[10.0, 2e1], [-1, +2]]\n");
    check("a=2030-01-01 12:00:00\nb=[0x1F,inf]\n", "a = 2030-01-01 12:00:00\nb = [0x1F, inf]\n");
    check("a = '''x\n  y'''\n", "a = '''x\n  y'''\n");
}

#[test]
fn a_list_that_is_too_long_or_is_broken_has_a_line_for_each() {
    let word = format!("\"{}\"", "x".repeat(43));
    let fits = format!("a = [{word}, {word}]\n");
    check(&fits, &fits);
    let long = format!("keys = [{word}, {word}]\n");
    check(&long, &format!("keys = [\n    {word},\n    {word},\n]\n"));
    let one = format!("keys = [\"{}\"]\n", "x".repeat(200));
    check(&one, &one);
    check("a = [1,\n2]\n", "a = [\n    1,\n    2,\n]\n");
    let inside =
        format!("a = {{ b = [{word}, {word}, {word}], c = [[{word}, {word}], [{word}]] }}\n");
    check(&inside, &inside);
    let nested = format!("a = [[{word}, {word}], [1, 2]]\n");
    check(&nested, &format!("a = [\n    [{word}, {word}],\n    [1, 2],\n]\n"));
    let deep = format!("a = [[{word}, {word}, 1], [1, 2]]\n");
    let inner = format!("        {word},\n        {word},\n        1,\n");
    check(&deep, &format!("a = [\n    [\n{inner}    ],\n    [1, 2],\n]\n"));
}

#[test]
fn comments_in_lists_stay_where_they_belong() {
    check(
        "a = [ # first\n 1 # one\n , 2, # two\n\n # last\n]# end\n",
        "a = [\n    # first\n    1, # one\n    2, # two\n    # last\n] # end\n",
    );
    check("a = [ # none\n]\n", "a = [\n    # none\n]\n");
    check("a = [{ b = [\n1 # x\n] }, 2]\n", "a = [{ b = [\n    1, # x\n] }, 2]\n");
}

#[test]
fn line_ends_of_blocks_are_that_of_the_first_line() {
    check("a=1\nb=2\r\n", "a = 1\nb = 2\n");
    let text = "+++\r\na=1\nb=[1,\r\n2]\nc='''x\ny'''\n+++\n\n```toml term\nd=1\n```\n";
    let expected = "+++\r\na = 1\r\nb = [\r\n    1,\r\n    2,\r\n]\r\nc = '''x\ny'''\r\n+++\n\n\
                    ```toml term\nd = 1\r\n```\n";
    assert_eq!(formed(text), expected);
    assert_eq!(formed(expected), expected);
}

#[test]
fn only_blocks_of_terms_change() {
    let text = "+++\nid='x'\n+++\n#  A   heading\n\n  text  \n```toml term\n[point.a]\nnote=''\n```\n\
                ```toml\n[b]\nc=1\n```\n- ```toml term\n  [point.b]\n  note=''\n  ```\n";
    let expected = text.replace("id=", "id = ").replacen("note=''", "note = ''", 1);
    assert_eq!(formed(text), expected);
}

#[test]
fn what_is_not_toml_stays_and_is_named() {
    let text = "+++\nid='x'\n+++\n```toml term\n[point.a\nnote=''\n```\n```toml term\na=1\n```\n";
    let source = SourceText::new("a.md", text);
    let formatted = format(&source);
    assert_eq!(formatted.unread.len(), 1);
    assert_eq!(source.slice(formatted.unread[0]), "[point.a\nnote=''\n");
    assert_eq!(formatted.blocks.len(), 2);
    let no_front = SourceText::new("a.md", "```toml term\na=1\n```\n");
    assert_eq!(format(&no_front).apply(&no_front), no_front.text());
    assert_eq!(format(&no_front).unread, [Span::of(0..no_front.text().len())]);
}

/// What the TOML says, in the order in which it says it; none: it is not TOML.
fn meaning(toml: &str) -> Option<String> {
    let document = Document::parse(toml).ok()?;
    Some(table_of(document.as_table(), toml))
}

fn table_of(table: &dyn TableLike, toml: &str) -> String {
    table.iter().map(|(key, item)| format!("{key:?}: {},", item_of(item, toml))).collect()
}

fn item_of(item: &Item, toml: &str) -> String {
    match item {
        Item::None => String::new(),
        Item::Value(value) => value_of(value, toml),
        Item::Table(table) => format!("table {{{}}}", table_of(table, toml)),
        Item::ArrayOfTables(tables) => {
            let tables = tables.iter().map(|table| table_of(table, toml));
            format!("tables {:?}", tables.collect::<Vec<_>>())
        }
    }
}

fn value_of(value: &Value, toml: &str) -> String {
    match value {
        Value::String(text) => format!("{:?}", text.value()),
        Value::InlineTable(table) => format!("{{{}}}", table_of(table, toml)),
        Value::Array(list) => {
            let values = list.iter().map(|value| value_of(value, toml));
            format!("{:?}", values.collect::<Vec<_>>())
        }
        // As written, so that decimals stay exact.
        _ => toml[value.span().unwrap()].to_owned(),
    }
}

/// All that is no blank, line end or comma.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect()
}

/// Checks what holds of every text.
fn check_laws(text: &str) {
    let once = formed(text);
    assert_eq!(formed(&once), once, "twice is once: {text:?}");
    assert_eq!(letters(&once), letters(text), "nothing is lost or added: {text:?}");
    let source = SourceText::new("a.md", text);
    for (span, form) in format(&source).blocks {
        let before = source.slice(span);
        assert!(meaning(before).is_some());
        assert_eq!(meaning(before), meaning(&form), "the meaning stays: {text:?}");
    }
}

/// The agreements and the cases, with their paths.
fn texts() -> Vec<(String, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for (folder, file) in [("../../agreements", "agreement.md"), ("cases", "")] {
        for entry in std::fs::read_dir(here.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let path = if file.is_empty() { path } else { path.join(file) };
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                texts.push((path.display().to_string(), text));
            }
        }
    }
    assert!(texts.len() > 50);
    texts
}

#[test]
fn agreements_and_cases_keep_their_meaning() {
    for (_, text) in texts() {
        check_laws(&text);
        check_laws(&text.replace('\n', "\r\n"));
        check_laws(&text.replace(" = ", "=").replace(", ", ","));
    }
}

/// A value of TOML with blanks, line ends and comments wherever they may stand.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "\"[a-zа-я #=,\\[\\]{}]{0,30}\"",
        "'[a-z\"#]{0,5}'",
        Just("'''a\n # b\n'''".to_owned()),
        Just("\"\"\"\\\n  a\"\"\"".to_owned()),
        "-?[1-9][0-9]{0,3}(\\.[0-9]{1,9})?",
        Just("2030-01-01 10:00:00Z".to_owned()),
        Just("true".to_owned()),
    ];
    let blank = || "[ \t]{0,2}";
    let break_ = || prop_oneof![6 => "[ \t\n]{0,2}", 1 => " ?# [a-z,\\[\"]{0,9} ?\n"];
    scalar.prop_recursive(3, 24, 6, move |inner| {
        let member = (break_(), inner.clone(), break_());
        let list = (prop::collection::vec(member, 0..6), any::<bool>(), break_());
        let list = list.prop_map(|(members, comma, end)| {
            let members: Vec<String> =
                members.into_iter().map(|(a, value, b)| a + &value + &b).collect();
            let comma = if comma && !members.is_empty() { "," } else { "" };
            format!("[{}{comma}{end}]", members.join(","))
        });
        let pairs = prop::collection::vec((blank(), inner, blank()), 0..4);
        let table = pairs.prop_map(|pairs| {
            let pairs = pairs.into_iter().enumerate();
            let pairs = pairs.map(|(n, (a, value, b))| format!("{a}k{n}{b}={a}{value}{b}"));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        });
        prop_oneof![list, table]
    })
}

/// A block of TOML.
fn block() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => ("[ \t]{0,2}", "[a-z]{0,12}", "[ \t]{0,3}", value(), " {0,2}(# ?[a-z']{0,5} ?)?")
            .prop_map(|(a, key, b, value, comment)| format!("{a}{key}KEY{b}={b}{value}{comment}")),
        1 => "\\[ ?t-KEY( ?\\. ?[a-z]{1,3})? ?\\] ?(#[ a-zё#]{0,5})?",
        1 => "\\[\\[ ?t-KEY ?\\]\\]",
        1 => "[ \t]{0,3}(# ?[a-z=\\[]{0,9} ?)?",
    ];
    let end = prop_oneof![9 => Just("\n"), 1 => Just("\r\n")];
    prop::collection::vec((line, end), 0..14).prop_map(|lines| {
        let lines = lines.into_iter().enumerate();
        // A number of its own for each key, so that none stands twice.
        lines.map(|(n, (line, end))| line.replace("KEY", &n.to_string()) + end).collect()
    })
}

proptest! {
    #[test]
    fn any_toml_keeps_its_meaning(first in block(), second in block(), windows in any::<bool>()) {
        let first: String = first;
        // What the strategy makes is TOML, or the laws would hold of nothing.
        prop_assert!(meaning(&first).is_some(), "{first:?}");
        let end = if windows { "\r\n" } else { "\n" };
        check_laws(&format!("+++{end}{first}+++\n# A\n\n```toml term\n{second}```\n"));
    }

    #[test]
    fn any_text_at_all_is_formed(text in "(\\+\\+\\+\n)?[\\x00-\\x7Fа-я\n\\[\\]{}=\"',`#+]{0,300}") {
        check_laws(&text);
        check_laws(&format!("+++\n{text}\n+++\n```toml term\n{text}\n```\n"));
    }
}

//! Links between the project's own pages: each leads to a file, and to a heading that it has.

use crate::{Fault, Project};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Checks the relative links of every Markdown file. Texts of test cases are left alone.
#[must_use]
pub fn check(project: &Project) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (path, text) in project.under("", ".md").filter(|(path, _)| !path.contains("/cases/")) {
        for (offset, target) in links(text) {
            if let Some(what) = broken(project, path, &target) {
                let line = text[..offset].matches('\n').count() + 1;
                faults.push(Fault::at(path, line, what));
            }
        }
    }
    faults
}

fn links(text: &str) -> Vec<(usize, String)> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some((range.start, dest_url.to_string()))
            }
            _ => None,
        })
        .collect()
}

fn broken(project: &Project, from: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let Some(to) = resolve(from, file) else {
        return Some(format!("the link {target:?} leads out of the project"));
    };
    if !to.is_empty() && !project.paths.contains(&to) {
        return Some(format!("the link {target:?} leads nowhere: there is no {to}"));
    }
    let headings = project.texts.get(&to).filter(|_| to.ends_with(".md")).map(|t| anchors(t));
    if !heading.is_empty() && headings.is_some_and(|known| !known.iter().any(|h| h == heading)) {
        return Some(format!("the link {target:?} leads nowhere: {to} has no such heading"));
    }
    None
}

/// The path that a link means; none when it leads out of the project.
fn resolve(from: &str, file: &str) -> Option<String> {
    if file.is_empty() {
        return Some(from.to_string());
    }
    if file.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The headings of a page as links name them.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|h| slug(&h))),
            Event::Text(words) | Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&words);
                }
            }
            _ => {}
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let files = [
            ("README.md", "# The house\n\n## What it is, in `words`\n"),
            ("docs/guides/a.md", text),
            ("docs/picture.svg", "<svg/>"),
            ("crates/read/cases/a.md", "[x](nowhere.md)"),
        ];
        check(&Project::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let good = concat!(
            "# A b\n[a](../../README.md) [b](../../README.md#what-it-is-in-words) [c](#a-b)\n",
            "![d](../picture.svg) [e](https://example.org/x.md) [f](../guides/)\n",
            "[g](../../README.md#the-house)\n\n```\n[h](nowhere.md)\n```\n`[i](nowhere.md)`\n",
        );
        assert_eq!(faults(good), [""; 0]);
    }

    #[test]
    fn links_that_lead_nowhere_are_found_with_their_line() {
        for (bad, what) in [
            ("[a](b.md)", "no docs/guides/b.md"),
            ("![a](../b.svg)", "no docs/b.svg"),
            ("[a](../../README.md#nothing)", "README.md has no such heading"),
            ("[a](#nothing)", "has no such heading"),
            ("[a](../../../b.md)", "out of the project"),
            ("[a](/README.md)", "out of the project"),
            ("[a][b]\n\n[b]: c.md", "no docs/guides/c.md"),
            ("| a |\n| --- |\n| [a](c.md) |", "no docs/guides/c.md"),
        ] {
            let found = faults(&format!("\n{bad}\n"));
            assert_eq!(found.len(), 1, "{bad}: {found:?}");
            assert!(found[0].contains(what), "{bad}: {found:?}");
            assert!(found[0].starts_with("docs/guides/a.md:"), "{found:?}");
        }
        assert!(faults("\n\n[a](b.md)\n")[0].starts_with("docs/guides/a.md:3: "));
    }
}

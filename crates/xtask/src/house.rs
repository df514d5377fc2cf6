//! What a newcomer looks for is there, and says nothing of the machine that it was written on.

use crate::{Fault, Project};

/// The files that stand at the root.
const AT_THE_ROOT: [&str; 12] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "GLOSSARY.md",
    "HARM.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "crates/README.md",
    "agreements/README.md",
];
/// Lines of ARCHITECTURE.md: a map that is longer is not read.
pub const MAP_LINES_MAX: usize = 300;
/// Where machines keep what is theirs. Written in two parts so that this file has none.
const OF_A_MACHINE: [&str; 6] = [
    concat!("/", "home/"),
    concat!("/", "root/"),
    concat!("/", "Users/"),
    concat!("/", "work/"),
    concat!("/", "mnt/"),
    concat!("C:", "\\"),
];

/// Checks the files that every newcomer needs, and that no text names a place on one machine.
#[must_use]
pub fn check(project: &Project) -> Vec<Fault> {
    let mut faults = Vec::new();
    for path in AT_THE_ROOT {
        if !project.paths.contains(path) {
            faults.push(Fault::of(path, "is missing"));
        }
    }
    let lines = project.texts.get("ARCHITECTURE.md").map_or(0, |text| text.lines().count());
    if lines > MAP_LINES_MAX {
        let what = format!("{lines} lines; at most {MAP_LINES_MAX}: it is a map");
        faults.push(Fault::of("ARCHITECTURE.md", what));
    }
    if let Some(changes) = project.texts.get("CHANGELOG.md")
        && !changes.lines().any(|line| line.starts_with("## [Unreleased]"))
    {
        faults.push(Fault::of("CHANGELOG.md", "has no heading `## [Unreleased]`"));
    }
    crate_lines(project, &mut faults);
    agreements(project, &mut faults);
    decisions(project, &mut faults);
    for (path, text) in &project.texts {
        machine_paths(path, text, &mut faults);
    }
    faults
}

/// Each crate has a row in crates/README.md, and each row a crate.
fn crate_lines(project: &Project, faults: &mut Vec<Fault>) {
    const LIST: &str = "crates/README.md";
    let Some(list) = project.texts.get(LIST) else { return };
    let listed: Vec<(usize, &str)> = list
        .lines()
        .enumerate()
        .filter_map(|(n, line)| Some((n + 1, line.strip_prefix("| `")?.split_once('`')?.0)))
        .collect();
    let manifest = |name: &str| format!("crates/{name}/Cargo.toml");
    for name in project.folders("crates") {
        let there = project.paths.contains(&manifest(name));
        if there && !listed.iter().any(|(_, known)| *known == name) {
            faults.push(Fault::of(LIST, format!("has no row | `{name}` | … |; add one")));
        }
    }
    for (line, name) in listed {
        if !project.paths.contains(&manifest(name)) {
            faults.push(Fault::at(LIST, line, format!("there is no crate {name}")));
        }
    }
}

fn agreements(project: &Project, faults: &mut Vec<Fault>) {
    let list = project.texts.get("agreements/README.md").map_or("", String::as_str);
    for name in project.folders("agreements") {
        for file in ["README.md", "agreement.md"] {
            let path = format!("agreements/{name}/{file}");
            if !project.paths.contains(&path) {
                faults.push(Fault::of(&path, "is missing; every agreement has one"));
            }
        }
        if !list.contains(&format!("{name}/")) {
            let what = format!("doesn't list {name}; add a row");
            faults.push(Fault::of("agreements/README.md", what));
        }
    }
}

/// Decisions are numbered without a gap and listed.
fn decisions(project: &Project, faults: &mut Vec<Fault>) {
    const FOLDER: &str = "docs/decisions/";
    let list = project.texts.get("docs/decisions/README.md").map_or("", String::as_str);
    let pages = project.under(FOLDER, ".md").filter(|(path, _)| !path.ends_with("README.md"));
    for (number, (path, _)) in (1..).zip(pages) {
        let file = path.strip_prefix(FOLDER).unwrap_or(path);
        if !file.starts_with(&format!("{number:04}-")) {
            faults.push(Fault::of(path, format!("its number should be {number:04}")));
        }
        if !list.contains(&format!("({file})")) {
            let what = format!("doesn't list {file}; add a row");
            faults.push(Fault::of("docs/decisions/README.md", what));
        }
    }
}

fn machine_paths(path: &str, text: &str, faults: &mut Vec<Fault>) {
    // In an address such as https://example.org/… it is no path of a machine.
    let in_address = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_' | '~');
    for (number, line) in text.lines().enumerate() {
        for place in OF_A_MACHINE {
            let alone = |at: usize| !line[..at].chars().next_back().is_some_and(in_address);
            if line.match_indices(place).any(|(at, _)| alone(at)) {
                let what = format!("names a place on one machine ({place}…); use a relative path");
                faults.push(Fault::at(path, number + 1, what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A house in order, with one file changed or added.
    fn faults(changed: &str, text: &str) -> Vec<String> {
        let mut files: Vec<(&str, &str)> = AT_THE_ROOT.map(|path| (path, "")).to_vec();
        files.extend([
            ("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n"),
            ("crates/README.md", "| crate | for |\n| `time` | times |\n"),
            ("crates/time/Cargo.toml", ""),
            ("agreements/README.md", "| [pause](pause/) |\n"),
            ("agreements/pause/README.md", ""),
            ("agreements/pause/agreement.md", ""),
            ("docs/decisions/README.md", "(0001-a.md)"),
            ("docs/decisions/0001-a.md", ""),
            (changed, text),
        ]);
        check(&Project::of(&files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_house_in_order_has_no_faults() {
        assert_eq!(faults("README.md", "See https://example.org/home/a and ~/x.\n"), [""; 0]);
    }

    #[test]
    fn a_missing_file_is_found() {
        let mut project = Project::of(&[]);
        assert_eq!(check(&project).len(), AT_THE_ROOT.len());
        project.paths.extend(AT_THE_ROOT.map(str::to_string));
        assert_eq!(check(&project), []);
    }

    #[test]
    fn planted_faults_are_found() {
        let long = "\n".repeat(MAP_LINES_MAX + 1);
        let machine = format!("a\nrun {}me/me/x\n", "/ho");
        let drive = format!("`{}\\x`\n", "C:");
        for (path, text, what) in [
            ("ARCHITECTURE.md", long.as_str(), "301 lines"),
            ("CHANGELOG.md", "# Changelog\n", "no heading"),
            ("crates/place/Cargo.toml", "", "no row | `place` |"),
            ("crates/README.md", "| `time` |\n| `utils` |\n", "README.md:2: there is no crate"),
            ("agreements/README.md", "", "doesn't list pause"),
            ("docs/decisions/README.md", "", "doesn't list 0001-a.md"),
            ("README.md", &machine, "README.md:2: names a place"),
            ("data/a.py", &drive, "a.py:1: names a place"),
        ] {
            let found = faults(path, text);
            assert_eq!(found.len(), 1, "{path}: {found:?}");
            assert!(found[0].contains(what), "{path}: {found:?}");
        }
        let gap = faults("docs/decisions/0003-b.md", "");
        assert!(gap[0].contains("0003-b.md: its number should be 0002"), "{gap:?}");
        let bare = faults("agreements/other/data/a.csv", "");
        assert_eq!(bare.len(), 3, "{bare:?}");
    }
}

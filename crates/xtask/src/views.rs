//! A Rust source seen three ways: what is code, what is text in quotes, what is comment.
//!
//! This is a scanner, not a parser: it knows strings, raw strings, characters and comments, which
//! is enough to tell whether a word stands in one or the other.

/// The parts of a source. Each has all its lines; what belongs to the others is left blank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Views {
    /// Code without strings and comments.
    pub(crate) code: String,
    /// What stands in strings and characters.
    pub(crate) quoted: String,
    /// Comments, those for the documentation among them.
    pub(crate) comments: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Quoted,
    Comment,
}

impl Views {
    pub(crate) fn of(source: &str) -> Views {
        let chars: Vec<char> = source.chars().collect();
        let mut views = Views::default();
        let mut at = 0;
        while at < chars.len() {
            let (part, end) = next(&chars, at);
            for &c in &chars[at..end] {
                views.push(part, c);
            }
            at = end;
        }
        views
    }

    fn push(&mut self, part: Part, c: char) {
        for (own, view) in [
            (Part::Code, &mut self.code),
            (Part::Quoted, &mut self.quoted),
            (Part::Comment, &mut self.comments),
        ] {
            view.push(if c == '\n' || own == part { c } else { ' ' });
        }
    }
}

/// What begins at a place, and where it ends.
fn next(chars: &[char], at: usize) -> (Part, usize) {
    let is = |offset: usize, c: char| chars.get(at + offset) == Some(&c);
    match chars[at] {
        '/' if is(1, '/') => (Part::Comment, find(chars, at, |c| c == '\n')),
        '/' if is(1, '*') => (Part::Comment, block_comment(chars, at)),
        '"' => (Part::Quoted, string(chars, at)),
        '\'' if is(1, '\\') => (Part::Quoted, character(chars, at)),
        '\'' if is(2, '\'') => (Part::Quoted, at + 3),
        'r' if !is_name_before(chars, at) => match raw_string(chars, at) {
            Some(end) => (Part::Quoted, end),
            None => (Part::Code, at + 1),
        },
        _ => (Part::Code, at + 1),
    }
}

fn find(chars: &[char], from: usize, wanted: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|&c| wanted(c)).map_or(chars.len(), |n| from + n)
}

fn block_comment(chars: &[char], at: usize) -> usize {
    let (mut depth, mut n) = (0, at);
    while n < chars.len() {
        match (chars[n], chars.get(n + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                n += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                n += 2;
                if depth == 0 {
                    return n;
                }
            }
            _ => n += 1,
        }
    }
    n
}

fn string(chars: &[char], at: usize) -> usize {
    let mut n = at + 1;
    while n < chars.len() {
        match chars[n] {
            '\\' => n += 2,
            '"' => return n + 1,
            _ => n += 1,
        }
    }
    chars.len()
}

fn character(chars: &[char], at: usize) -> usize {
    // The escaped character itself may be a quote.
    let from = (at + 3).min(chars.len());
    (find(chars, from, |c| c == '\'') + 1).min(chars.len())
}

fn raw_string(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let mut n = open + 1;
    while n < chars.len() {
        let rest = &chars[n + 1..];
        if chars[n] == '"' && rest.len() >= hashes && rest[..hashes].iter().all(|&c| c == '#') {
            return Some(n + 1 + hashes);
        }
        n += 1;
    }
    Some(chars.len())
}

/// Whether the place is inside a name. `b` and `c` before a raw string are part of the string.
fn is_name_before(chars: &[char], at: usize) -> bool {
    let before = |n: usize| at.checked_sub(n).map(|n| chars[n]);
    let named = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match before(1) {
        Some('b' | 'c') => named(before(2)),
        c => named(c),
    }
}

/// The source with its test code left blank: items under `#[cfg(test)]`.
pub(crate) fn without_tests(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            let close = format!("{indent}}}");
            kept.push('\n');
            for inner in lines.by_ref() {
                kept.push('\n');
                let attribute = inner.trim_start().starts_with("#[");
                let whole = inner.ends_with(';')
                    && inner.starts_with(&indent)
                    && !inner[indent.len()..].starts_with(char::is_whitespace);
                let empty = inner.ends_with("{}");
                if !attribute && (inner == close || whole || empty) {
                    break;
                }
            }
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(view: &str) -> Vec<&str> {
        view.split_whitespace().collect()
    }

    #[test]
    fn strings_characters_and_comments_are_told_apart() {
        let source = concat!(
            "a /* b /* c */ d */ \"e \\\" f\" 'g' '\\'' 'life h // i\n",
            "r#\"j \" k\"# br\"l\" r m '\\u{41}' n"
        );
        let views = Views::of(source);
        assert_eq!(words(&views.code), ["a", "'life", "h", "b", "r", "m", "n"]);
        assert_eq!(words(&views.comments), ["/*", "b", "/*", "c", "*/", "d", "*/", "//", "i"]);
        for quoted in ["\"e", "f\"", "'g'", "r#\"j", "k\"#", "'\\u{41}'"] {
            assert!(words(&views.quoted).contains(&quoted), "{quoted} in {}", views.quoted);
        }
        assert_eq!(views.code.lines().count(), 2);
    }

    #[test]
    fn what_is_never_closed_ends_with_the_file() {
        for source in ["\"a", "r##\"a\"#", "/* a /* b */", "'\\", "'", "r", "/", "\"a\\"] {
            let views = Views::of(source);
            assert_eq!(views.code.chars().count(), source.chars().count(), "{source}");
        }
    }

    #[test]
    fn test_code_is_left_out_and_lines_keep_their_numbers() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n\
                      #[cfg(test)]\nuse d::e;\n#[cfg(test)]\n#[path = \"x\"]\nmod f;\nfn g() {}\n";
        let kept = without_tests(source);
        assert_eq!(kept.lines().count(), source.lines().count());
        let names: Vec<_> = kept.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(names, ["fn a() {}", "fn c() {}", "fn g() {}"]);
    }
}

//! Values: as they are written, on one line or on several.

/// Columns that a line with a list may have; one that is longer is broken.
const COLUMNS_MAX: usize = 100;
/// Blanks by which what stands in a broken list is indented.
const INDENT: usize = 4;

pub(super) enum Value<'t> {
    /// A text, number, date, time, or true or false, as written.
    Scalar(&'t str),
    Group(Group<'t>),
}

/// A list or an inline table.
pub(super) struct Group<'t> {
    /// A list, and not an inline table.
    pub(super) is_list: bool,
    pub(super) members: Vec<Member<'t>>,
    /// Comments after the last member.
    pub(super) after: Vec<&'t str>,
    /// Whether there are line ends in it as it is written.
    pub(super) is_broken: bool,
}

pub(super) struct Member<'t> {
    /// Comments on the lines before it.
    pub(super) before: Vec<&'t str>,
    /// Its key, in an inline table.
    pub(super) key: Option<String>,
    pub(super) value: Value<'t>,
    /// The comment on its own line.
    pub(super) comment: Option<&'t str>,
}

impl Group<'_> {
    /// Whether it goes over several lines as it is written, and must do so in form.
    fn written_broken(&self) -> bool {
        self.is_broken && !(self.members.is_empty() && self.after.is_empty())
    }
}

/// Where values are written.
pub(super) struct Writer {
    pub(super) out: String,
    pub(super) line_end: &'static str,
}

impl Writer {
    /// Writes a value at the end of what is written. What stands in its broken lists is indented
    /// by `indent` and 4 more; `comma` is whether a comma follows on the same line.
    pub(super) fn value(&mut self, value: &Value, indent: usize, comma: bool) {
        match value {
            Value::Scalar(text) => self.out += text,
            Value::Group(group) if self.breaks(group, comma) => self.broken(group, indent),
            Value::Group(group) => self.on_one_line(group, indent),
        }
    }

    /// Whether a group goes over several lines: it is written so, or it is a list that its line
    /// has no room for. A list of one stays: breaking it would gain next to nothing.
    fn breaks(&self, group: &Group, comma: bool) -> bool {
        let too_long = || {
            let start = self.out.rfind('\n').map_or(0, |at| at + 1);
            let line = self.out.get(start..).unwrap_or("").chars().count();
            line + width(group) + usize::from(comma) > COLUMNS_MAX
        };
        group.written_broken() || (group.is_list && group.members.len() > 1 && too_long())
    }

    fn broken(&mut self, group: &Group, indent: usize) {
        let inner = indent + INDENT;
        self.out.push(if group.is_list { '[' } else { '{' });
        for member in &group.members {
            for comment in &member.before {
                self.line(inner, comment);
            }
            self.line(inner, "");
            self.key(member);
            self.value(&member.value, inner, true);
            self.out.push(',');
            if let Some(comment) = member.comment {
                self.out.push(' ');
                self.out += comment;
            }
        }
        for comment in &group.after {
            self.line(inner, comment);
        }
        self.line(indent, if group.is_list { "]" } else { "}" });
    }

    /// What is inside stays on the line too, unless it is written over several.
    fn on_one_line(&mut self, group: &Group, indent: usize) {
        let (open, close) = marks(group);
        self.out += open;
        for (nth, member) in group.members.iter().enumerate() {
            if nth > 0 {
                self.out += ", ";
            }
            self.key(member);
            match &member.value {
                Value::Group(inner) if !inner.written_broken() => self.on_one_line(inner, indent),
                value => self.value(value, indent, false),
            }
        }
        self.out += close;
    }

    fn key(&mut self, member: &Member) {
        if let Some(key) = &member.key {
            self.out += key;
            self.out += " = ";
        }
    }

    /// Begins a line.
    fn line(&mut self, indent: usize, text: &str) {
        self.out += self.line_end;
        self.out += &" ".repeat(indent);
        self.out += text;
    }
}

/// How a group on one line begins and ends.
fn marks(group: &Group) -> (&'static str, &'static str) {
    match (group.is_list, group.members.is_empty()) {
        (true, _) => ("[", "]"),
        (false, true) => ("{", "}"),
        (false, false) => ("{ ", " }"),
    }
}

/// The columns that a group takes on one line.
fn width(group: &Group) -> usize {
    let (open, close) = marks(group);
    let commas = 2 * group.members.len().saturating_sub(1);
    let members = group.members.iter().map(|member| {
        let key = member.key.as_ref().map_or(0, |key| key.chars().count() + 3);
        key + match &member.value {
            Value::Scalar(text) => text.chars().count(),
            Value::Group(group) => width(group),
        }
    });
    open.len() + close.len() + commas + members.sum::<usize>()
}

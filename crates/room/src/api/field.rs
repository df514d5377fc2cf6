//! Values of a feature's properties, as they are compared and written.

use servanda_text::escape;
use servanda_time::Instant;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Parts of one in which numbers are compared: no float decides what matches.
pub(super) const NANO: i128 = 1_000_000_000;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Time,
    Bool,
}

impl Kind {
    /// In words.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Number => "a number",
            Kind::Time => "a time",
            Kind::Bool => "true or false",
        }
    }
}

/// A property of a collection's features.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
}

/// A property's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field<'v> {
    Null,
    Text(Cow<'v, str>),
    /// In [`NANO`].
    Number(i128),
    Time(Instant),
    Bool(bool),
}

impl<'v> Field<'v> {
    /// A text; an empty one is none.
    pub(super) fn text(text: impl Into<Cow<'v, str>>) -> Field<'v> {
        let text = text.into();
        if text.is_empty() { Field::Null } else { Field::Text(text) }
    }

    pub(super) fn maybe(text: Option<&'v str>) -> Field<'v> {
        text.map_or(Field::Null, Field::text)
    }

    pub(super) fn whole(n: impl Into<i128>) -> Field<'v> {
        Field::Number(n.into() * NANO)
    }

    pub(super) fn count(n: usize) -> Field<'v> {
        Field::Number(i128::try_from(n).unwrap_or(i128::MAX / NANO) * NANO)
    }

    pub(super) fn word(one: &impl serde::Serialize) -> Field<'v> {
        match serde_json::to_value(one) {
            Ok(serde_json::Value::String(word)) => Field::text(word),
            _ => Field::Null,
        }
    }

    /// As JSON.
    pub(super) fn write_json(&self, out: &mut String) {
        match self {
            Field::Null => out.push_str("null"),
            Field::Text(text) => write_text(text, out),
            Field::Number(nano) => out.push_str(&decimal(*nano)),
            Field::Time(at) => {
                // Writing into a String cannot fail.
                let _ = write!(out, "\"{at}\"");
            }
            Field::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        }
    }

    /// As a cell of a table.
    pub(super) fn cell(&self) -> String {
        match self {
            Field::Null => String::new(),
            Field::Text(text) => cell(text),
            Field::Number(nano) => decimal(*nano),
            Field::Time(at) => at.to_string(),
            Field::Bool(yes) => yes.to_string(),
        }
    }
}

/// A text as JSON.
pub(super) fn write_text(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// A number without needless zeros.
fn decimal(nano: i128) -> String {
    let sign = if nano < 0 { "-" } else { "" };
    let size = nano.unsigned_abs();
    let (whole, rest) = (size / NANO.unsigned_abs(), size % NANO.unsigned_abs());
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:09}");
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// A cell as RFC 4180 has it, with hidden characters written out. What a spreadsheet would take for
/// a formula gets an apostrophe.
pub(super) fn cell(text: &str) -> String {
    let text = escape(text);
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t') => format!("'{text}"),
        _ => text.into_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Reads a decimal number exactly, to nine decimals.
pub(super) fn number(text: &str) -> Option<i128> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && rest.is_empty()) || !plain(whole) || !plain(rest) {
        return None;
    }
    let rest = rest.trim_end_matches('0');
    let all = format!("{whole}{rest}");
    let all = all.trim_start_matches('0');
    if all.is_empty() {
        return Some(0);
    }
    let shift = exponent.checked_add(9)?.checked_sub(i32::try_from(rest.len()).ok()?)?;
    if all.len() > 18 || !(0..=18).contains(&shift) {
        return None;
    }
    let value: i128 = all.parse().ok()?;
    Some(sign * value * 10_i128.pow(shift.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_or_none() {
        for (text, nano) in [
            ("0", 0),
            ("-0.0", 0),
            ("12", 12 * NANO),
            ("-1.5", -1_500_000_000),
            ("+.25", 250_000_000),
            ("1e3", 1_000 * NANO),
            ("2.5E-1", 250_000_000),
            ("0.000000001", 1),
        ] {
            assert_eq!(number(text), Some(nano), "{text}");
            if !text.contains(['e', 'E', '+']) && nano != 0 {
                assert_eq!(decimal(nano), text);
            }
        }
        for text in ["", "-", ".", "1e", "1e99", "1.2.3", "0x1", "1e-12", "12345678901234567890"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn cells_run_nowhere() {
        for (text, written) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}

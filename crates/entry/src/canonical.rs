//! Canonical JSON: RFC 8785 without floats.

use crate::limits::{DEPTH_MAX, INTEGER_MAX};
use serde::Serialize;
use serde_json::Value;

/// Why bytes are not canonical JSON of our profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// A number that is no integer, or too large to be exact everywhere.
    #[error("the number {0} is not an integer within ±(2^53 − 1)")]
    Number(String),
    /// Nested too deep.
    #[error("nested deeper than {DEPTH_MAX} levels")]
    Depth,
    /// Another spelling of the same value.
    #[error("not in canonical form from byte {0} on: write it with sorted keys, without blanks")]
    Spelling(usize),
}

/// The canonical bytes of a value.
///
/// # Errors
/// When it holds a float or an integer beyond 2^53 − 1, or nests too deep.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    let value =
        serde_json::to_value(value).map_err(|error| NotCanonical::NotJson(error.to_string()))?;
    check(&value, 0)?;
    serde_jcs::to_vec(&value).map_err(|error| NotCanonical::NotJson(error.to_string()))
}

/// The canonical bytes of a value whose types keep their fields in canonical order and hold
/// neither floats nor integers beyond 2^53 − 1: written straight out, several times faster than
/// [`to_bytes`].
///
/// # Errors
/// As [`to_bytes`].
pub fn sorted_to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, NotCanonical> {
    let bytes =
        serde_json::to_vec(value).map_err(|error| NotCanonical::NotJson(error.to_string()))?;
    // Keys beyond ASCII sort otherwise by UTF-16 units than by bytes: those take the long way.
    if !bytes.is_ascii() {
        return to_bytes(value);
    }
    debug_assert_eq!(Ok(&bytes), to_bytes(value).as_ref(), "its types must be in order");
    Ok(bytes)
}

/// Reads canonical bytes; anything that is not byte for byte its own canonical form is refused.
///
/// Duplicate keys, `1.0`, `-0`, blanks, unsorted keys and needless escapes all differ from the
/// form that is written back, so the one comparison refuses them all.
///
/// # Errors
/// As [`NotCanonical`] tells.
pub fn parse(bytes: &[u8]) -> Result<Value, NotCanonical> {
    // serde_json itself stops at 128 levels, so this cannot exhaust the stack.
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| NotCanonical::NotJson(error.to_string()))?;
    check(&value, 0)?;
    let again =
        serde_jcs::to_vec(&value).map_err(|error| NotCanonical::NotJson(error.to_string()))?;
    match again.iter().zip(bytes).position(|(a, b)| a != b) {
        Some(at) => Err(NotCanonical::Spelling(at)),
        None if again.len() != bytes.len() => {
            Err(NotCanonical::Spelling(again.len().min(bytes.len())))
        }
        None => Ok(value),
    }
}

pub(crate) fn check(value: &Value, depth: usize) -> Result<(), NotCanonical> {
    if depth > DEPTH_MAX {
        return Err(NotCanonical::Depth);
    }
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(n) if n.unsigned_abs() <= INTEGER_MAX.unsigned_abs() => Ok(()),
            _ => Err(NotCanonical::Number(number.to_string())),
        },
        Value::Array(items) => items.iter().try_for_each(|item| check(item, depth + 1)),
        Value::Object(fields) => fields.values().try_for_each(|item| check(item, depth + 1)),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_one_spelling_is_read() {
        assert!(parse(br#"{"a":1,"b":"x"}"#).is_ok());
        for bad in [
            &br#"{"b":1,"a":1}"#[..],
            br#"{"a":1,"a":1}"#,
            br#"{"a":1.0}"#,
            br#"{"a":-0}"#,
            br#"{"a": 1}"#,
            br#"{"a":1} "#,
            br#"{"a":9007199254740992}"#,
            br#"{"a":-9223372036854775808}"#,
            br#"{"a":1e2}"#,
            br#"{"a":"\u0041"}"#,
            br#"{"a":"\ud800"}"#,
            b"{\"a\":\"\xff\"}",
            br#"{"a":"#,
            b"",
        ] {
            assert!(parse(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
        let deep = format!("{}1{}", "[".repeat(17), "]".repeat(17));
        assert_eq!(parse(deep.as_bytes()), Err(NotCanonical::Depth));
        let bomb = "[".repeat(1_000_000);
        assert!(matches!(parse(bomb.as_bytes()), Err(NotCanonical::NotJson(_))));
    }

    #[test]
    fn keys_are_sorted_by_utf16_units_as_the_standard_says() {
        // RFC 8785 section 3.2.3: U+1F600 (a surrogate pair, D83D…) sorts before U+FB33.
        let value: Value =
            serde_json::from_str("{\"\u{fb33}\":1,\"\u{1f600}\":2,\"1\":3}").unwrap();
        let text = String::from_utf8(to_bytes(&value).unwrap()).unwrap();
        assert_eq!(text, "{\"1\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(key in ".{0,8}", text in ".{0,20}", n in -INTEGER_MAX..=INTEGER_MAX) {
            let value = serde_json::json!({ key: [text, n, null, true] });
            prop_assert_eq!(parse(&to_bytes(&value).unwrap()), Ok(value));
        }
    }
}

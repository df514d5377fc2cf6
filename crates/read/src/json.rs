//! JSON that means one thing: no key twice, no deep nesting, and each part with its line.

use crate::limits::JSON_DEPTH_MAX;
use crate::row::{Unreadable, quoted};
use memchr::memchr_iter;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// Reads a value in which no object has a key twice.
///
/// # Errors
/// serde_json's own words, with line and column in `text`.
pub(crate) fn strict(text: &str) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

struct Strict {
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        if self.depth > JSON_DEPTH_MAX {
            return Err(D::Error::custom(format!("it nests deeper than {JSON_DEPTH_MAX} levels")));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Value, E> {
        Ok(b.into())
    }

    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(n.into())
    }

    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(n.into())
    }

    fn visit_f64<E>(self, n: f64) -> Result<Value, E> {
        Ok(n.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let depth = self.depth + 1;
        while let Some(item) = items.next_element_seed(Strict { depth })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let depth = self.depth + 1;
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {} stands twice", quoted(&key))));
            }
            let value = entries.next_value_seed(Strict { depth })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// Finds the line of a part of a text, going forward only.
pub(crate) struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Lines<'a> {
        Lines { text, at: 0, line: 1 }
    }

    /// The line at which a part that borrows from the text starts, from 1. Parts must be asked
    /// for in their order.
    pub(crate) fn of_part(&mut self, part: &RawValue) -> u32 {
        let offset = (part.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let between = self.text.as_bytes().get(self.at..offset).unwrap_or(&[]);
        self.line += memchr_iter(b'\n', between).count();
        self.at = self.at.max(offset);
        u32::try_from(self.line).unwrap_or(u32::MAX)
    }
}

/// The error of a file whose JSON can't be taken apart.
pub(crate) fn unreadable(error: &serde_json::Error) -> Unreadable {
    Unreadable::Json { line: error.line(), column: error.column(), message: words(error) }
}

/// What serde_json says, without its position, which is that of a part.
pub(crate) fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text.get(..end).unwrap_or(&text).to_string(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_once_at_any_depth() {
        assert!(strict(r#"{"a":{"b":1,"c":[{"b":2}]},"b":3}"#).is_ok());
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"x":[{"a":{"b":1,"b":2}}]}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"a":1} {"b":2}"#,
            "NaN",
            "",
        ] {
            assert!(strict(text).is_err(), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert!(strict(&deep).unwrap_err().to_string().contains("deeper"));
    }
}

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// What else a source says of a row: names and values, each name once, in the order of the
/// alphabet.
///
/// A sorted list rather than a map: a million rows have a million of these, most with three or
/// four names, and a tree's node alone would take ten times their space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Attrs(Vec<(String, String)>);

impl Attrs {
    /// None.
    #[must_use]
    pub const fn new() -> Attrs {
        Attrs(Vec::new())
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&String> {
        let at = self.0.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        Some(&self.0[at].1)
    }

    /// Sets a value; gives the one that it takes the place of.
    pub fn insert(&mut self, name: String, value: String) -> Option<String> {
        match self.0.binary_search_by(|(known, _)| known.cmp(&name)) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&String, &String)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The values, in the order of the names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &String> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl Extend<(String, String)> for Attrs {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.insert(name, value);
        }
    }
}

impl FromIterator<(String, String)> for Attrs {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Attrs {
        let mut attrs = Attrs::new();
        attrs.extend(pairs);
        attrs
    }
}

impl<const N: usize> From<[(String, String); N]> for Attrs {
    fn from(pairs: [(String, String); N]) -> Attrs {
        pairs.into_iter().collect()
    }
}

impl Serialize for Attrs {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'a> Deserialize<'a> for Attrs {
    fn deserialize<D: Deserializer<'a>>(from: D) -> Result<Attrs, D::Error> {
        struct Pairs;
        impl<'a> Visitor<'a> for Pairs {
            type Value = Attrs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names and values, both text")
            }

            fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Attrs, M::Error> {
                let mut attrs = Attrs(Vec::with_capacity(map.size_hint().unwrap_or(0).min(32)));
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    if attrs.0.last().is_some_and(|(last, _)| *last < name) || attrs.is_empty() {
                        attrs.0.push((name, value));
                    } else if attrs.insert(name, value).is_some() {
                        return Err(M::Error::custom("a name stands twice"));
                    }
                }
                Ok(attrs)
            }
        }
        from.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attrs(pairs: &[(&str, &str)]) -> Attrs {
        pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn names_are_sorted_and_stand_once() {
        let made = attrs(&[("b", "1"), ("a", "2"), ("b", "3")]);
        assert_eq!(serde_json::to_string(&made).unwrap(), r#"{"a":"2","b":"3"}"#);
        assert_eq!(made.get("b").map(String::as_str), Some("3"));
        assert_eq!(made.get("c"), None);
        let read: Attrs = serde_json::from_str(r#"{"b":"3","a":"2"}"#).unwrap();
        assert_eq!(read, made);
        assert!(serde_json::from_str::<Attrs>(r#"{"a":"2","a":"3"}"#).is_err());
        assert!(serde_json::from_str::<Attrs>(r#"{"a":2}"#).is_err());
    }
}

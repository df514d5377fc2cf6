//! The schemas of `spec/`, made ready.

use crate::program::{project, read};
use jsonschema::{Registry, Validator};
use serde_json::Value;

/// Where the schemas are, as far as they refer to each other.
const BASE: &str = "https://servanda.example/spec/";

pub(crate) const ALL: [&str; 17] = [
    "add",
    "agreement",
    "answer",
    "bundle-verdict",
    "check",
    "clocks",
    "codes",
    "diff",
    "entry",
    "explain",
    "finality",
    "findings",
    "keys",
    "positions",
    "verify",
    "verify-renewed",
    "what-if",
];

fn schema(name: &str) -> Value {
    serde_json::from_str(&read(&format!("spec/{name}.schema.json"))).unwrap()
}

pub(crate) fn validator(name: &str) -> Validator {
    let others = ALL.map(|other| (format!("{BASE}{other}.schema.json"), schema(other)));
    let registry = Registry::new().extend(others).unwrap().prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&schema(name)).unwrap()
}

/// Fails with the first places at which the value is not as the schema says.
pub(crate) fn assert_valid(schema: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = schema
        .iter_errors(value)
        .take(5)
        .map(|error| format!("{}: {error:.300}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}:\n{}", errors.join("\n"));
}

#[test]
fn each_schema_is_a_schema_with_its_own_address_and_the_index_names_it() {
    let index = read("spec/README.md");
    for name in ALL {
        let schema = schema(name);
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$id"], format!("{BASE}{name}.schema.json"));
        assert!(index.contains(&format!("({name}.schema.json)")), "{name}");
    }
    let files = std::fs::read_dir(project("spec")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| name.ends_with(".schema.json")).count(), ALL.len());
}

/// Every object in a schema says that it has no other fields, or what its other fields are.
#[test]
fn no_schema_lets_unknown_fields_pass() {
    for name in ALL {
        assert_closed(&schema(name), name);
    }
}

fn assert_closed(value: &Value, place: &str) {
    match value {
        Value::Object(fields) => {
            let is_object = match fields.get("type") {
                Some(Value::String(kind)) => kind == "object",
                Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
                _ => false,
            };
            // A place-holder whose fields stand elsewhere, such as `body`, lists none.
            if is_object && fields.contains_key("properties") {
                assert!(fields.contains_key("additionalProperties"), "{place}");
            }
            fields.iter().for_each(|(key, value)| assert_closed(value, &format!("{place}/{key}")));
        }
        Value::Array(items) => items.iter().for_each(|item| assert_closed(item, place)),
        _ => {}
    }
}

//! Where a record lies: in a folder, or below a prefix of a bucket (`s3://BUCKET/PREFIX`).

use anyhow::{Context, bail};
use servanda_desk::{AsOf, Desk, named_beside};
use servanda_objects::{Bucket, Objects, Secret};
use servanda_store::{Local, Record, Storage};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SCHEME: &str = "s3://";
/// Where none is named, as other programs have it.
const REGION: &str = "us-east-1";

/// Whether a record lies in a store of objects: nothing can lie beside it.
pub(crate) fn is_remote(at: &Path) -> bool {
    remote(at).is_some()
}

/// The bucket and prefix that are named; none: it is a folder.
pub(crate) fn remote(at: &Path) -> Option<&str> {
    at.to_str().and_then(|at| at.strip_prefix(SCHEME))
}

/// The place that is named.
pub(crate) fn storage(at: &Path) -> anyhow::Result<Arc<dyn Storage>> {
    match remote(at) {
        None => Ok(Arc::new(Local::new(at))),
        Some(at) => Ok(Arc::new(Objects::at(&bucket(at, &from_environment)?)?)),
    }
}

/// Opens a record.
pub(crate) fn open(at: &Path) -> anyhow::Result<Record> {
    Ok(Record::open_in(storage(at)?)?)
}

/// Opens a record at a point.
pub(crate) fn open_desk(at: &Path, as_of: Option<AsOf>) -> anyhow::Result<Desk> {
    Ok(Desk::of(open(at)?, as_of)?)
}

/// The record's name with an ending, in the same folder. `option` names the place instead.
pub(crate) fn beside(at: &Path, ending: &str, option: &str) -> anyhow::Result<PathBuf> {
    if is_remote(at) {
        bail!(
            "{}: nothing lies beside a record in a store of objects; name the folder with {option}",
            at.display()
        );
    }
    Ok(named_beside(at, ending))
}

pub(crate) fn from_environment(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "secrets stand in no argument")]
    let found = std::env::var(name).ok();
    found.filter(|value| !value.is_empty())
}

/// A bucket and a prefix with a slash between, and by whose leave: in the names that other programs
/// read too.
pub(crate) fn bucket(at: &str, given: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Bucket> {
    let (name, prefix) = at.split_once('/').unwrap_or((at, ""));
    let region = given("AWS_REGION").or_else(|| given("AWS_DEFAULT_REGION"));
    let region = region.unwrap_or_else(|| REGION.into());
    let endpoint = given("AWS_ENDPOINT_URL_S3").or_else(|| given("AWS_ENDPOINT_URL"));
    let secret = |variable: &str| {
        let found = given(variable).map(|value| Secret::of(&value));
        found.with_context(|| {
            format!("{SCHEME}{at}: {variable} is not set in the environment; set it to your key's")
        })
    };
    Ok(Bucket {
        endpoint: endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com")),
        name: name.into(),
        prefix: prefix.into(),
        access_key: secret("AWS_ACCESS_KEY_ID")?,
        secret_key: secret("AWS_SECRET_ACCESS_KEY")?,
        session_token: given("AWS_SESSION_TOKEN").map(|token| Secret::of(&token)),
        region,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_from_its_name_and_the_environment() {
        let keys = |name: &str| name.ends_with("KEY_ID").then(|| "id".to_owned());
        let error = bucket("records/truce", &keys).unwrap_err().to_string();
        assert!(error.contains("AWS_SECRET_ACCESS_KEY") && error.contains("s3://records/truce"));
        let given = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("key".to_owned()),
            "AWS_DEFAULT_REGION" => Some("north-1".to_owned()),
            _ => None,
        };
        let found = bucket("records/north/truce", &given).unwrap();
        assert_eq!((found.name.as_str(), found.prefix.as_str()), ("records", "north/truce"));
        assert_eq!(found.endpoint, "https://s3.north-1.amazonaws.com");
        assert!(found.session_token.is_none());
        let local = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some("http://127.0.0.1:9000".to_owned()),
            "AWS_REGION" => Some("south-1".to_owned()),
            other => given(other),
        };
        let found = bucket("records", &local).unwrap();
        assert_eq!(
            (found.endpoint.as_str(), found.region.as_str(), found.prefix.as_str()),
            ("http://127.0.0.1:9000", "south-1", "",)
        );
    }

    #[test]
    fn nothing_lies_beside_a_bucket() {
        let folder = beside(Path::new("a/truce"), ".keys", "--key-dir").unwrap();
        assert_eq!(folder, Path::new("a/truce.keys"));
        let error = beside(Path::new("s3://a/truce"), ".keys", "--key-dir").unwrap_err();
        assert!(error.to_string().contains("--key-dir"), "{error}");
    }
}

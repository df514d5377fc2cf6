//! The file that lays down the parties when a record is founded.

use anyhow::{Context, bail};
use servanda_entry::{OperatorRule, Signatory};
use servanda_store::Parties;
use std::path::Path;
use toml_edit::{Document, Item, TableLike};

/// Largest file, in bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Reads the parties with their root keys, and who of them may change the operator:
///
/// ```toml
/// [operator]
/// of = ["NOR", "SOU"]
/// threshold = 2
///
/// [party.NOR]
/// role = "party"
/// threshold = 2
/// keys = ["northland.example/root-1+…", "northland.example/root-2+…"]
/// ```
pub(crate) fn read_parties(path: &Path) -> anyhow::Result<Parties> {
    let shown = path.display();
    let found = std::fs::metadata(path).with_context(|| format!("{shown}: can't be read"))?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        bail!("{shown}: no file, or larger than {FILE_BYTES_MAX} bytes");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown}: can't be read"))?;
    parse(&text).with_context(|| format!("{shown}: can't be used"))
}

fn parse(text: &str) -> anyhow::Result<Parties> {
    let document = Document::parse(text)?;
    let mut parties = Parties::default();
    for (name, item) in document.as_table() {
        let table = item.as_table_like().with_context(|| format!("{name} must be a table"))?;
        match name {
            "operator" => {
                only(table, "operator", &["of", "threshold"])?;
                let (of, threshold) = (texts(table, name, "of")?, number(table, name)?);
                parties.operator_by = Some(OperatorRule { of, threshold });
            }
            "party" => {
                for (id, item) in table.iter() {
                    let place = format!("party.{id}");
                    let party = item.as_table_like();
                    let party = party.with_context(|| format!("{place} must be a table"))?;
                    only(party, &place, &["role", "threshold", "keys"])?;
                    let role = party.get("role").and_then(Item::as_str);
                    parties.signatories.push(Signatory {
                        id: id.to_owned(),
                        keys: texts(party, &place, "keys")?,
                        role: role.unwrap_or("party").to_owned(),
                        threshold: number(party, &place)?,
                    });
                }
            }
            other => bail!("{other} is not known here: there are [operator] and [party.ID]"),
        }
    }
    if parties.signatories.is_empty() {
        bail!("it names no party; write [party.ID] with keys and threshold");
    }
    Ok(parties)
}

/// Refuses misspelt keys: what is not laid down can't be done later.
fn only(table: &dyn TableLike, place: &str, known: &[&str]) -> anyhow::Result<()> {
    match table.iter().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => bail!("{place}.{name} is not known here: {}", known.join(", ")),
        None => Ok(()),
    }
}

fn texts(table: &dyn TableLike, place: &str, name: &str) -> anyhow::Result<Vec<String>> {
    let what = || format!("{place}.{name} must be a list of texts");
    let list = table.get(name).and_then(Item::as_array).with_context(what)?;
    list.iter().map(|value| value.as_str().map(str::to_owned).with_context(what)).collect()
}

fn number(table: &dyn TableLike, place: &str) -> anyhow::Result<u32> {
    let number = table.get("threshold").and_then(Item::as_integer);
    number
        .and_then(|number| u32::try_from(number).ok())
        .with_context(|| format!("{place}.threshold must be a number: how many must sign"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_down_is_read_in_its_order() {
        let text = "[operator]\nof = [\"NOR\"]\nthreshold = 1\n\n[party.SOU]\nthreshold = 1\n\
                    keys = [\"a\"]\n\n[party.NOR]\nrole = \"guarantor\"\nthreshold = 2\n\
                    keys = [\"b\", \"c\"]\n";
        let parties = parse(text).unwrap();
        let ids: Vec<_> = parties.signatories.iter().map(|one| (&*one.id, &*one.role)).collect();
        assert_eq!(ids, [("SOU", "party"), ("NOR", "guarantor")]);
        assert_eq!(parties.operator_by.unwrap().of, ["NOR"]);
        for (from, to, why) in [
            ("threshold = 2", "treshold = 2", "treshold"),
            ("threshold = 2", "threshold = -2", "how many"),
            ("keys = [\"a\"]", "keys = [1]", "list of texts"),
            ("[operator]", "[operators]", "not known"),
            ("[party.SOU]", "[party.SOU", "TOML"),
        ] {
            let said = format!("{:#}", parse(&text.replace(from, to)).unwrap_err());
            assert!(said.contains(why), "{said}");
        }
        assert!(parse("").is_err());
    }
}

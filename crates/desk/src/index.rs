//! An index beside a record: its observations in columns, so that a question needn't read every
//! entry again.
//!
//! It is no part of the record and can be deleted at any time: what is missing, of another record
//! or damaged is made again from the entries, and an answer is the same with it and without. A part
//! of it stands for a span of entries and is never changed, as they aren't.

use crate::files::named_beside;
use serde::{Deserialize, Serialize};
use servanda_comply::{Cite, Observed};
use servanda_entry::{Body, Entry, Kind, content};
use servanda_store::{Record, StoreError};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A part is written when so many observations have come.
const PART_ROWS: usize = 4_096;
/// A larger file is no part.
const PART_BYTES_MAX: u64 = 1 << 30;
/// What it holds may be confidential in a record that is.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
const FORM: &str = "servanda/columns/v2";
const ENDING: &str = ".columns";

/// What a record's first entries hold, with their observations in columns.
pub(crate) struct Index<'r> {
    record: &'r Record,
    folder: PathBuf,
    size: u64,
    parts: Vec<Part>,
    /// The entries after the last part.
    pub(crate) rest: Vec<(u64, Entry)>,
}

struct Part {
    head: Head,
    /// Its columns, where they could not be written.
    kept: Option<Observed>,
}

/// What a part says of itself in its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    form: String,
    origin: String,
    /// Entries from this one,
    from: u64,
    /// up to this one, which is no more of it.
    to: u64,
    /// The leaf of its last entry, in hexadecimal digits: it holds for this record alone.
    leaf: String,
    /// Entries among them that are something else than observations.
    others: Vec<u64>,
    /// CRC-32 of this line with 0 here, and of the columns: a damaged part is noticed.
    crc: u32,
}

impl Head {
    /// Whether it is a part of that record's index that has this name.
    fn is_of(&self, record: &Record, name: &str) -> bool {
        let leaf = self.to.checked_sub(1).and_then(|last| record.leaf(last).ok());
        let others = self.others.iter();
        self.form == FORM
            && self.origin == record.origin()
            && leaf.is_some_and(|leaf| leaf.to_hex() == self.leaf)
            && name == self::name(self.from, self.to)
            && others.clone().all(|index| (self.from..self.to).contains(index))
            && others.is_sorted()
    }

    fn sum(&self, columns: &[u8]) -> u32 {
        let line = serde_json::to_vec(&Head { crc: 0, ..self.clone() }).unwrap_or_default();
        let mut sum = crc32fast::Hasher::new();
        sum.update(&line);
        sum.update(columns);
        sum.finalize()
    }
}

/// The folder of a record's index.
pub(crate) fn index_folder(record: &Path) -> PathBuf {
    named_beside(record, ".index")
}

impl<'r> Index<'r> {
    /// The index of the first entries of a record; what it lacks is made and, where that can be,
    /// written.
    pub(crate) fn of(record: &'r Record, size: u64) -> Result<Index<'r>, StoreError> {
        let folder = index_folder(record.dir());
        let parts = heads(&folder, record, size);
        let mut index = Index { record, folder, size, parts, rest: Vec::new() };
        index.extend()?;
        Ok(index)
    }

    /// Goes on from the last part to the end.
    fn extend(&mut self) -> Result<(), StoreError> {
        let mut from = self.parts.last().map_or(0, |part| part.head.to);
        let (mut rows, mut rest) = (0, Vec::<(u64, Entry)>::new());
        // A record that lies in a store of objects, or has no name, has nothing beside it.
        let dir = self.record.dir();
        let can_write = dir.is_dir() && dir.file_name().is_some();
        for entry in self.record.entries(from..self.size) {
            let (index, entry) = entry?;
            if let Body::Observation(body) = &entry.body {
                rows += body.rows.len();
            }
            rest.push((index, entry));
            if can_write && rows >= PART_ROWS {
                let mut whole = Observed::default();
                rest.iter().for_each(|(index, entry)| observe(&mut whole, *index, &entry.body));
                let is_other = |(_, entry): &&(u64, Entry)| !is_seen(&entry.body);
                let others = rest.iter().filter(is_other).map(|(index, _)| *index).collect();
                self.keep(from, index + 1, others, whole)?;
                (from, rows) = (index + 1, 0);
                rest.clear();
            }
        }
        self.rest = rest;
        Ok(())
    }

    fn keep(
        &mut self,
        from: u64,
        to: u64,
        others: Vec<u64>,
        columns: Observed,
    ) -> Result<(), StoreError> {
        let bytes = columns.to_bytes();
        let head = Head {
            form: FORM.into(),
            origin: self.record.origin().into(),
            from,
            to,
            leaf: self.record.leaf(to - 1)?.to_hex(),
            others,
            crc: 0,
        };
        let head = Head { crc: head.sum(&bytes), ..head };
        // Whoever may not write here is answered all the same.
        let kept = write(&self.folder, &head, &bytes).err().map(|_| columns);
        self.parts.push(Part { head, kept });
        Ok(())
    }

    /// The entries that are in no part, or are none of observations, with their numbers.
    ///
    /// # Errors
    /// When one can't be read.
    pub(crate) fn entries(&mut self) -> Result<Vec<(u64, Entry)>, StoreError> {
        let mut entries = Vec::new();
        let others = self.parts.iter().flat_map(|part| &part.head.others);
        for &index in others.filter(|&&index| index < self.size) {
            entries.push((index, self.record.entry(index)?));
        }
        entries.append(&mut self.rest);
        Ok(entries)
    }

    /// The spans of its parts, each with the entries in it that are something else.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (u64, u64, &[u64])> {
        self.parts.iter().map(|part| (part.head.from, part.head.to, part.head.others.as_slice()))
    }

    /// The observations of the parts, one after the other.
    pub(crate) fn columns(self) -> impl Iterator<Item = Result<Observed, StoreError>> + use<'r> {
        let Index { record, folder, size, parts, .. } = self;
        parts.into_iter().map(move |part| {
            let read = || read(&folder, &part.head);
            let columns = match part.kept.or_else(read) {
                Some(columns) => columns,
                // It was damaged, or taken away meanwhile.
                None => {
                    let _ = fs::remove_file(folder.join(name(part.head.from, part.head.to)));
                    observed(record, part.head.from, part.head.to)?
                }
            };
            Ok(match part.head.to <= size {
                true => columns,
                false => columns.filtered(|seen| seen.cite().entry < size),
            })
        })
    }
}

/// What a part is called: its span, in digits of one length.
fn name(from: u64, to: u64) -> String {
    format!("{from:012}-{to:012}{ENDING}")
}

/// The parts that there are, one after the other from the first entry on, as far as they reach
/// into the size asked about.
fn heads(folder: &Path, record: &Record, size: u64) -> Vec<Part> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        files.flatten().filter_map(|file| file.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(ENDING));
    names.sort_unstable();
    let mut parts: Vec<Part> = Vec::new();
    for name in names {
        let end = parts.last().map_or(0, |part| part.head.to);
        if end >= size {
            break;
        }
        let head = head(&folder.join(&name));
        let head = head.filter(|head| head.from == end && head.is_of(record, &name));
        parts.extend(head.map(|head| Part { head, kept: None }));
    }
    parts
}

/// The observations of one part of a record's index; none where it must be made again.
pub(crate) fn columns_of(record: &Record, from: u64, to: u64) -> Option<Observed> {
    let (folder, name) = (index_folder(record.dir()), name(from, to));
    let head = head(&folder.join(&name)).filter(|head| head.is_of(record, &name))?;
    read(&folder, &head)
}

fn head(path: &Path) -> Option<Head> {
    serde_json::from_slice(&first_line(path)?).ok()
}

/// What a file of an index says of itself.
pub(crate) fn first_line(path: &Path) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let file = BufReader::new(File::open(path).ok()?);
    file.take(PART_BYTES_MAX).read_until(b'\n', &mut line).ok()?;
    Some(line)
}

fn read(folder: &Path, head: &Head) -> Option<Observed> {
    let file = File::open(folder.join(name(head.from, head.to))).ok()?;
    let mut bytes = Vec::new();
    file.take(PART_BYTES_MAX).read_to_end(&mut bytes).ok()?;
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let columns = &bytes[end + 1..];
    let is_whole = head.sum(columns) == head.crc;
    let all = is_whole.then(|| Observed::from_bytes(columns)).flatten()?;
    let span = head.from..head.to;
    let is_inside = all.iter().all(|seen| span.contains(&seen.cite().entry));
    is_inside.then_some(all)
}

fn write(folder: &Path, head: &Head, columns: &[u8]) -> io::Result<()> {
    write_whole(folder, &name(head.from, head.to), &[&serde_json::to_vec(head)?, b"\n", columns])
}

/// Writes a file of a record's index, one piece after the other.
pub(crate) fn write_whole(folder: &Path, name: &str, pieces: &[&[u8]]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder)?;
    let path = folder.join(name);
    // A name of its own until it is whole; whoever writes the same part writes the same bytes.
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(FILE_MODE).open(&unfinished)?;
    for piece in pieces {
        file.write_all(piece)?;
    }
    fs::rename(&unfinished, &path)
}

/// Whether the columns hold all of it.
fn is_seen(body: &Body) -> bool {
    matches!(body, Body::Observation(_))
}

fn observe(columns: &mut Observed, index: u64, body: &Body) {
    let Body::Observation(body) = body else { return };
    for (row, number) in body.rows.iter().zip(0_u32..) {
        let id = content::row_id(Kind::Observation, &body.source, row);
        columns.push(Cite { entry: index, row: Some(number), id }, &body.source, row);
    }
}

fn observed(record: &Record, from: u64, to: u64) -> Result<Observed, StoreError> {
    let mut columns = Observed::default();
    for entry in record.entries(from..to) {
        let (index, entry) = entry?;
        observe(&mut columns, index, &entry.body);
    }
    Ok(columns)
}

//! What a question needs of a record's observations, beside the record: those that can matter to a
//! text, and of all others what an answer counts.
//!
//! A file stands for a text of the agreement and the entries of a record up to one, and serves each
//! question about so many entries or fewer. Like all of the index it is no part of the record: it
//! is made from its entries, and an answer is the same without it.

use crate::DeskError;
use crate::index::{Index, columns_of, first_line, index_folder, write_whole};
use serde::{Deserialize, Serialize};
use servanda_comply::{ENGINE_VERSION, Figures, Observed, Sifted, Tally, Told, sieve};
use servanda_entry::{AgreementText, Body};
use servanda_incidents::Added;
use servanda_store::{Record, StoreError};
use servanda_terms::Agreement;
use servanda_time::Instant;
use servanda_tlog::sha256;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FORM: &str = "servanda/sieved/v1";
const ENDING: &str = ".sieved";
/// A larger file is none.
const FILE_BYTES_MAX: u64 = 1 << 34;
/// An observation takes no less.
const ROW_BYTES_MIN: u64 = 64;
/// What is kept of an observation that isn't: what it adds to the incidents, and the number of what
/// it comes to in the figures.
const TOLD_BYTES: usize = 4;
/// In place of that: it is needed itself.
const NEEDED: [u8; TOLD_BYTES] = [0x80; TOLD_BYTES];

/// A file of what a text needs, opened.
pub(crate) struct Sieved {
    path: PathBuf,
    /// Where its pieces begin.
    start: u64,
    pub(crate) head: Head,
}

/// What it says of itself in its first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    form: String,
    /// The version of the rules that it was made by.
    engine: String,
    origin: String,
    /// The text that it is for: see [`text_key`].
    text: String,
    /// The entries before this one,
    pub(crate) to: u64,
    /// the leaf of the last of them, in hexadecimal digits,
    leaf: String,
    /// and those of them that are something else than observations.
    pub(crate) others: Vec<u64>,
    figures: Figures,
    pieces: Vec<Piece>,
    /// CRC-32 of this line with 0 here.
    crc: u32,
}

/// What is kept of one part of the index.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Piece {
    from: u64,
    to: u64,
    /// The bytes of the observations that are needed, and their CRC-32.
    needed: u64,
    needed_crc: u32,
    /// How many observations the part has, and the CRC-32 of what each comes to.
    rows: u64,
    told_crc: u32,
    /// What the others come to.
    counted: Tally,
}

impl Piece {
    /// The bytes of what its observations come to.
    fn told(&self) -> u64 {
        self.rows.saturating_mul(TOLD_BYTES as u64)
    }
}

impl Head {
    fn sum(&self) -> u32 {
        let line = serde_json::to_vec(&Head { crc: 0, ..self.clone() });
        crc32fast::hash(&line.unwrap_or_default())
    }

    /// Where the bytes of what each observation of a piece comes to begin, after the first line.
    fn told_at(&self, piece: usize) -> u64 {
        let needed = self.pieces.iter().map(|piece| piece.needed);
        let before = self.pieces[..piece].iter().map(Piece::told);
        needed.chain(before).fold(0, u64::saturating_add)
    }
}

/// A text of an agreement with the files that it names, by their contents.
fn text_key(text: &AgreementText) -> String {
    let files: Vec<u8> = text.files.iter().flat_map(|blob| blob.sha256.0).collect();
    sha256(&files).to_hex()
}

fn name(text: &str) -> String {
    format!("{}{ENDING}", &text[..16])
}

impl Sieved {
    /// The files beside a record, whatever texts they are for, that say that they reach so far.
    /// What they say is still to be compared with the record.
    pub(crate) fn beside(record: &Path, size: u64) -> Option<Sieved> {
        let files = fs::read_dir(index_folder(record)).ok()?;
        let mut paths: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        paths.retain(|path| path.to_string_lossy().ends_with(ENDING));
        paths.sort_unstable();
        paths.into_iter().filter_map(Sieved::at).find(|sieved| sieved.head.to >= size)
    }

    /// Itself, or another file of the same record, that is for this text.
    pub(crate) fn of_text(self, record: &Record, text: &AgreementText, size: u64) -> Option<Self> {
        let text = text_key(text);
        let found = match self.head.text == text {
            true => self,
            false => Sieved::at(index_folder(record.dir()).join(name(&text)))?,
        };
        (found.is_of(record) && found.head.text == text && found.head.to >= size).then_some(found)
    }

    fn at(path: PathBuf) -> Option<Sieved> {
        let line = first_line(&path)?;
        let head: Head = serde_json::from_slice(&line).ok()?;
        let is_whole = head.form == FORM && head.engine == ENGINE_VERSION && head.sum() == head.crc;
        is_whole.then_some(Sieved { path, start: line.len() as u64, head })
    }

    /// Whether it was made from the entries of this record.
    pub(crate) fn is_of(&self, record: &Record) -> bool {
        let Head { origin, to, leaf, pieces, others, .. } = &self.head;
        let last = to.checked_sub(1).and_then(|last| record.leaf(last).ok());
        let follow = pieces.windows(2).all(|pair| pair[0].to == pair[1].from);
        *origin == record.origin()
            && last.is_some_and(|last| last.to_hex() == *leaf)
            && pieces.first().is_some_and(|first| first.from == 0)
            && pieces.last().is_some_and(|last| last.to == *to)
            && pieces.iter().all(|piece| piece.from < piece.to)
            && follow
            && others.is_sorted()
            && others.last().is_none_or(|other| other < to)
    }

    /// Of the first so many entries the observations that are needed, and what the others come to.
    /// None where something is missing or damaged.
    pub(crate) fn read(&self, record: &Record, size: u64) -> Option<(Observed, Tally)> {
        let mut file = File::open(&self.path).ok()?;
        let length = file.metadata().ok()?.len();
        if length > FILE_BYTES_MAX {
            return None;
        }
        let mut counted = Tally::of(Arc::new(self.head.figures.clone()));
        let mut all = Observed::default();
        file.seek(SeekFrom::Start(self.start)).ok()?;
        let before = self.head.pieces.iter().take_while(|piece| piece.from < size);
        // Room for all of them, and whatever the file says of itself, for no more than it can hold.
        let needed = before.map(|piece| piece.needed).fold(0, u64::saturating_add).min(length);
        all.reserve(usize::try_from(needed / ROW_BYTES_MIN).unwrap_or_default());
        let mut bytes = Vec::new();
        for (n, piece) in self.head.pieces.iter().enumerate() {
            if piece.from >= size {
                break;
            }
            bytes.clear();
            (&mut file).take(piece.needed).read_to_end(&mut bytes).ok()?;
            if bytes.len() as u64 != piece.needed || crc32fast::hash(&bytes) != piece.needed_crc {
                return None;
            }
            if piece.to <= size {
                all.append_bytes(&bytes).then_some(())?;
                counted.join(&piece.counted);
                continue;
            }
            let needed = Observed::from_bytes(&bytes)?;
            all.append(&needed, |seen| seen.cite().entry < size);
            // Of a part that the question ends in, each of the others is looked at.
            let columns = columns_of(record, piece.from, piece.to)?;
            file.seek(SeekFrom::Start(self.start.saturating_add(self.head.told_at(n)))).ok()?;
            bytes.clear();
            (&mut file).take(piece.told()).read_to_end(&mut bytes).ok()?;
            let (told, _) = bytes.as_chunks::<TOLD_BYTES>();
            if told.len() != columns.len() || crc32fast::hash(&bytes) != piece.told_crc {
                return None;
            }
            for (seen, told) in columns.iter().zip(told) {
                if seen.cite().entry < size
                    && let Some(told) = from_bytes(*told)
                {
                    counted.count(seen, told);
                }
            }
        }
        Some((all, counted))
    }

    /// Makes the file of a text, for all entries that the parts of the index hold. Nothing where
    /// there is no use in it, or it can't be written: a question is answered without.
    pub(crate) fn make(
        record: &Record,
        index: Index<'_>,
        text: &AgreementText,
        agreement: &Agreement,
    ) -> Result<(), DeskError> {
        let spans: Vec<(u64, u64)> = index.spans().map(|(from, to, _)| (from, to)).collect();
        let others: Vec<u64> = index.spans().flat_map(|(_, _, others)| others).copied().collect();
        let Some(&(_, to)) = spans.last() else { return Ok(()) };
        let mut all = Observed::default();
        let mut lengths = Vec::new();
        for columns in index.columns() {
            let columns = columns?;
            lengths.push(columns.len());
            all.append(&columns, |_| true);
        }
        let bodies = others.iter().map(|&other| Ok((other, record.entry(other)?.body)));
        let bodies: Vec<(u64, Body)> = bodies.collect::<Result<_, StoreError>>()?;
        let received = spans.iter().map(|(_, to)| Ok((*to, record.entry(to - 1)?.at)));
        let received: Vec<(u64, Instant)> = received.collect::<Result<_, StoreError>>()?;
        // A question that takes in all of a part is asked about no earlier instant than this,
        // unless another is named.
        let asked_from = |entry: u64| {
            let part = received.partition_point(|(to, _)| *to <= entry);
            received.get(part).map_or(Instant::MIN, |(_, at)| *at)
        };
        let Some(sifted) = sieve(agreement, all, &bodies, asked_from) else { return Ok(()) };
        let Sifted { observed: all, told, .. } = &sifted;
        let (mut pieces, mut needed, mut others_told) = (Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for ((from, to), length) in spans.into_iter().zip(lengths) {
            let rows = start..start + length;
            start = rows.end;
            let mut counted = Tally::default();
            let begins = others_told.len();
            for (n, told) in rows.clone().zip(&told[rows.clone()]) {
                others_told.extend(to_bytes(*told));
                if let Some(told) = told {
                    counted.count(all.at(n), *told);
                }
            }
            let bytes = sifted.needed(rows).to_bytes();
            pieces.push(Piece {
                from,
                to,
                needed: bytes.len() as u64,
                needed_crc: crc32fast::hash(&bytes),
                rows: length as u64,
                told_crc: crc32fast::hash(&others_told[begins..]),
                counted,
            });
            needed.extend(bytes);
        }
        let head = Head {
            form: FORM.into(),
            engine: ENGINE_VERSION.into(),
            origin: record.origin().into(),
            text: text_key(text),
            to,
            leaf: record.leaf(to - 1)?.to_hex(),
            others,
            figures: Figures::clone(&sifted.figures),
            pieces,
            crc: 0,
        };
        let head = Head { crc: head.sum(), ..head };
        let line = serde_json::to_vec(&head).unwrap_or_default();
        let pieces: [&[u8]; 4] = [&line, b"\n", &needed, &others_told];
        // Whoever may not write here is answered all the same.
        let _ = write_whole(&index_folder(record.dir()), &name(&head.text), &pieces);
        Ok(())
    }
}

/// What is told apart is in components of a few, and adds a few at most.
fn to_bytes(told: Option<Told>) -> [u8; TOLD_BYTES] {
    let small = |number: i32| i8::try_from(number).unwrap_or(i8::MAX).cast_unsigned();
    told.map_or(NEEDED, |Told { added, class }| {
        let [low, high] = class.to_le_bytes();
        [small(added.incidents), small(added.independent), low, high]
    })
}

fn from_bytes(bytes: [u8; TOLD_BYTES]) -> Option<Told> {
    let [incidents, independent, low, high] = bytes;
    let small = |byte: u8| i32::from(byte.cast_signed());
    let added = Added { incidents: small(incidents), independent: small(independent) };
    (bytes != NEEDED).then_some(Told { added, class: u16::from_le_bytes([low, high]) })
}

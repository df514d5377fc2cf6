//! A record replayed under several texts, in parts that any number of machines can share.
//!
//! ```text
//! export.json             the record's name, its text, the parts
//! common.json             what the record holds beside observations
//! parts/<part>.parquet    observations, by time
//! texts/<sha256>          texts of agreements and the files that they name
//! jobs/<job>/job.json     drafts, and the instant asked about
//! jobs/<job>/<part>.json  what came of a part
//! ```
//!
//! Each file is a function of what stands above it, so that a part that is worked out twice, by
//! whomever, gives the same file; `export.json` and `job.json` name the others by their hashes.

use crate::cores::side_by_side;
use crate::files::AgreementFiles;
use crate::{AsOf, DeskError};
use servanda_entry::{Body, Correction, Replacement, TakenOut, taken_out};
use servanda_replay::{
    Common, Export, Form as _, Job, Named, OpenRow, Part, PartName, PartWriter, Partial,
    RecordName, Replayed, Row, Scene, Split, Tally, Text, TextFiles, answer, split,
};
use servanda_store::Record;
use servanda_terms::Agreement;
use servanda_terms::diff::diff;
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};

const EXPORT: &str = "export.json";
const COMMON: &str = "common.json";
/// The most parts.
pub const PARTS_MAX: usize = 4096;

/// Where the files of a replay lie: a folder, or a prefix of a store of objects.
pub trait Depot: Sync {
    /// A whole file.
    ///
    /// # Errors
    /// When there is none, or it can't be read.
    fn get(&self, path: &str) -> Result<Vec<u8>, DeskError>;

    /// Puts a file in its place in one step, whatever is there.
    ///
    /// # Errors
    /// When it can't be written.
    fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), DeskError>;
}

/// Writes the observations of a record out, in at most so many parts.
///
/// # Errors
/// When the record can't be read or holds no agreement at that point, or a file can't be written.
pub fn export(
    record: &Record,
    as_of: Option<AsOf>,
    parts: usize,
    depot: &dyn Depot,
) -> Result<Export, DeskError> {
    let Survey { size, received, common, dead } = survey(record, as_of)?;
    let history = common.history(record.origin())?;
    let Some(text) = &history.agreement else {
        return Err(DeskError::Asked(format!(
            "the first {size} entries of the record hold no agreement: ask about a later point"
        )));
    };
    let own = put_text(depot, &AgreementFiles::from_record(record, text)?, Vec::new())?;
    let mut starts = Vec::new();
    for_each_row(record, size, &dead, &mut |row| {
        starts.push(row.value.from_ms);
        Ok(())
    })?;
    let rows = starts.len() as u64;
    let borders = borders(&mut starts, parts.clamp(1, PARTS_MAX));
    let mut writers = Vec::new();
    for _ in 0..=borders.len() {
        writers.push((PartWriter::new()?, 0_u64, 0_u64));
    }
    for_each_row(record, size, &dead, &mut |row| {
        let first = borders.partition_point(|border| *border <= row.value.from_ms);
        let reached = borders.partition_point(|border| *border < row.value.to_ms);
        for (writer, _, halo) in writers.get_mut(first + 1..=reached).into_iter().flatten() {
            *halo += 1;
            writer.push(row.clone(), true)?;
        }
        let (writer, own, _) = &mut writers[first];
        *own += 1;
        Ok(writer.push(row, false)?)
    })?;
    let mut named = Vec::new();
    for (n, (writer, rows, halo)) in writers.into_iter().enumerate() {
        let file = put(depot, format!("parts/{n:05}.parquet"), writer.finish()?)?;
        named.push(PartName { file, halo, rows, until_ms: borders.get(n).copied() });
    }
    let export = Export {
        common: put(depot, COMMON.into(), common.to_bytes()?)?,
        form: Export::NAME.into(),
        own,
        parts: named,
        received_ms: received.ms(),
        record: RecordName {
            origin: record.origin().into(),
            root: record.root_at(size)?.to_base64(),
            size,
        },
        rows,
    };
    // Last, so that whoever finds it finds all.
    depot.put(EXPORT, export.to_bytes()?)?;
    Ok(export)
}

/// Writes down what is to be replayed, and gives the name of the job.
///
/// # Errors
/// When there is no export, a text can't be weighed in parts, or a file can't be written.
pub fn plan(
    depot: &dyn Depot,
    drafts: &[(AgreementFiles, Agreement)],
    at: Option<Instant>,
) -> Result<String, DeskError> {
    let bytes = depot.get(EXPORT)?;
    let export = Export::read(&bytes)?;
    let own = text(depot, &export.own)?;
    let mut texts = Vec::new();
    for (files, draft) in drafts {
        texts.push(put_text(depot, files, diff(&own.agreement, draft).provisions)?);
    }
    let received = Instant::from_ms(export.received_ms).unwrap_or(Instant::EPOCH);
    let job = Job {
        at_ms: at.unwrap_or(received).ms(),
        drafts: texts,
        export: sha256(&bytes).to_hex(),
        form: Job::NAME.into(),
    };
    let bytes = job.to_bytes()?;
    let name = sha256(&bytes).to_hex();
    depot.put(&format!("jobs/{name}/job.json"), bytes)?;
    Replay::open(depot, &name)?;
    Ok(name)
}

/// A job, with all that its parts have in common.
pub struct Replay<'a> {
    depot: &'a dyn Depot,
    name: String,
    export: Export,
    scene: Scene,
}

impl<'a> Replay<'a> {
    /// Opens a job.
    ///
    /// # Errors
    /// When there is no such job, a file is not what it was, or a text has errors.
    pub fn open(depot: &'a dyn Depot, name: &str) -> Result<Replay<'a>, DeskError> {
        // A name is a hash, so it leads nowhere else.
        let hash = Hash::from_hex(name)
            .map_err(|_| DeskError::Asked(format!("{name:?} is no job; give what `plan` said")))?;
        let bytes = depot.get(&format!("jobs/{name}/job.json"))?;
        is(&bytes, &hash.to_hex(), "the job")?;
        let job = Job::read(&bytes)?;
        let bytes = depot.get(EXPORT)?;
        is(&bytes, &job.export, "the export, since the job was planned,")?;
        let export = Export::read(&bytes)?;
        let common = Common::read(&named(depot, &export.common)?)?;
        let mut texts = vec![text(depot, &export.own)?];
        for draft in &job.drafts {
            texts.push(text(depot, draft)?);
        }
        let at = Instant::from_ms(job.at_ms).unwrap_or(Instant::EPOCH);
        let scene = Scene::new(common.history(&export.record.origin)?, texts, at)?;
        Ok(Replay { depot, name: name.into(), export, scene })
    }

    /// How many parts there are.
    #[must_use]
    pub fn parts(&self) -> u64 {
        self.export.parts.len() as u64
    }

    /// Works out a part, and puts what comes of it in its place.
    ///
    /// # Errors
    /// When there is no such part, or a file can't be read or written.
    pub fn map(&self, part: u64) -> Result<(), DeskError> {
        let partial = self.partial(part)?.to_bytes()?;
        self.depot.put(&self.partial_path(part), partial)
    }

    /// What comes of a part.
    ///
    /// # Errors
    /// As [`Replay::map`].
    pub fn partial(&self, part: u64) -> Result<Partial, DeskError> {
        let place = usize::try_from(part).ok().and_then(|n| self.export.parts.get(n));
        let Some(about) = place else {
            let parts = self.parts();
            return Err(DeskError::Asked(format!("there are parts 0 to {}, no {part}", parts - 1)));
        };
        let Part { own, halo } = Part::read(named(self.depot, &about.file)?)?;
        let Split { closed, open } = split(own, &halo, about.until_ms, &self.scene.tied());
        Ok(Partial {
            form: Partial::NAME.into(),
            job: self.name.clone(),
            open: open.into_iter().map(OpenRow::of).collect(),
            part,
            tally: self.scene.weigh(closed)?,
        })
    }

    /// Puts together what came of all parts.
    ///
    /// # Errors
    /// When a part was not worked out yet, or is of another job.
    pub fn reduce(&self) -> Result<Replayed, DeskError> {
        let read = |part| {
            let bytes = self.depot.get(&self.partial_path(part))?;
            let partial = Partial::read(&bytes)?;
            if partial.job != self.name || partial.part != part {
                let path = self.partial_path(part);
                return Err(DeskError::Asked(format!("{path} is of another job; remove it")));
            }
            Ok(partial)
        };
        self.together((0..self.parts()).map(read))
    }

    /// All of it on this machine, as many parts at a time as it has cores; nothing is written.
    ///
    /// # Errors
    /// As [`Replay::map`].
    pub fn run(&self) -> Result<Replayed, DeskError> {
        let partials = side_by_side(self.export.parts.len(), |part| self.partial(part as u64));
        self.together(partials.into_iter())
    }

    fn together(
        &self,
        partials: impl Iterator<Item = Result<Partial, DeskError>>,
    ) -> Result<Replayed, DeskError> {
        let (mut tally, mut open) = (Tally::default(), Vec::new());
        for partial in partials {
            let partial = partial?;
            tally.add(partial.tally)?;
            open.extend(partial.open.into_iter().map(OpenRow::into_row));
        }
        tally.add(self.scene.weigh(open)?)?;
        Ok(answer(&self.scene, self.export.record.clone(), self.export.rows, tally))
    }

    fn partial_path(&self, part: u64) -> String {
        format!("jobs/{}/{part:05}.json", self.name)
    }
}

fn put(depot: &dyn Depot, name: String, bytes: Vec<u8>) -> Result<Named, DeskError> {
    let sha256 = sha256(&bytes).to_hex();
    depot.put(&name, bytes)?;
    Ok(Named { name, sha256 })
}

fn named(depot: &dyn Depot, file: &Named) -> Result<Vec<u8>, DeskError> {
    let bytes = depot.get(&file.name)?;
    is(&bytes, &file.sha256, &file.name)?;
    Ok(bytes)
}

fn is(bytes: &[u8], hash: &str, what: &str) -> Result<(), DeskError> {
    if sha256(bytes).to_hex() == hash {
        return Ok(());
    }
    Err(DeskError::Asked(format!("{what} was changed; export the record again and plan anew")))
}

fn put_text(
    depot: &dyn Depot,
    files: &AgreementFiles,
    pairs: Vec<(String, String)>,
) -> Result<TextFiles, DeskError> {
    let own = (files.source.name(), files.source.text().as_bytes());
    let others = files.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let mut named = Vec::new();
    for (name, bytes) in std::iter::once(own).chain(others) {
        let sha256 = sha256(bytes).to_hex();
        depot.put(&format!("texts/{sha256}"), bytes.to_vec())?;
        named.push(Named { name: name.into(), sha256 });
    }
    Ok(TextFiles { files: named, pairs })
}

fn text(depot: &dyn Depot, text: &TextFiles) -> Result<Text, DeskError> {
    let mut files = std::collections::BTreeMap::new();
    for file in &text.files {
        let bytes = depot.get(&format!("texts/{}", file.sha256))?;
        is(&bytes, &file.sha256, &file.name)?;
        files.insert(file.name.as_str(), bytes);
    }
    let main = text.files.first();
    let name = main.map(|file| file.name.as_str()).unwrap_or_default();
    let read = AgreementFiles::from_files(name, |name| files.get(name).cloned())?;
    Ok(Text {
        agreement: read.agreement()?,
        sha256: main.map(|file| file.sha256.clone()).unwrap_or_default(),
        pairs: text.pairs.clone(),
    })
}

/// What is to be known of a record before its observations are dealt out.
struct Survey {
    size: u64,
    received: Instant,
    common: Common,
    /// Entries and rows that no longer stand.
    dead: TakenOut,
}

fn survey(record: &Record, as_of: Option<AsOf>) -> Result<Survey, DeskError> {
    let all = match as_of {
        Some(AsOf::Size(size)) if size > record.size() => {
            let there = record.size();
            return Err(DeskError::Asked(format!(
                "the record has {there} entries, not {size}: give a size up to that"
            )));
        }
        Some(AsOf::Size(size)) => size,
        Some(AsOf::Time(_)) | None => record.size(),
    };
    let (mut size, mut received, mut entries) = (0, Instant::EPOCH, Vec::new());
    let mut corrections: Vec<(u64, Correction)> = Vec::new();
    for entry in record.entries(0..all) {
        let (index, entry) = entry?;
        if matches!(as_of, Some(AsOf::Time(time)) if entry.at > time) {
            break;
        }
        (size, received) = (index + 1, entry.at);
        if let Body::Correction(correction) = &entry.body {
            corrections.push((index, correction.clone()));
        }
        // Observations are in the parts, and no provision asks for statements.
        if !matches!(entry.body, Body::Observation(_) | Body::Statement(_)) {
            let text = entry.text(record.origin()).map_err(|refusal| {
                DeskError::Asked(format!("entry {index} can't be written out: {refusal}"))
            })?;
            entries.push((index, text));
        }
    }
    let common = Common { entries, form: Common::NAME.into() };
    Ok(Survey { size, received, common, dead: taken_out(&corrections) })
}

/// The observations that stand, in the order of the record, those of corrections where they are.
fn for_each_row(
    record: &Record,
    size: u64,
    dead: &TakenOut,
    each: &mut dyn FnMut(Row) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    for entry in record.entries(0..size) {
        let (index, entry) = entry?;
        if dead.contains(&(index, None)) {
            continue;
        }
        match entry.body {
            Body::Observation(body) => {
                for (value, row) in body.rows.into_iter().zip(0_u32..) {
                    if !dead.contains(&(index, Some(row))) {
                        each(Row::new(index, Some(row), &body.source, value))?;
                    }
                }
            }
            Body::Correction(Correction {
                by: Some((source, Replacement::Observation(value))),
                ..
            }) => each(Row::new(index, None, &source, value))?,
            _ => {}
        }
    }
    Ok(())
}

/// Where parts begin, so that they have about as many rows each: the first begins with all time.
fn borders(starts: &mut [i64], parts: usize) -> Vec<i64> {
    starts.sort_unstable();
    let at = |n: usize| starts.get(n * starts.len() / parts).copied();
    let mut borders: Vec<i64> = (1..parts).filter_map(at).collect();
    borders.dedup();
    borders
}

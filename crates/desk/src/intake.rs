use crate::DeskError;
use crate::ask::Desk;
use crate::files::blob;
use servanda_comply::Observed;
use servanda_comply::history::{Cite, Held};
use servanda_entry::{
    Attrs, Basis, Body, Claims, Correction, Coverage, CoverageRow, Document, Draft, Kind,
    Observations, Place, Replacement, RowCount, Sites, Statements, content,
};
use servanda_incidents::{Sighting, passes};
use servanda_read::{Format, Mapping, ReadContext, Recognised, Rejected, Row, read, recognise};
use servanda_store::batch_rows;
use servanda_terms::{Files, Source};
use servanda_time::{Interval, Zone, merge};
use servanda_tlog::{Hash, sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The longest civil day, in milliseconds: 24 hours, and the hour that the clocks go back.
const DAY_MS_MAX: i64 = 25 * 3_600_000;

/// How many bytes a format is recognised by.
const HEAD_BYTES: usize = 64 * 1024;

/// What a person said of a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The format; none: recognised.
    pub format: Option<String>,
    /// The source in the agreement; none: the one that fits.
    pub source: Option<String>,
    /// The mapping's name beside the agreement; none: the source's own.
    pub mapping: Option<String>,
}

/// What a file becomes, before anything is written.
#[derive(Debug)]
pub struct Intake {
    /// Its name.
    pub name: String,
    /// The format that it was read as.
    pub format: Format,
    /// The source or register that it belongs to.
    pub source: String,
    /// What became of its rows.
    pub rows: RowCount,
    /// Rows that supersede an earlier one with the same number.
    pub corrected: u64,
    /// The rows in quarantine.
    pub rejected: Vec<Rejected>,
    /// Spans of watching worked out from the rows.
    pub coverage: u64,
    /// The entries to append; none when the file brings nothing new.
    pub bodies: Vec<Body>,
    /// The files that they name.
    pub blobs: Vec<Vec<u8>>,
}

/// Reads a file for a record. Nothing is written: what comes back is to be appended whole.
///
/// # Errors
/// When the format, source or mapping can't be told, or the file as a whole can't be read.
pub fn take_in(
    desk: &Desk,
    name: &str,
    bytes: Vec<u8>,
    options: &Options,
) -> Result<Intake, DeskError> {
    let file = |what: String| DeskError::File { path: name.into(), what };
    let belongs = Belongs::find(desk, name, &bytes, options).map_err(file)?;
    let digest = sha256(&bytes);
    let mut reading = Reading::new(desk, &belongs, digest);
    let context = ReadContext {
        timezone: belongs.timezone.clone(),
        mapping: belongs.mapping.as_ref(),
        ..ReadContext::default()
    };
    let summary = read(belongs.format, &bytes, &context, &mut |row| reading.take(row))
        .map_err(|error| file(error.to_string()))?;
    reading.meet(&desk.history.observations);
    reading.reject_torn_keys();
    let derived = derived_coverage(belongs.format, belongs.source, &reading, summary.coverage);
    reading.publish(name, bytes, digest, &belongs, derived)
}

/// What a file belongs to, and how it is read.
struct Belongs<'a> {
    format: Format,
    mapping: Option<Mapping>,
    /// The source; none for a register.
    source: Option<&'a Source>,
    /// Id of the source or the register.
    id: String,
    timezone: Zone,
}

impl<'a> Belongs<'a> {
    fn find(
        desk: &'a Desk,
        name: &str,
        bytes: &[u8],
        options: &Options,
    ) -> Result<Belongs<'a>, String> {
        let agreement = &desk.agreement;
        let mappings = mappings(desk, options)?;
        let named: Vec<(&str, &Mapping)> =
            mappings.iter().map(|(name, mapping)| (name.as_str(), mapping)).collect();
        let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
        // A data file that the agreement names belongs to what names it.
        let listed = |files: &[String]| files.iter().any(|file| ends_with_path(name, file));
        let wanted = options.source.as_deref();
        let by_name = agreement.sources.iter().find(|source| listed(&source.files));
        let source = match wanted {
            Some(id) => agreement.source(id),
            None => by_name,
        };
        let register = agreement.registers.iter().find(|register| match wanted {
            Some(id) => register.id == id,
            None => by_name.is_none() && listed(&register.files),
        });
        if let (Some(id), None, None) = (wanted, source, register) {
            let known: Vec<&str> = agreement
                .sources
                .iter()
                .map(|source| source.id.as_str())
                .chain(agreement.registers.iter().map(|register| register.id.as_str()))
                .collect();
            return Err(format!(
                "the agreement has no source or register {id:?}; it has: {}",
                known.join(", ")
            ));
        }
        let own_format = options
            .format
            .as_deref()
            .or(source.filter(|s| s.mapping.is_none()).and_then(|s| s.format.as_deref()));
        // A format that a person named goes before the mapping of the source, and so does one
        // that no table can have.
        let no_table = matches!(
            recognise(name, head, &[]),
            Recognised::Format(Format::JsonLines | Format::GeoJson | Format::Claims)
        );
        let generic = match options.format.as_deref() {
            Some(format) => format == Format::Csv.name(),
            None => !no_table,
        };
        let own_mapping = options
            .mapping
            .as_deref()
            .or(source.filter(|_| generic).and_then(|source| source.mapping.as_deref()))
            .or(register.and_then(|register| register.mapping.as_deref()));
        let (format, mapping) = match (own_format, own_mapping) {
            (_, Some(wanted)) => {
                let found = mappings.iter().find(|(name, _)| name == wanted);
                let (_, mapping) = found
                    .ok_or_else(|| format!("the agreement has no mapping {wanted:?} beside it"))?;
                (Format::Csv, Some(mapping.clone()))
            }
            (Some(format), None) => {
                let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
                let format = Format::named(format).ok_or_else(|| {
                    format!("there is no format {format:?}; there are: {}", known.join(", "))
                })?;
                (format, None)
            }
            (None, None) => match recognise(name, head, &named) {
                Recognised::Format(format) => (format, None),
                Recognised::Mapped(n) => (Format::Csv, named.get(n).map(|(_, m)| (*m).clone())),
                Recognised::Unknown(reason) => return Err(reason),
            },
        };
        let register_id = mapping.as_ref().and_then(Mapping::register).map(str::to_string);
        let source = match (source, &register_id) {
            (Some(source), None) => Some(source),
            (_, Some(_)) => None,
            (None, None) => Some(the_one_source(desk, format, mapping.as_ref())?),
        };
        let id = match (source, register_id) {
            (Some(source), _) => source.id.clone(),
            (None, Some(register)) => register,
            (None, None) => String::new(),
        };
        let timezone = source.map_or(agreement.timezone.clone(), |s| s.timezone.clone());
        Ok(Belongs { format, mapping, source, id, timezone })
    }
}

/// The mappings beside the agreement.
fn mappings(desk: &Desk, options: &Options) -> Result<Vec<(String, Mapping)>, String> {
    let sources = desk.agreement.sources.iter().filter_map(|source| source.mapping.as_ref());
    let registers =
        desk.agreement.registers.iter().filter_map(|register| register.mapping.as_ref());
    let mut names: Vec<&String> = sources.chain(registers).chain(&options.mapping).collect();
    names.sort_unstable();
    names.dedup();
    let mut mappings = Vec::new();
    for name in names {
        let Some(text) = desk.files.files.bytes(name) else { continue };
        let text = String::from_utf8_lossy(text);
        let mapping = Mapping::parse(name, &text).map_err(|errors| {
            let first = errors.first().map(ToString::to_string).unwrap_or_default();
            format!("the mapping {name}: {first}")
        })?;
        mappings.push((name.clone(), mapping));
    }
    Ok(mappings)
}

/// The source that a file must be of, when only its format is known.
fn the_one_source<'a>(
    desk: &'a Desk,
    format: Format,
    mapping: Option<&Mapping>,
) -> Result<&'a Source, String> {
    let fits = |source: &&Source| match mapping {
        Some(mapping) => source.mapping.as_deref() == Some(&mapping.name),
        None => source.format.as_deref() == Some(format.name()),
    };
    let fitting: Vec<&Source> = desk.agreement.sources.iter().filter(fits).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(format!(
            "it is of the format {}, but no source of the agreement is; name one with --source",
            format.name()
        )),
        many => {
            let ids: Vec<&str> = many.iter().map(|source| source.id.as_str()).collect();
            Err(format!("it fits the sources {}; name one with --source", ids.join(", ")))
        }
    }
}

fn ends_with_path(name: &str, file: &str) -> bool {
    let name = name.replace('\\', "/");
    name == file || name.ends_with(&format!("/{file}"))
}

/// A row that is new in the record.
struct New {
    line: u32,
    draft: Draft,
    id: Hash,
}

/// The rows of one file on their way into the record.
struct Reading<'a> {
    source: &'a str,
    /// Content ids that this file holds already, or the record as anything but an observation that
    /// stands: for those see [`Reading::meet`].
    held: HashSet<Hash>,
    /// By the source's own number, the row that stands in the record.
    standing: HashMap<String, Cite>,
    new: Vec<New>,
    /// When something was seen, by which instrument, in which stratum: of every row, also of
    /// those that the record holds already, since coverage is worked out from whole files.
    sightings: Vec<(Interval, Option<String>, Option<String>)>,
    /// The zones that there are.
    zones: BTreeSet<&'a str>,
    /// The attributes that name instrument and stratum.
    by: Option<&'a str>,
    strata: Option<&'a str>,
    rejected: Vec<Rejected>,
    duplicate: u64,
    /// Whether the record holds this very file already.
    known: bool,
}

impl<'a> Reading<'a> {
    fn new(desk: &'a Desk, belongs: &'a Belongs<'a>, digest: Hash) -> Reading<'a> {
        let history = &desk.history;
        let mut held = HashSet::new();
        let mut standing = HashMap::new();
        let source = belongs.id.as_str();
        fn of<'h, T>(list: &'h [Held<T>], source: &str) -> impl Iterator<Item = &'h Held<T>> {
            list.iter().filter(move |held| held.of(source))
        }
        held.extend(of(&history.claims, source).map(|claim| claim.cite.id));
        held.extend(of(&history.coverage, source).map(|row| row.cite.id));
        for site in history.sites.get(source).into_iter().flatten() {
            held.insert(site.cite.id);
            if let Some(key) = &site.value.key {
                standing.insert(key.clone(), site.cite);
            }
        }
        // A row that was superseded or retracted does not come back with an old file.
        held.extend(of(&history.gone, source).map(|gone| gone.cite.id));
        let known = history
            .documents
            .iter()
            .any(|held| held.of(source) && held.value.file.sha256 == digest);
        let declared = belongs.source;
        Reading {
            source,
            held,
            standing,
            new: vec![],
            sightings: vec![],
            zones: desk.agreement.zones.iter().map(|zone| zone.id.as_str()).collect(),
            by: declared.and_then(|source| source.passes.as_ref()).map(|rule| rule.by.as_str()),
            strata: declared.and_then(|source| source.strata.as_deref()),
            rejected: vec![],
            duplicate: 0,
            known,
        }
    }

    fn take(&mut self, row: Row) {
        match row {
            Row::Rejected(rejected) => self.rejected.push(rejected),
            Row::Draft { line, draft } => {
                if let Some(zone) = zone_of(&draft).filter(|zone| !self.zones.contains(zone)) {
                    let reason = format!("the agreement has no zone {zone:?}");
                    let column = Some("zone".to_string());
                    self.rejected.push(Rejected { line, column, reason, raw: String::new() });
                    return;
                }
                let id = draft_id(self.source, &draft);
                if let Draft::Observation(row) = &draft {
                    let attr = |name: Option<&str>| name.and_then(|n| row.attrs.get(n)).cloned();
                    self.sightings.push((row.interval(), attr(self.by), attr(self.strata)));
                }
                if self.held.insert(id) {
                    self.new.push(New { line, draft, id });
                } else {
                    self.duplicate += 1;
                }
            }
        }
    }

    /// Finds among the observations of the record those that this file has too, and those with a
    /// number that a row of this file has. There may be many more of them than rows here.
    fn meet(&mut self, observations: &Observed) {
        let rows = self.new.iter();
        let keys: HashSet<&str> = rows.clone().filter_map(|row| key_of(&row.draft)).collect();
        let ids: HashSet<Hash> = rows.map(|row| row.id).collect();
        let mut known = HashSet::new();
        for seen in observations.iter().filter(|seen| seen.of(self.source)) {
            if ids.contains(&seen.id()) {
                known.insert(seen.id());
            }
            if let Some(key) = seen.key().filter(|key| keys.contains(key)) {
                self.standing.insert(key.to_string(), seen.cite());
            }
        }
        let before = self.new.len();
        self.new.retain(|row| !known.contains(&row.id));
        self.duplicate += (before - self.new.len()) as u64;
    }

    /// A number that stands on two rows of one file with different content says neither: both
    /// go to quarantine, so that the order of rows doesn't decide.
    fn reject_torn_keys(&mut self) {
        let mut lines: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for row in &self.new {
            if let Some(key) = key_of(&row.draft) {
                lines.entry(key).or_default().push(row.line);
            }
        }
        lines.retain(|_, lines| lines.len() > 1);
        if lines.is_empty() {
            return;
        }
        let torn: BTreeMap<String, Vec<u32>> =
            lines.into_iter().map(|(key, lines)| (key.to_string(), lines)).collect();
        let (bad, good): (Vec<New>, Vec<New>) = std::mem::take(&mut self.new)
            .into_iter()
            .partition(|row| key_of(&row.draft).is_some_and(|key| torn.contains_key(key)));
        self.new = good;
        for row in bad {
            let key = key_of(&row.draft).unwrap_or_default();
            let lines: Vec<String> = torn[key].iter().map(ToString::to_string).collect();
            self.held.remove(&row.id);
            self.rejected.push(Rejected {
                line: row.line,
                column: None,
                reason: format!(
                    "the number {key:?} stands on lines {} with different content; keep the right \
                     one",
                    lines.join(", ")
                ),
                raw: String::new(),
            });
        }
        self.rejected.sort_by_key(|rejected| rejected.line);
    }

    fn publish(
        mut self,
        name: &str,
        bytes: Vec<u8>,
        digest: Hash,
        belongs: &Belongs<'_>,
        coverage: Vec<CoverageRow>,
    ) -> Result<Intake, DeskError> {
        let source = self.source.to_string();
        let rows = RowCount {
            accepted: self.new.len() as u64,
            duplicate: self.duplicate,
            rejected: self.rejected.len() as u64,
        };
        let coverage: Vec<CoverageRow> = coverage
            .into_iter()
            .filter(|row| self.held.insert(content::row_id(Kind::Coverage, &source, row)))
            .collect();
        let mut intake = Intake {
            name: name.to_string(),
            format: belongs.format,
            source: source.clone(),
            rows,
            corrected: 0,
            rejected: vec![],
            coverage: coverage.len() as u64,
            bodies: vec![],
            blobs: vec![],
        };
        let nothing_new = self.new.is_empty() && coverage.is_empty();
        if nothing_new && (self.known || (self.rejected.is_empty() && self.duplicate > 0)) {
            intake.rejected = self.rejected;
            return Ok(intake);
        }
        // Where a file lay on somebody's machine is nobody's business.
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let quarantine = quarantine(name, &self.rejected);
        let file = blob(name, &bytes);
        intake.bodies.push(Body::Document(Document {
            file,
            format: belongs.format.name().into(),
            source: source.clone(),
            rows,
            quarantine: quarantine.as_ref().map(|(blob, _)| blob.clone()),
        }));
        intake.blobs.push(bytes);
        intake.blobs.extend(quarantine.map(|(_, bytes)| bytes));
        intake.corrected = self.bodies(&mut intake.bodies, &source, digest)?;
        intake.bodies.extend(batch_rows(coverage, |rows| {
            Body::Coverage(Coverage {
                source: source.clone(),
                document: Some(digest),
                basis: Basis::Derived,
                rows,
            })
        })?);
        intake.rejected = self.rejected;
        Ok(intake)
    }

    /// The entries of the new rows, by kind; gives how many supersede an earlier row.
    fn bodies(
        &mut self,
        bodies: &mut Vec<Body>,
        source: &str,
        digest: Hash,
    ) -> Result<u64, DeskError> {
        let document = Some(digest);
        let (mut observations, mut coverage, mut claims) = (vec![], vec![], vec![]);
        let (mut sites, mut statements, mut rest) = (vec![], vec![], vec![]);
        let mut corrected = 0;
        for row in std::mem::take(&mut self.new) {
            let old = key_of(&row.draft).and_then(|key| self.standing.get(key)).copied();
            if let Some(old) = old {
                let by = match row.draft {
                    Draft::Observation(row) => Replacement::Observation(row),
                    Draft::Site(row) => Replacement::Site(row),
                    _ => continue,
                };
                corrected += 1;
                rest.push(Body::Correction(Correction {
                    of: old.to_ref(),
                    by: Some((source.to_string(), by)),
                    role: "the source itself".into(),
                    reason: "the source published this row again with other content".into(),
                }));
                continue;
            }
            match row.draft {
                Draft::Observation(row) => observations.push(row),
                Draft::Coverage(row) => coverage.push(row),
                Draft::Claim(row) => claims.push(row),
                Draft::Site(row) => sites.push(row),
                Draft::Statement(row) => statements.push(*row),
                Draft::Act(act) => rest.push(Body::Act(act)),
            }
        }
        let source = || source.to_string();
        bodies.extend(batch_rows(sites, |rows| {
            Body::Register(Sites { register: source(), document: digest, rows })
        })?);
        bodies.extend(batch_rows(observations, |rows| {
            Body::Observation(Observations { source: source(), document, rows })
        })?);
        bodies.extend(batch_rows(coverage, |rows| {
            Body::Coverage(Coverage { source: source(), document, basis: Basis::Stated, rows })
        })?);
        bodies.extend(batch_rows(claims, |rows| {
            Body::Claim(Claims { source: source(), document, rows })
        })?);
        bodies.extend(batch_rows(statements, |rows| {
            Body::Statement(Statements { document, rows, ..Statements::default() })
        })?);
        bodies.extend(rest);
        Ok(corrected)
    }
}

fn draft_id(source: &str, draft: &Draft) -> Hash {
    match draft {
        Draft::Observation(row) => content::row_id(Kind::Observation, source, row),
        Draft::Coverage(row) => content::row_id(Kind::Coverage, source, row),
        Draft::Claim(row) => content::row_id(Kind::Claim, source, row),
        Draft::Site(row) => content::row_id(Kind::Register, source, row),
        Draft::Statement(row) => content::row_id(Kind::Statement, source, row),
        Draft::Act(act) => content::body_id(&Body::Act(act.clone())),
    }
}

/// The zone that a row names.
fn zone_of(draft: &Draft) -> Option<&str> {
    let place = match draft {
        Draft::Observation(row) => row.at.as_ref(),
        Draft::Site(row) => Some(&row.at),
        Draft::Coverage(row) => return row.zone.as_deref(),
        Draft::Claim(_) | Draft::Statement(_) | Draft::Act(_) => None,
    };
    match place {
        Some(Place::Zone(at)) => Some(&at.zone),
        _ => None,
    }
}

fn key_of(draft: &Draft) -> Option<&str> {
    match draft {
        Draft::Observation(row) => row.key.as_deref(),
        Draft::Site(row) => row.key.as_deref(),
        _ => None,
    }
}

/// The quarantine as a file of its own: a line of JSON a row.
fn quarantine(name: &str, rejected: &[Rejected]) -> Option<(servanda_entry::Blob, Vec<u8>)> {
    if rejected.is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    for row in rejected {
        bytes.extend(serde_json::to_vec(row).unwrap_or_default());
        bytes.push(b'\n');
    }
    Some((blob(&format!("{name}.quarantine.jsonl"), &bytes), bytes))
}

/// What the rows show to have been watched, by the rules of their source and format.
///
/// A source with passes: its passes. A compilation of events: the span of the file, in part,
/// since what it did not come to know is not in it. News items: the days on which it has any; a
/// day without one is silence, not calm.
fn derived_coverage(
    format: Format,
    source: Option<&Source>,
    reading: &Reading<'_>,
    by_mapping: Vec<CoverageRow>,
) -> Vec<CoverageRow> {
    let partial = |interval: &Interval| CoverageRow {
        from_ms: interval.from.ms(),
        to_ms: interval.to.ms(),
        zone: None,
        watch: servanda_entry::Watch::Partial,
        attrs: Attrs::new(),
        line: 0,
    };
    if let Some(rule) = source.and_then(|source| source.passes.as_ref()) {
        let sightings = reading.sightings.iter().filter_map(|(interval, by, stratum)| {
            Some(Sighting {
                instrument: by.as_deref()?,
                interval: *interval,
                stratum: stratum.as_deref(),
            })
        });
        let gap_ms = rule.gap.elapsed_ms().unwrap_or(0);
        return passes(sightings, &rule.by, reading.strata.unwrap_or_default(), gap_ms);
    }
    let intervals = || reading.sightings.iter().map(|(interval, _, _)| *interval);
    let mut coverage = by_mapping;
    match format {
        // Only events whose day is known: a vague one says little of when the compilers looked.
        Format::Ucdp => coverage.extend(
            intervals()
                .filter(|interval| interval.ms() <= DAY_MS_MAX)
                .reduce(Interval::hull)
                .iter()
                .map(partial),
        ),
        // A day with a row was looked at; a day without one says nothing of the source.
        Format::Viina | Format::Firms => {
            let zone = source.map_or(Zone::utc(), |source| source.timezone.clone());
            let days = intervals().map(|interval| {
                // The report's own day is the end of the interval in which the event lies.
                let day = interval.to.plus_ms(-1).day_start(&zone);
                Interval { from: day, to: day.next_day(&zone) }
            });
            coverage.extend(merge(days.collect(), 0).iter().map(partial));
        }
        _ => {}
    }
    coverage
}

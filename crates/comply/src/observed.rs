//! Observations in columns: a record may hold millions.

use crate::answer::CiteBy;
use crate::history::Cite;
use crate::scene::Lies;
use serde::{Deserialize, Serialize};
use servanda_entry::{Attrs, Count, Disc, InZone, Observation, Place};
use servanda_time::{Instant, Interval};
use servanda_tlog::Hash;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The number of a row that is an entry of its own, and of a key that there isn't.
const NONE: u32 = u32::MAX;

/// What was observed, in the order in which it was put in.
///
/// A row takes about 110 bytes and its key: what many rows share (names, attributes, sides) is kept
/// once. [`Seen`] is one of them.
#[derive(Clone, Default)]
pub struct Observed {
    entry: Vec<u64>,
    row: Vec<u32>,
    id: Vec<Hash>,
    source: Vec<u32>,
    kind: Vec<u32>,
    when: Vec<Interval>,
    spot: Vec<Spot>,
    rest: Vec<u32>,
    line: Vec<u32>,
    /// Where each key stands in `keys`; the length [`NONE`] marks a row without.
    key: Vec<Key>,
    keys: String,
    /// What is known of a row already; [`NONE`] marks one of which nothing is.
    known: Vec<u32>,
    words: Words,
    rests: Shared<Rest>,
    knowns: Shared<Known>,
    by_id: OnceLock<Arc<Vec<(u64, u32)>>>,
}

#[derive(Debug, Clone, Copy)]
enum Spot {
    Nowhere,
    Disc(Disc),
    /// Number of its name.
    Zone(u32),
}

#[derive(Debug, Clone, Copy)]
struct Key {
    start: u64,
    length: u32,
}

/// Names, each once.
#[derive(Debug, Clone, Default)]
struct Words {
    list: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(NONE);
        let word: Arc<str> = word.into();
        self.list.push(Arc::clone(&word));
        self.numbers.insert(word, number);
        number
    }

    fn word(&self, number: u32) -> &str {
        self.list.get(number as usize).map_or("", |word| word)
    }
}

/// What most rows share with others, each once.
#[derive(Debug, Clone)]
struct Shared<T> {
    list: Vec<Arc<T>>,
    numbers: HashMap<Arc<T>, u32>,
}

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared { list: Vec::new(), numbers: HashMap::new() }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Rest {
    attrs: Attrs,
    count: Option<Count>,
    origins: Vec<String>,
    sides: Vec<Vec<String>>,
}

impl<T: Clone + Eq + std::hash::Hash> Shared<T> {
    fn number(&mut self, shared: T) -> u32 {
        if let Some(&number) = self.numbers.get(&shared) {
            return number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(NONE);
        let shared = Arc::new(shared);
        self.list.push(Arc::clone(&shared));
        self.numbers.insert(shared, number);
        number
    }

    /// The numbers here of what others share, in their order.
    fn numbers_of<'a>(&mut self, others: impl IntoIterator<Item = &'a Arc<T>>) -> Vec<u32>
    where
        T: 'a,
    {
        others.into_iter().map(|other| self.number(T::clone(other))).collect()
    }

    /// All of it, in the order of its numbers.
    fn all(&self) -> Vec<T> {
        self.list.iter().map(|shared| T::clone(shared)).collect()
    }
}

/// What was worked out of an observation before, under the text that is asked about: see
/// [`sieve`](crate::sieve()).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Known {
    /// It can be one event with no other of the record.
    pub(crate) alone: bool,
    /// How it lies to each zone that the text names.
    pub(crate) sides: Vec<(String, Lies)>,
}

impl Observed {
    /// Adds one.
    pub fn push(&mut self, cite: Cite, source: &str, row: &Observation) {
        self.by_id = OnceLock::new();
        self.entry.push(cite.entry);
        self.row.push(cite.row.unwrap_or(NONE));
        self.id.push(cite.id);
        self.source.push(self.words.number(source));
        self.kind.push(self.words.number(&row.kind));
        self.when.push(row.interval());
        self.spot.push(match &row.at {
            None => Spot::Nowhere,
            Some(Place::Disc(disc)) => Spot::Disc(*disc),
            Some(Place::Zone(at)) => Spot::Zone(self.words.number(&at.zone)),
        });
        self.rest.push(self.rests.number(Rest {
            attrs: row.attrs.clone(),
            count: row.count.clone(),
            origins: row.origins.clone(),
            sides: row.sides.clone(),
        }));
        self.line.push(row.line);
        self.known.push(NONE);
        self.push_key(row.key.as_deref());
    }

    /// Notes what is known of one of them.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn know(&mut self, n: usize, known: Known) {
        self.known[n] = self.knowns.number(known);
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, rows: usize) {
        self.entry.reserve(rows);
        self.row.reserve(rows);
        self.id.reserve(rows);
        self.source.reserve(rows);
        self.kind.reserve(rows);
        self.when.reserve(rows);
        self.spot.reserve(rows);
        self.rest.reserve(rows);
        self.line.reserve(rows);
        self.known.reserve(rows);
        self.key.reserve(rows);
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, n: usize) -> Option<Seen<'_>> {
        (n < self.len()).then_some(Seen { of: self, n })
    }

    /// One of them that is there.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn at(&self, n: usize) -> Seen<'_> {
        assert!(n < self.len(), "observation {n} of {}", self.len());
        Seen { of: self, n }
    }

    /// All, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Seen<'_>> + Clone {
        (0..self.len()).map(|n| Seen { of: self, n })
    }

    /// The place of the one with a content id; of several, the last.
    #[must_use]
    pub fn find(&self, id: &Hash) -> Option<usize> {
        let by_id = self.by_id.get_or_init(|| {
            let all = self.id.iter().zip(0_u32..).map(|(id, n)| (head(id), n));
            let mut all: Vec<(u64, u32)> = all.collect();
            all.sort_unstable();
            Arc::new(all)
        });
        let head = head(id);
        let start = by_id.partition_point(|(other, _)| *other < head);
        let near = by_id[start..].iter().take_while(|(other, _)| *other == head);
        near.map(|(_, n)| *n as usize).filter(|&n| self.id[n] == *id).last()
    }

    /// Adds those of others of which it is so, in their order.
    pub fn append(&mut self, others: &Observed, keep: impl Fn(Seen<'_>) -> bool) {
        self.by_id = OnceLock::new();
        let words: Vec<u32> = others.words.list.iter().map(|w| self.words.number(w)).collect();
        let rests = self.rests.numbers_of(&others.rests.list);
        let knowns = self.knowns.numbers_of(&others.knowns.list);
        for (n, seen) in others.iter().enumerate().filter(|(_, seen)| keep(*seen)) {
            self.entry.push(others.entry[n]);
            self.row.push(others.row[n]);
            self.id.push(others.id[n]);
            self.source.push(words[others.source[n] as usize]);
            self.kind.push(words[others.kind[n] as usize]);
            self.when.push(others.when[n]);
            self.spot.push(match others.spot[n] {
                Spot::Zone(zone) => Spot::Zone(words[zone as usize]),
                spot => spot,
            });
            self.rest.push(rests[others.rest[n] as usize]);
            self.line.push(others.line[n]);
            self.known.push(knowns.get(others.known[n] as usize).copied().unwrap_or(NONE));
            self.push_key(seen.key());
        }
    }

    /// Those of which it is so.
    #[must_use]
    pub fn filtered(&self, keep: impl Fn(Seen<'_>) -> bool) -> Observed {
        let mut kept = Observed::default();
        kept.append(self, keep);
        kept
    }

    /// Some of them, in the order in which they are named, and nothing that only others share.
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn picked(&self, rows: impl IntoIterator<Item = usize>) -> Observed {
        let mut some = Observed::default();
        for n in rows {
            let seen = self.at(n);
            some.push(seen.cite(), seen.source(), &seen.value());
        }
        some
    }

    fn push_key(&mut self, key: Option<&str>) {
        let start = self.keys.len() as u64;
        let length = key.map_or(NONE, |key| {
            self.keys.push_str(key);
            u32::try_from(key.len()).unwrap_or(NONE)
        });
        self.key.push(Key { start, length });
    }

    /// As bytes, from which [`Observed::from_bytes`] makes it again: a line of JSON with the
    /// number of rows and what rows share, and then the columns, numbers with the least byte first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let shared = Head {
            rows: self.len(),
            keys: self.keys.len(),
            words: self.words.list.iter().map(|word| word.to_string()).collect(),
            rests: self.rests.all(),
            knowns: self.knowns.all(),
        };
        let mut bytes = serde_json::to_vec(&shared).unwrap_or_default();
        bytes.push(b'\n');
        for n in 0..self.len() {
            bytes.extend(self.entry[n].to_le_bytes());
            bytes.extend(self.row[n].to_le_bytes());
            bytes.extend(self.id[n].0);
            bytes.extend(self.source[n].to_le_bytes());
            bytes.extend(self.kind[n].to_le_bytes());
            bytes.extend(self.when[n].from.ms().to_le_bytes());
            bytes.extend(self.when[n].to.ms().to_le_bytes());
            let (form, one, other, radius_mm) = match self.spot[n] {
                Spot::Nowhere => (0_u32, 0, 0, 0),
                Spot::Disc(disc) => (1, disc.lat_e7, disc.lon_e7, disc.radius_mm),
                Spot::Zone(zone) => (2, zone.cast_signed(), 0, 0),
            };
            bytes.extend(form.to_le_bytes());
            bytes.extend(one.to_le_bytes());
            bytes.extend(other.to_le_bytes());
            bytes.extend(radius_mm.to_le_bytes());
            bytes.extend(self.rest[n].to_le_bytes());
            bytes.extend(self.line[n].to_le_bytes());
            bytes.extend(self.known[n].to_le_bytes());
            bytes.extend(self.key[n].length.to_le_bytes());
        }
        bytes.extend(self.keys.as_bytes());
        bytes
    }

    /// From the bytes that [`Observed::to_bytes`] gives; none of others.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Observed> {
        let mut all = Observed::default();
        all.append_bytes(bytes).then_some(all)
    }

    /// Adds those of the bytes that [`Observed::to_bytes`] gives. False for others; what is held is
    /// not to be used then.
    #[must_use]
    pub fn append_bytes(&mut self, bytes: &[u8]) -> bool {
        self.by_id = OnceLock::new();
        self.take_bytes(bytes).is_some()
    }

    fn take_bytes(&mut self, bytes: &[u8]) -> Option<()> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let shared: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let columns = &bytes[end + 1..];
        let size = shared.rows.checked_mul(ROW_BYTES)?;
        let (rows, keys) = columns.split_at_checked(size)?;
        let keys = std::str::from_utf8(keys).ok().filter(|keys| keys.len() == shared.keys)?;
        let words: Vec<u32> = shared.words.iter().map(|word| self.words.number(word)).collect();
        let rests = shared.rests.into_iter().map(|rest| self.rests.number(rest));
        let rests: Vec<u32> = rests.collect();
        let knowns = shared.knowns.into_iter().map(|known| self.knowns.number(known));
        let knowns: Vec<u32> = knowns.collect();
        let pick = |all: &[u32], number: u32| all.get(number as usize).copied();
        let all = self;
        all.reserve(shared.rows);
        let mut rest_of_keys = keys;
        for row in rows.chunks_exact(ROW_BYTES) {
            let mut fields = Fields(row);
            all.entry.push(fields.u64()?);
            all.row.push(fields.u32()?);
            all.id.push(Hash(fields.take()?));
            all.source.push(pick(&words, fields.u32()?)?);
            all.kind.push(pick(&words, fields.u32()?)?);
            let from = Instant::from_ms(i64::from_le_bytes(fields.take()?)).ok()?;
            let to = Instant::from_ms(i64::from_le_bytes(fields.take()?)).ok()?;
            all.when.push(Interval { from, to });
            let (form, one, other) = (fields.u32()?, fields.u32()?, fields.u32()?);
            let radius_mm = fields.u64()?;
            all.spot.push(match form {
                0 => Spot::Nowhere,
                1 => {
                    let (lat_e7, lon_e7) = (one.cast_signed(), other.cast_signed());
                    Spot::Disc(Disc { lat_e7, lon_e7, radius_mm })
                }
                2 => Spot::Zone(pick(&words, one)?),
                _ => return None,
            });
            all.rest.push(pick(&rests, fields.u32()?)?);
            all.line.push(fields.u32()?);
            all.known.push(match fields.u32()? {
                NONE => NONE,
                known => pick(&knowns, known)?,
            });
            match fields.u32()? {
                NONE => all.push_key(None),
                length => {
                    let (key, rest) = rest_of_keys.split_at_checked(length as usize)?;
                    rest_of_keys = rest;
                    all.push_key(Some(key));
                }
            }
        }
        rest_of_keys.is_empty().then_some(())
    }
}

/// What [`Observed::to_bytes`] puts before the columns.
#[derive(Serialize, Deserialize)]
struct Head {
    rows: usize,
    keys: usize,
    words: Vec<String>,
    rests: Vec<Rest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    knowns: Vec<Known>,
}

/// The bytes of a row.
const ROW_BYTES: usize = 8 + 4 + 32 + 4 + 4 + 8 + 8 + 4 + 4 + 4 + 8 + 4 + 4 + 4 + 4;

/// The rest of a row's bytes.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*field)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }
}

impl fmt::Debug for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The first bytes of a content id, by which it is found.
fn head(id: &Hash) -> u64 {
    let mut head = [0; 8];
    head.copy_from_slice(&id.0[..8]);
    u64::from_be_bytes(head)
}

/// An observation that stands, where it is in the record, and of which source.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    of: &'a Observed,
    n: usize,
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seen")
            .field(&self.cite())
            .field(&self.source())
            .field(&self.value())
            .finish()
    }
}

impl<'a> Seen<'a> {
    /// Where it stands in the record.
    #[must_use]
    pub fn cite(&self) -> Cite {
        let row = Some(self.of.row[self.n]).filter(|row| *row != NONE);
        Cite { entry: self.of.entry[self.n], row, id: self.id() }
    }

    /// Its content id.
    #[must_use]
    pub fn id(&self) -> Hash {
        self.of.id[self.n]
    }

    /// As it is cited.
    #[must_use]
    pub fn print(&self, by: CiteBy) -> String {
        self.cite().print(by)
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &'a str {
        self.of.words.word(self.of.source[self.n])
    }

    /// Whether it is of that source.
    #[must_use]
    pub fn of(&self, source: &str) -> bool {
        self.source() == source
    }

    /// What was observed.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        self.of.words.word(self.of.kind[self.n])
    }

    /// When it can have happened.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.of.when[self.n]
    }

    /// Where it can have happened; none: the source doesn't say.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self.of.spot[self.n] {
            Spot::Nowhere => None,
            Spot::Disc(disc) => Some(Place::Disc(disc)),
            Spot::Zone(zone) => {
                Some(Place::Zone(InZone { zone: self.of.words.word(zone).to_owned() }))
            }
        }
    }

    /// Whether the source says where.
    #[must_use]
    pub fn has_place(&self) -> bool {
        !matches!(self.of.spot[self.n], Spot::Nowhere)
    }

    /// The disc that it lies in, where its place is one.
    #[must_use]
    pub fn disc(&self) -> Option<Disc> {
        match self.of.spot[self.n] {
            Spot::Disc(disc) => Some(disc),
            Spot::Nowhere | Spot::Zone(_) => None,
        }
    }

    /// The zone that it lies somewhere in, where no more is known.
    #[must_use]
    pub fn zone(&self) -> Option<&'a str> {
        match self.of.spot[self.n] {
            Spot::Zone(zone) => Some(self.of.words.word(zone)),
            Spot::Nowhere | Spot::Disc(_) => None,
        }
    }

    /// What is known of it already.
    pub(crate) fn known(&self) -> Option<&'a Known> {
        self.of.knowns.list.get(self.of.known[self.n] as usize).map(|known| &**known)
    }

    fn rest(&self) -> &'a Rest {
        &self.of.rests.list[self.of.rest[self.n] as usize]
    }

    /// Whatever else the source says.
    #[must_use]
    pub fn attrs(&self) -> &'a Attrs {
        &self.rest().attrs
    }

    /// How many; none: one, of its kind.
    #[must_use]
    pub fn count(&self) -> Option<&'a Count> {
        self.rest().count.as_ref()
    }

    /// Whether it says that there was none: that somebody looked.
    #[must_use]
    pub fn counts_none(&self) -> bool {
        self.count().is_some_and(|count| count.high == Some(0))
    }

    /// Where the source itself has it from.
    #[must_use]
    pub fn origins(&self) -> &'a [String] {
        &self.rest().origins
    }

    /// Actors as the source writes them: each inner list is one side.
    #[must_use]
    pub fn sides(&self) -> &'a [Vec<String>] {
        &self.rest().sides
    }

    /// The source's own number for it.
    #[must_use]
    pub fn key(&self) -> Option<&'a str> {
        let Key { start, length } = self.of.key[self.n];
        let start = usize::try_from(start).ok().filter(|_| length != NONE)?;
        self.of.keys.get(start..start + length as usize)
    }

    /// Line in the file, from 1; 0 when there is no file.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.of.line[self.n]
    }

    /// All of it, as the record holds it.
    #[must_use]
    pub fn value(&self) -> Observation {
        let when = self.interval();
        Observation {
            at: self.place(),
            attrs: self.attrs().clone(),
            count: self.count().cloned(),
            from_ms: when.from.ms(),
            key: self.key().map(Into::into),
            kind: self.kind().into(),
            line: self.line(),
            origins: self.origins().to_vec(),
            sides: self.sides().to_vec(),
            to_ms: when.to.ms(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows() -> impl Strategy<Value = Vec<(String, Observation)>> {
        let place = prop_oneof![
            Just(None),
            (any::<i32>(), any::<i32>(), any::<u64>()).prop_map(|(lat_e7, lon_e7, radius_mm)| {
                Some(Place::Disc(Disc { lat_e7, lon_e7, radius_mm }))
            }),
            "[a-c]".prop_map(|zone| Some(Place::Zone(InZone { zone }))),
        ];
        let count = (any::<Option<u64>>(), any::<Option<u64>>(), any::<u64>(), "[a-b]");
        let count = count.prop_map(|(best, high, low, unit)| Count { best, high, low, unit });
        let row = (
            (place, prop::option::of(count), prop::option::of("[0-9é]{0,3}"), "[f-g]"),
            prop::collection::btree_map("[a-b]", "[\\n\\PC]{0,2}", 0..3),
            (-1_000_i64..1_000, 0_i64..1_000, 0_u32..9),
            prop::collection::vec("[o-p]", 0..2),
            prop::collection::vec(prop::collection::vec("[s-t]", 0..2), 0..2),
        );
        let row = row.prop_map(|((at, count, key, kind), attrs, time, origins, sides)| {
            let (from_ms, length, line) = time;
            let to_ms = from_ms + length;
            let attrs = attrs.into_iter().collect();
            Observation { at, attrs, count, from_ms, key, kind, line, origins, sides, to_ms }
        });
        prop::collection::vec(("[x-y]", row), 0..20)
    }

    fn observed(rows: &[(String, Observation)]) -> Observed {
        let mut all = Observed::default();
        for (n, (source, row)) in (0_u32..).zip(rows) {
            let id = Hash([u8::try_from(n % 7).unwrap(); 32]);
            let row_number = (n % 3 != 0).then_some(n);
            all.push(Cite { entry: u64::from(n), row: row_number, id }, source, row);
        }
        all
    }

    fn check(all: &Observed, rows: &[(String, Observation)], kept: impl Fn(usize) -> bool) {
        let wanted: Vec<_> = rows.iter().enumerate().filter(|(n, _)| kept(*n)).collect();
        assert_eq!(all.len(), wanted.len());
        for (seen, (n, (source, row))) in all.iter().zip(wanted) {
            assert_eq!(
                (seen.source(), seen.value(), seen.cite().entry),
                (&**source, row.clone(), n as u64)
            );
            assert_eq!(seen.cite().row, (n % 3 != 0).then_some(n as u32));
            let (place, disc, zone) = (seen.has_place(), seen.disc(), seen.zone());
            assert_eq!(place, disc.is_some() || zone.is_some());
        }
    }

    proptest! {
        #[test]
        fn what_is_put_in_comes_out_whole_by_bytes_and_in_parts(
            rows in rows(),
            part in 0_usize..20,
        ) {
            let all = observed(&rows);
            check(&all, &rows, |_| true);
            let again = Observed::from_bytes(&all.to_bytes()).unwrap();
            check(&again, &rows, |_| true);
            let odd = |seen: Seen<'_>| seen.cite().entry % 2 == 1;
            check(&all.filtered(odd), &rows, |n| n % 2 == 1);
            check(&all.picked((1..rows.len()).step_by(2)), &rows, |n| n % 2 == 1);
            let part = part.min(rows.len());
            let mut two = observed(&rows[..part]);
            two.append(&all, |seen| seen.cite().entry >= part as u64);
            check(&two, &rows, |_| true);
            for n in 0..7_u8 {
                let last = (0..rows.len()).rfind(|place| place % 7 == usize::from(n));
                prop_assert_eq!(two.find(&Hash([n; 32])), last);
            }
        }

        #[test]
        fn bytes_that_were_changed_are_refused_or_other_rows(
            rows in rows(),
            at in 0_usize..9_000,
            by in 1_u8..,
        ) {
            let mut bytes = observed(&rows).to_bytes();
            let cut = at % bytes.len();
            prop_assert!(Observed::from_bytes(&bytes[..cut]).is_none_or(|all| all.is_empty()));
            bytes[cut] ^= by;
            // Whatever they say, nothing is read that isn't there.
            if let Some(all) = Observed::from_bytes(&bytes) {
                all.iter().for_each(|seen| drop((seen.value(), seen.print(CiteBy::Entry))));
            }
        }
    }
}

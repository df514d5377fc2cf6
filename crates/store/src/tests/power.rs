//! A file system whose power fails: what was not waited for may be there, or not, or in part.
//!
//! The model is harsher than real ones. Every name and every file that was not synced is drawn by
//! itself: the old, the new, or a mixture of blocks of both. After a failed sync the system has
//! forgotten what it could not write, and says that all is well (as Linux does).

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::layout::Place;
use crate::storage::fs::{Found, Fs, Growing, Held};

/// Bytes that a disk writes whole.
const BLOCK_BYTES: usize = 512;

/// A stream of numbers from a seed (SplitMix64; Steele, Lea and Flood, OOPSLA 2014).
#[derive(Debug, Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end.max(1)
    }
}

/// Where a program waits for the disk: what for, and which kind of file.
pub(crate) type Site = (&'static str, &'static str);

/// What goes wrong, at the call of this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The power goes, perhaps in the middle of that call.
    Power,
    /// That call fails, having done nothing or part of it.
    Error,
    /// There is no room from then on.
    Full,
}

#[derive(Debug, Clone, Default)]
struct File {
    disk: Vec<u8>,
    now: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    File(usize),
    Directory,
}

/// The names in a directory: on the disk, and as programs see them.
#[derive(Debug, Clone, Default)]
struct Names {
    disk: BTreeMap<OsString, Node>,
    now: BTreeMap<OsString, Node>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    directories: BTreeMap<PathBuf, Names>,
    calls: u64,
    trouble: Option<(u64, Trouble)>,
    dark: bool,
    full: bool,
    draw: Option<Draw>,
    /// Syncs of this site do nothing, and say that all is well.
    skipped: Option<Site>,
    /// The sites that were met.
    sites: BTreeSet<Site>,
}

/// A machine's disk and its file system; clones are the same machine.
#[derive(Debug, Clone)]
pub(crate) struct Machine(Arc<Mutex<State>>);

impl Machine {
    pub(crate) fn new(root: &Path, seed: u64, skipped: Option<Site>) -> Machine {
        let mut state = State { draw: Some(Draw::new(seed)), skipped, ..State::default() };
        state.directories.insert(root.to_owned(), Names::default());
        Machine(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn plan(&self, trouble: Option<(u64, Trouble)>) {
        let mut state = self.lock();
        state.trouble = trouble.map(|(after, what)| (state.calls + after, what));
        state.full = false;
    }

    pub(crate) fn is_dark(&self) -> bool {
        self.lock().dark
    }

    pub(crate) fn sites(&self) -> BTreeSet<Site> {
        self.lock().sites.clone()
    }

    pub(crate) fn power_on_if_dark(&self) {
        if self.is_dark() {
            self.power_on();
        }
    }

    /// The power comes back: what is on the disk now is all that there is.
    pub(crate) fn power_on(&self) {
        let mut state = self.lock();
        let mut draw = state.draw.take().unwrap();
        for names in state.directories.values_mut() {
            let all: BTreeSet<OsString> =
                names.disk.keys().chain(names.now.keys()).cloned().collect();
            for name in all {
                let (old, new) = (names.disk.get(&name), names.now.get(&name));
                if old != new && draw.below(2) == 0 {
                    match new.copied() {
                        Some(node) => names.disk.insert(name, node),
                        None => names.disk.remove(&name),
                    };
                }
            }
            names.now = names.disk.clone();
        }
        for file in &mut state.files {
            file.disk = torn(&file.disk, &file.now, &mut draw);
            file.now = file.disk.clone();
        }
        // The name of a directory that was removed may be back, with nothing in it.
        let back: Vec<PathBuf> = (state.directories.iter())
            .flat_map(|(path, names)| {
                names.now.iter().map(move |(name, node)| (path.join(name), node))
            })
            .filter(|(_, node)| **node == Node::Directory)
            .map(|(path, _)| path)
            .collect();
        for path in back {
            state.directories.entry(path).or_default();
        }
        let directories = state.directories.clone();
        // A directory whose own name was lost is out of reach.
        state.directories.retain(|path, _| {
            path.ancestors().all(|above| match (above.parent(), above.file_name()) {
                (Some(parent), Some(name)) => directories
                    .get(parent)
                    .is_none_or(|names| names.now.get(name) == Some(&Node::Directory)),
                _ => true,
            })
        });
        (state.dark, state.trouble, state.full) = (false, None, false);
        state.draw = Some(draw);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// One more call that changes something: whether it fails, and then whether part of it is done.
    fn call(&self, writes: bool) -> Result<MutexGuard<'_, State>, (io::Error, bool)> {
        let mut state = self.lock();
        let dark = || io::Error::other("the power is gone");
        if state.dark {
            return Err((dark(), false));
        }
        state.calls += 1;
        let now = state.trouble.filter(|(at, _)| *at == state.calls).map(|(_, what)| what);
        let partly = state.draw.as_mut().is_some_and(|draw| draw.below(2) == 0);
        match now {
            Some(Trouble::Power) => {
                state.dark = true;
                Err((dark(), partly))
            }
            Some(Trouble::Error) => Err((io::Error::other("input/output error"), partly)),
            Some(Trouble::Full) => {
                state.full = true;
                Err((io::ErrorKind::StorageFull.into(), partly && writes))
            }
            None if state.full && writes => Err((io::ErrorKind::StorageFull.into(), partly)),
            None => Ok(state),
        }
    }

    /// A change that is done, or failed before it, or failed after it.
    fn change<T>(
        &self,
        writes: bool,
        make: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        match self.call(writes) {
            Ok(mut state) => make(&mut state),
            Err((error, partly)) => {
                if partly {
                    let _ = make(&mut self.lock());
                }
                Err(error)
            }
        }
    }

    /// Waits for the disk. Where that fails, what was not written is forgotten.
    fn sync(
        &self,
        site: Site,
        done: impl FnOnce(&mut State),
        lost: impl FnOnce(&mut State),
    ) -> io::Result<()> {
        self.lock().sites.insert(site);
        match self.call(false) {
            Ok(state) if state.skipped == Some(site) => Ok(()),
            Ok(mut state) => {
                done(&mut state);
                Ok(())
            }
            Err((error, _)) => {
                if !self.is_dark() {
                    lost(&mut self.lock());
                }
                Err(error)
            }
        }
    }
}

/// A file of which some blocks were written.
fn torn(disk: &[u8], now: &[u8], draw: &mut Draw) -> Vec<u8> {
    if disk == now {
        return now.to_vec();
    }
    match draw.below(3) {
        0 => disk.to_vec(),
        1 => now.to_vec(),
        _ => {
            let length = [disk.len(), now.len()][draw.below(2) as usize];
            let mut bytes = Vec::with_capacity(length);
            for start in (0..length).step_by(BLOCK_BYTES) {
                let end = (start + BLOCK_BYTES).min(length);
                let from = if draw.below(2) == 0 { disk } else { now };
                // A block that was never written holds zeros.
                bytes.extend((start..end).map(|at| from.get(at).copied().unwrap_or(0)));
            }
            bytes
        }
    }
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl State {
    fn names(&mut self, path: &Path) -> io::Result<(&mut Names, OsString)> {
        let (parent, name) = path.parent().zip(path.file_name()).ok_or_else(missing)?;
        Ok((self.directories.get_mut(parent).ok_or_else(missing)?, name.to_owned()))
    }

    fn node(&self, path: &Path) -> Option<Node> {
        if self.directories.contains_key(path) {
            return Some(Node::Directory);
        }
        let names = self.directories.get(path.parent()?)?;
        names.now.get(path.file_name()?).copied()
    }

    fn file(&self, path: &Path) -> io::Result<usize> {
        match self.node(path) {
            Some(Node::File(file)) => Ok(file),
            _ => Err(missing()),
        }
    }

    fn sync_file(&mut self, file: usize) {
        self.files[file].disk = self.files[file].now.clone();
    }

    fn forget(&mut self, file: usize) {
        // What programs see goes on being what they wrote, until the power goes.
        let file = &mut self.files[file];
        if file.disk != file.now {
            file.disk.truncate(0);
        }
    }
}

/// What kind of file a path is of.
fn kind_of(path: &Path) -> &'static str {
    let text = path.to_string_lossy();
    let inner = text.strip_prefix("/record").unwrap_or(&text).trim_start_matches('/');
    match Place::of(inner) {
        Some(Place::Checkpoint) => "checkpoint",
        Some(Place::Unfinished) => "unfinished",
        Some(Place::Journal) => "journal",
        Some(Place::Tile(_) | Place::Bundle(_)) => "tile",
        Some(Place::Blob(_)) => "blob",
        None if inner.is_empty() => "record",
        None if inner.starts_with("blob") => "blob",
        None => "tile",
    }
}

impl Fs for Machine {
    fn find(&self, path: &Path) -> io::Result<Option<Found>> {
        let state = self.lock();
        Ok(state.node(path).map(|node| match node {
            Node::Directory => Found::Directory,
            Node::File(file) => Found::File(state.files[file].now.len() as u64),
        }))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<(OsString, io::Result<Found>)>> {
        let names: Vec<OsString> = {
            let state = self.lock();
            let names = state.directories.get(path).ok_or_else(missing)?;
            names.now.keys().cloned().collect()
        };
        let found = |name: &OsString| self.find(&path.join(name)).map(Option::unwrap);
        Ok(names.into_iter().map(|name| (name.clone(), found(&name))).collect())
    }

    fn read(&self, path: &Path, max: u64) -> io::Result<Vec<u8>> {
        let state = self.lock();
        let bytes = &state.files[state.file(path)?].now;
        Ok(bytes[..bytes.len().min(max as usize)].to_vec())
    }

    fn scan(&self, path: &Path, max: u64, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        take(&self.read(path, max)?);
        Ok(())
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.change(true, |state| {
            let (names, name) = state.names(path)?;
            names.now.insert(name, Node::Directory);
            state.directories.entry(path.to_owned()).or_default();
            Ok(())
        })
    }

    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let make = |state: &mut State, length: usize| {
            let file = state.files.len();
            let (names, name) = state.names(path)?;
            if names.now.contains_key(&name) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            names.now.insert(name, Node::File(file));
            state.files.push(File { disk: Vec::new(), now: bytes[..length].to_vec() });
            Ok(())
        };
        match self.call(true) {
            Ok(mut state) => make(&mut state, bytes.len()),
            Err((error, partly)) => {
                if partly {
                    let mut state = self.lock();
                    let mut draw = state.draw.take().unwrap();
                    let length = draw.below(bytes.len() as u64 + 1) as usize;
                    state.draw = Some(draw);
                    let _ = make(&mut state, length);
                }
                Err(error)
            }
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(false, |state| {
            let node = Node::File(state.file(from)?);
            let (names, name) = state.names(to)?;
            names.now.insert(name, node);
            let (names, name) = state.names(from)?;
            names.now.remove(&name);
            Ok(())
        })
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.change(false, |state| {
            state.file(path)?;
            let (names, name) = state.names(path)?;
            names.now.remove(&name);
            Ok(())
        })
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.change(false, |state| {
            if !state.directories.get(path).ok_or_else(missing)?.now.is_empty() {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            let (names, name) = state.names(path)?;
            names.now.remove(&name);
            state.directories.remove(path);
            Ok(())
        })
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        let file = self.lock().file(path)?;
        let site = ("file", kind_of(path));
        self.sync(site, |state| state.sync_file(file), |state| state.forget(file))
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        let site = ("directory", kind_of(path));
        let done = |state: &mut State| {
            if let Some(names) = state.directories.get_mut(path) {
                names.disk = names.now.clone();
            }
        };
        self.sync(site, done, |_| {})
    }

    fn sync_all(&self, _root: &Path) -> io::Result<bool> {
        let done = |state: &mut State| {
            (0..state.files.len()).for_each(|file| state.sync_file(file));
            state.directories.values_mut().for_each(|names| names.disk = names.now.clone());
        };
        self.sync(("all", "all"), done, |_| {})?;
        Ok(true)
    }

    fn lock(&self, _path: &Path) -> io::Result<Box<dyn Held>> {
        Ok(Box::new(Unlocked))
    }

    fn grow(&self, path: &Path) -> io::Result<Box<dyn Growing>> {
        self.create(path, b"")?;
        let file = self.lock().file(path)?;
        Ok(Box::new(Grown { machine: self.clone(), file }))
    }
}

#[derive(Debug)]
struct Unlocked;

impl Held for Unlocked {}

#[derive(Debug)]
struct Grown {
    machine: Machine,
    file: usize,
}

impl Growing for Grown {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.machine.call(true) {
            Ok(mut state) => state.files[self.file].now.extend(bytes),
            Err((error, partly)) => {
                let mut state = self.machine.lock();
                let mut draw = state.draw.take().unwrap();
                let length = draw.below(bytes.len() as u64 + 1) as usize;
                state.draw = Some(draw);
                if partly {
                    state.files[self.file].now.extend(&bytes[..length]);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let file = self.file;
        // What a journal held before stays: only what came since is lost.
        self.machine.sync(("file", "journal"), |state| state.sync_file(file), |_| {})
    }
}

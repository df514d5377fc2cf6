//! Who may come in: the accounts, in one private file in a folder beside the record.
//!
//! The file is read again whenever it was replaced, so that what the command line changes holds at
//! once in a room that is open. It is written whole, under a lock, and put in place of the last.
//! Accounts are closed, never removed: a name is never given to a second person, as entries of the
//! record may be told apart by it.

use crate::rights::Role;
use crate::secret::{check_hash, draw_hex, hash_password, is_password};
use crate::{AccountFault, RoomError};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use servanda_store::{Folder, refuse_inside_record};
use servanda_tlog::Hash;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder};
use std::io::Read as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Most accounts, closed ones among them.
pub const PEOPLE_MAX: usize = 5_000;
/// Longest login name and longest id of a party, in bytes.
pub const NAME_BYTES_MAX: usize = 64;
/// Longest name that a provider has for somebody, in bytes (OpenID Connect).
pub(crate) const SUBJECT_BYTES_MAX: usize = 255;
/// Largest file of people, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
const FORM: &str = "servanda/people/v1";
const PEOPLE_FILE: &str = "people.json";
const SECRET_FILE: &str = "secret";
const DIRECTORY_MODE: u32 = 0o700;
/// What the folder and its files must not grant: anything to the group or to others.
const OTHERS_MODE: u32 = 0o077;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The login name.
    pub name: String,
    /// What the person is; never [`Role::Public`], which everybody is.
    pub roles: BTreeSet<Role>,
    /// The party that a liaison speaks for; nobody else has one.
    pub party: Option<String>,
    /// What the provider of accounts elsewhere calls the person (`sub`).
    pub subject: Option<String>,
    /// A closed account can't be used.
    pub is_active: bool,
    hash: String,
}

/// The accounts of a room.
#[derive(Debug)]
pub struct People {
    folder: PathBuf,
    secret: [u8; 32],
    /// The hash of a password that nobody has: unknown names cost the work of known ones.
    nobody: String,
    known: Mutex<Known>,
}

/// The file as it was read last.
#[derive(Debug, Default)]
struct Known {
    stamp: Option<Stamp>,
    people: BTreeMap<String, Arc<Person>>,
}

/// By which a file that was put in the place of another is known.
type Stamp = (u64, u64, i64, i64, u64);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    form: String,
    people: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    party: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    active: bool,
    hash: String,
}

impl People {
    /// Opens the accounts in a folder; makes the folder, for its owner alone, and draws the room's
    /// secret, when they aren't there.
    ///
    /// # Errors
    /// When the folder lies in a record or is open to others, and when a file in it is damaged.
    pub fn open(folder: &Path) -> Result<People, RoomError> {
        refuse_inside_record(folder)?;
        let failed = |error: std::io::Error| broken(folder, &format!("can't be made: {error}"));
        DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(folder).map_err(failed)?;
        let found = fs::metadata(folder).map_err(failed)?;
        if found.mode() & OTHERS_MODE != 0 {
            return Err(broken(
                folder,
                "others may read this folder; take it from them: chmod 700",
            ));
        }
        let secret = secret(folder)?;
        let nobody = hash_password(&draw_hex()?)?;
        let people = People { folder: folder.to_owned(), secret, nobody, known: Mutex::default() };
        people.list()?;
        Ok(people)
    }

    /// All accounts, by name; closed ones too.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn list(&self) -> Result<Vec<Arc<Person>>, RoomError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut known)?;
        Ok(known.people.values().cloned().collect())
    }

    /// An account that is open, by its name.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn find(&self, name: &str) -> Result<Option<Arc<Person>>, RoomError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut known)?;
        Ok(known.people.get(name).filter(|person| person.is_active).cloned())
    }

    /// The open account of who a provider calls so.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn find_by_subject(&self, subject: &str) -> Result<Option<Arc<Person>>, RoomError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(&mut known)?;
        let is_own = |person: &&Arc<Person>| person.subject.as_deref() == Some(subject);
        Ok(known.people.values().find(is_own).filter(|person| person.is_active).cloned())
    }

    /// Says what the provider of accounts elsewhere calls a person; none: nothing.
    ///
    /// # Errors
    /// [`RoomError::Account`] when it is none, or another account has it; also a closed one.
    pub fn bind(&self, name: &str, subject: Option<&str>) -> Result<(), RoomError> {
        self.change(|people| {
            let is_taken = |person: &Arc<Person>| {
                subject.is_some() && person.name != name && person.subject.as_deref() == subject
            };
            if people.values().any(is_taken) {
                return Err(AccountFault::SubjectTaken.into());
            }
            let found = people.get_mut(name).filter(|person| person.is_active);
            let person = Arc::make_mut(found.ok_or(AccountFault::Unknown)?);
            person.subject = subject.map(ToOwned::to_owned);
            Ok(check(person)?)
        })
    }

    /// The account whose name and password these are. It takes the same work whether there is one.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn log_in(&self, name: &str, password: &str) -> Result<Option<Arc<Person>>, RoomError> {
        let person = self.find(name)?;
        let hash = person.as_ref().map_or(&self.nobody, |person| &person.hash);
        let is_right = is_password(password, hash);
        Ok(person.filter(|_| is_right))
    }

    /// Opens an account.
    ///
    /// # Errors
    /// [`RoomError::Account`] when the name, roles, party or password can't be, or the name was
    /// given before.
    pub fn add(
        &self,
        name: &str,
        roles: &[Role],
        party: Option<&str>,
        password: &str,
    ) -> Result<(), RoomError> {
        let person = Person {
            name: name.to_owned(),
            roles: roles.iter().copied().collect(),
            party: party.map(ToOwned::to_owned),
            subject: None,
            is_active: true,
            hash: hash_password(password)?,
        };
        check(&person)?;
        self.change(|people| {
            if people.contains_key(name) {
                return Err(AccountFault::Taken.into());
            }
            if people.len() >= PEOPLE_MAX {
                return Err(AccountFault::Full.into());
            }
            people.insert(name.to_owned(), Arc::new(person));
            Ok(())
        })
    }

    /// Closes an account. Its sessions end with the next request.
    ///
    /// # Errors
    /// [`RoomError::Account`] when there is none that is open, or it is the last administrator's.
    pub fn close(&self, name: &str) -> Result<(), RoomError> {
        self.change_one(name, |person| {
            person.is_active = false;
            Ok(())
        })
    }

    /// Gives an account other roles. Whoever is signed in must sign in again: the room ends their
    /// sessions.
    ///
    /// # Errors
    /// [`RoomError::Account`] when there is none that is open, it can't have these roles, or the
    /// room would be left without an administrator.
    pub fn set_roles(
        &self,
        name: &str,
        roles: &[Role],
        party: Option<&str>,
    ) -> Result<(), RoomError> {
        self.change_one(name, |person| {
            person.roles = roles.iter().copied().collect();
            person.party = party.map(ToOwned::to_owned);
            Ok(check(person)?)
        })
    }

    /// Gives an account another password.
    ///
    /// # Errors
    /// As [`People::add`].
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), RoomError> {
        let hash = hash_password(password)?;
        self.change_one(name, |person| {
            person.hash = hash;
            Ok(())
        })
    }

    /// What a person is called in entries about one case: within the case two persons can be told
    /// apart, across cases nobody can be followed, and without the room's secret nobody be named.
    ///
    /// 64 hexadecimal digits: HMAC-SHA-256 under the room's secret of the case, a zero byte, and
    /// the login name.
    #[must_use]
    pub fn pseudonym(&self, case: &str, person: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret) else {
            return String::new(); // Keys of HMAC have any length.
        };
        mac.update(case.as_bytes());
        mac.update(&[0]);
        mac.update(person.as_bytes());
        Hash(mac.finalize().into_bytes().into()).to_hex()
    }

    fn change_one(
        &self,
        name: &str,
        change: impl FnOnce(&mut Person) -> Result<(), RoomError>,
    ) -> Result<(), RoomError> {
        self.change(|people| {
            let found = people.get_mut(name).filter(|person| person.is_active);
            let Some(person) = found else {
                return Err(AccountFault::Unknown.into());
            };
            change(Arc::make_mut(person))
        })
    }

    fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, Arc<Person>>) -> Result<(), RoomError>,
    ) -> Result<(), RoomError> {
        let folder = Folder::open(&self.folder)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody else writes now; somebody may have before.
        self.refresh(&mut known)?;
        let mut people = known.people.clone();
        change(&mut people)?;
        if has_administrator(&known.people) && !has_administrator(&people) {
            return Err(AccountFault::LastAdministrator.into());
        }
        folder.put_secret(PEOPLE_FILE, &written(&people))?;
        drop(folder);
        self.refresh(&mut known)
    }

    fn refresh(&self, known: &mut Known) -> Result<(), RoomError> {
        let path = self.folder.join(PEOPLE_FILE);
        let stamp = match fs::symlink_metadata(&path) {
            Ok(found) => {
                Some((found.dev(), found.ino(), found.ctime(), found.ctime_nsec(), found.size()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(broken(&path, &format!("can't be read: {error}"))),
        };
        if stamp == known.stamp {
            return Ok(());
        }
        let text = read_private(&path, FILE_BYTES_MAX)?.unwrap_or_default();
        known.people = match stamp {
            None => BTreeMap::new(),
            Some(_) => parse(&text).map_err(|what| broken(&path, &what))?,
        };
        known.stamp = stamp;
        Ok(())
    }
}

fn has_administrator(people: &BTreeMap<String, Arc<Person>>) -> bool {
    people.values().any(|one| one.is_active && one.roles.contains(&Role::Administrator))
}

pub(crate) fn broken(path: &Path, what: &str) -> RoomError {
    RoomError::Broken { path: path.to_owned(), what: what.to_owned() }
}

/// Reads a file that nobody else may read; none when there is none.
pub(crate) fn read_private(path: &Path, max: u64) -> Result<Option<String>, RoomError> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(path, &format!("can't be read: {error}"))),
        Ok(found) => found,
    };
    if !found.is_file() {
        return Err(broken(path, "is no regular file"));
    }
    if found.mode() & OTHERS_MODE != 0 {
        return Err(broken(path, "others may read it; take it from them: chmod 600"));
    }
    let file = fs::File::open(path).map_err(|error| broken(path, &error.to_string()))?;
    let mut bytes = Vec::new();
    let read = file.take(max + 1).read_to_end(&mut bytes);
    read.map_err(|error| broken(path, &error.to_string()))?;
    if bytes.len() as u64 > max {
        return Err(broken(path, &format!("has more than {max} bytes")));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| broken(path, "is no text in UTF-8"))
}

/// The room's secret; drawn when there is none.
fn secret(at: &Path) -> Result<[u8; 32], RoomError> {
    let path = at.join(SECRET_FILE);
    let read = || read_private(&path, 65);
    let text = match read()? {
        Some(text) => text,
        None => {
            let folder = Folder::open(at)?;
            // Another program may have come first.
            match read()? {
                Some(text) => text,
                None => {
                    let text = format!("{}\n", draw_hex()?);
                    folder.put_secret(SECRET_FILE, &text)?;
                    text
                }
            }
        }
    };
    let hash = text.strip_suffix('\n').and_then(|hex| Hash::from_hex(hex).ok());
    let what = "is no secret of a room: put it back from a backup; without it nobody can tell who \
                worked on the cases so far";
    Ok(hash.ok_or_else(|| broken(&path, what))?.0)
}

fn written(people: &BTreeMap<String, Arc<Person>>) -> String {
    let rows = people.values().map(|person| Row {
        name: person.name.clone(),
        roles: person.roles.iter().map(|role| role.word().to_owned()).collect(),
        party: person.party.clone(),
        subject: person.subject.clone(),
        active: person.is_active,
        hash: person.hash.clone(),
    });
    let file = PeopleFile { form: FORM.to_owned(), people: rows.collect() };
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// The accounts of a file's text, or what is wrong with it.
fn parse(text: &str) -> Result<BTreeMap<String, Arc<Person>>, String> {
    let file: PeopleFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if file.form != FORM {
        return Err(format!("its form is {:?}, not {FORM:?}", file.form));
    }
    if file.people.len() > PEOPLE_MAX {
        return Err(format!("has more than {PEOPLE_MAX} people"));
    }
    let mut people = BTreeMap::new();
    for (n, row) in file.people.into_iter().enumerate() {
        let wrong = |what: String| format!("person {}: {what}", n + 1);
        let mut roles = BTreeSet::new();
        for word in &row.roles {
            let role = Role::of_word(word).ok_or_else(|| wrong(format!("no role {word:?}")))?;
            if !roles.insert(role) {
                return Err(wrong(format!("has the role {word:?} twice")));
            }
        }
        let Row { name, party, subject, active: is_active, hash, .. } = row;
        let person = Person { name: name.clone(), roles, party, subject, is_active, hash };
        check(&person).map_err(|fault| wrong(fault.to_string()))?;
        check_hash(&person.hash).map_err(wrong)?;
        if person.subject.is_some()
            && people.values().any(|own: &Arc<Person>| own.subject == person.subject)
        {
            return Err(wrong(AccountFault::SubjectTaken.to_string()));
        }
        if people.insert(name, Arc::new(person)).is_some() {
            return Err(wrong("its name stands twice".into()));
        }
    }
    Ok(people)
}

/// What must hold of every account.
fn check(person: &Person) -> Result<(), AccountFault> {
    let name = &person.name;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_name = name.starts_with(plain)
        && name.len() <= NAME_BYTES_MAX
        && name.chars().all(|c| plain(c) || matches!(c, '.' | '-' | '_'));
    if !is_name {
        return Err(AccountFault::Name);
    }
    if person.roles.is_empty() || person.roles.contains(&Role::Public) {
        return Err(AccountFault::Roles);
    }
    let hides = |c: char| c.is_whitespace() || servanda_text::is_hidden(c);
    if let Some(subject) = &person.subject
        && (subject.is_empty() || subject.len() > SUBJECT_BYTES_MAX || subject.chars().any(hides))
    {
        return Err(AccountFault::Subject);
    }
    let is_liaison = person.roles.contains(&Role::Liaison);
    let Some(party) = &person.party else {
        return if is_liaison { Err(AccountFault::NoParty) } else { Ok(()) };
    };
    if !is_liaison {
        return Err(AccountFault::Party);
    }
    if party.is_empty() || party.len() > NAME_BYTES_MAX || party.chars().any(hides) {
        return Err(AccountFault::PartyId);
    }
    if person.roles.len() > 1 {
        return Err(AccountFault::LiaisonAlone);
    }
    Ok(())
}

#[cfg(test)]
mod tests;

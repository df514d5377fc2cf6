//! The room: what all requests share.

use crate::RoomError;
use crate::hand::Views;
use crate::http::Fault;
use crate::library::MapLibrary;
use crate::limits::Limit;
use crate::metrics::Metrics;
use crate::oidc::{Elsewhere, Oidc};
use crate::pages::{Comparisons, Copies, Waiting};
use crate::past::Past;
use crate::people::People;
use crate::sessions::Sessions;
use crate::view::{Entering, View};
use crate::words::Words;
use servanda_desk::DeskError;
use servanda_time::Instant;
use servanda_tlog::{Hash, sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

const MINUTE_MS: i64 = 60_000;
/// Failed logins, and the time in which they are counted: of one name, and from one address.
pub const LOGINS_OF_A_NAME_MAX: u32 = 10;
/// From one address; behind a proxy all have one.
pub const LOGINS_OF_AN_ADDRESS_MAX: u32 = 60;
const LOGINS_WITHIN_MS: i64 = 15 * MINUTE_MS;
/// Requests a minute of one session, and from one address.
pub const REQUESTS_OF_A_SESSION_MAX: u32 = 1_200;
/// From one address; behind a proxy all have one.
pub const REQUESTS_OF_AN_ADDRESS_MAX: u32 = 30_000;
/// Passwords that are hashed at once; each takes 19 MiB.
const HASHES_AT_ONCE_MAX: usize = 2;

/// Who waits for a provider's answer at once; each holds a thread.
const ASKING_AT_ONCE_MAX: usize = 8;

/// Where what a room needs lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The record.
    pub record: PathBuf,
    /// The accounts, and the secret of the pseudonyms.
    pub room: PathBuf,
    /// The keys that sign entries; nothing of them is read before something is written.
    pub keys: PathBuf,
    /// The custodian's store: what opens sealed parts.
    pub custody: PathBuf,
}

/// A room that is open on a record.
///
/// It owns the sessions and the accounts. No clock is read in it: the time is asked of the function
/// that it was opened with.
pub struct Room {
    places: Places,
    people: People,
    pub(crate) sessions: Sessions,
    words: Words,
    views: Views,
    past: Arc<Past>,
    parties: Vec<(String, String)>,
    cookie: String,
    now: Arc<dyn Fn() -> Instant + Send + Sync>,
    told: Box<dyn Fn(&str) + Send + Sync>,
    map_library: Option<MapLibrary>,
    pub(crate) limits: Limits,
    pub(crate) hashing: Semaphore,
    pub(crate) asking_elsewhere: Semaphore,
    elsewhere: Option<Arc<Elsewhere>>,
    pub(crate) uploads: Waiting,
    pub(crate) pictures: Copies,
    pub(crate) comparisons: Comparisons,
    pub(crate) metrics: Arc<Metrics>,
}

/// The limits on requests.
pub(crate) struct Limits {
    pub(crate) logins_of_name: Limit,
    pub(crate) logins_of_address: Limit,
    pub(crate) requests_of_session: Limit,
    pub(crate) requests_of_address: Limit,
}

impl Limits {
    /// Each by what figures call it.
    pub(crate) fn named(&self) -> [(&'static str, &Limit); 4] {
        [
            ("logins-of-a-name", &self.logins_of_name),
            ("logins-of-an-address", &self.logins_of_address),
            ("requests-of-a-session", &self.requests_of_session),
            ("requests-of-an-address", &self.requests_of_address),
        ]
    }
}

/// The record as pages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The agreement's title.
    pub title: String,
    /// The record's origin.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of its tree, in base64.
    pub root: String,
}

impl Room {
    /// Opens a room. `now` is the clock.
    ///
    /// # Errors
    /// When the record or the accounts can't be read.
    pub fn open(
        places: Places,
        now: impl Fn() -> Instant + Send + Sync + 'static,
    ) -> Result<Room, RoomError> {
        let now: Arc<dyn Fn() -> Instant + Send + Sync> = Arc::new(now);
        let metrics = Arc::<Metrics>::default();
        let views = Views::open(places.clone(), Arc::clone(&now), Arc::clone(&metrics))?;
        let view = views.newest(now());
        let desk = &view.desk;
        let own = |at: &str, title: &str| (at.to_owned(), title.to_owned());
        let parties = desk.agreement.parties.iter().map(|party| own(&party.id, &party.name));
        let parties = parties.collect();
        // Cookies know no ports: two rooms on one machine must not sign each other's people out.
        let cookie = format!("servanda-{}", &sha256(desk.record.origin().as_bytes()).to_hex()[..8]);
        Ok(Room {
            people: People::open(&places.room)?,
            places,
            sessions: Sessions::default(),
            words: Words::english(),
            views,
            past: Arc::default(),
            parties,
            cookie,
            now,
            told: Box::new(|_| ()),
            map_library: None,
            limits: Limits {
                logins_of_name: Limit::new(LOGINS_OF_A_NAME_MAX, LOGINS_WITHIN_MS),
                logins_of_address: Limit::new(LOGINS_OF_AN_ADDRESS_MAX, LOGINS_WITHIN_MS),
                requests_of_session: Limit::new(REQUESTS_OF_A_SESSION_MAX, MINUTE_MS),
                requests_of_address: Limit::new(REQUESTS_OF_AN_ADDRESS_MAX, MINUTE_MS),
            },
            hashing: Semaphore::new(HASHES_AT_ONCE_MAX),
            asking_elsewhere: Semaphore::new(ASKING_AT_ONCE_MAX),
            elsewhere: None,
            uploads: Waiting::default(),
            pictures: Copies::default(),
            comparisons: Comparisons::default(),
            metrics,
        })
    }

    /// The same room, which tells its operator what goes wrong inside.
    #[must_use]
    pub fn telling(self, told: impl Fn(&str) + Send + Sync + 'static) -> Room {
        Room { told: Box::new(told), ..self }
    }

    /// The same room, whose maps can be moved with a library.
    #[must_use]
    pub fn with_map_library(self, library: Option<MapLibrary>) -> Room {
        Room { map_library: library, ..self }
    }

    /// The map library, where there is one.
    pub(crate) fn map_library(&self) -> Option<&MapLibrary> {
        self.map_library.as_ref()
    }

    /// The same room, into which people come by an account elsewhere too.
    #[must_use]
    pub fn with_oidc(self, oidc: Oidc) -> Room {
        Room { elsewhere: Some(Arc::new(Elsewhere::of(oidc))), ..self }
    }

    /// The provider of accounts elsewhere.
    pub(crate) fn elsewhere(&self) -> Option<Arc<Elsewhere>> {
        self.elsewhere.clone()
    }

    /// Tells the operator. Visitors never see it.
    pub fn tell(&self, what: &str) {
        (self.told)(what);
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        (self.now)()
    }

    /// The record's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.places.record
    }

    /// The folder of the accounts.
    #[must_use]
    pub fn room_dir(&self) -> &Path {
        &self.places.room
    }

    /// The folder of the keys that sign entries.
    #[must_use]
    pub fn keys_dir(&self) -> &Path {
        &self.places.keys
    }

    /// The accounts.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The interface's words.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The agreement's parties: id and name.
    #[must_use]
    pub fn parties(&self) -> &[(String, String)] {
        &self.parties
    }

    /// The record as pages name it.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let view = self.view();
        let record = &view.desk.record;
        Standing {
            title: view.desk.agreement.title.clone(),
            origin: record.origin().to_owned(),
            size: record.size(),
            root: record.root().to_base64(),
        }
    }

    /// The record, and what follows from it.
    #[must_use]
    pub fn view(&self) -> Arc<View> {
        self.views.newest(self.now())
    }

    /// The view that is shown, however old it is: to look at it makes no work.
    pub(crate) fn shown_view(&self) -> Arc<View> {
        self.views.shown()
    }

    /// The same, or what it was when the record had so many entries.
    pub(crate) async fn view_of(&self, as_of: Option<u64>) -> Result<Arc<View>, Fault> {
        let newest = self.view();
        let Some(size) = as_of else { return Ok(newest) };
        let most = newest.size();
        if size == 0 || size > most {
            let why = format!("the parameter as-of: a size of the record, from 1 to {most}");
            return Err(Fault::query(why));
        }
        self.past.of(self.places.record.clone(), size).await
    }

    /// How many entries the record has, whenever that changes.
    pub(crate) fn sizes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.views.sizes()
    }

    /// Enters what `prepare` makes of what stands; it is in the record and in the view then. Gives
    /// the index of the first entry.
    pub(crate) async fn enter(
        &self,
        prepare: impl Fn(&View, Instant) -> Result<Entering, DeskError> + Send + 'static,
    ) -> Result<u64, Fault> {
        self.views.enter(prepare).await
    }

    /// The custodian's store: what opens sealed parts.
    pub(crate) fn custody_dir(&self) -> &Path {
        &self.places.custody
    }

    /// What a person is called in the record, in a context.
    pub(crate) fn pseudonym(&self, context: Hash, name: &str) -> Hash {
        let digits = self.people.pseudonym(&context.to_hex(), name);
        Hash::from_hex(&digits).unwrap_or_else(|_| sha256(digits.as_bytes()))
    }

    /// The name of the sessions' cookie, where it comes over TLS and where not.
    pub(crate) fn cookie(&self, is_tls: bool) -> String {
        // With this prefix browsers take it from no other host and over no other channel.
        if is_tls { format!("__Host-{}", self.cookie) } else { self.cookie.clone() }
    }
}

//! A record below a prefix of a bucket.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{
    Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload,
    RetryConfig, UpdateVersion,
};
use servanda_net::Address;
use servanda_store::{FILES_MAX, JOURNAL_BYTES_MAX, Listing, Pen, Storage, StoreError};
use tokio::runtime::Runtime;

use crate::lock::{LOCK_BYTES_MAX, Lock};
use crate::pen::ObjectsPen;
use crate::service::{Bucket, ByCourier};

/// What stands at the first place that the writer of a journal did not use, so that it never will.
/// Shorter than any frame.
pub(crate) const SEAL: &[u8] = b"servanda seal 1\n";
/// The record's own name for its journal.
pub(crate) const JOURNAL: &str = "journal";
pub(crate) const LOCK: &str = "lock";
/// Bytes of a file that are asked for at once.
const PIECE_BYTES: u64 = 8 << 20;
/// How often something is looked at again that others change meanwhile.
const TRIES_MAX: usize = 8;
const HELP_READ: &str = "check the address, the bucket and the keys, then try again";
pub(crate) const HELP_WRITE: &str =
    "check that the keys may write there; then open the record again";

/// A record in a store of objects. The crate's page says how it is kept, and why two writers can't
/// both be told that they have written.
///
/// Its methods wait for the store, and must not be called from asynchronous code.
#[derive(Debug, Clone)]
pub struct Objects {
    pub(crate) store: Arc<dyn ObjectStore>,
    runtime: Arc<Runtime>,
    /// `s3://<bucket>/<prefix>`, for messages.
    place: PathBuf,
    prefix: String,
}

/// The bytes of an object, and its ETag.
pub(crate) type Got = (Vec<u8>, Option<String>);

/// A change that was asked for on a condition.
pub(crate) enum Put {
    /// It is done: the new ETag.
    Done(Option<String>),
    /// The condition does not hold.
    Refused,
}

impl Objects {
    /// The bucket must be there.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for an address, a bucket or a prefix that can't be one, and for an
    /// address without https that is not on this machine.
    pub fn at(bucket: &Bucket) -> Result<Objects, StoreError> {
        let refused =
            |why: String| StoreError::Refused { what: "the store of objects".into(), why };
        let endpoint =
            Address::parse(&bucket.endpoint).map_err(|fault| refused(fault.to_string()))?;
        if !endpoint.is_secure() && !endpoint.is_loopback() {
            let why = "records are written over https only, or to this machine; give an https \
                       address";
            return Err(refused(format!("{endpoint}: {why}")));
        }
        let prefix = bucket.prefix.trim_matches('/');
        let is_name = |name: &str| {
            let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
            !matches!(name, "" | "." | "..") && name.bytes().all(sound)
        };
        if !is_name(&bucket.name) || !prefix.is_empty() && !prefix.split('/').all(is_name) {
            let what = "is no name of a bucket and a prefix; take letters, digits, -, _ and .";
            return Err(refused(format!("{:?} {what}", format!("{}/{prefix}", bucket.name))));
        }
        let retry = RetryConfig {
            max_retries: 4,
            retry_timeout: Duration::from_secs(60),
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_endpoint(endpoint.to_string().trim_end_matches('/'))
            .with_region(&bucket.region)
            .with_bucket_name(&bucket.name)
            .with_access_key_id(&bucket.access_key.0)
            .with_secret_access_key(&bucket.secret_key.0)
            .with_virtual_hosted_style_request(false)
            .with_allow_http(!endpoint.is_secure())
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .with_http_connector(ByCourier(endpoint));
        if let Some(token) = &bucket.session_token {
            builder = builder.with_token(&token.0);
        }
        let store = builder.build().map_err(|error| refused(error_words(&error)))?;
        Objects::over(Arc::new(store), &bucket.name, prefix)
    }

    pub(crate) fn over(
        store: Arc<dyn ObjectStore>,
        bucket: &str,
        prefix: &str,
    ) -> Result<Objects, StoreError> {
        let place = PathBuf::from(format!("s3://{bucket}/{prefix}"));
        let failed = |source| StoreError::Io {
            what: "begin to speak to",
            path: place.clone(),
            help: HELP_READ,
            source,
        };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        Ok(Objects { store, runtime: Arc::new(runtime), prefix: prefix.into(), place })
    }

    pub(crate) fn wait<T>(&self, asked: impl Future<Output = T>) -> T {
        self.runtime.block_on(asked)
    }

    pub(crate) fn key(&self, path: &str) -> Key {
        match self.prefix.as_str() {
            "" => Key::from(path),
            prefix => Key::from(format!("{prefix}/{path}")),
        }
    }

    /// A key without the prefix.
    fn path(&self, key: &Key) -> String {
        let whole: &str = key.as_ref();
        match self.prefix.as_str() {
            "" => whole.into(),
            prefix => {
                let below = whole.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
                below.unwrap_or(whole).into()
            }
        }
    }

    pub(crate) fn failed(
        &self,
        what: &'static str,
        path: &str,
        help: &'static str,
        error: &Error,
    ) -> StoreError {
        let source = io::Error::other(error_words(error));
        StoreError::Io { what, path: self.place.join(path), help, source }
    }

    pub(crate) fn damaged(&self, path: &str, what: &str) -> StoreError {
        StoreError::Damaged { path: self.place.join(path), entry: None, what: what.into() }
    }

    pub(crate) fn stale(&self) -> StoreError {
        StoreError::Stale { path: self.place.clone() }
    }

    /// Size and ETag of an object; None when it is not there.
    pub(crate) fn find(&self, path: &str) -> Result<Option<ObjectMeta>, StoreError> {
        match self.wait(self.store.head(&self.key(path))) {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("look at", path, HELP_READ, &error)),
        }
    }

    /// Hands on an object piece by piece, all pieces of one version; false when it is not there.
    /// Gives its ETag too.
    fn pieces(
        &self,
        path: &str,
        max: u64,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<Option<Option<String>>, StoreError> {
        let key = self.key(path);
        let (mut from, mut e_tag) = (0, None);
        loop {
            let options = GetOptions {
                range: Some(GetRange::Bounded(from..from + PIECE_BYTES)),
                if_match: e_tag.clone(),
                ..GetOptions::default()
            };
            let got = self.wait(async {
                let got = self.store.get_opts(&key, options).await?;
                let meta = got.meta.clone();
                if meta.size > max {
                    return Ok((meta, None));
                }
                Ok((meta, Some(got.bytes().await?)))
            });
            let (meta, bytes) = match got {
                Ok((meta, Some(bytes))) => (meta, bytes),
                Ok((meta, None)) => {
                    let what = format!("has {} bytes; at most {max} are allowed", meta.size);
                    return Err(self.damaged(path, &what));
                }
                Err(Error::NotFound { .. }) => return Ok(None),
                Err(error) => {
                    // No piece can be had of what has no bytes.
                    return match self.find(path)? {
                        Some(found) if found.size == 0 && from == 0 => Ok(Some(found.e_tag)),
                        _ => Err(self.failed("read", path, HELP_READ, &error)),
                    };
                }
            };
            if bytes.is_empty() && from < meta.size {
                return Err(self.damaged(path, "ends before its end"));
            }
            take(&bytes);
            from += bytes.len() as u64;
            if from >= meta.size {
                return Ok(Some(meta.e_tag));
            }
            e_tag = meta.e_tag;
        }
    }

    /// A whole object and its ETag; None when it is not there.
    pub(crate) fn get(&self, path: &str, max: u64) -> Result<Option<Got>, StoreError> {
        let mut bytes = Vec::new();
        let e_tag = self.pieces(path, max, &mut |piece| bytes.extend(piece))?;
        Ok(e_tag.map(|e_tag| (bytes, e_tag)))
    }

    /// Puts an object if nothing is there, or if what is there has this ETag.
    pub(crate) fn put_if(
        &self,
        path: &str,
        bytes: &[u8],
        known: Option<&str>,
    ) -> Result<Put, StoreError> {
        let mode = match known {
            None => PutMode::Create,
            Some(e_tag) => {
                PutMode::Update(UpdateVersion { e_tag: Some(e_tag.into()), version: None })
            }
        };
        let payload = PutPayload::from(bytes.to_vec());
        match self.wait(self.store.put_opts(&self.key(path), payload, mode.into())) {
            Ok(put) => Ok(Put::Done(put.e_tag)),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Put::Refused),
            Err(error) => Err(self.failed("write", path, HELP_WRITE, &error)),
        }
    }

    /// Puts an object that belongs to no record, whatever is there: in one step, so that who reads
    /// sees the old one or the new one.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let put = self.wait(self.store.put(&self.key(path), PutPayload::from(bytes)));
        put.map(|_| ()).map_err(|error| self.failed("write", path, HELP_WRITE, &error))
    }

    /// What the lock says, and its ETag; None when nobody ever wrote.
    pub(crate) fn lock(&self) -> Result<Option<(Lock, String)>, StoreError> {
        let Some((bytes, e_tag)) = self.get(LOCK, LOCK_BYTES_MAX)? else { return Ok(None) };
        let lock = Lock::read(&bytes)
            .ok_or_else(|| self.damaged(LOCK, "is no lock of a record; look who put it there"))?;
        let e_tag =
            e_tag.ok_or_else(|| self.damaged(LOCK, "has no ETag; take another kind of store"))?;
        Ok(Some((lock, e_tag)))
    }

    /// Keys and sizes of all that lies below.
    pub(crate) fn below(&self, top: &str) -> Result<Vec<(String, u64)>, Error> {
        let key = self.key(top);
        let prefix = Some(&key).filter(|key| !key.as_ref().is_empty());
        self.wait(async {
            let mut listed = self.store.list(prefix);
            let mut found = Vec::new();
            while let Some(meta) = listed.try_next().await? {
                found.push((self.path(&meta.location), meta.size));
                if found.len() > FILES_MAX {
                    break;
                }
            }
            Ok(found)
        })
    }

    /// The frames of a journal, by place, with their sizes, as far as they follow one another.
    pub(crate) fn frames_of(&self, journal: u64) -> Result<Vec<(String, u64)>, StoreError> {
        let found = self.below(JOURNAL);
        let found = found.map_err(|error| self.failed("list", JOURNAL, HELP_READ, &error))?;
        let sizes: std::collections::BTreeMap<String, u64> = found.into_iter().collect();
        let is_frame = |(_, bytes): &(String, u64)| *bytes > SEAL.len() as u64;
        let named = (0..).map(|place| frame_path(journal, place));
        Ok(named
            .map_while(|path| sizes.get_key_value(&path))
            .map(|(path, bytes)| (path.clone(), *bytes))
            .take_while(is_frame)
            .collect())
    }

    /// Frames that hold, with their sizes.
    fn held(&self) -> Result<(Lock, Vec<(String, u64)>), StoreError> {
        match self.lock()? {
            Some((lock, _)) if lock.journal > 0 => Ok((lock, self.frames_of(lock.journal)?)),
            other => Ok((other.map(|(lock, _)| lock).unwrap_or_default(), Vec::new())),
        }
    }
}

/// Where a frame is.
pub(crate) fn frame_path(journal: u64, place: u64) -> String {
    format!("{JOURNAL}/{journal:020}-{place:020}")
}

impl Storage for Objects {
    fn place(&self) -> &Path {
        &self.place
    }

    fn read(&self, path: &str, max: u64) -> Result<Vec<u8>, StoreError> {
        let read = self.get(path, max)?;
        read.map(|(bytes, _)| bytes).ok_or_else(|| self.damaged(path, "is missing"))
    }

    fn scan(&self, path: &str, max: u64, take: &mut dyn FnMut(&[u8])) -> Result<(), StoreError> {
        let found = self.pieces(path, max, take)?;
        found.map(drop).ok_or_else(|| self.damaged(path, "is missing"))
    }

    /// Where the store does not answer it is true: then the error is told by who reads.
    fn has(&self, path: &str) -> bool {
        if path == JOURNAL {
            return self.held().map_or(true, |(_, frames)| !frames.is_empty());
        }
        match self.find(path) {
            Ok(None) => self.below(path).map_or(true, |found| !found.is_empty()),
            Ok(Some(_)) | Err(_) => true,
        }
    }

    fn list(&self, top: &str) -> Listing {
        let mut listing = Listing::default();
        let mut refuse = |why: String| {
            let here = if top.is_empty() { "." } else { top };
            listing.strange.push((here.to_owned(), why));
        };
        let found = match self.below(top) {
            Ok(found) if found.len() > FILES_MAX => {
                refuse(format!("more than {FILES_MAX} files"));
                Vec::new()
            }
            Ok(found) => found,
            Err(error) => {
                refuse(format!("can't be listed: {}", error_words(&error)));
                Vec::new()
            }
        };
        let (held, error) = match self.held() {
            Ok((_, frames)) => (frames, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        if let Some(error) = error {
            refuse(format!("the journal can't be listed: {error}"));
        }
        if top.is_empty() && !held.is_empty() {
            listing.add(JOURNAL, held.iter().map(|(_, bytes)| *bytes).sum());
        }
        for (path, bytes) in found {
            // Ours, and no part of the record as it is copied.
            if path != LOCK && !is_frame_path(&path) {
                listing.add(&path, bytes);
            }
        }
        listing
    }

    fn frames(&self) -> Result<Vec<u8>, StoreError> {
        for _ in 0..TRIES_MAX {
            let (lock, frames) = self.held()?;
            if frames.iter().map(|(_, bytes)| *bytes).sum::<u64>() > JOURNAL_BYTES_MAX {
                let what = format!("has more than the {JOURNAL_BYTES_MAX} bytes that are allowed");
                return Err(self.damaged(JOURNAL, &what));
            }
            let mut bytes = Vec::new();
            let whole = frames.iter().try_fold(true, |whole, (path, size)| {
                let read = if whole { self.get(path, *size)? } else { None };
                bytes.extend(read.as_ref().map_or(&[][..], |(bytes, _)| bytes));
                Ok::<_, StoreError>(whole && read.is_some())
            })?;
            // Whoever closed it meanwhile has removed frames, or is about to.
            let now = self.lock()?.map(|(now, _)| now.journal).unwrap_or_default();
            if now != lock.journal {
                continue;
            }
            return match whole {
                true => Ok(bytes),
                false => Err(self.damaged(JOURNAL, "a frame was taken away")),
            };
        }
        let path = self.place.clone();
        Err(StoreError::Busy { path })
    }

    /// A bucket has no folders: there is nothing to make.
    fn make(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn write(&self) -> Result<Box<dyn Pen>, StoreError> {
        Ok(Box::new(ObjectsPen::take_over(self.clone())?))
    }
}

/// `journal/<20 digits>-<20 digits>`
fn is_frame_path(path: &str) -> bool {
    let name = path.strip_prefix(JOURNAL).and_then(|rest| rest.strip_prefix('/'));
    let is_number = |text: &str| text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit());
    name.and_then(|name| name.split_once('-')).is_some_and(|(a, b)| is_number(a) && is_number(b))
}

/// What went wrong, without what the server wrote about it: that may hold the name of a key.
pub(crate) fn error_words(error: &Error) -> String {
    const WORDS_MAX: usize = 300;
    match error {
        Error::NotFound { .. } => "it is not there".into(),
        Error::PermissionDenied { .. } => "the store forbids it (HTTP 403)".into(),
        Error::Unauthenticated { .. } => "the store does not know the keys (HTTP 401)".into(),
        Error::NotImplemented { .. } | Error::NotSupported { .. } => {
            "the store can't do that".into()
        }
        other => {
            let words = other.to_string();
            let words = words.split(['<', '{']).next().unwrap_or_default();
            words.escape_debug().take(WORDS_MAX).collect()
        }
    }
}

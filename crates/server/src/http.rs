//! A witness over HTTP, by C2SP tlog-witness; the copies of a mirror, by C2SP tlog-tiles; and
//! nothing else.

use crate::cosigners::Failure;
use crate::letterbox::{LETTER_BYTES_MAX, LetterFailure};
use crate::mirror::Mirror;
use crate::push::{PUSHED_FILE_BYTES_MAX, Uploaded};
use crate::witness::Witness;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use servanda_tlog::{ADD_CHECKPOINT_BYTES_MAX, MirrorInfo, PACKAGE_BYTES_MAX, Refusal};
use std::io::{self, Read as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Connections at once; others wait.
const CONNECTIONS_MAX: usize = 64;
/// How long a connection has to send its headers, and how long it may last.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
const CONNECTION_WITHIN: Duration = Duration::from_secs(60);

/// What answers.
#[derive(Clone)]
pub enum Service {
    /// A witness, by a clock in seconds since 1970.
    Witness(Arc<Witness>, fn() -> u64),
    /// The copies of a mirror, each below the SHA-256 of its origin, and its letterbox.
    /// A clock in seconds since 1970 says when something was handed in.
    Mirror(Arc<Mirror>, fn() -> u64),
}

/// How a service listens.
pub struct Listening {
    /// The address; port 0 takes a free one.
    pub at: SocketAddr,
    /// Ends by itself after this time.
    pub stop_after: Option<Duration>,
}

/// Serves until it is interrupted or its time is over. `ready` is told the address.
///
/// # Errors
/// When it can't listen there.
pub fn serve(
    service: Service,
    listening: &Listening,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listening.at)?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        ready(listener.local_addr()?);
        let over = async {
            match listening.stop_after {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            never = accept(listener, router(service)) => never,
            interrupted = tokio::signal::ctrl_c() => interrupted,
            () = over => Ok(()),
        }
    })
}

async fn accept(listener: tokio::net::TcpListener, router: Router) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return Ok(()) };
        let Ok((stream, _)) = listener.accept().await else {
            // A connection that was gone already, or no more handles: others may end meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
            let connection = http.serve_connection(TokioIo::new(stream), service);
            // Whoever breaks off, or is too slow, gets no answer; nobody else is held up.
            let _ = timeout(CONNECTION_WITHIN, connection).await;
            drop(permit);
        });
    }
}

fn router(service: Service) -> Router {
    match service {
        Service::Witness(witness, now) => Router::new()
            .route("/add-checkpoint", post(add_checkpoint))
            .route("/{digest}/checkpoint", get(checkpoint))
            .layer(DefaultBodyLimit::max(ADD_CHECKPOINT_BYTES_MAX))
            .with_state((witness, now)),
        Service::Mirror(mirror, now) => Router::new()
            .route("/letterbox", post(letter).layer(DefaultBodyLimit::max(LETTER_BYTES_MAX)))
            .route("/letterbox/{*path}", get(letterbox_file))
            .route(
                "/add-checkpoint",
                post(mirror_checkpoint).layer(DefaultBodyLimit::max(ADD_CHECKPOINT_BYTES_MAX)),
            )
            .route("/add-entries", post(add_entries))
            .route("/{digest}/blob/{first}/{hash}", post(add_file).get(blob))
            .route("/{digest}/{*path}", get(file))
            .with_state((mirror, now)),
    }
}

type Asked = (Arc<Witness>, fn() -> u64);

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// The type of an answer that gives the size cosigned last.
const SIZE: HeaderValue = HeaderValue::from_static("text/x.tlog.size");

fn answer(status: StatusCode, kind: HeaderValue, body: impl Into<Vec<u8>>) -> Response {
    const NO_SNIFF: (HeaderName, HeaderValue) =
        (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    (status, [(CONTENT_TYPE, kind), NO_SNIFF], body.into()).into_response()
}

async fn add_checkpoint(State((witness, now)): State<Asked>, body: Bytes) -> Response {
    // It writes to the disk and waits for it.
    let done = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, now())).await;
    match done {
        Ok(Ok(lines)) => answer(StatusCode::OK, TEXT, lines),
        Ok(Err(failure)) => refused(failure),
        Err(_) => failed(),
    }
}

async fn checkpoint(State((witness, _)): State<Asked>, Path(digest): Path<String>) -> Response {
    match witness.checkpoint(&digest) {
        Some(bytes) => answer(StatusCode::OK, TEXT, bytes),
        None => answer(StatusCode::NOT_FOUND, TEXT, "nothing was cosigned of such a log\n"),
    }
}

type Held = (Arc<Mirror>, fn() -> u64);

/// Uploads that are held in memory at once; others wait.
static UPLOADS: Semaphore = Semaphore::const_new(4);
/// Bytes of an upload that are read: the rest is cut off, and is sent again.
const UPLOAD_BYTES_MAX: usize = PACKAGE_BYTES_MAX + 65_536;

/// What is said to whoever pushes, when nothing can be given.
fn refused(failure: Failure) -> Response {
    match failure {
        Failure::Refused(Refusal::Seen { size }) => {
            answer(StatusCode::CONFLICT, SIZE, format!("{size}\n"))
        }
        Failure::Refused(refusal) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            answer(status, TEXT, format!("{}: {refusal}\n", refusal.code()))
        }
        // What went wrong inside is the operator's business.
        _ => answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "it can't be written here\n"),
    }
}

fn failed() -> Response {
    answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "it can't be written here\n")
}

async fn mirror_checkpoint(State((mirror, _)): State<Held>, body: Bytes) -> Response {
    match tokio::task::spawn_blocking(move || mirror.add_checkpoint(&body)).await {
        Ok(Ok(())) => answer(StatusCode::OK, TEXT, ""),
        Ok(Err(failure)) => refused(failure),
        Err(_) => failed(),
    }
}

async fn add_entries(
    State((mirror, now)): State<Held>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(_permit) = UPLOADS.acquire().await else { return failed() };
    let body = beginning(body, UPLOAD_BYTES_MAX).await;
    let is_gzip = headers.get(CONTENT_ENCODING).is_some_and(|value| value == "gzip");
    let done = tokio::task::spawn_blocking(move || {
        let body = if is_gzip { unzipped(&body) } else { body };
        mirror.add_entries(&body, now())
    });
    let info = HeaderValue::from_static(MirrorInfo::MEDIA_TYPE);
    let mut response = match done.await {
        Ok(Ok(Uploaded::Cosigned(lines))) => answer(StatusCode::OK, TEXT, lines),
        Ok(Ok(Uploaded::More(more))) => answer(StatusCode::ACCEPTED, info, more.to_bytes()),
        Ok(Ok(Uploaded::Conflict(other))) => answer(StatusCode::CONFLICT, info, other.to_bytes()),
        Ok(Err(failure)) => refused(failure),
        Err(_) => failed(),
    };
    response.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

/// A file that a pushed entry names: an addition of ours to the protocol.
async fn add_file(
    State((mirror, _)): State<Held>,
    Path((log, first, hash)): Path<(String, String, String)>,
    body: Body,
) -> Response {
    let Ok(_permit) = UPLOADS.acquire().await else { return failed() };
    let body = beginning(body, PUSHED_FILE_BYTES_MAX + 1).await;
    if body.len() > PUSHED_FILE_BYTES_MAX {
        let what = "a file of more than 64 MiB comes with a pull\n";
        return answer(StatusCode::PAYLOAD_TOO_LARGE, TEXT, what);
    }
    if !hash.starts_with(&first) || first.len() != 2 {
        return answer(StatusCode::NOT_FOUND, TEXT, "no such file of a record\n");
    }
    match tokio::task::spawn_blocking(move || mirror.add_file(&log, &hash, &body)).await {
        Ok(Ok(true)) => answer(StatusCode::OK, TEXT, ""),
        Ok(Ok(false)) => answer(StatusCode::NOT_FOUND, TEXT, "no pushed entry names it\n"),
        Ok(Err(failure)) => refused(failure),
        Err(_) => failed(),
    }
}

async fn blob(
    state: State<Held>,
    Path((digest, first, hash)): Path<(String, String, String)>,
) -> Response {
    file(state, Path((digest, format!("blob/{first}/{hash}")))).await
}

/// What came of a body before it broke off, and at most so much.
async fn beginning(mut body: Body, max: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        bytes.extend(data.iter().take(max.saturating_sub(bytes.len())));
        if bytes.len() >= max {
            break;
        }
    }
    bytes
}

/// What unzips of the bytes, and at most so much as is read of an upload.
fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut unzipped = Vec::new();
    // One that is cut off or broken counts as far as it goes, like any body.
    let _ = GzDecoder::new(bytes).take(UPLOAD_BYTES_MAX as u64).read_to_end(&mut unzipped);
    unzipped
}

/// Something is handed in that an operator refuses or ignores.
async fn letter(State((mirror, now)): State<Held>, body: Bytes) -> Response {
    let done = tokio::task::spawn_blocking(move || mirror.submit(&body, now())).await;
    match done {
        Ok(Ok(receipt)) => answer(StatusCode::OK, TEXT, receipt.to_bytes()),
        Ok(Err(LetterFailure::Refused(refusal))) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            answer(status, TEXT, format!("{refusal}\n"))
        }
        Ok(Err(_)) | Err(_) => {
            answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the mirror can't write\n")
        }
    }
}

async fn letterbox_file(State((mirror, _)): State<Held>, Path(path): Path<String>) -> Response {
    let kind = if path == "checkpoint" { TEXT } else { BYTES };
    match tokio::task::spawn_blocking(move || mirror.letterbox_file(&path)).await {
        Ok(Some(bytes)) => answer(StatusCode::OK, kind, bytes),
        _ => answer(StatusCode::NOT_FOUND, TEXT, "no such file of a letterbox\n"),
    }
}

/// A file of a copy (C2SP tlog-tiles), or a file that an entry names.
async fn file(
    State((mirror, _)): State<Held>,
    Path((digest, path)): Path<(String, String)>,
) -> Response {
    let kind = if path == "checkpoint" { TEXT } else { BYTES };
    let found = tokio::task::spawn_blocking(move || mirror.file(&digest, &path)).await;
    match found {
        Ok(Some(bytes)) => answer(StatusCode::OK, kind, bytes),
        _ => answer(StatusCode::NOT_FOUND, TEXT, "no such file of a record\n"),
    }
}

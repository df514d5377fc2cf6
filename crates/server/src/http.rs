//! A witness over HTTP, by C2SP tlog-witness; the copies of a mirror, by C2SP tlog-tiles; and
//! nothing else.

use crate::cosigners::Failure;
use crate::letterbox::{LETTER_BYTES_MAX, LetterFailure};
use crate::mirror::Mirror;
use crate::witness::Witness;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use servanda_tlog::{ADD_CHECKPOINT_BYTES_MAX, Refusal};
use std::io;
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
        Ok(Err(Failure::Refused(Refusal::Seen { size }))) => {
            answer(StatusCode::CONFLICT, SIZE, format!("{size}\n"))
        }
        Ok(Err(Failure::Refused(refusal))) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            answer(status, TEXT, format!("{}: {refusal}\n", refusal.code()))
        }
        // What went wrong inside is the operator's business.
        Ok(Err(_)) | Err(_) => {
            answer(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "the witness can't write\n")
        }
    }
}

async fn checkpoint(State((witness, _)): State<Asked>, Path(digest): Path<String>) -> Response {
    match witness.checkpoint(&digest) {
        Some(bytes) => answer(StatusCode::OK, TEXT, bytes),
        None => answer(StatusCode::NOT_FOUND, TEXT, "nothing was cosigned of such a log\n"),
    }
}

type Held = (Arc<Mirror>, fn() -> u64);

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

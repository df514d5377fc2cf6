//! Listening, and stopping.

use super::patient::PatientStream;
use super::{Site, figures, router};
use crate::room::Room;
use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tower_service::Service as _;

/// Connections at once; others wait.
const CONNECTIONS_MAX: usize = 1_024;
/// The same where the figures are.
const FIGURES_CONNECTIONS_MAX: usize = 16;
/// Threads that answer; what takes long runs beside them.
const THREADS: usize = 2;

/// Where the room listens, and how long it waits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Listening {
    /// The address; port 0 takes a free one.
    pub at: SocketAddr,
    /// The origin by which people reach the room through a proxy; none: by its address.
    pub site: Option<Site>,
    /// Where the figures for the operator are given (`/metrics`); none: nowhere.
    pub figures: Option<Arc<TcpListener>>,
    /// Ends by itself after this time.
    pub stop_after: Option<Duration>,
    /// How long a client may take for its headers, for each next piece of a body, and to take the
    /// next piece of an answer.
    pub patience: Duration,
}

impl Listening {
    /// As long as a bad connection needs.
    pub const PATIENCE: Duration = Duration::from_secs(15);

    /// At an address, until it is interrupted.
    #[must_use]
    pub fn at(at: SocketAddr) -> Listening {
        let patience = Listening::PATIENCE;
        Listening { at, site: None, figures: None, stop_after: None, patience }
    }
}

/// The address of whoever asks, for limits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// How long a body's next piece may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(pub(super) Duration);

/// Serves the room until it is interrupted or its time is over. `ready` is told the address.
///
/// # Errors
/// When it can't listen there.
pub fn serve(
    room: Arc<Room>,
    listening: &Listening,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(THREADS).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listening.at)?;
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let at = listener.local_addr()?;
        let site = listening.site.clone().unwrap_or_else(|| Site::at(at));
        let figures = match &listening.figures {
            None => None,
            Some(own) => {
                let at = own.local_addr()?;
                own.set_nonblocking(true)?;
                let listener = tokio::net::TcpListener::from_std(own.try_clone()?)?;
                Some((listener, figures::router(Arc::clone(&room), at)))
            }
        };
        let patience = listening.patience;
        let figures = async {
            match figures {
                None => std::future::pending().await,
                Some((listener, router)) => {
                    accept(listener, router, patience, FIGURES_CONNECTIONS_MAX).await;
                }
            }
        };
        let mut ended = signal(SignalKind::terminate())?;
        ready(at);
        let over = async {
            match listening.stop_after {
                Some(time) => tokio::time::sleep(time).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = accept(listener, router(room, site), patience, CONNECTIONS_MAX) => Ok(()),
            () = figures => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = ended.recv() => Ok(()),
            () = over => Ok(()),
        }
    })
}

async fn accept(
    listener: tokio::net::TcpListener,
    router: Router,
    patience: Duration,
    connections_max: usize,
) {
    let places = Arc::new(Semaphore::new(connections_max));
    loop {
        let Ok(permit) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, peer)) = listener.accept().await else {
            // A connection that was gone already, or no more handles: others may end meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: hyper::Request<_>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            request.extensions_mut().insert(Patience(patience));
            router.clone().call(request)
        });
        tokio::spawn(async move {
            let mut http = hyper::server::conn::http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(patience);
            let stream = TokioIo::new(PatientStream::new(stream, patience));
            // Whoever breaks off, or is too slow, gets no answer; nobody else is held up.
            let _ = http.serve_connection(stream, service).await;
            drop(permit);
        });
    }
}

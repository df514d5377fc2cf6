//! Patience with an end: bodies that come slowly, and answers that nobody takes.

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// A body of which a beginning was read already, and whose next piece must come in time.
pub(super) struct PatientBody {
    beginning: Option<Bytes>,
    rest: Body,
    within: Duration,
    wait: Pin<Box<Sleep>>,
}

impl PatientBody {
    pub(super) fn new(beginning: Bytes, rest: Body, within: Duration) -> PatientBody {
        let beginning = Some(beginning).filter(|bytes| !bytes.is_empty());
        PatientBody { beginning, rest, within, wait: Box::pin(sleep(within)) }
    }
}

impl http_body::Body for PatientBody {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        if let Some(beginning) = self.beginning.take() {
            return Poll::Ready(Some(Ok(Frame::data(beginning))));
        }
        if let Poll::Ready(frame) = Pin::new(&mut self.rest).poll_frame(context) {
            let next = Instant::now() + self.within;
            self.wait.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(self.wait.as_mut().poll(context));
        Poll::Ready(Some(Err(Box::new(io::Error::from(io::ErrorKind::TimedOut)))))
    }

    fn is_end_stream(&self) -> bool {
        self.beginning.is_none() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.rest.size_hint();
        let own = self.beginning.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let upper = hint.upper().map(|upper| upper + own);
        hint = {
            let mut whole = SizeHint::new();
            whole.set_lower(hint.lower() + own);
            if let Some(upper) = upper {
                whole.set_upper(upper);
            }
            whole
        };
        hint
    }
}

/// A connection whose other end must take what it is given in time.
pub(super) struct PatientStream {
    stream: TcpStream,
    within: Duration,
    /// Runs while nothing can be written.
    wait: Option<Pin<Box<Sleep>>>,
}

impl PatientStream {
    pub(super) fn new(stream: TcpStream, within: Duration) -> PatientStream {
        PatientStream { stream, within, wait: None }
    }

    fn taken<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.wait = None;
            return written;
        }
        let within = self.within;
        let wait = self.wait.get_or_insert_with(|| Box::pin(sleep(within)));
        ready!(wait.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.taken(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.taken(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

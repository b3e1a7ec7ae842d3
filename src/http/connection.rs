//! A connection, and how long the head of a request may take on it. The web framework gives a time to the first head alone;
//! with the later ones whoever says nothing more would keep a connection for ever.

use std::{
    cell::Cell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::HttpRequest;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

/// A TCP connection on which every later head has so long to come. One that takes longer is as if it was cut there.
pub struct Connection {
    stream: TcpStream,
    limit: Duration,
    turn: Turn,
    /// Set again only when it has run out, so that a quick head costs no timer.
    clock: Option<Pin<Box<Sleep>>>,
}

/// Whose turn it is on a connection, shared by it and its requests.
#[derive(Clone, Default)]
pub struct Turn(Rc<Cell<Step>>);

#[derive(Clone, Copy, Default)]
enum Step {
    /// The first request has not come. The framework looks after it.
    #[default]
    First,
    Answering,
    Waiting,
    /// A part of a head is there, since then.
    Coming(Instant),
}

impl Connection {
    pub fn new(stream: TcpStream, limit: Duration) -> Self {
        Self {
            stream,
            limit,
            turn: Turn::default(),
            clock: None,
        }
    }

    pub fn turn(&self) -> Turn {
        self.turn.clone()
    }

    fn poll_is_late(&mut self, context: &mut Context<'_>) -> bool {
        let Step::Coming(since) = self.turn.0.get() else {
            return false;
        };
        let end = since + self.limit;
        let new = || Box::pin(sleep_until(end));
        let clock = self.clock.get_or_insert_with(new);
        while clock.as_mut().poll(context).is_ready() {
            if Instant::now() >= end {
                return true;
            }
            // It was set for a head before this one.
            clock.as_mut().reset(end);
        }
        false
    }
}

impl Turn {
    /// A request has come on its connection, and is answered from here on.
    pub fn begin(request: &HttpRequest) -> Option<Self> {
        let turn = request.conn_data::<Self>()?.clone();
        turn.0.set(Step::Answering);
        Some(turn)
    }

    /// It has its answer: what comes now is another one.
    pub fn end(self) {
        self.0.set(Step::Waiting);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.poll_is_late(context) {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before && matches!(self.turn.0.get(), Step::Waiting) {
            self.turn.0.set(Step::Coming(Instant::now()));
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

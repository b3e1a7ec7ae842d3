//! Bodies in chunks that nobody reads to their end. The web framework reads them for as long as they go on once nobody holds
//! them, so that somebody who never ends one keeps a connection for ever. One that is held until the answer is sent ends the
//! connection instead, as one of a given length does.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::header::TRANSFER_ENCODING,
    web::Bytes,
};
use futures_util::{Stream, StreamExt};

/// A request's body, in the hands of whoever reads it and of the answer.
#[derive(Clone)]
pub struct Held(Rc<RefCell<Payload>>);

impl Held {
    /// Of a request whose body comes in chunks.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let (_, payload) = request.parts_mut();
        let held = Self(Rc::new(RefCell::new(payload.take())));
        *payload = Payload::Stream {
            payload: Box::pin(held.clone()),
        };
        Some(held)
    }

    /// An answer that holds it until it is sent.
    pub fn behind(self, body: BoxBody) -> BoxBody {
        BoxBody::new(Answer {
            body,
            _unread: self,
        })
    }
}

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(context)
    }
}

struct Answer {
    body: BoxBody,
    _unread: Held,
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

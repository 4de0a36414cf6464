//! Load shedding: beyond so many requests in flight, the next one is answered at once instead of queued.

use std::fmt;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::ready;
use http::Request;
use tokio::sync::Semaphore;

use super::Refusal;
use super::cover::{Answer, Cover, Inner};

/// Caps the requests in flight of one class. Several of them, each covering other paths, give each class its own cap.
/// A request is in flight until its response begins: an open stream holds no place.
pub struct Shed {
    places: Arc<Semaphore>,
    covers: Box<dyn Fn(&str) -> bool + Send + Sync>,
    refusal: Refusal,
}

impl Shed {
    /// At most `max_in_flight` of the requests whose path `covers` says yes to; the others pass.
    pub fn new(
        max_in_flight: usize,
        covers: impl Fn(&str) -> bool + Send + Sync + 'static,
        refusal: Refusal,
    ) -> Self {
        Self {
            places: Arc::new(Semaphore::new(max_in_flight.min(Semaphore::MAX_PERMITS))),
            covers: Box::new(covers),
            refusal,
        }
    }
}

impl fmt::Debug for Shed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shed")
            .field("free", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}

impl Cover for Shed {
    fn call<S: Inner<B>, B>(&self, request: Request<B>, inner: &mut S) -> Answer<S::Error> {
        let path = request.uri().path();
        if !(self.covers)(path) {
            return inner.call(request).boxed();
        }
        match Arc::clone(&self.places).try_acquire_owned() {
            Err(_) => ready(Ok((self.refusal)(path))).boxed(),
            Ok(place) => {
                let answer = inner.call(request);
                Box::pin(async move {
                    let response = answer.await;
                    drop(place);
                    response
                })
            }
        }
    }
}

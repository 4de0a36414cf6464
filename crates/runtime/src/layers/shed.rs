//! Load shedding: beyond so many requests in flight, the next one is answered at once instead of queued.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use http::{Request, Response};
use tokio::sync::Semaphore;
use tonic::body::Body;
use tower::{Layer, Service};

use super::Refusal;

/// Caps the requests in flight of one class. Several of them, each covering other paths, give each class its own cap.
/// A request is in flight until its response begins: an open stream holds no place.
#[derive(Clone)]
pub struct ShedLayer {
    class: Arc<Class>,
}

struct Class {
    places: Arc<Semaphore>,
    covers: Box<dyn Fn(&str) -> bool + Send + Sync>,
    refusal: Refusal,
}

impl ShedLayer {
    /// At most `max_in_flight` of the requests whose path `covers` says yes to; the others pass.
    pub fn new(
        max_in_flight: usize,
        covers: impl Fn(&str) -> bool + Send + Sync + 'static,
        refusal: Refusal,
    ) -> Self {
        let places = Arc::new(Semaphore::new(max_in_flight.min(Semaphore::MAX_PERMITS)));
        Self {
            class: Arc::new(Class {
                places,
                covers: Box::new(covers),
                refusal,
            }),
        }
    }
}

impl fmt::Debug for ShedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShedLayer")
            .field("free", &self.class.places.available_permits())
            .finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ShedLayer {
    type Service = ShedService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ShedService {
            class: Arc::clone(&self.class),
            inner,
        }
    }
}

/// What [`ShedLayer`] makes.
#[derive(Clone)]
pub struct ShedService<S> {
    class: Arc<Class>,
    inner: S,
}

impl<S, B> Service<Request<B>> for ShedService<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let path = request.uri().path();
        if !(self.class.covers)(path) {
            return self.inner.call(request).boxed();
        }
        match Arc::clone(&self.class.places).try_acquire_owned() {
            Err(_) => ready(Ok((self.class.refusal)(path))).boxed(),
            Ok(place) => {
                let answer = self.inner.call(request);
                Box::pin(async move {
                    let response = answer.await;
                    drop(place);
                    response
                })
            }
        }
    }
}

//! An id for each request, ours and never the caller's: what a support desk is told, and what the logs are searched by.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{HeaderName, HeaderValue, Request, Response};
use tower::{Layer, Service};
use uuid::Uuid;

use crate::Ids;

/// The response metadata that carries the id.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request being handled, in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

/// Gives each request its [`RequestId`] and each response its `x-request-id`.
#[derive(Clone)]
pub struct RequestIdLayer {
    ids: Arc<dyn Ids>,
}

impl RequestIdLayer {
    /// Ids from this source.
    pub fn new(ids: Arc<dyn Ids>) -> Self {
        Self { ids }
    }
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = RequestIdService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestIdService {
            ids: Arc::clone(&self.ids),
            inner,
        }
    }
}

/// What [`RequestIdLayer`] makes.
#[derive(Clone)]
pub struct RequestIdService<S> {
    ids: Arc<dyn Ids>,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for RequestIdService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<R>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let id = self.ids.random();
        request.extensions_mut().insert(RequestId(id));
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            if let Ok(value) = HeaderValue::try_from(id.as_hyphenated().to_string()) {
                response.headers_mut().insert(REQUEST_ID_HEADER, value);
            }
            Ok(response)
        })
    }
}

//! What layers have in common: one rule, shared by every clone of the service it stands before.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use http::{Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

/// What a covered service answers.
pub type Answer<E> = BoxFuture<'static, Result<Response<Body>, E>>;

/// A service that can be covered: it answers gRPC, in tasks of whatever thread.
pub trait Inner<B>:
    Service<Request<B>, Response = Response<Body>, Error: Send + 'static, Future: Send + 'static>
{
}

impl<S, B> Inner<B> for S where
    S: Service<Request<B>, Response = Response<Body>, Error: Send + 'static, Future: Send + 'static>
{
}

/// A rule about calls: refuses them, bounds them, or changes what goes in and comes out.
pub trait Cover: Send + Sync + 'static {
    /// Answers a call, with the help of the service behind or without it.
    fn call<S: Inner<B>, B>(&self, request: Request<B>, inner: &mut S) -> Answer<S::Error>;
}

/// Puts a [`Cover`] before a service.
#[derive(Debug)]
pub struct CoverLayer<C>(Arc<C>);

/// What [`CoverLayer`] makes.
#[derive(Debug)]
pub struct Covered<C, S> {
    cover: Arc<C>,
    inner: S,
}

impl<C: Cover> CoverLayer<C> {
    /// A layer of this rule.
    pub fn new(cover: C) -> Self {
        Self(Arc::new(cover))
    }
}

impl<C> Clone for CoverLayer<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C, S: Clone> Clone for Covered<C, S> {
    fn clone(&self) -> Self {
        Self {
            cover: Arc::clone(&self.cover),
            inner: self.inner.clone(),
        }
    }
}

impl<C, S> Layer<S> for CoverLayer<C> {
    type Service = Covered<C, S>;

    fn layer(&self, inner: S) -> Self::Service {
        Covered {
            cover: Arc::clone(&self.0),
            inner,
        }
    }
}

impl<C: Cover, S: Inner<B>, B> Service<Request<B>> for Covered<C, S> {
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.cover.call(request, &mut self.inner)
    }
}

//! The layer that takes the bearer token out of a request and puts an identity in.

use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{Either, Ready, ready};
use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tower::{Layer, Service};

/// What a request carried as credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented<'a> {
    /// No `authorization` entry at all.
    Nothing,
    /// One `authorization` entry, exactly `Bearer `, then visible ASCII without a space. Not verified yet.
    Token(&'a str),
    /// Two entries or more, another scheme, `bearer` in lower case, a tab, a trailing space, bytes that are no text:
    /// all refused in the same way, so that no two readers of one request can disagree.
    Malformed,
}

impl<'a> Presented<'a> {
    /// Reads the credentials of a request.
    pub fn of(headers: &'a HeaderMap) -> Self {
        let mut entries = headers.get_all(AUTHORIZATION).iter();
        let Some(entry) = entries.next() else {
            return Self::Nothing;
        };
        if entries.next().is_some() {
            return Self::Malformed;
        }
        match entry.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")) {
            Some(token) if !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()) => {
                Self::Token(token)
            }
            _ => Self::Malformed,
        }
    }
}

/// Decides who is speaking. The process that serves implements it: it has the verifier, the keys, the clock, and the
/// only right to build a refusal.
pub trait Authenticate: Send + Sync + 'static {
    /// What is put in the request's extensions for the handlers.
    type Identity: Clone + Send + Sync + 'static;

    /// Who speaks, or the response to give at once. `path` is `/package.Service/Method` as sent; which methods need no
    /// credentials (health, reflection) is decided here.
    ///
    /// # Errors
    /// The finished response; the request goes no further.
    #[expect(
        clippy::result_large_err,
        reason = "the error is the response itself, made once per refused request"
    )]
    fn authenticate(&self, presented: Presented<'_>, path: &str) -> Result<Self::Identity, Response<Body>>;
}

/// Authenticates every request before the inner service sees it. The `authorization` entries are taken out on the way,
/// so that nothing further in can log or forward them, and the identity is inserted in the request's extensions.
#[derive(Debug)]
pub struct AuthLayer<A> {
    authenticate: Arc<A>,
}

impl<A: Authenticate> AuthLayer<A> {
    /// A layer that asks this authority.
    pub fn new(authenticate: Arc<A>) -> Self {
        Self { authenticate }
    }
}

impl<A> Clone for AuthLayer<A> {
    fn clone(&self) -> Self {
        Self {
            authenticate: Arc::clone(&self.authenticate),
        }
    }
}

impl<A, S> Layer<S> for AuthLayer<A> {
    type Service = AuthService<A, S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService {
            authenticate: Arc::clone(&self.authenticate),
            inner,
        }
    }
}

/// What [`AuthLayer`] makes.
#[derive(Debug)]
pub struct AuthService<A, S> {
    authenticate: Arc<A>,
    inner: S,
}

impl<A, S: Clone> Clone for AuthService<A, S> {
    fn clone(&self) -> Self {
        Self {
            authenticate: Arc::clone(&self.authenticate),
            inner: self.inner.clone(),
        }
    }
}

impl<A, S, B> Service<Request<B>> for AuthService<A, S>
where
    A: Authenticate,
    S: Service<Request<B>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response<Body>, S::Error>>, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let presented = Presented::of(request.headers());
        match self.authenticate.authenticate(presented, request.uri().path()) {
            Ok(identity) => {
                request.headers_mut().remove(AUTHORIZATION);
                request.extensions_mut().insert(identity);
                Either::Right(self.inner.call(request))
            }
            Err(response) => Either::Left(ready(Ok(response))),
        }
    }
}

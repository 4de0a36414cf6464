//! One span and one measurement for every request, also for those that are refused, shed, cancelled or panic.
//!
//! Names after OpenTelemetry's semantic conventions for RPC: histogram `rpc.server.call.duration` in seconds, with
//! `rpc.system.name`, `rpc.method`, `rpc.response.status_code` and, for failures, `error.type`. A stream is measured to
//! its end. Nothing of the request's content is recorded, nor its path when it is not a method we serve: a stranger
//! cannot write into our telemetry, nor multiply its series.

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Frame, SizeHint};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};
use opentelemetry_semantic_conventions::attribute::{
    ERROR_TYPE, RPC_METHOD, RPC_RESPONSE_STATUS_CODE, RPC_SYSTEM_NAME,
};
use opentelemetry_semantic_conventions::metric::RPC_SERVER_CALL_DURATION;
use tokio::time::Instant;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::RequestId;
use crate::propagation;

/// `rpc.method` of a request for a method that is not served.
pub const OTHER_METHOD: &str = "_OTHER";

/// Boundaries the conventions advise for durations in seconds.
const BOUNDARIES_S: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// Gives each request a span, child of the caller's, and measures it.
#[derive(Clone)]
pub struct ObserveLayer {
    observer: Arc<Observer>,
}

struct Observer {
    /// Served methods, `package.Service/Method`.
    methods: HashSet<Arc<str>>,
    other: Arc<str>,
    duration: Histogram<f64>,
}

impl ObserveLayer {
    /// Measures with this meter. `methods` are the served ones, as `package.Service/Method`.
    pub fn new<M: AsRef<str>>(meter: &Meter, methods: impl IntoIterator<Item = M>) -> Self {
        let duration = meter
            .f64_histogram(RPC_SERVER_CALL_DURATION)
            .with_unit("s")
            .with_description("Duration of inbound calls, to the end of their last message")
            .with_boundaries(BOUNDARIES_S.to_vec())
            .build();
        let methods = methods
            .into_iter()
            .map(|method| Arc::from(method.as_ref()))
            .collect();
        Self {
            observer: Arc::new(Observer {
                methods,
                other: Arc::from(OTHER_METHOD),
                duration,
            }),
        }
    }
}

impl<S> Layer<S> for ObserveLayer {
    type Service = ObserveService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ObserveService {
            observer: Arc::clone(&self.observer),
            inner,
        }
    }
}

/// What [`ObserveLayer`] makes.
#[derive(Clone)]
pub struct ObserveService<S> {
    observer: Arc<Observer>,
    inner: S,
}

impl<S, B> Service<Request<B>> for ObserveService<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut call = Call::begin(&self.observer, &request);
        let span = call.span.clone();
        let answer = span.in_scope(|| self.inner.call(request));
        let handled = async move {
            let response = match answer.await {
                Ok(response) => response,
                Err(error) => {
                    call.end(Code::Internal);
                    return Err(error);
                }
            };
            if let Some(code) = code_in(response.headers()) {
                call.end(code);
                return Ok(response);
            }
            if response.status() != StatusCode::OK {
                call.end(Code::Unknown);
                return Ok(response);
            }
            Ok(response.map(|body| Body::new(ObservedBody { body, call })))
        };
        Box::pin(handled.instrument(span))
    }
}

/// One request under way. Dropped before its end, it was cancelled: the caller left, or the connection did.
struct Call {
    observer: Arc<Observer>,
    method: Arc<str>,
    span: Span,
    began: Instant,
    ended: bool,
}

impl Call {
    fn begin<B>(observer: &Arc<Observer>, request: &Request<B>) -> Self {
        let path = request.uri().path();
        let method = path
            .strip_prefix('/')
            .and_then(|method| observer.methods.get(method));
        let method = method.unwrap_or(&observer.other).clone();
        let span = info_span!(
            "rpc",
            otel.name = %method,
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = %method,
            rpc.response.status_code = Empty,
            request_id = Empty,
        );
        if let Some(RequestId(id)) = request.extensions().get::<RequestId>() {
            span.record("request_id", tracing::field::display(id));
        }
        // Refused only when there is no OpenTelemetry layer, or when the span has begun: neither is an error here.
        let _ = span.set_parent(propagation::extract(request.headers()));
        Self {
            observer: Arc::clone(observer),
            method,
            span,
            began: Instant::now(),
            ended: false,
        }
    }

    fn end(&mut self, code: Code) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let name = code_name(code);
        self.span.record("rpc.response.status_code", name);
        if is_our_fault(code) {
            self.span.record("otel.status_code", "ERROR");
        }
        let mut attributes = vec![
            KeyValue::new(RPC_SYSTEM_NAME, "grpc"),
            KeyValue::new(RPC_METHOD, Arc::clone(&self.method)),
            KeyValue::new(RPC_RESPONSE_STATUS_CODE, name),
        ];
        if code != Code::Ok {
            attributes.push(KeyValue::new(ERROR_TYPE, name));
        }
        self.observer
            .duration
            .record(self.began.elapsed().as_secs_f64(), &attributes);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(if std::thread::panicking() {
            Code::Internal
        } else {
            Code::Cancelled
        });
    }
}

/// A body that looks at its trailers, where gRPC puts the status of a response that has messages.
struct ObservedBody {
    body: Body,
    call: Call,
}

impl http_body::Body for ObservedBody {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        let this = &mut *self;
        let span = this.call.span.clone();
        let _entered = span.enter();
        let polled = Pin::new(&mut this.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(code) = frame.trailers_ref().and_then(code_in) {
                    this.call.end(code);
                }
            }
            Poll::Ready(Some(Err(status))) => this.call.end(status.code()),
            Poll::Ready(None) => this.call.end(Code::Unknown),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn code_in(headers: &HeaderMap) -> Option<Code> {
    headers
        .get("grpc-status")
        .map(|value| Code::from_bytes(value.as_bytes()))
}

/// Errors of ours, as the conventions list them for servers; the others are answers.
fn is_our_fault(code: Code) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Unavailable, Unimplemented, Unknown};
    matches!(
        code,
        Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss
    )
}

fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

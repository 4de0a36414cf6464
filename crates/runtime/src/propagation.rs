//! W3C trace context: in gRPC metadata, and in one string for what is stored and read later.
//!
//! Only `traceparent` and `tracestate` are read and written; no baggage, which would carry a stranger's words into our
//! telemetry.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator as _};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::metadata::MetadataMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

const TRACEPARENT: &str = "traceparent";

/// Length of a version 00 `traceparent`, in bytes.
const TRACEPARENT_BYTES: usize = 55;

/// Writes the current span into the metadata of an outgoing request. Without telemetry it writes nothing.
pub fn inject(metadata: &mut MetadataMap) {
    let mut headers = std::mem::take(metadata).into_headers();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut Headers(&mut headers));
    *metadata = MetadataMap::from_headers(headers);
}

/// The trace an incoming request belongs to; an empty context when it names none, or names it wrongly.
pub fn extract(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &ReadHeaders(headers))
}

/// The current span as one `traceparent` string of 55 bytes, for a journal entry; `None` without telemetry.
pub fn traceparent() -> Option<String> {
    let context = Span::current().context();
    context.span().span_context().is_valid().then(|| {
        let mut carrier = One::default();
        TraceContextPropagator::new().inject_context(&context, &mut carrier);
        carrier.0
    })
}

/// Continues the trace of a stored `traceparent` in this span; says whether it was one. Work that begins long after the
/// entry was written is linked to it, not made its child, so that traces end.
pub fn link_to(span: &Span, traceparent: &str) -> bool {
    if traceparent.len() != TRACEPARENT_BYTES {
        return false;
    }
    let context =
        TraceContextPropagator::new().extract_with_context(&Context::new(), &One(traceparent.to_owned()));
    let stored = context.span().span_context().clone();
    let valid = stored.is_valid();
    if valid {
        span.add_link(stored);
    }
    valid
}

#[derive(Default)]
struct One(String);

impl Injector for One {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0 = value;
        }
    }
}

impl Extractor for One {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then_some(self.0.as_str())
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        if value.is_empty() {
            return;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct ReadHeaders<'a>(&'a HeaderMap);

impl Extractor for ReadHeaders<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

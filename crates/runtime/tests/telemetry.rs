//! The promise of telemetry: whatever happens to a request is counted once, under names of ours, and a trace continues
//! across processes and across the journal.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use declic_runtime::layers::{
    CoverLayer, DeadlineCover, ObserveLayer, REQUEST_ID_HEADER, Refusal, RequestId, RequestIdLayer, Shed,
};
use declic_runtime::telemetry::{self, Config, LogFormat, Providers};
use declic_runtime::{Ids, SystemIds, propagation};
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body as _, Frame};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::logs::{InMemoryLogExporter, SdkLoggerProvider};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tokio::sync::Notify;
use tonic::body::Body;
use tonic::metadata::MetadataMap;
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _, service_fn};
use tracing_subscriber::fmt::MakeWriter;

const METHOD: &str = "declic.v1.CaseService/OpenCase";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

struct Bench {
    meters: SdkMeterProvider,
    spans: InMemorySpanExporter,
    metrics: InMemoryMetricExporter,
    logs: InMemoryLogExporter,
    lines: Lines,
    _default: tracing::subscriber::DefaultGuard,
}

impl Bench {
    fn new(format: LogFormat) -> Self {
        let (spans, logs) = (InMemorySpanExporter::default(), InMemoryLogExporter::default());
        let metrics = InMemoryMetricExporter::default();
        let meters = SdkMeterProvider::builder()
            .with_reader(PeriodicReader::builder(metrics.clone()).build())
            .build();
        let providers = Providers {
            traces: Some(
                SdkTracerProvider::builder()
                    .with_simple_exporter(spans.clone())
                    .build(),
            ),
            metrics: Some(meters.clone()),
            logs: Some(
                SdkLoggerProvider::builder()
                    .with_simple_exporter(logs.clone())
                    .build(),
            ),
        };
        let lines = Lines::default();
        let config = Config {
            log_format: format,
            ..Config::default()
        };
        let subscriber = telemetry::subscriber(&config, &providers, lines.clone()).expect("a good filter");
        let _default = tracing::subscriber::set_default(subscriber);
        Self {
            meters,
            spans,
            metrics,
            logs,
            lines,
            _default,
        }
    }

    fn observe(&self) -> ObserveLayer {
        use opentelemetry::metrics::MeterProvider as _;
        ObserveLayer::new(&self.meters.meter("test"), [METHOD])
    }

    /// Calls counted, as `method status`, sorted.
    fn calls(&self) -> Vec<String> {
        self.meters.force_flush().expect("an in-memory exporter");
        let mut calls = Vec::new();
        for resource in self
            .metrics
            .get_finished_metrics()
            .expect("an in-memory exporter")
        {
            let metrics = resource.scope_metrics().flat_map(|scope| scope.metrics());
            for metric in metrics.filter(|metric| metric.name() == "rpc.server.call.duration") {
                assert_eq!(metric.unit(), "s");
                let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else {
                    panic!("a histogram of seconds");
                };
                calls = histogram
                    .data_points()
                    .map(|point| format!("{} {}", series(point.attributes()), point.count()))
                    .collect();
            }
        }
        calls.sort();
        calls
    }

    fn spans(&self) -> Vec<SpanData> {
        self.spans.get_finished_spans().expect("an in-memory exporter")
    }
}

fn series<'a>(attributes: impl Iterator<Item = &'a opentelemetry::KeyValue>) -> String {
    let mut method = String::new();
    let mut code = String::new();
    for attribute in attributes {
        match attribute.key.as_str() {
            "rpc.method" => method = attribute.value.to_string(),
            "rpc.response.status_code" => code = attribute.value.to_string(),
            "rpc.system.name" | "error.type" => {}
            other => panic!("an attribute nobody promised: {other}"),
        }
    }
    format!("{method} {code}")
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("log lines are UTF-8")
    }
}

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

fn status(code: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    response
        .headers_mut()
        .insert("grpc-status", HeaderValue::from_static(code));
    response
}

fn refusal(code: &'static str) -> Refusal {
    Arc::new(move |_path: &str| status(code))
}

fn request(path: &str) -> Request<Body> {
    Request::builder()
        .uri(path.to_owned())
        .body(Body::empty())
        .expect("a request")
}

fn open_case() -> Request<Body> {
    request(&format!("/{METHOD}"))
}

/// A response with one message and its status in the trailers, as tonic sends a successful one.
struct OneMessage(Vec<Frame<Bytes>>);

impl OneMessage {
    fn response(code: &'static str) -> Response<Body> {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", HeaderValue::from_static(code));
        Response::new(Body::new(Self(vec![
            Frame::trailers(trailers),
            Frame::data(Bytes::from_static(b"\0\0\0\0\0")),
        ])))
    }
}

impl http_body::Body for OneMessage {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        std::task::Poll::Ready(self.0.pop().map(Ok))
    }
}

async fn drain(response: Response<Body>) {
    let mut body = response.into_body();
    while std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx))
        .await
        .is_some()
    {}
}

#[tokio::test]
async fn every_ending_of_a_request_is_counted_once() {
    let bench = Bench::new(LogFormat::Text);
    let answers = bench
        .observe()
        .layer(service_fn(|request: Request<Body>| async move {
            Ok::<_, Infallible>(match request.headers().get("want").map(HeaderValue::as_bytes) {
                Some(b"message") => OneMessage::response("0"),
                Some(b"failing message") => OneMessage::response("10"),
                _ => status("5"),
            })
        }));
    for want in ["message", "failing message", "nothing"] {
        let mut request = open_case();
        request
            .headers_mut()
            .insert("want", want.parse().expect("a header value"));
        drain(answers.clone().oneshot(request).await.expect("infallible")).await;
    }
    let mut cancelled = open_case();
    cancelled
        .headers_mut()
        .insert("want", HeaderValue::from_static("message"));
    drop(answers.clone().oneshot(cancelled).await.expect("infallible"));
    drain(
        answers
            .oneshot(request("/declic.v1.CaseService/canary-4711"))
            .await
            .expect("infallible"),
    )
    .await;
    assert_eq!(
        bench.calls(),
        [
            "_OTHER NOT_FOUND 1",
            "declic.v1.CaseService/OpenCase ABORTED 1",
            "declic.v1.CaseService/OpenCase CANCELLED 1",
            "declic.v1.CaseService/OpenCase NOT_FOUND 1",
            "declic.v1.CaseService/OpenCase OK 1",
        ]
    );
    let told = format!("{:?} {}", bench.spans(), bench.lines.text());
    assert!(!told.contains("canary-4711"), "a stranger's path is not recorded");
}

#[tokio::test]
async fn shed_late_and_refused_requests_are_counted() {
    let bench = Bench::new(LogFormat::Text);
    let entered = Arc::new(Notify::new());
    let waiting = Arc::clone(&entered);
    let handler = service_fn(move |_: Request<Body>| {
        let entered = Arc::clone(&waiting);
        async move {
            entered.notify_one();
            std::future::pending::<Result<Response<Body>, Infallible>>().await
        }
    });
    let service = ServiceBuilder::new()
        .layer(bench.observe())
        .layer(CoverLayer::new(Shed::new(
            1,
            |path| path.ends_with("OpenCase"),
            refusal("14"),
        )))
        .layer(CoverLayer::new(DeadlineCover::new(
            Duration::from_millis(40),
            refusal("4"),
        )))
        .service(handler);
    let first = tokio::spawn(service.clone().oneshot(open_case()));
    entered.notified().await;
    drain(service.clone().oneshot(open_case()).await.expect("shed at once")).await;
    drain(first.await.expect("no panic").expect("its deadline answers")).await;
    let mut hasty = open_case();
    hasty
        .headers_mut()
        .insert("grpc-timeout", HeaderValue::from_static("0n"));
    drain(
        service
            .clone()
            .oneshot(hasty)
            .await
            .expect("over before it began"),
    )
    .await;
    drain(
        service
            .oneshot(request("/declic.v1.Other/Method"))
            .await
            .expect("its deadline answers"),
    )
    .await;
    assert_eq!(
        bench.calls(),
        [
            "_OTHER DEADLINE_EXCEEDED 1",
            "declic.v1.CaseService/OpenCase DEADLINE_EXCEEDED 2",
            "declic.v1.CaseService/OpenCase UNAVAILABLE 1",
        ]
    );
}

#[tokio::test]
async fn a_request_id_is_ours_whatever_the_caller_sends_and_stands_in_span_and_answer() {
    let bench = Bench::new(LogFormat::Text);
    let ids: Arc<dyn Ids> = Arc::new(SystemIds);
    let mut service = ServiceBuilder::new()
        .layer(RequestIdLayer::new(ids))
        .layer(bench.observe())
        .service(service_fn(|request: Request<Body>| async move {
            let RequestId(id) = *request
                .extensions()
                .get::<RequestId>()
                .expect("the layer inserts it");
            let mut response = status("0");
            response.extensions_mut().insert(id);
            Ok::<_, Infallible>(response)
        }));
    let mut request = open_case();
    request
        .headers_mut()
        .insert(REQUEST_ID_HEADER, HeaderValue::from_static("canary-4711"));
    let response = service.call(request).await.expect("infallible");
    let id = response
        .extensions()
        .get::<uuid::Uuid>()
        .expect("the handler saw it")
        .to_string();
    assert_eq!(response.headers()[REQUEST_ID_HEADER], id.as_str());
    let spans = bench.spans();
    let recorded = spans[0]
        .attributes
        .iter()
        .find(|a| a.key.as_str() == "request_id")
        .expect("recorded");
    assert_eq!(recorded.value.to_string(), id);
}

#[tokio::test]
async fn a_trace_goes_on_from_the_caller_to_the_journal() {
    let bench = Bench::new(LogFormat::Text);
    let stored = Arc::new(Mutex::new(None));
    let journal = Arc::clone(&stored);
    let service = bench.observe().layer(service_fn(move |_: Request<Body>| {
        let journal = Arc::clone(&journal);
        async move {
            *journal.lock().expect("not poisoned") = propagation::traceparent();
            Ok::<_, Infallible>(status("0"))
        }
    }));
    let mut request = open_case();
    request
        .headers_mut()
        .insert("traceparent", HeaderValue::from_static(PARENT));
    service.oneshot(request).await.expect("infallible");
    let span = bench.spans().remove(0);
    assert_eq!(span.name, METHOD);
    assert_eq!(
        span.span_context.trace_id().to_string(),
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(span.parent_span_id.to_string(), "00f067aa0ba902b7");
    let stored = stored
        .lock()
        .expect("not poisoned")
        .clone()
        .expect("inside the request's span");
    let expected = format!(
        "00-4bf92f3577b34da6a3ce929d0e0e4736-{}-01",
        span.span_context.span_id()
    );
    assert_eq!(stored, expected);

    let reader = tracing::info_span!("deliver");
    assert!(propagation::link_to(&reader, &stored));
    for wrong in ["", "canary", &PARENT.replace('-', "_"), &format!("{PARENT}0")] {
        assert!(!propagation::link_to(&reader, wrong), "{wrong}");
    }
    let mut metadata = MetadataMap::new();
    metadata.insert("kept", "yes".parse().expect("a value"));
    reader.in_scope(|| propagation::inject(&mut metadata));
    drop(reader);
    assert_eq!(
        metadata.get("kept").map(|v| v.as_bytes()),
        Some(b"yes".as_slice())
    );
    let sent = propagation::extract(&metadata.into_headers());
    let deliver = bench
        .spans()
        .into_iter()
        .find(|span| span.name == "deliver")
        .expect("finished");
    assert_eq!(
        sent.span().span_context().span_id(),
        deliver.span_context.span_id()
    );
    assert_eq!(
        deliver.links.iter().count(),
        1,
        "linked to the entry, not its child"
    );
}

#[test]
fn without_telemetry_propagation_writes_nothing() {
    let mut metadata = MetadataMap::new();
    propagation::inject(&mut metadata);
    assert!(metadata.is_empty());
    assert_eq!(propagation::traceparent(), None);
}

#[test]
fn an_event_reaches_the_line_and_the_exporter_in_the_chosen_format() {
    let bench = Bench::new(LogFormat::Json);
    tracing::info!(tickets = 3, "delivered\nforged line");
    tracing::debug!("too quiet for the default filter");
    assert_eq!(
        bench.lines.text().lines().count(),
        1,
        "a newline in a message does not make a line"
    );
    assert!(bench.lines.text().contains(r#""tickets":3"#));
    assert_eq!(bench.logs.get_emitted_logs().expect("in memory").len(), 1);
}

#[test]
fn a_wrong_section_is_refused_with_what_to_write() {
    use declic_runtime::config::Validate as _;
    let rows = [
        (
            Config {
                log_filter: "info,=".to_owned(),
                ..Config::default()
            },
            "log_filter",
        ),
        (
            Config {
                trace_ratio: 1.5,
                ..Config::default()
            },
            "trace_ratio",
        ),
        (
            Config {
                trace_ratio: f64::NAN,
                ..Config::default()
            },
            "trace_ratio",
        ),
        (
            Config {
                metrics_interval: Duration::ZERO,
                ..Config::default()
            },
            "metrics_interval",
        ),
        (
            Config {
                otlp_endpoint: Some("collector".to_owned()),
                ..Config::default()
            },
            "otlp_endpoint",
        ),
        (
            Config {
                otlp_endpoint: Some("https://c:4317".to_owned()),
                ..Config::default()
            },
            "otlp_authorities",
        ),
    ];
    for (config, key) in rows {
        assert_eq!(config.validate().expect_err(key).key, key);
    }
    Config::default().validate().expect("the defaults hold");
}

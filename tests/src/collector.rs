//! A collector of telemetry in the test's own process: what programs send over OTLP, as it arrived.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// A collector on a free port of the loopback; it ends with the test's runtime.
#[derive(Debug)]
pub struct Collector {
    endpoint: String,
    taker: Taker,
}

/// Everything that arrived, in the order of arrival.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// Spans, with the `service.name` of who sent them.
    pub spans: Vec<(String, Span)>,
    /// Measurements, with the `service.name` of who sent them: one entry for each export.
    pub metrics: Vec<(String, Metric)>,
    /// Exports of traces, byte by byte.
    pub trace_bytes: Vec<u8>,
    /// Exports of metrics, byte by byte.
    pub metric_bytes: Vec<u8>,
    /// Exports of log records, byte by byte.
    pub log_bytes: Vec<u8>,
}

impl Collector {
    /// One that answers.
    pub async fn start() -> Self {
        Self::serve(true).await
    }

    /// One that takes every export and never answers.
    pub async fn start_silent() -> Self {
        Self::serve(false).await
    }

    /// Its address, `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// What arrived so far.
    pub fn received(&self) -> Received {
        self.taker
            .received
            .lock()
            .expect("no thread panicked with it")
            .clone()
    }

    /// Waits until so many exports arrived, of whatever kind.
    pub async fn exports(&self, at_least: usize) {
        let mut exports = self.taker.exports.subscribe();
        exports
            .wait_for(|count| *count >= at_least)
            .await
            .expect("the taker is ours");
    }

    async fn serve(answers: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let taker = Taker {
            answers,
            received: Arc::default(),
            exports: Arc::new(watch::Sender::new(0)),
        };
        let router = Server::builder()
            .add_service(TraceServiceServer::new(taker.clone()))
            .add_service(MetricsServiceServer::new(taker.clone()))
            .add_service(LogsServiceServer::new(taker.clone()));
        tokio::spawn(router.serve_with_incoming(TcpIncoming::from(listener)));
        Self { endpoint, taker }
    }
}

/// The text of an attribute; `None` when it is not there or no text.
pub fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match &found.value {
        Some(AnyValue {
            value: Some(Value::StringValue(text)),
        }) => Some(text),
        _ => None,
    }
}

/// The three services of OTLP.
#[derive(Debug, Clone)]
struct Taker {
    answers: bool,
    received: Arc<Mutex<Received>>,
    exports: Arc<watch::Sender<usize>>,
}

impl Taker {
    async fn take<A: Default>(&self, keep: impl FnOnce(&mut Received)) -> Result<Response<A>, Status> {
        keep(&mut self.received.lock().expect("no thread panicked with it"));
        self.exports.send_modify(|count| *count += 1);
        if !self.answers {
            std::future::pending::<()>().await;
        }
        Ok(Response::new(A::default()))
    }
}

#[tonic::async_trait]
impl TraceService for Taker {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let export = request.into_inner();
        self.take(|received| {
            received.trace_bytes.extend(export.encode_to_vec());
            for sent in export.resource_spans {
                let service = service(sent.resource.as_ref());
                let spans = sent.scope_spans.into_iter().flat_map(|scope| scope.spans);
                received.spans.extend(spans.map(|span| (service.clone(), span)));
            }
        })
        .await
    }
}

#[tonic::async_trait]
impl MetricsService for Taker {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let export = request.into_inner();
        self.take(|received| {
            received.metric_bytes.extend(export.encode_to_vec());
            for sent in export.resource_metrics {
                let service = service(sent.resource.as_ref());
                let metrics = sent.scope_metrics.into_iter().flat_map(|scope| scope.metrics);
                received
                    .metrics
                    .extend(metrics.map(|metric| (service.clone(), metric)));
            }
        })
        .await
    }
}

#[tonic::async_trait]
impl LogsService for Taker {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let export = request.into_inner();
        self.take(|received| received.log_bytes.extend(export.encode_to_vec()))
            .await
    }
}

fn service(resource: Option<&Resource>) -> String {
    let name = resource.and_then(|resource| text(&resource.attributes, "service.name"));
    name.expect("whoever sends says its name").to_owned()
}

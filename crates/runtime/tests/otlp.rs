//! The exporters' promise: what was recorded before the end of the process has reached the collector at its end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use declic_runtime::Shutdown;
use declic_runtime::server::{self, Limits, Listener};
use declic_runtime::telemetry::{self, Config, ServiceName};
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
use tonic::{Request, Response, Status};

/// Names of the spans and metrics that arrived, with the services they came from.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<String>>>);

impl Collector {
    fn took(&self, what: impl Into<String>) {
        self.0.lock().expect("not poisoned").push(what.into());
    }

    fn received(&self) -> Vec<String> {
        self.0.lock().expect("not poisoned").clone()
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for resource in request.into_inner().resource_spans {
            let service = format!("{:?}", resource.resource);
            self.took(format!("service {}", service.contains("declic-test")));
            for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                self.took(format!("span {}", span.name));
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let scopes = request
            .into_inner()
            .resource_metrics
            .into_iter()
            .flat_map(|resource| resource.scope_metrics);
        for metric in scopes.flat_map(|scope| scope.metrics) {
            self.took(format!("metric {}", metric.name));
        }
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_reaches_the_collector_before_the_process_ends() {
    let collector = Collector::default();
    let listener = Listener::bind("127.0.0.1:0".parse().expect("an address"))
        .await
        .expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr());
    let (limits, shutdown) = (Limits::default(), Shutdown::new(Duration::from_secs(600)));
    let router = server::builder(&limits)
        .add_service(TraceServiceServer::new(collector.clone()))
        .add_service(MetricsServiceServer::new(collector.clone()));
    tokio::spawn(async move { server::serve(router, listener, None, &limits, &shutdown).await });

    let config = Config {
        otlp_endpoint: Some(endpoint),
        log_filter: "off".to_owned(),
        ..Config::default()
    };
    let service = ServiceName {
        name: "declic-test",
        version: "0.0.0",
        instance: uuid::Uuid::nil(),
    };
    let telemetry = telemetry::init(&service, &config).expect("a good configuration");
    telemetry
        .meter("test")
        .u64_counter("tickets.opened")
        .build()
        .add(1, &[]);
    tracing::info_span!("open_case").in_scope(|| {});
    telemetry.shutdown().await;

    let received = collector.received();
    for expected in ["service true", "span open_case", "metric tickets.opened"] {
        assert!(
            received.iter().any(|got| got == expected),
            "{expected} among {received:?}"
        );
    }
}

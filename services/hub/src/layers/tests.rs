use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use declic_auth::SigningKey;
use declic_domain::directory::Role;
use declic_runtime::{ManualClock, SystemIds};
use jiff::Timestamp;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use tokio::sync::Notify;
use tonic::Status;
use tonic_types::StatusExt as _;
use tower::{ServiceExt as _, service_fn};

use super::*;
use crate::caller::Authenticator;
use crate::caller::tests::{directory, member, sign_ins, token};

const READ: &str = "/declic.v1.LedgerService/GetCheckpoint";
const COMMAND: &str = "/declic.v1.CaseService/OpenCase";

/// The layers over a service that answers at once, panics, or waits to be told, by the path it is called on.
struct Bench {
    metrics: InMemoryMetricExporter,
    provider: SdkMeterProvider,
    door: Arc<WriteDoor>,
    limits: Limits,
    rate: Rate,
    arrived: Arc<Notify>,
    go_on: Arc<Notify>,
    worker: SigningKey,
}

impl Bench {
    fn new() -> Self {
        let metrics = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(metrics.clone()).build();
        Self {
            metrics,
            provider: SdkMeterProvider::builder().with_reader(reader).build(),
            door: Arc::new(WriteDoor::open()),
            limits: Limits::default(),
            rate: Rate::default(),
            arrived: Arc::default(),
            go_on: Arc::default(),
            worker: SigningKey::generate([1; 32]),
        }
    }

    fn server(
        &self,
    ) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + 'static {
        let members = directory([member("camille.martin", Role::SocialWorker, &self.worker)]);
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let parts = Parts {
            ids: Arc::new(SystemIds),
            meter: self.provider.meter("test"),
            methods: vec![READ[1..].to_owned(), COMMAND[1..].to_owned()],
            limits: self.limits.clone(),
            authenticator: Arc::new(Authenticator::new("declic-hub", clock, sign_ins(), move || {
                Arc::clone(&members)
            })),
            rate: self.rate,
            door: Arc::clone(&self.door),
        };
        let (arrived, go_on) = (Arc::clone(&self.arrived), Arc::clone(&self.go_on));
        list(parts).layer(service_fn(move |request: Request<Body>| {
            let (arrived, go_on) = (Arc::clone(&arrived), Arc::clone(&go_on));
            async move {
                assert!(
                    request.headers().get("authorization").is_none(),
                    "the token stops at its layer"
                );
                match request.headers().get("ask").map(http::HeaderValue::as_bytes) {
                    Some(b"panic") => panic!("as asked"),
                    Some(b"wait") => {
                        arrived.notify_one();
                        go_on.notified().await;
                    }
                    _ => {}
                }
                let mut response = Response::new(Body::empty());
                response
                    .headers_mut()
                    .insert("grpc-status", http::HeaderValue::from_static("0"));
                Ok::<_, Infallible>(response)
            }
        }))
    }

    fn request(&self, path: &str, ask: &str) -> Request<Body> {
        let mut request = self.anonymous(path, ask);
        let bearer = format!("Bearer {}", token(&self.worker, "camille.martin"));
        request
            .headers_mut()
            .insert("authorization", bearer.parse().expect("a header"));
        request
    }

    fn anonymous(&self, path: &str, ask: &str) -> Request<Body> {
        let request = Request::builder()
            .uri(format!("http://hub{path}"))
            .header("ask", ask);
        request.body(Body::empty()).expect("a request")
    }

    /// The status codes the metrics counted.
    fn counted(&self) -> BTreeSet<String> {
        self.provider.force_flush().expect("the exporter is in memory");
        let mut codes = BTreeSet::new();
        for resource in self.metrics.get_finished_metrics().expect("in memory") {
            for metric in resource.scope_metrics().flat_map(|scope| scope.metrics()) {
                let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else {
                    continue;
                };
                for attribute in histogram.data_points().flat_map(|point| point.attributes()) {
                    if attribute.key.as_str() == "rpc.response.status_code" {
                        codes.insert(attribute.value.to_string());
                    }
                }
            }
        }
        codes
    }
}

/// What a response says: `OK`, or the reason of its error.
fn said(response: &Response<Body>) -> String {
    let status = Status::from_header_map(response.headers()).expect("a status");
    if status.code() == tonic::Code::Ok {
        return "OK".to_owned();
    }
    let info = status.get_details_error_info().expect("an error says its reason");
    assert_eq!(info.domain, "declic");
    info.reason
}

#[tokio::test]
async fn metrics_see_shed_refused_late_and_panicking_calls() {
    let mut bench = Bench::new();
    bench.limits.max_in_flight = 1;
    bench.limits.request_timeout = Duration::from_secs(3600);
    let server = bench.server();
    let waiting = tokio::spawn(server.clone().oneshot(bench.request(READ, "wait")));
    bench.arrived.notified().await;
    let shed = server
        .clone()
        .oneshot(bench.request(READ, ""))
        .await
        .expect("infallible");
    bench.go_on.notify_one();
    let answered = waiting.await.expect("no panic").expect("infallible");
    let refused = server
        .clone()
        .oneshot(bench.anonymous(READ, ""))
        .await
        .expect("infallible");
    let panicked = server
        .clone()
        .oneshot(bench.request(READ, "panic"))
        .await
        .expect("infallible");
    let mut late = bench.request(READ, "wait");
    late.headers_mut()
        .insert("grpc-timeout", http::HeaderValue::from_static("1m"));
    let late = server.oneshot(late).await.expect("infallible");
    let all = [&shed, &answered, &refused, &panicked, &late].map(said);
    assert_eq!(
        all,
        [
            "OVERLOADED",
            "OK",
            "TOKEN_INVALID",
            "INTERNAL",
            "DEADLINE_EXCEEDED"
        ]
    );
    let expected = [
        "DEADLINE_EXCEEDED",
        "INTERNAL",
        "OK",
        "UNAUTHENTICATED",
        "UNAVAILABLE",
    ];
    assert_eq!(bench.counted(), BTreeSet::from(expected.map(str::to_owned)));
}

#[tokio::test]
async fn an_internal_error_quotes_the_id_its_answer_carries() {
    let bench = Bench::new();
    let response = bench
        .server()
        .oneshot(bench.request(READ, "panic"))
        .await
        .expect("infallible");
    let id = response
        .headers()
        .get("x-request-id")
        .expect("every answer has one");
    let id = id.to_str().expect("a UUID").to_owned();
    let status = Status::from_header_map(response.headers()).expect("a status");
    assert!(
        status.message().contains(&id) && !status.message().contains("as asked"),
        "{}",
        status.message()
    );
}

#[tokio::test]
async fn probes_pass_under_load_and_without_a_token() {
    let mut bench = Bench::new();
    bench.limits.max_in_flight = 0;
    let server = bench.server();
    let probe = server
        .clone()
        .oneshot(bench.anonymous("/grpc.health.v1.Health/Check", ""))
        .await;
    let call = server.oneshot(bench.request(READ, "")).await;
    assert_eq!(
        [probe, call].map(|r| said(&r.expect("infallible"))),
        ["OK", "OVERLOADED"]
    );
}

#[tokio::test]
async fn one_caller_s_bucket_empties_and_says_so() {
    let mut bench = Bench::new();
    bench.rate = Rate {
        calls_per_second: 1,
        burst: 2,
        ..Rate::default()
    };
    let server = bench.server();
    let mut answers = Vec::new();
    for _ in 0..3 {
        let response = server
            .clone()
            .oneshot(bench.request(READ, ""))
            .await
            .expect("infallible");
        answers.push(said(&response));
    }
    assert_eq!(answers, ["OK", "OK", "RATE_LIMITED"]);
}

#[tokio::test]
async fn a_closed_door_refuses_commands_and_lets_reads_through() {
    let bench = Bench::new();
    let server = bench.server();
    let mut answers = Vec::new();
    for _ in 0..2 {
        for path in [READ, COMMAND] {
            answers.push(said(
                &server
                    .clone()
                    .oneshot(bench.request(path, ""))
                    .await
                    .expect("infallible"),
            ));
        }
        bench.door.close();
        bench.door.closed().await;
    }
    assert_eq!(answers, ["OK", "OK", "OK", "LEDGER_CLOSED"]);
}

#[tokio::test]
async fn a_role_is_refused_before_the_handler() {
    let bench = Bench::new();
    let path = "/declic.v1.TicketService/AcknowledgeTicket";
    let response = bench
        .server()
        .oneshot(bench.request(path, "panic"))
        .await
        .expect("infallible");
    assert_eq!(said(&response), "ROLE_FORBIDDEN");
}

#[tokio::test]
async fn what_needs_no_token_has_a_rate_of_its_own_for_each_method() {
    let mut bench = Bench::new();
    bench.rate = Rate {
        without_token_per_second: 1,
        without_token_burst: 2,
        ..Rate::default()
    };
    let server = bench.server();
    let ask = async |method: &str| {
        let path = format!("/declic.v1.IdentityService/{method}");
        let response = server.clone().oneshot(bench.anonymous(&path, "")).await;
        said(&response.expect("infallible"))
    };
    for expected in ["OK", "OK", "RATE_LIMITED"] {
        assert_eq!(ask("SignInAsInvented").await, expected);
    }
    assert_eq!(ask("ContinueSignIn").await, "OK", "the others go on");
    let member = server.clone().oneshot(bench.request(READ, "")).await;
    assert_eq!(said(&member.expect("infallible")), "OK", "so do members");
    let health = server
        .oneshot(bench.anonymous("/grpc.health.v1.Health/Check", ""))
        .await;
    assert_eq!(said(&health.expect("infallible")), "OK");
}

#[test]
fn every_method_of_the_contract_has_its_row_in_the_policy() {
    let methods = crate::serve::contract_methods().expect("our own descriptors");
    assert!(methods.len() >= 28, "{}", methods.len());
    for method in methods {
        let path = format!("/{method}");
        assert!(
            caller::action(&path).is_some(),
            "{method} has no action: add it to domain's policy"
        );
    }
}

#[test]
fn a_closed_door_is_measured() {
    let bench = Bench::new();
    bench.door.measure(&bench.provider.meter("test"));
    let closed = || {
        bench.metrics.reset();
        bench.provider.force_flush().expect("metrics leave");
        let exported = bench.metrics.get_finished_metrics().expect("metrics are kept");
        let scopes = exported.iter().flat_map(|metrics| metrics.scope_metrics());
        let gauge = scopes
            .flat_map(|scope| scope.metrics())
            .find(|metric| metric.name() == "hub.ledger.closed")
            .map(|metric| metric.data());
        match gauge {
            Some(AggregatedMetrics::U64(MetricData::Gauge(gauge))) => {
                gauge.data_points().map(|point| point.value()).sum::<u64>()
            }
            _ => panic!("it is a gauge"),
        }
    };
    assert_eq!(closed(), 0);
    bench.door.close();
    assert_eq!(closed(), 1);
}

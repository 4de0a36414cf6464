//! What leaves the programs over OTLP: traces that join client, hub and connector, measurements under the names of the
//! field's conventions, nothing of a person; and a collector that is away or never answers slows nobody.
#![expect(clippy::print_stdout, reason = "the medians and times a run measured")]

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use declic_client::Client;
use declic_runtime::telemetry::{self, Config, ServiceName, Telemetry};
use declic_tests::collector::{self, Collector, Received};
use declic_tests::people::{self, standard_case};
use declic_tests::processes::{Connector, Hub, Program};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric};
use opentelemetry_proto::tonic::trace::v1::Span;
use tracing::Instrument as _;

use crate::canary::{canary_case, traces_in};
use crate::connector::told;

const AGENCY: &str = "caf-56";
const OPEN_CASE: &str = "declic.v1.CaseService/OpenCase";
const GET_CASE: &str = "declic.v1.CaseService/GetCase";

/// Time a hub and a connector give to what is under way when they are asked to stop.
const HUB_GRACE: Duration = Duration::from_secs(20);
const CONNECTOR_GRACE: Duration = Duration::from_secs(10);

/// Commands measured on each hub, and the few before them that warm it up.
const MEASURED: usize = 41;
const WARMING: usize = 5;

/// A command may take so many times what it takes without telemetry, at the median. Recording costs something, and the
/// machine is shared; an export that is waited for costs seconds, a hundred times and more.
const BOUND: f64 = 3.0;

/// Little room for spans and many exports, so that the room is full while commands are measured.
const HURRIED: [(&str, &str); 3] = [
    ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "64"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "32"),
];

#[tokio::test(flavor = "multi_thread")]
async fn one_command_is_one_trace_from_the_client_through_the_hub_to_the_connector() {
    let collector = Collector::start().await;
    let client_telemetry = client_telemetry(&collector);
    let sections = section(collector.endpoint());
    let mut hub = Hub::prepare_with(&sections);
    let mut connector = Connector::prepare_with(&hub, AGENCY, &sections);
    hub.start().await;
    connector.program().start();

    let mut watch = hub.address().patient("hugo.petit").watch("");
    let client = hub.address().patient("camille.martin");
    let asking = tracing::info_span!("ask", otel.kind = "client");
    people::open(&client, canary_case()).instrument(asking).await;
    told(&mut watch, "DELIVERY_CONFIRMED").await;
    drop(watch);
    // The last of everything is sent before a program ends.
    connector.program().stop().await;
    hub.program().stop().await;
    client_telemetry.shutdown().await;

    let received = collector.received();
    assert_joined(&received);
    assert_measured(&received);
    for (what, bytes, witness) in [
        ("traces", &received.trace_bytes, OPEN_CASE),
        ("metrics", &received.metric_bytes, OPEN_CASE),
        ("logs", &received.log_bytes, "declic-connector"),
    ] {
        let mut windows = bytes.windows(witness.len());
        assert!(
            windows.any(|window| window == witness.as_bytes()),
            "{what} arrived"
        );
        assert_eq!(traces_in(bytes), Vec::<&str>::new(), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_or_never_answers_slows_no_command_and_no_end() {
    let silent = Collector::start_silent().await;
    let mut without = Side::start("no collector", "").await;
    let mut away = Side::start("a collector that is away", &section(&nobody())).await;
    let mut mute = Side::start("a collector that never answers", &section(silent.endpoint())).await;
    // It holds exports from before the first command that is measured.
    silent.exports(1).await;

    for _ in 0..WARMING + MEASURED {
        for side in [&mut without, &mut away, &mut mute] {
            side.command().await;
        }
    }
    let base = without.median();
    for side in [&away, &mute] {
        let ratio = side.median().as_secs_f64() / base.as_secs_f64();
        println!("{}: {:?}, {ratio:.2} of {base:?}", side.name, side.median());
        assert!(
            ratio < BOUND,
            "{}: {ratio:.2} times the median without",
            side.name
        );
    }
    let log = mute.hub.program().log();
    assert!(
        log.contains("SpanDroppingStarted"),
        "the room for spans was full: {log}"
    );
    let (_, _, last_words) = tokio::join!(without.stop(), away.stop(), mute.stop());
    assert!(
        last_words.contains("dropped_span_count"),
        "what was dropped is counted: {last_words}"
    );
}

/// A hub and a connector that send their telemetry to the same place, and how long commands took.
struct Side {
    name: &'static str,
    hub: Hub,
    connector: Connector,
    client: Client,
    took: Vec<Duration>,
}

impl Side {
    async fn start(name: &'static str, sections: &str) -> Self {
        let mut hub = Hub::prepare_with(sections);
        let mut connector = Connector::prepare_with(&hub, AGENCY, sections);
        hub.program().set(&HURRIED);
        connector.program().set(&HURRIED);
        hub.start().await;
        connector.program().start();
        let client = hub.address().patient("camille.martin");
        Self {
            name,
            hub,
            connector,
            client,
            took: Vec::new(),
        }
    }

    async fn command(&mut self) {
        let case = standard_case();
        let begun = Instant::now();
        people::open(&self.client, case).await;
        self.took.push(begun.elapsed());
    }

    fn median(&self) -> Duration {
        let mut measured = self.took[WARMING..].to_vec();
        measured.sort_unstable();
        measured[measured.len() / 2]
    }

    /// Asks both to stop at once; what the hub ever wrote.
    async fn stop(mut self) -> String {
        tokio::join!(
            stop(self.name, self.connector.program(), CONNECTOR_GRACE),
            stop(self.name, self.hub.program(), HUB_GRACE),
        );
        self.hub.program().log()
    }
}

async fn stop(name: &str, program: &mut Program, grace: Duration) {
    let begun = Instant::now();
    program.stop().await;
    let took = begun.elapsed();
    println!("{name}: stopped in {took:.1?} of {grace:?}");
    assert!(took < grace, "{name}: it stopped in {took:?}");
}

/// The client's span, the hub's below it, and the connector's, which is linked to it; and what the connector asked the
/// hub for is of the connector's trace.
fn assert_joined(received: &Received) {
    let asked = only(received, "declic-tests", "ask");
    let opened = only(received, "declic-hub", OPEN_CASE);
    assert_eq!(opened.trace_id, asked.trace_id, "one trace");
    assert_eq!(
        opened.parent_span_id, asked.span_id,
        "the hub's part is the client's"
    );
    let commit = spans(received, "declic-hub", "commit").find(|span| span.trace_id == asked.trace_id);
    assert!(commit.is_some(), "down to the store");

    let mut notices = spans(received, "declic-connector", "notice");
    let notice = notices.find(|notice| {
        let mut links = notice.links.iter();
        links.any(|link| link.trace_id == asked.trace_id && link.span_id == opened.span_id)
    });
    let notice = notice.expect("the connector's part names the trace it goes on from");
    let mut fetched = spans(received, "declic-hub", GET_CASE);
    assert!(
        fetched.any(|span| span.trace_id == notice.trace_id && span.parent_span_id == notice.span_id),
        "the connector's own calls are of its own trace"
    );
}

/// Names, units and attributes of OpenTelemetry's semantic conventions for RPC and for databases.
fn assert_measured(received: &Received) {
    let names: BTreeSet<&str> = hub_metrics(received).map(|metric| metric.name.as_str()).collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "db.client.operation.duration",
            "hub.ledger.closed",
            "rpc.server.call.duration"
        ])
    );
    let mut durations = hub_metrics(received).filter(|metric| metric.name.ends_with(".duration"));
    assert!(durations.all(|metric| metric.unit == "s"));
    let calls = points(received, "rpc.server.call.duration");
    let opened = calls.iter().find(|point| {
        let said = |key: &str| collector::text(&point.attributes, key);
        said("rpc.system.name") == Some("grpc")
            && said("rpc.method") == Some(OPEN_CASE)
            && said("rpc.response.status_code") == Some("OK")
    });
    assert_eq!(opened.expect("the call is measured").count, 1);
    let operations = points(received, "db.client.operation.duration");
    let committed = operations.iter().any(|point| {
        let said = |key: &str| collector::text(&point.attributes, key);
        said("db.system.name") == Some("sqlite") && said("db.operation.name") == Some("commit")
    });
    assert!(committed, "the store is measured");
}

fn only<'a>(received: &'a Received, service: &str, name: &str) -> &'a Span {
    let found: Vec<&Span> = spans(received, service, name).collect();
    let [span] = found.as_slice() else {
        panic!("one {name} of {service}: {found:?}")
    };
    span
}

fn spans<'a>(received: &'a Received, service: &str, name: &str) -> impl Iterator<Item = &'a Span> {
    let of = move |(from, span): &'a (String, Span)| (from == service && span.name == name).then_some(span);
    received.spans.iter().filter_map(of)
}

fn hub_metrics(received: &Received) -> impl Iterator<Item = &Metric> {
    let of_hub = |(from, _): &&(String, Metric)| from == "declic-hub";
    received.metrics.iter().filter(of_hub).map(|(_, metric)| metric)
}

/// The points of a histogram of the hub, at its last export.
fn points(received: &Received, name: &str) -> Vec<HistogramDataPoint> {
    let last = hub_metrics(received).filter(|metric| metric.name == name).last();
    match last.and_then(|metric| metric.data.clone()) {
        Some(Data::Histogram(histogram)) => histogram.data_points,
        other => panic!("{name} is a histogram: {other:?}"),
    }
}

fn client_telemetry(collector: &Collector) -> Telemetry {
    let service = ServiceName {
        name: "declic-tests",
        version: env!("CARGO_PKG_VERSION"),
        instance: uuid::Uuid::nil(),
    };
    let config = Config {
        otlp_endpoint: Some(collector.endpoint().to_owned()),
        log_filter: "off".to_owned(),
        ..Config::default()
    };
    telemetry::init(&service, &config).expect("set up once")
}

/// The section of a program that sends its telemetry there.
fn section(endpoint: &str) -> String {
    format!("[telemetry]\notlp_endpoint = \"{endpoint}\"\nmetrics_interval = \"100ms\"\n")
}

/// The address of a collector that is not there: nobody listens, connections are refused.
fn nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

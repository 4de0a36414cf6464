//! The measured store: every call is counted with its operation and outcome, and with nothing else.

use std::collections::BTreeSet;

use declic_domain::directory::{Item, Organisation};
use declic_domain::name::OrganisationId;
use declic_store::commit::{Commit, CommitError, RequestKey};
use declic_store::{Observed, Store as _};
use declic_store_sqlite::{Options, SqliteStore};
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_call_is_measured_with_its_operation_and_outcome_and_nothing_personal() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder()
        .with_reader(PeriodicReader::builder(exporter.clone()).build())
        .build();
    let folder = TempDir::new().expect("a temporary folder");
    let store = SqliteStore::open(Options::new(folder.path().join("store.sqlite")))
        .await
        .expect("a store is created");
    let store = Observed::new(store, "sqlite", &provider.meter("declic-hub"));
    store.commit(commit()).await.expect("a first commit is done");
    let replayed = store.commit(commit()).await;
    assert!(matches!(replayed, Err(CommitError::Replayed(_))), "{replayed:?}");
    store.directory().await.expect("a read");
    provider.force_flush().expect("the metrics are exported");

    let exported = exporter.get_finished_metrics().expect("the metrics are exported");
    let mut calls = BTreeSet::new();
    let scopes = exported.iter().flat_map(|resource| resource.scope_metrics());
    for metric in scopes.flat_map(|scope| scope.metrics()) {
        assert_eq!(
            (metric.name(), metric.unit()),
            ("db.client.operation.duration", "s")
        );
        let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else {
            panic!("a duration is a histogram");
        };
        for point in histogram.data_points() {
            let mut attributes: Vec<String> = point
                .attributes()
                .map(|pair| format!("{}={}", pair.key, pair.value))
                .collect();
            attributes.sort();
            calls.insert((attributes.join(" "), point.count()));
        }
    }
    let expected = [
        ("db.operation.name=commit db.system.name=sqlite".to_owned(), 1),
        (
            "db.operation.name=commit db.system.name=sqlite error.type=replayed".to_owned(),
            1,
        ),
        ("db.operation.name=directory db.system.name=sqlite".to_owned(), 1),
    ];
    assert_eq!(calls, BTreeSet::from(expected));
}

fn commit() -> Commit {
    let key = RequestKey {
        issuer: "https://declic.example".to_owned(),
        subject: "camille.martin".to_owned(),
        id: [1; 16],
        content: [2; 32],
    };
    let organisation = Organisation {
        id: OrganisationId::parse("ccas-pontivy").expect("the id of an organisation"),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: None,
    };
    Commit {
        request: Some((key, Vec::new())),
        directory: vec![Item::Organisation(organisation)],
        ..Commit::default()
    }
}

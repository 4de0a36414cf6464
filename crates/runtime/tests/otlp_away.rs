//! The exporters' other promise: a collector that is away slows nothing down, and the process still ends.
//! Alone in its file: telemetry is set up once per process.

use std::time::{Duration, Instant};

use declic_runtime::server::Listener;
use declic_runtime::telemetry::{self, Config, ServiceName};

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_slows_nothing_down() {
    let listener = Listener::bind("127.0.0.1:0".parse().expect("an address"))
        .await
        .expect("a free port");
    let nobody = format!("http://{}", listener.local_addr());
    drop(listener);
    let service = ServiceName {
        name: "declic-test",
        version: "0.0.0",
        instance: uuid::Uuid::nil(),
    };
    let config = Config {
        otlp_endpoint: Some(nobody),
        log_filter: "off".to_owned(),
        ..Config::default()
    };
    let telemetry = telemetry::init(&service, &config).expect("a collector may be away at the start");
    let begun = Instant::now();
    for _ in 0..10_000 {
        tracing::info_span!("open_case").in_scope(|| {});
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "dropped, not waited for: {:?}",
        begun.elapsed()
    );
    let asked = Instant::now();
    telemetry.shutdown().await;
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "the process ends all the same: {:?}",
        asked.elapsed()
    );
}

//! Logs, traces, metrics: to stderr always, over OTLP when an endpoint is set.
//!
//! Exporters work in batches on threads of their own: a collector that is away costs dropped telemetry, never a slower
//! request. What is left is sent when [`Telemetry::shutdown`] is called, at every end of `main`.

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::global;
use opentelemetry::metrics::{Meter, MeterProvider as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{
    LogExporter, MetricExporter, SpanExporter, WithExportConfig as _, WithTonicConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use serde::Deserialize;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::{Invalid, Validate};

/// How long the last batches may take when the process ends.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// What goes over OTLP. The transport's own events stay out, or sending telemetry would make telemetry.
const EXPORTED: &str =
    "info,h2=off,hyper=off,hyper_util=off,tonic=off,tower=off,rustls=off,opentelemetry=off";

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Section `[telemetry]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What is logged to stderr, in the language of `tracing`'s `EnvFilter`. Default `info`.
    pub log_filter: String,
    /// How. Default `text`.
    pub log_format: LogFormat,
    /// `http://` or `https://` address of an OTLP/gRPC collector. Default none: nothing leaves the process.
    pub otlp_endpoint: Option<String>,
    /// PEM file of the authorities of an `https://` collector.
    pub otlp_authorities: Option<PathBuf>,
    /// Share of traces that are kept, 0 to 1, decided by trace id so that every process keeps the same ones. Default 1.
    pub trace_ratio: f64,
    /// Between two exports of metrics. Default 60 s.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::friendly::compact::required")]
    pub metrics_interval: Duration,
}

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line, for programs.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            log_filter: "info".to_owned(),
            log_format: LogFormat::Text,
            otlp_endpoint: None,
            otlp_authorities: None,
            trace_ratio: 1.0,
            metrics_interval: Duration::from_secs(60),
        }
    }
}

impl Validate for Config {
    fn validate(&self) -> Result<(), Invalid> {
        if let Err(error) = self.log_filter.parse::<EnvFilter>() {
            let remedy = "write levels as in \"info\" or \"info,declic_hub=debug\"";
            return Err(Invalid::new("log_filter", error.to_string(), remedy));
        }
        if !(0.0..=1.0).contains(&self.trace_ratio) {
            return Err(Invalid::new(
                "trace_ratio",
                "is not a share",
                "write a number from 0 to 1",
            ));
        }
        if self.metrics_interval.is_zero() {
            return Err(Invalid::new("metrics_interval", "is 0s", "write at least \"1s\""));
        }
        let Some(endpoint) = &self.otlp_endpoint else {
            return Ok(());
        };
        let scheme = endpoint
            .parse::<http::Uri>()
            .ok()
            .and_then(|uri| uri.scheme_str().map(str::to_owned));
        match scheme.as_deref() {
            Some("http") => Ok(()),
            Some("https") if self.otlp_authorities.is_some() => Ok(()),
            Some("https") => Err(Invalid::new(
                "otlp_authorities",
                "is missing for an https collector",
                "name its PEM file",
            )),
            _ => Err(Invalid::new(
                "otlp_endpoint",
                "is not an address",
                "write \"http://127.0.0.1:4317\"",
            )),
        }
    }
}

/// Who is sending.
#[derive(Debug, Clone)]
pub struct ServiceName {
    /// `service.name`, for instance `declic-hub`.
    pub name: &'static str,
    /// `service.version`.
    pub version: &'static str,
    /// `service.instance.id`, a fresh id per process.
    pub instance: uuid::Uuid,
}

/// Where telemetry goes: OTLP exporters in `main`, in-memory ones in tests, nothing by default.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// Spans; `None` makes none at all.
    pub traces: Option<SdkTracerProvider>,
    /// Measurements; `None` makes none at all.
    pub metrics: Option<SdkMeterProvider>,
    /// Log records beyond stderr.
    pub logs: Option<SdkLoggerProvider>,
}

/// Why telemetry could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The filter does not parse.
    #[error("log filter cannot be read ({0}): write levels as in \"info\" or \"info,declic_hub=debug\"")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The address or the authorities of the collector.
    #[error(
        "OTLP collector {endpoint} cannot be used ({source}): check [telemetry] otlp_endpoint and otlp_authorities"
    )]
    Collector {
        /// Its address.
        endpoint: String,
        /// What was wrong.
        source: BoxError,
    },
    /// A process sets it up once.
    #[error("telemetry is already set up in this process")]
    AlreadySet,
}

/// Telemetry that is running. Keep it until the end of `main`.
#[derive(Debug)]
#[must_use = "telemetry is flushed by its shutdown"]
pub struct Telemetry {
    providers: Providers,
}

/// Sets up telemetry for this process: logs to stderr, and over OTLP what the configuration says. Must be called inside
/// a multi-threaded tokio runtime.
///
/// # Errors
/// [`Error`], whose text names the key to change.
pub fn init(service: &ServiceName, config: &Config) -> Result<Telemetry, Error> {
    let providers = match &config.otlp_endpoint {
        None => Providers::default(),
        Some(endpoint) => otlp(service, config, endpoint).map_err(|source| Error::Collector {
            endpoint: endpoint.clone(),
            source,
        })?,
    };
    install(config, providers, std::io::stderr)
}

/// Same, with given providers and another place for log lines: for tests that look at what was recorded.
///
/// # Errors
/// [`Error`].
pub fn install<W>(config: &Config, providers: Providers, writer: W) -> Result<Telemetry, Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let subscriber = subscriber(config, &providers, writer)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| Error::AlreadySet)?;
    global::set_text_map_propagator(TraceContextPropagator::new());
    if let Some(metrics) = &providers.metrics {
        global::set_meter_provider(metrics.clone());
    }
    if let Some(traces) = &providers.traces {
        global::set_tracer_provider(traces.clone());
    }
    Ok(Telemetry { providers })
}

/// The subscriber alone, for a test that sets it for one thread (`tracing::subscriber::set_default`).
///
/// # Errors
/// [`Error::Filter`].
pub fn subscriber<W>(
    config: &Config,
    providers: &Providers,
    writer: W,
) -> Result<impl Subscriber + Send + Sync + use<W>, Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(writer)
        .with_ansi(false);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> =
        vec![lines.with_filter(config.log_filter.parse::<EnvFilter>()?).boxed()];
    if let Some(traces) = &providers.traces {
        let spans = tracing_opentelemetry::layer()
            .with_tracer(traces.tracer("declic"))
            .with_location(false);
        layers.push(
            spans
                .with_threads(false)
                .with_filter(EnvFilter::new(EXPORTED))
                .boxed(),
        );
    }
    if let Some(logs) = &providers.logs {
        let bridge = OpenTelemetryTracingBridge::new(logs);
        layers.push(bridge.with_filter(EnvFilter::new(EXPORTED)).boxed());
    }
    Ok(tracing_subscriber::registry().with(layers))
}

impl Telemetry {
    /// A meter of this process, for instance `declic-hub`.
    pub fn meter(&self, name: &'static str) -> Meter {
        match &self.providers.metrics {
            Some(metrics) => metrics.meter(name),
            None => global::meter(name),
        }
    }

    /// Sends what is left, for 5 seconds at most, and stops. A collector that is away is told on stderr, not returned: a
    /// process does not fail for its telemetry.
    pub async fn shutdown(self) {
        let providers = self.providers.clone();
        // The exporters' threads need the runtime's workers while we wait for them.
        let flushed = tokio::task::spawn_blocking(move || flush(&providers)).await;
        if flushed.is_err() {
            tracing::warn!("telemetry was not flushed");
        }
    }
}

/// The three signals at once, so that a collector that is away costs one timeout and not three.
fn flush(providers: &Providers) {
    let Providers {
        traces,
        metrics,
        logs,
    } = providers;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            report(
                "traces",
                traces.as_ref().map(|p| p.shutdown_with_timeout(FLUSH_TIMEOUT)),
            )
        });
        scope.spawn(|| {
            report(
                "metrics",
                metrics.as_ref().map(|p| p.shutdown_with_timeout(FLUSH_TIMEOUT)),
            )
        });
        scope.spawn(|| {
            report(
                "logs",
                logs.as_ref().map(|p| p.shutdown_with_timeout(FLUSH_TIMEOUT)),
            )
        });
    });
}

fn report(signal: &str, ended: Option<OTelSdkResult>) {
    if let Some(Err(error)) = ended {
        tracing::warn!(signal, %error, "the last telemetry was not delivered");
    }
}

fn otlp(service: &ServiceName, config: &Config, endpoint: &str) -> Result<Providers, BoxError> {
    let channel = channel(config, endpoint)?;
    let resource = Resource::builder_empty()
        .with_service_name(service.name)
        .with_attributes([
            opentelemetry::KeyValue::new("service.version", service.version),
            opentelemetry::KeyValue::new("service.instance.id", service.instance.to_string()),
        ])
        .build();
    let spans = SpanExporter::builder()
        .with_tonic()
        .with_channel(channel.clone())
        .with_timeout(FLUSH_TIMEOUT);
    let metrics = MetricExporter::builder()
        .with_tonic()
        .with_channel(channel.clone())
        .with_timeout(FLUSH_TIMEOUT);
    let logs = LogExporter::builder()
        .with_tonic()
        .with_channel(channel)
        .with_timeout(FLUSH_TIMEOUT);
    let reader = PeriodicReader::builder(metrics.build()?)
        .with_interval(config.metrics_interval)
        .build();
    Ok(Providers {
        traces: Some(
            SdkTracerProvider::builder()
                .with_batch_exporter(spans.build()?)
                .with_sampler(Sampler::TraceIdRatioBased(config.trace_ratio))
                .with_resource(resource.clone())
                .build(),
        ),
        metrics: Some(
            SdkMeterProvider::builder()
                .with_reader(reader)
                .with_resource(resource.clone())
                .build(),
        ),
        logs: Some(
            SdkLoggerProvider::builder()
                .with_batch_exporter(logs.build()?)
                .with_resource(resource)
                .build(),
        ),
    })
}

/// A channel that connects when there is something to send, and again after the collector was away.
fn channel(config: &Config, endpoint: &str) -> Result<Channel, BoxError> {
    let mut address = Endpoint::from_shared(endpoint.to_owned())?
        .timeout(FLUSH_TIMEOUT)
        .connect_timeout(FLUSH_TIMEOUT)
        .http2_keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10))
        .keep_alive_while_idle(true);
    if let Some(authorities) = &config.otlp_authorities {
        let pem = std::fs::read(authorities)?;
        address = address.tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))?;
    }
    Ok(address.connect_lazy())
}

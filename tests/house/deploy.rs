//! What is deployed says what the code does: files load, units are hardened, and dashboard and alerts look at metrics,
//! labels and operations that exist.

use std::collections::BTreeSet;

use declic_runtime::config::{self, NoEnv};
use serde_json::Value;

use crate::files::{self, no_faults};

const DASHBOARD: &str = "deploy/observability/dashboard.json";
const ALERTS: &str = "deploy/observability/alerts.yaml";
const UNITS: [&str; 3] = [
    "deploy/systemd/declic-hub.service",
    "deploy/systemd/declic-connector@.service",
    "deploy/systemd/declic-console.service",
];

/// What no unit goes without.
const HARDENING: [&str; 8] = [
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "CapabilityBoundingSet=",
    "UMask=0077",
    "MemoryDenyWriteExecute=yes",
];

/// What Prometheus adds by itself.
const ITS_OWN_LABELS: [&str; 3] = ["instance", "job", "le"];

#[test]
fn every_configuration_of_a_deployment_loads() {
    let root = files::root();
    for hub in ["deploy/compose/hub.toml", "deploy/kubernetes/hub.toml"] {
        declic_hub::Config::load(&root.join(hub), NoEnv).unwrap_or_else(|error| panic!("{hub}: {error}"));
    }
    let connector = "deploy/compose/connector.toml";
    let loaded = config::load::<declic_connector::Config>(Some(&root.join(connector)), NoEnv);
    loaded.unwrap_or_else(|error| panic!("{connector}: {error}"));
    let console = "deploy/kubernetes/console.toml";
    let loaded = config::load::<declic_console::Config>(Some(&root.join(console)), NoEnv);
    loaded.unwrap_or_else(|error| panic!("{console}: {error}"));
}

#[test]
fn people_can_sign_in_on_kubernetes() {
    let folder = files::root().join("deploy/kubernetes");
    let hub = declic_hub::Config::load(&folder.join("hub.toml"), NoEnv).expect("a hub's configuration");
    let console = config::load::<declic_console::Config>(Some(&folder.join("console.toml")), NoEnv);
    let console = console.expect("a console's configuration");
    let sign_in = hub.sign_in.expect("the consoles let people in");
    let back = format!("{}/connexion/retour", console.public_url);
    assert!(sign_in.redirect_uris.contains(&back), "{back}");
    // hub.yaml mounts one folder of secrets, from what the example names.
    let secret = sign_in.client_secret_file.path();
    assert_eq!(secret.parent(), Some(hub.keyring.kek_dir.as_path()));
    let name = secret.file_name().expect("a file").to_string_lossy();
    let named = files::read("deploy/kubernetes/secrets.example.yaml");
    assert!(named.contains(&format!("\n  {name}: ")), "{name}");
}

#[test]
fn every_connector_of_compose_is_in_the_directory() {
    let directory = files::read("deploy/directory.example.toml");
    let compose = files::read("deploy/compose.yaml");
    let subjects: Vec<&str> = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("DECLIC__SUBJECT: "))
        .collect();
    assert_eq!(subjects.len(), 4, "one for each agency");
    for subject in subjects {
        assert!(directory.contains(&format!("id = \"{subject}\"")), "{subject}");
    }
}

#[test]
fn units_are_units_and_hardened() {
    let mut faults = Vec::new();
    for unit in UNITS {
        let text = files::read(unit);
        for line in text.lines() {
            let is_section = line.starts_with('[') && line.ends_with(']');
            let is_empty = line.is_empty() || line.starts_with('#');
            if !is_section && !is_empty && !line.contains('=') {
                faults.push(format!("{unit}: no section, key or comment: {line}"));
            }
        }
        let missing = HARDENING
            .iter()
            .filter(|wanted| !text.lines().any(|line| line == **wanted));
        faults.extend(missing.map(|wanted| format!("{unit}: {wanted} is missing")));
    }
    no_faults(&faults, "A service gets no more of its machine than it needs.");
}

#[test]
fn dashboard_and_alerts_look_at_what_is_measured() {
    let measured = measured();
    let labels = labels();
    let operations = operations();
    let mut faults = Vec::new();
    let expressions = expressions();
    assert!(expressions.len() > 15, "expressions were read");
    for (place, expression) in &expressions {
        let found = metrics_in(expression);
        if found.is_empty() {
            faults.push(format!("{place}: no metric in {expression}"));
        }
        faults.extend(
            found
                .difference(&measured)
                .map(|name| format!("{place}: nothing measures {name}")),
        );
        faults.extend(
            labels_in(expression)
                .difference(&labels)
                .map(|label| format!("{place}: no measurement has a label {label}")),
        );
        for operation in quoted_after(expression, "db_operation_name=") {
            if !operations.contains(&operation) {
                faults.push(format!("{place}: the store has no operation {operation}"));
            }
        }
    }
    no_faults(
        &faults,
        "Names are those of the code, as a collector writes them for Prometheus.",
    );
}

/// Every series that Prometheus has of what the code measures: units and kinds are in the names.
fn measured() -> BTreeSet<String> {
    let mut series = BTreeSet::new();
    for file in sources() {
        for (kind, suffixes) in [
            ("_histogram(", ["_count", "_sum", "_bucket"].as_slice()),
            ("_counter(", ["_total"].as_slice()),
            ("_gauge(", [""].as_slice()),
        ] {
            for after in file.text.split(kind).skip(1) {
                let (name, rest) = after.split_once(')').unwrap_or((after, ""));
                let name = as_prometheus(name);
                let chain = rest.split(".build()").next().unwrap_or_default();
                let unit = if chain.contains("with_unit(\"s\")") {
                    "_seconds"
                } else {
                    ""
                };
                series.extend(suffixes.iter().map(|suffix| format!("{name}{unit}{suffix}")));
            }
        }
    }
    assert!(series.len() >= 7, "metrics were read from the code: {series:?}");
    series
}

/// Attributes of measurements, as labels.
fn labels() -> BTreeSet<String> {
    let mut labels: BTreeSet<String> = ITS_OWN_LABELS.map(str::to_owned).into();
    for file in sources() {
        let names = file.text.split("KeyValue::new(").skip(1);
        labels.extend(names.filter_map(|after| Some(as_prometheus(after.split_once(',')?.0))));
    }
    labels
}

/// Operations of the store, as it measures them.
fn operations() -> BTreeSet<String> {
    let text = files::read("crates/store/src/observed.rs");
    quoted_after(&text, "self.measure(").into_iter().collect()
}

/// Where it stands, and each expression of dashboard and alerts.
fn expressions() -> Vec<(String, String)> {
    let dashboard: Value = serde_json::from_str(&files::read(DASHBOARD)).expect("the dashboard is JSON");
    let panels = dashboard["panels"].as_array().expect("a dashboard has panels");
    let mut found = Vec::new();
    for panel in panels {
        let title = panel["title"].as_str().expect("a panel has a title");
        for target in panel["targets"].as_array().expect("a panel has targets") {
            let expression = target["expr"].as_str().expect("a target has an expression");
            found.push((format!("{DASHBOARD}, {title}"), expression.to_owned()));
        }
    }
    let alerts = files::read(ALERTS);
    for alert in alerts.split("- alert: ").skip(1) {
        let (name, rest) = alert.split_once('\n').expect("an alert has lines");
        let (_, expression) = rest.split_once("expr: ").expect("an alert has an expression");
        let end = ["\n        for:", "\n        labels:"]
            .iter()
            .filter_map(|key| expression.find(key))
            .min()
            .expect("an alert has labels");
        found.push((format!("{ALERTS}, {name}"), expression[..end].to_owned()));
    }
    found
}

fn sources() -> Vec<files::File> {
    let mut sources = files::below(&["crates", "services"], &[".rs"]);
    sources.retain(|file| file.path.contains("/src/"));
    sources
}

/// Words of an expression that end as series do, or begin as the hub's own gauges do.
fn metrics_in(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
    words
        .filter(|word| {
            let suffixes = ["_count", "_sum", "_bucket", "_total"];
            word.starts_with("hub_") || suffixes.iter().any(|suffix| word.ends_with(suffix))
        })
        .map(str::to_owned)
        .collect()
}

/// Labels that an expression groups by or selects.
fn labels_in(expression: &str) -> BTreeSet<String> {
    let mut labels = BTreeSet::new();
    for group in expression.split("by (").skip(1) {
        let group = group.split(')').next().unwrap_or_default();
        labels.extend(group.split(',').map(|label| label.trim().to_owned()));
    }
    for selector in expression.split('{').skip(1) {
        let selector = selector.split('}').next().unwrap_or_default();
        let names = selector
            .split("\",")
            .filter_map(|pair| pair.split(['=', '!']).next());
        labels.extend(
            names
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty()),
        );
    }
    labels
}

/// Texts in quotes right after a mark.
fn quoted_after(text: &str, mark: &str) -> Vec<String> {
    text.split(mark)
        .skip(1)
        .filter_map(|after| after.strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// A name of ours, a text or a constant of the conventions, as Prometheus has it.
fn as_prometheus(name: &str) -> String {
    name.trim().trim_matches('"').to_lowercase().replace('.', "_")
}

use declic_runtime::config::NoEnv;

use super::*;

/// A hub of files beside its configuration.
pub(crate) const MINIMAL: &str = r#"
        [store]
        path = "hub.sqlite"
        [keyring]
        path = "keyring.sqlite"
        kek_dir = "secrets"
        [ledger]
        origin = "declic.example/hub"
        key_file = "secrets/ledger.key"
        [directory]
        file = "directory.toml"
    "#;

fn on_postgres(store: &str, keyring: &str) -> String {
    MINIMAL
        .replace("path = \"hub.sqlite\"", &format!("url = \"{store}\""))
        .replace("path = \"keyring.sqlite\"", &format!("url = \"{keyring}\""))
}

fn load(text: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hub.toml");
    std::fs::write(&file, text).expect("a file in it");
    let mut config = Config::load(&file, NoEnv).map_err(|error| error.to_string())?;
    let inside = config.store.path.strip_prefix(folder.path()).map(Path::to_owned);
    config.store.path = inside.expect("relative paths start from the file's folder");
    Ok(config)
}

#[test]
fn a_short_file_is_enough_and_its_paths_start_from_its_folder() {
    let config = load(MINIMAL).expect("nothing more is needed");
    assert_eq!(config.store.path, Path::new("hub.sqlite"));
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:7443");
    assert_eq!(config.server.audience, "declic-hub");
    assert!(
        !config.server.reflection,
        "the contract is not shown unless asked for"
    );
}

#[test]
fn two_databases_of_postgresql_stand_in_for_the_two_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hub.toml");
    let text = on_postgres(
        "postgres://hub@db/declic",
        "postgresql://hub@db:5433/keys?sslmode=verify-full",
    );
    std::fs::write(&file, text).expect("a file in it");
    let config = Config::load(&file, NoEnv).expect("addresses are enough");
    assert_eq!(config.store.url.as_deref(), Some("postgres://hub@db/declic"));
    assert_eq!(config.store.path, Path::new(""));
    assert_eq!(config.keyring.path, Path::new(""));
}

#[test]
fn a_database_alone_has_its_keyring_beside_it_on_the_same_server() {
    for (store, keyring) in [
        ("postgres://hub@db/declic", "postgres://hub@db/declic_keys"),
        (
            "postgresql://hub@db:5433/declic?sslmode=verify-full&host=/run/pg",
            "postgresql://hub@db:5433/declic_keys?sslmode=verify-full&host=/run/pg",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("hub.toml");
        std::fs::write(&file, MINIMAL).expect("a file");
        let given = |key, value: &str| Override {
            origin: "--database",
            key,
            value: value.to_owned(),
        };
        let given = vec![
            given("store.path", ""),
            given("store.url", store),
            given("keyring.path", ""),
        ];
        let config = Config::load_with(&file, NoEnv, given).expect("one address is enough");
        assert_eq!(config.store.url.as_deref(), Some(store));
        assert_eq!(config.keyring.url.as_deref(), Some(keyring));
    }
}

#[test]
fn a_wrong_configuration_names_the_key_and_what_to_do() {
    let one_file = MINIMAL.replace("keyring.sqlite", "hub.sqlite");
    let spaced = MINIMAL.replace("declic.example/hub", "declic example");
    let never = MINIMAL.replace("[directory]", "recompute_every = \"0s\"\n[directory]");
    let rows = [
        (MINIMAL.replace("[store]", "[shop]"), "shop"),
        (MINIMAL.replace("path = \"hub.sqlite\"", ""), "store.path"),
        (one_file, "keyring.path"),
        (
            on_postgres("postgres://hub@db/declic", "mysql://db/keys"),
            "keyring.url",
        ),
        (
            on_postgres("postgres://hub@db/declic", "postgres://hub@db/declic"),
            "keyring.url",
        ),
        (
            on_postgres("postgres://hub:geheim@db/declic", "postgres://hub@db/keys"),
            "store.url",
        ),
        (
            MINIMAL
                .replace("path = \"hub.sqlite\"", "url = \"postgres://hub@db\"")
                .replace("path = \"keyring.sqlite\"", ""),
            "store.url",
        ),
        (
            MINIMAL.replace("path = \"keyring.sqlite\"", "url = \"postgres://hub@db/keys\""),
            "keyring.url",
        ),
        (
            MINIMAL.replace("path = \"hub.sqlite\"", "url = \"postgres://hub@db/declic\""),
            "keyring.path",
        ),
        (
            MINIMAL.replace(
                "path = \"hub.sqlite\"",
                "path = \"hub.sqlite\"\nurl = \"postgres://hub@db/declic\"",
            ),
            "store.url",
        ),
        (spaced, "ledger.origin"),
        (never, "ledger.recompute_every"),
        (format!("{MINIMAL}\n[rate]\nburst = 0"), "rate.burst"),
        (format!("{MINIMAL}\n[server]\nlisten = \"here\""), "server.listen"),
        (format!("{MINIMAL}\n[server]\naudience = \"\""), "server.audience"),
        (format!("{MINIMAL}\n[server]\nport = 1"), "server.port"),
        (
            format!("{MINIMAL}\n[limits]\nmax_in_flight = 0"),
            "limits.max_in_flight",
        ),
    ];
    for (text, key) in rows {
        let error = load(&text).expect_err(key);
        assert!(error.contains(&format!("key `{key}`")), "{key}: {error}");
    }
}

#[test]
fn the_example_file_loads() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/hub.example.toml");
    let config = Config::load(&file, NoEnv).expect("the example is a configuration");
    assert_eq!(config.limits, Limits::default(), "the example shows the defaults");
    assert_eq!(config.rate, Rate::default(), "the example shows the defaults");
    assert_eq!(
        config.ledger.recompute_every,
        hourly(),
        "the example shows the defaults"
    );
    assert_eq!(
        config.telemetry.metrics_interval,
        telemetry::Config::default().metrics_interval
    );
}

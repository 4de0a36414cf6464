//! The engine a configuration names: two files of SQLite, or two databases of PostgreSQL that several hubs share.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use declic_ledger::VerifierKey;
use declic_store::{Observed, Store};
use declic_store_postgres::{PgKeyring, PgStore};
use declic_store_sqlite::{SqliteKeyring, SqliteStore};
use declic_vault::{KekSet, Keyring, Os, Vault};
use jiff::Timestamp;

use crate::agreement::Agreement;
use crate::config::Config;
use crate::keks::Folder;
use crate::secrets::{self, Secrets};
use crate::{directory, files};

/// What a hub reads and writes.
pub(crate) struct Stores {
    pub store: Arc<dyn Store>,
    pub keyring: Ring,
    pub vault: Arc<Vault>,
}

/// The keyring, which has to be closed too.
#[derive(Clone)]
pub(crate) enum Ring {
    Sqlite(Arc<SqliteKeyring>),
    Postgres(Arc<PgKeyring>),
}

impl Ring {
    fn keyring(&self) -> Arc<dyn Keyring> {
        match self {
            Self::Sqlite(ring) => Arc::clone(ring) as _,
            Self::Postgres(ring) => Arc::clone(ring) as _,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(ring) => ring.close().await,
            Self::Postgres(ring) => ring.close().await,
        }
    }
}

/// The files of secrets: made at the first start, never beside data that they were not made with.
pub(crate) async fn secrets(config: &Config, now: Timestamp) -> anyhow::Result<secrets::Files> {
    let Some(url) = &config.store.url else {
        return Ok(secrets::open(config, now, &mut Os)?);
    };
    let is_new = PgStore::is_new(url).await.context("[store] url")?;
    let data = (!is_new).then_some(Path::new("the database of [store] url"));
    Ok(secrets::open_beside(data, config, now, &mut Os)?)
}

/// The database first: a keyring without one is never taken for a first start. Keys are minted once all belong together.
pub(crate) async fn open(
    config: &Config,
    keks: KekSet,
    secrets: &Secrets,
    ledger_key: &VerifierKey,
    now: Timestamp,
) -> anyhow::Result<Stores> {
    let (store, keyring) = match (&config.store.url, &config.keyring.url) {
        (Some(store), Some(keyring)) => open_databases(store, keyring).await?,
        _ => open_files(config).await?,
    };
    let folder = Folder::new(&config.keyring.kek_dir);
    let vault = Vault::new(keks, keyring.keyring(), Box::new(Os)).with_source(Arc::new(folder));
    let agreement = Agreement {
        store: store.as_ref(),
        secrets,
    };
    let known = directory::stored(store.as_ref())
        .await
        .context("the database cannot be read")?;
    files::belong_together(config, store.as_ref(), &vault, secrets, &known.directory).await?;
    files::agree(config, &agreement, ledger_key).await?;
    files::look_after_keks(config, &agreement, &vault, now).await?;
    if let Err(error) = vault.warm().await {
        let cause = format!("{:#}", anyhow::Error::from(error));
        // Reading needs no new keys: what needs one asks again.
        tracing::warn!(cause, "the keyring takes no keys now: check its disk");
    }
    Ok(Stores {
        store,
        keyring,
        vault: Arc::new(vault),
    })
}

async fn open_files(config: &Config) -> anyhow::Result<(Arc<dyn Store>, Ring)> {
    files::prepare_store(config)?;
    let options = declic_store_sqlite::Options::new(&config.store.path);
    let store = SqliteStore::open(options).await.context("[store] path")?;
    let store = Observed::new(store, "sqlite", &opentelemetry::global::meter("declic-store"));
    files::prepare_keyring(config, &store).await?;
    let keyring = SqliteKeyring::open(&config.keyring.path)
        .await
        .context("[keyring] path")?;
    Ok((Arc::new(store), Ring::Sqlite(Arc::new(keyring))))
}

/// Other hubs may do the same at this moment, so what would contradict is read in the order that hubs write: a hub makes
/// the database's tables before it mints keys, and mints keys before its first commit.
async fn open_databases(store: &str, keyring: &str) -> anyhow::Result<(Arc<dyn Store>, Ring)> {
    let keyring = PgKeyring::open(keyring).await.context("[keyring] url")?;
    let has_keys = async || {
        let is_empty = keyring.is_empty().await.context("[keyring] url")?;
        anyhow::Ok(!is_empty)
    };
    let had_keys = has_keys().await?;
    let was_new = PgStore::is_new(store).await.context("[store] url")?;
    anyhow::ensure!(
        !(had_keys && was_new),
        "[store] url: the database is empty and the keyring is not: restore the database"
    );
    let options = declic_store_postgres::Options::new(store);
    let store = PgStore::open(options).await.context("[store] url")?;
    let store = Observed::new(store, "postgresql", &opentelemetry::global::meter("declic-store"));
    // A start that was killed before its first commit leaves a database that holds nothing.
    let is_empty = store.directory().await.context("[store] url")?.is_empty();
    anyhow::ensure!(
        is_empty || has_keys().await?,
        "[keyring] url: the keyring is empty and the database is not: restore the keyring it was written with"
    );
    Ok((Arc::new(store), Ring::Postgres(Arc::new(keyring))))
}

//! The program that a hub is, whatever it is called: `declic-hub`, and `declic hub` of the command line.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use declic_runtime::config::{Override, Source};
use declic_runtime::{Shutdown, SystemClock, SystemIds, telemetry};

use crate::config::Config;
use crate::rebuild;
use crate::start::{check, service_name, start};

/// Time for calls to finish once asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// What is given on the command line.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Configuration file; deploy/hub.example.toml shows every key.
    #[arg(long, value_name = "FILE", default_value = "hub.toml")]
    pub config: PathBuf,
    /// PostgreSQL database in the place of the file's, as postgres://user@host/database; its password stands in the file
    /// that PGPASSFILE names.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// PostgreSQL database of the keys of cases; by default on the same server, under the database's name with `_keys`
    /// behind it.
    #[arg(long, value_name = "URL")]
    pub keyring: Option<String>,
    /// Check the configuration and the directory, start nothing.
    #[arg(long)]
    pub check: bool,
    /// Make the sums of the figures again from the journal, and serve nothing. Hubs of a shared database may go on.
    #[arg(long, conflicts_with = "check")]
    pub rebuild_figures: bool,
}

/// Serves until a signal, or does what else was asked for and writes to `out` what came of it.
///
/// # Errors
/// What kept it from serving or ended it, with what to do.
pub async fn run(options: &Options, env: impl Source, out: &mut dyn Write) -> anyhow::Result<()> {
    let config = Config::load_with(&options.config, env, options.overrides())?;
    if options.check {
        let checked = check(&config)?;
        writeln!(out, "{}: {checked}", options.config.display())?;
        return Ok(());
    }
    if options.rebuild_figures {
        let cases = rebuild::figures(config, Arc::new(SystemClock), Arc::new(SystemIds)).await?;
        writeln!(out, "the figures are made again, cases counted: {cases}")?;
        return Ok(());
    }
    let telemetry = telemetry::init(&service_name(), &config.telemetry)?;
    let served = serve(config).await;
    telemetry.shutdown().await;
    served
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let shutdown = Shutdown::on_signals(GRACE)?;
    start(config, shutdown).await?.ended().await
}

impl Options {
    /// An address takes the place of a file: of both, since the keyring of a shared database is shared too. The file's
    /// own address of a keyring stays.
    fn overrides(&self) -> Vec<Override> {
        let given = |origin, key, value: &str| Override {
            origin,
            key,
            value: value.to_owned(),
        };
        let mut overrides = Vec::new();
        if let Some(url) = &self.database {
            overrides.push(given("--database", "store.path", ""));
            overrides.push(given("--database", "store.url", url));
            overrides.push(given("--database", "keyring.path", ""));
        }
        if let Some(url) = &self.keyring {
            overrides.push(given("--keyring", "keyring.path", ""));
            overrides.push(given("--keyring", "keyring.url", url));
        }
        overrides
    }
}

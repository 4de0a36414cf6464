//! The command line of the process.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use declic_runtime::config::Validate as _;
use declic_runtime::{Ids as _, Shutdown, SystemIds, config, telemetry};

use crate::Config;

const GRACE: Duration = Duration::from_secs(10);

/// The pages of a hub, for people with a browser.
#[derive(Debug, Parser)]
#[command(name = "declic-console", version)]
pub struct Arguments {
    /// The configuration; deploy/console.example.toml shows every key.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Looks at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Checks values and the authority's file; asks no hub.
    Check,
}

/// Does what the command line says; without a command, serves until it is told to stop. Returns what there is to say.
///
/// # Errors
/// What a person has to mend, with what to do.
pub async fn run(arguments: Arguments) -> anyhow::Result<Option<&'static str>> {
    let config: Config = config::load(Some(&arguments.config), config::ProcessEnv)?;
    match arguments.command {
        None => {
            serve(config).await?;
            Ok(None)
        }
        Some(Command::Config(ConfigCommand::Check)) => {
            config.validate().map_err(|invalid| {
                anyhow::anyhow!("key `{}`: {}: {}", invalid.key, invalid.problem, invalid.remedy)
            })?;
            Ok(Some("The configuration is valid."))
        }
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let service = telemetry::ServiceName {
        name: "declic-console",
        version: env!("CARGO_PKG_VERSION"),
        instance: SystemIds.random(),
    };
    let telemetry = telemetry::init(&service, &config.telemetry)?;
    let ended = until_stopped(config).await;
    telemetry.shutdown().await;
    ended
}

async fn until_stopped(config: Config) -> anyhow::Result<()> {
    let shutdown = Shutdown::on_signals(GRACE)?;
    crate::start(config, shutdown).await?.ended().await
}

//! The command line of the process.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use declic_runtime::{Ids as _, Shutdown, SystemIds, config, telemetry};

use crate::Config;

const GRACE: Duration = Duration::from_secs(10);

/// An agency's own client of a hub: receives its tickets, hands them over, sends its answers back.
#[derive(Debug, Parser)]
#[command(name = "declic-connector", version)]
pub struct Arguments {
    /// The configuration; deploy/connector.example.toml shows every key.
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
    /// Where the stream was left.
    #[command(subcommand)]
    Cursor(CursorCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Checks values, key, authority and folders, and makes the folders that are missing; asks no hub.
    Check,
}

#[derive(Debug, Subcommand)]
enum CursorCommand {
    /// Reads everything again from the beginning, once, after a hub was set up anew. The connector must be stopped.
    Reset,
}

/// Does what the command line says; without a command, works until it is told to stop. Returns what there is to say.
///
/// # Errors
/// What a person has to mend, with what to do.
pub async fn run(arguments: Arguments) -> anyhow::Result<Option<&'static str>> {
    let config: Config = config::load(Some(&arguments.config), config::ProcessEnv)?;
    match arguments.command {
        None => {
            work(config).await?;
            Ok(None)
        }
        Some(Command::Config(ConfigCommand::Check)) => {
            crate::check(&config)?;
            Ok(Some(
                "The configuration is valid, the key signs, the folders are there.",
            ))
        }
        Some(Command::Cursor(CursorCommand::Reset)) => {
            crate::reset_cursor(&config).await?;
            Ok(Some(
                "The connector will read everything again from the beginning.",
            ))
        }
    }
}

async fn work(config: Config) -> anyhow::Result<()> {
    let service = telemetry::ServiceName {
        name: "declic-connector",
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
    crate::start(config, shutdown).await?.finished().await
}

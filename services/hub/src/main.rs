//! The program `declic-hub`: arguments, telemetry, signals; the library does the rest.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use declic_hub::Config;
use declic_runtime::config::ProcessEnv;
use declic_runtime::{Shutdown, telemetry, tls};

/// Time for calls to finish once asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// The Déclic hub.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Configuration file; deploy/hub.example.toml shows every key.
    #[arg(long, value_name = "FILE", default_value = "hub.toml")]
    config: PathBuf,
    /// Check the configuration and the directory, start nothing.
    #[arg(long)]
    check: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    tls::install_provider();
    let Err(error) = run(&Args::parse()).await else {
        return ExitCode::SUCCESS;
    };
    let _closed = writeln!(std::io::stderr(), "declic-hub: {error:#}");
    ExitCode::FAILURE
}

async fn run(args: &Args) -> anyhow::Result<()> {
    let config = Config::load(&args.config, ProcessEnv)?;
    if args.check {
        let checked = declic_hub::check(&config)?;
        writeln!(std::io::stdout(), "{}: {checked}", args.config.display())?;
        return Ok(());
    }
    let telemetry = telemetry::init(&declic_hub::service_name(), &config.telemetry)?;
    let served = serve(config).await;
    telemetry.shutdown().await;
    served
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let shutdown = Shutdown::on_signals(GRACE)?;
    declic_hub::start(config, shutdown).await?.ended().await
}

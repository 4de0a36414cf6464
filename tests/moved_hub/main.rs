//! A hub whose clock is behind the machine's: tests let time pass for it by starting it again with less. The engine's clock
//! is the machine's, so what this one finds due is due for both.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use declic_hub::Config;
use declic_runtime::config::NoEnv;
use declic_runtime::{Shutdown, SystemIds, tls};
use declic_tests::hub::MovedClock;
use jiff::SignedDuration;

#[derive(Parser)]
struct Args {
    /// Configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Seconds by which its clock is behind.
    #[arg(long)]
    behind: i64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tls::install_provider();
    let args = Args::parse();
    let config = Config::load(&args.config, NoEnv)?;
    let clock = MovedClock::behind(SignedDuration::from_secs(args.behind));
    let shutdown = Shutdown::on_signals(Duration::from_secs(20))?;
    let running = declic_hub::start_with(config, shutdown, Arc::new(clock), Arc::new(SystemIds)).await?;
    running.ended().await
}

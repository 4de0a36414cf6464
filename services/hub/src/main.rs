//! The program `declic-hub`; the library does all of it.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use declic_hub::program::{self, Options};
use declic_runtime::config::ProcessEnv;
use declic_runtime::tls;

/// The Déclic hub.
#[derive(Parser)]
#[command(version)]
struct Args {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> ExitCode {
    tls::install_provider();
    let options = Args::parse().options;
    let Err(error) = program::run(&options, ProcessEnv, &mut std::io::stdout()).await else {
        return ExitCode::SUCCESS;
    };
    let _closed = writeln!(std::io::stderr(), "declic-hub: {error:#}");
    ExitCode::FAILURE
}

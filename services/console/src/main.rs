//! `declic-console --config FILE`: serves the pages until it is told to stop.

use std::process::ExitCode;

use clap::Parser as _;
use declic_console::command::{Arguments, run};

#[tokio::main]
async fn main() -> ExitCode {
    declic_runtime::tls::install_provider();
    match run(Arguments::parse()).await {
        Ok(sentence) => {
            #[expect(clippy::print_stdout, reason = "the answer to a person's command")]
            if let Some(sentence) = sentence {
                println!("{sentence}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the last word of a process that fails")]
            {
                eprintln!("declic-console: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

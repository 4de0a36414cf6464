//! `declic`: the command line of social workers, agencies, supervisors and scripts.
//!
//! Standard output is data (a table for people, `--json` for programs), standard error is talk. Texts come from
//! `declic-words`, calls go through `declic-client`, routing without a hub through `declic-routing`, and the ledger
//! is verified by `declic-ledger` from bytes alone.
//!
//! Never here: a decision about a case, a rule, a database.

mod app;
mod args;
mod case_file;
mod case_page;
mod commands;
#[cfg(feature = "demo")]
mod demo;
mod explain;
mod explain_line;
mod failure;
#[cfg(feature = "demo")]
mod generate;
mod help;
#[cfg(test)]
mod hostile;
mod ledger_files;
mod names;
mod one_form;
mod screen;
mod settings;
mod strict_json;
mod table;
mod view;

use std::process::ExitCode;

use declic_runtime::config::ProcessEnv;

fn main() -> ExitCode {
    declic_runtime::tls::install_provider();
    let arguments: Vec<_> = std::env::args_os().collect();
    app::run(&arguments, &ProcessEnv)
}

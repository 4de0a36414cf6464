//! `declic routing rules`: the rules that a hub keeps.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::sending::Sending;

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    Propose(ProposeRules),
    List {
        #[arg(long)]
        changes: bool,
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    Show {
        ruleset: String,
        #[arg(long)]
        file: bool,
    },
    Simulate {
        ruleset: String,
        #[arg(long, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(i32).range(1..=20_000))]
        cases: i32,
        #[arg(long, value_name = "DATE")]
        on_date: Option<jiff::civil::Date>,
    },
    Activate(ActivateRules),
    Rollback {
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
}

#[derive(Debug, Args)]
pub struct ProposeRules {
    #[arg(value_name = "FILE.toml")]
    pub file: PathBuf,
    #[arg(long)]
    pub reason: String,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_name = "UUID")]
    pub request_id: Option<uuid::Uuid>,
}

#[derive(Debug, Args)]
pub struct ActivateRules {
    pub ruleset: String,
    #[arg(long)]
    pub reason: String,
    #[arg(long, value_name = "CODE")]
    pub departement: Vec<String>,
    #[arg(long = "override", value_name = "REASON", requires = "departement")]
    pub override_reason: Option<String>,
    #[command(flatten)]
    pub sending: Sending,
}

//! `declic ledger` and `declic key`: proofs, and the keys of members.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    Checkpoint {
        #[arg(long, value_name = "N", default_value_t = 0)]
        minimum_size: u64,
    },
    Prove {
        event_or_ticket: String,
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    Export {
        directory: PathBuf,
    },
    Verify(VerifyLedger),
}

#[derive(Debug, Args)]
pub struct VerifyLedger {
    pub directory: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "directory")]
    pub checkpoint: Vec<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        requires = "checkpoint",
        conflicts_with = "directory"
    )]
    pub leaves: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["directory", "checkpoint", "leaves"])]
    pub proof: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    Generate {
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
    },
    Show {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

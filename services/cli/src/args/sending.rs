//! What a command that changes something says about its sending.

use clap::Args;
use uuid::Uuid;

/// How a command is sent: once per intention, on what was read.
#[derive(Debug, Clone, Args)]
pub struct Sending {
    #[arg(long, value_name = "UUID")]
    pub request_id: Option<Uuid>,
    #[arg(long, value_name = "ETAG")]
    pub etag: Option<String>,
}

/// Same, for commands that also carry the epoch the sender has read.
#[derive(Debug, Clone, Args)]
pub struct AgencySending {
    #[command(flatten)]
    pub sending: Sending,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub epoch: Option<u32>,
}

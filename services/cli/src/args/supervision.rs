//! `declic supervision`: how long people wait, and why.

use clap::{Args, Subcommand};
use jiff::civil::Date;

#[derive(Debug, Subcommand)]
pub enum SupervisionCommand {
    Board(AskBoard),
}

#[derive(Debug, Args)]
pub struct AskBoard {
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    pub territory: String,
    #[arg(long, value_name = "AGENCY", default_value = "", hide_default_value = true)]
    pub agency: String,
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    pub benefit: String,
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    pub blockage: String,
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    #[arg(long, value_name = "DATE")]
    pub until: Option<Date>,
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

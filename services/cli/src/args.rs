//! What the command line accepts. The texts of its help are in `declic-words` (`help-…` keys), see [`crate::help`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod case;
mod directory;
mod ledger;
mod routing;
mod rules;
mod sending;
mod supervision;
mod ticket;

pub use case::{
    AddTicket, CaseCommand, CaseState, ChangeUrgency, Close, CorrectFacts, CorrectPerson, FactChanges,
    ListCases, MandateCommand, OpenCase, RenewMandate, Reply, Share, TransferCase, YesNo,
};
pub use directory::{
    DirectoryCommand, ImportFile, PutAgency, PutDesk, PutMember, PutOrganisation, SetAbsence, SetCalendar,
    SetDeskRules, SetPolicy,
};
pub use ledger::{KeyCommand, LedgerCommand, VerifyLedger};
pub use routing::{CheckRules, Explain, Rehearse, RoutingCommand};
pub use rules::{ActivateRules, ProposeRules, RulesCommand};
pub use sending::{AgencySending, Sending};
pub use supervision::{AskBoard, SupervisionCommand};
pub use ticket::{Ask, Assign, Contact, ListTickets, Redirect, Resolve, Route, TicketCommand, Transfer};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "declic",
    version,
    disable_help_subcommand = true,
    subcommand_required = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Global {
    /// Present without a value means the one of the environment or of the configuration.
    #[arg(long, global = true, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    pub hub: Option<String>,
    #[arg(long = "as", global = true, value_name = "SUBJECT")]
    pub subject: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub key: Option<PathBuf>,
    #[arg(long, global = true, value_name = "NAME")]
    pub audience: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The ledger's public key: a file, or the text itself.
    #[arg(long, global = true, value_name = "KEY")]
    pub log_key: Option<String>,
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "fr|en")]
    pub lang: Option<String>,
    #[arg(long, global = true, value_name = "NAME")]
    pub time_zone: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, global = true)]
    pub quiet: bool,
    #[arg(long, global = true)]
    pub no_color: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(subcommand)]
    Case(CaseCommand),
    #[command(subcommand)]
    Ticket(TicketCommand),
    #[command(subcommand)]
    Routing(RoutingCommand),
    #[command(subcommand)]
    Supervision(SupervisionCommand),
    #[command(subcommand)]
    Ledger(LedgerCommand),
    #[command(subcommand)]
    Directory(DirectoryCommand),
    Whoami,
    #[command(subcommand)]
    Key(KeyCommand),
    #[cfg(feature = "hub")]
    Hub(declic_hub::program::Options),
    #[cfg(feature = "demo")]
    Demo(crate::demo::Options),
    #[cfg(feature = "demo")]
    Generate(crate::generate::Options),
}

/// Choices of the command line, each with the value of the contract it stands for.
macro_rules! choices {
    ($name:ident, $wire:ident { $($choice:ident),+ }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
        pub enum $name { $($choice),+ }

        impl From<$name> for declic_proto::v1::$wire {
            fn from(choice: $name) -> Self {
                match choice { $($name::$choice => Self::$choice),+ }
            }
        }
    };
}
use choices;

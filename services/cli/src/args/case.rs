//! `declic case`: what opens, shows and changes a case.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::choices;
use super::routing::{Regime, Stage};
use super::sending::{AgencySending, Sending};

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    Open(OpenCase),
    Show {
        case: String,
    },
    List(ListCases),
    Clock {
        case: String,
    },
    Message {
        ticket: String,
        #[arg(long)]
        text: String,
        #[command(flatten)]
        sending: AgencySending,
    },
    Reply(Reply),
    Close(Close),
    Reopen {
        ticket: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    Remind {
        ticket: String,
        #[arg(long, default_value = "")]
        message: String,
        #[command(flatten)]
        sending: Sending,
    },
    Share(Share),
    Unshare(Share),
    Withdraw {
        case_or_ticket: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    Urgency(ChangeUrgency),
    Transfer(TransferCase),
    Add(Box<AddTicket>),
    Correct(Box<CorrectFacts>),
    Person(Box<CorrectPerson>),
    #[command(subcommand)]
    Mandate(MandateCommand),
}

#[derive(Debug, Args)]
pub struct OpenCase {
    #[arg(long, value_name = "FILE.json", required_unless_present = "schema")]
    pub input: Option<PathBuf>,
    #[arg(long, conflicts_with = "input")]
    pub schema: bool,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub anyway: bool,
    #[arg(long, value_name = "UUID")]
    pub request_id: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct Reply {
    pub ticket: String,
    #[arg(long, required = true, value_name = "N=TEXT", value_parser = answer)]
    pub answer: Vec<(u32, String)>,
    #[arg(long, default_value = "")]
    pub message: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Close {
    pub ticket: String,
    #[arg(long)]
    pub effect: Effect,
    #[arg(long, default_value = "")]
    pub message: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct Share {
    pub ticket: String,
    #[arg(long)]
    pub agency: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct ChangeUrgency {
    pub case: String,
    #[arg(long)]
    pub urgent: YesNo,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct TransferCase {
    pub case: String,
    #[arg(long, value_name = "MEMBER")]
    pub to: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct AddTicket {
    pub case: String,
    #[command(flatten)]
    pub facts: FactChanges,
    #[arg(long, value_name = "TEXT")]
    pub explanation: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct CorrectFacts {
    pub case: String,
    #[command(flatten)]
    pub facts: FactChanges,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

/// What of the person differs from what the case says.
#[derive(Debug, Args)]
pub struct CorrectPerson {
    pub case: String,
    #[arg(long, value_name = "NAME")]
    pub given_name: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub family_name: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub birth_date: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub agency_identifier: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub nir: Option<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

/// Facts that differ from those of the case.
#[derive(Debug, Args)]
pub struct FactChanges {
    #[arg(long)]
    pub benefit: Option<String>,
    #[arg(long)]
    pub blockage: Option<String>,
    #[arg(long)]
    pub stage: Option<Stage>,
    #[arg(long)]
    pub regime: Option<Regime>,
    #[arg(long, value_name = "INSEE")]
    pub commune: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum MandateCommand {
    Renew(RenewMandate),
    Revoke {
        case: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
}

#[derive(Debug, Args)]
pub struct RenewMandate {
    pub case: String,
    #[arg(long)]
    pub channel: Channel,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub given_on: String,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub expires_on: String,
    #[arg(long, value_name = "TEXT")]
    pub scope: String,
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub evidence: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct ListCases {
    #[arg(long, default_value = "open")]
    pub state: CaseState,
    #[arg(long, value_name = "NAME", requires_all = ["family_name", "birth_date"])]
    pub given_name: Option<String>,
    #[arg(long, value_name = "NAME", requires_all = ["given_name", "birth_date"])]
    pub family_name: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", requires_all = ["given_name", "family_name"])]
    pub birth_date: Option<String>,
    #[arg(long)]
    pub by_due: bool,
    #[arg(long)]
    pub count: bool,
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

choices!(
    Effect,
    Effect {
        Yes,
        Partly,
        No,
        Unknown
    }
);

choices!(Channel, MandateChannel { Signed, Oral, Sms });

/// An answer that must be given, so that none is taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    Yes,
    No,
}

/// Which cases a list keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CaseState {
    Open,
    Ended,
    All,
}

/// The error is the key of an example.
fn answer(text: &str) -> Result<(u32, String), String> {
    let (number, answer) = text.split_once('=').ok_or("example-answer")?;
    let number = number.trim().parse().map_err(|_| "example-answer")?;
    Ok((number, answer.to_owned()))
}

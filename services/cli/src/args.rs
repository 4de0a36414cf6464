//! What the command line accepts. The texts of its help are in `declic-words` (`help-…` keys), see [`crate::help`].

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use declic_proto::v1;
use uuid::Uuid;

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
    Ledger(LedgerCommand),
    Whoami,
    #[command(subcommand)]
    Key(KeyCommand),
    #[cfg(feature = "hub")]
    Hub(declic_hub::program::Options),
    #[cfg(feature = "demo")]
    Demo(crate::demo::Options),
}

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    Open(OpenCase),
    Show {
        case: String,
    },
    List(ListCases),
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
    Withdraw {
        case_or_ticket: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
}

#[derive(Debug, Args)]
pub struct OpenCase {
    #[arg(long, value_name = "FILE.json", required_unless_present = "schema")]
    pub input: Option<PathBuf>,
    #[arg(long, conflicts_with = "input")]
    pub schema: bool,
    #[arg(long)]
    pub dry_run: bool,
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
pub struct ListCases {
    #[arg(long, default_value = "open")]
    pub state: CaseState,
    #[arg(long, value_name = "NAME", requires_all = ["family_name", "birth_date"])]
    pub given_name: Option<String>,
    #[arg(long, value_name = "NAME", requires_all = ["given_name", "birth_date"])]
    pub family_name: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", requires_all = ["given_name", "family_name"])]
    pub birth_date: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

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

#[derive(Debug, Subcommand)]
pub enum TicketCommand {
    List(ListTickets),
    Show {
        ticket: String,
    },
    Acknowledge {
        ticket: String,
        #[arg(long, value_name = "MEMBER")]
        agent: Option<String>,
        #[command(flatten)]
        sending: AgencySending,
    },
    Assign(Assign),
    Ask(Ask),
    TakeBack {
        ticket: String,
        #[arg(long, default_value = "")]
        message: String,
        #[command(flatten)]
        sending: AgencySending,
    },
    Redirect(Redirect),
    Resolve(Resolve),
    Route(Route),
    Note {
        ticket: String,
        #[arg(long)]
        text: String,
        #[command(flatten)]
        sending: AgencySending,
    },
}

#[derive(Debug, Args)]
pub struct Assign {
    pub ticket: String,
    #[arg(long, value_name = "MEMBER", required_unless_present = "desk")]
    pub agent: Option<String>,
    #[arg(long, value_name = "DESK")]
    pub desk: Option<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Args)]
pub struct Ask {
    pub ticket: String,
    #[arg(long, required = true, value_name = "KIND:LABEL|WHY", value_parser = item)]
    pub item: Vec<Item>,
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub due: String,
    #[arg(long, default_value = "")]
    pub message: String,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Args)]
pub struct Route {
    pub ticket: String,
    #[arg(long)]
    pub agency: String,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Args)]
pub struct ListTickets {
    #[arg(long)]
    pub state: Vec<TicketState>,
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: u32,
}

#[derive(Debug, Args)]
pub struct Redirect {
    pub ticket: String,
    #[arg(long)]
    pub reason: RedirectReason,
    #[arg(long)]
    pub message: String,
    #[arg(long, value_name = "INSEE", required_if_eq("reason", "outside-territory"))]
    pub commune: Option<String>,
    #[arg(long, required_if_eq("reason", "wrong-regime"))]
    pub regime: Option<Regime>,
    #[arg(long)]
    pub agency: Option<String>,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Args)]
pub struct Resolve {
    pub ticket: String,
    #[arg(long)]
    pub outcome: Outcome,
    #[arg(long)]
    pub message: String,
    #[arg(long, value_name = "YYYY-MM-DD=LABEL", value_parser = next_step)]
    pub next_step: Vec<(String, String)>,
    #[arg(long, default_value = "")]
    pub link: String,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Subcommand)]
pub enum RoutingCommand {
    Explain(Box<Explain>),
    Communes {
        query: String,
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50))]
        limit: u32,
    },
    Rules,
    Check(CheckRules),
    Rehearse(Rehearse),
}

#[derive(Debug, Args)]
pub struct CheckRules {
    #[arg(value_name = "FILE.toml")]
    pub file: Option<PathBuf>,
    #[arg(long)]
    pub total: bool,
    #[arg(long, value_name = "DATE")]
    pub on_date: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub struct Rehearse {
    #[arg(value_name = "FILE.toml")]
    pub file: PathBuf,
    #[arg(long, value_name = "FILE.toml")]
    pub against: Option<PathBuf>,
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["cases", "seed"])]
    pub input: Option<PathBuf>,
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub cases: u64,
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    #[arg(long, value_name = "DATE")]
    pub on_date: Option<jiff::civil::Date>,
}

#[derive(Debug, Args)]
pub struct Explain {
    #[arg(long, value_name = "FILE.toml")]
    pub rules: Option<PathBuf>,
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["commune", "regime", "benefit"])]
    pub input: Option<PathBuf>,
    #[arg(long, value_name = "INSEE", required_unless_present = "input")]
    pub commune: Option<String>,
    #[arg(long, required_unless_present = "input")]
    pub regime: Option<Regime>,
    #[arg(long, required_unless_present = "input")]
    pub benefit: Option<String>,
    #[arg(long)]
    pub blockage: Option<String>,
    #[arg(long)]
    pub stage: Option<Stage>,
    #[arg(long, value_name = "INSEE")]
    pub relief_domicile: Option<String>,
    #[arg(long, value_name = "INSEE")]
    pub elected_domicile: Option<String>,
    #[arg(long, value_name = "AGENCY")]
    pub paying_body: Option<String>,
    #[arg(long, value_name = "AGENCY")]
    pub seized_body: Option<String>,
    #[arg(long)]
    pub agricultural_status: Option<AgriculturalStatus>,
    #[arg(long)]
    pub local_scheme: Option<bool>,
    #[arg(long)]
    pub has_basic_pension: Option<bool>,
    #[arg(long, value_name = "SCHEME")]
    pub special_scheme: Option<String>,
    #[arg(long, value_name = "EVENT")]
    pub life_event: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub on_date: Option<String>,
}

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

/// A thing an agency asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub kind: v1::InformationKind,
    pub label: String,
    pub why: String,
}

/// Choices of the command line, each with the value of the contract it stands for.
macro_rules! choices {
    ($name:ident, $wire:ident { $($choice:ident),+ }) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
        pub enum $name { $($choice),+ }

        impl From<$name> for v1::$wire {
            fn from(choice: $name) -> Self {
                match choice { $($name::$choice => Self::$choice),+ }
            }
        }
    };
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
choices!(
    Regime,
    Regime {
        General,
        Agricultural,
        Other,
        Unknown
    }
);
choices!(Stage, Stage { Decision, Payment });
choices!(
    AgriculturalStatus,
    AgriculturalStatus {
        SelfEmployed,
        Employee
    }
);
choices!(
    RedirectReason,
    RedirectReason {
        OutsideTerritory,
        WrongRegime,
        PayerNotDecider,
        OutsideCompetence,
        LegalBar,
        Other
    }
);
choices!(
    Outcome,
    Outcome {
        RightRestored,
        ErrorCorrected,
        DecisionExplained,
        RefusalConfirmed,
        SentToStandardProcedure,
        Duplicate,
        PersonUnknown
    }
);
choices!(
    TicketState,
    TicketState {
        Routed,
        Delivered,
        Acknowledged,
        AwaitingReply,
        Resolved,
        Closed,
        Redirected,
        Withdrawn,
        Lapsed
    }
);

/// Which cases a list keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CaseState {
    Open,
    Ended,
    All,
}

fn answer(text: &str) -> Result<(u32, String), String> {
    let (number, answer) = text.split_once('=').ok_or("N=TEXT")?;
    let number = number
        .trim()
        .parse()
        .map_err(|_| "N=TEXT: N is the number of the item, from 1")?;
    Ok((number, answer.to_owned()))
}

fn item(text: &str) -> Result<Item, String> {
    const FORM: &str = "KIND:LABEL|WHY, KIND being document, question or date";
    let (kind, rest) = text.split_once(':').ok_or(FORM)?;
    let (label, why) = rest.split_once('|').ok_or(FORM)?;
    let kind = match kind.trim() {
        "document" => v1::InformationKind::Document,
        "question" => v1::InformationKind::Question,
        "date" => v1::InformationKind::Date,
        _ => return Err(FORM.to_owned()),
    };
    Ok(Item {
        kind,
        label: label.trim().to_owned(),
        why: why.trim().to_owned(),
    })
}

fn next_step(text: &str) -> Result<(String, String), String> {
    let (due, label) = text.split_once('=').ok_or("YYYY-MM-DD=LABEL")?;
    Ok((due.trim().to_owned(), label.trim().to_owned()))
}

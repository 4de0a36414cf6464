//! `declic ticket`: the work of an agency's desk.

use clap::{Args, Subcommand};
use declic_proto::v1;

use super::choices;
use super::routing::Regime;
use super::sending::{AgencySending, Sending};

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
    Contact(Contact),
    Escalate {
        ticket: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    Transfer(Transfer),
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
pub struct Contact {
    pub ticket: String,
    #[arg(long)]
    pub agency: Option<String>,
    #[arg(long)]
    pub channel: ContactChannel,
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "")]
    pub on: String,
    #[arg(long)]
    pub result: ContactResult,
    #[arg(long)]
    pub message: String,
    #[arg(long, value_name = "YYYY-MM-DD=LABEL", value_parser = next_step)]
    pub next_step: Option<(String, String)>,
    #[command(flatten)]
    pub sending: AgencySending,
}

#[derive(Debug, Args)]
pub struct Transfer {
    #[arg(long)]
    pub agency: String,
    #[arg(long, value_name = "AGENCY")]
    pub to: String,
    #[arg(long)]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct ListTickets {
    #[arg(long)]
    pub state: Vec<TicketState>,
    #[arg(long)]
    pub by_due: bool,
    #[arg(long)]
    pub late: bool,
    #[arg(long)]
    pub mine: bool,
    #[arg(long)]
    pub count: bool,
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

/// A thing an agency asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub kind: v1::InformationKind,
    pub label: String,
    pub why: String,
}

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
    ContactChannel,
    ContactChannel {
        Telephone,
        Email,
        Portal,
        Mail,
        Counter,
        Meeting
    }
);
choices!(
    ContactResult,
    ContactResult {
        Answered,
        AnswerAwaited,
        NotReached
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

/// The error is the key of an example.
fn item(text: &str) -> Result<Item, String> {
    const FORM: &str = "example-item";
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

/// The error is the key of an example.
fn next_step(text: &str) -> Result<(String, String), String> {
    let (due, label) = text.split_once('=').ok_or("example-next-step")?;
    Ok((due.trim().to_owned(), label.trim().to_owned()))
}

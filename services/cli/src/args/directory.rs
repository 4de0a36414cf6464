//! `declic directory`: who exists, and who may change it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use uuid::Uuid;

use super::choices;
use super::sending::Sending;

#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    Organisations {
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    Agencies {
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    Members {
        #[arg(long, value_name = "NAME")]
        of: Option<String>,
        #[arg(long)]
        ended: bool,
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    Show {
        item: String,
    },
    Changes {
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    PutOrganisation(PutOrganisation),
    PutAgency(PutAgency),
    PutDesk(PutDesk),
    PutMember(Box<PutMember>),
    Import(ImportFile),
    SetDesks {
        member: String,
        #[arg(long, value_name = "DESK", required = true)]
        desk: Vec<String>,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    SetAbsence(SetAbsence),
    EndAbsence {
        member: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    SetIdentifiers {
        agency: String,
        #[arg(long)]
        agency_identifier: bool,
        #[arg(long)]
        nir: bool,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    SetDeskRules(SetDeskRules),
    CloseDesk {
        desk: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    OpenDesk {
        desk: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
    SetCalendar(SetCalendar),
    Policies {
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
    },
    SetPolicy(SetPolicy),
    RehearseDeparture {
        member: String,
    },
    EndMember {
        member: String,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        sending: Sending,
    },
}

#[derive(Debug, Args)]
pub struct PutOrganisation {
    pub organisation: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub departement: Option<String>,
    #[arg(long)]
    pub kind: Option<OrganisationKind>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct PutAgency {
    pub agency: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long)]
    pub enrolment: Option<Enrolment>,
    #[arg(long, value_name = "true|false")]
    pub nir_allowed: Option<bool>,
    #[arg(long, value_name = "DESK=NAME", value_parser = desk_and_name)]
    pub desk: Vec<(String, String)>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct PutDesk {
    pub desk: String,
    #[arg(long, value_name = "NAME")]
    pub name: String,
    #[arg(long, value_name = "CODE")]
    pub benefit: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct PutMember {
    pub member: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[arg(long)]
    pub role: Option<Role>,
    #[arg(long, value_name = "ORGANISATION")]
    pub organisation: Option<String>,
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
    #[arg(long, value_name = "DESK")]
    pub desk: Vec<String>,
    #[arg(long, value_name = "CODE")]
    pub departement: Vec<String>,
    #[arg(long, value_name = "KEY")]
    pub public_key: Vec<String>,
    #[arg(long, num_args = 2, value_names = ["ISSUER", "SUBJECT"])]
    pub identity: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct ImportFile {
    pub file: PathBuf,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub reason: String,
    #[arg(long, value_name = "UUID")]
    pub request_id: Option<Uuid>,
}

#[derive(Debug, Args)]
pub struct SetAbsence {
    pub member: String,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Date,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Date,
    #[arg(long, value_name = "MEMBER")]
    pub deputy: Option<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct SetDeskRules {
    pub desk: String,
    #[arg(long, value_name = "CODE")]
    pub not_benefit: Vec<String>,
    #[arg(long, value_name = "CODE")]
    pub blockage: Vec<String>,
    #[arg(long, value_name = "CODE")]
    pub not_blockage: Vec<String>,
    #[arg(long)]
    pub kind: Vec<OrganisationKind>,
    #[arg(long, value_name = "ORGANISATION")]
    pub organisation: Vec<String>,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct SetCalendar {
    pub agency: String,
    #[arg(long, value_name = "HOURS")]
    pub open: Vec<String>,
    #[arg(long, value_name = "DAYS")]
    pub closed: Vec<String>,
    #[arg(long)]
    pub no_closures: bool,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

#[derive(Debug, Args)]
pub struct SetPolicy {
    #[arg(long, value_name = "AGENCY")]
    pub agency: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub benefit: Option<String>,
    #[arg(long, value_name = "NAME", required_unless_present = "withdraw")]
    pub policy_version: Option<String>,
    #[arg(long, value_name = "TARGET", required_unless_present = "withdraw")]
    pub acknowledge: Option<String>,
    #[arg(long, value_name = "TARGET", required_unless_present = "withdraw")]
    pub resolve: Option<String>,
    #[arg(long, value_name = "TARGET", required_unless_present = "withdraw")]
    pub urgent_acknowledge: Option<String>,
    #[arg(long, value_name = "TARGET", required_unless_present = "withdraw")]
    pub urgent_resolve: Option<String>,
    #[arg(long)]
    pub withdraw: bool,
    #[arg(long)]
    pub reason: String,
    #[command(flatten)]
    pub sending: Sending,
}

choices!(
    Enrolment,
    Enrolment {
        Connector,
        Console,
        None
    }
);
choices!(
    OrganisationKind,
    OrganisationKind {
        Ccas,
        FranceServices,
        Departement,
        Association,
        Hospital,
        Other
    }
);
choices!(
    Role,
    Role {
        SocialWorker,
        OrganisationManager,
        Agent,
        DeskManager,
        TriageAgent,
        Supervisor,
        Auditor,
        Administrator,
        Connector
    }
);

/// The error is the key of an example.
fn desk_and_name(text: &str) -> Result<(String, String), String> {
    let (desk, name) = text.split_once('=').ok_or("example-desk")?;
    Ok((desk.to_owned(), name.to_owned()))
}

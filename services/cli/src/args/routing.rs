//! `declic routing`: which agency, and by which rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::choices;
use super::rules::RulesCommand;

#[derive(Debug, Subcommand)]
pub enum RoutingCommand {
    Explain(Box<Explain>),
    Communes {
        query: String,
        #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50))]
        limit: u32,
    },
    Rules {
        #[command(subcommand)]
        command: Option<RulesCommand>,
    },
    Replay {
        case: String,
    },
    Check(CheckRules),
    Rehearse(Rehearse),
    Misroutes {
        #[arg(long, value_name = "DATE")]
        since: Option<jiff::civil::Date>,
    },
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

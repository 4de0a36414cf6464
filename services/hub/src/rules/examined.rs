//! Reading and checking a file of rules, by the code that decides.

use std::fmt::Write as _;

use declic_domain::directory::Directory;
use declic_domain::name::AgencyId;
use declic_domain::rulebook::{Finding, Proposal};
use declic_routing::check::{Matter, check};
use declic_routing::{Ruleset, RulesetError};
use jiff::civil::Date;

use crate::hub::Hub;
use crate::status::Error;
use crate::wire::Violations;

/// Findings kept at most; those that forbid come first.
const MOST: usize = 100;
/// Longest finding, in bytes.
const LONGEST: usize = 300;
/// Longest part of what a finding is about, in bytes.
const LONGEST_PART: usize = 160;
/// Code of the finding that names all agencies without a desk.
const NO_DESKS: &str = "NO_DESKS";
/// Code of the finding that stands for those not kept.
const MORE: &str = "MORE";
/// Agencies named at most.
const MOST_NAMED: usize = 8;

/// Reads and checks a file on a thread of its own: it takes a part of a second.
///
/// # Errors
/// Every fault of the file as a violation of `text`.
pub async fn examine(hub: &Hub, file: String) -> Result<Proposal, Error> {
    let directory = hub.directory();
    let today = declic_calendar::Calendar::for_departement("").date_of(hub.now());
    let examined = tokio::task::spawn_blocking(move || {
        let rules = Ruleset::parse(&file)?;
        Ok(Proposal {
            digest: rules.digest(),
            version: rules.version().to_owned(),
            bytes: u32::try_from(file.len()).unwrap_or(u32::MAX),
            findings: findings(&rules, today, &directory),
        })
    });
    examined.await.map_err(Error::internal)?.map_err(unread)
}

fn unread(error: RulesetError) -> Error {
    let mut violations = Violations::default();
    for fault in error.0 {
        violations.add("text", fault.to_string());
    }
    violations.finish().err().unwrap_or(Error::Absent)
}

fn findings(rules: &Ruleset, today: Date, directory: &Directory) -> Vec<Finding> {
    let has_desk = |slug: declic_routing::AgencySlug| {
        let agency = AgencyId::parse(slug.as_str()).ok();
        let agency = agency.and_then(|id| directory.agencies.get(&id));
        agency.is_some_and(|agency| agency.desks.iter().any(|desk| directory.is_staffed(&desk.name)))
    };
    let mut findings = Vec::new();
    let mut without_desk = Vec::new();
    for remark in check(rules, today, has_desk) {
        if let Matter::NoDesk { agency } = &remark.matter {
            without_desk.push(agency.as_str());
            continue;
        }
        findings.push(Finding {
            line: u32::try_from(remark.line).unwrap_or_default(),
            forbids: remark.matter.forbids(),
            code: remark.matter.code().to_owned(),
            about: shortened(remark.matter.about(rules)),
            what: cut(sentence(&remark.matter)),
        });
    }
    if !without_desk.is_empty() {
        let named = without_desk.len().min(MOST_NAMED);
        findings.push(Finding {
            line: 0,
            forbids: false,
            code: NO_DESKS.to_owned(),
            about: vec![
                part("count", without_desk.len()),
                part("agencies", without_desk[..named].join(", ")),
                part("more", without_desk.len() - named),
            ],
            what: cut(no_desk(&without_desk)),
        });
    }
    findings.sort_by_key(|finding| !finding.forbids);
    if findings.len() > MOST {
        let more = findings.len() - (MOST - 1);
        let forbids = findings[MOST - 1..].iter().any(|finding| finding.forbids);
        findings.truncate(MOST - 1);
        findings.push(Finding {
            line: 0,
            forbids,
            code: MORE.to_owned(),
            about: vec![part("count", more)],
            what: format!("and {more} more: `declic routing check` tells them all"),
        });
    }
    findings
}

fn part(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

fn shortened(about: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut about = about;
    for (_, value) in &mut about {
        value.truncate(value.floor_char_boundary(LONGEST_PART));
    }
    about
}

fn no_desk(agencies: &[&str]) -> String {
    let mut told = format!(
        "{} agencies have no active desk here, their cases open at triage desks: {}",
        agencies.len(),
        agencies[..agencies.len().min(MOST_NAMED)].join(", ")
    );
    if agencies.len() > MOST_NAMED {
        let _infallible = write!(told, " and {} more", agencies.len() - MOST_NAMED);
    }
    told
}

fn sentence(matter: &Matter) -> String {
    match matter {
        Matter::Unreachable { rule, power } => {
            format!("{rule} of {power} never speaks: its conditions never hold together")
        }
        Matter::Shadowed { rule, power, by } => {
            format!(
                "{rule} of {power} never speaks: {} always speak before it",
                by.join(", ")
            )
        }
        Matter::Uncovered { power, example } => format!("no rule of {power} speaks where {example}"),
        Matter::TooManySituations { power, count, most } => {
            format!("{power} is asked in {count} situations, of which {most} can be gone through")
        }
        Matter::NoBody { rule, example } => format!("{rule} names a body that is not there, where {example}"),
        Matter::IdleQuestion { rule, fact, example } => {
            format!("{rule} asks {fact} though every answer leads to the same body, where {example}")
        }
        Matter::UnusedPower { power } => format!("nothing asks the power {power}"),
        Matter::NoBenefit { benefit } => format!("the benefit {benefit} has no line"),
        Matter::NoBlockage { blockage } => format!("the blockage {blockage} has no line"),
        Matter::NoDesk { agency } => no_desk(&[agency.as_str()]),
        Matter::Ended { rule, until } => format!("{rule} ended on {until}"),
        Matter::EndsSoon { rule, until, then } => {
            format!("{rule} ends on {until}; then speaks {}", then.join(", "))
        }
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}

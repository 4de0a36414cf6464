//! Rulesets, what is in force, and what changed of it.

use std::collections::BTreeSet;

use declic_domain::rulebook::{
    Ask, Change, ChangeKind, Finding, Known, LONGEST_FILE, Places, Proposal, Rulebook, parse_ruleset,
    ruleset_resource,
};
use declic_domain::text::LONGEST_REASON;
use declic_proto::v1;
use declic_routing::{Digest, Ruleset};

use super::{Violations, command, request_id, timestamp};
use crate::status::Error;

/// Most départements of one activation: there are 101 départements, and collectivities beside them.
const MOST_DEPARTEMENTS: usize = 110;

/// A ruleset to propose, parsed.
pub struct Proposed {
    /// The client's UUID.
    pub request: [u8; 16],
    /// The file.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Whether nothing is to be kept.
    pub validate_only: bool,
}

/// Parses a proposal, its file excepted.
///
/// # Errors
/// Every violation.
pub fn proposal(request: v1::ProposeRulesetRequest) -> Result<Proposed, Error> {
    let mut violations = Violations::default();
    let id = request_id(&mut violations, &request.request_id);
    if request.text.is_empty() || request.text.len() > LONGEST_FILE {
        let problem = format!(
            "has {} bytes: a file of rules has 1 to {LONGEST_FILE}",
            request.text.len()
        );
        violations.add("text", problem);
    }
    let reason = violations.text("reason", request.reason, LONGEST_REASON);
    let id = violations.finish_with(id)?;
    Ok(Proposed {
        request: id,
        text: request.text,
        reason,
        validate_only: request.validate_only,
    })
}

/// Parses an activation: the client's UUID, and what it asks.
///
/// # Errors
/// Every violation.
pub fn activation(request: v1::ActivateRulesetRequest) -> Result<([u8; 16], Ask), Error> {
    let mut violations = Violations::default();
    let id = request_id(&mut violations, &request.request_id);
    let digest = violations.take("name", parse_ruleset(&request.name));
    let etag = generation(&mut violations, &request.etag);
    let reason = violations.text("reason", request.reason, LONGEST_REASON);
    let override_reason =
        violations.optional_text("override_reason", request.override_reason, LONGEST_REASON);
    let departements: BTreeSet<String> = request.departements.into_iter().collect();
    if departements.len() > MOST_DEPARTEMENTS {
        violations.add(
            "departements",
            "names more than there are: leave it empty for the whole country",
        );
    }
    let known = id.zip(digest).zip(etag);
    let ((id, digest), etag) = violations.finish_with(known)?;
    let ask = Ask {
        digest,
        departements,
        etag,
        reason,
        override_reason: override_reason.trim().to_owned(),
    };
    Ok((id, ask))
}

/// Parses a rollback: the client's UUID, the generation it has read, and why.
///
/// # Errors
/// Every violation.
pub fn rollback(request: v1::RollbackRulesetRequest) -> Result<([u8; 16], u64, String), Error> {
    let mut violations = Violations::default();
    let id = request_id(&mut violations, &request.request_id);
    let etag = generation(&mut violations, &request.etag);
    let reason = violations.text("reason", request.reason, LONGEST_REASON);
    let (id, etag) = violations.finish_with(id.zip(etag))?;
    Ok((id, etag, reason))
}

/// Parses the name of a ruleset.
///
/// # Errors
/// The violation.
pub fn name(text: &str) -> Result<Digest, Error> {
    let mut violations = Violations::default();
    let digest = violations.take("name", parse_ruleset(text));
    violations.finish_with(digest)
}

/// The answer to a file that is only checked.
pub fn checked(proposal: &Proposal) -> v1::ProposeRulesetResponse {
    v1::ProposeRulesetResponse {
        ruleset: Some(v1::Ruleset {
            name: String::new(),
            ..of_proposal(proposal)
        }),
        already_there: false,
    }
}

/// The answer to a proposal.
pub fn proposed(book: &Rulebook, digest: Digest, already_there: bool) -> v1::ProposeRulesetResponse {
    v1::ProposeRulesetResponse {
        ruleset: book.find(digest).map(ruleset),
        already_there,
    }
}

/// A ruleset that was proposed.
pub fn ruleset(known: &Known) -> v1::Ruleset {
    v1::Ruleset {
        proposed_by: known.actor.resource(),
        propose_time: Some(timestamp(known.recorded_at)),
        reason: known.reason.clone(),
        ..of_proposal(&known.proposal)
    }
}

/// The ruleset of the program, as the rulebook knows it when it was proposed too.
pub fn embedded(book: &Rulebook) -> v1::Ruleset {
    let rules = Ruleset::embedded();
    match book.find(rules.digest()) {
        Some(known) => ruleset(known),
        None => of_proposal(&Proposal {
            digest: rules.digest(),
            version: rules.version().to_owned(),
            bytes: u32::try_from(Ruleset::embedded_file().len()).unwrap_or(u32::MAX),
            findings: Vec::new(),
        }),
    }
}

/// What is in force.
pub fn in_force(generation: u64, places: &Places) -> v1::RulesInForce {
    let departements = places.departements.iter();
    v1::RulesInForce {
        etag: generation.to_string(),
        everywhere: resource(places.everywhere),
        departements: departements
            .map(|(code, digest)| v1::RulesOfDepartement {
                departement: code.clone(),
                ruleset: resource(*digest),
            })
            .collect(),
    }
}

/// What the check found.
pub fn findings(findings: &[Finding]) -> Vec<v1::RulesetFinding> {
    let findings = findings.iter().map(|finding| v1::RulesetFinding {
        line: i32::try_from(finding.line).unwrap_or(i32::MAX),
        forbids: finding.forbids,
        what: finding.what.clone(),
        code: finding.code.clone(),
        about: finding
            .about
            .iter()
            .map(|(name, value)| v1::RulesetFindingPart {
                name: name.clone(),
                value: value.clone(),
            })
            .collect(),
    });
    findings.collect()
}

/// One change; `before` is the generation that it found.
pub fn change(number: u64, change: &Change, before: u64) -> v1::RulesetChange {
    let mut shown = v1::RulesetChange {
        number: i64::try_from(number).unwrap_or(i64::MAX),
        actor: change.actor.resource(),
        time: Some(timestamp(change.recorded_at)),
        reason: change.reason.clone(),
        ..v1::RulesetChange::default()
    };
    match &change.kind {
        ChangeKind::Proposed(proposal) => {
            shown.kind = v1::RulesetChangeKind::Proposed.into();
            shown.ruleset = ruleset_resource(proposal.digest);
            shown.findings = findings(&proposal.findings);
        }
        ChangeKind::Activated(activation) => {
            shown.kind = v1::RulesetChangeKind::Activated.into();
            shown.ruleset = ruleset_resource(activation.digest);
            shown.departements = activation.departements.iter().cloned().collect();
            shown.override_reason = activation.override_reason.clone();
            shown.findings = findings(&activation.findings);
            shown.from = Some(in_force(before, &activation.from));
            shown.to = Some(in_force(number, &activation.to));
        }
        ChangeKind::RolledBack { from, to } => {
            shown.kind = v1::RulesetChangeKind::RolledBack.into();
            shown.from = Some(in_force(before, from));
            shown.to = Some(in_force(number, to));
        }
    }
    shown
}

fn of_proposal(proposal: &Proposal) -> v1::Ruleset {
    v1::Ruleset {
        name: ruleset_resource(proposal.digest),
        version: proposal.version.clone(),
        size_bytes: i32::try_from(proposal.bytes).unwrap_or(i32::MAX),
        embedded: proposal.digest == Ruleset::embedded().digest(),
        findings: findings(&proposal.findings),
        ..v1::Ruleset::default()
    }
}

fn resource(digest: Option<Digest>) -> String {
    digest.map_or_else(String::new, ruleset_resource)
}

/// The etag of what is in force: required, so that nobody overwrites what was not read.
fn generation(violations: &mut Violations, text: &str) -> Option<u64> {
    match command::etag(violations, text) {
        Some(Some(generation)) => Some(generation),
        Some(None) => {
            violations.add("etag", "is required: read what is in force with ListRulesets");
            None
        }
        None => None,
    }
}

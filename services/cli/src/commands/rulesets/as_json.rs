//! The rules that a hub keeps, for programs.

use declic_proto::v1;
use serde_json::{Value, json};

use crate::view::{bare, given, hex, time};

pub(super) fn ruleset_json(ruleset: &v1::Ruleset) -> Value {
    json!({
        "name": given(ruleset.name.clone()),
        "version": ruleset.version,
        "size_bytes": ruleset.size_bytes,
        "embedded": ruleset.embedded,
        "unreadable": ruleset.unreadable,
        "proposed_by": given(ruleset.proposed_by.clone()),
        "propose_time": time(ruleset.propose_time).map(|time| time.to_string()),
        "reason": given(ruleset.reason.clone()),
        "findings": ruleset.findings.iter().map(finding_json).collect::<Vec<_>>(),
    })
}

pub(super) fn finding_json(finding: &v1::RulesetFinding) -> Value {
    let about = finding.about.iter();
    let about: serde_json::Map<_, _> = about.map(|part| (part.name.clone(), json!(part.value))).collect();
    json!({
        "line": finding.line,
        "forbids": finding.forbids,
        "what": finding.what,
        "code": given(finding.code.clone()),
        "about": about,
    })
}

pub(super) fn places_json(in_force: &v1::RulesInForce) -> Value {
    let own = in_force.departements.iter();
    let own: serde_json::Map<_, _> = own
        .map(|own| (own.departement.clone(), json!(given(own.ruleset.clone()))))
        .collect();
    json!({ "etag": in_force.etag, "everywhere": given(in_force.everywhere.clone()), "departements": own })
}

pub(super) fn change_json(change: &v1::RulesetChange) -> Value {
    json!({
        "number": change.number,
        "kind": bare(change.kind().as_str_name(), "RULESET_CHANGE_KIND_"),
        "actor": change.actor,
        "time": time(change.time).map(|time| time.to_string()),
        "reason": change.reason,
        "ruleset": given(change.ruleset.clone()),
        "departements": change.departements,
        "override_reason": given(change.override_reason.clone()),
        "from": change.from.as_ref().map(places_json),
        "to": change.to.as_ref().map(places_json),
        "findings": change.findings.iter().map(finding_json).collect::<Vec<_>>(),
    })
}

pub(super) fn replay_json(decision: &v1::ReplayedDecision) -> Value {
    json!({
        "ticket": decision.ticket,
        "outcome": bare(decision.outcome().as_str_name(), "REPLAY_OUTCOME_"),
        "ruleset": decision.ruleset,
        "facts_sha256": hex(&decision.facts_sha256),
        "differences": decision.differences,
        "decided": decision.decided.as_ref().map(|decided| &decided.agencies),
        "replayed": decision.replayed.as_ref().map(|again| &again.agencies),
    })
}

pub(super) fn simulation_json(answer: &v1::SimulateRulesetResponse) -> Value {
    let moves = answer.moves.iter().map(|made| {
        json!({
            "departement": made.departement,
            "benefit": made.benefit,
            "from": made.from,
            "to": made.to,
            "cases": made.cases,
        })
    });
    let loads = answer.loads.iter();
    let loads = loads.map(|load| json!({ "place": load.place, "before": load.before, "after": load.after }));
    let sample = answer.sample.iter().map(|case| {
        json!({
            "benefit": case.benefit,
            "from": case.from,
            "to": case.to,
            "reasons_before": case.reasons_before,
            "reasons_after": case.reasons_after,
        })
    });
    json!({
        "ruleset": answer.ruleset,
        "cases": answer.cases,
        "moved": answer.moved,
        "others_move": answer.others_move,
        "reworded": answer.reworded,
        "moves": moves.collect::<Vec<_>>(),
        "loads": loads.collect::<Vec<_>>(),
        "sample": sample.collect::<Vec<_>>(),
    })
}

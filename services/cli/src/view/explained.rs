//! What is told beside a routing decision: facts with their origin, the runner-up, what each other fact or answer leads to.

use declic_proto::v1;
use declic_routing::{Confidence, Explanation, FactName, Origin, Outcome};
use serde::Serialize;

use super::{bare, given};

/// What is told beside a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    pub sentence: Option<String>,
    pub confidence: Option<&'static str>,
    pub read_on: Option<String>,
    pub facts: Vec<KnownFact>,
    pub runner_up: Option<Change>,
    pub changes: Vec<Change>,
    pub question_fact: Option<String>,
    pub answers: Vec<Change>,
}

/// Something known of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownFact {
    pub fact: String,
    pub value: Option<String>,
    pub label: String,
    pub origin: &'static str,
    pub counted: bool,
}

/// One fact with another value, and where that leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub fact: String,
    pub value: Option<String>,
    pub label: String,
    pub outcome: &'static str,
    pub agencies: Vec<String>,
    pub candidates: Vec<String>,
}

impl Explained {
    /// Of a decision made here.
    pub fn of(explanation: Explanation, confidence: Confidence, asked: Option<FactName>) -> Explained {
        let changes = |changes: Vec<declic_routing::Change>| changes.into_iter().map(Change::from).collect();
        Explained {
            sentence: given(explanation.sentence),
            confidence: Some(confidence.as_str()),
            read_on: Some(explanation.read_on.to_string()),
            facts: explanation.facts.into_iter().map(KnownFact::from).collect(),
            runner_up: explanation.runner_up.map(Change::from),
            changes: changes(explanation.changes),
            question_fact: asked.map(|fact| fact.to_string()),
            answers: changes(explanation.answers),
        }
    }
}

impl From<&mut v1::RoutingDecision> for Explained {
    fn from(decision: &mut v1::RoutingDecision) -> Explained {
        let changes = |changes: &mut Vec<v1::RoutingChange>| {
            std::mem::take(changes).into_iter().map(Change::from).collect()
        };
        Explained {
            confidence: match decision.confidence() {
                v1::RoutingConfidence::Unspecified => None,
                told => Some(bare(told.as_str_name(), "ROUTING_CONFIDENCE_")),
            },
            sentence: given(std::mem::take(&mut decision.sentence)),
            read_on: given(std::mem::take(&mut decision.read_on)),
            facts: std::mem::take(&mut decision.facts)
                .into_iter()
                .map(KnownFact::from)
                .collect(),
            runner_up: decision.runner_up.take().map(Change::from),
            changes: changes(&mut decision.changes),
            question_fact: given(std::mem::take(&mut decision.question_fact)),
            answers: changes(&mut decision.answers),
        }
    }
}

impl From<declic_routing::KnownFact> for KnownFact {
    fn from(fact: declic_routing::KnownFact) -> KnownFact {
        KnownFact {
            fact: fact.name.to_owned(),
            value: given(fact.value),
            label: fact.text_fr,
            origin: fact.origin.as_str(),
            counted: fact.counted,
        }
    }
}

impl From<v1::KnownFact> for KnownFact {
    fn from(fact: v1::KnownFact) -> KnownFact {
        KnownFact {
            origin: match fact.origin() {
                v1::FactOrigin::Derived => Origin::Derived.as_str(),
                v1::FactOrigin::Default => Origin::Default.as_str(),
                v1::FactOrigin::Unspecified | v1::FactOrigin::Given => Origin::Given.as_str(),
            },
            fact: fact.fact,
            value: given(fact.value),
            label: fact.label,
            counted: fact.counted,
        }
    }
}

impl From<declic_routing::Change> for Change {
    fn from(change: declic_routing::Change) -> Change {
        let slugs = |slugs: &[declic_routing::AgencySlug]| slugs.iter().map(ToString::to_string).collect();
        Change {
            fact: change.fact.to_string(),
            value: given(change.value.clone()),
            label: change.text_fr(),
            outcome: Outcome::as_str(change.outcome),
            agencies: slugs(&change.agencies),
            candidates: slugs(&change.candidates),
        }
    }
}

impl From<v1::RoutingChange> for Change {
    fn from(change: v1::RoutingChange) -> Change {
        Change {
            outcome: bare(change.outcome().as_str_name(), "ROUTING_OUTCOME_"),
            fact: change.fact,
            value: given(change.value),
            label: change.label,
            agencies: change.agencies,
            candidates: change.candidates,
        }
    }
}

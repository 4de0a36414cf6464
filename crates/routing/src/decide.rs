//! The one routing function: facts and a ruleset in, a decision with its reasons out.

pub(crate) mod case;
pub(crate) mod holder;
mod place;
mod sentence;
mod sides;
mod trace;

use crate::facts::{FactName, Facts, Regime, Stage};
use crate::reasons;
use crate::ruleset::{Lead, Ruleset};
use crate::territory::AgencySlug;

use sides::Sides;
use trace::Trace;

/// What routing says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which of the three.
    pub outcome: Outcome,
    /// The competent agencies, the leading one first; empty unless routed.
    pub agencies: Vec<AgencySlug>,
    /// The agencies that may be competent; empty when routed.
    pub candidates: Vec<AgencySlug>,
    /// The fact that would settle it; only with [`Outcome::Question`].
    pub question: Option<Question>,
    /// Version of the ruleset.
    pub ruleset: String,
    /// Stable names of the rules that spoke, the benefit's first.
    pub rules: Vec<String>,
    /// French lines, one per fact used, with the law; never empty.
    pub reasons: Vec<String>,
    /// Which of the reasons says why these agencies.
    pub(crate) because: usize,
    /// French lines: a fact, and the agency it would lead to.
    pub would_change: Vec<String>,
    /// How sure the rules and their sources are.
    pub confidence: Confidence,
    /// The facts that counted, in the order of the input, each once.
    pub facts_used: Vec<FactName>,
    /// The stage that counted where nobody gave one: the one that the blockage tells, when it makes a difference.
    pub(crate) stage: Option<Stage>,
    /// The regime that counted: the one given, or the one that another fact implies.
    pub(crate) regime: Regime,
}

/// The three outcomes of routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The agencies are known.
    Routed,
    /// One more fact would settle it.
    Question,
    /// People decide.
    Triage,
}

/// The fact to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in the input.
    pub fact: FactName,
    /// The question, in French.
    pub text_fr: String,
}

/// How sure the rules and their sources are, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The text of law, or two sources that agree.
    High,
    /// One good source, or an assumption said in the reasons.
    Medium,
    /// No rule, or sources that do not settle it.
    Low,
}

impl Decision {
    /// Of the reasons, the one that says why these agencies, this question, or triage.
    #[must_use]
    pub fn because(&self) -> &str {
        self.reasons.get(self.because).map_or("", String::as_str)
    }
}

impl Outcome {
    /// "ROUTED", "QUESTION" or "TRIAGE".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Routed => "ROUTED",
            Outcome::Question => "QUESTION",
            Outcome::Triage => "TRIAGE",
        }
    }
}

impl Confidence {
    /// "HIGH", "MEDIUM" or "LOW".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::High => "HIGH",
            Confidence::Medium => "MEDIUM",
            Confidence::Low => "LOW",
        }
    }
}

/// Finds the competent agencies. Pure and total: the same facts on the same ruleset give the same decision, and
/// every combination of facts gives exactly one outcome.
#[must_use]
pub fn route(facts: &Facts, rules: &Ruleset) -> Decision {
    let mut trace = Trace::new(facts, rules);
    let Some(rule) = rules.benefit(facts.benefit) else {
        return trace.triage(Vec::new(), "Aucune règle ne décrit cette prestation.".to_owned());
    };
    trace.confidence = rule.confidence;
    trace.reasons.push(reasons::benefit(facts.benefit, &rule.law));
    if !rule.note.is_empty() {
        trace.reasons.push(rule.note.clone());
    }
    let blockage = trace.blockage();
    let Some(sides) = Sides::new(facts, rules, rule, blockage) else {
        let place = place::undescribed(facts, rules, rule);
        return trace.triage(Vec::new(), reasons::no_bodies(&place));
    };
    if blockage.is_some_and(|blockage| blockage.leads_to == Lead::Advice) {
        let candidates = sides.decides.named().to_vec();
        return trace.triage(candidates, "Conseil\u{a0}: vérifier le droit par une simulation et déposer la demande\u{a0}; rien n’est encore à débloquer.".to_owned());
    }
    sides.decide(trace)
}

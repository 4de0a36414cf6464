//! What is gathered on the way to a decision, and the decision made of it.

use crate::facts::{FactName, FactSet, Facts, Regime, Stage};
use crate::reasons;
use crate::ruleset::{BlockageRule, Ruleset};
use crate::territory::AgencySlug;

use super::case::{Answer, Case, Finding};
use super::{Confidence, Decision, Outcome, Question, sentence};

/// What is gathered on the way to a decision.
pub(crate) struct Trace<'a> {
    facts: &'a Facts,
    rules: &'a Ruleset,
    named: Vec<String>,
    pub reasons: Vec<String>,
    because: usize,
    changes: Vec<String>,
    pub used: FactSet,
    pub confidence: Confidence,
    /// The stage that the blockage tells.
    pub stage: Option<Stage>,
    /// The regime that counts.
    pub regime: Regime,
}

impl<'a> Trace<'a> {
    pub(crate) fn new(facts: &'a Facts, rules: &'a Ruleset) -> Trace<'a> {
        Trace {
            facts,
            rules,
            named: vec![format!("benefit.{}", facts.benefit.code)],
            reasons: Vec::with_capacity(8),
            because: 0,
            changes: Vec::new(),
            used: FactSet::of(&[FactName::Commune, FactName::Benefit]),
            confidence: Confidence::High,
            stage: None,
            regime: facts.regime,
        }
    }

    /// What the blockage leads to, said in the reasons; none when none is given, or no rule describes it.
    pub(crate) fn blockage(&mut self) -> Option<&'a BlockageRule> {
        let blockage = self.facts.blockage?;
        self.used.add(FactName::Blockage);
        let Some(rule) = self.rules.blockage(blockage) else {
            self.reasons.push(format!(
                "Aucune règle ne dit à qui mène «\u{a0}{}\u{a0}».",
                blockage.label_fr
            ));
            return None;
        };
        self.named.push(format!("blockage.{}", blockage.code));
        self.reasons.push(rule.reason.clone());
        Some(rule)
    }

    /// One more line of what would change the answer.
    pub(crate) fn change(&mut self, line: String) {
        if !self.changes.contains(&line) {
            self.changes.push(line);
        }
    }

    /// People decide, for this reason.
    pub(crate) fn triage(mut self, candidates: Vec<AgencySlug>, reason: String) -> Decision {
        self.because = self.reasons.len();
        self.reasons.push(reason);
        self.confidence = Confidence::Low;
        self.decision(Outcome::Triage, Vec::new(), candidates, None)
    }

    /// The decision of a finding in its case; `sides` are the leading bodies of who decides and who pays.
    pub(crate) fn conclude(
        mut self,
        case: &Case<'_>,
        chosen: Finding,
        sides: [Option<AgencySlug>; 2],
    ) -> Decision {
        self.named.extend(sentence::names(case, &chosen));
        self.used = self.used.and(chosen.used);
        self.confidence = self.confidence.max(chosen.confidence);
        self.because = self.reasons.len();
        self.reasons.push(sentence::reason(case, &chosen));
        for change in sentence::changes(case, &chosen) {
            self.change(change);
        }
        match chosen.answer {
            Answer::Bodies(agencies) => {
                self.seized(&agencies);
                self.decision(Outcome::Routed, agencies, Vec::new(), None)
            }
            Answer::Ask { fact, candidates } => {
                let [decides, pays] = sides.map(|slug| slug.map(|slug| self.rules.territory().name_of(slug)));
                let text_fr = reasons::question(fact, decides, pays);
                self.decision(
                    Outcome::Question,
                    Vec::new(),
                    candidates,
                    Some(Question { fact, text_fr }),
                )
            }
            Answer::Unsettled { candidates } => self.decision(Outcome::Triage, Vec::new(), candidates, None),
        }
    }

    /// A body already seized is never passed over in silence.
    fn seized(&mut self, agencies: &[AgencySlug]) {
        let Some(seized) = self
            .facts
            .seized_body
            .filter(|_| !self.used.contains(FactName::SeizedBody))
        else {
            return;
        };
        let name = self.rules.territory().name_of(seized);
        self.used.add(FactName::SeizedBody);
        self.reasons.push(if agencies.contains(&seized) {
            format!("Organisme déjà saisi, et compétent\u{a0}: {name}.")
        } else {
            format!("Organisme déjà saisi, non compétent, qui doit transmettre (CRPA L114-2)\u{a0}: {name}.")
        });
    }

    fn decision(
        mut self,
        outcome: Outcome,
        agencies: Vec<AgencySlug>,
        candidates: Vec<AgencySlug>,
        question: Option<Question>,
    ) -> Decision {
        if let Some(line) = reasons::without_effect(self.facts, self.used) {
            self.reasons.push(line);
        }
        Decision {
            outcome,
            agencies,
            candidates,
            question,
            ruleset: self.rules.version().to_owned(),
            rules: self.named,
            reasons: self.reasons,
            because: self.because,
            would_change: self.changes,
            confidence: self.confidence,
            facts_used: self.used.iter().collect(),
            stage: self.stage,
            regime: self.regime,
        }
    }
}

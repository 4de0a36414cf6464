//! The proof that every combination has exactly one outcome: all of them, routed one by one.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::catalogue::Benefit;
use crate::decide::{Decision, Outcome, route};
use crate::facts::{Facts, Regime, Stage};
use crate::ruleset::Ruleset;
use crate::territory::{AgencySlug, Resolved, UnknownCommune};

/// What became of the combinations gone through so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Total {
    /// Decisions made.
    pub decisions: u64,
    /// Of them, routed to an agency.
    pub routed: u64,
    /// Of them, with a question.
    pub questions: u64,
    /// Of them, for a triage desk.
    pub triage: u64,
    /// How many times each agency leads.
    pub by_agency: BTreeMap<AgencySlug, u64>,
    /// Combinations that no rule describes, or whose outcome is not one: at most [`Total::MOST_HOLES`] of them.
    pub holes: Vec<Hole>,
    /// How many there are.
    pub holes_found: u64,
}

/// A combination without a proper outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// INSEE code, as gone through.
    pub commune: String,
    /// Code of the benefit.
    pub benefit: &'static str,
    /// Regime.
    pub regime: Regime,
    /// Stage.
    pub stage: Stage,
    /// What is wrong.
    pub problem: &'static str,
}

impl Total {
    /// Holes that are kept to be shown.
    pub const MOST_HOLES: usize = 20;

    /// Goes through every benefit, regime and stage at one commune, arrondissement or former code.
    ///
    /// # Errors
    /// [`UnknownCommune`] when the code is none of these.
    pub fn add(&mut self, rules: &Ruleset, code: &str, on_date: Date) -> Result<(), UnknownCommune> {
        let commune = rules.territory().commune(code)?;
        for benefit in Benefit::all() {
            let mut facts = bare(commune, benefit, on_date);
            for regime in [
                Regime::General,
                Regime::Agricultural,
                Regime::Other,
                Regime::Unknown,
            ] {
                for stage in [Stage::Decision, Stage::Payment] {
                    (facts.regime, facts.stage) = (regime, Some(stage));
                    self.count(&facts, stage, &route(&facts, rules));
                }
            }
        }
        Ok(())
    }

    /// Adds what became of other combinations.
    pub fn merge(&mut self, other: Total) {
        self.decisions += other.decisions;
        self.routed += other.routed;
        self.questions += other.questions;
        self.triage += other.triage;
        for (agency, count) in other.by_agency {
            *self.by_agency.entry(agency).or_default() += count;
        }
        self.holes_found += other.holes_found;
        self.holes.extend(other.holes);
        self.holes.truncate(Self::MOST_HOLES);
    }

    fn count(&mut self, facts: &Facts, stage: Stage, decision: &Decision) {
        self.decisions += 1;
        let (agencies, candidates) = (&decision.agencies, &decision.candidates);
        let asked = decision.question.is_some();
        let problem = match decision.outcome {
            Outcome::Routed => {
                self.routed += 1;
                if let Some(leads) = agencies.first() {
                    *self.by_agency.entry(*leads).or_default() += 1;
                }
                (agencies.is_empty() || !candidates.is_empty() || asked).then_some("routed without an agency")
            }
            Outcome::Question => {
                self.questions += 1;
                (!agencies.is_empty() || !asked).then_some("a question that is not asked")
            }
            Outcome::Triage => {
                self.triage += 1;
                let no_rule = decision.rules.iter().any(|rule| rule == "power.no-rule");
                let nothing = decision.rules.len() == 1 && decision.reasons.len() == 1;
                (!agencies.is_empty() || asked || no_rule || nothing).then_some("no rule speaks")
            }
        };
        if let Some(problem) = problem {
            self.holes_found += 1;
            if self.holes.len() < Self::MOST_HOLES {
                self.holes.push(Hole {
                    commune: facts.commune.given.to_owned(),
                    benefit: facts.benefit.code,
                    regime: facts.regime,
                    stage,
                    problem,
                });
            }
        }
    }
}

/// Facts of which only place, benefit and date are known.
fn bare(commune: Resolved, benefit: &'static Benefit, on_date: Date) -> Facts {
    Facts {
        commune,
        regime: Regime::Unknown,
        benefit,
        blockage: None,
        stage: None,
        relief_domicile: None,
        elected_domicile: None,
        paying_body: None,
        seized_body: None,
        agricultural_status: None,
        local_scheme: None,
        has_basic_pension: None,
        special_scheme: None,
        life_event: None,
        urgent: false,
        on_date,
    }
}

//! The proof that every combination has exactly one outcome: all of them, routed one by one.
//!
//! Of a [`Jurisdiction`], one commune stands for all: tests hold that each of its codes gets the same decisions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::catalogue::Benefit;
use crate::decide::{Decision, Outcome, route};
use crate::facts::{Facts, Regime, Stage};
use crate::ruleset::Ruleset;
use crate::territory::{AgencySlug, Grouping, Resolved, UnknownCommune};

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
    pub gap: Gap,
}

/// What is wrong with an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Routed, and not to one answer.
    NoAgency,
    /// A question that is not asked.
    NoQuestion,
    /// No rule speaks.
    NoRule,
}

impl Gap {
    /// All of them.
    pub const ALL: [Gap; 3] = [Gap::NoAgency, Gap::NoQuestion, Gap::NoRule];

    /// Stable code, for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Gap::NoAgency => "NO_AGENCY",
            Gap::NoQuestion => "NO_QUESTION",
            Gap::NoRule => "NO_RULE",
        }
    }
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
        let gap = match decision.outcome {
            Outcome::Routed => {
                self.routed += 1;
                if let Some(leads) = agencies.first() {
                    *self.by_agency.entry(*leads).or_default() += 1;
                }
                (agencies.is_empty() || !candidates.is_empty() || asked).then_some(Gap::NoAgency)
            }
            Outcome::Question => {
                self.questions += 1;
                (!agencies.is_empty() || !asked).then_some(Gap::NoQuestion)
            }
            Outcome::Triage => {
                self.triage += 1;
                let no_rule = decision.rules.iter().any(|rule| rule == "power.no-rule");
                let nothing = decision.rules.len() == 1 && decision.reasons.len() == 1;
                (!agencies.is_empty() || asked || no_rule || nothing).then_some(Gap::NoRule)
            }
        };
        if let Some(gap) = gap {
            self.holes_found += 1;
            if self.holes.len() < Self::MOST_HOLES {
                self.holes.push(Hole {
                    commune: facts.commune.given.to_owned(),
                    benefit: facts.benefit.code,
                    regime: facts.regime,
                    stage,
                    gap,
                });
            }
        }
    }
}

/// Communes that no rule tells apart, with every code that leads to one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// INSEE codes of communes, arrondissements and former communes, each as it is given; never empty. The first is the
    /// largest commune.
    pub codes: Vec<&'static str>,
}

/// Every code of the territory, each in one jurisdiction.
///
/// Routing knows a commune by its département, which has its bodies, by its grouping, which some rules ask for and
/// sentences name, and by its own code where a rule names it: those who share all of these are one.
#[must_use]
pub fn jurisdictions(rules: &Ruleset) -> Vec<Jurisdiction> {
    let territory = rules.territory();
    let named: BTreeSet<&str> = rules.communes_named().collect();
    let mut places: BTreeMap<_, Vec<(bool, u32, &'static str)>> = BTreeMap::new();
    let codes = territory.communes().iter().map(|commune| commune.code);
    for code in codes.chain(territory.other_codes()) {
        let Ok(Resolved { commune, given, .. }) = territory.commune(code) else {
            continue;
        };
        let grouping = commune.grouping.map(|grouping| match grouping {
            Grouping::Metropole(name) => name,
            Grouping::MetropoleLyon => "metropole-lyon",
            Grouping::MetropoleEuropeenneLille => "metropole-europeenne-lille",
            Grouping::Seignanx => "seignanx",
        });
        let key = (commune.departement, grouping, named.get(commune.code).copied());
        let population = if given == commune.code {
            commune.population
        } else {
            0
        };
        places
            .entry(key)
            .or_default()
            .push((given == commune.code, population, given));
    }
    let mut of_place = places.into_values().collect::<Vec<_>>();
    for codes in &mut of_place {
        codes.sort_by_key(|(current, population, code)| (!*current, std::cmp::Reverse(*population), *code));
    }
    let jurisdictions = of_place.into_iter().map(|codes| Jurisdiction {
        codes: codes.into_iter().map(|(.., code)| code).collect(),
    });
    jurisdictions.collect()
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

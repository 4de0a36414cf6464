//! A case as the rules look at it: the facts, the place that counts, the regime that counts.

use crate::facts::{FactName, FactSet, Facts, Regime};
use crate::ruleset::condition::{
    Seen, SeenBody, grouping_bit, implied_regime, regime_bit, scheme_bit, stage_bit, status_bit,
    yes_or_no_bit,
};
use crate::ruleset::{Body, BodyOf, RuleId, Ruleset};
use crate::territory::{AgencySlug, Commune, Departement, Territory};

use super::Confidence;

/// What the powers are asked about.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub facts: &'a Facts,
    pub rules: &'a Ruleset,
    /// The commune by which the body is found: residence, domicile de secours or elected domicile.
    pub place: &'static Commune,
    pub departement: &'static Departement,
    /// The regime given, or the one that another fact implies.
    pub regime: Regime,
    pub seen: Seen,
}

/// Who holds a power in a case, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub answer: Answer,
    /// The body that its sentence speaks of, where others come before it.
    pub subject: Option<AgencySlug>,
    /// The rules that spoke, the one that was asked last.
    pub chain: Vec<RuleId>,
    /// What no rule says, said by routing itself.
    pub said: Option<Said>,
    pub confidence: Confidence,
    /// The facts that led here, beyond place and benefit.
    pub used: FactSet,
}

/// A finding of routing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// Stable name.
    pub name: &'static str,
    /// One French line.
    pub reason: String,
}

/// The answer of one power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// These bodies, the leading one first.
    Bodies(Vec<AgencySlug>),
    /// One more fact settles it.
    Ask {
        fact: FactName,
        candidates: Vec<AgencySlug>,
    },
    /// No rule settles it.
    Unsettled { candidates: Vec<AgencySlug> },
}

impl<'a> Case<'a> {
    /// A case seen from a place; none where no table describes its territory.
    pub(crate) fn new(facts: &'a Facts, rules: &'a Ruleset, place: &'static Commune) -> Option<Case<'a>> {
        let territory = rules.territory();
        let at = territory.departement_place(place.departement)?;
        let (scheme, status) = (scheme_bit(facts), status_bit(facts.agricultural_status));
        let regime = implied_regime(facts.regime, scheme, status);
        let seen = Seen {
            departement: 1 << at,
            grouping: grouping_bit(place),
            commune: place.code,
            benefit: 1 << facts.benefit.position,
            regime: regime_bit(regime),
            scheme,
            agricultural_status: status,
            local_scheme: yes_or_no_bit(facts.local_scheme),
            has_basic_pension: yes_or_no_bit(facts.has_basic_pension),
            stage: stage_bit(facts.stage),
            paying_body: SeenBody::of(facts.paying_body),
            seized_body: SeenBody::of(facts.seized_body),
            on_date: facts.on_date,
        };
        Some(Case {
            facts,
            rules,
            place,
            departement: territory.departements().get(at)?,
            regime,
            seen,
        })
    }

    pub(crate) fn territory(&self) -> &'static Territory {
        self.rules.territory()
    }

    pub(crate) fn name(&self, slug: AgencySlug) -> &'static str {
        self.territory().name_of(slug)
    }

    pub(crate) fn with_regime(&self, regime: Regime) -> Self {
        let mut other = *self;
        other.regime = regime;
        other.seen.regime = regime_bit(regime);
        other
    }

    /// The body that a rule names, where there is one.
    pub(crate) fn body(&self, body: Body) -> Option<AgencySlug> {
        match body {
            Body::Agency(slug) => Some(slug),
            Body::Of(of) => self.body_of(of),
        }
    }

    /// The body of the place, or the one given as a fact.
    pub(crate) fn body_of(&self, of: BodyOf) -> Option<AgencySlug> {
        match of {
            BodyOf::PayingBody => self.facts.paying_body,
            BodyOf::SeizedBody => self.facts.seized_body,
            BodyOf::FormerBody => self.seen.former_body().slug,
            of_place => self.departement.body(of_place),
        }
    }
}

impl Finding {
    pub(crate) fn new(answer: Answer) -> Finding {
        let confidence = match answer {
            Answer::Unsettled { .. } => Confidence::Low,
            Answer::Bodies(_) | Answer::Ask { .. } => Confidence::High,
        };
        Finding {
            answer,
            subject: None,
            chain: Vec::with_capacity(2),
            said: None,
            confidence,
            used: FactSet::EMPTY,
        }
    }

    /// A finding of routing itself.
    pub(crate) fn said(name: &'static str, answer: Answer, reason: String) -> Finding {
        Finding {
            said: Some(Said { name, reason }),
            ..Finding::new(answer)
        }
    }

    pub(crate) fn using(mut self, facts: FactSet) -> Finding {
        self.used = self.used.and(facts);
        self
    }

    pub(crate) fn at_most(mut self, confidence: Confidence) -> Finding {
        self.confidence = self.confidence.max(confidence);
        self
    }

    /// The bodies named, whatever the answer.
    pub(crate) fn named(&self) -> &[AgencySlug] {
        match &self.answer {
            Answer::Bodies(slugs) => slugs,
            Answer::Ask { candidates, .. } | Answer::Unsettled { candidates } => candidates,
        }
    }

    /// Whether this body is among those found.
    pub(crate) fn settles_on(&self, slug: AgencySlug) -> bool {
        matches!(&self.answer, Answer::Bodies(slugs) if slugs.contains(&slug))
    }
}

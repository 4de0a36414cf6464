//! A case as the rules look at it: the facts, the place that counts, the regime that counts.

use crate::facts::{AgriculturalStatus, FactName, Facts, Regime};
use crate::ruleset::Ruleset;
use crate::territory::{AgencySlug, Commune, Departement, Territory};

use super::Confidence;

/// What the powers are asked about.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub facts: &'a Facts,
    pub rules: &'a Ruleset,
    /// The commune by which the body is found: residence, domicile de secours or elected domicile.
    pub place: &'static Commune,
    pub departement: &'static Departement,
    /// The regime given, or the one that another fact implies.
    pub regime: Regime,
}

/// Who holds a power in a case, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub answer: Answer,
    /// Stable name of the rule.
    pub rule: &'static str,
    /// One French line, with the law.
    pub reason: String,
    pub confidence: Confidence,
    /// The facts that led here, beyond place and benefit.
    pub used: Vec<FactName>,
    /// What would change the answer, in French.
    pub changes: Vec<String>,
}

/// The answer of one power.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
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

/// The special scheme given, as far as the rules know it.
pub enum Scheme<'a> {
    NotGiven,
    /// No special scheme.
    Common,
    /// An independent: no special scheme, and not the regime of employees.
    Independent,
    /// A national body with its own slug.
    Own(&'static str),
    /// A scheme that no rule knows.
    Unknown(&'a str),
}

impl Case<'_> {
    pub fn territory(&self) -> &'static Territory {
        self.rules.territory()
    }

    pub fn name(&self, slug: AgencySlug) -> &'static str {
        self.territory().name_of(slug)
    }

    /// Overseas territory with bodies of its own, whatever the regime in most cases.
    pub fn overseas(&self) -> bool {
        self.departement.code.len() == 3
    }

    pub fn in_departement(&self, codes: &[&str]) -> bool {
        codes.contains(&self.departement.code)
    }

    pub fn with_regime(&self, regime: Regime) -> Self {
        Case { regime, ..*self }
    }

    pub fn self_employed_farmer(&self) -> Option<bool> {
        self.facts
            .agricultural_status
            .map(|status| status == AgriculturalStatus::SelfEmployed)
    }

    pub fn scheme(&self) -> Scheme<'_> {
        match self.facts.special_scheme.as_deref() {
            None => Scheme::NotGiven,
            Some("none" | "aucun") => Scheme::Common,
            Some("independent" | "independants" | "indépendants" | "ssi") => Scheme::Independent,
            Some("enim") => Scheme::Own("enim"),
            Some("sre") => Scheme::Own("sre"),
            Some("cnracl") => Scheme::Own("cnracl"),
            Some("agirc-arrco" | "agirc_arrco") => Scheme::Own("agirc-arrco"),
            Some(other) => Scheme::Unknown(other),
        }
    }

    /// A body of the directory by its slug; the caller handles a directory without it.
    pub fn body(&self, slug: &str) -> Option<AgencySlug> {
        self.territory().agency(slug).map(|agency| agency.slug)
    }
}

impl Finding {
    pub fn body(rule: &'static str, slug: AgencySlug, reason: String) -> Finding {
        Finding::bodies(rule, vec![slug], reason)
    }

    pub fn bodies(rule: &'static str, slugs: Vec<AgencySlug>, reason: String) -> Finding {
        Finding::new(rule, Answer::Bodies(slugs), reason)
    }

    pub fn ask(rule: &'static str, fact: FactName, candidates: Vec<AgencySlug>, reason: String) -> Finding {
        Finding::new(rule, Answer::Ask { fact, candidates }, reason).using(&[fact])
    }

    pub fn unsettled(rule: &'static str, candidates: Vec<AgencySlug>, reason: String) -> Finding {
        Finding::new(rule, Answer::Unsettled { candidates }, reason).at_most(Confidence::Low)
    }

    /// A national body named by the rules; without it in the directory, nothing is settled.
    pub fn national(case: &Case<'_>, rule: &'static str, slug: &str, reason: String) -> Finding {
        match case.body(slug) {
            Some(slug) => Finding::body(rule, slug, reason),
            None => Finding::unsettled(rule, Vec::new(), reason),
        }
    }

    pub fn using(mut self, facts: &[FactName]) -> Finding {
        self.used.extend_from_slice(facts);
        self
    }

    pub fn at_most(mut self, confidence: Confidence) -> Finding {
        self.confidence = self.confidence.max(confidence);
        self
    }

    pub fn changed_by(mut self, change: String) -> Finding {
        self.changes.push(change);
        self
    }

    /// The bodies named, whatever the answer.
    pub fn named(&self) -> &[AgencySlug] {
        match &self.answer {
            Answer::Bodies(slugs) => slugs,
            Answer::Ask { candidates, .. } | Answer::Unsettled { candidates } => candidates,
        }
    }

    /// Whether this body is among those found.
    pub fn settles_on(&self, slug: AgencySlug) -> bool {
        matches!(&self.answer, Answer::Bodies(slugs) if slugs.contains(&slug))
    }

    fn new(rule: &'static str, answer: Answer, reason: String) -> Finding {
        Finding {
            answer,
            rule,
            reason,
            confidence: Confidence::High,
            used: Vec::new(),
            changes: Vec::new(),
        }
    }
}

//! What to know of a ruleset before it is activated: rules that never speak, situations that no rule describes,
//! questions that settle nothing, dates that come.
//!
//! Every situation that its rules tell apart is gone through, not every commune: places, bodies, dates and facts that no
//! rule distinguishes are one. A power is asked for the benefits and stages for which it answers, on today and on the
//! days on which a rule begins or ends. [`crate::total`] goes through every commune by routing itself.

mod asking;
mod situations;
mod told;

use jiff::civil::Date;

use crate::catalogue::{Benefit, Blockage};
use crate::facts::FactName;
use crate::ruleset::{Example, Ruleset};
use crate::territory::AgencySlug;

use asking::Asking;

/// One thing to know of a ruleset.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remark {
    /// Line of the rule in its file, from 1; 0 when it is not about one.
    pub line: usize,
    /// What it is.
    pub matter: Matter,
}

/// What is to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// Conditions that never hold together.
    Unreachable {
        /// Name of the rule.
        rule: String,
        /// The power it is of.
        power: String,
    },
    /// Others always speak before it.
    Shadowed {
        /// Name of the rule.
        rule: String,
        /// The power it is of.
        power: String,
        /// The rules that speak instead.
        by: Vec<String>,
    },
    /// No rule of a power speaks.
    Uncovered {
        /// The power.
        power: String,
        /// The situation: place, benefit, regime, stage, what else is given, and the day.
        example: Example,
    },
    /// Rules tell so many situations apart that not all of them can be gone through.
    TooManySituations {
        /// The power that asks them.
        power: String,
        /// How many there are.
        count: u128,
        /// How many are gone through, for all powers together.
        most: u128,
    },
    /// A rule names a body that is not there.
    NoBody {
        /// Name of the rule.
        rule: String,
        /// A situation in which it speaks.
        example: Example,
    },
    /// Every answer to a question leads to the same body.
    IdleQuestion {
        /// Name of the rule.
        rule: String,
        /// The fact asked for.
        fact: FactName,
        /// A situation in which it is asked.
        example: Example,
    },
    /// No benefit and no rule asks a power.
    UnusedPower {
        /// The power.
        power: String,
    },
    /// A benefit of the catalogue without a line: triage.
    NoBenefit {
        /// Its code.
        benefit: &'static str,
    },
    /// A blockage of the list without a line: the stage is asked.
    NoBlockage {
        /// Its code.
        blockage: &'static str,
    },
    /// The agency receives nothing: it has no active desk.
    NoDesk {
        /// The agency.
        agency: AgencySlug,
    },
    /// The last day is over.
    Ended {
        /// Name of the rule.
        rule: String,
        /// Its last day.
        until: Date,
    },
    /// The last day comes, and what then speaks.
    EndsSoon {
        /// Name of the rule.
        rule: String,
        /// Its last day.
        until: Date,
        /// The rules that speak the day after, in the situations in which it speaks.
        then: Vec<String>,
    },
}

impl Matter {
    /// Stable code, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Matter::Unreachable { .. } => "UNREACHABLE",
            Matter::Shadowed { .. } => "SHADOWED",
            Matter::Uncovered { .. } => "UNCOVERED",
            Matter::TooManySituations { .. } => "TOO_MANY_SITUATIONS",
            Matter::NoBody { .. } => "NO_BODY",
            Matter::IdleQuestion { .. } => "IDLE_QUESTION",
            Matter::UnusedPower { .. } => "UNUSED_POWER",
            Matter::NoBenefit { .. } => "NO_BENEFIT",
            Matter::NoBlockage { .. } => "NO_BLOCKAGE",
            Matter::NoDesk { .. } => "NO_DESK",
            Matter::Ended { .. } => "ENDED",
            Matter::EndsSoon { .. } => "ENDS_SOON",
        }
    }

    /// Whether a ruleset with this remark may not be activated.
    #[must_use]
    pub fn forbids(&self) -> bool {
        match self {
            Matter::Unreachable { .. }
            | Matter::Shadowed { .. }
            | Matter::Uncovered { .. }
            | Matter::TooManySituations { .. }
            | Matter::NoBody { .. }
            | Matter::NoBenefit { .. }
            | Matter::NoBlockage { .. } => true,
            Matter::IdleQuestion { .. }
            | Matter::UnusedPower { .. }
            | Matter::NoDesk { .. }
            | Matter::Ended { .. }
            | Matter::EndsSoon { .. } => false,
        }
    }
}

/// All there is to know of a ruleset on a day, in the order of its lines. `has_desk` tells whether an agency of the
/// directory receives cases; it is asked about every agency that a rule may name, wherever it speaks.
#[must_use]
pub fn check(rules: &Ruleset, today: Date, has_desk: impl Fn(AgencySlug) -> bool) -> Vec<Remark> {
    let mut asking = Asking::new(rules, today);
    for remark in catalogue(rules) {
        asking.remark(0, remark);
    }
    asking.ask_all();
    let (mut remarks, named) = asking.conclude();
    for (agency, line) in named {
        if !has_desk(agency) {
            let matter = Matter::NoDesk { agency };
            remarks.insert(Remark { line, matter });
        }
    }
    remarks.into_iter().collect()
}

/// Benefits and blockages without a line.
fn catalogue(rules: &Ruleset) -> impl Iterator<Item = Matter> {
    let benefits = Benefit::all()
        .iter()
        .filter(|benefit| rules.benefit(benefit).is_none());
    let benefits = benefits.map(|benefit| Matter::NoBenefit {
        benefit: benefit.code,
    });
    let blockages = Blockage::all()
        .iter()
        .filter(|blockage| rules.blockage(blockage).is_none());
    benefits.chain(blockages.map(|blockage| Matter::NoBlockage {
        blockage: blockage.code,
    }))
}

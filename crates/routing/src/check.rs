//! What to know of a ruleset before it is activated: rules that never speak, situations that no rule describes,
//! questions that settle nothing, dates that come.
//!
//! Every situation that its rules tell apart is gone through, not every commune: places, dates and facts that no rule
//! distinguishes are one. [`crate::total`] goes through all of them by routing itself.

mod situations;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::catalogue::{Benefit, Blockage};
use crate::facts::FactName;
use crate::ruleset::{Candidate, PowerId, RuleId, Ruleset, Then};
use crate::territory::AgencySlug;

use situations::{Situation, Situations};

/// Days before the end of a rule from which it is told.
const NOTICE: i64 = 180;

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
        /// A situation in which it is asked.
        example: String,
    },
    /// A rule names a body that is not there.
    NoBody {
        /// Name of the rule.
        rule: String,
        /// A situation in which it speaks.
        example: String,
    },
    /// Every answer to a question leads to the same body.
    IdleQuestion {
        /// Name of the rule.
        rule: String,
        /// The fact asked for.
        fact: FactName,
        /// A situation in which it is asked.
        example: String,
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
    /// Whether a ruleset with this remark may not be activated.
    #[must_use]
    pub fn forbids(&self) -> bool {
        match self {
            Matter::Unreachable { .. }
            | Matter::Shadowed { .. }
            | Matter::Uncovered { .. }
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
/// directory receives cases.
#[must_use]
pub fn check(rules: &Ruleset, today: Date, has_desk: impl Fn(AgencySlug) -> bool) -> Vec<Remark> {
    let mut checked = Checked {
        rules,
        remarks: BTreeSet::new(),
        asked: BTreeMap::new(),
        named: BTreeSet::new(),
        after: BTreeMap::new(),
        today,
    };
    checked.catalogue();
    for root in rules.roots() {
        let situations = Situations::of(rules, root);
        for situation in situations.all() {
            checked.ask(root, &situation);
        }
    }
    checked.conclude();
    checked.dates();
    for agency in std::mem::take(&mut checked.named) {
        if !has_desk(agency) {
            checked.remark(0, Matter::NoDesk { agency });
        }
    }
    checked.remarks.into_iter().collect()
}

struct Checked<'r> {
    rules: &'r Ruleset,
    remarks: BTreeSet<Remark>,
    /// Of each power that is asked, its rules.
    asked: BTreeMap<PowerId, BTreeMap<RuleId, Heard>>,
    named: BTreeSet<AgencySlug>,
    /// What speaks the day after a rule's last.
    after: BTreeMap<RuleId, BTreeSet<String>>,
    today: Date,
}

/// What became of a rule of a power.
#[derive(Default)]
struct Heard {
    held: bool,
    spoke: bool,
    /// The rules that spoke where it held.
    instead: BTreeSet<RuleId>,
}

/// What a power answers in a situation, as far as bodies go.
#[derive(PartialEq, Eq)]
enum Answer {
    Bodies(Vec<AgencySlug>),
    Other,
}

impl Checked<'_> {
    fn remark(&mut self, line: usize, matter: Matter) {
        self.remarks.insert(Remark { line, matter });
    }

    fn catalogue(&mut self) {
        for benefit in Benefit::all() {
            if self.rules.benefit(benefit).is_none() {
                self.remark(
                    0,
                    Matter::NoBenefit {
                        benefit: benefit.code,
                    },
                );
            }
        }
        for blockage in Blockage::all() {
            if self.rules.blockage(blockage).is_none() {
                self.remark(
                    0,
                    Matter::NoBlockage {
                        blockage: blockage.code,
                    },
                );
            }
        }
    }

    /// Asks a power in a situation, and every power that the rule that speaks asks.
    fn ask(&mut self, power: PowerId, situation: &Situation) {
        let rules = self.rules;
        let heard = self.asked.entry(power).or_insert_with(|| {
            let of_power = rules.power(power).rules.iter();
            of_power.map(|id| (*id, Heard::default())).collect()
        });
        let mut speaks = None;
        for id in &rules.power(power).rules {
            if !rules.rule(*id).when.holds(&situation.seen) {
                continue;
            }
            let heard = heard.entry(*id).or_default();
            heard.held = true;
            match speaks {
                None => {
                    heard.spoke = true;
                    speaks = Some(*id);
                }
                Some(first) => {
                    heard.instead.insert(first);
                }
            }
        }
        let Some(id) = speaks else {
            let (power, example) = (rules.power(power).name.clone(), situation.describe());
            let known = |remark: &Remark| matches!(&remark.matter, Matter::Uncovered { power: other, .. } if *other == power);
            if !self.remarks.iter().any(known) {
                self.remark(0, Matter::Uncovered { power, example });
            }
            return;
        };
        self.rule_speaks(power, id, situation);
    }

    fn rule_speaks(&mut self, power: PowerId, id: RuleId, situation: &Situation) {
        let rules = self.rules;
        let rule = rules.rule(id);
        if let Some(until) = rule.until().filter(|until| *until >= situation.seen.on_date)
            && let Ok(next) = until.tomorrow()
        {
            let mut later = situation.clone();
            later.seen.on_date = next;
            if let Some(then) = speaker(rules, power, &later) {
                self.after
                    .entry(id)
                    .or_default()
                    .insert(rules.rule(then).name.clone());
            }
        }
        match &rule.then {
            Then::Bodies(bodies) => {
                for body in bodies {
                    match situation.body(*body) {
                        Some(agency) => {
                            self.named.insert(agency);
                        }
                        None => self.no_body(id, situation),
                    }
                }
            }
            Then::Ask { fact, candidates } => {
                self.ask_candidates(candidates, situation);
                self.idle(power, id, *fact, situation);
            }
            Then::Triage(candidates) => self.ask_candidates(candidates, situation),
            Then::As { power, .. } => self.ask(*power, situation),
        }
        for asked in rule.powers_in_sentences() {
            self.ask(asked, situation);
        }
    }

    fn ask_candidates(&mut self, candidates: &[Candidate], situation: &Situation) {
        for candidate in candidates {
            if let Candidate::Power(power) = candidate {
                self.ask(*power, situation);
            }
        }
    }

    fn no_body(&mut self, id: RuleId, situation: &Situation) {
        let rule = self.rules.rule(id);
        let known = |remark: &Remark| matches!(&remark.matter, Matter::NoBody { rule: other, .. } if *other == rule.name);
        if !self.remarks.iter().any(known) {
            let matter = Matter::NoBody {
                rule: rule.name.clone(),
                example: situation.describe(),
            };
            self.remark(rule.line, matter);
        }
    }

    /// A question is worth asking where two answers lead to different bodies, or one leads to none.
    fn idle(&mut self, power: PowerId, id: RuleId, fact: FactName, situation: &Situation) {
        let answers = situation.answers(fact);
        let mut found = answers.iter().map(|answered| self.answer(power, answered));
        let Some(Answer::Bodies(first)) = found.next() else {
            return;
        };
        let first = Answer::Bodies(first);
        if found.all(|other| other == first) {
            let rule = self.rules.rule(id);
            let known = |remark: &Remark| matches!(&remark.matter, Matter::IdleQuestion { rule: other, .. } if *other == rule.name);
            if !self.remarks.iter().any(known) {
                let matter = Matter::IdleQuestion {
                    rule: rule.name.clone(),
                    fact,
                    example: situation.describe(),
                };
                self.remark(rule.line, matter);
            }
        }
    }

    fn answer(&self, power: PowerId, situation: &Situation) -> Answer {
        let Some(id) = speaker(self.rules, power, situation) else {
            return Answer::Other;
        };
        match &self.rules.rule(id).then {
            Then::Bodies(bodies) => {
                let found: Vec<_> = bodies.iter().filter_map(|body| situation.body(*body)).collect();
                Answer::Bodies(found)
            }
            Then::As { power, and: None } => self.answer(*power, situation),
            Then::As { .. } | Then::Ask { .. } | Then::Triage(_) => Answer::Other,
        }
    }

    /// Rules that never spoke, and powers that nobody asked.
    fn conclude(&mut self) {
        let rules = self.rules;
        for (power, heard) in std::mem::take(&mut self.asked) {
            for (id, heard) in heard {
                let rule = rules.rule(id);
                let (power, name) = (rules.power(power).name.clone(), rule.name.clone());
                if heard.spoke {
                    continue;
                }
                let matter = if heard.held {
                    let by = heard
                        .instead
                        .iter()
                        .map(|id| rules.rule(*id).name.clone())
                        .collect();
                    Matter::Shadowed {
                        rule: name,
                        power,
                        by,
                    }
                } else {
                    Matter::Unreachable { rule: name, power }
                };
                self.remark(rule.line, matter);
            }
        }
        let asked = rules.asked_powers();
        for (at, power) in rules.powers().iter().enumerate() {
            if !asked.contains(&PowerId(at)) {
                let power = power.name.clone();
                self.remark(0, Matter::UnusedPower { power });
            }
        }
    }

    fn dates(&mut self) {
        let soon: Option<Date> = self.today.checked_add(NOTICE.days()).ok();
        for (id, then) in std::mem::take(&mut self.after) {
            let rule = self.rules.rule(id);
            let Some(until) = rule.until() else {
                continue;
            };
            let (name, line) = (rule.name.clone(), rule.line);
            if until < self.today {
                self.remark(line, Matter::Ended { rule: name, until });
            } else if soon.is_some_and(|soon| until <= soon) {
                let then = then.into_iter().collect();
                self.remark(
                    line,
                    Matter::EndsSoon {
                        rule: name,
                        until,
                        then,
                    },
                );
            }
        }
    }
}

/// The rule of a power that speaks in a situation.
fn speaker(rules: &Ruleset, power: PowerId, situation: &Situation) -> Option<RuleId> {
    let mut of_power = rules.power(power).rules.iter();
    of_power
        .find(|id| rules.rule(**id).when.holds(&situation.seen))
        .copied()
}

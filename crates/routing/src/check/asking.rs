//! Asking every power in every situation, and what comes of it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::facts::FactName;
use crate::ruleset::situation::Situation;
use crate::ruleset::{Body, Candidate, PowerId, RuleId, Ruleset, Then};
use crate::territory::AgencySlug;

use super::situations::{Asked, Situations};
use super::{Matter, Remark};

/// Days before the end of a rule from which it is told.
const NOTICE: i64 = 180;
/// Situations that are gone through, for all powers together.
const MOST_SITUATIONS: u128 = 2_000_000;
/// Situations without a rule that are told of a power.
const MOST_HOLES: usize = 20;

pub(super) struct Asking<'r> {
    rules: &'r Ruleset,
    today: Date,
    remarks: BTreeSet<Remark>,
    /// Of each power that is asked, its rules.
    asked: BTreeMap<PowerId, BTreeMap<RuleId, Heard>>,
    /// Every agency that a rule may name, with the line of the first that does.
    named: BTreeMap<AgencySlug, usize>,
    /// The bodies of rules whose agencies are known for a class of the situations in hand.
    expanded: HashSet<(RuleId, usize, usize)>,
    /// Of each power, the benefits, regimes and stages without a rule.
    holes: BTreeMap<PowerId, BTreeSet<(u128, u32, u32)>>,
    /// Rules of which it is told that a body is not there, or that the question settles nothing.
    told: HashSet<(RuleId, &'static str)>,
    /// What speaks the day after a rule's last.
    after: BTreeMap<RuleId, BTreeSet<RuleId>>,
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

impl<'r> Asking<'r> {
    pub(super) fn new(rules: &'r Ruleset, today: Date) -> Asking<'r> {
        Asking {
            rules,
            today,
            remarks: BTreeSet::new(),
            asked: BTreeMap::new(),
            named: BTreeMap::new(),
            expanded: HashSet::new(),
            holes: BTreeMap::new(),
            told: HashSet::new(),
            after: BTreeMap::new(),
        }
    }

    pub(super) fn remark(&mut self, line: usize, matter: Matter) {
        self.remarks.insert(Remark { line, matter });
    }

    /// Asks every power that benefits and blockages ask, where they do.
    pub(super) fn ask_all(&mut self) {
        let mut left = MOST_SITUATIONS;
        for (power, reach) in self.rules.reaches() {
            let situations = Situations::of(self.rules, power, reach, self.today);
            let count = situations.count();
            if count > left {
                let power = self.rules.power(power).name.clone();
                let most = MOST_SITUATIONS;
                self.remark(0, Matter::TooManySituations { power, count, most });
                continue;
            }
            left -= count;
            self.expanded.clear();
            for asked in situations.all() {
                self.ask(power, &asked);
            }
        }
    }

    /// Asks a power in a situation, and every power that the rule that speaks asks.
    fn ask(&mut self, power: PowerId, asked: &Asked<'_>) {
        let rules = self.rules;
        let seen = &asked.situation.seen;
        let heard = self.asked.entry(power).or_insert_with(|| {
            let of_power = rules.power(power).rules.iter();
            of_power.map(|id| (*id, Heard::default())).collect()
        });
        let mut speaks = None;
        for id in &rules.power(power).rules {
            if !rules.rule(*id).when.holds(seen) {
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
        match speaks {
            Some(id) => self.rule_speaks(power, id, asked),
            None => {
                let holes = self.holes.entry(power).or_default();
                if holes.len() < MOST_HOLES && holes.insert((seen.benefit, seen.regime, seen.stage)) {
                    let power = rules.power(power).name.clone();
                    let example = asked.situation.describe();
                    self.remark(0, Matter::Uncovered { power, example });
                }
            }
        }
    }

    fn rule_speaks(&mut self, power: PowerId, id: RuleId, asked: &Asked<'_>) {
        let rules = self.rules;
        let rule = rules.rule(id);
        if let Some(until) = rule.until()
            && let Ok(next) = until.tomorrow()
        {
            let mut later = asked.situation;
            later.seen.on_date = next;
            let then = speaker(rules, power, &later);
            self.after.entry(id).or_default().extend(then);
        }
        match &rule.then {
            Then::Bodies(bodies) => {
                for (at, body) in bodies.iter().enumerate() {
                    self.name(id, at, *body, asked);
                }
            }
            Then::Ask { fact, candidates } => {
                self.ask_candidates(candidates, asked);
                self.idle(power, id, *fact, asked);
            }
            Then::Triage(candidates) => self.ask_candidates(candidates, asked),
            Then::As { power, and } => {
                self.ask(*power, asked);
                if let Some(body) = and {
                    self.name(id, 0, *body, asked);
                }
            }
        }
        for power in rule.powers_in_sentences() {
            self.ask(power, asked);
        }
    }

    fn ask_candidates(&mut self, candidates: &[Candidate], asked: &Asked<'_>) {
        for candidate in candidates {
            if let Candidate::Power(power) = candidate {
                self.ask(*power, asked);
            }
        }
    }

    /// A rule names a body, the one at this place among its bodies.
    fn name(&mut self, id: RuleId, at: usize, body: Body, asked: &Asked<'_>) {
        let rule = self.rules.rule(id);
        if asked.situation.body(body).is_none() {
            if self.told.insert((id, "body")) {
                let matter = Matter::NoBody {
                    rule: rule.name.clone(),
                    example: asked.situation.describe(),
                };
                self.remark(rule.line, matter);
            }
            return;
        }
        if self.expanded.insert((id, at, asked.class_of(body))) {
            for agency in asked.agencies(body) {
                let line = self.named.entry(agency).or_insert(rule.line);
                *line = rule.line.min(*line);
            }
        }
    }

    /// A question is worth asking where two answers lead to different bodies, or one leads to none.
    fn idle(&mut self, power: PowerId, id: RuleId, fact: FactName, asked: &Asked<'_>) {
        if self.told.contains(&(id, "question")) {
            return;
        }
        let answers = asked.answers(fact);
        let mut found = answers.iter().map(|answered| self.answer(power, answered));
        let Some(Answer::Bodies(first)) = found.next() else {
            return;
        };
        let first = Answer::Bodies(first);
        if found.all(|other| other == first) {
            self.told.insert((id, "question"));
            let rule = self.rules.rule(id);
            let matter = Matter::IdleQuestion {
                rule: rule.name.clone(),
                fact,
                example: asked.situation.describe(),
            };
            self.remark(rule.line, matter);
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

    /// What is to know, and every agency that rules may name, with a line that does.
    pub(super) fn conclude(mut self) -> (BTreeSet<Remark>, BTreeMap<AgencySlug, usize>) {
        self.silent();
        self.dates();
        let asked = self.rules.asked_powers();
        for (at, power) in self.rules.powers().iter().enumerate() {
            if !asked.contains(&PowerId(at)) {
                let power = power.name.clone();
                self.remark(0, Matter::UnusedPower { power });
            }
        }
        (self.remarks, self.named)
    }

    /// Rules that never spoke.
    fn silent(&mut self) {
        let rules = self.rules;
        for (power, heard) in std::mem::take(&mut self.asked) {
            for (id, heard) in heard.into_iter().filter(|(_, heard)| !heard.spoke) {
                let rule = rules.rule(id);
                let (power, name) = (rules.power(power).name.clone(), rule.name.clone());
                let instead = heard.instead.iter();
                let matter = if heard.held {
                    Matter::Shadowed {
                        rule: name,
                        power,
                        by: instead.map(|id| rules.rule(*id).name.clone()).collect(),
                    }
                } else {
                    Matter::Unreachable { rule: name, power }
                };
                self.remark(rule.line, matter);
            }
        }
    }

    /// Rules that have ended, or soon will.
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
                let then: BTreeSet<_> = then.iter().map(|id| self.rules.rule(*id).name.clone()).collect();
                let matter = Matter::EndsSoon {
                    rule: name,
                    until,
                    then: then.into_iter().collect(),
                };
                self.remark(line, matter);
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

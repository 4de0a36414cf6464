//! What a remark is about, by names: whoever tells it makes a sentence of them, in any language.

use crate::ruleset::{Example, Ruleset};

use super::Matter;

impl Matter {
    /// What it is about, each under a name of its own: `rule` and `power` by the words of the file, `power_name` in French,
    /// several rules with a comma between them, of a situation each fact under `example.FACT`.
    #[must_use]
    pub fn about(&self, rules: &Ruleset) -> Vec<(String, String)> {
        let mut told = Told {
            rules,
            about: Vec::new(),
        };
        match self {
            Matter::Unreachable { rule, power } => {
                told.add("rule", rule);
                told.power(power);
            }
            Matter::Shadowed { rule, power, by } => {
                told.add("rule", rule);
                told.power(power);
                told.add("by", &by.join(", "));
            }
            Matter::Uncovered { power, example } => {
                told.power(power);
                told.example(example);
            }
            Matter::TooManySituations { power, count, most } => {
                told.power(power);
                told.add("count", &count.to_string());
                told.add("most", &most.to_string());
            }
            Matter::NoBody { rule, example } => {
                told.rule(rule);
                told.example(example);
            }
            Matter::IdleQuestion { rule, fact, example } => {
                told.rule(rule);
                told.add("fact", fact.as_str());
                told.example(example);
            }
            Matter::UnusedPower { power } => told.power(power),
            Matter::NoBenefit { benefit } => told.add("benefit", benefit),
            Matter::NoBlockage { blockage } => told.add("blockage", blockage),
            Matter::NoDesk { agency } => told.add("agency", agency.as_str()),
            Matter::Ended { rule, until } => {
                told.rule(rule);
                told.add("until", &until.to_string());
            }
            Matter::EndsSoon { rule, until, then } => {
                told.rule(rule);
                told.add("until", &until.to_string());
                told.add("then", &then.join(", "));
            }
        }
        told.about
    }
}

struct Told<'r> {
    rules: &'r Ruleset,
    about: Vec<(String, String)>,
}

impl Told<'_> {
    fn add(&mut self, name: &str, value: &str) {
        self.about.push((name.to_owned(), value.to_owned()));
    }

    fn power(&mut self, name: &str) {
        self.add("power", name);
        let known = self.rules.powers().iter().find(|power| power.name == name);
        if let Some(known) = known {
            self.add("power_name", &known.about);
        }
    }

    /// A rule with the first of its powers.
    fn rule(&mut self, name: &str) {
        self.add("rule", name);
        let rules = self.rules;
        let mut powers = rules.powers().iter();
        let of = powers.find(|power| power.rules.iter().any(|id| rules.rule(*id).name == name));
        if let Some(power) = of {
            self.power(&power.name);
        }
    }

    fn example(&mut self, example: &Example) {
        for (fact, word) in &example.facts {
            self.add(&format!("example.{fact}"), word);
        }
        if let Some(day) = example.on_date {
            self.add("example.on_date", &day.to_string());
        }
    }
}

//! Rules: when they speak, what they say, and the sentences that go with it.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::decide::Confidence;
use crate::facts::FactSet;
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, List};
use crate::ruleset::text::{Part, Slot, Text};
use crate::ruleset::what::What;
use crate::ruleset::words::{CONFIDENCES, FACTS};
use crate::ruleset::{Rule, RuleId, Ruleset, Then};

use super::catalogue::set;
use super::{Reader, values};

/// Rank of a rule that gives none.
const RANK: u16 = 100;

impl Reader<'_> {
    pub(super) fn rules(&mut self, rules: Vec<Spanned<source::Rule>>, ruleset: &mut Ruleset) {
        let mut lines: BTreeMap<String, usize> = BTreeMap::new();
        for written in rules {
            if self.enough() {
                return;
            }
            let line = self.line(&written.span());
            let written = written.into_inner();
            let name = written.name.get_ref().clone();
            if let Some(first) = lines.insert(name.clone(), line) {
                let problem = Problem::SameName { name, line: first };
                self.fault(written.name.span(), problem);
            }
            let powers = self.powers_of(&written);
            let Some(rule) = self.rule(&written, line) else {
                continue;
            };
            self.note_references(&written, &rule);
            let id = RuleId(ruleset.rules.len());
            ruleset.rules.push(rule);
            for power in powers {
                ruleset.powers[power.0].rules.push(id);
            }
        }
    }

    fn rule(&mut self, written: &source::Rule, line: usize) -> Option<Rule> {
        let rank = match &written.rank {
            None => Some(RANK),
            Some(rank) => {
                let value = u16::try_from(*rank.get_ref()).ok().filter(|rank| *rank <= 9999);
                self.known(rank.span(), value.ok_or(Problem::Rank))
            }
        };
        let when = self.condition(written);
        let then = self.then(written);
        let reason = written.reason.as_ref();
        let reason = reason.map(|words| self.filled_sentence(words, written));
        if reason.is_none() && written.same_as.is_none() {
            self.fault(written.name.span(), Problem::NoReason);
        }
        self.plain(written.law.as_ref());
        let confidence = match &written.confidence {
            Some(word) => self.word(What::Confidence, word, &CONFIDENCES),
            None => Some(Confidence::High),
        };
        let would_change = values(written.would_change.as_ref()).iter();
        let would_change: Vec<Text> = would_change
            .filter_map(|words| self.filled_sentence(words, written))
            .collect();
        let mut used = FactSet::EMPTY;
        for word in values(written.uses.as_ref()) {
            if let Some(fact) = self.word(What::Fact, word, &FACTS) {
                used.add(fact);
            }
        }
        let (when, then) = (when?, then?);
        if let Then::Ask { fact, .. } = &then {
            used.add(*fact);
        }
        Some(Rule {
            name: written.name.get_ref().clone(),
            line,
            rank: rank?,
            used: used.and(when.asks()),
            when,
            then,
            law: set(written.law.as_ref()),
            reason: match reason {
                Some(reason) => Some(reason?),
                None => None,
            },
            confidence: confidence?,
            would_change,
        })
    }

    /// A sentence of which the rule has everything that its braces stand for.
    fn filled_sentence(&mut self, words: &source::Words, written: &source::Rule) -> Option<Text> {
        let text = self.sentence(words)?;
        let filled = [
            (Slot::Law, "law", "law", written.law.is_some()),
            (Slot::Until, "until", "until", written.until.is_some()),
            (Slot::Reason, "reason", "as", written.same_as.is_some()),
        ];
        for (slot, name, line, _) in filled.into_iter().filter(|(.., there)| !there) {
            if text.0.contains(&Part::Slot(slot)) {
                self.fault(words.span(), Problem::EmptySlot { slot: name, line });
            }
        }
        Some(text)
    }

    /// What the rule says: one of the four, with what goes with it.
    fn then(&mut self, written: &source::Rule) -> Option<Then> {
        let said = [
            written.body.is_some(),
            written.ask.is_some(),
            written.triage.is_some(),
            written.same_as.is_some(),
        ];
        if said.iter().filter(|said| **said).count() != 1 {
            self.fault(written.name.span(), Problem::OneThing);
            return None;
        }
        if let (Some(and), None) = (&written.and, &written.same_as) {
            self.fault(and.span(), Problem::AndWithoutAs);
        }
        if let (Some(candidates), None, None) = (&written.candidates, &written.ask, written.triage.as_ref()) {
            self.fault(candidates.span(), Problem::IdleCandidates);
        }
        for list in written.body.iter().chain(&written.candidates) {
            self.repeated(list);
        }
        let mut candidates = Vec::new();
        for word in values(written.candidates.as_ref()) {
            let candidate = self.candidate(word.get_ref());
            candidates.extend(self.known(word.span(), candidate));
        }
        if let Some(words) = &written.body {
            return self.bodies_of(words);
        }
        if let Some(word) = &written.ask {
            let fact = self.word(What::Fact, word, &FACTS)?;
            return Some(Then::Ask { fact, candidates });
        }
        if let Some(word) = &written.same_as {
            let power = self.power(word)?;
            let and = match &written.and {
                Some(word) => {
                    let body = self.body(word.get_ref());
                    Some(self.known(word.span(), body)?)
                }
                None => None,
            };
            return Some(Then::As { power, and });
        }
        let triage = written.triage.as_ref()?;
        if !*triage.get_ref() {
            self.fault(triage.span(), Problem::TriageIsTrue);
            return None;
        }
        Some(Then::Triage(candidates))
    }

    fn bodies_of(&mut self, words: &List) -> Option<Then> {
        if words.get_ref().is_empty() {
            self.fault(words.span(), Problem::NoBody);
        }
        let mut bodies = Vec::new();
        for word in words.get_ref() {
            let body = self.body(word.get_ref());
            bodies.extend(self.known(word.span(), body));
        }
        let all = !bodies.is_empty() && bodies.len() == words.get_ref().len();
        all.then_some(Then::Bodies(bodies))
    }
}

//! From the file to the rules: every word looked up, every problem told with its place.

mod bounds;
mod conditions;
mod lists;
mod order;
mod references;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use crate::catalogue::{Benefit, Blockage};
use crate::decide::Confidence;
use crate::facts::FactSet;
use crate::territory::{Agency, AgencyKind, AgencySlug, Territory};

use super::problem::{Fault, Problem, RulesetError, place};
use super::source::{self, File, List, Words};
use super::text::{Slot, Text, typeset};
use super::words::{BODIES, CONFIDENCES, DOMICILES, FACTS, LEADS, unknown, unknown_of, value};
use references::Reference;

use super::{
    BenefitRule, BlockageRule, Body, Candidate, Digest, Domicile, Power, PowerId, Rule, RuleId, Ruleset, Then,
};

/// Rank of a rule that gives none.
const RANK: u16 = 100;

/// The one format there is.
const FORMAT: i64 = 1;

pub(super) fn read(text: &str, territory: &'static Territory) -> Result<Ruleset, RulesetError> {
    if let Some(problem) = bounds::too_long(text) {
        let (line, column) = (1, 1);
        return Err(RulesetError(vec![Fault {
            line,
            column,
            problem,
        }]));
    }
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let (line, column) = place(text, at);
        let problem = Problem::Syntax(error.message().to_owned());
        RulesetError(vec![Fault {
            line,
            column,
            problem,
        }])
    })?;
    let mut reader = Reader {
        text,
        lists: BTreeMap::new(),
        territory,
        powers: file.power.keys().map(|name| name.get_ref().clone()).collect(),
        references: Vec::new(),
        faults: Vec::new(),
    };
    reader.bounds(&file);
    if !reader.faults.is_empty() {
        return Err(RulesetError(reader.faults));
    }
    reader.lists = file.list;
    if *file.format.get_ref() != FORMAT {
        reader.fault(file.format.span(), Problem::Format(*file.format.get_ref()));
    }
    if file.version.get_ref().trim().is_empty() {
        reader.fault(file.version.span(), Problem::NoVersion);
    }
    let mut ruleset = Ruleset {
        version: String::new(),
        digest: Digest::of(text),
        territory,
        benefits: reader.benefits(file.benefit),
        blockages: reader.blockages(file.blockage),
        powers: reader.powers(&file.power),
        rules: Vec::new(),
    };
    let digest = ruleset.digest.to_string();
    ruleset.version = format!("{}+{}", file.version.get_ref().trim(), &digest[..12]);
    reader.rules(file.rule, &mut ruleset);
    order::sort(&mut ruleset, &mut reader);
    references::check(&ruleset, &mut reader);
    if reader.faults.is_empty() {
        return Ok(ruleset);
    }
    reader.faults.sort();
    reader.faults.dedup();
    reader.faults.truncate(bounds::MOST_FAULTS);
    Err(RulesetError(reader.faults))
}

struct Reader<'t> {
    text: &'t str,
    lists: BTreeMap<String, Vec<String>>,
    territory: &'static Territory,
    /// Names of the powers, in order.
    powers: Vec<String>,
    /// Of each rule that was read, the powers it asks.
    references: Vec<Vec<Reference>>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, problem: Problem) {
        let (line, column) = place(self.text, span.start);
        self.faults.push(Fault {
            line,
            column,
            problem,
        });
    }

    fn line(&self, span: &Range<usize>) -> usize {
        place(self.text, span.start).0
    }

    /// The value, or its problem told.
    fn known<T>(&mut self, span: Range<usize>, value: Result<T, Problem>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(problem) => {
                self.fault(span, problem);
                None
            }
        }
    }

    fn word<T: Copy>(&mut self, what: &'static str, word: &Words, known: &[(&str, T)]) -> Option<T> {
        self.known(word.span(), value(what, word.get_ref(), known))
    }

    fn power(&mut self, word: &Words) -> Option<PowerId> {
        let found = self.power_named(word.get_ref());
        self.known(word.span(), found)
    }

    fn power_named(&self, word: &str) -> Result<PowerId, Problem> {
        let found = self.powers.iter().position(|name| name == word).map(PowerId);
        found.ok_or_else(|| {
            let names = self.powers.iter().map(String::as_str);
            unknown_of("power", word, names)
        })
    }

    /// A body that may receive cases: a triage desk is named by no rule.
    fn agency(&self, word: &str) -> Option<AgencySlug> {
        let agency = self.territory.agency(word).filter(is_a_body);
        agency.map(|agency| agency.slug)
    }

    fn body(&self, word: &str) -> Result<Body, Problem> {
        if let Some((_, of)) = BODIES.iter().find(|(name, _)| *name == word) {
            return Ok(Body::Of(*of));
        }
        self.agency(word).map(Body::Agency).ok_or_else(|| {
            let agencies = self.territory.agencies().iter().filter(is_a_body);
            let slugs = agencies.map(|agency| agency.slug.as_str());
            let names: Vec<&str> = BODIES.iter().map(|(name, _)| *name).collect();
            unknown_of("body", word, names.iter().copied().chain(slugs))
        })
    }

    fn candidate(&self, word: &str) -> Result<Candidate, Problem> {
        match word.strip_prefix("power.") {
            Some(power) => self.power_named(power).map(Candidate::Power),
            None => self.body(word).map(Candidate::Body),
        }
    }

    fn slot(&self, name: &str) -> Option<Slot> {
        Some(match name {
            "body" => Slot::Body,
            "place" => Slot::Place,
            "departement" => Slot::Departement,
            "grouping" => Slot::Grouping,
            "law" => Slot::Law,
            "date" => Slot::Date,
            "until" => Slot::Until,
            "reason" => Slot::Reason,
            "scheme" => Slot::Scheme,
            other => match other.strip_prefix("power.") {
                Some(power) => Slot::Power(self.power_named(power).ok()?),
                None => match self.body(other).ok()? {
                    Body::Of(of) => Slot::Named(of),
                    Body::Agency(slug) => Slot::Agency(slug),
                },
            },
        })
    }

    fn sentence(&mut self, span: Range<usize>, sentence: &str) -> Option<Text> {
        let text = Text::parse(sentence, |name| self.slot(name)).map_err(|name| {
            let known = [
                "body",
                "place",
                "departement",
                "grouping",
                "law",
                "date",
                "until",
                "reason",
                "scheme",
            ];
            unknown("name between braces", &name, &known)
        });
        self.known(span, text)
    }

    fn powers(&mut self, powers: &BTreeMap<Words, source::Power>) -> Vec<Power> {
        let mut read = Vec::new();
        for (name, power) in powers {
            let domicile = match &power.domicile {
                Some(word) => self.word("domicile", word, &DOMICILES),
                None => None,
            };
            read.push(Power {
                name: name.get_ref().clone(),
                by_relief: domicile == Some(Domicile::Relief),
                rules: Vec::new(),
            });
        }
        read
    }

    fn benefits(&mut self, benefits: BTreeMap<Words, Spanned<source::Benefit>>) -> Vec<Option<BenefitRule>> {
        let mut read: Vec<_> = Benefit::all().iter().map(|_| None).collect();
        for (code, written) in benefits {
            let Some(benefit) = Benefit::all()
                .iter()
                .find(|benefit| benefit.code == code.get_ref())
            else {
                let codes = Benefit::all().iter().map(|benefit| benefit.code);
                self.fault(code.span(), unknown_of("benefit", code.get_ref(), codes));
                continue;
            };
            read[benefit.position] = self.benefit(&written.into_inner());
        }
        read
    }

    fn benefit(&mut self, written: &source::Benefit) -> Option<BenefitRule> {
        let domicile = match &written.domicile {
            Some(word) => self.word("domicile", word, &DOMICILES),
            None => Some(Domicile::Residence),
        };
        let decides = self.power(&written.decides);
        let pays = written.pays.as_ref().map(|word| self.power(word));
        let upstream = written.upstream.as_ref().map(|word| self.power(word));
        let confidence = self.word("confidence", &written.confidence, &CONFIDENCES);
        let mut stages: Vec<_> = Blockage::all().iter().map(|_| None).collect();
        let mut other_stages = None;
        for (blockage, word) in &written.stage {
            let stage = self.word("stage", word, &conditions::STAGE_VALUES);
            match blockage.get_ref().as_str() {
                "others" => other_stages = stage,
                code => match Blockage::all().iter().find(|known| known.code == code) {
                    Some(known) => stages[known.position] = stage,
                    None => self.fault(blockage.span(), unknown_blockage(code)),
                },
            }
        }
        Some(BenefitRule {
            domicile: domicile?,
            decides: decides?,
            pays: match pays {
                Some(pays) => Some(pays?),
                None => None,
            },
            law: typeset(&written.law),
            confidence: confidence?,
            note: typeset(&written.note),
            would_change: typeset(&written.would_change),
            upstream: match upstream {
                Some(upstream) => Some(upstream?),
                None => None,
            },
            stages,
            other_stages,
        })
    }

    fn blockages(&mut self, blockages: BTreeMap<Words, source::Blockage>) -> Vec<Option<BlockageRule>> {
        let mut read: Vec<_> = Blockage::all().iter().map(|_| None).collect();
        for (code, written) in blockages {
            let Some(blockage) = Blockage::all().iter().find(|known| known.code == code.get_ref()) else {
                self.fault(code.span(), unknown_blockage(code.get_ref()));
                continue;
            };
            let first = match &written.first {
                Some(word) => self.power(word),
                None => None,
            };
            let by_payer = match &written.by_payer {
                Some(word) => self.power(word),
                None => None,
            };
            let leads_to = self.word("lead", &written.leads_to, &LEADS);
            read[blockage.position] = leads_to.map(|leads_to| BlockageRule {
                leads_to,
                first,
                by_payer,
                reason: typeset(&written.reason),
            });
        }
        read
    }

    fn rules(&mut self, rules: Vec<Spanned<source::Rule>>, ruleset: &mut Ruleset) {
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
                let problem = Problem::Rank;
                let value = u16::try_from(*rank.get_ref()).ok().filter(|rank| *rank <= 9999);
                self.known(rank.span(), value.ok_or(problem))
            }
        };
        let when = self.condition(written);
        let then = self.then(written);
        let reason = written
            .reason
            .as_ref()
            .map(|words| self.sentence(words.span(), words.get_ref()));
        if reason.is_none() && written.same_as.is_none() {
            let problem = Problem::NoReason;
            self.fault(written.name.span(), problem);
        }
        let confidence = match &written.confidence {
            Some(word) => self.word("confidence", word, &CONFIDENCES),
            None => Some(Confidence::High),
        };
        let mut would_change = Vec::new();
        for sentence in list(written.would_change.as_ref()) {
            let span = written.would_change.as_ref().map_or(0..0, Spanned::span);
            would_change.extend(self.sentence(span, sentence));
        }
        let mut used = FactSet::EMPTY;
        for word in list(written.uses.as_ref()) {
            let span = written.uses.as_ref().map_or(0..0, Spanned::span);
            if let Some(fact) = self.known(span, value("fact", word, &FACTS)) {
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
            law: typeset(&written.law),
            reason: match reason {
                Some(reason) => Some(reason?),
                None => None,
            },
            confidence: confidence?,
            would_change,
        })
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
            let problem = Problem::OneThing;
            self.fault(written.name.span(), problem);
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
        for word in list(written.candidates.as_ref()) {
            let span = written.candidates.as_ref().map_or(0..0, Spanned::span);
            let candidate = self.candidate(word);
            candidates.extend(self.known(span, candidate));
        }
        if let Some(words) = &written.body {
            let mut bodies = Vec::new();
            for word in &words.get_ref().0 {
                let body = self.body(word);
                bodies.push(self.known(words.span(), body)?);
            }
            if bodies.is_empty() {
                let problem = Problem::NoBody;
                self.fault(words.span(), problem);
                return None;
            }
            return Some(Then::Bodies(bodies));
        }
        if let Some(word) = &written.ask {
            let fact = self.word("fact", word, &FACTS)?;
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
        match written.triage.as_ref().map(|triage| *triage.get_ref()) {
            Some(true) => Some(Then::Triage(candidates)),
            _ => {
                let span = written.triage.as_ref().map_or(0..0, Spanned::span);
                self.fault(span, Problem::TriageIsTrue);
                None
            }
        }
    }
}

fn list(words: Option<&Spanned<List>>) -> &[String] {
    words.map_or(&[], |words| &words.get_ref().0)
}

fn unknown_blockage(code: &str) -> Problem {
    let codes: Vec<&str> = Blockage::all().iter().map(|blockage| blockage.code).collect();
    unknown("blockage", code, &codes)
}

fn is_a_body(agency: &&Agency) -> bool {
    agency.kind != AgencyKind::Triage
}

//! The one routing function: facts and a ruleset in, a decision with its reasons out.

mod bodies;
mod case;
mod health;
mod pensions;
mod place;

use crate::explain;
use crate::facts::{FactName, Facts, Regime, Stage};
use crate::ruleset::{BenefitRule, Lead, Power, Ruleset};
use crate::territory::{AgencyKind, AgencySlug};

use bodies::holder;
use case::{Answer, Case, Finding};

/// What routing says of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which of the three.
    pub outcome: Outcome,
    /// The competent agencies, the leading one first; empty unless routed.
    pub agencies: Vec<AgencySlug>,
    /// The agencies that may be competent; empty when routed.
    pub candidates: Vec<AgencySlug>,
    /// The fact that would settle it; only with [`Outcome::Question`].
    pub question: Option<Question>,
    /// Version of the ruleset.
    pub ruleset: String,
    /// Stable names of the rules that spoke, the benefit's first.
    pub rules: Vec<String>,
    /// French lines, one per fact used, with the law; never empty.
    pub reasons: Vec<String>,
    /// French lines: a fact, and the agency it would lead to.
    pub would_change: Vec<String>,
    /// How sure the rules and their sources are.
    pub confidence: Confidence,
    /// The facts that counted, in the order of the input, each once.
    pub facts_used: Vec<FactName>,
}

/// The three outcomes of routing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The agencies are known.
    Routed,
    /// One more fact would settle it.
    Question,
    /// People decide.
    Triage,
}

/// The fact to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name in the input.
    pub fact: FactName,
    /// The question, in French.
    pub text_fr: String,
}

/// How sure the rules and their sources are, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The text of law, or two sources that agree.
    High,
    /// One good source, or an assumption said in the reasons.
    Medium,
    /// No rule, or sources that do not settle it.
    Low,
}

impl Outcome {
    /// "ROUTED", "QUESTION" or "TRIAGE".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Routed => "ROUTED",
            Outcome::Question => "QUESTION",
            Outcome::Triage => "TRIAGE",
        }
    }
}

impl Confidence {
    /// "HIGH", "MEDIUM" or "LOW".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::High => "HIGH",
            Confidence::Medium => "MEDIUM",
            Confidence::Low => "LOW",
        }
    }
}

/// Finds the competent agencies. Pure and total: the same facts on the same ruleset give the same decision, and
/// every combination of facts gives exactly one outcome.
#[must_use]
pub fn route(facts: &Facts, rules: &Ruleset) -> Decision {
    let mut trace = Trace::new(facts, rules);
    let Some(rule) = rules.benefit(facts.benefit) else {
        return trace.triage(Vec::new(), "Aucune règle ne décrit cette prestation.".to_owned());
    };
    trace.confidence = rule.confidence;
    trace.reasons.push(explain::benefit(facts.benefit, &rule.law));
    if !rule.note.is_empty() {
        trace.reasons.push(rule.note.clone());
    }
    let lead = trace.blockage(facts, rules);
    let Some(routing) = Routing::new(facts, rules, rule, lead) else {
        return trace.triage(Vec::new(), explain::no_bodies(facts));
    };
    if lead == Some(Lead::Advice) {
        let candidates = routing.decides.named().to_vec();
        return trace.triage(candidates, "Conseil\u{a0}: vérifier le droit par une simulation et déposer la demande\u{a0}; rien n'est encore à débloquer.".to_owned());
    }
    let chosen = routing.choose(&mut trace);
    let chosen = routing.with_others(chosen, &mut trace);
    routing.describe(&chosen, &mut trace);
    trace.conclude(chosen, &routing)
}

/// A case between its facts and its decision: who decides, who pays, what the blockage leads to.
struct Routing<'a> {
    facts: &'a Facts,
    rule: &'a BenefitRule,
    lead: Option<Lead>,
    /// The case as seen by whoever decides, and as seen by whoever pays: places may differ.
    deciding: Case<'a>,
    paying: Case<'a>,
    decides: Finding,
    pays: Finding,
}

/// The side of a case that is blocked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Decides,
    Pays,
    Open,
    /// Somebody else's decision is awaited, and no rule says whose.
    Elsewhere,
}

impl<'a> Routing<'a> {
    fn new(
        facts: &'a Facts,
        rules: &'a Ruleset,
        rule: &'a BenefitRule,
        lead: Option<Lead>,
    ) -> Option<Routing<'a>> {
        let upstream_card = lead == Some(Lead::Upstream) && rule.pays == Power::CardMaker;
        let decider = if upstream_card { Power::Mdph } else { rule.decides };
        let deciding = place::case(facts, rules, rule, decider)?;
        let paying = place::case(facts, rules, rule, rule.pays)?;
        Some(Routing {
            facts,
            rule,
            lead,
            decides: holder(&deciding, decider),
            pays: if rule.pays == decider {
                holder(&deciding, decider)
            } else {
                holder(&paying, rule.pays)
            },
            deciding,
            paying,
        })
    }

    /// What is blocked: as given, else as the blockage tells.
    fn side(&self) -> Side {
        let paid = !matches!(self.rule.pays, Power::Nobody);
        let same = self.decides.answer == self.pays.answer;
        match (self.facts.stage, self.lead) {
            (Some(Stage::Decision), _) => Side::Decides,
            (Some(Stage::Payment), _) => Side::Pays,
            (None, Some(Lead::Upstream)) if same || !paid => Side::Elsewhere,
            _ if same || !paid => Side::Decides,
            (None, Some(Lead::Decider | Lead::Upstream)) => Side::Decides,
            (None, Some(Lead::Waiver)) if self.rule.decides == Power::RsaDecision => Side::Decides,
            (None, Some(Lead::Residence)) if self.rule.pays != Power::Social => Side::Decides,
            _ if self.rule.pays == Power::CardMaker => match self.facts.blockage {
                Some(blockage) if blockage.code == "PAYMENT_INCIDENT" => Side::Pays,
                _ => Side::Decides,
            },
            (None, None | Some(Lead::Either | Lead::Forwarded | Lead::Seized)) => Side::Open,
            (None, Some(_)) => Side::Pays,
        }
    }

    fn choose(&self, trace: &mut Trace<'_>) -> Finding {
        if self.facts.stage.is_some() {
            trace.used.push(FactName::Stage);
        }
        match self.side() {
            Side::Decides => self.decides.clone(),
            Side::Pays => self.pays.clone(),
            Side::Elsewhere => Finding::unsettled(
                "upstream.unknown",
                self.decides.named().to_vec(),
                "L'organisme dont la décision est attendue n'est pas connu\u{a0}: la suite se décide à la main.".to_owned(),
            ),
            Side::Open => self.by_seized().unwrap_or_else(|| self.ask_stage()),
        }
    }

    /// A lost file is looked for where it was filed, when that body decides or pays.
    fn by_seized(&self) -> Option<Finding> {
        let seized = self
            .facts
            .seized_body
            .filter(|_| self.lead == Some(Lead::Seized))?;
        let concerned = [&self.decides, &self.pays]
            .into_iter()
            .find(|finding| finding.answer == Answer::Bodies(vec![seized]))?;
        Some(concerned.clone().using(&[FactName::SeizedBody]))
    }

    fn ask_stage(&self) -> Finding {
        let mut candidates = self.decides.named().to_vec();
        for slug in self.pays.named() {
            if !candidates.contains(slug) {
                candidates.push(*slug);
            }
        }
        let reason = format!(
            "À la décision\u{a0}: {} Au versement\u{a0}: {}",
            self.decides.reason, self.pays.reason
        );
        let mut finding = Finding::ask("stage.ask", FactName::Stage, candidates, reason);
        finding
            .used
            .extend(self.decides.used.iter().chain(&self.pays.used));
        finding
    }

    /// Adds the bodies that the blockage concerns besides the competent one.
    fn with_others(&self, chosen: Finding, trace: &mut Trace<'_>) -> Finding {
        match self.lead {
            Some(Lead::Forwarded | Lead::Transferred | Lead::Seized) => self.with_seized(chosen, trace),
            Some(Lead::Identity) => led_by(holder(&self.paying, Power::Health), chosen, trace),
            Some(Lead::ResidencePermit) if self.rule.decides != Power::ResidencePermit => {
                led_by(holder(&self.paying, Power::ResidencePermit), chosen, trace)
            }
            _ => chosen,
        }
    }

    fn with_seized(&self, mut chosen: Finding, trace: &mut Trace<'_>) -> Finding {
        let Some(seized) = self.facts.seized_body else {
            return chosen;
        };
        let Answer::Bodies(slugs) = &mut chosen.answer else {
            return chosen;
        };
        if slugs.contains(&seized) {
            return chosen;
        }
        let territory = self.deciding.territory();
        let is_collectivity = |slug: &AgencySlug| {
            let agency = territory.agency(slug.as_str());
            agency.is_some_and(|agency| agency.kind == AgencyKind::Departement)
        };
        let law = if is_collectivity(&seized) && slugs.iter().all(is_collectivity) {
            "un mois pour transmettre, un mois pour répondre, CASF L122-4"
        } else {
            "CRPA L114-2"
        };
        slugs.push(seized);
        trace.used.push(FactName::SeizedBody);
        trace.reasons.push(format!(
            "{}, déjà saisi, doit transmettre ({law}).",
            territory.name_of(seized)
        ));
        chosen
    }

    /// Says where, and what would change the answer.
    fn describe(&self, chosen: &Finding, trace: &mut Trace<'_>) {
        let pays = self.side() == Side::Pays;
        let (case, power, other) = if pays {
            (&self.paying, self.rule.pays, &self.decides)
        } else {
            (&self.deciding, self.rule.decides, &self.pays)
        };
        place::explain(
            self.facts,
            self.rule,
            power,
            trace.rules_territory(),
            &mut trace.reasons,
            &mut trace.used,
        );
        if case.regime != self.facts.regime {
            trace.reasons.push(explain::implied_regime(self.facts));
            trace.used.extend([
                FactName::Regime,
                FactName::AgriculturalStatus,
                FactName::SpecialScheme,
            ]);
        }
        for regime in [Regime::General, Regime::Agricultural] {
            if regime == case.regime {
                continue;
            }
            let finding = holder(&case.with_regime(regime), power);
            let named = finding.named();
            let other_body = matches!(finding.answer, Answer::Bodies(_))
                && chosen.answer != finding.answer
                && !(matches!(chosen.answer, Answer::Bodies(_)) && chosen.named().starts_with(named));
            if let (true, [slug, ..]) = (other_body, named) {
                trace.change(explain::by_regime(regime, case.name(*slug)));
            }
        }
        if let Answer::Bodies(slugs) = &other.answer
            && other.answer != chosen.answer
            && let [slug, ..] = slugs.as_slice()
        {
            trace.change(explain::by_stage(!pays, case.name(*slug)));
        }
        if self.side() == Side::Open
            && let Answer::Bodies(slugs) = &self.decides.answer
            && self.decides.answer != chosen.answer
            && let [slug, ..] = slugs.as_slice()
        {
            trace.change(explain::by_stage(false, case.name(*slug)));
        }
        if let Some(change) = place::change(self.facts, self.rule, power) {
            trace.change(change);
        }
        if !self.rule.would_change.is_empty() {
            trace.change(self.rule.would_change.clone());
        }
    }
}

/// The first body leads, the bodies of the benefit follow.
fn led_by(first: Finding, chosen: Finding, trace: &mut Trace<'_>) -> Finding {
    match (&first.answer, &chosen.answer) {
        (Answer::Bodies(lead), Answer::Bodies(others)) => {
            let mut slugs = lead.clone();
            slugs.extend(others.iter().filter(|slug| !lead.contains(slug)));
            trace.reasons.push(first.reason.clone());
            let used = first.used.clone();
            Finding {
                answer: Answer::Bodies(slugs),
                ..chosen
            }
            .using(&used)
            .at_most(first.confidence)
        }
        (Answer::Bodies(_), Answer::Unsettled { .. }) => {
            trace.reasons.push(chosen.reason);
            first.at_most(Confidence::Medium)
        }
        (_, Answer::Ask { .. }) => chosen,
        _ => first,
    }
}

/// What is gathered on the way to a decision.
struct Trace<'a> {
    facts: &'a Facts,
    rules: &'a Ruleset,
    named: Vec<String>,
    reasons: Vec<String>,
    changes: Vec<String>,
    used: Vec<FactName>,
    confidence: Confidence,
}

impl<'a> Trace<'a> {
    fn new(facts: &'a Facts, rules: &'a Ruleset) -> Trace<'a> {
        Trace {
            facts,
            rules,
            named: vec![format!("benefit.{}", facts.benefit.code)],
            reasons: Vec::with_capacity(8),
            changes: Vec::new(),
            used: vec![FactName::Commune, FactName::Benefit],
            confidence: Confidence::High,
        }
    }

    fn rules_territory(&self) -> &'static crate::territory::Territory {
        self.rules.territory()
    }

    /// What the blockage leads to, said in the reasons.
    fn blockage(&mut self, facts: &Facts, rules: &Ruleset) -> Option<Lead> {
        let blockage = facts.blockage?;
        self.used.push(FactName::Blockage);
        let Some(rule) = rules.blockage(blockage) else {
            self.reasons.push(format!(
                "Aucune règle ne dit à qui mène « {} ».",
                blockage.label_fr
            ));
            return Some(Lead::Either);
        };
        self.named.push(format!("blockage.{}", blockage.code));
        self.reasons.push(rule.reason.clone());
        Some(rule.leads_to)
    }

    fn change(&mut self, line: String) {
        if !self.changes.contains(&line) {
            self.changes.push(line);
        }
    }

    fn triage(mut self, candidates: Vec<AgencySlug>, reason: String) -> Decision {
        self.reasons.push(reason);
        self.confidence = Confidence::Low;
        self.decision(Outcome::Triage, Vec::new(), candidates, None)
    }

    fn conclude(mut self, chosen: Finding, routing: &Routing<'_>) -> Decision {
        self.named.push(chosen.rule.to_owned());
        self.used.extend_from_slice(&chosen.used);
        self.confidence = self.confidence.max(chosen.confidence);
        self.reasons.push(chosen.reason);
        for change in chosen.changes {
            self.change(change);
        }
        match chosen.answer {
            Answer::Bodies(agencies) => {
                self.seized(&agencies);
                self.decision(Outcome::Routed, agencies, Vec::new(), None)
            }
            Answer::Ask { fact, candidates } => {
                let name = |finding: &Finding| {
                    finding
                        .named()
                        .first()
                        .map(|slug| self.rules.territory().name_of(*slug))
                };
                let text_fr = explain::question(fact, name(&routing.decides), name(&routing.pays));
                self.decision(
                    Outcome::Question,
                    Vec::new(),
                    candidates,
                    Some(Question { fact, text_fr }),
                )
            }
            Answer::Unsettled { candidates } => self.decision(Outcome::Triage, Vec::new(), candidates, None),
        }
    }

    /// A body already seized is never passed over in silence.
    fn seized(&mut self, agencies: &[AgencySlug]) {
        let Some(seized) = self
            .facts
            .seized_body
            .filter(|_| !self.used.contains(&FactName::SeizedBody))
        else {
            return;
        };
        let name = self.rules.territory().name_of(seized);
        self.used.push(FactName::SeizedBody);
        self.reasons.push(if agencies.contains(&seized) {
            format!("{name}, déjà saisi, est bien compétent.")
        } else {
            format!("{name}, déjà saisi, n'est pas compétent et doit transmettre (CRPA L114-2).")
        });
    }

    fn decision(
        mut self,
        outcome: Outcome,
        agencies: Vec<AgencySlug>,
        candidates: Vec<AgencySlug>,
        question: Option<Question>,
    ) -> Decision {
        if let Some(line) = explain::without_effect(self.facts, &self.used) {
            self.reasons.push(line);
        }
        self.used.sort_unstable();
        self.used.dedup();
        Decision {
            outcome,
            agencies,
            candidates,
            question,
            ruleset: self.rules.version().to_owned(),
            rules: self.named,
            reasons: self.reasons,
            would_change: self.changes,
            confidence: self.confidence,
            facts_used: self.used,
        }
    }
}

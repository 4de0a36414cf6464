//! The one routing function: facts and a ruleset in, a decision with its reasons out.

mod bodies;
mod case;
mod health;
mod pensions;
mod place;
mod trace;

use crate::explain;
use crate::facts::{FactName, Facts, Regime, Stage};
use crate::ruleset::{BenefitRule, Lead, Power, Ruleset};
use crate::territory::{AgencyKind, AgencySlug};

use bodies::{holder, overpaid_by};
use case::{Answer, Case, Finding};
use trace::Trace;

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
        let place = place::undescribed(facts, rule, rules.territory());
        return trace.triage(Vec::new(), explain::no_bodies(&place));
    };
    if lead == Some(Lead::Advice) {
        let candidates = routing.decides.named().to_vec();
        return trace.triage(candidates, "Conseil\u{a0}: vérifier le droit par une simulation et déposer la demande\u{a0}; rien n'est encore à débloquer.".to_owned());
    }
    let chosen = routing.choose(&mut trace);
    let chosen = routing.with_others(chosen, &mut trace);
    routing.describe(&chosen, &mut trace);
    let sides = [&routing.decides, &routing.pays].map(|finding| finding.named().first().copied());
    trace.conclude(chosen, sides)
}

/// A case between its facts and its decision: who decides, who pays, what the blockage leads to.
struct Routing<'a> {
    facts: &'a Facts,
    rule: &'a BenefitRule,
    lead: Option<Lead>,
    /// The case as seen by whoever decides, and as seen by whoever pays: places may differ.
    deciding: Case<'a>,
    paying: Case<'a>,
    /// The power that decides: the benefit's, or that of the awaited opinion.
    decider: Power,
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
            decider,
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
        let side = self.side();
        if let Some(finding) = self.by_payer(side) {
            return finding;
        }
        match side {
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

    /// What was paid by mistake is claimed back by the body that paid it, wherever the person lives now; only the
    /// waiver of an RSA belongs to whoever decides the RSA.
    fn by_payer(&self, side: Side) -> Option<Finding> {
        let waiver_of_rsa = side == Side::Decides && self.rule.decides == Power::RsaDecision;
        let overpaid = self.lead == Some(Lead::Waiver) && !waiver_of_rsa;
        let payer = self.facts.paying_body.filter(|_| overpaid)?;
        Some(overpaid_by(&self.paying, payer))
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
            "Organisme déjà saisi, qui doit transmettre ({law})\u{a0}: {}.",
            territory.name_of(seized)
        ));
        chosen
    }

    /// Says where, and what would change the answer.
    fn describe(&self, chosen: &Finding, trace: &mut Trace<'_>) {
        let side = self.side();
        let (case, power) = match side {
            Side::Pays => (&self.paying, self.rule.pays),
            _ => (&self.deciding, self.decider),
        };
        place::explain(
            self.facts,
            self.rule,
            power,
            self.deciding.territory(),
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
        match side {
            Side::Open => {
                by_regime(chosen, &self.paying, self.rule.pays, Some(Stage::Payment), trace);
                by_stage(chosen, Stage::Decision, &self.decides, case, trace);
                by_stage(chosen, Stage::Payment, &self.pays, case, trace);
            }
            Side::Pays => {
                by_regime(chosen, case, power, None, trace);
                by_stage(chosen, Stage::Decision, &self.decides, case, trace);
            }
            Side::Decides => {
                by_regime(chosen, case, power, None, trace);
                by_stage(chosen, Stage::Payment, &self.pays, case, trace);
            }
            Side::Elsewhere => {}
        }
        if let Some(change) = place::change(self.facts, self.rule, power) {
            trace.change(change);
        }
        if !self.rule.would_change.is_empty() {
            trace.change(self.rule.would_change.clone());
        }
    }
}

/// The body of another regime, where the regime makes it another body.
fn by_regime(chosen: &Finding, case: &Case<'_>, power: Power, stage: Option<Stage>, trace: &mut Trace<'_>) {
    let as_given = holder(case, power);
    for regime in [Regime::General, Regime::Agricultural] {
        let finding = holder(&case.with_regime(regime), power);
        if finding.answer == as_given.answer {
            continue;
        }
        let Answer::Bodies(slugs) = &finding.answer else {
            continue;
        };
        let Some(slug) = slugs.first().filter(|slug| !chosen.settles_on(**slug)) else {
            continue;
        };
        trace.change(match stage {
            Some(stage) => explain::by_stage(stage, Some(regime), case.name(*slug)),
            None => explain::by_regime(regime, case.name(*slug)),
        });
    }
}

/// The body of the other stage, where it is another body.
fn by_stage(chosen: &Finding, stage: Stage, other: &Finding, case: &Case<'_>, trace: &mut Trace<'_>) {
    if let Answer::Bodies(slugs) = &other.answer
        && let Some(slug) = slugs.first().filter(|slug| !chosen.settles_on(**slug))
    {
        trace.change(explain::by_stage(stage, None, case.name(*slug)));
    }
}

/// The first body leads, the bodies of the benefit follow.
fn led_by(first: Finding, chosen: Finding, trace: &mut Trace<'_>) -> Finding {
    match (&first.answer, &chosen.answer) {
        (Answer::Bodies(lead), Answer::Bodies(others)) => {
            let mut slugs = lead.clone();
            slugs.extend(others.iter().filter(|slug| !lead.contains(slug)));
            if first.reason != chosen.reason {
                trace.reasons.push(first.reason.clone());
            }
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
        (Answer::Unsettled { candidates }, Answer::Bodies(others)) => {
            let mut candidates = candidates.clone();
            candidates.extend(others.iter().filter(|slug| !first.named().contains(slug)));
            trace.reasons.push(chosen.reason);
            Finding {
                answer: Answer::Unsettled { candidates },
                ..first
            }
        }
        (_, Answer::Ask { .. }) => chosen,
        _ => first,
    }
}

//! The two sides of a benefit: who decides it, who pays it, and which of them the case is about.

use crate::facts::{FactName, FactSet, Facts, Regime, Stage};
use crate::reasons;
use crate::ruleset::{BenefitRule, BlockageRule, Lead, PowerId, Ruleset};
use crate::territory::{AgencyKind, AgencySlug};

use super::case::{Answer, Case, Finding};
use super::holder::holder;
use super::trace::Trace;
use super::{Confidence, Decision, place, sentence};

/// A case between its facts and its decision: who decides, who pays, what the blockage leads to.
pub(super) struct Sides<'a> {
    facts: &'a Facts,
    rules: &'a Ruleset,
    rule: &'a BenefitRule,
    blockage: Option<&'a BlockageRule>,
    /// What the blockage leads to; either side when one is given that no rule describes.
    lead: Option<Lead>,
    /// The case as seen by whoever decides, and as seen by whoever pays: places may differ.
    deciding: Case<'a>,
    paying: Case<'a>,
    /// Whether tables describe the place of whoever decides, and that of whoever pays. Of a place that none describes,
    /// the case is that of the other.
    described: [bool; 2],
    /// The power that decides: the benefit's, or that of the awaited opinion.
    decider: PowerId,
    pub(super) decides: Finding,
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

/// A finding with the case it was found in.
struct Found<'s, 'a> {
    case: &'s Case<'a>,
    finding: Finding,
}

impl<'a> Sides<'a> {
    pub(super) fn new(
        facts: &'a Facts,
        rules: &'a Ruleset,
        rule: &'a BenefitRule,
        blockage: Option<&'a BlockageRule>,
    ) -> Option<Sides<'a>> {
        let lead = match (facts.blockage, blockage) {
            (Some(_), None) => Some(Lead::Either),
            (_, blockage) => blockage.map(|blockage| blockage.leads_to),
        };
        let awaited = rule.upstream.filter(|_| lead == Some(Lead::Upstream));
        let decider = awaited.unwrap_or(rule.decides);
        let deciding = place::case(facts, rules, rule, Some(decider));
        let paying = place::case(facts, rules, rule, rule.pays);
        // A side whose territory no table describes is asked nowhere; the other one is asked all the same.
        let (deciding, paying, described) = match (deciding, paying) {
            (Some(deciding), Some(paying)) => (deciding, paying, [true, true]),
            (Some(deciding), None) => (deciding, deciding, [true, false]),
            (None, Some(paying)) => (paying, paying, [false, true]),
            (None, None) => return None,
        };
        let [decider_described, payer_described] = described;
        let decides = if decider_described {
            holder(&deciding, decider)
        } else {
            nobody(facts, rules, rule, Some(decider))
        };
        let pays = match rule.pays {
            Some(power) if power == decider => decides.clone(),
            Some(_) if !payer_described => nobody(facts, rules, rule, rule.pays),
            Some(power) => holder(&paying, power),
            None => Finding::said(
                "payment.none",
                Answer::Unsettled { candidates: Vec::new() },
                "Cette démarche ne donne lieu à aucun versement\u{a0}: le stade du paiement n’y correspond à aucun organisme.".to_owned(),
            ),
        };
        Some(Sides {
            facts,
            rules,
            rule,
            blockage,
            lead,
            deciding,
            paying,
            described,
            decider,
            decides,
            pays,
        })
    }

    pub(super) fn decide(&self, mut trace: Trace<'_>) -> Decision {
        let chosen = self.choose(&mut trace);
        let chosen = self.with_others(chosen, &mut trace);
        self.describe(&chosen.finding, &mut trace);
        let sides = [&self.decides, &self.pays].map(|finding| finding.named().first().copied());
        trace.conclude(chosen.case, chosen.finding, sides)
    }

    /// What is blocked: as given, else as the blockage tells.
    fn side(&self) -> Side {
        let paid = self.rule.pays.is_some();
        let same = self.decides.answer == self.pays.answer;
        let by_benefit = self.rule.stage_of(self.facts.blockage);
        match (self.facts.stage, self.lead) {
            (Some(stage), _) => side_of(stage),
            (None, Some(Lead::Upstream)) if same || !paid => Side::Elsewhere,
            _ if same || !paid => Side::Decides,
            (None, lead) => match (by_benefit, lead) {
                (Some(stage), _) => side_of(stage),
                (None, Some(Lead::Decider | Lead::Upstream)) => Side::Decides,
                (None, None | Some(Lead::Either | Lead::Forwarded | Lead::Seized)) => Side::Open,
                (None, Some(_)) => Side::Pays,
            },
        }
    }

    /// The stage that the blockage tells where none is given and the two stages differ.
    fn told_stage(&self, side: Side) -> Option<Stage> {
        let differ = self.rule.pays.is_some() && self.decides.answer != self.pays.answer;
        match side {
            Side::Decides if differ && self.facts.stage.is_none() => Some(Stage::Decision),
            Side::Pays if differ && self.facts.stage.is_none() => Some(Stage::Payment),
            _ => None,
        }
    }

    fn choose(&self, trace: &mut Trace<'_>) -> Found<'_, 'a> {
        if self.facts.stage.is_some() {
            trace.used.add(FactName::Stage);
        }
        let side = self.side();
        if let Some(finding) = self.by_payer(side) {
            return found(&self.paying, finding);
        }
        match side {
            Side::Decides => found(&self.deciding, self.decides.clone()),
            Side::Pays => found(&self.paying, self.pays.clone()),
            Side::Elsewhere => {
                let candidates = self.decides.named().to_vec();
                let reason = "L’organisme dont la décision est attendue n’est pas connu\u{a0}: la suite se décide à la main.";
                let answer = Answer::Unsettled { candidates };
                let finding = Finding::said("upstream.unknown", answer, reason.to_owned());
                found(&self.deciding, finding)
            }
            Side::Open => self.by_seized().unwrap_or_else(|| self.ask_stage()),
        }
    }

    /// What was paid by mistake is claimed back by the body that paid it, wherever the person lives now, but where the
    /// benefit says that whoever decides waives it.
    fn by_payer(&self, side: Side) -> Option<Finding> {
        let power = self.blockage.and_then(|blockage| blockage.by_payer)?;
        let by_decider = self.rule.named_stage_of(self.facts.blockage) == Some(Stage::Decision);
        self.facts.paying_body?;
        (side != Side::Decides || !by_decider).then(|| holder(&self.paying, power))
    }

    /// A lost file is looked for where it was filed, when that body decides or pays.
    fn by_seized(&self) -> Option<Found<'_, 'a>> {
        let seized = self
            .facts
            .seized_body
            .filter(|_| self.lead == Some(Lead::Seized))?;
        let sides = [(&self.deciding, &self.decides), (&self.paying, &self.pays)];
        let concerned = sides
            .into_iter()
            .find(|(_, finding)| finding.answer == Answer::Bodies(vec![seized]))?;
        let (case, finding) = concerned;
        let using = FactSet::of(&[FactName::SeizedBody]);
        Some(found(case, finding.clone().using(using)))
    }

    fn ask_stage(&self) -> Found<'_, 'a> {
        let mut candidates = self.decides.named().to_vec();
        for slug in self.pays.named() {
            if !candidates.contains(slug) {
                candidates.push(*slug);
            }
        }
        let reason = format!(
            "À la décision\u{a0}: {} Au versement\u{a0}: {}",
            sentence::reason(&self.deciding, &self.decides),
            sentence::reason(&self.paying, &self.pays)
        );
        let fact = FactName::Stage;
        let finding = Finding::said("stage.ask", Answer::Ask { fact, candidates }, reason)
            .using(FactSet::of(&[fact]))
            .using(self.decides.used)
            .using(self.pays.used);
        found(&self.paying, finding)
    }

    /// Adds the bodies that the blockage concerns besides the competent one.
    fn with_others<'s>(&'s self, chosen: Found<'s, 'a>, trace: &mut Trace<'_>) -> Found<'s, 'a> {
        let first = self.blockage.and_then(|blockage| blockage.first);
        match (self.lead, first) {
            (Some(Lead::Forwarded | Lead::Transferred | Lead::Seized), _) => self.with_seized(chosen, trace),
            (_, Some(first)) if first != self.rule.decides && self.described[1] => {
                led_by(found(&self.paying, holder(&self.paying, first)), chosen, trace)
            }
            _ => chosen,
        }
    }

    fn with_seized<'s>(&'s self, mut chosen: Found<'s, 'a>, trace: &mut Trace<'_>) -> Found<'s, 'a> {
        let Some(seized) = self.facts.seized_body else {
            return chosen;
        };
        let Answer::Bodies(slugs) = &mut chosen.finding.answer else {
            return chosen;
        };
        if slugs.contains(&seized) {
            return chosen;
        }
        let territory = self.rules.territory();
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
        trace.used.add(FactName::SeizedBody);
        trace.reasons.push(format!(
            "Organisme déjà saisi, qui doit transmettre ({law})\u{a0}: {}.",
            territory.name_of(seized)
        ));
        chosen
    }

    /// Says where, and what would change the answer.
    fn describe(&self, chosen: &Finding, trace: &mut Trace<'_>) {
        let side = self.side();
        trace.stage = self.told_stage(side);
        let (case, power) = match side {
            Side::Pays => (&self.paying, self.rule.pays),
            _ => (&self.deciding, Some(self.decider)),
        };
        place::explain(
            self.facts,
            self.rules,
            self.rule,
            power,
            &mut trace.reasons,
            &mut trace.used,
        );
        if case.regime != self.facts.regime {
            trace.regime = case.regime;
            trace.reasons.push(reasons::implied_regime(self.facts));
            let implying = [
                FactName::Regime,
                FactName::AgriculturalStatus,
                FactName::SpecialScheme,
            ];
            trace.used = trace.used.and(FactSet::of(&implying));
        }
        let [decider_described, payer_described] = self.described;
        match side {
            Side::Open if payer_described => {
                by_regime(chosen, &self.paying, self.rule.pays, Some(Stage::Payment), trace);
                by_stage(chosen, Stage::Decision, &self.decides, case, trace);
                by_stage(chosen, Stage::Payment, &self.pays, case, trace);
            }
            Side::Open => by_stage(chosen, Stage::Decision, &self.decides, case, trace),
            Side::Pays => {
                if payer_described {
                    by_regime(chosen, case, power, None, trace);
                }
                by_stage(chosen, Stage::Decision, &self.decides, case, trace);
            }
            Side::Decides => {
                if decider_described {
                    by_regime(chosen, case, power, None, trace);
                }
                by_stage(chosen, Stage::Payment, &self.pays, case, trace);
            }
            Side::Elsewhere => {}
        }
        if let Some(change) = place::change(self.facts, self.rules, self.rule, power) {
            trace.change(change);
        }
        if !self.rule.would_change.is_empty() {
            trace.change(self.rule.would_change.clone());
        }
    }
}

fn side_of(stage: Stage) -> Side {
    match stage {
        Stage::Decision => Side::Decides,
        Stage::Payment => Side::Pays,
    }
}

/// Nobody that a table names: the place of this power lies in a territory that none describes.
fn nobody(facts: &Facts, rules: &Ruleset, rule: &BenefitRule, power: Option<PowerId>) -> Finding {
    let place = place::of(facts, rules, rule, power);
    let answer = Answer::Unsettled {
        candidates: Vec::new(),
    };
    Finding::said("territory.undescribed", answer, reasons::no_bodies(&place))
}

fn found<'s, 'a>(case: &'s Case<'a>, finding: Finding) -> Found<'s, 'a> {
    Found { case, finding }
}

/// The body of another regime, where the regime makes it another body.
fn by_regime(
    chosen: &Finding,
    case: &Case<'_>,
    power: Option<PowerId>,
    stage: Option<Stage>,
    trace: &mut Trace<'_>,
) {
    let Some(power) = power else {
        return;
    };
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
            Some(stage) => reasons::by_stage(stage, Some(regime), case.name(*slug)),
            None => reasons::by_regime(regime, case.name(*slug)),
        });
    }
}

/// The body of the other stage, where it is another body.
fn by_stage(chosen: &Finding, stage: Stage, other: &Finding, case: &Case<'_>, trace: &mut Trace<'_>) {
    if let Answer::Bodies(slugs) = &other.answer
        && let Some(slug) = slugs.first().filter(|slug| !chosen.settles_on(**slug))
    {
        trace.change(reasons::by_stage(stage, None, case.name(*slug)));
    }
}

/// The first body leads, the bodies of the benefit follow.
fn led_by<'s, 'a>(first: Found<'s, 'a>, mut chosen: Found<'s, 'a>, trace: &mut Trace<'_>) -> Found<'s, 'a> {
    let said = |found: &Found<'_, '_>| sentence::reason(found.case, &found.finding);
    match (&first.finding.answer, &chosen.finding.answer) {
        (Answer::Bodies(lead), Answer::Bodies(others)) => {
            let mut slugs = lead.clone();
            slugs.extend(others.iter().filter(|slug| !lead.contains(slug)));
            if said(&first) != said(&chosen) {
                trace.reasons.push(said(&first));
            }
            chosen.finding.subject = others.first().copied();
            chosen.finding.answer = Answer::Bodies(slugs);
            chosen.finding = chosen
                .finding
                .using(first.finding.used)
                .at_most(first.finding.confidence);
            chosen
        }
        (Answer::Bodies(_), Answer::Unsettled { .. }) => {
            trace.reasons.push(said(&chosen));
            found(first.case, first.finding.at_most(Confidence::Medium))
        }
        (Answer::Unsettled { candidates }, Answer::Bodies(others)) => {
            let mut candidates = candidates.clone();
            candidates.extend(others.iter().filter(|slug| !first.finding.named().contains(slug)));
            trace.reasons.push(said(&chosen));
            let answer = Answer::Unsettled { candidates };
            found(
                first.case,
                Finding {
                    answer,
                    ..first.finding
                },
            )
        }
        (_, Answer::Ask { .. }) => chosen,
        _ => first,
    }
}

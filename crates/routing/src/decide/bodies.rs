//! Who holds each power: family benefits, social aid, disability, the State, and what no table settles.

use jiff::civil::{Date, date};

use crate::explain;
use crate::facts::{FactName, Regime};
use crate::ruleset::Power;
use crate::territory::{AgencyKind, AgencySlug, Grouping};

use super::Confidence;
use super::case::{Answer, Case, Finding};
use super::{health, pensions};

/// Day from which the RSO of Guyane and La Réunion is decided for the State by the body that pays it.
const RSO_FOR_STATE: Date = date(2020, 1, 1);

/// The body that holds a power in a case.
pub fn holder(case: &Case<'_>, power: Power) -> Finding {
    match power {
        Power::Family => family(case),
        Power::Social => social(case),
        Power::RsaDecision => rsa_decision(case),
        Power::RsoDecision | Power::RsoPayment => rso(case, power),
        Power::Mdph => mdph(case),
        Power::HomeSupport => pensions::home_support(case),
        Power::RetirementClaim => pensions::claim(case),
        Power::Retirement => pensions::retirement(case),
        Power::RetirementPayment => pensions::payment(case),
        Power::Survivor => pensions::survivor(case),
        Power::Aspa => pensions::aspa(case),
        Power::InvaliditySupplement => pensions::invalidity_supplement(case),
        Power::Invalidity => health::insurer(case, health::Branch::Invalidity),
        Power::Health => health::insurer(case, health::Branch::Care),
        Power::WorkAccident => health::insurer(case, health::Branch::Accident),
        Power::HealthSocialService => health::insurer(case, health::Branch::SocialService),
        Power::MedicalAid => health::medical_aid(case),
        Power::DeathGrant => health::death_grant(case),
        Power::Prefecture | Power::ResidencePermit => prefecture(case, power),
        Power::HousingFund | Power::YouthFund => fund(case, power),
        Power::Anah => Finding::national(
            case,
            "national.anah",
            "anah",
            "L'Anah est compétente pour tout le pays, sauf délégation locale.".to_owned(),
        ),
        Power::Asp => Finding::national(
            case,
            "national.asp",
            "asp",
            "L'Agence de services et de paiement est compétente pour tout le pays.".to_owned(),
        ),
        Power::Overpaid => overpaid(case),
        Power::YearEndGrant => year_end_grant(case),
        Power::Transfer => transfer(case),
        Power::TownHelp if case.in_departement(&["75"]) => {
            let reason =
                "À Paris, l'action sociale communale relève de la Ville de Paris (CASVP).".to_owned();
            Finding {
                reason,
                ..social(case)
            }
        }
        Power::CardMaker
        | Power::TownHelp
        | Power::Domiciliation
        | Power::FranceTravail
        | Power::MissionLocale
        | Power::BanqueDeFrance
        | Power::PublicFinances
        | Power::LegalAdvice
        | Power::Nobody => outside(case, power),
    }
}

/// Caf of residence, MSA for the agricultural regime; one body for all overseas.
pub fn family(case: &Case<'_>) -> Finding {
    let departement = case.departement;
    if case.overseas() {
        let (rule, law) = match departement.code {
            "975" => (
                "family.975",
                "la CPS verse toutes les prestations (ordonnance 77-1102)",
            ),
            "976" => (
                "family.976",
                "la CSSM verse les prestations familiales de tous les régimes",
            ),
            "977" => (
                "family.977",
                "la MSA Poitou (CPS) gère toutes les branches pour tous les régimes (CSS L752-1, D752-2-1)",
            ),
            "978" => ("family.978", "la Caf de Guadeloupe est compétente (CSS L752-1)"),
            _ => (
                "family.drom",
                "la Caf verse les prestations familiales de tous les régimes, il n'y a pas de MSA (CSS L752-4, CRPM L781-2)",
            ),
        };
        return Finding::body(
            rule,
            departement.family,
            format!("{}\u{a0}: {law}.", departement.name),
        );
    }
    let seignanx = case.place.grouping == Some(Grouping::Seignanx);
    let caf = match case.body("caf-64") {
        Some(caf) if seignanx => caf,
        _ => departement.family,
    };
    let general = || {
        let reason = if seignanx {
            format!(
                "{} est une des huit communes du Seignanx, rattachées à la {} et non à la Caf des Landes.",
                case.place.name,
                case.name(caf)
            )
        } else {
            format!(
                "Hors régime agricole, la Caf de résidence\u{a0}: {} (CSS R514-1).",
                case.name(caf)
            )
        };
        let confidence = if seignanx {
            Confidence::Medium
        } else {
            Confidence::High
        };
        let rule = if seignanx { "family.seignanx" } else { "family.caf" };
        Finding::body(rule, caf, reason)
            .at_most(confidence)
            .using(&[FactName::Regime])
    };
    let Some(msa) = departement.msa else {
        return general();
    };
    match case.regime {
        Regime::General | Regime::Other => general(),
        Regime::Agricultural => {
            let reason = format!("Régime agricole\u{a0}: {} (CSS R514-1).", case.name(msa));
            Finding::body("family.msa", msa, reason).using(&[FactName::Regime])
        }
        Regime::Unknown => {
            let reason =
                "La Caf, ou la MSA si la personne ou son conjoint relève du régime agricole (CSS R514-1).";
            Finding::ask(
                "family.regime",
                FactName::Regime,
                vec![caf, msa],
                reason.to_owned(),
            )
        }
    }
}

/// The body that paid the minimum income of November or December, else the one of the residence.
fn year_end_grant(case: &Case<'_>) -> Finding {
    let pays_family = |slug: &AgencySlug| {
        let agency = case.territory().agency(slug.as_str());
        let kinds = [
            AgencyKind::Caf,
            AgencyKind::Msa,
            AgencyKind::Cssm,
            AgencyKind::Cps,
        ];
        agency.is_some_and(|agency| kinds.contains(&agency.kind))
    };
    match case.facts.paying_body.filter(pays_family) {
        Some(payer) => {
            let reason = format!(
                "L'organisme qui verse le RSA verse la prime\u{a0}: {} (CASF L262-24).",
                case.name(payer)
            );
            Finding::body("year-end-grant.payer", payer, reason).using(&[FactName::PayingBody])
        }
        None => family(case),
    }
}

/// The département or the body with its social powers.
pub fn social(case: &Case<'_>) -> Finding {
    let departement = case.departement;
    if case.place.grouping == Some(Grouping::MetropoleLyon)
        && let Some(lyon) = case.body("metropole-lyon")
    {
        let reason = format!(
            "{} est dans la Métropole de Lyon, qui y exerce les compétences du département (CGCT L3611-1, L3641-2).",
            case.place.name
        );
        return Finding::body("social.metropole-lyon", lyon, reason);
    }
    let authority = departement.social_authority;
    let (rule, reason) = match departement.code {
        "67" | "68" => (
            "social.cea",
            "une seule collectivité pour le Bas-Rhin et le Haut-Rhin".to_owned(),
        ),
        "2A" | "2B" => ("social.corse", "une seule collectivité pour la Corse".to_owned()),
        "69" => (
            "social.rhone",
            "commune hors de la Métropole de Lyon (CGCT L3611-1)".to_owned(),
        ),
        _ => (
            "social.departement",
            "compétences sociales du département (CASF L121-1)".to_owned(),
        ),
    };
    Finding::body(
        rule,
        authority,
        format!("{}\u{a0}: {reason}.", case.name(authority)),
    )
}

fn mdph(case: &Case<'_>) -> Finding {
    let mdph = case.departement.mdph;
    let reason = format!(
        "La CDAPH décide\u{a0}: {}, par le domicile de secours, à défaut la résidence (CASF L146-3, R146-25).",
        case.name(mdph)
    );
    Finding::body("mdph.domicile", mdph, reason)
}

/// The collectivity, or the paying body for the State where a dated rule says so.
fn rsa_decision(case: &Case<'_>) -> Finding {
    let authority = social(case);
    let Some(row) = case.rules.rsa_for_state(case.departement.code) else {
        let reason = format!(
            "Le droit au RSA relève de la collectivité (CASF L262-13). {}",
            authority.reason
        );
        return Finding { reason, ..authority };
    };
    let name = authority.named().first().map_or("", |slug| case.name(*slug));
    let day = case.facts.on_date;
    if day < row.from || row.until.is_some_and(|until| day > until) {
        let mut reason = format!(
            "Au {}, la décision pour l'État ({}) ne s'applique pas, la collectivité décide\u{a0}: {name} (CASF L262-13).",
            explain::day(day),
            row.law
        );
        if day >= row.from && !row.warning.is_empty() {
            reason = format!("{reason} Attention\u{a0}: {}.", row.warning);
        }
        return Finding {
            reason,
            rule: "rsa.state-ended",
            ..authority
        }
        .using(&[FactName::OnDate])
        .at_most(Confidence::Medium);
    }
    let payer = family(case);
    let mut reason = format!(
        "{}\u{a0}: le RSA est décidé pour l'État par l'organisme qui le verse ({})\u{a0}; l'accompagnement reste à la collectivité ({name}). {}",
        case.departement.name, row.law, payer.reason
    );
    if !row.warning.is_empty() {
        reason = format!("{reason} Attention\u{a0}: {}.", row.warning);
    }
    let finding = Finding {
        reason,
        rule: "rsa.state",
        ..payer
    }
    .using(&[FactName::OnDate]);
    match row.until {
        Some(until) => finding.at_most(Confidence::Medium).changed_by(format!(
            "après le {}, sauf prolongation\u{a0}: {name}",
            explain::day(until)
        )),
        None => finding,
    }
}

fn rso(case: &Case<'_>, power: Power) -> Finding {
    let departement = case.departement;
    let dated = case.in_departement(&["973", "974"]);
    let by_collectivity =
        case.in_departement(&["971", "972"]) || (dated && case.facts.on_date < RSO_FOR_STATE);
    match departement.code {
        _ if by_collectivity && power == Power::RsoDecision => {
            let authority = social(case);
            let reason = format!(
                "Le RSO est décidé par la collectivité (CASF L522-14). {}",
                authority.reason
            );
            let finding = Finding { reason, ..authority };
            if dated {
                finding.using(&[FactName::OnDate])
            } else {
                finding
            }
        }
        "971" | "972" | "973" | "974" | "975" => {
            let reason = format!(
                "Le RSO relève ici de l'organisme qui le verse\u{a0}: {} (CASF L522-14\u{a0}; pour l'État en Guyane et à La Réunion depuis 2020).",
                case.name(departement.family)
            );
            Finding::body("rso.payer", departement.family, reason)
        }
        _ => Finding::unsettled(
            "rso.elsewhere",
            Vec::new(),
            format!(
                "Aucune règle ne donne l'organisme du RSO dans ce territoire\u{a0}: {} (CASF L522-14).",
                departement.name
            ),
        ),
    }
}

fn prefecture(case: &Case<'_>, power: Power) -> Finding {
    let prefecture = case.departement.prefecture;
    let paris = power == Power::ResidencePermit && case.in_departement(&["75"]);
    let reason = if paris {
        "À Paris, les titres de séjour relèvent de la préfecture de police.".to_owned()
    } else {
        format!(
            "Compétence de l'État dans le département\u{a0}: {}.",
            case.name(prefecture)
        )
    };
    Finding::body("state.prefecture", prefecture, reason)
}

/// Housing and youth funds: the collectivity, or the métropole that took them over.
fn fund(case: &Case<'_>, power: Power) -> Finding {
    let authority = social(case);
    let fund = if power == Power::HousingFund {
        "le FSL"
    } else {
        "le fonds d'aide aux jeunes"
    };
    let department = authority.named().to_vec();
    match case.place.grouping {
        Some(Grouping::MetropoleEuropeenneLille) if power == Power::HousingFund => Finding::national(
            case,
            "fund.lille",
            "metropole-europeenne-lille",
            "La Métropole européenne de Lille a repris le FSL du Nord en 2017 (CGCT L5217-2 IV).".to_owned(),
        ),
        Some(Grouping::MetropoleEuropeenneLille) => {
            unknown_fund(department, fund, "Métropole européenne de Lille")
        }
        Some(Grouping::Metropole(name)) => unknown_fund(department, fund, name),
        _ => authority,
    }
}

fn unknown_fund(candidates: Vec<AgencySlug>, fund: &str, metropole: &str) -> Finding {
    Finding::unsettled(
        "fund.metropole",
        candidates,
        format!(
            "{metropole}\u{a0}: {fund} a pu passer du département à la métropole par convention (CGCT L5217-2 IV), à vérifier sur place."
        ),
    )
}

/// What was paid by mistake is claimed back by the body that paid it, wherever the person lives now.
pub fn overpaid_by(case: &Case<'_>, payer: AgencySlug) -> Finding {
    let agency = case.territory().agency(payer.as_str());
    let only_decides = agency.is_some_and(|agency| agency.kind == AgencyKind::Mdph);
    let finding = if only_decides {
        let reason = format!(
            "L'organisme payeur donné décide et ne verse rien, à vérifier\u{a0}: {}.",
            case.name(payer)
        );
        Finding::unsettled("overpaid.not-a-payer", Vec::new(), reason)
    } else {
        let reason = format!(
            "L'indu relève de l'organisme qui a versé\u{a0}: {} (CSS L553-1).",
            case.name(payer)
        );
        Finding::body("overpaid.payer", payer, reason)
    };
    finding.using(&[FactName::PayingBody])
}

/// The body that paid.
fn overpaid(case: &Case<'_>) -> Finding {
    if let Some(payer) = case.facts.paying_body {
        return overpaid_by(case, payer);
    }
    let mut candidates = family(case).named().to_vec();
    for slug in [
        pensions::retirement(case),
        health::insurer(case, health::Branch::Care),
    ]
    .iter()
    .flat_map(Finding::named)
    {
        if !candidates.contains(slug) {
            candidates.push(*slug);
        }
    }
    Finding::ask(
        "overpaid.ask",
        FactName::PayingBody,
        candidates,
        "L'indu relève de l'organisme qui a versé la prestation (CSS L553-1).".to_owned(),
    )
}

/// The body of the new residence, of the branch of the body that held the file, which follows.
fn transfer(case: &Case<'_>) -> Finding {
    let former = case.facts.seized_body.or(case.facts.paying_body);
    let used = match case.facts.seized_body {
        Some(_) => FactName::SeizedBody,
        None => FactName::PayingBody,
    };
    let Some(former) = former else {
        let candidates = family(case).named().to_vec();
        let reason = "Le nouvel organisme dépend de la branche de l'ancien (CSS R514-1, R312-1).";
        return Finding::ask(
            "transfer.ask",
            FactName::SeizedBody,
            candidates,
            reason.to_owned(),
        );
    };
    let kind = case.territory().agency(former.as_str()).map(|agency| agency.kind);
    let new = match kind {
        Some(AgencyKind::Caf) => family(case),
        Some(AgencyKind::Cpam | AgencyKind::Cgss) => health::insurer(case, health::Branch::Care),
        Some(AgencyKind::Carsat | AgencyKind::Cnav) => pensions::retirement(case),
        Some(AgencyKind::Mdph) => mdph(case),
        Some(AgencyKind::Departement) => social(case),
        Some(AgencyKind::Msa) if case.regime == Regime::Agricultural => family(case),
        _ => {
            let candidates = family(case).named().to_vec();
            let reason = format!(
                "{} gère plusieurs branches\u{a0}: la prestation à transférer n'est pas connue.",
                case.name(former)
            );
            return Finding::unsettled("transfer.branch", candidates, reason).using(&[used]);
        }
    };
    let new = new.using(&[used]);
    match &new.answer {
        Answer::Bodies(slugs) if !slugs.contains(&former) => {
            let bodies = slugs.iter().copied().chain([former]).collect();
            let reason = format!(
                "{} Ancien organisme\u{a0}: {}, qui transmet le dossier.",
                new.reason,
                case.name(former)
            );
            Finding {
                answer: Answer::Bodies(bodies),
                reason,
                rule: "transfer.both",
                ..new
            }
        }
        _ => new,
    }
}

/// Bodies that the tables do not give by commune: the desk finds them.
fn outside(case: &Case<'_>, power: Power) -> Finding {
    let place = case.place.name;
    let (rule, reason) = match power {
        Power::TownHelp => ("outside.ccas", format!("Compétence du CCAS ou de la mairie ({place}), qui ne sont pas à l'annuaire (CASF L123-5).")),
        Power::Domiciliation => (
            "outside.domiciliation",
            format!("Compétence du CCAS ({place}) ou d'un organisme agréé, qui ne sont pas à l'annuaire (CASF L264-1)\u{a0}; un refus doit être motivé et la personne orientée ailleurs (L264-4)."),
        ),
        Power::FranceTravail => ("outside.france-travail", format!("Compétence de l'agence France Travail de l'adresse ({place})\u{a0}; elle ne se déduit pas de la commune.")),
        Power::MissionLocale => ("outside.mission-locale", format!("Compétence de la mission locale ({place}) ou de France Travail\u{a0}; le découpage n'est pas à l'annuaire.")),
        Power::BanqueDeFrance => ("outside.banque-de-france", format!("Compétence de la commission de surendettement de la Banque de France ({})\u{a0}; elle n'est pas à l'annuaire.", case.departement.name)),
        Power::PublicFinances => ("outside.finances-publiques", format!("Compétence du service des impôts de l'adresse fiscale ({place})\u{a0}; il n'est pas à l'annuaire.")),
        Power::LegalAdvice => ("outside.acces-au-droit", format!("Compétence du conseil départemental de l'accès au droit ({}) ou du bureau d'aide juridictionnelle\u{a0}; ils ne sont pas à l'annuaire.", case.departement.name)),
        Power::CardMaker => ("outside.imprimerie", "Une carte accordée est fabriquée par l'Imprimerie nationale, qui n'est pas à l'annuaire.".to_owned()),
        _ => ("outside.nobody", "Cette démarche ne donne lieu à aucun versement\u{a0}: le stade du paiement n'y correspond à aucun organisme.".to_owned()),
    };
    Finding::unsettled(rule, Vec::new(), reason)
}

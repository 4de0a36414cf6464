//! Who covers health costs, invalidity, work accidents, and what goes with them.

use crate::facts::{FactName, Regime};
use crate::territory::{AgencyKind, AgencySlug, Grouping};

use super::Confidence;
use super::case::{Case, Finding, Scheme};

/// Branches of health insurance whose bodies differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    /// Care, cash benefits, affiliation, complementary cover.
    Care,
    /// Invalidity pension.
    Invalidity,
    /// Work accidents and occupational diseases.
    Accident,
    /// Social service.
    SocialService,
}

const ILE_DE_FRANCE_BUT_77: [&str; 7] = ["75", "78", "91", "92", "93", "94", "95"];

/// The body that covers a branch: by special scheme, territory, regime.
pub fn insurer(case: &Case<'_>, branch: Branch) -> Finding {
    let departement = case.departement;
    if departement.code == "977" {
        let reason = format!(
            "{}\u{a0}: la MSA Poitou (CPS) gère toutes les branches pour tous (CSS L752-1).",
            departement.name
        );
        return Finding::body("health.977", departement.family, reason);
    }
    if let Some(finding) = by_scheme(case, branch) {
        return finding;
    }
    if case.overseas() {
        return overseas(case, branch);
    }
    let asked_scheme = case.regime == Regime::Other
        && branch != Branch::SocialService
        && matches!(case.scheme(), Scheme::NotGiven);
    match case.regime {
        Regime::General => general(case, branch).using(&[FactName::Regime]),
        Regime::Other if asked_scheme => ask_scheme(case, branch),
        Regime::Other => {
            let scheme = case
                .facts
                .special_scheme
                .as_ref()
                .map(|_| FactName::SpecialScheme);
            general(case, branch)
                .using(&[FactName::Regime])
                .using(scheme.as_slice())
                .at_most(Confidence::Medium)
        }
        Regime::Agricultural => agricultural(case, branch),
        Regime::Unknown => {
            let mut candidates = general(case, branch).named().to_vec();
            candidates.extend_from_slice(agricultural(case, branch).named());
            let reason = "L'assurance maladie du régime général, ou la MSA pour le régime agricole (CSS R312-1, CRPM L723-2).";
            Finding::ask("health.regime", FactName::Regime, candidates, reason.to_owned())
        }
    }
}

/// State medical aid: the health insurer of the residence, whatever the regime.
pub fn medical_aid(case: &Case<'_>) -> Finding {
    match case.departement.code {
        "975" => Finding::unsettled(
            "ame.975",
            Vec::new(),
            "Aucune règle ne donne l'organisme de l'AME à Saint-Pierre-et-Miquelon.".to_owned(),
        ),
        "976" => Finding::unsettled(
            "ame.976",
            Vec::new(),
            "L'aide médicale de l'État ne s'applique pas à Mayotte.".to_owned(),
        ),
        _ => general(case, Branch::Care).at_most(Confidence::Medium),
    }
}

/// The health insurer of the deceased.
pub fn death_grant(case: &Case<'_>) -> Finding {
    if let Some(payer) = case.facts.paying_body {
        if !covers_health(case, payer) {
            let reason = format!(
                "L'organisme payeur donné n'est pas une assurance maladie\u{a0}: {}. Celle du défunt reste à trouver (CSS L361-1).",
                case.name(payer)
            );
            return Finding::unsettled("death-grant.not-a-health-insurer", Vec::new(), reason)
                .using(&[FactName::PayingBody]);
        }
        let reason = format!(
            "L'assurance maladie du défunt\u{a0}: {} (CSS L361-1).",
            case.name(payer)
        );
        return Finding::body("death-grant.payer", payer, reason).using(&[FactName::PayingBody]);
    }
    if let Scheme::Own("sre" | "cnracl") = case.scheme() {
        return public_employer("Le capital décès d'un fonctionnaire");
    }
    let finding = insurer(case, Branch::Care);
    let reason = format!(
        "À défaut d'autre indication, l'organisme du défunt est cherché par la commune donnée. {}",
        finding.reason
    );
    Finding { reason, ..finding }
        .at_most(Confidence::Medium)
        .changed_by("défunt couvert par un autre organisme\u{a0}: cet organisme".to_owned())
}

/// Whether a body is of a kind that covers health costs.
fn covers_health(case: &Case<'_>, body: AgencySlug) -> bool {
    let insurers = [
        AgencyKind::Cpam,
        AgencyKind::Msa,
        AgencyKind::Cgss,
        AgencyKind::Cssm,
        AgencyKind::Cps,
    ];
    let agency = case.territory().agency(body.as_str());
    agency.is_some_and(|agency| insurers.contains(&agency.kind)) || body.as_str() == "enim"
}

fn by_scheme(case: &Case<'_>, branch: Branch) -> Option<Finding> {
    let used = [FactName::SpecialScheme];
    let finding = match case.scheme() {
        Scheme::Own("enim") if case.regime == Regime::Agricultural => contradiction(case),
        Scheme::Own("enim") if branch == Branch::SocialService => Finding::unsettled(
            "health.enim-social",
            Vec::new(),
            "Marin\u{a0}: aucune règle ne donne le service social compétent.".to_owned(),
        ),
        Scheme::Own("enim") => Finding::national(
            case,
            "health.enim",
            "enim",
            "Marin\u{a0}: l'Enim couvre la maladie, l'invalidité et les accidents (CSS L715-2).".to_owned(),
        ),
        Scheme::Own(slug @ ("sre" | "cnracl")) if branch == Branch::Invalidity => Finding::national(
            case,
            "invalidity.civil-servant",
            slug,
            "Fonctionnaire\u{a0}: l'invalidité relève du régime de retraite des fonctionnaires.".to_owned(),
        )
        .at_most(Confidence::Medium),
        Scheme::Own("sre" | "cnracl") if branch == Branch::Accident => {
            public_employer("L'accident de service d'un fonctionnaire")
        }
        Scheme::Unknown(name) => unknown_scheme(name),
        _ => return None,
    };
    Some(finding.using(&used))
}

fn overseas(case: &Case<'_>, branch: Branch) -> Finding {
    let departement = case.departement;
    let general = departement.health.unwrap_or(departement.family);
    if departement.code == "976" {
        return mayotte(case, general);
    }
    let slug = if branch == Branch::SocialService {
        departement.social_service
    } else {
        general
    };
    let law = match departement.code {
        "975" => "ordonnance 77-1102",
        "978" => "CSS L752-1",
        _ => "CSS L752-4, L752-7, CRPM L781-2",
    };
    let reason = format!(
        "{}\u{a0}: tous les régimes, agricole compris, relèvent de la {} ({law}).",
        departement.name,
        case.name(slug)
    );
    Finding::body("health.overseas", slug, reason)
}

/// At Mayotte the CSSM covers health and old age, but for the farmers who are not employees.
pub fn mayotte(case: &Case<'_>, general: AgencySlug) -> Finding {
    let reason =
        "Mayotte\u{a0}: la CSSM pour tous, sauf les exploitants agricoles non salariés (CRPM L781-44)."
            .to_owned();
    let msa = case.body("msa-armorique");
    match case.regime {
        Regime::Agricultural => mayotte_farmer(case, general),
        Regime::Unknown => {
            let candidates = [general].into_iter().chain(msa).collect();
            Finding::ask("mayotte.regime", FactName::Regime, candidates, reason)
        }
        Regime::General | Regime::Other => {
            let finding = Finding::body("mayotte.cssm", general, reason).using(&[FactName::Regime]);
            match msa {
                Some(msa) => finding.changed_by(format!(
                    "exploitant agricole non salarié\u{a0}: {}",
                    case.name(msa)
                )),
                None => finding,
            }
        }
    }
}

/// At Mayotte, farmers who are not employees belong to the MSA d'Armorique but for family benefits.
fn mayotte_farmer(case: &Case<'_>, general: AgencySlug) -> Finding {
    let used = [FactName::Regime, FactName::AgriculturalStatus];
    let Some(msa) = case.body("msa-armorique") else {
        return Finding::unsettled(
            "mayotte.farmer",
            vec![general],
            "La MSA d'Armorique n'est pas à l'annuaire.".to_owned(),
        );
    };
    match case.self_employed_farmer() {
        Some(true) => Finding::body(
            "mayotte.farmer",
            msa,
            "Mayotte, exploitant agricole non salarié\u{a0}: MSA d'Armorique, sauf prestations familiales (CRPM L781-44).".to_owned(),
        )
        .using(&used),
        Some(false) => Finding::body(
            "mayotte.employee",
            general,
            format!("Mayotte, salarié agricole\u{a0}: {}.", case.name(general)),
        )
        .using(&used),
        None => Finding::ask(
            "mayotte.status",
            FactName::AgriculturalStatus,
            vec![general, msa],
            "Mayotte, régime agricole\u{a0}: la CSSM pour un salarié, la MSA d'Armorique pour un exploitant (CRPM L781-44).".to_owned(),
        )
        .using(&used),
    }
}

fn general(case: &Case<'_>, branch: Branch) -> Finding {
    let departement = case.departement;
    if branch == Branch::SocialService {
        let slug = departement.social_service;
        let reason = format!(
            "Service social de l'assurance maladie\u{a0}: {} (CSS L215-1 4°, L215-3).",
            case.name(slug)
        );
        return Finding::body("health.social-service", slug, reason);
    }
    if branch == Branch::Invalidity
        && case.in_departement(&ILE_DE_FRANCE_BUT_77)
        && let Some(cramif) = case.body("cramif")
    {
        let reason =
            "Île-de-France, sauf la Seine-et-Marne\u{a0}: la Cramif verse les pensions d'invalidité."
                .to_owned();
        return Finding::body("invalidity.cramif", cramif, reason);
    }
    if case.place.grouping == Some(Grouping::Seignanx) {
        let reason = format!(
            "{} est dans le Seignanx, longtemps rattaché à la CPAM de Bayonne\u{a0}: la CPAM d'aujourd'hui n'est pas établie.",
            case.place.name
        );
        return Finding::unsettled(
            "health.seignanx",
            departement.health.into_iter().collect(),
            reason,
        );
    }
    match departement.health {
        Some(slug) => {
            let reason = format!(
                "Assurance maladie de la résidence\u{a0}: {} (CSS R312-1, L211-1).",
                case.name(slug)
            );
            Finding::body("health.cpam", slug, reason)
        }
        None => Finding::unsettled(
            "health.several-cpam",
            Vec::new(),
            format!(
                "Plusieurs CPAM se partagent le département ({}) et aucune source ne donne leur découpage par commune.",
                departement.name
            ),
        ),
    }
}

fn agricultural(case: &Case<'_>, branch: Branch) -> Finding {
    let used = [FactName::Regime];
    let departement = case.departement;
    let Some(msa) = departement.msa else {
        return general(case, branch);
    };
    if branch == Branch::Accident
        && case.in_departement(&["57", "67", "68"])
        && let Some(caaa) = case.body(&format!("caaa-{}", departement.code))
    {
        let reason = format!(
            "Régime agricole en Alsace-Moselle\u{a0}: {} (CRPM D761-31).",
            case.name(caaa)
        );
        return Finding::body("accident.caaa", caaa, reason).using(&used);
    }
    let reason = format!("Régime agricole\u{a0}: {} (CRPM L723-2).", case.name(msa));
    Finding::body("health.msa", msa, reason).using(&used)
}

fn ask_scheme(case: &Case<'_>, branch: Branch) -> Finding {
    let mut candidates = general(case, branch).named().to_vec();
    candidates.extend(case.body("enim"));
    if branch == Branch::Invalidity {
        candidates.extend(case.body("sre"));
        candidates.extend(case.body("cnracl"));
    }
    Finding::ask(
        "health.scheme",
        FactName::SpecialScheme,
        candidates,
        "Autre régime\u{a0}: indépendants et fonctionnaires relèvent de la CPAM, les régimes spéciaux de leur caisse.".to_owned(),
    )
    .using(&[FactName::Regime])
}

/// A special scheme that excludes the agricultural regime: both cannot cover the same person.
pub fn contradiction(case: &Case<'_>) -> Finding {
    Finding::unsettled(
        "scheme.contradiction",
        case.departement.msa.into_iter().collect(),
        "Le régime agricole et le régime spécial donnés se contredisent pour cette prestation.".to_owned(),
    )
    .using(&[FactName::Regime])
}

/// A special scheme that no rule knows.
pub fn unknown_scheme(name: &str) -> Finding {
    Finding::unsettled(
        "scheme.unknown",
        Vec::new(),
        format!("Le régime spécial «\u{a0}{name}\u{a0}» n'est pas encore décrit par les règles."),
    )
}

fn public_employer(what: &str) -> Finding {
    Finding::unsettled(
        "scheme.public-employer",
        Vec::new(),
        format!("{what} relève de son employeur public, qui n'est pas à l'annuaire."),
    )
    .using(&[FactName::SpecialScheme])
}

//! Who is asked about retirement, survivors, the old-age minimum and invalidity supplements.

use crate::facts::{FactName, Regime, Stage};
use crate::territory::{AgencyKind, AgencySlug};

use super::Confidence;
use super::case::{Case, Finding, Scheme};
use super::health::{self, Branch, contradiction, mayotte, unknown_scheme};

const ALSACE_MOSELLE: [&str; 3] = ["57", "67", "68"];

/// A pension claim: the body already seized, else the one of the residence.
pub fn claim(case: &Case<'_>) -> Finding {
    if let (Some(Stage::Payment), Some(payer)) = (case.facts.stage, case.facts.paying_body) {
        return paid_by(case, payer);
    }
    let local = alsace_moselle(case).filter(|_| case.regime != Regime::Agricultural);
    let seized = case
        .facts
        .seized_body
        .filter(|_| !matches!(case.scheme(), Scheme::Own(_) | Scheme::Unknown(_)))
        .filter(|slug| accepts_claims(case, *slug));
    match seized {
        Some(slug) if local.is_none() => {
            let reason = format!(
                "La caisse saisie la première devient compétente\u{a0}: {} (CSS R351-34, R173-4-1).",
                case.name(slug)
            );
            let residence = retirement(case);
            let finding = Finding::body("retirement.seized", slug, reason)
                .using(&[FactName::SeizedBody, FactName::Regime]);
            match residence.named() {
                [other] if *other != slug => {
                    finding.changed_by(format!("aucune caisse déjà saisie\u{a0}: {}", case.name(*other)))
                }
                _ => finding,
            }
        }
        _ => retirement(case),
    }
}

/// The retirement body of the residence.
pub fn retirement(case: &Case<'_>) -> Finding {
    if let Some(finding) = by_scheme(case) {
        return finding;
    }
    let departement = case.departement;
    if case.overseas() {
        return overseas(case);
    }
    let (general, law) = match alsace_moselle(case) {
        Some(slug) => (
            slug,
            "Alsace-Moselle ou régime local\u{a0}: compétence exclusive (CSS R351-34)",
        ),
        None => (
            departement.retirement,
            "caisse de la résidence (CSS L215-1, R351-34)",
        ),
    };
    let local = case
        .facts
        .local_scheme
        .filter(|local| *local)
        .map(|_| FactName::LocalScheme);
    let local_used = local.as_slice();
    let of_general = |confidence| {
        let reason = format!("{}\u{a0}: {law}.", case.name(general));
        Finding::body("retirement.general", general, reason)
            .using(&[FactName::Regime])
            .using(local_used)
            .at_most(confidence)
    };
    match (case.regime, departement.msa) {
        (Regime::Agricultural, Some(msa)) => {
            let reason = format!("Régime agricole\u{a0}: {}.", case.name(msa));
            Finding::body("retirement.msa", msa, reason).using(&[FactName::Regime])
        }
        (Regime::Unknown, Some(msa)) => Finding::ask(
            "retirement.regime",
            FactName::Regime,
            vec![general, msa],
            "La caisse de retraite du régime général, ou la MSA pour une carrière agricole (CSS L215-1, R173-4-1).".to_owned(),
        )
        .using(local_used),
        (Regime::Other, _) if matches!(case.scheme(), Scheme::NotGiven) => {
            let mut candidates = vec![general];
            candidates.extend(["sre", "cnracl", "enim"].iter().filter_map(|slug| case.body(slug)));
            Finding::ask(
                "retirement.scheme",
                FactName::SpecialScheme,
                candidates,
                "Autre régime\u{a0}: la Carsat pour les indépendants, sinon le régime spécial (SRE, CNRACL, Enim).".to_owned(),
            )
            .using(&[FactName::Regime])
        }
        (Regime::Other, _) => of_general(Confidence::Medium).using(&[FactName::SpecialScheme]),
        _ => of_general(Confidence::High),
    }
}

/// The body that pays a pension already running; the residence does not tell.
pub fn payment(case: &Case<'_>) -> Finding {
    if let Some(payer) = case.facts.paying_body {
        return paid_by(case, payer);
    }
    let finding = retirement(case);
    let settled = matches!(case.scheme(), Scheme::Own(_) | Scheme::Unknown(_))
        || case.in_departement(&["975", "976", "977"]);
    if settled {
        return finding;
    }
    Finding::ask(
        "retirement.payer",
        FactName::PayingBody,
        finding.named().to_vec(),
        "C'est l'organisme qui verse la pension, souvent celui qui l'a liquidée, pas celui de la résidence."
            .to_owned(),
    )
}

/// Home support of the main retirement body.
pub fn home_support(case: &Case<'_>) -> Finding {
    match case.facts.paying_body {
        Some(payer) => paid_by(case, payer),
        None => retirement(case).at_most(Confidence::Medium),
    }
}

/// The body that liquidated the pension of the deceased, else the survivor's residence.
pub fn survivor(case: &Case<'_>) -> Finding {
    let payer = case.facts.paying_body;
    let of_general = payer.is_none_or(|slug| {
        kind(case, slug).is_some_and(|kind| kind.pays_pensions() && kind != AgencyKind::Msa)
    });
    let common = !matches!(case.scheme(), Scheme::Own(_) | Scheme::Unknown(_));
    if let Some(slug) = alsace_moselle(case).filter(|_| of_general && common)
        && (payer.is_some() || matches!(case.regime, Regime::General))
    {
        let reason = format!(
            "{}\u{a0}: seule compétente pour un conjoint survivant d'Alsace-Moselle (CSS R354-1).",
            case.name(slug)
        );
        let asked = if payer.is_some() {
            FactName::PayingBody
        } else {
            FactName::Regime
        };
        let local = case.facts.local_scheme.map(|_| FactName::LocalScheme);
        return Finding::body("survivor.alsace-moselle", slug, reason)
            .using(&[asked])
            .using(local.as_slice());
    }
    if let Some(payer) = payer {
        if !may_pay(case, payer) {
            return not_a_payer(case, payer);
        }
        let reason = format!(
            "L'organisme qui a liquidé la pension du défunt\u{a0}: {} (CSS R354-1).",
            case.name(payer)
        );
        return Finding::body("survivor.payer", payer, reason).using(&[FactName::PayingBody]);
    }
    let finding = retirement(case);
    let reason = format!(
        "Si aucune pension du défunt n'a été liquidée, la caisse de la résidence (CSS R354-1). {}",
        finding.reason
    );
    Finding { reason, ..finding }
        .at_most(Confidence::Medium)
        .changed_by("pension du défunt déjà liquidée\u{a0}: l'organisme qui l'a liquidée".to_owned())
}

/// Old-age minimum: the body that pays the basic pension, the national service when there is none.
pub fn aspa(case: &Case<'_>) -> Finding {
    match (case.facts.paying_body, case.facts.has_basic_pension) {
        (Some(payer), _) if !may_pay(case, payer) => return not_a_payer(case, payer),
        (Some(payer), None | Some(true)) => {
            let reason = format!(
                "L'organisme qui verse la retraite de base verse l'Aspa\u{a0}: {} (CSS L815-7).",
                case.name(payer)
            );
            return Finding::body("aspa.payer", payer, reason)
                .using(&[FactName::PayingBody, FactName::HasBasicPension]);
        }
        (Some(payer), Some(false)) => {
            let reason = "Un organisme payeur est donné, mais aucune retraite de base\u{a0}: les faits se contredisent.";
            return Finding::unsettled("aspa.contradiction", vec![payer], reason.to_owned())
                .using(&[FactName::PayingBody, FactName::HasBasicPension]);
        }
        (None, _) => {}
    }
    let used = [FactName::HasBasicPension];
    let residence = retirement(case);
    if case.overseas() {
        return residence.using(&used);
    }
    match case.facts.has_basic_pension {
        Some(false) => Finding::national(
            case,
            "aspa.saspa",
            "saspa",
            "Aucune retraite de base\u{a0}: Service de l'Aspa (Saspa), formulaire en mairie (CSS L815-7, R815-5).".to_owned(),
        )
        .using(&used),
        Some(true) => residence
            .using(&used)
            .at_most(Confidence::Medium)
            .changed_by("retraite versée par un autre organisme\u{a0}: cet organisme".to_owned()),
        None => {
            let mut candidates = residence.named().to_vec();
            candidates.extend(case.body("saspa"));
            Finding::ask(
                "aspa.pension",
                FactName::HasBasicPension,
                candidates,
                "L'Aspa relève de l'organisme qui verse la retraite de base, ou du Saspa s'il n'y en a aucune (CSS L815-7).".to_owned(),
            )
        }
    }
}

/// Supplements of an invalidity pension: the body that pays the pension.
pub fn invalidity_supplement(case: &Case<'_>) -> Finding {
    if let Some(payer) = case.facts.paying_body {
        if !may_pay(case, payer) {
            return not_a_payer(case, payer);
        }
        let reason = format!(
            "L'organisme qui verse la pension ouvrant le droit\u{a0}: {} (CSS L815-27).",
            case.name(payer)
        );
        return Finding::body("supplement.payer", payer, reason).using(&[FactName::PayingBody]);
    }
    let invalidity = health::insurer(case, Branch::Invalidity);
    let settled = case.overseas()
        || matches!(case.regime, Regime::Agricultural | Regime::Unknown)
        || matches!(case.scheme(), Scheme::Own(_) | Scheme::Unknown(_));
    if settled {
        return invalidity.at_most(Confidence::Medium);
    }
    let mut candidates = invalidity.named().to_vec();
    for slug in retirement(case).named() {
        if !candidates.contains(slug) {
            candidates.push(*slug);
        }
    }
    Finding::ask(
        "supplement.ask",
        FactName::PayingBody,
        candidates,
        "L'organisme qui verse la pension\u{a0}: invalidité (CPAM ou Cramif) ou retraite anticipée (Carsat) (CSS L815-27).".to_owned(),
    )
}

fn paid_by(case: &Case<'_>, payer: AgencySlug) -> Finding {
    if !may_pay(case, payer) {
        return not_a_payer(case, payer);
    }
    let reason = format!("L'organisme qui verse la pension\u{a0}: {}.", case.name(payer));
    Finding::body("retirement.paid-by", payer, reason).using(&[FactName::PayingBody])
}

/// Whether a body is of a kind that pays pensions of old age or invalidity.
fn may_pay(case: &Case<'_>, payer: AgencySlug) -> bool {
    let invalidity = [AgencyKind::Cpam, AgencyKind::Cramif];
    let national = ["enim", "sre", "cnracl", "saspa", "agirc-arrco"];
    kind(case, payer).is_some_and(|kind| kind.pays_pensions() || invalidity.contains(&kind))
        || national.contains(&payer.as_str())
}

fn not_a_payer(case: &Case<'_>, payer: AgencySlug) -> Finding {
    let reason = format!(
        "L'organisme payeur donné ne verse pas de pension, à vérifier\u{a0}: {}.",
        case.name(payer)
    );
    Finding::unsettled("pension.not-a-payer", Vec::new(), reason).using(&[FactName::PayingBody])
}

fn by_scheme(case: &Case<'_>) -> Option<Finding> {
    let finding = match case.scheme() {
        Scheme::Own(slug) if slug != "agirc-arrco" && case.regime == Regime::Agricultural => {
            contradiction(case)
        }
        Scheme::Own(slug) => {
            let reason = match slug {
                "enim" => "Marin\u{a0}: l'Enim gère sa retraite (CSS L715-2).",
                "sre" => "Fonctionnaire de l'État\u{a0}: Service des retraites de l'État.",
                "cnracl" => "Fonctionnaire territorial ou hospitalier\u{a0}: CNRACL.",
                _ => "Retraite complémentaire des salariés du privé\u{a0}: Agirc-Arrco.",
            };
            Finding::national(case, "retirement.scheme", slug, reason.to_owned())
        }
        Scheme::Unknown(name) => unknown_scheme(name),
        Scheme::NotGiven | Scheme::Common | Scheme::Independent => return None,
    };
    Some(finding.using(&[FactName::SpecialScheme]))
}

fn overseas(case: &Case<'_>) -> Finding {
    let departement = case.departement;
    if departement.code == "976" {
        return mayotte(case, departement.retirement);
    }
    let law = match departement.code {
        "975" => "ordonnance 77-1102",
        "977" => "CSS L752-1, D752-2-1",
        "978" => "CSS L752-1",
        _ => "CSS L752-1, L752-4",
    };
    let reason = format!(
        "{}\u{a0}: la retraite, régime agricole compris, relève de la {} ({law}).",
        departement.name,
        case.name(departement.retirement)
    );
    let finding = Finding::body("retirement.overseas", departement.retirement, reason);
    if case.regime == Regime::Other {
        finding
            .using(&[FactName::Regime])
            .at_most(Confidence::Medium)
            .changed_by("fonctionnaire ou marin\u{a0}: son régime spécial (SRE, CNRACL, Enim)".to_owned())
    } else {
        finding
    }
}

/// The exclusive body of Alsace-Moselle in the general regime, for its residents and for members of the local
/// scheme.
fn alsace_moselle(case: &Case<'_>) -> Option<AgencySlug> {
    let concerned = case.in_departement(&ALSACE_MOSELLE) || case.facts.local_scheme == Some(true);
    let slug = case.body("carsat-alsace-moselle")?;
    concerned.then_some(slug)
}

/// Whether a body may keep a pension claim it was seized of.
fn accepts_claims(case: &Case<'_>, slug: AgencySlug) -> bool {
    let Some(kind) = kind(case, slug) else {
        return false;
    };
    match case.regime {
        Regime::Agricultural => kind == AgencyKind::Msa && !case.overseas(),
        Regime::General | Regime::Other => {
            matches!(kind, AgencyKind::Carsat | AgencyKind::Cnav | AgencyKind::Cgss)
                && !case.in_departement(&["975", "976", "977"])
        }
        Regime::Unknown => {
            matches!(
                kind,
                AgencyKind::Carsat | AgencyKind::Cnav | AgencyKind::Cgss | AgencyKind::Msa
            ) && !case.overseas()
        }
    }
}

fn kind(case: &Case<'_>, slug: AgencySlug) -> Option<AgencyKind> {
    case.territory().agency(slug.as_str()).map(|agency| agency.kind)
}

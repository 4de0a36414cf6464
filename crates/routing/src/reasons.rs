//! French sentences of decisions, for people. Names of agencies come from the directory.

use jiff::civil::Date;

use crate::catalogue::Benefit;
use crate::facts::{FactName, FactSet, Facts, Regime, Stage};
use crate::territory::{How, Resolved, Territory};

/// The benefit and the texts behind its rule.
pub(crate) fn benefit(benefit: &Benefit, law: &str) -> String {
    format!("Prestation ou démarche\u{a0}: {} ({law}).", benefit.name_fr)
}

/// The commune that counts, and what its code was.
pub(crate) fn place(fact: FactName, place: &Resolved, territory: &Territory) -> String {
    let commune = place.commune;
    let departement = territory
        .departement_of(commune)
        .map_or(commune.departement, |row| row.name);
    let resolved = match place.how {
        How::Current => String::new(),
        How::Arrondissement(name) => format!("\u{a0}; {} est le code de {name}", place.given),
        How::OldCode(Some(name)) => format!("\u{a0}; {} est l’ancien code de {name}", place.given),
        How::OldCode(None) => format!("\u{a0}; {} est un ancien code de cette commune", place.given),
    };
    let what = match fact {
        FactName::ElectedDomicile => "Domicile élu, qui prime pour toutes les prestations (CASF L264-1)",
        FactName::ReliefDomicile => "Domicile de secours (CASF L122-1 à L122-3)",
        _ => "Commune de résidence",
    };
    format!(
        "{what}\u{a0}: {} ({}, {departement}){resolved}.",
        commune.name, commune.code
    )
}

/// A territory whose bodies no table gives.
pub(crate) fn no_bodies(place: &Resolved) -> String {
    format!(
        "{} ({})\u{a0}: les organismes de ce territoire ne sont pas décrits par les règles.",
        place.commune.name, place.commune.code
    )
}

/// The regime that another fact implies.
pub(crate) fn implied_regime(facts: &Facts) -> String {
    match (&facts.special_scheme, facts.agricultural_status) {
        (_, Some(_)) => "Le statut agricole donné vaut régime agricole.".to_owned(),
        (Some(scheme), None) => format!("Le régime spécial donné ({scheme}) vaut autre régime."),
        (None, None) => String::new(),
    }
}

/// "agricole : MSA Portes de Bretagne".
pub(crate) fn by_regime(regime: Regime, agency: &str) -> String {
    format!("{}\u{a0}: {agency}", regime_name(regime))
}

/// "blocage au versement : Caf du Morbihan", "blocage au versement, agricole : MSA Portes de Bretagne".
pub(crate) fn by_stage(stage: Stage, regime: Option<Regime>, agency: &str) -> String {
    let stage = match stage {
        Stage::Payment => "au versement",
        Stage::Decision => "à la décision",
    };
    match regime {
        Some(regime) => format!("blocage {stage}, {}\u{a0}: {agency}", regime_name(regime)),
        None => format!("blocage {stage}\u{a0}: {agency}"),
    }
}

/// "31 décembre 2026".
pub(crate) fn day(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let month = MONTHS.get(month).copied().unwrap_or_default();
    match date.day() {
        1 => format!("1er {month} {}", date.year()),
        day => format!("{day} {month} {}", date.year()),
    }
}

/// The question that settles a case, with the names of who decides and who pays.
pub(crate) fn question(fact: FactName, decides: Option<&str>, pays: Option<&str>) -> String {
    match fact {
        FactName::Regime => {
            "De quel régime la personne relève-t-elle\u{a0}: général, agricole (MSA) ou un autre\u{a0}?".to_owned()
        }
        FactName::Stage => {
            let named = |name: Option<&str>| name.map(|name| format!(" ({name})")).unwrap_or_default();
            format!(
                "Qu’est-ce qui bloque\u{a0}: la décision{} ou le versement{}\u{a0}?",
                named(decides),
                named(pays)
            )
        }
        FactName::SpecialScheme => {
            "De quel régime spécial la personne relève-t-elle (Enim, SRE, CNRACL), ou est-elle indépendante\u{a0}?".to_owned()
        }
        FactName::PayingBody => "Quel organisme verse, ou a versé, la pension ou la prestation\u{a0}?".to_owned(),
        FactName::HasBasicPension => "La personne touche-t-elle une retraite de base, et de quel organisme\u{a0}?".to_owned(),
        FactName::AgriculturalStatus => "La personne est-elle exploitante agricole ou salariée agricole\u{a0}?".to_owned(),
        FactName::SeizedBody => "Quel organisme tenait le dossier jusqu’ici\u{a0}?".to_owned(),
        other => format!("Quelle est la valeur de «\u{a0}{}\u{a0}»\u{a0}?", fact_name(other)),
    }
}

/// The facts that were given and did not count, in one line.
pub(crate) fn without_effect(facts: &Facts, used: FactSet) -> Option<String> {
    let unused: Vec<_> = facts
        .given()
        .filter(|name| !used.contains(*name))
        .map(fact_name)
        .collect();
    (!unused.is_empty()).then(|| format!("Sans effet sur cette orientation\u{a0}: {}.", unused.join(", ")))
}

fn regime_name(regime: Regime) -> &'static str {
    match regime {
        Regime::General => "général",
        Regime::Agricultural => "agricole",
        Regime::Other => "autre régime",
        Regime::Unknown => "régime inconnu",
    }
}

pub(crate) fn fact_name(fact: FactName) -> &'static str {
    match fact {
        FactName::Commune => "commune de résidence",
        FactName::Regime => "régime",
        FactName::Benefit => "prestation",
        FactName::Blockage => "ce qui bloque",
        FactName::Stage => "stade (décision ou paiement)",
        FactName::ReliefDomicile => "domicile de secours",
        FactName::ElectedDomicile => "domicile élu",
        FactName::PayingBody => "organisme payeur",
        FactName::SeizedBody => "organisme déjà saisi",
        FactName::AgriculturalStatus => "statut agricole",
        FactName::LocalScheme => "régime local d’Alsace-Moselle",
        FactName::HasBasicPension => "retraite de base",
        FactName::SpecialScheme => "régime spécial",
        FactName::LifeEvent => "événement de vie",
        FactName::Urgent => "urgence",
        FactName::OnDate => "date",
    }
}

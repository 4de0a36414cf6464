//! French words of facts and their values.

use super::Origin;
use crate::catalogue::{Benefit, Blockage};
use crate::facts::{FactName, Facts};
use crate::reasons::{day, fact_name};
use crate::territory::{Resolved, Territory};

/// The value of a fact as it was given; none when it was not.
pub(super) fn value_of(facts: &Facts, name: FactName) -> Option<String> {
    let place = |place: Option<Resolved>| place.map(|place| place.given.to_owned());
    let flag = |flag: Option<bool>| flag.map(|flag| flag.to_string());
    match name {
        FactName::Commune => place(Some(facts.commune)),
        FactName::Regime => Some(facts.regime.as_str().to_owned()),
        FactName::Benefit => Some(facts.benefit.code.to_owned()),
        FactName::Blockage => facts.blockage.map(|blockage| blockage.code.to_owned()),
        FactName::Stage => facts.stage.map(|stage| stage.as_str().to_owned()),
        FactName::ReliefDomicile => place(facts.relief_domicile),
        FactName::ElectedDomicile => place(facts.elected_domicile),
        FactName::PayingBody => facts.paying_body.map(|slug| slug.as_str().to_owned()),
        FactName::SeizedBody => facts.seized_body.map(|slug| slug.as_str().to_owned()),
        FactName::AgriculturalStatus => facts.agricultural_status.map(|status| status.as_str().to_owned()),
        FactName::LocalScheme => flag(facts.local_scheme),
        FactName::HasBasicPension => flag(facts.has_basic_pension),
        FactName::SpecialScheme => facts.special_scheme.clone(),
        FactName::LifeEvent => facts.life_event.clone(),
        FactName::Urgent => facts.urgent.then(|| "true".to_owned()),
        FactName::OnDate => Some(facts.on_date.to_string()),
    }
}

/// "régime : agricole", with where it comes from when nobody said it.
pub(super) fn fact(name: FactName, value: &str, origin: Origin) -> String {
    let said = if value.is_empty() {
        "non donné".to_owned()
    } else {
        shown(name, value)
    };
    let from = match (origin, name) {
        (Origin::Given, _) => "",
        (Origin::Derived, FactName::Stage) => ", d’après ce qui bloque",
        (Origin::Derived, _) => ", d’après un autre fait donné",
        (Origin::Default, FactName::ReliefDomicile) => ", à défaut la résidence",
        (Origin::Default, _) => "",
    };
    format!("{}\u{a0}: {said}{from}", fact_name(name))
}

/// A value as an answer or a supposition: "agricole", "blocage au versement", "sans domicile élu".
pub(super) fn supposed(name: FactName, value: &str) -> String {
    match (name, value) {
        (FactName::Stage, "DECISION") => "blocage à la décision".to_owned(),
        (FactName::Stage, _) => "blocage au versement".to_owned(),
        (FactName::OnDate, _) => format!("à partir du {}", shown(name, value)),
        (FactName::PayingBody, "") => "sans organisme payeur".to_owned(),
        (FactName::SeizedBody, "") => "sans organisme déjà saisi".to_owned(),
        (FactName::ElectedDomicile, "") => "sans domicile élu".to_owned(),
        (FactName::ReliefDomicile, "") => "sans autre domicile de secours".to_owned(),
        (FactName::PayingBody, _) => quoted("organisme payeur", shown(name, value)),
        (FactName::SeizedBody, _) => quoted("organisme déjà saisi", shown(name, value)),
        (FactName::LocalScheme, "true") => "régime local d’Alsace-Moselle".to_owned(),
        (FactName::LocalScheme, _) => "hors régime local d’Alsace-Moselle".to_owned(),
        (FactName::HasBasicPension, "true") => "une retraite de base".to_owned(),
        (FactName::HasBasicPension, _) => "aucune retraite de base".to_owned(),
        _ => shown(name, value),
    }
}

/// "organisme payeur « Caf du Morbihan »": names of bodies come without their article.
fn quoted(what: &str, name: String) -> String {
    format!("{what} «\u{a0}{name}\u{a0}»")
}

/// A value alone, in French.
fn shown(name: FactName, value: &str) -> String {
    let territory = Territory::embedded();
    let known = match (name, value) {
        (FactName::Regime, "general") => Some("général"),
        (FactName::Regime, "agricultural") => Some("agricole"),
        (FactName::Regime, "other") => Some("autre régime"),
        (FactName::Regime, _) => Some("inconnu"),
        (FactName::Stage, "DECISION") => Some("décision"),
        (FactName::Stage, _) => Some("versement"),
        (FactName::AgriculturalStatus, "employee") => Some("salarié agricole"),
        (FactName::AgriculturalStatus, _) => Some("exploitant agricole"),
        (FactName::SpecialScheme, "none") => Some("aucun régime spécial"),
        (FactName::SpecialScheme, "independent") => Some("indépendant"),
        (FactName::SpecialScheme, "enim") => Some("marin (Enim)"),
        (FactName::SpecialScheme, "sre") => Some("fonctionnaire de l’État (SRE)"),
        (FactName::SpecialScheme, "agirc-arrco") => Some("retraite complémentaire (Agirc-Arrco)"),
        (FactName::SpecialScheme, "cnracl") => Some("fonctionnaire territorial ou hospitalier (CNRACL)"),
        (FactName::LocalScheme | FactName::HasBasicPension | FactName::Urgent, "true") => Some("oui"),
        (FactName::LocalScheme | FactName::HasBasicPension | FactName::Urgent, _) => Some("non"),
        (FactName::PayingBody | FactName::SeizedBody, slug) => {
            territory.agency(slug).map(|agency| agency.name_fr)
        }
        (FactName::Benefit, code) => Benefit::find(code).map(|benefit| benefit.name_fr),
        (FactName::Blockage, code) => Blockage::find(code).map(|blockage| blockage.label_fr),
        _ => None,
    };
    if let Some(known) = known {
        return known.to_owned();
    }
    match name {
        FactName::Commune | FactName::ReliefDomicile | FactName::ElectedDomicile => {
            let place = territory.commune(value);
            place.map_or_else(
                |_| value.to_owned(),
                |place| format!("{} ({})", place.name(), place.given),
            )
        }
        FactName::OnDate => value.parse().map_or_else(|_| value.to_owned(), day),
        _ => value.to_owned(),
    }
}

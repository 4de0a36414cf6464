//! The words of a file of rules, and what to say of others.

use crate::decide::Confidence;
use crate::facts::{FactName, LONGEST_FACT};
use crate::nearest::near;
use crate::territory::Territory;

use super::problem::Problem;
use super::text::Slot;
use super::what::What;
use super::{BodyOf, Domicile, Lead};

pub(super) const DOMICILES: [(&str, Domicile); 2] =
    [("residence", Domicile::Residence), ("relief", Domicile::Relief)];

pub(super) const CONFIDENCES: [(&str, Confidence); 3] = [
    ("high", Confidence::High),
    ("medium", Confidence::Medium),
    ("low", Confidence::Low),
];

pub(super) const LEADS: [(&str, Lead); 8] = [
    ("decider", Lead::Decider),
    ("payer", Lead::Payer),
    ("either", Lead::Either),
    ("seized", Lead::Seized),
    ("forwarded", Lead::Forwarded),
    ("transferred", Lead::Transferred),
    ("upstream", Lead::Upstream),
    ("advice", Lead::Advice),
];

pub(super) const BODIES: [(&str, BodyOf); 13] = [
    ("social_authority", BodyOf::SocialAuthority),
    ("caf", BodyOf::Caf),
    ("retirement", BodyOf::Retirement),
    ("social_service", BodyOf::SocialService),
    ("msa", BodyOf::Msa),
    ("mdph", BodyOf::Mdph),
    ("cpam", BodyOf::Cpam),
    ("prefecture", BodyOf::Prefecture),
    ("ddfip", BodyOf::PublicFinances),
    ("cdad", BodyOf::AccessToLaw),
    ("paying_body", BodyOf::PayingBody),
    ("seized_body", BodyOf::SeizedBody),
    ("former_body", BodyOf::FormerBody),
];

/// Facts that may be asked for.
pub(super) const FACTS: [(&str, FactName); 8] = [
    ("regime", FactName::Regime),
    ("stage", FactName::Stage),
    ("paying_body", FactName::PayingBody),
    ("seized_body", FactName::SeizedBody),
    ("agricultural_status", FactName::AgriculturalStatus),
    ("local_scheme", FactName::LocalScheme),
    ("has_basic_pension", FactName::HasBasicPension),
    ("special_scheme", FactName::SpecialScheme),
];

/// Names between braces, beside bodies and powers.
pub(super) const SLOTS: [(&str, Slot); 9] = [
    ("body", Slot::Body),
    ("place", Slot::Place),
    ("departement", Slot::Departement),
    ("grouping", Slot::Grouping),
    ("law", Slot::Law),
    ("date", Slot::Date),
    ("until", Slot::Until),
    ("reason", Slot::Reason),
    ("scheme", Slot::Scheme),
];

/// The value of a word.
pub(super) fn value<T: Copy>(what: What, word: &str, known: &[(&str, T)]) -> Result<T, Problem> {
    let found = known.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        unknown(what, word, &names)
    })
}

/// French words that people write for those of the file.
const FRENCH: [(&str, &str); 22] = [
    ("agricole", "agricultural"),
    ("msa", "agricultural"),
    ("général", "general"),
    ("autre", "other"),
    ("inconnu", "unknown"),
    ("oui", "yes"),
    ("non", "no"),
    ("exploitant", "self_employed"),
    ("salarié", "employee"),
    ("paiement", "PAYMENT"),
    ("décision", "DECISION"),
    ("secours", "relief"),
    ("résidence", "residence"),
    ("outre-mer", "overseas"),
    ("élevée", "high"),
    ("moyenne", "medium"),
    ("faible", "low"),
    ("département", "departement"),
    ("prestation", "benefit"),
    ("régime", "regime"),
    ("organisme", "body"),
    ("loi", "law"),
];

/// A word that is not of a list short enough to be shown.
pub(super) fn unknown(what: What, word: &str, known: &[&str]) -> Problem {
    let french = FRENCH.iter().find(|(french, _)| *french == word.to_lowercase());
    let meant = french
        .map(|(_, meant)| *meant)
        .filter(|meant| known.contains(meant));
    let near = meant.or_else(|| nearest(word, known.iter().copied()));
    Problem::Unknown {
        what,
        given: shortened(word),
        nearest: near.unwrap_or_default().to_owned(),
        name: String::new(),
        known: known.iter().map(|word| (*word).to_owned()).collect(),
    }
}

/// A word that is not of a long list of codes, each with its French name: near by its code, else by its name.
pub(super) fn unknown_of<'k>(
    what: What,
    word: &str,
    known: impl Iterator<Item = (&'k str, &'k str)>,
) -> Problem {
    let known: Vec<_> = known.collect();
    let code = nearest(word, known.iter().map(|(code, _)| *code));
    let name = || {
        nearest(
            word,
            known
                .iter()
                .map(|(_, name)| *name)
                .filter(|name| !name.is_empty()),
        )
    };
    let of = match code {
        Some(near) => known.iter().find(|(code, _)| *code == near),
        None => name().and_then(|near| known.iter().find(|(_, name)| *name == near)),
    };
    let (code, name) = of.copied().unwrap_or_default();
    Problem::Unknown {
        what,
        given: shortened(word),
        nearest: code.to_owned(),
        name: name.to_owned(),
        known: Vec::new(),
    }
}

/// A commune that does not exist, and the one that is found by that name or code.
pub(super) fn unknown_commune(word: &str, territory: &'static Territory) -> Problem {
    let given = shortened(word);
    let found = territory.search(&given, 1).into_iter().next();
    let (code, name) = found.map_or(("", ""), |hit| (hit.commune.code, hit.commune.name));
    Problem::Unknown {
        what: What::Commune,
        given,
        nearest: code.to_owned(),
        name: name.to_owned(),
        known: Vec::new(),
    }
}

/// The known word that may be meant; a word longer than any is compared with none, since each letter takes time.
fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let long = word.chars().nth(LONGEST_FACT).is_some();
    if long { None } else { near(word, known) }
}

/// So much of a word that it can be told.
fn shortened(word: &str) -> String {
    word.chars().take(LONGEST_FACT).collect()
}

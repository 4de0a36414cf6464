//! The words of a file of rules, and what to say of others.

use crate::decide::Confidence;
use crate::facts::FactName;
use crate::nearest::nearest;

use super::problem::Problem;
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

pub(super) const BODIES: [(&str, BodyOf); 11] = [
    ("social_authority", BodyOf::SocialAuthority),
    ("caf", BodyOf::Caf),
    ("retirement", BodyOf::Retirement),
    ("social_service", BodyOf::SocialService),
    ("msa", BodyOf::Msa),
    ("mdph", BodyOf::Mdph),
    ("cpam", BodyOf::Cpam),
    ("prefecture", BodyOf::Prefecture),
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

/// The value of a word.
pub(super) fn value<T: Copy>(what: &'static str, word: &str, known: &[(&str, T)]) -> Result<T, Problem> {
    let found = known.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        unknown(what, word, &names)
    })
}

/// A word that is not of a list short enough to be shown.
pub(super) fn unknown(what: &'static str, word: &str, known: &[&str]) -> Problem {
    Problem::Unknown {
        what,
        given: word.to_owned(),
        nearest: nearest(word, known.iter().copied()).to_owned(),
        known: known.iter().map(|word| (*word).to_owned()).collect(),
    }
}

/// A word that is not of a long list.
pub(super) fn unknown_of<'k>(
    what: &'static str,
    word: &str,
    known: impl Iterator<Item = &'k str>,
) -> Problem {
    Problem::Unknown {
        what,
        given: word.to_owned(),
        nearest: nearest(word, known).to_owned(),
        known: Vec::new(),
    }
}

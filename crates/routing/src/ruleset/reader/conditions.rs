//! Conditions of a rule: each word becomes a bit.

use crate::catalogue::Benefit;
use crate::facts::Stage;
use crate::ruleset::condition::{
    BodySet, Condition, GROUPINGS, NO_BODY, REGIMES, SCHEMES, STAGES, STATUSES, YES_OR_NO, kind_bit,
};
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, List, Words};
use crate::ruleset::what::What;
use crate::ruleset::words::{unknown, unknown_commune, unknown_of};
use crate::territory::{AgencyKind, Departement};

use super::Reader;
use super::bounds::{MOST_VALUES, too_many};
use super::catalogue::unknown_benefit;

pub(super) const STAGE_VALUES: [(&str, Stage); 2] =
    [("DECISION", Stage::Decision), ("PAYMENT", Stage::Payment)];

const KEYS: [&str; 16] = [
    "departement",
    "zone",
    "has",
    "lacks",
    "grouping",
    "commune",
    "benefit",
    "regime",
    "special_scheme",
    "agricultural_status",
    "local_scheme",
    "has_basic_pension",
    "stage",
    "paying_body",
    "seized_body",
    "former_body",
];

/// Bodies that a place may lack.
const ROLES: [&str; 2] = ["msa", "cpam"];

impl Reader<'_> {
    pub(super) fn condition(&mut self, written: &source::Rule) -> Option<Condition> {
        let before = self.faults.len();
        let mut when = Condition {
            from: written.from.as_ref().map(|day| *day.get_ref()),
            until: written.until.as_ref().map(|day| *day.get_ref()),
            ..Condition::NONE
        };
        if let (Some(from), Some(until), Some(place)) = (when.from, when.until, &written.until)
            && until < from
        {
            self.fault(place.span(), Problem::Dates { from, until });
        }
        for (key, values) in &written.when {
            let span = values.span();
            let told = self.faults.len();
            let words = &self.spelled_out(values);
            if let Some(problem) = too_many("values", words.len(), MOST_VALUES) {
                self.fault(span, problem);
                continue;
            }
            if words.is_empty() {
                // A list that is not there, or is empty, is told already.
                if self.faults.len() == told {
                    self.fault(span, Problem::EmptyList);
                }
                continue;
            }
            match key.get_ref().as_str() {
                "regime" => when.regime = self.mask(What::Regime, words, &REGIMES),
                "special_scheme" => when.scheme = self.mask(What::SpecialScheme, words, &SCHEMES),
                "agricultural_status" => {
                    when.agricultural_status = self.mask(What::AgriculturalStatus, words, &STATUSES);
                }
                "local_scheme" => when.local_scheme = self.mask(What::YesOrNo, words, &YES_OR_NO),
                "has_basic_pension" => when.has_basic_pension = self.mask(What::YesOrNo, words, &YES_OR_NO),
                "stage" => when.stage = self.mask(What::Stage, words, &STAGES),
                "grouping" => when.groupings = self.mask(What::Grouping, words, &GROUPINGS),
                "departement" => when.departements &= self.departements(words),
                "zone" => when.departements &= self.zones(words),
                "has" => when.departements &= self.places_with(words, true),
                "lacks" => when.departements &= self.places_with(words, false),
                "commune" => when.communes = self.communes(words),
                "benefit" => when.benefits = self.benefit_mask(words),
                "paying_body" => when.paying_body = self.bodies(words),
                "seized_body" => when.seized_body = self.bodies(words),
                "former_body" => when.former_body = self.bodies(words),
                other => self.fault(key.span(), unknown(What::Condition, other, &KEYS)),
            }
        }
        (self.faults.len() == before).then_some(when)
    }

    /// The words, with those of the lists that they name, each at the place where it is written.
    fn spelled_out(&mut self, words: &List) -> Vec<Words> {
        let mut all = Vec::with_capacity(words.get_ref().len());
        for word in words.get_ref() {
            if self.enough() || all.len() > MOST_VALUES {
                break;
            }
            let Some(name) = word.get_ref().strip_prefix("list.") else {
                all.push(word.clone());
                continue;
            };
            match self.lists.get(name) {
                Some(list) if list.get_ref().is_empty() => self.fault(list.span(), Problem::EmptyList),
                Some(list) => all.extend_from_slice(list.get_ref()),
                None => {
                    let known: Vec<&str> = self.lists.keys().map(String::as_str).collect();
                    let problem = unknown(What::List, name, &known);
                    self.fault(word.span(), problem);
                }
            }
        }
        all
    }

    fn mask(&mut self, what: What, words: &[Words], known: &[&str]) -> u32 {
        let mut mask = 0;
        for word in words {
            match known.iter().position(|name| name == word.get_ref()) {
                Some(at) => mask |= 1 << at,
                None => self.fault(word.span(), unknown(what, word.get_ref(), known)),
            }
        }
        mask
    }

    fn departements(&mut self, words: &[Words]) -> u128 {
        let mut mask = 0;
        for word in words {
            let rows = self.territory.departements();
            match rows.iter().position(|row| row.code == word.get_ref()) {
                Some(at) => mask |= 1 << at,
                None => {
                    let known = rows.iter().map(|row| (row.code, row.name));
                    let problem = unknown_of(What::Departement, word.get_ref(), known);
                    self.fault(word.span(), problem);
                }
            }
        }
        mask
    }

    fn zones(&mut self, words: &[Words]) -> u128 {
        let mut mask = 0;
        for word in words {
            match word.get_ref().as_str() {
                "overseas" => mask |= self.places(Departement::is_overseas),
                "metropole" => mask |= self.places(|row| !row.is_overseas()),
                other => self.fault(
                    word.span(),
                    unknown(What::Zone, other, &["metropole", "overseas"]),
                ),
            }
        }
        mask
    }

    fn places_with(&mut self, words: &[Words], has: bool) -> u128 {
        let mut mask = u128::MAX;
        for word in words {
            match word.get_ref().as_str() {
                "msa" => mask &= self.places(|row| row.msa.is_some() == has),
                "cpam" => mask &= self.places(|row| row.health.is_some() == has),
                other => self.fault(word.span(), unknown(What::BodyOfPlace, other, &ROLES)),
            }
        }
        mask
    }

    fn places(&self, holds: impl Fn(&Departement) -> bool) -> u128 {
        let rows = self.territory.departements().iter().enumerate();
        rows.filter(|(_, row)| holds(row))
            .fold(0, |mask, (at, _)| mask | (1 << at))
    }

    fn communes(&mut self, words: &[Words]) -> Vec<&'static str> {
        let mut codes = Vec::new();
        for word in words {
            if self.enough() {
                break;
            }
            match self.territory.current(word.get_ref()) {
                Some(commune) => codes.push(commune.code),
                None => {
                    let problem = unknown_commune(word.get_ref(), self.territory);
                    self.fault(word.span(), problem);
                }
            }
        }
        codes.sort_unstable();
        codes
    }

    fn benefit_mask(&mut self, words: &[Words]) -> u128 {
        let mut mask = 0;
        for word in words {
            match Benefit::all().iter().find(|known| known.code == word.get_ref()) {
                Some(benefit) => mask |= 1 << benefit.position,
                None => self.fault(word.span(), unknown_benefit(word.get_ref())),
            }
        }
        mask
    }

    fn bodies(&mut self, words: &[Words]) -> BodySet {
        let mut set = BodySet {
            kinds: 0,
            named: Vec::new(),
        };
        for word in words {
            let given = word.get_ref().as_str();
            match (given, AgencyKind::parse(given), self.agency(given)) {
                ("not_given", ..) => set.kinds |= NO_BODY,
                ("given", ..) => set.kinds |= !NO_BODY,
                (_, Some(kind), _) => set.kinds |= kind_bit(kind),
                (_, None, Some(slug)) => set.named.push(slug),
                (other, None, None) => {
                    let kinds = AgencyKind::ALL.iter().map(|kind| kind.as_str());
                    let words = ["not_given", "given"].into_iter().chain(kinds);
                    let known = words.map(|word| (word, "")).chain(self.agencies());
                    let problem = unknown_of(What::Body, other, known);
                    self.fault(word.span(), problem);
                }
            }
        }
        set
    }
}

//! Conditions of a rule: each word becomes a bit.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;

use crate::catalogue::Benefit;
use crate::facts::Stage;
use crate::ruleset::condition::{
    BodySet, Condition, GROUPINGS, NO_BODY, REGIMES, SCHEMES, STAGES, STATUSES, YES_OR_NO, kind_bit,
};
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, List};
use crate::ruleset::words::{unknown, unknown_of};
use crate::territory::{AgencyKind, Departement};

use super::bounds::{MOST_VALUES, too_many};
use super::{Reader, is_a_body};

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
            from: self.day(written.from.as_ref()),
            until: self.day(written.until.as_ref()),
            ..Condition::NONE
        };
        if let (Some(from), Some(until), Some(place)) = (when.from, when.until, &written.until)
            && until < from
        {
            let problem = Problem::Dates {
                from: from.to_string(),
                until: until.to_string(),
            };
            self.fault(place.span(), problem);
        }
        for (key, values) in &written.when {
            let span = values.span();
            let words = &self.spelled_out(&span, values.get_ref());
            if let Some(problem) = too_many("values", words.0.len(), MOST_VALUES) {
                self.fault(span, problem);
                continue;
            }
            if words.0.is_empty() {
                let problem = Problem::EmptyList;
                self.fault(span, problem);
                continue;
            }
            let masked = |reader: &mut Self, known: &[&str]| reader.mask(&span, key.get_ref(), words, known);
            match key.get_ref().as_str() {
                "regime" => when.regime = masked(self, &REGIMES),
                "special_scheme" => when.scheme = masked(self, &SCHEMES),
                "agricultural_status" => when.agricultural_status = masked(self, &STATUSES),
                "local_scheme" => when.local_scheme = masked(self, &YES_OR_NO),
                "has_basic_pension" => when.has_basic_pension = masked(self, &YES_OR_NO),
                "stage" => when.stage = masked(self, &STAGES),
                "grouping" => when.groupings = masked(self, &GROUPINGS),
                "departement" => when.departements &= self.departements(&span, words),
                "zone" => when.departements &= self.zones(&span, words),
                "has" => when.departements &= self.places_with(&span, words, true),
                "lacks" => when.departements &= self.places_with(&span, words, false),
                "commune" => when.communes = self.communes(&span, words),
                "benefit" => when.benefits = self.benefit_mask(&span, words),
                "paying_body" => when.paying_body = self.bodies(&span, words),
                "seized_body" => when.seized_body = self.bodies(&span, words),
                "former_body" => when.former_body = self.bodies(&span, words),
                other => self.fault(key.span(), unknown("condition", other, &KEYS)),
            }
        }
        (self.faults.len() == before).then_some(when)
    }

    /// The words, with those of the lists that they name.
    fn spelled_out(&mut self, span: &Range<usize>, words: &List) -> List {
        let mut all = Vec::with_capacity(words.0.len());
        for word in &words.0 {
            if self.enough() || all.len() > MOST_VALUES {
                break;
            }
            let Some(name) = word.strip_prefix("list.") else {
                all.push(word.clone());
                continue;
            };
            match self.lists.get(name) {
                Some(list) => all.extend_from_slice(list),
                None => {
                    let problem = unknown_of("list", name, self.lists.keys().map(String::as_str));
                    self.fault(span.clone(), problem);
                }
            }
        }
        List(all)
    }

    fn day(&mut self, written: Option<&Spanned<toml::value::Datetime>>) -> Option<Date> {
        let written = written?;
        let day = written.get_ref().to_string().parse::<Date>().ok();
        let only_day = day.filter(|day| day.to_string() == written.get_ref().to_string());
        let problem = Problem::Day;
        self.known(written.span(), only_day.ok_or(problem))
    }

    fn mask(&mut self, span: &Range<usize>, key: &str, words: &List, known: &[&str]) -> u32 {
        let mut mask = 0;
        for word in &words.0 {
            match known.iter().position(|name| name == word) {
                Some(at) => mask |= 1 << at,
                None => {
                    let what = KEYS.iter().find(|name| **name == key).copied().unwrap_or("value");
                    self.fault(span.clone(), unknown(what, word, known));
                }
            }
        }
        mask
    }

    fn departements(&mut self, span: &Range<usize>, words: &List) -> u128 {
        let mut mask = 0;
        for word in &words.0 {
            let rows = self.territory.departements();
            match rows.iter().position(|row| row.code == word) {
                Some(at) => mask |= 1 << at,
                None => {
                    let problem = unknown_of("departement", word, rows.iter().map(|row| row.code));
                    self.fault(span.clone(), problem);
                }
            }
        }
        mask
    }

    fn zones(&mut self, span: &Range<usize>, words: &List) -> u128 {
        let mut mask = 0;
        for word in &words.0 {
            match word.as_str() {
                "overseas" => mask |= self.places(Departement::is_overseas),
                "metropole" => mask |= self.places(|row| !row.is_overseas()),
                other => self.fault(span.clone(), unknown("zone", other, &["metropole", "overseas"])),
            }
        }
        mask
    }

    fn places_with(&mut self, span: &Range<usize>, words: &List, has: bool) -> u128 {
        let mut mask = u128::MAX;
        for word in &words.0 {
            match word.as_str() {
                "msa" => mask &= self.places(|row| row.msa.is_some() == has),
                "cpam" => mask &= self.places(|row| row.health.is_some() == has),
                other => self.fault(span.clone(), unknown("body of a place", other, &ROLES)),
            }
        }
        mask
    }

    fn places(&self, holds: impl Fn(&Departement) -> bool) -> u128 {
        let rows = self.territory.departements().iter().enumerate();
        rows.filter(|(_, row)| holds(row))
            .fold(0, |mask, (at, _)| mask | (1 << at))
    }

    fn communes(&mut self, span: &Range<usize>, words: &List) -> Vec<&'static str> {
        let mut codes = Vec::new();
        for word in &words.0 {
            if self.enough() {
                break;
            }
            match self.territory.current(word) {
                Some(commune) => codes.push(commune.code),
                None => {
                    let known = self.territory.communes().iter().map(|commune| commune.code);
                    self.fault(span.clone(), unknown_of("commune", word, known));
                }
            }
        }
        codes.sort_unstable();
        codes
    }

    fn benefit_mask(&mut self, span: &Range<usize>, words: &List) -> u128 {
        let mut mask = 0;
        for word in &words.0 {
            match Benefit::all().iter().find(|benefit| benefit.code == word) {
                Some(benefit) => mask |= 1 << benefit.position,
                None => {
                    let codes = Benefit::all().iter().map(|benefit| benefit.code);
                    self.fault(span.clone(), unknown_of("benefit", word, codes));
                }
            }
        }
        mask
    }

    fn bodies(&mut self, span: &Range<usize>, words: &List) -> BodySet {
        let mut set = BodySet {
            kinds: 0,
            named: Vec::new(),
        };
        for word in &words.0 {
            match (word.as_str(), AgencyKind::parse(word), self.agency(word)) {
                ("not_given", ..) => set.kinds |= NO_BODY,
                ("given", ..) => set.kinds |= !NO_BODY,
                (_, Some(kind), _) => set.kinds |= kind_bit(kind),
                (_, None, Some(slug)) => set.named.push(slug),
                (other, None, None) => {
                    let kinds = AgencyKind::ALL.iter().map(|kind| kind.as_str());
                    let slugs = self.territory.agencies().iter().filter(is_a_body);
                    let slugs = slugs.map(|agency| agency.slug.as_str());
                    let names = ["not_given", "given"].into_iter().chain(kinds).chain(slugs);
                    let problem = unknown_of("body", other, names);
                    self.fault(span.clone(), problem);
                }
            }
        }
        set
    }
}

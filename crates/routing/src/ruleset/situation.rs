//! A situation that may exist: which facts go together, and where.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use crate::catalogue::Benefit;
use crate::facts::{FactName, Regime};
use crate::territory::{AgencyKind, AgencySlug, Commune, Departement, Territory};

use super::condition::{
    self, Condition, NO_BODY, Seen, SeenBody, grouping_bit, implied_regime, kind_bit, regime_bit,
};
use super::{Body, BodyOf};

/// A situation as rules look at it, with its place.
#[derive(Clone, Copy)]
pub(crate) struct Situation {
    pub seen: Seen,
    pub place: &'static Commune,
    pub departement: &'static Departement,
}

/// What situations may be made of.
pub(crate) struct Possible {
    territory: &'static Territory,
    /// The largest commune of each grouping in each département.
    places: Vec<Place>,
    /// None, and every body that may be given as a fact.
    bodies: Vec<SeenBody>,
}

/// A commune with the bits of its département and grouping.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub commune: &'static Commune,
    pub departement: &'static Departement,
    pub departement_bit: u128,
    pub grouping: u32,
}

impl Place {
    /// None where no table describes the département.
    pub(crate) fn new(commune: &'static Commune, territory: &'static Territory) -> Option<Place> {
        let at = territory.departement_place(commune.departement)?;
        Some(Place {
            commune,
            departement: territory.departements().get(at)?,
            departement_bit: 1 << at,
            grouping: grouping_bit(commune),
        })
    }

    /// Whether a rule may speak here, as far as places go.
    pub(crate) fn meets(&self, when: &Condition) -> bool {
        when.departements & self.departement_bit != 0
            && when.groupings & self.grouping != 0
            && (when.communes.is_empty() || when.communes.binary_search(&self.commune.code).is_ok())
    }
}

impl Possible {
    pub(crate) fn new(territory: &'static Territory) -> Possible {
        Possible {
            territory,
            places: places(territory, |_| None),
            bodies: bodies(territory),
        }
    }

    /// A situation with one of these benefits that meets a condition, if any may exist.
    pub(crate) fn meeting(&self, when: &Condition, benefits: u128) -> Option<Situation> {
        let benefits = when.benefits & benefits;
        let benefit = Benefit::all()
            .iter()
            .map(|benefit| 1_u128 << benefit.position)
            .find(|bit| benefits & bit != 0)?;
        let place = self.place(when)?;
        let (regime, scheme, agricultural_status) = status(when)?;
        let (paying_body, seized_body) = self.bodies(when)?;
        let seen = Seen {
            departement: place.departement_bit,
            grouping: place.grouping,
            commune: place.commune.code,
            benefit,
            regime,
            scheme,
            agricultural_status,
            local_scheme: bits(when.local_scheme, condition::YES_OR_NO.len()).next()?,
            has_basic_pension: bits(when.has_basic_pension, condition::YES_OR_NO.len()).next()?,
            stage: bits(when.stage, condition::STAGES.len()).next()?,
            paying_body,
            seized_body,
            on_date: when.from.or(when.until).unwrap_or(Date::ZERO),
        };
        Some(Situation {
            seen,
            place: place.commune,
            departement: place.departement,
        })
    }

    fn place(&self, when: &Condition) -> Option<Place> {
        if when.communes.is_empty() {
            return self.places.iter().find(|place| place.meets(when)).copied();
        }
        let communes = when
            .communes
            .iter()
            .filter_map(|code| self.territory.current(code));
        communes
            .filter_map(|commune| Place::new(commune, self.territory))
            .find(|place| place.meets(when))
    }

    /// The body that pays and the one already seized; the one that held the file is the second, else the first.
    fn bodies(&self, when: &Condition) -> Option<(SeenBody, SeenBody)> {
        let none = SeenBody::of(None);
        let find = |holds: &dyn Fn(SeenBody) -> bool| self.bodies.iter().copied().find(|body| holds(*body));
        if when.seized_body.holds(none)
            && let Some(paying) = find(&|body| when.paying_body.holds(body) && when.former_body.holds(body))
        {
            return Some((paying, none));
        }
        let given = |body: SeenBody| body.slug.is_some();
        let seized =
            find(&|body| given(body) && when.seized_body.holds(body) && when.former_body.holds(body))?;
        Some((find(&|body| when.paying_body.holds(body))?, seized))
    }
}

impl Situation {
    /// The body that a rule names, where there is one.
    pub(crate) fn body(&self, body: Body) -> Option<AgencySlug> {
        match body {
            Body::Agency(slug) => Some(slug),
            Body::Of(BodyOf::PayingBody) => self.seen.paying_body.slug,
            Body::Of(BodyOf::SeizedBody) => self.seen.seized_body.slug,
            Body::Of(BodyOf::FormerBody) => self.seen.former_body().slug,
            Body::Of(of) => self.departement.body(of),
        }
    }

    /// In the words of the facts: place, benefit, regime and stage always, the others where they are given.
    pub(crate) fn describe(&self) -> Example {
        let seen = &self.seen;
        let word = |bit: u32, words: &[&'static str]| words[bit.trailing_zeros() as usize];
        let benefit = &Benefit::all()[seen.benefit.trailing_zeros() as usize];
        let mut told = vec![
            (FactName::Commune, self.place.code),
            (FactName::Benefit, benefit.code),
            (FactName::Regime, word(seen.regime, &condition::REGIMES)),
            (FactName::Stage, word(seen.stage, &condition::STAGES)),
        ];
        let body = |body: SeenBody| body.slug.map_or(NOT_GIVEN, AgencySlug::as_str);
        let facts = [
            (FactName::SpecialScheme, word(seen.scheme, &condition::SCHEMES)),
            (
                FactName::AgriculturalStatus,
                word(seen.agricultural_status, &condition::STATUSES),
            ),
            (
                FactName::LocalScheme,
                word(seen.local_scheme, &condition::YES_OR_NO),
            ),
            (
                FactName::HasBasicPension,
                word(seen.has_basic_pension, &condition::YES_OR_NO),
            ),
            (FactName::PayingBody, body(seen.paying_body)),
            (FactName::SeizedBody, body(seen.seized_body)),
        ];
        told.extend(facts.iter().filter(|(_, word)| *word != NOT_GIVEN));
        Example {
            facts: told,
            on_date: (seen.on_date != Date::ZERO).then_some(seen.on_date),
        }
    }
}

/// The word of a fact that is not given.
const NOT_GIVEN: &str = "not_given";

/// A situation that shows what is told of a ruleset, in the words of its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// The facts that matter, each with its word.
    pub facts: Vec<(FactName, &'static str)>,
    /// The day, where the rules tell days apart.
    pub on_date: Option<Date>,
}

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (fact, word)) in self.facts.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{fact} {word}")?;
            let commune = Territory::embedded().current(word);
            if let Some(commune) = commune.filter(|_| *fact == FactName::Commune) {
                write!(f, " ({})", commune.name)?;
            }
        }
        match self.on_date {
            Some(day) => write!(f, ", {} {day}", FactName::OnDate),
            None => Ok(()),
        }
    }
}

/// Whether these may be of one case: an unknown regime is not what counts where another fact implies one.
pub(crate) fn go_together(regime: u32, scheme: u32, agricultural_status: u32) -> bool {
    let unknown = regime_bit(Regime::Unknown);
    regime != unknown || implied_regime(Regime::Unknown, scheme, agricultural_status) == Regime::Unknown
}

/// Regime, special scheme and agricultural status that go together.
fn status(when: &Condition) -> Option<(u32, u32, u32)> {
    let statuses = bits(when.agricultural_status, condition::STATUSES.len());
    let schemes = || bits(when.scheme, condition::SCHEMES.len());
    let regimes = || bits(when.regime, condition::REGIMES.len());
    // Those with the fewest facts first.
    let mut all = statuses.flat_map(|status| {
        schemes().flat_map(move |scheme| regimes().map(move |regime| (regime, scheme, status)))
    });
    all.find(|(regime, scheme, status)| go_together(*regime, *scheme, *status))
}

/// The values of a set, each as its bit.
fn bits(mask: u32, count: usize) -> impl Iterator<Item = u32> + Clone {
    (0..count)
        .map(|at| 1_u32 << at)
        .filter(move |bit| mask & bit != 0)
}

/// The largest commune of each grouping in each département, and of each name that `apart` gives.
pub(crate) fn places(
    territory: &'static Territory,
    apart: impl Fn(&'static Commune) -> Option<&'static str>,
) -> Vec<Place> {
    let mut largest: BTreeMap<(&str, u32, Option<&str>), &'static Commune> = BTreeMap::new();
    for commune in territory.communes() {
        let key = (commune.departement, grouping_bit(commune), apart(commune));
        let known = largest.entry(key).or_insert(commune);
        if known.population < commune.population {
            *known = commune;
        }
    }
    let communes = largest.into_values();
    communes
        .filter_map(|commune| Place::new(commune, territory))
        .collect()
}

/// None, and every body that may be given as a fact.
pub(crate) fn bodies(territory: &'static Territory) -> Vec<SeenBody> {
    let none = SeenBody {
        kind: NO_BODY,
        slug: None,
    };
    let agencies = territory.agencies().iter();
    let bodies = agencies.filter(|agency| agency.kind != AgencyKind::Triage);
    let given = bodies.map(|agency| SeenBody {
        kind: kind_bit(agency.kind),
        slug: Some(agency.slug),
    });
    [none].into_iter().chain(given).collect()
}

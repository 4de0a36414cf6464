//! The situations that the rules of a power tell apart, one of each.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};

use crate::catalogue::Benefit;
use crate::facts::{FactName, Regime};
use crate::ruleset::condition::{
    self, BodySet, Condition, NO_BODY, Seen, SeenBody, grouping_bit, implied_regime, kind_bit, regime_bit,
};
use crate::ruleset::{Body, BodyOf, PowerId, RuleId, Ruleset};
use crate::territory::{AgencyKind, AgencySlug, Commune, Departement, Territory};

/// Before every rule.
const LONG_AGO: Date = date(1900, 1, 1);

/// A situation as rules look at it.
#[derive(Clone)]
pub(super) struct Situation {
    pub seen: Seen,
    departement: &'static Departement,
    place: &'static Commune,
}

/// One value for each difference that rules make.
pub(super) struct Situations {
    places: Vec<(&'static Commune, &'static Departement, u128)>,
    benefits: Vec<u128>,
    regimes: Vec<u32>,
    schemes: Vec<u32>,
    statuses: Vec<u32>,
    local: Vec<u32>,
    pensions: Vec<u32>,
    stages: Vec<u32>,
    paying: Vec<SeenBody>,
    seized: Vec<SeenBody>,
    dates: Vec<Date>,
}

impl Situations {
    /// Those that the rules of a power, and of all powers they ask, tell apart.
    pub(super) fn of(rules: &Ruleset, power: PowerId) -> Situations {
        let ids = rules.rules_behind(power);
        let conditions: Vec<&Condition> = ids.iter().map(|id| &rules.rule(*id).when).collect();
        let bits = |count: usize, mask: fn(&Condition) -> u32| {
            let values = (0..count).map(|at| 1_u32 << at);
            different(values, |value| {
                conditions.iter().map(|when| mask(when) & value != 0).collect()
            })
        };
        let benefits = (0..Benefit::all().len()).map(|at| 1_u128 << at);
        let bodies = bodies(rules.territory(), &conditions);
        let body = |set: fn(&Condition) -> &BodySet| {
            different(bodies.iter().copied(), |body| {
                let asked = conditions.iter();
                asked
                    .flat_map(|when| [set(when).holds(body), when.former_body.holds(body)])
                    .collect()
            })
        };
        Situations {
            places: places(rules.territory(), &ids, rules),
            benefits: different(benefits, |value| {
                conditions.iter().map(|when| when.benefits & value != 0).collect()
            }),
            regimes: bits(condition::REGIMES.len(), |when| when.regime),
            schemes: bits(condition::SCHEMES.len(), |when| when.scheme),
            statuses: bits(condition::STATUSES.len(), |when| when.agricultural_status),
            local: bits(condition::YES_OR_NO.len(), |when| when.local_scheme),
            pensions: bits(condition::YES_OR_NO.len(), |when| when.has_basic_pension),
            stages: bits(condition::STAGES.len(), |when| when.stage),
            paying: body(|when| &when.paying_body),
            seized: body(|when| &when.seized_body),
            dates: dates(&conditions),
        }
    }

    /// Every combination, but for an unknown regime that another fact tells.
    pub(super) fn all(&self) -> impl Iterator<Item = Situation> {
        let sizes = [
            self.places.len(),
            self.benefits.len(),
            self.regimes.len(),
            self.schemes.len(),
            self.statuses.len(),
            self.local.len(),
            self.pensions.len(),
            self.stages.len(),
            self.paying.len(),
            self.seized.len(),
            self.dates.len(),
        ];
        let all = (0..sizes.iter().product::<usize>()).map(move |number| {
            let mut rest = number;
            let at = sizes.map(|size| {
                let at = rest % size;
                rest /= size;
                at
            });
            let (place, departement, bit) = self.places[at[0]];
            let seen = Seen {
                departement: bit,
                grouping: grouping_bit(place),
                commune: place.code,
                benefit: self.benefits[at[1]],
                regime: self.regimes[at[2]],
                scheme: self.schemes[at[3]],
                agricultural_status: self.statuses[at[4]],
                local_scheme: self.local[at[5]],
                has_basic_pension: self.pensions[at[6]],
                stage: self.stages[at[7]],
                paying_body: self.paying[at[8]],
                seized_body: self.seized[at[9]],
                on_date: self.dates[at[10]],
            };
            Situation {
                seen,
                departement,
                place,
            }
        });
        all.filter(|situation| {
            let Situation { seen, .. } = situation;
            let unknown = seen.regime == regime_bit(Regime::Unknown);
            !unknown
                || implied_regime(Regime::Unknown, seen.scheme, seen.agricultural_status) == Regime::Unknown
        })
    }
}

impl Situation {
    /// The body that a rule names, where there is one.
    pub(super) fn body(&self, body: Body) -> Option<AgencySlug> {
        match body {
            Body::Agency(slug) => Some(slug),
            Body::Of(BodyOf::PayingBody) => self.seen.paying_body.slug,
            Body::Of(BodyOf::SeizedBody) => self.seen.seized_body.slug,
            Body::Of(BodyOf::FormerBody) => self.seen.former_body().slug,
            Body::Of(of) => self.departement.body(of),
        }
    }

    /// The same with each answer to a question; none for a fact whose answers are bodies.
    pub(super) fn answers(&self, fact: FactName) -> Vec<Situation> {
        let with = |change: &dyn Fn(&mut Seen)| {
            let mut other = self.clone();
            change(&mut other.seen);
            other
        };
        let bits = |count: usize| (0..count).map(|at| 1_u32 << at);
        match fact {
            // Unknown is no answer.
            FactName::Regime => bits(3).map(|bit| with(&|seen| seen.regime = bit)).collect(),
            FactName::Stage => bits(3)
                .skip(1)
                .map(|bit| with(&|seen| seen.stage = bit))
                .collect(),
            FactName::AgriculturalStatus => bits(3)
                .skip(1)
                .map(|bit| with(&|seen| seen.agricultural_status = bit))
                .collect(),
            FactName::LocalScheme => bits(3)
                .skip(1)
                .map(|bit| with(&|seen| seen.local_scheme = bit))
                .collect(),
            FactName::HasBasicPension => bits(3)
                .skip(1)
                .map(|bit| with(&|seen| seen.has_basic_pension = bit))
                .collect(),
            FactName::SpecialScheme => bits(condition::SCHEMES.len())
                .skip(1)
                .map(|bit| with(&|seen| seen.scheme = bit))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// In the words of a file of rules.
    pub(super) fn describe(&self) -> String {
        let seen = &self.seen;
        let word = |bit: u32, words: &[&'static str]| words[bit.trailing_zeros() as usize];
        let mut told = vec![format!("{} ({})", self.place.name, self.place.code)];
        let facts = [
            ("regime", word(seen.regime, &condition::REGIMES)),
            ("special_scheme", word(seen.scheme, &condition::SCHEMES)),
            (
                "agricultural_status",
                word(seen.agricultural_status, &condition::STATUSES),
            ),
            ("local_scheme", word(seen.local_scheme, &condition::YES_OR_NO)),
            (
                "has_basic_pension",
                word(seen.has_basic_pension, &condition::YES_OR_NO),
            ),
            ("stage", word(seen.stage, &condition::STAGES)),
            (
                "paying_body",
                seen.paying_body.slug.map_or("not_given", AgencySlug::as_str),
            ),
            (
                "seized_body",
                seen.seized_body.slug.map_or("not_given", AgencySlug::as_str),
            ),
        ];
        let given = facts.iter().filter(|(_, word)| *word != "not_given");
        told.extend(given.map(|(name, word)| format!("{name} {word}")));
        if seen.on_date != LONG_AGO {
            told.push(seen.on_date.to_string());
        }
        told.join(", ")
    }
}

/// The first of those that nothing tells apart.
fn different<V: Copy>(values: impl Iterator<Item = V>, seen: impl Fn(V) -> Vec<bool>) -> Vec<V> {
    let mut known = BTreeSet::new();
    values.filter(|value| known.insert(seen(*value))).collect()
}

/// One commune for each difference that rules make between places.
fn places(
    territory: &'static Territory,
    ids: &[RuleId],
    rules: &Ruleset,
) -> Vec<(&'static Commune, &'static Departement, u128)> {
    let named: BTreeSet<&str> = ids
        .iter()
        .flat_map(|id| rules.rule(*id).when.communes.iter().copied())
        .collect();
    let mut first: BTreeMap<(&str, u32, Option<&str>), &'static Commune> = BTreeMap::new();
    for commune in territory.communes() {
        let name = named.get(commune.code).copied();
        let key = (commune.departement, grouping_bit(commune), name);
        first.entry(key).or_insert(commune);
    }
    let described = first.into_values().filter_map(|commune| {
        let at = territory.departement_place(commune.departement)?;
        Some((commune, territory.departements().get(at)?, 1_u128 << at))
    });
    let described: Vec<_> = described.collect();
    different(described.into_iter(), |(commune, departement, bit)| {
        let grouping = grouping_bit(commune);
        let asked = ids.iter().map(|id| &rules.rule(*id).when).map(|when| {
            let here = when.communes.is_empty() || when.communes.binary_search(&commune.code).is_ok();
            when.departements & bit != 0 && when.groupings & grouping != 0 && here
        });
        let roles = [departement.msa.is_some(), departement.health.is_some()];
        asked.chain(roles).collect()
    })
}

/// Bodies that may be given: none, or any; rules that name one set it apart from the others of its kind.
fn bodies(territory: &'static Territory, conditions: &[&Condition]) -> Vec<SeenBody> {
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
    let asks = |when: &&Condition| {
        [&when.paying_body, &when.seized_body, &when.former_body]
            .iter()
            .any(|set| **set != BodySet::ANY)
    };
    // Where no rule asks for a body, one stands for all.
    let enough = if conditions.iter().any(asks) {
        usize::MAX
    } else {
        1
    };
    [none].into_iter().chain(given.take(enough)).collect()
}

/// The days on which something begins or has just ended.
fn dates(conditions: &[&Condition]) -> Vec<Date> {
    let turns = conditions.iter().flat_map(|when| {
        let after = when.until.and_then(|until| until.tomorrow().ok());
        [when.from, after].into_iter().flatten()
    });
    let days: BTreeSet<Date> = [LONG_AGO].into_iter().chain(turns).collect();
    days.into_iter().collect()
}

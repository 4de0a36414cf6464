//! The situations in which a power is asked, one of each that rules tell apart.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::catalogue::Benefit;
use crate::facts::FactName;
use crate::ruleset::condition::{self, BodySet, Condition, Seen, SeenBody};
use crate::ruleset::situation::{self, Place, Situation, go_together};
use crate::ruleset::{Body, BodyOf, PowerId, Reach, Ruleset};
use crate::territory::{AgencySlug, Departement, Territory};

/// A situation with all that rules do not tell from it.
#[derive(Clone, Copy)]
pub(super) struct Asked<'s> {
    pub situation: Situation,
    pub places: &'s Class<Place>,
    pub paying: &'s Class<SeenBody>,
    pub seized: &'s Class<SeenBody>,
}

/// Values that no rule tells apart; the first stands for them.
pub(super) struct Class<V> {
    pub number: usize,
    pub members: Vec<V>,
}

/// One value for each difference that rules make.
pub(super) struct Situations {
    reach: Reach,
    places: Vec<Class<Place>>,
    benefits: Vec<u128>,
    regimes: Vec<u32>,
    schemes: Vec<u32>,
    statuses: Vec<u32>,
    local: Vec<u32>,
    pensions: Vec<u32>,
    stages: Vec<u32>,
    paying: Vec<Class<SeenBody>>,
    seized: Vec<Class<SeenBody>>,
    dates: Vec<Date>,
}

impl Situations {
    /// Those that the rules of a power, and of all powers they ask, tell apart, where benefits and blockages ask it.
    pub(super) fn of(rules: &Ruleset, power: PowerId, reach: Reach, today: Date) -> Situations {
        let ids = rules.rules_behind(power);
        let conditions: Vec<&Condition> = ids.iter().map(|id| &rules.rule(*id).when).collect();
        let bits = |count: usize, mask: fn(&Condition) -> u32| {
            let values = (0..count).map(|at| 1_u32 << at);
            one_of_each(values, |value| {
                conditions
                    .iter()
                    .map(|when| mask(when) & value != 0)
                    .collect::<Vec<_>>()
            })
        };
        let stages = (0..condition::STAGES.len()).map(|at| 1_u32 << at);
        let benefits = Benefit::all().iter().map(|benefit| 1_u128 << benefit.position);
        let benefits = benefits.filter(|bit| reach.benefits() & bit != 0);
        let bodies = situation::bodies(rules.territory());
        let by_payer = stages
            .clone()
            .any(|stage| reach.at(stage, true) != reach.at(stage, false));
        let body = |set: fn(&Condition) -> &BodySet, given_counts: bool| {
            classes(bodies.iter().copied(), |body| {
                let asked = conditions.iter();
                let asked = asked.flat_map(|when| [set(when).holds(body), when.former_body.holds(body)]);
                asked
                    .chain([given_counts && body.slug.is_some()])
                    .collect::<Vec<_>>()
            })
        };
        Situations {
            places: places(rules.territory(), &conditions),
            benefits: one_of_each(benefits, |value| {
                let rules = conditions.iter().map(|when| when.benefits & value != 0);
                rules
                    .chain(reach.each().map(|benefits| benefits & value != 0))
                    .collect::<Vec<_>>()
            }),
            regimes: bits(condition::REGIMES.len(), |when| when.regime),
            schemes: bits(condition::SCHEMES.len(), |when| when.scheme),
            statuses: bits(condition::STATUSES.len(), |when| when.agricultural_status),
            local: bits(condition::YES_OR_NO.len(), |when| when.local_scheme),
            pensions: bits(condition::YES_OR_NO.len(), |when| when.has_basic_pension),
            stages: one_of_each(stages, |value| {
                let rules = conditions.iter().map(|when| when.stage & value != 0);
                (
                    reach.at(value, false),
                    reach.at(value, true),
                    rules.collect::<Vec<_>>(),
                )
            }),
            paying: body(|when| &when.paying_body, by_payer),
            seized: body(|when| &when.seized_body, false),
            dates: dates(&conditions, today),
            reach,
        }
    }

    /// How many combinations there are, those that cannot be among them.
    pub(super) fn count(&self) -> u128 {
        let sizes = self.sizes().into_iter();
        sizes.fold(1, |all, size| all.saturating_mul(size as u128))
    }

    fn sizes(&self) -> [usize; 11] {
        [
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
        ]
    }

    /// Every combination that may be, where the power is asked.
    pub(super) fn all(&self) -> impl Iterator<Item = Asked<'_>> {
        let sizes = self.sizes();
        let all = (0..sizes.iter().product::<usize>()).map(move |number| {
            let mut rest = number;
            let at = sizes.map(|size| {
                let at = rest % size;
                rest /= size;
                at
            });
            let (places, paying, seized) = (&self.places[at[0]], &self.paying[at[8]], &self.seized[at[9]]);
            let place = places.members[0];
            let seen = Seen {
                departement: place.departement_bit,
                grouping: place.grouping,
                commune: place.commune.code,
                benefit: self.benefits[at[1]],
                regime: self.regimes[at[2]],
                scheme: self.schemes[at[3]],
                agricultural_status: self.statuses[at[4]],
                local_scheme: self.local[at[5]],
                has_basic_pension: self.pensions[at[6]],
                stage: self.stages[at[7]],
                paying_body: paying.members[0],
                seized_body: seized.members[0],
                on_date: self.dates[at[10]],
            };
            Asked {
                situation: Situation {
                    seen,
                    place: place.commune,
                    departement: place.departement,
                },
                places,
                paying,
                seized,
            }
        });
        all.filter(|asked| {
            let seen = &asked.situation.seen;
            let benefits = self.reach.at(seen.stage, seen.paying_body.slug.is_some());
            benefits & seen.benefit != 0 && go_together(seen.regime, seen.scheme, seen.agricultural_status)
        })
    }
}

impl Asked<'_> {
    /// Every agency that a body may be, here and wherever rules see no difference.
    pub(super) fn agencies(&self, body: Body) -> Vec<AgencySlug> {
        let given = |class: &Class<SeenBody>| class.members.iter().filter_map(|body| body.slug).collect();
        match body {
            Body::Agency(slug) => vec![slug],
            Body::Of(BodyOf::PayingBody) => given(self.paying),
            Body::Of(BodyOf::SeizedBody) => given(self.seized),
            Body::Of(BodyOf::FormerBody) => given(self.former().1),
            Body::Of(of) => {
                let places = self.places.members.iter();
                places.filter_map(|place| place.departement.body(of)).collect()
            }
        }
    }

    /// Number of the class on which these agencies depend.
    pub(super) fn class_of(&self, body: Body) -> usize {
        match body {
            Body::Agency(_) => 0,
            Body::Of(BodyOf::PayingBody) => self.paying.number,
            Body::Of(BodyOf::SeizedBody) => self.seized.number,
            Body::Of(BodyOf::FormerBody) => self.former().0,
            Body::Of(_) => self.places.number,
        }
    }

    /// The class of the body that held the file, those of paying bodies numbered from the end.
    fn former(&self) -> (usize, &Class<SeenBody>) {
        if self.situation.seen.seized_body.slug.is_some() {
            (self.seized.number, self.seized)
        } else {
            (usize::MAX - self.paying.number, self.paying)
        }
    }

    /// The same with each answer to a question; none for a fact whose answers are bodies.
    pub(super) fn answers(&self, fact: FactName) -> Vec<Situation> {
        let with = |change: &dyn Fn(&mut Seen)| {
            let mut other = self.situation;
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
}

/// The values, those together that nothing tells apart, in the order of the first of each.
fn classes<V: Copy, K: Ord>(values: impl Iterator<Item = V>, seen: impl Fn(V) -> K) -> Vec<Class<V>> {
    let mut numbers: BTreeMap<K, usize> = BTreeMap::new();
    let mut classes: Vec<Class<V>> = Vec::new();
    for value in values {
        let next = classes.len();
        let number = *numbers.entry(seen(value)).or_insert(next);
        if number == next {
            classes.push(Class {
                number,
                members: Vec::new(),
            });
        }
        classes[number].members.push(value);
    }
    classes
}

/// The first of those that nothing tells apart.
fn one_of_each<V: Copy, K: Ord>(values: impl Iterator<Item = V>, seen: impl Fn(V) -> K) -> Vec<V> {
    let classes = classes(values, seen).into_iter();
    classes.map(|class| class.members[0]).collect()
}

/// The communes, one of each département and grouping and those that rules name, by the rules that may speak there.
fn places(territory: &'static Territory, conditions: &[&Condition]) -> Vec<Class<Place>> {
    let named: BTreeSet<&'static str> = conditions
        .iter()
        .flat_map(|when| when.communes.iter().copied())
        .collect();
    let places = situation::places(territory, |commune| named.get(commune.code).copied());
    classes(places.into_iter(), |place| {
        let asked = conditions.iter().map(|when| place.meets(when));
        let Departement {
            msa,
            health,
            public_finances,
            access_to_law,
            ..
        } = place.departement;
        let bodies = [msa, health, public_finances, access_to_law];
        asked.chain(bodies.map(|body| body.is_some())).collect::<Vec<_>>()
    })
}

/// Today, and of each rule its first day, its last and the one after it, one for each difference that they make.
fn dates(conditions: &[&Condition], today: Date) -> Vec<Date> {
    let turns = conditions.iter().flat_map(|when| {
        let after = when.until.and_then(|until| until.tomorrow().ok());
        [when.from, when.until, after].into_iter().flatten()
    });
    let turns: BTreeSet<Date> = turns.collect();
    one_of_each([today].into_iter().chain(turns), |day| {
        let speaks = |when: &&Condition| {
            when.from.is_none_or(|from| from <= day) && when.until.is_none_or(|until| day <= until)
        };
        conditions.iter().map(speaks).collect::<Vec<_>>()
    })
}

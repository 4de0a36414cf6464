//! A year of invented cases: communes by their inhabitants, everything else by chance.
//!
//! The shares of regimes and facts are round figures that make every rule be met; they measure nothing.

use jiff::ToSpan as _;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::catalogue::{Benefit, Blockage};
use crate::facts::{AgriculturalStatus, Facts, Regime, Stage};
use crate::territory::{AgencyKind, AgencySlug, Commune, How, Resolved, Territory};

/// Invented cases without end; the same seed gives the same cases.
pub struct Generated {
    rng: StdRng,
    last_day: Date,
    /// Communes, each with the inhabitants of those before it and its own.
    communes: Vec<(u64, &'static Commune)>,
    agencies: Vec<AgencySlug>,
}

impl Generated {
    /// Cases of the year that ends on a day.
    #[must_use]
    pub fn new(seed: u64, last_day: Date) -> Generated {
        let territory = Territory::embedded();
        let mut inhabitants = 0;
        let communes = territory
            .communes()
            .iter()
            .map(|commune| {
                // A commune without a count is met all the same.
                inhabitants += u64::from(commune.population.max(1));
                (inhabitants, commune)
            })
            .collect();
        let bodies = territory.agencies().iter();
        let bodies = bodies.filter(|agency| agency.kind != AgencyKind::Triage);
        Generated {
            rng: StdRng::seed_from_u64(seed),
            last_day,
            communes,
            agencies: bodies.map(|agency| agency.slug).collect(),
        }
    }

    fn commune(&mut self) -> Resolved {
        let last = self.communes.last().map_or(1, |(inhabitants, _)| *inhabitants);
        let person = self.rng.random_range(0..last);
        let at = self
            .communes
            .partition_point(|(inhabitants, _)| *inhabitants <= person);
        let commune = self.communes[at].1;
        Resolved {
            commune,
            given: commune.code,
            how: How::Current,
        }
    }

    fn maybe<T>(&mut self, percent: u32, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.rng.random_range(0..100) < percent).then(|| value(self))
    }

    fn agency(&mut self) -> Option<AgencySlug> {
        self.agencies.choose(&mut self.rng).copied()
    }
}

impl Iterator for Generated {
    type Item = Facts;

    fn next(&mut self) -> Option<Facts> {
        let commune = self.commune();
        let regime = match self.rng.random_range(0..100) {
            0..76 => Regime::General,
            76..84 => Regime::Agricultural,
            84..94 => Regime::Other,
            _ => Regime::Unknown,
        };
        let benefit = Benefit::all().choose(&mut self.rng)?;
        let days: i32 = self.rng.random_range(0..365);
        let on_date = self.last_day.checked_sub(days.days()).unwrap_or(self.last_day);
        Some(Facts {
            commune,
            regime,
            benefit,
            blockage: Blockage::all().choose(&mut self.rng),
            stage: self.maybe(50, |this| {
                if this.rng.random_bool(0.5) {
                    Stage::Decision
                } else {
                    Stage::Payment
                }
            }),
            relief_domicile: self.maybe(3, Self::commune),
            elected_domicile: self.maybe(3, Self::commune),
            paying_body: self.maybe(20, Self::agency).flatten(),
            seized_body: self.maybe(20, Self::agency).flatten(),
            agricultural_status: self.maybe(5, |this| {
                if this.rng.random_bool(0.5) {
                    AgriculturalStatus::SelfEmployed
                } else {
                    AgriculturalStatus::Employee
                }
            }),
            local_scheme: self.maybe(3, |this| this.rng.random_bool(0.5)),
            has_basic_pension: self.maybe(20, |this| this.rng.random_bool(0.8)),
            special_scheme: self
                .maybe(10, |this| {
                    let schemes = ["enim", "sre", "cnracl", "agirc-arrco", "independent", "none"];
                    schemes.choose(&mut this.rng).map(|scheme| (*scheme).to_owned())
                })
                .flatten(),
            life_event: None,
            urgent: false,
            on_date,
        })
    }
}

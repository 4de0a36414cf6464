//! Chance, from a seed: the same seed tells the same year.

use declic_calendar::Calendar;
use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, LogNormal};

/// What one case, one member or one place draws from. Two never share one, so that who is asked first changes nothing.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The draws of one thing: `stream` tells things of one seed apart.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(stream);
        Self(chance)
    }

    /// True so often, from 0 to 1.
    pub fn happens(&mut self, share: f64) -> bool {
        self.0.random_bool(share)
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        self.0.random_range(least..=most)
    }

    /// One of them, each as likely.
    ///
    /// # Panics
    /// When there is none.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.0.random_range(0..all.len())]
    }

    /// The place of one of them, as likely as its weight says.
    ///
    /// # Panics
    /// When every weight is 0.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut left = self.0.random_range(0..total);
        for (place, weight) in weights.enumerate() {
            match left.checked_sub(weight) {
                Some(rest) => left = rest,
                None => return place,
            }
        }
        unreachable!("what is drawn is below the sum")
    }

    /// Some time after an instant, within opening hours: half of all times are below the median, one in six above 2.5 times.
    pub fn later(&mut self, calendar: &Calendar, from: Timestamp, median_hours: f64) -> Timestamp {
        let spread = LogNormal::new(median_hours.ln(), 0.9).expect("a median above zero");
        let hours = spread.sample(&mut self.0).clamp(0.1, 60.0 * median_hours);
        calendar.add_business_seconds(from, seconds(hours))
    }

    /// Some time within the opening hours of the day of an instant, after it.
    pub fn within_day(&mut self, calendar: &Calendar, from: Timestamp) -> Timestamp {
        let hours = self.0.random_range(0.0..7.9);
        calendar.add_business_seconds(from, seconds(hours))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "hours are between 0 and some thousands"
)]
fn seconds(hours: f64) -> u64 {
    (hours * 3_600.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_and_streams_differ() {
        let draws = |seed, stream| {
            let mut draw = Draw::new(seed, stream);
            (0..20).map(|_| draw.between(0, 1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(draws(7, 1), draws(7, 1));
        assert_ne!(draws(7, 1), draws(7, 2));
        assert_ne!(draws(7, 1), draws(8, 1));
    }

    #[test]
    fn a_weight_of_zero_is_never_drawn() {
        let mut draw = Draw::new(1, 1);
        for _ in 0..1_000 {
            assert_ne!(draw.weighted([3, 0, 1].into_iter()), 1);
        }
    }

    #[test]
    fn what_comes_later_comes_within_opening_hours() {
        let calendar = Calendar::for_departement("56");
        let friday: Timestamp = "2026-05-22T15:30:00Z".parse().expect("a time");
        for stream in 0..500 {
            let at = Draw::new(1, stream).later(&calendar, friday, 12.0);
            assert!(
                at > friday && calendar.day_off(calendar.date_of(at)).is_none(),
                "{at}"
            );
        }
    }
}

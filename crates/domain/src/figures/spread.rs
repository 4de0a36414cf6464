//! Durations, with those that have not ended.

use super::counts::{Counts, NotContained};
use super::record::{Ending, Measure};
use crate::disclosure::{Share, share};

/// How far the estimate may be from a share and still have reached it: less than one of a thousand million.
const NEAR: f64 = 1e-9;

/// Durations in whole minutes, of what ended and of what had not yet when it was looked at (censored). They are counted,
/// not ranked: two spreads are added, and one is taken out of another, exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    done: Counts<u32>,
    censored: Counts<u32>,
    within: u64,
    late: u64,
}

impl Spread {
    /// One more.
    pub fn one(&mut self, measure: &Measure) {
        match measure.ending {
            Ending::Done => self.done.one(measure.minutes),
            Ending::Censored => self.censored.one(measure.minutes),
        }
        match measure.kept {
            Some(true) => self.within += 1,
            Some(false) => self.late += 1,
            None => {}
        }
    }

    /// Those of another as well.
    pub fn add(&mut self, other: &Self) {
        self.done.add(&other.done);
        self.censored.add(&other.censored);
        self.within += other.within;
        self.late += other.late;
    }

    /// Without those of another.
    ///
    /// # Errors
    /// [`NotContained`] when the other is no part of this one.
    pub fn without(self, other: &Self) -> Result<Self, NotContained> {
        Ok(Self {
            done: self.done.without(&other.done)?,
            censored: self.censored.without(&other.censored)?,
            within: self.within.checked_sub(other.within).ok_or(NotContained)?,
            late: self.late.checked_sub(other.late).ok_or(NotContained)?,
        })
    }

    /// From what [`Spread::counts`] and [`Spread::kept`] gave.
    pub fn from_counts(done: Counts<u32>, censored: Counts<u32>, (within, late): (u64, u64)) -> Self {
        Self {
            done,
            censored,
            within,
            late,
        }
    }

    /// By duration: those that ended, and those that had not.
    pub fn counts(&self) -> (&Counts<u32>, &Counts<u32>) {
        (&self.done, &self.censored)
    }

    /// How many ended.
    pub fn done(&self) -> u64 {
        self.done.total()
    }

    /// How many had not ended.
    pub fn censored(&self) -> u64 {
        self.censored.total()
    }

    /// How many there are.
    pub fn observed(&self) -> u64 {
        self.done() + self.censored()
    }

    /// Those within their target, of those of which that is known; none where the part or the rest is somebody.
    pub fn within(&self) -> Option<Share> {
        share(self.within, self.within + self.late)
    }

    /// Those within their target, and those late, before anything is kept back.
    pub fn kept(&self) -> (u64, u64) {
        (self.within, self.late)
    }

    /// How many have ended by so many minutes, and how many lasted as long at least: both counted with those that ended then.
    pub fn beside(&self, minutes: u32) -> (u64, u64) {
        let of = |counts: &Counts<u32>, is_on: fn(u32, u32) -> bool| -> u64 {
            let side = counts.iter().filter(|(at, _)| is_on(**at, minutes));
            side.map(|(_, count)| count).sum()
        };
        let by_then = of(&self.done, |at, minutes| at <= minutes);
        let as_long = |at, minutes| at >= minutes;
        (by_then, of(&self.done, as_long) + of(&self.censored, as_long))
    }

    /// The share that has not ended after so many minutes, at each duration at which one ended: the estimate of Kaplan and
    /// Meier (1958). What is censored at a duration was still observed at it.
    pub fn survival(&self) -> Vec<(u32, f64)> {
        let mut at_risk = self.observed();
        let mut censored = self.censored.iter().peekable();
        let mut share = 1.0;
        let mut curve = Vec::new();
        for (minutes, done) in self.done.iter() {
            while let Some((_, count)) = censored.next_if(|(earlier, _)| *earlier < minutes) {
                at_risk -= count;
            }
            share *= (at_risk - done) as f64 / at_risk as f64;
            at_risk -= done;
            curve.push((*minutes, share));
        }
        curve
    }

    /// The first duration at which so many of 100 have ended; none when so many are not known to have: the rest is still
    /// open, and nothing is made up for them.
    pub fn quantile(&self, of_100: u8) -> Option<u32> {
        let left = 1.0 - f64::from(of_100) / 100.0;
        let mut curve = self.survival().into_iter();
        curve
            .find(|(_, share)| *share <= left + NEAR)
            .map(|(minutes, _)| minutes)
    }
}

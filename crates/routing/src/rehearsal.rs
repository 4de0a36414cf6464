//! What a change of rules would move, case by case, before it is made: the same function as production, twice.

mod generated;

use std::collections::{BTreeMap, BTreeSet};

use crate::decide::{Decision, Outcome, route};
use crate::facts::{FactName, Facts};
use crate::ruleset::Ruleset;
use crate::territory::AgencySlug;

pub use generated::Generated;

/// What the cases gone through so far would become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// Cases gone through.
    pub cases: u64,
    /// Cases that would go elsewhere.
    pub moved: u64,
    /// Cases that go to the same place for other reasons, or with another confidence.
    pub reworded: u64,
    /// How many cases make each move.
    pub moves: BTreeMap<Move, u64>,
    /// How many cases each agency would get, and triage with each question.
    pub loads: BTreeMap<Place, Load>,
    /// One case of each of the first moves, at most [`Rehearsal::SAMPLE`].
    pub sample: Vec<Moved>,
    sampled: BTreeSet<Move>,
}

/// Where cases of one benefit in one département go, and would go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Code of the département of the elected domicile, else of the residence.
    pub departement: &'static str,
    /// Code of the benefit.
    pub benefit: &'static str,
    /// Where they go.
    pub from: Place,
    /// Where they would go.
    pub to: Place,
}

/// Where a case goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// To these agencies, the leading one first.
    Agencies(Vec<AgencySlug>),
    /// To triage, with a question.
    Question(FactName),
    /// To triage.
    Triage,
}

/// Cases of one place under both rulesets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Under the rules in force.
    pub before: u64,
    /// Under the rules rehearsed.
    pub after: u64,
}

/// A case that would go elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its facts.
    pub facts: Facts,
    /// The decision of the rules in force.
    pub before: Decision,
    /// The decision of the rules rehearsed.
    pub after: Decision,
}

impl Rehearsal {
    /// Cases that are kept to be read.
    pub const SAMPLE: usize = 20;

    /// Goes through one case.
    pub fn add(&mut self, facts: &Facts, in_force: &Ruleset, rehearsed: &Ruleset) {
        let (before, after) = (route(facts, in_force), route(facts, rehearsed));
        let (from, to) = (Place::of(&before), Place::of(&after));
        self.cases += 1;
        for place in from.each() {
            self.loads.entry(place).or_default().before += 1;
        }
        for place in to.each() {
            self.loads.entry(place).or_default().after += 1;
        }
        if from == to {
            let same = before.reasons == after.reasons && before.confidence == after.confidence;
            self.reworded += u64::from(!same);
            return;
        }
        self.moved += 1;
        let made = Move::new(facts, from, to);
        *self.moves.entry(made.clone()).or_default() += 1;
        if self.sample.len() < Self::SAMPLE && self.sampled.insert(made) {
            self.sample.push(Moved {
                facts: facts.clone(),
                before,
                after,
            });
        }
    }

    /// Adds what other cases would become: as if they had been gone through after these.
    pub fn merge(&mut self, other: Rehearsal) {
        self.cases += other.cases;
        self.moved += other.moved;
        self.reworded += other.reworded;
        for (made, count) in other.moves {
            *self.moves.entry(made).or_default() += count;
        }
        for (place, load) in other.loads {
            let sum = self.loads.entry(place).or_default();
            sum.before += load.before;
            sum.after += load.after;
        }
        for moved in other.sample {
            let (from, to) = (Place::of(&moved.before), Place::of(&moved.after));
            let made = Move::new(&moved.facts, from, to);
            if self.sample.len() < Self::SAMPLE && self.sampled.insert(made) {
                self.sample.push(moved);
            }
        }
    }

    /// How many cases move, by département.
    #[must_use]
    pub fn by_departement(&self) -> BTreeMap<&'static str, u64> {
        self.sums(|made| made.departement)
    }

    /// How many cases move, by benefit.
    #[must_use]
    pub fn by_benefit(&self) -> BTreeMap<&'static str, u64> {
        self.sums(|made| made.benefit)
    }

    fn sums(&self, of: impl Fn(&Move) -> &'static str) -> BTreeMap<&'static str, u64> {
        let mut sums = BTreeMap::new();
        for (made, count) in &self.moves {
            *sums.entry(of(made)).or_default() += count;
        }
        sums
    }
}

impl Move {
    fn new(facts: &Facts, from: Place, to: Place) -> Move {
        let place = facts.elected_domicile.unwrap_or(facts.commune);
        Move {
            departement: place.commune.departement,
            benefit: facts.benefit.code,
            from,
            to,
        }
    }
}

impl Place {
    /// Where a decision sends its case.
    #[must_use]
    pub fn of(decision: &Decision) -> Place {
        match (decision.outcome, &decision.question) {
            (Outcome::Routed, _) => Place::Agencies(decision.agencies.clone()),
            (Outcome::Question, Some(question)) => Place::Question(question.fact),
            _ => Place::Triage,
        }
    }

    /// Each agency alone.
    fn each(&self) -> Vec<Place> {
        match self {
            Place::Agencies(agencies) => {
                let each = agencies.iter().map(|agency| Place::Agencies(vec![*agency]));
                each.collect()
            }
            other => vec![other.clone()],
        }
    }
}

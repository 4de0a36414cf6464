//! What of the sums may be told, and for whom it may be asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::counts::NotContained;
use super::group::Group;
use super::record::{Age, HolderKind, Lateness, Reception};
use super::rise::{Rise, Rising, Weeks};
use super::spread::Spread;
use super::tally::{Backlog, Tally};
use crate::clock::timeline::Part;
use crate::disclosure::{Share, most_first, rounded, share, shown, tells};
use crate::event::{Effect, RedirectReason};
use crate::name::AgencyId;

/// Causes that a board tells at most.
const MOST_CAUSES: usize = 20;

/// What blocks: why, what, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Code of the blockage; empty when nobody gave one.
    pub blockage: String,
    /// Code of the benefit.
    pub benefit: String,
    /// The agency.
    pub agency: AgencyId,
}

/// Which tickets are asked for; any where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selection {
    /// Code of the département.
    pub departement: Option<String>,
    /// The agency.
    pub agency: Option<AgencyId>,
    /// Code of the benefit.
    pub benefit: Option<String>,
    /// Code of the blockage.
    pub blockage: Option<String>,
}

/// Figures that may be told: of five tickets at least, and where a count is missing it is too small, or it would tell
/// another one that is. Counts are [`rounded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Tickets.
    pub tickets: u64,
    /// Until they were taken, in business time.
    pub acknowledge: Option<Durations>,
    /// Until their outcomes, in business time.
    pub resolve: Option<Durations>,
    /// Until their chains were closed, on the wall.
    pub wait: Option<Durations>,
    /// Those that are open.
    pub open: Option<u64>,
    /// Those by age, youngest first.
    pub ages: Vec<(Age, u64)>,
    /// Those by who has the ball, most first.
    pub holders: Vec<(HolderKind, u64)>,
    /// Those by whether their agency is late, worst first.
    pub lateness: Vec<(Lateness, u64)>,
    /// Those by how far they have come into their agency.
    pub receptions: Vec<(Reception, u64)>,
    /// By how much those are late, in business time.
    pub late_by: Option<Durations>,
    /// Where the time went, most first.
    pub parts: Vec<(Part, SignedDuration)>,
    /// Those that their agency sent on, of those that were not at a triage desk.
    pub sent_on: Option<Share>,
    /// Why the first of each chain was, most first.
    pub first_reasons: Vec<(RedirectReason, u64)>,
    /// What blocks, most first, at most 20.
    pub causes: Vec<CauseCount>,
    /// Tickets of other causes, each too small or not among the first.
    pub other_causes: u64,
    /// How often agencies asked for what they lack, by tickets that were not at a triage desk: more than one on some.
    pub requests: Option<Rate>,
    /// Tickets whose agency asked at all, of those.
    pub asked: Option<Share>,
    /// Outcomes after which social workers reopened the ticket, of all outcomes.
    pub reopened: Option<Share>,
    /// What the persons got, of those that are closed, most first.
    pub effects: Vec<(Effect, u64)>,
    /// Those that the clock closed and nobody confirmed, of those that are closed.
    pub unconfirmed: Option<Share>,
    /// What blocks somewhere far oftener than it used to, most first; none when the period is too short to tell.
    pub rises: Option<Vec<Rise>>,
}

/// Tickets of one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CauseCount {
    /// The cause.
    pub cause: Cause,
    /// Tickets.
    pub tickets: u64,
    /// Tickets of this cause and those before it, of all.
    pub cumulated: Share,
}

/// How often something was done by so many, each [`rounded`]. It may be oftener than they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How often.
    pub times: u64,
    /// By how many.
    pub of: u64,
}

/// How long something took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durations {
    /// How many were looked at.
    pub observed: Option<u64>,
    /// How many of them ended.
    pub done: Option<u64>,
    /// The duration at which half of them have ended.
    pub median: Quantile,
    /// The duration at which 9 in 10 have ended.
    pub nine_in_ten: Quantile,
    /// Those within their target, of those of which that is known.
    pub within: Option<Share>,
}

/// A duration at which so many have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantile {
    /// In minutes.
    Minutes(u32),
    /// So many have not ended: how long it takes them is not known yet.
    NotReached,
    /// Too few are on one side of it: it would tell how long one of them took.
    TooFew,
}

/// A group that may be asked for, with how many tickets it has, and their sums where these were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The group.
    pub group: Group,
    /// Its tickets.
    pub tickets: u64,
    /// What they sum to; may be absent where the group is not asked for.
    pub sums: Option<Tally>,
}

/// The board of a selection while it is made, group by group: of all that may be asked for, since what is beside decides
/// what may be told. No more is held than sizes and one sum, and what is put in can be taken out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    selection: Selection,
    /// Tickets by what may be asked for, where something is.
    beside: BTreeMap<[String; 4], u64>,
    /// Without arrivals: those are in `rising`.
    sums: Tally,
    rising: Option<Rising>,
}

impl Asking {
    /// Of no group yet; rises are those of these weeks.
    pub fn new(selection: Selection, weeks: Option<Weeks>) -> Self {
        Self {
            selection,
            beside: BTreeMap::new(),
            sums: Tally::default(),
            rising: weeks.map(Rising::new),
        }
    }

    /// One group more, or more of one.
    pub fn add(&mut self, counted: Counted) {
        if self.selection != Selection::default() {
            let values = values(&counted.group).map(str::to_owned);
            *self.beside.entry(values).or_default() += counted.tickets;
        }
        if let Some(mut sums) = counted.sums
            && self.selection.takes(&counted.group)
        {
            let arrivals = std::mem::take(&mut sums.arrivals);
            self.sums.add(&sums);
            if let Some(rising) = &mut self.rising {
                rising.add(&arrivals);
            }
        }
    }

    /// Without what was added of a group.
    ///
    /// # Errors
    /// [`NotContained`] when it was not: what is left is of no use then.
    pub fn take_out(&mut self, group: &Group, mut sums: Tally) -> Result<(), NotContained> {
        if self.selection != Selection::default() {
            let values = values(group).map(str::to_owned);
            let there = self.beside.get_mut(&values).ok_or(NotContained)?;
            *there = there.checked_sub(sums.tickets).ok_or(NotContained)?;
            if *there == 0 {
                self.beside.remove(&values);
            }
        }
        if self.selection.takes(group) {
            let arrivals = std::mem::take(&mut sums.arrivals);
            self.sums = std::mem::take(&mut self.sums).without(&sums)?;
            if let Some(rising) = &mut self.rising {
                rising.take_out(&arrivals)?;
            }
        }
        Ok(())
    }

    /// How many counts are held, with which its memory grows.
    pub fn things(&self) -> usize {
        let sums = &self.sums;
        let spreads = [
            &sums.acknowledge,
            &sums.resolve,
            &sums.wait,
            &sums.backlog.late_by,
        ];
        let durations = spreads.map(|spread| spread.counts().0.things() + spread.counts().1.things());
        let rising = self.rising.as_ref().map_or(0, Rising::things);
        self.beside.len() + sums.causes.things() + durations.iter().sum::<usize>() + rising
    }

    /// The board; none when the tickets that are asked for are too few, or when they and what else may be asked would tell a
    /// group that is.
    pub fn board(&self) -> Option<Board> {
        let mut parts = self.selection.parts().into_iter();
        parts
            .all(|part| self.is_told(&part))
            .then(|| Board::with(&self.sums, || self.rising.as_ref().map(Rising::rises)))
            .flatten()
    }

    /// Whether a selection is, in each of its directions, one of the groups that may be told beside the others.
    fn is_told(&self, part: &Selection) -> bool {
        (0..4).all(|place| {
            let Some(asked) = part.values()[place] else {
                return true;
            };
            let context = part.only(|other| other != place);
            let mut beside: BTreeMap<&str, u64> = BTreeMap::new();
            for (values, tickets) in &self.beside {
                let values = values.each_ref().map(String::as_str);
                if context.takes_values(values) {
                    *beside.entry(values[place]).or_default() += tickets;
                }
            }
            let whole = beside.values().sum();
            let mut told = most_first(beside, whole).into_iter();
            told.any(|(value, _)| value == asked)
        })
    }
}

impl Selection {
    /// Whether a group is asked for.
    pub fn takes(&self, group: &Group) -> bool {
        self.takes_values(values(group))
    }

    fn takes_values(&self, own: [&str; 4]) -> bool {
        self.values()
            .into_iter()
            .zip(own)
            .all(|(asked, own)| asked.is_none_or(|asked| asked == own))
    }

    /// Itself, and every selection that asks for a part of what it asks for, each once.
    fn parts(&self) -> BTreeSet<Self> {
        (1_u8..16)
            .map(|mask| self.only(|place| mask & (1 << place) != 0))
            .collect()
    }

    fn only(&self, keeps: impl Fn(usize) -> bool) -> Self {
        Self {
            departement: self.departement.clone().filter(|_| keeps(0)),
            agency: self.agency.clone().filter(|_| keeps(1)),
            benefit: self.benefit.clone().filter(|_| keeps(2)),
            blockage: self.blockage.clone().filter(|_| keeps(3)),
        }
    }

    fn values(&self) -> [Option<&str>; 4] {
        [
            self.departement.as_deref(),
            self.agency.as_ref().map(AgencyId::as_str),
            self.benefit.as_deref(),
            self.blockage.as_deref(),
        ]
    }
}

fn values(group: &Group) -> [&str; 4] {
    [
        &group.departement,
        group.agency.as_str(),
        &group.benefit,
        &group.blockage,
    ]
}

/// How tickets end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Confirmed,
    Unconfirmed,
    Otherwise,
}

impl Board {
    /// What may be told of these sums; none when they are of too few.
    pub fn of(tally: &Tally, weeks: Option<Weeks>) -> Option<Self> {
        Self::with(tally, || weeks.map(|weeks| weeks.rises(&tally.arrivals)))
    }

    fn with(tally: &Tally, rises: impl FnOnce() -> Option<Vec<Rise>>) -> Option<Self> {
        let whole = tally.tickets;
        if !tells(whole) {
            return None;
        }
        let (open, confirmed) = (tally.backlog.open(), tally.effects.total());
        let closed = confirmed + tally.unconfirmed;
        let otherwise = whole.saturating_sub(open + closed);
        let ends = [
            (End::Open, open),
            (End::Confirmed, confirmed),
            (End::Unconfirmed, tally.unconfirmed),
            (End::Otherwise, otherwise),
        ];
        let ends = most_first(ends, whole);
        let told = |asked: End| {
            ends.iter()
                .find(|(end, _)| *end == asked)
                .map(|(_, count)| *count)
        };
        let backlog = told(End::Open).map_or_else(Backlog::default, |_| tally.backlog.clone());
        let effects = tally.effects.iter().filter(|_| told(End::Confirmed).is_some());
        let sent_on = share(tally.sent_on, tally.addressed);
        let (causes, other_causes) = causes(tally);
        let ages = most_first(backlog.ages.iter().map(own), open);
        let lateness = most_first(backlog.lateness.iter().map(own), open);
        let late = lateness.iter().find(|(lateness, _)| *lateness == Lateness::Late);
        let late_by = late.and_then(|(_, late)| Durations::of_group(&backlog.late_by, *late));
        Some(Self {
            tickets: rounded(whole),
            acknowledge: Durations::of(&tally.acknowledge, whole),
            resolve: Durations::of(&tally.resolve, whole),
            wait: Durations::of(&tally.wait, whole),
            open: told(End::Open),
            ages: in_order(ages),
            holders: most_first(backlog.holders.iter().map(own), open),
            late_by,
            lateness: in_order(lateness),
            receptions: in_order(most_first(backlog.receptions.iter().map(own), open)),
            parts: parts(tally),
            sent_on,
            first_reasons: most_first(tally.first_reasons.iter().map(own), tally.first_reasons.total()),
            causes,
            other_causes,
            requests: requests(tally),
            asked: share(tally.asked, tally.addressed),
            reopened: share(tally.reopened, tally.outcomes),
            effects: most_first(effects.map(own), confirmed),
            unconfirmed: share(tally.unconfirmed, closed),
            rises: rises(),
        })
    }
}

impl Durations {
    /// Of so many tickets; none when too few were looked at.
    fn of(spread: &Spread, tickets: u64) -> Option<Self> {
        let observed = spread.observed();
        if !tells(observed) {
            return None;
        }
        let beside = observed.abs_diff(tickets);
        let is_told = beside == 0 || tells(beside);
        let done = share(spread.done(), observed).filter(|_| is_told);
        Some(Self {
            observed: is_told.then(|| rounded(observed)),
            done: done.map(|share| share.part),
            median: Quantile::of(spread, 50),
            nine_in_ten: Quantile::of(spread, 90),
            within: spread.within(),
        })
    }

    /// Of a group that is told as so many, each of which has ended.
    fn of_group(spread: &Spread, told: u64) -> Option<Self> {
        let times = Self::of(spread, spread.observed())?;
        Some(Self {
            observed: Some(told),
            done: Some(told),
            ..times
        })
    }
}

impl Quantile {
    /// The duration at which so many of 100 have ended, unless it is that of one of few: as many as the smallest group have
    /// ended by then, and as many lasted as long at least.
    fn of(spread: &Spread, of_100: u8) -> Self {
        if !tells(spread.done()) {
            return Self::TooFew;
        }
        let Some(minutes) = spread.quantile(of_100) else {
            return Self::NotReached;
        };
        let (by_then, as_long) = spread.beside(minutes);
        match tells(by_then) && tells(as_long) {
            true => Self::Minutes(minutes),
            false => Self::TooFew,
        }
    }
}

/// Those that are told, with the tickets of the others.
fn causes(tally: &Tally) -> (Vec<CauseCount>, u64) {
    let whole = tally.tickets;
    let mut causes = shown(tally.causes.iter(), whole);
    causes.sort_by_key(|(_, count)| std::cmp::Reverse(rounded(*count)));
    causes.truncate(MOST_CAUSES);
    let mut part = 0;
    let told = causes.into_iter().map(|(cause, count)| {
        part += count;
        CauseCount {
            cause: cause.clone(),
            tickets: rounded(count),
            cumulated: Share {
                part: rounded(part),
                whole: rounded(whole),
            },
        }
    });
    let told = told.collect();
    (told, rounded(whole - part))
}

/// Where how many agencies asked may be told: that they did more often than once could be somebody's.
fn requests(tally: &Tally) -> Option<Rate> {
    share(tally.asked, tally.addressed).map(|share| Rate {
        times: rounded(tally.requests),
        of: share.whole,
    })
}

/// Parts in which too few tickets were are left out. No whole is told, so the others do not tell them. In whole hours.
fn parts(tally: &Tally) -> Vec<(Part, SignedDuration)> {
    let mut told: Vec<(Part, SignedDuration)> = tally
        .parts
        .iter()
        .filter(|(_, sum)| tells(sum.tickets))
        .map(|(part, sum)| (*part, SignedDuration::from_hours((sum.time.as_mins() + 30) / 60)))
        .collect();
    told.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    told
}

fn own<T: Clone>((what, count): (&T, u64)) -> (T, u64) {
    (what.clone(), count)
}

fn in_order<T: Ord>(mut counts: Vec<(T, u64)>) -> Vec<(T, u64)> {
    counts.sort_by(|(one, _), (other, _)| one.cmp(other));
    counts
}

//! Boards that are kept, so that one that is asked for again is not made again: what this hub writes into the sums is put into
//! its boards too. Where another hub writes them, a board of many groups is told again for a minute, as it was.
//!
//! Invariant: what a board sums to is what all of its groups summed to at one revision, which it knows; and it is told only to
//! the same question over the same territory on the same day, with the time until which that revision counts.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use declic_domain::figures::{
    Asking, Counted, Group, Month, NotContained, Period, Selection, Sums, Tally, Weeks,
};
use declic_domain::policy::Scope;
use declic_proto::v1;
use declic_store::FigureRead;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::wire;

/// A board of more groups than this takes long to make.
pub const MANY: u64 = 10_000;

/// Such a board is told again for so long after another hub has written the sums.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_mins(1);

/// One that is as old is made again before somebody asks,
const RENEWED_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// if somebody has so lately.
const ASKED_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Boards kept at most.
const MOST: usize = 64;

/// Counts they hold at most, together: some hundred bytes each.
const MOST_THINGS: usize = 200_000;

/// Cases of the last writes that are remembered, for boards that are being read meanwhile: some kilobytes each.
const REMEMBERED: usize = 1_024;

/// What was asked, by whom as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The territory, in order.
    pub departements: Vec<String>,
    /// The tickets.
    pub selection: Selection,
    /// The months that were asked for.
    pub period: Period,
    /// The day.
    pub today: Date,
}

/// What a write changed in the sums.
#[derive(Debug)]
pub struct Write {
    /// The revision before it; after it is the next.
    pub expected: u64,
    /// Of each case what it was counted with, and is counted with after it.
    pub changes: Vec<(Sums, Sums)>,
}

/// The boards that are kept.
#[derive(Debug, Default)]
pub struct Boards(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    boards: BTreeMap<Question, Arc<Mutex<Board>>>,
    /// The last ones, oldest first.
    writes: VecDeque<Write>,
}

/// A board holds a write that came after the revision it was asked for at: until when it counts is not known, and is to be
/// read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead;

/// A board.
#[derive(Debug)]
pub struct Board {
    scope: Scope,
    departements: Vec<String>,
    /// What it is made of, as it was at this revision.
    revision: u64,
    months: BTreeMap<Month, u64>,
    asking: Asking,
    /// What it is of.
    selection: Selection,
    period: Period,
    weeks: Option<Weeks>,
    /// Groups that were read to make it.
    groups: u64,
    asked_at: Timestamp,
    /// What it told last, with the time until which it counted then,
    told: Option<v1::SummarizeFiguresResponse>,
    /// at which revision,
    told_at: u64,
    /// when,
    held_at: Timestamp,
    /// and whether it would tell something else now.
    has_changed: bool,
}

impl Boards {
    /// A board, if it is kept and is as the sums are at this revision, which counts everything until `as_of`; or as it was
    /// told less than a minute ago, if it takes long to make.
    ///
    /// # Errors
    /// [`Ahead`] when the board is of a later revision, at which it was not told yet.
    pub fn told(
        &self,
        question: &Question,
        revision: u64,
        as_of: Timestamp,
        now: Timestamp,
    ) -> Result<Option<v1::SummarizeFiguresResponse>, Ahead> {
        let board = self.kept().boards.get(question).cloned();
        let Some(board) = board else {
            return Ok(None);
        };
        let mut board = lock(&board);
        if question.period.widened(&board.months, question.today) != board.period {
            return Ok(None);
        }
        board.asked_at = now;
        match board.revision.cmp(&revision) {
            Ordering::Equal => Ok(Some(board.tell(as_of, now))),
            // The sums have been written since they were asked for their revision, or begun anew: `as_of` is not its own.
            Ordering::Greater if board.told_at == board.revision => Ok(board.told.clone()),
            Ordering::Greater => Err(Ahead),
            Ordering::Less if board.is_told_again(now) => Ok(board.told.clone()),
            Ordering::Less => Ok(None),
        }
    }

    /// Keeps a board of today, and puts in what was written while it was read; not one that is older than what is kept.
    pub fn keep(&self, question: Question, mut board: Board, today: Date) {
        let mut kept = self.kept();
        // What was asked on another day is not asked again. The latest day that is kept says nothing of it: a clock that was
        // ahead for a moment has kept boards of a day that is yet to come.
        kept.boards.retain(|other, _| other.today == today);
        if question.today != today {
            return;
        }
        if kept.writes.iter().any(|write| board.follow(write).is_err()) {
            return;
        }
        if let Some(kept_before) = kept.boards.get(&question) {
            let kept_before = lock(kept_before);
            if kept_before.revision > board.revision {
                return;
            }
            board.asked_at = board.asked_at.max(kept_before.asked_at);
        }
        kept.boards.remove(&question);
        if kept.make_room(board.asking.things()) {
            kept.boards.insert(question, Arc::new(Mutex::new(board)));
        }
    }

    /// Puts what this hub has written into the sums into its boards.
    pub fn follow(&self, write: Write) {
        let mut kept = self.kept();
        kept.boards.retain(|_, board| lock(board).follow(&write).is_ok());
        kept.writes.push_back(write);
        let mut cases: usize = kept.writes.iter().map(|write| write.changes.len()).sum();
        while cases > REMEMBERED || kept.writes.len() > REMEMBERED {
            cases -= kept.writes.pop_front().map_or(0, |write| write.changes.len());
        }
    }

    /// Boards to be made anew before they are too old to be told: those of many groups that were asked for lately.
    pub fn aging(&self, revision: u64, now: Timestamp) -> Vec<(Scope, Question)> {
        let kept = self.kept();
        let boards = kept.boards.iter().filter_map(|(question, board)| {
            let board = lock(board);
            let is_aging = board.revision < revision
                && board.groups > MANY
                && now.duration_since(board.held_at) > RENEWED_AFTER
                && now.duration_since(board.asked_at) < ASKED_WITHIN;
            is_aging.then(|| (board.scope.clone(), question.clone()))
        });
        boards.collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        lock(&self.0)
    }
}

impl Kept {
    /// Leaves out boards that were not asked for longest, until so many counts more are within the bounds; false when they
    /// never are.
    fn make_room(&mut self, things: usize) -> bool {
        if things > MOST_THINGS {
            return false;
        }
        let sizes = self.boards.values().map(|board| lock(board).asking.things());
        let mut held: usize = sizes.sum();
        while self.boards.len() >= MOST || held + things > MOST_THINGS {
            let asked = |board: &Arc<Mutex<Board>>| lock(board).asked_at;
            let oldest = self.boards.iter().min_by_key(|(_, board)| asked(board));
            let Some(oldest) = oldest.map(|(question, _)| question.clone()) else {
                break;
            };
            let left_out = self.boards.remove(&oldest);
            held -= left_out.map_or(0, |board| lock(&board).asking.things());
        }
        true
    }
}

impl Board {
    /// Of what was read.
    pub fn new(scope: Scope, question: &Question, read: FigureRead, asking: Asking, groups: u64) -> Self {
        let period = question.period.widened(&read.months, question.today);
        Self {
            scope,
            departements: question.departements.clone(),
            revision: read.state.revision,
            months: read.months,
            asking,
            selection: question.selection.clone(),
            period,
            weeks: Weeks::of(period, question.today),
            groups,
            asked_at: Timestamp::MIN,
            told: None,
            told_at: 0,
            held_at: Timestamp::MIN,
            has_changed: false,
        }
    }

    /// What it tells, with everything until then in it.
    pub fn tell(&mut self, as_of: Timestamp, now: Timestamp) -> v1::SummarizeFiguresResponse {
        let as_before = self.told.take().filter(|_| !self.has_changed);
        let told = as_before
            .unwrap_or_else(|| wire::figures::render(self.period, self.weeks, as_of, self.asking.board()));
        (self.told_at, self.held_at, self.has_changed) = (self.revision, now, false);
        let told = self.told.insert(v1::SummarizeFiguresResponse {
            as_of: Some(wire::timestamp(as_of)),
            ..told
        });
        told.clone()
    }

    /// Somebody has asked for it.
    pub fn asked(mut self, now: Timestamp) -> Self {
        self.asked_at = now;
        self
    }

    /// A clock that was set back makes nothing last longer.
    fn is_told_again(&self, now: Timestamp) -> bool {
        self.groups > MANY && (SignedDuration::ZERO..KEPT_FOR).contains(&now.duration_since(self.held_at))
    }

    /// Puts in what a write changed, when it is the next one.
    ///
    /// # Errors
    /// [`NotContained`] when the board does not hold what is taken out: it is of no use then.
    fn follow(&mut self, write: &Write) -> Result<(), NotContained> {
        if self.revision != write.expected {
            return Ok(());
        }
        for (before, after) in &write.changes {
            for (group, tally) in before {
                self.take_out(group, tally)?;
            }
            for (group, tally) in after {
                self.add(group, tally);
            }
        }
        self.revision += 1;
        Ok(())
    }

    fn add(&mut self, group: &Group, tally: &Tally) {
        if !self.is_of_territory(group) {
            return;
        }
        if self.selection.takes(group) {
            *self.months.entry(group.month).or_default() += tally.tickets;
        }
        if self.period.months().contains(&group.month) {
            self.has_changed = true;
            self.asking.add(Counted {
                group: group.clone(),
                tickets: tally.tickets,
                sums: Some(tally.clone()),
            });
        }
    }

    fn take_out(&mut self, group: &Group, tally: &Tally) -> Result<(), NotContained> {
        if !self.is_of_territory(group) {
            return Ok(());
        }
        if self.selection.takes(group) {
            let there = self.months.get_mut(&group.month).ok_or(NotContained)?;
            *there = there.checked_sub(tally.tickets).ok_or(NotContained)?;
        }
        if self.period.months().contains(&group.month) {
            self.has_changed = true;
            self.asking.take_out(group, tally.clone())?;
        }
        Ok(())
    }

    fn is_of_territory(&self, group: &Group) -> bool {
        self.departements.binary_search(&group.departement).is_ok()
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

//! Boards that are told again for a minute: those that took many groups to make, as the boards of a country do.
//!
//! Invariant: a board is told again only to the same question over the same territory on the same day, with the time at which
//! it was made, and what it was made of was counted by then.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use declic_domain::figures::{Month, Selection};
use declic_proto::v1;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// A board of more groups than this is kept.
pub const MANY: u64 = 10_000;

/// For so long.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_mins(1);

/// Boards kept at most: some kilobytes each.
const MOST: usize = 64;

/// What was asked, by whom as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    departements: Vec<String>,
    selection: Selection,
    months: (Month, Month),
    today: Date,
}

/// The boards that are kept.
#[derive(Debug, Default)]
pub struct Kept(Mutex<BTreeMap<Question, (Timestamp, v1::SummarizeFiguresResponse)>>);

impl Question {
    /// Of these départements.
    pub fn new(
        departements: Vec<String>,
        selection: Selection,
        months: RangeInclusive<Month>,
        today: Date,
    ) -> Self {
        Self {
            departements,
            selection,
            months: months.into_inner(),
            today,
        }
    }
}

impl Kept {
    /// The board that was told to this question less than a minute ago.
    pub fn told(&self, question: &Question, now: Timestamp) -> Option<v1::SummarizeFiguresResponse> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (made_at, board) = kept.get(question)?;
        is_fresh(*made_at, now).then(|| board.clone())
    }

    /// Keeps a board that was made of so many groups, if they are many.
    pub fn keep(
        &self,
        question: Question,
        groups: u64,
        made_at: Timestamp,
        board: &v1::SummarizeFiguresResponse,
    ) {
        if groups <= MANY {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (earlier, _)| is_fresh(*earlier, made_at));
        if kept.len() < MOST {
            kept.insert(question, (made_at, board.clone()));
        }
    }
}

/// A clock that was set back makes nothing last longer.
fn is_fresh(made_at: Timestamp, now: Timestamp) -> bool {
    (SignedDuration::ZERO..KEPT_FOR).contains(&now.duration_since(made_at))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn question(departement: &str) -> Question {
        let month = Month::of(date(2026, 11, 1));
        let (departements, selection) = (vec![departement.to_owned()], Selection::default());
        Question::new(departements, selection, month..=month, date(2026, 11, 23))
    }

    fn board(tickets: i64) -> v1::SummarizeFiguresResponse {
        v1::SummarizeFiguresResponse {
            tickets,
            ..v1::SummarizeFiguresResponse::default()
        }
    }

    #[test]
    fn a_board_of_many_groups_is_told_again_for_a_minute_and_to_nobody_else() {
        let (kept, now) = (Kept::default(), Timestamp::UNIX_EPOCH);
        kept.keep(question("56"), MANY + 1, now, &board(50));
        let almost = now + SignedDuration::from_secs(59);
        assert_eq!(kept.told(&question("56"), almost), Some(board(50)));
        assert_eq!(kept.told(&question("35"), almost), None, "another territory");
        assert_eq!(
            kept.told(&question("56"), now + KEPT_FOR),
            None,
            "it is a minute old"
        );
        let before = now - SignedDuration::from_secs(1);
        assert_eq!(kept.told(&question("56"), before), None, "the clock was set back");
        kept.keep(question("22"), MANY, now, &board(5));
        assert_eq!(kept.told(&question("22"), now), None, "it is made in a moment");
    }

    #[test]
    fn boards_are_kept_within_bounds() {
        let (kept, now) = (Kept::default(), Timestamp::UNIX_EPOCH);
        for number in 0..2 * MOST {
            kept.keep(question(&number.to_string()), MANY + 1, now, &board(5));
        }
        let held = |at| {
            let told = (0..2 * MOST).filter(|number| kept.told(&question(&number.to_string()), at).is_some());
            told.count()
        };
        assert_eq!(held(now), MOST);
        let later = now + KEPT_FOR;
        kept.keep(question("later"), MANY + 1, later, &board(5));
        assert!(
            kept.told(&question("later"), later).is_some(),
            "old ones make room"
        );
    }
}

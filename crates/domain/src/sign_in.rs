//! How long a person stays signed in.

use jiff::{SignedDuration, Timestamp};

use crate::directory::{Member, Role};
use crate::name::MemberId;

/// A sign-in that nobody continues ends after so long: people leave shared computers without a word.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// A sign-in ends after so long, however often it is continued.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(8);

/// That a sign-in is continued is written down at most so often: most pages only read it.
pub const WRITTEN_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Whether a member may sign in, and stay so: a person who has not left. A machine has a key of its own.
pub fn may_sign_in(member: &Member) -> bool {
    member.active && member.role != Role::Connector
}

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Who.
    pub member: MemberId,
    /// When.
    pub began_at: Timestamp,
    /// When it was last written down that it goes on.
    pub continued_at: Timestamp,
}

impl SignIn {
    /// A sign-in that begins now.
    pub fn begin(member: MemberId, now: Timestamp) -> Self {
        Self {
            member,
            began_at: now,
            continued_at: now,
        }
    }

    /// When it ends unless it is continued.
    pub fn ends_at(&self) -> Timestamp {
        later(self.continued_at, IDLE).min(self.must_end_at())
    }

    /// When it ends in any case.
    pub fn must_end_at(&self) -> Timestamp {
        later(self.began_at, LONGEST)
    }

    /// Whether it has ended by now.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.ends_at() <= now
    }

    /// What is to be written down when somebody continues it now; none while what is written is recent enough, when the
    /// clock was set back, and when it has ended.
    pub fn continued(&self, now: Timestamp) -> Option<Self> {
        let is_due = later(self.continued_at, WRITTEN_EVERY) <= now;
        (is_due && !self.has_ended(now)).then(|| Self {
            continued_at: now,
            ..self.clone()
        })
    }
}

/// At the end of the calendar nothing is later.
fn later(from: Timestamp, time: SignedDuration) -> Timestamp {
    from.checked_add(time).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn begun() -> SignIn {
        let member = MemberId::parse("camille.martin").expect("a member's id");
        SignIn::begin(member, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_sign_in_that_nobody_continues_ends_after_half_an_hour() {
        let sign_in = begun();
        let last = after(30) - SignedDuration::from_micros(1);
        assert!(!sign_in.has_ended(last));
        assert!(sign_in.has_ended(after(30)));
        assert_eq!(sign_in.continued(after(30)), None);
    }

    #[test]
    fn however_often_it_is_continued_it_ends_after_eight_hours() {
        let mut sign_in = begun();
        for minute in (0..8 * 60).step_by(29) {
            assert!(!sign_in.has_ended(after(minute)), "{minute}");
            sign_in = sign_in.continued(after(minute)).unwrap_or(sign_in);
        }
        assert_eq!(sign_in.ends_at(), after(8 * 60));
        assert!(sign_in.has_ended(after(8 * 60)));
        assert_eq!(sign_in.continued(after(8 * 60)), None);
    }

    #[test]
    fn going_on_is_written_down_once_a_minute_and_never_back() {
        let sign_in = begun();
        let almost = after(1) - SignedDuration::from_micros(1);
        assert_eq!(sign_in.continued(almost), None);
        assert_eq!(sign_in.continued(after(-5)), None);
        let continued = sign_in.continued(after(1)).expect("a minute has passed");
        assert_eq!((continued.began_at, continued.continued_at), (after(0), after(1)));
        assert_eq!(continued.ends_at(), after(31));
    }
}

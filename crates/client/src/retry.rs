//! When a call is made again, and after how long.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use declic_proto::v1::ErrorReason;

use crate::Error;
use crate::options::Ids;

/// Attempts of one call, the first included.
pub(crate) const MAX_ATTEMPTS: u32 = 5;

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Whether a request that failed like this is sent again by the client itself.
pub(crate) fn is_worth_retrying(error: &Error) -> bool {
    use ErrorReason as R;
    match error.reason {
        Some(R::OutcomeUnknown | R::StorageUnavailable | R::Overloaded | R::ShuttingDown) => true,
        Some(R::CaseBusy | R::RulesBusy | R::DirectoryBusy | R::DeadlineExceeded) => true,
        // Only after the delay the hub gives; without one we would make it worse.
        Some(R::RateLimited) => error.retry_after.is_some(),
        Some(_) => false,
        // A refusal of a proxy stays one. The network comes back.
        None => error.is_unreachable(),
    }
}

/// How long to wait before attempt `attempt + 1`, from 1: anywhere between nothing and an exponential bound (full
/// jitter), and never less than what the hub asked for.
pub(crate) fn wait(attempt: u32, error: &Error, ids: &Ids) -> Duration {
    backoff(attempt, LONGEST_WAIT, ids).max(error.retry_after.unwrap_or_default())
}

/// Full jitter: uniform between nothing and `FIRST_WAIT * 2^(attempt - 1)`, itself bounded by `longest`.
pub(crate) fn backoff(attempt: u32, longest: Duration, ids: &Ids) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let bound = FIRST_WAIT.saturating_mul(1 << doublings).min(longest);
    bound.mul_f64(chance(ids))
}

/// A number from 0 to 1, from the bits that every version of a random UUID draws.
fn chance(ids: &Ids) -> f64 {
    let (_, low) = (ids)().as_u64_pair();
    // The two highest bits are the variant.
    let drawn = u32::try_from((low >> 16) & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(drawn) / f64::from(u32::MAX)
}

/// One retry for ten calls, and ten in hand: a hub that is down is not asked several times as much as one that is up.
pub(crate) struct Budget {
    tenths: AtomicI64,
}

const RETRY_COSTS: i64 = 10;
const CALL_BRINGS: i64 = 1;
const MOST: i64 = 100;

impl Default for Budget {
    fn default() -> Self {
        Self {
            tenths: AtomicI64::new(MOST),
        }
    }
}

impl Budget {
    pub(crate) fn call(&self) {
        self.change(|tenths| Some((tenths + CALL_BRINGS).min(MOST)));
    }

    /// Takes the price of a retry, when there is enough.
    pub(crate) fn retry(&self) -> bool {
        self.change(|tenths| (tenths >= RETRY_COSTS).then_some(tenths - RETRY_COSTS))
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> i64 {
        self.tenths.load(Ordering::Relaxed)
    }

    fn change(&self, change: impl FnMut(i64) -> Option<i64>) -> bool {
        self.tenths
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use tonic::Code;
    use uuid::Uuid;

    use super::*;

    fn error(reason: Option<ErrorReason>, code: Code, retry_after: Option<Duration>) -> Error {
        Error {
            reason,
            code,
            message: String::new(),
            violations: Vec::new(),
            metadata: BTreeMap::new(),
            retry_after,
        }
    }

    #[test]
    fn retries_go_by_reason_and_never_on_a_conflict() {
        use ErrorReason as R;
        let retried = [
            R::OutcomeUnknown,
            R::StorageUnavailable,
            R::Overloaded,
            R::ShuttingDown,
            R::CaseBusy,
            R::RulesBusy,
            R::DirectoryBusy,
            R::DeadlineExceeded,
        ];
        let all = (1..100).filter_map(|number| R::try_from(number).ok());
        for reason in all {
            let retry = is_worth_retrying(&error(Some(reason), Code::Unavailable, None));
            assert_eq!(retry, retried.contains(&reason), "{reason:?}");
        }
        let later = Some(Duration::from_secs(3));
        assert!(is_worth_retrying(&error(
            Some(R::RateLimited),
            Code::ResourceExhausted,
            later
        )));
        assert!(is_worth_retrying(&error(None, Code::Unavailable, None)));
        assert!(!is_worth_retrying(&error(None, Code::Unimplemented, None)));
        assert!(!is_worth_retrying(&error(None, Code::ResourceExhausted, None)));
    }

    #[test]
    fn the_wait_grows_is_bounded_and_respects_the_hub() {
        let longest_draw: Ids = Arc::new(|| Uuid::from_bytes([0xff; 16]));
        let shortest_draw: Ids = Arc::new(|| Uuid::from_bytes([0; 16]));
        let failed = error(None, Code::Unavailable, None);
        assert_eq!(wait(1, &failed, &longest_draw), FIRST_WAIT);
        assert_eq!(wait(3, &failed, &longest_draw), FIRST_WAIT * 4);
        assert_eq!(wait(40, &failed, &longest_draw), LONGEST_WAIT);
        assert_eq!(wait(40, &failed, &shortest_draw), Duration::ZERO);
        let asked = error(None, Code::Unavailable, Some(Duration::from_secs(7)));
        assert_eq!(wait(1, &asked, &shortest_draw), Duration::from_secs(7));
    }

    #[test]
    fn the_budget_is_spent_by_retries_and_earned_by_calls() {
        let budget = Budget::default();
        let granted = (0..20).filter(|_| budget.retry()).count();
        assert_eq!(granted, 10);
        (0..9).for_each(|_| budget.call());
        assert!(!budget.retry());
        budget.call();
        assert!(budget.retry() && !budget.retry());
    }
}

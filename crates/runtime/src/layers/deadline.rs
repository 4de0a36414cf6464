//! Deadlines: the caller's `grpc-timeout` or the server's own limit, whichever comes first.

use std::time::Duration;

use http::{HeaderMap, Request};
use tokio::time::{Instant, sleep_until};

use super::Refusal;
use super::cover::{Answer, Cover, Inner};

/// When the request's time is over; in its extensions. Streams have deadlines of their own after their first answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(pub Instant);

/// Answers for a request that has not begun to answer in time. A malformed `grpc-timeout` counts as none.
pub struct DeadlineCover {
    limit: Duration,
    refusal: Refusal,
}

impl DeadlineCover {
    /// At most `limit`, whatever the caller asks for.
    pub fn new(limit: Duration, refusal: Refusal) -> Self {
        Self { limit, refusal }
    }
}

impl Cover for DeadlineCover {
    fn call<S: Inner<B>, B>(&self, mut request: Request<B>, inner: &mut S) -> Answer<S::Error> {
        let asked = grpc_timeout(request.headers());
        let allowed = asked.map_or(self.limit, |asked| asked.min(self.limit));
        // Taken here and not when the future is first polled, so that it ends before tonic's own timer, which would drop
        // the request without an answer of ours.
        let over = Instant::now() + allowed;
        request.extensions_mut().insert(Deadline(over));
        let refusal = self.refusal.clone();
        let path = request.uri().path().to_owned();
        if allowed.is_zero() {
            return Box::pin(async move { Ok(refusal(&path)) });
        }
        let answer = inner.call(request);
        Box::pin(async move {
            tokio::select! {
                biased;
                response = answer => response,
                () = sleep_until(over) => Ok(refusal(&path)),
            }
        })
    }
}

/// `grpc-timeout`: at most 8 digits and a unit (gRPC over HTTP/2, "Timeout").
fn grpc_timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let well_formed = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let amount: u64 = if well_formed {
        digits.parse().ok()?
    } else {
        return None;
    };
    match unit {
        "H" => Some(Duration::from_secs(amount * 3600)),
        "M" => Some(Duration::from_secs(amount * 60)),
        "S" => Some(Duration::from_secs(amount)),
        "m" => Some(Duration::from_millis(amount)),
        "u" => Some(Duration::from_micros(amount)),
        "n" => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grpc_timeout_is_read_by_the_book_or_not_at_all() {
        let rows = [
            ("5S", Some(Duration::from_secs(5))),
            ("250m", Some(Duration::from_millis(250))),
            ("0n", Some(Duration::ZERO)),
            ("99999999H", Some(Duration::from_secs(99_999_999 * 3600))),
            ("999999999S", None),
            ("S", None),
            ("", None),
            ("+5S", None),
            ("5s", None),
            ("5 S", None),
        ];
        for (text, expected) in rows {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", text.parse().expect("a header value"));
            assert_eq!(grpc_timeout(&headers), expected, "{text:?}");
        }
    }
}

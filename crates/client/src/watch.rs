//! Following the tickets of an audience for as long as the process lives.

use std::time::Duration;

use declic_proto::v1::ticket_service_client::TicketServiceClient;
use declic_proto::v1::watch_tickets_response::Item as WireItem;
use declic_proto::v1::{TicketNotice, WatchTicketsRequest, WatchTicketsResponse};
use futures::Stream;
use tokio::time::{Instant, sleep_until, timeout};
use tonic::{Code, Streaming};

use crate::retry::backoff;
use crate::{Client, Error, ErrorReason};

/// A stream that says nothing for this long, not even a heartbeat (sent every 15 seconds), is dead.
pub const SILENCE_LIMIT: Duration = Duration::from_secs(40);

const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// An item of the stream, with the token that resumes after it.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Something happened on a ticket.
    Notice {
        /// Keep it once what the notice says is safe.
        resume_token: String,
        /// What happened.
        notice: TicketNotice,
    },
    /// Nothing to say.
    Heartbeat {
        /// Resumes after everything seen so far.
        resume_token: String,
    },
}

/// The tickets of our agency or organisation, in order, at least once. Reconnects and resumes by itself; a new
/// [`Watch`] begins where it is told.
pub struct Watch {
    client: Client,
    resume_token: String,
    stream: Option<Streaming<WatchTicketsResponse>>,
    failures: u32,
    not_before: Option<Instant>,
}

impl Client {
    /// Watches from a token kept from an earlier [`Item`]; empty for the beginning.
    pub fn watch(&self, resume_token: impl Into<String>) -> Watch {
        Watch {
            client: self.clone(),
            resume_token: resume_token.into(),
            stream: None,
            failures: 0,
            not_before: None,
        }
    }
}

impl Watch {
    /// The next item. Waits as long as it takes, through restarts of the hub and cuts of the network. May be dropped
    /// while it waits (in a `select!`): nothing is lost.
    ///
    /// # Errors
    /// Only what waiting does not mend: RESUME_TOKEN_INVALID, RESUME_TOKEN_OUT_OF_RANGE, a key or role the hub does not
    /// accept, a hub that has no such stream.
    pub async fn next(&mut self) -> Result<Item, Error> {
        loop {
            let received = match self.stream.as_mut() {
                None => {
                    self.open().await?;
                    continue;
                }
                Some(stream) => timeout(SILENCE_LIMIT, stream.message()).await,
            };
            match received {
                Ok(Ok(Some(response))) => {
                    if let Some(item) = self.take(response) {
                        return Ok(item);
                    }
                }
                Ok(Ok(None)) => self.lost("the hub ended the stream", None),
                Ok(Err(status)) => {
                    let error = self.client.refused(status);
                    if is_terminal(&error, Phase::Open) {
                        return Err(error);
                    }
                    self.lost(&error.message, error.retry_after);
                }
                Err(_silent) => self.lost("the stream was silent for too long", None),
            }
        }
    }

    /// The same as a stream, which ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Item, Error>> + Send {
        futures::stream::unfold(Some(self), |watch| async move {
            let mut watch = watch?;
            match watch.next().await {
                Ok(item) => Some((Ok(item), Some(watch))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn open(&mut self) -> Result<(), Error> {
        if let Some(instant) = self.not_before {
            sleep_until(instant).await;
        }
        let request = WatchTicketsRequest {
            resume_token: self.resume_token.clone(),
        };
        let request = self.client.prepare(request, None);
        let mut service = TicketServiceClient::new(self.client.shared.channel.clone());
        match timeout(SILENCE_LIMIT, service.watch_tickets(request)).await {
            Ok(Ok(response)) => self.stream = Some(response.into_inner()),
            Ok(Err(status)) => {
                let error = self.client.refused(status);
                if is_terminal(&error, Phase::Opening) {
                    return Err(error);
                }
                self.lost(&error.message, error.retry_after);
            }
            Err(_silent) => self.lost("the hub did not open the stream in time", None),
        }
        Ok(())
    }

    fn take(&mut self, response: WatchTicketsResponse) -> Option<Item> {
        self.failures = 0;
        self.not_before = None;
        let resume_token = response.resume_token;
        self.resume_token.clone_from(&resume_token);
        match response.item? {
            WireItem::Notice(notice) => Some(Item::Notice { resume_token, notice }),
            WireItem::Heartbeat(_) => Some(Item::Heartbeat { resume_token }),
        }
    }

    fn lost(&mut self, why: &str, asked: Option<Duration>) {
        self.stream = None;
        self.failures = self.failures.saturating_add(1);
        let jitter = backoff(self.failures, LONGEST_WAIT, &self.client.shared.ids);
        let pause = jitter.max(asked.unwrap_or_default());
        self.not_before = Some(Instant::now() + pause);
        tracing::info!(
            why,
            failures = self.failures,
            pause_ms = pause.as_millis(),
            "the stream of tickets is cut and will be resumed"
        );
    }
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("client", &self.client)
            .field("connected", &self.stream.is_some())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Opening,
    Open,
}

fn is_terminal(error: &Error, phase: Phase) -> bool {
    use ErrorReason as R;
    match error.reason {
        Some(R::ResumeTokenInvalid | R::ResumeTokenOutOfRange | R::RoleForbidden) => true,
        Some(R::FieldInvalid | R::NotFound) => true,
        // A token ends while its stream is open: the next one may be taken. A fresh token that is refused will be
        // refused again.
        Some(R::TokenInvalid) => phase == Phase::Opening,
        Some(_) => false,
        None => matches!(
            error.code,
            Code::Unauthenticated | Code::PermissionDenied | Code::Unimplemented | Code::InvalidArgument
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn only_what_waiting_does_not_mend_ends_a_watch() {
        use ErrorReason as R;
        let error = |reason, code| Error {
            reason,
            code,
            message: String::new(),
            violations: Vec::new(),
            metadata: BTreeMap::new(),
            retry_after: None,
        };
        let for_ever = [
            R::ResumeTokenInvalid,
            R::ResumeTokenOutOfRange,
            R::RoleForbidden,
            R::FieldInvalid,
            R::NotFound,
        ];
        for reason in (1..100).filter_map(|number| R::try_from(number).ok()) {
            let refused = error(Some(reason), Code::Unknown);
            let open = for_ever.contains(&reason);
            assert_eq!(is_terminal(&refused, Phase::Open), open, "{reason:?}");
            let opening = open || reason == R::TokenInvalid;
            assert_eq!(is_terminal(&refused, Phase::Opening), opening, "{reason:?}");
        }
        assert!(is_terminal(&error(None, Code::Unimplemented), Phase::Opening));
        assert!(!is_terminal(&error(None, Code::Unavailable), Phase::Opening));
    }
}

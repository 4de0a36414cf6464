//! WatchTickets: a mailbox as a stream that resumes, proves it is alive, and cuts slow readers.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use declic_domain::policy;
use declic_proto::v1::{self, ErrorReason};
use declic_store::{Audience, Limit, MailboxItem};
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use crate::caller::Caller;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::{timestamp, timestamp_us, token};

/// Items read from the store at once, and held for a reader at most.
const BATCH: u32 = 64;
/// The longest silence: a heartbeat is sent before.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often the mailbox is read when no commit is told: a hint may be lost.
const POLL: Duration = Duration::from_secs(1);
/// How long a reader may leave its window full before it is cut.
const PATIENCE: Duration = Duration::from_secs(20);

/// Streams open at once on one mailbox. Each reads the database every second, so an agency whose client opens one after
/// the other would take the readers of everybody.
const MOST_STREAMS: usize = 64;

/// How many streams are open on each mailbox.
#[derive(Debug, Clone, Default)]
pub struct Watchers(Arc<Mutex<BTreeMap<Audience, usize>>>);

/// The stream of one watcher.
pub struct Watch(ReceiverStream<Result<v1::WatchTicketsResponse, Status>>);

impl Stream for Watch {
    type Item = Result<v1::WatchTicketsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

impl Watch {
    /// Opens the mailbox of the caller's agency or organisation after a resume token.
    pub async fn open(
        hub: Arc<Hub>,
        caller: Arc<Caller>,
        resume: &str,
        request: &str,
    ) -> Result<Self, Error> {
        let audience = Audience::of(&policy::party(&caller.member)).ok_or(Error::Absent)?;
        let place = hub
            .watchers
            .take(&audience)
            .ok_or(Error::Later(ErrorReason::RateLimited, None))?;
        let after = token::resume_number(&hub.secrets, &hub.origin, audience.as_str(), resume)?;
        if after > hub.store.mailbox_end(&audience).await? {
            let sentence = "this resume token is ahead of the mailbox: the hub was restored from a backup; \
                            resume with the last token you hold before it, or with an empty one";
            return Err(Error::OutOfRange(
                ErrorReason::ResumeTokenOutOfRange,
                sentence.to_owned(),
            ));
        }
        let (sender, receiver) = mpsc::channel(BATCH as usize);
        let feed = Feed {
            hub,
            caller,
            audience,
            after,
            sender,
            request: request.to_owned(),
            _place: place,
        };
        tokio::spawn(feed.run());
        Ok(Self(ReceiverStream::new(receiver)))
    }
}

struct Feed {
    hub: Arc<Hub>,
    caller: Arc<Caller>,
    audience: Audience,
    after: u64,
    sender: mpsc::Sender<Result<v1::WatchTicketsResponse, Status>>,
    request: String,
    _place: Place,
}

/// One of the streams of a mailbox, until it is dropped.
struct Place {
    watchers: Watchers,
    audience: Audience,
}

impl Watchers {
    /// A place for one more stream, when there is one.
    fn take(&self, audience: &Audience) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(audience.clone()).or_default();
        if *count == MOST_STREAMS {
            return None;
        }
        *count += 1;
        Some(Place {
            watchers: self.clone(),
            audience: audience.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.watchers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.audience) {
            *count -= 1;
        }
    }
}

impl Feed {
    async fn run(mut self) {
        if let Err(error) = self.feed().await {
            let status = error.into_status(&self.request);
            // A reader that is cut has a full window: it gets the ending once it reads again, or none.
            let _gone = tokio::time::timeout(PATIENCE, self.sender.send(Err(status))).await;
        }
    }

    /// Sends until the watcher leaves; an error is the stream's ending.
    async fn feed(&mut self) -> Result<(), Error> {
        let mut commits = self.hub.store.commits();
        let mut silent = Duration::ZERO;
        loop {
            self.check_caller()?;
            commits.mark_unchanged();
            let items = self
                .hub
                .store
                .mailbox(&self.audience, self.after, Limit::new(BATCH))
                .await?;
            let full = items.len() == BATCH as usize;
            for item in items {
                silent = Duration::ZERO;
                if !self.send(item).await? {
                    return Ok(());
                }
            }
            if full {
                continue;
            }
            if silent >= HEARTBEAT {
                silent = Duration::ZERO;
                if !self.heartbeat().await? {
                    return Ok(());
                }
            }
            tokio::select! {
                () = self.hub.shutdown.stopping() => return Err(Error::Later(ErrorReason::ShuttingDown, None)),
                () = self.sender.closed() => return Ok(()),
                changed = commits.changed() => {
                    if changed.is_err() {
                        return Err(Error::Later(ErrorReason::ShuttingDown, None));
                    }
                }
                () = tokio::time::sleep(POLL) => silent += POLL,
            }
        }
    }

    /// A member who left, or whose role no longer watches, stops receiving.
    fn check_caller(&self) -> Result<(), Error> {
        let directory = self.hub.directory();
        let current = directory.members.get(&self.caller.member.id);
        let still = current.is_some_and(|member| {
            member.active
                && policy::permits(member.role, policy::Action::WatchTickets)
                && Audience::of(&policy::party(member)).as_ref() == Some(&self.audience)
        });
        if still {
            Ok(())
        } else {
            Err(Error::Unauthenticated(
                ErrorReason::TokenInvalid,
                "your access was withdrawn: ask your administrator",
            ))
        }
    }

    async fn send(&mut self, item: MailboxItem) -> Result<bool, Error> {
        self.after = item.number;
        let notice = v1::TicketNotice {
            number: item.number,
            ticket: item.ticket.resource(),
            reference: item.reference.to_string(),
            event_id: item.event.0.to_vec(),
            r#type: item.kind,
            record_time: Some(timestamp_us(item.recorded_at_us)),
            traceparent: item.traceparent,
        };
        self.push(v1::watch_tickets_response::Item::Notice(notice)).await
    }

    async fn heartbeat(&mut self) -> Result<bool, Error> {
        let time = Some(timestamp(self.hub.now()));
        self.push(v1::watch_tickets_response::Item::Heartbeat(v1::Heartbeat {
            time,
        }))
        .await
    }

    /// False once the watcher has left.
    async fn push(&mut self, item: v1::watch_tickets_response::Item) -> Result<bool, Error> {
        let resume_token = token::resume(
            &self.hub.secrets,
            &self.hub.origin,
            self.audience.as_str(),
            self.after,
        );
        let response = v1::WatchTicketsResponse {
            resume_token,
            item: Some(item),
        };
        match tokio::time::timeout(PATIENCE, self.sender.send(Ok(response))).await {
            Ok(sent) => Ok(sent.is_ok()),
            Err(_) => Err(Error::Later(ErrorReason::SlowReader, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use declic_domain::event::Party;
    use declic_domain::name::AgencyId;

    use super::*;

    #[test]
    fn a_mailbox_has_so_many_streams_and_a_place_that_is_left_is_free_again() {
        let mailbox = |id| {
            let agency = AgencyId::parse(id).expect("an agency's id");
            Audience::of(&Party::Agency(agency)).expect("an agency has a mailbox")
        };
        let watchers = Watchers::default();
        let (caf, msa) = (mailbox("caf-56"), mailbox("msa-picardie"));
        let mut places: Vec<Place> = (0..MOST_STREAMS).filter_map(|_| watchers.take(&caf)).collect();
        assert_eq!(places.len(), MOST_STREAMS);
        assert!(watchers.take(&caf).is_none(), "one too many");
        assert!(watchers.take(&msa).is_some(), "another mailbox has its own");
        places.pop();
        assert!(watchers.take(&caf).is_some(), "a place was left");
    }
}

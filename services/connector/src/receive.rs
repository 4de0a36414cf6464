//! Following the stream of the hub: each notice is fetched, handed over and recorded, and only then is the cursor
//! moved. A crash at any point repeats the last step; nothing is skipped and nothing is counted twice.

use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, Error, ErrorReason, Item};
use declic_proto::v1;
use declic_runtime::{Ids, propagation};
use tokio::sync::Notify;
use tracing::Instrument as _;

use crate::cursor::{Cursor, Delivery, Records};
use crate::handover::{Document, Erased, Handover, case_of};

/// How long the connector waits when its key or role is refused: somebody has to enrol it.
const REFUSED_PAUSE: Duration = Duration::from_secs(30);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
const PAGE: i32 = 200;
const ERASED: &str = "ERASED";

/// Receives the agency's tickets.
pub struct Receiver {
    /// Of this connector.
    pub client: Client,
    /// Of this connector.
    pub records: Arc<Records>,
    /// To the agency's software.
    pub handover: Handover,
    /// For request ids.
    pub ids: Arc<dyn Ids>,
    /// Told when a confirmation of delivery is waiting.
    pub delivery_waits: Arc<Notify>,
}

impl Receiver {
    /// Works until it is dropped, which harms nothing, or until the hub no longer knows where we were.
    ///
    /// # Errors
    /// The cursor is not of this hub: a person decides.
    pub async fn run(self) -> anyhow::Result<()> {
        loop {
            let error = self.follow().await?;
            match error.reason {
                Some(ErrorReason::ResumeTokenInvalid) => anyhow::bail!(
                    "the hub does not know where this connector stopped reading: check `hub` and `subject`; if the hub \
                     was set up anew, run `declic-connector --config FILE cursor reset` once"
                ),
                Some(ErrorReason::ResumeTokenOutOfRange)
                    if self.records.cursor().await? != Cursor::default() =>
                {
                    tracing::warn!(
                        "the hub no longer holds what follows our cursor: every open ticket is read again"
                    );
                    self.resync().await?;
                }
                _ => {
                    tracing::error!(
                        reason = error.reason_name(),
                        code = ?error.code,
                        "the hub refuses this connector: check that `subject` and its key are in the hub's directory"
                    );
                    tokio::time::sleep(REFUSED_PAUSE).await;
                }
            }
        }
    }

    /// Follows the stream from the cursor until the hub ends it for a reason that waiting does not mend.
    async fn follow(&self) -> anyhow::Result<Error> {
        let mut cursor = self.records.cursor().await?;
        let mut watch = self.client.watch(cursor.resume_token.clone());
        loop {
            match watch.next().await {
                Ok(Item::Heartbeat { .. }) => {}
                Ok(Item::Notice { resume_token, notice }) => {
                    let next = Cursor {
                        resume_token,
                        number: notice.number,
                    };
                    if notice.number > cursor.number {
                        self.check_gap(cursor.number, notice.number);
                        let span =
                            tracing::info_span!("notice", number = notice.number, kind = notice.r#type);
                        propagation::link_to(&span, &notice.traceparent);
                        self.until_done(|| self.take(&notice, &next))
                            .instrument(span)
                            .await;
                        cursor = next;
                    }
                }
                Err(error) => return Ok(error),
            }
        }
    }

    fn check_gap(&self, last: u64, number: u64) {
        if last != 0 && number != last + 1 {
            tracing::error!(
                last,
                number,
                "notices are missing between these two: tell the hub's operator"
            );
        }
    }

    async fn take(&self, notice: &v1::TicketNotice, cursor: &Cursor) -> anyhow::Result<()> {
        if notice.r#type == ERASED {
            return self.take_erased(&notice.ticket, cursor).await;
        }
        match self.fetch(&notice.ticket).await? {
            Some(fetched) => self.hand_over(fetched, Some(cursor)).await,
            None => {
                tracing::warn!(
                    ticket = notice.ticket,
                    "the hub does not show this ticket: passed over"
                );
                Ok(self.records.move_cursor(cursor).await?)
            }
        }
    }

    async fn take_erased(&self, ticket: &str, cursor: &Cursor) -> anyhow::Result<()> {
        if let Some(reference) = self.records.reference(ticket).await? {
            let revision = self.records.reserve_revision(ticket, &reference).await?;
            self.handover
                .erased(Erased::new(revision, ticket, &reference)?)
                .await?;
        }
        Ok(self.records.move_cursor(cursor).await?)
    }

    /// Hands a ticket over, then records it with its confirmation to send.
    async fn hand_over(&self, fetched: Fetched, cursor: Option<&Cursor>) -> anyhow::Result<()> {
        let Fetched { ticket, case, events } = fetched;
        let delivery = is_open(ticket.state()).then(|| Delivery {
            ticket: ticket.name.clone(),
            epoch: ticket.epoch,
            request_id: self.ids.next(),
        });
        let revision = self
            .records
            .reserve_revision(&ticket.name, &ticket.reference)
            .await?;
        let document = Document::new(revision, ticket, case, events)?;
        self.handover.ticket(document).await?;
        self.records.handed_over(delivery.as_ref(), cursor).await?;
        self.delivery_waits.notify_one();
        Ok(())
    }

    /// Hands over every open ticket and begins the stream anew: for when the hub cannot resume where we were.
    async fn resync(&self) -> anyhow::Result<()> {
        self.records.forget_deliveries().await?;
        self.until_done(|| self.every_open_ticket()).await;
        Ok(self.records.move_cursor(&Cursor::default()).await?)
    }

    async fn every_open_ticket(&self) -> anyhow::Result<()> {
        let mut page_token = String::new();
        loop {
            let request = v1::ListTicketsRequest {
                page_size: PAGE,
                page_token,
                states: Vec::new(),
            };
            let page = self.client.list_tickets(request).await?;
            for ticket in page.tickets {
                if let Some(fetched) = self.fetch(&ticket.name).await? {
                    self.hand_over(fetched, None).await?;
                }
            }
            if page.next_page_token.is_empty() {
                return Ok(());
            }
            page_token = page.next_page_token;
        }
    }

    /// Reads a ticket, its case and its events; `None` when the hub shows it to us no longer. The events come first,
    /// so that the ticket is never older than them.
    async fn fetch(&self, name: &str) -> anyhow::Result<Option<Fetched>> {
        let Some(events) = found(self.events(name).await)? else {
            return Ok(None);
        };
        let ticket = self.client.get_ticket(v1::GetTicketRequest {
            name: name.to_owned(),
        });
        let Some(ticket) = found(ticket.await)?.and_then(|answer| answer.ticket) else {
            return Ok(None);
        };
        let case = self.client.get_case(v1::GetCaseRequest { name: case_of(name)? });
        let case = found(case.await)?.and_then(|answer| answer.case);
        Ok(case.map(|case| Fetched { ticket, case, events }))
    }

    async fn events(&self, ticket: &str) -> Result<Vec<v1::TicketEvent>, Error> {
        let mut events = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListEventsRequest {
                parent: ticket.to_owned(),
                page_size: PAGE,
                page_token,
            };
            let page = self.client.list_events(request).await?;
            events.extend(page.events);
            if page.next_page_token.is_empty() {
                return Ok(events);
            }
            page_token = page.next_page_token;
        }
    }

    /// Tries until it is done: the hub comes back, the disk has room again.
    async fn until_done<F>(&self, work: impl Fn() -> F)
    where
        F: Future<Output = anyhow::Result<()>>,
    {
        let mut pause = FIRST_PAUSE;
        while let Err(error) = work().await {
            tracing::error!(
                error = format!("{error:#}"),
                pause_ms = pause.as_millis(),
                "a ticket could not be handed over and is tried again"
            );
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }
}

struct Fetched {
    ticket: v1::Ticket,
    case: v1::Case,
    events: Vec<v1::TicketEvent>,
}

fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.reason == Some(ErrorReason::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_open(state: v1::TicketState) -> bool {
    use v1::TicketState as S;
    matches!(
        state,
        S::Routed | S::Delivered | S::Acknowledged | S::AwaitingReply | S::Resolved
    )
}

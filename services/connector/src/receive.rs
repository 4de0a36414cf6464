//! Following the stream of the hub: the tickets of the notices that wait are fetched, handed over and recorded, and only
//! then is the cursor moved. A crash at any point repeats the last group; nothing is skipped and nothing is counted twice.

mod group;

use std::sync::Arc;
use std::time::Duration;

use declic_client::{Client, Error, ErrorReason, Item, Watch};
use declic_proto::v1;
use declic_runtime::Ids;
use futures::FutureExt as _;
use tokio::sync::Notify;

use crate::cursor::{Cursor, Records};
use crate::handover::{Came, Handover};

use group::{Noticed, Step};

/// How long the connector waits when its key or role is refused: somebody has to enrol it.
const REFUSED_PAUSE: Duration = Duration::from_secs(30);

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
const PAGE: i32 = 200;

/// Notices, or tickets, that are taken together at most.
const TOGETHER: usize = 64;

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
            let (mut noticed, ending) = waiting(&mut watch).await;
            noticed.retain(|next| {
                let is_new = next.cursor.number > cursor.number;
                if is_new {
                    check_gap(cursor.number, next.cursor.number);
                    cursor = next.cursor.clone();
                }
                is_new
            });
            self.take_until_done(noticed).await;
            if let Some(error) = ending {
                return Ok(error);
            }
        }
    }

    async fn take_until_done(&self, mut noticed: Vec<Noticed>) {
        let mut pause = FIRST_PAUSE;
        while !noticed.is_empty() {
            let came = self.take(&noticed).await;
            let Came { count, failure } = came.unwrap_or_else(|error| Came::stopped(0, error));
            noticed.drain(..count);
            if count > 0 {
                pause = FIRST_PAUSE;
            }
            if let Some(error) = failure {
                pause = wait(pause, &error).await;
            }
        }
    }

    /// Hands over every open ticket and begins the stream anew: for when the hub cannot resume where we were.
    async fn resync(&self) -> anyhow::Result<()> {
        self.records.forget_deliveries().await?;
        let mut pause = FIRST_PAUSE;
        while let Err(error) = self.every_open_ticket().await {
            pause = wait(pause, &error).await;
        }
        Ok(self.records.move_cursor(&Cursor::default()).await?)
    }

    async fn every_open_ticket(&self) -> anyhow::Result<()> {
        let mut page_token = String::new();
        loop {
            let request = v1::ListTicketsRequest {
                page_size: PAGE,
                page_token,
                ..v1::ListTicketsRequest::default()
            };
            let page = self.client.list_tickets(request).await?;
            for tickets in page.tickets.chunks(TOGETHER) {
                let steps: Vec<_> = tickets.iter().map(|ticket| Step::of(&ticket.name)).collect();
                self.take_listed(&steps).await?;
            }
            if page.next_page_token.is_empty() {
                return Ok(());
            }
            page_token = page.next_page_token;
        }
    }
}

/// Waits for a notice and takes those that came with it; the error that ended the stream after them, if one did.
async fn waiting(watch: &mut Watch) -> (Vec<Noticed>, Option<Error>) {
    let mut noticed = Vec::new();
    let mut next = Some(watch.next().await);
    while let Some(item) = next {
        match item {
            Ok(Item::Heartbeat { .. }) => {}
            Ok(Item::Notice { resume_token, notice }) => noticed.push(Noticed {
                cursor: Cursor {
                    resume_token,
                    number: notice.number,
                },
                notice,
            }),
            Err(error) => return (noticed, Some(error)),
        }
        if noticed.len() == TOGETHER {
            break;
        }
        next = watch.next().now_or_never();
    }
    (noticed, None)
}

fn check_gap(last: u64, number: u64) {
    if last != 0 && number != last + 1 {
        tracing::error!(
            last,
            number,
            "notices are missing between these two: tell the hub's operator"
        );
    }
}

/// Waits before the next attempt, and says how long to wait after it: the hub comes back, the disk has room again.
async fn wait(pause: Duration, error: &anyhow::Error) -> Duration {
    tracing::error!(
        error = format!("{error:#}"),
        pause_ms = pause.as_millis(),
        "a ticket could not be handed over and is tried again"
    );
    tokio::time::sleep(pause).await;
    pause.saturating_mul(2).min(LONGEST_PAUSE)
}

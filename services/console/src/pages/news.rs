//! What came while a list is open: how many, never what, so that the page can offer to show it. A browser that does not listen
//! loses nothing, and no page changes under its reader. The number that is counted from belongs to the page: what comes while
//! it does not listen is told when it does.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use declic_proto::v1::{self, TicketState};
use futures::{StreamExt as _, stream};
use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

use crate::failure::Failure;
use crate::page::Who;
use crate::visit::{Stranger, Visit, query_of};

/// Most pages that listen at once, a quarter of all connections: those who only look keep nobody from the pages.
pub const AT_ONCE: usize = 256;

/// How often the hub is asked.
const EVERY: Duration = Duration::from_secs(15);

/// How often at most, which is ten minutes: a page that nobody looks at does not keep a sign-in alive for longer.
const LOOKS: u32 = 40;

/// Proves to what stands between that the connection is in use.
const HEARTBEAT: Duration = Duration::from_secs(25);

/// Field of how many there were at the fewest: when the list was made, or by what a page was told that listens again.
const BEFORE: &str = "avant";

/// One page that listens.
struct Listener {
    stranger: Stranger,
    /// The fewest there were since the page was made: what is taken up makes room for what comes. None of a page that does not
    /// know, which is told first.
    before: Option<u32>,
    /// How many came, as it was told last.
    told: u32,
    looks: u32,
    _seat: OwnedSemaphorePermit,
}

/// Tells how many came since, whenever more did.
pub async fn listen(stranger: Stranger, headers: HeaderMap) -> Response {
    let saves = headers.get("save-data").is_some_and(|value| value == "on");
    if saves || stranger.secret.is_none() {
        // A browser does not ask again by itself; a page does, ever later.
        return StatusCode::NO_CONTENT.into_response();
    }
    let Ok(seat) = Arc::clone(&stranger.console.listening).try_acquire_owned() else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let before = query_of(&stranger.page.path).get(BEFORE).parse().ok();
    let stopping = stranger.console.stopping.clone();
    let listener = Listener {
        stranger,
        before,
        told: 0,
        looks: 0,
        _seat: seat,
    };
    let events = stream::unfold(Some(listener), |listener| async {
        match listener?.next().await {
            Ok((event, listener)) => Some((event, Some(listener))),
            Err(Ended) => Some((Event::default().event("end").data(""), None)),
        }
    });
    let events = events
        .take_until(stopping.cancelled_owned())
        .map(Ok::<_, Infallible>);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response()
}

/// Nothing more is told.
struct Ended;

impl Listener {
    /// Waits until more came than was told, or there are fewer than ever.
    async fn next(mut self) -> Result<(Event, Self), Ended> {
        loop {
            if self.looks > 0 {
                tokio::time::sleep(EVERY).await;
            }
            self.looks += 1;
            if self.looks > LOOKS {
                return Err(Ended);
            }
            let visit = match self.stranger.clone().enter().await {
                Ok(visit) => visit,
                Err(refused) if matches!(refused.0, Failure::Away) => continue,
                Err(_) => return Err(Ended),
            };
            let Some(count) = waiting(&visit).await? else {
                continue;
            };
            let Some(before) = self.before.filter(|before| *before <= count) else {
                self.before = Some(count);
                self.told = 0;
                return Ok((Event::default().event("before").data(count.to_string()), self));
            };
            let came = count.saturating_sub(before);
            if came > self.told {
                self.told = came;
                let text = visit.page.n("console-news", came as usize);
                return Ok((Event::default().event("news").data(text), self));
            }
        }
    }
}

/// What waits for the reader: new ones at an agency, those that a social worker has to act on.
pub fn awaited(who: &Who) -> v1::TicketFilter {
    match who.treats() {
        true => v1::TicketFilter {
            states: [TicketState::Routed, TicketState::Delivered]
                .map(i32::from)
                .into(),
            exclude_read_only: true,
            ..Default::default()
        },
        false => v1::TicketFilter {
            held_by_caller: true,
            ..Default::default()
        },
    }
}

/// How many wait for the reader. None while the hub is away.
async fn waiting(visit: &Visit) -> Result<Option<u32>, Ended> {
    let filters = vec![awaited(visit.who())];
    match visit
        .client
        .count_tickets(v1::CountTicketsRequest { filters })
        .await
    {
        Ok(answer) => Ok(answer.counts.first().map(|count| count.count)),
        Err(error) if error.is_transient() => Ok(None),
        Err(_) => Err(Ended),
    }
}

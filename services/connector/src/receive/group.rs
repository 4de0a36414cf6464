//! Several tickets handed over together: read side by side, written side by side, recorded in one commit. They keep their
//! order, and what cannot be done stops what comes after it, not what comes before.

use std::collections::HashMap;

use declic_client::{Error, ErrorReason};
use declic_proto::v1;
use declic_runtime::propagation;
use futures::{StreamExt as _, stream};
use tracing::{Instrument as _, Span};

use super::{ERASED, PAGE, Receiver};
use crate::cursor::{Cursor, Delivery};
use crate::handover::{Came, Document, Erased, Paper, case_of};

/// Tickets that are read side by side.
const AT_ONCE: usize = 8;

/// A notice with the cursor behind it.
pub(super) struct Noticed {
    pub notice: v1::TicketNotice,
    pub cursor: Cursor,
}

/// A ticket to hand over, as the hub holds it now.
pub(super) struct Step<'a> {
    ticket: &'a str,
    is_erased: bool,
    /// Notices before the first one of this ticket: they are done once the tickets before it are.
    before: usize,
    span: Span,
}

/// What there is to hand over about a ticket.
enum Found {
    Ticket {
        ticket: Box<v1::Ticket>,
        case: Box<v1::Case>,
        events: Vec<v1::TicketEvent>,
    },
    Erased {
        ticket: String,
        reference: String,
    },
}

impl<'a> Step<'a> {
    /// A ticket that is to be handed over without a notice.
    pub fn of(ticket: &'a str) -> Self {
        Self {
            ticket,
            is_erased: false,
            before: 0,
            span: Span::none(),
        }
    }

    /// One step for each ticket that notices tell of: what is handed over holds all that happened.
    pub fn of_each(noticed: &'a [Noticed]) -> Vec<Self> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut steps: Vec<Self> = Vec::new();
        for (before, Noticed { notice, .. }) in noticed.iter().enumerate() {
            let place = *places.entry(&notice.ticket).or_insert_with(|| {
                let span = tracing::info_span!("notice", number = notice.number, kind = notice.r#type);
                steps.push(Self {
                    before,
                    span,
                    ..Self::of(&notice.ticket)
                });
                steps.len() - 1
            });
            let step = &mut steps[place];
            step.is_erased = notice.r#type == ERASED;
            propagation::link_to(&step.span, &notice.traceparent);
        }
        steps
    }
}

impl Receiver {
    /// Hands over what notices tell of and moves the cursor behind them, or as far as it comes: it counts notices.
    pub(super) async fn take(&self, noticed: &[Noticed]) -> anyhow::Result<Came> {
        let steps = Step::of_each(noticed);
        let (came, deliveries) = self.hand_over(&steps).await?;
        let count = steps.get(came.count).map_or(noticed.len(), |step| step.before);
        let cursor = count.checked_sub(1).map(|last| &noticed[last].cursor);
        self.record(&deliveries, cursor).await?;
        Ok(Came { count, ..came })
    }

    /// Hands tickets over that no notice told of.
    pub(super) async fn take_listed(&self, steps: &[Step<'_>]) -> anyhow::Result<()> {
        let (came, deliveries) = self.hand_over(steps).await?;
        self.record(&deliveries, None).await?;
        came.failure.map_or(Ok(()), Err)
    }

    /// Makes the files of tickets durable, from the first one on; the deliveries are those to confirm.
    async fn hand_over(&self, steps: &[Step<'_>]) -> anyhow::Result<(Came, Vec<Delivery>)> {
        let asked: Vec<_> = steps
            .iter()
            .map(|step| self.find(step).instrument(step.span.clone()))
            .collect();
        let found: Vec<anyhow::Result<Option<Found>>> = stream::iter(asked).buffered(AT_ONCE).collect().await;
        let (found, mut came) = until_failure(found);
        let found = found.into_iter().enumerate();
        let found: Vec<(usize, Found)> = found.filter_map(|(place, found)| Some((place, found?))).collect();
        let names: Vec<_> = found.iter().map(|(_, found)| found.name()).collect();
        let revisions = self.records.reserve_revisions(&names).await?;

        let (mut places, mut papers, mut deliveries) = (Vec::new(), Vec::new(), Vec::new());
        for ((place, found), revision) in found.into_iter().zip(revisions) {
            let delivery = self.delivery(&found);
            match found.paper(revision) {
                Ok(paper) => papers.push(paper),
                Err(unusable) => {
                    came = Came::stopped(place, unusable);
                    break;
                }
            }
            places.push(place);
            deliveries.push(delivery);
        }
        if papers.is_empty() {
            return Ok((came, Vec::new()));
        }
        let written = self.handover.take(papers).await;
        if let Some(failure) = written.failure {
            // Papers that are not written stand at places of their own.
            let place = places.get(written.count).copied().unwrap_or_default();
            came = Came::stopped(place, failure);
        }
        deliveries.truncate(written.count);
        Ok((came, deliveries.into_iter().flatten().collect()))
    }

    async fn record(&self, deliveries: &[Delivery], cursor: Option<&Cursor>) -> anyhow::Result<()> {
        self.records.handed_over(deliveries, cursor).await?;
        self.delivery_waits.notify_one();
        Ok(())
    }

    /// What there is to hand over; nothing when the hub shows the ticket to us no longer, or when what was erased never
    /// came here.
    async fn find(&self, step: &Step<'_>) -> anyhow::Result<Option<Found>> {
        let ticket = step.ticket.to_owned();
        if step.is_erased {
            let reference = self.records.reference(&ticket).await?;
            return Ok(reference.map(|reference| Found::Erased { ticket, reference }));
        }
        let fetched = self.fetch(&ticket).await?;
        if fetched.is_none() {
            tracing::warn!(ticket, "this ticket is not ours to treat: passed over");
        }
        Ok(fetched)
    }

    /// Reads a ticket with its case, and its events. They come first, so that the ticket is never older than them.
    async fn fetch(&self, name: &str) -> anyhow::Result<Option<Found>> {
        let Some(events) = found(self.events(name).await)? else {
            return Ok(None);
        };
        let case = self.client.get_case(v1::GetCaseRequest { name: case_of(name)? });
        let Some(case) = found(case.await)?.and_then(|answer| answer.case) else {
            return Ok(None);
        };
        let mut tickets = case.tickets.iter();
        // What is not ours is there by its name alone, or to be read and not to be treated.
        let is_ours = |ticket: &&v1::Ticket| !ticket.reference.is_empty() && !ticket.read_only;
        let ticket = tickets.find(|ticket| ticket.name == name).filter(is_ours);
        Ok(ticket.cloned().map(|ticket| Found::Ticket {
            ticket: Box::new(ticket),
            case: Box::new(case),
            events,
        }))
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

    /// The confirmation that a ticket is held, while it is open.
    fn delivery(&self, found: &Found) -> Option<Delivery> {
        let Found::Ticket { ticket, .. } = found else {
            return None;
        };
        is_open(ticket.state()).then(|| Delivery {
            ticket: ticket.name.clone(),
            epoch: ticket.epoch,
            request_id: self.ids.next(),
        })
    }
}

impl Found {
    /// Name and reference.
    fn name(&self) -> (&str, &str) {
        match self {
            Self::Ticket { ticket, .. } => (&ticket.name, &ticket.reference),
            Self::Erased { ticket, reference } => (ticket, reference),
        }
    }

    fn paper(self, revision: u64) -> anyhow::Result<Paper> {
        Ok(match self {
            Self::Ticket { ticket, case, events } => {
                let document = Document::new(revision, *ticket, *case, events)?;
                Paper::Ticket(Box::new(document))
            }
            Self::Erased { ticket, reference } => Paper::Erased(Erased::new(revision, &ticket, &reference)?),
        })
    }
}

/// Everything before the first failure.
fn until_failure<T>(results: Vec<anyhow::Result<T>>) -> (Vec<T>, Came) {
    let mut done = Vec::with_capacity(results.len());
    for result in results {
        match result {
            Ok(value) => done.push(value),
            Err(failure) => {
                let count = done.len();
                return (done, Came::stopped(count, failure));
            }
        }
    }
    let count = done.len();
    (done, Came::all(count))
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

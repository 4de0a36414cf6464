//! SupervisionService: what supervisors measure. Counts leave it, never a case.

use std::sync::Arc;

use declic_calendar::Calendar;
use declic_domain::event::{Kind, RedirectReason};
use declic_domain::misroute::{self, Redirect};
use declic_domain::name::{CaseId, TicketName, TicketNumber};
use declic_domain::policy::{self, Action, Scope};
use declic_domain::ticket::{State, Ticket};
use declic_proto::v1;
use declic_proto::v1::supervision_service_server::SupervisionService;
use declic_store::{Limit, StoredCase, TicketFilter, TicketPosition};
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::caller::{self, Caller};
use crate::figures;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::wire::{self, Violations};

/// Tickets that were sent on, after which no further month is counted: each is a case to read.
const MOST: usize = 2_000;

/// Days before today when none is asked for.
const DAYS: i32 = 90;

/// Redirected tickets listed at a time.
const PAGE: u32 = 500;

/// Cases read at a time.
const AT_ONCE: usize = 4;

/// The service.
pub struct Supervision {
    hub: Arc<Hub>,
}

/// A redirect that was read: the case, the number of the ticket that was sent on, and why.
struct Read {
    case: StoredCase,
    ticket: TicketName,
    at: Timestamp,
    reason: RedirectReason,
}

/// Redirects that were read, and the end of the months they are of unless all were.
struct Counted {
    redirects: Vec<Read>,
    until: Option<Timestamp>,
}

impl Supervision {
    /// Over a hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    async fn misroutes(
        &self,
        caller: &Caller,
        request: v1::SummarizeMisroutesRequest,
    ) -> Result<v1::SummarizeMisroutesResponse, Error> {
        let calendar = Calendar::for_departement("");
        let today = calendar.date_of(self.hub.now());
        let since = first_day(&request.since, today)?;
        let action = Action::SummarizeMisroutes;
        let scope = policy::figures_scope(&caller.member, action, self.hub.territory).ok_or(Error::Absent)?;
        let counted = self.redirects(&scope, &calendar, since).await?;
        let redirects = counted.redirects.iter().filter_map(Read::redirect);
        let misroutes = misroute::count(redirects);
        Ok(v1::SummarizeMisroutesResponse {
            since: since.to_string(),
            counted_until: counted.until.map(wire::timestamp),
            misroutes: misroutes.rules.into_iter().map(wire::misroute::render).collect(),
            others: wire::misroute::number(misroutes.others),
            no_rule: wire::misroute::number(misroutes.no_rule),
        })
    }

    /// The redirects of a territory from the first day of a month on, of whole months, oldest first. A ticket that was
    /// redirected changes no more, so its holder held it last when it was sent on.
    async fn redirects(&self, scope: &Scope, calendar: &Calendar, first: Date) -> Result<Counted, Error> {
        let since = start_of(calendar, first)?;
        let filter = TicketFilter {
            states: vec![State::Redirected],
        };
        let mut after = Some(before(since));
        let mut redirects: Vec<Read> = Vec::new();
        let mut looked_at = 0;
        loop {
            let page = self
                .hub
                .store
                .tickets(scope, &filter, after, Limit::new(PAGE))
                .await?;
            let is_last = page.len() < PAGE as usize;
            looked_at += page.len();
            after = page.last().map(|last| TicketPosition {
                held_since_us: last.held_since.as_microsecond(),
                name: last.name,
            });
            let last = page.last().map(|last| last.held_since);
            let read = page.into_iter();
            let read = read.map(|ticket| self.read(scope, ticket.name, ticket.held_since));
            let read = futures::stream::iter(read);
            let read: Vec<Option<Read>> = read.buffered(AT_ONCE).try_collect().await?;
            redirects.extend(read.into_iter().flatten());
            let Some(last) = last.filter(|_| !is_last) else {
                return Ok(Counted {
                    redirects,
                    until: None,
                });
            };
            if looked_at >= MOST
                && let Some(month) = month_begun(calendar, since, last)?
            {
                redirects.retain(|redirect| redirect.at < month);
                return Ok(Counted {
                    redirects,
                    until: Some(month),
                });
            }
        }
    }

    /// One redirect; none when it was a routing by hand, or when what says so was erased.
    async fn read(&self, scope: &Scope, name: TicketName, at: Timestamp) -> Result<Option<Read>, Error> {
        let hub = &*self.hub;
        let Some(case) = hub.store.case(scope, name.case).await? else {
            return Ok(None);
        };
        let Some(last) = ticket(&case, name).map(|ticket| ticket.version) else {
            return Ok(None);
        };
        let entries = hub
            .store
            .entries(scope, name, name, last - 1, Limit::new(1))
            .await?;
        let Some(entry) = entries.first() else {
            return Ok(None);
        };
        let keys = match hub.vault.keys(case.row.key_id).await {
            Ok(keys) => keys,
            Err(declic_vault::vault::Error::Shredded) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let opened = seal::open(hub, &keys, entry, false)?;
        let Kind::Redirected { reason, .. } = opened.event.kind else {
            return Ok(None);
        };
        Ok(Some(Read {
            case,
            ticket: name,
            at,
            reason,
        }))
    }
}

impl Read {
    fn redirect(&self) -> Option<Redirect<'_>> {
        let sent_on = ticket(&self.case, self.ticket)?;
        let successor = TicketName {
            case: self.ticket.case,
            number: sent_on.successor?,
        };
        Some(Redirect {
            ticket: sent_on,
            successor: ticket(&self.case, successor)?,
            reason: self.reason,
        })
    }
}

fn ticket(case: &StoredCase, name: TicketName) -> Option<&Ticket> {
    let mut rows = case.tickets.iter();
    rows.find(|row| row.ticket.name == name).map(|row| &row.ticket)
}

/// The first day of the month asked for, or of the usual one.
fn first_day(asked: &str, today: Date) -> Result<Date, Error> {
    let mut violations = Violations::default();
    let asked = violations.optional_date("since", asked);
    if asked.is_some_and(|day| day > today) {
        violations.add("since", "is in the future: give a day that has begun");
    }
    violations.finish()?;
    // Whole months: the difference of two days could be somebody.
    Ok(asked
        .unwrap_or_else(|| today.saturating_sub(DAYS.days()))
        .first_of_month())
}

/// The beginning of the month of an instant, unless it is where the counting began. Of a month that is not gone through
/// to its end nothing is counted: the difference of two moments in it could be somebody.
fn month_begun(calendar: &Calendar, since: Timestamp, last: Timestamp) -> Result<Option<Timestamp>, Error> {
    let month = start_of(calendar, calendar.date_of(last).first_of_month())?;
    Ok(Some(month).filter(|month| *month > since))
}

fn start_of(calendar: &Calendar, day: Date) -> Result<Timestamp, Error> {
    let start = day.to_zoned(calendar.time_zone().clone());
    start.map(|start| start.timestamp()).map_err(Error::internal)
}

/// Before every ticket that was sent on at this instant or later.
fn before(instant: Timestamp) -> TicketPosition {
    TicketPosition {
        held_since_us: instant.as_microsecond() - 1,
        name: TicketName {
            case: CaseId(Uuid::max()),
            number: TicketNumber::FIRST,
        },
    }
}

#[tonic::async_trait]
impl SupervisionService for Supervision {
    async fn summarize_misroutes(
        &self,
        request: Request<v1::SummarizeMisroutesRequest>,
    ) -> Result<Response<v1::SummarizeMisroutesResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.misroutes(&caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn summarize_figures(
        &self,
        request: Request<v1::SummarizeFiguresRequest>,
    ) -> Result<Response<v1::SummarizeFiguresResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = figures::summarize(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_ends_where_a_month_begins_and_never_before_one_is_complete() {
        let calendar = Calendar::for_departement("");
        let at = |text: &str| text.parse::<Timestamp>().expect("an instant");
        // Months begin at midnight in Paris: one hour before that of UTC in winter, two in summer.
        let since = at("2026-08-31T22:00:00Z");
        let rows = [
            ("2026-09-15T09:12:33Z", None),
            ("2026-09-30T21:59:59Z", None),
            ("2026-09-30T22:00:00Z", Some("2026-09-30T22:00:00Z")),
            ("2026-10-31T22:59:59Z", Some("2026-09-30T22:00:00Z")),
            ("2026-11-22T08:00:00Z", Some("2026-10-31T23:00:00Z")),
        ];
        for (last, wanted) in rows {
            let found = month_begun(&calendar, since, at(last)).expect("a month of the calendar");
            assert_eq!(found, wanted.map(at), "{last}");
        }
    }
}

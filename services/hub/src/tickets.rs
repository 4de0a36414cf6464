//! TicketService: reading tickets, and the commands of agencies and social workers on them.

use std::sync::Arc;

use declic_domain::name::TicketName;
use declic_domain::policy;
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_proto::v1::ticket_service_server::TicketService;
use declic_store::{Limit, StoredCase, TicketSummary};
use tonic::{Request, Response, Status};

use crate::caller::{self, Caller};
use crate::command::{self, Answer};
use crate::hub::Hub;
use crate::lists::{self, Question, Which};
use crate::status::Error;
use crate::succession;
use crate::thread;
use crate::watch::Watch;
use crate::wire::command::Request as Command;
use crate::wire::ticket::{self as wire_ticket, Names};
use crate::wire::{Violations, token};

/// The service.
pub struct Tickets {
    hub: Arc<Hub>,
}

impl Tickets {
    /// Over a hub.
    pub fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }

    /// One line for every command: the seven lines are in [`command`].
    async fn run<R: Command, A: Answer>(&self, request: Request<R>) -> Result<Response<A>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = command::run(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn get(&self, caller: &Caller, name: &str) -> Result<v1::GetTicketResponse, Error> {
        let name = parse_name("name", name)?;
        let (stored, ticket) = find(&self.hub, caller, name).await?;
        let directory = self.hub.directory();
        let names = Names {
            directory: &directory,
            territory: self.hub.territory,
        };
        let words = thread::words(&self.hub, caller, &stored, &ticket).await?;
        let shown = wire_ticket::render(
            names,
            &stored.row.case,
            &ticket,
            words,
            (&self.hub.rules(), self.hub.today()),
        );
        let shown = wire_ticket::as_read(&caller.member, shown);
        let ticket = wire_ticket::offered(&caller.member, &stored.file(), &ticket, shown);
        Ok(v1::GetTicketResponse { ticket: Some(ticket) })
    }

    async fn list(
        &self,
        caller: &Caller,
        request: v1::ListTicketsRequest,
    ) -> Result<v1::ListTicketsResponse, Error> {
        let hub = &*self.hub;
        let Question { limit, which, bytes } = lists::tickets(hub, caller, &request)?;
        let subject = caller.member.id.as_str();
        let after = token::page_position::<26>(&hub.secrets, subject, &bytes, &request.page_token)?;
        let (scope, one_more) = (command::scope(caller)?, Limit::new(limit + 1));
        let mut found: Vec<([u8; 26], TicketSummary)> = match which {
            Which::Plain(filter) => {
                let after = after.and_then(lists::held_position);
                let found = hub.store.tickets(&scope, &filter, after, one_more).await?;
                found
                    .into_iter()
                    .map(|ticket| (lists::held_bytes(&ticket), ticket))
                    .collect()
            }
            Which::ByTurn(filter) => {
                let after = after.and_then(lists::turn_position);
                let found = hub
                    .store
                    .tickets_by_turn(&scope, &filter, after, one_more)
                    .await?;
                found
                    .into_iter()
                    .map(|(position, ticket)| (lists::turn_bytes(position), ticket))
                    .collect()
            }
        };
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let last = found.last().filter(|_| more);
        let next_page_token = last.map_or_else(String::new, |(position, _)| {
            token::page(&hub.secrets, subject, &bytes, position)
        });
        let directory = hub.directory();
        let names = Names {
            directory: &directory,
            territory: hub.territory,
        };
        let tickets = found
            .into_iter()
            .map(|(_, ticket)| wire_ticket::as_read(&caller.member, wire_ticket::summary(names, ticket)))
            .collect();
        Ok(v1::ListTicketsResponse {
            tickets,
            next_page_token,
        })
    }
}

#[tonic::async_trait]
impl TicketService for Tickets {
    type WatchTicketsStream = Watch;

    async fn get_ticket(
        &self,
        request: Request<v1::GetTicketRequest>,
    ) -> Result<Response<v1::GetTicketResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.get(&caller, &request.into_inner().name).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_tickets(
        &self,
        request: Request<v1::ListTicketsRequest>,
    ) -> Result<Response<v1::ListTicketsResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = self.list(&caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn count_tickets(
        &self,
        request: Request<v1::CountTicketsRequest>,
    ) -> Result<Response<v1::CountTicketsResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = lists::count_tickets(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn list_events(
        &self,
        request: Request<v1::ListEventsRequest>,
    ) -> Result<Response<v1::ListEventsResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = thread::list(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn watch_tickets(
        &self,
        request: Request<v1::WatchTicketsRequest>,
    ) -> Result<Response<Watch>, Status> {
        let (caller, id) = caller::of(&request)?;
        let watch = Watch::open(
            Arc::clone(&self.hub),
            caller,
            &request.into_inner().resume_token,
            &id,
        )
        .await;
        watch.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn confirm_delivery(
        &self,
        request: Request<v1::ConfirmDeliveryRequest>,
    ) -> Result<Response<v1::ConfirmDeliveryResponse>, Status> {
        self.run(request).await
    }

    async fn acknowledge_ticket(
        &self,
        request: Request<v1::AcknowledgeTicketRequest>,
    ) -> Result<Response<v1::AcknowledgeTicketResponse>, Status> {
        self.run(request).await
    }

    async fn assign_ticket(
        &self,
        request: Request<v1::AssignTicketRequest>,
    ) -> Result<Response<v1::AssignTicketResponse>, Status> {
        self.run(request).await
    }

    async fn request_information(
        &self,
        request: Request<v1::RequestInformationRequest>,
    ) -> Result<Response<v1::RequestInformationResponse>, Status> {
        self.run(request).await
    }

    async fn reply_ticket(
        &self,
        request: Request<v1::ReplyTicketRequest>,
    ) -> Result<Response<v1::ReplyTicketResponse>, Status> {
        self.run(request).await
    }

    async fn take_back_ticket(
        &self,
        request: Request<v1::TakeBackTicketRequest>,
    ) -> Result<Response<v1::TakeBackTicketResponse>, Status> {
        self.run(request).await
    }

    async fn redirect_ticket(
        &self,
        request: Request<v1::RedirectTicketRequest>,
    ) -> Result<Response<v1::RedirectTicketResponse>, Status> {
        self.run(request).await
    }

    async fn route_ticket_by_hand(
        &self,
        request: Request<v1::RouteTicketByHandRequest>,
    ) -> Result<Response<v1::RouteTicketByHandResponse>, Status> {
        self.run(request).await
    }

    async fn resolve_ticket(
        &self,
        request: Request<v1::ResolveTicketRequest>,
    ) -> Result<Response<v1::ResolveTicketResponse>, Status> {
        self.run(request).await
    }

    async fn close_ticket(
        &self,
        request: Request<v1::CloseTicketRequest>,
    ) -> Result<Response<v1::CloseTicketResponse>, Status> {
        self.run(request).await
    }

    async fn reopen_ticket(
        &self,
        request: Request<v1::ReopenTicketRequest>,
    ) -> Result<Response<v1::ReopenTicketResponse>, Status> {
        self.run(request).await
    }

    async fn withdraw_ticket(
        &self,
        request: Request<v1::WithdrawTicketRequest>,
    ) -> Result<Response<v1::WithdrawTicketResponse>, Status> {
        self.run(request).await
    }

    async fn post_message(
        &self,
        request: Request<v1::PostMessageRequest>,
    ) -> Result<Response<v1::PostMessageResponse>, Status> {
        self.run(request).await
    }

    async fn add_note(
        &self,
        request: Request<v1::AddNoteRequest>,
    ) -> Result<Response<v1::AddNoteResponse>, Status> {
        self.run(request).await
    }

    async fn remind_ticket(
        &self,
        request: Request<v1::RemindTicketRequest>,
    ) -> Result<Response<v1::RemindTicketResponse>, Status> {
        self.run(request).await
    }

    async fn escalate_ticket(
        &self,
        request: Request<v1::EscalateTicketRequest>,
    ) -> Result<Response<v1::EscalateTicketResponse>, Status> {
        self.run(request).await
    }

    async fn share_ticket(
        &self,
        request: Request<v1::ShareTicketRequest>,
    ) -> Result<Response<v1::ShareTicketResponse>, Status> {
        self.run(request).await
    }

    async fn unshare_ticket(
        &self,
        request: Request<v1::UnshareTicketRequest>,
    ) -> Result<Response<v1::UnshareTicketResponse>, Status> {
        self.run(request).await
    }

    async fn transfer_agency(
        &self,
        request: Request<v1::TransferAgencyRequest>,
    ) -> Result<Response<v1::TransferAgencyResponse>, Status> {
        let (caller, id) = caller::of(&request)?;
        let answer = succession::transfer(&self.hub, &caller, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| error.into_status(&id))
    }

    async fn record_contact(
        &self,
        request: Request<v1::RecordContactRequest>,
    ) -> Result<Response<v1::RecordContactResponse>, Status> {
        self.run(request).await
    }
}

/// Reads a ticket's name.
pub fn parse_name(field: &str, text: &str) -> Result<TicketName, Error> {
    let mut violations = Violations::default();
    let name = violations.take(field, TicketName::parse_resource(text));
    violations.finish_with(name)
}

/// A ticket the caller may see, with its case.
pub async fn find(hub: &Hub, caller: &Caller, name: TicketName) -> Result<(StoredCase, Ticket), Error> {
    let stored = hub
        .store
        .case(&command::scope(caller)?, name.case)
        .await?
        .ok_or(Error::Absent)?;
    let ticket = stored
        .tickets
        .iter()
        .map(|row| &row.ticket)
        .find(|ticket| ticket.name == name);
    let ticket = ticket.filter(|ticket| policy::relation(&caller.member, &stored.row.case, ticket).is_some());
    let ticket = ticket.cloned().ok_or(Error::Absent)?;
    Ok((stored, ticket))
}

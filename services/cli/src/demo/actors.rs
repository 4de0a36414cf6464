//! The people of the demo who work with a screen: social workers, each with their cases, and the triage desks.
//!
//! Each speaks to the hub with a key of their own, reads what they may read, and acts on what they read. That something
//! moved is only a hint to look again.

use std::convert::Infallible;
use std::time::Duration;

use declic_client::{Client, ErrorReason};
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::{Arg, Lang, text};
use tokio::sync::broadcast;

use super::narrator::{Moved, standing};
use super::plot::{self, Turn, turn};
use crate::failure::{Exit, Failure};
use crate::screen::Manner;

/// A case of the demo in which nothing moves for this long is stuck.
const STUCK: Duration = Duration::from_secs(15);

/// A social worker with one case, from its opening to its end.
pub struct SocialWorker {
    pub client: Client,
    pub plot: &'static plot::Case,
    pub manner: Manner,
    pub moves: broadcast::Receiver<Moved>,
}

/// A case that has ended.
pub struct Ended {
    /// "cases/…".
    pub case: String,
    /// Who opened it.
    pub opener: &'static str,
}

/// A triage agent with the list of the desk.
pub struct TriageAgent {
    pub client: Client,
    /// "triage-56".
    pub agency: &'static str,
    /// "members/erwan.le-roux".
    pub agent: String,
    pub lang: Lang,
    pub moves: broadcast::Receiver<Moved>,
}

impl SocialWorker {
    /// Opens the case and does what it asks of its opener until it has ended.
    pub async fn follow(mut self, request: v1::OpenCaseRequest) -> Result<Ended, Failure> {
        let opened = self
            .client
            .open_case(request)
            .await
            .map_err(|error| self.failed(&error))?;
        let mut reopened = self.plot.unsettled.is_empty();
        loop {
            let request = v1::GetCaseRequest {
                name: opened.case.clone(),
            };
            let answer = self
                .client
                .get_case(request)
                .await
                .map_err(|error| self.failed(&error))?;
            let case = answer.case.unwrap_or_default();
            if reopened && case.state() == v1::CaseState::Ended {
                return Ok(Ended {
                    case: opened.case,
                    opener: self.plot.opener,
                });
            }
            for ticket in &case.tickets {
                let done = self.act(ticket, &mut reopened).await;
                // It moved since it was read: that move is still to be heard of, and it is read again.
                done.or_else(|error| match error.reason {
                    Some(ErrorReason::EtagOutdated) => Ok(()),
                    _ => Err(self.failed(&error)),
                })?;
            }
            let next = tokio::time::timeout(
                STUCK,
                next_move(&mut self.moves, |moved| moved.case == opened.case),
            );
            if next.await.is_err() {
                return Err(self.stuck(&case));
            }
        }
    }

    async fn act(&self, ticket: &v1::Ticket, reopened: &mut bool) -> Result<(), declic_client::Error> {
        use v1::TicketState as S;
        match ticket.state() {
            S::AwaitingReply => self.reply(ticket).await,
            S::Resolved => self.close(ticket, *reopened).await,
            S::Closed if !*reopened => {
                self.reopen(ticket).await?;
                *reopened = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn reply(&self, ticket: &v1::Ticket) -> Result<(), declic_client::Error> {
        let items = ticket
            .information_request
            .iter()
            .flat_map(|request| &request.items);
        let awaited = items.zip(1..).filter(|(item, _)| !item.answered);
        let answers = awaited.map(|(_, item)| v1::ItemAnswer {
            item,
            text: self.plot.reply.to_owned(),
        });
        let request = v1::ReplyTicketRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            etag: ticket.etag.clone(),
            answers: answers.collect(),
            message: String::new(),
        };
        let answer = self.client.reply_ticket(request).await;
        answer.map(|_| ())
    }

    async fn close(&self, ticket: &v1::Ticket, settled: bool) -> Result<(), declic_client::Error> {
        let effect = if settled { v1::Effect::Yes } else { v1::Effect::No };
        let request = v1::CloseTicketRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            etag: ticket.etag.clone(),
            effect: effect.into(),
            message: String::new(),
        };
        let answer = self.client.close_ticket(request).await;
        answer.map(|_| ())
    }

    async fn reopen(&self, ticket: &v1::Ticket) -> Result<(), declic_client::Error> {
        let request = v1::ReopenTicketRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            etag: ticket.etag.clone(),
            reason: self.plot.unsettled.to_owned(),
        };
        let answer = self.client.reopen_ticket(request).await;
        answer.map(|_| ())
    }

    fn failed(&self, error: &declic_client::Error) -> Failure {
        Failure::of_call(self.manner.lang, error).detail(self.plot.file)
    }

    fn stuck(&self, case: &v1::Case) -> Failure {
        let seconds = Arg::Number(i64::try_from(STUCK.as_secs()).unwrap_or(i64::MAX));
        let args = [("case", Arg::Text(&case.reference)), ("seconds", seconds)];
        let failure = Failure::new(Exit::Failure, self.manner.text("demo-stuck", &args));
        standing(&self.manner, case)
            .into_iter()
            .fold(failure.detail(self.plot.file), Failure::detail)
    }
}

impl TriageAgent {
    /// Works through the list, and again whenever something came to the desk, until dropped.
    pub async fn run(mut self) -> Result<Infallible, Failure> {
        loop {
            let request = v1::ListTicketsRequest {
                page_size: 200,
                ..Default::default()
            };
            let list = self
                .client
                .list_tickets(request)
                .await
                .map_err(|error| self.failed(&error))?;
            for ticket in &list.tickets {
                self.act(ticket).await?;
            }
            next_move(&mut self.moves, |moved| moved.agency == self.agency).await;
        }
    }

    async fn act(&self, ticket: &v1::Ticket) -> Result<(), Failure> {
        use v1::TicketState as S;
        if !matches!(ticket.state(), S::Routed | S::Acknowledged) {
            return Ok(());
        }
        let name = ticket
            .name
            .split("/tickets/")
            .next()
            .unwrap_or_default()
            .to_owned();
        let case = self
            .client
            .get_case(v1::GetCaseRequest { name })
            .await
            .map_err(|error| self.failed(&error))?;
        let person = case.case.and_then(|case| case.person).unwrap_or_default();
        match (ticket.state(), turn(self.agency, &person.family_name, 0)) {
            (S::Routed, Some(Turn::Route { agency, reason })) => self.route(ticket, agency, reason).await,
            (S::Routed, Some(Turn::Reach { .. })) => self.acknowledge(ticket).await,
            (
                S::Acknowledged,
                Some(Turn::Reach {
                    channel,
                    said,
                    outcome,
                    message,
                }),
            ) => {
                self.contact(ticket, *channel, said).await?;
                self.resolve(ticket, *outcome, message).await
            }
            // Somebody the demo does not know: for who plays this agent by hand.
            _ => Ok(()),
        }
    }

    async fn acknowledge(&self, ticket: &v1::Ticket) -> Result<(), Failure> {
        let request = v1::AcknowledgeTicketRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            etag: ticket.etag.clone(),
            epoch: ticket.epoch,
            agent: self.agent.clone(),
        };
        let answer = self.client.acknowledge_ticket(request).await;
        answer.map(|_| ()).map_err(|error| self.failed(&error))
    }

    async fn route(&self, ticket: &v1::Ticket, agency: &str, reason: &str) -> Result<(), Failure> {
        let request = v1::RouteTicketByHandRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            etag: ticket.etag.clone(),
            epoch: ticket.epoch,
            agency: agency.to_owned(),
            reason: reason.to_owned(),
        };
        let answer = self.client.route_ticket_by_hand(request).await;
        answer.map(|_| ()).map_err(|error| self.failed(&error))
    }

    async fn contact(&self, ticket: &v1::Ticket, channel: plot::Channel, said: &str) -> Result<(), Failure> {
        let channel = match channel {
            plot::Channel::Telephone => v1::ContactChannel::Telephone,
            plot::Channel::Email => v1::ContactChannel::Email,
        };
        let request = v1::RecordContactRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            epoch: ticket.epoch,
            // The agency the rules name, today.
            agency: String::new(),
            contacted_on: String::new(),
            etag: String::new(),
            channel: channel.into(),
            result: v1::ContactResult::Answered.into(),
            message: said.to_owned(),
            next_step: None,
        };
        let answer = self.client.record_contact(request).await;
        answer.map(|_| ()).map_err(|error| self.failed(&error))
    }

    async fn resolve(
        &self,
        ticket: &v1::Ticket,
        outcome: plot::Outcome,
        message: &str,
    ) -> Result<(), Failure> {
        let outcome = v1::Outcome::from_str_name(&format!("OUTCOME_{}", outcome.name()));
        let request = v1::ResolveTicketRequest {
            request_id: SystemIds.random().to_string(),
            name: ticket.name.clone(),
            // The contact has changed the ticket since it was read; the epoch still says that it is ours.
            etag: String::new(),
            epoch: ticket.epoch,
            outcome: outcome.unwrap_or_default().into(),
            message: message.to_owned(),
            next_steps: Vec::new(),
            link: String::new(),
        };
        let answer = self.client.resolve_ticket(request).await;
        answer.map(|_| ()).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &declic_client::Error) -> Failure {
        let name = text(self.lang, "demo-triage", &[("agency", Arg::Text(self.agency))]);
        Failure::of_call(self.lang, error).detail(name)
    }
}

/// Waits for a hint that concerns us. Hints that were missed count as one.
async fn next_move(moves: &mut broadcast::Receiver<Moved>, ours: impl Fn(&Moved) -> bool) {
    loop {
        match moves.recv().await {
            Ok(moved) if !ours(&moved) => {}
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

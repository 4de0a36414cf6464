//! The people of these runs: social workers who open cases, agents who treat them, all at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::history::{Answer, History, Request};
use crate::processes::Address;
use crate::seeds::Chance;

/// Cases that are treated at the same time.
const AT_ONCE: usize = 8;

/// Those who open cases, of two organisations.
const OPENERS: [&str; 4] = ["camille.martin", "yann.le-goff", "nora.haddad", "soizic.le-bihan"];

/// Who treats the tickets of an agency.
const AGENTS: [(&str, &str); 4] = [
    ("agencies/caf-56", "hugo.petit"),
    ("agencies/caf-35", "anne.guerin"),
    ("agencies/msa-portes-de-bretagne", "marc.lefevre"),
    ("agencies/triage-56", "erwan.le-roux"),
];

/// Cases opened ahead of an agency that treats them by itself.
const AHEAD: usize = 12;

/// What happens to the cases of a run.
#[derive(Debug, Clone)]
pub enum Plan {
    /// People do everything: one case in ten has two agencies, one in ten goes to triage first; all are closed.
    Whole,
    /// Cases of one agency, opened and left to its connector, a few ahead of its work: three steps for each case.
    Opening(watch::Receiver<usize>),
}

/// How many commands this many cases take when people do everything.
pub fn commands(cases: usize) -> usize {
    (0..cases).map(|number| Kind::of(number).commands()).sum()
}

/// Opens so many cases and treats them as planned, all answers recorded.
pub async fn run(hub: Address, plan: Plan, cases: usize, chance: &mut Chance, history: &Arc<History>) {
    let next = Arc::new(AtomicUsize::new(0));
    let mut people = JoinSet::new();
    for _ in 0..AT_ONCE {
        let mut someone = Someone {
            clients: clients(hub),
            plan: plan.clone(),
            history: Arc::clone(history),
            chance: chance.apart(),
        };
        let next = Arc::clone(&next);
        people.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= cases {
                    return;
                }
                someone.story(number).await;
            }
        });
    }
    while let Some(ended) = people.join_next().await {
        ended.expect("every story comes to its end");
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Standard,
    TwoAgencies,
    Triage,
}

impl Kind {
    fn of(number: usize) -> Self {
        match number % 10 {
            3 => Self::TwoAgencies,
            7 => Self::Triage,
            _ => Self::Standard,
        }
    }

    /// Opening, then for each ticket acknowledging, resolving and closing; routing by hand comes before.
    fn commands(self) -> usize {
        match self {
            Self::Standard => 4,
            Self::TwoAgencies => 7,
            Self::Triage => 5,
        }
    }
}

struct Someone {
    clients: HashMap<&'static str, Client>,
    plan: Plan,
    history: Arc<History>,
    chance: Chance,
}

impl Someone {
    async fn story(&mut self, number: usize) {
        let opener = OPENERS[number % OPENERS.len()];
        if let Plan::Opening(work) = &mut self.plan {
            let treated = 3 * number.saturating_sub(AHEAD);
            work.wait_for(|work| *work >= treated)
                .await
                .expect("the agency works");
            self.open(opener, people::standard_case()).await;
            return;
        }
        let case = match Kind::of(number) {
            Kind::Standard => people::standard_case(),
            Kind::TwoAgencies => people::case_of_two_agencies(),
            Kind::Triage => people::case_of_an_agency_not_enrolled(),
        };
        for ticket in self.open(opener, case).await.tickets {
            self.treat(opener, ticket).await;
        }
    }

    async fn open(&mut self, opener: &'static str, mut case: v1::OpenCaseRequest) -> Answer {
        case.request_id = self.chance.request_id();
        self.ask(opener, Request::Open(Box::new(case))).await
    }

    async fn treat(&mut self, opener: &'static str, ticket: v1::Confirmation) {
        let ticket = self.routed(ticket).await;
        let agent = agent_of(&ticket.agency);
        let (name, epoch) = (ticket.ticket, ticket.epoch);
        let acknowledge = v1::AcknowledgeTicketRequest {
            request_id: self.chance.request_id(),
            name: name.clone(),
            epoch,
            ..v1::AcknowledgeTicketRequest::default()
        };
        self.ask(agent, Request::Acknowledge(acknowledge)).await;
        let resolve = v1::ResolveTicketRequest {
            request_id: self.chance.request_id(),
            name: name.clone(),
            epoch,
            outcome: v1::Outcome::RightRestored.into(),
            message: "Le versement est rétabli.".to_owned(),
            ..v1::ResolveTicketRequest::default()
        };
        self.ask(agent, Request::Resolve(resolve)).await;
        let close = v1::CloseTicketRequest {
            request_id: self.chance.request_id(),
            name,
            effect: v1::Effect::Yes.into(),
            ..v1::CloseTicketRequest::default()
        };
        self.ask(opener, Request::Close(close)).await;
    }

    /// The ticket where an agency treats it: one at a triage desk is sent on first.
    async fn routed(&mut self, ticket: v1::Confirmation) -> v1::Confirmation {
        if !ticket.agency.starts_with("agencies/triage-") {
            return ticket;
        }
        let route = v1::RouteTicketByHandRequest {
            request_id: self.chance.request_id(),
            name: ticket.ticket,
            epoch: ticket.epoch,
            agency: "agencies/caf-56".to_owned(),
            reason: "La Caf suit déjà ce dossier.".to_owned(),
            ..v1::RouteTicketByHandRequest::default()
        };
        let agent = agent_of(&ticket.agency);
        let mut routed = self.ask(agent, Request::RouteByHand(route)).await;
        routed.tickets.pop().expect("a successor")
    }

    async fn ask(&self, member: &'static str, request: Request) -> Answer {
        self.history.ask(&self.clients[member], member, request).await
    }
}

fn agent_of(agency: &str) -> &'static str {
    let found = AGENTS.iter().find(|(of, _)| *of == agency);
    found
        .unwrap_or_else(|| panic!("nobody treats tickets of {agency}"))
        .1
}

fn clients(hub: Address) -> HashMap<&'static str, Client> {
    let members = OPENERS.into_iter().chain(AGENTS.map(|(_, agent)| agent));
    members.map(|member| (member, hub.once(member))).collect()
}

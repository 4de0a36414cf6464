//! The people of these runs: social workers who open cases, agents who treat them, all at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people;
use declic_tests::processes::Address;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::history::{Answer, History, Request};
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
enum Plan {
    /// People do everything: one case in ten has two agencies, one in ten goes to triage first; all are closed.
    Whole,
    /// Cases of one agency, opened and left to its connector, a few ahead of its work: three steps for each case.
    Opening(watch::Receiver<usize>),
}

/// How many commands this many cases take when people do everything.
pub fn commands(cases: usize) -> usize {
    (0..cases).map(|number| Kind::of(number).commands()).sum()
}

/// What people do, and at which hubs: each of them asks one, and another when that one does not answer.
#[derive(Debug, Clone)]
pub struct Load {
    hubs: Vec<Address>,
    plan: Plan,
    at_once: usize,
    /// Cases that are begun; nobody begins another beyond it.
    cases: Arc<AtomicUsize>,
    /// Longest rest of someone between two cases.
    rest: Duration,
}

impl Load {
    /// Everything of so many cases, as fast as the hubs answer.
    pub fn whole(hubs: &[Address], cases: usize) -> Self {
        Self {
            hubs: hubs.to_vec(),
            plan: Plan::Whole,
            at_once: AT_ONCE,
            cases: Arc::new(AtomicUsize::new(cases)),
            rest: Duration::ZERO,
        }
    }

    /// Cases for an agency that treats them by itself, as it says how much it did.
    pub fn opening(hub: Address, cases: usize, work: watch::Receiver<usize>) -> Self {
        Self {
            plan: Plan::Opening(work),
            ..Self::whole(&[hub], cases)
        }
    }

    /// Everything of one case after the other, with rests, until [`Load::end`].
    pub fn endless(hubs: &[Address], longest_rest: Duration) -> Self {
        Self {
            rest: longest_rest,
            ..Self::whole(hubs, usize::MAX)
        }
    }

    /// With so many people at work.
    pub fn at_once(self, people: usize) -> Self {
        Self {
            at_once: people,
            ..self
        }
    }

    /// No more cases: those that are begun come to their end.
    pub fn end(&self) {
        self.cases.store(0, Ordering::SeqCst);
    }

    /// Opens cases and treats them as planned, all answers recorded.
    pub async fn run(&self, chance: &mut Chance, history: &Arc<History>) {
        let next = Arc::new(AtomicUsize::new(0));
        let mut people = JoinSet::new();
        for _ in 0..self.at_once {
            let mut someone = Someone {
                clients: clients(&self.hubs),
                plan: self.plan.clone(),
                history: Arc::clone(history),
                chance: chance.apart(),
            };
            let (load, next) = (self.clone(), Arc::clone(&next));
            people.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= load.cases.load(Ordering::SeqCst) {
                        return;
                    }
                    someone.story(number).await;
                    someone.rest(load.rest).await;
                }
            });
        }
        while let Some(ended) = people.join_next().await {
            ended.expect("every story comes to its end");
        }
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
    clients: HashMap<&'static str, Vec<Client>>,
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

    async fn ask(&mut self, member: &'static str, request: Request) -> Answer {
        let clients = self.clients.get_mut(member).expect("someone who works");
        let first = self.chance.below(clients.len() as u64);
        clients.rotate_left(usize::try_from(first).expect("few hubs"));
        self.history.ask(clients, member, request).await
    }

    async fn rest(&mut self, longest: Duration) {
        let longest = u64::try_from(longest.as_micros()).expect("a short rest");
        if longest > 0 {
            tokio::time::sleep(Duration::from_micros(self.chance.below(longest))).await;
        }
    }
}

fn agent_of(agency: &str) -> &'static str {
    let found = AGENTS.iter().find(|(of, _)| *of == agency);
    found
        .unwrap_or_else(|| panic!("nobody treats tickets of {agency}"))
        .1
}

fn clients(hubs: &[Address]) -> HashMap<&'static str, Vec<Client>> {
    let members = OPENERS.into_iter().chain(AGENTS.map(|(_, agent)| agent));
    let of_each = |member| hubs.iter().map(|hub| hub.once(member)).collect();
    members.map(|member| (member, of_each(member))).collect()
}

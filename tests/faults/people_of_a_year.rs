//! What people do in a year: they look at a ticket now and then, and do something or nothing. What the ticket does not allow any
//! more, as the clock or a colleague was there first, is refused and left.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people::{self, fresh, ticket};
use jiff::civil::Date;

use crate::seeds::Chance;

/// Who works on what.
#[derive(Default)]
pub struct People {
    /// Tickets that may have something to do.
    pub open: Vec<String>,
    /// The agent who came last, if one is there.
    pub agent: Option<String>,
}

impl People {
    /// Some tickets, taken out, each with the dice for what becomes of it.
    pub fn draw(&mut self, count: usize, chance: &mut Chance) -> Vec<(String, u64)> {
        let mut drawn = Vec::new();
        while drawn.len() < count && !self.open.is_empty() {
            let all = u64::try_from(self.open.len()).expect("a few");
            let place = usize::try_from(chance.below(all)).expect("a place");
            drawn.push((self.open.swap_remove(place), chance.below(100)));
        }
        drawn
    }
}

/// Opens a case; gives its ticket.
pub async fn open(camille: &Client, today: Date) -> String {
    let opened = people::open(camille, people::standard_case_on(today)).await;
    opened.tickets[0].ticket.clone()
}

/// The agent who came last leaves, and another one comes in the place: what the one had goes to the desk.
pub async fn staff_changes(jean: &Client, people: &mut People, step: usize) {
    if let Some(agent) = people.agent.take() {
        let request = v1::EndMemberRequest {
            request_id: fresh(),
            name: agent,
            reason: "mutation".to_owned(),
            ..v1::EndMemberRequest::default()
        };
        jean.end_member(request).await.expect("a departure");
    }
    let id = format!("agent.{step}");
    let name = format!("members/{id}");
    let member = v1::Member {
        name: name.clone(),
        display_name: format!("Agent {step}"),
        role: v1::Role::Agent.into(),
        agency: "agencies/caf-56".to_owned(),
        desks: vec!["agencies/caf-56/desks/solidarite".to_owned()],
        keys: vec![people::key(&id).public_base64()],
        ..v1::Member::default()
    };
    let request = v1::PutMemberRequest {
        request_id: fresh(),
        member: Some(member),
        reason: "renfort".to_owned(),
    };
    jean.put_member(request).await.expect("an arrival");
    people.agent = Some(name);
}

/// Looks at a ticket and does what the dice say, from 0 to 99; whether it may have something to do later.
pub async fn act(camille: &Client, hugo: &Client, name: &str, agent: Option<&str>, dice: u64) -> bool {
    let seen = ticket(camille, name).await;
    if !seen.desk.starts_with("agencies/caf-56/") {
        return false;
    }
    match seen.state() {
        v1::TicketState::Routed | v1::TicketState::Delivered => {
            untaken(camille, hugo, &seen, agent, dice).await
        }
        v1::TicketState::Acknowledged => taken(hugo, &seen, dice).await,
        v1::TicketState::AwaitingReply if dice < 50 => reply(camille, &seen).await,
        v1::TicketState::AwaitingReply => {}
        v1::TicketState::Resolved if dice < 50 => close(camille, &seen).await,
        v1::TicketState::Resolved if dice < 65 => reopen(camille, &seen).await,
        v1::TicketState::Resolved => {}
        _ => return false,
    }
    true
}

async fn untaken(camille: &Client, hugo: &Client, seen: &v1::Ticket, agent: Option<&str>, dice: u64) {
    if dice < 55 {
        let request = v1::AcknowledgeTicketRequest {
            request_id: fresh(),
            name: seen.name.clone(),
            epoch: seen.epoch,
            agent: agent.filter(|_| dice < 30).unwrap_or_default().to_owned(),
            ..v1::AcknowledgeTicketRequest::default()
        };
        let _late = hugo.acknowledge_ticket(request).await;
    } else if dice < 65 {
        let request = v1::RedirectTicketRequest {
            request_id: fresh(),
            name: seen.name.clone(),
            epoch: seen.epoch,
            reason: v1::RedirectReason::WrongRegime.into(),
            regime: v1::Regime::Agricultural.into(),
            message: "Régime agricole depuis mai.".to_owned(),
            ..v1::RedirectTicketRequest::default()
        };
        let _late = hugo.redirect_ticket(request).await;
    } else if dice < 70 {
        let request = v1::WithdrawTicketRequest {
            request_id: fresh(),
            name: seen.name.clone(),
            reason: "Réglé autrement.".to_owned(),
            ..v1::WithdrawTicketRequest::default()
        };
        let _late = camille.withdraw_ticket(request).await;
    }
}

async fn taken(hugo: &Client, seen: &v1::Ticket, dice: u64) {
    if dice < 30 {
        let item = v1::InformationItem {
            kind: v1::InformationKind::Document.into(),
            label: "L’attestation de loyer".to_owned(),
            why: "Pour rétablir le droit".to_owned(),
            ..v1::InformationItem::default()
        };
        let request = v1::RequestInformationRequest {
            request_id: fresh(),
            name: seen.name.clone(),
            epoch: seen.epoch,
            items: vec![item],
            ..v1::RequestInformationRequest::default()
        };
        let _late = hugo.request_information(request).await;
    } else if dice < 80 {
        let request = v1::ResolveTicketRequest {
            request_id: fresh(),
            name: seen.name.clone(),
            epoch: seen.epoch,
            outcome: v1::Outcome::RightRestored.into(),
            message: "Le droit est rétabli.".to_owned(),
            ..v1::ResolveTicketRequest::default()
        };
        let _late = hugo.resolve_ticket(request).await;
    }
}

async fn reply(camille: &Client, seen: &v1::Ticket) {
    let request = v1::ReplyTicketRequest {
        request_id: fresh(),
        name: seen.name.clone(),
        answers: vec![v1::ItemAnswer {
            item: 1,
            text: "Jointe".to_owned(),
        }],
        ..v1::ReplyTicketRequest::default()
    };
    let _late = camille.reply_ticket(request).await;
}

async fn close(camille: &Client, seen: &v1::Ticket) {
    let request = v1::CloseTicketRequest {
        request_id: fresh(),
        name: seen.name.clone(),
        effect: v1::Effect::Yes.into(),
        ..v1::CloseTicketRequest::default()
    };
    let _late = camille.close_ticket(request).await;
}

async fn reopen(camille: &Client, seen: &v1::Ticket) {
    let request = v1::ReopenTicketRequest {
        request_id: fresh(),
        name: seen.name.clone(),
        reason: "Toujours rien sur le compte.".to_owned(),
        ..v1::ReopenTicketRequest::default()
    };
    let _late = camille.reopen_ticket(request).await;
}

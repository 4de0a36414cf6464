//! `declic ticket …`: what agencies and triage desks do.

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::when;
use declic_words::{Arg, Family};
use serde_json::json;

use super::{Intention, order_by, pages, read_events, read_ticket, show_count, tell_more, typed_text};
use crate::args::{
    AgencySending, Ask, Assign, Contact, ListTickets, Redirect, Resolve, Route, Sending, TicketCommand,
    Transfer,
};
use crate::failure::Failure;
use crate::names::{agency, member, ticket_name};
use crate::screen::Screen;
use crate::settings::Settings;
use crate::table::Table;
use crate::{case_page, view};

/// Runs it.
pub async fn run(command: TicketCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let client = settings.client(screen.manner.lang)?;
    match command {
        TicketCommand::List(list) => self::list(&client, list, screen).await,
        TicketCommand::Show { ticket } => show(&client, &ticket, screen).await,
        TicketCommand::Acknowledge {
            ticket,
            agent,
            sending,
        } => acknowledge(&client, &ticket, agent, sending, screen).await,
        TicketCommand::Assign(assign) => self::assign(&client, assign, screen).await,
        TicketCommand::Ask(ask) => self::ask(&client, ask, screen).await,
        TicketCommand::TakeBack {
            ticket,
            message,
            sending,
        } => take_back(&client, &ticket, message, sending, screen).await,
        TicketCommand::Redirect(redirect) => self::redirect(&client, redirect, screen).await,
        TicketCommand::Resolve(resolve) => self::resolve(&client, resolve, screen).await,
        TicketCommand::Route(route) => self::route(&client, route, screen).await,
        TicketCommand::Contact(contact) => self::contact(&client, contact, screen).await,
        TicketCommand::Escalate {
            ticket,
            reason,
            sending,
        } => escalate(&client, &ticket, reason, sending, screen).await,
        TicketCommand::Transfer(transfer) => self::transfer(&client, transfer, screen).await,
        TicketCommand::Note {
            ticket,
            text,
            sending,
        } => note(&client, &ticket, text, sending, screen).await,
    }
}

async fn acknowledge(
    client: &Client,
    ticket: &str,
    agent: Option<String>,
    sending: AgencySending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let sent = Intention::of_agency(client, screen, ticket, sending).await?;
    let request = v1::AcknowledgeTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        agent: member(&agent.unwrap_or_default()),
    };
    let answer = client
        .acknowledge_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn assign(client: &Client, assign: Assign, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(assign.reason, screen)?;
    let sent = Intention::of_agency(client, screen, &assign.ticket, assign.sending).await?;
    let request = v1::AssignTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        agent: member(&assign.agent.unwrap_or_default()),
        desk: assign.desk.unwrap_or_default(),
        reason,
    };
    let answer = client
        .assign_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn ask(client: &Client, ask: Ask, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(ask.message, screen)?;
    let sent = Intention::of_agency(client, screen, &ask.ticket, ask.sending).await?;
    let items = ask.item.into_iter().map(|item| v1::InformationItem {
        kind: item.kind.into(),
        label: item.label,
        why: item.why,
        answered: false,
    });
    let request = v1::RequestInformationRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        items: items.collect(),
        due_on: ask.due,
        message,
    };
    let answer = client
        .request_information(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn take_back(
    client: &Client,
    ticket: &str,
    message: String,
    sending: AgencySending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let message = typed_text(message, screen)?;
    let sent = Intention::of_agency(client, screen, ticket, sending).await?;
    let request = v1::TakeBackTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        message,
    };
    let answer = client
        .take_back_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn route(client: &Client, route: Route, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(route.reason, screen)?;
    let sent = Intention::of_agency(client, screen, &route.ticket, route.sending).await?;
    let request = v1::RouteTicketByHandRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        agency: agency(&route.agency),
        reason,
    };
    let answer = client
        .route_ticket_by_hand(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, answer.successor)
}

async fn contact(client: &Client, contact: Contact, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(contact.message, screen)?;
    let sent = Intention::of_agency(client, screen, &contact.ticket, contact.sending).await?;
    let next_step = contact
        .next_step
        .map(|(due_on, label)| v1::NextStep { label, due_on });
    let request = v1::RecordContactRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        agency: agency(&contact.agency.unwrap_or_default()),
        channel: v1::ContactChannel::from(contact.channel).into(),
        contacted_on: contact.on,
        result: v1::ContactResult::from(contact.result).into(),
        message,
        next_step,
    };
    let answer = client
        .record_contact(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn escalate(
    client: &Client,
    ticket: &str,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_opener(client, screen, ticket, sending).await?;
    let request = v1::EscalateTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .escalate_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

/// Page after page until none is left, each a request of its own.
async fn transfer(client: &Client, transfer: Transfer, screen: &mut Screen) -> Result<(), Failure> {
    let reason = typed_text(transfer.reason, screen)?;
    let lang = screen.manner.lang;
    let mut transferred: u64 = 0;
    loop {
        let request = v1::TransferAgencyRequest {
            request_id: SystemIds.random().to_string(),
            agency: agency(&transfer.agency),
            successor: agency(&transfer.to),
            reason: reason.clone(),
            page_size: 200,
        };
        let page = client.transfer_agency(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        transferred += u64::from(page.transferred);
        if !page.more {
            break;
        }
    }
    if screen.manner.json {
        return screen.show_json(&json!({ "transferred": transferred }));
    }
    let count = i64::try_from(transferred).unwrap_or(i64::MAX);
    let told = screen
        .manner
        .text("cli-transferred", &[("count", Arg::Number(count))]);
    screen.show(&format!("{told}\n"))
}

async fn note(
    client: &Client,
    ticket: &str,
    text: String,
    sending: AgencySending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let text = typed_text(text, screen)?;
    let sent = Intention::of_words(client, screen, ticket, sending).await?;
    let request = v1::AddNoteRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        text,
    };
    let answer = client
        .add_note(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn redirect(client: &Client, redirect: Redirect, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(redirect.message, screen)?;
    let sent = Intention::of_agency(client, screen, &redirect.ticket, redirect.sending).await?;
    let regime = redirect.regime.map_or(v1::Regime::Unspecified, v1::Regime::from);
    let request = v1::RedirectTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        reason: v1::RedirectReason::from(redirect.reason).into(),
        message,
        commune: redirect.commune.unwrap_or_default(),
        regime: regime.into(),
        agency: agency(&redirect.agency.unwrap_or_default()),
    };
    let answer = client
        .redirect_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, answer.successor)
}

async fn resolve(client: &Client, resolve: Resolve, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(resolve.message, screen)?;
    let sent = Intention::of_agency(client, screen, &resolve.ticket, resolve.sending).await?;
    let steps = resolve
        .next_step
        .into_iter()
        .map(|(due_on, label)| v1::NextStep { label, due_on });
    let request = v1::ResolveTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        outcome: v1::Outcome::from(resolve.outcome).into(),
        message,
        next_steps: steps.collect(),
        link: resolve.link,
    };
    let answer = client
        .resolve_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn show(client: &Client, typed: &str, screen: &mut Screen) -> Result<(), Failure> {
    let name = ticket_name(client, screen.manner.lang, typed).await?;
    let mut ticket = view::Ticket::from(read_ticket(client, screen, name).await?);
    ticket.events = Some(read_events(client, screen, &ticket.name).await?);
    if screen.manner.json {
        return screen.show_json(&ticket);
    }
    let page = case_page::ticket(&screen.manner, &ticket);
    screen.show(&page)
}

async fn list(client: &Client, list: ListTickets, screen: &mut Screen) -> Result<(), Failure> {
    let states: Vec<i32> = list
        .state
        .iter()
        .map(|state| v1::TicketState::from(*state).into())
        .collect();
    let lang = screen.manner.lang;
    let narrowed = v1::TicketFilter {
        late: list.late,
        held_by_caller: list.mine,
        ..Default::default()
    };
    if list.count {
        let request = v1::CountTicketsRequest {
            filters: vec![v1::TicketFilter { states, ..narrowed }],
        };
        let answer = client.count_tickets(request).await;
        let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
        return show_count(screen, answer.counts.first());
    }
    let by_due = list.by_due || list.late || list.mine;
    let (tickets, more) = pages(list.limit, async |page_size, page_token| {
        let request = v1::ListTicketsRequest {
            page_size,
            page_token,
            states: states.clone(),
            order_by: order_by(by_due),
            filter: by_due.then(|| narrowed.clone()),
        };
        let page = client.list_tickets(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        let read = page.tickets.into_iter().map(view::Ticket::from).collect();
        Ok((read, page.next_page_token))
    })
    .await?;
    if screen.manner.json {
        return screen.show_json(&json!({ "tickets": tickets, "more": more }));
    }
    let page = ticket_table(screen, &tickets);
    screen.show(&page)?;
    tell_more(screen, more, list.limit);
    Ok(())
}

fn ticket_table(screen: &Screen, tickets: &[view::Ticket]) -> String {
    let manner = &screen.manner;
    if tickets.is_empty() {
        return manner.text("cli-no-ticket", &[]) + "\n";
    }
    let headings = [
        "ticket", "benefit", "blockage", "urgent", "agency", "state", "holder", "since", "due",
    ];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    // An agency knows its own name.
    let is_one_agency = tickets.iter().all(|ticket| ticket.agency == tickets[0].agency);
    for ticket in tickets {
        let holder = ticket.holder.as_ref();
        let since = holder
            .and_then(|holder| holder.since)
            .map(|since| when::since(manner, since));
        let blockage = ticket
            .blockage
            .as_deref()
            .map(|code| manner.label(Family::Blockage, code));
        table.row([
            case_page::address(ticket),
            ticket.benefit.clone().unwrap_or_default(),
            blockage.unwrap_or_default(),
            if ticket.urgent {
                manner.text("page-urgent-yes", &[])
            } else {
                String::new()
            },
            if is_one_agency {
                String::new()
            } else {
                case_page::agency_name(ticket).to_owned()
            },
            manner.label(Family::TicketState, ticket.state),
            holder
                .map(|holder| holder.display_name.clone())
                .unwrap_or_default(),
            since.unwrap_or_default(),
            ticket
                .due_time
                .map_or_else(String::new, |due| when::stamp(manner, due)),
        ]);
    }
    table.to_text(manner)
}

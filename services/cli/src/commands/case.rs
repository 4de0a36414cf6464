//! `declic case …`: what those who open and follow cases do.

mod sharing;
mod whole;

use declic_client::Client;
use declic_proto::v1;
use declic_runtime::{Ids as _, SystemIds};
use declic_words::when;
use declic_words::{Arg, Family};
use serde_json::json;

use super::duplicates::Duplicates;
use super::{Intention, clock, order_by, pages, read_events, read_ticket, show_count, tell_more, typed_text};
use crate::args::{
    AgencySending, CaseCommand, CaseState, Close, ListCases, MandateCommand, OpenCase, Reply, Sending,
};
use crate::case_file::{CaseFile, SCHEMA};
use crate::failure::{Failure, same_intention};
use crate::names::TicketRef;
use crate::screen::Screen;
use crate::settings::Settings;
use crate::table::Table;
use crate::view::{self, Confirmation};
use crate::{case_page, strict_json};

/// Runs it.
pub async fn run(command: CaseCommand, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let connect = || settings.client(screen.manner.lang);
    match command {
        CaseCommand::Open(open) => self::open(open, settings, screen).await,
        CaseCommand::Show { case } => show(&connect()?, case, screen).await,
        CaseCommand::Clock { case } => clock::run(&connect()?, case, screen).await,
        CaseCommand::List(list) => self::list(&connect()?, list, screen).await,
        CaseCommand::Message {
            ticket,
            text,
            sending,
        } => message(&connect()?, &ticket, text, sending, screen).await,
        CaseCommand::Reply(reply) => self::reply(&connect()?, reply, screen).await,
        CaseCommand::Close(close) => self::close(&connect()?, close, screen).await,
        CaseCommand::Reopen {
            ticket,
            reason,
            sending,
        } => reopen(&connect()?, &ticket, reason, sending, screen).await,
        CaseCommand::Remind {
            ticket,
            message,
            sending,
        } => remind(&connect()?, &ticket, message, sending, screen).await,
        CaseCommand::Share(share) => sharing::share(&connect()?, share, screen).await,
        CaseCommand::Unshare(share) => sharing::unshare(&connect()?, share, screen).await,
        CaseCommand::Withdraw {
            case_or_ticket,
            reason,
            sending,
        } => {
            let client = connect()?;
            match TicketRef::parse(&case_or_ticket) {
                TicketRef::OnlyOf { case } => withdraw_case(&client, case, reason, sending, screen).await,
                _ => withdraw_ticket(&client, &case_or_ticket, reason, sending, screen).await,
            }
        }
        CaseCommand::Urgency(change) => whole::urgency(&connect()?, change, screen).await,
        CaseCommand::Transfer(transfer) => whole::transfer(&connect()?, transfer, screen).await,
        CaseCommand::Add(add) => whole::add(&connect()?, *add, screen).await,
        CaseCommand::Correct(correct) => whole::correct(&connect()?, *correct, screen).await,
        CaseCommand::Person(person) => whole::person(&connect()?, *person, screen).await,
        CaseCommand::Mandate(MandateCommand::Renew(renew)) => {
            whole::renew_mandate(&connect()?, renew, screen).await
        }
        CaseCommand::Mandate(MandateCommand::Revoke {
            case,
            reason,
            sending,
        }) => whole::revoke_mandate(&connect()?, case, reason, sending, screen).await,
    }
}

async fn message(
    client: &Client,
    ticket: &str,
    text: String,
    sending: AgencySending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let text = typed_text(text, screen)?;
    let sent = Intention::of_words(client, screen, ticket, sending).await?;
    let request = v1::PostMessageRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        epoch: sent.epoch,
        text,
    };
    let answer = client
        .post_message(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn reply(client: &Client, reply: Reply, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(reply.message, screen)?;
    let sent = Intention::of_opener(client, screen, &reply.ticket, reply.sending).await?;
    let answers = reply
        .answer
        .into_iter()
        .map(|(item, text)| v1::ItemAnswer { item, text });
    let request = v1::ReplyTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        answers: answers.collect(),
        message,
    };
    let answer = client
        .reply_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn close(client: &Client, close: Close, screen: &mut Screen) -> Result<(), Failure> {
    let message = typed_text(close.message, screen)?;
    let sent = Intention::of_opener(client, screen, &close.ticket, close.sending).await?;
    let request = v1::CloseTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        effect: v1::Effect::from(close.effect).into(),
        message,
    };
    let answer = client
        .close_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn reopen(
    client: &Client,
    ticket: &str,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_opener(client, screen, ticket, sending).await?;
    let request = v1::ReopenTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .reopen_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn remind(
    client: &Client,
    ticket: &str,
    message: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let message = typed_text(message, screen)?;
    let sent = Intention::of_opener(client, screen, ticket, sending).await?;
    let request = v1::RemindTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        message,
    };
    let answer = client
        .remind_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn withdraw_ticket(
    client: &Client,
    ticket: &str,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_opener(client, screen, ticket, sending).await?;
    let request = v1::WithdrawTicketRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .withdraw_ticket(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done(screen, answer.confirmation, None)
}

async fn open(open: OpenCase, settings: &Settings, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let Some(path) = open.input else {
        return screen.show(SCHEMA);
    };
    let bytes = strict_json::read_bytes(&path, lang)?;
    let file: CaseFile = strict_json::parse(&bytes, lang).map_err(|mistake| {
        let (place, problem) = (path.display().to_string(), mistake.to_text(lang));
        let args = [("place", Arg::Text(&place)), ("problem", Arg::Text(&problem))];
        Failure::usage(screen.manner.text("cli-file", &args))
    })?;
    let request_id = open.request_id.unwrap_or_else(|| SystemIds.random());
    let client = settings.client(lang)?;
    // What is sent again under its own id was checked the first time, and may be what would be found.
    let is_checked_first = !open.dry_run && !open.anyway && open.request_id.is_none();
    let mut request = file.into_request(request_id.to_string(), open.dry_run || is_checked_first);
    if is_checked_first {
        let checked = client.open_case(request.clone()).await;
        let mut checked = checked.map_err(|error| Failure::of_call(lang, &error))?;
        let found = Duplicates::of(&mut checked);
        if !found.is_empty() {
            return Err(found.failure(&screen.manner));
        }
        request.validate_only = false;
    }
    let answer = client.open_case(request).await;
    let mut answer =
        answer.map_err(|error| Failure::of_command(lang, &error, &same_intention(request_id, None, "")))?;
    let found = Duplicates::of(&mut answer);
    let tickets: Vec<Confirmation> = answer.tickets.into_iter().map(Confirmation::from).collect();
    let decision = answer.decision.map(view::Decision::from);
    if screen.manner.json {
        return screen.show_json(&json!({
            "request_id": request_id,
            "case": view::given(answer.case),
            "reference": view::given(answer.reference),
            "tickets": tickets,
            "decision": decision,
            "duplicates": open.dry_run.then(|| found.to_json()),
        }));
    }
    let manner = &screen.manner;
    let mut page = if open.dry_run {
        manner.text("cli-dry-run", &[])
    } else {
        manner.text("cli-opened", &[("reference", Arg::Text(&answer.reference))])
    };
    page.push('\n');
    for (number, ticket) in (1_i64..).zip(&tickets) {
        let args = [
            ("number", Arg::Number(number)),
            ("agency", Arg::Text(case_page::agency(&ticket.agency))),
        ];
        page.push_str(&format!("  {}\n", manner.text("cli-opened-ticket", &args)));
    }
    if let Some(decision) = &decision {
        if open.dry_run {
            let agencies: Vec<&str> = decision
                .agencies
                .iter()
                .map(|slug| case_page::agency(slug))
                .collect();
            let agencies = manner.text("cli-would-go", &[("agencies", Arg::Text(&agencies.join(", ")))]);
            let outcome = manner.label(Family::RoutingOutcome, decision.outcome);
            page.push_str(&format!(
                "  {}\n",
                if decision.agencies.is_empty() {
                    outcome
                } else {
                    agencies
                }
            ));
        }
        page.push_str(&case_page::decision(manner, decision));
    }
    for line in found.lines(manner) {
        page.push_str(&format!("  {line}\n"));
    }
    screen.show(&page)
}

async fn show(client: &Client, typed: String, screen: &mut Screen) -> Result<(), Failure> {
    // Whoever names one of its tickets means the case that shows it.
    let name = TicketRef::parse(&typed).case().unwrap_or(typed);
    let answer = client.get_case(v1::GetCaseRequest { name }).await;
    let answer = answer.map_err(|error| Failure::of_call(screen.manner.lang, &error))?;
    let mut case = view::Case::from(answer.case.unwrap_or_default());
    for ticket in &mut case.tickets {
        // Of the ticket of another agency only its state may be read: its etag is not given. The others are read
        // one by one: a case shows its tickets without their texts.
        if ticket.etag.is_some() {
            *ticket = read_ticket(client, screen, ticket.name.clone()).await?.into();
            ticket.events = Some(read_events(client, screen, &ticket.name).await?);
        }
    }
    if screen.manner.json {
        return screen.show_json(&case);
    }
    let page = case_page::case(&screen.manner, &case);
    screen.show(&page)
}

async fn list(client: &Client, list: ListCases, screen: &mut Screen) -> Result<(), Failure> {
    let state = match list.state {
        CaseState::Open => v1::CaseState::Open,
        CaseState::Ended => v1::CaseState::Ended,
        CaseState::All => v1::CaseState::Unspecified,
    };
    let filter = v1::CaseFilter {
        state: state.into(),
        given_name: list.given_name.unwrap_or_default(),
        family_name: list.family_name.unwrap_or_default(),
        birth_date: list.birth_date.unwrap_or_default(),
        ticket: None,
    };
    let lang = screen.manner.lang;
    if list.count {
        let filters = vec![filter];
        let answer = client.count_cases(v1::CountCasesRequest { filters }).await;
        let answer = answer.map_err(|error| Failure::of_call(lang, &error))?;
        return show_count(screen, answer.counts.first());
    }
    let (cases, more) = pages(list.limit, async |page_size, page_token| {
        let request = v1::ListCasesRequest {
            page_size,
            page_token,
            filter: Some(filter.clone()),
            order_by: order_by(list.by_due),
        };
        let page = client.list_cases(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        let read = page.cases.into_iter().map(view::Case::from).collect();
        Ok((read, page.next_page_token))
    })
    .await?;
    if screen.manner.json {
        return screen.show_json(&json!({ "cases": cases, "more": more }));
    }
    let page = case_table(screen, &cases);
    screen.show(&page)?;
    tell_more(screen, more, list.limit);
    Ok(())
}

fn case_table(screen: &Screen, cases: &[view::Case]) -> String {
    let manner = &screen.manner;
    if cases.is_empty() {
        return manner.text("cli-no-case", &[]) + "\n";
    }
    let headings = ["case", "person", "benefit", "agency", "state", "holder", "since"];
    let mut table = Table::new(headings.map(|heading| manner.text(&format!("table-{heading}"), &[])));
    for case in cases {
        let person = case.person.as_ref().map(|person| {
            let initial = person
                .family_name
                .chars()
                .next()
                .map(String::from)
                .unwrap_or_default();
            format!("{} {initial}.", person.given_name)
        });
        let benefit = case.facts.as_ref().map(|facts| facts.benefit.clone());
        for ticket in &case.tickets {
            let holder = ticket.holder.as_ref();
            let since = holder
                .and_then(|holder| holder.since)
                .map(|since| when::since(manner, since));
            table.row([
                case_page::address(ticket),
                person.clone().unwrap_or_default(),
                benefit.clone().unwrap_or_default(),
                case_page::agency_name(ticket).to_owned(),
                manner.label(Family::TicketState, ticket.state),
                holder
                    .map(|holder| holder.display_name.clone())
                    .unwrap_or_default(),
                since.unwrap_or_default(),
            ]);
        }
    }
    table.to_text(manner)
}

async fn withdraw_case(
    client: &Client,
    name: String,
    reason: String,
    sending: Sending,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let reason = typed_text(reason, screen)?;
    let sent = Intention::of_case(name, sending);
    let request = v1::WithdrawCaseRequest {
        request_id: sent.request_id.to_string(),
        name: sent.name.clone(),
        etag: sent.etag.clone(),
        reason,
    };
    let answer = client
        .withdraw_case(request)
        .await
        .map_err(|error| sent.failed(screen, &error))?;
    sent.done_on_case(screen, answer.tickets, None)
}

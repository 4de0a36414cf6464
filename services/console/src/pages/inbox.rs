//! What an agency has to treat, the most pressing first; what waits for an answer apart. At a triage desk, what is to be
//! oriented.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::Error;
use declic_proto::v1::{self, Role, TicketState};
use http::StatusCode;

use super::cases::{self, Line};
use super::{act, news};
use crate::failure::{Failure, render};
use crate::form::Form;
use crate::page::Page;
use crate::pager::{NEXT, ON_A_PAGE, Pages, View, is_of_another_list};
use crate::people;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox<'a> {
    p: &'a Page,
    title: String,
    views: Vec<View>,
    lines: Vec<Line>,
    /// Key of what is said of a view without lines.
    empty: &'static str,
    /// How many are late; none when nothing is.
    late: Option<String>,
    /// How many wait, which news of this page counts from.
    waiting: u32,
    pages: Pages,
    party: &'a str,
    /// The case of which a ticket was just taken; empty without one.
    taken: String,
}

/// The views of what an agency has: their names, and which tickets are in each.
fn kinds() -> [(&'static str, v1::TicketFilter); 5] {
    use TicketState as S;
    let with = |states: &[S]| v1::TicketFilter {
        states: states.iter().map(|state| i32::from(*state)).collect(),
        exclude_read_only: true,
        ..Default::default()
    };
    let to_treat = with(&[S::Routed, S::Delivered, S::Acknowledged]);
    let mine = v1::TicketFilter {
        held_by_caller: true,
        ..with(&[])
    };
    let urgent = v1::TicketFilter {
        urgent: true,
        ..to_treat.clone()
    };
    [
        ("a-traiter", to_treat),
        ("nouveaux", with(&[S::Routed, S::Delivered])),
        ("miens", mine),
        ("en-pause", with(&[S::AwaitingReply, S::Resolved])),
        ("urgences", urgent),
    ]
}

/// The list, one view and one page of it.
pub async fn list(visit: Visit) -> Response {
    let who = visit.who();
    if !who.treats() {
        return Redirect::to(who.home()).into_response();
    }
    let form = Form::of(visit.query.clone());
    let kinds = kinds();
    let here = kinds.iter().position(|(name, _)| *name == form.value("vue"));
    let here = here.unwrap_or(0);
    let (view, asked) = &kinds[here];
    let of = |ticket: &v1::TicketFilter| v1::CaseFilter {
        ticket: Some(ticket.clone()),
        ..Default::default()
    };
    let counted: Vec<_> = kinds.iter().map(|(_, ticket)| ((), of(ticket))).collect();
    let request = v1::ListCasesRequest {
        page_size: ON_A_PAGE,
        page_token: form.value(NEXT).to_owned(),
        filter: Some(of(asked)),
        order_by: cases::DUE.to_owned(),
    };
    let (counts, read) = tokio::join!(cases::count(&visit.client, &counted), read(&visit, request));
    let counts = match counts {
        Ok(counts) => counts,
        Err(failure) => return failure.into_page(visit.page),
    };
    let ([late, waiting], read) = match read {
        Ok(read) => read,
        Err(error) if is_of_another_list(&error) => {
            return Redirect::to("/organisme/dossiers").into_response();
        }
        Err(error) => return Failure::of(error).into_page(visit.page),
    };
    let page = &visit.page;
    let key = if who.role == Role::TriageAgent {
        "console-nav-triage"
    } else {
        "console-nav-inbox"
    };
    let shown = Inbox {
        p: page,
        title: page.t(key),
        views: View::all(page, &kinds, &counts, here),
        empty: match *view {
            "a-traiter" => "console-inbox-empty",
            _ => "console-view-empty",
        },
        lines: lines(page, &read.cases, &who.member, &who.agency, asked),
        late: (late.count > 0).then(|| page.late(late)),
        waiting: waiting.count,
        pages: Pages::of(
            &form,
            "/organisme/dossiers",
            &[("vue", view)],
            Some(counts[here]),
            &read.next_page_token,
        ),
        party: &who.party,
        taken: act::taken(&visit).await,
    };
    render(StatusCode::OK, &shown)
}

/// How many are late and how many wait, then a page of the list. Counted first: what comes between the two is told once too
/// often, and not never.
async fn read(
    visit: &Visit,
    request: v1::ListCasesRequest,
) -> Result<([v1::Count; 2], v1::ListCasesResponse), Error> {
    let late = v1::TicketFilter {
        late: true,
        exclude_read_only: true,
        ..Default::default()
    };
    let filters = vec![late, news::awaited(visit.who())];
    let answer = visit
        .client
        .count_tickets(v1::CountTicketsRequest { filters })
        .await?;
    let counts = [0, 1].map(|place| answer.counts.get(place).copied().unwrap_or_default());
    Ok((counts, visit.client.list_cases(request).await?))
}

/// The tickets of this agency that are in a view, case by case as the hub lists them.
fn lines(page: &Page, cases: &[v1::Case], me: &str, agency: &str, asked: &v1::TicketFilter) -> Vec<Line> {
    let is_asked = |ticket: &&v1::Ticket| {
        let is_in = asked.states.is_empty() || asked.states.contains(&ticket.state);
        let is_held = ticket.holder.as_ref();
        let is_mine = is_held.is_some_and(|holder| holder.party == me);
        ticket.agency == agency
            && !ticket.read_only
            && is_held.is_some()
            && is_in
            && (!asked.held_by_caller || is_mine)
    };
    let of_case = |case: &v1::Case| {
        let own = case.tickets.iter().filter(is_asked);
        let lines: Vec<Line> = own
            .map(|ticket| {
                let line = cases::of_ticket(page, Some(case), ticket, me);
                let title = if line.title.is_empty() {
                    line.reference.clone()
                } else {
                    line.title.clone()
                };
                let number = people::last(&ticket.name).to_owned();
                Line {
                    title,
                    href: format!("{}#demande-{number}", line.href),
                    ..line
                }
            })
            .collect();
        lines
    };
    cases.iter().flat_map(of_case).collect()
}

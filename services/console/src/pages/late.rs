//! What is late in a territory, the latest first, with who has it: states only, no person and no text.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1::{self, TicketState};
use http::StatusCode;

use super::cases::{self, Line};
use crate::failure::{Failure, render};
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// Most tickets looked at.
const MOST: usize = 2_000;

/// Most lines shown.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "late.html")]
struct Late<'a> {
    p: &'a Page,
    lines: Vec<Line>,
    late: usize,
    is_whole: bool,
}

/// The list.
pub async fn list(visit: Visit) -> Response {
    if !visit.who().watches() {
        return Redirect::to(visit.who().home()).into_response();
    }
    use TicketState as S;
    let states = [
        S::Routed,
        S::Delivered,
        S::Acknowledged,
        S::AwaitingReply,
        S::Resolved,
    ]
    .map(i32::from);
    let (mut tickets, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListTicketsRequest {
            page_size: 200,
            page_token,
            states: states.to_vec(),
        };
        let answer = match visit.client.list_tickets(request).await {
            Ok(answer) => answer,
            Err(error) => return Failure::of(error).into_page(visit.page),
        };
        tickets.extend(answer.tickets);
        page_token = answer.next_page_token;
        if page_token.is_empty() || tickets.len() >= MOST {
            break;
        }
    }
    let page = &visit.page;
    let lines = tickets.iter().map(|ticket| {
        let number = people::last(&ticket.name).to_owned();
        let line = cases::of_ticket(page, None, ticket, "");
        Line {
            title: ticket.agency_display_name.clone(),
            href: format!("{}#demande-{number}", line.href),
            ..line
        }
    });
    let mut lines: Vec<Line> = lines.filter(|line| line.is_late).collect();
    lines.sort_by_key(|line| line.due);
    let late = lines.len();
    lines.truncate(SHOWN);
    render(
        StatusCode::OK,
        &Late {
            p: page,
            lines,
            late,
            is_whole: page_token.is_empty(),
        },
    )
}

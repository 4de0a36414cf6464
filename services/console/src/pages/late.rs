//! What is late in a territory, the latest first, with who has it: states only, no person and no text.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1;
use http::StatusCode;

use super::cases::{self, Line};
use crate::failure::{Failure, render};
use crate::form::Form;
use crate::page::Page;
use crate::pager::{NEXT, ON_A_PAGE, Pages, is_of_another_list};
use crate::people;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "late.html")]
struct Late<'a> {
    p: &'a Page,
    lines: Vec<Line>,
    late: String,
    pages: Pages,
}

/// The list, one page of it.
pub async fn list(visit: Visit) -> Response {
    if !visit.who().watches() {
        return Redirect::to(visit.who().home()).into_response();
    }
    let form = Form::of(visit.query.clone());
    let late = v1::TicketFilter {
        late: true,
        ..Default::default()
    };
    let count = v1::CountTicketsRequest {
        filters: vec![late.clone()],
    };
    let request = v1::ListTicketsRequest {
        page_size: ON_A_PAGE,
        page_token: form.value(NEXT).to_owned(),
        order_by: cases::DUE.to_owned(),
        filter: Some(late),
        ..Default::default()
    };
    let read = tokio::try_join!(
        visit.client.count_tickets(count),
        visit.client.list_tickets(request)
    );
    let (counted, read) = match read {
        Ok(read) => read,
        Err(error) if is_of_another_list(&error) => return Redirect::to("/pilotage/retards").into_response(),
        Err(error) => return Failure::of(error).into_page(visit.page),
    };
    let page = &visit.page;
    let counted = counted.counts.first().copied().unwrap_or_default();
    let lines = read.tickets.iter().map(|ticket| {
        let number = people::last(&ticket.name).to_owned();
        let line = cases::of_ticket(page, None, ticket, "");
        Line {
            title: ticket.agency_display_name.clone(),
            href: format!("{}#demande-{number}", line.href),
            ..line
        }
    });
    let pages = Pages::of(
        &form,
        "/pilotage/retards",
        &[],
        Some(counted),
        &read.next_page_token,
    );
    render(
        StatusCode::OK,
        &Late {
            p: page,
            lines: lines.collect(),
            late: page.late(counted),
            pages,
        },
    )
}

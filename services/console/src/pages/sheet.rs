//! The sheet that a person takes home: easy to read, on one page of paper, without a word of third persons.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use declic_proto::v1::{self, TicketState};
use http::StatusCode;

use super::cases;
use crate::failure::{Failure, render};
use crate::page::Page;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sheet.html")]
struct Sheet<'a> {
    p: &'a Page,
    reference: &'a str,
    benefit: String,
    helper: &'a str,
    party: &'a str,
    agencies: Vec<(String, String)>,
    /// Whether something is asked of the person.
    is_asked: bool,
    back: String,
}

/// The sheet.
pub async fn show(visit: Visit, Path(reference): Path<String>) -> Response {
    let case = match visit
        .client
        .get_case(v1::GetCaseRequest { name: reference })
        .await
    {
        Ok(answer) => answer.case.unwrap_or_default(),
        Err(error) => return Failure::of(error).into_page(visit.page),
    };
    let page = &visit.page;
    if !visit.who().opens() {
        return Failure::Absent.into_page(visit.page);
    }
    let open = case
        .tickets
        .iter()
        .filter(|ticket| cases::is_open(ticket.state()));
    // A promise is told once the agency has taken it up, and while it can be kept.
    let agencies = open.clone().map(|ticket| {
        let due = ticket.due_time.and_then(cases::time);
        let due = due.filter(|due| ticket.state() == TicketState::Acknowledged && *due > page.now);
        let due = due.map(|due| page.moment(&due));
        (ticket.agency_display_name.clone(), due.unwrap_or_default())
    });
    let shown = Sheet {
        p: page,
        reference: &case.reference,
        benefit: case
            .facts
            .as_ref()
            .map(|facts| page.benefit(&facts.benefit))
            .unwrap_or_default(),
        helper: &case.opener_display_name,
        party: &visit.who().party,
        agencies: agencies.collect(),
        is_asked: open
            .clone()
            .any(|ticket| ticket.state() == TicketState::AwaitingReply),
        back: format!("/dossiers/{}", case.reference),
    };
    render(StatusCode::OK, &shown)
}

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
    /// The benefits of the case, and of what was added to it since.
    benefits: String,
    helper: &'a str,
    party: &'a str,
    agencies: Vec<Agency>,
    person: v1::Person,
    /// Whether something is asked of the person.
    is_asked: bool,
    back: String,
}

/// An agency that has something to do, or has done it.
struct Agency {
    name: String,
    /// By when it promised to answer; empty when nothing holds it to a day.
    due: String,
    has_answered: bool,
}

impl Sheet<'_> {
    fn has_answer(&self) -> bool {
        self.agencies.iter().any(|agency| agency.has_answered)
    }

    fn awaits_answer(&self) -> bool {
        self.agencies.iter().any(|agency| !agency.has_answered)
    }
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
        Agency {
            name: ticket.agency_display_name.clone(),
            due: due.unwrap_or_default(),
            has_answered: ticket.state() == TicketState::Resolved,
        }
    });
    let shown = Sheet {
        p: page,
        reference: &case.reference,
        benefits: benefits(page, &case),
        helper: &case.opener_display_name,
        party: &visit.who().party,
        agencies: agencies.collect(),
        person: case.person.clone().unwrap_or_default(),
        is_asked: open
            .clone()
            .any(|ticket| ticket.state() == TicketState::AwaitingReply),
        back: format!("/dossiers/{}", case.reference),
    };
    render(StatusCode::OK, &shown)
}

/// What the case is about, and what was added to it and is open still.
fn benefits(page: &Page, case: &v1::Case) -> String {
    let first = case.tickets.first().map_or("", |ticket| &ticket.benefit);
    let of_case = case.facts.iter().map(|facts| facts.benefit.as_str());
    let open = case
        .tickets
        .iter()
        .filter(|ticket| cases::is_open(ticket.state()));
    let added = open
        .map(|ticket| ticket.benefit.as_str())
        .filter(|added| *added != first);
    let mut names: Vec<String> = Vec::new();
    for name in of_case.chain(added).map(|code| page.benefit(code)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

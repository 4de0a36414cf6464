//! What an agency has to treat, the most pressing first; what waits for an answer last. At a triage desk, what is to be
//! oriented.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1::{self, CaseState, Role, TicketState};
use http::StatusCode;
use jiff::Timestamp;

use super::cases::{self, Kind, Line, View};
use crate::failure::render;
use crate::form::Form;
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// Tickets on one page.
const ON_A_PAGE: usize = 25;

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox<'a> {
    p: &'a Page,
    title: String,
    views: Vec<View>,
    lines: Vec<&'a Line>,
    late: usize,
    page: usize,
    pages: usize,
    view: &'a str,
    is_whole: bool,
    party: &'a str,
}

/// The list, one view and one page of it.
pub async fn list(visit: Visit) -> Response {
    let (page, who) = (&visit.page, visit.who());
    if !who.treats() {
        return Redirect::to(who.home()).into_response();
    }
    let filter = v1::CaseFilter {
        state: CaseState::Open.into(),
        ..Default::default()
    };
    let read = match cases::all(&visit.client, filter).await {
        Ok(read) => read,
        Err(failure) => return failure.into_page(visit.page),
    };
    let lines = lines(page, &read.0, &who.member, &who.agency);
    const VIEWS: [Kind; 5] = [
        ("a-traiter", |line| !is_paused(line)),
        ("nouveaux", |line| {
            matches!(line.at, TicketState::Routed | TicketState::Delivered)
        }),
        ("miens", |line| line.is_mine),
        ("en-pause", is_paused),
        ("urgences", |line| line.is_urgent && !is_paused(line)),
    ];
    let form = Form::of(visit.query.clone());
    let here = VIEWS
        .iter()
        .find(|(name, _)| *name == form.value("vue"))
        .unwrap_or(&VIEWS[0]);
    let views = VIEWS.iter().map(|(name, fits)| View {
        name,
        label: page.t(&format!("console-view-{name}")),
        count: lines.iter().filter(|line| fits(line)).count(),
        is_here: *name == here.0,
    });
    let all: Vec<&Line> = lines.iter().filter(|line| (here.1)(line)).collect();
    let pages = all.len().div_ceil(ON_A_PAGE).max(1);
    let number = form.value("page").parse().unwrap_or(1).clamp(1, pages);
    let key = if who.role == Role::TriageAgent {
        "console-nav-triage"
    } else {
        "console-nav-inbox"
    };
    let shown = Inbox {
        p: page,
        title: page.t(key),
        views: views.collect(),
        lines: all
            .into_iter()
            .skip((number - 1) * ON_A_PAGE)
            .take(ON_A_PAGE)
            .collect(),
        late: lines
            .iter()
            .filter(|line| line.is_late && !is_paused(line))
            .count(),
        page: number,
        pages,
        view: here.0,
        is_whole: read.1,
        party: &who.party,
    };
    render(StatusCode::OK, &shown)
}

/// The open tickets of this agency, the most pressing first, what waits for others last.
fn lines(page: &Page, cases: &[v1::Case], me: &str, agency: &str) -> Vec<Line> {
    let of_case = |case: &v1::Case| {
        let own = case
            .tickets
            .iter()
            .filter(|ticket| ticket.agency == agency && !ticket.read_only && ticket.holder.is_some());
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
    let mut lines: Vec<Line> = cases
        .iter()
        .flat_map(of_case)
        .filter(|line| cases::is_open(line.at))
        .collect();
    lines.sort_by_key(|line| (is_paused(line), line.due.unwrap_or(Timestamp::MAX), line.since));
    lines
}

/// Whether it waits for somebody outside the agency.
fn is_paused(line: &Line) -> bool {
    matches!(line.at, TicketState::AwaitingReply | TicketState::Resolved)
}

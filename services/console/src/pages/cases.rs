//! The cases of a social worker: what waits for them first, then what is late, what is due soon, and the rest.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::Client;
use declic_proto::v1::{self, CaseState, TicketState};
use http::StatusCode;
use jiff::Timestamp;

use crate::failure::{Failure, render};
use crate::form::Form;
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// Most cases looked at to fill a page.
const MOST: usize = 400;

/// Cases on one page.
const ON_A_PAGE: usize = 25;

/// One line of a list, for social workers, agencies and supervisors alike.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it leads.
    pub href: String,
    /// The person, or what blocks where the reader sees no person.
    pub title: String,
    /// What blocks.
    pub about: String,
    /// "26-04817-K".
    pub reference: String,
    /// State of its ticket that comes first.
    pub state: String,
    /// Class of its tag: late "e", due soon "w", waiting for the reader "i", ended well "k".
    pub tag: &'static str,
    /// Who has it, and since when.
    pub holder: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// What comes next, and by when.
    pub due: Option<Timestamp>,
    /// Whether it is late.
    pub is_late: bool,
    /// Whether it waits for the reader.
    pub is_mine: bool,
    /// Whether it is urgent.
    pub is_urgent: bool,
    /// State of the ticket.
    pub at: TicketState,
    /// The ticket itself, for what can be done in the row.
    pub ticket: v1::Ticket,
}

/// A view by its name in the address, and which lines are in it.
pub type Kind = (&'static str, fn(&Line) -> bool);

/// One view of a list.
pub struct View {
    /// Its name in the address.
    pub name: &'static str,
    /// Its words.
    pub label: String,
    /// How many are in it.
    pub count: usize,
    /// Whether it is shown.
    pub is_here: bool,
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases<'a> {
    p: &'a Page,
    form: &'a Form,
    views: Vec<View>,
    lines: Vec<&'a Line>,
    sought: &'a str,
    page: usize,
    pages: usize,
    view: &'a str,
    is_whole: bool,
}

/// The list, one view and one page of it.
pub async fn list(visit: Visit) -> Response {
    let page = &visit.page;
    if !visit.who().opens() {
        return Redirect::to(visit.who().home()).into_response();
    }
    let form = Form::of(visit.query.clone());
    let sought = form.value("q").to_owned();
    if let Some(reference) = reference_of(&sought) {
        return Redirect::to(&format!("/dossiers/{reference}")).into_response();
    }
    let read = match read(&visit.client, &form, &sought).await {
        Ok(read) => read,
        Err(failure) => return failure.into_page(visit.page),
    };
    let me = &visit.who().member;
    let mut lines: Vec<Line> = read.0.iter().filter_map(|case| line(page, case, me)).collect();
    lines.sort_by_key(|line| {
        (
            !line.is_mine,
            !line.is_late,
            line.due.unwrap_or(Timestamp::MAX),
            line.since,
        )
    });
    const VIEWS: [Kind; 4] = [
        ("a-faire", |line| line.is_mine),
        ("ouverts", |line| is_open(line.at)),
        ("en-retard", |line| line.is_late),
        ("clos", |line| !is_open(line.at)),
    ];
    let asked = form.value("vue");
    let to_do = lines.iter().any(|line| line.is_mine);
    let here =
        VIEWS
            .iter()
            .find(|(name, _)| *name == asked)
            .unwrap_or(if to_do { &VIEWS[0] } else { &VIEWS[1] });
    let views = VIEWS.iter().map(|(name, fits)| View {
        name,
        label: page.t(&format!("console-view-{name}")),
        count: lines.iter().filter(|line| fits(line)).count(),
        is_here: *name == here.0,
    });
    let all: Vec<&Line> = lines
        .iter()
        .filter(|line| !sought.is_empty() || (here.1)(line))
        .collect();
    let pages = all.len().div_ceil(ON_A_PAGE).max(1);
    let number = form.value("page").parse().unwrap_or(1).clamp(1, pages);
    let shown = Cases {
        p: page,
        form: &form,
        views: views.collect(),
        lines: all
            .into_iter()
            .skip((number - 1) * ON_A_PAGE)
            .take(ON_A_PAGE)
            .collect(),
        sought: &sought,
        page: number,
        pages,
        view: here.0,
        is_whole: read.1,
    };
    render(StatusCode::OK, &shown)
}

/// Cases to list, the newest first, and whether these are all.
async fn read(client: &Client, form: &Form, sought: &str) -> Result<(Vec<v1::Case>, bool), Failure> {
    let mut filter = v1::CaseFilter::default();
    if let Some((given, family)) = sought.split_once(' ') {
        filter.given_name = given.to_owned();
        filter.family_name = family.trim().to_owned();
        let day = super::new::read_day(form.value("birth_date"));
        filter.birth_date = day.map_or_else(String::new, |day| day.to_string());
    }
    all(client, filter).await
}

/// Cases that fit a filter, the newest first, and whether these are all.
///
/// # Errors
/// The hub does not answer, or refuses the filter.
pub async fn all(client: &Client, filter: v1::CaseFilter) -> Result<(Vec<v1::Case>, bool), Failure> {
    let (mut cases, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = v1::ListCasesRequest {
            page_size: 200,
            page_token,
            filter: Some(filter.clone()),
        };
        let answer = client.list_cases(request).await.map_err(Failure::of)?;
        cases.extend(answer.cases);
        page_token = answer.next_page_token;
        if page_token.is_empty() || cases.len() >= MOST {
            return Ok((cases, page_token.is_empty()));
        }
    }
}

/// A reference as it is typed, with or without its letter's case; none when it is something else.
fn reference_of(sought: &str) -> Option<String> {
    let mut parts = sought.split('-');
    let (year, number, check) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = digits(year) && digits(number) && check.len() == 1 && parts.next().is_none();
    is_one.then(|| sought.to_ascii_uppercase())
}

/// A case as a list shows it: by the ticket that comes first, which is the one that waits for the reader, or is late, or was
/// opened first.
pub fn line(page: &Page, case: &v1::Case, me: &str) -> Option<Line> {
    let mut lines: Vec<Line> = case
        .tickets
        .iter()
        .map(|ticket| of_ticket(page, Some(case), ticket, me))
        .collect();
    lines.retain(|line| line.at != TicketState::Redirected || case.tickets.len() == 1);
    lines.sort_by_key(|line| {
        (
            !is_open(line.at),
            !line.is_mine,
            !line.is_late,
            line.due.unwrap_or(Timestamp::MAX),
        )
    });
    let mut first = lines.into_iter().next()?;
    first.title = people::short(case.person.as_ref());
    if first.title.is_empty() {
        first.title = case.reference.clone();
    }
    first.href = format!("/dossiers/{}", case.reference);
    if case.state() == CaseState::Ended {
        first.is_mine = false;
    }
    Some(first)
}

/// A ticket as a list shows it.
pub fn of_ticket(page: &Page, case: Option<&v1::Case>, ticket: &v1::Ticket, me: &str) -> Line {
    let at = ticket.state();
    let holder = ticket.holder.as_ref();
    let due = ticket.due_time.and_then(time);
    let is_late = is_open(at) && due.is_some_and(|due| due < page.now);
    let is_mine = is_open(at) && holder.is_some_and(|holder| holder.party == me);
    let is_soon = due.is_some_and(|due| due.as_second() - page.now.as_second() < 24 * 3_600);
    let facts = case.and_then(|case| case.facts.as_ref());
    let benefit = facts.map_or(ticket.benefit.as_str(), |facts| facts.benefit.as_str());
    let blockage = facts.map_or(ticket.blockage.as_str(), |facts| facts.blockage.as_str());
    let reference = if ticket.reference.is_empty() {
        case.map_or("", |case| &case.reference)
    } else {
        &ticket.reference
    };
    Line {
        href: format!("/dossiers/{reference}"),
        title: case
            .map(|case| people::short(case.person.as_ref()))
            .unwrap_or_default(),
        about: about(page, benefit, blockage),
        reference: reference.to_owned(),
        state: page.label(
            declic_words::Family::TicketState,
            at.as_str_name().trim_start_matches("TICKET_STATE_"),
        ),
        tag: match at {
            _ if is_late => "e",
            _ if is_mine => "i",
            _ if is_soon => "w",
            TicketState::Closed => "k",
            _ => "",
        },
        holder: holder
            .map(|holder| holder.display_name.clone())
            .unwrap_or_default(),
        since: holder.and_then(|holder| holder.since).and_then(time),
        due,
        is_late,
        is_mine,
        is_urgent: ticket.urgent || case.is_some_and(|case| case.urgent),
        at,
        ticket: ticket.clone(),
    }
}

impl Line {
    /// Whether nobody has taken it yet.
    pub fn state_is_new(&self) -> bool {
        matches!(self.at, TicketState::Routed | TicketState::Delivered)
    }

    /// Where a deed on its ticket is sent.
    pub fn action(&self, deed: &str) -> String {
        format!(
            "/dossiers/{}/demandes/{}/{deed}",
            self.reference,
            people::last(&self.ticket.name)
        )
    }
}

/// "Revenu de solidarité active (RSA) : pas de réponse".
pub fn about(page: &Page, benefit: &str, blockage: &str) -> String {
    let benefit = page.benefit(benefit);
    match blockage {
        "" => benefit,
        blockage => page.t2(
            "console-about",
            "benefit",
            &benefit,
            "blockage",
            page.blockage(blockage),
        ),
    }
}

/// Whether something is still to come.
pub fn is_open(state: TicketState) -> bool {
    use TicketState as S;
    matches!(
        state,
        S::Routed | S::Delivered | S::Acknowledged | S::AwaitingReply | S::Resolved
    )
}

/// A time of the contract.
pub fn time(time: prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(time.seconds, time.nanos).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_known_from_a_name() {
        assert_eq!(reference_of("26-04817-k").as_deref(), Some("26-04817-K"));
        for other in [
            "",
            "Inès Le Goff",
            "26-04817",
            "26-04817-KK",
            "a-b-c",
            "26-04817-K-1",
        ] {
            assert_eq!(reference_of(other), None, "{other}");
        }
    }
}

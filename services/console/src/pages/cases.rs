//! The cases of a social worker: what waits for them first, then what is late, what is due soon, and the rest.

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::{Client, Error};
use declic_proto::v1::{self, CaseState, TicketState};
use http::StatusCode;
use jiff::Timestamp;

use crate::failure::{Failure, render};
use crate::form::Form;
use crate::page::Page;
use crate::pager::{NEXT, ON_A_PAGE, Pages, View, is_of_another_list};
use crate::people;
use crate::visit::Visit;

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

/// Order of the hub's lists: what waits for the reader, what is due, late first, the rest.
pub const DUE: &str = "due_time";

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases<'a> {
    p: &'a Page,
    form: &'a Form,
    views: Vec<View>,
    lines: Vec<Line>,
    sought: &'a str,
    pages: Pages,
    view: &'a str,
    is_by_due: bool,
    /// Whether a person is looked for by too little to find anybody.
    is_incomplete: bool,
}

/// The views of a social worker's cases: their names, and which cases are in each.
fn kinds() -> [(&'static str, v1::CaseFilter); 5] {
    let with = |ticket| v1::CaseFilter {
        ticket: Some(ticket),
        ..Default::default()
    };
    let mine = v1::TicketFilter {
        held_by_caller: true,
        ..Default::default()
    };
    let late = v1::TicketFilter {
        late: true,
        ..Default::default()
    };
    let resolved = v1::TicketFilter {
        states: vec![TicketState::Resolved.into()],
        ..Default::default()
    };
    let ended = v1::CaseFilter {
        state: CaseState::Ended.into(),
        ..Default::default()
    };
    [
        ("a-faire", with(mine)),
        ("ouverts", with(v1::TicketFilter::default())),
        ("en-retard", with(late)),
        ("a-clore", with(resolved)),
        ("clos", ended),
    ]
}

/// The list, one view and one page of it.
pub async fn list(visit: Visit) -> Response {
    if !visit.who().opens() {
        return Redirect::to(visit.who().home()).into_response();
    }
    let form = Form::of(visit.query.clone());
    let sought = form.value("q").to_owned();
    if let Some(reference) = reference_of(&sought) {
        return Redirect::to(&format!("/dossiers/{reference}")).into_response();
    }
    let kinds = kinds();
    let counts = match count(&visit.client, &kinds).await {
        Ok(counts) => counts,
        Err(failure) => return failure.into_page(visit.page),
    };
    let asked = kinds.iter().position(|(name, _)| *name == form.value("vue"));
    let first = usize::from(counts[0].count == 0);
    let here = asked.unwrap_or(first);
    let (view, filter) = (kinds[here].0, kinds[here].1.clone());
    let named = named(&form, &sought);
    let is_incomplete = !sought.is_empty() && named.is_empty();
    let is_by_due = sought.is_empty() && filter.ticket.is_some();
    let filters = if sought.is_empty() { vec![filter] } else { named };
    let requests = filters.into_iter().map(|filter| v1::ListCasesRequest {
        page_size: ON_A_PAGE,
        page_token: form.value(NEXT).to_owned(),
        order_by: if is_by_due { DUE.to_owned() } else { String::new() },
        filter: Some(filter),
    });
    let read = first_found(&visit.client, requests).await;
    let read = match read {
        Ok(read) => read,
        Err(error) if is_of_another_list(&error) => return Redirect::to("/dossiers").into_response(),
        Err(error) => return Failure::of(error).into_page(visit.page),
    };
    let (page, me) = (&visit.page, &visit.who().member);
    let kept: &[(&str, &str)] = match sought.is_empty() {
        true => &[("vue", view)],
        false => &[("q", &sought), ("birth_date", form.value("birth_date"))],
    };
    let counted = sought.is_empty().then_some(counts[here]);
    let shown = Cases {
        p: page,
        form: &form,
        views: View::all(page, &kinds, &counts, here),
        lines: read
            .cases
            .iter()
            .filter_map(|case| line(page, case, me, view))
            .collect(),
        sought: &sought,
        pages: Pages::of(&form, "/dossiers", kept, counted, &read.next_page_token),
        view,
        is_by_due,
        is_incomplete,
    };
    render(StatusCode::OK, &shown)
}

/// Most words of a name that is looked for.
const WORDS: usize = 6;

/// The person that is looked for, by all of name and birth date; none when nobody is, or by less. Nobody says where the given
/// name ends, nor which of the two comes first: each way to read it, the usual ones before.
fn named(form: &Form, sought: &str) -> Vec<v1::CaseFilter> {
    let Some(day) = crate::days::read_day(form.value("birth_date")) else {
        return Vec::new();
    };
    let words: Vec<&str> = sought.split_whitespace().take(WORDS).collect();
    let filter = |given: &[&str], family: &[&str]| v1::CaseFilter {
        given_name: given.join(" "),
        family_name: family.join(" "),
        birth_date: day.to_string(),
        ..Default::default()
    };
    let splits = || (1..words.len()).map(|at| words.split_at(at));
    let usual = splits().map(|(given, family)| filter(given, family));
    let reversed = splits().map(|(family, given)| filter(given, family));
    usual.chain(reversed).collect()
}

/// What the first of these requests finds that finds anything.
async fn first_found(
    client: &Client,
    requests: impl Iterator<Item = v1::ListCasesRequest>,
) -> Result<v1::ListCasesResponse, Error> {
    let mut last = Ok(v1::ListCasesResponse::default());
    for request in requests {
        last = client.list_cases(request).await;
        match &last {
            Ok(found) if !found.cases.is_empty() => break,
            Ok(_) => {}
            // The next page of what another of them has found.
            Err(error) if is_of_another_list(error) => {}
            Err(_) => break,
        }
    }
    last
}

/// How many cases are in each view.
///
/// # Errors
/// The hub does not answer.
pub async fn count<K>(client: &Client, kinds: &[(K, v1::CaseFilter)]) -> Result<Vec<v1::Count>, Failure> {
    let filters: Vec<_> = kinds.iter().map(|(_, filter)| filter.clone()).collect();
    let asked = filters.len();
    let answer = client.count_cases(v1::CountCasesRequest { filters }).await;
    let mut counts = answer.map_err(Failure::of)?.counts;
    counts.resize(asked, v1::Count::default());
    Ok(counts)
}

/// A reference as it is typed, with or without its letter's case; none when it is something else.
pub fn reference_of(sought: &str) -> Option<String> {
    let mut parts = sought.split('-');
    let (year, number, check) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_one = digits(year) && digits(number) && check.len() == 1 && parts.next().is_none();
    is_one.then(|| sought.to_ascii_uppercase())
}

/// A case as a view shows it: by the ticket that comes first, which is late where what is late is looked at, waits for the
/// reader, is late, or was opened first.
fn line(page: &Page, case: &v1::Case, me: &str, view: &str) -> Option<Line> {
    let mut lines: Vec<Line> = case
        .tickets
        .iter()
        .map(|ticket| of_ticket(page, Some(case), ticket, me))
        .collect();
    lines.retain(|line| line.at != TicketState::Redirected || case.tickets.len() == 1);
    lines.sort_by_key(|line| {
        (
            !is_open(line.at),
            view == "en-retard" && !line.is_late,
            view == "a-clore" && line.at != TicketState::Resolved,
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

    /// Its identifier on the page.
    pub fn id(&self) -> String {
        super::act::line_of(&self.reference, people::last(&self.ticket.name))
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

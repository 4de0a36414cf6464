//! The cases of a social worker: what waits for them first, then what is late, what is due soon, and the rest.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::iter;

use askama::Template;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_client::{Client, Error};
use declic_proto::v1::{self, CaseState, TicketState};
use futures::future::try_join_all;
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
    let is_incomplete = !sought.is_empty() && named.is_none();
    let is_by_due = sought.is_empty() && filter.ticket.is_some();
    let filters = match sought.is_empty() {
        true => vec![filter],
        false => named.unwrap_or_default(),
    };
    let order_by = if is_by_due { DUE } else { "" };
    let requests = requests(filters, order_by, form.value(NEXT));
    let read = found(&visit.client, requests).await;
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

/// Words that the shorter of two names has at most, however many the other one has. It bounds what one search asks of the hub:
/// up to thirteen words are read in every way, more of them in twenty-four, which leave out only that both names have seven
/// words or more.
const SHORTER: usize = 6;

/// Characters of the longest name that the hub takes: nobody has a longer one, and a search for one is refused.
const LONGEST_NAME: usize = 100;

/// Between the tokens of several lists in one address. Tokens of the hub are base64url, which does not have it.
const BETWEEN: &str = ".";

/// The person that is looked for, by all of name and birth date, in each way to read the name; none when nobody is, or by
/// less.
fn named(form: &Form, sought: &str) -> Option<Vec<v1::CaseFilter>> {
    let day = crate::days::read_day(form.value("birth_date"))?;
    let words: Vec<&str> = sought.split_whitespace().collect();
    (words.len() > 1).then(|| readings(&words, &day.to_string()))
}

/// Nobody says where the given name ends, nor which of the two comes first: each way to read these words, all of them.
fn readings(words: &[&str], birth_date: &str) -> Vec<v1::CaseFilter> {
    let filter = |given: &[&str], family: &[&str]| v1::CaseFilter {
        given_name: given.join(" "),
        family_name: family.join(" "),
        birth_date: birth_date.to_owned(),
        ..Default::default()
    };
    let splits = (1..words.len()).filter(|at| usize::min(*at, words.len() - at) <= SHORTER);
    let read = splits.flat_map(|at| {
        let (first, last) = words.split_at(at);
        [filter(first, last), filter(last, first)]
    });
    let is_short = |name: &str| name.chars().count() <= LONGEST_NAME;
    read.filter(|one| is_short(&one.given_name) && is_short(&one.family_name))
        .collect()
}

/// What each of these lists is asked for the page that begins here; nothing where one has ended on a page before.
fn requests(filters: Vec<v1::CaseFilter>, order_by: &str, begun: &str) -> Vec<Option<v1::ListCasesRequest>> {
    let tokens = begun.split(BETWEEN).chain(iter::repeat(""));
    let request = |(filter, token): (v1::CaseFilter, &str)| {
        let goes_on = begun.is_empty() || !token.is_empty();
        goes_on.then(|| v1::ListCasesRequest {
            page_size: ON_A_PAGE,
            page_token: token.to_owned(),
            order_by: order_by.to_owned(),
            filter: Some(filter),
        })
    };
    filters.into_iter().zip(tokens).map(request).collect()
}

/// What all of these requests find: two colleagues may have split the same name in two ways, and to stop at the first would
/// hide the case of the other.
async fn found(
    client: &Client,
    requests: Vec<Option<v1::ListCasesRequest>>,
) -> Result<v1::ListCasesResponse, Error> {
    let pages = requests.into_iter().map(|request| page_of(client, request));
    Ok(joined(try_join_all(pages).await?))
}

async fn page_of(
    client: &Client,
    request: Option<v1::ListCasesRequest>,
) -> Result<v1::ListCasesResponse, Error> {
    match request {
        Some(request) => client.list_cases(request).await,
        None => Ok(v1::ListCasesResponse::default()),
    }
}

/// A page of each of several lists as one page: every case once, newest first. The next one goes on where each of them ended,
/// so that none is passed over, however many of them have more.
fn joined(pages: Vec<v1::ListCasesResponse>) -> v1::ListCasesResponse {
    let tokens: Vec<&str> = pages.iter().map(|page| page.next_page_token.as_str()).collect();
    let is_the_end = tokens.iter().all(|token| token.is_empty());
    let next_page_token = if is_the_end {
        String::new()
    } else {
        tokens.join(BETWEEN)
    };
    let is_one = pages.len() == 1;
    let mut cases: Vec<v1::Case> = pages.into_iter().flat_map(|page| page.cases).collect();
    // "Martin Martin" is the same person read either way.
    let mut known = BTreeSet::new();
    cases.retain(|case| known.insert(case.name.clone()));
    // One list alone stays in the order in which it was asked for.
    if !is_one {
        cases.sort_by_key(|case| Reverse(case.open_time.and_then(time)));
    }
    v1::ListCasesResponse {
        cases,
        next_page_token,
    }
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

    #[test]
    fn every_word_of_a_name_counts_in_every_reading_and_the_hub_is_asked_for_few() {
        let read = |name: &str| readings(&name.split(' ').collect::<Vec<_>>(), "1984-07-14");
        let seven = read("Ana Maria da Silva dos Santos Ferreira");
        assert_eq!(seven.len(), 12);
        for (given, family) in [
            ("Ana Maria", "da Silva dos Santos Ferreira"),
            ("Santos Ferreira", "Ana Maria da Silva dos"),
        ] {
            let is_it = |one: &v1::CaseFilter| one.given_name == given && one.family_name == family;
            assert!(seven.iter().any(is_it), "{given} | {family}");
        }
        for (words, asked) in [(1, 0), (2, 2), (13, 24), (14, 24), (40, 24)] {
            let many = read(&vec!["x"; words].join(" "));
            assert_eq!(many.len(), asked, "{words}");
            let count = |name: &str| name.split(' ').count();
            let all = many
                .iter()
                .all(|one| count(&one.given_name) + count(&one.family_name) == words);
            assert!(all, "{words}");
        }
        let (longest, too_long) = ("é".repeat(100), "é".repeat(101));
        assert_eq!(read(&format!("{longest} {longest}")).len(), 2);
        assert!(read(&format!("Inès {too_long}")).is_empty());
    }

    #[test]
    fn several_lists_are_one_and_each_goes_on_where_it_ended() {
        let case = |number: i64| v1::Case {
            name: format!("cases/{number}"),
            open_time: Some(prost_types::Timestamp {
                seconds: number,
                nanos: 0,
            }),
            ..Default::default()
        };
        let page = |token: &str, numbers: &[i64]| v1::ListCasesResponse {
            cases: numbers.iter().copied().map(case).collect(),
            next_page_token: token.to_owned(),
        };
        let asked = |lists: usize, begun: &str| -> Vec<Option<String>> {
            let requests = requests(vec![v1::CaseFilter::default(); lists], "", begun);
            let tokens = requests.into_iter().map(|asked| Some(asked?.page_token));
            tokens.collect()
        };
        let three = joined(vec![page("a", &[4, 1]), page("", &[3]), page("c", &[4, 2])]);
        assert_eq!(three.cases, [4, 3, 2, 1].map(case));
        let (first, after) = (Some(String::new()), |token: &str| Some(token.to_owned()));
        assert_eq!(asked(3, ""), [first.clone(), first.clone(), first]);
        assert_eq!(asked(3, &three.next_page_token), [after("a"), None, after("c")]);
        assert_eq!(joined(vec![page("", &[1]), page("", &[2])]).next_page_token, "");

        let alone = page("b", &[1, 3, 2]);
        assert_eq!(joined(vec![alone.clone()]), alone, "in its own order");
        assert_eq!(asked(1, "b"), [after("b")]);
    }
}

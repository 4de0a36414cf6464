//! A case with its thread: who has it, since when, what comes next, and what its reader may do.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Redirect, Response};
use declic_proto::v1::{self, ClockState};
use declic_words::Family;
use http::StatusCode;
use jiff::Timestamp;

use super::act::{self, Deed, DeedForm, Lists, Returned};
use super::cases::{self, time};
use super::thread::{Happened, thread};
use crate::failure::{Failure, Held, held, render};
use crate::kept::{self, Kept};
use crate::page::Page;
use crate::people;
use crate::visit::Visit;

/// One ticket as the page tells it.
pub struct Ticket {
    /// Its number within the case.
    pub number: String,
    /// Name of its agency.
    pub agency: String,
    /// Its state, in words.
    pub state: String,
    /// What comes next, in words.
    pub next: String,
    /// Who has it.
    pub holder: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Its outcome, in words; empty before.
    pub outcome: String,
    /// The steps that come next, each with its day.
    pub steps: Vec<(String, String)>,
    /// Why it was sent where it is.
    pub reasons: Vec<String>,
    /// Why people orient it; empty elsewhere.
    pub triage: String,
    /// Which agency it was meant for; empty elsewhere.
    pub intended: String,
    /// What the agency needs to find the person and the case does not say; empty for who cannot give it.
    pub missing: String,
    /// Where corrected facts lead; empty where they lead nowhere else.
    pub proposal: String,
    /// What the agency's clock says.
    pub clock: Option<Clock>,
    /// Whether it is late.
    pub is_late: bool,
    /// Whether anything is still to come.
    pub is_open: bool,
    /// What its reader may do, in the order of the page.
    pub deeds: Vec<DeedForm>,
}

/// What an agency's clock says.
pub struct Clock {
    /// What is awaited, in words.
    pub what: String,
    /// How much is left, or how late it is.
    pub left: String,
    /// By when.
    pub due: Option<Timestamp>,
    /// How much of the time has gone, in per cent.
    pub gone: i64,
    /// Whether it stands still.
    pub is_paused: bool,
    /// Whether it is late.
    pub is_late: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct Case<'a> {
    p: &'a Page,
    case: &'a v1::Case,
    title: String,
    tickets: Vec<Ticket>,
    deeds: Vec<DeedForm>,
    thread: Vec<Happened>,
    done: String,
    warning: String,
    kept: Vec<Kept>,
    lists: Lists,
}

#[derive(Template)]
#[template(path = "given_away.html")]
struct GivenAway<'a> {
    p: &'a Page,
    reference: &'a str,
}

/// The page.
pub async fn show(visit: Visit, Path(reference): Path<String>) -> Response {
    let done = visit.query.get("fait").to_owned();
    match read(&visit, &reference).await {
        Ok(read) => {
            let done = done_of(&visit, &read, &done);
            shown(&visit, read, None, (StatusCode::OK, done, String::new()))
        }
        Err(failure) => failure.into_page(visit.page),
    }
}

/// The page with a form that was not taken, and why.
pub async fn again(mut visit: Visit, reference: &str, mut returned: Returned, warning: String) -> Response {
    match read(&visit, reference).await {
        Ok(read) => {
            // Read again or in the other language, it is the case; what cannot be shown is sent again to where it went.
            visit.page.path = format!("/dossiers/{reference}");
            returned.form.is_being_shown();
            let told = (StatusCode::UNPROCESSABLE_ENTITY, String::new(), warning);
            shown(&visit, read, Some(returned), told)
        }
        Err(Failure::Away) => held(visit.page, returned.form.fields(), Held::HubAway),
        Err(Failure::ReadOnly) => held(visit.page, returned.form.fields(), Held::ReadOnly),
        // The case may be read no more: what was written is not lost with it.
        Err(Failure::Absent) if !kept::told(&visit.page, returned.form.fields()).is_empty() => {
            held(visit.page, returned.form.fields(), Held::Gone)
        }
        Err(failure) => failure.into_page(visit.page),
    }
}

fn shown(
    visit: &Visit,
    read: Read,
    returned: Option<Returned>,
    (status, done, warning): (StatusCode, String, String),
) -> Response {
    let page = &visit.page;
    let (case, clock, events, members) = read;
    let lists = Lists::of(page, &case, members);
    let mut place = 0;
    let tickets = tickets(page, &case, clock.as_ref(), returned.as_ref(), &mut place);
    let deeds = act::forms_of_case(page, &case, returned.as_ref(), &mut place);
    // Words whose form is offered no longer are shown, to be copied elsewhere.
    let is_offered = |returned: &Returned| {
        let ticket = tickets.iter().find(|ticket| ticket.number == returned.number);
        let forms = ticket.map_or(&deeds, |ticket| &ticket.deeds);
        forms.iter().any(|form| form.deed == returned.deed)
    };
    let kept = returned
        .filter(|returned| !is_offered(returned))
        .map(|returned| kept::told(page, returned.form.fields()));
    let facts = case.facts.as_ref();
    let title = facts.map_or_else(String::new, |facts| {
        cases::about(page, &facts.benefit, &facts.blockage)
    });
    let thread = thread(page, &case, &events);
    render(
        status,
        &Case {
            p: page,
            case: &case,
            title,
            tickets,
            deeds,
            thread,
            done,
            warning,
            kept: kept.unwrap_or_default(),
            lists,
        },
    )
}

/// After a case was given to a colleague: who gave it away may read it no more, and is told so.
pub async fn given_away(visit: Visit, reference: &str) -> Response {
    let name = reference.to_owned();
    match visit.client.get_case(v1::GetCaseRequest { name }).await {
        Err(error) if matches!(Failure::of(error.clone()), Failure::Absent) => {
            let p = &visit.page;
            render(StatusCode::OK, &GivenAway { p, reference })
        }
        _ => {
            let told = Deed::Transfer.name();
            Redirect::to(&format!("/dossiers/{reference}?fait={told}")).into_response()
        }
    }
}

/// What was just done, in words: said when it is the last thing that a person did on the case, and its reader did it. An
/// address says nothing by itself.
fn done_of(visit: &Visit, (case, _, events, _): &Read, done: &str) -> String {
    let deed = Deed::find(done);
    let Some(told) = deed.map(Deed::told).or((done == "ouvert").then_some("OPENED")) else {
        return String::new();
    };
    let at = |event: &v1::TicketEvent| event.record_time.and_then(time);
    let by_people = events.iter().filter(|event| !event.actor.is_empty());
    let last = by_people.filter_map(at).max();
    let is_told = events
        .iter()
        .any(|event| at(event) == last && event.actor == visit.who().member && event.r#type == told);
    match (is_told, deed) {
        (false, _) => String::new(),
        (true, None) => visit.page.t1("console-done-ouvert", "reference", &case.reference),
        (true, Some(deed)) => visit.page.t(&format!("console-done-{}", deed.name())),
    }
}

type Read = (
    v1::Case,
    Option<v1::GetCaseClockResponse>,
    Vec<v1::TicketEvent>,
    Vec<v1::Member>,
);

async fn read(visit: &Visit, reference: &str) -> Result<Read, Failure> {
    let client = &visit.client;
    let name = reference.to_owned();
    let asked = client.get_case(v1::GetCaseRequest { name: name.clone() });
    let clock = client.get_case_clock(v1::GetCaseClockRequest { name });
    let (case, clock) = futures::join!(asked, clock);
    let case = case.map_err(Failure::of)?.case.unwrap_or_default();
    let mut events: Vec<v1::TicketEvent> = Vec::new();
    // What is known of another agency's ticket is its outline: it has no thread to read.
    for ticket in case.tickets.iter().filter(|ticket| !ticket.etag.is_empty()) {
        let mut page_token = String::new();
        loop {
            let request = v1::ListEventsRequest {
                parent: ticket.name.clone(),
                page_size: 200,
                page_token,
            };
            let answer = client.list_events(request).await.map_err(Failure::of)?;
            for event in answer.events {
                if !events.iter().any(|known| known.event_id == event.event_id) {
                    events.push(event);
                }
            }
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
    }
    let members = members(visit, &case).await?;
    // Whoever sees the case without its clock still sees the case.
    Ok((case, clock.ok(), events, members))
}

/// To whom the reader may give a ticket, or the case: the people of the agency, or those of the organisation.
async fn members(visit: &Visit, case: &v1::Case) -> Result<Vec<v1::Member>, Failure> {
    let assigns = case.tickets.iter().any(|ticket| offers(ticket, Deed::Assign));
    let transfers = case.offered.iter().any(|offered| offered == Deed::Transfer.rpc());
    let parent = match (assigns, transfers) {
        (true, _) => visit.who().agency.clone(),
        (false, true) => case.organisation.clone(),
        (false, false) => String::new(),
    };
    if parent.is_empty() {
        return Ok(Vec::new());
    }
    let request = v1::ListMembersRequest {
        parent,
        page_size: 200,
        ..Default::default()
    };
    let answer = visit.client.list_members(request).await.map_err(Failure::of)?;
    Ok(answer.members)
}

/// Whether the hub lets the reader do this to a ticket.
pub fn offers(ticket: &v1::Ticket, deed: Deed) -> bool {
    ticket.offered.iter().any(|offered| offered == deed.rpc())
}

fn tickets(
    page: &Page,
    case: &v1::Case,
    clock: Option<&v1::GetCaseClockResponse>,
    returned: Option<&Returned>,
    place: &mut usize,
) -> Vec<Ticket> {
    let of = |ticket: &v1::Ticket| {
        let number = people::last(&ticket.name).to_owned();
        let own = returned.filter(|returned| returned.number == number);
        let deeds = act::forms(page, case, ticket, own, place);
        let holder = ticket.holder.as_ref();
        let code = ticket
            .state()
            .as_str_name()
            .trim_start_matches("TICKET_STATE_")
            .to_owned();
        let outcome = ticket
            .outcome()
            .as_str_name()
            .trim_start_matches("OUTCOME_")
            .to_owned();
        let decision = ticket.decision.as_ref();
        let proposal = ticket.proposal.as_ref().map(|proposal| {
            let agencies: Vec<&str> = proposal
                .agencies
                .iter()
                .map(|agency| people::agency(agency))
                .collect();
            agencies.join(", ")
        });
        Ticket {
            agency: ticket.agency_display_name.clone(),
            state: page.label(Family::TicketState, &code),
            next: declic_words::next_step(page.lang, &code),
            holder: holder
                .map(|holder| holder.display_name.clone())
                .unwrap_or_default(),
            since: holder.and_then(|holder| holder.since).and_then(time),
            outcome: if outcome == "UNSPECIFIED" {
                String::new()
            } else {
                page.label(Family::Outcome, &outcome)
            },
            steps: ticket
                .next_steps
                .iter()
                .map(|step| (step.label.clone(), page.day(&step.due_on)))
                .collect(),
            reasons: decision
                .map(|decision| decision.reasons.clone())
                .unwrap_or_default(),
            triage: match ticket.triage_reason.as_str() {
                "" => String::new(),
                reason => page.label(Family::TriageReason, reason),
            },
            intended: match ticket.intended_agency.as_str() {
                "" => String::new(),
                agency => people::agency(agency).to_owned(),
            },
            missing: missing(page, case, ticket),
            proposal: proposal.unwrap_or_default(),
            clock: clock.and_then(|clock| clock_of(page, clock, &ticket.name)),
            is_late: cases::is_open(ticket.state())
                && ticket.due_time.and_then(time).is_some_and(|due| due < page.now),
            is_open: cases::is_open(ticket.state()),
            deeds,
            number,
        }
    };
    case.tickets.iter().map(of).collect()
}

/// What an agency needs to find the person, in words, for who can correct the person.
fn missing(page: &Page, case: &v1::Case, ticket: &v1::Ticket) -> String {
    let corrects = case.offered.iter().any(|rpc| rpc == Deed::CorrectPerson.rpc());
    let needed = ticket.missing_identifiers.iter().filter(|_| corrects);
    let names: Vec<String> = needed
        .filter_map(|field| match field.as_str() {
            "person.agency_identifier" => Some(page.t("console-identifier-short")),
            "person.nir" => Some(page.t("console-nir-short")),
            _ => None,
        })
        .collect();
    names.join(", ")
}

/// The clock of an agency that goes on or stands still: that of its answer, else that of its acknowledgement.
fn clock_of(page: &Page, clock: &v1::GetCaseClockResponse, ticket: &str) -> Option<Clock> {
    let tickets = clock.chains.iter().flat_map(|chain| &chain.tickets);
    let epoch = tickets
        .into_iter()
        .find(|known| known.ticket == ticket)?
        .epochs
        .last()?;
    let clocks = [
        ("console-clock-acknowledge", &epoch.acknowledge),
        ("console-clock-resolve", &epoch.resolve),
    ];
    let mut running = clocks
        .into_iter()
        .filter_map(|(key, clock)| Some((key, clock.as_ref()?)));
    let (key, clock) =
        running.find(|(_, clock)| matches!(clock.state(), ClockState::Running | ClockState::Paused))?;
    let is_paused = clock.state() == ClockState::Paused;
    let (start, due) = (clock.start_time.and_then(time), clock.due_time.and_then(time));
    let gone = match (start, due) {
        (Some(start), Some(due)) if due > start => {
            (page.now.as_second() - start.as_second()) * 100 / (due.as_second() - start.as_second())
        }
        _ => 0,
    };
    let left = match clock.late_seconds {
        0 => page.t1(
            "console-clock-left",
            "time",
            declic_words::when::hours(page, clock.remaining_seconds),
        ),
        late => page.t1(
            "console-clock-late",
            "time",
            declic_words::when::hours(page, late),
        ),
    };
    Some(Clock {
        what: page.t(key),
        left,
        due,
        gone: gone.clamp(0, 100),
        is_paused,
        is_late: clock.late_seconds > 0,
    })
}

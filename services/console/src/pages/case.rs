//! A case with its thread: who has it, since when, what comes next, and what its reader may do.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use declic_proto::v1::{self, ClockState};
use declic_words::Family;
use http::StatusCode;
use jiff::Timestamp;

use super::act::{self, Deed};
use super::cases::{self, time};
use super::thread::{Happened, thread};
use crate::failure::{Failure, render};
use crate::form::Form;
use crate::options::{Choice, Group};
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
    /// Where corrected facts lead; empty where they lead nowhere else.
    pub proposal: String,
    /// What the agency's clock says.
    pub clock: Option<Clock>,
    /// Whether it is late.
    pub is_late: bool,
    /// Whether anything is still to come.
    pub is_open: bool,
    /// What its reader may do, in the order of the page.
    pub deeds: Vec<Deed>,
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
    thread: Vec<Happened>,
    done: String,
    warning: String,
    kept: Vec<String>,
    lists: Lists,
}

/// What the forms of this page choose from.
#[derive(Default)]
pub struct Lists {
    /// Ways a ticket ends at an agency.
    pub outcomes: Vec<Choice>,
    /// Why it goes elsewhere.
    pub reasons: Vec<Choice>,
    /// What the person got.
    pub effects: Vec<Choice>,
    /// What may be asked for.
    pub kinds: Vec<Choice>,
    /// Agencies of the département and of the country.
    pub agencies: Vec<Group>,
    /// Agencies of the other open tickets of the case.
    pub others: Vec<Group>,
    /// Colleagues of the agency.
    pub colleagues: Vec<Group>,
    /// Ways to reach an agency.
    pub channels: Vec<Choice>,
    /// How that ended.
    pub results: Vec<Choice>,
}

/// The page.
pub async fn show(visit: Visit, Path(reference): Path<String>) -> Response {
    let done = visit.query.get("fait").to_owned();
    let done = match done.as_str() {
        "" => String::new(),
        "ouvert" => visit.page.t1("console-done-ouvert", "reference", &reference),
        done if act::is_deed(done) => visit.page.t(&format!("console-done-{done}")),
        _ => String::new(),
    };
    again(visit, &reference, None, (StatusCode::OK, done, String::new())).await
}

/// The page with a form that was not taken, and why.
pub async fn again(
    visit: Visit,
    reference: &str,
    kept: Option<(&str, &str, Form)>,
    (status, done, warning): (StatusCode, String, String),
) -> Response {
    match read(&visit, reference).await {
        Ok((case, clock, events, colleagues)) => {
            let page = &visit.page;
            let lists = Lists::of(page, &case, colleagues);
            let typed = kept
                .as_ref()
                .map(|(number, deed, form)| (*number, *deed, words(form)));
            let tickets = tickets(page, &case, clock.as_ref(), kept);
            // Words whose form is offered no longer are shown, to be copied elsewhere.
            let fits = |(number, deed, _): &(&str, &str, Vec<String>)| {
                let ticket = tickets.iter().find(|ticket| ticket.number == *number);
                ticket.is_some_and(|ticket| ticket.deeds.iter().any(|offered| offered.name == *deed))
            };
            let kept = typed
                .filter(|typed| !fits(typed))
                .map(|(_, _, words)| words)
                .unwrap_or_default();
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
                    thread,
                    done,
                    warning,
                    kept,
                    lists,
                },
            )
        }
        Err(failure) => failure.into_page(visit.page),
    }
}

/// The texts of a form, without what its page put there.
fn words(form: &Form) -> Vec<String> {
    let texts = ["message", "label", "why", "step"]
        .iter()
        .map(|name| form.value(name));
    texts
        .filter(|text| text.contains(' '))
        .map(str::to_owned)
        .collect()
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
    let assigns = case
        .tickets
        .iter()
        .any(|ticket| ticket.offered.iter().any(|rpc| rpc == "AssignTicket"));
    let parent = visit.who().agency.clone();
    let colleagues = match assigns && !parent.is_empty() {
        true => {
            let request = v1::ListMembersRequest {
                parent,
                page_size: 200,
                ..Default::default()
            };
            client.list_members(request).await.map_err(Failure::of)?.members
        }
        false => Vec::new(),
    };
    // Whoever sees the case without its clock still sees the case.
    Ok((case, clock.ok(), events, colleagues))
}

fn tickets(
    page: &Page,
    case: &v1::Case,
    clock: Option<&v1::GetCaseClockResponse>,
    kept: Option<(&str, &str, Form)>,
) -> Vec<Ticket> {
    let mut place = 0;
    let of = |ticket: &v1::Ticket| {
        let number = people::last(&ticket.name).to_owned();
        let kept = kept.as_ref().filter(|(on, _, _)| *on == number);
        let deeds = act::deeds(
            page,
            case,
            ticket,
            kept.map(|(_, deed, form)| (*deed, form)),
            &mut place,
        );
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

impl Lists {
    fn of(page: &Page, case: &v1::Case, colleagues: Vec<v1::Member>) -> Self {
        use crate::options::{of_family, plain};
        let departement = case
            .facts
            .as_ref()
            .map_or("", |facts| facts.commune.get(..2).unwrap_or_default());
        let colleagues = colleagues
            .into_iter()
            .map(|member| Choice::new(member.name, member.display_name));
        let others = case
            .tickets
            .iter()
            .filter(|ticket| cases::is_open(ticket.state()));
        let others = others.map(|ticket| Choice::new(&ticket.agency, &ticket.agency_display_name));
        Self {
            outcomes: of_family(
                page,
                Family::Outcome,
                &[
                    "RIGHT_RESTORED",
                    "ERROR_CORRECTED",
                    "DECISION_EXPLAINED",
                    "REFUSAL_CONFIRMED",
                    "SENT_TO_STANDARD_PROCEDURE",
                    "DUPLICATE",
                    "PERSON_UNKNOWN",
                ],
            ),
            reasons: of_family(
                page,
                Family::RedirectReason,
                &[
                    "OUTSIDE_TERRITORY",
                    "WRONG_REGIME",
                    "PAYER_NOT_DECIDER",
                    "OUTSIDE_COMPETENCE",
                    "LEGAL_BAR",
                    "OTHER",
                ],
            ),
            effects: of_family(page, Family::Effect, &["YES", "PARTLY", "NO", "UNKNOWN"]),
            kinds: of_family(page, Family::InformationKind, &["DOCUMENT", "QUESTION", "DATE"]),
            agencies: people::agencies(page, departement),
            others: plain(others.collect()),
            colleagues: plain(colleagues.collect()),
            channels: of_family(
                page,
                Family::ContactChannel,
                &["TELEPHONE", "EMAIL", "PORTAL", "MAIL", "COUNTER", "MEETING"],
            ),
            results: of_family(
                page,
                Family::ContactResult,
                &["ANSWERED", "ANSWER_AWAITED", "NOT_REACHED"],
            ),
        }
    }
}

//! What a list is asked: its order, its filter and where its page begins; and how many there are.
//!
//! In order of what is due the store walks an index of turns. Nothing else does, so what narrows such a list is refused for
//! any other.

use declic_domain::name::{CaseId, TicketName, TicketNumber};
use declic_domain::policy;
use declic_domain::ticket::State;
use declic_proto::v1;
use declic_store::{Audience, CaseFilter, CasePosition, Limit, TicketFilter, TicketPosition, TurnFilter};
use declic_store::{TicketSummary, TurnPosition};
use prost::Message as _;
use uuid::Uuid;

use crate::caller::Caller;
use crate::command;
use crate::hub::Hub;
use crate::seal;
use crate::status::Error;
use crate::wire::{Violations, enums};

/// The most that is counted: beyond it a number helps nobody, and costs.
const MOST_COUNTED: u32 = 1_000;

/// Filters of one count.
const MOST_FILTERS: usize = 10;

/// The order by what is due.
const DUE: &str = "due_time";

/// What one page of a list is asked.
pub struct Question<P, D> {
    /// Rows of the page.
    pub limit: u32,
    /// What is listed, in which order.
    pub which: Which<P, D>,
    /// What its page tokens are bound to.
    pub bytes: Vec<u8>,
}

/// What is listed: in the plain order of the list, or by turn.
pub enum Which<P, D> {
    /// Tickets held longest first, cases newest first.
    Plain(P),
    /// By what is due.
    ByTurn(D),
}

/// What ListTickets is asked.
///
/// # Errors
/// Every wrong field.
pub fn tickets(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListTicketsRequest,
) -> Result<Question<TicketFilter, TurnFilter>, Error> {
    let mut violations = Violations::default();
    let limit = crate::wire::page_size(&mut violations, request.page_size);
    let by_turn = is_by_turn(&mut violations, &request.order_by, "hold_time");
    let states = states(&mut violations, "states", &request.states);
    let asked = request.filter.clone().unwrap_or_default();
    let which = if by_turn {
        if !asked.states.is_empty() && !states.is_empty() {
            violations.add("states", "are in the filter too: say them once");
        }
        let mut filter = turn_filter(&mut violations, "filter", hub, caller, &asked);
        only_open(&mut violations, "states", &states);
        filter.states.extend(states);
        Which::ByTurn(filter)
    } else {
        if asked != v1::TicketFilter::default() {
            violations.add(
                "filter",
                format!("is for order_by \"{DUE}\": ask for it, or leave it empty"),
            );
        }
        Which::Plain(TicketFilter { states })
    };
    violations.finish()?;
    let kept = v1::ListTicketsRequest {
        page_size: 0,
        page_token: String::new(),
        order_by: if by_turn { DUE.to_owned() } else { String::new() },
        filter: Some(asked).filter(|_| by_turn),
        states: request.states.clone(),
    };
    Ok(Question {
        limit,
        which,
        bytes: [b"ListTickets".as_slice(), &kept.encode_to_vec()].concat(),
    })
}

/// What ListCases is asked.
///
/// # Errors
/// Every wrong field.
pub fn cases(
    hub: &Hub,
    caller: &Caller,
    request: &v1::ListCasesRequest,
) -> Result<Question<CaseFilter, TurnFilter>, Error> {
    let mut violations = Violations::default();
    let limit = crate::wire::page_size(&mut violations, request.page_size);
    let by_turn = is_by_turn(&mut violations, &request.order_by, "open_time desc");
    let asked = request.filter.clone().unwrap_or_default();
    let open = openness(&mut violations, "filter.state", asked.state);
    let which = if by_turn {
        if open == Some(false) {
            violations.add(
                "filter.state",
                "has ended: what has ended is not due, list it newest first",
            );
        }
        if is_named(&asked) {
            violations.add("filter", "names a person: search newest first");
        }
        let ticket = asked.ticket.clone().unwrap_or_default();
        Which::ByTurn(turn_filter(
            &mut violations,
            "filter.ticket",
            hub,
            caller,
            &ticket,
        ))
    } else {
        if asked.ticket.is_some() {
            let problem = format!("is for order_by \"{DUE}\": ask for it, or leave it empty");
            violations.add("filter.ticket", problem);
        }
        let tag = is_named(&asked).then(|| person_tag(&mut violations, hub, caller, &asked));
        Which::Plain(CaseFilter {
            open,
            tag: tag.flatten(),
        })
    };
    violations.finish()?;
    let order = if by_turn { DUE.as_bytes() } else { &[] };
    Ok(Question {
        limit,
        which,
        bytes: [b"ListCases".as_slice(), order, &asked.encode_to_vec()].concat(),
    })
}

/// How many tickets there are of each filter.
///
/// # Errors
/// Every wrong field; what the store says.
pub async fn count_tickets(
    hub: &Hub,
    caller: &Caller,
    request: v1::CountTicketsRequest,
) -> Result<v1::CountTicketsResponse, Error> {
    let mut violations = Violations::default();
    few(&mut violations, request.filters.len());
    let mut asked = Vec::new();
    for (index, filter) in request.filters.iter().enumerate().take(MOST_FILTERS) {
        let field = format!("filters[{index}]");
        asked.push(turn_filter(&mut violations, &field, hub, caller, filter));
    }
    violations.finish()?;
    let scope = command::scope(caller)?;
    let counting = asked.iter().map(|filter| {
        hub.store
            .count_tickets_by_turn(&scope, filter, Limit::new(MOST_COUNTED))
    });
    let counts = futures::future::try_join_all(counting).await?;
    Ok(v1::CountTicketsResponse {
        counts: counts.into_iter().map(count).collect(),
    })
}

/// How many cases there are of each filter.
///
/// # Errors
/// Every wrong field; what the store says.
pub async fn count_cases(
    hub: &Hub,
    caller: &Caller,
    request: v1::CountCasesRequest,
) -> Result<v1::CountCasesResponse, Error> {
    let mut violations = Violations::default();
    few(&mut violations, request.filters.len());
    let mut asked = Vec::new();
    for (index, filter) in request.filters.iter().enumerate().take(MOST_FILTERS) {
        let field = format!("filters[{index}]");
        let open = openness(&mut violations, &format!("{field}.state"), filter.state);
        if is_named(filter) {
            violations.add(field.as_str(), "names a person: that is searched, not counted");
        }
        let ticket = filter.ticket.as_ref().map(|ticket| {
            if open == Some(false) {
                violations.add(
                    format!("{field}.state"),
                    "has ended: what has ended has no open ticket",
                );
            }
            turn_filter(&mut violations, &format!("{field}.ticket"), hub, caller, ticket)
        });
        asked.push((open, ticket));
    }
    violations.finish()?;
    let (scope, most) = (command::scope(caller)?, Limit::new(MOST_COUNTED));
    let counting = asked.iter().map(async |(open, ticket)| match ticket {
        Some(filter) => hub.store.count_cases_by_turn(&scope, filter, most).await,
        None => hub.store.count_cases(&scope, *open, most).await,
    });
    let counts = futures::future::try_join_all(counting).await?;
    Ok(v1::CountCasesResponse {
        counts: counts.into_iter().map(count).collect(),
    })
}

fn count(counted: u32) -> v1::Count {
    v1::Count {
        count: counted.min(MOST_COUNTED),
        more: counted > MOST_COUNTED,
    }
}

fn few(violations: &mut Violations, filters: usize) {
    if filters == 0 || filters > MOST_FILTERS {
        violations.add(
            "filters",
            format!("are 1 to {MOST_FILTERS}: give what is to be counted"),
        );
    }
}

fn is_by_turn(violations: &mut Violations, order_by: &str, plain: &str) -> bool {
    let by_turn = order_by == DUE;
    if !by_turn && !order_by.is_empty() && order_by != plain {
        violations.add(
            "order_by",
            format!("is no order of this list: \"{plain}\" or \"{DUE}\""),
        );
    }
    by_turn
}

fn turn_filter(
    violations: &mut Violations,
    field: &str,
    hub: &Hub,
    caller: &Caller,
    asked: &v1::TicketFilter,
) -> TurnFilter {
    let field = format!("{field}.states");
    let states = states(violations, &field, &asked.states);
    only_open(violations, &field, &states);
    TurnFilter {
        states,
        due_before_us: asked.late.then(|| hub.now().as_microsecond()),
        held_by: asked.held_by_caller.then(|| caller.member.id.clone()),
        urgent: asked.urgent.then_some(true),
        treated: asked.exclude_read_only,
    }
}

fn states(violations: &mut Violations, field: &str, asked: &[i32]) -> Vec<State> {
    let most = State::ALL.len();
    if asked.len() > most {
        violations.add(field, format!("holds more than {most}: name each state once"));
    }
    let mut states = Vec::new();
    for (index, state) in asked.iter().enumerate().take(most) {
        let parsed = violations.required(&format!("{field}[{index}]"), enums::parse_state(*state));
        states.extend(parsed);
    }
    states
}

fn only_open(violations: &mut Violations, field: &str, states: &[State]) {
    if states.iter().any(|state| !state.is_open()) {
        violations.add(field, "holds one that is not open: what has ended is not due");
    }
}

fn openness(violations: &mut Violations, field: &str, state: i32) -> Option<bool> {
    let state = violations.required(field, v1::CaseState::try_from(state).ok());
    match state.unwrap_or_default() {
        v1::CaseState::Unspecified => None,
        v1::CaseState::Open => Some(true),
        v1::CaseState::Ended => Some(false),
    }
}

fn is_named(filter: &v1::CaseFilter) -> bool {
    let named = [&filter.given_name, &filter.family_name, &filter.birth_date];
    named.iter().any(|part| !part.is_empty())
}

fn person_tag(
    violations: &mut Violations,
    hub: &Hub,
    caller: &Caller,
    filter: &v1::CaseFilter,
) -> Option<declic_store::BlindTag> {
    let given = violations.text("filter.given_name", filter.given_name.clone(), 100);
    let family = violations.text("filter.family_name", filter.family_name.clone(), 100);
    let birth = violations.date("filter.birth_date", &filter.birth_date);
    let audience = Audience::of(&policy::party(&caller.member));
    if audience.is_none() {
        violations.add(
            "filter",
            "your role does not search persons: leave name and birth date empty",
        );
    }
    birth
        .zip(audience)
        .map(|(birth, audience)| seal::person_tag(hub, audience, &given, &family, birth))
}

/// A position among tickets held longest first, as page tokens hold it.
pub fn held_bytes(ticket: &TicketSummary) -> [u8; 26] {
    named_bytes(ticket.held_since.as_microsecond(), ticket.name)
}

/// The same read back; none of what no token of ours holds.
pub fn held_position(bytes: [u8; 26]) -> Option<TicketPosition> {
    let (held_since_us, name) = named(bytes)?;
    Some(TicketPosition { held_since_us, name })
}

/// A position in order of turns, as page tokens hold it.
pub fn turn_bytes(position: TurnPosition) -> [u8; 26] {
    named_bytes(position.turn_us, position.name)
}

/// The same read back; none of what no token of ours holds.
pub fn turn_position(bytes: [u8; 26]) -> Option<TurnPosition> {
    let (turn_us, name) = named(bytes)?;
    Some(TurnPosition { turn_us, name })
}

/// A position among cases newest first, as page tokens hold it.
pub fn case_bytes(case: &declic_domain::Case) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&case.opened_at.as_microsecond().to_be_bytes());
    bytes[8..].copy_from_slice(case.id.0.as_bytes());
    bytes
}

/// The same read back.
pub fn case_position(bytes: [u8; 24]) -> CasePosition {
    let (mut at, mut id) = ([0; 8], [0; 16]);
    at.copy_from_slice(&bytes[..8]);
    id.copy_from_slice(&bytes[8..]);
    CasePosition {
        opened_at_us: i64::from_be_bytes(at),
        id: CaseId(Uuid::from_bytes(id)),
    }
}

fn named_bytes(number: i64, name: TicketName) -> [u8; 26] {
    let mut bytes = [0; 26];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[8..24].copy_from_slice(name.case.0.as_bytes());
    bytes[24..].copy_from_slice(&name.number.get().to_be_bytes());
    bytes
}

fn named(bytes: [u8; 26]) -> Option<(i64, TicketName)> {
    let (mut at, mut id) = ([0; 8], [0; 16]);
    at.copy_from_slice(&bytes[..8]);
    id.copy_from_slice(&bytes[8..24]);
    let number = TicketNumber::new(u16::from_be_bytes([bytes[24], bytes[25]]))?;
    let name = TicketName {
        case: CaseId(Uuid::from_bytes(id)),
        number,
    };
    Some((i64::from_be_bytes(at), name))
}

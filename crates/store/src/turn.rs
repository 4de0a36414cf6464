//! When it is a ticket's turn in lists ordered by what is due: one number beside each key of the ticket, so that every engine
//! walks such a list in its index. What waits for the reader comes first, by since when; then what is due, late first; what
//! waits for others without a due time comes last. Made of the state it stands beside, in every commit.

use std::collections::BTreeMap;

use declic_domain::case::Case;
use declic_domain::holder::{self, Standing};
use declic_domain::name::{CaseId, TicketName, TicketNumber};
use declic_domain::policy::{Reach, Scope};
use declic_domain::ticket::{State, Ticket};
use declic_domain::{clock, name::MemberId};
use uuid::Uuid;

use crate::reach;

/// The turn of what waits for somebody else and has no due time: last.
pub const LAST: i64 = i64::MAX;

/// What waits for the reader comes before every due time: since when, this much earlier. No time of a hub is as far from 1970.
const FIRST: i64 = 1 << 62;

/// The keys of a ticket, each with its turn (microseconds, see [`LAST`]) among what has this key. Beside those of
/// [`reach::keys_of`] there is one of whoever it waits for; no scope holds it, so nobody reads a ticket by it alone.
pub fn of(case: &Case, ticket: &Ticket) -> BTreeMap<String, i64> {
    let due = ticket.clocks.as_ref().filter(|_| ticket.state.is_open());
    let due = due
        .and_then(clock::due_at)
        .map_or(LAST, |due| due.as_microsecond());
    let mut turns: BTreeMap<String, i64> = reach::keys_of(case, ticket)
        .into_iter()
        .map(|key| (key, due))
        .collect();
    let Some(person) = holder::named(Standing::of(case, ticket)) else {
        return turns;
    };
    let opener_has_it = matches!(ticket.state, State::AwaitingReply | State::Resolved);
    let mine = match opener_has_it {
        true => ticket.held_since.as_microsecond().saturating_sub(FIRST),
        false => due,
    };
    turns.insert(held(person), mine);
    if opener_has_it {
        turns.insert(reach::own(case), mine);
    }
    turns
}

/// Which tickets of a list in order of their turns, or which cases by one of their tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TurnFilter {
    /// In one of these open states; empty means every one.
    pub states: Vec<State>,
    /// Only those that were due before this instant, microseconds since 1970 UTC.
    pub due_before_us: Option<i64>,
    /// Only those that wait for this person, by name.
    pub held_by: Option<MemberId>,
    /// Only those of urgent cases, or only those of others.
    pub urgent: Option<bool>,
    /// Only those that the reader's agency treats, not those it only reads.
    pub treated: bool,
}

/// After which ticket a page begins: by turn, then by name. A case stands where the first of its tickets does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TurnPosition {
    /// Turn of the last one, microseconds.
    pub turn_us: i64,
    /// Its name.
    pub name: TicketName,
}

impl TurnPosition {
    /// Before every ticket.
    pub const BEGINNING: Self = Self {
        turn_us: i64::MIN,
        name: TicketName {
            case: CaseId(Uuid::nil()),
            number: TicketNumber::FIRST,
        },
    };
}

/// A filter as engines walk it: parts of the index, each in order of its turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The keys whose parts are walked.
    pub keys: Vec<String>,
    /// The states, as codes.
    pub states: Vec<u8>,
    /// Urgent or not.
    pub urgent: Vec<bool>,
    /// Turns from here on.
    pub from_us: i64,
    /// Up to here, itself included.
    pub until_us: i64,
    /// Keys of which a ticket has to carry one beside the walked one; empty when the walked ones say it.
    pub within: Option<Vec<String>>,
    /// Whether a ticket may carry two of the walked keys.
    pub doubles: bool,
}

impl Walk {
    /// Of a filter within a scope.
    pub fn of(scope: &Scope, filter: &TurnFilter) -> Self {
        let reach = scope.reach();
        let readable: Vec<String> = match filter.treated {
            true => reach::treated_keys(reach),
            false => reach::keys(reach),
        }
        .into_iter()
        .collect();
        let (keys, within) = match &filter.held_by {
            Some(member) => (vec![held(member)], Some(readable)),
            None => (readable, None),
        };
        let is_asked = |state: &State| {
            let is_due =
                filter.due_before_us.is_none() || !matches!(state, State::AwaitingReply | State::Resolved);
            state.is_open() && is_due && (filter.states.is_empty() || filter.states.contains(state))
        };
        let (from_us, until_us) = match filter.due_before_us {
            Some(before) => (0, before.saturating_sub(1)),
            None => (i64::MIN, LAST),
        };
        Self {
            doubles: within.is_none() && matches!(reach, Reach::Team { .. }),
            states: State::ALL
                .into_iter()
                .filter(is_asked)
                .map(crate::record::state::state_code)
                .collect(),
            urgent: filter
                .urgent
                .map_or_else(|| vec![false, true], |urgent| vec![urgent]),
            keys,
            from_us,
            until_us,
            within,
        }
    }
}

/// The key of what waits for a person.
fn held(member: &MemberId) -> String {
    format!("held/{}", member.as_str())
}

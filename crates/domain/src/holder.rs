//! Who has the ball: the one party a ticket waits for now, which can do what it waits for.

use crate::case::Case;
use crate::directory::Directory;
use crate::name::{DeskName, MemberId, OrganisationId};
use crate::policy::{Following, follows};
use crate::ticket::{State, Ticket};

/// The one party a ticket waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The accountable desk.
    Desk(DeskName),
    /// The accountable agent.
    Agent(MemberId),
    /// The social worker who follows the case.
    Opener(MemberId),
    /// The organisation of a social worker who is no longer there: somebody of it may follow the case.
    Organisation(OrganisationId),
    /// The supervision of the territory: nobody of the organisation may follow the case. It gives it to somebody who then
    /// may, or has somebody enrolled.
    Supervision,
}

/// What decides who holds a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Where it stands.
    pub state: State,
    /// The accountable desk.
    pub desk: &'a DeskName,
    /// The accountable agent; the desk when absent.
    pub agent: Option<&'a MemberId>,
    /// Who may follow its case.
    pub following: Following<'a>,
}

impl<'a> Standing<'a> {
    /// That of a ticket of this case.
    pub fn of(case: &'a Case, ticket: &'a Ticket) -> Self {
        Self {
            state: ticket.state,
            desk: &ticket.desk,
            agent: ticket.agent.as_ref(),
            following: Following::of(case),
        }
    }
}

/// The person it waits for by its state, who may no longer be there; `None` while it waits for a desk, and once it has
/// ended. When [`holder`] is a person, it is this one.
pub fn named<'a>(standing: Standing<'a>) -> Option<&'a MemberId> {
    match standing.state {
        State::Acknowledged => standing.agent,
        State::AwaitingReply | State::Resolved => Some(standing.following.opener),
        State::Routed | State::Delivered => None,
        State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => None,
    }
}

/// Who holds the ticket; `None` once it has ended.
pub fn holder(directory: &Directory, standing: Standing<'_>) -> Option<Holder> {
    let desk = standing.desk;
    match standing.state {
        State::Routed | State::Delivered => Some(Holder::Desk(desk.clone())),
        State::Acknowledged => Some(match named(standing) {
            Some(agent) if directory.answers(desk, agent) => Holder::Agent(agent.clone()),
            // Nobody named, or the one named is no longer there: the desk answers for it.
            _ => Holder::Desk(desk.clone()),
        }),
        State::AwaitingReply | State::Resolved => Some(follower(directory, standing.following)),
        State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => None,
    }
}

/// Who holds what waits for the opener's side of a case.
pub fn follower(directory: &Directory, case: Following<'_>) -> Holder {
    let opener = directory.members.get(case.opener);
    if opener.is_some_and(|opener| follows(opener, case)) {
        return Holder::Opener(case.opener.clone());
    }
    match directory.members.values().any(|member| follows(member, case)) {
        true => Holder::Organisation(case.organisation.clone()),
        false => Holder::Supervision,
    }
}

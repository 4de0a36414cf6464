//! Where a ticket goes when whoever answers for it is no longer there: to its desk, to another desk of its agency, to the
//! agency's managers, else to triage. Nobody's departure leaves a case to nobody, and none closes one.
//!
//! One function says it, for what is done and for what is said beforehand.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::case::CaseFile;
use crate::command::Command;
use crate::decide::{Decision, Given, chain_epoch, decide};
use crate::directory::{Desk, Directory, Matter, Member, Role};
use crate::name::{AgencyId, DeskName, MemberId, TicketNumber};
use crate::redirect;
use crate::refusal::Refusal;
use crate::ticket::{State, Ticket};

/// The name under which the rule acts. Nobody is enrolled under it.
pub const RULE: &str = "rule";

/// What of a ticket decides where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// Where it stands.
    pub state: State,
    /// The accountable desk.
    pub desk: &'a DeskName,
    /// The accountable agent; the desk when absent.
    pub agent: Option<&'a MemberId>,
    /// Code of its benefit.
    pub benefit: &'a str,
    /// Code of what blocks.
    pub blockage: Option<&'a str>,
}

impl<'a> Post<'a> {
    /// That of a ticket.
    pub fn of(ticket: &'a Ticket) -> Self {
        Self {
            state: ticket.state,
            desk: &ticket.desk,
            agent: ticket.agent.as_ref(),
            benefit: &ticket.facts.benefit,
            blockage: ticket.facts.blockage.as_deref(),
        }
    }
}

/// Where a ticket goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Nowhere: whoever answers for it is there, or it has ended.
    Stays,
    /// To who stands in for its agent, at the same desk.
    Deputy(MemberId),
    /// To a desk of its agency, without an agent.
    Desk(DeskName),
    /// To triage: its agency has nobody.
    Triage,
}

/// Where a ticket goes by this directory, at this instant.
///
/// Somebody who is away is passed over as long as somebody of the agency is there. An absence ends, so it sends nothing to
/// triage: where everyone is away, the ticket stays with the desk.
pub fn next(directory: &Directory, post: Post<'_>, now: Timestamp) -> Next {
    if !post.state.is_open() {
        return Next::Stays;
    }
    let own = directory.desk(post.desk).map(|desk| &desk.name);
    let agent = post.agent.filter(|agent| directory.answers(post.desk, agent));
    if let Some(agent) = agent {
        if !directory.is_away(agent, now) {
            return Next::Stays;
        }
        if let Some(deputy) = directory.deputy(agent, post.desk, now) {
            return Next::Deputy(deputy.id.clone());
        }
    }
    let agents_there = |desk: &DeskName| has_agents(directory, desk, |id| !directory.is_away(id, now));
    let anybody_there = |desk: &DeskName| directory.is_attended(desk, now);
    let agents = |desk: &DeskName| has_agents(directory, desk, |_| true);
    let anybody = |desk: &DeskName| directory.is_staffed(desk);
    // Where nobody is named, whoever is at the own desk sees the ticket: it goes on from there only when nobody is.
    if post.agent.is_none() && own.is_some_and(anybody_there) {
        return Next::Stays;
    }
    // The agent's colleagues, here or elsewhere, before a manager who would have to look for it.
    let there = own
        .filter(|desk| agents_there(desk))
        .or_else(|| other(directory, post, agents_there))
        .or_else(|| own.filter(|desk| anybody_there(desk)))
        .or_else(|| other(directory, post, anybody_there));
    if let Some(desk) = there {
        return Next::Desk(desk.clone());
    }
    if agent.is_some() || (post.agent.is_none() && own.is_some_and(anybody)) {
        return Next::Stays;
    }
    let desk = own
        .filter(|desk| agents(desk))
        .or_else(|| other(directory, post, agents))
        .or_else(|| own.filter(|desk| anybody(desk)))
        .or_else(|| other(directory, post, anybody));
    match desk {
        Some(desk) => Next::Desk(desk.clone()),
        // The opener has it, and what was decided stays: should it be reopened, it goes on then.
        None if post.state == State::Resolved => Next::Stays,
        None => Next::Triage,
    }
}

/// Hands a ticket over, when it has to be; `reason` is what people read.
///
/// # Errors
/// What a command of its agency could be refused for, which would be an error of this program.
pub fn hand_over(
    file: &CaseFile,
    number: TicketNumber,
    reason: &dyn Fn(&Next) -> String,
    given: &mut Given<'_>,
) -> Result<Option<Decision>, Refusal> {
    let ticket = file.ticket(number).ok_or(Refusal::Unknown)?;
    let next = next(given.directory, Post::of(ticket), given.now);
    let reason = reason(&next);
    match next {
        Next::Stays => Ok(None),
        Next::Deputy(agent) => assign(file, ticket, (Some(agent), ticket.desk.clone()), reason, given),
        Next::Desk(desk) => assign(file, ticket, (None, desk), reason, given),
        Next::Triage => redirect::to_triage(file, ticket, reason, given).map(Some),
    }
}

fn assign(
    file: &CaseFile,
    ticket: &Ticket,
    (agent, desk): (Option<MemberId>, DeskName),
    reason: String,
    given: &mut Given<'_>,
) -> Result<Option<Decision>, Refusal> {
    given.epoch = Some(chain_epoch(file, ticket));
    let command = Command::Assign {
        agent,
        desk: Some(desk),
        reason,
    };
    decide(file, ticket.name.number, command, given).map(Some)
}

/// Who hands over in an agency: the rule, with what its managers may.
pub fn actor(agency: &AgencyId) -> Member {
    Member {
        id: MemberId::parse(RULE).expect("it has the form of a name"),
        name: String::new(),
        role: Role::DeskManager,
        organisation: None,
        agency: Some(agency.clone()),
        desks: BTreeSet::new(),
        territory: BTreeSet::new(),
        active: true,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    }
}

fn has_agents(directory: &Directory, desk: &DeskName, holds: impl Fn(&MemberId) -> bool) -> bool {
    let mut members = directory.members.values();
    directory.is_open(desk)
        && members.any(|member| {
            let is_agent = matches!(member.role, Role::Agent | Role::TriageAgent);
            member.active && is_agent && member.desks.contains(desk) && holds(&member.id)
        })
}

/// Another desk of the agency that treats this: one that names the benefit before one that takes all. Whom the desk hears
/// is not asked: the ticket is addressed already.
fn other<'d>(
    directory: &'d Directory,
    post: Post<'_>,
    holds: impl Fn(&DeskName) -> bool,
) -> Option<&'d DeskName> {
    let desks = &directory.agencies.get(&post.desk.agency)?.desks;
    let matter = Matter {
        blockage: post.blockage,
        ..Matter::of_benefit(post.benefit)
    };
    let there = |desk: &&Desk| desk.name != *post.desk && holds(&desk.name) && directory.takes(desk, matter);
    let named = desks.iter().filter(|desk| desk.benefits.contains(post.benefit));
    let all = desks.iter().filter(|desk| desk.benefits.is_empty());
    named.chain(all).find(there).map(|desk| &desk.name)
}

//! What a list shows of a ticket: little enough to be read by the hundred.

use declic_domain::case::Case;
use declic_domain::clock;
use declic_domain::event::{Effect, Outcome, TriageReason};
use declic_domain::holder::Standing;
use declic_domain::name::{
    AgencyId, DeskName, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use declic_domain::policy::Following;
use declic_domain::ticket::{Information, State, Ticket};
use jiff::Timestamp;

/// A ticket and the little of its case that a list shows; not why it was sent where it is, nor any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketSummary {
    /// Its name.
    pub name: TicketName,
    /// Where it stands.
    pub state: State,
    /// Since when its holder holds it.
    pub held_since: Timestamp,
    /// Reference of the case.
    pub reference: Reference,
    /// Whether the case is urgent.
    pub urgent: bool,
    /// The social worker who follows the case.
    pub opener: MemberId,
    /// The organisation that opened it.
    pub organisation: OrganisationId,
    /// Whether colleagues of the organisation may read the case.
    pub shared_with_team: bool,
    /// How many events the ticket has had.
    pub version: u64,
    /// Grows along its chain.
    pub epoch: u32,
    /// The accountable desk.
    pub desk: DeskName,
    /// The accountable agent; the desk when absent.
    pub agent: Option<MemberId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Last event.
    pub updated_at: Timestamp,
    /// First acknowledgement of this epoch.
    pub acknowledged_at: Option<Timestamp>,
    /// Resolution of this epoch.
    pub resolved_at: Option<Timestamp>,
    /// What the agency waits for.
    pub information: Option<Information>,
    /// What was decided.
    pub outcome: Option<Outcome>,
    /// Whether the person got what was expected.
    pub effect: Option<Effect>,
    /// Code of the benefit.
    pub benefit: String,
    /// Code of what blocks.
    pub blockage: Option<String>,
    /// Why it stands at a triage desk.
    pub triage: Option<TriageReason>,
    /// The agency that would have received it, were it enrolled.
    pub intended: Option<AgencyId>,
    /// The ticket it follows.
    pub predecessor: Option<TicketNumber>,
    /// The ticket that follows it.
    pub successor: Option<TicketNumber>,
    /// Until when its agency has time for what it has to do next; absent while no clock runs.
    pub due_at: Option<Timestamp>,
}

impl TicketSummary {
    /// Of a ticket of this case.
    pub fn of(case: &Case, ticket: &Ticket) -> Self {
        Self {
            name: ticket.name,
            state: ticket.state,
            held_since: ticket.held_since,
            reference: case.reference,
            urgent: case.urgent,
            opener: case.opener.clone(),
            organisation: case.organisation.clone(),
            shared_with_team: case.shared_with_team,
            version: ticket.version,
            epoch: ticket.epoch,
            desk: ticket.desk.clone(),
            agent: ticket.agent.clone(),
            opened_at: ticket.opened_at,
            updated_at: ticket.updated_at,
            acknowledged_at: ticket.acknowledged_at,
            resolved_at: ticket.resolved_at,
            information: ticket.information.clone(),
            outcome: ticket.resolution.map(|resolution| resolution.outcome),
            effect: ticket.effect,
            benefit: ticket.facts.benefit.clone(),
            blockage: ticket.facts.blockage.clone(),
            triage: ticket.orientation.triage,
            intended: ticket.orientation.intended.clone(),
            predecessor: ticket.predecessor,
            successor: ticket.successor,
            due_at: ticket.clocks.as_ref().and_then(clock::due_at),
        }
    }

    /// Whether lists show the same of two states of one case: where they do not, all its tickets are shown anew.
    pub fn shows_alike(before: &Case, after: &Case) -> bool {
        before.reference == after.reference
            && before.urgent == after.urgent
            && before.opener == after.opener
            && before.organisation == after.organisation
            && before.shared_with_team == after.shared_with_team
    }

    /// What decides who holds it.
    pub fn standing(&self) -> Standing<'_> {
        Standing {
            state: self.state,
            desk: &self.desk,
            agent: self.agent.as_ref(),
            following: Following {
                opener: &self.opener,
                organisation: &self.organisation,
                shared_with_team: self.shared_with_team,
            },
        }
    }
}

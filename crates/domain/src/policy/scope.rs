//! What each may read, as the engines are told: a reach that only this module can build, and the one predicate that says
//! what is within it.

use std::collections::BTreeSet;

use declic_routing::Territory;

use super::{Action, permits};
use crate::case::Case;
use crate::directory::{Member, Role};
use crate::name::{AgencyId, DeskName, MemberId, OrganisationId};
use crate::ticket::Ticket;

/// What a member may read. Only the policy builds one, so a read without a tenant does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(Reach);

/// The content of a [`Scope`], for the engines to translate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Cases this social worker opened, and those the organisation's colleagues share.
    Team {
        /// The social worker.
        member: MemberId,
        /// The organisation.
        organisation: OrganisationId,
    },
    /// Every case of an organisation.
    Organisation(OrganisationId),
    /// Tickets of these desks of one agency, and those that are shared with these desks.
    Desks {
        /// The agency.
        agency: AgencyId,
        /// The desks.
        desks: BTreeSet<DeskName>,
    },
    /// Every ticket of an agency, and those that are shared with it.
    Agency(AgencyId),
    /// The tickets that an agency treats, and no other: for rules that move them.
    Treated(AgencyId),
    /// Cases of these départements, without persons and texts.
    Territory(BTreeSet<String>),
    /// The journal and the ledger, no case.
    Journal,
}

impl Scope {
    /// What it reaches.
    pub fn reach(&self) -> &Reach {
        &self.0
    }

    /// What it reaches of one département; none when it reaches no territory, or another.
    pub fn within(self, departement: &str) -> Option<Self> {
        match self.0 {
            Reach::Territory(there) if there.contains(departement) => {
                Some(Self(Reach::Territory(BTreeSet::from([departement.to_owned()]))))
            }
            _ => None,
        }
    }
}

/// What of a case decides who may follow it.
#[derive(Debug, Clone, Copy)]
pub struct Following<'a> {
    /// The social worker who follows it.
    pub opener: &'a MemberId,
    /// The organisation that opened it.
    pub organisation: &'a OrganisationId,
    /// Whether colleagues may read it.
    pub shared_with_team: bool,
}

impl<'a> Following<'a> {
    /// That of a case.
    pub fn of(case: &'a Case) -> Self {
        Self {
            opener: &case.opener,
            organisation: &case.organisation,
            shared_with_team: case.shared_with_team,
        }
    }
}

impl Reach {
    /// Whether a case is within reach of its opener's side.
    fn follows(&self, case: Following<'_>) -> bool {
        match self {
            // A social worker who moves to another organisation does not take the cases along.
            Self::Team { member, organisation } => {
                case.organisation == organisation && (case.opener == member || case.shared_with_team)
            }
            Self::Organisation(organisation) => case.organisation == organisation,
            _ => false,
        }
    }

    /// The one predicate of lists, details, counts and streams: whether this ticket of this case is within reach.
    pub fn sees(&self, case: &Case, ticket: &Ticket) -> bool {
        match self {
            Self::Team { .. } | Self::Organisation(_) => self.follows(Following::of(case)),
            Self::Desks { desks, .. } => {
                let shared = ticket.shared_with.iter();
                shared.chain([&ticket.desk]).any(|desk| desks.contains(desk))
            }
            Self::Agency(agency) => {
                let shared = ticket.shared_with.iter().map(|desk| &desk.agency);
                shared.chain([ticket.agency()]).any(|other| other == agency)
            }
            Self::Treated(agency) => ticket.agency() == agency,
            Self::Territory(departements) => departements.contains(&case.departement),
            Self::Journal => false,
        }
    }
}

/// What a member may read of cases; `None` for roles that read none.
pub fn scope(member: &Member) -> Option<Scope> {
    let reach = match member.role {
        Role::SocialWorker => Reach::Team {
            member: member.id.clone(),
            organisation: member.organisation.clone()?,
        },
        Role::OrganisationManager => Reach::Organisation(member.organisation.clone()?),
        Role::Agent | Role::TriageAgent => Reach::Desks {
            agency: member.agency.clone()?,
            desks: member.desks.clone(),
        },
        Role::DeskManager | Role::Connector => Reach::Agency(member.agency.clone()?),
        Role::Supervisor => Reach::Territory(member.territory.clone()),
        Role::Auditor | Role::Administrator => return None,
    };
    Some(Scope(reach))
}

/// Whether a member may follow such a case: who opened it, a colleague it is shared with, the organisation's manager.
pub fn follows(member: &Member, case: Following<'_>) -> bool {
    let scope = scope(member).filter(|_| member.active);
    scope.is_some_and(|scope| scope.reach().follows(case))
}

/// Figures show no group smaller than this: it could be somebody.
pub const SMALLEST_GROUP: u64 = 5;

/// The scope of the hub's own readers: sealer, start-up checks, what follows the journal.
pub fn reader_scope() -> Scope {
    Scope(Reach::Journal)
}

/// What the rule that hands over, and the clock, read of one agency: the tickets that it treats.
pub fn rule_scope(agency: &AgencyId) -> Scope {
    Scope(Reach::Treated(agency.clone()))
}

/// The cases of an organisation, for who is told beforehand what a departure leaves to whom: they are counted.
pub fn departure_scope(organisation: &OrganisationId) -> Scope {
    Scope(Reach::Organisation(organisation.clone()))
}

/// The tickets that an agency treats, for who gives them to its successor: nothing of them is shown.
pub fn succession_scope(member: &Member, agency: &AgencyId) -> Option<Scope> {
    let may = member.active && permits(member.role, Action::TransferAgency);
    may.then(|| Scope(Reach::Treated(agency.clone())))
}

/// The cases that are counted in the sums of the figures: those of the country. Who is told of them is for
/// [`figures_scope`] to say.
pub fn counting_scope(territory: &Territory) -> Scope {
    Scope(Reach::Territory(codes(territory)))
}

/// The cases that an action counts: those of a supervisor's territory, and for who keeps the rules those of the country.
/// What is made of them shows no case.
pub fn figures_scope(member: &Member, action: Action, territory: &Territory) -> Option<Scope> {
    if !member.active || !permits(member.role, action) {
        return None;
    }
    let departements = match member.role {
        Role::Supervisor => member.territory.clone(),
        _ => codes(territory),
    };
    Some(Scope(Reach::Territory(departements)))
}

fn codes(territory: &Territory) -> BTreeSet<String> {
    let departements = territory.departements().iter();
    departements
        .map(|departement| departement.code.to_owned())
        .collect()
}

/// Where duplicates of a case that a member opens are looked for: in all cases of its organisation. What is found there
/// beyond the member's own reach is told as [`crate::duplicate`] says, and shown to nobody.
pub fn duplicates_scope(member: &Member) -> Option<Scope> {
    if !member.active || !permits(member.role, Action::OpenCase) {
        return None;
    }
    let organisation = member.organisation.clone()?;
    Some(Scope(Reach::Organisation(organisation)))
}

/// The events of a whole case, for what is made of them for one of its parties: see [`crate::past`]. None of them is shown.
pub fn history_scope(case: &Case) -> Scope {
    Scope(Reach::Organisation(case.organisation.clone()))
}

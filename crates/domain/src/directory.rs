//! Who exists: organisations, agencies with their desks, members with their role and keys.
//!
//! [`authority`] says who may read and change what of it; [`Change`] is what is kept of each change.

pub mod absences;
pub mod authority;
pub mod calendars;
pub mod desks;
pub mod identifiers;
pub mod identity;
pub mod importing;
pub mod levels;

use std::collections::{BTreeMap, BTreeSet};

use declic_calendar::Calendar;
use jiff::Timestamp;

use crate::clock::Policies;
use crate::name::{AgencyId, DeskName, MemberId, OrganisationId};

pub use absences::{Absence, Absences};
pub use calendars::AgencyCalendar;
pub use desks::{DeskRules, Matter, OrganisationKind};
pub use identifiers::{Identifier, RequiredIdentifiers};
pub use identity::Identity;
pub use levels::LevelPolicy;

/// The desk of last resort: its agents orient what no département's triage desk can take. Always staffed.
pub const NATIONAL_TRIAGE: &str = "triage-national";

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Opens and follows cases of an organisation.
    SocialWorker,
    /// Manages the social workers of an organisation.
    OrganisationManager,
    /// Treats tickets of a desk.
    Agent,
    /// Manages the desks of an agency.
    DeskManager,
    /// Orients by hand the tickets of a triage desk.
    TriageAgent,
    /// Sees states and figures of a territory.
    Supervisor,
    /// Reads the ledger and its proofs.
    Auditor,
    /// Keeps the directory and the rules.
    Administrator,
    /// The agency's own client.
    Connector,
}

impl Role {
    /// Every role, in the order of the policy's table.
    pub const ALL: [Self; 9] = [
        Self::SocialWorker,
        Self::OrganisationManager,
        Self::Agent,
        Self::DeskManager,
        Self::TriageAgent,
        Self::Supervisor,
        Self::Auditor,
        Self::Administrator,
        Self::Connector,
    ];
}

/// How an agency receives its tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Enrolment {
    /// By its own client.
    Connector,
    /// By the web console.
    Console,
    /// Not at all: its tickets open at a triage desk.
    None,
}

/// A body that treats tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Its identifier.
    pub id: AgencyId,
    /// Its name, in French.
    pub name: String,
    /// How it receives tickets.
    pub enrolment: Enrolment,
    /// Whether the law lets it process social-security numbers for these tickets.
    pub nir_allowed: bool,
    /// Its desks, the first being the one that takes what no other treats.
    pub desks: Vec<Desk>,
}

/// A unit of an agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// Its name.
    pub name: DeskName,
    /// The name people see.
    pub display_name: String,
    /// Codes of the benefits it treats; empty: all of them.
    pub benefits: BTreeSet<String>,
}

/// Where social workers belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Code of its département ("56").
    pub departement: String,
    /// What it is, where that was said.
    pub kind: Option<OrganisationKind>,
}

/// A person or machine with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The identifier, also the subject of its tokens.
    pub id: MemberId,
    /// The name others see.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Its organisation, for social workers and their managers.
    pub organisation: Option<OrganisationId>,
    /// Its agency, for agents, managers, triage agents and connectors.
    pub agency: Option<AgencyId>,
    /// Its desks, for agents and triage agents.
    pub desks: BTreeSet<DeskName>,
    /// Codes of the départements a supervisor watches.
    pub territory: BTreeSet<String>,
    /// False once it has left.
    pub active: bool,
    /// Ed25519 public keys that sign its tokens.
    pub keys: Vec<[u8; 32]>,
    /// Under which names identity providers know it.
    pub identities: BTreeSet<Identity>,
}

/// The whole directory, as the hub holds it in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Enrolled agencies and triage desks; an agency of the tables that is not here is not enrolled.
    pub agencies: BTreeMap<AgencyId, Agency>,
    /// Organisations.
    pub organisations: BTreeMap<OrganisationId, Organisation>,
    /// Members, those who left included.
    pub members: BTreeMap<MemberId, Member>,
    /// How much time agencies have.
    pub policies: Policies,
    /// When agencies are open; those that say nothing have the usual hours.
    pub calendars: BTreeMap<AgencyId, AgencyCalendar>,
    /// What agencies need to find a person; those that say nothing need no identifier.
    pub identifiers: BTreeMap<AgencyId, RequiredIdentifiers>,
    /// Who is away and when; those that are over too.
    pub absences: BTreeMap<MemberId, Absences>,
    /// What desks do not take; those that say nothing take what their benefits say.
    pub desk_rules: BTreeMap<DeskName, DeskRules>,
}

/// One item of the directory: what an entry of the journal adds or replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// An agency with its desks.
    Agency(Agency),
    /// An organisation.
    Organisation(Organisation),
    /// A member with its keys.
    Member(Member),
    /// When an agency is open.
    Calendar(AgencyCalendar),
    /// How much time agencies have, at one level.
    Policy(LevelPolicy),
    /// When a member is away.
    Absences(Absences),
    /// What an agency needs to find a person.
    Identifiers(RequiredIdentifiers),
    /// What a desk does not take.
    DeskRules(DeskRules),
}

impl From<Agency> for Item {
    fn from(agency: Agency) -> Self {
        Self::Agency(agency)
    }
}

impl From<Organisation> for Item {
    fn from(organisation: Organisation) -> Self {
        Self::Organisation(organisation)
    }
}

impl From<Member> for Item {
    fn from(member: Member) -> Self {
        Self::Member(member)
    }
}

impl Item {
    /// The resource name under which it replaces the one before.
    pub fn resource(&self) -> String {
        match self {
            Self::Agency(agency) => agency.id.resource(),
            Self::Organisation(organisation) => organisation.id.resource(),
            Self::Member(member) => member.id.resource(),
            Self::Calendar(calendar) => calendar.resource(),
            Self::Policy(level) => level.resource(),
            Self::Absences(absences) => absences.resource(),
            Self::Identifiers(required) => required.resource(),
            Self::DeskRules(rules) => rules.resource(),
        }
    }
}

/// One change of the directory: what is kept of it beside the items themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who made it; none for the file that a hub reads when it starts.
    pub actor: Option<MemberId>,
    /// When the hub recorded it.
    pub recorded_at: Timestamp,
    /// Why; empty for the file.
    pub reason: String,
    /// Resource names of the items that it added or replaced, in order.
    pub items: Vec<String>,
}

/// Why a directory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// No one would answer for what no rule covers.
    #[error(
        "the directory has no active triage agent at {NATIONAL_TRIAGE}: add the agency, a desk and a member of it"
    )]
    NationalTriageUnstaffed,
    /// A member lacks what its role needs.
    #[error("member {member}: {needs}")]
    Member {
        /// Whose entry is wrong.
        member: MemberId,
        /// What it needs.
        needs: &'static str,
    },
    /// Two members sign with the same key.
    #[error("members {first} and {second} have the same key: give each its own (declic key generate)")]
    SharedKey {
        /// One of them.
        first: MemberId,
        /// The other.
        second: MemberId,
    },
    /// Two members sign in under the same name.
    #[error("members {first} and {second} have the same identity: a person is one member")]
    SharedIdentity {
        /// One of them.
        first: MemberId,
        /// The other.
        second: MemberId,
    },
    /// Nobody would keep the directory any more.
    #[error("nobody would keep the directory any more: make somebody else administrator first")]
    NoAdministrator,
    /// An agency that takes tickets has no desk.
    #[error("agency {0} is enrolled without a desk: add one, or set its enrolment to NONE")]
    NoDesk(AgencyId),
}

impl Directory {
    /// Adds or replaces one item.
    pub fn apply(&mut self, item: Item) {
        match item {
            Item::Agency(agency) => {
                self.agencies.insert(agency.id.clone(), agency);
            }
            Item::Organisation(organisation) => {
                self.organisations.insert(organisation.id.clone(), organisation);
            }
            Item::Member(member) => {
                self.members.insert(member.id.clone(), member);
            }
            Item::Calendar(calendar) => {
                self.calendars.insert(calendar.agency().clone(), calendar);
            }
            Item::Policy(level) => level.apply(&mut self.policies),
            Item::Absences(absences) => {
                self.absences.insert(absences.member().clone(), absences);
            }
            Item::Identifiers(required) => {
                self.identifiers.insert(required.agency.clone(), required);
            }
            Item::DeskRules(rules) => {
                self.desk_rules.insert(rules.desk.clone(), rules);
            }
        }
    }

    /// What stands under the name of this item.
    pub fn standing(&self, item: &Item) -> Option<Item> {
        match item {
            Item::Agency(item) => self.agencies.get(&item.id).cloned().map(Item::Agency),
            Item::Organisation(item) => {
                let found = self.organisations.get(&item.id);
                found.cloned().map(Item::Organisation)
            }
            Item::Member(item) => self.members.get(&item.id).cloned().map(Item::Member),
            Item::Calendar(item) => self.calendars.get(item.agency()).cloned().map(Item::Calendar),
            Item::Policy(item) => item.standing(&self.policies).map(Item::Policy),
            Item::Absences(item) => self.absences.get(item.member()).cloned().map(Item::Absences),
            Item::Identifiers(item) => self.identifiers.get(&item.agency).cloned().map(Item::Identifiers),
            Item::DeskRules(item) => self.desk_rules.get(&item.desk).cloned().map(Item::DeskRules),
        }
    }

    /// When an agency is open for what is routed to it from a département.
    pub fn calendar(&self, agency: &AgencyId, departement: &str) -> Calendar {
        match self.calendars.get(agency) {
            Some(calendar) => calendar.in_departement(departement),
            None => Calendar::for_departement(departement),
        }
    }

    /// Refuses a directory that would leave tickets without anyone to answer for them.
    pub fn check(&self) -> Result<(), Defect> {
        let mut owners: BTreeMap<[u8; 32], &MemberId> = BTreeMap::new();
        for member in self.members.values() {
            self.check_member(member)?;
            for key in &member.keys {
                if let Some(first) = owners.insert(*key, &member.id) {
                    return Err(Defect::SharedKey {
                        first: first.clone(),
                        second: member.id.clone(),
                    });
                }
            }
        }
        self.check_identities()?;
        for agency in self.agencies.values() {
            if agency.enrolment != Enrolment::None && agency.desks.is_empty() {
                return Err(Defect::NoDesk(agency.id.clone()));
            }
        }
        let national = AgencyId::parse(NATIONAL_TRIAGE).map_err(|_| Defect::NationalTriageUnstaffed)?;
        self.staffed_desk(&national, Matter::of_benefit(""))
            .map(|_| ())
            .ok_or(Defect::NationalTriageUnstaffed)
    }

    /// The desk that takes what is routed now: a staffed one, of which somebody is not away where there is such a one.
    pub fn receiving_desk(&self, agency: &AgencyId, matter: Matter<'_>, now: Timestamp) -> Option<&Desk> {
        let attended = self.desk_where(agency, matter, |desk| self.is_attended(desk, now));
        attended.or_else(|| self.staffed_desk(agency, matter))
    }

    /// The desk of an enrolled agency that takes this and has an active member: one that names the benefit, else one that
    /// takes all. `None` when the agency is not enrolled, nobody is there, or no desk takes it.
    pub fn staffed_desk(&self, agency: &AgencyId, matter: Matter<'_>) -> Option<&Desk> {
        self.desk_where(agency, matter, |desk| self.is_staffed(desk))
    }

    fn desk_where(
        &self,
        agency: &AgencyId,
        matter: Matter<'_>,
        holds: impl Fn(&DeskName) -> bool,
    ) -> Option<&Desk> {
        let agency = self
            .agencies
            .get(agency)
            .filter(|agency| agency.enrolment != Enrolment::None)?;
        let staffed = |desk: &&Desk| holds(&desk.name) && self.takes(desk, matter);
        let named = agency
            .desks
            .iter()
            .filter(|desk| desk.benefits.contains(matter.benefit))
            .find(staffed);
        named.or_else(|| {
            agency
                .desks
                .iter()
                .filter(|desk| desk.benefits.is_empty())
                .find(staffed)
        })
    }

    /// The triage desk for a département: its own when staffed, else the national one; where everyone of one is away, the
    /// other.
    pub fn triage_desk(&self, departement: &str, now: Timestamp) -> Option<&Desk> {
        let local = AgencyId::parse(&format!("triage-{}", departement.to_ascii_lowercase())).ok();
        let national = AgencyId::parse(NATIONAL_TRIAGE).ok();
        let desks = || [&local, &national].into_iter().flatten();
        let any = Matter::of_benefit("");
        let attended = |agency| self.desk_where(agency, any, |desk| self.is_attended(desk, now));
        desks()
            .find_map(attended)
            .or_else(|| desks().find_map(|agency| self.staffed_desk(agency, any)))
    }

    /// Whether a desk is open and has an active human member: an agent, a triage agent, or a manager of its agency.
    pub fn is_staffed(&self, desk: &DeskName) -> bool {
        let mut members = self.members.values();
        self.is_open(desk) && members.any(|member| member.active && belongs(member, desk))
    }

    /// The active human member of this agency with this id.
    pub fn agent_of(&self, agency: &AgencyId, member: &MemberId) -> Option<&Member> {
        let human = |role| matches!(role, Role::Agent | Role::DeskManager | Role::TriageAgent);
        let found = self.members.get(member)?;
        (found.active && human(found.role) && found.agency.as_ref() == Some(agency)).then_some(found)
    }

    /// Whether an agent is there and sees what stands at this desk: it belongs to it, or manages its agency.
    pub fn answers(&self, desk: &DeskName, agent: &MemberId) -> bool {
        let agent = self.agent_of(&desk.agency, agent);
        let sees = |agent: &Member| agent.role == Role::DeskManager || agent.desks.contains(desk);
        self.is_open(desk) && agent.is_some_and(sees)
    }

    /// The desk with this name, when the directory has it.
    pub fn desk(&self, name: &DeskName) -> Option<&Desk> {
        self.agencies
            .get(&name.agency)?
            .desks
            .iter()
            .find(|desk| desk.name == *name)
    }

    /// Refuses a member that lacks what its role needs.
    fn check_member(&self, member: &Member) -> Result<(), Defect> {
        let defect = |needs| {
            Err(Defect::Member {
                member: member.id.clone(),
                needs,
            })
        };
        match member.role {
            Role::SocialWorker | Role::OrganisationManager => {
                let known = member
                    .organisation
                    .as_ref()
                    .is_some_and(|id| self.organisations.contains_key(id));
                if !known {
                    return defect("give it an organisation that the directory has");
                }
            }
            Role::Agent | Role::DeskManager | Role::TriageAgent | Role::Connector => {
                let Some(agency) = member.agency.as_ref().filter(|id| self.agencies.contains_key(id)) else {
                    return defect("give it an agency that the directory has");
                };
                if member
                    .desks
                    .iter()
                    .any(|desk| desk.agency != *agency || self.desk(desk).is_none())
                {
                    return defect("give it desks of its own agency, as the directory names them");
                }
                let needs_desk = matches!(member.role, Role::Agent | Role::TriageAgent);
                if member.role == Role::TriageAgent && !is_triage(agency) {
                    return defect("a triage agent belongs to a triage desk: triage-56, triage-national");
                }
                if needs_desk && member.desks.is_empty() {
                    return defect("give it at least one desk");
                }
            }
            Role::Supervisor if member.territory.is_empty() => {
                return defect("give it a territory: the codes of its départements");
            }
            Role::Supervisor | Role::Auditor | Role::Administrator => {}
        }
        Ok(())
    }
}

/// Whether an agency is a triage desk: `triage-56`, `triage-national`.
pub fn is_triage(agency: &AgencyId) -> bool {
    agency.as_str().starts_with("triage-")
}

fn belongs(member: &Member, desk: &DeskName) -> bool {
    match member.role {
        Role::Agent | Role::TriageAgent => member.desks.contains(desk),
        Role::DeskManager => member.agency.as_ref() == Some(&desk.agency),
        _ => false,
    }
}

//! Who may read and change what of the directory: administrators all of it, an organisation's manager its social workers,
//! a desk manager where the agents of its agency are.
//!
//! What is not the actor's is unknown to it.

use std::collections::BTreeSet;

use super::{
    Absences, Agency, AgencyCalendar, Defect, Desk, DeskRules, Directory, Identifier, Item, LevelPolicy,
    Member, Organisation, RequiredIdentifiers, Role, is_triage,
};
use crate::name::{AgencyId, DeskName, MemberId};
use crate::policy::{self, Action};
use crate::refusal::Refusal;

/// What is asked of the directory, parsed: names and codes exist, the rules are not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Adds or replaces an organisation.
    PutOrganisation(Organisation),
    /// Adds or replaces an agency with its desks.
    PutAgency(Agency),
    /// Adds a desk to its agency, or replaces it there.
    PutDesk(Desk),
    /// Enrols a member, or replaces it.
    PutMember(Member),
    /// Says at which desks an agent is.
    SetDesks(MemberId, BTreeSet<DeskName>),
    /// Records that a member has left.
    End(MemberId),
    /// Says when an agency is open.
    SetCalendar(AgencyCalendar),
    /// Says how much time agencies have, at one level.
    SetPolicy(LevelPolicy),
    /// Says when a member is away.
    SetAbsences(Absences),
    /// Says what an agency needs to find a person.
    SetIdentifiers(RequiredIdentifiers),
    /// Says what a desk does not take.
    SetDeskRules(DeskRules),
}

impl Ask {
    /// What the policy is asked.
    pub fn action(&self) -> Action {
        match self {
            Self::PutOrganisation(_) => Action::PutOrganisation,
            Self::PutAgency(_) => Action::PutAgency,
            Self::PutDesk(_) => Action::PutDesk,
            Self::PutMember(_) => Action::PutMember,
            Self::SetDesks(..) => Action::SetMemberDesks,
            Self::End(_) => Action::EndMember,
            Self::SetCalendar(_) => Action::SetAgencyCalendar,
            Self::SetPolicy(_) => Action::SetClockPolicy,
            Self::SetAbsences(_) => Action::SetMemberAbsences,
            Self::SetIdentifiers(_) => Action::SetRequiredIdentifiers,
            Self::SetDeskRules(_) => Action::SetDeskRules,
        }
    }

    /// The item it is about, as the directory has it.
    fn target(&self, directory: &Directory) -> Option<Item> {
        let member = |id: &MemberId| directory.members.get(id).cloned().map(Item::Member);
        match self {
            Self::PutOrganisation(put) => {
                let found = directory.organisations.get(&put.id);
                found.cloned().map(Item::Organisation)
            }
            Self::PutAgency(put) => directory.agencies.get(&put.id).cloned().map(Item::Agency),
            Self::PutDesk(put) => directory
                .agencies
                .get(&put.name.agency)
                .cloned()
                .map(Item::Agency),
            Self::PutMember(put) => member(&put.id),
            Self::SetDesks(id, _) | Self::End(id) => member(id),
            Self::SetCalendar(put) => directory.standing(&Item::Calendar(put.clone())),
            Self::SetPolicy(put) => directory.standing(&Item::Policy(put.clone())),
            Self::SetAbsences(put) => directory.standing(&Item::Absences(put.clone())),
            Self::SetDeskRules(put) => directory.standing(&Item::DeskRules(put.clone())),
            Self::SetIdentifiers(put) => directory.standing(&Item::Identifiers(put.clone())),
        }
    }
}

/// Whether a member reads another's entry of the directory.
pub fn reads_member(reader: &Member, member: &Member) -> bool {
    if !reader.active {
        return false;
    }
    let same = match reader.role {
        Role::Administrator => true,
        Role::SocialWorker | Role::OrganisationManager => {
            reader.organisation.is_some() && reader.organisation == member.organisation
        }
        Role::Agent | Role::DeskManager | Role::TriageAgent | Role::Connector => {
            reader.agency.is_some() && reader.agency == member.agency
        }
        Role::Supervisor | Role::Auditor => false,
    };
    same || reader.id == member.id
}

/// Whether a member reads which keys another signs with, and under which names providers know it: who may change them, and whose they are.
pub fn reads_keys(reader: &Member, member: &Member) -> bool {
    reader.id == member.id || (reader.active && enrols(reader, member))
}

/// Whether a member is told beforehand what another's departure would move: who may record it, and who would have to see
/// to what is left.
pub fn rehearses(actor: &Member, leaving: &Member) -> bool {
    let in_own_agency =
        actor.role == Role::DeskManager && actor.agency.is_some() && actor.agency == leaving.agency;
    actor.active && (enrols(actor, leaving) || in_own_agency)
}

/// The item that is asked about, as it stands; `None` for one that would be new.
///
/// # Errors
/// The role, or an item that is not the actor's.
pub fn standing(directory: &Directory, actor: &Member, ask: &Ask) -> Result<Option<Item>, Refusal> {
    if !actor.active || !policy::permits(actor.role, ask.action()) {
        return Err(Refusal::Role);
    }
    let target = ask.target(directory);
    let may = match (ask, &target) {
        (Ask::PutMember(put), None) => enrols(actor, put),
        (Ask::PutMember(put), Some(Item::Member(before))) => enrols(actor, put) && enrols(actor, before),
        (Ask::End(_), Some(Item::Member(before))) => enrols(actor, before),
        (Ask::SetDesks(..), Some(Item::Member(before))) => places(actor, before),
        (Ask::SetDesks(..) | Ask::End(_) | Ask::PutDesk(_), None) => false,
        (Ask::SetCalendar(put), _) => {
            manages(actor, put.agency()) && directory.agencies.contains_key(put.agency())
        }
        (Ask::SetIdentifiers(put), _) => {
            actor.role == Role::Administrator && directory.agencies.contains_key(&put.agency)
        }
        (Ask::SetDeskRules(put), _) => {
            actor.role == Role::Administrator && directory.desk(&put.desk).is_some()
        }
        (Ask::SetAbsences(put), _) => {
            let member = directory.members.get(put.member());
            member.is_some_and(|member| excuses(actor, member))
        }
        // Nothing is withdrawn where nothing was decided.
        (Ask::SetPolicy(LevelPolicy { policy: None, .. }), None) => false,
        _ => actor.role == Role::Administrator,
    };
    if may { Ok(target) } else { Err(Refusal::Unknown) }
}

/// The item as it is afterwards; `None` when nothing changes.
///
/// # Errors
/// What would leave a directory that cannot be used.
pub fn change(directory: &Directory, ask: Ask) -> Result<Option<Item>, Refusal> {
    let before = ask.target(directory);
    let item = after(directory, ask)?;
    if before.as_ref() == Some(&item) {
        return Ok(None);
    }
    let mut changed = directory.clone();
    changed.apply(item.clone());
    holds(directory, &changed)?;
    Ok(Some(item))
}

/// The item as it is afterwards, whether or not that changes it. What the whole of the directory then is, is not asked.
///
/// # Errors
/// What cannot be said of such an item.
pub(super) fn after(directory: &Directory, ask: Ask) -> Result<Item, Refusal> {
    match &ask {
        Ask::SetPolicy(put) => check_level(directory, put)?,
        Ask::SetAbsences(put) => check_deputies(directory, put)?,
        Ask::SetIdentifiers(put) => check_entitled(directory, put)?,
        Ask::SetDeskRules(put) => check_desk_rules(directory, put)?,
        _ => {}
    }
    let before = ask.target(directory);
    Ok(match (ask, before) {
        (Ask::PutOrganisation(put), _) => Item::Organisation(put),
        (Ask::PutAgency(put), _) => Item::Agency(put),
        (Ask::PutMember(put), _) => Item::Member(Member { active: true, ..put }),
        (Ask::SetCalendar(put), _) => Item::Calendar(put),
        (Ask::SetPolicy(put), _) => Item::Policy(put),
        (Ask::SetAbsences(put), _) => Item::Absences(put),
        (Ask::SetIdentifiers(put), _) => Item::Identifiers(put),
        (Ask::SetDeskRules(put), _) => Item::DeskRules(put),
        (Ask::PutDesk(put), Some(Item::Agency(mut agency))) => {
            match agency.desks.iter_mut().find(|desk| desk.name == put.name) {
                Some(desk) => *desk = put,
                None => agency.desks.push(put),
            }
            Item::Agency(agency)
        }
        (Ask::SetDesks(_, desks), Some(Item::Member(member))) => Item::Member(Member { desks, ..member }),
        (Ask::End(_), Some(Item::Member(member))) => Item::Member(Member {
            active: false,
            ..member
        }),
        _ => return Err(Refusal::Unknown),
    })
}

/// Refuses what would leave a directory that cannot be used, or that nobody keeps any more.
///
/// # Errors
/// [`Refusal::DirectoryUnsound`], or the field of a key that is somebody's already.
pub fn holds(before: &Directory, after: &Directory) -> Result<(), Refusal> {
    let kept = |directory: &Directory| {
        let mut members = directory.members.values();
        members.any(|member| member.active && member.role == Role::Administrator)
    };
    match after.check() {
        Ok(()) if kept(before) && !kept(after) => Err(Refusal::DirectoryUnsound(Defect::NoAdministrator)),
        Ok(()) => Ok(()),
        // Whose key it is, is not for everyone who enrols.
        Err(Defect::SharedKey { .. }) => Err(Refusal::Field {
            field: "member.keys",
            problem: "somebody signs with this key already: draw a new one (declic key generate)".to_owned(),
        }),
        // Nor is who the person is that the provider means.
        Err(Defect::SharedIdentity { .. }) => Err(Refusal::Field {
            field: "member.identities",
            problem: "another member has this identity already: a person is one member".to_owned(),
        }),
        Err(defect) => Err(Refusal::DirectoryUnsound(defect)),
    }
}

/// Refuses targets for an agency that is not there, and a version that says something else already.
fn check_level(directory: &Directory, put: &LevelPolicy) -> Result<(), Refusal> {
    let known = |agency: &AgencyId| directory.agencies.contains_key(agency);
    if put.agency.as_ref().is_some_and(|agency| !known(agency)) {
        return Err(Refusal::Field {
            field: "policy.agency",
            problem: "the directory has no such agency: enrol it first, or leave this empty for any agency"
                .to_owned(),
        });
    }
    if put.takes_version_of_another(&directory.policies) {
        return Err(Refusal::Field {
            field: "policy.version",
            problem: "other targets have this version already: name a new one".to_owned(),
        });
    }
    Ok(())
}

/// Refuses a deputy who is no colleague, unless that was said before and has only changed since.
fn check_deputies(directory: &Directory, put: &Absences) -> Result<(), Refusal> {
    let member = directory.members.get(put.member());
    let agency = member.and_then(|member| member.agency.as_ref());
    let organisation = member.and_then(|member| member.organisation.as_ref());
    let before = directory
        .absences
        .get(put.member())
        .map_or(&[][..], Absences::list);
    let new = put.list().iter().filter(|absence| !before.contains(absence));
    let is_colleague = |deputy| {
        agency.is_some_and(|agency| directory.agent_of(agency, deputy).is_some())
            || organisation.is_some_and(|organisation| directory.colleague(organisation, deputy).is_some())
    };
    match new
        .filter_map(|absence| absence.deputy.as_ref())
        .all(is_colleague)
    {
        true => Ok(()),
        false => Err(Refusal::Field {
            field: "absences.deputy",
            problem: "is no active colleague of the same agency or organisation: name one, or nobody"
                .to_owned(),
        }),
    }
}

/// Refuses that a triage desk refuses, and organisations that are not there.
fn check_desk_rules(directory: &Directory, put: &DeskRules) -> Result<(), Refusal> {
    let wrong = |field, problem: String| Err(Refusal::Field { field, problem });
    if is_triage(&put.desk.agency) {
        let problem = "a triage desk takes what nobody else does: it is never closed, and refuses nothing";
        return wrong("name", problem.to_owned());
    }
    let mut named = put.organisations.iter();
    match named.find(|id| !directory.organisations.contains_key(*id)) {
        Some(unknown) => wrong(
            "rules.organisations",
            format!(
                "the directory has no organisation {:?}: add it first",
                unknown.as_str()
            ),
        ),
        None => Ok(()),
    }
}

/// Refuses that an agency which may not process social-security numbers asks for them.
fn check_entitled(directory: &Directory, put: &RequiredIdentifiers) -> Result<(), Refusal> {
    let entitled = directory
        .agencies
        .get(&put.agency)
        .is_some_and(|agency| agency.nir_allowed);
    match entitled || !put.identifiers.contains(&Identifier::Nir) {
        true => Ok(()),
        false => Err(Refusal::Field {
            field: "required_identifiers",
            problem: "the law does not let this agency process social-security numbers: leave them out"
                .to_owned(),
        }),
    }
}

/// Whether an actor says when this member is away: oneself, who manages the agency or organisation, who keeps the directory.
fn excuses(actor: &Member, member: &Member) -> bool {
    let treats = matches!(member.role, Role::Agent | Role::DeskManager | Role::TriageAgent);
    let follows = matches!(member.role, Role::SocialWorker | Role::OrganisationManager);
    let of_agency = actor.agency.is_some() && actor.agency == member.agency;
    let of_organisation = actor.organisation.is_some() && actor.organisation == member.organisation;
    (treats || follows)
        && match actor.role {
            Role::Administrator => true,
            Role::DeskManager => of_agency,
            Role::OrganisationManager => of_organisation,
            _ => actor.id == member.id,
        }
}

/// Whether an actor says when an agency is open.
fn manages(actor: &Member, agency: &AgencyId) -> bool {
    match actor.role {
        Role::Administrator => true,
        Role::DeskManager => actor.agency.as_ref() == Some(agency),
        _ => false,
    }
}

/// Whether an actor enrols and removes this member.
fn enrols(actor: &Member, member: &Member) -> bool {
    match actor.role {
        Role::Administrator => true,
        Role::OrganisationManager => {
            let own = actor.organisation.is_some() && member.organisation == actor.organisation;
            own && member.role == Role::SocialWorker && member.agency.is_none()
        }
        _ => false,
    }
}

/// Whether an actor says at which desks this member is.
fn places(actor: &Member, member: &Member) -> bool {
    let at_desks = matches!(member.role, Role::Agent | Role::TriageAgent);
    match actor.role {
        Role::Administrator => at_desks,
        Role::DeskManager => at_desks && actor.agency.is_some() && member.agency == actor.agency,
        _ => false,
    }
}

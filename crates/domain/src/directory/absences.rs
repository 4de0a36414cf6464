//! Who is away, from when to when, and who stands in.
//!
//! An absence ends: whoever is away is still of the desk, signs, and is back by the clock alone.

use jiff::Timestamp;

use super::{Directory, Member, Role};
use crate::name::{DeskName, MemberId, OrganisationId};

/// Most absences of a member, those that are over included.
pub const MOST_ABSENCES: usize = 50;

/// One absence: from an instant on, until another one that is outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// When it begins.
    pub from: Timestamp,
    /// When the member is back.
    pub until: Timestamp,
    /// Who stands in; the desk when absent.
    pub deputy: Option<MemberId>,
}

/// The absences of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absences {
    member: MemberId,
    list: Vec<Absence>,
}

/// Why absences cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceError {
    /// One ends at or before it begins.
    #[error("an absence ends after it begins: give its beginning, then its end")]
    Backwards,
    /// Two at the same time.
    #[error("two absences lie over each other: make one of them, or end the first before the second begins")]
    Overlap,
    /// More than [`MOST_ABSENCES`].
    #[error("at most {MOST_ABSENCES} absences are kept: leave out those that are over")]
    TooMany,
    /// Somebody stands in for herself.
    #[error("a deputy is somebody else: name a colleague, or nobody for the desk")]
    Oneself,
}

impl Absences {
    /// These, in any order.
    ///
    /// # Errors
    /// [`AbsenceError`].
    pub fn new(member: MemberId, mut list: Vec<Absence>) -> Result<Self, AbsenceError> {
        if list.len() > MOST_ABSENCES {
            return Err(AbsenceError::TooMany);
        }
        if list.iter().any(|absence| absence.until <= absence.from) {
            return Err(AbsenceError::Backwards);
        }
        if list
            .iter()
            .any(|absence| absence.deputy.as_ref() == Some(&member))
        {
            return Err(AbsenceError::Oneself);
        }
        list.sort_by_key(|absence| absence.from);
        if list.windows(2).any(|pair| pair[1].from < pair[0].until) {
            return Err(AbsenceError::Overlap);
        }
        Ok(Self { member, list })
    }

    /// Whose they are.
    pub fn member(&self) -> &MemberId {
        &self.member
    }

    /// They, in the order of time.
    pub fn list(&self) -> &[Absence] {
        &self.list
    }

    /// Their resource name.
    pub fn resource(&self) -> String {
        format!("{}/absences", self.member.resource())
    }

    /// The one at this instant.
    pub fn at(&self, now: Timestamp) -> Option<&Absence> {
        self.list
            .iter()
            .find(|absence| absence.from <= now && now < absence.until)
    }

    /// Whether one begins after an instant, and not after another.
    pub fn begin_between(&self, after: Timestamp, until: Timestamp) -> bool {
        let mut list = self.list.iter();
        list.any(|absence| after < absence.from && absence.from <= until)
    }
}

impl Directory {
    /// Whether a member is away.
    pub fn is_away(&self, member: &MemberId, now: Timestamp) -> bool {
        self.absences
            .get(member)
            .is_some_and(|absences| absences.at(now).is_some())
    }

    /// Who stands in for a member who is away at this desk: its deputy, the deputy of a deputy who is away too, and so on;
    /// nobody who has left, is not of the desk, or is away.
    pub fn deputy(&self, member: &MemberId, desk: &DeskName, now: Timestamp) -> Option<&Member> {
        let deputy = self.stands_in(member, now)?;
        let colleague = self.agent_of(&desk.agency, deputy);
        colleague.filter(|deputy| self.is_open(desk) && super::belongs(deputy, desk))
    }

    /// Who follows the cases of a member of an organisation who is away: found likewise, an active colleague of the
    /// organisation.
    pub fn follower(&self, member: &MemberId, now: Timestamp) -> Option<&Member> {
        let organisation = self.members.get(member)?.organisation.as_ref()?;
        self.colleague(organisation, self.stands_in(member, now)?)
    }

    /// The active member with this id who may follow cases of this organisation.
    pub fn colleague(&self, organisation: &OrganisationId, member: &MemberId) -> Option<&Member> {
        let found = self.members.get(member)?;
        let follows = matches!(found.role, Role::SocialWorker | Role::OrganisationManager);
        (found.active && follows && found.organisation.as_ref() == Some(organisation)).then_some(found)
    }

    /// The first of a member's deputies who is not away too.
    fn stands_in<'d>(&'d self, member: &'d MemberId, now: Timestamp) -> Option<&'d MemberId> {
        let mut asked = vec![member];
        loop {
            let absence = self.absences.get(asked.last()?)?.at(now)?;
            let deputy = absence.deputy.as_ref()?;
            if asked.contains(&deputy) {
                return None;
            }
            asked.push(deputy);
            if !self.is_away(deputy, now) {
                return Some(deputy);
            }
        }
    }

    /// Whether a desk is open and somebody of it is there and not away.
    pub fn is_attended(&self, desk: &DeskName, now: Timestamp) -> bool {
        let mut members = self.members.values();
        self.is_open(desk)
            && members
                .any(|member| member.active && super::belongs(member, desk) && !self.is_away(&member.id, now))
    }
}

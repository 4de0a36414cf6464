//! Cases of a social worker who is away go to who stands in, when somebody does: as soon as the absence begins, and for good,
//! as tickets of an agent do. Without a deputy nothing moves.

use std::collections::BTreeSet;

use crate::case::CaseFile;
use crate::decide::{Decision, Given};
use crate::directory::{Member, Role};
use crate::handover::RULE;
use crate::name::{MemberId, OrganisationId};
use crate::refusal::Refusal;
use crate::whole::{CaseCommand, decide_case};

/// Gives an open case to who stands in for its opener, when the opener is away; `reason` is what people read.
///
/// # Errors
/// What a transfer by the organisation could be refused for, which would be an error of this program.
pub fn hand_over(file: &CaseFile, reason: &str, given: &mut Given<'_>) -> Result<Option<Decision>, Refusal> {
    let opener = &file.case.opener;
    let active = given.directory.members.get(opener).filter(|member| member.active);
    let follower = active.and_then(|member| given.directory.follower(&member.id, given.now));
    let Some(follower) = follower.filter(|_| file.is_open()) else {
        return Ok(None);
    };
    let command = CaseCommand::Transfer {
        opener: follower.id.clone(),
        reason: reason.to_owned(),
    };
    decide_case(file, None, command, given).map(Some)
}

/// Who hands over in an organisation: the rule, with what its managers may.
pub fn actor(organisation: &OrganisationId) -> Member {
    Member {
        id: MemberId::parse(RULE).expect("it has the form of a name"),
        name: String::new(),
        role: Role::OrganisationManager,
        organisation: Some(organisation.clone()),
        agency: None,
        desks: BTreeSet::new(),
        territory: BTreeSet::new(),
        active: true,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    }
}

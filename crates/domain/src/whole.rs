//! Deciding a command on a whole case: policy, etag, the state of the case, then the command's own rules. What happens to
//! the whole case happens on each of its open tickets, so that every party reads it where it looks.

use declic_routing::RawFacts;

use crate::adding;
use crate::case::CaseFile;
use crate::command::Command;
use crate::correction;
use crate::decide::{Change, Decision, Given, wrong};
use crate::directory::Role;
use crate::event::Kind;
use crate::holder::{Holder, follower};
use crate::mandate::Mandate;
use crate::name::MemberId;
use crate::person::Person;
use crate::policy::{self, Action, Following};
use crate::refusal::Refusal;
use crate::text::{Opening, PersonCorrection, Personal, Text};
use crate::ticket::{State, Ticket};

/// A command on a whole case, parsed: lengths and forms are right, the rules are not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseCommand {
    /// Withdraws every ticket that is still open and not resolved.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Says that the case is urgent, or no more.
    ChangeUrgency {
        /// Whether it is from now on.
        urgent: bool,
        /// Why.
        reason: String,
    },
    /// Gives the case to a colleague of the organisation.
    Transfer {
        /// Who follows it from now on.
        opener: MemberId,
        /// Why.
        reason: String,
    },
    /// Records that the person agreed anew.
    RenewMandate {
        /// What was agreed.
        mandate: Mandate,
        /// What it covers.
        scope: String,
        /// Where its evidence is kept; may be empty.
        evidence: String,
    },
    /// Records that the person took the agreement back.
    RevokeMandate {
        /// How, or why.
        reason: String,
    },
    /// Corrects the facts of the case.
    CorrectFacts {
        /// The facts from now on; the urgency is the case's.
        facts: RawFacts,
        /// What was wrong.
        reason: String,
    },
    /// Corrects who the person is.
    CorrectPerson {
        /// The person from now on; without a social-security number, that which is known stays.
        person: Person,
        /// What was wrong.
        reason: String,
    },
    /// Opens a ticket with another agency.
    AddTicket {
        /// The facts routing reads; the urgency is the case's.
        facts: RawFacts,
        /// What that agency is asked.
        explanation: String,
    },
}

impl CaseCommand {
    /// What the policy is asked.
    pub fn action(&self) -> Action {
        match self {
            Self::Withdraw { .. } => Action::WithdrawCase,
            Self::ChangeUrgency { .. } => Action::ChangeUrgency,
            Self::Transfer { .. } => Action::TransferCase,
            Self::RenewMandate { .. } => Action::RenewMandate,
            Self::RevokeMandate { .. } => Action::RevokeMandate,
            Self::CorrectFacts { .. } => Action::CorrectFacts,
            Self::CorrectPerson { .. } => Action::CorrectPerson,
            Self::AddTicket { .. } => Action::AddTicket,
        }
    }

    /// Whether deciding it takes the words of the case.
    pub fn needs_words(&self) -> bool {
        matches!(self, Self::CorrectPerson { .. } | Self::AddTicket { .. })
    }

    /// Whether it tells agencies something of the person that they did not know: done under an agreement that holds only.
    fn shares_anew(&self) -> bool {
        match self {
            Self::ChangeUrgency { .. }
            | Self::CorrectFacts { .. }
            | Self::CorrectPerson { .. }
            | Self::AddTicket { .. } => true,
            Self::Withdraw { .. }
            | Self::Transfer { .. }
            | Self::RenewMandate { .. }
            | Self::RevokeMandate { .. } => false,
        }
    }

    fn is_of_mandate(&self) -> bool {
        matches!(self, Self::RenewMandate { .. } | Self::RevokeMandate { .. })
    }

    /// Whether it happens on this ticket of a case that takes it, or needs one like it to be taken.
    fn concerns(&self, ticket: &Ticket) -> bool {
        match self {
            Self::Withdraw { .. } => {
                let reason = String::new();
                Command::Withdraw { reason }.is_allowed_in(ticket.state)
            }
            Self::ChangeUrgency { .. }
            | Self::Transfer { .. }
            | Self::RenewMandate { .. }
            | Self::RevokeMandate { .. }
            | Self::CorrectFacts { .. }
            | Self::CorrectPerson { .. }
            | Self::AddTicket { .. } => ticket.state.is_open(),
        }
    }
}

/// Decides a command on a whole case; `words` are those of the case, for a command that needs them.
///
/// # Errors
/// [`Refusal`]: of the role, of what the actor may not see, of an etag that is outdated, of a case on no ticket of which
/// the command can happen, or by the command's own rules.
pub fn decide_case(
    file: &CaseFile,
    words: Option<&Opening>,
    command: CaseCommand,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let action = command.action();
    if !policy::permits(given.actor.role, action) {
        return Err(Refusal::Role);
    }
    let may = |ticket| policy::may(given.actor, action, &file.case, ticket);
    if !file.tickets.iter().any(may) {
        return Err(Refusal::Unknown);
    }
    if given.etag.is_some_and(|etag| etag != file.case.version) {
        return Err(Refusal::EtagOutdated {
            current: file.case.version,
        });
    }
    let mut concerned: Vec<&Ticket> = file
        .tickets
        .iter()
        .filter(|ticket| command.concerns(ticket))
        .collect();
    if concerned.is_empty() && command.is_of_mandate() {
        // What is closed may be reopened, under an agreement that holds.
        let closed = file.tickets.iter().filter(|ticket| ticket.state == State::Closed);
        concerned.extend(closed);
    }
    if concerned.is_empty() {
        let last = file.tickets.last().ok_or(Refusal::Unknown)?;
        return Err(Refusal::Transition { state: last.state });
    }
    if command.shares_anew() {
        file.case.mandate.check_on(given.today(&file.case.departement))?;
    }
    happen(file, words, command, concerned, given)
}

/// What a command that may be taken does: one event on each ticket concerned, or tickets that open.
fn happen(
    file: &CaseFile,
    words: Option<&Opening>,
    command: CaseCommand,
    concerned: Vec<&Ticket>,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let (kind, words) = match command {
        CaseCommand::AddTicket { facts, explanation } => {
            let person = words.map(|words| &words.person);
            return adding::add(file, person, facts, explanation, given);
        }
        CaseCommand::Withdraw { reason } => (Kind::Withdrawn, Personal::Message(reason)),
        CaseCommand::ChangeUrgency { urgent, reason } => (urgency(file, urgent)?, Personal::Message(reason)),
        CaseCommand::Transfer { opener, reason } => {
            (transfer(file, opener, given)?, Personal::Message(reason))
        }
        CaseCommand::RenewMandate {
            mandate,
            scope,
            evidence,
        } => {
            let kind = renewed(file, mandate, given)?;
            (kind, Personal::Mandate { scope, evidence })
        }
        CaseCommand::CorrectFacts { facts, reason } => {
            let kind = correction::correct(file, facts, given)?;
            (kind, Personal::Message(reason))
        }
        CaseCommand::CorrectPerson { person, reason } => {
            (Kind::PersonCorrected, corrected(words, person, reason)?)
        }
        CaseCommand::RevokeMandate { reason } => (revoked(file, given)?, Personal::Message(reason)),
    };
    let mut change = Change::new(file);
    for ticket in concerned {
        let text = Text::Personal(words.clone());
        change.push(ticket.clone(), kind.clone(), text, given)?;
    }
    Ok(change.decision())
}

/// What the person took back is not renewed by an agreement of before.
fn renewed(file: &CaseFile, mandate: Mandate, given: &Given<'_>) -> Result<Kind, Refusal> {
    mandate.check_on(given.today(&file.case.departement))?;
    let revoked_on = file.case.mandate.revoked_on;
    if revoked_on.is_some_and(|day| mandate.given_on < day) {
        return Err(wrong(
            "mandate.given_on",
            "is before the day the person took the agreement back: give the day of the new one",
        ));
    }
    Ok(Kind::MandateRenewed { mandate })
}

/// A person whose words were erased is corrected no more.
fn corrected(words: Option<&Opening>, person: Person, reason: String) -> Result<Personal, Refusal> {
    let before = words.ok_or(Refusal::Unknown)?.person.clone();
    let nir = person.nir.or_else(|| before.nir.clone());
    let after = Person { nir, ..person };
    if after == before {
        return Err(wrong("person", "is so already: nothing would change"));
    }
    Ok(Personal::Person(Box::new(PersonCorrection {
        before,
        after,
        reason,
    })))
}

fn revoked(file: &CaseFile, given: &Given<'_>) -> Result<Kind, Refusal> {
    match file.case.mandate.revoked_on {
        Some(_) => Err(Refusal::MandateRevoked),
        None => Ok(Kind::MandateRevoked {
            on: given.today(&file.case.departement),
        }),
    }
}

fn urgency(file: &CaseFile, urgent: bool) -> Result<Kind, Refusal> {
    if file.case.urgent == urgent {
        return Err(wrong("urgent", "is so already: nothing would change"));
    }
    Ok(Kind::UrgencyChanged { urgent })
}

/// Somebody who left, of another organisation, or of another role is nobody here: the same answer for all.
fn transfer(file: &CaseFile, to: MemberId, given: &Given<'_>) -> Result<Kind, Refusal> {
    let orphaned = || follower(given.directory, Following::of(&file.case)) == Holder::Supervision;
    // Somebody of the organisation may do it: the supervision does not meddle.
    if given.actor.role == Role::Supervisor && !orphaned() {
        return Err(Refusal::Role);
    }
    if to == file.case.opener {
        return Err(wrong("opener", "follows the case already: name somebody else"));
    }
    if given.directory.colleague(&file.case.organisation, &to).is_none() {
        return Err(wrong(
            "opener",
            "name an active colleague of the organisation that follows the case",
        ));
    }
    Ok(Kind::Transferred {
        from: file.case.opener.clone(),
        to,
    })
}

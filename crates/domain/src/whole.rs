//! Deciding a command on a whole case: policy, etag, the state of the case, then the command's own rules. What happens to
//! the whole case happens on each of its open tickets, so that every party reads it where it looks.

use declic_routing::RawFacts;

use crate::adding;
use crate::case::CaseFile;
use crate::command::takes;
use crate::correction;
use crate::decide::{Change, Decision, Given, wrong};
use crate::directory::{Directory, Member, Role};
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
}

/// Whether the command of this action happens on a ticket in this state, or needs one like it to be taken.
fn concerns(action: Action, state: State) -> bool {
    match action {
        Action::WithdrawCase => takes(state, Action::WithdrawTicket),
        _ => state.is_open(),
    }
}

/// The tickets on which the command of this action happens: none where it is not taken.
fn concerned(file: &CaseFile, action: Action) -> Vec<&Ticket> {
    let all = || file.tickets.iter();
    let concerned: Vec<&Ticket> = all().filter(|ticket| concerns(action, ticket.state)).collect();
    let is_of_mandate = matches!(action, Action::RenewMandate | Action::RevokeMandate);
    if concerned.is_empty() && is_of_mandate {
        // What is closed may be reopened, under an agreement that holds.
        return all().filter(|ticket| ticket.state == State::Closed).collect();
    }
    concerned
}

/// What a member may ask of a case as it stands: what its role, its relation to the case and the states of the tickets allow,
/// in the order of the contract. A command's own rules may still refuse it, with their reason.
pub fn offered_on_case(actor: &Member, file: &CaseFile, directory: &Directory) -> Vec<Action> {
    let may = |action| {
        let mut tickets = file.tickets.iter();
        tickets.any(|ticket| policy::may(actor, action, &file.case, ticket))
    };
    let fits = |action| match action {
        Action::TransferCase => actor.role != Role::Supervisor || is_orphaned(file, directory),
        Action::RevokeMandate => file.case.mandate.revoked_on.is_none(),
        _ => true,
    };
    ACTIONS
        .iter()
        .copied()
        .filter(|action| fits(*action) && may(*action) && !concerned(file, *action).is_empty())
        .collect()
}

/// The actions of [`CaseCommand`], in the order of the contract.
const ACTIONS: [Action; 8] = [
    Action::WithdrawCase,
    Action::ChangeUrgency,
    Action::TransferCase,
    Action::AddTicket,
    Action::CorrectFacts,
    Action::CorrectPerson,
    Action::RenewMandate,
    Action::RevokeMandate,
];

/// Whether nobody of the organisation may follow the case.
fn is_orphaned(file: &CaseFile, directory: &Directory) -> bool {
    follower(directory, Following::of(&file.case)) == Holder::Supervision
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
    let concerned = concerned(file, action);
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
    // Somebody of the organisation may do it: the supervision does not meddle.
    if given.actor.role == Role::Supervisor && !is_orphaned(file, given.directory) {
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

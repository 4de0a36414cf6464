//! Who may do what, and what each may see. The only place that builds a [`Scope`].
//!
//! Two questions, both without a default that allows: may this role ever call this ([`permits`]), and what is this
//! member to this case and ticket ([`relation`]). What one path shows, the detail path shows, and nothing else:
//! [`Reach::sees`] is the predicate that both engines translate, and a conformance test compares them.

mod scope;

use std::collections::BTreeSet;

use crate::case::{Case, CaseFile};
use crate::directory::{Directory, Member, Role};
use crate::event::{Event, Kind, Party};
use crate::name::{AgencyId, TicketNumber};
use crate::ticket::Ticket;

pub use scope::{
    Following, Reach, SMALLEST_GROUP, Scope, counting_scope, departure_scope, duplicates_scope,
    figures_scope, follows, history_scope, reader_scope, rule_scope, scope, succession_scope,
};

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident: $($role:ident)*;)+) => {
        /// What can be asked of the hub: one per RPC.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action, in the order of the contract.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its RPC's name.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }

            fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$name => &[$(Role::$role,)*],)+
                }
            }
        }
    };
}

// The table a lawyer reads is written from this one: crates/domain/tests/policy.txt.
actions! {
    /// Opens a case.
    OpenCase: SocialWorker OrganisationManager;
    /// Reads a case.
    GetCase: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Lists cases.
    ListCases: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Counts cases.
    CountCases: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Reads where the time of a case went.
    GetCaseClock: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Withdraws every open ticket of a case.
    WithdrawCase: SocialWorker OrganisationManager;
    /// Says that a case is urgent, or no more.
    ChangeUrgency: SocialWorker OrganisationManager;
    /// Gives a case to a colleague of the organisation.
    TransferCase: SocialWorker OrganisationManager Supervisor;
    /// Opens a ticket with another agency for the same case.
    AddTicket: SocialWorker OrganisationManager;
    /// Corrects the facts of a case.
    CorrectFacts: SocialWorker OrganisationManager;
    /// Corrects who the person of a case is.
    CorrectPerson: SocialWorker OrganisationManager;
    /// Records that the person agreed anew.
    RenewMandate: SocialWorker OrganisationManager;
    /// Records that the person took the agreement back.
    RevokeMandate: SocialWorker OrganisationManager;
    /// Reads a ticket.
    GetTicket: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Lists tickets.
    ListTickets: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Counts tickets.
    CountTickets: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Reads what happened on a ticket.
    ListEvents: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Streams what is addressed to the agency or organisation.
    WatchTickets: OrganisationManager DeskManager Connector;
    /// Confirms that the agency's client holds a ticket.
    ConfirmDelivery: Connector;
    /// Takes a ticket.
    AcknowledgeTicket: Agent DeskManager TriageAgent Connector;
    /// Gives a ticket to an agent or desk.
    AssignTicket: Agent DeskManager TriageAgent Connector;
    /// Asks for what is lacking.
    RequestInformation: Agent DeskManager TriageAgent Connector;
    /// Answers items.
    ReplyTicket: SocialWorker OrganisationManager;
    /// Goes on without the reply.
    TakeBackTicket: Agent DeskManager TriageAgent Connector;
    /// Sends a ticket on.
    RedirectTicket: Agent DeskManager TriageAgent Connector;
    /// Sends a triage ticket to an agency by hand.
    RouteTicketByHand: TriageAgent Supervisor;
    /// Gives the outcome.
    ResolveTicket: Agent DeskManager TriageAgent Connector;
    /// Confirms.
    CloseTicket: SocialWorker OrganisationManager;
    /// Reopens.
    ReopenTicket: SocialWorker OrganisationManager;
    /// Withdraws a ticket.
    WithdrawTicket: SocialWorker OrganisationManager;
    /// Writes to every party.
    PostMessage: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector;
    /// Writes for the own agency.
    AddNote: Agent DeskManager TriageAgent Connector;
    /// Reminds the agency that it holds a ticket.
    RemindTicket: SocialWorker OrganisationManager;
    /// Tells who answers for the side that holds a ticket that a supervisor asks for it.
    EscalateTicket: Supervisor;
    /// Shows a ticket to the agency of another ticket of the case.
    ShareTicket: SocialWorker OrganisationManager;
    /// Shows it to that agency no more.
    UnshareTicket: SocialWorker OrganisationManager;
    /// Gives the open tickets of an agency that was merged or renamed to its successor.
    TransferAgency: Administrator;
    /// Records how an agency was reached by its usual channel, from a triage desk.
    RecordContact: DeskManager TriageAgent;
    /// Asks where a case would go.
    PreviewRouting: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Administrator;
    /// Finds communes.
    SearchCommunes: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Administrator;
    /// Brings a ruleset.
    ProposeRuleset: Administrator;
    /// Reads a ruleset and its file.
    GetRuleset: Supervisor Auditor Administrator;
    /// Lists rulesets, and says which decide where.
    ListRulesets: Supervisor Auditor Administrator;
    /// Lists what changed of the rules.
    ListRulesetChanges: Supervisor Auditor Administrator;
    /// Puts a ruleset in force.
    ActivateRuleset: Administrator;
    /// Puts in force again what was before.
    RollbackRuleset: Administrator;
    /// Decides again on the tickets of a case, by the rules of that day.
    ReplayRouting: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor;
    /// Counts what a ruleset would move of past cases.
    SimulateRuleset: Supervisor Administrator;
    /// Counts redirects by the rule that had chosen the agency.
    SummarizeMisroutes: Supervisor Administrator;
    /// Sums up how long agencies and persons wait, and why.
    SummarizeFigures: Supervisor Administrator;
    /// Reads a checkpoint.
    GetCheckpoint: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Proves a leaf.
    GetInclusionProof: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Proves that a tree continues another.
    GetConsistencyProof: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Lists leaves.
    ListLeaves: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Reads an organisation.
    GetOrganisation: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Lists organisations.
    ListOrganisations: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Reads an agency.
    GetAgency: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Lists agencies.
    ListAgencies: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Reads a member of the directory.
    GetMember: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Lists members of the directory.
    ListMembers: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Adds or replaces an organisation.
    PutOrganisation: Administrator;
    /// Adds or replaces an agency.
    PutAgency: Administrator;
    /// Adds or replaces a desk.
    PutDesk: Administrator;
    /// Enrols a member, or replaces it.
    PutMember: OrganisationManager Administrator;
    /// Enrols and changes what a file has, line by line.
    ImportDirectory: OrganisationManager Administrator;
    /// Says at which desks an agent is.
    SetMemberDesks: DeskManager Administrator;
    /// Records that a member has left.
    EndMember: OrganisationManager Administrator;
    /// Says when a member is away.
    SetMemberAbsences: SocialWorker OrganisationManager Agent DeskManager TriageAgent Administrator;
    /// Says what an agency needs to find a person.
    SetRequiredIdentifiers: Administrator;
    /// Says what a desk does not take, and whether it is open.
    SetDeskRules: Administrator;
    /// Says when an agency is open.
    SetAgencyCalendar: DeskManager Administrator;
    /// Says how much time agencies have, at one level.
    SetClockPolicy: Administrator;
    /// Lists how much time agencies have.
    ListClockPolicies: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Says beforehand what a departure would move.
    RehearseDeparture: OrganisationManager DeskManager Administrator;
    /// Lists what changed of the directory.
    ListDirectoryChanges: Auditor Administrator;
    /// Says who one is.
    Whoami: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Says how people sign in.
    GetSignInMethods: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Begins a sign-in at the identity provider.
    StartSignIn: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Opens a sign-in, by the provider's answer.
    FinishSignIn: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Opens a sign-in as one of the invented people of a demonstration.
    SignInAsInvented: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Says whose sign-in a secret is, and gives a token.
    ContinueSignIn: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
    /// Ends a sign-in.
    EndSignIn: SocialWorker OrganisationManager Agent DeskManager TriageAgent Connector Supervisor Auditor Administrator;
}

impl Action {
    /// The action of an RPC of the contract, by its name.
    pub fn of_rpc(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

/// Whether anyone may do this, enrolled or not: who signs in has no token yet. What these actions are given is a secret of
/// its own, and none of them reads or changes a case.
pub fn needs_no_token(action: Action) -> bool {
    matches!(
        action,
        Action::GetSignInMethods
            | Action::StartSignIn
            | Action::FinishSignIn
            | Action::SignInAsInvented
            | Action::ContinueSignIn
            | Action::EndSignIn
    )
}

/// Whether a role may ever do this.
pub fn permits(role: Role, action: Action) -> bool {
    action.roles().contains(&role)
}

/// What a member is to a ticket it may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// Opened the case, or stands for the organisation that did.
    Opener,
    /// Treats the ticket, by hand or by machine.
    Agency,
    /// Treats another ticket of the case, and reads this one: it was shared with its agency.
    Reader,
    /// Watches its territory.
    Supervision,
}

/// What a member is to a ticket; `None`: to this member the ticket does not exist.
pub fn relation(member: &Member, case: &Case, ticket: &Ticket) -> Option<Relation> {
    let scope = scope(member).filter(|_| member.active)?;
    if !scope.reach().sees(case, ticket) {
        return None;
    }
    Some(match scope.reach() {
        Reach::Team { .. } | Reach::Organisation(_) => Relation::Opener,
        Reach::Desks { agency, .. } | Reach::Agency(agency) if agency == ticket.agency() => Relation::Agency,
        Reach::Desks { .. } | Reach::Agency(_) => Relation::Reader,
        Reach::Treated(_) => Relation::Agency,
        Reach::Territory(_) | Reach::Journal => Relation::Supervision,
    })
}

/// Whether a member reads a case's person and texts.
pub fn reads_person(member: &Member, file: &CaseFile) -> bool {
    let relations = file
        .tickets
        .iter()
        .filter_map(|ticket| relation(member, &file.case, ticket));
    relations
        .into_iter()
        .any(|relation| relation != Relation::Supervision)
}

/// The tickets by which an agency knew a case that goes on without it: those that its member sees, once each has ended.
/// It reads the case as [`crate::past`] says; none while it treats a ticket or reads one that is shared, and for the
/// opener's side.
pub fn former_tickets(member: &Member, file: &CaseFile) -> Option<BTreeSet<TicketNumber>> {
    let mut own = BTreeSet::new();
    for ticket in &file.tickets {
        match relation(member, &file.case, ticket) {
            None => {}
            Some(Relation::Agency) if !ticket.state.is_open() => {
                own.insert(ticket.name.number);
            }
            Some(_) => return None,
        }
    }
    (!own.is_empty()).then_some(own)
}

/// Whether an agency has a part in what a case is now: it treats an open ticket of it, or reads one that is shared.
pub fn has_part(agency: &AgencyId, file: &CaseFile) -> bool {
    let mut open = file.tickets.iter().filter(|ticket| ticket.state.is_open());
    open.any(|ticket| Reach::Agency(agency.clone()).sees(&file.case, ticket))
}

/// Whether a member reads a social-security number in full: only in an agency the law entitles.
pub fn reads_nir(member: &Member, directory: &Directory) -> bool {
    let agency = member.agency.as_ref().and_then(|id| directory.agencies.get(id));
    agency.is_some_and(|agency| agency.nir_allowed)
}

/// Whether a member who sees `viewed` reads the text of this event, which stands on `viewed` or on a ticket it follows.
pub fn reads_text(member: &Member, case: &Case, viewed: &Ticket, event: &Event) -> bool {
    let Some(relation) = relation(member, case, viewed) else {
        return false;
    };
    let is_note = matches!(event.kind, Kind::NoteAdded);
    match relation {
        Relation::Supervision => false,
        Relation::Opener => !is_note,
        Relation::Agency | Relation::Reader => {
            let own = member
                .agency
                .as_ref()
                .is_some_and(|agency| event.party == Party::Agency(agency.clone()));
            if event.ticket == viewed.name {
                // A successor is the same body under another name: it reads what the former one noted on the ticket.
                let follows = relation == Relation::Agency
                    && viewed
                        .former_agencies
                        .iter()
                        .any(|agency| event.party == Party::Agency(agency.clone()));
                !is_note || own || follows
            } else {
                // After a redirect the opener's words follow, and why it was redirected; the former agency's notes do not.
                let of_opener = matches!(event.party, Party::Organisation(_));
                // Answers mean nothing without the questions.
                let follows = matches!(
                    event.kind,
                    Kind::Redirected { .. } | Kind::RoutedByHand { .. } | Kind::InformationRequested { .. }
                );
                own || of_opener || follows
            }
        }
    }
}

/// Whether a member who sees `viewed` sees that this event happened. Of the tickets it follows, an agency sees the events
/// whose text follows; a note exists for its own agency only.
pub fn sees_event(member: &Member, case: &Case, viewed: &Ticket, event: &Event) -> bool {
    let reads = reads_text(member, case, viewed, event);
    match relation(member, case, viewed) {
        None => false,
        Some(Relation::Agency | Relation::Reader) if event.ticket != viewed.name => reads,
        Some(_) => reads || !matches!(event.kind, Kind::NoteAdded),
    }
}

/// Whether a member may do this to this ticket, once [`permits`] has said that its role may at all.
pub fn may(member: &Member, action: Action, case: &Case, ticket: &Ticket) -> bool {
    if !member.active || !permits(member.role, action) {
        return false;
    }
    match relation(member, case, ticket) {
        None => false,
        Some(Relation::Opener | Relation::Agency) => true,
        Some(Relation::Reader) => reads(action),
        // A supervisor arbitrates where no agency holds the ticket, and where nobody may follow the case; elsewhere the
        // command is refused with its reason.
        Some(Relation::Supervision) => {
            let arbitrates = [
                Action::RouteTicketByHand,
                Action::EscalateTicket,
                Action::TransferCase,
            ];
            arbitrates.contains(&action) || reads(action)
        }
    }
}

/// Where a member stands.
pub fn party(member: &Member) -> Party {
    match (&member.organisation, &member.agency) {
        (Some(organisation), _) => Party::Organisation(organisation.clone()),
        (None, Some(agency)) => Party::Agency(agency.clone()),
        (None, None) => Party::Supervision,
    }
}

/// Whom an event is addressed to: the ticket's agency and the opener's organisation; a note stays in its agency. An agency
/// that may read the ticket is told that it may, and that it may no more, and nothing else.
pub fn recipients(case: &Case, ticket: &Ticket, event: &Event) -> Vec<Party> {
    let agency = Party::Agency(ticket.agency().clone());
    if matches!(event.kind, Kind::NoteAdded) {
        return vec![agency];
    }
    let mut parties = vec![agency, Party::Organisation(case.organisation.clone())];
    match &event.kind {
        Kind::Shared { desk } => parties.push(Party::Agency(desk.agency.clone())),
        Kind::Unshared { agency } => parties.push(Party::Agency(agency.clone())),
        _ => {}
    }
    parties
}

fn reads(action: Action) -> bool {
    matches!(
        action,
        Action::GetCase
            | Action::GetCaseClock
            | Action::GetTicket
            | Action::ListEvents
            | Action::ReplayRouting
    )
}

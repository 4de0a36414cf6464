//! A small country for the laws: agencies, desks, people of every role, and random steps they take.

use std::collections::BTreeSet;

use declic_domain::InForce;
use declic_domain::contact::{ContactChannel, ContactResult, Report};
use declic_domain::decide::{Given, decide, offered};
use declic_domain::directory::{Agency, Desk, Directory, Enrolment, Item, Member, Organisation, Role};
use declic_domain::event::{Effect, ItemKind, Outcome, RedirectReason};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::{
    AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketNumber,
};
use declic_domain::opening::{Opening, open};
use declic_domain::person::Person;
use declic_domain::text::{self, ItemText};
use declic_domain::timer::{self, Deed, Firing};
use declic_domain::{CaseFile, Command, Decision, Refusal};
use declic_routing::{RawFacts, Regime, Territory};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

/// One random step: who does what to which ticket, from how far behind.
#[derive(Debug, Clone)]
pub struct Step {
    /// Picks the actor; most often one who may.
    pub actor: u8,
    /// Picks the ticket.
    pub ticket: u8,
    /// Picks the command.
    pub command: u8,
    /// Picks its arguments.
    pub variant: u8,
    /// How many commits ago the client read.
    pub behind: u8,
    /// Adds a wrong etag or epoch now and then.
    pub wrong: u8,
    /// Hours until the next step.
    pub hours: u16,
}

/// A random step.
pub fn step() -> impl Strategy<Value = Step> {
    (
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        0_u8..4,
        any::<u8>(),
        0_u16..96,
    )
        .prop_map(|(actor, ticket, command, variant, race, wrong, hours)| Step {
            actor,
            ticket,
            command,
            variant,
            behind: race.saturating_sub(1),
            wrong,
            hours,
        })
}

/// The country, its clock and its chance.
pub struct World {
    directory: Directory,
    now: Timestamp,
    seed: u64,
    events: u64,
}

const AGENCIES: [&str; 7] = [
    "caf-56",
    "caf-35",
    "carsat-bretagne",
    "msa-portes-de-bretagne",
    "dep-56",
    "triage-56",
    "triage-national",
];
const COMMUNES: [&str; 4] = ["56178", "35238", "56260", "69123"];
const BENEFITS: [&str; 6] = ["RSA", "AF", "APL", "RETRAITE", "AAH", "APA_DOM"];

impl World {
    /// A country at a fixed instant; `seed` picks the case.
    pub fn new(seed: u64) -> Self {
        let now = "2026-11-20T09:30:00Z".parse().expect("an instant");
        Self {
            directory: directory(),
            now,
            seed,
            events: 0,
        }
    }

    /// A country whose case is an unpaid RSA of the general regime at Pontivy, private or shared with the team.
    pub fn of_rsa(shared: bool) -> Self {
        // The bits that `open` reads: commune, regime, benefit, blockage, stage, sharing.
        Self::new(if shared { 1 << 8 } else { 1 << 41 | 1 << 8 })
    }

    /// Its directory, to be changed.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn directory_mut(&mut self) -> &mut Directory {
        &mut self.directory
    }

    /// The Caf redirects ticket 1 to the Msa.
    pub fn redirect_to_msa(&mut self, file: &CaseFile) -> Decision {
        let command = Command::Redirect {
            reason: RedirectReason::WrongRegime,
            message: "salarié agricole".to_owned(),
            commune: None,
            regime: Some(Regime::Agricultural),
            agency: None,
        };
        let actor = self.directory.members[&member("agent.caf-56")].clone();
        let decided = self.with_given(&actor, Some(1), None, |given| {
            decide(file, TicketNumber::FIRST, command, given)
        });
        decided.expect("the Caf may redirect what it holds")
    }

    /// Opens the case, by its social worker.
    pub fn open(&mut self) -> Decision {
        let pick = |shift: u32, len: usize| ((self.seed >> shift) & 0xff) as usize % len;
        let regime = ["general", "agricultural", "other", "unknown"][pick(0, 4)];
        let blockage = ["NO_REPLY", "PAYMENT_INCIDENT", "MISSING_DOC"][pick(8, 3)];
        let facts = RawFacts {
            commune: COMMUNES[pick(16, 4)].to_owned(),
            regime: regime.to_owned(),
            benefit: BENEFITS[pick(24, 6)].to_owned(),
            blockage: Some(blockage.to_owned()),
            stage: [None, Some("DECISION"), Some("PAYMENT")][pick(32, 3)].map(str::to_owned),
            ..RawFacts::default()
        };
        let opening = Opening {
            id: CaseId(Uuid::from_u128(7)),
            reference: Reference::new(26, 4817).expect("in range"),
            facts,
            mandate: Mandate {
                channel: Channel::Signed,
                given_on: date(2026, 11, 1),
                expires_on: date(2027, 1, 31),
                revoked_on: None,
            },
            urgent: pick(40, 5) == 0,
            shared_with_team: pick(41, 2) == 0,
            words: text::Opening {
                person: Person {
                    given_name: "Zoé".to_owned(),
                    family_name: "Tanguy".to_owned(),
                    birth_date: date(1984, 7, 14),
                    agency_identifier: None,
                    nir: None,
                },
                explanation: "RSA coupé sans explication.".to_owned(),
                mandate_scope: "RSA".to_owned(),
                mandate_evidence: String::new(),
            },
        };
        let actor = self.directory.members[&member("camille")].clone();
        self.with_given(&actor, None, None, |given| open(opening, given))
            .expect("a case always opens")
    }

    /// A command for one of the tickets, as somebody who read `seen` would send it.
    pub fn command(&self, seen: &CaseFile, step: &Step) -> (TicketNumber, Command) {
        let ticket = &seen.tickets[usize::from(step.ticket) % seen.tickets.len()];
        let words = |text: &str| text.to_owned();
        let agency = ticket.agency();
        let agent = step
            .variant
            .is_multiple_of(2)
            .then(|| member(&format!("agent.{agency}")));
        let other = AGENCIES[usize::from(step.variant) % AGENCIES.len()];
        let other = AgencyId::parse(other).expect("an agency");
        let item = |label: &str| {
            (
                ItemKind::Document,
                ItemText {
                    label: words(label),
                    why: words("pièce absente"),
                },
            )
        };
        let command = match step.command % 23 {
            0 => Command::ConfirmDelivery,
            1 | 2 => Command::Acknowledge { agent },
            3 => Command::Assign {
                agent,
                desk: None,
                reason: words("congés"),
            },
            4 | 5 => Command::RequestInformation {
                items: vec![item("avis d’imposition"), item("bail")],
                due_on: step.variant.is_multiple_of(3).then(|| date(2027, 1, 4)),
                message: String::new(),
            },
            6 => Command::Reply {
                answers: vec![(1, words("joint")), (2, words("joint"))],
                message: words("voici"),
            },
            7 => Command::Reply {
                answers: vec![(1 + step.variant % 3, words("joint"))],
                message: String::new(),
            },
            8 => Command::TakeBack {
                message: String::new(),
            },
            9 | 10 => self.redirect(step, other),
            11 => Command::RouteByHand {
                agency: other,
                reason: words("compétence"),
            },
            12 | 13 => Command::Resolve {
                outcome: Outcome::RightRestored,
                message: words("Droit rétabli."),
                steps: Vec::new(),
                link: String::new(),
            },
            14 => Command::Close {
                effect: Effect::Yes,
                message: String::new(),
            },
            15 => Command::Reopen {
                reason: words("toujours bloqué"),
            },
            16 if step.variant.is_multiple_of(4) => Command::Withdraw {
                reason: words("sans objet"),
            },
            16 => Command::PostMessage {
                text: words("bonjour"),
            },
            17 => Command::AddNote {
                text: words("à voir"),
            },
            18 => Command::Remind {
                message: words("toujours rien"),
            },
            21 => Command::Escalate {
                reason: words("toujours rien"),
            },
            19 => Command::Share {
                agency: seen.tickets[usize::from(step.variant) % seen.tickets.len()]
                    .agency()
                    .clone(),
                reason: words("même situation"),
            },
            20 => Command::Unshare {
                agency: ticket
                    .shared_with
                    .first()
                    .map_or(other, |desk| desk.agency.clone()),
                reason: words("à tort"),
            },
            _ => Command::RecordContact(Report {
                agency: step.variant.is_multiple_of(2).then_some(other),
                channel: ContactChannel::Telephone,
                contacted_on: None,
                result: ContactResult::AnswerAwaited,
                message: words("dossier retrouvé"),
                next_step: None,
            }),
        };
        (ticket.name.number, command)
    }

    /// The epoch the client read, or a wrong one.
    pub fn epoch(&self, seen: &CaseFile, number: TicketNumber, step: &Step) -> Option<u32> {
        let read = seen.ticket(number).map_or(1, |ticket| ticket.epoch);
        match step.wrong % 16 {
            0 => Some(read + 1),
            1 => Some(read.saturating_sub(1)),
            _ => Some(read),
        }
    }

    /// Decides it, by somebody: one who may, most often.
    pub fn decide(
        &mut self,
        file: &CaseFile,
        number: TicketNumber,
        command: Command,
        epoch: Option<u32>,
        step: &Step,
    ) -> Result<Decision, Refusal> {
        let actor = self.actor(file, number, &command, step);
        let etag = match step.wrong {
            32 => Some(u64::MAX),
            33..=48 => file.ticket(number).map(|ticket| ticket.version),
            _ => None,
        };
        let action = command.action();
        let decided = self.with_given(&actor, epoch, etag, |given| decide(file, number, command, given));
        if let Some(ticket) = file.ticket(number) {
            // What is done was offered; what was offered is not refused for who asks, nor for the state.
            let was_offered = offered(&actor, file, ticket).contains(&action);
            match &decided {
                Ok(_) => assert!(
                    was_offered,
                    "{action:?} by {:?} in {:?}",
                    actor.role, ticket.state
                ),
                Err(Refusal::Role | Refusal::Unknown | Refusal::Transition { .. }) => {
                    assert!(
                        !was_offered,
                        "{action:?} by {:?} in {:?}",
                        actor.role, ticket.state
                    );
                }
                Err(_) => {}
            }
        }
        decided
    }

    /// Moves the clock.
    pub fn pass_time(&mut self, step: &Step) {
        let long = match step.wrong {
            200 => 24 * 61,
            201 | 202 => 24 * 190,
            203..=210 => 24 * 16,
            _ => 0,
        };
        self.now += SignedDuration::from_hours(i64::from(step.hours) + long);
    }

    /// Moves the clock by hours.
    pub fn pass_hours(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    /// Who follows the case most often, its manager or anybody now and then.
    pub fn follower(&self, file: &CaseFile, step: &Step) -> Member {
        let mut members = self.directory.members.values();
        match step.actor {
            0..=199 => self.directory.members[&file.case.opener].clone(),
            200..=223 => self.directory.members[&member("soizic")].clone(),
            _ => members
                .nth(usize::from(step.actor) % self.directory.members.len())
                .expect("a member")
                .clone(),
        }
    }

    /// What the clock does to a ticket at this time.
    pub fn fire(&mut self, file: &CaseFile, number: TicketNumber) -> Option<(Deed, Decision)> {
        let events = &mut self.events;
        let mut event_id = || {
            *events += 1;
            EventId(u128::from(*events).to_be_bytes())
        };
        let (now, event_id) = (self.now, &mut event_id as _);
        let fired = timer::fire(file, number, &mut Firing { now, event_id });
        let fired = fired.expect("the clock does what the table allows");
        fired.map(|(timer, decision)| (timer.deed, decision))
    }

    /// Puts the clock at this instant.
    pub fn set_time(&mut self, now: &str) {
        self.now = now.parse().expect("an instant");
    }

    fn redirect(&self, step: &Step, other: AgencyId) -> Command {
        let reasons = [
            RedirectReason::OutsideTerritory,
            RedirectReason::WrongRegime,
            RedirectReason::PayerNotDecider,
            RedirectReason::OutsideCompetence,
            RedirectReason::LegalBar,
            RedirectReason::Other,
        ];
        let reason = reasons[usize::from(step.variant) % reasons.len()];
        let commune = (reason == RedirectReason::OutsideTerritory)
            .then(|| COMMUNES[usize::from(step.actor) % COMMUNES.len()].to_owned());
        let regime = (reason == RedirectReason::WrongRegime).then_some(Regime::Agricultural);
        let named = matches!(
            reason,
            RedirectReason::OutsideCompetence | RedirectReason::LegalBar | RedirectReason::Other
        );
        let agency = (named && step.actor.is_multiple_of(3)).then_some(other);
        Command::Redirect {
            reason,
            message: "pas chez nous".to_owned(),
            commune,
            regime,
            agency,
        }
    }

    fn actor(&self, file: &CaseFile, number: TicketNumber, command: &Command, step: &Step) -> Member {
        if step.actor >= 224 {
            let index = usize::from(step.actor) % self.directory.members.len();
            return self
                .directory
                .members
                .values()
                .nth(index)
                .expect("a member")
                .clone();
        }
        let agency = file
            .ticket(number)
            .map_or("caf-56", |ticket| ticket.agency().as_str());
        let id = match command {
            Command::Escalate { .. } => "supervisor".to_owned(),
            Command::ConfirmDelivery if !agency.starts_with("triage") => format!("connector.{agency}"),
            command if command.is_of_agency() => format!("agent.{agency}"),
            Command::AddNote { .. } => format!("agent.{agency}"),
            Command::PostMessage { .. } if step.variant.is_multiple_of(2) => format!("agent.{agency}"),
            _ => file.case.opener.to_string(),
        };
        self.directory.members[&member(&id)].clone()
    }

    /// Decides with the country's directory, clock and chance.
    pub fn with_given<T>(
        &mut self,
        actor: &Member,
        epoch: Option<u32>,
        etag: Option<u64>,
        decide: impl FnOnce(&mut Given<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let events = &mut self.events;
        let mut event_id = || {
            *events += 1;
            EventId(u128::from(*events).to_be_bytes())
        };
        decide(&mut Given {
            actor,
            directory: &self.directory,
            territory: Territory::embedded(),
            rules: &InForce::embedded(),
            now: self.now,
            epoch,
            etag,
            event_id: &mut event_id,
        })
    }
}

/// The directory of the country.
pub fn directory() -> Directory {
    let mut directory = Directory::default();
    let organisation = OrganisationId::parse("ccas-pontivy").expect("a slug");
    directory.apply(Item::Organisation(Organisation {
        id: organisation.clone(),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: None,
    }));
    for name in AGENCIES {
        let id = AgencyId::parse(name).expect("an agency");
        let desk = DeskName::new(id.clone(), "accueil").expect("a desk");
        let enrolment = if name.starts_with("triage") {
            Enrolment::Console
        } else {
            Enrolment::Connector
        };
        directory.apply(Item::Agency(Agency {
            id: id.clone(),
            name: name.to_owned(),
            enrolment,
            nir_allowed: name.starts_with("caf"),
            desks: vec![Desk {
                name: desk.clone(),
                display_name: "Accueil".to_owned(),
                benefits: BTreeSet::new(),
            }],
        }));
        let role = if name.starts_with("triage") {
            Role::TriageAgent
        } else {
            Role::Agent
        };
        let desks = BTreeSet::from([desk]);
        directory.apply(person(&format!("agent.{name}"), role, Some(&id), desks));
        directory.apply(person(
            &format!("manager.{name}"),
            Role::DeskManager,
            Some(&id),
            BTreeSet::new(),
        ));
        if enrolment == Enrolment::Connector {
            directory.apply(person(
                &format!("connector.{name}"),
                Role::Connector,
                Some(&id),
                BTreeSet::new(),
            ));
        }
    }
    for (name, role) in [
        ("camille", Role::SocialWorker),
        ("yann", Role::SocialWorker),
        ("soizic", Role::OrganisationManager),
    ] {
        let Item::Member(mut found) = person(name, role, None, BTreeSet::new()) else {
            continue;
        };
        found.organisation = Some(organisation.clone());
        directory.apply(Item::Member(found));
    }
    let Item::Member(mut supervisor) = person("supervisor", Role::Supervisor, None, BTreeSet::new()) else {
        return directory;
    };
    supervisor.territory = BTreeSet::from(["56".to_owned()]);
    directory.apply(Item::Member(supervisor));
    directory.apply(person("auditor", Role::Auditor, None, BTreeSet::new()));
    directory.apply(person(
        "administrator",
        Role::Administrator,
        None,
        BTreeSet::new(),
    ));
    directory.check().expect("the country's directory is sound");
    directory
}

/// The id of a member.
pub fn member(id: &str) -> MemberId {
    MemberId::parse(id).expect("a member")
}

fn person(id: &str, role: Role, agency: Option<&AgencyId>, desks: BTreeSet<DeskName>) -> Item {
    Item::Member(Member {
        id: member(id),
        name: id.to_owned(),
        role,
        organisation: None,
        agency: agency.cloned(),
        desks,
        territory: BTreeSet::new(),
        active: true,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    })
}

//! One value of each kind, with every optional field once present and once absent.

use std::collections::BTreeSet;

use declic_domain::case::Case;
use declic_domain::contact::{Contact, ContactChannel, ContactResult};
use declic_domain::directory::{Agency, Desk, Enrolment, Identity, Item, Member, Organisation, Role};
use declic_domain::event::{
    CaseOpening, Cause, Effect, Event, ItemKind, Kind, Opened, Orientation, Outcome, Party, RedirectReason,
    RoutingOutcome, Rung, TriageReason,
};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::{
    AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use declic_domain::person::{Nir, Person};
use declic_domain::text::{ItemText, Opening, PersonCorrection, Personal, Step};
use declic_domain::ticket::{Information, Resolution, State, Ticket};
use declic_routing::RawFacts;
use declic_store::TicketSummary;
use declic_store::record::meta::{self, Context};
use declic_store::record::{Error, directory, note, opening, personal, state, summary};
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use crate::{Sample, changes, clocks, figures, parts, sample};

pub fn all() -> Vec<Sample> {
    let mut all = Vec::new();
    for event in events() {
        let name = format!("meta_{}", event.kind.name().to_lowercase());
        let bytes = meta::encode(&event, &context());
        all.push(sample(
            name,
            (event, context()),
            bytes,
            meta::decode,
            |b| meta::decode(b).err(),
            |b| {
                meta::decode(b)
                    .ok()
                    .map(|(event, context)| meta::encode(&event, &context))
            },
        ));
    }
    for (name, words) in words() {
        let bytes = personal::encode(&words);
        all.push(sample(
            name,
            words,
            bytes,
            personal::decode,
            |b| personal::decode(b).err(),
            |b| personal::decode(b).ok().map(|words| personal::encode(&words)),
        ));
    }
    for (name, words) in [("opening", opening_words()), ("opening_short", short_opening())] {
        let bytes = opening::encode(&words);
        all.push(sample(
            name,
            words,
            bytes,
            opening::decode,
            |b| opening::decode(b).err(),
            |b| opening::decode(b).ok().map(|words| opening::encode(&words)),
        ));
    }
    let text = "Rappeler jeudi : l’agent en charge est absent.".to_owned();
    let bytes = note::encode(&text);
    all.push(sample(
        "note",
        text,
        bytes,
        note::decode,
        |b| note::decode(b).err(),
        |b| note::decode(b).ok().map(|text| note::encode(&text)),
    ));
    for (name, case) in [("case", case()), ("case_revoked", revoked_case())] {
        let bytes = state::encode_case(&case);
        all.push(sample(
            name,
            case,
            bytes,
            state::decode_case,
            |b| state::decode_case(b).err(),
            |b| state::decode_case(b).ok().map(|case| state::encode_case(&case)),
        ));
    }
    let tickets = [
        ("ticket", ticket()),
        ("ticket_new", new_ticket()),
        ("ticket_corrected", corrected(ticket())),
        ("ticket_with_parts", parts::ticket_with_parts()),
        ("ticket_corrected_with_clocks", corrected(clocks::ticket())),
        ("ticket_alerts", parts::alerted_ticket()),
    ];
    for (name, ticket) in tickets {
        let bytes = state::encode_ticket(&ticket);
        all.push(sample(
            name,
            ticket,
            bytes,
            state::decode_ticket,
            |b| state::decode_ticket(b).err(),
            |b| {
                state::decode_ticket(b)
                    .ok()
                    .map(|ticket| state::encode_ticket(&ticket))
            },
        ));
    }
    for (name, item) in items() {
        let bytes = directory::encode(&item);
        all.push(sample(
            name,
            item,
            bytes,
            directory::decode,
            |b| directory::decode(b).err(),
            |b| directory::decode(b).ok().map(|item| directory::encode(&item)),
        ));
    }
    all.extend(summaries());
    all.extend(clocks::all());
    all.extend(changes::all());
    all.extend(figures::all());
    all
}

/// What a list shows of a ticket, with what stands beside its summary.
pub fn shown(of: &Ticket) -> TicketSummary {
    TicketSummary {
        name: ticket().name,
        state: ticket().state,
        held_since: ticket().held_since,
        shared_with_team: false,
        ..TicketSummary::of(&case(), of)
    }
}

fn summaries() -> impl Iterator<Item = Sample> {
    let of_team = |due_at| TicketSummary {
        shared_with_team: true,
        due_at,
        ..shown(&ticket())
    };
    let summaries = [
        ("summary", shown(&ticket())),
        ("summary_new", shown(&new_ticket())),
        ("summary_of_team", of_team(None)),
        ("summary_of_team_with_due", of_team(Some(time(9)))),
    ];
    summaries.into_iter().map(|(name, of)| {
        let bytes = summary::encode(&of);
        sample(
            name,
            of,
            bytes,
            read_summary,
            |b| read_summary(b).err(),
            |b| read_summary(b).ok().map(|summary| summary::encode(&summary)),
        )
    })
}

/// What stands beside a summary is that of the first ticket.
pub fn read_summary(bytes: &[u8]) -> Result<TicketSummary, Error> {
    let ticket = ticket();
    summary::decode(
        bytes,
        ticket.name,
        ticket.state,
        ticket.held_since.as_microsecond(),
    )
}

/// One event of each kind.
pub fn events() -> Vec<Event> {
    let kinds = vec![
        Kind::Opened(Box::new(opened())),
        Kind::DeliveryConfirmed,
        Kind::Acknowledged {
            agent: Some(member("paul.leroy")),
        },
        Kind::Assigned {
            agent: None,
            desk: desk(),
        },
        Kind::InformationRequested {
            items: vec![ItemKind::Document, ItemKind::Question, ItemKind::Date],
            due_on: date(2026, 12, 7),
        },
        Kind::Replied { items: vec![1, 3] },
        Kind::TakenBack,
        Kind::Redirected {
            reason: RedirectReason::WrongRegime,
            successor: number(2),
        },
        Kind::RoutedByHand { successor: number(3) },
        Kind::Resolved {
            outcome: Outcome::ErrorCorrected,
        },
        Kind::Closed {
            effect: Effect::Partly,
        },
        Kind::Reopened { desk: desk() },
        Kind::Withdrawn,
        Kind::MessagePosted,
        Kind::NoteAdded,
        Kind::ContactRecorded(Contact {
            agency: agency(),
            channel: ContactChannel::Portal,
            contacted_on: date(2026, 11, 20),
            result: ContactResult::AnswerAwaited,
            expected_on: Some(date(2026, 12, 4)),
        }),
        Kind::UrgencyChanged { urgent: true },
        Kind::Transferred {
            from: member("camille.martin"),
            to: member("yann.le-goff"),
        },
        Kind::MandateRenewed {
            mandate: case_opening().mandate,
        },
        Kind::MandateRevoked {
            on: date(2026, 11, 23),
        },
        Kind::FactsCorrected {
            before: Box::new(facts()),
            after: Box::new(RawFacts {
                commune: "35238".to_owned(),
                ..facts()
            }),
            departement: "35".to_owned(),
        },
        Kind::PersonCorrected,
        Kind::Reminded,
        Kind::ReplyWarned,
        Kind::UntouchedWarned,
        Kind::ClosedUnconfirmed,
        Kind::Lapsed,
        escalated(Cause::Acknowledgement, Rung::Holder),
        escalated(Cause::Resolution, Rung::Desk),
        escalated(Cause::Resolution, Rung::Supervision),
        Kind::Shared { desk: desk() },
        Kind::Unshared { agency: agency() },
        Kind::AgencyTransferred { desk: desk() },
        escalated(Cause::Supervisor, Rung::Desk),
    ];
    let parties = [
        Party::Organisation(organisation()),
        Party::Agency(agency()),
        Party::Supervision,
    ];
    let events = kinds.into_iter().zip(1_u8..).map(|(kind, position)| Event {
        id: EventId([position; 16]),
        ticket: name(),
        version: u64::from(position),
        actor: member("camille.martin"),
        party: match &kind {
            Kind::ReplyWarned | Kind::UntouchedWarned | Kind::ClosedUnconfirmed | Kind::Lapsed => {
                Party::Clock
            }
            _ => parties[usize::from(position) % 3].clone(),
        },
        recorded_at: time(i64::from(position)),
        state: State::ALL[usize::from(position) % 9],
        kind,
    });
    events.collect()
}

pub fn context() -> Context {
    Context {
        previous: [0x11; 32],
        request: [0x22; 32],
        recipients: vec![Party::Agency(agency()), Party::Organisation(organisation())],
    }
}

fn words() -> Vec<(&'static str, Personal)> {
    vec![
        ("personal_opening", Personal::Opening(Box::new(opening_words()))),
        (
            "personal_message",
            Personal::Message("Bonjour, avez-vous reçu l’attestation ?".to_owned()),
        ),
        (
            "personal_request",
            Personal::Request {
                items: vec![ItemText {
                    label: "Avis d’imposition 2025".to_owned(),
                    why: "Pour recalculer les droits".to_owned(),
                }],
                message: String::new(),
            },
        ),
        (
            "personal_reply",
            Personal::Reply {
                answers: vec![(1, "Joint par courrier".to_owned())],
                message: "Merci".to_owned(),
            },
        ),
        (
            "personal_resolution",
            Personal::Resolution {
                message: "Le droit est rétabli.".to_owned(),
                steps: vec![
                    Step {
                        label: "Versement".to_owned(),
                        due_on: Some(date(2026, 12, 5)),
                    },
                    Step {
                        label: "Déclaration trimestrielle".to_owned(),
                        due_on: None,
                    },
                ],
                link: "https://www.service-public.fr/".to_owned(),
            },
        ),
        (
            "personal_contact",
            Personal::Contact {
                message: "Dossier retrouvé par la ligne des partenaires.".to_owned(),
                next_step: "Réponse de la caisse".to_owned(),
            },
        ),
        (
            "personal_mandate",
            Personal::Mandate {
                scope: "RSA et logement".to_owned(),
                evidence: "note du 20 novembre".to_owned(),
            },
        ),
        (
            "personal_person",
            Personal::Person(Box::new(PersonCorrection {
                before: opening_words().person,
                after: short_opening().person,
                reason: "Nom de naissance.".to_owned(),
            })),
        ),
    ]
}

fn opening_words() -> Opening {
    Opening {
        person: Person {
            given_name: "Zoé".to_owned(),
            family_name: "Le Goff-Tanguy".to_owned(),
            birth_date: date(1984, 7, 14),
            agency_identifier: Some("1234567 A".to_owned()),
            nir: Some(nir()),
        },
        explanation: "RSA suspendu depuis septembre sans explication.".to_owned(),
        mandate_scope: "Démarches auprès de la CAF".to_owned(),
        mandate_evidence: "Dossier papier n° 12".to_owned(),
    }
}

fn short_opening() -> Opening {
    let full = opening_words();
    let person = Person {
        agency_identifier: None,
        nir: None,
        ..full.person.clone()
    };
    Opening {
        person,
        mandate_evidence: String::new(),
        ..full
    }
}

/// Month 99 does not exist: this number belongs to nobody.
fn nir() -> Nir {
    let body = 2_849_956_178_001_u64;
    Nir::parse(&format!("{body}{:02}", 97 - body % 97)).expect("its key is right")
}

fn items() -> Vec<(&'static str, Item)> {
    let caf = Agency {
        id: agency(),
        name: "CAF du Morbihan".to_owned(),
        enrolment: Enrolment::Connector,
        nir_allowed: true,
        desks: vec![Desk {
            name: desk(),
            display_name: "Solidarité".to_owned(),
            benefits: BTreeSet::from(["RSA".to_owned(), "PPA".to_owned()]),
        }],
    };
    let ccas = Organisation {
        id: organisation(),
        name: "CCAS de Pontivy".to_owned(),
        departement: "56".to_owned(),
        kind: None,
    };
    let agent = Member {
        id: member("paul.leroy"),
        name: "Paul Leroy".to_owned(),
        role: Role::Agent,
        organisation: None,
        agency: Some(agency()),
        desks: BTreeSet::from([desk()]),
        territory: BTreeSet::new(),
        active: true,
        keys: vec![[0x33; 32], [0x44; 32]],
        identities: BTreeSet::new(),
    };
    let known = |name| Identity::new("https://auth.example.fr", name).expect("an identity");
    let signs_in = Member {
        identities: BTreeSet::from([known("1a2b"), known("3c4d")]),
        ..agent.clone()
    };
    let supervisor = Member {
        id: member("sylvie.roux"),
        name: "Sylvie Roux".to_owned(),
        role: Role::Supervisor,
        organisation: Some(organisation()),
        agency: None,
        desks: BTreeSet::new(),
        territory: BTreeSet::from(["2A".to_owned(), "56".to_owned()]),
        active: false,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    };
    let mut items = vec![
        ("directory_agency", Item::Agency(caf)),
        ("directory_organisation", Item::Organisation(ccas)),
        ("directory_agent", Item::Member(agent)),
        ("directory_agent_signs_in", Item::Member(signs_in)),
        ("directory_supervisor", Item::Member(supervisor)),
    ];
    items.extend(crate::kept::items());
    items
}

fn case() -> Case {
    Case {
        version: 7,
        ..Case::opened(name().case, &case_opening())
    }
}

/// Its mandate was taken back.
fn revoked_case() -> Case {
    let mut case = case();
    case.mandate.revoked_on = Some(date(2026, 11, 23));
    case
}

/// Its facts were corrected since it was routed.
fn corrected(ticket: Ticket) -> Ticket {
    Ticket {
        corrected: Some(Box::new(facts())),
        ..ticket
    }
}

pub fn new_ticket() -> Ticket {
    Ticket::opened(&Event {
        version: 1,
        state: State::Routed,
        ..events().remove(0)
    })
    .expect("an opening opens")
}

pub fn ticket() -> Ticket {
    Ticket {
        version: 9,
        state: State::AwaitingReply,
        epoch: 2,
        agent: Some(member("paul.leroy")),
        acknowledged_at: Some(time(10)),
        resolved_at: Some(time(11)),
        closed_at: Some(time(12)),
        information: Some(Information {
            event: EventId([0x55; 16]),
            items: vec![(ItemKind::Document, true), (ItemKind::Date, false)],
            due_on: date(2026, 12, 7),
        }),
        requests: 1,
        resolution: Some(Resolution {
            event: EventId([0x66; 16]),
            outcome: Outcome::RightRestored,
        }),
        effect: Some(Effect::Yes),
        hops: 1,
        predecessor: Some(number(1)),
        successor: Some(number(4)),
        ..new_ticket()
    }
}

fn escalated(cause: Cause, to: Rung) -> Kind {
    Kind::Escalated { cause, to }
}

fn opened() -> Opened {
    Opened {
        case: case_opening(),
        desk: desk(),
        facts: RawFacts {
            regime: "agricultural".to_owned(),
            ..facts()
        },
        orientation: Orientation {
            outcome: RoutingOutcome::Question,
            agencies: vec!["caf-56".to_owned()],
            candidates: vec!["msa-56".to_owned(), "caf-56".to_owned()],
            question: "De quel régime relève la personne ?".to_owned(),
            ruleset: "2026.11".to_owned(),
            rules: vec!["rsa.1".to_owned()],
            reasons: vec!["Le RSA est versé par la CAF ou la MSA.".to_owned()],
            would_change: vec!["agricole : MSA Portes de Bretagne".to_owned()],
            triage: Some(TriageReason::OpenQuestion),
            intended: Some(agency()),
        },
        predecessor: Some(number(1)),
        epoch: 2,
        hops: 1,
        terms: None,
    }
}

fn case_opening() -> CaseOpening {
    CaseOpening {
        reference: Reference::new(26, 4817).expect("a reference"),
        organisation: organisation(),
        opener: member("camille.martin"),
        shared_with_team: true,
        urgent: false,
        facts: facts(),
        departement: "56".to_owned(),
        mandate: Mandate {
            channel: Channel::Oral,
            given_on: date(2026, 11, 2),
            expires_on: date(2027, 11, 1),
            revoked_on: None,
        },
        opened_at: time(0),
    }
}

fn facts() -> RawFacts {
    RawFacts {
        commune: "56178".to_owned(),
        regime: "general".to_owned(),
        benefit: "RSA".to_owned(),
        blockage: Some("NO_REPLY".to_owned()),
        stage: Some("PAYMENT".to_owned()),
        relief_domicile: Some("56121".to_owned()),
        elected_domicile: None,
        paying_body: Some("caf-56".to_owned()),
        seized_body: None,
        agricultural_status: Some("employee".to_owned()),
        local_scheme: Some(false),
        has_basic_pension: None,
        special_scheme: Some("none".to_owned()),
        life_event: None,
        urgent: true,
        on_date: Some("2026-11-22".to_owned()),
    }
}

pub fn time(step: i64) -> Timestamp {
    Timestamp::from_microsecond(1_795_000_000_123_456 + step).expect("a time of 2026")
}

fn name() -> TicketName {
    TicketName {
        case: CaseId(Uuid::from_u128(0x0190_f3a2_0000_7000_8000_0000_0000_0001)),
        number: number(2),
    }
}

fn number(number: u16) -> TicketNumber {
    TicketNumber::new(number).expect("the number of a ticket")
}

pub fn desk() -> DeskName {
    DeskName::new(agency(), "solidarite").expect("the name of a desk")
}

pub fn agency() -> AgencyId {
    AgencyId::parse("caf-56").expect("the id of an agency")
}

fn organisation() -> OrganisationId {
    OrganisationId::parse("ccas-pontivy").expect("the id of an organisation")
}

pub fn member(id: &str) -> MemberId {
    MemberId::parse(id).expect("the id of a member")
}

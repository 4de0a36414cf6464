//! Invented cases, tickets and entries. The same seed gives the same ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use declic_calendar::Calendar;
use declic_domain::case::Case;
use declic_domain::clock::{ClockPolicy, Terms};
use declic_domain::directory::{Member, Role};
use declic_domain::event::{
    CaseOpening, Event, Kind, Opened, Orientation, Party, RoutingOutcome, TriageReason,
};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::{
    AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use declic_domain::ticket::{State, Ticket};
use declic_ledger::leaf::LEN;
use declic_routing::RawFacts;
use declic_vault::keyring::KeyId;
use declic_vault::seal::{Group, SealedObject};
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

use crate::commit::{
    Audience, CaseRow, CaseWrite, Commit, Entry, EntryTicket, Expected, RequestKey, TicketRow,
};
use crate::read::StoredCase;

/// Draws the same numbers for the same seed.
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit as u64) as usize
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.number() as u8)
    }

    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// What a new case starts from.
#[derive(Clone)]
pub(super) struct Start {
    pub opener: &'static str,
    pub organisation: &'static str,
    pub shared: bool,
    pub departement: &'static str,
    /// One ticket for each.
    pub desks: Vec<DeskName>,
}

pub(super) fn start() -> Start {
    Start {
        opener: "camille.martin",
        organisation: "ccas-pontivy",
        shared: false,
        departement: "56",
        desks: vec![desk("caf-56", "rsa")],
    }
}

/// A new case; `number` is that of its reference.
pub(super) fn case(draw: &mut Draw, start: &Start, number: u32) -> StoredCase {
    let id = CaseId(Uuid::from_bytes(draw.bytes()));
    let opened_at = time(draw.below(5_000));
    let reference = Reference::new(26, number).expect("the number of a reference");
    let common = CaseOpening {
        reference,
        organisation: organisation(start.organisation),
        opener: member(start.opener),
        shared_with_team: start.shared,
        urgent: draw.below(2) == 1,
        facts: facts(),
        departement: start.departement.to_owned(),
        mandate: Mandate {
            channel: Channel::Oral,
            given_on: date(2026, 11, 2),
            expires_on: date(2027, 11, 2),
            revoked_on: None,
        },
        opened_at,
    };
    let mut tickets = Vec::new();
    for (desk, number) in start.desks.iter().zip(1..) {
        let name = TicketName {
            case: id,
            number: TicketNumber::new(number).expect("the number of a ticket"),
        };
        let opened = opened(&common, desk);
        let event = Event {
            id: EventId(draw.bytes()),
            ticket: name,
            version: 1,
            actor: member(start.opener),
            party: Party::Organisation(organisation(start.organisation)),
            // Times repeat, so that the order of lists needs their last column.
            recorded_at: time(draw.below(40)),
            state: State::Routed,
            kind: Kind::Opened(Box::new(opened)),
        };
        let ticket = Ticket::opened(&event).expect("an opening opens");
        tickets.push(TicketRow {
            ticket,
            last_leaf: draw.bytes(),
        });
    }
    let case = Case {
        version: tickets.len() as u64,
        ..Case::opened(id, &common)
    };
    let row = CaseRow {
        case,
        key_id: KeyId(draw.bytes()),
        sealed_words: draw.bytes::<40>().to_vec(),
    };
    StoredCase { row, tickets }
}

fn opened(common: &CaseOpening, desk: &DeskName) -> Opened {
    Opened {
        case: common.clone(),
        desk: desk.clone(),
        facts: common.facts.clone(),
        orientation: Orientation {
            outcome: RoutingOutcome::Triage,
            agencies: vec![desk.agency.as_str().to_owned()],
            candidates: Vec::new(),
            question: String::new(),
            ruleset: "2026.11".to_owned(),
            rules: vec!["rsa".to_owned()],
            reasons: vec!["Le RSA relève de la CAF.".to_owned()],
            would_change: Vec::new(),
            triage: Some(TriageReason::NoRule),
            intended: None,
        },
        predecessor: None,
        epoch: 1,
        hops: 0,
        terms: Some(Arc::new(Terms::new(
            ClockPolicy::national(),
            Calendar::for_departement("56"),
        ))),
    }
}

/// The commit that opens a case: an entry for each ticket, to its agency and the opener's organisation.
pub(super) fn opening(draw: &mut Draw, case: &StoredCase) -> Commit {
    let entries = case
        .tickets
        .iter()
        .map(|row| entry(draw, &row.ticket, &case.row.case, "OPENED"))
        .collect();
    Commit {
        request: Some((key(draw), draw.bytes::<30>().to_vec())),
        case: Some(CaseWrite {
            expected: Expected::New,
            case: case.row.clone(),
            tickets: case.tickets.clone(),
            blind: Vec::new(),
            gone: Vec::new(),
        }),
        directory: Vec::new(),
        directory_change: None,
        rules: None,
        entries,
    }
}

/// The commit that changes one ticket, and the case after it.
pub(super) fn change(
    draw: &mut Draw,
    before: &StoredCase,
    index: usize,
    change: impl FnOnce(&mut Case, &mut Ticket),
) -> (Commit, StoredCase) {
    let mut after = before.clone();
    let row = &mut after.tickets[index];
    change(&mut after.row.case, &mut row.ticket);
    row.ticket.version += 1;
    row.last_leaf = draw.bytes();
    after.row.case.version += 1;
    let commit = Commit {
        request: Some((key(draw), draw.bytes::<30>().to_vec())),
        case: Some(CaseWrite {
            expected: Expected::Version(before.row.case.version),
            case: after.row.clone(),
            tickets: vec![after.tickets[index].clone()],
            blind: Vec::new(),
            gone: Vec::new(),
        }),
        directory: Vec::new(),
        directory_change: None,
        rules: None,
        entries: vec![entry(
            draw,
            &after.tickets[index].ticket,
            &after.row.case,
            "MESSAGE_POSTED",
        )],
    };
    (commit, after)
}

pub(super) fn entry(draw: &mut Draw, ticket: &Ticket, case: &Case, kind: &'static str) -> Entry {
    let parties = [
        Party::Agency(ticket.agency().clone()),
        Party::Organisation(case.organisation.clone()),
    ];
    let object = |draw: &mut Draw, group, no| SealedObject {
        group,
        no,
        bytes: draw.bytes::<60>().to_vec(),
    };
    Entry {
        event: EventId(draw.bytes()),
        ticket: Some(EntryTicket {
            name: ticket.name,
            version: ticket.version,
        }),
        kind,
        key_id: KeyId(draw.bytes()),
        recorded_at_us: ticket.updated_at.as_microsecond(),
        objects: vec![object(draw, Group::Meta, 1), object(draw, Group::Personal, 2)],
        commitments: vec![draw.bytes(), draw.bytes()],
        leaf: draw.bytes::<LEN>(),
        audiences: parties.iter().filter_map(Audience::of).collect(),
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
    }
}

/// An entry as the directory and the rules have it.
pub(super) fn entry_of_no_ticket(draw: &mut Draw, kind: &'static str) -> Entry {
    Entry {
        event: EventId(draw.bytes()),
        ticket: None,
        kind,
        key_id: KeyId(draw.bytes()),
        recorded_at_us: time(0).as_microsecond(),
        objects: vec![SealedObject {
            group: Group::Meta,
            no: 1,
            bytes: draw.bytes::<60>().to_vec(),
        }],
        commitments: vec![draw.bytes()],
        leaf: draw.bytes::<LEN>(),
        audiences: Vec::new(),
        traceparent: String::new(),
    }
}

pub(super) fn key(draw: &mut Draw) -> RequestKey {
    RequestKey {
        issuer: "https://declic.example".to_owned(),
        subject: "camille.martin".to_owned(),
        id: draw.bytes(),
        content: draw.bytes(),
    }
}

pub(super) fn ticket_state(draw: &mut Draw, ticket: &mut Ticket) {
    ticket.state = draw.pick(&State::ALL);
    ticket.held_since = time(draw.below(40));
}

pub(super) fn supervisor(departements: &[&str]) -> Member {
    let territory = departements.iter().map(|&code| code.to_owned()).collect();
    Member {
        territory,
        ..person("sylvie.roux", Role::Supervisor)
    }
}

pub(super) fn person(id: &str, role: Role) -> Member {
    Member {
        id: member(id),
        name: id.to_owned(),
        role,
        organisation: None,
        agency: None,
        desks: BTreeSet::new(),
        territory: BTreeSet::new(),
        active: true,
        keys: Vec::new(),
        identities: BTreeSet::new(),
    }
}

pub(super) fn facts() -> RawFacts {
    RawFacts {
        commune: "56178".to_owned(),
        regime: "general".to_owned(),
        benefit: "RSA".to_owned(),
        ..RawFacts::default()
    }
}

pub(super) fn time(minutes: usize) -> Timestamp {
    let seconds = 1_795_000_000 + 60 * minutes as i64;
    Timestamp::from_second(seconds).expect("a time of 2026")
}

pub(super) fn member(id: &str) -> MemberId {
    MemberId::parse(id).expect("the id of a member")
}

pub(super) fn organisation(id: &str) -> OrganisationId {
    OrganisationId::parse(id).expect("the id of an organisation")
}

pub(super) fn agency(id: &str) -> AgencyId {
    AgencyId::parse(id).expect("the id of an agency")
}

pub(super) fn desk(of: &str, name: &str) -> DeskName {
    DeskName::new(agency(of), name).expect("the name of a desk")
}

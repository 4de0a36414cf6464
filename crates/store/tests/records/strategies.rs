//! Arbitrary values of everything that is recorded.

use declic_domain::case::Case;
use declic_domain::contact::{Contact, ContactChannel, ContactResult};
use declic_domain::directory::{
    Agency, Desk, Enrolment, Identity, Item, Member, Organisation, OrganisationKind, Role,
};
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
use declic_domain::ticket::{Alerts, Information, Resolution, State, Ticket};
use declic_routing::RawFacts;
use declic_store::record::meta::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::clocks;

const SLUG: &str = "[a-z0-9.-]{1,64}";

pub fn event() -> impl Strategy<Value = Event> {
    let head = (
        any::<[u8; 16]>(),
        ticket_name(),
        any::<u64>(),
        member(),
        party(),
        time(),
        select(&State::ALL),
    );
    (head, kind()).prop_map(
        |((id, ticket, version, actor, party, recorded_at, state), kind)| Event {
            id: EventId(id),
            ticket,
            version,
            actor,
            party,
            recorded_at,
            state,
            kind,
        },
    )
}

pub fn context() -> impl Strategy<Value = Context> {
    (any::<[u8; 32]>(), any::<[u8; 32]>(), vec(party(), 0..4)).prop_map(|(previous, request, recipients)| {
        Context {
            previous,
            request,
            recipients,
        }
    })
}

pub fn personal() -> impl Strategy<Value = Personal> {
    let item = (text(), text()).prop_map(|(label, why)| ItemText { label, why });
    let step = (text(), option::of(day())).prop_map(|(label, due_on)| Step { label, due_on });
    prop_oneof![
        opening().prop_map(|words| Personal::Opening(Box::new(words))),
        text().prop_map(Personal::Message),
        (vec(item, 0..4), text()).prop_map(|(items, message)| Personal::Request { items, message }),
        (vec((any::<u8>(), text()), 0..4), text())
            .prop_map(|(answers, message)| Personal::Reply { answers, message }),
        (text(), vec(step, 0..4), text()).prop_map(|(message, steps, link)| Personal::Resolution {
            message,
            steps,
            link
        }),
        (text(), text()).prop_map(|(message, next_step)| Personal::Contact { message, next_step }),
        (text(), text()).prop_map(|(scope, evidence)| Personal::Mandate { scope, evidence }),
        (opening(), opening(), text()).prop_map(|(before, after, reason)| {
            let (before, after) = (before.person, after.person);
            Personal::Person(Box::new(PersonCorrection {
                before,
                after,
                reason,
            }))
        }),
    ]
}

pub fn opening() -> impl Strategy<Value = Opening> {
    let person = (text(), text(), day(), option::of(text()), option::of(nir()));
    (person, text(), text(), text()).prop_map(|(person, explanation, mandate_scope, mandate_evidence)| {
        let (given_name, family_name, birth_date, agency_identifier, nir) = person;
        let person = Person {
            given_name,
            family_name,
            birth_date,
            agency_identifier,
            nir,
        };
        Opening {
            person,
            explanation,
            mandate_scope,
            mandate_evidence,
        }
    })
}

pub fn case() -> impl Strategy<Value = Case> {
    (case_opening(), any::<u128>(), any::<u64>()).prop_map(|(opening, id, version)| Case {
        version,
        ..Case::opened(CaseId(Uuid::from_u128(id)), &opening)
    })
}

pub fn ticket() -> impl Strategy<Value = Ticket> {
    let head = (
        ticket_name(),
        any::<u64>(),
        select(&State::ALL),
        any::<u32>(),
        desk(),
        option::of(member()),
    );
    let times = (
        time(),
        time(),
        time(),
        option::of(time()),
        option::of(time()),
        option::of(time()),
    );
    let treated = (
        option::of(information()),
        any::<u8>(),
        option::of(resolution()),
        option::of(effect()),
    );
    let tail = (
        facts(),
        orientation(),
        any::<u8>(),
        option::of(number()),
        option::of(number()),
        option::of(clocks::any_clocks()),
        option::of(facts()),
        option::of(time()),
        prop_oneof![Just(Alerts::default()), alerts()],
        vec(desk(), 0..3),
        vec(agency(), 0..3),
    );
    (head, times, treated, tail).prop_map(|(head, times, treated, tail)| Ticket {
        name: head.0,
        version: head.1,
        state: head.2,
        epoch: head.3,
        desk: head.4,
        agent: head.5,
        held_since: times.0,
        opened_at: times.1,
        updated_at: times.2,
        acknowledged_at: times.3,
        resolved_at: times.4,
        closed_at: times.5,
        information: treated.0,
        requests: treated.1,
        resolution: treated.2,
        effect: treated.3,
        facts: tail.0,
        orientation: tail.1,
        hops: tail.2,
        predecessor: tail.3,
        successor: tail.4,
        clocks: tail.5,
        corrected: tail.6.map(Box::new),
        reminded_at: tail.7,
        alerts: tail.8,
        shared_with: tail.9,
        former_agencies: tail.10,
    })
}

fn alerts() -> impl Strategy<Value = Alerts> {
    let told = (any::<bool>(), 0..3_u8, 0..3_u8);
    (told, option::of(rung()), option::of(rung())).prop_map(|(told, acknowledgement, resolution)| Alerts {
        reply: told.0,
        untouched: told.1,
        level: told.2,
        acknowledgement,
        resolution,
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    select(vec![Cause::Acknowledgement, Cause::Resolution, Cause::Supervisor])
}

fn rung() -> impl Strategy<Value = Rung> {
    select(vec![Rung::Holder, Rung::Desk, Rung::Supervision])
}

pub fn item() -> impl Strategy<Value = Item> {
    let named_desk =
        (desk(), text(), btree_set(text(), 0..4)).prop_map(|(name, display_name, benefits)| Desk {
            name,
            display_name,
            benefits,
        });
    let enrolment = select(vec![Enrolment::Connector, Enrolment::Console, Enrolment::None]);
    let of_agency = (agency(), text(), enrolment, any::<bool>(), vec(named_desk, 0..3)).prop_map(
        |(id, name, enrolment, nir_allowed, desks)| Agency {
            id,
            name,
            enrolment,
            nir_allowed,
            desks,
        },
    );
    let kind = proptest::option::of(Just(OrganisationKind::FranceServices));
    let of_organisation = (organisation(), text(), text(), kind);
    let of_organisation = of_organisation.prop_map(|(id, name, departement, kind)| Organisation {
        id,
        name,
        departement,
        kind,
    });
    prop_oneof![
        of_agency.prop_map(Item::Agency),
        of_organisation.prop_map(Item::Organisation),
        directory_member().prop_map(Item::Member),
        crate::kept::any_item(SLUG.prop_map(|id| AgencyId::parse(&id).expect("an agency's form"))),
    ]
}

fn identity() -> impl Strategy<Value = Identity> {
    ("[a-z]{1,9}", "[!-~]{1,20}").prop_map(|(host, subject)| {
        Identity::new(&format!("https://{host}.example.fr"), &subject).expect("an identity")
    })
}

fn directory_member() -> impl Strategy<Value = Member> {
    let head = (
        member(),
        text(),
        select(&Role::ALL),
        option::of(organisation()),
        option::of(agency()),
    );
    let tail = (
        btree_set(desk(), 0..3),
        btree_set(text(), 0..3),
        any::<bool>(),
        vec(any::<[u8; 32]>(), 0..3),
        btree_set(identity(), 0..3),
    );
    (head, tail).prop_map(
        |((id, name, role, organisation, agency), (desks, territory, active, keys, identities))| Member {
            id,
            name,
            role,
            organisation,
            agency,
            desks,
            territory,
            active,
            keys,
            identities,
        },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    let item = select(vec![ItemKind::Document, ItemKind::Question, ItemKind::Date]);
    let reason = select(vec![
        RedirectReason::OutsideTerritory,
        RedirectReason::WrongRegime,
        RedirectReason::PayerNotDecider,
        RedirectReason::OutsideCompetence,
        RedirectReason::LegalBar,
        RedirectReason::Other,
    ]);
    prop_oneof![
        opened().prop_map(|opened| Kind::Opened(Box::new(opened))),
        Just(Kind::DeliveryConfirmed),
        option::of(member()).prop_map(|agent| Kind::Acknowledged { agent }),
        (option::of(member()), desk()).prop_map(|(agent, desk)| Kind::Assigned { agent, desk }),
        (vec(item, 0..5), day()).prop_map(|(items, due_on)| Kind::InformationRequested { items, due_on }),
        vec(any::<u8>(), 0..5).prop_map(|items| Kind::Replied { items }),
        Just(Kind::TakenBack),
        (reason, number()).prop_map(|(reason, successor)| Kind::Redirected { reason, successor }),
        number().prop_map(|successor| Kind::RoutedByHand { successor }),
        outcome().prop_map(|outcome| Kind::Resolved { outcome }),
        effect().prop_map(|effect| Kind::Closed { effect }),
        desk().prop_map(|desk| Kind::Reopened { desk }),
        Just(Kind::Withdrawn),
        Just(Kind::MessagePosted),
        Just(Kind::NoteAdded),
        contact().prop_map(Kind::ContactRecorded),
        Just(Kind::Reminded),
        desk().prop_map(|desk| Kind::Shared { desk }),
        agency().prop_map(|agency| Kind::Unshared { agency }),
        desk().prop_map(|desk| Kind::AgencyTransferred { desk }),
        any::<bool>().prop_map(|urgent| Kind::UrgencyChanged { urgent }),
        (member(), member()).prop_map(|(from, to)| Kind::Transferred { from, to }),
        mandate().prop_map(|mandate| Kind::MandateRenewed { mandate }),
        day().prop_map(|on| Kind::MandateRevoked { on }),
        Just(Kind::PersonCorrected),
        (facts(), facts(), text()).prop_map(|(before, after, departement)| Kind::FactsCorrected {
            before: Box::new(before),
            after: Box::new(after),
            departement,
        }),
        select(vec![
            Kind::ReplyWarned,
            Kind::UntouchedWarned,
            Kind::ClosedUnconfirmed,
            Kind::Lapsed
        ]),
        (cause(), rung()).prop_map(|(cause, to)| Kind::Escalated { cause, to }),
    ]
}

fn contact() -> impl Strategy<Value = Contact> {
    let channel = select(vec![
        ContactChannel::Telephone,
        ContactChannel::Email,
        ContactChannel::Portal,
        ContactChannel::Mail,
        ContactChannel::Counter,
        ContactChannel::Meeting,
    ]);
    let result = select(vec![
        ContactResult::Answered,
        ContactResult::AnswerAwaited,
        ContactResult::NotReached,
    ]);
    (agency(), channel, day(), result, option::of(day())).prop_map(
        |(agency, channel, contacted_on, result, expected_on)| Contact {
            agency,
            channel,
            contacted_on,
            result,
            expected_on,
        },
    )
}

fn opened() -> impl Strategy<Value = Opened> {
    let head = (case_opening(), desk(), facts(), orientation());
    let terms = option::of(clocks::any_terms());
    (head, option::of(number()), any::<u32>(), any::<u8>(), terms).prop_map(
        |((case, desk, facts, orientation), predecessor, epoch, hops, terms)| Opened {
            case,
            desk,
            facts,
            orientation,
            predecessor,
            epoch,
            hops,
            terms,
        },
    )
}

fn mandate() -> impl Strategy<Value = Mandate> {
    let channel = select(vec![Channel::Signed, Channel::Oral, Channel::Sms]);
    let days = (day(), day(), option::of(day()));
    (channel, days).prop_map(|(channel, (given_on, expires_on, revoked_on))| Mandate {
        channel,
        given_on,
        expires_on,
        revoked_on,
    })
}

fn case_opening() -> impl Strategy<Value = CaseOpening> {
    let mandate = mandate();
    let reference = (0_u8..100, 1_u32..10_000_000)
        .prop_map(|(year, number)| Reference::new(year, number).expect("within its range"));
    let head = (reference, organisation(), member(), any::<bool>(), any::<bool>());
    (head, facts(), text(), mandate, time()).prop_map(|(head, facts, departement, mandate, opened_at)| {
        let (reference, organisation, opener, shared_with_team, urgent) = head;
        CaseOpening {
            reference,
            organisation,
            opener,
            shared_with_team,
            urgent,
            facts,
            departement,
            mandate,
            opened_at,
        }
    })
}

fn orientation() -> impl Strategy<Value = Orientation> {
    let outcome = select(vec![
        RoutingOutcome::Routed,
        RoutingOutcome::Question,
        RoutingOutcome::Triage,
        RoutingOutcome::ByHand,
    ]);
    let triage = select(vec![
        TriageReason::AgencyNotEnrolled,
        TriageReason::NoRule,
        TriageReason::OpenQuestion,
        TriageReason::ThirdRedirect,
        TriageReason::AgencyAlreadyTried,
        TriageReason::Asked,
        TriageReason::NoDeskTakesIt,
    ]);
    let texts = || vec(text(), 0..3);
    let lists = (texts(), texts(), texts(), texts(), texts());
    (
        outcome,
        text(),
        text(),
        lists,
        option::of(triage),
        option::of(agency()),
    )
        .prop_map(|(outcome, question, ruleset, lists, triage, intended)| {
            let (agencies, candidates, rules, reasons, would_change) = lists;
            Orientation {
                outcome,
                agencies,
                candidates,
                question,
                ruleset,
                rules,
                reasons,
                would_change,
                triage,
                intended,
            }
        })
}

fn facts() -> impl Strategy<Value = RawFacts> {
    let given = || option::of(text());
    let texts = (
        given(),
        given(),
        given(),
        given(),
        given(),
        given(),
        given(),
        given(),
        given(),
        given(),
    );
    let required = (text(), text(), text());
    (
        required,
        texts,
        option::of(any::<bool>()),
        option::of(any::<bool>()),
        any::<bool>(),
    )
        .prop_map(
            |(required, texts, local_scheme, has_basic_pension, urgent)| RawFacts {
                commune: required.0,
                regime: required.1,
                benefit: required.2,
                blockage: texts.0,
                stage: texts.1,
                relief_domicile: texts.2,
                elected_domicile: texts.3,
                paying_body: texts.4,
                seized_body: texts.5,
                agricultural_status: texts.6,
                special_scheme: texts.7,
                life_event: texts.8,
                on_date: texts.9,
                local_scheme,
                has_basic_pension,
                urgent,
            },
        )
}

fn information() -> impl Strategy<Value = Information> {
    let kind = select(vec![ItemKind::Document, ItemKind::Question, ItemKind::Date]);
    (any::<[u8; 16]>(), vec((kind, any::<bool>()), 0..4), day()).prop_map(|(event, items, due_on)| {
        Information {
            event: EventId(event),
            items,
            due_on,
        }
    })
}

fn resolution() -> impl Strategy<Value = Resolution> {
    (any::<[u8; 16]>(), outcome()).prop_map(|(event, outcome)| Resolution {
        event: EventId(event),
        outcome,
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    select(vec![
        Outcome::RightRestored,
        Outcome::ErrorCorrected,
        Outcome::DecisionExplained,
        Outcome::RefusalConfirmed,
        Outcome::SentToStandardProcedure,
        Outcome::Duplicate,
        Outcome::PersonUnknown,
    ])
}

fn effect() -> impl Strategy<Value = Effect> {
    select(vec![Effect::Yes, Effect::Partly, Effect::No, Effect::Unknown])
}

fn party() -> impl Strategy<Value = Party> {
    prop_oneof![
        organisation().prop_map(Party::Organisation),
        agency().prop_map(Party::Agency),
        Just(Party::Supervision),
        Just(Party::Clock),
    ]
}

fn ticket_name() -> impl Strategy<Value = TicketName> {
    (any::<u128>(), number()).prop_map(|(case, number)| TicketName {
        case: CaseId(Uuid::from_u128(case)),
        number,
    })
}

fn number() -> impl Strategy<Value = TicketNumber> {
    (1_u16..).prop_map(|number| TicketNumber::new(number).expect("from 1"))
}

fn desk() -> impl Strategy<Value = DeskName> {
    (agency(), SLUG).prop_map(|(agency, name)| DeskName::new(agency, &name).expect("a desk's form"))
}

fn agency() -> impl Strategy<Value = AgencyId> {
    SLUG.prop_map(|id| AgencyId::parse(&id).expect("an agency's form"))
}

fn organisation() -> impl Strategy<Value = OrganisationId> {
    SLUG.prop_map(|id| OrganisationId::parse(&id).expect("an organisation's form"))
}

fn member() -> impl Strategy<Value = MemberId> {
    SLUG.prop_map(|id| MemberId::parse(&id).expect("a member's form"))
}

/// Numbers of month 99, which belong to nobody.
fn nir() -> impl Strategy<Value = Nir> {
    (0_u64..100_000_000).prop_map(|rest| {
        let body = 2_000_000_000_000 + 84 * 10_000_000_000 + 99 * 100_000_000 + rest;
        Nir::parse(&format!("{body:013}{:02}", 97 - body % 97)).expect("its key is right")
    })
}

fn text() -> impl Strategy<Value = String> {
    ".{0,12}"
}

fn day() -> impl Strategy<Value = Date> {
    (-9_999_i16..=9_999, 1_i8..=12, 1_i8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("every month has 28 days"))
}

fn time() -> impl Strategy<Value = Timestamp> {
    let (first, last) = (Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
    (first..=last).prop_map(|microsecond| Timestamp::from_microsecond(microsecond).expect("within its range"))
}

//! An invented ticket for tests, and what a document made of it promises.

use declic_proto::v1;
use serde_json::Value;

use super::document::{Document, Erased, Unusable};

pub(crate) const TICKET: &str = "cases/0190f3a2-7c1e-7d7f-8a41-5b0a6a1c2e3d/tickets/1";

pub(crate) fn sample() -> v1::Ticket {
    v1::Ticket {
        name: TICKET.to_owned(),
        reference: "26-04817-K".to_owned(),
        etag: "W/7".to_owned(),
        state: v1::TicketState::AwaitingReply.into(),
        epoch: 2,
        agency: "agencies/caf-56".to_owned(),
        agency_display_name: "Caf du Morbihan".to_owned(),
        desk: "agencies/caf-56/desks/solidarite".to_owned(),
        agent: "members/yann.le-goff".to_owned(),
        holder: Some(v1::Holder {
            party: "members/camille.martin".to_owned(),
            display_name: "Camille Martin".to_owned(),
            since: time(1_795_341_600),
        }),
        benefit: "RSA".to_owned(),
        blockage: "NO_REPLY".to_owned(),
        urgent: true,
        open_time: time(1_795_338_000),
        update_time: time(1_795_341_600),
        acknowledge_time: time(1_795_340_000),
        information_request: Some(v1::InformationRequest {
            items: vec![v1::InformationItem {
                kind: v1::InformationKind::Document.into(),
                label: "Attestation de loyer".to_owned(),
                why: "Elle manque au dossier.".to_owned(),
                answered: false,
            }],
            due_on: "2026-12-07".to_owned(),
        }),
        decision: Some(v1::RoutingDecision {
            outcome: v1::RoutingOutcome::Routed.into(),
            agencies: vec!["caf-56".to_owned()],
            ruleset: "2026.11.2+5c1e7a90b2d4".to_owned(),
            rules: vec!["rsa-general".to_owned()],
            reasons: vec!["RSA, régime général : la Caf du domicile.".to_owned()],
            ..v1::RoutingDecision::default()
        }),
        ..v1::Ticket::default()
    }
}

pub(crate) fn sample_case() -> v1::Case {
    v1::Case {
        name: "cases/0190f3a2-7c1e-7d7f-8a41-5b0a6a1c2e3d".to_owned(),
        reference: "26-04817-K".to_owned(),
        organisation: "organisations/ccas-pontivy".to_owned(),
        opener: "members/camille.martin".to_owned(),
        explanation: "RSA suspendu depuis septembre, sans courrier.".to_owned(),
        person: Some(v1::Person {
            given_name: "Maïwenn".to_owned(),
            family_name: "Kerjean".to_owned(),
            birth_date: "1984-07-14".to_owned(),
            agency_identifier: "1234567".to_owned(),
            nir: String::new(),
        }),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::Signed.into(),
            scope: "RSA, échanges avec la Caf".to_owned(),
            given_on: "2026-11-20".to_owned(),
            expires_on: "2027-11-20".to_owned(),
            ..v1::Mandate::default()
        }),
        facts: Some(v1::Facts {
            commune: "56178".to_owned(),
            regime: v1::Regime::General.into(),
            benefit: "RSA".to_owned(),
            blockage: "NO_REPLY".to_owned(),
            stage: v1::Stage::Payment.into(),
            has_basic_pension: Some(false),
            ..v1::Facts::default()
        }),
        tickets: vec![
            sample(),
            v1::Ticket {
                name: "cases/0190f3a2-7c1e-7d7f-8a41-5b0a6a1c2e3d/tickets/2".to_owned(),
                agency: "agencies/cd-56".to_owned(),
                state: v1::TicketState::Routed.into(),
                ..v1::Ticket::default()
            },
        ],
        ..v1::Case::default()
    }
}

pub(crate) fn sample_events() -> Vec<v1::TicketEvent> {
    vec![v1::TicketEvent {
        event_id: vec![0xab; 16],
        ticket: "cases/0190f3a2-0000-7000-8000-000000000001/tickets/1".to_owned(),
        number: 1,
        r#type: "TICKET_ROUTED".to_owned(),
        state: v1::TicketState::Routed.into(),
        actor: "members/camille.martin".to_owned(),
        actor_display_name: "Camille Martin".to_owned(),
        party_display_name: "CCAS de Pontivy".to_owned(),
        record_time: time(1_795_338_000),
        ..v1::TicketEvent::default()
    }]
}

fn time(seconds: i64) -> Option<prost_types::Timestamp> {
    Some(prost_types::Timestamp { seconds, nanos: 0 })
}

fn schema() -> jsonschema::Validator {
    let text = include_str!("../../schemas/handover.schema.json");
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is one of draft 2020-12");
    jsonschema::validator_for(&schema).expect("the schema compiles")
}

fn faults(document: &impl serde::Serialize) -> Vec<String> {
    let value = serde_json::to_value(document).expect("a document is JSON");
    let schema = schema();
    let faults = schema.iter_errors(&value);
    faults
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect()
}

#[test]
fn a_full_document_has_the_published_form() {
    let document = Document::new(3, sample(), sample_case(), sample_events()).expect("usable");
    assert_eq!(faults(&document), Vec::<String>::new());
    let value = serde_json::to_value(&document).expect("a document is JSON");
    assert_eq!(value["state"], "AWAITING_REPLY");
    assert_eq!(value["person"]["nir"], Value::Null);
    assert_eq!(value["opened_at"], "2026-11-22T09:00:00Z");
    assert_eq!(value["other_tickets"][0]["agency"], "agencies/cd-56");
    assert_eq!(value["information_request"]["items"][0]["number"], 1);
}

#[test]
fn a_document_of_what_is_barely_known_has_the_published_form() {
    let ticket = v1::Ticket {
        name: TICKET.to_owned(),
        reference: "26-04817-K".to_owned(),
        state: 99,
        epoch: 1,
        ..v1::Ticket::default()
    };
    let document = Document::new(1, ticket, v1::Case::default(), Vec::new()).expect("usable");
    assert_eq!(faults(&document), Vec::<String>::new());
    assert_eq!(document.state, "UNSPECIFIED");
}

#[test]
fn what_remains_of_an_erased_ticket_has_the_published_form() {
    let erased = Erased::new(4, TICKET, "26-04817-K").expect("usable");
    assert_eq!(faults(&erased), Vec::<String>::new());
}

#[test]
fn every_member_is_described_and_none_is_free() {
    let document = Document::new(3, sample(), sample_case(), sample_events()).expect("usable");
    let mut value = serde_json::to_value(&document).expect("a document is JSON");
    let members: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
    let schema = schema();
    for member in members {
        let kept = value.as_object_mut().expect("an object").remove(&member);
        assert!(!schema.is_valid(&value), "without {member}");
        value[&member] = kept.expect("it was there");
    }
    value["surprise"] = Value::Bool(true);
    assert!(!schema.is_valid(&value));
}

#[test]
fn a_name_that_would_leave_the_folder_or_is_a_second_spelling_is_refused() {
    for reference in ["../../etc/passwd", "", "26/04817", "26 04817"] {
        let ticket = v1::Ticket {
            reference: reference.to_owned(),
            ..sample()
        };
        let refused = Document::new(1, ticket, sample_case(), Vec::new());
        assert_eq!(refused, Err(Unusable::Reference(reference.to_owned())));
    }
    for name in [
        "cases/a/tickets/..",
        "cases/../tickets/1",
        "cases/a/tickets/1/2",
        "tickets/1",
        "cases/a/tickets/+1",
        "cases/a/tickets/01",
        "cases/a/tickets/0",
        "cases/a/tickets/65536",
        "cases/a/tickets/",
        "cases/A/tickets/1",
        "cases//tickets/1",
    ] {
        let ticket = v1::Ticket {
            name: name.to_owned(),
            ..sample()
        };
        let refused = Document::new(1, ticket, sample_case(), Vec::new());
        assert_eq!(refused, Err(Unusable::Ticket(name.to_owned())));
    }
}

#[test]
fn a_document_never_prints_the_person() {
    let document = Document::new(3, sample(), sample_case(), sample_events()).expect("usable");
    let printed = format!("{document:?}");
    assert!(
        !printed.contains("Kerjean") && !printed.contains("suspendu"),
        "{printed}"
    );
}

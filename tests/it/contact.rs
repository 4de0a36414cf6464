//! An agency that is not enrolled is reached by its usual channel, and it is recorded: by whom, how, and what came of it.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::people::{self, events, fresh, standard_case, ticket};
use declic_tests::{TestHub, raw};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use prost::Message as _;

use crate::{commands, rules};

/// The day in the Morbihan.
fn today(hub: &TestHub) -> Date {
    let paris = TimeZone::get("Europe/Paris").expect("a time zone");
    hub.now().to_zoned(paris).date()
}

fn contact(name: &str) -> v1::RecordContactRequest {
    v1::RecordContactRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        channel: v1::ContactChannel::Telephone.into(),
        result: v1::ContactResult::AnswerAwaited.into(),
        message: "Dossier retrouvé, il manque l’avis d’imposition.".to_owned(),
        next_step: Some(v1::NextStep {
            label: "Réponse de la Cpam".to_owned(),
            due_on: (people::today() + 7.days()).to_string(),
        }),
        ..v1::RecordContactRequest::default()
    }
}

/// What was recorded of the contacts of a ticket, as this client reads it.
async fn contacts(client: &Client, name: &str) -> Vec<(v1::Contact, String)> {
    let read = events(client, name).await.into_iter();
    let read = read.filter_map(|event| event.contact.map(|contact| (contact, event.text)));
    read.collect()
}

#[tokio::test]
async fn a_contact_is_read_in_the_thread_and_moves_nothing() {
    let hub = TestHub::start().await;
    let (camille, erwan) = (hub.social_worker(), hub.triage_agent());
    let opened = people::open(&camille, people::case_of_an_agency_not_enrolled()).await;
    let name = opened.tickets[0].ticket.as_str();
    let before = ticket(&camille, name).await;
    let done = erwan.record_contact(contact(name)).await.expect("a contact");
    let confirmation = done.confirmation.expect("what it did");
    assert_eq!((confirmation.state, confirmation.epoch), (before.state, 1));
    let after = ticket(&camille, name).await;
    assert_eq!(
        v1::Ticket {
            etag: before.etag.clone(),
            update_time: before.update_time,
            ..after
        },
        before
    );

    let expected = v1::Contact {
        agency: "agencies/cpam-56".to_owned(),
        agency_display_name: "CPAM du Morbihan".to_owned(),
        channel: v1::ContactChannel::Telephone.into(),
        contacted_on: today(&hub).to_string(),
        result: v1::ContactResult::AnswerAwaited.into(),
        next_step: contact(name).next_step,
    };
    let read = contacts(&camille, name).await;
    assert_eq!(read, [(expected.clone(), contact(name).message)]);
    assert_eq!(contacts(&erwan, name).await, read);
    // A supervisor sees that it was done, and by when more is expected; no word of it.
    let without_words = v1::Contact {
        next_step: Some(v1::NextStep {
            label: String::new(),
            due_on: (people::today() + 7.days()).to_string(),
        }),
        ..expected
    };
    let seen = contacts(&hub.supervisor(), name).await;
    assert_eq!(seen, [(without_words, String::new())]);
    hub.stop().await;
}

#[tokio::test]
async fn a_contact_sent_twice_is_recorded_once_and_answered_the_same() {
    let hub = TestHub::start().await;
    let channel = hub.channel().await;
    let opened = people::open(&hub.social_worker(), people::case_of_an_agency_not_enrolled()).await;
    let request = contact(&opened.tickets[0].ticket);
    let send = async |request: &v1::RecordContactRequest| {
        let bytes = request.encode_to_vec();
        raw::call_as(&channel, "erwan.le-roux", "TicketService/RecordContact", bytes).await
    };
    let first = send(&request).await.expect("a contact");
    assert_eq!(send(&request).await.expect("the same"), first);
    let other = v1::RecordContactRequest {
        message: "Autre chose.".to_owned(),
        ..request
    };
    let refused = send(&other).await.expect_err("another content");
    assert_eq!(raw::line(&refused), "FailedPrecondition REQUEST_ID_REUSED");
    assert_eq!(hub.stop().await.events.len(), 2, "the opening and one contact");
}

#[tokio::test]
async fn a_contact_is_refused_where_it_cannot_be() {
    let hub = TestHub::start().await;
    let (camille, erwan) = (hub.social_worker(), hub.triage_agent());
    let opened = people::open(&camille, people::case_of_an_agency_not_enrolled()).await;
    let name = opened.tickets[0].ticket.as_str();
    let tomorrow = (today(&hub) + 1.days()).to_string();
    let yesterday = (today(&hub) - 1.days()).to_string();
    let invalid = [
        v1::RecordContactRequest {
            contacted_on: tomorrow,
            ..contact(name)
        },
        v1::RecordContactRequest {
            contacted_on: yesterday,
            ..contact(name)
        },
        v1::RecordContactRequest {
            agency: "agencies/cpam-99".to_owned(),
            ..contact(name)
        },
        v1::RecordContactRequest {
            channel: 0,
            ..contact(name)
        },
        v1::RecordContactRequest {
            result: 99,
            ..contact(name)
        },
        v1::RecordContactRequest {
            message: String::new(),
            ..contact(name)
        },
        v1::RecordContactRequest {
            next_step: Some(v1::NextStep::default()),
            ..contact(name)
        },
        v1::RecordContactRequest {
            epoch: 0,
            ..contact(name)
        },
    ];
    for wrong in invalid {
        let refused = erwan.record_contact(wrong.clone()).await;
        let line = refused.as_ref().map_err(commands::line);
        assert_eq!(line, Err("InvalidArgument FIELD_INVALID".to_owned()), "{wrong:?}");
    }
    let stale = v1::RecordContactRequest {
        epoch: 2,
        ..contact(name)
    };
    commands::refused(&erwan.record_contact(stale).await, "Aborted EPOCH_OUTDATED");
    let outdated = v1::RecordContactRequest {
        etag: "7".to_owned(),
        ..contact(name)
    };
    commands::refused(&erwan.record_contact(outdated).await, "Aborted ETAG_OUTDATED");
    commands::refused(
        &hub.caf_agent().record_contact(contact(name)).await,
        "PermissionDenied ROLE_FORBIDDEN",
    );
    commands::refused(
        &hub.speaks_as("aicha.diallo").record_contact(contact(name)).await,
        "NotFound NOT_FOUND",
    );
    let at_caf = people::open(&camille, standard_case()).await;
    commands::refused(
        &hub.speaks_as("hugo.petit")
            .record_contact(contact(&at_caf.tickets[0].ticket))
            .await,
        "FailedPrecondition NOT_AT_TRIAGE",
    );
    hub.stop().await;
}

#[tokio::test]
async fn what_a_person_decided_at_triage_is_undone_by_no_later_rule() {
    let hub = TestHub::start().await;
    let (camille, erwan, jean) = (hub.social_worker(), hub.triage_agent(), hub.administrator());
    let opened = people::open(&camille, standard_case()).await;
    assert_eq!(opened.tickets[0].agency, "agencies/caf-56");
    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: opened.tickets[0].ticket.clone(),
        epoch: 1,
        reason: v1::RedirectReason::Other.into(),
        message: "À voir avec la MDPH.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = hub.caf_agent().redirect_ticket(redirect).await.expect("triage");
    let at_triage = redirected.successor.expect("a successor");
    assert_eq!(at_triage.agency, "agencies/triage-56");
    let reached = v1::RecordContactRequest {
        epoch: at_triage.epoch,
        agency: "agencies/mdph-56".to_owned(),
        ..contact(&at_triage.ticket)
    };
    erwan.record_contact(reached).await.expect("a contact");
    let by_hand = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: at_triage.ticket.clone(),
        epoch: at_triage.epoch,
        agency: "agencies/caf-35".to_owned(),
        reason: "Vu avec la MDPH.".to_owned(),
        ..v1::RouteTicketByHandRequest::default()
    };
    let routed = erwan
        .route_ticket_by_hand(by_hand)
        .await
        .expect("a ticket at triage");
    let chosen = routed.successor.expect("a successor").ticket;
    let still_open = people::open(&camille, people::case_of_an_agency_not_enrolled()).await;
    let waiting = still_open.tickets[0].ticket.as_str();
    erwan.record_contact(contact(waiting)).await.expect("a contact");
    let read = async || {
        let mut told = Vec::new();
        for name in [chosen.as_str(), at_triage.ticket.as_str(), waiting] {
            told.push((ticket(&camille, name).await, events(&camille, name).await));
        }
        told
    };
    let before = read().await;

    let proposed = jean.propose_ruleset(rules::proposal(rules::changed())).await;
    let proposed = proposed.expect("a ruleset").ruleset.expect("it").name;
    let activated = jean
        .activate_ruleset(rules::activation(&proposed, "0", &[]))
        .await;
    activated.expect("everywhere");
    let (elsewhere, _) = rules::opened(&camille, "56178").await;
    assert_eq!(elsewhere, ["dep-56"], "the new rules would decide otherwise");

    assert_eq!(read().await, before, "before its restart");
    let hub = hub.restart().await;
    let camille = hub.social_worker();
    for (was, happened) in &before {
        assert_eq!(ticket(&camille, &was.name).await, *was);
        assert_eq!(events(&camille, &was.name).await, *happened);
    }
    let replay = v1::ReplayRoutingRequest {
        name: opened.case.clone(),
        ticket: 0,
    };
    let replayed = camille.replay_routing(replay).await.expect("a replay").decisions;
    let outcomes: Vec<v1::ReplayOutcome> = replayed.iter().map(v1::ReplayedDecision::outcome).collect();
    assert_eq!(outcomes.last(), Some(&v1::ReplayOutcome::ByHand));
    // It is the chosen agency's now, and it treats it.
    commands::acknowledge(&hub.speaks_as("anne.guerin"), &chosen).await;
    commands::resolve(&hub.speaks_as("anne.guerin"), &chosen).await;
    let treated = ticket(&camille, &chosen).await;
    assert_eq!(
        (commands::state(treated.state()), treated.agency.as_str()),
        ("RESOLVED", "agencies/caf-35")
    );
    hub.stop().await;
}

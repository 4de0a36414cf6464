//! A case travels: from the social worker to the agency and back, and who has the ball at each step.

use declic_client::{Client, Item};
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, events, fresh, ticket};
use jiff::SignedDuration;

use crate::commands::{self, state};

/// State and holder, as anyone of the parties reads them.
async fn ball(client: &Client, name: &str) -> String {
    let ticket = ticket(client, name).await;
    let holder = ticket
        .holder
        .clone()
        .map_or_else(|| "-".to_owned(), |holder| holder.party);
    format!("{} {holder}", state(ticket.state()))
}

/// The texts of a thread: type and text of each event, those without text left out.
async fn texts(client: &Client, name: &str) -> Vec<String> {
    let events = events(client, name)
        .await
        .into_iter()
        .filter(|event| !event.text.is_empty());
    events
        .map(|event| format!("{}: {}", event.r#type, event.text))
        .collect()
}

#[tokio::test]
async fn a_case_goes_to_its_agency_and_back_and_everyone_knows_who_has_the_ball() {
    let hub = TestHub::start().await;
    let (camille, connector, claire) = (hub.social_worker(), hub.connector("caf-56"), hub.caf_agent());
    let mut watch = connector.watch("");

    let opened = people::open(&camille, people::standard_case()).await;
    let [sent] = opened.tickets.as_slice() else {
        panic!("one agency is competent")
    };
    assert_eq!(sent.agency, "agencies/caf-56");
    let name = sent.ticket.as_str();
    let desk = "agencies/caf-56/desks/solidarite";
    assert_eq!(ball(&camille, name).await, format!("ROUTED {desk}"));

    let Item::Notice { notice, .. } = watch.next().await.expect("the stream is open") else {
        panic!("a notice comes before a heartbeat")
    };
    assert_eq!(
        (notice.number, notice.r#type.as_str(), notice.ticket.as_str()),
        (1, "OPENED", name)
    );
    assert_eq!(
        (&notice.reference, &notice.event_id),
        (&opened.reference, &sent.event_id)
    );

    commands::deliver(&connector, name).await;
    assert_eq!(ball(&camille, name).await, format!("DELIVERED {desk}"));
    commands::acknowledge(&claire, name).await;
    assert_eq!(ball(&camille, name).await, "ACKNOWLEDGED members/claire.morel");
    commands::ask(&claire, name, &["L’attestation de loyer", "Depuis quand ?"]).await;
    assert_eq!(ball(&claire, name).await, "AWAITING_REPLY members/camille.martin");
    commands::reply(&camille, name, 1, "Jointe au dossier 12").await;
    assert_eq!(ball(&claire, name).await, "AWAITING_REPLY members/camille.martin");
    commands::reply(&camille, name, 2, "Depuis mars").await;
    assert_eq!(ball(&claire, name).await, "ACKNOWLEDGED members/claire.morel");
    commands::resolve(&claire, name).await;
    assert_eq!(ball(&camille, name).await, "RESOLVED members/camille.martin");
    commands::close(&camille, name).await;
    assert_eq!(ball(&camille, name).await, "CLOSED -");

    let told: Vec<String> = events(&camille, name)
        .await
        .into_iter()
        .map(|event| event.r#type)
        .collect();
    let expected = [
        "OPENED",
        "DELIVERY_CONFIRMED",
        "ACKNOWLEDGED",
        "INFORMATION_REQUESTED",
        "REPLIED",
        "REPLIED",
        "RESOLVED",
        "CLOSED",
    ];
    assert_eq!(told, expected);
    for (number, kind) in (2..).zip(&expected[1..]) {
        let Item::Notice { notice, .. } = watch.next().await.expect("the stream is open") else {
            panic!("a notice comes before a heartbeat")
        };
        assert_eq!((notice.number, notice.r#type.as_str()), (number, *kind));
    }
    let case = camille
        .get_case(v1::GetCaseRequest {
            name: opened.reference,
        })
        .await
        .expect("her case");
    assert_eq!(case.case.expect("a case").state(), v1::CaseState::Ended);

    let findings = hub.stop().await;
    assert_eq!(findings.events.len(), expected.len());
}

#[tokio::test]
async fn messages_are_read_by_the_parties_and_notes_by_their_agency_alone() {
    let hub = TestHub::start().await;
    let (camille, claire, paul) = (hub.social_worker(), hub.caf_agent(), hub.supervisor());
    let opened = people::open(&camille, people::standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::post(&camille, name, "Elle n’a plus rien.").await;
    commands::post(&claire, name, "Nous regardons.").await;
    commands::note(&claire, name, "Voir avec le contrôle.").await;

    let opening = "OPENED: RSA non versé depuis le 5 octobre, sans courrier.";
    let messages = [
        "MESSAGE_POSTED: Elle n’a plus rien.",
        "MESSAGE_POSTED: Nous regardons.",
    ];
    assert_eq!(texts(&camille, name).await, [opening, messages[0], messages[1]]);
    let note = "NOTE_ADDED: Voir avec le contrôle.";
    assert_eq!(
        texts(&claire, name).await,
        [opening, messages[0], messages[1], note]
    );
    assert_eq!(
        texts(&hub.speaks_as("hugo.petit"), name).await,
        [opening, messages[0], messages[1], note]
    );
    assert_eq!(texts(&paul, name).await, Vec::<String>::new());
    let seen: Vec<String> = events(&paul, name)
        .await
        .into_iter()
        .map(|event| event.r#type)
        .collect();
    assert_eq!(seen, ["OPENED", "MESSAGE_POSTED", "MESSAGE_POSTED"]);
    hub.stop().await;
}

#[tokio::test]
async fn after_a_redirect_the_openers_words_follow_and_the_former_agencys_notes_do_not() {
    let hub = TestHub::start().await;
    let (camille, claire, marc) = (hub.social_worker(), hub.caf_agent(), hub.msa_agent());
    let opened = people::open(&camille, people::standard_case()).await;
    let first = opened.tickets[0].ticket.as_str();
    commands::post(&camille, first, "Elle est saisonnière.").await;
    commands::note(&claire, first, "Pas chez nous.").await;
    commands::post(&claire, first, "Nous cherchons.").await;

    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: first.to_owned(),
        epoch: 1,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Régime agricole depuis mai.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = claire.redirect_ticket(request).await.expect("another regime");
    let successor = redirected
        .successor
        .expect("a successor opens in the same commit");
    assert_eq!(
        (successor.agency.as_str(), successor.epoch),
        ("agencies/msa-portes-de-bretagne", 2)
    );
    assert_eq!(ball(&camille, first).await, "REDIRECTED -");
    let second = successor.ticket.as_str();
    assert_eq!(
        ball(&camille, second).await,
        "ROUTED agencies/msa-portes-de-bretagne/desks/prestations"
    );

    let read = texts(&marc, second).await.join("\n");
    for follows in [
        "RSA non versé",
        "Elle est saisonnière.",
        "Régime agricole depuis mai.",
    ] {
        assert!(
            read.contains(follows),
            "{follows} follows to the next agency:\n{read}"
        );
    }
    for stays in ["Pas chez nous.", "Nous cherchons."] {
        assert!(
            !read.contains(stays),
            "{stays} stays with the former agency:\n{read}"
        );
    }
    let kept = texts(&claire, first).await.join("\n");
    assert!(
        kept.contains("Pas chez nous."),
        "the former agency keeps its own ticket:\n{kept}"
    );
    commands::refused(
        &claire
            .get_ticket(v1::GetTicketRequest {
                name: second.to_owned(),
            })
            .await,
        "NotFound NOT_FOUND",
    );

    // A late write of the former holder lands nowhere: neither on its own ticket nor on the successor.
    let late = commands::try_acknowledge(&claire, first, 1).await;
    commands::refused(&late, "Aborted EPOCH_OUTDATED");
    let early = commands::try_acknowledge(&marc, second, 1).await;
    commands::refused(&early, "Aborted EPOCH_OUTDATED");
    commands::acknowledge(&marc, second).await;
    hub.stop().await;
}

#[tokio::test]
async fn the_third_redirect_of_a_chain_opens_at_triage_and_the_case_is_never_lost() {
    let hub = TestHub::start().await;
    let (camille, claire, marc) = (hub.social_worker(), hub.caf_agent(), hub.msa_agent());
    let opened = people::open(&camille, people::standard_case()).await;
    let mut name = opened.tickets[0].ticket.clone();
    let hops = [
        (&claire, "agencies/msa-portes-de-bretagne"),
        (&marc, "agencies/dep-56"),
    ];
    for (epoch, (agent, agency)) in (1..).zip(hops) {
        name = send_on(agent, &name, epoch, agency).await;
        assert_eq!(ticket(&camille, &name).await.agency, agency);
    }
    name = send_on(&hub.speaks_as("sophie.garnier"), &name, 3, "agencies/caf-35").await;
    let at_triage = ticket(&camille, &name).await;
    assert_eq!(at_triage.agency, "agencies/triage-56");
    assert!(!at_triage.triage_reason.is_empty(), "it says why");
    assert_eq!(at_triage.epoch, 4);
    hub.stop().await;
}

/// Redirects a ticket to an agency, by name; gives the successor.
async fn send_on(agent: &Client, name: &str, epoch: u32, agency: &str) -> String {
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        reason: v1::RedirectReason::OutsideCompetence.into(),
        message: "Pas pour nous.".to_owned(),
        agency: agency.to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = agent
        .redirect_ticket(request)
        .await
        .expect("a ticket of this agency");
    redirected.successor.expect("a successor").ticket
}

#[tokio::test]
async fn a_reopened_ticket_begins_a_new_epoch_for_sixty_days_after_its_end() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, people::standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;
    commands::close(&camille, name).await;

    hub.pass(SignedDuration::from_hours(59 * 24));
    let reopened = commands::reopen(&camille, name).await.expect("within sixty days");
    assert_eq!(reopened.confirmation.expect("done").epoch, 2);
    assert_eq!(
        ball(&camille, name).await,
        "ROUTED agencies/caf-56/desks/solidarite"
    );
    commands::refused(
        &commands::try_acknowledge(&claire, name, 1).await,
        "Aborted EPOCH_OUTDATED",
    );
    commands::acknowledge(&claire, name).await;
    commands::resolve(&claire, name).await;
    commands::close(&camille, name).await;
    hub.pass(SignedDuration::from_hours(61 * 24));
    commands::refused(
        &commands::reopen(&camille, name).await,
        "FailedPrecondition REOPEN_TOO_LATE",
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_withdrawn_case_leaves_nobody_with_the_ball() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, people::case_of_two_agencies()).await;
    let request = v1::WithdrawCaseRequest {
        request_id: fresh(),
        name: opened.reference.clone(),
        reason: "Réglé par téléphone.".to_owned(),
        ..v1::WithdrawCaseRequest::default()
    };
    let withdrawn = camille.withdraw_case(request).await.expect("an open case");
    assert_eq!(withdrawn.tickets.len(), 2);
    for ticket in &opened.tickets {
        assert_eq!(ball(&camille, &ticket.ticket).await, "WITHDRAWN -");
    }
    let late = commands::try_acknowledge(&hub.msa_agent(), &opened.tickets[0].ticket, 1).await;
    commands::refused(&late, "FailedPrecondition TRANSITION_NOT_ALLOWED");
    hub.stop().await;
}

#[tokio::test]
async fn two_agencies_of_one_case_see_their_own_ticket_and_of_the_other_that_it_exists() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let opened = people::open(&camille, people::case_of_two_agencies()).await;
    let agencies: Vec<&str> = opened
        .tickets
        .iter()
        .map(|ticket| ticket.agency.as_str())
        .collect();
    assert_eq!(agencies, ["agencies/msa-portes-de-bretagne", "agencies/caf-35"]);
    let readers = [(hub.msa_agent(), 0, 1), (hub.speaks_as("anne.guerin"), 1, 0)];
    commands::post(&readers[0].0, &opened.tickets[0].ticket, "Le secret de la Msa.").await;
    for (agent, own, other) in &readers {
        let case = agent
            .get_case(v1::GetCaseRequest {
                name: opened.case.clone(),
            })
            .await
            .expect("its case");
        let case = case.case.expect("a case");
        assert_eq!(
            case.explanation,
            "RSA non versé depuis le 5 octobre, sans courrier."
        );
        assert!(
            !case.tickets[*own]
                .holder
                .clone()
                .expect("a holder")
                .party
                .is_empty()
        );
        let outline = v1::Ticket {
            name: opened.tickets[*other].ticket.clone(),
            agency: opened.tickets[*other].agency.clone(),
            agency_display_name: case.tickets[*other].agency_display_name.clone(),
            state: v1::TicketState::Routed.into(),
            ..v1::Ticket::default()
        };
        assert_eq!(
            case.tickets[*other], outline,
            "name, agency and state, and nothing else"
        );
        let request = v1::GetTicketRequest {
            name: opened.tickets[*other].ticket.clone(),
        };
        commands::refused(&agent.get_ticket(request).await, "NotFound NOT_FOUND");
    }
    commands::acknowledge(&readers[0].0, &opened.tickets[0].ticket).await;
    assert_eq!(
        ball(&camille, &opened.tickets[1].ticket).await,
        "ROUTED agencies/caf-35/desks/accueil"
    );
    assert!(
        texts(&readers[1].0, &opened.tickets[1].ticket)
            .await
            .iter()
            .all(|text| !text.contains("secret"))
    );
    hub.stop().await;
}

#[tokio::test]
async fn an_agency_that_is_not_enrolled_is_reached_through_triage_which_says_so_and_routes_by_hand() {
    let hub = TestHub::start().await;
    let (camille, erwan) = (hub.social_worker(), hub.triage_agent());
    let opened = people::open(&camille, people::case_of_an_agency_not_enrolled()).await;
    let name = opened.tickets[0].ticket.as_str();
    assert_eq!(opened.decision.expect("a decision").agencies, ["cpam-56"]);
    let at_triage = ticket(&camille, name).await;
    assert_eq!(at_triage.desk, "agencies/triage-56/desks/orientation");
    assert_eq!(at_triage.triage_reason, "AGENCY_NOT_ENROLLED");
    assert_eq!(at_triage.intended_agency, "agencies/cpam-56");

    let request = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        agency: "agencies/caf-56".to_owned(),
        reason: "La Caf instruit ce dossier ici.".to_owned(),
        ..v1::RouteTicketByHandRequest::default()
    };
    let routed = erwan
        .route_ticket_by_hand(request.clone())
        .await
        .expect("a ticket at triage");
    let successor = routed.successor.expect("a successor");
    assert_eq!(
        (successor.agency.as_str(), successor.epoch),
        ("agencies/caf-56", 2)
    );
    let replay = v1::ReplayRoutingRequest {
        name: opened.case.clone(),
        ticket: 2,
    };
    let replayed = camille.replay_routing(replay).await.expect("a replay").decisions;
    let outcomes: Vec<_> = replayed.iter().map(v1::ReplayedDecision::outcome).collect();
    assert_eq!(
        outcomes,
        [v1::ReplayOutcome::ByHand],
        "a person decided, not a rule"
    );
    let again = v1::RouteTicketByHandRequest {
        request_id: fresh(),
        name: successor.ticket.clone(),
        epoch: 2,
        agency: "agencies/caf-35".to_owned(),
        ..request
    };
    let refused = hub.supervisor().route_ticket_by_hand(again).await;
    commands::refused(&refused, "FailedPrecondition NOT_AT_TRIAGE");
    hub.stop().await;
}

#[tokio::test]
async fn what_a_hub_holds_is_there_after_a_restart_and_its_answers_are_the_same() {
    let hub = TestHub::start().await;
    let request = people::standard_case();
    let opened = people::open(&hub.social_worker(), request.clone()).await;
    commands::acknowledge(&hub.caf_agent(), &opened.tickets[0].ticket).await;
    let before = ticket(&hub.social_worker(), &opened.tickets[0].ticket).await;
    let hub = hub.restart().await;
    assert_eq!(
        ticket(&hub.social_worker(), &opened.tickets[0].ticket).await,
        before
    );
    assert_eq!(
        people::open(&hub.social_worker(), request).await,
        opened,
        "one request id, one answer"
    );
    let next = people::open(&hub.social_worker(), people::standard_case()).await;
    assert_ne!(next.reference, opened.reference);
    let findings = hub.stop().await;
    assert_eq!(findings.cases.len(), 2);
}

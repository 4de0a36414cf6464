//! What those who held a ticket still read, and what they do no more. An agency that sent it on, or closed it, keeps reading
//! its case as it stood then: what is corrected, agreed, opened or handed over later is told to those who go on with it.

use declic_client::{Client, Error};
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{
    self, case_of_two_agencies, events, fresh, mainland_today as today, standard_case,
};

use crate::commands;
use crate::corrections::{correction, found_by, new_name};
use crate::whole_case::{case, handing_over, mandate};

async fn redirect(agent: &Client, ticket: &str) -> String {
    let request = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: ticket.to_owned(),
        epoch: 1,
        reason: v1::RedirectReason::WrongRegime.into(),
        regime: v1::Regime::Agricultural.into(),
        message: "Régime agricole.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    let redirected = agent.redirect_ticket(request).await.expect("another regime");
    redirected.successor.expect("a successor").ticket
}

/// What a member reads of a case: by asking for it, and in the list.
async fn both(client: &Client, name: &str) -> [v1::Case; 2] {
    let listed = client
        .list_cases(v1::ListCasesRequest::default())
        .await
        .expect("a list");
    let listed = listed.cases.into_iter().find(|found| found.name == name);
    [case(client, name).await, listed.expect("a case of its list")]
}

#[tokio::test]
async fn an_agency_that_sent_a_ticket_on_reads_nothing_of_what_is_told_after_that() {
    let hub = TestHub::start().await;
    let (camille, claire, marc) = (hub.social_worker(), hub.caf_agent(), hub.msa_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    camille
        .correct_person(new_name(&opened.case, "Exemplaire"))
        .await
        .expect("an open case");
    let successor = redirect(&claire, name).await;
    let [before, _] = both(&claire, &opened.case).await;
    let thread = events(&claire, name).await;

    camille
        .correct_person(new_name(&opened.case, "Nouvelle"))
        .await
        .expect("an open case");
    camille
        .correct_facts(correction(&opened.case, "35238"))
        .await
        .expect("an open case");
    camille
        .renew_mandate(mandate(&opened.case, today(), 20))
        .await
        .expect("an agreement of today");
    camille
        .transfer_case(handing_over(&opened.case, "yann.le-goff"))
        .await
        .expect("a colleague");

    let person = before.person.clone().expect("it treated a ticket");
    assert_eq!(
        person.family_name, "Exemplaire",
        "corrected while it held the ticket"
    );
    for read in both(&claire, &opened.case).await {
        assert_eq!(read.person.expect("as it was").family_name, "Exemplaire");
        assert_eq!(read.facts, before.facts);
        assert_eq!(
            read.mandate.expect("a mandate").expires_on,
            before.mandate.as_ref().expect("a mandate").expires_on
        );
        assert_eq!(read.opener, "members/camille.martin");
    }
    assert_eq!(
        [
            found_by(&claire, "Exemplaire").await,
            found_by(&claire, "Nouvelle").await
        ],
        [1, 0],
        "found by what it knows"
    );
    assert_eq!(events(&claire, name).await, thread);

    let now = case(&marc, &opened.case).await;
    assert_eq!(now.person.expect("a person").family_name, "Nouvelle");
    assert_eq!(now.facts.expect("facts").commune, "35238");
    assert_eq!(
        [
            found_by(&marc, "Exemplaire").await,
            found_by(&marc, "Nouvelle").await
        ],
        [0, 1]
    );
    commands::acknowledge(&marc, &successor).await;
    hub.stop().await;
}

#[tokio::test]
async fn an_agency_is_told_of_the_tickets_that_stood_beside_its_own_and_of_its_successor_only() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let opened = people::open(&camille, standard_case()).await;
    redirect(&claire, &opened.tickets[0].ticket).await;
    let mut facts = standard_case().facts.expect("facts");
    facts.stage = v1::Stage::Decision.into();
    facts.blockage = "REFUSAL".to_owned();
    let added = v1::AddTicketRequest {
        request_id: fresh(),
        name: opened.case.clone(),
        facts: Some(facts),
        explanation: "Le refus vient du département.".to_owned(),
        ..v1::AddTicketRequest::default()
    };
    camille.add_ticket(added).await.expect("another agency");
    assert_eq!(case(&camille, &opened.case).await.tickets.len(), 3);
    for read in both(&claire, &opened.case).await {
        let agencies: Vec<_> = read.tickets.iter().map(|ticket| ticket.agency.as_str()).collect();
        assert_eq!(
            agencies,
            ["agencies/caf-56", "agencies/msa-portes-de-bretagne"],
            "its own, and where it sent it"
        );
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_ticket_that_is_reopened_tells_its_agency_all_of_the_case_again() {
    let hub = TestHub::start().await;
    let (nora, marc) = (hub.other_social_worker(), hub.msa_agent());
    let opened = people::open(&nora, case_of_two_agencies()).await;
    let at_msa = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&marc, at_msa).await;
    commands::resolve(&marc, at_msa).await;
    commands::close(&nora, at_msa).await;
    nora.correct_person(new_name(&opened.case, "Nouvelle"))
        .await
        .expect("the other ticket is open");
    for read in both(&marc, &opened.case).await {
        assert_eq!(read.person.expect("as it was").family_name, "Exemple");
    }
    commands::reopen(&nora, at_msa).await.expect("closed today");
    for read in both(&marc, &opened.case).await {
        assert_eq!(read.person.expect("a person").family_name, "Nouvelle");
    }
    assert_eq!(
        [
            found_by(&marc, "Exemple").await,
            found_by(&marc, "Nouvelle").await
        ],
        [0, 1]
    );
    hub.stop().await;
}

/// What an agent may say on a ticket in this epoch: acknowledge, ask, resolve, redirect.
async fn agent_says(agent: &Client, name: &str, epoch: u32) -> Vec<Result<(), Error>> {
    let item = v1::InformationItem {
        kind: v1::InformationKind::Question.into(),
        label: "Depuis quand ?".to_owned(),
        why: "Pour rétablir le droit".to_owned(),
        answered: false,
    };
    let ask = v1::RequestInformationRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        items: vec![item],
        ..v1::RequestInformationRequest::default()
    };
    let resolve = v1::ResolveTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        outcome: v1::Outcome::RightRestored.into(),
        message: "Le droit est rétabli.".to_owned(),
        ..v1::ResolveTicketRequest::default()
    };
    let redirect = v1::RedirectTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch,
        reason: v1::RedirectReason::Other.into(),
        message: "Pas chez nous.".to_owned(),
        ..v1::RedirectTicketRequest::default()
    };
    vec![
        commands::try_acknowledge(agent, name, epoch).await.map(drop),
        agent.request_information(ask).await.map(drop),
        agent.resolve_ticket(resolve).await.map(drop),
        agent.redirect_ticket(redirect).await.map(drop),
    ]
}

#[tokio::test]
async fn a_former_holder_acknowledges_asks_resolves_and_redirects_nothing_and_learns_nobody_s_name() {
    let hub = TestHub::start().await;
    let (camille, claire, marc) = (hub.social_worker(), hub.caf_agent(), hub.msa_agent());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    let successor = redirect(&claire, name).await;
    let at_msa = events(&marc, &successor).await;
    for said in agent_says(&claire, name, 1).await {
        commands::refused(&said, "Aborted EPOCH_OUTDATED");
        let told = said.expect_err("refused").to_string();
        assert!(!told.to_lowercase().contains("msa"), "it names no one: {told}");
    }
    for said in agent_says(&claire, name, 2).await {
        commands::refused(&said, "FailedPrecondition TRANSITION_NOT_ALLOWED");
    }
    for said in agent_says(&claire, &successor, 2).await {
        commands::refused(&said, "NotFound NOT_FOUND");
    }
    assert_eq!(events(&marc, &successor).await, at_msa, "nothing landed");
    // An agent whose ticket was given to another desk is a former holder too.
    let second = people::open(&camille, standard_case()).await;
    let name = second.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    let given = v1::AssignTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        epoch: 1,
        desk: "agencies/caf-56/desks/accueil".to_owned(),
        reason: "autre équipe".to_owned(),
        ..v1::AssignTicketRequest::default()
    };
    claire.assign_ticket(given).await.expect("a desk of the agency");
    for said in agent_says(&claire, name, 1).await {
        commands::refused(&said, "NotFound NOT_FOUND");
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_close_a_reply_and_a_reopening_by_a_former_holder_are_refused() {
    let hub = TestHub::start().await;
    let (camille, claire, yann) = (hub.social_worker(), hub.caf_agent(), hub.colleague());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    commands::ask(&claire, name, &["Depuis quand ?"]).await;
    let to_yann = handing_over(&opened.case, "yann.le-goff");
    camille.transfer_case(to_yann).await.expect("a colleague");
    let reply = v1::ReplyTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        answers: vec![v1::ItemAnswer {
            item: 1,
            text: "Depuis octobre.".to_owned(),
        }],
        ..v1::ReplyTicketRequest::default()
    };
    commands::refused(&camille.reply_ticket(reply).await, "NotFound NOT_FOUND");
    commands::resolve(&claire, name).await;
    let close = || v1::CloseTicketRequest {
        request_id: fresh(),
        name: name.to_owned(),
        effect: v1::Effect::Yes.into(),
        ..v1::CloseTicketRequest::default()
    };
    commands::refused(&camille.close_ticket(close()).await, "NotFound NOT_FOUND");
    commands::refused(
        &claire.close_ticket(close()).await,
        "PermissionDenied ROLE_FORBIDDEN",
    );
    yann.close_ticket(close()).await.expect("who follows it now");
    commands::refused(&commands::reopen(&camille, name).await, "NotFound NOT_FOUND");
    // What was sent on is nobody's to close: its successor is.
    let second = people::open(&camille, standard_case()).await;
    let sent_on = second.tickets[0].ticket.as_str();
    redirect(&claire, sent_on).await;
    let close = v1::CloseTicketRequest {
        name: sent_on.to_owned(),
        ..close()
    };
    commands::refused(
        &camille.close_ticket(close).await,
        "FailedPrecondition TRANSITION_NOT_ALLOWED",
    );
    hub.stop().await;
}

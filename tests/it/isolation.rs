//! Who sees what: what one list shows the detail shows, and nothing else, for every member of the directory.

use std::collections::{BTreeMap, BTreeSet};

use declic_client::{Client, Error, Item};
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{
    self, NIR, case_of_an_agency_not_enrolled, case_of_two_agencies, fresh, standard_case,
};

use crate::commands;

/// Tickets by the name the tests give them: "private/1".
struct World {
    cases: BTreeMap<String, &'static str>,
    references: BTreeMap<String, String>,
    tickets: BTreeMap<String, String>,
}

impl World {
    async fn new(hub: &TestHub) -> Self {
        let (camille, yann, nora) = (hub.social_worker(), hub.colleague(), hub.other_social_worker());
        let mut world = Self {
            cases: BTreeMap::new(),
            references: BTreeMap::new(),
            tickets: BTreeMap::new(),
        };
        world.open(&camille, "private", standard_case()).await;
        let shared = v1::OpenCaseRequest {
            shared_with_team: true,
            ..standard_case()
        };
        world.open(&camille, "shared", shared).await;
        let farmer = world.open(&nora, "farmer", case_of_two_agencies()).await;
        let share = v1::ShareTicketRequest {
            request_id: fresh(),
            name: farmer.tickets[0].ticket.clone(),
            agency: "agencies/caf-35".to_owned(),
            reason: "Même situation.".to_owned(),
            ..v1::ShareTicketRequest::default()
        };
        nora.share_ticket(share)
            .await
            .expect("another agency of the case");
        world
            .open(&camille, "cpam", case_of_an_agency_not_enrolled())
            .await;
        let mut refused = standard_case();
        let facts = refused.facts.as_mut().expect("facts");
        facts.stage = v1::Stage::Decision.into();
        facts.blockage = "REFUSAL".to_owned();
        world.open(&nora, "decision", refused).await;
        let sent_on = world.open(&yann, "sent-on", standard_case()).await;
        let request = v1::RedirectTicketRequest {
            request_id: fresh(),
            name: sent_on.tickets[0].ticket.clone(),
            epoch: 1,
            reason: v1::RedirectReason::WrongRegime.into(),
            regime: v1::Regime::Agricultural.into(),
            message: "Régime agricole.".to_owned(),
            ..v1::RedirectTicketRequest::default()
        };
        let redirected = hub
            .caf_agent()
            .redirect_ticket(request)
            .await
            .expect("another regime");
        let successor = redirected.successor.expect("a successor").ticket;
        world.tickets.insert(successor, "sent-on/2".to_owned());
        world
    }

    async fn open(
        &mut self,
        client: &Client,
        name: &'static str,
        case: v1::OpenCaseRequest,
    ) -> v1::OpenCaseResponse {
        let opened = people::open(client, case).await;
        self.cases.insert(opened.case.clone(), name);
        self.references
            .insert(opened.case.clone(), opened.reference.clone());
        for (number, ticket) in (1..).zip(&opened.tickets) {
            self.tickets
                .insert(ticket.ticket.clone(), format!("{name}/{number}"));
        }
        opened
    }
}

const READERS: [(&str, &str); 20] = [
    ("camille.martin", "cpam/1 private/1 shared/1"),
    ("yann.le-goff", "sent-on/1 sent-on/2 shared/1"),
    ("soizic.le-bihan", "cpam/1 private/1 sent-on/1 sent-on/2 shared/1"),
    ("nora.haddad", "decision/1 farmer/1 farmer/2"),
    ("connector.caf-56", "private/1 sent-on/1 shared/1"),
    ("claire.morel", "private/1 sent-on/1 shared/1"),
    ("gael.tanguy", ""),
    ("hugo.petit", "private/1 sent-on/1 shared/1"),
    ("connector.caf-35", "farmer/1 farmer/2"),
    ("anne.guerin", "farmer/1 farmer/2"),
    ("connector.carsat-bretagne", ""),
    ("lea.robert", ""),
    ("connector.msa-portes-de-bretagne", "farmer/1 sent-on/2"),
    ("marc.lefevre", "farmer/1 sent-on/2"),
    ("connector.dep-56", "decision/1"),
    ("sophie.garnier", "decision/1"),
    ("erwan.le-roux", "cpam/1"),
    ("aicha.diallo", ""),
    (
        "paul.durand",
        "cpam/1 decision/1 private/1 sent-on/1 sent-on/2 shared/1",
    ),
    ("denis.caron", ""),
];

async fn all_tickets(client: &Client) -> Vec<v1::Ticket> {
    let mut tickets = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListTicketsRequest {
            page_size: 2,
            page_token,
            states: (1..=9).collect(),
            ..v1::ListTicketsRequest::default()
        };
        let page = client.list_tickets(request).await.expect("a page");
        tickets.extend(page.tickets);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return tickets;
        }
    }
}

/// A ticket as lists show it when nothing waits for words: why it was sent where it is, who else reads it, and what may be
/// asked of it, comes with the ticket itself.
fn without_reasons(ticket: v1::Ticket) -> v1::Ticket {
    v1::Ticket {
        decision: None,
        shared_with: Vec::new(),
        offered: Vec::new(),
        ..ticket
    }
}

async fn all_cases(client: &Client, filter: Option<v1::CaseFilter>) -> Result<Vec<v1::Case>, Error> {
    let mut cases = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = v1::ListCasesRequest {
            page_size: 2,
            page_token,
            filter: filter.clone(),
            ..v1::ListCasesRequest::default()
        };
        let page = client.list_cases(request).await?;
        cases.extend(page.cases);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(cases);
        }
    }
}

async fn case(client: &Client, name: &str) -> Result<v1::Case, Error> {
    let answer = client
        .get_case(v1::GetCaseRequest {
            name: name.to_owned(),
        })
        .await?;
    Ok(answer.case.expect("a case"))
}

#[tokio::test]
async fn lists_details_and_threads_show_each_member_the_same_tickets_and_no_other() {
    let hub = TestHub::start().await;
    let world = World::new(&hub).await;
    for (member, expected) in READERS {
        let client = hub.speaks_as(member);
        let listed = all_tickets(&client).await;
        let names: BTreeSet<&str> = listed.iter().map(|ticket| ticket.name.as_str()).collect();
        assert_eq!(names.len(), listed.len(), "{member}: each once");
        let mut read: Vec<&str> = names.iter().map(|name| world.tickets[*name].as_str()).collect();
        read.sort_unstable();
        assert_eq!(read.join(" "), expected, "{member}");

        for (name, label) in &world.tickets {
            let detail = client
                .get_ticket(v1::GetTicketRequest { name: name.clone() })
                .await;
            let thread = v1::ListEventsRequest {
                parent: name.clone(),
                ..v1::ListEventsRequest::default()
            };
            let thread = client.list_events(thread).await;
            if names.contains(name.as_str()) {
                let detail = detail.expect(label).ticket.expect("a ticket");
                let in_list = listed.iter().find(|ticket| ticket.name == *name);
                assert_eq!(Some(&without_reasons(detail)), in_list, "{member} {label}");
                assert!(!thread.expect(label).events.is_empty(), "{member} {label}");
            } else {
                commands::refused(&detail, "NotFound NOT_FOUND");
                commands::refused(&thread, "NotFound NOT_FOUND");
            }
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_case_is_listed_found_and_shown_where_one_of_its_tickets_is() {
    let hub = TestHub::start().await;
    let world = World::new(&hub).await;
    for (member, expected) in READERS {
        let client = hub.speaks_as(member);
        let seen: BTreeSet<&str> = expected
            .split(' ')
            .filter_map(|ticket| ticket.split('/').next())
            .collect();
        let listed = all_cases(&client, None).await.expect("a list");
        let labels: BTreeSet<&str> = listed.iter().map(|case| world.cases[&case.name]).collect();
        let seen: BTreeSet<&str> = seen.into_iter().filter(|label| !label.is_empty()).collect();
        assert_eq!(labels, seen, "{member}");
        for (name, label) in &world.cases {
            let by_name = case(&client, name).await;
            let by_reference = case(&client, &world.references[name]).await;
            if !seen.contains(label) {
                commands::refused(&by_name, "NotFound NOT_FOUND");
                commands::refused(&by_reference, "NotFound NOT_FOUND");
                continue;
            }
            let detail = by_name.expect(label);
            assert_eq!(by_reference.expect(label), detail);
            for ticket in &detail.tickets {
                let own = expected.split(' ').any(|own| own == world.tickets[&ticket.name]);
                assert_eq!(
                    !ticket.etag.is_empty(),
                    own,
                    "{member} {label}: own tickets whole, others in outline"
                );
            }
            let mut in_list = listed
                .iter()
                .find(|case| case.name == *name)
                .expect("listed")
                .clone();
            assert_eq!(in_list.explanation, "", "{member}: a list holds no texts");
            in_list.explanation.clone_from(&detail.explanation);
            in_list.mandate.clone_from(&detail.mandate);
            let detail = v1::Case {
                tickets: detail.tickets.into_iter().map(without_reasons).collect(),
                offered: Vec::new(),
                ..detail
            };
            if let (Some(listed), Some(shown)) = (&mut in_list.person, &detail.person) {
                listed.nir.clone_from(&shown.nir);
            }
            assert_eq!(
                in_list, detail,
                "{member} {label}: what the list shows the detail shows"
            );
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_search_by_name_finds_the_cases_one_may_read_and_no_other() {
    let hub = TestHub::start().await;
    World::new(&hub).await;
    let filter = |given: &str| v1::CaseFilter {
        given_name: given.to_owned(),
        family_name: "EXEMPLE".to_owned(),
        birth_date: "1984-07-14".to_owned(),
        ..v1::CaseFilter::default()
    };
    for (member, _) in READERS {
        let client = hub.speaks_as(member);
        let found = all_cases(&client, Some(filter("jeanne"))).await;
        if ["paul.durand", "denis.caron"].contains(&member) {
            assert!(found.is_err(), "{member}: a supervisor does not search persons");
            continue;
        }
        let (found, listed) = (
            found.expect(member),
            all_cases(&client, None).await.expect("a list"),
        );
        assert_eq!(
            found, listed,
            "{member}: every case here is Jeanne's, accents and case ignored"
        );
        for other in ["jean", "jeann"] {
            let found = all_cases(&client, Some(filter(other))).await.expect(member);
            assert_eq!(found, Vec::new(), "{member}: no prefixes");
        }
    }
    let mut alone = filter("");
    alone.birth_date.clear();
    let incomplete = all_cases(&hub.social_worker(), Some(alone)).await;
    commands::refused(&incomplete, "InvalidArgument FIELD_INVALID");
    hub.stop().await;
}

#[tokio::test]
async fn a_supervisor_reads_states_and_never_a_person_or_a_text() {
    let hub = TestHub::start().await;
    let (camille, claire, paul) = (hub.social_worker(), hub.caf_agent(), hub.supervisor());
    let opened = people::open(&camille, standard_case()).await;
    let name = opened.tickets[0].ticket.as_str();
    commands::acknowledge(&claire, name).await;
    commands::ask(&claire, name, &["Question secrète"]).await;
    commands::reply(&camille, name, 1, "Réponse secrète").await;
    commands::resolve(&claire, name).await;
    let shown = case(&paul, &opened.case).await.expect("a case of the Morbihan");
    assert_eq!((shown.person, shown.explanation.as_str()), (None, ""));
    let mandate = shown.mandate.expect("a mandate");
    assert_eq!((mandate.scope.as_str(), mandate.evidence.as_str()), ("", ""));
    let ticket = people::ticket(&paul, name).await;
    assert_eq!(ticket.state(), v1::TicketState::Resolved);
    let events = people::events(&paul, name).await;
    assert!(
        !events.is_empty() && events.iter().all(|event| event.text.is_empty()),
        "{events:?}"
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_social_security_number_is_shown_in_full_only_in_an_agency_the_law_entitles() {
    let hub = TestHub::start().await;
    let world = World::new(&hub).await;
    let entitled = [
        "connector.caf-56",
        "claire.morel",
        "hugo.petit",
        "connector.caf-35",
        "anne.guerin",
        "connector.msa-portes-de-bretagne",
        "marc.lefevre",
    ];
    for (member, _) in READERS {
        let client = hub.speaks_as(member);
        for listed in all_cases(&client, None).await.expect("a list") {
            let shown = case(&client, &listed.name).await.expect("a listed case");
            let label = world.cases[&listed.name];
            let in_list = listed.person.map_or_else(String::new, |person| person.nir);
            assert_ne!(in_list, NIR, "{member} {label}: never in a list");
            let nir = shown.person.map_or_else(String::new, |person| person.nir);
            assert_eq!(nir == NIR, entitled.contains(&member), "{member} {label}: {nir}");
            assert!(
                nir == NIR || nir.chars().filter(char::is_ascii_digit).count() <= 5,
                "{nir}"
            );
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_mailbox_holds_what_its_owner_may_read() {
    let hub = TestHub::start().await;
    let world = World::new(&hub).await;
    let watchers = [
        ("connector.caf-56", "private/1 sent-on/1 shared/1"),
        ("connector.caf-35", "farmer/2"),
        ("connector.msa-portes-de-bretagne", "farmer/1 sent-on/2"),
        ("connector.dep-56", "decision/1"),
        ("soizic.le-bihan", "cpam/1 private/1 sent-on/1 sent-on/2 shared/1"),
    ];
    for (member, expected) in watchers {
        let mut watch = hub.speaks_as(member).watch("");
        let mut told = BTreeSet::new();
        let expected: BTreeSet<&str> = expected.split(' ').collect();
        while told != expected {
            let Item::Notice { notice, .. } = watch.next().await.expect("the stream is open") else {
                panic!("{member}: {told:?} of {expected:?}, then silence")
            };
            let label = world.tickets[&notice.ticket].as_str();
            assert!(expected.contains(label), "{member} is told of {label}");
            told.insert(label);
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn auditors_and_administrators_read_no_case() {
    let hub = TestHub::start().await;
    let world = World::new(&hub).await;
    for client in [hub.auditor(), hub.administrator()] {
        let refused = "PermissionDenied ROLE_FORBIDDEN";
        commands::refused(&all_cases(&client, None).await, refused);
        for name in world.cases.keys() {
            commands::refused(&case(&client, name).await, refused);
        }
        commands::refused(
            &client.list_tickets(v1::ListTicketsRequest::default()).await,
            refused,
        );
    }
    hub.stop().await;
}

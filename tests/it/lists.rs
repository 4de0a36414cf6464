//! Lists in order of what is due, and how long they are: what each reader finds first, and what is refused.

use declic_client::Client;
use declic_proto::v1;
use declic_tests::TestHub;
use declic_tests::people::{self, standard_case};
use declic_tests::processes;
use jiff::SignedDuration;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use std::time::Duration;

use crate::commands;

const DUE: &str = "due_time";

/// For the clock to look at what is due.
const AT_MOST: Duration = Duration::from_secs(60);

fn filter() -> v1::TicketFilter {
    v1::TicketFilter::default()
}

fn late() -> v1::TicketFilter {
    v1::TicketFilter {
        late: true,
        ..filter()
    }
}

fn mine() -> v1::TicketFilter {
    v1::TicketFilter {
        held_by_caller: true,
        ..filter()
    }
}

fn paused() -> v1::TicketFilter {
    v1::TicketFilter {
        states: vec![v1::TicketState::AwaitingReply.into()],
        ..filter()
    }
}

fn of_cases(ticket: v1::TicketFilter) -> v1::CaseFilter {
    v1::CaseFilter {
        ticket: Some(ticket),
        ..v1::CaseFilter::default()
    }
}

/// Names in order of what is due, page after page of one; tickets and cases say the same, and so do counts.
async fn listed(client: &Client, filter: v1::TicketFilter) -> Vec<String> {
    let (mut tickets, mut cases) = (Vec::new(), Vec::new());
    let mut request = v1::ListTicketsRequest {
        page_size: 1,
        order_by: DUE.to_owned(),
        filter: Some(filter.clone()),
        ..v1::ListTicketsRequest::default()
    };
    loop {
        let page = client.list_tickets(request.clone()).await.expect("a page");
        tickets.extend(page.tickets.into_iter().map(|ticket| ticket.name));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let mut request = v1::ListCasesRequest {
        page_size: 1,
        order_by: DUE.to_owned(),
        filter: Some(of_cases(filter.clone())),
        ..v1::ListCasesRequest::default()
    };
    loop {
        let page = client.list_cases(request.clone()).await.expect("a page");
        cases.extend(
            page.cases
                .into_iter()
                .map(|case| format!("{}/tickets/1", case.name)),
        );
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(tickets, cases);
    let counted = v1::CountTicketsRequest {
        filters: vec![filter.clone()],
    };
    let counted = client.count_tickets(counted).await.expect("counts").counts;
    let (count, more) = (tickets.len() as u32, false);
    assert_eq!(counted, [v1::Count { count, more }]);
    let counted = v1::CountCasesRequest {
        filters: vec![of_cases(filter)],
    };
    let counted = client.count_cases(counted).await.expect("counts").counts;
    assert_eq!(counted, [v1::Count { count, more }]);
    tickets
}

#[tokio::test]
async fn what_waits_for_the_reader_comes_first_then_what_is_late_then_what_is_due() {
    let hub = TestHub::start().await;
    let (camille, claire) = (hub.social_worker(), hub.caf_agent());
    let open = async || {
        people::open(&camille, standard_case()).await.tickets[0]
            .ticket
            .clone()
    };
    let asked = open().await;
    let oldest = open().await;
    commands::acknowledge(&claire, &asked).await;
    commands::ask(&claire, &asked, &["Depuis quand ?"]).await;
    hub.pass(SignedDuration::from_hours(24 * 4));
    let old = open().await;
    // Longer than the target to take it, and shorter than the last day of what was asked.
    hub.pass(SignedDuration::from_hours(24 * 9));
    let fresh = open().await;
    commands::acknowledge(&claire, &old).await;
    hub.pass(SignedDuration::from_hours(1));
    // Taken, a ticket has until its outcome is due, which is later than for what is fresh to be taken.
    let mut by_due = Vec::new();
    for name in [&old, &fresh, &oldest] {
        let due = people::ticket(&camille, name)
            .await
            .due_time
            .expect("a clock runs");
        by_due.push((due.seconds, name.clone()));
    }
    by_due.sort();
    let now = hub.now().as_second();
    let late_ones = by_due.iter().filter(|(due, _)| *due < now);
    let is_late: Vec<String> = late_ones.map(|(_, name)| name.clone()).collect();
    let by_due: Vec<String> = by_due.into_iter().map(|(_, name)| name).collect();
    assert_eq!(by_due[0], oldest);

    let whole = [vec![asked.clone()], by_due.clone()].concat();
    assert_eq!(
        listed(&camille, filter()).await,
        whole,
        "what she has to answer first"
    );
    assert_eq!(listed(&camille, mine()).await, whole[..1]);
    let paused_last = [by_due, vec![asked.clone()]].concat();
    assert_eq!(
        listed(&claire, filter()).await,
        paused_last,
        "what waits for others last"
    );
    assert_eq!(listed(&claire, mine()).await, std::slice::from_ref(&old));
    assert_eq!(listed(&claire, paused()).await, std::slice::from_ref(&asked));
    assert!(!is_late.is_empty(), "time has passed");
    for client in [&camille, &claire, &hub.supervisor()] {
        assert_eq!(listed(client, late()).await, is_late);
    }
    assert!(listed(&hub.other_social_worker(), filter()).await.is_empty());
    assert!(listed(&hub.msa_agent(), filter()).await.is_empty());

    commands::reply(&camille, &asked, 1, "Depuis mars").await;
    assert!(
        listed(&camille, mine()).await.is_empty(),
        "it waits for her no more"
    );
    for name in [&asked, &old] {
        commands::resolve(&claire, name).await;
    }
    assert_eq!(listed(&camille, mine()).await, [asked.clone(), old.clone()]);
    commands::close(&camille, &old).await;
    let states = |state: v1::CaseState| v1::CaseFilter {
        state: state.into(),
        ..v1::CaseFilter::default()
    };
    let filters = vec![states(v1::CaseState::Open), states(v1::CaseState::Ended)];
    let counted = camille.count_cases(v1::CountCasesRequest { filters }).await;
    let counted: Vec<u32> = counted
        .expect("counts")
        .counts
        .iter()
        .map(|one| one.count)
        .collect();
    assert_eq!(counted, [3, 1]);
    hub.stop().await;
}

/// What a file of before says: no turn, and a timer that the clock looks at at once. As the migration writes it.
async fn as_before(file: &std::path::Path) {
    let options = SqliteConnectOptions::new().filename(file);
    let mut file = options.connect().await.expect("the file opens");
    for statement in [
        "DELETE FROM ticket_reach WHERE key LIKE 'held/%'",
        "UPDATE ticket_reach SET urgent = 0, turn_us = 9223372036854775807",
        "UPDATE tickets SET timer_at_us = 0 WHERE open = 1",
    ] {
        sqlx::query(statement)
            .execute(&mut file)
            .await
            .expect("it is done");
    }
    file.close().await.expect("it closes");
}

#[tokio::test]
async fn a_file_of_before_gets_its_turns_from_the_clock() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    let urgent = v1::OpenCaseRequest {
        urgent: true,
        ..standard_case()
    };
    let asked = people::open(&camille, standard_case()).await.tickets[0]
        .ticket
        .clone();
    let first = people::open(&camille, urgent).await.tickets[0].ticket.clone();
    commands::acknowledge(&hub.caf_agent(), &asked).await;
    commands::ask(&hub.caf_agent(), &asked, &["Depuis quand ?"]).await;
    let hub = hub
        .restart_between(async |folder| as_before(&folder.join("data/hub.sqlite")).await)
        .await;
    let camille = hub.social_worker();
    let begun = std::time::Instant::now();
    let request = v1::CountTicketsRequest {
        filters: vec![
            mine(),
            v1::TicketFilter {
                urgent: true,
                ..filter()
            },
        ],
    };
    loop {
        let counted = camille
            .count_tickets(request.clone())
            .await
            .expect("counts")
            .counts;
        if counted.iter().all(|one| one.count == 1) {
            break;
        }
        assert!(
            begun.elapsed() < AT_MOST,
            "the clock does not look at them: {counted:?}"
        );
        tokio::time::sleep(processes::LOOK).await;
    }
    assert_eq!(listed(&camille, filter()).await, [asked, first]);
    hub.stop().await;
}

#[tokio::test]
async fn a_list_says_which_order_and_filter_it_does_not_know() {
    let hub = TestHub::start().await;
    let camille = hub.social_worker();
    for _ in 0..2 {
        people::open(&camille, standard_case()).await;
    }
    let invalid = "InvalidArgument FIELD_INVALID";
    let tickets = |order_by: &str, filter: Option<v1::TicketFilter>| v1::ListTicketsRequest {
        page_size: 1,
        order_by: order_by.to_owned(),
        filter,
        ..v1::ListTicketsRequest::default()
    };
    let ended = v1::TicketFilter {
        states: vec![v1::TicketState::Closed.into()],
        ..filter()
    };
    for request in [
        tickets("open_time", None),
        tickets("due_time desc", None),
        tickets("", Some(late())),
        tickets(DUE, Some(ended.clone())),
        v1::ListTicketsRequest {
            states: paused().states,
            ..tickets(DUE, Some(paused()))
        },
    ] {
        commands::refused(&camille.list_tickets(request).await, invalid);
    }
    let cases = |order_by: &str, filter: v1::CaseFilter| v1::ListCasesRequest {
        page_size: 1,
        order_by: order_by.to_owned(),
        filter: Some(filter),
        ..v1::ListCasesRequest::default()
    };
    let named = v1::CaseFilter {
        given_name: "Inès".to_owned(),
        family_name: "Exemple".to_owned(),
        birth_date: "1984-07-14".to_owned(),
        ..v1::CaseFilter::default()
    };
    let of_ended = v1::CaseFilter {
        state: v1::CaseState::Ended.into(),
        ..of_cases(filter())
    };
    for request in [
        cases("hold_time", v1::CaseFilter::default()),
        cases("", of_cases(late())),
        cases(DUE, of_ended.clone()),
        cases(DUE, named.clone()),
    ] {
        commands::refused(&camille.list_cases(request).await, invalid);
    }
    for filters in [Vec::new(), vec![late(); 11], vec![ended]] {
        let request = v1::CountTicketsRequest { filters };
        commands::refused(&camille.count_tickets(request).await, invalid);
    }
    for filters in [Vec::new(), vec![named], vec![of_ended]] {
        let request = v1::CountCasesRequest { filters };
        commands::refused(&camille.count_cases(request).await, invalid);
    }

    let first = camille.list_tickets(tickets(DUE, None)).await.expect("a page");
    for request in [tickets("", None), tickets(DUE, Some(late()))] {
        let request = v1::ListTicketsRequest {
            page_token: first.next_page_token.clone(),
            ..request
        };
        let refused = "InvalidArgument PAGE_TOKEN_INVALID";
        commands::refused(&camille.list_tickets(request).await, refused);
    }
    let forbidden = "PermissionDenied ROLE_FORBIDDEN";
    let request = v1::CountTicketsRequest {
        filters: vec![late()],
    };
    commands::refused(&hub.auditor().count_tickets(request).await, forbidden);
    let request = v1::CountCasesRequest {
        filters: vec![of_cases(late())],
    };
    commands::refused(&hub.auditor().count_cases(request).await, forbidden);
    hub.stop().await;
}

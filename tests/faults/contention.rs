//! F13 and F14: many writers at once, on one ticket through two hubs, and on one file.

use std::collections::HashMap;
use std::time::Duration;

use declic_client::Client;
use declic_proto::v1;
use declic_tests::cluster::Cluster;
use declic_tests::people;
use declic_tests::processes::{Address, Hub};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::JoinSet;

use crate::history::Request;
use crate::invariants;
use crate::load::Load;
use crate::pair;
use crate::run::{Form, Run};
use crate::watching::Onlookers;

/// No caller waits longer, on a machine that has other things to do as well. What was seen is told beside it.
const NEVER_LONGER: Duration = Duration::from_secs(10);

/// Those who write on one ticket: who, and the epoch an agency has to give.
const WRITERS: [(&str, u32); 8] = [
    ("camille.martin", 0),
    ("hugo.petit", 1),
    ("camille.martin", 0),
    ("hugo.petit", 1),
    ("camille.martin", 0),
    ("hugo.petit", 1),
    ("camille.martin", 0),
    ("hugo.petit", 1),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_writers_on_one_file_wait_their_turn_and_are_never_told_that_it_is_busy() {
    let cases = Form::asked().of(160, 800);
    let mut run = Run::new("F14, 16 writers on SQLite", 16);
    // Each case that is treated connects as eight people, all from this address.
    let mut hub = Hub::prepare_with("[limits]\nmax_connections_per_address = 512\n");
    hub.start().await;
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let load = Load::whole(&hubs, cases).at_once(16);
    load.run(&mut run.chance, &run.history).await;

    let counts = run.history.counts();
    let refused = run.history.refused();
    let reasons: Vec<_> = refused
        .borrow()
        .iter()
        .map(|(reason, told)| (*reason, told.len()))
        .collect();
    assert!(reasons.is_empty(), "people are told to come back: {reasons:?}");
    assert!(counts.longest < NEVER_LONGER, "{:?}", counts.longest);
    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    run.tell(
        &format!("16 people at once, longest wait {:.0?}", counts.longest),
        &findings,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_writers_on_one_ticket_through_two_hubs_lose_nothing_in_deadlocks() {
    let deadlocks = Form::asked().of(2, 20);
    let messages = 10 * deadlocks;
    let mut run = Run::new("F13, 8 writers on one ticket", 1_308);
    let cluster = Cluster::start();
    let mut hubs = pair::two(&cluster).await;
    let addresses = hubs.each_ref().map(Hub::address);
    let onlookers = Onlookers::of(&addresses);
    let url = hubs[0].config().store.url.expect("an address");
    let mut intruder = cluster.connect(&url).await;
    let ticket = open(&run, addresses[0]).await;

    let mut writers = JoinSet::new();
    for (member, epoch) in WRITERS {
        let (history, mut chance) = (run.history.clone(), run.chance.apart());
        let mut clients = addresses.map(|hub| hub.once(member)).to_vec();
        let name = ticket.clone();
        writers.spawn(async move {
            for _ in 0..messages {
                let post = v1::PostMessageRequest {
                    request_id: chance.request_id(),
                    name: name.clone(),
                    epoch,
                    text: "Le versement est rétabli.".to_owned(),
                    ..v1::PostMessageRequest::default()
                };
                clients.rotate_left(usize::from(chance.one_in(2)));
                history.ask(&clients, member, Request::Post(post)).await;
            }
        });
    }
    let case = ticket
        .split('/')
        .nth(1)
        .expect("cases/{case}/tickets/{number}")
        .to_owned();
    let (seen, ()) = tokio::join!(cross(&mut intruder, &case, deadlocks), async {
        while let Some(ended) = writers.join_next().await {
            ended.expect("every message is posted");
        }
    });
    intruder.close().await.expect("a session that ends");

    let counts = run.history.counts();
    assert!(counts.most_retries < 500, "retries are bounded: {counts:?}");
    let findings = invariants::check(&mut hubs, &run.history, &onlookers, &[]).await;
    assert_eq!(
        findings.events.len(),
        1 + WRITERS.len() * messages,
        "no message is lost"
    );
    run.tell(
        &format!(
            "8 writers, {} messages on one ticket through two hubs, {seen} deadlocks (a session of the tests takes the \
             same rows in the other order)",
            WRITERS.len() * messages
        ),
        &findings,
    );
}

/// Opens a case, and gives its ticket.
async fn open(run: &Run, hub: Address) -> String {
    let clients: HashMap<&str, Client> = HashMap::from([("camille.martin", hub.once("camille.martin"))]);
    let opening = Request::Open(Box::new(people::standard_case()));
    let clients = [clients["camille.martin"].clone()];
    let mut answer = run.history.ask(&clients, "camille.martin", opening).await;
    answer.tickets.pop().expect("a ticket").ticket
}

/// Takes the rows that a commit takes, in the other order, until PostgreSQL has found so many deadlocks.
async fn cross(session: &mut PgConnection, case: &str, deadlocks: usize) -> i64 {
    let found = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    loop {
        // Who waits longest is who is never found to be in the way: here that is this session.
        let steps = format!(
            "BEGIN; SET LOCAL deadlock_timeout = '20s'; SELECT seq FROM journal_head FOR UPDATE; SELECT pg_sleep(0.3); \
             SELECT id FROM cases WHERE id = '{case}' FOR UPDATE; COMMIT; SELECT pg_stat_clear_snapshot()"
        );
        sqlx::raw_sql(AssertSqlSafe(steps))
            .execute(&mut *session)
            .await
            .expect("a session that waits its turn");
        let seen: i64 = sqlx::query_scalar(found)
            .fetch_one(&mut *session)
            .await
            .expect("a number");
        if usize::try_from(seen).is_ok_and(|seen| seen >= deadlocks) {
            return seen;
        }
    }
}

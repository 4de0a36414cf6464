//! F7 to F10 and F12: the PostgreSQL server ends, ends one session, loses an answer, stands still, or is held by a long
//! transaction, while people work.

use std::time::{Duration, Instant};

use declic_tests::cluster::{Away, Cluster};
use declic_tests::processes::Hub;
use declic_tests::sessions::Sessions;
use sqlx::Connection as _;

use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::seeds::Chance;
use crate::watching::Onlookers;

/// Longest rest of someone between two cases.
const REST: Duration = Duration::from_millis(300);

/// What is awaited comes within this time.
const AT_MOST: Duration = Duration::from_secs(60);

/// From a server that takes sessions again to the first answer and the next checkpoint.
const HEALED: Duration = Duration::from_secs(10);

/// A hub on a server, its people, and those who look on.
struct Scene {
    hub: Hub,
    onlookers: Onlookers,
    load: Load,
    run: Run,
}

impl Scene {
    async fn of(mut hub: Hub, run: Run, people: usize, rest: Duration) -> Self {
        hub.start().await;
        let hubs = [hub.address()];
        Self {
            onlookers: Onlookers::of(&hubs),
            load: Load::endless(&hubs, rest).at_once(people),
            hub,
            run,
        }
    }

    /// Does something while people work; then the invariants, and the line that tells what was seen.
    async fn play(self, harm: impl AsyncFnOnce(&Run, &Onlookers, &mut Chance) -> String) {
        let Self {
            mut hub,
            onlookers,
            load,
            mut run,
        } = self;
        let (mut of_people, mut of_harm) = (run.chance.apart(), run.chance.apart());
        let (seen, ()) = tokio::join!(
            async {
                run.answered(20).await;
                let seen = harm(&run, &onlookers, &mut of_harm).await;
                run.answered(20).await;
                load.end();
                seen
            },
            load.run(&mut of_people, &run.history),
        );
        let hubs = std::slice::from_mut(&mut hub);
        let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
        run.tell(&seen, &findings);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_and_starts_again_is_found_again() {
    let times = Form::asked().of(1, 5);
    let cluster = Cluster::start();
    let run = Run::new("F7, the server ends", 7_001);
    let scene = Scene::of(Hub::prepare_on(&cluster), run, 8, REST).await;
    scene
        .play(async |run, onlookers, chance| {
            let mut slowest = Duration::ZERO;
            for how in [Away::Killed, Away::Immediate, Away::Fast].repeat(times) {
                run.answered(20).await;
                cluster.take_away(how);
                tokio::time::sleep(Duration::from_micros(chance.below(1_500_000))).await;
                cluster.bring_back();
                let begun = Instant::now();
                run.answered(1).await;
                published(onlookers).await;
                let healed = begun.elapsed();
                assert!(healed < HEALED, "{how:?}: healed after {healed:?}");
                slowest = slowest.max(healed);
            }
            format!(
                "killed, stopped at once and stopped fast, {times} times each; answers and checkpoints again within \
                 {slowest:.1?}"
            )
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ended_while_it_commits_leaves_no_doubt_after_the_retry() {
    let times = Form::asked().of(40, 100);
    let cluster = Cluster::start();
    let run = Run::new("F8, sessions ended while they commit", 8_100);
    let hub = Hub::prepare_on(&cluster);
    let mut session = cluster
        .connect(&hub.config().store.url.expect("an address"))
        .await;
    let scene = Scene::of(hub, run, 8, REST / 10).await;
    scene
        .play(async |run, _, chance| {
            let begun = Instant::now();
            let (mut ended, mut syncing) = (0, 0);
            while ended < times {
                assert!(begun.elapsed() < AT_MOST, "{ended} sessions were ended");
                let found: Option<(bool, bool)> = sqlx::query_as(END_ONE)
                    .fetch_optional(&mut session)
                    .await
                    .expect("an answer");
                if let Some((true, is_syncing)) = found {
                    ended += 1;
                    syncing += usize::from(is_syncing);
                    // The hub needs a session again before the next one can be ended.
                    run.answered(1).await;
                }
                tokio::time::sleep(Duration::from_micros(chance.below(3_000))).await;
            }
            format!("{ended} sessions ended in the middle of a commit, {syncing} of them while it was written to the disk")
        })
        .await;
}

/// One session that commits, if there is one; those that wait for the disk first.
const END_ONE: &str = "SELECT pg_terminate_backend(pid), coalesce(wait_event, '') IN ('WALSync', 'WALWrite') \
     FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' \
     AND query LIKE '%journal_head%' AND query LIKE '%request_keys%' \
     ORDER BY coalesce(wait_event, '') IN ('WALSync', 'WALWrite') DESC LIMIT 1";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_done_once_and_answered_the_same() {
    let times = Form::asked().of(20, 200);
    let cluster = Cluster::start();
    let network = Sessions::before(cluster.socket()).await;
    let run = Run::new("F9, answers to commits lost", 9_040);
    let (store, keyring) = (cluster.database(), cluster.database());
    let hub = Hub::prepare_at(&network.url(&store), &network.url(&keyring), "");
    let scene = Scene::of(hub, run, 8, REST).await;
    scene
        .play(async |run, _, chance| {
            for lost in 1..=times {
                network.lose_next_answer();
                let begun = Instant::now();
                while network.lost() < lost {
                    assert!(begun.elapsed() < AT_MOST, "no answer was lost");
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                run.answered(1 + usize::try_from(chance.below(6)).expect("a small number"))
                    .await;
            }
            format!(
                "{} answers to writes lost after the write had left",
                network.lost()
            )
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stands_still_costs_no_more_than_the_time_people_give() {
    /// Calls that one hub works on at a time; what is more is told to come back.
    const IN_FLIGHT: usize = 24;
    let still = Duration::from_secs(if Form::asked().is_long() { 20 } else { 8 });
    let cluster = Cluster::start();
    let run = Run::new("F10, the server stands still", 10_020);
    let (store, keyring) = (cluster.database(), cluster.database());
    let limits = format!("[limits]\nmax_in_flight = {IN_FLIGHT}\n");
    let hub = Hub::prepare_at(&store, &keyring, &limits);
    let scene = Scene::of(hub, run, 2 * IN_FLIGHT, REST * 4).await;
    scene
        .play(async |run, _, _| {
            let stalled = cluster.stall();
            tokio::time::sleep(still).await;
            drop(stalled);
            let begun = Instant::now();
            run.answered(1).await;
            let healed = begun.elapsed();
            let refused = run.history.refused();
            let refused = refused.borrow();
            let mut shed = refused.get("OVERLOADED").cloned().unwrap_or_default();
            assert!(!shed.is_empty(), "the queue has an end");
            shed.sort();
            let (median, p99) = (shed[shed.len() / 2], shed[shed.len() * 99 / 100]);
            let longest = refused.values().flatten().max().copied().unwrap_or_default();
            // Our clients give 5 seconds.
            assert!(longest < Duration::from_secs(9), "an attempt took {longest:?}");
            assert!(
                median < Duration::from_secs(1),
                "shed calls were told after {median:?}"
            );
            format!(
                "still for {still:.0?}: {} calls shed (median {median:.1?}, p99 {p99:.1?}), longest attempt \
                 {longest:.1?} of the 5 s given, first answer {healed:.1?} after it went on",
                shed.len()
            )
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_transaction_holds_up_neither_writers_nor_readers() {
    let lasting = Duration::from_secs(if Form::asked().is_long() { 30 } else { 6 });
    let cluster = Cluster::start();
    let run = Run::new("F12, a long transaction", 12_030);
    let hub = Hub::prepare_on(&cluster);
    let url = hub.config().store.url.expect("an address");
    let scene = Scene::of(hub, run, 8, REST).await;
    scene
        .play(async |run, onlookers, _| {
            let mut session = cluster.connect(&url).await;
            // An early id, a snapshot of now, and the locks of a reader on everything people write.
            for step in [
                "BEGIN ISOLATION LEVEL REPEATABLE READ",
                "SELECT txid_current()",
                "SELECT count(*) FROM journal_order, mailbox, journal_head, request_keys WHERE FALSE",
            ] {
                sqlx::raw_sql(step).execute(&mut session).await.expect("a step");
            }
            let held = "SELECT count(*) FROM journal_order";
            let before: i64 = sqlx::query_scalar(held).fetch_one(&mut session).await.expect("a count");
            let begun = Instant::now();
            let mut checkpoints = 0;
            while begun.elapsed() < lasting {
                run.answered(20).await;
                published(onlookers).await;
                checkpoints += 1;
            }
            let after: i64 = sqlx::query_scalar(held).fetch_one(&mut session).await.expect("a count");
            assert_eq!(before, after, "the transaction has its snapshot still");
            sqlx::raw_sql("COMMIT").execute(&mut session).await.expect("its end");
            session.close().await.expect("a session that ends");
            let longest = run.history.counts().longest;
            assert!(longest < Duration::from_secs(5), "somebody waited {longest:?}");
            format!("open for {lasting:.0?} with a snapshot and an early id; answers all along, {checkpoints} looks at new checkpoints")
        })
        .await;
}

/// Waits until one more checkpoint is shown.
async fn published(onlookers: &Onlookers) {
    let mut shown = onlookers.shown();
    let known = shown.borrow_and_update().len();
    let grown = tokio::time::timeout(AT_MOST, shown.wait_for(|notes| notes.len() > known)).await;
    assert!(grown.is_ok(), "nothing is published");
}

//! F17: a hub that stands still (SIGSTOP) in the middle of anything holds up neither the other hub's people nor the
//! ledger, and what it writes when it goes on is refused where it came too late. Two hubs never hold one file.

use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_tests::cluster::Cluster;
use declic_tests::processes::{Hub, LOOK};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::history::History;
use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::seeds::Chance;
use crate::watching::Onlookers;

/// Longest rest of someone between two cases.
const REST: Duration = Duration::from_millis(400);

/// The promise is 2 seconds; a machine that has other things to do as well gets as long again.
const HELD_UP: Duration = Duration::from_secs(4);

/// From the moment a hub stands still to the next checkpoint of the other: the lease, and a machine that is busy.
const TAKEN_OVER: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_stands_still_holds_up_neither_the_other_nor_the_ledger() {
    let rounds = Form::asked().of(4, 20);
    let mut run = Run::new("F17, one of two hubs stands still", 1_717);
    let cluster = Cluster::start();
    let mut first = Hub::prepare_on(&cluster);
    let url = first.config().store.url.expect("an address");
    first.start().await;
    let mut lease = Lease::of_the_only_hub(cluster.connect(&url).await).await;
    let mut second = first.beside();
    second.start().await;
    let mut hubs = [first, second];
    let addresses = hubs.each_ref().map(Hub::address);
    let onlookers = Onlookers::of(&addresses);
    // Those who ask the hub that stands still go to the other one in the end; those of the other one should not notice.
    let (both, other) = (
        Load::endless(&addresses, REST).at_once(4),
        Load::endless(&addresses[1..], REST).at_once(4),
    );
    let others = Arc::new(History::default());
    let (mut chance, mut of_others) = (run.chance.apart(), run.chance.apart());
    let (longest_change, (), ()) = tokio::join!(
        async {
            let change = stand_still(&mut hubs[0], &mut lease, rounds, &mut chance, &onlookers).await;
            both.end();
            other.end();
            change
        },
        both.run(&mut run.chance, &run.history),
        other.run(&mut of_others, &others),
    );

    let held_up = others.counts().longest;
    assert!(held_up < HELD_UP, "the other hub's people waited {held_up:?}");
    others
        .calls()
        .into_iter()
        .for_each(|call| run.history.record(call));
    let findings = invariants::check(&mut hubs, &run.history, &onlookers, &[]).await;
    run.tell(
        &format!(
            "{rounds} times still, 0.1 to 4 s; longest wait of the other hub's {} calls {held_up:.1?}; it held the \
             right to seal each time, and the other one had taken over within {longest_change:.1?}",
            others.counts().calls
        ),
        &findings,
    );
}

/// Stops a hub where it stands, at moments of chance; the longest time until the other one published something.
async fn stand_still(
    hub: &mut Hub,
    lease: &mut Lease,
    rounds: usize,
    chance: &mut Chance,
    onlookers: &Onlookers,
) -> Duration {
    let mut longest = Duration::ZERO;
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_micros(500_000 + chance.below(1_500_000))).await;
        // Every other time for longer than any lease.
        let rest = 100_000 + chance.below(1_000_000) + if round % 2 == 0 { 3_000_000 } else { 0 };
        lease.come_back().await;
        hub.program().pause();
        let begun = Instant::now();
        let mut shown = onlookers.shown();
        let known = shown.borrow_and_update().len();
        if round % 2 == 0 {
            let grown = tokio::time::timeout(TAKEN_OVER, shown.wait_for(|notes| notes.len() > known));
            // What is shown is borrowed by it, and nobody can show more as long as it lives.
            let has_grown = grown.await.is_ok();
            assert!(has_grown, "nobody seals while the other hub stands still");
            lease.wait_until_taken().await;
            longest = longest.max(begun.elapsed());
        }
        tokio::time::sleep(Duration::from_micros(rest).saturating_sub(begun.elapsed())).await;
        hub.program().resume();
    }
    longest
}

/// Who may seal, as their database has it.
struct Lease {
    session: PgConnection,
    /// The hub that will stand still.
    holder: Uuid,
}

impl Lease {
    /// Of a hub that is alone.
    async fn of_the_only_hub(mut session: PgConnection) -> Self {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < TAKEN_OVER, "a hub that is alone seals");
            if let Some(holder) = holder(&mut session).await {
                return Self { session, holder };
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Ends the other one's lease, as if it had lapsed, until the hub that will stand still has it again.
    async fn come_back(&mut self) {
        const END: &str = "UPDATE sealer_lease SET lapses_at_us = 0 WHERE holder <> $1";
        let begun = Instant::now();
        while holder(&mut self.session).await != Some(self.holder) {
            assert!(begun.elapsed() < TAKEN_OVER, "both hubs seal by turns");
            let ended = sqlx::query(END)
                .bind(self.holder)
                .execute(&mut self.session)
                .await;
            ended.expect("a lease that ends");
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn wait_until_taken(&mut self) {
        let begun = Instant::now();
        while holder(&mut self.session).await == Some(self.holder) {
            assert!(begun.elapsed() < TAKEN_OVER, "nobody takes over");
            tokio::time::sleep(LOOK).await;
        }
    }
}

async fn holder(session: &mut PgConnection) -> Option<Uuid> {
    let asked = sqlx::query_scalar("SELECT holder FROM sealer_lease");
    asked.fetch_one(session).await.expect("the lease")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_hub_on_the_same_files_is_refused_at_its_start() {
    let mut run = Run::new("F17 on SQLite, two hubs on the same files", 17);
    let mut hub = Hub::prepare();
    hub.start().await;
    let onlookers = Onlookers::of(&[hub.address()]);
    let mut second = hub.beside();
    second.program().start();
    let status = second.program().ended().await;
    let log = second.program().log();
    assert!(
        !status.success() && log.contains("held by another hub"),
        "{status}: {log}"
    );
    let load = Load::whole(&[hub.address()], 10);
    load.run(&mut run.chance, &run.history).await;
    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    run.tell(
        "the second one ends at once and says why, the first goes on",
        &findings,
    );
}

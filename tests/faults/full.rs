//! F5 and F6: a disk that is full, under a file and under a PostgreSQL server.

use std::future::Future;
use std::time::{Duration, Instant};

use declic_proto::v1;
use declic_tests::cluster::Cluster;
use declic_tests::disk::{Ballast, Disk, among_disks};
use declic_tests::processes::{Address, Hub};
use sqlx::{Connection as _, SqliteConnection};

use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::watching::Onlookers;

/// Longest rest of someone between two cases.
const REST: Duration = Duration::from_millis(300);

/// What is awaited comes within this time.
const AT_MOST: Duration = Duration::from_secs(60);

/// How long a disk stays full once people are told.
const FULL_FOR: Duration = Duration::from_secs(4);

/// Refusals by which a disk is known to be full, not to have been for a moment.
const TOLD: usize = 12;

/// How much of one processor a hub may use while it can write nothing. The mark is a fifth; a build for development with
/// people who ask again gets twice that, and what goes round and round uses all of it.
const SHARE: f64 = 0.4;

#[test]
fn a_full_disk_under_the_file_refuses_writes_and_nothing_else() {
    among_disks(full_file(Run::new("F5, full disk on SQLite", 5_008)));
}

async fn full_file(run: Run) {
    let times = Form::asked().of(2, 6);
    let mut hub = Hub::prepare();
    let data = hub.folder().join("data");
    std::fs::create_dir(&data).expect("a folder");
    // Twice what the write-ahead log of a busy hub may take before it is ended.
    let disk = Disk::mounted(&data, 40, None);
    hub.start().await;
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let (load, mut chance) = (Load::endless(&hubs, REST), run.chance.clone());
    let (busiest, ()) = tokio::join!(
        async {
            let mut busiest: f64 = 0.0;
            for _ in 0..times {
                run.answered(40).await;
                let ballast = disk.fill();
                busiest = busiest.max(while_full(&run, &hub, ballast).await);
            }
            run.answered(40).await;
            load.end();
            busiest
        },
        load.run(&mut chance, &run.history),
    );

    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    for file in ["hub.sqlite", "keyring.sqlite"] {
        check_integrity(&data.join(file)).await;
    }
    let seen = format!(
        "{times} times full (40 MiB), {} writes refused as DISK_FULL, reads answered meanwhile, hub at {:.0} % of a \
         processor, integrity_check ok",
        refusals(&run, "DISK_FULL"),
        100.0 * busiest,
    );
    run.tell(&seen, &findings);
}

#[test]
fn a_full_disk_under_the_server_refuses_writes_and_spins_nobody() {
    among_disks(full_server(Run::new("F6, full disk on PostgreSQL", 6_008)));
}

async fn full_server(run: Run) {
    let times = Form::asked().of(1, 4);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [data, wal] = ["data", "wal"].map(|name| folder.path().join(name));
    // The server's user has to come through to its folders.
    open_to_all(folder.path());
    for folder in [&data, &wal] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let disks = [
        Disk::mounted(&data, 160, Some("postgres")),
        Disk::mounted(&wal, 24, Some("postgres")),
    ];
    let cluster = Cluster::start_on(&data, &wal);
    let mut hub = Hub::prepare_on(&cluster);
    hub.start().await;
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let (load, mut chance) = (Load::endless(&hubs, REST), run.chance.clone());
    let (seen, ()) = tokio::join!(
        async {
            let (mut busiest, mut slowest, mut ends): (f64, _, _) = (0.0, Duration::ZERO, 0);
            for _ in 0..times {
                run.answered(40).await;
                let ballast = disks[0].fill();
                busiest = busiest.max(while_full(&run, &hub, ballast).await);

                run.answered(40).await;
                let ballast = disks[1].fill();
                busiest = busiest.max(while_without_a_log(&run, &hub, &cluster).await);
                drop(ballast);
                let begun = Instant::now();
                if !cluster.is_up() {
                    ends += 1;
                    cluster.bring_back();
                }
                run.answered(1).await;
                slowest = slowest.max(begun.elapsed());
            }
            run.answered(40).await;
            load.end();
            format!(
                "hub at {:.0} % of a processor at most; the server ended by itself {ends} times when its log had no room \
                 and was started again, first answer within {slowest:.1?}",
                100.0 * busiest
            )
        },
        load.run(&mut chance, &run.history),
    );

    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    let seen = format!(
        "{times} times each: data full ({} writes refused as DISK_FULL, reads answered meanwhile), log full; {seen}",
        refusals(&run, "DISK_FULL")
    );
    run.tell(&seen, &findings);
}

/// Waits until writes are refused for want of room, and looks whether reads go on; gives the disk its room back, and how
/// much of a processor the hub used meanwhile.
async fn while_full(run: &Run, hub: &Hub, ballast: Ballast) -> f64 {
    let refused = refusals(run, "DISK_FULL");
    wait("writes are refused", async || {
        refusals(run, "DISK_FULL") >= refused + TOLD
    })
    .await;
    let share = share(hub, async {
        let begun = Instant::now();
        while begun.elapsed() < FULL_FOR {
            check_reads(run, hub.address()).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    })
    .await;
    drop(ballast);
    share
}

/// Waits until nothing can be written any more, whatever the server does about it.
async fn while_without_a_log(run: &Run, hub: &Hub, cluster: &Cluster) -> f64 {
    let refused = |run: &Run| refusals(run, "STORAGE_UNAVAILABLE") + refusals(run, "OUTCOME_UNKNOWN");
    let before = refused(run);
    wait("nothing is written", async || {
        refused(run) >= before + TOLD || !cluster.is_up()
    })
    .await;
    share(hub, tokio::time::sleep(FULL_FOR)).await
}

/// Reads of people and of an auditor, which need no room.
async fn check_reads(run: &Run, hub: Address) {
    let known = run.history.calls().swap_remove(0);
    let name = known.answer.tickets[0].ticket.clone();
    let read = hub
        .once(known.member)
        .get_ticket(v1::GetTicketRequest { name })
        .await;
    assert!(read.expect("a ticket is read").ticket.is_some());
    let asked = v1::GetCheckpointRequest { minimum_size: 0 };
    let shown = hub.once("ines.fabre").get_checkpoint(asked).await;
    shown.expect("the ledger is shown");
}

/// Which share of a processor a hub uses while something lasts.
async fn share(hub: &Hub, lasting: impl Future<Output = ()>) -> f64 {
    let (begun, used) = (Instant::now(), hub.processor_time());
    lasting.await;
    let share = (hub.processor_time() - used).as_secs_f64() / begun.elapsed().as_secs_f64();
    assert!(
        share < SHARE,
        "a hub that can write nothing uses {share:.2} of a processor"
    );
    share
}

fn refusals(run: &Run, reason: &str) -> usize {
    run.history.refused().borrow().get(reason).map_or(0, Vec::len)
}

async fn wait(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < AT_MOST, "it never comes that {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn check_integrity(file: &std::path::Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .expect("a database");
    let found: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .expect("an answer");
    assert_eq!(found, "ok", "{}", file.display());
    connection.close().await.expect("a file that closes");
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).expect("a folder of ours");
}

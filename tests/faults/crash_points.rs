//! F2: a hub that dies between any two things that must not come apart (`declic_store::crash`).

use std::os::unix::process::ExitStatusExt as _;
use std::time::Duration;

use declic_store::crash::{Point, VARIABLE};
use declic_tests::cluster::Cluster;
use declic_tests::processes::Hub;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;

use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::seeds::Chance;
use crate::watching::Onlookers;

/// Longest rest of someone between two cases.
const REST: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_dead_between_any_two_things() {
    let times = Form::asked().of(5, 10);
    dead_everywhere(Hub::prepare(), Run::new("F2 on SQLite", 13_005), times).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hub_on_postgresql_dead_between_any_two_things() {
    let cluster = Cluster::start();
    let hub = Hub::prepare_on(&cluster);
    // Each start of a hub asks its server for much: there are fewer of them.
    let times = Form::asked().of(2, 10);
    dead_everywhere(hub, Run::new("F2 on PostgreSQL", 13_006), times).await;
}

async fn dead_everywhere(mut hub: Hub, mut run: Run, times: usize) {
    leave_no_core();
    let hubs = [hub.address()];
    let onlookers = Onlookers::of(&hubs);
    let load = Load::endless(&hubs, REST);
    let mut chance = run.chance.apart();
    let (deaths, ()) = tokio::join!(
        async {
            let deaths = die(&mut hub, times, &mut chance).await;
            hub.start().await;
            load.end();
            deaths
        },
        load.run(&mut run.chance, &run.history),
    );

    let hubs = std::slice::from_mut(&mut hub);
    let findings = invariants::check(hubs, &run.history, &onlookers, &[]).await;
    let points = Point::ALL.len();
    run.tell(
        &format!("{deaths} deaths, each of {points} points {times} times or more"),
        &findings,
    );
}

/// One life of the hub after the other, each ending at the point it is given; the points in an order of chance.
async fn die(hub: &mut Hub, times: usize, chance: &mut Chance) -> usize {
    let mut lives = Vec::new();
    for point in Point::ALL {
        // Only what was done and not answered is asked for again.
        let before = (point == Point::Replayed).then_some(Point::BeforeAnswer);
        for _ in 0..times {
            lives.push((before, point));
        }
    }
    chance.shuffle(&mut lives);
    let mut deaths = 0;
    for point in lives
        .into_iter()
        .flat_map(|(before, point)| before.into_iter().chain([point]))
    {
        let pass = if comes_once(point) { 1 } else { 1 + chance.below(4) };
        let asked = format!("{}:{pass}", point.name());
        hub.program().start_with(&[(VARIABLE, &asked)]);
        let status = hub.program().ended().await;
        assert_eq!(
            status.signal(),
            Some(Signal::SIGABRT as i32),
            "{asked}: {status}; is the hub a build for development?"
        );
        deaths += 1;
    }
    deaths
}

/// What a hub comes to once when it starts, and then seldom.
fn comes_once(point: Point) -> bool {
    matches!(
        point,
        Point::KeysWritten | Point::DirectoryInForce | Point::ReferencesTaken | Point::Replayed
    )
}

/// A process that ends so leaves its memory in a file where the system is set up for it.
fn leave_no_core() {
    let (_, most) = getrlimit(Resource::RLIMIT_CORE).expect("a limit that can be read");
    setrlimit(Resource::RLIMIT_CORE, 0, most).expect("less is always allowed");
}

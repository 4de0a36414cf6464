//! Two hubs on one PostgreSQL: one is killed or stands still, the other goes on, and people with it.

use std::time::{Duration, Instant};

use declic_tests::cluster::Cluster;
use declic_tests::processes::Hub;

use crate::invariants;
use crate::load::Load;
use crate::run::{Form, Run};
use crate::seeds::Chance;
use crate::watching::Onlookers;

/// Longest rest of someone between two cases: the runs are bounded by time, and what they leave is checked in full.
const REST: Duration = Duration::from_millis(600);

/// From one kill to the next.
const KILL_EVERY: Duration = Duration::from_secs(5);

/// Two hubs that serve, on databases of their own.
pub async fn two(cluster: &Cluster) -> [Hub; 2] {
    let mut first = Hub::prepare_on(cluster);
    first.start().await;
    let mut second = first.beside();
    second.start().await;
    [first, second]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_hubs_killed_every_few_seconds() {
    let mut run = Run::new("F1 with two hubs", 20_265);
    let lasting = Form::asked().lasting(Duration::from_secs(16));
    let cluster = Cluster::start();
    let mut hubs = two(&cluster).await;
    let addresses = hubs.each_ref().map(Hub::address);
    let onlookers = Onlookers::of(&addresses);
    let load = Load::endless(&addresses, REST);
    let mut chance = run.chance.apart();
    let (told, ()) = tokio::join!(
        kill_by_turns(&mut hubs, lasting, &mut chance, &load),
        load.run(&mut run.chance, &run.history),
    );

    let findings = invariants::check(&mut hubs, &run.history, &onlookers, &[]).await;
    run.tell(&told, &findings);
}

/// Kills one of the hubs, chosen by chance, and starts it again somewhat later, so that at most one is away.
async fn kill_by_turns(hubs: &mut [Hub; 2], lasting: Duration, chance: &mut Chance, load: &Load) -> String {
    let begun = Instant::now();
    let (mut kills, mut slowest) = ([0; 2], Duration::ZERO);
    while begun.elapsed() < lasting {
        let whole = Instant::now();
        tokio::time::sleep(Duration::from_micros(chance.below(2_000_000))).await;
        let which = usize::from(chance.one_in(2));
        hubs[which].program().kill();
        kills[which] += 1;
        tokio::time::sleep(Duration::from_micros(chance.below(1_500_000))).await;
        slowest = slowest.max(hubs[which].start().await);
        tokio::time::sleep(KILL_EVERY.saturating_sub(whole.elapsed())).await;
    }
    load.end();
    format!(
        "{} kills in {:.0?} ({} of the first hub, {} of the second), slowest start {slowest:.0?}",
        kills[0] + kills[1],
        begun.elapsed(),
        kills[0],
        kills[1],
    )
}

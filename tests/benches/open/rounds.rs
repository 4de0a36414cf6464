//! Floor and hub in turn, at each number of callers.

use declic_tests::measure::engine::{Engine, House, Memory};
use declic_tests::measure::sample::{Sample, is_disturbed, median};
use declic_tests::measure::work;
use serde::Serialize;

use crate::Arguments;
use crate::bytes::{self, Bytes};
use crate::floor::Floor;

/// Callers of the hub's memory and of the counting of bytes.
const IN_FLIGHT: usize = 128;

/// Everything about one engine.
#[derive(Debug, Serialize)]
pub struct Measured {
    pub engine: Engine,
    pub version: String,
    pub durability: String,
    pub levels: Vec<Level>,
    /// After a round with 128 calls in flight.
    pub memory: Memory,
    /// Only PostgreSQL tells.
    pub bytes: Option<Bytes>,
}

/// What was measured with so many callers: medians, and whether the floors agree.
#[derive(Debug, Serialize)]
pub struct Level {
    pub callers: usize,
    /// The one that ratios are taken to.
    pub floor: Sample,
    /// The other one.
    pub other_floor: Sample,
    pub open: Sample,
    pub acknowledge: Sample,
    pub is_disturbed: bool,
}

impl Measured {
    /// The level of so many callers, when it was measured.
    pub fn level(&self, callers: usize) -> Option<&Level> {
        self.levels.iter().find(|level| level.callers == callers)
    }
}

/// Starts a hub on this engine and measures it.
pub async fn measure(engine: Engine, arguments: &Arguments) -> Measured {
    let mut house = House::prepare(engine);
    house.hub.start().await;
    let (version, durability) = (house.version().await, house.durability().await);
    println!(
        "{engine} {version}: {durability}; the hub admits 100,000 calls per second of each member, one member opens and \
         one acknowledges, over {} connections at most\n",
        declic_tests::measure::load::CONNECTIONS
    );
    let mut floor = Floor::prepare(&house).await;
    let mut levels = Vec::new();
    for callers in &arguments.callers {
        levels.push(level(&house, &mut floor, *callers, arguments).await);
    }
    work::open(house.hub.address(), IN_FLIGHT, arguments.lasts()).await;
    let memory = house.memory();
    let bytes = match &mut floor {
        Floor::Postgres(floor) => Some(bytes::count(&house, floor, arguments.lasts()).await),
        Floor::Sqlite(_) => None,
    };
    house.hub.program().stop().await;
    Measured {
        engine,
        version,
        durability,
        levels,
        memory,
        bytes,
    }
}

async fn level(house: &House, floor: &mut Floor, callers: usize, arguments: &Arguments) -> Level {
    let (hub, lasts) = (house.hub.address(), arguments.lasts());
    let (mut floors, mut others) = (Vec::new(), Vec::new());
    let (mut open, mut acknowledge) = (Vec::new(), Vec::new());
    for _ in 0..arguments.rounds {
        work::sealed(hub).await;
        let [main, other] = floor.round(house, callers, lasts).await;
        floors.push(main);
        others.push(other);
        let (opening, opened) = work::open(hub, callers, lasts).await;
        open.push(opening);
        acknowledge.push(work::acknowledge(hub, work::tickets(opened), callers, lasts).await);
    }
    let level = Level {
        callers,
        floor: median(&floors),
        other_floor: median(&others),
        open: median(&open),
        acknowledge: median(&acknowledge),
        is_disturbed: is_disturbed(&floors),
    };
    println!(
        "{} callers: floor {:.0}/s, OpenCase {:.0}/s, Acknowledge {:.0}/s{}",
        level.callers,
        level.floor.per_second,
        level.open.per_second,
        level.acknowledge.per_second,
        if level.is_disturbed { ", disturbed" } else { "" }
    );
    level
}
